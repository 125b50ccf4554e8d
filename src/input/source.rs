//! Where an input comes from, its bytes and its text, the places in it, and what is said of one that
//! cannot be used: every mistake with its place and what was expected.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use encoding_rs::{DecoderResult, Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};

use crate::locales::{Said, Text, import, input as texts};

/// How many mistakes a message tells one by one; of further ones it tells how many there are.
const TOLD: usize = 100;
/// So many bytes are looked at to find UTF-16 that has no mark.
const LOOKED_AT: usize = 4096;
/// A large file in CP932 is decoded in pieces of about this.
const PIECE: usize = 4 << 20;

/// A file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Standard input: `-`.
    Stdin,
    /// What ecforce gave, which is read in the place of standard input.
    Ecforce,
    /// A file, by its path as given.
    File(PathBuf),
}

impl Source {
    /// The sources of the arguments `[FILE|-]…`; without any it is standard input.
    ///
    /// # Errors
    /// Where standard input is named twice: it can be read once.
    pub fn of_arguments(files: &[PathBuf]) -> Result<Vec<Self>, InputError> {
        if files.is_empty() {
            return Ok(vec![Self::Stdin]);
        }
        let sources: Vec<_> = files.iter().map(|file| Self::of_argument(file)).collect();
        let from_stdin = sources.iter().filter(|source| **source == Self::Stdin);
        if from_stdin.count() > 1 {
            let hint = texts::stdin_twice_hint();
            return Err(InputError::new(texts::stdin_twice(), hint));
        }
        Ok(sources)
    }

    fn of_argument(file: &Path) -> Self {
        if file.as_os_str() == "-" {
            Self::Stdin
        } else {
            Self::File(file.to_owned())
        }
    }

    /// All that it holds, or why it cannot be read; `stdin` is read where it is standard input.
    pub(super) fn read(&self, stdin: &mut dyn Read) -> Result<Vec<u8>, Text> {
        let mut bytes = Vec::new();
        let read = match self {
            Self::Stdin | Self::Ecforce => stdin.read_to_end(&mut bytes).map(|_| bytes),
            Self::File(path) => fs::read(path),
        };
        read.map_err(|error| {
            let why = match error.kind() {
                io::ErrorKind::NotFound => texts::not_found(),
                io::ErrorKind::PermissionDenied => texts::not_permitted(),
                io::ErrorKind::IsADirectory => texts::is_a_folder(),
                _ => Text::same(error),
            };
            texts::unreadable(self.name(), why)
        })
    }

    /// Its name for people.
    pub fn name(&self) -> Text {
        match self {
            Self::Stdin => texts::stdin(),
            Self::Ecforce => Text::same("ecforce"),
            Self::File(path) => Text::same(path.display()),
        }
    }

    /// Its name as an argument.
    pub fn argument(&self) -> String {
        match self {
            Self::Stdin | Self::Ecforce => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// Reads all of a text that somebody pasted: UTF-8, or Shift_JIS (CP932) where it is none. What is
/// no character of it is passed over.
///
/// # Errors
/// Where the source cannot be read.
pub fn read_text(source: &Source, stdin: &mut impl Read) -> Result<String, InputError> {
    let bytes = source.read(stdin);
    let bytes = bytes.map_err(|message| InputError::new(message, texts::hint_text()))?;
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| SHIFT_JIS.decode(error.as_bytes()).0.into_owned()))
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowPlace {
    /// The line on which it begins, from 1; 0 in an Excel book, which has none.
    pub line: u64,
    /// Its row in a spreadsheet, from 1; 0 where the file is no table.
    pub row: u64,
    /// Its place in a JSON array, from 0.
    pub index: Option<usize>,
}

impl RowPlace {
    pub(super) fn of_row(line: u64, row: u64) -> Self {
        let index = None;
        Self { line, row, index }
    }

    /// Its line; in a book its row.
    pub fn number(self) -> u64 {
        if self.line > 0 { self.line } else { self.row }
    }

    pub(super) fn named(self) -> Text {
        match self {
            Self {
                line,
                index: Some(index),
                ..
            } => import::at_index(index, Text::same(line)),
            Self { line: 0, row, .. } => Text::same(row),
            Self { line, row, .. } if row > 0 && row != line => import::line_and_row(line, row),
            Self { line, .. } => Text::same(line),
        }
    }
}

/// An input that cannot be used. All are exit 2: nothing was sent, and nothing stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct InputError {
    /// One mistake a line, and what to do.
    pub said: Said,
}

impl InputError {
    /// One mistake.
    pub(super) fn new(message: Text, hint: Text) -> Self {
        let said = Said::new(message).hint(hint);
        Self { said }
    }

    /// Several mistakes, one a line; none where there is none.
    pub fn of_lines(mut lines: Vec<Text>, hint: Text) -> Option<Self> {
        let more = lines.len().saturating_sub(TOLD);
        lines.truncate(TOLD);
        if more > 0 {
            lines.push(texts::more_problems(more));
        }
        (!lines.is_empty()).then(|| Self::new(Text::joined(&lines, "\n"), hint))
    }

    /// One error of several: all that they say, and each hint once.
    pub fn together(errors: Vec<Self>) -> Option<Self> {
        let (mut messages, mut hints) = (Vec::new(), Vec::new());
        for InputError { said } in errors {
            messages.push(said.message);
            hints.extend(said.hint.filter(|hint| !hints.contains(hint)));
        }
        let message = Text::joined(&messages, "\n");
        (!messages.is_empty()).then(|| Self::new(message, Text::joined(&hints, "\n")))
    }
}

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoText {
    /// A character of this line is of no encoding that is read.
    Undecodable { line: usize },
    /// On this line stands a zero byte, which no text has.
    Zero { line: usize },
    /// On this line another encoding begins than that of the lines before.
    Mixed { line: usize },
}

impl NoText {
    pub(super) fn error(self, name: Text) -> InputError {
        let (message, hint) = match self {
            Self::Undecodable { line } => (import::undecodable(name, line), import::hint_form()),
            Self::Zero { line } => (import::zero(name, line), import::hint_form()),
            Self::Mixed { line } => (import::mixed(name, line), import::hint_mixed()),
        };
        InputError::new(message, hint)
    }
}

/// The text of bytes in UTF-8, UTF-16 or Shift_JIS (CP932), told apart by content.
pub(super) fn decoded(bytes: Vec<u8>) -> Result<String, NoText> {
    let text = match utf16(&bytes) {
        Some(encoding) => {
            let (text, is_bad) = encoding.decode_with_bom_removal(&bytes);
            if is_bad {
                let sound = text.split('\u{fffd}').next().unwrap_or_default();
                let line = line_of(sound.as_bytes());
                return Err(NoText::Undecodable { line });
            }
            text.into_owned()
        }
        None => match String::from_utf8(bytes) {
            Ok(text) => without_mark(text),
            Err(error) => cp932(error.into_bytes())?,
        },
    };
    match text.bytes().position(|byte| byte == 0) {
        Some(at) => Err(NoText::Zero {
            line: line_of(&text.as_bytes()[..at]),
        }),
        None => Ok(text),
    }
}

/// A text without its byte-order mark.
pub(super) fn without_mark(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    text
}

/// UTF-16, by its mark, or by the zeros that its ASCII characters have: separators, digits and line
/// ends are an eighth of the characters of a table at least. A zero here or there is a fault.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let beginning = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |odd: usize| {
        let units = beginning.chunks_exact(2);
        units
            .filter(|unit| unit[odd] == 0 && unit[1 - odd] != 0)
            .count()
    };
    match (zeros(0), zeros(1)) {
        (high, low) if high.max(low) * 16 < beginning.len().max(1) => None,
        (high, low) if high > low => Some(UTF_16BE),
        _ => Some(UTF_16LE),
    }
}

/// CP932: what is not all of it UTF-8 is that, or holds a second encoding, or is of none. It is
/// looked at cell by cell: what ends one is one byte in both, and never a part of another
/// character.
fn cp932(bytes: Vec<u8>) -> Result<String, NoText> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    // Whether the cells so far are CP932; short ones can be read as both.
    let mut found = bytes.starts_with(MARK).then_some(false);
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 3);
    let (mut line, mut decoded) = (1, String::new());
    let ends = |byte: &u8| matches!(byte, b',' | b'\t' | b';' | b'"' | b'\r' | b'\n');
    for piece in pieces(bytes) {
        let piece = piece.strip_prefix(MARK).unwrap_or(&piece);
        for cell in piece.split_inclusive(ends) {
            let utf8 = std::str::from_utf8(cell);
            match utf8 {
                Ok(ascii) if cell.is_ascii() => text.push_str(ascii),
                _ => {
                    let is_cp932 = match (decode_cp932(cell, &mut decoded), utf8) {
                        (true, Ok(utf8)) => is_japanese(utf8, &decoded).then_some(false),
                        (true, Err(_)) => Some(true),
                        (false, Ok(_)) => Some(false),
                        (false, Err(_)) => return Err(NoText::Undecodable { line }),
                    };
                    if found.is_some() && is_cp932.is_some() && found != is_cp932 {
                        return Err(NoText::Mixed { line });
                    }
                    found = found.or(is_cp932);
                    text.push_str(&decoded);
                }
            }
            line += usize::from(cell.ends_with(b"\n"));
        }
    }
    Ok(text)
}

/// Puts the text of a cell in CP932 into another, in place of what was there; false where the bytes
/// are none. (The decoder's own way of appending takes time by the room that is left.)
fn decode_cp932(cell: &[u8], text: &mut String) -> bool {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let most = decoder.max_utf8_buffer_length_without_replacement(cell.len());
    text.clear();
    text.reserve(most.unwrap_or(cell.len()));
    let (end, _) = decoder.decode_to_string_without_replacement(cell, text, true);
    end == DecoderResult::InputEmpty
}

/// The bytes by whole lines in pieces of about 4 MiB, each of which is freed when it has been read:
/// so a large file is not held twice.
fn pieces(mut bytes: Vec<u8>) -> impl Iterator<Item = Vec<u8>> {
    let mut pieces = Vec::new();
    while bytes.len() > PIECE {
        let at = bytes.len() - PIECE;
        let Some(line_end) = bytes[at..].iter().position(|byte| *byte == b'\n') else {
            break;
        };
        match at + line_end + 1 {
            end if end == bytes.len() => break,
            end => pieces.push(bytes.split_off(end)),
        }
        bytes.shrink_to_fit();
    }
    pieces.push(bytes);
    pieces.into_iter().rev()
}

/// Whether two characters or more of a text are those of Japanese, and none of a language that
/// nobody here writes: nothing in Shift_JIS reads like that by chance. One alone is enough where
/// Shift_JIS would have a rare kanji and a half-width kana in its place, `譚ｱ` for `東`.
fn is_japanese(utf8: &str, cp932: &str) -> bool {
    let mut others = utf8.chars().filter(|c| !c.is_ascii());
    let is_one = |c: char| {
        matches!(c, '\u{2010}'..='\u{2312}' | '\u{2460}'..='\u{2642}' | '\u{3000}'..='\u{30ff}'
            | '\u{3220}'..='\u{33ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
    };
    let is_half_width = |c| matches!(c, '\u{80}' | '\u{ff61}'..='\u{ff9f}');
    let is_enough = others.clone().count() > 1 || cp932.contains(is_half_width);
    is_enough && others.all(is_one)
}

/// The line at the end of these bytes, from 1.
fn line_of(bytes: &[u8]) -> usize {
    1 + bytes.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_argument_and_a_hyphen_are_standard_input() {
        let of = |files: &[&str]| {
            let files: Vec<_> = files.iter().map(PathBuf::from).collect();
            Source::of_arguments(&files)
        };
        assert_eq!(of(&[]).unwrap(), [Source::Stdin]);
        assert_eq!(of(&["-"]).unwrap(), [Source::Stdin]);
        let both = of(&["a.json", "-"]).unwrap();
        assert_eq!(both, [Source::File("a.json".into()), Source::Stdin]);
        assert!(of(&["-", "a.json", "-"]).is_err());
    }

    #[test]
    fn a_pasted_text_is_read_in_both_encodings() {
        let text = "受注番号 a905125d2a\n";
        let cp932 = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
        for bytes in [text.as_bytes().to_vec(), cp932] {
            let read = read_text(&Source::Stdin, &mut bytes.as_slice()).unwrap();
            assert_eq!(read, text);
        }
        let missing = Source::File("no/such/file".into());
        assert!(read_text(&missing, &mut io::empty()).is_err());
    }

    fn read(bytes: &[u8]) -> Result<String, NoText> {
        decoded(bytes.to_vec())
    }

    fn cp932(text: &str) -> Vec<u8> {
        SHIFT_JIS.encode(text).0.into_owned()
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_are_told_apart_by_content() {
        let text = "受注番号,対応状況\r\na905125d2a,①㈱髙表ソ ﾊﾅｺ～\r\n";
        for little in [true, false] {
            assert_eq!(read(&utf16(text, little)).as_deref(), Ok(text));
        }
        for short in ["", "abc", "é", "ﾃｱ,ﾃｱ,氏名", "渡邊,邊子,齋藤"] {
            let bytes = if short == "é" {
                short.as_bytes().to_vec()
            } else {
                cp932(short)
            };
            assert_eq!(read(&bytes).as_deref(), Ok(short));
        }
    }

    #[test]
    fn a_large_file_is_decoded_piece_by_piece() {
        let line = format!("a905125d2a,目黒区下目黒{}\r\n", "x".repeat(999));
        let text = line.repeat(2 * PIECE / line.len());
        let mut bytes = cp932(&text);
        assert!(pieces(bytes.clone()).count() > 1);
        assert_eq!(pieces(bytes.clone()).collect::<Vec<_>>().concat(), bytes);
        assert_eq!(read(&bytes).as_deref(), Ok(&*text));
        bytes.push(0xff);
        let line = line_of(&bytes);
        assert_eq!(read(&bytes), Err(NoText::Undecodable { line }));
    }

    #[test]
    fn a_second_encoding_is_found_with_its_line() {
        let (one, other) = ("受注番号,氏名\na,田中\n", "b,鈴木\n");
        for (first, second) in [
            (cp932(one), other.as_bytes().to_vec()),
            (one.as_bytes().to_vec(), cp932(other)),
            ([b"\xef\xbb\xbf", one.as_bytes()].concat(), cp932(other)),
        ] {
            assert_eq!(
                read(&[first, second].concat()),
                Err(NoText::Mixed { line: 3 })
            );
        }
        // One short word is enough.
        for word in ["一", "ー", "a東", "東,x"] {
            let mixed = [cp932(one), format!("b,{word}\n").into_bytes()].concat();
            assert_eq!(read(&mixed), Err(NoText::Mixed { line: 3 }), "{word}");
        }
        for (bytes, line) in [
            (&b"ab\n\x82\xa0\xff"[..], 2),
            (b"\x82\xa0\n\xa0", 2),
            (b"a\x82", 1),
        ] {
            assert_eq!(read(bytes), Err(NoText::Undecodable { line }));
        }
    }

    #[test]
    fn a_zero_makes_no_utf_16_of_a_text() {
        let text = "受注番号,合計\na905125d2a\0,3980\nb905125d2b,1\n";
        for bytes in [text.as_bytes().to_vec(), cp932(text), utf16(text, true)] {
            assert_eq!(read(&bytes), Err(NoText::Zero { line: 2 }));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes);
        }
    }
}
