//! After a halt no further try leaves, and one that is on its way is finished.
//!
//! Where a clock sets the halt, the test runs on one thread: what the clock spawns runs when the
//! call next waits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    http::{Backoff, Clock, Halt, Url},
    oplux::{CallErrorKind, Client, Registered},
};

use super::{
    orders::{clock, counting_clock, endpoint, guest, now, request},
    server::{Server, Step, answer, write},
};

const OK: &str = include_str!("../../../tests/fixtures/wire/answer-ok.json");
const HOUR: Duration = Duration::from_secs(3600);

/// A clock that lets `halt` be set as soon as the call waits after having asked it for the
/// `nth` time.
fn halting(halt: &Halt, nth: usize) -> Clock {
    let (halt, asked) = (halt.clone(), AtomicUsize::new(0));
    Arc::new(move || {
        if asked.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            let halt = halt.clone();
            tokio::spawn(async move { halt.set() });
        }
        now()
    })
}

/// A registration that would wait for an hour before each retry, cut off long before that.
async fn register(url: &str, clock: Clock, halt: &Halt) -> Result<Registered, CallErrorKind> {
    let client = Client::with_backoff(endpoint(url), clock, Backoff(vec![HOUR; 3])).unwrap();
    let (request, sensitive) = request(&guest());
    let call = client.register(&request, &sensitive, halt);
    let outcome = tokio::time::timeout(Duration::from_secs(20), call).await;
    let outcome = outcome.expect("the wait did not end");
    outcome.map_err(|error| {
        let text = error.to_string();
        assert!(text.contains("stopped") || error.kind != CallErrorKind::Halted);
        error.kind
    })
}

#[tokio::test]
async fn nothing_leaves_after_a_halt() {
    let server = Server::start([]);
    let halt = Halt::new();
    halt.clone().set();
    assert!(halt.is_set());
    let (clock, tries) = counting_clock();
    let outcome = register(&server.url("/"), clock, &halt).await;
    assert_eq!(outcome, Err(CallErrorKind::Halted));
    assert_eq!(tries.load(Ordering::SeqCst), 0, "nothing was signed");
    server.finish();
}

#[tokio::test]
async fn a_halt_ends_the_wait_between_two_tries() {
    // The clock is asked for the signature, and for what Retry-After means.
    for (headers, nth) in [("", 1), ("Retry-After: 60\r\n", 2)] {
        for status in ["429 Too Many Requests", "503 Service Unavailable"] {
            let server = Server::start([Step::Write(answer(status, headers, ""))]);
            let halt = Halt::new();
            let outcome = register(&server.url("/"), halting(&halt, nth), &halt).await;
            assert_eq!(outcome, Err(CallErrorKind::Halted));
            server.finish();
        }
    }
}

#[tokio::test]
async fn one_call_ends_the_waits_of_another() {
    let halt = Halt::new();
    let busy = Server::start([write("503 Service Unavailable", "")]);
    let rejecting = Server::start([write("401 Unauthorized", "")]);
    let (first, second) = (busy.url("/"), rejecting.url("/"));
    let rejected = async {
        let outcome = register(&second, clock(), &halt).await;
        halt.set();
        outcome
    };
    let (waiting, rejected) = tokio::join!(register(&first, clock(), &halt), rejected);
    assert_eq!(waiting, Err(CallErrorKind::Halted));
    assert_eq!(rejected, Err(CallErrorKind::Rejected));
    busy.finish();
    rejecting.finish();
}

#[tokio::test]
async fn a_try_that_is_on_its_way_is_finished() {
    let cases = [
        (write("200 OK", OK), Ok("OK")),
        (write("400 Bad Request", ""), Err(None)),
        (Step::CloseRead, Err(Some(CallErrorKind::Unknown))),
    ];
    for (step, expected) in cases {
        let server = Server::start([step]);
        let halt = Halt::new();
        let outcome = register(&server.url("/"), halting(&halt, 1), &halt).await;
        assert!(halt.is_set(), "set while the call waited for the server");
        match (outcome, expected) {
            (Ok(registered), Ok(result)) => assert_eq!(registered.screening.result, result),
            (Err(CallErrorKind::Refused { .. }), Err(None)) => {}
            (Err(kind), Err(Some(expected))) => assert_eq!(kind, expected),
            (outcome, _) => panic!("{outcome:?}"),
        }
        server.finish();
    }
}

#[tokio::test]
async fn a_last_try_that_was_put_off_is_what_it_is() {
    let server = Server::start([write("503 Service Unavailable", "")]);
    let halt = Halt::new();
    let (endpoint, clock) = (endpoint(&server.url("/")), halting(&halt, 1));
    let client = Client::with_backoff(endpoint, clock, Backoff(Vec::new())).unwrap();
    let (request, sensitive) = request(&guest());
    let error = client.register(&request, &sensitive, &halt).await;
    assert_eq!(error.unwrap_err().kind, CallErrorKind::Busy);
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_not_asked_for_after_a_halt() {
    let server = Server::start([]);
    let mut asking = endpoint("http://127.0.0.1:1/");
    asking.name_url = Some(Url::parse(&server.url("/names")).unwrap());
    let client = Client::new(asking, clock()).unwrap();
    let halt = Halt::new();
    halt.set();
    let names = client.normalise(&guest(), &halt).await;
    assert!(names.buyer.is_none() && names.delivery.is_none() && !names.failed);
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halt_ends_the_asking_for_names() {
    let server = Server::start([Step::Hang]);
    let mut asking = endpoint("http://127.0.0.1:1/");
    asking.name_url = Some(Url::parse(&server.url("/names")).unwrap());
    let client = Client::new(asking, clock()).unwrap();
    let halt = Halt::new();
    let order = guest();
    let (names, ()) = tokio::join!(client.normalise(&order, &halt), async { halt.set() });
    // It did not run into its time-out, which would be a failure.
    assert!(names.buyer.is_none() && !names.failed);
}

#[tokio::test]
async fn everybody_who_waits_is_told_and_who_comes_late_too() {
    let halt = Halt::default();
    let other = halt.clone();
    tokio::join!(halt.wait(), other.wait(), async { other.set() });
    halt.wait().await;
}
