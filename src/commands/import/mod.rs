//! `oplux import`: files of orders, payment histories and events into the store.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::context::Context;
use crate::{
    config::Config,
    exit::{Exit, Failure},
    http::Halt,
    input::{Kind, Mapping, Reading, Source},
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
    let (kind, sources) = asked(&args.files)?;
    let config = context.config_if_any()?;
    if sources.contains(&Source::Stdin) && terminal::can_ask() {
        context.out.note(&screening::reading_stdin());
    }
    let runtime = context.runtime()?;
    let _inside = runtime.enter();
    let stop = Halt::new();
    // Listens from here on. What it is told of is looked at between two parts.
    drop(context.interrupted_twice(&stop, || {}));
    let columns = config.as_ref().map(|config| config.columns.clone());
    let columns = columns.unwrap_or_default();
    let reading = Reading {
        kind,
        mapping: Mapping {
            orders: columns.orders,
            payments: columns.payments,
            events: columns.events,
        },
        sheet: args.sheet.clone(),
        strict: args.strict,
        methods: config.as_ref().map(Config::method_ids).unwrap_or_default(),
    };
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

/// What the files hold, where the first argument says so, and the files; a folder stands for those
/// in it.
fn asked(arguments: &[PathBuf]) -> Result<(Option<Kind>, Vec<Source>)> {
    let is_named = |kind: &Kind| {
        arguments
            .first()
            .is_some_and(|first| first == Path::new(kind.name()))
    };
    let kind = Kind::ALL.into_iter().find(is_named);
    let files = &arguments[usize::from(kind.is_some())..];
    if files.is_empty() {
        return Err(Failure::usage(Said::new(words::no_file())).into());
    }
    let mut all = Vec::new();
    for file in files {
        match file != Path::new("-") && file.is_dir() {
            false => all.push(file.clone()),
            true => all.extend(files_in(file)?),
        }
    }
    Ok((kind, Source::of_arguments(&all)?))
}

/// The files in a folder, by name: without hidden ones, Excel's `~$…`, and its own folders.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let refused = |text| Failure::usage(Said::new(text).hint(words::folder_hint()));
    let name = folder.display();
    let entries = std::fs::read_dir(folder).map_err(|error| {
        refused(words::folder_unreadable(
            folder.display(),
            error.to_string(),
        ))
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
    match files.is_empty() {
        true => Err(refused(words::folder_empty(name)).into()),
        false => Ok(files),
    }
}
