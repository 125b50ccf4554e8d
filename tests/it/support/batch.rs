//! What the tests of batches share: numbered orders, a run that is watched and sent signals while
//! it works, and a gate that holds a server's answers back.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    process::{Child, Command},
    sync::{
        Arc, Condvar, Mutex,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{
    Home, Ran, order,
    server::{Answer, Request, Server, good},
};

/// Nothing takes as long as this: a test that waits so long has failed.
pub const TOO_LONG: Duration = Duration::from_secs(30);

/// The results in turn, as [`by_turns`] gives them.
pub const RESULTS: [&str; 4] = ["OK", "NG", "HOLD", "REVIEW"];

/// The numbers of a batch's orders.
pub fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("n{n:05}")).collect()
}

/// Orders of these numbers as JSON Lines.
pub fn lines<N: AsRef<str>>(numbers: impl IntoIterator<Item = N>) -> String {
    let line = |number: N| order(number.as_ref()).to_string() + "\n";
    numbers.into_iter().map(line).collect()
}

/// A home with these orders in `batch.jsonl`, and this server for them.
pub fn home_with(server: &Server, input: &str) -> Home {
    let home = Home::sending_to(server);
    home.write("batch.jsonl", input);
    home
}

/// Begins to screen that file; `flags` are a line.
pub fn start(home: &Home, format: &str, flags: &str) -> Live {
    let call = format!("--format {format} screen batch.jsonl {flags}");
    Live::start(home.command(&call))
}

/// How many rows are outcomes that were given back.
pub fn reused(rows: &[Value]) -> usize {
    rows.iter().filter(|row| row["reused"] == true).count()
}

/// Each number was sent once at most.
#[track_caller]
pub fn sent_once(server: &Server) {
    let times = times(server);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

/// The numbers that rows are of.
pub fn numbers_of(rows: &[Value]) -> Vec<String> {
    let number = |row: &Value| row["number"].as_str().unwrap().to_owned();
    rows.iter().map(number).collect()
}

/// The rows whose `error.code` is this.
pub fn failed<'r>(rows: &'r [Value], code: &str) -> Vec<&'r str> {
    rows.iter()
        .filter(|row| row["error"]["code"] == code)
        .map(|row| row["number"].as_str().unwrap())
        .collect()
}

/// How often a server was sent each number.
pub fn times(server: &Server) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for number in server.numbers() {
        *times.entry(number).or_default() += 1;
    }
    times
}

/// A good answer; each request in turn gets another result.
pub fn by_turns(request: &Request, place: usize) -> Answer {
    good(request, place, RESULTS[place % RESULTS.len()])
}

impl Server {
    /// Waits until so many requests have come.
    #[track_caller]
    pub fn wait_for(&self, requests: usize) {
        let tick = Duration::from_millis(1);
        let mut left = TOO_LONG.as_millis();
        while self.count() < requests {
            thread::sleep(tick);
            left -= 1;
            assert!(left > 0, "{} of {requests} requests", self.count());
        }
    }
}

/// Holds threads back until it is opened.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits until it is open. Whether it ever was.
    pub fn pass(&self) -> bool {
        let (is_open, opened) = &*self.0;
        let is_open = is_open.lock().unwrap();
        let waited = opened.wait_timeout_while(is_open, TOO_LONG, |is_open| !*is_open);
        *waited.unwrap().0
    }
}

/// A run of the program that is watched. It does not outlive the test.
pub struct Live {
    pub child: Child,
    out: Receiver<String>,
    told: Receiver<String>,
    /// What was taken of `out` and `told` so far.
    stdout: String,
    stderr: String,
}

fn lines_of(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = String::new();
        while pipe.read_line(&mut line).is_ok_and(|read| read > 0) {
            if sender.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
    lines
}

impl Live {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        drop(child.stdin.take());
        Self {
            out: lines_of(child.stdout.take().unwrap()),
            told: lines_of(child.stderr.take().unwrap()),
            child,
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    /// The next line of standard output.
    #[track_caller]
    pub fn line(&mut self) -> String {
        let line = self.out.recv_timeout(TOO_LONG).expect("a line");
        self.stdout.push_str(&line);
        line
    }

    /// Waits for a line on standard error that says this.
    #[track_caller]
    pub fn until_told(&mut self, part: &str) {
        loop {
            let line = self.told.recv_timeout(TOO_LONG).expect(part);
            self.stderr.push_str(&line);
            if line.contains(part) {
                return;
            }
        }
    }

    pub fn signal(&self, name: &str) {
        super::signal(&self.child, name);
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Its end, with all that it wrote. The status of one that was killed is -1.
    #[track_caller]
    pub fn end(mut self) -> Ran {
        loop {
            match self.out.recv_timeout(TOO_LONG) {
                Ok(line) => self.stdout.push_str(&line),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(_) => panic!("it does not end: {}", self.stderr),
            }
        }
        let status = self.child.wait().unwrap();
        self.stderr.extend(self.told.iter());
        Ran {
            status: status.code().unwrap_or(-1),
            stdout: std::mem::take(&mut self.stdout),
            stderr: std::mem::take(&mut self.stderr),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ran {
    /// The rows of a list in this form of JSON. What a kill has cut off is no row.
    #[track_caller]
    pub fn rows(&self, format: &str) -> Vec<Value> {
        if format == "json" {
            let document = self.json();
            let rows = document.as_array().unwrap_or_else(|| panic!("{self:#?}"));
            return rows.clone();
        }
        let lines = self.stdout.split_inclusive('\n');
        lines
            .filter(|line| line.ends_with('\n'))
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            })
            .collect()
    }
}
