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

/// A value with what it means.
type Listed = (String, Option<String>);

/// What an argument may be, where its parser does not say so itself.
enum Values {
    /// These words.
    Words(&'static [&'static str]),
    /// The names of these codes.
    Codes(&'static [Code]),
    /// The statuses of `reconcile`.
    Statuses,
    /// The IDs of the configuration's payment methods.
    Methods,
    /// The keys of the configuration.
    Keys,
}

const RESULTS: Values = Values::Words(&["OK", "NG", "HOLD", "REVIEW", "none"]);
const MANUAL: Values = Values::Words(&["OK", "NG", "HOLD", "none"]);
const REVIEWED: Values = Values::Words(&["ok", "ng", "hold"]);
const WHO: Values = Values::Words(&["buyer", "delivery", "both"]);
const YES_OR_NO: Values = Values::Words(&["true", "false"]);

/// A command, the ID of its argument, and what that may be.
const ARGUMENTS: &[(&str, &str, Values)] = &[
    ("config get", "key", Values::Keys),
    ("config set", "key", Values::Keys),
    ("config unset", "key", Values::Keys),
    ("config init", "enabled", YES_OR_NO),
    ("config init", "screen_existing_customers", YES_OR_NO),
    ("methods add", "oplux", YES_OR_NO),
    ("methods add", "realtime_thanks_offer", YES_OR_NO),
    ("methods set", "oplux", YES_OR_NO),
    ("methods set", "realtime_thanks_offer", YES_OR_NO),
    ("methods set", "method", Values::Methods),
    ("methods remove", "methods", Values::Methods),
    ("methods enable", "methods", Values::Methods),
    ("methods disable", "methods", Values::Methods),
    ("reconcile", "status", Values::Statuses),
    ("orders list", "result", RESULTS),
    ("orders list", "method", Values::Methods),
    ("events list", "result", RESULTS),
    ("events list", "manual", MANUAL),
    ("events review", "result", REVIEWED),
    ("events settle", "status", Values::Codes(&SETTLE_STATUSES)),
    (
        "events blacklist",
        "payment",
        Values::Codes(&PAYMENT_CATEGORIES),
    ),
    (
        "events blacklist",
        "other",
        Values::Codes(&OTHER_CATEGORIES),
    ),
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
        let listed = values.listed(config.as_ref(), lang);
        let names: Vec<_> = path.split(' ').collect();
        tree = with_values(tree, &names, id, &listed);
    }
    let profiles = context.profiles().into_iter().map(|name| (name, None));
    tree = with_values(tree, &[], "profile", &profiles.collect::<Vec<_>>());
    tree = localise(tree, lang, help_width());
    let mut script = Vec::new();
    generate(args.shell, &mut tree, "oplux", &mut script);
    context.out.raw(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

impl Values {
    fn listed(&self, config: Option<&Config>, lang: Lang) -> Vec<Listed> {
        let bare = |name: &str| (name.to_owned(), None);
        match self {
            Self::Words(words) => words.iter().copied().map(bare).collect(),
            Self::Statuses => Status::ALL.map(|status| bare(status.name())).into(),
            Self::Keys => single_keys().map(bare).collect(),
            Self::Codes(codes) => codes
                .iter()
                .map(|code| {
                    let means = (lang == Lang::Ja).then(|| code.ja.to_owned());
                    (code.name.to_owned(), means)
                })
                .collect(),
            Self::Methods => {
                let methods = config.iter().flat_map(|config| &config.payment_methods);
                methods
                    .map(|method| (method.id.to_string(), Some(method.name.clone())))
                    .collect()
            }
        }
    }
}

/// The command line with the values of one argument. None are no reason to offer nothing else.
fn with_values(tree: Command, path: &[&str], id: &str, values: &[Listed]) -> Command {
    match path {
        [name, below @ ..] => {
            tree.mut_subcommand(name, |command| with_values(command, below, id, values))
        }
        [] if values.is_empty() => tree,
        [] => tree.mut_arg(id, |arg| {
            let values = values.iter().map(|(name, means)| {
                let value = PossibleValue::new(name.clone());
                match means {
                    Some(means) => value.help(means.clone()),
                    None => value,
                }
            });
            // What the help says of them stays.
            arg.value_parser(PossibleValuesParser::new(values.collect::<Vec<_>>()))
                .hide_possible_values(true)
        }),
    }
}
