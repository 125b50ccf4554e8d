//! Where a text is not TOML: every place at once.
//!
//! `toml_edit` stops at one mistake, and not at the first of the text: those of values and keys
//! come after all others. `toml` has the same parser and goes on behind a mistake.

use std::ops::Range;

use toml::de::DeTable;
use toml_edit::TomlError;

use super::error::{Problem, ProblemKind};
use crate::locales::config as texts;

/// The byte order mark, which a configuration may begin with.
const BOM: char = '\u{feff}';

/// Every mistake of a text that `toml_edit` did not read for `error`, by place. The parser's
/// messages name what was expected and never what stands there.
pub(super) fn problems(text: &str, error: &TomlError) -> Vec<Problem> {
    let (_, errors) = DeTable::parse_recoverable(text);
    let recovered = errors
        .iter()
        .map(|error| (place(text, error.span()), error.message()));
    // Numbers that are too large are none to `toml`, which leaves them as they are written.
    let mut found: Vec<_> = recovered
        .chain([(place(text, error.span()), error.message())])
        .collect();
    found.sort_unstable();
    found.dedup_by_key(|(at, _)| *at);
    let problem = |(at, message): (usize, &str)| Problem {
        kind: ProblemKind::Syntax,
        path: String::new(),
        line: Some(line_at(text, at)),
        column: Some(column_at(text, at)),
        what: texts::syntax(message.trim()),
    };
    found.into_iter().map(problem).collect()
}

/// An error without a place is one of the end.
fn place(text: &str, span: Option<Range<usize>>) -> usize {
    span.map_or(text.len(), |span| span.start)
}

/// The line of a place in the text, counted from 1.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The column of a place in its line in characters, counted from 1.
fn column_at(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.trim_start_matches(BOM).chars().count() + 1
}
