//! The rows of a file of `import` in any of its forms: CSV, an Excel book, or JSON, whose objects
//! are rows with headers of their own.

use serde_json::{Map, Value};

use super::{
    cells::{self, Cell},
    csv::CsvRows,
    decode::Decoded,
    error::{InputError, no_text},
    excel::{self, BookRows, NoBook},
    mistakes::RowPlace,
    objects::{self, Objects, Why},
    source::Source,
};
use crate::locales::{Text, import as texts};

/// So many JSON objects are looked at to find out what they are.
const LOOKED_AT: usize = 100;

/// The rows and the one that was read last.
pub(super) enum Rows {
    Csv(CsvRows),
    Book(BookRows),
    /// The object that was read last, and what follows.
    Json(Map<String, Value>, Objects),
}

/// What stands where the next row was looked for.
pub(super) enum Next {
    Row(RowPlace),
    Blank,
    /// No row, and what was expected.
    Bad(RowPlace, Text),
}

impl Rows {
    /// The rows of a file, and its headers: of JSON the keys of its first objects. Of the
    /// separators of a CSV file it is that with which `known` knows most headers.
    pub(super) fn open(
        source: &Source,
        bytes: Vec<u8>,
        sheet: Option<&str>,
        known: impl Fn(&[String]) -> usize,
    ) -> Result<(Self, Vec<String>), InputError> {
        let name = || source.name();
        let empty = || InputError::new(texts::empty(name()), texts::hint_empty());
        if excel::is_book(&bytes) {
            let (rows, headers) = BookRows::open(bytes, sheet).map_err(|error| match error {
                NoBook::Unreadable => InputError::new(texts::no_book(name()), texts::hint_book()),
                NoBook::NoSheet(names) => {
                    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                    let message = texts::no_sheet(name(), names.join(", "));
                    InputError::new(message, texts::hint_sheet())
                }
            })?;
            return match headers.is_empty() {
                true => Err(empty()),
                false => Ok((Self::Book(rows), headers)),
            };
        }
        if let Some(form) = other_form(&bytes) {
            let message = texts::other_form(name(), form);
            return Err(InputError::new(message, texts::hint_form()));
        }
        let text = Decoded::of(bytes).map_err(|error| no_text(name(), error))?;
        let mut seen = text.bytes().iter();
        match seen.find(|byte| !byte.is_ascii_whitespace()) {
            None => Err(empty()),
            // A table of a web page is often named `.xls`.
            Some(b'<') => {
                let message = texts::other_form(name(), "HTML/XML");
                Err(InputError::new(message, texts::hint_book()))
            }
            Some(b'[' | b'{') => {
                let mut objects = Objects::new(text.into_utf8());
                let mut headers: Vec<String> = Vec::new();
                for met in objects.by_ref().take(LOOKED_AT) {
                    if let Ok(Value::Object(object)) = met.value {
                        for (key, _) in object {
                            if !headers.contains(&key) {
                                headers.push(key);
                            }
                        }
                    }
                }
                Ok((Self::Json(Map::new(), objects.again()), headers))
            }
            Some(byte) if *byte < b' ' => {
                Err(InputError::new(texts::no_text(name()), texts::hint_form()))
            }
            Some(_) => {
                let (rows, headers) =
                    CsvRows::open(text, known).map_err(|open| quote_open(source, open.line))?;
                Ok((Self::Csv(rows), headers))
            }
        }
    }

    /// Reads the next row; `expected` is how many cells it should have.
    ///
    /// # Errors
    /// Where the rest of the file cannot be read.
    pub(super) fn next(
        &mut self,
        source: &Source,
        expected: usize,
    ) -> Result<Option<Next>, InputError> {
        Ok(match self {
            Self::Csv(rows) => {
                let next = rows.next().map_err(|open| quote_open(source, open.line))?;
                next.map(|(place, last)| match rows.len() {
                    _ if rows.is_blank() => Next::Blank,
                    found if found == expected => Next::Row(place),
                    found if last == place.line => Next::Bad(place, texts::cells(expected, found)),
                    found => Next::Bad(place, texts::cells_of_lines(expected, found, last)),
                })
            }
            // Empty cells at the end of a row are not kept in a book.
            Self::Book(rows) => rows.next().map(|place| match rows.len() {
                0 => Next::Blank,
                found if found > expected => Next::Bad(place, texts::cells(expected, found)),
                _ => Next::Row(place),
            }),
            Self::Json(object, objects) => {
                let Some(objects::Met { line, index, value }) = objects.next() else {
                    return Ok(None);
                };
                let place = RowPlace {
                    line: line as u64,
                    row: 0,
                    index,
                };
                Some(match value {
                    Ok(Value::Object(met)) if met.is_empty() => Next::Blank,
                    Ok(Value::Object(met)) => {
                        *object = met;
                        Next::Row(place)
                    }
                    Err(broken) if objects.is_lost() => {
                        let what = match broken.why {
                            Why::CutOff => texts::cut_off(),
                            _ => texts::not_json(),
                        };
                        let message = texts::broken(source.name(), broken.line, what);
                        return Err(InputError::new(message, texts::hint_form()));
                    }
                    _ => Next::Bad(place, texts::no_object()),
                })
            }
        })
    }

    /// The keys of the JSON object that was read last: its headers.
    pub(super) fn keys(&self) -> Option<impl Iterator<Item = &String> + Clone> {
        match self {
            Self::Json(object, _) => Some(object.keys()),
            _ => None,
        }
    }

    /// A cell of the row that was read last.
    pub(super) fn cell(&self, column: usize) -> Cell<'_> {
        match self {
            Self::Csv(rows) => Cell::Text(rows.cell(column)),
            Self::Book(rows) if rows.lacks_value(column) => Cell::Formula,
            Self::Book(rows) => Cell::Text(rows.cell(column)),
            Self::Json(object, _) => match object.values().nth(column) {
                Some(value) => cells::of_json(value),
                None => Cell::Text("".into()),
            },
        }
    }

    /// How much has been read, of how much.
    pub(super) fn progress(&self) -> (usize, usize) {
        match self {
            Self::Csv(rows) => rows.progress(),
            Self::Json(_, objects) => objects.progress(),
            Self::Book(_) => (0, 0),
        }
    }
}

/// The form of bytes that are none of those that are read, by what all files of it begin with.
fn other_form(bytes: &[u8]) -> Option<&'static str> {
    const FORMS: [(&[u8], &str); 5] = [
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"GIF8", "GIF"),
        (b"%PDF", "PDF"),
        (b"\x1f\x8b", "gzip"),
    ];
    let form = FORMS.iter().find(|(begins, _)| bytes.starts_with(begins));
    form.map(|(_, name)| *name)
}

fn quote_open(source: &Source, line: u64) -> InputError {
    InputError::new(texts::quote_open(source.name(), line), texts::hint_quote())
}
