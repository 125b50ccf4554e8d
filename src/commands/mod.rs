//! The commands, one file each, and the [`context`] in which they run.

use anyhow::Result;

use clap::CommandFactory;

use crate::{
    cli::{self, Cli, Command},
    exit::{Exit, Failure},
    locales::{Said, call},
    logging::{self, Log},
    store,
};

pub mod backup;
pub mod completions;
pub mod config;
pub mod context;
pub mod demo;
pub mod doctor;
pub mod events;
pub mod help;
pub mod import;
mod interruptions;
pub mod log;
pub mod methods;
pub mod orders;
pub mod prune;
pub mod pull;
pub mod reconcile;
pub mod sandbox;
pub mod screen;
pub mod trace;

use context::Global;

pub use context::{Context, Env};

/// Runs a command.
///
/// # Errors
/// Where it cannot be done; [`crate::exit`] makes a status of it.
pub fn run(command: &Command, context: &Context) -> Result<Exit> {
    log_requests(context)?;
    // What may take long and asks nothing: the others listen by themselves, or are over at once. A
    // pager has Ctrl-C for itself.
    let is_paged = context.out.pager.is_some() && context.out.is_terminal();
    let may_take_long = match command {
        Command::Trace(args) => args.reads_stdin(),
        Command::Events(args) => args.is_list(),
        Command::Screen(_) | Command::Reconcile(_) | Command::Orders(_) => true,
        Command::Pull(_) | Command::Doctor(_) | Command::Log(_) => true,
        _ => false,
    };
    if may_take_long && !is_paged {
        context.end_when_interrupted();
    }
    match command {
        Command::Demo(args) => demo::run(args, context),
        Command::Config(args) => config::run(args, context),
        Command::Methods(args) => methods::run(args, context),
        Command::Doctor(args) => doctor::run(args, context),
        Command::Screen(args) => screen::run(args, context),
        Command::Trace(args) => trace::run(args, context),
        Command::Reconcile(args) => reconcile::run(args, context),
        Command::Orders(args) => orders::run(args, context),
        Command::Events(args) => events::run(args, context),
        Command::Import(args) => import::run(args, context),
        Command::Pull(args) => pull::run(args, context),
        Command::Log(args) => log::run(args, context),
        Command::Backup(args) => backup::run(args, context),
        Command::Restore(args) => backup::restore(args, context),
        Command::Prune(args) => prune::run(args, context),
        Command::Completions(args) => completions::run(args, Cli::command(), context),
        Command::Man(args) => help::man(args, Cli::command(), context),
        Command::Sandbox(args) => sandbox::run(args, context),
        Command::Help(args) => help::run(args, cli::in_language(context.out.lang), context),
    }
}

/// The version with what else a report of a fault has to name: the commit, where whoever built the
/// program said so in `OPLUX_COMMIT`, and the version of SQLite.
pub fn long_version() -> String {
    let commit = option_env!("OPLUX_COMMIT").filter(|commit| !commit.is_empty());
    let commit = commit.map_or(String::new(), |commit| format!("commit {commit}, "));
    let sqlite = store::sqlite_version();
    let version = env!("CARGO_PKG_VERSION");
    format!("{version} ({commit}SQLite {sqlite})")
}

/// Has the requests told and logged, where that is asked for.
fn log_requests(context: &Context) -> Result<()> {
    let Global {
        verbose, log_file, ..
    } = &context.global;
    let file = log_file.as_deref().map(|path| {
        logging::open(path).map_err(|error| {
            let message = call::no_log_file(path.display(), error.to_string());
            Failure::usage(Said::new(message).hint(call::no_log_file_hint()))
        })
    });
    let file = file.transpose()?;
    if file.is_some() || *verbose > 0 {
        let log = Log {
            file,
            verbose: *verbose,
            out: context.out.clone(),
            clock: context::clock,
            moment: context::moment,
        };
        log.start();
    }
    Ok(())
}
