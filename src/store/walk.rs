//! Every order, payment and event of the store, each table read once in its own order: what
//! `reconcile` goes through. Of each there is what a row of it goes by, and no more.

use rusqlite::{Connection, Row};

use super::{Look, StoreError};
use crate::domain::{
    event::EventRecord,
    order::OrderRecord,
    payment::{Payment, PaymentRecord},
};

impl Look<'_> {
    /// Every order, in no particular order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn each_order(&self, mut each: impl FnMut(OrderRecord)) -> Result<(), StoreError> {
        let sql = "SELECT number, created_at, channel, payment_method_id, customer_id, registered,
                          purchase_number, result, offer FROM orders";
        let order = |row: &Row<'_>| {
            Ok(OrderRecord {
                created_at: row.get(1)?,
                channel: row.get(2)?,
                payment_method_id: row.get(3)?,
                customer_id: row.get(4)?,
                registered: row.get(5)?,
                purchase_number: row.get(6)?,
                result: row.get(7)?,
                offer: row.get(8)?,
                ..OrderRecord::of(row.get(0)?)
            })
        };
        self.ask(|conn| visit(conn, sql, |row| order(row).map(&mut each)))
    }

    /// Every payment: histories by their order's number, entries in the order of the listing.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn each_payment(&self, mut each: impl FnMut(PaymentRecord)) -> Result<(), StoreError> {
        let sql = "SELECT order_number, payment_number, at, thanks_offer FROM payments
                   ORDER BY order_number, position, payment_number";
        let payment = |row: &Row<'_>| {
            Ok(PaymentRecord {
                order_number: row.get(0)?,
                payment: Payment {
                    number: row.get(1)?,
                    at: row.get(2)?,
                    amount: None,
                    thanks_offer: row.get(3)?,
                },
            })
        };
        self.ask(|conn| visit(conn, sql, |row| payment(row).map(&mut each)))
    }

    /// Every event, in no particular order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn each_event(&self, mut each: impl FnMut(EventRecord)) -> Result<(), StoreError> {
        let sql = "SELECT merchant_management_id, event_id, requested_at, auto_result,
                          manual_result FROM events";
        let event = |row: &Row<'_>| {
            Ok(EventRecord {
                requested_at: row.get(2)?,
                auto_result: row.get(3)?,
                manual_result: row.get(4)?,
                ..EventRecord::of(row.get(0)?, row.get(1)?)
            })
        };
        self.ask(|conn| visit(conn, sql, |row| event(row).map(&mut each)))
    }
}

fn visit(
    conn: &Connection,
    sql: &str,
    mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}
