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

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_may_have_arrived_is_not_forgotten() {
    // The first try breaks off; nobody listens by the second.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || {
        let stream = listener.accept().unwrap().0;
        drop(listener);
        stream.peek(&mut [0]).unwrap();
    });
    let clock: Clock = Arc::new(|| "2026-11-20T01:15:00Z".parse().unwrap());
    let timeout = Duration::from_secs(5);
    let mut client = Client::new("oplux.event_url", &address, timeout, clock).unwrap();
    client.waits = vec![Duration::ZERO];
    let request = || client.put_form(address.clone(), String::new());
    let sent = client.send(Retry::Update, &Halt::new(), request).await;
    assert_eq!(sent.unwrap_err(), CallError::Broken);
}
