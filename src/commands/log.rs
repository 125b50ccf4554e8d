//! `oplux log`: who changed or sent what, and when.

use anyhow::Result;

use super::context::{Context, clock};
use crate::{
    commands::args::{Newest, TimeRange},
    exit::Exit,
    locales::{lists as words, store},
    output::{
        list::{Column, Row},
        table::Field,
    },
    store::{LogEntry, LogFilter},
};

/// Show who changed or sent what, and when
///
/// The log is append-only. It holds neither secrets nor personal data of orders.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    range: TimeRange,
    #[command(flatten)]
    newest: Newest,
}

impl Row for LogEntry {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("at", words::title_logged_at, |row: &Self, _| {
            Field::new(row.at.to_string())
        })
        .whole(),
        Column::new("actor", words::title_actor, |row, view| {
            view.say(&store::actor(&row.actor))
        }),
        Column::new("action", words::title_action, |row: &Self, view| {
            view.say(&store::action(&row.action))
        })
        .whole(),
        Column::new("subject", words::title_subject, |row, view| {
            view.maybe(row.subject.as_deref().map(store::subject))
        }),
        Column::new("detail", words::title_detail, |row, view| {
            view.maybe(row.detail.as_ref().map(store::detail))
        }),
    ];
}

/// Runs the command.
///
/// # Errors
/// Where the store cannot be used.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let config = context.config_if_any()?;
    let out = &context.out;
    let (from, to) = args.range.ends(clock())?;
    let filter = LogFilter {
        from,
        to,
        limit: args.newest.rows(out),
    };
    let store = context.store_to_ask(config.as_ref())?;
    let empty = match (from, to) {
        (None, None) => words::log_is_empty(),
        _ => words::no_entries(),
    };
    args.newest
        .list_stored(out, &empty, store.as_ref(), &filter, |entry| entry)?;
    Ok(Exit::Done)
}
