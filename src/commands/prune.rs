//! `oplux prune`: what is older than a date goes.

use anyhow::Result;
use serde::Serialize;

use super::context::{Context, clock};
use crate::{
    commands::args::{Yes, time},
    domain::time::JstTime,
    exit::{Exit, Failure},
    locales::{Said, Text, store as words},
    output::Format,
    store::{Pruned, Store},
};

/// Remove orders, payments, events and screenings that are older than a date
///
/// An order goes together with its payments, events and screenings and with the orders that payment
/// histories tie to it, and only where all of them are older. An outcome that is unknown stays until
/// it is settled; the log stays whole. An order that has gone is sent again if it is screened again.
/// What goes is said first.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Remove what is older than this date, or date and time
    #[arg(long, value_name = "DATE", value_parser = time)]
    before: JstTime,
    /// Say what would go, and remove nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    yes: Yes,
}

/// What went, for programs.
#[derive(Debug, Serialize)]
struct PrunedRow {
    before: JstTime,
    #[serde(flatten)]
    pruned: Pruned,
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// Where the store cannot be used, the date lies ahead, or it is not confirmed off a terminal.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let (before, out) = (args.before, &context.out);
    let now = clock();
    if before > now {
        return Err(Failure::usage(Said::new(words::in_future(before))).into());
    }
    let config = context.config_if_any()?;
    let path = context.store_path(config.as_ref())?;
    let found = context.store_there(config.as_ref())?.older_than(before)?;
    if found.unsettled > 0 {
        out.note(&words::unsettled_stay(found.unsettled));
    }
    let show = |pruned, dry_run, said: Text| match out.format {
        Format::Json => out.json(&PrunedRow {
            before,
            pruned,
            dry_run,
        }),
        _ => {
            out.note(&said);
            Ok(())
        }
    };
    if found.is_nothing() {
        show(found, args.dry_run, words::nothing_to_prune(before))?;
        return Ok(Exit::Done);
    }
    let mut said = words::about_to_prune(path.display(), before, told(&found));
    if args.dry_run {
        out.note(&said);
        show(found, true, words::would_prune())?;
        return Ok(Exit::Done);
    }
    if !args.yes.is_given() {
        said = Text::joined(&[said, words::back_up_first()], "\n");
    }
    let refused = Said::new(words::needs_yes()).hint(words::needs_yes_hint());
    if !args.yes.agrees(said, words::prune_now(), refused, out)? {
        out.note(&words::not_confirmed());
        return Ok(Exit::Unusable);
    }
    context.end_when_interrupted();
    let mut store = Store::open(&path)?;
    let pruned = store.prune(before, now, &context.actor())?;
    if let Err(error) = store.give_back_room() {
        out.warn(&Said::new(words::not_shrunk(error.said.message)));
    }
    show(pruned, false, words::pruned(told(&pruned)))?;
    Ok(Exit::Done)
}

fn told(rows: &Pruned) -> Text {
    words::contents(rows.orders, rows.payments, rows.events, rows.attempts)
}
