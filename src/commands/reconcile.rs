//! `oplux reconcile`: `trace` for every order of the store.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
};

use anyhow::Result;

use self::{report::Report, rows::Made};
use super::context::{Context, rules_of};
use crate::{
    cli::range::TimeRange,
    domain::matching::Status,
    exit::Exit,
    locales::{Text, reconcile as words, usage::Refused},
    lookup::{
        Rules,
        reconcile::{self, Asked, ReconcileRow},
        summary::Summary,
    },
    output::{page::PageFile, stream::RowStream},
    store::{Store, StoreError},
};

mod report;
mod rows;
mod tell;

/// Trace every order of the store, and say what is missing or drifts
///
/// One row an order, and a summary on standard error. An order is `missing` where it should have
/// an event and the events of that day are in the store, and `unknown` where they are not.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    range: TimeRange,
    /// Only orders of these statuses: direct, via-payment-history, not-screened, missing, unknown
    #[arg(long, value_name = "STATUSES", value_delimiter = ',', value_parser = status)]
    status: Vec<Status>,
    /// Only orders whose results in ecforce and O-PLUX differ
    #[arg(long)]
    drift_only: bool,
    /// End with 3 where a selected order is missing or drifts
    #[arg(long)]
    check: bool,
    /// Write a page for a browser: totals, a chart by day, what to do; `-` is standard output
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
}

fn status(text: &str) -> Result<Status, Refused> {
    let name = text.trim().to_ascii_lowercase();
    let found = Status::ALL.into_iter().find(|status| status.name() == name);
    found.ok_or_else(|| {
        let allowed = Status::ALL.map(|status| Text::same(status.name()));
        Refused(words::not_a_status(Text::joined(&allowed, ", ")))
    })
}

/// Runs the command.
///
/// # Errors
/// Where the configuration or the store cannot be used, or the report cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let config = context.config_if_any()?;
    let path = context.store_path(config.as_ref())?;
    // `-`: the page takes the place of the rows.
    let to_stdout = args.report.as_deref() == Some(Path::new("-"));
    // Whether it can be written is known before the long work.
    let named = args.report.as_deref().filter(|_| !to_stdout);
    let page = named.map(PageFile::begin).transpose()?;
    // Nothing imported is never an all-clear.
    let store = context.store_to_ask(config.as_ref())?;
    let store = store.ok_or_else(|| StoreError::missing(&path))?;
    let rules = rules_of(config.as_ref());
    let selection = rows::Selection {
        statuses: &args.status,
        drift_only: args.drift_only,
    };
    let mut done = Done::default();
    let mut report = Report::new(config.as_ref());
    let mut stream = RowStream::in_parts(&context.out);
    if !to_stdout {
        stream.begin()?;
    }
    let mut take = |mut made: Made| {
        if !to_stdout {
            made.write(&mut stream)?;
        }
        report.take(done.add(made));
        anyhow::Ok(())
    };
    let orphans = go_through(&store, &rules, args, &selection, context, &mut take)?;
    if !to_stdout {
        stream.end()?;
    }
    tell::summary(&context.out, &done.summary, done.selected, orphans);
    // The settings come last of what is asked: they might have given the cause.
    if rules.settings.is_none() && done.summary.causes.contains_key(&None) {
        context.warn_of_no_rules();
    }
    if let Some(file) = &args.report {
        let text = report.page(args.range, &path, &done.summary, orphans, context.out.lang);
        match page {
            None => context.out.data(&text)?,
            Some(page) => {
                page.finish(&text)?;
                context.out.note(&words::wrote(file.display()));
            }
        }
    }
    Ok(match args.check && done.findings > 0 {
        true => Exit::Findings,
        false => Exit::Done,
    })
}

fn go_through(
    store: &Store,
    rules: &Rules,
    args: &Args,
    selection: &rows::Selection<'_>,
    context: &Context,
    take: &mut dyn FnMut(Made) -> Result<()>,
) -> Result<u64> {
    let asked = Asked {
        rules,
        from: args.range.from,
        to: args.range.to,
        threads: std::thread::available_parallelism().map_or(1, NonZero::get),
    };
    let (form, keeps_told) = (context.out.format, args.report.is_some());
    let work = |rows| Made::of(rows, selection, form, keeps_told);
    reconcile::reconcile(store, &asked, work, |made: Result<Made>| take(made?))
}

/// What there is to tell at the end.
#[derive(Debug, Default)]
struct Done {
    summary: Summary,
    selected: usize,
    findings: usize,
}

impl Done {
    /// Adds what was made, and gives the rows that a report tells one by one.
    fn add(&mut self, made: Made) -> Vec<ReconcileRow> {
        self.summary.add(made.summary);
        self.selected += made.selected;
        self.findings += made.findings;
        made.told
    }
}
