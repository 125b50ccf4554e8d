//! A traced number as it is shown in JSON (CONTRACT.md, trace).

use serde::Serialize;

use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord, Reason},
        matching::{Drift, SuggestedBecause, Suggestion, Traced, Verdict},
        order::{OrderNumber, Yen},
        payment::Payment,
        time::JstTime,
    },
    locales::{Text, matching as words, steps},
    output::Output,
};

/// The cause that stands beside the main one.
pub const PAYMENT_HISTORY_UNKNOWN: &str = "payment-history-unknown";

/// An event as `trace` gives it.
#[derive(Debug, Clone, Serialize)]
pub struct EventRow {
    /// 加盟店管理ID.
    pub merchant_management_id: OrderNumber,
    /// イベントID.
    pub event_id: EventId,
    /// 審査申請日時.
    pub requested_at: Option<JstTime>,
    /// 自動審査結果.
    pub auto_result: Option<String>,
    /// 目視審査結果.
    pub manual_result: Option<String>,
    /// 判定理由.
    pub reasons: Vec<Reason>,
}

impl From<&EventRecord> for EventRow {
    fn from(event: &EventRecord) -> Self {
        Self {
            merchant_management_id: event.merchant_management_id.clone(),
            event_id: event.event_id.clone(),
            requested_at: event.requested_at,
            auto_result: event.auto_result.clone(),
            manual_result: event.manual_result.clone(),
            reasons: event.reasons.clone(),
        }
    }
}

/// A suggestion with its evidence.
#[derive(Debug, Clone, Serialize)]
pub struct SuggestionRow {
    /// The event.
    #[serde(flatten)]
    pub event: EventRow,
    /// Why it is suggested.
    pub because: SuggestedBecause,
    /// How many minutes after the order it was requested; negative where it was before. Whole
    /// minutes, rounded towards the order.
    pub minutes_after: i64,
    /// The amount of the order of its number, in yen.
    pub amount: Option<Yen>,
    /// 顧客ID of both orders.
    pub customer_id: Option<String>,
}

impl From<&Suggestion> for SuggestionRow {
    fn from(suggestion: &Suggestion) -> Self {
        Self {
            event: EventRow::from(&suggestion.event),
            because: suggestion.because,
            minutes_after: suggestion.minutes_after(),
            amount: suggestion.amount,
            customer_id: suggestion.customer_id.clone(),
        }
    }
}

/// A traced number.
#[derive(Debug, Clone, Serialize)]
pub struct TraceRow {
    /// The number asked for.
    pub number: OrderNumber,
    /// Where the event stands.
    pub verdict: Verdict,
    /// The event that belongs to it.
    #[serde(rename = "match")]
    pub found: Option<EventRow>,
    /// All events of the group, the match first.
    pub candidates: Vec<EventRow>,
    /// The numbers that were looked for.
    pub searched: Vec<OrderNumber>,
    /// The payments of all numbers that belong together.
    pub payment_history: Vec<Payment>,
    /// The number to type into O-PLUX's search.
    pub search_for: Option<OrderNumber>,
    /// What ecforce shows.
    pub ecforce_result: Option<AutoResult>,
    /// How the two sides differ.
    pub drift: Option<Drift>,
    /// Why there is no event.
    pub causes: Vec<&'static str>,
    /// What was looked at and what to do, in the language of the user.
    pub next_steps: Vec<String>,
    /// Events that may be the one.
    pub suggestions: Vec<SuggestionRow>,
    /// The result of the event, for a table.
    #[serde(skip)]
    pub result: Option<Text>,
    /// How the two sides differ, or why there is no event, for a table.
    #[serde(skip)]
    pub difference: Option<Text>,
}

impl TraceRow {
    /// The row of a traced number, whose steps are told as in messages.
    pub fn new(traced: &Traced, out: &Output) -> Self {
        let steps = steps::next_steps(traced);
        Self {
            number: traced.number.clone(),
            verdict: traced.verdict,
            found: traced.found().map(EventRow::from),
            candidates: traced.candidates.iter().map(EventRow::from).collect(),
            searched: traced.searched.clone(),
            payment_history: traced.group.payments.clone(),
            search_for: traced.search_for().cloned(),
            ecforce_result: traced.ecforce_result(),
            drift: traced.drift,
            causes: causes(traced),
            next_steps: steps.iter().map(|text| out.told(text)).collect(),
            suggestions: traced.suggestions.iter().map(SuggestionRow::from).collect(),
            result: traced.found().map(words::short_result),
            difference: match traced.verdict {
                Verdict::NotFound => Some(words::cause(traced.cause)),
                _ => traced.drift.map(words::drift),
            },
        }
    }
}

fn causes(traced: &Traced) -> Vec<&'static str> {
    let beside = traced.history_unknown.then_some(PAYMENT_HISTORY_UNKNOWN);
    let main = traced.cause.map(|cause| cause.name());
    main.into_iter().chain(beside).collect()
}
