//! `oplux pull events`: against a server that only speaks WIRE.md, and against the sandbox.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    Home, order,
    sandbox::Running,
    server::{Answer, Request, Server},
    signal, with,
};

/// What an event's ID looks like: requested on 2026-11-20 at 10:15:00.
fn id(n: u8) -> String {
    format!("26112010150000{n}{}", "F".repeat(32))
}

/// An answer to a get, by hand from WIRE.md.
pub fn event(id: &str, manual: &str, memo: &str) -> String {
    format!(
        "<response><time>9</time><result>10</result><errors/><events><event><id>{id}</id>\
         <request_datetime>2026/11/20 10:15:00</request_datetime><event_type>EC</event_type>\
         <authori_deadline_datetime>2026/11/20 12:15:00</authori_deadline_datetime>\
         <aaresult><result>REVIEW</result></aaresult>\
         <maresult><result>{manual}</result><memo>{memo}</memo><reason/></maresult>\
         <score><ok>0</ok><ng>5</ng><hold>20</hold></score>\
         <rules><rule><code>IP01</code><ok>0</ok><ng>5</ng><hold>20</hold>\
         <touchpoint>購入者.IPアドレス</touchpoint><description>海外のIPアドレスからの注文</description>\
         <fired>true</fired></rule></rules>\
         <similars><event_id>{}</event_id><rule_code>IP01</rule_code><touchpoints>端末</touchpoints></similars>\
         </event></events></response>",
        self::id(9)
    )
}

const NO_EVENT: &str = "<response><time>3</time><result>20</result><errors><error>\
     <code>error.serverError</code><message>イベントIDが存在しません。</message></error></errors></response>";

pub fn xml(text: impl Into<String>) -> Answer {
    Answer::Http(200, "application/xml; charset=UTF-8", text.into())
}

/// The value of a field in the query of a request.
fn asked(request: &Request, name: &str) -> String {
    let target = request.line.split(' ').nth(1).unwrap();
    let query = target.split_once('?').unwrap().1;
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let mut found = pairs.into_owned().filter(|(field, _)| field == name);
    found
        .next()
        .unwrap_or_else(|| panic!("no {name}: {query}"))
        .1
}

/// A home with three events under review and their orders, whose events are asked for at `server`.
fn home(server: &Server) -> Home {
    let home = Home::new();
    let url = format!("event_url = \"http://{}/v1\"", server.address());
    home.configure("http://127.0.0.1:9/v3", &url);
    let events = format!(
        "merchant_management_id,event_id,requested_at,auto_result,rules,reasons\n\
         a000000001,{},2026-11-20 10:15:00,REVIEW,,\n\
         a000000002,{},2026-11-20 10:16:00,HOLD,,\n\
         a000000003,{},2026-11-20 10:17:00,OK,,\n",
        id(1),
        id(2),
        id(3)
    );
    let orders = "number,created_at,result\n\
         a000000001,2026-11-20 10:15:00,REVIEW\na000000004,2026-11-20 10:15:00,\n";
    home.write("events.csv", &events);
    home.write("orders.csv", orders);
    home.run(&["import", "events.csv", "orders.csv"])
        .ended_with(0);
    home
}

fn pull(home: &Home, more: &[&str]) -> crate::support::Ran {
    let args = ["--format", "json", "pull", "events", "--rate", "1000/s"];
    home.run(&[&args[..], more].concat())
}

#[test]
fn what_waits_for_a_person_is_asked_for_and_kept() {
    let server = Server::new(|request, _| {
        let id = asked(request, "request.condition.event_id");
        let manual = if id == self::id(1) { "OK" } else { "" };
        xml(event(&id, manual, manual))
    });
    let home = home(&server);
    let since = ["--since", "2026-11-20"];
    let ran = pull(&home, &since);
    ran.ended_with(0).says(&["0 new, 2 changed, 0 unchanged"]);
    let rows = ran.json();
    assert_eq!(
        rows.as_array().unwrap().len(),
        2,
        "the one with OK does not wait"
    );
    let row = &rows[0];
    assert_eq!(row["event_id"], id(1));
    assert_eq!(row["merchant_management_id"], "a000000001");
    // R14: it is reported, and what ecforce shows stays.
    assert_eq!(row["drift"], "manual-changed");
    assert_eq!(row["error"], Value::Null);
    let of = |field: &str| {
        let changes = row["changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["field"] == field);
        change
            .unwrap_or_else(|| panic!("no {field}: {row}"))
            .clone()
    };
    assert_eq!(
        of("manual_result"),
        json!({"field": "manual_result", "was": null, "now": "OK"})
    );
    assert_eq!(of("memo")["now"], "OK");
    assert_eq!(of("deadline")["now"], "2026-11-20T12:15:00+09:00");
    assert_eq!(of("score")["now"], json!({"ok": 0, "ng": 5, "hold": 20}));
    assert_eq!(
        of("rules"),
        json!({"field": "rules", "was": [], "now": ["IP01"]})
    );
    assert_eq!(of("similars")["now"], json!([id(9)]));
    for request in server.requests() {
        assert!(request.line.starts_with("GET /v1?"), "{}", request.line);
        assert_eq!(asked(&request, "request.version"), "1.0");
        assert_eq!(
            asked(&request, "request.fields"),
            "rules,score,similars,aaresult,maresult"
        );
        assert_eq!(asked(&request, "request.signiture").len(), 64);
    }
    // The same again: only what still waits is asked, nothing changes, and cron hears nothing.
    let again = pull(&home, &since);
    again.ended_with(0).says(&["0 new, 0 changed, 1 unchanged"]);
    assert_eq!(again.json()[0]["changes"], json!([]));
    for format in ["json", "jsonl", "csv", "table"] {
        let args = ["--quiet", "--format", format, "pull", "events"];
        let quiet = home.run(&[&args[..], &since].concat());
        quiet.ended_with(0).silent();
        assert_eq!(quiet.stdout, "");
    }
    // Trace and reconcile go by it, and events show what was pulled.
    let traced = home
        .run(&["--format", "json", "trace", "a000000001"])
        .json();
    assert_eq!(traced["drift"], "manual-changed");
    assert_eq!(traced["match"]["reasons"][0]["code"], "IP01");
    let rows = home
        .run(&["--format", "json", "reconcile", "--drift-only"])
        .json();
    assert_eq!(rows[0]["manual_result"], "OK");
    let shown = home
        .run(&["--format", "json", "events", "show", &id(1)])
        .json();
    assert_eq!(shown["deadline"], "2026-11-20T12:15:00+09:00");
    assert_eq!(shown["score"]["hold"], 20);
    assert_eq!(shown["all_rules"][0]["touchpoint"], "購入者.IPアドレス");
    assert_eq!(shown["similarities"][0]["touchpoints"], "端末");
    let card = home.run(&["events", "show", &id(1)]);
    card.shows(&[
        "2026-11-20 12:15:00",
        "passed",
        "購入者.IPアドレス",
        "hold 20",
    ]);
    let card = home.run(&["--lang", "ja", "events", "show", &id(1)]);
    card.shows(&["判定期限", "期限切れ", "スコア"]);
    // The log has results, and no memo.
    let log = home.run(&["--format", "json", "log"]).json();
    let entry = log.as_array().unwrap().iter();
    let entry = entry
        .rev()
        .find(|entry| entry["action"] == "event.pulled")
        .unwrap();
    assert_eq!(entry["detail"]["manual_result"], "- -> OK");
    assert_eq!(entry["subject"], "a000000001");
}

#[test]
fn a_later_answer_replaces_and_an_empty_memo_is_none() {
    let server = Server::new(|_, place| match place {
        0 => xml(event(&id(1), "HOLD", "later")),
        1 => xml(event(&id(1), "OK", "")),
        _ => xml(format!(
            "<response><result>10</result><events><event><id>{}</id></event></events></response>",
            id(1)
        )),
    });
    let home = home(&server);
    pull(&home, &["a000000001"]).ended_with(0);
    let row = pull(&home, &[&id(1)]).json()[0].clone();
    assert_eq!(
        row["changes"],
        json!([
            {"field": "manual_result", "was": "HOLD", "now": "OK"},
            {"field": "memo", "was": "later", "now": null},
        ])
    );
    // An answer that says nothing changes nothing; a number and an ID of one event are one.
    let rows = pull(&home, &["a000000001", &id(1)]).json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["changes"], json!([]));
    let shown = home
        .run(&["--format", "json", "events", "show", &id(1)])
        .json();
    assert_eq!(shown["manual_result"], "OK");
    assert_eq!(shown["all_rules"][0]["code"], "IP01");
}

#[test]
fn a_failure_is_told_with_its_status_and_nothing_is_lost() {
    let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><response><result>10</result>&b;</response>";
    let half = event(&id(1), "OK", "")[..300].to_owned();
    type Case = (Box<dyn Fn() -> Answer + Send + Sync>, &'static str, i32);
    let cases: [Case; 7] = [
        (Box::new(|| xml(NO_EVENT)), "not-found", 5),
        (
            Box::new(|| Answer::Http(403, "text/html", "<html>no</html>".into())),
            "credentials-rejected",
            4,
        ),
        (
            Box::new(|| Answer::Http(200, "text/html", "<html><br></html>".into())),
            "unexpected-answer",
            5,
        ),
        (Box::new(move || xml(bomb)), "unexpected-answer", 5),
        (Box::new(move || xml(half.clone())), "unexpected-answer", 5),
        (
            Box::new(|| {
                xml(
                    "<response><result>20</result><errors><error><code>X.Y</code><message>だめ</message></error></errors></response>",
                )
            }),
            "refused",
            5,
        ),
        (
            Box::new(|| Answer::With(503, vec!["Retry-After: 0".into()], String::new())),
            "busy",
            6,
        ),
    ];
    for (answer, code, status) in cases {
        let server = Server::new(move |_, _| answer());
        let home = home(&server);
        let ran = pull(&home, &["a000000001"]);
        ran.ended_with(status);
        assert_eq!(ran.json()[0]["error"]["code"], code, "{ran:#?}");
        assert_eq!(ran.error()["code"], code);
        assert_eq!(ran.error()["retryable"], status == 6);
        let shown = home
            .run(&["--format", "json", "events", "show", &id(1)])
            .json();
        assert_eq!(shown["auto_result"], "REVIEW");
        let japanese = home.run(&["--lang", "ja", "pull", "events", "a000000001"]);
        assert!(
            crate::support::is_japanese(&japanese.stderr),
            "{japanese:#?}"
        );
    }
}

#[test]
fn numbers_without_an_event_are_not_asked_for_and_others_go_on() {
    let server =
        Server::new(
            |request, _| match asked(request, "request.condition.event_id") == id(1) {
                true => xml(event(&id(1), "", "")),
                false => xml(NO_EVENT),
            },
        );
    let home = home(&server);
    // An order without an event.
    let ran = pull(&home, &["a000000004"]);
    ran.ended_with(3);
    assert_eq!(ran.error()["code"], "not-found");
    assert_eq!(server.count(), 0, "nothing was sent");
    // What the store does not know at all may be an event's ID: O-PLUX knows.
    let ran = pull(&home, &["E-1"]);
    ran.ended_with(5);
    assert_eq!(ran.json()[0]["event_id"], "E-1");
    // Of several, part fails.
    let ran = pull(&home, &["a000000001", "a000000004", "a000000002"]);
    ran.ended_with(8).says(&["1 changed", "2 failed"]);
    let codes = ran.json();
    let codes = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["error"]["code"].clone());
    assert_eq!(
        codes.collect::<Vec<_>>(),
        [json!(null), json!("not-found"), json!("not-found")]
    );
    // A number that the store contradicts.
    let ran = pull(&home, &["a000000001", "--merchant-id", "a000000002"]);
    ran.ended_with(2).says(&["a000000001"]);
    // What is neither an ID nor a number.
    pull(&home, &["鈴木 花子"]).ended_with(2);
    pull(&home, &["a000000001", "--since", "2026-11-20"]).ended_with(2);
}

#[test]
fn after_five_out_of_reach_and_after_rejected_credentials_nothing_more_is_sent() {
    let busy = Server::new(|_, _| Answer::With(503, vec!["Retry-After: 0".into()], String::new()));
    let ids: Vec<String> = (1..=8).map(id).collect();
    let named: Vec<&str> = ids.iter().map(String::as_str).collect();
    let ran = pull(&home(&busy), &named);
    ran.ended_with(6);
    let code = |ran: &crate::support::Ran, place: usize| ran.json()[place]["error"]["code"].clone();
    assert_eq!(
        (code(&ran, 4), code(&ran, 5)),
        (json!("busy"), json!("not-sent"))
    );
    assert_eq!(busy.count(), 5 * 4);
    let rejects = Server::status(401, "");
    let ran = pull(&home(&rejects), &named);
    ran.ended_with(4);
    assert_eq!(code(&ran, 1), "not-sent");
    assert_eq!(rejects.count(), 1);
    // One that waits is told by the number that the store has.
    let ran = pull(&home(&rejects), &["--since", "2026-11-20"]);
    ran.ended_with(4);
    assert_eq!(ran.json()[0]["merchant_management_id"], "a000000001");
}

#[test]
fn without_an_address_or_a_secret_nothing_is_sent() {
    let home = Home::new();
    home.configure("http://127.0.0.1:9/v3", "");
    // Nothing waits: nothing is needed.
    home.run(&["pull", "events"]).ended_with(0);
    let ran = home.run(&["pull", "events", &id(1)]);
    ran.ended_with(2).says(&["oplux.event_url"]);
    let empty = Home::new();
    empty
        .run(&["pull", "events"])
        .ended_with(2)
        .says(&["oplux config init"]);
}

/// CONTRACT.md, Network: an event that comes by a pull settles an unknown outcome.
#[test]
fn a_pulled_event_settles_an_unknown_outcome() {
    let server = Server::new(|request, _| match request.line.starts_with("GET") {
        false => Answer::Close,
        true => {
            let id = asked(request, "request.condition.event_id");
            let text = event(&id, "", "");
            // Requested just now.
            xml(text.replace(
                "<request_datetime>2026/11/20 10:15:00</request_datetime>",
                "",
            ))
        }
    });
    let home = Home::new();
    let url = format!("event_url = \"http://{}/v1\"", server.address());
    home.configure(&server.url(), &url);
    let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
    ran.ended_with(6);
    assert_eq!(shown["error"]["code"], "outcome-unknown");
    // One that was requested before it is another screening's.
    let ran = pull(&home, &[&id(1), "--merchant-id", "a905125d2a"]);
    ran.ended_with(0).says(&["stays unknown", &id(1)]);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    let ran = pull(&home, &["E-NEW"]);
    ran.ended_with(5).says(&["--merchant-id"]);
    let ran = pull(&home, &["E-NEW", "--merchant-id", "a905125d2a"]);
    ran.ended_with(0).says(&["1 new"]);
    let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
    ran.ended_with(0);
    assert_eq!(shown["reused"], true);
    assert_eq!(shown["result"], "REVIEW");
}

#[test]
fn an_event_of_the_sandbox_is_screened_and_pulled() {
    let home = Home::new();
    let sandbox = Running::start(&home, &[]);
    sandbox.configure(&home);
    let order = with(order("a905125d2a"), "/billing_address/tel03", json!("6383"));
    let (ran, screened) = home.screen(&order, &[]);
    ran.ended_with(0);
    assert_eq!(screened["result"], "REVIEW");
    let rows = pull(&home, &[]).json();
    assert_eq!(rows[0]["event_id"], screened["event_id"]);
    let fields = rows[0]["changes"].as_array().unwrap().iter();
    let fields: Vec<_> = fields
        .map(|change| change["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["deadline", "score"], "{rows}");
    assert_eq!(pull(&home, &[]).json()[0]["changes"], json!([]));
    home.run(&["pull", "events"]).shows(&["a905125d2a   -  "]);
}

/// The first interruption finishes the call in flight, and what is finished is kept.
#[test]
fn an_interrupted_pull_keeps_what_is_finished() {
    let server = Server::new(|request, _| {
        let id = asked(request, "request.condition.event_id");
        let answer = Box::new(xml(event(&id, "OK", "")));
        Answer::Later(Duration::from_millis(500), answer)
    });
    let home = home(&server);
    let ids: Vec<String> = (1..=3).map(id).collect();
    let args = [
        "--format", "json", "pull", "events", &ids[0], &ids[1], &ids[2],
    ];
    let child = home.command(&args).spawn().unwrap();
    while server.count() == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:#?}");
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
    let said = String::from_utf8(output.stderr).unwrap();
    let (waits, ended) = (said.find("waiting for the call"), said.find("2 left"));
    assert!(waits.is_some() && waits < ended, "{said}");
    assert_eq!(server.count(), 1);
    let shown = home
        .run(&["--format", "json", "events", "show", &id(1)])
        .json();
    assert_eq!(shown["manual_result"], "OK");
}
