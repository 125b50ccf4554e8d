//! `oplux sandbox --ecforce`: the shop that it plays, pulled and reconciled.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use crate::support::{Home, sandbox::Running};

/// Its configuration is written by the sandbox itself.
#[test]
fn the_shop_of_the_sandbox_is_pulled_and_reconciled() {
    let home = Home::new();
    home.config("this is another shop's");
    let profile = ["--profile", "rehearsal", "--format", "json"];
    let sandbox = Running::start(&home, &[&profile[..], &["--ecforce"]].concat());
    let folder = ".config/oplux/rehearsal";
    for file in ["toml", "secret-key", "ecforce-token"] {
        let path = home.path(&format!("{folder}.{file}"));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let text = home.read(&format!("{folder}.toml"));
    assert!(!text.contains("sandbox-secret-key") && !text.contains("sandbox-token"));
    let home = home.with_env("OPLUX_CONFIG", &format!("{folder}.toml"));
    home.run("config check").ended_with(0);
    home.run("pull methods --check").ended_with(0);
    home.run("--format json doctor --online").ended_with(0);
    let args = ["--since-last", "--from", "2020-01-01"];
    let pull =
        |more: &[&str]| home.run(&[&["pull", "orders", "--rate", "1000/s"][..], more].concat());
    pull(&args).ended_with(0).says(&["300 new"]);
    pull(&args).ended_with(0).says(&["0 new, 0 changed"]);
    // Before its events are there, nothing is certain; with them only thanks offers are missing.
    let rows = |home: &Home| home.run("--format json reconcile").json();
    let of = |rows: &Value, status: &str| {
        let rows = rows.as_array().unwrap().iter();
        rows.filter(|row| row["status"] == status).count()
    };
    assert!(of(&rows(&home), "unknown") > 100);
    let url = sandbox.lines.split_once("base_url = \"http://").unwrap().1;
    let address = url.split_once('"').unwrap().0;
    let csv = get(address, "/events.csv");
    home.write("events.csv", &csv);
    home.run("import events events.csv").ended_with(0);
    let after = rows(&home);
    assert_eq!(of(&after, "unknown"), 0);
    assert!(of(&after, "direct") > 100);
    let missing: Vec<_> = after
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["status"] == "missing")
        .collect();
    assert!(missing.len() > 5);
    for row in &missing {
        assert!(row["suggested_number"].is_string(), "{row}");
    }
    let drifted = after.as_array().unwrap().iter();
    let drifted = drifted.filter(|row| row["drift"] == "manual-changed");
    assert!(drifted.count() > 0);
    // One of them, traced: the event of the first payment is the nearest suggestion.
    let number = missing[0]["number"].as_str().unwrap();
    let traced = home.run(&["--format", "json", "trace", number]).json();
    assert_eq!(traced["verdict"], "not-found");
    // Its events are those of its O-PLUX.
    home.run("pull events --since 2020-01-01 --rate 1000/s")
        .ended_with(0);
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
