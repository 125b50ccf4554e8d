//! The document as plain values, without its text: what an edit is measured by, and what
//! `config get` and `config show` give, where secrets are masked.

use serde_json::{Map, Value as Json};
use toml_edit::{Item, TableLike, Value};

use super::{
    key::{KeyPath, Step},
    schema::{self, KEYS, Key, Kind},
};
use crate::domain::address;

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

/// What stands in the place of a secret.
pub const MASK: &str = "********";

/// A key and what holds for it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Shown {
    /// Its path.
    pub key: String,
    /// Its value; null where it is not set and has no default. A secret is [`MASK`].
    pub value: Json,
    /// Whether it is the default, because nothing is set.
    pub is_default: bool,
}

impl Shown {
    /// The value as `config set` would be given it; none where there is none.
    pub fn text(&self) -> Option<String> {
        match &self.value {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// What stands at a key.
pub(super) fn shown(document: &Json, path: &KeyPath) -> Shown {
    let set = get(document, path.steps());
    let value = match set {
        Some(_) if path.key.secret => Json::from(MASK),
        Some(value) => told(path.key.kind, value),
        None => default(path.key),
    };
    Shown {
        key: path.to_string(),
        value,
        is_default: set.is_none(),
    }
}

/// What is meant by it, without what may be a secret in it: the arguments of a command, and what
/// stands before an `@` in an address that is a mistake.
fn told(kind: Kind, value: &Json) -> Json {
    match (kind, value) {
        (Kind::Command, Json::Array(parts)) => {
            let shown = |(at, part): (usize, &Json)| match at {
                0 => part.clone(),
                _ => MASK.into(),
            };
            parts.iter().enumerate().map(shown).collect()
        }
        (Kind::Flag | Kind::OneOf(_), Json::String(_) | Json::Number(_)) => {
            let written = match value.as_i64() {
                Some(number) => Value::from(number),
                None => Value::from(value.as_str().unwrap_or_default()),
            };
            kind.meant(&written)
                .map_or_else(|| value.clone(), |meant| of_value(&meant))
        }
        // Not a list, so nobody knows which part of it is the program.
        (Kind::Command, _) => MASK.into(),
        (Kind::Address, Json::String(text)) if address::parse(text).is_err() => {
            let Some((before, after)) = text.rsplit_once('@') else {
                return value.clone();
            };
            let scheme = before.find("://").map_or("", |at| &before[..at + 3]);
            format!("{scheme}{MASK}@{after}").into()
        }
        _ => value.clone(),
    }
}

fn default(key: &Key) -> Json {
    let value = key.default.and_then(|text| key.kind.read(text).ok());
    value.as_ref().map_or(Json::Null, of_value)
}

/// Every key that is set or has a default. Those of the entries of a list come entry by entry.
pub(super) fn all_shown(document: &Json) -> Vec<Shown> {
    let mut all = Vec::new();
    let mut lists_done: Vec<&str> = Vec::new();
    for key in KEYS {
        let Some((list, _)) = key.pattern.split_once("[]") else {
            all.push(shown(document, &KeyPath::of(key)));
            continue;
        };
        if lists_done.contains(&list) {
            continue;
        }
        lists_done.push(list);
        let entries = document
            .get(list)
            .and_then(Json::as_array)
            .map_or(0, Vec::len);
        let inside = format!("{list}[]");
        for index in 0..entries {
            let names = schema::names_in(&inside).into_iter();
            let keys = names.filter_map(|name| schema::find(&schema::join(&inside, name)));
            all.extend(keys.map(|key| shown(document, &KeyPath::of_entry(key, index))));
        }
    }
    all.retain(|shown| !shown.value.is_null());
    all
}
