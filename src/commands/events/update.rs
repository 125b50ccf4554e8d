//! `oplux events review|settle|blacklist|delete|restore`: updates of events at O-PLUX.

use std::{collections::HashSet, io, path::PathBuf, sync::Arc};

use anyhow::Result;

use super::send::{Plan, Sender};
use crate::{
    commands::{
        args::{Yes, rate},
        context::{Context, clock, rules_of},
    },
    config::Config,
    domain::{
        event::AutoResult,
        number::Asked,
        review::{
            Code, LONGEST_MEMO, OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES, Update, Who,
            manual_code,
        },
        text::{folded, trim},
    },
    engine::calls::{Calls, Meant, meant},
    exit::{self, Exit, Failure},
    http::Halt,
    input::{Source, UpdateRow, manual_result, read_updates},
    locales::{Said, Text, at_oplux as words, call::Refused, lists},
    oplux::EventClient,
    store::Store,
};

/// Which events, and how they are sent.
#[derive(Debug, clap::Args)]
pub(super) struct Targets {
    /// Event IDs or order numbers
    #[arg(value_name = "ID|NUMBER", required_unless_present = "from_file")]
    events: Vec<String>,
    /// A file, in any form that `import` reads, with the column event_id or number, and result,
    /// memo or settle_status
    #[arg(long, value_name = "FILE", conflicts_with = "events")]
    from_file: Option<PathBuf>,
    /// Show the fields of each request; send and store nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    yes: Yes,
    /// At most so many calls a second
    #[arg(long, value_name = "N/s", default_value = "2/s", value_parser = rate)]
    rate: f64,
}

#[derive(Debug, clap::Args)]
pub(super) struct Review {
    #[command(flatten)]
    targets: Targets,
    /// The manual result (目視審査結果): ok, ng, hold
    #[arg(long, value_name = "RESULT", value_parser = reviewed)]
    result: Option<AutoResult>,
    /// A memo (目視審査メモ) of 500 characters at most
    #[arg(long, value_name = "TEXT", value_parser = memo)]
    memo: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Settle {
    #[command(flatten)]
    targets: Targets,
    /// The settle status (決済ステータス), by code or name: 00 before-billing, 10 billing, 20 paid,
    /// 30 overdue, 40 collection, 50 bad-debt, 60 chargeback, 99 cancelled, 100
    /// cancelled-after-sending
    #[arg(long, value_name = "CODE|NAME", value_parser = |text: &str| code(&SETTLE_STATUSES, text))]
    status: Option<&'static Code>,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["add", "lift"]))]
pub(super) struct Blacklist {
    #[command(flatten)]
    targets: Targets,
    /// Put on the blacklist; needs --payment
    #[arg(long, requires = "payment")]
    add: bool,
    /// Take off the blacklist
    #[arg(long)]
    lift: bool,
    /// Why, by how they paid: 01 unpaid, 02 fraudulent-card, 03 cod-refused, 04 resale, 05
    /// point-exchange
    #[arg(long, value_name = "CATEGORY", conflicts_with = "lift")]
    #[arg(value_parser = |text: &str| code(&PAYMENT_CATEGORIES, text))]
    payment: Option<&'static Code>,
    /// Why besides: 10 overall, 20 sample-abuse, 30 abusive-claims, 40 ticket-abuse, 50
    /// business-buyer, 60 mobile-device, 70 other, 80 rental
    #[arg(long, value_name = "CATEGORY", requires = "payment")]
    #[arg(value_parser = |text: &str| code(&OTHER_CATEGORIES, text))]
    other: Option<&'static Code>,
    /// Whom: buyer, delivery (the delivery address) or both
    #[arg(long, value_name = "WHO", value_parser = whom)]
    who: Whom,
}

/// One of the two, or both.
#[derive(Debug, Clone)]
struct Whom(Vec<Who>);

fn reviewed(text: &str) -> Result<AutoResult, Refused> {
    let typed = folded(trim(text));
    let is_it = |result: &AutoResult| manual_code(*result) == Some(&typed);
    let by_code = || AutoResult::ALL.into_iter().find(is_it);
    let found = manual_result(&typed).ok().or_else(by_code);
    found.ok_or_else(|| Refused(words::expected_result()))
}

fn memo(text: &str) -> Result<String, Refused> {
    match text.chars().count() <= LONGEST_MEMO {
        true => Ok(text.to_owned()),
        false => Err(Refused(words::memo_too_long(LONGEST_MEMO))),
    }
}

fn code(table: &'static [Code], text: &str) -> Result<&'static Code, Refused> {
    let listed = || Text::new(Code::listed(table, false), Code::listed(table, true));
    Code::find(table, text).ok_or_else(|| Refused(words::expected_code(listed())))
}

fn whom(text: &str) -> Result<Whom, Refused> {
    match folded(trim(text)).as_str() {
        "buyer" | "10" | "購入者" => Ok(Whom(vec![Who::Buyer])),
        "delivery" | "20" | "配送先" => Ok(Whom(vec![Who::Delivery])),
        "both" | "両方" => Ok(Whom(Who::ALL.to_vec())),
        _ => Err(Refused(words::expected_who())),
    }
}

/// A cell of a file, as the flag of its column reads it. What cannot be read names the column.
fn cell<T>(
    column: &str,
    text: Option<&str>,
    read: impl Fn(&str) -> Result<T, Refused>,
) -> Result<Option<T>, Refused> {
    let in_column = |Refused(why)| Refused(words::in_column(column, why));
    text.map(read).transpose().map_err(in_column)
}

/// Runs `events review`.
///
/// # Errors
/// Where the call, the file, configuration or store are not usable.
pub(super) fn review(args: &Review, context: &Context) -> Result<Exit> {
    if args.targets.from_file.is_none() && args.result.is_none() && args.memo.is_none() {
        return Err(Failure::usage(Said::new(words::nothing_to_review())).into());
    }
    run(&args.targets, context, |row| {
        let result = cell("result", row.result.as_deref(), reviewed)?;
        let memo = cell("memo", row.memo.as_deref(), memo)?;
        let update = Update::Review {
            result: result.or(args.result),
            memo: memo.or_else(|| args.memo.clone()),
        };
        match update.fields().is_empty() {
            true => Err(Refused(words::nothing_to_review())),
            false => Ok(vec![update]),
        }
    })
}

/// Runs `events settle`.
///
/// # Errors
/// As [`review`].
pub(super) fn settle(args: &Settle, context: &Context) -> Result<Exit> {
    run(&args.targets, context, |row| {
        let read = |status: &str| code(&SETTLE_STATUSES, status);
        let status = cell("settle_status", row.settle_status.as_deref(), read)?;
        let status = status.or(args.status);
        let status = status.ok_or_else(|| Refused(words::no_status()))?;
        Ok(vec![Update::Settle(status)])
    })
}

/// Runs `events blacklist`.
///
/// # Errors
/// As [`review`].
pub(super) fn blacklist(args: &Blacklist, context: &Context) -> Result<Exit> {
    let reasons = args.payment.filter(|_| args.add);
    let reasons = reasons.map(|payment| (payment, args.other));
    let who = args.who.0.iter();
    let updates = who.map(|who| Update::Blacklist { who: *who, reasons });
    let updates: Vec<_> = updates.collect();
    run(&args.targets, context, |_| Ok(updates.clone()))
}

/// Runs `events delete` (true) and `events restore` (false).
///
/// # Errors
/// As [`review`].
pub(super) fn delete(targets: &Targets, deleted: bool, context: &Context) -> Result<Exit> {
    run(targets, context, |_| Ok(vec![Update::Deleted(deleted)]))
}

fn run(
    targets: &Targets,
    context: &Context,
    updates: impl Fn(&UpdateRow) -> Result<Vec<Update>, Refused>,
) -> Result<Exit> {
    let config = context.config()?;
    let rows = match &targets.from_file {
        Some(path) => {
            let source = Source::of_arguments(std::slice::from_ref(path))?.remove(0);
            read_updates(&source, &mut io::stdin().lock())?
        }
        None => targets.events.iter().map(|name| named(name)).collect(),
    };
    let known = context.store_if_any(Some(&config))?;
    let plans = plans(&rows, updates, known.as_ref(), &config, context)?;
    let calls: usize = plans.iter().map(|plan| plan.updates.len()).sum();
    let mut sender = Sender {
        shop_id: config.oplux()?.shop_id.clone().unwrap_or_default(),
        hash_method: config.oplux()?.hash_method,
        out: &context.out,
        actor: context.actor(),
        wire: None,
        changed: 0,
    };
    if targets.dry_run {
        context.out.note(&words::dry_run());
    } else if calls > 0 {
        let account = config.event_account(context.secret_key())?;
        let host = account.url.origin().ascii_serialization();
        let said = what_is_sent(&plans, calls, &account.shop_id, &host);
        let refused = Said::new(words::needs_yes()).hint(words::needs_yes_hint());
        let question = words::send_now();
        if !targets.yes.agrees(said, question, refused, &context.out)? {
            context.out.note(&words::not_confirmed());
            return Ok(Exit::Unusable);
        }
        let client = EventClient::new(account, Arc::new(clock))?;
        sender.wire = Some((client, context.store(Some(&config))?));
    }
    let stop = Halt::new();
    let out = context.out.clone();
    // The second interruption ends the program by itself.
    drop(context.interrupted_twice(&stop, move || out.note(&words::finishing())));
    let ended = context.runtime()?.block_on(async {
        let calls = Calls::new(targets.rate, &stop);
        sender.send(&plans, calls, &stop).await
    })?;
    if ended.alone.is_none() && !targets.dry_run {
        let updated = words::updated(sender.changed, ended.failures.len());
        context.out.note(&updated);
    }
    exit::of_batch(ended, stop.is_set(), None, &context.out)
}

/// An event that the call itself names.
fn named(name: &str) -> UpdateRow {
    UpdateRow {
        name: name.to_owned(),
        ..UpdateRow::default()
    }
}

/// What is to be done, event by event; all rows of a file that say nothing of use are told at once.
fn plans(
    rows: &[UpdateRow],
    updates: impl Fn(&UpdateRow) -> Result<Vec<Update>, Refused>,
    store: Option<&Store>,
    config: &Config,
    context: &Context,
) -> Result<Vec<Plan>> {
    let rules = rules_of(Some(config));
    let (mut seen, mut plans, mut wrong) = (HashSet::new(), Vec::new(), Vec::new());
    for row in rows {
        let mut refuse = |why| {
            wrong.push(match &row.place {
                Some(place) => Text::joined(&[place.clone(), why], ": "),
                None => why,
            });
        };
        let number_meant = |asked: &Asked| {
            let look = store.map(Store::look).transpose()?;
            context.number_meant(asked, look.as_ref())
        };
        let Some(meant) = meant(&row.name, store, &rules, number_meant)? else {
            refuse(lists::not_an_event());
            continue;
        };
        let all = match updates(row) {
            Ok(all) => all,
            Err(Refused(why)) => {
                refuse(why);
                continue;
            }
        };
        if !seen.insert(meant.clone()) {
            // Two rows of a file may say two things; a call says one, which is done once.
            if row.place.is_some() {
                refuse(words::named_twice());
            }
            continue;
        }
        let action = all.first().map_or("", Update::name);
        let updates = match (&meant, store) {
            (Meant::Event(id, _), Some(store)) => store.lacking(id, all)?,
            (Meant::Event(..), None) => all,
            // Nothing is sent of a number without an event.
            (Meant::NoEvent(_) | Meant::Unknown(_), _) => vec![],
        };
        plans.push(Plan {
            meant,
            action,
            updates,
        });
    }
    wrong.dedup();
    if wrong.is_empty() {
        return Ok(plans);
    }
    let said = Said::new(Text::joined(&wrong, "\n"));
    let is_of_file = rows.iter().any(|row| row.place.is_some());
    let said = match is_of_file {
        true => said.hint(words::file_hint()),
        false => said,
    };
    Err(Failure::usage(said).into())
}

/// What is going to be sent, and to which shop.
fn what_is_sent(plans: &[Plan], calls: usize, shop_id: &str, host: &str) -> Text {
    let events = plans.iter().filter(|plan| !plan.updates.is_empty()).count();
    let mut kinds: Vec<Text> = Vec::new();
    for update in plans.iter().flat_map(|plan| &plan.updates) {
        let kind = words::update(update, events > 1);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let action = plans.first().map_or("", |plan| plan.action);
    words::what_is_sent(
        words::action(action),
        events,
        calls,
        shop_id,
        host,
        Text::clauses(&kinds),
    )
}
