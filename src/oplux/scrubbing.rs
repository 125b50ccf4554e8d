//! Takes what must not be shown out of an answer. What is `hidden` may be worked out when the first
//! text is scrubbed: most answers hold none.

use std::ops::Deref;

use super::{
    answer::{Objection, is_made_of_time_and_hex},
    sensitive::Scrubber,
};
use crate::domain::event::{AutoResult, Reason, Screening};

/// A good answer, fit to be shown and kept. None where its event ID is made of what must not be
/// shown: then there is no ID to keep it under.
pub(super) fn screening(
    screening: Screening,
    hidden: &impl Deref<Target = Scrubber>,
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
pub(super) fn objection(said: Objection, hidden: &impl Deref<Target = Scrubber>) -> Objection {
    Objection {
        code: scrub(said.code, hidden),
        message: scrub(said.message, hidden),
    }
}

fn scrub(text: Option<String>, hidden: &impl Deref<Target = Scrubber>) -> Option<String> {
    text.map(|text| hidden.scrub(&text))
}

#[cfg(test)]
mod tests {
    use std::cell::LazyCell;

    use super::*;
    use crate::domain::event::EventId;

    fn answer(event_id: &str) -> Screening {
        Screening {
            event_id: EventId(event_id.to_owned()),
            result: "OK".to_owned(),
            rule_group: None,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn for_a_good_answer_without_texts_nothing_is_worked_out() {
        let hidden: LazyCell<Scrubber> = LazyCell::new(|| panic!("worked out"));
        let good = answer("2611201015001230123456789abcdef0123456789abcdef");
        assert_eq!(screening(good.clone(), &hidden), Some(good));
        let silent = objection(Objection::default(), &hidden);
        assert_eq!(silent, Objection::default());
    }

    #[test]
    fn an_event_id_made_of_personal_data_is_none() {
        let mut hidden = Scrubber::default();
        for value in ["0357596380", "hanako@example.com", "鈴木", "1010150"] {
            hidden.value(value);
        }
        let hash = "3F8B3EB4A9ACE1BC441E065AACAB341CCD9DCDD378020AE5C9CDF39D45FFA9FF";
        hidden.hash(hash);
        let cases = [
            ("e1", true),
            ("0357596380", false),
            ("e-03-5759-6380", false),
            ("hanako@example.com", false),
            ("%E9%88%B4%E6%9C%A8", false),
            (hash, false),
            (&hash[..8], false),
            // A part of the time is somebody's postcode, by chance.
            ("2611010150001230123456789abcdef0123456789abcdef", true),
        ];
        for (id, sound) in cases {
            assert_eq!(screening(answer(id), &&hidden).is_some(), sound, "{id}");
        }
    }
}
