//! A traced number for people: the answer first, in a sentence to pass on, then the evidence.

use std::collections::HashSet;

use anyhow::Result;

use super::{
    Output,
    list::{self, Column},
    paint::Tone,
    records::{EventRow, result},
    table::{Card, Field, Grid},
};
use crate::{
    domain::{
        event::{AutoResult, EventRecord},
        matching::{SuggestedBecause, Suggestion, Traced},
        payment::Payment,
    },
    locales::{Lang, Text, lists, matching, trace as words},
};

/// Shows all that was found.
pub fn show(out: &Output, traced: &Traced) -> Result<()> {
    // A sentence to pass on.
    out.sentence(out.say(&matching::answer(traced)))?;
    if let Some(event) = traced.found() {
        out.heading(out.say(&words::heading_event()))?;
        out.card(&event_card(traced, event, out.lang))?;
    }
    history(out, traced)?;
    if traced.candidates.len() > 1 {
        out.heading(out.say(&words::heading_other_events()))?;
        let others = traced.candidates[1..].iter().cloned().map(EventRow::from);
        out.grid(&list::grid(&others.collect::<Vec<_>>(), out))?;
    }
    if traced.found().is_none() && traced.searched.len() > 1 {
        out.heading(out.say(&words::heading_searched()))?;
        out.sentence(out.say(&matching::listed(&traced.searched)))?;
    }
    next(out, words::next_steps(traced))?;
    if !traced.suggestions.is_empty() {
        out.heading(out.say(&words::heading_suggestions()))?;
        out.grid(&list::table(&SUGGESTIONS, &traced.suggestions, out.lang))?;
    }
    Ok(())
}

/// Shows the payment history with the match marked, where one is known.
fn history(out: &Output, traced: &Traced) -> Result<()> {
    if traced.group.payments.is_empty() {
        return Ok(());
    }
    out.heading(out.say(&words::heading_history()))?;
    let event = |payment: &Payment| event_of(traced, payment, out.lang);
    out.grid(&payments(&traced.group.payments, Some(&event), out.lang))
}

/// Shows what to do next, each step once.
pub fn next(out: &Output, steps: Vec<Text>) -> Result<()> {
    out.heading(out.say(&words::heading_next()))?;
    let mut said = HashSet::new();
    let mut told = steps.iter().map(|step| out.told(step));
    told.try_for_each(|step| match said.insert(step.clone()) {
        true => out.sentence(&format!("- {step}")),
        false => Ok(()),
    })
}

/// The event, what ecforce shows of the order, and how the two differ.
fn event_card(traced: &Traced, event: &EventRecord, lang: Lang) -> Card {
    let mut card = list::brief(&EventRow::from(event.clone()), lang);
    card.push(
        words::title_ecforce().get(lang),
        result(traced.ecforce_result().map(AutoResult::name)),
    );
    let drift = match traced.drift {
        None => Field::new(words::no_drift().get(lang)).toned(Tone::Faint),
        Some(drift) => Field::new(matching::drift(drift).get(lang)).toned(Tone::Warn),
    };
    card.push(words::title_drift().get(lang), drift);
    card
}

/// A payment, and the event that it was screened as.
type Paid = (Payment, Field);

/// The last is of `trace` alone.
const PAYMENTS: [Column<Paid>; 5] = [
    Column::shown(lists::order_number, |(payment, _): &Paid, _| {
        Field::new(payment.number.as_str())
    })
    .whole(),
    Column::shown(words::title_at, |(payment, _): &Paid, _| {
        Field::maybe(payment.at)
    })
    .whole(),
    Column::shown(words::title_amount, |(payment, _): &Paid, _| {
        Field::maybe(payment.amount.map(|amount| amount.0)).right()
    }),
    Column::shown(words::title_thanks_offer, |(payment, _): &Paid, view| {
        view.maybe(payment.thanks_offer.map(words::thanks_offer))
    }),
    Column::shown(words::title_events, |(_, event), _| event.clone()),
];

/// A table of payments; of `trace` with the event that each was screened as.
pub fn payments(
    payments: &[Payment],
    event: Option<&dyn Fn(&Payment) -> Field>,
    lang: Lang,
) -> Grid {
    let paid = |payment: &Payment| {
        (
            payment.clone(),
            event.map_or_else(Field::none, |of| of(payment)),
        )
    };
    let rows: Vec<_> = payments.iter().map(paid).collect();
    let columns = PAYMENTS.len() - usize::from(event.is_none());
    list::table(&PAYMENTS[..columns], &rows, lang)
}

/// The event of a payment; that of the match is marked.
fn event_of(traced: &Traced, payment: &Payment, lang: Lang) -> Field {
    let of_payment = |event: &&EventRecord| event.merchant_management_id == payment.number;
    let event = traced.candidates.iter().find(of_payment);
    let is_match = traced.found().is_some_and(|found| of_payment(&found));
    match event.map(matching::short_result) {
        None => Field::none(),
        Some(result) if is_match => Field::new(words::is_match(result).get(lang)).toned(Tone::Good),
        Some(result) => Field::new(result.get(lang)),
    }
}

const SUGGESTIONS: [Column<Suggestion>; 4] = [
    Column::shown(lists::merchant_management_id, |near: &Suggestion, _| {
        Field::new(near.event.merchant_management_id.as_str())
    })
    .whole(),
    Column::shown(lists::requested_at, |near: &Suggestion, _| {
        Field::maybe(near.event.requested_at)
    })
    .whole(),
    Column::shown(lists::auto_result, |near, _| {
        result(near.event.auto_result.as_deref())
    }),
    Column::shown(words::title_why, |near, view| view.say(&why(near))),
];

fn why(suggestion: &Suggestion) -> Text {
    let minutes = words::minutes(suggestion.minutes_after());
    let why = match (suggestion.because, &suggestion.customer_id) {
        (SuggestedBecause::SameCustomer, Some(customer)) => words::same_customer(minutes, customer),
        _ => words::orphan(minutes),
    };
    match suggestion.amount {
        Some(amount) => words::with_amount(why, amount.0),
        None => why,
    }
}
