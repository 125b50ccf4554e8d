//! `oplux screen`: orders through the rules of the integration to O-PLUX.

use std::{io, path::PathBuf, sync::Arc};

use anyhow::Result;

use super::context::{Context, clock, interrupted_twice};
use crate::{
    config::{Config, Draft},
    domain::{
        disposition::RedirectUnset,
        event::{AutoResult, Service},
        order::{Order, OrderNumber},
    },
    exit::{Exit, Failure},
    http::Halt,
    input::{Input, Located, Source},
    locales::{Said, args, screening as words, usage::Refused},
    output::{list, progress::Progress, prompt, stream::RowStream},
    screening::{
        Outcome, Trouble,
        batch::Batch,
        decide::Decider,
        dry_run, endpoint,
        engine::{Engine, How},
        outline::{LaterPayments, Plan},
        row::ScreenRow,
        tally::Tally,
    },
    store::Store,
};

/// Screen orders by the rules of the integration
///
/// Reads one order, a JSON array of orders, or JSON Lines, from files or standard input. All of
/// the input is checked before anything is sent. An order whose event is in the store is not sent
/// again: its stored result is given back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files with orders; - or none is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Decide and show the requests; send and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Send again what was screened before, or whose outcome is unknown
    #[arg(long)]
    rescreen: bool,
    /// How many orders are in flight at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// At most so many orders a second, such as 5/s
    #[arg(long, value_name = "N/s", value_parser = rate)]
    rate: Option<f64>,
    /// End with status 3 where any of these results came out, such as ng,hold
    #[arg(
        long,
        value_name = "RESULTS",
        value_delimiter = ',',
        ignore_case = true
    )]
    fail_on: Vec<FailOn>,
}

/// A result that the caller asks to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Ng,
    Hold,
    Review,
    Ok,
}

impl From<FailOn> for AutoResult {
    fn from(result: FailOn) -> Self {
        match result {
            FailOn::Ng => Self::Ng,
            FailOn::Hold => Self::Hold,
            FailOn::Review => Self::Review,
            FailOn::Ok => Self::Ok,
        }
    }
}

/// Orders a second: `5/s`, `0.5/s`, or the number alone.
fn rate(text: &str) -> Result<f64, Refused> {
    let number = text.strip_suffix("/s").unwrap_or(text).parse::<f64>();
    number
        .ok()
        .filter(|rate| (0.001..=10_000.0).contains(rate))
        .ok_or_else(|| Refused(args::rate()))
}

/// Runs the command.
///
/// # Errors
/// Where input, configuration or store are not usable. Nothing is sent or stored before all of
/// them are known to be.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let sources = Source::of_arguments(&args.files)?;
    if sources.contains(&Source::Stdin) && prompt::can_ask() {
        context.out.note(&words::reading_stdin());
    }
    let mut later = LaterPayments::default();
    let mut no_leading_zero = 0;
    let each = &mut |order: &Located<Order>| {
        later.note(&order.value.facts);
        no_leading_zero += usize::from(order.value.lacks_leading_zero());
    };
    let input = Input::check(&sources, &mut io::stdin().lock(), each)?;
    if no_leading_zero > 0 {
        let warning = Said::new(words::no_leading_zero(no_leading_zero));
        context.out.warn(&warning);
    }
    let config = context.config()?;
    let settings = config.settings();
    let decider = Decider {
        settings: &settings,
        rescreen: args.rescreen,
        later,
    };
    let shown = Shown::new(args, context, input.len(), settings.service);
    screen(args, context, &config, decider, &input, shown).map_err(|error| {
        match error.downcast_ref::<RedirectUnset>() {
            Some(unset) => config.redirect_unset(unset.0).into(),
            None => error,
        }
    })
}

fn screen(
    args: &Args,
    context: &Context,
    config: &Config,
    decider: Decider<'_>,
    input: &Input,
    shown: Shown<'_>,
) -> Result<Exit> {
    let known = context.store_if_any(Some(config))?;
    let plan = Plan::of(&decider, orders(input), known.as_ref())?;
    if let Some(unset) = plan.unset_redirect {
        return Err(unset.into());
    }
    if args.dry_run {
        let draft = config.draft(context.secret_key())?;
        if let Some(trouble) = &draft.secret_trouble {
            context.out.warn(trouble);
        }
        if draft.secret_not_asked {
            context.out.note(&words::secret_not_asked());
        }
        return dry(&decider, orders(input), known.as_ref(), &draft, shown);
    }
    let account = plan
        .sends
        .then(|| config.account(context.secret_key()))
        .transpose()?;
    let client = account
        .map(|account| endpoint::client(&account, Arc::new(clock)))
        .transpose()?;
    let path = context.store_path(Some(config))?;
    let runtime = context.runtime()?;
    let stop = Halt::new();
    let how = How {
        jobs: args.jobs.into(),
        per_second: args.rate,
        clock,
        actor: context.actor(),
        stop: stop.clone(),
    };
    runtime.block_on(async {
        let engine = Engine::new(decider, &path, client, how)?;
        live(&engine, input, &stop, shown).await
    })
}

/// The orders of the input, once more.
fn orders(input: &Input) -> impl Iterator<Item = Result<Order>> + Send {
    input.orders().map(|order| Ok(order.value))
}

/// Decides and shows; sends and stores nothing.
fn dry(
    decider: &Decider<'_>,
    orders: impl Iterator<Item = Result<Order>>,
    store: Option<&Store>,
    draft: &Draft,
    mut shown: Shown<'_>,
) -> Result<Exit> {
    shown.begin()?;
    for order in orders {
        let order = order?;
        let outcome = dry_run::outcome(decider, &order, store, draft, clock())?;
        shown.push(&order.facts.number, outcome)?;
    }
    shown.context.out.note(&words::dry_run_note());
    shown.end(false)
}

/// Screens, until it is done or interrupted: the first interruption finishes what is in flight,
/// the second does not.
async fn live(
    engine: &Engine<'_>,
    input: &Input,
    stop: &Halt,
    mut shown: Shown<'_>,
) -> Result<Exit> {
    let out = shown.context.out.clone();
    let interrupted = interrupted_twice(stop, {
        let out = out.clone();
        move || out.note(&words::finishing())
    });
    shown.begin()?;
    let is_in_input = |number: &OrderNumber| input.contains(number);
    let finished = {
        let mut orders = orders(input);
        let emit = &mut |number: &OrderNumber, outcome| shown.push(number, outcome);
        let batch = Batch::new(engine, &is_in_input, stop).run(&mut orders, emit);
        tokio::select! {
            biased;
            () = interrupted => Ok(true),
            finished = batch => finished.map(|_| stop.is_set()),
        }
    };
    if engine.nameless() > 0 {
        out.warn(&Said::new(words::nameless(engine.nameless())));
    }
    match finished {
        Ok(was_stopped) => shown.end(was_stopped),
        Err(error) => {
            // Also where the batch was cut short, what is shown is one valid document.
            shown.show()?;
            Err(error)
        }
    }
}

/// What is shown of the outcomes, and what is counted.
struct Shown<'c> {
    context: &'c Context,
    rows: RowStream<'c, ScreenRow>,
    progress: Progress,
    tally: Tally,
    total: usize,
    service: Service,
    told_of: Vec<AutoResult>,
    alone: Option<Trouble>,
}

impl<'c> Shown<'c> {
    fn new(args: &Args, context: &'c Context, total: usize, service: Service) -> Self {
        let out = &context.out;
        Self {
            context,
            // A dry run shows the requests under the table.
            rows: match total == 1 || args.dry_run {
                true => RowStream::new(out, total == 1),
                false => RowStream::in_parts(out),
            },
            progress: out.progress(total as u64),
            tally: Tally::default(),
            total,
            service,
            told_of: args.fail_on.iter().map(|result| (*result).into()).collect(),
            alone: None,
        }
    }

    fn begin(&mut self) -> Result<()> {
        self.rows.begin()
    }

    fn push(&mut self, number: &OrderNumber, outcome: Outcome) -> Result<()> {
        let lang = self.context.out.lang;
        self.tally.count(&outcome);
        self.progress.step(&self.tally.results());
        let row = ScreenRow::new(number, &outcome, lang);
        if let (Outcome::Failed { trouble, .. }, 1) = (outcome, self.total) {
            self.alone = Some(trouble);
        }
        let Self { progress, rows, .. } = self;
        progress.suspended(|| rows.push(row))
    }

    /// Ends the list, tells how it went, and gives the status.
    fn end(mut self, interrupted: bool) -> Result<Exit> {
        self.show()?;
        let out = &self.context.out;
        if let Some(trouble) = &self.alone {
            // One alone gives its failure's status, and is told on standard error too.
            let failure = Failure::of_trouble(trouble);
            out.error(failure.code, &failure.said, failure.retryable);
            return Ok(failure.exit);
        }
        if self.total != 1 {
            out.note(&self.tally.summary(self.service));
        }
        if interrupted && self.tally.total() < self.total {
            out.note(&words::interrupted(self.tally.total(), self.total));
            return Ok(Exit::Interrupted);
        }
        Ok(match Exit::of_batch(self.tally.failures()) {
            Some(exit) => exit,
            None if self.tally.has_any(&self.told_of) => Exit::Findings,
            None => Exit::Done,
        })
    }

    /// Ends the list; a table is shown now: one order as a card, several as rows.
    fn show(&mut self) -> Result<()> {
        self.progress.end();
        let out = &self.context.out;
        let rows = self.rows.end()?;
        match rows.as_slice() {
            [] => {}
            [row] if self.total == 1 => out.card(&row.card(out.lang))?,
            rows => out.grid(&list::grid(rows, out.lang))?,
        }
        for row in rows.iter().filter(|row| row.request().is_some()) {
            let title = words::dry_run_request(row.number());
            out.line(&format!("\n{}", out.say(&title)))?;
            out.json(&row.request())?;
        }
        Ok(())
    }
}
