//! Misbehaviour, and what is made of it (CONTRACT.md, "Network").

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::Ordering},
};

use crate::{
    http::{Backoff, Halt},
    oplux::{CallError, CallErrorKind, Client},
};
use tokio::net::{TcpSocket, TcpStream};

use super::{
    orders::{client, clock, counting_clock, endpoint, guest, now, request, soon},
    server::{Server, Step, answer, body, write},
};

const OK: &str = include_str!("../../../tests/fixtures/wire/answer-ok.json");
const REFUSAL: &str = include_str!("../../../tests/fixtures/wire/answer-refusal.json");

async fn register(client: &Client) -> Result<String, CallError> {
    let (request, sensitive) = request(&guest());
    let screening = client
        .register(&request, &sensitive, &Halt::new())
        .await?
        .screening;
    Ok(screening.result)
}

/// The outcome of a registration with a server that does this, and nothing besides.
async fn with(steps: impl IntoIterator<Item = Step>) -> Result<String, CallErrorKind> {
    let server = Server::start(steps);
    let mut endpoint = endpoint(&server.url("/v3/event"));
    endpoint.timeout_seconds = 1;
    let outcome = register(&client(endpoint)).await;
    server.finish();
    outcome.map_err(|error| error.kind)
}

fn refused(code: Option<&str>, message: Option<&str>) -> Result<String, CallErrorKind> {
    Err(CallErrorKind::Refused {
        code: code.map(str::to_owned),
        message: message.map(str::to_owned),
    })
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
        let endpoint = endpoint(&format!("{scheme}://{address}/"));
        let client = Client::with_backoff(endpoint, clock, soon()).unwrap();
        let error = register(&client).await.unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Unreachable);
        assert_eq!(
            tries.load(Ordering::SeqCst),
            4,
            "one try and three retries, each signed anew"
        );
        assert!(
            error.to_string().contains("the connection was refused"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_opens_at_a_later_try_is_good() {
    let (socket, address) = closed_port();
    let server = Arc::new(Mutex::new(None));
    let opened = server.clone();
    let (closed, tries) = (Mutex::new(Some(socket)), Mutex::new(0));
    // The server comes up while the second try is being signed.
    let clock = move || {
        let mut tries = tries.lock().unwrap();
        *tries += 1;
        if *tries == 2 {
            let socket = closed.lock().unwrap().take().unwrap();
            let listener = socket.listen(8).unwrap().into_std().unwrap();
            listener.set_nonblocking(false).unwrap();
            *opened.lock().unwrap() = Some(Server::serve(listener, [write("200 OK", OK)]));
        }
        now()
    };
    let endpoint = endpoint(&format!("http://localhost:{}/", address.port()));
    let client = Client::with_backoff(endpoint, Arc::new(clock), soon()).unwrap();
    assert_eq!(register(&client).await.unwrap(), "OK");
    let server = server.lock().unwrap().take().unwrap();
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_never_accepted_is_no_unknown_outcome() {
    let (socket, address) = closed_port();
    let _listener = socket.listen(1).unwrap();
    // Fills the queue of connections that wait to be accepted.
    let mut waiting = Vec::new();
    let short = std::time::Duration::from_millis(200);
    while let Ok(Ok(stream)) = tokio::time::timeout(short, TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    let mut endpoint = endpoint(&format!("http://{address}/"));
    endpoint.timeout_seconds = 1;
    let client = Client::with_backoff(endpoint, clock(), Backoff(Vec::new())).unwrap();
    let error = register(&client).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unreachable);
    assert!(error.to_string().contains("in time"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_never_sent_anything() {
    // Each of the four tries ends in the handshake, before there is a request to read.
    let server = Server::start((0..4).map(|_| Step::CloseUnread));
    let url = server.url("/").replace("http:", "https:");
    let error = register(&client(endpoint(&url))).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unreachable);
    assert!(server.finish().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_busy_is_tried_again_whatever_the_body() {
    let busy = |status: &str, body: &str| Step::Write(answer(status, "Retry-After: 0\r\n", body));
    let again = [
        busy("429 Too Many Requests", REFUSAL),
        busy("503 Service Unavailable", OK),
        busy("503 Service Unavailable", "<html>"),
        write("200 OK", OK),
    ];
    assert_eq!(with(again).await, Ok("OK".to_owned()));
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let four = (0..4).map(|_| write(status, REFUSAL));
        assert_eq!(with(four).await, Err(CallErrorKind::Busy));
    }
    // Neither a body that never ends nor one that breaks changes what the status says.
    let head = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\n{".to_vec();
    let then_good = [
        Step::WriteAndHang(head.clone()),
        Step::Write(head),
        write("200 OK", OK),
    ];
    assert_eq!(with(then_good).await, Ok("OK".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_was_requested_when_the_try_that_was_answered_was_made() {
    let server = Server::start([
        write("503 Service Unavailable", ""),
        write("429 Too Many Requests", ""),
        write("200 OK", OK),
    ]);
    let seconds = Mutex::new(0);
    let clock = move || {
        let mut seconds = seconds.lock().unwrap();
        *seconds += 100;
        now().plus_seconds(*seconds)
    };
    let endpoint = endpoint(&server.url("/"));
    let client = Client::with_backoff(endpoint, Arc::new(clock), soon()).unwrap();
    let (request, sensitive) = request(&guest());
    let halt = Halt::new();
    let registered = client.register(&request, &sensitive, &halt).await.unwrap();
    assert_eq!(registered.requested_at, now().plus_seconds(300));
    let last: serde_json::Value =
        serde_json::from_str(body(server.finish().last().unwrap())).unwrap();
    assert_eq!(
        last["info"]["request_datetime"],
        registered.requested_at.wire()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_goes_before_the_schedule() {
    let server = Server::start([
        Step::Write(answer("429 Too Many Requests", "Retry-After: 0\r\n", "")),
        write("200 OK", OK),
    ]);
    let hour = Backoff(vec![std::time::Duration::from_secs(3600); 3]);
    let client = Client::with_backoff(endpoint(&server.url("/")), clock(), hour).unwrap();
    let limit = std::time::Duration::from_secs(30);
    let outcome = tokio::time::timeout(limit, register(&client)).await;
    assert_eq!(outcome.unwrap().unwrap(), "OK");
    server.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_is_unknown_is_never_sent_again() {
    let ok = answer("200 OK", "", OK);
    let large = " ".repeat(4 * 1024 * 1024);
    let steps = [
        write("500 Internal Server Error", OK),
        write("502 Bad Gateway", "<html>"),
        write("504 Gateway Timeout", ""),
        Step::Write(answer("302 Found", "Location: /elsewhere\r\n", "")),
        Step::CloseUnread,
        Step::CloseRead,
        Step::Hang,
        Step::WriteAndHang(ok[..ok.len() - 20].to_vec()),
        Step::Write(ok[..ok.len() - 20].to_vec()),
        Step::Write(ok[..30].to_vec()),
        Step::Write(b"garbage\r\n\r\n".to_vec()),
        write("200 OK", ""),
        write("200 OK", "garbage"),
        write("200 OK", "<html><body>Maintenance</body></html>"),
        write("200 OK", &format!("{large}{OK}")),
        write("200 OK", r#"{"result": "15"}"#),
        write("200 OK", r#"{"result": "10"}"#),
        write(
            "200 OK",
            r#"{"result": 10, "telegram": {"event": {"id": "x"}}}"#,
        ),
        write(
            "200 OK",
            r#"{"result": 10, "telegram": {"event": {"aaresult": {"result": "OK"}}}}"#,
        ),
    ];
    for (place, step) in steps.into_iter().enumerate() {
        assert_eq!(
            with([step]).await,
            Err(CallErrorKind::Unknown),
            "step {place}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_known_and_not_sent_again() {
    let said = refused(
        Some("InvalidData.AuthoriModelNone"),
        Some("審査モデルIDが存在しません。"),
    );
    for status in [
        "200 OK",
        "400 Bad Request",
        "422 Unprocessable",
        "500 Internal Server Error",
    ] {
        assert_eq!(with([write(status, REFUSAL)]).await, said, "{status}");
    }
    for body in ["", "<html>", OK] {
        assert_eq!(
            with([write("404 Not Found", body)]).await,
            refused(None, None),
            "{body}"
        );
    }
    let cut_off = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 99\r\n\r\n{".to_vec();
    assert_eq!(with([Step::Write(cut_off)]).await, refused(None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_credentials_are_known() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        for body in ["", REFUSAL, OK] {
            let outcome = with([write(status, body)]).await;
            assert_eq!(outcome, Err(CallErrorKind::Rejected), "{status} {body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_answer_is_good_whatever_its_type_and_its_result() {
    let text =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{OK}");
    assert_eq!(
        with([Step::Write(text.into_bytes())]).await,
        Ok("OK".to_owned())
    );
    let pending = OK.replace("\"OK\"", "\"PENDING\"");
    assert_eq!(
        with([write("200 OK", &pending)]).await,
        Ok("PENDING".to_owned())
    );
}

#[test]
fn an_address_that_breaks_the_rules_makes_no_client() {
    for url in ["http://api.example.com/", "https://user@api.example.com/"] {
        let error = Client::new(endpoint(url), clock()).err().unwrap();
        assert_eq!(error.kind, CallErrorKind::Address);
        let text = error.to_string();
        assert!(
            text.contains("oplux.register_url") && !text.contains("user@"),
            "{text}"
        );
    }
}
