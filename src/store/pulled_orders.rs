//! Orders that ecforce itself gives (`pull orders`), and how far that has come.
//!
//! They are written as `import orders` writes them; besides it is told what changed, and a result
//! that changes stays in the log.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::{
    Store, StoreError, log,
    orders::{self, record},
    pulled::Change,
    values::{self, ReasonSets},
};
use crate::domain::{
    order::{OrderNumber, OrderRecord},
    time::JstTime,
};

/// An order that was pulled.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptOrder {
    /// The order as the store has it now.
    pub order: OrderRecord,
    /// Whether the store had not known it.
    pub is_new: bool,
    /// What is other than it was; none of a new one.
    pub changes: Vec<Change>,
}

impl Store {
    /// Keeps orders, all or none. `actor` is who pulls, for the log.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep_orders(
        &mut self,
        orders: Vec<OrderRecord>,
        at: JstTime,
        actor: &str,
    ) -> Result<Vec<KeptOrder>, StoreError> {
        self.write(|tx| {
            let mut sets = ReasonSets::default();
            let mut kept = Vec::new();
            for mut order in orders {
                let before = of_number(tx, &order.number)?;
                let reasons = values::reasons_of_text(order.reason.take());
                let set = sets.of(tx, &reasons)?;
                orders::put(tx, &order, set)?;
                let number = order.number.clone();
                let now = of_number(tx, &number)?.unwrap_or(order);
                let changes = before.as_ref().map(|before| changes(before, &now));
                let changes = changes.unwrap_or_default();
                let result = changes.iter().find(|change| change.field == "result");
                if let Some(Change { was, now, .. }) = result
                    && let (Some(was), Some(now)) = (was.as_str(), now.as_str())
                {
                    let detail = json!({"result": format!("{was} -> {now}")}).to_string();
                    let (subject, detail) = (Some(number.as_str()), Some(detail.as_str()));
                    log::write(tx, at, actor, "order.pulled", subject, detail)?;
                }
                kept.push(KeptOrder {
                    order: now,
                    is_new: before.is_none(),
                    changes,
                });
            }
            Ok(kept)
        })
    }

    /// From when on `source` is to be asked next; none where it never was.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn pull_mark(&self, source: &str) -> Result<Option<JstTime>, StoreError> {
        self.read(|conn| {
            conn.prepare("SELECT at FROM pull_marks WHERE source = ?1")?
                .query_row([source], |row| row.get(0))
                .optional()
        })
    }

    /// Notes from when on `source` is to be asked next.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_pull_mark(&mut self, source: &str, at: JstTime) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO pull_marks (source, at) VALUES (?1, ?2)",
                params![source, at],
            )
            .map(|_| ())
        })
    }
}

fn of_number(conn: &Connection, number: &OrderNumber) -> rusqlite::Result<Option<OrderRecord>> {
    let select = format!("{} WHERE number = ?1", orders::select());
    conn.prepare_cached(&select)?
        .query_row([number], record)
        .optional()
}

/// What is other than it was, by the names of the fields in JSON.
fn changes(before: &OrderRecord, now: &OrderRecord) -> Vec<Change> {
    let (before, now) = (json!(before), json!(now));
    let change = |field| Change {
        field,
        was: before[field].clone(),
        now: now[field].clone(),
    };
    let all = orders::fields().map(change);
    all.filter(|change| change.was != change.now).collect()
}
