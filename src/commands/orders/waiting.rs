//! `orders list --needs-review`: the work list of a morning, and `--failed`: screenings that failed.

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
};

use anyhow::{Error, Result};
use serde::Serialize;

use super::super::context::{Context, clock};
use crate::{
    cli::range::Newest,
    domain::{
        event::{AutoResult, EventId, Reason, waits_for_a_person},
        order::{OrderNumber, OrderRecord},
        time::JstTime,
    },
    engine::{
        reconcile::{ReconcileRow, reconcile},
        trace::Rules,
    },
    locales::{at_oplux as words, lists},
    output::{
        list::{Column, Row},
        records::reason,
        table::Field,
    },
    store::{OrderFilter, Store, StoreError},
};

/// An order whose event waits for a person: the fields of the list, and those of the event.
#[derive(Debug, Serialize)]
pub(super) struct WaitingRow {
    #[serde(flatten)]
    order: OrderRecord,
    /// The number under which O-PLUX files the event.
    matched_number: OrderNumber,
    event_id: EventId,
    auto_result: String,
    event_reasons: Vec<Reason>,
    requested_at: Option<JstTime>,
    deadline: Option<JstTime>,
    /// Since the event was requested, else since the order was created.
    age_minutes: Option<i64>,
}

/// Lists the orders of `filter` whose event is HOLD or REVIEW and has no manual result, newest
/// first.
///
/// # Errors
/// Where the store cannot be read, or standard output not be written.
pub(super) fn list(
    store: &Store,
    rules: &Rules,
    filter: &OrderFilter,
    newest: Newest,
    context: &Context,
) -> Result<()> {
    let waiting = waiting(store, rules)?;
    let is_meant = |order: &OrderRecord| waiting.contains_key(&order.number);
    let orders = orders(store, filter, is_meant)?;
    let most = newest
        .rows(&context.out)
        .map_or(usize::MAX, |most| most as usize);
    let count = orders.len() as u64;
    let shown = orders.into_iter().take(most);
    let walk = |each: &mut dyn FnMut(WaitingRow) -> ControlFlow<Error>| {
        for order in shown {
            let (id, number) = &waiting[&order.number];
            let row = waiting_row(store, order, id, number)?;
            if let broken @ ControlFlow::Break(_) = each(row) {
                return Ok(broken);
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    newest.list(&context.out, &words::none_to_review(), walk, || Ok(count))?;
    if count > 0 {
        context.out.note(&words::how_to_review());
    }
    Ok(())
}

/// The orders that wait, by number: their event, and the number under which it stands (R13).
fn waiting(store: &Store, rules: &Rules) -> Result<HashMap<OrderNumber, (EventId, OrderNumber)>> {
    let mut waiting = HashMap::new();
    let keep = |row: ReconcileRow| {
        let waits = waits_for_a_person(row.auto_result.as_deref(), row.manual_result.as_deref());
        if let (true, Some(id), Some(number)) = (waits, row.event_id, row.matched_number) {
            waiting.insert(row.number, (id, number));
        }
        Ok::<_, StoreError>(())
    };
    reconcile(&store.look()?, rules, None, None, keep)?;
    Ok(waiting)
}

/// The orders of a filter, whatever its limit, that are meant besides.
pub(super) fn orders(
    store: &Store,
    filter: &OrderFilter,
    is_meant: impl Fn(&OrderRecord) -> bool,
) -> Result<Vec<OrderRecord>> {
    let filter = OrderFilter {
        limit: None,
        ..filter.clone()
    };
    let mut found = Vec::new();
    let _: ControlFlow<()> = store.each_order(&filter, |order| {
        if is_meant(&order) {
            found.push(order);
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// The numbers whose last try to screen them from here failed, or has an outcome that is unknown,
/// and that have no event.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn failed(store: &Store) -> Result<HashSet<OrderNumber>> {
    let look = store.look()?;
    let mut failed = HashSet::new();
    for number in look.numbers_that_failed()? {
        if look.screening_failed(&number)?
            && look.events_under(std::slice::from_ref(&number))?.is_empty()
        {
            failed.insert(number);
        }
    }
    Ok(failed)
}

fn waiting_row(
    store: &Store,
    order: OrderRecord,
    id: &EventId,
    number: &OrderNumber,
) -> Result<WaitingRow> {
    let event = store.event(id)?.map(|event| event.record);
    let requested_at = event.as_ref().and_then(|event| event.requested_at);
    let since = requested_at.or_else(|| id.time()).or(order.created_at);
    Ok(WaitingRow {
        matched_number: number.clone(),
        event_id: id.clone(),
        auto_result: event
            .as_ref()
            .and_then(|event| event.auto_result.clone())
            .unwrap_or_default(),
        event_reasons: event.map(|event| event.reasons).unwrap_or_default(),
        requested_at,
        deadline: store.event_details(id)?.deadline,
        age_minutes: since.map(|since| (clock().unix() - since.unix()).div_euclid(60)),
        order,
    })
}

impl Row for WaitingRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("number", lists::order_number, |row: &Self, _| {
            Field::new(row.order.number.as_str())
        })
        .whole(),
        Column::field("ecforce_id"),
        Column::field("created_at"),
        Column::field("channel"),
        Column::field("offer"),
        Column::field("payment_method_id"),
        Column::field("payment_method"),
        Column::new("age_minutes", words::age, |row: &Self, view| {
            view.maybe(row.age_minutes.map(words::age_of))
        })
        .whole(),
        Column::new("total", lists::total, |row: &Self, _| {
            Field::maybe(row.order.total.map(|total| total.0)).right()
        })
        .whole(),
        Column::field("customer_id"),
        Column::field("registered"),
        Column::field("purchase_number"),
        Column::field("ad_url_id"),
        Column::field("state"),
        Column::field("payment_state"),
        Column::new("auto_result", lists::auto_result, |row: &Self, _| {
            Field::new(&row.auto_result)
        }),
        Column::new("result", words::shown_by_ecforce, |row: &Self, _| {
            Field::maybe(row.order.result.map(AutoResult::name))
        }),
        Column::new("reason", lists::reason, |row: &Self, _| {
            match row.event_reasons.is_empty() {
                true => Field::maybe(row.order.reason.as_ref()),
                false => {
                    let reasons = row.event_reasons.iter().map(reason);
                    Field::new(reasons.collect::<Vec<_>>().join("\n"))
                }
            }
        }),
        Column::field("matched_number"),
        Column::field("event_id"),
        Column::field("event_reasons"),
        Column::field("requested_at"),
        Column::field("deadline"),
    ];
}
