//! The store's shape: numbered SQL files, run once each and in order, never edited later and never
//! undone. The number of the last one that ran stands in the file (`PRAGMA user_version`).

use rusqlite::{Connection, Transaction};

/// The mark by which the file is known as a store of this program: `OPLX`.
pub(super) const APPLICATION_ID: i64 = 0x4f50_4c58;

/// Every migration; the n-th makes schema version n.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_reasons.sql"),
    include_str!("migrations/0003_similars.sql"),
    include_str!("migrations/0004_offer.sql"),
    include_str!("migrations/0005_events.sql"),
    include_str!("migrations/0006_pull_marks.sql"),
];

/// The schema version that this program reads and writes.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing has been put in it.
    Empty,
    /// A store of this schema version (it may be newer than this program).
    Store(i64),
    /// Another application's database.
    Foreign,
}

/// Looks what the file is, and changes nothing.
pub(super) fn inspect(conn: &Connection) -> rusqlite::Result<Found> {
    let number = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version, tables) {
        (APPLICATION_ID, 1.., _) => Found::Store(version),
        (0, 0, 0) => Found::Empty,
        _ => Found::Foreign,
    })
}

/// Runs what has not run yet, within one IMMEDIATE transaction: whoever comes second finds it done.
pub(super) fn run(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let done = match inspect(tx)? {
        Found::Empty => 0,
        Found::Store(version) if version < SCHEMA_VERSION => version as usize,
        Found::Store(_) | Found::Foreign => return Ok(()),
    };
    for sql in &MIGRATIONS[done..] {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", SCHEMA_VERSION)
}
