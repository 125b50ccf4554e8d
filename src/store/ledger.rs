//! The ledger: the store as many orders at once write to it.
//!
//! A write is on the disk before it is answered, and a disk takes its time for that (4 ms are
//! common). So one thread owns the connection that writes, and takes all requests that wait into
//! one transaction: one wait for the disk, whatever their number. A request that comes alone is
//! written at once; there is no timer. One that fails does not spoil the others.
//!
//! - The thread and its loop are in `writer`, what a request is in `request`, the connections that
//!   only read in `readers`.
//! - Another process gets in between two transactions, see `store::patience`.
//! - Once the disk is full or the store is damaged nothing more is begun; outcomes that are still
//!   to be kept are tried all the same.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, Sender},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use super::{
    AttemptId, Begin, Finish, Run, Store, StoreError,
    attempts::{self, Asked, End},
    events::StoredEvent,
    orders,
};
use crate::domain::{
    disposition::Disposition,
    event::{Event, Service},
    order::{OrderFacts, OrderNumber},
    time::JstTime,
};

mod readers;
pub(super) mod request;
pub(super) mod writer;

pub use readers::Reader;

use readers::Readers;
use request::{Purpose, Request};
use writer::{EMPTYING_WAIT, Writer};

/// A handle on the store of a run, for many orders at once. Its clones are the same ledger; when
/// the last is dropped, everything that was asked of it has been written, and the run has ended.
///
/// A future that was polled has asked: dropping it does not take the request back. Drop none of
/// them, or an order may be begun that nobody sends (which then counts as unknown).
#[derive(Debug, Clone)]
pub struct Ledger(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Taken when the ledger ends; the thread ends once all is written and this is gone.
    requests: Option<Sender<Box<dyn Request>>>,
    writer: Option<JoinHandle<Store>>,
    readers: Readers,
    path: PathBuf,
    actor: Arc<str>,
    run_name: Arc<str>,
    /// Ends after the thread: until then its attempts are in flight.
    _run: Run,
}

impl Ledger {
    /// Starts the writer of `store` for the attempts of `run`. `actor` is who the log names.
    ///
    /// # Errors
    /// Where the system refuses a thread.
    pub fn start(store: Store, run: Run, actor: &str) -> Result<Self, StoreError> {
        let (requests, waiting) = mpsc::channel();
        let path = store.path.clone();
        let writer = Writer::new(store);
        let thread = thread::Builder::new().name("ledger".to_owned());
        let writer = thread
            .spawn(move || {
                let mut store = writer.write_all(&waiting);
                // All of a batch is then in the store's own file.
                store.empty_wal(EMPTYING_WAIT);
                store
            })
            .map_err(|error| StoreError::no_writer(&path, Some(error)))?;
        Ok(Self(Arc::new(Shared {
            requests: Some(requests),
            writer: Some(writer),
            readers: Readers::new(path.clone()),
            path,
            actor: actor.into(),
            run_name: run.name().into(),
            _run: run,
        })))
    }

    /// [`Store::begin`], by the ledger's run.
    ///
    /// # Errors
    /// As there; also where the store could not take an earlier request. Nothing may then be sent.
    pub async fn begin(
        &self,
        facts: &OrderFacts,
        service: Service,
        at: JstTime,
        rescreen: Option<JstTime>,
    ) -> Result<Begin, StoreError> {
        let facts = facts.clone();
        let (path, run, actor) = (
            self.0.path.clone(),
            self.0.run_name.clone(),
            self.0.actor.clone(),
        );
        self.ask(Purpose::Start, move |conn| {
            let asked = Asked {
                facts: &facts,
                service,
                at,
                rescreen,
                run: &run,
                actor: &actor,
            };
            attempts::begin(conn, &path, &asked)
        })
        .await
    }

    /// [`Store::finish_screened`].
    ///
    /// # Errors
    /// As there. The message says that this order's outcome came and could not be kept.
    pub async fn finish_screened(
        &self,
        attempt: AttemptId,
        event: &Event,
        disposition: Option<&Disposition>,
        at: JstTime,
    ) -> Result<Finish, StoreError> {
        let stored = StoredEvent::screened(event, disposition);
        let actor = self.0.actor.clone();
        self.ask(Purpose::Outcome, move |conn| {
            attempts::finish_screened(conn, attempt, &stored, at, &actor)
        })
        .await
        .map_err(|error| error.outcome_lost(&event.merchant_management_id))
    }

    /// [`Store::finish_failed`]. `number` is the order's, for the message.
    ///
    /// # Errors
    /// As [`Ledger::finish_screened`].
    pub async fn finish_failed(
        &self,
        attempt: AttemptId,
        number: &OrderNumber,
        code: &str,
        message: &str,
        at: JstTime,
    ) -> Result<(), StoreError> {
        let (code, message) = (code.to_owned(), message.to_owned());
        let actor = self.0.actor.clone();
        self.ask(Purpose::Outcome, move |conn| {
            let end = End::Failed {
                code: &code,
                message: &message,
            };
            attempts::end(conn, attempt, &end, at, &actor)
        })
        .await
        .map_err(|error| error.outcome_lost(number))
    }

    /// [`Store::finish_unknown`]. `number` is the order's, for the message.
    ///
    /// # Errors
    /// As [`Ledger::finish_screened`].
    pub async fn finish_unknown(
        &self,
        attempt: AttemptId,
        number: &OrderNumber,
        message: &str,
        at: JstTime,
    ) -> Result<(), StoreError> {
        let message = message.to_owned();
        let actor = self.0.actor.clone();
        self.ask(Purpose::Outcome, move |conn| {
            attempts::end(conn, attempt, &End::Unknown(Some(&message)), at, &actor)
        })
        .await
        .map_err(|error| error.outcome_lost(number))
    }

    /// [`Store::keep_order`].
    ///
    /// # Errors
    /// As there; also where the store could not take an earlier request.
    pub async fn keep_order(&self, facts: &OrderFacts) -> Result<(), StoreError> {
        let facts = facts.clone();
        self.ask(Purpose::Start, move |conn| orders::keep(conn, &facts))
            .await
    }

    /// The store to read from; what was answered before stands in it. It does not wait for the
    /// writer. Give it back (drop it) before the next `await`.
    ///
    /// # Errors
    /// Where the store cannot be opened once more.
    pub fn reader(&self) -> Result<Reader<'_>, StoreError> {
        self.0.readers.take()
    }

    /// Writes what is still waiting, ends the run, and gives the store back; none where another
    /// handle is still there, which the ledger then lives on with.
    pub fn close(self) -> Option<Store> {
        Arc::into_inner(self.0)?.end()
    }

    async fn ask<T: Send + 'static>(
        &self,
        purpose: Purpose,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::no_writer(&self.0.path, None);
        let (request, answer) = request::new(purpose, work);
        let requests = self.0.requests.as_ref().ok_or_else(gone)?;
        requests.send(request).map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Shared {
    fn end(&mut self) -> Option<Store> {
        drop(self.requests.take());
        self.writer.take()?.join().ok()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.end();
    }
}
