//! `oplux pull`: what O-PLUX and ecforce themselves say, into the store. Here are the events of
//! O-PLUX; ecforce's orders and payment methods are in `orders` and `methods`.

use std::{collections::HashSet, sync::Arc};

use anyhow::Result;
use serde::Serialize;

use super::context::{Context, clock, rules_of};
use crate::{
    commands::args::{When, from, order_number, rate},
    domain::{
        event::{AutoResult, EventId, PulledEvent, Service, TroubleKind},
        matching::{Drift, Rules},
        number::Asked,
        order::OrderNumber,
    },
    engine::calls::{
        BatchRow, BatchRows, Calls, Ended, Meant, RowError, drift_of, error_column, meant, name_of,
        no_event,
    },
    exit::{self, Exit, Failure},
    http::Halt,
    input::{manual_result, tellable},
    locales::{Said, Text, Trouble, at_oplux as words, input as texts, lists, matching},
    oplux::EventClient,
    output::{
        Output,
        list::{Column, Row},
        paint::Tone,
        table::Field,
    },
    store::{Change, Kept, Pull, Store},
};

/// Events are asked for from so many seconds ago on, as by the maker's own job.
const SINCE_SECONDS: i64 = 48 * 60 * 60;

mod methods;
mod orders;

use orders::{Counts, told_changes};

/// Get what O-PLUX and ecforce themselves say
///
/// Events come from O-PLUX (`oplux.event_url`), orders and payment methods from ecforce's admin API
/// (`[ecforce]`).
/// Made for cron: with --quiet nothing is printed where nothing has changed.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Get events: results, memo, score, rules, similar events, deadline
    Events(Events),
    Orders(orders::Args),
    Methods(methods::Args),
}

#[derive(Debug, clap::Args)]
struct Events {
    /// Event IDs or order numbers; without any, the events that wait for a person: HOLD or REVIEW,
    /// without a manual result
    #[arg(value_name = "ID|NUMBER")]
    events: Vec<String>,
    /// Without any named: those requested since then (default: 48 hours ago); also
    /// today, yesterday, 7d, 今日, 昨日
    #[arg(long, value_name = "TIME", value_parser = from, conflicts_with = "events")]
    since: Option<When>,
    /// At most so many events a second
    #[arg(long, value_name = "N/s", default_value = "2/s", value_parser = rate)]
    rate: f64,
    /// The order number (加盟店管理ID) of the one event that is named, where the store does not
    /// know it
    #[arg(long, value_name = "NUMBER", value_parser = order_number, requires = "events")]
    merchant_id: Option<Asked>,
}

/// One event, as it was pulled.
#[derive(Debug, Default, Serialize)]
struct PullRow {
    event_id: Option<EventId>,
    merchant_management_id: Option<OrderNumber>,
    changes: Vec<Change>,
    drift: Option<Drift>,
    error: Option<RowError>,
}

/// Runs the command.
///
/// # Errors
/// Where configuration or store are not usable.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.what {
        What::Events(args) => events(args, context),
        What::Orders(args) => orders::run(args, context),
        What::Methods(args) => methods::run(args, context),
    }
}

fn events(args: &Events, context: &Context) -> Result<Exit> {
    let config = context.config()?;
    let service = config.oplux()?.service;
    let mut store = context.store(Some(&config))?;
    let rules = rules_of(Some(&config));
    let meant = match args.events.is_empty() {
        true => waiting(args, service, &store)?,
        false => named(args, &store, &rules, context)?,
    };
    if meant.is_empty() {
        context.out.note(&words::none_waits());
    }
    // The secret is asked for only where something is to be sent.
    let asks = |meant: &Meant| !matches!(meant, Meant::NoEvent(_));
    let client = meant.iter().any(asks).then(|| {
        let account = config.event_account(context.secret_key())?;
        anyhow::Ok(EventClient::new(account, Arc::new(clock))?)
    });
    let given = given_number(args, &meant, &store, context)?;
    let stop = context.interrupted_once(Some(words::finishing()));
    let mut puller = Puller {
        client: client.transpose()?,
        store: &mut store,
        rules: &rules,
        service,
        given,
        actor: context.actor(),
        out: &context.out,
        counts: Counts::default(),
        warned: HashSet::new(),
    };
    let runtime = context.runtime()?;
    let ended = runtime.block_on(async {
        let calls = Calls::new(args.rate, &stop);
        puller.pull(meant, calls, &stop).await
    });
    if puller.counts.all() > 0 && ended.alone.is_none() {
        context.out.note(&puller.counts.told());
    }
    exit::of_batch(ended, stop.is_set(), None, &context.out)
}

/// The events of the store that wait for a person.
fn waiting(args: &Events, service: Service, store: &Store) -> Result<Vec<Meant>> {
    let now = clock();
    let since = args.since.map_or_else(
        || now.plus_seconds(-SINCE_SECONDS),
        |since| since.first(now),
    );
    let open = store.open_events(service, since)?.into_iter();
    Ok(open
        .map(|(id, number)| Meant::Event(id, Some(number)))
        .collect())
}

/// The events that are named, each once.
fn named(args: &Events, store: &Store, rules: &Rules, context: &Context) -> Result<Vec<Meant>> {
    let mut found = Vec::new();
    for text in &args.events {
        let number_meant = |asked: &Asked| context.number_meant(asked, Some(&store.look()?));
        let meant = meant(text, Some(store), rules, number_meant)?
            .ok_or_else(|| Failure::usage(Said::new(lists::not_an_event())))?;
        if !found.contains(&meant) {
            found.push(meant);
        }
    }
    Ok(found)
}

/// The number of `--merchant-id`, for one event that the store does not have under another.
fn given_number(
    args: &Events,
    events: &[Meant],
    store: &Store,
    context: &Context,
) -> Result<Option<OrderNumber>> {
    let Some(asked) = &args.merchant_id else {
        return Ok(None);
    };
    let given = context.number_meant(asked, Some(&store.look()?))?;
    let why = match events {
        [Meant::Event(id, Some(known))] if *known != given => {
            words::known_by_another_number(id, known)
        }
        [_] => return Ok(Some(given)),
        _ => words::merchant_id_of_one(),
    };
    Err(Failure::usage(Said::new(why)).into())
}

/// Pulls events into the store, and tells of each.
struct Puller<'p> {
    store: &'p mut Store,
    rules: &'p Rules,
    /// None where nothing is to be asked.
    client: Option<EventClient>,
    service: Service,
    /// `--merchant-id`.
    given: Option<OrderNumber>,
    actor: String,
    out: &'p Output,
    counts: Counts,
    /// The results that it was warned of, and of which column.
    warned: HashSet<(&'static str, String)>,
}

impl Puller<'_> {
    async fn pull(&mut self, events: Vec<Meant>, mut calls: Calls, stop: &Halt) -> Ended {
        let mut rows = BatchRows::new(self.out, events.len());
        let pulled = async {
            for meant in events {
                let Some(row) = self.row(meant, &mut calls, stop).await? else {
                    break;
                };
                let is_news = row.error.is_some() || !row.changes.is_empty();
                if !rows.push(row, self.out.quiet && !is_news) {
                    break;
                }
            }
            Ok(())
        };
        let pulled = pulled.await;
        rows.finish(self.out.quiet, pulled)
    }

    /// Asks for one event, and keeps it; none where it was stopped before.
    async fn row(
        &mut self,
        meant: Meant,
        calls: &mut Calls,
        stop: &Halt,
    ) -> Result<Option<PullRow>> {
        let (id, number) = match meant {
            Meant::Event(id, number) => (Some(id), number),
            Meant::NoEvent(number) => (None, Some(number)),
            // O-PLUX knows whether it is the ID of an event.
            Meant::Unknown(number) => (Some(EventId(number.to_string())), None),
        };
        let kept = match (&id, &number, &self.client) {
            (Some(id), _, Some(client)) => match calls.make(client.get(id, stop)).await {
                Some(Ok(event)) => self.keep(id, &event)?,
                Some(Err(trouble)) => Err(trouble),
                None => return Ok(None),
            },
            (None, Some(number), _) => Err(no_event(number)),
            _ => return Ok(None),
        };
        let mut row = PullRow {
            event_id: id,
            merchant_management_id: number,
            ..PullRow::default()
        };
        match kept {
            Ok(kept) => self.fill(&mut row, kept)?,
            Err(trouble) => {
                self.counts.failed += 1;
                row.error = Some(RowError::of(trouble, self.out));
            }
        }
        Ok(Some(row))
    }

    /// Keeps what O-PLUX says of an event.
    fn keep(&mut self, id: &EventId, event: &PulledEvent) -> Result<Result<Kept, Trouble>> {
        let pull = Pull {
            service: self.service,
            at: clock(),
            actor: &self.actor,
        };
        let kept = self.store.keep_pulled(event, self.given.as_ref(), pull)?;
        if kept.is_some() {
            self.tell_unknown(event);
        }
        Ok(kept.ok_or_else(|| {
            let (message, hint) = (words::number_unknown(id), words::number_unknown_hint(id));
            Trouble::hinted(TroubleKind::UnexpectedAnswer, message, hint)
        }))
    }

    /// A result that nobody knows is kept as it is written, and told once, as `import` does.
    fn tell_unknown(&mut self, event: &PulledEvent) {
        let auto = event.auto_result.as_deref();
        let auto = auto.filter(|auto| AutoResult::from_name(auto).is_none());
        let manual = event.manual_result.as_ref().and_then(Option::as_deref);
        let manual = manual.and_then(|manual| Some((manual, manual_result(manual).err()?)));
        for (column, value, known) in [
            auto.map(|auto| ("auto_result", auto, texts::result())),
            manual.map(|(manual, known)| ("manual_result", manual, known)),
        ]
        .into_iter()
        .flatten()
        {
            if self.warned.insert((column, value.to_owned())) {
                let place = texts::in_column(&event.event_id, column);
                let known = texts::result_kept(known);
                self.out.warn(&Said::new(match tellable(value) {
                    Some(value) => texts::with_value(place, value, known),
                    None => Text::joined(&[place, known], ": "),
                }));
            }
        }
    }

    /// Counts an event that was kept, and puts what came of it into its row.
    fn fill(&mut self, row: &mut PullRow, kept: Kept) -> Result<()> {
        self.counts.count(kept.is_new, &kept.changes);
        if let Some((attempt, event)) = kept.still_unknown {
            self.out.warn(&texts::still_unknown(
                attempt.order_number,
                attempt.began_at,
                event.event_id,
                event.too_early,
            ));
        }
        if let Some(id) = &row.event_id {
            row.drift = drift_of(self.store, self.rules, id, &kept.number)?;
        }
        row.merchant_management_id = Some(kept.number);
        row.changes = kept.changes;
        Ok(())
    }
}

impl BatchRow for PullRow {
    fn error(&self) -> Option<&RowError> {
        self.error.as_ref()
    }
}

impl Row for PullRow {
    const COLUMNS: &'static [Column<Self>] = &[
        // By its number, else by its ID.
        Column::shown(lists::merchant_management_id, |row: &Self, _| {
            name_of(row.merchant_management_id.as_ref(), row.event_id.as_ref())
        })
        .whole(),
        Column::fields(&["event_id", "merchant_management_id"]),
        Column::new("changes", words::title_changes, |row, view| {
            told_changes(&row.changes, view)
        }),
        Column::new("drift", words::title_drift, |row, view| {
            let drift = |drift| view.say(&matching::drift(drift)).toned(Tone::Warn);
            row.drift.map_or_else(Field::none, drift)
        }),
        error_column(),
    ];
}
