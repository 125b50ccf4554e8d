//! The table `attempts`: every try to screen an order from here, written down before it is sent.
//!
//! An attempt begins `in-flight` and ends `screened`, `failed` (it is known that there is no
//! screening) or `unknown` (there may be one). One that a kill cut off is found by its run, see
//! `run`, and becomes `unknown`. What follows from all attempts and events of a number is in
//! `outcome`.

use rusqlite::{Connection, Row, named_params};
use serde::Serialize;
use serde_json::json;

use super::{log, values::by_name};
use crate::domain::{event::EventId, order::OrderNumber, time::JstTime};

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
pub(super) const SELECT: &str = "SELECT id, order_number, run, began_at, ended_at, state, rescreen,
        keeps_event, event_id, error_code, error_message FROM attempts AS a";

/// An attempt of a row of [`SELECT`].
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
pub(super) fn end(
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
    log::write(conn, at, actor, &action, number, Some(&detail))
}
