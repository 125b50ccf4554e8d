//! The store's files: where they are, how they are made, who may read them, and the lock files of
//! runs, which tell which of the attempts in flight are still being worked on.
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
    fs::{self, DirBuilder, File, Metadata, TryLockError},
    io,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::StoreError;

/// The store's file with symbolic links followed, so that every process finds the same files
/// beside it; made with its folders where it is not there yet.
pub(super) fn make(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    if let Some(folder) = path.parent() {
        make_folders(folder)?;
    }
    if let (Err(_), Some(folder)) = (path.symlink_metadata(), path.parent()) {
        make_empty(&path, folder)?;
    }
    let path = fs::canonicalize(path)?;
    make_writable_again(&path);
    Ok(path)
}

/// SQLite gives `-wal` and `-shm` the mode of the database. Those that were made while the
/// database might only be read stay so when it may be written again, and then nothing can write.
/// They are looked at before SQLite opens them: a process has each of them open once only.
pub(super) fn make_writable_again(store: &Path) {
    #[cfg(unix)]
    for file in ["-wal", "-shm"].map(|suffix| beside(store, suffix)) {
        if let (Some(of_store), Some(of_file)) = (mode(store), mode(&file))
            && of_store & 0o200 > of_file & 0o200
        {
            let same = std::os::unix::fs::PermissionsExt::from_mode(of_store);
            // Where that is not allowed, SQLite says what it could not do.
            let _ = fs::set_permissions(file, same);
        }
    }
    #[cfg(not(unix))]
    let _ = store;
}

/// An empty file with mode 0600, unless another process was faster. SQLite gives `-wal` and `-shm`
/// the mode of the database.
///
/// It is closed before it gets its name, and nothing else in this program opens the store's file:
/// a process that closes any handle of a file loses every lock that SQLite holds on it.
/// (<https://sqlite.org/howtocorrupt.html>, section 2.2)
fn make_empty(path: &Path, folder: &Path) -> io::Result<()> {
    // `tempfile` makes files with mode 0600.
    let file = tempfile::NamedTempFile::new_in(folder)?.into_temp_path();
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => {
            made?;
            sync_folder(Some(folder))
        }
    }
}

/// Whether the file is too short for a database and yet not empty. SQLite would take it for an
/// empty one and write over it.
pub(super) fn is_scrap(path: &Path) -> bool {
    // A database is never shorter than its smallest page.
    fs::metadata(path).is_ok_and(|meta| (1..512).contains(&meta.len()))
}

/// The same where the file need not be there: nothing is made.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    match (fs::canonicalize(&path), path.parent(), path.file_name()) {
        (Ok(resolved), _, _) => Ok(resolved),
        (Err(_), Some(folder), Some(name)) => Ok(fs::canonicalize(folder)?.join(name)),
        (Err(error), _, _) => Err(error),
    }
}

/// A name beside the store: `shop.db` and `-wal` give `shop.db-wal`.
pub(super) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Missing folders, each for the user alone; those that are there stay as they are.
fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    // A folder that a power cut takes away takes the store with it.
    folder
        .ancestors()
        .skip(1)
        .try_for_each(|above| sync_folder(Some(above)))
}

/// Makes the names in a folder durable, where the system lets a folder be opened.
fn sync_folder(folder: Option<&Path>) -> io::Result<()> {
    match folder.map(File::open) {
        Some(Ok(folder)) if cfg!(unix) => folder.sync_all().or_else(unsupported_is_fine),
        _ => Ok(()),
    }
}

/// Some file systems cannot sync a folder; there is then nothing more to do.
fn unsupported_is_fine(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::InvalidInput
        | io::ErrorKind::Unsupported
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem => Ok(()),
        _ => Err(error),
    }
}

/// Whether nobody but their owner can read or write the store, its `-wal` and its `-shm`.
pub(super) fn are_private(store: &Path) -> bool {
    let files = ["", "-wal", "-shm"].map(|suffix| beside(store, suffix));
    let mut modes = files.iter().filter_map(|file| mode(file));
    modes.all(|mode| mode & 0o077 == 0)
}

/// The permission bits of a file, where the system has them and the file is there.
pub(super) fn mode(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        let meta = fs::metadata(path).ok()?;
        Some(std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o7777)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// The path as SQLite's URI for a file that nobody writes to: it is then read without the files
/// beside it. (<https://sqlite.org/uri.html>)
pub(super) fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(*byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri + "?immutable=1"
}

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
