//! `oplux reconcile`: `trace` for every order of the store.

use std::path::{Path, PathBuf};

use anyhow::Result;

use self::report::Report;
use super::context::{Context, rules_of};
use crate::{
    cli::range::TimeRange,
    domain::{
        matching::Status,
        text::{folded, trim},
    },
    engine::{
        reconcile::{ReconcileRow, reconcile},
        summary::Summary,
    },
    exit::Exit,
    locales::{Said, Text, call::Refused, matching as words},
    output::{page::PageFile, stream::RowStream},
    store::StoreError,
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
    let name = folded(trim(text));
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
    let mut summary = Summary::default();
    let (mut selected, mut findings) = (0, 0);
    let mut report = Report::new(config.as_ref());
    let mut stream = RowStream::in_parts(&context.out).buffered();
    if !to_stdout {
        stream.begin()?;
    }
    let (from, to) = (args.range.from, args.range.to);
    let orphans = reconcile(&store.look()?, &rules, from, to, |row| {
        summary.count(&row);
        let is_finding = row.status == Status::Missing || row.drift.is_some();
        if is_finding && args.report.is_some() {
            report.take(&row);
        }
        if !args.selects(&row) {
            return Ok(());
        }
        selected += 1;
        findings += usize::from(is_finding);
        match to_stdout {
            true => anyhow::Ok(()),
            false => stream.push(row),
        }
    })?;
    if !to_stdout {
        stream.end()?;
    }
    tell::summary(&context.out, &summary, selected, orphans);
    if args.check && summary.orders() == 0 {
        // Nothing judged is no all-clear either.
        context.out.warn(&Said::new(words::nothing_judged()));
    }
    // The settings come last of what is asked: they might have given the cause.
    if rules.settings.is_none() && summary.causes.contains_key(&None) {
        context.warn_of_no_rules();
    }
    if let Some(file) = &args.report {
        let text = report.page(args.range, &path, &summary, orphans, context.out.lang);
        match page {
            None => context.out.data(&text)?,
            Some(page) => {
                page.finish(&text)?;
                context.out.note(&words::wrote(file.display()));
            }
        }
    }
    Ok(match args.check && findings > 0 {
        true => Exit::Findings,
        false => Exit::Done,
    })
}

impl Args {
    fn selects(&self, row: &ReconcileRow) -> bool {
        (self.status.is_empty() || self.status.contains(&row.status))
            && (!self.drift_only || row.drift.is_some())
    }
}
