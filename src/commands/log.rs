//! `oplux log`: who changed or sent what, and when.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use crate::{
    domain::time::JstTime,
    exit::Exit,
    locales::{Lang, Text, args, log as words, usage::Refused},
    output::{Format, list, list::Row, table::Field},
    store::{LogEntry, LogFilter},
};

/// The rows of a table on a terminal, where no limit is given.
const ROWS_ON_A_TERMINAL: u64 = 50;

/// Show who changed or sent what, and when
///
/// The log is append-only. It holds neither secrets nor personal data of orders.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// From this date, or date and time, on
    #[arg(long, value_name = "TIME", value_parser = from)]
    from: Option<JstTime>,
    /// To this time; a date alone means that whole day
    #[arg(long, value_name = "TIME", value_parser = to)]
    to: Option<JstTime>,
    /// At most so many entries, the newest first
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

fn from(text: &str) -> Result<JstTime, Refused> {
    text.parse().map_err(|_| Refused(args::time()))
}

fn to(text: &str) -> Result<JstTime, Refused> {
    JstTime::end_of_range(text).map_err(|_| Refused(args::time()))
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
    const FIELDS: &'static [&'static str] = &["at", "actor", "action", "subject", "detail"];
    const UNWRAPPED: &'static [usize] = &[0, 2, 3];

    fn titles() -> Vec<Text> {
        vec![
            words::title_at(),
            words::title_actor(),
            words::title_action(),
            words::title_subject(),
            words::title_detail(),
        ]
    }

    fn cells(&self, _: Lang) -> Vec<Field> {
        vec![
            Field::new(self.at.to_string()),
            Field::new(&self.actor),
            Field::new(&self.action),
            Field::maybe(self.subject.as_ref()),
            Field::maybe(self.detail()),
        ]
    }
}

/// Runs the command.
///
/// # Errors
/// Where the store cannot be used.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let config = context.config_if_any()?;
    let out = &context.out;
    let is_page = out.is_terminal() && out.format == Format::Table;
    let limit = args.limit.or(is_page.then_some(ROWS_ON_A_TERMINAL));
    // One more than is shown, to know whether there is more.
    let filter = LogFilter {
        from: args.from,
        before: args.to.map(|to| to.plus_seconds(1)),
        limit: limit.map(|limit| limit.saturating_add(1)),
    };
    let mut entries = match context.store_if_any(config.as_ref())? {
        Some(store) => store.log_entries(&filter)?,
        None => vec![],
    };
    let shown = limit.map_or(entries.len(), |limit| entries.len().min(limit as usize));
    let has_more = entries.len() > shown;
    entries.truncate(shown);
    let rows: Vec<LogRow> = entries.into_iter().map(LogRow::from).collect();
    list::write(out, &rows, &words::empty())?;
    if out.format == Format::Table && has_more {
        out.note(&words::more());
    }
    Ok(Exit::Done)
}
