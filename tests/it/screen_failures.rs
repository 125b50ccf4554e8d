//! `screen` where the other side misbehaves: every status, what is kept, and what is sent again.

use std::{fs, net::TcpListener, time::Duration};

use crate::support::{
    Home, finish, order,
    server::{Answer, Server, ok},
    with,
};
use serde_json::{Value, json};

const GOOD: &str = "application/json";

/// What one order alone ends with: its status and `error.code`.
fn outcome_of(server: &Server) -> (Home, i32, Value) {
    let home = Home::new();
    home.configure(&server.url(), "");
    let (ran, shown) = home.screen(&order("n1"), &[]);
    assert_eq!(shown["number"], "n1", "{ran:?}");
    if !shown["error"].is_null() {
        assert_eq!(shown["screened"], true);
        assert_eq!(shown["screened_as"], "n1");
        for null in ["cause", "event_id", "result", "disposition", "redirect_url"] {
            assert_eq!(shown[null], Value::Null, "{null}");
        }
        assert_eq!(shown["reasons"], json!([]));
        assert_eq!(ran.error()["code"], shown["error"]["code"]);
    }
    (home, ran.status, shown["error"]["code"].clone())
}

#[test]
fn a_refusal_is_known_and_is_sent_again() {
    let refusal = r#"{"time":1,"result":20,"errors":[{"code":"InvalidData.AuthoriModelNone","message":"model"}]}"#;
    for (status, body) in [(400, refusal), (200, refusal), (404, "<html>"), (422, "{}")] {
        let server = Server::status(status, body);
        let (home, exit, code) = outcome_of(&server);
        assert_eq!((exit, code), (5, json!("refused")), "{status}");
        home.screen(&order("n1"), &[]);
        assert_eq!(
            server.requests().len(),
            2,
            "{status}: the same call sends it again"
        );
    }
}

#[test]
fn rejected_credentials_stop_the_batch() {
    for status in [401, 403] {
        let server = Server::status(status, "{}");
        let (home, exit, code) = outcome_of(&server);
        assert_eq!((exit, code), (4, json!("credentials-rejected")));
        let input = json!([
            order("n1"),
            order("n2"),
            with(order("n3"), "/channel", json!("csv"))
        ]);
        let args = ["--format", "json", "screen", "--jobs", "1"];
        let ran = home.run_with(&args, &input.to_string());
        ran.ended_with(4);
        let shown = ran.json();
        assert_eq!(shown[0]["error"]["code"], "credentials-rejected");
        assert_eq!(shown[1]["error"]["code"], "not-sent");
        assert_eq!(shown[2]["cause"], "csv-order");
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn what_may_have_arrived_is_unknown_and_is_not_sent_again() {
    let cases: Vec<(&str, Server)> = vec![
        ("500", Server::status(500, "oops")),
        ("502", Server::status(502, "<html>bad gateway</html>")),
        ("504", Server::status(504, "")),
        (
            "302",
            Server::new(|_, _| {
                Answer::With(302, vec!["Location: /elsewhere".into()], String::new())
            }),
        ),
        ("close", Server::new(|_, _| Answer::Close)),
        (
            "half",
            Server::new(|request, place| Answer::Half(ok(request, place, "OK"))),
        ),
        (
            "html",
            Server::new(|_, _| Answer::Http(200, "text/html", "<html>hello</html>".into())),
        ),
        ("garbage", Server::status(200, "\u{0}\u{1}garbage")),
        ("empty", Server::status(200, "")),
        (
            "no event",
            Server::status(200, r#"{"time":1,"result":"10","telegram":{}}"#),
        ),
        (
            "result 30",
            Server::status(200, r#"{"time":1,"result":"30"}"#),
        ),
        (
            "server error",
            Server::status(
                200,
                r#"{"time":1,"result":20,"errors":[{"code":"ServerError.Timeout"}]}"#,
            ),
        ),
    ];
    for (name, server) in cases {
        let (home, exit, code) = outcome_of(&server);
        assert_eq!((exit, &code), (6, &json!("outcome-unknown")), "{name}");
        let (ran, again) = home.screen(&order("n1"), &[]);
        ran.ended_with(6);
        assert_eq!(again["error"]["code"], "outcome-unknown", "{name}");
        assert_eq!(ran.error()["retryable"], false);
        assert!(ran.error()["hint"].as_str().unwrap().contains("--rescreen"));
        assert_eq!(
            server.requests().len(),
            1,
            "{name}: it is not sent again by itself"
        );
        home.run("doctor").ended_with(3);
    }
}

#[test]
fn a_time_out_after_the_connection_opened_is_unknown() {
    let server = Server::new(|_, _| Answer::Hang);
    let home = Home::new();
    let config = home.configure(&server.url(), "");
    let text = fs::read_to_string(&config)
        .unwrap()
        .replace("timeout_seconds = 5", "timeout_seconds = 1");
    home.write(".config/oplux/config.toml", &text);
    let (ran, shown) = home.screen(&order("n1"), &[]);
    ran.ended_with(6);
    assert_eq!(shown["error"]["code"], "outcome-unknown");
}

#[test]
fn rescreen_settles_what_is_unknown() {
    let server = Server::new(|request, place| match place {
        0 => Answer::Close,
        _ => Answer::Http(200, GOOD, ok(request, place, "NG")),
    });
    let (home, exit, _) = outcome_of(&server);
    assert_eq!(exit, 6);
    let (ran, shown) = home.screen(&order("n1"), &["--rescreen"]);
    ran.ended_with(0);
    assert_eq!(shown["result"], "NG");
    let (ran, again) = home.screen(&order("n1"), &[]);
    ran.ended_with(0);
    assert_eq!(
        (&again["reused"], &again["event_id"]),
        (&json!(true), &shown["event_id"])
    );
}

#[test]
fn where_a_rescreen_fails_the_old_outcome_stays() {
    for failure in [500, 400] {
        let server = Server::new(move |request, place| match place {
            0 => Answer::Http(200, GOOD, ok(request, place, "HOLD")),
            _ => Answer::Http(failure, GOOD, "{}".into()),
        });
        let home = Home::new();
        home.configure(&server.url(), "");
        let (_, first) = home.screen(&order("n1"), &[]);
        let (ran, failed) = home.screen(&order("n1"), &["--rescreen"]);
        ran.ended_with(if failure == 500 { 6 } else { 5 });
        assert!(!failed["error"].is_null());
        let (ran, stays) = home.screen(&order("n1"), &[]);
        ran.ended_with(0);
        assert_eq!(
            (&stays["event_id"], &stays["reused"]),
            (&first["event_id"], &json!(true))
        );
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn a_result_that_nobody_knows_is_kept_and_told() {
    let server = Server::always("PENDING");
    let (home, exit, code) = outcome_of(&server);
    assert_eq!((exit, code), (5, json!("unexpected-answer")));
    let (ran, again) = home.screen(&order("n1"), &[]);
    ran.ended_with(5);
    assert_eq!(again["error"]["code"], "unexpected-answer");
    assert_eq!(
        server.requests().len(),
        1,
        "the event is kept, so it is not sent again"
    );
}

#[test]
fn a_connection_that_never_opens_is_tried_three_times_more_and_may_be_tried_later() {
    // A port on which nobody listens.
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let home = Home::new();
    home.configure(&format!("http://{address}/v3"), "");
    let (ran, shown) = home.screen(&order("n1"), &[]);
    ran.ended_with(6);
    assert_eq!(shown["error"]["code"], "unreachable");
    assert_eq!(ran.error()["retryable"], true);
    assert!(
        home.screen(&with(order("n2"), "/channel", json!("csv")), &[])
            .0
            .status
            == 0
    );
}

#[test]
fn put_off_is_tried_again_whatever_the_body() {
    for status in [429, 503] {
        let server = Server::new(move |request, place| match place {
            0 | 1 => Answer::With(
                status,
                vec!["Retry-After: 0".into()],
                r#"{"result":20}"#.into(),
            ),
            _ => Answer::Http(200, GOOD, ok(request, place, "OK")),
        });
        let (_, exit, code) = outcome_of(&server);
        assert_eq!((exit, code), (0, Value::Null));
        assert_eq!(server.requests().len(), 3);
        let server = Server::new(move |_, _| {
            Answer::With(status, vec!["Retry-After: 0".into()], String::new())
        });
        let (_, exit, code) = outcome_of(&server);
        assert_eq!((exit, code), (6, json!("busy")));
        assert_eq!(server.requests().len(), 4, "once, and three times more");
    }
}

#[test]
fn part_of_a_batch_that_fails_is_status_8() {
    let server = Server::new(|request, place| match request.number().as_str() {
        "n2" => Answer::Http(400, GOOD, "{}".into()),
        _ => Answer::Http(200, GOOD, ok(request, place, "NG")),
    });
    let home = Home::new();
    home.configure(&server.url(), "");
    let input = json!([order("n1"), order("n2"), order("n3")]).to_string();
    let ran = home.run_with("--format json screen --fail-on ng", &input);
    ran.ended_with(8);
    let shown = ran.json();
    assert_eq!(
        (&shown[0]["result"], &shown[2]["result"]),
        (&json!("NG"), &json!("NG"))
    );
    assert_eq!(shown[1]["error"]["code"], "refused");
    // The same call sends only what failed.
    home.run_with("--format json screen", &input).ended_with(8);
    assert_eq!(
        server
            .numbers()
            .iter()
            .filter(|number| *number == "n2")
            .count(),
        2
    );
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn two_processes_with_one_order_send_it_once() {
    let server = Server::new(|request, place| {
        let answer = Answer::Http(200, GOOD, ok(request, place, "REVIEW"));
        Answer::Later(Duration::from_millis(300), Box::new(answer))
    });
    let home = Home::new();
    home.configure(&server.url(), "");
    let input = order("n1").to_string();
    let args = ["--format", "json", "screen"];
    let runs = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| finish(home.command(&args), &input)))
            .collect();
        runs.into_iter()
            .map(|run| run.join().unwrap())
            .collect::<Vec<_>>()
    });
    let shown: Vec<_> = runs.iter().map(|ran| ran.ended_with(0).json()).collect();
    assert_eq!(server.requests().len(), 1);
    assert!(
        shown
            .iter()
            .all(|row| row["event_id"] == shown[0]["event_id"])
    );
    assert_eq!(shown.iter().filter(|row| row["reused"] == false).count(), 1);
}

#[test]
fn an_attempt_that_a_kill_cut_off_is_unknown() {
    let server = Server::new(|_, _| Answer::Hang);
    let home = Home::new();
    home.configure(&server.url(), "");
    let file = home.write("n1.json", &order("n1").to_string());
    let mut child = home
        .command(&["screen", file.to_str().unwrap()])
        .spawn()
        .unwrap();
    while server.requests().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (ran, shown) = home.screen(&order("n1"), &[]);
    ran.ended_with(6);
    assert_eq!(shown["error"]["code"], "outcome-unknown");
    assert_eq!(server.requests().len(), 1);
    home.run("doctor").ended_with(3);
}

/// A server that tells everything that it was sent must not make the program keep or show it.
#[test]
fn what_a_server_echoes_is_neither_shown_nor_kept() {
    let secrets = [
        "hanako",
        "鈴木",
        "花子",
        "スズキ",
        "5759",
        "1530064",
        "目黒",
        "203.0.113.7",
        "411111",
        "1990",
        "sandbox-secret-key",
    ];
    let echo = |status: u16| {
        Server::new(move |request: &crate::support::server::Request, _| {
            let told = format!(
                "{} hanako.suzuki@example.com 鈴木 花子 sandbox-secret-key",
                request.body
            );
            let body = match status {
                200 => json!({"time": 1, "result": 10, "telegram": {"event": {
                    "id": "e1", "aaresult": {"result": "HOLD"}, "rule_group": told,
                    "rules": [{"code": "E1", "description": told}],
                    "similars": [{"event_id": "e2", "event_id_for_shop": "03-5759-6380"}]}}}),
                _ => json!({"time": 1, "result": 20, "errors": [{"code": "E1", "message": told}]}),
            };
            Answer::Http(status, GOOD, body.to_string())
        })
    };
    for server in [echo(200), echo(400), echo(500)] {
        let home = Home::new();
        home.configure(&server.url(), "");
        let (ran, _) = home.screen(&order("n1"), &["-v"]);
        // The code is told all the same, and why no more is.
        for said in ["E1", "repeat"] {
            let all = format!("{}{}", ran.stdout, ran.stderr);
            assert!(all.contains(said), "{all}");
        }
        let log = home.run("--format json log");
        let doctor = home.run("--format json doctor");
        let mut texts = [
            ran.stdout,
            ran.stderr,
            log.stdout,
            doctor.stdout,
            doctor.stderr,
        ]
        .join("\n");
        for file in fs::read_dir(home.path(".local/share/oplux")).unwrap() {
            texts.push_str(&String::from_utf8_lossy(
                &fs::read(file.unwrap().path()).unwrap(),
            ));
        }
        assert!(texts.contains("n1"));
        for secret in secrets {
            assert!(!texts.contains(secret), "{secret} leaked");
        }
        let sent = server.requests()[0].json();
        let name = &sent["telegram"]["event"]["ec"]["customers"]["buyer"]["hashed_name"];
        assert!(
            !texts.contains(name["last_name_sha2"].as_str().unwrap()),
            "a hash leaked"
        );
    }
}

#[test]
fn the_files_that_it_makes_are_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::always("OK");
    let home = Home::new();
    home.configure(&server.url(), "");
    home.screen(&order("n1"), &[]).0.ended_with(0);
    let files = fs::read_dir(home.path(".local/share/oplux")).unwrap();
    let modes: Vec<_> = files
        .map(|file| file.unwrap())
        .map(|file| {
            (
                file.file_name(),
                file.metadata().unwrap().permissions().mode() & 0o777,
            )
        })
        .collect();
    assert!(
        !modes.is_empty() && modes.iter().all(|(_, mode)| *mode == 0o600),
        "{modes:?}"
    );
}
