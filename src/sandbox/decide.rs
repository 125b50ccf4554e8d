//! What the sandbox decides: by the last digit of the buyer's telephone number.

use crate::{
    domain::event::AutoResult,
    locales::{Lang, Text, sandbox as texts},
    oplux::wire::FiredRule,
};

/// A decision: the result, the rule group, and the rules that fired.
pub(super) struct Decision {
    pub(super) result: AutoResult,
    pub(super) rule_group: Option<String>,
    pub(super) rules: Vec<FiredRule>,
}

/// Decides by the buyer's `fixed_number`.
pub(super) fn decide(fixed_number: &str) -> Decision {
    match fixed_number.chars().last() {
        // As in O-PLUX's own test environment.
        Some('0') => decision(
            AutoResult::Ok,
            "TEST",
            [rule("TEST_OKTEL", texts::test_oktel())],
        ),
        Some('1') => decision(
            AutoResult::Ng,
            "FRAUD",
            [
                rule("SB_DEVICE_VELOCITY", texts::same_device()),
                rule("SB_UNPAID_ADDRESS", texts::unpaid_address()),
                rule("SB_NEGATIVE_BUYER", texts::reported_buyer()),
            ],
        ),
        Some('2') => decision(
            AutoResult::Hold,
            "ADDRESS",
            [rule("SB_ADDRESS_INCOMPLETE", texts::incomplete_address())],
        ),
        Some('3') => decision(
            AutoResult::Review,
            "ATTENTION",
            [
                rule("SB_FOREIGN_IP", texts::foreign_ip()),
                rule("SB_LARGE_FIRST_ORDER", texts::large_first_order()),
                rule("SB_INVENTED_NAME", texts::invented_name()),
            ],
        ),
        _ => Decision {
            result: AutoResult::Ok,
            rule_group: None,
            rules: Vec::new(),
        },
    }
}

fn decision<const N: usize>(result: AutoResult, group: &str, rules: [FiredRule; N]) -> Decision {
    Decision {
        result,
        rule_group: Some(group.to_owned()),
        rules: rules.into(),
    }
}

fn rule(code: &str, description: Text) -> FiredRule {
    FiredRule {
        code: code.to_owned(),
        // O-PLUX speaks Japanese on the wire.
        description: description.get(Lang::Ja).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_decides() {
        let cases = [
            ("0312345670", AutoResult::Ok, 1),
            ("0312345671", AutoResult::Ng, 3),
            ("0312345672", AutoResult::Hold, 1),
            ("0312345673", AutoResult::Review, 3),
            ("0312345674", AutoResult::Ok, 0),
            ("0312345679", AutoResult::Ok, 0),
        ];
        for (number, result, rules) in cases {
            let decision = decide(number);
            assert_eq!(decision.result, result, "{number}");
            assert_eq!(decision.rules.len(), rules, "{number}");
        }
        assert_eq!(decide("0312345670").rules[0].code, "TEST_OKTEL");
    }
}
