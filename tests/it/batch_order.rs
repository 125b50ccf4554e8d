//! A batch's results come in the order of the input, as soon as they can, and no more requests are
//! in flight, or sent a second, than was asked for.

#![allow(
    clippy::disallowed_methods,
    reason = "how long a batch takes at least is measured"
)]

use std::{
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    Home,
    batch::{Gate, Live, TOO_LONG, by_turns, lines, numbers, numbers_of, times},
    order,
    server::{Answer, Server},
    with,
};
use serde_json::json;

fn home_with(server: &Server, input: &str) -> Home {
    let home = Home::new();
    home.configure(&server.url(), "");
    home.write("batch.jsonl", input);
    home
}

fn start(home: &Home, format: &str, flags: &[&str]) -> Live {
    let usual = ["--format", format, "screen", "batch.jsonl"];
    Live::start(home.command(&[&usual[..], flags].concat()))
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
            let wait = Duration::from_millis((place as u64 * 7919) % 40);
            Answer::Later(wait, Box::new(by_turns(request, place)))
        });
        let input = numbers(0..120).into_iter().enumerate();
        let input = input.map(|(place, number)| match place % 7 {
            3 => with(order(&number), "/channel", json!("csv")),
            _ => order(&number),
        });
        let input: String = input.map(|order| order.to_string() + "\n").collect();
        let home = home_with(&server, &input);
        for sent in [103, 0] {
            let before = server.count();
            let ran = start(&home, format, &["--jobs", "16"]).end();
            ran.ended_with(0);
            assert_eq!(server.count() - before, sent);
            let shown = match format {
                "json" | "jsonl" => numbers_of(&ran.rows(format)),
                _ => numbers_in(&ran.stdout),
            };
            assert_eq!(shown, numbers(0..120), "{format}: {}", ran.stdout);
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
        let mut live = start(&home, format, &[]);
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
    for (flags, jobs) in [
        (&["--jobs", "1"][..], 1),
        (&["--jobs", "3"], 3),
        (&[], 4),
        (&["--jobs", "16"], 16),
        (&["--jobs", "32"], 32),
    ] {
        let in_flight = Arc::new(InFlight::default());
        let held = in_flight.clone();
        let server = Server::new(move |request, place| {
            held.hold(jobs);
            by_turns(request, place)
        });
        let home = home_with(&server, &lines(numbers(0..40 + 2 * jobs)));
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
    let home = home_with(&server, &lines(numbers(0..21)));
    start(&home, "jsonl", &["--rate", "20/s", "--jobs", "16"])
        .end()
        .ended_with(0);
    let came = came.lock().unwrap();
    // Twenty times 50 ms, but for what the first took longer on its way.
    let took = came[20] - came[0];
    assert!(took > Duration::from_millis(900), "{took:?}");
}

#[test]
fn a_rate_is_not_made_up_for_after_slow_answers() {
    let gate = Gate::default();
    let held = gate.clone();
    let (server, came) = timed(move |place| assert!(place >= 16 || held.pass()));
    let home = home_with(&server, &lines(numbers(0..32)));
    let live = start(&home, "jsonl", &["--rate", "100/s", "--jobs", "16"]);
    server.wait_for(16);
    // Time for many turns, none of which may be had.
    thread::sleep(Duration::from_millis(400));
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
    let home = Home::new();
    home.configure(&server.url(), "");
    // They meet in the middle of both, from both sides.
    let (one, mut other) = (numbers(0..120), numbers(40..160));
    other.reverse();
    home.write("one.jsonl", &lines(&one));
    home.write("other.jsonl", &lines(&other));
    let run =
        |file| Live::start(home.command(&["--format", "json", "screen", "--jobs", "8", file]));
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
    let times = times(&server);
    assert_eq!(times.len(), 160);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}
