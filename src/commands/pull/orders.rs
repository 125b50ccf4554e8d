//! `oplux pull orders`: the orders of ecforce's admin API, into the store. They come in as those
//! of `import orders` do: as rows under the headers of ecforce's exports.
//! And what any pull of records counts, and tells of what changed.

use std::{collections::HashSet, sync::Arc};

use anyhow::Result;
use serde::Serialize;
use serde_json::json;

use crate::{
    commands::{
        args::{Newest, TimeRange, order_number, rate},
        context::{Context, clock},
    },
    domain::{
        number::Asked,
        order::{OrderNumber, OrderRecord, Records},
        time::JstTime,
    },
    ecforce::{EcforceClient, Pages, Resource, no_such_order},
    engine::calls::{BatchRow, BatchRows, Calls, Ended, RowError, error_column},
    exit::{self, Exit, Failure},
    http::Halt,
    input::{FileKind, ImportFile, Mistake, Reading, Weight},
    locales::{Said, Text, at_oplux, call, lists, services as words},
    output::{
        Output,
        list::{Column, Row, View},
        records::ORDER_FIELDS,
        table::Field,
    },
    store::{Change, KeptOrder, Store},
};

/// `--since-last` asks again for so many seconds before the last time: clocks differ, and what
/// changed while that was read may have been missed.
const OVERLAP_SECONDS: i64 = 10 * 60;

/// Get orders from ecforce
///
/// They are kept as `import orders` keeps them, without personal data. Where ecforce shows another
/// result than before, the log has the older one.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    range: TimeRange,
    /// These orders
    #[arg(long, value_name = "NUMBER", num_args = 1.., value_parser = order_number)]
    #[arg(conflicts_with_all = ["from", "to", "since_last"])]
    number: Vec<Asked>,
    /// The orders that were changed since the last time; the first time it needs --from
    #[arg(long, conflicts_with = "to")]
    since_last: bool,
    /// At most so many requests a second
    #[arg(long, value_name = "N/s", default_value = "1/s", value_parser = rate)]
    rate: f64,
}

/// An order, as it was pulled: by the fields of `import orders`, and what that changed.
#[derive(Debug, Serialize)]
struct PulledOrder {
    #[serde(flatten)]
    order: OrderRecord,
    change: Option<News>,
    changes: Vec<Change>,
    error: Option<RowError>,
}

/// Runs the command.
///
/// # Errors
/// Where configuration or store are not usable, or ecforce cannot be asked.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    if !args.range.is_given() && args.number.is_empty() && !args.since_last {
        let said = Said::new(words::which_orders()).hint(words::which_orders_hint());
        return Err(Failure::usage(said).into());
    }
    let range = args.range.ends(clock())?;
    let config = context.any_config()?;
    let account = config.ecforce_account(context.ecforce_token())?;
    let client = EcforceClient::new(account, Arc::new(clock))?;
    let mut store = context.store(Some(&config))?;
    let began_at = clock();
    let source = format!("orders {}", client.origin());
    let mut queries = Vec::new();
    for asked in &args.number {
        let number = context.number_meant(asked, Some(&store.look()?))?;
        let query = (vec![("q[number_eq]", number.to_string())], Some(number));
        if !queries.contains(&query) {
            queries.push(query);
        }
    }
    if queries.is_empty() {
        queries.push((query(args, range, &source, &store)?, None));
    }
    let reading = Reading {
        kind: Some(FileKind::Orders),
        methods: config.method_ids(),
        ..Reading::default()
    };
    let stop = context.interrupted_once(Some(at_oplux::finishing()));
    let mut puller = Puller {
        store: &mut store,
        client: &client,
        reading,
        actor: context.actor(),
        out: &context.out,
        counts: Counts::default(),
        met: HashSet::new(),
        warned: HashSet::new(),
        hidden: 0,
        is_complete: true,
        is_interrupted: false,
    };
    let mut ended = context.runtime()?.block_on(async {
        let calls = Calls::new(args.rate, &stop);
        puller.pull(queries, calls, &stop).await
    });
    let Puller {
        counts,
        hidden,
        is_complete,
        is_interrupted,
        ..
    } = puller;
    if hidden > 0 {
        context.out.note(&call::more(hidden));
    }
    if counts.new + counts.changed > 0 {
        let detail = json!({"new": counts.new, "changed": counts.changed}).to_string();
        let (actor, origin) = (context.actor(), client.origin());
        store.log(clock(), &actor, "pull orders", Some(origin), Some(&detail))?;
    }
    if counts.all() > 1 || counts.failed == 0 {
        context.out.note(&counts.told());
    }
    let is_whole = ended.broken.is_none();
    if is_whole && is_interrupted {
        context.out.note(&words::interrupted());
        return Ok(Exit::Interrupted);
    }
    if is_whole {
        // A count that was not true.
        ended.left = 0;
    } else if ended.reader_gone() {
        ended.left = ended.total.saturating_sub(counts.all());
    }
    let is_partial = ended.failures.is_empty() && counts.failed > 0;
    let exit = match exit::of_batch(ended, false, None, &context.out)? {
        Exit::Done if is_partial => Exit::Partial,
        exit => exit,
    };
    // A record that cannot be used was told of; asked for again, it would not be another.
    let is_all_read = matches!(exit, Exit::Done) || is_partial;
    if args.since_last && is_complete && is_whole && is_all_read {
        store.set_pull_mark(&source, began_at)?;
    }
    Ok(exit)
}

type Query = Vec<(&'static str, String)>;

/// What is asked for by a range. A time that orders can leave again has no upper end: those that
/// are changed meanwhile would move the others to pages that have been read.
fn query(
    args: &Args,
    range: (Option<JstTime>, Option<JstTime>),
    source: &str,
    store: &Store,
) -> Result<Query> {
    let (from, to) = range;
    if !args.since_last {
        let from = from.map(|from| ("q[created_at_gteq]", from.wire()));
        // Half open: `to` is the last second that is meant.
        let to = to.map(|to| ("q[created_at_lt]", to.plus_seconds(1).wire()));
        return Ok(from.into_iter().chain(to).collect());
    }
    let last = store.pull_mark(source)?;
    let since = last.map(|last| last.plus_seconds(-OVERLAP_SECONDS));
    let since = since.or(from).ok_or_else(|| {
        let origin = source.trim_start_matches("orders ");
        Failure::usage(Said::new(words::never_pulled(origin)).hint(words::never_pulled_hint()))
    })?;
    Ok(vec![("q[updated_at_gteq]", since.wire())])
}

/// Pulls orders into the store, and tells of each.
struct Puller<'p> {
    store: &'p mut Store,
    client: &'p EcforceClient,
    reading: Reading,
    actor: String,
    out: &'p Output,
    counts: Counts,
    /// The orders that have come.
    met: HashSet<OrderNumber>,
    /// The columns and values that it was warned of.
    warned: HashSet<(Option<String>, Option<String>)>,
    /// How many rows a terminal had no room for.
    hidden: u64,
    /// Whether all came that ecforce counts.
    is_complete: bool,
    is_interrupted: bool,
}

impl Puller<'_> {
    /// One request at a time: a range, or orders by their numbers. What is finished is kept, however
    /// it ends.
    async fn pull(
        &mut self,
        queries: Vec<(Query, Option<OrderNumber>)>,
        mut calls: Calls,
        stop: &Halt,
    ) -> Ended {
        let numbers = queries.iter().filter(|(_, number)| number.is_some());
        let mut rows = BatchRows::new(self.out, numbers.count());
        let pulled = async {
            for (query, number) in queries {
                let all = self.query(&query, number.as_ref(), &mut calls, stop, &mut rows);
                if !all.await? {
                    break;
                }
            }
            Ok(())
        };
        let pulled = pulled.await;
        rows.finish(self.out.quiet, pulled)
    }

    /// The orders of a range, or the one of a number. Whether to go on with the next.
    async fn query(
        &mut self,
        query: &Query,
        number: Option<&OrderNumber>,
        calls: &mut Calls,
        stop: &Halt,
        rows: &mut BatchRows<'_, PulledOrder>,
    ) -> Result<bool> {
        let mut pages = Pages::new("orders", query);
        while !pages.is_over() {
            let Some(orders) = calls.make(pages.next(self.client, stop)).await else {
                self.is_interrupted = true;
                return Ok(false);
            };
            let mut orders = orders?;
            let Some(number) = number else {
                rows.expect(pages.total(), self.out);
                if !self.keep(&orders, rows)? {
                    return Ok(false);
                }
                continue;
            };
            // Whatever else a server gives that does not know the condition.
            orders.retain(|order| order.text("number").as_deref() == Some(number.as_str()));
            if !orders.is_empty() {
                return self.keep(&orders, rows);
            }
        }
        match number {
            Some(number) => Ok(self.not_found(number, rows)),
            None => {
                if pages.missing() > 0 {
                    self.is_complete = false;
                    let missing = words::missing(pages.missing(), pages.total());
                    self.out.warn(&Said::new(missing));
                }
                Ok(true)
            }
        }
    }

    /// Keeps the orders of a page. Whether there is still somebody to tell.
    fn keep(&mut self, orders: &[Resource], rows: &mut BatchRows<'_, PulledOrder>) -> Result<bool> {
        if orders.is_empty() {
            return Ok(true);
        }
        let cells: Vec<_> = orders.iter().map(Resource::order_row).collect();
        let mut file = ImportFile::of_rows(&cells, &self.reading)?;
        let mut records = match file.next_rows(cells.len())? {
            (Records::Orders(records), _) => records,
            _ => Vec::new(),
        };
        // Of a number that an answer gives twice the last counts, and one that an earlier answer gave
        // has been told: each is kept, told and counted once.
        records.reverse();
        records.retain(|order| self.met.insert(order.number.clone()));
        records.reverse();
        let end = file.end();
        self.counts.failed += usize::try_from(end.bad)?;
        let kept = self.store.keep_orders(records, clock(), &self.actor)?;
        let has_news = |kept: &KeptOrder| kept.is_new || !kept.changes.is_empty();
        let is_quiet = self.out.quiet && !kept.iter().any(has_news);
        for mistake in end.mistakes {
            let text = mistake.told(words::from_ecforce());
            let key = (mistake.column.clone(), mistake.value().map(str::to_owned));
            match mistake.weight {
                Weight::Bad => {
                    let ids = ids_of(&mistake, orders);
                    self.out.complain(&match ids.is_empty() {
                        true => text,
                        false => words::with_ids(text, ids),
                    });
                }
                // No spreadsheet has cut the zeros of these numbers.
                Weight::Told if key.0.is_none() || is_quiet => {}
                Weight::Told if self.warned.insert(key) => self.out.warn(&Said::new(text)),
                Weight::Told => {}
            }
        }
        let mut listens = true;
        for kept in kept {
            let news = self.counts.count(kept.is_new, &kept.changes);
            let row = PulledOrder {
                order: kept.order,
                change: Some(news),
                changes: kept.changes,
                error: None,
            };
            let is_silent = self.out.quiet && news == News::Unchanged || self.has_no_room();
            // All of the page is kept, also where nobody reads on.
            listens = listens && rows.push(row, is_silent);
        }
        Ok(listens)
    }

    /// Whether a table on a terminal has no room for a further row.
    fn has_no_room(&mut self) -> bool {
        let room = Newest::default().rows(self.out);
        let told = self.counts.all() - self.counts.failed;
        let is_full = room.is_some_and(|room| told as u64 > room);
        self.hidden += u64::from(is_full);
        is_full
    }

    fn not_found(&mut self, number: &OrderNumber, rows: &mut BatchRows<'_, PulledOrder>) -> bool {
        self.counts.failed += 1;
        let row = PulledOrder {
            order: OrderRecord::of(number.clone()),
            change: None,
            changes: vec![],
            error: Some(RowError::of(no_such_order(number), self.out)),
        };
        rows.push(row, false)
    }
}

/// ecforce's IDs of the records of a mistake: digits alone, as anything else may be personal data.
fn ids_of(mistake: &Mistake, orders: &[Resource]) -> String {
    let indices = mistake.places.iter().filter_map(|place| place.index);
    let ids = indices.filter_map(|index| orders.get(index)?.text("id")?.parse::<u64>().ok());
    let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
    ids.join(", ")
}

impl BatchRow for PulledOrder {
    fn error(&self) -> Option<&RowError> {
        self.error.as_ref()
    }
}

impl Row for PulledOrder {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::fields(ORDER_FIELDS),
        Column::shown(lists::order_number, |row: &Self, _| {
            Field::new(row.order.number.as_str())
        })
        .whole(),
        Column::shown(lists::created_at, |row: &Self, _| {
            Field::maybe(row.order.created_at)
        })
        .whole(),
        Column::shown(lists::result, |row: &Self, _| {
            Field::maybe(row.order.result.map(|result| result.name()))
        })
        .whole(),
        Column::new("change", words::title_change, |row, view| {
            view.maybe(row.change.map(|change| match change {
                News::New => words::change_new(),
                News::Changed => words::change_changed(),
                News::Unchanged => words::change_unchanged(),
            }))
        }),
        Column::new("changes", at_oplux::title_changes, |row, view| {
            told_changes(&row.changes, view)
        }),
        error_column(),
    ];
}

/// How what was pulled stands to what the store had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum News {
    New,
    Changed,
    Unchanged,
}

/// How many of what.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) new: usize,
    pub(super) changed: usize,
    pub(super) unchanged: usize,
    pub(super) failed: usize,
}

impl Counts {
    pub(super) fn count(&mut self, is_new: bool, changes: &[Change]) -> News {
        let (news, count) = match (is_new, changes) {
            (true, _) => (News::New, &mut self.new),
            (false, [_, ..]) => (News::Changed, &mut self.changed),
            (false, []) => (News::Unchanged, &mut self.unchanged),
        };
        *count += 1;
        news
    }

    /// How many there are in all.
    pub(super) fn all(&self) -> usize {
        self.new + self.changed + self.unchanged + self.failed
    }

    pub(super) fn told(&self) -> Text {
        at_oplux::pulled(self.new, self.changed, self.unchanged, self.failed)
    }
}

/// What is other than it was, a line each.
pub(super) fn told_changes(changes: &[Change], view: View) -> Field {
    let told = changes.iter();
    let told = told.map(|change| at_oplux::change(change.field, &change.was, &change.now));
    let told = (!changes.is_empty()).then(|| Text::joined(&told.collect::<Vec<_>>(), "\n"));
    view.maybe(told)
}
