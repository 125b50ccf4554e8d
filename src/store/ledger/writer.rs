//! The thread that writes: all requests that wait in one transaction, then their answers.

use std::sync::mpsc::Receiver;

use rusqlite::Transaction;

use super::request::{Purpose, Request};
use crate::store::{Store, StoreError, StoreErrorKind};

/// So many requests at most stand in one transaction: the lock is not held for long, and memory
/// stays small. Large enough that the wait for the disk is nothing beside the work.
const GROUP: usize = 256;

type Group = Vec<Box<dyn Request>>;

/// The one connection that writes.
#[derive(Debug)]
pub(super) struct Writer {
    store: Store,
    /// Why nothing is begun any more.
    refused: Option<StoreError>,
}

impl Writer {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            refused: None,
        }
    }

    /// Writes what comes until nobody can ask any more and nothing waits; gives the store back.
    pub(super) fn write_all(mut self, requests: &Receiver<Box<dyn Request>>) -> Store {
        while let Ok(first) = requests.recv() {
            let mut group = vec![first];
            group.extend(requests.try_iter().take(GROUP - 1));
            self.write_group(group);
        }
        self.store
    }

    fn write_group(&mut self, group: Group) {
        let group = self.refuse_starts(group);
        let Err((group, error)) = self.try_group(group) else {
            return;
        };
        // None of them is on the disk. Nothing is lost with an order that is not begun; outcomes
        // are tried one by one, since less may still find room. Not after a lock that was held too
        // long: each would wait as long again.
        for request in group {
            if error.kind == StoreErrorKind::Locked || request.purpose() == Purpose::Start {
                request.answer(Err(error.clone()));
            } else if let Err((alone, error)) = self.try_group(vec![request]) {
                alone
                    .into_iter()
                    .for_each(|request| request.answer(Err(error.clone())));
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
        for start in starts {
            start.answer(Err(refused.clone()));
        }
        outcomes
    }

    /// Writes and answers a group; gives it back where nothing of it was written.
    fn try_group(&mut self, mut group: Group) -> Result<(), (Group, StoreError)> {
        if group.is_empty() {
            return Ok(());
        }
        let path = self.store.path.clone();
        let written = self
            .store
            .write(|tx| group.iter_mut().map(|request| alone(tx, request)).collect());
        let failures: Vec<Option<rusqlite::Error>> = match written {
            Ok(failures) => failures,
            Err(error) => {
                self.note(&error);
                return Err((group, error));
            }
        };
        for (request, failure) in group.into_iter().zip(failures) {
            let failure = failure.map(|error| StoreError::sqlite(&path, error));
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
            StoreErrorKind::Locked | StoreErrorKind::Other => {}
        }
    }
}

/// One request in a savepoint of its own. The inner error is the request's: what it wrote is
/// undone, and the transaction goes on. The outer one is the transaction's.
#[expect(clippy::borrowed_box, reason = "what the group holds")]
fn alone(
    tx: &Transaction<'_>,
    request: &mut Box<dyn Request>,
) -> rusqlite::Result<Option<rusqlite::Error>> {
    let run = |sql| tx.prepare_cached(sql)?.execute([]).map(|_| ());
    run("SAVEPOINT request")?;
    let failure = request.work(tx).err();
    if let Some(error) = failure {
        // After some failures SQLite has given up the whole transaction by itself.
        if tx.is_autocommit() {
            return Err(error);
        }
        run("ROLLBACK TO request")?;
        run("RELEASE request")?;
        return Ok(Some(error));
    }
    run("RELEASE request")?;
    Ok(None)
}
