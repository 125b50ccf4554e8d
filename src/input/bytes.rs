//! Bytes with their line and column, checked to be UTF-8 as they are read.

use std::{
    cell::RefCell,
    io::{self, Read},
};

/// The most that one order may take, in bytes: a line without an end must not fill the memory.
pub(super) const LONGEST_ORDER: usize = 16 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;
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

/// A reader that knows where it is. It is shared between serde_json, which reads from it byte by
/// byte and never ahead of what it parses, and the code that asks for the place.
pub(super) struct Bytes<'r>(RefCell<Inner<'r>>);

struct Inner<'r> {
    from: &'r mut dyn Read,
    buffer: Vec<u8>,
    next: usize,
    /// Up to here the buffer is known to be UTF-8.
    sound: usize,
    filled: usize,
    ended: bool,
    /// What follows the sound bytes is not UTF-8.
    broken: bool,
    /// The bytes that the order may still take.
    left: usize,
    /// Where the byte that was read last stands.
    last: Spot,
    after_newline: bool,
    fault: Option<Fault>,
}

impl<'r> Bytes<'r> {
    pub(super) fn new(from: &'r mut dyn Read) -> Self {
        let inner = Inner {
            from,
            buffer: vec![0; CHUNK],
            next: 0,
            sound: 0,
            filled: 0,
            ended: false,
            broken: false,
            left: LONGEST_ORDER,
            last: Spot { line: 1, column: 0 },
            after_newline: false,
            fault: None,
        };
        Self(RefCell::new(inner))
    }

    /// Passes over a byte-order mark; for the start of an input.
    pub(super) fn skip_byte_order_mark(&self) {
        let mut inner = self.0.borrow_mut();
        while inner.filled < BYTE_ORDER_MARK.len() && !inner.ended && inner.fault.is_none() {
            inner.fill();
        }
        if inner.buffer[..inner.sound].starts_with(BYTE_ORDER_MARK) {
            inner.next = BYTE_ORDER_MARK.len();
        }
    }

    /// Passes over blanks and gives the byte that follows, which is not yet read. None at the end
    /// of the input, and at a fault.
    pub(super) fn skip_blanks(&self) -> Option<u8> {
        let mut inner = self.0.borrow_mut();
        loop {
            inner.left = LONGEST_ORDER;
            match inner.peek()? {
                b' ' | b'\t' | b'\n' | b'\r' => inner.advance(),
                byte => return Some(byte),
            };
        }
    }

    /// Passes over what is left of this line and over all lines that do not begin with `{`.
    /// Whether there is one that does.
    pub(super) fn skip_to_next_object_line(&self) -> bool {
        let mut inner = self.0.borrow_mut();
        loop {
            inner.left = LONGEST_ORDER;
            match inner.peek() {
                None => return false,
                Some(b'{') if inner.after_newline => return true,
                Some(_) => inner.advance(),
            };
        }
    }

    /// From here on a new order's bytes are counted.
    pub(super) fn begin_order(&self) {
        self.0.borrow_mut().left = LONGEST_ORDER;
    }

    /// Where the byte that was read last stands.
    pub(super) fn last(&self) -> Spot {
        self.0.borrow().last
    }

    /// Where the byte that is read next stands.
    pub(super) fn next(&self) -> Spot {
        let inner = self.0.borrow();
        let (line, column) = match inner.after_newline {
            true => (inner.last.line + 1, 1),
            false => (inner.last.line, inner.last.column + 1),
        };
        Spot { line, column }
    }

    /// What stopped the reading, if anything did.
    pub(super) fn take_fault(&self) -> Option<Fault> {
        self.0.borrow_mut().fault.take()
    }
}

impl Read for &Bytes<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let Some(first) = target.first_mut() else {
            return Ok(0);
        };
        let mut inner = self.0.borrow_mut();
        match inner.peek() {
            Some(byte) => {
                inner.advance();
                *first = byte;
                Ok(1)
            }
            None if inner.fault.is_some() => Err(io::Error::from(io::ErrorKind::Other)),
            None => Ok(0),
        }
    }
}

impl Inner<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.next == self.sound && !self.ended && self.fault.is_none() {
            self.fill();
        }
        if self.next == self.sound {
            if self.broken && self.fault.is_none() {
                self.fault = Some(Fault::NotUtf8);
            }
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
            self.last = Spot {
                line: self.last.line + 1,
                column: 0,
            };
        }
        self.after_newline = byte == b'\n';
        let continues_a_character = byte & 0b1100_0000 == 0b1000_0000;
        if !continues_a_character {
            self.last.column += 1;
        }
    }

    /// Reads a chunk behind what is not read yet: at most a character that is cut in two.
    fn fill(&mut self) {
        self.buffer.copy_within(self.next..self.filled, 0);
        self.filled -= self.next;
        self.sound -= self.next;
        self.next = 0;
        match self.from.read(&mut self.buffer[self.filled..]) {
            Ok(0) => self.ended = true,
            Ok(count) => self.filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return,
            Err(error) => {
                self.fault = Some(Fault::Io(error));
                return;
            }
        }
        let (sound, broken) = match std::str::from_utf8(&self.buffer[..self.filled]) {
            Ok(text) => (text.len(), false),
            Err(error) => (error.valid_up_to(), error.error_len().is_some()),
        };
        self.sound = sound;
        if broken || (self.ended && self.sound < self.filled) {
            // What comes before is still read; the fault is met behind it.
            self.filled = self.sound;
            self.ended = true;
            self.broken = true;
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
            let bytes = Bytes::new(&mut drip);
            bytes.skip_byte_order_mark();
            let mut read = String::new();
            (&bytes).read_to_string(&mut read).unwrap();
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
            let bytes = Bytes::new(&mut from);
            bytes.skip_byte_order_mark();
            assert!((&bytes).read_to_end(&mut Vec::new()).is_err());
            assert!(matches!(bytes.take_fault(), Some(Fault::NotUtf8)));
            assert_eq!(bytes.next(), Spot { line, column }, "{input:?}");
        }
    }

    #[test]
    fn an_order_without_an_end_is_a_fault() {
        let mut endless = io::repeat(b'x');
        let bytes = Bytes::new(&mut endless);
        bytes.begin_order();
        let read = io::copy(&mut io::BufReader::new(&bytes), &mut io::sink());
        assert!(read.is_err());
        assert!(matches!(bytes.take_fault(), Some(Fault::TooLong)));
    }
}
