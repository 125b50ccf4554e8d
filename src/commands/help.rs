//! `oplux help`: the help of a command, and the pages of reference.

use anyhow::Result;
use clap::error::ErrorKind;

use super::context::Context;
use crate::{
    exit::{Exit, Failure},
    locales::{
        Said, Text, call,
        topics::{TOPICS, Topic},
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
pub fn run(args: &Args, program: clap::Command, context: &Context) -> Result<Exit> {
    let out = &context.out;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    if names == ["topics"] {
        for topic in TOPICS {
            out.line(&format!("{:12}  {}", topic.name, topic.title(out.lang)))?;
        }
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
        let topics: Vec<_> = TOPICS.iter().map(|topic| topic.name).collect();
        let said = Said::new(call::unknown_help(names.join(" ")));
        let hint = call::unknown_help_hint(Text::new(topics.join(", "), topics.join("、")));
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
