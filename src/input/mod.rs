//! Files and standard input into orders and records. It yields and never stores.
//!
//! ```text
//! source.rs   a file or standard input: its bytes, what makes it unusable
//! encoding.rs the encoding of a text: UTF-8, UTF-16, Shift_JIS
//! cells.rs    what stands in a cell or a field: numbers, IDs, amounts, times, words
//! json.rs     the JSON values of a text, each with its line
//! orders.rs   orders of `screen`, over several sources, by fields.rs (a JSON object's fields, what
//!             buyers enter) and api_order.rs (an answer of ecforce's API)
//! import.rs   a file of `import` into records, by rows.rs (its forms: CSV; excel.rs, json.rs),
//!             columns.rs (what the fields are called where) and mistakes.rs (what is wrong with rows)
//! updates.rs  a file of `events … --from-file`, in the same forms
//! ```

mod api_order;
mod cells;
mod columns;
mod encoding;
mod excel;
mod fields;
mod import;
mod json;
mod mistakes;
mod orders;
mod rows;
mod source;
#[cfg(test)]
mod tests;
mod updates;

pub use api_order::ApiOrders;
pub use cells::manual_result;
pub use columns::FileKind;
pub use encoding::read_text;
pub use import::{FileEnd, ImportFile, Reading};
pub use mistakes::{Mistake, Weight};
pub use orders::read_orders;
pub use rows::RowPlace;
pub use source::{InputError, Source};
pub use updates::{UpdateRow, read_updates};
