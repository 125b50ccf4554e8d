//! Every order of the store traced: one row each, in the order of time.
//!
//! Nine orders in ten have an event under their own number, which is then the match: those need no
//! more than a look at it. The others are judged by the very code of `trace`.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    tables::{Tables, is_within},
    trace::{Rules, judge, suggestions},
};
use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord},
        matching::{Counts, Drift, MainCause, Status, drift, verdict},
        order::{OrderNumber, OrderRecord},
        payment::Standing,
        time::JstTime,
    },
    store::{Look, StoreError},
};

/// So many numbers that were looked for are told of an order.
const TOLD: usize = 10;

/// An order with what was found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReconcileRow {
    /// 受注番号.
    pub number: OrderNumber,
    /// 受注日時.
    pub created_at: Option<JstTime>,
    /// 支払い方法ID.
    pub payment_method_id: Option<u64>,
    /// O-PLUX 与信結果, as ecforce shows it.
    pub ecforce_result: Option<AutoResult>,
    /// What was found.
    pub status: Status,
    /// The number that the match stands under.
    pub matched_number: Option<OrderNumber>,
    /// The match.
    pub event_id: Option<EventId>,
    /// 自動審査結果 of the match.
    pub auto_result: Option<String>,
    /// 目視審査結果 of the match.
    pub manual_result: Option<String>,
    /// How the two sides differ.
    pub drift: Option<Drift>,
    /// Why there is no event.
    pub cause: Option<MainCause>,
    /// The number to type into O-PLUX's search.
    pub search_for: Option<OrderNumber>,
    /// The number of the nearest suggestion of `trace`, where the event is missing.
    pub suggested_number: Option<OrderNumber>,
    /// The first numbers that were looked for besides the order's own; not in the row that is shown.
    #[serde(skip)]
    pub searched: Vec<OrderNumber>,
    /// Whether it was bought through a thanks offer and no history says under which number its
    /// event stands; not in the row that is shown.
    #[serde(skip)]
    pub lacks_first_payment: bool,
    /// What the histories say of the number (R9); not in the row that is shown.
    #[serde(skip)]
    pub standing: Option<Standing>,
}

/// Goes through all orders, or those created from `from` to `to`, by time, those without one last;
/// ties by number. `each` is given their rows, and ends the run by an error. The answer is how many
/// events stand under a number that is in no order and in no payment history (those requested in
/// the same time).
///
/// # Errors
/// Where the store cannot be read, and those of `each`.
pub fn reconcile<E: From<StoreError>>(
    look: &Look<'_>,
    rules: &Rules,
    from: Option<JstTime>,
    to: Option<JstTime>,
    mut each: impl FnMut(ReconcileRow) -> Result<(), E>,
) -> Result<u64, E> {
    let tables = Tables::read(look)?;
    for order in &tables.orders {
        if !is_within(order.created_at, from, to) {
            continue;
        }
        let record = tables.record(order);
        each(match tables.own_event(order) {
            Some(event) => ReconcileRow::of(record, Some(&event)),
            None => traced_row(&tables, rules, record)?,
        })?;
    }
    Ok(tables.orphans(from, to))
}

/// The row of an order that has no event under its own number.
fn traced_row(
    tables: &Tables<'_>,
    rules: &Rules,
    order: OrderRecord,
) -> Result<ReconcileRow, StoreError> {
    let traced = judge(tables, rules, &order.number, &[])?;
    let status = Status::of(traced.verdict, traced.cause);
    let suggested = match status {
        Status::Missing => suggestions(tables, Some(&order))?,
        _ => vec![],
    };
    let nearest = suggested.into_iter().next();
    Ok(ReconcileRow {
        status,
        cause: traced.cause,
        search_for: traced.search_for().cloned(),
        suggested_number: nearest.map(|near| near.event.merchant_management_id),
        lacks_first_payment: traced.lacks_first_payment(),
        searched: traced.searched.iter().skip(1).take(TOLD).cloned().collect(),
        standing: Some(traced.standing.clone()),
        ..ReconcileRow::of(order, traced.found())
    })
}

impl ReconcileRow {
    /// An order with its match, where there is one.
    fn of(order: OrderRecord, found: Option<&EventRecord>) -> Self {
        let under = found.map(|event| &event.merchant_management_id);
        Self {
            status: Status::of(verdict(&order.number, under), None),
            matched_number: under.cloned(),
            search_for: under.cloned(),
            event_id: found.map(|event| event.event_id.clone()),
            auto_result: found.and_then(|event| event.auto_result.clone()),
            manual_result: found.and_then(|event| event.manual_result.clone()),
            drift: found.and_then(|event| {
                drift(
                    order.result,
                    event.auto_result.as_deref(),
                    event.manual_result.as_deref(),
                )
            }),
            number: order.number,
            created_at: order.created_at,
            payment_method_id: order.payment_method_id,
            ecforce_result: order.result,
            cause: None,
            suggested_number: None,
            searched: vec![],
            lacks_first_payment: false,
            standing: None,
        }
    }
}

/// Counts over rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// All orders.
    pub counts: Counts,
    /// Orders without an event by their main cause; `None` where the facts do not say why.
    pub causes: BTreeMap<Option<MainCause>, u64>,
    /// Orders bought through a thanks offer that have neither an event nor a payment history.
    pub lacking_first_payment: u64,
    /// The first of these.
    pub first_lacking: Option<OrderNumber>,
    /// Orders by drift.
    pub drifts: BTreeMap<Drift, u64>,
    /// Orders by day in Tokyo.
    pub days: BTreeMap<Date, Counts>,
    /// Orders without a time, which are in no day.
    pub undated: u64,
}

impl Summary {
    /// Counts a row.
    pub fn count(&mut self, row: &ReconcileRow) {
        self.counts.count(row.status, row.drift.is_some());
        if !matches!(row.status, Status::Direct | Status::ViaPaymentHistory) {
            *self.causes.entry(row.cause).or_default() += 1;
        }
        if row.lacks_first_payment {
            self.lacking_first_payment += 1;
            self.first_lacking.get_or_insert_with(|| row.number.clone());
        }
        if let Some(drift) = row.drift {
            *self.drifts.entry(drift).or_default() += 1;
        }
        match row.created_at {
            None => self.undated += 1,
            Some(at) => {
                let day = self.days.entry(at.civil().date()).or_default();
                day.count(row.status, row.drift.is_some());
            }
        }
    }

    /// The main causes with how many orders each, the most frequent first.
    pub fn causes_by_count(&self) -> Vec<(Option<MainCause>, u64)> {
        let mut causes: Vec<_> = self.causes.iter().map(|(c, count)| (*c, *count)).collect();
        causes.sort_by_key(|(_, count)| Reverse(*count));
        causes
    }
}
