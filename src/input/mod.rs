//! Files and standard input into orders and records. It yields and never stores.
//!
//! ```text
//! source.rs   a file or standard input; error.rs: what makes it unusable
//! reader.rs   orders of `screen`, over several sources, by
//!             objects.rs (the JSON values of a text, each with its line), order.rs and fields.rs
//!             (a JSON value into an order), api_order.rs (an answer of ecforce's API), entered.rs (what buyers enter)
//! file.rs     a file of `import` into records, by
//!             rows.rs (its forms: csv.rs with decode.rs, excel.rs, objects.rs), columns.rs (what
//!             the fields are called where) with headers.rs, records.rs and mistakes.rs (what is
//!             wrong with rows)
//! updates.rs  a file of `events … --from-file`, in the same forms
//! cells.rs    what stands in a cell or a field; ids.rs: numbers and IDs, words.rs: the words of
//!             the admin screens
//! ```

mod api_order;
mod cells;
mod columns;
mod csv;
mod decode;
mod entered;
mod error;
mod excel;
mod fields;
mod file;
mod headers;
mod ids;
mod mistakes;
mod objects;
mod order;
mod reader;
mod records;
mod rows;
mod source;
#[cfg(test)]
mod tests;
mod updates;
mod words;

pub use api_order::ApiOrders;
pub use columns::Kind;
pub use error::InputError;
pub use file::ImportFile;
pub use mistakes::{Mistake, RowPlace, Weight};
pub use reader::read_orders;
pub use records::Reading;
pub use source::{Source, read_text};
pub use updates::{UpdateRow, read_updates};
pub use words::manual_result;
