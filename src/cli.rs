//! The command line: which commands there are, and how one is parsed and run. Each command's own
//! arguments stand in its file, the global flags in the Context, which works by them; the Japanese of
//! the help is in `locales`.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, error::ErrorKind};

use anyhow::Result;

use crate::{
    commands::{
        args::Global,
        backup, config,
        context::{self, Context, Env, language},
        demo, doctor, events, help, import, log, methods, orders, prune, pull, reconcile, sandbox,
        screen, trace,
    },
    exit::{self, Exit, Failure},
    locales::{self, Lang, Said, Text, call},
    logging::{self, Log},
    output::{self, ColorChoice, Format, Output},
    store,
};

/// Operations tool for ecforce shops that screen orders with O-PLUX
///
/// Answers which O-PLUX event belongs to an order number, and why an order has none. Configures the
/// integration of ecforce and O-PLUX, screens orders by its rules, and keeps what happened in a
/// local store.
#[derive(Debug, Parser)]
#[command(name = "oplux", version, long_version = long_version(), max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands. Each one's help is the doc comment of its `Args`: one of the variant would put a
/// single line in the place of all of it.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "a doc comment here replaces the help of the command"
)]
pub enum Command {
    Demo(demo::Args),
    Config(config::Args),
    Methods(methods::Args),
    Doctor(doctor::Args),
    Screen(screen::Args),
    Trace(trace::Args),
    Reconcile(reconcile::Args),
    Import(import::Args),
    Pull(pull::Args),
    Orders(orders::Args),
    Events(events::Args),
    Log(log::Args),
    Backup(backup::Args),
    Restore(backup::RestoreArgs),
    Prune(prune::Args),
    Sandbox(sandbox::Args),
    Completions(help::CompletionsArgs),
    Man(help::ManArgs),
    Help(help::Args),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// Where it cannot be done; [`crate::exit`] makes a status of it.
    pub fn run(&self, context: &Context) -> Result<Exit> {
        log_requests(context)?;
        // What may take long and asks nothing: the others listen by themselves, or are over at
        // once. A pager has Ctrl-C for itself.
        let is_paged = context.out.pager.is_some() && context.out.is_terminal();
        let may_take_long = match &self.command {
            Command::Trace(args) => args.reads_stdin(),
            Command::Events(args) => args.is_list(),
            Command::Screen(_) | Command::Reconcile(_) | Command::Orders(_) => true,
            Command::Pull(_) | Command::Doctor(_) | Command::Log(_) => true,
            _ => false,
        };
        if may_take_long && !is_paged {
            context.end_when_interrupted();
        }
        match &self.command {
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
            Command::Completions(args) => help::completions(args, Cli::command(), context),
            Command::Man(args) => help::man(args, Cli::command(), context),
            Command::Sandbox(args) => sandbox::run(args, context),
            Command::Help(args) => help::run(args, in_language(context.out.lang), context),
        }
    }
}

/// The version with what else a report of a fault has to name: the commit, where whoever built the
/// program said so in `OPLUX_COMMIT`, and the version of SQLite.
fn long_version() -> String {
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

/// Why there is no command to run: help or the version was asked for, or the call is not usable.
pub struct Stop {
    out: Output,
    error: clap::Error,
}

impl Stop {
    /// Shows the help, the version, or what is wrong with the call.
    pub fn tell(&self) -> Exit {
        match self.error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let text = self.error.render();
                self.out
                    .page(&text.ansi().to_string(), &text.to_string())
                    .map_or_else(|error| exit::report(&error, &self.out), |()| Exit::Done)
            }
            // No command at all: the help, as an error.
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                self.out.note(&Text::same(self.error.render()));
                Exit::Unusable
            }
            _ => exit::report(
                &Failure::usage(call::usage_error(&self.error)).into(),
                &self.out,
            ),
        }
    }
}

/// The command line as it was typed, in the language of the user.
///
/// # Errors
/// Where there is no command to run.
pub fn parse(args: impl IntoIterator<Item = OsString>, env: &Env) -> Result<Cli, Box<Stop>> {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = language(flag(&args, "--lang").as_deref(), env);
    let parsed = |command: clap::Command| {
        let matches = command.try_get_matches_from(&args)?;
        Cli::from_arg_matches(&matches)
    };
    // Help is laid out only where it, or what is wrong with the call, is to be told.
    parsed(Cli::command())
        .or_else(|_| parsed(in_language(lang)))
        .map_err(|error| {
            let format =
                flag(&args, "--format").and_then(|name| Format::from_str(&name, false).ok());
            let color =
                flag(&args, "--color").and_then(|name| ColorChoice::from_str(&name, false).ok());
            let (format, color) = (format.unwrap_or_default(), color.unwrap_or_default());
            Box::new(Stop {
                out: Output::of_process(format, lang, color, false, false),
                error,
            })
        })
}

/// The command line with its help in `lang`, laid out for the terminal.
pub fn in_language(lang: Lang) -> clap::Command {
    locales::help::localise(Cli::command(), lang, output::help_width())
}

/// The value of a flag in arguments that may not be usable otherwise.
fn flag(args: &[OsString], name: &str) -> Option<String> {
    let args: Vec<_> = args
        .iter()
        .filter_map(|arg| arg.to_str())
        .take_while(|arg| *arg != "--")
        .collect();
    let joined = args
        .iter()
        .find_map(|arg| arg.strip_prefix(name)?.strip_prefix('='));
    let spaced = || {
        args.iter()
            .position(|arg| *arg == name)
            .and_then(|at| args.get(at + 1).copied())
    };
    joined.or_else(spaced).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::locales::help;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_argument_has_its_help_in_japanese_and_nothing_else_has() {
        let keys = help::TABLE.iter().map(|(key, _)| (*key).to_owned());
        assert_eq!(keys.collect::<BTreeSet<_>>(), help::keys(&Cli::command()));
        assert_eq!(
            help::TABLE.len(),
            help::keys(&Cli::command()).len(),
            "a key stands twice"
        );
        assert!(help::TABLE.iter().all(|(_, text)| !text.trim().is_empty()));
    }

    #[test]
    fn flags_are_found_also_in_a_call_that_is_not_usable() {
        let args = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(
            flag(&args("oplux --lang ja nonsense"), "--lang").as_deref(),
            Some("ja")
        );
        assert_eq!(
            flag(&args("oplux nonsense --format=json"), "--format").as_deref(),
            Some("json")
        );
        assert_eq!(flag(&args("oplux -- --lang ja"), "--lang"), None);
        assert_eq!(flag(&args("oplux --lang"), "--lang"), None);
    }
}
