//! `trace` and `reconcile` on random stores against a second, naive implementation of the
//! contract (tests/naive). A failure names its seed: run it alone by `check(seed)`.

use std::collections::BTreeSet;

use crate::naive::{
    Event, Moment, World,
    generate::{Dice, load},
};
use crate::support::Home;
use serde_json::Value;

/// What the program says of every number and every order, as it stands on standard output.
fn answers(home: &Home, world: &World) -> (String, String) {
    let numbers: Vec<_> = world.numbers().into_iter().collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let traced = home.trace(&numbers);
    assert!([0, 3].contains(&traced.status), "{traced:#?}");
    let reconciled = home.run("--format json reconcile");
    reconciled.ended_with(0);
    (traced.stdout, reconciled.stdout)
}

fn parsed(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// One random store held against the naive implementation.
fn check(seed: u64) {
    let dice = &mut Dice::new(seed);
    let world = World::random(dice);
    let home = load(&world, dice);
    let (traced, reconciled) = answers(&home, &world);
    let (traced, rows) = (parsed(&traced), parsed(&reconciled));
    let numbers = world.numbers();
    assert_eq!(traced.len(), numbers.len(), "seed {seed}");
    let checked = std::panic::catch_unwind(|| {
        for (number, traced) in numbers.iter().zip(&traced) {
            world.check_trace(number, traced);
        }
        world.check_rows(&rows);
        for row in &rows {
            let of_it = |traced: &&Value| traced["number"] == row["number"];
            world.check_row(row, traced.iter().find(of_it).unwrap());
        }
        groups_have_the_same_candidates(&world, &traced);
    });
    assert!(checked.is_ok(), "seed {seed}");
}

/// Every number of a group has the same candidates as a set.
fn groups_have_the_same_candidates(world: &World, traced: &[Value]) {
    let ids = |traced: &Value| -> BTreeSet<String> {
        let candidates = traced["candidates"].as_array().unwrap();
        candidates
            .iter()
            .map(|event| event["event_id"].to_string())
            .collect()
    };
    for one in traced {
        let group = world.group(one["number"].as_str().unwrap());
        for other in traced {
            if group.contains(other["number"].as_str().unwrap()) {
                assert_eq!(
                    ids(one),
                    ids(other),
                    "{} and {}",
                    one["number"],
                    other["number"]
                );
            }
        }
    }
}

#[test]
fn random_stores_are_answered_as_the_contract_says() {
    std::thread::scope(|scope| {
        for part in 0..4 {
            scope.spawn(move || (0..48).filter(|seed| seed % 4 == part).for_each(check));
        }
    });
}

#[test]
fn the_order_of_imports_and_of_rows_changes_not_one_byte() {
    for seed in 100..108 {
        let world = World::random(&mut Dice::new(seed));
        let one = load(&world, &mut Dice::new(seed + 1));
        let other = load(&world, &mut Dice::new(seed + 2));
        let (one, other) = (answers(&one, &world), answers(&other, &world));
        assert_eq!(one.0, other.0, "trace, seed {seed}\n{world:#?}");
        assert_eq!(one.1, other.1, "reconcile, seed {seed}\n{world:#?}");
    }
}

/// The random stores are worth something: every verdict, cause and drift comes up.
#[test]
fn the_random_stores_come_by_everything() {
    let mut seen = BTreeSet::new();
    for seed in 0..48 {
        let world = World::random(&mut Dice::new(seed));
        for number in world.numbers() {
            seen.insert(world.verdict(&number));
            if world.candidates(&number).is_empty() {
                seen.insert(world.main_cause(&number).unwrap_or("null"));
            }
            let shown = world.order(&number).and_then(|order| order.result);
            seen.extend(World::drift(
                shown,
                world.candidates(&number).first().copied(),
            ));
            if let Some(order) = world.order(&number)
                && world.suggested(order).len() > 1
            {
                seen.insert("suggestions");
            }
        }
    }
    let names = "direct via-payment-history not-found order-unknown event-expected events-not-loaded \
                 before-integration oplux-disabled subscription-order admin-order csv-order \
                 thanks-offer-payment method-unknown method-disabled existing-customer null \
                 auto-mismatch manual-changed suggestions";
    for name in names.split(' ') {
        assert!(seen.contains(name), "{name} never comes up in {seen:?}");
    }
}

/// The naive implementation itself, on DOMAIN.md's story.
#[test]
fn the_naive_implementation_finds_the_first_payments_event() {
    let payment = |number: &str, second, later| crate::naive::Payment {
        order_number: "b1c2d3e4f5".into(),
        number: number.into(),
        at: Some(Moment(second)),
        amount: None,
        thanks_offer: later,
    };
    let mut world = World::default();
    world.payments.push(payment("b1c2d3e4f5", 90, Some(true)));
    world.payments.push(payment("a905125d2a", 0, None));
    world.events.push(Event {
        number: "a905125d2a".into(),
        id: "E1".into(),
        requested_at: None,
        auto: Some("REVIEW"),
        manual: Some("OK"),
        rules: Vec::new(),
        reasons: Vec::new(),
    });
    assert_eq!(world.verdict("b1c2d3e4f5"), "via-payment-history");
    assert_eq!(world.verdict("a905125d2a"), "direct");
    assert_eq!(world.paid("b1c2d3e4f5"), ["a905125d2a", "b1c2d3e4f5"]);
    let event = world.candidates("b1c2d3e4f5")[0];
    assert_eq!(
        World::drift(Some("REVIEW"), Some(event)),
        Some("manual-changed")
    );
    assert_eq!(World::drift(Some("OK"), Some(event)), Some("auto-mismatch"));
    assert_eq!(World::drift(None, Some(event)), None);
    assert_eq!(world.main_cause("ffffffffff"), Some("order-unknown"));
}
