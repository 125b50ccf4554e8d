//! What is wrong with an input: every problem with its place and what was expected, never with
//! the value that stands there.

use std::io;

use super::source::Place;
use crate::{
    domain::order::OrderNumber,
    locales::{Said, Text, input as texts},
};

/// How many problems a message tells one by one; of further ones it tells how many there are.
const SHOWN: usize = 100;

/// What kind of thing is wrong. All are exit 2: nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InputErrorKind {
    /// A file cannot be opened or read.
    Unreadable,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text is not JSON, or is cut off, or holds something else than orders.
    NotJson,
    /// There is nothing in a file.
    Empty,
    /// A field is missing or has a value that it cannot have.
    Invalid,
    /// One number stands twice in the input.
    Duplicate,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing.
    pub kind: InputErrorKind,
    /// The order's place; none where the file as a whole is meant.
    pub place: Option<Place>,
    /// The order's number, where it could be read.
    pub number: Option<OrderNumber>,
    /// The path of the field in the order, such as `items[0].price`.
    pub path: Option<String>,
    /// The whole line: place, number, path and what was expected.
    pub text: Text,
}

/// An input that cannot be used, with all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct InputError {
    /// The kind of the first problem.
    pub kind: InputErrorKind,
    /// One problem a line, and what to do.
    pub said: Said,
    /// The problems that the message tells, in the order of the input.
    pub problems: Box<[Problem]>,
    /// How many problems there are besides.
    pub more: u32,
}

impl InputError {
    /// An error that is not one of a place in a file.
    pub(super) fn alone(kind: InputErrorKind, said: Said) -> Self {
        Self {
            kind,
            said,
            problems: Box::default(),
            more: 0,
        }
    }
}

/// Gathers the problems of an input.
#[derive(Debug, Default)]
pub(super) struct Problems {
    shown: Vec<Problem>,
    more: u32,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        if self.shown.len() < SHOWN {
            self.shown.push(problem);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// The error of all problems, where there is any.
    pub(super) fn into_result(self) -> Result<(), InputError> {
        let Some(kind) = self.shown.first().map(|problem| problem.kind) else {
            return Ok(());
        };
        let mut lines: Vec<_> = self.shown.iter().map(|p| p.text.clone()).collect();
        if self.more > 0 {
            lines.push(texts::more_problems(self.more));
        }
        Err(InputError {
            kind,
            said: Said::new(Text::joined(&lines, "\n")).hint(hint(kind)),
            problems: self.shown.into(),
            more: self.more,
        })
    }
}

fn hint(kind: InputErrorKind) -> Text {
    match kind {
        InputErrorKind::Unreadable => texts::hint_unreadable(),
        InputErrorKind::NotUtf8 => texts::hint_not_utf8(),
        InputErrorKind::NotJson => texts::hint_not_json(),
        InputErrorKind::Empty => texts::hint_empty(),
        InputErrorKind::Invalid => texts::hint_invalid(),
        InputErrorKind::Duplicate => texts::hint_duplicate(),
    }
}

/// Why something cannot be read.
pub(super) fn io_error(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::NotFound => texts::not_found(),
        io::ErrorKind::PermissionDenied => texts::not_permitted(),
        io::ErrorKind::IsADirectory => texts::is_a_folder(),
        _ => Text::same(error),
    }
}
