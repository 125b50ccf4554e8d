//! `-v` and `--log-file`: each request is told and logged, and nothing of what is in it.

use serde_json::{Value, json};

use crate::support::{
    CONNECTION_ID, Home, SECRET, has, mode, order,
    server::{Answer, Server, ok},
};

/// A service that is busy twice before it answers, and a name API that knows nobody.
fn servers() -> (Server, Server) {
    let service = Server::new(|request, place| match place {
        0 | 1 => Answer::With(503, vec!["Retry-After: 0".into()], "busy".into()),
        _ => Answer::Http(200, "application/json", ok(request, place, "OK")),
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
    let home = Home::new();
    home.configure(&service.url(), "");
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
