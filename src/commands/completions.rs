//! `oplux completions`: what a shell needs to complete a call.

use anyhow::Result;
use clap::{
    Command,
    builder::{PossibleValue, PossibleValuesParser},
};
use clap_complete::{Shell, generate};

use super::context::Context;
use crate::{
    config::{Config, single_keys},
    domain::{
        matching::Status,
        review::{Code, OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES},
        settings::PaymentMethod,
    },
    exit::Exit,
    locales::{Lang, help::localise},
    output::help_width,
};

/// Write a script that completes calls in a shell
///
/// Payment methods and profiles are those of the moment when it is written: write it again after
/// they have changed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

/// What an argument may be, where its parser does not say so itself: the configuration's own, or in
/// the language what a code means.
type Values = fn(Option<&Config>, Lang) -> Vec<PossibleValue>;

const RESULTS: Values = |_, _| words(["OK", "NG", "HOLD", "REVIEW", "none"]);
const MANUAL: Values = |_, _| words(["OK", "NG", "HOLD", "none"]);
const FAIL_ON: Values = |_, _| words(["ng", "hold", "review", "ok"]);
const REVIEWED: Values = |_, _| words(["ok", "ng", "hold"]);
const WHO: Values = |_, _| words(["buyer", "delivery", "both"]);
const YES_OR_NO: Values = |_, _| words(["true", "false"]);
const STATUSES: Values = |_, _| words(Status::ALL.map(Status::name));
const KEYS: Values = |_, _| words(single_keys());
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

fn words(words: impl IntoIterator<Item = &'static str>) -> Vec<PossibleValue> {
    words.into_iter().map(PossibleValue::new).collect()
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
pub fn run(args: &Args, tree: Command, context: &Context) -> Result<Exit> {
    let lang = context.out.lang;
    // One that cannot be read is no reason against completing all else.
    let config = context.config_if_any().ok().flatten();
    let mut tree = tree;
    for (path, id, values) in ARGUMENTS {
        let names: Vec<_> = path.split(' ').collect();
        tree = with_values(tree, &names, id, values(config.as_ref(), lang));
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
