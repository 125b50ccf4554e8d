//! What is known of an input before anything is sent: which numbers its payment
//! histories show as later payments, whether anything is to be sent, and what that will need.

use std::collections::HashMap;

use crate::{
    domain::{
        disposition::RedirectUnset,
        order::{Order, OrderNumber},
        payment::Standing,
        settings::Behaviour,
    },
    store::{Store, StoreError},
};

use super::decide::{Decider, Decision};

/// The numbers that payment histories of the input show as later payments, each with its first
/// payment: what the store will say once the whole input is in it.
#[derive(Debug, Default)]
pub struct LaterPayments(HashMap<OrderNumber, Option<OrderNumber>>);

impl LaterPayments {
    /// What each order's own history says of the other numbers that it lists.
    pub fn of(orders: &[Order]) -> Self {
        let mut all = HashMap::new();
        for order in orders.iter().map(|order| &order.facts) {
            let Standing::Later { first } = order.history.later() else {
                continue;
            };
            let later = order.history.later_numbers().into_iter();
            for number in later.filter(|number| **number != order.number) {
                all.entry(number.clone()).or_insert_with(|| first.clone());
            }
        }
        Self(all)
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
    /// How many orders are to be sent with a telephone number that does not begin with 0.
    pub no_leading_zero: usize,
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
    /// anything: usually one, and those with such a telephone number.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn of(
        decider: &Decider<'_>,
        orders: &[Order],
        store: Option<&Store>,
    ) -> Result<Self, StoreError> {
        let mut plan = Self::default();
        for order in orders {
            let lacks_zero = order.lacks_leading_zero();
            if plan.is_settled(decider) && !lacks_zero {
                continue;
            }
            let decision = decider.decide(order, store)?;
            let is_sent = matches!(decision, Decision::Send { .. });
            plan.sends |= is_sent;
            plan.no_leading_zero += usize::from(is_sent && lacks_zero);
            let unset = decider.unset_redirect(order, &decision);
            plan.unset_redirect = plan.unset_redirect.or(unset);
        }
        Ok(plan)
    }
}
