//! `import`: forms, encodings, headers, keys and values, through the built binary. What may go
//! wrong stands in import_bad.rs, what stands around it in import_around.rs.

use crate::loaded::{EVENTS, ORDERS, PAYMENTS, cell, settings};
use crate::support::Home;
use serde_json::{Value, json};

const LIST: &[&str] = &["orders", "list"];

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

fn bom(text: &str) -> Vec<u8> {
    ["\u{feff}", text].concat().into_bytes()
}

/// The orders of a new home after it has imported this.
#[track_caller]
fn orders_of(bytes: impl AsRef<[u8]>) -> Vec<Value> {
    let home = Home::new();
    home.imported("orders", bytes);
    home.listed(LIST)
}

/// The one order's field after an import of one cell.
#[track_caller]
fn read_as(column: &str, written: &str) -> Value {
    let quoted = written.replace('"', "\"\"");
    let rows = orders_of(format!("number,{column}\nn1,\"{quoted}\"\n"));
    rows[0]
        .get(column)
        .unwrap_or_else(|| panic!("no {column}"))
        .clone()
}

#[test]
fn every_encoding_and_every_form_give_the_same_orders() {
    let english = "number,created_at,channel,payment_method_id,total,customer_id,registered,\
purchase_number,state,result,reason\n\
n1,2026/11/20 10:15:00,lp,1,3980,30962,1,2,対応済み,REVIEW,同一配送先\n\
n2,2026/11/21 10:15:00,shop,2,0,,0,1,,,\n";
    let japanese = english.replacen(
        english.lines().next().unwrap(),
        "受注番号,受注日時,受注経路,支払い方法ID,合計金額,顧客ID,会員,購入回数,対応状況,O-PLUX 与信結果,O-PLUX 判定理由",
        1,
    );
    let objects = json!([
        {"number": "n1", "created_at": "2026-11-20T10:15:00+09:00", "channel": "lp",
         "payment_method_id": 1, "total": 3980, "customer_id": "30962", "registered": true,
         "purchase_number": 2, "state": "対応済み", "result": "REVIEW", "reason": "同一配送先"},
        {"number": "n2", "created_at": "2026/11/21 10:15:00", "channel": "shop",
         "payment_method_id": "2", "total": "0", "customer_id": null, "registered": false,
         "purchase_number": 1, "state": ""},
    ]);
    let lines: String = objects
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.to_string() + "\n")
        .collect();
    let expected = orders_of(english);
    assert_eq!(expected.len(), 2);
    let newest_first: Vec<_> = expected.iter().map(|row| cell(row, "number")).collect();
    assert_eq!(newest_first, ["n2", "n1"]);
    for (name, bytes) in [
        ("CRLF", english.replace('\n', "\r\n").into_bytes()),
        ("no last line end", english.trim_end().as_bytes().to_vec()),
        ("with BOM", bom(english)),
        ("Japanese", japanese.clone().into_bytes()),
        ("Japanese with BOM", bom(&japanese)),
        ("CP932", cp932(&japanese)),
        ("CP932 with CRLF", cp932(&japanese.replace('\n', "\r\n"))),
        ("CP932, English headers", cp932(english)),
        ("JSON", objects.to_string().into_bytes()),
        ("JSON, pretty", serde_json::to_vec_pretty(&objects).unwrap()),
        ("JSON with BOM", bom(&objects.to_string())),
        ("JSON Lines", lines.clone().into_bytes()),
        ("JSON Lines, CRLF", lines.replace('\n', "\r\n").into_bytes()),
    ] {
        assert_eq!(orders_of(bytes), expected, "{name}");
    }
}

#[test]
fn cp932_goes_beyond_shift_jis() {
    // ① ㈱ 髙 are NEC's and IBM's, and 表 has a backslash as its second byte.
    let state = "①㈱髙表示済";
    let rows = orders_of(cp932(&format!("受注番号,対応状況\nn1,{state}\n")));
    assert_eq!(rows[0]["state"], state);
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
    assert_eq!(traced["verdict"], "via-payment-history");
    assert_eq!(
        traced["payment_history"],
        json!([
            {"number": "a905125d2a", "at": "2026-11-20T10:15:00+09:00", "amount": 3980, "thanks_offer": false},
            {"number": "b1c2d3e4f5", "at": "2026-11-20T10:16:30+09:00", "amount": 5480, "thanks_offer": true}
        ])
    );
    let event = &home.listed(&["events", "list"])[0];
    for (field, value) in [
        ("merchant_management_id", "a905125d2a"),
        ("event_id", "E-FIRST"),
        ("requested_at", "2026-11-20T10:15:01+09:00"),
        ("model_id", "CRD_01"),
        ("auto_result", "REVIEW"),
        ("manual_result", "OK"),
        ("memo", "電話で確認"),
        ("rule_group", "標準"),
        ("settle_status", "未決済"),
    ] {
        assert_eq!(cell(event, field), value, "{field}");
    }
}

#[test]
fn rules_and_reasons_are_paired_by_position() {
    let home = Home::new();
    home.imported(
        "events",
        "merchant_management_id,event_id,rules,reasons\n\
         n1,E1,R1／R2,一／二\nn2,E2,R1,一／二\nn3,E3,R1／R2,一\nn4,E4,,\nn5,E5,,一\n",
    );
    let reason = |code: Value, text: Value| json!({"code": code, "description": text});
    for (number, reasons) in [
        (
            "n1",
            json!([
                reason(json!("R1"), json!("一")),
                reason(json!("R2"), json!("二"))
            ]),
        ),
        (
            "n2",
            json!([
                reason(json!("R1"), json!("一")),
                reason(Value::Null, json!("二"))
            ]),
        ),
        (
            "n3",
            json!([
                reason(json!("R1"), json!("一")),
                reason(json!("R2"), Value::Null)
            ]),
        ),
        ("n4", json!([])),
        ("n5", json!([reason(Value::Null, json!("一"))])),
    ] {
        assert_eq!(home.traced(number)["match"]["reasons"], reasons, "{number}");
    }
}

#[test]
fn the_first_of_two_headers_for_one_field_wins() {
    let text = "受注番号,作成日時,受注日時\nn1,2026/11/01 01:00:00,2026/11/02 02:00:00\n";
    assert_eq!(
        orders_of(text)[0]["created_at"],
        "2026-11-01T01:00:00+09:00"
    );
    let alone = "受注番号,作成日時\nn1,2026/11/01 01:00:00\n";
    assert_eq!(
        orders_of(alone)[0]["created_at"],
        "2026-11-01T01:00:00+09:00"
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
    let order = &home.listed(LIST)[0];
    assert_eq!(
        (cell(order, "number"), cell(order, "total")),
        ("n1".into(), "3980".into())
    );
    assert_eq!(order["channel"], "lp");
    home.imported("payments", "受注番号,枝番\nn1,n2\n");
    home.imported("events", "加盟店管理ID,審査番号\nn2,E2\n");
    assert_eq!(home.traced("n1")["match"]["event_id"], "E2");
}

#[test]
fn loading_a_file_twice_changes_nothing_and_says_so() {
    let home = Home::new();
    for (kind, text) in [
        ("orders", ORDERS),
        ("payments", PAYMENTS),
        ("events", EVENTS),
    ] {
        let first = home.imported(kind, text);
        let state = |home: &Home| {
            let events = home.listed(&["events", "list"]);
            (home.listed(LIST), events, home.traced("b1c2d3e4f5"))
        };
        let before = state(&home);
        let second = home.imported(kind, text);
        assert_eq!(state(&home), before, "{kind}");
        assert_ne!(first.text(), second.text(), "the summary of {kind}");
        assert!(
            second.text().to_lowercase().contains("unchanged"),
            "{second:#?}"
        );
        let count = text.lines().count() - 1;
        assert!(second.tells_number(&count.to_string()), "{second:#?}");
    }
}

#[test]
fn a_later_value_replaces_and_an_empty_cell_does_not() {
    let home = Home::new();
    home.imported("orders", "number,total,result,state\nn1,100,HOLD,受付\n");
    let changed = home.imported("orders", "number,total,result,state\nn1,200,,\n");
    let order = &home.listed(LIST)[0];
    assert_eq!(cell(order, "total"), "200");
    assert_eq!(
        (cell(order, "result"), cell(order, "state")),
        ("HOLD".into(), "受付".into())
    );
    assert!(changed.tells_number("1"), "{changed:#?}");
    // A column that is not there, and null in JSON, are no value either.
    home.imported(
        "orders",
        r#"{"number": "n1", "total": null, "result": "OK"}"#,
    );
    let order = &home.listed(LIST)[0];
    assert_eq!(
        (cell(order, "total"), cell(order, "result")),
        ("200".into(), "OK".into())
    );
    home.imported(
        "events",
        "merchant_management_id,event_id,auto_result,manual_result\nn1,E1,HOLD,\n",
    );
    home.imported(
        "events",
        "merchant_management_id,event_id,auto_result,manual_result\nn1,E1,,NG\n",
    );
    let event = &home.listed(&["events", "list"])[0];
    assert_eq!(
        (&event["auto_result"], &event["manual_result"]),
        (&json!("HOLD"), &json!("NG"))
    );
    home.imported(
        "payments",
        "order_number,payment_number,amount,thanks_offer\nn1,n1,100,1\n",
    );
    home.imported(
        "payments",
        "order_number,payment_number,amount,thanks_offer\nn1,n1,200,\n",
    );
    let paid = &home.traced("n1")["payment_history"][0];
    assert_eq!(
        (&paid["amount"], &paid["thanks_offer"]),
        (&json!(200), &json!(true))
    );
}

#[test]
fn a_methods_name_stands_for_its_id() {
    let home = Home::new();
    home.config(&settings("", ""));
    let text =
        "number,payment_method\nn1,クレジットカード一括\nn2,後払い\nn3,後払\nn4,クレジットカード\n";
    home.imported("orders", text);
    let ids: Vec<_> = home
        .listed(LIST)
        .iter()
        .map(|row| (cell(row, "number"), cell(row, "payment_method_id")))
        .collect();
    for (number, id) in [("n1", "1"), ("n2", "2"), ("n3", ""), ("n4", "")] {
        assert!(
            ids.contains(&(number.into(), id.into())),
            "{number} in {ids:?}"
        );
    }
}

#[test]
fn yes_and_no_in_every_form() {
    for (yes, no) in [
        ("1", "0"),
        ("true", "false"),
        ("はい", "いいえ"),
        ("有", "無"),
        ("ON", "OFF"),
        ("有効", "無効"),
    ] {
        assert_eq!(read_as("registered", yes), json!(true), "{yes}");
        assert_eq!(read_as("registered", no), json!(false), "{no}");
    }
    assert_eq!(read_as("registered", ""), Value::Null);
}

#[test]
fn times_amounts_channels_and_results_in_every_form() {
    for written in [
        "2026-01-02 03:04:00",
        "2026/01/02 03:04:00",
        "2026/1/2 3:04:00",
        "2026/1/2 3:04",
        "2026-1-2 3:04:00",
        "2026-01-02T03:04:00",
        "2026-01-02T03:04:00+09:00",
        "2026-01-01T18:04:00Z",
    ] {
        assert_eq!(
            read_as("created_at", written),
            "2026-01-02T03:04:00+09:00",
            "{written}"
        );
    }
    assert_eq!(
        read_as("created_at", "2026/1/2"),
        "2026-01-02T00:00:00+09:00"
    );
    for (written, amount) in [
        ("3980", 3980),
        ("3,980", 3980),
        ("1,234,567", 1_234_567),
        ("0", 0),
    ] {
        assert_eq!(read_as("total", written), json!(amount), "{written}");
    }
    for written in ["lp", "LP", "Lp"] {
        assert_eq!(read_as("channel", written), "lp", "{written}");
    }
    for (written, channel) in [
        ("Shop", "shop"),
        ("SUBSCRIPTION", "subscription"),
        ("Admin", "admin"),
        ("CSV", "csv"),
    ] {
        assert_eq!(read_as("channel", written), channel);
    }
    for result in ["OK", "NG", "HOLD", "REVIEW"] {
        assert_eq!(read_as("result", result), result);
        assert_eq!(read_as("result", &result.to_lowercase()), result);
    }
}

#[test]
fn a_quoted_cell_may_hold_commas_quotes_and_line_ends() {
    assert_eq!(read_as("state", "a, \"b\"\nc"), "a, \"b\"\nc");
}
