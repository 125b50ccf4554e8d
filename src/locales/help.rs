//! The help of the command line in Japanese, and the pages of reference, `oplux help TOPIC`.
//!
//! English help comes from the doc comments of the commands, through clap. For Japanese every
//! text is replaced from `help_ja.md`, and clap lays the page out. What clap words itself has no
//! setting: default values and choices are put into the texts, and the headings are replaced on
//! the page. clap breaks lines at blanks, and Japanese has none, so texts are wrapped before.
//!
//! The headings of that file, whose first text is the program's:
//!
//! | heading | what |
//! | --- | --- |
//! | `screen`, `config set` | a command |
//! | `screen.--dry-run`, `.--lang` | an option, at the command that defines it |
//! | `screen.files` | a positional argument, by its ID |
//! | `screen.--fail-on=ng` | a possible value that has help of its own |
//! | `#Global options` | a heading |
//!
//! An argument that several commands below one have is told once, at that one: `events.--yes`.
//! A text of several paragraphs begins with the one that stands in lists of commands.

use std::{fmt::Write as _, sync::LazyLock};

use clap::{
    Arg, ArgAction, Command,
    builder::{PossibleValue, Resettable, StyledStr},
};

use super::{
    Lang, Text, texts,
    wrap::{columns, wrap},
};

texts! {
    usage() { en: "Usage:", ja: "使い方:" }
    commands() { en: "Commands:", ja: "コマンド:" }
    arguments() { en: "Arguments:", ja: "引数:" }
    options() { en: "Options:", ja: "オプション:" }
    options_placeholder() { en: "[OPTIONS]", ja: "[オプション]" }
    default_value(value) { en: "[default: {value}]", ja: "[既定値: {value}]" }
    possible_values(values) { en: "[possible values: {values}]", ja: "[選択肢: {values}]" }
    print_help() { en: "Print help", ja: "ヘルプを表示します。" }
    print_version() { en: "Print version", ja: "バージョンを表示します。" }
}

/// The command line with its help in `lang`, `width` columns wide.
///
/// The Japanese one is built already: parse with it, and make completions of it, but add nothing
/// to it any more.
pub fn localise(cmd: Command, lang: Lang, width: usize) -> Command {
    let cmd = cmd.term_width(width);
    match lang {
        Lang::En => cmd,
        Lang::Ja => {
            let mut cmd = replace(cmd, "");
            cmd.build();
            with_page(cmd, width)
        }
    }
}

/// A manual page in `lang`: its headings are clap_mangen's own, in English.
pub fn man_page(page: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return page.to_owned();
    }
    let headings = TABLE
        .iter()
        .filter_map(|(key, text)| Some((key.strip_prefix('#')?, *text)));
    let mut headings: Vec<_> = headings
        .map(|(heading, text)| (heading.to_uppercase(), text))
        .collect();
    headings.extend(MAN_HEADINGS.map(|(heading, text)| (heading.to_owned(), text)));
    let heading = |line: &str| {
        let said = line.strip_prefix(".SH ")?.trim_matches('"');
        let found = headings.iter().find(|(heading, _)| heading == said);
        found.map(|(_, text)| format!(".SH {text}\n"))
    };
    page.lines()
        .map(|line| {
            heading(line).unwrap_or_else(|| line.replace(SUBCOMMANDS_EN, SUBCOMMANDS_JA) + "\n")
        })
        .collect()
}

/// In the synopsis.
const SUBCOMMANDS_EN: &str = r"\fIsubcommands\fR";
const SUBCOMMANDS_JA: &str = r"\fIコマンド\fR";

const MAN_HEADINGS: [(&str, &str); 6] = [
    ("NAME", "名前"),
    ("SYNOPSIS", "書式"),
    ("DESCRIPTION", "説明"),
    ("OPTIONS", "オプション"),
    ("SUBCOMMANDS", "コマンド"),
    ("VERSION", "バージョン"),
];

/// The keys of all commands, arguments, headings and values with help of their own.
#[cfg(test)]
pub fn keys(cmd: &Command) -> std::collections::BTreeSet<String> {
    fn gather(cmd: &Command, path: &str, keys: &mut std::collections::BTreeSet<String>) {
        keys.insert(path.to_owned());
        for arg in cmd.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let key = arg_key(path, arg);
            let told = shown_values(arg).into_iter();
            let told = told.filter(|value| value.get_help().is_some());
            keys.extend(told.map(|value| format!("{key}={}", value.get_name())));
            keys.extend(arg.get_help_heading().map(|heading| format!("#{heading}")));
            keys.insert(key);
        }
        for sub in cmd.get_subcommands() {
            gather(sub, &sub_path(path, sub), keys);
        }
    }
    let mut keys = std::collections::BTreeSet::new();
    gather(cmd, "", &mut keys);
    keys
}

/// The Japanese texts, by their keys.
pub static TABLE: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let texts = include_str!("help_ja.md").split("\n## ");
    let texts = texts.filter_map(|text| text.split_once('\n'));
    texts.map(|(key, text)| (key, text.trim_end())).collect()
});

fn lookup(key: &str) -> Option<&'static str> {
    let found = TABLE.iter().find(|(known, _)| *known == key);
    found.map(|(_, text)| *text)
}

fn arg_key(path: &str, arg: &Arg) -> String {
    let key = |path: &str| match arg.get_long() {
        Some(long) => format!("{path}.--{long}"),
        None => format!("{path}.{}", arg.get_id()),
    };
    let above = path.rsplit_once(' ').map(|(above, _)| key(above));
    let shared = above.filter(|above| lookup(above).is_some());
    shared.unwrap_or_else(|| key(path))
}

fn sub_path(path: &str, sub: &Command) -> String {
    format!("{path} {}", sub.get_name()).trim_start().to_owned()
}

fn ja(text: Text) -> String {
    text.get(Lang::Ja).to_owned()
}

/// Puts the texts of the table in the place of the English ones, before clap builds the tree and
/// copies global options into it.
fn replace(mut cmd: Command, path: &str) -> Command {
    if let Some(text) = lookup(path) {
        let short = text.split("\n\n").next().unwrap_or(text);
        cmd = cmd.about(short).long_about(text);
    }
    cmd.mut_args(|arg| {
        let text = argument_text(&arg, &arg_key(path, &arg));
        let takes_values = takes_values(&arg);
        arg.help(text)
            .long_help(Resettable::Reset)
            .hide_default_value(takes_values)
            .hide_possible_values(takes_values)
    })
    .mut_subcommands(|sub| {
        let path = sub_path(path, &sub);
        replace(sub, &path)
    })
}

/// The text of an argument with its values, as clap would show them.
fn argument_text(arg: &Arg, key: &str) -> String {
    let mut text = lookup(key).unwrap_or_default().to_owned();
    let values = shown_values(arg);
    let names: Vec<_> = values.iter().map(|value| value.get_name()).collect();
    if !names.is_empty() {
        text = format!("{text} {}", ja(possible_values(names.join(", "))));
    }
    let is_told = takes_values(arg) && !arg.is_hide_default_value_set();
    if let ([default], true) = (arg.get_default_values(), is_told) {
        text = format!(
            "{text} {}",
            ja(default_value(default.to_string_lossy().into_owned()))
        );
    }
    for name in names {
        if let Some(words) = lookup(&format!("{key}={name}")) {
            let _ = write!(text, "\n- {name}: {words}");
        }
    }
    text
}

fn takes_values(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

fn shown_values(arg: &Arg) -> Vec<PossibleValue> {
    match takes_values(arg) && !arg.is_hide_possible_values_set() {
        true => arg.get_possible_values(),
        false => Vec::new(),
    }
}

/// Words what clap adds by itself, and lays out the pages of the tree, which is built.
fn with_page(cmd: Command, width: usize) -> Command {
    let cmd = cmd.mut_args(|arg| match arg.get_action() {
        ArgAction::Help => arg.help(ja(print_help())).long_help(Resettable::Reset),
        ArgAction::Version => arg.help(ja(print_version())),
        _ => arg,
    });
    let page = page(cmd.clone(), width);
    cmd.mut_subcommands(|sub| with_page(sub, width))
        .override_help(page)
}

fn page(mut cmd: Command, width: usize) -> String {
    let about = cmd.get_long_about().or(cmd.get_about());
    let about = wrapped(about.unwrap_or(&StyledStr::new()), width);
    cmd = cmd.about(about);
    let names = cmd.get_subcommands().map(|sub| columns(sub.get_name()));
    // clap puts two blanks before a name and two behind the longest, and four before a long
    // option, where a short one would stand.
    let beside = names.max().map_or(0, |longest| longest + 4);
    cmd = cmd.mut_subcommands(|sub| match sub.get_about() {
        Some(about) => {
            let about = wrapped(about, width.saturating_sub(beside));
            sub.about(about)
        }
        None => sub,
    });
    let mut longest = std::collections::HashMap::new();
    let section = |arg: &Arg| {
        (
            arg.is_positional(),
            arg.get_help_heading().map(str::to_owned),
        )
    };
    for arg in cmd.get_arguments() {
        let name = columns(&arg.to_string()) + if arg.is_positional() { 4 } else { 8 };
        let widest = longest.entry(section(arg)).or_insert(name);
        *widest = name.max(*widest);
    }
    cmd = cmd.mut_args(|arg| {
        let beside = longest[&section(&arg)];
        // Beside long names too little is left: their texts stand below, indented by ten.
        let below = beside > width * 2 / 5;
        let text = arg.get_help().cloned().unwrap_or_default();
        arg.help(wrapped(
            &text,
            width.saturating_sub(if below { 10 } else { beside }),
        ))
        .next_line_help(below)
    });
    let mut page = cmd.render_help().ansi().to_string();
    for text in [
        usage(),
        commands(),
        arguments(),
        options(),
        options_placeholder(),
    ] {
        page = page.replace(text.get(Lang::En), text.get(Lang::Ja));
    }
    for (heading, text) in TABLE.iter().filter(|(key, _)| key.starts_with('#')) {
        page = page.replace(&format!("{}:", &heading[1..]), &format!("{text}:"));
    }
    page
}

fn wrapped(text: &StyledStr, width: usize) -> String {
    wrap(&text.to_string(), width).join("\n")
}

/// A page of reference: Markdown in both languages. A paragraph or an item of a list is one line; a
/// table stands as Markdown writes it, with what the program calls a thing in its first column, which
/// tests hold against the program's own names.
#[derive(Debug)]
pub struct Topic {
    /// Its name on the command line.
    pub name: &'static str,
    en: &'static str,
    ja: &'static str,
}

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        /// Every page, in the order in which they are listed.
        pub const TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            en: include_str!(concat!("topics/en/", $name, ".md")),
            ja: include_str!(concat!("topics/ja/", $name, ".md")),
        }),*];
    };
}

pages!(
    "causes",
    "settings",
    "import",
    "batches",
    "review",
    "ecforce",
    "errors",
    "log",
    "exit-status",
    "network",
    "output",
    "files",
);

impl Topic {
    /// The page of this name.
    pub fn named(name: &str) -> Option<&'static Topic> {
        TOPICS.iter().find(|topic| topic.name == name)
    }

    /// The page in `lang`.
    pub fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Ja => self.ja,
        }
    }

    /// Its heading.
    pub fn title(&self, lang: Lang) -> &'static str {
        let first = self.text(lang).lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }

    /// Whether a table of the page has a row for `name`, in both languages.
    #[cfg(test)]
    pub fn tells_of(&self, name: &str) -> bool {
        [Lang::En, Lang::Ja].iter().all(|lang| {
            let mut cells = first_cells(self.text(*lang)).into_iter().flatten();
            cells.any(|cell| cell.split(", ").any(|each| each.trim_matches('`') == name))
        })
    }
}

/// The first columns of a page's tables, without their titles.
#[cfg(test)]
fn first_cells(page: &str) -> Vec<Vec<&str>> {
    let mut tables: Vec<Vec<&str>> = Vec::new();
    let mut is_within = false;
    for line in page.lines() {
        match line.strip_prefix("| ") {
            Some(row) if is_within => tables
                .last_mut()
                .unwrap()
                .push(row.split(" |").next().unwrap()),
            Some(_) => tables.push(Vec::new()),
            None => {}
        }
        is_within = line.starts_with('|');
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::{super::store, *};
    use crate::domain::{
        eligibility::Cause,
        matching::{Drift, MainCause, Status, Verdict},
        review::{OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES},
    };

    #[test]
    fn every_page_has_the_same_tables_in_both_languages() {
        for topic in TOPICS {
            let tables = first_cells(topic.en);
            assert_eq!(tables, first_cells(topic.ja), "{}", topic.name);
            for text in [topic.en, topic.ja] {
                assert!(text.starts_with("# "), "{} has no title", topic.name);
                let headings =
                    |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
                assert_eq!(headings(text), headings(topic.en), "{}", topic.name);
            }
        }
    }

    #[test]
    fn every_answer_of_trace_and_reconcile_is_explained() {
        let page = Topic::named("causes").unwrap();
        let main = [
            MainCause::OrderUnknown,
            MainCause::EventExpected,
            MainCause::EventsNotLoaded,
            MainCause::BeforeIntegration,
            MainCause::ScreeningFailed,
        ];
        let causes = main.into_iter().map(MainCause::name);
        let verdicts = [
            Verdict::Direct,
            Verdict::ViaPaymentHistory,
            Verdict::NotFound,
        ];
        let drifts = [Drift::AutoMismatch, Drift::ManualChanged];
        let names = causes
            .chain(Cause::ALL.into_iter().map(Cause::name))
            .chain(verdicts.into_iter().map(Verdict::name))
            .chain(drifts.into_iter().map(Drift::name))
            .chain(Status::ALL.into_iter().map(Status::name))
            .chain(["payment-history-unknown"]);
        for name in names {
            assert!(page.tells_of(name), "{name}");
        }
    }

    #[test]
    fn every_action_of_the_log_is_explained() {
        let page = Topic::named("log").unwrap();
        for (action, _) in store::ACTIONS {
            assert!(page.tells_of(action), "{action}");
        }
    }

    #[test]
    fn every_code_of_a_decision_is_listed() {
        let page = Topic::named("review").unwrap();
        for code in SETTLE_STATUSES
            .iter()
            .chain(&PAYMENT_CATEGORIES)
            .chain(&OTHER_CATEGORIES)
        {
            let row = format!("| {} | `{}` | {} |", code.number, code.name, code.ja);
            assert!(page.en.contains(&row) && page.ja.contains(&row), "{row}");
        }
    }
}
