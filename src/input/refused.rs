//! What makes a file of `import` unusable as a whole.

use std::io;

use super::{
    columns,
    decode::NoText,
    error::{InputError, InputErrorKind, io_error},
    excel::NoBook,
    source::Source,
};
use crate::locales::{Said, Text, import as texts, input as words};

/// Headers for a message: one that has digits or an `@` may be a row of a file without a header.
pub(super) fn listed(headers: &[String]) -> String {
    let harmless =
        |header: &&str| !header.contains('@') && !header.bytes().any(|b| b.is_ascii_digit());
    let names = headers
        .iter()
        .map(|header| columns::shown(header))
        .filter(harmless);
    let names: Vec<_> = names.take(20).map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    }
}

pub(super) fn of_file(kind: InputErrorKind, message: Text, hint: Text) -> InputError {
    InputError::alone(kind, Said::new(message).hint(hint))
}

pub(super) fn empty(source: &Source) -> InputError {
    of_file(
        InputErrorKind::Empty,
        texts::empty(source.name()),
        texts::hint_empty(),
    )
}

pub(super) fn unreadable(source: &Source, error: &io::Error) -> InputError {
    let message = words::unreadable(source.name(), io_error(error));
    of_file(
        InputErrorKind::Unreadable,
        message,
        texts::hint_unreadable(),
    )
}

pub(super) fn no_text(source: &Source, error: NoText) -> InputError {
    let message = match error {
        NoText::Undecodable { line } => texts::undecodable(source.name(), line),
        NoText::Mixed { line } => texts::mixed(source.name(), line),
    };
    let hint = match error {
        NoText::Undecodable { .. } => texts::hint_form(),
        NoText::Mixed { .. } => texts::hint_mixed(),
    };
    of_file(InputErrorKind::NotUtf8, message, hint)
}

pub(super) fn no_book(source: &Source, error: NoBook) -> InputError {
    match error {
        NoBook::Unreadable => {
            let message = texts::no_book(source.name());
            of_file(InputErrorKind::Unreadable, message, texts::hint_book())
        }
        NoBook::NoSheet(names) => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            let message = texts::no_sheet(source.name(), names.join(", "));
            of_file(InputErrorKind::Invalid, message, texts::hint_sheet())
        }
    }
}

pub(super) fn quote_open(source: &Source, line: u64) -> InputError {
    let message = texts::quote_open(source.name(), line);
    of_file(InputErrorKind::Invalid, message, texts::hint_quote())
}

pub(super) fn not_json(source: &Source, line: u64, is_cut_off: bool) -> InputError {
    let what = if is_cut_off {
        texts::cut_off()
    } else {
        texts::not_json()
    };
    let message = texts::broken(source.name(), line, what);
    of_file(InputErrorKind::NotJson, message, texts::hint_form())
}
