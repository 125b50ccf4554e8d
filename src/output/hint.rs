//! Commands in hints. A sentence names one between backticks (`` `oplux config init` ``); here, at
//! the edge, it gets a line of its own and the flags of the call, so that it can be copied as it is.

use std::path::Path;

use crate::domain::text::quoted;

/// The commands that read or write the store.
const USE_THE_STORE: &[&str] = &[
    "backup",
    "doctor",
    "events",
    "import",
    "log",
    "orders",
    "prune",
    "pull",
    "reconcile",
    "restore",
    "screen",
    "trace",
];
/// The commands that take no configuration and no store.
const NEED_NOTHING: &[&str] = &["demo", "sandbox", "help", "completions", "man"];
/// What stands before a command.
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
        let path = |name, path: Option<&Path>| flag(name, path.map(|path| path.to_string_lossy()));
        Self {
            shop: path("config", config) + &flag("profile", profile.map(Into::into)),
            store: path("store", store),
        }
    }

    /// A command with the flags of this call, as it is typed into a POSIX shell.
    fn command(&self, command: &str) -> String {
        let name = command.split(' ').nth(1).unwrap_or_default();
        let shop = if NEED_NOTHING.contains(&name) {
            ""
        } else {
            &self.shop
        };
        let store = if USE_THE_STORE.contains(&name) {
            &self.store
        } else {
            ""
        };
        format!("{command}{shop}{store}")
    }

    /// A sentence with each of its commands on a line of its own.
    pub fn on_lines(&self, text: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (part, is_command) in parts(text) {
            let line = match is_command {
                true => format!("{INDENT}{}", self.command(part)),
                // The mark that ended the sentence stands with the command no more.
                false if lines.is_empty() => part.trim_end_matches(' ').to_owned(),
                false => part
                    .trim_matches([' ', '.', ',', ';', '、', '。'])
                    .to_owned(),
            };
            if !line.is_empty() {
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    /// A sentence on one line, with a command at its end where it names one.
    pub fn at_the_end(&self, text: &str) -> String {
        let parts = parts(text);
        let mut line: String = parts
            .iter()
            .map(|(part, is_command)| match is_command {
                true => self.command(part),
                false => (*part).to_owned(),
            })
            .collect();
        let first = parts.iter().find(|(_, is_command)| *is_command);
        if let (Some((command, _)), Some((_, false))) = (first, parts.last()) {
            line = format!("{line} => {}", self.command(command));
        }
        line
    }
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

fn flag(name: &str, value: Option<std::borrow::Cow<'_, str>>) -> String {
    let Some(value) = value else {
        return String::new();
    };
    format!(" --{name} {}", quoted(&value))
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
                "`oplux import orders FILE` で取り込んでください。",
                "  oplux import orders FILE --profile b --store 'my shop'\\''s.db'\nで取り込んでください",
                "oplux import orders FILE --profile b --store 'my shop'\\''s.db' で取り込んでください。 => oplux import orders FILE --profile b --store 'my shop'\\''s.db'",
            ),
            (
                "try `oplux demo`, then `oplux config secret`.",
                "try\n  oplux demo\nthen\n  oplux config secret --profile b",
                "try oplux demo, then oplux config secret --profile b. => oplux demo",
            ),
        ] {
            assert_eq!(call.on_lines(text), lines);
            assert_eq!(call.at_the_end(text), line);
        }
        assert!(is_command("  oplux log") && !is_command("oplux log"));
    }
}
