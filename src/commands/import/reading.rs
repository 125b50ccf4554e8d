//! The thread that reads the files, so that the store's work and the reading's go side by side.

use std::{
    io,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    time::Duration,
};

use anyhow::Result;

use super::kind::{Kind, Methods, methods};
use crate::{
    config::Config,
    http::Halt,
    input::{BadRow, InputError, Place, RowError, Rows, Source, rows},
    store::Batch,
};

/// So many rows are handed over at once: enough to be worth sorting, few enough to hold some.
const ROWS: usize = 10000;
/// So many parts wait for the store, besides the one that is made.
const WAITING: usize = 2;
/// How often is looked whether it was interrupted, while there is nothing to do.
const LOOK: Duration = Duration::from_millis(50);

/// A part of a file.
pub(super) struct Part<R> {
    /// Which file, from 0.
    pub file: usize,
    /// The good rows; none where there are none.
    pub rows: Option<Batch<R>>,
    /// The bad rows, in the order of the file.
    pub bad: Vec<BadRow>,
    /// Why the rest of the file cannot be read.
    pub broken: Option<InputError>,
    /// The columns that are passed over: those that were met for the first time.
    pub unknown: Vec<String>,
    /// How many bytes of all files have been read.
    pub bytes: u64,
    /// The place of each good row, and what the file calls the column `event_id`.
    places: Vec<Place>,
    event_id: String,
}

impl<R> Part<R> {
    /// The rows at these places of the batch are bad: the store has their event ID under another
    /// number.
    pub(super) fn collided(&mut self, rows: impl Iterator<Item = usize>) {
        let places = rows.filter_map(|row| self.places.get(row).cloned());
        let column = &self.event_id;
        let bad: Vec<_> = places
            .map(|place| BadRow::event_id_taken(place, column.clone()))
            .collect();
        if !bad.is_empty() {
            self.bad.extend(bad);
            self.bad.sort_by_key(|row| row.place.line);
        }
    }
}

/// Files that are being read.
pub(super) struct Reading<R> {
    parts: Receiver<Part<R>>,
    stop: Halt,
    was_stopped: bool,
}

impl<R: Kind> Reading<R> {
    /// Starts to read. The thread ends with its files, or where nobody takes its parts any more.
    ///
    /// # Errors
    /// Where the system refuses a thread.
    pub(super) fn start(sources: &[Source], config: Option<&Config>, stop: &Halt) -> Result<Self> {
        let (sender, parts) = sync_channel(WAITING);
        let mut reader = Reader {
            methods: methods(config),
            sender,
            before: 0,
        };
        let sources = sources.to_vec();
        let columns = config.map(|config| R::columns(&config.columns).clone());
        let columns = columns.unwrap_or_default();
        std::thread::Builder::new()
            .name("import".to_owned())
            .spawn(move || {
                for (file, source) in sources.iter().enumerate() {
                    let stdin = || Box::new(io::stdin()) as Box<dyn io::Read + Send>;
                    let goes_on = match rows::<R>(source, stdin, &columns) {
                        Ok(rows) => reader.read(file, rows),
                        Err(error) => reader.broken(file, error),
                    };
                    if !goes_on {
                        break;
                    }
                }
            })?;
        Ok(Self {
            parts,
            stop: stop.clone(),
            was_stopped: false,
        })
    }

    /// The next part; none at the end, and where it was interrupted.
    pub(super) fn next(&mut self) -> Option<Part<R>> {
        loop {
            if self.stop.is_set() {
                self.was_stopped = true;
                return None;
            }
            match self.parts.recv_timeout(LOOK) {
                Ok(part) => return Some(part),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Whether it was interrupted before its end.
    pub(super) fn was_stopped(&self) -> bool {
        self.was_stopped
    }
}

/// What the thread works with.
struct Reader<R> {
    methods: Methods,
    sender: SyncSender<Part<R>>,
    /// The bytes of the files before this one.
    before: u64,
}

impl<R: Kind> Reader<R> {
    /// Reads one file. False where nobody listens any more.
    fn read(&mut self, file: usize, mut rows: Rows<R>) -> bool {
        let mut named = 0;
        loop {
            let mut part = self.part(file, &mut rows);
            let unknown = rows.unknown_columns();
            part.unknown = unknown[named..].to_vec();
            named = unknown.len();
            let is_last = part.broken.is_some() || part.places.len() + part.bad.len() < ROWS;
            if self.sender.send(part).is_err() {
                return false;
            }
            if is_last {
                self.before += rows.bytes_read();
                return true;
            }
        }
    }

    fn part(&self, file: usize, rows: &mut Rows<R>) -> Part<R> {
        let (mut good, mut places) = (Vec::new(), Vec::new());
        let (mut bad, mut broken) = (Vec::new(), None);
        while good.len() + bad.len() < ROWS {
            match rows.next_row() {
                None => break,
                Some(Ok(mut row)) => {
                    places.push(rows.place(&row));
                    row.value.complete(&self.methods);
                    good.push(row.value);
                }
                Some(Err(RowError::Bad(row))) => bad.push(row),
                Some(Err(RowError::Fatal(error))) => {
                    broken = Some(error);
                    break;
                }
            }
        }
        Part {
            file,
            rows: (!good.is_empty()).then(|| Batch::new(file, good)),
            bad,
            broken,
            unknown: Vec::new(),
            bytes: self.before + rows.bytes_read(),
            places,
            event_id: rows.column_of("event_id").to_owned(),
        }
    }

    /// A file that cannot be read at all.
    fn broken(&self, file: usize, error: InputError) -> bool {
        let part = Part {
            file,
            rows: None,
            bad: Vec::new(),
            broken: Some(error),
            unknown: Vec::new(),
            bytes: self.before,
            places: Vec::new(),
            event_id: String::new(),
        };
        self.sender.send(part).is_ok()
    }
}
