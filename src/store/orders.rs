//! The table `orders`.

use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension, Row, ToSql, types::Value};

use super::{
    Store, StoreError,
    list::{Filter, List},
    payments,
    reasons::{ReasonSets, reasons},
    table::{self, Put, Table, columns},
};
use crate::domain::{
    event::{AutoResult, Reason},
    order::{OrderFacts, OrderNumber, OrderRecord},
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
    payments::put(conn, &facts.number, facts.history.0.iter())?;
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
