//! `oplux screen`: orders through the rules of the integration to O-PLUX; the outcomes are shown as
//! they come, and what they add up to.

use std::{
    collections::VecDeque,
    env, io,
    panic::resume_unwind,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::Result;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tokio::sync::mpsc::{self, Receiver};

use super::context::{Context, clock};
use crate::{
    commands::args::{auto_result, order_number, rate, time, yes_or_no},
    config::Config,
    domain::{
        disposition::RedirectUnset,
        event::{AutoResult, Service},
        number::Asked,
        order::{Channel, Order, OrderNumber},
        text::quoted,
        time::JstTime,
    },
    ecforce::{EcforceClient, no_such_order},
    engine::{
        calls::{BatchRows, Calls},
        decide::Decider,
        outcome::{Outcome, Tally},
        screen::{Batch, Engine, How, QUEUE},
    },
    exit::{self, Exit},
    http::Halt,
    input::{ApiOrders, Source, read_orders},
    locales::{
        Said, Text,
        call::{self, Refused},
        screening as words,
    },
    output::{
        list::{self, RowStream},
        terminal::can_ask,
    },
    store::Store,
};

/// Screen orders by the rules of the integration
///
/// Reads one order, a JSON array of orders, or JSON Lines, from files or standard input; an order
/// may also be as ecforce's admin API gives it. All of the input is checked before anything is
/// sent. An order whose event is in the store is not sent again: its stored result is given back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files with orders; - or none is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Fetch these orders from ecforce, and screen them one at a time
    #[arg(long, value_name = "NUMBER", num_args = 1.., value_parser = order_number)]
    #[arg(conflicts_with = "files")]
    from_ecforce: Vec<Asked>,
    /// Of orders as ecforce's API gives them, where it does not say: where they come from
    #[arg(long, value_name = "CHANNEL", value_parser = channel())]
    channel: Option<Channel>,
    /// The same: whether the customers are registered members
    #[arg(long, value_name = "BOOL", value_parser = yes_or_no)]
    registered: Option<bool>,
    /// The same: which purchase of the customer it is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    purchase_number: Option<u32>,
    /// Decide; send and store nothing. Of one order the request is shown, too
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run, show the requests of several orders under the table, too
    #[arg(long, requires = "dry_run")]
    show_request: bool,
    /// End with status 3 where any of these results came out: ok, ng, hold, review
    #[arg(long, value_name = "RESULTS", value_delimiter = ',', value_parser = told_of)]
    fail_on: Vec<AutoResult>,
    /// Send again what was screened before, or whose outcome is unknown
    #[arg(long)]
    rescreen: bool,
    /// With --rescreen, only orders whose outcome is older than this: goes on with a batch that
    /// was cut off
    #[arg(long, value_name = "TIME", requires = "rescreen", value_parser = time)]
    before: Option<JstTime>,
    /// How many orders are in flight at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = jobs)]
    jobs: u16,
    /// At most so many orders a second, such as 5/s
    #[arg(long, value_name = "N/s", value_parser = rate)]
    rate: Option<f64>,
}

fn channel() -> impl TypedValueParser<Value = Channel> {
    let names = Channel::ALL.map(Channel::name);
    PossibleValuesParser::new(names).try_map(|name| Channel::from_name(&name).ok_or("no channel"))
}

fn jobs(text: &str) -> Result<u16, Refused> {
    let jobs = text.parse().ok().filter(|jobs| (1..=256).contains(jobs));
    jobs.ok_or_else(|| Refused(call::number_between(1, 256)))
}

fn told_of(text: &str) -> Result<AutoResult, Refused> {
    let result = auto_result(text).ok().flatten();
    result.ok_or_else(|| Refused(call::told_of()))
}

/// Runs the command.
///
/// # Errors
/// Where input, configuration or store are not usable. Nothing is sent or stored before all of
/// them are known to be.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let (orders, unknown) = read(args, context)?;
    let config = context.config()?;
    let settings = config.settings();
    let rescreen = args.rescreen.then(|| args.before.unwrap_or(JstTime::NEVER));
    let decider = Decider::new(&settings, rescreen, &orders, &context.out);
    let failed = |(place, number)| (place, decider.failed(&number, no_such_order(&number)));
    let unknown = unknown.into_iter().map(failed).collect();
    let results = Results::new(args, context, &orders, unknown, settings.service);
    screen(args, context, &config, decider, &orders, results).map_err(|error| {
        match error.downcast_ref::<RedirectUnset>() {
            Some(unset) => config.redirect_unset(unset.0).into(),
            None => error,
        }
    })
}

/// A number that ecforce does not know, before the order at this place.
type Unknown = (usize, OrderNumber);

/// The orders that are to be screened, all of them read and checked; and the numbers that ecforce
/// does not know.
fn read(args: &Args, context: &Context) -> Result<(Vec<Order>, Vec<Unknown>)> {
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
        let (answers, unknown) = fetch(args, context, &config?)?;
        let answers = serde_json::to_vec(&answers)?;
        let orders = read_orders(&[Source::Ecforce], &mut answers.as_slice(), &api)?;
        return Ok((orders, unknown));
    }
    let sources = Source::of_arguments(&args.files)?;
    if sources.contains(&Source::Stdin) && can_ask() {
        context.out.note(&words::reading_stdin());
    }
    let orders = read_orders(&sources, &mut io::stdin().lock(), &api)?;
    Ok((orders, Vec::new()))
}

/// What ecforce says of the orders of `--from-ecforce`, each once, and those that it does not know.
fn fetch(
    args: &Args,
    context: &Context,
    config: &Config,
) -> Result<(Vec<serde_json::Value>, Vec<Unknown>)> {
    let account = config.ecforce_account(context.ecforce_token())?;
    let client = EcforceClient::new(account, Arc::new(clock))?;
    let mut numbers = Vec::new();
    for asked in &args.from_ecforce {
        let number = context.number_meant(asked, None)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let halt = Halt::new();
    context.runtime()?.block_on(async {
        let mut calls = Calls::new(1.0, &halt);
        let (mut answers, mut unknown) = (Vec::new(), Vec::new());
        for number in numbers {
            let Some(answer) = calls.make(client.order(&number, &halt)).await else {
                break;
            };
            match answer? {
                Some(answer) => answers.push(answer),
                None => unknown.push((answers.len(), number)),
            }
        }
        Ok((answers, unknown))
    })
}

fn screen(
    args: &Args,
    context: &Context,
    config: &Config,
    decider: Decider<'_>,
    orders: &[Order],
    mut results: Results<'_>,
) -> Result<Exit> {
    let store = context.store_if_any(Some(config))?;
    let plan = decider.plan(orders, store.as_ref())?;
    if plan.no_leading_zero > 0 {
        let warning = Said::new(words::no_leading_zero(plan.no_leading_zero));
        context.out.warn(&warning);
    }
    if args.dry_run {
        return dry(&decider, orders, store.as_ref(), config, results);
    }
    let account = plan.sends.then(|| config.account(context.secret_key()));
    let path = context.store_path(Some(config))?;
    let runtime = context.runtime()?;
    let _inside = runtime.enter();
    let stop = Halt::new();
    let how = How {
        // One order of ecforce at a time.
        jobs: match args.from_ecforce.is_empty() {
            true => args.jobs.into(),
            false => 1,
        },
        per_second: args.rate,
        clock,
        actor: context.actor(),
        stop: stop.clone(),
    };
    let engine = Engine::new(decider, &path, account.transpose()?, how)?;
    results.goes_on = goes_on(args, context, store.as_ref(), orders.len())?;
    let heard = Arc::new(AtomicBool::new(false));
    let interrupted = context.interrupted_twice(&stop, {
        let (heard, out) = (heard.clone(), context.out.clone());
        move || {
            heard.store(true, Ordering::SeqCst);
            out.note(&words::finishing());
        }
    });
    let (queue, rows) = mpsc::channel(QUEUE);
    // A reader that pauses stops the thread that writes, and nothing else.
    let (finished, results) = thread::scope(|scope| {
        let writer = scope.spawn(|| results.write(rows, &stop));
        let finished = runtime.block_on(async {
            let batch = Batch::new(&engine, orders).run(queue);
            // The first interruption finishes what is in flight, the second does not.
            tokio::select! {
                biased;
                () = interrupted => Ok(()),
                finished = batch => finished,
            }
        });
        let results = writer.join().unwrap_or_else(|panic| resume_unwind(panic));
        (finished, results)
    });
    let nameless = engine.nameless.load(Ordering::SeqCst);
    if nameless > 0 {
        context.out.warn(&Said::new(words::nameless(nameless)));
    }
    let withheld = engine.withheld.load(Ordering::SeqCst);
    if withheld > 0 {
        context.out.warn(&Said::new(words::withheld(withheld)));
    }
    results.end(finished, heard.load(Ordering::SeqCst))
}

/// The call with which a batch of `--rescreen` goes on where it is cut off, told now: a kill leaves
/// no time for it. None for any other batch, with which the same call goes on.
fn goes_on(
    args: &Args,
    context: &Context,
    store: Option<&Store>,
    orders: usize,
) -> Result<Option<Text>> {
    if !args.rescreen || orders < 2 {
        return Ok(None);
    }
    let before = match args.before {
        Some(before) => before,
        None => {
            // What was screened in this very second is older, too, once it is over.
            let last = store.map(Store::last_attempt_at).transpose()?.flatten();
            // (A clock that stands still is not waited for.)
            for _ in 0..100 {
                if last.is_none_or(|last| last != clock()) {
                    break;
                }
                thread::sleep(Duration::from_millis(11));
            }
            clock()
        }
    };
    let goes_on = words::rescreen_goes_on(call_again(args, context, before));
    context.out.note(&goes_on);
    Ok(Some(goes_on))
}

/// The same call, but for orders alone whose outcome is older than `before`; to be copied as it is.
fn call_again(args: &Args, context: &Context, before: JstTime) -> String {
    let typed = env::args_os().skip(1);
    let typed = typed.map(|word| quoted(&word.to_string_lossy()));
    let mut words: Vec<_> = typed.collect();
    let rescreen = words.iter().position(|word| word == "--rescreen");
    if let Some(place) = rescreen.filter(|_| args.before.is_none()) {
        words.insert(place + 1, format!("--before {}", before.rfc3339()));
    }
    let names_profile = |word: &String| word.starts_with("--profile");
    if let Some(profile) = &context.global.profile
        && !words.iter().any(names_profile)
    {
        // The environment has named it.
        words.insert(0, format!("--profile {}", quoted(profile)));
    }
    format!("oplux {}", words.join(" "))
}

/// Decides and shows; sends and stores nothing.
fn dry(
    decider: &Decider<'_>,
    orders: &[Order],
    store: Option<&Store>,
    config: &Config,
    mut results: Results<'_>,
) -> Result<Exit> {
    let context = results.context;
    let draft = config.draft(context.secret_key())?;
    if let Some(trouble) = &draft.secret_trouble {
        context.out.warn(trouble);
    }
    if draft.secret_not_asked {
        context.out.note(&words::secret_not_asked());
    }
    for order in orders {
        let outcome = decider.dry_run(order, store, &draft, clock())?;
        if !results.push(outcome) {
            break;
        }
    }
    context.out.note(&words::dry_run_note());
    results.show();
    results.end(Ok(()), false)
}

/// What is shown of the outcomes, and what is counted.
struct Results<'c> {
    args: &'c Args,
    context: &'c Context,
    rows: BatchRows<'c, Outcome>,
    tally: Tally,
    /// Outcomes that were known before, each shown before the order at its place.
    known: VecDeque<(usize, Outcome)>,
    /// How many orders were shown.
    orders: usize,
    /// 支払い方法ID of the first order.
    method: Option<u64>,
    service: Service,
    /// The call that goes on where the batch is cut off, if it is not the same one.
    goes_on: Option<Text>,
}

impl<'c> Results<'c> {
    fn new(
        args: &'c Args,
        context: &'c Context,
        orders: &[Order],
        known: VecDeque<(usize, Outcome)>,
        service: Service,
    ) -> Self {
        let (out, total) = (&context.out, orders.len() + known.len());
        // A dry run shows the requests under the table.
        let rows = match total == 1 || args.dry_run {
            true => RowStream::new(out, total == 1),
            false => RowStream::in_parts(out),
        };
        Self {
            args,
            context,
            rows: BatchRows::written_by(rows, out, total),
            tally: Tally::default(),
            known,
            orders: 0,
            method: orders.first().map(|order| order.facts.payment_method_id),
            service,
            goes_on: None,
        }
    }

    /// Shows what comes until there is no more, also where the batch is cut short: what is shown is
    /// one valid document. Where it cannot be written, no further order is begun, and those that
    /// are finished are counted.
    fn write(mut self, mut outcomes: Receiver<Outcome>, stop: &Halt) -> Self {
        while let Some(outcome) = outcomes.blocking_recv() {
            if !self.push(outcome) {
                stop.set();
            }
        }
        self.show();
        self
    }

    fn push(&mut self, outcome: Outcome) -> bool {
        let place = self.orders;
        let is_next = |known: &(usize, Outcome)| known.0 <= place;
        while self.known.front().is_some_and(is_next)
            && let Some((_, known)) = self.known.pop_front()
        {
            self.push_counted(known);
        }
        self.orders += 1;
        self.push_counted(outcome)
    }

    fn push_counted(&mut self, outcome: Outcome) -> bool {
        self.tally.count(&outcome);
        self.rows.push_with(outcome, &self.tally.results())
    }

    /// Tells how it went, and gives the status. `finished`: whether the store took all of it;
    /// `heard`: whether it was interrupted.
    fn end(self, finished: Result<()>, heard: bool) -> Result<Exit> {
        let (out, mut ended) = (&self.context.out, self.rows.ended);
        ended.broken = finished.err().or(ended.broken);
        if ended.total != 1 && ended.broken.is_none() {
            out.note(&self.tally.summary(self.service));
        }
        Ok(match exit::of_batch(ended, heard, self.goes_on, out)? {
            Exit::Done if self.tally.has_any(&self.args.fail_on) => Exit::Findings,
            exit => exit,
        })
    }

    /// Ends the list; a table is shown now: one order as a card, several as rows.
    fn show(&mut self) {
        while let Some((_, outcome)) = self.known.pop_front() {
            self.push_counted(outcome);
        }
        let rows = self.rows.end(false);
        if let Err(error) = self.show_held(&rows) {
            self.rows.ended.broken.get_or_insert(error);
        }
    }

    fn show_held(&self, rows: &[Outcome]) -> Result<()> {
        let (out, is_one) = (&self.context.out, self.rows.ended.total == 1);
        match rows {
            [] => {}
            [row] if is_one => out.card(&row.card(self.method, out))?,
            rows => out.grid(&list::grid(rows, out))?,
        }
        let shows = is_one || self.args.show_request;
        for row in rows.iter().filter(|row| shows && row.request.is_some()) {
            let title = words::dry_run_request(&row.number);
            out.line(&format!("\n{}", out.say(&title)))?;
            out.json(&row.request)?;
        }
        Ok(())
    }
}
