//! What is to be done with an order, before anything is done: nothing here sends or stores.

use std::collections::HashMap;

use anyhow::Result;

use crate::{
    config::Draft,
    domain::{
        disposition::{self, RedirectUnset},
        eligibility::{self, Cause, Eligibility, screened_as},
        event::{AutoResult, EventRecord, TroubleKind},
        matching::{Testimony, way_to_first},
        order::{Order, OrderFacts, OrderNumber},
        payment::Standing,
        settings::{Behaviour, PaymentMethod, Settings},
        time::JstTime,
    },
    locales::{Said, Text, Trouble, screening as words},
    oplux::{Names, register},
    output::Output,
    store::{Store, StoreError, StoredEvent, StoredOutcome},
};

use super::{calls::RowError, outcome::Outcome};

/// What is to be done with an order.
#[derive(Debug, Clone)]
pub enum Decision<'s> {
    /// Nothing is to be sent: this is what becomes of it.
    Settled(Box<Outcome>),
    /// It is to be sent.
    Send {
        /// The payment method's settings.
        method: &'s PaymentMethod,
        /// Whether a redirect is not carried out (R10).
        force: bool,
    },
}

/// What ended the sending was a failure of this kind.
pub(super) fn not_sent(because: TroubleKind) -> Trouble {
    let message = match because {
        TroubleKind::CredentialsRejected => words::not_sent(),
        _ => words::not_sent_out_of_reach(),
    };
    Trouble::new(TroubleKind::NotSent, Said::new(message))
}

pub(super) fn unexpected_answer(event: &EventRecord) -> Trouble {
    let result = event.auto_result.as_deref().unwrap_or_default();
    let message = words::unexpected_answer(&event.merchant_management_id, result);
    let hint = words::unexpected_answer_hint();
    Trouble::hinted(TroubleKind::UnexpectedAnswer, message, hint)
}

/// The outcome of a try that began at `began_at` is not known.
pub(super) fn outcome_unknown(
    number: &OrderNumber,
    began_at: JstTime,
    why: Option<Text>,
) -> Trouble {
    let message = match why {
        Some(why) => words::outcome_unknown_because(number, began_at, why),
        None => words::outcome_unknown(number, began_at),
    };
    let hint = words::outcome_unknown_hint(number);
    Trouble::hinted(TroubleKind::OutcomeUnknown, message, hint)
}

/// What the rules and the store say of the orders of an input.
pub struct Decider<'s> {
    /// Today's configuration.
    pub settings: &'s Settings,
    /// How failures are told.
    out: &'s Output,
    /// Stored outcomes that are older than this are passed over; none are where it is none.
    pub rescreen: Option<JstTime>,
    /// What the payment histories of the input say of each number: what the store will say once the
    /// whole input is in it.
    said: HashMap<OrderNumber, Testimony>,
}

/// What the orders of an input need, asked before anything is sent.
#[derive(Debug, Default)]
pub struct Plan {
    /// Whether any order is to be sent.
    pub sends: bool,
    /// How many orders are to be sent with a telephone number that does not begin with 0.
    pub no_leading_zero: usize,
}

impl<'s> Decider<'s> {
    /// A decider for these orders.
    pub fn new(
        settings: &'s Settings,
        rescreen: Option<JstTime>,
        orders: &[Order],
        out: &'s Output,
    ) -> Self {
        let mut said = HashMap::new();
        for Order { facts, .. } in orders {
            Testimony::add(&mut said, &facts.number, &facts.history);
        }
        Self {
            settings,
            out,
            rescreen,
            said,
        }
    }

    /// What is to be done with `order`. Without a store nothing is known of it.
    ///
    /// # Errors
    /// Where the store cannot be read, or a redirect that an outcome of the store needs by today's
    /// settings has no URL.
    pub fn decide(&self, order: &Order, store: Option<&Store>) -> Result<Decision<'s>> {
        let (facts, service) = (&order.facts, self.settings.service);
        if let Some(store) = store {
            // A stored outcome comes before the rules.
            match store.outcome_to_give_back(&facts.number, service, self.rescreen)? {
                StoredOutcome::Screened(event) => {
                    let reused = self.reuse(facts, event)?;
                    return Ok(Decision::Settled(reused.into()));
                }
                StoredOutcome::Unknown(attempt) => {
                    let unknown = outcome_unknown(&facts.number, attempt.began_at, None);
                    let failed = self.failed(&facts.number, unknown);
                    return Ok(Decision::Settled(failed.into()));
                }
                StoredOutcome::InFlight | StoredOutcome::Nothing => {}
            }
        }
        let standing = self.standing(&facts.number, store)?;
        let cause = match eligibility::decide(facts, &standing, self.settings) {
            Eligibility::NotScreened(cause) => cause,
            Eligibility::Screened(method) => {
                let force = disposition::is_forced(facts.ad_url.as_ref(), method, self.settings);
                return Ok(Decision::Send { method, force });
            }
        };
        let screened_as = match cause {
            Cause::ThanksOfferPayment => screened_as(&standing).cloned(),
            _ => None,
        };
        let event = match (&screened_as, store) {
            (Some(first), Some(store)) => store.latest_event(first, service)?,
            _ => None,
        };
        let event = event.map(StoredEvent::into_event);
        let outcome = Outcome::not_screened(&facts.number, cause, screened_as, event);
        Ok(Decision::Settled(outcome.into()))
    }

    /// Whether the number is a later payment (R9). In a chain of histories the first payment of one
    /// is a later payment of another: the first of all was screened.
    fn standing(
        &self,
        number: &OrderNumber,
        store: Option<&Store>,
    ) -> Result<Standing, StoreError> {
        let standing = self.said_of(number, store)?;
        if screened_as(&standing).is_none() {
            return Ok(standing);
        }
        let before = |number: &_| Ok(screened_as(&self.said_of(number, store)?).cloned());
        let (_, first) = way_to_first(number, before)?;
        Ok(Standing::Later { first: Some(first) })
    }

    /// What the histories of the input and of the store say of a number. Its own in the input comes
    /// before all of the store.
    fn said_of(&self, number: &OrderNumber, store: Option<&Store>) -> Result<Standing, StoreError> {
        let mut said = self.said.get(number).cloned().unwrap_or_default();
        if let Some(store) = store.filter(|_| !said.is_by_its_own) {
            for (order, history) in store.histories_listing(number)? {
                said.hear(order == *number, || history.standing(number));
            }
        }
        Ok(said.standing)
    }

    /// A stored outcome, given back. For an event that came by import, the disposition is that of
    /// today's settings.
    ///
    /// # Errors
    /// Where that is a redirect without a URL.
    pub fn reuse(&self, order: &OrderFacts, stored: StoredEvent) -> Result<Outcome, RedirectUnset> {
        let disposition = stored.disposition.clone();
        let event = stored.into_event();
        let said = event.record.auto_result.as_deref().unwrap_or_default();
        let disposition = match (disposition, event.record.known_result()) {
            (_, None) if !said.is_empty() => {
                // Kept when it came, and told again as it was then.
                let mut failed = self.failed(&order.number, unexpected_answer(&event.record));
                failed.reused = true;
                return Ok(failed);
            }
            // An event that came by import without a result.
            (_, None) => None,
            (Some(disposition), Some(_)) => Some(disposition),
            (None, Some(result)) => {
                // R10
                let method = self.settings.method(order.payment_method_id);
                let force = method.is_some_and(|method| {
                    disposition::is_forced(order.ad_url.as_ref(), method, self.settings)
                });
                let behaviours = &self.settings.behaviours;
                Some(disposition::decide(result, behaviours, force)?)
            }
        };
        Ok(Outcome::screened(event, disposition, true))
    }

    /// The outcome of an order that is to be screened, where that failed.
    pub fn failed(&self, number: &OrderNumber, trouble: Trouble) -> Outcome {
        Outcome::failed(
            number,
            self.settings.service,
            RowError::of(trouble, self.out),
        )
    }

    /// What the orders will need. They are asked for as long as that can change anything: usually
    /// one, and those with a telephone number that is told of.
    ///
    /// # Errors
    /// Where the store cannot be read, or a redirect that some order may need has no URL (R6).
    pub fn plan(&self, orders: &[Order], store: Option<&Store>) -> Result<Plan> {
        let behaviours = &self.settings.behaviours;
        let may_lack_url = AutoResult::ALL
            .into_iter()
            .any(|result| *behaviours.at(result) == Behaviour::RedirectUnset);
        let mut plan = Plan::default();
        for order in orders {
            let lacks_zero = order.lacks_leading_zero();
            if plan.sends && !may_lack_url && !lacks_zero {
                continue;
            }
            if let Decision::Send { force, .. } = self.decide(order, store)? {
                if let Some(unset) = disposition::unset_redirect(behaviours, force) {
                    return Err(unset.into());
                }
                plan.sends = true;
                plan.no_leading_zero += usize::from(lacks_zero);
            }
        }
        Ok(plan)
    }

    /// What would become of `order` now, with the request that would be sent, built without the
    /// name API.
    ///
    /// # Errors
    /// As [`Decider::decide`].
    pub fn dry_run(
        &self,
        order: &Order,
        store: Option<&Store>,
        draft: &Draft,
        now: JstTime,
    ) -> Result<Outcome> {
        Ok(match self.decide(order, store)? {
            Decision::Settled(outcome) => *outcome,
            Decision::Send { method, .. } => Outcome::planned(
                &order.facts.number,
                self.settings.service,
                request(order, method, draft, now),
            ),
        })
    }
}

/// The request as it would be sent now, by what the configuration has: what it lacks is `null`,
/// and so is the signature without a secret.
fn request(
    order: &Order,
    method: &PaymentMethod,
    draft: &Draft,
    now: JstTime,
) -> serde_json::Value {
    let asker = register::Asker {
        shop_id: draft.shop_id.as_deref().unwrap_or_default(),
        model_id: draft.model_id.as_deref().unwrap_or_default(),
        hash_method: draft.hash_method,
    };
    let mut request = register::build(order, method, asker, &Names::default(), now).document;
    let signed = match (&draft.connection_id, &draft.shop_id, &draft.secret_key) {
        (Some(connection_id), Some(shop_id), Some(secret)) => {
            let method = asker.hash_method;
            register::sign(method, connection_id, shop_id, now, secret).into()
        }
        _ => serde_json::Value::Null,
    };
    request["info"]["signature"] = signed;
    for absent in ["/info/shop_id", "/telegram/event/model_id"] {
        if let Some(value) = request.pointer_mut(absent).filter(|value| *value == "") {
            *value = serde_json::Value::Null;
        }
    }
    request
}
