//! The table `log`: who changed or sent what, and when. Append-only: the file itself refuses to
//! change or forget an entry.

use std::ops::ControlFlow;

use rusqlite::{Connection, named_params, params};

use super::{Store, StoreError};
use crate::domain::time::JstTime;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number; later entries have higher ones.
    pub id: i64,
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

/// Which entries are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogFilter {
    /// None before this.
    pub from: Option<JstTime>,
    /// None at or after this.
    pub before: Option<JstTime>,
    /// So many at most.
    pub limit: Option<u64>,
}

impl Store {
    /// Writes an entry. Neither secrets nor personal data may stand in it.
    ///
    /// # Errors
    /// Where the store cannot be written.
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

    /// The entries asked for, newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn log_entries(&self, filter: &LogFilter) -> Result<Vec<LogEntry>, StoreError> {
        let mut entries = Vec::new();
        self.each_log_entry(filter, |entry| {
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    /// The same one by one, for as long as `each` goes on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn each_log_entry(
        &self,
        filter: &LogFilter,
        each: impl FnMut(LogEntry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.read(|conn| visit(conn, filter, each))
    }

    /// How many entries there are for a filter, whatever its limit.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn count_log_entries(&self, filter: &LogFilter) -> Result<u64, StoreError> {
        self.read(|conn| {
            conn.query_row(
                "SELECT count(*) FROM log WHERE at >= ?1 AND at < ?2",
                range(filter),
                |row| row.get(0),
            )
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

/// From which second on, and before which.
fn range(filter: &LogFilter) -> [i64; 2] {
    [
        filter.from.map_or(i64::MIN, JstTime::unix),
        filter.before.map_or(i64::MAX, JstTime::unix),
    ]
}

fn visit(
    conn: &Connection,
    filter: &LogFilter,
    mut each: impl FnMut(LogEntry) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(
        "SELECT id, at, actor, action, subject, detail FROM log
         WHERE at >= :from AND at < :before ORDER BY at DESC, id DESC LIMIT :limit",
    )?;
    let limit = filter.limit.map(|limit| limit.min(i64::MAX as u64));
    let [from, before] = range(filter);
    let mut rows = statement.query(named_params! {
        ":from": from,
        ":before": before,
        // SQLite: a negative limit is none.
        ":limit": limit.map_or(-1, |limit| limit as i64),
    })?;
    while let Some(row) = rows.next()? {
        let entry = LogEntry {
            id: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            action: row.get(3)?,
            subject: row.get(4)?,
            detail: row.get(5)?,
        };
        if each(entry).is_break() {
            break;
        }
    }
    Ok(())
}
