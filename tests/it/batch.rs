//! A batch of `screen`: it is read whole from any mix of files and forms, its results come in the
//! order of the input as soon as they can, and no more requests are in flight, or sent a second,
//! than was asked for.
#![allow(
    clippy::disallowed_methods,
    reason = "how long a batch takes at least is measured"
)]

use std::{
    fs,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    batch::{
        Gate, Live, TOO_LONG, by_turns, home_with, lines, numbers, numbers_of, reused, sent_once,
        start,
    },
    mkfifo, order,
    server::{Answer, Server},
    with,
};
use serde_json::{Value, json};

/// An array of orders of these numbers, laid out over many lines.
fn array(numbers: &[String]) -> String {
    let orders: Vec<_> = numbers.iter().map(|number| order(number)).collect();
    serde_json::to_string_pretty(&orders).unwrap()
}

#[test]
fn files_of_all_forms_and_standard_input_are_one_batch() {
    let server = Server::new(by_turns);
    let home = home_with(&server, "");
    let all = numbers(0..60);
    home.write("lines.jsonl", &lines(&all[..20]));
    home.write("array.json", &array(&all[20..35]));
    let one = serde_json::to_string_pretty(&order(&all[35])).unwrap();
    home.write("one.json", &format!("\u{feff}{one}"));
    home.write("none.json", "[]\n");
    // Arrays and lines in one file.
    let mixed = [array(&all[50..53]), lines(&all[53..57]), array(&all[57..])];
    home.write("mixed.json", &mixed.join("\n"));
    let stdin = lines(&all[36..50]);
    for sent in [60, 0] {
        let before = server.count();
        let files = "lines.jsonl array.json one.json none.json - mixed.json";
        let ran = home.run_with(&format!("--format json screen --jobs 8 {files}"), &stdin);
        ran.ended_with(0);
        let rows = ran.rows("json");
        assert_eq!(numbers_of(&rows), all);
        assert_eq!(reused(&rows), 60 - sent, "{rows:?}");
        assert_eq!(server.count() - before, sent);
    }
    sent_once(&server);
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
        let home = home_with(&server, "");
        home.write("first.jsonl", &lines(numbers(0..100)));
        home.write("second.json", &array(&numbers(100..120)));
        let last = with(order("n00130"), pointer, value).to_string();
        home.write("last.jsonl", &(lines(numbers(120..130)) + &last));
        let ran = home.run("screen first.jsonl second.json last.jsonl");
        ran.ended_with(2).says(&["last.jsonl", "line 11", path]);
        ran.never_says(&["4111"]);
        assert_eq!(ran.stdout, "");
        assert!(!home.store_path().exists(), "nothing is stored");
    }
    // A file that is cut off, and one that is not there.
    let home = home_with(&server, "");
    home.write("first.jsonl", &lines(numbers(0..3)));
    home.write("last.json", array(&numbers(3..6)).trim_end_matches(']'));
    for last in ["last.json", "missing.json"] {
        home.run(&format!("screen first.jsonl {last}"))
            .ended_with(2)
            .says(&[last]);
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn a_pipe_may_stand_for_a_file() {
    let server = Server::new(by_turns);
    let home = home_with(&server, &lines(numbers(0..5)));
    let pipe = home.path("pipe");
    mkfifo(&pipe);
    // More than a pipe holds: it has to be read while it is written.
    let writer = thread::spawn({
        let (pipe, text) = (pipe.clone(), lines(numbers(5..200)));
        move || fs::write(pipe, text)
    });
    let ran = start(&home, "jsonl", "pipe --jobs 8").end();
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
    let spoilt = |number: &str, channel: &str| {
        let order = with(order(number), "/billing_address/tel01", json!("3"));
        with(order, "/channel", json!(channel)).to_string() + "\n"
    };
    let sent = lines(["a"]) + &spoilt("b", "lp") + &spoilt("c", "shop");
    let home = home_with(&server, &(sent + &spoilt("d", "csv")));
    let told = "telephone number of 2 order(s)";
    let ran = home.run("screen batch.jsonl --dry-run");
    ran.ended_with(0).says(&[told]);
    let ran = home.run("--lang ja screen batch.jsonl --dry-run");
    assert!(!ran.stderr.contains("送信します"), "{ran:?}");
    // Of several orders the requests are shown where they are asked for.
    let rows = ["a", "b", "c", "d"].map(|number| ran.stdout.contains(&format!("\n{number} ")));
    assert_eq!(
        (rows, ran.stdout.lines().count()),
        ([true; 4], 6),
        "{ran:?}"
    );
    let shown = home.run("screen batch.jsonl --dry-run --show-request");
    assert_eq!(shown.stdout.matches("event_id_for_shop").count(), 3);
    home.run("screen batch.jsonl").says(&[told]);
    // What is given back is not sent again.
    let ran = home.run("screen batch.jsonl");
    assert!(!ran.stderr.contains("telephone"), "{ran:?}");
}

/// The order numbers in a text, in their order.
fn numbers_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_number = |word: &&str| {
        let digits = word.strip_prefix('n');
        digits.is_some_and(|digits| digits.len() == 5 && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut found: Vec<_> = words.filter(is_number).map(str::to_owned).collect();
    // A row that was screened has it twice: `number` and `screened_as`.
    found.dedup();
    found
}

#[test]
fn results_come_in_the_order_of_the_input_whatever_is_answered_first() {
    for format in ["json", "jsonl", "csv", "table"] {
        let server = Server::new(|request, place| {
            // The later it comes, the sooner it is answered, more often than not.
            let wait = Duration::from_millis((place as u64 * 7919) % 20);
            Answer::Later(wait, Box::new(by_turns(request, place)))
        });
        let input = numbers(0..49).into_iter().enumerate();
        let input = input.map(|(place, number)| match place % 7 {
            3 => with(order(&number), "/channel", json!("csv")),
            _ => order(&number),
        });
        let input: String = input.map(|order| order.to_string() + "\n").collect();
        let home = home_with(&server, &input);
        for sent in [42, 0] {
            let before = server.count();
            let ran = start(&home, format, "--jobs 16").end();
            ran.ended_with(0);
            assert_eq!(server.count() - before, sent);
            let shown = match format {
                "json" | "jsonl" => numbers_of(&ran.rows(format)),
                _ => numbers_in(&ran.stdout),
            };
            assert_eq!(shown, numbers(0..49), "{format}: {}", ran.stdout);
        }
        assert!(!server.numbers().is_sorted(), "they were sent one by one");
    }
}

#[test]
fn a_row_is_there_as_soon_as_it_is_finished() {
    for format in ["jsonl", "csv", "json"] {
        let (gate, first) = (Gate::default(), Gate::default());
        let (held, answered) = (gate.clone(), first.clone());
        let server = Server::new(move |request, place| {
            match request.number().as_str() {
                "n00000" => answered.open(),
                // The last is not answered before the test has read all before it.
                "n00011" => assert!(held.pass(), "nothing was shown before the last answer"),
                _ => assert!(answered.pass()),
            }
            by_turns(request, place)
        });
        let home = home_with(&server, &lines(numbers(0..12)));
        let mut live = start(&home, format, "");
        for number in numbers(0..11) {
            while !live.line().contains(&number) {}
        }
        gate.open();
        live.end().ended_with(0);
    }
}

/// How many requests are in flight, and how many were at most.
#[derive(Default)]
struct InFlight {
    now: Mutex<(usize, usize)>,
    more: Condvar,
}

impl InFlight {
    /// Holds a request until so many were in flight at once, and a little longer, so that one too
    /// many would be seen.
    fn hold(&self, expected: usize) {
        let mut now = self.now.lock().unwrap();
        now.0 += 1;
        now.1 = now.1.max(now.0);
        self.more.notify_all();
        let waited = self
            .more
            .wait_timeout_while(now, TOO_LONG, |now| now.1 < expected);
        drop(waited.unwrap());
        thread::sleep(Duration::from_millis(10));
        // Before it is answered: the program can only know later.
        self.now.lock().unwrap().0 -= 1;
    }
}

#[test]
fn as_many_requests_are_in_flight_as_was_asked_for_and_never_more() {
    for (flags, jobs) in [("--jobs 1", 1), ("--jobs 3", 3), ("", 4), ("--jobs 32", 32)] {
        let in_flight = Arc::new(InFlight::default());
        let held = in_flight.clone();
        let server = Server::new(move |request, place| {
            held.hold(jobs);
            by_turns(request, place)
        });
        let home = home_with(&server, &lines(numbers(0..12 + 2 * jobs)));
        start(&home, "jsonl", flags).end().ended_with(0);
        assert_eq!(in_flight.now.lock().unwrap().1, jobs, "{flags:?}");
    }
}

/// When each request came.
fn timed(handler: impl Fn(usize) + Send + Sync + 'static) -> (Server, Arc<Mutex<Vec<Instant>>>) {
    let came = Arc::new(Mutex::new(vec![]));
    let noted = came.clone();
    let server = Server::new(move |request, place| {
        noted.lock().unwrap().push(Instant::now());
        handler(place);
        by_turns(request, place)
    });
    (server, came)
}

#[test]
fn a_rate_takes_its_time() {
    let (server, came) = timed(|_| ());
    let home = home_with(&server, &lines(numbers(0..11)));
    start(&home, "jsonl", "--rate 20/s --jobs 16")
        .end()
        .ended_with(0);
    let came = came.lock().unwrap();
    // Ten times 50 ms, but for what the first took longer on its way.
    let took = came[10] - came[0];
    assert!(took > Duration::from_millis(400), "{took:?}");
}

#[test]
fn a_rate_is_not_made_up_for_after_slow_answers() {
    let gate = Gate::default();
    let held = gate.clone();
    let (server, came) = timed(move |place| assert!(place >= 16 || held.pass()));
    let home = home_with(&server, &lines(numbers(0..32)));
    let live = start(&home, "jsonl", "--rate 100/s --jobs 16");
    server.wait_for(16);
    // Time for many turns, none of which may be had.
    thread::sleep(Duration::from_millis(250));
    gate.open();
    live.end().ended_with(0);
    let came = came.lock().unwrap();
    // A quarter of the jobs may have been begun before; the others come one by one.
    let took = came[31] - came[16];
    assert!(took > Duration::from_millis(80), "{took:?}");
}

#[test]
fn two_processes_with_overlapping_batches_register_each_order_once() {
    let server = Server::new(|request, place| {
        let wait = Duration::from_millis(2 + (place as u64 * 31) % 9);
        Answer::Later(wait, Box::new(by_turns(request, place)))
    });
    let home = home_with(&server, "");
    // They meet in the middle of both, from both sides.
    let (one, mut other) = (numbers(0..60), numbers(20..80));
    other.reverse();
    home.write("one.jsonl", &lines(&one));
    home.write("other.jsonl", &lines(&other));
    let run = |file| {
        let call = format!("--format json screen --jobs 8 {file}");
        Live::start(home.command(&call))
    };
    let runs = [(run("one.jsonl"), one), (run("other.jsonl"), other)];
    let mut events = std::collections::BTreeMap::new();
    for (live, numbers) in runs {
        let ran = live.end();
        ran.ended_with(0);
        let rows = ran.rows("json");
        assert_eq!(numbers_of(&rows), numbers);
        for row in rows {
            assert!(!row["result"].is_null(), "{row}");
            let number = row["number"].as_str().unwrap().to_owned();
            let event = events.entry(number).or_insert(row["event_id"].clone());
            assert_eq!(*event, row["event_id"], "both say the same");
        }
    }
    assert_eq!(server.count(), 80);
    sent_once(&server);
}
