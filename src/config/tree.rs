//! The document as plain values, without its text: what an edit is measured by, and what `get` and
//! `show` give.

use serde_json::{Map, Value as Json};
use toml_edit::{Item, TableLike, Value};

use super::key::Step;

/// A table as plain values.
pub(super) fn of_table(table: &dyn TableLike) -> Json {
    let entries = table
        .iter()
        .map(|(key, item)| (key.to_owned(), of_item(item)));
    Json::Object(entries.collect::<Map<_, _>>())
}

fn of_item(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => of_value(value),
        Item::Table(table) => of_table(table),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| of_table(table)).collect(),
    }
}

/// A value as a plain value; a date as the text that it is written with.
pub(super) fn of_value(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Json::from(*number.value()),
        Value::Boolean(flag) => Json::from(*flag.value()),
        Value::Datetime(at) => Json::from(at.value().to_string()),
        Value::Array(array) => array.iter().map(of_value).collect(),
        Value::InlineTable(table) => of_table(table),
    }
}

/// The value at `steps`.
pub(super) fn get<'a>(tree: &'a Json, steps: &[Step]) -> Option<&'a Json> {
    steps.iter().try_fold(tree, |here, step| match step {
        Step::Name(name) => here.get(name),
        Step::Index(index) => here.get(index),
    })
}

/// Puts a value where `steps` lead; tables on the way are made. Nothing happens where a list on
/// the way has no such entry.
pub(super) fn set(tree: &mut Json, steps: &[Step], value: Json) {
    let mut here = tree;
    for step in steps {
        let next = match step {
            Step::Name(name) => {
                if !here.is_object() {
                    *here = Json::Object(Map::new());
                }
                here.as_object_mut()
                    .map(|map| map.entry(name.clone()).or_insert(Json::Null))
            }
            Step::Index(index) => here.get_mut(index),
        };
        match next {
            Some(next) => here = next,
            None => return,
        }
    }
    *here = value;
}

/// Takes away what stands where `steps` lead.
pub(super) fn remove(tree: &mut Json, steps: &[Step]) {
    let Some((last, way)) = steps.split_last() else {
        return;
    };
    let parent = way.iter().try_fold(tree, |here, step| match step {
        Step::Name(name) => here.get_mut(name),
        Step::Index(index) => here.get_mut(index),
    });
    match (parent, last) {
        (Some(Json::Object(map)), Step::Name(name)) => {
            map.remove(name);
        }
        (Some(Json::Array(list)), Step::Index(index)) if *index < list.len() => {
            list.remove(*index);
        }
        _ => {}
    }
}

/// The tree without tables and lists that hold nothing: a table that a last key has left, or a
/// header without keys, says nothing.
pub(super) fn pruned(tree: &Json) -> Json {
    match tree {
        Json::Object(map) => {
            let kept = map.iter().map(|(key, value)| (key.clone(), pruned(value)));
            Json::Object(kept.filter(|(_, value)| !says_nothing(value)).collect())
        }
        Json::Array(list) => list.iter().map(pruned).collect(),
        other => other.clone(),
    }
}

fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Object(map) => map.is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => false,
    }
}
