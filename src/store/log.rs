//! The table `log`: who changed or sent what, and when. It is append-only: the file itself refuses
//! to change or forget an entry. And what is changed of an event at O-PLUX from here: the store has
//! it after a good answer, with an entry in the log, and knows what need not be sent: nothing of which
//! an update was sent that may have been taken (the table `doubts`).

use std::collections::HashSet;

use rusqlite::{Connection, Row, params, types};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Store, StoreError,
    events::{self, StoredEvent, number_of},
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
        self.read(|conn| {
            let Some(event) = events::of_id(conn, id)? else {
                return Ok(updates);
            };
            let doubts: HashSet<String> = conn
                .prepare_cached("SELECT field FROM doubts WHERE event_id = ?1")?
                .query_map([id], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let updates = updates.iter();
            Ok(updates
                .filter_map(|it| lacking(&event, it, &doubts))
                .collect())
        })
    }

    /// Notes that an update is about to be sent. From here on what it sets is in doubt, also where
    /// a kill cuts it off. Gives what was not so before, to be given back where it fails.
    pub fn begin_update(
        &mut self,
        id: &EventId,
        update: &Update,
        at: JstTime,
        actor: &str,
    ) -> Result<Vec<&'static str>, StoreError> {
        self.write(|tx| {
            log_update(tx, id, update, "event.sent", None, (at, actor))?;
            doubt(tx, id, update)
        })
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
            for (field, value) in set_by(update) {
                let sql = format!("UPDATE events SET {field} = ?2 WHERE event_id = ?1");
                tx.prepare_cached(&sql)?.execute(params![id, value])?;
                is_known(tx, id, field)?;
            }
            let action = format!("event.{}", update.name());
            log_update(tx, id, update, &action, None, (at, actor))
        })
    }

    /// Notes how an update failed that was begun: it was certainly not taken, and what
    /// [`Store::begin_update`] put in doubt (`doubted`) no longer is; or it may have been.
    pub fn note_failed_update(
        &mut self,
        id: &EventId,
        update: &Update,
        why: TroubleKind,
        doubted: &[&'static str],
        at: JstTime,
        actor: &str,
    ) -> Result<(), StoreError> {
        let error = Some(why.code());
        self.write(|tx| {
            let action = if why.may_be_done() {
                // A pull that came between may have asked before it arrived.
                doubt(tx, id, update)?;
                "event.unknown"
            } else {
                for field in doubted {
                    is_known(tx, id, field)?;
                }
                "event.failed"
            };
            log_update(tx, id, update, action, error, (at, actor))
        })
    }
}

/// The columns that an update sets, and to what.
fn set_by(update: &Update) -> Vec<(&'static str, types::Value)> {
    match update {
        Update::Review { result, memo } => {
            let result = result.map(|result| ("manual_result", result.name().to_owned().into()));
            let memo = memo.as_ref().map(|memo| {
                let memo = Some(memo.clone()).filter(|memo| !memo.is_empty());
                ("memo", memo.into())
            });
            result.into_iter().chain(memo).collect()
        }
        Update::Settle(status) => vec![("settle_status", status.number.to_owned().into())],
        Update::Blacklist { who, .. } => {
            vec![(BLACKLISTED[place(*who)], categories(update).into())]
        }
        Update::Deleted(deleted) => vec![("deleted", (*deleted).into())],
    }
}

/// Puts what an update sets in doubt. Gives the columns that were not before.
fn doubt(conn: &Connection, id: &EventId, update: &Update) -> rusqlite::Result<Vec<&'static str>> {
    let sql = "INSERT OR IGNORE INTO doubts (event_id, field) VALUES (?1, ?2)";
    let mut statement = conn.prepare_cached(sql)?;
    let mut doubted = Vec::new();
    for (field, _) in set_by(update) {
        if statement.execute(params![id, field])? > 0 {
            doubted.push(field);
        }
    }
    Ok(doubted)
}

/// Notes that O-PLUX has said how a field of an event is.
pub(super) fn is_known(conn: &Connection, id: &EventId, field: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM doubts WHERE event_id = ?1 AND field = ?2")?
        .execute(params![id, field])
        .map(|_| ())
}

/// What of an update is not so already; none where all of it is.
fn lacking(event: &StoredEvent, update: &Update, doubts: &HashSet<String>) -> Option<Update> {
    let is_sure = |field: &str| !doubts.contains(field);
    match update {
        Update::Review { result, memo } => {
            let known = event.record.manual_result.as_deref();
            let known = known.filter(|_| is_sure("manual_result"));
            let result = result.filter(|result| known != Some(result.name()));
            let known = is_sure("memo").then(|| event.record.memo.as_deref().unwrap_or_default());
            let memo = memo.clone().filter(|memo| known != Some(memo));
            let is_something = result.is_some() || memo.is_some();
            is_something.then_some(Update::Review { result, memo })
        }
        Update::Settle(status) => {
            let known = event.record.settle_status.as_deref();
            let known = known.filter(|_| is_sure("settle_status"));
            let known = known.and_then(|text| Code::find(&SETTLE_STATUSES, text));
            (known != Some(status)).then(|| update.clone())
        }
        Update::Blacklist { who, .. } => {
            let known = event.blacklisted[place(*who)].as_deref();
            let known = known.filter(|_| is_sure(BLACKLISTED[place(*who)]));
            (known != Some(&categories(update))).then(|| update.clone())
        }
        Update::Deleted(deleted) => {
            let known = event.deleted.filter(|_| is_sure("deleted"));
            (known != Some(*deleted)).then(|| update.clone())
        }
    }
}

/// The columns of [`place`].
const BLACKLISTED: [&str; 2] = ["black_buyer", "black_delivery"];

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
