//! `screen` with a configuration by hand against a server that is not the sandbox: exactly the
//! fields, hashes and signature of WIRE.md, and what becomes of every answer. The expectations are
//! written out by hand.

use crate::loaded::holds;
use crate::support::{
    CONNECTION_ID, Home, SECRET, SHOP_ID, has, order,
    server::{Answer, Request, Server, good, ok},
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
    let home = Home::sending_to(&server);
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
        good(request, place, "OK")
    });
    let home = Home::configured(
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
    let failures = [
        Answer::busy(503),
        Answer::Http(302, "text/html", String::new()),
        Answer::Http(200, "application/json", no_success.into()),
        Answer::Half(TAKAHASHI.into()),
        Answer::Close,
        Answer::Hang,
    ];
    let screened_without = |failure: Answer| {
        let server = Server::new(
            move |request, place| match request.line.starts_with("GET ") {
                true => failure.clone(),
                false => good(request, place, "OK"),
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
    };
    std::thread::scope(|scope| {
        for failure in failures {
            scope.spawn(move || screened_without(failure));
        }
    });
}

#[test]
fn a_dry_run_shows_the_request_and_sends_and_stores_nothing() {
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
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

/// What one order alone ends with: its status and `error.code`.
fn outcome_of(server: &Server) -> (Home, i32, Value) {
    let home = Home::sending_to(server);
    let (ran, shown) = home.screen(&order("n1"), &[]);
    assert_eq!(shown["number"], "n1", "{ran:?}");
    if !shown["error"].is_null() {
        has(
            &shown,
            json!({"screened": true, "screened_as": "n1", "cause": null, "event_id": null, "result": null,
                "disposition": null, "redirect_url": null, "reasons": []}),
        );
        assert_eq!(ran.error()["code"], shown["error"]["code"]);
    }
    (home, ran.status, shown["error"]["code"].clone())
}

#[test]
fn a_refusal_is_known_and_is_sent_again() {
    let refusal = r#"{"time":1,"result":20,"errors":[{"code":"InvalidData.AuthoriModelNone","message":"model"}]}"#;
    for (status, body) in [(200, refusal), (404, "<html>")] {
        let server = Server::status(status, body);
        let (home, exit, code) = outcome_of(&server);
        assert_eq!((exit, code), (5, json!("refused")), "{status}");
        home.screen(&order("n1"), &[]);
        assert_eq!(server.count(), 2, "{status}: the same call sends it again");
    }
}

#[test]
fn after_rejected_credentials_what_needs_no_sending_is_decided_all_the_same() {
    let server = Server::status(403, "{}");
    let (home, exit, code) = outcome_of(&server);
    assert_eq!((exit, code), (4, json!("credentials-rejected")));
    let by_csv = with(order("n3"), "/channel", json!("csv"));
    let input = json!([order("n1"), order("n2"), by_csv]).to_string();
    let ran = home.run_with("--format json screen --jobs 1", &input);
    let shown = ran.ended_with(4).json();
    assert_eq!(shown[0]["error"]["code"], "credentials-rejected");
    assert_eq!(shown[1]["error"]["code"], "not-sent");
    assert_eq!(shown[2]["cause"], "csv-order");
    assert_eq!(server.count(), 2);
}

#[test]
fn what_may_have_arrived_is_unknown_and_is_not_sent_again() {
    let moved =
        |_: &Request, _| Answer::With(302, vec!["Location: /elsewhere".into()], String::new());
    let cut_off = |request: &Request, place| Answer::Half(ok(request, place, "OK"));
    let too_large = |request: &Request, place| {
        let body = " ".repeat(4 << 20) + &ok(request, place, "OK");
        Answer::json(200, body)
    };
    let no_json = |_: &Request, _| Answer::Http(200, "text/html", "<html>hello</html>".into());
    let server_error = r#"{"time":1,"result":20,"errors":[{"code":"ServerError.Timeout"}]}"#;
    for (name, server) in [
        ("500", Server::status(500, "oops")),
        ("302", Server::new(moved)),
        ("close", Server::new(|_, _| Answer::Close)),
        ("half", Server::new(cut_off)),
        ("html", Server::new(no_json)),
        ("server error", Server::status(200, server_error)),
        (
            "no HTTP",
            Server::new(|_, _| Answer::Raw("garbage\r\n\r\n")),
        ),
        ("over 4 MiB", Server::new(too_large)),
    ] {
        let (home, exit, code) = outcome_of(&server);
        assert_eq!((exit, &code), (6, &json!("outcome-unknown")), "{name}");
        let (ran, _) = home.screen(&order("n1"), &[]);
        let error = ran.ended_with(6).error();
        has(
            &error,
            json!({"code": "outcome-unknown", "retryable": false}),
        );
        assert!(error["hint"].as_str().unwrap().contains("--rescreen"));
        assert_eq!(server.count(), 1, "{name}: it is not sent again by itself");
    }
}

#[test]
fn a_time_out_after_the_connection_opened_is_unknown_until_a_rescreen() {
    let server = Server::new(|request, place| match place {
        0 => Answer::Hang,
        _ => good(request, place, "NG"),
    });
    let home = Home::sending_to(&server);
    home.reconfigure("timeout_seconds = 5", "timeout_seconds = 1");
    let (ran, shown) = home.screen(&order("n1"), &[]);
    ran.ended_with(6);
    assert_eq!(shown["error"]["code"], "outcome-unknown");
    let (ran, shown) = home.screen(&order("n1"), &["--rescreen"]);
    ran.ended_with(0);
    assert_eq!(shown["result"], "NG");
    let (_, again) = home.screen(&order("n1"), &[]);
    has(
        &again,
        json!({"reused": true, "event_id": shown["event_id"]}),
    );
}

#[test]
fn where_a_rescreen_fails_the_old_outcome_stays() {
    for (failure, status) in [(500, 6), (400, 5)] {
        let server = Server::new(move |request, place| match place {
            0 => good(request, place, "HOLD"),
            _ => Answer::json(failure, "{}"),
        });
        let (home, _, _) = outcome_of(&server);
        let (ran, failed) = home.screen(&order("n1"), &["--rescreen"]);
        ran.ended_with(status);
        assert!(!failed["error"].is_null());
        let (ran, stays) = home.screen(&order("n1"), &[]);
        ran.ended_with(0);
        has(&stays, json!({"result": "HOLD", "reused": true}));
        assert_eq!(server.count(), 2);
    }
}

#[test]
fn a_result_that_nobody_knows_is_kept_and_told() {
    let server = Server::always("PENDING");
    let (home, exit, code) = outcome_of(&server);
    assert_eq!((exit, code), (5, json!("unexpected-answer")));
    let (ran, again) = home.screen(&order("n1"), &[]);
    ran.ended_with(5);
    assert_eq!(again["error"]["code"], "unexpected-answer");
    has(&again, json!({"reused": true, "result": null}));
    // Of a first payment it is told as it is.
    let paid = json!([{"number": "n1"}, {"number": "n2", "thanks_offer": true}]);
    let (ran, later) = home.screen(&with(order("n2"), "/payments", paid), &[]);
    ran.ended_with(0);
    let reason = json!({"code": "R0101", "description": "同一配送先で過去に未払いがあります"});
    has(
        &later,
        json!({"screened_as": "n1", "result": "PENDING", "reasons": [reason], "reused": false}),
    );
    assert_eq!(
        server.count(),
        1,
        "the event is kept, so it is not sent again"
    );
}

#[test]
fn put_off_is_tried_again_whatever_the_body() {
    let tried_again = |status| {
        let put_off = move |after: &str| {
            let after = vec![format!("Retry-After: {after}")];
            Answer::With(status, after, r#"{"result":20}"#.into())
        };
        let server = Server::new(move |request, place| match place {
            0 => put_off("0"),
            1 => put_off("1"),
            _ => good(request, place, "OK"),
        });
        let (home, exit, code) = outcome_of(&server);
        assert_eq!((exit, code, server.count()), (0, Value::Null, 3));
        // The event was requested when the try that was answered was made, which is signed anew.
        let sent = |place: usize| server.requests()[place].json()["info"].clone();
        assert_ne!(sent(2)["signature"], sent(0)["signature"]);
        let at = home.listed("events list")[0]["requested_at"].clone();
        let at = at.as_str().unwrap().replace('-', "/").replace('T', " ");
        assert!(
            at.starts_with(sent(2)["request_datetime"].as_str().unwrap()),
            "{at}"
        );
        let server = Server::new(move |_, _| put_off("0"));
        let (_, exit, code) = outcome_of(&server);
        assert_eq!((exit, code), (6, json!("busy")));
        assert_eq!(server.count(), 4, "once, and three times more");
    };
    std::thread::scope(|scope| {
        for status in [429, 503] {
            scope.spawn(move || tried_again(status));
        }
    });
}

#[test]
fn part_of_a_batch_that_fails_is_status_8() {
    let server = Server::new(|request, place| match request.number().as_str() {
        "n2" => Answer::json(400, "{}"),
        _ => good(request, place, "NG"),
    });
    let home = Home::sending_to(&server);
    let input = json!([order("n1"), order("n2"), order("n3")]).to_string();
    let ran = home.run_with("--format json screen --fail-on ng", &input);
    let shown = ran.ended_with(8).json();
    assert_eq!(shown[0]["result"], "NG");
    assert_eq!(shown[1]["error"]["code"], "refused");
    assert_eq!(shown[2]["result"], "NG");
    // The same call sends only what failed.
    home.run_with("screen", &input).ended_with(8);
    assert_eq!(server.numbers()[3..], ["n2"]);
}

/// A server that tells everything that it was sent must not make the program keep or show it.
#[test]
fn what_a_server_echoes_is_neither_shown_nor_kept() {
    for status in [200, 400, 500] {
        let server = Server::new(move |request, _| {
            let told = format!(
                "{} hanako.suzuki@example.com 鈴木 花子 sandbox-secret-key",
                request.body
            );
            let body = match status {
                200 => json!({"time": 1, "result": 10, "telegram": {"event": {
                    "id": "e1", "aaresult": {"result": "HOLD"}, "rule_group": told,
                    "rules": [{"code": "E1", "description": told}],
                    "similars": [{"event_id": "e2", "event_id_for_shop": "03-5759-6380"}]}}}),
                _ => json!({"time": 1, "result": 20, "errors": [{"code": "E1", "message": told}]}),
            };
            Answer::json(status, body)
        });
        let home = Home::sending_to(&server);
        let (ran, _) = home.screen(&order("n1"), &["-v"]);
        // The code is told all the same, and why no more is.
        for said in ["E1", "repeat"] {
            assert!(ran.text().contains(said), "{ran:#?}");
        }
        let (log, doctor) = (home.run("log"), home.run("doctor"));
        let made = home.made();
        assert!(holds(&made, "n1"));
        let sent = server.requests()[0].json();
        let hash = sent.pointer("/telegram/event/ec/customers/buyer/hashed_name/last_name_sha2");
        let personal = "hanako 鈴木 花子 スズキ 5759 1530064 目黒 203.0.113.7 411111 1990";
        let secrets = [hash.unwrap().as_str().unwrap(), "sandbox-secret-key"];
        for secret in personal.split(' ').chain(secrets) {
            for ran in [&ran, &log, &doctor] {
                ran.never_says(&[secret]);
            }
            assert!(!holds(&made, secret), "{secret} leaked");
        }
    }
}
