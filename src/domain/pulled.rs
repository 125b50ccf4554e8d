//! What O-PLUX itself says of an event when it is asked for one (WIRE.md, get an event).

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{
    event::{EventId, Reason},
    order::OrderNumber,
    time::JstTime,
};

/// An event as O-PLUX tells it now. `None` is what the answer does not hold; a text that the answer
/// holds and leaves empty is `Some` of nothing: O-PLUX has none (any more).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledEvent {
    /// イベントID.
    pub event_id: EventId,
    /// 加盟店管理ID. WIRE.md knows of no answer that names it; one that does is believed.
    pub merchant_management_id: Option<OrderNumber>,
    /// 審査申請日時.
    pub requested_at: Option<JstTime>,
    /// Until when O-PLUX waits for a decision (`authori_deadline_datetime`).
    pub deadline: Option<JstTime>,
    /// 自動審査結果, as O-PLUX writes it.
    pub auto_result: Option<String>,
    /// 目視審査結果, by its name where it is known, else as O-PLUX writes it; `Some(None)` where
    /// nobody has set one.
    pub manual_result: Option<Option<String>>,
    /// 目視審査メモ.
    pub memo: Option<Option<String>>,
    /// The reason of the manual result.
    pub manual_reason: Option<Option<String>>,
    /// What the rules add up to.
    pub score: Option<Score>,
    /// The rules, whether they fired or not.
    pub rules: Option<Vec<Rule>>,
    /// Other events that look alike.
    pub similars: Option<Vec<SimilarEvent>>,
}

/// What the rules add up to, or what one of them gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// For OK.
    pub ok: Option<Number>,
    /// For NG.
    pub ng: Option<Number>,
    /// For HOLD.
    pub hold: Option<Number>,
}

/// A rule of the model, and whether it fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// ルールコード.
    pub code: Option<String>,
    /// What it says.
    pub description: Option<String>,
    /// Whether it fired. A rule that does not say so did: the register call names no others.
    pub fired: bool,
    /// What it gives.
    #[serde(flatten)]
    pub score: Score,
    /// What it met in the order: O-PLUX's name of the place.
    pub touchpoint: Option<String>,
}

/// An event that looks like another one, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimilarEvent {
    /// Its イベントID.
    pub event_id: EventId,
    /// The rule that found it.
    pub rule_code: Option<String>,
    /// What the two have in common: O-PLUX's names of the places.
    pub touchpoints: Option<String>,
}

impl PulledEvent {
    /// An event of which only the ID is known.
    pub fn of(event_id: EventId) -> Self {
        Self {
            event_id,
            merchant_management_id: None,
            requested_at: None,
            deadline: None,
            auto_result: None,
            manual_result: None,
            memo: None,
            manual_reason: None,
            score: None,
            rules: None,
            similars: None,
        }
    }

    /// The rules that fired, as the reasons of the event.
    pub fn reasons(&self) -> Vec<Reason> {
        let rules = self.rules.iter().flatten().filter(|rule| rule.fired);
        let reasons = rules.map(|rule| Reason {
            code: rule.code.clone(),
            description: rule.description.clone(),
        });
        let says = |reason: &Reason| reason.code.is_some() || reason.description.is_some();
        reasons.filter(says).collect()
    }
}
