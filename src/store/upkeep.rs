//! The whole store: how much it holds and how sound it is (`oplux doctor`), copies of it (`oplux
//! backup` and `oplux restore`), and what is too old to be kept (`oplux prune`).
//!
//! Copies: SQLite copies the pages itself, in one look: the copy is of one moment, whoever writes
//! meanwhile. A restore is one change of the store that stands there. Its file keeps its name and
//! its place: one that is moved or replaced under a process that has it open would be damaged
//! (<https://sqlite.org/howtocorrupt.html>, section 2).
//!
//! What is too old: a number and everything of it goes together: its order, its payment history, its
//! events and its attempts, and with it the numbers that payment histories tie to it. All of them go
//! where no time that the store has of any of them is `before` or later; what has no time at all
//! stays, and so does an attempt that runs, or whose outcome is unknown and not settled. The log
//! forgets nothing.

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags, OptionalExtension,
    backup::{Backup, StepResult},
    functions::FunctionFlags,
    named_params,
};
use serde::Serialize;
use serde_json::json;
use tempfile::TempPath;

use super::{
    Store, StoreError, StoreErrorKind,
    attempts::{Dead, dead_runs},
    log::write_log,
    open::{BUSY_TIMEOUT, are_private, beside, folder_of, make_file, resolve},
    outcome,
    table::count,
};
use crate::domain::{
    event::{EventId, Service},
    order::OrderNumber,
    time::JstTime,
};

/// How much a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Its size.
    pub bytes: u64,
    pub orders: u64,
    pub payments: u64,
    pub events: u64,
    pub attempts: u64,
    pub log_entries: u64,
}

/// The state of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What it holds; none where SQLite's quick check finds damage.
    pub contents: Option<Contents>,
    /// Whose credentials the last answer rejected, for which order, and when; none where a later
    /// answer took them.
    pub rejected: Option<(Service, OrderNumber, JstTime)>,
    /// Whether nobody but their owner can read or write the store and the files beside it.
    pub is_private: bool,
}

impl Store {
    /// How much there is in it.
    pub fn contents(&self) -> Result<Contents, StoreError> {
        self.read(contents)
    }

    /// Looks through the whole store.
    ///
    /// # Errors
    /// Where the store cannot be read at all.
    pub fn check_health(&self) -> Result<Health, StoreError> {
        self.read(|conn| {
            let is_sound = is_sound(conn, "quick_check")?;
            Ok(Health {
                contents: is_sound.then(|| contents(conn)).transpose()?,
                rejected: rejected(conn)?,
                is_private: are_private(&self.path),
            })
        })
    }
}

/// Whether one of SQLite's two checks finds nothing.
fn is_sound(conn: &Connection, check: &str) -> rusqlite::Result<bool> {
    let said: String = conn.query_row(&format!("PRAGMA {check}(1)"), [], |row| row.get(0))?;
    Ok(said == "ok")
}

fn contents(conn: &Connection) -> rusqlite::Result<Contents> {
    let count = |table| count(conn, &format!("SELECT count(*) FROM {table}"));
    let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    Ok(Contents {
        bytes: pragma("page_count")? * pragma("page_size")?,
        orders: count("orders")?,
        payments: count("payments")?,
        events: count("events")?,
        attempts: count("attempts")?,
        log_entries: count("log")?,
    })
}

/// Only what says something of the credentials is an answer here. The later one goes by the
/// attempts, not by the clock.
fn rejected(conn: &Connection) -> rusqlite::Result<Option<(Service, OrderNumber, JstTime)>> {
    let last = conn.query_row(
        "SELECT error_code = 'credentials-rejected', service, order_number, ended_at FROM attempts
         WHERE state = 'screened' OR error_code IN ('credentials-rejected', 'refused')
         ORDER BY id DESC LIMIT 1",
        [],
        |row| match row.get::<_, Option<bool>>(0)? {
            Some(true) => Ok(Some((row.get(1)?, row.get(2)?, row.get(3)?))),
            _ => Ok(None),
        },
    );
    Ok(last.optional()?.flatten())
}

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
        let resolved = resolve(path).map_err(|error| StoreError::io(path, error))?;
        // One that nobody has open is read without making any file beside it.
        let in_use = ["-wal", "-journal"].map(|suffix| beside(&resolved, suffix).exists());
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
        let resolved = make_file(path).map_err(|error| StoreError::io(path, error))?;
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
        let own = |suffix| resolve(path).is_ok_and(|it| it == beside(&self.path, suffix));
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
        // Closed before SQLite opens it, see `store::open`.
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
        let folder = folder_of(&self.path).to_owned();
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
        match self.read(|conn| is_sound(conn, "integrity_check"))? {
            true => Ok(()),
            false => Err(StoreError::damaged(&self.path)),
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

/// How many rows are too old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    pub orders: u64,
    pub payments: u64,
    pub events: u64,
    pub attempts: u64,
    /// Orders whose outcome is unknown and not settled: they stay, however old.
    pub unsettled: u64,
}

impl Pruned {
    /// Whether nothing goes.
    pub fn is_nothing(&self) -> bool {
        let unsettled = self.unsettled;
        *self
            == Self {
                unsettled,
                ..Self::default()
            }
    }
}

/// The numbers that go. An event without a time has that with which its ID begins, or else that at
/// which it came into the store: it is no younger than that.
const GOING: &str = "
CREATE TEMP TABLE going AS
WITH RECURSIVE
    dated (number, at) AS (
        SELECT number, created_at FROM orders WHERE created_at IS NOT NULL
        UNION ALL SELECT order_number, at FROM payments WHERE at IS NOT NULL
        UNION ALL SELECT payment_number, at FROM payments WHERE at IS NOT NULL
        UNION ALL SELECT merchant_management_id, coalesce(requested_at, time_of_id(event_id), stored_at) FROM events
        UNION ALL SELECT order_number, coalesce(ended_at, began_at) FROM attempts
    ),
    staying (number) AS (
        SELECT number FROM dated WHERE at >= :before
        UNION SELECT value FROM json_each(:unsettled)
        UNION SELECT order_number FROM attempts
            WHERE state = 'in-flight' AND run NOT IN (SELECT value FROM json_each(:dead))
        UNION SELECT payment_number FROM staying JOIN payments ON order_number = number
        UNION SELECT order_number FROM staying JOIN payments ON payment_number = number
    ),
    going (number) AS (
        SELECT number FROM dated WHERE number NOT IN (SELECT number FROM staying)
        UNION SELECT payment_number FROM going JOIN payments ON order_number = number
        UNION SELECT order_number FROM going JOIN payments ON payment_number = number
    )
SELECT number FROM going";

const FORGET: &str = "
DELETE FROM pulled WHERE event_id IN (
    SELECT event_id FROM events
    WHERE merchant_management_id IN (SELECT number FROM temp.going));
DELETE FROM doubts WHERE event_id IN (
    SELECT event_id FROM events
    WHERE merchant_management_id IN (SELECT number FROM temp.going));
DELETE FROM attempts WHERE order_number IN (SELECT number FROM temp.going);
DELETE FROM events WHERE merchant_management_id IN (SELECT number FROM temp.going);
DELETE FROM payments WHERE order_number IN (SELECT number FROM temp.going);
DELETE FROM orders WHERE number IN (SELECT number FROM temp.going);
";

impl Store {
    /// What [`Store::prune`] would remove.
    pub fn older_than(&self, before: JstTime) -> Result<Pruned, StoreError> {
        let dead = self.read(|conn| dead_runs(conn, &self.path))?;
        self.read(|conn| {
            let pruned = find(conn, before, &dead)?;
            conn.execute_batch("DROP TABLE temp.going")?;
            Ok(pruned)
        })
    }

    /// Removes what is older than `before`, in one change, and notes it in the log. Says what went.
    ///
    /// # Errors
    /// Where the store cannot be written: nothing is then removed.
    pub fn prune(
        &mut self,
        before: JstTime,
        at: JstTime,
        actor: &str,
    ) -> Result<Pruned, StoreError> {
        // In this order, as in `outcome`.
        let dead = self.read(|conn| dead_runs(conn, &self.path))?;
        // For each event that goes, SQLite would look through all attempts for one that points at
        // it. That none is left is looked at once, below.
        self.keep_references(false)?;
        let pruned = self.write(|tx| {
            let pruned = find(tx, before, &dead)?;
            tx.execute_batch(FORGET)?;
            tx.execute_batch("DROP TABLE temp.going")?;
            let loose = tx.prepare("PRAGMA foreign_key_check")?.exists([])?;
            if loose {
                return Err(rusqlite::Error::QueryReturnedMoreThanOneRow);
            }
            let (subject, detail) = (before.to_string(), json!(pruned).to_string());
            write_log(tx, at, actor, "prune", Some(&subject), Some(&detail))?;
            Ok(pruned)
        });
        self.keep_references(true)?;
        pruned
    }

    /// Gives the room of what was removed back to the disk. Not where others are in the way.
    ///
    /// # Errors
    /// Where it stays as it is: nothing is lost.
    pub fn give_back_room(&mut self) -> Result<(), StoreError> {
        let shrunk = self.conn.execute_batch("VACUUM");
        shrunk.map_err(|error| StoreError::sqlite(&self.path, error))?;
        self.empty_wal();
        Ok(())
    }

    fn keep_references(&self, kept: bool) -> Result<(), StoreError> {
        let set = self.conn.pragma_update(None, "foreign_keys", kept);
        set.map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

/// Puts the numbers that go into the table `temp.going`, and counts what that is.
fn find(conn: &Connection, before: JstTime, dead: &Dead) -> rusqlite::Result<Pruned> {
    conn.create_scalar_function("time_of_id", 1, FunctionFlags::SQLITE_UTF8, |context| {
        Ok(EventId(context.get(0)?).time())
    })?;
    let unsettled = outcome::newest_unsettled(conn, dead)?.into_iter();
    let unsettled: Vec<_> = unsettled.map(|(attempt, _)| attempt.order_number).collect();
    conn.execute(
        GOING,
        named_params! {
            ":before": before,
            ":unsettled": json!(unsettled).to_string(),
            ":dead": json!(dead).to_string(),
        },
    )?;
    let count = |table: &str, column: &str| {
        let going = "IN (SELECT number FROM temp.going)";
        count(
            conn,
            &format!("SELECT count(*) FROM {table} WHERE {column} {going}"),
        )
    };
    Ok(Pruned {
        orders: count("orders", "number")?,
        payments: count("payments", "order_number")?,
        events: count("events", "merchant_management_id")?,
        attempts: count("attempts", "order_number")?,
        unsettled: unsettled.len() as u64,
    })
}
