//! `oplux pull events`: against a server that only speaks WIRE.md, and against the sandbox.

use serde_json::json;

use crate::support::{
    Call, Home, Ran,
    batch::{Gate, Live},
    has, is_japanese, order,
    server::{Answer, Request, Server},
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

/// The event that a request asks for.
fn asked(request: &Request) -> String {
    request.asked("request.condition.event_id").unwrap()
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
    home.imported("events", events);
    home.imported(
        "orders",
        "number,created_at,result\n\
         a000000001,2026-11-20 10:15:00,REVIEW\na000000004,2026-11-20 10:15:00,\n",
    );
    home
}

fn pull(home: &Home, more: &(impl Call + ?Sized)) -> Ran {
    let first = "--format json pull events --rate 1000/s".words();
    home.run(&[first, more.words()].concat())
}

#[test]
fn what_waits_for_a_person_is_asked_for_and_kept() {
    let server = Server::new(|request, _| {
        let id = asked(request);
        let manual = if id == self::id(1) { "OK" } else { "" };
        xml(event(&id, manual, manual))
    });
    let home = home(&server);
    let since = "--since 2026-11-20";
    let ran = pull(&home, since);
    ran.ended_with(0).says(&["0 new, 2 changed, 0 unchanged"]);
    let rows = ran.rows("json");
    assert_eq!(rows.len(), 2, "the one with OK does not wait");
    // R14: it is reported, and what ecforce shows stays.
    has(
        &rows[0],
        json!({"event_id": id(1), "merchant_management_id": "a000000001", "drift": "manual-changed",
            "error": null}),
    );
    let changes = rows[0]["changes"].as_array().unwrap();
    let expected = json!([
        {"field": "manual_result", "was": null, "now": "OK"},
        {"field": "memo", "was": null, "now": "OK"},
        {"field": "deadline", "was": null, "now": "2026-11-20T12:15:00+09:00"},
        {"field": "score", "was": null, "now": {"ok": 0, "ng": 5, "hold": 20}},
        {"field": "rules", "was": [], "now": ["IP01"]},
        {"field": "similars", "was": [], "now": [id(9)]},
    ]);
    for change in expected.as_array().unwrap() {
        assert!(changes.contains(change), "{change} in {changes:?}");
    }
    for request in server.requests() {
        assert!(request.line.starts_with("GET /v1?"), "{}", request.line);
    }
    // The same again: only what still waits is asked, nothing changes, and cron hears nothing.
    let again = pull(&home, since);
    again.ended_with(0).says(&["0 new, 0 changed, 1 unchanged"]);
    assert_eq!(again.json()[0]["changes"], json!([]));
    for format in ["json", "jsonl", "csv", "table"] {
        let quiet = home.run(&format!("--quiet --format {format} pull events {since}"));
        quiet.ended_with(0).silent();
        assert_eq!(quiet.stdout, "");
    }
    // Trace and reconcile go by it, and events show what was pulled.
    let traced = home.traced("a000000001");
    assert_eq!(traced["drift"], "manual-changed");
    assert_eq!(traced["match"]["reasons"][0]["code"], "IP01");
    let drifts = home.listed("reconcile --drift-only");
    assert_eq!(drifts[0]["manual_result"], "OK");
    let show = format!("events show {}", id(1));
    let shown = home.shown(&show);
    assert_eq!(shown["deadline"], "2026-11-20T12:15:00+09:00");
    assert_eq!(shown["score"]["hold"], 20);
    assert_eq!(shown["all_rules"][0]["touchpoint"], "購入者.IPアドレス");
    assert_eq!(shown["similarities"][0]["touchpoints"], "端末");
    home.run(&show).shows(&[
        "2026-11-20 12:15:00",
        "passed",
        "購入者.IPアドレス",
        "hold 20",
    ]);
    home.run(&format!("--lang ja {show}"))
        .shows(&["判定期限", "期限切れ", "スコア"]);
    // The log has results, and no memo.
    let log = home.listed("log");
    let entry = log.iter().rfind(|entry| entry["action"] == "event.pulled");
    let entry = entry.unwrap();
    assert_eq!(entry["detail"]["manual_result"], "- -> OK");
    assert_eq!(entry["subject"], "a000000001");
}

#[test]
fn a_later_answer_replaces_and_an_empty_memo_is_none() {
    let silent = format!(
        "<response><result>10</result><events><event><id>{}</id></event></events></response>",
        id(1)
    );
    let server = Server::new(move |_, place| match place {
        0 => xml(event(&id(1), "HOLD", "later")),
        1 => xml(event(&id(1), "OK", "")),
        _ => xml(silent.clone()),
    });
    let home = home(&server);
    pull(&home, "a000000001").ended_with(0);
    assert_eq!(
        pull(&home, &id(1)).json()[0]["changes"],
        json!([
            {"field": "manual_result", "was": "HOLD", "now": "OK"},
            {"field": "memo", "was": "later", "now": null},
        ])
    );
    // An answer that says nothing changes nothing; a number and an ID of one event are one.
    let rows = pull(&home, &["a000000001", &id(1)]).rows("json");
    assert_eq!((rows.len(), &rows[0]["changes"]), (1, &json!([])));
    let shown = home.shown(&format!("events show {}", id(1)));
    assert_eq!(shown["manual_result"], "OK");
    assert_eq!(shown["all_rules"][0]["code"], "IP01");
}

/// Results meet as in `import`; one that nobody knows is kept as it is written, and told once.
#[test]
fn results_are_read_as_in_an_import() {
    let server = Server::new(|request, _| {
        let (auto, manual) = match asked(request) {
            id if id == self::id(1) => ("review", "ホールド"),
            id if id == self::id(2) => ("保留", "ok"),
            _ => ("ZZ", "99"),
        };
        let text = event(&asked(request), manual, "");
        xml(text.replace(
            "<aaresult><result>REVIEW",
            &format!("<aaresult><result>{auto}"),
        ))
    });
    let home = home(&server);
    let call = "a000000001 a000000002 a000000003";
    let ran = pull(&home, call);
    ran.ended_with(0).says(&[
        "column `auto_result`: `ZZ`: not known",
        "column `manual_result`: `99`",
    ]);
    let of = |row: &serde_json::Value, field: &str| {
        let mut changes = row["changes"].as_array().unwrap().iter();
        let change = changes.find(|change| change["field"] == field);
        change.map_or(json!("-"), |change| change["now"].clone())
    };
    let rows = ran.rows("json");
    let now: Vec<_> = rows
        .iter()
        .map(|row| [of(row, "auto_result"), of(row, "manual_result")])
        .collect();
    assert_eq!(
        json!(now),
        json!([["-", "HOLD"], ["-", "OK"], ["ZZ", "99"]])
    );
    pull(&home, call)
        .ended_with(0)
        .says(&["0 changed, 3 unchanged"]);
    let japanese = home.run("--lang ja pull events a000000003");
    assert!(is_japanese(&japanese.stderr), "{japanese:#?}");
    home.run("-q pull events a000000003").ended_with(0).silent();
}

/// What an answer means is in `oplux/v1`; here its status, and what becomes of the store.
#[test]
fn a_failure_is_told_with_its_status_and_nothing_is_lost() {
    let refused = NO_EVENT.replace("イベントIDが存在しません。", "だめ");
    let html = |status| Answer::Http(status, "text/html", "<html><br></html>".into());
    let busy = Answer::busy(503);
    for (answer, code, status) in [
        (xml(NO_EVENT), "not-found", 5),
        (html(403), "credentials-rejected", 4),
        (html(200), "unexpected-answer", 5),
        (xml(refused), "refused", 5),
        (busy, "busy", 6),
    ] {
        let server = Server::new(move |_, _| answer.clone());
        let home = home(&server);
        let ran = pull(&home, "a000000001");
        ran.ended_with(status);
        assert_eq!(ran.json()[0]["error"]["code"], code, "{ran:#?}");
        has(
            &ran.error(),
            json!({"code": code, "retryable": status == 6}),
        );
        // A read changes nothing there, so that nobody is told so.
        ran.never_says(&["nothing was changed"]);
        let shown = home.shown(&format!("events show {}", id(1)));
        assert_eq!(shown["auto_result"], "REVIEW");
        let japanese = home.run("--lang ja pull events a000000001");
        assert!(is_japanese(&japanese.stderr), "{japanese:#?}");
    }
}

#[test]
fn numbers_without_an_event_are_not_asked_for_and_others_go_on() {
    let server = Server::new(|request, _| {
        let is_known = asked(request) == id(1);
        xml(if is_known {
            event(&id(1), "", "")
        } else {
            NO_EVENT.to_owned()
        })
    });
    let home = home(&server);
    // An order without an event.
    let ran = pull(&home, "a000000004");
    assert_eq!(ran.ended_with(3).error()["code"], "not-found");
    assert_eq!(server.count(), 0, "nothing was sent");
    // What the store does not know at all may be an event's ID: O-PLUX knows.
    let ran = pull(&home, "E-1");
    assert_eq!(ran.ended_with(5).json()[0]["event_id"], "E-1");
    // Of several, part fails.
    let ran = pull(&home, "a000000001 a000000004 a000000002");
    ran.ended_with(8).says(&["1 changed", "2 failed"]);
    let rows = ran.rows("json");
    let codes: Vec<_> = rows.iter().map(|row| &row["error"]["code"]).collect();
    assert_eq!(json!(codes), json!([null, "not-found", "not-found"]));
    // A number that the store contradicts.
    let ran = pull(&home, "a000000001 --merchant-id a000000002");
    ran.ended_with(2).says(&["a000000001"]);
    // What is neither an ID nor a number.
    pull(&home, &["鈴木 花子"]).ended_with(2);
    pull(&home, "a000000001 --since 2026-11-20").ended_with(2);
}

#[test]
fn after_five_out_of_reach_and_after_rejected_credentials_nothing_more_is_sent() {
    let busy = Server::new(|_, _| Answer::busy(503));
    let ids: Vec<String> = (1..=8).map(id).collect();
    let rejects = Server::status(401, "");
    for (server, status, last, sent) in [(&busy, 6, 5, 5 * 4), (&rejects, 4, 1, 1)] {
        let ran = pull(&home(server), &ids.join(" "));
        let rows = ran.ended_with(status).json();
        assert_ne!(rows[last - 1]["error"]["code"], "not-sent");
        assert_eq!(rows[last]["error"]["code"], "not-sent");
        assert_eq!(server.count(), sent);
    }
    // One that waits is told by the number that the store has.
    let ran = pull(&home(&rejects), "--since 2026-11-20");
    let rows = ran.ended_with(4).json();
    assert_eq!(rows[0]["merchant_management_id"], "a000000001");
}

#[test]
fn without_an_address_nothing_is_sent() {
    let home = Home::new();
    home.run("pull events")
        .ended_with(2)
        .says(&["oplux config init"]);
    home.configure("http://127.0.0.1:9/v3", "");
    // Nothing waits: nothing is needed.
    home.run("pull events").ended_with(0);
    home.run(&format!("pull events {}", id(1)))
        .ended_with(2)
        .says(&["oplux.event_url"]);
}

/// CONTRACT.md, Network: an event that comes by a pull settles an unknown outcome.
#[test]
fn a_pulled_event_settles_an_unknown_outcome() {
    let server = Server::new(|request, _| match request.line.starts_with("GET") {
        false => Answer::Close,
        true => {
            let id = asked(request);
            // Requested just now.
            let time = "<request_datetime>2026/11/20 10:15:00</request_datetime>";
            xml(event(&id, "", "").replace(time, ""))
        }
    });
    let home = Home::new();
    let url = format!("event_url = \"http://{}/v1\"", server.address());
    home.configure(&server.url(), &url);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    // One that was requested before it is another screening's.
    let ran = pull(&home, &[&id(1), "--merchant-id", "a905125d2a"]);
    ran.ended_with(0).says(&["stays unknown", &id(1)]);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    let ran = pull(&home, "E-NEW");
    ran.ended_with(5).says(&["--merchant-id"]);
    let ran = pull(&home, "E-NEW --merchant-id a905125d2a");
    ran.ended_with(0).says(&["1 new"]);
    let (ran, shown) = home.screen(&order("a905125d2a"), &[]);
    ran.ended_with(0);
    has(&shown, json!({"reused": true, "result": "REVIEW"}));
}

/// The first interruption finishes the call in flight, and what is finished is kept.
#[test]
fn an_interrupted_pull_keeps_what_is_finished() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::new(move |request, _| {
        let id = asked(request);
        assert!(held.pass());
        xml(event(&id, "OK", ""))
    });
    let home = home(&server);
    let ids: Vec<String> = (1..=3).map(id).collect();
    let call = format!("--format json pull events {}", ids.join(" "));
    let mut live = Live::start(home.command(&call));
    server.wait_for(1);
    live.signal("INT");
    live.until_told("interrupted");
    gate.open();
    let ran = live.end();
    ran.ended_with(130)
        .says(&["interrupted: 1 of 3 are finished", "the same call goes on"]);
    assert_eq!((ran.rows("json").len(), server.count()), (1, 1));
    let shown = home.shown(&format!("events show {}", id(1)));
    assert_eq!(shown["manual_result"], "OK");
}

/// What O-PLUX was told or has said is kept before a row is written.
#[test]
fn on_a_full_disk_it_is_told_what_is_kept() {
    let server = Server::new(|request, _| match request.line.starts_with("PUT") {
        true => xml("<response><result>10</result></response>"),
        false => xml(event(&asked(request), "OK", "")),
    });
    let home = home(&server);
    for (call, kept) in [
        ("pull events a000000001 a000000002", "2 of 2"),
        (
            "--format jsonl pull events a000000001 a000000002 a000000003",
            "1 of 3",
        ),
        ("events delete a000000001 a000000002 --yes", "2 of 2"),
        (
            "--format csv events settle a000000001 a000000002 --status paid --yes",
            "1 of 2",
        ),
    ] {
        let ran = home.run_full(call);
        ran.ended_with(1).says(&[
            "the output could not be written",
            &format!("{kept} are finished and kept"),
            "the same call goes on",
        ]);
    }
    assert_eq!(server.count(), 2 + 1 + 2 + 1);
    let shown = home.shown(&format!("events show {}", id(1)));
    has(
        &shown,
        json!({"manual_result": "OK", "deleted": true, "settle_status": "20"}),
    );
}
