//! A field with its path, and what is wrong with it.

use std::{cell::RefCell, fmt};

use super::json::Json;
use crate::{
    domain::text::trim,
    locales::{Text, input as texts},
};

/// What stands where a field is left out.
pub(super) static ABSENT: Json<'static> = Json::Null;

/// The path of a field in an order: `items[0].price`. It holds only names that this program
/// knows, so it can be repeated in a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'static str),
    Index(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Self::Root, key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Its path; empty for the order itself.
    pub path: String,
    pub text: Text,
}

/// The mistakes of one order.
#[derive(Debug, Default)]
pub(super) struct Mistakes(RefCell<Vec<Mistake>>);

impl Mistakes {
    pub(super) fn into_inner(self) -> Vec<Mistake> {
        self.0.into_inner()
    }
}

/// Reads a value as something, or says what was expected. It is also asked with null, for what a
/// missing field should have been.
pub(super) type Kind<T> = fn(&Json<'_>) -> Result<T, Text>;

/// A value of an order with its path.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub value: &'a Json<'a>,
    path: Path<'a>,
    mistakes: &'a Mistakes,
}

impl<'a> At<'a> {
    pub(super) fn root(value: &'a Json<'a>, mistakes: &'a Mistakes) -> Self {
        Self {
            value,
            path: Path::Root,
            mistakes,
        }
    }

    /// A field of this object.
    pub(super) fn get<'b>(&'b self, key: &'static str) -> At<'b> {
        At {
            value: self.value.get(key).unwrap_or(&ABSENT),
            path: Path::Key(&self.path, key),
            mistakes: self.mistakes,
        }
    }

    /// Left out, null, or text without anything in it.
    pub(super) fn is_absent(&self) -> bool {
        match self.value {
            Json::Null => true,
            Json::String(text) => trim(text).is_empty(),
            _ => false,
        }
    }

    /// Notes that something else was expected here.
    pub(super) fn expected(&self, what: Text) {
        let text = match self.is_absent() {
            true => texts::missing(what),
            false => texts::wrong(what),
        };
        let path = self.path.to_string();
        self.mistakes.0.borrow_mut().push(Mistake { path, text });
    }

    /// A field that has to be there. None is a mistake that is noted.
    pub(super) fn required<T>(&self, key: &'static str, kind: Kind<T>) -> Option<T> {
        self.get(key).read(kind)
    }

    /// A field that may be left out. A mistake is noted and also gives None.
    pub(super) fn optional<T>(&self, key: &'static str, kind: Kind<T>) -> Option<T> {
        let field = self.get(key);
        if field.is_absent() {
            None
        } else {
            field.read(kind)
        }
    }

    pub(super) fn read<T>(&self, kind: Kind<T>) -> Option<T> {
        kind(self.value).map_err(|what| self.expected(what)).ok()
    }

    /// Whether this is an object; a mistake where it is not.
    pub(super) fn is_object(&self) -> bool {
        let is_object = self.value.is_object();
        if !is_object {
            self.expected(texts::object());
        }
        is_object
    }

    /// What `read` makes of each element of this array; nothing where it is left out. An element
    /// of which it makes nothing has noted its mistake.
    pub(super) fn each<T>(&self, read: impl Fn(&At<'_>) -> Option<T>) -> Vec<T> {
        let Json::Array(elements) = self.value else {
            if !self.is_absent() {
                self.expected(texts::list());
            }
            return Vec::new();
        };
        let element = |(index, value)| {
            read(&At {
                value,
                path: Path::Index(&self.path, index),
                mistakes: self.mistakes,
            })
        };
        elements.iter().enumerate().filter_map(element).collect()
    }
}
