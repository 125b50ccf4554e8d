//! The table `log`: who changed or sent what, and when. It is append-only: the file itself refuses
//! to change or forget an entry. And what is changed of an event at O-PLUX from here: the store has
//! it after a good answer, with an entry in the log, and knows what need not be sent.

use rusqlite::{Connection, Row, ToSql, params};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Store, StoreError,
    events::{StoredEvent, number_of},
    list::{Filter, List},
};
use crate::domain::{
    event::{EventId, TroubleKind},
    order::OrderNumber,
    review::{Code, SETTLE_STATUSES, Update, Who},
    time::JstTime,
};

/// One entry, as JSON tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// When it was written.
    pub at: JstTime,
    /// Who: the user and what they ran.
    pub actor: String,
    /// What was done, by a name such as `screen.sent`.
    pub action: String,
    /// To what: an order number, a payment method's ID, a key of the configuration.
    pub subject: Option<String>,
    /// More about it: an object of what the store notes, a text of what commands note. Neither
    /// secrets nor personal data.
    pub detail: Option<Value>,
}

/// Which entries are asked for; the latest written comes first.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogFilter {
    /// None before this.
    pub from: Option<JstTime>,
    /// None after this.
    pub to: Option<JstTime>,
    /// So many at most.
    pub limit: Option<u64>,
}

impl Store {
    /// Writes an entry. Neither secrets nor personal data may stand in it.
    pub fn log(
        &mut self,
        at: JstTime,
        actor: &str,
        action: &str,
        subject: Option<&str>,
        detail: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(|tx| write_log(tx, at, actor, action, subject, detail))
    }
}

impl Filter for LogFilter {
    type Item = LogEntry;

    fn list(&self) -> List {
        let select = "SELECT at, actor, action, subject, detail FROM log".to_owned();
        let mut list = List::of("log", select, "at DESC, id DESC", self.limit);
        list.between("at", self.from, self.to);
        list
    }

    fn item(row: &Row<'_>) -> rusqlite::Result<LogEntry> {
        Ok(LogEntry {
            at: row.get(0)?,
            actor: row.get(1)?,
            action: row.get(2)?,
            subject: row.get(3)?,
            detail: row.get::<_, Option<String>>(4)?.map(object_or_text),
        })
    }
}

fn object_or_text(detail: String) -> Value {
    let object = serde_json::from_str(&detail).ok().filter(Value::is_object);
    object.unwrap_or(Value::String(detail))
}

/// Writes an entry within a transaction.
pub(super) fn write_log(
    conn: &Connection,
    at: JstTime,
    actor: &str,
    action: &str,
    subject: Option<&str>,
    detail: Option<&str>,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO log (at, actor, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![at, actor, action, subject, detail])
    .map(|_| ())
}

impl Store {
    /// Of these updates what is not so already, as far as the store knows.
    pub fn lacking(&self, id: &EventId, updates: Vec<Update>) -> Result<Vec<Update>, StoreError> {
        let Some(event) = self.event(id)? else {
            return Ok(updates);
        };
        Ok(updates
            .iter()
            .filter_map(|it| lacking(&event, it))
            .collect())
    }

    /// Keeps an update that O-PLUX has taken, and notes it in the log: who, when and what, but for
    /// the words of a memo, as the log is never rid of anything. An event that the store does not
    /// have is in the log alone.
    pub fn keep_update(
        &mut self,
        id: &EventId,
        update: &Update,
        at: JstTime,
        actor: &str,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let set = |column: &str, value: &dyn ToSql| {
                let sql = format!("UPDATE events SET {column} = ?2 WHERE event_id = ?1");
                tx.prepare_cached(&sql)?.execute(params![id, value])
            };
            match update {
                Update::Review { result, memo } => {
                    if let Some(result) = result {
                        set("manual_result", result)?;
                    }
                    if let Some(memo) = memo {
                        set("memo", &Some(memo).filter(|memo| !memo.is_empty()))?;
                    }
                }
                Update::Settle(status) => {
                    set("settle_status", &status.number)?;
                }
                Update::Blacklist { who, .. } => {
                    let column = ["black_buyer", "black_delivery"][place(*who)];
                    set(column, &categories(update))?;
                }
                Update::Deleted(deleted) => {
                    set("deleted", deleted)?;
                }
            }
            let action = format!("event.{}", update.name());
            log_update(tx, id, update, &action, None, (at, actor))
        })
    }

    /// Notes an update in the log that was sent, and that O-PLUX has refused, or of which it is not
    /// known whether O-PLUX has taken it.
    pub fn note_failed_update(
        &mut self,
        id: &EventId,
        update: &Update,
        why: TroubleKind,
        at: JstTime,
        actor: &str,
    ) -> Result<(), StoreError> {
        let action = match why.is_refusal() {
            true => "event.failed",
            false => "event.unknown",
        };
        let error = Some(why.code());
        self.write(|tx| log_update(tx, id, update, action, error, (at, actor)))
    }
}

/// What of an update is not so already; none where all of it is.
fn lacking(event: &StoredEvent, update: &Update) -> Option<Update> {
    match update {
        Update::Review { result, memo } => {
            let known = event.record.manual_result.as_deref();
            let result = result.filter(|result| known != Some(result.name()));
            let known = event.record.memo.as_deref().unwrap_or_default();
            let memo = memo.clone().filter(|memo| memo != known);
            let is_something = result.is_some() || memo.is_some();
            is_something.then_some(Update::Review { result, memo })
        }
        Update::Settle(status) => {
            let known = event.record.settle_status.as_deref();
            let known = known.and_then(|text| Code::find(&SETTLE_STATUSES, text));
            (known != Some(status)).then(|| update.clone())
        }
        Update::Blacklist { who, .. } => {
            let known = event.blacklisted[place(*who)].as_deref();
            (known != Some(&categories(update))).then(|| update.clone())
        }
        Update::Deleted(deleted) => (event.deleted != Some(*deleted)).then(|| update.clone()),
    }
}

fn place(who: Who) -> usize {
    match who {
        Who::Buyer => 0,
        Who::Delivery => 1,
    }
}

/// The codes of the categories of an entry, nothing of what takes one off.
fn categories(update: &Update) -> String {
    let Update::Blacklist {
        reasons: Some((payment, other)),
        ..
    } = update
    else {
        return String::new();
    };
    let codes = [Some(*payment), *other].into_iter().flatten();
    codes.map(|code| code.number).collect::<Vec<_>>().join(" ")
}

/// Notes an update of an event within a transaction: who sent it, when, and how it ended.
fn log_update(
    conn: &Connection,
    id: &EventId,
    update: &Update,
    action: &str,
    error: Option<&str>,
    (at, actor): (JstTime, &str),
) -> rusqlite::Result<()> {
    let mut detail = Map::from_iter([("event_id".to_owned(), json!(id))]);
    let fields = update.noted().into_iter();
    detail.extend(fields.map(|(name, value)| (name.to_owned(), value.into())));
    detail.extend(error.map(|code| ("error".to_owned(), code.into())));
    let detail = json!(detail).to_string();
    let number = number_of(conn, id)?;
    let subject = number.as_ref().map_or(id.0.as_str(), OrderNumber::as_str);
    write_log(conn, at, actor, action, Some(subject), Some(&detail))
}
