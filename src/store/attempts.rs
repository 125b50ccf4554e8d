//! The table `attempts`: every try to screen an order from here, written down before it is sent.
//!
//! An attempt begins `in-flight` and ends `screened`, `failed` (it is known that there is no
//! screening) or `unknown` (there may be one). One that a kill cut off is found by its run, see
//! `run`, and becomes `unknown`. What follows from all attempts and events of a number is in
//! `outcome`. The functions work within a transaction; `ledger` puts one around those of many
//! orders.

use std::path::Path;

use rusqlite::{Connection, Row, named_params};
use serde_json::json;

use super::{
    events::{self, Arrival, Origin, StoredEvent},
    log, orders,
    outcome::{self, Dead, StoredOutcome},
    values::ReasonSets,
};
use crate::domain::{
    disposition::Disposition,
    event::{Event, EventId, EventRecord, Service},
    order::{OrderFacts, OrderNumber},
    time::JstTime,
};

/// The error code of an attempt whose outcome is unknown (CONTRACT.md, Network).
pub const OUTCOME_UNKNOWN: &str = "outcome-unknown";

/// An attempt, to end it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(super) i64);

/// A try to screen an order from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which one; later ones have higher numbers.
    pub id: AttemptId,
    /// 受注番号.
    pub order_number: OrderNumber,
    /// The service that it asked.
    pub service: Service,
    /// The run that sent it.
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
    pub keeps_event: Option<EventId>,
    /// The event that came of it.
    pub event_id: Option<EventId>,
    /// The error's code, as in `screen`.
    pub error_code: Option<String>,
    /// What was said when it ended; none where it was cut off.
    pub error_message: Option<String>,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    /// It runs.
    InFlight,
    /// There is an event.
    Screened,
    /// It is known that there is none.
    Failed,
    /// There may be one.
    Unknown,
}

impl AttemptState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::InFlight, Self::Screened, Self::Failed, Self::Unknown];

    /// The name in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::InFlight => "in-flight",
            Self::Screened => "screened",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// The statement that reads attempts, without conditions.
pub(super) const SELECT: &str = "SELECT id, order_number, service, run, began_at, ended_at, state,
        rescreen, keeps_event, event_id, error_code, error_message FROM attempts AS a";

/// An attempt of a row of [`SELECT`].
pub(super) fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        id: AttemptId(row.get(0)?),
        order_number: row.get(1)?,
        service: row.get(2)?,
        run: row.get(3)?,
        began_at: row.get(4)?,
        ended_at: row.get(5)?,
        state: row.get(6)?,
        rescreen: row.get(7)?,
        keeps_event: row.get(8)?,
        event_id: row.get(9)?,
        error_code: row.get(10)?,
        error_message: row.get(11)?,
    })
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
#[derive(Debug, Clone)]
pub(super) struct ToSend<'a> {
    pub(super) facts: &'a OrderFacts,
    pub(super) service: Service,
    pub(super) at: JstTime,
    /// Outcomes that are older than this stand against nothing (`--rescreen`).
    pub(super) rescreen: Option<JstTime>,
    /// The name of the run that sends it.
    pub(super) run: &'a str,
    pub(super) actor: &'a str,
}

/// Decides whether an order is to be sent, and where it is, keeps it and its payments and begins
/// the attempt. `store` is the store's path.
pub(super) fn begin(conn: &Connection, store: &Path, it: &ToSend<'_>) -> rusqlite::Result<Begin> {
    let (number, at, actor) = (&it.facts.number, it.at, it.actor);
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
    orders::keep(conn, it.facts)?;
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
        ..EventRecord::of(
            event.merchant_management_id.clone(),
            screening.event_id.clone(),
        )
    };
    let set = ReasonSets::default().of(conn, &screening.reasons)?;
    let arrival = Arrival {
        origin: Origin::Screen,
        service: Some(event.service),
        at,
    };
    if let Err(number) = events::put(conn, &record, set, arrival)? {
        end(conn, attempt, &End::Unknown(None), at, actor)?;
        return Ok(Finish::EventOfAnother { number });
    }
    let event_id = &screening.event_id;
    events::note_answer(conn, event_id, disposition, &screening.similars)?;
    end(conn, attempt, &End::Screened(event_id), at, actor)?;
    Ok(Finish::Kept)
}

/// How an attempt ends.
pub(super) enum End<'a> {
    Screened(&'a EventId),
    Failed { code: &'a str, message: &'a str },
    Unknown(Option<&'a str>),
}

/// Ends an attempt and writes so into the log. One that was taken for cut off while it still ran
/// (its lock file was deleted, say) takes the end that it came to after all.
pub(super) fn end(
    conn: &Connection,
    attempt: AttemptId,
    end: &End<'_>,
    at: JstTime,
    actor: &str,
) -> rusqlite::Result<()> {
    let (state, event, code, message) = match *end {
        End::Screened(event) => (AttemptState::Screened, Some(event), None, None),
        End::Failed { code, message } => (AttemptState::Failed, None, Some(code), Some(message)),
        End::Unknown(message) => (AttemptState::Unknown, None, Some(OUTCOME_UNKNOWN), message),
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
    log::write(conn, at, actor, &action, number, Some(&detail))
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
    let of_number = format!("{SELECT} WHERE order_number = ?1 AND state = 'in-flight'");
    let in_flight: Vec<Attempt> = conn
        .prepare_cached(&of_number)?
        .query_map([number], attempt)?
        .collect::<rusqlite::Result<_>>()?;
    for cut_off in in_flight
        .iter()
        .filter(|attempt| dead.contains(&attempt.run))
    {
        end(conn, cut_off.id, &End::Unknown(None), at, actor)?;
    }
    Ok(())
}
