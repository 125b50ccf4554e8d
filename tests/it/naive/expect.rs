//! The program's JSON held against the naive implementation, field by field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Event, Order, World};

/// A field that has to be there, null or not.
#[track_caller]
fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    value
        .get(name)
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// An event as `match` and `candidates` show it.
fn shown(event: &Event) -> Value {
    let count = event.rules.len().max(event.reasons.len());
    let reason =
        |place| json!({"code": event.rules.get(place), "description": event.reasons.get(place)});
    json!({
        "merchant_management_id": event.number,
        "event_id": event.id,
        "requested_at": event.requested_at.map(super::Moment::json),
        "auto_result": event.auto,
        "manual_result": event.manual,
        "reasons": (0..count).map(reason).collect::<Vec<_>>(),
    })
}

/// The contract's fields of an event; others may stand beside them.
#[track_caller]
fn contracted(event: &Value) -> Value {
    let reason = |reason: &Value| json!({"code": field(reason, "code"), "description": field(reason, "description")});
    let reasons = field(event, "reasons").as_array().unwrap();
    json!({
        "merchant_management_id": field(event, "merchant_management_id"),
        "event_id": field(event, "event_id"),
        "requested_at": field(event, "requested_at"),
        "auto_result": field(event, "auto_result"),
        "manual_result": field(event, "manual_result"),
        "reasons": reasons.iter().map(reason).collect::<Vec<_>>(),
    })
}

/// Events of one number and one time may stand in any order among themselves: here by ID.
fn settled(mut events: Vec<Value>) -> Vec<Value> {
    let key = |event: &Value| {
        (
            event["merchant_management_id"].clone(),
            event["requested_at"].clone(),
        )
    };
    let mut from = 0;
    while from < events.len() {
        let same = events[from..]
            .iter()
            .take_while(|event| key(event) == key(&events[from]));
        let to = from + same.count();
        events[from..to].sort_by_key(|event| event["event_id"].as_str().unwrap().to_owned());
        from = to;
    }
    events
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

impl World {
    /// Whether what `trace` says of a number is what the contract says.
    pub fn check_trace(&self, number: &str, traced: &Value) {
        let told = format!("{number}: {traced:#}\n{self:#?}");
        let field = |name: &str| {
            traced
                .get(name)
                .unwrap_or_else(|| panic!("no {name} in {told}"))
        };
        assert_eq!(field("number"), number, "{told}");
        assert_eq!(field("verdict"), self.verdict(number), "{told}");
        let candidates = field("candidates")
            .as_array()
            .unwrap()
            .iter()
            .map(contracted);
        let candidates: Vec<_> = candidates.collect();
        let expected: Vec<_> = self.candidates(number).into_iter().map(shown).collect();
        assert_eq!(
            settled(candidates.clone()),
            expected,
            "candidates of {told}"
        );
        match candidates.first() {
            None => assert_eq!(field("match"), &Value::Null, "{told}"),
            Some(first) => assert_eq!(&contracted(field("match")), first, "{told}"),
        }
        let searched: Vec<_> = field("searched")
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        assert_eq!(searched[0], number, "{told}");
        let unique: BTreeSet<_> = searched.iter().cloned().collect();
        assert_eq!(unique.len(), searched.len(), "{told}");
        assert_eq!(unique, self.group(number), "searched of {told}");
        self.check_history(number, field("payment_history"), &told);
        let order = self.order(number);
        let result = order.and_then(|order| order.result);
        assert_eq!(field("ecforce_result"), &json!(result), "{told}");
        let matched = candidates
            .first()
            .map(|event| self.event(&text(&event["event_id"])));
        assert_eq!(
            field("drift"),
            &json!(Self::drift(result, matched)),
            "{told}"
        );
        self.check_causes(number, field("causes"), &told);
        let steps = field("next_steps").as_array().unwrap();
        assert!(
            matched.is_some() || !steps.is_empty() || field("causes") == &json!([]),
            "{told}"
        );
        if let (None, Some(order)) = (matched, order) {
            self.check_suggestions(order, field("suggestions"), &told);
        }
    }

    /// By time, ties by number, each with the earliest time. Which amount and flag is shown, where
    /// histories differ in them, the contract does not say.
    fn check_history(&self, number: &str, history: &Value, told: &str) {
        let history = history.as_array().unwrap();
        let numbers: Vec<_> = history.iter().map(|entry| text(&entry["number"])).collect();
        assert_eq!(numbers, self.paid(number), "payment_history of {told}");
        for (number, entry) in numbers.iter().zip(history) {
            let at = self.paid_at(number).map(super::Moment::json);
            assert_eq!(field(entry, "at"), &json!(at), "{told}");
            let given = || self.payments.iter().filter(|given| given.number == *number);
            let amounts: Vec<_> = given().map(|given| json!(given.amount)).collect();
            assert!(
                amounts.contains(field(entry, "amount")),
                "amount of {number} in {told}"
            );
            let flags: Vec<_> = given().map(|given| json!(given.thanks_offer)).collect();
            assert!(
                flags.contains(field(entry, "thanks_offer")),
                "{number} in {told}"
            );
        }
    }

    fn check_causes(&self, number: &str, causes: &Value, told: &str) {
        if !self.candidates(number).is_empty() {
            assert_eq!(causes, &json!([]), "{told}");
            return;
        }
        let history = self.history_unknown(number);
        let history = history.then_some("payment-history-unknown");
        let main = self.main_cause(number);
        let expected: Vec<_> = main.into_iter().chain(history).collect();
        assert_eq!(causes, &json!(expected), "{told}");
    }

    /// The orphans among the suggestions, when no order has a customer.
    fn check_suggestions(&self, order: &Order, suggestions: &Value, told: &str) {
        let ids = suggestions
            .as_array()
            .unwrap()
            .iter()
            .map(|event| text(field(event, "event_id")));
        let created = order.created_at.map_or(0, |at| at.0);
        let apart = |id: String| (self.event(&id).requested_at.unwrap().0 - created).abs();
        let apart: Vec<_> = ids.map(apart).collect();
        assert_eq!(apart, self.suggested(order), "suggestions of {told}");
    }

    /// Whether a row of `reconcile` is what the contract says, and what `trace` says.
    pub fn check_row(&self, row: &Value, traced: &Value) {
        let number = text(field(row, "number"));
        let told = format!("row {row:#}\ntrace {traced:#}\n{self:#?}");
        let order = self.order(&number).expect("a row for an order");
        assert_eq!(
            field(row, "created_at"),
            &json!(order.created_at.map(super::Moment::json))
        );
        assert_eq!(
            field(row, "payment_method_id"),
            &json!(order.method),
            "{told}"
        );
        assert_eq!(field(row, "ecforce_result"), &json!(order.result), "{told}");
        let matched = field(traced, "match");
        for (of_row, of_match) in [
            ("matched_number", "merchant_management_id"),
            ("event_id", "event_id"),
            ("auto_result", "auto_result"),
            ("manual_result", "manual_result"),
        ] {
            let expected = matched.get(of_match).unwrap_or(&Value::Null);
            assert_eq!(field(row, of_row), expected, "{of_row} of {told}");
        }
        assert_eq!(field(row, "drift"), field(traced, "drift"), "{told}");
        let (status, cause) = (field(row, "status"), field(row, "cause"));
        if matched.is_null() {
            let main = field(traced, "causes").as_array().unwrap();
            let main = main
                .iter()
                .find(|cause| *cause != "payment-history-unknown");
            assert_eq!(Some(cause), main.or(Some(&Value::Null)), "{told}");
            assert_eq!(status, Self::status_of(cause.as_str()), "{told}");
        } else {
            assert_eq!(cause, &Value::Null, "{told}");
            assert_eq!(status, self.verdict(&number), "{told}");
        }
    }

    /// Whether there is one row for every order, by time, then number. Where rows without a time
    /// stand the contract does not say.
    pub fn check_rows(&self, rows: &[Value]) {
        let numbers = |is_timed: bool| -> Vec<String> {
            let rows = rows
                .iter()
                .filter(|row| row["created_at"].is_null() != is_timed);
            rows.map(|row| text(&row["number"])).collect()
        };
        for is_timed in [true, false] {
            let orders = self
                .orders
                .iter()
                .filter(|order| order.created_at.is_some() == is_timed);
            let mut expected: Vec<_> = orders
                .map(|order| (order.created_at, &order.number))
                .collect();
            expected.sort();
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(_, number)| number.clone())
                .collect();
            assert_eq!(numbers(is_timed), expected, "{self:#?}");
        }
    }
}
