//! Many orders, several at once, with their results in the order of the input.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use futures_util::{StreamExt, stream};

use crate::{
    domain::{
        disposition::RedirectUnset,
        eligibility::Cause,
        order::{Order, OrderNumber},
    },
    store::{Store, StoreError},
};

use super::{
    Outcome,
    decide::{Decider, Decision},
    engine::Engine,
};

/// What is known of an input before anything is sent.
#[derive(Debug, Default)]
pub struct Plan {
    /// Whether any order is to be sent.
    pub sends: bool,
    /// A redirect that some order may need and that has no URL (R6).
    pub unset_redirect: Option<RedirectUnset>,
    /// The places of the orders that wait for their first payment's order in the same input.
    waiting: Vec<bool>,
}

impl Plan {
    /// Asks the rules and the store of every order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn of(
        decider: &Decider<'_>,
        orders: &[Order],
        store: Option<&Store>,
    ) -> Result<Self, StoreError> {
        let numbers: std::collections::HashSet<&OrderNumber> =
            orders.iter().map(|order| &order.facts.number).collect();
        let mut plan = Self::default();
        for order in orders {
            let decision = decider.decide(order, store)?;
            plan.sends |= matches!(decision, Decision::Send { .. });
            plan.unset_redirect = plan
                .unset_redirect
                .or_else(|| decider.unset_redirect(order, &decision));
            plan.waiting.push(match &decision {
                Decision::NotScreened {
                    cause: Cause::ThanksOfferPayment,
                    screened_as,
                } => screened_as
                    .as_ref()
                    .is_some_and(|first| numbers.contains(first)),
                _ => false,
            });
        }
        Ok(plan)
    }
}

/// Screens `orders`, `jobs` at a time, and hands each outcome to `emit` in the order of the input
/// as soon as all before it are there. Once `stop` is set no further order is begun; those in
/// flight are finished. Gives the number of orders that were handed over.
///
/// # Errors
/// The first failure of the store or of `emit`; what is in flight then is finished first.
pub async fn screen_all(
    engine: &Engine<'_>,
    plan: &Plan,
    orders: &[Order],
    jobs: usize,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(&Order, Outcome) -> Result<()>,
) -> Result<usize> {
    let mut outcomes: Vec<Option<Outcome>> = orders.iter().map(|_| None).collect();
    let mut emitted = 0;
    let mut failure = None;
    // R9: where the first payment stands in the same input, it is settled first.
    for waits in [false, true] {
        let places = (0..orders.len()).filter(|place| plan.waiting[*place] == waits);
        let begun = places.take_while(|_| !stop.load(Ordering::Relaxed));
        let running = stream::iter(begun)
            .map(|place| async move { (place, engine.screen(&orders[place]).await) })
            .buffer_unordered(jobs);
        let mut running = std::pin::pin!(running);
        while let Some((place, outcome)) = running.next().await {
            match outcome {
                Ok(outcome) => outcomes[place] = Some(outcome),
                Err(error) => {
                    stop.store(true, Ordering::Relaxed);
                    failure.get_or_insert(error);
                }
            }
            while failure.is_none()
                && let Some(outcome) = outcomes.get_mut(emitted).and_then(Option::take)
            {
                if let Err(error) = emit(&orders[emitted], outcome) {
                    stop.store(true, Ordering::Relaxed);
                    failure = Some(error);
                }
                emitted += 1;
            }
        }
    }
    // Interrupted: what was finished behind a gap is shown too.
    for (order, outcome) in orders.iter().zip(outcomes).filter(|_| failure.is_none()) {
        if let Some(outcome) = outcome {
            emit(order, outcome)?;
            emitted += 1;
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(emitted),
    }
}
