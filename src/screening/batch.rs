//! Many orders, several at once, with their results in the order of the input. Orders come one by
//! one and are forgotten when their outcome is there, so that memory does not grow with the input.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{BuildHasher, RandomState},
};

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

use super::{Outcome, decide::Decision, engine::Engine};

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
    /// Whether the input has an order of that number: what is waited for must come.
    is_in_input: &'b (dyn Fn(&OrderNumber) -> bool + Sync),
    /// Once it is set no further order is begun; those in flight are finished.
    stop: &'b Halt,
    /// The outcomes that are there and whose turn has not come.
    held: BTreeMap<usize, Finished>,
    /// The orders that wait for their first payment's order (R9), by that number.
    waiting: HashMap<OrderNumber, Vec<Taken<'s>>>,
    /// The hashes of the numbers that are done: 8 bytes an order. Two numbers of one hash would
    /// let a later payment not wait for its first one, and nothing worse.
    done: HashSet<u64>,
    hasher: RandomState,
    /// How many orders were begun or wait.
    taken: usize,
    /// How many outcomes were handed over.
    emitted: usize,
    /// Whether the input has no further order.
    has_ended: bool,
    failure: Option<Error>,
}

impl<'b, 's> Batch<'b, 's> {
    /// A batch that has not begun.
    pub fn new(
        engine: &'b Engine<'s>,
        is_in_input: &'b (dyn Fn(&OrderNumber) -> bool + Sync),
        stop: &'b Halt,
    ) -> Self {
        Self {
            engine,
            is_in_input,
            stop,
            held: BTreeMap::new(),
            waiting: HashMap::new(),
            done: HashSet::new(),
            hasher: RandomState::new(),
            taken: 0,
            emitted: 0,
            has_ended: false,
            failure: None,
        }
    }

    /// Screens `orders`, and hands each outcome to `shown` in the order of the input as soon as all
    /// before it are there.
    ///
    /// # Errors
    /// The first failure of the input or the store; what is in flight then is finished.
    pub async fn run(
        mut self,
        orders: &mut (dyn Iterator<Item = Result<Order>> + Send),
        shown: Sender<Finished>,
    ) -> Result<()> {
        let engine = self.engine;
        let screen = |(place, order, decision): Taken<'s>| async move {
            let outcome = engine.carry_out(&order, decision).await;
            (place, order.facts.number, outcome)
        };
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < engine.tasks() && self.may_take(running.is_empty()) {
                if let Some(taken) = self.take(orders) {
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
            let freed = self.waiting.remove(&number).unwrap_or_default();
            if !self.is_stopped() {
                running.extend(freed.into_iter().map(screen));
            }
            self.done.insert(self.hasher.hash_one(&number));
            match outcome {
                Ok(Some(outcome)) => {
                    self.held.insert(place, (number, outcome));
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
        !self.is_stopped() && !self.has_ended && has_room
    }

    fn fail(&mut self, error: Error) {
        self.stop.set();
        self.failure.get_or_insert(error);
    }

    /// Takes the next order of the input; none where it ends, or where the order has to wait.
    fn take(
        &mut self,
        orders: &mut (dyn Iterator<Item = Result<Order>> + Send),
    ) -> Option<Taken<'s>> {
        let decided = match orders.next() {
            None => {
                self.has_ended = true;
                return None;
            }
            Some(order) => order.and_then(|order| Ok((self.engine.decide(&order)?, order))),
        };
        let (decision, order) = match decided {
            Ok(decided) => decided,
            Err(error) => {
                self.fail(error);
                return None;
            }
        };
        let place = self.taken;
        self.taken += 1;
        // R9: where the first payment stands in the same input, it is settled first.
        if let Decision::NotScreened {
            cause: Cause::ThanksOfferPayment,
            screened_as: Some(first),
        } = &decision
            && (self.is_in_input)(first)
            && !self.done.contains(&self.hasher.hash_one(first))
        {
            let first = first.clone();
            self.waiting
                .entry(first)
                .or_default()
                .push((place, order, decision));
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
type Taken<'s> = (usize, Order, Decision<'s>);
