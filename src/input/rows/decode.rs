//! Bytes of a file into UTF-8: told apart by content, as they are read.
//!
//! A byte-order mark says UTF-8 (or UTF-16, which is refused). Otherwise ASCII passes through up to
//! the first other byte, and what follows from there decides: valid UTF-8, or else CP932, which is
//! what ecforce and Excel write in Japan (WHATWG's Shift_JIS, with ①, 髙, ～ and half-width kana).

use std::{
    fmt,
    io::{self, Read},
};

use encoding_rs::{Decoder, DecoderResult, SHIFT_JIS};

/// How much from the first byte that is not ASCII on is looked at.
const WINDOW: usize = 1024 * 1024;
/// What is read at once.
const CHUNK: usize = 64 * 1024;

/// Why bytes are not text; the cause of the [`io::Error`] that the reading ends with. It tells
/// nothing of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoText {
    /// Neither UTF-8 nor CP932.
    Undecodable,
    /// UTF-16, or no text at all.
    Utf16,
}

impl fmt::Display for NoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a text in UTF-8 or Shift_JIS")
    }
}

impl std::error::Error for NoText {}

impl NoText {
    /// The fault that an error of the reading is, where it is one.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

enum Mode {
    /// Nothing is read yet.
    Start,
    /// Only ASCII up to now.
    Ascii,
    Utf8,
    Cp932(Box<Decoder>),
    /// Nothing more is given; a fault ends every further reading.
    Over(Option<NoText>),
}

/// A reader of UTF-8 out of a reader of bytes. What it gives ends between two characters only
/// where the target ends.
pub(super) struct Decoded<R> {
    from: R,
    /// Bytes that are read and not yet decoded.
    raw: Vec<u8>,
    is_at_end: bool,
    /// UTF-8 that is not yet given, from `next` on.
    ready: Vec<u8>,
    next: usize,
    mode: Mode,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            raw: Vec::with_capacity(CHUNK),
            is_at_end: false,
            ready: Vec::with_capacity(CHUNK),
            next: 0,
            mode: Mode::Start,
        }
    }

    /// Reads until so many bytes wait to be decoded, and some more, or to the end.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.raw.len() < wanted && !self.is_at_end {
            let room = CHUNK.max(wanted) as u64;
            let count = self.from.by_ref().take(room).read_to_end(&mut self.raw)?;
            self.is_at_end = (count as u64) < room;
        }
        Ok(())
    }

    /// Decodes a piece. Nothing is ready afterwards only at the end, at a fault, and where the
    /// mode was found out.
    fn decode(&mut self) -> io::Result<()> {
        match &self.mode {
            Mode::Start => self.start(),
            Mode::Ascii => self.ascii(),
            Mode::Utf8 => self.utf8(),
            Mode::Cp932(_) => self.cp932(),
            Mode::Over(_) => Ok(()),
        }
    }

    fn start(&mut self) -> io::Result<()> {
        self.fill(3)?;
        self.mode = Mode::Ascii;
        if self.raw.starts_with(b"\xef\xbb\xbf") {
            self.raw.drain(..3);
            self.mode = Mode::Utf8;
        } else if self.raw.starts_with(b"\xff\xfe") || self.raw.starts_with(b"\xfe\xff") {
            self.mode = Mode::Over(Some(NoText::Utf16));
        }
        Ok(())
    }

    fn ascii(&mut self) -> io::Result<()> {
        self.fill(1)?;
        let ascii = if self.raw.is_ascii() {
            self.raw.len()
        } else {
            let first = self.raw.iter().position(|byte| !byte.is_ascii());
            first.unwrap_or(self.raw.len())
        };
        if ascii > 0 {
            self.give_utf8(ascii);
        } else if self.is_at_end && self.raw.is_empty() {
            self.mode = Mode::Over(None);
        } else {
            self.fill(WINDOW)?;
            let window = &self.raw[..self.raw.len().min(WINDOW)];
            let is_all = self.is_at_end && window.len() == self.raw.len();
            self.mode = match is_utf8(window, is_all) {
                true => Mode::Utf8,
                false => Mode::Cp932(Box::new(SHIFT_JIS.new_decoder_without_bom_handling())),
            };
        }
        Ok(())
    }

    fn utf8(&mut self) -> io::Result<()> {
        // A character that is cut in two waits for its rest.
        self.fill(4)?;
        let (sound, is_broken) = match std::str::from_utf8(&self.raw) {
            Ok(text) => (text.len(), false),
            Err(error) => (error.valid_up_to(), error.error_len().is_some()),
        };
        if sound > 0 {
            self.give_utf8(sound);
        } else if is_broken || !self.raw.is_empty() {
            self.mode = Mode::Over(Some(NoText::Undecodable));
        } else {
            self.mode = Mode::Over(None);
        }
        Ok(())
    }

    fn cp932(&mut self) -> io::Result<()> {
        self.fill(1)?;
        let Mode::Cp932(decoder) = &mut self.mode else {
            return Ok(());
        };
        let source = &self.raw[..self.raw.len().min(CHUNK)];
        let is_last = self.is_at_end && source.len() == self.raw.len();
        let most = decoder.max_utf8_buffer_length_without_replacement(source.len());
        self.ready.resize(most.unwrap_or(4 * CHUNK), 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(source, &mut self.ready, is_last);
        self.ready.truncate(written);
        self.raw.drain(..read);
        if matches!(result, DecoderResult::Malformed(..)) {
            self.mode = Mode::Over(Some(NoText::Undecodable));
        } else if is_last {
            self.mode = Mode::Over(None);
        }
        self.refuse_nul();
        Ok(())
    }

    /// Makes so many bytes, which are UTF-8, ready.
    fn give_utf8(&mut self, count: usize) {
        if count == self.raw.len() {
            std::mem::swap(&mut self.raw, &mut self.ready);
        } else {
            self.ready.extend_from_slice(&self.raw[..count]);
            self.raw.drain(..count);
        }
        self.refuse_nul();
    }

    /// UTF-16 without a mark is full of NULs, and text has none.
    fn refuse_nul(&mut self) {
        if self.ready.contains(&0) {
            self.ready.clear();
            self.mode = Mode::Over(Some(NoText::Utf16));
        }
    }
}

/// Whether bytes that begin with one that is not ASCII are UTF-8. What the window cuts in two does
/// not matter; what the end of the file cuts in two does not where other characters show what it
/// is: the file is cut off then.
fn is_utf8(window: &[u8], is_all: bool) -> bool {
    match std::str::from_utf8(window) {
        Ok(_) => true,
        Err(error) if error.error_len().is_some() => false,
        Err(error) => !is_all || error.valid_up_to() > 0,
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        while self.next == self.ready.len() {
            if let Mode::Over(fault) = self.mode {
                return fault.map_or(Ok(0), |fault| {
                    Err(io::Error::new(io::ErrorKind::InvalidData, fault))
                });
            }
            self.ready.clear();
            self.next = 0;
            self.decode()?;
        }
        let given = target.len().min(self.ready.len() - self.next);
        target[..given].copy_from_slice(&self.ready[self.next..self.next + given]);
        self.next += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out, and the fault that it ends with; the bytes come in pieces of `step`.
    fn decoded(bytes: &[u8], step: usize) -> (String, Option<NoText>) {
        struct Drip<'b>(&'b [u8], usize);
        impl Read for Drip<'_> {
            fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
                let count = self.1.min(self.0.len()).min(target.len());
                target[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let mut from = Decoded::new(Drip(bytes, step));
        let mut all = Vec::new();
        let fault = from.read_to_end(&mut all).err();
        let text = String::from_utf8(all).unwrap();
        (text, fault.map(|error| NoText::of(&error).unwrap()))
    }

    #[test]
    fn encodings_are_told_apart_by_content() {
        use NoText::{Undecodable, Utf16};
        let cases: &[(&[u8], &str, Option<NoText>)] = &[
            (b"", "", None),
            (b"\xef\xbb\xbf", "", None),
            (b"abc", "abc", None),
            ("\u{feff}鈴木".as_bytes(), "鈴木", None),
            ("a,鈴木\n".as_bytes(), "a,鈴木\n", None),
            // 受注番号 ﾊﾅｺ ～ ① 髙 ㈱ 纊 in CP932.
            (
                b"\x8e\xf3\x92\x8d\x94\xd4\x8d\x86 \xca\xc5\xba \x81\x60 \x87\x40 \xfb\xfc \x87\x8a \xed\x40",
                "受注番号 ﾊﾅｺ ～ ① 髙 ㈱ 纊",
                None,
            ),
            // Its second bytes may be ASCII: ソ 表 and a backslash.
            (b"\x83\x5c\x95\x5c\\", "ソ表\\", None),
            // Neither: what comes before is still given.
            (b"ab\n\x82\xa0\xff", "ab\nあ", Some(Undecodable)),
            (b"\x82\xa0\n\xa0", "あ\n", Some(Undecodable)),
            (b"a\x82", "a", Some(Undecodable)),
            (b"\xef\xbb\xbfa\x82\xa0", "a", Some(Undecodable)),
            // UTF-8 that is cut off is not taken for CP932.
            (b"\xe9\x88\xb4\xe6\x9c", "鈴", Some(Undecodable)),
            (b"\xff\xfen\0u\0", "", Some(Utf16)),
            (b"\xfe\xff\0n\0u", "", Some(Utf16)),
            (b"n\0u\0", "", Some(Utf16)),
        ];
        for (bytes, text, fault) in cases {
            let whole = decoded(bytes, usize::MAX);
            assert_eq!(
                whole,
                ((*text).to_owned(), *fault),
                "{}",
                bytes.escape_ascii()
            );
            for step in 1..4 {
                let (stepwise, same) = decoded(bytes, step);
                assert_eq!(same, *fault, "{} by {step}", bytes.escape_ascii());
                assert!(stepwise == *text || fault == &Some(Utf16));
            }
        }
    }

    #[test]
    fn a_long_beginning_in_ascii_does_not_hide_the_encoding() {
        let rows = "a905125d2a,3980\n".repeat(100_000);
        for (tail, text) in [
            (&b"\x8e\xf3\x92\x8d"[..], "受注"),
            ("受注".as_bytes(), "受注"),
        ] {
            let bytes = [rows.as_bytes(), tail].concat();
            let (all, fault) = decoded(&bytes, usize::MAX);
            assert_eq!(fault, None);
            assert!(all.starts_with(&rows) && all.ends_with(text));
        }
    }

    #[test]
    fn a_character_across_the_edge_of_the_window_is_put_together() {
        for shift in 0..3 {
            let text = format!("{}{}", "x".repeat(shift), "鈴".repeat(WINDOW / 3 + 2));
            let (all, fault) = decoded(text.as_bytes(), usize::MAX);
            assert_eq!((all == text, fault), (true, None));
            let (one, _, _) = SHIFT_JIS.encode("鈴");
            let cp932 = [&b"xxx"[..shift], &one.repeat(WINDOW / 3 + 2)].concat();
            let (all, fault) = decoded(&cp932, 4093);
            assert_eq!((all == text, fault), (true, None));
        }
    }
}
