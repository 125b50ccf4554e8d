//! The reading of orders and of files of `import` as a whole.

mod cells;
mod columns;
mod fields;
mod forms;
mod import;
mod secrecy;

use std::{io::Read, path::PathBuf};

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
