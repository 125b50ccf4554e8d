//! Files and standard input into orders: JSON, a JSON array, or JSON Lines; and files of `import`
//! into records: these, and CSV.
//!
//! ```text
//! source.rs   a file or standard input, and places in them
//! bytes.rs    bytes with their line and column: UTF-8, byte-order mark, the longest order
//! values.rs   the JSON values of a source, one after the other
//! json.rs     one of them, borrowed
//! order.rs    a JSON value into an order; address.rs, kind.rs and digits.rs: its parts
//! field.rs    a field with its path, and what is wrong with it
//! reader.rs   all of it together, over several sources
//! numbers.rs  which numbers were met, exactly or by hashes
//! check.rs    the first of two passes; origin.rs and kept.rs: what it takes to read again
//! again.rs    the second: what was checked, one order at a time
//! text.rs     a text that somebody pasted
//! error.rs    what is wrong with an input: every problem with its place, never with its value
//! file.rs     a file of `import` into records, by
//!             decode.rs (encodings), csv.rs, excel.rs, objects.rs (JSON), columns.rs (what the
//!             fields are called where), cells.rs and words.rs (what stands in a cell), records.rs, mistakes.rs
//!             and refused.rs (what is wrong with it)
//! ```
//!
//! It yields and never stores. Reading is streaming: one order or row at a time is held.

mod address;
mod again;
mod bytes;
mod cells;
mod check;
mod columns;
mod csv;
mod decode;
mod digits;
mod error;
mod excel;
mod field;
mod file;
mod json;
mod kept;
mod kind;
mod mistakes;
mod numbers;
mod objects;
mod order;
mod origin;
mod reader;
mod records;
mod refused;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod words;

pub use again::InputOrders;
pub use check::Input;
pub use columns::{Kind, Mapping};
pub use error::{InputError, InputErrorKind, Problem};
pub use file::{ImportFile, Reading, Records};
pub use mistakes::{Mistake, RowPlace, Weight};
pub use reader::{OrderReader, Orders, for_each_order, read_orders};
pub use source::{Located, Place, Source};
pub use text::read_text;
