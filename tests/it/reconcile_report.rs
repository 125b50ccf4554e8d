//! `reconcile --report`, and a reader that leaves early, through the built binary.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use crate::loaded::settings;
use crate::support::{Home, is_japanese};

#[test]
fn the_report_is_one_page_that_loads_nothing() {
    let home = Home::with_every_status();
    home.imported("orders", "number,created_at,state,reason,result\nevil000000,2026/11/20,<script>alert(1)</script>,<img src=x>,NG\n");
    for lang in ["en", "ja"] {
        let ran = home.run(&["--lang", lang, "reconcile", "--report", "report.html"]);
        ran.ended_with(0);
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
