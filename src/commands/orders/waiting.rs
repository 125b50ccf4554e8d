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
        event::{AutoResult, EventId, EventRecord, Reason},
        matching::candidates,
        order::{OrderNumber, OrderRecord},
        time::JstTime,
    },
    locales::{at_oplux as words, lists},
    output::{
        list::{Column, Row},
        records::{ORDER_FIELDS, reason},
        table::Field,
    },
    store::{EventFilter, OrderFilter, Store},
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
    filter: &OrderFilter,
    newest: Newest,
    context: &Context,
) -> Result<()> {
    let mut waiting = waiting(store)?;
    let orders = orders(store, filter, |order| waiting.contains_key(&order.number))?;
    let most = newest
        .rows(&context.out)
        .map_or(usize::MAX, |most| most as usize);
    let count = orders.len() as u64;
    let walk = |each: &mut dyn FnMut(WaitingRow) -> ControlFlow<Error>| {
        for order in orders.into_iter().take(most) {
            let Some(event) = waiting.remove(&order.number) else {
                continue;
            };
            let row = waiting_row(store, order, event)?;
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

/// The numbers whose event waits (R13: it may stand under another number of theirs), and the event.
fn waiting(store: &Store) -> Result<HashMap<OrderNumber, EventRecord>> {
    let filter = EventFilter {
        auto_results: vec![Some(AutoResult::Hold), Some(AutoResult::Review)],
        manual_results: vec![None],
        ..EventFilter::default()
    };
    let mut under = HashSet::new();
    let _: ControlFlow<()> = store.each(&filter, |event| {
        under.insert(event.record.merchant_management_id);
        ControlFlow::Continue(())
    })?;
    let look = store.look()?;
    let (mut waiting, mut met) = (HashMap::new(), HashSet::new());
    for number in under {
        // Once for all numbers that belong together: they may be thousands.
        if met.contains(&number) {
            continue;
        }
        let numbers = look.group_of(&number)?.numbers;
        let events = candidates(&numbers, look.events_under(&numbers)?);
        let mut own = HashMap::new();
        for event in &events {
            own.entry(&event.merchant_management_id).or_insert(event);
        }
        for number in &numbers {
            let found = own.get(number).copied().or(events.first());
            if let Some(found) = found.filter(|event| event.waits_for_a_person()) {
                waiting.insert(number.clone(), found.clone());
            }
        }
        met.extend(numbers);
    }
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
    let _: ControlFlow<()> = store.each(&filter, |order| {
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

fn waiting_row(store: &Store, order: OrderRecord, event: EventRecord) -> Result<WaitingRow> {
    let own = event.requested_at.or_else(|| event.event_id.time());
    let age = |since: JstTime| (clock().unix() - since.unix()).div_euclid(60);
    Ok(WaitingRow {
        deadline: store.event_details(&event.event_id)?.deadline,
        age_minutes: own.or(order.created_at).map(age),
        matched_number: event.merchant_management_id,
        event_id: event.event_id,
        auto_result: event.auto_result.unwrap_or_default(),
        event_reasons: event.reasons,
        requested_at: event.requested_at,
        order,
    })
}

impl Row for WaitingRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::fields(ORDER_FIELDS),
        Column::shown(lists::order_number, |row: &Self, _| {
            Field::new(row.order.number.as_str())
        })
        .whole(),
        Column::new("age_minutes", words::age, |row: &Self, view| {
            view.maybe(row.age_minutes.map(words::age_of))
        })
        .whole(),
        Column::shown(lists::total, |row: &Self, _| {
            Field::maybe(row.order.total.map(|total| total.0)).right()
        })
        .whole(),
        Column::new("auto_result", lists::auto_result, |row: &Self, _| {
            Field::new(&row.auto_result)
        }),
        Column::shown(words::shown_by_ecforce, |row: &Self, _| {
            Field::maybe(row.order.result.map(AutoResult::name))
        }),
        Column::shown(lists::reason, |row: &Self, _| {
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
