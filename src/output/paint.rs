//! How a text reaches a terminal: in its tone, which says what a colour means, and without control
//! characters, whatever came from outside (names, reasons, messages of servers).

use anstyle::{AnsiColor, Style};

use crate::domain::event::AutoResult;

/// How a piece of text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// In order.
    Good,
    /// Fraud, failure.
    Bad,
    /// Needs a person.
    Warn,
    /// Worth a look.
    Notable,
    /// Not there, or of no weight.
    Faint,
    /// What stands over a column or before a value.
    Title,
}

impl Tone {
    /// The tone of each of the four results.
    pub fn of_result(result: AutoResult) -> Self {
        match result {
            AutoResult::Ok => Self::Good,
            AutoResult::Ng => Self::Bad,
            AutoResult::Hold => Self::Warn,
            AutoResult::Review => Self::Notable,
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Warn => AnsiColor::Yellow.on_default(),
            Self::Notable => AnsiColor::Cyan.on_default(),
            Self::Faint => Style::new().dimmed(),
            Self::Title => Style::new().bold(),
        }
    }

    /// `text` in this tone.
    pub fn paint(self, text: &str, colour: bool) -> String {
        if colour && self != Self::Plain {
            let style = self.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
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
        assert_eq!(lines("one\ntwo\x1b]0;title\x07"), "one\ntwo]0;title");
        assert_eq!(
            lines("a\x1b[31mred\x07\u{9b}2J\u{202e}b\rc 美容液 ﾊﾅｺ ①"),
            "a[31mred2Jbc 美容液 ﾊﾅｺ ①"
        );
    }
}
