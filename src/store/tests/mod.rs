//! The rules of the store, against real files.

mod kept;
mod ledger;
mod lists;
mod opening;
mod outcomes;

use std::{path::PathBuf, time::Duration};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{events::Arrival, outcome::ToSend, table::ReasonSets, upkeep::CopiedStore, *};
use crate::domain::{
    disposition::Disposition,
    event::{Event, EventId, EventRecord, Reason, Service, Similar},
    order::{Channel, OrderFacts, OrderNumber, Yen},
    payment::{History, Payment},
    time::JstTime,
};

const ACTOR: &str = "tester";
const SOON: Duration = Duration::from_millis(60);

/// A folder with room for a store.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    fn store(&self) -> Store {
        Store::open(&self.path()).unwrap()
    }

    fn run(&self) -> Run {
        Run::start(&self.path()).unwrap()
    }

    /// The names of the lock files that are there.
    fn locks(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains(".run-")).collect()
    }
}

fn number(text: &str) -> OrderNumber {
    text.parse().unwrap()
}

fn at(seconds: i64) -> JstTime {
    JstTime::from_unix(seconds)
}

fn facts(order: &str) -> OrderFacts {
    OrderFacts {
        number: number(order),
        channel: Channel::Lp,
        created_at: None,
        payment_method_id: 1,
        total: Yen(3980),
        customer_id: None,
        registered: true,
        purchase_number: 1,
        ad_url: None,
        history: History::default(),
    }
}

fn payment(order: &str) -> Payment {
    Payment {
        number: number(order),
        at: None,
        amount: None,
        thanks_offer: None,
    }
}

fn event(id: &str, order: &str, requested_at: Option<i64>) -> Event {
    Event {
        record: EventRecord {
            requested_at: requested_at.map(JstTime::from_unix),
            model_id: Some("CRD_01".to_owned()),
            auto_result: Some("HOLD".to_owned()),
            rule_group: Some("group".to_owned()),
            reasons: vec![
                Reason {
                    code: Some("R1".to_owned()),
                    description: Some("住所が過去の不正と一致".to_owned()),
                },
                Reason {
                    code: None,
                    description: Some("second".to_owned()),
                },
            ],
            ..EventRecord::of(number(order), EventId(id.to_owned()))
        },
        service: Service::OPlux,
        similars: vec![Similar {
            event_id: EventId("other".to_owned()),
            merchant_management_id: Some("c0ffee0001".to_owned()),
        }],
    }
}

/// Puts an event in that was not screened from here, and yet with all that an answer says.
fn import(store: &mut Store, event: Event) {
    let arrival = Arrival {
        origin: Origin::Import,
        service: Some(event.service),
        at: at(0),
    };
    let put = store.write(|tx| {
        let put = events::put(tx, &event.record, &mut ReasonSets::default(), arrival)?;
        events::note_answer(tx, &event.record.event_id, None, &event.similars)?;
        Ok(put)
    });
    assert!(put.unwrap().is_ok());
}

/// What the ledger does, one by one.
impl Store {
    fn keep_order(&mut self, facts: &OrderFacts) -> Result<(), StoreError> {
        self.write(|tx| orders::keep(tx, facts))
    }

    fn begin(
        &mut self,
        facts: &OrderFacts,
        at: JstTime,
        rescreen: Option<JstTime>,
        run: &Run,
    ) -> Begin {
        let path = self.path.clone();
        let order = ToSend {
            facts: facts.clone(),
            service: Service::OPlux,
            at,
            rescreen,
            run: run.name().into(),
            actor: ACTOR.into(),
        };
        self.write(|tx| outcome::begin(tx, &path, &order)).unwrap()
    }

    fn finish_screened(
        &mut self,
        attempt: AttemptId,
        event: &Event,
        disposition: Option<&Disposition>,
        at: JstTime,
    ) -> Finish {
        self.write(|tx| outcome::finish_screened(tx, attempt, event, disposition, at, ACTOR))
            .unwrap()
    }

    fn end(&mut self, attempt: AttemptId, end: End, at: JstTime) -> Result<(), StoreError> {
        self.write(|tx| attempts::end_attempt(tx, attempt, &end, at, ACTOR))
    }
}

fn refused() -> End {
    End::Failed("refused", "no".to_owned())
}

fn late_answer() -> End {
    End::Unknown(Some("time-out".to_owned()))
}

fn outcome(store: &Store) -> StoredOutcome {
    let outcome = store.outcome_to_give_back(&number("a"), Service::OPlux, None);
    outcome.unwrap()
}

fn begin(store: &mut Store, run: &Run, order: &str, began: i64, rescreen: bool) -> Begin {
    let again = rescreen.then_some(JstTime::NEVER);
    store.begin(&facts(order), at(began), again, run)
}

fn send(store: &mut Store, run: &Run, order: &str, began: i64, rescreen: bool) -> AttemptId {
    match begin(store, run, order, began, rescreen) {
        Begin::Send(attempt) => attempt,
        other => panic!("{other:?}"),
    }
}

fn finish(store: &mut Store, attempt: AttemptId, event: &Event, ended: i64) {
    let kept = store.finish_screened(attempt, event, None, at(ended));
    assert_eq!(kept, Finish::Kept);
}

/// One text out of the store's file, past the store's own functions.
fn ask(store: &Store, sql: &str) -> String {
    store
        .read(|conn| {
            conn.query_row(sql, [], |row| {
                Ok(match row.get_ref(0)? {
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    rusqlite::types::ValueRef::Null => "-".to_owned(),
                    text => text.as_str()?.to_owned(),
                })
            })
        })
        .unwrap()
}
