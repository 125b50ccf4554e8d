//! The name API: what it is asked, and that screening goes on without it.

use crate::{
    http::{Halt, Url},
    oplux::{Client, Names, names::NameInfo},
};

use super::{
    orders::{clock, endpoint, guest, member_gift},
    server::{Server, Step, answer, write},
};

const TAKAHASHI: &str = include_str!("../../../tests/fixtures/wire/names-takahashi.json");

async fn ask(server: &Server, order: &crate::domain::order::Order) -> Names {
    let mut endpoint = endpoint("http://127.0.0.1:1/");
    endpoint.name_url = Some(Url::parse(&server.url("/names?key=k%2B1")).unwrap());
    // With the contract's retries: the name API gets none of them.
    let client = Client::new(endpoint, clock()).unwrap();
    client.normalise(order, &Halt::new()).await
}

fn writing(info: Option<NameInfo>) -> Option<String> {
    info.map(|info| info.last_writing.reveal().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_names_are_asked_for_each() {
    let server = Server::start([write("200 OK", TAKAHASHI), write("200 OK", TAKAHASHI)]);
    let names = ask(&server, &member_gift()).await;
    assert!(!names.failed);
    assert_eq!(writing(names.buyer).as_deref(), Some("高橋 "));
    assert_eq!(writing(names.delivery).as_deref(), Some("高橋 "));

    let mut lines: Vec<_> = server
        .finish()
        .iter()
        .map(|r| r.lines().next().unwrap().to_owned())
        .collect();
    lines.sort();
    let asked = |name: &str, rest: &str| {
        let fields = "fields=firstName,lastName,correctReadingMatchCount";
        format!("GET /names?key=k%2B1&name={name}&{fields}{rest} HTTP/1.1")
    };
    let furigana = "&lastFurigana=%E3%82%B9%E3%82%BA%E3%82%AD";
    let expected = [
        asked("%E9%88%B4%E6%9C%A8%20%E8%8A%B1%E5%AD%90", furigana),
        asked("%E9%AB%98%E6%A9%8B%20%E4%B8%80%E9%83%8E", ""),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_gets_one_try_and_may_fail_in_any_way() {
    let failures = [
        write("500 Internal Server Error", TAKAHASHI),
        write("503 Service Unavailable", ""),
        write("404 Not Found", ""),
        write("302 Found", ""),
        write("200 OK", "<html>"),
        write("200 OK", r#"{"response": {"result": "error"}}"#),
        Step::CloseUnread,
        Step::CloseRead,
        Step::Write(answer("200 OK", "", TAKAHASHI)[..200].to_vec()),
    ];
    for failure in failures {
        let server = Server::start([failure]);
        let names = ask(&server, &guest()).await;
        assert!(names.failed && names.buyer.is_none() && names.delivery.is_none());
        server.finish();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_has_two_seconds() {
    let server = Server::start([Step::Hang]);
    let order = guest();
    let asked = ask(&server, &order);
    // Longer than its own 2 s, shorter than the 10 s that a registration has.
    let names = tokio::time::timeout(std::time::Duration::from_secs(6), asked).await;
    assert!(names.unwrap().failed);
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_nobody_is_asked() {
    let client = Client::new(endpoint("http://127.0.0.1:1/"), clock()).unwrap();
    let names = client.normalise(&guest(), &Halt::new()).await;
    assert!(!names.failed && names.buyer.is_none());
}
