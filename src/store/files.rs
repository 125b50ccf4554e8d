//! The store's files: where they are, how they are made, and who may read them.

use std::{
    fs::{self, DirBuilder, File},
    io,
    path::{Path, PathBuf},
};

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
            sync_folder(folder)
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
    folder.ancestors().skip(1).try_for_each(sync_folder)
}

/// Makes the names in a folder durable, where the system lets a folder be opened.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) if cfg!(unix) => folder.sync_all().or_else(unsupported_is_fine),
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
