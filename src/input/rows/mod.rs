//! Files of orders, payments and events as ecforce and O-PLUX export them, into records.
//!
//! ```text
//! decode.rs     bytes into UTF-8: UTF-8 and CP932 are told apart by content
//! lines.rs      a CSV text with its lines, the longest row, and a `"` that is never closed
//! csv_rows.rs   the rows of a CSV file
//! json_rows.rs  the objects of a JSON file
//! header.rs     which column is which field
//! record.rs     the fields of a record, and the cells of one row
//! order.rs payment.rs event.rs   the three kinds of records
//! cells.rs money.rs time.rs words.rs   what stands in a cell
//! error.rs      bad rows, and what makes a file unreadable
//! ```

mod cells;
mod csv_rows;
mod decode;
mod error;
mod event;
mod header;
mod json_rows;
mod lines;
mod money;
mod order;
mod payment;
mod record;
#[cfg(test)]
mod tests;
mod time;
mod words;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Chain, Cursor, Read},
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

pub use error::{BadRow, BadRows, RowError};

use self::{
    csv_rows::CsvRows,
    decode::Decoded,
    error::{empty, unreadable},
    header::Names,
    json_rows::JsonRows,
    record::Shape,
};
use super::{
    error::InputError,
    source::{Place, Source},
};
use crate::domain::{event::EventRecord, order::OrderRecord, payment::PaymentRecord};

/// What a file can be read into.
pub trait Record: Shape {}

impl Record for OrderRecord {}
impl Record for PaymentRecord {}
impl Record for EventRecord {}

/// A record with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<R> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its place in the JSON array, from 0, where it stands in one.
    pub index: Option<usize>,
    /// The record.
    pub value: R,
}

/// The rows of one file, read one by one: of the file it holds no more than a row and a buffer.
pub struct Rows<R> {
    source: Arc<Source>,
    body: Body,
    is_over: bool,
    read: Arc<AtomicU64>,
    total: Option<u64>,
    record: PhantomData<fn() -> R>,
}

/// The text of a file: what was read of it to find its first character, and the rest.
type Text = Chain<Cursor<Vec<u8>>, Decoded<Counted>>;

enum Body {
    Csv(Box<CsvRows<Text>>),
    Json(Box<JsonRows<Text>>),
}

/// How much is read to find the first character that is not blank.
const BLANKS: usize = 64 * 1024;

/// Opens a source and reads its header. `columns` are the configured headers, by the name of their
/// field; `stdin` is asked for where the source is standard input.
///
/// # Errors
/// A file that cannot be read, is empty, is of an encoding that is not read, or lacks a column
/// that has to be there.
pub fn rows<R: Record>(
    source: &Source,
    stdin: impl FnOnce() -> Box<dyn Read + Send>,
    columns: &BTreeMap<String, String>,
) -> Result<Rows<R>, InputError> {
    let (from, total) = match source {
        Source::Stdin => (stdin(), None),
        Source::File(path) => open(path).map_err(|error| unreadable(source, 1, &error))?,
    };
    let read = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&read);
    let mut text = Decoded::new(Counted { from, count });
    let (head, first) = head(&mut text).map_err(|error| unreadable(source, 1, &error))?;
    let text = Cursor::new(head).chain(text);
    let source = Arc::new(source.clone());
    let names = Names::new(R::FIELDS, columns);
    let body = match first {
        None => return Err(empty(&source)),
        Some(b'[' | b'{') => {
            let rows = JsonRows::new(Arc::clone(&source), text, names);
            Body::Json(Box::new(rows))
        }
        Some(_) => {
            let rows = CsvRows::open::<R>(Arc::clone(&source), text, &names)?;
            Body::Csv(Box::new(rows))
        }
    };
    Ok(Rows {
        source,
        body,
        is_over: false,
        read,
        total,
        record: PhantomData,
    })
}

/// A file, and how long it is where that is known: a pipe has no length.
fn open(path: &std::path::Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    let file = File::open(path)?;
    let known = file.metadata().ok().filter(std::fs::Metadata::is_file);
    Ok((Box::new(file), known.map(|known| known.len())))
}

/// The beginning of a text, up to the first character that is not blank at least, and that
/// character's first byte.
fn head(text: &mut impl Read) -> io::Result<(Vec<u8>, Option<u8>)> {
    let mut head = Vec::new();
    let mut looked_at = 0;
    loop {
        let ahead = text.take(4096).read_to_end(&mut head);
        let is_blank = |byte: &u8| byte.is_ascii_whitespace();
        let first = head[looked_at..]
            .iter()
            .find(|byte| !is_blank(byte))
            .copied();
        // What stands before a fault is still read.
        if first.is_some() {
            return Ok((head, first));
        }
        if ahead? == 0 {
            return Ok((head, None));
        }
        if head.len() >= BLANKS {
            return Ok((head, Some(b'\n')));
        }
        looked_at = head.len();
    }
}

impl<R: Record> Rows<R> {
    /// The next row; none at the end, and behind [`RowError::Fatal`].
    pub fn next_row(&mut self) -> Option<Result<Row<R>, RowError>> {
        if self.is_over {
            return None;
        }
        let next = match &mut self.body {
            Body::Csv(rows) => rows.next(),
            Body::Json(rows) => rows.next(),
        };
        self.is_over = matches!(next, None | Some(Err(RowError::Fatal(_))));
        next
    }

    /// The columns of the file that are passed over: of a CSV file from the beginning, of JSON at
    /// the end.
    pub fn unknown_columns(&self) -> &[String] {
        match &self.body {
            Body::Csv(rows) => rows.unknown(),
            Body::Json(rows) => rows.unknown(),
        }
    }

    /// What the file calls the column of a field; in JSON, and where there is none, the field's
    /// own name.
    pub fn column_of(&self, field: &'static str) -> &str {
        let Body::Csv(rows) = &self.body else {
            return field;
        };
        let place = R::FIELDS.iter().position(|known| known.name == field);
        place
            .and_then(|place| rows.column_of(place))
            .unwrap_or(field)
    }

    /// The place of a row, for a [`BadRow`] of what only the store knows.
    pub fn place(&self, row: &Row<R>) -> Place {
        Place {
            source: Arc::clone(&self.source),
            line: usize::try_from(row.line).unwrap_or(usize::MAX),
            index: row.index,
        }
    }

    /// How many bytes of the file were read.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// How many bytes the file has, where that is known.
    pub fn bytes_total(&self) -> Option<u64> {
        self.total
    }
}

impl<R: Record> Iterator for Rows<R> {
    type Item = Result<Row<R>, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row()
    }
}

/// A reader that counts what it gives.
struct Counted {
    from: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(target)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
