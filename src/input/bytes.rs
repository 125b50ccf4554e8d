//! Bytes with their line and column, checked to be UTF-8 as they are read.

use std::io::{self, Read};

/// The most that one order may take, in bytes: a line without an end must not fill the memory.
pub(super) const LONGEST_ORDER: usize = 16 * 1024 * 1024;
/// What is held at first: a hundred orders or so. An order that is longer makes it grow.
const CHUNK: usize = 128 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line and a column, both from 1; columns are counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub line: usize,
    pub column: usize,
}

/// Why there are no more bytes although the input does not end.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    NotUtf8,
    TooLong,
}

/// What follows the bytes that are held.
enum Rest {
    /// More, perhaps.
    More,
    End,
    NotUtf8,
    Unreadable(io::Error),
}

/// A reader that knows where it is. It gives what is ahead as a whole, to be parsed in place and
/// passed; and it is a [`Read`] that gives byte by byte, so that the place of a mistake is exact.
pub(super) struct Bytes<R> {
    from: R,
    buffer: Vec<u8>,
    next: usize,
    /// Up to here the buffer is known to be UTF-8.
    sound: usize,
    filled: usize,
    rest: Rest,
    /// The bytes that the order may still take.
    left: usize,
    /// Where the byte that was read last stands.
    last: Spot,
    after_newline: bool,
    fault: Option<Fault>,
}

impl<R: Read> Bytes<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            buffer: vec![0; CHUNK],
            next: 0,
            sound: 0,
            filled: 0,
            rest: Rest::More,
            left: LONGEST_ORDER,
            last: Spot { line: 1, column: 0 },
            after_newline: false,
            fault: None,
        }
    }

    /// Passes over a byte-order mark; for the start of an input.
    pub(super) fn skip_byte_order_mark(&mut self) {
        while self.filled < BYTE_ORDER_MARK.len() && self.may_fill() {
            self.fill();
        }
        if self.buffer[..self.sound].starts_with(BYTE_ORDER_MARK) {
            self.next = BYTE_ORDER_MARK.len();
        }
    }

    /// Passes over blanks and gives the byte that follows, which is not yet read. None at the end
    /// of the input, and at a fault.
    pub(super) fn skip_blanks(&mut self) -> Option<u8> {
        loop {
            self.begin_order();
            match self.peek()? {
                b' ' | b'\t' | b'\n' | b'\r' => self.advance(),
                byte => return Some(byte),
            };
        }
    }

    /// Passes over what is left of this line and over all lines that do not begin with `{`.
    /// Whether there is one that does.
    pub(super) fn skip_to_next_object_line(&mut self) -> bool {
        loop {
            self.begin_order();
            match self.peek() {
                None => return false,
                Some(b'{') if self.after_newline => return true,
                Some(_) => self.advance(),
            };
        }
    }

    /// From here on a new order's bytes are counted.
    pub(super) fn begin_order(&mut self) {
        self.left = LONGEST_ORDER;
    }

    /// Where the byte that was read last stands.
    pub(super) fn last(&self) -> Spot {
        self.last
    }

    /// Where the byte that is read next stands.
    pub(super) fn next(&self) -> Spot {
        let (line, column) = match self.after_newline {
            true => (self.last.line + 1, 1),
            false => (self.last.line, self.last.column + 1),
        };
        Spot { line, column }
    }

    /// What stopped the reading, if anything did.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// What is held of what is ahead, as far as one order may reach.
    pub(super) fn window(&self) -> &[u8] {
        let ahead = &self.buffer[self.next..self.sound];
        &ahead[..ahead.len().min(LONGEST_ORDER)]
    }

    /// Makes the window at least twice as wide where there is so much, so that who parses it
    /// again and again for an order that is long has little more to do than once. False where
    /// there is no more.
    pub(super) fn widen(&mut self) -> bool {
        let had = self.window().len();
        let wanted = (2 * had).clamp(1, LONGEST_ORDER);
        while self.window().len() < wanted && self.may_fill() {
            self.fill();
        }
        self.window().len() > had
    }

    /// Goes past `count` bytes of the window.
    pub(super) fn pass(&mut self, count: usize) {
        let Some((newest, before)) = self.buffer[self.next..self.next + count].split_last() else {
            return;
        };
        let newlines = count_of(before, |byte| byte == b'\n');
        self.last.line += newlines + usize::from(self.after_newline);
        if self.after_newline {
            self.last.column = 0;
        }
        let of_this_line = match newlines {
            0 => before,
            _ => {
                self.last.column = 0;
                before
                    .rsplit(|byte| *byte == b'\n')
                    .next()
                    .unwrap_or(before)
            }
        };
        self.last.column += count_of(of_this_line, begins_a_character);
        self.last.column += usize::from(begins_a_character(*newest));
        self.after_newline = *newest == b'\n';
        self.next += count;
    }

    fn peek(&mut self) -> Option<u8> {
        while self.next == self.sound && self.may_fill() {
            self.fill();
        }
        if self.next == self.sound {
            self.meet_rest();
            return None;
        }
        if self.left == 0 {
            self.fault = Some(Fault::TooLong);
            return None;
        }
        Some(self.buffer[self.next])
    }

    /// Goes past the byte that was peeked at.
    fn advance(&mut self) {
        let byte = self.buffer[self.next];
        self.next += 1;
        self.left -= 1;
        if self.after_newline {
            self.last.line += 1;
            self.last.column = 0;
        }
        self.after_newline = byte == b'\n';
        self.last.column += usize::from(begins_a_character(byte));
    }

    fn may_fill(&self) -> bool {
        matches!(self.rest, Rest::More)
    }

    /// All that is held is read: what follows is a fault, or the end.
    fn meet_rest(&mut self) {
        match std::mem::replace(&mut self.rest, Rest::End) {
            Rest::NotUtf8 => {
                self.fault = Some(Fault::NotUtf8);
                self.rest = Rest::NotUtf8;
            }
            Rest::Unreadable(error) => self.fault = Some(Fault::Io(error)),
            Rest::More | Rest::End => {}
        }
    }

    /// Reads once, behind what is held.
    fn fill(&mut self) {
        self.make_room();
        match self.from.read(&mut self.buffer[self.filled..]) {
            Ok(0) => self.rest = Rest::End,
            Ok(count) => self.filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return,
            Err(error) => {
                self.rest = Rest::Unreadable(error);
                return;
            }
        }
        let broken = match std::str::from_utf8(&self.buffer[self.sound..self.filled]) {
            Ok(text) => {
                self.sound += text.len();
                false
            }
            Err(error) => {
                self.sound += error.valid_up_to();
                error.error_len().is_some()
            }
        };
        if broken || (!self.may_fill() && self.sound < self.filled) {
            // What comes before is still read; the fault is met behind it.
            self.filled = self.sound;
            self.rest = Rest::NotUtf8;
        }
    }

    /// Forgets what is read; where nothing is, one order fills it all, and it grows.
    fn make_room(&mut self) {
        self.buffer.copy_within(self.next..self.filled, 0);
        self.filled -= self.next;
        self.sound -= self.next;
        self.next = 0;
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.filled, 0);
        }
    }
}

fn begins_a_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// How many of the bytes are such. In pieces that a byte can count, the compiler makes it look at
/// 16 at a time; it is done for every byte of the input, twice.
fn count_of(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    let of_piece = |piece: &[u8]| {
        piece
            .iter()
            .fold(0, |sum, byte| sum + u8::from(is_such(*byte)))
    };
    bytes
        .chunks(255)
        .map(|piece| usize::from(of_piece(piece)))
        .sum()
}

impl<R: Read> Read for Bytes<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let Some(first) = target.first_mut() else {
            return Ok(0);
        };
        match self.peek() {
            Some(byte) => {
                self.advance();
                *first = byte;
                Ok(1)
            }
            None if self.fault.is_some() => Err(io::Error::from(io::ErrorKind::Other)),
            None => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of a few bytes.
    struct Drip<'b>(&'b [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(target.len());
            target[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn characters_that_are_cut_in_two_are_put_together() {
        let text = "\u{feff}鈴木\n花子x";
        for step in 1..=5 {
            let mut drip = Drip(text.as_bytes(), step);
            let mut bytes = Bytes::new(&mut drip);
            bytes.skip_byte_order_mark();
            let mut read = String::new();
            bytes.read_to_string(&mut read).unwrap();
            assert_eq!(read, "鈴木\n花子x", "in steps of {step}");
            assert_eq!(bytes.last(), Spot { line: 2, column: 3 });
        }
    }

    #[test]
    fn what_is_not_utf8_is_a_fault_at_its_place() {
        // Shift_JIS 鈴, a character that the end cuts off, UTF-16.
        for (input, line, column) in [
            (&b"{\n \xe9\xcb"[..], 2, 2),
            (b"ab\xe9\x88", 1, 3),
            (b"\xff\xfe{\0", 1, 1),
        ] {
            let mut from = input;
            let mut bytes = Bytes::new(&mut from);
            bytes.skip_byte_order_mark();
            assert!(bytes.read_to_end(&mut Vec::new()).is_err());
            assert!(matches!(bytes.take_fault(), Some(Fault::NotUtf8)));
            assert_eq!(bytes.next(), Spot { line, column }, "{input:?}");
        }
    }

    #[test]
    fn an_order_without_an_end_is_a_fault() {
        let mut endless = io::repeat(b'x');
        let mut bytes = Bytes::new(&mut endless);
        bytes.begin_order();
        let read = io::copy(&mut io::BufReader::new(&mut bytes), &mut io::sink());
        assert!(read.is_err());
        assert!(matches!(bytes.take_fault(), Some(Fault::TooLong)));
    }

    #[test]
    fn what_is_passed_at_once_moves_the_place_as_byte_by_byte() {
        let text = "a鈴\nb\n\n木c\r\n花子\n";
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let mut at_once = Bytes::new(text.as_bytes());
                while at_once.widen() {}
                at_once.pass(first);
                at_once.pass(second - first);
                let mut one_by_one = Bytes::new(text.as_bytes());
                let read = io::copy(&mut (&mut one_by_one).take(second as u64), &mut io::sink());
                assert_eq!(read.unwrap(), second as u64);
                assert_eq!(at_once.last(), one_by_one.last(), "{first}, {second}");
                assert_eq!(at_once.next(), one_by_one.next(), "{first}, {second}");
            }
        }
    }

    #[test]
    fn the_window_grows_up_to_the_longest_order() {
        let mut drip = Drip("鈴木".as_bytes(), 4);
        let mut bytes = Bytes::new(&mut drip);
        assert!(bytes.widen());
        assert_eq!(bytes.window(), "鈴".as_bytes(), "a character is never cut");
        assert!(bytes.widen());
        assert_eq!(bytes.window(), "鈴木".as_bytes());
        assert!(!bytes.widen());

        let mut endless = Bytes::new(io::repeat(b'x'));
        while endless.widen() {}
        assert_eq!(endless.window().len(), LONGEST_ORDER);
    }
}
