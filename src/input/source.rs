//! Where an input comes from: its bytes, their encoding (UTF-8, UTF-16 or Shift_JIS, told apart by
//! content), the places in it, and what is said of one that cannot be used: every mistake with its
//! place and what was expected.

use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
};

use encoding_rs::{DecoderResult, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use crate::locales::{Said, Text, input as texts};

/// How many mistakes a message tells one by one; of further ones it tells how many there are.
const TOLD: usize = 100;

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
        let source = |file: &PathBuf| match file.as_os_str() == "-" {
            true => Self::Stdin,
            false => Self::File(file.clone()),
        };
        let sources: Vec<_> = files.iter().map(source).collect();
        let from_stdin = sources.iter().filter(|source| **source == Self::Stdin);
        if from_stdin.count() > 1 {
            let hint = texts::stdin_twice_hint();
            return Err(InputError::new(texts::stdin_twice(), hint));
        }
        Ok(sources)
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
            } => texts::at_index(index, Text::same(line)),
            Self { line: 0, row, .. } => Text::same(row),
            Self { line, row, .. } if row > 0 && row != line => texts::line_and_row(line, row),
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

/// So many bytes are looked at to find UTF-16 that has no mark.
const LOOKED_AT: usize = 4096;
/// The byte-order mark in UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads all of a text that somebody pasted: UTF-8, or Shift_JIS (CP932) where it is none. What is
/// no character of it is passed over.
///
/// # Errors
/// Where the source cannot be read.
pub fn read_text(source: &Source, stdin: &mut impl Read) -> Result<String, InputError> {
    let bytes = source.read(stdin);
    let bytes = bytes.map_err(|message| InputError::new(message, texts::hint_text()))?;
    Ok(decoded(bytes))
}

fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| SHIFT_JIS.decode(error.as_bytes()).0.into_owned())
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
            Self::Undecodable { line } => (texts::undecodable(name, line), texts::hint_form()),
            Self::Zero { line } => (texts::zero(name, line), texts::hint_form()),
            Self::Mixed { line } => (texts::mixed(name, line), texts::hint_mixed()),
        };
        InputError::new(message, hint)
    }
}

/// The bytes of a text of which every character is known to be one, in UTF-8 or CP932. In both the
/// ends of cells and lines are one byte, and never a part of another character: so a large table
/// is held as it came, and each cell is decoded when it is read.
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    pub(super) encoding: &'static Encoding,
}

impl Encoded {
    pub(super) fn of(mut bytes: Vec<u8>) -> Result<Self, NoText> {
        let mut encoding = UTF_8;
        if let Some(utf16) = utf16(&bytes) {
            let (text, is_bad) = utf16.decode_with_bom_removal(&bytes);
            if is_bad {
                let sound = text.split('\u{fffd}').next().unwrap_or_default();
                let line = line_of(sound.as_bytes());
                return Err(NoText::Undecodable { line });
            }
            bytes = text.into_owned().into_bytes();
        } else if std::str::from_utf8(&bytes).is_err() {
            all_cp932(&bytes)?;
            encoding = SHIFT_JIS;
        } else if bytes.starts_with(MARK) {
            bytes.drain(..MARK.len());
        }
        match bytes.iter().position(|byte| *byte == 0) {
            Some(at) => Err(NoText::Zero {
                line: line_of(&bytes[..at]),
            }),
            None => Ok(Self { bytes, encoding }),
        }
    }

    /// All of it.
    pub(super) fn into_text(self) -> String {
        decoded(self.bytes)
    }
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

/// What is not all of it UTF-8 is CP932, or holds a second encoding, or is of none. It is looked at
/// cell by cell: short ones can be read as both.
fn all_cp932(bytes: &[u8]) -> Result<(), NoText> {
    // Whether the cells so far are CP932.
    let mut found = bytes.starts_with(MARK).then_some(false);
    let mut line = 1;
    let ends = |byte: &u8| matches!(byte, b',' | b'\t' | b';' | b'"' | b'\r' | b'\n');
    for cell in bytes.split_inclusive(ends) {
        if !cell.is_ascii() {
            let is_cp932 = match (is_cp932(cell), std::str::from_utf8(cell)) {
                (true, Ok(utf8)) => is_japanese(utf8, &SHIFT_JIS.decode(cell).0).then_some(false),
                (true, Err(_)) => Some(true),
                (false, Ok(_)) => Some(false),
                (false, Err(_)) => return Err(NoText::Undecodable { line }),
            };
            if found.is_some() && is_cp932.is_some() && found != is_cp932 {
                return Err(NoText::Mixed { line });
            }
            found = found.or(is_cp932);
        }
        line += usize::from(cell.ends_with(b"\n"));
    }
    Ok(())
}

fn is_cp932(bytes: &[u8]) -> bool {
    let (mut decoder, mut at) = (SHIFT_JIS.new_decoder_without_bom_handling(), 0);
    // What becomes of it is not looked at.
    let mut text = [0; 256];
    loop {
        let rest = &bytes[at..];
        match decoder.decode_to_utf8_without_replacement(rest, &mut text, true) {
            (DecoderResult::InputEmpty, ..) => return true,
            (DecoderResult::OutputFull, read, _) => at += read,
            (DecoderResult::Malformed(..), ..) => return false,
        }
    }
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

    fn read(bytes: &[u8]) -> Result<String, NoText> {
        let text = Encoded::of(bytes.to_vec())?;
        let whole = text
            .encoding
            .decode_without_bom_handling(&text.bytes)
            .0
            .into_owned();
        assert_eq!(text.into_text(), whole);
        Ok(whole)
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

    #[test]
    fn a_pasted_text_is_read_in_both_encodings() {
        let text = "受注番号 a905125d2a\n";
        let shift_jis = cp932(text);
        for bytes in [text.as_bytes().to_vec(), shift_jis] {
            let read = read_text(&Source::Stdin, &mut bytes.as_slice()).unwrap();
            assert_eq!(read, text);
        }
        let missing = Source::File("no/such/file".into());
        assert!(read_text(&missing, &mut std::io::empty()).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes);
        }
    }

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
}
