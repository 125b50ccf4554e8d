//! Every order of the store traced: one row each, in the order of time.
//!
//! Nine orders in ten have an event under their own number, which is then the match: those need no
//! more than a look at it. The others are judged by their groups, as `trace` judges them.

use std::{collections::HashMap, rc::Rc};

use serde::Serialize;

use super::{
    tables::{Order, Tables, is_within},
    texts::Place,
    trace::Rules,
};
use crate::{
    domain::{
        eligibility::screened_as,
        event::{AutoResult, EventId, EventRecord},
        matching::{
            Drift, Group, Known, MainCause, Status, Verdict, candidates, drift, has_history,
            is_by_thanks_offer, main_cause, standing_of, suggest, verdict,
        },
        order::{OrderNumber, OrderRecord},
        payment::{History, Standing},
        time::JstTime,
    },
    store::{Look, StoreError},
};

/// So many numbers that were looked for are told of an order.
const TOLD: usize = 10;
/// A group of so many numbers is remembered for its next order.
const LARGE: usize = 16;

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
    pub manual_result: Option<AutoResult>,
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
    let mut judge = Judge {
        look,
        rules,
        tables: &tables,
        large: HashMap::new(),
    };
    for order in &tables.orders {
        if is_within(order.created_at, from, to) {
            each(judge.row(order)?)?;
        }
    }
    Ok(tables.orphans(from, to))
}

struct Judge<'j> {
    look: &'j Look<'j>,
    rules: &'j Rules,
    tables: &'j Tables,
    /// Large groups: where a shop's histories share one number by mistake, all of its orders are
    /// one, and it is not put together for each of them anew.
    large: HashMap<Place, Rc<Together>>,
}

/// Numbers that belong together, with the first candidate of those that have no event themselves.
struct Together {
    histories: Vec<(OrderNumber, History)>,
    numbers: Vec<OrderNumber>,
    first: Option<EventRecord>,
}

impl Judge<'_> {
    fn row(&mut self, order: &Order) -> Result<ReconcileRow, StoreError> {
        let record = self.tables.record(order);
        if let Some(event) = self.tables.own_event(order) {
            return Ok(matched(record, event));
        }
        let together = self.together(order, &record.number);
        match &together.first {
            Some(event) => Ok(matched(record, event.clone())),
            None => self.without_event(order, record, &together),
        }
    }

    fn together(&mut self, order: &Order, number: &OrderNumber) -> Rc<Together> {
        let group = self.tables.group(order);
        if let Some(known) = group.and_then(|group| self.large.get(&group)) {
            return Rc::clone(known);
        }
        let histories = group.map_or_else(Vec::new, |group| self.tables.histories(group));
        let numbers = Group::of(number, &histories).numbers;
        let events = self.tables.newest_under(&numbers);
        let together = Rc::new(Together {
            first: candidates(&numbers, events).into_iter().next(),
            histories,
            numbers,
        });
        if together.numbers.len() >= LARGE {
            self.large
                .extend(group.map(|group| (group, Rc::clone(&together))));
        }
        together
    }

    fn without_event(
        &self,
        order: &Order,
        record: OrderRecord,
        together: &Together,
    ) -> Result<ReconcileRow, StoreError> {
        let (number, histories) = (&record.number, together.histories.as_slice());
        let known = Known {
            number,
            order: Some(&record),
            histories,
            // Asked for only where it counts: what ecforce shows comes first.
            screening_failed: record.result.is_none() && self.look.screening_failed(number)?,
            integrated_at: self.rules.integrated_at,
            settings: self.rules.settings.as_ref(),
        };
        let cause = main_cause(&known, |days| {
            Ok::<_, StoreError>(self.tables.has_event_on(days))
        })?;
        let status = Status::of(Verdict::NotFound, cause);
        let nearest = match status {
            Status::Missing => suggest(&record, self.tables.events_near(order))
                .into_iter()
                .next(),
            _ => None,
        };
        let standing = standing_of(number, histories);
        let others = together.numbers.iter().filter(|other| *other != number);
        Ok(ReconcileRow {
            status,
            cause,
            search_for: screened_as(&standing).cloned(),
            suggested_number: nearest.map(|near| near.event.merchant_management_id),
            searched: others.take(TOLD).cloned().collect(),
            lacks_first_payment: is_by_thanks_offer(&record) && !has_history(number, histories),
            standing: Some(standing),
            ..row(record)
        })
    }
}

/// An order with its match.
fn matched(order: OrderRecord, event: EventRecord) -> ReconcileRow {
    let under = event.merchant_management_id;
    ReconcileRow {
        status: Status::of(verdict(&order.number, Some(&under)), None),
        drift: drift(
            order.result,
            event.auto_result.as_deref(),
            event.manual_result,
        ),
        matched_number: Some(under.clone()),
        search_for: Some(under),
        event_id: Some(event.event_id),
        auto_result: event.auto_result,
        manual_result: event.manual_result,
        ..row(order)
    }
}

/// A row with what the order alone says.
fn row(order: OrderRecord) -> ReconcileRow {
    ReconcileRow {
        number: order.number,
        created_at: order.created_at,
        payment_method_id: order.payment_method_id,
        ecforce_result: order.result,
        status: Status::NotScreened,
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
