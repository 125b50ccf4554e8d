//! A batch whose reader pauses or goes away, and a batch of `--rescreen` that is cut off: no outcome
//! is lost, nothing is sent twice, and the call that goes on is named.

use std::{io::Read, process::Child};

use crate::support::{
    Home,
    batch::{Gate, Live, TOO_LONG, by_turns, failed, good, lines, numbers, numbers_of, times},
    server::{Answer, Server},
    signal,
};

/// More rows than a pipe and the program's own queue hold.
const MANY: usize = 900;

fn home_with(server: &Server, orders: usize) -> Home {
    let home = Home::new();
    home.configure(&server.url(), "");
    home.write("batch.jsonl", &lines(numbers(0..orders)));
    home
}

/// Waits for the end of a program whose output nobody reads.
#[track_caller]
fn end_of(mut child: Child) -> Option<i32> {
    let tick = std::time::Duration::from_millis(10);
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
    let server = Server::new(by_turns);
    let home = home_with(&server, MANY);
    let args = ["--format", "jsonl", "screen", "batch.jsonl"];
    let mut paused = home.command(&args).spawn().unwrap();
    drop(paused.stdin.take());
    server.wait_for(20);
    // Another process with the same orders is given their outcomes meanwhile.
    let other = Live::start(home.command(&args)).end();
    other.ended_with(0);
    let rows = other.rows("jsonl");
    assert_eq!(numbers_of(&rows), numbers(0..MANY));
    let reused = rows.iter().filter(|row| row["reused"] == true).count();
    assert!((1..MANY).contains(&reused), "{reused}: it stops sending");
    assert!(times(&server).values().all(|times| *times == 1));

    for name in ["INT", "HUP"] {
        assert!(
            paused.try_wait().unwrap().is_none(),
            "it waits for its reader"
        );
        signal(&paused, name);
    }
    assert_eq!(end_of(paused), Some(130));
}

#[test]
fn a_reader_that_leaves_is_told_how_many_are_left_and_the_same_call_goes_on() {
    for format in ["jsonl", "json", "table"] {
        let server = Server::new(by_turns);
        let home = home_with(&server, MANY);
        let args = ["--format", format, "screen", "batch.jsonl"];
        let mut child = home.command(&args).spawn().unwrap();
        drop(child.stdin.take());
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0]).unwrap();
        drop(stdout);
        let mut said = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(8), "{said}");
        let done = server.count();
        assert!(done < MANY, "nothing further is begun");
        let left = format!("{} order(s) are left", MANY - done);
        assert!(said.contains(&left), "{left}: {said}");
        assert!(said.contains("the same call goes on"), "{said}");
        assert_eq!(
            said.contains("{\"error\":{\"code\":\"cut-off\""),
            format == "json"
        );

        let again = Live::start(home.command("--format jsonl screen batch.jsonl")).end();
        again.ended_with(0);
        let rows = again.rows("jsonl");
        let reused = rows.iter().filter(|row| row["reused"] == true).count();
        assert_eq!(
            (rows.len(), reused),
            (MANY, done),
            "what was finished is kept"
        );
        assert!(times(&server).values().all(|times| *times == 1));
    }
}

/// The arguments of the call that goes on.
fn goes_on(said: &str) -> Vec<&str> {
    let named = said.lines().find_map(|line| line.strip_prefix("oplux "));
    named
        .unwrap_or_else(|| panic!("{said}"))
        .split(' ')
        .collect()
}

#[test]
fn a_batch_of_rescreen_that_is_cut_off_goes_on_with_what_is_older() {
    for name in ["INT", "KILL"] {
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
        let home = home_with(&server, 12);
        let usual = ["--format", "jsonl", "screen", "batch.jsonl"];
        Live::start(home.command(&usual)).end().ended_with(0);
        let again = [&usual[..], &["--rescreen", "--jobs", "2"]].concat();
        let mut live = Live::start(home.command(&again));
        server.wait_for(19);
        live.signal(name);
        if name == "INT" {
            live.until_told("finishing");
        }
        gate.open();
        let cut = live.end();
        cut.ended_with(if name == "INT" { 130 } else { -1 });
        let ran = Live::start(home.command(&goes_on(&cut.stderr))).end();
        let rows = ran.rows("jsonl");
        assert_eq!(rows.len(), 12);
        let (times, unknown) = (times(&server), failed(&rows, "outcome-unknown"));
        assert!(times.values().all(|times| *times == 2), "{times:?}");
        // What was in flight when it was killed is not sent again by itself.
        let in_flight = if name == "INT" { 0 } else { 2 };
        assert_eq!(unknown.len(), in_flight, "{rows:?}");
        ran.ended_with(if in_flight == 0 { 0 } else { 8 });
        let reused = rows.iter().filter(|row| row["reused"] == true).count();
        assert_eq!(reused, if name == "INT" { 7 } else { 5 });
        // Where a rescreen fails, the old outcome stays.
        Live::start(home.command(&usual)).end().ended_with(0);
    }
}
