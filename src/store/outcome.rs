//! What the store knows of the screening of one order number, and so whether the order is sent.
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

use std::{collections::HashSet, path::Path, sync::Arc};

use rusqlite::{Connection, named_params, params, params_from_iter};
use serde_json::json;

use super::{
    Store, StoreError,
    attempts::{
        self, Attempt, AttemptId, AttemptState, Dead, End, SELECT_ATTEMPT, dead_runs, dead_runs_of,
        in_flight,
    },
    events::{self, Arrival, Origin, StoredEvent},
    log::write_log,
    orders,
    table::ReasonSets,
};
use crate::domain::{
    disposition::Disposition,
    event::{Event, EventId, Service},
    order::{OrderFacts, OrderNumber},
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
    let lives = |(_, run): &(_, String)| !dead.contains(run);
    if in_flight(conn, number)?.iter().any(lives) {
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
        .query_map(params_from_iter(number), attempts::attempt)?
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
         FROM events WHERE merchant_management_id = ?1 ORDER BY requested_at DESC, event_id DESC",
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

/// Whether an order is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// It is: the order and the attempt are on the disk. End it with one of the `finish_…`.
    Send(AttemptId),
    /// It is not: this is its outcome.
    Stored(StoredEvent),
    /// It is not: an earlier attempt may have arrived.
    Unknown(Attempt),
    /// Not now: a living run is screening it. Wait and ask again.
    Busy,
}

/// What became of the answer to an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Finish {
    /// The event is kept, and is the outcome.
    Kept,
    /// The answer cannot be right: the store has its event ID under another order number. Nothing
    /// of it was kept, and the attempt has ended as unknown.
    EventOfAnother {
        /// The number under which the store has the event.
        number: OrderNumber,
    },
}

/// An order that is to be sent, unless something speaks against it.
#[derive(Debug)]
pub(super) struct ToSend {
    pub(super) facts: OrderFacts,
    pub(super) service: Service,
    pub(super) at: JstTime,
    /// Outcomes that are older than this stand against nothing (`--rescreen`).
    pub(super) rescreen: Option<JstTime>,
    /// The name of the run that sends it.
    pub(super) run: Arc<str>,
    pub(super) actor: Arc<str>,
}

/// Decides whether an order is to be sent, and where it is, keeps it and its payments and begins
/// the attempt. `store` is the store's path.
pub(super) fn begin(conn: &Connection, store: &Path, it: &ToSend) -> rusqlite::Result<Begin> {
    let (number, at, actor) = (&it.facts.number, it.at, &it.actor);
    let dead = dead_runs_of(conn, store, number)?;
    attempts::end_cut_off(conn, number, &dead, at, actor)?;
    let stored = decide(conn, number, it.service, it.rescreen, &dead)?;
    let is_passed_over = is_older(conn, &stored, it.rescreen)?;
    let keeps_event = match (stored, is_passed_over) {
        (StoredOutcome::InFlight, _) => return Ok(Begin::Busy),
        (StoredOutcome::Screened(event), false) => return Ok(Begin::Stored(event)),
        (StoredOutcome::Unknown(attempt), false) => return Ok(Begin::Unknown(attempt)),
        (StoredOutcome::Screened(event), true) => Some(event.record.event_id),
        (StoredOutcome::Unknown(_), true) | (StoredOutcome::Nothing, _) => None,
    };
    orders::keep(conn, &it.facts)?;
    let mut statement = conn.prepare_cached(
        "INSERT INTO attempts (order_number, service, run, began_at, rescreen, keeps_event, state)
         VALUES (:number, :service, :run, :began_at, :rescreen, :keeps_event, 'in-flight')
         RETURNING id",
    )?;
    let values = named_params! {
        ":number": number,
        ":service": it.service,
        ":run": it.run,
        ":began_at": at,
        ":rescreen": it.rescreen.is_some(),
        ":keeps_event": keeps_event,
    };
    let attempt = statement.query_row(values, |row| row.get(0).map(AttemptId))?;
    let detail = json!({
        "attempt": attempt.0, "service": it.service, "rescreen": it.rescreen.is_some(),
    });
    let (number, detail) = (number.as_str(), detail.to_string());
    write_log(conn, at, actor, "screen.sent", Some(number), Some(&detail))?;
    Ok(Begin::Send(attempt))
}

/// Ends an attempt with the event that O-PLUX answered, and the disposition that follows from it
/// (none where its result is one that nobody knows).
pub(super) fn finish_screened(
    conn: &Connection,
    attempt: AttemptId,
    event: &Event,
    disposition: Option<&Disposition>,
    at: JstTime,
    actor: &str,
) -> rusqlite::Result<Finish> {
    let arrival = Arrival {
        origin: Origin::Screen,
        service: Some(event.service),
        at,
    };
    let sets = &mut ReasonSets::default();
    if let Err(number) = events::put(conn, &event.record, sets, arrival)? {
        attempts::end_attempt(conn, attempt, &End::Unknown(None), at, actor)?;
        return Ok(Finish::EventOfAnother { number });
    }
    let event_id = &event.record.event_id;
    events::note_answer(conn, event_id, disposition, &event.similars)?;
    attempts::end_attempt(conn, attempt, &End::Screened(event_id.clone()), at, actor)?;
    Ok(Finish::Kept)
}
