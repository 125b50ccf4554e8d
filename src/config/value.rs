//! Whether a value is of its key's type and allowed; and values from what a user types.

use toml_edit::{Array, Value};

use super::{error::ProblemKind, schema::Kind};
use crate::{
    domain::{
        address::{self, BadAddress},
        text,
        time::JstTime,
    },
    locales::{Text, config as texts},
};

/// Why a value is not allowed. The text never repeats the value: it may be a secret that stands
/// in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", what.get(crate::locales::Lang::En))]
pub struct Wrong {
    /// What code branches on.
    pub kind: ProblemKind,
    /// What was wrong, and what is allowed.
    pub what: Text,
}

impl Wrong {
    fn new(kind: ProblemKind, what: Text) -> Self {
        Self { kind, what }
    }
}

/// The list of what is allowed, as people read it.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// What stands in the file, by the name of its type.
pub(super) fn type_name(value: &Value) -> Text {
    match value {
        Value::String(_) => texts::a_string(),
        Value::Integer(_) => texts::an_integer(),
        Value::Float(_) => texts::a_float(),
        Value::Boolean(_) => texts::a_boolean(),
        Value::Datetime(_) => texts::a_datetime(),
        Value::Array(_) => texts::an_array(),
        Value::InlineTable(_) => texts::a_table(),
    }
}

impl Kind {
    /// What is allowed.
    pub fn allowed(self) -> Text {
        match self {
            Self::Text => texts::allowed_text(),
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

    /// What is meant by a value that is written in another way: `"ON"` for yes, 2 or `"2"` for the
    /// code `"02"`. None where the value stands for itself.
    pub(super) fn meant(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Flag, Value::String(text)) => text::yes_or_no(text.value()).map(Value::from),
            (Self::OneOf(names), Value::String(_) | Value::Integer(_)) => {
                let written = value.as_str().map(text::trim).map(text::folded);
                let digits = written.or_else(|| value.as_integer().map(|code| code.to_string()))?;
                let code = format!("{digits:0>2}");
                let is_code = code.bytes().all(|c| c.is_ascii_digit());
                (is_code && names.contains(&code.as_str())).then(|| Value::from(code))
            }
            _ => None,
        }
    }

    /// Checks a value of the file.
    ///
    /// # Errors
    /// Where it is of another type or not allowed.
    pub fn check(self, value: &Value) -> Result<(), Wrong> {
        let meant = self.meant(value);
        match (self, meant.as_ref().unwrap_or(value)) {
            (Self::Text | Self::File, Value::String(text)) => self.check_text(text.value()),
            (Self::Flag, Value::Boolean(_)) => Ok(()),
            (Self::Whole { min, max }, Value::Integer(number)) => self.unless(
                (min..=max).contains(number.value()),
                ProblemKind::NotAllowed,
            ),
            (Self::OneOf(names), Value::String(text)) => self.check_name(names, text.value()),
            (Self::Address, Value::String(text)) => match address::parse(text.value()) {
                Ok(_) => Ok(()),
                Err(bad) => Err(Wrong::new(ProblemKind::NotAllowed, bad_address(bad))),
            },
            (Self::Time, Value::String(text)) => self.unless(
                text.value().parse::<JstTime>().is_ok(),
                ProblemKind::NotAllowed,
            ),
            (Self::Time, Value::Datetime(at)) => {
                let readable = at.value().to_string().parse::<JstTime>().is_ok();
                self.unless(readable, ProblemKind::NotAllowed)
            }
            (Self::Command, Value::Array(array)) => self.check_command(array),
            (_, other) => Err(Wrong::new(
                ProblemKind::WrongType,
                texts::wrong_type(type_name(other), self.allowed()),
            )),
        }
    }

    /// Reads what a user types for this kind, and checks it.
    ///
    /// # Errors
    /// Where it cannot be read as this kind, or is not allowed.
    pub fn read(self, text: &str) -> Result<Value, Wrong> {
        let value = match self {
            Self::Flag => text::yes_or_no(text).map(Value::from),
            Self::Whole { .. } => text.parse::<i64>().ok().map(Value::from),
            Self::Command => text.trim().parse::<Value>().ok().filter(Value::is_array),
            Self::Text => Some(Value::from(text::trim(text))),
            _ => {
                let value = Value::from(text);
                Some(self.meant(&value).unwrap_or(value))
            }
        };
        let Some(mut value) = value else {
            return Err(Wrong::new(
                ProblemKind::NotAllowed,
                texts::not_allowed(self.allowed()),
            ));
        };
        self.check(&value)?;
        // Without the user's own line breaks and comments.
        if let Value::Array(array) = &mut value {
            array.fmt();
        }
        value.decor_mut().clear();
        Ok(value)
    }

    fn unless(self, sound: bool, kind: ProblemKind) -> Result<(), Wrong> {
        if sound {
            Ok(())
        } else {
            Err(Wrong::new(kind, texts::not_allowed(self.allowed())))
        }
    }

    fn check_text(self, text: &str) -> Result<(), Wrong> {
        let text = text::trim(text);
        if text.is_empty() {
            return Err(Wrong::new(
                ProblemKind::NotAllowed,
                texts::empty(self.allowed()),
            ));
        }
        // What stands here is sent, signed and shown: a line break in it is a slip.
        self.unless(!text.chars().any(char::is_control), ProblemKind::NotAllowed)
    }

    fn check_name(self, names: &[&str], text: &str) -> Result<(), Wrong> {
        if names.contains(&text) {
            return Ok(());
        }
        let what = match super::schema::did_you_mean(text, names) {
            Some(meant) => texts::did_you_mean(meant, self.allowed()),
            None => texts::not_allowed(self.allowed()),
        };
        Err(Wrong::new(ProblemKind::NotAllowed, what))
    }

    fn check_command(self, array: &Array) -> Result<(), Wrong> {
        if !array.iter().all(Value::is_str) {
            return Err(Wrong::new(
                ProblemKind::WrongType,
                texts::not_allowed(self.allowed()),
            ));
        }
        let parts = || array.iter().filter_map(Value::as_str);
        let has_program = parts()
            .next()
            .is_some_and(|program| !program.trim().is_empty());
        let can_be_passed = parts().all(|part| !part.contains('\0'));
        self.unless(has_program && can_be_passed, ProblemKind::NotAllowed)
    }
}

fn bad_address(bad: BadAddress) -> Text {
    let allowed = Kind::Address.allowed();
    match bad {
        BadAddress::Unreadable => texts::address_unreadable(allowed),
        BadAddress::Scheme => texts::address_scheme(allowed),
        BadAddress::UserInformation => texts::address_user(allowed),
    }
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
                Some(r#"["pass", "show"]"#),
            ),
            (Kind::Command, "pass show", None),
            (Kind::Command, "[]", None),
            (Kind::Command, "[1]", None),
            (Kind::Address, "http://shop.example.com", None),
        ];
        for (kind, text, expected) in cases {
            let value = kind.read(text).ok().map(|value| value.to_string());
            assert_eq!(value.as_deref(), expected, "{kind:?} {text:?}");
        }
    }
}
