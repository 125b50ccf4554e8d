//! Files and standard input into orders: JSON, a JSON array, or JSON Lines; and files of `import`
//! into records: these, and CSV.
//!
//! ```text
//! source.rs   a file or standard input, and places in them
//! objects.rs  the JSON values of a source, one after the other, each with its line
//! order.rs    a JSON value into an order; address.rs, kind.rs and digits.rs: its parts
//! field.rs    a field with its path, and what is wrong with it
//! reader.rs   all of it together, over several sources
//! text.rs     a text that somebody pasted
//! error.rs    what is wrong with an input: every problem with its place, never with its value
//! file.rs     a file of `import` into records, by
//!             decode.rs (encodings), csv.rs, excel.rs, json_rows.rs, columns.rs (what the
//!             fields are called where), cells.rs and words.rs (what stands in a cell), records.rs, mistakes.rs
//!             and refused.rs (what is wrong with it)
//! ```
//!
//! It yields and never stores. Orders are held in memory, rows are streamed.

mod address;
mod cells;
mod columns;
mod csv;
mod decode;
mod digits;
mod error;
mod excel;
mod field;
mod file;
mod json_rows;
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
mod words;

pub use columns::{Kind, Mapping};
pub use error::{InputError, InputErrorKind};
pub use file::{ImportFile, Reading};
pub use mistakes::{Mistake, RowPlace, Weight};
pub use reader::read_orders;
pub use source::Source;
pub use text::read_text;
