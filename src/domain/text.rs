//! Characters that nobody sees, and what they stand around.

/// Whether a character takes no room of its own: zero-width, a mark of direction, a soft hyphen,
/// a byte-order mark. Copied text carries them along.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// The text without blanks of any kind and invisible characters around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_invisible_characters_around_a_text_are_dropped() {
        for around in [
            " ", "\u{a0}", "\u{3000}", "\u{200b}", "\u{202d}", "\u{2069}", "\u{200e}", "\u{ad}",
            "\u{feff}", "\r\n",
        ] {
            let text = format!("{around}a b{around}{around}");
            assert_eq!(trim(&text), "a b", "{}", around.escape_unicode());
        }
    }
}
