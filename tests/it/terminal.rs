//! What only a terminal sees: tables as wide as it is, long lists in the pager, and the browser.

use std::{
    io::{Read, Write},
    process::Command,
};

use serde_json::Value;

use crate::{
    pull_events::xml,
    support::{
        Home, KEPT, Ran, Vars,
        batch::{Gate, Live},
        finish,
        server::Server,
        set_mode,
    },
};

/// A shop with more orders than a list shows.
fn shop() -> Home {
    // On the disk: programs are run from it.
    let home = Home::on_disk();
    let rows = (0..60).map(|n| {
        format!("a905125d{n:02},2026/11/20 10:15:{n:02},1,3980,HOLD,過去に未払いのあった配送先と一致しています／短時間の再注文\n")
    });
    let header = "number,created_at,payment_method_id,total,result,reason\n".to_owned();
    home.imported("orders", &(header + &rows.collect::<String>()));
    home.imported(
        "events",
        "merchant_management_id,event_id,auto_result\na905125d07,E7,OK\n",
    );
    home
}

/// A program of the user's, for `$PAGER` and in place of `xdg-open`.
fn program(home: &Home, name: &str, lines: &str) {
    let path = home.write(name, &format!("#!/bin/sh\n{lines}\n"));
    set_mode(path, 0o755);
}

/// A call on a terminal of so many columns and 24 lines. The file `pid` says which process it is.
fn terminal(home: &Home, columns: u16, call: &str) -> Command {
    let mut script = home.another("script");
    let oplux = env!("CARGO_BIN_EXE_oplux");
    let line = format!("stty cols {columns} rows 24; echo $$ > pid; exec {oplux} {call}");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    script.env("PATH", std::env::var("PATH").unwrap());
    script.env("TERM", "xterm");
    script
}

/// What a terminal shows of a call. Its status ends it.
fn on_terminal(home: &Home, columns: u16, env: Vars<'_>, call: &str) -> Ran {
    let mut script = terminal(home, columns, call);
    script.envs(env.iter().copied());
    let mut ran = finish(script, "");
    ran.stdout = ran.stdout.replace("\r\n", "\n");
    ran
}

#[test]
fn a_list_that_is_longer_than_the_screen_is_paged() {
    let home = shop();
    program(&home, "pager", "echo \"paged $1\"; cat; echo end");
    program(&home, "quits", "head -n 3");
    for list in ["orders list", "reconcile"] {
        let paged = |env: &str, flags: &str| {
            let call = format!("{list} {flags}");
            on_terminal(&home, 80, &[("PAGER", env)], &call)
        };
        let all = paged("./pager -x", "");
        all.ended_with(0);
        // What is told besides comes once the reader has left.
        let (page, rest) = all.stdout.split_once("end\n").unwrap();
        assert!(page.starts_with("paged -x\n"), "{page}");
        assert_eq!(page.matches("a905125d").count(), 50, "{page}");
        assert!(rest.starts_with("10 more;"), "{rest}");
        // Leaving early is no error, and keeps the status.
        let early = paged("./quits", "");
        early.ended_with(0);
        assert!(early.stdout.contains("10 more;"));
        assert_eq!(
            early.stdout.matches("a905125d").count(),
            0,
            "{}",
            early.stdout
        );
        for (pager, flags) in [
            ("./pager", "--limit 3"),
            ("./pager", "--no-pager"),
            ("./pager", "--format csv"),
            ("", ""),
            ("cat", ""),
            ("./not-there", ""),
        ] {
            let plain = paged(pager, flags);
            plain.ended_with(0);
            let shown = &plain.stdout;
            assert!(
                shown.contains("a905125d") && !shown.contains("paged"),
                "{shown}"
            );
        }
    }
    // In a pipe there is no pager, whatever is set.
    home.run_env(&[("PAGER", "./pager")], "orders list")
        .never_says(&["paged"]);
    let dumb = on_terminal(
        &home,
        80,
        &[("PAGER", "./pager"), ("TERM", "dumb")],
        "orders list",
    );
    assert!(!dumb.stdout.contains("paged"));
    // With the pager left early, too, the status is that of the call.
    on_terminal(&home, 80, &[("PAGER", "./quits")], "reconcile --check").ended_with(3);
}

#[test]
fn no_line_is_wider_than_the_terminal_but_a_command() {
    let home = shop();
    for columns in [40, 150] {
        for lang in ["en", "ja"] {
            for call in [
                "orders list --limit 2",
                "reconcile --limit 2",
                "trace a905125d01",
                "log",
                "help topics",
                "help output",
            ] {
                let env = [("PAGER", ""), ("OPLUX_LANG", lang), ("NO_COLOR", "1")];
                let ran = on_terminal(&home, columns, &env, call);
                for line in ran.stdout.lines() {
                    let width: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
                    let is_command = line.trim_start().starts_with("oplux ");
                    assert!(is_command || width <= columns.into(), "{columns} {line}");
                }
            }
        }
    }
}

#[test]
fn the_demo_shows_its_commands_whole() {
    let ran = on_terminal(&Home::new(), 40, &[("NO_COLOR", "1")], "demo");
    let shown = &ran.ended_with(0).stdout;
    let command = "$ oplux events review 7296dcbbeb --result ok --yes\n";
    assert!(shown.contains(command), "{shown}");
}

#[test]
fn the_bar_takes_nothing_away_with_itself() {
    let (home, gate) = (Home::new(), Gate::default());
    let server = Server::new({
        let gate = gate.clone();
        move |_, place| {
            let _ = place < 5 || gate.pass();
            xml("<response/>")
        }
    });
    let url = format!("event_url = \"http://{}/v1\"", server.address());
    home.configure("http://127.0.0.1:9/v3", &url);
    let ids = (10..22).map(|n| format!(" 261120101500001{n:032}"));
    let call = "--format json pull events --rate 1000/s".to_owned() + &ids.collect::<String>();
    let mut live = Live::start(terminal(&home, 80, &call));
    server.wait_for(6);
    let mut kill = home.another("kill");
    kill.args(["-TERM", home.read("pid").trim()]);
    finish(kill, "").ended_with(0);
    while !live.line().contains("interrupted: ") {}
    gate.open();
    let all = live.end().stdout;
    assert!(all.contains("/12 "), "{all:?}");
    let shown = all
        .lines()
        .map(|line| line.rsplit("\x1b[2K").next().unwrap());
    let (told, rows): (Vec<_>, Vec<_>) = shown.partition(|line| line.starts_with("interrupted: "));
    assert!(!told.is_empty(), "{all:?}");
    let rows = rows.join("\n");
    let mut documents = serde_json::Deserializer::from_str(&rows).into_iter::<Value>();
    let document = documents.next().unwrap();
    assert_eq!(document.expect(&all).as_array().unwrap().len(), 6);
}

#[test]
fn the_report_is_opened_once_it_is_written() {
    let home = shop();
    let call = "reconcile --report page.html --open";
    let opened = |folder: &str| {
        let path = format!(
            "{}:{}",
            home.path(folder).display(),
            std::env::var("PATH").unwrap()
        );
        home.run_env(&[("PATH", &path)], call)
    };
    program(
        &home,
        "good/xdg-open",
        "test -s \"$1\" && echo \"$1\" >> opened",
    );
    opened("good").ended_with(0).never_says(&["warning"]);
    let page = home.path("page.html").canonicalize().unwrap();
    assert_eq!(home.read("opened").trim(), page.to_str().unwrap());
    // The page is there all the same.
    program(&home, "bad/xdg-open", "exit 3");
    opened("bad")
        .ended_with(0)
        .says(&["warning", "page.html", "xdg-open"]);
    // Nothing is on this path at all.
    home.run_env(&[("PATH", "/nowhere")], call)
        .ended_with(0)
        .says(&["warning", "xdg-open"]);
    home.run("reconcile --report - --open").ended_with(2);
    home.run("reconcile --open").ended_with(2);
    assert_eq!(home.read("opened").lines().count(), 1);
}

/// What a terminal shows of a call that is ended while it asks `question`: by Ctrl-C, or by a signal
/// that is sent to it. Its status and the terminal's settings stand at the end.
fn ended_at(home: &Home, editor: &str, call: &str, question: &str, signal: Option<&str>) -> String {
    let oplux = env!("CARGO_BIN_EXE_oplux");
    let line = format!(
        "trap : INT; sh -c 'echo $$ > pid; exec {oplux} {call}'; echo \"status $?\"; stty -a"
    );
    let mut script = home.another("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    script.env("PATH", std::env::var("PATH").unwrap());
    let mut child = script.env("EDITOR", editor).spawn().unwrap();
    let (mut shown, mut out) = (Vec::new(), child.stdout.take().unwrap());
    let mut chunk = [0; 1024];
    while !String::from_utf8_lossy(&shown).contains(question) {
        let length = out.read(&mut chunk).unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&shown));
        shown.extend(&chunk[..length]);
    }
    match signal {
        None => child.stdin.as_mut().unwrap().write_all(b"\x03").unwrap(),
        Some(name) => {
            let pid = home.read("pid");
            let sent = Command::new("kill").args([name, pid.trim()]).status();
            assert!(sent.unwrap().success());
        }
    }
    out.read_to_end(&mut shown).unwrap();
    child.wait().unwrap();
    let left = home.files();
    assert!(
        !left.iter().any(|file| file.contains(".oplux-")),
        "{left:?}"
    );
    String::from_utf8(shown).unwrap()
}

#[test]
fn a_question_that_is_ended_leaves_the_terminal_as_it_was_and_nothing_behind() {
    let wrong = "sed -i 's/timeout_seconds = 20/timeout_seconds = 500/'";
    for (call, question) in [
        ("config secret", "Secret key"),
        ("config edit", "[Y/n]"),
        ("--profile new config init", "hop ID"),
    ] {
        for signal in [None, Some("-TERM"), Some("-HUP")] {
            let home = Home::new();
            home.config(KEPT);
            let shown = ended_at(&home, wrong, call, question, signal);
            assert!(shown.contains("status 130"), "{call} {signal:?} {shown}");
            for setting in [" echo ", " icanon "] {
                assert!(shown.contains(setting), "{call} {signal:?} {shown}");
            }
            assert!(!shown.contains("error"), "{shown}");
            assert_eq!(home.config_text(), KEPT);
        }
    }
}

#[test]
fn ctrl_c_is_the_editors_and_another_signal_ends_both() {
    let home = Home::on_disk();
    home.config(KEPT);
    // The editor passes over Ctrl-C, and the program waits for it.
    program(
        &home,
        "patient",
        "trap 'echo \"# kept\" >> \"$1\"; exit 0' INT; echo opened; while :; do sleep 0.01; done",
    );
    let shown = ended_at(&home, "./patient", "config edit", "opened", None);
    assert!(shown.contains("status 0"), "{shown}");
    assert!(home.config_text().ends_with("# kept\n"), "{shown}");
    program(
        &home,
        "endless",
        "echo $$ > editor; touch \"$1~\"; echo opened; while :; do sleep 0.01; done",
    );
    for signal in ["-TERM", "-HUP"] {
        let shown = ended_at(&home, "./endless", "config edit", "opened", Some(signal));
        assert!(shown.contains("status 130"), "{shown}");
        let editor = std::path::Path::new("/proc").join(home.read("editor").trim());
        assert!(!editor.exists(), "{shown}");
    }
}

#[test]
fn no_is_an_answer_and_nothing_was_done() {
    let home = shop();
    home.configure(
        "http://127.0.0.1:9/v3",
        "event_url = \"http://127.0.0.1:9/v1\"",
    );
    home.run("backup kept.db").ended_with(0);
    for call in [
        "events delete a905125d07",
        "prune --before 2026-11-25",
        "restore kept.db",
    ] {
        let script = terminal(&home, 80, call);
        finish(script, "n\n").ended_with(2).shows(&["nothing was"]);
    }
}
