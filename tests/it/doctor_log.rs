//! `oplux doctor` and `oplux log` as their users run them.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, SystemTime},
};

use crate::support::{Home, SECRET, keys, order, server::Server, set_mode};
use serde_json::Value;

/// The checks of `doctor` by name: how each came out.
fn doctor(home: &Home, status: i32) -> BTreeMap<String, String> {
    let ran = home.run("--format json doctor");
    ran.ended_with(status).never_says(&[SECRET]);
    let rows = ran.rows("json");
    let mut checks = BTreeMap::new();
    for row in &rows {
        assert_eq!(keys(row), "check status message next_step");
        assert!(row["message"].is_string());
        // What is to be done is said.
        let is_problem = row["status"] == "problem";
        assert!(!is_problem || row["next_step"].is_string(), "{row}");
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        checks.insert(text("check"), text("status"));
    }
    assert_eq!(checks.len(), rows.len(), "one line a check");
    checks
}

/// What `doctor` finds, by name.
fn problems(home: &Home) -> String {
    let bad = doctor(home, 3)
        .into_iter()
        .filter(|(_, status)| status == "problem");
    bad.map(|(check, _)| check).collect::<Vec<_>>().join(" ")
}

fn ready() -> Home {
    Home::configured("https://api.example.com/v3", "")
}

#[test]
fn an_integration_that_is_ready_has_no_findings() {
    let home = ready();
    let checks = doctor(&home, 0);
    for check in "configuration enabled credentials addresses methods behaviours store".split(' ') {
        assert_eq!(checks[check], "ok", "{check}");
    }
    // R16: what only a person can see.
    assert_eq!(checks["menu"], "note");
    home.run("doctor")
        .ended_with(0)
        .shows(&["api.example.com", "アプリ管理", "ok"])
        .says(&["ready"]);
    home.run("--lang ja doctor").ended_with(0).shows(&[
        "O-PLUXを使用する",
        "認証情報",
        "支払い方法",
        "正常",
    ]);
    let lines = home.run("--format jsonl doctor");
    assert_eq!(lines.rows("jsonl").len(), checks.len());
    home.run("--format csv doctor")
        .shows(&["check,status,message,next_step"]);
    assert!(!home.store_path().exists(), "nothing is made");
}

#[test]
fn what_is_missing_is_found_each_in_its_check() {
    let home = Home::new();
    assert_eq!(problems(&home), "configuration");
    home.run("doctor").shows(&["oplux config init"]);
    assert!(home.files().is_empty());
    home.config("[[payment_methods]]\nid = 1\nname = \"x\"\noplux = true\n");
    assert_eq!(problems(&home), "account");
    for (was, now, check) in [
        // R3, R2, R4 and R6.
        ("enabled = true", "enabled = false", "enabled"),
        ("shop_id", "# shop_id", "credentials"),
        ("connection_id", "# connection_id", "credentials"),
        ("\nmodel_id", "\n# model_id", "credentials"),
        ("register_url", "# register_url", "addresses"),
        ("secret_key", "# secret_key", "credentials"),
        (
            "secret_key = \"sandbox-secret-key\"",
            "secret_key_file = \"none\"",
            "credentials",
        ),
        ("oplux = true", "oplux = false", "methods"),
        (
            "timeout_seconds = 5",
            "on_ng = { action = \"redirect\" }",
            "behaviours",
        ),
        (
            "timeout_seconds = 5",
            "timeout_seconds = 0",
            "configuration",
        ),
        (
            "[oplux]",
            "[ecforce]\nbase_url = \"https://shop.example.com\"\n\n[oplux]",
            "ecforce",
        ),
    ] {
        let home = ready();
        home.reconfigure(was, now);
        assert_eq!(problems(&home), check, "{now}");
    }
    // R1: no payment method at all.
    let home = ready();
    let text = home.config_text();
    home.config(text.split("\n[[").next().unwrap());
    assert_eq!(problems(&home), "methods");
    home.run("doctor").shows(&["=>"]);
    home.run("--lang ja doctor")
        .shows(&["要対応", "対応方法: "])
        .never_says(&["次の操作"]);
}

#[test]
fn files_that_others_can_read_are_found() {
    let home = ready();
    set_mode(home.config_path(), 0o644);
    assert_eq!(problems(&home), "configuration");
    let inline = format!("secret_key = \"{SECRET}\"");
    home.reconfigure(&inline, "secret_key_file = \"key\"");
    let key = home.write(".config/oplux/key", SECRET);
    doctor(&home, 0);
    set_mode(&key, 0o640);
    assert_eq!(problems(&home), "credentials");
    home.run("doctor").shows(&["chmod 600"]);
}

#[test]
fn the_store_is_looked_into() {
    let server = Server::always("OK");
    let home = Home::sending_to(&server);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(0);
    let checks = doctor(&home, 0);
    assert_eq!((&*checks["store"], &*checks["outcomes"]), ("ok", "ok"));
    set_mode(home.store_path(), 0o644);
    assert_eq!(problems(&home), "store");
    set_mode(home.store_path(), 0o600);
    doctor(&home, 0);
    let mut bytes = fs::read(home.store_path()).unwrap();
    bytes[8192..12288].fill(0x55);
    fs::write(home.store_path(), bytes).unwrap();
    assert_eq!(problems(&home), "store");
    let text = "this is no store, but long enough to be read as one\n".repeat(90);
    fs::write(home.store_path(), text).unwrap();
    assert_eq!(problems(&home), "store");
}

#[test]
fn an_outcome_that_is_unknown_is_a_finding() {
    let server = Server::status(500, "");
    let home = Home::sending_to(&server);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(6);
    assert_eq!(problems(&home), "outcomes");
    home.run("doctor").shows(&["a905125d2a", "--rescreen"]);
    assert_eq!(server.count(), 1, "doctor sends nothing");
}

#[test]
fn a_blank_within_a_credential_is_pointed_at() {
    let home = ready();
    let text = home.config_text();
    let with_secret =
        |secret: &str| text.replace(&format!("\"{SECRET}\""), &format!("\"{secret}\""));
    for (config, name) in [
        (with_secret(" KEY X"), "secret_key"),
        (text.replace("\"CRD_01\"", "\"CRD\u{a0}01\""), "model_id"),
    ] {
        home.config(&config);
        assert_eq!(doctor(&home, 0)["credentials"], "note");
        home.run("doctor").shows(&["blank", name, "oplux config"]);
        home.run("--lang ja doctor")
            .shows(&["空白", name, "oplux config"]);
    }
    home.config(&with_secret(" KEY\u{3000}"));
    assert_eq!(doctor(&home, 0)["credentials"], "ok");
}

#[test]
fn rejected_credentials_are_a_finding_until_an_answer_takes_them() {
    let (bad, good) = (Server::status(403, ""), Server::always("OK"));
    let home = Home::sending_to(&bad);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(4);
    assert_eq!(problems(&home), "last_answer");
    home.run("doctor")
        .shows(&["a905125d2a", "oplux config secret"])
        .never_says(&["the integration is ready\n"]);
    home.run("--lang ja doctor")
        .shows(&["認証情報が拒否されました"]);
    // Credentials that were changed since have not been tried.
    let changed = |at: SystemTime| {
        let config = fs::File::options().append(true).open(home.config_path());
        config.unwrap().set_modified(at).unwrap();
    };
    let written = || {
        fs::metadata(home.config_path())
            .unwrap()
            .modified()
            .unwrap()
    };
    let while_ago = Duration::from_secs(90);
    changed(written() + while_ago);
    doctor(&home, 0);
    home.configure(&good.url(), "");
    home.screen(&order("b905125d2a"), &[]).0.ended_with(0);
    changed(written() - while_ago);
    doctor(&home, 0);
}

#[test]
fn without_a_store_the_log_is_empty_and_none_is_made() {
    let home = Home::new();
    assert!(home.listed("log").is_empty());
    home.run("log").ended_with(0);
    let csv = home.run("--format csv log");
    assert_eq!(csv.stdout.trim_end(), "at,actor,action,subject,detail");
    // One that was named and is not there is a slip.
    home.run("--store x/y.db --profile p log").ended_with(7);
    // What the environment names is not what the profile is about.
    let env = [("OPLUX_CONFIG", "none.toml")];
    home.run_env(&env, "--profile p log")
        .ended_with(7)
        .says(&["p.db"]);
    home.run_env(&env, "log").ended_with(2).says(&["none.toml"]);
    home.run("--config none.toml log")
        .ended_with(2)
        .says(&["none.toml"]);
    assert!(home.files().is_empty());
}

#[test]
fn changes_and_screenings_are_logged_newest_first() {
    let server = Server::always("NG");
    let home = Home::sending_to(&server);
    home.run("config set oplux.timeout_seconds 9").ended_with(0);
    home.run("methods disable 2").ended_with(0);
    home.screen(&order("a905125d2a"), &[]).0.ended_with(0);
    home.run_with("config secret", "geheim").ended_with(0);
    let entries = home.listed("log");
    for entry in &entries {
        assert_eq!(keys(entry), "at actor action subject detail");
        assert_eq!(entry["actor"], "tester");
        let at = entry["at"].as_str().unwrap();
        assert!(at.len() == 25 && at.ends_with("+09:00"), "{at}");
    }
    let place = |part: &str| {
        let mut subjects = entries.iter().map(|entry| entry["subject"].to_string());
        subjects.position(|subject| subject.contains(part)).unwrap()
    };
    let changed = place("oplux.timeout_seconds");
    let places = [
        place("secret_key"),
        place("a905125d2a"),
        place("payment_methods"),
        changed,
    ];
    assert!(places.is_sorted_by(|one, next| one < next), "{entries:?}");
    // What was and what is now.
    let detail = entries[changed]["detail"].as_str().unwrap();
    assert!(detail.contains('5') && detail.contains('9'), "{detail}");
    // Neither secrets nor personal data (CONTRACT.md, Personal data).
    let table = home.run("log");
    table.ended_with(0).shows(&[&in_table(&entries[0])]);
    table.never_says(&[
        "geheim",
        SECRET,
        "鈴木",
        "hanako",
        "203.0.113.7",
        "5759",
        "411111",
        "1990",
    ]);
    home.run("--lang ja log").shows(&[
        "審査を送信",
        "O-PLUXの利用を「有効」から「無効」に変更しました。",
        "oplux.timeout_secondsを「5」から「9」に変更しました。",
        "認証情報を登録",
    ]);
    assert_eq!(home.run("--format jsonl log").rows("jsonl"), entries);
    home.run("--format csv log")
        .shows(&["at,actor,", entries[0]["at"].as_str().unwrap()]);
    // Looking is not logged, and what was logged stays as it was.
    home.run("methods enable 2").ended_with(0);
    let more = home.listed("log");
    assert_eq!(more[more.len() - entries.len()..], entries[..]);
}

/// The time of an entry as a table shows it.
fn in_table(entry: &Value) -> String {
    let at = entry["at"].as_str().unwrap();
    at[..19].replace('T', " ")
}

#[test]
fn the_log_is_narrowed_by_time_and_number() {
    let home = ready();
    for value in ["1", "2", "3"] {
        home.run(&format!("config set oplux.timeout_seconds {value}"))
            .ended_with(0);
    }
    let all = home.listed("log");
    assert_eq!(all.len(), 3);
    assert_eq!(home.listed("log --limit 2"), all[..2]);
    let (first, last) = (in_table(&all[2]), in_table(&all[0]));
    let (first_day, last_day) = (&first[..10], &last[..10]);
    let slashed = first.replace('-', "/");
    let rfc3339 = all[2]["at"].as_str().unwrap();
    for (flags, expected) in [
        // From included, to included, a bare date is that whole day.
        (&["--from", first_day, "--to", last_day][..], 3),
        (&["--from", &first, "--to", &last], 3),
        (&["--from", &slashed], 3),
        (&["--from", rfc3339], 3),
        (&["--from", "yesterday", "--to", "今日"], 3),
        (&["--to", "2d"], 0),
        (&["--from", "2999-01-01"], 0),
        (&["--to", "2001/1/1"], 0),
    ] {
        let found = home.listed(&[&["log"], flags].concat());
        assert_eq!(found.len(), expected, "{flags:?}");
    }
    for wrong in [
        "--from tomorrow",
        "--to 2026-02-30",
        "--limit x",
        "--limit=-1",
    ] {
        let flag = wrong.split([' ', '=']).next().unwrap();
        let ran = home.run(&format!("--lang ja log {wrong}"));
        ran.ended_with(2).says(&[flag]).never_says(&["invalid"]);
    }
}

/// Under cron no variable says who it is; and what a range leaves out is there all the same.
#[test]
fn without_a_name_the_log_has_the_account_and_an_empty_range_is_not_an_empty_log() {
    let home = Home::configured("http://127.0.0.1:9/v3", "");
    home.write("orders.csv", "number\na000000001\n");
    let mut import = home.command(&["import", "orders", "orders.csv"]);
    let done = import.env_remove("USER").output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{done:#?}");
    let actor = home.run(&["--format", "json", "log"]).json()[0]["actor"].clone();
    let is_account = actor.as_str().unwrap().starts_with("uid ");
    assert_eq!(is_account, cfg!(target_os = "linux"), "{actor}");
    home.run(&["log", "--from", "2099-01-01"])
        .ended_with(0)
        .says(&["no matching entries in the log"]);
}
