//! Commands in hints. A sentence names one between backticks (`` `oplux config init` ``); here, at
//! the edge, it gets a line of its own and the flags of the call, so that it can be copied as it is.

use std::path::Path;

use crate::{
    domain::text::{quoted, quoted_file},
    locales::wrap::{columns, wrap},
};

/// The commands that do without the store. (Those that change the configuration only note it in
/// the log.) All others take the call's `--store`.
const WITHOUT_STORE: &[&str] = &["config", "methods"];
/// The commands that take neither a configuration nor a store.
const NEED_NOTHING: &[&str] = &["demo", "sandbox", "help", "completions", "man"];
/// What stands before a command on a line of its own.
const INDENT: &str = "  ";

/// The flags of the call that say which shop it is about.
#[derive(Debug, Clone, Default)]
pub struct Call {
    shop: String,
    store: String,
}

impl Call {
    /// The call that had these flags.
    pub fn new(config: Option<&Path>, profile: Option<&str>, store: Option<&Path>) -> Self {
        let path = |name, path: Option<&Path>| {
            flag(name, path.map(|path| quoted_file(&path.to_string_lossy())))
        };
        Self {
            shop: path("config", config) + &flag("profile", profile.map(quoted)),
            store: path("store", store),
        }
    }

    /// A command with the flags of this call, as it is typed into a POSIX shell. One that begins
    /// with flags of its own is about another shop and stays as it is.
    pub fn command(&self, command: &str) -> String {
        let name = command.split(' ').nth(1).unwrap_or_default();
        let (shop, store) = match name {
            name if name.starts_with('-') || NEED_NOTHING.contains(&name) => ("", ""),
            name if WITHOUT_STORE.contains(&name) => (&*self.shop, ""),
            _ => (&*self.shop, &*self.store),
        };
        format!("{command}{shop}{store}")
    }

    /// A sentence with each of its commands on a line of its own.
    pub fn on_lines(&self, text: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (part, is_command) in parts(text) {
            let line = match is_command {
                true => format!("{INDENT}{}", self.command(part)),
                // The mark that parts it from the command before stands there no more.
                false if lines.is_empty() => part.trim_end_matches(' ').to_owned(),
                false => part
                    .trim_matches(['\n', ' ', '.', ',', ';', '、', '。'])
                    .to_owned(),
            };
            if !line.is_empty() {
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    /// A sentence on one line. Sentences end with their command, where they name one.
    pub fn at_the_end(&self, text: &str) -> String {
        let parts = parts(text).into_iter();
        parts
            .map(|(part, is_command)| match is_command {
                true => self.command(part),
                false => part.to_owned(),
            })
            .collect()
    }
}

/// The lines of `text`, each at most `width` columns wide, but for a command at the end of a line,
/// which stays whole.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let Some((before, command)) = command_of(line) else {
            let text = line.trim_start_matches(' ');
            let indent = &line[..line.len() - text.len()];
            let wrapped = wrap(text, width.saturating_sub(indent.len()).max(1)).into_iter();
            lines.extend(wrapped.map(|text| format!("{indent}{text}")));
            if text.is_empty() {
                lines.push(String::new());
            }
            continue;
        };
        if before.trim().is_empty() {
            lines.push(line.to_owned());
            continue;
        }
        lines.extend(wrap(before, width));
        match lines.last_mut() {
            Some(last) if columns(last) + 1 + columns(command) <= width => {
                *last = format!("{last} {command}");
            }
            _ => lines.push(command.to_owned()),
        }
    }
    lines
}

/// The same as a text; what follows a hyphen at its beginning is indented.
pub fn paragraph(text: &str, width: usize) -> String {
    let (mark, text) = match text.strip_prefix("- ") {
        Some(text) => ("- ", text),
        None => ("", text),
    };
    let lines = wrapped(text, width.saturating_sub(mark.len()).max(1)).into_iter();
    let lines = lines.enumerate().map(|(place, line)| match place {
        0 => format!("{mark}{line}\n"),
        _ => format!("{:1$}{line}\n", "", mark.len()),
    });
    lines.collect()
}

/// A line in two, before the command that it ends with.
fn command_of(line: &str) -> Option<(&str, &str)> {
    let is_command = |(at, _): &(usize, &str)| {
        let named =
            line[at + "oplux ".len()..].starts_with(|c: char| c.is_ascii_lowercase() || c == '-');
        named && (*at == 0 || line[..*at].ends_with(' '))
    };
    let (at, _) = line.rmatch_indices("oplux ").find(is_command)?;
    Some(line.split_at(at))
}

/// Whether a line is a command that must stay whole.
pub fn is_command(line: &str) -> bool {
    line.strip_prefix(INDENT)
        .is_some_and(|rest| rest.starts_with("oplux "))
}

/// What stands between the commands of a sentence, and the commands.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find("`oplux ") {
        let Some(len) = rest[at + 1..].find('`') else {
            break;
        };
        parts.push((&rest[..at], false));
        parts.push((&rest[at + 1..at + 1 + len], true));
        rest = &rest[at + len + 2..];
    }
    parts.push((rest, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

fn flag(name: &str, value: Option<String>) -> String {
    value.map_or_else(String::new, |value| format!(" --{name} {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_has_the_flags_of_the_call_and_a_line_of_its_own() {
        let call = Call::new(None, Some("b"), Some(Path::new("my shop's.db")));
        for (text, lines, line) in [
            ("nothing to run", "nothing to run", "nothing to run"),
            (
                "make one with `oplux config init`",
                "make one with\n  oplux config init --profile b",
                "make one with oplux config init --profile b",
            ),
            (
                "取り込んでください: `oplux import orders FILE`",
                "取り込んでください:\n  oplux import orders FILE --profile b --store 'my shop'\\''s.db'",
                "取り込んでください: oplux import orders FILE --profile b --store 'my shop'\\''s.db'",
            ),
            (
                "try `oplux demo`, then `oplux methods list`;\nfor another shop `oplux --profile c doctor`",
                "try\n  oplux demo\nthen\n  oplux methods list --profile b\nfor another shop\n  oplux --profile c doctor",
                "try oplux demo, then oplux methods list --profile b;\nfor another shop oplux --profile c doctor",
            ),
        ] {
            assert_eq!(call.on_lines(text), lines);
            assert_eq!(call.at_the_end(text), line);
        }
        assert!(is_command("  oplux log") && !is_command("oplux log"));
    }

    #[test]
    fn a_command_is_never_wrapped() {
        for (text, width, lines) in [
            (
                "make one with\n  oplux config init --profile b",
                14,
                &["make one with", "  oplux config init --profile b"][..],
            ),
            (
                "to do => make one with oplux config init --profile b",
                22,
                &["to do => make one with", "oplux config init --profile b"],
            ),
            ("to do => oplux doctor", 40, &["to do => oplux doctor"]),
            (
                "a newer version of oplux (2.0)",
                22,
                &["a newer version of", "oplux (2.0)"],
            ),
        ] {
            assert_eq!(wrapped(text, width), lines);
        }
    }
}
