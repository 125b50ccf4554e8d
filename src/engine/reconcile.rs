//! Every order of the store traced: one row each, in the order of time.
//!
//! Most orders have an event under a number that belongs to them: those need no more than a look at
//! it. The others are judged by the very code of `trace`.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

use serde::Serialize;

use super::tables::{Order, Tables, is_within};
use crate::{
    domain::{
        eligibility::screened_as,
        event::{AutoResult, EventId},
        matching::{
            Counts, Drift, MainCause, Rules, Status, Verdict, drift, is_by_thanks_offer,
            main_cause, suggest, verdict,
        },
        order::OrderNumber,
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
    // Few were ever tried in vain: nobody else's tries are looked through.
    let failed: HashSet<_> = look.numbers_that_failed()?.into_iter().collect();
    let failed = |number: &_| Ok(failed.contains(number) && look.screening_failed(number)?);
    for order in &tables.orders {
        if is_within(order.created_at, from, to) {
            each(match ReconcileRow::found(&tables, order) {
                Some(row) => row,
                None => ReconcileRow::not_found(&tables, order, rules, failed)?,
            })?;
        }
    }
    Ok(tables.orphans(from, to))
}

impl ReconcileRow {
    fn of(tables: &Tables, order: &Order, status: Status) -> Self {
        Self {
            number: OrderNumber::known(tables.number_of(order)),
            created_at: order.created_at,
            payment_method_id: order.method.ok(),
            ecforce_result: order.result,
            status,
            matched_number: None,
            event_id: None,
            auto_result: None,
            manual_result: None,
            drift: None,
            cause: None,
            search_for: None,
            suggested_number: None,
            searched: vec![],
            lacks_first_payment: false,
            standing: None,
        }
    }

    /// The row of an order that has a match.
    fn found(tables: &Tables, order: &Order) -> Option<Self> {
        let event = tables.found(order)?;
        let status = Status::of(verdict(tables.number_of(order), Some(event.number)), None);
        let number = OrderNumber::known(event.number);
        Some(Self {
            matched_number: Some(number.clone()),
            search_for: Some(number),
            event_id: Some(EventId(event.id.to_owned())),
            auto_result: event.auto_result.map(str::to_owned),
            manual_result: event.manual_result.map(str::to_owned),
            drift: drift(order.result, event.auto_result, event.manual_result),
            ..Self::of(tables, order, status)
        })
    }

    /// The row of any other.
    fn not_found(
        tables: &Tables,
        order: &Order,
        rules: &Rules,
        failed: impl Fn(&OrderNumber) -> Result<bool, StoreError>,
    ) -> Result<Self, StoreError> {
        let (group, record) = (tables.group(order), tables.record(order));
        let number = &record.number;
        let loaded = |days: &[i64]| Ok(tables.has_event_on(days));
        let cause = main_cause(Some(&record), &group, rules, || failed(number), loaded)?;
        let status = Status::of(Verdict::NotFound, cause);
        let suggested = match status {
            Status::Missing => suggest(&record, tables.events_near(order)),
            _ => vec![],
        };
        let nearest = suggested.into_iter().next();
        let standing = group.standing(number);
        let others = group.numbers.iter().filter(|other| *other != number);
        Ok(Self {
            cause,
            search_for: screened_as(&standing).cloned(),
            suggested_number: nearest.map(|near| near.event.merchant_management_id),
            lacks_first_payment: !group.has_history_of(number) && is_by_thanks_offer(&record),
            searched: others.take(TOLD).cloned().collect(),
            standing: Some(standing),
            ..Self::of(tables, order, status)
        })
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
    /// Orders by day ([`JstTime::day`]).
    pub days: BTreeMap<i64, Counts>,
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
                let day = self.days.entry(at.day()).or_default();
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
