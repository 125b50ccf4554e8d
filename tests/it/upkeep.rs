//! What keeps a store in order: `backup` and `restore`, the store in a file and back again, and
//! `prune`, by which what is older than a date goes, and nothing that is still needed.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    os::unix::fs::symlink,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crate::support::{
    Home,
    batch::{self, by_turns, failed, home_with, lines},
    finish, has, mode,
    server::{Answer, Server},
    set_mode,
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// The names of the files beside the store that keep what was there before a restore.
fn kept(home: &Home) -> Vec<String> {
    let files = home.files().into_iter();
    files
        .filter(|name| name.contains(".before-restore-"))
        .collect()
}

fn contents(home: &Home) -> String {
    let of = |call: &str| home.run(&format!("--format json {call}")).stdout;
    [of("orders list"), of("events list"), of("trace b1c2d3e4f5")].concat()
}

#[test]
fn what_was_backed_up_comes_back_and_what_was_there_is_kept() {
    let home = Home::with_purchase();
    let then = contents(&home);
    let ran = home.run("backup then.db");
    ran.ended_with(0).says(&[
        "then.db",
        "orders: 1, payments: 2, events: 1, screenings: 0",
    ]);
    assert_eq!(
        (ran.stdout.as_str(), mode(home.path("then.db"))),
        ("", 0o600)
    );
    assert!(
        home.files().iter().all(|name| !name.contains(".oplux-")),
        "nothing else is left"
    );

    home.imported("orders", "number,created_at\nlater00000,2026/11/25\n");
    let now = contents(&home);
    assert_ne!(now, then);
    home.run("restore then.db")
        .ended_with(2)
        .says(&["then.db (orders: 1", "(orders: 2", "--yes"]);
    assert_eq!(contents(&home), now, "nothing is done unasked");

    let ran = home.run("--format json restore then.db --yes");
    let row = ran.ended_with(0).json();
    assert_eq!((&row["orders"], &row["events"]), (&1.into(), &1.into()));
    assert_eq!(contents(&home), then);
    let log = home.run("log");
    log.shows(&["restore", "then.db", "import orders"]);
    let [before] = &kept(&home)[..] else {
        panic!("{:?}", home.files());
    };
    assert!(row["kept"].as_str().unwrap().ends_with(before.as_str()));
    assert_eq!(mode(home.path(before)), 0o600);
    // Which is a backup like any other.
    home.run(&["restore", before, "--yes"]).ended_with(0);
    assert_eq!(contents(&home), now);
    assert_eq!(kept(&home).len(), 2);

    // Where there is no store, nothing is lost and nobody is asked.
    let row = home.run("--format json --store new/shop.db restore then.db");
    assert_eq!(row.ended_with(0).json()["kept"], Value::Null);
    assert_eq!(mode(home.path("new/shop.db")), 0o600);
    let listed = home.run("--store new/shop.db orders list");
    listed.shows(&["b1c2d3e4f5"]);
}

#[test]
fn a_backup_goes_where_it_is_told_and_replaces_nothing_unasked() {
    let home = Home::with_purchase();
    home.write("there.db", "mine");
    set_mode(home.path("there.db"), 0o640);
    let store = home.store_path();
    let store = store.to_str().unwrap();
    symlink(store, home.path("link-to-store")).unwrap();
    symlink("there.db", home.path("link")).unwrap();
    for (file, said) in [
        ("-", "a store is a file"),
        ("there.db", "--force"),
        ("link", "--force"),
        (store, "is the store itself"),
        ("link-to-store", "is the store itself"),
        (&format!("{store}-wal"), "is the store itself"),
    ] {
        for force in [&["--force"][..], &[]] {
            if said == "--force" && !force.is_empty() {
                continue;
            }
            let ran = home.run(&[&["backup", file][..], force].concat());
            ran.ended_with(2).says(&[said]);
        }
    }
    home.run("backup none/x.db")
        .ended_with(1)
        .says(&["none/x.db"])
        .never_says(&[".oplux-"]);
    assert_eq!(home.read("there.db"), "mine");
    home.run("backup link --force").ended_with(0);
    assert!(home.path("link").is_symlink(), "a link is followed");
    assert_eq!(mode(home.path("there.db")), 0o640, "a file keeps its mode");
    home.run("--store there.db orders show b1c2d3e4f5")
        .ended_with(0);
    // What is no file is written through.
    let shell = "\"$0\" backup /dev/stdout | cat > piped.db";
    let mut piped = home.another("sh");
    piped.args(["-c", shell, env!("CARGO_BIN_EXE_oplux")]);
    finish(piped, "").ended_with(0);
    home.run("--store piped.db orders show b1c2d3e4f5")
        .ended_with(0);

    let empty = Home::new();
    empty
        .run("backup x.db")
        .ended_with(7)
        .says(&["there is no store"]);
    assert!(empty.files().is_empty());
}

#[test]
fn only_a_sound_store_is_restored() {
    let home = Home::with_purchase();
    let now = contents(&home);
    for (file, said) in [
        ("/dev/null", "a device or a pipe"),
        ("/", "a folder"),
        ("gone.db", "there is no file"),
    ] {
        home.run(&["restore", file, "--yes"])
            .ended_with(2)
            .says(&[file, said]);
    }
    home.run("backup good.db").ended_with(0);
    let good = fs::read(home.path("good.db")).unwrap();
    fs::write(home.path("newer.db"), &good).unwrap();
    let newer = Connection::open(home.path("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 1_000).unwrap();
    drop(newer);
    // A page of the middle that says nothing any more.
    let mut bad = good.clone();
    bad[8192..12288].fill(0x55);
    fs::write(home.path("damaged.db"), bad).unwrap();
    fs::write(home.path("cut.db"), &good[..good.len() / 2]).unwrap();
    home.write("text.db", &"no store\n".repeat(1_000));
    home.write("short.db", "x");
    home.write("empty.db", "");
    fs::create_dir(home.path("folder.db")).unwrap();
    let store = home.store_path();
    for (file, status, code) in [
        ("newer.db", 7, "store-newer"),
        ("damaged.db", 7, "store-damaged"),
        ("cut.db", 7, "store-damaged"),
        ("text.db", 7, "store-damaged"),
        ("short.db", 7, "store-damaged"),
        ("empty.db", 7, "store-damaged"),
        ("none.db", 2, "usage"),
        ("folder.db", 2, "usage"),
        ("-", 2, "usage"),
        (store.to_str().unwrap(), 2, "usage"),
    ] {
        let ran = home.run(&["--format", "json", "restore", "--yes", file]);
        let error = ran.ended_with(status).error();
        assert_eq!(error["code"], code, "{file}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(file), "{message}");
    }
    assert_eq!(contents(&home), now);
    assert!(kept(&home).is_empty());
}

#[test]
fn a_damaged_store_is_never_backed_up_and_can_be_restored() {
    let home = Home::with_purchase();
    let then = contents(&home);
    home.run("backup good.db").ended_with(0);
    let mut file = File::options().write(true).open(home.store_path()).unwrap();
    file.seek(SeekFrom::Start(8192)).unwrap();
    file.write_all(&[0x55; 4096]).unwrap();
    home.run("backup --force good.db")
        .ended_with(7)
        .says(&["is damaged", "oplux restore FILE"]);
    assert_eq!(kept(&home).len(), 0);
    home.run("restore good.db --yes").ended_with(0);
    assert_eq!(contents(&home), then);
    assert_eq!(kept(&home).len(), 1);

    // Where nothing can be told of it, it is not taken away.
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&[0x55; 4096]).unwrap();
    home.run("restore good.db --yes")
        .ended_with(7)
        .says(&["move it to another place"]);
    let bytes = fs::read(home.store_path()).unwrap();
    assert_eq!(bytes[..4096], [0x55; 4096]);
}

/// A batch goes on while copies are made, one after the other: it loses nothing, and each copy is
/// whole.
#[test]
fn a_batch_loses_nothing_by_a_backup() {
    const ORDERS: usize = 200;
    let server = Server::new(by_turns);
    let home = home_with(&server, &lines(batch::numbers(0..ORDERS)));
    home.imported("orders", "number,created_at\nn00000,2026/11/20\n");
    home.run("backup before.db").ended_with(0);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            home.run("--format json screen batch.jsonl").ended_with(0);
            ended.store(true, Ordering::Relaxed);
        });
        let (mut copies, mut most) = (0, 0);
        while !ended.load(Ordering::Relaxed) {
            if server.count() == 0 {
                thread::yield_now();
                continue;
            }
            home.run("backup copy.db --force").ended_with(0);
            let copy = Connection::open(home.path("copy.db")).unwrap();
            let ask = |sql| copy.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            let screened = ask("SELECT count(*) FROM attempts WHERE state = 'screened'");
            assert_eq!(
                ask("SELECT count(*) FROM events"),
                screened,
                "of one moment"
            );
            assert!(screened >= most, "{screened} after {most}");
            let log = "SELECT count(*) FROM log WHERE action = 'screen.screened'";
            assert_eq!(ask(log), screened);
            (copies, most) = (copies + 1, screened);
        }
        assert!(copies > 1, "{copies} while it ran");
    });
    let listed = home.run("--format jsonl events list");
    assert_eq!(listed.ended_with(0).stdout.lines().count(), ORDERS);
    assert_eq!(server.count(), ORDERS);
    // What is sent must not be forgotten unseen.
    home.run("restore before.db")
        .ended_with(2)
        .says(&["200 screening(s)", "would send those orders again"]);
}

/// Each order, payment or event with what becomes of it on 2026-01-01.
///
/// | number | why |
/// | --- | --- |
/// | old0000001 | all of it is older |
/// | new0000001 | it is younger |
/// | edge000001 | created at the very time |
/// | first00001 | older, but a younger order's payment history ties it to that |
/// | second0001 | that order |
/// | both000001, both000002 | tied, and both older |
/// | undated001 | nobody knows how old it is |
/// | tied000001 | undated, and tied to an old one |
/// | late000001 | older, and its event is younger |
/// | orphan0001 | an event alone, older |
/// | idtime0001 | an event alone, whose ID begins with an older time |
const ORDERS: &str = "\
number,created_at,result
old0000001,2025-12-01,OK
new0000001,2026-02-01,OK
edge000001,2026-01-01 00:00:00,OK
first00001,2025-12-31 23:59:00,OK
second0001,2026-01-01 00:05:00,OK
both000001,2025-11-01,OK
both000002,2025-11-02,OK
undated001,,OK
tied000001,,OK
late000001,2025-12-31 23:59:59,OK
";
const PAYMENTS: &str = "\
order_number,payment_number,at,amount
second0001,first00001,2025-12-31 23:59:00,1
second0001,second0001,2026-01-01 00:05:00,2
both000002,both000001,2025-11-01,1
both000002,both000002,2025-11-02,2
old0000001,tied000001,,3
";
const EVENTS: &str = "\
merchant_management_id,event_id,requested_at,auto_result
old0000001,E-OLD,2025-12-01,OK
first00001,E-FIRST,2025-12-31 23:59:01,OK
both000001,E-BOTH,2025-11-01,OK
undated001,E-UNDATED,,OK
late000001,E-LATE,2026-01-01 00:00:01,OK
orphan0001,E-ORPHAN,2025-06-01,OK
idtime0001,251101120000000-1,,OK
";

const STAYS: &str = "edge000001 first00001 late000001 new0000001 second0001 undated001";

fn filled() -> Home {
    let home = Home::new();
    home.imported("orders", ORDERS);
    home.imported("payments", PAYMENTS);
    home.imported("events", EVENTS);
    home
}

fn numbers(home: &Home) -> String {
    let mut numbers = home.column("orders list", "number");
    numbers.sort();
    numbers.join(" ")
}

#[test]
fn what_belongs_together_goes_together_and_only_where_all_of_it_is_older() {
    let home = filled();
    let all = numbers(&home);
    let counts = json!({"orders": 4, "payments": 3, "events": 4, "attempts": 0, "unsettled": 0});
    let call = "--format json prune --before 2026-01-01";
    let row = home.run(&format!("{call} --dry-run")).ended_with(0).json();
    has(&row, counts.clone());
    has(
        &row,
        json!({"before": "2026-01-01T00:00:00+09:00", "dry_run": true}),
    );
    home.run(call)
        .ended_with(2)
        .says(&["orders: 4, payments: 3, events: 4", "--yes"]);
    assert_eq!(numbers(&home), all, "nothing goes unasked");

    let row = home.run(&format!("{call} --yes")).ended_with(0).json();
    has(&row, counts);
    assert_eq!(row["dry_run"], false);
    assert_eq!(numbers(&home), STAYS);
    let mut events = home.column("events list", "event_id");
    events.sort();
    assert_eq!(events, ["E-FIRST", "E-LATE", "E-UNDATED"]);
    home.run("--format json trace second0001")
        .ended_with(0)
        .shows(&["via-payment-history", "E-FIRST"]);
    // The log stays, and says it.
    home.run("log")
        .shows(&["import orders", "prune", "2026-01-01 00:00:00", "orders 4"]);
    home.run("doctor").shows(&["is sound"]);

    let again = home.run(&format!("{call} --yes")).ended_with(0).json();
    has(&again, json!({"orders": 0, "events": 0}));
    home.run("--lang ja prune --before 2026-01-01")
        .ended_with(0)
        .says(&["ありません"]);
}

#[test]
fn the_room_is_given_back() {
    let home = Home::new();
    let rows: String = (0..5_000)
        .map(|n| format!("n{n:09},2025-01-01,OK\n"))
        .collect();
    home.imported("orders", format!("number,created_at,result\n{rows}"));
    let size = || std::fs::metadata(home.store_path()).unwrap().len();
    let was = size();
    home.run("prune --before 2026-01-01 -y").ended_with(0);
    assert!(size() < was / 2, "{} of {was}", size());
}

#[test]
fn an_unknown_outcome_stays_until_it_is_settled() {
    let server = Server::new(|_, _| Answer::Http(500, "text/plain", String::new()));
    let home = home_with(&server, &lines(["lost000001"]));
    let ran = home.run("--format jsonl screen batch.jsonl");
    assert_eq!(
        failed(&ran.rows("jsonl"), "outcome-unknown"),
        ["lost000001"]
    );
    // The order is of 2026-11-20, and the attempt of whatever the clock says.
    let store = rusqlite::Connection::open(home.store_path()).unwrap();
    let earlier = "UPDATE attempts SET began_at = began_at - 1000, ended_at = ended_at - 1000;
                   UPDATE orders SET created_at = 0";
    store.execute_batch(earlier).unwrap();
    let sql = "SELECT strftime('%Y-%m-%d %H:%M:%S', max(ended_at) + 1, 'unixepoch', '+9 hours')
               FROM attempts";
    let before: String = store.query_row(sql, [], |row| row.get(0)).unwrap();
    let sql = sql.replace("max(ended_at) + 1", "max(began_at)");
    let began: String = store.query_row(&sql, [], |row| row.get(0)).unwrap();
    drop(store);
    let call = ["--format", "json", "prune", "--yes", "--before", &before];
    let row = home.run(&call).ended_with(0).json();
    has(&row, json!({"orders": 0, "attempts": 0, "unsettled": 1}));
    assert_eq!(numbers(&home), "lost000001");
    let event = format!(
        "merchant_management_id,event_id,requested_at,auto_result\nlost000001,E-1,{began},OK\n"
    );
    home.imported("events", event);
    let row = home.run(&call).ended_with(0).json();
    has(
        &row,
        json!({"orders": 1, "events": 1, "attempts": 1, "unsettled": 0}),
    );
    assert_eq!(numbers(&home), "");
}

#[test]
fn calls_that_would_be_a_slip_are_refused() {
    let home = filled();
    for (call, status, said) in [
        ("prune --yes", 2, "--before"),
        ("prune --before soon --yes", 2, "expected a date"),
        ("prune --before 2999-01-01 --yes", 2, "later than now"),
        (
            "--store none.db prune --before 2026-01-01 --yes",
            7,
            "none.db",
        ),
        ("--format csv prune --before 2026-01-01 --yes", 2, "csv"),
    ] {
        home.run(call).ended_with(status).says(&[said]);
    }
    assert!(!home.path("none.db").exists());
    assert_eq!(home.column("orders list", "number").len(), 10);
}
