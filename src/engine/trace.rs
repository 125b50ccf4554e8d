//! Which event belongs to an order number (R13), and why there is none where there is none; and that
//! as it is shown: the JSON object of CONTRACT.md (trace), and a row of a table.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    domain::{
        event::EventRecord,
        matching::{self, Group, Rules, Suggestion, Traced, Verdict, main_cause, suggest},
        order::OrderNumber,
        payment::History,
    },
    locales::{lists, matching as words, trace},
    output::{
        Output,
        list::{Column, Row},
        table::Field,
    },
    store::{Look, StoreError},
};

/// Traces one number. `pasted` is its payment history as it was copied off the screen, which ties
/// numbers like those of the store.
///
/// # Errors
/// Where the store cannot be read.
pub fn trace(
    look: &Look<'_>,
    rules: &Rules,
    number: &OrderNumber,
    pasted: Option<&History>,
) -> Result<Traced, StoreError> {
    // A text without a number is no history.
    let pasted = pasted.filter(|history| !history.is_empty());
    let group = Group::of(number, &look.histories_of_group(number, pasted)?);
    let searched = group.searched(number);
    let candidates = matching::candidates(&searched, look.events_under(&searched)?);
    let order = look.order(number)?;
    let found = candidates.first();
    let under = found.map(|event| event.merchant_management_id.as_str());
    let verdict = matching::verdict(number.as_str(), under);
    let shown = order.as_ref().and_then(|order| order.result);
    let drift = found.and_then(|event| {
        let [auto, manual] = [&event.auto_result, &event.manual_result];
        matching::drift(shown, auto.as_deref(), manual.as_deref())
    });
    let is_missing = verdict == Verdict::NotFound;
    let (mut cause, mut suggestions) = (None, vec![]);
    if is_missing {
        let failed = || look.screening_failed(number);
        let loaded = |days: &[i64]| look.has_event_on(days);
        cause = main_cause(order.as_ref(), &group, rules, failed, loaded)?;
        if let Some(order) = &order {
            suggestions = suggest(order, look.events_near(order)?);
        }
    }
    Ok(Traced {
        number: number.clone(),
        verdict,
        drift,
        candidates,
        searched,
        standing: group.standing(number),
        cause,
        history_unknown: is_missing && !group.has_history_of(number),
        group,
        suggestions,
        order,
    })
}

/// The cause that stands beside the main one.
const PAYMENT_HISTORY_UNKNOWN: &str = "payment-history-unknown";

/// A traced number.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct TraceRow {
    json: Value,
    #[serde(skip)]
    traced: Traced,
}

fn event(event: &EventRecord) -> Value {
    json!({
        "merchant_management_id": event.merchant_management_id,
        "event_id": event.event_id,
        "requested_at": event.requested_at,
        "auto_result": event.auto_result,
        "manual_result": event.manual_result,
        "reasons": event.reasons,
    })
}

/// An event with its evidence: the amount is that of the order of its number, in yen.
fn suggestion(near: &Suggestion) -> Value {
    let mut json = event(&near.event);
    json["because"] = json!(near.because);
    json["minutes_after"] = json!(near.minutes_after());
    json["amount"] = json!(near.amount);
    json["customer_id"] = json!(near.customer_id);
    json
}

impl TraceRow {
    /// The row of a traced number, whose steps are told as in messages.
    pub fn new(traced: Traced, out: &Output) -> Self {
        let steps = trace::next_steps(&traced);
        let beside = traced.history_unknown.then_some(PAYMENT_HISTORY_UNKNOWN);
        let main = traced.cause.map(|cause| cause.name());
        let json = json!({
            "number": traced.number,
            "verdict": traced.verdict,
            "match": traced.found().map(event),
            "candidates": traced.candidates.iter().map(event).collect::<Vec<_>>(),
            "searched": traced.searched,
            "payment_history": traced.group.payments,
            "search_for": traced.search_for(),
            "ecforce_result": traced.ecforce_result(),
            "drift": traced.drift,
            "causes": main.into_iter().chain(beside).collect::<Vec<_>>(),
            "next_steps": steps.iter().map(|text| out.told(text)).collect::<Vec<_>>(),
            "suggestions": traced.suggestions.iter().map(suggestion).collect::<Vec<_>>(),
        });
        Self { json, traced }
    }
}

impl Row for TraceRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("number", lists::order_number, |row: &Self, _| {
            Field::new(row.traced.number.as_str())
        })
        .whole(),
        Column::new("verdict", trace::title_answer, |row: &Self, view| {
            view.say(&words::verdict(row.traced.verdict))
        }),
        Column::field("match"),
        Column::field("candidates"),
        Column::field("searched"),
        Column::field("payment_history"),
        Column::new("search_for", trace::title_search_for, |row: &Self, _| {
            Field::maybe(row.traced.search_for())
        })
        .whole(),
        Column::field("ecforce_result"),
        Column::field("drift"),
        Column::field("causes"),
        Column::field("next_steps"),
        Column::field("suggestions"),
        Column::shown(trace::title_result, |row: &Self, view| {
            view.maybe(row.traced.found().map(words::short_result))
        }),
        // How the two sides differ, or why there is no event.
        Column::shown(trace::title_difference, |row: &Self, view| {
            view.maybe(match row.traced.verdict {
                Verdict::NotFound => Some(words::cause(row.traced.cause)),
                _ => row.traced.drift.map(words::drift),
            })
        }),
    ];
}
