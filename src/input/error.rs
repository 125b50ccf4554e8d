//! What is wrong with an input, for people: every mistake with its place and what was expected,
//! never with the value that stands there.

use std::io;

use super::decode::NoText;
use crate::locales::{Said, Text, import as texts, input as words};

/// How many mistakes a message tells one by one; of further ones it tells how many there are.
const TOLD: usize = 100;

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
            lines.push(words::more_problems(more));
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

/// Why something cannot be read.
pub(super) fn io_error(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::NotFound => words::not_found(),
        io::ErrorKind::PermissionDenied => words::not_permitted(),
        io::ErrorKind::IsADirectory => words::is_a_folder(),
        _ => Text::same(error),
    }
}

pub(super) fn unreadable(name: Text, error: &io::Error, hint: Text) -> InputError {
    InputError::new(words::unreadable(name, io_error(error)), hint)
}

pub(super) fn no_text(name: Text, error: NoText) -> InputError {
    match error {
        NoText::Undecodable { line } => {
            InputError::new(texts::undecodable(name, line), texts::hint_form())
        }
        NoText::Zero { line } => InputError::new(texts::zero(name, line), texts::hint_form()),
        NoText::Mixed { line } => InputError::new(texts::mixed(name, line), texts::hint_mixed()),
    }
}
