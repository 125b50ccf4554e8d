//! What the program tells of itself: `oplux help`, the help of a command and the pages of reference;
//! `oplux man`, all of it as manual pages; `oplux completions`, what a shell needs to complete a
//! call.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Result;
use clap::{
    Command,
    builder::{PossibleValue, PossibleValuesParser},
    error::ErrorKind,
};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use super::context::Context;
use crate::{
    config::{Config, single_keys},
    domain::{
        matching::Status,
        review::{Code, OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES},
        settings::PaymentMethod,
    },
    exit::{Exit, Failure},
    locales::{
        Lang, Said, Text, call,
        help::{TOPICS, Topic, localise, man_page},
        store as words,
    },
    output::{
        WriteError, help_width, reference,
        table::{Card, Field},
    },
};

/// Print the help of a command, or a page of reference
///
/// `oplux help topics` lists the pages: why an order has no event, exit statuses, columns of imports
/// and more.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A command, or the name of a page
    #[arg(value_name = "COMMAND|TOPIC")]
    names: Vec<String>,
}

/// Runs the command. `program` is the whole command line. A name that is a command's and a page's,
/// such as `import`, gives both.
///
/// # Errors
/// Where nothing has that name.
pub fn run(args: &Args, program: Command, context: &Context) -> Result<Exit> {
    let out = &context.out;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    if names == ["topics"] {
        let mut topics = Card::default();
        for topic in TOPICS {
            topics.push(topic.name, Field::new(topic.title(out.lang)));
        }
        out.card(&topics)?;
        return Ok(Exit::Done);
    }
    // clap itself shows the help of a command, as `--help` does.
    let call = ["oplux"].into_iter().chain(names.iter().copied());
    let command = match program.try_get_matches_from(call.chain(["--help"])) {
        Err(error) if error.kind() == ErrorKind::DisplayHelp => Some(error.render()),
        _ => None,
    };
    let topic = match names[..] {
        [name] => Topic::named(name),
        _ => None,
    };
    if command.is_none() && topic.is_none() {
        let topics = Text::listed(TOPICS.iter().map(|topic| topic.name));
        let said = Said::new(call::unknown_help(names.join(" ")));
        let hint = call::unknown_help_hint(topics);
        return Err(Failure::usage(said.hint(hint)).into());
    }
    if let Some(page) = &command {
        out.page(&page.ansi().to_string(), &page.to_string())?;
    }
    if command.is_some() && topic.is_some() {
        out.line("")?;
    }
    if let Some(topic) = topic {
        out.reference(topic.text(out.lang))?;
    }
    Ok(Exit::Done)
}

/// Write a manual page
///
/// Read it with `oplux man trace | man -l -`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// Command, such as trace or config set; without one, the page of oplux
    #[arg(value_name = "COMMAND")]
    commands: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "commands")]
    dir: Option<PathBuf>,
}

/// Runs the command. `tree` is the whole command line.
///
/// # Errors
/// Where there is no such command, or the folder cannot be written.
pub fn man(args: &ManArgs, tree: Command, context: &Context) -> Result<Exit> {
    let (out, lang) = (&context.out, context.out.lang);
    let mut tree = localise(tree.disable_help_subcommand(true), lang, help_width());
    tree.build();
    if let Some(dir) = &args.dir {
        let written = fs::create_dir_all(dir).and_then(|()| write_all(&tree, dir, lang));
        let written = written.map_err(|error| WriteError {
            said: Said::new(words::no_directory(dir.display(), error.to_string())),
        })?;
        out.note(&words::pages_written(written, dir.display()));
        return Ok(Exit::Done);
    }
    let mut command = &tree;
    for name in &args.commands {
        command = command
            .find_subcommand(name)
            .ok_or_else(|| Failure::usage(Said::new(words::unknown_page(name))))?;
    }
    out.raw(&page(command, lang)?)?;
    Ok(Exit::Done)
}

/// The page of a command. The program's has all of the reference, and that of a command such as
/// `import` what is its own.
fn page(command: &Command, lang: Lang) -> io::Result<String> {
    let mut page = Vec::new();
    man_of(command).render(&mut page)?;
    let name = command.get_name();
    let is_its_own = |topic: &&Topic| name == "oplux" || name == topic.name;
    let sections = TOPICS.iter().filter(is_its_own);
    let sections = sections.map(|topic| section(topic, lang));
    let page = man_page(&String::from_utf8_lossy(&page), lang);
    Ok(page + &sections.collect::<String>())
}

/// A page of reference as a section, with its lines as they are.
fn section(topic: &Topic, lang: Lang) -> String {
    let text = reference(topic.text(lang), REFERENCE_WIDTH, false);
    let lines = text.lines().skip(1).map(|line| {
        let line = line.replace('\\', "\\e");
        // At its beginning these are commands of roff.
        let mark = if line.starts_with(['.', '\'']) {
            "\\&"
        } else {
            ""
        };
        format!("{mark}{line}\n")
    });
    let lines: String = lines.collect();
    format!(".SH \"{}\"\n.nf\n{lines}.fi\n", topic.title(lang))
}

/// A manual page is indented by seven columns.
const REFERENCE_WIDTH: usize = 72;

fn man_of(command: &Command) -> Man {
    // A date that is empty would be left out, and what follows taken for it.
    Man::new(command.clone())
        .date(" ")
        .source(concat!("oplux ", env!("CARGO_PKG_VERSION")))
}

/// Writes the pages of a command and of all below it, and says how many.
fn write_all(command: &Command, dir: &Path, lang: Lang) -> io::Result<usize> {
    fs::write(
        dir.join(man_of(command).get_filename()),
        page(command, lang)?,
    )?;
    let below = command
        .get_subcommands()
        .filter(|below| !below.is_hide_set());
    below
        .map(|below| write_all(below, dir, lang))
        .sum::<io::Result<usize>>()
        .map(|below| below + 1)
}

/// Write a script that completes calls in a shell
///
/// Payment methods and profiles are those of the moment when it is written: write it again after
/// they have changed.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

/// What an argument may be, where its parser does not say so itself: the configuration's own, or in
/// the language what a code means.
type Values = fn(Option<&Config>, Lang) -> Vec<PossibleValue>;

const RESULTS: Values = |_, _| names(["OK", "NG", "HOLD", "REVIEW", "none"]);
const MANUAL: Values = |_, _| names(["OK", "NG", "HOLD", "none"]);
const FAIL_ON: Values = |_, _| names(["ng", "hold", "review", "ok"]);
const REVIEWED: Values = |_, _| names(["ok", "ng", "hold"]);
const WHO: Values = |_, _| names(["buyer", "delivery", "both"]);
const YES_OR_NO: Values = |_, _| names(["true", "false"]);
const STATUSES: Values = |_, _| names(Status::ALL.map(Status::name));
const KEYS: Values = |_, _| names(single_keys());
const SETTLE: Values = |_, lang| codes(&SETTLE_STATUSES, lang);
const PAYMENT: Values = |_, lang| codes(&PAYMENT_CATEGORIES, lang);
const OTHER: Values = |_, lang| codes(&OTHER_CATEGORIES, lang);
const METHODS: Values = |config, _| {
    let methods = config.iter().flat_map(|config| &config.payment_methods);
    let value = |method: &PaymentMethod| {
        PossibleValue::new(method.id.to_string()).help(method.name.clone())
    };
    methods.map(value).collect()
};

fn names(names: impl IntoIterator<Item = &'static str>) -> Vec<PossibleValue> {
    names.into_iter().map(PossibleValue::new).collect()
}

fn codes(codes: &'static [Code], lang: Lang) -> Vec<PossibleValue> {
    let value = |code: &Code| match lang {
        Lang::En => PossibleValue::new(code.name),
        Lang::Ja => PossibleValue::new(code.name).help(code.ja),
    };
    codes.iter().map(value).collect()
}

/// A command, the ID of its argument, and what that may be.
const ARGUMENTS: &[(&str, &str, Values)] = &[
    ("config get", "key", KEYS),
    ("config set", "key", KEYS),
    ("config unset", "key", KEYS),
    ("config init", "enabled", YES_OR_NO),
    ("config init", "screen_existing_customers", YES_OR_NO),
    ("methods add", "oplux", YES_OR_NO),
    ("methods add", "realtime_thanks_offer", YES_OR_NO),
    ("methods set", "oplux", YES_OR_NO),
    ("methods set", "realtime_thanks_offer", YES_OR_NO),
    ("methods set", "method", METHODS),
    ("methods remove", "methods", METHODS),
    ("methods enable", "methods", METHODS),
    ("methods disable", "methods", METHODS),
    ("reconcile", "status", STATUSES),
    ("screen", "fail_on", FAIL_ON),
    ("orders list", "result", RESULTS),
    ("orders list", "method", METHODS),
    ("events list", "result", RESULTS),
    ("events list", "manual", MANUAL),
    ("events review", "result", REVIEWED),
    ("events settle", "status", SETTLE),
    ("events blacklist", "payment", PAYMENT),
    ("events blacklist", "other", OTHER),
    ("events blacklist", "who", WHO),
];

/// Runs the command. `tree` is the whole command line.
///
/// # Errors
/// Where standard output cannot be written.
pub fn completions(args: &CompletionsArgs, mut tree: Command, context: &Context) -> Result<Exit> {
    let lang = context.out.lang;
    // One that cannot be read is no reason against completing all else.
    let config = context.config_if_any().ok().flatten();
    for (path, id, values) in ARGUMENTS {
        let path: Vec<_> = path.split(' ').collect();
        tree = with_values(tree, &path, id, values(config.as_ref(), lang));
    }
    let profiles = context.profiles().into_iter().map(PossibleValue::new);
    tree = with_values(tree, &[], "profile", profiles.collect());
    tree = localise(tree, lang, help_width());
    let mut script = Vec::new();
    generate(args.shell, &mut tree, "oplux", &mut script);
    context.out.raw(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// The command line with the values of one argument. None are no reason to offer nothing else.
fn with_values(tree: Command, path: &[&str], id: &str, values: Vec<PossibleValue>) -> Command {
    match path {
        [name, below @ ..] => {
            tree.mut_subcommand(name, |command| with_values(command, below, id, values))
        }
        [] if values.is_empty() => tree,
        // What the help says of them stays.
        [] => tree.mut_arg(id, |arg| {
            arg.value_parser(PossibleValuesParser::new(values))
                .hide_possible_values(true)
        }),
    }
}
