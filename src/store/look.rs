//! What `trace`, `reconcile` and `orders show` ask of the store. They look at one moment of it: a
//! [`Look`] is one read transaction.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::{
    Store, StoreError,
    attempts::{self, Attempt, AttemptState, Dead, OUTCOME_UNKNOWN},
    events, orders,
};
use crate::domain::{
    event::{AutoResult, EventRecord},
    matching::{Group, NearEvent, near},
    order::{Channel, OrderNumber, OrderRecord},
    payment::History,
    time::JstTime,
};

/// A look at the store as it is at one moment. Every question fails where the store cannot be read.
#[derive(Debug)]
pub struct Look<'s> {
    tx: Transaction<'s>,
    store: &'s Store,
    /// Runs that were seen dead before the look began.
    dead: Dead,
}

/// What `reconcile` goes by of an order, as it stands in the table: of a million, whole ones that
/// own their texts would take half as long again.
pub struct OrderLine<'r> {
    pub number: &'r str,
    pub created_at: Option<JstTime>,
    pub channel: Option<Channel>,
    pub offer: Option<&'r str>,
    pub payment_method_id: Option<u64>,
    pub payment_method: Option<&'r str>,
    pub customer_id: Option<&'r str>,
    pub registered: Option<bool>,
    pub purchase_number: Option<u32>,
    pub result: Option<AutoResult>,
}

/// The same of an entry of the payment history of `order`.
pub struct PaymentLine<'r> {
    pub order: &'r str,
    pub number: &'r str,
    pub at: Option<JstTime>,
    pub thanks_offer: Option<bool>,
}

/// And of an event.
pub struct EventLine<'r> {
    pub number: &'r str,
    pub id: &'r str,
    pub requested_at: Option<JstTime>,
    pub auto_result: Option<&'r str>,
    pub manual_result: Option<&'r str>,
}

impl Store {
    /// Begins a look.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn look(&self) -> Result<Look<'_>, StoreError> {
        // In this order, as in `outcome`: an attempt whose run was seen dead and that is in flight
        // afterwards was cut off.
        let dead = self.read(|conn| attempts::dead_runs(conn, &self.path))?;
        let begun = self.conn.unchecked_transaction().and_then(|tx| {
            // A deferred transaction sees the moment of its first statement.
            tx.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |_| Ok(()))
                .optional()?;
            Ok(tx)
        });
        let tx = begun.map_err(|error| StoreError::sqlite(&self.path, error))?;
        let store = self;
        Ok(Look { tx, store, dead })
    }
}

impl Look<'_> {
    /// Asks within the look.
    fn ask<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        work(&self.tx).map_err(|error| StoreError::sqlite(&self.store.path, error))
    }

    /// Gives each row of a statement to `each`.
    fn visit(
        &self,
        sql: &str,
        mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        self.ask(|conn| {
            let mut statement = conn.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                each(row)?;
            }
            Ok(())
        })
    }

    /// How many orders there are.
    pub fn count_of_orders(&self) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM orders";
        self.ask(|conn| conn.query_row(sql, [], |row| row.get(0)))
    }

    /// Every order, in no particular order.
    pub fn each_order(&self, mut each: impl FnMut(OrderLine<'_>)) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT number, created_at, channel, offer, {}, payment_method, customer_id,
                    registered, purchase_number, result FROM orders",
            orders::METHOD_ID
        );
        self.visit(&sql, |row| {
            each(OrderLine {
                number: row.get_ref(0)?.as_str()?,
                created_at: row.get(1)?,
                channel: row.get(2)?,
                offer: row.get_ref(3)?.as_str_or_null()?,
                payment_method_id: row.get(4)?,
                payment_method: row.get_ref(5)?.as_str_or_null()?,
                customer_id: row.get_ref(6)?.as_str_or_null()?,
                registered: row.get(7)?,
                purchase_number: row.get(8)?,
                result: row.get(9)?,
            });
            Ok(())
        })
    }

    /// Every payment: histories by their order's number, entries in the order of the listing.
    pub fn each_payment(&self, mut each: impl FnMut(PaymentLine<'_>)) -> Result<(), StoreError> {
        let sql = "SELECT order_number, payment_number, at, thanks_offer FROM payments
                   ORDER BY order_number, position, payment_number";
        self.visit(sql, |row| {
            each(PaymentLine {
                order: row.get_ref(0)?.as_str()?,
                number: row.get_ref(1)?.as_str()?,
                at: row.get(2)?,
                thanks_offer: row.get(3)?,
            });
            Ok(())
        })
    }

    /// Every event, in no particular order.
    pub fn each_event(&self, mut each: impl FnMut(EventLine<'_>)) -> Result<(), StoreError> {
        let sql = "SELECT merchant_management_id, event_id, requested_at, auto_result,
                          manual_result FROM events";
        self.visit(sql, |row| {
            each(EventLine {
                number: row.get_ref(0)?.as_str()?,
                id: row.get_ref(1)?.as_str()?,
                requested_at: row.get(2)?,
                auto_result: row.get_ref(3)?.as_str_or_null()?,
                manual_result: row.get_ref(4)?.as_str_or_null()?,
            });
            Ok(())
        })
    }

    /// The order whose 受注ID this is, where no order has it as its number and exactly one has it
    /// as its ID.
    pub fn order_of_id(&self, number: &OrderNumber) -> Result<Option<OrderNumber>, StoreError> {
        self.ask(|conn| {
            let sql = "SELECT min(number) FROM orders WHERE ecforce_id = ?1 AND NOT EXISTS
                 (SELECT 1 FROM orders WHERE number = ?1) HAVING count(*) = 1";
            let mut statement = conn.prepare_cached(sql)?;
            statement.query_row([number], |row| row.get(0)).optional()
        })
    }

    /// Whether an order, a payment history or an event of the store bears this number.
    pub fn knows(&self, number: &OrderNumber) -> Result<bool, StoreError> {
        self.ask(|conn| {
            conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM orders WHERE number = ?1)
                     OR EXISTS (SELECT 1 FROM payments WHERE order_number = ?1)
                     OR EXISTS (SELECT 1 FROM payments WHERE payment_number = ?1)
                     OR EXISTS (SELECT 1 FROM events WHERE merchant_management_id = ?1)",
            )?
            .query_row([number], |row| row.get(0))
        })
    }

    /// Every try to screen one of these numbers, in the order in which they began. One that a kill
    /// cut off is unknown.
    pub fn attempts_under(&self, numbers: &[OrderNumber]) -> Result<Vec<Attempt>, StoreError> {
        let sql = format!("{} WHERE order_number = ?1", attempts::SELECT_ATTEMPT);
        self.ask(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = Vec::new();
            for number in numbers {
                for attempt in statement.query_map([number], attempts::attempt)? {
                    let mut attempt = attempt?;
                    if attempt.state == AttemptState::InFlight && self.dead.contains(&attempt.run) {
                        attempt.state = AttemptState::Unknown;
                        attempt.error_code = Some(OUTCOME_UNKNOWN.to_owned());
                    }
                    found.push(attempt);
                }
            }
            found.sort_by_key(|attempt| (attempt.began_at, attempt.id));
            Ok(found)
        })
    }

    /// The numbers of which any try to screen them did not end with an event.
    pub fn numbers_that_failed(&self) -> Result<Vec<OrderNumber>, StoreError> {
        let sql = "SELECT DISTINCT order_number FROM attempts WHERE state <> 'screened'";
        self.ask(|conn| {
            conn.prepare(sql)?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// The order of that number.
    pub fn order(&self, number: &OrderNumber) -> Result<Option<OrderRecord>, StoreError> {
        self.ask(|conn| orders::of_number(conn, number))
    }

    /// Every history that ties a number to `number`, directly or through others, by the number of
    /// the order that each is of. `pasted` is one of `number` itself that the store does not have and
    /// that ties like its own.
    pub fn histories_of_group(
        &self,
        number: &OrderNumber,
        pasted: Option<&History>,
    ) -> Result<Vec<(OrderNumber, History)>, StoreError> {
        let listed = pasted.iter().flat_map(|history| &history.0);
        let listed = listed.map(|payment| &payment.number);
        let mut asked: Vec<_> = listed.chain([number]).cloned().collect();
        let mut seen: HashSet<_> = asked.iter().cloned().collect();
        let (mut all, mut of_orders) = (vec![], HashSet::new());
        self.ask(|conn| {
            while let Some(number) = asked.pop() {
                let listing = orders::orders_listing(conn, &number)?;
                for order in [number].into_iter().chain(listing) {
                    if !of_orders.insert(order.clone()) {
                        continue;
                    }
                    let history = orders::history_of(conn, &order)?;
                    if history.is_empty() {
                        continue;
                    }
                    let tied = history.0.iter().map(|payment| &payment.number);
                    let fresh = tied.chain([&order]).filter(|it| seen.insert((*it).clone()));
                    asked.extend(fresh.cloned());
                    all.push((order, history));
                }
            }
            Ok(())
        })?;
        all.extend(pasted.map(|history| (number.clone(), history.clone())));
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(all)
    }

    /// The numbers that belong to `number`, and their payments.
    pub fn group_of(&self, number: &OrderNumber) -> Result<Group, StoreError> {
        let histories = self.histories_of_group(number, None)?;
        Ok(Group::of(number, &histories))
    }

    /// Every event of these numbers, in no particular order.
    pub fn events_under(&self, numbers: &[OrderNumber]) -> Result<Vec<EventRecord>, StoreError> {
        let sql = format!(
            "{} WHERE merchant_management_id = ?1",
            events::select_records("")
        );
        self.ask(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = Vec::new();
            for number in numbers {
                for event in statement.query_map([number], events::record)? {
                    found.push(event?);
                }
            }
            Ok(found)
        })
    }

    /// Whether the last try to screen `number` from here failed, or its outcome is unknown. A try
    /// that still runs does not count.
    pub fn screening_failed(&self, number: &OrderNumber) -> Result<bool, StoreError> {
        let tries = self.attempts_under(std::slice::from_ref(number))?;
        let ended = tries
            .iter()
            .filter(|attempt| attempt.state != AttemptState::InFlight);
        let last = ended.max_by_key(|attempt| attempt.id);
        Ok(last.is_some_and(|attempt| attempt.state != AttemptState::Screened))
    }

    /// Whether any event was requested on one of these days ([`JstTime::day`]).
    pub fn has_event_on(&self, days: &[i64]) -> Result<bool, StoreError> {
        self.ask(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM events WHERE requested_at BETWEEN ?1 AND ?2)",
            )?;
            for day in days {
                let (first, last) = JstTime::bounds_of_day(*day);
                if statement.query_row([first, last], |row| row.get(0))? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// The events that were requested about when an order was placed, with what the store knows of
    /// their numbers.
    pub fn events_near(&self, order: &OrderRecord) -> Result<Vec<NearEvent>, StoreError> {
        let Some((from, to)) = order.created_at.map(near) else {
            return Ok(vec![]);
        };
        let in_history = ",
            EXISTS (SELECT 1 FROM payments WHERE payment_number = merchant_management_id
                    OR order_number = merchant_management_id) AS in_history";
        let select = events::select_records(in_history);
        let sql = format!("{select} WHERE requested_at BETWEEN ?1 AND ?2 ORDER BY events.id");
        self.ask(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let near = statement.query_map([from, to], |row| {
                let event = events::record(row)?;
                Ok(NearEvent {
                    order: orders::of_number(conn, &event.merchant_management_id)?,
                    in_history: row.get("in_history")?,
                    event,
                })
            })?;
            near.collect()
        })
    }
}
