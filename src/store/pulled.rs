//! The table `pulled`, and how what O-PLUX says of an event comes into the store (`pull events`).
//!
//! O-PLUX's word is later than whatever the store has: what an answer holds replaces it, an empty
//! memo too. What an answer leaves out stays.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    Store, StoreError,
    events::{self, StoredEvent},
    log, updates,
    values::{ReasonSets, of_json, to_json},
};
use crate::domain::{
    event::{EventId, Reason, Service, Similar},
    order::OrderNumber,
    pulled::{PulledEvent, Rule, Score, SimilarEvent},
    review::Who,
    time::JstTime,
};

/// Who pulls, when and from where.
#[derive(Debug, Clone, Copy)]
pub struct Pull<'p> {
    /// The service that is asked.
    pub service: Service,
    /// When it answered.
    pub at: JstTime,
    /// Who asks, for the log.
    pub actor: &'p str,
}

/// What became of an event that was pulled.
#[derive(Debug, Clone, PartialEq)]
pub enum PulledInto {
    /// The store has it.
    Kept {
        /// Its 加盟店管理ID.
        number: OrderNumber,
        /// Whether the store had not known it.
        is_new: bool,
        /// What is other than it was.
        changes: Vec<Change>,
    },
    /// Nothing was kept: nobody says under which number O-PLUX files it.
    NumberUnknown,
}

/// A field of an event that is other than it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Its name in JSON.
    pub field: &'static str,
    /// What the store had.
    pub was: Value,
    /// What O-PLUX says.
    pub now: Value,
}

/// What the store has of an event besides what lists show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EventDetails {
    /// When O-PLUX was last asked about it; none where it never was.
    pub pulled_at: Option<JstTime>,
    /// Until when O-PLUX waits for a decision.
    pub deadline: Option<JstTime>,
    /// The reason of the manual result.
    pub manual_reason: Option<String>,
    /// What the rules add up to.
    pub score: Option<Score>,
    /// Every rule of the model, whether it fired or not.
    #[serde(rename = "all_rules")]
    pub rules: Vec<Rule>,
    /// Taken out of matching from here.
    pub deleted: Option<bool>,
    /// Put on the blacklist from here: `buyer`, `delivery`; none where nothing is known of it.
    pub blacklisted: Option<Vec<&'static str>>,
    /// The similar events with what they have in common.
    #[serde(skip)]
    pub similars: Vec<(SimilarEvent, Option<String>)>,
}

impl Store {
    /// The events of `service` that wait for a person: HOLD or REVIEW, without a manual result, and
    /// requested at `since` or later; the oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn open_events(
        &self,
        service: Service,
        since: JstTime,
    ) -> Result<Vec<EventId>, StoreError> {
        self.read(|conn| {
            let mut statement = conn.prepare(
                "SELECT event_id, requested_at FROM events
                 WHERE service = ?1 AND auto_result IN ('HOLD', 'REVIEW')
                     AND manual_result IS NULL AND (requested_at >= ?2 OR requested_at IS NULL)",
            )?;
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let rows = statement.query_map(params![service, since], row)?;
            let rows: Vec<(EventId, Option<JstTime>)> = rows.collect::<Result<_, _>>()?;
            // One without a time has that with which its ID begins.
            let timed = rows
                .into_iter()
                .map(|(id, at)| (at.or_else(|| id.time()), id));
            let mut open: Vec<_> = timed.filter(|(at, _)| *at >= Some(since)).collect();
            open.sort();
            Ok(open.into_iter().map(|(_, id)| id).collect())
        })
    }

    /// Keeps what O-PLUX says of an event. `number` is the 加盟店管理ID where the caller knows it and
    /// neither the store nor the answer does.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep_pulled(
        &mut self,
        event: &PulledEvent,
        number: Option<&OrderNumber>,
        pull: Pull<'_>,
    ) -> Result<PulledInto, StoreError> {
        self.write(|tx| {
            let before = Before::of(tx, &event.event_id)?;
            let named = event.merchant_management_id.as_ref().or(number).cloned();
            let (number, is_new) = match &before {
                Some(before) => (before.number.clone(), false),
                None => match named
                    .map_or_else(|| number_by_similars(tx, &event.event_id), |n| Ok(Some(n)))?
                {
                    Some(number) => (number, true),
                    None => return Ok(PulledInto::NumberUnknown),
                },
            };
            let before = before.unwrap_or_else(|| Before::nothing(number.clone()));
            let now = before.after(event);
            put(tx, &event.event_id, &now, pull)?;
            let changes = changes(&before, &now);
            if is_new || !changes.is_empty() {
                let detail = detail(&event.event_id, &changes);
                let subject = Some(number.as_str());
                log::write(
                    tx,
                    pull.at,
                    pull.actor,
                    "event.pulled",
                    subject,
                    Some(&detail),
                )?;
            }
            Ok(PulledInto::Kept {
                number,
                is_new,
                changes,
            })
        })
    }

    /// What the store has of an event besides what lists show.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event_details(&self, id: &EventId) -> Result<EventDetails, StoreError> {
        self.read(|conn| details(conn, id))
    }
}

/// What the store has of an event, and then what it is to have.
#[derive(Debug, Clone)]
struct Before {
    number: OrderNumber,
    requested_at: Option<JstTime>,
    auto_result: Option<String>,
    manual_result: Option<String>,
    memo: Option<String>,
    reasons: Vec<Reason>,
    /// Those of the register call.
    registered: Vec<Similar>,
    deadline: Option<JstTime>,
    manual_reason: Option<String>,
    score: Option<Score>,
    rules: Option<Vec<Rule>>,
    similars: Option<Vec<SimilarEvent>>,
}

impl Before {
    fn nothing(number: OrderNumber) -> Self {
        Self {
            number,
            requested_at: None,
            auto_result: None,
            manual_result: None,
            memo: None,
            reasons: vec![],
            registered: vec![],
            deadline: None,
            manual_reason: None,
            score: None,
            rules: None,
            similars: None,
        }
    }

    fn of(conn: &Connection, id: &EventId) -> rusqlite::Result<Option<Self>> {
        let Some(StoredEvent {
            record, similars, ..
        }) = events::of_id(conn, id)?
        else {
            return Ok(None);
        };
        let mut before = Self {
            requested_at: record.requested_at,
            auto_result: record.auto_result,
            manual_result: record.manual_result,
            memo: record.memo,
            reasons: record.reasons,
            registered: similars,
            ..Self::nothing(record.merchant_management_id)
        };
        let mut statement = conn.prepare_cached(
            "SELECT deadline, manual_reason, score, rules, similars FROM pulled
             WHERE event_id = ?1",
        )?;
        let mut rows = statement.query([id])?;
        if let Some(row) = rows.next()? {
            before.deadline = row.get(0)?;
            before.manual_reason = row.get(1)?;
            before.score = json_at(row, 2)?;
            before.rules = json_at(row, 3)?;
            before.similars = json_at(row, 4)?;
        }
        Ok(Some(before))
    }

    /// The same after O-PLUX has spoken.
    fn after(&self, event: &PulledEvent) -> Self {
        let mut after = self.clone();
        after.requested_at = event.requested_at.or(self.requested_at);
        after.deadline = event.deadline.or(self.deadline);
        after.auto_result = event.auto_result.clone().or(after.auto_result);
        if let Some(manual_result) = &event.manual_result {
            after.manual_result.clone_from(manual_result);
        }
        if let Some(memo) = &event.memo {
            after.memo.clone_from(memo);
        }
        if let Some(reason) = &event.manual_reason {
            after.manual_reason.clone_from(reason);
        }
        after.score = event.score.clone().or(after.score);
        after.rules = event.rules.clone().or(after.rules);
        after.similars = event.similars.clone().or(after.similars);
        let fired = event.reasons();
        if !fired.is_empty() {
            after.reasons = fired
                .into_iter()
                .map(|reason| self.worded(reason))
                .collect();
        }
        after
    }

    /// A reason with the words that the store has for its code, where O-PLUX gives none.
    fn worded(&self, reason: Reason) -> Reason {
        let known = || {
            let known = self.reasons.iter().find(|known| known.code == reason.code);
            known.and_then(|known| known.description.clone())
        };
        Reason {
            description: reason.description.clone().or_else(known),
            code: reason.code,
        }
    }

    /// The IDs of the similar events, those of O-PLUX's last word where there is one.
    fn similar_ids(&self) -> Vec<&EventId> {
        match &self.similars {
            Some(similars) => similars.iter().map(|similar| &similar.event_id).collect(),
            None => self
                .registered
                .iter()
                .map(|similar| &similar.event_id)
                .collect(),
        }
    }
}

/// What is other than it was, field by field.
fn changes(before: &Before, now: &Before) -> Vec<Change> {
    let codes = |reasons: &[Reason]| -> Vec<Value> {
        let named = reasons.iter();
        named
            .map(|reason| json!(reason.code.as_ref().or(reason.description.as_ref())))
            .collect()
    };
    let sides = |side: &Before| {
        [
            ("requested_at", json!(side.requested_at)),
            ("deadline", json!(side.deadline)),
            ("auto_result", json!(side.auto_result)),
            ("manual_result", json!(side.manual_result)),
            ("memo", json!(side.memo)),
            ("manual_reason", json!(side.manual_reason)),
            ("score", json!(side.score)),
            ("rules", json!(codes(&side.reasons))),
            ("similars", json!(side.similar_ids())),
        ]
    };
    let pairs = sides(before).into_iter().zip(sides(now));
    let changed = pairs.filter(|((_, was), (_, now))| was != now);
    changed
        .map(|((field, was), (_, now))| Change { field, was, now })
        .collect()
}

/// What the log says of a pull: results with what they were, of all else the name alone. A memo
/// is free text, and the log is never rid of anything.
fn detail(id: &EventId, changes: &[Change]) -> String {
    let mut detail = Map::from_iter([("event_id".to_owned(), json!(id))]);
    let mut others = Vec::new();
    for Change { field, was, now } in changes {
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        match *field {
            "auto_result" | "manual_result" => {
                let said = format!("{} -> {}", word(was), word(now));
                detail.insert((*field).to_owned(), said.into());
            }
            other => others.push(other),
        }
    }
    if !others.is_empty() {
        detail.insert("changed".to_owned(), others.join(", ").into());
    }
    Value::Object(detail).to_string()
}

fn put(conn: &Connection, id: &EventId, now: &Before, pull: Pull<'_>) -> rusqlite::Result<()> {
    // An event that was screened from here stays one.
    conn.prepare_cached(
        "INSERT INTO events (event_id, merchant_management_id, requested_at, service, auto_result,
                             manual_result, memo, origin, stored_at, reason_set)
         VALUES (:event_id, :number, :requested_at, :service, :auto_result, :manual_result, :memo,
                 'pull', :at, :reason_set)
         ON CONFLICT (event_id) DO UPDATE SET
             requested_at = excluded.requested_at, auto_result = excluded.auto_result,
             manual_result = excluded.manual_result, memo = excluded.memo,
             reason_set = excluded.reason_set,
             service = iif(origin = 'screen', service, excluded.service),
             origin = iif(origin = 'screen', origin, 'pull')",
    )?
    .execute(named_params! {
        ":event_id": id,
        ":number": now.number,
        ":requested_at": now.requested_at,
        ":service": pull.service,
        ":auto_result": now.auto_result,
        ":manual_result": now.manual_result,
        ":memo": now.memo,
        ":at": pull.at,
        ":reason_set": ReasonSets::default().of(conn, &now.reasons)?,
    })?;
    conn.prepare_cached(
        "INSERT OR REPLACE INTO pulled (event_id, pulled_at, deadline, manual_reason, score, rules,
                                        similars)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        id,
        pull.at,
        now.deadline,
        now.manual_reason,
        now.score.as_ref().map(to_json).transpose()?,
        now.rules.as_ref().map(to_json).transpose()?,
        now.similars.as_ref().map(to_json).transpose()?,
    ])
    .map(|_| ())
}

fn details(conn: &Connection, id: &EventId) -> rusqlite::Result<EventDetails> {
    let mut details = EventDetails::default();
    let Some(StoredEvent {
        similars: registered,
        ..
    }) = events::of_id(conn, id)?
    else {
        return Ok(details);
    };
    let state = updates::state(conn, id)?;
    details.deleted = state.deleted;
    let is_known = state.blacklisted.iter().any(Option::is_some);
    let listed = Who::ALL.into_iter().zip(&state.blacklisted);
    let listed = listed.filter(|(_, codes)| codes.as_ref().is_some_and(|codes| !codes.is_empty()));
    details.blacklisted = is_known.then(|| listed.map(|(who, _)| who.name()).collect());
    let mut statement = conn.prepare_cached(
        "SELECT pulled_at, deadline, manual_reason, score, rules, similars FROM pulled
         WHERE event_id = ?1",
    )?;
    let mut rows = statement.query([id])?;
    let mut pulled: Option<Vec<SimilarEvent>> = None;
    if let Some(row) = rows.next()? {
        details.pulled_at = row.get(0)?;
        details.deadline = row.get(1)?;
        details.manual_reason = row.get(2)?;
        details.score = json_at(row, 3)?;
        details.rules = json_at(row, 4)?;
        pulled = json_at(row, 5)?;
    }
    let bare = |similar: &Similar| SimilarEvent {
        event_id: similar.event_id.clone(),
        rule_code: None,
        touchpoints: None,
    };
    let similars = pulled.unwrap_or_else(|| registered.iter().map(bare).collect());
    for similar in similars {
        // The register call names the number, the get does not; the store may have the event.
        let named = registered
            .iter()
            .find(|known| known.event_id == similar.event_id);
        let number = match named.and_then(|known| known.merchant_management_id.clone()) {
            Some(number) => Some(number),
            None => {
                let number = updates::state(conn, &similar.event_id)?.number;
                number.map(|number| number.to_string())
            }
        };
        details.similars.push((similar, number));
    }
    Ok(details)
}

/// The 加盟店管理ID that the register call told of another event's similar one. Reads all events.
fn number_by_similars(conn: &Connection, id: &EventId) -> rusqlite::Result<Option<OrderNumber>> {
    let number: Option<Option<String>> = conn
        .prepare(
            "SELECT json_extract(value, '$[1]') FROM events, json_each(events.similars)
             WHERE events.similars IS NOT NULL AND json_extract(value, '$[0]') = ?1
                 AND json_extract(value, '$[1]') IS NOT NULL LIMIT 1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(number.flatten().and_then(|number| number.parse().ok()))
}

/// The value of a column that [`to_json`] wrote; nothing of NULL.
fn json_at<T: DeserializeOwned + Default>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    of_json(row.get_ref(at)?.as_str_or_null()?)
}
