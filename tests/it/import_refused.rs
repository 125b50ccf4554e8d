//! `import`: bad rows and files, all or nothing, and `--skip-bad`. Every message names the file,
//! the line and the column, and never the value.

use std::fs;

use crate::loaded::ORDERS;
use crate::support::{Home, Ran, has, mkfifo};
use serde_json::json;

const LIST: &str = "orders list";

/// Some message names the place: the file, the line and the column, where one is to be named.
#[track_caller]
fn names(ran: &Ran, file: &str, line: &str, column: &str) {
    let mut words = ran.stderr.split(|c: char| !c.is_ascii_digit());
    let is_named = ran.stderr.contains(file) && words.any(|word| word == line);
    let names_column = ran.stderr.contains(column);
    assert!(
        is_named && names_column,
        "{file}, {line}, {column} in {ran:#?}"
    );
}

#[test]
fn an_event_id_under_another_number_is_a_bad_row_of_its_line() {
    let home = Home::new();
    let rows = "加盟店管理ID,イベントID\na905125d2a,e2\nb1c2d3e4f5,e1\nb1c2d3e4f5,e2\n";
    // Within the file, and then against the store.
    for (place, new) in [("no row before", 2), ("the store does not", 0)] {
        let ran = home.import("events", rows);
        let expected =
            format!("rows.txt: line 4: column `イベントID`: expected an event ID that {place}");
        ran.ended_with(2).says(&[&expected]);
        let ran = home.run("--format json import events rows.txt --skip-bad");
        has(&ran.ended_with(8).json(), json!({"new": new, "bad": 1}));
    }
    assert_eq!(home.listed("events list").len(), 2);
}

#[test]
fn of_several_files_all_are_checked_before_any_is_stored() {
    let home = Home::new();
    home.put("good.csv", "number\nn1\n");
    home.put("bad.csv", "number,total\nn2,1\nn 34a,1\n");
    for files in ["bad.csv good.csv", "good.csv bad.csv"] {
        let ran = home.run(&format!("import orders {files}"));
        ran.ended_with(2).says(&["--skip-bad"]).never_says(&["34a"]);
        assert_eq!(ran.stdout, "");
        names(&ran, "bad.csv", "3", "number");
    }
    home.run("import orders good.csv nirgends.csv --skip-bad")
        .ended_with(2)
        .says(&["nirgends.csv"]);
    let ran = home.run("--format json import --dry-run good.csv bad.csv");
    has(&ran.ended_with(2).error(), json!({"retryable": false}));
    assert!(home.listed(LIST).is_empty());
    let ran = home.run("--format json import orders --skip-bad good.csv bad.csv");
    let told = ran.ended_with(8).json();
    has(&told, json!({"new": 2, "bad": 1}));
    has(
        &told["bad_rows"][0],
        json!({"file": "bad.csv", "line": 3, "column": "number"}),
    );
    // Again: nothing changes, and the bad rows are as bad. Without them it ends as ever.
    home.run("-q import orders --skip-bad good.csv bad.csv")
        .ended_with(8)
        .says(&["bad.csv: line 3"]);
    assert_eq!(home.listed(LIST).len(), 2);
    home.run("import orders --skip-bad good.csv").ended_with(0);
}

#[test]
fn a_folder_is_the_files_in_it_and_all_are_checked_first() {
    let home = Home::new();
    fs::create_dir_all(home.path("day/old")).unwrap();
    home.run("import day").ended_with(2);
    home.put("day/a.csv", "number\nn1\n");
    for passed_over in ["day/.hidden.csv", "day/~$a.xlsx", "day/old/b.csv"] {
        home.put(passed_over, "oops");
    }
    // Nobody writes into it: whoever opened it would wait.
    mkfifo(home.path("day/pipe.csv"));
    home.run("import day").ended_with(0);
    // What is of another form is passed over and named; any other name may hold data.
    home.put("day/desktop.ini", "[.ShellClassInfo]\na=1\n");
    home.put("day/readme.txt", "Guten Tag\n");
    home.put("day/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    home.put("day/b.txt", "number\nn1\n");
    let named = "`day/Thumbs.db`, `day/desktop.ini`, `day/readme.txt`\n";
    let ran = home.run("--lang en import day");
    assert!(ran.ended_with(0).stderr.ends_with(named), "{ran:#?}");
    home.put("day/y.csv", "Guten Tag\n");
    home.run("import day").ended_with(2).says(&["y.csv"]);
    home.put("day/y.csv", "number\n");
    home.put("day/z.csv", "number,total\nn2,1\nn 3,1\n");
    home.run("import day").ended_with(2).says(&["z.csv"]);
    assert_eq!(home.column(LIST, "number"), ["n1"]);
}

#[test]
fn every_bad_row_is_told_by_its_line_in_the_file() {
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
    let ran = home.run("import orders --skip-bad year.csv");
    ran.ended_with(8);
    for (line, column) in [("19", "total"), ("37", "number"), ("52", "")] {
        names(&ran, "year.csv", line, column);
    }
    assert_eq!(home.listed(LIST).len(), 56);
    let lines = "{\"number\": \"n1\"}\n{\"number\": \"n viel\"}\n{\"number\": \"n3\"}\n";
    home.put("day.jsonl", lines);
    let ran = home.run("import orders day.jsonl");
    ran.ended_with(2).never_says(&["viel"]);
    names(&ran, "day.jsonl", "2", "number");
    // A line that holds no object is a bad row of its own, as in an array.
    let lines =
        "{\"number\": \"n4\"}\nnull\n[1]\n5\nno JSON\n{\"total\": 1}\n{\"number\": \"n5\"}\n";
    home.put("others.jsonl", lines);
    let told = ["others.jsonl: lines 2, [0] on line 3, 4 and 1 more (4 rows): expected"];
    let number = ["others.jsonl: line 6: column `number`: missing"];
    let ran = home.run("import orders others.jsonl");
    ran.ended_with(2).says(&told).says(&number);
    let ran = home.run("--format json import orders others.jsonl --skip-bad");
    let told = ran.ended_with(8).json();
    has(&told, json!({"new": 2, "bad": 5}));
    let columns = told["bad_rows"].as_array().unwrap().iter();
    let columns: Vec<_> = columns.filter_map(|row| row["column"].as_str()).collect();
    assert_eq!(columns, ["number"]);
    home.put("broken.json", "[{\"number\": \"n9\"},");
    home.run("import orders broken.json").ended_with(2);
}

#[test]
fn an_empty_file_is_a_mistake_and_a_header_alone_is_not() {
    let home = Home::new();
    for (kind, header) in [
        ("orders", "number,total\n"),
        ("payments", "order_number,payment_number\n"),
        ("events", "merchant_management_id,event_id\n"),
    ] {
        let home = Home::new();
        home.import(kind, "").ended_with(2).says(&["rows.txt"]);
        assert!(!home.store_path().exists());
        home.put("rows.txt", header);
        home.run(&format!("import {kind} rows.txt --dry-run"))
            .ended_with(0);
        assert!(!home.store_path().exists());
        home.imported(kind, header);
        assert!(home.store_path().exists());
    }
    home.run("import orders -").ended_with(2);
}

#[test]
fn a_file_of_another_kind_is_refused_with_the_right_command() {
    let home = Home::new();
    home.put(
        "p.csv",
        "受注番号,決済受注番号,決済日時\nn1,n1,2026/11/20\n",
    );
    // With a column of their own, orders may be meant.
    home.put("o.csv", "受注番号,決済受注番号,合計\nn1,n1,5\n");
    for (kind, told) in [
        ("", "payments"),
        ("payments", "payments"),
        ("orders", "orders"),
    ] {
        let ran = home.run(&format!("--format json import {kind} o.csv --dry-run"));
        has(&ran.ended_with(0).json(), json!({"kind": told, "new": 1}));
    }
    // On a line of its own, with the flags of the call.
    let command = "oplux import payments p.csv --store b.db";
    for (lang, kind) in [("en", "orders"), ("ja", "events")] {
        let ran = home.run(&format!("--lang {lang} --store b.db import {kind} p.csv"));
        let mut lines = ran.ended_with(2).stderr.lines();
        assert!(lines.any(|line| line.trim() == command), "{ran:#?}");
    }
    home.put("x.csv", "イベントID,会社名\na,b\n");
    let ran = home.run("import x.csv");
    ran.ended_with(2);
    assert!(ran.stderr.contains("会社名"), "{ran:#?}");
    home.put("x.csv", "注文番号,お客様名\na,鈴木\n");
    home.put("x.json", r#"[{"orderNo": "a", "nachname": "鈴木"}]"#);
    for (file, found) in [
        ("x.csv", "`注文番号`, `お客様名`"),
        ("x.json", "`orderNo`, `nachname`"),
    ] {
        let ran = home.run(&format!("--lang en import {file}"));
        ran.ended_with(2)
            .says(&[
                &format!("found {found}"),
                "(受注番号)",
                "number = \"注文番号\"",
            ])
            .never_says(&["鈴木"]);
    }
    // The first row of a file without a header is a person's.
    home.put("x.csv", "鈴木,花子,東京都\n");
    for kind in ["", "orders"] {
        let ran = home.run(&format!("--lang en import {kind} x.csv"));
        ran.ended_with(2)
            .says(&["found 3 column(s)", "受注番号"])
            .never_says(&["鈴木", "花子"]);
    }
    // A name that begins with a hyphen is no flag.
    fs::rename(home.path("p.csv"), home.path("-p 1.csv")).unwrap();
    let ran = home.run(&["import", "orders", "--", "-p 1.csv"]);
    let mut lines = ran.ended_with(2).stderr.lines();
    let command = "oplux import payments './-p 1.csv'";
    assert!(lines.any(|line| line.trim() == command), "{ran:#?}");
    home.run(&["import", "payments", "./-p 1.csv"])
        .ended_with(0);
}

#[test]
fn a_call_that_names_no_file_or_no_kind_is_not_usable() {
    let home = Home::new();
    home.put("rows.txt", ORDERS);
    for call in [
        "import orders",
        "import customers rows.txt",
        "--format csv import rows.txt",
    ] {
        home.run(call).ended_with(2);
    }
    assert!(!home.store_path().exists());
}
