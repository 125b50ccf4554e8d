//! Bytes into text: UTF-8, UTF-16 and Shift_JIS (CP932) are told apart by content.
//!
//! UTF-8 and CP932 stay as they are, and only the cells that are read are decoded: a separator, a
//! quotation mark or a line end is one byte in both, and never a part of another character.

use std::borrow::Cow;

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};

/// So many bytes are looked at to find UTF-16 that has no mark.
const LOOKED_AT: usize = 4096;

/// A text whose encoding is known.
pub(super) struct Decoded {
    bytes: Vec<u8>,
    /// Where the text begins, behind a byte-order mark.
    start: usize,
    is_cp932: bool,
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

impl Decoded {
    /// Finds out the encoding.
    pub(super) fn of(bytes: Vec<u8>) -> Result<Self, NoText> {
        let text = Self::of_encoding(bytes)?;
        match text.bytes().iter().position(|byte| *byte == 0) {
            Some(at) => Err(NoText::Zero {
                line: line_of(&text.bytes()[..at]),
            }),
            None => Ok(text),
        }
    }

    fn of_encoding(bytes: Vec<u8>) -> Result<Self, NoText> {
        if let Some(encoding) = utf16(&bytes) {
            let (text, bad) = encoding.decode_with_bom_removal(&bytes);
            return match bad {
                false => Ok(Self::of_utf8(text.into_owned().into_bytes(), 0)),
                true => {
                    let sound = text.split('\u{fffd}').next().unwrap_or_default();
                    let line = line_of(sound.as_bytes());
                    Err(NoText::Undecodable { line })
                }
            };
        }
        let start = if bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        if std::str::from_utf8(&bytes).is_ok() {
            return Ok(Self::of_utf8(bytes, start));
        }
        let is_cp932 = only_one(&bytes[start..], start > 0)? == Class::Cp932;
        Ok(Self {
            bytes,
            start,
            is_cp932,
        })
    }

    fn of_utf8(bytes: Vec<u8>, start: usize) -> Self {
        Self {
            bytes,
            start,
            is_cp932: false,
        }
    }

    /// The bytes of the text.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// A part of the text.
    pub(super) fn text<'b>(&self, bytes: &'b [u8]) -> Cow<'b, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) if !self.is_cp932 || text.is_ascii() => Cow::Borrowed(text),
            _ if self.is_cp932 => SHIFT_JIS.decode_without_bom_handling(bytes).0,
            _ => String::from_utf8_lossy(bytes),
        }
    }

    /// The whole text in UTF-8.
    pub(super) fn into_utf8(self) -> String {
        match self.is_cp932 {
            true => self.text(self.bytes()).into_owned(),
            false => String::from_utf8_lossy(self.bytes()).into_owned(),
        }
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

/// What the bytes of a cell can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Utf8,
    Cp932,
    /// Short texts can be read as both.
    Either,
    Neither,
}

/// The one encoding of a text that is not all of it UTF-8.
fn only_one(bytes: &[u8], is_marked: bool) -> Result<Class, NoText> {
    let mut found = is_marked.then_some(Class::Utf8);
    let is_end = |byte: &u8| matches!(byte, b',' | b'\t' | b';' | b'"' | b'\r' | b'\n');
    let mut at = 0;
    for cell in bytes.split(is_end) {
        let line = || line_of(&bytes[..at]);
        match (class(cell), found) {
            (Class::Either, _) => {}
            (Class::Neither, _) => return Err(NoText::Undecodable { line: line() }),
            (class, Some(found)) if class != found => return Err(NoText::Mixed { line: line() }),
            (class, _) => found = Some(class),
        }
        at += cell.len() + 1;
    }
    Ok(found.unwrap_or(Class::Utf8))
}

fn class(cell: &[u8]) -> Class {
    if cell.is_ascii() {
        return Class::Either;
    }
    let utf8 = std::str::from_utf8(cell).ok();
    let is_cp932 = || {
        SHIFT_JIS
            .decode_without_bom_handling_and_without_replacement(cell)
            .is_some()
    };
    match utf8 {
        None if is_cp932() => Class::Cp932,
        None => Class::Neither,
        Some(text) if is_japanese(text, cell) || !is_cp932() => Class::Utf8,
        Some(_) => Class::Either,
    }
}

/// Whether two characters or more of a text are those of Japanese, and none of a language that
/// nobody here writes: nothing in Shift_JIS reads like that by chance. One alone is enough where
/// Shift_JIS would have a rare kanji and a half-width kana in its place, `譚ｱ` for `東`.
fn is_japanese(text: &str, cell: &[u8]) -> bool {
    let mut others = text.chars().filter(|c| !c.is_ascii());
    let is_one = |c: char| {
        matches!(c, '\u{2010}'..='\u{2312}' | '\u{2460}'..='\u{2642}' | '\u{3000}'..='\u{30ff}'
            | '\u{3220}'..='\u{33ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
    };
    let is_half_width = |c| matches!(c, '\u{80}' | '\u{ff61}'..='\u{ff9f}');
    let is_enough = match others.clone().count() {
        0 => false,
        1 => SHIFT_JIS
            .decode_without_bom_handling(cell)
            .0
            .contains(is_half_width),
        _ => true,
    };
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
        let decoded = Decoded::of(bytes.to_vec())?;
        let text = decoded.text(decoded.bytes()).into_owned();
        assert_eq!(decoded.into_utf8(), text);
        Ok(text)
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
            let marked = format!("\u{feff}{text}");
            assert_eq!(read(&utf16(&marked, little)).as_deref(), Ok(text));
        }
        assert_eq!(read(text.as_bytes()).as_deref(), Ok(text));
        assert_eq!(
            read(format!("\u{feff}{text}").as_bytes()).as_deref(),
            Ok(text)
        );
        assert_eq!(read(&cp932(text)).as_deref(), Ok(text));
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

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes);
        }
    }
}
