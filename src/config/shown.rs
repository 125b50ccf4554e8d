//! What `config get` and `config show` give of a document. Secrets are masked.

use serde_json::Value as Json;
use toml_edit::{Item, Value};

use super::{
    check::entries,
    schema::{KEYS, Key, KeyPath, Kind, Step},
    value::plain,
};
use crate::domain::settings::parse_address;

/// What stands in the place of a secret.
const MASK: &str = "********";

/// A key and what holds for it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct KeyValue {
    /// Its path.
    pub key: String,
    /// Its value; null where it is not set and has no default. A secret is masked.
    pub value: Json,
    /// Whether it is the default, because nothing is set.
    pub is_default: bool,
}

impl KeyValue {
    /// What stands at a key.
    pub(super) fn of(document: &Item, path: KeyPath) -> Self {
        let key = path.key;
        let standing = path.steps().into_iter().try_fold(document, step);
        let value = match standing {
            Some(_) if key.secret => Json::from(MASK),
            Some(Item::Value(value)) => masked(key.kind, value),
            // A table in its place, which is a mistake.
            Some(_) => Json::Null,
            None => default(key),
        };
        Self {
            key: path.to_string(),
            value,
            is_default: standing.is_none(),
        }
    }

    /// Every key that is set or has a default. Those of the entries of a list come entry by entry.
    pub(super) fn all(document: &Item) -> Vec<Self> {
        let mut all = Vec::new();
        for keys in KEYS.chunk_by(|one, other| one.list() == other.list()) {
            let list = keys[0].list();
            let count = list.map_or(1, |list| count(document, list));
            for index in 0..count {
                let path = |key| KeyPath { key, index };
                all.extend(keys.iter().map(|key| Self::of(document, path(key))));
            }
        }
        all.retain(|shown| !shown.value.is_null());
        all
    }

    /// The value as `config set` would be given it; none where there is none.
    pub fn text(&self) -> Option<String> {
        match &self.value {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// What stands one step further.
pub(super) fn step(item: &Item, step: Step) -> Option<&Item> {
    match step {
        Step::Name(name) => item.get(name),
        Step::Index(index) => item.get(index),
    }
}

/// How many entries a list has.
pub(super) fn count(document: &Item, list: &str) -> usize {
    let entries = document.get(list).and_then(entries);
    entries.map_or(0, |entries| entries.len())
}

/// What is meant by a value, without what may be a secret in it: the arguments of a command, and
/// what stands before an `@` in an address that is a mistake.
fn masked(kind: Kind, value: &Value) -> Json {
    let meant = kind.meant(value).unwrap_or_else(|_| plain(value));
    match (kind, meant) {
        (Kind::Command, Json::Array(mut parts)) => {
            parts
                .iter_mut()
                .skip(1)
                .for_each(|part| *part = MASK.into());
            Json::Array(parts)
        }
        // Not a list, so nobody knows which part of it is the program.
        (Kind::Command, _) => MASK.into(),
        (Kind::Address, Json::String(text)) if parse_address(&text).is_err() => {
            match text.rsplit_once('@') {
                Some((before, after)) => {
                    let scheme = before.find("://").map_or("", |at| &before[..at + 3]);
                    format!("{scheme}{MASK}@{after}").into()
                }
                None => text.into(),
            }
        }
        (_, meant) => meant,
    }
}

fn default(key: &Key) -> Json {
    let value = key.default.and_then(|text| key.kind.typed(text).ok());
    value.unwrap_or_default()
}
