//! `oplux orders`: the orders of the store, searched by result, reason and the rest (R11).

use std::ops::ControlFlow;

use anyhow::{Error, Result};

mod show;

use super::context::Context;
use crate::{
    cli::{
        range::{Newest, TimeRange},
        values::{Wanted, auto_result, order_number},
    },
    config::Config,
    domain::{
        asked::Asked,
        order::OrderRecord,
        settings::PaymentMethod,
        text::{folded, trim},
    },
    exit::Exit,
    locales::lists as words,
    output::records::OrderRow,
    store::{MethodFilter, OrderFilter},
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
        Action::Show(args) => show::run(&args.number, context),
    }
}

fn list(args: &List, context: &Context) -> Result<Exit> {
    let (config, out) = (context.config_if_any()?, &context.out);
    let methods = Methods(config.as_ref());
    let filter = OrderFilter {
        results: args.result.clone(),
        reason: args.reason.clone(),
        from: args.range.from,
        to: args.range.to,
        method: args.method.as_deref().map(|method| methods.asked(method)),
        customer: args.customer.clone(),
        limit: args.newest.rows(out),
    };
    let store = context.store_to_ask(config.as_ref())?;
    let walk = |each: &mut dyn FnMut(OrderRow) -> ControlFlow<Error>| match &store {
        Some(store) => Ok(store.each_order(&filter, |order| each(methods.row(order)))?),
        None => Ok(ControlFlow::Continue(())),
    };
    let count = || {
        let count = store.as_ref().map(|store| store.count_orders(&filter));
        Ok(count.transpose()?.unwrap_or(0))
    };
    args.newest.list(out, &words::no_orders(), walk, count)?;
    Ok(Exit::Done)
}

/// The payment methods of the configuration, where there is one.
struct Methods<'c>(Option<&'c Config>);

impl Methods<'_> {
    fn find(&self, is_it: impl Fn(&PaymentMethod) -> bool) -> Option<&PaymentMethod> {
        self.0?.payment_methods.iter().find(|method| is_it(method))
    }

    /// A method as it was asked for: an ID, or else a name. The configuration tells the other, for
    /// orders that know only one of them.
    fn asked(&self, text: &str) -> MethodFilter {
        let id = folded(trim(text)).parse().ok();
        let by_id = id.and_then(|id| self.find(|method| method.id == id));
        let by_name = self.find(|method| folded(trim(&method.name)) == folded(trim(text)));
        MethodFilter {
            id,
            name: text.to_owned(),
            configured_id: by_name.map(|method| method.id),
            configured_name: by_id.map(|method| method.name.clone()),
        }
    }

    fn row(&self, order: OrderRecord) -> OrderRow {
        let id = order.payment_method_id;
        let configured = id.and_then(|id| self.find(|method| method.id == id));
        OrderRow::new(order, configured.map(|method| method.name.clone()))
    }
}
