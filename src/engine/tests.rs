//! That every order is gone through once and in order, and that a row says what `trace` says.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{
    reconcile::{ReconcileRow, reconcile},
    summary::Summary,
    trace::{Rules, trace},
};
use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord},
        matching::Status,
        order::{OrderNumber, OrderRecord},
        payment::{Payment, PaymentRecord},
        records::Records,
        time::JstTime,
    },
    store::{Loading, Store, StoreError},
};

const ORDERS: u32 = 900;
const DAY: i64 = 86_400;

struct Home {
    folder: TempDir,
}

impl Home {
    fn path(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    /// Every third order has its event under its own number, every third under that of its first
    /// payment, and every tenth has no time.
    fn filled() -> (Self, Store) {
        let home = Self {
            folder: TempDir::new().unwrap(),
        };
        let mut store = Store::open(&home.path()).unwrap();
        load(&mut store, (0..ORDERS).rev().map(order));
        let later = (0..ORDERS).filter(|n| n % 3 == 1);
        load(
            &mut store,
            later.flat_map(|n| [payment(n, "f"), payment(n, "n")]),
        );
        let screened = (0..ORDERS).filter(|n| n % 3 < 2);
        load(&mut store, screened.flat_map(events));
        load(
            &mut store,
            (0..7).map(|n| event(&format!("orphan{n}"), &format!("x{n}"), DAY)),
        );
        (home, store)
    }
}

fn load<R>(store: &mut Store, rows: impl Iterator<Item = R>)
where
    Records: From<Vec<R>>,
{
    let loading = Loading {
        at: JstTime::from_unix(0),
        service: None,
    };
    let rows: Vec<R> = rows.collect();
    let loaded = store.load(loading, |load| -> Result<_, StoreError> {
        assert_eq!(load.put(0, rows)?, []);
        Ok(Some(()))
    });
    assert_eq!(loaded.unwrap(), Some(()));
}

fn number(kind: &str, n: u32) -> OrderNumber {
    format!("{kind}{n:06}").parse().unwrap()
}

fn order(n: u32) -> OrderRecord {
    let at = JstTime::from_unix(i64::from(n / 4) * 60);
    OrderRecord {
        created_at: (n % 10 != 9).then_some(at),
        result: (!n.is_multiple_of(5)).then_some(AutoResult::Ok),
        payment_method_id: Some(1),
        ..OrderRecord::of(number("n", n))
    }
}

fn payment(n: u32, kind: &str) -> PaymentRecord {
    PaymentRecord {
        order_number: number("n", n),
        payment: Payment {
            number: number(kind, n),
            at: Some(JstTime::from_unix(i64::from(n) * 60)),
            amount: None,
            thanks_offer: Some(kind == "n"),
        },
    }
}

fn event(under: &str, id: &str, at: i64) -> EventRecord {
    EventRecord {
        requested_at: Some(JstTime::from_unix(at)),
        auto_result: Some("OK".to_owned()),
        ..EventRecord::of(under.parse().unwrap(), EventId(id.to_owned()))
    }
}

/// Two, of which the later is the match.
fn events(n: u32) -> Vec<EventRecord> {
    let kind = if n.is_multiple_of(3) { "n" } else { "f" };
    let under = number(kind, n);
    vec![
        event(under.as_str(), &format!("e{n}-2"), 2 * DAY),
        event(under.as_str(), &format!("e{n}-1"), DAY),
    ]
}

fn all(store: &Store, from: Option<i64>, to: Option<i64>) -> (Vec<ReconcileRow>, u64) {
    let (from, to) = (from.map(JstTime::from_unix), to.map(JstTime::from_unix));
    let mut rows = vec![];
    let look = store.look().unwrap();
    let orphans = reconcile(&look, &Rules::default(), from, to, |row| {
        rows.push(row);
        Ok::<_, StoreError>(())
    });
    (rows, orphans.unwrap())
}

#[test]
fn every_order_comes_once_and_in_order() {
    let (home, store) = Home::filled();
    let (rows, orphans) = all(&store, None, None);
    assert_eq!((rows.len(), orphans), (ORDERS as usize, 7));
    let key = |row: &ReconcileRow| (row.created_at.is_none(), row.created_at, row.number.clone());
    assert!(rows.is_sorted_by_key(key));
    assert!(rows.iter().any(|row| row.created_at.is_none()));
    let mut summary = Summary::default();
    rows.iter().for_each(|row| summary.count(row));
    assert_eq!(summary.counts.orders(), u64::from(ORDERS));
    assert_eq!(summary.counts.of(Status::Direct), u64::from(ORDERS) / 3);
    assert_eq!(
        summary.counts.of(Status::ViaPaymentHistory),
        u64::from(ORDERS) / 3
    );
    assert_eq!(summary.undated, u64::from(ORDERS) / 10);
    // Also while somebody writes.
    let writer = rusqlite::Connection::open(home.path()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(all(&store, None, None), (rows, 7));
}

#[test]
fn a_range_has_both_its_ends_and_no_order_without_a_time() {
    let (_home, store) = Home::filled();
    let (rows, _) = all(&store, None, None);
    let at = |n: i64| n * 60;
    for (from, to) in [
        (Some(at(10)), Some(at(12))),
        (Some(at(1_100)), None),
        (None, Some(at(30))),
        (Some(at(5)), Some(at(4))),
    ] {
        let inside = |row: &&ReconcileRow| {
            let time = row.created_at.map(JstTime::unix);
            time.is_some_and(|time| {
                from.is_none_or(|from| from <= time) && to.is_none_or(|to| time <= to)
            })
        };
        let expected: Vec<_> = rows.iter().filter(inside).cloned().collect();
        assert_eq!(all(&store, from, to).0, expected, "{from:?} {to:?}");
    }
    // The orphans of that time alone.
    assert_eq!(all(&store, Some(2 * DAY), None).1, 0);
    assert_eq!(all(&store, Some(DAY), Some(DAY)).1, 7);
}

#[test]
fn a_row_says_what_trace_says() {
    let (_home, store) = Home::filled();
    let (rows, _) = all(&store, None, None);
    let look = store.look().unwrap();
    for row in rows.iter().step_by(7) {
        let traced = trace(Some(&look), &Rules::default(), &row.number, None).unwrap();
        let found = traced.found();
        assert_eq!(row.status, Status::of(traced.verdict, traced.cause));
        assert_eq!(row.event_id.as_ref(), found.map(|event| &event.event_id));
        assert_eq!(row.cause, traced.cause, "{}", row.number);
        assert_eq!(row.drift, traced.drift);
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_work() {
    let (_home, store) = Home::filled();
    let look = store.look().unwrap();
    let mut taken = 0;
    let ended = reconcile(&look, &Rules::default(), None, None, |_| {
        taken += 1;
        Err(anyhow::anyhow!("gone"))
    });
    assert_eq!(ended.unwrap_err().to_string(), "gone");
    assert_eq!(taken, 1);
}
