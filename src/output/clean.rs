//! Text from outside (names, reasons, messages of servers) never reaches a terminal with its
//! control characters.

/// `text` on one line: control characters and the invisible ones that reorder text become blanks
/// or nothing.
pub fn one_line(text: &str) -> String {
    let kept = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\t' => Some(' '),
        c if is_unsafe(c) => None,
        c => Some(c),
    });
    kept.collect()
}

/// `text` with its line breaks, and without any other control character.
pub fn lines(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\n' || !is_unsafe(*c))
        .collect()
}

/// C0 and C1 controls, and the invisible characters that reorder or hide text
/// (Unicode's bidirectional controls, zero-width characters, line and paragraph separators).
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{061c}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_pass() {
        assert_eq!(
            one_line("a\x1b[31mred\x07\u{9b}2J\u{202e}b\r\nc"),
            "a[31mred2Jb  c"
        );
        assert_eq!(lines("one\ntwo\x1b]0;title\x07"), "one\ntwo]0;title");
        assert_eq!(one_line("美容液 ﾊﾅｺ ①"), "美容液 ﾊﾅｺ ①");
    }
}
