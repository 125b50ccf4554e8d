//! No input makes the reading panic, and no message ever holds a value.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// What must never stand in a message: all texts and numbers of `full` but the order's number
/// and what its fields may be in general (channel, sex).
fn secrets(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields.values().flat_map(secrets).collect(),
        Value::Array(elements) => elements.iter().flat_map(secrets).collect(),
        Value::Number(number) => vec![number.to_string()],
        Value::String(text) if !["n-4711", "lp", "female"].contains(&text.as_str()) => {
            vec![text.clone()]
        }
        _ => Vec::new(),
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "zq[a-z0-9@.+ -]{3,12}".prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("zq[a-z]{3,6}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}\",:a1\\n ]{0,80}") {
        let _ = of_stdin(&bytes);
        let _ = of_stdin(text.as_bytes());
    }

    #[test]
    fn no_message_ever_holds_a_value(place in any::<prop::sample::Index>(), value in any_json()) {
        let order = full();
        let mut all = Vec::new();
        pointers(&order, "", &mut all);
        let pointer = place.get(&all);
        if let Err(error) = with(pointer, value.clone()) {
            let said = said(&error);
            for path in paths(&error) {
                prop_assert!(path.starts_with(&path_of(pointer)), "{path} for {pointer}");
            }
            for secret in secrets(&order) {
                prop_assert!(!said.contains(&secret), "{secret} in {said}");
            }
            if let Some(text) = value.as_str().filter(|text| text.starts_with("zq")) {
                prop_assert!(!said.contains(text), "{text} in {said}");
            }
        }
    }
}
