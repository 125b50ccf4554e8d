//! What is kept of orders, payments and events, and the log.

use std::ops::ControlFlow;

use super::*;
use crate::domain::order::OrderAdUrl;

/// Everything that stands in a table, row by row.
fn dump(store: &Store, table: &str) -> Vec<String> {
    let rows = store.read(|conn| {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..columns)
                .map(|column| row.get_ref(column).map(|value| format!("{value:?}")))
                .collect::<rusqlite::Result<Vec<_>>>()
                .map(|values| values.join(" "))
        })?;
        rows.collect()
    });
    rows.unwrap()
}

fn full_facts() -> OrderFacts {
    OrderFacts {
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
            Payment {
                at: Some(at(200)),
                amount: Some(Yen(500)),
                thanks_offer: Some(true),
                ..payment("b")
            },
        ]),
        ..facts("a")
    }
}

#[test]
fn a_later_value_replaces_an_earlier_one_and_an_empty_one_does_not() {
    let mut store = Home::new().store();
    store.keep_order(&full_facts()).unwrap();
    let (orders, payments) = (dump(&store, "orders"), dump(&store, "payments"));
    let empty = OrderFacts {
        customer_id: Some(String::new()),
        history: History(vec![payment("a"), payment("b")]),
        ..facts("a")
    };
    store.keep_order(&empty).unwrap();
    store.keep_order(&facts("a")).unwrap();
    assert_eq!(dump(&store, "orders"), orders);
    assert_eq!(dump(&store, "payments"), payments);

    let later = OrderFacts {
        channel: Channel::Shop,
        total: Yen(1),
        registered: false,
        history: History(vec![Payment {
            at: Some(at(300)),
            ..payment("b")
        }]),
        ..facts("a")
    };
    store.keep_order(&later).unwrap();
    let row = "SELECT created_at || channel || total || customer_id || registered || ad_url_id
               FROM orders";
    assert_eq!(ask(&store, row), "100shop130962012");
    let entry = "SELECT at || ' ' || amount || ' ' || thanks_offer FROM payments
                 WHERE payment_number = 'b'";
    assert_eq!(ask(&store, entry), "300 500 1");
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

    let mut store = Home::new().store();
    let given = full_facts();
    store.keep_order(&given).unwrap();
    let listed = store.histories_listing(&number("b")).unwrap();
    assert_eq!(listed, [(number("a"), given.history)], "as it was given");
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

fn log_entries(store: &Store, filter: &LogFilter) -> Vec<LogEntry> {
    let mut entries = Vec::new();
    let walked = store.each::<_, ()>(filter, |entry| {
        entries.push(entry);
        ControlFlow::Continue(())
    });
    assert!(walked.unwrap().is_continue());
    entries
}

#[test]
fn the_log_is_told_of_everything_sent_and_refuses_to_forget() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    let attempt = send(&mut store, &run, "a", 10, false);
    let secretive = "ｻｰﾊﾞｰのメッセージ";
    let refused = End::Failed("refused", secretive.to_owned());
    store.end(attempt, refused, at(20)).unwrap();
    let attempt = send(&mut store, &run, "a", 30, false);
    finish(&mut store, attempt, &event("e1", "a", Some(30)), 40);
    store
        .log(at(50), "someone", "methods.enable", Some("1"), None)
        .unwrap();

    let entries = log_entries(&store, &LogFilter::default());
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.at.unix(), entry.actor.as_str(), entry.action.as_str()))
        .collect();
    let expected = [
        (50, "someone", "methods.enable"),
        (40, ACTOR, "screen.screened"),
        (30, ACTOR, "screen.sent"),
        (20, ACTOR, "screen.failed"),
        (10, ACTOR, "screen.sent"),
    ];
    assert_eq!(told, expected);
    assert_eq!(entries[1].detail.as_ref().unwrap()["event_id"], "e1");
    assert!(!format!("{entries:?}").contains(secretive));

    for change in [
        "UPDATE log SET actor = 'x'",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log (id, at, actor, action) VALUES (1, 0, 'x', 'x')",
        "REPLACE INTO log SELECT id, 0, 'x', 'x', NULL, NULL FROM log",
    ] {
        let refused = store.write(|tx| tx.execute(change, [])).unwrap_err();
        assert_eq!(refused.kind, StoreErrorKind::Other, "{change}");
        let now = log_entries(&store, &LogFilter::default());
        assert_eq!(now, entries, "{change}");
    }
}

#[test]
fn the_log_is_read_newest_first_within_its_range() {
    let mut store = Home::new().store();
    for (seconds, action) in [(10, "a"), (30, "b"), (20, "c"), (20, "d")] {
        store
            .log(at(seconds), ACTOR, action, None, Some("{}"))
            .unwrap();
    }
    let table = [
        (None, None, None, "bdca"),
        (Some(20), None, None, "bdc"),
        (None, Some(19), None, "a"),
        (Some(20), Some(29), None, "dc"),
        (None, None, Some(2), "bd"),
        (None, None, Some(0), ""),
        (None, None, Some(u64::MAX), "bdca"),
    ];
    for (from, to, limit, expected) in table {
        let filter = LogFilter {
            from: from.map(JstTime::from_unix),
            to: to.map(JstTime::from_unix),
            limit,
        };
        let entries = log_entries(&store, &filter);
        let actions: String = entries.into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, expected, "{filter:?}");
    }
    let mut seen = String::new();
    let stopped = store.each(&LogFilter::default(), |entry| {
        seen += &entry.action;
        if seen.len() == 2 {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    assert!(stopped.unwrap().is_break());
    assert_eq!(seen, "bd");
}
