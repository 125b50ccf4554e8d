//! `oplux events review`, `settle`, `blacklist`, `delete` and `restore`: against a server that only
//! speaks WIRE.md, and against the sandbox.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use crate::{
    pull_events::{event, xml},
    screen_wire::sha256,
    support::{
        CONNECTION_ID, Call, Home, Ran, SECRET, SHOP_ID,
        batch::Live,
        has, is_japanese, order,
        server::Running,
        server::{Answer, Request, Server},
        with,
    },
};

const DONE: &str = "<response><time>3</time><result>10</result><errors/><id/></response>";
const REFUSED: &str = "<response><result>20</result><errors><error><code>InvalidData.Update</code>\
     <message>更新できません。</message></error></errors></response>";

/// The fields of a form that are to change, by their names.
fn updates(request: &Request) -> BTreeMap<String, String> {
    let pairs = url::form_urlencoded::parse(request.body.as_bytes()).into_owned();
    pairs
        .filter_map(|(name, value)| Some((name.strip_prefix("request.update.")?.to_owned(), value)))
        .collect()
}

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(pair).collect()
}

/// A home with two events, E-1 of a000000001 and E-2 of a000000002, and an order without one.
fn home(event_url: &str) -> Home {
    let home = Home::configured(
        "http://127.0.0.1:9/v3",
        &format!("event_url = \"{event_url}\""),
    );
    home.write(
        "events.csv",
        "merchant_management_id,event_id,requested_at,auto_result\n\
         a000000001,E-1,2026-11-20 10:15:00,REVIEW\na000000002,E-2,2026-11-20 10:16:00,HOLD\n",
    );
    home.write(
        "orders.csv",
        "number,created_at,result\na000000001,2026-11-20 10:15:00,REVIEW\na000000004,2026-11-20 10:15:00,\n",
    );
    home.run(&["import", "events.csv", "orders.csv"])
        .ended_with(0);
    home
}

fn url(server: &Server) -> String {
    format!("http://{}/v1", server.address())
}

fn run(home: &Home, call: &(impl Call + ?Sized)) -> Ran {
    let words = call.words();
    let first = ["--format", "json", "events", words[0]];
    home.run(&[&first[..], &["--yes", "--rate", "1000/s"], &words[1..]].concat())
}

/// The requests of version 1.0 as they stand in the documents, signed as WIRE.md says.
#[test]
fn the_requests_are_those_of_the_documents() {
    let server = Server::new(|request, _| match request.line.starts_with("GET") {
        true => xml(include_str!("../fixtures/wire/v1-event-review.xml")),
        false => xml(include_str!("../fixtures/wire/v1-updated.xml")),
    });
    // The query that the address has is kept.
    let home = home(&format!("{}?key=a", url(&server)));
    let id = "261120101500123FEDCBA9876543210FEDCBA9876543210";
    home.run(&format!("pull events {id} --merchant-id a000000009"))
        .ended_with(0);
    home.reconfigure("?key=a", "");
    let memo = "電話で確認済み & OK";
    // What was pulled is so already.
    for args in [
        &["review", id, "--result", "ng", "--memo", ""][..],
        &["review", id, "--result", "ok", "--memo", memo],
        &"blacklist ID --add --payment fraudulent-card --other 70 --who delivery"
            .replace("ID", id)
            .words(),
    ] {
        run(&home, &args.to_vec()).ended_with(0);
    }
    let requests = server.requests();
    let query = requests[0].line.split(' ').nth(1).unwrap();
    let query = query.strip_prefix("/v1?key=a&").unwrap();
    assert!(!query.contains('+'), "{query}");
    for (text, document) in [
        (query, include_str!("../fixtures/wire/v1-request-get.txt")),
        (
            &requests[2].body,
            include_str!("../fixtures/wire/v1-request-review.txt"),
        ),
        (
            &requests[3].body,
            include_str!("../fixtures/wire/v1-request-blacklist.txt"),
        ),
    ] {
        let pairs = url::form_urlencoded::parse(text.as_bytes()).into_owned();
        let mut sent: BTreeMap<String, String> = pairs.collect();
        let at = &sent["request.request_datetime"];
        let signed = sha256(&format!("{CONNECTION_ID}{SHOP_ID}{at}{SECRET}"));
        assert_eq!(sent["request.signiture"], signed);
        let pairs = document.lines().map(|line| line.split_once('=').unwrap());
        let expected = fields(&pairs.collect::<Vec<_>>());
        for own in ["request.request_datetime", "request.signiture"] {
            sent.insert(own.to_owned(), expected[own].clone());
        }
        assert_eq!(sent, expected);
    }
    let form = "application/x-www-form-urlencoded";
    assert_eq!(requests[2].header("content-type"), Some(form));
}

#[test]
fn a_review_is_sent_once_and_the_store_has_it() {
    let server = Server::new(|_, _| xml(DONE));
    let home = home(&url(&server));
    let memo = "電話で確認 & OK";
    let args = ["review", "a000000001", "--result", "ok", "--memo", memo];
    let ran = run(&home, &args);
    ran.ended_with(0).says(&[
        "SP00EXAMPLE",
        "manual result: OK, memo: (10 characters)",
        "1 event(s) changed",
    ]);
    let row = ran.json()[0].clone();
    has(
        &row,
        json!({"event_id": "E-1", "merchant_management_id": "a000000001", "action": "review",
            "sent": true, "error": null}),
    );
    assert_eq!(row["request"]["request.update.maResult"], "10");
    let request = server.requests()[0].clone();
    assert!(request.line.starts_with("PUT /v1 "), "{}", request.line);
    let both = fields(&[("maResult", "10"), ("memo", memo)]);
    assert_eq!(updates(&request), both);
    // R14: the difference shows, and what ecforce shows stays.
    let drift = json!({"drift": "manual-changed", "ecforce_result": "REVIEW"});
    has(&home.traced("a000000001"), drift);
    // What is so already is not sent; of a review only what differs.
    let again = run(&home, &["review", "E-1", "--result", "OK", "--memo", memo]);
    has(
        &again.ended_with(0).json()[0],
        json!({"sent": false, "request": null}),
    );
    assert_eq!(server.count(), 1);
    run(&home, "review E-1 --result ok --memo other").ended_with(0);
    assert_eq!(updates(&server.requests()[1]), fields(&[("memo", "other")]));
    // The log has who, when and what; a memo's words are not in it.
    let log = home.listed("log");
    assert!(!json!(log).to_string().contains("電話"), "{log:?}");
    let review = log.iter().rfind(|entry| entry["action"] == "event.review");
    let review = review.unwrap();
    has(review, json!({"actor": "tester", "subject": "a000000001"}));
    assert_eq!(review["detail"]["maResult"], "10");
}

#[test]
fn nothing_is_sent_unasked_and_a_dry_run_shows_the_fields() {
    let server = Server::new(|_, _| xml(DONE));
    let home = home(&url(&server));
    let call = "--format json events review a000000001 --result ng";
    home.run(call).ended_with(2).says(&["--yes", "--dry-run"]);
    let ran = home.run(&format!("{call} --dry-run"));
    let row = ran.ended_with(0).json()[0].clone();
    assert_eq!(row["sent"], false);
    has(
        &row["request"],
        json!({"request.condition.event_id": "E-1", "request.update.maResult": "20",
            "request.shop_id": "SP00EXAMPLE"}),
    );
    ran.never_says(&["signiture", "sandbox-secret-key"]);
    home.run("events delete E-1 --dry-run")
        .ended_with(0)
        .shows(&["\"request.update.deleted\": \"1\""]);
    assert_eq!(home.shown("events show E-1")["manual_result"], Value::Null);
    // Nor is a store made of it.
    let id = format!("261120101500001{}", "F".repeat(32));
    home.run(&format!("--store fresh.db events delete {id}"))
        .ended_with(2)
        .says(&["matching: take out"]);
    assert!(!home.path("fresh.db").exists());
    // A person confirms the words of the screens.
    let args = "--lang ja events blacklist E-1 E-2 --add --payment 02 --who buyer";
    let said = "ブラックリスト: 登録 (対象: 購入者、区分: 02 カード不正利用)";
    home.run(args).ended_with(2).says(&[said]);
    // Calls that are not usable.
    let long = format!("review E-1 --memo {}", "x".repeat(501));
    for call in [
        "review E-1",
        "review E-1 --result review",
        &long,
        "review --result ok",
        "settle E-1",
        "settle E-1 --status 77",
        "blacklist E-1 --add --who buyer",
        "blacklist E-1 --who buyer",
        "blacklist E-1 --lift --payment 02 --who buyer",
        "blacklist E-1 --lift",
        "delete 鈴木花子",
    ] {
        run(&home, call).ended_with(2);
        let japanese = home.run(&format!("--lang ja events {call}"));
        assert!(is_japanese(&japanese.stderr), "{call}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn of_both_the_row_says_what_holds_now_and_the_same_call_sends_the_rest() {
    let server = Server::new(|_, place| xml(if place == 1 { REFUSED } else { DONE }));
    let home = home(&url(&server));
    let call = "blacklist E-1 --add --payment fraudulent-card --other 70 --who both";
    let row = run(&home, call).ended_with(5).json()[0].clone();
    assert_eq!(
        (&row["sent"], &row["error"]["code"]),
        (&json!(true), &json!("refused"))
    );
    let message = row["error"]["message"].as_str().unwrap();
    assert!(message.contains("the buyer is on the blacklist now, the delivery address is not"));
    assert!(message.contains("更新できません。"), "{message}");
    assert_eq!(row["request"].as_array().unwrap().len(), 2);
    let blacklisted = || home.shown("events show E-1")["blacklisted"].clone();
    assert_eq!(blacklisted(), json!(["buyer"]));
    // The same call sends what is left.
    run(&home, call).ended_with(0);
    let sent: Vec<_> = server.requests().iter().map(updates).collect();
    let entry = |who| {
        fields(&[
            ("blacked", "1"),
            ("black_customer_type", who),
            ("black_settle_category", "02"),
            ("black_other_category", "70"),
        ])
    };
    assert_eq!(sent, [entry("10"), entry("20"), entry("20")]);
    assert_eq!(blacklisted(), json!(["buyer", "delivery"]));
    run(&home, "blacklist E-1 --lift --who buyer").ended_with(0);
    let lift = fields(&[("blacked", "0"), ("black_customer_type", "10")]);
    assert_eq!(updates(&server.requests()[3]), lift);
    assert_eq!(blacklisted(), json!(["delivery"]));
}

#[test]
fn failures_end_with_their_status_and_the_rest_goes_on() {
    let no_event = REFUSED.replace("更新できません。", "イベントIDが存在しません。");
    let html = |status| Answer::Http(status, "text/html", "<html></html>".into());
    let busy = Answer::busy(503);
    for (answer, code, status) in [
        (html(403), "credentials-rejected", 4),
        (xml(REFUSED.replace("でき", SECRET)), "refused", 5),
        (html(200), "unexpected-answer", 5),
        (busy, "busy", 6),
        (xml(no_event), "not-found", 5),
    ] {
        let server = Server::new(move |_, _| answer.clone());
        let home = home(&url(&server));
        let ran = run(&home, "delete E-1");
        ran.ended_with(status);
        assert_eq!(ran.json()[0]["error"]["code"], code, "{ran:#?}");
        assert_eq!(ran.error()["code"], code);
        ran.never_says(&[SECRET]);
        let kept = home.shown("events show E-1")["deleted"].clone();
        assert_eq!(kept, Value::Null, "nothing is kept of it");
        // It was sent all the same, and the log has how that ended.
        assert_eq!(ran.json()[0]["sent"], true, "{ran:#?}");
        let is_known = ["credentials-rejected", "refused", "not-found"].contains(&code);
        let entry = home.run("--format json log").json()[0].clone();
        let ended = ["event.unknown", "event.failed"][usize::from(is_known)];
        assert_eq!(entry["action"], ended);
        let detail = json!({"event_id": "E-1", "deleted": "1", "error": code});
        assert_eq!(entry["detail"], detail);
    }
    // An order without an event: nothing is sent.
    let server = Server::new(|request, _| {
        xml(match request.body.contains("E-2") {
            true => REFUSED,
            false => DONE,
        })
    });
    let home = home(&url(&server));
    for number in ["a000000004", "zzz1"] {
        let ran = run(&home, &["delete", number]);
        assert_eq!(ran.ended_with(3).error()["code"], "not-found");
    }
    assert_eq!(server.count(), 0);
    let ran = run(&home, "delete a000000004 E-2 E-1");
    ran.ended_with(8).says(&["1 event(s) changed", "2 failed"]);
    let rows = ran.rows("json");
    let sent: Vec<_> = rows.iter().map(|row| row["sent"] == true).collect();
    assert_eq!(sent, [false, true, true]);
}

/// What the store knows to be so is not sent; after an update that may have been taken it knows
/// nothing of that.
#[test]
fn after_an_outcome_that_is_unknown_the_old_value_is_sent_again() {
    let other = DONE.replace("<id/>", "<id>OTHER</id>");
    let html = Answer::Http(200, "text/html", "<html></html>".into());
    let no_answer: Vec<_> = [Answer::busy(500), html, xml(other)].into();
    let calls = [
        ("settle E-1 --status 20", "settle E-1 --status 99"),
        ("review E-1 --result ok", "review E-1 --result ng"),
        ("review E-1 --memo a", "review E-1 --memo b"),
        ("delete E-1", "restore E-1"),
        (
            "blacklist E-1 --add --payment 04 --who buyer",
            "blacklist E-1 --lift --who buyer",
        ),
    ];
    let now = Arc::new(Mutex::new(xml(DONE)));
    let answer = now.clone();
    let server = Server::new(move |_, _| answer.lock().unwrap().clone());
    let home = home(&url(&server));
    let sent = |call: &str| run(&home, call).json()[0]["sent"].clone();
    for ((old, new), bad) in calls.into_iter().zip(no_answer.iter().cycle()) {
        assert_eq!((sent(old), sent(old)), (json!(true), json!(false)), "{old}");
        // A refusal is known: the old value holds.
        *now.lock().unwrap() = xml(REFUSED);
        run(&home, new).ended_with(5);
        assert_eq!(sent(old), false, "{old}");
        *now.lock().unwrap() = bad.clone();
        let status = if matches!(bad, Answer::With(..)) {
            6
        } else {
            5
        };
        run(&home, new).ended_with(status);
        *now.lock().unwrap() = xml(DONE);
        assert_eq!((sent(old), sent(old)), (json!(true), json!(false)), "{old}");
    }
}

#[test]
fn after_a_kill_the_log_has_what_was_sent_and_a_pull_says_how_it_is() {
    let server = Server::new(|request, _| match request.line.starts_with("GET") {
        true => xml(event("E-1", "OK", "")),
        false if request.body.contains("maResult=20") => Answer::Hang,
        false => xml(DONE),
    });
    let home = home(&url(&server));
    run(&home, "review E-1 --result ok").ended_with(0);
    let kill = || {
        let place = server.count();
        let mut live = Live::start(home.command("events review E-1 --result ng --yes"));
        server.wait_for(place + 1);
        live.child.kill().unwrap();
        live.end();
    };
    kill();
    let last = home.run("--format json log").json()[0].clone();
    has(
        &last,
        json!({"action": "event.sent", "subject": "a000000001"}),
    );
    assert_eq!(last["detail"]["maResult"], "20");
    let back = || run(&home, "review E-1 --result ok").json()[0]["sent"].clone();
    assert_eq!((back(), back()), (json!(true), json!(false)));
    // What a pull brings is known.
    kill();
    home.run("pull events E-1").ended_with(0);
    assert_eq!(back(), false);
}

#[test]
fn a_file_names_events_and_what_becomes_of_them() {
    let server = Server::new(|_, _| xml(DONE));
    let home = home(&url(&server));
    let from_file = |action: &str, name: &str, text: &str| {
        home.put(name, text);
        run(&home, &format!("{action} --from-file {name}"))
    };
    let rows = "a000000001,OK,\na000000002,NG,\"不正, 確定\"\n";
    let text = format!("加盟店管理ID,目視審査結果,目視審査メモ\n{rows}");
    from_file("review", "day.csv", &text).ended_with(0);
    // The flag stands for rows without a value.
    let text = "event_id,settle_status\nE-1,chargeback\nE-2,\n";
    from_file("settle --status paid", "paid.csv", text).ended_with(0);
    // In any form that `import` reads, and in its words.
    let text = r#"{"number": "a000000001", "result": "ホールド"}"#;
    from_file("review", "day.json", text).ended_with(0);
    let sent: Vec<_> = server.requests().iter().map(updates).collect();
    let expected = [
        fields(&[("maResult", "10")]),
        fields(&[("maResult", "20"), ("memo", "不正, 確定")]),
        fields(&[("settle_status", "60")]),
        fields(&[("settle_status", "20")]),
        fields(&[("maResult", "30")]),
    ];
    assert_eq!(sent, expected);
    // All that is wrong with a file is told at once, and nothing is sent.
    let text = "event_id,result\nE-1,perhaps\nE-2,ok\nE-3,\n";
    let ran = from_file("review", "bad.csv", text);
    ran.ended_with(2)
        .says(&["bad.csv: line 2: column `result`: ", "bad.csv: line 4: "]);
    assert!(ran.error()["hint"].is_string(), "{ran:#?}");
    from_file(
        "review",
        "twice.csv",
        "event_id,result\nE-1,ok\nE-2,ok\nE-1,ng\n",
    )
    .ended_with(2)
    .says(&["twice.csv: line 4: "]);
    from_file("review", "none.csv", "result\nok\n").ended_with(2);
    // A row without an event hides none of the others.
    let text = "event_id,result\n,ok\nE-1,perhaps\n,perhaps\nE-2\n";
    from_file("review", "all.csv", text)
        .ended_with(2)
        .says(&["all.csv: line 2: ", "line 3: column `result`: "])
        .says(&[
            "line 4: no event ID",
            "line 4: column `result`: ",
            "line 5: ",
        ]);
    // A number beside the ID has to be the event's.
    let text = "event_id,number,result\nE-1,a000000002,ok\nE-2,a000000004,ok\n";
    from_file("review", "others.csv", text)
        .ended_with(2)
        .says(&[
            "others.csv: line 2: event E-1 is that of number a000000001, not of a000000002",
            "others.csv: line 3: ",
        ]);
    assert_eq!(server.count(), 5);
    let text = "event_id,number,foo,settle_status,memo\nE-1,a000000001,x,20,seen\n";
    from_file("review", "own.csv", text)
        .ended_with(0)
        .says(&["columns passed over: `foo`, `settle_status`"]);
    assert_eq!(server.count(), 6);
}

/// Every code is found by number and by name in `domain/review.rs`.
#[test]
fn the_sandbox_does_what_it_is_told_and_says_so_when_it_is_pulled() {
    let home = Home::new();
    let sandbox = Running::start(&home, &[]);
    sandbox.configure(&home);
    let order = with(order("a905125d2a"), "/billing_address/tel03", json!("6383"));
    let (_, screened) = home.screen(&order, &[]);
    assert_eq!(screened["result"], "REVIEW");
    home.imported(
        "orders",
        "number,created_at,result\na905125d2a,2026-11-20 10:15:00,REVIEW\n",
    );
    let pull = || home.shown("pull events a905125d2a")[0].clone();
    let first = pull();
    assert_eq!(first["event_id"], screened["event_id"]);
    let changed = first["changes"].as_array().unwrap().iter();
    let changed: Vec<_> = changed.map(|change| &change["field"]).collect();
    assert_eq!(changed, ["deadline", "score"], "{first}");
    home.run("pull events").shows(&["a905125d2a   -  "]);
    for call in [
        "review a905125d2a --result hold",
        "review a905125d2a --result 20",
        "review a905125d2a --result OK",
        "settle a905125d2a --status chargeback",
        "settle a905125d2a --status 入金済み",
        "blacklist a905125d2a --add --payment 01 --other 80 --who both",
        "blacklist a905125d2a --lift --who both",
        "delete a905125d2a",
        "restore a905125d2a",
    ] {
        run(&home, call).ended_with(0);
    }
    // O-PLUX says the same as the store by now: OK, where ecforce shows REVIEW.
    has(&pull(), json!({"changes": [], "drift": "manual-changed"}));
    let kept = json!({"settle_status": "20", "deleted": false, "blacklisted": []});
    has(&home.shown("events show a905125d2a"), kept);
    // Told to fail, it fails.
    let failing = Running::start(&home, &["--fail", "403"]);
    failing.configure(&home);
    run(&home, "delete a905125d2a").ended_with(4);
}
