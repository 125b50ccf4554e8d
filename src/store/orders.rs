//! The table `orders`.

use std::{ops::ControlFlow, sync::LazyLock};

use rusqlite::{Connection, Row, ToSql, types::Value};

use super::{
    Store, StoreError,
    listing::List,
    payments,
    table::{self, Put, Table, columns},
    values::reasons,
};
use crate::domain::{
    event::AutoResult,
    order::{OrderFacts, OrderRecord},
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

/// Writes an order; `set` is that of its reason.
pub(super) fn put(
    conn: &Connection,
    order: &OrderRecord,
    set: Option<i64>,
) -> rusqlite::Result<Put> {
    let mut row = values(order);
    row.push(&set);
    ORDERS.put(conn, &row)
}

/// What is written of an order, by the names in JSON.
pub(super) fn fields() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().copied().chain(["reason"])
}

/// The statement that reads orders for [`record`], without conditions.
pub(super) fn select() -> String {
    table::select(COLUMNS, "", "orders")
}

/// An order of a row of [`select`].
pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<OrderRecord> {
    let mut order = OrderRecord::of(row.get(0)?);
    fill(&mut order, row)?;
    // Of an order it is one text: what ecforce shows.
    let reasons = reasons(row.get_ref(COLUMNS.len())?)?;
    order.reason = reasons.into_iter().find_map(|reason| reason.description);
    Ok(order)
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
    put(conn, &order, None)?;
    payments::put(conn, &facts.number, facts.history.0.iter())?;
    Ok(())
}

/// Which orders are asked for: those for which everything given holds.
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

impl Store {
    /// The orders asked for, newest first (by 受注日時, those without one last; ties by number),
    /// for as long as `each` goes on. Gives what it broke off with.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn each_order<B>(
        &self,
        filter: &OrderFilter,
        each: impl FnMut(OrderRecord) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, StoreError> {
        self.each_of(&filter.list(), record, each)
    }

    /// How many orders there are for a filter, whatever its limit.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn count_orders(&self, filter: &OrderFilter) -> Result<u64, StoreError> {
        self.count_of(&filter.list())
    }
}

impl OrderFilter {
    pub(super) fn list(&self) -> List {
        let select = table::select(COLUMNS, "", "orders INDEXED BY orders_by_time");
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
