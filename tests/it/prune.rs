//! `prune`: what is older than a date goes, and nothing that is still needed.

use serde_json::json;

use crate::support::{
    Home,
    batch::{failed, home_with, lines},
    has,
    server::{Answer, Server},
};

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
