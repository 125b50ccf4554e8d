//! Tones: what a colour means. Plain text says the same without them.

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
