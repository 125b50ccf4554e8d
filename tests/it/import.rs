//! `import`: what is read, in every form, and what of it is kept. What is refused stands in
//! import_refused.rs.

use std::io::{BufRead, BufReader, Read, Write};

use crate::loaded::{EVENTS, ORDERS, PAYMENTS, holds, settings};
use crate::support::{Home, Ran, has, server::Server, signal};
use serde_json::{Value, json};

const LIST: &str = "orders list";
/// Made-up files with the headers of ecforce's and O-PLUX's exports.
const EXPORTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/exports");

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

/// What `import --format json` of these arguments says.
#[track_caller]
fn summary(home: &Home, args: &str) -> (Ran, Value) {
    let ran = home.run(&format!("--format json import {args}"));
    let summary = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:#?}"));
    (ran, summary)
}

/// What the log says of imports.
fn logged(home: &Home) -> Vec<Value> {
    let mut log = home.listed("log");
    log.retain(|entry| entry["action"].as_str().unwrap().starts_with("import"));
    log
}

#[test]
fn the_summary_counts_the_rows_of_each_file_and_what_was_stored_is_logged() {
    let home = Home::new();
    home.put(
        "a.csv",
        "受注番号,合計金額,棚番\na905125d2a,3980,x\nb1c2d3e4f5,500,y\n",
    );
    home.put("b.csv", "number,total\nb1c2d3e4f5,600\n");
    let (ran, told) = summary(&home, "orders a.csv b.csv");
    // A column that nobody knows is named once.
    assert_eq!(ran.ended_with(0).stderr, "columns passed over: `棚番`\n");
    let file = |file: &str, new: u64, changed: u64| json!({"file": file, "kind": "orders", "new": new, "changed": changed, "unchanged": 0, "bad": 0});
    assert_eq!(
        told,
        json!({
            "kind": "orders",
            "files": [file("a.csv", 2, 0), file("b.csv", 0, 1)],
            "new": 2, "changed": 1, "unchanged": 0, "bad": 0,
            "dry_run": false,
            "unknown_columns": ["棚番"],
            "bad_rows": [],
            "warnings": [],
        })
    );
    let entries = logged(&home);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let detail = "new 2, changed 1, unchanged 0, bad 0";
    has(
        &entries[0],
        json!({"action": "import orders", "subject": "a.csv, b.csv", "detail": detail}),
    );
}

#[test]
fn loading_a_file_twice_changes_nothing_and_says_so() {
    let home = Home::new();
    let state = || [LIST, "events list", "reconcile"].map(|list| home.listed(list));
    home.imported("orders", ORDERS);
    for (kind, text) in [
        ("orders", ORDERS),
        ("payments", PAYMENTS),
        ("events", EVENTS),
    ] {
        home.imported(kind, text);
        let before = state();
        let (_, told) = summary(&home, &format!("{kind} rows.txt"));
        let rows = text.lines().count() - 1;
        has(&told, json!({"new": 0, "changed": 0, "unchanged": rows}));
        assert_eq!(state(), before, "{kind}");
    }
}

#[test]
fn payments_and_events_have_japanese_headers_too() {
    let home = Home::new();
    home.imported("orders", ORDERS);
    home.imported(
        "payments",
        cp932(
            "受注番号,決済受注番号,決済日時,決済金額,サンクスオファー\n\
             b1c2d3e4f5,a905125d2a,2026/11/20 10:15:00,\"3,980\",無効\n\
             b1c2d3e4f5,b1c2d3e4f5,2026/11/20 10:16:30,5480,有効\n",
        ),
    );
    home.imported(
        "events",
        cp932(
            "加盟店管理ID,イベントID,審査申請日時,審査モデルID,自動審査結果,目視審査結果,目視審査メモ,\
             ルールグループ,ルールコード,判定理由,決済ステータス\n\
             a905125d2a,E-FIRST,2026/11/20 10:15:01,CRD_01,REVIEW,OK,電話で確認,標準,R1／R2,理由一／理由二,未決済\n",
        ),
    );
    let traced = home.traced("b1c2d3e4f5");
    has(
        &traced,
        json!({"verdict": "via-payment-history", "payment_history": [
            {"number": "a905125d2a", "at": "2026-11-20T10:15:00+09:00", "amount": 3980, "thanks_offer": false},
            {"number": "b1c2d3e4f5", "at": "2026-11-20T10:16:30+09:00", "amount": 5480, "thanks_offer": true}
        ]}),
    );
    let reason = |code, description| json!({"code": code, "description": description});
    let reasons = [reason("R1", "理由一"), reason("R2", "理由二")];
    assert_eq!(traced["match"]["reasons"], json!(reasons));
    has(
        &home.listed("events list")[0],
        json!({"merchant_management_id": "a905125d2a", "event_id": "E-FIRST",
            "requested_at": "2026-11-20T10:15:01+09:00", "model_id": "CRD_01", "auto_result": "REVIEW",
            "manual_result": "OK", "memo": "電話で確認", "rule_group": "標準", "settle_status": "未決済"}),
    );
}

#[test]
fn the_configuration_maps_any_other_header() {
    let home = Home::new();
    home.config(&settings(
        "",
        "[import.orders.columns]\nnumber = \"注文番号\"\ntotal = \"お会計\"\n\
         [import.payments.columns]\npayment_number = \"枝番\"\n\
         [import.events.columns]\nevent_id = \"審査番号\"\n",
    ));
    home.imported("orders", "注文番号,お会計,受注経路\nn1,3980,lp\n");
    has(&home.stored("n1"), json!({"total": 3980, "channel": "lp"}));
    home.imported("payments", "受注番号,枝番\nn1,n2\n");
    home.imported("events", "加盟店管理ID,審査番号\nn2,E2\n");
    assert_eq!(home.traced("n1")["match"]["event_id"], "E2");
}

#[test]
fn a_folder_of_real_headers_goes_in_as_it_is() {
    let home = Home::new();
    let folder = format!("--lang en {EXPORTS}/shop");
    let (ran, told) = summary(&home, &folder);
    ran.ended_with(0);
    has(&told, json!({"new": 6, "bad": 0}));
    let kinds = told["files"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.map(|file| &file["kind"]).collect();
    assert_eq!(kinds, ["events", "orders"]);
    // One message of the channel that nobody knows, and none of a person.
    ran.says(&["`受注経路`: `移行`"]);
    ran.never_says(&["mihon", "見本 "]);
    has(
        &home.stored("a905125d2a"),
        json!({"ecforce_id": "1001", "created_at": "2026-11-20T10:15:00+09:00", "offer": "通常(なし)",
            "total": 3980, "customer_id": "30962", "payment_method": "クレジットカード一括",
            "state": "注文確定", "payment_state": "仮売上完了", "result": "REVIEW",
            "reason": "海外のIPアドレス、短時間の再注文", "channel": "lp", "purchase_number": null}),
    );
    assert_eq!(home.stored("d07c3be914")["offer"], "サンクスアップセル");
    // 移行 says nothing, the third of a subscription does. 支払い合計 0 is filled.
    has(
        &home.stored("58e7d1f0c3"),
        json!({"channel": "subscription", "total": 0}),
    );
    // Two rows of one order with two destinations.
    has(
        &home.stored("e6a40d71f8"),
        json!({"ecforce_id": "1004", "result": "HOLD"}),
    );
    assert_eq!(
        home.traced("7a1b2c3d4e")["match"]["reasons"],
        json!([
            {"code": "R101", "description": "海外のIPアドレス、架空の見本"},
            {"code": "R102", "description": "短時間の再注文"}
        ])
    );
    assert_eq!(home.traced("e6a40d71f8")["match"]["auto_result"], "HOLD");
    let (_, again) = summary(&home, &folder);
    has(&again, json!({"new": 0, "changed": 0, "unchanged": 7}));
}

#[test]
fn a_book_is_read_with_its_days_and_spoilt_numbers() {
    let home = Home::new();
    let book = format!("{EXPORTS}/orders.xlsx");
    home.run(&format!("import {book}")).ended_with(0);
    has(
        &home.stored("a905125d2a"),
        json!({"created_at": "2026-11-20T10:15:00+09:00", "customer_id": "30962"}),
    );
    has(
        &home.stored("b1c2d3e4f5"),
        json!({"created_at": "2026-11-20T12:00:00+09:00", "total": 5480}),
    );
    let other = format!("--lang en import orders {book} --sheet 見本ではない");
    home.run(&other).ended_with(2).says(&["row 2", "1.23E+18"]);
    home.run(&format!("{other} --skip-bad")).ended_with(8);
    home.run(&format!("import {book} --sheet 売上"))
        .ended_with(2)
        .says(&["見本ではない"]);
}

#[test]
fn cells_that_cannot_be_read_are_left_out_and_told_together() {
    let home = Home::new();
    let mut text = String::from("number,created_at,total,channel,registered,result\n");
    for row in 0..300 {
        text += &format!("a{row:09},2026/02/30,1,電話,,\n");
    }
    text += "b000000001,gestern,viel,lp,jein,VIELLEICHT\nb000000002,x@example.com,1,lp,1,ok\n";
    home.put("day.csv", &text);
    let ran = home.run("--lang en import day.csv");
    ran.ended_with(0).says(&[
        "lines 2, 3, 4 and 297 more (300 rows): column `created_at`: `2026/02/30`",
        "gestern",
        "viel",
        "jein",
        "VIELLEICHT",
        "b000000002",
    ]);
    ran.never_says(&["x@example"]);
    assert_eq!(ran.stderr.matches("電話").count(), 1, "{ran:#?}");
    assert_eq!(home.listed(LIST).len(), 302);
    has(
        &home.stored("b000000001"),
        json!({"created_at": null, "total": null, "registered": null, "result": null}),
    );
    // A channel and a result that nobody knows are never bad.
    home.run("import --strict --skip-bad day.csv").ended_with(8);
    home.put("day.csv", "number,channel,result\nn1,電話,GUT\n");
    home.run("import --strict day.csv").ended_with(0);
}

#[test]
fn results_of_an_event_that_nobody_knows_are_kept_as_they_are_written() {
    let home = Home::new();
    home.imported("orders", "number,result\nn1,OK\n");
    home.put(
        "e.csv",
        "加盟店管理ID,イベントID,自動審査,目視審査\nn1,E1,審査中,要調査\n",
    );
    let ran = home.run("--lang en import --strict e.csv");
    ran.ended_with(0);
    for (column, value) in [("自動審査", "審査中"), ("目視審査", "要調査")] {
        let told = format!("column `{column}`: `{value}`: not known, and kept as it is written");
        assert!(ran.stderr.contains(&told), "{ran:#?}");
    }
    let results = json!({"auto_result": "審査中", "manual_result": "要調査"});
    has(&home.listed("events list")[0], results.clone());
    has(&home.listed("reconcile")[0], results.clone());
    let traced = home.run("--format json trace n1").json();
    has(&traced["match"], results);
    assert_eq!(traced["drift"], "manual-changed");
    assert!(home.listed("events list --manual none").is_empty());
    assert!(home.run("trace n1").stdout.contains("要調査"));
}

#[test]
fn a_dry_run_counts_and_stores_nothing() {
    let home = Home::new();
    home.put("a.csv", "number,total\nn1,1\nn2,2\n");
    home.put("b.csv", "merchant_management_id,event_id\nn1,E1\n");
    let (_, told) = summary(&home, "--dry-run a.csv b.csv");
    has(&told, json!({"new": 3, "kind": null}));
    assert!(!home.store_path().exists());
    home.imported("orders", "number,total\nn1,1\nn2,3\n");
    let (_, told) = summary(&home, "--dry-run a.csv b.csv");
    has(&told, json!({"new": 1, "changed": 1, "unchanged": 1}));
    assert_eq!(home.stored("n2")["total"], 3);
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
    let skipped = home.run("import orders --skip-bad rows.txt");
    skipped.ended_with(8);
    let objects = r#"[{"number": "n3", "name01": "個人花子", "email": "geheim@example.com", "billing_address": {"tel01": "0357596380", "addr01": "目黒区秘密町2-23"}}]"#;
    let from_json = home.imported("orders", objects);
    let list = home.run("--format csv orders list");
    let log = home.run("--format json log");
    let made = home.made();
    assert!(holds(&made, "n1"), "the store was found");
    let personal = "個人花子 個人太郎 秘密町 0357596380 0312349876 geheim@ versteckt@";
    for part in personal.split(' ') {
        for ran in [&refused, &skipped, &from_json, &list, &log] {
            ran.never_says(&[part]);
        }
        assert!(!holds(&made, part), "{part} in the store");
    }
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
    for call in [
        "trace b1c2d3e4f5",
        "reconcile",
        "orders list",
        "orders show b1c2d3e4f5",
        "events list",
        "events show E-FIRST",
    ] {
        home.run(call).ended_with(0);
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn a_pipe_shows_no_progress() {
    let home = Home::new();
    let rows: String = (0..2000).map(|n| format!("n{n}\n")).collect();
    let ran = home.imported("orders", format!("number\n{rows}"));
    ran.never_says(&["\r", "\u{1b}"]);
    assert!(ran.tells_number("2000"), "{ran:#?}");
}

#[test]
fn on_a_full_disk_it_is_told_what_is_stored() {
    let home = Home::new();
    home.put("day.csv", "number\nn1\nn/2\n");
    home.put("good.csv", "number\nn1\n");
    for (call, told, stored) in [
        ("good.csv --dry-run", "Nothing was stored", 0),
        ("good.csv", "All of it was stored", 1),
        (
            "day.csv --skip-bad --format json",
            "The good rows were stored",
            1,
        ),
    ] {
        home.run_full(&format!("--lang en import {call}"))
            .ended_with(1)
            .says(&[told, "the same call can be made again"]);
        // Without a store the list is empty.
        let rows = home.listed(LIST).len();
        assert_eq!(rows, stored, "{call}");
    }
}

#[test]
fn an_interrupted_load_keeps_nothing() {
    let home = Home::new();
    home.put("good.csv", ORDERS);
    let mut child = home
        .command("--verbose import orders good.csv -")
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"number\nc000000001\n").unwrap();
    // It is at work once it has opened the store; standard input is never closed.
    let mut messages = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("default.db") {
        line.clear();
        assert!(messages.read_line(&mut line).unwrap() > 0, "it ended");
    }
    signal(&child, "INT");
    let status = child.wait().unwrap();
    drop(stdin);
    let mut rest = String::new();
    messages.read_to_string(&mut rest).unwrap();
    assert_eq!(status.code(), Some(130), "{rest}");
    assert!(rest.contains("nothing of it was stored"), "{rest}");
    assert!(logged(&home).is_empty());
    assert_eq!(summary(&home, "orders good.csv").1["new"], 1);
}

/// What a list has under a name, a file of the shop may have under another header.
#[test]
fn every_field_of_a_list_is_a_key_of_the_configuration() {
    let home = Home::new();
    home.imported("orders", "number\nn1\n");
    home.imported("events", "merchant_management_id,event_id\nn1,E1\n");
    let mut mapped = String::new();
    for kind in ["orders", "events"] {
        mapped.push_str(&format!("[import.{kind}.columns]\n"));
        let printed = home.run(&format!("--format csv {kind} list")).stdout;
        for field in printed.lines().next().unwrap().split(',') {
            mapped.push_str(&format!("{field} = \"mapped {field}\"\n"));
        }
    }
    home.config(&settings("", &mapped));
    home.imported("orders", "mapped number,mapped state\nn2,出荷済み\n");
    assert_eq!(home.stored("n2")["state"], "出荷済み");
}
