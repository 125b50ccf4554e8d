//! Where the orders of `screen` come from: files, standard input, or ecforce.

use std::{collections::BTreeSet, io, sync::Arc};

use anyhow::Result;

use super::{
    super::context::{Context, clock},
    Args,
};
use crate::{
    config::Config,
    domain::{
        order::{Order, OrderNumber},
        trouble::TroubleKind,
    },
    ecforce::EcforceClient,
    engine::event_calls::Calls,
    exit::Failure,
    http::Halt,
    input::{ApiOrders, Source, read_orders},
    locales::{Trouble, ecforce as at_ecforce, screening as words},
    output::terminal,
};

/// The orders that are to be screened, all of them read and checked.
pub(super) fn read(args: &Args, context: &Context) -> Result<Vec<Order>> {
    // Where it is not usable that is told later: input comes first.
    let config = context.any_config();
    let methods = config.as_ref().map(Config::method_ids);
    let api = ApiOrders {
        channel: args.channel,
        registered: args.registered,
        purchase_number: args.purchase_number,
        methods: methods.unwrap_or_default(),
    };
    if !args.from_ecforce.is_empty() {
        let answers = fetch(args, context, &config?)?;
        let answers = serde_json::to_vec(&answers)?;
        let read = read_orders(&[Source::Ecforce], &mut answers.as_slice(), &api)?;
        return Ok(read);
    }
    let sources = Source::of_arguments(&args.files)?;
    if sources.contains(&Source::Stdin) && terminal::can_ask() {
        context.out.note(&words::reading_stdin());
    }
    Ok(read_orders(&sources, &mut io::stdin().lock(), &api)?)
}

/// What ecforce says of the orders of `--from-ecforce`, each once.
fn fetch(args: &Args, context: &Context, config: &Config) -> Result<Vec<serde_json::Value>> {
    let account = config.ecforce_account(context.ecforce_token())?;
    let client = EcforceClient::new(account, Arc::new(clock))?;
    let numbers = args.from_ecforce.iter();
    let numbers = numbers.map(|asked| context.number_meant(asked, None));
    let numbers: BTreeSet<OrderNumber> = numbers.collect::<Result<_>>()?;
    let halt = Halt::new();
    context.runtime()?.block_on(async {
        let mut calls = Calls::new(1.0, &halt);
        let mut answers = Vec::new();
        for number in numbers {
            let Some(answer) = calls.make(client.order(&number, &halt)).await else {
                break;
            };
            answers.push(answer?.ok_or_else(|| {
                let message = at_ecforce::no_such_order(&number);
                let hint = at_ecforce::no_such_order_hint(&number);
                Failure::of_trouble(&Trouble::hinted(TroubleKind::NotFound, message, hint))
            })?);
        }
        Ok(answers)
    })
}
