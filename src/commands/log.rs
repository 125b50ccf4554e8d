//! `oplux log`: who changed or sent what, and when.

use std::ops::ControlFlow;

use anyhow::{Error, Result};
use serde::Serialize;
use serde_json::Value;

use super::context::{Context, clock};
use crate::{
    cli::range::{Newest, TimeRange},
    domain::time::JstTime,
    exit::Exit,
    locales::lists as words,
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

/// An entry as it is shown.
#[derive(Debug, Serialize)]
struct LogRow {
    at: JstTime,
    actor: String,
    action: String,
    subject: Option<String>,
    /// An object for what the store notes of a screening, else a text.
    detail: Option<Value>,
}

impl LogRow {
    /// The detail in a cell: the fields of an object that have a value, or the text.
    fn detail(&self) -> Option<String> {
        match self.detail.as_ref()? {
            Value::String(text) => Some(text.clone()),
            Value::Object(fields) => {
                let set = fields.iter().filter(|(_, value)| !value.is_null());
                let shown = set.map(|(name, value)| match value {
                    Value::String(text) => format!("{name} {text}"),
                    other => format!("{name} {other}"),
                });
                Some(shown.collect::<Vec<_>>().join(", "))
            }
            other => Some(other.to_string()),
        }
    }
}

impl From<LogEntry> for LogRow {
    fn from(entry: LogEntry) -> Self {
        let LogEntry {
            at,
            actor,
            action,
            subject,
            detail,
            ..
        } = entry;
        Self {
            at,
            actor,
            action,
            subject,
            detail: detail.map(object_or_text),
        }
    }
}

/// What the store notes of a screening is an object; what commands note is a text.
fn object_or_text(detail: String) -> Value {
    let object = serde_json::from_str(&detail).ok().filter(Value::is_object);
    object.unwrap_or(Value::String(detail))
}

impl Row for LogRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("at", words::title_logged_at, |row: &Self, _| {
            Field::new(row.at.to_string())
        })
        .whole(),
        Column::new("actor", words::title_actor, |row: &Self, _| {
            Field::new(&row.actor)
        }),
        Column::new("action", words::title_action, |row: &Self, _| {
            Field::new(&row.action)
        })
        .whole(),
        Column::new("subject", words::title_subject, |row: &Self, _| {
            Field::maybe(row.subject.as_ref())
        })
        .whole(),
        Column::new("detail", words::title_detail, |row: &Self, _| {
            Field::maybe(row.detail())
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
    let (from, to) = args.range.ends(clock());
    let filter = LogFilter {
        from,
        to,
        limit: args.newest.rows(out),
    };
    let store = context.store_to_ask(config.as_ref())?;
    let walk = |each: &mut dyn FnMut(LogRow) -> ControlFlow<Error>| match &store {
        Some(store) => Ok(store.each_log_entry(&filter, |entry| each(entry.into()))?),
        None => Ok(ControlFlow::Continue(())),
    };
    let count = || {
        let counted = store.as_ref().map(|store| store.count_log_entries(&filter));
        Ok(counted.transpose()?.unwrap_or(0))
    };
    args.newest.list(out, &words::log_is_empty(), walk, count)?;
    Ok(Exit::Done)
}
