//! `oplux events review`, `settle`, `blacklist`, `delete` and `restore`: against a server that only
//! speaks WIRE.md, and against the sandbox.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    pull_events::xml,
    support::{
        Home, Ran, order,
        sandbox::Running,
        server::{Answer, Request, Server},
        with,
    },
};

const DONE: &str = "<response><time>3</time><result>10</result><errors/><id>E-1</id></response>";
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
    let home = Home::new();
    home.configure(
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

fn run(home: &Home, args: &[&str]) -> Ran {
    let first = [
        "--format", "json", "events", args[0], "--yes", "--rate", "1000/s",
    ];
    home.run(&[&first[..], &args[1..]].concat())
}

#[test]
fn a_review_is_sent_once_and_the_store_has_it() {
    let server = Server::new(|_, _| xml(DONE));
    let home = home(&url(&server));
    let memo = "電話で確認 & OK";
    let ran = run(
        &home,
        &["review", "a000000001", "--result", "ok", "--memo", memo],
    );
    ran.ended_with(0).says(&[
        "SP00EXAMPLE",
        "manual result: OK, memo: (10 characters)",
        "1 event(s) changed",
    ]);
    let row = ran.json()[0].clone();
    assert_eq!(row["event_id"], "E-1");
    assert_eq!(row["merchant_management_id"], "a000000001");
    assert_eq!(
        (&row["action"], &row["sent"]),
        (&json!("review"), &json!(true))
    );
    assert_eq!(row["request"]["request.update.maResult"], "10");
    assert_eq!(row["error"], Value::Null);
    let request = server.requests()[0].clone();
    assert!(request.line.starts_with("PUT /v1 "), "{}", request.line);
    assert_eq!(
        updates(&request),
        fields(&[("maResult", "10"), ("memo", memo)])
    );
    // R14: the difference shows, and what ecforce shows stays.
    let traced = home
        .run(&["--format", "json", "trace", "a000000001"])
        .json();
    assert_eq!(traced["drift"], "manual-changed");
    assert_eq!(traced["ecforce_result"], "REVIEW");
    // What is so already is not sent; of a review only what differs.
    let again = run(&home, &["review", "E-1", "--result", "OK", "--memo", memo]);
    again.ended_with(0);
    assert_eq!(again.json()[0]["sent"], false);
    assert_eq!(again.json()[0]["request"], Value::Null);
    assert_eq!(server.count(), 1);
    run(
        &home,
        &["review", "E-1", "--result", "ok", "--memo", "other"],
    )
    .ended_with(0);
    assert_eq!(updates(&server.requests()[1]), fields(&[("memo", "other")]));
    // The log has who, when and what; a memo's words are not in it.
    let log = home.run(&["--format", "json", "log"]);
    let entries = log.json();
    let entry = entries.as_array().unwrap().last().unwrap().clone();
    assert!(!log.stdout.contains("電話"), "{entry}");
    let is_review = |entry: &&Value| entry["action"] == "event.review";
    let review = entries.as_array().unwrap().iter().rfind(is_review).unwrap();
    assert_eq!(
        (&review["actor"], &review["subject"]),
        (&json!("tester"), &json!("a000000001"))
    );
    assert_eq!(review["detail"]["maResult"], "10");
}

#[test]
fn nothing_is_sent_unasked_and_a_dry_run_shows_the_fields() {
    let server = Server::new(|_, _| xml(DONE));
    let home = home(&url(&server));
    let args = [
        "--format",
        "json",
        "events",
        "review",
        "a000000001",
        "--result",
        "ng",
    ];
    let ran = home.run(&args);
    ran.ended_with(2).says(&["--yes", "--dry-run"]);
    let ran = home.run(&[&args[..], &["--dry-run"]].concat());
    ran.ended_with(0);
    let request = ran.json()[0]["request"].clone();
    assert_eq!(request["request.condition.event_id"], "E-1");
    assert_eq!(request["request.update.maResult"], "20");
    assert_eq!(request["request.shop_id"], "SP00EXAMPLE");
    assert_eq!(ran.json()[0]["sent"], false);
    assert!(!ran.stdout.contains("signiture") && !ran.stdout.contains("sandbox-secret-key"));
    let table = home.run(&["events", "delete", "E-1", "--dry-run"]);
    table
        .ended_with(0)
        .shows(&["\"request.update.deleted\": \"1\""]);
    assert_eq!(server.count(), 0);
    let shown = home
        .run(&["--format", "json", "events", "show", "E-1"])
        .json();
    assert_eq!(shown["manual_result"], Value::Null);
    // Nor is a store made of it.
    let id = format!("261120101500001{}", "F".repeat(32));
    let fresh = ["--store", "fresh.db", "events", "delete", &id];
    home.run(&fresh).ended_with(2).says(&["matching: take out"]);
    assert!(!home.path("fresh.db").exists());
    // A person confirms the words of the screens.
    let args = "--lang ja events blacklist E-1 E-2 --add --payment 02 --who buyer";
    let args: Vec<_> = args.split(' ').collect();
    let said = "ブラックリスト: 登録 (対象: 購入者, 区分: 02 カード不正利用)";
    home.run(&args).ended_with(2).says(&[said]);
    // Calls that are not usable.
    let long = "x".repeat(501);
    for args in [
        &["review", "E-1"][..],
        &["review", "E-1", "--result", "review"],
        &["review", "E-1", "--memo", &long],
        &["review", "--result", "ok"],
        &["settle", "E-1"],
        &["settle", "E-1", "--status", "77"],
        &["blacklist", "E-1", "--add", "--who", "buyer"],
        &["blacklist", "E-1", "--who", "buyer"],
        &[
            "blacklist",
            "E-1",
            "--lift",
            "--payment",
            "02",
            "--who",
            "buyer",
        ],
        &["blacklist", "E-1", "--lift"],
        &["delete", "鈴木 花子"],
    ] {
        run(&home, args).ended_with(2);
        let japanese = [&["--lang", "ja", "events"], args].concat();
        assert!(
            crate::support::is_japanese(&home.run(&japanese).stderr),
            "{args:?}"
        );
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn of_both_the_row_says_what_holds_now_and_the_same_call_sends_the_rest() {
    let server = Server::new(|_, place| xml(if place == 1 { REFUSED } else { DONE }));
    let home = home(&url(&server));
    let args = [
        "blacklist",
        "E-1",
        "--add",
        "--payment",
        "fraudulent-card",
        "--other",
        "70",
        "--who",
        "both",
    ];
    let ran = run(&home, &args);
    ran.ended_with(5);
    let row = ran.json()[0].clone();
    assert_eq!(
        (&row["sent"], &row["error"]["code"]),
        (&json!(true), &json!("refused"))
    );
    let message = row["error"]["message"].as_str().unwrap();
    assert!(message.contains("the buyer is on the blacklist now, the delivery address is not"));
    assert!(message.contains("更新できません。"), "{message}");
    assert_eq!(row["request"].as_array().unwrap().len(), 2);
    let shown = |home: &Home| {
        home.run(&["--format", "json", "events", "show", "E-1"])
            .json()["blacklisted"]
            .clone()
    };
    assert_eq!(shown(&home), json!(["buyer"]));
    // The same call sends what is left.
    run(&home, &args).ended_with(0);
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
    assert_eq!(shown(&home), json!(["buyer", "delivery"]));
    run(&home, &["blacklist", "E-1", "--lift", "--who", "buyer"]).ended_with(0);
    let lift = fields(&[("blacked", "0"), ("black_customer_type", "10")]);
    assert_eq!(updates(&server.requests()[3]), lift);
    assert_eq!(shown(&home), json!(["delivery"]));
}

#[test]
fn failures_end_with_their_status_and_the_rest_goes_on() {
    type Case = (fn() -> Answer, &'static str, i32);
    let cases: [Case; 5] = [
        (
            || Answer::Http(403, "text/html", "no".into()),
            "credentials-rejected",
            4,
        ),
        (|| xml(REFUSED), "refused", 5),
        (
            || Answer::Http(200, "text/html", "<html></html>".into()),
            "unexpected-answer",
            5,
        ),
        (
            || Answer::With(503, vec!["Retry-After: 0".into()], String::new()),
            "busy",
            6,
        ),
        (
            || xml(REFUSED.replace("更新できません。", "イベントIDが存在しません。")),
            "not-found",
            5,
        ),
    ];
    for (answer, code, status) in cases {
        let server = Server::new(move |_, _| answer());
        let home = home(&url(&server));
        let ran = run(&home, &["delete", "E-1"]);
        ran.ended_with(status);
        assert_eq!(ran.json()[0]["error"]["code"], code, "{ran:#?}");
        assert_eq!(ran.error()["code"], code);
        let shown = home
            .run(&["--format", "json", "events", "show", "E-1"])
            .json();
        assert_eq!(shown["deleted"], Value::Null, "nothing is kept of it");
        // It was sent all the same, and the log has how that ended.
        assert_eq!(ran.json()[0]["sent"], true, "{ran:#?}");
        let is_known = ["credentials-rejected", "refused", "not-found"].contains(&code);
        let entry = home.run(&["--format", "json", "log"]).json()[0].clone();
        let action = if is_known {
            "event.failed"
        } else {
            "event.unknown"
        };
        assert_eq!(entry["action"], action);
        let detail = json!({"event_id": "E-1", "deleted": "1", "error": code});
        assert_eq!(
            (&entry["subject"], &entry["detail"]),
            (&json!("a000000001"), &detail)
        );
    }
    // An order without an event: nothing is sent.
    let server = Server::new(|request, _| {
        xml(match request.body.contains("E-2") {
            true => REFUSED,
            false => DONE,
        })
    });
    let home = home(&url(&server));
    let ran = run(&home, &["delete", "a000000004"]);
    ran.ended_with(3);
    assert_eq!(ran.error()["code"], "not-found");
    run(&home, &["delete", "zzz1"]).ended_with(3);
    assert_eq!(server.count(), 0);
    let ran = run(&home, &["delete", "a000000004", "E-2", "E-1"]);
    ran.ended_with(8).says(&["1 event(s) changed", "2 failed"]);
    let rows = ran.json();
    let sent = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["sent"].clone());
    assert_eq!(
        sent.collect::<Vec<_>>(),
        [json!(false), json!(true), json!(true)]
    );
}

#[test]
fn a_file_names_events_and_what_becomes_of_them() {
    let server = Server::new(|_, _| xml(DONE));
    let home = home(&url(&server));
    home.write(
        "day.csv",
        "加盟店管理ID,目視審査結果,目視審査メモ\na000000001,OK,\na000000002,NG,\"不正, 確定\"\n",
    );
    run(&home, &["review", "--from-file", "day.csv"]).ended_with(0);
    let sent: Vec<_> = server.requests().iter().map(updates).collect();
    let expected = [
        fields(&[("maResult", "10")]),
        fields(&[("maResult", "20"), ("memo", "不正, 確定")]),
    ];
    assert_eq!(sent, expected);
    // The flag stands for rows without a value.
    home.write("paid.csv", "event_id,settle_status\nE-1,chargeback\nE-2,\n");
    run(
        &home,
        &["settle", "--from-file", "paid.csv", "--status", "paid"],
    )
    .ended_with(0);
    let sent: Vec<_> = server.requests()[2..].iter().map(updates).collect();
    let status = |code| fields(&[("settle_status", code)]);
    assert_eq!(sent, [status("60"), status("20")]);
    // In any form that `import` reads, and in its words.
    home.write(
        "day.json",
        r#"{"number": "a000000001", "result": "ホールド"}"#,
    );
    run(&home, &["review", "--from-file", "day.json"]).ended_with(0);
    assert_eq!(
        updates(&server.requests()[4]),
        fields(&[("maResult", "30")])
    );
    // All that is wrong with a file is told at once, and nothing is sent.
    home.write("bad.csv", "event_id,result\nE-1,perhaps\nE-2,ok\nE-3,\n");
    let ran = run(&home, &["review", "--from-file", "bad.csv"]);
    ran.ended_with(2)
        .says(&["bad.csv: line 2: column `result`: ", "bad.csv: line 4: "]);
    assert!(ran.error()["hint"].is_string(), "{ran:#?}");
    home.write("twice.csv", "event_id,result\nE-1,ok\nE-2,ok\nE-1,ng\n");
    run(&home, &["review", "--from-file", "twice.csv"])
        .ended_with(2)
        .says(&["twice.csv: line 4: "]);
    home.write("none.csv", "result\nok\n");
    run(&home, &["review", "--from-file", "none.csv"]).ended_with(2);
    assert_eq!(server.count(), 5);
}

#[test]
fn the_whole_round_works_with_every_code() {
    let home = Home::new();
    let sandbox = Running::start(&home, &[]);
    sandbox.configure(&home);
    let order = with(order("a905125d2a"), "/billing_address/tel03", json!("6383"));
    home.screen(&order, &[]).0.ended_with(0);
    home.write(
        "orders.csv",
        "number,created_at,result\na905125d2a,2026-11-20 10:15:00,REVIEW\n",
    );
    home.run(&["import", "orders.csv"]).ended_with(0);
    let pull = || home.run(&["--format", "json", "pull", "events", "a905125d2a"]);
    pull().ended_with(0);
    let number = "a905125d2a";
    for result in ["hold", "NG", "30", "20", "10"] {
        run(&home, &["review", number, "--result", result]).ended_with(0);
    }
    let statuses = "00 before-billing 10 billing 20 paid 30 overdue 40 collection 50 bad-debt \
         60 chargeback 99 cancelled 100 cancelled-after-sending 入金済み";
    for status in statuses.split(' ').filter(|status| !status.is_empty()) {
        run(&home, &["settle", number, "--status", status]).ended_with(0);
    }
    let payments = "01 unpaid 02 fraudulent-card 03 cod-refused 04 resale 05 point-exchange";
    for payment in payments.split(' ') {
        let args = [
            "blacklist",
            number,
            "--add",
            "--payment",
            payment,
            "--who",
            "both",
        ];
        run(&home, &args).ended_with(0);
    }
    let others = "10 overall 20 sample-abuse 30 abusive-claims 40 ticket-abuse 50 business-buyer \
         60 mobile-device 70 other 80 rental";
    for other in others.split(' ').filter(|other| !other.is_empty()) {
        let args = [
            "blacklist",
            number,
            "--add",
            "--payment",
            "02",
            "--other",
            other,
            "--who",
            "delivery",
        ];
        run(&home, &args).ended_with(0);
    }
    run(&home, &["blacklist", number, "--lift", "--who", "both"]).ended_with(0);
    run(&home, &["delete", number]).ended_with(0);
    run(&home, &["restore", number]).ended_with(0);
    // O-PLUX says the same as the store by now: OK, where ecforce shows REVIEW.
    let rows = pull().json();
    assert_eq!(rows[0]["changes"], json!([]));
    assert_eq!(rows[0]["drift"], "manual-changed");
    let shown = home
        .run(&["--format", "json", "events", "show", number])
        .json();
    assert_eq!(shown["settle_status"], "20");
    assert_eq!(
        (&shown["deleted"], &shown["blacklisted"]),
        (&json!(false), &json!([]))
    );
    // Told to fail, it fails.
    let failing = Running::start(&home, &["--fail", "403"]);
    failing.configure(&home);
    run(&home, &["delete", number]).ended_with(4);
}
