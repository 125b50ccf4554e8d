//! A load: files are read in a thread of its own, so that the store's work and the reading's go
//! side by side, and stored in one transaction.

use std::{
    io,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    time::Duration,
};

use anyhow::Result;

use super::{
    super::context::{Context, clock},
    report::{End, Report},
};
use crate::{
    config::Config,
    domain::records::Records,
    http::Halt,
    input::{ImportFile, Reading, RowPlace, Source},
    locales::import as words,
    store::{self, Loading, OtherNumber, Store},
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
    /// The good rows; none where there are none.
    pub records: Option<Records>,
    /// The place of each.
    pub places: Vec<RowPlace>,
    /// What is known at the end of the file.
    pub end: Option<End>,
    /// How many bytes of all files have been read.
    pub bytes: u64,
}

/// A load that goes on.
pub(super) struct Load<'l, 'c> {
    /// The parts of the files, as [`read`] gives them.
    pub parts: Receiver<Part>,
    /// Whether it was interrupted; that is looked at between two parts.
    pub stop: Halt,
    pub was_stopped: bool,
    pub report: &'l mut Report<'c>,
    pub config: Option<&'c Config>,
    pub context: &'c Context,
    pub is_dry: bool,
}

impl Load<'_, '_> {
    /// Reads and stores all, or nothing.
    ///
    /// # Errors
    /// Where files or store are not usable.
    pub(super) fn all(&mut self) -> Result<()> {
        // What is bad is told before the store is opened, and made where it is not there.
        let first = loop {
            match self.next() {
                Some(part) if part.records.is_none() || self.is_bad(&part) => {
                    self.note(part, &[]);
                }
                first => break first,
            }
        };
        let Some(first) = first else {
            if self.was_stopped {
                return Ok(());
            }
            self.report.sound()?;
            // Who loads what a day without any order gave has loaded it.
            if !self.is_dry {
                self.context.store(self.config)?;
            }
            return Ok(());
        };
        let service = self
            .config
            .and_then(|config| Some(config.oplux.as_ref()?.service));
        let loading = Loading {
            at: clock(),
            service,
        };
        let existing = match self.is_dry {
            true => self.context.store_if_any(self.config)?,
            false => Some(self.context.store(self.config)?),
        };
        // Where there is no store, a dry run counts in an empty one.
        let folder = tempfile::tempdir()?;
        let mut store = match existing {
            Some(store) => store,
            None => Store::open(&folder.path().join("empty.db"))?,
        };
        store.load(loading, |load| self.store(load, first))?;
        Ok(())
    }

    /// Stores all; none where nothing of it is to be kept.
    fn store(&mut self, load: &mut store::Load<'_>, first: Part) -> Result<Option<()>> {
        let mut next = Some(first);
        while let Some(mut part) = next {
            // Once nothing can be stored, the rest is only read for what is wrong with it.
            let others = match part.records.take() {
                Some(records) if self.report.is_sound() => load.put(part.file, records)?,
                _ => Vec::new(),
            };
            self.note(part, &others);
            next = self.next();
        }
        if self.was_stopped {
            return Ok(None);
        }
        self.report.sound()?;
        for (attempt, event) in load.still_unknown()? {
            let said = words::still_unknown(
                attempt.order_number,
                attempt.began_at,
                event.event_id,
                event.too_early,
            );
            self.context.out.warn(&said);
        }
        self.report.count(load.counts(self.report.len())?);
        if self.is_dry {
            return Ok(None);
        }
        for (kind, names, detail) in self.report.changes() {
            let action = format!("import {}", kind.name());
            load.log(&self.context.actor(), &action, &names, &detail)?;
        }
        Ok(Some(()))
    }

    /// Whether nothing can be stored.
    fn is_bad(&self, part: &Part) -> bool {
        let is_bad = |end| self.report.is_bad(end);
        !self.report.is_sound() || part.end.as_ref().is_some_and(is_bad)
    }

    /// Takes in what was found in a part; `others` are the rows of it that the store cannot keep.
    fn note(&mut self, part: Part, others: &[OtherNumber]) {
        self.report.reach(part.bytes);
        for row in others {
            if let Some(place) = part.places.get(row.place) {
                self.report.taken(part.file, *place, &row.number);
            }
        }
        if let Some(end) = part.end {
            self.report.ended(part.file, end);
        }
    }

    /// The next part; none at the end, and where it was interrupted.
    fn next(&mut self) -> Option<Part> {
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
}

/// Starts to read. The thread ends with its files, or where nobody takes its parts any more.
///
/// # Errors
/// Where the system refuses a thread.
pub(super) fn read(sources: Vec<Source>, reading: Reading) -> Result<Receiver<Part>> {
    let (sender, parts) = sync_channel(WAITING);
    let mut reader = Reader {
        reading,
        sender,
        before: 0,
    };
    let files = move || {
        let mut sources = sources.iter().enumerate();
        sources.all(|(file, source)| reader.read(file, source))
    };
    std::thread::Builder::new()
        .name("import".to_owned())
        .spawn(files)?;
    Ok(parts)
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
        let mut rows = match ImportFile::open(source, &mut io::stdin(), &self.reading) {
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
                    kind: Some(rows.kind()),
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
