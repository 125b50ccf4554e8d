//! The table `orders`.

use rusqlite::{Connection, Row, named_params};

use super::{Store, StoreError, payments, reasons};
use crate::domain::order::{OrderFacts, OrderRecord};

impl Store {
    /// Keeps an order that is not sent, and its payments: a later value replaces an earlier one, an
    /// empty one does not.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep_order(&mut self, facts: &OrderFacts) -> Result<(), StoreError> {
        self.write(|tx| keep(tx, facts))
    }
}

/// The columns of [`record`], in its order; of orders [`reasons::JOINED`].
pub(super) const COLUMNS: &str = "number, ecforce_id, created_at, channel, offer,
    payment_method_id, payment_method, total, customer_id, registered, purchase_number, ad_url_id, state,
    payment_state, result, rules";

/// An order of a row that begins with [`COLUMNS`].
pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<OrderRecord> {
    let reasons = reasons::of_rules(row.get(15)?)?;
    Ok(OrderRecord {
        number: row.get(0)?,
        ecforce_id: row.get(1)?,
        created_at: row.get(2)?,
        channel: row.get(3)?,
        offer: row.get(4)?,
        payment_method_id: row.get(5)?,
        payment_method: row.get(6)?,
        total: row.get(7)?,
        customer_id: row.get(8)?,
        registered: row.get(9)?,
        purchase_number: row.get(10)?,
        ad_url_id: row.get(11)?,
        state: row.get(12)?,
        payment_state: row.get(13)?,
        result: row.get(14)?,
        // Of an order it is one text: what ecforce shows.
        reason: reasons.into_iter().find_map(|reason| reason.description),
    })
}

/// Keeps the order and its payments. What comes from the admin screen alone (`ecforce_id`,
/// `offer`, `payment_method`, `state`, `payment_state`, `result`, `reason`) is not touched.
pub(super) fn keep(conn: &Connection, facts: &OrderFacts) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO orders (number, created_at, channel, payment_method_id, total, customer_id,
                             registered, purchase_number, ad_url_id)
         VALUES (:number, :created_at, :channel, :payment_method_id, :total, :customer_id,
                 :registered, :purchase_number, :ad_url_id)
         ON CONFLICT (number) DO UPDATE SET
             created_at = coalesce(excluded.created_at, created_at),
             channel = excluded.channel,
             payment_method_id = excluded.payment_method_id,
             total = excluded.total,
             customer_id = coalesce(excluded.customer_id, customer_id),
             registered = excluded.registered,
             purchase_number = excluded.purchase_number,
             ad_url_id = coalesce(excluded.ad_url_id, ad_url_id)",
    )?;
    statement.execute(named_params! {
        ":number": facts.number,
        ":created_at": facts.created_at,
        ":channel": facts.channel,
        ":payment_method_id": facts.payment_method_id,
        ":total": facts.total,
        ":customer_id": facts.customer_id.as_deref().filter(|id| !id.is_empty()),
        ":registered": facts.registered,
        ":purchase_number": facts.purchase_number,
        ":ad_url_id": facts.ad_url.and_then(|url| url.id),
    })?;
    payments::keep(conn, &facts.number, &facts.history)
}
