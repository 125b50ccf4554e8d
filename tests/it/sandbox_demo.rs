//! `oplux sandbox` and `oplux demo` as their users run them.
#![allow(
    clippy::disallowed_methods,
    reason = "how long an answer took is what is asked"
)]

use std::{
    io::Read,
    process::Command,
    time::{Duration, Instant},
};

use crate::support::{
    Home, Ran, finish, has, is_japanese, order, sandbox::Running, set_mode, with,
};
use serde_json::{Value, json};

#[test]
fn the_lines_of_the_sandbox_are_a_configuration_that_screens() {
    let home = Home::new();
    let sandbox = Running::start(&home, &[]);
    sandbox.configure(&home);
    home.run("config check").ended_with(0);
    home.run("doctor").ended_with(0);
    // By the last digit of the telephone number.
    for (digit, result) in ["OK", "NG", "HOLD", "REVIEW", "OK"].iter().enumerate() {
        let order = order(&format!("order-{digit}"));
        let order = with(
            order,
            "/billing_address/tel03",
            json!(format!("638{digit}")),
        );
        let (ran, shown) = home.screen(&order, &[]);
        ran.ended_with(0);
        assert_eq!(shown["result"], *result, "{digit}");
        let reasons = shown["reasons"].to_string();
        assert_eq!(reasons.contains("TEST_OKTEL"), digit == 0, "{reasons}");
    }
    // Again: a new event for the same number.
    let (_, first) = home.screen(&order("order-0"), &[]);
    let (_, second) = home.screen(&order("order-0"), &["--rescreen"]);
    assert_eq!(first["reused"], true);
    assert_ne!(first["event_id"], second["event_id"]);
    // It checks the signature as the real one would.
    home.write("order.json", &order("order-x").to_string());
    home.run_env(&[("OPLUX_SECRET_KEY", "wrong")], "screen order.json")
        .ended_with(4);
}

#[test]
fn the_sandbox_ends_at_a_signal_and_leaves_nothing() {
    for (signal, format) in [("INT", "json"), ("TERM", "table")] {
        let home = Home::new();
        let mut sandbox = Running::start(&home, &["--format", format]);
        assert!(
            sandbox.lines.contains("http://127.0.0.1:"),
            "{}",
            sandbox.lines
        );
        assert_eq!(sandbox.end(signal), Some(130), "{signal}");
        assert!(home.files().is_empty());
    }
}

#[test]
fn the_sandbox_is_on_loopback_only() {
    let home = Home::new();
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0", "8.8.8.8:80"] {
        for lang in ["en", "ja"] {
            let ran = home.run(&format!("--lang {lang} sandbox --listen {address}"));
            ran.ended_with(2).says(&[address, "127.0.0.1"]);
            assert_eq!(is_japanese(&ran.stderr), lang == "ja");
        }
    }
    // An address that is taken.
    let sandbox = Running::start(&home, &[]);
    let (_, url) = sandbox
        .lines
        .split_once("register_url = \"http://")
        .unwrap();
    let address = url.split('/').next().unwrap();
    let ran = home.run(&format!("sandbox --listen {address}"));
    ran.ended_with(2).says(&[address]);
}

#[test]
fn every_answer_takes_as_long_as_is_asked_for() {
    // The name API is not asked, so that one answer is waited for.
    let home_of = |sandbox: &Running| {
        let home = Home::new();
        sandbox.configure(&home);
        home.reconfigure("name_url", "# name_url");
        home
    };
    let host = Home::new();
    let sandbox = Running::start(&host, &["--latency", "700ms"]);
    let home = home_of(&sandbox);
    let started = Instant::now();
    home.screen(&order("a905125d2a"), &[]).0.ended_with(0);
    assert!(started.elapsed() >= Duration::from_millis(700));
    // One second is what the shop waits: the answer comes too late, and the outcome is unknown.
    let slow = Running::start(&host, &["--latency", "30s"]);
    let home = home_of(&slow);
    home.run("config set oplux.timeout_seconds 1").ended_with(0);
    home.screen(&order("b1c2d3e4f5"), &[]).0.ended_with(6);
}

/// Where a demonstration runs: a home and a folder for temporary files, both empty.
struct Stage {
    home: Home,
    temporary: Home,
}

impl Stage {
    fn new() -> Self {
        Self {
            home: Home::new(),
            temporary: Home::new(),
        }
    }

    fn command(&self, call: &str) -> Command {
        let mut command = self.home.command(call);
        command.env("TMPDIR", self.temporary.path(""));
        command
    }

    fn run(&self, call: &str) -> Ran {
        finish(self.command(call), "")
    }

    #[track_caller]
    fn is_empty(&self) {
        assert_eq!(self.home.files(), Vec::<String>::new());
        assert_eq!(self.temporary.files(), Vec::<String>::new());
    }
}

/// Every result, and every cause of DOMAIN.md.
const SHOWN: [(&str, &str); 3] = [
    ("result", "OK NG HOLD REVIEW"),
    ("disposition", "create redirect"),
    (
        "cause",
        "oplux-disabled subscription-order admin-order csv-order thanks-offer-payment \
         method-unknown method-disabled existing-customer",
    ),
];

/// Every field of CONTRACT.md's object.
const FIELDS: &str = "number screened cause screened_as event_id result reasons rule_group \
                      disposition redirect_url forced reused error";

#[test]
fn the_demo_shows_every_result_and_cause_and_leaves_nothing_behind() {
    let stage = Stage::new();
    let rows = stage.run("--format json demo").rows("json");
    for (field, values) in SHOWN {
        for value in values.split(' ') {
            assert!(
                rows.iter().any(|row| row[field] == value),
                "{field} {value}"
            );
        }
    }
    for row in &rows {
        for field in FIELDS.split(' ') {
            assert!(row.get(field).is_some(), "{field} in {row}");
        }
        assert_eq!(row["error"], Value::Null);
        let redirects = row["disposition"] == "redirect";
        assert_eq!(redirects, row["redirect_url"].is_string());
        // R10: created by force.
        assert!(!redirects || row["forced"] == false);
    }
    assert!(rows.iter().any(|row| row["forced"] == true));
    // R9: the second payment stands under the number of the first, and has its event.
    let is_later = |row: &&Value| row["cause"] == "thanks-offer-payment";
    let later = rows.iter().find(is_later).unwrap();
    let first = rows
        .iter()
        .find(|row| row["number"] == later["screened_as"]);
    let expected =
        json!({"event_id": later["event_id"], "result": later["result"], "screened": true});
    has(first.unwrap(), expected);
    // The same as a list.
    assert_eq!(
        stage.run("--format jsonl demo").rows("jsonl").len(),
        rows.len()
    );
    stage
        .run("--format csv demo")
        .shows(&["number,screened,cause", "thanks-offer-payment"]);
    stage.is_empty();
}

/// What the demo shows of a traced number: from its call to the next one, without the blanks, which
/// stand wherever a line was full.
#[track_caller]
fn traced(shown: &str, number: &str) -> String {
    let call = format!("$ oplux trace {number}\n");
    let from = shown
        .find(&call)
        .unwrap_or_else(|| panic!("{call} in {shown}"));
    let rest = &shown[from + call.len()..];
    without_blanks(&rest[..rest.find("$ oplux").unwrap_or(rest.len())])
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn the_demo_answers_what_support_asks_in_both_languages() {
    let stage = Stage::new();
    let (en, ja) = (stage.run("demo"), stage.run("--lang ja demo"));
    en.ended_with(0)
        .shows(&["redirected", "force", "oplux config init"]);
    ja.ended_with(0).shows(&[
        "受注番号",
        "強制的に作成",
        "サンクスオファー",
        "リダイレクト",
        "審査対象外",
    ]);
    let said = ja.stdout.replace("oplux import orders", "");
    assert!(!said.contains("order"), "{said}");
    for (ran, number, expected) in [
        // R13: the event of the thanks offer's payment stands under the first one's number.
        (
            &en,
            "b1c2d3e4f5",
            &["b1c2d3e4f5 is the thanks-offer payment of a905125d2a"][..],
        ),
        (
            &ja,
            "b1c2d3e4f5",
            &["b1c2d3e4f5 は a905125d2a のサンクスオファーの決済です。"],
        ),
        // R14: changed by hand in O-PLUX, and not in ecforce.
        (
            &en,
            "c58f2b61aa",
            &["REVIEW, changed to OK by hand", "goes on showing REVIEW"],
        ),
        (
            &ja,
            "c58f2b61aa",
            &["REVIEW(目視審査でOKに変更)", "目視審査結果がOKに変更"],
        ),
        // ecforce shows a result, and O-PLUX has no event: why, and what next.
        (
            &en,
            "e6a40d71f8",
            &[
                "bought through a thanks offer, so its event stands under the first payment's number, likely d07c3be914",
                "there are events of that day",
                "oplux import payments",
            ],
        ),
        (
            &ja,
            "e6a40d71f8",
            &[
                "d07c3be914 の可能性が高い",
                "「受注管理 > 詳細 > 決済履歴」",
                "--history",
            ],
        ),
    ] {
        let told = traced(&ran.stdout, number);
        for words in expected {
            assert!(told.contains(&without_blanks(words)), "{words}: {told}");
        }
    }
    for (ran, mark) in [(&en, "REVIEW (search for it)"), (&ja, "REVIEW(これで検索)")] {
        let marked: Vec<_> = ran
            .stdout
            .lines()
            .filter(|line| line.contains(mark))
            .collect();
        assert_eq!(marked.len(), 1, "{marked:?}");
        assert!(marked[0].starts_with("a905125d2a"), "{marked:?}");
    }
    stage.is_empty();
}

#[test]
fn the_demo_does_not_look_at_the_users_configuration_or_store() {
    let stage = Stage::new();
    let home = &stage.home;
    home.config("this is no configuration");
    home.write(".local/share/oplux/default.db", "this is no store");
    let before = home.files();
    let env = [
        ("OPLUX_SECRET_KEY", "wrong"),
        ("OPLUX_CONFIG", "none"),
        ("OPLUX_STORE", "none"),
        ("HTTP_PROXY", "http://192.0.2.1:9"),
        ("http_proxy", "http://192.0.2.1:9"),
    ];
    home.run_env(&env, "demo").ended_with(0);
    assert_eq!(home.files(), before);
    assert_eq!(
        home.read(".local/share/oplux/default.db"),
        "this is no store"
    );
    home.run_homeless("demo").ended_with(0);
}

#[test]
fn the_demo_needs_no_folder_that_it_could_write_to_but_the_temporary_one() {
    let stage = Stage::new();
    let folder = stage.home.path("");
    set_mode(&folder, 0o555);
    let ran = stage.run("demo");
    set_mode(&folder, 0o700);
    ran.ended_with(0);
    stage.is_empty();
}

#[test]
fn a_demo_that_is_interrupted_leaves_nothing_behind() {
    for signal in ["INT", "TERM"] {
        let stage = Stage::new();
        let mut child = stage.command("demo").spawn().unwrap();
        // Once the temporary folder is there, or it has ended already.
        while stage.temporary.files().is_empty() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        if child.try_wait().unwrap().is_none() {
            crate::support::signal(&child, signal);
        }
        let status = child.wait().unwrap().code();
        assert!(matches!(status, Some(0 | 130)), "{signal} {status:?}");
        stage.is_empty();
    }
    // A reader that goes away is no reason to leave something either.
    let stage = Stage::new();
    let mut child = stage.command("demo").spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    child.wait().unwrap();
    assert_eq!(said, "");
    stage.is_empty();
}
