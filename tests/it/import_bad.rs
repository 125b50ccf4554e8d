//! `import`: bad rows, all or nothing, and `--skip-bad`, through the built binary.

use crate::loaded::{ORDERS, cell};
use crate::support::{Home, Ran, is_japanese};

const LIST: &[&str] = &["orders", "list"];

/// Whether some message names the place: the file, the line and the column.
#[track_caller]
fn names(ran: &Ran, file: &str, line: &str, columns: &[&str]) {
    let named = |text: &str| {
        text.contains(file)
            && text
                .split(|c: char| !c.is_ascii_digit())
                .any(|token| token == line)
            && (columns.is_empty() || columns.iter().any(|column| text.contains(column)))
    };
    assert!(
        named(&ran.stderr),
        "{file}, {line}, {columns:?} in {ran:#?}"
    );
}

/// A bad row in line 3 between two good ones: refused whole, and passed over with `--skip-bad`.
#[track_caller]
fn is_bad(kind: &str, header: &str, good: [&str; 2], bad: &str, column: &[&str], value: &str) {
    let home = Home::new();
    let text = format!("{header}\n{}\n{bad}\n{}\n", good[0], good[1]);
    home.put("day.csv", text);
    let list: &[&str] = if kind == "events" {
        &["events", "list"]
    } else {
        LIST
    };
    let stored = |home: &Home| match kind {
        "payments" => home.traced("n1")["payment_history"]
            .as_array()
            .unwrap()
            .len(),
        _ => home.listed(list).len(),
    };
    let refused = home.run(&["--lang", "en", "import", kind, "day.csv"]);
    refused.ended_with(2);
    names(&refused, "day.csv", "3", column);
    assert_eq!(stored(&home), 0, "all or nothing: {bad}");
    let skipped = home.run(&["--lang", "en", "import", kind, "--skip-bad", "day.csv"]);
    skipped.ended_with(8);
    names(&skipped, "day.csv", "3", column);
    assert_eq!(stored(&home), 2, "the good rows: {bad}");
    let japanese = home.run(&["--lang", "ja", "import", kind, "--skip-bad", "day.csv"]);
    japanese.ended_with(8);
    assert!(is_japanese(&japanese.stderr), "{japanese:#?}");
    for ran in [&refused, &skipped, &japanese] {
        assert!(
            value.is_empty() || !ran.text().contains(value),
            "{value} in {ran:#?}"
        );
    }
    let json = home.run(&["--format", "json", "import", kind, "day.csv"]);
    json.ended_with(2);
    let error = json.error();
    assert!(
        error["message"].is_string() && error["code"].is_string(),
        "{error}"
    );
    assert_eq!(error["retryable"], false);
}

#[test]
fn every_kind_of_bad_order() {
    let header = "number,created_at,total,result,channel";
    let good = ["n1,2026/11/20,1,OK,lp", "n2,,,,"];
    for (bad, column, value) in [
        ("n7,2026/11/20,1,OK", "", ""),                 // too short
        ("n7,2026/11/20,1,OK,lp,zuviel", "", "zuviel"), // too long
        ("n/7x,,,,", "number", "n/7x"),
        ("注文七,,,,", "number", "注文七"),
        (",2026/11/20,1,OK,lp", "number", ""),
        ("NULL,2026/11/20,1,OK,lp", "number", ""),
    ] {
        let columns: &[&str] = if column.is_empty() { &[] } else { &[column] };
        is_bad("orders", header, good, bad, columns, value);
    }
}

#[test]
fn every_kind_of_bad_payment_and_event() {
    let header = "order_number,payment_number,at,amount,thanks_offer";
    let good = ["n1,n1,2026/11/20,1,0", "n1,n2,,,"];
    for (bad, column, value) in [
        ("n1,n8,2026/11/20,1", "", ""),
        ("n:x,n8,,,", "order_number", "n:x"),
        ("n1,n:y,,,", "payment_number", "n:y"),
        ("n1,,2026/11/20,1,0", "payment_number", ""),
    ] {
        let columns: &[&str] = if column.is_empty() { &[] } else { &[column] };
        is_bad("payments", header, good, bad, columns, value);
    }
    let header = "merchant_management_id,event_id,requested_at,auto_result,manual_result";
    let good = ["n1,E1,2026/11/20 10:00,OK,NG", "n2,E2,,,"];
    for (bad, column, value) in [
        ("n8,E8,2026/11/20", "", ""),
        ("n:z,E8,,,", "merchant_management_id", "n:z"),
        (",E8,,,", "merchant_management_id", ""),
        ("n8,,,OK,", "event_id", ""),
    ] {
        let columns: &[&str] = if column.is_empty() { &[] } else { &[column] };
        is_bad("events", header, good, bad, columns, value);
    }
}

#[test]
fn japanese_headers_are_named_as_they_stand_or_by_their_field() {
    let home = Home::new();
    home.put("日次.csv", "受注番号,合計金額\nn1,1\n七,2\n");
    let ran = home.run(&["import", "orders", "日次.csv"]);
    ran.ended_with(2);
    names(&ran, "日次.csv", "3", &["受注番号"]);
}

#[test]
fn a_number_that_a_spreadsheet_has_spoilt_gets_a_hint() {
    let hint = |number: &str| {
        let home = Home::new();
        let text = format!("number,total\n{number},1\n");
        home.put("day.csv", text);
        let ran = home.run(&[
            "--format", "json", "--lang", "en", "import", "orders", "day.csv",
        ]);
        ran.ended_with(2);
        assert!(!ran.text().contains(number), "{ran:#?}");
        ran.error().to_string()
    };
    let spoilt = hint("4.56E+11");
    assert!(
        spoilt.to_lowercase().contains("spreadsheet") || spoilt.contains("Excel"),
        "{spoilt}"
    );
    assert_ne!(spoilt, hint("4.56F+11"));
}

#[test]
fn an_event_id_belongs_to_one_number() {
    let home = Home::new();
    let event = |number: &str| format!("merchant_management_id,event_id\n{number},E1\n");
    home.imported("events", event("n1"));
    home.import("events", event("n2")).ended_with(2);
    let ran = home.run(&["import", "events", "--skip-bad", "rows.txt"]);
    ran.ended_with(8);
    names(
        &ran,
        "rows.txt",
        "2",
        &["event_id", "merchant_management_id"],
    );
    assert_eq!(
        home.column(&["events", "list"], "merchant_management_id"),
        ["n1"]
    );
    home.imported("events", event("n1"));
}

#[test]
fn of_several_files_all_are_checked_before_any_is_stored() {
    for bad_first in [false, true] {
        let home = Home::new();
        let good = home.put("good.csv", "number\nn1\n");
        let bad = home.put("bad.csv", "number\nn2\nn 3\n");
        let files = if bad_first { [bad, good] } else { [good, bad] };
        let ran = home.run(&[&["import", "orders"], &files[..]].concat());
        ran.ended_with(2);
        names(&ran, "bad.csv", "3", &["number"]);
        assert!(home.listed(LIST).is_empty());
        let missing = home.run(&["import", "orders", good, "nirgends.csv"]);
        missing.ended_with(2);
        missing.says(&["nirgends.csv"]);
        assert!(home.listed(LIST).is_empty());
        home.run(&[&["import", "orders", "--skip-bad"], &files[..]].concat())
            .ended_with(8);
        assert_eq!(home.listed(LIST).len(), 2);
    }
}

#[test]
fn skip_bad_names_every_bad_row_and_keeps_the_rest() {
    let home = Home::new();
    let mut text = String::from("number,total,state\n");
    for line in 2..60 {
        text += &match line {
            19 => format!("x{line},zz,\n"),
            37 => "x 37,1,\n".to_owned(),
            // Two lines long: what comes after it is told by the lines of the file.
            40 => "x40,1,\"a\nb\"\n".to_owned(),
            51 => "x51,1,a,b,c\n".to_owned(),
            _ => format!("x{line},1,\n"),
        };
    }
    home.put("year.csv", text);
    let ran = home.run(&["import", "orders", "--skip-bad", "year.csv"]);
    ran.ended_with(8);
    names(&ran, "year.csv", "19", &["total"]);
    names(&ran, "year.csv", "37", &["number"]);
    names(&ran, "year.csv", "52", &[]);
    assert!(
        ran.stderr
            .lines()
            .filter(|line| line.contains("year.csv"))
            .count()
            >= 3,
        "{ran:#?}"
    );
    assert_eq!(home.listed(LIST).len(), 56);
    // Again: nothing changes, and the bad rows are as bad.
    let before = home.listed(LIST);
    home.run(&["import", "orders", "--skip-bad", "year.csv"])
        .ended_with(8);
    assert_eq!(home.listed(LIST), before);
    // Without bad rows it ends as ever.
    home.put("good.csv", "number\nn1\n");
    home.run(&["import", "orders", "--skip-bad", "good.csv"])
        .ended_with(0);
}

#[test]
fn bad_json_lines_are_told_by_their_line() {
    let home = Home::new();
    let lines = "{\"number\": \"n1\"}\n{\"number\": \"n viel\"}\n{\"number\": \"n3\"}\n";
    home.put("day.jsonl", lines);
    let ran = home.run(&["import", "orders", "day.jsonl"]);
    ran.ended_with(2);
    names(&ran, "day.jsonl", "2", &["number"]);
    assert!(!ran.text().contains("viel") && home.listed(LIST).is_empty());
    home.run(&["import", "orders", "--skip-bad", "day.jsonl"])
        .ended_with(8);
    assert_eq!(home.listed(LIST).len(), 2);
    home.put("broken.json", "[{\"number\": \"n9\"},");
    home.run(&["import", "orders", "broken.json"]).ended_with(2);
    assert_eq!(home.listed(LIST).len(), 2);
}

#[test]
fn an_empty_file_is_a_mistake_and_a_header_alone_is_not() {
    let home = Home::new();
    for (kind, header) in [
        ("orders", "number,total\n"),
        ("payments", "order_number,payment_number\n"),
        ("events", "merchant_management_id,event_id\n"),
    ] {
        let ran = home.import(kind, "");
        ran.ended_with(2);
        ran.says(&["rows.txt"]);
        home.imported(kind, header);
        home.run_with(&["import", kind, "-"], "").ended_with(2);
    }
    assert!(home.listed(LIST).is_empty());
}

#[test]
fn a_file_without_a_required_column_is_a_mistake() {
    let home = Home::new();
    for (kind, text, missing) in [
        ("orders", "total\n1\n", ["number", "受注番号"]),
        (
            "payments",
            "order_number\nn1\n",
            ["payment_number", "決済受注番号"],
        ),
        (
            "payments",
            "payment_number\nn1\n",
            ["order_number", "受注番号"],
        ),
        (
            "events",
            "event_id\nE1\n",
            ["merchant_management_id", "加盟店管理ID"],
        ),
        (
            "events",
            "merchant_management_id\nn1\n",
            ["event_id", "イベントID"],
        ),
    ] {
        let ran = home.import(kind, text);
        ran.ended_with(2);
        assert!(
            missing.iter().any(|name| ran.stderr.contains(name)),
            "{ran:#?}"
        );
    }
}

#[test]
fn a_call_without_a_file_or_of_another_kind_is_not_usable() {
    let home = Home::new();
    home.put("rows.txt", ORDERS);
    home.run(&["import", "orders"]).ended_with(2);
    home.run(&["import", "customers", "rows.txt"]).ended_with(2);
    assert!(home.listed(LIST).is_empty());
}

#[test]
fn the_order_of_a_bad_row_keeps_what_it_was() {
    let home = Home::new();
    home.imported("orders", "number,total\nn1,1\nn2,2\n");
    home.import("orders", "number,total\nn1,10\nn 2,2\n")
        .ended_with(2);
    let totals = |home: &Home| {
        let mut totals = home.column(LIST, "total");
        totals.sort();
        totals
    };
    assert_eq!(totals(&home), ["1", "2"]);
    home.run(&["import", "orders", "--skip-bad", "rows.txt"])
        .ended_with(8);
    assert_eq!(totals(&home), ["10", "2"]);
    assert_eq!(cell(&home.listed(LIST)[0], "result"), "");
}
