//! Orders per second of `oplux screen` against `oplux sandbox` on loopback: 2,000 orders at 0 and
//! 50 ms of latency, with 1, 8 and 32 jobs, and how close each comes to what the latency allows
//! (jobs / latency). The whole process is timed, and every outcome is on the disk before it is
//! printed.
//!
//! ```sh
//! cargo bench --bench screening
//! ```
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(missing_docs)]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

const ORDERS: usize = 2_000;
const METHOD: &str = "[[payment_methods]]\nid = 1\nname = \"card\"\noplux = true\n";

/// The program, with an empty home and a clear environment.
fn oplux(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oplux"));
    command.env_clear().env("HOME", home).args(args);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// A sandbox that ends with the value, and the configuration for it.
struct Sandbox {
    child: Child,
    config: String,
}

impl Sandbox {
    fn start(home: &Path, latency: &str) -> Self {
        let args = ["sandbox", "--listen", "127.0.0.1:0", "--latency", latency];
        let mut command = oplux(home, &args);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a sandbox");
        let printed = BufReader::new(child.stdout.take().expect("its output"));
        let mut config = String::new();
        for line in printed.lines().map(|line| line.expect("a line")) {
            // Without the name API: what is measured is the register call.
            if line.starts_with("name_url") {
                break;
            }
            config.push_str(&line);
            config.push('\n');
        }
        config.push_str(METHOD);
        Self { child, config }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Orders as a shop would pipe them, as JSON Lines.
fn orders() -> String {
    let line = |n: usize| {
        format!(
            r#"{{"number":"b{n:09}","channel":"lp","created_at":"2026/11/20 10:15:00","payment_method_id":1,"total":3980,"email":"hanako{n}@example.com","customer":{{"id":"{n}","registered":true,"purchase_number":1}},"billing_address":{{"name01":"鈴木","name02":"花子","kana01":"スズキ","kana02":"ハナコ","zip":"1530064","prefecture_name":"東京都","addr01":"目黒区下目黒","addr02":"2-23-18","tel":"035759638{}"}},"items":[{{"product_number":"EA00","product_name":"美容液","price":3980,"quantity":1}}],"card":{{"bin":"411111"}}}}"#,
            n % 10
        ) + "\n"
    };
    (0..ORDERS).map(line).collect()
}

/// Screens all orders once in a fresh store, and gives how many a second that were.
fn run(latency: u64, jobs: usize) -> f64 {
    let home = tempfile::tempdir().expect("a temporary folder");
    let home = home.path();
    let sandbox = Sandbox::start(home, &format!("{latency}ms"));
    let config = home.join("config.toml");
    fs::write(&config, &sandbox.config).expect("a configuration");
    let mut permissions = fs::metadata(&config).expect("its mode").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
    fs::set_permissions(&config, permissions).expect("its mode");
    fs::write(home.join("orders.jsonl"), orders()).expect("orders");
    let rows = home.join("rows.jsonl");
    let jobs = jobs.to_string();
    let args = [
        "--config",
        config.to_str().expect("a path"),
        "--format",
        "jsonl",
        "screen",
        "orders.jsonl",
        "--jobs",
        &jobs,
    ];
    let mut command = oplux(home, &args);
    command.current_dir(home);
    command.stdout(File::create(&rows).expect("a file"));
    let began = Instant::now();
    let status = command.status().expect("the program");
    let seconds = began.elapsed().as_secs_f64();
    let rows = fs::read_to_string(rows).expect("rows");
    let screened = rows.lines().filter(|row| row.contains(r#""error":null"#));
    assert!(status.success() && screened.count() == ORDERS, "{status}");
    ORDERS as f64 / seconds
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    let quick = !std::env::args().any(|arg| arg == "--bench");
    println!("{ORDERS} orders, every outcome on the disk before it is printed");
    println!("latency  jobs  orders/s  jobs/latency  reached");
    for (latency, jobs) in [(0, 1), (0, 8), (0, 32), (50, 1), (50, 8), (50, 32)] {
        if quick && latency > 0 && jobs < 32 {
            continue;
        }
        let rate = run(latency, jobs);
        let (limit, reached) = match latency {
            0 => ("-".to_owned(), "-".to_owned()),
            _ => {
                let limit = jobs as f64 * 1000.0 / latency as f64;
                (
                    format!("{limit:.0}"),
                    format!("{:.0} %", 100.0 * rate / limit),
                )
            }
        };
        println!("{latency:>4} ms  {jobs:>4}  {rate:>8.0}  {limit:>12}  {reached:>7}");
    }
}
