//! The rows of a file in any of its forms: CSV (separated by commas, tabs or semicolons, cells quoted
//! where need be), an Excel book, or JSON, whose objects are rows with headers of their own.

use std::{borrow::Cow, io::Read, ops::Range};

use serde_json::{Map, Value};

use super::{
    cells::{Cell, content},
    excel::{self, BookRows, NoBook},
    json::{Met, Objects, Why},
    source::{Encoded, InputError, RowPlace, Source},
};
use crate::locales::{Text, input as texts};

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
    /// The rows of a source, and its headers: of JSON the keys of its first objects. Of the
    /// separators of a CSV file it is that with which `known` knows most headers.
    pub(super) fn open(
        source: &Source,
        stdin: &mut dyn Read,
        sheet: Option<&str>,
        known: impl Fn(&[String]) -> usize,
    ) -> Result<(Self, Vec<String>), InputError> {
        let name = || source.name();
        let refused = |message, hint| Err(InputError::new(message, hint));
        let bytes = match source.read(stdin) {
            Ok(bytes) => bytes,
            Err(message) => return refused(message, texts::hint_unreadable()),
        };
        if excel::is_book(&bytes) {
            return match BookRows::open(bytes, sheet) {
                Ok((_, headers)) if headers.is_empty() => {
                    refused(texts::empty(name()), texts::hint_empty())
                }
                Ok((rows, headers)) => Ok((Self::Book(rows), headers)),
                Err(NoBook::Unreadable) => refused(texts::no_book(name()), texts::hint_book()),
                Err(NoBook::TooFar) => refused(texts::too_far(name()), texts::hint_too_far()),
                Err(NoBook::NoSheet(names)) => {
                    let names = names.iter().map(|name| format!("`{name}`"));
                    let message = texts::no_sheet(name(), Text::listed(names));
                    refused(message, texts::hint_sheet())
                }
            };
        }
        if let Some((_, form)) = OTHER_FORMS.iter().find(|form| bytes.starts_with(form.0)) {
            return refused(texts::other_form(name(), form), texts::hint_form());
        }
        let text = Encoded::of(bytes).map_err(|error| error.error(name()))?;
        let mut bytes = text.bytes.iter();
        match bytes.find(|byte| !byte.is_ascii_whitespace()) {
            None => refused(texts::empty(name()), texts::hint_empty()),
            // A table of a web page is often named `.xls`.
            Some(b'<') => refused(texts::other_form(name(), "HTML/XML"), texts::hint_book()),
            Some(b'[' | b'{') => {
                let mut objects = Objects::new(text.into_text());
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
            Some(byte) if *byte < b' ' => refused(texts::no_text(name()), texts::hint_form()),
            Some(_) => {
                let (rows, headers) =
                    CsvRows::open(text, known).map_err(|open| open.error(source))?;
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
        let next = match self {
            Self::Csv(rows) => {
                let next = rows.next().map_err(|open| open.error(source))?;
                next.map(|(place, last)| match rows.cells.len() {
                    found if found == expected => Next::Row(place),
                    found if last == place.line => Next::Bad(place, texts::cells(expected, found)),
                    found => Next::Bad(place, texts::cells_of_lines(expected, found, last)),
                })
            }
            // Empty cells at the end of a row are not kept in a book.
            Self::Book(rows) => rows.next().map(|row| {
                let place = RowPlace {
                    line: 0,
                    row,
                    index: None,
                };
                match rows.len() {
                    found if found > expected => Next::Bad(place, texts::cells(expected, found)),
                    _ => Next::Row(place),
                }
            }),
            Self::Json(object, objects) => {
                let Some(Met { line, index, value }) = objects.next() else {
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
        };
        Ok(match next {
            Some(Next::Row(_) | Next::Bad(..)) if self.is_blank() => Some(Next::Blank),
            next => next,
        })
    }

    /// The keys of the JSON object that was read last: its headers.
    pub(super) fn keys(&self) -> Option<impl Iterator<Item = &String> + Clone> {
        match self {
            Self::Json(object, _) => Some(object.keys()),
            _ => None,
        }
    }

    /// A cell of the row that was read last; what the row does not have is empty.
    pub(super) fn cell(&self, column: usize) -> Cell<'_> {
        match self {
            Self::Csv(rows) => Cell::Text(rows.cell(column)),
            Self::Book(rows) => rows.cell(column),
            Self::Json(object, _) => match object.values().nth(column) {
                Some(value) => Cell::of_json(value),
                None => Cell::Text("".into()),
            },
        }
    }

    /// The first of these columns in which anything stands, and its cell.
    pub(super) fn filled(&self, columns: &[usize]) -> Option<(usize, Cell<'_>)> {
        columns.iter().find_map(|column| match self.cell(*column) {
            Cell::Text(text) => Some((*column, Cell::Text(content(text)?))),
            other => Some((*column, other)),
        })
    }

    /// Whether all cells of a row of a table are empty.
    fn is_blank(&self) -> bool {
        let cells = match self {
            Self::Csv(rows) => rows.cells.len(),
            Self::Book(rows) => rows.len(),
            Self::Json(..) => return false,
        };
        (0..cells).all(|column| self.filled(&[column]).is_none())
    }

    /// How much has been read, of how much.
    pub(super) fn progress(&self) -> (usize, usize) {
        match self {
            Self::Csv(rows) => (rows.at, rows.text.bytes.len()),
            Self::Json(_, objects) => objects.progress(),
            Self::Book(_) => (0, 0),
        }
    }
}

/// Forms that are not read, by what all files of them begin with.
const OTHER_FORMS: [(&[u8], &str); 5] = [
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
];

/// A CSV text and the row that was read last.
pub(super) struct CsvRows {
    text: Encoded,
    separator: u8,
    /// How far it has been read, in bytes.
    at: usize,
    /// The next row's first line, and its number in a spreadsheet.
    line: u64,
    row: u64,
    /// The cells, with their quotation marks.
    cells: Vec<Range<usize>>,
}

/// A `"` that is still open where the text ends: of the row that begins on this line.
#[derive(Debug, PartialEq, Eq)]
struct QuoteOpen(u64);

impl QuoteOpen {
    fn error(self, source: &Source) -> InputError {
        InputError::new(
            texts::quote_open(source.name(), self.0),
            texts::hint_quote(),
        )
    }
}

impl CsvRows {
    /// Reads the header. Of the separators it is that with which `known` knows most headers.
    fn open(
        text: Encoded,
        known: impl Fn(&[String]) -> usize,
    ) -> Result<(Self, Vec<String>), QuoteOpen> {
        // Of those that are worth the same the last counts.
        let (begins, separators) = match named_separator(&text.bytes) {
            Some((separator, begins)) => (begins, vec![separator]),
            None => (0, vec![b';', b'\t', b',']),
        };
        let mut rows = Self {
            text,
            separator: b',',
            at: 0,
            line: 1,
            row: 1,
            cells: Vec::new(),
        };
        let mut header_by = |separator: u8| {
            rows.separator = separator;
            // Excel does not show its own line as a row.
            (rows.at, rows.line, rows.row) = (begins, if begins > 0 { 2 } else { 1 }, 1);
            rows.header()
        };
        let worth = |separator: &u8| {
            let headers = header_by(*separator).ok()?;
            Some((known(&headers), headers.len()))
        };
        let best = separators.iter().copied().max_by_key(worth);
        let headers = header_by(best.unwrap_or(b','))?;
        Ok((rows, headers))
    }

    fn header(&mut self) -> Result<Vec<String>, QuoteOpen> {
        while self.next()?.is_some() {
            let cells = 0..self.cells.len();
            let headers: Vec<_> = cells.map(|cell| self.cell(cell).into_owned()).collect();
            if headers.iter().any(|header| !header.trim().is_empty()) {
                return Ok(headers);
            }
        }
        Ok(Vec::new())
    }

    /// Reads the next row: where it stands, and the line on which it ends.
    fn next(&mut self) -> Result<Option<(RowPlace, u64)>, QuoteOpen> {
        let bytes = &self.text.bytes[..];
        if self.at >= bytes.len() {
            return Ok(None);
        }
        self.cells.clear();
        let (line, mut at) = (self.line, self.at);
        loop {
            let start = at;
            if bytes.get(at) == Some(&b'"') {
                at = quoted(bytes, at, &mut self.line).ok_or(QuoteOpen(line))?;
            }
            let ends = |byte: &u8| *byte == self.separator || matches!(byte, b'\r' | b'\n');
            let rest = bytes[at..].iter();
            at += rest.clone().position(ends).unwrap_or(rest.len());
            self.cells.push(start..at);
            if bytes.get(at) != Some(&self.separator) {
                break;
            }
            at += 1;
        }
        let last = self.line;
        self.at = at + line_end(&bytes[at..]);
        self.line += 1;
        let place = RowPlace {
            line,
            row: self.row,
            index: None,
        };
        self.row += 1;
        Ok(Some((place, last)))
    }

    fn cell(&self, column: usize) -> Cow<'_, str> {
        let Some(span) = self.cells.get(column).cloned() else {
            return Cow::Borrowed("");
        };
        let decode = |part| self.text.encoding.decode_without_bom_handling(part).0;
        let cell = &self.text.bytes[span];
        match cell.strip_prefix(b"\"") {
            None => decode(cell),
            Some(quoted) => match quoted.iter().position(|byte| *byte == b'"') {
                Some(end) if end + 1 == quoted.len() => decode(&quoted[..end]),
                _ => Cow::Owned(unquoted(&decode(quoted))),
            },
        }
    }
}

/// The separator of a line `sep=;`, and where the text behind that line begins.
fn named_separator(text: &[u8]) -> Option<(u8, usize)> {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let line = text[..end].trim_ascii();
    let quoted = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\""));
    let (name, rest) = quoted.unwrap_or(line).split_at_checked(4)?;
    let separator = match rest {
        // A tab has been taken off.
        [] => b'\t',
        [separator] => *separator,
        _ => return None,
    };
    if !name.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    Some((separator, end + line_end(&text[end..])))
}

/// Behind the `"` that closes the one at `at`; none where nothing does. Counts its lines.
fn quoted(bytes: &[u8], at: usize, line: &mut u64) -> Option<usize> {
    let mut at = at + 1;
    loop {
        let inside = bytes.get(at..)?;
        let end = inside.iter().position(|byte| *byte == b'"')?;
        let lines = inside[..end]
            .iter()
            .enumerate()
            .filter(|(place, byte)| match byte {
                b'\n' => true,
                b'\r' => inside.get(place + 1) != Some(&b'\n'),
                _ => false,
            });
        *line += lines.count() as u64;
        at += end + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// What stands in a quoted cell, whose first `"` is taken off. What follows the closing one is
/// taken as it is.
fn unquoted(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('"') {
        text.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => return text + after,
        }
    }
    text + rest
}

/// The length of the line end with which these bytes begin.
fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [] => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Read = Vec<(u64, u64, Vec<String>)>;

    /// The rows with their lines and places in a spreadsheet, the header first.
    fn read(text: &str) -> Result<Read, QuoteOpen> {
        let (mut rows, headers) = CsvRows::open(Encoded::of(text.into()).unwrap(), |headers| {
            headers.iter().filter(|header| header.len() == 1).count()
        })?;
        let mut all = vec![(0, 0, headers)];
        while let Some((place, _)) = rows.next()? {
            let cells = (0..rows.cells.len()).map(|cell| rows.cell(cell).into_owned());
            all.push((place.line, place.row, cells.collect()));
        }
        Ok(all)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        let rows = read(text).unwrap().into_iter();
        rows.map(|(_, _, cells)| cells).collect()
    }

    #[test]
    fn rows_are_split_in_every_form() {
        for text in [
            "a,b\nc,d",
            "a,b\r\nc,d\r\n",
            "a,b\rc,d\r",
            "a\tb\nc\td\n",
            "a;b\nc;d\n",
            "sep=;\r\na;b\r\nc;d\r\n",
            "\"sep=,\"\na,b\nc,d\n",
            "sep=\t\na\tb\nc\td\n",
            "\"a\",\"b\"\n\"c\",d\n",
            "\n ,\na,b\nc,d\n",
        ] {
            assert_eq!(cells(text), [["a", "b"], ["c", "d"]], "{text:?}");
        }
        assert_eq!(
            cells("a,b\n\"c, \"\"d\"\"\ne\",\"f\"g\nh\"i,\"\"\n"),
            [["a", "b"], ["c, \"d\"\ne", "fg"], ["h\"i", ""]]
        );
    }

    #[test]
    fn lines_and_rows_of_a_spreadsheet_are_counted() {
        let rows = read("sep=,\na,b\n\"1\n2\",\"\r\n\"\n\n3,4\n").unwrap();
        let places: Vec<_> = rows.iter().map(|(line, row, _)| (*line, *row)).collect();
        assert_eq!(places, [(0, 0), (3, 2), (6, 3), (7, 4)]);
        assert_eq!(read("a,b\n1,2\n\"3,4\n5\n"), Err(QuoteOpen(3)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_the_csv_crate_writes_is_read(rows in prop::collection::vec(
            prop::collection::vec("[a-z \",;\\n\u{3042}]{0,6}", 3), 1..6)
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(&cells(&text)[1..], &rows[..]);
        }

        #[test]
        fn no_text_is_too_strange(text in "[ab\",;\\t\\r\\n=sep]{0,40}") {
            let _ = read(&text);
        }
    }
}
