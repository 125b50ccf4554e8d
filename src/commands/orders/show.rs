//! `oplux orders show`: one number with everything that belongs to it (R13).

use anyhow::Result;
use serde::Serialize;

use super::{Context, Methods};
use crate::{
    domain::{
        event::{EventId, EventRecord},
        matching::candidates,
        order::OrderNumber,
        time::JstTime,
    },
    exit::{Exit, Failure},
    locales::{Lang, Said, Text, records as words},
    lookup::row::PaymentRow,
    output::{
        Format, Output,
        paint::Tone,
        records::{EventRow, OrderRow},
        table::{Field, Grid},
    },
    store::{AttemptRecord, AttemptState, Look},
};

/// A number with everything that belongs to it.
#[derive(Debug, Serialize)]
struct Shown {
    /// The order of this number; none where only payments or events bear it.
    order: Option<OrderRow>,
    /// The payments of all numbers that belong together, by time.
    payment_history: Vec<PaymentRow>,
    /// The tries to screen any of them, in the order in which they began.
    attempts: Vec<AttemptRow>,
    /// The events of all of them, in the order of `trace`.
    events: Vec<EventRow>,
    /// The numbers that belong together, the one asked for first.
    searched: Vec<OrderNumber>,
}

#[derive(Debug, Serialize)]
struct AttemptRow {
    order_number: OrderNumber,
    began_at: JstTime,
    ended_at: Option<JstTime>,
    state: &'static str,
    rescreen: bool,
    event_id: Option<EventId>,
    error_code: Option<String>,
    #[serde(skip)]
    how: AttemptState,
}

impl From<AttemptRecord> for AttemptRow {
    fn from(attempt: AttemptRecord) -> Self {
        Self {
            order_number: attempt.order_number,
            began_at: attempt.began_at,
            ended_at: attempt.ended_at,
            state: attempt.state.name(),
            rescreen: attempt.rescreen,
            event_id: attempt.event_id,
            error_code: attempt.error_code,
            how: attempt.state,
        }
    }
}

/// Shows the number.
///
/// # Errors
/// Where the store or the configuration cannot be used, or nothing in the store bears the number.
pub(super) fn run(number: &OrderNumber, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let (config, out) = (context.config_if_any()?, &context.out);
    let shown = match context.store_if_any(config.as_ref())? {
        Some(store) => find(&store.look()?, number, &Methods(config.as_ref()))?,
        None => None,
    };
    let Some(shown) = shown else {
        let said = Said::new(words::no_such_order(number)).hint(words::no_such_order_hint());
        return Err(Failure::not_found(said).into());
    };
    match out.format {
        Format::Json => out.json(&shown)?,
        _ => tell(number, &shown, out)?,
    }
    Ok(Exit::Done)
}

fn find(look: &Look<'_>, number: &OrderNumber, methods: &Methods<'_>) -> Result<Option<Shown>> {
    if !look.knows(number)? {
        return Ok(None);
    }
    let group = look.group_of(number)?;
    let searched = group.searched(number);
    let events: Vec<EventRecord> = candidates(&searched, look.events_under(&searched)?);
    Ok(Some(Shown {
        order: look.order(number)?.map(|order| methods.row(order)),
        payment_history: group.payments.iter().map(PaymentRow::from).collect(),
        attempts: look
            .attempts_under(&searched)?
            .into_iter()
            .map(AttemptRow::from)
            .collect(),
        events: events.into_iter().map(EventRow::from).collect(),
        searched,
    }))
}

/// Shows it to people, section by section.
fn tell(number: &OrderNumber, shown: &Shown, out: &Output) -> Result<()> {
    match &shown.order {
        Some(order) => out.card(&order.card(out.lang))?,
        None => out.sentence(out.say(&words::not_an_order(number)))?,
    }
    if shown.searched.len() > 1 {
        let numbers: Vec<_> = shown.searched.iter().map(OrderNumber::as_str).collect();
        out.line("")?;
        out.sentence(out.say(&words::belong_together(numbers.join(", "))))?;
    }
    if title(
        words::payment_history(),
        shown.payment_history.is_empty(),
        out,
    )? {
        out.grid(&payments(&shown.payment_history, out.lang))?;
    }
    if title(words::attempts(), shown.attempts.is_empty(), out)? {
        out.grid(&attempts(&shown.attempts, out.lang))?;
    }
    if title(words::events(), shown.events.is_empty(), out)? {
        for (place, event) in shown.events.iter().enumerate() {
            if place > 0 {
                out.line("")?;
            }
            out.card(&event.brief(out.lang))?;
        }
    }
    Ok(())
}

/// Begins a section, and says whether there is anything in it.
fn title(title: Text, is_empty: bool, out: &Output) -> Result<bool> {
    let title = match is_empty {
        true => words::none_of(title),
        false => title,
    };
    out.line("")?;
    out.line(&format!("# {}", out.say(&title)))?;
    Ok(!is_empty)
}

fn payments(payments: &[PaymentRow], lang: Lang) -> Grid {
    let titles = [
        words::payment_number(),
        words::payment_at(),
        words::amount(),
        words::thanks_offer(),
    ];
    let mut grid = Grid::new(titles.iter().map(|title| title.get(lang))).unwrapped([0, 1]);
    for payment in payments {
        let offer = payment.thanks_offer.map(words::yes_or_no);
        grid.push(vec![
            Field::new(payment.number.as_str()),
            Field::maybe(payment.at),
            Field::maybe(payment.amount.map(|amount| amount.0)).right(),
            Field::maybe(offer.map(|offer| offer.get(lang).to_owned())),
        ]);
    }
    grid
}

fn attempts(attempts: &[AttemptRow], lang: Lang) -> Grid {
    let titles = [
        words::order_number(),
        words::began_at(),
        words::outcome(),
        words::error_code(),
    ];
    let mut grid = Grid::new(titles.iter().map(|title| title.get(lang))).unwrapped([0, 1]);
    for attempt in attempts {
        let (outcome, tone) = match attempt.how {
            AttemptState::InFlight => (words::attempt_in_flight(), Tone::Notable),
            AttemptState::Screened => (words::attempt_screened(), Tone::Good),
            AttemptState::Failed => (words::attempt_failed(), Tone::Bad),
            AttemptState::Unknown => (words::attempt_unknown(), Tone::Warn),
        };
        let outcome = match attempt.rescreen {
            true => words::rescreened(outcome),
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
