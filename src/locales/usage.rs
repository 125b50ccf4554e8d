//! What is said of a call that clap cannot make sense of.

use std::{error::Error as _, fmt};

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::{Lang, Said, Text, call, help_page::in_words, texts};

texts! {
    /// An argument that is not known.
    unknown_argument(arg) { en: "unexpected argument `{arg}`", ja: "`{arg}` という引数はありません。" }
    /// A command that is not known.
    unknown_command(name) { en: "unknown command `{name}`", ja: "`{name}` というコマンドはありません。" }
    /// A value that an argument cannot have.
    invalid_value(value, arg) { en: "invalid value `{value}` for `{arg}`", ja: "`{arg}` に `{value}` は指定できません。" }
    /// The same with the reason.
    invalid_value_because(value, arg, why) { en: "invalid value `{value}` for `{arg}`: {why}", ja: "`{arg}` に `{value}` は指定できません。{why}" }
    /// The values that it can have.
    one_of(values) { en: "expected one of {values}", ja: "{values} のいずれかを指定してください。" }
    /// A value is missing.
    value_missing(arg) { en: "`{arg}` needs a value", ja: "`{arg}` には値が必要です。" }
    /// Required arguments are missing.
    argument_missing(args) { en: "missing: {args}", ja: "{args} を指定してください。" }
    /// A command is missing.
    command_missing() { en: "a command is missing", ja: "コマンドを指定してください。" }
    /// The same, with the commands that there are.
    command_missing_of(names) { en: "a command is missing; expected one of {names}", ja: "コマンドを指定してください({names} のいずれか)。" }
    /// One argument twice.
    used_twice(arg) { en: "`{arg}` cannot be used more than once", ja: "`{arg}` は1回だけ指定できます。" }
    /// Arguments that exclude each other.
    conflict(arg, others) { en: "`{arg}` cannot be used together with {others}", ja: "`{arg}` は {others} と一緒に指定できません。" }
    /// Arguments that exclude each other, where the others are not known.
    conflict_with_others(arg) { en: "`{arg}` cannot be used together with the other arguments", ja: "`{arg}` はほかの引数と一緒に指定できません。" }
    /// `=` is missing.
    no_equals(arg) { en: "the value of `{arg}` is given with `=`", ja: "`{arg}` の値は「=」を付けて指定してください。" }
    /// One value too many.
    too_many_values(value, arg) { en: "unexpected value `{value}` for `{arg}`: it takes no more", ja: "`{arg}` に値 `{value}` は指定できません。" }
    /// Why a number is refused: its range.
    number_between(min, max) { en: "expected a whole number from {min} to {max}", ja: "{min}から{max}までの整数を指定してください。" }
    /// Too few values.
    too_few_values(arg, needed, given) { en: "`{arg}` needs {needed} values; {given} given", ja: "`{arg}` には{needed}個の値が必要です(指定は{given}個)。" }
    /// An argument that is not UTF-8.
    not_utf8() { en: "an argument is not valid UTF-8", ja: "引数の文字コードがUTF-8ではありません。" }
    /// Anything else.
    not_usable() { en: "the call is not usable", ja: "コマンドの指定が正しくありません。" }

    /// What was probably meant.
    did_you_mean(names) { en: "Did you mean {names}?", ja: "{names} ではありませんか。" }
    /// How something that looks like an option is given as a value.
    as_value(arg) { en: "To pass `{arg}` as a value, write `-- {arg}`.", ja: "`{arg}` を値として渡すには、`-- {arg}` と指定してください。" }
    /// A command behind `--`.
    remove_dashes(arg) { en: "`{arg}` is a command: remove the `--` before it.", ja: "`{arg}` はコマンドです。直前の `--` を外してください。" }
    /// The usage line.
    usage_line(usage) { en: "Usage: {usage}", ja: "使い方: {usage}" }
    /// Where to read more.
    try_help() { en: "`--help` tells more.", ja: "詳しい使い方は `--help` でご確認ください。" }
}

/// Why a value parser refuses a value, in both languages: [`usage_error`] finds it behind clap's
/// error. Errors of other types are told as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Text);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(Lang::En))
    }
}

impl std::error::Error for Refused {}

/// What clap found wrong with a call (exit 2): what is wrong, and as the hint what was probably
/// meant and how the command is used. For help and version, which clap reports as errors too, ask
/// `use_stderr` first.
pub fn usage_error(error: &Error) -> Said {
    let mut hints = suggestions(error);
    hints.extend(usage_of(error));
    hints.push(try_help());
    Said::new(message(error)).hint(Text::joined(&hints, "\n"))
}

fn message(error: &Error) -> Text {
    let arg = string(error, ContextKind::InvalidArg);
    let value = string(error, ContextKind::InvalidValue);
    let known = match error.kind() {
        ErrorKind::UnknownArgument => arg.map(unknown_argument),
        ErrorKind::InvalidSubcommand => {
            string(error, ContextKind::InvalidSubcommand).map(unknown_command)
        }
        ErrorKind::InvalidValue => arg
            .zip(value)
            .map(|(arg, value)| wrong_value(error, arg, value)),
        // What was typed for a number may be a name, an e-mail address or a telephone number.
        ErrorKind::ValueValidation => arg.zip(value).map(|(arg, value)| match arg {
            arg if arg.contains("NUMBER") => refused_value(error, arg, "…"),
            _ => refused_value(error, arg, value),
        }),
        ErrorKind::MissingRequiredArgument => {
            let args = strings(error, ContextKind::InvalidArg);
            (!args.is_empty()).then(|| argument_missing(quoted(args)))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let names = strings(error, ContextKind::ValidSubcommand);
            Some(match names.is_empty() {
                true => command_missing(),
                false => command_missing_of(quoted(names)),
            })
        }
        ErrorKind::ArgumentConflict => {
            let arg = arg.or_else(|| string(error, ContextKind::InvalidSubcommand));
            arg.map(|arg| conflicting(error, arg))
        }
        ErrorKind::NoEquals => arg.map(no_equals),
        ErrorKind::TooManyValues => arg
            .zip(value)
            .map(|(arg, value)| too_many_values(value, arg)),
        ErrorKind::TooFewValues => few_values(error, ContextKind::MinValues),
        ErrorKind::WrongNumberOfValues => few_values(error, ContextKind::ExpectedNumValues),
        ErrorKind::InvalidUtf8 => Some(not_utf8()),
        _ => None,
    };
    known.unwrap_or_else(|| in_claps_words(error))
}

/// An error that was made with a message of its own; clap puts its title before it and the usage
/// behind it.
fn in_claps_words(error: &Error) -> Text {
    let shown = error.render().to_string();
    let first = shown.lines().next().unwrap_or_default();
    match first.trim_start_matches("error:").trim() {
        "" => not_usable(),
        words => Text::same(words),
    }
}

fn wrong_value(error: &Error, arg: &str, value: &str) -> Text {
    let what = match value.is_empty() {
        true => value_missing(arg),
        false => invalid_value(value, arg),
    };
    let possible = strings(error, ContextKind::ValidValue);
    if possible.is_empty() {
        return what;
    }
    let possible = one_of(quoted(possible));
    let [en, ja] = [Lang::En, Lang::Ja].map(|lang| (what.get(lang), possible.get(lang)));
    Text::new(format!("{}; {}", en.0, en.1), format!("{}{}", ja.0, ja.1))
}

fn refused_value(error: &Error, arg: &str, value: &str) -> Text {
    match error.source() {
        None => invalid_value(value, arg),
        Some(why) => match why.downcast_ref::<Refused>() {
            Some(Refused(why)) => invalid_value_because(value, arg, why),
            // What Rust says of these, it says in English, and not for people.
            None if why.is::<std::num::ParseIntError>() => {
                invalid_value_because(value, arg, call::count())
            }
            None if why.is::<std::net::AddrParseError>() => {
                invalid_value_because(value, arg, call::listen_address())
            }
            None => invalid_value_because(value, arg, foreign_reason(&why.to_string())),
        },
    }
}

/// Why clap's own parser of numbers refuses a value; its words are English only.
fn foreign_reason(words: &str) -> Text {
    let range = words.split_once(" is not in ").map(|(_, range)| range);
    match range.and_then(|range| range.split_once("..=")) {
        Some((min, max)) => number_between(min, max),
        None => Text::same(words),
    }
}

fn conflicting(error: &Error, arg: &str) -> Text {
    let others = strings(error, ContextKind::PriorArg);
    match others.as_slice() {
        [] => conflict_with_others(arg),
        [other] if other == arg => used_twice(arg),
        _ => conflict(arg, quoted(others)),
    }
}

fn few_values(error: &Error, needed: ContextKind) -> Option<Text> {
    let number = |kind| match error.get(kind) {
        Some(ContextValue::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let arg = string(error, ContextKind::InvalidArg)?;
    let given = number(ContextKind::ActualNumValues)?;
    Some(too_few_values(arg, number(needed)?, given))
}

/// What clap supposes was meant. Some of it is an English sentence already; what it names is
/// taken out of it.
fn suggestions(error: &Error) -> Vec<Text> {
    let mut hints = Vec::new();
    let kinds = [
        ContextKind::SuggestedCommand,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    for kind in kinds {
        let names = strings(error, kind);
        if !names.is_empty() {
            hints.push(did_you_mean(quoted(names)));
        }
    }
    let arg = string(error, ContextKind::InvalidArg)
        .or_else(|| string(error, ContextKind::InvalidSubcommand))
        .unwrap_or_default();
    for sentence in strings(error, ContextKind::Suggested) {
        if sentence.starts_with("to pass") {
            hints.push(as_value(arg));
        } else if sentence.contains("remove the '--'") {
            hints.push(remove_dashes(arg));
        } else if let Some(name) = sentence
            .strip_prefix('\'')
            .and_then(|s| s.strip_suffix("' exists"))
        {
            hints.push(did_you_mean(quoted(vec![name.to_owned()])));
        }
    }
    hints
}

fn usage_of(error: &Error) -> Option<Text> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else {
        return None;
    };
    let usage = usage.to_string();
    let [en, ja] = [Lang::En, Lang::Ja].map(|lang| in_words(&usage, lang));
    Some(usage_line(Text::new(en, ja)))
}

fn string(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

fn strings(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn quoted(names: Vec<String>) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use clap::{Arg, ArgAction, Command};

    use super::*;
    use crate::locales::help::localise;

    fn rate(text: &str) -> Result<u32, Refused> {
        text.parse()
            .map_err(|_| Refused(Text::new("expected N/s", "N/s の形で指定してください。")))
    }

    fn command() -> Command {
        let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
        let option = |name: &'static str| Arg::new(name).long(name).value_name("VALUE");
        Command::new("demo")
            .subcommand_required(true)
            .subcommand(
                Command::new("screen")
                    .arg(Arg::new("file").required(true))
                    .arg(flag("dry-run").conflicts_with_all(["rescreen", "jobs"]))
                    .arg(flag("rescreen"))
                    .arg(option("jobs").value_parser(clap::value_parser!(u8).range(1..=64)))
                    .arg(option("rate").value_parser(rate))
                    .arg(option("on").value_parser(["ng", "hold"]))
                    .arg(option("eq").require_equals(true))
                    .arg(option("two").num_args(2))
                    .arg(option("more").num_args(2..)),
            )
            .subcommand(Command::new("trace"))
    }

    fn said(arguments: &[&str], lang: Lang) -> (String, String) {
        let command = localise(command(), lang, &[], 80);
        let error = command.try_get_matches_from(arguments).unwrap_err();
        let said = usage_error(&error);
        let hint = said.hint.unwrap();
        (said.message.get(lang).to_owned(), hint.get(lang).to_owned())
    }

    #[test]
    fn every_mistake_is_told_in_both_languages() {
        // arguments, English, Japanese, the first line of the English hint
        let cases: &[(&[&str], &str, &str, &str)] = &[
            (
                &["screen", "f", "--job"],
                "unexpected argument `--job`",
                "`--job` という引数はありません。",
                "Did you mean `--jobs`?",
            ),
            (
                &["screen", "f", "--zzz=secret"],
                "unexpected argument `--zzz`",
                "`--zzz` という引数はありません。",
                "To pass `--zzz` as a value, write `-- --zzz`.",
            ),
            (
                &["trace", "x"],
                "unexpected argument `x`",
                "`x` という引数はありません。",
                "Usage: demo trace",
            ),
            (
                &["scren"],
                "unknown command `scren`",
                "`scren` というコマンドはありません。",
                "Did you mean `screen`?",
            ),
            (
                &["help", "x"],
                "unknown command `x`",
                "`x` というコマンドはありません。",
                "Usage: demo <COMMAND>",
            ),
            (
                &["--", "screen"],
                "unexpected argument `screen`",
                "`screen` という引数はありません。",
                "`screen` is a command: remove the `--` before it.",
            ),
            (
                &["screen", "f", "--on", "hol"],
                "invalid value `hol` for `--on <VALUE>`; expected one of `ng`, `hold`",
                "`--on <VALUE>` に `hol` は指定できません。`ng`, `hold` のいずれかを指定してください。",
                "Did you mean `hold`?",
            ),
            (
                &["screen", "f", "--on"],
                "`--on <VALUE>` needs a value; expected one of `ng`, `hold`",
                "`--on <VALUE>` には値が必要です。`ng`, `hold` のいずれかを指定してください。",
                "`--help` tells more.",
            ),
            (
                &["screen", "f", "--jobs"],
                "`--jobs <VALUE>` needs a value",
                "`--jobs <VALUE>` には値が必要です。",
                "`--help` tells more.",
            ),
            (
                &["screen", "f", "--jobs", "65"],
                "invalid value `65` for `--jobs <VALUE>`: expected a whole number from 1 to 64",
                "`--jobs <VALUE>` に `65` は指定できません。1から64までの整数を指定してください。",
                "`--help` tells more.",
            ),
            (
                &["screen", "f", "--jobs", "x"],
                "invalid value `x` for `--jobs <VALUE>`: expected a whole number of 0 or more",
                "`--jobs <VALUE>` に `x` は指定できません。0以上の整数を指定してください。",
                "`--help` tells more.",
            ),
            (
                &["screen", "f", "--rate", "x"],
                "invalid value `x` for `--rate <VALUE>`: expected N/s",
                "`--rate <VALUE>` に `x` は指定できません。N/s の形で指定してください。",
                "`--help` tells more.",
            ),
            (
                &["screen"],
                "missing: `<file>`",
                "`<file>` を指定してください。",
                "Usage: demo screen <file>",
            ),
            (
                &["screen", "f", "--dry-run", "--rescreen"],
                "`--dry-run` cannot be used together with `--rescreen`",
                "`--dry-run` は `--rescreen` と一緒に指定できません。",
                "Usage: demo screen --dry-run <file>",
            ),
            (
                &["screen", "f", "--dry-run", "--rescreen", "--jobs=1"],
                "`--dry-run` cannot be used together with `--rescreen`, `--jobs <VALUE>`",
                "`--dry-run` は `--rescreen`, `--jobs <VALUE>` と一緒に指定できません。",
                "Usage: demo screen --dry-run <file>",
            ),
            (
                &["screen", "f", "--jobs=1", "--jobs=2"],
                "`--jobs <VALUE>` cannot be used more than once",
                "`--jobs <VALUE>` は1回だけ指定できます。",
                "Usage: demo screen [OPTIONS] <file>",
            ),
            (
                &["screen", "f", "--eq", "x"],
                "the value of `--eq=<VALUE>` is given with `=`",
                "`--eq=<VALUE>` の値は「=」を付けて指定してください。",
                "Usage: demo screen [OPTIONS] <file>",
            ),
            (
                &["screen", "f", "--rescreen=x"],
                "unexpected value `x` for `--rescreen`: it takes no more",
                "`--rescreen` に値 `x` は指定できません。",
                "Usage: demo screen --rescreen <file>",
            ),
            (
                &["screen", "f", "--two", "x"],
                "`--two <VALUE> <VALUE>` needs 2 values; 1 given",
                "`--two <VALUE> <VALUE>` には2個の値が必要です(指定は1個)。",
                "Usage: demo screen [OPTIONS] <file>",
            ),
            (
                &["screen", "f", "--more", "x"],
                "`--more <VALUE> <VALUE>...` needs 2 values; 1 given",
                "`--more <VALUE> <VALUE>...` には2個の値が必要です(指定は1個)。",
                "Usage: demo screen [OPTIONS] <file>",
            ),
            (
                &[],
                "a command is missing; expected one of `screen`, `trace`, `help`",
                "コマンドを指定してください(`screen`, `trace`, `help` のいずれか)。",
                "Usage: demo <COMMAND>",
            ),
        ];
        for (arguments, en, ja, hint) in cases {
            let arguments = [&["demo"], *arguments].concat();
            let (message, hints) = said(&arguments, Lang::En);
            assert_eq!(message, *en, "{arguments:?}");
            assert_eq!(hints.lines().next(), Some(*hint), "{arguments:?}");
            assert_eq!(hints.lines().next_back(), Some("`--help` tells more."));
            let (message, hints) = said(&arguments, Lang::Ja);
            assert_eq!(message, *ja, "{arguments:?}");
            assert!(
                !hints.contains("Usage") && !hints.contains("OPTIONS"),
                "{hints}"
            );
            assert!(!format!("{message}{hints}").contains("secret"));
        }
    }

    #[test]
    fn an_error_with_a_message_of_its_own_keeps_it() {
        let error = command().error(ErrorKind::ValueValidation, "--from is after --to");
        let said = usage_error(&error);
        assert_eq!(said.message, Text::same("--from is after --to"));
        assert!(said.hint.is_some());
    }

    #[cfg(unix)]
    #[test]
    fn an_argument_that_is_not_utf8_is_told() {
        use std::os::unix::ffi::OsStringExt;
        let broken = std::ffi::OsString::from_vec(vec![b'f', 0xff]);
        let arguments = ["demo".into(), "screen".into(), broken];
        let error = command().try_get_matches_from(arguments).unwrap_err();
        assert_eq!(usage_error(&error).message, not_utf8());
    }
}
