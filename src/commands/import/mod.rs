//! `oplux import`: files of orders, payment histories and events into the store.

use std::path::PathBuf;

use anyhow::Result;

use super::context::{Context, clock};
use crate::{
    config::Config,
    domain::{event::EventRecord, order::OrderRecord, payment::PaymentRecord},
    exit::Exit,
    http::Halt,
    input::Source,
    locales::{import as words, screening},
    output::prompt,
    store::{Counts, Import, Loading},
};

mod kind;
mod reading;
mod report;

use kind::Kind;
use reading::{Part, Reading};
use report::Report;

/// Load orders, payment histories and events into the store
///
/// Reads CSV (UTF-8 or Shift_JIS), a JSON array or JSON Lines, as ecforce and O-PLUX export them.
/// Loading a file again changes nothing; a later value replaces an earlier one, an empty one does
/// not. Where any row is bad, nothing of the call is stored.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Load the good rows and print what is wrong with the others
    // Anywhere: before the kind and after it.
    #[arg(long, global = true)]
    skip_bad: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Orders (受注), as ecforce exports them
    Orders(Files),
    /// Payment histories (決済履歴): the payments of each order
    Payments(Files),
    /// Events (イベント), as O-PLUX's admin screen exports them
    Events(Files),
}

#[derive(Debug, clap::Args)]
struct Files {
    /// Files to load; - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Where files, configuration or store are not usable. Nothing is stored then.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    match &args.what {
        What::Orders(files) => load::<OrderRecord>(files, args.skip_bad, context),
        What::Payments(files) => load::<PaymentRecord>(files, args.skip_bad, context),
        What::Events(files) => load::<EventRecord>(files, args.skip_bad, context),
    }
}

fn load<R: Kind>(args: &Files, skip_bad: bool, context: &Context) -> Result<Exit> {
    let sources = Source::of_arguments(&args.files)?;
    let config = context.config_if_any()?;
    if sources.contains(&Source::Stdin) && prompt::can_ask() {
        context.out.note(&screening::reading_stdin());
    }
    let runtime = context.runtime()?;
    let _inside = runtime.enter();
    let stop = Halt::new();
    // Listens from here on. What it is told of is looked at between two parts.
    drop(context.interrupted_twice(&stop, || {}));
    let mut work = Work {
        reading: Reading::<R>::start(&sources, config.as_ref(), &stop)?,
        report: Report::new(&context.out, R::NAME, &sources, skip_bad),
        config: config.as_ref(),
        context,
    };
    let counts = work.load()?;
    if stop.is_set() && counts.is_none() {
        work.report.progress.end();
        context.out.note(&words::interrupted());
        return Ok(Exit::Interrupted);
    }
    work.report.end(&counts.unwrap_or_default())
}

/// A load that goes on.
struct Work<'c, R> {
    reading: Reading<R>,
    report: Report<'c>,
    config: Option<&'c Config>,
    context: &'c Context,
}

impl<R: Kind> Work<'_, R> {
    /// Reads and stores all; what became of the rows of each file, and none where it was
    /// interrupted.
    fn load(&mut self) -> Result<Option<Vec<Counts>>> {
        // Short files are read before the store is opened, and made where it is not there.
        let first = loop {
            match self.reading.next() {
                Some(part) if part.rows.is_none() => self.report.note(part),
                first => break first,
            }
        };
        let Some(first) = first else {
            if self.reading.was_stopped() {
                return Ok(None);
            }
            self.report.sound()?;
            return Ok(Some(Vec::new()));
        };
        let loading = Loading {
            at: clock(),
            service: self
                .config
                .and_then(|config| Some(config.oplux.as_ref()?.service)),
        };
        let mut store = self.context.store(self.config)?;
        store.import(loading, |import| self.store(import, first))
    }

    fn store(&mut self, import: &mut Import<'_, R>, first: Part<R>) -> Result<Option<Vec<Counts>>> {
        let mut next = Some(first);
        while let Some(mut part) = next {
            // Once nothing can be stored, the rest is only read for what is wrong with it.
            if let Some(rows) = part.rows.take()
                && (self.report.is_sound() || (R::MAY_COLLIDE && !self.report.is_broken()))
            {
                let others = import.put(&rows)?;
                part.collided(others.iter().map(|row| row.place));
            }
            self.report.note(part);
            next = self.reading.next();
        }
        if self.reading.was_stopped() {
            return Ok(None);
        }
        self.report.sound()?;
        for (attempt, event) in import.still_unknown()? {
            let said = words::still_unknown(
                attempt.number,
                attempt.began_at,
                event.event_id,
                event.too_early,
            );
            self.context.out.warn(&said);
        }
        let counts = import.counts(self.report.files())?;
        if let Some(detail) = self.report.detail(&counts) {
            let action = format!("import {}", R::NAME);
            import.log(
                &self.context.actor(),
                &action,
                &self.report.names(),
                &detail,
            )?;
        }
        Ok(Some(counts))
    }
}
