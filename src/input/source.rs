//! Where an input comes from: a file, or standard input.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::error::{InputError, unreadable};
use crate::locales::{Text, input as texts};

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

    /// All that it holds; `stdin` is read where it is standard input.
    pub(super) fn read(&self, stdin: &mut dyn Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::Stdin | Self::Ecforce => stdin.read_to_end(&mut bytes).map(|_| bytes),
            Self::File(path) => fs::read(path),
        }
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

/// Reads all of a text that somebody pasted: UTF-8, or Shift_JIS (CP932) where it is none. What is
/// no character of it is passed over.
///
/// # Errors
/// Where the source cannot be read.
pub fn read_text(source: &Source, stdin: &mut impl Read) -> Result<String, InputError> {
    let bytes = source.read(stdin);
    let bytes = bytes.map_err(|error| unreadable(source.name(), &error, texts::hint_text()))?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (text, ..) = encoding_rs::SHIFT_JIS.decode(error.as_bytes());
            text.into_owned()
        }
    })
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

    #[test]
    fn a_pasted_text_is_read_in_both_encodings() {
        let text = "受注番号 a905125d2a\n";
        let cp932 = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
        for bytes in [text.as_bytes().to_vec(), cp932] {
            let read = read_text(&Source::Stdin, &mut bytes.as_slice()).unwrap();
            assert_eq!(read, text);
        }
        let missing = Source::File("no/such/file".into());
        assert!(read_text(&missing, &mut io::empty()).is_err());
    }
}
