//! The rules of this folder as tables.

use super::*;
use crate::domain::{
    event::AutoResult,
    order::{Channel, OrderNumber, OrderRecord},
    payment::{History, Payment, Standing},
    settings::{PaymentMethod, Settings},
    time::JstTime,
};

fn number(text: &str) -> OrderNumber {
    text.parse().unwrap()
}

fn numbers(texts: &[&str]) -> Vec<OrderNumber> {
    texts.iter().map(|text| number(text)).collect()
}

fn at(seconds: i64) -> Option<JstTime> {
    Some(JstTime::from_unix(seconds))
}

fn history(order: &str, entries: &[(&str, Option<i64>, Option<bool>)]) -> (OrderNumber, History) {
    let payment = |(name, at, thanks_offer): &(&str, Option<i64>, Option<bool>)| Payment {
        number: number(name),
        at: at.map(JstTime::from_unix),
        amount: None,
        thanks_offer: *thanks_offer,
    };
    (
        number(order),
        History(entries.iter().map(payment).collect()),
    )
}

fn standing_of(asked: &str, histories: &[(OrderNumber, History)]) -> Standing {
    Group::of(&number(asked), histories).standing(&number(asked))
}

#[test]
fn a_group_has_its_numbers_and_payments_by_the_earliest_time() {
    let histories = [
        history("b", &[("a", Some(1), None), ("b", Some(5), None)]),
        // Does not list its own order, and ties it all the same.
        history("d", &[("b", Some(4), None), ("c", None, None)]),
    ];
    let group = Group::of(&number("c"), &histories);
    assert_eq!(group.numbers, numbers(&["a", "b", "c", "d"]));
    assert_eq!(group.searched(&number("c")), numbers(&["c", "a", "b", "d"]));
    let times: Vec<_> = group
        .payments
        .iter()
        .map(|p| (p.number.as_str(), p.at))
        .collect();
    // The earliest time that any gives; one without a time last.
    assert_eq!(times, [("a", at(1)), ("b", at(4)), ("c", None)]);
    for (asked, expected) in [("a", true), ("d", true), ("z", false)] {
        assert_eq!(group.has_history_of(&number(asked)), expected, "{asked}");
    }
    let alone = Group::of(&number("z"), &[]);
    assert_eq!((alone.numbers, alone.payments), (numbers(&["z"]), vec![]));
}

#[test]
fn drift_over_all_results() {
    let results: Vec<_> = [None]
        .into_iter()
        .chain(AutoResult::ALL.map(Some))
        .collect();
    let mut seen = std::collections::BTreeSet::<Option<Drift>>::new();
    for n in 0..125 {
        let (shown, auto, manual) = (results[n % 5], results[n / 5 % 5], results[n / 25]);
        let name = |result: Option<AutoResult>| result.map(AutoResult::name);
        let found = drift(shown, name(auto), name(manual));
        let expected = match (shown, auto, manual) {
            (None, ..) => None,
            (Some(shown), _, Some(manual)) if shown != manual => Some(Drift::ManualChanged),
            (Some(shown), Some(auto), _) if shown != auto => Some(Drift::AutoMismatch),
            _ => None,
        };
        assert_eq!(found, expected, "{shown:?} {auto:?} {manual:?}");
        seen.insert(found);
    }
    assert_eq!(seen.len(), 3);
    let odd = drift(Some(AutoResult::Ok), Some("MAYBE"), None);
    assert_eq!(odd, Some(Drift::AutoMismatch));
    assert_eq!(drift(Some(AutoResult::Ok), Some(""), None), None);
}

fn settings(enabled: bool, existing: bool, oplux: bool) -> Settings {
    Settings {
        enabled: Some(enabled),
        screen_existing_customers: existing,
        ..Settings::with_methods(vec![PaymentMethod::with_oplux(1, oplux)])
    }
}

fn whole_order() -> OrderRecord {
    OrderRecord {
        created_at: at(1_000_000),
        channel: Some(Channel::Lp),
        payment_method_id: Some(1),
        registered: Some(true),
        purchase_number: Some(2),
        ..OrderRecord::of(number("b"))
    }
}

#[test]
fn the_first_cause_that_holds_is_the_main_one() {
    // `shown`: ecforce shows a result. `failed`: the last try failed. `before` and `since`: when
    // the integration began, of the order's time. `on` and `off`: the settings, where there are
    // some. `loaded`: there are events of the day.
    for (facts, expected) in [
        ("no-order on loaded", "order-unknown"),
        ("on loaded", "event-expected"),
        ("on", "events-not-loaded"),
        ("loaded", ""),
        ("since loaded", ""),
        // What ecforce shows comes before the integration, a failure and the settings.
        ("shown failed before off loaded", "event-expected"),
        ("failed before off loaded", "before-integration"),
        ("failed since off loaded", "screening-failed"),
        ("undated failed before off loaded", "screening-failed"),
        ("since off loaded", "oplux-disabled"),
    ] {
        let is = |fact: &str| facts.split(' ').any(|it| it == fact);
        let whole = whole_order();
        let order = OrderRecord {
            result: is("shown").then_some(AutoResult::Ok),
            created_at: whole.created_at.filter(|_| !is("undated")),
            ..whole
        };
        let order = Some(&order).filter(|_| !is("no-order"));
        let rules = Rules {
            settings: (is("on") || is("off")).then(|| settings(is("on"), true, true)),
            integrated_at: match (is("before"), is("since")) {
                (false, false) => None,
                (is_before, _) => at(if is_before { 2_000_000 } else { 1_000_000 }),
            },
        };
        let group = Group::of(&number("b"), &[]);
        let failed = || Ok::<_, ()>(is("failed"));
        let cause = main_cause(order, &group, &rules, failed, |_| Ok(is("loaded"))).unwrap();
        assert_eq!(cause.map_or("", MainCause::name), expected, "{facts}");
    }
}

#[test]
fn a_later_payment_is_known_from_any_history_but_its_own_decides_where_it_lists_it() {
    let says_not = history("x", &[("b", Some(5), Some(false))]);
    let says_later = history("y", &[("a", Some(1), None), ("b", Some(5), None)]);
    let own = history("b", &[("b", Some(5), None), ("c", Some(6), None)]);
    let own_unlisted = history("b", &[("c", Some(6), None)]);
    let without_first = history(
        "w",
        &[("w", Some(1), Some(true)), ("b", Some(5), Some(true))],
    );
    let none = Standing::Later { first: None };
    let later = Standing::Later {
        first: Some(number("a")),
    };
    for (histories, expected) in [
        (vec![&says_not, &says_later], later.clone()),
        (vec![&says_later, &own], Standing::NotLater),
        (vec![&own, &says_later], Standing::NotLater),
        (vec![&own_unlisted, &says_later], later.clone()),
        (vec![&says_not, &without_first], none),
        // One that has the first payment says more, wherever it stands.
        (vec![&without_first, &says_later], later.clone()),
        (vec![&says_later, &without_first], later),
        (vec![&own_unlisted], Standing::NotLater),
        (vec![], Standing::NotLater),
    ] {
        let histories: Vec<_> = histories.into_iter().cloned().collect();
        assert_eq!(standing_of("b", &histories), expected, "{histories:?}");
    }
}

#[test]
fn in_a_chain_of_histories_the_first_of_all_was_screened() {
    let chain = [
        history("y", &[("b", Some(5), None), ("c", Some(9), None)]),
        history("x", &[("a", Some(1), None), ("b", Some(5), None)]),
    ];
    let first = |name| Standing::Later {
        first: Some(number(name)),
    };
    assert_eq!(standing_of("c", &chain), first("a"));
    assert_eq!(standing_of("b", &chain), first("a"));
    assert_eq!(standing_of("a", &chain), Standing::NotLater);
    // Without times the last of the chain comes first in the group.
    let untimed = [
        history("x", &[("c", None, None), ("b", None, None)]),
        history("y", &[("b", None, None), ("a", None, None)]),
    ];
    assert_eq!(standing_of("a", &untimed), first("c"));
    assert_eq!(standing_of("b", &untimed), first("c"));
    assert_eq!(standing_of("c", &untimed), Standing::NotLater);
    // Histories that contradict each other end all the same.
    let circle = [
        history("x", &[("a", Some(1), None), ("b", Some(5), None)]),
        history("y", &[("b", Some(1), None), ("a", Some(5), None)]),
    ];
    assert_eq!(standing_of("a", &circle), first("b"));
}

#[test]
fn a_thanks_offer_is_known_by_how_its_name_begins_however_it_is_typed() {
    for (offer, expected) in [
        (Some("サンクスアップセル"), true),
        (Some("サンクスクロスセル"), true),
        (Some("サンクス"), true),
        (Some("ｻﾝｸｽｱｯﾌﾟｾﾙ"), true),
        (Some("\u{3000}サンクスアッ\u{30d5}\u{309a}セル"), true),
        (Some("通常(なし)"), false),
        (Some("アップセル"), false),
        (Some("アップセル(サンクス)"), false),
        (Some("サンク"), false),
        (Some(""), false),
        (None, false),
    ] {
        let order = OrderRecord {
            offer: offer.map(str::to_owned),
            ..OrderRecord::of(number("b"))
        };
        assert_eq!(is_by_thanks_offer(&order), expected, "{offer:?}");
    }
}
