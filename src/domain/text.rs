//! How texts are compared: a header, a word of the admin screens or the name of a payment method
//! meets the one that is meant, however it is typed. What is stored and shown stays as it came.

use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// Whether a character shows nothing at all: marks of direction and joining, byte-order marks,
/// soft hyphens. They come along with a text that is copied, and nobody sees them.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A text without blanks of any kind and invisible characters around it.
pub fn trim(text: &str) -> &str {
    let is_plain = |byte: &u8| (0x21..0x7f).contains(byte);
    let bytes = text.as_bytes();
    // Most texts have nothing to be taken off.
    if bytes.first().is_none_or(is_plain) && bytes.last().is_none_or(is_plain) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// A text as it is compared: NFKC, without invisible characters, 〜 like ～, − like －, in lower
/// case.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let seen = text.chars().filter(|c| !is_invisible(*c));
    let alike = seen.map(|c| match c {
        '\u{301c}' => '~',
        '\u{2212}' => '-',
        c => c,
    });
    let lower = |text: String| text.to_lowercase();
    let once = lower(alike.nfkc().collect());
    // Lower case can undo the normal form (İ), which then is made once more.
    match is_nfkc(&once) {
        true => once,
        false => once.nfkc().collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_meet_however_they_are_typed() {
        for (one, other) in [
            ("受注番号", "受注番号\u{200b}"),
            ("ガ", "カ\u{3099}"),
            ("ｶﾞｲﾄﾞ", "ガイド"),
            ("10〜20", "10～20"),
            ("〜", "~"),
            ("A−B", "a－b"),
            ("ＩＰアドレス", "IPｱﾄﾞﾚｽ"),
            ("①㈱", "1(株)"),
            ("ＯＫ", "ok"),
            ("a\u{ad}b", "ab"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("、"), folded(","));
        assert_ne!(folded("カード"), folded("カ-ド"));
    }

    #[test]
    fn what_stands_around_a_text_is_taken_off() {
        for (text, expected) in [
            ("", ""),
            ("a", "a"),
            ("\u{feff} a　b\u{3000}\t\u{202c}", "a　b"),
            ("\u{a0}\u{200b}", ""),
        ] {
            assert_eq!(trim(text), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_folded_text_is_folded(text in any::<String>()) {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }
    }
}
