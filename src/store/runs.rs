//! A run of the program that sends orders, and how one that was cut off is told from one that still
//! works: by the lock on a file beside the store.
//!
//! A run holds an OS lock on a file beside the store for as long as its process lives; a kill or
//! a power cut frees it. An attempt in flight whose run's lock is free, or whose file is gone, was
//! cut off. The order of things makes that safe:
//!
//! - A run's name is given out only once its file is locked *and* still there, so a name that
//!   stands in the store belongs to a run that holds, or held, its lock.
//! - Only a run asks for the exclusive lock, of its own file. Who looks asks for a shared one, so
//!   that two who look at a dead run do not take each other for the living run.
//! - Who finds a file that nobody locks removes it, where it is one that a run of the same user has
//!   made. Where that hits one that is just being made, its maker sees it by the rule above and
//!   makes another.

use std::{
    ffi::OsStr,
    fs::{File, Metadata, TryLockError},
    io,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::{StoreError, files::resolve};

/// How many letters and digits stand at the end of a lock file's name.
const RANDOM: usize = 12;
/// How often a run tries to make its file before it gives up.
const TRIES: usize = 100;

/// A run of this program that may have attempts in flight. Its lock file goes when it is dropped:
/// drop it after the last attempt has ended.
#[derive(Debug)]
pub struct Run {
    name: String,
    _lock: NamedTempFile,
}

impl Run {
    /// Starts a run on the store at `store`, and removes the files of runs that were killed.
    ///
    /// # Errors
    /// Where no file can be made beside the store.
    pub fn start(store: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::io(store, error);
        let resolved = resolve(store).map_err(failed)?;
        for _ in 0..TRIES {
            if let Some(run) = Self::try_start(&resolved).map_err(failed)? {
                if let Ok(own) = run._lock.as_file().metadata() {
                    remove_stale(&resolved, &own);
                }
                return Ok(run);
            }
        }
        Err(failed(io::ErrorKind::ResourceBusy.into()))
    }

    /// None where somebody who cleans up came between making the file and locking it.
    fn try_start(store: &Path) -> io::Result<Option<Self>> {
        let prefix = format!("{}{}-", prefix_of(store), std::process::id());
        // `tempfile` makes it with mode 0600 and a name that nobody has.
        let lock = Builder::new()
            .prefix(&prefix)
            .rand_bytes(RANDOM)
            .tempfile_in(folder_of(store))?;
        match lock.as_file().try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let name = lock.path().file_name().and_then(OsStr::to_str);
        let name = name.ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
        Ok(lock.path().exists().then_some(Self { name, _lock: lock }))
    }

    /// The name under which the run's attempts stand in the store.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Whether the run of that name is dead. Once it is, it stays so.
pub(super) fn is_dead(store: &Path, name: &str) -> bool {
    // The name comes out of a file: nothing but a name beside the store is looked at.
    let Some(name) = Path::new(name).file_name() else {
        return true;
    };
    matches!(
        look(&folder_of(store).join(name)),
        Lock::Free(_) | Lock::Gone
    )
}

/// The lock file of the run of that name, where nobody can tell whether the run lives: it is
/// another user's, say.
pub(super) fn untold(store: &Path, name: &str) -> Option<PathBuf> {
    let path = folder_of(store).join(Path::new(name).file_name()?);
    matches!(look(&path), Lock::Untold).then_some(path)
}

enum Lock {
    /// Nobody holds it. The file given keeps it from being locked while it is looked at.
    Free(File),
    /// There is no such file.
    Gone,
    /// Somebody holds it.
    Held,
    /// There is no telling.
    Untold,
}

fn look(path: &Path) -> Lock {
    match path.symlink_metadata() {
        // Something else has its name: opening it might wait for ever, where it is a pipe.
        Ok(meta) if !meta.is_file() => return Lock::Gone,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Lock::Gone,
        Ok(_) | Err(_) => {}
    }
    match File::open(path) {
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Lock::Free(file),
            Err(TryLockError::WouldBlock) => Lock::Held,
            Err(TryLockError::Error(_)) => Lock::Untold,
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Lock::Gone,
        Err(_) => Lock::Untold,
    }
}

/// Removes the lock files of dead runs of the same user, to whom `own` belongs. They are only
/// litter: what cannot be removed stays, and so does what no run can have made.
fn remove_stale(store: &Path, own: &Metadata) {
    let prefix = prefix_of(store);
    let Ok(entries) = std::fs::read_dir(folder_of(store)) else {
        return;
    };
    for entry in entries.flatten() {
        let is_lock = entry
            .file_name()
            .to_str()
            .and_then(|name| name.strip_prefix(&prefix))
            .is_some_and(ends_like_a_lock)
            && entry.metadata().is_ok_and(|meta| is_alike(&meta, own));
        if is_lock && let Lock::Free(_held) = look(&entry.path()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The process's number, and what makes the name one that nobody has.
fn ends_like_a_lock(end: &str) -> bool {
    end.split_once('-').is_some_and(|(process, random)| {
        process.parse::<u32>().is_ok()
            && random.len() == RANDOM
            && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether it is an empty file of the same user that nobody else can read, as every lock is.
fn is_alike(meta: &Metadata, own: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // For a mode, the kind of file is part of it.
        let of = |meta: &Metadata| (meta.uid(), meta.mode(), meta.len());
        of(meta) == of(own)
    }
    #[cfg(not(unix))]
    {
        meta.is_file() && meta.len() == own.len()
    }
}

/// How the names of a store's lock files begin.
fn prefix_of(store: &Path) -> String {
    let name = store.file_name().unwrap_or_default();
    format!("{}.run-", name.to_string_lossy())
}

fn folder_of(store: &Path) -> PathBuf {
    store.parent().unwrap_or(Path::new("/")).to_owned()
}
