//! What a batch is read from: any mix of files and forms, checked whole before anything is sent,
//! read twice, and never held in memory.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
};

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
    // What cannot be read twice is held in memory, and goes to no disk.
    let files = home.files();
    assert!(files.iter().all(|name| !name.contains("tmp")), "{files:?}");
}

type Change = fn(&Path);

#[test]
fn a_file_that_is_changed_after_it_was_checked_is_told_of() {
    let changes: [(&str, Change); 4] = [
        ("written anew", |file| {
            fs::write(file, lines(numbers(1000..1400))).unwrap()
        }),
        ("cut off", |file| {
            fs::write(file, lines(numbers(0..200))).unwrap()
        }),
        ("longer", |file| {
            fs::write(file, lines(numbers(0..401))).unwrap()
        }),
        ("an order in it is another", |file| {
            let text = fs::read_to_string(file).unwrap();
            let (before, after) = text.split_at(text.rfind("n00390").unwrap());
            let after = after.replacen("\"total\":3980", "\"total\":3981", 1);
            fs::write(file, before.to_owned() + &after).unwrap();
        }),
    ];
    for (what, change) in changes {
        let home = Home::new();
        let file = home.write("batch.jsonl", &lines(numbers(0..400)));
        let original = fs::read(&file).unwrap();
        let server = Server::new(move |request, place| {
            if place == 0 {
                change(&file);
            }
            by_turns(request, place)
        });
        home.configure(&server.url(), "");
        let args = ["--format", "json", "screen", "--jobs", "1", "batch.jsonl"];
        let ran = home.run(&args);
        // Something was sent, so that it is not 2.
        ran.ended_with(1);
        let message = ran.error()["message"].as_str().unwrap().to_owned();
        assert!(
            message.contains("batch.jsonl") && message.contains("changed"),
            "{message}"
        );
        let rows = ran.rows("json");
        assert!(!rows.is_empty(), "{what}: what was done is shown");
        let shown = numbers_of(&rows);
        assert_eq!(
            shown,
            numbers(0..shown.len()),
            "{what}: only what was checked"
        );
        assert_eq!(
            server.numbers(),
            shown,
            "{what}: what is shown is all that was sent"
        );

        // With the file as it was, the same call goes on.
        fs::write(home.path("batch.jsonl"), original).unwrap();
        home.run(&args).ended_with(0);
        assert_eq!(times(&server).len(), 400);
        assert_eq!(server.count(), 400);
    }
}

/// The peak memory of a batch of so many orders that are not screened, in KiB.
#[cfg(target_os = "linux")]
fn peak_of(orders: usize) -> u64 {
    let home = Home::new();
    home.configure("http://127.0.0.1:9/", "");
    let order = with(order("NUMBER"), "/channel", json!("csv")).to_string();
    let rows = numbers(0..orders).into_iter();
    let rows = rows.map(|number| order.replace("NUMBER", &number) + "\n");
    home.write("batch.jsonl", &rows.collect::<String>());
    let args = ["--format", "jsonl", "screen", "batch.jsonl"];
    let mut command = home.command(&args);
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let mut shown = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut peak = 0;
    for (place, number) in numbers(0..orders).into_iter().enumerate() {
        let row: Value = serde_json::from_str(&shown.next().unwrap().unwrap()).unwrap();
        assert_eq!(
            (&row["number"], &row["cause"]),
            (&json!(number), &json!("csv-order"))
        );
        // While it runs, that is: the pipe holds the last few hundred rows when it has ended.
        if place % 100 == 0 {
            let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let now = line.map(|line| line.trim().trim_end_matches(" kB").parse().unwrap());
            peak = peak.max(now.unwrap_or(0));
        }
    }
    assert!(child.wait().unwrap().success());
    assert!(peak > 0);
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_input() {
    const FEW: usize = 500;
    const MANY: usize = 10_000;
    let (few, many) = thread::scope(|scope| {
        let few = scope.spawn(|| peak_of(FEW));
        (few.join().unwrap(), peak_of(MANY))
    });
    let bytes = (many.saturating_sub(few) * 1024) as usize;
    let each = bytes / (MANY - FEW);
    // An order has about 900 bytes as it is written, and several times that as it is read.
    assert!(each < 450, "{each} bytes an order: {few} and {many} KiB");
}
