//! Where the bytes of a source come from when they are read again.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    sync::Arc,
    time::SystemTime,
};

use super::{
    error::InputError,
    kept::{Kept, KeptReader},
    source::Source,
};

/// A source as it was read first.
pub(super) enum Origin {
    /// A file, read again by its path: what it was then.
    File(Identity),
    /// What can be read once only: its bytes.
    Memory(Arc<Kept>),
    /// What could not be opened, and why.
    Unreadable(io::Error),
}

/// Which file it is, and in which state.
#[derive(PartialEq, Eq)]
pub(super) struct Identity {
    /// Device and inode: another file under the same name has others.
    node: Option<(u64, u64)>,
    length: u64,
    modified: Option<SystemTime>,
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let node = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.dev(), metadata.ino()))
        };
        #[cfg(not(unix))]
        let node = None;
        Self {
            node,
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    /// That of a file that can be read twice. None of pipes and devices; none of a file without a
    /// length either, for such are those that the system makes up as they are read.
    pub(super) fn of_rereadable(file: &File) -> Option<Self> {
        let metadata = file.metadata().ok()?;
        (metadata.is_file() && metadata.len() > 0).then(|| Self::of(&metadata))
    }
}

/// Reads a source again.
pub(super) enum Reader {
    File(File),
    Memory(KeptReader),
}

impl Reader {
    /// Opens the file `source` again.
    ///
    /// # Errors
    /// Where it is no longer the file that was read first, or cannot be opened any more.
    pub(super) fn file(source: &Source, identity: &Identity) -> Result<Self, InputError> {
        let Source::File(path) = source else {
            return Err(InputError::changed(source));
        };
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => InputError::changed(source),
            _ => InputError::unreadable_again(source, &error),
        })?;
        match Identity::of_rereadable(&file).as_ref() == Some(identity) {
            true => Ok(Self::File(file)),
            false => Err(InputError::changed(source)),
        }
    }

    pub(super) fn memory(kept: &Arc<Kept>) -> Self {
        Self::Memory(KeptReader::new(Arc::clone(kept)))
    }
}

impl Read for Reader {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(target),
            Self::Memory(kept) => kept.read(target),
        }
    }
}
