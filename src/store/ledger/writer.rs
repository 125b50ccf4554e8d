//! The thread that writes: all requests that wait in one transaction, then their answers.

use std::{sync::mpsc::Receiver, time::Duration};

use rusqlite::Transaction;

use super::request::{Purpose, Request};
use crate::store::{Store, StoreError, StoreErrorKind};

/// So many requests at most stand in one transaction: the lock is not held for long, and memory
/// stays small. Large enough that the wait for the disk is nothing beside the work.
const GROUP: usize = 256;

/// From this size on the `-wal` is emptied by force, in bytes. SQLite starts it afresh by itself
/// every 4 MB or so, but not where several processes write without a pause.
const LONG_WAL: u64 = 32 << 20;
/// How long that waits for who reads or writes just now; a long look into the store goes on
/// undisturbed, and it is tried again later.
const EMPTYING_WAIT: Duration = Duration::from_millis(200);

type Group = Vec<Box<dyn Request>>;

/// The one connection that writes.
#[derive(Debug)]
pub(in crate::store) struct Writer {
    store: Store,
    /// Why nothing is begun any more.
    refused: Option<StoreError>,
    /// The size of the `-wal` at which it is emptied, in bytes.
    long_wal: u64,
}

impl Writer {
    pub(in crate::store) fn new(store: Store) -> Self {
        Self {
            store,
            refused: None,
            long_wal: LONG_WAL,
        }
    }

    /// Writes what comes until nobody can ask any more and nothing waits; gives the store back.
    pub(in crate::store) fn write_all(mut self, requests: &Receiver<Box<dyn Request>>) -> Store {
        while let Ok(first) = requests.recv() {
            let mut group = vec![first];
            group.extend(requests.try_iter().take(GROUP - 1));
            self.write_group(group);
            self.keep_wal_short();
        }
        self.store
    }

    /// Not needed for what is written to be safe: a failure only means another try, later.
    fn keep_wal_short(&mut self) {
        let wal = self.store.wal_bytes();
        if wal >= self.long_wal {
            let emptied = self.store.empty_wal(EMPTYING_WAIT);
            self.long_wal = if emptied { LONG_WAL } else { wal + LONG_WAL };
        }
    }

    fn write_group(&mut self, group: Group) {
        let mut group = self.refuse_starts(group);
        let Err(error) = self.try_group(&mut group) else {
            return;
        };
        // None of them is on the disk. Nothing is lost with an order that is not begun; outcomes
        // are tried one by one, since less may still find room. Not after a lock that was held too
        // long: each would wait as long again.
        let is_final = group.len() == 1 || error.kind == StoreErrorKind::Locked;
        for request in group {
            let mut alone = vec![request];
            let error = if is_final || alone[0].purpose() == Purpose::Start {
                Err(error.clone())
            } else {
                self.try_group(&mut alone)
            };
            if let Err(error) = error {
                answer_all(alone, &error);
            }
        }
    }

    /// Answers the requests to begin something, where nothing is begun any more; gives the others.
    fn refuse_starts(&self, group: Group) -> Group {
        let Some(refused) = &self.refused else {
            return group;
        };
        let (starts, outcomes): (Group, Group) = group
            .into_iter()
            .partition(|request| request.purpose() == Purpose::Start);
        answer_all(starts, refused);
        outcomes
    }

    /// Writes and answers a group, which is then empty. An error means that nothing of it was
    /// written, and nobody was answered.
    fn try_group(&mut self, group: &mut Group) -> Result<(), StoreError> {
        if group.is_empty() {
            return Ok(());
        }
        // Savepoints cost, and hardly ever is there anything to undo: where one request fails
        // after all, the transaction is done again with them.
        let together =
            |tx: &Transaction<'_>| group.iter_mut().try_for_each(|request| request.work(tx));
        let written = match self.store.write(together) {
            Ok(()) => Ok(group.iter().map(|_| None).collect()),
            Err(error) if group.len() == 1 || error.kind == StoreErrorKind::Locked => Err(error),
            Err(_) => {
                let apart = |request: &mut Box<dyn Request>, tx: &Transaction<'_>| {
                    in_savepoint(tx, || request.work(tx))
                };
                self.store
                    .write(|tx| group.iter_mut().map(|request| apart(request, tx)).collect())
            }
        };
        let failures: Vec<Option<rusqlite::Error>> =
            written.inspect_err(|error| self.note(error))?;
        for (request, failure) in group.drain(..).zip(failures) {
            let failure = failure.map(|error| StoreError::sqlite(&self.store.path, error));
            if let Some(error) = &failure {
                self.note(error);
            }
            request.answer(failure.map_or(Ok(()), Err));
        }
        Ok(())
    }

    /// A store that could not take one thing is not trusted with an order that is to be sent.
    fn note(&mut self, error: &StoreError) {
        match error.kind {
            StoreErrorKind::Full
            | StoreErrorKind::Damaged
            | StoreErrorKind::Unwritable
            | StoreErrorKind::Newer => self.refused = Some(error.clone()),
            StoreErrorKind::Locked | StoreErrorKind::Missing | StoreErrorKind::Other => {}
        }
    }
}

fn answer_all(group: Group, error: &StoreError) {
    for request in group {
        request.answer(Err(error.clone()));
    }
}

/// `work` in a savepoint of its own. The inner error is the work's: what it wrote is undone, and
/// the transaction goes on. The outer one is the transaction's.
fn in_savepoint(
    tx: &Transaction<'_>,
    work: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<Option<rusqlite::Error>> {
    let run = |sql| tx.prepare_cached(sql)?.execute([]).map(|_| ());
    run("SAVEPOINT request")?;
    let failure = match work() {
        Ok(()) => None,
        // After some failures SQLite has given up the whole transaction by itself.
        Err(error) if tx.is_autocommit() => return Err(error),
        Err(error) => {
            run("ROLLBACK TO request")?;
            Some(error)
        }
    };
    run("RELEASE request")?;
    Ok(failure)
}
