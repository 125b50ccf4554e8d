//! The client over a real socket: what it sends is held against the documents of tests/fixtures,
//! from which the sandbox is checked, too.

use std::collections::BTreeMap;

use super::*;
use crate::{
    domain::{
        event::AutoResult,
        review::{Code, OTHER_CATEGORIES, PAYMENT_CATEGORIES, Who},
    },
    oplux::tests::{
        orders::{account, clock},
        server::{Server, Step, body, write},
    },
};

const EVENT: &str = include_str!("../../../tests/fixtures/wire/v1-event-review.xml");
const UPDATED: &str = include_str!("../../../tests/fixtures/wire/v1-updated.xml");
const REFUSED: &str = include_str!("../../../tests/fixtures/wire/v1-refused.xml");
const NO_EVENT: &str = include_str!("../../../tests/fixtures/wire/v1-no-event.xml");
const GET: &str = include_str!("../../../tests/fixtures/wire/v1-request-get.txt");
const REVIEW: &str = include_str!("../../../tests/fixtures/wire/v1-request-review.txt");
const BLACKLIST: &str = include_str!("../../../tests/fixtures/wire/v1-request-blacklist.txt");

fn id() -> EventId {
    EventId("261120101500123FEDCBA9876543210FEDCBA9876543210".to_owned())
}

fn client(server: &Server) -> EventClient {
    let mut account = account(&server.url("/v1?key=a"));
    account.timeout_seconds = 2;
    EventClient::new(account, clock()).unwrap()
}

/// The fields of a document, whose lines are pairs.
fn document(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().map(|line| line.split_once('=').unwrap());
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    pairs.collect()
}

fn fields(text: &str) -> BTreeMap<String, String> {
    let pairs = url::form_urlencoded::parse(text.as_bytes());
    pairs.into_owned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_requests_are_those_of_the_documents() {
    let steps = [EVENT, UPDATED, UPDATED].map(|text| write("200 OK", text));
    let server = Server::start(steps);
    let client = client(&server);
    let halt = Halt::new();
    let event = client.get(&id(), &halt).await.unwrap();
    assert_eq!(event.auto_result.as_deref(), Some("REVIEW"));
    let review = Update::Review {
        result: Some(AutoResult::Ok),
        memo: Some("電話で確認済み & OK".to_owned()),
    };
    let fraud = Code::find(&PAYMENT_CATEGORIES, "fraudulent-card").unwrap();
    let blacklist = Update::Blacklist {
        who: Who::Delivery,
        reasons: Some((fraud, Code::find(&OTHER_CATEGORIES, "70"))),
    };
    for update in [review, blacklist] {
        client.update(&id(), &update, &halt).await.unwrap();
    }
    let [get, review, blacklist] = <[String; 3]>::try_from(server.finish()).unwrap();
    let target = get.split(' ').nth(1).unwrap();
    // The query that the address has is kept.
    let query = target.strip_prefix("/v1?key=a&").unwrap();
    assert!(get.starts_with("GET ") && !query.contains('+'), "{get}");
    assert_eq!(fields(query), document(GET));
    for (request, expected) in [(review, REVIEW), (blacklist, BLACKLIST)] {
        assert!(request.starts_with("PUT /v1?key=a "), "{request}");
        let form = "content-type: application/x-www-form-urlencoded";
        assert!(request.to_lowercase().contains(form));
        assert_eq!(fields(body(&request)), document(expected));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_told_for_what_it_is() {
    let echoed = REFUSED.replace("メモが", "sandbox-secret-key が");
    let told = "InvalidData.Memo: メモが長すぎます。";
    let rejected = TroubleKind::CredentialsRejected;
    let unexpected = TroubleKind::UnexpectedAnswer;
    let cases = [
        ("200 OK", NO_EVENT, TroubleKind::NotFound, ""),
        ("400 Bad Request", REFUSED, TroubleKind::Refused, told),
        ("400 Bad Request", &echoed, TroubleKind::Refused, ""),
        ("403 Forbidden", "<html></html>", rejected, ""),
        ("200 OK", "<html></html>", unexpected, ""),
        ("302 Found", "", unexpected, ""),
    ];
    let steps: Vec<_> = cases.iter().map(|case| write(case.0, case.1)).collect();
    let server = Server::start(steps);
    let client = client(&server);
    for (status, _, kind, told) in cases {
        let error = client.get(&id(), &Halt::new()).await.unwrap_err();
        assert_eq!(error.kind, kind, "{status}");
        let text = error.to_string();
        assert!(text.contains(told), "{text}");
        assert!(!text.contains("sandbox-secret-key"), "{text}");
        assert_eq!(text.contains("長すぎます"), !told.is_empty(), "{text}");
    }
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_and_updates_are_tried_again() {
    let steps = [
        Step::CloseRead,
        write("200 OK", EVENT),
        write("500 Internal Server Error", ""),
        write("200 OK", UPDATED),
    ];
    let server = Server::start(steps);
    let client = client(&server);
    let halt = Halt::new();
    let (deleted, id) = (Update::Deleted(true), id());
    let (got, updated) = (
        client.get(&id, &halt).await,
        client.update(&id, &deleted, &halt).await,
    );
    assert!(got.is_ok() && updated.is_ok(), "{got:?} {updated:?}");
    server.finish();
    // Once it is halted, nothing leaves.
    halt.set();
    let error = client.get(&id, &halt).await.unwrap_err();
    assert_eq!(error.kind, TroubleKind::NotSent);
}
