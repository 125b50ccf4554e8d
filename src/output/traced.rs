//! A traced number for people: the answer first, in a sentence to pass on, then the evidence.

use std::collections::HashSet;

use anyhow::Result;

use super::{
    Output,
    list::{self, Column},
    paint::Tone,
    records::reason,
    table::{Card, Field, Grid},
};
use crate::{
    domain::{
        event::EventRecord,
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
        out.grid(&list::table(&EVENTS, &traced.candidates[1..], out.lang))?;
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

fn event_card(traced: &Traced, event: &EventRecord, lang: Lang) -> Card {
    let drift = match traced.drift {
        None => Field::new(words::no_drift().get(lang)).toned(Tone::Faint),
        Some(drift) => Field::new(matching::drift(drift).get(lang)).toned(Tone::Warn),
    };
    let number = event.merchant_management_id.as_str();
    let rows = [
        (lists::merchant_management_id(), Field::new(number)),
        (lists::event_id(), Field::new(&event.event_id.0)),
        (lists::requested_at(), Field::maybe(event.requested_at)),
        (
            lists::auto_result(),
            Field::maybe(event.auto_result.as_ref()),
        ),
        (
            lists::manual_result(),
            Field::maybe(event.manual_result.as_ref()),
        ),
        (lists::reasons(), Field::maybe(reasons(event))),
        (
            words::title_ecforce(),
            Field::maybe(traced.ecforce_result()),
        ),
        (words::title_drift(), drift),
    ];
    let mut card = Card::default();
    for (title, field) in rows {
        card.push(title.get(lang), field);
    }
    card
}

/// One reason a line, with its code behind it.
fn reasons(event: &EventRecord) -> Option<String> {
    let lines: Vec<_> = event.reasons.iter().map(reason).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A table of payments; of `trace` with the event that each was screened as.
pub fn payments(
    payments: &[Payment],
    event: Option<&dyn Fn(&Payment) -> Field>,
    lang: Lang,
) -> Grid {
    let titles = [
        lists::order_number(),
        words::title_at(),
        words::title_amount(),
        words::title_thanks_offer(),
    ];
    let titles = titles
        .into_iter()
        .chain(event.map(|_| words::title_events()));
    let titles: Vec<_> = titles.collect();
    let mut grid = Grid::new(titles.iter().map(|title| title.get(lang))).unwrapped([0, 1]);
    for payment in payments {
        let flag = payment.thanks_offer.map(|flag| match flag {
            true => words::yes(),
            false => words::no(),
        });
        let mut cells = vec![
            Field::new(payment.number.as_str()),
            Field::maybe(payment.at),
            Field::maybe(payment.amount.map(|amount| amount.0)).right(),
            Field::maybe(flag.as_ref().map(|flag| flag.get(lang))),
        ];
        cells.extend(event.map(|event| event(payment)));
        grid.push(cells);
    }
    grid
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

const EVENTS: [Column<EventRecord>; 5] = [
    Column::shown(lists::merchant_management_id, |event: &EventRecord, _| {
        Field::new(event.merchant_management_id.as_str())
    })
    .whole(),
    Column::shown(lists::requested_at, |event: &EventRecord, _| {
        Field::maybe(event.requested_at)
    })
    .whole(),
    Column::shown(lists::auto_result, |event, _| {
        Field::maybe(event.auto_result.as_ref())
    }),
    Column::shown(lists::manual_result, |event, _| {
        Field::maybe(event.manual_result.as_ref())
    }),
    Column::shown(lists::event_id, |event: &EventRecord, _| {
        Field::new(&event.event_id.0)
    })
    .whole(),
];

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
        Field::maybe(near.event.auto_result.as_ref())
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
