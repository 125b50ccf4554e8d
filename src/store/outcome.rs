//! The table `attempts`, every try to screen an order from here, written down before it is sent;
//! and what the store knows of the screening of one order number.
//!
//! An attempt begins `in-flight` and ends `screened`, `failed` (it is known that there is no
//! screening) or `unknown` (there may be one). One that a kill cut off is found by its run, see
//! `files`, and becomes `unknown`.
//!
//! What is known of a number is asked in this order, the first that applies is the answer:
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

use rusqlite::{Connection, OptionalExtension, Row, named_params, params, params_from_iter};
use serde::Serialize;
use serde_json::json;

use super::{
    Store, StoreError,
    events::{self, StoredEvent},
    files,
    listing::write_log,
    table::by_name,
};
use crate::domain::{
    event::{EventId, Service},
    order::OrderNumber,
    time::JstTime,
};

/// How long before an attempt began an event may have been requested and still be its own: the
/// clocks of the two sides differ (CONTRACT.md, Network).
const SETTLING_SECONDS: i64 = 300;

/// What the store knows of the screening of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredOutcome {
    /// It was screened, and this is the outcome.
    Screened(StoredEvent),
    /// A registration may or may not have arrived.
    Unknown(Attempt),
    /// It is being screened by a living run.
    InFlight,
    /// No outcome.
    Nothing,
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

/// The names of runs that are dead.
pub(super) type Dead = HashSet<String>;

impl Store {
    /// What the store knows of `number`; writes nothing. `service` chooses between events. For who
    /// sends again what is older than `before` (`--rescreen`), nothing stands against that.
    pub fn outcome_to_give_back(
        &self,
        number: &OrderNumber,
        service: Service,
        before: Option<JstTime>,
    ) -> Result<StoredOutcome, StoreError> {
        // Two looks, in this order: an attempt whose run was seen dead and that is still in flight
        // afterwards was cut off. The other way round it could have ended in between.
        let dead = self.read(|conn| dead_runs_of(conn, &self.path, number))?;
        self.read(|conn| {
            let outcome = decide(conn, number, service, before, &dead)?;
            match is_older(conn, &outcome, before)? {
                true => Ok(StoredOutcome::Nothing),
                false => Ok(outcome),
            }
        })
    }

    /// Looks whether it can be told of every run that has `number` in flight whether it lives.
    ///
    /// # Errors
    /// Where it cannot, and names the file that is in the way.
    pub fn check_runs_of(&self, number: &OrderNumber) -> Result<(), StoreError> {
        let runs = self.read(|conn| runs_of(conn, number))?;
        let untold = runs.iter().find_map(|run| files::untold(&self.path, run));
        untold.map_or(Ok(()), |lock| Err(StoreError::untold_run(&lock)))
    }

    /// When the last attempt began.
    pub fn last_attempt_at(&self) -> Result<Option<JstTime>, StoreError> {
        let sql = "SELECT began_at FROM attempts ORDER BY id DESC LIMIT 1";
        self.read(|conn| conn.query_row(sql, [], |row| row.get(0)).optional())
    }

    /// Attempts whose outcome is unknown and not settled, newest first, one a number, and `limit`
    /// at most. Those that a kill cut off are among them, and so are rescreens that keep an event.
    pub fn unsettled(&self, limit: usize) -> Result<Vec<Attempt>, StoreError> {
        let dead = self.read(|conn| dead_runs(conn, &self.path))?;
        let newest = self.read(|conn| newest_unsettled(conn, &dead))?.into_iter();
        Ok(newest.map(|(attempt, _)| attempt).take(limit).collect())
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
) -> rusqlite::Result<StoredOutcome> {
    if runs_of(conn, number)?.iter().any(|run| !dead.contains(run)) {
        return Ok(StoredOutcome::InFlight);
    }
    let unknown = unsettled(conn, Some(number), dead)?.into_iter();
    let unknown = unknown.map(|(attempt, _)| attempt).find(|attempt| {
        let is_of_batch = before.is_some_and(|before| attempt.began_at >= before);
        attempt.keeps_event.is_none() || is_of_batch
    });
    if let Some(attempt) = unknown {
        return Ok(StoredOutcome::Unknown(attempt));
    }
    let stored = events::latest(conn, number, service)?;
    Ok(stored.map_or(StoredOutcome::Nothing, StoredOutcome::Screened))
}

/// Whether an outcome is older than `before`, so that the order is sent again: by when it was
/// screened from here, else by the event's own time, else by when it came into the store.
pub(super) fn is_older(
    conn: &Connection,
    outcome: &StoredOutcome,
    before: Option<JstTime>,
) -> rusqlite::Result<bool> {
    let Some(before) = before else {
        return Ok(false);
    };
    match outcome {
        StoredOutcome::InFlight | StoredOutcome::Nothing => Ok(false),
        StoredOutcome::Unknown(attempt) => Ok(attempt.began_at < before),
        StoredOutcome::Screened(StoredEvent { record, .. }) => {
            let mut statement = conn.prepare_cached(
                "SELECT (SELECT max(began_at) FROM attempts
                         WHERE order_number = ?1 AND event_id = ?2), stored_at
                 FROM events WHERE event_id = ?2",
            )?;
            let (number, id) = (&record.merchant_management_id, &record.event_id);
            statement.query_row(params![number, id], |row| {
                let (began_at, stored_at): (Option<JstTime>, JstTime) = (row.get(0)?, row.get(1)?);
                let own = record.requested_at.or_else(|| id.time());
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
    Ok(runs.filter(|run| files::is_dead(store, run)).collect())
}

/// The first condition is that of the index, word for word.
pub(super) const RUNS_IN_FLIGHT: &str = "SELECT DISTINCT run FROM attempts
     WHERE state IN ('in-flight', 'unknown') AND state = 'in-flight'";

/// Every run that has an attempt in flight and is dead.
pub(super) fn dead_runs(conn: &Connection, store: &Path) -> rusqlite::Result<Dead> {
    let mut statement = conn.prepare_cached(RUNS_IN_FLIGHT)?;
    let runs = statement.query_map([], |row| row.get(0))?;
    let is_dead = |run: &rusqlite::Result<String>| match run {
        Ok(run) => files::is_dead(store, run),
        Err(_) => true,
    };
    runs.filter(is_dead).collect()
}

/// The statement for attempts that no later attempt settles, newest first.
pub(super) fn unsettled_sql(of_number: bool) -> String {
    let also = match of_number {
        true => "AND a.order_number = ?1",
        false => "",
    };
    format!(
        "{} WHERE a.state IN ('in-flight', 'unknown')
             AND NOT EXISTS (
                 SELECT 1 FROM attempts AS later WHERE later.order_number = a.order_number
                 AND later.id > a.id AND later.state = 'screened')
             {also} ORDER BY a.id DESC",
        SELECT_ATTEMPT
    )
}

/// The attempts of a number, or of all, whose outcome is unknown and not settled, newest first;
/// each with the newest event under its number, where there is any that does not settle it.
fn unsettled(
    conn: &Connection,
    number: Option<&OrderNumber>,
    dead: &Dead,
) -> rusqlite::Result<Vec<(Attempt, Option<Short>)>> {
    let found: Vec<Attempt> = conn
        .prepare_cached(&unsettled_sql(number.is_some()))?
        .query_map(params_from_iter(number), attempt)?
        .collect::<rusqlite::Result<_>>()?;
    let mut unsettled = Vec::new();
    for attempt in found {
        let lives = attempt.state == AttemptState::InFlight && !dead.contains(&attempt.run);
        if !lives && let Settled::No(short) = settled(conn, &attempt)? {
            unsettled.push((attempt, short));
        }
    }
    Ok(unsettled)
}

/// Of all of them the newest of each number.
pub(super) fn newest_unsettled(
    conn: &Connection,
    dead: &Dead,
) -> rusqlite::Result<Vec<(Attempt, Option<Short>)>> {
    let mut newest = unsettled(conn, None, dead)?;
    let mut seen = HashSet::new();
    newest.retain(|(attempt, _)| seen.insert(attempt.order_number.clone()));
    Ok(newest)
}

/// Whether an event settles an attempt.
enum Settled {
    Yes,
    /// None does; this is the newest that there is under its number.
    No(Option<Short>),
}

fn settled(conn: &Connection, attempt: &Attempt) -> rusqlite::Result<Settled> {
    let mut statement = conn.prepare_cached(
        "SELECT event_id, requested_at, stored_at,
                EXISTS (SELECT 1 FROM attempts WHERE order_number = ?1 AND attempts.id < ?2
                        AND attempts.event_id = events.event_id)
         FROM events WHERE merchant_management_id = ?1 ORDER BY requested_at DESC, id DESC",
    )?;
    let mut rows = statement.query(params![attempt.order_number, attempt.id.0])?;
    let mut short = None;
    while let Some(row) = rows.next()? {
        let event_id: EventId = row.get(0)?;
        let requested_at: Option<JstTime> = row.get(1)?;
        let requested_at = requested_at.or_else(|| event_id.time());
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
) -> rusqlite::Result<Vec<(Attempt, Short)>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let dead = dead_runs(conn, store)?;
    let newest = newest_unsettled(conn, &dead)?.into_iter();
    let with_event = newest.filter_map(|(attempt, short)| Some((attempt, short?)));
    let of_numbers = with_event.filter(|(attempt, _)| numbers.contains(&attempt.order_number));
    Ok(of_numbers.collect())
}

/// The numbers that have an attempt whose outcome is not known, settled or not.
pub(super) fn watched(conn: &Connection) -> rusqlite::Result<HashSet<OrderNumber>> {
    conn.prepare("SELECT order_number FROM attempts WHERE state IN ('in-flight', 'unknown')")?
        .query_map([], |row| row.get(0))?
        .collect()
}

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

by_name! {
    /// How a try ended.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
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
