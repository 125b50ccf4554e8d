//! The main cause of an order without an event (CONTRACT.md, "The main cause").

use super::{Group, Rules, serialised_by_name};
use crate::domain::{
    eligibility::{self, Cause},
    order::OrderRecord,
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

serialised_by_name!(MainCause);

/// The first cause that holds for an order without an event; none where neither side has seen a
/// screening and the facts do not say why. What costs a look at the store is asked only where it
/// counts: whether the last try to screen it from here failed or is unknown, and whether the store
/// has an event requested on any of these days ([`JstTime::day`]).
///
/// # Errors
/// Those of what is asked.
pub fn main_cause<E>(
    order: Option<&OrderRecord>,
    group: &Group,
    rules: &Rules,
    screening_failed: impl FnOnce() -> Result<bool, E>,
    has_event_on: impl FnOnce(&[i64]) -> Result<bool, E>,
) -> Result<Option<MainCause>, E> {
    let Some(order) = order else {
        return Ok(Some(MainCause::OrderUnknown));
    };
    // A thanks offer is bought minutes after the first payment, and that may have been before
    // midnight.
    let expected = || {
        let mut days = group.first_days(&order.number);
        days.extend(order.created_at.map(JstTime::day));
        Ok(Some(match has_event_on(&days)? {
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
        .zip(rules.integrated_at)
        .is_some_and(is_before)
    {
        return Ok(Some(MainCause::BeforeIntegration));
    }
    if screening_failed()? {
        return Ok(Some(MainCause::ScreeningFailed));
    }
    let standing = group.standing(&order.number);
    if let Some(cause) = eligibility::cause_of_known(order, &standing, rules.settings.as_ref()) {
        return Ok(Some(MainCause::NotScreened(cause)));
    }
    match rules.settings.is_some() && has_all_facts(order) {
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
