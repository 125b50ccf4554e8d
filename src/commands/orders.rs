//! `oplux orders`: the orders of the store, searched by result, reason and the rest (R11). With
//! `--needs-review` the work list of a morning, with `--failed` the screenings that failed.

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
};

use anyhow::{Error, Result};
use serde::Serialize;

use super::context::{Context, clock};
use crate::{
    commands::args::{Newest, TimeRange, Wanted, auto_result, order_number},
    config::Config,
    domain::{
        event::{AutoResult, EventId, EventRecord, Reason},
        matching::candidates,
        number::Asked,
        order::{OrderNumber, OrderRecord},
        settings::PaymentMethod,
        text::{folded, trim},
        time::JstTime,
    },
    engine::trace::Whole,
    exit::{Exit, Failure},
    locales::{Said, Text, at_oplux, lists as words},
    output::{
        Format, Output,
        list::{self, Column, Row},
        records::{ORDER_FIELDS, OrderRow, reason},
        table::Field,
    },
    store::{EventFilter, MethodFilter, OrderFilter, Store},
};

/// Search the stored orders, and show one with all that belongs to it
///
/// Orders come into the store by import, and where they are screened. ecforce can search by
/// result; here the reason can be searched too.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List orders, newest first
    List(List),
    /// Show an order with its payment history, screenings and events
    ///
    /// With all numbers that belong together by their payment histories.
    Show(Show),
}

#[derive(Debug, clap::Args)]
struct List {
    /// With one of these results in ecforce: OK, NG, HOLD, REVIEW, none
    #[arg(long, value_name = "RESULTS", value_delimiter = ',', value_parser = auto_result)]
    result: Vec<Wanted>,
    /// With this text in the reason (O-PLUX 判定理由)
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    range: TimeRange,
    /// With this payment method, by ID or exact name
    #[arg(long, value_name = "ID|NAME")]
    method: Option<String>,
    /// Of this customer (顧客ID)
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// The work list of a morning: HOLD or REVIEW whose event has no manual result
    #[arg(long)]
    needs_review: bool,
    /// Whose screening from here failed, or has an unknown outcome
    #[arg(long, conflicts_with = "needs_review")]
    failed: bool,
    #[command(flatten)]
    newest: Newest,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// Order number
    #[arg(value_name = "NUMBER", value_parser = order_number)]
    number: Asked,
}

/// Runs the command.
///
/// # Errors
/// Where the store or the configuration cannot be used, or the number that is to be shown is not
/// there.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.action {
        Action::List(args) => list(args, context),
        Action::Show(args) => show(&args.number, context),
    }
}

fn list(args: &List, context: &Context) -> Result<Exit> {
    let (config, out) = (context.config_if_any()?, &context.out);
    let (from, to) = args.range.ends(clock())?;
    let methods = methods_of(config.as_ref());
    let filter = OrderFilter {
        results: args.result.clone(),
        reason: args.reason.clone(),
        from,
        to,
        method: args.method.as_deref().map(|text| method(text, methods)),
        customer: args.customer.clone(),
        limit: args.newest.rows(out),
    };
    let store = context.store_to_ask(config.as_ref())?;
    match &store {
        Some(store) if args.needs_review => {
            let mut waiting = waiting(store)?;
            let orders = orders_with(store, &filter, |number| waiting.remove(number))?;
            let is_any = !orders.is_empty();
            let row = |(order, event)| waiting_row(store, order, event);
            list_whole(orders, row, &at_oplux::none_to_review(), args.newest, out)?;
            if is_any {
                out.note(&at_oplux::how_to_review());
            }
        }
        Some(store) if args.failed => {
            let failed = failed(store)?;
            let is_failed = |number: &OrderNumber| failed.contains(number).then_some(());
            let orders = orders_with(store, &filter, is_failed)?;
            let row = |(order, ())| Ok(OrderRow::new(order, methods));
            list_whole(orders, row, &words::no_orders(), args.newest, out)?;
        }
        _ => {
            let row = |order| OrderRow::new(order, methods);
            let empty = words::no_orders();
            args.newest
                .list_stored(out, &empty, store.as_ref(), &filter, row)?;
        }
    }
    Ok(Exit::Done)
}

/// Lists the first of these orders, and says how many more there are.
fn list_whole<T, R: Row>(
    orders: Vec<T>,
    mut row: impl FnMut(T) -> Result<R>,
    empty: &Text,
    newest: Newest,
    out: &Output,
) -> Result<()> {
    let count = orders.len() as u64;
    let most = newest.rows(out).map_or(usize::MAX, |most| most as usize);
    let walk = |each: &mut dyn FnMut(R) -> ControlFlow<Error>| {
        for order in orders.into_iter().take(most) {
            if let broken @ ControlFlow::Break(_) = each(row(order)?) {
                return Ok(broken);
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    newest.list(out, empty, walk, || Ok(count))
}

/// The orders of a filter, whatever its limit, whose number has something besides, and that.
fn orders_with<T>(
    store: &Store,
    filter: &OrderFilter,
    mut besides: impl FnMut(&OrderNumber) -> Option<T>,
) -> Result<Vec<(OrderRecord, T)>> {
    let filter = OrderFilter {
        limit: None,
        ..filter.clone()
    };
    let mut found = Vec::new();
    let _: ControlFlow<()> = store.each(&filter, |order| {
        let besides = besides(&order.number);
        found.extend(besides.map(|besides| (order, besides)));
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// A method as it was asked for: an ID, or else a name. The configuration tells the other, for
/// orders that know only one of them.
fn method(text: &str, methods: &[PaymentMethod]) -> MethodFilter {
    let typed = folded(trim(text));
    let id = typed.parse().ok();
    let by_id = id.and_then(|id| methods.iter().find(|method| method.id == id));
    let by_name = methods
        .iter()
        .find(|method| folded(trim(&method.name)) == typed);
    MethodFilter {
        id,
        name: text.to_owned(),
        configured_id: by_name.map(|method| method.id),
        configured_name: by_id.map(|method| method.name.clone()),
    }
}

/// The payment methods of the configuration, where there is one.
fn methods_of(config: Option<&Config>) -> &[PaymentMethod] {
    config.map_or(&[], |config| &config.payment_methods)
}

/// One number with everything that belongs to it (R13).
fn show(asked: &Asked, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let (config, out) = (context.config_if_any()?, &context.out);
    let store = context.store_to_ask(config.as_ref())?;
    let look = store.as_ref().map(Store::look).transpose()?;
    let number = context.number_meant(asked, look.as_ref())?;
    let whole = match &look {
        Some(look) if look.knows(&number)? => {
            Whole::find(look, &number, methods_of(config.as_ref()))?
        }
        _ => {
            let said = Said::new(words::no_such_order(&number)).hint(words::no_such_order_hint());
            return Err(Failure::not_found(said).into());
        }
    };
    if out.format == Format::Json {
        out.json(&whole)?;
        return Ok(Exit::Done);
    }
    match &whole.order {
        Some(order) => out.card(&list::card(order, out.lang))?,
        None => out.sentence(out.say(&words::not_an_order(&number)))?,
    }
    whole.tell(None, out)?;
    Ok(Exit::Done)
}

/// An order whose event waits for a person: the fields of the list, and those of the event.
#[derive(Debug, Serialize)]
struct WaitingRow {
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

/// The numbers that have an outcome which is unknown and not settled, as `doctor` tells it, and
/// those whose last try to screen them from here failed and that have no event.
fn failed(store: &Store) -> Result<HashSet<OrderNumber>> {
    let unsettled = store.unsettled(usize::MAX)?.into_iter();
    let mut failed: HashSet<_> = unsettled.map(|attempt| attempt.order_number).collect();
    let look = store.look()?;
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
        Column::shown(words::order_number, |row: &Self, _| {
            Field::new(row.order.number.as_str())
        })
        .whole(),
        Column::new("age_minutes", at_oplux::age, |row: &Self, view| {
            view.maybe(row.age_minutes.map(at_oplux::age_of))
        })
        .whole(),
        Column::shown(words::total, |row: &Self, _| {
            Field::maybe(row.order.total.map(|total| total.0)).right()
        })
        .whole(),
        Column::new("auto_result", words::auto_result, |row, _| {
            Field::new(&row.auto_result)
        }),
        Column::shown(at_oplux::shown_by_ecforce, |row, _| {
            Field::maybe(row.order.result.map(AutoResult::name))
        }),
        Column::shown(words::reason, |row, _| match row.event_reasons.is_empty() {
            true => Field::maybe(row.order.reason.as_ref()),
            false => {
                let reasons = row.event_reasons.iter().map(reason);
                Field::new(reasons.collect::<Vec<_>>().join("\n"))
            }
        }),
        Column::fields(&[
            "matched_number",
            "event_id",
            "event_reasons",
            "requested_at",
            "deadline",
        ]),
    ];
}
