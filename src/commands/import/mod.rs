//! `oplux import`: files of orders, payment histories and events into the store.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::context::Context;
use crate::{
    config::Config,
    exit::{Exit, Failure},
    http::Halt,
    input::{ImportFile, Kind, Reading, Source},
    locales::{Said, import as words, screening},
    output::terminal,
};

mod load;
mod report;

use load::Load;
use report::Report;

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
    let runtime = context.runtime()?;
    let _inside = runtime.enter();
    let stop = Halt::new();
    // Listens from here on. What it is told of is looked at between two parts.
    drop(context.interrupted_twice(&stop, || {}));
    let mut report = Report::new(&context.out, &sources, args.skip_bad, kind.is_some());
    let parts = load::read(sources, reading)?;
    let mut load = Load {
        parts,
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
fn asked(arguments: &[PathBuf]) -> Result<(Option<Kind>, &[PathBuf])> {
    let is_named = |kind: &Kind| {
        arguments
            .first()
            .is_some_and(|first| first == Path::new(kind.name()))
    };
    let kind = Kind::ALL.into_iter().find(is_named);
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

/// The files in a folder, by name: without hidden ones, Excel's `~$…`, and its own folders.
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
        .filter(|path| !path.is_dir())
        .collect();
    files.sort();
    Ok(files)
}
