//! Loading many orders, payments or events: all of a call in one IMMEDIATE transaction.
//!
//! How each row is written is in [`table`](super::table).

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    path::Path,
};

use rusqlite::{Connection, Transaction, TransactionBehavior, params, types::Value};

use super::{
    Store, StoreError,
    attempts::Attempt,
    events::{self, Arrival, Origin},
    log::write_log,
    orders,
    outcome::{self, Short},
    table::{Put, ReasonSets},
};
use crate::domain::{
    event::Service,
    order::{OrderNumber, Records},
    payment::PaymentRecord,
    time::JstTime,
};

/// The cache of pages while it loads; KiB, negative as SQLite asks. The keys of a million rows come
/// in no order, and their index is met all over.
const CACHE: i64 = -64 << 10;
/// SQLite's own default, for all other work.
const DEFAULT_CACHE: i64 = -2000;

/// The tables that are loaded.
const TABLES: [&str; 3] = ["orders", "payments", "events"];

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

/// A row that cannot be kept: its event ID stands under another number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherNumber {
    /// Its place among the rows it came with, from 0.
    pub place: usize,
    /// Its own number.
    pub number: OrderNumber,
    /// Whether the store had that ID before, and not a row of this load.
    pub was_stored: bool,
}

/// A load that is going on: one transaction, in which orders, payments and events may be put.
/// Nothing of it is seen by others before it ends.
#[derive(Debug)]
pub struct Load<'s> {
    tx: &'s Transaction<'s>,
    path: &'s Path,
    arrival: Arrival,
    counts: Vec<Counts>,
    changes: Changes,
    /// Payments with their files. They are written when all are there: the rows of a history may
    /// stand anywhere, and what counts is the order of all of them.
    payments: Vec<(usize, PaymentRecord)>,
    /// The row of the last event that the store had before.
    last_event: i64,
    sets: ReasonSets,
    /// The numbers whose screening from here has an unknown outcome, settled or not.
    watched: HashSet<OrderNumber>,
    /// Those of them of which this load brought an event.
    met: HashSet<OrderNumber>,
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
        work: impl FnOnce(&mut Load<'_>) -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E> {
        self.set_for_load(true)?;
        let done = self.load_within(loading, work);
        // What was written first into the log is copied; it need not stay as long as it has grown.
        self.empty_wal();
        self.set_for_load(false)?;
        done
    }

    fn load_within<T, E: From<StoreError>>(
        &mut self,
        loading: Loading,
        work: impl FnOnce(&mut Load<'_>) -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E> {
        let Self { conn, path } = self;
        let failed = |error| StoreError::sqlite(path, error);
        let tx = conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let indexes = drop_indexes_of_empty(&tx).map_err(failed)?;
        let mut load = Load {
            tx: &tx,
            path,
            arrival: Arrival {
                origin: Origin::Import,
                service: loading.service,
                at: loading.at,
            },
            counts: Vec::new(),
            changes: Changes::default(),
            payments: Vec::new(),
            last_event: tx
                .query_row("SELECT coalesce(max(id), 0) FROM events", [], |row| {
                    row.get(0)
                })
                .map_err(failed)?,
            sets: ReasonSets::default(),
            watched: outcome::watched(&tx).map_err(failed)?,
            met: HashSet::new(),
        };
        let done = work(&mut load)?;
        if done.is_some() {
            load.put_payments().map_err(failed)?;
            tx.execute_batch(&indexes).map_err(failed)?;
            tx.commit().map_err(failed)?;
        }
        Ok(done)
    }

    /// A load has a large cache. Its constraints by CHECK are not asked: SQLite makes a table of its
    /// own for each `IN`, in each row, and the rows come from types that cannot break them.
    fn set_for_load(&self, is_load: bool) -> Result<(), StoreError> {
        let cache = if is_load { CACHE } else { DEFAULT_CACHE };
        self.conn
            .pragma_update(Some("main"), "cache_size", cache)
            .and_then(|()| {
                self.conn
                    .pragma_update(None, "ignore_check_constraints", is_load)
            })
            .map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

impl Load<'_> {
    /// Keeps rows of `file` (from 0), in the order of the file. The answer is those that cannot be
    /// kept.
    pub fn put(&mut self, file: usize, records: Records) -> Result<Vec<OtherNumber>, StoreError> {
        if self.counts.len() <= file {
            self.counts.resize(file + 1, Counts::default());
        }
        self.put_records(file, records)
            .map_err(|error| StoreError::sqlite(self.path, error))
    }

    fn put_records(&mut self, file: usize, records: Records) -> rusqlite::Result<Vec<OtherNumber>> {
        let mut others = Vec::new();
        match records {
            Records::Orders(rows) => {
                for order in rows {
                    let put = orders::put(self.tx, &order, &mut self.sets)?;
                    self.count(file, 1, put);
                }
            }
            Records::Payments(rows) => {
                self.payments
                    .extend(rows.into_iter().map(|row| (file, row)));
            }
            Records::Events(rows) => {
                for (place, event) in rows.into_iter().enumerate() {
                    let put = events::put(self.tx, &event, &mut self.sets, self.arrival)?;
                    let number = event.merchant_management_id;
                    if self.watched.contains(&number) {
                        self.met.insert(number.clone());
                    }
                    match put {
                        Ok(put) => self.count(file, 1, put),
                        Err(_) => others.push(OtherNumber {
                            place,
                            number,
                            was_stored: self.tx.query_row(
                                "SELECT id <= ?2 FROM events WHERE event_id = ?1",
                                params![event.event_id, self.last_event],
                                |row| row.get(0),
                            )?,
                        }),
                    }
                }
            }
        }
        Ok(others)
    }

    /// Keeps the payments that have come so far.
    fn put_payments(&mut self) -> rusqlite::Result<()> {
        let mut payments = std::mem::take(&mut self.payments);
        // Stable: the rows of one history stay in the order of the files.
        payments.sort_by(|(_, a), (_, b)| a.order_number.cmp(&b.order_number));
        for rows in payments.chunk_by(|(_, a), (_, b)| a.order_number == b.order_number) {
            let order = &rows[0].1.order_number;
            let listed = rows.iter().map(|(_, row)| &row.payment);
            for (put, (file, _)) in orders::put_payments(self.tx, order, listed)?
                .into_iter()
                .zip(rows)
            {
                self.count(*file, 2, put);
            }
        }
        Ok(())
    }

    /// Counts what became of a row whose first `keys` columns are its key.
    fn count(&mut self, file: usize, keys: usize, put: Put) {
        let counts = &mut self.counts[file];
        match put {
            Put::New => counts.new += 1,
            Put::Unchanged => counts.unchanged += 1,
            Put::Changed([before, now]) => {
                counts.changed += 1;
                self.changes.note(file, &now[..keys], &before, &now);
            }
        }
    }

    /// The screenings from here whose outcome stays unknown though this load brought an event of
    /// their number, and that event.
    pub fn still_unknown(&self) -> Result<Vec<(Attempt, Short)>, StoreError> {
        outcome::short_of_settling(self.tx, self.path, &self.met)
            .map_err(|error| StoreError::sqlite(self.path, error))
    }

    /// What became of the rows of each of `files` files. A row that was changed within this load or
    /// this file and is in the end what it was before counts as unchanged: a file that says several
    /// things of one key, one after the other, changes nothing where it is loaded again, be it in
    /// the same call.
    pub fn counts(&mut self, files: usize) -> Result<Vec<Counts>, StoreError> {
        self.put_payments()
            .map_err(|error| StoreError::sqlite(self.path, error))?;
        let mut counts = self.counts.clone();
        counts.resize(files, Counts::default());
        for file in self.changes.taken_back() {
            counts[file].changed -= 1;
            counts[file].unchanged += 1;
        }
        Ok(counts)
    }

    /// Writes an entry of the log, kept or not with all the rest.
    pub fn log(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let (at, subject, detail) = (self.arrival.at, Some(subject), Some(detail));
        write_log(self.tx, at, actor, action, subject, detail)
            .map_err(|error| StoreError::sqlite(self.path, error))
    }
}

/// The rows that a load has changed. Of rows there are only hashes: they may be very many.
#[derive(Debug, Default)]
struct Changes {
    hasher: RandomState,
    /// By their keys, what they were before the load and what they are; and the same of each file.
    rows: HashMap<(Option<usize>, u64), [u64; 2]>,
    /// Each change: the row's key and the file.
    made: Vec<(u64, usize)>,
}

impl Changes {
    fn note(&mut self, file: usize, key: &[Value], before: &[Value], now: &[Value]) {
        let hash = |values: &[Value]| self.hasher.hash_one(format!("{values:?}"));
        // The rows of two kinds differ in how many columns they have, and so do not meet.
        let key = self.hasher.hash_one((now.len(), format!("{key:?}")));
        let (before, now) = (hash(before), hash(now));
        for within in [None, Some(file)] {
            let row = self.rows.entry((within, key));
            row.or_insert([before, now])[1] = now;
        }
        self.made.push((key, file));
    }

    /// The files of the changes of rows that are again what they were before the load or before the
    /// file, one entry a change.
    fn taken_back(&self) -> impl Iterator<Item = usize> {
        let is_back = |within, key| {
            let row = self.rows.get(&(within, key));
            row.is_some_and(|[before, now]| before == now)
        };
        let made = self.made.iter().copied();
        let back =
            made.filter(move |(key, file)| is_back(None, *key) || is_back(Some(*file), *key));
        back.map(|(_, file)| file)
    }
}

/// Takes away the indexes of the tables that are empty, except those that their keys need, and
/// gives the statements that make them again. Made when all rows are there, by sorting, they cost
/// less than if the place of each row were searched for. Whoever reads meanwhile has the empty
/// table with its indexes.
fn drop_indexes_of_empty(conn: &Connection) -> rusqlite::Result<String> {
    let mut make_again = String::new();
    for table in TABLES {
        let has_rows = format!("SELECT EXISTS (SELECT 1 FROM {table})");
        if conn.query_row(&has_rows, [], |row| row.get(0))? {
            continue;
        }
        let mut statement = conn.prepare(
            "SELECT name, sql FROM sqlite_schema
             WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL ORDER BY name",
        )?;
        let found = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
        for (index, sql) in found {
            conn.execute_batch(&format!("DROP INDEX \"{index}\""))?;
            make_again += &format!("{sql};");
        }
    }
    Ok(make_again)
}
