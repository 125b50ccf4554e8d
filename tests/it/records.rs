//! `oplux orders` and `oplux events` as their users run them: what a shop has screened from here is
//! listed and shown.

use crate::support::{
    Home, Ran, order,
    server::{Answer, Server},
    with,
};
use serde_json::{Value, json};

/// A home whose three orders were screened: a and b are one purchase, c is another one's.
fn screened() -> Home {
    serve(&Server::always("OK"))
}

/// The same, with a server that goes on to answer.
fn serve(server: &Server) -> Home {
    let home = Home::new();
    home.configure(&server.url(), "");
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

fn json(home: &Home, args: &[&str]) -> Value {
    let args: Vec<&str> = ["--format", "json"].iter().chain(args).copied().collect();
    home.run(&args).ended_with(0).silent().json()
}

fn field(rows: &Value, name: &str) -> Vec<String> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[name].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_was_screened_is_listed_newest_first_and_found_by_its_fields() {
    let home = screened();
    let table: [(&[&str], &str); 9] = [
        (&[], "c a"),
        (&["--limit", "1"], "c"),
        (&["--to", "2026-11-20"], "a"),
        (&["--from", "2026-11-21"], "c"),
        (&["--method", "1"], "c a"),
        // The orders know the ID alone; the configuration knows its name.
        (&["--method", "クレジットカード一括"], "c a"),
        (&["--method", "後払い"], ""),
        (&["--customer", "30962", "--result", "NONE"], "c a"),
        (&["--result", "ok,ng", "--result", "HOLD"], ""),
    ];
    for (flags, expected) in table {
        let args: Vec<&str> = ["orders", "list"].iter().chain(flags).copied().collect();
        let rows = json(&home, &args);
        assert_eq!(field(&rows, "number").join(" "), expected, "{flags:?}");
    }
    let rows = json(&home, &["orders", "list", "--to", "2026-11-20"]);
    let expected = json!([{
        "number": "a", "ecforce_id": null, "created_at": "2026-11-20T10:15:00+09:00",
        "channel": "lp", "offer": null, "payment_method_id": 1, "payment_method": null, "total": 3980,
        "customer_id": "30962", "registered": true, "purchase_number": 1, "ad_url_id": null,
        "state": null, "payment_state": null, "result": null, "reason": null,
    }]);
    assert_eq!(rows, expected);

    let events = json(
        &home,
        &["events", "list", "--result", "ok", "--manual", "none"],
    );
    let mut numbers = field(&events, "merchant_management_id");
    numbers.sort();
    assert_eq!(numbers, ["a", "c"]);
    let events = json(
        &home,
        &["events", "list", "--merchant-id", "a", "--result", "NG"],
    );
    assert_eq!(events, json!([]));
}

#[test]
fn a_table_ends_with_how_many_more_there_are() {
    let home = screened();
    let more = "more; --limit N shows more";
    let limited = home.run("orders list --limit 1");
    limited
        .ended_with(0)
        .says(&["1 more; --limit N shows more, --from and --to narrow it"]);
    limited.shows(&["クレジットカード一括"]);
    home.run("events list --limit 1")
        .says(&[&format!("1 {more}")]);
    let ja = home.run("--lang ja events list --limit 1");
    ja.says(&["ほかに1件あります。"])
        .shows(&["加盟店管理ID", "審査申請日時"]);
    for args in [
        &["orders", "list"][..],
        &["orders", "list", "--limit", "2"],
        &["-q", "orders", "list", "--limit", "1"],
        &["--format", "csv", "orders", "list", "--limit", "1"],
    ] {
        home.run(args).ended_with(0).silent();
    }
    let log = home.run("log --limit 1");
    let all = home.run("--format jsonl log").stdout.lines().count();
    log.says(&[&format!("{} {more}", all - 1)]);
}

#[test]
fn an_order_is_shown_with_all_that_belongs_to_it() {
    let home = screened();
    let shown = json(&home, &["orders", "show", "b"]);
    assert_eq!(
        shown["order"],
        Value::Null,
        "a payment alone makes no order"
    );
    assert_eq!(shown["searched"], json!(["b", "a"]));
    let payments = json!([
        {"number": "a", "at": "2026-11-20T10:15:00+09:00", "amount": 3980, "thanks_offer": false},
        {"number": "b", "at": "2026-11-20T10:17:00+09:00", "amount": 500, "thanks_offer": true},
    ]);
    assert_eq!(shown["payment_history"], payments);
    let attempts = shown["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 1);
    let keys: Vec<_> = attempts[0].as_object().unwrap().keys().cloned().collect();
    let fields = [
        "order_number",
        "began_at",
        "ended_at",
        "state",
        "rescreen",
        "event_id",
        "error_code",
    ];
    assert_eq!(keys, fields);
    assert_eq!(attempts[0]["state"], "screened");
    assert_eq!(attempts[0]["event_id"], shown["events"][0]["event_id"]);
    assert_eq!(shown["events"][0]["merchant_management_id"], "a");

    let of_a = json(&home, &["orders", "show", "a"]);
    assert_eq!(of_a["order"]["number"], "a");
    assert_eq!(of_a["events"], shown["events"]);
    let page = home.run("--lang ja orders show b");
    page.ended_with(0)
        .silent()
        .shows(&["決済履歴", "このツールでの審査", "イベント", "同じ購入"]);
}

#[test]
fn a_try_that_failed_is_shown_with_its_error() {
    let (home, server) = (
        Home::new(),
        Server::status(400, r#"{"result": 20, "errors": []}"#),
    );
    home.configure(&server.url(), "");
    home.screen(&order("a"), &[]).0.ended_with(5);
    let shown = json(&home, &["orders", "show", "a"]);
    assert_eq!(shown["attempts"][0]["state"], "failed");
    assert_eq!(shown["attempts"][0]["error_code"], "refused");
    assert_eq!(shown["events"], json!([]));
    home.run("orders show a")
        .shows(&["Events: none", "refused"]);
}

#[test]
fn an_event_is_shown_by_its_id_and_by_its_number() {
    let server = Server::always("OK");
    let home = serve(&server);
    let listed = &json(&home, &["events", "list", "--merchant-id", "a"])[0];
    let id = listed["event_id"].as_str().unwrap();
    let shown = json(&home, &["events", "show", id]);
    for (name, value) in listed.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(shown["service"], "o-plux");
    assert_eq!(shown["origin"], "screen");
    assert_eq!(shown["disposition"], "create");
    assert!(shown["reason_pairs"].is_array());
    assert_eq!(json(&home, &["events", "show", "a"]), shown);
    home.run(&["events", "show", id])
        .ended_with(0)
        .silent()
        .shows(&[id, "screened from here"]);

    let again = home.screen(&order("a"), &["--rescreen"]);
    again.0.ended_with(0);
    let latest = home.run("events show a");
    latest.ended_with(0).says(&["a has 2 events"]);
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
        Answer::Http(200, "application/json", body.to_string())
    });
    let home = Home::new();
    home.configure(&server.url(), "");
    for args in [&[][..], &["--rescreen"]] {
        home.screen(&order("a"), args).0.ended_with(0);
    }
    assert_eq!(server.count(), 2);
    let shown = json(&home, &["events", "show", "a"]);
    let expected = json!([{"event_id": "E-OLD", "merchant_management_id": "c0ffee0001"},
        {"event_id": "E-BARE", "merchant_management_id": null}]);
    assert_eq!(shown["similars"], expected);
    home.run("events show a")
        .shows(&["Similar events", "c0ffee0001 E-OLD", "- E-BARE"]);
    home.run("--lang ja events show a").shows(&["類似イベント"]);
}

#[test]
fn a_number_is_found_however_it_was_pasted() {
    let server = Server::always("OK");
    let home = serve(&server);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(0);
    for pasted in [
        " A905125D2A ",
        "ａ９０５１２５ｄ２ａ",
        "「a905125d2a」",
        "\u{3000}a905 125d2a",
    ] {
        for args in [
            &["orders", "show", pasted][..],
            &["events", "show", pasted],
            &["events", "list", "--merchant-id", pasted],
        ] {
            let ran = home.run(args);
            ran.ended_with(0)
                .shows(&["a905125d2a"])
                .says(&["read", "as a905125d2a"]);
        }
    }
    // One that the store knows as it was typed is meant so, and needs no word.
    home.run("orders show a").ended_with(0).silent();
    home.run("events show ffffffffff").ended_with(3);
    home.run(&["orders", "show", "a905125d2a b1c2d3e4f5"])
        .ended_with(2);
}

#[test]
fn what_is_not_there_is_told_with_status_3() {
    for home in [Home::new(), screened()] {
        for args in [["orders", "show", "z"], ["events", "show", "z"]] {
            home.run(&args)
                .ended_with(3)
                .says(&["z", "hint:", "oplux import"]);
            let args: Vec<&str> = ["--format", "json"].iter().chain(&args).copied().collect();
            let ran = home.run(&args);
            assert_eq!(ran.ended_with(3).error()["code"], "not-found");
            assert_eq!(ran.stdout, "");
        }
    }
}

#[test]
fn without_a_store_or_a_configuration_lists_are_empty() {
    let home = Home::new();
    for what in ["orders", "events"] {
        let empty = home.run(&[what, "list"]);
        empty.ended_with(0).says(&[&format!("no {what}")]);
        assert_eq!(empty.stdout, "");
        assert_eq!(json(&home, &[what, "list"]), json!([]));
        let csv: Ran = home.run(&["--format", "csv", what, "list"]);
        assert_eq!(csv.ended_with(0).silent().stdout.lines().count(), 1);
    }
    assert_eq!(home.files(), Vec::<String>::new());
    home.config("integrated_at = \"2026-01-15\"\n");
    assert_eq!(json(&home, &["orders", "list"]), json!([]));
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let home = Home::new();
    let table: [(&[&str], &str); 7] = [
        (
            &["orders", "list", "--result", "OK,maybe"],
            "one of OK, NG, HOLD, REVIEW and none",
        ),
        (
            &["events", "list", "--manual", "REVIEW"],
            "one of OK, NG, HOLD and none",
        ),
        (
            &["events", "list", "--merchant-id", "受注"],
            "an order number",
        ),
        (&["orders", "show", "a/b"], "an order number"),
        (&["orders", "list", "--from", "yesterday"], "a date"),
        (&["orders", "list", "--limit", "-1"], "-1"),
        (&["--format", "csv", "orders", "show", "a"], "csv"),
    ];
    for (args, expected) in table {
        home.run(args).ended_with(2).says(&[expected]);
    }
}
