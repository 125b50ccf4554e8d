//! `oplux import`: files of orders, payment histories and events into the store.
//!
//! They are read in a thread of its own, so that the store's work and the reading's go side by side,
//! and stored in one transaction.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    time::Duration,
};

use anyhow::Result;

use super::context::{Context, clock};
use crate::{
    config::Config,
    domain::order::Records,
    exit::{Exit, Failure},
    http::Halt,
    input::{FileEnd, FileKind, ImportFile, Reading, RowPlace, Source},
    locales::{Said, input as words, screening},
    output::terminal,
    store::{self, Loading, Store},
};

mod report;

use report::Report;

/// So many rows are handed over at once: few enough to hold some.
const ROWS: usize = 10000;
/// So many parts wait for the store, besides the one that is made.
const WAITING: usize = 2;
/// How often is looked whether it was interrupted, while there is nothing to do.
const LOOK: Duration = Duration::from_millis(50);

/// Load orders, payment histories and events into the store
///
/// Reads CSV (UTF-8, UTF-16 or Shift_JIS), Excel books, a JSON array or JSON Lines, as ecforce and
/// O-PLUX export them; the headers tell what is in a file. Loading a file again changes nothing; a
/// later value replaces an earlier one, an empty one does not. Where any row is bad, nothing of
/// the call is stored; a cell that cannot be read is left out, and told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files and folders to load; - is standard input. Before them may stand what they hold:
    /// orders, payments or events
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Load the good rows and print what is wrong with the others
    #[arg(long)]
    skip_bad: bool,
    /// A cell that cannot be read makes its row bad
    #[arg(long)]
    strict: bool,
    /// Check and count, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// The sheet of Excel books; without it the first
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where files, configuration or store are not usable. Nothing is stored then.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let (kind, files) = asked(&args.files)?;
    let config = context.config_if_any()?;
    let mapping = config.as_ref().map(|config| config.columns.clone());
    let reading = Reading {
        kind,
        mapping: mapping.unwrap_or_default(),
        sheet: args.sheet.clone(),
        strict: args.strict,
        methods: config.as_ref().map(Config::method_ids).unwrap_or_default(),
    };
    let (sources, passed_over) = sources(files, &reading)?;
    if !passed_over.is_empty() {
        let names = words::listed(&passed_over);
        context.out.note(&words::files_passed_over(names));
    }
    if sources.contains(&Source::Stdin) && terminal::can_ask() {
        context.out.note(&screening::reading_stdin());
    }
    let stop = context.interrupted_once(None);
    let mut report = Report::new(&context.out, &sources, args.skip_bad, kind.is_some());
    let mut load = Load {
        parts: read(sources, reading)?,
        stop,
        was_stopped: false,
        report: &mut report,
        config: config.as_ref(),
        context,
        is_dry: args.dry_run,
    };
    load.all()?;
    if load.was_stopped {
        report.interrupted();
        return Ok(Exit::Interrupted);
    }
    report.end(args.dry_run)
}

/// What the files hold, where the first argument says so, and the other arguments.
fn asked(arguments: &[PathBuf]) -> Result<(Option<FileKind>, &[PathBuf])> {
    let is_named = |kind: &FileKind| {
        arguments
            .first()
            .is_some_and(|first| first == Path::new(kind.name()))
    };
    let kind = FileKind::ALL.into_iter().find(is_named);
    let files = &arguments[usize::from(kind.is_some())..];
    match files.is_empty() {
        true => Err(Failure::usage(Said::new(words::no_file())).into()),
        false => Ok((kind, files)),
    }
}

/// The files to load, and the names of those that are passed over; a folder stands for the files
/// in it.
fn sources(files: &[PathBuf], reading: &Reading) -> Result<(Vec<Source>, Vec<String>)> {
    let (mut all, mut passed_over) = (Vec::new(), Vec::new());
    for file in files {
        if file == Path::new("-") || !file.is_dir() {
            all.push(file.clone());
            continue;
        }
        let before = all.len();
        for inside in files_in(file)? {
            match is_to_load(&inside, reading) {
                true => all.push(inside),
                false => passed_over.push(inside.display().to_string()),
            }
        }
        if all.len() == before {
            let said = Said::new(words::folder_empty(file.display()));
            return Err(Failure::usage(said.hint(words::folder_hint())).into());
        }
    }
    Ok((Source::of_arguments(&all)?, passed_over))
}

/// Whether a file of a folder is to be loaded: one whose name says that it holds data, be it wrong,
/// and any other that can be read. So `desktop.ini`, `Thumbs.db` and a `readme.txt` may stay.
fn is_to_load(file: &Path, reading: &Reading) -> bool {
    const OF_DATA: [&str; 8] = [
        "csv", "tsv", "json", "jsonl", "ndjson", "xlsx", "xlsm", "xls",
    ];
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    let mut of_data = OF_DATA.iter();
    of_data.any(|known| known.eq_ignore_ascii_case(&extension))
        || ImportFile::open(&Source::File(file.to_owned()), &mut io::empty(), reading)
            .is_ok_and(|mut file| file.next_rows(1).is_ok())
}

/// The files in a folder, by name: without hidden ones, Excel's `~$…`, and what is no file, such as
/// a pipe, which nobody may ever write.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|error| {
        let text = words::folder_unreadable(folder.display(), error.to_string());
        Failure::usage(Said::new(text).hint(words::folder_hint()))
    })?;
    let mut files: Vec<_> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !name.starts_with('.') && !name.starts_with("~$")
        })
        .map(|entry| entry.path())
        // A link to nothing is told where it is read.
        .filter(|path| path.metadata().map_or(true, |standing| standing.is_file()))
        .collect();
    files.sort();
    Ok(files)
}

/// Good rows of a file.
struct Part {
    /// Which file, from 0.
    file: usize,
    records: Records,
    /// The place of each.
    places: Vec<RowPlace>,
    /// What is known, where these are the last.
    end: Option<FileEnd>,
    /// How many bytes of all files have been read.
    bytes: u64,
}

/// Starts to read. The thread ends with its files, or where nobody takes its parts any more.
fn read(sources: Vec<Source>, reading: Reading) -> Result<Receiver<Part>> {
    let (sender, parts) = sync_channel(WAITING);
    let files = move || {
        let mut before = 0;
        let mut sources = sources.iter().enumerate();
        sources.all(|source| read_file(source, &reading, &mut before, &sender).is_some())
    };
    let thread = std::thread::Builder::new().name("import".to_owned());
    thread.spawn(files)?;
    Ok(parts)
}

/// Reads one file; `before` are the bytes of those before it. None where nobody listens any more.
fn read_file(
    (file, source): (usize, &Source),
    reading: &Reading,
    before: &mut u64,
    sender: &SyncSender<Part>,
) -> Option<()> {
    let part = |(records, places), end, bytes| Part {
        file,
        records,
        places,
        end,
        bytes,
    };
    let nothing = || (Records::Orders(Vec::new()), Vec::new());
    let broken_by = |broken, end| FileEnd {
        broken: Some(broken),
        ..end
    };
    let mut rows = match ImportFile::open(source, &mut io::stdin(), reading) {
        Ok(rows) => rows,
        Err(error) => {
            let end = broken_by(error, FileEnd::default());
            return sender.send(part(nothing(), Some(end), *before)).ok();
        }
    };
    loop {
        let (found, end) = match rows.next_rows(ROWS) {
            Ok(found) => {
                let is_last = found.1.len() < ROWS;
                (found, is_last.then(|| rows.end()))
            }
            Err(error) => (nothing(), Some(broken_by(error, rows.end()))),
        };
        let is_last = end.is_some();
        let (read, all) = rows.progress();
        let bytes = *before + read as u64;
        sender.send(part(found, end, bytes)).ok()?;
        if is_last {
            *before += all as u64;
            return Some(());
        }
    }
}

/// A load that goes on.
struct Load<'l, 'c> {
    parts: Receiver<Part>,
    /// Whether it was interrupted; that is looked at between two parts.
    stop: Halt,
    was_stopped: bool,
    report: &'l mut Report<'c>,
    config: Option<&'c Config>,
    context: &'c Context,
    is_dry: bool,
}

impl Load<'_, '_> {
    /// Reads and stores all, or nothing.
    fn all(&mut self) -> Result<()> {
        // What is bad is told before the store is opened, and made where it is not there.
        let first = self.next();
        if self.was_stopped {
            return Ok(());
        }
        let Some(first) = first else {
            self.report.sound()?;
            // Who loads what a day without any order gave has loaded it.
            if !self.is_dry {
                self.context.store(self.config)?;
            }
            return Ok(());
        };
        let oplux = self.config.and_then(|config| config.oplux.as_ref());
        let loading = Loading {
            at: clock(),
            service: oplux.map(|oplux| oplux.service),
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
        while let Some(part) = next {
            for other in load.put(part.file, part.records)? {
                let place = part.places[other.place];
                self.report.taken(part.file, place, &other);
            }
            next = self.next();
        }
        if self.was_stopped {
            return Ok(None);
        }
        self.report.tell_taken();
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

    /// The next part with rows that can be stored; none at the end, and where it was interrupted.
    /// What is wrong is told on the way, and once nothing can be stored, all else is only read for
    /// that.
    fn next(&mut self) -> Option<Part> {
        loop {
            if self.stop.is_set() {
                self.was_stopped = true;
                return None;
            }
            match self.parts.recv_timeout(LOOK) {
                Ok(mut part) => {
                    self.report.reach(part.bytes);
                    if let Some(end) = part.end.take() {
                        self.report.ended(part.file, end);
                    }
                    if !part.records.is_empty() && self.report.is_sound() {
                        return Some(part);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}
