//! Suggestions for an order without an event: events that were requested about when it was placed
//! and that may be the one that is looked for. Never the match.
//!
//! The event usually stands under a number that no order bears any more: the first payment's, where
//! the payment history is not in the store.

use super::newest_first;
use crate::domain::{
    event::EventRecord,
    named,
    order::{OrderRecord, Yen},
    time::JstTime,
};

/// How long before the order an event may have been requested, in seconds.
const BEFORE_SECONDS: i64 = 60 * 60;
/// How long after it.
const AFTER_SECONDS: i64 = 5 * 60;
/// So many are suggested at most.
const MOST: usize = 5;

named! {
    /// Why an event is suggested.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum SuggestedBecause {
        /// Its number is in no order and in no payment history of the store.
        Orphan = "orphan",
        /// Its number is another order of the same customer.
        SameCustomer = "same-customer",
    }
}

/// An event near the order in time, with what the store knows of its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearEvent {
    /// The event.
    pub event: EventRecord,
    /// The order of its number, where there is one.
    pub order: Option<OrderRecord>,
    /// Whether a payment history lists its number or is that number's.
    pub in_history: bool,
}

/// An event that may be the one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The event.
    pub event: EventRecord,
    /// Why it is suggested.
    pub because: SuggestedBecause,
    /// How many seconds after the order it was requested; negative where it was before.
    pub seconds_after: i64,
    /// The amount of the order of its number, in yen, where there is one.
    pub amount: Option<Yen>,
    /// The customer of both, where that is why.
    pub customer_id: Option<String>,
}

impl Suggestion {
    /// How many whole minutes after the order it was requested, rounded towards the order;
    /// negative where it was before.
    pub fn minutes_after(&self) -> i64 {
        self.seconds_after / 60
    }
}

/// From when to when the events near an order placed then were requested.
pub fn near(placed: JstTime) -> (JstTime, JstTime) {
    let from = placed.plus_seconds(-BEFORE_SECONDS);
    (from, placed.plus_seconds(AFTER_SECONDS))
}

/// The suggestions for `order`, nearest in time first, [`MOST`] at most. An order without a time
/// has none.
pub fn suggest(order: &OrderRecord, near: Vec<NearEvent>) -> Vec<Suggestion> {
    let Some(placed) = order.created_at else {
        return vec![];
    };
    let mut suggestions: Vec<_> = near
        .into_iter()
        .filter_map(|near| suggestion(order, placed, near))
        .collect();
    suggestions.sort_by(|a, b| {
        let distance = |s: &Suggestion| s.seconds_after.abs();
        distance(a)
            .cmp(&distance(b))
            .then_with(|| newest_first(&a.event, &b.event))
    });
    suggestions.truncate(MOST);
    suggestions
}

fn suggestion(order: &OrderRecord, placed: JstTime, near: NearEvent) -> Option<Suggestion> {
    let seconds_after = near.event.requested_at?.unix() - placed.unix();
    if !(-BEFORE_SECONDS..=AFTER_SECONDS).contains(&seconds_after) {
        return None;
    }
    let same_customer = |other: &&OrderRecord| {
        order.customer_id.is_some()
            && other.customer_id == order.customer_id
            && other.number != order.number
    };
    let other = near.order.as_ref().filter(same_customer);
    let because = match (&near.order, other) {
        (_, Some(_)) => SuggestedBecause::SameCustomer,
        (None, _) if !near.in_history => SuggestedBecause::Orphan,
        _ => return None,
    };
    Some(Suggestion {
        because,
        seconds_after,
        amount: other.and_then(|other| other.total),
        customer_id: other.and_then(|other| other.customer_id.clone()),
        event: near.event,
    })
}
