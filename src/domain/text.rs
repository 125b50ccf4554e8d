//! The characters that nobody sees: what is dropped around a value, and is a mistake within one.

/// Whether it has no width and no ink: zero-width characters, marks of direction, soft hyphens, a
/// byte-order mark, variation selectors and tags.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
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

/// Without the blanks of any kind, line ends and invisible characters around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Whether an invisible character, a control character or a line end stands within it.
pub fn is_broken(text: &str) -> bool {
    let unseen =
        |c: char| c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}');
    trim(text).chars().any(unseen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_around_a_value_is_dropped_and_within_it_stays() {
        for (text, left) in [
            ("\u{feff}KEY\r\n", "KEY"),
            ("\u{a0}\u{3000}\u{200b} K Y \u{202d}\u{ad}\t", "K Y"),
            ("\nK\u{200b}Y", "K\u{200b}Y"),
            ("\u{feff} \n", ""),
        ] {
            assert_eq!(trim(text), left, "{text:?}");
        }
        assert!(is_broken("K\u{200b}Y") && is_broken("K\nY") && !is_broken("\u{feff}K Y\n"));
        assert!(!"aé漢ー \u{3000}".chars().any(is_invisible));
    }
}
