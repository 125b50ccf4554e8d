//! What is written of an order that is sent: that it begins, and how it ended. The functions work
//! within a transaction; `ledger` puts one around those of many orders.

use std::{path::Path, sync::Arc};

use rusqlite::{Connection, named_params};
use serde_json::json;

use super::{
    attempts::{self, Attempt, AttemptId, End},
    events::{self, Arrival, Origin, StoredEvent},
    log, orders,
    outcome::{self, Dead, StoredOutcome},
    values::ReasonSets,
};
use crate::domain::{
    disposition::Disposition,
    event::{Event, EventRecord, Service},
    order::{OrderFacts, OrderNumber},
    time::JstTime,
};

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
    let dead = outcome::dead_runs_of(conn, store, number)?;
    end_cut_off(conn, number, &dead, at, actor)?;
    let stored = outcome::decide(conn, number, it.service, it.rescreen, &dead)?;
    let is_passed_over = outcome::is_older(conn, &stored, it.rescreen)?;
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
    log::write(conn, at, actor, "screen.sent", Some(number), Some(&detail))?;
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
    let screening = &event.screening;
    let record = EventRecord {
        requested_at: event.requested_at,
        model_id: event.model_id.clone(),
        auto_result: Some(screening.result.clone()),
        rule_group: screening.rule_group.clone(),
        reasons: screening.reasons.clone(),
        ..EventRecord::of(
            event.merchant_management_id.clone(),
            screening.event_id.clone(),
        )
    };
    let arrival = Arrival {
        origin: Origin::Screen,
        service: Some(event.service),
        at,
    };
    let sets = &mut ReasonSets::default();
    if let Err(number) = events::put(conn, &record, sets, arrival)? {
        attempts::end(conn, attempt, &End::Unknown(None), at, actor)?;
        return Ok(Finish::EventOfAnother { number });
    }
    let event_id = &screening.event_id;
    events::note_answer(conn, event_id, disposition, &screening.similars)?;
    attempts::end(conn, attempt, &End::Screened(event_id.clone()), at, actor)?;
    Ok(Finish::Kept)
}

/// Attempts in flight whose run is dead were cut off: their outcome is unknown.
fn end_cut_off(
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
        attempts::end(conn, AttemptId(*id), &End::Unknown(None), at, actor)?;
    }
    Ok(())
}
