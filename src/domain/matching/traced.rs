//! What was found of a number, with all that it was found by.

use super::{Drift, Group, MainCause, Suggestion, Verdict};
use crate::domain::{
    eligibility::screened_as,
    event::{AutoResult, EventRecord},
    order::{OrderNumber, OrderRecord},
    payment::Standing,
    settings::Settings,
    text::{folded, trim},
    time::JstTime,
};

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
