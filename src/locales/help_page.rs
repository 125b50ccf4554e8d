//! A help page in Japanese: what clap's own page shows, with Japanese headings and line breaks.

use std::fmt::Write as _;

use clap::{Arg, Command, builder::Styles};

use super::{
    Lang, Text,
    help::{self, Table, arg_key, lookup},
    wrap::{columns, wrap},
};

/// The widest name beside which its text stands; the text of a wider one begins below it.
const WIDEST_NAME: usize = 26;
/// What stands between a name and its text.
const GAP: usize = 2;

/// One row of a list: a command or an argument with its text.
struct Row {
    plain: String,
    styled: String,
    text: String,
}

/// The page of `cmd`, whose key in the table is `path`, with the styles of clap.
pub(super) fn page(cmd: &mut Command, path: &str, texts: Table<'_>, width: usize) -> String {
    let usage = usage_lines(cmd);
    let cmd = &*cmd;
    let styles = cmd.get_styles();
    let mut blocks = Vec::new();
    let paragraphs = [
        cmd.get_before_help(),
        cmd.get_long_about().or_else(|| cmd.get_about()),
    ];
    for text in paragraphs.into_iter().flatten() {
        blocks.push(wrap(&text.to_string(), width).join("\n"));
    }
    let style = styles.get_usage();
    blocks.push(format!("{style}{}:{style:#} {usage}", ja(help::usage())));
    for (heading, rows) in sections(cmd, path, texts) {
        blocks.push(section(&heading, &rows, styles, width));
    }
    if let Some(text) = cmd.get_after_help() {
        blocks.push(wrap(&text.to_string(), width).join("\n"));
    }
    blocks.join("\n\n") + "\n"
}

fn ja(text: Text) -> String {
    text.get(Lang::Ja).to_owned()
}

/// The usage without its title, further lines below the first.
fn usage_lines(cmd: &mut Command) -> String {
    let usage = cmd.render_usage().to_string();
    in_words(&usage, Lang::Ja).replace('\n', &format!("\n{}", " ".repeat(8)))
}

/// clap's usage without its English title and indent, with the placeholder of `lang`.
pub(super) fn in_words(usage: &str, lang: Lang) -> String {
    let lines = usage.trim().trim_start_matches("Usage:").lines();
    let lines: Vec<_> = lines.map(str::trim).collect();
    let placeholder = help::options_placeholder();
    lines.join("\n").replace("[OPTIONS]", placeholder.get(lang))
}

/// The lists of the page with their headings: commands, arguments, options, and those under
/// headings of their own.
fn sections(cmd: &Command, path: &str, texts: Table<'_>) -> Vec<(String, Vec<Row>)> {
    let heading_of = |heading: &str| {
        let text = lookup(texts, &format!("#{heading}"));
        text.unwrap_or(heading).to_owned()
    };
    let commands = cmd.get_subcommand_help_heading().map(heading_of);
    let mut sections = vec![
        (
            commands.unwrap_or_else(|| ja(help::commands())),
            commands_of(cmd),
        ),
        (ja(help::arguments()), Vec::new()),
        (ja(help::options()), Vec::new()),
    ];
    for arg in arguments_in_order(cmd) {
        let row = argument(arg, path, texts, cmd.get_styles());
        let own = arg.get_help_heading().map(heading_of);
        match own {
            None if arg.is_positional() => sections[1].1.push(row),
            None => sections[2].1.push(row),
            Some(own) => match sections.iter_mut().find(|(heading, _)| *heading == own) {
                Some((_, rows)) => rows.push(row),
                None => sections.push((own, vec![row])),
            },
        }
    }
    sections.retain(|(_, rows)| !rows.is_empty());
    sections
}

/// The command's own arguments, then those that it has from above, then help and version.
fn arguments_in_order(cmd: &Command) -> Vec<&Arg> {
    let is_hidden = |arg: &&Arg| !arg.is_hide_set();
    let mut all: Vec<_> = cmd.get_arguments().filter(is_hidden).collect();
    all.sort_by_key(|arg| match arg.get_id().as_str() {
        "version" => 3,
        "help" => 2,
        _ => u8::from(arg.is_global_set()),
    });
    all
}

fn commands_of(cmd: &Command) -> Vec<Row> {
    let style = cmd.get_styles().get_literal();
    let row = |sub: &Command| {
        let aliases: Vec<_> = sub.get_visible_aliases().collect();
        let mut text = sub.get_about().map(ToString::to_string).unwrap_or_default();
        if !aliases.is_empty() {
            push_word(&mut text, &ja(help::aliases(aliases.join(", "))));
        }
        Row {
            plain: sub.get_name().to_owned(),
            styled: format!("{style}{}{style:#}", sub.get_name()),
            text,
        }
    };
    let visible = cmd.get_subcommands().filter(|sub| !sub.is_hide_set());
    visible.map(row).collect()
}

fn argument(arg: &Arg, path: &str, texts: Table<'_>, styles: &Styles) -> Row {
    let shown = arg.to_string();
    let (literal, placeholder) = (styles.get_literal(), styles.get_placeholder());
    let name_ends = match arg.is_positional() {
        true => 0,
        false => shown.find([' ', '[', '<']).unwrap_or(shown.len()),
    };
    let (name, value) = shown.split_at(name_ends);
    let indent = match (arg.get_long(), arg.get_short()) {
        (Some(_), Some(short)) => format!("-{short}, "),
        (Some(_), None) => " ".repeat(4),
        _ => String::new(),
    };
    Row {
        plain: format!("{indent}{shown}"),
        styled: format!("{literal}{indent}{name}{literal:#}{placeholder}{value}{placeholder:#}"),
        text: argument_text(arg, path, texts),
    }
}

/// The argument's text with its values, as clap shows them.
fn argument_text(arg: &Arg, path: &str, texts: Table<'_>) -> String {
    let text = arg.get_long_help().or_else(|| arg.get_help());
    let mut text = text.map(ToString::to_string).unwrap_or_default();
    let takes_values = arg.get_action().takes_values();
    let mut values = arg.get_possible_values();
    let shows_values = takes_values && !arg.is_hide_possible_values_set();
    values.retain(|value| shows_values && !value.is_hide_set());
    if !values.is_empty() {
        let names: Vec<_> = values.iter().map(|value| value.get_name()).collect();
        push_word(&mut text, &ja(help::possible_values(names.join(", "))));
    }
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|v| v.to_string_lossy())
        .collect();
    if takes_values && !arg.is_hide_default_value_set() && !defaults.is_empty() {
        push_word(&mut text, &ja(help::default_value(defaults.join(" "))));
    }
    if let Some(aliases) = arg
        .get_visible_aliases()
        .filter(|aliases| !aliases.is_empty())
    {
        let aliases: Vec<_> = aliases.iter().map(|alias| format!("--{alias}")).collect();
        push_word(&mut text, &ja(help::aliases(aliases.join(", "))));
    }
    for value in values.iter().filter(|value| value.get_help().is_some()) {
        let words = value_text(arg, value.get_name(), path, texts);
        let words = words
            .map(str::to_owned)
            .or_else(|| value.get_help().map(ToString::to_string));
        let _ = write!(
            text,
            "\n- {}: {}",
            value.get_name(),
            words.unwrap_or_default()
        );
    }
    text
}

/// The text of a possible value, from the command itself or from one above that defines it.
fn value_text<'t>(arg: &Arg, value: &str, path: &str, texts: Table<'t>) -> Option<&'t str> {
    let mut path = path;
    loop {
        let text = lookup(texts, &format!("{}={value}", arg_key(path, arg)));
        if text.is_some() || path.is_empty() {
            return text;
        }
        path = path.rsplit_once(' ').map_or("", |(above, _)| above);
    }
}

fn push_word(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

fn section(heading: &str, rows: &[Row], styles: &Styles, width: usize) -> String {
    let widest = rows.iter().map(|row| columns(&row.plain));
    let name_width = widest
        .filter(|width| *width <= WIDEST_NAME)
        .max()
        .unwrap_or(4);
    let indent = GAP + name_width + GAP;
    let style = styles.get_header();
    let mut block = format!("{style}{heading}:{style:#}");
    for row in rows {
        let _ = write!(block, "\n  {}", row.styled);
        let mut column = GAP + columns(&row.plain);
        for (place, line) in wrap(&row.text, width.saturating_sub(indent))
            .iter()
            .enumerate()
        {
            let begins_below = place > 0 || columns(&row.plain) > name_width;
            if begins_below {
                block.push('\n');
                column = 0;
            }
            if !line.is_empty() {
                let _ = write!(block, "{}{line}", " ".repeat(indent - column));
            }
        }
    }
    block
}
