//! The candidates of a number in their order, the match among them, and drift (R14).

use std::{cmp::Ordering, collections::HashMap};

use super::{MainCause, named};
use crate::domain::{
    event::{AutoResult, EventRecord},
    order::OrderNumber,
};

/// Where the event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Under the number itself.
    Direct,
    /// Under another number that belongs to it (R13).
    ViaPaymentHistory,
    /// Nowhere.
    NotFound,
}

named!(Verdict {
    Direct => "direct",
    ViaPaymentHistory => "via-payment-history",
    NotFound => "not-found",
});

/// How ecforce and O-PLUX differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Drift {
    /// ecforce shows another result than the event's 自動審査結果.
    AutoMismatch,
    /// 目視審査結果 is set and differs from what ecforce shows (R14).
    ManualChanged,
}

named!(Drift {
    AutoMismatch => "auto-mismatch",
    ManualChanged => "manual-changed",
});

/// What `reconcile` finds of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// An event stands under the order's own number.
    Direct,
    /// An event stands under another number that belongs to it.
    ViaPaymentHistory,
    /// There is no event and there need not be one.
    NotScreened,
    /// There should be an event.
    Missing,
    /// The events of that time are not in the store.
    Unknown,
}

impl Status {
    /// Every status, in the order in which they are told.
    pub const ALL: [Self; 5] = [
        Self::Direct,
        Self::ViaPaymentHistory,
        Self::NotScreened,
        Self::Missing,
        Self::Unknown,
    ];

    /// The status of an order with this verdict and, where nothing was found, this main cause.
    pub fn of(verdict: Verdict, cause: Option<MainCause>) -> Self {
        match (verdict, cause) {
            (Verdict::Direct, _) => Self::Direct,
            (Verdict::ViaPaymentHistory, _) => Self::ViaPaymentHistory,
            (_, Some(MainCause::EventExpected | MainCause::ScreeningFailed)) => Self::Missing,
            (_, Some(MainCause::EventsNotLoaded)) => Self::Unknown,
            _ => Self::NotScreened,
        }
    }
}

named!(Status {
    Direct => "direct",
    ViaPaymentHistory => "via-payment-history",
    NotScreened => "not-screened",
    Missing => "missing",
    Unknown => "unknown",
});

/// How many orders have which status, and how many of them drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// By status, in the order of [`Status::ALL`].
    pub statuses: [u64; Status::ALL.len()],
    /// Those whose results differ (R14).
    pub drift: u64,
}

impl Counts {
    /// Counts an order.
    pub fn count(&mut self, status: Status, drifts: bool) {
        self.statuses[status as usize] += 1;
        self.drift += u64::from(drifts);
    }

    /// Adds the orders of another day.
    pub fn add(&mut self, other: &Self) {
        let both = self.statuses.iter_mut().zip(other.statuses);
        both.for_each(|(count, more)| *count += more);
        self.drift += other.drift;
    }

    /// How many orders have this status.
    pub fn of(&self, status: Status) -> u64 {
        self.statuses[status as usize]
    }

    /// How many orders there are.
    pub fn orders(&self) -> u64 {
        self.statuses.iter().sum()
    }
}

/// The newer of two events first, one without a time last. Of two of the same second it is the
/// one with the greater ID: not the one that came into the store later, for the verdict must not
/// depend on the order of imports.
pub fn newest_first(a: &EventRecord, b: &EventRecord) -> Ordering {
    // None is less than any time.
    (b.requested_at, &b.event_id).cmp(&(a.requested_at, &a.event_id))
}

/// The events of the numbers `searched`, number by number in that order, each number's newest
/// first. The first of all is the match.
pub fn candidates(searched: &[OrderNumber], events: Vec<EventRecord>) -> Vec<EventRecord> {
    let places: HashMap<&OrderNumber, usize> = searched.iter().zip(0..).collect();
    let placed = events.into_iter().filter_map(|event| {
        let place = places.get(&event.merchant_management_id)?;
        Some((*place, event))
    });
    let mut placed: Vec<_> = placed.collect();
    placed.sort_by(|(a_place, a), (b_place, b)| {
        a_place.cmp(b_place).then_with(|| newest_first(a, b))
    });
    placed.into_iter().map(|(_, event)| event).collect()
}

/// The verdict on `asked` where this is the match.
pub fn verdict(asked: &OrderNumber, found: Option<&OrderNumber>) -> Verdict {
    match found {
        Some(number) if number == asked => Verdict::Direct,
        Some(_) => Verdict::ViaPaymentHistory,
        None => Verdict::NotFound,
    }
}

/// How what ecforce shows and an event differ (R14): `auto` and `manual` are the event's results.
/// None where ecforce shows no result, and where the event has none to compare.
pub fn drift(
    ecforce: Option<AutoResult>,
    auto: Option<&str>,
    manual: Option<&str>,
) -> Option<Drift> {
    let shown = ecforce?;
    if manual.is_some_and(|manual| manual != shown.name()) {
        return Some(Drift::ManualChanged);
    }
    let auto = auto.filter(|auto| !auto.is_empty())?;
    (auto != shown.name()).then_some(Drift::AutoMismatch)
}
