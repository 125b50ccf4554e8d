//! `oplux events`: the events of the store. `show` also tells what O-PLUX itself says of an event,
//! and what was changed of it from here.

use std::ops::ControlFlow;

use anyhow::Result;
use serde::Serialize;

use super::context::{Context, clock};
use crate::{
    commands::args::{Newest, TimeRange, Wanted, auto_result, manual_result, order_number},
    domain::{
        disposition::DispositionFields,
        event::{EventId, Reason, Rule, Score, Service, Similar, SimilarEvent},
        number::Asked,
        order::OrderNumber,
        time::JstTime,
    },
    engine::trace::Whole,
    exit::{Exit, Failure},
    locales::{Lang, Said, Text, at_oplux, lists as words, screening},
    output::{
        Format, list,
        records::EventRow,
        table::{Card, Field},
    },
    store::{EventDetails, EventFilter, Look, Origin, Store, StoredEvent},
};

mod update;

/// Search the stored events, show one, and decide on them at O-PLUX
///
/// Events come into the store by import, and where orders are screened from here.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List events, newest first
    List(List),
    /// Show an event with all that is known of it
    Show(Show),
    /// Set the manual result and the memo of events at O-PLUX
    ///
    /// ecforce does not take the result over: decide the order there, too, in 受注管理.
    Review(update::Review),
    /// Set the settle status of events at O-PLUX
    Settle(update::Settle),
    /// Put buyers and delivery addresses of events on O-PLUX's blacklist, or take them off it
    Blacklist(update::Blacklist),
    /// Take events out of O-PLUX's matching
    Delete(update::Targets),
    /// Take events back into O-PLUX's matching
    Restore(update::Targets),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Under this merchant management ID (加盟店管理ID): the order number
    #[arg(long, value_name = "NUMBER", value_parser = order_number)]
    merchant_id: Option<Asked>,
    /// With one of these auto results: OK, NG, HOLD, REVIEW, none
    #[arg(long, value_name = "RESULTS", value_delimiter = ',', value_parser = auto_result)]
    result: Vec<Wanted>,
    /// With one of these manual results: OK, NG, HOLD, none
    #[arg(long, value_name = "RESULTS", value_delimiter = ',', value_parser = manual_result)]
    manual: Vec<Wanted>,
    /// With this rule among those that fired, by its code
    #[arg(long, value_name = "CODE")]
    rule: Option<String>,
    /// With this text in one of the reasons (判定理由)
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Of this rule group (ルールグループ)
    #[arg(long, value_name = "GROUP")]
    rule_group: Option<String>,
    /// With this text in the memo (目視審査メモ)
    #[arg(long, value_name = "TEXT")]
    memo: Option<String>,
    /// Whose buyer or delivery address was put on the blacklist from here
    #[arg(long)]
    blacklisted: bool,
    #[command(flatten)]
    range: TimeRange,
    #[command(flatten)]
    newest: Newest,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// Event ID; an order number shows its latest event
    #[arg(value_name = "ID")]
    id: String,
}

impl Args {
    /// Whether it asks nothing and sends nothing.
    pub fn is_list(&self) -> bool {
        matches!(self.action, Action::List(_))
    }
}

/// Runs the command.
///
/// # Errors
/// Where the store or the configuration cannot be used, or an event that is to be shown is not
/// there.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.action {
        Action::List(args) => list(args, context),
        Action::Show(args) => show(args, context),
        Action::Review(args) => update::review(args, context),
        Action::Settle(args) => update::settle(args, context),
        Action::Blacklist(args) => update::blacklist(args, context),
        Action::Delete(targets) => update::delete(targets, true, context),
        Action::Restore(targets) => update::delete(targets, false, context),
    }
}

fn list(args: &List, context: &Context) -> Result<Exit> {
    let (from, to) = args.range.ends(clock())?;
    let (config, out) = (context.config_if_any()?, &context.out);
    let store = context.store_to_ask(config.as_ref())?;
    let look = store.as_ref().map(Store::look).transpose()?;
    let merchant_id = args.merchant_id.as_ref();
    let meant = merchant_id.map(|asked| context.number_meant(asked, look.as_ref()));
    drop(look);
    let filter = EventFilter {
        merchant_id: meant.transpose()?,
        auto_results: args.result.clone(),
        manual_results: args.manual.clone(),
        rule: args.rule.clone(),
        reason: args.reason.clone(),
        rule_group: args.rule_group.clone(),
        memo: args.memo.clone(),
        blacklisted: args.blacklisted,
        from,
        to,
        limit: args.newest.rows(out),
    };
    let row = |event: StoredEvent| EventRow::from(event.record);
    args.newest
        .list_stored(out, &words::no_events(), store.as_ref(), &filter, row)?;
    Ok(Exit::Done)
}

/// One event: the fields of the list, what else the store knows, and what belongs to it.
#[derive(Debug, Serialize)]
struct Shown<'w> {
    #[serde(flatten)]
    row: EventRow,
    /// Its reasons with their two sides, as `screen` gives them.
    reason_pairs: Vec<Reason>,
    service: Service,
    origin: &'static str,
    #[serde(flatten)]
    disposition: DispositionFields,
    similars: Vec<Similar>,
    /// What they have in common with it.
    similarities: Vec<SimilarEvent>,
    #[serde(flatten)]
    details: EventDetails,
    #[serde(flatten)]
    whole: &'w Whole,
}

fn show(args: &Show, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let (config, out) = (context.config_if_any()?, &context.out);
    let no_such_event = || {
        let said = Said::new(words::no_such_event(&args.id)).hint(words::no_such_event_hint());
        Failure::not_found(said)
    };
    let Some(store) = context.store_to_ask(config.as_ref())? else {
        number_of(&args.id, None, context)?;
        return Err(no_such_event().into());
    };
    let id = args.id.trim();
    let (event, siblings) = match store.event(&EventId(id.to_owned()))? {
        Some(event) => (event, 1),
        None => latest_under(&store, id, context)?.ok_or_else(no_such_event)?,
    };
    let methods = config.map_or(vec![], |config| config.payment_methods);
    let number = event.record.merchant_management_id.clone();
    let whole = Whole::find(&store.look()?, &number, &methods)?;
    let id = event.record.event_id.clone();
    let details = store.event_details(&id)?;
    match out.format {
        Format::Json => out.json(&Shown::new(event, details, &whole))?,
        _ => {
            card(event, &details, context)?;
            whole.tell(Some(&id), out)?;
        }
    }
    if siblings > 1 {
        out.note(&words::latest_of(number, siblings));
    }
    Ok(Exit::Done)
}

/// The latest event under the number that this is, and from among how many.
fn latest_under(
    store: &Store,
    text: &str,
    context: &Context,
) -> Result<Option<(StoredEvent, u64)>> {
    let number = number_of(text, Some(&store.look()?), context)?;
    let filter = EventFilter {
        merchant_id: Some(number),
        ..EventFilter::default()
    };
    let latest = match store.each(&filter, ControlFlow::Break)? {
        ControlFlow::Break(event) => event,
        ControlFlow::Continue(()) => return Ok(None),
    };
    Ok(Some((latest, store.count(&filter)?)))
}

/// The number that this is, where it is no event's ID. It may be a name or an e-mail address, which
/// is not repeated.
fn number_of(text: &str, look: Option<&Look<'_>>, context: &Context) -> Result<OrderNumber> {
    let asked = order_number(text).map_err(|_| Failure::usage(Said::new(words::not_an_event())))?;
    context.number_meant(&asked, look)
}

fn card(event: StoredEvent, details: &EventDetails, context: &Context) -> Result<()> {
    let lang = context.out.lang;
    let field = |text: Text| Field::new(text.get(lang));
    let mut card = list::card(&EventRow::from(event.record), lang);
    let service = screening::service(event.service);
    card.push(words::service().get(lang), field(service));
    let disposition = event.disposition.as_ref().map(words::disposition_of);
    let disposition = disposition.map_or_else(Field::none, field);
    card.push(words::disposition().get(lang), disposition);
    let origin = match event.origin {
        Origin::Screen => words::came_by_screen(),
        Origin::Import => words::came_by_import(),
        Origin::Pull => words::came_by_pull(),
    };
    card.push(words::origin().get(lang), field(origin));
    push_details(&mut card, details, clock(), lang);
    context.out.card(&card)
}

impl<'w> Shown<'w> {
    fn new(event: StoredEvent, details: EventDetails, whole: &'w Whole) -> Self {
        let similar = |(similar, number): &(SimilarEvent, Option<String>)| Similar {
            event_id: similar.event_id.clone(),
            merchant_management_id: number.clone(),
        };
        Self {
            reason_pairs: event.record.reasons.clone(),
            row: event.record.into(),
            service: event.service,
            origin: event.origin.name(),
            disposition: event.disposition.into(),
            similars: details.similars.iter().map(similar).collect(),
            similarities: details.similars.iter().map(|all| all.0.clone()).collect(),
            details,
            whole,
        }
    }
}

/// Adds the details to the card of an event: those that are known.
fn push_details(card: &mut Card, details: &EventDetails, now: JstTime, lang: Lang) {
    let mut push = |title: Text, text: Option<Text>| {
        if let Some(text) = text {
            card.push(title.get(lang), Field::new(text.get(lang)));
        }
    };
    let lines = |lines: Vec<String>| (!lines.is_empty()).then(|| Text::same(lines.join("\n")));
    let deadline = details.deadline;
    push(
        at_oplux::deadline(),
        deadline.map(|at| at_oplux::deadline_at(at, left(at, now))),
    );
    let reason = details.manual_reason.as_ref();
    push(at_oplux::manual_reason(), reason.map(Text::same));
    let score = details.score.as_ref().map(points);
    push(
        at_oplux::score(),
        lines(score.into_iter().filter(|text| !text.is_empty()).collect()),
    );
    let fired = details.rules.iter().filter(|rule| rule.fired);
    push(at_oplux::fired(), lines(fired.map(rule).collect()));
    push(at_oplux::deleted(), details.deleted.map(words::yes_or_no));
    let listed = details.blacklisted.as_ref();
    let listed = listed.map(|who| match who.is_empty() {
        true => words::yes_or_no(false),
        false => {
            let who: Vec<_> = who.iter().map(|who| at_oplux::who(who)).collect();
            Text::joined(&who, ", ")
        }
    });
    push(at_oplux::blacklisted(), listed);
    let similars = details.similars.iter().map(similar).collect();
    push(words::similars(), lines(similars));
    push(at_oplux::pulled_at(), details.pulled_at.map(Text::same));
}

/// How much of the time until the deadline is left.
fn left(deadline: JstTime, now: JstTime) -> Text {
    match (deadline.unix() - now.unix()).div_euclid(60) {
        ..0 => at_oplux::deadline_passed(),
        minutes => at_oplux::left(at_oplux::age_of(minutes)),
    }
}

/// What a rule looks at, and what it gives.
fn rule(rule: &Rule) -> String {
    let parts = [rule.touchpoint.clone(), Some(points(&rule.score))];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    let said = parts.collect::<Vec<_>>().join(", ");
    let name = rule.code.as_ref().or(rule.description.as_ref());
    let name = name.map_or("-", String::as_str);
    match said.is_empty() {
        true => name.to_owned(),
        false => format!("{name}: {said}"),
    }
}

/// The points that are known: `ok 0, ng 5`.
fn points(score: &Score) -> String {
    let points = [("ok", &score.ok), ("ng", &score.ng), ("hold", &score.hold)];
    let known = points
        .into_iter()
        .filter_map(|(name, points)| Some(format!("{name} {}", points.as_ref()?)));
    known.collect::<Vec<_>>().join(", ")
}

/// The number that O-PLUX is searched for, the ID, and what the two have in common.
fn similar((similar, number): &(SimilarEvent, Option<String>)) -> String {
    let common = [&similar.rule_code, &similar.touchpoints];
    let common = common.into_iter().flatten().map(String::as_str);
    let common = common.collect::<Vec<_>>().join(" ");
    let name = format!("{} {}", number.as_deref().unwrap_or("-"), similar.event_id);
    match common.is_empty() {
        true => name,
        false => format!("{name} ({common})"),
    }
}
