//! A number with everything that belongs to it, on one screen: what `orders show` and `events show`
//! share.

use anyhow::Result;
use serde::Serialize;

use crate::{
    domain::{
        event::EventId, matching::candidates, order::OrderNumber, payment::Payment,
        settings::PaymentMethod,
    },
    locales::{Lang, Text, lists, matching as words},
    output::{
        Output, list,
        paint::Tone,
        records::{EventRow, OrderRow},
        table::{Card, Field, Grid},
        traced,
    },
    store::{Attempt, AttemptState, Look},
};

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
        let events = candidates(&searched, look.events_under(&searched)?);
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
