//! The text of a CSV file on its way to the csv crate, which tells neither the line on which a row
//! begins (it counts `\n` alone, and where the row before ends) nor a `"` that is never closed, and
//! which would read a row of any length into memory.

use std::{
    collections::VecDeque,
    fmt,
    io::{self, Read},
};

/// The most that one row may take, in bytes of UTF-8.
pub(super) const LONGEST_ROW: u64 = 1024 * 1024;
/// What the csv crate reads at once, beyond the row that it gives.
pub(super) const AHEAD: usize = 64 * 1024;
/// Stands behind the text as a row of its own. No text holds it: decode.rs refuses it. Where it is
/// part of another row, a `"` is open.
pub(super) const END: &str = "\0";
const END_ROW: &[u8] = b"\n\0";

/// A row is longer than [`LONGEST_ROW`]; the cause of an [`io::Error`].
#[derive(Debug)]
pub(super) struct RowTooLong;

impl fmt::Display for RowTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row is too long")
    }
}

impl std::error::Error for RowTooLong {}

/// A reader that knows the lines of what it gave. `\n`, `\r\n` and a lone `\r` end a line.
pub(super) struct Lined<R> {
    from: R,
    /// How many bytes were given.
    given: u64,
    /// No more is given from here on.
    limit: u64,
    /// The line that is given now, from 1.
    line: u64,
    is_at_start: bool,
    is_after_cr: bool,
    /// Where lines begin that are not blank, and their numbers: of what was given and is not yet
    /// passed.
    starts: VecDeque<(u64, u64)>,
    /// How much of the end row was given; None before the end.
    ended: Option<usize>,
}

impl<R: Read> Lined<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            given: 0,
            limit: u64::MAX,
            line: 1,
            is_at_start: true,
            is_after_cr: false,
            starts: VecDeque::new(),
            ended: None,
        }
    }

    /// A row begins at this byte, or behind blank lines that do.
    pub(super) fn begin_row(&mut self, at: u64) {
        self.limit = at + LONGEST_ROW + AHEAD as u64;
        while self.starts.front().is_some_and(|(start, _)| *start < at) {
            self.starts.pop_front();
        }
    }

    /// The first and the last line of the row that was begun and ends before this byte.
    pub(super) fn lines_of_row(&self, end: u64) -> (u64, u64) {
        let first = self.starts.front().map_or(self.line, |(_, line)| *line);
        let inside = self.starts.iter().take_while(|(start, _)| *start < end);
        (first, inside.last().map_or(first, |(_, line)| *line))
    }

    /// The line on which what is given next stands.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    fn end_row(&mut self, target: &mut [u8]) -> usize {
        let given = self.ended.get_or_insert(0);
        let rest = &END_ROW[*given..];
        let count = rest.len().min(target.len());
        target[..count].copy_from_slice(&rest[..count]);
        *given += count;
        count
    }

    /// Notes the lines of what is given.
    fn note(&mut self, mut text: &[u8]) {
        while let Some(first) = text.first() {
            let is_rest_of_crlf = self.is_after_cr && *first == b'\n';
            self.is_after_cr = false;
            if is_rest_of_crlf {
                self.advance(&mut text, 1);
                continue;
            }
            let length = line_length(text);
            if self.is_at_start && length > 0 {
                self.starts.push_back((self.given, self.line));
                self.is_at_start = false;
            }
            let Some(end) = text.get(length) else {
                self.advance(&mut text, length);
                return;
            };
            self.is_after_cr = *end == b'\r';
            self.is_at_start = true;
            self.line += 1;
            self.advance(&mut text, length + 1);
        }
    }

    fn advance(&mut self, text: &mut &[u8], count: usize) {
        *text = &text[count..];
        self.given += count as u64;
    }
}

/// How long the first line of a text is, without its end. In pieces, which the compiler looks at
/// as a whole: it is done for every byte of a file.
fn line_length(text: &[u8]) -> usize {
    const PIECE: usize = 32;
    let ends = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let mut passed = 0;
    for piece in text.chunks(PIECE) {
        let any = piece.iter().fold(false, |any, byte| any | ends(byte));
        if any {
            return passed + piece.iter().position(ends).unwrap_or(0);
        }
        passed += piece.len();
    }
    passed
}

impl<R: Read> Read for Lined<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.limit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, RowTooLong));
        }
        let mut count = match self.ended {
            None => self.from.read(target)?,
            Some(_) => 0,
        };
        if count == 0 {
            count = self.end_row(target);
        }
        self.note(&target[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_not_blank_are_known_by_where_they_begin() {
        let text = "a\nb\r\n\r\n\n\rc\rd\n\r\ne";
        let expected = [(0, 1), (2, 2), (9, 6), (11, 7), (15, 9), (17, 10)];
        for capacity in 1..20 {
            let mut lined = Lined::new(text.as_bytes());
            let mut all = Vec::new();
            let mut target = vec![0; capacity];
            loop {
                let count = lined.read(&mut target).unwrap();
                all.extend_from_slice(&target[..count]);
                if count == 0 {
                    break;
                }
            }
            assert_eq!(all, [text.as_bytes(), END_ROW].concat());
            assert_eq!(Vec::from(lined.starts.clone()), expected, "{capacity}");
            lined.begin_row(3);
            assert_eq!(lined.lines_of_row(10), (6, 6));
            assert_eq!(lined.lines_of_row(16), (6, 9));
        }
    }

    #[test]
    fn a_line_is_measured_across_pieces() {
        for length in 0..100 {
            let text = "x".repeat(length);
            assert_eq!(line_length(text.as_bytes()), length);
            assert_eq!(line_length(format!("{text}\ryy\n").as_bytes()), length);
        }
    }
}
