//! The table `orders`, and `payments`: the payment histories (決済履歴), an order's payments in the
//! order in which they are listed.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use rusqlite::{Connection, OptionalExtension, Row, ToSql, types::Value};

use super::{
    Store, StoreError,
    list::{Filter, List},
    table::{self, Put, ReasonSets, Table, columns, reasons},
};
use crate::domain::{
    event::{AutoResult, Reason},
    order::{OrderFacts, OrderNumber, OrderRecord},
    payment::{History, Payment},
    text::{folded, trim},
    time::JstTime,
};

columns!(OrderRecord {
    number,
    ecforce_id,
    created_at,
    channel,
    offer,
    payment_method_id,
    payment_method,
    total,
    customer_id,
    registered,
    purchase_number,
    ad_url_id,
    state,
    payment_state,
    result,
});

/// ID and name of a payment method are one field: a new one of the two takes the old one of the
/// other away, so that the store never names a method by the ID of another.
const METHOD: &[(&str, &str)] = &[
    (
        "payment_method_id",
        "CASE WHEN ?{payment_method} IS NULL OR ?{payment_method} IS payment_method
                   OR folded(?{payment_method}) IS folded(payment_method)
              THEN payment_method_id END",
    ),
    (
        "payment_method",
        "CASE WHEN coalesce(?{payment_method_id} = payment_method_id, 1) THEN payment_method END",
    ),
];

static ORDERS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [COLUMNS, &["reason_set"]].concat();
    Table::new("orders", 1, &columns, METHOD)
});

/// Writes an order. What ecforce shows as its O-PLUX 判定理由 is one text: a reason without a code.
pub(super) fn put(
    conn: &Connection,
    order: &OrderRecord,
    sets: &mut ReasonSets,
) -> rusqlite::Result<Put> {
    let reason = |text: &String| Reason {
        code: None,
        description: Some(text.clone()),
    };
    let text = order.reason.as_ref().filter(|text| !text.is_empty());
    let reasons: Vec<_> = text.map(reason).into_iter().collect();
    let set = sets.of(conn, &reasons)?;
    let mut row = values(order);
    row.push(&set);
    ORDERS.put(conn, &row)
}

/// The order of that number.
pub(super) fn of_number(
    conn: &Connection,
    number: &OrderNumber,
) -> rusqlite::Result<Option<OrderRecord>> {
    let select = select("orders");
    conn.prepare_cached(&format!("{select} WHERE number = ?1"))?
        .query_row([number], OrderFilter::item)
        .optional()
}

/// The ID of an order's method where it is read: its own, else that of its name in today's
/// configuration. An order may have come in before its method was configured.
pub(super) const METHOD_ID: &str = "coalesce(payment_method_id, method_named(payment_method))";

/// The statement that reads orders, without conditions.
fn select(from: &str) -> String {
    let columns = COLUMNS.iter().map(|column| match *column {
        "payment_method_id" => METHOD_ID,
        column => column,
    });
    table::select(&columns.collect::<Vec<_>>(), "", from)
}

impl Store {
    /// Whether there is any order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn has_orders(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM orders)";
        self.read(|conn| conn.query_row(sql, [], |row| row.get(0)))
    }
}

/// Keeps an order that was screened from here, or asked about, and its payments.
pub(super) fn keep(conn: &Connection, facts: &OrderFacts) -> rusqlite::Result<()> {
    let order = OrderRecord {
        created_at: facts.created_at,
        channel: Some(facts.channel),
        payment_method_id: Some(facts.payment_method_id),
        total: Some(facts.total),
        customer_id: facts.customer_id.clone(),
        registered: Some(facts.registered),
        purchase_number: Some(facts.purchase_number),
        ad_url_id: facts.ad_url.and_then(|url| url.id),
        ..OrderRecord::of(facts.number.clone())
    };
    put(conn, &order, &mut ReasonSets::default())?;
    put_payments(conn, &facts.number, facts.history.0.iter())?;
    Ok(())
}

/// Which orders are asked for: those for which everything given holds, newest first (by 受注日時,
/// those without one last; ties by number).
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// O-PLUX 与信結果 is one of these, `None` being that ecforce shows none; empty: any.
    pub results: Vec<Option<AutoResult>>,
    /// Stands in O-PLUX 判定理由.
    pub reason: Option<String>,
    /// None created before this.
    pub from: Option<JstTime>,
    /// None created after this.
    pub to: Option<JstTime>,
    /// 支払い方法.
    pub method: Option<MethodFilter>,
    /// 顧客ID.
    pub customer: Option<String>,
    /// So many at most.
    pub limit: Option<u64>,
}

/// A payment method, by what is known of it. An order need not know both its ID and its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MethodFilter {
    /// The ID that was asked for.
    pub id: Option<u64>,
    /// The name that was asked for.
    pub name: String,
    /// The ID that the configuration gives it: for orders that do not know the name.
    pub configured_id: Option<u64>,
    /// The name that the configuration gives it: for orders that do not know the ID.
    pub configured_name: Option<String>,
}

impl Filter for OrderFilter {
    type Item = OrderRecord;

    fn list(&self) -> List {
        let select = select("orders INDEXED BY orders_by_time");
        // SQLite puts NULL last where it orders downwards.
        let mut list = List::of("orders", select, "created_at DESC, number", self.limit);
        list.between("created_at", self.from, self.to);
        list.result("result", &self.results);
        if let Some(method) = &self.method {
            method.add_to(&mut list);
        }
        if let Some(customer) = &self.customer {
            let customer = folded(trim(customer));
            list.and("folded(customer_id) = ?", [customer.into()]);
        }
        if let Some(reason) = &self.reason {
            list.reason(reason);
        }
        list
    }

    fn item(row: &Row<'_>) -> rusqlite::Result<OrderRecord> {
        let mut order = OrderRecord::of(row.get(0)?);
        fill(&mut order, row)?;
        let reasons = reasons(row.get_ref(COLUMNS.len())?)?;
        order.reason = reasons.into_iter().find_map(|reason| reason.description);
        Ok(order)
    }
}

impl MethodFilter {
    fn add_to(&self, list: &mut List) {
        // No ID is larger than what the store can hold.
        let id = |id: Option<u64>| id.and_then(|id| i64::try_from(id).ok()).map(Value::from);
        let name = |name: &str| Some(Value::from(folded(trim(name))));
        let ways = [
            ("folded(payment_method) = ?", name(&self.name)),
            ("payment_method_id = ?", id(self.id)),
            (
                "payment_method IS NULL AND payment_method_id = ?",
                id(self.configured_id),
            ),
            (
                "payment_method_id IS NULL AND folded(payment_method) = ?",
                self.configured_name.as_deref().and_then(name),
            ),
        ];
        let known = ways
            .into_iter()
            .filter_map(|(way, value)| Some((way, value?)));
        let (ways, values): (Vec<_>, Vec<_>) = known.unzip();
        list.and(format!("({})", ways.join(" OR ")), values);
    }
}

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
        self.write(|tx| put_payments(tx, order, history.0.iter()).map(|_| ()))
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
pub(super) fn put_payments<'p>(
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
fn relisted<'a>(
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
