//! `events list` and `events show`: the events of the store.

use std::ops::ControlFlow;

use rusqlite::{OptionalExtension, Row};

use super::{Conditions, Listing};
use crate::{
    domain::{
        disposition::Disposition,
        event::{AutoResult, EventId, EventRecord, Service},
        order::OrderNumber,
        text::folded,
        time::JstTime,
    },
    store::{Origin, Store, StoreError, events, reasons},
};

/// Which events are asked for: those for which everything given holds.
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

/// An event with everything that the store has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEvent {
    /// What O-PLUX says of it.
    pub record: EventRecord,
    /// Which of the two services screened (R15).
    pub service: Service,
    /// How it came into the store.
    pub origin: Origin,
    /// The disposition as it was decided when the order was screened from here.
    pub disposition: Option<Disposition>,
}

/// The rows of [`item`] from a table of events.
fn select(from: &str) -> String {
    format!(
        "SELECT {}, service, origin, disposition, redirect_url, forced FROM {from} {}",
        events::COLUMNS,
        reasons::JOINED
    )
}

impl Store {
    /// The events asked for, newest first (by 審査申請日時, those without one last; of one second
    /// the greater event ID first, as in `matching`), for as long as `each` goes on. Gives what it broke off with.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn each_event<B>(
        &self,
        filter: &EventFilter,
        each: impl FnMut(ListedEvent) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, StoreError> {
        self.each_listed(filter, each)
    }

    /// How many events there are for a filter, whatever its limit.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn count_events(&self, filter: &EventFilter) -> Result<u64, StoreError> {
        self.count_listed(filter)
    }

    /// The event of this ID.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event(&self, id: &EventId) -> Result<Option<ListedEvent>, StoreError> {
        self.read(|conn| {
            let sql = format!("{} WHERE event_id = ?1", select("events"));
            conn.prepare(&sql)?.query_row([id], item).optional()
        })
    }
}

impl Listing for EventFilter {
    type Item = ListedEvent;

    const TABLE: &'static str = "events";
    const ORDER: &'static str = "requested_at DESC, event_id DESC";

    fn select(&self) -> String {
        let index = match self.merchant_id {
            Some(_) => "events_by_number",
            None => "events_by_time",
        };
        select(&format!("events INDEXED BY {index}"))
    }

    fn conditions(&self) -> Conditions {
        let mut conditions = Conditions::default();
        if let Some(number) = &self.merchant_id {
            let number = number.as_str().to_owned();
            conditions.and("merchant_management_id = ?", [number.into()]);
        }
        conditions.between("requested_at", self.from, self.to);
        conditions.result("auto_result", &self.auto_results);
        conditions.result("manual_result", &self.manual_results);
        if let Some(rule) = &self.rule {
            conditions.rule(rule);
        }
        if let Some(reason) = &self.reason {
            conditions.reason(reason);
        }
        if let Some(group) = &self.rule_group {
            conditions.and("folded(rule_group) = ?", [folded(group).into()]);
        }
        if let Some(memo) = &self.memo {
            conditions.and("instr(folded(memo), ?) > 0", [folded(memo).into()]);
        }
        if self.blacklisted {
            conditions.and("(black_buyer <> '' OR black_delivery <> '')", []);
        }
        conditions
    }

    fn limit(&self) -> Option<u64> {
        self.limit
    }

    fn item(row: &Row<'_>) -> rusqlite::Result<ListedEvent> {
        item(row)
    }
}

fn item(row: &Row<'_>) -> rusqlite::Result<ListedEvent> {
    Ok(ListedEvent {
        record: events::record(row)?,
        service: row.get(events::BEHIND)?,
        origin: row.get(events::BEHIND + 1)?,
        disposition: events::disposition(row)?,
    })
}
