//! `oplux events review|settle|blacklist|delete|restore`: updates of events, which are sent to O-PLUX
//! one after the other.

use std::{collections::HashSet, io, path::PathBuf, sync::Arc};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use crate::{
    commands::{
        args::{Yes, rate},
        context::{Context, clock, rules_of},
    },
    config::Config,
    domain::{
        event::{AutoResult, EventId},
        number::Asked,
        order::OrderNumber,
        review::{
            Code, LONGEST_MEMO, OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES, Update, Who,
            manual_code,
        },
        settings::HashMethod,
        text::{folded, trim},
    },
    engine::calls::{
        BatchRow, BatchRows, Calls, Ended, Meant, RowError, error_column, meant_by, name_of,
        no_event,
    },
    exit::{self, Exit, Failure},
    http::{Halt, halted},
    input::{InputError, Source, UpdateRow, manual_result, read_updates},
    locales::{Said, Text, at_oplux as words, call::Refused, input as input_words, lists},
    oplux::{EventClient, v1},
    output::{
        Format, Output,
        list::{Column, Row},
    },
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
    who: &'static [Who],
}

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

fn whom(text: &str) -> Result<&'static [Who], Refused> {
    match folded(trim(text)).as_str() {
        "buyer" | "10" | "購入者" => Ok(&[Who::Buyer]),
        "delivery" | "20" | "配送先" => Ok(&[Who::Delivery]),
        "both" | "両方" => Ok(&Who::ALL),
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

pub(super) fn review(args: &Review, context: &Context) -> Result<Exit> {
    run(&args.targets, context, &["result", "memo"], |row| {
        let result = cell("result", row.result.as_deref(), reviewed)?;
        let memo = cell("memo", row.memo.as_deref(), memo)?;
        match (result.or(args.result), memo.or_else(|| args.memo.clone())) {
            (None, None) => Err(Refused(words::nothing_to_review())),
            (result, memo) => Ok(vec![Update::Review { result, memo }]),
        }
    })
}

pub(super) fn settle(args: &Settle, context: &Context) -> Result<Exit> {
    run(&args.targets, context, &["settle_status"], |row| {
        let read = |status: &str| code(&SETTLE_STATUSES, status);
        let status = cell("settle_status", row.settle_status.as_deref(), read)?.or(args.status);
        let status = status.ok_or_else(|| Refused(words::no_status()))?;
        Ok(vec![Update::Settle(status)])
    })
}

pub(super) fn blacklist(args: &Blacklist, context: &Context) -> Result<Exit> {
    let reasons = args.payment.filter(|_| args.add);
    let reasons = reasons.map(|payment| (payment, args.other));
    let update = |who: &Who| Update::Blacklist { who: *who, reasons };
    run(&args.targets, context, &[], |_| {
        Ok(args.who.iter().map(update).collect())
    })
}

/// `events delete`, and where it is not `deleted`, `events restore`.
pub(super) fn delete(targets: &Targets, deleted: bool, context: &Context) -> Result<Exit> {
    run(targets, context, &[], |_| {
        Ok(vec![Update::Deleted(deleted)])
    })
}

fn run(
    targets: &Targets,
    context: &Context,
    uses: &[&str],
    updates: impl Fn(&UpdateRow) -> Result<Vec<Update>, Refused>,
) -> Result<Exit> {
    let config = context.config()?;
    let rows = match &targets.from_file {
        Some(path) => {
            let source = Source::of_arguments(std::slice::from_ref(path))?.remove(0);
            let (rows, passed_over) = read_updates(&source, &mut io::stdin().lock(), uses)?;
            if !passed_over.is_empty() {
                let names = input_words::listed(&passed_over);
                context.out.note(&words::columns_passed_over(names));
            }
            rows
        }
        None => {
            let names = targets.events.iter().cloned().map(Ok);
            names.map(UpdateRow::of).collect()
        }
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
    let stop = context.interrupted_once(Some(words::finishing()));
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
        let meant = match (&row.name, row.number.as_deref()) {
            (Ok(name), beside) => meant_by(name, beside, store, &rules, number_meant)?,
            (Err(why), _) => Err(why.clone()),
        };
        let (meant, all) = match (meant, updates(row)) {
            (Ok(meant), Ok(all)) => (meant, all),
            (meant, said) => {
                // Of a row that says nothing at all, that it names no event is enough.
                let said = said.err().filter(|_| meant.is_ok() || row.says_anything());
                let said = said.map(|Refused(why)| why);
                meant.err().into_iter().chain(said).for_each(refuse);
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
    if rows.iter().any(|row| row.place.is_some())
        && let Some(error) = InputError::of_lines(wrong.clone(), words::file_hint())
    {
        return Err(error.into());
    }
    Err(Failure::usage(Said::new(Text::joined(&wrong, "\n"))).into())
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
    let action = words::action(plans.first().map_or("", |plan| plan.action));
    words::what_is_sent(action, events, calls, shop_id, host, Text::clauses(&kinds))
}

/// What is to be done to one event.
struct Plan {
    meant: Meant,
    action: &'static str,
    /// What the store does not know to be so already.
    updates: Vec<Update>,
}

/// One event, as it was updated.
#[derive(Debug, Serialize)]
struct SentRow {
    event_id: Option<EventId>,
    merchant_management_id: Option<OrderNumber>,
    action: &'static str,
    sent: bool,
    /// The fields of the request without the signature; of two requests both.
    request: Option<Value>,
    error: Option<RowError>,
}

/// Sends updates, and tells of each event.
struct Sender<'s> {
    shop_id: String,
    hash_method: HashMethod,
    out: &'s Output,
    actor: String,
    /// None where nothing is to be sent.
    wire: Option<(EventClient, Store)>,
    /// How many events were changed.
    changed: usize,
}

impl Sender<'_> {
    /// Sends until all is done or it is stopped. What O-PLUX has taken is kept at once, and what it
    /// has not is noted in the log. A dry run shows under its table what would be sent.
    async fn send(&mut self, plans: &[Plan], mut calls: Calls, stop: &Halt) -> Result<Ended> {
        let mut rows = BatchRows::new(self.out, plans.len());
        let sent = async {
            for plan in plans {
                let row = self.row(plan, &mut calls, stop).await?;
                if !row.is_some_and(|row| rows.push(row, false)) {
                    break;
                }
            }
            Ok(())
        };
        let sent = sent.await;
        let ended = rows.finish(false, sent);
        if self.wire.is_none() && self.out.format == Format::Table {
            for request in plans.iter().filter_map(|plan| self.request(plan)) {
                self.out.line("")?;
                self.out.json(&request)?;
            }
        }
        Ok(ended)
    }

    /// Sends what is to be done to one event; none where it was stopped before.
    async fn row(
        &mut self,
        plan: &Plan,
        calls: &mut Calls,
        stop: &Halt,
    ) -> Result<Option<SentRow>> {
        let number = plan.meant.number();
        let mut row = SentRow {
            event_id: None,
            merchant_management_id: number.cloned(),
            action: plan.action,
            sent: false,
            request: self.request(plan),
            error: None,
        };
        let Meant::Event(id, _) = &plan.meant else {
            row.error = number.map(|number| RowError::of(no_event(number), self.out));
            return Ok(Some(row));
        };
        row.event_id = Some(id.clone());
        let Some((client, store)) = &mut self.wire else {
            return Ok(Some(row));
        };
        for (done, update) in plan.updates.iter().enumerate() {
            // None where its turn never came.
            let mut begun = None;
            let call = async {
                // Before it leaves: a kill may cut it off.
                match begun.insert(store.begin_update(id, update, clock(), &self.actor)) {
                    Ok(_) => client.update(id, update, stop).await,
                    Err(_) => Err(halted()),
                }
            };
            let answer = calls.make(call).await;
            let doubted = begun.transpose()?;
            let is_stopped = answer.is_none();
            let Err(why) = answer.unwrap_or_else(|| Err(halted())) else {
                store.keep_update(id, update, clock(), &self.actor)?;
                row.sent = true;
                continue;
            };
            if let Some(doubted) = doubted {
                let at = clock();
                store.note_failed_update(id, update, why.kind, &doubted, at, &self.actor)?;
            }
            if is_stopped && done == 0 {
                return Ok(None);
            }
            row.sent |= why.kind.has_left();
            let why = words::partly(&plan.updates[..=done], why);
            row.error = Some(RowError::of(why, self.out));
            break;
        }
        self.changed += usize::from(row.sent && row.error.is_none());
        Ok(Some(row))
    }

    /// The fields of the requests as they would be sent now, without the signature.
    fn request(&self, plan: &Plan) -> Option<Value> {
        let Meant::Event(id, _) = &plan.meant else {
            return None;
        };
        let fields = |update: &Update| -> Value {
            let mut fields = v1::unsigned(&self.shop_id, self.hash_method, clock());
            fields.extend(v1::request(id, update));
            fields.into_iter().collect()
        };
        match &*plan.updates {
            [] => None,
            [update] => Some(fields(update)),
            updates => Some(updates.iter().map(fields).collect()),
        }
    }
}

impl BatchRow for SentRow {
    fn error(&self) -> Option<&RowError> {
        self.error.as_ref()
    }
}

impl Row for SentRow {
    const COLUMNS: &'static [Column<Self>] = &[
        // By its number, else by its ID.
        Column::shown(lists::merchant_management_id, |row: &Self, _| {
            name_of(row.merchant_management_id.as_ref(), row.event_id.as_ref())
        })
        .whole(),
        Column::fields(&["event_id", "merchant_management_id"]),
        Column::new("action", words::title_action, |row, view| {
            view.say(&words::action(row.action))
        }),
        Column::new("sent", words::title_sent, |row, view| {
            view.say(&match (row.sent, &row.error, &row.request) {
                (true, _, _) => words::sent_yes(),
                (false, None, None) => words::sent_not_needed(),
                (false, _, _) => words::sent_no(),
            })
        }),
        Column::field("request"),
        error_column(),
    ];
}
