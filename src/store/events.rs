//! The table `events`: screenings, as O-PLUX keeps them, and how they came in.

use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params, types::Null};

use super::{
    Store, StoreError,
    list::{Filter, List},
    table::{self, Put, ReasonSets, Table, by_name, columns, of_json, reasons, replaced, to_json},
};
use crate::domain::{
    disposition::Disposition,
    event::{AutoResult, Event, EventId, EventRecord, Service, Similar},
    named,
    order::OrderNumber,
    text::folded,
    time::JstTime,
};

named! {
    /// How an event came into the store. What is later here knows more of it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Origin {
        /// From an export of O-PLUX's admin screen.
        Import = "import",
        /// From O-PLUX's API (get an event).
        Pull = "pull",
        /// It was screened from here.
        Screen = "screen",
    }
}

by_name!(Origin);

/// An event with everything that the store has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// What O-PLUX says of it.
    pub record: EventRecord,
    /// Which of the two services screened (R15).
    pub service: Service,
    /// How it came into the store.
    pub origin: Origin,
    /// The disposition as it was decided when the order was screened from here; none where the
    /// event or its result came another way, or no disposition follows from its result.
    pub disposition: Option<Disposition>,
    /// Other events that look alike.
    pub similars: Vec<Similar>,
    /// Taken out of matching from here, or taken back.
    pub deleted: Option<bool>,
    /// Of buyer and delivery address: the codes of the categories under which they were put on the
    /// blacklist from here, nothing where they were taken off; none where nothing is known.
    pub blacklisted: [Option<String>; 2],
}

impl StoredEvent {
    /// The event as O-PLUX answers it.
    pub fn into_event(self) -> Event {
        Event {
            record: self.record,
            service: self.service,
            similars: self.similars,
        }
    }
}

/// How an event comes into the store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) origin: Origin,
    /// The service that answered; of an import the one that is configured, where one is.
    pub(super) service: Option<Service>,
    pub(super) at: JstTime,
}

columns!(EventRecord {
    event_id,
    merchant_management_id,
    requested_at,
    model_id,
    auto_result,
    manual_result,
    memo,
    rule_group,
    settle_status,
});

/// What stands behind them where an event is written.
const OURS: [&str; 4] = ["reason_set", "service", "origin", "stored_at"];

static EVENTS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [COLUMNS, &OURS].concat();
    Table::new("events", 1, &columns, &[])
});

/// Writes an event. Nothing is written where the store has its ID under another number: the error
/// is that.
pub(super) fn put(
    conn: &Connection,
    event: &EventRecord,
    sets: &mut ReasonSets,
    arrival: Arrival,
) -> rusqlite::Result<Result<Put, OrderNumber>> {
    let set = sets.of(conn, &event.reasons)?;
    let service = arrival.service.unwrap_or_default();
    let mut row = values(event);
    let ours = row.len();
    row.extend([&set as &dyn ToSql, &service, &arrival.origin, &arrival.at]);
    if EVENTS.insert(conn, &row)? {
        return Ok(Ok(Put::New));
    }
    let (number, origin, kept, is_overtaken): (OrderNumber, Origin, _, bool) = conn
        .prepare_cached(
            "SELECT merchant_management_id, origin, rules,
                    (disposition IS NOT NULL AND auto_result <> ?2 AND ?2 <> '') IS TRUE
             FROM events LEFT JOIN reason_sets ON reason_sets.id = reason_set WHERE event_id = ?1",
        )?
        .query_row(params![event.event_id, event.auto_result], |row| {
            let kept = reasons(row.get_ref(2)?)?;
            Ok((row.get(0)?, row.get(1)?, kept, row.get(3)?))
        })?;
    if number != event.merchant_management_id {
        return Ok(Err(number));
    }
    // R6: a disposition belongs to the result that it was decided by.
    if is_overtaken {
        conn.prepare_cached(
            "UPDATE events SET disposition = NULL, redirect_url = NULL, forced = 0
             WHERE event_id = ?1",
        )?
        .execute([&event.event_id])?;
    }
    // An answer has all that fired; a file may have one of the two columns.
    let set = match arrival.origin {
        Origin::Import => sets.of(conn, &replaced(kept, &event.reasons))?,
        _ => set,
    };
    // A file does not name a service: what was screened from here or pulled is of the service that
    // answered. What was screened from here stays so, however it comes again.
    let origin = Some(arrival.origin).filter(|new| *new >= origin);
    let service = arrival.service.filter(|_| origin.is_some());
    row.truncate(ours);
    row.extend([&set as &dyn ToSql, &service, &origin, &Null]);
    EVENTS.update(conn, &row).map(Ok)
}

/// Notes what was decided when an event was answered, and what looks alike.
pub(super) fn note_answer(
    conn: &Connection,
    event: &EventId,
    disposition: Option<&Disposition>,
    similars: &[Similar],
) -> rusqlite::Result<()> {
    if let Some(disposition) = disposition {
        let (kind, url, forced) = match disposition {
            Disposition::Create { forced } => ("create", None, *forced),
            Disposition::Redirect { url } => ("redirect", Some(url), false),
        };
        conn.prepare_cached(
            "UPDATE events SET disposition = ?2, redirect_url = ?3, forced = ?4 WHERE event_id = ?1",
        )?
        .execute(params![event, kind, url, forced])?;
    }
    if !similars.is_empty() {
        let pairs = similars.iter();
        let pairs = pairs.map(|similar| (&similar.event_id, &similar.merchant_management_id));
        let similars = to_json(&pairs.collect::<Vec<_>>())?;
        conn.prepare_cached("UPDATE events SET similars = ?2 WHERE event_id = ?1")?
            .execute(params![event, similars])?;
    }
    Ok(())
}

/// The statement that reads what O-PLUX says of events, for [`record`], without conditions. `also`
/// is what stands behind that.
pub(super) fn select_records(also: &str) -> String {
    table::select(COLUMNS, also, "events")
}

/// An event of a row that begins with [`COLUMNS`] and its reasons.
pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<EventRecord> {
    let mut event = EventRecord::of(row.get(1)?, row.get(0)?);
    fill(&mut event, row)?;
    event.reasons = reasons(row.get_ref(COLUMNS.len())?)?;
    Ok(event)
}

/// The statement that reads whole events, for [`EventFilter`], without conditions.
fn select(from: &str) -> String {
    let also = ", service, origin, disposition, redirect_url, forced, similars, deleted,
                black_buyer, black_delivery";
    table::select(COLUMNS, also, from)
}

/// The event of this ID.
pub(super) fn of_id(conn: &Connection, id: &EventId) -> rusqlite::Result<Option<StoredEvent>> {
    let sql = format!("{} WHERE event_id = ?1", select("events"));
    conn.prepare_cached(&sql)?
        .query_row([id], EventFilter::item)
        .optional()
}

/// The 加盟店管理ID of an event that the store has.
pub(super) fn number_of(conn: &Connection, id: &EventId) -> rusqlite::Result<Option<OrderNumber>> {
    let event = of_id(conn, id)?;
    Ok(event.map(|event| event.record.merchant_management_id))
}

/// The event of [`Store::latest_event`], within a transaction.
pub(super) fn latest(
    conn: &Connection,
    number: &OrderNumber,
    service: Service,
) -> rusqlite::Result<Option<StoredEvent>> {
    // SQLite puts NULL last where it orders downwards.
    let sql = format!(
        "{} WHERE merchant_management_id = ?1
             AND ((SELECT max(id) FROM attempts
                   WHERE order_number = ?1 AND event_id = events.event_id)
                < (SELECT max(id) FROM attempts
                   WHERE order_number = ?1 AND state = 'screened' AND service = events.service)
             ) IS NOT TRUE
         ORDER BY service = ?2 DESC, requested_at DESC, event_id DESC LIMIT 1",
        select("events")
    );
    conn.prepare_cached(&sql)?
        .query_row(params![number, service], EventFilter::item)
        .optional()
}

/// Which events are asked for: those for which everything given holds, newest first (by
/// 審査申請日時, those without one last; of one second the greater event ID first, as in `matching`).
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// 加盟店管理ID.
    pub merchant_id: Option<OrderNumber>,
    /// 自動審査結果 is one of these, `None` being that there is none; empty: any.
    pub auto_results: Vec<Option<AutoResult>>,
    /// 目視審査結果, likewise.
    pub manual_results: Vec<Option<AutoResult>>,
    /// ルールコード of one of the rules that fired; ASCII letters in any case.
    pub rule: Option<String>,
    /// Stands in one of the 判定理由.
    pub reason: Option<String>,
    /// ルールグループ, however it is typed.
    pub rule_group: Option<String>,
    /// Stands in 目視審査メモ.
    pub memo: Option<String>,
    /// Buyer or delivery address was put on the blacklist from here.
    pub blacklisted: bool,
    /// None requested before this.
    pub from: Option<JstTime>,
    /// None requested after this.
    pub to: Option<JstTime>,
    /// So many at most.
    pub limit: Option<u64>,
}

impl Filter for EventFilter {
    type Item = StoredEvent;

    fn list(&self) -> List {
        let index = match self.merchant_id {
            Some(_) => "events_by_number",
            None => "events_by_time",
        };
        let select = select(&format!("events INDEXED BY {index}"));
        let order = "requested_at DESC, event_id DESC";
        let mut list = List::of("events", select, order, self.limit);
        if let Some(number) = &self.merchant_id {
            let number = number.as_str().to_owned();
            list.and("merchant_management_id = ?", [number.into()]);
        }
        list.between("requested_at", self.from, self.to);
        list.result("auto_result", &self.auto_results);
        list.result("manual_result", &self.manual_results);
        if let Some(rule) = &self.rule {
            list.rule(rule);
        }
        if let Some(reason) = &self.reason {
            list.reason(reason);
        }
        if let Some(group) = &self.rule_group {
            list.and("folded(rule_group) = ?", [folded(group).into()]);
        }
        if let Some(memo) = &self.memo {
            list.and("instr(folded(memo), ?) > 0", [folded(memo).into()]);
        }
        if self.blacklisted {
            list.and("(black_buyer <> '' OR black_delivery <> '')", []);
        }
        list
    }

    fn item(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
        let kind: Option<String> = row.get("disposition")?;
        let forced = row.get("forced")?;
        let pairs: Vec<(String, Option<String>)> = of_json(row.get_ref("similars")?)?;
        let similar = |(id, merchant_management_id)| Similar {
            event_id: EventId(id),
            merchant_management_id,
        };
        Ok(StoredEvent {
            record: record(row)?,
            service: row.get("service")?,
            origin: row.get("origin")?,
            // The table lets a URL stand only where it is a redirect.
            disposition: match (kind, row.get("redirect_url")?) {
                (None, _) => None,
                (Some(_), Some(url)) => Some(Disposition::Redirect { url }),
                (Some(_), None) => Some(Disposition::Create { forced }),
            },
            similars: pairs.into_iter().map(similar).collect(),
            deleted: row.get("deleted")?,
            blacklisted: [row.get("black_buyer")?, row.get("black_delivery")?],
        })
    }
}

impl Store {
    /// The event of this ID.
    pub fn event(&self, id: &EventId) -> Result<Option<StoredEvent>, StoreError> {
        self.read(|conn| of_id(conn, id))
    }

    /// The event that stands for `number`. Of several, those of `service` come first, then the
    /// newest as in `matching` (`newest_first`): what `screen` gives back, `trace` finds. Of those
    /// that were screened from here only the one of the latest attempt counts, whatever the clock
    /// said.
    pub fn latest_event(
        &self,
        number: &OrderNumber,
        service: Service,
    ) -> Result<Option<StoredEvent>, StoreError> {
        self.read(|conn| latest(conn, number, service))
    }
}
