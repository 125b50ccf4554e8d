//! The main cause of an order without an event (CONTRACT.md, "The main cause").

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Histories, standing_of};
use crate::domain::{
    eligibility::{self, Cause},
    order::{OrderNumber, OrderRecord},
    settings::Settings,
    time::JstTime,
};

/// Why an order has no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MainCause {
    /// No order of the store has the number.
    OrderUnknown,
    /// It was, or should have been, screened, and the events of that day are in the store: its own
    /// is not among them.
    EventExpected,
    /// It was, or should have been, screened, and the store has no events of that day.
    EventsNotLoaded,
    /// It is older than the integration (R7).
    BeforeIntegration,
    /// The last try to screen it from here failed, or its outcome is unknown.
    ScreeningFailed,
    /// It is not screened (R3 to R5, R8, R9).
    NotScreened(Cause),
}

impl MainCause {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrderUnknown => "order-unknown",
            Self::EventExpected => "event-expected",
            Self::EventsNotLoaded => "events-not-loaded",
            Self::BeforeIntegration => "before-integration",
            Self::ScreeningFailed => "screening-failed",
            Self::NotScreened(cause) => cause.name(),
        }
    }
}

impl fmt::Display for MainCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for MainCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What is known of an order without an event.
#[derive(Debug, Clone, Copy)]
pub struct WithoutEvent<'a> {
    /// The number.
    pub number: &'a OrderNumber,
    /// The order, where the store has one of that number.
    pub order: Option<&'a OrderRecord>,
    /// The histories of its group.
    pub histories: &'a Histories,
    /// Whether the last try to screen it from here failed or is unknown.
    pub screening_failed: bool,
    /// When the integration began, where the configuration says so (R7).
    pub integrated_at: Option<JstTime>,
    /// Today's settings, where there are any: without them R8 and R9 alone are asked.
    pub settings: Option<&'a Settings>,
}

/// The first cause that holds; none where neither side has seen a screening and the facts do not
/// say why. `loaded` is asked at most once: whether the store has an event requested on any of
/// these days ([`JstTime::day`]).
///
/// # Errors
/// Those of `loaded`.
pub fn main_cause<E>(
    known: &WithoutEvent<'_>,
    loaded: impl FnOnce(&[i64]) -> Result<bool, E>,
) -> Result<Option<MainCause>, E> {
    let Some(order) = known.order else {
        return Ok(Some(MainCause::OrderUnknown));
    };
    let expected = || {
        Ok(Some(match loaded(&days(known, order))? {
            true => MainCause::EventExpected,
            false => MainCause::EventsNotLoaded,
        }))
    };
    if order.result.is_some() {
        return expected();
    }
    let is_before = |(created, began)| created < began;
    if order
        .created_at
        .zip(known.integrated_at)
        .is_some_and(is_before)
    {
        return Ok(Some(MainCause::BeforeIntegration));
    }
    if known.screening_failed {
        return Ok(Some(MainCause::ScreeningFailed));
    }
    let standing = standing_of(known.number, known.histories);
    if let Some(cause) = eligibility::cause_of_known(order, &standing, known.settings) {
        return Ok(Some(MainCause::NotScreened(cause)));
    }
    match known.settings.is_some() && has_all_facts(order) {
        true => expected(),
        false => Ok(None),
    }
}

fn has_all_facts(order: &OrderRecord) -> bool {
    order.channel.is_some()
        && order.payment_method_id.is_some()
        && order.registered.is_some()
        && order.purchase_number.is_some()
}

/// The order's day, and those of the first payments of the histories that it stands in: a thanks
/// offer is bought minutes after the first payment, and that may have been before midnight.
fn days(known: &WithoutEvent<'_>, order: &OrderRecord) -> Vec<i64> {
    let of_number = known.histories.iter().filter(|(owner, history)| {
        let lists = |entry: &crate::domain::payment::Payment| entry.number == *known.number;
        owner == known.number || history.0.iter().any(lists)
    });
    let firsts = of_number.filter_map(|(_, history)| history.first()?.at);
    let mut days: Vec<i64> = order
        .created_at
        .into_iter()
        .chain(firsts)
        .map(JstTime::day)
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}
