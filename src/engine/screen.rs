//! Sends what is to be sent, and keeps what came of it: one order, and a batch of them, several at
//! once, with their results in the order of the input.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Error, Result};
use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::{Mutex, Semaphore, SemaphorePermit, mpsc::Sender},
    task::coop::consume_budget,
    time::Interval,
};

use crate::{
    domain::{
        disposition,
        eligibility::Cause,
        event::{Event, EventRecord, TroubleKind},
        order::{Order, OrderNumber},
        settings::{Account, PaymentMethod},
        time::JstTime,
    },
    http::Halt,
    locales::{Trouble, screening as words},
    oplux::{Client, Names, Registered, Sensitive, register},
    store::{AttemptId, Begin, End, Finish, Ledger, Run, Store},
};

use super::{
    calls::{Reach, turns},
    decide::{Decider, Decision, not_sent, outcome_unknown, unexpected_answer},
    outcome::Outcome,
};

/// How often an order that another process has in flight is asked for again.
const BUSY_POLL: Duration = Duration::from_millis(50);
/// So long is an order waited for of which nobody can tell whether it is being screened.
const UNTOLD: Duration = Duration::from_secs(10);

/// So many outcomes at most wait for whoever shows them. Where that one pauses, nothing more is
/// begun; what is in flight is finished and kept.
pub const QUEUE: usize = 256;

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
    reach: Reach,
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
        let pace = how.per_second.map(|rate| Mutex::new(turns(rate)));
        let sending_ends = Halt::new();
        sending_ends.follow(&how.stop);
        Ok(Self {
            decider,
            ledger,
            client,
            in_flight: Semaphore::new(how.jobs),
            begun: Semaphore::new(how.jobs + how.jobs / 4),
            pace,
            how,
            sending_ends,
            reach: Reach::default(),
            nameless: AtomicUsize::new(0),
            withheld: AtomicUsize::new(0),
        })
    }

    fn now(&self) -> JstTime {
        (self.how.clock)()
    }

    /// What becomes of `order`. Everything is in the store when this returns. None where the order
    /// was not begun, since the batch was stopped. It fails where the store cannot be used, or a
    /// redirect that is needed now has no URL.
    async fn carry_out(&self, order: &Order, decision: Decision<'s>) -> Result<Option<Outcome>> {
        match decision {
            Decision::Settled(outcome) => {
                if outcome.cause.is_some() {
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
            return Ok(Some(self.decider.failed(&order.facts.number, trouble)));
        };
        let number = &order.facts.number;
        let Some((begun, names)) = self.turn(order, client).await? else {
            return Ok(self.not_begun(number));
        };
        let attempt = match self.attempt(order).await? {
            ControlFlow::Continue(attempt) => attempt,
            ControlFlow::Break(outcome) => return Ok(outcome),
        };
        let in_flight = self.unless_halted(self.in_flight.acquire()).await;
        let Some(in_flight) = in_flight.transpose()? else {
            return self.give_up(attempt, number).await;
        };
        let asker = client.asker();
        let began_at = self.now();
        let request = register::build(order, method, asker, &names, began_at);
        let sensitive = Sensitive::of(order, &names, &request);
        let answer = client
            .register(&request, sensitive, &self.sending_ends)
            .await;
        // Before another order takes the place of this one.
        self.reach
            .note(answer.as_ref().err().map(|trouble| trouble.kind));
        if self.reach.ended_by().is_some() {
            self.sending_ends.set();
        }
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
                    record: EventRecord {
                        requested_at: Some(requested_at),
                        model_id: Some(register::model_id(method, asker).to_owned()),
                        auto_result: Some(screening.result),
                        rule_group: screening.rule_group,
                        reasons: screening.reasons,
                        ..EventRecord::of(number.clone(), screening.event_id)
                    },
                    service: self.decider.settings.service,
                    similars: screening.similars,
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
                return Ok(ControlFlow::Break(self.not_begun(&facts.number)));
            }
            let begun = self.ledger.begin(facts, service, self.now(), rescreen);
            let outcome = match begun.await? {
                Begin::Send(attempt) => return Ok(ControlFlow::Continue(attempt)),
                Begin::Stored(stored) => decider.reuse(facts, stored)?,
                Begin::Unknown(attempt) => {
                    let unknown = outcome_unknown(&facts.number, attempt.began_at, None);
                    decider.failed(&facts.number, unknown)
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

    /// Waits for `wait`; none where nothing more is to be sent before it comes.
    async fn unless_halted<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.sending_ends.wait() => None,
            value = wait => Some(value),
        }
    }

    /// What becomes of an order that is not begun any more: what ended the sending is told, and
    /// nothing is where the batch was stopped.
    fn not_begun(&self, number: &OrderNumber) -> Option<Outcome> {
        let because = self.reach.ended_by();
        because.map(|because| self.decider.failed(number, not_sent(because)))
    }

    /// Ends an attempt whose request was not sent, or certainly did not arrive.
    async fn give_up(&self, attempt: AttemptId, number: &OrderNumber) -> Result<Option<Outcome>> {
        let end = End::Failed(TroubleKind::NotSent.code(), String::new());
        self.ledger.finish(attempt, number, end, self.now()).await?;
        Ok(self.not_begun(number))
    }

    /// Keeps a good answer.
    async fn screened(&self, attempt: AttemptId, event: Event, force: bool) -> Result<Outcome> {
        let behaviours = &self.decider.settings.behaviours;
        let decided = event
            .record
            .known_result()
            .map(|result| disposition::decide(result, behaviours, force))
            .transpose();
        // First the event is kept; that a redirect has no URL was found before anything was sent.
        let disposition = decided.as_ref().ok().and_then(Option::as_ref);
        let now = self.now();
        let kept = self
            .ledger
            .finish_screened(attempt, &event, disposition, now)
            .await?;
        let number = &event.record.merchant_management_id;
        if let Finish::EventOfAnother { number: other } = kept {
            // The store has noted the attempt as unknown: what happened cannot be told.
            let why = Some(words::event_of_another(other));
            return Ok(self
                .decider
                .failed(number, outcome_unknown(number, now, why)));
        }
        Ok(match decided? {
            None => (self.decider).failed(number, unexpected_answer(&event.record)),
            disposition => Outcome::screened(event, disposition, false),
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
        Ok(self.decider.failed(number, trouble))
    }
}

/// A batch as it runs.
pub struct Batch<'b, 's> {
    engine: &'b Engine<'s>,
    orders: &'b [Order],
    /// The outcomes that are there and whose turn has not come.
    held: BTreeMap<usize, Outcome>,
    /// The places of the orders that wait for their first payment's order (R9), by that number.
    waiting: HashMap<OrderNumber, Vec<usize>>,
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
    pub fn new(engine: &'b Engine<'s>, orders: &'b [Order]) -> Self {
        Self {
            engine,
            orders,
            held: BTreeMap::new(),
            waiting: HashMap::new(),
            undone: orders.iter().map(|order| &order.facts.number).collect(),
            taken: 0,
            emitted: 0,
            failure: None,
        }
    }

    /// Screens the orders, and hands each outcome to `shown` in the order of the input as soon as
    /// all before it are there.
    ///
    /// # Errors
    /// The first failure of the store; what is in flight then is finished.
    pub async fn run(mut self, shown: Sender<Outcome>) -> Result<()> {
        let (engine, orders) = (self.engine, self.orders);
        let screen = |(place, decision): (usize, Decision<'s>)| async move {
            (place, engine.carry_out(&orders[place], decision).await)
        };
        let mut running = FuturesUnordered::new();
        loop {
            // Those in flight, and as many on their way to the disk.
            while running.len() < engine.how.jobs * 2 && self.may_take() {
                let place = self.taken;
                self.taken += 1;
                running.extend(self.decide(place, true).map(screen));
            }
            tokio::select! {
                biased;
                room = shown.reserve(), if self.is_due() => match room {
                    Ok(room) => {
                        if let Some(due) = self.held.remove(&self.emitted) {
                            self.emitted += 1;
                            room.send(due);
                        }
                    }
                    Err(gone) => self.fail(gone.into()),
                },
                Some((place, outcome)) = running.next() => {
                    for freed in self.finished(place, outcome) {
                        running.extend(self.decide(freed, false).map(screen));
                    }
                }
                else => {
                    if self.engine.how.stop.is_set() || self.waiting.is_empty() {
                        break;
                    }
                    // The input has ended: there is nothing to wait for any more.
                    let left: Vec<_> = self.waiting.drain().flat_map(|(_, places)| places).collect();
                    for place in left {
                        running.extend(self.decide(place, false).map(screen));
                    }
                }
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

    fn may_take(&self) -> bool {
        !self.engine.how.stop.is_set() && self.taken < self.orders.len() && !self.is_due()
    }

    fn fail(&mut self, error: Error) {
        self.engine.how.stop.set();
        self.failure.get_or_insert(error);
    }

    /// What is to be done with the order at a place of the input; none where it is not begun, or
    /// not yet.
    fn decide(&mut self, place: usize, may_wait: bool) -> Option<(usize, Decision<'s>)> {
        if self.engine.how.stop.is_set() {
            return None;
        }
        let Engine {
            decider, ledger, ..
        } = self.engine;
        let decided = decider.decide(&self.orders[place], Some(&*ledger.reader()));
        let decision = match decided {
            Ok(decision) => decision,
            Err(error) => {
                self.fail(error);
                return None;
            }
        };
        // R9: where the first payment stands in the same input, it is settled first.
        if let Decision::Settled(outcome) = &decision
            && outcome.cause == Some(Cause::ThanksOfferPayment)
            && let Some(first) = &outcome.screened_as
            && may_wait
            && self.undone.contains(first)
        {
            self.waiting.entry(first.clone()).or_default().push(place);
            return None;
        }
        Some((place, decision))
    }

    /// Takes an outcome; none where the order was not begun, since the batch was stopped. Gives
    /// the places of the orders that waited for it.
    fn finished(&mut self, place: usize, outcome: Result<Option<Outcome>>) -> Vec<usize> {
        let number = &self.orders[place].facts.number;
        self.undone.remove(number);
        match outcome {
            Ok(Some(outcome)) => {
                self.held.insert(place, outcome);
            }
            Ok(None) => {}
            Err(error) => self.fail(error),
        }
        self.waiting.remove(number).unwrap_or_default()
    }

    /// Whether the next outcome in the order of the input is there. It waits for room only.
    fn is_due(&self) -> bool {
        self.failure.is_none() && self.held.contains_key(&self.emitted)
    }
}
