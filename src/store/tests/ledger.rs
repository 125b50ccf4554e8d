//! Many orders at once: what is asked of a ledger is written, or said to be not.

use std::sync::{Arc, mpsc};

use rusqlite::ffi;
use tokio::{runtime::Builder, sync::oneshot};

use super::*;
use crate::store::ledger::{Purpose, Request, write_all};

impl Home {
    fn ledger(&self) -> Ledger {
        Ledger::start(self.store(), self.run(), ACTOR).unwrap()
    }
}

fn on_a_runtime<T>(work: impl Future<Output = T>) -> T {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

async fn begin(ledger: &Ledger, order: &str) -> Result<Begin, StoreError> {
    let facts = facts(order);
    ledger.begin(&facts, Service::OPlux, at(100), None).await
}

async fn send(ledger: &Ledger, order: &str) -> AttemptId {
    match begin(ledger, order).await.unwrap() {
        Begin::Send(attempt) => attempt,
        other => panic!("{other:?}"),
    }
}

#[test]
fn many_at_once_are_kept_and_seen_as_soon_as_they_are_answered() {
    let home = Home::new();
    let ledger = Arc::new(home.ledger());
    let one = |ledger: Arc<Ledger>, n: usize| async move {
        let order = format!("order-{n}");
        let number = number(&order);
        let known = |ledger: &Ledger| {
            let reader = ledger.reader();
            reader
                .outcome_to_give_back(&number, Service::OPlux, None)
                .unwrap()
        };
        assert_eq!(known(&ledger), StoredOutcome::Nothing);
        let attempt = send(&ledger, &order).await;
        assert_eq!(known(&ledger), StoredOutcome::InFlight);
        assert_eq!(begin(&ledger, &order).await.unwrap(), Begin::Busy);
        match n % 3 {
            0 => {
                let event = event(&format!("event-{n}"), &order, Some(100));
                let kept = ledger.finish_screened(attempt, &event, None, at(101));
                assert_eq!(kept.await.unwrap(), Finish::Kept);
                assert!(matches!(known(&ledger), StoredOutcome::Screened(_)));
            }
            1 => {
                let ended = ledger.finish(attempt, &number, refused(), at(101));
                ended.await.unwrap();
                assert_eq!(known(&ledger), StoredOutcome::Nothing);
            }
            _ => {
                let ended = ledger.finish(attempt, &number, late_answer(), at(101));
                ended.await.unwrap();
                assert!(matches!(known(&ledger), StoredOutcome::Unknown(_)));
            }
        }
    };
    on_a_runtime(async {
        let tasks: Vec<_> = (0..90)
            .map(|n| tokio::spawn(one(ledger.clone(), n)))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        ledger.keep_order(&facts("not-sent")).await.unwrap();
    });
    drop(ledger);
    let store = home.store();
    assert_eq!(home.locks(), Vec::<String>::new(), "the run has ended");
    for (sql, expected) in [
        ("SELECT count(*) FROM orders", "91"),
        ("SELECT count(*) FROM events", "30"),
        ("SELECT count(*) FROM attempts WHERE ended_at = 101", "90"),
        ("SELECT count(*) FROM log", "180"),
    ] {
        assert_eq!(ask(&store, sql), expected, "{sql}");
    }
}

#[test]
fn a_run_ends_with_its_ledger_and_all_is_in_the_file() {
    let home = Home::new();
    let ledger = home.ledger();
    let other = home.store();
    let asked = on_a_runtime(send(&ledger, "a"));
    assert_eq!(asked, AttemptId(1));
    assert_eq!(home.locks().len(), 1);
    assert!(wal_bytes(&other) > 0);
    drop(ledger);
    assert_eq!(wal_bytes(&other), 0);
    assert_eq!(home.locks(), Vec::<String>::new());
    assert!(matches!(outcome(&home.store()), StoredOutcome::Unknown(_)));
}

/// Requests that wait when a writer comes to them: they are one group.
struct Waiting {
    asks: mpsc::Sender<Request>,
    asked: mpsc::Receiver<Request>,
}

type Answer = oneshot::Receiver<Result<(), StoreError>>;

impl Waiting {
    fn new() -> Self {
        let (asks, asked) = mpsc::channel();
        Self { asks, asked }
    }

    fn ask(
        &self,
        purpose: Purpose,
        work: impl FnMut(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) -> Answer {
        let (asker, answer) = oneshot::channel();
        let work = Box::new(work);
        let request = Request {
            purpose,
            work,
            asker,
        };
        self.asks.send(request).unwrap();
        answer
    }

    fn keep(&self, purpose: Purpose, order: &str) -> Answer {
        let facts = facts(order);
        self.ask(purpose, move |conn| orders::keep(conn, &facts))
    }

    /// Fails as SQLite does, where `gives_up` with the loss of the whole transaction.
    fn fail(&self, code: i32, gives_up: bool) -> Answer {
        self.ask(Purpose::Start, move |conn| {
            orders::keep(conn, &facts("half-done"))?;
            if gives_up {
                conn.execute_batch("ROLLBACK")?;
            }
            Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
        })
    }

    fn write_with(self, store: Store) -> Store {
        drop(self.asks);
        write_all(store, &self.asked)
    }
}

fn kind_of(answer: Answer) -> Option<StoreErrorKind> {
    let answer = answer.blocking_recv().expect("everything is answered");
    answer.err().map(|error| error.kind)
}

/// The size of the write-ahead log, in bytes.
fn wal_bytes(store: &Store) -> u64 {
    std::fs::metadata(open::beside(&store.path, "-wal")).map_or(0, |meta| meta.len())
}

fn orders_of(store: &Store) -> String {
    ask(
        store,
        "SELECT group_concat(number, ' ' ORDER BY number) FROM orders",
    )
}

#[test]
fn what_waits_is_one_transaction_and_one_that_fails_does_not_spoil_the_others() {
    let full = Some(StoreErrorKind::Full);
    for (code, gives_up, before, failed, kept) in [
        (
            ffi::SQLITE_CONSTRAINT,
            false,
            None,
            Some(StoreErrorKind::Other),
            "after before",
        ),
        // The whole transaction is lost, and nothing is begun on a full disk: outcomes are tried
        // again.
        (ffi::SQLITE_FULL, true, full, full, "after"),
    ] {
        let home = Home::new();
        let waiting = Waiting::new();
        let start = waiting.keep(Purpose::Start, "before");
        let failing = waiting.fail(code, gives_up);
        let outcome = waiting.keep(Purpose::Outcome, "after");
        let store = waiting.write_with(home.store());
        assert_eq!(
            [start, failing, outcome].map(kind_of),
            [before, failed, None]
        );
        assert_eq!(orders_of(&store), kept);
    }
    // Each transaction writes its pages into the log; these 100 share them.
    let bytes_of = |many: usize| {
        let home = Home::new();
        let mut store = home.store();
        assert!(store.empty_wal());
        let waiting = Waiting::new();
        let answers: Vec<_> = (0..many)
            .map(|n| waiting.keep(Purpose::Start, &format!("n{n}")))
            .collect();
        let store = waiting.write_with(store);
        assert!(answers.into_iter().all(|answer| kind_of(answer).is_none()));
        wal_bytes(&store)
    };
    let (alone, all) = (bytes_of(1), bytes_of(100));
    assert!(all < 10 * alone, "{all} bytes, {alone} for one");
}

#[test]
fn nothing_is_begun_after_a_full_disk_or_damage_but_outcomes_are_kept() {
    for (code, kind) in [
        (ffi::SQLITE_FULL, StoreErrorKind::Full),
        (ffi::SQLITE_CORRUPT, StoreErrorKind::Damaged),
    ] {
        let home = Home::new();
        let waiting = Waiting::new();
        let failing = waiting.fail(code, false);
        // More than one group holds.
        let starts: Vec<_> = (0..600)
            .map(|n| waiting.keep(Purpose::Start, &format!("start-{n}")))
            .collect();
        let outcome = waiting.keep(Purpose::Outcome, "outcome");
        let store = waiting.write_with(home.store());
        assert_eq!((kind_of(failing), kind_of(outcome)), (Some(kind), None));
        assert!(starts.into_iter().all(|start| kind_of(start) == Some(kind)));
        assert_eq!(orders_of(&store), "outcome");
    }
}

#[test]
fn a_lock_that_is_held_too_long_fails_what_waits_and_no_more() {
    let home = Home::new();
    home.store();
    let store = Store::open_waiting(&home.path(), SOON).unwrap();
    let ledger = Ledger::start(store, home.run(), ACTOR).unwrap();
    let holder = Connection::open(home.path()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    on_a_runtime(async {
        let asked = (0..20).map(async |n| begin(&ledger, &format!("n{n}")).await);
        let asked = futures_util::future::join_all(asked).await;
        for answer in asked {
            assert_eq!(answer.unwrap_err().kind, StoreErrorKind::Locked);
        }
        // Reading goes on.
        let histories = ledger.reader().histories_listing(&number("n0"));
        assert_eq!(histories.unwrap(), vec![]);
        holder.execute_batch("ROLLBACK").unwrap();
        send(&ledger, "n0").await;
    });
}

#[test]
fn the_log_of_writes_is_emptied_unless_somebody_reads_from_it() {
    let home = Home::new();
    let mut store = home.store();
    store.keep_order(&facts("a")).unwrap();
    let reader = Connection::open(home.path()).unwrap();
    let look = "BEGIN; SELECT count(*) FROM orders";
    reader.execute_batch(look).unwrap();
    store.keep_order(&facts("b")).unwrap();
    assert!(!store.empty_wal());
    store.keep_order(&facts("c")).unwrap();
    reader.execute_batch("COMMIT").unwrap();
    assert!(store.empty_wal());
    assert_eq!(wal_bytes(&store), 0);
    assert_eq!(orders_of(&store), "a b c");
}
