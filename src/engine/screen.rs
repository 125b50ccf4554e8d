//! Sends what is to be sent, and keeps what came of it.

use std::{
    ops::ControlFlow,
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Interval, MissedTickBehavior},
};

use crate::{
    domain::{
        disposition,
        event::Event,
        order::{Order, OrderNumber},
        settings::PaymentMethod,
        time::JstTime,
    },
    http::Halt,
    locales::screening as words,
    oplux::{CallError, CallErrorKind, Client, Names, Registered, Sensitive, register},
    store::{AttemptId, Begin, Finish, Ledger, Run, Store},
};

use super::{
    decide::{Decider, Decision},
    outcome::{Outcome, Trouble, TroubleKind},
};

/// After so many orders in a row that could not be reached nothing more is sent.
const OUT_OF_REACH: usize = 5;
/// How often an order that another process has in flight is asked for again.
const BUSY_POLL: Duration = Duration::from_millis(50);

/// So long is an order waited for of which nobody can tell whether it is being screened.
const UNTOLD: Duration = Duration::from_secs(10);

/// Screens orders, several at once.
///
/// Attempts go to the disk, and outcomes come to it, in groups. So a few more orders than may be
/// in flight are begun, and the outcomes of as many are on their way to the disk, while the
/// requests are in flight: waiting for the disk costs no throughput.
pub struct Engine<'s> {
    decider: Decider<'s>,
    ledger: Ledger,
    /// The client, and the account's model (審査モデルID).
    client: Option<(Client, String)>,
    /// One permit a request in flight.
    in_flight: Semaphore,
    /// One permit an order from its attempt to its answer.
    begun: Semaphore,
    jobs: usize,
    pace: Option<tokio::sync::Mutex<Interval>>,
    clock: fn() -> JstTime,
    /// Set by the caller once nothing more is to be begun.
    stop: Halt,
    /// Set with `stop`, by the first answer that rejects the credentials, and after five orders in
    /// a row that could not be reached: nothing is sent after it.
    sending_ends: Halt,
    /// Why nothing more is sent, where it is not that the batch was stopped.
    ended_by: OnceLock<TroubleKind>,
    /// How many orders in a row could not be reached.
    out_of_reach: AtomicUsize,
    /// For how many orders the name API did not answer.
    nameless: AtomicUsize,
    /// Of how many answers a text was withheld.
    withheld: AtomicUsize,
}

/// How an engine works.
pub struct How {
    /// So many requests are in flight at once.
    pub jobs: usize,
    /// At most so many orders are begun a second.
    pub per_second: Option<f64>,
    /// The time.
    pub clock: fn() -> JstTime,
    /// Who runs the program, for the log.
    pub actor: String,
    /// Once it is set nothing more is sent.
    pub stop: Halt,
}

impl<'s> Engine<'s> {
    /// An engine on the store at `path`. Without a client it can only give back what is known:
    /// the caller has found that nothing is to be sent. Needs a runtime.
    ///
    /// # Errors
    /// Where the store cannot be used.
    pub fn new(
        decider: Decider<'s>,
        path: &Path,
        client: Option<(Client, String)>,
        how: How,
    ) -> Result<Self> {
        let How {
            jobs,
            per_second,
            clock,
            actor,
            stop,
        } = how;
        let ledger = Ledger::start(Store::open(path)?, Run::start(path)?, &actor)?;
        let pace = per_second.map(|rate| {
            let mut interval = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            tokio::sync::Mutex::new(interval)
        });
        let sending_ends = Halt::new();
        tokio::spawn({
            let (stop, sending_ends) = (stop.clone(), sending_ends.clone());
            async move {
                stop.wait().await;
                sending_ends.set();
            }
        });
        Ok(Self {
            decider,
            ledger,
            client,
            in_flight: Semaphore::new(jobs),
            begun: Semaphore::new(jobs + jobs / 4),
            jobs,
            pace,
            clock,
            stop,
            sending_ends,
            ended_by: OnceLock::new(),
            out_of_reach: AtomicUsize::new(0),
            nameless: AtomicUsize::new(0),
            withheld: AtomicUsize::new(0),
        })
    }

    /// How many orders are worked on at once: those in flight, and those on their way to the disk.
    pub fn tasks(&self) -> usize {
        self.jobs * 2
    }

    /// For how many orders the name API did not answer: they were screened without it.
    pub fn nameless(&self) -> usize {
        self.nameless.load(Ordering::Relaxed)
    }

    /// Of how many answers a text was withheld, as it holds data of the order.
    pub fn withheld(&self) -> usize {
        self.withheld.load(Ordering::Relaxed)
    }

    /// What is to be done with `order`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn decide(&self, order: &Order) -> Result<Decision<'s>> {
        Ok(self.decider.decide(order, Some(&*self.ledger.reader()))?)
    }

    /// What becomes of `order`. Everything is in the store when this returns. None where the order
    /// was not begun, since the batch was stopped.
    ///
    /// # Errors
    /// Where the store cannot be used, or a redirect that is needed now has no URL.
    pub async fn carry_out(
        &self,
        order: &Order,
        decision: Decision<'s>,
    ) -> Result<Option<Outcome>> {
        match decision {
            Decision::Reuse(stored) => Ok(Some(self.decider.reuse(order, *stored)?)),
            Decision::Unknown(attempt) => Ok(Some(self.unknown(order, attempt.began_at))),
            Decision::NotScreened { cause, screened_as } => {
                let service = self.decider.settings.service;
                self.ledger.keep_order(&order.facts).await?;
                let event = match &screened_as {
                    Some(first) => self.ledger.reader().latest_event(first, service)?,
                    None => None,
                };
                let event = event.map(|stored| stored.event);
                Ok(Some(Outcome::NotScreened {
                    cause,
                    screened_as,
                    event,
                }))
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

    fn not_sent(&self, because: TroubleKind) -> Outcome {
        let service = self.decider.settings.service;
        Outcome::Failed {
            service,
            trouble: Trouble::not_sent(because),
        }
    }

    /// Ends all sending where this answer, or the lack of one, says so.
    fn note(&self, answer: &Result<Registered, CallError>) {
        let kind = answer.as_ref().err().map(TroubleKind::of_call);
        let ends = match kind {
            Some(TroubleKind::CredentialsRejected) => true,
            Some(TroubleKind::Unreachable | TroubleKind::Busy) => {
                self.out_of_reach.fetch_add(1, Ordering::SeqCst) + 1 >= OUT_OF_REACH
            }
            // It was not tried to its end.
            Some(TroubleKind::NotSent) => false,
            _ => {
                self.out_of_reach.store(0, Ordering::SeqCst);
                false
            }
        };
        if let (true, Some(kind)) = (ends, kind) {
            let _ = self.ended_by.set(kind);
            self.sending_ends.set();
        }
    }

    /// Waits for `wait`, but no longer than until nothing more is to be sent. Whether it came.
    async fn unless_halted<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.sending_ends.wait() => None,
            value = wait => Some(value),
        }
    }

    /// What becomes of an order that is not begun any more: what ended the sending is told, and
    /// nothing is where the batch was stopped.
    fn not_begun(&self) -> Option<Outcome> {
        self.ended_by.get().map(|kind| self.not_sent(*kind))
    }

    /// Sends an order, once it is its turn.
    async fn send(
        &self,
        order: &Order,
        method: &PaymentMethod,
        force: bool,
    ) -> Result<Option<Outcome>> {
        let Some((client, model_id)) = &self.client else {
            // The caller has found that nothing is to be sent, and another process changed that.
            return Ok(Some(self.not_sent(TroubleKind::CredentialsRejected)));
        };
        let Some((begun, names)) = self.turn(order, client).await? else {
            return Ok(self.not_begun());
        };
        let attempt = match self.attempt(order).await? {
            ControlFlow::Continue(attempt) => attempt,
            ControlFlow::Break(outcome) => return Ok(outcome),
        };
        let number = &order.facts.number;
        let in_flight = self.unless_halted(self.in_flight.acquire()).await;
        let Some(in_flight) = in_flight.transpose()? else {
            return self.give_up(attempt, number).await;
        };
        let account = client.account(model_id);
        let began_at = (self.clock)();
        let request = register::build(order, method, account, &names, began_at);
        let sensitive = Sensitive::of(order, &names, &request);
        let answer = client
            .register(&request, &sensitive, &self.sending_ends)
            .await;
        // Before another order takes the place of this one.
        self.note(&answer);
        // What is left waits for the disk only.
        drop((in_flight, begun));
        match answer {
            Ok(Registered {
                screening,
                requested_at,
                withheld,
            }) => {
                self.withheld
                    .fetch_add(usize::from(withheld), Ordering::Relaxed);
                let event = Event {
                    screening,
                    merchant_management_id: number.clone(),
                    requested_at: Some(requested_at),
                    service: self.decider.settings.service,
                    model_id: Some(register::model_id(method, account).to_owned()),
                };
                self.screened(attempt, event, force).await.map(Some)
            }
            Err(error) if error.kind == CallErrorKind::Halted => {
                self.give_up(attempt, number).await
            }
            Err(error) => self
                .failed(attempt, number, began_at, error)
                .await
                .map(Some),
        }
    }

    /// Waits until an order may be begun, by `--rate` and by what is in flight, and asks for its
    /// names, which only reads and is not part of the attempt. None where nothing more is sent.
    async fn turn(
        &self,
        order: &Order,
        client: &Client,
    ) -> Result<Option<(SemaphorePermit<'_>, Names)>> {
        let Some(begun) = self.unless_halted(self.begun.acquire()).await.transpose()? else {
            return Ok(None);
        };
        // Only then: turns that were had before would come all at once after a slow answer.
        if let Some(pace) = &self.pace {
            let tick = async { pace.lock().await.tick().await };
            if self.unless_halted(tick).await.is_none() {
                return Ok(None);
            }
        }
        let names = client.normalise(order, &self.sending_ends);
        let names = self.unless_halted(names).await;
        if names.as_ref().is_some_and(|names| names.failed) {
            self.nameless.fetch_add(1, Ordering::Relaxed);
        }
        Ok(names.map(|names| (begun, names)))
    }

    /// Begins an attempt, which is on the disk then; waits where another process has the order in
    /// flight. Breaks with the outcome where there is nothing to be sent.
    async fn attempt(&self, order: &Order) -> Result<ControlFlow<Option<Outcome>, AttemptId>> {
        let (service, rescreen) = (self.decider.settings.service, self.decider.rescreen);
        let mut waited = Duration::ZERO;
        loop {
            if self.stop.is_set() || self.sending_ends.is_set() {
                return Ok(ControlFlow::Break(self.not_begun()));
            }
            let now = (self.clock)();
            let outcome = match self
                .ledger
                .begin(&order.facts, service, now, rescreen)
                .await?
            {
                Begin::Send(attempt) => return Ok(ControlFlow::Continue(attempt)),
                Begin::Stored(stored) => self.decider.reuse(order, stored)?,
                Begin::Unknown(attempt) => self.unknown(order, attempt.began_at),
                Begin::Busy => {
                    waited += BUSY_POLL;
                    if waited > UNTOLD {
                        let number = &order.facts.number;
                        self.ledger.reader().check_runs_of(number)?;
                    }
                    tokio::time::sleep(BUSY_POLL).await;
                    continue;
                }
            };
            return Ok(ControlFlow::Break(Some(outcome)));
        }
    }

    /// Ends an attempt whose request was not sent, or certainly did not arrive.
    async fn give_up(&self, attempt: AttemptId, number: &OrderNumber) -> Result<Option<Outcome>> {
        let (code, now) = (TroubleKind::NotSent.code(), (self.clock)());
        self.ledger
            .finish_failed(attempt, number, code, "", now)
            .await?;
        Ok(self.not_begun())
    }

    /// Keeps a good answer.
    async fn screened(&self, attempt: AttemptId, event: Event, force: bool) -> Result<Outcome> {
        let service = event.service;
        let behaviours = &self.decider.settings.behaviours;
        let result = event.auto_result();
        let decided = result.map(|result| disposition::decide(result, behaviours, force));
        // First the event is kept; that a redirect has no URL was found before anything was sent.
        let disposition = decided.as_ref().and_then(|decided| decided.as_ref().ok());
        let now = (self.clock)();
        let kept = self
            .ledger
            .finish_screened(attempt, &event, disposition, now)
            .await?;
        if let Finish::EventOfAnother { number: other } = kept {
            // The store has noted the attempt as unknown: what happened cannot be told.
            let (number, why) = (
                &event.merchant_management_id,
                words::event_of_another(other),
            );
            let trouble = Trouble::outcome_unknown(number, now, Some(why));
            return Ok(Outcome::Failed { service, trouble });
        }
        match decided.transpose()? {
            Some(disposition) => Ok(Outcome::Screened {
                event,
                disposition: Some(disposition),
                reused: false,
            }),
            None => {
                let trouble = Trouble::unexpected_answer(&event);
                Ok(Outcome::Failed { service, trouble })
            }
        }
    }

    /// Keeps a failure: a refusal is known and may be sent again, anything else is unknown.
    async fn failed(
        &self,
        attempt: AttemptId,
        number: &OrderNumber,
        began_at: JstTime,
        error: CallError,
    ) -> Result<Outcome> {
        let (kind, now) = (TroubleKind::of_call(&error), (self.clock)());
        let message = error.said.to_string();
        let trouble = if kind == TroubleKind::OutcomeUnknown {
            self.ledger
                .finish_unknown(attempt, number, &message, now)
                .await?;
            Trouble::outcome_unknown(number, began_at, Some(error.said.message))
        } else {
            self.ledger
                .finish_failed(attempt, number, kind.code(), &message, now)
                .await?;
            Trouble {
                kind,
                said: *error.said,
            }
        };
        Ok(Outcome::Failed {
            service: self.decider.settings.service,
            trouble,
        })
    }
}
