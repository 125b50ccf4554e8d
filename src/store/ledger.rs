//! The ledger: the store as many orders at once write to it.
//!
//! A write is on the disk before it is answered, and a disk takes its time for that (4 ms are
//! common). So one thread owns the connection that writes, and commits together what has come
//! since its last commit: one wait for the disk, whatever the number of orders. What comes alone
//! is written at once; there is no timer. One that fails does not spoil the others.
//!
//! - Another process gets in between two transactions, see `store::patience`.
//! - Once the disk is full or the store is damaged nothing more is begun; outcomes that are still
//!   to be kept are tried all the same.
//! - What is written of an order that is sent, that it begins and how it ended, is written by the
//!   functions below; each works within a transaction.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::{Connection, named_params};
use serde_json::json;
use tokio::sync::oneshot;

use super::{
    BUSY_TIMEOUT, Run, Store, StoreError, StoreErrorKind,
    events::{self, Arrival, Origin, StoredEvent},
    listing::write_log,
    orders,
    outcome::{self, Attempt, AttemptId, Dead, End, StoredOutcome},
    table::ReasonSets,
};
use crate::domain::{
    disposition::Disposition,
    event::{Event, EventRecord, Service},
    order::{OrderFacts, OrderNumber},
    time::JstTime,
};

/// So many requests at most stand in one transaction: the lock is not held for long, and memory
/// stays small. Large enough that the wait for the disk is nothing beside the work.
const GROUP: usize = 256;
/// How long who reads or writes just now is waited for, where the `-wal` is emptied in the end.
const EMPTYING_WAIT: Duration = Duration::from_millis(200);

/// A handle on the store of a run, for many orders at once. When it is dropped, everything that
/// was asked of it has been written, and the run has ended.
///
/// A future that was polled has asked: dropping it does not take the request back. Drop none of
/// them, or an order may be begun that nobody sends (which then counts as unknown).
#[derive(Debug)]
pub struct Ledger {
    /// Taken when the ledger ends; the thread ends once all is written and this is gone.
    requests: Option<Sender<Request>>,
    writer: Option<JoinHandle<()>>,
    /// A connection of its own: who reads does not wait for the disk.
    reader: Mutex<Store>,
    path: PathBuf,
    actor: Arc<str>,
    run_name: Arc<str>,
    /// Ends after the thread: until then its attempts are in flight.
    _run: Run,
}

/// A piece of work within the writer's transaction, and who waits until it is on the disk.
pub(super) struct Request {
    pub(super) purpose: Purpose,
    /// It can be done again where its transaction was lost.
    pub(super) work: Box<Work>,
    pub(super) asker: oneshot::Sender<Result<(), StoreError>>,
}

type Work = dyn FnMut(&Connection) -> rusqlite::Result<()> + Send;

/// What is lost where a request is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nothing: an order is not begun.
    Start,
    /// The outcome of an order that was sent.
    Outcome,
}

impl Ledger {
    /// Starts the writer of `store` for the attempts of `run`. `actor` is who the log names.
    ///
    /// # Errors
    /// Where the store cannot be opened once more, or the system refuses a thread.
    pub fn start(store: Store, run: Run, actor: &str) -> Result<Self, StoreError> {
        let path = store.path.clone();
        let reader = Store::connect(&path, BUSY_TIMEOUT)?;
        let (requests, waiting) = mpsc::channel();
        let write = move || {
            let mut store = write_all(store, &waiting);
            // All of a batch is then in the store's own file.
            store.empty_wal(EMPTYING_WAIT);
        };
        let writer = thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(write)
            .map_err(|error| StoreError::no_writer(&path, Some(error)))?;
        Ok(Self {
            requests: Some(requests),
            writer: Some(writer),
            reader: Mutex::new(reader),
            path,
            actor: actor.into(),
            run_name: run.name().into(),
            _run: run,
        })
    }

    /// Decides whether an order is to be sent, and where it is, keeps it and its payments and
    /// begins the attempt. `rescreen` sends it in spite of an outcome that is older.
    ///
    /// # Errors
    /// Where the store cannot be written, or could not take an earlier request. Nothing may then be
    /// sent.
    pub async fn begin(
        &self,
        facts: &OrderFacts,
        service: Service,
        at: JstTime,
        rescreen: Option<JstTime>,
    ) -> Result<Begin, StoreError> {
        let path = self.path.clone();
        let order = ToSend {
            facts: facts.clone(),
            service,
            at,
            rescreen,
            run: self.run_name.clone(),
            actor: self.actor.clone(),
        };
        let begin = move |conn: &Connection| begin(conn, &path, &order);
        self.ask(Purpose::Start, begin).await
    }

    /// Ends an attempt with the event that O-PLUX answered, and the disposition that follows from
    /// it (none where its result is one that nobody knows).
    ///
    /// # Errors
    /// Where the store cannot be written, or the attempt has ended already. The message says that
    /// this order's outcome came and could not be kept.
    pub async fn finish_screened(
        &self,
        attempt: AttemptId,
        event: &Event,
        disposition: Option<&Disposition>,
        at: JstTime,
    ) -> Result<Finish, StoreError> {
        let (number, actor) = (event.merchant_management_id.clone(), self.actor.clone());
        let (event, disposition) = (event.clone(), disposition.cloned());
        self.ask(Purpose::Outcome, move |conn| {
            finish_screened(conn, attempt, &event, disposition.as_ref(), at, &actor)
        })
        .await
        .map_err(|error| error.outcome_lost(&number))
    }

    /// Ends an attempt otherwise. What `end` says holds no personal data; `number` is the order's,
    /// for the error.
    ///
    /// # Errors
    /// As [`Ledger::finish_screened`].
    pub async fn finish(
        &self,
        attempt: AttemptId,
        number: &OrderNumber,
        end: End,
        at: JstTime,
    ) -> Result<(), StoreError> {
        let actor = self.actor.clone();
        let finish = move |conn: &Connection| outcome::end_attempt(conn, attempt, &end, at, &actor);
        let finished = self.ask(Purpose::Outcome, finish).await;
        finished.map_err(|error| error.outcome_lost(number))
    }

    /// Keeps an order that is not sent, and its payments.
    ///
    /// # Errors
    /// Where the store cannot be written, or could not take an earlier request.
    pub async fn keep_order(&self, facts: &OrderFacts) -> Result<(), StoreError> {
        let facts = facts.clone();
        self.ask(Purpose::Start, move |conn| orders::keep(conn, &facts))
            .await
    }

    /// The store to read from; what was answered before stands in it. It does not wait for the
    /// writer. Give it back (drop it) before the next `await`.
    pub fn reader(&self) -> MutexGuard<'_, Store> {
        lock(&self.reader)
    }

    async fn ask<T: Send + 'static>(
        &self,
        purpose: Purpose,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::no_writer(&self.path, None);
        let given = Arc::new(Mutex::new(None));
        let gives = given.clone();
        let (asker, answer) = oneshot::channel();
        let request = Request {
            purpose,
            work: Box::new(move |conn| {
                *lock(&gives) = Some(work(conn)?);
                Ok(())
            }),
            asker,
        };
        let requests = self.requests.as_ref().ok_or_else(gone)?;
        requests.send(request).map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))?;
        lock(&given).take().ok_or_else(gone)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// A poisoned lock only says that a thread panicked: what is in it is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes what comes until nobody can ask any more and nothing waits; gives the store back.
pub(super) fn write_all(mut store: Store, requests: &Receiver<Request>) -> Store {
    let mut refused = None;
    while let Ok(first) = requests.recv() {
        let mut group = vec![first];
        group.extend(requests.try_iter().take(GROUP - 1));
        write(&mut store, group, &mut refused);
    }
    store
}

/// Writes a group in one transaction, and answers. `refused`: why nothing is begun any more.
fn write(store: &mut Store, mut group: Vec<Request>, refused: &mut Option<StoreError>) {
    if let Some(error) = refused {
        for start in group.extract_if(.., |request| request.purpose == Purpose::Start) {
            // An asker that does not wait any more has nobody to be told.
            let _ = start.asker.send(Err(error.clone()));
        }
    }
    if group.is_empty() {
        return;
    }
    let written = store.write(|tx| {
        let mut requests = group.iter_mut();
        requests.try_for_each(|request| (request.work)(tx))
    });
    // A store that could not take one thing is not trusted with an order that is to be sent.
    if let Err(error) = &written
        && matches!(
            error.kind,
            StoreErrorKind::Full
                | StoreErrorKind::Damaged
                | StoreErrorKind::Unwritable
                | StoreErrorKind::Newer
        )
    {
        *refused = Some(error.clone());
    }
    match written {
        // None of them is on the disk, and one of them may be why: each for itself. Not after a
        // lock that was held too long, since each would wait as long again.
        Err(error) if group.len() > 1 && error.kind != StoreErrorKind::Locked => {
            for request in group {
                write(store, vec![request], refused);
            }
        }
        written => {
            for request in group {
                let _ = request.asker.send(written.clone());
            }
        }
    }
}

/// Whether an order is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// It is: the order and the attempt are on the disk. End it with one of the `finish_…`.
    Send(AttemptId),
    /// It is not: this is its outcome.
    Stored(StoredEvent),
    /// It is not: an earlier attempt may have arrived.
    Unknown(Attempt),
    /// Not now: a living run is screening it. Wait and ask again.
    Busy,
}

/// What became of the answer to an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Finish {
    /// The event is kept, and is the outcome.
    Kept,
    /// The answer cannot be right: the store has its event ID under another order number. Nothing
    /// of it was kept, and the attempt has ended as unknown.
    EventOfAnother {
        /// The number under which the store has the event.
        number: OrderNumber,
    },
}

/// An order that is to be sent, unless something speaks against it.
#[derive(Debug)]
pub(super) struct ToSend {
    pub(super) facts: OrderFacts,
    pub(super) service: Service,
    pub(super) at: JstTime,
    /// Outcomes that are older than this stand against nothing (`--rescreen`).
    pub(super) rescreen: Option<JstTime>,
    /// The name of the run that sends it.
    pub(super) run: Arc<str>,
    pub(super) actor: Arc<str>,
}

/// Decides whether an order is to be sent, and where it is, keeps it and its payments and begins
/// the attempt. `store` is the store's path.
pub(super) fn begin(conn: &Connection, store: &Path, it: &ToSend) -> rusqlite::Result<Begin> {
    let (number, at, actor) = (&it.facts.number, it.at, &it.actor);
    let dead = outcome::dead_runs_of(conn, store, number)?;
    end_cut_off(conn, number, &dead, at, actor)?;
    let stored = outcome::decide(conn, number, it.service, it.rescreen, &dead)?;
    let is_passed_over = outcome::is_older(conn, &stored, it.rescreen)?;
    let keeps_event = match (stored, is_passed_over) {
        (StoredOutcome::InFlight, _) => return Ok(Begin::Busy),
        (StoredOutcome::Screened(event), false) => return Ok(Begin::Stored(event)),
        (StoredOutcome::Unknown(attempt), false) => return Ok(Begin::Unknown(attempt)),
        (StoredOutcome::Screened(event), true) => Some(event.record.event_id),
        (StoredOutcome::Unknown(_), true) | (StoredOutcome::Nothing, _) => None,
    };
    orders::keep(conn, &it.facts)?;
    let mut statement = conn.prepare_cached(
        "INSERT INTO attempts (order_number, service, run, began_at, rescreen, keeps_event, state)
         VALUES (:number, :service, :run, :began_at, :rescreen, :keeps_event, 'in-flight')
         RETURNING id",
    )?;
    let values = named_params! {
        ":number": number,
        ":service": it.service,
        ":run": it.run,
        ":began_at": at,
        ":rescreen": it.rescreen.is_some(),
        ":keeps_event": keeps_event,
    };
    let attempt = statement.query_row(values, |row| row.get(0).map(AttemptId))?;
    let detail = json!({
        "attempt": attempt.0, "service": it.service, "rescreen": it.rescreen.is_some(),
    });
    let (number, detail) = (number.as_str(), detail.to_string());
    write_log(conn, at, actor, "screen.sent", Some(number), Some(&detail))?;
    Ok(Begin::Send(attempt))
}

/// Ends an attempt with the event that O-PLUX answered, and the disposition that follows from it
/// (none where its result is one that nobody knows).
pub(super) fn finish_screened(
    conn: &Connection,
    attempt: AttemptId,
    event: &Event,
    disposition: Option<&Disposition>,
    at: JstTime,
    actor: &str,
) -> rusqlite::Result<Finish> {
    let screening = &event.screening;
    let record = EventRecord {
        requested_at: event.requested_at,
        model_id: event.model_id.clone(),
        auto_result: Some(screening.result.clone()),
        rule_group: screening.rule_group.clone(),
        reasons: screening.reasons.clone(),
        ..EventRecord::of(
            event.merchant_management_id.clone(),
            screening.event_id.clone(),
        )
    };
    let arrival = Arrival {
        origin: Origin::Screen,
        service: Some(event.service),
        at,
    };
    let sets = &mut ReasonSets::default();
    if let Err(number) = events::put(conn, &record, sets, arrival)? {
        outcome::end_attempt(conn, attempt, &End::Unknown(None), at, actor)?;
        return Ok(Finish::EventOfAnother { number });
    }
    let event_id = &screening.event_id;
    events::note_answer(conn, event_id, disposition, &screening.similars)?;
    outcome::end_attempt(conn, attempt, &End::Screened(event_id.clone()), at, actor)?;
    Ok(Finish::Kept)
}

/// Attempts in flight whose run is dead were cut off: their outcome is unknown.
fn end_cut_off(
    conn: &Connection,
    number: &OrderNumber,
    dead: &Dead,
    at: JstTime,
    actor: &str,
) -> rusqlite::Result<()> {
    if dead.is_empty() {
        return Ok(());
    }
    let sql = "SELECT id, run FROM attempts WHERE order_number = ?1 AND state = 'in-flight'";
    let in_flight: Vec<(i64, String)> = conn
        .prepare_cached(sql)?
        .query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let cut_off = in_flight.iter().filter(|(_, run)| dead.contains(run));
    for (id, _) in cut_off {
        outcome::end_attempt(conn, AttemptId(*id), &End::Unknown(None), at, actor)?;
    }
    Ok(())
}
