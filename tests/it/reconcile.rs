//! `reconcile`: rows, filters, `--check`, forms and the report, through the built binary. Random
//! stores stand in matching_random.rs.

use std::{
    fs,
    os::unix::fs::{FileTypeExt, symlink},
    process::{Command, Stdio},
};

use crate::loaded::{cell, settings};
use crate::support::{Home, has, is_japanese, keys, mkfifo, mode, set_mode};
use serde_json::{Value, json};

const COLUMNS: &str = "number,created_at,payment_method_id,ecforce_result,status,matched_number,\
event_id,auto_result,manual_result,drift,cause,search_for,suggested_number";

/// The row of this number.
#[track_caller]
fn row(home: &Home, number: &str) -> Value {
    let rows = home.listed("reconcile");
    let found = rows.iter().find(|row| row["number"] == number);
    found
        .unwrap_or_else(|| panic!("no {number} in {rows:#?}"))
        .clone()
}

#[test]
fn there_is_a_row_for_every_order() {
    let home = Home::with_every_status();
    let rows = home.listed("reconcile");
    assert_eq!(keys(&rows[0]).replace(' ', ","), COLUMNS);
    let fields = "number,status,matched_number,event_id,auto_result,manual_result,drift,cause,search_for,suggested_number";
    let mut shown: Vec<String> = Vec::new();
    for row in &rows {
        let cells = fields.split(',').map(|field| cell(row, field));
        shown.push(cells.collect::<Vec<_>>().join(","));
    }
    // Where an order without a time stands the contract does not say.
    let untimed = "notime0000,not-screened,,,,,,admin-order,,";
    let place = shown.iter().position(|row| row == untimed).unwrap();
    shown.remove(place);
    assert_eq!(
        shown,
        [
            "csv0000000,not-screened,,,,,,csv-order,,",
            "direct0000,direct,direct0000,E-DIRECT,OK,,,,direct0000,",
            "b1c2d3e4f5,via-payment-history,a905125d2a,E-FIRST,REVIEW,,,,a905125d2a,",
            "drifting00,direct,drifting00,E-DRIFT,HOLD,NG,manual-changed,,drifting00,",
            "missing000,missing,,,,,,event-expected,,orphan0000",
            "alsolost00,missing,,,,,,event-expected,,orphan0000",
            "unknown000,unknown,,,,,,events-not-loaded,,",
        ]
    );
    has(
        &row(&home, "direct0000"),
        json!({"created_at": "2026-11-20T10:00:00+09:00", "payment_method_id": 1, "ecforce_result": "OK"}),
    );
}

#[test]
fn every_format_has_the_same_rows() {
    let home = Home::with_every_status();
    let rows = home.listed("reconcile");
    let lines = home.run("--format jsonl reconcile");
    assert_eq!(lines.ended_with(0).rows("jsonl"), rows);
    let csv = home.run("--format csv reconcile");
    let mut reader = csv::Reader::from_reader(csv.ended_with(0).stdout.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().collect::<Vec<_>>().join(","), COLUMNS);
    for (record, row) in reader.records().zip(&rows) {
        // Times in CSV as in JSON.
        let cells: Vec<String> = header.iter().map(|field| cell(row, field)).collect();
        assert_eq!(record.unwrap().iter().collect::<Vec<_>>(), cells);
    }
    assert_eq!(csv.stdout.lines().count(), rows.len() + 1);
    home.run("reconcile").ended_with(0).shows(&[
        "missing000",
        "b1c2d3e4f5",
        "a905125d2a",
        "drifting00",
    ]);
    assert!(home.listed("reconcile --from 2030-01-01").is_empty());
    let none = home.run("--format csv reconcile --from 2030-01-01");
    assert_eq!(none.stdout.trim_end(), COLUMNS);
}

#[test]
fn rows_are_selected_by_status_drift_and_time_and_check_judges_them() {
    let home = Home::with_every_status();
    let of_the_20th = "csv0000000 direct0000 b1c2d3e4f5 drifting00 missing000";
    for (flags, expected, check) in [
        ("--status missing", "missing000 alsolost00", 3),
        ("--status direct", "direct0000 drifting00", 3), // one of them drifts
        (
            "--status missing,unknown",
            "missing000 alsolost00 unknown000",
            3,
        ),
        (
            "--status via-payment-history,unknown",
            "b1c2d3e4f5 unknown000",
            0,
        ),
        ("--drift-only", "drifting00", 3),
        ("--drift-only --status missing", "", 0),
        ("--from 2026-11-21", "alsolost00 unknown000", 3),
        ("--from 2026-11-22", "unknown000", 0),
        ("--from 2026/11/21 --to 2026/11/21", "alsolost00", 3),
        // A bare date: that whole day. A time: up to it. An order without a time is in no range.
        ("--to 2026-11-20", of_the_20th, 3),
        (
            "--from 2026-11-20T10:16:30 --to 2026-11-20T23:00",
            "b1c2d3e4f5 drifting00",
            3,
        ),
        (
            "--from 2026-11-20 --to 2026-11-20 --status missing",
            "missing000",
            3,
        ),
    ] {
        let found = home.column(&format!("reconcile {flags}"), "number");
        assert_eq!(found.join(" "), expected, "{flags}");
        for format in ["table", "csv"] {
            home.run(&format!("--format {format} reconcile --check {flags}"))
                .ended_with(check);
        }
    }
    let nothing = home.run("reconcile --check --from 2027-01-01");
    nothing
        .ended_with(0)
        .says(&["warning: --check judged nothing"]);
    let all_clear = home.run("reconcile --check --drift-only --status missing");
    assert!(
        !all_clear.stderr.contains("judged nothing"),
        "{all_clear:#?}"
    );
    for bad in ["--status lost", "--from gestern", "--to 2026-13-01"] {
        home.run(&format!("reconcile {bad}")).ended_with(2);
    }
}

/// Nothing imported is never an all-clear, and neither is a store that is not there.
#[test]
fn without_a_store_it_ends_with_7() {
    let empty = Home::new();
    empty
        .run("reconcile")
        .ended_with(7)
        .says(&["oplux import orders"]);
    empty.run("reconcile --check").ended_with(7);
    // Neither a store that was made for its log, nor one without orders, is one to judge by.
    empty.run("config init").ended_with(0);
    for load in [
        None,
        Some(("events", "merchant_management_id,event_id\na905125d2a,E1\n")),
        Some(("orders", "number\n")),
    ] {
        if let Some((kind, file)) = load {
            empty.imported(kind, file).ended_with(0);
        }
        for call in [
            "reconcile",
            "-q reconcile --check",
            "reconcile --report r.html",
        ] {
            empty
                .run(call)
                .ended_with(7)
                .says(&["no orders", "oplux import orders FILE"]);
        }
    }
    let ran = empty.run("--lang ja --format json reconcile");
    let error = ran.ended_with(7).error();
    assert_eq!((&error["code"], &*ran.stdout), (&json!("store-empty"), ""));
    assert!(is_japanese(error["message"].as_str().unwrap()));
    assert!(!empty.path("r.html").exists());
    symlink("nowhere", empty.path("link.db")).unwrap();
    for name in ["typo.db", "link.db"] {
        for call in [
            "reconcile --check",
            "--quiet trace a905125d2a",
            "orders list",
            "events list",
            "log",
        ] {
            empty
                .run(&format!("--store {name} {call}"))
                .ended_with(7)
                .says(&[name]);
        }
    }
}

#[test]
fn the_summary_stands_on_standard_error_and_counts_orphans() {
    let home = Home::with_every_status();
    let summary = |lang: &str| {
        let ran = home.run(&format!("--lang {lang} --format csv reconcile"));
        ran.ended_with(0).says(&["%"]);
        assert!(ran.stdout.starts_with(COLUMNS), "{ran:#?}");
        ran.stderr
    };
    let before = summary("en");
    assert!(is_japanese(&summary("ja")));
    // An orphan more is told, and changes no row.
    let rows = home.listed("reconcile");
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at\norphan0001,E-MORE,2026/11/25\n",
    );
    assert_ne!(summary("en"), before);
    assert_eq!(home.listed("reconcile"), rows);
}

#[test]
fn what_the_configuration_says_today_counts() {
    let home = Home::with_every_status();
    let cause = || row(&home, "alsolost00")["cause"].clone();
    assert_eq!(cause(), "event-expected");
    home.config(&settings("integrated_at = \"2026-11-22\"", ""));
    assert_eq!(cause(), "before-integration");
    home.config(&settings("", "").replace("enabled = true", "enabled = false"));
    assert_eq!(cause(), "oplux-disabled");
    // Without settings: passed over, with one warning for all rows.
    fs::remove_file(home.config_path()).unwrap();
    assert_eq!(cause(), Value::Null);
    let traced = home.trace("alsolost00");
    let warning = traced.stderr.lines().next().unwrap();
    let ran = home.run("--format json reconcile");
    assert_eq!(ran.stderr.matches(warning).count(), 1, "{ran:#?}");
}

#[test]
fn the_summary_counts_thanks_offers_whose_history_is_missing() {
    let home = Home::new();
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/exports/shop");
    home.run(&["import", shop]).ended_with(0);
    for (lang, counted) in [
        ("en", "no payment history known: 1;"),
        ("ja", "取り込まれていないもの: 1件"),
    ] {
        home.run(&format!("--lang {lang} --format csv reconcile"))
            .ended_with(0)
            .says(&[
                counted,
                "oplux import payments FILE",
                "\n  oplux trace d07c3be914 --history - --save\n",
            ]);
    }
    let suggested = json!({"search_for": null, "suggested_number": "7a1b2c3d4e"});
    has(&row(&home, "d07c3be914"), suggested);
    home.imported(
        "payments",
        "受注番号,決済受注番号\nd07c3be914,7a1b2c3d4e\nd07c3be914,d07c3be914\n",
    );
    home.run("reconcile")
        .never_says(&["no payment history known"]);
    assert_eq!(row(&home, "d07c3be914")["search_for"], "7a1b2c3d4e");
}

#[test]
fn the_report_is_one_page_that_loads_nothing() {
    let home = Home::with_every_status();
    home.imported("orders", "number,created_at,state,reason,result\nevil000000,2026/11/20,<script>alert(1)</script>,<img src=x>,NG\n");
    for lang in ["en", "ja"] {
        home.run(&format!("--lang {lang} reconcile --report report.html"))
            .ended_with(0);
        let page = home.read("report.html");
        let lower = page.to_lowercase();
        assert!(lower.trim_start().starts_with("<!doctype html>") && lower.contains("utf-8"));
        assert!(lower.trim_end().ends_with("</html>"));
        assert!(lang == "en" || is_japanese(&page));
        for outside in [
            "<script src",
            "<link",
            "@import",
            "url(http",
            "src=\"http",
            "src='http",
            "src=\"//",
            "<iframe",
            "<script>alert",
            "<img src=x",
        ] {
            assert!(!lower.contains(outside), "{outside} in the report");
        }
        // Drifts and missing orders are listed, and days.
        for part in ["drifting00", "missing000", "alsolost00", "11-20"] {
            assert!(page.contains(part), "{part}");
        }
    }
    home.run("reconcile --report no/such/folder/report.html")
        .ended_with(1)
        .says(&["no/such"]);
    // With `--check` too, the report is written.
    home.run("reconcile --check --report checked.html")
        .ended_with(3);
    assert!(home.path("checked.html").exists());
}

#[test]
fn the_report_goes_where_it_is_named_and_destroys_nothing() {
    let home = Home::with_every_status();
    let report = |name: &str| home.run(&format!("reconcile --report {name}"));
    let is_page = |text: &str| {
        text.trim_start()
            .to_lowercase()
            .starts_with("<!doctype html>")
    };
    report("new.html").ended_with(0);
    assert_eq!(mode(home.path("new.html")), 0o600);
    // A link stays one, and what it leads to keeps its mode.
    home.write("real.html", "old");
    set_mode(home.path("real.html"), 0o640);
    symlink("real.html", home.path("link.html")).unwrap();
    symlink("later.html", home.path("dangling.html")).unwrap();
    for (link, real, bits) in [
        ("link.html", "real.html", 0o640),
        ("dangling.html", "later.html", 0o600),
    ] {
        report(link).ended_with(0);
        assert!(home.path(link).symlink_metadata().unwrap().is_symlink());
        assert!(is_page(&home.read(real)));
        assert_eq!(mode(home.path(real)), bits);
    }
    // A pipe is written to.
    let pipe = home.path("pipe");
    mkfifo(&pipe);
    let reader = Command::new("cat")
        .arg(&pipe)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    report("pipe").ended_with(0);
    let read = reader.wait_with_output().unwrap().stdout;
    assert!(is_page(&String::from_utf8(read).unwrap()));
    assert!(pipe.metadata().unwrap().file_type().is_fifo());
    // Standard output has the page alone.
    let ran = report("-");
    ran.ended_with(0);
    assert!(is_page(&ran.stdout) && ran.stdout.trim_end().ends_with("</html>"));
    assert!(!home.path("-").exists());
}

/// A group of very many payments is judged like a small one, also while somebody writes.
#[test]
fn orders_of_a_huge_group_are_judged_like_others() {
    let home = Home::new();
    let numbers = || (0..200).map(|n| format!("n{n:05}"));
    let orders: String = numbers().map(|n| n + ",2026/11/20 10:00\n").collect();
    home.imported("orders", format!("number,created_at\n{orders}"));
    let paid = |n| format!("{n},first00000,2026/11/20 09:00\n{n},{n},2026/11/20 09:01\n");
    let payments: String = numbers().map(paid).collect();
    home.imported(
        "payments",
        format!("order_number,payment_number,at\n{payments}"),
    );
    let writer = rusqlite::Connection::open(home.store_path()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let rows = home.listed("reconcile");
    assert_eq!(rows.len(), 200);
    for (row, number) in rows.iter().zip(numbers()) {
        has(
            row,
            json!({"number": number, "cause": "thanks-offer-payment", "search_for": "first00000"}),
        );
    }
}
