//! `screen`: causes, dispositions, stored outcomes, thanks-offer payments and the forms of output,
//! through the built binary.

use crate::support::{Home, METHODS, has, order, server::Server, with};
use serde_json::{Value, json};

fn two_payments() -> Value {
    json!([
        {"number": "a905125d2a", "at": "2026/11/20 10:15:00", "amount": 3980, "thanks_offer": false},
        {"number": "b1c2d3e4f5", "at": "2026/11/20 10:16:30", "amount": 5480, "thanks_offer": true}
    ])
}

#[test]
fn every_cause_is_named_and_nothing_is_sent() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "screen_existing_customers = false");
    let later = with(order("b1c2d3e4f5"), "/payments", two_payments());
    let member = |n: u32| with(order("m1"), "/customer/purchase_number", json!(n));
    let cases = [
        (
            with(order("c1"), "/channel", json!("subscription")),
            "subscription-order",
        ),
        (with(order("c2"), "/channel", json!("admin")), "admin-order"),
        (with(order("c3"), "/channel", json!("csv")), "csv-order"),
        (later, "thanks-offer-payment"),
        (
            with(order("c4"), "/payment_method_id", json!(9)),
            "method-unknown",
        ),
        (
            with(order("c5"), "/payment_method_id", json!(3)),
            "method-disabled",
        ),
        (member(2), "existing-customer"),
    ];
    for (order, cause) in cases {
        let (ran, shown) = home.screen(&order, &[]);
        ran.ended_with(0);
        assert_eq!(shown["cause"], cause);
        assert_eq!(shown["screened"], false);
        assert_eq!(shown["disposition"], "create");
        for null in ["event_id", "result", "rule_group", "redirect_url", "error"] {
            assert_eq!(shown[null], Value::Null, "{cause} {null}");
        }
        has(&shown, json!({"forced": false, "reused": false}));
        assert_eq!(shown["reasons"], json!([]));
    }
    assert!(server.requests().is_empty());
    // A guest is not a registered customer, however many purchases (R5).
    let guest = json!({"registered": false, "purchase_number": 5});
    home.screen(&with(order("g1"), "/customer", guest), &[])
        .0
        .ended_with(0);
    assert_eq!(server.numbers(), ["g1"]);
    // R3 comes before everything else.
    let config = home
        .read(".config/oplux/config.toml")
        .replace("enabled = true", "enabled = false");
    home.write(".config/oplux/config.toml", &config);
    let (_, shown) = home.screen(&with(order("c9"), "/channel", json!("csv")), &[]);
    assert_eq!(shown["cause"], "oplux-disabled");
}

#[test]
fn an_order_that_is_not_screened_needs_no_credentials() {
    let home = Home::new();
    home.write(
        ".config/oplux/config.toml",
        &format!("[oplux]\nenabled = true\n{METHODS}"),
    );
    home.screen(&with(order("c1"), "/channel", json!("csv")), &[])
        .0
        .ended_with(0);
    home.screen(&order("c2"), &[]).0.ended_with(4);
}

#[test]
fn each_result_has_its_own_behaviour() {
    let redirects = r#"
[oplux.on_hold]
action = "redirect"
redirect_url = "https://shop.example.com/hold"
[oplux.on_ng]
action = "redirect"
redirect_url = "https://shop.example.com/ng"
[oplux.on_review]
redirect_url = "https://shop.example.com/unused"
"#;
    let thanks_offer = json!({"id": 12, "thanks_offer": true});
    // result, method, ad URL's thanks offer, disposition, URL, forced
    let cases = [
        ("OK", 1, true, "create", None, false),
        ("REVIEW", 1, true, "create", None, false),
        (
            "HOLD",
            1,
            false,
            "redirect",
            Some("https://shop.example.com/hold"),
            false,
        ),
        (
            "NG",
            1,
            false,
            "redirect",
            Some("https://shop.example.com/ng"),
            false,
        ),
        ("NG", 1, true, "create", None, true),
        // Method 2 has realtime thanks offer on: the redirect is carried out (R10).
        (
            "NG",
            2,
            true,
            "redirect",
            Some("https://shop.example.com/ng"),
            false,
        ),
    ];
    for (result, method, offer, disposition, url, forced) in cases {
        let server = Server::always(result);
        let home = Home::new();
        home.configure(&server.url(), redirects);
        let order = with(order("n1"), "/payment_method_id", json!(method));
        let order = if offer {
            with(order, "/ad_url", thanks_offer.clone())
        } else {
            order
        };
        let (ran, shown) = home.screen(&order, &[]);
        ran.ended_with(0);
        assert_eq!(shown["result"], result);
        assert_eq!(
            shown["disposition"], disposition,
            "{result} {method} {offer}"
        );
        assert_eq!(shown["redirect_url"], json!(url));
        assert_eq!(shown["forced"], forced);
        has(&shown, json!({"screened": true, "cause": null}));
        assert_eq!(shown["screened_as"], "n1");
        assert_eq!(shown["service"], "o-plux");
        if result != "OK" {
            let reason =
                json!({"code": "R0101", "description": "同一配送先で過去に未払いがあります"});
            assert_eq!(shown["reasons"], json!([reason]));
            assert_eq!(shown["rule_group"], "標準");
        }
    }
}

#[test]
fn a_redirect_without_its_url_is_found_before_anything_is_sent() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "[oplux.on_ng]\naction = \"redirect\"");
    let (ran, _) = home.screen(&order("n1"), &[]);
    ran.ended_with(2);
    let error = ran.error();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("oplux.on_ng.redirect_url"),
        "{error}"
    );
    assert!(server.requests().is_empty() && !home.store_path().exists());
    // Where the order is created by force, no URL is needed (R10), and the result decides nothing.
    let forced = with(
        order("n2"),
        "/ad_url",
        json!({"id": 12, "thanks_offer": true}),
    );
    home.screen(&forced, &[]).0.ended_with(0);
    home.run("config check").ended_with(2);
}

#[test]
fn what_is_stored_is_given_back_and_a_rescreen_sends_again() {
    let server = Server::always("REVIEW");
    let home = Home::new();
    home.configure(&server.url(), "");
    let (_, first) = home.screen(&order("a905125d2a"), &[]);
    assert_eq!(first["reused"], false);
    // A stored outcome comes before the rules.
    let as_csv = with(order("a905125d2a"), "/channel", json!("csv"));
    let (ran, again) = home.screen(&as_csv, &[]);
    ran.ended_with(0);
    assert_eq!(again["reused"], true);
    for same in [
        "event_id",
        "result",
        "reasons",
        "disposition",
        "screened",
        "screened_as",
        "cause",
    ] {
        assert_eq!(again[same], first[same], "{same}");
    }
    assert_eq!(server.requests().len(), 1);
    let (ran, rescreened) = home.screen(&order("a905125d2a"), &["--rescreen"]);
    ran.ended_with(0);
    assert_eq!(rescreened["reused"], false);
    assert_ne!(rescreened["event_id"], first["event_id"]);
    assert_eq!(server.requests().len(), 2);
    // The newest event is the one that is given back now.
    assert_eq!(
        home.screen(&order("a905125d2a"), &[]).1["event_id"],
        rescreened["event_id"]
    );
}

#[test]
fn a_thanks_offer_payment_shows_its_first_payments_event() {
    for (name, orders) in [
        ("first, then later", ["a905125d2a", "b1c2d3e4f5"]),
        ("later, then first", ["b1c2d3e4f5", "a905125d2a"]),
    ] {
        let server = Server::always("REVIEW");
        let home = Home::new();
        home.configure(&server.url(), "");
        let orders: Vec<_> = orders
            .iter()
            .map(|number| with(order(number), "/payments", two_payments()))
            .collect();
        let ran = home.run_with("--format json screen", &json!(orders).to_string());
        ran.ended_with(0);
        assert_eq!(
            server.numbers(),
            ["a905125d2a"],
            "{name}: only the first payment is screened"
        );
        let shown = ran.json();
        let place = usize::from(name.starts_with("first"));
        let (later, first) = (&shown[place], &shown[1 - place]);
        assert_eq!(
            (&later["number"], &first["number"]),
            (&json!("b1c2d3e4f5"), &json!("a905125d2a"))
        );
        assert_eq!(later["cause"], "thanks-offer-payment");
        has(
            &later,
            json!({"screened": false, "screened_as": "a905125d2a"}),
        );
        for same in ["event_id", "result", "reasons"] {
            assert_eq!(later[same], first[same], "{name} {same}");
        }
        assert_eq!(later["disposition"], "create");
    }
}

#[test]
fn only_the_first_payments_history_may_name_the_later_one() {
    let server = Server::always("NG");
    let home = Home::new();
    home.configure(&server.url(), "");
    let first = with(order("a905125d2a"), "/payments", two_payments());
    // In the same input, the later one in front, and it gives no history of its own.
    let input = json!([order("b1c2d3e4f5"), first]).to_string();
    let shown = home.run_with("--format json screen", &input).json();
    assert_eq!(shown[0]["cause"], "thanks-offer-payment");
    assert_eq!(shown[0]["result"], "NG");
    // And by the store alone, in a later call.
    let (_, alone) = home.screen(&order("b1c2d3e4f5"), &[]);
    has(
        &alone,
        json!({"cause": "thanks-offer-payment", "result": "NG"}),
    );
    assert_eq!(server.numbers(), ["a905125d2a"]);
}

#[test]
fn a_later_payment_without_a_first_one_says_so() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    let only = json!([{"number": "b1", "thanks_offer": true}]);
    let (_, shown) = home.screen(&with(order("b1"), "/payments", only), &[]);
    assert_eq!(shown["cause"], "thanks-offer-payment");
    has(&shown, json!({"screened_as": null, "result": null}));
}

#[test]
fn one_order_is_an_object_and_several_are_an_array() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    let (one, two) = (order("n1").to_string(), order("n2").to_string());
    let run =
        |format: &str, input: &str| home.run_with(&format!("--format {format} screen"), input);
    assert!(run("json", &one).json().is_object());
    assert!(
        run("json", &format!("[{one}]")).json().is_object(),
        "one in the whole input"
    );
    assert_eq!(
        run("json", &format!("{one}\n{two}\n"))
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let lines = run("jsonl", &format!("[{one},{two}]"));
    let numbers: Vec<Value> = lines
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (&numbers[0]["number"], &numbers[1]["number"]),
        (&json!("n1"), &json!("n2"))
    );
    let csv = run("csv", &one);
    assert!(
        csv.stdout
            .starts_with("number,screened,cause,screened_as,event_id,result,"),
        "{csv:?}"
    );
    assert_eq!(csv.stdout.lines().count(), 2);
    let table = run("table", &format!("{one}\n{two}"));
    assert!(
        table.stdout.contains("n1") && table.stdout.contains("OK"),
        "{table:?}"
    );
    assert!(!table.stdout.contains('\u{1b}'), "no colour in a pipe");
}

#[test]
fn several_files_are_one_input() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    let a = home.write("a.json", &order("n1").to_string());
    let b = home.write("b.jsonl", &format!("{}\n{}\n", order("n2"), order("n3")));
    let (a, b) = (a.to_str().unwrap(), b.to_str().unwrap());
    let shown = home
        .run(&["--format", "json", "screen", a, b])
        .ended_with(0)
        .json();
    let numbers: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["number"].clone())
        .collect();
    assert_eq!(numbers, ["n1", "n2", "n3"]);
    // One number twice in the whole input: nothing is sent.
    home.run(&["screen", a, a]).ended_with(2);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn fail_on_tells_of_results_and_only_of_screened_orders() {
    let server = Server::always("HOLD");
    let home = Home::new();
    home.configure(&server.url(), "");
    let first = with(order("a905125d2a"), "/payments", two_payments());
    home.screen(&first, &["--fail-on", "ng,hold"])
        .0
        .ended_with(3);
    home.screen(&first, &["--fail-on", "hold"]).0.ended_with(3); // a stored one counts
    home.screen(&first, &["--fail-on", "ng,review"])
        .0
        .ended_with(0);
    home.screen(&first, &["--fail-on", "NG,Hold"])
        .0
        .ended_with(3);
    let (ran, later) = home.screen(&order("b1c2d3e4f5"), &["--fail-on", "hold"]);
    assert_eq!(later["result"], "HOLD");
    ran.ended_with(0); // unscreened
    home.screen(&first, &["--fail-on", "holds"]).0.ended_with(2);
}

#[test]
fn the_fraud_checker_is_a_service_of_its_own() {
    let server = Server::always("NG");
    let home = Home::new();
    home.configure(&server.url(), "service = \"fraud-checker\"");
    let (_, shown) = home.screen(&order("n1"), &[]);
    assert_eq!(shown["service"], "fraud-checker");
    let table = home.run_with("--lang ja screen", &order("n1").to_string());
    assert!(table.stdout.contains("不正利用チェッカー"), "{table:?}");
    assert!(!table.stdout.contains("O-PLUX"), "{table:?}");
    let log = home.run("--format json log").stdout;
    assert!(log.contains("fraud-checker"), "{log}");
}
