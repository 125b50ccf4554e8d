//! The fields of a JSON object, and what is wrong with them: the path and what was expected, never
//! the value.

use std::{borrow::Cow, cell::RefCell};

use serde_json::{Map, Value};

use super::cells::Reader;
use crate::{
    domain::text::trim,
    locales::{Text, input as texts},
};

/// What stands where a field is left out.
static ABSENT: Value = Value::Null;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Its path, such as `items[0].price`; empty for the order itself. It holds only names that
    /// this program knows, so it can be repeated in a message.
    pub path: String,
    pub text: Text,
}

/// The fields of one object of an order. Every mistake of the order is noted in one place.
pub(super) struct Fields<'a> {
    fields: &'a Map<String, Value>,
    path: String,
    mistakes: &'a RefCell<Vec<Mistake>>,
}

impl<'a> Fields<'a> {
    /// The fields of the value at `path`; a mistake where it is no object.
    pub(super) fn of(
        value: &'a Value,
        path: String,
        mistakes: &'a RefCell<Vec<Mistake>>,
    ) -> Option<Self> {
        let Value::Object(fields) = value else {
            note(mistakes, path, value, texts::object());
            return None;
        };
        Some(Self {
            fields,
            path,
            mistakes,
        })
    }

    fn get(&self, key: &str) -> &'a Value {
        self.fields.get(key).unwrap_or(&ABSENT)
    }

    fn path(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    /// Left out, null, or text without anything in it.
    pub(super) fn is_absent(&self, key: &str) -> bool {
        is_absent(self.get(key))
    }

    /// Notes that something else was expected of a field.
    pub(super) fn expected(&self, key: &str, what: Text) {
        note(self.mistakes, self.path(key), self.get(key), what);
    }

    /// A field that has to be there: a text, a number, true or false. None is a mistake that is
    /// noted.
    pub(super) fn required<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        self.read(key, scalar, reader)
    }

    /// The same of a text: as a number it would have lost its leading zeros, or is something else.
    pub(super) fn required_text<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        self.read(key, text, reader)
    }

    /// A field that may be left out. A mistake is noted and also gives None.
    pub(super) fn optional<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        (!self.is_absent(key)).then(|| self.required(key, reader))?
    }

    /// The same of a text.
    pub(super) fn optional_text<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        (!self.is_absent(key)).then(|| self.required_text(key, reader))?
    }

    fn read<T>(&self, key: &str, as_text: AsText, reader: Reader<T>) -> Option<T> {
        // What a reader says of an empty text is what it expects: it takes none.
        let text = as_text(self.get(key)).unwrap_or_default();
        reader(&text).map_err(|what| self.expected(key, what)).ok()
    }

    /// An object that has to be there.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        Self::of(self.get(key), self.path(key), self.mistakes)
    }

    /// An object that may be left out.
    pub(super) fn optional_object(&self, key: &str) -> Option<Self> {
        match self.is_absent(key) {
            true => None,
            false => self.object(key),
        }
    }

    /// What `read` makes of each object in an array; nothing where it is left out. An object of
    /// which it makes nothing has noted its mistake.
    pub(super) fn each<T>(&self, key: &str, read: fn(Self) -> Option<T>) -> Vec<T> {
        let Value::Array(elements) = self.get(key) else {
            if !self.is_absent(key) {
                self.expected(key, texts::list());
            }
            return Vec::new();
        };
        let element = |(index, value)| {
            let path = format!("{}[{index}]", self.path(key));
            read(Self::of(value, path, self.mistakes)?)
        };
        elements.iter().enumerate().filter_map(element).collect()
    }
}

type AsText = fn(&Value) -> Option<Cow<'_, str>>;

/// A single value as it is written, without what nobody sees around it.
pub(super) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(trim(text).into()),
        // No field has one below zero, and as a text `-5` might be a code.
        Value::Number(number) if number.as_f64() < Some(0.0) => None,
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// A text; and a fraction, in the form in which it is told that a spreadsheet has made it.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(trim(text).into()),
        Value::Number(number) if number.is_f64() => Some("0.0".into()),
        _ => None,
    }
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => trim(text).is_empty(),
        _ => false,
    }
}

fn note(mistakes: &RefCell<Vec<Mistake>>, path: String, value: &Value, what: Text) {
    let text = match is_absent(value) {
        true => texts::missing(what),
        false => texts::wrong(what),
    };
    mistakes.borrow_mut().push(Mistake { path, text });
}
