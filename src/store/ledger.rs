//! The ledger: the store as many orders at once write to it.
//!
//! A write is on the disk before it is answered, and a disk takes its time for that (4 ms are
//! common). So one thread owns the connection that writes, and commits together what has come
//! since its last commit: one wait for the disk, whatever the number of orders. What comes alone
//! is written at once; there is no timer. One that fails does not spoil the others.
//!
//! - Another process gets in between two transactions, see `store::open`.
//! - Once the disk is full or the store is damaged nothing more is begun; outcomes that are still
//!   to be kept are tried all the same.
//! - What is written of an order that is sent, that it begins and how it ended, is in `outcome`.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    Run, Store, StoreError, StoreErrorKind,
    attempts::{self, AttemptId, End},
    open::BUSY_TIMEOUT,
    orders,
    outcome::{self, Begin, Finish, ToSend},
};
use crate::domain::{
    disposition::Disposition,
    event::{Event, Service},
    order::{OrderFacts, OrderNumber},
    time::JstTime,
};

/// So many requests at most stand in one transaction: the lock is not held for long, and memory
/// stays small. Large enough that the wait for the disk is nothing beside the work.
const GROUP: usize = 256;

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
            store.empty_wal();
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
        let begin = move |conn: &Connection| outcome::begin(conn, &path, &order);
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
        let (number, actor) = (
            event.record.merchant_management_id.clone(),
            self.actor.clone(),
        );
        let (event, disposition) = (event.clone(), disposition.cloned());
        self.ask(Purpose::Outcome, move |conn| {
            outcome::finish_screened(conn, attempt, &event, disposition.as_ref(), at, &actor)
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
        let finish =
            move |conn: &Connection| attempts::end_attempt(conn, attempt, &end, at, &actor);
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
