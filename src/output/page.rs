//! A page that is written to a file of the user's own choice.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::WriteError;
use crate::locales::{Said, report as texts};

/// A file that is being made beside the one that it is to be. It comes into being whole, or, where
/// anything fails before, not at all: an older one then stays.
#[derive(Debug)]
pub struct PageFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl PageFile {
    /// Begins the file, before the long work whose result it is to take.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub fn begin(path: &Path) -> Result<Self, WriteError> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let made = match path.is_dir() {
            true => Err(io::ErrorKind::IsADirectory.into()),
            false => open(folder),
        };
        let file = made.map_err(|error| failed(path, &error))?;
        let path = path.to_owned();
        Ok(Self { path, file })
    }

    /// Writes the page, and gives the file its name.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, text: &str) -> Result<(), WriteError> {
        let written = self.file.write_all(text.as_bytes());
        written
            .and_then(|()| self.file.persist(&self.path).map_err(|error| error.error))
            .map(|_| ())
            .map_err(|error| failed(&self.path, &error))
    }
}

/// With the permissions that any file of the user has: the page is there to be passed on.
fn open(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".oplux-");
    #[cfg(unix)]
    let permissions: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    builder.tempfile_in(folder)
}

fn failed(path: &Path, error: &io::Error) -> WriteError {
    let message = texts::cannot_write(path.display(), error.to_string());
    WriteError {
        said: Said::new(message).hint(texts::cannot_write_hint()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_comes_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        let begun = PageFile::begin(&path).unwrap();
        assert!(!path.exists());
        drop(begun);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        PageFile::begin(&path).unwrap().finish("page").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "page");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        for impossible in [folder.path(), &folder.path().join("none/page.html")] {
            assert!(PageFile::begin(impossible).is_err());
        }
    }
}
