//! `orders` and `events`, `list` and `show`: what was imported and what was screened from here is
//! found, listed, shown, and loads back; the work list of a morning, and the screenings that failed.

use crate::loaded::{cell, now};
use crate::support::{
    Home, has, keys, order,
    server::{Answer, Server, good},
    with,
};
use serde_json::{Value, json};

/// Orders of several days, the last without anything.
const ORDERS: &str = "\
number,ecforce_id,created_at,channel,offer,payment_method_id,total,customer_id,registered,purchase_number,ad_url_id,state,payment_state,result,reason
o1,9001,2026/11/20 00:00:00,lp,サンクスアップセル,1,3980,30962,1,1,12,対応済み,売上,OK,
o2,9002,2026/11/20 23:59:59,shop,,2,5480,30962,0,2,,,,NG,\"a, \"\"b\"\"\"
o3,9003,2026/11/21 00:00:00,csv,,3,0,777,,,,,,HOLD,理由
o4,,2026/11/22 12:00:00,admin,,1,,,,,,,,REVIEW,
o5,,2026/11/23 12:00:00,subscription,,1,,,,,,,,,
o6,,,,,,,,,,,,,,
";

const EVENTS: &str = "\
merchant_management_id,event_id,requested_at,model_id,auto_result,manual_result,memo,rule_group,rules,reasons,settle_status
o1,E1,2026/11/20 00:00:01,CRD_01,OK,,,標準,,,未決済
o2,E2,2026/11/20 23:59:59,CRD_01,NG,OK,\"電話で, 確認\",標準,R0101／R0202,同一配送先／高額,
o2,E3,2026/11/21 10:00:00,ATB_01,HOLD,NG,,,R0202,高額／海外,
o9,E4,2026/11/22 10:00:00,,REVIEW,HOLD,,,,,
o9,E5,,,,,,,,,
";

fn shop() -> Home {
    let home = Home::new();
    home.imported("orders", ORDERS);
    home.imported("events", EVENTS);
    home
}

/// A home whose orders were screened: a and b are one purchase, c is another one's.
fn screened(server: &Server) -> Home {
    let home = Home::sending_to(server);
    let payments = json!([
        {"number": "a", "at": "2026/11/20 10:15:00", "amount": 3980, "thanks_offer": false},
        {"number": "b", "at": "2026/11/20 10:17:00", "amount": 500, "thanks_offer": true},
    ]);
    let orders = [
        with(order("a"), "/payments", payments),
        with(order("c"), "/created_at", json!("2026/11/21 09:00:00")),
    ];
    for order in orders {
        home.screen(&order, &[]).0.ended_with(0);
    }
    home
}

#[test]
fn orders_are_filtered() {
    let home = shop();
    // Each filter, and some together; their combinations stand in `store/tests/lists.rs`.
    for (flags, expected) in [
        ("", "o5 o4 o3 o2 o1 o6"),
        ("--result ok,NG", "o2 o1"),
        ("--result OK,NG --result hold", "o3 o2 o1"),
        ("--result none,HOLD --from 2026-11-01", "o5 o3"),
        ("--from 2026-11-20 --to 2026/11/20", "o2 o1"),
        ("--to 2026-11-20T00:00:01", "o1"),
        ("--method １ --to 2026-11-22", "o4 o1"),
        ("--customer ３０９６２ --result NG", "o2"),
        ("--customer 3096", ""),
        ("--result 保留,ＮＧ", "o3 o2"),
        ("--reason 理由 --result OK", ""),
        ("--limit 2 --from 2026-11-01", "o5 o4"),
    ] {
        let found = home.column(&format!("orders list {flags}"), "number");
        assert_eq!(found.join(" "), expected, "{flags}");
    }
    // What was screened from here knows the ID alone; the configuration knows the method's name.
    let home = screened(&Server::always("OK"));
    for (method, expected) in [
        ("1", "c a"),
        ("クレジットカード一括", "c a"),
        ("後払い", ""),
    ] {
        let found = home.column(&format!("orders list --method {method}"), "number");
        assert_eq!(found.join(" "), expected, "{method}");
    }
    assert_eq!(
        home.listed("orders list --to 2026-11-20"),
        [json!({
            "number": "a", "ecforce_id": null, "created_at": "2026-11-20T10:15:00+09:00",
            "channel": "lp", "offer": null, "payment_method_id": 1, "payment_method": null, "total": 3980,
            "customer_id": "30962", "registered": true, "purchase_number": 1, "ad_url_id": null,
            "state": null, "payment_state": null, "result": null, "reason": null,
        })]
    );
}

#[test]
fn events_are_filtered() {
    let home = shop();
    for (flags, expected) in [
        ("--merchant-id o2", "E3 E2"),
        ("--result NG,HOLD", "E3 E2"),
        ("--manual NG,HOLD", "E4 E3"),
        ("--manual none --result ok", "E1"),
        ("--rule R0202 --manual NG", "E3"),
        ("--reason 高額", "E3 E2"),
        (
            "--rule-group 標準 --from 2026-11-20 --to 2026-11-20",
            "E2 E1",
        ),
        ("--memo 電話", "E2"),
        ("--blacklisted", ""),
        ("--from 2026-11-21 --limit 1", "E4"),
    ] {
        let found = home.column(&format!("events list {flags}"), "event_id");
        assert_eq!(found.join(" "), expected, "{flags}");
    }
}

#[test]
fn reasons_are_searched_by_any_part_however_it_is_typed() {
    let home = Home::new();
    home.imported(
        "orders",
        "受注番号,支払い方法,O-PLUX 判定理由\nr1,クレジットカード,10〜20件のIPアドレス\n\
         r2,後払い,100% match_rule\nr3,後払い,\"払, \"\"no\"\" to it's back\\slash\"\n",
    );
    home.imported(
        "events",
        "加盟店管理ID,イベントID,ルールコード,判定理由\nr1,E1,R0／R−101,ZZ／10〜20件のIPアドレス\n",
    );
    // Any part of any text is found in `store/tests/lists.rs`.
    for (part, expected) in [
        ("10～20", "r1"),
        ("ＩＰｱﾄﾞﾚｽ", "r1"),
        ("%", "r2"),
        ("\"no\" to it's", "r3"),
        ("どこにも", ""),
    ] {
        let found = home.column(&["orders", "list", "--reason", part], "number");
        assert_eq!(found.join(" "), expected, "{part}");
    }
    // The one that counts is the second of two.
    assert_eq!(home.listed("events list --reason 10～20").len(), 1);
    assert_eq!(home.listed("events list --rule ｒ-101").len(), 1);
    assert_eq!(
        home.column("orders list --method ｸﾚｼﾞｯﾄｶｰﾄﾞ", "number"),
        ["r1"]
    );
}

#[test]
fn all_rows_are_listed_and_a_table_ends_with_how_many_more_there_are() {
    let home = Home::new();
    let rows: String = (0..140)
        .map(|n| format!("n{n},2026/11/20 10:00:00\n"))
        .collect();
    home.imported("orders", format!("number,created_at\n{rows}"));
    assert_eq!(home.listed("orders list").len(), 140);
    // 50 rows are for a terminal; a pipe gets all.
    home.run("orders list")
        .ended_with(0)
        .silent()
        .shows(&["n0", "n139"]);
    home.run("orders list --limit 3")
        .ended_with(0)
        .says(&["137 more; --limit N shows more, --from and --to narrow it"]);
    home.run("--lang ja orders list --limit 3")
        .says(&["ほかに137件あります。"]);
    for silent in [
        "orders list --limit 140",
        "-q orders list --limit 1",
        "--format csv orders list --limit 1",
    ] {
        home.run(silent).ended_with(0).silent();
    }
    let lines = home.run("--format jsonl orders list --limit 3");
    assert_eq!(lines.rows("jsonl").len(), 3);
    home.put("more.csv", "number\nm1\n");
    home.run("import orders more.csv").ended_with(0);
    home.run("log --limit 1")
        .says(&["1 more; --limit N shows more"]);
}

/// What a list prints is a file for `import`, into the same store and into a new one.
#[test]
fn what_is_listed_loads_back() {
    for (kind, header) in [("orders", ORDERS), ("events", EVENTS)] {
        let fields = header.lines().next().unwrap();
        let home = shop();
        let list = format!("{kind} list");
        let before = home.listed(&list);
        let contracted = |home: &Home| -> Vec<Vec<String>> {
            let rows = home.listed(&list);
            let cells = |row: &Value| fields.split(',').map(|field| cell(row, field)).collect();
            rows.iter().map(cells).collect()
        };
        for format in ["csv", "csv --bom", "json", "jsonl"] {
            let printed = home.run(&format!("--format {format} {list}")).stdout;
            let has_bom = printed.starts_with('\u{feff}');
            assert_eq!(has_bom, format == "csv --bom", "{kind} as {format}");
            home.imported(kind, &printed);
            assert_eq!(home.listed(&list), before, "{kind} as {format}");
            let other = Home::new();
            other.imported(kind, &printed);
            assert_eq!(contracted(&other), contracted(&home), "{kind} as {format}");
        }
    }
}

#[test]
fn show_puts_the_whole_group_on_one_screen() {
    let home = Home::with_purchase();
    let all = [
        "b1c2d3e4f5",
        "a905125d2a",
        "E-FIRST",
        "REVIEW",
        "同一配送先で過去に未払いがあります",
    ];
    for lang in ["en", "ja"] {
        let order = home.run(&format!("--lang {lang} orders show b1c2d3e4f5"));
        order
            .ended_with(0)
            .silent()
            .shows(&all)
            .shows(&["2026-11-20 10:16:30"]);
        let event = home.run(&format!("--lang {lang} events show E-FIRST"));
        event
            .ended_with(0)
            .silent()
            .shows(&all)
            .shows(&["OK", "R0101"]);
    }
}

#[test]
fn an_order_is_shown_with_all_that_belongs_to_it() {
    let home = screened(&Server::always("OK"));
    let of_b = home.shown("orders show b");
    has(
        &of_b,
        json!({"order": null, "searched": ["b", "a"], "payment_history": [
            {"number": "a", "at": "2026-11-20T10:15:00+09:00", "amount": 3980, "thanks_offer": false},
            {"number": "b", "at": "2026-11-20T10:17:00+09:00", "amount": 500, "thanks_offer": true},
        ]}),
    );
    let attempts = of_b["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 1);
    let fields = "order_number began_at ended_at state rescreen event_id error_code";
    assert_eq!(keys(&attempts[0]), fields);
    has(
        &attempts[0],
        json!({"state": "screened", "event_id": of_b["events"][0]["event_id"]}),
    );
    assert_eq!(of_b["events"][0]["merchant_management_id"], "a");
    let of_a = home.shown("orders show a");
    assert_eq!(of_a["order"]["number"], "a");
    assert_eq!(of_a["events"], of_b["events"]);
    home.run("--lang ja orders show b").shows(&[
        "決済履歴",
        "このツールでの審査",
        "イベント",
        "同じ購入",
    ]);
    // A try that failed is shown with its error.
    let refusing = Server::status(400, "{}");
    home.configure(&refusing.url(), "");
    home.screen(&order("z"), &[]).0.ended_with(5);
    let of_z = home.shown("orders show z");
    has(
        &of_z["attempts"][0],
        json!({"state": "failed", "error_code": "refused"}),
    );
    home.run("orders show z")
        .shows(&["Events: none", "refused"]);
}

#[test]
fn an_event_is_shown_by_its_id_and_by_its_number() {
    let server = Server::always("OK");
    let home = screened(&server);
    let listed = home.listed("events list --merchant-id a").remove(0);
    let id = listed["event_id"].as_str().unwrap();
    let by_id = home.shown(&format!("events show {id}"));
    has(&by_id, listed.clone());
    has(
        &by_id,
        json!({"service": "o-plux", "origin": "screen", "disposition": "create"}),
    );
    assert_eq!(home.shown("events show a"), by_id);
    home.run("events show a").shows(&[id, "screened from here"]);
    home.screen(&order("a"), &["--rescreen"]).0.ended_with(0);
    home.run("events show a")
        .ended_with(0)
        .says(&["a has 2 events"]);
}

#[test]
fn similar_events_are_kept_and_shown() {
    let server = Server::new(|_, place| {
        let similars = match place {
            0 => json!([{"event_id": "E-OLD", "event_id_for_shop": "c0ffee0001"},
                {"event_id": "E-BARE"}]),
            // The same event again, of which nothing is told: what is known stays.
            _ => Value::Null,
        };
        let body = json!({"result": 10, "telegram": {"event": {
            "id": "E-NEW", "aaresult": {"result": "OK"}, "similars": similars}}});
        Answer::json(200, body)
    });
    let home = Home::sending_to(&server);
    for args in [&[][..], &["--rescreen"]] {
        home.screen(&order("a"), args).0.ended_with(0);
    }
    assert_eq!(server.count(), 2);
    let event = home.shown("events show a");
    let expected = json!([{"event_id": "E-OLD", "merchant_management_id": "c0ffee0001"},
        {"event_id": "E-BARE", "merchant_management_id": null}]);
    assert_eq!(event["similars"], expected);
    home.run("events show a")
        .shows(&["Similar events", "c0ffee0001 E-OLD", "- E-BARE"]);
    home.run("--lang ja events show a").shows(&["類似イベント"]);
}

#[test]
fn what_is_not_there_is_told_with_status_3() {
    for home in [Home::new(), Home::with_purchase()] {
        for call in ["orders show ffffffffff", "events show E-NONE"] {
            let ran = home.run(call);
            ran.ended_with(3)
                .says(&["hint:", "oplux import", &call[12..]]);
            assert_eq!(ran.stdout, "");
            let ran = home.run(&format!("--format json {call}"));
            assert_eq!(ran.ended_with(3).error()["code"], "not-found");
        }
    }
}

#[test]
fn without_a_store_or_a_configuration_lists_are_empty() {
    let home = Home::new();
    for what in ["orders", "events"] {
        let empty = home.run(&format!("{what} list"));
        empty.ended_with(0).says(&[&format!("no matching {what}")]);
        assert_eq!(empty.stdout, "");
        for (format, lines) in [("csv", 1), ("json", 1), ("jsonl", 0)] {
            let empty = home.run(&format!("--format {format} {what} list"));
            empty.ended_with(0).says(&[&format!("no matching {what}")]);
            assert_eq!(empty.stdout.lines().count(), lines, "{empty:#?}");
            home.run(&format!("-q --format {format} {what} list"))
                .silent();
        }
    }
    assert!(home.files().is_empty());
    home.config("integrated_at = \"2026-01-15\"\n");
    assert!(home.listed("orders list").is_empty());
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let home = Home::new();
    for (call, said) in [
        (
            "orders list --result OK,maybe",
            "one of OK, NG, HOLD, REVIEW and none",
        ),
        (
            "events list --manual REVIEW",
            "one of OK, NG, HOLD and none",
        ),
        ("events list --merchant-id 受注", "an order number"),
        ("orders show a/b", "an order number"),
        ("orders show", "NUMBER"),
        ("orders list --from someday", "a date"),
        ("orders list --limit -1", "-1"),
        ("--format csv orders show a", "csv"),
    ] {
        home.run(call).ended_with(2).says(&[said]);
    }
}

/// Six orders: one decided, one that waits, one that waits under its first payment's number (R13),
/// one of the same history with an event of its own that is OK, one OK, and one without an event.
fn to_be_reviewed() -> Home {
    let home = Home::new();
    home.imported(
        "orders",
        "number,created_at,total,result,reason\n\
         a000000001,2026-11-20 10:00:00,1000,REVIEW,\n\
         a000000002,2026-11-20 11:00:00,2000,HOLD,住所不備\n\
         a000000003,2026-11-20 12:00:00,3000,REVIEW,\n\
         a0000000fe,2026-11-20 12:06:00,3500,OK,\n\
         a000000004,2026-11-20 13:00:00,4000,OK,\n\
         a000000005,2026-11-20 14:00:00,5000,,\n",
    );
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at,auto_result,manual_result,memo,rule_group,rules,reasons\n\
         a000000001,E-1,2026-11-20 10:00:00,REVIEW,OK,電話で確認,ATTENTION,R1,海外\n\
         a000000002,E-2,2026-11-20 11:00:00,HOLD,,,ADDRESS,R2,番地なし\n\
         a0000000ff,E-3,2026-11-20 12:00:00,REVIEW,,,ATTENTION,R1,海外\n\
         a0000000fe,E-5,2026-11-20 12:06:00,OK,,,,,\n\
         a000000004,E-4,2026-11-20 13:00:00,OK,,,,,\n",
    );
    home.imported(
        "payments",
        "order_number,payment_number,at\n\
         a000000003,a0000000ff,2026-11-20 12:00:00\na000000003,a000000003,2026-11-20 12:05:00\n\
         a000000003,a0000000fe,2026-11-20 12:06:00\n",
    );
    home
}

#[test]
fn the_work_list_has_what_nobody_has_decided_newest_first() {
    let home = to_be_reviewed();
    for (flags, expected) in [
        ("", "a000000003 a000000002"),
        ("--limit 1", "a000000003"),
        ("--result hold", "a000000002"),
        ("--to 2026-11-20T11:30", "a000000002"),
    ] {
        let found = home.column(&format!("orders list --needs-review {flags}"), "number");
        assert_eq!(found.join(" "), expected, "{flags}");
    }
    let row = &home.listed("orders list --needs-review")[0];
    // R13: the event stands under the first payment's number.
    has(
        row,
        json!({"matched_number": "a0000000ff", "event_id": "E-3", "auto_result": "REVIEW",
            "result": "REVIEW", "event_reasons": [{"code": "R1", "description": "海外"}],
            "total": 3000, "deadline": null}),
    );
    assert!(row["age_minutes"].as_i64().is_some());
    home.run("orders list --needs-review")
        .ended_with(0)
        .shows(&["a000000003", "海外", "Age"])
        .says(&["oplux events review NUMBER --result ok", "受注管理"]);
    let csv = home.run("--format csv orders list --needs-review");
    assert!(csv.stdout.starts_with("number,ecforce_id,created_at,"));
    home.run("--lang ja orders list --needs-review")
        .shows(&["経過時間"])
        .says(&["目視審査結果"]);
    // Trace and orders show name the command that decides it.
    let command = "oplux events review a000000002 --result ok";
    home.run("trace a000000002").shows(&[command, "受注管理"]);
    home.run("orders show a000000002").shows(&[command]);
    for decided in ["a000000001", "a000000004"] {
        home.run(&["trace", decided]).never_says(&["events review"]);
    }
    Home::new().run("orders list --needs-review").ended_with(0);
}

#[test]
fn screenings_that_failed_are_listed_until_they_have_an_event() {
    let server = Server::new(|request, place| match place {
        0 => Answer::Close,
        1 => Answer::json(400, "{}"),
        _ => good(request, place, "OK"),
    });
    let home = Home::sending_to(&server);
    for number in ["a000000001", "a000000002", "a000000003"] {
        home.screen(&order(number), &[]);
    }
    let failed = || {
        let mut failed = home.column("orders list --failed", "number");
        failed.sort();
        failed
    };
    assert_eq!(failed(), ["a000000001", "a000000002"]);
    home.screen(&order("a000000002"), &[]).0.ended_with(0);
    assert_eq!(failed(), ["a000000001"]);
    // An event that does not settle it leaves it unknown, as `screen` and `doctor` say.
    let events = "merchant_management_id,event_id,requested_at,auto_result\n";
    let of_it = |id: &str, at: &str| format!("{events}a000000001,{id},{at},OK\n");
    home.imported("events", of_it("E-BEFORE", "2020/01/01 10:00:00"));
    assert_eq!(failed(), ["a000000001"]);
    home.imported("events", of_it("E-SETTLES", &now()));
    assert!(home.listed("orders list --failed").is_empty());
}
