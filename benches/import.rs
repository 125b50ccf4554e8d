//! A real shop's exports through `import`: a 受注CSV of all its 60 columns in CP932, against
//! `iconv | sqlite3 .import` into a table with the columns that oplux keeps and the same indexes,
//! and an Excel book; time and peak memory.
//!
//! ```sh
//! cargo bench --bench import
//! OPLUX_BENCH_ORDERS=20000 OPLUX_BENCH_ROUNDS=1 cargo bench --bench import
//! ```
//!
//! Each round begins with an empty store and an empty database; times are the median of the rounds.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(missing_docs)]

#[path = "import/files.rs"]
mod files;
#[allow(dead_code, reason = "shared with the bench of matching")]
#[path = "matching/program.rs"]
mod program;

use std::{env, fs, path::Path, time::Duration};

use program::{Measured, Program};

const ORDERS: u64 = 200_000;
const BOOK_ROWS: u64 = 50_000;
const ROUNDS: u64 = 3;
/// `cargo test --benches` only asks whether it runs.
const QUICK: u64 = 1_000;

/// What a file may take besides its own size, in KiB.
const MEMORY_BESIDES: u64 = 150 * 1024;
const BOOK_SECONDS: u64 = 5;

/// The first columns of the file are those that oplux keeps of it; `.import` passes over the rest.
const TABLE: &str = "CREATE TABLE orders (
    number TEXT NOT NULL UNIQUE, ecforce_id TEXT, created_at TEXT, channel TEXT, offer TEXT,
    payment_method TEXT, total INTEGER, customer_id TEXT, state TEXT, payment_state TEXT,
    result TEXT, reason TEXT);
CREATE INDEX orders_by_time ON orders (created_at, number);
CREATE INDEX orders_by_ecforce_id ON orders (ecforce_id) WHERE ecforce_id IS NOT NULL;";

fn main() {
    let args: Vec<_> = env::args().skip(1).collect();
    let quick = !args.iter().any(|arg| arg == "--bench") || args.iter().any(|arg| arg == "--test");
    let [orders, rows, rounds] = match quick {
        true => [QUICK, QUICK, 1],
        false => [ORDERS, BOOK_ROWS, ROUNDS],
    };
    let orders = set_by("OPLUX_BENCH_ORDERS").unwrap_or(orders);
    let rounds = set_by("OPLUX_BENCH_ROUNDS").unwrap_or(rounds).max(1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("home")).expect("a home");
    fs::write(path("tables.sql"), TABLE).expect("a file");
    let size = files::write_csv(&path("orders.csv"), orders).expect("the file is written");
    files::write_book(&path("book.xlsx"), rows).expect("the book is written");
    let mib = |kib: u64| kib as f64 / 1024.0;
    println!("whole processes, median of {rounds} round(s)");
    println!(
        "受注CSV: {orders} orders, {} columns, CP932, {:.0} MiB",
        files::COLUMNS,
        mib(size / 1024)
    );
    let contest = Contest {
        folder: folder.path(),
        oplux: Program::new(env!("CARGO_BIN_EXE_oplux").into(), folder.path()),
        shell: Program::new("/bin/sh".into(), folder.path()),
    };
    let has_peer = ["iconv", "sqlite3"].map(|name| program::on_path(name).is_some());
    let (mut ours, mut theirs, mut books) = (vec![], vec![], vec![]);
    for _ in 0..rounds {
        if has_peer == [true; 2] {
            theirs.push(contest.iconv_and_sqlite());
        }
        ours.push(contest.oplux("orders.csv"));
        books.push(contest.oplux("book.xlsx"));
    }
    let ours_time = median(&ours);
    println!("  oplux import          {:6.2} s", ours_time.as_secs_f64());
    match theirs.is_empty() {
        true => println!("  no iconv or no sqlite3 on the PATH: oplux's figure stands alone"),
        false => {
            let time = median(&theirs);
            let verdict = verdict(ours_time <= time);
            println!(
                "  iconv | sqlite3       {:6.2} s: {verdict}",
                time.as_secs_f64()
            );
        }
    }
    if let Some(peak) = ours.iter().filter_map(|run| run.peak).max() {
        let bound = size / 1024 + MEMORY_BESIDES;
        let (peak_mib, verdict) = (mib(peak), verdict(peak <= bound));
        println!(
            "  peak memory           {peak_mib:6.0} MiB (bound {:.0}): {verdict}",
            mib(bound)
        );
    }
    let time = median(&books);
    println!("Excel book: {rows} rows, {} columns", files::BOOK_COLUMNS);
    let verdict = verdict(time < Duration::from_secs(BOOK_SECONDS));
    println!(
        "  oplux import          {:6.2} s (bound {BOOK_SECONDS}): {verdict}",
        time.as_secs_f64()
    );
    if let Some(peak) = books.iter().filter_map(|run| run.peak).max() {
        println!("  peak memory           {:6.0} MiB", mib(peak));
    }
}

fn set_by(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().expect("a whole number"))
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

fn median(runs: &[Measured]) -> Duration {
    let mut times: Vec<_> = runs.iter().map(|run| run.wall).collect();
    times.sort();
    times[times.len() / 2]
}

struct Contest<'a> {
    folder: &'a Path,
    oplux: Program,
    shell: Program,
}

impl Contest<'_> {
    fn oplux(&self, file: &str) -> Measured {
        for name in ["oplux.db", "oplux.db-wal", "oplux.db-shm"] {
            self.remove(name);
        }
        self.oplux
            .run(&["--store", "oplux.db", "import", file], "out")
    }

    fn iconv_and_sqlite(&self) -> Measured {
        self.remove("sqlite.db");
        // It warns of every row that has more columns than the table.
        let load = "iconv -f CP932 -t UTF-8 orders.csv | sqlite3 sqlite.db \
                    '.read tables.sql' '.mode csv' '.import --skip 1 /dev/stdin orders' 2> warnings; \
                    test \"$(sqlite3 sqlite.db 'SELECT count(*) > 0 FROM orders')\" = 1";
        self.shell.run(&["-c", load], "out")
    }

    fn remove(&self, name: &str) {
        let path = self.folder.join(name);
        if path.exists() {
            fs::remove_file(path).expect("an old file goes");
        }
    }
}
