//! What `config get` and `config show` give: values as they stand, or their defaults. Secrets are
//! masked.

use serde_json::Value as Json;
use toml_edit::Value;

use super::{
    key::KeyPath,
    schema::{self, KEYS, Key, Kind},
    tree,
};
use crate::domain::address;

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
    let set = tree::get(document, path.steps());
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
                .map_or_else(|| value.clone(), |meant| tree::of_value(&meant))
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
    let value = key.default.and_then(|text| key.kind.from_text(text).ok());
    value.as_ref().map_or(Json::Null, tree::of_value)
}

/// Every key that is set or has a default. Those of the entries of a list come entry by entry.
pub(super) fn all(document: &Json) -> Vec<Shown> {
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
