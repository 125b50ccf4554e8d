//! What the lists ask of the store: filters, order, limits, and that an index serves them.

use super::{super::listing::List, *};
use crate::domain::event::AutoResult;

/// Puts an order in as an import would, by its columns.
fn order(store: &mut Store, number: &str, columns: &[(&str, &str)], reason: Option<&str>) {
    store
        .write(|tx| {
            let reasons = values::reasons_of_text(reason.map(str::to_owned));
            let set = ReasonSets::default().of(tx, &reasons)?;
            tx.execute(
                "INSERT INTO orders (number, reason_set) VALUES (?1, ?2)",
                rusqlite::params![number, set],
            )?;
            for (column, value) in columns {
                let sql = format!("UPDATE orders SET {column} = ?1 WHERE number = ?2");
                tx.execute(&sql, [*value, number])?;
            }
            Ok(())
        })
        .unwrap();
}

fn reason(code: &str, description: &str) -> Reason {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Reason {
        code: text(code),
        description: text(description),
    }
}

fn numbers(store: &Store, filter: &OrderFilter) -> String {
    let mut found = Vec::new();
    let walked = store.each_order::<()>(filter, |order| {
        found.push(order.number.to_string());
        std::ops::ControlFlow::Continue(())
    });
    assert!(walked.unwrap().is_continue());
    found.join(" ")
}

fn events(store: &Store, filter: &EventFilter) -> Vec<StoredEvent> {
    let mut found = Vec::new();
    let walked = store.each_event::<()>(filter, |event| {
        found.push(event);
        std::ops::ControlFlow::Continue(())
    });
    assert!(walked.unwrap().is_continue());
    found
}

pub(super) fn ids(store: &Store, filter: &EventFilter) -> String {
    let found = events(store, filter).into_iter();
    let ids: Vec<_> = found.map(|event| event.record.event_id.0).collect();
    ids.join(" ")
}

fn shop() -> (Home, Store) {
    let home = Home::new();
    let mut store = home.store();
    let card = ("payment_method_id", "1");
    let named = ("payment_method", "代引き");
    type Columns<'a> = &'a [(&'a str, &'a str)];
    let rows: [(&str, Columns<'_>, Option<&str>); 6] = [
        ("a", &[("created_at", "100"), card, ("result", "OK")], None),
        (
            "c",
            &[
                ("created_at", "300"),
                named,
                ("result", "NG"),
                ("customer_id", "7"),
            ],
            Some("住所が過去の不正と一致 100%_ \"x\""),
        ),
        (
            "b",
            &[
                ("created_at", "300"),
                card,
                named,
                ("result", "HOLD"),
                ("customer_id", "77"),
            ],
            Some("IPアドレスが海外"),
        ),
        (
            "d",
            &[("created_at", "200"), ("payment_method", "1")],
            Some("Test"),
        ),
        ("f", &[("result", "REVIEW")], Some("時刻なし test")),
        ("e", &[("customer_id", "7")], None),
    ];
    for (number, columns, reason) in rows {
        order(&mut store, number, columns, reason);
    }
    (home, store)
}

#[test]
fn orders_come_newest_first_by_what_is_asked_for() {
    let (_home, store) = shop();
    let all = OrderFilter::default;
    let said = |text: &str| OrderFilter {
        reason: Some(text.to_owned()),
        ..all()
    };
    let (ok, ng) = (Some(AutoResult::Ok), Some(AutoResult::Ng));
    let with = |results: &[Option<AutoResult>]| OrderFilter {
        results: results.to_vec(),
        ..all()
    };
    let by = |method: MethodFilter| OrderFilter {
        method: Some(method),
        ..all()
    };
    let named = |name: &str| MethodFilter {
        name: name.to_owned(),
        ..MethodFilter::default()
    };
    let between = |from: Option<i64>, to: Option<i64>| OrderFilter {
        from: from.map(at),
        to: to.map(at),
        ..all()
    };
    let table = [
        (all(), "b c d a e f"),
        (with(&[ok, ng]), "c a"),
        (with(&[None]), "d e"),
        (with(&[None, ng]), "c d e"),
        (said("不正"), "c"),
        (said("TEST"), "d f"),
        (said("t"), "d f"),
        (said("%"), "c"),
        (said("_"), "c"),
        (said("0%_ \"X\""), "c"),
        (said("\""), "c"),
        (said("海外"), "b"),
        (said("アドレスが海"), "b"),
        (said("nothing"), ""),
        (said("* OR test"), ""),
        (between(Some(200), None), "b c d"),
        (between(None, Some(200)), "d a"),
        (between(Some(101), Some(299)), "d"),
        (by(named("代引き")), "b c"),
        (
            by(MethodFilter {
                id: Some(1),
                ..named("1")
            }),
            "b d a",
        ),
        (
            by(MethodFilter {
                configured_id: Some(1),
                ..named("代引き")
            }),
            "b c a",
        ),
        (
            by(MethodFilter {
                id: Some(1),
                configured_name: Some("代引き".to_owned()),
                ..named("1")
            }),
            "b c d a",
        ),
        (
            by(MethodFilter {
                id: Some(u64::MAX),
                ..named("9")
            }),
            "",
        ),
        (
            OrderFilter {
                customer: Some("7".to_owned()),
                ..all()
            },
            "c e",
        ),
        (
            OrderFilter {
                customer: Some("7".to_owned()),
                ..said("不正")
            },
            "c",
        ),
        (
            OrderFilter {
                customer: Some("7".to_owned()),
                ..said("海外")
            },
            "",
        ),
    ];
    for (filter, expected) in table {
        assert_eq!(numbers(&store, &filter), expected, "{filter:?}");
        let expected: Vec<_> = expected.split_whitespace().collect();
        let count = store.count_orders(&filter).unwrap();
        assert_eq!(count, expected.len() as u64, "{filter:?}");
        for limit in [0, 1, 2, u64::MAX] {
            let kept = expected.len().min(limit.try_into().unwrap_or(usize::MAX));
            let limited = OrderFilter {
                limit: Some(limit),
                ..filter.clone()
            };
            assert_eq!(
                numbers(&store, &limited),
                expected[..kept].join(" "),
                "{limited:?}"
            );
            assert_eq!(store.count_orders(&limited).unwrap(), count);
        }
    }
}

#[test]
fn an_order_is_given_with_all_that_is_known_of_it() {
    let mut store = Home::new().store();
    let columns = [
        ("ecforce_id", "12"),
        ("created_at", "100"),
        ("channel", "lp"),
        ("payment_method_id", "1"),
        ("payment_method", "カード"),
        ("total", "3980"),
        ("customer_id", "30962"),
        ("registered", "1"),
        ("purchase_number", "2"),
        ("ad_url_id", "5"),
        ("state", "対応済み"),
        ("payment_state", "決済完了"),
        ("result", "NG"),
    ];
    order(&mut store, "a", &columns, Some("Case Kept"));
    let mut given = None;
    let walked = store.each_order(&OrderFilter::default(), |order| {
        given = Some(order);
        std::ops::ControlFlow::Break("enough")
    });
    assert_eq!(walked.unwrap(), std::ops::ControlFlow::Break("enough"));
    let given = given.unwrap();
    assert_eq!(given.reason.as_deref(), Some("Case Kept"));
    assert_eq!(given.created_at, Some(at(100)));
    assert_eq!(
        (given.channel, given.total),
        (Some(Channel::Lp), Some(Yen(3980)))
    );
    assert_eq!(
        (given.registered, given.purchase_number),
        (Some(true), Some(2))
    );
    assert_eq!(
        (given.payment_method_id, given.ad_url_id),
        (Some(1), Some(5))
    );
    let texts = [
        given.ecforce_id,
        given.payment_method,
        given.customer_id,
        given.state,
        given.payment_state,
    ];
    let texts: Vec<_> = texts.iter().flatten().map(String::as_str).collect();
    assert_eq!(texts, ["12", "カード", "30962", "対応済み", "決済完了"]);
    assert_eq!(given.result, Some(AutoResult::Ng));
}

#[test]
fn events_come_newest_first_by_what_is_asked_for() {
    let mut store = Home::new().store();
    let mut put = |id: &str, number: &str, time: Option<i64>, result: &str, reasons: &[Reason]| {
        let mut event = event(id, number, time);
        event.screening.result = result.to_owned();
        event.screening.reasons = reasons.to_vec();
        import(&mut store, event);
    };
    put("e1", "a", Some(100), "OK", &[]);
    put(
        "e3",
        "a",
        Some(300),
        "HOLD",
        &[reason("R1", "住所"), reason("r2", "")],
    );
    put(
        "e2",
        "b",
        Some(300),
        "NG",
        &[reason("", "first"), reason("R10", "line\nbreak")],
    );
    put("e4", "a", None, "", &[reason("R1", "電話")]);
    put("e5", "b", None, "LATER", &[]);
    let sql = "UPDATE events SET manual_result = 'OK', memo = 'memo', settle_status = '10'
               WHERE event_id = 'e3'";
    store.write(|tx| tx.execute(sql, [])).unwrap();

    let all = EventFilter::default;
    let rule = |code: &str| EventFilter {
        rule: Some(code.to_owned()),
        ..all()
    };
    let said = |text: &str| EventFilter {
        reason: Some(text.to_owned()),
        ..all()
    };
    let under = |text: &str| EventFilter {
        merchant_id: Some(number(text)),
        ..all()
    };
    let (ok, hold) = (Some(AutoResult::Ok), Some(AutoResult::Hold));
    let table = [
        (all(), "e3 e2 e1 e5 e4"),
        (under("a"), "e3 e1 e4"),
        (under("z"), ""),
        (
            EventFilter {
                from: Some(at(101)),
                ..under("a")
            },
            "e3",
        ),
        (
            EventFilter {
                auto_results: vec![hold, None],
                ..all()
            },
            "e3 e4",
        ),
        (
            EventFilter {
                manual_results: vec![ok],
                ..all()
            },
            "e3",
        ),
        (
            EventFilter {
                manual_results: vec![None],
                ..under("a")
            },
            "e1 e4",
        ),
        (rule("R1"), "e3 e4"),
        (rule("r1"), "e3 e4"),
        (rule("R2"), "e3"),
        (rule("R"), ""),
        (rule(""), ""),
        (
            EventFilter {
                reason: Some("電".to_owned()),
                ..rule("R1")
            },
            "e4",
        ),
        (said("FIRST"), "e2"),
        (said("t"), "e2"),
        // A line break within a reason is one; the one between two reasons is not.
        (said("e\nb"), "e2"),
        (said("\n"), "e2"),
        (said("t\nl"), ""),
        (said("first\nline"), ""),
        (
            EventFilter {
                to: Some(at(100)),
                ..all()
            },
            "e1",
        ),
    ];
    for (filter, expected) in table {
        assert_eq!(ids(&store, &filter), expected, "{filter:?}");
        let count = expected.split_whitespace().count() as u64;
        assert_eq!(store.count_events(&filter).unwrap(), count, "{filter:?}");
        let limited = EventFilter {
            limit: Some(1),
            ..filter
        };
        assert_eq!(ids(&store, &limited), expected.split(' ').next().unwrap());
    }
    let e3 = store.event(&EventId("e3".to_owned())).unwrap().unwrap();
    assert_eq!(e3, events(&store, &under("a"))[0]);
    let expected = EventRecord {
        requested_at: Some(at(300)),
        model_id: Some("CRD_01".to_owned()),
        auto_result: Some("HOLD".to_owned()),
        manual_result: Some("OK".to_owned()),
        memo: Some("memo".to_owned()),
        rule_group: Some("group".to_owned()),
        reasons: vec![reason("R1", "住所"), reason("r2", "")],
        settle_status: Some("10".to_owned()),
        ..EventRecord::of(number("a"), EventId("e3".to_owned()))
    };
    assert_eq!(
        (e3.record, e3.origin, e3.service),
        (expected, Origin::Import, Service::OPlux)
    );
    assert_eq!(store.event(&EventId("e9".to_owned())).unwrap(), None);
}

/// How SQLite would answer.
fn plan(store: &Store, list: &List) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {}", list.statement());
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
    let cases = [
        (
            plan(&store, &OrderFilter::default().list()),
            "orders_by_time",
        ),
        (plan(&store, &orders.list()), "orders_by_time"),
        (
            plan(&store, &EventFilter::default().list()),
            "events_by_time",
        ),
        (plan(&store, &events.list()), "events_by_time"),
        (
            plan(&store, &under.list()),
            "events_by_number (merchant_management_id=?)",
        ),
    ];
    for (plan, index) in cases {
        let walks = |line: &String| line.contains(&format!("INDEX {index}"));
        assert!(plan.iter().any(walks), "{index}: {plan:?}");
        // Those of one second are sorted among themselves, and no more.
        let sorts_all = |line: &String| line == "USE TEMP B-TREE FOR ORDER BY";
        assert!(!plan.iter().any(sorts_all), "{index}: {plan:?}");
    }
    let search = plan(&store, &orders.list()).join("\n");
    assert!(
        search.contains("reason_search VIRTUAL TABLE INDEX"),
        "{search}"
    );
}

#[test]
fn the_tries_to_screen_a_group_come_in_the_order_in_which_they_began() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    let failed = send(&mut store, &run, "b", 10, false);
    store.end(failed, REFUSED, at(11)).unwrap();
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
