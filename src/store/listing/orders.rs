//! `orders list`: the orders of the store.

use std::ops::ControlFlow;

use rusqlite::{Row, types::Value};

use super::{Conditions, Listing};
use crate::{
    domain::{
        event::AutoResult,
        order::OrderRecord,
        text::{folded, trim},
        time::JstTime,
    },
    store::{Store, StoreError, orders, reasons},
};

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
        self.each_listed(filter, each)
    }

    /// How many orders there are for a filter, whatever its limit.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn count_orders(&self, filter: &OrderFilter) -> Result<u64, StoreError> {
        self.count_listed(filter)
    }
}

impl Listing for OrderFilter {
    type Item = OrderRecord;

    const TABLE: &'static str = "orders";
    const ORDER: &'static str = "created_at DESC, number";

    fn select(&self) -> String {
        format!(
            "SELECT {} FROM orders INDEXED BY orders_by_time {}",
            orders::COLUMNS,
            reasons::JOINED
        )
    }

    fn conditions(&self) -> Conditions {
        let mut conditions = Conditions::default();
        conditions.between("created_at", self.from, self.to);
        conditions.result("result", &self.results);
        if let Some(method) = &self.method {
            add_method(&mut conditions, method);
        }
        if let Some(customer) = &self.customer {
            let customer = folded(trim(customer));
            conditions.and("folded(customer_id) = ?", [customer.into()]);
        }
        if let Some(reason) = &self.reason {
            conditions.reason(reason);
        }
        conditions
    }

    fn limit(&self) -> Option<u64> {
        self.limit
    }

    fn item(row: &Row<'_>) -> rusqlite::Result<OrderRecord> {
        orders::record(row)
    }
}

fn add_method(conditions: &mut Conditions, method: &MethodFilter) {
    // No ID is larger than what the store can hold.
    let id = |id: Option<u64>| id.and_then(|id| i64::try_from(id).ok()).map(Value::from);
    let mut ways = vec!["folded(payment_method) = ?"];
    let mut values = vec![Value::from(folded(trim(&method.name)))];
    if let Some(asked) = id(method.id) {
        ways.push("payment_method_id = ?");
        values.push(asked);
    }
    if let Some(configured) = id(method.configured_id) {
        ways.push("payment_method IS NULL AND payment_method_id = ?");
        values.push(configured);
    }
    if let Some(name) = &method.configured_name {
        ways.push("payment_method_id IS NULL AND folded(payment_method) = ?");
        values.push(folded(name).into());
    }
    conditions.and(format!("({})", ways.join(" OR ")), values);
}
