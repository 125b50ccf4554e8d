//! oplux and sqlite3 at the same tasks with the same files, round by round.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use super::{
    agreement::{self, Agreement},
    program::{Measured, Program},
    shop::Shop,
};

const TABLES: &str = include_str!("tables.sql");
const RECONCILE: &str = include_str!("reconcile.sql");

const STORE: &str = "oplux.db";
const DATABASE: &str = "sqlite.db";
const OPLUX_ROWS: &str = "oplux-reconcile.csv";
const SQLITE_ROWS: &str = "sqlite-reconcile.csv";

/// What the files are called, and oplux's word for them.
pub const KINDS: [&str; 3] = ["orders", "payments", "events"];
pub const RECONCILE_TASK: &str = "reconcile --format csv";

/// How many numbers are looked up one by one.
const LOOKUPS: u64 = 50;

/// Who is measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Oplux,
    Sqlite,
}

/// What was measured with one shop.
pub struct Figures {
    pub shop: Shop,
    runs: BTreeMap<(String, Who), Vec<Measured>>,
    lookups: BTreeMap<Who, Vec<Duration>>,
    /// The sizes of the files in KiB.
    sizes: BTreeMap<&'static str, u64>,
    pub agreement: Agreement,
}

/// A folder with the files of a shop, and who works on them.
pub struct Contest<'a> {
    pub shop: Shop,
    pub folder: &'a Path,
    pub oplux: &'a Program,
    pub sqlite: Option<&'a Program>,
}

pub fn import_task(kind: &str) -> String {
    format!("import {kind}")
}

pub fn again_task(kind: &str) -> String {
    format!("import {kind} again")
}

impl Contest<'_> {
    /// Everything, `rounds` times from an empty store; the single look-ups once, on the last one.
    pub fn run(&self, rounds: usize) -> Figures {
        let mut runs = BTreeMap::<_, Vec<_>>::new();
        for _ in 0..rounds {
            self.clear();
            let mut note = |task: &str, who, measured| {
                runs.entry((task.to_owned(), who))
                    .or_default()
                    .push(measured);
            };
            self.import(&mut note);
            self.reconcile(&mut note);
        }
        Figures {
            shop: self.shop,
            runs,
            lookups: self.look_up(),
            sizes: KINDS.map(|kind| (kind, self.size(kind))).into(),
            agreement: agreement::between(
                &self.folder.join(OPLUX_ROWS),
                self.sqlite
                    .map(|_| self.folder.join(SQLITE_ROWS))
                    .as_deref(),
            ),
        }
    }

    fn clear(&self) {
        for name in [STORE, "oplux.db-wal", "oplux.db-shm", DATABASE] {
            let path = self.folder.join(name);
            if path.exists() {
                fs::remove_file(path).expect("an old store goes");
            }
        }
        if let Some(sqlite) = self.sqlite {
            self.write("tables.sql", TABLES);
            sqlite.run(&[DATABASE, ".read tables.sql"], "out");
        }
    }

    fn size(&self, kind: &str) -> u64 {
        let file = self.folder.join(format!("{kind}.csv"));
        fs::metadata(file).expect("the file").len() / 1024
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("a file");
    }

    fn import(&self, note: &mut impl FnMut(&str, Who, Measured)) {
        for kind in KINDS {
            let file = format!("{kind}.csv");
            if let Some(sqlite) = self.sqlite {
                let import = format!(".import --skip 1 {file} {kind}");
                let measured = sqlite.run(&[DATABASE, ".mode csv", &import], "out");
                note(&import_task(kind), Who::Sqlite, measured);
            }
            let args = ["--store", STORE, "import", kind, &file];
            note(&import_task(kind), Who::Oplux, self.oplux.run(&args, "out"));
        }
        for kind in KINDS {
            let args = ["--store", STORE, "import", kind, &format!("{kind}.csv")];
            note(&again_task(kind), Who::Oplux, self.oplux.run(&args, "out"));
        }
    }

    fn reconcile(&self, note: &mut impl FnMut(&str, Who, Measured)) {
        if let Some(sqlite) = self.sqlite {
            self.write("reconcile.sql", RECONCILE);
            let once = format!(".once {SQLITE_ROWS}");
            let read = ".read reconcile.sql";
            let args = [DATABASE, ".mode csv", ".headers on", &once, read];
            note(RECONCILE_TASK, Who::Sqlite, sqlite.run(&args, "out"));
        }
        let args = ["--store", STORE, "--format", "csv", "reconcile"];
        note(
            RECONCILE_TASK,
            Who::Oplux,
            self.oplux.run(&args, OPLUX_ROWS),
        );
    }

    /// One number after the other, each with a process of its own, in turns.
    fn look_up(&self) -> BTreeMap<Who, Vec<Duration>> {
        let mut lookups = BTreeMap::<_, Vec<_>>::new();
        for number in self.shop.found_numbers(LOOKUPS) {
            let args = ["--store", STORE, "trace", &number];
            let wall = self.oplux.time(&args, "out");
            lookups.entry(Who::Oplux).or_default().push(wall);
            if let Some(sqlite) = self.sqlite {
                let select = format!("SELECT * FROM orders WHERE number = '{number}'");
                let wall = sqlite.time(&[DATABASE, &select], "out");
                lookups.entry(Who::Sqlite).or_default().push(wall);
            }
        }
        lookups
    }
}

impl Figures {
    /// The size of a kind's file in KiB.
    pub fn size(&self, kind: &str) -> u64 {
        self.sizes.get(kind).copied().unwrap_or_default()
    }

    /// The median of the rounds.
    pub fn wall(&self, task: &str, who: Who) -> Option<Duration> {
        let runs = self.runs.get(&(task.to_owned(), who))?;
        median(runs.iter().map(|run| run.wall).collect())
    }

    /// The most of all rounds, in KiB.
    pub fn peak(&self, task: &str, who: Who) -> Option<u64> {
        let runs = self.runs.get(&(task.to_owned(), who))?;
        runs.iter().filter_map(|run| run.peak).max()
    }

    /// The median of the single look-ups.
    pub fn lookup(&self, who: Who) -> Option<Duration> {
        median(self.lookups.get(&who)?.clone())
    }
}

fn median(mut walls: Vec<Duration>) -> Option<Duration> {
    walls.sort();
    walls.get(walls.len() / 2).copied()
}
