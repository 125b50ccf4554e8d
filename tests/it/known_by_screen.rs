//! `screen` uses what was imported: a first payment's event, histories, and events under the
//! number itself, through the built binary.

use crate::support::{Home, has, order, server::Server, with};
use serde_json::{Value, json};

fn two_payments() -> Value {
    json!([
        {"number": "a905125d2a", "at": "2026/11/20 10:15:00", "amount": 3980, "thanks_offer": false},
        {"number": "b1c2d3e4f5", "at": "2026/11/20 10:16:30", "amount": 5480, "thanks_offer": true}
    ])
}

#[track_caller]
fn shows_the_first_payments_event(shown: &Value) {
    for (field, value) in [
        ("number", json!("b1c2d3e4f5")),
        ("screened", json!(false)),
        ("cause", json!("thanks-offer-payment")),
        ("screened_as", json!("a905125d2a")),
        ("event_id", json!("E-FIRST")),
        ("result", json!("REVIEW")),
        (
            "reasons",
            json!([{"code": "R0101", "description": "同一配送先で過去に未払いがあります"}]),
        ),
        ("disposition", json!("create")),
        ("error", Value::Null),
    ] {
        assert_eq!(shown[field], value, "{field} of {shown:#}");
    }
}

#[test]
fn a_thanks_offer_payment_finds_its_first_payments_imported_event() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    home.imported("events", crate::loaded::EVENTS);
    let (ran, shown) = home.screen(&with(order("b1c2d3e4f5"), "/payments", two_payments()), &[]);
    ran.ended_with(0);
    shows_the_first_payments_event(&shown);
    assert_eq!(server.count(), 0);
}

#[test]
fn an_imported_history_is_asked_where_the_order_gives_none() {
    for (name, history) in [
        ("its own", crate::loaded::PAYMENTS.to_owned()),
        (
            "another order's",
            crate::loaded::PAYMENTS.replace("\nb1c2d3e4f5,", "\nsomeother0,"),
        ),
        (
            "without flags",
            crate::loaded::PAYMENTS
                .replace(",0\n", ",\n")
                .replace(",1\n", ",\n"),
        ),
    ] {
        let server = Server::always("OK");
        let home = Home::new();
        home.configure(&server.url(), "");
        home.imported("payments", history);
        let (ran, shown) = home.screen(&order("b1c2d3e4f5"), &[]);
        ran.ended_with(0);
        assert_eq!(shown["cause"], "thanks-offer-payment", "{name}");
        has(&shown, json!({"screened_as": "a905125d2a", "result": null}));
        home.imported("events", crate::loaded::EVENTS);
        shows_the_first_payments_event(&home.screen(&order("b1c2d3e4f5"), &[]).1);
        assert_eq!(server.count(), 0, "{name}");
        // The first payment itself is no later one: its imported event is given back.
        let (_, first) = home.screen(&order("a905125d2a"), &[]);
        has(&first, json!({"reused": true, "event_id": "E-FIRST"}));
    }
}

#[test]
fn the_orders_own_history_wins_over_an_imported_one() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    // Somebody else's history lists the number as a later payment; its own says that it is not.
    home.imported(
        "payments",
        crate::loaded::PAYMENTS.replace("\nb1c2d3e4f5,", "\nsomeother0,"),
    );
    let own = json!([{"number": "b1c2d3e4f5", "at": "2026/11/20 10:16:30", "thanks_offer": false}]);
    let (ran, shown) = home.screen(&with(order("b1c2d3e4f5"), "/payments", own), &[]);
    ran.ended_with(0);
    has(&shown, json!({"screened": true, "result": "OK"}));
    assert_eq!(server.numbers(), ["b1c2d3e4f5"]);
}

#[test]
fn an_imported_event_is_given_back_and_judged_by_todays_settings() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    home.imported("events", crate::loaded::EVENTS);
    let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
    ran.ended_with(0);
    for (field, value) in [
        ("screened", json!(true)),
        ("reused", json!(true)),
        ("screened_as", json!("a905125d2a")),
        ("event_id", json!("E-FIRST")),
        ("result", json!("REVIEW")),
        ("rule_group", json!("標準")),
        ("disposition", json!("create")),
        ("redirect_url", Value::Null),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
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
    let (ran, shown) = home.screen(&order("a905125d2a"), &["--rescreen"]);
    ran.ended_with(0);
    has(&shown, json!({"reused": false, "result": "OK"}));
    assert_eq!(server.count(), 1);
}

#[test]
fn of_several_imported_events_the_latest_counts() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at,auto_result\n\
         n1,E-NEW,2026/11/20 12:00:00,HOLD\nn1,E-OLD,2026/11/20 11:00:00,NG\nn1,E-NOTIME,,REVIEW\n",
    );
    assert_eq!(home.screen(&order("n1"), &[]).1["event_id"], "E-NEW");
    assert_eq!(home.traced("n1")["match"]["event_id"], "E-NEW");
}

#[test]
fn an_unknown_outcome_is_settled_by_an_imported_event() {
    let server = Server::status(500, "");
    let home = Home::new();
    home.configure(&server.url(), "");
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    assert_eq!(server.count(), 1, "never sent again by itself");
    let event = |id: &str, at: &str| {
        format!(
            "merchant_management_id,event_id,requested_at,auto_result\na905125d2a,{id},{at},HOLD\n"
        )
    };
    // Requested long before the try began: it is not the try's, and that is said.
    home.write("before.csv", &event("E-BEFORE", "2020/01/01 10:00:00"));
    for (lang, call) in [
        ("en", "--dry-run"),
        ("ja", "--dry-run"),
        ("en", "events"),
        ("ja", "events"),
    ] {
        home.run(&["--lang", lang, "import", call, "before.csv"])
            .ended_with(0)
            .says(&[
                "a905125d2a",
                "E-BEFORE",
                "2020-01-01 10:00:00",
                "--rescreen",
            ]);
    }
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    home.imported("events", event("E-SETTLES", &crate::loaded::now()));
    let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
    ran.ended_with(0);
    has(&shown, json!({"reused": true, "result": "HOLD"}));
    assert_eq!(shown["event_id"], "E-SETTLES");
    assert_eq!(server.count(), 1);
    let traced = home.traced("a905125d2a");
    has(&traced, json!({"verdict": "direct", "causes": []}));
}

#[test]
fn an_event_without_a_time_settles_by_the_time_of_its_id_or_since_it_came_after() {
    for (id, settles) in [
        ("E-NOTIME", true),
        ("200101100000123aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ("990101100000123aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true),
    ] {
        let server = Server::status(500, "");
        let home = Home::new();
        home.configure(&server.url(), "");
        home.screen(&order("n1"), &[]).0.ended_with(6);
        home.imported(
            "events",
            format!("merchant_management_id,event_id,auto_result\nn1,{id},OK\n"),
        );
        let (ran, _) = home.screen(&order("n1"), &[]);
        ran.ended_with(if settles { 0 } else { 6 });
        assert_eq!(server.count(), 1, "{id}");
    }
}

/// A clock that has stepped back makes no outcome the older one.
#[test]
fn the_later_of_two_outcomes_from_here_counts_whatever_the_clock_says() {
    let server = Server::new(crate::support::batch::by_turns);
    let home = Home::new();
    home.configure(&server.url(), "");
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
