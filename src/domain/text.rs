//! How texts are compared (CONTRACT.md, "Comparing texts").

use unicode_normalization::UnicodeNormalization;

/// Whether a character is not seen: zero-width ones, marks of direction, soft hyphens.
pub fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A text without blanks and invisible characters around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// What is compared of a text: NFKC, without invisible characters, 〜 like ～, − like －, in lower
/// case.
pub fn folded(text: &str) -> String {
    let seen = text.nfkc().filter(|c| !is_invisible(*c));
    let alike = seen.map(|c| match c {
        '\u{301c}' => '~',
        '\u{2212}' => '-',
        _ => c,
    });
    alike.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_meet_however_they_are_typed() {
        for (one, other) in [
            ("ｽｽﾞｷ", "スズキ"),
            ("カ\u{3099}", "ガ"),
            ("ＩＰ", "ip"),
            ("10〜20", "10～20"),
            ("1−2", "1－2"),
            ("\u{202d}03\u{200b}57\u{ad}", "0357"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_eq!(trim("\u{feff} a b\u{3000}\u{200b}"), "a b");
    }
}
