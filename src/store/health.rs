//! How much the store holds, and how sound it is (`oplux doctor`).

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::{Store, StoreError, files, table::count};
use crate::domain::{event::Service, order::OrderNumber, time::JstTime};

/// How much a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Its size.
    pub bytes: u64,
    pub orders: u64,
    pub payments: u64,
    pub events: u64,
    pub attempts: u64,
    pub log_entries: u64,
}

/// The state of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What SQLite's quick check found, in its own words; empty where the file is sound.
    pub problems: Vec<String>,
    /// How many orders there are.
    pub orders: u64,
    /// How many events there are.
    pub events: u64,
    /// Whose credentials the last answer rejected, for which order, and when; none where a later
    /// answer took them.
    pub rejected: Option<(Service, OrderNumber, JstTime)>,
    /// Whether nobody but their owner can read or write the store and the files beside it.
    pub is_private: bool,
}

impl Store {
    /// How much there is in it.
    pub fn contents(&self) -> Result<Contents, StoreError> {
        self.read(|conn| {
            let count = |table| count(conn, &format!("SELECT count(*) FROM {table}"));
            let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
            Ok(Contents {
                bytes: pragma("page_count")? * pragma("page_size")?,
                orders: count("orders")?,
                payments: count("payments")?,
                events: count("events")?,
                attempts: count("attempts")?,
                log_entries: count("log")?,
            })
        })
    }

    /// Looks through the whole store.
    ///
    /// # Errors
    /// Where the store cannot be read at all; what can be read and is broken is in
    /// [`Health::problems`].
    pub fn check_health(&self) -> Result<Health, StoreError> {
        self.read(|conn| {
            Ok(Health {
                problems: quick_check(conn)?,
                orders: count(conn, "SELECT count(*) FROM orders")?,
                events: count(conn, "SELECT count(*) FROM events")?,
                rejected: rejected(conn)?,
                is_private: files::are_private(&self.path),
            })
        })
    }
}

fn quick_check(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare("PRAGMA quick_check")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    found
        .filter(|line| line.as_ref().map_or(true, |line| line != "ok"))
        .collect()
}

/// Only what says something of the credentials is an answer here. The later one goes by the
/// attempts, not by the clock.
fn rejected(conn: &Connection) -> rusqlite::Result<Option<(Service, OrderNumber, JstTime)>> {
    let last = conn.query_row(
        "SELECT error_code = 'credentials-rejected', service, order_number, ended_at FROM attempts
         WHERE state = 'screened' OR error_code IN ('credentials-rejected', 'refused')
         ORDER BY id DESC LIMIT 1",
        [],
        |row| match row.get::<_, Option<bool>>(0)? {
            Some(true) => Ok(Some((row.get(1)?, row.get(2)?, row.get(3)?))),
            _ => Ok(None),
        },
    );
    Ok(last.optional()?.flatten())
}
