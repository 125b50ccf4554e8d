//! The table `log`: who changed or sent what, and when. It is append-only: the file itself refuses
//! to change or forget an entry.

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde_json::Value;

use super::{
    Store, StoreError,
    list::{Filter, List},
};
use crate::domain::time::JstTime;

/// One entry, as JSON tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// When it was written.
    pub at: JstTime,
    /// Who: the user and what they ran.
    pub actor: String,
    /// What was done, by a name such as `screen.sent`.
    pub action: String,
    /// To what: an order number, a payment method's ID, a key of the configuration.
    pub subject: Option<String>,
    /// More about it: an object of what the store notes, a text of what commands note. Neither
    /// secrets nor personal data.
    pub detail: Option<Value>,
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
        self.write(|tx| write_log(tx, at, actor, action, subject, detail))
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
            detail: row.get::<_, Option<String>>(4)?.map(object_or_text),
        })
    }
}

fn object_or_text(detail: String) -> Value {
    let object = serde_json::from_str(&detail).ok().filter(Value::is_object);
    object.unwrap_or(Value::String(detail))
}

/// Writes an entry within a transaction.
pub(super) fn write_log(
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
