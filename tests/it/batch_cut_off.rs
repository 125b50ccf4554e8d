//! A batch of `screen` that is cut off: interrupted, left by its reader, or with credentials that are
//! rejected. What is in flight is finished, nothing further is sent, no outcome is lost, and the
//! same call goes on.
#![allow(
    clippy::disallowed_methods,
    reason = "how long an end takes is measured"
)]

use std::{
    io::{BufRead, BufReader, Read},
    process::Child,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::support::{
    Home, Ran,
    batch::{
        Gate, Live, TOO_LONG, by_turns, failed, home_with, lines, numbers, numbers_of, reused,
        sent_once, start, times,
    },
    ended, order,
    server::{Answer, Request, Server, good},
    signal, with,
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// What an interruption that has nothing to finish may take.
const PROMPT: Duration = Duration::from_secs(2);

/// More rows than a pipe and the program's own queue hold, where each is [`long`].
const MANY: usize = 400;

/// Good answers of which a pipe does not hold fifty.
fn long(_: &Request, place: usize) -> Answer {
    let id = format!("261120101500{place:035}");
    let rules = json!([{"code": "R1", "description": "-".repeat(1500)}]);
    let event = json!({"id": id, "aaresult": {"result": "NG"}, "rules": rules});
    let body = json!({"result": "10", "telegram": {"event": event}});
    Answer::json(200, body)
}

/// Interrupts, and gives the end, which has to come at once.
#[track_caller]
fn ends_at_once(live: Live, signal: &str) -> Ran {
    let began = Instant::now();
    live.signal(signal);
    let ran = live.end();
    assert!(began.elapsed() < PROMPT, "{:?}: {ran:?}", began.elapsed());
    ran
}

/// The same call goes on: it ends with all results, and each order was registered once.
#[track_caller]
fn goes_on(home: &Home, server: &Server, orders: usize, format: &str, done: &[Value]) {
    let ran = start(home, format, "").end();
    ran.ended_with(0);
    let rows = ran.rows(format);
    assert_eq!(numbers_of(&rows), numbers(0..orders));
    assert!(rows.iter().all(|row| !row["result"].is_null()), "{rows:?}");
    let reused: Vec<_> = rows.iter().filter(|row| row["reused"] == true).collect();
    assert_eq!(reused.len(), done.len(), "what was done is given back");
    for row in done {
        let is_it = |again: &&&Value| again["number"] == row["number"];
        let again = reused.iter().find(is_it).unwrap();
        assert_eq!(again["event_id"], row["event_id"], "what was shown is kept");
    }
    let times = times(server);
    assert_eq!(times.len(), orders);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

#[test]
fn an_interrupted_batch_finishes_what_is_in_flight_and_is_gone_on_with() {
    for (signal, format) in [("INT", "json"), ("TERM", "jsonl"), ("HUP", "jsonl")] {
        let gate = Gate::default();
        let held = gate.clone();
        // Four are in flight behind six that are done.
        let server = Server::new(move |request, place| {
            assert!(place < 6 || held.pass());
            by_turns(request, place)
        });
        let home = home_with(&server, &lines(numbers(0..40)));
        let mut live = start(&home, format, "--jobs 4");
        server.wait_for(10);
        live.signal(signal);
        live.until_told("interrupted: finishing the requests in flight");
        // It is told a moment before it holds.
        std::thread::sleep(Duration::from_millis(100));
        gate.open();
        let ran = live.end();
        ran.ended_with(130).says(&[
            "interrupted: 10 of 40 are finished and kept",
            "the same call goes on",
        ]);
        assert_eq!(server.count(), 10, "nothing further is begun");
        let rows = ran.rows(format);
        assert_eq!(rows.len(), 10, "{rows:?}");
        assert!(rows.iter().all(|row| !row["result"].is_null()), "{rows:?}");
        let (mut shown, mut sent) = (numbers_of(&rows), server.numbers());
        assert!(shown.is_sorted(), "in the order of the input: {shown:?}");
        sent.sort();
        shown.sort();
        assert_eq!(shown, sent, "all that was finished is shown");
        goes_on(&home, &server, 40, format, &rows);
    }
}

#[test]
fn an_interruption_ends_the_wait_for_a_retry() {
    // All but the first are put off; one is, and those behind it are finished.
    for (put_off, format) in [(1..12, "jsonl"), (1..2, "json"), (1..2, "jsonl")] {
        let put_off = numbers(put_off);
        let finished: Vec<_> = numbers(0..12)
            .into_iter()
            .filter(|number| !put_off.contains(number))
            .collect();
        let is_busy = Arc::new(AtomicBool::new(true));
        let (busy, waiting) = (is_busy.clone(), put_off.len());
        let server = Server::new(move |request, place| {
            if put_off.contains(&request.number()) && busy.load(Ordering::SeqCst) {
                return Answer::With(429, vec!["Retry-After: 60".into()], String::new());
            }
            by_turns(request, place)
        });
        let home = home_with(&server, &lines(numbers(0..12)));
        let live = start(&home, format, "--jobs 4");
        let sent = finished.len() + waiting.min(4);
        server.wait_for(sent);
        let ran = ends_at_once(live, "INT");
        let told = format!("{} of 12 are finished", finished.len());
        ran.ended_with(130).says(&[&told]);
        assert_eq!(numbers_of(&ran.rows(format)), finished);
        assert_eq!(server.count(), sent);
        // A 429 has certainly not arrived: they are not unknown, and are sent again.
        is_busy.store(false, Ordering::SeqCst);
        let again = start(&home, format, "").end();
        again.ended_with(0);
        assert_eq!(numbers_of(&again.rows(format)), numbers(0..12));
        assert_eq!(server.count(), sent + waiting);
    }
}

#[test]
fn an_interruption_ends_the_wait_for_the_rate() {
    let server = Server::new(by_turns);
    let home = home_with(&server, &lines(numbers(0..12)));
    let mut live = start(&home, "jsonl", "--rate 0.01/s");
    live.line();
    let ran = ends_at_once(live, "TERM");
    ran.ended_with(130).says(&["1 of 12 are finished"]);
    let rows = ran.rows("jsonl");
    assert_eq!(rows.len(), 1);
    goes_on(&home, &server, 12, "jsonl", &rows);
}

#[test]
fn an_interruption_ends_the_wait_for_another_process() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::new(move |request, place| {
        assert!(held.pass());
        by_turns(request, place)
    });
    let home = home_with(&server, &lines(numbers(0..3)));
    let first = start(&home, "jsonl", "");
    server.wait_for(3);
    let own = with(order("own"), "/channel", json!("csv"));
    let input = own.to_string() + "\n" + &lines(numbers(0..3));
    home.write("second.jsonl", &input);
    let mut second = Live::start(home.command("--format jsonl screen second.jsonl"));
    // One is its own; for the others it waits.
    second.line();
    let ran = ends_at_once(second, "INT");
    ran.ended_with(130).says(&["1 of 4 are finished"]);
    gate.open();
    first.end().ended_with(0);
    assert_eq!(server.count(), 3);
}

#[test]
fn a_second_interruption_ends_at_once_and_leaves_unknown_what_was_in_flight() {
    for (first, second, format) in [
        ("INT", "INT", "json"),
        ("TERM", "INT", "jsonl"),
        ("HUP", "TERM", "json"),
    ] {
        let ended = Arc::new(AtomicBool::new(false));
        let has_ended = ended.clone();
        let server = Server::new(move |request, place| {
            if place < 3 || has_ended.load(Ordering::SeqCst) {
                return by_turns(request, place);
            }
            Answer::Hang
        });
        let home = home_with(&server, &lines(numbers(0..20)));
        let mut live = start(&home, format, "--jobs 2");
        server.wait_for(5);
        let mut in_flight = server.numbers().split_off(3);
        in_flight.sort();
        live.signal(first);
        live.until_told("once more ends at once");
        let ran = ends_at_once(live, second);
        ran.ended_with(130).says(&["the same call goes on"]);
        assert_eq!(server.count(), 5);
        assert!(ran.rows(format).iter().all(|row| row["error"].is_null()));

        ended.store(true, Ordering::SeqCst);
        let again = start(&home, format, "").end();
        again.ended_with(8);
        let rows = again.rows(format);
        assert_eq!(rows.len(), 20);
        let unknown = failed(&rows, "outcome-unknown");
        for number in &in_flight {
            assert!(unknown.contains(&number.as_str()), "{number}: {unknown:?}");
        }
        // One may have been begun behind them, and none of those that were done.
        assert!(unknown.len() <= 3, "{unknown:?}");
        assert_eq!(server.count(), 20 - (unknown.len() - 2));
        sent_once(&server);
    }
}

/// Nothing is in flight, so that nothing but the output is waited for.
#[test]
fn an_interruption_is_heard_while_stored_outcomes_are_given_back() {
    let server = Server::new(by_turns);
    let home = home_with(&server, &lines(numbers(0..1000)));
    home.write("one.json", &order("one").to_string());
    home.run("screen one.json").ended_with(0);
    let conn = Connection::open(home.store_path()).unwrap();
    conn.execute_batch(
        "WITH RECURSIVE n (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM n WHERE n < 999)
         INSERT INTO events (event_id, merchant_management_id, service, auto_result, origin, stored_at)
         SELECT 'event-' || n, printf('n%05d', n), 'o-plux', 'OK', 'import', 0 FROM n",
    )
    .unwrap();
    drop(conn);
    let mut command = home.command("--format jsonl screen batch.jsonl");
    let mut child = command.spawn().unwrap();
    drop(child.stdin.take());
    // It fills the pipe, which is not read on before the signal.
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut shown = String::new();
    stdout.read_line(&mut shown).unwrap();
    signal(&child, "INT");
    stdout.read_to_string(&mut shown).unwrap();
    ended(child).ended_with(130);
    assert!(shown.lines().count() < 1000);
    assert_eq!(server.count(), 1);
}

/// A batch of 40 whose first order is rejected when seven others are in flight or wait.
#[test]
fn after_rejected_credentials_nothing_further_is_sent() {
    // Those that are in flight with it, until its row says that the rejection was heard.
    let (in_flight, heard) = (Gate::default(), Gate::default());
    let (all, told) = (in_flight.clone(), heard.clone());
    let server = Server::new(move |request, place| match request.number().as_str() {
        // Waits for a retry, for much longer than this test takes.
        "n00001" => Answer::With(503, vec!["Retry-After: 60".into()], String::new()),
        "n00000" => {
            assert!(all.pass());
            Answer::json(401, "{}")
        }
        _ => {
            assert!(told.pass());
            good(request, place, "OK")
        }
    });
    let home = home_with(&server, &lines(numbers(0..40)));
    let mut live = start(&home, "jsonl", "--jobs 8");
    server.wait_for(8);
    let sent = server.numbers();
    in_flight.open();
    let first: Value = serde_json::from_str(&live.line()).unwrap();
    assert_eq!(first["error"]["code"], "credentials-rejected");
    heard.open();
    let ran = live.end();
    ran.ended_with(4);
    assert_eq!(server.numbers(), sent, "nothing further is sent");
    let rows = ran.rows("jsonl");
    assert_eq!(numbers_of(&rows), numbers(0..40));
    for row in &rows[1..] {
        let number = row["number"].as_str().unwrap().to_owned();
        let was_in_flight = number != "n00001" && sent.contains(&number);
        let (result, code) = match was_in_flight {
            true => (json!("OK"), Value::Null),
            false => (Value::Null, json!("not-sent")),
        };
        assert_eq!(
            (&row["result"], &row["error"]["code"]),
            (&result, &code),
            "{row}"
        );
    }
    assert_eq!(failed(&rows, "not-sent").len(), 40 - 7);
}

#[test]
fn after_rejected_credentials_nobody_is_sent_who_waits_for_the_name_api() {
    let asked = Gate::default();
    let asks = asked.clone();
    // It knows one name; of the others it thinks for ever.
    let names = Server::new(move |request, _| {
        if request.line.contains("QUICK") {
            return Answer::json(404, "{}");
        }
        asks.open();
        Answer::Hang
    });
    let server = Server::new(move |_, _| {
        assert!(asked.pass());
        Answer::json(401, "{}")
    });
    let home = Home::configured(
        &server.url(),
        &format!("name_url = \"http://{}/names\"", names.address()),
    );
    let quick = with(order("n00000"), "/billing_address/name01", json!("quick"));
    let input = quick.to_string() + "\n" + &lines(numbers(1..12));
    home.write("batch.jsonl", &input);
    let ran = start(&home, "json", "--jobs 8").end();
    ran.ended_with(4);
    assert_eq!(server.numbers(), numbers(0..1));
    let rows = ran.rows("json");
    assert_eq!(failed(&rows, "credentials-rejected"), numbers(0..1));
    assert_eq!(failed(&rows, "not-sent"), numbers(1..12));
}

/// Waits for the end of a program whose output nobody reads.
#[track_caller]
fn end_of(mut child: Child) -> Option<i32> {
    let tick = Duration::from_millis(10);
    for _ in 0..TOO_LONG.as_millis() / tick.as_millis() {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(tick);
    }
    child.kill().unwrap();
    panic!("it does not end");
}

#[test]
fn a_reader_that_pauses_costs_no_outcome_and_keeps_no_signal_waiting() {
    let server = Server::new(long);
    let home = home_with(&server, &lines(numbers(0..MANY)));
    let mut paused = home
        .command("--format jsonl screen batch.jsonl")
        .spawn()
        .unwrap();
    drop(paused.stdin.take());
    server.wait_for(20);
    // Another process with the same orders is given their outcomes meanwhile.
    let other = start(&home, "jsonl", "").end();
    other.ended_with(0);
    let rows = other.rows("jsonl");
    assert_eq!(numbers_of(&rows), numbers(0..MANY));
    let reused = reused(&rows);
    assert!((1..MANY).contains(&reused), "{reused}: it stops sending");
    sent_once(&server);

    for name in ["INT", "HUP"] {
        assert!(
            paused.try_wait().unwrap().is_none(),
            "it waits for its reader"
        );
        signal(&paused, name);
    }
    assert_eq!(end_of(paused), Some(130));
}

/// A batch whose reader leaves after the first byte: how many of it are done then.
#[track_caller]
fn left_by_its_reader(format: &str, orders: usize) -> (Home, Server, usize) {
    let server = Server::new(long);
    let home = home_with(&server, &lines(numbers(0..orders)));
    let call = format!("--format {format} screen batch.jsonl");
    let mut child = home.command(&call).spawn().unwrap();
    drop(child.stdin.take());
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    drop(stdout);
    let ran = ended(child);
    let done = server.count();
    assert!(done < orders, "nothing further is begun");
    let left = format!("{} are left", orders - done);
    ran.ended_with(8).says(&[&left, "the same call goes on"]);
    let is_told_to_programs = ran.stderr.contains("{\"error\":{\"code\":\"cut-off\"");
    assert_eq!(is_told_to_programs, format == "json", "{ran:#?}");
    (home, server, done)
}

#[test]
fn a_reader_that_leaves_is_told_how_many_are_left_and_the_same_call_goes_on() {
    // A table is written by parts of 200 rows.
    left_by_its_reader("table", MANY + 200);
    let (home, server, done) = left_by_its_reader("json", MANY);
    let again = start(&home, "jsonl", "").end();
    let rows = again.ended_with(0).rows("jsonl");
    let given_back = reused(&rows);
    assert_eq!((rows.len(), given_back), (MANY, done), "it is kept");
    sent_once(&server);
}

#[test]
fn on_a_full_disk_it_is_told_what_is_kept() {
    let server = Server::new(by_turns);
    let home = home_with(&server, &lines(numbers(0..3)));
    let ran = home.run_full("screen batch.jsonl");
    ran.ended_with(1).says(&[
        "error: the output could not be written",
        "3 of 3 are finished and kept",
        "the same call goes on",
    ]);
    sent_once(&server);
}

/// The arguments of the call that goes on.
fn named_call(said: &str) -> Vec<&str> {
    let named = said.lines().find_map(|line| line.strip_prefix("oplux "));
    named
        .unwrap_or_else(|| panic!("{said}"))
        .split(' ')
        .collect()
}

#[test]
fn a_batch_of_rescreen_that_is_cut_off_goes_on_with_what_is_older() {
    for (name, flags) in [("INT", ""), ("INT", "-q"), ("KILL", "")] {
        let gate = Gate::default();
        let held = gate.clone();
        // The first twelve, then five again; two are in flight behind them.
        let server = Server::new(move |request, place| {
            if name == "KILL" && (17..19).contains(&place) {
                return Answer::Hang;
            }
            assert!(place < 17 || held.pass());
            good(request, place, "OK")
        });
        let home = home_with(&server, &lines(numbers(0..12)));
        start(&home, "jsonl", "").end().ended_with(0);
        let mut live = start(&home, "jsonl", &format!("--rescreen --jobs 2 {flags}"));
        server.wait_for(19);
        live.signal(name);
        if !flags.is_empty() {
            // Nothing is told of the first interruption.
            std::thread::sleep(Duration::from_millis(500));
        } else if name == "INT" {
            live.until_told("finishing");
        }
        gate.open();
        let cut = live.end();
        cut.ended_with(if name == "INT" { 130 } else { -1 });
        let ran = Live::start(home.command(&named_call(&cut.stderr))).end();
        let rows = ran.rows("jsonl");
        assert_eq!(rows.len(), 12);
        let (times, unknown) = (times(&server), failed(&rows, "outcome-unknown"));
        assert!(times.values().all(|times| *times == 2), "{times:?}");
        // What was in flight when it was killed is not sent again by itself.
        let in_flight = if name == "INT" { 0 } else { 2 };
        assert_eq!(unknown.len(), in_flight, "{rows:?}");
        ran.ended_with(if in_flight == 0 { 0 } else { 8 });
        let reused = reused(&rows);
        assert_eq!(reused, if name == "INT" { 7 } else { 5 });
        // Where a rescreen fails, the old outcome stays.
        start(&home, "jsonl", "").end().ended_with(0);
    }
}
