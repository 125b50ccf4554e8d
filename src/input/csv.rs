//! The rows of a CSV text: separated by commas, tabs or semicolons, cells quoted where need be. A
//! cell is decoded where it is asked for, and no sooner.

use std::borrow::Cow;

use super::{decode::Decoded, mistakes::RowPlace};

/// A CSV text and the row that was read last.
pub(super) struct CsvRows {
    text: Decoded,
    separator: u8,
    /// How far it has been read, in bytes.
    at: usize,
    /// The next row's first line, and its number in a spreadsheet.
    line: u64,
    row: u64,
    cells: Vec<Span>,
}

/// A cell in the text, with its quotation marks.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

/// A `"` that is still open where the text ends: of the row that begins on this line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QuoteOpen {
    pub(super) line: u64,
}

impl CsvRows {
    /// Reads the header. Of the separators it is that with which `known` knows most headers.
    pub(super) fn open(
        text: Decoded,
        known: impl Fn(&[String]) -> usize,
    ) -> Result<(Self, Vec<String>), QuoteOpen> {
        let mut rows = Self {
            text,
            separator: b',',
            at: 0,
            line: 1,
            row: 1,
            cells: Vec::new(),
        };
        // Excel's own line, which it does not show as a row.
        let named = rows.named_separator();
        let from = (rows.at, rows.line);
        let mut best: Option<((usize, usize), u8)> = None;
        for separator in named.map_or(vec![b',', b'\t', b';'], |named| vec![named]) {
            (rows.at, rows.line, rows.row, rows.separator) = (from.0, from.1, 1, separator);
            let Ok(headers) = rows.header() else { continue };
            let worth = (known(&headers), headers.len());
            if best.is_none_or(|(other, _)| worth > other) {
                best = Some((worth, separator));
            }
        }
        let separator = best.map_or(b',', |(_, separator)| separator);
        (rows.at, rows.line, rows.row, rows.separator) = (from.0, from.1, 1, separator);
        let headers = rows.header()?;
        Ok((rows, headers))
    }

    /// The separator of a line `sep=;`, which is passed over.
    fn named_separator(&mut self) -> Option<u8> {
        let bytes = self.text.bytes();
        let end = bytes
            .iter()
            .position(|byte| matches!(byte, b'\r' | b'\n'))?;
        let line = bytes[..end].trim_ascii();
        let line = line
            .strip_prefix(b"\"")
            .and_then(|l| l.strip_suffix(b"\""))
            .unwrap_or(line);
        let separator = match line {
            [s, e, p, b'=', separator] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => *separator,
            // A tab has been taken off.
            [s, e, p, b'='] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => b'\t',
            _ => return None,
        };
        self.at = end + line_end(&bytes[end..]);
        self.line = 2;
        Some(separator)
    }

    fn header(&mut self) -> Result<Vec<String>, QuoteOpen> {
        while self.next()?.is_some() {
            let headers: Vec<_> = (0..self.len())
                .map(|cell| self.cell(cell).into_owned())
                .collect();
            if headers.iter().any(|header| !header.trim().is_empty()) {
                return Ok(headers);
            }
        }
        Ok(Vec::new())
    }

    /// Reads the next row: where it stands, and the line on which it ends.
    pub(super) fn next(&mut self) -> Result<Option<(RowPlace, u64)>, QuoteOpen> {
        let bytes = self.text.bytes();
        if self.at >= bytes.len() {
            return Ok(None);
        }
        self.cells.clear();
        let (line, mut at) = (self.line, self.at);
        loop {
            let start = at;
            if bytes.get(at) == Some(&b'"') {
                at = self::quoted(bytes, at, &mut self.line).ok_or(QuoteOpen { line })?;
            }
            let ends = |byte: &u8| *byte == self.separator || matches!(byte, b'\r' | b'\n');
            at += bytes[at..]
                .iter()
                .position(ends)
                .unwrap_or(bytes.len() - at);
            self.cells.push(Span { start, end: at });
            if bytes.get(at) != Some(&self.separator) {
                break;
            }
            at += 1;
        }
        let last = self.line;
        self.at = at + line_end(&bytes[at..]);
        self.line += 1;
        let place = RowPlace::of_row(line, self.row);
        self.row += 1;
        Ok(Some((place, last)))
    }

    /// How many cells the row has.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell of the row; what a row does not have is empty.
    pub(super) fn cell(&self, column: usize) -> Cow<'_, str> {
        let Some(Span { start, end }) = self.cells.get(column).copied() else {
            return Cow::Borrowed("");
        };
        let cell = &self.text.bytes()[start..end];
        match cell.strip_prefix(b"\"") {
            None => self.text.text(cell),
            Some(quoted) => match quoted.iter().position(|byte| *byte == b'"') {
                Some(end) if end + 1 == quoted.len() => self.text.text(&quoted[..end]),
                _ => Cow::Owned(unquoted(&self.text.text(quoted))),
            },
        }
    }

    /// Whether nothing stands in the row.
    pub(super) fn is_blank(&self) -> bool {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"');
        let bytes = self.text.bytes();
        let blank = |cell: &Span| bytes[cell.start..cell.end].iter().all(is_blank);
        self.cells.iter().all(blank)
    }

    /// How many bytes have been read, and how many there are.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.at, self.text.bytes().len())
    }
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
        let text = Decoded::of(text.as_bytes().to_vec()).unwrap();
        let (mut rows, headers) = CsvRows::open(text, |headers| {
            headers.iter().filter(|header| header.len() == 1).count()
        })?;
        let mut all = vec![(0, 0, headers)];
        while let Some((place, _)) = rows.next()? {
            let cells = (0..rows.len()).map(|cell| rows.cell(cell).into_owned());
            all.push((place.line, place.row, cells.collect()));
        }
        Ok(all)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text)
            .unwrap()
            .into_iter()
            .map(|(_, _, cells)| cells)
            .collect()
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
        assert_eq!(read("a,b\n1,2\n\"3,4\n5\n"), Err(QuoteOpen { line: 3 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_the_csv_crate_writes_is_read(rows in prop::collection::vec(
            prop::collection::vec("[a-z \",;\\n\u{3042}]{0,6}", 3), 1..6)
        ) {
            let mut writer = ::csv::Writer::from_writer(Vec::new());
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
