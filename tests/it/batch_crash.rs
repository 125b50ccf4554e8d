//! A batch that is killed at random instants: no order whose outcome was shown or stored is sent
//! again, none is lost, and those in flight are unknown.
#![allow(
    clippy::print_stderr,
    reason = "a failure shows the seed that it came from"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{BuildHasher, RandomState},
    thread,
    time::Duration,
};

use crate::support::{
    Home,
    batch::{Live, by_turns, failed, home_with, lines, numbers, numbers_of, times},
    server::{Answer, Server},
};
use rusqlite::Connection;
use serde_json::{Value, json};

const ORDERS: usize = 260;
const ROUNDS: usize = 14;
const JOBS: usize = 8;
/// Besides those in flight, as many again may be on their way to the disk.
const CUT_OFF_AT_ONCE: usize = 2 * JOBS;

/// Random numbers that can be had again by their seed.
struct Random(u64);

impl Random {
    /// One below `end`.
    fn below(&mut self, end: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }
}

/// The seed of a test; $OPLUX_TEST_SEED tries that of a failure again.
fn seed() -> u64 {
    let given = std::env::var("OPLUX_TEST_SEED");
    given.map_or_else(
        |_| RandomState::new().hash_one(0),
        |seed| seed.parse().unwrap(),
    ) | 1
}

/// What the store says of the attempts for each number: state and event. It is read in a copy, so
/// that the program finds the files as the kill has left them.
fn attempts(home: &Home) -> BTreeMap<String, Vec<(String, Option<String>)>> {
    let copy = tempfile::tempdir().unwrap();
    for suffix in ["", "-wal"] {
        let mut name = home.store_path().into_os_string();
        name.push(suffix);
        if fs::exists(&name).unwrap() {
            fs::copy(&name, copy.path().join(format!("copy.db{suffix}"))).unwrap();
        }
    }
    let conn = Connection::open(copy.path().join("copy.db")).unwrap();
    let mut found = BTreeMap::<String, Vec<_>>::new();
    let Ok(mut statement) =
        conn.prepare("SELECT order_number, state, event_id FROM attempts ORDER BY id")
    else {
        // Killed before the store was made.
        return found;
    };
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))));
    for row in rows.unwrap() {
        let (number, attempt) = row.unwrap();
        found.entry(number).or_default().push(attempt);
    }
    found
}

/// What is known of a batch that was killed some times.
#[derive(Default)]
struct Known {
    /// The events of the orders that are settled.
    settled: BTreeMap<String, String>,
    /// The orders that were begun and not finished when a kill came.
    cut_off: BTreeSet<String>,
}

impl Known {
    /// After a kill: what was known stays, and what the run showed and sent is in the store.
    fn learn(&mut self, home: &Home, shown: &[Value], sent: &BTreeMap<String, usize>) {
        let attempts = attempts(home);
        let twice: Vec<_> = sent.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "sent more than once: {twice:?}");
        for number in sent.keys() {
            assert!(
                attempts.contains_key(number),
                "{number} was sent, and is not in the store"
            );
        }
        let mut now = Known::default();
        for (number, attempts) in attempts {
            match &attempts[..] {
                [(state, Some(event))] if state == "screened" => {
                    now.settled.insert(number, event.clone());
                }
                [(state, None)] if state == "in-flight" || state == "unknown" => {
                    now.cut_off.insert(number);
                }
                other => panic!("{number}: {other:?}"),
            }
        }
        for (number, event) in &self.settled {
            assert_eq!(now.settled.get(number), Some(event), "{number} was settled");
        }
        for row in shown {
            let number = row["number"].as_str().unwrap();
            match row["event_id"].as_str() {
                Some(event) => assert_eq!(now.settled[number], event, "shown before it is kept"),
                None => {
                    assert_eq!(row["error"]["code"], "outcome-unknown", "{row}");
                    assert!(self.cut_off.contains(number), "{row}");
                }
            }
            assert_eq!(row["reused"], self.settled.contains_key(number), "{row}");
        }
        assert!(
            self.cut_off.is_subset(&now.cut_off),
            "a run settled what nobody knows"
        );
        let new = now.cut_off.len() - self.cut_off.len();
        assert!(new <= CUT_OFF_AT_ONCE, "{new} were cut off by one kill");
        *self = now;
    }
}

/// A server that answers within a few milliseconds, and a home with a batch for it.
fn batch() -> (Server, Home) {
    let server = Server::new(|request, place| {
        let wait = Duration::from_micros(1000 + (place as u64 * 7919) % 4000);
        Answer::Later(wait, Box::new(by_turns(request, place)))
    });
    let home = home_with(&server, &lines(numbers(0..ORDERS)));
    (server, home)
}

fn start(home: &Home, flags: &str) -> Live {
    let call = format!("--format jsonl screen --jobs 8 {flags}");
    Live::start(home.command(&call))
}

/// Waits until some random instant of the run: before its first request, or a little after one of
/// the next.
fn wait_for_an_instant(random: &mut Random, live: &mut Live, server: &Server) {
    if random.below(5) == 0 {
        thread::sleep(Duration::from_millis(random.below(200)));
        return;
    }
    let before = server.count() + random.below(14) as usize;
    while server.count() <= before && !live.has_ended() {
        thread::sleep(Duration::from_micros(200));
    }
    thread::sleep(Duration::from_micros(random.below(6000)));
}

#[test]
fn a_batch_that_is_killed_again_and_again_loses_nothing_and_sends_nothing_twice() {
    let seed = seed();
    eprintln!("OPLUX_TEST_SEED={seed}");
    let mut random = Random(seed);
    let (server, home) = batch();
    let mut known = Known::default();
    let mut hits = 0;
    for _ in 0..ROUNDS {
        let before = known.cut_off.len();
        let mut live = start(&home, "batch.jsonl");
        wait_for_an_instant(&mut random, &mut live, &server);
        live.child.kill().unwrap();
        let ran = live.end();
        known.learn(&home, &ran.rows("jsonl"), &times(&server));
        hits += usize::from(known.cut_off.len() > before);
    }
    // Else it shows nothing.
    assert!(
        hits > ROUNDS / 6,
        "only {hits} kills hit an order in flight"
    );
    assert!(!known.settled.is_empty() && !known.cut_off.is_empty());

    let sent_before = times(&server);
    let ran = start(&home, "batch.jsonl").end();
    ran.ended_with(8);
    let rows = ran.rows("jsonl");
    assert_eq!(numbers_of(&rows), numbers(0..ORDERS), "none is lost");
    let unknown: BTreeSet<_> = failed(&rows, "outcome-unknown")
        .into_iter()
        .map(String::from)
        .collect();
    assert_eq!(
        unknown, known.cut_off,
        "those in flight at a kill are unknown, and no others"
    );
    let sent = times(&server);
    assert!(sent.values().all(|times| *times == 1), "{sent:?}");
    for row in &rows {
        let number = row["number"].as_str().unwrap();
        if unknown.contains(number) {
            continue;
        }
        assert!(!row["result"].is_null() && row["error"].is_null(), "{row}");
        assert_eq!(row["reused"], known.settled.contains_key(number), "{row}");
        assert_eq!(
            sent_before.contains_key(number),
            row["reused"] == true,
            "{row}"
        );
        if let Some(event) = known.settled.get(number) {
            assert_eq!(row["event_id"], **event, "{number}");
        }
    }
}

#[test]
fn who_waits_for_a_process_that_is_killed_is_told_at_once_that_nobody_knows() {
    let server = Server::new(|_, _| Answer::Hang);
    let home = home_with(&server, &lines(numbers(0..3)));
    let mut first = start(&home, "batch.jsonl");
    server.wait_for(3);
    let mut second = start(&home, "batch.jsonl -v");
    // It has read its input and asks again and again; the lock file of its run is the sign.
    let runs = || {
        home.files()
            .iter()
            .filter(|name| name.contains(".run-"))
            .count()
    };
    while runs() < 2 {
        assert!(!second.has_ended());
        thread::sleep(Duration::from_millis(1));
    }
    first.child.kill().unwrap();
    first.end();
    let ran = second.end();
    ran.ended_with(8);
    let rows = ran.rows("jsonl");
    assert_eq!(failed(&rows, "outcome-unknown"), numbers(0..3));
    assert_eq!(server.count(), 3);
    assert_eq!(rows[0]["event_id"], json!(null));
}
