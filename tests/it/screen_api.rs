//! `oplux screen` of orders as ecforce's admin API gives them: from a file, and fetched.

use serde_json::{Value, json};

use crate::{
    pull_orders::{list, ok},
    support::{
        Call, Home, METHODS,
        batch::{failed, numbers_of},
        has,
        server::Running,
        server::{Answer, Server},
    },
};

/// An answer to `/orders/:id.json`, by hand from WIRE.md; its types are spelt as they come.
fn answer(number: &str) -> Value {
    json!({
        "data": {"id": "7", "type": "order", "attributes": {
            "id": 7, "number": number, "customer_id": 30962, "email": "hanako.suzuki@example.com",
            "ip": "203.0.113.7", "url_id": "12", "payment_total": "3980", "total": 4000,
            "payment_method_name": "クレジットカード　一括", "created_at": "2026-11-20 10:15:00",
            "cv_route": null, "human_offer_name": "通常(なし)",
        }, "relationships": {
            "customer": {"data": {"id": "30962", "type": "customer"}},
            "billing_address": {"data": {"id": "1", "type": "billing-address"}},
            "shipping_address": {"data": null},
            "order_items": {"data": [{"id": "1", "type": "order_item"}]},
        }},
        "included": [
            {"id": "30962", "type": "customers", "attributes": {"birth": "1990/01/02"}},
            {"id": 1, "type": "billing_addresses", "attributes": {
                "name01": "鈴木", "name02": "花子", "full_zip": "153-0064", "prefecture_name": "東京都",
                "addr01": "目黒区下目黒", "addr02": "2-23-18", "full_tel": "03-5759-6380"}},
            {"id": "1", "type": "order-items", "attributes": {
                "product_number": "EA00", "product_name": "美容液",
                "product_category_names": ["スキンケア"], "price": "3980", "quantity": "1"}},
        ],
    })
}

const GIVEN: &str = "--channel lp --registered yes --purchase-number 1";

#[test]
fn a_saved_answer_is_screened_and_what_it_does_not_say_is_asked_for() {
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
    home.reconfigure("クレジットカード一括", "クレジットカード 一括");
    let (ran, _) = home.screen(&answer("a905125d2a"), &[]);
    ran.ended_with(2).says(&[
        "channel",
        "customer.registered",
        "customer.purchase_number",
        "--channel lp",
    ]);
    assert_eq!(server.count(), 0);
    let (ran, shown) = home.screen(&answer("a905125d2a"), &GIVEN.words());
    ran.ended_with(0);
    has(
        &shown,
        json!({"number": "a905125d2a", "result": "OK", "reused": false}),
    );
    let sent = &server.requests()[0].json()["telegram"]["event"]["ec"];
    assert_eq!(sent["settle"]["amount"], 3980);
    assert_eq!(
        sent["customers"]["buyer"]["tel"]["fixed_number"],
        "0357596380"
    );
    assert_eq!(sent["customers"]["buyer"]["address"]["zipcode"], "1530064");
    assert_eq!(sent["customers"]["buyer"]["birth_day"], "1990/01/02");
    assert_eq!(sent["items"][0]["item_category"], "スキンケア");
    // A list of answers, one of them known: it is not sent again. What was bought through a
    // thanks offer is a later payment (R9).
    let mut offer = answer("b905125d2a");
    offer["data"]["attributes"]["human_offer_name"] = json!("サンクスアップセル");
    let both = json!([answer("a905125d2a"), offer]);
    let (ran, shown) = home.screen(&both, &GIVEN.words());
    ran.ended_with(0);
    assert_eq!(shown[0]["reused"], true);
    assert_eq!(shown[1]["cause"], "thanks-offer-payment");
    assert_eq!(server.count(), 1);
    // What the answer says itself wins.
    let mut generated = answer("c905125d2a");
    generated["data"]["attributes"]["subs_order_id"] = json!(9);
    generated["data"]["attributes"]["nth"] = json!("3");
    let (_, shown) = home.screen(&generated, &GIVEN.words());
    assert_eq!(shown["cause"], "subscription-order");
}

#[test]
fn orders_are_fetched_and_screened_in_one_go() {
    let home = Home::new();
    let sandbox = Running::start(&home, &["--ecforce"]);
    sandbox.configure(&home);
    home.run("pull orders --since-last --from 2020-01-01 --rate 1000/s")
        .ended_with(0);
    let orders = home.listed("orders list --result NG");
    let is_plain = |order: &&Value| order["channel"] == "lp" && order["offer"] == "通常(なし)";
    let order = orders.iter().find(is_plain).unwrap();
    let number = order["number"].as_str().unwrap();
    let call = format!("screen --from-ecforce {number} --registered no --purchase-number 1");
    // ecforce shows what the same rules gave.
    for reused in [false, true] {
        has(
            &home.shown(&call),
            json!({"number": number, "result": "NG", "reused": reused}),
        );
    }
    let ran = home.run("--format json screen --from-ecforce 0123456abc");
    assert_eq!(ran.ended_with(5).error()["code"], "not-found");
}

#[test]
fn what_cannot_be_fetched_is_not_sent() {
    let oplux = Server::always("OK");
    let ecforce = Server::new(|request, _| match request.line.contains("a000000001") {
        true => ok(list(&[answer("another123")["data"].clone()], 1, 1, 1)),
        false => Answer::json(401, "{}"),
    });
    let home = Home::sending_to(&oplux);
    let text = home.config_text().replace(METHODS, "");
    let table = format!(
        "[ecforce]\nbase_url = \"http://{}\"\ntoken = \"t\"\n",
        ecforce.address()
    );
    home.config(&format!("{text}{METHODS}\n{table}"));
    // Another order than was asked for is none.
    let ran = home.run("screen --from-ecforce a000000001");
    ran.ended_with(5).says(&["a000000001"]);
    home.run("screen --from-ecforce a000000002").ended_with(4);
    assert_eq!(oplux.count(), 0);
    home.run("screen --from-ecforce a000000002 orders.json")
        .ended_with(2);
}

#[test]
fn a_number_that_ecforce_does_not_know_fails_alone() {
    let oplux = Server::always("OK");
    let ecforce = Server::new(|request, _| {
        let number = request.asked("q[number_eq]").unwrap();
        let mut order = answer(&number);
        order["meta"] = json!({"total_count": 1});
        order["data"] = match number.starts_with("miss") {
            true => json!([]),
            false => json!([order["data"]]),
        };
        ok(order.to_string())
    });
    let home = Home::sending_to(&oplux);
    let table = format!(
        "[ecforce]\nbase_url = \"http://{}\"\ntoken = \"t\"\n",
        ecforce.address()
    );
    let text = home.config_text();
    home.config(&format!("{text}\n{table}"));
    home.reconfigure("クレジットカード一括", "クレジットカード 一括");
    let call = format!("--format json screen {GIVEN} --from-ecforce");
    // In the order in which they are named, each once.
    for (numbers, each_once) in [
        ("missing1 b905125d2a --dry-run", "missing1 b905125d2a"),
        (
            "missing1 b905125d2a missing1 a905125d2a",
            "missing1 b905125d2a a905125d2a",
        ),
    ] {
        let ran = home.run(&format!("{call} {numbers}"));
        let rows = ran.ended_with(8).rows("json");
        assert_eq!(numbers_of(&rows).join(" "), each_once);
        assert_eq!(failed(&rows, "not-found"), ["missing1"]);
        has(
            &rows[0],
            json!({"screened": true, "screened_as": "missing1", "result": null, "disposition": null}),
        );
    }
    assert_eq!(oplux.numbers(), ["b905125d2a", "a905125d2a"]);
    // One alone is told on standard error, too.
    let ran = home.run(&format!("{call} missing1"));
    assert_eq!(ran.ended_with(5).json()["error"]["code"], "not-found");
    assert_eq!(ran.error()["code"], "not-found");
}
