//! A configuration and changes to it.

use std::{collections::BTreeMap, path::Path};

use toml::Value;

use crate::{
    config::Document,
    locales::{Lang, Said},
};

/// A configuration and changes to it: a change says what it was told and nothing else, with every
/// comment kept, and one that is refused changes nothing. No secret is shown.
pub fn configuration(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let Ok(document) = Document::of_text(Path::new("/shop/config.toml"), text) else {
        return;
    };
    let before = document.whole_text();
    let Some(values) = table(&before) else { return };
    no_secret(&document, &values, text);
    for (key, value) in CHANGES {
        let change = |document: &mut Document| match value {
            Some(value) => document.set(key, value),
            None => document.unset(key),
        };
        let mut edited = document.clone();
        let Ok(done) = change(&mut edited) else {
            assert_eq!(edited.whole_text(), before);
            continue;
        };
        assert_eq!(done.now.is_default, value.is_none(), "{key}");
        let after = edited.whole_text();
        assert_eq!(without(&before, key), without(&after, key), "{key}");
        keeps_comments(&before, &after);
        assert!(change(&mut edited).is_ok());
        assert_eq!(edited.whole_text(), after, "{key} once more");
    }
    let mut edited = document.clone();
    if edited.remove_method(0).is_ok() {
        let after = edited.whole_text();
        assert_eq!(without(&before, "payment_methods[0]"), without(&after, ""));
        keeps_comments(&before, &after);
    }
    let mut edited = document;
    let method = [("id", "4711".to_owned()), ("name", "新しい方法".to_owned())];
    if edited.add_method(&method).is_ok() {
        let after = edited.whole_text();
        keeps_comments(&before, &after);
        let methods = values.get("payment_methods").and_then(Value::as_array);
        let added = format!("payment_methods[{}]", methods.map_or(0, Vec::len));
        assert_eq!(without(&before, ""), without(&after, &added));
    }
}

/// Keys with what they are set to; without a value they are unset.
const CHANGES: [(&str, Option<&str>); 13] = [
    ("store", Some("other.db")),
    ("oplux.enabled", Some("off")),
    ("oplux.shop_id", Some("SP00OTHER")),
    ("oplux.timeout_seconds", Some("20")),
    ("oplux.on_ng.action", Some("create")),
    ("payment_methods[0].name", Some("別の方法")),
    ("ad_urls[1].thanks_offer", Some("true")),
    ("ecforce.base_url", Some("https://other.example.com")),
    ("integrated_at", None),
    ("oplux.model_id", None),
    ("oplux.on_hold.redirect_url", None),
    ("payment_methods[0].oplux", None),
    ("ecforce.token", None),
];

/// The values of a configuration but one, by another reader than that of the program, and but for
/// tables in which there is nothing.
fn without(text: &str, key: &str) -> BTreeMap<String, String> {
    fn walk(value: &Value, path: &str, gone: &str, found: &mut BTreeMap<String, String>) {
        match value {
            _ if path == gone && !path.is_empty() => {}
            Value::Table(table) => {
                for (name, value) in table {
                    let dot = if path.is_empty() { "" } else { "." };
                    walk(value, &format!("{path}{dot}{name}"), gone, found);
                }
            }
            Value::Array(values) => {
                let is_kept = |place: &usize| format!("{path}[{place}]") != gone;
                let places = (0..values.len()).filter(is_kept);
                // What follows one that is gone moves up.
                for (place, at) in places.enumerate() {
                    let gone = if place == at { gone } else { "" };
                    walk(&values[at], &format!("{path}[{place}]"), gone, found);
                }
            }
            value => drop(found.insert(path.to_owned(), format!("{value:?}"))),
        }
    }
    let mut found = BTreeMap::new();
    let table = table(text).expect("no TOML any more");
    walk(&Value::Table(table), "", key, &mut found);
    found
}

fn table(text: &str) -> Option<toml::Table> {
    toml::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// Every comment on a line of its own is there. (In a string of several lines it is none.)
fn keeps_comments(before: &str, after: &str) {
    let is_comment = |line: &&str| line.trim_start().starts_with('#');
    let mut kept: Vec<_> = after.lines().filter(is_comment).collect();
    let has_long_strings = before.contains("\"\"\"") || before.contains("'''");
    for comment in before
        .lines()
        .filter(is_comment)
        .filter(|_| !has_long_strings)
    {
        let place = kept.iter().position(|other| *other == comment);
        kept.swap_remove(place.unwrap_or_else(|| panic!("{comment} is lost")));
    }
}

/// Neither what is shown nor a message holds a secret.
fn no_secret(document: &Document, table: &toml::Table, text: &str) {
    let told = |said: &Said| [Lang::En, Lang::Ja].map(|lang| said.message.get(lang).to_owned());
    let told = document.config().err().map(|error| told(&error.said));
    let shown = document.show().unwrap();
    let shown = format!("{} {told:?}", serde_json::to_string(&shown).unwrap());
    for (room, name) in [("oplux", "secret_key"), ("ecforce", "token")] {
        let secret = table.get(room).and_then(|room| room.get(name)?.as_str());
        // One that is a word of a message, or stands at another key too, is no secret.
        let is_one = |secret: &&str| {
            secret.len() >= 12 && text.matches(secret).count() == 1 && !secret.contains([' ', '*'])
        };
        if let Some(secret) = secret.filter(is_one) {
            assert!(!shown.contains(secret), "the secret is shown");
        }
    }
}
