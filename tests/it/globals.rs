//! What every command has: languages, colour, forms of output and of errors, help, and a reader
//! that goes away.

use std::{
    io::{Read, Write},
    process::{Child, Command},
};

use crate::support::{Args, Home, METHODS, Vars, finish, has_english_sentence, is_japanese, order};
use serde_json::Value;

/// Calls that cannot be made sense of.
const UNUSABLE: &[&[&str]] = &[
    &["nonsense"],
    &["log", "--nonsense"],
    &["log", "extra"],
    &["log", "--limit"],
    &["log", "--limit", "x"],
    &["log", "--from", "x"],
    &["config", "nonsense"],
    &["config", "get"],
    &["config", "set", "oplux.enabled"],
    &["methods", "add", "x", "y"],
    &["methods", "enable"],
    &["screen", "--rate", "x"],
    &["screen", "--jobs", "x"],
    &["screen", "--fail-on", "x"],
    &["sandbox", "--listen", "x"],
    &["sandbox", "--latency", "x"],
    &["--lang", "fr", "log"],
    &["--color", "x", "log"],
    &["--profile"],
    &["help", "nonsense"],
];

/// Forms are for lists: these commands list nothing.
const NO_LISTS: &[&[&str]] = &[
    &["config", "init"],
    &["config", "get", "oplux.enabled"],
    &["config", "set", "oplux.enabled", "false"],
    &["config", "unset", "oplux.enabled"],
    &["config", "check"],
    &["config", "path"],
    &["config", "secret"],
    &["methods", "enable", "3"],
    &["methods", "disable", "1"],
    &["methods", "add", "8", "x"],
    &["methods", "set", "1"],
    &["methods", "remove", "1"],
    &["sandbox", "--listen", "127.0.0.1:0"],
];

#[test]
fn the_language_is_the_flags_the_variables_or_the_locales() {
    let home = Home::new();
    let cases: &[(Vars<'_>, Args<'_>, bool)] = &[
        (&[], &[], false),
        (&[("LANG", "ja_JP.UTF-8")], &[], true),
        (&[("LANG", "ja")], &[], true),
        (&[("LANG", "C.UTF-8")], &[], false),
        (&[("LANG", "de_DE.UTF-8")], &[], false),
        (&[("LC_MESSAGES", "ja_JP.UTF-8"), ("LANG", "C")], &[], true),
        (&[("LC_MESSAGES", "C"), ("LANG", "ja_JP.UTF-8")], &[], false),
        (
            &[
                ("LC_ALL", "C"),
                ("LC_MESSAGES", "ja_JP.UTF-8"),
                ("LANG", "ja_JP.UTF-8"),
            ],
            &[],
            false,
        ),
        (&[("LC_ALL", "ja_JP.eucJP"), ("LANG", "C")], &[], true),
        (&[("LC_ALL", ""), ("LANG", "ja_JP.UTF-8")], &[], true),
        (&[("OPLUX_LANG", "ja"), ("LC_ALL", "C")], &[], true),
        (
            &[("OPLUX_LANG", "en"), ("LC_ALL", "ja_JP.UTF-8")],
            &[],
            false,
        ),
        (&[("OPLUX_LANG", ""), ("LC_ALL", "ja_JP.UTF-8")], &[], true),
        (
            &[("OPLUX_LANG", "en"), ("LANG", "ja")],
            &["--lang", "ja"],
            true,
        ),
        (
            &[("OPLUX_LANG", "ja"), ("LANG", "ja")],
            &["--lang", "en"],
            false,
        ),
        (
            &[("OPLUX_LANG", "ja"), ("LANG", "ja")],
            &["--lang=en"],
            false,
        ),
    ];
    for (env, flags, japanese) in cases {
        // What is shown, what is said, a mistake of the call, and the help.
        for command in [
            &["doctor"][..],
            &["methods", "list"],
            &["nonsense"],
            &["--help"],
            &[],
        ] {
            let ran = home.run_env(env, &[flags, command].concat());
            let all = format!("{}{}", ran.stdout, ran.stderr);
            let all = all.replace("かっこ株式会社", "").replace("アプリ", "");
            assert_eq!(
                is_japanese(&all),
                *japanese,
                "{env:?} {flags:?} {command:?} {all}"
            );
        }
    }
}

#[test]
fn the_names_of_fields_do_not_change_with_the_language() {
    let home = Home::new();
    home.config(METHODS);
    let shown = |lang: &str, format: &str| {
        home.run(&format!("--lang {lang} --format {format} methods list"))
            .ended_with(0)
            .stdout
            .clone()
    };
    for format in ["json", "jsonl", "csv"] {
        assert_eq!(shown("en", format), shown("ja", format));
    }
    assert_ne!(shown("en", "table"), shown("ja", "table"));
    // A pipe is no reason for another form: the default is a table.
    assert_eq!(home.run("methods list").stdout, shown("en", "table"));
}

#[test]
fn colour_is_for_terminals_or_where_it_is_asked_for() {
    let home = Home::new();
    home.config(METHODS);
    let cases: &[(Vars<'_>, Args<'_>, bool)] = &[
        (&[], &[], false),
        (&[("CLICOLOR_FORCE", "1")], &[], true),
        (&[("NO_COLOR", "1")], &[], false),
        (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], &[], false),
        (&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")], &[], true),
        (&[("CLICOLOR_FORCE", "1")], &["--color", "never"], false),
        (&[("NO_COLOR", "1")], &["--color", "always"], true),
        (&[], &["--color", "always"], true),
        (&[], &["--color", "auto"], false),
    ];
    for (env, flags, coloured) in cases {
        let list = home.run_env(env, &[flags, &["methods", "list"][..]].concat());
        assert_eq!(
            list.stdout.contains('\u{1b}'),
            *coloured,
            "{env:?} {flags:?}"
        );
        let wrong = home.run_env(env, &[flags, &["nonsense"][..]].concat());
        assert_eq!(
            wrong.stderr.contains('\u{1b}'),
            *coloured,
            "{env:?} {flags:?}"
        );
        let json = [flags, &["--format", "json", "methods", "list"][..]].concat();
        assert!(!home.run_env(env, &json).stdout.contains('\u{1b}'));
    }
}

#[test]
fn control_characters_from_outside_do_not_reach_a_terminal() {
    let home = Home::new();
    let evil = "\u{1b}]0;x\u{7}\u{202e}\u{9b}31m";
    for args in [
        &["nonsense\u{1b}[31m"][..],
        &[evil],
        &["config", "get", evil],
        &["--config", evil, "log"],
        &["--profile", evil, "log"],
        &["log", "--from", evil],
    ] {
        for format in ["table", "json"] {
            let ran = home.run(&[&["--format", format], args].concat());
            let bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!ran.ended_with(2).stderr.contains(bad), "{ran:?}");
        }
    }
}

#[test]
fn a_call_that_is_not_usable_ends_with_2_and_says_so_in_both_languages() {
    let home = Home::new();
    for args in UNUSABLE {
        for lang in ["en", "ja"] {
            // Variables, so that the mistake may be one of --lang itself.
            let ran = home.run_env(&[("OPLUX_LANG", lang)], args);
            assert_eq!(ran.ended_with(2).stdout, "", "{args:?}");
            assert_eq!(
                is_japanese(&ran.stderr),
                lang == "ja",
                "{args:?} {}",
                ran.stderr
            );
            let english = ran.stderr.lines().find(|line| has_english_sentence(line));
            assert!(lang == "en" || english.is_none(), "{args:?} {english:?}");
        }
    }
    assert!(home.files().is_empty());
}

#[test]
fn with_format_json_an_error_is_one_line() {
    let home = Home::new();
    let own: &[&[&str]] = &[
        &["methods", "list"],
        &["config", "get", "nonsense"],
        &["--config", "none", "log"],
        &["screen", "none.json"],
    ];
    for args in UNUSABLE.iter().chain(own) {
        for flag in [&["--format", "json"][..], &["--format=json"]] {
            for lang in ["en", "ja"] {
                let ran = home.run_env(&[("OPLUX_LANG", lang)], &[flag, args].concat());
                assert_eq!(ran.ended_with(2).stderr.lines().count(), 1, "{ran:#?}");
                assert_eq!(ran.stdout, "");
                let line: Value = serde_json::from_str(&ran.stderr).unwrap();
                assert_eq!(line.as_object().unwrap().len(), 1);
                let error = line["error"].as_object().unwrap();
                let keys: Vec<_> = error.keys().map(String::as_str).collect();
                assert_eq!(keys, ["code", "message", "hint", "retryable"]);
                assert!(
                    error["code"]
                        .as_str()
                        .unwrap()
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c == '-')
                );
                assert_eq!(error["retryable"], false);
                assert_eq!(
                    is_japanese(error["message"].as_str().unwrap()),
                    lang == "ja",
                    "{args:?} {error:?}"
                );
            }
        }
    }
    // The flag behind the command, and no command at all.
    home.run("log --limit x --format json")
        .ended_with(2)
        .error();
    home.run("--format json").ended_with(2).error();
    // A status does not depend on the form.
    for args in own {
        home.run(args).ended_with(2);
    }
}

#[test]
fn jsonl_and_csv_are_refused_where_nothing_is_listed() {
    for format in ["jsonl", "csv"] {
        let home = Home::new();
        for args in NO_LISTS {
            let flag = ["--format", format];
            home.run(&[&flag[..], args].concat())
                .ended_with(2)
                .says(&[format]);
        }
        assert!(home.files().is_empty());
        home.config(&format!("[oplux]\n{METHODS}"));
        let before = home.read(".config/oplux/config.toml");
        for args in NO_LISTS {
            home.run(&[args, &["--format", format][..]].concat())
                .ended_with(2)
                .says(&[format]);
        }
        assert_eq!(home.read(".config/oplux/config.toml"), before);
    }
}

#[test]
fn quiet_leaves_results_and_errors() {
    let home = Home::new();
    home.run("-q config init").ended_with(0).silent();
    home.run("-q doctor")
        .ended_with(3)
        .silent()
        .shows(&["credentials"]);
    home.run("-q methods list").ended_with(0).silent();
    home.run("--quiet log")
        .ended_with(0)
        .silent()
        .shows(&["config init"]);
    home.run("-q config get x").ended_with(2).says(&["error"]);
    let details = home.run("-v log");
    details.says(&[home.store_path().to_str().unwrap()]);
}

/// A child whose standard output is read up to the first line, and then closed.
fn read_one_line(mut command: Command) -> (Child, String) {
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut line = Vec::new();
    let mut byte = [0];
    while stdout.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
        line.extend(byte);
    }
    (child, String::from_utf8(line).unwrap())
}

#[test]
fn a_reader_that_closes_the_pipe_ends_the_program_silently() {
    let home = Home::new();
    // More than a pipe holds, so that something is left to write.
    let method =
        |id: usize| format!("[[payment_methods]]\nid = {id}\nname = \"支払い方法の名前 {id}\"\n");
    home.config(&(0..3000).map(method).collect::<String>());
    for format in ["table", "json", "jsonl", "csv"] {
        let (mut child, line) =
            read_one_line(home.command(&format!("--format {format} methods list")));
        assert!(!line.is_empty());
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(said, "", "{format}");
        assert!(
            child
                .wait()
                .unwrap()
                .code()
                .is_none_or(|code| code == 0 || code == 141)
        );
    }
    // Closed before the first word.
    for args in [
        &["--help"][..],
        &["demo"],
        &["--version"],
        &["methods", "list"],
        &["config", "path"],
    ] {
        let mut command = home.command(args);
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        child.stdin.take().unwrap().flush().unwrap();
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(said, "", "{args:?}");
        child.wait().unwrap();
    }
}

#[test]
fn standard_output_that_cannot_be_written_is_an_error() {
    let home = Home::new();
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for args in [
        &["--help"][..],
        &["config", "path"],
        &["log", "--format", "json"],
    ] {
        let mut command = home.command(args);
        command.stdout(full());
        finish(command, "").ended_with(1);
    }
}

/// On a line of its own, in `doctor` at the end of its line, with the flags of the call.
#[test]
fn the_command_of_a_hint_can_be_copied_as_it_is() {
    let home = Home::new();
    let store = ["--store", "my shop.db"];
    let missing_profile = ["--profile", "p"];
    home.write("orders.csv", "number\na905125d2a\n");
    home.write("order.json", &order("a905125d2a").to_string());
    home.configure("https://api.example.com/v3", "");
    let config = home.read(".config/oplux/config.toml");
    home.write(
        "off.toml",
        &config.replace("enabled = true", "enabled = false"),
    );
    home.run(&[&store[..], &["import", "orders", "orders.csv"]].concat())
        .ended_with(0);
    let has_line = |text: &str, line: &str| {
        let is_there = text.lines().any(|found| found.trim() == line);
        assert!(is_there, "{line} is no line of {text}");
    };
    for lang in ["en", "ja"] {
        let run = |flags: &[&str], args: &[&str], status| {
            let ran = home.run(&[&["--lang", lang], flags, args].concat());
            ran.ended_with(status);
            ran
        };
        let ran = run(&missing_profile, &["screen", "order.json"], 2);
        has_line(&ran.stderr, "oplux config init --profile p");
        let ran = run(&missing_profile, &["--format", "json", "trace", "x1"], 7);
        let hint = ran.error()["hint"].clone();
        has_line(
            hint.as_str().unwrap(),
            "oplux import orders FILE --profile p",
        );
        let ran = run(&missing_profile, &["doctor"], 3);
        let is_end = |line: &str| line.ends_with(" oplux config init --profile p");
        assert!(ran.stdout.lines().any(is_end), "{}", ran.stdout);
        // An answer, for people and for programs.
        let import = "oplux import orders FILE --store 'my shop.db'";
        has_line(&run(&store, &["trace", "b1c2d3e4f5"], 3).stdout, import);
        let ran = run(&store, &["--format", "json", "trace", "b1c2d3e4f5"], 3);
        has_line(ran.json()["next_steps"][0].as_str().unwrap(), import);
        // The configuration is no matter of the store.
        let flags = ["--config", "off.toml", store[0], store[1]];
        let ran = run(&flags, &["screen", "order.json"], 0);
        let set = "oplux config set oplux.enabled true --config off.toml";
        let is_end = |line: &str| line.trim_end().ends_with(set);
        assert!(ran.stdout.lines().any(is_end), "{}", ran.stdout);
    }
}
