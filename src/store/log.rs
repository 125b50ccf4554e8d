//! The table `log`: who changed or sent what, and when. Append-only: the file itself refuses to
//! change or forget an entry.

use std::ops::ControlFlow;

use rusqlite::{Connection, Row, params};

use super::{Store, StoreError, listing::List};
use crate::domain::time::JstTime;

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

/// Which entries are asked for.
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

    /// The entries asked for, newest first, for as long as `each` goes on. Gives what it broke off
    /// with.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn each_log_entry<B>(
        &self,
        filter: &LogFilter,
        each: impl FnMut(LogEntry) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, StoreError> {
        self.each_of(&filter.list(), entry, each)
    }

    /// How many entries there are for a filter, whatever its limit.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn count_log_entries(&self, filter: &LogFilter) -> Result<u64, StoreError> {
        self.count_of(&filter.list())
    }
}

impl LogFilter {
    fn list(&self) -> List {
        let select = "SELECT at, actor, action, subject, detail FROM log".to_owned();
        let mut list = List::of("log", select, "at DESC, id DESC", self.limit);
        list.between("at", self.from, self.to);
        list
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<LogEntry> {
    Ok(LogEntry {
        at: row.get(0)?,
        actor: row.get(1)?,
        action: row.get(2)?,
        subject: row.get(3)?,
        detail: row.get(4)?,
    })
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
