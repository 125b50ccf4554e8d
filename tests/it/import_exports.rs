//! `import`: files as ecforce's admin screens give them out, and what is told of cells that cannot
//! be read, through the built binary.

use std::fs;

use crate::loaded::cell;
use crate::support::{Home, Ran};
use serde_json::{Value, json};

const LIST: &[&str] = &["orders", "list"];
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/exports");

/// The order of this number.
#[track_caller]
fn order(home: &Home, number: &str) -> Value {
    let rows = home.listed(LIST);
    let found = rows.iter().find(|row| row["number"] == number);
    found
        .unwrap_or_else(|| panic!("{number} in {rows:?}"))
        .clone()
}

fn summary(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:#?}"))
}

#[test]
fn a_folder_of_real_headers_goes_in_as_it_is() {
    let home = Home::new();
    let folder = format!("{FIXTURES}/shop");
    let call = ["--format", "json", "--lang", "en", "import", &folder];
    let ran = home.run(&call);
    ran.ended_with(0);
    let told = summary(&ran);
    assert_eq!(
        (&told["new"], &told["bad"]),
        (&json!(6), &json!(0)),
        "{ran:#?}"
    );
    let kinds: Vec<_> = told["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["kind"])
        .collect();
    assert_eq!(kinds, ["events", "orders"]);
    // One message of the channel that nobody knows, and none of a person.
    assert!(ran.stderr.contains("`受注経路`: `移行`"), "{ran:#?}");
    assert!(
        !ran.text().contains("mihon") && !ran.text().contains("見本 "),
        "{ran:#?}"
    );
    let first = order(&home, "a905125d2a");
    for (field, value) in [
        ("ecforce_id", "1001"),
        ("created_at", "2026-11-20T10:15:00+09:00"),
        ("offer", "通常(なし)"),
        ("total", "3980"),
        ("customer_id", "30962"),
        ("payment_method", "クレジットカード一括"),
        ("state", "注文確定"),
        ("payment_state", "仮売上完了"),
        ("result", "REVIEW"),
        ("reason", "海外のIPアドレス、短時間の再注文"),
        ("channel", "lp"),
        ("purchase_number", ""),
    ] {
        assert_eq!(cell(&first, field), value, "{field}");
    }
    assert_eq!(order(&home, "d07c3be914")["offer"], "サンクスアップセル");
    // 移行 says nothing, the third of a subscription does. 支払い合計 0 is filled.
    let third = order(&home, "58e7d1f0c3");
    assert_eq!(
        (&third["channel"], &third["total"]),
        (&json!("subscription"), &json!(0))
    );
    // Two rows of one order with two destinations.
    let split = order(&home, "e6a40d71f8");
    assert_eq!(
        (&split["ecforce_id"], &split["result"]),
        (&json!("1004"), &json!("HOLD"))
    );
    let event = home.traced("7a1b2c3d4e");
    assert_eq!(
        event["match"]["reasons"],
        json!([
            {"code": "R101", "description": "海外のIPアドレス、架空の見本"},
            {"code": "R102", "description": "短時間の再注文"}
        ])
    );
    assert_eq!(home.traced("e6a40d71f8")["match"]["auto_result"], "HOLD");
    let again = summary(&home.run(&call));
    assert_eq!(
        (&again["new"], &again["changed"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(7))
    );
}

#[test]
fn a_book_is_read_with_its_days_and_spoilt_numbers() {
    let home = Home::new();
    let book = format!("{FIXTURES}/orders.xlsx");
    home.run(&["import", &book]).ended_with(0);
    let times =
        ["a905125d2a", "b1c2d3e4f5"].map(|number| cell(&order(&home, number), "created_at"));
    assert_eq!(
        times,
        ["2026-11-20T10:15:00+09:00", "2026-11-20T12:00:00+09:00"]
    );
    assert_eq!(order(&home, "b1c2d3e4f5")["total"], 5480);
    assert_eq!(order(&home, "a905125d2a")["customer_id"], "30962");
    let other = [
        "--lang",
        "en",
        "import",
        "orders",
        &book,
        "--sheet",
        "見本ではない",
    ];
    let ran = home.run(&other);
    ran.ended_with(2);
    assert!(
        ran.stderr.contains("row 2") && ran.stderr.contains("1.23E+18"),
        "{ran:#?}"
    );
    home.run(&[&other[..], &["--skip-bad"]].concat())
        .ended_with(8);
    let ran = home.run(&["import", &book, "--sheet", "売上"]);
    ran.ended_with(2);
    assert!(ran.stderr.contains("見本ではない"), "{ran:#?}");
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
    let ran = home.run(&["--lang", "en", "import", "day.csv"]);
    ran.ended_with(0);
    assert!(
        ran.stderr
            .contains("lines 2, 3, 4 and 297 more (300 rows): column `created_at`: `2026/02/30`"),
        "{ran:#?}"
    );
    assert_eq!(ran.stderr.matches("電話").count(), 1, "{ran:#?}");
    for value in ["gestern", "viel", "jein", "VIELLEICHT"] {
        assert!(ran.stderr.contains(value), "{value} in {ran:#?}");
    }
    assert!(
        ran.stderr.contains("b000000002") && !ran.text().contains("x@example"),
        "{ran:#?}"
    );
    assert_eq!(home.listed(LIST).len(), 302);
    let unread = order(&home, "b000000001");
    assert!(
        ["created_at", "total", "registered", "result"]
            .iter()
            .all(|field| unread[field].is_null())
    );
    // A channel and a result that nobody knows are never bad.
    let strict = ["import", "--strict", "--skip-bad", "day.csv"];
    home.run(&strict).ended_with(8);
    home.put("day.csv", "number,channel,result\nn1,電話,GUT\n");
    home.run(&["import", "--strict", "day.csv"]).ended_with(0);
}

#[test]
fn results_of_an_event_that_nobody_knows_are_kept_as_they_are_written() {
    let home = Home::new();
    home.imported("orders", "number,result\nn1,OK\n");
    home.put(
        "e.csv",
        "加盟店管理ID,イベントID,自動審査,目視審査\nn1,E1,審査中,要調査\n",
    );
    let ran = home.run(&["--lang", "en", "import", "--strict", "e.csv"]);
    ran.ended_with(0);
    for (column, value) in [("自動審査", "審査中"), ("目視審査", "要調査")] {
        let told = format!("column `{column}`: `{value}`: not known, and kept as it is written");
        assert!(ran.stderr.contains(&told), "{ran:#?}");
    }
    let kept = |row: &Value| {
        assert_eq!(
            (&row["auto_result"], &row["manual_result"]),
            (&json!("審査中"), &json!("要調査"))
        );
    };
    kept(&home.listed(&["events", "list"])[0]);
    kept(&home.listed(&["reconcile"])[0]);
    let traced = home.run(&["--format", "json", "trace", "n1"]).json();
    kept(&traced["match"]);
    assert_eq!(traced["drift"], "manual-changed");
    assert!(
        home.listed(&["events", "list", "--manual", "none"])
            .is_empty()
    );
    assert!(home.run(&["trace", "n1"]).stdout.contains("要調査"));
}

#[test]
fn a_dry_run_counts_and_stores_nothing() {
    let home = Home::new();
    home.put("a.csv", "number,total\nn1,1\nn2,2\n");
    home.put("b.csv", "merchant_management_id,event_id\nn1,E1\n");
    let call = ["--format", "json", "import", "--dry-run", "a.csv", "b.csv"];
    let told = summary(&home.run(&call));
    assert_eq!((&told["new"], &told["kind"]), (&json!(3), &Value::Null));
    assert!(!home.store_path().exists());
    home.imported("orders", "number,total\nn1,1\nn2,3\n");
    let told = summary(&home.run(&call));
    assert_eq!(
        (&told["new"], &told["changed"], &told["unchanged"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(order(&home, "n2")["total"], 3);
    home.put("c.csv", "number\nn 3\n");
    home.run(&["import", "--dry-run", "a.csv", "c.csv"])
        .ended_with(2);
}

#[test]
fn a_file_of_another_kind_is_refused_with_the_right_command() {
    let home = Home::new();
    home.put(
        "p.csv",
        "受注番号,決済受注番号,決済日時\nn1,n1,2026/11/20\n",
    );
    for kind in ["orders", "events"] {
        let ran = home.run(&["import", kind, "p.csv"]);
        ran.ended_with(2);
        assert!(
            ran.stderr.contains("oplux import payments p.csv"),
            "{ran:#?}"
        );
    }
    // On a line of its own, with the flags of the call.
    for lang in ["en", "ja"] {
        let ran = home.run(&[
            "--lang", lang, "--store", "b.db", "import", "orders", "p.csv",
        ]);
        let command = "oplux import payments p.csv --store b.db";
        let mut lines = ran.stderr.lines();
        assert!(lines.any(|line| line.trim() == command), "{ran:#?}");
    }
    home.put("x.csv", "イベントID,会社名\na,b\n");
    let ran = home.run(&["import", "x.csv"]);
    ran.ended_with(2);
    assert!(ran.stderr.contains("会社名"), "{ran:#?}");
    // The first row of a file without a header is a person's.
    home.put("x.csv", "鈴木,花子,東京都\n");
    let ran = home.run(&["import", "x.csv"]);
    ran.ended_with(2);
    assert!(!ran.text().contains("鈴木"), "{ran:#?}");
    assert!(home.listed(LIST).is_empty());
}

#[test]
fn a_folder_is_the_files_in_it_and_all_are_checked_first() {
    let home = Home::new();
    fs::create_dir_all(home.path("day/old")).unwrap();
    home.run(&["import", "day"]).ended_with(2);
    for (name, text) in [
        ("day/a.csv", "number\nn1\n"),
        ("day/.hidden.csv", "oops"),
        ("day/~$a.xlsx", "oops"),
        ("day/old/b.csv", "oops"),
    ] {
        fs::write(home.path(name), text).unwrap();
    }
    home.run(&["import", "day"]).ended_with(0);
    fs::write(home.path("day/z.csv"), "number,total\nn2,1\nn 3,1\n").unwrap();
    let ran = home.run(&["import", "day"]);
    ran.ended_with(2);
    assert!(ran.stderr.contains("z.csv"), "{ran:#?}");
    assert_eq!(home.column(LIST, "number"), ["n1"]);
}

#[test]
fn forms_and_encodings_of_spreadsheets_give_the_same() {
    let text = "受注番号,合計,受注経路\na905125d2a,\"3,980\",ショップ\n";
    let utf16 = |bom: &str| -> Vec<u8> {
        let text = format!("{bom}{text}");
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let decomposed = "受注番号,合計,受注経路\na905125d2a,￥３，９８０円,ショッフ\u{309a}\n"
        .replace("￥３，９８０円", "\"￥３，９８０円\"");
    for (name, bytes) in [
        ("UTF-16 with BOM", utf16("\u{feff}")),
        ("UTF-16", utf16("")),
        (
            "tabs",
            text.replace("\"3,980\"", "3980")
                .replace(',', "\t")
                .into_bytes(),
        ),
        (
            "semicolons",
            format!(
                "sep=;\n{}",
                text.replace("\"3,980\"", "3980").replace(',', ";")
            )
            .into_bytes(),
        ),
        ("half-width and NFD", decomposed.into_bytes()),
        (
            "formulas",
            "受注番号,合計,受注経路\n\"=\"\"a905125d2a\"\"\",3980.0,ｼｮｯﾌﾟ\n".into(),
        ),
    ] {
        let home = Home::new();
        home.imported("orders", bytes);
        let order = order(&home, "a905125d2a");
        assert_eq!(
            (&order["total"], &order["channel"]),
            (&json!(3980), &json!("shop")),
            "{name}"
        );
    }
}

#[test]
fn two_encodings_in_one_file_are_refused_with_the_line() {
    let home = Home::new();
    let mut bytes = encoding_rs::SHIFT_JIS
        .encode("受注番号,対応状況\nn1,発送済み\n")
        .0
        .into_owned();
    bytes.extend_from_slice("n2,鈴木\n".as_bytes());
    let ran = home.import("orders", bytes);
    ran.ended_with(2);
    assert!(ran.stderr.contains("line 3"), "{ran:#?}");
    assert!(!ran.text().contains("驤ｴ") && home.listed(LIST).is_empty());
}

#[test]
fn placeholders_are_empty_and_spoilt_ids_are_told() {
    let home = Home::new();
    let ran = home.imported(
        "orders",
        "受注番号,顧客ID,合計\na000000001,NULL,100\na000000002,30962.0,-\na000000003,1.23457E+14,3\n12345678,#N/A,4\n",
    );
    let ids = home.listed(LIST);
    let id = |number: &str| {
        cell(
            ids.iter().find(|row| row["number"] == number).unwrap(),
            "customer_id",
        )
    };
    assert_eq!(id("a000000001"), "");
    assert_eq!(id("a000000002"), "30962");
    assert_eq!(id("a000000003"), "");
    assert!(ran.stderr.contains("1.23457E+14"), "{ran:#?}");
    // Its zeros may be cut.
    assert!(ran.stderr.contains("12345678"), "{ran:#?}");
    let twice = home.import("orders", "受注番号,合計,受注番号\nn1,1,n1\n");
    twice.ended_with(2);
    assert!(!twice.stderr.contains("[import."), "{twice:#?}");
}

#[test]
fn searches_meet_however_a_text_is_typed() {
    let home = Home::new();
    home.imported(
        "orders",
        "受注番号,支払い方法,O-PLUX 判定理由\nn1,クレジットカード,10〜20件のIPアドレス\n",
    );
    for args in [
        ["--reason", "10～20"],
        ["--reason", "ＩＰｱﾄﾞﾚｽ"],
        ["--method", "ｸﾚｼﾞｯﾄｶｰﾄﾞ"],
    ] {
        assert_eq!(
            home.listed(&[LIST, &args[..]].concat()).len(),
            1,
            "{args:?}"
        );
    }
    home.imported(
        "events",
        "加盟店管理ID,イベントID,ルールコード\nn1,E1,R−101\n",
    );
    assert_eq!(
        home.listed(&["events", "list", "--rule", "ｒ-101"]).len(),
        1
    );
}
