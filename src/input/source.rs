//! Where an input comes from, the places in it, and what is said of one that cannot be used: every
//! mistake with its place and what was expected.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::locales::{Said, Text, input as texts};

/// How many mistakes a message tells one by one; of further ones it tells how many there are.
const TOLD: usize = 100;

/// A file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Standard input: `-`.
    Stdin,
    /// What ecforce gave, which is read in the place of standard input.
    Ecforce,
    /// A file, by its path as given.
    File(PathBuf),
}

impl Source {
    /// The sources of the arguments `[FILE|-]…`; without any it is standard input.
    ///
    /// # Errors
    /// Where standard input is named twice: it can be read once.
    pub fn of_arguments(files: &[PathBuf]) -> Result<Vec<Self>, InputError> {
        if files.is_empty() {
            return Ok(vec![Self::Stdin]);
        }
        let sources: Vec<_> = files.iter().map(|file| Self::of_argument(file)).collect();
        let from_stdin = sources.iter().filter(|source| **source == Self::Stdin);
        if from_stdin.count() > 1 {
            let hint = texts::stdin_twice_hint();
            return Err(InputError::new(texts::stdin_twice(), hint));
        }
        Ok(sources)
    }

    fn of_argument(file: &Path) -> Self {
        if file.as_os_str() == "-" {
            Self::Stdin
        } else {
            Self::File(file.to_owned())
        }
    }

    /// All that it holds, or why it cannot be read; `stdin` is read where it is standard input.
    pub(super) fn read(&self, stdin: &mut dyn Read) -> Result<Vec<u8>, Text> {
        let mut bytes = Vec::new();
        let read = match self {
            Self::Stdin | Self::Ecforce => stdin.read_to_end(&mut bytes).map(|_| bytes),
            Self::File(path) => fs::read(path),
        };
        read.map_err(|error| {
            let why = match error.kind() {
                io::ErrorKind::NotFound => texts::not_found(),
                io::ErrorKind::PermissionDenied => texts::not_permitted(),
                io::ErrorKind::IsADirectory => texts::is_a_folder(),
                _ => Text::same(error),
            };
            texts::unreadable(self.name(), why)
        })
    }

    /// Its name for people.
    pub fn name(&self) -> Text {
        match self {
            Self::Stdin => texts::stdin(),
            Self::Ecforce => Text::same("ecforce"),
            Self::File(path) => Text::same(path.display()),
        }
    }

    /// Its name as an argument.
    pub fn argument(&self) -> String {
        match self {
            Self::Stdin | Self::Ecforce => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowPlace {
    /// The line on which it begins, from 1; 0 in an Excel book, which has none.
    pub line: u64,
    /// Its row in a spreadsheet, from 1; 0 where the file is no table.
    pub row: u64,
    /// Its place in a JSON array, from 0.
    pub index: Option<usize>,
}

impl RowPlace {
    /// Its line; in a book its row.
    pub fn number(self) -> u64 {
        if self.line > 0 { self.line } else { self.row }
    }

    pub(super) fn named(self) -> Text {
        match self {
            Self {
                line,
                index: Some(index),
                ..
            } => texts::at_index(index, Text::same(line)),
            Self { line: 0, row, .. } => Text::same(row),
            Self { line, row, .. } if row > 0 && row != line => texts::line_and_row(line, row),
            Self { line, .. } => Text::same(line),
        }
    }
}

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
            lines.push(texts::more_problems(more));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_argument_and_a_hyphen_are_standard_input() {
        let of = |files: &[&str]| {
            let files: Vec<_> = files.iter().map(PathBuf::from).collect();
            Source::of_arguments(&files)
        };
        assert_eq!(of(&[]).unwrap(), [Source::Stdin]);
        assert_eq!(of(&["-"]).unwrap(), [Source::Stdin]);
        let both = of(&["a.json", "-"]).unwrap();
        assert_eq!(both, [Source::File("a.json".into()), Source::Stdin]);
        assert!(of(&["-", "a.json", "-"]).is_err());
    }
}
