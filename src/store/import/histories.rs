//! Payments: the entries of payment histories, and the order in which each history lists them.
//!
//! A history's rows may stand anywhere in the files of a load, with other histories' between them.
//! What counts is the order of all of them: a temporary table tells what has been listed so far.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::{Batch, Import, Importable, Sorted, Table};
use crate::{
    domain::{
        order::OrderNumber,
        payment::{Payment, PaymentRecord},
    },
    store::payments::relisted,
};

const PAYMENTS: Table = Table {
    name: "payments",
    row: &["order_number", "payment_number"],
    columns: &["position", "at", "amount", "thanks_offer"],
};

impl Importable for PaymentRecord {
    const TABLE: Table = PAYMENTS;

    fn key(&self) -> &str {
        self.order_number.as_str()
    }

    fn put(import: &mut Import<'_, Self>, batch: &Batch<Self>) -> rusqlite::Result<()> {
        let of_one = |a: &Sorted<Self>, b: &Sorted<Self>| a.record.key() == b.record.key();
        for rows in batch.rows.chunk_by(of_one) {
            let mut history = Known::read(import.tx, &rows[0].record.order_number)?;
            history.list(import.tx, rows)?;
            for row in rows {
                history.take(&row.record.payment);
            }
            history.write(import, batch.file)?;
        }
        Ok(())
    }
}

/// A history of the store, and what becomes of it.
struct Known<'a> {
    order: &'a OrderNumber,
    entries: Vec<Entry>,
    by_number: HashMap<OrderNumber, usize>,
}

struct Entry {
    payment: Payment,
    /// None where it is new.
    was_at: Option<usize>,
    is_at: usize,
    /// How many rows changed its values, and how many say it at all.
    changed: u64,
    said: u64,
}

impl<'a> Known<'a> {
    fn read(conn: &Connection, order: &'a OrderNumber) -> rusqlite::Result<Self> {
        let mut statement = conn.prepare_cached(
            "SELECT payment_number, position, at, amount, thanks_offer FROM payments
             WHERE order_number = ?1 ORDER BY position, payment_number",
        )?;
        let entries = statement.query_map([order], |row| {
            let position = row.get(1)?;
            Ok(Entry {
                payment: Payment {
                    number: row.get(0)?,
                    at: row.get(2)?,
                    amount: row.get(3)?,
                    thanks_offer: row.get(4)?,
                },
                was_at: Some(position),
                is_at: position,
                changed: 0,
                said: 0,
            })
        })?;
        let entries: Vec<_> = entries.collect::<rusqlite::Result<_>>()?;
        let places = entries.iter().enumerate();
        let by_number = places.map(|(place, entry)| (entry.payment.number.clone(), place));
        Ok(Self {
            order,
            by_number: by_number.collect(),
            entries,
        })
    }

    /// Finds the order of all entries, the new ones included, and remembers what has been listed.
    fn list(&mut self, conn: &Connection, rows: &[Sorted<PaymentRecord>]) -> rusqlite::Result<()> {
        // Where the store has nothing of it, this load has listed nothing of it.
        let mut numbers = match self.entries.is_empty() {
            true => String::new(),
            false => listed(conn, self.order)?,
        };
        let before = numbers
            .split_whitespace()
            .filter_map(|number| number.parse().ok());
        let mut listing: Vec<OrderNumber> = before.collect();
        let mut met: HashSet<OrderNumber> = listing.iter().cloned().collect();
        for row in rows {
            let number = &row.record.payment.number;
            if met.insert(number.clone()) {
                numbers.push(' ');
                numbers.push_str(number.as_str());
                listing.push(number.clone());
            }
        }
        conn.prepare_cached("INSERT OR REPLACE INTO temp.payments_listed VALUES (?1, ?2)")?
            .execute(params![self.order, numbers])?;
        let known: Vec<_> = self
            .entries
            .iter()
            .map(|entry| &entry.payment.number)
            .collect();
        let after: Vec<_> = relisted(&known, listing.iter())
            .into_iter()
            .cloned()
            .collect();
        for (place, number) in after.into_iter().enumerate() {
            match self.by_number.get(&number) {
                Some(known) => self.entries[*known].is_at = place,
                None => {
                    self.by_number.insert(number.clone(), self.entries.len());
                    self.entries.push(Entry::new(number, place));
                }
            }
        }
        Ok(())
    }

    /// Takes in what a row says.
    fn take(&mut self, payment: &Payment) {
        let Some(place) = self.by_number.get(&payment.number) else {
            return;
        };
        let entry = &mut self.entries[*place];
        let stored = &mut entry.payment;
        let now = Payment {
            number: payment.number.clone(),
            at: payment.at.or(stored.at),
            amount: payment.amount.or(stored.amount),
            thanks_offer: payment.thanks_offer.or(stored.thanks_offer),
        };
        // The first row of a new entry is new, whatever it says.
        let is_first = entry.was_at.is_none() && entry.said == 0;
        entry.changed += u64::from(!is_first && now != *stored);
        entry.said += 1;
        *stored = now;
    }

    fn write(&self, import: &mut Import<'_, PaymentRecord>, file: usize) -> rusqlite::Result<()> {
        for entry in &self.entries {
            entry.write(self.order, import, file)?;
        }
        Ok(())
    }
}

impl Entry {
    fn new(number: OrderNumber, is_at: usize) -> Self {
        let payment = Payment {
            number,
            at: None,
            amount: None,
            thanks_offer: None,
        };
        Self {
            payment,
            was_at: None,
            is_at,
            changed: 0,
            said: 0,
        }
    }

    fn write(
        &self,
        order: &OrderNumber,
        import: &mut Import<'_, PaymentRecord>,
        file: usize,
    ) -> rusqlite::Result<()> {
        let Payment {
            number,
            at,
            amount,
            thanks_offer,
        } = &self.payment;
        let values = params![order, number, self.is_at, at, amount, thanks_offer];
        let Some(was_at) = self.was_at else {
            let insert = "INSERT INTO payments (order_number, payment_number, position, at, amount,
                                                thanks_offer)
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            import.tx.prepare_cached(insert)?.execute(values)?;
            import.counts[file].new += 1;
            import.counts[file].changed += self.changed;
            import.counts[file].unchanged += self.said - 1 - self.changed;
            return Ok(());
        };
        // One that only moves is changed by the first row that says it.
        let moved = u64::from(was_at != self.is_at && self.changed == 0).min(self.said);
        let changed = self.changed + moved;
        import.counts[file].changed += changed;
        import.counts[file].unchanged += self.said - changed;
        if self.changed == 0 && was_at == self.is_at {
            return Ok(());
        }
        PAYMENTS.note(import.tx, &[order, number], file, changed)?;
        import
            .tx
            .prepare_cached(
                "UPDATE payments SET position = ?3, at = ?4, amount = ?5, thanks_offer = ?6
                 WHERE order_number = ?1 AND payment_number = ?2",
            )?
            .execute(values)
            .map(|_| ())
    }
}

fn listed(conn: &Connection, order: &OrderNumber) -> rusqlite::Result<String> {
    conn.prepare_cached("SELECT numbers FROM temp.payments_listed WHERE order_number = ?1")?
        .query_row([order], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}
