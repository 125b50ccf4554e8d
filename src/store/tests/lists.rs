//! What the lists ask of the store: filters, order, limits, and that an index serves them.

use std::ops::ControlFlow;

use super::{
    super::list::{Filter, List},
    *,
};
use crate::domain::{event::AutoResult, order::OrderRecord, text::folded};

const OK: Option<AutoResult> = Some(AutoResult::Ok);
const NG: Option<AutoResult> = Some(AutoResult::Ng);

fn reason(code: &str, description: &str) -> Reason {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Reason {
        code: text(code),
        description: text(description),
    }
}

fn rows<F: Filter>(store: &Store, filter: &F) -> Vec<F::Item> {
    let mut found = Vec::new();
    let walked = store.each::<_, ()>(filter, |row| {
        found.push(row);
        ControlFlow::Continue(())
    });
    assert!(walked.unwrap().is_continue());
    found
}

fn numbers(store: &Store, filter: &OrderFilter) -> String {
    let numbers = rows(store, filter).into_iter();
    let numbers: Vec<_> = numbers.map(|order| order.number.to_string()).collect();
    numbers.join(" ")
}

fn ids(store: &Store, filter: &EventFilter) -> String {
    let found = rows(store, filter).into_iter();
    let ids: Vec<_> = found.map(|event| event.record.event_id.0).collect();
    ids.join(" ")
}

/// A filter for orders, and one for events.
fn asks(change: impl FnOnce(&mut OrderFilter)) -> OrderFilter {
    let mut filter = OrderFilter::default();
    change(&mut filter);
    filter
}

fn seeks(change: impl FnOnce(&mut EventFilter)) -> EventFilter {
    let mut filter = EventFilter::default();
    change(&mut filter);
    filter
}

/// Puts orders in as an import does: number, time, method's ID and name, result, customer, reason.
fn shop() -> Store {
    let mut store = Home::new().store();
    for [order, time, id, method, result, customer, reason] in [
        ["a", "100", "1", "", "OK", "", ""],
        [
            "c",
            "300",
            "",
            "代引き",
            "NG",
            "7",
            "住所が過去の不正と一致 100%_ \"x\"",
        ],
        ["b", "300", "1", "代引き", "HOLD", "77", "IPアドレスが海外"],
        ["d", "200", "", "1", "", "", "Test"],
        ["f", "", "", "", "REVIEW", "", "時刻なし test"],
        ["e", "", "", "", "", "7", ""],
    ] {
        let order = OrderRecord {
            created_at: time.parse().ok().map(JstTime::from_unix),
            payment_method_id: id.parse().ok(),
            payment_method: Some(method.to_owned()),
            result: AutoResult::from_name(result),
            customer_id: Some(customer.to_owned()),
            reason: Some(reason.to_owned()),
            ..OrderRecord::of(number(order))
        };
        let put =
            store.write(|tx| super::super::orders::put(tx, &order, &mut ReasonSets::default()));
        put.unwrap();
    }
    store
}

#[test]
fn orders_come_newest_first_by_what_is_asked_for() {
    let store = shop();
    let said = |text: &str| asks(|f| f.reason = Some(text.to_owned()));
    let by = |id, name: &str, configured_id, configured_name: Option<&str>| {
        let method = MethodFilter {
            id,
            name: name.to_owned(),
            configured_id,
            configured_name: configured_name.map(str::to_owned),
        };
        asks(|f| f.method = Some(method))
    };
    let of_7 = |text: Option<&str>| OrderFilter {
        customer: Some("7".to_owned()),
        reason: text.map(str::to_owned),
        ..OrderFilter::default()
    };
    let between = |from: Option<i64>, to: Option<i64>| OrderFilter {
        from: from.map(at),
        to: to.map(at),
        ..OrderFilter::default()
    };
    for (filter, expected) in [
        (OrderFilter::default(), "b c d a e f"),
        (asks(|f| f.results = vec![OK, NG]), "c a"),
        (asks(|f| f.results = vec![None]), "d e"),
        (asks(|f| f.results = vec![None, NG]), "c d e"),
        (said("不正"), "c"),
        (said("TEST"), "d f"),
        (said("海外"), "b"),
        (between(Some(200), None), "b c d"),
        (between(None, Some(200)), "d a"),
        (between(Some(101), Some(299)), "d"),
        (by(None, "代引き", None, None), "b c"),
        (by(Some(1), "1", None, None), "b d a"),
        (by(None, "代引き", Some(1), None), "b c a"),
        (by(Some(1), "1", None, Some("代引き")), "b c d a"),
        (by(Some(u64::MAX), "9", None, None), ""),
        (of_7(None), "c e"),
        (of_7(Some("不正")), "c"),
        (of_7(Some("海外")), ""),
    ] {
        assert_eq!(numbers(&store, &filter), expected, "{filter:?}");
        let expected: Vec<_> = expected.split_whitespace().collect();
        for limit in [0, 1, 2, u64::MAX] {
            let kept = expected.len().min(limit.try_into().unwrap_or(usize::MAX));
            let limited = OrderFilter {
                limit: Some(limit),
                ..filter.clone()
            };
            assert_eq!(numbers(&store, &limited), expected[..kept].join(" "));
            let count = store.count(&limited).unwrap();
            assert_eq!(count, expected.len() as u64, "{limited:?}");
        }
    }
    let broken_off = store.each(&OrderFilter::default(), |_| ControlFlow::Break("enough"));
    assert_eq!(broken_off.unwrap(), ControlFlow::Break("enough"));
}

#[test]
fn events_come_newest_first_by_what_is_asked_for() {
    let mut store = Home::new().store();
    let mut put = |id: &str, number: &str, time: Option<i64>, result: &str, reasons: &[Reason]| {
        let mut event = event(id, number, time);
        event.record.auto_result = Some(result.to_owned());
        event.record.reasons = reasons.to_vec();
        import(&mut store, event);
    };
    let (r1, r2) = (reason("R1", "住所"), reason("r2", ""));
    let lines = [reason("", "first"), reason("R10", "line\nbreak")];
    put("e1", "a", Some(100), "OK", &[]);
    put("e3", "a", Some(300), "HOLD", &[r1.clone(), r2.clone()]);
    put("e2", "b", Some(300), "NG", &lines);
    put("e4", "a", None, "", &[reason("R1", "電話")]);
    put("e5", "b", None, "LATER", &[]);
    let sql = "UPDATE events SET manual_result = 'OK', memo = 'memo', settle_status = '10'
               WHERE event_id = 'e3'";
    store.write(|tx| tx.execute(sql, [])).unwrap();

    let rule = |code: &str| seeks(|f| f.rule = Some(code.to_owned()));
    let said = |text: &str| seeks(|f| f.reason = Some(text.to_owned()));
    let under = |text: &str| seeks(|f| f.merchant_id = Some(number(text)));
    let of_a = |change: fn(&mut EventFilter)| {
        let mut filter = under("a");
        change(&mut filter);
        filter
    };
    let hold = Some(AutoResult::Hold);
    for (filter, expected) in [
        (EventFilter::default(), "e3 e2 e1 e5 e4"),
        (under("a"), "e3 e1 e4"),
        (under("z"), ""),
        (of_a(|f| f.from = Some(at(101))), "e3"),
        (seeks(|f| f.auto_results = vec![hold, None]), "e3 e4"),
        (seeks(|f| f.manual_results = vec![OK]), "e3"),
        (of_a(|f| f.manual_results = vec![None]), "e1 e4"),
        (rule("R1"), "e3 e4"),
        (rule("r1"), "e3 e4"),
        (rule("R2"), "e3"),
        (rule("R"), ""),
        (rule(""), ""),
        (said("電"), "e4"),
        (said("FIRST"), "e2"),
        (said("t"), "e2"),
        // A line break within a reason is one; the one between two reasons is not.
        (said("e\nb"), "e2"),
        (said("\n"), "e2"),
        (said("t\nl"), ""),
        (said("first\nline"), ""),
        (seeks(|f| f.to = Some(at(100))), "e1"),
    ] {
        assert_eq!(ids(&store, &filter), expected, "{filter:?}");
        let count = expected.split_whitespace().count() as u64;
        assert_eq!(store.count(&filter).unwrap(), count, "{filter:?}");
        let limited = EventFilter {
            limit: Some(1),
            ..filter
        };
        assert_eq!(ids(&store, &limited), expected.split(' ').next().unwrap());
    }
    let e3 = store.event(&EventId("e3".to_owned())).unwrap().unwrap();
    assert_eq!(e3, rows(&store, &under("a"))[0]);
    let expected = EventRecord {
        requested_at: Some(at(300)),
        model_id: Some("CRD_01".to_owned()),
        auto_result: Some("HOLD".to_owned()),
        manual_result: Some("OK".to_owned()),
        memo: Some("memo".to_owned()),
        rule_group: Some("group".to_owned()),
        reasons: vec![r1, r2],
        settle_status: Some("10".to_owned()),
        ..EventRecord::of(number("a"), EventId("e3".to_owned()))
    };
    let came = (e3.origin, e3.service);
    assert_eq!(e3.record, expected);
    assert_eq!(came, (Origin::Import, Service::OPlux));
    assert_eq!(store.event(&EventId("e9".to_owned())).unwrap(), None);
}

/// How SQLite would answer.
fn plan(store: &Store, sql: &str) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    store
        .read(|conn| {
            let mut statement = conn.prepare(&sql)?;
            let rows = statement.raw_query();
            rows.mapped(|row| row.get("detail")).collect()
        })
        .unwrap()
}

#[test]
fn the_newest_of_a_million_are_found_without_sorting_them() {
    let store = Home::new().store();
    let reason = Some("理由です".to_owned());
    let orders = OrderFilter {
        reason: reason.clone(),
        results: vec![Some(AutoResult::Ng), None],
        from: Some(at(1)),
        customer: Some("7".to_owned()),
        method: Some(MethodFilter::default()),
        ..OrderFilter::default()
    };
    let events = EventFilter {
        reason,
        rule: Some("R1".to_owned()),
        ..EventFilter::default()
    };
    let under = EventFilter {
        merchant_id: Some(number("a")),
        ..events.clone()
    };
    let plan_of = |list: List| plan(&store, &list.statement());
    let cases = [
        (OrderFilter::default().list(), "orders_by_time"),
        (orders.list(), "orders_by_time"),
        (EventFilter::default().list(), "events_by_time"),
        (events.list(), "events_by_time"),
        (under.list(), "events_by_number (merchant_management_id=?)"),
    ];
    for (list, index) in cases {
        let plan = plan_of(list);
        let walks = |line: &String| line.contains(&format!("INDEX {index}"));
        assert!(plan.iter().any(walks), "{index}: {plan:?}");
        // Those of one second are sorted among themselves, and no more.
        let sorts_all = |line: &String| line == "USE TEMP B-TREE FOR ORDER BY";
        assert!(!plan.iter().any(sorts_all), "{index}: {plan:?}");
    }
    // What is asked often is never searched for row by row.
    let [of_number, of_all] = [true, false].map(outcome::unsettled_sql);
    for sql in [&of_number, &of_all, attempts::RUNS_IN_FLIGHT] {
        let plan = plan(&store, sql);
        let scans = |line: &String| line.starts_with("SCAN") && !line.contains("INDEX");
        assert!(
            !plan.is_empty() && !plan.iter().any(scans),
            "{sql}: {plan:?}"
        );
    }
}

#[test]
fn the_tries_to_screen_a_group_come_in_the_order_in_which_they_began() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    let failed = send(&mut store, &run, "b", 10, false);
    store.end(failed, refused(), at(11)).unwrap();
    let screened = send(&mut store, &run, "a", 5, false);
    finish(&mut store, screened, &event("e1", "a", Some(5)), 6);
    send(&mut store, &run, "b", 20, true);
    send(&mut store, &run, "other", 1, false);
    let tried = |store: &Store| -> Vec<String> {
        let look = store.look().unwrap();
        let attempts = look.attempts_under(&[number("b"), number("a")]).unwrap();
        let texts = attempts.into_iter().map(|attempt| {
            let code = attempt.error_code.unwrap_or_default();
            let (began, state) = (attempt.began_at.unix(), attempt.state.name());
            format!("{} {began} {state} {code}", attempt.order_number)
        });
        texts.collect()
    };
    let first = ["a 5 screened ", "b 10 failed refused"];
    assert_eq!(tried(&store)[..2], first);
    assert_eq!(tried(&store)[2], "b 20 in-flight ");
    // Its run is gone without having ended it: nobody knows.
    drop(run);
    assert_eq!(tried(&store)[..2], first);
    assert_eq!(tried(&store)[2], "b 20 unknown outcome-unknown");
}

/// The second, naive implementation: does any of the reasons contain it? Everything that a query
/// language could mistake for its own is among them.
#[test]
fn any_part_of_a_reason_is_found_and_nothing_else() {
    let mut store = Home::new().store();
    let texts = [
        "aAb\"%",
        "_*'\\ b",
        "住所一ァ",
        "ÀàİB",
        "😀^+()-",
        "a\nb",
        "",
        "b\"住 OR a",
        "B%\" NEAR",
    ];
    let sets: Vec<_> = texts.windows(2).collect();
    for (place, set) in sets.iter().enumerate() {
        let mut event = event(&format!("e{place}"), "a", Some(1));
        event.record.reasons = set.iter().map(|text| reason("", text)).collect();
        import(&mut store, event);
    }
    for set in &sets {
        // Also across two reasons, where nothing may be found.
        let chars: Vec<char> = set.join("\n").chars().collect();
        for part in (1..=5).flat_map(|many| chars.windows(many)) {
            let part = String::from_iter(part).to_ascii_uppercase();
            let contains = |text: &&str| folded(text).contains(&folded(&part));
            let found = (0..sets.len()).filter(|place| sets[*place].iter().any(contains));
            let mut expected: Vec<_> = found.map(|place| format!("e{place}")).collect();
            // Of one second the greater event ID comes first.
            expected.reverse();
            let filter = seeks(|f| f.reason = Some(part.clone()));
            assert_eq!(ids(&store, &filter), expected.join(" "), "{part:?}");
        }
    }
}
