//! `oplux sandbox --profile NAME --ecforce`: the profile that it writes, and the shop that it
//! plays, pulled and reconciled.

use serde_json::Value;

use crate::support::{Home, mode, order, sandbox::Running};

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
