//! What `orders list` and `events list` ask: rows newest first, by any of the filters, one by one.
//!
//! The walk goes down the index by time and asks of each row whether it belongs, so that the newest
//! fifty of a million are found without sorting a million. Reasons are searched for among their
//! sets (see `reasons`), of which there are few, and rows are then asked for their set.

use std::ops::ControlFlow;

use rusqlite::{Connection, Row, params_from_iter, types::Value};

use super::{Store, StoreError};

mod attempts;
mod conditions;
mod events;
mod orders;

pub use attempts::{AttemptRecord, AttemptState};
pub use events::{EventFilter, ListedEvent};
pub use orders::{MethodFilter, OrderFilter};

use conditions::Conditions;

/// A list that the store can give.
pub(super) trait Listing {
    /// One row.
    type Item;

    /// Table and columns, with the index to walk by where one is to be forced.
    fn select(&self) -> String;

    /// The table alone.
    const TABLE: &'static str;

    /// Newest first; SQLite puts NULL last where it orders downwards.
    const ORDER: &'static str;

    /// The rows asked for.
    fn conditions(&self) -> Conditions;

    /// So many at most.
    fn limit(&self) -> Option<u64>;

    /// A row of [`Listing::select`].
    fn item(row: &Row<'_>) -> rusqlite::Result<Self::Item>;

    /// The statement that lists. Its last parameter is the limit.
    fn statement(&self) -> String {
        let (select, conditions) = (self.select(), self.conditions());
        format!(
            "{select}{} ORDER BY {} LIMIT ?",
            conditions.clause(),
            Self::ORDER
        )
    }
}

impl Store {
    /// Every item asked for, newest first, for as long as `each` goes on; what it broke off with.
    fn each_listed<L: Listing, B>(
        &self,
        listing: &L,
        each: impl FnMut(L::Item) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, StoreError> {
        self.read(|conn| visit(conn, listing, each))
    }

    /// How many there are, whatever the limit.
    fn count_listed<L: Listing>(&self, listing: &L) -> Result<u64, StoreError> {
        self.read(|conn| {
            let Conditions { values, .. } = listing.conditions();
            let clause = listing.conditions().clause();
            let sql = format!("SELECT count(*) FROM {}{clause}", L::TABLE);
            let mut statement = conn.prepare(&sql)?;
            statement.query_row(params_from_iter(values), |row| row.get(0))
        })
    }
}

fn visit<L: Listing, B>(
    conn: &Connection,
    listing: &L,
    mut each: impl FnMut(L::Item) -> ControlFlow<B>,
) -> rusqlite::Result<ControlFlow<B>> {
    let mut statement = conn.prepare(&listing.statement())?;
    // SQLite: a negative limit is none.
    let limit = listing
        .limit()
        .map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let mut values = listing.conditions().values;
    values.push(Value::Integer(limit));
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        if let broken @ ControlFlow::Break(_) = each(L::item(row)?) {
            return Ok(broken);
        }
    }
    Ok(ControlFlow::Continue(()))
}
