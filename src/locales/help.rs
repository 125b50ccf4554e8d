//! The help of the command line in Japanese.
//!
//! English help comes from the doc comments of the commands, through clap. For Japanese every
//! text is replaced from a table, and the pages are laid out by `help_page`: clap's own headings
//! are fixed, and it breaks lines at blanks only.
//!
//! The keys of the table:
//!
//! | key | what |
//! | --- | --- |
//! | `` | the program |
//! | `screen`, `config set` | a command |
//! | `screen.--dry-run`, `.--lang` | an option, at the command that defines it (by `-x` where it has no long form) |
//! | `screen.files` | a positional argument, by its ID |
//! | `screen.--fail-on=ng` | a possible value that has help of its own |
//! | `#Output` | a heading |
//! | `screen#after`, `screen#before` | what stands after or before the page |
//!
//! A text of several paragraphs begins with the one that stands in lists of commands.

use clap::{Arg, ArgAction, Command, builder::Resettable};

use super::{Lang, Text, help_page, texts};

texts! {
    /// The heading of the usage line.
    usage() { en: "Usage", ja: "使い方" }
    /// The heading of the commands.
    commands() { en: "Commands", ja: "コマンド" }
    /// The heading of the positional arguments.
    arguments() { en: "Arguments", ja: "引数" }
    /// The heading of the options.
    options() { en: "Options", ja: "オプション" }
    /// The placeholder of options in a usage line.
    options_placeholder() { en: "[OPTIONS]", ja: "[オプション]" }
    /// The default value of an option.
    default_value(value) { en: "[default: {value}]", ja: "[既定値: {value}]" }
    /// The possible values of an option.
    possible_values(values) { en: "[possible values: {values}]", ja: "[選択肢: {values}]" }
    /// Other names of a command or an option.
    aliases(names) { en: "[aliases: {names}]", ja: "[別名: {names}]" }
    /// `--help`.
    print_help() { en: "Print help", ja: "ヘルプを表示します。" }
    /// `--version`.
    print_version() { en: "Print version", ja: "バージョンを表示します。" }
    /// `help`.
    help_command() { en: "Print this message or the help of the given subcommand(s)", ja: "このヘルプ、または指定したコマンドのヘルプを表示します。" }
}

/// The Japanese texts of a command line, by key.
pub type Table<'t> = &'t [(&'t str, &'t str)];

/// The command line with its help in `lang`, `width` columns wide.
///
/// The Japanese one is built already: parse with it, and make completions of it, but add nothing
/// to it any more.
pub fn localise(cmd: Command, lang: Lang, texts: Table<'_>, width: usize) -> Command {
    let cmd = cmd.term_width(width);
    match lang {
        Lang::En => cmd,
        Lang::Ja => {
            let mut cmd = replace(cmd, "", texts);
            cmd.build();
            finish(cmd, "", texts, width)
        }
    }
}

/// The keys of all commands, arguments, headings and values with help of their own that have no
/// Japanese text, in the order of the help.
#[cfg(test)]
pub fn missing(cmd: &Command, texts: Table<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    gather_keys(cmd, "", &mut keys);
    keys.retain(|key| lookup(texts, key).is_none_or(|text| text.trim().is_empty()));
    keys
}

/// The keys of the table that nothing has any more, and those that stand twice.
#[cfg(test)]
pub fn stale(cmd: &Command, texts: Table<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    gather_keys(cmd, "", &mut keys);
    let is_stale = |(place, (key, _)): (usize, &(&str, &str))| {
        let stands_before = texts[..place].iter().any(|(other, _)| other == key);
        let is_known = keys.iter().any(|known| known == key);
        (stands_before || !is_known).then(|| (*key).to_owned())
    };
    texts.iter().enumerate().filter_map(is_stale).collect()
}

pub(super) fn lookup<'t>(texts: Table<'t>, key: &str) -> Option<&'t str> {
    let found = texts.iter().find(|(known, _)| *known == key);
    found.map(|(_, text)| *text)
}

/// The key of a command's argument.
pub(super) fn arg_key(path: &str, arg: &Arg) -> String {
    match (arg.get_long(), arg.get_short()) {
        (Some(long), _) => format!("{path}.--{long}"),
        (None, Some(short)) => format!("{path}.-{short}"),
        (None, None) => format!("{path}.{}", arg.get_id()),
    }
}

/// The key of a subcommand.
pub(super) fn sub_path(path: &str, name: &str) -> String {
    format!("{path} {name}").trim_start().to_owned()
}

#[cfg(test)]
fn gather_keys(cmd: &Command, path: &str, keys: &mut Vec<String>) {
    let mut add = |key: String| {
        if !keys.contains(&key) {
            keys.push(key);
        }
    };
    add(path.to_owned());
    for (is_there, suffix) in [
        (cmd.get_before_help().is_some(), "before"),
        (cmd.get_after_help().is_some(), "after"),
    ] {
        if is_there {
            add(format!("{path}#{suffix}"));
        }
    }
    if let Some(heading) = cmd.get_subcommand_help_heading() {
        add(format!("#{heading}"));
    }
    for arg in cmd.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let key = arg_key(path, arg);
        let shows_values = !arg.is_hide_possible_values_set();
        for value in arg.get_possible_values() {
            if shows_values && value.get_help().is_some() && !value.is_hide_set() {
                add(format!("{key}={}", value.get_name()));
            }
        }
        if let Some(heading) = arg.get_help_heading() {
            add(format!("#{heading}"));
        }
        add(key);
    }
    for sub in cmd.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        gather_keys(sub, &sub_path(path, sub.get_name()), keys);
    }
}

/// Puts the texts of the table in the place of the English ones, before clap builds the tree and
/// copies global options into it.
fn replace(mut cmd: Command, path: &str, texts: Table<'_>) -> Command {
    if let Some(text) = lookup(texts, path) {
        let (short, long) = short_and_long(text);
        cmd = cmd.about(short).long_about(long);
    }
    if let Some(text) = lookup(texts, &format!("{path}#before")) {
        cmd = cmd
            .before_help(text.to_owned())
            .before_long_help(Resettable::Reset);
    }
    if let Some(text) = lookup(texts, &format!("{path}#after")) {
        cmd = cmd
            .after_help(text.to_owned())
            .after_long_help(Resettable::Reset);
    }
    cmd.mut_args(|arg| match lookup(texts, &arg_key(path, &arg)) {
        Some(text) => {
            let (short, long) = short_and_long(text);
            arg.help(short).long_help(long)
        }
        None => arg,
    })
    .mut_subcommands(|sub| {
        let path = sub_path(path, sub.get_name());
        replace(sub, &path, texts)
    })
}

/// The first paragraph, and the whole where there are more.
fn short_and_long(text: &str) -> (String, Resettable<clap::builder::StyledStr>) {
    match text.split_once("\n\n") {
        Some((short, _)) => (short.to_owned(), Resettable::Value(text.to_owned().into())),
        None => (text.to_owned(), Resettable::Reset),
    }
}

/// Words what clap adds by itself, and lays the pages out. The tree is built: the order of
/// arguments and commands must stay.
fn finish(cmd: Command, path: &str, texts: Table<'_>, width: usize) -> Command {
    let ja = |text: Text| text.get(Lang::Ja).to_owned();
    let mut cmd = cmd.mut_args(|arg| {
        let words = match arg.get_action() {
            _ if lookup(texts, &arg_key(path, &arg)).is_some() => return arg,
            ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong => print_help(),
            ArgAction::Version => print_version(),
            _ => return arg,
        };
        arg.help(ja(words)).long_help(Resettable::Reset)
    });
    cmd = cmd.mut_subcommands(|sub| {
        let path = sub_path(path, sub.get_name());
        let is_claps = sub.get_name() == "help" && lookup(texts, &path).is_none();
        let sub = match is_claps {
            true => sub.about(ja(help_command())),
            false => sub,
        };
        finish(sub, &path, texts, width)
    });
    let page = help_page::page(&mut cmd, path, texts, width);
    cmd.override_help(page)
}

#[cfg(test)]
mod tests {
    use clap::{Subcommand, ValueEnum};

    use super::*;

    /// Screen orders that were copied out of ecforce.
    #[derive(clap::Parser, Debug)]
    #[command(name = "demo", version = "1.2.3", after_help = "Read the manual.")]
    struct Cli {
        /// The language of texts.
        #[arg(long, global = true, value_name = "LANG", default_value = "en", value_parser = ["en", "ja"], help_heading = "Output")]
        lang: String,
        /// Say less.
        #[arg(short, global = true)]
        quiet: bool,
        #[command(subcommand)]
        command: Sub,
    }

    #[derive(Subcommand, Debug)]
    enum Sub {
        /// Screen orders.
        ///
        /// More of it.
        #[command(visible_alias = "sc")]
        Screen {
            /// Where the orders are.
            files: Vec<String>,
            /// How many at once.
            #[arg(short, long, default_value_t = 4)]
            jobs: u8,
            /// When to fail.
            #[arg(long, value_enum, value_name = "RESULT")]
            fail_on_one_of_these_results: Option<Result>,
            /// Not shown.
            #[arg(long, hide = true)]
            internal: bool,
        },
        /// Settings.
        #[command(subcommand)]
        Config(Config),
    }

    #[derive(Subcommand, Debug)]
    enum Config {
        /// Get one.
        Get { key: String },
    }

    #[derive(ValueEnum, Clone, Debug)]
    enum Result {
        /// It is fraud.
        Ng,
        Ok,
    }

    const TEXTS: Table<'static> = &[
        ("", "ecforceからコピーした受注を審査します。"),
        ("#after", "マニュアルもご覧ください。"),
        ("#Output", "出力"),
        (".--lang", "表示する言語を指定します。"),
        (".-q", "表示を減らします。"),
        (
            "screen",
            "受注を審査します。\n\nファイルまたは標準入力から受注を読み込み、O-PLUXの審査結果と挙動を表示します。読み込みがすべて終わるまで何も送信しません。",
        ),
        ("screen.files", "受注のファイルです。"),
        (
            "screen.--jobs",
            "同時に審査する受注の件数を指定します。件数を増やすと早く終わりますが、O-PLUXへの負荷も増えます。",
        ),
        (
            "screen.--fail-on-one-of-these-results",
            "この結果があれば終了コード3で終わります。",
        ),
        (
            "screen.--fail-on-one-of-these-results=ng",
            "不正の疑いがあります。",
        ),
        ("config", "設定を操作します。"),
        ("config get", "設定を1つ表示します。"),
        ("config get.key", "設定項目です。"),
    ];

    fn command() -> Command {
        <Cli as clap::CommandFactory>::command()
    }

    fn help(arguments: &[&str], lang: Lang) -> String {
        let command = localise(command(), lang, TEXTS, 80);
        let error = command.try_get_matches_from(arguments).unwrap_err();
        assert!(!error.use_stderr(), "{error}");
        error.render().to_string()
    }

    #[test]
    fn the_japanese_pages_are_japanese_throughout() {
        let program = "\
ecforceからコピーした受注を審査します。

使い方: demo [オプション] <COMMAND>

コマンド:
  screen  受注を審査します。 [別名: sc]
  config  設定を操作します。
  help    このヘルプ、または指定したコマンドのヘルプを表示します。

オプション:
  -q             表示を減らします。
  -h, --help     ヘルプを表示します。
  -V, --version  バージョンを表示します。

出力:
      --lang <LANG>  表示する言語を指定します。 [選択肢: en, ja] [既定値: en]

マニュアルもご覧ください。
";
        let screen = "\
受注を審査します。

ファイルまたは標準入力から受注を読み込み、O-PLUXの審査結果と挙動を表示します。読
み込みがすべて終わるまで何も送信しません。

使い方: demo screen [オプション] [FILES]...

引数:
  [FILES]...  受注のファイルです。

オプション:
  -j, --jobs <JOBS>  同時に審査する受注の件数を指定します。件数を増やすと早く終
                     わりますが、O-PLUXへの負荷も増えます。 [既定値: 4]
      --fail-on-one-of-these-results <RESULT>
                     この結果があれば終了コード3で終わります。 [選択肢: ng, ok]
                     - ng: 不正の疑いがあります。
  -q                 表示を減らします。
  -h, --help         ヘルプを表示します。

出力:
      --lang <LANG>  表示する言語を指定します。 [選択肢: en, ja] [既定値: en]
";
        assert_eq!(help(&["demo", "--help"], Lang::Ja), program);
        assert_eq!(help(&["demo", "help"], Lang::Ja), program);
        for arguments in [
            ["demo", "screen", "-h"],
            ["demo", "help", "screen"],
            ["demo", "sc", "--help"],
        ] {
            assert_eq!(help(&arguments, Lang::Ja), screen, "{arguments:?}");
        }
        for arguments in [
            &["demo", "config", "get", "-h"][..],
            &["demo", "config", "help"],
            &["demo", "help", "help"],
        ] {
            let page = help(arguments, Lang::Ja);
            for english in ["Usage", "Options", "Print", "Get", "Commands", "Arguments"] {
                assert!(!page.contains(english), "{english} in {page}");
            }
        }
        for line in [program, screen].iter().flat_map(|page| page.lines()) {
            assert!(super::super::wrap::columns(line) <= 80, "{line}");
        }
    }

    #[test]
    fn the_english_pages_are_claps_own() {
        let page = help(&["demo", "screen", "-h"], Lang::En);
        for english in [
            "Screen orders",
            "Usage: demo screen",
            "Arguments:",
            "[default: 4]",
            "Print help",
        ] {
            assert!(page.contains(english), "{english} in {page}");
        }
        assert!(page.lines().all(|line| line.len() <= 80), "{page}");
    }

    #[test]
    fn a_localised_command_line_reads_the_same() {
        for arguments in [
            &["demo", "screen", "a", "b", "-j9", "--lang", "ja", "-q"][..],
            &["demo", "-q", "--lang=ja", "sc", "--internal"],
            &["demo", "config", "get", "key", "--lang", "ja"],
            &["demo", "screen", "--fail-on-one-of-these-results", "ng"],
        ] {
            let of = |lang| {
                let command = localise(command(), lang, TEXTS, 80);
                let matches = command.try_get_matches_from(arguments).unwrap();
                let cli = <Cli as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
                format!("{cli:?}")
            };
            assert_eq!(of(Lang::Ja), of(Lang::En), "{arguments:?}");
        }
        let version = ["demo", "--version"];
        assert_eq!(help(&version, Lang::Ja), help(&version, Lang::En));
    }

    #[test]
    fn what_has_no_text_and_what_has_no_use_is_listed() {
        assert_eq!(missing(&command(), TEXTS), Vec::<String>::new());
        assert_eq!(stale(&command(), TEXTS), Vec::<String>::new());
        let all = missing(&command(), &[]);
        let keys: Vec<_> = TEXTS.iter().map(|(key, _)| (*key).to_owned()).collect();
        let sorted = |mut keys: Vec<String>| {
            keys.sort();
            keys
        };
        assert_eq!(sorted(all), sorted(keys));
        let texts = [("screen", "審査"), ("screen", "審査"), ("scren", "審査")];
        assert_eq!(stale(&command(), &texts), ["screen", "scren"]);
    }
}
