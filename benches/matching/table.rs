//! The figures as tables, with a verdict on each bound of the issue.

use std::time::Duration;

use super::contest::{Figures, KINDS, RECONCILE_TASK, Who, again_task, import_task};

/// No task may ever hold as much, in KiB.
const MOST_MEMORY: u64 = 300 * 1024;
/// What ten times the orders may add: this factor, and this many KiB.
const FLAT_FACTOR: f64 = 1.3;
const FLAT_REST: u64 = 16 * 1024;

/// How oplux's time is judged by sqlite3's.
#[derive(Clone, Copy)]
enum Bound {
    AtMost(f64),
    Below(f64),
    /// Told, not judged.
    Open,
}

impl Bound {
    fn says(self) -> String {
        match self {
            Self::AtMost(ratio) => format!("<= {ratio:.2}"),
            Self::Below(ratio) => format!("< {ratio:.2}"),
            Self::Open => "-".into(),
        }
    }

    fn verdict(self, ratio: Option<f64>) -> &'static str {
        match (self, ratio) {
            (Self::Open, _) | (_, None) => "-",
            (Self::AtMost(most), Some(ratio)) => verdict(ratio <= most),
            (Self::Below(limit), Some(ratio)) => verdict(ratio < limit),
        }
    }
}

fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "MISSED" }
}

/// Times of one shop against sqlite3's.
pub fn print_times(figures: &Figures) {
    println!("\n{} orders", grouped(figures.shop.orders));
    line(["", "oplux", "sqlite3", "ratio", "bound", "verdict"]);
    for kind in KINDS {
        print_task(figures, &import_task(kind), Bound::AtMost(1.0));
    }
    for kind in KINDS {
        print_task(figures, &again_task(kind), Bound::Open);
    }
    let lookups = [figures.lookup(Who::Oplux), figures.lookup(Who::Sqlite)];
    print_row("trace NUMBER", lookups, Bound::AtMost(2.0));
    print_task(figures, RECONCILE_TASK, Bound::Below(1.0));
}

fn print_task(figures: &Figures, task: &str, bound: Bound) {
    let walls = [Who::Oplux, Who::Sqlite].map(|who| figures.wall(task, who));
    print_row(task, walls, bound);
}

fn print_row(task: &str, [oplux, sqlite]: [Option<Duration>; 2], bound: Bound) {
    let ratio = oplux
        .zip(sqlite)
        .map(|(a, b)| a.as_secs_f64() / b.as_secs_f64());
    line([
        task,
        &shown(oplux, seconds),
        &shown(sqlite, seconds),
        &shown(ratio, |ratio| format!("{ratio:.2}")),
        &bound.says(),
        bound.verdict(ratio),
    ]);
}

/// Whether both found the same, and what the generator knows to be right.
pub fn print_agreement(figures: &Figures) -> bool {
    let (right, agreement) = (figures.shop.found(), &figures.agreement);
    println!("\nfound      direct / via payment history / no event");
    println!(
        "generated  {} / {} / {}",
        right.direct, right.via, right.none
    );
    let sides = [
        ("oplux", Some(agreement.oplux)),
        ("sqlite3", agreement.sqlite),
    ];
    for (who, found) in sides {
        let Some(found) = found else { continue };
        println!(
            "{who:<9}  {} / {} / {}",
            found.direct, found.via, found.none
        );
    }
    let mut same = agreement.oplux == right;
    if let Some((differ, first)) = agreement.differ {
        let first = shown(first, |row| format!(", the first in row {row}"));
        println!(
            "{} rows differ{}",
            differ,
            if differ > 0 { &first } else { "" }
        );
        same &= differ == 0;
    }
    println!("the same matches and drifts: {}", verdict(same));
    same
}

/// Peak memory of the smaller and the larger shop.
pub fn print_memory(small: &Figures, large: &Figures) {
    println!("\npeak memory of oplux: < 300 MB, and flat (<= {FLAT_FACTOR} x + 16 MB)");
    let [fewer, more] = [small, large].map(|figures| grouped(figures.shop.orders));
    line(["", &fewer, &more, "sqlite3", "< 300 MB", "flat"]);
    let tasks = KINDS
        .map(import_task)
        .into_iter()
        .chain(KINDS.map(again_task));
    for task in tasks.chain([RECONCILE_TASK.to_owned()]) {
        let [less, most] = [small, large].map(|figures| figures.peak(&task, Who::Oplux));
        let low = most.map(|most| most < MOST_MEMORY);
        let flat = less.zip(most).map(|(less, most)| is_flat(less, most));
        line([
            &task,
            &shown(less, megabytes),
            &shown(most, megabytes),
            &shown(large.peak(&task, Who::Sqlite), megabytes),
            &shown(low, |holds| verdict(holds).into()),
            &shown(flat, |holds| verdict(holds).into()),
        ]);
    }
    if large.peak(RECONCILE_TASK, Who::Oplux).is_none() {
        println!("memory is not measured: there is no /proc here");
    }
}

fn is_flat(less: u64, most: u64) -> bool {
    most as f64 <= less as f64 * FLAT_FACTOR + FLAT_REST as f64
}

fn line([task, a, b, c, d, e]: [&str; 6]) {
    println!("{task:<24}{a:>11}{b:>11}{c:>9}{d:>10}{e:>9}");
}

fn shown<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "-".into(), show)
}

fn seconds(wall: Duration) -> String {
    match wall.as_secs_f64() {
        wall if wall < 0.1 => format!("{:.2} ms", wall * 1000.0),
        wall => format!("{wall:.2} s"),
    }
}

fn megabytes(kib: u64) -> String {
    format!("{:.1} MB", kib as f64 / 1024.0)
}

/// 1,000,000
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b',')).into_owned()
}
