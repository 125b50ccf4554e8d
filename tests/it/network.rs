//! `screen` where the network is what fails: TLS, proxies, and a service that is down; and the log of
//! requests, `-v` and `--log-file`: each is told, and nothing of what is in it.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use crate::support::{
    CONNECTION_ID, Home, Ran, SECRET, Vars,
    batch::failed,
    finish, has, is_japanese, mode, order,
    server::{Answer, Server, good},
};

/// Answers every connection with these bytes, and counts them. Its thread ends with the process.
fn answering(bytes: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    thread::spawn(move || {
        for stream in socket.incoming() {
            let mut stream = stream.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(bytes);
            // What is not read would reset the connection before the answer is.
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    (address, count)
}

/// One order to `url`, with these variables: how it ended, and its error.
fn screened(url: &str, env: Vars<'_>) -> (Ran, Value) {
    let home = Home::configured(url, "");
    let mut command = home.command("--format json screen -");
    command.envs(env.iter().copied());
    let ran = finish(command, order("n1").to_string());
    let error = ran.error();
    (ran, error)
}

#[test]
fn what_is_no_tls_is_told_as_such_and_not_tried_again() {
    let cases: [(&'static [u8], &str); 3] = [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "plain HTTP"),
        (&[21, 3, 3, 0, 2, 2, 70], "TLS 1.2 or 1.3"),
        (&[21, 3, 3, 0, 2, 2, 80], "handshake"),
    ];
    for (bytes, says) in cases {
        let (address, count) = answering(bytes);
        let (ran, error) = screened(&format!("https://{address}/"), &[]);
        ran.ended_with(6);
        has(&error, json!({"code": "unreachable", "retryable": false}));
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
        assert!(error["hint"].as_str().unwrap().contains("SSL_CERT_FILE"));
        assert_eq!(count.load(Ordering::SeqCst), 1, "{says}");
    }
}

/// A TLS server that answers OK; its certificate is for `host`, ended in the year `until`, and is
/// of the authority whose PEM is given back.
fn tls_server(host: &str, until: i32) -> (String, String, Arc<AtomicUsize>) {
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd,
    };
    let mut authority = CertificateParams::new(vec![]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut own = CertificateParams::new(vec![host.to_owned()]).unwrap();
    own.not_before = date_time_ymd(2001, 1, 1);
    own.not_after = date_time_ymd(until, 1, 1);
    let own = own.signed_by(&key, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![own.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", socket.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    thread::spawn(move || {
        for stream in socket.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let tls = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(tls, stream.unwrap());
            if stream.read(&mut [0; 16384]).is_ok() {
                let _ = stream.write_all(b"HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n");
                stream.conn.send_close_notify();
                let _ = stream.flush();
                let _ = stream.read_to_end(&mut Vec::new());
            }
        }
    });
    (url, authority.pem(), count)
}

#[test]
fn a_certificate_says_what_is_wrong_with_it_and_a_named_authority_is_trusted() {
    // host, valid until, whether the authority is named, what is said
    let cases = [
        ("127.0.0.1", 2100, false, "authority that this machine"),
        ("127.0.0.1", 2002, true, "expired"),
        ("shop.example.com", 2100, true, "another host"),
        ("127.0.0.1", 2100, true, "rejected the credentials"),
    ];
    for (host, until, is_named, says) in cases {
        let (url, authority, count) = tls_server(host, until);
        let home = Home::new();
        let file = home.write("authority.pem", &authority);
        let named = [("SSL_CERT_FILE", file.to_str().unwrap())];
        // Loopback never goes through a proxy, not even a dead one.
        let dead = [("HTTPS_PROXY", "http://127.0.0.1:1")];
        let env = [named, dead].concat();
        let (ran, error) = screened(&url, &env[usize::from(!is_named)..]);
        let is_good = says.starts_with("rejected");
        ran.ended_with(if is_good { 4 } else { 6 });
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), 1, "{says}");
    }
}

#[test]
fn a_proxy_that_fails_is_named_without_its_password() {
    let (address, count) = answering(b"HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n");
    let proxy = format!("http://anna:geheim@{address}");
    let (ran, error) = screened("https://oplux.example/", &[("HTTPS_PROXY", &proxy)]);
    ran.ended_with(6);
    has(&error, json!({"code": "unreachable", "retryable": false}));
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(&format!("http://{address}")) && message.contains("407"));
    assert!(!format!("{ran:?}").contains("geheim"));
    // Another login is needed, not another try.
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn what_the_environment_names_and_cannot_be_read_is_status_2_and_nothing_is_sent() {
    let home = Home::new();
    let empty = home.write("empty.pem", "no certificate");
    let gone = home.path("gone.pem");
    let cases = [
        ("HTTPS_PROXY", "http://u:geheim@:port"),
        ("ALL_PROXY", "http://"),
        ("HTTP_PROXY", "a b"),
        ("SSL_CERT_FILE", empty.to_str().unwrap()),
        ("SSL_CERT_FILE", gone.to_str().unwrap()),
        ("SSL_CERT_FILE", "/"),
    ];
    let (address, count) = answering(b"");
    for (name, value) in cases {
        // Whatever the address is.
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{address}/");
            let (ran, error) = screened(&url, &[(name, value)]);
            ran.ended_with(2);
            assert!(error["message"].as_str().unwrap().contains(name), "{error}");
            assert!(!ran.stderr.contains("geheim"));
            let (_, error) = screened(&url, &[(name, value), ("LANG", "ja_JP.UTF-8")]);
            assert!(is_japanese(error["message"].as_str().unwrap()), "{error}");
        }
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
    // SOCKS is not spoken, which is nothing to loopback.
    let socks = [("https_proxy", "socks5://127.0.0.1:1")];
    let (ran, error) = screened("https://oplux.invalid/", &socks);
    ran.ended_with(2);
    assert!(error["message"].as_str().unwrap().contains("https_proxy"));
    let (ran, _) = screened(&format!("http://{address}/"), &socks);
    ran.ended_with(6);
}

fn put_off() -> Answer {
    Answer::busy(503)
}

/// Seven orders one after the other: how the batch ended, and the code of each.
fn seven(server: &Server, format: &str) -> Ran {
    let home = Home::sending_to(server);
    let orders: Vec<_> = (1..=7).map(|n| order(&format!("n{n}"))).collect();
    let args = ["--format", format, "screen", "--jobs", "1"];
    home.run_with(&args, &json!(orders).to_string())
}

#[test]
fn after_five_in_a_row_out_of_reach_nothing_more_is_sent() {
    let server = Server::new(|_, _| put_off());
    let ran = seven(&server, "json");
    ran.ended_with(6);
    let rows = ran.rows("json");
    assert_eq!(failed(&rows, "busy"), ["n1", "n2", "n3", "n4", "n5"]);
    assert_eq!(failed(&rows, "not-sent"), ["n6", "n7"]);
    assert_eq!(server.count(), 20, "each of the five with three retries");
}

#[test]
fn an_answer_between_begins_the_count_anew() {
    let server = Server::new(|request, place| match request.number().as_str() {
        "n4" => good(request, place, "OK"),
        _ => put_off(),
    });
    let ran = seven(&server, "json");
    let rows = ran.ended_with(8).rows("json");
    assert_eq!(failed(&rows, "busy").len(), 6);
}

#[test]
fn what_ends_a_batch_is_told_once_in_a_table() {
    let server = Server::status(401, "{}");
    let ran = seven(&server, "table");
    ran.ended_with(4)
        .says(&["oplux config secret", "oplux doctor"]);
    let told = [&*ran.stdout, &ran.stderr].join("");
    assert_eq!(told.matches("(HTTP 401)").count(), 1, "{told}");
    assert_eq!(server.count(), 1);
}

/// A service that is busy twice before it answers, and a name API that knows nobody.
fn servers() -> (Server, Server) {
    let service = Server::new(|request, place| match place {
        0 | 1 => Answer::With(503, vec!["Retry-After: 0".into()], "busy".into()),
        _ => good(request, place, "OK"),
    });
    let names = Server::status(404, "nobody of that name");
    (service, names)
}

fn home(service: &Server, names: &Server) -> Home {
    let home = Home::new();
    let name_url = format!("name_url = \"http://{}/names\"", names.address());
    home.configure(&service.url(), &name_url);
    home
}

/// Nothing of the order, of the credentials or of what is made of them.
#[track_caller]
fn holds_nothing_secret(log: &str, service: &Server, names: &Server) {
    let sent = service.requests()[2].json();
    let signature = sent["info"]["signature"].as_str().unwrap().to_owned();
    let query = names.requests()[0].line.clone();
    let query = query.split(['?', ' ']).nth(2).unwrap();
    let marked = "鈴木 花子 スズキ hanako 5759 203.0.113.7 411111 目黒区".split(' ');
    let secret = [SECRET, CONNECTION_ID, &signature, query, "?", "nobody of"];
    for value in marked.chain(secret) {
        assert!(!log.contains(value), "{value} is in {log}");
    }
}

#[test]
fn each_request_is_a_line_of_the_log_and_nothing_of_its_content_is_in_it() {
    let (service, names) = servers();
    let home = home(&service, &names);
    let (ran, _) = home.screen(&order("a905125d2a"), &["--log-file", "requests.log"]);
    ran.ended_with(0);
    let log = home.read("requests.log");
    assert_eq!(mode(home.path("requests.log")), 0o600);
    holds_nothing_secret(&log, &service, &names);
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [name, first, second, third] = &lines[..] else {
        panic!("{log}");
    };
    let at_names = format!("http://{}/names", names.address());
    let bytes = service.requests()[2].body.len();
    let asked =
        json!({"method": "GET", "address": at_names, "attempt": 1, "status": 404, "failure": null});
    has(name, asked);
    for (attempt, line) in [first, second].into_iter().enumerate() {
        let busy = json!({"attempt": attempt + 1, "status": 503, "response_bytes": null});
        has(line, busy);
    }
    let answered = json!({"method": "POST", "address": service.url(), "attempt": 3, "status": 200, "request_bytes": bytes, "failure": null});
    has(third, answered);
    assert!(third["time"].as_str().unwrap().ends_with("+09:00"));
    assert!(third["duration_ms"].is_u64() && third["response_bytes"].is_u64());
    // A further run is written behind it.
    let (ran, _) = home.screen(&order("b905125d2a"), &["--log-file", "requests.log"]);
    ran.ended_with(0);
    let longer = home.read("requests.log");
    assert!(
        longer.starts_with(&log) && longer.lines().count() == 6,
        "{longer}"
    );
}

#[test]
fn requests_are_told_in_plain_lines_in_both_languages() {
    let (service, names) = servers();
    let home = home(&service, &names);
    let (ran, _) = home.screen(&order("a905125d2a"), &["-vv"]);
    let url = service.url();
    ran.ended_with(0).says(&[
        &format!("POST {url} (attempt 1): HTTP 503 after "),
        "0 ms until the next attempt",
        &format!("POST {url} (attempt 3): HTTP 200 after "),
    ]);
    holds_nothing_secret(&ran.stderr, &service, &names);
    let (ran, _) = home.screen(&order("b905125d2a"), &["-v", "--lang", "ja"]);
    ran.ended_with(0)
        .says(&[&format!("POST {url} (1回目): HTTP 200(")]);
    assert!(!ran.stderr.contains("バイトを送信します"), "{}", ran.stderr);
}

#[test]
fn what_was_not_answered_says_why_and_a_log_that_cannot_be_written_stops_before() {
    let service = Server::new(|_, _| Answer::Close);
    let home = Home::sending_to(&service);
    let (ran, _) = home.screen(&order("a905125d2a"), &["--log-file", "requests.log"]);
    ran.ended_with(6);
    let line: Value = serde_json::from_str(&home.read("requests.log")).unwrap();
    has(
        &line,
        json!({"status": null, "failure": "connection-broken", "response_bytes": null}),
    );
    let (ran, _) = home.screen(&order("b905125d2a"), &["--log-file", "no/such/folder.log"]);
    ran.ended_with(2)
        .says(&["no/such/folder.log", "--log-file"]);
    assert_eq!(service.count(), 1);
}
