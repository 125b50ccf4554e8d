use std::io::{Read, Write};

use tokio::net::{TcpSocket, TcpStream};

use super::*;

#[test]
fn retry_after_is_seconds_or_a_date_and_60_s_at_most() {
    let now = "2026-11-20T01:15:00Z".parse().unwrap();
    let cases = [
        ("0", Some(0)),
        (" 7 ", Some(7)),
        ("61", Some(60)),
        ("99999999999999999999999", Some(60)),
        ("Fri, 20 Nov 2026 01:15:30 GMT", Some(30)),
        ("Fri, 20 Nov 2026 01:14:30 GMT", Some(0)),
        ("Fri, 20 Nov 2026 02:15:30 GMT", Some(60)),
        ("-1", None),
        ("soon", None),
        ("", None),
    ];
    for (value, seconds) in cases {
        let expected = seconds.map(Duration::from_secs);
        assert_eq!(retry_after(value, now), expected, "{value:?}");
    }
}

#[test]
fn only_what_certainly_did_not_arrive_is_registered_again() {
    let reply = |status| {
        let body = Ok(Vec::new());
        Ok(Reply { status, body })
    };
    let cut_off = || {
        Ok(Reply {
            status: 200,
            body: Err(CallError::Broken),
        })
    };
    // outcome, registration, read
    let cases = [
        (Err(CallError::NotOpened(NotOpened::Refused)), true, true),
        (Err(CallError::TimedOut), false, true),
        (Err(CallError::Broken), false, true),
        (reply(429), true, true),
        (reply(503), true, true),
        (reply(500), false, true),
        (reply(502), false, true),
        (reply(400), false, false),
        (reply(302), false, false),
        (reply(200), false, false),
        (cut_off(), false, true),
    ];
    for (outcome, registration, read) in cases {
        assert_eq!(
            Retry::NotArrived.wants(&outcome),
            registration,
            "{outcome:?}"
        );
        assert_eq!(Retry::Read.wants(&outcome), read, "{outcome:?}");
        assert!(!Retry::Never.wants(&outcome));
    }
}

#[test]
fn the_waits_are_1_2_and_4_seconds_with_jitter() {
    assert_eq!(WAITS, [1, 2, 4]);
    for wait in WAITS.map(Duration::from_secs) {
        let jittered = with_jitter(wait);
        assert!(jittered >= wait && jittered <= wait.mul_f64(1.2));
    }
}

#[test]
fn a_proxy_is_named_without_its_password() {
    let cases = [
        ("proxy.example:8080", Some("http://proxy.example:8080")),
        (
            "http://u:geheim@proxy.example:8080/x",
            Some("http://proxy.example:8080"),
        ),
        ("u:geheim@proxy.example:81", Some("http://proxy.example:81")),
        ("https://proxy.example", Some("https://proxy.example")),
        ("socks5://proxy.example:1080", None),
        ("http://", None),
        ("http://proxy.example:port", None),
        ("http:// proxy.example", None),
    ];
    for (value, expected) in cases {
        assert_eq!(origin(OsStr::new(value)).as_deref(), expected, "{value}");
    }
}

/// A client that waits so long before each retry.
fn client(address: &Url, waits: &[Duration]) -> Client {
    let clock: Clock = Arc::new(|| "2026-11-20T01:15:00Z".parse().unwrap());
    let timeout = Duration::from_secs(1);
    let client = Client::new("oplux.event_url", address, timeout, clock).unwrap();
    Client {
        waits: waits.to_vec(),
        ..client
    }
}

fn address(scheme: &str, of: SocketAddr) -> Url {
    Url::parse(&format!("{scheme}://{of}/")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_never_opens_is_tried_four_times_and_none_leaves_after_a_halt() {
    // A port that nobody listens on, and that nobody else is given while it is held.
    let held = TcpSocket::new_v4().unwrap();
    held.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    for scheme in ["http", "https"] {
        let address = address(scheme, held.local_addr().unwrap());
        let client = client(&address, &[Duration::ZERO; 3]);
        let (halt, mut tries) = (Halt::new(), 0);
        for (expected, so_far) in [
            (CallError::NotOpened(NotOpened::Refused), 4),
            (CallError::Halted, 4),
        ] {
            let sent = client.send(Retry::NotArrived, &halt, || {
                tries += 1;
                client.get(address.clone())
            });
            assert_eq!(sent.await.unwrap_err(), expected);
            assert_eq!(tries, so_far);
            halt.set();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_never_accepted_never_opened() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let full = socket.local_addr().unwrap();
    let _listener = socket.listen(1).unwrap();
    // Fills the queue of connections that wait to be accepted.
    let mut waiting = Vec::new();
    let short = Duration::from_millis(200);
    while let Ok(Ok(stream)) = tokio::time::timeout(short, TcpStream::connect(full)).await {
        waiting.push(stream);
    }
    let address = address("http", full);
    let client = client(&address, &[]);
    let request = || client.get(address.clone());
    let sent = client.send(Retry::NotArrived, &Halt::new(), request).await;
    let expected = CallError::NotOpened(NotOpened::TimedOut);
    assert_eq!(sent.unwrap_err(), expected);
}

/// A halt that comes while the last try is on its way changes nothing of it.
#[tokio::test]
async fn a_last_try_that_was_put_off_is_what_it_is() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = address("http", listener.local_addr().unwrap());
    let (client, halt) = (client(&address, &[]), Halt::new());
    let halting = halt.clone();
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let _ = stream.read(&mut [0; 4096]).unwrap();
        halting.set();
        let answer = b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer).unwrap();
    });
    let request = || client.get(address.clone());
    let sent = client.send(Retry::NotArrived, &halt, request).await;
    assert_eq!(sent.unwrap().status, 503);
    assert!(halt.is_set());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_may_have_arrived_is_not_forgotten() {
    // The first try breaks off; nobody listens by the second.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = address("http", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let stream = listener.accept().unwrap().0;
        drop(listener);
        stream.peek(&mut [0]).unwrap();
    });
    let client = client(&address, &[Duration::ZERO]);
    let request = || client.put_form(address.clone(), String::new());
    let sent = client.send(Retry::Update, &Halt::new(), request).await;
    assert_eq!(sent.unwrap_err(), CallError::Broken);
}
