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
//! rows/       the rows of `import`: UTF-8 and Shift_JIS, CSV and JSON, headers and cells;
//!             bytes.rs, values.rs and json.rs are theirs alone
//! ```
//!
//! It yields and never stores. Orders are held in memory, rows are streamed.

mod address;
mod bytes;
mod digits;
mod error;
mod field;
mod json;
mod kind;
mod objects;
mod order;
mod reader;
mod rows;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod values;

pub use error::{InputError, InputErrorKind, Problem};
pub use reader::read_orders;
pub use rows::{BadRow, BadRows, Record, Row, RowError, Rows, rows};
pub use source::{Place, Source};
pub use text::read_text;
