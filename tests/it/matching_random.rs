//! `trace` and `reconcile` on random stores against a second, naive implementation of the
//! contract (tests/naive). A failure names its seed: run it alone by `check(seed)`.

use std::collections::BTreeSet;

use crate::naive::{
    World,
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
    });
    assert!(checked.is_ok(), "seed {seed}");
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
    for seed in 100..104 {
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
