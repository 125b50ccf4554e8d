//! Takes what must not be shown out of an answer.

use std::{cell::LazyCell, ops::Deref};

use super::{
    answer::{Objection, is_made_of_time_and_hex},
    sensitive::Scrubber,
};
use crate::domain::event::{AutoResult, Reason, Screening};

/// Made when the first text is scrubbed.
type Hidden<F> = LazyCell<Scrubber, F>;

/// A good answer, fit to be shown and kept. None where its event ID is made of what must not be
/// shown: then there is no ID to keep it under.
pub(super) fn screening<F: FnOnce() -> Scrubber>(
    screening: Screening,
    hidden: &Hidden<F>,
) -> Option<Screening> {
    let Screening {
        event_id,
        result,
        rule_group,
        reasons,
    } = screening;
    if !is_made_of_time_and_hex(&event_id) && hidden.scrub(&event_id.0) != event_id.0 {
        return None;
    }
    let reason = |Reason { code, description }| Reason {
        code: scrub(code, hidden),
        description: scrub(description, hidden),
    };
    Some(Screening {
        event_id,
        result: match AutoResult::from_name(&result) {
            Some(_) => result,
            None => hidden.scrub(&result),
        },
        rule_group: scrub(rule_group, hidden),
        reasons: reasons.into_iter().map(reason).collect(),
    })
}

/// An objection, fit to be shown.
pub(super) fn objection<F: FnOnce() -> Scrubber>(said: Objection, hidden: &Hidden<F>) -> Objection {
    Objection {
        code: scrub(said.code, hidden),
        message: scrub(said.message, hidden),
    }
}

fn scrub(text: Option<String>, hidden: &impl Deref<Target = Scrubber>) -> Option<String> {
    text.map(|text| hidden.scrub(&text))
}
