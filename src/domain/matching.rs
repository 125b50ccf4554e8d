//! R12 to R14: the candidates of a number in their order, the match among them, whether the two
//! sides differ, and why there is no event where there is none.
//!
//! Which numbers belong together, and in which order they are searched, is in `group`.

use std::{cmp::Ordering, collections::HashMap};

use serde::{Serialize, Serializer};

use crate::domain::{
    eligibility::{self, Cause, screened_as},
    event::{AutoResult, EventRecord},
    named,
    order::{OrderNumber, OrderRecord, Yen},
    payment::Standing,
    settings::Settings,
    text::{folded, trim},
    time::JstTime,
};

mod group;
#[cfg(test)]
mod tests;

pub use group::{Group, Testimony, way_to_first};

named! {
    /// Where the event stands.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Verdict {
        /// Under the number itself.
        Direct = "direct",
        /// Under another number that belongs to it (R13).
        ViaPaymentHistory = "via-payment-history",
        /// Nowhere.
        NotFound = "not-found",
    }
}

named! {
    /// How ecforce and O-PLUX differ.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Drift {
        /// ecforce shows another result than the event's 自動審査結果.
        AutoMismatch = "auto-mismatch",
        /// 目視審査結果 is set and differs from what ecforce shows (R14).
        ManualChanged = "manual-changed",
    }
}

named! {
    /// What `reconcile` finds of an order.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Status {
        /// An event stands under the order's own number.
        Direct = "direct",
        /// An event stands under another number that belongs to it.
        ViaPaymentHistory = "via-payment-history",
        /// There is no event and there need not be one.
        NotScreened = "not-screened",
        /// There should be an event.
        Missing = "missing",
        /// The events of that time are not in the store.
        Unknown = "unknown",
    }
}

impl Status {
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

/// The verdict on `asked` where the match stands under `found`.
pub fn verdict(asked: &str, found: Option<&str>) -> Verdict {
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

impl Serialize for MainCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

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

// Suggestions for an order without an event: events that were requested about when it was placed and
// that may be the one that is looked for. Never the match. The event usually stands under a number
// that no order bears any more: the first payment's, where the payment history is not in the store.

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

/// What the rules go by: the configuration, as far as there is one.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Today's settings; none without an `[oplux]` table: then R8 and R9 alone are asked.
    pub settings: Option<Settings>,
    /// When the integration began (R7).
    pub integrated_at: Option<JstTime>,
}

/// What was found of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The number asked for.
    pub number: OrderNumber,
    /// The order of the store, where there is one of that number.
    pub order: Option<OrderRecord>,
    /// Where the event stands.
    pub verdict: Verdict,
    /// All events of the group, the match first.
    pub candidates: Vec<EventRecord>,
    /// The numbers that were looked for, in that order.
    pub searched: Vec<OrderNumber>,
    /// The numbers that belong together and their payments.
    pub group: Group,
    /// What the histories say of the number (R9).
    pub standing: Standing,
    /// How the two sides differ.
    pub drift: Option<Drift>,
    /// Why there is no event; none where there is one, and where the facts do not say.
    pub cause: Option<MainCause>,
    /// Whether no history is known that lists the number or is this order's.
    pub history_unknown: bool,
    /// Events that may be the one; none where one was found.
    pub suggestions: Vec<Suggestion>,
}

impl Traced {
    /// The event that belongs to the number.
    pub fn found(&self) -> Option<&EventRecord> {
        self.candidates.first()
    }

    /// The number to type into O-PLUX's search: that of the match, else the first payment's where a
    /// history shows the number to be a later payment.
    pub fn search_for(&self) -> Option<&OrderNumber> {
        let found = self.found().map(|event| &event.merchant_management_id);
        found.or(screened_as(&self.standing))
    }

    /// Whether it was bought through a thanks offer and only a history that is not known can say
    /// under which number its event stands.
    pub fn lacks_first_payment(&self) -> bool {
        self.history_unknown && self.order.as_ref().is_some_and(is_by_thanks_offer)
    }

    /// O-PLUX 与信結果 of the order, as ecforce shows it.
    pub fn ecforce_result(&self) -> Option<AutoResult> {
        self.order.as_ref().and_then(|order| order.result)
    }
}

/// What 購入オファー begins with then.
const THANKS: &str = "サンクス";

/// Whether 購入オファー says that the order was bought through a thanks offer. Its event then stands
/// under the first payment's number (R9, R13), which is in the payment history alone.
pub fn is_by_thanks_offer(order: &OrderRecord) -> bool {
    let offer = order.offer.as_deref();
    offer.is_some_and(|offer| folded(trim(offer)).starts_with(THANKS))
}
