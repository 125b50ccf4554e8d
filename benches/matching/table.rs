//! The figures as tables, with a verdict on each bound.

use std::time::Duration;

use super::contest::{Figures, KINDS, RECONCILE_TASK, Who, again_task, import_task};

/// What a reconciliation may hold, and what an import may hold besides its file, in KiB.
const RECONCILING: u64 = 250 * 1024;
const IMPORTING: u64 = 150 * 1024;

fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "MISSED" }
}

/// Times of one shop against sqlite3's.
pub fn print_times(figures: &Figures) {
    println!("\n{} orders", grouped(figures.shop.orders));
    line(["", "oplux", "sqlite3", "ratio", "bound", "verdict"]);
    for kind in KINDS {
        print_task(figures, &import_task(kind), Some(1.0));
    }
    for kind in KINDS {
        print_task(figures, &again_task(kind), None);
    }
    let lookups = [figures.lookup(Who::Oplux), figures.lookup(Who::Sqlite)];
    print_row("trace NUMBER", lookups, Some(2.0));
    print_task(figures, RECONCILE_TASK, Some(1.0));
}

fn print_task(figures: &Figures, task: &str, bound: Option<f64>) {
    let walls = [Who::Oplux, Who::Sqlite].map(|who| figures.wall(task, who));
    print_row(task, walls, bound);
}

fn print_row(task: &str, [oplux, sqlite]: [Option<Duration>; 2], bound: Option<f64>) {
    let ratio = oplux
        .zip(sqlite)
        .map(|(a, b)| a.as_secs_f64() / b.as_secs_f64());
    line([
        task,
        &shown(oplux, seconds),
        &shown(sqlite, seconds),
        &shown(ratio, |ratio| format!("{ratio:.2}")),
        &shown(bound, |most| format!("<= {most:.2}")),
        ratio
            .zip(bound)
            .map_or("-", |(ratio, most)| verdict(ratio <= most)),
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
    println!("\npeak memory of oplux: a file is read whole");
    let [fewer, more] = [small, large].map(|figures| grouped(figures.shop.orders));
    line(["", &fewer, &more, "sqlite3", "bound", "verdict"]);
    let mut tasks = vec![(RECONCILE_TASK.to_owned(), RECONCILING)];
    for kind in KINDS {
        let bound = large.size(kind) + IMPORTING;
        tasks.extend([(import_task(kind), bound), (again_task(kind), bound)]);
    }
    for (task, bound) in tasks {
        let [less, most] = [small, large].map(|figures| figures.peak(&task, Who::Oplux));
        line([
            &task,
            &shown(less, megabytes),
            &shown(most, megabytes),
            &shown(large.peak(&task, Who::Sqlite), megabytes),
            &megabytes(bound),
            &shown(most, |most| verdict(most <= bound).into()),
        ]);
    }
    if large.peak(RECONCILE_TASK, Who::Oplux).is_none() {
        println!("memory is not measured: there is no /proc here");
    }
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
