//! What every command has: languages, colour, forms of output and of errors, help, and a reader
//! that goes away.

use std::{io::Read, process::Child};

use crate::support::{
    Home, METHODS, Vars, ended, has_english_sentence, is_japanese, keys, order, signal,
};

/// Calls that cannot be made sense of, one of each kind; how every mistake is worded stands in
/// `locales/call.rs`.
const UNUSABLE: &str = "\
nonsense
log --nonsense
log extra
log --limit
log --from x
config get
config set oplux.enabled
methods add x y
screen --rate x
screen --fail-on x
sandbox --listen x
sandbox --latency x
--lang fr log
--color x log
--profile
help nonsense
methods list
config get nonsense
--config none log
screen none.json";

/// Calls that lists alone would have a form for.
const NO_LISTS: &str = "\
config init
config get oplux.enabled
config set oplux.enabled false
config unset oplux.enabled
config check
config edit
config path
config secret
methods enable 3
methods disable 1
methods add 8 x
methods set 1
methods remove 1
sandbox --listen 127.0.0.1:0";

#[test]
fn the_language_is_the_flags_the_variables_or_the_locales() {
    let home = Home::new();
    // Variables, flags, and whether it is Japanese then.
    for (variables, flag, japanese) in [
        ("", "", false),
        ("LANG=ja_JP.UTF-8", "", true),
        ("LANG=ja", "", true),
        ("LANG=C.UTF-8", "", false),
        ("LANG=de_DE.UTF-8", "", false),
        ("LC_MESSAGES=ja_JP.UTF-8 LANG=C", "", true),
        ("LC_MESSAGES=C LANG=ja_JP.UTF-8", "", false),
        (
            "LC_ALL=C LC_MESSAGES=ja_JP.UTF-8 LANG=ja_JP.UTF-8",
            "",
            false,
        ),
        ("LC_ALL=ja_JP.eucJP LANG=C", "", true),
        ("LC_ALL= LANG=ja_JP.UTF-8", "", true),
        ("OPLUX_LANG=ja LC_ALL=C", "", true),
        ("OPLUX_LANG=en LC_ALL=ja_JP.UTF-8", "", false),
        ("OPLUX_LANG= LC_ALL=ja_JP.UTF-8", "", true),
        ("OPLUX_LANG=en LANG=ja", "--lang ja", true),
        ("OPLUX_LANG=ja LANG=ja", "--lang=en", false),
    ] {
        let set = variables.split_whitespace();
        let env: Vec<_> = set.map(|set| set.split_once('=').unwrap()).collect();
        // What is shown, a mistake of the call, and the help.
        let is_one_of_each = !flag.is_empty() || variables.starts_with("OPLUX_LANG=ja");
        let commands = ["doctor", "nonsense", "--help"];
        for command in &commands[..if is_one_of_each { 3 } else { 1 }] {
            let said = home.run_env(&env, &format!("{flag} {command}")).text();
            let said = said.replace("かっこ株式会社", "").replace("アプリ", "");
            assert_eq!(
                is_japanese(&said),
                japanese,
                "{variables} {flag} {command} {said}"
            );
        }
    }
}

#[test]
fn the_names_of_fields_do_not_change_with_the_language() {
    let home = Home::new();
    home.config(METHODS);
    let shown = |lang: &str, format: &str| {
        let ran = home.run(&format!("--lang {lang} --format {format} methods list"));
        ran.ended_with(0).stdout.clone()
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
    let (no, force) = (("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"));
    let cases: &[(Vars<'_>, &str, bool)] = &[
        (&[], "", false),
        (&[force], "", true),
        (&[no], "", false),
        (&[no, force], "", false),
        (&[("NO_COLOR", ""), force], "", true),
        (&[force], "--color never", false),
        (&[no], "--color always", true),
        (&[], "--color always", true),
        (&[], "--color auto", false),
    ];
    for (env, flags, coloured) in cases {
        let escapes = |call: &str| {
            let ran = home.run_env(env, &format!("{flags} {call}"));
            ran.text().contains('\u{1b}')
        };
        assert_eq!(escapes("methods list"), *coloured, "{env:?} {flags}");
        assert_eq!(escapes("nonsense"), *coloured, "{env:?} {flags}");
        assert!(!escapes("--format json methods list"));
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
fn a_call_that_is_not_usable_ends_with_2_and_says_so_in_both_languages_and_forms() {
    let home = Home::new();
    for call in UNUSABLE.lines() {
        for lang in ["en", "ja"] {
            // A variable, so that the mistake may be one of --lang itself.
            let ran = home.run_env(&[("OPLUX_LANG", lang)], call);
            assert_eq!(ran.ended_with(2).stdout, "", "{call}");
            assert_eq!(is_japanese(&ran.stderr), lang == "ja", "{call}: {ran:#?}");
            let english = ran.stderr.lines().find(|line| has_english_sentence(line));
            assert!(lang == "en" || english.is_none(), "{call} {english:?}");
        }
        // With `--format json` it is one line.
        let ran = home.run(&format!("--format=json {call}"));
        assert_eq!(ran.ended_with(2).stderr.lines().count(), 1, "{ran:#?}");
        let error = ran.error();
        assert_eq!(keys(&error), "code message hint retryable");
        let code = error["code"].as_str().unwrap();
        assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        assert_eq!(error["retryable"], false);
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    assert!(home.files().is_empty());
    // The flag behind the command, and no command at all.
    home.run("log --limit x --format json")
        .ended_with(2)
        .error();
    let ran = home.run("--lang ja --format json");
    let message = ran.ended_with(2).error()["message"].to_string();
    assert!(is_japanese(&message), "{message}");
}

#[test]
fn jsonl_and_csv_are_refused_where_nothing_is_listed() {
    let home = Home::new();
    for call in NO_LISTS.lines() {
        home.run(&format!("--format jsonl {call}"))
            .ended_with(2)
            .says(&["jsonl"]);
    }
    assert!(home.files().is_empty());
    home.config(&format!("[oplux]\n{METHODS}"));
    let before = home.config_text();
    for call in NO_LISTS.lines() {
        home.run(&format!("{call} --format csv"))
            .ended_with(2)
            .says(&["csv"]);
    }
    assert_eq!(home.config_text(), before);
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
    home.run("-v log")
        .says(&[home.store_path().to_str().unwrap()]);
}

/// What a program whose output nobody reads on says on standard error.
fn said_to_nobody(mut child: Child) -> String {
    drop(child.stdout.take());
    let ran = ended(child);
    assert_ne!(ran.status, 101, "it panicked");
    ran.stderr
}

#[test]
fn a_reader_that_closes_the_pipe_ends_the_program_silently() {
    let home = Home::new();
    // More than a pipe holds, so that something is left to write.
    let method =
        |id: usize| format!("[[payment_methods]]\nid = {id}\nname = \"支払い方法の名前 {id}\"\n");
    home.config(&(0..1200).map(method).collect::<String>());
    for format in ["table", "json", "jsonl", "csv"] {
        let mut command = home.command(&format!("--format {format} methods list"));
        let mut child = command.spawn().unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        assert_eq!(said_to_nobody(child), "", "{format}");
    }
    // Closed before the first word.
    for call in ["--help", "demo", "--version", "methods list", "config path"] {
        assert_eq!(
            said_to_nobody(home.command(call).spawn().unwrap()),
            "",
            "{call}"
        );
    }
}

/// A status that tells of findings is no other where nobody reads the rows to their end.
#[test]
fn a_reader_that_closes_the_pipe_keeps_the_status() {
    let home = Home::new();
    // More than a pipe holds, the first of them sound, and a last one that is not.
    let rows = |row: fn(usize) -> String| (0..4000).map(row).collect::<String>();
    let orders = rows(|n| format!("a{n:09},2026-11-20 10:15:00,OK\n"));
    let orders = format!("number,created_at,result\n{orders}lost000000,2026-11-20 10:15:00,OK\n");
    let events = rows(|n| format!("a{n:09},E-{n},2026-11-20 10:15:00,OK\n"));
    home.imported("orders", &orders);
    let header = "merchant_management_id,event_id,requested_at,auto_result\n";
    home.imported("events", format!("{header}{events}"));
    let numbers = orders.lines().skip(1).map(|line| &line[..10]);
    home.put("numbers.txt", numbers.collect::<Vec<_>>().join("\n"));
    for format in ["table", "json", "jsonl", "csv"] {
        for (call, status) in [("reconcile --check", 3), ("reconcile", 0), ("trace -", 3)] {
            let mut command = home.command(&format!("--format {format} {call}"));
            let numbers = std::fs::File::open(home.path("numbers.txt")).unwrap();
            let mut child = command.stdin(numbers).spawn().unwrap();
            child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
            drop(child.stdout.take());
            let ran = ended(child);
            ran.ended_with(status);
            assert_eq!(ran.stderr, "", "{format} {call}");
        }
        let mut child = home
            .command(&format!("--format {format} doctor"))
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        ended(child).ended_with(3);
    }
}

#[test]
fn a_link_to_nothing_has_a_hint_that_leads_somewhere() {
    let home = Home::new();
    for link in ["link.toml", "link.db"] {
        std::os::unix::fs::symlink("nowhere", home.path(link)).unwrap();
    }
    for (call, status) in [
        ("--config link.toml config set oplux.enabled true", 2),
        ("--config link.toml config init", 2),
        ("--store link.db orders list", 7),
        ("--store link.db import -", 7),
    ] {
        let ran = home.run_with(call, "number\nn1\n");
        ran.ended_with(status).says(&["remove the link first"]);
    }
}

#[test]
fn standard_output_that_cannot_be_written_is_an_error() {
    let home = Home::new();
    for call in ["--help", "config path", "log --format json"] {
        home.run_full(call).ended_with(1);
    }
}

#[test]
fn a_range_that_ends_before_it_begins_is_status_2() {
    let home = Home::new();
    home.config("[ecforce]\nbase_url = \"http://127.0.0.1:9\"\n");
    for call in [
        "reconcile --check",
        "orders list",
        "events list",
        "log",
        "pull orders",
    ] {
        let range = "--from 2026-12-02 --to 2026-12-01";
        for lang in ["en", "ja"] {
            home.run(&format!("--lang {lang} {call} {range}"))
                .ended_with(2)
                .says(&[
                    "--from",
                    "--to",
                    "2026-12-02 00:00:00",
                    "2026-12-01 23:59:59",
                ]);
        }
    }
    home.run("log --from 2026-12-02 --to 2026-12-02")
        .ended_with(0);
    assert!(!home.store_path().exists());
}

/// While it waits for its input, and while it lists more than its reader takes.
#[test]
fn what_reads_and_what_lists_ends_with_130_and_leaves_no_file() {
    let home = Home::new();
    let rows = (0..2000).map(|n| format!("n{n:09},2026/11/20\n"));
    home.imported(
        "orders",
        format!("number,created_at\n{}", rows.collect::<String>()),
    );
    home.configure("http://127.0.0.1:9/", "");
    let before = home.files();
    for call in [
        "screen",
        "screen -",
        "trace",
        "trace n1 --history -",
        "--format jsonl reconcile --report r.html",
        "--format jsonl orders list",
    ] {
        for name in ["INT", "TERM"] {
            let mut child = home.command(call).spawn().unwrap();
            until_it_listens(&child);
            if call.contains("jsonl") {
                // It is at its rows.
                child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
            }
            signal(&child, name);
            let input = child.stdin.take();
            assert_eq!(child.wait().unwrap().code(), Some(130), "{call} {name}");
            drop(input);
            let beside = |file: &String| file.ends_with("-wal") || file.ends_with("-shm");
            let mut after = home.files();
            after.retain(|file| !beside(file));
            assert_eq!(after, before, "{call} {name}");
        }
    }
}

/// Waits until a program has said what is to be done at a signal.
fn until_it_listens(child: &Child) {
    let path = format!("/proc/{}/status", child.id());
    let listens = || {
        let status = std::fs::read_to_string(&path).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
        // SIGINT is 2, SIGTERM 15; the lowest bit is 1.
        [1, 14].iter().all(|bit| caught >> bit & 1 == 1)
    };
    for _ in 0..1000 {
        if listens() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it does not listen");
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
    let config = home.config_text();
    let off = config.replace("enabled = true", "enabled = false");
    home.write("off.toml", &off);
    home.write("bare.toml", "");
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
        // `config init` leaves a file as it is.
        let bare = ["--config", "bare.toml"];
        let set = "oplux config set oplux.enabled true --config bare.toml";
        let ran = run(&bare, &["screen", "order.json"], 2);
        has_line(&ran.stderr, set);
        has_line(&ran.stderr, "oplux doctor --config bare.toml");
        ran.never_says(&["config init"]);
        let flags = [bare, store].concat();
        let ran = run(&flags, &["trace", "a905125d2a"], 3);
        has_line(&ran.stderr, set);
        ran.never_says(&["config init"]);
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
