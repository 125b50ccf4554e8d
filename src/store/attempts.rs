//! The table `attempts`: every try to screen an order from here, written down before it is sent.
//!
//! An attempt begins `in-flight` and ends `screened`, `failed` (it is known that there is no
//! screening) or `unknown` (there may be one). One that a kill cut off is found by its run, see
//! `runs`, and becomes `unknown`.

use std::{collections::HashSet, path::Path};

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Serialize;
use serde_json::json;

use super::{Store, StoreError, log::write_log, runs, table::by_name};
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
        let runs = self.read(|conn| runs_of(conn, number))?;
        let untold = runs.iter().find_map(|run| runs::untold(&self.path, run));
        untold.map_or(Ok(()), |lock| Err(StoreError::untold_run(&lock)))
    }

    /// When the last attempt began.
    pub fn last_attempt_at(&self) -> Result<Option<JstTime>, StoreError> {
        let sql = "SELECT began_at FROM attempts ORDER BY id DESC LIMIT 1";
        self.read(|conn| conn.query_row(sql, [], |row| row.get(0)).optional())
    }
}

/// The runs that have an attempt of `number` in flight. Hardly ever more than one, so it does not
/// say DISTINCT: SQLite makes a whole table for that, each time.
pub(super) fn runs_of(conn: &Connection, number: &OrderNumber) -> rusqlite::Result<Vec<String>> {
    conn.prepare_cached("SELECT run FROM attempts WHERE order_number = ?1 AND state = 'in-flight'")?
        .query_map([number], |row| row.get(0))?
        .collect()
}

/// Those of them that are dead.
pub(super) fn dead_runs_of(
    conn: &Connection,
    store: &Path,
    number: &OrderNumber,
) -> rusqlite::Result<Dead> {
    let runs = runs_of(conn, number)?.into_iter();
    Ok(runs.filter(|run| runs::is_dead(store, run)).collect())
}

/// The first condition is that of the index, word for word.
pub(super) const RUNS_IN_FLIGHT: &str = "SELECT DISTINCT run FROM attempts
     WHERE state IN ('in-flight', 'unknown') AND state = 'in-flight'";

/// Every run that has an attempt in flight and is dead.
pub(super) fn dead_runs(conn: &Connection, store: &Path) -> rusqlite::Result<Dead> {
    let mut statement = conn.prepare_cached(RUNS_IN_FLIGHT)?;
    let runs = statement.query_map([], |row| row.get(0))?;
    let is_dead = |run: &rusqlite::Result<String>| match run {
        Ok(run) => runs::is_dead(store, run),
        Err(_) => true,
    };
    runs.filter(is_dead).collect()
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
    let sql = "SELECT id, run FROM attempts WHERE order_number = ?1 AND state = 'in-flight'";
    let in_flight: Vec<(i64, String)> = conn
        .prepare_cached(sql)?
        .query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let cut_off = in_flight.iter().filter(|(_, run)| dead.contains(run));
    for (id, _) in cut_off {
        end_attempt(conn, AttemptId(*id), &End::Unknown(None), at, actor)?;
    }
    Ok(())
}
