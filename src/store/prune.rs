//! What is too old to be kept: `oplux prune`.
//!
//! A number and everything of it goes together: its order, its payment history, its events and its
//! attempts, and with it the numbers that payment histories tie to it. All of them go where no time
//! that the store has of any of them is `before` or later; what has no time at all stays, and so
//! does an attempt that runs, or whose outcome is unknown and not settled. The log forgets nothing.

use rusqlite::{Connection, functions::FunctionFlags, named_params};
use serde::Serialize;
use serde_json::json;

use super::{
    Store, StoreError,
    attempts::{Dead, dead_runs},
    log::write_log,
    outcome, table,
};
use crate::domain::{event::EventId, time::JstTime};

/// How many rows are too old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    pub orders: u64,
    pub payments: u64,
    pub events: u64,
    pub attempts: u64,
    /// Orders whose outcome is unknown and not settled: they stay, however old.
    pub unsettled: u64,
}

impl Pruned {
    /// Whether nothing goes.
    pub fn is_nothing(&self) -> bool {
        let unsettled = self.unsettled;
        *self
            == Self {
                unsettled,
                ..Self::default()
            }
    }
}

/// The numbers that go. An event without a time has that with which its ID begins, or else that at
/// which it came into the store: it is no younger than that.
const GOING: &str = "
CREATE TEMP TABLE going AS
WITH RECURSIVE
    dated (number, at) AS (
        SELECT number, created_at FROM orders WHERE created_at IS NOT NULL
        UNION ALL SELECT order_number, at FROM payments WHERE at IS NOT NULL
        UNION ALL SELECT payment_number, at FROM payments WHERE at IS NOT NULL
        UNION ALL SELECT merchant_management_id, coalesce(requested_at, time_of_id(event_id), stored_at) FROM events
        UNION ALL SELECT order_number, coalesce(ended_at, began_at) FROM attempts
    ),
    staying (number) AS (
        SELECT number FROM dated WHERE at >= :before
        UNION SELECT value FROM json_each(:unsettled)
        UNION SELECT order_number FROM attempts
            WHERE state = 'in-flight' AND run NOT IN (SELECT value FROM json_each(:dead))
        UNION SELECT payment_number FROM staying JOIN payments ON order_number = number
        UNION SELECT order_number FROM staying JOIN payments ON payment_number = number
    ),
    going (number) AS (
        SELECT number FROM dated WHERE number NOT IN (SELECT number FROM staying)
        UNION SELECT payment_number FROM going JOIN payments ON order_number = number
        UNION SELECT order_number FROM going JOIN payments ON payment_number = number
    )
SELECT number FROM going";

const FORGET: &str = "
DELETE FROM pulled WHERE event_id IN (
    SELECT event_id FROM events
    WHERE merchant_management_id IN (SELECT number FROM temp.going));
DELETE FROM attempts WHERE order_number IN (SELECT number FROM temp.going);
DELETE FROM events WHERE merchant_management_id IN (SELECT number FROM temp.going);
DELETE FROM payments WHERE order_number IN (SELECT number FROM temp.going);
DELETE FROM orders WHERE number IN (SELECT number FROM temp.going);
";

impl Store {
    /// What [`Store::prune`] would remove.
    pub fn older_than(&self, before: JstTime) -> Result<Pruned, StoreError> {
        let dead = self.read(|conn| dead_runs(conn, &self.path))?;
        self.read(|conn| {
            let pruned = find(conn, before, &dead)?;
            conn.execute_batch("DROP TABLE temp.going")?;
            Ok(pruned)
        })
    }

    /// Removes what is older than `before`, in one change, and notes it in the log. Says what went.
    ///
    /// # Errors
    /// Where the store cannot be written: nothing is then removed.
    pub fn prune(
        &mut self,
        before: JstTime,
        at: JstTime,
        actor: &str,
    ) -> Result<Pruned, StoreError> {
        // In this order, as in `outcome`.
        let dead = self.read(|conn| dead_runs(conn, &self.path))?;
        // For each event that goes, SQLite would look through all attempts for one that points at
        // it. That none is left is looked at once, below.
        self.keep_references(false)?;
        let pruned = self.write(|tx| {
            let pruned = find(tx, before, &dead)?;
            tx.execute_batch(FORGET)?;
            tx.execute_batch("DROP TABLE temp.going")?;
            let loose = tx.prepare("PRAGMA foreign_key_check")?.exists([])?;
            if loose {
                return Err(rusqlite::Error::QueryReturnedMoreThanOneRow);
            }
            let (subject, detail) = (before.to_string(), json!(pruned).to_string());
            write_log(tx, at, actor, "prune", Some(&subject), Some(&detail))?;
            Ok(pruned)
        });
        self.keep_references(true)?;
        pruned
    }

    /// Gives the room of what was removed back to the disk. Not where others are in the way.
    ///
    /// # Errors
    /// Where it stays as it is: nothing is lost.
    pub fn give_back_room(&mut self) -> Result<(), StoreError> {
        let shrunk = self.conn.execute_batch("VACUUM");
        shrunk.map_err(|error| StoreError::sqlite(&self.path, error))?;
        self.empty_wal();
        Ok(())
    }

    fn keep_references(&self, kept: bool) -> Result<(), StoreError> {
        let set = self.conn.pragma_update(None, "foreign_keys", kept);
        set.map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

/// Puts the numbers that go into the table `temp.going`, and counts what that is.
fn find(conn: &Connection, before: JstTime, dead: &Dead) -> rusqlite::Result<Pruned> {
    conn.create_scalar_function("time_of_id", 1, FunctionFlags::SQLITE_UTF8, |context| {
        Ok(EventId(context.get(0)?).time())
    })?;
    let unsettled = outcome::newest_unsettled(conn, dead)?.into_iter();
    let unsettled: Vec<_> = unsettled.map(|(attempt, _)| attempt.order_number).collect();
    conn.execute(
        GOING,
        named_params! {
            ":before": before,
            ":unsettled": json!(unsettled).to_string(),
            ":dead": json!(dead).to_string(),
        },
    )?;
    let count = |table: &str, column: &str| {
        let going = "IN (SELECT number FROM temp.going)";
        table::count(
            conn,
            &format!("SELECT count(*) FROM {table} WHERE {column} {going}"),
        )
    };
    Ok(Pruned {
        orders: count("orders", "number")?,
        payments: count("payments", "order_number")?,
        events: count("events", "merchant_management_id")?,
        attempts: count("attempts", "order_number")?,
        unsettled: unsettled.len() as u64,
    })
}
