//! What was changed of an event at O-PLUX from here: the store has it after a good answer, and knows
//! what need not be sent.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::{Store, StoreError, log};
use crate::domain::{
    event::EventId,
    order::OrderNumber,
    review::{Code, SETTLE_STATUSES, Update, Who},
    time::JstTime,
};

/// What the store knows of an event that updates change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventState {
    /// 加盟店管理ID; none where the store has no such event.
    pub number: Option<OrderNumber>,
    /// 目視審査結果, as it came.
    pub manual_result: Option<String>,
    /// 目視審査メモ.
    pub memo: Option<String>,
    /// 決済ステータス, as it came.
    pub settle_status: Option<String>,
    /// Taken out of matching, or taken back.
    pub deleted: Option<bool>,
    /// Of buyer and delivery address: the codes of the categories, nothing where they were taken
    /// off the blacklist; none where nothing is known.
    pub blacklisted: [Option<String>; 2],
}

impl EventState {
    /// What of an update is not so already; none where all of it is.
    pub fn lacking(&self, update: &Update) -> Option<Update> {
        match update {
            Update::Review { result, memo } => {
                let known = self.manual_result.as_deref();
                let result = result.filter(|result| known != Some(result.name()));
                let known = self.memo.as_deref().unwrap_or_default();
                let memo = memo.clone().filter(|memo| memo != known);
                let is_something = result.is_some() || memo.is_some();
                is_something.then_some(Update::Review { result, memo })
            }
            Update::Settle(status) => {
                let known = self.settle_status.as_deref();
                let known = known.and_then(|text| Code::find(&SETTLE_STATUSES, text));
                (known != Some(status)).then(|| update.clone())
            }
            Update::Blacklist { who, .. } => {
                let known = self.blacklisted[place(*who)].as_deref();
                (known != Some(&categories(update))).then(|| update.clone())
            }
            Update::Deleted(deleted) => (self.deleted != Some(*deleted)).then(|| update.clone()),
        }
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

/// What the store knows of this event.
pub(super) fn state(conn: &Connection, id: &EventId) -> rusqlite::Result<EventState> {
    let state = conn
        .prepare_cached(
            "SELECT merchant_management_id, manual_result, memo, settle_status, deleted,
                    black_buyer, black_delivery FROM events WHERE event_id = ?1",
        )?
        .query_row([id], |row| {
            Ok(EventState {
                number: row.get(0)?,
                manual_result: row.get(1)?,
                memo: row.get(2)?,
                settle_status: row.get(3)?,
                deleted: row.get(4)?,
                blacklisted: [row.get(5)?, row.get(6)?],
            })
        })
        .optional()?;
    Ok(state.unwrap_or_default())
}

impl Store {
    /// What the store knows of this event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event_state(&self, id: &EventId) -> Result<EventState, StoreError> {
        self.read(|conn| state(conn, id))
    }

    /// Keeps an update that O-PLUX has taken, and notes it in the log: who, when and what, but for
    /// the words of a memo, as the log is never rid of anything. An event that the store does not
    /// have is in the log alone.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep_update(
        &mut self,
        id: &EventId,
        update: &Update,
        at: JstTime,
        actor: &str,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let set = |column: &str, value: &dyn rusqlite::ToSql| {
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
            let mut detail = serde_json::Map::from_iter([("event_id".to_owned(), json!(id))]);
            for (name, value) in update.fields() {
                let value = match name {
                    "memo" => format!("({} characters)", value.chars().count()),
                    _ => value,
                };
                detail.insert(name.to_owned(), value.into());
            }
            let detail = serde_json::Value::Object(detail).to_string();
            let number = state(tx, id)?.number;
            let subject = number.as_ref().map_or(id.0.as_str(), OrderNumber::as_str);
            let action = format!("event.{}", update.name());
            log::write(tx, at, actor, &action, Some(subject), Some(&detail))
        })
    }
}
