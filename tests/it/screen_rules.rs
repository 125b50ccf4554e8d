//! `screen`: causes, dispositions, stored and imported outcomes, thanks-offer payments and the
//! forms of output, through the built binary.

use crate::loaded::{EVENTS, PAYMENTS, now};
use crate::support::{Home, METHODS, batch::by_turns, has, order, server::Server, with};
use serde_json::{Value, json};

fn by_csv(number: &str) -> Value {
    with(order(number), "/channel", json!("csv"))
}

/// The order of this number with the payment history of a thanks-offer purchase.
fn with_two_payments(number: &str) -> Value {
    let payments = json!([
        {"number": "a905125d2a", "at": "2026/11/20 10:15:00", "amount": 3980, "thanks_offer": false},
        {"number": "b1c2d3e4f5", "at": "2026/11/20 10:16:30", "amount": 5480, "thanks_offer": true}
    ]);
    with(order(number), "/payments", payments)
}

#[test]
fn every_cause_is_named_and_nothing_is_sent() {
    let server = Server::always("OK");
    let home = Home::configured(&server.url(), "screen_existing_customers = false");
    let of = |pointer: &str, value: Value| with(order("n1"), pointer, value);
    for (order, cause) in [
        (of("/channel", json!("subscription")), "subscription-order"),
        (of("/channel", json!("admin")), "admin-order"),
        (of("/channel", json!("csv")), "csv-order"),
        (with_two_payments("b1c2d3e4f5"), "thanks-offer-payment"),
        (of("/payment_method_id", json!(9)), "method-unknown"),
        (of("/payment_method_id", json!(3)), "method-disabled"),
        (
            of("/customer/purchase_number", json!(2)),
            "existing-customer",
        ),
    ] {
        let (ran, shown) = home.screen(&order, &[]);
        ran.ended_with(0);
        has(
            &shown,
            json!({"cause": cause, "screened": false, "disposition": "create", "event_id": null,
                "result": null, "reasons": [], "rule_group": null, "redirect_url": null,
                "forced": false, "reused": false, "error": null}),
        );
    }
    assert_eq!(server.count(), 0);
    // A guest is not a registered customer, however many purchases (R5).
    let guest = json!({"registered": false, "purchase_number": 5});
    home.screen(&with(order("g1"), "/customer", guest), &[])
        .0
        .ended_with(0);
    assert_eq!(server.numbers(), ["g1"]);
    // R3 comes before everything else.
    home.reconfigure("enabled = true", "enabled = false");
    assert_eq!(home.screen(&by_csv("c9"), &[]).1["cause"], "oplux-disabled");
}

#[test]
fn an_order_that_is_not_screened_needs_no_credentials() {
    let home = Home::new();
    home.config(&format!("[oplux]\nenabled = true\n{METHODS}"));
    home.screen(&by_csv("c1"), &[]).0.ended_with(0);
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
    let (hold, ng) = (
        "https://shop.example.com/hold",
        "https://shop.example.com/ng",
    );
    // result, method, ad URL's thanks offer, URL of the redirect, forced
    for (result, method, offer, url, forced) in [
        ("REVIEW", 1, true, None, false),
        ("HOLD", 1, false, Some(hold), false),
        ("NG", 1, false, Some(ng), false),
        ("NG", 1, true, None, true),
        // Method 2 has realtime thanks offer on: the redirect is carried out (R10).
        ("NG", 2, true, Some(ng), false),
    ] {
        let server = Server::always(result);
        let home = Home::configured(&server.url(), redirects);
        let order = with(order("n1"), "/payment_method_id", json!(method));
        let ad_url = json!({"id": 12, "thanks_offer": offer});
        let (ran, shown) = home.screen(&with(order, "/ad_url", ad_url), &[]);
        ran.ended_with(0);
        let disposition = if url.is_some() { "redirect" } else { "create" };
        has(
            &shown,
            json!({"result": result, "disposition": disposition, "redirect_url": url, "forced": forced,
                "screened": true, "cause": null, "screened_as": "n1", "service": "o-plux"}),
        );
        let reason = json!({"code": "R0101", "description": "同一配送先で過去に未払いがあります"});
        has(&shown, json!({"reasons": [reason], "rule_group": "標準"}));
    }
}

#[test]
fn a_redirect_without_its_url_is_found_before_anything_is_sent() {
    let server = Server::always("OK");
    let home = Home::configured(&server.url(), "[oplux.on_ng]\naction = \"redirect\"");
    let (ran, _) = home.screen(&order("n1"), &[]);
    ran.ended_with(2).says(&["oplux.on_ng.redirect_url"]);
    assert!(server.count() == 0 && !home.store_path().exists());
    // Where the order is created by force, no URL is needed (R10), and the result decides nothing.
    let offer = json!({"id": 12, "thanks_offer": true});
    home.screen(&with(order("n2"), "/ad_url", offer), &[])
        .0
        .ended_with(0);
}

#[test]
fn what_is_stored_is_given_back_and_a_rescreen_sends_again() {
    let server = Server::always("REVIEW");
    let home = Home::sending_to(&server);
    let (_, first) = home.screen(&order("a905125d2a"), &[]);
    assert_eq!(first["reused"], false);
    // A stored outcome comes before the rules.
    let (ran, again) = home.screen(&by_csv("a905125d2a"), &[]);
    ran.ended_with(0);
    let mut expected = first.clone();
    expected["reused"] = json!(true);
    assert_eq!(again, expected);
    assert_eq!(server.count(), 1);
    let (ran, rescreened) = home.screen(&order("a905125d2a"), &["--rescreen"]);
    ran.ended_with(0);
    assert_eq!(rescreened["reused"], false);
    assert_ne!(rescreened["event_id"], first["event_id"]);
    assert_eq!(server.count(), 2);
    // The newest event is the one that is given back now.
    let (_, newest) = home.screen(&order("a905125d2a"), &[]);
    assert_eq!(newest["event_id"], rescreened["event_id"]);
}

#[test]
fn a_thanks_offer_payment_shows_its_first_payments_event() {
    for later_place in [1, 0] {
        let server = Server::always("REVIEW");
        let home = Home::sending_to(&server);
        let mut orders = ["a905125d2a", "b1c2d3e4f5"].map(with_two_payments);
        orders.rotate_left(1 - later_place);
        let ran = home.run_with("--format json screen", &json!(orders).to_string());
        let shown = ran.ended_with(0).json();
        // Only the first payment is screened, and first.
        assert_eq!(server.numbers(), ["a905125d2a"]);
        let (later, first) = (&shown[later_place], &shown[1 - later_place]);
        assert_eq!(first["number"], "a905125d2a");
        has(
            later,
            json!({"number": "b1c2d3e4f5", "cause": "thanks-offer-payment", "screened": false,
                "screened_as": "a905125d2a", "event_id": first["event_id"],
                "result": first["result"], "reasons": first["reasons"], "disposition": "create"}),
        );
    }
}

#[test]
fn only_the_first_payments_history_may_name_the_later_one() {
    let server = Server::always("NG");
    let home = Home::sending_to(&server);
    // In the same input, the later one in front, and it gives no history of its own.
    let input = json!([order("b1c2d3e4f5"), with_two_payments("a905125d2a")]);
    let shown = home
        .run_with("--format json screen", &input.to_string())
        .json();
    let expected = json!({"cause": "thanks-offer-payment", "result": "NG"});
    has(&shown[0], expected.clone());
    // And by the store alone, in a later call.
    has(&home.screen(&order("b1c2d3e4f5"), &[]).1, expected);
    assert_eq!(server.numbers(), ["a905125d2a"]);
    // There may be no first payment.
    // In a chain of histories the first payment of all was screened.
    let tied = json!([{"number": "b1c2d3e4f5"}, {"number": "c1c2d3e4f5", "thanks_offer": true}]);
    let chained = with(order("c1c2d3e4f5"), "/payments", tied);
    let row = home.screen(&chained, &[]).1;
    has(&row, json!({"screened_as": "a905125d2a", "result": "NG"}));
    let only = json!([{"number": "b1", "thanks_offer": true}]);
    let (_, shown) = home.screen(&with(order("b1"), "/payments", only), &[]);
    has(
        &shown,
        json!({"cause": "thanks-offer-payment", "screened_as": null, "result": null}),
    );
}

/// An order of the input that others name as a payment is judged by its own history first.
#[test]
fn along_a_chain_each_order_is_judged_by_its_own_payments() {
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
    let paying = |number: &str, payments: &[(&str, &str)]| {
        let paid =
            |(number, at): &(_, _)| json!({"number": number, "at": format!("2026/11/20 {at}")});
        let payments = payments.iter().map(paid).collect();
        with(order(number), "/payments", payments)
    };
    let input = json!([
        paying("nnn", &[("aaa", "10:02"), ("nnn", "10:03")]),
        paying("aaa", &[("aaa", "10:02")]),
        paying(
            "bbb",
            &[("ccc", "10:00"), ("bbb", "10:05"), ("aaa", "10:06")]
        ),
        paying("zzz", &[("bbb", "10:05"), ("zzz", "10:07")]),
    ]);
    for call in ["--dry-run", "", "--dry-run"] {
        let call = format!("--format json screen {call}");
        let rows = home
            .run_with(&call, &input.to_string())
            .ended_with(0)
            .json();
        let rows = rows.as_array().unwrap();
        let screened_as: Vec<_> = rows.iter().map(|row| &row["screened_as"]).collect();
        assert_eq!(screened_as, ["aaa", "aaa", "ccc", "ccc"], "{call}");
    }
    assert_eq!(server.numbers(), ["aaa"]);
}

#[test]
fn an_imported_history_is_asked_where_the_order_gives_none() {
    let of_another_order = PAYMENTS.replace("\nb1c2d3e4f5,", "\nsomeother0,");
    for history in [PAYMENTS, &of_another_order] {
        let server = Server::always("OK");
        let home = Home::sending_to(&server);
        home.imported("payments", history);
        let (ran, shown) = home.screen(&order("b1c2d3e4f5"), &[]);
        ran.ended_with(0);
        let cause = "thanks-offer-payment";
        has(
            &shown,
            json!({"cause": cause, "screened_as": "a905125d2a", "result": null}),
        );
        home.imported("events", EVENTS);
        let (_, shown) = home.screen(&order("b1c2d3e4f5"), &[]);
        let reason = json!({"code": "R0101", "description": "同一配送先で過去に未払いがあります"});
        has(
            &shown,
            json!({"number": "b1c2d3e4f5", "screened": false, "cause": cause, "screened_as": "a905125d2a",
                "event_id": "E-FIRST", "result": "REVIEW", "reasons": [reason],
                "disposition": "create", "error": null}),
        );
        // The first payment itself is no later one: its imported event is given back.
        let (_, first) = home.screen(&order("a905125d2a"), &[]);
        has(&first, json!({"reused": true, "event_id": "E-FIRST"}));
        assert_eq!(server.count(), 0, "{history}");
    }
    // Somebody else's history lists the number as a later payment; its own says that it is not.
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
    home.imported("payments", of_another_order);
    let own = json!([{"number": "b1c2d3e4f5", "at": "2026/11/20 10:16:30", "thanks_offer": false}]);
    let (_, shown) = home.screen(&with(order("b1c2d3e4f5"), "/payments", own), &[]);
    has(&shown, json!({"screened": true, "result": "OK"}));
}

#[test]
fn a_history_that_does_not_list_its_order_leaves_the_word_to_others() {
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
    home.imported(
        "payments",
        PAYMENTS.replace("\nb1c2d3e4f5,", "\nsomeother0,"),
    );
    let unlisted = json!([{"number": "0a0b0c0d0e", "at": "2026/11/20 10:16:30"}]);
    let (_, shown) = home.screen(&with(order("b1c2d3e4f5"), "/payments", unlisted), &[]);
    has(&shown, json!({"cause": "thanks-offer-payment"}));
    // The store's history under the order's own number comes before others.
    let own = "order_number,payment_number,thanks_offer\nb1c2d3e4f5,b1c2d3e4f5,0\n";
    home.imported("payments", own);
    let (_, shown) = home.screen(&order("b1c2d3e4f5"), &[]);
    has(&shown, json!({"screened": true}));
}

#[test]
fn an_imported_event_is_given_back_and_judged_by_todays_settings() {
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
    home.imported("events", EVENTS);
    let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
    ran.ended_with(0);
    has(
        &shown,
        json!({"screened": true, "reused": true, "screened_as": "a905125d2a", "event_id": "E-FIRST",
            "result": "REVIEW", "rule_group": "標準", "disposition": "create", "redirect_url": null}),
    );
    let url = "https://shop.example.com/review";
    let redirect = format!("[oplux.on_review]\naction = \"redirect\"\nredirect_url = \"{url}\"\n");
    home.configure(&server.url(), &redirect);
    let (_, shown) = home.screen(&order("a905125d2a"), &[]);
    has(
        &shown,
        json!({"disposition": "redirect", "redirect_url": url}),
    );
    // R10, by what the order says of its ad URL.
    let offer = json!({"id": 12, "thanks_offer": true});
    let (_, shown) = home.screen(&with(order("a905125d2a"), "/ad_url", offer), &[]);
    has(&shown, json!({"disposition": "create", "forced": true}));
    assert_eq!(server.count(), 0);
    let (_, shown) = home.screen(&order("a905125d2a"), &["--rescreen"]);
    has(&shown, json!({"reused": false, "result": "OK"}));
}

#[test]
fn an_unknown_outcome_is_settled_by_an_imported_event() {
    let server = Server::status(500, "");
    let home = Home::sending_to(&server);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    let event = |id: &str, at: &str| {
        format!(
            "merchant_management_id,event_id,requested_at,auto_result\na905125d2a,{id},{at},HOLD\n"
        )
    };
    // Requested long before the try began: it is not the try's, and that is said.
    home.put("before.csv", event("E-BEFORE", "2020/01/01 10:00:00"));
    for (lang, call) in [
        ("en", "--dry-run"),
        ("ja", "--dry-run"),
        ("en", "events"),
        ("ja", "events"),
    ] {
        home.run(&format!("--lang {lang} import {call} before.csv"))
            .ended_with(0)
            .says(&[
                "a905125d2a",
                "E-BEFORE",
                "2020-01-01 10:00:00",
                "--rescreen",
            ]);
    }
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    home.imported("events", event("E-SETTLES", &now()));
    let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
    ran.ended_with(0);
    has(
        &shown,
        json!({"reused": true, "result": "HOLD", "event_id": "E-SETTLES"}),
    );
    assert_eq!(server.count(), 1, "never sent again by itself");
    has(
        &home.traced("a905125d2a"),
        json!({"verdict": "direct", "causes": []}),
    );
    // An event without a time settles by that of its ID, or since it came in after the try.
    for (number, id, status) in [
        ("n1", "E-NOTIME", 0),
        ("n2", "200101100000123aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 6),
        ("n3", "990101100000123aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0),
    ] {
        home.screen(&order(number), &[]).0.ended_with(6);
        home.imported(
            "events",
            format!("merchant_management_id,event_id,auto_result\n{number},{id},OK\n"),
        );
        home.screen(&order(number), &[]).0.ended_with(status);
    }
}

/// A clock that has stepped back makes no outcome the older one.
#[test]
fn the_later_of_two_outcomes_from_here_counts_whatever_the_clock_says() {
    let server = Server::new(by_turns);
    let home = Home::sending_to(&server);
    assert_eq!(home.screen(&order("n1"), &[]).1["result"], "OK");
    let conn = rusqlite::Connection::open(home.store_path()).unwrap();
    let later = "UPDATE events SET requested_at = requested_at + 86400";
    conn.execute_batch(later).unwrap();
    drop(conn);
    let (_, again) = home.screen(&order("n1"), &["--rescreen"]);
    assert_eq!(again["result"], "NG");
    let (ran, shown) = home.screen(&order("n1"), &["--fail-on", "ng"]);
    ran.ended_with(3);
    assert_eq!(shown["event_id"], again["event_id"]);
}

#[test]
fn one_order_is_an_object_and_several_are_an_array() {
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
    let (one, two) = (order("n1").to_string(), order("n2").to_string());
    let run = |format: &str, input: &str| {
        let ran = home.run_with(&format!("--format {format} screen"), input);
        ran.ended_with(0);
        ran
    };
    assert!(run("json", &one).json().is_object());
    assert!(
        run("json", &format!("[{one}]")).json().is_object(),
        "one in the whole input"
    );
    for format in ["json", "jsonl"] {
        let rows = run(format, &format!("{one}\n{two}\n")).rows(format);
        let numbers: Vec<_> = rows.iter().map(|row| &row["number"]).collect();
        assert_eq!(numbers, ["n1", "n2"]);
    }
    let csv = run("csv", &one);
    csv.shows(&["number,screened,cause,screened_as,event_id,result,"]);
    assert_eq!(csv.stdout.lines().count(), 2);
    run("table", &format!("{one}\n{two}")).shows(&["n1", "OK"]);
}

#[test]
fn fail_on_tells_of_results_and_only_of_screened_orders() {
    let server = Server::always("HOLD");
    let home = Home::sending_to(&server);
    let first = with_two_payments("a905125d2a");
    for (results, status) in [
        ("ng,hold", 3),
        ("ng,review", 0),
        ("NG, Hold", 3),
        ("保留", 3),
        ("none", 2),
    ] {
        home.screen(&first, &["--fail-on", results])
            .0
            .ended_with(status);
    }
    assert_eq!(server.count(), 1, "a stored one counts");
    let (ran, later) = home.screen(&order("b1c2d3e4f5"), &["--fail-on", "hold"]);
    assert_eq!(later["result"], "HOLD");
    ran.ended_with(0); // unscreened
}

#[test]
fn the_fraud_checker_is_a_service_of_its_own() {
    let server = Server::always("NG");
    let home = Home::configured(&server.url(), "service = \"fraud-checker\"");
    let (_, shown) = home.screen(&order("n1"), &[]);
    assert_eq!(shown["service"], "fraud-checker");
    let table = home.run_with("--lang ja screen", &order("n1").to_string());
    table.shows(&["不正利用チェッカー"]);
    assert!(!table.stdout.contains("O-PLUX"), "{table:?}");
    home.run("log").shows(&["fraud-checker"]);
}
