//! Every order of the store in the order of time, in parts, each with its own event: what
//! `reconcile` goes through. Several connections share the work and see the same moment.

use std::time::Duration;

use rusqlite::{Connection, Row, Rows, params};

use super::{BUSY_TIMEOUT, Look, Store, StoreError};
use crate::domain::{
    event::{EventId, EventRecord},
    order::{OrderNumber, OrderRecord},
    time::JstTime,
};

/// How long a writer that is at work just now is waited for before it is done without sharing.
const HOLD: Duration = Duration::from_millis(200);

/// An order's place in the order of time; one without a time comes last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    created_at: Option<JstTime>,
    number: String,
}

/// A part of all orders, from one place up to, and without, the next (or to the end).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    from: Bound,
    below: Option<Bound>,
}

impl Store {
    /// Another connection to the same store.
    ///
    /// # Errors
    /// Where it cannot be opened once more.
    pub fn another(&self) -> Result<Self, StoreError> {
        Self::connect(&self.path, BUSY_TIMEOUT)
    }

    /// Keeps everybody from writing while `work` runs, so that looks that begin meanwhile see the
    /// same moment. Not where somebody writes just now for longer than a moment, nor where the
    /// store can only be read; then `work` does not run, and there is no answer.
    ///
    /// # Errors
    /// Where SQLite fails.
    pub fn while_nobody_writes<T>(
        &self,
        work: impl FnOnce() -> T,
    ) -> Result<Option<T>, StoreError> {
        let holder = Self::connect(&self.path, HOLD)?;
        if holder.conn.execute_batch("BEGIN IMMEDIATE").is_err() {
            return Ok(None);
        }
        let done = work();
        holder
            .conn
            .execute_batch("ROLLBACK")
            .map_err(|error| StoreError::sqlite(&self.path, error))?;
        Ok(Some(done))
    }
}

impl Look<'_> {
    /// All orders created from `from` to `to`, in stretches of `size`. Where either is given,
    /// orders without a time fall out. `found` is told of each stretch and answers whether to go
    /// on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn stretches(
        &self,
        from: Option<JstTime>,
        to: Option<JstTime>,
        size: usize,
        mut found: impl FnMut(Stretch) -> bool,
    ) -> Result<(), StoreError> {
        self.ask(|conn| {
            let mut first: Option<Bound> = None;
            let mut goes_on = true;
            let mut cut = |bound: Bound| match first.replace(bound.clone()) {
                None => true,
                Some(from) => found(Stretch {
                    from,
                    below: Some(bound),
                }),
            };
            let dated = "SELECT created_at, number FROM orders
                         WHERE created_at BETWEEN ?1 AND ?2 ORDER BY created_at, number";
            let (least, most) = (
                from.map_or(i64::MIN, JstTime::unix),
                to.map_or(i64::MAX, JstTime::unix),
            );
            bounds(conn, dated, params![least, most], size, &mut |bound| {
                goes_on = cut(bound);
                goes_on
            })?;
            // Where the last dated stretch ends.
            if goes_on && from.is_none() && to.is_none() {
                let undated = "SELECT created_at, number FROM orders
                               WHERE created_at IS NULL ORDER BY number";
                bounds(conn, undated, [], size, &mut |bound| {
                    goes_on = cut(bound);
                    goes_on
                })?;
            }
            if goes_on && let Some(from) = first {
                let below = to.map(|to| Bound {
                    created_at: Some(to.plus_seconds(1)),
                    number: String::new(),
                });
                found(Stretch { from, below });
            }
            Ok(())
        })
    }

    /// The orders of a stretch by time and number, each with its own events (one call an event,
    /// and one without an event where there is none). Of both there is what decides a row of
    /// `reconcile`, and no more.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn walk(
        &self,
        stretch: &Stretch,
        mut each: impl FnMut(OrderRecord, Option<EventRecord>),
    ) -> Result<(), StoreError> {
        self.ask(|conn| walk(conn, stretch, &mut each))
    }

    /// How many events stand under a number that is in no order and in no payment history. Those
    /// requested from `from` to `to`, where these are given.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn orphans(&self, from: Option<JstTime>, to: Option<JstTime>) -> Result<u64, StoreError> {
        self.ask(|conn| orphans(conn, from, to))
    }
}

/// The numbers of all events are held against those of orders and payments, all four in the order of
/// their indexes: each is read once from its beginning to its end, where a million look-ups would
/// go all over them.
fn orphans(conn: &Connection, from: Option<JstTime>, to: Option<JstTime>) -> rusqlite::Result<u64> {
    let mut events = conn.prepare(
        "SELECT merchant_management_id FROM events
         WHERE (?1 IS NULL OR requested_at >= ?1) AND (?2 IS NULL OR requested_at <= ?2)
         ORDER BY merchant_management_id",
    )?;
    let mut orders = conn.prepare("SELECT number FROM orders ORDER BY number")?;
    let payments = "SELECT payment_number FROM payments ORDER BY payment_number";
    let mut payments = conn.prepare(payments)?;
    let owners = "SELECT order_number FROM payments ORDER BY order_number";
    let mut owners = conn.prepare(owners)?;
    let mut others = [
        Ascending::of(orders.query([])?)?,
        Ascending::of(payments.query([])?)?,
        Ascending::of(owners.query([])?)?,
    ];
    let mut count = 0;
    let mut rows = events.query(params![from, to])?;
    while let Some(row) = rows.next()? {
        let number = row.get_ref(0)?.as_str()?.as_bytes();
        let mut is_known = false;
        for other in &mut others {
            is_known |= other.reaches(number)?;
        }
        count += u64::from(!is_known);
    }
    Ok(count)
}

/// Texts that come in ascending order.
struct Ascending<'r> {
    rows: Rows<'r>,
    /// The text that was reached; none at the end.
    at: Option<Vec<u8>>,
}

impl<'r> Ascending<'r> {
    fn of(rows: Rows<'r>) -> rusqlite::Result<Self> {
        let mut ascending = Self {
            rows,
            at: Some(Vec::new()),
        };
        ascending.step()?;
        Ok(ascending)
    }

    fn step(&mut self) -> rusqlite::Result<()> {
        match (self.rows.next()?, &mut self.at) {
            (Some(row), Some(at)) => {
                at.clear();
                at.extend_from_slice(row.get_ref(0)?.as_str()?.as_bytes());
            }
            _ => self.at = None,
        }
        Ok(())
    }

    /// Whether `text`, which is no less than any asked for before, is among them.
    fn reaches(&mut self, text: &[u8]) -> rusqlite::Result<bool> {
        while self.at.as_deref().is_some_and(|at| at < text) {
            self.step()?;
        }
        Ok(self.at.as_deref() == Some(text))
    }
}

/// Every `size`-th order of a statement, the first among them.
fn bounds(
    conn: &Connection,
    sql: &str,
    given: impl rusqlite::Params,
    size: usize,
    found: &mut dyn FnMut(Bound) -> bool,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query(given)?;
    let mut count = 0_usize;
    while let Some(row) = rows.next()? {
        if count.is_multiple_of(size) {
            let bound = Bound {
                created_at: row.get(0)?,
                number: row.get(1)?,
            };
            if !found(bound) {
                break;
            }
        }
        count += 1;
    }
    Ok(())
}

macro_rules! walk_where {
    ($condition:literal, $order:literal) => {
        concat!(
            "SELECT o.number, o.created_at, o.channel, o.payment_method_id, o.registered,
                    o.purchase_number, o.result,
                    e.event_id, e.requested_at, e.auto_result, e.manual_result
             FROM orders AS o LEFT JOIN events AS e ON e.merchant_management_id = o.number
             WHERE ",
            $condition,
            " ORDER BY ",
            $order
        )
    };
}

pub(super) const WALK_DATED: &str = walk_where!(
    "(o.created_at, o.number) >= (?1, ?2) AND (o.created_at, o.number) < (?3, ?4)",
    "o.created_at, o.number"
);
pub(super) const WALK_UNDATED: &str = walk_where!(
    "o.created_at IS NULL AND o.number >= ?1 AND o.number < ?2",
    "o.number"
);

fn walk(
    conn: &Connection,
    stretch: &Stretch,
    each: &mut dyn FnMut(OrderRecord, Option<EventRecord>),
) -> rusqlite::Result<()> {
    let Stretch { from, below } = stretch;
    // Greater than every number: they are ASCII.
    let end = || Bound {
        created_at: None,
        number: "\u{7f}".to_owned(),
    };
    let below = below.clone().unwrap_or_else(end);
    let mut each = |row: &Row<'_>| -> rusqlite::Result<()> {
        let order = order(row)?;
        let event = event(row, &order.number)?;
        each(order, event);
        Ok(())
    };
    // A stretch is all of one kind: the undated begin one of their own.
    let Some(from_at) = from.created_at else {
        let mut statement = conn.prepare_cached(WALK_UNDATED)?;
        let mut rows = statement.query([&from.number, &below.number])?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        return Ok(());
    };
    let below_at = below.created_at.map_or(i64::MAX, JstTime::unix);
    let mut statement = conn.prepare_cached(WALK_DATED)?;
    let mut rows = statement.query(params![from_at, from.number, below_at, below.number])?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}

fn order(row: &Row<'_>) -> rusqlite::Result<OrderRecord> {
    Ok(OrderRecord {
        created_at: row.get(1)?,
        channel: row.get(2)?,
        payment_method_id: row.get(3)?,
        registered: row.get(4)?,
        purchase_number: row.get(5)?,
        result: row.get(6)?,
        ..OrderRecord::of(row.get(0)?)
    })
}

fn event(row: &Row<'_>, number: &OrderNumber) -> rusqlite::Result<Option<EventRecord>> {
    let Some(event_id) = row.get::<_, Option<EventId>>(7)? else {
        return Ok(None);
    };
    Ok(Some(EventRecord {
        requested_at: row.get(8)?,
        auto_result: row.get(9)?,
        manual_result: row.get(10)?,
        ..EventRecord::of(number.clone(), event_id)
    }))
}
