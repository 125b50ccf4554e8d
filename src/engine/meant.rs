//! Which events at O-PLUX are meant: what `pull events` and `events review`, `settle`, `blacklist`,
//! `delete`, `restore` share.

use anyhow::Result;

use super::trace::trace;
use crate::{
    domain::{
        event::{EventId, TroubleKind},
        matching::{Drift, Rules},
        number::{self, Asked},
        order::OrderNumber,
    },
    locales::{Trouble, at_oplux as words},
    output::table::Field,
    store::{Store, StoreError},
};

/// What was named: an event ID, or an order number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Meant {
    /// This event, and its 加盟店管理ID where the store knows it.
    Event(EventId, Option<OrderNumber>),
    /// A number that the store knows, and no event.
    NoEvent(OrderNumber),
    /// Nothing in the store bears it: it is a number, or the ID of an event that the store lacks.
    Unknown(OrderNumber),
}

impl Meant {
    /// 加盟店管理ID, or the number that was asked for.
    pub fn number(&self) -> Option<&OrderNumber> {
        match self {
            Self::Event(_, number) => number.as_ref(),
            Self::NoEvent(number) | Self::Unknown(number) => Some(number),
        }
    }
}

/// What `text` names. A number stands for the match of `trace`; `number_meant` says which.
/// None where it is neither an ID nor a number.
///
/// # Errors
/// Where the store cannot be read, and those of `number_meant`.
pub fn meant(
    text: &str,
    store: Option<&Store>,
    rules: &Rules,
    number_meant: impl FnOnce(&Asked) -> Result<OrderNumber>,
) -> Result<Option<Meant>> {
    let id = EventId(text.trim().to_owned());
    if let Some(event) = store.map(|store| store.event(&id)).transpose()?.flatten() {
        let number = Some(event.record.merchant_management_id);
        return Ok(Some(Meant::Event(id, number)));
    }
    if id.is_of_time_and_hex() {
        return Ok(Some(Meant::Event(id, None)));
    }
    let asked = number::asked(text).unwrap_or_default();
    let [asked] = asked.as_slice() else {
        return Ok(None);
    };
    let number = number_meant(asked)?;
    let Some(look) = store.map(Store::look).transpose()? else {
        return Ok(Some(Meant::Unknown(number)));
    };
    if !look.knows(&number)? {
        return Ok(Some(Meant::Unknown(number)));
    }
    let traced = trace(&look, rules, &number, None)?;
    Ok(Some(match traced.found() {
        Some(event) => Meant::Event(
            event.event_id.clone(),
            Some(event.merchant_management_id.clone()),
        ),
        None => Meant::NoEvent(number),
    }))
}

/// How the orders to which this event belongs differ from it (R14): the event of a purchase with
/// several numbers is the match of another number's order.
///
/// # Errors
/// Where the store cannot be read.
pub fn drift_of(
    store: &Store,
    rules: &Rules,
    id: &EventId,
    number: &OrderNumber,
) -> Result<Option<Drift>, StoreError> {
    let look = store.look()?;
    for number in look.group_of(number)?.searched(number) {
        let traced = trace(&look, rules, &number, None)?;
        let is_match = traced.found().is_some_and(|event| event.event_id == *id);
        if is_match && traced.drift.is_some() {
            return Ok(traced.drift);
        }
    }
    Ok(None)
}

/// Nothing is asked of a number under which the store has no event.
pub fn no_event(number: &OrderNumber) -> Trouble {
    let (message, hint) = (words::no_event_of(number), words::no_event_of_hint(number));
    Trouble::hinted(TroubleKind::NoEvent, message, hint)
}

/// The cell that names an event: by its number, else by its ID.
pub fn name_of(number: Option<&OrderNumber>, id: Option<&EventId>) -> Field {
    let id = id.map(|id| id.0.as_str());
    Field::maybe(number.map(OrderNumber::as_str).or(id))
}
