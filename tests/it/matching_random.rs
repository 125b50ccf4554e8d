//! `trace` and `reconcile` on random stores against a second, naive implementation of the
//! contract (tests/it/naive), field by field. A failure names its seed: run it alone by `check(seed)`.

use std::{collections::BTreeSet, thread};

use serde_json::{Value, json};

use crate::naive::{
    Event, Moment, Order, World,
    generate::{Dice, load},
};
use crate::support::{Home, has};

/// So many random stores.
const SEEDS: u64 = 24;

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

/// One random store held against the naive implementation. Gives what comes up in it.
fn check(seed: u64) -> BTreeSet<&'static str> {
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
    numbers
        .iter()
        .flat_map(|number| world.seen(number))
        .collect()
}

/// The random stores are worth something: every verdict, cause and drift comes up.
#[test]
fn random_stores_are_answered_as_the_contract_says() {
    let seen: BTreeSet<_> = thread::scope(|scope| {
        let part = |part| move || (part..SEEDS).step_by(4).flat_map(check).collect::<Vec<_>>();
        let parts: Vec<_> = (0..4).map(|at| scope.spawn(part(at))).collect();
        let seen = parts.into_iter().flat_map(|part| part.join().unwrap());
        seen.collect()
    });
    let names = "direct via-payment-history not-found order-unknown event-expected events-not-loaded \
                 before-integration oplux-disabled subscription-order admin-order csv-order \
                 thanks-offer-payment method-unknown method-disabled existing-customer null \
                 auto-mismatch manual-changed suggestions";
    for name in names.split(' ') {
        assert!(seen.contains(name), "{name} never comes up in {seen:?}");
    }
}

#[test]
fn the_order_of_imports_and_of_rows_changes_not_one_byte() {
    for seed in 100..103 {
        let world = World::random(&mut Dice::new(seed));
        let one = load(&world, &mut Dice::new(seed + 1));
        let other = load(&world, &mut Dice::new(seed + 2));
        let (one, other) = (answers(&one, &world), answers(&other, &world));
        assert_eq!(one.0, other.0, "trace, seed {seed}\n{world:#?}");
        assert_eq!(one.1, other.1, "reconcile, seed {seed}\n{world:#?}");
    }
}

/// An event as `match` and `candidates` show it.
fn shown(event: &Event) -> Value {
    let count = event.rules.len().max(event.reasons.len());
    let reason =
        |place| json!({"code": event.rules.get(place), "description": event.reasons.get(place)});
    json!({
        "merchant_management_id": event.number,
        "event_id": event.id,
        "requested_at": event.requested_at.map(Moment::json),
        "auto_result": event.auto,
        "manual_result": event.manual,
        "reasons": (0..count).map(reason).collect::<Vec<_>>(),
    })
}

/// A field that is a list.
#[track_caller]
fn list<'v>(object: &'v Value, field: &str) -> &'v Vec<Value> {
    let list = object[field].as_array();
    list.unwrap_or_else(|| panic!("no list {field} in {object:#}"))
}

/// Events of one number and one time may stand in any order among themselves: here by ID.
fn settled(events: &[Value]) -> Vec<&Value> {
    let place = |event: &Value| {
        let is_like = |other: &Value| {
            ["merchant_management_id", "requested_at"]
                .iter()
                .all(|field| other[*field] == event[*field])
        };
        events.iter().position(is_like)
    };
    let mut events: Vec<_> = events.iter().collect();
    events.sort_by_key(|event| (place(event), event["event_id"].to_string()));
    events
}

fn text(value: &Value) -> String {
    let text = value.as_str();
    text.unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

impl World {
    /// What comes up with a number.
    fn seen(&self, number: &str) -> Vec<&'static str> {
        let (order, candidates) = (self.order(number), self.candidates(number));
        let mut seen = vec![self.verdict(number)];
        if candidates.is_empty() {
            seen.push(self.main_cause(number).unwrap_or("null"));
        }
        let result = order.and_then(|order| order.result);
        seen.extend(Self::drift(result, candidates.first().copied()));
        if order.is_some_and(|order| self.suggested(order).len() > 1) {
            seen.push("suggestions");
        }
        seen
    }

    /// Whether what `trace` says of a number is what the contract says.
    fn check_trace(&self, number: &str, traced: &Value) {
        let order = self.order(number);
        let result = order.and_then(|order| order.result);
        let candidates = list(traced, "candidates");
        let matched = candidates.first();
        let event = matched.map(|event| self.event(&text(&event["event_id"])));
        has(
            traced,
            json!({"number": number, "verdict": self.verdict(number), "ecforce_result": result,
                "drift": Self::drift(result, event)}),
        );
        let expected = self.candidates(number);
        assert_eq!(candidates.len(), expected.len(), "candidates of {traced:#}");
        // Other fields may stand beside the contract's.
        for (candidate, event) in settled(candidates).into_iter().zip(expected) {
            has(candidate, shown(event));
        }
        match matched {
            None => assert_eq!(traced["match"], Value::Null, "{traced:#}"),
            Some(first) => assert_eq!(traced["match"]["event_id"], first["event_id"]),
        }
        let searched: Vec<_> = list(traced, "searched").iter().map(text).collect();
        assert_eq!(searched[0], number);
        let unique: BTreeSet<_> = searched.iter().cloned().collect();
        assert_eq!(unique.len(), searched.len(), "{traced:#}");
        assert_eq!(unique, self.group(number), "searched of {traced:#}");
        self.check_history(number, traced);
        let causes: Vec<_> = match matched {
            Some(_) => vec![],
            None => {
                let history = self.history_unknown(number);
                let history = history.then_some("payment-history-unknown");
                self.main_cause(number).into_iter().chain(history).collect()
            }
        };
        has(traced, json!({"causes": causes}));
        assert!(causes.is_empty() || !list(traced, "next_steps").is_empty());
        if let (None, Some(order)) = (matched, order) {
            self.check_suggestions(order, traced);
        }
    }

    /// By time, ties by number, each with the earliest time. Which amount and flag is shown, where
    /// histories differ in them, the contract does not say.
    fn check_history(&self, number: &str, traced: &Value) {
        let history = list(traced, "payment_history");
        let numbers: Vec<_> = history.iter().map(|entry| text(&entry["number"])).collect();
        assert_eq!(numbers, self.paid(number), "payment_history of {traced:#}");
        for (number, entry) in numbers.iter().zip(history) {
            has(entry, json!({"at": self.paid_at(number).map(Moment::json)}));
            let given = || self.payments.iter().filter(|given| given.number == *number);
            let has_amount = given().any(|given| json!(given.amount) == entry["amount"]);
            let has_flag = given().any(|given| json!(given.thanks_offer) == entry["thanks_offer"]);
            assert!(has_amount && has_flag, "{entry} in {traced:#}");
        }
    }

    /// The orphans among the suggestions, when no order has a customer.
    fn check_suggestions(&self, order: &Order, traced: &Value) {
        let created = order.created_at.map_or(0, |at| at.0);
        let apart = |event: &Value| {
            let event = self.event(&text(&event["event_id"]));
            (event.requested_at.unwrap().0 - created).abs()
        };
        let apart: Vec<_> = list(traced, "suggestions").iter().map(apart).collect();
        assert_eq!(apart, self.suggested(order), "suggestions of {traced:#}");
    }

    /// Whether a row of `reconcile` is what the contract says, and what `trace` says.
    fn check_row(&self, row: &Value, traced: &Value) {
        let number = text(&row["number"]);
        let order = self.order(&number).expect("a row for an order");
        let matched = &traced["match"];
        has(
            row,
            json!({"created_at": order.created_at.map(Moment::json), "payment_method_id": order.method,
                "ecforce_result": order.result, "matched_number": matched["merchant_management_id"],
                "event_id": matched["event_id"], "auto_result": matched["auto_result"],
                "manual_result": matched["manual_result"], "drift": traced["drift"]}),
        );
        let (status, cause) = match matched.is_null() {
            true => {
                let cause = self.main_cause(&number);
                (Self::status_of(cause), cause)
            }
            false => (self.verdict(&number), None),
        };
        has(row, json!({"status": status, "cause": cause}));
    }

    /// Whether there is one row for every order, by time, then number. Where rows without a time
    /// stand the contract does not say.
    fn check_rows(&self, rows: &[Value]) {
        for is_timed in [true, false] {
            let rows = rows
                .iter()
                .filter(|row| row["created_at"].is_null() != is_timed);
            let numbers: Vec<_> = rows.map(|row| text(&row["number"])).collect();
            let orders = self.orders.iter();
            let orders = orders.filter(|order| order.created_at.is_some() == is_timed);
            let mut expected: Vec<_> = orders
                .map(|order| (order.created_at, &order.number))
                .collect();
            expected.sort();
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(_, number)| number.clone())
                .collect();
            assert_eq!(numbers, expected);
        }
    }
}
