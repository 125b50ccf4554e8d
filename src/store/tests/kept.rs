//! What is kept of orders, payments and events, one by one and of very many at once; and the log.

use std::{collections::BTreeMap, path::Path};

use proptest::prelude::*;

use super::*;
use crate::domain::{
    event::AutoResult,
    order::{OrderAdUrl, OrderRecord, Records},
    payment::PaymentRecord,
};

/// A load without a configuration.
fn loading() -> Loading {
    Loading {
        at: at(500),
        service: None,
    }
}

/// Loads files, each in its batches.
fn load_files<R: Clone>(
    store: &mut Store,
    kind: fn(Vec<R>) -> Records,
    files: &[Vec<Vec<R>>],
) -> Vec<Counts> {
    let loaded = store.load(loading(), |load| -> Result<_, StoreError> {
        for (file, batches) in files.iter().enumerate() {
            for rows in batches {
                assert_eq!(load.put(file, kind(rows.clone()))?, []);
            }
        }
        load.counts(files.len()).map(Some)
    });
    loaded.unwrap().unwrap()
}

/// Loads one file in one batch: how many rows were new, changed and unchanged.
fn load<R: Clone>(store: &mut Store, kind: fn(Vec<R>) -> Records, rows: &[R]) -> [u64; 3] {
    let counts = load_files(store, kind, &[vec![rows.to_vec()]])[0];
    [counts.new, counts.changed, counts.unchanged]
}

fn order(number: &str, state: &str, total: Option<u64>) -> OrderRecord {
    OrderRecord {
        state: Some(state.to_owned()).filter(|state| !state.is_empty()),
        total: total.map(Yen),
        ..OrderRecord::of(super::number(number))
    }
}

fn entry(order: &str, number: &str, amount: Option<u64>) -> PaymentRecord {
    let amount = amount.map(Yen);
    let payment = Payment {
        amount,
        ..payment(number)
    };
    PaymentRecord {
        order_number: super::number(order),
        payment,
    }
}

fn record(id: &str, order: &str, manual: Option<AutoResult>) -> EventRecord {
    EventRecord {
        manual_result: manual.map(|manual| manual.name().to_owned()),
        ..EventRecord::of(super::number(order), EventId(id.to_owned()))
    }
}

#[test]
fn an_order_is_kept_with_its_payments_and_what_is_empty_takes_nothing_away() {
    let mut store = Home::new().store();
    let given = OrderFacts {
        created_at: Some(at(100)),
        customer_id: Some("30962".to_owned()),
        ad_url: Some(OrderAdUrl {
            id: Some(12),
            thanks_offer: Some(true),
        }),
        history: History(vec![
            Payment {
                at: Some(at(100)),
                amount: Some(Yen(3980)),
                thanks_offer: Some(false),
                ..payment("a")
            },
            payment("b"),
        ]),
        ..facts("a")
    };
    store.keep_order(&given).unwrap();
    let empty = OrderFacts {
        customer_id: Some(String::new()),
        history: History(vec![payment("a"), payment("b")]),
        ..facts("a")
    };
    store.keep_order(&empty).unwrap();
    let row = "SELECT created_at || channel || payment_method_id || ' ' || total || ' '
                   || customer_id || registered || purchase_number || ad_url_id FROM orders";
    assert_eq!(ask(&store, row), "100lp1 3980 309621112");
    let listed = store.histories_listing(&number("b")).unwrap();
    assert_eq!(listed, [(number("a"), given.history)], "as it was given");
}

#[test]
fn every_history_that_lists_a_number_is_given() {
    let mut store = Home::new().store();
    let mut keep = |order: &str, listed: &[&str]| {
        let history = History(listed.iter().map(|number| payment(number)).collect());
        let facts = OrderFacts {
            history,
            ..facts(order)
        };
        store.keep_order(&facts).unwrap();
    };
    keep("x", &["z", "a"]);
    keep("a", &["a", "b"]);
    keep("y", &["b"]);
    keep("empty", &[]);
    let listing = |asked: &str| -> Vec<(String, String)> {
        let histories = store.histories_listing(&number(asked)).unwrap().into_iter();
        let numbers = |history: History| -> Vec<String> {
            let entries = history.0.iter();
            entries.map(|entry| entry.number.to_string()).collect()
        };
        histories
            .map(|(order, history)| (order.to_string(), numbers(history).join(" ")))
            .collect()
    };
    let pair = |order: &str, listed: &str| (order.to_owned(), listed.to_owned());
    assert_eq!(listing("a"), [pair("a", "a b"), pair("x", "z a")]);
    assert_eq!(listing("b"), [pair("a", "a b"), pair("y", "b")]);
    assert_eq!(listing("z"), [pair("x", "z a")]);
    assert_eq!(listing("x"), []);
}

#[test]
fn an_event_that_comes_again_fills_in_what_was_missing() {
    let mut store = Home::new().store();
    let mut bare = event("e1", "a", None);
    bare.record.auto_result = None;
    bare.record.rule_group = None;
    bare.record.reasons = vec![];
    bare.record.model_id = None;
    let full = event("e1", "a", Some(5));
    let stored = |store: &Store| {
        let latest = store.latest_event(&number("a"), Service::OPlux).unwrap();
        latest.unwrap().into_event()
    };
    import(&mut store, bare.clone());
    assert_eq!(stored(&store), bare);
    for again in [&full, &bare, &full] {
        import(&mut store, again.clone());
        assert_eq!(stored(&store), full);
    }
    let mut other_reasons = full.clone();
    other_reasons.record.reasons.truncate(1);
    import(&mut store, other_reasons.clone());
    assert_eq!(stored(&store), other_reasons);
}

#[test]
fn several_rows_of_one_key_change_nothing_the_second_time() {
    let mut store = Home::new().store();
    let orders = [
        order("a", "x", None),
        order("a", "y", None),
        order("a", "", Some(3)),
    ];
    assert_eq!(load(&mut store, Records::Orders, &orders), [1, 2, 0]);
    assert_eq!(load(&mut store, Records::Orders, &orders), [0, 0, 3]);
    // Over two files: each counts its own.
    let files = [
        vec![vec![order("a", "x", None)]],
        vec![vec![order("a", "y", None)]],
    ];
    let counts = load_files(&mut store, Records::Orders, &files);
    assert!(
        counts
            .iter()
            .all(|file| (file.changed, file.unchanged) == (0, 1)),
        "{counts:?}"
    );
    assert_eq!(ask(&store, "SELECT state || total FROM orders"), "y3");
    // What is another one in the end counts with each row that changed it.
    assert_eq!(
        load(
            &mut store,
            Records::Orders,
            &[order("a", "z", None), order("a", "w", None)]
        ),
        [0, 2, 0]
    );

    // The same file twice in one call.
    let file = vec![vec![order("b", "", Some(1)), order("b", "", Some(2))]];
    let counts = load_files(&mut store, Records::Orders, &[file.clone(), file]);
    let counts = counts
        .iter()
        .map(|file| [file.new, file.changed, file.unchanged]);
    assert_eq!(counts.collect::<Vec<_>>(), [[1, 1, 0], [0, 0, 2]]);

    // Of a history the order of all its rows counts, wherever they stand.
    let entries = [
        entry("a", "b", Some(1)),
        entry("c", "c", None),
        entry("a", "a", None),
        entry("a", "b", Some(2)),
    ];
    let listed = "SELECT group_concat(payment_number || position || coalesce(amount, '-'), ' '
                      ORDER BY position) FROM payments WHERE order_number = 'a'";
    assert_eq!(load(&mut store, Records::Payments, &entries), [3, 1, 0]);
    assert_eq!(load(&mut store, Records::Payments, &entries), [0, 0, 4]);
    assert_eq!(ask(&store, listed), "b02 a1-");
    assert_eq!(
        load(&mut store, Records::Payments, &[entry("a", "a", Some(7))]),
        [0, 1, 0]
    );
    assert_eq!(ask(&store, listed), "b02 a17");
}

/// How they are paired stands with `replaced`.
#[test]
fn rules_and_reasons_are_kept_as_fields_of_their_own() {
    let mut store = Home::new().store();
    let row = |code: Option<&str>, description: Option<&str>| EventRecord {
        reasons: vec![Reason {
            code: code.map(str::to_owned),
            description: description.map(str::to_owned),
        }],
        ..record("e", "a", None)
    };
    let (both, one) = (row(Some("R1"), Some("A")), row(Some("R9"), None));
    let rules = "SELECT rules FROM events JOIN reason_sets ON reason_sets.id = reason_set";
    for (rows, counts, kept) in [
        (vec![both.clone()], [1, 0, 0], r#"[["R1","A"]]"#),
        (vec![one.clone()], [0, 1, 0], r#"[["R9","A"]]"#),
        (
            vec![record("e", "a", None), one],
            [0, 0, 2],
            r#"[["R9","A"]]"#,
        ),
        (vec![both], [0, 1, 0], r#"[["R1","A"]]"#),
    ] {
        assert_eq!(load(&mut store, Records::Events, &rows), counts);
        assert_eq!(ask(&store, rules), kept);
    }
}

#[test]
fn id_and_name_of_a_payment_method_are_one_field() {
    let mut store = Home::new().store();
    let row = |id: Option<u64>, name: &str| OrderRecord {
        payment_method_id: id,
        payment_method: Some(name.to_owned()),
        ..OrderRecord::of(number("a"))
    };
    for (id, name, kept) in [
        (Some(1), "代金引換", "1 代金引換"),
        // Nothing, and the same again.
        (None, "", "1 代金引換"),
        (None, "代金引換\u{200b}", "1 代金引換\u{200b}"),
        // A name without an ID is that of another method.
        (None, "カード", "- カード"),
        // An ID to a name of which none was known, and another one.
        (Some(3), "", "3 カード"),
        (Some(4), "", "4 -"),
        (None, "後払い", "- 後払い"),
        (Some(5), "カード", "5 カード"),
    ] {
        load(&mut store, Records::Orders, &[row(id, name)]);
        let sql = "SELECT coalesce(payment_method_id, '-') || ' ' || coalesce(payment_method, '-')
                   FROM orders";
        assert_eq!(ask(&store, sql), kept, "{id:?} {name}");
        assert_eq!(
            load(&mut store, Records::Orders, &[row(id, name)]),
            [0, 0, 1]
        );
    }
}

#[test]
fn an_event_id_under_another_number_is_told_and_not_kept() {
    let mut store = Home::new().store();
    load(&mut store, Records::Events, &[record("e", "a", None)]);
    let rows = vec![
        record("f", "b", None),
        record("e", "b", None),
        record("f", "c", None),
    ];
    let found = store.load(loading(), |load| -> Result<_, StoreError> {
        let found = load.put(0, Records::Events(rows))?;
        assert_eq!(
            load.counts(1)?[0],
            Counts {
                new: 1,
                changed: 0,
                unchanged: 0
            }
        );
        Ok(Some(found))
    });
    let other = |place, order: &str, was_stored| super::super::import::OtherNumber {
        place,
        number: number(order),
        was_stored,
    };
    let expected = [other(1, "b", true), other(2, "c", false)];
    assert_eq!(found.unwrap().unwrap(), expected);
    let sql =
        "SELECT group_concat(event_id || merchant_management_id ORDER BY event_id) FROM events";
    assert_eq!(ask(&store, sql), "ea,fb");
}

#[test]
fn an_event_that_was_screened_from_here_stays_one() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    let attempt = send(&mut store, &run, "a", 100, false);
    finish(&mut store, attempt, &event("e", "a", Some(100)), 101);
    let import = EventRecord {
        memo: Some("memo".to_owned()),
        settle_status: Some("settled".to_owned()),
        auto_result: Some("NG".to_owned()),
        ..record("e", "a", Some(AutoResult::Ok))
    };
    let fraud = Loading {
        service: Some(Service::FraudChecker),
        ..loading()
    };
    let rows = vec![import, record("n", "a", None)];
    store
        .load(fraud, |load| -> Result<_, StoreError> {
            load.put(0, Records::Events(rows))?;
            load.counts(1).map(Some)
        })
        .unwrap();
    let columns = "event_id || origin || service || coalesce(manual_result, '-')
                   || coalesce(memo, '-') || coalesce(settle_status, '-') || coalesce(auto_result, '-')
                   || (reason_set IS NOT NULL)";
    assert_eq!(
        ask(
            &store,
            &format!("SELECT group_concat({columns}, ' ' ORDER BY event_id) FROM events")
        ),
        "escreeno-pluxOKmemosettledNG1 nimportfraud-checker----0"
    );
    // Without a configuration nothing is said of the service.
    assert_eq!(
        load(&mut store, Records::Events, &[record("n", "a", None)]),
        [0, 0, 1]
    );
}

#[test]
fn nothing_is_kept_where_the_load_is_given_up_or_fails() {
    let mut store = Home::new().store();
    let schema = "SELECT group_concat(sql ORDER BY name) FROM sqlite_schema";
    let before = ask(&store, schema);
    let rows = || Records::Orders(vec![order("a", "x", None)]);
    let given_up = store.load(loading(), |load| -> Result<Option<()>, StoreError> {
        load.put(0, rows())?;
        load.put(0, Records::Payments(vec![entry("a", "a", None)]))?;
        load.log("tester", "import orders", "a.csv", "new 1")?;
        Ok(None)
    });
    assert_eq!(given_up.unwrap(), None);
    let failed = store.load(loading(), |load| -> Result<Option<()>, StoreError> {
        load.put(0, rows())?;
        Err(StoreError::read_only(Path::new("x")))
    });
    assert!(failed.is_err());
    assert_eq!(ask(&store, "SELECT count(*) FROM orders"), "0");
    assert_eq!(ask(&store, "SELECT count(*) FROM log"), "0");
    assert_eq!(ask(&store, schema), before);
    assert_eq!(
        load(&mut store, Records::Orders, &[order("a", "x", None)]),
        [1, 0, 0]
    );
    assert_eq!(ask(&store, schema), before);
    assert_eq!(ask(&store, "SELECT count(*) FROM temp.sqlite_schema"), "0");
}

#[test]
fn the_log_refuses_to_forget() {
    let mut store = Home::new().store();
    store.log(at(50), ACTOR, "do", Some("1"), None).unwrap();
    for change in [
        "UPDATE log SET actor = 'x'",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log (id, at, actor, action) VALUES (1, 0, 'x', 'x')",
        "REPLACE INTO log SELECT id, 0, 'x', 'x', NULL, NULL FROM log",
    ] {
        let refused = store.write(|tx| tx.execute(change, [])).unwrap_err();
        assert_eq!(refused.kind, StoreErrorKind::Other, "{change}");
        let kept = "SELECT group_concat(at || actor || action || subject) FROM log";
        assert_eq!(ask(&store, kept), "50testerdo1", "{change}");
    }
}

/// Rows in batches, in files.
fn files<R: std::fmt::Debug + Clone + 'static>(
    row: impl Strategy<Value = R> + Clone + 'static,
) -> impl Strategy<Value = Vec<Vec<Vec<R>>>> {
    let batch = prop::collection::vec(row, 1..6);
    prop::collection::vec(prop::collection::vec(batch, 1..4), 1..3)
}

fn any_order() -> impl Strategy<Value = OrderRecord> + Clone {
    let (state, total) = (
        prop::sample::select(vec!["", "x", "y"]),
        prop::option::of(0..3_u64),
    );
    (
        prop::sample::select(vec!["a", "b", "c"]),
        state,
        total,
        prop::sample::select(vec!["", "r", "s"]),
    )
        .prop_map(|(number, state, total, reason)| OrderRecord {
            reason: Some(reason.to_owned()),
            ..order(number, state, total)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn orders_are_as_in_a_map(first in files(any_order()), second in files(any_order())) {
        let mut store = Home::new().store();
        let mut map: BTreeMap<String, [String; 3]> = BTreeMap::new();
        for files in [&first, &second] {
            load_files(&mut store, Records::Orders, files);
            for row in files.iter().flatten().flatten() {
                let said = [
                    row.state.clone().unwrap_or_default(),
                    row.total.map_or_else(String::new, |total| total.0.to_string()),
                    row.reason.clone().unwrap_or_default(),
                ];
                let kept = map.entry(row.number.to_string()).or_default();
                for (kept, said) in kept.iter_mut().zip(said).filter(|(_, said)| !said.is_empty()) {
                    *kept = said;
                }
            }
        }
        let expected: Vec<_> = map.iter().map(|(number, row)| format!("{number}:{}", row.join(":"))).collect();
        let sql = "SELECT group_concat(number || ':' || coalesce(state, '') || ':' || coalesce(total, '')
                       || ':' || coalesce(said, ''), ' ' ORDER BY number)
                   FROM orders LEFT JOIN reason_sets ON reason_sets.id = reason_set";
        prop_assert_eq!(ask(&store, sql), expected.join(" "));
        for counts in load_files(&mut store, Records::Orders, &second) {
            prop_assert_eq!((counts.new, counts.changed), (0, 0));
        }
        prop_assert_eq!(ask(&store, sql), expected.join(" "));
    }
}
