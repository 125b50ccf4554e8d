//! What only a socket of its own shows: how often and when a call is tried, what ends it, and what
//! the name API is given (CONTRACT.md, "Network"). What an answer means is in `answer.rs`, and what
//! becomes of it in `tests/it`.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use tokio::net::{TcpSocket, TcpStream};

use super::orders::{SOON, account, clock, counting_clock, guest, member_gift, now, request};
use crate::oplux::tests::{Server, Step, answer, body, write};
use crate::{
    domain::{event::TroubleKind, order::Order},
    http::{Clock, Halt, Url},
    locales::Trouble,
    oplux::{Client, Names, Registered},
};

const OK: &str = include_str!("../../../tests/fixtures/wire/answer-ok.json");
const TAKAHASHI: &str = include_str!("../../../tests/fixtures/wire/names-takahashi.json");

/// Registers an order there.
async fn register(
    url: &str,
    clock: Clock,
    waits: &[Duration],
    halt: &Halt,
) -> Result<Registered, Trouble> {
    let mut account = account(url);
    account.timeout_seconds = 1;
    let mut client = Client::new(account, clock).unwrap();
    client.register.waits = waits.to_vec();
    let (request, sensitive) = request(&guest());
    client.register(&request, sensitive, halt).await
}

/// A port that nobody listens on, and that nobody else is given while it is held.
fn closed_port() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_never_opens_is_tried_four_times() {
    for scheme in ["http", "https"] {
        let (clock, tries) = counting_clock();
        let (_held, address) = closed_port();
        let url = format!("{scheme}://{address}/");
        let outcome = register(&url, clock, &SOON, &Halt::new()).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind, TroubleKind::Unreachable);
        // One try and three retries, each signed anew.
        assert_eq!(tries.load(Ordering::SeqCst), 4);
        let text = error.to_string();
        assert!(text.contains("the connection was refused"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_never_accepted_is_no_unknown_outcome() {
    let (socket, address) = closed_port();
    let _listener = socket.listen(1).unwrap();
    // Fills the queue of connections that wait to be accepted.
    let mut waiting = Vec::new();
    let short = Duration::from_millis(200);
    while let Ok(Ok(stream)) = tokio::time::timeout(short, TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    let url = format!("http://{address}/");
    let error = register(&url, clock(), &[], &Halt::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind, TroubleKind::Unreachable);
    assert!(error.to_string().contains("in time"), "{error}");
}

/// Also where the body of a 503 never ends or breaks: its status says all.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_was_requested_when_the_try_that_was_answered_was_made() {
    let cut_off = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\n{".to_vec();
    let server = Server::start([
        Step::WriteAndHang(cut_off.clone()),
        Step::Write(cut_off),
        write("429 Too Many Requests", ""),
        write("200 OK", OK),
    ]);
    let seconds = Mutex::new(0);
    let clock = move || {
        let mut seconds = seconds.lock().unwrap();
        *seconds += 100;
        now().plus_seconds(*seconds)
    };
    let outcome = register(&server.url("/"), Arc::new(clock), &SOON, &Halt::new()).await;
    let registered = outcome.unwrap();
    assert_eq!(registered.requested_at, now().plus_seconds(400));
    let requests = server.finish();
    let last: serde_json::Value = serde_json::from_str(body(&requests[3])).unwrap();
    let at = registered.requested_at.wire();
    assert_eq!(last["info"]["request_datetime"], at);
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_goes_before_the_schedule() {
    let at_once = answer("429 Too Many Requests", "Retry-After: 0\r\n", "");
    let server = Server::start([Step::Write(at_once), write("200 OK", OK)]);
    let hour = [Duration::from_secs(3600); 3];
    let (url, halt) = (server.url("/"), Halt::new());
    let call = register(&url, clock(), &hour, &halt);
    let outcome = tokio::time::timeout(Duration::from_secs(30), call).await;
    assert_eq!(outcome.unwrap().unwrap().screening.result, "OK");
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_cut_off_or_too_large_leaves_the_outcome_unknown() {
    let ok = answer("200 OK", "", OK);
    let large = " ".repeat(4 * 1024 * 1024);
    for (place, step) in [
        Step::CloseUnread,
        Step::Write(ok[..30].to_vec()),
        Step::Write(b"garbage\r\n\r\n".to_vec()),
        write("200 OK", &format!("{large}{OK}")),
    ]
    .into_iter()
    .enumerate()
    {
        let server = Server::start([step]);
        let outcome = register(&server.url("/"), clock(), &SOON, &Halt::new()).await;
        let kind = outcome.unwrap_err().kind;
        assert_eq!(kind, TroubleKind::OutcomeUnknown, "step {place}");
        server.finish();
    }
}

#[tokio::test]
async fn nothing_leaves_after_a_halt() {
    let server = Server::start([]);
    let halt = Halt::new();
    halt.clone().set();
    let (clock, tries) = counting_clock();
    let error = register(&server.url("/"), clock, &SOON, &halt)
        .await
        .unwrap_err();
    assert_eq!(error.kind, TroubleKind::NotSent);
    assert!(error.to_string().contains("stopped"), "{error}");
    assert_eq!(tries.load(Ordering::SeqCst), 0, "nothing was signed");
    server.finish();
}

/// A halt that comes while the last try is on its way changes nothing of it.
#[tokio::test]
async fn a_last_try_that_was_put_off_is_what_it_is() {
    let server = Server::start([write("503 Service Unavailable", "")]);
    let halt = Halt::new();
    let halting = halt.clone();
    let clock = move || {
        let halt = halting.clone();
        // Runs when the call next waits: this test has one thread.
        tokio::spawn(async move { halt.set() });
        now()
    };
    let outcome = register(&server.url("/"), Arc::new(clock), &[], &halt).await;
    assert_eq!(outcome.unwrap_err().kind, TroubleKind::Busy);
    assert!(halt.is_set());
    server.finish();
}

/// With the contract's retries: the name API gets none of them.
async fn ask(server: &Server, order: &Order, halt: &Halt) -> Names {
    let mut account = account("http://127.0.0.1:1/");
    account.name_url = Some(Url::parse(&server.url("/names?key=k%2B1")).unwrap());
    let client = Client::new(account, clock()).unwrap();
    client.normalise(order, halt).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_names_are_asked_for_each() {
    let server = Server::start([write("200 OK", TAKAHASHI), write("200 OK", TAKAHASHI)]);
    let names = ask(&server, &member_gift(), &Halt::new()).await;
    assert!(!names.failed);
    for info in [names.buyer, names.delivery] {
        assert_eq!(info.unwrap().last_writing.reveal(), "高橋 ");
    }
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_api_gets_one_try_of_two_seconds_and_may_fail_in_any_way() {
    for failure in [
        write("503 Service Unavailable", ""),
        write("302 Found", ""),
        write("200 OK", r#"{"response": {"result": "error"}}"#),
        Step::CloseUnread,
        Step::Write(answer("200 OK", "", TAKAHASHI)[..200].to_vec()),
        Step::Hang,
    ] {
        let server = Server::start([failure]);
        let (order, halt) = (guest(), Halt::new());
        let asked = ask(&server, &order, &halt);
        // Longer than its own 2 s, shorter than the 10 s that a registration has.
        let names = tokio::time::timeout(Duration::from_secs(6), asked).await;
        let names = names.unwrap();
        assert!(names.failed && names.buyer.is_none() && names.delivery.is_none());
        server.finish();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halt_ends_the_asking_for_names() {
    let server = Server::start([Step::Hang]);
    let (order, halt) = (guest(), Halt::new());
    let (names, ()) = tokio::join!(ask(&server, &order, &halt), async { halt.set() });
    // It did not run into its time-out, which would be a failure.
    assert!(names.buyer.is_none() && !names.failed);
}
