//! Where an input comes from, and places in it.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::error::{InputError, InputErrorKind};
use crate::locales::{Said, Text, input as texts};

/// A file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Standard input: `-`.
    Stdin,
    /// A file, by its path as given.
    File(PathBuf),
}

impl Source {
    /// The sources of the arguments `[FILE|-]…`; without any it is standard input.
    ///
    /// # Errors
    /// [`InputErrorKind::Unreadable`] where standard input is named twice: it can be read once.
    pub fn of_arguments(files: &[PathBuf]) -> Result<Vec<Self>, InputError> {
        if files.is_empty() {
            return Ok(vec![Self::Stdin]);
        }
        let sources: Vec<_> = files.iter().map(|file| Self::of_argument(file)).collect();
        let from_stdin = sources.iter().filter(|source| **source == Self::Stdin);
        if from_stdin.count() > 1 {
            let said = Said::new(texts::stdin_twice()).hint(texts::stdin_twice_hint());
            return Err(InputError::alone(InputErrorKind::Unreadable, said));
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

    /// All that it holds; `stdin` is read where it is standard input.
    pub(super) fn read(&self, stdin: &mut dyn Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::Stdin => stdin.read_to_end(&mut bytes).map(|_| bytes),
            Self::File(path) => fs::read(path),
        }
    }

    /// Its name for people.
    pub fn name(&self) -> Text {
        match self {
            Self::Stdin => texts::stdin(),
            Self::File(path) => Text::same(path.display()),
        }
    }
}

/// A place in an input: where an order begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, or standard input.
    pub source: Arc<Source>,
    /// The line on which the order begins, from 1.
    pub line: usize,
    /// The place in the JSON array, from 0, where the order stands in one.
    pub index: Option<usize>,
}

impl Place {
    /// The place in words: source, place in the array, and line.
    pub fn text(&self) -> Text {
        match self.index {
            None => texts::at_line(self.source.name(), self.line),
            Some(index) => texts::at_index(self.source.name(), index, self.line),
        }
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
        let twice = of(&["-", "a.json", "-"]).unwrap_err();
        assert_eq!(twice.kind, InputErrorKind::Unreadable);
        assert!(twice.said.hint.is_some());
    }
}
