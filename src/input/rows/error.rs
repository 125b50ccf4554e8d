//! What is wrong with a file that is imported: rows that are bad, each with its place and column,
//! and what makes the rest of a file unreadable.

use std::io;

use super::{decode::NoText, lines::LONGEST_ROW};
use crate::{
    input::{
        error::{InputError, InputErrorKind, Problem, Problems, io_error},
        source::{Place, Source},
    },
    locales::{Said, Text, rows as texts},
};

/// Why there is no record where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowError {
    /// This row cannot be read; the next one perhaps can.
    Bad(BadRow),
    /// The rest of the file cannot be read, nor can what was read be trusted to be whole.
    Fatal(InputError),
}

/// A row that cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Where it begins.
    pub place: Place,
    /// The header of the column that is wrong, as the file writes it; none where the row as a
    /// whole is.
    pub column: Option<String>,
    /// The whole line: file, line, column and what was expected; never the value.
    pub text: Text,
}

impl BadRow {
    /// A row of which `what` says what was expected.
    pub fn new(place: Place, column: Option<String>, what: Text) -> Self {
        let text = match &column {
            Some(column) => texts::in_column(place.text(), column, what),
            None => Text::joined(&[place.text(), what], ": "),
        };
        Self {
            place,
            column,
            text,
        }
    }

    /// A row with an event ID that the store has under another number.
    pub fn event_id_taken(place: Place, column: String) -> Self {
        Self::new(place, Some(column), texts::event_id_taken())
    }
}

/// Gathers bad rows into one error: the first hundred of them, and how many more there are.
#[derive(Debug, Default)]
pub struct BadRows {
    problems: Problems,
    count: u64,
}

impl BadRows {
    /// Adds a row.
    pub fn push(&mut self, row: BadRow) {
        self.count += 1;
        self.problems.push(Problem {
            kind: InputErrorKind::Invalid,
            place: Some(row.place),
            number: None,
            path: row.column,
            text: row.text,
        });
    }

    /// How many rows were added.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether no row was added.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Nothing, where there is no bad row.
    ///
    /// # Errors
    /// [`InputErrorKind::Invalid`] with a line for each row, and `--skip-bad` in the hint.
    pub fn into_result(self) -> Result<(), InputError> {
        self.problems.into_result().map_err(|error| InputError {
            said: error.said.hint(texts::hint_rows()),
            ..error
        })
    }
}

/// An error of a file as a whole.
pub(super) fn of_file(kind: InputErrorKind, message: Text, hint: Text) -> InputError {
    InputError::alone(kind, Said::new(message).hint(hint))
}

/// There is nothing in a file.
pub(super) fn empty(source: &Source) -> InputError {
    let message = texts::empty(source.name());
    of_file(InputErrorKind::Empty, message, texts::hint_empty())
}

/// A reading that failed on this line.
pub(super) fn unreadable(source: &Source, line: u64, error: &io::Error) -> InputError {
    let name = source.name();
    match NoText::of(error) {
        Some(NoText::Undecodable) => of_file(
            InputErrorKind::NotUtf8,
            texts::undecodable(name, line),
            texts::hint_encoding(),
        ),
        Some(NoText::Utf16) => of_file(
            InputErrorKind::NotUtf8,
            texts::utf16(name),
            texts::hint_encoding(),
        ),
        None => of_file(
            InputErrorKind::Unreadable,
            crate::locales::input::unreadable(name, io_error(error)),
            texts::hint_unreadable(),
        ),
    }
}

/// A row that is too long.
pub(super) fn row_too_long(source: &Source, line: u64) -> InputError {
    let mebibytes = LONGEST_ROW / (1024 * 1024);
    of_file(
        InputErrorKind::Invalid,
        texts::row_too_long(source.name(), line, mebibytes),
        texts::hint_quote(),
    )
}

/// A `"` that is open at the end of a file.
pub(super) fn quote_open(source: &Source, line: u64) -> InputError {
    let message = texts::quote_open(source.name(), line);
    of_file(InputErrorKind::Invalid, message, texts::hint_quote())
}
