//! Orders as a whole: every form of an input, what is said of one that cannot be used, and that no
//! message ever holds a value.

mod cells;
mod fields;
mod import;

use std::{io::Read, path::PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    domain::order::{Channel, Order, OrderRecord},
    locales::{Lang, Text},
};

fn fixture(name: &str) -> Source {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/orders");
    Source::File(folder.join(name))
}

fn read_orders(sources: &[Source], stdin: &mut dyn Read) -> Result<Vec<Order>, InputError> {
    super::read_orders(sources, stdin, &ApiOrders::default())
}

fn of_stdin(input: &[u8]) -> Result<Vec<Order>, InputError> {
    read_orders(&[Source::Stdin], &mut { input })
}

/// An order whose every value is distinctive, so that it would be found in a message.
fn full() -> Value {
    json!({
        "number": "n-4711",
        "channel": "lp",
        "created_at": "2021/03/04 05:06:07",
        "payment_method_id": 86001,
        "total": 86002,
        "email": "qemail@qdomain.example",
        "ip": "203.0.113.77",
        "device_info": "qdevice",
        "ad_url": {"id": 86003, "thanks_offer": true},
        "customer": {"id": "86004", "registered": true, "purchase_number": 86005, "birth": "1971-02-03", "sex": "female"},
        "billing_address": {
            "name01": "qfamily", "name02": "qgiven", "kana01": "qkana", "kana02": "qkanb", "company_name": "qcompany",
            "zip01": "860", "zip02": "0601", "prefecture_name": "qprefecture",
            "addr01": "qaddra", "addr02": "qaddrb", "addr03": "qaddrc",
            "tel01": "0860", "tel02": "6071", "tel03": "8608"},
        "shipping_address": {
            "name01": "rfamily", "name02": "rgiven", "zip": "870-0701", "prefecture_name": "rprefecture",
            "addr01": "raddra", "tel": "090-8709-8709"},
        "items": [{"product_number": "rproduct", "product_name": "rname", "category": "rcategory", "price": 87010, "quantity": 87011}],
        "card": {"bin": "870128"},
        "payments": [{"number": "p-4712", "at": "2022/04/05", "amount": 87013, "thanks_offer": false}],
    })
}

fn said(error: &InputError) -> String {
    let side = |lang| {
        let hint = error.said.hint.as_ref().map_or("", |hint| hint.get(lang));
        format!("{}\n{hint}\n", error.said.message.get(lang))
    };
    format!("{}{}{error}{error:?}", side(Lang::En), side(Lang::Ja))
}

/// Reads `full` with another value at a JSON pointer; `Value::Null` is what a field that is left
/// out reads as.
fn with(pointer: &str, value: Value) -> Result<Order, InputError> {
    let mut order = full();
    set(&mut order, pointer, value);
    of_stdin(order.to_string().as_bytes()).map(|mut orders| orders.remove(0))
}

fn set(order: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = order.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(elements) => elements[key.parse::<usize>().unwrap()] = value,
        _ => parent[key] = value,
    }
}

/// The lines of the message in English.
fn lines(error: &InputError) -> Vec<&str> {
    error.said.message.get(Lang::En).lines().collect()
}

/// The paths of all mistakes in the order of line 1.
fn paths(error: &InputError) -> Vec<&str> {
    let path = |line| {
        let rest = str::strip_prefix(line, "standard input: line 1").unwrap();
        let rest = rest.strip_prefix(", order n-4711").unwrap_or(rest);
        rest.strip_prefix(": ").unwrap().split(": ").next().unwrap()
    };
    lines(error).into_iter().map(path).collect()
}

/// Pointers to all fields of `full`, objects and arrays included.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(elements) => {
            let numbered = elements.iter().enumerate();
            numbered.map(|(i, v)| (i.to_string(), v)).collect()
        }
        _ => Vec::new(),
    };
    for (key, child) in children {
        let pointer = format!("{at}/{key}");
        pointers(child, &pointer, all);
        all.push(pointer);
    }
}

/// JSON values that stand one after the other in a table.
fn list(values: &str) -> Vec<Value> {
    serde_json::from_str(&format!("[{values}]")).unwrap()
}

/// The path that a message gives of a JSON pointer.
fn path_of(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        match part.parse::<usize>() {
            Ok(index) => path += &format!("[{index}]"),
            Err(_) if path.is_empty() => path += part,
            Err(_) => path += &format!(".{part}"),
        }
    }
    path
}

#[test]
fn every_form_of_an_input_gives_the_same_orders() {
    let none = &mut std::io::empty();
    let orders = read_orders(&[fixture("day.jsonl")], none).unwrap();
    assert_eq!(orders.len(), 5);
    assert_eq!(read_orders(&[fixture("array.json")], none).unwrap(), orders);
    let text = std::fs::read_to_string("tests/fixtures/orders/day.jsonl").unwrap();
    let pretty: String = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|value| format!("{value:#}\n\n"))
        .collect();
    let marked = format!("\u{feff}{}", text.replace('\n', "\r\n\r\n"));
    assert_eq!(of_stdin(pretty.as_bytes()).unwrap(), orders);
    assert_eq!(of_stdin(marked.as_bytes()).unwrap(), orders);

    // Several files and standard input are one input.
    let both = read_orders(&[fixture("one.json"), Source::Stdin], &mut text.as_bytes()).unwrap();
    assert_eq!(both[1..], orders);
}

#[test]
fn an_empty_array_is_no_order_and_an_empty_file_is_a_mistake() {
    assert!(of_stdin(b"[]").unwrap().is_empty());
    for input in ["", " \n", "\u{feff}"] {
        let error = of_stdin(input.as_bytes()).unwrap_err();
        assert!(said(&error).contains("standard input: no order"), "{error}");
    }
}

#[test]
fn files_that_cannot_be_read_are_told_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let sources = [
        Source::File(folder.path().join("missing.json")),
        Source::File(folder.path().to_owned()),
        fixture("one.json"),
    ];
    let error = read_orders(&sources, &mut std::io::empty()).unwrap_err();
    let text = error.said.message.get(Lang::Ja);
    let lines: Vec<_> = text.lines().collect();
    let missing = "missing.json: 読み込めません。ファイルがありません。";
    assert!(lines.len() == 2 && lines[0].contains(missing), "{text}");
    assert!(lines[1].contains("フォルダは指定できません"), "{text}");
}

#[test]
fn one_number_twice_names_both_places_even_where_an_order_is_unsound() {
    let (mut unsound, sound) = (full(), full());
    unsound["total"] = json!(-1);
    let input = format!("{unsound}\n\n{sound}\n");
    let error = of_stdin(input.as_bytes()).unwrap_err();
    assert_eq!(
        lines(&error),
        [
            "standard input: line 1, order n-4711: total: expected whole yen, 0 or more, such as 3980 or 3,980",
            "standard input: line 3, order n-4711: number: this number already stands at \
             standard input: line 1; expected each number once",
        ]
    );
    let files = [fixture("one.json"), fixture("one.json")];
    let twice = read_orders(&files, &mut std::io::empty()).unwrap_err();
    let places = twice.to_string().matches("one.json: line 1").count();
    assert_eq!(places, 2, "{twice}");
}

#[test]
fn problems_are_told_with_their_places_up_to_a_hundred() {
    let error = of_stdin(b"[{\"number\": \"a1\"},\n 7]").unwrap_err();
    let text = said(&error);
    for place in [
        "standard input: [0] on line 1, order a1: channel: missing; expected one of",
        "standard input: [1] on line 2: expected a JSON object",
        "標準入力: [0](1行目)、受注番号 a1: customer: 必須項目です。",
    ] {
        assert!(text.contains(place), "{text}");
    }
    let many = "{}\n".repeat(30);
    let error = of_stdin(many.as_bytes()).unwrap_err();
    assert_eq!(lines(&error).len(), 101);
    // Seven fields are required of each.
    assert_eq!(lines(&error)[100], "and 110 more");
}

#[test]
fn what_is_not_json_is_told_with_line_and_column_and_without_its_text() {
    let cases = [
        (
            "number,email\n1,hanako@example.com\n",
            "line 1, column 1: expected an order",
        ),
        (
            "{\"email\": \"hanako@example.com\"",
            "line 1, column 30: the input ends in the middle",
        ),
        (
            "{\n\"email\" \"hanako@example.com\"}",
            "line 2, column 9: not valid JSON: expected `:` (the order begins on line 1)",
        ),
        (
            "[{},{\"email\": hanako@example.com}]",
            "(order [1], which begins on line 1)",
        ),
    ];
    for (input, expected) in cases {
        let error = of_stdin(input.as_bytes()).unwrap_err();
        let said = said(&error);
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("hanako"), "{said}");
    }
    let error = of_stdin(b"{\"name\": \"\x97\xe9\x96\xd8\"}").unwrap_err();
    let place = "line 1, column 11: not valid UTF-8";
    assert!(error.to_string().contains(place), "{error}");
}

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
