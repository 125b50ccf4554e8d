//! What the two services say themselves: of an event O-PLUX (`pull events`), in the table `pulled` and
//! in that of events; of orders ecforce (`pull orders`), and how far that has come.
//!
//! O-PLUX's word is later than whatever the store has: what an answer holds replaces it, an empty
//! memo too. What an answer leaves out stays.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Store, StoreError,
    attempts::Attempt,
    events::{self, Arrival, Origin, StoredEvent},
    log::{is_known, write_log},
    orders,
    outcome::{self, Short},
    table::{ReasonSets, of_json, to_json},
};
use crate::domain::{
    event::{
        EventId, EventRecord, PulledEvent, Reason, Rule, Score, Service, Similar, SimilarEvent,
    },
    order::{OrderNumber, OrderRecord},
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

/// An event that was pulled, as the store has it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its 加盟店管理ID.
    pub number: OrderNumber,
    /// Whether the store had not known it.
    pub is_new: bool,
    /// What is other than it was.
    pub changes: Vec<Change>,
    /// The screening from here of that number whose outcome stays unknown, and the event that does
    /// not settle it.
    pub still_unknown: Option<(Attempt, Short)>,
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

/// An order that was pulled.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptOrder {
    /// The order as the store has it now.
    pub order: OrderRecord,
    /// Whether the store had not known it.
    pub is_new: bool,
    /// What is other than it was; none of a new one.
    pub changes: Vec<Change>,
}

impl Store {
    /// The events of `service` that wait for a person, with their 加盟店管理ID: HOLD or REVIEW,
    /// without a manual result, and requested at `since` or later; the oldest first.
    pub fn open_events(
        &self,
        service: Service,
        since: JstTime,
    ) -> Result<Vec<(EventId, OrderNumber)>, StoreError> {
        self.read(|conn| {
            // `domain::event::waits_for_a_person` in SQL.
            let mut statement = conn.prepare(
                "SELECT event_id, merchant_management_id, requested_at FROM events
                 WHERE service = ?1 AND auto_result IN ('HOLD', 'REVIEW')
                     AND manual_result IS NULL AND (requested_at >= ?2 OR requested_at IS NULL)",
            )?;
            let row = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?), row.get(2)?));
            let rows = statement.query_map(params![service, since], row)?;
            let rows: Vec<((EventId, _), Option<JstTime>)> = rows.collect::<Result<_, _>>()?;
            // One without a time has that with which its ID begins.
            let timed = rows
                .into_iter()
                .map(|(event, at)| (at.or_else(|| event.0.time()), event));
            let mut open: Vec<_> = timed.filter(|(at, _)| *at >= Some(since)).collect();
            open.sort();
            Ok(open.into_iter().map(|(_, event)| event).collect())
        })
    }

    /// Keeps what O-PLUX says of an event. `number` is the 加盟店管理ID where the caller knows it and
    /// neither the store nor the answer does. Nothing is kept, and none given, where nobody says
    /// under which number O-PLUX files it.
    pub fn keep_pulled(
        &mut self,
        event: &PulledEvent,
        number: Option<&OrderNumber>,
        pull: Pull<'_>,
    ) -> Result<Option<Kept>, StoreError> {
        let id = &event.event_id;
        let path = self.path.clone();
        self.write(|tx| {
            let (before, is_new) = match events::of_id(tx, id)? {
                Some(stored) => (WholeEvent::of(tx, stored)?, false),
                None => {
                    let named = event.merchant_management_id.as_ref().or(number);
                    let number = match named {
                        Some(number) => Some(number.clone()),
                        None => number_by_similars(tx, id)?,
                    };
                    let Some(number) = number else {
                        return Ok(None);
                    };
                    let record = EventRecord::of(number, id.clone());
                    let details = EventDetails::default();
                    (WholeEvent { record, details }, true)
                }
            };
            let now = before.after(event);
            put(tx, &now, pull)?;
            let manual_result = event.manual_result.as_ref().map(|_| "manual_result");
            let memo = event.memo.as_ref().map(|_| "memo");
            for field in manual_result.into_iter().chain(memo) {
                is_known(tx, id, field)?;
            }
            let changes = before.changes(&now);
            let number = now.record.merchant_management_id;
            let mut still_unknown = None;
            if is_new || !changes.is_empty() {
                let numbers = [number.clone()].into();
                still_unknown = outcome::short_of_settling(tx, &path, &numbers)?.pop();
                let (subject, detail) = (Some(number.as_str()), Some(detail(id, &changes)));
                let (at, actor) = (pull.at, pull.actor);
                write_log(tx, at, actor, "event.pulled", subject, detail.as_deref())?;
            }
            Ok(Some(Kept {
                number,
                is_new,
                changes,
                still_unknown,
            }))
        })
    }

    /// What the store has of an event besides what lists show.
    pub fn event_details(&self, id: &EventId) -> Result<EventDetails, StoreError> {
        self.read(|conn| match events::of_id(conn, id)? {
            Some(stored) => Ok(WholeEvent::of(conn, stored)?.details),
            None => Ok(EventDetails::default()),
        })
    }
}

/// All that the store knows of an event, or is to know.
#[derive(Debug, Clone)]
struct WholeEvent {
    record: EventRecord,
    details: EventDetails,
}

impl WholeEvent {
    fn of(conn: &Connection, stored: StoredEvent) -> rusqlite::Result<Self> {
        let (record, registered) = (stored.record, stored.similars);
        let is_known = stored.blacklisted.iter().any(Option::is_some);
        let listed = Who::ALL.into_iter().zip(stored.blacklisted);
        let listed = listed.filter(|(_, codes)| codes.as_ref().is_some_and(|it| !it.is_empty()));
        let mut details = EventDetails {
            deleted: stored.deleted,
            blacklisted: is_known.then(|| listed.map(|(who, _)| who.name()).collect()),
            ..EventDetails::default()
        };
        let mut statement = conn.prepare_cached(
            "SELECT pulled_at, deadline, manual_reason, score, rules, similars FROM pulled
             WHERE event_id = ?1",
        )?;
        let mut rows = statement.query([&record.event_id])?;
        let mut pulled: Option<Vec<SimilarEvent>> = None;
        if let Some(row) = rows.next()? {
            details.pulled_at = row.get(0)?;
            details.deadline = row.get(1)?;
            details.manual_reason = row.get(2)?;
            details.score = of_json(row.get_ref(3)?)?;
            details.rules = of_json(row.get_ref(4)?)?;
            pulled = of_json(row.get_ref(5)?)?;
        }
        let bare = |similar: &Similar| SimilarEvent {
            event_id: similar.event_id.clone(),
            rule_code: None,
            touchpoints: None,
        };
        // O-PLUX's last word counts.
        let similars = pulled.unwrap_or_else(|| registered.iter().map(bare).collect());
        for similar in similars {
            // The register call names the number, the get does not; the store may have the event.
            let is_it = |known: &&Similar| known.event_id == similar.event_id;
            let named = registered.iter().find(is_it);
            let number = match named.and_then(|known| known.merchant_management_id.clone()) {
                Some(number) => Some(number),
                None => {
                    events::number_of(conn, &similar.event_id)?.map(|number| number.to_string())
                }
            };
            details.similars.push((similar, number));
        }
        Ok(Self { record, details })
    }

    /// The same after O-PLUX has spoken.
    fn after(&self, event: &PulledEvent) -> Self {
        let Self {
            mut record,
            mut details,
        } = self.clone();
        record.requested_at = event.requested_at.or(record.requested_at);
        record.auto_result = event.auto_result.clone().or(record.auto_result);
        details.deadline = event.deadline.or(details.deadline);
        details.score = event.score.clone().or(details.score);
        if let Some(manual_result) = &event.manual_result {
            record.manual_result.clone_from(manual_result);
        }
        if let Some(memo) = &event.memo {
            record.memo.clone_from(memo);
        }
        if let Some(reason) = &event.manual_reason {
            details.manual_reason.clone_from(reason);
        }
        if let Some(rules) = &event.rules {
            details.rules.clone_from(rules);
        }
        if let Some(similars) = &event.similars {
            let unnamed = similars.iter().map(|similar| (similar.clone(), None));
            details.similars = unnamed.collect();
        }
        let fired = event.reasons();
        if !fired.is_empty() {
            let worded = fired.into_iter().map(|reason| self.worded(reason));
            record.reasons = worded.collect();
        }
        Self { record, details }
    }

    /// A reason with the words that the store has for its code, where O-PLUX gives none.
    fn worded(&self, reason: Reason) -> Reason {
        let known = || {
            let mut known = self.record.reasons.iter();
            let known = known.find(|known| known.code == reason.code);
            known.and_then(|known| known.description.clone())
        };
        Reason {
            description: reason.description.clone().or_else(known),
            code: reason.code,
        }
    }

    /// What is other than it was, field by field.
    fn changes(&self, now: &Self) -> Vec<Change> {
        let sides = |Self { record, details }: &Self| {
            let reasons = record.reasons.iter();
            let rules = reasons.map(|reason| reason.code.as_ref().or(reason.description.as_ref()));
            let similars = details.similars.iter();
            let similars = similars.map(|(similar, _)| &similar.event_id);
            [
                ("requested_at", json!(record.requested_at)),
                ("deadline", json!(details.deadline)),
                ("auto_result", json!(record.auto_result)),
                ("manual_result", json!(record.manual_result)),
                ("memo", json!(record.memo)),
                ("manual_reason", json!(details.manual_reason)),
                ("score", json!(details.score)),
                ("rules", json!(rules.collect::<Vec<_>>())),
                ("similars", json!(similars.collect::<Vec<_>>())),
            ]
        };
        let pairs = sides(self).into_iter().zip(sides(now));
        let changed = pairs.filter(|((_, was), (_, now))| was != now);
        changed
            .map(|((field, was), (_, now))| Change { field, was, now })
            .collect()
    }
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

fn put(conn: &Connection, now: &WholeEvent, pull: Pull<'_>) -> rusqlite::Result<()> {
    let WholeEvent { record, details } = now;
    let arrival = Arrival {
        origin: Origin::Pull,
        service: Some(pull.service),
        at: pull.at,
    };
    // It is told under the number that the store has of it.
    let _ = events::put(conn, record, &mut ReasonSets::default(), arrival)?;
    // What is empty now is so, too.
    conn.prepare_cached("UPDATE events SET manual_result = ?2, memo = ?3 WHERE event_id = ?1")?
        .execute(params![record.event_id, record.manual_result, record.memo])?;
    let similars = details.similars.iter().map(|(similar, _)| similar);
    conn.prepare_cached(
        "INSERT OR REPLACE INTO pulled (event_id, pulled_at, deadline, manual_reason, score, rules,
                                        similars)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        record.event_id,
        pull.at,
        details.deadline,
        details.manual_reason,
        details.score.as_ref().map(to_json).transpose()?,
        to_json(&details.rules)?,
        to_json(&similars.collect::<Vec<_>>())?,
    ])
    .map(|_| ())
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

impl Store {
    /// Keeps orders that ecforce itself gives, all or none, as `import orders` does; besides it is
    /// told what changed, and a result that changes stays in the log. `actor` is who pulls, for the log.
    pub fn keep_orders(
        &mut self,
        orders: Vec<OrderRecord>,
        at: JstTime,
        actor: &str,
    ) -> Result<Vec<KeptOrder>, StoreError> {
        self.write(|tx| {
            let mut sets = ReasonSets::default();
            let mut kept = Vec::new();
            for order in orders {
                let before = orders::of_number(tx, &order.number)?;
                orders::put(tx, &order, &mut sets)?;
                let number = order.number.clone();
                let now = orders::of_number(tx, &number)?.unwrap_or(order);
                let changes = before.as_ref().map(|before| order_changes(before, &now));
                let changes = changes.unwrap_or_default();
                let result = changes.iter().find(|change| change.field == "result");
                if let Some(Change { was, now, .. }) = result
                    && let (Some(was), Some(now)) = (was.as_str(), now.as_str())
                {
                    let detail = json!({"result": format!("{was} -> {now}")}).to_string();
                    let (subject, detail) = (Some(number.as_str()), Some(detail.as_str()));
                    write_log(tx, at, actor, "order.pulled", subject, detail)?;
                }
                kept.push(KeptOrder {
                    order: now,
                    is_new: before.is_none(),
                    changes,
                });
            }
            Ok(kept)
        })
    }

    /// From when on `source` is to be asked next; none where it never was.
    pub fn pull_mark(&self, source: &str) -> Result<Option<JstTime>, StoreError> {
        self.read(|conn| {
            conn.prepare("SELECT at FROM pull_marks WHERE source = ?1")?
                .query_row([source], |row| row.get(0))
                .optional()
        })
    }

    /// Notes from when on `source` is to be asked next.
    pub fn set_pull_mark(&mut self, source: &str, at: JstTime) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO pull_marks (source, at) VALUES (?1, ?2)",
                params![source, at],
            )
            .map(|_| ())
        })
    }
}

/// What is other than it was, by the names of the fields in JSON.
fn order_changes(before: &OrderRecord, now: &OrderRecord) -> Vec<Change> {
    let (before, now) = (json!(before), json!(now));
    let change = |field| Change {
        field,
        was: before[field].clone(),
        now: now[field].clone(),
    };
    let all = orders::COLUMNS
        .iter()
        .copied()
        .chain(["reason"])
        .map(change);
    all.filter(|change| change.was != change.now).collect()
}
