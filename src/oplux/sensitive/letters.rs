//! The letters of a text that is searched: escapes read, controls dropped, one width.

/// One character of a text, however it is written there.
pub(super) struct Letter {
    /// What it stands for, full-width ASCII as ASCII.
    pub(super) char: char,
    /// Where it begins among the characters of the text.
    pub(super) start: usize,
    /// The place after its last one.
    pub(super) end: usize,
}

/// The characters of a text, with `\u9234` and `%E9%88%B4` read as what they stand for: a server
/// that echoes a request may write it so.
pub(super) fn letters(text: &[char]) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let (char, length) = json_escape(rest)
            .or_else(|| percent_escape(rest))
            .unwrap_or((rest[0], 1));
        let end = start + length;
        letters.push(Letter {
            char: width(char),
            start,
            end,
        });
        start = end;
    }
    letters
}

/// `\uXXXX`, a surrogate pair included, or an escaped quote, slash or backslash.
fn json_escape(text: &[char]) -> Option<(char, usize)> {
    if let ['\\', char @ ('"' | '\\' | '/'), ..] = text {
        return Some((*char, 2));
    }
    let unit = |at: usize| {
        let escape = text
            .get(at..at + 6)
            .filter(|e| e[0] == '\\' && e[1] == 'u')?;
        hex(&escape[2..])
    };
    let first = unit(0)?;
    if let Some(char) = char::from_u32(first) {
        return Some((char, 6));
    }
    let units = [first as u16, unit(6)? as u16];
    let char = char::decode_utf16(units).next()?.ok()?;
    Some((char, 12))
}

/// `%XX` of as many bytes as one character has in UTF-8.
fn percent_escape(text: &[char]) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let escape = text.get(at..at + 3).filter(|e| e[0] == '%')?;
        hex(&escape[1..]).map(|byte| byte as u8)
    };
    let mut bytes = vec![byte(0)?];
    while bytes.len() <= 4 {
        if let Ok(found) = std::str::from_utf8(&bytes) {
            return Some((found.chars().next()?, bytes.len() * 3));
        }
        bytes.push(byte(bytes.len() * 3)?);
    }
    None
}

fn hex(digits: &[char]) -> Option<u32> {
    let digit = |number: u32, c: &char| Some(number * 16 + c.to_digit(16)?);
    digits.iter().try_fold(0, digit)
}

/// What a reader may be shown of a character: controls and marks that turn the direction of
/// writing are dropped, a line end is a blank.
pub(in super::super) fn shown(char: char) -> Option<char> {
    match char {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        '\u{061c}' | '\u{feff}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        _ if char.is_control() => None,
        _ => Some(char),
    }
}

/// Full-width ASCII as ASCII.
pub(super) fn width(char: char) -> char {
    match char {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        _ => char,
    }
}

pub(super) fn lower(char: char) -> char {
    char.to_lowercase().next().unwrap_or(char)
}
