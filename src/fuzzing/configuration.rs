//! A configuration and changes to it.

use std::{collections::BTreeMap, path::Path};

use toml::de::{DeTable, DeValue};

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
    let path = Path::new("/shop/config.toml");
    let Ok(document) = Document::of_text(path, text) else {
        return;
    };
    no_secret(&document, text);
    for key in SET.iter().map(|(key, _)| *key).chain(UNSET) {
        let mut edited = document.clone();
        let value = SET
            .iter()
            .find(|(set, _)| *set == key)
            .map(|(_, value)| *value);
        let change = |document: &mut Document| match value {
            Some(value) => document.set(key, value),
            None => document.unset(key),
        };
        let Ok(done) = change(&mut edited) else {
            assert_eq!(edited.whole_text(), document.whole_text());
            continue;
        };
        assert_eq!(done.now.is_default, value.is_none(), "{key}");
        let (before, after) = (document.whole_text(), edited.whole_text());
        assert_eq!(without(&before, key), without(&after, key), "{key}");
        keeps_comments(&before, &after, false);
        assert!(change(&mut edited).is_ok());
        assert_eq!(edited.whole_text(), after, "{key} once more");
    }
    let mut edited = document.clone();
    if edited.remove_method(0).is_ok() {
        let (before, after) = (document.whole_text(), edited.whole_text());
        assert_eq!(without(&before, "payment_methods[0]"), without(&after, ""));
        keeps_comments(&before, &after, true);
    }
    let method = [("id", "4711".to_owned()), ("name", "新しい方法".to_owned())];
    let mut edited = document.clone();
    if edited.add_method(&method).is_ok() {
        let (before, after) = (document.whole_text(), edited.whole_text());
        keeps_comments(&before, &after, false);
        let methods = table(&after);
        let methods = methods
            .get("payment_methods")
            .and_then(|list| list.get_ref().as_array());
        let added = format!(
            "payment_methods[{}]",
            methods.map_or(0, |list| list.len()) - 1
        );
        assert_eq!(without(&before, ""), without(&after, &added));
    }
}

const SET: [(&str, &str); 8] = [
    ("store", "other.db"),
    ("oplux.enabled", "off"),
    ("oplux.shop_id", "SP00OTHER"),
    ("oplux.timeout_seconds", "20"),
    ("oplux.on_ng.action", "create"),
    ("payment_methods[0].name", "別の方法"),
    ("ad_urls[1].thanks_offer", "true"),
    ("ecforce.base_url", "https://other.example.com"),
];
const UNSET: [&str; 5] = [
    "integrated_at",
    "oplux.model_id",
    "oplux.on_hold.redirect_url",
    "payment_methods[0].oplux",
    "ecforce.token",
];

/// The values of a configuration, by another reader than that of the program.
fn table(text: &str) -> DeValue<'_> {
    let text = text.trim_start_matches('\u{feff}');
    let table = DeTable::parse(text).expect("no TOML any more");
    DeValue::Table(table.into_inner())
}

/// The values of a configuration but one, and but for tables in which there is nothing.
fn without(text: &str, key: &str) -> BTreeMap<String, String> {
    fn walk(value: &DeValue<'_>, path: &str, gone: &str, found: &mut BTreeMap<String, String>) {
        match value {
            _ if path == gone && !path.is_empty() => {}
            DeValue::Table(table) => {
                for (name, value) in table.iter() {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = format!("{path}{dot}{}", name.get_ref());
                    walk(value.get_ref(), &path, gone, found);
                }
            }
            DeValue::Array(values) => {
                let here = |place| format!("{path}[{place}]") == gone;
                let places = (0..values.len()).filter(|place| !here(*place));
                // What follows one that is gone moves up.
                for (place, at) in places.enumerate() {
                    let gone = if place == at { gone } else { "" };
                    walk(
                        values[at].get_ref(),
                        &format!("{path}[{place}]"),
                        gone,
                        found,
                    );
                }
            }
            value => drop(found.insert(path.to_owned(), format!("{value:?}"))),
        }
    }
    let mut found = BTreeMap::new();
    walk(&table(text), "", key, &mut found);
    found
}

/// Every comment of `before` is there, or only those on lines of their own.
fn keeps_comments(before: &str, after: &str, own: bool) {
    let mut kept = comments(after, false);
    for comment in comments(before, own) {
        let place = kept.iter().position(|other| *other == comment);
        kept.swap_remove(place.unwrap_or_else(|| panic!("{comment} is lost")));
    }
}

/// What stands behind each `#` that is in no string.
fn comments(text: &str, own: bool) -> Vec<&str> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(place) = text[at..].find(['#', '"', '\'']) {
        let start = at + place;
        let rest = &text[start..];
        if rest.starts_with('#') {
            let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
            let comment = rest.lines().next().unwrap_or_default();
            let before = text[line..start].trim_start_matches('\u{feff}');
            if !own || before.trim().is_empty() {
                found.push(comment.trim_end());
            }
            at = start + comment.len();
            continue;
        }
        let one = &rest[..1];
        let three = one.repeat(3);
        let quote = if rest.starts_with(&three) {
            &three
        } else {
            one
        };
        let mut end = start + quote.len();
        while !text[end..].starts_with(quote) {
            let skips = one == "\"" && text[end..].starts_with('\\');
            let step = text[end..].chars().take(1 + usize::from(skips));
            end += step.map(char::len_utf8).sum::<usize>();
        }
        end += quote.len();
        // A string of several lines may end in quotes of its own.
        while quote.len() == 3 && text[end..].starts_with(one) {
            end += 1;
        }
        at = end;
    }
    found
}

/// Neither what is shown nor a message holds a secret.
fn no_secret(document: &Document, text: &str) {
    let told = |said: &Said| [Lang::En, Lang::Ja].map(|lang| said.message.get(lang).to_owned());
    let told = document.config().err().map(|error| told(&error.said));
    let shown = document.show().unwrap();
    let shown = format!("{} {told:?}", serde_json::to_string(&shown).unwrap());
    let whole = document.whole_text();
    let table = table(&whole);
    for (room, name) in [("oplux", "secret_key"), ("ecforce", "token")] {
        let room = table.as_table().and_then(|table| table.get(room));
        let room = room.and_then(|room| room.get_ref().as_table());
        let secret = room.and_then(|room| room.get(name)?.get_ref().as_str());
        // One that is a word of a message, or stands at another key too, is no secret.
        let is_one = |secret: &&str| {
            secret.len() >= 12 && text.matches(secret).count() == 1 && !secret.contains([' ', '*'])
        };
        if let Some(secret) = secret.filter(is_one) {
            assert!(!shown.contains(secret), "the secret is shown");
        }
    }
}
