//! The program's JSON held against the naive implementation, field by field. A failure shows the
//! JSON; the store comes again by its seed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Event, Moment, Order, World};
use crate::support::has;

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
    /// Whether what `trace` says of a number is what the contract says.
    pub fn check_trace(&self, number: &str, traced: &Value) {
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
    pub fn check_row(&self, row: &Value, traced: &Value) {
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
    pub fn check_rows(&self, rows: &[Value]) {
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
