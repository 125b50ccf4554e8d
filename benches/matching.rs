//! A shop's year through the built binary, against the sqlite3 command line: importing its three
//! files, finding one order's event among all, and reconciling every order; time and peak memory,
//! at a number of orders (1,000,000) and at a tenth of it.
//!
//! ```sh
//! cargo bench --bench matching
//! OPLUX_BENCH_ORDERS=200000 OPLUX_BENCH_ROUNDS=1 cargo bench --bench matching
//! cargo bench --bench matching -- --generate FOLDER    # only the files
//! ```
//!
//! Each round begins with an empty store and an empty database; times are the median of the
//! rounds. The files lie in a temporary folder (`TMPDIR`; about 3 GB) that is gone afterwards.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(missing_docs)]

#[path = "matching/agreement.rs"]
mod agreement;
#[path = "matching/contest.rs"]
mod contest;
#[path = "matching/export.rs"]
mod export;
#[path = "matching/program.rs"]
mod program;
#[path = "matching/shop.rs"]
mod shop;
#[path = "matching/table.rs"]
mod table;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use contest::{Contest, Figures};
use program::Program;
use shop::Shop;

const SEED: u64 = 0x9_2c51_77e3;
const ORDERS: u64 = 1_000_000;
const ROUNDS: u64 = 3;
/// `cargo test --benches` only asks whether it runs.
const QUICK_ORDERS: u64 = 2_000;

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    let quick = !args.iter().any(|arg| arg == "--bench") || args.iter().any(|arg| arg == "--test");
    let (orders, rounds) = if quick {
        (QUICK_ORDERS, 1)
    } else {
        (ORDERS, ROUNDS)
    };
    let orders = set_by("OPLUX_BENCH_ORDERS").unwrap_or(orders).max(1_000);
    let rounds = set_by("OPLUX_BENCH_ROUNDS").unwrap_or(rounds).max(1);
    let shop = Shop { orders, seed: SEED };
    if let Some(at) = args.iter().position(|arg| arg == "--generate") {
        let folder = args.get(at + 1).expect("--generate FOLDER");
        export::write(shop, Path::new(folder)).expect("the files are written");
        return ExitCode::SUCCESS;
    }
    compare(shop, rounds as usize)
}

fn set_by(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().expect("a whole number"))
}

/// Measures the shop and one of a tenth of its size, and prints all. Speed is told, not enforced;
/// wrong matches fail.
fn compare(shop: Shop, rounds: usize) -> ExitCode {
    let tenth = Shop {
        orders: shop.orders / 10,
        ..shop
    };
    println!("whole processes, median of {rounds} round(s); trace: median of 50 numbers");
    if shop.orders < ORDERS {
        println!("the bounds are meant for {ORDERS} orders: of fewer, verdicts say little");
    }
    let sqlite = program::on_path("sqlite3");
    if sqlite.is_none() {
        println!("no sqlite3 on the PATH: oplux's figures stand alone");
    }
    let mut same = true;
    let [small, large] = [tenth, shop].map(|shop| {
        let figures = measure(shop, rounds, sqlite.clone());
        table::print_times(&figures);
        same &= table::print_agreement(&figures);
        figures
    });
    table::print_memory(&small, &large);
    if same {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn measure(shop: Shop, rounds: usize, sqlite: Option<PathBuf>) -> Figures {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("home")).expect("a home");
    export::write(shop, folder.path()).expect("the files are written");
    let oplux = Program::new(env!("CARGO_BIN_EXE_oplux").into(), folder.path());
    let sqlite = sqlite.map(|path| Program::new(path, folder.path()));
    let contest = Contest {
        shop,
        folder: folder.path(),
        oplux: &oplux,
        sqlite: sqlite.as_ref(),
    };
    contest.run(rounds)
}
