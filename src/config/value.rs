//! What a value means, by the type of its key; or why it is not allowed. The reason never repeats
//! the value, which may be a secret in the wrong place. And what `config get` and `config show`
//! give of a document, with secrets masked.

use serde_json::Value as Json;
use toml::{
    Spanned,
    de::{DeInteger, DeValue},
};

use super::{
    schema::{KEYS, Key, KeyPath, Kind, did_you_mean, listed},
    secret::CREDENTIALS,
};
use crate::{
    domain::{
        settings::{BadAddress, parse_address},
        text,
        time::JstTime,
    },
    locales::{Text, config as texts},
};

/// What stands in the file, by the name of its type.
pub(super) fn type_name(value: &DeValue<'_>) -> Text {
    match value {
        DeValue::String(_) => texts::a_string(),
        DeValue::Integer(_) => texts::an_integer(),
        DeValue::Float(_) => texts::a_float(),
        DeValue::Boolean(_) => texts::a_boolean(),
        DeValue::Datetime(_) => texts::a_datetime(),
        DeValue::Array(_) => texts::an_array(),
        DeValue::Table(_) => texts::a_table(),
    }
}

/// A value as it stands; a date as the text that it is written with, a table as nothing.
fn plain(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Integer(number) => Json::from(whole(number)),
        DeValue::Float(number) => Json::from(number.as_str().parse::<f64>().ok()),
        DeValue::Boolean(flag) => Json::from(*flag),
        DeValue::Datetime(at) => Json::from(at.to_string()),
        DeValue::Array(parts) => parts.iter().map(|part| plain(part.get_ref())).collect(),
        DeValue::Table(_) => Json::Null,
    }
}

/// None where it is too large.
fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A value as it is written into the file: what JSON makes of a text, a number, or a yes or no is
/// TOML, too.
pub(super) fn written(value: &Json) -> String {
    match value {
        Json::Array(parts) => {
            let parts: Vec<_> = parts.iter().map(Json::to_string).collect();
            format!("[{}]", parts.join(", "))
        }
        other => other.to_string(),
    }
}

impl Kind {
    /// What is allowed.
    pub fn allowed(self) -> Text {
        match self {
            Self::Text | Self::Credential => texts::allowed_text(),
            Self::File => texts::allowed_file(),
            Self::Flag => texts::allowed_flag(),
            Self::Whole { min, max: i64::MAX } => texts::allowed_whole_from(min),
            Self::Whole { min, max } => texts::allowed_whole(min, max),
            Self::OneOf(names) => texts::allowed_one_of(listed(names)),
            Self::Address => texts::allowed_address(),
            Self::Time => texts::allowed_time(),
            Self::Command => texts::allowed_command(),
        }
    }

    /// What is meant by a value of the file: `"ON"` is yes, 2 the code `"02"`.
    ///
    /// # Errors
    /// Where it is of another type or not allowed: what was wrong, and what is allowed.
    pub(super) fn meant(self, value: &DeValue<'_>) -> Result<Json, Text> {
        let allowed_if = |sound: bool| match sound {
            true => Ok(plain(value)),
            false => Err(texts::not_allowed(self.allowed())),
        };
        let wrong_type = || texts::wrong_type(type_name(value), self.allowed());
        match (self, value) {
            (Self::Text | Self::File | Self::Credential, DeValue::String(text)) => {
                self.meant_text(text)
            }
            (Self::Flag, DeValue::Boolean(_)) => allowed_if(true),
            (Self::Flag, DeValue::String(text)) => {
                text::yes_or_no(text).map(Json::from).ok_or_else(wrong_type)
            }
            (Self::Whole { min, max }, DeValue::Integer(number)) => {
                allowed_if(whole(number).is_some_and(|number| (min..=max).contains(&number)))
            }
            (Self::OneOf(names), DeValue::String(text)) => meant_name(names, text),
            (Self::OneOf(names), DeValue::Integer(code)) => {
                meant_name(names, &code.to_string()).map_err(|_| wrong_type())
            }
            (Self::Address, DeValue::String(text)) => match parse_address(text) {
                Ok(_) => allowed_if(true),
                Err(BadAddress::Unreadable) => Err(texts::address_unreadable(self.allowed())),
                Err(BadAddress::Scheme) => Err(texts::address_scheme(self.allowed())),
                Err(BadAddress::UserInformation) => Err(texts::address_user(self.allowed())),
            },
            (Self::Time, DeValue::String(_) | DeValue::Datetime(_)) => {
                let text = plain(value);
                allowed_if(
                    text.as_str()
                        .is_some_and(|at| at.parse::<JstTime>().is_ok()),
                )
            }
            (Self::Command, DeValue::Array(parts)) => {
                let mut parts = parts.iter().map(|part| part.get_ref().as_str());
                let program = parts.clone().next().flatten();
                allowed_if(
                    program.is_some_and(|program| !program.trim().is_empty())
                        && parts.all(|part| part.is_some_and(|part| !part.contains('\0'))),
                )
            }
            _ => Err(wrong_type()),
        }
    }

    /// What is meant by what a user types for this kind.
    ///
    /// # Errors
    /// Where it cannot be read as this kind, or is not allowed.
    pub(super) fn typed(self, text: &str) -> Result<Json, Text> {
        let read = |text| DeValue::parse(text).ok().map(Spanned::into_inner);
        let number = text.parse::<i64>().map(|number| number.to_string());
        let value = match self {
            Self::Flag => text::yes_or_no(text).map(DeValue::Boolean),
            Self::Whole { .. } => number.as_deref().ok().and_then(read),
            Self::Command => read(text.trim()).filter(DeValue::is_array),
            Self::Text => Some(DeValue::String(text::trim(text).into())),
            _ => Some(DeValue::String(text.into())),
        };
        let value = value.ok_or_else(|| texts::not_allowed(self.allowed()))?;
        self.meant(&value)
    }

    fn meant_text(self, text: &str) -> Result<Json, Text> {
        let seen = text::trim(text);
        if seen.is_empty() {
            return Err(texts::empty(self.allowed()));
        }
        if self == Self::Credential {
            return match text::is_broken(seen) {
                true => Err(texts::credential_broken()),
                false => Ok(Json::from(seen)),
            };
        }
        // A line break in what is shown or compared is a slip.
        match seen.chars().any(char::is_control) {
            true => Err(texts::not_allowed(self.allowed())),
            false => Ok(Json::from(text)),
        }
    }
}

/// The one of `names` that is written, or meant by a code of O-PLUX that lacks its zero.
fn meant_name(names: &'static [&'static str], text: &str) -> Result<Json, Text> {
    let code = format!("{:0>2}", text::folded(text::trim(text)));
    let is_code = code.bytes().all(|byte| byte.is_ascii_digit());
    let is_meant = |name: &&&str| **name == text || (is_code && **name == code);
    if let Some(name) = names.iter().find(is_meant) {
        return Ok(Json::from(*name));
    }
    let allowed = Kind::OneOf(names).allowed();
    Err(match did_you_mean(text, names) {
        Some(meant) => texts::did_you_mean(meant, allowed),
        None => texts::not_allowed(allowed),
    })
}

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
    pub(super) fn of(document: &DeValue<'_>, path: KeyPath) -> Self {
        let key = path.key;
        let standing = at(document, &path.to_string());
        let is_secret = CREDENTIALS.iter().any(|secret| secret.key == key.pattern);
        let value = match standing.map(Spanned::get_ref) {
            None => default(key),
            Some(_) if is_secret => Json::from(MASK),
            Some(value) => masked(key.kind, value),
        };
        Self {
            key: path.to_string(),
            value,
            is_default: standing.is_none(),
        }
    }

    /// Every key that is set or has a default. Those of the entries of a list come entry by entry.
    pub(super) fn all(document: &DeValue<'_>) -> Vec<Self> {
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

/// A value as a change tells it; a hyphen where there is none.
pub fn worded(shown: Option<&KeyValue>) -> Text {
    match shown.and_then(|shown| Some((shown.text()?, shown.is_default))) {
        None => Text::same("-"),
        Some((text, true)) => texts::default_value(Text::same(text)),
        Some((text, false)) => Text::same(text),
    }
}

/// What stands at a path such as `payment_methods[0].name`; none of the document itself.
pub(super) fn at<'v, 't>(
    document: &'v DeValue<'t>,
    path: &str,
) -> Option<&'v Spanned<DeValue<'t>>> {
    let mut found = None;
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        let within = found.map_or(document, Spanned::get_ref);
        found = match part.parse::<usize>() {
            Ok(index) => Some(within.get(index)?),
            Err(_) => Some(within.get(part)?),
        };
    }
    found
}

/// How many entries a list has: `[[list]]`, or an array of inline tables.
pub(super) fn count(document: &DeValue<'_>, list: &str) -> usize {
    let list = document
        .get(list)
        .and_then(|list| list.get_ref().as_array());
    list.map_or(0, |entries| entries.len())
}

/// What is meant by a value, without what may be a secret in it: the arguments of a command, and
/// what stands before an `@` in an address that is a mistake.
fn masked(kind: Kind, value: &DeValue<'_>) -> Json {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_taken_from_the_key() {
        let whole = Kind::Whole { min: 1, max: 120 };
        let cases = [
            (Kind::Text, "0123", Some("\"0123\"")),
            (Kind::Text, "true", Some("\"true\"")),
            (Kind::Text, "", None),
            (Kind::Text, " ", None),
            (Kind::Text, "a\nb", None),
            (Kind::Credential, "\u{feff}S P\u{3000}", Some("\"S P\"")),
            (Kind::Credential, "S\u{200b}P", None),
            (Kind::Flag, "true", Some("true")),
            (Kind::Flag, "ＯＮ", Some("true")),
            (Kind::Flag, "yes", Some("true")),
            (Kind::Flag, "有効", Some("true")),
            (Kind::Flag, " Off", Some("false")),
            (Kind::Flag, "no", Some("false")),
            (Kind::Flag, "無効", Some("false")),
            (Kind::Flag, "ja", None),
            (Kind::Flag, "2", None),
            (Kind::OneOf(&["02", "10"]), "2", Some("\"02\"")),
            (Kind::OneOf(&["02", "10"]), "２", Some("\"02\"")),
            (Kind::OneOf(&["02", "10"]), "10", Some("\"10\"")),
            (Kind::OneOf(&["02", "10"]), "1", None),
            (Kind::OneOf(&["02", "10"]), "002", None),
            (whole, "120", Some("120")),
            (whole, "121", None),
            (whole, "0", None),
            (whole, "ten", None),
            (
                Kind::OneOf(&["create", "redirect"]),
                "redirect",
                Some("\"redirect\""),
            ),
            (Kind::OneOf(&["create", "redirect"]), "Redirect", None),
            (Kind::Time, "2026/01/15", Some("\"2026/01/15\"")),
            (Kind::Time, "2026-01-15 10:00", Some("\"2026-01-15 10:00\"")),
            (Kind::Time, "2026-02-30", None),
            (
                Kind::Command,
                r#" ["pass", "show"] "#,
                Some(r#"["pass","show"]"#),
            ),
            (Kind::Command, "pass show", None),
            (Kind::Command, "[]", None),
            (Kind::Command, "[1]", None),
            (Kind::Address, "http://shop.example.com", None),
        ];
        for (kind, text, expected) in cases {
            let value = kind.typed(text).ok().map(|value| value.to_string());
            assert_eq!(value.as_deref(), expected, "{kind:?} {text:?}");
        }
    }
}
