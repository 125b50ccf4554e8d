//! Loading many orders, payments or events: all of a call in one IMMEDIATE transaction.
//!
//! ```text
//! import.rs              the transaction, what it counts, and what it is handed: sorted batches
//! import/keyed.rs        orders and events: a key that people know, and an id of their own
//! import/histories.rs    payments: entries of histories, with their order
//! import/indexes.rs      the indexes of a table that is loaded for the first time
//! import/before.rs       what rows were before this call changed them
//! ```
//!
//! A later value replaces an earlier one, an empty one does not. What makes it fast:
//! - A batch is sorted by key, so that the pages of the index on it are met in their order. Ids
//!   still follow the order of the file: what was bought together stays together on the disk.
//! - In bulk nearly all rows are new: each is inserted, and only where that meets its key it is
//!   looked up and compared. Only columns that differ are written.
//! - A shop's reasons come in a few hundred combinations: each is looked up once a batch.
//! - The indexes' other pages are met at random: the cache is made large enough for most of them.

use std::{
    collections::{HashMap, HashSet},
    marker::PhantomData,
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{Short, Store, StoreError, UnknownAttempt, outcome, reasons};
use crate::domain::{event::Service, order::OrderNumber, time::JstTime};

mod before;
mod histories;
mod indexes;
mod keyed;

use before::Table;
use indexes::Indexes;

/// The cache of pages while it loads, and that of temporary tables; KiB, negative as SQLite asks.
const CACHE: i64 = -10 << 10;
const TEMP_CACHE: i64 = -4 << 10;
/// SQLite's own default, for all other work.
const DEFAULT_CACHE: i64 = -2000;
/// How long others are waited for where the write-ahead log is emptied after a large load.
const EMPTYING_WAIT: Duration = Duration::from_millis(200);

/// What a load takes for granted.
#[derive(Debug, Clone, Copy)]
pub struct Loading {
    /// When it is.
    pub at: JstTime,
    /// The service that the configuration names; new events are of O-PLUX where it names none.
    pub service: Option<Service>,
}

/// What became of the rows of one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Their key was not in the store.
    pub new: u64,
    /// They changed what the store had.
    pub changed: u64,
    /// The store knew all that they say.
    pub unchanged: u64,
}

/// A row that cannot be kept: the store has its event ID under another number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherNumber {
    /// Its place in the batch, from 0.
    pub place: usize,
    /// Its own number.
    pub number: OrderNumber,
}

/// A record that can be loaded: an order, a payment of a history, or an event.
pub trait Importable: Sized + Send + 'static {
    /// Where it is kept.
    #[doc(hidden)]
    const TABLE: Table;

    /// The key by which batches are sorted.
    #[doc(hidden)]
    fn key(&self) -> &str;

    /// The reasons that it gives, as the table of reasons writes them.
    #[doc(hidden)]
    fn rules(&self) -> Option<String> {
        None
    }

    /// Keeps a batch.
    #[doc(hidden)]
    fn put(import: &mut Import<'_, Self>, batch: &Batch<Self>) -> rusqlite::Result<()>;
}

/// Some rows of one file, sorted for the store.
#[derive(Debug)]
pub struct Batch<R> {
    file: usize,
    rows: Vec<Sorted<R>>,
    /// The sets of reasons that they give, each once.
    rules: Vec<String>,
}

#[derive(Debug)]
struct Sorted<R> {
    /// The place in the batch as it was given.
    place: usize,
    record: R,
    /// The place of its set of reasons in the batch's.
    rules: Option<usize>,
}

impl<R: Importable> Batch<R> {
    /// A batch of the rows of `file` (from 0), given in the order of the file.
    pub fn new(file: usize, rows: impl IntoIterator<Item = R>) -> Self {
        let mut sets: HashMap<String, usize> = HashMap::new();
        let mut set_of = |rules: String| {
            let next = sets.len();
            *sets.entry(rules).or_insert(next)
        };
        let rows = rows.into_iter().enumerate();
        let mut rows: Vec<_> = rows
            .map(|(place, record)| Sorted {
                place,
                rules: record.rules().map(&mut set_of),
                record,
            })
            .collect();
        // Stable: of the rows of one key, the later one stays later.
        rows.sort_by(|a, b| a.record.key().cmp(b.record.key()));
        let mut rules: Vec<_> = sets.into_iter().collect();
        rules.sort_by_key(|(_, place)| *place);
        let rules = rules.into_iter().map(|(rules, _)| rules).collect();
        Self { file, rows, rules }
    }
}

/// A load that is going on: one transaction, in which orders, payments and events may be put.
/// Nothing of it is seen by others before it ends.
#[derive(Debug)]
pub struct Load<'s> {
    tx: &'s Transaction<'s>,
    path: &'s Path,
    loading: Loading,
}

/// The part of a load that is of one kind.
#[derive(Debug)]
pub struct Import<'s, R> {
    tx: &'s Transaction<'s>,
    path: &'s Path,
    loading: Loading,
    indexes: Indexes,
    counts: Vec<Counts>,
    other_numbers: Vec<OtherNumber>,
    /// The sets of reasons of the batch, as the store numbers them.
    sets: Vec<i64>,
    /// Below this id are the rows that were there before this load.
    first_id: i64,
    next_id: i64,
    /// The numbers whose screening from here has an unknown outcome, settled or not.
    watched: HashSet<OrderNumber>,
    /// Those of them of which this load brought an event.
    met: HashSet<OrderNumber>,
    kind: PhantomData<R>,
}

impl Store {
    /// Loads what `work` puts in, in one transaction that is on the disk when this returns. Where
    /// `work` gives none or an error, nothing is kept.
    ///
    /// # Errors
    /// Where the store cannot be written, and those of `work`.
    pub fn load<T, E: From<StoreError>>(
        &mut self,
        loading: Loading,
        work: impl FnOnce(&Load<'_>) -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E> {
        let failed = |path: &Path, error| E::from(StoreError::sqlite(path, error));
        set_caches(&self.conn, CACHE).map_err(|error| failed(&self.path, error))?;
        let Self { conn, path } = self;
        let done = (|| {
            let tx = conn
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(|error| failed(path, error))?;
            let done = work(&Load {
                tx: &tx,
                path,
                loading,
            })?;
            if done.is_some() {
                tx.commit().map_err(|error| failed(path, error))?;
            }
            Ok(done)
        })();
        // What was written first into the log is copied; it need not stay as long as it has grown.
        self.empty_wal(EMPTYING_WAIT);
        set_caches(&self.conn, DEFAULT_CACHE).map_err(|error| failed(&self.path, error))?;
        done
    }
}

impl<'s> Load<'s> {
    /// Begins with records of a kind; once for each kind.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn of_kind<R: Importable>(&self) -> Result<Import<'s, R>, StoreError> {
        self.begin()
            .map_err(|error| StoreError::sqlite(self.path, error))
    }

    fn begin<R: Importable>(&self) -> rusqlite::Result<Import<'s, R>> {
        let indexes = Indexes::drop_of_empty(&R::TABLE, self.tx)?;
        R::TABLE.remember(self.tx)?;
        let first_id = R::TABLE.next_id(self.tx)?;
        Ok(Import {
            tx: self.tx,
            path: self.path,
            loading: self.loading,
            indexes,
            counts: Vec::new(),
            other_numbers: Vec::new(),
            sets: Vec::new(),
            first_id,
            next_id: first_id,
            watched: outcome::watched(self.tx)?,
            met: HashSet::new(),
            kind: PhantomData,
        })
    }

    /// Writes an entry of the log, kept or not with all the rest.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn log(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let (at, subject, detail) = (self.loading.at, Some(subject), Some(detail));
        super::log::write(self.tx, at, actor, action, subject, detail)
            .map_err(|error| StoreError::sqlite(self.path, error))
    }
}

impl<R: Importable> Import<'_, R> {
    /// Ends with this kind.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn end(self) -> Result<(), StoreError> {
        R::TABLE
            .forget(self.tx)
            .and_then(|()| self.indexes.make(self.tx))
            .map_err(|error| StoreError::sqlite(self.path, error))
    }

    /// Keeps the rows of a batch. The answer is those that cannot be kept, in the order of the
    /// file.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn put(&mut self, batch: &Batch<R>) -> Result<Vec<OtherNumber>, StoreError> {
        self.put_batch(batch)
            .map_err(|error| StoreError::sqlite(self.path, error))
    }

    fn put_batch(&mut self, batch: &Batch<R>) -> rusqlite::Result<Vec<OtherNumber>> {
        if self.counts.len() <= batch.file {
            self.counts.resize(batch.file + 1, Counts::default());
        }
        let sets = batch.rules.iter();
        self.sets = sets
            .map(|rules| reasons::set_of_rules(self.tx, rules))
            .collect::<rusqlite::Result<_>>()?;
        R::put(self, batch)?;
        self.next_id += batch.rows.len() as i64;
        let mut found = std::mem::take(&mut self.other_numbers);
        found.sort_by_key(|row| row.place);
        Ok(found)
    }

    /// Notes that an event of that number came.
    fn meet(&mut self, number: &OrderNumber) {
        if self.watched.contains(number) {
            self.met.insert(number.clone());
        }
    }

    /// The screenings from here whose outcome stays unknown though this load brought an event of
    /// their number, and that event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn still_unknown(&self) -> Result<Vec<(UnknownAttempt, Short)>, StoreError> {
        outcome::short_of_settling(self.tx, self.path, &self.met)
            .map_err(|error| StoreError::sqlite(self.path, error))
    }

    /// What became of the rows of each of `files` files. A row that was changed within this load
    /// and is in the end what it was before counts as unchanged: a file that says several things
    /// of one key, one after the other, changes nothing where it is loaded again.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn counts(&self, files: usize) -> Result<Vec<Counts>, StoreError> {
        let failed = |error| StoreError::sqlite(self.path, error);
        let mut counts = self.counts.clone();
        counts.resize(files, Counts::default());
        for (file, rows) in R::TABLE.restored(self.tx).map_err(failed)? {
            if let Some(counts) = counts.get_mut(file) {
                counts.changed -= rows;
                counts.unchanged += rows;
            }
        }
        Ok(counts)
    }

    /// The set of a row's reasons.
    fn set_of(&self, row: &Sorted<R>) -> Option<i64> {
        row.rules.and_then(|place| self.sets.get(place).copied())
    }
}

fn set_caches(conn: &Connection, main: i64) -> rusqlite::Result<()> {
    conn.pragma_update(Some("main"), "cache_size", main)?;
    conn.pragma_update(Some("temp"), "cache_size", main.max(TEMP_CACHE))
}
