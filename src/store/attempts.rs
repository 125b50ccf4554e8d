//! The table `attempts`: every try to screen an order from here, written down before it is sent.
//!
//! An attempt begins `in-flight` and ends `screened`, `failed` (it is known that there is no
//! screening) or `unknown` (there may be one). One that a kill cut off is found by its run, see
//! `run`, and becomes `unknown`. What follows from all attempts and events of a number is in
//! `outcome`.

use std::path::Path;

use rusqlite::{Connection, named_params};
use serde_json::json;

use super::{
    Run, Store, StoreError,
    events::{self, Put, StoredEvent},
    log, orders,
    outcome::{self, Dead, Known, UnknownAttempt},
};
use crate::domain::{
    disposition::Disposition,
    event::{Event, EventId, Service},
    order::{OrderFacts, OrderNumber},
    time::JstTime,
};

/// The error code of an attempt whose outcome is unknown (CONTRACT.md, Network).
pub const OUTCOME_UNKNOWN: &str = "outcome-unknown";

/// An attempt, to end it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(super) i64);

/// Whether an order is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// It is: the order and the attempt are on the disk. End it with one of the `finish_…`.
    Send(AttemptId),
    /// It is not: this is its outcome.
    Stored(StoredEvent),
    /// It is not: an earlier attempt may have arrived.
    Unknown(UnknownAttempt),
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
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) facts: &'a OrderFacts,
    pub(super) service: Service,
    pub(super) at: JstTime,
    /// Outcomes that are older than this stand against nothing (`--rescreen`).
    pub(super) rescreen: Option<JstTime>,
    /// The name of the run that sends it.
    pub(super) run: &'a str,
    pub(super) actor: &'a str,
}

impl Store {
    /// Decides whether an order is to be sent, and where it is, keeps it and its payments and
    /// begins the attempt, all in one transaction. `rescreen` sends it in spite of an outcome that
    /// is older.
    ///
    /// # Errors
    /// Where the store cannot be written; nothing may then be sent.
    pub fn begin(
        &mut self,
        facts: &OrderFacts,
        service: Service,
        at: JstTime,
        rescreen: Option<JstTime>,
        run: &Run,
        actor: &str,
    ) -> Result<Begin, StoreError> {
        let store = self.path.clone();
        let asked = Asked {
            facts,
            service,
            at,
            rescreen,
            run: run.name(),
            actor,
        };
        self.write(|tx| begin(tx, &store, &asked))
    }

    /// Ends an attempt with the event that O-PLUX answered, and the disposition that follows from
    /// it (none where its result is one that nobody knows).
    ///
    /// # Errors
    /// Where the store cannot be written, or the attempt has ended already.
    pub fn finish_screened(
        &mut self,
        attempt: AttemptId,
        event: &Event,
        disposition: Option<&Disposition>,
        at: JstTime,
        actor: &str,
    ) -> Result<Finish, StoreError> {
        let stored = StoredEvent::screened(event, disposition);
        self.write(|tx| finish_screened(tx, attempt, &stored, at, actor))
    }

    /// Ends an attempt that certainly made no event: a refusal, or a request that never arrived.
    /// `message` holds no personal data.
    ///
    /// # Errors
    /// As [`Store::finish_screened`].
    pub fn finish_failed(
        &mut self,
        attempt: AttemptId,
        code: &str,
        message: &str,
        at: JstTime,
        actor: &str,
    ) -> Result<(), StoreError> {
        self.write(|tx| end(tx, attempt, &End::Failed { code, message }, at, actor))
    }

    /// Ends an attempt that may have made an event. `message` holds no personal data.
    ///
    /// # Errors
    /// As [`Store::finish_screened`].
    pub fn finish_unknown(
        &mut self,
        attempt: AttemptId,
        message: &str,
        at: JstTime,
        actor: &str,
    ) -> Result<(), StoreError> {
        self.write(|tx| end(tx, attempt, &End::Unknown(Some(message)), at, actor))
    }
}

/// [`Store::begin`] within a transaction of the store at `store`.
pub(super) fn begin(conn: &Connection, store: &Path, asked: &Asked<'_>) -> rusqlite::Result<Begin> {
    let (number, at, actor) = (&asked.facts.number, asked.at, asked.actor);
    let dead = outcome::dead_runs_of(conn, store, number)?;
    end_cut_off(conn, number, &dead, at, actor)?;
    let known = outcome::decide(conn, number, asked.service, asked.rescreen, &dead)?;
    let is_passed_over = outcome::is_older(conn, &known, asked.rescreen)?;
    let keeps_event = match (known, is_passed_over) {
        (Known::InFlight, _) => return Ok(Begin::Busy),
        (Known::Stored(stored), false) => return Ok(Begin::Stored(stored)),
        (Known::Unknown(attempt), false) => return Ok(Begin::Unknown(attempt)),
        (Known::Stored(stored), true) => Some(stored.event.screening.event_id),
        (Known::Unknown(_), true) | (Known::Nothing, _) => None,
    };
    orders::keep(conn, asked.facts)?;
    let attempt = insert(conn, asked, keeps_event.as_ref())?;
    let detail = json!({
        "attempt": attempt.0, "service": asked.service, "rescreen": asked.rescreen.is_some(),
    });
    let (number, detail) = (number.as_str(), detail.to_string());
    log::write(conn, at, actor, "screen.sent", Some(number), Some(&detail))?;
    Ok(Begin::Send(attempt))
}

fn insert(
    conn: &Connection,
    asked: &Asked<'_>,
    keeps_event: Option<&EventId>,
) -> rusqlite::Result<AttemptId> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO attempts (order_number, service, run, began_at, rescreen, keeps_event, state)
         VALUES (:number, :service, :run, :began_at, :rescreen, :keeps_event, 'in-flight')
         RETURNING id",
    )?;
    let values = named_params! {
        ":number": asked.facts.number,
        ":service": asked.service,
        ":run": asked.run,
        ":began_at": asked.at,
        ":rescreen": asked.rescreen.is_some(),
        ":keeps_event": keeps_event,
    };
    statement.query_row(values, |row| row.get(0).map(AttemptId))
}

/// [`Store::finish_screened`] within a transaction.
pub(super) fn finish_screened(
    conn: &Connection,
    attempt: AttemptId,
    stored: &StoredEvent,
    at: JstTime,
    actor: &str,
) -> rusqlite::Result<Finish> {
    match events::put(conn, stored, at)? {
        Put::Kept => {
            let event_id = &stored.event.screening.event_id;
            end(conn, attempt, &End::Screened(event_id), at, actor)?;
            Ok(Finish::Kept)
        }
        Put::OtherNumber(number) => {
            end(conn, attempt, &End::Unknown(None), at, actor)?;
            Ok(Finish::EventOfAnother { number })
        }
    }
}

/// How an attempt ends.
pub(super) enum End<'a> {
    Screened(&'a EventId),
    Failed { code: &'a str, message: &'a str },
    Unknown(Option<&'a str>),
}

impl<'a> End<'a> {
    fn state(&self) -> &'static str {
        match self {
            Self::Screened(_) => "screened",
            Self::Failed { .. } => "failed",
            Self::Unknown(_) => "unknown",
        }
    }

    fn event(&self) -> Option<&'a EventId> {
        match self {
            Self::Screened(event) => Some(event),
            Self::Failed { .. } | Self::Unknown(_) => None,
        }
    }

    fn error(&self) -> (Option<&'a str>, Option<&'a str>) {
        match self {
            Self::Screened(_) => (None, None),
            Self::Failed { code, message } => (Some(code), Some(message)),
            Self::Unknown(message) => (Some(OUTCOME_UNKNOWN), *message),
        }
    }
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
    let (code, message) = end.error();
    let mut statement = conn.prepare_cached(
        "UPDATE attempts SET state = :state, ended_at = :at, event_id = :event,
                             error_code = :code, error_message = :message
         WHERE id = :id AND state IN ('in-flight', 'unknown') RETURNING order_number",
    )?;
    let values = named_params! {
        ":id": attempt.0,
        ":state": end.state(),
        ":at": at,
        ":event": end.event(),
        ":code": code,
        ":message": message,
    };
    let number: OrderNumber = statement.query_row(values, |row| row.get(0))?;
    // What a server said stands in the attempt alone: the log is never rid of anything.
    let detail = json!({"attempt": attempt.0, "event_id": end.event(), "error": code}).to_string();
    let action = format!("screen.{}", end.state());
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
    let in_flight: Vec<(i64, String)> = conn
        .prepare_cached(
            "SELECT id, run FROM attempts WHERE order_number = ?1 AND state = 'in-flight'",
        )?
        .query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (id, run) in in_flight {
        if dead.contains(&run) {
            end(conn, AttemptId(id), &End::Unknown(None), at, actor)?;
        }
    }
    Ok(())
}
