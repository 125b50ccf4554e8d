//! What can go wrong with the configuration.

use std::path::Path;

use super::closing;
use crate::locales::{Said, Text, config as texts};

/// So many mistakes of a file are told one by one; of the others how many there are.
const TOLD: usize = 50;

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
            (ConfigErrorKind::Exposed, closing::hint_to_close(file))
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
