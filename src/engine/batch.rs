//! Many orders, several at once, with their results in the order of the input.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Error, Result};
use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::mpsc::{Permit, Sender},
    task::coop::consume_budget,
};

use crate::{
    domain::{
        eligibility::Cause,
        order::{Order, OrderNumber},
    },
    http::Halt,
};

use super::{decide::Decision, outcome::Outcome, screen::Engine};

/// So many outcomes at most wait for whoever shows them. Where that one pauses, nothing more is
/// begun; what is in flight is finished and kept.
pub const QUEUE: usize = 256;

/// An outcome on its way to whoever shows it.
pub type Finished = (OrderNumber, Outcome);

/// A batch as it runs.
pub struct Batch<'b, 's> {
    engine: &'b Engine<'s>,
    orders: &'b [Order],
    /// Once it is set no further order is begun; those in flight are finished.
    stop: &'b Halt,
    /// The outcomes that are there and whose turn has not come.
    held: BTreeMap<usize, Finished>,
    /// The places of the orders that wait for their first payment's order (R9), by that number.
    waiting: HashMap<OrderNumber, Vec<usize>>,
    /// The numbers of the input that are not done: what may be waited for.
    undone: HashSet<&'b OrderNumber>,
    /// How many orders were begun or wait.
    taken: usize,
    /// How many outcomes were handed over.
    emitted: usize,
    failure: Option<Error>,
}

impl<'b, 's> Batch<'b, 's> {
    /// A batch that has not begun.
    pub fn new(engine: &'b Engine<'s>, orders: &'b [Order], stop: &'b Halt) -> Self {
        Self {
            engine,
            orders,
            stop,
            held: BTreeMap::new(),
            waiting: HashMap::new(),
            undone: orders.iter().map(|order| &order.facts.number).collect(),
            taken: 0,
            emitted: 0,
            failure: None,
        }
    }

    /// Screens the orders, and hands each outcome to `shown` in the order of the input as soon as
    /// all before it are there.
    ///
    /// # Errors
    /// The first failure of the store; what is in flight then is finished.
    pub async fn run(mut self, shown: Sender<Finished>) -> Result<()> {
        let (engine, orders) = (self.engine, self.orders);
        let screen = |(place, decision): (usize, Decision<'s>)| async move {
            (place, engine.carry_out(&orders[place], decision).await)
        };
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < engine.tasks() && self.may_take() {
                let place = self.taken;
                self.taken += 1;
                running.extend(self.decide(place, true).map(screen));
            }
            tokio::select! {
                biased;
                room = shown.reserve(), if self.is_due() => match room {
                    Ok(room) => self.hand_over(room),
                    Err(gone) => self.fail(gone.into()),
                },
                Some((place, outcome)) = running.next() => {
                    for freed in self.finished(place, outcome) {
                        running.extend(self.decide(freed, false).map(screen));
                    }
                }
                else => {
                    if self.stop.is_set() || self.waiting.is_empty() {
                        break;
                    }
                    // The input has ended: there is nothing to wait for any more.
                    let left: Vec<_> = self.waiting.drain().flat_map(|(_, places)| places).collect();
                    for place in left {
                        running.extend(self.decide(place, false).map(screen));
                    }
                }
            }
            // What is only given back waits for nothing: whoever runs this has its turn, too.
            consume_budget().await;
        }
        // Interrupted: what was finished behind a gap is handed over too.
        for finished in std::mem::take(&mut self.held).into_values() {
            if shown.send(finished).await.is_err() {
                break;
            }
        }
        self.failure.map_or(Ok(()), Err)
    }

    fn may_take(&self) -> bool {
        !self.stop.is_set() && self.taken < self.orders.len() && !self.is_due()
    }

    fn fail(&mut self, error: Error) {
        self.stop.set();
        self.failure.get_or_insert(error);
    }

    /// What is to be done with the order at a place of the input; none where it is not begun, or
    /// not yet.
    fn decide(&mut self, place: usize, may_wait: bool) -> Option<(usize, Decision<'s>)> {
        if self.stop.is_set() {
            return None;
        }
        let decision = match self.engine.decide(&self.orders[place]) {
            Ok(decision) => decision,
            Err(error) => {
                self.fail(error);
                return None;
            }
        };
        // R9: where the first payment stands in the same input, it is settled first.
        if let Decision::Settled(outcome) = &decision
            && let Outcome::NotScreened {
                cause: Cause::ThanksOfferPayment,
                screened_as: Some(first),
                ..
            } = &**outcome
            && may_wait
            && self.undone.contains(first)
        {
            self.waiting.entry(first.clone()).or_default().push(place);
            return None;
        }
        Some((place, decision))
    }

    /// Takes an outcome; none where the order was not begun, since the batch was stopped. Gives
    /// the places of the orders that waited for it.
    fn finished(&mut self, place: usize, outcome: Result<Option<Outcome>>) -> Vec<usize> {
        let number = &self.orders[place].facts.number;
        self.undone.remove(number);
        match outcome {
            Ok(Some(outcome)) => {
                self.held.insert(place, (number.clone(), outcome));
            }
            Ok(None) => {}
            Err(error) => self.fail(error),
        }
        self.waiting.remove(number).unwrap_or_default()
    }

    /// Whether the next outcome in the order of the input is there. It waits for room only.
    fn is_due(&self) -> bool {
        self.failure.is_none() && self.held.contains_key(&self.emitted)
    }

    fn hand_over(&mut self, room: Permit<'_, Finished>) {
        if let Some(due) = self.held.remove(&self.emitted) {
            self.emitted += 1;
            room.send(due);
        }
    }
}
