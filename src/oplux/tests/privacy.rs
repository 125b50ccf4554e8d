//! A server that echoes what it was sent: nothing of it comes back out.

use crate::{
    domain::order::Order,
    http::Halt,
    oplux::{CallErrorKind, Names, signature::HashMethod},
};
use serde_json::json;

use super::{
    orders::{client, endpoint, member_gift, member_self, method, personal, request_with},
    server::{Server, Step, answer},
};

/// An order with something in every field that is personal.
fn full() -> Order {
    let mut order = member_gift();
    let other = member_self();
    order.purchase.ip = Some(personal("2001:db8::abcd"));
    order.purchase.device_info = other.purchase.device_info;
    order.purchase.card_bin = Some(personal("41111199"));
    order
}

/// What must not be found in any text.
const FORBIDDEN: [&str; 30] = [
    "鈴木",
    "花子",
    "高橋",
    "一郎",
    "スズキ",
    "ハナコ",
    "例株式会社",
    "下目黒",
    "目黒",
    "東京",
    "大阪",
    "北区",
    "example.com",
    "EXAMPLE.COM",
    "suzuki",
    "SUZUKI",
    "2-23-18",
    "梅田",
    "1530064",
    "5300001",
    "0357596380",
    "0661234567",
    "hanako",
    "2001:db8",
    "Mozilla",
    "390x844",
    "41111199",
    "1990",
    "sandbox-secret-key",
    // The beginning of the signature at the tests' time.
    "9718D52A",
];

/// The order's number is all of hex digits, and may be shown.
const NUMBER: &str = "c0ffee0001";

fn clean(text: &str) {
    for forbidden in FORBIDDEN {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
    let hex = text
        .split(|c: char| !c.is_ascii_hexdigit())
        .filter(|run| *run != NUMBER)
        .map(str::len)
        .max();
    assert!(hex < Some(8), "a hash in {text}");
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

/// The request, and what the server may know besides, written as `\u` escapes too.
fn known(body: &str) -> String {
    let besides = "hanako.suzuki@example.com SUZUKI HANAKO.SUZUKI@EXAMPLE.COM 東京 目黒区 大阪市 北区 スズキ ハナコ 03-5759-6380 sandbox-secret-key\u{1b}[31m";
    let escaped: String = body
        .encode_utf16()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect();
    format!("{besides} {body} {besides} {escaped}")
}

/// In pieces, so that no limit of length hides what is behind it.
fn pieces(body: &str) -> Vec<String> {
    let known: Vec<_> = known(body).chars().collect();
    let lengths = known.chunks(300).map(|chunk| chunk.iter().collect());
    let values = body.split(',').map(str::to_owned);
    lengths
        .take(1)
        .chain(values)
        .chain([known.iter().collect()])
        .collect()
}

fn refusal(body: &str) -> Vec<u8> {
    let errors: Vec<_> = pieces(body)
        .into_iter()
        .map(|piece| json!({"code": piece, "message": piece}))
        .collect();
    let document = json!({"result": 20, "errors": errors});
    answer("400 Bad Request", "", &document.to_string())
}

fn rejection(body: &str) -> Vec<u8> {
    let document = json!({"result": 20, "errors": [{"code": known(body), "message": known(body)}]});
    answer("401 Unauthorized", "", &document.to_string())
}

fn screening(body: &str) -> Vec<u8> {
    let rules: Vec<_> = pieces(body)
        .into_iter()
        .map(|piece| json!({"code": piece, "description": piece}))
        .collect();
    let event = json!({"id": "e1", "aaresult": {"result": known(body)}, "rule_group": known(body),
        "rules": rules});
    answer(
        "200 OK",
        "",
        &json!({"result": 10, "telegram": {"event": event}}).to_string(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_in_an_error_is_withheld() {
    for echo in [refusal, rejection] {
        let server = Server::start([Step::Echo(echo)]);
        let names = Names::default();
        let (request, sensitive) =
            request_with(&full(), &method("02", None), &names, HashMethod::Sha256);
        let client = client(endpoint(&server.url("/")));
        let error = client
            .register(&request, &sensitive, &Halt::new())
            .await
            .unwrap_err();
        server.finish();
        clean(&format!("{error} {error:?}"));
        assert!(error.to_string().contains("withheld"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_in_a_good_answer_is_withheld() {
    let server = Server::start([Step::Echo(screening)]);
    let (request, sensitive) = request_with(
        &full(),
        &method("02", None),
        &Names::default(),
        HashMethod::Sha256,
    );
    let client = client(endpoint(&server.url("/")));
    let screening = client
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap()
        .screening;
    server.finish();
    assert_eq!(screening.event_id.0, "e1");
    assert_eq!(screening.result, "***");
    assert_eq!(screening.rule_group, None);
    // Some pieces of the request say nothing of anybody, such as `"version":"3.0"`.
    assert!(!screening.reasons.is_empty());
    for reason in screening.reasons {
        clean(reason.code.as_deref().unwrap());
        clean(reason.description.as_deref().unwrap());
    }
}

/// The first of each kind of value that is all of characters that an event ID may have.
fn as_event_id(body: &str) -> Vec<u8> {
    let sent: serde_json::Value = serde_json::from_str(body).unwrap();
    let buyer = &sent["telegram"]["event"]["ec"]["customers"]["buyer"];
    let values = [
        &sent["info"]["signature"],
        &buyer["tel"]["fixed_number"],
        &buyer["email"]["pc"]["domain"],
        &buyer["email"]["pc"]["hashed_account_sha2"],
        &buyer["hashed_name"]["last_name_sha2"],
        &sent["telegram"]["event"]["ip_address_only"],
    ];
    let which = sent["info"]["shop_id"].as_str().unwrap().len();
    let id = values[which].as_str().unwrap();
    let event = json!({"id": format!("ev_{id}"), "aaresult": {"result": "OK"}});
    let document = json!({"result": 10, "telegram": {"event": event}});
    answer("200 OK", "", &document.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_as_the_event_id_is_no_event_id() {
    for which in 0..6 {
        let server = Server::start([Step::Echo(as_event_id)]);
        let (mut request, sensitive) = request_with(
            &full(),
            &method("02", None),
            &Names::default(),
            HashMethod::Sha256,
        );
        // Tells the server which value to echo.
        request.info.shop_id = "x".repeat(which);
        let client = client(endpoint(&server.url("/")));
        let outcome = client.register(&request, &sensitive, &Halt::new()).await;
        server.finish();
        let error = outcome.unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Unknown, "value {which}");
        clean(&format!("{error} {error:?}"));
    }
}

#[test]
fn the_endpoint_does_not_print_its_secret() {
    clean(&format!("{:?}", endpoint("http://127.0.0.1:1/").secret_key));
}
