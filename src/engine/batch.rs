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

/// At most so many outcomes are held back behind one that is not there yet.
const HELD_BACK: usize = 50_000;
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
    /// The orders that wait for their first payment's order (R9), by that number.
    waiting: HashMap<OrderNumber, Vec<Taken<'b, 's>>>,
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

    /// Screens the orders, and hands each outcome to `shown` in the order of the input as soon as all
    /// before it are there.
    ///
    /// # Errors
    /// The first failure of the store; what is in flight then is finished.
    pub async fn run(mut self, shown: Sender<Finished>) -> Result<()> {
        let engine = self.engine;
        let screen = |(place, order, decision): Taken<'b, 's>| async move {
            let outcome = engine.carry_out(order, decision).await;
            (place, &order.facts.number, outcome)
        };
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < engine.tasks() && self.may_take(running.is_empty()) {
                if let Some(taken) = self.take() {
                    running.push(screen(taken));
                }
            }
            let (place, number, outcome) = tokio::select! {
                biased;
                Some(finished) = running.next() => finished,
                room = shown.reserve(), if self.is_due() => {
                    match room {
                        Ok(room) => self.hand_over(room),
                        Err(gone) => self.fail(gone.into()),
                    }
                    continue;
                }
                else => {
                    if self.is_stopped() || self.waiting.is_empty() {
                        break;
                    }
                    // The input has ended: there is nothing to wait for any more.
                    running.extend(
                        self.waiting
                            .drain()
                            .flat_map(|(_, orders)| orders)
                            .map(screen),
                    );
                    continue;
                }
            };
            let freed = self.waiting.remove(number).unwrap_or_default();
            if !self.is_stopped() {
                running.extend(freed.into_iter().map(screen));
            }
            self.undone.remove(number);
            match outcome {
                Ok(Some(outcome)) => {
                    self.held.insert(place, (number.clone(), outcome));
                }
                // Not begun, since the batch was stopped.
                Ok(None) => {}
                Err(error) => self.fail(error),
            }
            while self.is_due()
                && let Ok(room) = shown.try_reserve()
            {
                self.hand_over(room);
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

    fn is_stopped(&self) -> bool {
        self.stop.is_set()
    }

    fn may_take(&self, is_idle: bool) -> bool {
        let has_room = !self.is_due() && (self.held.len() < HELD_BACK || is_idle);
        !self.is_stopped() && self.taken < self.orders.len() && has_room
    }

    fn fail(&mut self, error: Error) {
        self.stop.set();
        self.failure.get_or_insert(error);
    }

    /// Takes the next order of the input; none where it ends, or where the order has to wait.
    fn take(&mut self) -> Option<Taken<'b, 's>> {
        let place = self.taken;
        let order = self.orders.get(place)?;
        let decision = match self.engine.decide(order) {
            Ok(decision) => decision,
            Err(error) => {
                self.fail(error);
                return None;
            }
        };
        self.taken += 1;
        // R9: where the first payment stands in the same input, it is settled first.
        if let Decision::NotScreened {
            cause: Cause::ThanksOfferPayment,
            screened_as: Some(first),
        } = &decision
            && self.undone.contains(first)
        {
            let waiting = self.waiting.entry(first.clone()).or_default();
            waiting.push((place, order, decision));
            return None;
        }
        Some((place, order, decision))
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

/// An order, its place in the input, and what is to be done with it.
type Taken<'b, 's> = (usize, &'b Order, Decision<'s>);
