//! What a batch is read from: any mix of files and forms, checked whole before anything is sent.

use std::{fs, process::Command, thread};

use crate::support::{
    Home,
    batch::{Live, by_turns, lines, numbers, numbers_of, times},
    order,
    server::Server,
    with,
};
use serde_json::{Value, json};

fn home_with(server: &Server) -> Home {
    let home = Home::new();
    home.configure(&server.url(), "");
    home
}

/// An array of orders of these numbers, laid out over many lines.
fn array(numbers: &[String]) -> String {
    let orders: Vec<_> = numbers.iter().map(|number| order(number)).collect();
    serde_json::to_string_pretty(&orders).unwrap()
}

#[test]
fn files_of_all_forms_and_standard_input_are_one_batch() {
    let server = Server::new(by_turns);
    let home = home_with(&server);
    let all = numbers(0..60);
    home.write("lines.jsonl", &lines(&all[..20]));
    home.write("array.json", &array(&all[20..35]));
    let one = serde_json::to_string_pretty(&order(&all[35])).unwrap();
    home.write("one.json", &format!("\u{feff}{one}"));
    home.write("none.json", "[]\n");
    // Arrays and lines in one file.
    let mixed = [array(&all[50..53]), lines(&all[53..57]), array(&all[57..])];
    home.write("mixed.json", &mixed.join("\n"));
    let files = [
        "lines.jsonl",
        "array.json",
        "one.json",
        "none.json",
        "-",
        "mixed.json",
    ];
    let stdin = lines(&all[36..50]);
    for sent in [60, 0] {
        let before = server.count();
        let args = [&["--format", "json", "screen", "--jobs", "8"], &files[..]].concat();
        let ran = home.run_with(&args, &stdin);
        ran.ended_with(0);
        let rows = ran.rows("json");
        assert_eq!(numbers_of(&rows), all);
        assert!(
            rows.iter().all(|row| row["reused"] == (sent == 0)),
            "{rows:?}"
        );
        assert_eq!(server.count() - before, sent);
    }
    assert!(times(&server).values().all(|times| *times == 1));
}

#[test]
fn one_bad_order_at_the_end_of_the_last_file_and_nothing_is_sent() {
    let server = Server::new(by_turns);
    let bad = [
        ("/total", json!(-1), "total"),
        ("/email", Value::Null, "email"),
        ("/card/bin", json!("4111111111111111"), "card.bin"),
        // Stands in the first file already.
        ("/number", json!("n00003"), "n00003"),
    ];
    for (pointer, value, path) in bad {
        let home = home_with(&server);
        home.write("first.jsonl", &lines(numbers(0..300)));
        home.write("second.json", &array(&numbers(300..320)));
        let last = with(order("n00330"), pointer, value).to_string();
        home.write("last.jsonl", &(lines(numbers(320..330)) + &last));
        let files = ["screen", "first.jsonl", "second.json", "last.jsonl"];
        let ran = home.run(&files);
        ran.ended_with(2).says(&["last.jsonl", "line 11", path]);
        assert!(!ran.stderr.contains("4111"), "{ran:?}");
        assert_eq!(ran.stdout, "");
        assert!(!home.store_path().exists(), "nothing is stored");
    }
    // A file that is cut off, and one that is not there.
    let home = home_with(&server);
    home.write("first.jsonl", &lines(numbers(0..3)));
    home.write("last.json", array(&numbers(3..6)).trim_end_matches(']'));
    for last in ["last.json", "missing.json"] {
        home.run(&["screen", "first.jsonl", last])
            .ended_with(2)
            .says(&[last]);
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn a_pipe_may_stand_for_a_file() {
    let server = Server::new(by_turns);
    let home = home_with(&server);
    home.write("first.jsonl", &lines(numbers(0..5)));
    let pipe = home.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    // More than a pipe holds: it has to be read while it is written.
    let writer = thread::spawn({
        let (pipe, text) = (pipe.clone(), lines(numbers(5..200)));
        move || fs::write(pipe, text)
    });
    let args = [
        "--format",
        "jsonl",
        "screen",
        "--jobs",
        "8",
        "first.jsonl",
        "pipe",
    ];
    let ran = Live::start(home.command(&args)).end();
    ran.ended_with(0);
    writer.join().unwrap().unwrap();
    assert_eq!(numbers_of(&ran.rows("jsonl")), numbers(0..200));
    assert_eq!(server.count(), 200);
    // Orders are held in memory, and go to no disk.
    let files = home.files();
    assert!(files.iter().all(|name| !name.contains("tmp")), "{files:?}");
}

#[test]
fn telephone_numbers_without_a_leading_zero_are_counted_where_they_are_sent() {
    let server = Server::new(by_turns);
    let home = home_with(&server);
    let spoilt = |number: &str, channel: &str| {
        let order = with(order(number), "/billing_address/tel01", json!("3"));
        with(order, "/channel", json!(channel)).to_string() + "\n"
    };
    let sent = lines(["a"]) + &spoilt("b", "lp") + &spoilt("c", "shop");
    home.write("batch.jsonl", &(sent + &spoilt("d", "csv")));
    let told = "telephone number of 2 order(s)";
    let ran = home.run("screen batch.jsonl --dry-run");
    ran.ended_with(0).says(&[told]);
    let ran = home.run("--lang ja screen batch.jsonl --dry-run");
    assert!(!ran.stderr.contains("送信します"), "{ran:?}");
    home.run("screen batch.jsonl").says(&[told]);
    // What is given back is not sent again.
    let ran = home.run("screen batch.jsonl");
    assert!(!ran.stderr.contains("telephone"), "{ran:?}");
}
