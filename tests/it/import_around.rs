//! `import`: what stands around it: standard input, personal data, the store's file, the network
//! and progress, through the built binary.

use crate::loaded::{EVENTS, ORDERS, PAYMENTS, cell, holds, settings};
use crate::support::{Home, METHODS, mode, server::Server};

const LIST: &[&str] = &["orders", "list"];

#[test]
fn standard_input_is_a_file_too() {
    let home = Home::new();
    home.run_with(&["import", "orders", "-"], ORDERS)
        .ended_with(0);
    home.run_with(
        &["import", "payments", "-"],
        &PAYMENTS.replace('\n', "\r\n"),
    )
    .ended_with(0);
    assert_eq!(home.column(LIST, "number"), ["b1c2d3e4f5"]);
}

#[test]
fn several_files_are_one_call() {
    let home = Home::new();
    let a = home.put("a.csv", "number,total\nn1,1\n");
    let b = home.put(
        "b.json",
        r#"[{"number": "n2"}, {"number": "n1", "total": 2}]"#,
    );
    home.run(&["import", "orders", a, b]).ended_with(0);
    let rows = home.listed(LIST);
    assert_eq!(rows.len(), 2);
    let n1 = rows.iter().find(|row| row["number"] == "n1").unwrap();
    assert_eq!(
        cell(n1, "total"),
        "2",
        "a later value replaces an earlier one"
    );
}

#[test]
fn an_unknown_column_is_passed_over_and_named_once() {
    let home = Home::new();
    let rows: String = (0..50).map(|n| format!("n{n},x{n},1\n")).collect();
    let ran = home.imported("orders", format!("number,謎の列,total\n{rows}"));
    assert_eq!(ran.stderr.matches("謎の列").count(), 1, "{ran:#?}");
    assert_eq!(home.listed(LIST).len(), 50);
    let known = home.imported("orders", ORDERS);
    assert!(!known.text().contains("謎の列"));
}

#[test]
fn columns_of_personal_data_leave_no_trace() {
    let home = Home::new();
    home.config(&settings("", ""));
    let text = "受注番号,氏名,住所,電話番号,メールアドレス,合計金額\n\
                n1,個人花子,目黒区秘密町2-23,0357596380,geheim@example.com,3980\n\
                versteckt@example.com,個人太郎,目黒区秘密町9-99,0312349876,versteckt@example.com,oops\n";
    let refused = home.import("orders", text);
    refused.ended_with(2);
    let skipped = home.run(&["import", "orders", "--skip-bad", "rows.txt"]);
    skipped.ended_with(8);
    let json = text.lines().nth(1).map(|_| {
        r#"[{"number": "n3", "name01": "個人花子", "email": "geheim@example.com", "billing_address": {"tel01": "0357596380", "addr01": "目黒区秘密町2-23"}}]"#
    });
    let from_json = home.imported("orders", json.unwrap());
    let list = home.run(&["--format", "csv", "orders", "list"]);
    let log = home.run(&["--format", "json", "log"]);
    let made = home.made();
    assert!(holds(&made, "n1"), "the store was found");
    for part in [
        "個人花子",
        "個人太郎",
        "秘密町",
        "0357596380",
        "0312349876",
        "geheim@",
        "versteckt@",
    ] {
        for ran in [&refused, &skipped, &from_json, &list, &log] {
            assert!(!ran.text().contains(part), "{part} in {ran:#?}");
        }
        assert!(!holds(&made, part), "{part} in the store");
    }
}

#[test]
fn the_store_is_for_its_owner_alone_and_needs_no_configuration() {
    let home = Home::new();
    home.imported("orders", ORDERS);
    let mut found = 0;
    for name in home.files() {
        if name.contains("default.db") {
            assert_eq!(mode(home.path(&name)), 0o600, "{name}");
            found += 1;
        }
    }
    assert!(found > 0, "{:?}", home.files());
    home.run(&["--store", "other.db", "import", "orders", "rows.txt"])
        .ended_with(0);
    assert_eq!(mode(home.path("other.db")), 0o600);
    assert_eq!(
        home.column(&["--store", "other.db", "orders", "list"], "number"),
        ["b1c2d3e4f5"]
    );
    // Nor an `[oplux]` table.
    home.config(METHODS);
    home.imported("payments", PAYMENTS);
}

#[test]
fn nothing_is_asked_of_the_network() {
    let server = Server::always("OK");
    let home = Home::new();
    let url = server.url();
    let addresses = format!("event_url = \"{url}\"\nname_url = \"{url}\"\n");
    home.configure(&url, &addresses);
    home.imported("orders", ORDERS);
    home.imported("payments", PAYMENTS);
    home.imported("events", EVENTS);
    home.trace(&["b1c2d3e4f5", "ffffffffff"]).ended_with(3);
    home.run(&["reconcile"]).ended_with(0);
    home.run(&["orders", "list"]).ended_with(0);
    home.run(&["orders", "show", "b1c2d3e4f5"]).ended_with(0);
    home.run(&["events", "list"]).ended_with(0);
    home.run(&["events", "show", "E-FIRST"]).ended_with(0);
    assert_eq!(server.count(), 0);
}

#[test]
fn a_pipe_shows_no_progress() {
    let home = Home::new();
    let rows: String = (0..2000).map(|n| format!("n{n}\n")).collect();
    let ran = home.imported("orders", format!("number\n{rows}"));
    for drawn in ['\r', '\u{1b}'] {
        assert!(!ran.text().contains(drawn), "{ran:#?}");
    }
    assert!(
        ran.tells_number("2000") || ran.text().contains("2,000"),
        "{ran:#?}"
    );
}
