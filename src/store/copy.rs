//! Copies of the whole store: `oplux backup` and `oplux restore`.
//!
//! SQLite copies the pages itself, in one look: the copy is of one moment, whoever writes
//! meanwhile. A restore is one change of the store that stands there. Its file keeps its name and
//! its place: one that is moved or replaced under a process that has it open would be damaged
//! (<https://sqlite.org/howtocorrupt.html>, section 2).

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use tempfile::TempPath;

use super::{Store, StoreError, StoreErrorKind, files, open::BUSY_TIMEOUT, table::count};

/// So many pages are copied between two looks at whether to go on.
const PAGES_AT_ONCE: i32 = 256;

/// A copy of a store in a file of its own, which goes with the value.
#[derive(Debug)]
pub struct CopiedStore {
    /// Closed before its file goes.
    pub store: Store,
    file: TempPath,
}

impl CopiedStore {
    /// Its file, closed.
    pub fn into_file(self) -> TempPath {
        self.file
    }
}

impl Store {
    /// Opens the copy of a store at `path`, and changes nothing in it.
    ///
    /// # Errors
    /// Where it is none, is damaged, or was made by a newer version.
    pub fn open_copy(path: &Path) -> Result<Self, StoreError> {
        let resolved = files::resolve(path).map_err(|error| StoreError::io(path, error))?;
        // One that nobody has open is read without making any file beside it.
        let in_use = ["-wal", "-journal"].map(|suffix| files::beside(&resolved, suffix).exists());
        let alone = (in_use == [false, false]).then(|| Self::connect_immutable(&resolved));
        let store = match alone.flatten() {
            Some(store) => store,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let opened = Connection::open_with_flags(&resolved, flags);
                Self::set_up(opened, &resolved, BUSY_TIMEOUT)?
            }
        };
        match store.version()? {
            0 => Err(StoreError::not_a_store(path)),
            _ => store.check_whole().map(|()| store),
        }
    }

    /// Opens the store at `path`, made where it is not there, for this process alone: no other has
    /// it open, nor can open it, as long as this one does.
    ///
    /// # Errors
    /// Where another process uses it for longer than is waited, and as [`Store::open`].
    pub fn open_alone(path: &Path) -> Result<Self, StoreError> {
        Self::open_alone_waiting(path, BUSY_TIMEOUT)
    }

    pub(super) fn open_alone_waiting(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        let resolved = files::make(path).map_err(|error| StoreError::io(path, error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&resolved, flags).and_then(|conn| {
            // Before anything is read. Every lock is then kept until the store is closed.
            conn.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
            Ok(conn)
        });
        let store = Self::set_up(conn, &resolved, wait)?;
        let locked = store.conn.execute_batch("BEGIN EXCLUSIVE; COMMIT");
        locked.map_err(|error| StoreError::sqlite(path, error))?;
        Ok(store)
    }

    /// The store's file, with links followed.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether `path` is one of the store's own files.
    pub fn is_own_file(&self, path: &Path) -> bool {
        let suffixes = ["", "-wal", "-shm", "-journal"];
        let own =
            |suffix| files::resolve(path).is_ok_and(|it| it == files::beside(&self.path, suffix));
        suffixes.into_iter().any(own)
    }

    /// A copy of the whole store, as it is at this moment, in `folder`: looked through for damage,
    /// mode 0600, and sound without any file beside it. `each` is told how many bytes of how many
    /// are done; none where it breaks off.
    ///
    /// # Errors
    /// Where the store is damaged, or the copy cannot be written.
    pub fn copy_into(
        &self,
        folder: &Path,
        each: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Option<CopiedStore>, StoreError> {
        let Some(copy) = self.raw_copy(folder, each)? else {
            return Ok(None);
        };
        match copy.store.check_whole() {
            // It is the store that is damaged, not what was made of it.
            Err(error) if error.kind == StoreErrorKind::Damaged => {
                Err(StoreError::damaged(&self.path))
            }
            checked => checked.map(|()| Some(copy)),
        }
    }

    /// The same of a store that may be damaged.
    fn raw_copy(
        &self,
        folder: &Path,
        mut each: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Option<CopiedStore>, StoreError> {
        let made = tempfile::Builder::new()
            .prefix(".oplux-")
            .tempfile_in(folder);
        // Closed before SQLite opens it, see `files`.
        let file = made
            .map_err(|error| StoreError::io(folder, error))?
            .into_temp_path();
        let mut copied = Self::connect(&file, BUSY_TIMEOUT)?;
        let whole = self.read(|conn| {
            let bytes = conn.pragma_query_value(None, "page_size", |row| row.get::<_, u64>(0))?;
            // The look begins with the first table that is read, and holds until the copy is done.
            count(conn, "SELECT count(*) FROM sqlite_schema")?;
            let backup = Backup::new(conn, &mut copied.conn)?;
            loop {
                let step = backup.step(PAGES_AT_ONCE)?;
                let progress = backup.progress();
                let (total, left) = (progress.pagecount as u64, progress.remaining as u64);
                match (step, each((total - left) * bytes, total * bytes)) {
                    (_, ControlFlow::Break(())) => return Ok(false),
                    (StepResult::Done, _) => return Ok(true),
                    _ => {}
                }
            }
        });
        let whole = whole.map_err(|error| match error.kind {
            // That of the copy, not that of the store.
            StoreErrorKind::Full => StoreError::no_room(folder),
            _ => error,
        })?;
        if !whole {
            return Ok(None);
        }
        // The copy needs no files beside it, also where it may only be read.
        let mode = "PRAGMA journal_mode = DELETE";
        let plain = copied.conn.query_row(mode, [], |_| Ok(()));
        plain.map_err(|error| StoreError::sqlite(&file, error))?;
        let store = copied;
        Ok(Some(CopiedStore { store, file }))
    }

    /// Puts `other` in the place of all that the store holds, in one change. The store is open for
    /// this process alone. What it held is kept in a file beside it, whose name is given. Where
    /// `each` breaks off, nothing is changed.
    ///
    /// # Errors
    /// Where the copy cannot be written: the store is then as it was.
    pub fn replace_with(
        mut self,
        other: &Self,
        stamp: &str,
        mut each: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<ControlFlow<(), Option<PathBuf>>, StoreError> {
        let folder = self.path.parent().unwrap_or(Path::new("/")).to_owned();
        let Some(mut new) = other.copy_into(&folder, &mut each)? else {
            return Ok(ControlFlow::Break(()));
        };
        // An older version's is brought up to date before it takes its place.
        new.store.migrate()?;
        let mut kept = None;
        if self.version()? > 0 {
            let Some(old) = self.raw_copy(&folder, each)? else {
                return Ok(ControlFlow::Break(()));
            };
            kept = Some(keep_beside(&self.path, old.into_file(), stamp)?);
        }
        let Self { conn, path } = &mut self;
        let copied = Backup::new(&new.store.conn, conn).and_then(|backup| backup.step(-1));
        match copied {
            Ok(StepResult::Done) => Ok(ControlFlow::Continue(kept)),
            Ok(_) => Err(StoreError::locked(path)),
            Err(error) => Err(StoreError::sqlite(path, error)),
        }
    }

    /// Looks through every page, table and index.
    fn check_whole(&self) -> Result<(), StoreError> {
        let said: String =
            self.read(|conn| conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)))?;
        match said.as_str() {
            "ok" => Ok(()),
            _ => Err(StoreError::damaged(&self.path)),
        }
    }
}

/// Gives a copy the store's name with `stamp` in it, and a number where there is such a file.
fn keep_beside(store: &Path, mut copy: TempPath, stamp: &str) -> Result<PathBuf, StoreError> {
    let stem = store.file_stem().unwrap_or_default().to_string_lossy();
    let mut names = (1..).map(|number| match number {
        1 => format!("{stem}.{stamp}.db"),
        _ => format!("{stem}.{stamp}-{number}.db"),
    });
    loop {
        let path = store.with_file_name(names.next().unwrap_or_default());
        match copy.persist_noclobber(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => copy = error.path,
            Err(error) => return Err(StoreError::io(&path, error.error)),
        }
    }
}
