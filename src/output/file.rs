//! A file that the user names for output: a page of the report, a backup.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use tempfile::{NamedTempFile, TempPath};

use super::WriteError;
use crate::{
    domain::text::cause,
    locales::{Said, report as texts},
};

/// So long after its start, what opens a page has not failed.
const OPENING: Duration = Duration::from_secs(3);

/// A file that is being made beside the one that it is to be. It comes into being whole, or, where
/// anything fails before, not at all: an older one then stays. Links are followed; a device or a
/// pipe is written to and never replaced.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    way: Way,
}

/// How it gets there.
#[derive(Debug)]
enum Way {
    /// A new file takes the place of what stands at the path.
    Replace(PathBuf),
    /// What stands there is written to.
    Through(File),
}

impl OutputFile {
    /// Begins the file, before the long work whose result it is to take.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub fn begin(path: &Path) -> Result<Self, WriteError> {
        let way = way_to(path).map_err(|error| failed(path, &error))?;
        let path = path.to_owned();
        Ok(Self { path, way })
    }

    /// Writes the page, and gives the file its name.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self, text: &str) -> Result<(), WriteError> {
        let written = match self.way {
            Way::Through(mut file) => file.write_all(text.as_bytes()),
            Way::Replace(target) => beside(&target).and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.persist(target).map(drop).map_err(|error| error.error)
            }),
        };
        written.map_err(|error| failed(&self.path, &error))
    }

    /// The folder in which a file is to be made that [`OutputFile::finish_as`] takes.
    pub fn folder(&self) -> PathBuf {
        match &self.way {
            Way::Replace(target) => folder_of(target).to_owned(),
            Way::Through(_) => std::env::temp_dir(),
        }
    }

    /// Gives another file the name, in the place of a page.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish_as(self, made: TempPath) -> Result<(), WriteError> {
        let written = match self.way {
            Way::Through(mut through) => {
                File::open(&made).and_then(|mut made| io::copy(&mut made, &mut through).map(drop))
            }
            Way::Replace(target) => beside(&target)
                .and_then(|file| file.as_file().metadata())
                .and_then(|meta| fs::set_permissions(&made, meta.permissions()))
                .and_then(|()| made.persist(target).map_err(|error| error.error)),
        };
        written.map_err(|error| failed(&self.path, &error))
    }
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn way_to(path: &Path) -> io::Result<Way> {
    let target = follow(path)?;
    match standing(&target)? {
        Some(standing) if standing.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Some(standing) if !standing.is_file() => {
            File::options().write(true).open(&target).map(Way::Through)
        }
        // Whether a file can be made there is known now. It is made when it is written, so that an
        // interruption before that leaves none.
        _ => beside(&target).map(|_| Way::Replace(target)),
    }
}

/// What stands at a path, where anything does.
fn standing(target: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(target) {
        Ok(standing) => Ok(Some(standing)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file that can take the place of what stands at `target`, and goes with the value until it does.
fn beside(target: &Path) -> io::Result<NamedTempFile> {
    let standing = standing(target)?;
    // It has mode 0600 from its beginning.
    let file = tempfile::Builder::new()
        .prefix(".oplux-")
        .tempfile_in(folder_of(target))?;
    if let Some(standing) = standing {
        // One that may not be written is not replaced either.
        File::options().write(true).open(target)?;
        file.as_file().set_permissions(standing.permissions())?;
    }
    Ok(file)
}

/// Where a chain of links leads, whether something is there or not.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    // As many as the kernel follows. What a process has open (/dev/stdout, /dev/fd/3) is reached by
    // its name alone: the link in /proc may say `pipe:[4711]`.
    for _ in 0..40 {
        let is_link = fs::symlink_metadata(&target).is_ok_and(|meta| meta.is_symlink());
        let is_special = fs::metadata(&target).is_ok_and(|meta| !meta.is_file());
        if !is_link || is_special {
            return Ok(target);
        }
        let link = fs::read_link(&target)?;
        target = target.parent().unwrap_or(Path::new("")).join(link);
    }
    Err(io::Error::other("too many symbolic links"))
}

fn failed(path: &Path, error: &io::Error) -> WriteError {
    let message = texts::cannot_write(path.display(), cause(error));
    WriteError {
        said: Said::new(message).hint(texts::cannot_write_hint()),
    }
}

/// Opens a page in the user's browser.
///
/// # Errors
/// Where there is no program that does, or it fails.
pub fn open(page: &Path) -> io::Result<()> {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let mut opener = Command::new(program)
        // No path that begins with `-` is a flag.
        .arg(std::path::absolute(page)?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(opener.wait()));
    // One that goes on is the browser itself.
    match end.recv_timeout(OPENING) {
        Ok(status) if !status.as_ref().is_ok_and(ExitStatus::success) => {
            Err(io::Error::other(format!("{program}: {}", status?)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_comes_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        let begun = OutputFile::begin(&path).unwrap();
        assert!(!path.exists());
        drop(begun);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        OutputFile::begin(&path).unwrap().finish("page").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "page");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        for impossible in [folder.path(), &folder.path().join("none/page.html")] {
            assert!(OutputFile::begin(impossible).is_err());
        }
    }
}
