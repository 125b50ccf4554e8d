//! `oplux backup` and `oplux restore`: a copy of the store, and the store from a copy.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use anyhow::Result;
use serde::Serialize;

use super::context::{Context, clock};
use crate::{
    commands::args::Yes,
    exit::{Exit, Failure},
    locales::{Said, Text, store as words},
    output::{Format, file::OutputFile},
    store::{Contents, Store, StoreError, StoreErrorKind},
};

/// Copy the store into a file, while others may use it
///
/// The copy is of one moment and is looked through for damage before it gets its name. It needs no
/// file beside it; put it back with `oplux restore FILE`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

/// Put a copy in the place of the store
///
/// The copy is looked through for damage first, and what was in the store is kept in a file beside
/// it. Refused while another process uses the store.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// File that `oplux backup` has written
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    yes: Yes,
}

/// What was copied, for programs.
#[derive(Debug, Serialize)]
struct Copied<'a> {
    store: &'a Path,
    file: &'a Path,
    /// Of a restore: where that is which was there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Option<&'a Path>>,
    #[serde(flatten)]
    contents: Contents,
}

/// Runs `backup`.
///
/// # Errors
/// Where the store cannot be used, or the file cannot be written or is there already.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let config = context.config_if_any()?;
    let store = context.store_there(config.as_ref())?;
    let shown = args.file.display();
    let refused = match () {
        () if is_stream(&args.file) => Some(Said::new(words::no_stream())),
        () if store.is_own_file(&args.file) => Some(Said::new(words::file_is_the_store(shown))),
        () if args.file.is_file() && !args.force => {
            Some(Said::new(words::file_is_there(shown)).hint(words::file_is_there_hint()))
        }
        () => None,
    };
    if let Some(said) = refused {
        return Err(Failure::usage(said).into());
    }
    let file = OutputFile::begin(&args.file)?;
    let copied = watched(&store, context, |each| {
        store.copy_into(&file.folder(), each)
    });
    let Some(copy) = copied? else {
        return Ok(Exit::Interrupted);
    };
    let contents = copy.store.contents()?;
    file.finish_as(copy.into_file())?;
    let out = &context.out;
    if out.format == Format::Json {
        out.json(&Copied {
            store: store.path(),
            file: &args.file,
            kept: None,
            contents,
        })?;
    } else {
        let store = store.path().display();
        out.note(&words::backed_up(
            store,
            args.file.display(),
            told(&contents),
        ));
    }
    Ok(Exit::Done)
}

/// Runs `restore`.
///
/// # Errors
/// Where the copy or the store cannot be used, or it is not confirmed off a terminal.
pub fn restore(args: &RestoreArgs, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let config = context.config_if_any()?;
    let (file, out) = (&args.file, &context.out);
    if is_stream(file) {
        return Err(Failure::usage(Said::new(words::no_stream())).into());
    }
    if !file.is_file() {
        let shown = file.display();
        let said = match (file.is_dir(), file.exists()) {
            (true, _) => words::is_a_folder(shown),
            (false, true) => words::no_regular_file(shown),
            (false, false) => words::no_file(shown),
        };
        return Err(Failure::usage(Said::new(said).hint(words::no_backup_hint())).into());
    }
    let path = context.store_path(config.as_ref())?;
    let copy = Store::open_copy(file).map_err(|error| match error.kind {
        StoreErrorKind::Damaged => error.with_hint(words::no_backup_hint()),
        _ => error,
    })?;
    if copy.is_own_file(&path) {
        return Err(Failure::usage(Said::new(words::file_is_the_store(file.display()))).into());
    }
    let contents = copy.contents()?;
    let old = match Store::open_existing(&path) {
        Ok(None) => None,
        Ok(Some(store)) => Some(store.contents().ok()),
        Err(error) if error.kind == StoreErrorKind::Damaged => Some(None),
        Err(error) => return Err(error.into()),
    };
    if let Some(old) = old {
        let shown = old.as_ref().map_or_else(words::contents_unknown, told);
        let (new, store) = (told(&contents), path.display());
        let said = words::about_to_restore(file.display(), new, store, shown);
        let forgotten = old.map_or(0, |old| old.attempts.saturating_sub(contents.attempts));
        if forgotten > 0 {
            out.warn(&Said::new(words::forgotten(forgotten)));
        }
        let refused = Said::new(words::needs_yes()).hint(words::needs_yes_hint());
        if !args.yes.agrees(said, words::restore_now(), refused, out)? {
            out.note(&words::not_confirmed());
            return Ok(Exit::Unusable);
        }
    }
    let now = clock();
    let digits = now.to_string().replace(['-', ':'], "").replace(' ', "-");
    let stamp = format!("before-restore-{digits}");
    let replaced = watched(&copy, context, |each| {
        Store::open_alone(&path)?.replace_with(&copy, &stamp, each)
    });
    let replaced = replaced.map_err(|error| match error.kind {
        StoreErrorKind::Damaged => error.with_hint(words::move_aside()),
        _ => error,
    })?;
    let ControlFlow::Continue(kept) = replaced else {
        out.note(&words::not_confirmed());
        return Ok(Exit::Interrupted);
    };
    let mut store = Store::open(&path)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    store.log(now, &context.actor(), "restore", Some(&name), None)?;
    if out.format == Format::Json {
        return out
            .json(&Copied {
                store: store.path(),
                file,
                kept: Some(kept.as_deref()),
                contents,
            })
            .map(|()| Exit::Done);
    }
    out.note(&words::restored(file.display(), store.path().display()));
    if let Some(kept) = kept {
        out.note(&words::kept(kept.display()));
    }
    Ok(Exit::Done)
}

fn is_stream(file: &Path) -> bool {
    file == Path::new("-")
}

fn told(contents: &Contents) -> Text {
    let Contents {
        orders, payments, ..
    } = *contents;
    words::contents(orders, payments, contents.events, contents.attempts)
}

/// Copies `store` with its progress on a terminal, until it is done or interrupted.
fn watched<T>(
    store: &Store,
    context: &Context,
    copy: impl FnOnce(&mut dyn FnMut(u64, u64) -> ControlFlow<()>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let stop = context.interrupted_once(None);
    let progress = context.out.progress_of_bytes(Some(store.contents()?.bytes));
    let copied = copy(&mut |done, _| {
        progress.reach(done);
        match stop.is_set() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    progress.end();
    copied
}
