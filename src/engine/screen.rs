//! Sends what is to be sent, and keeps what came of it.

use std::{
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use tokio::{
    sync::{Mutex, Semaphore, SemaphorePermit},
    time::{Interval, MissedTickBehavior},
};

use crate::{
    domain::{
        disposition,
        event::Event,
        order::{Order, OrderNumber},
        settings::{Account, PaymentMethod},
        time::JstTime,
        trouble::TroubleKind,
    },
    http::Halt,
    locales::{Trouble, screening as words},
    oplux::{Client, Names, Registered, Sensitive, register},
    store::{AttemptId, Begin, End, Finish, Ledger, Run, Store},
};

use super::{
    decide::{Decider, Decision},
    outcome::{Outcome, Reach, not_sent, outcome_unknown, unexpected_answer},
};

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
    how: How,
    ledger: Ledger,
    client: Option<Client>,
    /// One permit a request in flight.
    in_flight: Semaphore,
    /// One permit an order from its attempt to its answer.
    begun: Semaphore,
    pace: Option<Mutex<Interval>>,
    /// Set with `stop`, by the first answer that rejects the credentials, and after five orders in
    /// a row that could not be reached: nothing is sent after it.
    sending_ends: Halt,
    /// Why nothing more is sent, where it is not that the batch was stopped.
    reach: std::sync::Mutex<Reach>,
    /// For how many orders the name API did not answer: they were screened without it.
    pub nameless: AtomicUsize,
    /// Of how many answers a text was withheld, as it holds data of the order.
    pub withheld: AtomicUsize,
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
    /// Once it is set nothing more is begun; what is in flight is finished.
    pub stop: Halt,
}

impl<'s> Engine<'s> {
    /// An engine on the store at `path`. Without an account it can only give back what is known:
    /// the caller has found that nothing is to be sent. Needs a runtime.
    ///
    /// # Errors
    /// Where an address of the account breaks the rules, or the store cannot be used.
    pub fn new(
        decider: Decider<'s>,
        path: &Path,
        account: Option<Account>,
        how: How,
    ) -> Result<Self> {
        let client = account
            .map(|account| Client::new(account, Arc::new(how.clock)))
            .transpose()?;
        let ledger = Ledger::start(Store::open(path)?, Run::start(path)?, &how.actor)?;
        let pace = how.per_second.map(|rate| {
            let mut interval = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Mutex::new(interval)
        });
        let sending_ends = Halt::new();
        tokio::spawn({
            let (stop, sending_ends) = (how.stop.clone(), sending_ends.clone());
            async move {
                stop.wait().await;
                sending_ends.set();
            }
        });
        Ok(Self {
            decider,
            ledger,
            client,
            in_flight: Semaphore::new(how.jobs),
            begun: Semaphore::new(how.jobs + how.jobs / 4),
            pace,
            how,
            sending_ends,
            reach: std::sync::Mutex::default(),
            nameless: AtomicUsize::new(0),
            withheld: AtomicUsize::new(0),
        })
    }

    /// How many orders are worked on at once: those in flight, and those on their way to the disk.
    pub fn tasks(&self) -> usize {
        self.how.jobs * 2
    }

    fn now(&self) -> JstTime {
        (self.how.clock)()
    }

    /// What is to be done with `order`.
    ///
    /// # Errors
    /// As [`Decider::decide`].
    pub fn decide(&self, order: &Order) -> Result<Decision<'s>> {
        self.decider.decide(order, Some(&*self.ledger.reader()))
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
            Decision::Settled(outcome) => {
                if matches!(*outcome, Outcome::NotScreened { .. }) {
                    self.ledger.keep_order(&order.facts).await?;
                }
                Ok(Some(*outcome))
            }
            Decision::Send { method, force } => self.send(order, method, force).await,
        }
    }

    /// Sends an order, once it is its turn.
    async fn send(
        &self,
        order: &Order,
        method: &PaymentMethod,
        force: bool,
    ) -> Result<Option<Outcome>> {
        let Some(client) = &self.client else {
            // The caller has found that nothing is to be sent, and another process changed that.
            let trouble = not_sent(TroubleKind::CredentialsRejected);
            return Ok(Some(self.decider.failed(trouble)));
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
        let asker = client.asker();
        let began_at = self.now();
        let request = register::build(order, method, asker, &names, began_at);
        let sensitive = Sensitive::of(order, &names, &request);
        let answer = client
            .register(&request, &sensitive, &self.sending_ends)
            .await;
        // Before another order takes the place of this one.
        self.note(&answer);
        // What is left waits for the disk only.
        drop((in_flight, begun));
        let outcome = match answer {
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
                    model_id: Some(register::model_id(method, asker).to_owned()),
                };
                self.screened(attempt, event, force).await?
            }
            Err(trouble) if trouble.kind == TroubleKind::NotSent => {
                return self.give_up(attempt, number).await;
            }
            Err(trouble) => self.failed(attempt, number, began_at, trouble).await?,
        };
        Ok(Some(outcome))
    }

    /// Waits until an order may be begun, by `--rate` and by what is in flight, and asks for its
    /// names, which only reads and is not part of the attempt. None where nothing more is sent.
    async fn turn(
        &self,
        order: &Order,
        client: &Client,
    ) -> Result<Option<(SemaphorePermit<'_>, Names)>> {
        let wait = async {
            let begun = self.begun.acquire().await?;
            // Only then: turns that were had before would come all at once after a slow answer.
            if let Some(pace) = &self.pace {
                pace.lock().await.tick().await;
            }
            let names = client.normalise(order, &self.sending_ends).await;
            anyhow::Ok((begun, names))
        };
        let turn = self.unless_halted(wait).await.transpose()?;
        if turn.as_ref().is_some_and(|(_, names)| names.failed) {
            self.nameless.fetch_add(1, Ordering::Relaxed);
        }
        Ok(turn)
    }

    /// Begins an attempt, which is on the disk then; waits where another process has the order in
    /// flight. Breaks with the outcome where there is nothing to be sent.
    async fn attempt(&self, order: &Order) -> Result<ControlFlow<Option<Outcome>, AttemptId>> {
        let (facts, decider) = (&order.facts, &self.decider);
        let (service, rescreen) = (decider.settings.service, decider.rescreen);
        let mut waited = Duration::ZERO;
        loop {
            if self.how.stop.is_set() || self.sending_ends.is_set() {
                return Ok(ControlFlow::Break(self.not_begun()));
            }
            let begun = self.ledger.begin(facts, service, self.now(), rescreen);
            let outcome = match begun.await? {
                Begin::Send(attempt) => return Ok(ControlFlow::Continue(attempt)),
                Begin::Stored(stored) => decider.reuse(facts, stored)?,
                Begin::Unknown(attempt) => {
                    let began_at = attempt.began_at;
                    decider.failed(outcome_unknown(&facts.number, began_at, None))
                }
                Begin::Busy => {
                    waited += BUSY_POLL;
                    if waited > UNTOLD {
                        self.ledger.reader().check_runs_of(&facts.number)?;
                    }
                    tokio::time::sleep(BUSY_POLL).await;
                    continue;
                }
            };
            return Ok(ControlFlow::Break(Some(outcome)));
        }
    }

    /// Waits for `wait`, but no longer than until nothing more is to be sent. None where it did
    /// not come.
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
        let because = self.reach().ended_by?;
        Some(self.decider.failed(not_sent(because)))
    }

    /// Ends all sending where this answer, or the lack of one, says so.
    fn note(&self, answer: &Result<Registered, Trouble>) {
        let mut reach = self.reach();
        reach.note(answer.as_ref().err().map(|trouble| trouble.kind));
        if reach.ended_by.is_some() {
            self.sending_ends.set();
        }
    }

    /// A count is whole even where a thread panicked with it.
    fn reach(&self) -> MutexGuard<'_, Reach> {
        self.reach.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends an attempt whose request was not sent, or certainly did not arrive.
    async fn give_up(&self, attempt: AttemptId, number: &OrderNumber) -> Result<Option<Outcome>> {
        let end = End::Failed(TroubleKind::NotSent.code(), String::new());
        self.ledger.finish(attempt, number, end, self.now()).await?;
        Ok(self.not_begun())
    }

    /// Keeps a good answer.
    async fn screened(&self, attempt: AttemptId, event: Event, force: bool) -> Result<Outcome> {
        let behaviours = &self.decider.settings.behaviours;
        let decided = event
            .auto_result()
            .map(|result| disposition::decide(result, behaviours, force))
            .transpose();
        // First the event is kept; that a redirect has no URL was found before anything was sent.
        let disposition = decided.as_ref().ok().and_then(Option::as_ref);
        let now = self.now();
        let kept = self
            .ledger
            .finish_screened(attempt, &event, disposition, now)
            .await?;
        if let Finish::EventOfAnother { number: other } = kept {
            // The store has noted the attempt as unknown: what happened cannot be told.
            let why = Some(words::event_of_another(other));
            let trouble = outcome_unknown(&event.merchant_management_id, now, why);
            return Ok(self.decider.failed(trouble));
        }
        Ok(match decided? {
            None => self.decider.failed(unexpected_answer(&event)),
            disposition => Outcome::Screened {
                event,
                disposition,
                reused: false,
            },
        })
    }

    /// Keeps a failure: a refusal is known and may be sent again, anything else is unknown.
    async fn failed(
        &self,
        attempt: AttemptId,
        number: &OrderNumber,
        began_at: JstTime,
        trouble: Trouble,
    ) -> Result<Outcome> {
        let (message, now) = (trouble.to_string(), self.now());
        let (end, trouble) = match trouble.kind {
            TroubleKind::OutcomeUnknown => (
                End::Unknown(Some(message)),
                outcome_unknown(number, began_at, Some(trouble.said.message)),
            ),
            kind => (End::Failed(kind.code(), message), trouble),
        };
        self.ledger.finish(attempt, number, end, now).await?;
        Ok(self.decider.failed(trouble))
    }
}
