//! Documents written by hand from WIRE.md, checked from the client's side. The sandbox's side is
//! in `src/sandbox/tests.rs`.

use crate::{
    domain::{event::Reason, settings::HashMethod},
    http::{Halt, Url},
    oplux::{CallErrorKind, Client, Names},
};
use serde_json::Value;

use super::{
    orders::{
        client, clock, endpoint, guest, member_gift, member_self, member_silent, method, request,
        request_with, soon,
    },
    server::{Server, body, write},
};

const GUEST: &str = include_str!("../../../tests/fixtures/wire/request-guest-card.json");
const SELF: &str = include_str!("../../../tests/fixtures/wire/request-member-self.json");
const GIFT: &str = include_str!("../../../tests/fixtures/wire/request-member-gift.json");
const SILENT: &str = include_str!("../../../tests/fixtures/wire/request-member-silent.json");
const OK: &str = include_str!("../../../tests/fixtures/wire/answer-ok.json");
const REVIEW: &str = include_str!("../../../tests/fixtures/wire/answer-review.json");
const NUMBER: &str = include_str!("../../../tests/fixtures/wire/answer-number.json");
const REFUSAL: &str = include_str!("../../../tests/fixtures/wire/answer-refusal.json");
const TAKAHASHI: &str = include_str!("../../../tests/fixtures/wire/names-takahashi.json");

#[track_caller]
fn same(sent: &str, written: &str) {
    let read = |text| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(read(sent), read(written));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_pays_by_card() {
    let server = Server::start([write("200 OK", OK)]);
    let client = client(endpoint(&server.url("/v3/event?k=1")));
    let (request, sensitive) = request(&guest());
    let screening = client
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap()
        .screening;
    assert_eq!(
        screening.event_id.0,
        "2611201015001230123456789abcdef0123456789abcdef"
    );
    assert_eq!(screening.result, "OK");
    assert_eq!((screening.rule_group, screening.reasons), (None, vec![]));

    let requests = server.finish();
    let head = requests[0].to_ascii_lowercase();
    assert!(
        head.starts_with("post /v3/event?k=1 http/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains("\r\ncontent-type: application/json\r\n"),
        "{head}"
    );
    let agent = format!("\r\nuser-agent: oplux/{}\r\n", env!("CARGO_PKG_VERSION"));
    assert!(head.contains(&agent), "{head}");
    same(body(&requests[0]), GUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_the_delivery_too_with_a_normalised_name() {
    let names_server = Server::start([write("200 OK", TAKAHASHI)]);
    let server = Server::start([write("200 OK", REVIEW)]);
    let mut endpoint = endpoint(&server.url("/v3/event"));
    endpoint.name_url = Some(Url::parse(&names_server.url("/names")).unwrap());
    let client = Client::with_backoff(endpoint, clock(), soon()).unwrap();

    let order = member_self();
    // Both names are the same, and asked for once.
    let names = client.normalise(&order, &Halt::new()).await;
    assert!(!names.failed);
    assert_eq!(names_server.finish().len(), 1);
    let (request, sensitive) =
        request_with(&order, &method("02", None), &names, HashMethod::Sha256);
    let screening = client
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap()
        .screening;
    assert_eq!(screening.result, "REVIEW");
    assert_eq!(screening.rule_group.as_deref(), Some("GROUP_A"));
    let reason = |code: &str, description: Option<&str>| Reason {
        code: Some(code.to_owned()),
        description: description.map(str::to_owned),
    };
    let expected = [
        reason("RULE_001", Some("同一デバイスから短時間に複数の注文")),
        reason("RULE_002", Some("過去に未払いのあった配送先")),
        reason("RULE_003", None),
    ];
    assert_eq!(screening.reasons, expected);
    same(body(&server.finish()[0]), SELF);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_sends_a_present_by_deferred_payment_signed_with_sha1() {
    let server = Server::start([write("200 OK", NUMBER)]);
    let mut endpoint = endpoint(&server.url("/v3/event"));
    endpoint.hash_method = HashMethod::Sha1;
    let method = method("01", Some("ATB_01"));
    let order = member_gift();
    let (request, sensitive) = request_with(&order, &method, &Names::default(), HashMethod::Sha1);
    let screening = client(endpoint)
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap()
        .screening;
    assert_eq!(screening.result, "HOLD");
    same(body(&server.finish()[0]), GIFT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_whom_neither_birthday_nor_sex_is_known_without_card_digits() {
    let server = Server::start([write("200 OK", OK)]);
    let (request, sensitive) = request(&member_silent());
    let client = client(endpoint(&server.url("/v3/event")));
    let halt = Halt::new();
    client.register(&request, &sensitive, &halt).await.unwrap();
    same(body(&server.finish()[0]), SILENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_o_plux_says() {
    let server = Server::start([write("400 Bad Request", REFUSAL)]);
    let (request, sensitive) = request(&guest());
    let client = client(endpoint(&server.url("/v3/event")));
    let error = client
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap_err();
    let expected = CallErrorKind::Refused {
        code: Some("InvalidData.AuthoriModelNone".to_owned()),
        message: Some("審査モデルIDが存在しません。".to_owned()),
    };
    assert_eq!(error.kind, expected);
    assert!(
        error.to_string().contains("InvalidData.AuthoriModelNone"),
        "{error}"
    );
    server.finish();
}

#[test]
fn an_unsigned_request_shows_null() {
    let (request, _) = request(&guest());
    let mut shown = serde_json::to_value(&request).unwrap();
    assert_eq!(shown["info"]["signature"], Value::Null);
    let mut written: Value = serde_json::from_str(GUEST).unwrap();
    for document in [&mut shown, &mut written] {
        document["info"]
            .as_object_mut()
            .unwrap()
            .remove("signature")
            .unwrap();
    }
    assert_eq!(shown, written);
}
