//! The connections of a ledger that only read: as many as are asked for at once.

use std::{
    ops::Deref,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use crate::store::{BUSY_TIMEOUT, Store, StoreError};

/// Connections that nobody uses just now.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Store>>,
}

/// The store to read from, until it is dropped.
#[derive(Debug)]
pub struct Reader<'a> {
    /// There until the drop.
    store: Option<Store>,
    readers: &'a Readers,
}

impl Readers {
    /// For the store at this resolved path.
    pub(super) fn new(path: PathBuf) -> Self {
        let idle = Mutex::default();
        Self { path, idle }
    }

    pub(super) fn take(&self) -> Result<Reader<'_>, StoreError> {
        let idle = self.lock().pop();
        let store = match idle {
            Some(store) => store,
            None => Store::connect(&self.path, BUSY_TIMEOUT)?,
        };
        Ok(Reader {
            store: Some(store),
            readers: self,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Store>> {
        // A poisoned lock only says that a thread panicked; a list of connections stays one.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Reader<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store.as_ref().expect("there until the drop")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.readers.lock().extend(self.store.take());
    }
}
