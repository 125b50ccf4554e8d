//! The thread that reads the files, so that the store's work and the reading's go side by side.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    time::Duration,
};

use anyhow::Result;

use crate::{
    domain::records::Records,
    http::Halt,
    input::{ImportFile, InputError, Kind, Mistake, Reading, RowPlace, Source},
};

/// So many rows are handed over at once: few enough to hold some.
const ROWS: usize = 10000;
/// So many parts wait for the store, besides the one that is made.
const WAITING: usize = 2;
/// How often is looked whether it was interrupted, while there is nothing to do.
const LOOK: Duration = Duration::from_millis(50);

/// A part of a file.
#[derive(Default)]
pub(super) struct Part {
    /// Which file, from 0.
    pub file: usize,
    /// What it holds, where that is known.
    pub kind: Option<Kind>,
    /// The good rows; none where there are none.
    pub records: Option<Records>,
    /// The place of each.
    pub places: Vec<RowPlace>,
    /// What is known at the end of the file.
    pub end: Option<End>,
    /// How many bytes of all files have been read.
    pub bytes: u64,
}

/// The end of a file.
#[derive(Default)]
pub(super) struct End {
    pub mistakes: Vec<Mistake>,
    /// How many rows are bad.
    pub bad: u64,
    /// The columns that are passed over.
    pub unknown: Vec<String>,
    /// What the file calls the column of event IDs.
    pub event_id: String,
    /// Why the rest of the file cannot be read.
    pub broken: Option<InputError>,
}

/// Files that are being read.
pub(super) struct Parts {
    parts: Receiver<Part>,
    stop: Halt,
    was_stopped: bool,
}

impl Parts {
    /// Starts to read. The thread ends with its files, or where nobody takes its parts any more.
    ///
    /// # Errors
    /// Where the system refuses a thread.
    pub(super) fn start(sources: &[Source], reading: Reading, stop: &Halt) -> Result<Self> {
        let (sender, parts) = sync_channel(WAITING);
        let mut reader = Reader {
            reading,
            sender,
            before: 0,
        };
        let sources = sources.to_vec();
        std::thread::Builder::new()
            .name("import".to_owned())
            .spawn(move || {
                for (file, source) in sources.iter().enumerate() {
                    if !reader.read(file, source) {
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
    pub(super) fn next(&mut self) -> Option<Part> {
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
struct Reader {
    reading: Reading,
    sender: SyncSender<Part>,
    /// The bytes of the files before this one.
    before: u64,
}

impl Reader {
    /// Reads one file. False where nobody listens any more.
    fn read(&mut self, file: usize, source: &Source) -> bool {
        let stdin = || Box::new(io::stdin()) as Box<dyn Read>;
        let mut rows = match ImportFile::open(source, stdin, &self.reading) {
            Ok(rows) => rows,
            Err(error) => {
                let end = End {
                    broken: Some(error),
                    ..End::default()
                };
                let part = Part {
                    file,
                    end: Some(end),
                    bytes: self.before,
                    ..Part::default()
                };
                return self.sender.send(part).is_ok();
            }
        };
        loop {
            let (records, places, broken) = match rows.next_rows(ROWS) {
                Ok((records, places)) => {
                    (Some(records).filter(|rows| !rows.is_empty()), places, None)
                }
                Err(error) => (None, Vec::new(), Some(error)),
            };
            let is_last = places.len() < ROWS;
            let end = is_last.then(|| {
                let (mistakes, bad) = rows.mistakes();
                End {
                    mistakes,
                    bad,
                    unknown: rows.unknown_columns().cloned().collect(),
                    event_id: rows.column_of("event_id").to_owned(),
                    broken,
                }
            });
            let (read, all) = rows.progress();
            let part = Part {
                file,
                kind: Some(rows.kind()),
                records,
                places,
                end,
                bytes: self.before + read as u64,
            };
            let goes_on = self.sender.send(part).is_ok();
            if is_last || !goes_on {
                self.before += all as u64;
                return goes_on;
            }
        }
    }
}
