//! `oplux orders`: the orders of the store, searched by result, reason and the rest (R11).

use std::ops::ControlFlow;

use anyhow::{Error, Result};

mod waiting;

use super::context::{Context, clock};
use crate::{
    cli::{
        range::{Newest, TimeRange},
        values::{Wanted, auto_result, order_number},
    },
    config::Config,
    domain::{
        asked::Asked,
        settings::PaymentMethod,
        text::{folded, trim},
    },
    engine::whole::Whole,
    exit::{Exit, Failure},
    locales::{Said, lists as words},
    output::{Format, list, records::OrderRow},
    store::{MethodFilter, OrderFilter, Store},
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
    let (from, to) = args.range.ends(clock());
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
    if let (true, Some(store)) = (args.needs_review, &store) {
        waiting::list(store, &filter, args.newest, context)?;
        return Ok(Exit::Done);
    }
    if let (true, Some(store)) = (args.failed, &store) {
        let failed = waiting::failed(store)?;
        let orders = waiting::orders(store, &filter, |order| failed.contains(&order.number))?;
        let count = orders.len() as u64;
        let most = filter.limit.map_or(usize::MAX, |limit| limit as usize);
        let rows = orders.into_iter().take(most);
        let mut rows = rows.map(|order| OrderRow::new(order, methods));
        let walk =
            |each: &mut dyn FnMut(OrderRow) -> ControlFlow<Error>| Ok(rows.try_for_each(each));
        args.newest
            .list(out, &words::no_orders(), walk, || Ok(count))?;
        return Ok(Exit::Done);
    }
    let walk = |each: &mut dyn FnMut(OrderRow) -> ControlFlow<Error>| match &store {
        Some(store) => Ok(store.each(&filter, |order| each(OrderRow::new(order, methods)))?),
        None => Ok(ControlFlow::Continue(())),
    };
    let count = || {
        let count = store.as_ref().map(|store| store.count(&filter));
        Ok(count.transpose()?.unwrap_or(0))
    };
    args.newest.list(out, &words::no_orders(), walk, count)?;
    Ok(Exit::Done)
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
