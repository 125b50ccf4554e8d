//! What the first pass over an input finds, before anything is sent: which numbers its payment
//! histories show as later payments, whether anything is to be sent, and what that will need.

use std::collections::HashMap;

use anyhow::Result;

use crate::{
    domain::{
        disposition::RedirectUnset,
        order::{Order, OrderFacts, OrderNumber},
        payment::Standing,
        settings::Behaviour,
    },
    store::Store,
};

use super::decide::{Decider, Decision};

/// The numbers that payment histories of the input show as later payments, each with its first
/// payment: what the store will say once the whole input is in it.
#[derive(Debug, Default)]
pub struct LaterPayments(HashMap<OrderNumber, Option<OrderNumber>>);

impl LaterPayments {
    /// Notes what an order's own history says of the other numbers that it lists.
    pub fn note(&mut self, order: &OrderFacts) {
        let Standing::Later { first } = order.history.later() else {
            return;
        };
        let later = order.history.later_numbers().into_iter();
        for number in later.filter(|number| **number != order.number) {
            self.0
                .entry(number.clone())
                .or_insert_with(|| first.clone());
        }
    }

    /// What the histories of the input say of a number.
    pub fn standing(&self, number: &OrderNumber) -> Option<Standing> {
        self.0.get(number).map(|first| Standing::Later {
            first: first.clone(),
        })
    }
}

/// What is known of an input before anything is sent.
#[derive(Debug, Default)]
pub struct Plan {
    /// Whether any order is to be sent.
    pub sends: bool,
    /// A redirect that some order may need and that has no URL (R6).
    pub unset_redirect: Option<RedirectUnset>,
}

impl Plan {
    /// Whether every further order would change nothing: then the store need not be asked.
    fn is_settled(&self, decider: &Decider<'_>) -> bool {
        let behaviours = &decider.settings.behaviours;
        let all = [
            &behaviours.on_hold,
            &behaviours.on_review,
            &behaviours.on_ng,
        ];
        let may_lack_url = all
            .into_iter()
            .any(|behaviour| *behaviour == Behaviour::RedirectUnset);
        self.sends && (!may_lack_url || self.unset_redirect.is_some())
    }

    /// Asks the rules and the store of the orders of the input, for as long as that can change
    /// anything: usually one.
    ///
    /// # Errors
    /// Where the input or the store cannot be read.
    pub fn of(
        decider: &Decider<'_>,
        orders: impl Iterator<Item = Result<Order>>,
        store: Option<&Store>,
    ) -> Result<Self> {
        let mut plan = Self::default();
        for order in orders {
            let order = order?;
            let decision = decider.decide(&order, store)?;
            plan.sends |= matches!(decision, Decision::Send { .. });
            let unset = decider.unset_redirect(&order, &decision);
            plan.unset_redirect = plan.unset_redirect.or(unset);
            if plan.is_settled(decider) {
                break;
            }
        }
        Ok(plan)
    }
}
