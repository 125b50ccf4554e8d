//! The table `attempts`: every try to screen an order from here, written down before it is sent.
//!
//! An attempt begins `in-flight` and ends `screened`, `failed` (it is known that there is no
//! screening) or `unknown` (there may be one). One that a kill cut off is found by its run, and
//! becomes `unknown`.
//!
//! A run is a run of the program that sends orders. It holds an OS lock on a file beside the store
//! for as long as its process lives; a kill or a power cut frees it. An attempt in flight whose
//! run's lock is free, or whose file is gone, was cut off. The order of things makes that safe:
//!
//! - A run's name is given out only once its file is locked *and* still there, so a name that
//!   stands in the store belongs to a run that holds, or held, its lock.
//! - Only a run asks for the exclusive lock, of its own file. Who looks asks for a shared one, so
//!   that two who look at a dead run do not take each other for the living run.
//! - Who finds a file that nobody locks removes it, where it is one that a run of the same user has
//!   made. Where that hits one that is just being made, its maker sees it by the rule above and
//!   makes another.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs::{File, Metadata, TryLockError},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Serialize;
use serde_json::json;
use tempfile::{Builder, NamedTempFile};

use super::{
    Store, StoreError,
    log::write_log,
    open::{folder_of, resolve},
    table::by_name,
};
use crate::domain::{event::EventId, named, order::OrderNumber, time::JstTime};

/// The error code of an attempt whose outcome is unknown (CONTRACT.md, Network).
pub const OUTCOME_UNKNOWN: &str = "outcome-unknown";

/// An attempt, to end it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(super) i64);

/// A try to screen an order from here, as JSON tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Which one; later ones have higher numbers.
    #[serde(skip)]
    pub id: AttemptId,
    /// 受注番号.
    pub order_number: OrderNumber,
    /// The run that sent it.
    #[serde(skip)]
    pub(super) run: String,
    /// When it was written down, just before it was sent.
    pub began_at: JstTime,
    /// When it ended; none where it still runs or was cut off.
    pub ended_at: Option<JstTime>,
    /// How it ended.
    pub state: AttemptState,
    /// Whether it was asked for with `--rescreen`.
    pub rescreen: bool,
    /// The event that stays the outcome where this rescreen fails.
    #[serde(skip)]
    pub keeps_event: Option<EventId>,
    /// The event that came of it.
    pub event_id: Option<EventId>,
    /// The error's code, as in `screen`.
    pub error_code: Option<String>,
    /// What was said when it ended; none where it was cut off.
    #[serde(skip)]
    pub error_message: Option<String>,
}

named! {
    /// How a try ended.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum AttemptState {
        /// It runs.
        InFlight = "in-flight",
        /// There is an event.
        Screened = "screened",
        /// It is known that there is none.
        Failed = "failed",
        /// There may be one.
        Unknown = "unknown",
    }
}

by_name!(AttemptState);

/// The statement that reads attempts, without conditions.
pub(super) const SELECT_ATTEMPT: &str =
    "SELECT id, order_number, run, began_at, ended_at, state, rescreen,
        keeps_event, event_id, error_code, error_message FROM attempts AS a";

/// An attempt of a row of [`SELECT_ATTEMPT`].
pub(super) fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        id: AttemptId(row.get(0)?),
        order_number: row.get(1)?,
        run: row.get(2)?,
        began_at: row.get(3)?,
        ended_at: row.get(4)?,
        state: row.get(5)?,
        rescreen: row.get(6)?,
        keeps_event: row.get(7)?,
        event_id: row.get(8)?,
        error_code: row.get(9)?,
        error_message: row.get(10)?,
    })
}

/// How an attempt ends.
#[derive(Debug, Clone)]
pub enum End {
    /// With an event.
    Screened(EventId),
    /// It certainly made no event: a refusal, or a request that never arrived. The error's code,
    /// and what was said.
    Failed(&'static str, String),
    /// It may have made one. What was said; none where it was cut off.
    Unknown(Option<String>),
}

/// Ends an attempt and writes so into the log. One that was taken for cut off while it still ran
/// (its lock file was deleted, say) takes the end that it came to after all.
pub(super) fn end_attempt(
    conn: &Connection,
    attempt: AttemptId,
    end: &End,
    at: JstTime,
    actor: &str,
) -> rusqlite::Result<()> {
    let (state, event, code, message) = match end {
        End::Screened(event) => (AttemptState::Screened, Some(event), None, None),
        End::Failed(code, message) => (AttemptState::Failed, None, Some(*code), Some(message)),
        End::Unknown(message) => {
            let code = Some(OUTCOME_UNKNOWN);
            (AttemptState::Unknown, None, code, message.as_ref())
        }
    };
    let mut statement = conn.prepare_cached(
        "UPDATE attempts SET state = :state, ended_at = :at, event_id = :event,
                             error_code = :code, error_message = :message
         WHERE id = :id AND state IN ('in-flight', 'unknown') RETURNING order_number",
    )?;
    let values = named_params! {
        ":id": attempt.0,
        ":state": state,
        ":at": at,
        ":event": event,
        ":code": code,
        ":message": message,
    };
    let number: OrderNumber = statement.query_row(values, |row| row.get(0))?;
    // What a server said stands in the attempt alone: the log is never rid of anything.
    let detail = json!({"attempt": attempt.0, "event_id": event, "error": code}).to_string();
    let action = format!("screen.{}", state.name());
    let number = Some(number.as_str());
    write_log(conn, at, actor, &action, number, Some(&detail))
}

/// The names of runs that are dead.
pub(super) type Dead = HashSet<String>;

impl Store {
    /// Looks whether it can be told of every run that has `number` in flight whether it lives.
    ///
    /// # Errors
    /// Where it cannot, and names the file that is in the way.
    pub fn check_runs_of(&self, number: &OrderNumber) -> Result<(), StoreError> {
        let attempts = self.read(|conn| in_flight(conn, number))?;
        let lock = attempts.iter().find_map(|(_, run)| untold(&self.path, run));
        lock.map_or(Ok(()), |lock| Err(StoreError::untold_run(&lock)))
    }

    /// When the last attempt began.
    pub fn last_attempt_at(&self) -> Result<Option<JstTime>, StoreError> {
        let sql = "SELECT began_at FROM attempts ORDER BY id DESC LIMIT 1";
        self.read(|conn| conn.query_row(sql, [], |row| row.get(0)).optional())
    }
}

/// The attempts of `number` in flight, each with its run. Hardly ever more than one.
pub(super) fn in_flight(
    conn: &Connection,
    number: &OrderNumber,
) -> rusqlite::Result<Vec<(AttemptId, String)>> {
    let sql = "SELECT id, run FROM attempts WHERE order_number = ?1 AND state = 'in-flight'";
    conn.prepare_cached(sql)?
        .query_map([number], |row| Ok((AttemptId(row.get(0)?), row.get(1)?)))?
        .collect()
}

/// Those of their runs that are dead.
pub(super) fn dead_runs_of(
    conn: &Connection,
    store: &Path,
    number: &OrderNumber,
) -> rusqlite::Result<Dead> {
    let runs = in_flight(conn, number)?.into_iter().map(|(_, run)| run);
    Ok(runs.filter(|run| is_dead(store, run)).collect())
}

/// The first condition is that of the index, word for word.
pub(super) const RUNS_IN_FLIGHT: &str = "SELECT DISTINCT run FROM attempts
     WHERE state IN ('in-flight', 'unknown') AND state = 'in-flight'";

/// Every run that has an attempt in flight and is dead.
pub(super) fn dead_runs(conn: &Connection, store: &Path) -> rusqlite::Result<Dead> {
    let mut statement = conn.prepare_cached(RUNS_IN_FLIGHT)?;
    let runs: Vec<String> = statement
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(runs.into_iter().filter(|run| is_dead(store, run)).collect())
}

/// Attempts in flight whose run is dead were cut off: their outcome is unknown.
pub(super) fn end_cut_off(
    conn: &Connection,
    number: &OrderNumber,
    dead: &Dead,
    at: JstTime,
    actor: &str,
) -> rusqlite::Result<()> {
    if dead.is_empty() {
        return Ok(());
    }
    for (attempt, run) in in_flight(conn, number)? {
        if dead.contains(&run) {
            end_attempt(conn, attempt, &End::Unknown(None), at, actor)?;
        }
    }
    Ok(())
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
    lock_of(store, name).is_none_or(|lock| matches!(look(&lock), Lock::Free(_) | Lock::Gone))
}

/// The lock file of the run of that name, where nobody can tell whether the run lives: it is
/// another user's, say.
fn untold(store: &Path, name: &str) -> Option<PathBuf> {
    lock_of(store, name).filter(|lock| matches!(look(lock), Lock::Untold))
}

/// The lock file of a run. The name comes out of a file: nothing but a name beside the store is
/// looked at.
fn lock_of(store: &Path, name: &str) -> Option<PathBuf> {
    Some(folder_of(store).join(Path::new(name).file_name()?))
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
    // For a mode, the kind of file is part of it.
    let of = |meta: &Metadata| (meta.uid(), meta.mode(), meta.len());
    of(meta) == of(own)
}

/// How the names of a store's lock files begin.
fn prefix_of(store: &Path) -> String {
    let name = store.file_name().unwrap_or_default();
    format!("{}.run-", name.to_string_lossy())
}
