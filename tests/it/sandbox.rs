//! `oplux sandbox` and `oplux demo` as their users run them, and the shop that
//! `sandbox --profile NAME --ecforce` plays, pulled and reconciled.
#![allow(
    clippy::disallowed_methods,
    reason = "how long an answer took is what is asked"
)]

use std::{
    process::Command,
    time::{Duration, Instant},
};

use crate::support::{
    Home, Ran, ended, finish, is_japanese, mode, order, server::Running, set_mode, signal, with,
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
    let sandbox = Running::start(&host, &["--latency", "300ms"]);
    let home = home_of(&sandbox);
    let started = Instant::now();
    home.screen(&order("a905125d2a"), &[]).0.ended_with(0);
    assert!(started.elapsed() >= Duration::from_millis(300));
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

#[test]
fn the_demo_gives_programs_the_rows_of_its_screening_and_leaves_nothing_behind() {
    let stage = Stage::new();
    let ran = stage.run("--format json demo");
    let rows = ran.rows("json");
    let said = |field: &str, value: &str| rows.iter().any(|row| row[field] == value);
    for (field, values) in [
        ("result", "OK NG HOLD"),
        ("disposition", "create redirect"),
        (
            "cause",
            "subscription-order method-disabled existing-customer",
        ),
    ] {
        assert!(
            values.split(' ').all(|value| said(field, value)),
            "{rows:?}"
        );
    }
    // R10: created by force.
    assert!(rows.iter().any(|row| row["forced"] == true));
    assert_eq!(ran.stderr, "");
    stage
        .run("--format csv demo")
        .shows(&["number,screened,cause", "existing-customer"]);
    stage.is_empty();
}

#[test]
fn the_demo_tells_one_story_in_both_languages() {
    let stage = Stage::new();
    // It needs no folder that it could write to but the temporary one.
    let folder = stage.home.path("");
    set_mode(&folder, 0o555);
    let (en, ja) = (stage.run("demo"), stage.run("--lang ja demo"));
    set_mode(&folder, 0o700);
    // Each step shows what its user would type; a thanks offer is found under the first payment's
    // number (R13), and what a person decides at O-PLUX is not what ecforce shows (R14).
    en.ended_with(0).shows(&[
        "$ oplux pull orders --since-last --from 20",
        "pulled: 300 new, 0 changed, 0 unchanged; 0 failed",
        "$ oplux reconcile > reconcile.txt",
        "missing: 31",
        "1deb9b8760 is the thanks-offer payment of 6b740a21dd; search O-PLUX for 6b740a21dd",
        "$ oplux events review 7296dcbbeb --result ok --yes",
        "7296dcbbeb   Deadline        changed by hand",
        "redirected",
        "force-created",
        "oplux config init",
    ]);
    ja.ended_with(0).shows(&[
        "1deb9b8760 は 6b740a21dd のサンクスオファーの決済です。",
        "目視審査で変更",
        "リダイレクト",
        "強制的に作成",
        "審査対象外",
    ]);
    let commands = ["orders.", "pull orders", "import payments"];
    let said = commands
        .iter()
        .fold(ja.stdout.clone(), |text, command| text.replace(command, ""));
    assert!(!said.contains("order"), "{said}");
    for ran in [&en, &ja] {
        assert_eq!(ran.stderr, "");
        assert!(ran.stdout.lines().count() < 100, "{}", ran.stdout);
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
    let ran = home.run_env(&env, "--format jsonl demo");
    assert!(!ran.ended_with(0).rows("jsonl").is_empty());
    assert_eq!(home.files(), before);
    assert_eq!(
        home.read(".local/share/oplux/default.db"),
        "this is no store"
    );
    home.run_homeless("demo").ended_with(0);
}

#[test]
fn a_demo_that_is_interrupted_leaves_nothing_behind() {
    for name in ["INT", "TERM"] {
        let stage = Stage::new();
        let mut child = stage.command("demo").spawn().unwrap();
        // Once the temporary folder is there, or it has ended already.
        while stage.temporary.files().is_empty() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        if child.try_wait().unwrap().is_none() {
            signal(&child, name);
        }
        let status = child.wait().unwrap().code();
        assert!(matches!(status, Some(0 | 130)), "{name} {status:?}");
        stage.is_empty();
    }
    // A reader that goes away is no reason to leave something either.
    let stage = Stage::new();
    let mut child = stage.command("demo").spawn().unwrap();
    drop(child.stdout.take());
    ended(child).silent();
    stage.is_empty();
}

const PROFILE: [&str; 4] = ["--profile", "rehearsal", "--format", "json"];
const FOLDER: &str = ".config/oplux";

#[test]
fn the_sandbox_writes_the_profile_of_a_shop_that_is_pulled_and_reconciled() {
    let home = Home::new();
    home.config("this is another shop's");
    let sandbox = Running::start(&home, &[&PROFILE[..], &["--ecforce"]].concat());
    for file in ["toml", "secret-key", "ecforce-token"] {
        let path = home.path(&format!("{FOLDER}/rehearsal.{file}"));
        assert_eq!(mode(path), 0o600, "{file}");
    }
    let text = home.read(&format!("{FOLDER}/rehearsal.toml"));
    assert!(!text.contains("sandbox-secret-key") && !text.contains("sandbox-token"));
    let run = |call: &str| home.run(&format!("--profile rehearsal {call}"));
    run("config check").ended_with(0);
    run("pull methods --check").ended_with(0);
    run("--format json doctor --online").ended_with(0);
    let pull = "pull orders --rate 1000/s --since-last --from 2020-01-01";
    run(pull).ended_with(0).says(&["300 new"]);
    run(pull).ended_with(0).says(&["0 new, 0 changed"]);
    // Before its events are there, nothing is certain; with them only thanks offers are missing.
    let rows = || home.listed("--profile rehearsal reconcile");
    let of = |rows: &[Value], field: &str, value: &str| -> Vec<Value> {
        let rows = rows.iter().filter(|row| row[field] == value);
        rows.cloned().collect()
    };
    assert!(of(&rows(), "status", "unknown").len() > 100);
    let (_, url) = sandbox.lines.split_once("\"http://").unwrap();
    let (address, _) = url.split_once('/').unwrap();
    home.write("events.csv", &get(address, "/events.csv"));
    run("import events events.csv").ended_with(0);
    let after = rows();
    assert_eq!(of(&after, "status", "unknown").len(), 0);
    assert!(of(&after, "status", "direct").len() > 100);
    let missing = of(&after, "status", "missing");
    assert!(missing.len() > 5);
    for row in &missing {
        assert!(row["suggested_number"].is_string(), "{row}");
    }
    assert!(!of(&after, "drift", "manual-changed").is_empty());
    // Its events are those of its O-PLUX.
    run("pull events --since 2020-01-01 --rate 1000/s").ended_with(0);
}

#[test]
fn a_profile_that_is_there_is_served_or_refused_and_never_overwritten() {
    let home = Home::new();
    let start = || Running::start(&home, &PROFILE);
    let text = || home.read(&format!("{FOLDER}/rehearsal.toml"));
    let mut sandbox = start();
    let lines = sandbox.lines.clone();
    sandbox.end("INT");
    home.write(
        &format!("{FOLDER}/rehearsal.toml"),
        &format!("# mine\n{}", text()),
    );
    let before = text();
    // On the port that it has.
    let command = home.command(&[&PROFILE[..], &["sandbox"]].concat());
    let sandbox = Running::of(command);
    assert_eq!(sandbox.lines, lines);
    home.write("order.json", &order("a905125d2a").to_string());
    home.run("--profile rehearsal screen order.json")
        .ended_with(0);
    for (call, said) in [
        (
            "--profile rehearsal sandbox --listen 127.0.0.1:1",
            "127.0.0.1:",
        ),
        ("--profile rehearsal sandbox --ecforce", "127.0.0.1:"),
        ("--profile shop sandbox", "shop.toml"),
        ("--profile gone sandbox", "gone.secret-key"),
    ] {
        let shop = "[oplux]\nshop_id = \"SP00OTHER\"\nregister_url = \"https://oplux.example/\"\n";
        home.write(&format!("{FOLDER}/shop.toml"), shop);
        home.write(&format!("{FOLDER}/gone.secret-key"), "a real one");
        let files = home.files();
        home.run(call).ended_with(2).says(&[said, "choose another"]);
        assert_eq!(home.files(), files, "{call}");
        assert_eq!(home.read(&format!("{FOLDER}/shop.toml")), shop);
    }
    assert_eq!(text(), before);
}

/// The body of a GET, by hand.
fn get(address: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}
