//! A traced number as it is shown: the JSON object of CONTRACT.md (trace), and a row of a table.

use serde::Serialize;

use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord, Reason},
        matching::{Drift, SuggestedBecause, Suggestion, Traced, Verdict},
        order::{OrderNumber, Yen},
        payment::Payment,
        time::JstTime,
    },
    locales::{Text, matching as words, steps, trace},
    output::{
        Output,
        list::{Column, Row},
        table::Field,
    },
};

/// The cause that stands beside the main one.
const PAYMENT_HISTORY_UNKNOWN: &str = "payment-history-unknown";

/// A traced number.
#[derive(Debug, Clone, Serialize)]
pub struct TraceRow {
    number: OrderNumber,
    verdict: Verdict,
    #[serde(rename = "match")]
    found: Option<MatchRow>,
    candidates: Vec<MatchRow>,
    searched: Vec<OrderNumber>,
    payment_history: Vec<Payment>,
    search_for: Option<OrderNumber>,
    ecforce_result: Option<AutoResult>,
    drift: Option<Drift>,
    causes: Vec<&'static str>,
    next_steps: Vec<String>,
    suggestions: Vec<SuggestionRow>,
    /// The result of the event, for a table.
    #[serde(skip)]
    result: Option<Text>,
    /// How the two sides differ, or why there is no event, for a table.
    #[serde(skip)]
    difference: Option<Text>,
}

/// An event as `trace` gives it.
#[derive(Debug, Clone, Serialize)]
struct MatchRow {
    merchant_management_id: OrderNumber,
    event_id: EventId,
    requested_at: Option<JstTime>,
    auto_result: Option<String>,
    manual_result: Option<String>,
    reasons: Vec<Reason>,
}

/// A suggestion with its evidence.
#[derive(Debug, Clone, Serialize)]
struct SuggestionRow {
    #[serde(flatten)]
    event: MatchRow,
    because: SuggestedBecause,
    minutes_after: i64,
    /// The amount of the order of its number, in yen.
    amount: Option<Yen>,
    /// 顧客ID of both orders.
    customer_id: Option<String>,
}

impl From<&EventRecord> for MatchRow {
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

impl From<&Suggestion> for SuggestionRow {
    fn from(suggestion: &Suggestion) -> Self {
        Self {
            event: MatchRow::from(&suggestion.event),
            because: suggestion.because,
            minutes_after: suggestion.minutes_after(),
            amount: suggestion.amount,
            customer_id: suggestion.customer_id.clone(),
        }
    }
}

impl TraceRow {
    /// The row of a traced number, whose steps are told as in messages.
    pub fn new(traced: &Traced, out: &Output) -> Self {
        let steps = steps::next_steps(traced);
        let beside = traced.history_unknown.then_some(PAYMENT_HISTORY_UNKNOWN);
        let main = traced.cause.map(|cause| cause.name());
        Self {
            number: traced.number.clone(),
            verdict: traced.verdict,
            found: traced.found().map(MatchRow::from),
            candidates: traced.candidates.iter().map(MatchRow::from).collect(),
            searched: traced.searched.clone(),
            payment_history: traced.group.payments.clone(),
            search_for: traced.search_for().cloned(),
            ecforce_result: traced.ecforce_result(),
            drift: traced.drift,
            causes: main.into_iter().chain(beside).collect(),
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

impl Row for TraceRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("number", trace::title_number, |row: &Self, _| {
            Field::new(row.number.as_str())
        })
        .whole(),
        Column::new("verdict", trace::title_answer, |row: &Self, view| {
            view.say(&words::verdict(row.verdict))
        }),
        Column::field("match"),
        Column::field("candidates"),
        Column::field("searched"),
        Column::field("payment_history"),
        Column::new("search_for", trace::title_search_for, |row: &Self, _| {
            Field::maybe(row.search_for.as_ref())
        })
        .whole(),
        Column::field("ecforce_result"),
        Column::field("drift"),
        Column::field("causes"),
        Column::field("next_steps"),
        Column::field("suggestions"),
        Column::shown(trace::title_result, |row: &Self, view| {
            view.maybe(row.result.clone())
        }),
        Column::shown(trace::title_difference, |row: &Self, view| {
            view.maybe(row.difference.clone())
        }),
    ];
}
