//! What the store knows of the screening of one order number.
//!
//! Asked in this order, the first that applies is the answer:
//!
//! 1. An attempt is in flight and its run lives: wait for it.
//! 2. An attempt is unknown and not settled, and no outcome stood before it: unknown. That wins
//!    even over an event that is too old to be the attempt's own.
//! 3. The number has an event: that one. Of several see [`Store::latest_event`].
//! 4. Nothing.
//!
//! An attempt in flight whose run is dead was cut off, and counts as unknown. An unknown attempt is
//! settled by
//!
//! - an event of its number, of whichever service and origin, requested no earlier than
//!   [`SETTLING_SECONDS`] before the attempt began; or
//! - a later attempt (`--rescreen`) that was screened.
//!
//! A rescreen that fails settles nothing: "where a rescreen fails, the old outcome stays". Where
//! that was an event (`keeps_event`), an unknown rescreen does not hide it; where it was unknown,
//! it stays so, also after a refusal: the first attempt may have arrived all the same.

use std::{collections::HashSet, path::Path};

use rusqlite::{Connection, Row, params};

use super::{
    Store, StoreError,
    attempts::AttemptId,
    events::{self, StoredEvent},
    run,
};
use crate::domain::{
    event::{EventId, Service},
    order::OrderNumber,
    time::JstTime,
};

/// How long before an attempt began an event may have been requested and still be its own: the
/// clocks of the two sides differ (CONTRACT.md, Network).
pub const SETTLING_SECONDS: i64 = 300;

/// What the store knows of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It was screened, and this is the outcome.
    Stored(StoredEvent),
    /// A registration may or may not have arrived.
    Unknown(UnknownAttempt),
    /// It is being screened by a living run.
    InFlight,
    /// No outcome.
    Nothing,
}

/// An attempt whose outcome is unknown and not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAttempt {
    /// Which attempt.
    pub attempt: AttemptId,
    /// The order number that it registered.
    pub number: OrderNumber,
    /// The service that it asked.
    pub service: Service,
    /// When it began.
    pub began_at: JstTime,
    /// Whether it was a rescreen.
    pub rescreen: bool,
    /// The event that stays the outcome all the same.
    pub keeps_event: Option<EventId>,
    /// What was said when it ended; none where it was cut off.
    pub message: Option<String>,
}

/// The names of runs that are dead.
pub(super) type Dead = HashSet<String>;

impl Store {
    /// What the store knows of `number`; writes nothing. `service` chooses between events.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn outcome_of(&self, number: &OrderNumber, service: Service) -> Result<Known, StoreError> {
        // Two looks, in this order: an attempt whose run was seen dead and that is still in flight
        // afterwards was cut off. The other way round it could have ended in between.
        let dead = self.read(|conn| dead_runs_of(conn, &self.path, number))?;
        self.read(|conn| decide(conn, number, service, &dead))
    }

    /// Attempts whose outcome is unknown and not settled, newest first, one a number, and `limit`
    /// at most. Those that a kill cut off are among them, and so are rescreens that keep an event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unsettled(&self, limit: usize) -> Result<Vec<UnknownAttempt>, StoreError> {
        let dead = self.read(|conn| dead_runs(conn, &self.path))?;
        self.read(|conn| all_unsettled(conn, &dead, limit))
    }
}

/// The rules of this file, within a transaction that began after `dead` was seen.
pub(super) fn decide(
    conn: &Connection,
    number: &OrderNumber,
    service: Service,
    dead: &Dead,
) -> rusqlite::Result<Known> {
    if runs_of(conn, number)?.iter().any(|run| !dead.contains(run)) {
        return Ok(Known::InFlight);
    }
    let unknown = unsettled_of(conn, number)?
        .into_iter()
        .find(|attempt| attempt.keeps_event.is_none());
    if let Some(attempt) = unknown {
        return Ok(Known::Unknown(attempt));
    }
    let stored = events::latest(conn, number, service)?;
    Ok(stored.map_or(Known::Nothing, Known::Stored))
}

/// The runs that have an attempt of `number` in flight. Hardly ever more than one, so it does not
/// say DISTINCT: SQLite makes a whole table for that, each time.
fn runs_of(conn: &Connection, number: &OrderNumber) -> rusqlite::Result<Vec<String>> {
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
    Ok(runs.filter(|run| run::is_dead(store, run)).collect())
}

/// The first condition is that of the index, word for word.
pub(super) const RUNS_IN_FLIGHT: &str = "SELECT DISTINCT run FROM attempts
     WHERE state IN ('in-flight', 'unknown') AND state = 'in-flight'";

/// Every run that has an attempt in flight and is dead.
pub(super) fn dead_runs(conn: &Connection, store: &Path) -> rusqlite::Result<Dead> {
    let runs: Vec<String> = conn
        .prepare_cached(RUNS_IN_FLIGHT)?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let runs = runs.into_iter();
    Ok(runs.filter(|run| run::is_dead(store, run)).collect())
}

/// The statement for attempts that are not settled, newest first; `?1` is [`SETTLING_SECONDS`].
macro_rules! unsettled {
    ($also:literal) => {
        concat!(
            "SELECT id, order_number, service, run, began_at, rescreen, keeps_event, state,
                    error_message
             FROM attempts AS a
             WHERE a.state IN ('in-flight', 'unknown')
               AND NOT EXISTS (
                   SELECT 1 FROM attempts AS later WHERE later.order_number = a.order_number
                   AND later.id > a.id AND later.state = 'screened')
               AND NOT EXISTS (
                   SELECT 1 FROM events WHERE merchant_management_id = a.order_number
                   AND requested_at >= a.began_at - ?1) ",
            $also,
            " ORDER BY a.id DESC"
        )
    };
}

pub(super) const UNSETTLED: &str = unsettled!("");
pub(super) const UNSETTLED_OF_NUMBER: &str = unsettled!("AND a.order_number = ?2");

fn unsettled_of(conn: &Connection, number: &OrderNumber) -> rusqlite::Result<Vec<UnknownAttempt>> {
    conn.prepare_cached(UNSETTLED_OF_NUMBER)?
        .query_map(params![SETTLING_SECONDS, number], unknown_attempt)?
        .collect()
}

fn all_unsettled(
    conn: &Connection,
    dead: &Dead,
    limit: usize,
) -> rusqlite::Result<Vec<UnknownAttempt>> {
    let mut statement = conn.prepare_cached(UNSETTLED)?;
    let mut rows = statement.query([SETTLING_SECONDS])?;
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if found.len() == limit {
            break;
        }
        let lives = row.get_ref("state")?.as_str()? == "in-flight"
            && !dead.contains(row.get_ref("run")?.as_str()?);
        let attempt = unknown_attempt(row)?;
        if !lives && seen.insert(attempt.number.clone()) {
            found.push(attempt);
        }
    }
    Ok(found)
}

fn unknown_attempt(row: &Row<'_>) -> rusqlite::Result<UnknownAttempt> {
    Ok(UnknownAttempt {
        attempt: AttemptId(row.get("id")?),
        number: row.get("order_number")?,
        service: row.get("service")?,
        began_at: row.get("began_at")?,
        rescreen: row.get("rescreen")?,
        keeps_event: row.get("keeps_event")?,
        message: row.get("error_message")?,
    })
}
