//! Which event belongs to an order number (R13), and why there is none where there is none; and that
//! as it is shown: the JSON object of CONTRACT.md (trace), and a row of a table. And a number with
//! everything that belongs to it, on one screen: what `orders show` and `events show` share.

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    domain::{
        event::{EventId, EventRecord},
        matching::{self, Group, Rules, Suggestion, Traced, Verdict, main_cause, suggest},
        order::OrderNumber,
        payment::{History, Payment},
        settings::PaymentMethod,
    },
    locales::{Lang, Text, lists, matching as words, trace},
    output::{
        Output,
        list::{self, Column, Row},
        paint::Tone,
        records::{EventRow, OrderRow},
        table::{Card, Field, Grid},
        traced,
    },
    store::{Attempt, AttemptState, Look, StoreError},
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

/// A number with everything that belongs to it.
#[derive(Debug, Serialize)]
pub struct Whole {
    /// The order of this number; none where only payments or events bear it.
    pub order: Option<OrderRow>,
    /// The orders of the other numbers that belong to it.
    pub other_orders: Vec<OrderRow>,
    /// The payments of all numbers that belong together, by time.
    pub payment_history: Vec<Payment>,
    /// The tries to screen any of them, in the order in which they began.
    pub attempts: Vec<Attempt>,
    /// The events of all of them, in the order of `trace`.
    pub events: Vec<EventRow>,
    /// The numbers that belong together, the one asked for first.
    pub searched: Vec<OrderNumber>,
    /// What decides the match, where it waits for a person.
    #[serde(skip)]
    review: Option<Text>,
}

impl Whole {
    /// All that the store has of `number` and of those that belong to it. The
    /// configuration tells what it calls the payment `methods`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn find(look: &Look<'_>, number: &OrderNumber, methods: &[PaymentMethod]) -> Result<Self> {
        let row = |order| OrderRow::new(order, methods);
        let group = look.group_of(number)?;
        let searched = group.searched(number);
        let events = matching::candidates(&searched, look.events_under(&searched)?);
        let mut other_orders = Vec::new();
        for other in searched.iter().filter(|other| *other != number) {
            other_orders.extend(look.order(other)?.map(row));
        }
        let review = events
            .first()
            .and_then(|event| words::review_step(number, event));
        Ok(Self {
            review,
            order: look.order(number)?.map(row),
            other_orders,
            payment_history: group.payments,
            attempts: look.attempts_under(&searched)?,
            events: events.into_iter().map(EventRow::from).collect(),
            searched,
        })
    }

    /// Shows it to people, section by section, under what was shown of the number itself. An event
    /// that stands there already is not repeated.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn tell(&self, shown: Option<&EventId>, out: &Output) -> Result<()> {
        if self.searched.len() > 1 {
            out.line("")?;
            out.sentence(out.say(&lists::belong_together(words::listed(&self.searched))))?;
        }
        if !self.other_orders.is_empty() {
            title(lists::other_orders(), false, out)?;
            cards(
                self.other_orders
                    .iter()
                    .map(|order| list::card(order, out.lang)),
                out,
            )?;
        }
        let payments = &self.payment_history;
        if title(lists::payment_history(), payments.is_empty(), out)? {
            out.grid(&traced::payments(payments, None, out.lang))?;
        }
        if title(lists::attempts(), self.attempts.is_empty(), out)? {
            out.grid(&grid_of_attempts(&self.attempts, out.lang))?;
        }
        let is_fresh = |event: &&EventRow| shown != Some(event.id());
        let events: Vec<_> = self.events.iter().filter(is_fresh).collect();
        let heading = match shown {
            None => lists::events(),
            Some(_) => lists::other_events(),
        };
        if title(heading, events.is_empty(), out)? {
            cards(
                events.iter().map(|event| list::brief(*event, out.lang)),
                out,
            )?;
        }
        if let Some(review) = &self.review {
            out.line("")?;
            out.sentence(&out.told(review))?;
        }
        Ok(())
    }
}

/// One card under the other.
fn cards(cards: impl Iterator<Item = Card>, out: &Output) -> Result<()> {
    for (place, card) in cards.enumerate() {
        if place > 0 {
            out.line("")?;
        }
        out.card(&card)?;
    }
    Ok(())
}

/// Begins a section, and says whether there is anything in it.
fn title(title: Text, is_empty: bool, out: &Output) -> Result<bool> {
    let title = match is_empty {
        true => lists::none_of(title),
        false => title,
    };
    out.line("")?;
    out.line(&format!("# {}", out.say(&title)))?;
    Ok(!is_empty)
}

fn grid_of_attempts(attempts: &[Attempt], lang: Lang) -> Grid {
    let titles = [
        lists::order_number(),
        lists::began_at(),
        lists::outcome(),
        lists::error_code(),
    ];
    let mut grid = Grid::new(titles.iter().map(|title| title.get(lang))).unwrapped([0, 1]);
    for attempt in attempts {
        let (outcome, tone) = match attempt.state {
            AttemptState::InFlight => (lists::attempt_in_flight(), Tone::Notable),
            AttemptState::Screened => (lists::attempt_screened(), Tone::Good),
            AttemptState::Failed => (lists::attempt_failed(), Tone::Bad),
            AttemptState::Unknown => (lists::attempt_unknown(), Tone::Warn),
        };
        let outcome = match attempt.rescreen {
            true => lists::rescreened(outcome),
            false => outcome,
        };
        grid.push(vec![
            Field::new(attempt.order_number.as_str()),
            Field::new(attempt.began_at.to_string()),
            Field::new(outcome.get(lang)).toned(tone),
            Field::maybe(attempt.error_code.as_ref()),
        ]);
    }
    grid
}
