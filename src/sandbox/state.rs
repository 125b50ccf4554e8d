//! What the sandbox decides, and what it remembers.

use serde_json::{Value, json};

use crate::{
    domain::{event::AutoResult, time::JstTime},
    locales::{Lang, Text, sandbox as texts},
    oplux::hash::sha256,
};

/// The most similar events that are named (WIRE.md).
const SIMILARS: usize = 20;

/// The state of a sandbox. It keeps no personal data.
#[derive(Debug)]
pub(super) struct State {
    seed: u64,
    /// Every event, oldest first.
    pub(super) events: Vec<KeptEvent>,
}

/// An event, as it was registered and updated.
#[derive(Debug, Clone)]
pub(super) struct KeptEvent {
    pub(super) id: String,
    /// 加盟店管理ID: the order number. Screened again, it stands on several events.
    pub(super) number: String,
    pub(super) requested_at: JstTime,
    pub(super) result: AutoResult,
    /// The rules that fired.
    pub(super) rules: &'static [Rule],
    pub(super) manual: Option<AutoResult>,
    pub(super) memo: String,
    pub(super) settle_status: String,
    /// Whether it is taken out of matching.
    pub(super) deleted: bool,
    /// The categories under which buyer and delivery address are on the blacklist.
    pub(super) blacklisted: [Option<(String, Option<String>)>; 2],
}

impl State {
    /// An empty state. The seed keeps the event IDs of several sandboxes apart.
    pub(super) fn new(seed: u64) -> Self {
        let events = Vec::new();
        Self { seed, events }
    }

    /// 加盟店管理ID of each event, oldest first.
    #[cfg(test)]
    pub(super) fn numbers(&self) -> Vec<String> {
        let numbers = self.events.iter().map(|event| event.number.clone());
        numbers.collect()
    }

    /// Registers an event of the order with this number, and decides by the buyer's
    /// `fixed_number`. Gives the `event` of the answer.
    pub(super) fn register(&mut self, number: &str, fixed_number: &str, now: JstTime) -> Value {
        let (result, group, rules) = decide(fixed_number);
        let event = KeptEvent {
            id: self.next_id(now),
            number: number.to_owned(),
            requested_at: now,
            result,
            rules,
            manual: None,
            memo: String::new(),
            settle_status: "00".to_owned(),
            deleted: false,
            blacklisted: [None, None],
        };
        let told = |rule: &Rule| json!({"code": rule.code, "description": rule.says()});
        let mut answer = json!({
            "id": event.id,
            "aaresult": {"result": result.name()},
            "rule_group": group,
            "rules": rules.iter().map(told).collect::<Vec<_>>(),
        });
        let similars = self
            .similars(&event)
            .map(|(other, _)| json!({"event_id": other.id, "event_id_for_shop": other.number}));
        let similars: Vec<_> = similars.collect();
        if !similars.is_empty() {
            answer["similars"] = similars.into();
        }
        self.events.push(event);
        answer
    }

    /// The latest other events for which one of the same rules fired, each with that. What is taken
    /// out of matching is not among them.
    pub(super) fn similars<'s>(
        &'s self,
        event: &'s KeptEvent,
    ) -> impl Iterator<Item = (&'s KeptEvent, &'static Rule)> {
        let others = self.events.iter().rev();
        let others = others.filter(|other| other.id != event.id && !other.deleted);
        let shared = others.filter_map(|other| {
            let is_shared = |rule: &&Rule| event.rules.iter().any(|own| own.code == rule.code);
            Some((other, other.rules.iter().find(is_shared)?))
        });
        shared.take(SIMILARS)
    }

    /// 15 digits of local time to the millisecond, then 32 hex digits (WIRE.md). The clock has no
    /// milliseconds: the count of events stands for them.
    fn next_id(&self, now: JstTime) -> String {
        let count = self.events.len();
        let time = now.civil().strftime("%y%m%d%H%M%S");
        let hash = sha256(&format!("{} {} {count}", self.seed, now.unix()));
        format!("{time}{:03}{}", count % 1000, &hash[..32])
    }
}

/// A rule of the sandbox.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) code: &'static str,
    /// What it looks at.
    pub(super) touchpoint: &'static str,
    why: fn() -> Text,
}

impl Rule {
    const fn new(code: &'static str, touchpoint: &'static str, why: fn() -> Text) -> Self {
        Self {
            code,
            touchpoint,
            why,
        }
    }

    /// O-PLUX speaks Japanese on the wire.
    pub(super) fn says(&self) -> String {
        (self.why)().get(Lang::Ja).to_owned()
    }
}

/// As in O-PLUX's own test environment.
const TEST: &[Rule] = &[Rule::new(
    "TEST_OKTEL",
    "購入者.電話番号",
    texts::test_oktel,
)];
const FRAUD: &[Rule] = &[
    Rule::new("SB_DEVICE_VELOCITY", "端末", texts::same_device),
    Rule::new("SB_UNPAID_ADDRESS", "配送先.住所", texts::unpaid_address),
    Rule::new("SB_NEGATIVE_BUYER", "購入者", texts::reported_buyer),
];
const ADDRESS: &[Rule] = &[Rule::new(
    "SB_ADDRESS_INCOMPLETE",
    "購入者.住所",
    texts::incomplete_address,
)];
const ATTENTION: &[Rule] = &[
    Rule::new("SB_FOREIGN_IP", "購入者.IPアドレス", texts::foreign_ip),
    Rule::new("SB_LARGE_FIRST_ORDER", "商品", texts::large_first_order),
    Rule::new("SB_INVENTED_NAME", "購入者.氏名", texts::invented_name),
];
/// One that never fires.
pub(super) const QUIET: Rule = Rule::new("SB_KNOWN_DEVICE", "端末", texts::known_device);

/// The result, the rule group, and the rules that fire.
fn decide(fixed_number: &str) -> (AutoResult, Option<&'static str>, &'static [Rule]) {
    match fixed_number.chars().last() {
        Some('0') => (AutoResult::Ok, Some("TEST"), TEST),
        Some('1') => (AutoResult::Ng, Some("FRAUD"), FRAUD),
        Some('2') => (AutoResult::Hold, Some("ADDRESS"), ADDRESS),
        Some('3') => (AutoResult::Review, Some("ATTENTION"), ATTENTION),
        _ => (AutoResult::Ok, None, &[]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn event_ids_are_15_digits_and_32_hex_digits_and_never_the_same() {
        let now: JstTime = "2026/11/20 10:15:00".parse().unwrap();
        let mut ids = BTreeSet::new();
        for seed in 0..3 {
            let mut state = State::new(seed);
            for _ in 0..1100 {
                let event = state.register("a905125d2a", "", now);
                let id = event["id"].as_str().unwrap().to_owned();
                assert!(id.starts_with("261120101500"), "{id}");
                assert!(id[..15].bytes().all(|b| b.is_ascii_digit()), "{id}");
                assert!(id.len() == 47 && id[15..].bytes().all(|b| b.is_ascii_hexdigit()));
                assert!(ids.insert(id));
            }
        }
    }
}
