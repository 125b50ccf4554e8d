//! What can go wrong with the configuration: its mistakes, also where it is no TOML, and files that
//! others can read or write.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::{fs, io, ops::Range, path::Path};

use toml::de::DeTable;
use toml_edit::TomlError;

use crate::{
    domain::text::quoted,
    locales::{Said, Text, config as texts},
};

/// So many mistakes of a file are told one by one; of the others how many there are.
const TOLD: usize = 50;

/// The byte order mark, which a configuration may begin with.
const BOM: char = '\u{feff}';

/// What code branches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// There is no such file.
    NotFound,
    /// The file has no `[oplux]` table, and the command needs one.
    NoOplux,
    /// The file cannot be read.
    Unreadable,
    /// The file cannot be written.
    Unwritable,
    /// What stands at the path is no regular file, and is not written.
    NotAFile,
    /// The file has mistakes, or an edit would make one.
    Invalid,
    /// Others can read a file that holds a secret.
    Exposed,
    /// What a request needs to be signed is missing, or cannot be had (exit status 4).
    CredentialsMissing,
    /// `config get`, `set` or `unset` of a key that does not exist.
    UnknownKey,
    /// A secret was given as an argument.
    SecretArgument,
    /// No payment method has that ID or name.
    MethodUnknown,
    /// Neither a flag nor the environment say where the file is.
    NoPlace,
}

/// An error of the configuration.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{said}")]
pub struct ConfigError {
    /// What code branches on.
    pub kind: ConfigErrorKind,
    /// What to tell the user.
    pub said: Said,
    /// Every mistake of the file, where that is what is wrong.
    pub problems: Box<[Problem]>,
}

impl ConfigError {
    pub(super) fn new(kind: ConfigErrorKind, said: Said) -> Self {
        Self {
            kind,
            said,
            problems: Box::default(),
        }
    }

    /// All mistakes of a file: one a line in one message.
    pub(super) fn problems(file: &Path, problems: Vec<Problem>) -> Self {
        let mut lines: Vec<Text> = problems
            .iter()
            .take(TOLD)
            .map(|problem| problem.line_of(file))
            .collect();
        if problems.len() > TOLD {
            lines.push(texts::more_mistakes(problems.len() - TOLD));
        }
        let exposed = problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Exposed);
        let (kind, hint) = if exposed {
            (ConfigErrorKind::Exposed, hint_to_close(file))
        } else {
            (ConfigErrorKind::Invalid, texts::hint_check())
        };
        Self {
            kind,
            said: Said::new(Text::joined(&lines, "\n")).hint(hint),
            problems: problems.into(),
        }
    }
}

/// What kind of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The file is not TOML.
    Syntax,
    /// No such key.
    UnknownKey,
    /// A value of the wrong type.
    WrongType,
    /// A value that is not allowed.
    NotAllowed,
    /// An entry lacks what gives it its meaning.
    Missing,
    /// Two entries with one ID or one name.
    Duplicate,
    /// More than one key for one secret.
    TwoSecrets,
    /// A redirect without a URL (R6).
    RedirectUnset,
    /// A secret in a file that others can read.
    Exposed,
}

/// One mistake of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What code branches on.
    pub kind: ProblemKind,
    /// The path of the key, such as `payment_methods[0].id`; empty for the file as a whole.
    pub path: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column of the line, counted from 1; only where the file is not TOML.
    pub column: Option<usize>,
    /// What was wrong, and what is allowed. It never repeats a value.
    pub what: Text,
}

impl Problem {
    /// A mistake that stands in no line.
    pub(super) fn new(kind: ProblemKind, path: impl Into<String>, what: Text) -> Self {
        Self {
            kind,
            path: path.into(),
            line: None,
            column: None,
            what,
        }
    }

    /// `FILE:LINE: KEY: what was wrong; what is allowed`.
    pub fn line_of(&self, file: &Path) -> Text {
        let mut place = file.display().to_string();
        for number in [self.line, self.column].into_iter().flatten() {
            place = format!("{place}:{number}");
        }
        if !self.path.is_empty() {
            place = format!("{place}: {}", self.path);
        }
        Text::joined(&[Text::same(place), self.what.clone()], ": ")
    }
}

/// Every mistake of a text that `toml_edit` did not read for `error`, by place. The parser's
/// messages name what was expected and never what stands there.
///
/// `toml_edit` stops at one mistake, and not at the first of the text: those of values and keys
/// come after all others. `toml` has the same parser and goes on behind a mistake.
pub(super) fn syntax(text: &str, error: &TomlError) -> Vec<Problem> {
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

/// What to do about a file that others can read or write. Its mode is not always what lets them.
pub(super) fn hint_to_close(path: &Path) -> Text {
    let chmod = texts::hint_chmod(quoted(&path.to_string_lossy()));
    #[cfg(unix)]
    {
        let (Ok(real), Ok(me)) = (fs::canonicalize(path), own_id()) else {
            return chmod;
        };
        let folder = fs::metadata(real.parent().unwrap_or(Path::new("/")));
        let (Ok(standing), Ok(folder)) = (fs::metadata(&real), folder) else {
            return chmod;
        };
        let (is_open, is_sticky) = (folder.mode() & 0o002 != 0, folder.mode() & 0o1000 != 0);
        if is_open && !is_sticky {
            return texts::hint_open_folder();
        }
        // Root can close a file of anybody, but its owner opens it again.
        if standing.uid() != me && (me != 0 || (is_open && standing.uid() != 0)) {
            return texts::hint_foreign_file();
        }
    }
    chmod
}

/// Whose files this process makes.
#[cfg(unix)]
pub(super) fn own_id() -> io::Result<u32> {
    Ok(tempfile::tempfile()?.metadata()?.uid())
}
