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
//! check.rs    an input of orders in memory, read whole before anything is sent
//! text.rs     a text that somebody pasted
//! error.rs    what is wrong with an input: every problem with its place, never with its value
//! file.rs     a file of `import` into records, by
//!             decode.rs (encodings), csv.rs, excel.rs, objects.rs (JSON), columns.rs (what the
//!             fields are called where), cells.rs and words.rs (what stands in a cell), records.rs, mistakes.rs
//!             and refused.rs (what is wrong with it)
//! ```
//!
//! It yields and never stores. Orders are held in memory, rows are streamed.

mod address;
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
mod kind;
mod mistakes;
mod objects;
mod order;
mod reader;
mod records;
mod refused;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod words;

pub use check::Input;
pub use columns::{Kind, Mapping};
pub use error::{InputError, InputErrorKind, Problem};
pub use file::{ImportFile, Reading};
pub use mistakes::{Mistake, RowPlace, Weight};
pub use reader::{OrderReader, Orders, for_each_order, read_orders};
pub use source::{Located, Place, Source};
pub use text::read_text;
