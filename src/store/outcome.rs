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
//!   [`SETTLING_SECONDS`] before the attempt began, and not that of an earlier attempt. One without
//!   a time has that with which its ID begins; one without either settles it where it came into
//!   the store after the attempt. Or by
//! - a later attempt (`--rescreen`) that was screened.
//!
//! A rescreen that fails settles nothing: "where a rescreen fails, the old outcome stays". Where
//! that was an event (`keeps_event`), an unknown rescreen does not hide it; where it was unknown,
//! it stays so, also after a refusal: the first attempt may have arrived all the same.

use std::{collections::HashSet, path::Path};

use rusqlite::{Connection, OptionalExtension, Row, params};

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
        self.read(|conn| decide(conn, number, service, None, &dead))
    }

    /// The same for who sends again what is older than `before` (`--rescreen`): nothing stands
    /// against that.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn outcome_to_give_back(
        &self,
        number: &OrderNumber,
        service: Service,
        before: Option<JstTime>,
    ) -> Result<Known, StoreError> {
        let dead = self.read(|conn| dead_runs_of(conn, &self.path, number))?;
        self.read(|conn| {
            let known = decide(conn, number, service, before, &dead)?;
            let is_passed_over = is_older(conn, &known, before)?;
            Ok(if is_passed_over {
                Known::Nothing
            } else {
                known
            })
        })
    }

    /// Looks whether it can be told of every run that has `number` in flight whether it lives.
    ///
    /// # Errors
    /// Where it cannot, and names the file that is in the way.
    pub fn check_runs_of(&self, number: &OrderNumber) -> Result<(), StoreError> {
        let runs = self.read(|conn| runs_of(conn, number))?;
        let untold = runs.iter().find_map(|run| run::untold(&self.path, run));
        untold.map_or(Ok(()), |lock| Err(StoreError::untold_run(&lock)))
    }

    /// When the last attempt began.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn last_attempt_at(&self) -> Result<Option<JstTime>, StoreError> {
        let sql = "SELECT began_at FROM attempts ORDER BY id DESC LIMIT 1";
        self.read(|conn| conn.query_row(sql, [], |row| row.get(0)).optional())
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

/// The rules of this file, within a transaction that began after `dead` was seen. An attempt that
/// began since `before` is of the batch that goes on: where it is unknown, no event stands for it.
pub(super) fn decide(
    conn: &Connection,
    number: &OrderNumber,
    service: Service,
    before: Option<JstTime>,
    dead: &Dead,
) -> rusqlite::Result<Known> {
    if runs_of(conn, number)?.iter().any(|run| !dead.contains(run)) {
        return Ok(Known::InFlight);
    }
    let unknown = unsettled_of(conn, number)?.into_iter().find(|attempt| {
        let is_of_batch = before.is_some_and(|before| attempt.began_at >= before);
        attempt.keeps_event.is_none() || is_of_batch
    });
    if let Some(attempt) = unknown {
        return Ok(Known::Unknown(attempt));
    }
    let stored = events::latest(conn, number, service)?;
    Ok(stored.map_or(Known::Nothing, Known::Stored))
}

/// Whether an outcome is older than `before`, so that the order is sent again: by when it was
/// screened from here, else by the event's own time, else by when it came into the store.
pub(super) fn is_older(
    conn: &Connection,
    known: &Known,
    before: Option<JstTime>,
) -> rusqlite::Result<bool> {
    let Some(before) = before else {
        return Ok(false);
    };
    match known {
        Known::InFlight | Known::Nothing => Ok(false),
        Known::Unknown(attempt) => Ok(attempt.began_at < before),
        Known::Stored(stored) => {
            let (id, number) = (
                &stored.event.screening.event_id,
                &stored.event.merchant_management_id,
            );
            let mut statement = conn.prepare_cached(
                "SELECT (SELECT max(began_at) FROM attempts
                         WHERE order_number = ?1 AND event_id = ?2), stored_at
                 FROM events WHERE event_id = ?2",
            )?;
            statement.query_row(params![number, id], |row| {
                let (began_at, stored_at): (Option<JstTime>, JstTime) = (row.get(0)?, row.get(1)?);
                let own = stored.event.requested_at.or_else(|| id.time());
                Ok(began_at.or(own).unwrap_or(stored_at) < before)
            })
        }
    }
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

/// The statement for attempts that no later attempt settles, newest first.
macro_rules! unsettled {
    ($also:literal) => {
        concat!(
            "SELECT id, order_number, service, run, began_at, rescreen, keeps_event, state,
                    error_message
             FROM attempts AS a
             WHERE a.state IN ('in-flight', 'unknown')
               AND NOT EXISTS (
                   SELECT 1 FROM attempts AS later WHERE later.order_number = a.order_number
                   AND later.id > a.id AND later.state = 'screened') ",
            $also,
            " ORDER BY a.id DESC"
        )
    };
}

pub(super) const UNSETTLED: &str = unsettled!("");
pub(super) const UNSETTLED_OF_NUMBER: &str = unsettled!("AND a.order_number = ?1");

fn unsettled_of(conn: &Connection, number: &OrderNumber) -> rusqlite::Result<Vec<UnknownAttempt>> {
    let attempts: Vec<UnknownAttempt> = conn
        .prepare_cached(UNSETTLED_OF_NUMBER)?
        .query_map([number], unknown_attempt)?
        .collect::<Result<_, _>>()?;
    let mut unsettled = Vec::new();
    for attempt in attempts {
        if let Settled::No(_) = settled(conn, &attempt)? {
            unsettled.push(attempt);
        }
    }
    Ok(unsettled)
}

/// Whether an event settles an attempt.
enum Settled {
    Yes,
    /// None does; this is the newest that there is under its number.
    No(Option<Short>),
}

/// An event that does not settle an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The event.
    pub event_id: EventId,
    /// When it was requested, where that is too long before the attempt. None where it is known
    /// that the event was there before it.
    pub too_early: Option<JstTime>,
}

pub(super) const EVENTS_OF_ATTEMPT: &str = "SELECT event_id, requested_at, stored_at,
        EXISTS (SELECT 1 FROM attempts WHERE order_number = ?1 AND attempts.id < ?2
                AND attempts.event_id = events.event_id)
     FROM events WHERE merchant_management_id = ?1 ORDER BY requested_at DESC, id DESC";

fn settled(conn: &Connection, attempt: &UnknownAttempt) -> rusqlite::Result<Settled> {
    let mut statement = conn.prepare_cached(EVENTS_OF_ATTEMPT)?;
    let mut rows = statement.query(params![attempt.number, attempt.attempt.0])?;
    let mut short = None;
    while let Some(row) = rows.next()? {
        let event_id: EventId = row.get(0)?;
        let requested_at = row
            .get::<_, Option<JstTime>>(1)?
            .or_else(|| event_id.time());
        let came_after = match requested_at {
            Some(at) => at >= attempt.began_at.plus_seconds(-SETTLING_SECONDS),
            // An order that has an event is sent by a rescreen only, so that it came after any
            // other attempt.
            None => {
                let stored_at: JstTime = row.get(2)?;
                let is_kept = attempt.keeps_event.as_ref() == Some(&event_id);
                !attempt.rescreen || (!is_kept && stored_at >= attempt.began_at)
            }
        };
        let is_of_earlier: bool = row.get(3)?;
        if came_after && !is_of_earlier {
            return Ok(Settled::Yes);
        }
        short.get_or_insert(Short {
            event_id,
            too_early: requested_at.filter(|_| !came_after),
        });
    }
    Ok(Settled::No(short))
}

/// Of these numbers those whose outcome is unknown and stays so, though there is an event: it does
/// not settle the attempt.
pub(super) fn short_of_settling(
    conn: &Connection,
    store: &Path,
    numbers: &HashSet<OrderNumber>,
) -> rusqlite::Result<Vec<(UnknownAttempt, Short)>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let dead = dead_runs(conn, store)?;
    let mut found = Vec::new();
    for attempt in all_unsettled(conn, &dead, usize::MAX)? {
        if numbers.contains(&attempt.number)
            && let Settled::No(Some(short)) = settled(conn, &attempt)?
        {
            found.push((attempt, short));
        }
    }
    Ok(found)
}

/// The numbers that have an attempt whose outcome is not known, settled or not.
pub(super) fn watched(conn: &Connection) -> rusqlite::Result<HashSet<OrderNumber>> {
    conn.prepare("SELECT order_number FROM attempts WHERE state IN ('in-flight', 'unknown')")?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn all_unsettled(
    conn: &Connection,
    dead: &Dead,
    limit: usize,
) -> rusqlite::Result<Vec<UnknownAttempt>> {
    let mut statement = conn.prepare_cached(UNSETTLED)?;
    let mut rows = statement.query([])?;
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if found.len() == limit {
            break;
        }
        let lives = row.get_ref("state")?.as_str()? == "in-flight"
            && !dead.contains(row.get_ref("run")?.as_str()?);
        let attempt = unknown_attempt(row)?;
        if !lives
            && !seen.contains(&attempt.number)
            && let Settled::No(_) = settled(conn, &attempt)?
        {
            seen.insert(attempt.number.clone());
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
