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
//! rows/       the rows of `import`: UTF-8 and Shift_JIS, CSV and JSON, headers and cells
//! ```
//!
//! It yields and never stores. Orders are held in memory, rows are streamed.

mod address;
mod bytes;
mod check;
mod digits;
mod error;
mod field;
mod json;
mod kind;
mod order;
mod reader;
mod rows;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod values;

pub use check::Input;
pub use error::{InputError, InputErrorKind, Problem};
pub use reader::{OrderReader, Orders, for_each_order, read_orders};
pub use rows::{BadRow, BadRows, Record, Row, RowError, Rows, rows};
pub use source::{Located, Place, Source};
pub use text::read_text;
