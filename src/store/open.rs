//! The file as a store: how it and the files beside it are made and who may read them, opening it,
//! bringing its shape up to date, and one transaction around what is asked of it.

use std::{
    cell::RefCell,
    collections::HashMap,
    fs::{self, DirBuilder, File, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags, Transaction, TransactionBehavior, config::DbConfig,
    functions::FunctionFlags,
};
use url::Url;

use super::{StoreError, StoreErrorKind};
use crate::domain::text::{folded, trim};

/// The mark by which the file is known as a store of this program: `OPLX`.
pub(super) const APPLICATION_ID: i64 = 0x4f50_4c58;

/// Every migration; the n-th makes schema version n.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_reasons.sql"),
    include_str!("migrations/0003_similars.sql"),
    include_str!("migrations/0004_offer.sql"),
    include_str!("migrations/0005_events.sql"),
    include_str!("migrations/0006_pull_marks.sql"),
    include_str!("migrations/0007_no_reason_index.sql"),
    include_str!("migrations/0008_doubts.sql"),
];

/// The schema version that this program reads and writes.
pub(super) const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// How long another process is waited for.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long who reads or writes just now is waited for, where the write-ahead log is emptied.
const EMPTYING_WAIT: Duration = Duration::from_millis(200);
/// How often is looked whether it is free.
const BUSY_PAUSE: Duration = Duration::from_millis(1);

/// An open store. What reads or writes it fails where it cannot be read or written; `# Errors`
/// says what may fail besides.
#[derive(Debug)]
pub struct Store {
    pub(super) conn: Connection,
    /// With symbolic links followed: the files beside the store are beside this.
    pub(super) path: PathBuf,
}

impl Store {
    /// Opens the store at `path` for reading and writing. Missing folders (mode 0700) and the file
    /// (0600) are made; an older schema is brought up to date.
    ///
    /// # Errors
    /// Every [`StoreErrorKind`]; a file that is not a store is not touched.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_waiting(path, BUSY_TIMEOUT)
    }

    /// Opens the store at `path` for a command that only reads: none where there is no store, and
    /// nothing is made. A store that may only be read is opened too, where SQLite can.
    pub fn open_existing(path: &Path) -> Result<Option<Self>, StoreError> {
        Self::open_existing_waiting(path, BUSY_TIMEOUT)
    }

    /// A store with nothing in it, for questions where there is none; it is nowhere on the disk.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn empty() -> Result<Self, StoreError> {
        let conn = Connection::open_in_memory();
        let mut store = Self::set_up(conn, Path::new(":memory:"), BUSY_TIMEOUT)?;
        store.migrate()?;
        Ok(store)
    }

    /// The same store, where orders that know only the name of their payment method are given the
    /// ID that it has in `ids`; none of a name that two have.
    ///
    /// # Errors
    /// Where SQLite refuses it.
    pub fn with_methods(self, ids: HashMap<String, Option<u64>>) -> Result<Self, StoreError> {
        name_methods(&self.conn, ids).map_err(|error| StoreError::sqlite(&self.path, error))?;
        Ok(self)
    }

    pub(super) fn open_waiting(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        let resolved = make_file(path).map_err(|error| StoreError::io(path, error))?;
        let mut store = Self::connect(&resolved, wait)?;
        if store.read(|conn| conn.is_readonly("main"))? {
            return Err(StoreError::read_only(path));
        }
        store.use_wal(wait)?;
        store.migrate()?;
        Ok(store)
    }

    pub(super) fn open_existing_waiting(
        path: &Path,
        wait: Duration,
    ) -> Result<Option<Self>, StoreError> {
        // A file of no bytes is a store that is about to be made.
        let bytes = fs::metadata(path).map(|meta| meta.len());
        match bytes {
            Ok(0) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return match path.is_symlink() {
                    true => Err(StoreError::missing(path)),
                    false => Ok(None),
                };
            }
            Err(error) => return Err(StoreError::io(path, error)),
            Ok(_) => {}
        }
        let resolved = resolve(path).map_err(|error| StoreError::io(path, error))?;
        make_writable_again(&resolved);
        let mut store = match Self::connect(&resolved, wait) {
            Err(error) if error.kind == StoreErrorKind::Unwritable => {
                Self::connect_immutable(&resolved).ok_or(error)?
            }
            connected => connected?,
        };
        store.migrate()?;
        Ok(Some(store))
    }

    /// Connects to a file that is there. A foreign or newer one is refused before anything is
    /// changed in it.
    pub(super) fn connect(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        // Without CREATE: `make_file` makes it, with its mode.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::set_up(Connection::open_with_flags(path, flags), path, wait)
    }

    /// A store in WAL mode needs files beside it even to be read. Where they cannot be made and
    /// are not there, nothing has been left in them, and the file alone is the whole store. It is
    /// read as one that nobody writes to. (<https://sqlite.org/uri.html>)
    pub(super) fn connect_immutable(path: &Path) -> Option<Self> {
        let wal = fs::metadata(beside(path, "-wal")).map_or(0, |meta| meta.len());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let mut uri = Url::from_file_path(path).ok().filter(|_| wal == 0)?;
        uri.set_query(Some("immutable=1"));
        let opened = Connection::open_with_flags(uri.as_str(), flags);
        Self::set_up(opened, path, BUSY_TIMEOUT).ok()
    }

    pub(super) fn set_up(
        conn: rusqlite::Result<Connection>,
        path: &Path,
        wait: Duration,
    ) -> Result<Self, StoreError> {
        if is_scrap(path) {
            return Err(StoreError::not_a_store(path));
        }
        let conn = conn
            .and_then(|mut conn| prepare(&mut conn, wait).map(|()| conn))
            .map_err(|error| StoreError::sqlite(path, error))?;
        let path = path.to_owned();
        let store = Self { conn, path };
        store.version()?;
        Ok(store)
    }

    /// The schema version of the file, 0 where it is empty.
    pub(super) fn version(&self) -> Result<i64, StoreError> {
        match self.read(inspect)? {
            Found::Empty => Ok(0),
            Found::Foreign => Err(StoreError::not_a_store(&self.path)),
            Found::Store(found) if found > SCHEMA_VERSION => {
                Err(StoreError::newer(&self.path, found, SCHEMA_VERSION))
            }
            Found::Store(found) => Ok(found),
        }
    }

    /// Write-ahead log: readers and a writer do not wait for one another.
    fn use_wal(&self, wait: Duration) -> Result<(), StoreError> {
        let ask = |sql| {
            let mode = self
                .conn
                .query_row(sql, [], |row| row.get::<_, String>(0))
                .map_err(|error| StoreError::sqlite(&self.path, error))?;
            Ok(mode.eq_ignore_ascii_case("wal"))
        };
        if ask("PRAGMA journal_mode")? {
            return Ok(());
        }
        // SQLite does not always wait here, where two processes make the store at once.
        let mut wait = patience(wait);
        let mut tries = 0..;
        loop {
            match ask("PRAGMA journal_mode = WAL") {
                Err(error)
                    if error.kind == StoreErrorKind::Locked
                        && tries.next().is_some_and(&mut wait) => {}
                // A file system without shared memory keeps the rollback journal: as safe, slower.
                asked => return asked.map(|_| ()),
            }
        }
    }

    pub(super) fn migrate(&mut self) -> Result<(), StoreError> {
        let version = self.version()?;
        if version < SCHEMA_VERSION {
            self.write(run_migrations)
                .map_err(|error| match error.kind {
                    StoreErrorKind::Unwritable if version > 0 => StoreError::older(&self.path),
                    _ => error,
                })?;
        }
        self.version().map(|_| ())
    }

    /// Brings all of the write-ahead log into the store's file and empties it. Not where others
    /// are in the way.
    pub(super) fn empty_wal(&mut self) -> bool {
        let mut empty = || {
            self.conn.busy_handler(Some(patience(EMPTYING_WAIT)))?;
            let is_busy = |row: &rusqlite::Row<'_>| row.get::<_, bool>(0);
            let busy = self
                .conn
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], is_busy);
            self.conn.busy_handler(Some(patience(BUSY_TIMEOUT)))?;
            busy
        };
        empty().is_ok_and(|busy| !busy)
    }

    /// One change: an IMMEDIATE transaction, on the disk when this returns.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let Self { conn, path } = self;
        let change = || {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        change().map_err(|error| StoreError::sqlite(path, error))
    }

    /// One look: everything that `work` reads is of the same moment.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let look = || {
            let tx = self.conn.unchecked_transaction()?;
            work(&tx)
        };
        look().map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

/// Waits a little for another process, for as long as `wait` altogether; the answer is whether to
/// try again. SQLite's own waiting looks only ten times a second in the end, and would hardly ever
/// meet the moment between two transactions of a process that has many to write.
pub(super) fn patience(wait: Duration) -> impl FnMut(i32) -> bool + Send + 'static {
    move |tries| {
        let goes_on = BUSY_PAUSE.saturating_mul(tries.unsigned_abs()) < wait;
        if goes_on {
            std::thread::sleep(BUSY_PAUSE);
        }
        goes_on
    }
}

/// What every connection is set to.
fn prepare(conn: &mut Connection, wait: Duration) -> rusqlite::Result<()> {
    conn.busy_handler(Some(patience(wait)))?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // A damaged page is found before it is believed.
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.set_prepared_statement_cache_capacity(64);
    // Texts are compared as `domain/text` says, in searches too.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("folded", 1, flags, |context| {
        let text: Option<String> = context.get(0)?;
        Ok(text.as_deref().map(folded))
    })?;
    name_methods(conn, HashMap::new())?;
    // A statement is not planned anew for each value that it is given.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Has SQLite know the IDs of payment methods by name; none of a name that two have.
fn name_methods(conn: &Connection, ids: HashMap<String, Option<u64>>) -> rusqlite::Result<()> {
    // Names are few, and each stands in very many rows: it is folded once.
    let met = RefCell::new(HashMap::new());
    conn.create_scalar_function(
        "method_named",
        1,
        FunctionFlags::SQLITE_UTF8,
        move |context| {
            let Some(name) = context.get_raw(0).as_str_or_null()? else {
                return Ok(None);
            };
            let mut met = met.borrow_mut();
            if let Some(id) = met.get(name) {
                return Ok(*id);
            }
            let id = ids.get(&folded(trim(name))).copied().flatten();
            let id = id.and_then(|id| i64::try_from(id).ok());
            met.insert(name.to_owned(), id);
            Ok(id)
        },
    )
}

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// Nothing has been put in it.
    Empty,
    /// A store of this schema version (it may be newer than this program).
    Store(i64),
    /// Another application's database.
    Foreign,
}

/// Looks what the file is, and changes nothing.
fn inspect(conn: &Connection) -> rusqlite::Result<Found> {
    let number = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version, tables) {
        (APPLICATION_ID, 1.., _) => Found::Store(version),
        (0, 0, 0) => Found::Empty,
        _ => Found::Foreign,
    })
}

/// Runs what has not run yet, within one IMMEDIATE transaction: whoever comes second finds it done.
fn run_migrations(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let done = match inspect(tx)? {
        Found::Empty => 0,
        Found::Store(version) if version < SCHEMA_VERSION => version as usize,
        Found::Store(_) | Found::Foreign => return Ok(()),
    };
    for sql in &MIGRATIONS[done..] {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", SCHEMA_VERSION)
}

/// The store's file with symbolic links followed, so that every process finds the same files
/// beside it; made with its folders where it is not there yet.
pub(super) fn make_file(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    if let Some(folder) = path.parent() {
        make_folders(folder)?;
        if path.symlink_metadata().is_err() {
            make_empty(&path, folder)?;
        }
    }
    let path = fs::canonicalize(path)?;
    make_writable_again(&path);
    Ok(path)
}

/// SQLite gives `-wal` and `-shm` the mode of the database. Those that were made while the
/// database might only be read stay so when it may be written again, and then nothing can write.
/// They are looked at before SQLite opens them: a process has each of them open once only.
fn make_writable_again(store: &Path) {
    for file in ["-wal", "-shm"].map(|suffix| beside(store, suffix)) {
        if let (Some(of_store), Some(of_file)) = (mode(store), mode(&file))
            && of_store & 0o200 > of_file & 0o200
        {
            // Where that is not allowed, SQLite says what it could not do.
            let _ = fs::set_permissions(file, Permissions::from_mode(of_store));
        }
    }
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
fn is_scrap(path: &Path) -> bool {
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

/// The folder of a store whose path is [`resolve`]d.
pub(super) fn folder_of(store: &Path) -> &Path {
    store.parent().unwrap_or(Path::new("/"))
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
    builder.recursive(true).mode(0o700).create(folder)?;
    // A folder that a power cut takes away takes the store with it.
    folder.ancestors().skip(1).try_for_each(sync_folder)
}

/// Makes the names in a folder durable, where the system lets a folder be opened.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) => folder.sync_all().or_else(|error| match error.kind() {
            // Some file systems cannot sync a folder; there is then nothing more to do.
            io::ErrorKind::InvalidInput
            | io::ErrorKind::Unsupported
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem => Ok(()),
            _ => Err(error),
        }),
        Err(_) => Ok(()),
    }
}

/// Whether nobody but their owner can read or write the store, its `-wal` and its `-shm`.
pub(super) fn are_private(store: &Path) -> bool {
    let files = ["", "-wal", "-shm"].map(|suffix| beside(store, suffix));
    let mut modes = files.iter().filter_map(|file| mode(file));
    modes.all(|mode| mode & 0o077 == 0)
}

/// The permission bits of a file that is there.
pub(super) fn mode(path: &Path) -> Option<u32> {
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o7777)
}
