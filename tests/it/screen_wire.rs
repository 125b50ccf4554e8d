//! `screen` with a configuration by hand against a server that is not the sandbox: exactly the
//! fields, hashes and signature of WIRE.md. The expectations are written out by hand.

use crate::support::{
    CONNECTION_ID, Home, SECRET, SHOP_ID, has, order,
    server::{Answer, Server, ok},
    with,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const GUEST: &str = include_str!("../fixtures/wire/request-guest-card.json");
const TAKAHASHI: &str = include_str!("../fixtures/wire/names-takahashi.json");

pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect()
}

fn hashed_name(given: &str, family: &str) -> Value {
    json!({
        "first_name_sha2": sha256(given), "last_name_sha2": sha256(family),
        "normalized_first_name_sha2": sha256(given), "normalized_last_name_sha2": sha256(family),
        "validName": "0", "correctReading": "0", "correctReadingMatchCount": 0
    })
}

/// Of every kind of order the client is held against its document in `src/oplux`.
#[test]
fn an_order_is_sent_as_its_document_and_signed_as_wire_md_says() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    let guest = with(order("a905125d2a"), "/customer/registered", json!(false));
    let guest = with(guest, "/created_at", json!("2026/11/20 10:14:30"));
    home.screen(&guest, &[]).0.ended_with(0);
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].line.starts_with("POST /v3/register HTTP/1.1"));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    let mut body = requests[0].json();
    let at = body["info"]["request_datetime"].as_str().unwrap();
    assert_eq!(at.len(), "2026/11/20 10:15:00".len(), "{at}");
    let signature = sha256(&format!("{CONNECTION_ID}{SHOP_ID}{at}{SECRET}"));
    assert_eq!(body["info"]["signature"], signature);
    let expected: Value = serde_json::from_str(GUEST).unwrap();
    for own in ["request_datetime", "signature"] {
        body["info"][own] = expected["info"][own].clone();
    }
    assert_eq!(body, expected);
}

#[test]
fn the_name_api_is_asked_once_and_its_writing_is_hashed() {
    let server = Server::new(|request, place| {
        if request.line.starts_with("GET ") {
            return Answer::Http(200, "application/json", TAKAHASHI.into());
        }
        Answer::Http(200, "application/json", ok(request, place, "OK"))
    });
    let home = Home::new();
    home.configure(
        &server.url(),
        &format!("name_url = \"http://{}/names\"", server.address()),
    );
    home.screen(&order("a905125d2a"), &[]).0.ended_with(0);
    let requests = server.requests();
    assert_eq!(
        requests.len(),
        2,
        "the delivery has the buyer's name: asked once"
    );
    let asked = &requests[0].line;
    assert!(
        asked.starts_with("GET /names?name=%E9%88%B4%E6%9C%A8"),
        "{asked}"
    );
    let name = &requests[1].json()["telegram"]["event"]["ec"]["customers"]["buyer"]["hashed_name"];
    assert_eq!(name["last_name_sha2"], sha256("鈴木"));
    assert_eq!(name["normalized_last_name_sha2"], sha256("高橋 "));
    has(name, json!({"validName": "1", "kanjiCountInName": 4}));
    // Another name is asked for, too; a query that the address has already is kept.
    home.reconfigure("/names", "/names?key=k%2B1");
    let mut to = order("b1")["billing_address"].clone();
    to["name02"] = json!("一郎");
    home.screen(&with(order("b1"), "/shipping_address", to), &[])
        .0
        .ended_with(0);
    let asked = &server.requests()[2..4];
    let asked = |name: &str| {
        let query = format!("GET /names?key=k%2B1&name={name}&fields=");
        asked.iter().any(|request| request.line.starts_with(&query))
    };
    assert!(asked("%E9%88%B4%E6%9C%A8%20%E8%8A%B1%E5%AD%90"));
    assert!(asked("%E9%88%B4%E6%9C%A8%20%E4%B8%80%E9%83%8E"));
    let sent = server.requests()[4].json();
    let to = &sent["telegram"]["event"]["ec"]["customers"]["deliveries"][0]["hashed_name"];
    assert_eq!(to["normalized_last_name_sha2"], sha256("高橋 "));
}

#[test]
fn the_name_api_gets_one_try_of_two_seconds_and_screening_goes_on_without_it() {
    let no_success = r#"{"response": {"result": "error"}}"#;
    for failure in [
        Answer::With(503, vec!["Retry-After: 0".into()], String::new()),
        Answer::Http(302, "text/html", String::new()),
        Answer::Http(200, "application/json", no_success.into()),
        Answer::Half(TAKAHASHI.into()),
        Answer::Close,
        Answer::Hang,
    ] {
        let server = Server::new(
            move |request, place| match request.line.starts_with("GET ") {
                true => failure.clone(),
                false => Answer::Http(200, "application/json", ok(request, place, "OK")),
            },
        );
        let home = Home::new();
        let names = format!("name_url = \"http://{}/names\"", server.address());
        home.configure(&server.url(), &names);
        let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
        ran.ended_with(0)
            .says(&["the name API did not answer for 1"]);
        assert_eq!((&shown["result"], server.count()), (&json!("OK"), 2));
        let sent = server.requests()[1].json();
        let name = &sent["telegram"]["event"]["ec"]["customers"]["buyer"]["hashed_name"];
        assert_eq!(*name, hashed_name("花子", "鈴木"));
    }
}

#[test]
fn a_dry_run_shows_the_request_and_sends_and_stores_nothing() {
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    let (ran, shown) = home.screen(&order("a905125d2a"), &["--dry-run"]);
    ran.ended_with(0);
    assert_eq!(
        shown["request"]["telegram"]["event"]["event_id_for_shop"],
        "a905125d2a"
    );
    assert_eq!(
        shown["request"]["info"]["signature"]
            .as_str()
            .unwrap()
            .len(),
        64
    );
    has(&shown, json!({"screened": true, "result": null}));
    // Without a secret the signature is null, and the rest is shown all the same.
    home.reconfigure("secret_key = \"sandbox-secret-key\"\n", "");
    let (ran, shown) = home.screen(&order("a905125d2a"), &["--dry-run"]);
    ran.ended_with(0);
    assert_eq!(shown["request"]["info"]["signature"], Value::Null);
    // Nothing would be sent: null.
    let (_, shown) = home.screen(
        &with(order("a905125d2a"), "/channel", json!("csv")),
        &["--dry-run"],
    );
    assert_eq!(shown["request"], Value::Null);
    assert!(shown.as_object().unwrap().contains_key("request"));
    assert!(server.requests().is_empty());
    assert!(!home.store_path().exists());
}
