//! `reconcile`: rows, filters, `--check`, forms and the report, through the built binary. Random
//! stores stand in matching_random.rs.

mod loaded;
mod support;

use std::{
    io::Read,
    process::{Command, Stdio},
};

use loaded::{cell, settings};
use serde_json::{Value, json};
use support::{Home, is_japanese};

const COLUMNS: &str = "number,created_at,payment_method_id,ecforce_result,status,matched_number,\
event_id,auto_result,manual_result,drift,cause";

/// One order of each status: found, found through its history, missing, unknown, not screened,
/// and one without a time.
fn shop() -> Home {
    let home = Home::new();
    home.config(&settings("integrated_at = \"2026-01-15\"", ""));
    home.imported(
        "orders",
        "number,created_at,channel,payment_method_id,registered,purchase_number,result\n\
         direct0000,2026/11/20 10:00,lp,1,1,1,OK\n\
         drifting00,2026/11/20 11:00:00,lp,1,1,1,OK\n\
         b1c2d3e4f5,2026/11/20 10:16:30,lp,1,1,1,REVIEW\n\
         missing000,2026/11/20 23:59:59,shop,2,0,1,NG\n\
         alsolost00,2026/11/21 00:00:00,lp,1,1,1,\n\
         unknown000,2026/11/22 08:00,lp,1,1,1,HOLD\n\
         csv0000000,2026/11/20 10:00,csv,1,1,1,\n\
         notime0000,,admin,,,,\n",
    );
    home.imported("payments", loaded::PAYMENTS);
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at,auto_result,manual_result\n\
         direct0000,E-DIRECT,2026/11/20 10:00:05,OK,\n\
         drifting00,E-DRIFT,2026/11/20 11:00:05,HOLD,NG\n\
         a905125d2a,E-FIRST,2026/11/20 10:15:05,REVIEW,\n\
         orphan0000,E-ORPHAN,2026/11/21 00:00:05,OK,\n",
    );
    home
}

fn numbers(home: &Home, flags: &[&str]) -> Vec<String> {
    home.column(&[&["reconcile"], flags].concat(), "number")
}

#[test]
fn there_is_a_row_for_every_order() {
    let home = shop();
    let rows = home.listed(&["reconcile"]);
    let expected = [
        [
            "csv0000000",
            "not-screened",
            "",
            "",
            "",
            "",
            "",
            "csv-order",
        ],
        [
            "direct0000",
            "direct",
            "direct0000",
            "E-DIRECT",
            "OK",
            "",
            "",
            "",
        ],
        [
            "b1c2d3e4f5",
            "via-payment-history",
            "a905125d2a",
            "E-FIRST",
            "REVIEW",
            "",
            "",
            "",
        ],
        [
            "drifting00",
            "direct",
            "drifting00",
            "E-DRIFT",
            "HOLD",
            "NG",
            "manual-changed",
            "",
        ],
        [
            "missing000",
            "missing",
            "",
            "",
            "",
            "",
            "",
            "event-expected",
        ],
        [
            "alsolost00",
            "missing",
            "",
            "",
            "",
            "",
            "",
            "event-expected",
        ],
        [
            "unknown000",
            "unknown",
            "",
            "",
            "",
            "",
            "",
            "events-not-loaded",
        ],
        [
            "notime0000",
            "not-screened",
            "",
            "",
            "",
            "",
            "",
            "admin-order",
        ],
    ];
    let fields = [
        "number",
        "status",
        "matched_number",
        "event_id",
        "auto_result",
        "manual_result",
        "drift",
        "cause",
    ];
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|row| fields.iter().map(|field| cell(row, field)).collect())
        .collect();
    assert_eq!(shown.len(), expected.len());
    // Where an order without a time stands the contract does not say.
    let timed = |rows: &[Vec<String>]| -> Vec<Vec<String>> {
        rows.iter()
            .filter(|row| row[0] != "notime0000")
            .cloned()
            .collect()
    };
    let expected: Vec<Vec<String>> = expected
        .iter()
        .map(|row| row.iter().map(|&cell| cell.to_owned()).collect())
        .collect();
    assert_eq!(timed(&shown), timed(&expected));
    assert!(shown.contains(&expected[7]), "{shown:?}");
    let first = rows
        .iter()
        .find(|row| row["number"] == "direct0000")
        .unwrap();
    assert_eq!(first["created_at"], "2026-11-20T10:00:00+09:00");
    assert_eq!(
        (&first["payment_method_id"], &first["ecforce_result"]),
        (&json!(1), &json!("OK"))
    );
    let names: Vec<&str> = first
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names[..11].join(","), COLUMNS);
}

#[test]
fn every_format_has_the_same_rows() {
    let home = shop();
    let rows = home.listed(&["reconcile"]);
    let lines = home.run(&["--format", "jsonl", "reconcile"]);
    lines.ended_with(0);
    assert_eq!(lines.rows("jsonl"), rows);
    let csv = home.run(&["--format", "csv", "reconcile"]);
    csv.ended_with(0);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(header[..11].join(","), COLUMNS);
    for (record, row) in reader.records().zip(&rows) {
        let record = record.unwrap();
        // Times in CSV as in JSON.
        let cells: Vec<String> = header.iter().map(|field| cell(row, field)).collect();
        assert_eq!(record.iter().collect::<Vec<_>>()[..11], cells[..11]);
    }
    assert_eq!(csv.stdout.lines().count(), rows.len() + 1);
    let table = home.run(&["reconcile"]);
    table
        .ended_with(0)
        .shows(&["missing000", "b1c2d3e4f5", "a905125d2a", "E-DRIFT"]);
    let none = home.run(&["--format", "json", "reconcile", "--from", "2030-01-01"]);
    none.ended_with(0);
    assert_eq!(none.json(), json!([]));
    let none = home.run(&["--format", "csv", "reconcile", "--from", "2030-01-01"]);
    assert!(
        none.stdout.starts_with(COLUMNS) && none.stdout.lines().count() == 1,
        "{none:#?}"
    );
}

#[test]
fn rows_are_selected_by_status_drift_and_time() {
    let home = shop();
    for (flags, expected) in [
        (
            &["--status", "missing"][..],
            &["missing000", "alsolost00"][..],
        ),
        (
            &["--status", "missing,unknown"],
            &["missing000", "alsolost00", "unknown000"],
        ),
        (
            &["--status", "via-payment-history,unknown"],
            &["b1c2d3e4f5", "unknown000"],
        ),
        (&["--drift-only"], &["drifting00"]),
        (&["--drift-only", "--status", "missing"], &[]),
        (&["--from", "2026-11-21"], &["alsolost00", "unknown000"]),
        (
            &["--from", "2026/11/21", "--to", "2026/11/21"],
            &["alsolost00"],
        ),
        // A bare date: that whole day. A time: up to it.
        (
            &["--to", "2026-11-20"],
            &[
                "csv0000000",
                "direct0000",
                "b1c2d3e4f5",
                "drifting00",
                "missing000",
            ],
        ),
        (
            &["--from", "2026-11-20 10:16:30", "--to", "2026-11-20 23:00"],
            &["b1c2d3e4f5", "drifting00"],
        ),
        (
            &[
                "--from",
                "2026-11-20",
                "--to",
                "2026-11-20",
                "--status",
                "missing",
            ],
            &["missing000"],
        ),
    ] {
        assert_eq!(numbers(&home, flags), expected, "{flags:?}");
    }
    // An order without a time falls out under a range, and only there.
    assert!(numbers(&home, &[]).contains(&"notime0000".to_owned()));
    assert!(!numbers(&home, &["--from", "2000-01-01"]).contains(&"notime0000".to_owned()));
    assert!(!numbers(&home, &["--to", "2100-01-01"]).contains(&"notime0000".to_owned()));
    for bad in [
        ["--status", "lost"],
        ["--from", "gestern"],
        ["--to", "2026-13-01"],
    ] {
        home.run(&[&["reconcile"], &bad[..]].concat()).ended_with(2);
    }
}

#[test]
fn check_judges_the_rows_that_are_selected() {
    let home = shop();
    for (flags, status) in [
        (&[][..], 3),
        (&["--status", "missing"], 3),
        (&["--drift-only"], 3),
        (&["--status", "direct"], 3), // one of them drifts
        (&["--status", "via-payment-history,unknown,not-screened"], 0),
        (&["--from", "2026-11-22"], 0),
        (&["--to", "2026-11-20 10:30"], 0),
        (&["--from", "2030-01-01"], 0),
    ] {
        for format in ["table", "json", "jsonl", "csv"] {
            let args = [&["--format", format, "reconcile", "--check"], flags].concat();
            home.run(&args).ended_with(status);
        }
        home.run(&[&["reconcile"], flags].concat()).ended_with(0);
    }
    let empty = Home::new();
    empty.run(&["reconcile", "--check"]).ended_with(0);
}

#[test]
fn the_summary_stands_on_standard_error_and_counts_orphans() {
    let home = shop();
    let summary = |home: &Home, lang: &str| {
        let ran = home.run(&["--lang", lang, "--format", "csv", "reconcile"]);
        ran.ended_with(0);
        assert!(ran.stdout.starts_with(COLUMNS), "{ran:#?}");
        assert!(ran.stderr.contains('%'), "shares: {ran:#?}");
        ran.stderr
    };
    let before = summary(&home, "en");
    assert!(is_japanese(&summary(&home, "ja")) && !is_japanese(&before));
    assert_eq!(summary(&home, "en"), before);
    // An orphan more is told, and changes no row.
    let rows = home.listed(&["reconcile"]);
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at\norphan0001,E-MORE,2026/11/25\n",
    );
    assert_ne!(summary(&home, "en"), before);
    assert_eq!(home.listed(&["reconcile"]), rows);
}

#[test]
fn the_report_is_one_page_that_loads_nothing() {
    let home = shop();
    home.imported("orders", "number,created_at,state,reason,result\nevil000000,2026/11/20,<script>alert(1)</script>,<img src=x>,NG\n");
    for lang in ["en", "ja"] {
        let ran = home.run(&["--lang", lang, "reconcile", "--report", "report.html"]);
        ran.ended_with(0);
        let page = home.read("report.html");
        let lower = page.to_lowercase();
        assert!(lower.trim_start().starts_with("<!doctype html>") && lower.contains("utf-8"));
        assert!(lower.trim_end().ends_with("</html>"));
        assert_eq!(is_japanese(&page), lang == "ja");
        for outside in [
            "<script src",
            "<link",
            "@import",
            "url(http",
            "src=\"http",
            "src='http",
            "href=\"http",
            "src=\"//",
            "href=\"//",
            "<iframe",
            "<script>alert",
            "<img src=x",
        ] {
            assert!(!lower.contains(outside), "{outside} in the report");
        }
        // Drifts and missing orders are listed, each with its cause or kind.
        for part in ["drifting00", "missing000", "alsolost00"] {
            assert!(page.contains(part), "{part}");
        }
        // By day: both days with missing orders are there.
        assert!(page.contains("11-20") || page.contains("11/20"));
    }
    let nowhere = home.run(&["reconcile", "--report", "no/such/folder/report.html"]);
    assert_ne!(nowhere.status, 0);
    assert!(!nowhere.stderr.is_empty());
    // With `--check` too, the report is written.
    home.run(&["reconcile", "--check", "--report", "checked.html"])
        .ended_with(3);
    assert!(home.path("checked.html").exists());
}

#[test]
fn a_reader_that_leaves_early_ends_it_silently() {
    let home = Home::new();
    home.config(&settings("", ""));
    let rows: String = (0..4000)
        .map(|n| format!("n{n:06},2026/11/20 10:00,lp,1,1,1,OK\n"))
        .collect();
    let header = "number,created_at,channel,payment_method_id,registered,purchase_number,result";
    home.imported("orders", format!("{header}\n{rows}"));
    for format in ["csv", "jsonl", "json", "table"] {
        let mut command: Command = home.command(&["--format", format, "reconcile"]);
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let mut start = [0; 16];
        let mut pipe = child.stdout.take().unwrap();
        pipe.read_exact(&mut start).unwrap();
        drop(pipe);
        let ended = child.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        for noise in ["panic", "roken pipe", "rror", "os error"] {
            assert!(!told.contains(noise), "{format}: {told}");
        }
        assert_ne!(ended.status.code(), Some(101), "{format}");
    }
}

#[test]
fn what_the_configuration_says_today_counts() {
    let home = shop();
    let cause = |home: &Home| -> Value {
        let rows = home.listed(&["reconcile"]);
        rows.iter()
            .find(|row| row["number"] == "alsolost00")
            .unwrap()["cause"]
            .clone()
    };
    assert_eq!(cause(&home), "event-expected");
    home.config(&settings("integrated_at = \"2026-11-22\"", ""));
    assert_eq!(cause(&home), "before-integration");
    home.config(&settings("", "").replace("enabled = true", "enabled = false"));
    assert_eq!(cause(&home), "oplux-disabled");
    // Without settings: passed over, with one warning for all rows.
    std::fs::remove_file(home.config_path()).unwrap();
    let ran = home.run(&["--format", "json", "reconcile"]);
    ran.ended_with(0);
    assert_eq!(cause(&home), Value::Null);
    let traced = home.trace(&["alsolost00"]);
    let warning = traced.stderr.lines().next().unwrap().to_owned();
    assert_eq!(ran.stderr.matches(&warning).count(), 1, "{ran:#?}");
}
