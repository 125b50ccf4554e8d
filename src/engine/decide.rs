//! What is to be done with an order, before anything is done: nothing here sends or stores.

use crate::{
    domain::{
        disposition::{self, RedirectUnset},
        eligibility::{self, Cause, Eligibility},
        order::{Order, OrderFacts, OrderNumber},
        payment::Standing,
        settings::{PaymentMethod, Settings},
        time::JstTime,
    },
    store::{Known, Store, StoreError, StoredEvent, UnknownAttempt},
};

use super::{
    outcome::{Outcome, Trouble},
    outline::LaterPayments,
};

/// What is to be done with an order.
#[derive(Debug, Clone)]
pub enum Decision<'s> {
    /// Its event is in the store: give it back.
    Reuse(Box<StoredEvent>),
    /// The outcome of an earlier try is not known: give that back.
    Unknown(UnknownAttempt),
    /// It is not screened.
    NotScreened {
        /// Why.
        cause: Cause,
        /// The first payment's number, for a thanks-offer payment.
        screened_as: Option<OrderNumber>,
    },
    /// It is to be sent.
    Send {
        /// The payment method's settings.
        method: &'s PaymentMethod,
        /// Whether a redirect is not carried out (R10).
        force: bool,
    },
}

/// What the rules and the store say of an order.
pub struct Decider<'s> {
    /// Today's configuration.
    pub settings: &'s Settings,
    /// Stored outcomes that are older than this are passed over; none are where it is none.
    pub rescreen: Option<JstTime>,
    /// What the payment histories of the input say.
    pub later: LaterPayments,
}

impl<'s> Decider<'s> {
    /// What is to be done with `order`. Without a store nothing is known of it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn decide(&self, order: &Order, store: Option<&Store>) -> Result<Decision<'s>, StoreError> {
        if let Some(store) = store {
            // A stored outcome comes before the rules.
            let (number, service) = (&order.facts.number, self.settings.service);
            match store.outcome_to_give_back(number, service, self.rescreen)? {
                Known::Stored(event) => return Ok(Decision::Reuse(Box::new(event))),
                Known::Unknown(attempt) => return Ok(Decision::Unknown(attempt)),
                Known::InFlight | Known::Nothing => {}
            }
        }
        let standing = self.standing(&order.facts, store)?;
        Ok(
            match eligibility::decide(&order.facts, &standing, self.settings) {
                Eligibility::Screened(method) => Decision::Send {
                    method,
                    force: disposition::is_forced(
                        order.facts.ad_url.as_ref(),
                        method,
                        self.settings,
                    ),
                },
                Eligibility::NotScreened(cause) => Decision::NotScreened {
                    cause,
                    screened_as: (cause == Cause::ThanksOfferPayment)
                        .then(|| eligibility::screened_as(&standing).cloned())
                        .flatten(),
                },
            },
        )
    }

    /// Whether the order's number is a later payment (R9).
    fn standing(&self, order: &OrderFacts, store: Option<&Store>) -> Result<Standing, StoreError> {
        if !order.history.is_empty() {
            let own = order.history.standing(&order.number);
            return Ok(eligibility::later_payment(Some(own), []));
        }
        let stored = match (self.later.standing(&order.number), store) {
            (Some(standing), _) => return Ok(standing),
            (None, Some(store)) => store.histories_listing(&order.number)?,
            (None, None) => vec![],
        };
        let standings = stored
            .iter()
            .map(|(_, history)| history.standing(&order.number));
        Ok(eligibility::later_payment(None, standings))
    }

    /// Whether an order that is given back has the event's result force its creation (R10).
    fn force_of(&self, order: &OrderFacts) -> bool {
        let method = self.settings.method(order.payment_method_id);
        method.is_some_and(|method| {
            disposition::is_forced(order.ad_url.as_ref(), method, self.settings)
        })
    }

    /// The redirect without a URL that this decision would need (R6), asked before anything is
    /// sent.
    pub fn unset_redirect(&self, order: &Order, decision: &Decision<'_>) -> Option<RedirectUnset> {
        let behaviours = &self.settings.behaviours;
        match decision {
            Decision::Send { force, .. } => disposition::unset_redirect(behaviours, *force),
            Decision::Reuse(stored) if stored.disposition.is_none() => {
                let result = stored.event.auto_result()?;
                disposition::decide(result, behaviours, self.force_of(&order.facts)).err()
            }
            _ => None,
        }
    }

    /// A stored outcome, given back. For an event that came by import, the disposition is that of
    /// today's settings.
    pub fn reuse(&self, order: &Order, stored: StoredEvent) -> Result<Outcome, RedirectUnset> {
        let StoredEvent {
            event, disposition, ..
        } = stored;
        let Some(result) = event.auto_result() else {
            let service = event.service;
            return Ok(match event.screening.result.as_str() {
                // An event that came by import without a result.
                "" => Outcome::Screened {
                    event,
                    disposition: None,
                    reused: true,
                },
                // Kept when it came, and told again as it was then.
                _ => Outcome::Failed {
                    service,
                    trouble: Trouble::unexpected_answer(&event),
                },
            });
        };
        let disposition = match disposition {
            Some(disposition) => disposition,
            None => disposition::decide(
                result,
                &self.settings.behaviours,
                self.force_of(&order.facts),
            )?,
        };
        Ok(Outcome::Screened {
            event,
            disposition: Some(disposition),
            reused: true,
        })
    }
}
