//! `reconcile`: rows, filters, `--check` and forms, through the built binary. The report stands in
//! reconcile_report.rs, random stores in matching_random.rs.

use crate::loaded::{cell, settings};
use crate::support::{Home, has, is_japanese};
use serde_json::{Value, json};

const COLUMNS: &str = "number,created_at,payment_method_id,ecforce_result,status,matched_number,\
event_id,auto_result,manual_result,drift,cause,search_for,suggested_number";

fn numbers(home: &Home, flags: &[&str]) -> Vec<String> {
    home.column(&[&["reconcile"], flags].concat(), "number")
}

#[test]
fn there_is_a_row_for_every_order() {
    let home = Home::with_every_status();
    let rows = home.listed("reconcile");
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
    for (number, searched, suggested) in [
        ("b1c2d3e4f5", "a905125d2a", ""),
        ("missing000", "", "orphan0000"),
        ("alsolost00", "", "orphan0000"),
        ("unknown000", "", ""),
    ] {
        let row = rows.iter().find(|row| row["number"] == number).unwrap();
        let shown = (cell(row, "search_for"), cell(row, "suggested_number"));
        assert_eq!(
            shown,
            (searched.to_owned(), suggested.to_owned()),
            "{number}"
        );
    }
    let first = rows
        .iter()
        .find(|row| row["number"] == "direct0000")
        .unwrap();
    assert_eq!(first["created_at"], "2026-11-20T10:00:00+09:00");
    has(
        &first,
        json!({"payment_method_id": 1, "ecforce_result": "OK"}),
    );
    let names: Vec<&str> = first
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names.join(","), COLUMNS);
}

#[test]
fn every_format_has_the_same_rows() {
    let home = Home::with_every_status();
    let rows = home.listed("reconcile");
    let lines = home.run("--format jsonl reconcile");
    lines.ended_with(0);
    assert_eq!(lines.rows("jsonl"), rows);
    let csv = home.run("--format csv reconcile");
    csv.ended_with(0);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(header.join(","), COLUMNS);
    for (record, row) in reader.records().zip(&rows) {
        let record = record.unwrap();
        // Times in CSV as in JSON.
        let cells: Vec<String> = header.iter().map(|field| cell(row, field)).collect();
        assert_eq!(record.iter().collect::<Vec<_>>(), cells);
    }
    assert_eq!(csv.stdout.lines().count(), rows.len() + 1);
    let table = home.run("reconcile");
    table
        .ended_with(0)
        .shows(&["missing000", "b1c2d3e4f5", "a905125d2a", "drifting00"]);
    let none = home.run("--format json reconcile --from 2030-01-01");
    none.ended_with(0);
    assert_eq!(none.json(), json!([]));
    let none = home.run("--format csv reconcile --from 2030-01-01");
    assert!(
        none.stdout.starts_with(COLUMNS) && none.stdout.lines().count() == 1,
        "{none:#?}"
    );
}

#[test]
fn rows_are_selected_by_status_drift_and_time() {
    let home = Home::with_every_status();
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
    let home = Home::with_every_status();
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
    empty.run("reconcile --check").ended_with(7);
    empty
        .run("reconcile")
        .ended_with(7)
        .says(&["oplux import orders"]);
    std::os::unix::fs::symlink("nowhere", empty.path("link.db")).unwrap();
    for name in ["typo.db", "link.db"] {
        for call in [
            &["reconcile", "--check"][..],
            &["trace", "a905125d2a"],
            &["orders", "list"],
            &["events", "list"],
            &["log"],
        ] {
            empty
                .run(&[&["--store", name], call].concat())
                .ended_with(7);
        }
    }
}

#[test]
fn the_summary_stands_on_standard_error_and_counts_orphans() {
    let home = Home::with_every_status();
    let summary = |home: &Home, lang: &str| {
        let ran = home.run(&format!("--lang {lang} --format csv reconcile"));
        ran.ended_with(0);
        assert!(ran.stdout.starts_with(COLUMNS), "{ran:#?}");
        assert!(ran.stderr.contains('%'), "shares: {ran:#?}");
        ran.stderr
    };
    let before = summary(&home, "en");
    let japanese = summary(&home, "ja");
    assert!(is_japanese(&japanese) && japanese != before);
    assert_eq!(summary(&home, "en"), before);
    // An orphan more is told, and changes no row.
    let rows = home.listed("reconcile");
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at\norphan0001,E-MORE,2026/11/25\n",
    );
    assert_ne!(summary(&home, "en"), before);
    assert_eq!(home.listed("reconcile"), rows);
}

#[test]
fn what_the_configuration_says_today_counts() {
    let home = Home::with_every_status();
    let cause = |home: &Home| -> Value {
        let rows = home.listed("reconcile");
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
    let ran = home.run("--format json reconcile");
    ran.ended_with(0);
    assert_eq!(cause(&home), Value::Null);
    let traced = home.trace("alsolost00");
    let warning = traced.stderr.lines().next().unwrap().to_owned();
    assert_eq!(ran.stderr.matches(&warning).count(), 1, "{ran:#?}");
}

#[test]
fn the_summary_counts_thanks_offers_whose_history_is_missing() {
    let home = Home::new();
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/exports/shop");
    home.run(&["import", shop]).ended_with(0);
    for (lang, counted) in [
        ("en", "no payment history known: 1;"),
        ("ja", "ストアにないもの: 1件"),
    ] {
        let ran = home.run(&format!("--lang {lang} --format csv reconcile"));
        ran.ended_with(0);
        ran.says(&[counted, "oplux import payments FILE", "--history - --save"]);
    }
    let row = |home: &Home| {
        let rows = home.listed("reconcile");
        let row = rows.into_iter().find(|row| row["number"] == "d07c3be914");
        let row = row.unwrap();
        (cell(&row, "search_for"), cell(&row, "suggested_number"))
    };
    assert_eq!(row(&home), (String::new(), "7a1b2c3d4e".to_owned()));
    home.imported(
        "payments",
        "受注番号,決済受注番号\nd07c3be914,7a1b2c3d4e\nd07c3be914,d07c3be914\n",
    );
    let ran = home.run("--format csv reconcile");
    assert!(!ran.stderr.contains("no payment history known"), "{ran:#?}");
    assert_eq!(row(&home).0, "7a1b2c3d4e");
}
