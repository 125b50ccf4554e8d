//! Sends what is to be sent, and keeps what came of it.

use std::{
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use tokio::time::{Interval, MissedTickBehavior};

use crate::{
    domain::{disposition, event::Event, order::Order, settings::PaymentMethod, time::JstTime},
    http::Halt,
    locales::screening as words,
    oplux::{CallError, CallErrorKind, Client, Sensitive, register},
    store::{AttemptId, Begin, Finish, Run, Store},
};

use super::{
    Outcome, Trouble, TroubleKind,
    decide::{Decider, Decision},
};

/// How often an order that another process has in flight is asked for again.
const BUSY_POLL: Duration = Duration::from_millis(50);

/// Screens orders. Several can be in flight at once: the store is held for single operations only.
pub struct Engine<'s> {
    decider: Decider<'s>,
    store: Mutex<Store>,
    run: Run,
    /// The client, and the account's model (審査モデルID).
    client: Option<(Client, String)>,
    pace: Option<tokio::sync::Mutex<Interval>>,
    clock: fn() -> JstTime,
    actor: String,
    rejected: AtomicBool,
}

impl<'s> Engine<'s> {
    /// An engine on an open store. Without a client it can only give back what is known: the
    /// caller has found that nothing is to be sent.
    ///
    /// # Errors
    /// Where the store's folder cannot be written.
    pub fn new(
        decider: Decider<'s>,
        store: Store,
        store_path: &Path,
        client: Option<(Client, String)>,
        clock: fn() -> JstTime,
        actor: String,
    ) -> Result<Self> {
        let (run, store) = (Run::start(store_path)?, Mutex::new(store));
        let rejected = AtomicBool::new(false);
        Ok(Self {
            decider,
            store,
            run,
            client,
            pace: None,
            clock,
            actor,
            rejected,
        })
    }

    /// The same, sending at most so many orders a second. Needs a runtime.
    pub fn at_most(mut self, per_second: Option<f64>) -> Self {
        self.pace = per_second.map(|rate| {
            let mut interval = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            tokio::sync::Mutex::new(interval)
        });
        self
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        // A poisoned lock only says that another job panicked; the database itself is sound.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of `order`. Everything is in the store when this returns.
    ///
    /// # Errors
    /// Where the store cannot be used, or a redirect that is needed now has no URL.
    pub async fn screen(&self, order: &Order) -> Result<Outcome> {
        let decision = self.decider.decide(order, Some(&self.store()))?;
        match decision {
            Decision::Reuse(stored) => Ok(self.decider.reuse(order, *stored)?),
            Decision::Unknown(attempt) => Ok(self.unknown(order, attempt.began_at)),
            Decision::NotScreened { cause, screened_as } => {
                let service = self.decider.settings.service;
                let mut store = self.store();
                store.keep_order(&order.facts)?;
                let event = match &screened_as {
                    Some(first) => store
                        .latest_event(first, service)?
                        .map(|stored| stored.event),
                    None => None,
                };
                Ok(Outcome::NotScreened {
                    cause,
                    screened_as,
                    event,
                })
            }
            Decision::Send { method, force } => self.send(order, method, force).await,
        }
    }

    fn unknown(&self, order: &Order, began_at: JstTime) -> Outcome {
        let trouble = Trouble::outcome_unknown(&order.facts.number, began_at, None);
        Outcome::Failed {
            service: self.decider.settings.service,
            trouble,
        }
    }

    async fn send(&self, order: &Order, method: &PaymentMethod, force: bool) -> Result<Outcome> {
        let service = self.decider.settings.service;
        if let Some(pace) = &self.pace {
            pace.lock().await.tick().await;
        }
        let rejected = self.rejected.load(Ordering::Relaxed);
        let Some((client, model_id)) = self.client.as_ref().filter(|_| !rejected) else {
            return Ok(Outcome::Failed {
                service,
                trouble: Trouble::not_sent(),
            });
        };
        // Only reads: not part of the attempt.
        let names = client.normalise(order, &Halt::new()).await;
        let attempt = loop {
            match self.begin(order)? {
                Begin::Send(attempt) => break attempt,
                Begin::Stored(stored) => return Ok(self.decider.reuse(order, stored)?),
                Begin::Unknown(attempt) => return Ok(self.unknown(order, attempt.began_at)),
                Begin::Busy => tokio::time::sleep(BUSY_POLL).await,
            }
        };
        let began_at = (self.clock)();
        let account = client.account(model_id);
        let request = register::build(order, method, account, &names, began_at);
        let sensitive = Sensitive::of(order, &names, &request);
        match client.register(&request, &sensitive, &Halt::new()).await {
            Ok(registered) => {
                let event = Event {
                    screening: registered.screening,
                    merchant_management_id: order.facts.number.clone(),
                    requested_at: Some(registered.requested_at),
                    service,
                    model_id: Some(register::model_id(method, account).to_owned()),
                };
                self.screened(attempt, event, force)
            }
            Err(error) => self.failed(attempt, order, began_at, error),
        }
    }

    fn begin(&self, order: &Order) -> Result<Begin> {
        let (service, rescreen) = (self.decider.settings.service, self.decider.rescreen);
        let now = (self.clock)();
        let begun =
            self.store()
                .begin(&order.facts, service, now, rescreen, &self.run, &self.actor)?;
        Ok(begun)
    }

    /// Keeps a good answer.
    fn screened(&self, attempt: AttemptId, event: Event, force: bool) -> Result<Outcome> {
        let service = event.service;
        let behaviours = &self.decider.settings.behaviours;
        let disposition = match event.auto_result() {
            Some(result) => Some(disposition::decide(result, behaviours, force)?),
            None => None,
        };
        let now = (self.clock)();
        let disposed = disposition.as_ref();
        let kept = self
            .store()
            .finish_screened(attempt, &event, disposed, now, &self.actor)?;
        if let Finish::EventOfAnother { number: other } = kept {
            // The store has noted the attempt as unknown: what happened cannot be told.
            let (number, why) = (
                &event.merchant_management_id,
                words::event_of_another(other),
            );
            let trouble = Trouble::outcome_unknown(number, now, Some(why));
            return Ok(Outcome::Failed { service, trouble });
        }
        Ok(match disposition {
            Some(_) => Outcome::Screened {
                event,
                disposition,
                reused: false,
            },
            None => Outcome::Failed {
                service,
                trouble: Trouble::unexpected_answer(&event),
            },
        })
    }

    /// Keeps a failure: a refusal is known and may be sent again, anything else is unknown.
    fn failed(
        &self,
        attempt: AttemptId,
        order: &Order,
        began_at: JstTime,
        error: CallError,
    ) -> Result<Outcome> {
        let kind = TroubleKind::of_call(&error);
        let now = (self.clock)();
        let number = &order.facts.number;
        let trouble = if error.kind == CallErrorKind::Unknown {
            self.store()
                .finish_unknown(attempt, &error.said.to_string(), now, &self.actor)?;
            Trouble::outcome_unknown(number, began_at, Some(error.said.message))
        } else {
            let said = &error.said;
            self.store().finish_failed(
                attempt,
                kind.code(),
                &said.to_string(),
                now,
                &self.actor,
            )?;
            Trouble {
                kind,
                said: *error.said,
            }
        };
        if kind == TroubleKind::CredentialsRejected {
            self.rejected.store(true, Ordering::Relaxed);
        }
        Ok(Outcome::Failed {
            service: self.decider.settings.service,
            trouble,
        })
    }
}
