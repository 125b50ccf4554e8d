//! `oplux import` as a whole: its summary, what it skips, its entry in the log, an interruption.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::Stdio,
};

use crate::support::Home;
use serde_json::{Value, json};

const ORDERS: &str = "受注番号,合計金額,支払い方法,棚番\na905125d2a,3980,クレジットカード一括,x\nb1c2d3e4f5,500,,y\n";

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What the log says of imports.
fn logged(home: &Home) -> Vec<Value> {
    let ran = home.run(&["--format", "json", "log"]);
    let log = json_of(&ran.stdout);
    let entries = log.as_array().unwrap().iter();
    let imports = entries.filter(|entry| entry["action"].as_str().unwrap().starts_with("import"));
    imports.cloned().collect()
}

#[test]
fn the_summary_counts_the_rows_of_each_file_and_what_was_stored_is_logged() {
    let home = Home::new();
    home.write("orders.csv", ORDERS);
    home.write("more.csv", "number,total\nb1c2d3e4f5,600\n");
    let call = [
        "--format",
        "json",
        "import",
        "orders",
        "orders.csv",
        "more.csv",
    ];
    let ran = home.run(&call);
    assert_eq!(
        (ran.status, ran.stderr.as_str()),
        (0, "columns passed over: `棚番`\n")
    );
    let file = |file: &str, new: u64, changed: u64, unchanged: u64| json!({"file": file, "kind": "orders", "new": new, "changed": changed, "unchanged": unchanged, "bad": 0});
    assert_eq!(
        json_of(&ran.stdout),
        json!({
            "kind": "orders",
            "files": [file("orders.csv", 2, 0, 0), file("more.csv", 0, 1, 0)],
            "new": 2, "changed": 1, "unchanged": 0, "bad": 0,
            "dry_run": false,
            "unknown_columns": ["棚番"],
            "bad_rows": [],
            "warnings": [],
        })
    );
    let again = json_of(&home.run(&call).stdout);
    assert_eq!(
        (&again["new"], &again["changed"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(3))
    );
    let entries = logged(&home);
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(entries[0]["action"], "import orders");
    assert_eq!(entries[0]["subject"], "orders.csv, more.csv");
    assert_eq!(entries[0]["detail"], "new 2, changed 1, unchanged 0, bad 0");
}

#[test]
fn bad_rows_are_skipped_where_that_is_asked_for_and_nothing_is_stored_where_not() {
    let home = Home::new();
    home.write("good.csv", ORDERS);
    home.write("bad.csv", "number,total\nc00000 12a4,1\nc000000002,700\n");
    let files = ["import", "orders", "good.csv", "bad.csv"];
    let ran = home.run(&files);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("bad.csv: line 2") && ran.stderr.contains("--skip-bad"),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains("12a4"), "{ran:?}");
    assert!(!home.store_path().exists() || logged(&home).is_empty());

    let ran = home.run(&[&files[..], &["--skip-bad", "--quiet"]].concat());
    assert_eq!(ran.status, 8, "{ran:?}");
    assert!(ran.stderr.contains("bad.csv: line 2"), "{ran:?}");
    let json = [&["--format", "json"], &files[..], &["--skip-bad"]].concat();
    let ran = home.run(&json);
    let summary = json_of(&ran.stdout);
    assert_eq!(
        (ran.status, &summary["unchanged"], &summary["bad"]),
        (8, &json!(3), &json!(1))
    );
    let row = &summary["bad_rows"][0];
    assert_eq!(
        (&row["file"], &row["line"], &row["column"]),
        (&json!("bad.csv"), &json!(2), &json!("number"))
    );
}

#[test]
fn an_event_id_under_another_number_is_a_bad_row_of_its_line() {
    let home = Home::new();
    let rows = "加盟店管理ID,イベントID\na905125d2a,e2\nb1c2d3e4f5,e1\nb1c2d3e4f5,e2\n";
    home.write("events.csv", rows);
    let ran = home.run(&["import", "events", "events.csv"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(
        ran.stderr
            .contains("events.csv: line 4: column `イベントID`"),
        "{ran:?}"
    );
    assert!(logged(&home).is_empty());
    let ran = home.run(&[
        "--format",
        "json",
        "import",
        "events",
        "events.csv",
        "--skip-bad",
    ]);
    let summary = json_of(&ran.stdout);
    assert_eq!(
        (ran.status, &summary["new"], &summary["bad_rows"][0]["line"]),
        (8, &json!(2), &json!(4))
    );
}

#[test]
fn the_name_of_a_configured_method_stands_for_its_id() {
    let home = Home::new();
    home.write(
        ".config/oplux/config.toml",
        "[[payment_methods]]\nid = 7\nname = \"クレジットカード一括\"\n",
    );
    home.write("orders.csv", ORDERS);
    assert_eq!(home.run(&["import", "orders", "orders.csv"]).status, 0);
    // Said with its ID, it is nothing new.
    let ids = "number,payment_method_id\na905125d2a,7\n";
    let ran = home.run_with(&["--format", "json", "import", "orders", "-"], ids);
    assert_eq!(json_of(&ran.stdout)["unchanged"], 1, "{ran:?}");
}

#[test]
fn without_a_file_nothing_is_waited_for() {
    let home = Home::new();
    assert_eq!(home.run(&["import", "orders"]).status, 2);
    let ran = home.run(&["--format", "csv", "import", "orders", "x.csv"]);
    assert_eq!(ran.status, 2);
    let ran = home.run(&["import", "orders", "missing.csv", "--skip-bad"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("missing.csv"), "{ran:?}");
    assert!(!home.store_path().exists());
}

#[test]
fn an_interrupted_load_keeps_nothing() {
    let home = Home::new();
    home.write("good.csv", ORDERS);
    let mut command = home.command(&["--verbose", "import", "orders", "good.csv", "-"]);
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"number\nc000000001\n").unwrap();
    // It is at work once it has opened the store; standard input is never closed.
    let mut messages = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("default.db") {
        line.clear();
        assert!(messages.read_line(&mut line).unwrap() > 0, "it ended");
    }
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(kill.unwrap().success());
    let status = child.wait().unwrap();
    drop(stdin);
    let mut rest = String::new();
    messages.read_to_string(&mut rest).unwrap();
    assert_eq!(status.code(), Some(130), "{rest}");
    assert!(rest.contains("nothing of it was stored"), "{rest}");
    assert!(logged(&home).is_empty());
    let ran = home.run(&["--format", "json", "import", "orders", "good.csv"]);
    assert_eq!(json_of(&ran.stdout)["new"], 2);
}
