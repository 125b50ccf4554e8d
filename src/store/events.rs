//! The table `events`: screenings, as O-PLUX keeps them, and how they came in.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::{Store, StoreError, reasons};
use crate::domain::{
    disposition::Disposition,
    event::{Event, EventId, EventRecord, Screening, Service, Similar},
    order::OrderNumber,
    time::JstTime,
};

/// How an event came into the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was screened from here.
    Screen,
    /// From an export of O-PLUX's admin screen.
    Import,
    /// From O-PLUX's API (get an event).
    Pull,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 3] = [Self::Screen, Self::Import, Self::Pull];

    /// The name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Import => "import",
            Self::Pull => "pull",
        }
    }

    /// The origin of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// An event of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The event. Its result is an empty text where none is known.
    pub event: Event,
    /// The disposition as it was decided when the order was screened from here; none where the
    /// event came another way, or no disposition follows from its result.
    pub disposition: Option<Disposition>,
    /// How it came into the store.
    pub origin: Origin,
    /// 目視審査結果, where a person has set one.
    pub manual_result: Option<String>,
}

impl StoredEvent {
    /// An event that was screened from here.
    pub(super) fn screened(event: &Event, disposition: Option<&Disposition>) -> Self {
        Self {
            event: event.clone(),
            disposition: disposition.cloned(),
            origin: Origin::Screen,
            manual_result: None,
        }
    }
}

/// What became of an event that was to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Put {
    /// It is in the store.
    Kept,
    /// Nothing was kept: the store has its ID under this other number.
    OtherNumber(OrderNumber),
}

impl Store {
    /// The event that stands for `number`. Of several, those of `service` come first, then the
    /// latest requested (one without a time last), then the latest stored. Of those that were
    /// screened from here only the one of the latest attempt counts, whatever the clock said.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn latest_event(
        &self,
        number: &OrderNumber,
        service: Service,
    ) -> Result<Option<StoredEvent>, StoreError> {
        self.read(|conn| latest(conn, number, service))
    }
}

/// The event of [`Store::latest_event`], within a transaction.
pub(super) fn latest(
    conn: &Connection,
    number: &OrderNumber,
    service: Service,
) -> rusqlite::Result<Option<StoredEvent>> {
    // SQLite puts NULL last where it orders downwards; `id` grows with every event stored.
    let sql = format!(
        "SELECT rules, event_id, merchant_management_id, requested_at, service, model_id,
                auto_result, manual_result, rule_group, origin, disposition, redirect_url, forced,
                similars
         FROM events {} WHERE merchant_management_id = ?1
             AND ((SELECT max(id) FROM attempts
                   WHERE order_number = ?1 AND event_id = events.event_id)
                < (SELECT max(id) FROM attempts
                   WHERE order_number = ?1 AND state = 'screened' AND service = events.service)
             ) IS NOT TRUE
         ORDER BY service = ?2 DESC, requested_at DESC, events.id DESC LIMIT 1",
        reasons::JOINED
    );
    conn.prepare_cached(&sql)?
        .query_row(params![number, service], stored_event)
        .optional()
}

/// The columns of [`record`], in its order; of events [`reasons::JOINED`].
pub(super) const COLUMNS: &str = "merchant_management_id, event_id, requested_at, model_id,
    auto_result, manual_result, memo, rule_group, settle_status, rules";
/// What stands behind [`COLUMNS`] in a row.
pub(super) const BEHIND: usize = 10;

/// An event of a row that begins with [`COLUMNS`].
pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<EventRecord> {
    Ok(EventRecord {
        merchant_management_id: row.get(0)?,
        event_id: row.get(1)?,
        requested_at: row.get(2)?,
        model_id: row.get(3)?,
        auto_result: row.get(4)?,
        manual_result: row.get(5)?,
        memo: row.get(6)?,
        rule_group: row.get(7)?,
        settle_status: row.get(8)?,
        reasons: reasons::of_rules(row.get(9)?)?,
    })
}

/// The disposition of a row with the columns of that, by their names. The table lets a URL stand
/// only where it is a redirect.
pub(super) fn disposition(row: &Row<'_>) -> rusqlite::Result<Option<Disposition>> {
    let kind: Option<String> = row.get("disposition")?;
    let forced = row.get("forced")?;
    Ok(match (kind, row.get("redirect_url")?) {
        (None, _) => None,
        (Some(_), Some(url)) => Some(Disposition::Redirect { url }),
        (Some(_), None) => Some(Disposition::Create { forced }),
    })
}

/// The similar events of a row with that column: a JSON array of pairs [event ID, 加盟店管理ID].
pub(super) fn similars(row: &Row<'_>) -> rusqlite::Result<Vec<Similar>> {
    let Some(text): Option<String> = row.get("similars")? else {
        return Ok(vec![]);
    };
    let pairs: Vec<(String, Option<String>)> = serde_json::from_str(&text).map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(0, kind, error.into())
    })?;
    let similar = |(id, merchant_management_id)| Similar {
        event_id: EventId(id),
        merchant_management_id,
    };
    Ok(pairs.into_iter().map(similar).collect())
}

fn similars_text(similars: &[Similar]) -> rusqlite::Result<Option<String>> {
    let pairs = similars.iter();
    let pairs: Vec<_> = pairs
        .map(|s| (&s.event_id, &s.merchant_management_id))
        .collect();
    let text = (!pairs.is_empty()).then(|| serde_json::to_string(&pairs));
    text.transpose()
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn stored_event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        event: Event {
            screening: Screening {
                event_id: row.get("event_id")?,
                result: row
                    .get::<_, Option<String>>("auto_result")?
                    .unwrap_or_default(),
                rule_group: row.get("rule_group")?,
                reasons: reasons::of_rules(row.get("rules")?)?,
                similars: similars(row)?,
            },
            merchant_management_id: row.get("merchant_management_id")?,
            requested_at: row.get("requested_at")?,
            service: row.get("service")?,
            model_id: row.get("model_id")?,
        },
        disposition: disposition(row)?,
        origin: row.get("origin")?,
        manual_result: row.get("manual_result")?,
    })
}

/// Keeps an event within a transaction: a later value replaces an earlier one, an empty one does
/// not. An event that was screened from here stays one, however it comes again.
pub(super) fn put(
    conn: &Connection,
    stored: &StoredEvent,
    stored_at: JstTime,
) -> rusqlite::Result<Put> {
    let screening = &stored.event.screening;
    let under = number_of(conn, &screening.event_id)?;
    if let Some(other) = under.filter(|number| *number != stored.event.merchant_management_id) {
        return Ok(Put::OtherNumber(other));
    }
    upsert(conn, stored, stored_at)?;
    Ok(Put::Kept)
}

pub(super) fn number_of(
    conn: &Connection,
    event: &EventId,
) -> rusqlite::Result<Option<OrderNumber>> {
    conn.prepare_cached("SELECT merchant_management_id FROM events WHERE event_id = ?1")?
        .query_row([event], |row| row.get(0))
        .optional()
}

fn upsert(conn: &Connection, stored: &StoredEvent, at: JstTime) -> rusqlite::Result<()> {
    let (disposition, url, forced) = match &stored.disposition {
        None => (None, None, false),
        Some(Disposition::Create { forced }) => (Some("create"), None, *forced),
        Some(Disposition::Redirect { url }) => (Some("redirect"), Some(url), false),
    };
    let (event, screening) = (&stored.event, &stored.event.screening);
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    // In an UPDATE, a bare column is what stands in the store.
    let mut statement = conn.prepare_cached(
        "INSERT INTO events (event_id, merchant_management_id, requested_at, service, model_id,
                             auto_result, manual_result, rule_group, origin, disposition,
                             redirect_url, forced, stored_at, reason_set, similars)
         VALUES (:event_id, :merchant_management_id, :requested_at, :service, :model_id,
                 :auto_result, :manual_result, :rule_group, :origin, :disposition,
                 :redirect_url, :forced, :stored_at, :reason_set, :similars)
         ON CONFLICT (event_id) DO UPDATE SET
             requested_at = coalesce(excluded.requested_at, requested_at),
             service = iif(origin = 'screen' AND excluded.origin <> 'screen',
                           service, excluded.service),
             model_id = coalesce(excluded.model_id, model_id),
             auto_result = coalesce(excluded.auto_result, auto_result),
             manual_result = coalesce(excluded.manual_result, manual_result),
             rule_group = coalesce(excluded.rule_group, rule_group),
             origin = iif(origin = 'screen', origin, excluded.origin),
             redirect_url = iif(excluded.disposition IS NULL, redirect_url, excluded.redirect_url),
             forced = iif(excluded.disposition IS NULL, forced, excluded.forced),
             disposition = coalesce(excluded.disposition, disposition),
             reason_set = coalesce(excluded.reason_set, reason_set),
             similars = coalesce(excluded.similars, similars)",
    )?;
    statement.execute(named_params! {
        ":event_id": screening.event_id,
        ":merchant_management_id": event.merchant_management_id,
        ":requested_at": event.requested_at,
        ":service": event.service,
        ":model_id": event.model_id.as_deref().and_then(filled),
        ":auto_result": filled(&screening.result),
        ":manual_result": stored.manual_result,
        ":rule_group": screening.rule_group.as_deref().and_then(filled),
        ":origin": stored.origin,
        ":disposition": disposition,
        ":redirect_url": url,
        ":forced": forced,
        ":stored_at": at,
        ":reason_set": reasons::set_of(conn, &screening.reasons)?,
        ":similars": similars_text(&screening.similars)?,
    })?;
    Ok(())
}
