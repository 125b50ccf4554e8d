//! Files and standard input into orders and records. It yields and never stores.
//!
//! ```text
//! source.rs   a file or standard input: its bytes, their encoding, what makes it unusable
//! json.rs     the JSON values of a text, each with its line, and the fields of an object
//! cells.rs    what stands in a cell or a field: numbers, IDs, amounts, times, words, what buyers enter
//! orders.rs   orders of `screen`, over several sources: source, json, orders, cells; those of
//!             ecforce's API also by api_order.rs
//! import.rs   a file of `import` into records: source, and each row by rows.rs (its forms: CSV;
//!             excel.rs, json.rs), cells and import; columns.rs says what the fields are called where,
//!             mistakes.rs what is wrong with rows
//! updates.rs  a file of `events … --from-file`, in the same forms
//! ```

mod api_order;
mod cells;
mod columns;
mod excel;
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
pub use import::{FileEnd, ImportFile, Reading};
pub use mistakes::{Mistake, Weight, tellable};
pub use orders::read_orders;
pub use source::{InputError, RowPlace, Source, read_text};
pub use updates::{UpdateRow, read_updates};
