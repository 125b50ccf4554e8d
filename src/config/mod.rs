//! The TOML file (CONTRACT.md, Configuration): where it is, what may stand in it, how it is read,
//! edited with comments and order kept, and written; and the secrets.
//!
//! - [`schema`]: the one table of every key. [`value`]: what is allowed for each type of key, and
//!   what `config get` and `config show` give.
//! - [`mod@load`]: reading and checking ([`check`]), all mistakes at once; [`Config`] comes out.
//! - [`account`]: what screening needs of it; [`secret`]: where secrets come from.
//! - [`edit`]: changes to the text ([`splice`]) and to the secrets, and what `config init` begins with.
//! - [`files`]: where the configuration and the store are; reading and writing.
//!
//! This file: what can go wrong with it.

mod account;
mod check;
mod edit;
mod files;
mod load;
mod schema;
pub mod secret;
mod splice;
mod value;

pub use account::Draft;
pub use edit::{Change, Document, edited_text, store_secret, template, text_to_edit};
pub use files::{Places, locate, locate_store, parent, profiles, write_atomic};
pub use load::{Config, check_file, load};
pub use schema::single_keys;
pub use value::{KeyValue, worded};

use std::path::Path;

use crate::locales::{Said, Text, config as texts};

/// So many mistakes of a file are told one by one; of the others how many there are.
const TOLD: usize = 50;

/// What code branches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// There is no such file, or it has no `[oplux]` table and the command needs one.
    Missing,
    /// A file cannot be written.
    Unwritable,
    /// What a request needs to be signed is missing, or cannot be had (exit status 4).
    CredentialsMissing,
    /// Anything else: the call, or a file, is not usable.
    Invalid,
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
    fn new(kind: ConfigErrorKind, said: Said) -> Self {
        Self {
            kind,
            said,
            problems: Box::default(),
        }
    }

    /// One that says that the call, or a file, is not usable.
    pub fn invalid(said: Said) -> Self {
        Self::new(ConfigErrorKind::Invalid, said)
    }

    /// All mistakes of a file: one a line in one message.
    fn problems(file: &Path, problems: Vec<Problem>) -> Self {
        let told = problems.iter().take(TOLD);
        let mut lines: Vec<Text> = told.map(|problem| problem.line_of(file)).collect();
        if problems.len() > TOLD {
            lines.push(texts::more_mistakes(problems.len() - TOLD));
        }
        let said = Said::new(Text::joined(&lines, "\n")).hint(texts::hint_check());
        Self {
            problems: problems.into(),
            ..Self::invalid(said)
        }
    }

    /// The mistakes of an edit that is not made.
    fn refused(problems: Vec<Problem>) -> Self {
        let line = |problem: &Problem| {
            Text::joined(&[Text::same(&problem.path), problem.what.clone()], ": ")
        };
        let lines: Vec<Text> = problems.iter().map(line).collect();
        let said = Said::new(Text::joined(&lines, "\n")).hint(texts::hint_unchanged());
        Self {
            problems: problems.into(),
            ..Self::invalid(said)
        }
    }
}

/// One mistake of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
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
    /// A mistake in a line, where that is known.
    fn new(path: impl Into<String>, line: Option<usize>, what: Text) -> Self {
        Self {
            path: path.into(),
            line,
            column: None,
            what,
        }
    }

    /// `FILE:LINE: KEY: what was wrong; what is allowed`.
    fn line_of(&self, file: &Path) -> Text {
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
