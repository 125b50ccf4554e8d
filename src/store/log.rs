//! The table `log`: who changed or sent what, and when. Append-only: the file itself refuses to
//! change or forget an entry.

use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value, json};

use super::{
    Store, StoreError, events,
    listing::{Filter, List},
};
use crate::domain::{event::EventId, order::OrderNumber, review::Update, time::JstTime};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When it was written.
    pub at: JstTime,
    /// Who: the user and what they ran.
    pub actor: String,
    /// What was done, by a name such as `screen.sent`.
    pub action: String,
    /// To what: an order number, a payment method's ID, a key of the configuration.
    pub subject: Option<String>,
    /// More about it: JSON or text. Neither secrets nor personal data.
    pub detail: Option<String>,
}

/// Which entries are asked for; the latest written comes first.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogFilter {
    /// None before this.
    pub from: Option<JstTime>,
    /// None after this.
    pub to: Option<JstTime>,
    /// So many at most.
    pub limit: Option<u64>,
}

impl Store {
    /// Writes an entry. Neither secrets nor personal data may stand in it.
    pub fn log(
        &mut self,
        at: JstTime,
        actor: &str,
        action: &str,
        subject: Option<&str>,
        detail: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(|tx| write(tx, at, actor, action, subject, detail))
    }
}

impl Filter for LogFilter {
    type Item = LogEntry;

    fn list(&self) -> List {
        let select = "SELECT at, actor, action, subject, detail FROM log".to_owned();
        let mut list = List::of("log", select, "at DESC, id DESC", self.limit);
        list.between("at", self.from, self.to);
        list
    }

    fn item(row: &Row<'_>) -> rusqlite::Result<LogEntry> {
        Ok(LogEntry {
            at: row.get(0)?,
            actor: row.get(1)?,
            action: row.get(2)?,
            subject: row.get(3)?,
            detail: row.get(4)?,
        })
    }
}

/// Writes an entry within a transaction.
pub(super) fn write(
    conn: &Connection,
    at: JstTime,
    actor: &str,
    action: &str,
    subject: Option<&str>,
    detail: Option<&str>,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO log (at, actor, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![at, actor, action, subject, detail])
    .map(|_| ())
}

/// Who sent which update of which event, when, and how it ended.
pub(super) fn update(
    conn: &Connection,
    (id, update): (&EventId, &Update),
    action: &str,
    error: Option<&str>,
    (at, actor): (JstTime, &str),
) -> rusqlite::Result<()> {
    let mut detail = Map::from_iter([("event_id".to_owned(), json!(id))]);
    let fields = update.noted().into_iter();
    detail.extend(fields.map(|(name, value)| (name.to_owned(), value.into())));
    detail.extend(error.map(|code| ("error".to_owned(), code.into())));
    let detail = Value::Object(detail).to_string();
    let event = events::of_id(conn, id)?;
    let number = event.map(|event| event.record.merchant_management_id);
    let subject = number.as_ref().map_or(id.0.as_str(), OrderNumber::as_str);
    write(conn, at, actor, action, Some(subject), Some(&detail))
}
