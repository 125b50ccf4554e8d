//! Withholds what must not be shown of an answer: each of its texts that holds a value of the
//! order. What is `hidden` may be worked out when the first text is looked at: most answers hold
//! none.

use std::ops::Deref;

use super::{
    answer::{Objection, is_made_of_time_and_hex},
    sensitive::Guard,
};
use crate::domain::event::{AutoResult, EventId, Reason, Screening, Similar};

/// Stands for a result that is withheld: an event has one.
const MASK: &str = "***";

/// A good answer, fit to be shown and kept, and whether any text of it was withheld. None where its
/// event ID is made of what must not be shown: then there is no ID to keep it under.
pub(super) fn screening(
    screening: Screening,
    hidden: &impl Deref<Target = Guard>,
) -> Option<(Screening, bool)> {
    let is_plain = |id: &EventId| is_made_of_time_and_hex(id) || hidden.pass(&id.0).is_some();
    if !is_plain(&screening.event_id) {
        return None;
    }
    let mut withheld = false;
    let mut pass = |text: Option<String>| {
        let shown = text.as_deref().and_then(|text| hidden.pass(text));
        withheld |= shown.is_none() && text.is_some();
        shown
    };
    let result = match AutoResult::from_name(&screening.result) {
        Some(_) => screening.result,
        None => pass(Some(screening.result)).unwrap_or_else(|| MASK.to_owned()),
    };
    let rule_group = pass(screening.rule_group);
    let reasons = screening.reasons.into_iter().filter_map(|reason| {
        let (code, description) = (pass(reason.code), pass(reason.description));
        let is_something = code.is_some() || description.is_some();
        is_something.then_some(Reason { code, description })
    });
    let reasons = reasons.collect();
    let similars = screening.similars.into_iter().filter(|similar| {
        let Similar {
            event_id,
            merchant_management_id,
        } = similar;
        let number = merchant_management_id.as_deref();
        is_plain(event_id) && number.is_none_or(|number| hidden.pass(number).is_some())
    });
    let screening = Screening {
        event_id: screening.event_id,
        result,
        rule_group,
        reasons,
        similars: similars.collect(),
    };
    Some((screening, withheld))
}

/// An objection, fit to be shown.
pub(super) fn objection(said: Objection, hidden: &impl Deref<Target = Guard>) -> Objection {
    let pass = |text: &Option<String>| text.as_deref().and_then(|text| hidden.pass(text));
    let (code, message) = (pass(&said.code), pass(&said.message));
    Objection {
        withheld: code.is_none() && said.code.is_some()
            || message.is_none() && said.message.is_some(),
        code,
        message,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::LazyCell;

    use super::*;
    use crate::oplux::Sensitive;

    fn answer(event_id: &str) -> Screening {
        Screening {
            event_id: EventId(event_id.to_owned()),
            result: "OK".to_owned(),
            rule_group: None,
            reasons: Vec::new(),
            similars: Vec::new(),
        }
    }

    fn guard(values: &[&str]) -> Guard {
        Sensitive::default().guard(values.iter().copied())
    }

    #[test]
    fn for_a_good_answer_without_texts_nothing_is_worked_out() {
        let hidden: LazyCell<Guard> = LazyCell::new(|| panic!("worked out"));
        let good = answer("2611201015001230123456789abcdef0123456789abcdef");
        assert_eq!(screening(good.clone(), &hidden), Some((good, false)));
        let silent = objection(Objection::default(), &hidden);
        assert_eq!(silent, Objection::default());
    }

    #[test]
    fn an_event_id_made_of_personal_data_is_none() {
        let hash = "3F8B3EB4A9ACE1BC441E065AACAB341CCD9DCDD378020AE5C9CDF39D45FFA9FF";
        let hidden = guard(&["0357596380", "hanako@example.com", "1010150", &hash[..8]]);
        let cases = [
            ("e1", true),
            ("0357596380", false),
            ("e-03-5759-6380", false),
            ("hanako@example.com", false),
            ("%E9%88%B4%E6%9C%A8", false),
            (hash, false),
            // A part of the time is somebody's postcode, by chance.
            ("2611010150001230123456789abcdef0123456789abcdef", true),
        ];
        for (id, sound) in cases {
            assert_eq!(screening(answer(id), &&hidden).is_some(), sound, "{id}");
        }
    }

    #[test]
    fn a_text_is_withheld_whole_and_its_code_is_told() {
        let text = |text: &str| Some(text.to_owned());
        let reason = |code, description| Reason { code, description };
        let similar = |id: &str, number: &str| Similar {
            event_id: EventId(id.to_owned()),
            merchant_management_id: text(number),
        };
        let said = Screening {
            result: "鈴木".to_owned(),
            rule_group: text("group"),
            reasons: vec![
                reason(text("R1"), text("鈴木様の住所")),
                reason(text("R2"), text("住所")),
                reason(text("鈴木"), None),
            ],
            similars: vec![similar("e2", "a905125d2a"), similar("e3", "0357596380")],
            ..answer("e1")
        };
        let kept = Screening {
            result: "***".to_owned(),
            rule_group: text("group"),
            reasons: vec![reason(text("R1"), None), reason(text("R2"), text("住所"))],
            similars: vec![similar("e2", "a905125d2a")],
            ..answer("e1")
        };
        let hidden = guard(&["鈴木", "0357596380"]);
        assert_eq!(screening(said, &&hidden), Some((kept, true)));
        let said = |code: Option<String>, message: Option<String>| Objection {
            code,
            message,
            withheld: false,
        };
        let refused = objection(said(text("C"), text("鈴木")), &&hidden);
        let kept = Objection {
            withheld: true,
            ..said(text("C"), None)
        };
        assert_eq!(refused, kept);
    }
}
