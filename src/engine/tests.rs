//! That every order is gone through once and in order, and that a row says what `trace` says.

use tempfile::TempDir;

use super::{
    reconcile::{ReconcileRow, Summary, reconcile},
    trace::trace,
};
use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord},
        matching::{Rules, Status},
        order::{OrderNumber, OrderRecord},
        payment::{Payment, PaymentRecord},
        records::Records,
        time::JstTime,
    },
    store::{Loading, Store, StoreError},
};

const ORDERS: u32 = 300;
const DAY: i64 = 86_400;

fn number(kind: &str, n: u32) -> OrderNumber {
    format!("{kind}{n:06}").parse().unwrap()
}

/// Every tenth has no time, every fifth no result.
fn order(n: u32) -> OrderRecord {
    let at = JstTime::from_unix(i64::from(n / 4) * 60);
    OrderRecord {
        created_at: (n % 10 != 9).then_some(at),
        result: (!n.is_multiple_of(5)).then_some(AutoResult::Ok),
        ..OrderRecord::of(number("n", n))
    }
}

/// The first payment and the thanks offer's, which bears the order's number. Without an event, it
/// is one first payment for all, which ties them.
fn payments(n: u32) -> [PaymentRecord; 2] {
    ["f", "n"].map(|kind| PaymentRecord {
        order_number: number("n", n),
        payment: Payment {
            number: match (kind, n % 3) {
                ("f", 2) => number("f", 2),
                _ => number(kind, n),
            },
            at: Some(JstTime::from_unix(i64::from(n) * 60)),
            amount: None,
            thanks_offer: Some(kind == "n"),
        },
    })
}

/// Two under one number, of which the later is the match.
fn events(kind: &str, n: u32) -> [EventRecord; 2] {
    [2, 1].map(|day| EventRecord {
        requested_at: Some(JstTime::from_unix(day * DAY)),
        auto_result: Some("OK".to_owned()),
        ..EventRecord::of(number(kind, n), EventId(format!("{kind}{n}-{day}")))
    })
}

/// Every third order has its event under its own number, every third under that of its first
/// payment, and every third is of one huge group without an event.
fn filled(folder: &TempDir) -> Store {
    let mut store = Store::open(&folder.path().join("shop.db")).unwrap();
    let all = 0..ORDERS;
    let screened = all.clone().filter(|n| n % 3 < 2);
    let under = |n| events(if n % 3 == 0 { "n" } else { "f" }, n);
    let later = all.clone().filter(|n| n % 3 > 0);
    let orphans = (0..7).flat_map(|n| events("orphan", n));
    let loading = Loading {
        at: JstTime::from_unix(0),
        service: None,
    };
    for records in [
        Records::Orders(all.rev().map(order).collect()),
        Records::Payments(later.flat_map(payments).collect()),
        Records::Events(screened.flat_map(under).chain(orphans).collect()),
    ] {
        let loaded = store.load(loading, |load| -> Result<_, StoreError> {
            assert_eq!(load.put(0, records)?, []);
            Ok(Some(()))
        });
        assert_eq!(loaded.unwrap(), Some(()));
    }
    store
}

#[test]
fn every_order_comes_once_and_in_order_and_its_row_says_what_trace_says() {
    let folder = TempDir::new().unwrap();
    let store = filled(&folder);
    // Also while somebody writes.
    let writer = rusqlite::Connection::open(folder.path().join("shop.db")).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let look = store.look().unwrap();
    let (mut rows, mut summary) = (vec![], Summary::default());
    let orphans = reconcile(&look, &Rules::default(), None, None, |row| {
        summary.count(&row);
        rows.push(row);
        Ok::<_, StoreError>(())
    });
    assert_eq!((rows.len(), orphans.unwrap()), (ORDERS as usize, 14));
    let key = |row: &ReconcileRow| (row.created_at.is_none(), row.created_at, row.number.clone());
    assert!(rows.is_sorted_by_key(key));
    let counts = &summary.counts;
    assert_eq!(counts.of(Status::Direct), u64::from(ORDERS) / 3);
    assert_eq!(counts.of(Status::ViaPaymentHistory), u64::from(ORDERS) / 3);
    assert_eq!(summary.undated, u64::from(ORDERS) / 10);
    for row in rows {
        let traced = trace(&look, &Rules::default(), &row.number, None).unwrap();
        let found = traced.found();
        assert_eq!(row.status, Status::of(traced.verdict, traced.cause));
        assert_eq!(row.event_id.as_ref(), found.map(|event| &event.event_id));
        assert_eq!(row.cause, traced.cause, "{}", row.number);
        assert_eq!(row.drift, traced.drift);
        assert_eq!(row.search_for.as_ref(), traced.search_for());
    }
}
