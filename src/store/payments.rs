//! The table `payments`: the payment histories (決済履歴), an order's payments in the order in which
//! they are listed.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use rusqlite::Connection;

use super::{
    Store, StoreError,
    table::{Put, Table},
};
use crate::domain::{
    order::OrderNumber,
    payment::{History, Payment},
};

static PAYMENTS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        "order_number",
        "payment_number",
        "position",
        "at",
        "amount",
        "thanks_offer",
    ];
    Table::new("payments", 2, &columns, &[])
});

impl Store {
    /// Keeps a payment history of `order`: a later value replaces an earlier one, an empty one
    /// does not, and an entry that is not listed this time stays. A history does not make an order.
    pub fn keep_history(
        &mut self,
        order: &OrderNumber,
        history: &History,
    ) -> Result<(), StoreError> {
        self.write(|tx| put(tx, order, history.0.iter()).map(|_| ()))
    }

    /// Each stored history that lists `number`, with the number of the order that it is of;
    /// entries in the order of the listing, histories by their order's number.
    pub fn histories_listing(
        &self,
        number: &OrderNumber,
    ) -> Result<Vec<(OrderNumber, History)>, StoreError> {
        self.read(|conn| {
            let orders = orders_listing(conn, number)?.into_iter();
            orders
                .map(|order| Ok((order.clone(), history_of(conn, &order)?)))
                .collect()
        })
    }
}

/// The orders whose histories list `number`, by their numbers.
pub(super) fn orders_listing(
    conn: &Connection,
    number: &OrderNumber,
) -> rusqlite::Result<Vec<OrderNumber>> {
    conn.prepare_cached(
        "SELECT order_number FROM payments WHERE payment_number = ?1 ORDER BY order_number",
    )?
    .query_map([number], |row| row.get(0))?
    .collect()
}

/// The history of one order, its entries in the order of the listing.
pub(super) fn history_of(conn: &Connection, order: &OrderNumber) -> rusqlite::Result<History> {
    let mut statement = conn.prepare_cached(
        "SELECT payment_number, at, amount, thanks_offer, position FROM payments
         WHERE order_number = ?1",
    )?;
    let entries = statement.query_map([order], |row| {
        let payment = Payment {
            number: row.get(0)?,
            at: row.get(1)?,
            amount: row.get(2)?,
            thanks_offer: row.get(3)?,
        };
        Ok((row.get::<_, i64>(4)?, payment))
    })?;
    // By number as the key has them. SQLite would make a table of its own to sort them by position.
    let mut entries: Vec<_> = entries.collect::<rusqlite::Result<_>>()?;
    entries.sort_by_key(|(position, _)| *position);
    let payments = entries.into_iter().map(|(_, payment)| payment);
    Ok(History(payments.collect()))
}

/// Writes entries of an order's history in the order in which they are listed now. An entry that is
/// not listed this time stays.
pub(super) fn put<'p>(
    conn: &Connection,
    order: &OrderNumber,
    listed: impl Iterator<Item = &'p Payment> + Clone,
) -> rusqlite::Result<Vec<Put>> {
    if listed.clone().next().is_none() {
        return Ok(Vec::new());
    }
    let known = history_of(conn, order)?;
    let known: Vec<_> = known.0.iter().map(|payment| &payment.number).collect();
    let all = relisted(&known, listed.clone().map(|payment| &payment.number));
    let positions: HashMap<_, _> = all.into_iter().zip(0_i64..).collect();
    listed
        .map(|payment| {
            let position = positions.get(&payment.number);
            PAYMENTS.put(
                conn,
                &[
                    order,
                    &payment.number,
                    &position,
                    &payment.at,
                    &payment.amount,
                    &payment.thanks_offer,
                ],
            )
        })
        .collect()
}

/// The order of all entries after `now` has been listed. What it lists stands in its order: in
/// the places of those that were known, and the rest at the end. What it does not list keeps its
/// place. So a history that comes in parts grows at its end, a whole one that comes again in
/// another order counts, and one that comes twice changes nothing.
pub(super) fn relisted<'a>(
    known: &[&'a OrderNumber],
    now: impl IntoIterator<Item = &'a OrderNumber>,
) -> Vec<&'a OrderNumber> {
    let mut met = HashSet::new();
    let now: Vec<_> = now
        .into_iter()
        .filter(|number| met.insert(*number))
        .collect();
    let mut next = now.iter().copied();
    let mut after: Vec<&OrderNumber> = known
        .iter()
        .map(|number| match met.contains(number) {
            true => next.next().unwrap_or(number),
            false => number,
        })
        .collect();
    after.extend(next);
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_that_comes_again_is_relisted_and_one_in_parts_grows() {
        let cases = [
            // known, listed now, the order afterwards
            ("", "a b", "a b"),
            ("a b", "a b", "a b"),
            ("a b", "b a", "b a"),
            ("a b", "c", "a b c"),
            ("a b c", "c a d", "c b a d"),
            ("a b", "b", "a b"),
            ("a b", "c b", "a c b"),
            ("a", "b b a", "b a"),
        ];
        let numbers = |text: &str| -> Vec<OrderNumber> {
            text.split_whitespace()
                .map(|number| number.parse().unwrap())
                .collect()
        };
        for (known, now, expected) in cases {
            let (known, now) = (numbers(known), numbers(now));
            let known: Vec<_> = known.iter().collect();
            let after = relisted(&known, &now);
            let expected = numbers(expected);
            assert_eq!(
                after,
                expected.iter().collect::<Vec<_>>(),
                "{known:?} {now:?}"
            );
            assert_eq!(relisted(&after, &now), after);
        }
    }
}
