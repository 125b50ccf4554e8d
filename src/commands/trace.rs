//! `oplux trace`: which event belongs to this order number?

use std::io::{self, IsTerminal};

use anyhow::Result;

use super::context::{Context, clock, rules_of};
use crate::{
    config::Config,
    domain::{
        matching::Verdict,
        number::{self, Asked},
        order::OrderNumber,
        pasted,
        payment::History,
    },
    engine::trace::{TraceRow, trace},
    exit::{Exit, Failure},
    input::{self, Source},
    locales::{
        Said, call::Refused, input as input_words, matching, trace as words, trace::StepsOfSeveral,
    },
    output::{
        Format,
        list::{self, RowStream},
        traced::{next, show},
        unless_reader_gone,
    },
    store::{Look, Store},
};

/// Find the O-PLUX event that belongs to an order number
///
/// Each payment is issued its own order number, and with a thanks offer only the first payment is
/// screened. So the event may stand under another number of the payment history: trace finds it in
/// the store, and says why where there is none. Ends with 3 where a number was not found.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Order numbers, as ecforce shows them; - reads them from standard input
    ///
    /// Separated by blanks, commas or line ends there. Without one, trace asks on a terminal, and
    /// reads standard input off it.
    #[arg(value_name = "NUMBER", value_parser = numbers)]
    numbers: Vec<Numbers>,
    /// Payment history of that order, copied off 受注管理 > 詳細 > 決済履歴; - reads standard input
    #[arg(long, value_name = "FILE|-")]
    history: Option<std::path::PathBuf>,
    /// Keep that payment history in the store
    #[arg(long, requires = "history")]
    save: bool,
    /// Show each of several numbers whole, in a table
    #[arg(long)]
    details: bool,
}

/// What one argument says.
#[derive(Debug, Clone)]
enum Numbers {
    /// Numbers: more than one where several were pasted together.
    Given(Vec<Asked>),
    /// They stand in standard input.
    Stdin,
}

impl Args {
    /// Whether numbers or a history come from standard input.
    pub fn reads_stdin(&self) -> bool {
        let mut numbers = self.numbers.iter();
        self.numbers.is_empty()
            || numbers.any(|given| matches!(given, Numbers::Stdin))
            || self.history.as_deref() == Some("-".as_ref())
    }
}

fn numbers(text: &str) -> Result<Numbers, Refused> {
    if text == "-" {
        return Ok(Numbers::Stdin);
    }
    number::asked(text).map(Numbers::Given).map_err(|_| {
        let is_list = number::listed(text).is_ok_and(|numbers| numbers.len() > 1);
        Refused(match is_list {
            true => words::separate_by_blanks(),
            false => words::not_a_number(),
        })
    })
}

/// Runs the command.
///
/// # Errors
/// Where the configuration, the store or the history cannot be used.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let config = context.config_if_any()?;
    let asked = numbers_asked(args, context)?;
    let text = pasted_text(args, asked.len(), context)?;
    // One that keeps a history may be the first to write to the store that it names.
    let store = match args.save {
        true => context.store_if_any(config.as_ref())?,
        false => context.store_to_ask(config.as_ref())?,
    };
    let store = store.map_or_else(Store::empty, Ok)?;
    let look = store.look()?;
    let numbers = asked
        .iter()
        .map(|asked| context.number_meant(asked, Some(&look)))
        .collect::<Result<Vec<_>>>()?;
    let pasted = match (&text, numbers.as_slice()) {
        (Some(text), [number]) => {
            let history = pasted_history(text, number, &look, context)?;
            if args.save && !history.is_empty() {
                let kept = surely_its(&history, number, &look, context)?;
                save(number, &kept, config.as_ref(), context)?;
            }
            Some(history)
        }
        _ => None,
    };
    let rules = rules_of(config.as_ref());
    let is_table = context.out.format == Format::Table;
    let in_lines = is_table && numbers.len() > 1 && !args.details;
    let mut stream = RowStream::new(&context.out, numbers.len() == 1);
    // A reader that goes ends the rows, and not the search: the status tells of all numbers.
    let mut is_read = unless_reader_gone(stream.begin())?;
    let (mut is_any_missing, mut needs_rules) = (false, false);
    let mut steps = StepsOfSeveral::default();
    for (place, number) in numbers.iter().enumerate() {
        let traced = trace(&look, &rules, number, pasted.as_ref())?;
        let is_missing = traced.verdict == Verdict::NotFound;
        is_any_missing |= is_missing;
        // The settings come last of what is asked: they might have given the cause.
        needs_rules |= rules.settings.is_none() && is_missing && traced.cause.is_none();
        if in_lines {
            steps.push(&traced);
        }
        let write = || match is_table && !in_lines {
            true if place > 0 => context
                .out
                .line("")
                .and_then(|()| show(&context.out, &traced)),
            true => show(&context.out, &traced),
            false => stream.push(TraceRow::new(traced, &context.out)),
        };
        is_read = is_read && unless_reader_gone(write())?;
    }
    let mut end = || {
        let lines = stream.end()?;
        if in_lines {
            context.out.grid(&list::grid(&lines, &context.out))?;
            next(&context.out, steps.told())?;
        }
        Ok(())
    };
    if is_read {
        unless_reader_gone(end())?;
    }
    if needs_rules {
        context.warn_of_no_rules(config.as_ref());
    }
    Ok(match is_any_missing {
        true => Exit::Findings,
        false => Exit::Done,
    })
}

/// The numbers of the arguments and of standard input, at least one.
fn numbers_asked(args: &Args, context: &Context) -> Result<Vec<Asked>> {
    let is_none = args.numbers.is_empty();
    let is_dash = |given: &&Numbers| matches!(given, Numbers::Stdin);
    let dashes = args.numbers.iter().filter(|given| is_dash(given)).count();
    if dashes > 1 {
        let said = Said::new(input_words::stdin_twice());
        return Err(Failure::usage(said.hint(input_words::stdin_twice_hint())).into());
    }
    let reads_stdin = is_none || dashes > 0;
    if reads_stdin && args.history.as_deref() == Some("-".as_ref()) {
        let said = Said::new(words::stdin_twice()).hint(words::stdin_twice_hint());
        return Err(Failure::usage(said).into());
    }
    if is_none {
        return from_stdin(true, context);
    }
    let mut asked = Vec::new();
    for numbers in &args.numbers {
        match numbers {
            Numbers::Given(numbers) => asked.extend_from_slice(numbers),
            Numbers::Stdin => asked.extend(from_stdin(false, context)?),
        }
    }
    Ok(asked)
}

/// The numbers of standard input. One line of a terminal is enough for a question.
fn from_stdin(is_question: bool, context: &Context) -> Result<Vec<Asked>> {
    let is_terminal = io::stdin().is_terminal();
    let mut text = String::new();
    if is_terminal && is_question {
        context.out.note(&words::type_a_number());
        io::stdin().read_line(&mut text)?;
    } else {
        if is_terminal {
            context.out.note(&words::type_numbers());
        }
        text = input::read_text(&Source::Stdin, &mut io::stdin().lock())?;
    }
    let asked = number::listed(&text).map_err(|line| {
        Failure::usage(Said::new(words::not_a_number_in(line)).hint(words::no_numbers_hint()))
    })?;
    if asked.is_empty() {
        let said = Said::new(words::no_numbers()).hint(words::no_numbers_hint());
        return Err(Failure::usage(said).into());
    }
    Ok(asked)
}

/// The text of `--history`.
fn pasted_text(args: &Args, asked: usize, context: &Context) -> Result<Option<String>> {
    let Some(path) = &args.history else {
        return Ok(None);
    };
    if asked > 1 {
        let said = Said::new(words::history_of_one()).hint(words::history_of_one_hint());
        return Err(Failure::usage(said).into());
    }
    let source = Source::of_arguments(std::slice::from_ref(path))?.remove(0);
    if source == Source::Stdin && io::stdin().is_terminal() {
        context.out.note(&words::paste_now());
    }
    Ok(Some(input::read_text(&source, &mut io::stdin().lock())?))
}

/// The history of a pasted text, with a word on what was taken from it.
fn pasted_history(
    text: &str,
    asked: &OrderNumber,
    look: &Look<'_>,
    context: &Context,
) -> Result<History> {
    let history = pasted::history(text, asked, |number| look.knows(number))?;
    if history.is_empty() {
        let said = Said::new(words::took_none()).hint(words::took_none_hint());
        context.out.warn(&said);
    } else {
        let numbers: Vec<_> = history.0.iter().map(|payment| &payment.number).collect();
        context
            .out
            .note(&words::took(numbers.len(), matching::listed(&numbers)));
    }
    Ok(history)
}

/// The entries that may be kept. What only might be an order number is left out: it may be a
/// telephone number, which the store never holds, and what stands on every page (the shop's own
/// telephone number) would tie orders together that have nothing in common (R13).
fn surely_its(
    history: &History,
    asked: &OrderNumber,
    look: &Look<'_>,
    context: &Context,
) -> Result<History> {
    let mut kept = Vec::new();
    for entry in &history.0 {
        if entry.number == *asked
            || pasted::is_surely_a_payment(entry)
            || look.knows(&entry.number)?
        {
            kept.push(entry.clone());
        }
    }
    let left_out = history.0.len() - kept.len();
    if left_out > 0 {
        context.out.note(&words::not_kept(left_out));
    }
    Ok(History(kept))
}

fn save(
    number: &OrderNumber,
    history: &History,
    config: Option<&Config>,
    context: &Context,
) -> Result<()> {
    let mut store = context.store(config)?;
    store.keep_history(number, history)?;
    store.log(
        clock(),
        &context.actor(),
        "trace --save",
        Some(number.as_str()),
        None,
    )?;
    context.out.note(&words::saved(number));
    Ok(())
}
