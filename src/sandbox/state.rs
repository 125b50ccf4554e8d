//! What the sandbox remembers.

use crate::{
    domain::{
        event::{AutoResult, EventId},
        time::JstTime,
    },
    oplux::signature::sha256,
};

/// An event that the sandbox has registered. It keeps no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxEvent {
    /// 加盟店管理ID: the order number. Screened again, it stands on several events.
    pub number: String,
    /// イベントID.
    pub event_id: EventId,
    /// 審査モデルID.
    pub model_id: String,
    /// 自動審査結果.
    pub result: AutoResult,
    /// 審査申請日時.
    pub requested_at: JstTime,
}

/// The state of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    seed: u64,
    requests: u64,
    events: Vec<SandboxEvent>,
}

impl State {
    /// An empty state. The seed keeps the event IDs of several sandboxes apart.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            requests: 0,
            events: Vec::new(),
        }
    }

    /// The events, in the order in which they were registered.
    pub fn events(&self) -> &[SandboxEvent] {
        &self.events
    }

    /// How many requests came, refused ones and those of the name API among them.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    pub(super) fn count_request(&mut self) {
        self.requests += 1;
    }

    /// Files an event and gives its ID.
    pub(super) fn file(
        &mut self,
        number: &str,
        model_id: &str,
        result: AutoResult,
        now: JstTime,
    ) -> EventId {
        let event_id = self.next_id(now);
        self.events.push(SandboxEvent {
            number: number.to_owned(),
            event_id: event_id.clone(),
            model_id: model_id.to_owned(),
            result,
            requested_at: now,
        });
        event_id
    }

    /// 15 digits of local time to the millisecond, then 32 hex digits (WIRE.md). The clock has no
    /// milliseconds: the count of events stands for them.
    fn next_id(&self, now: JstTime) -> EventId {
        let count = self.events.len();
        let time = now.civil().strftime("%y%m%d%H%M%S");
        let hash = sha256(&format!("{} {} {count}", self.seed, now.unix()));
        EventId(format!("{time}{:03}{}", count % 1000, &hash[..32]))
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
                let id = state.file("a905125d2a", "CRD_01", AutoResult::Ok, now).0;
                assert!(id.starts_with("261120101500"), "{id}");
                assert!(id[..15].bytes().all(|b| b.is_ascii_digit()), "{id}");
                assert!(id.len() == 47 && id[15..].bytes().all(|b| b.is_ascii_hexdigit()));
                assert!(ids.insert(id));
            }
        }
    }
}
