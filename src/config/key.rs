//! The path of a key, as users and messages write it: `payment_methods[0].name`.

use std::{fmt, str::FromStr};

use super::{
    error::{ConfigError, ConfigErrorKind},
    schema::{self, Key, Node},
    value::listed,
};
use crate::locales::{Said, Text, config as texts};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A key of a table.
    Name(String),
    /// An entry of a list, counted from 0.
    Index(usize),
}

/// The path of a key of the [`schema`].
#[derive(Debug, Clone)]
pub struct KeyPath {
    steps: Vec<Step>,
    /// What the schema says of it.
    pub key: &'static Key,
}

impl KeyPath {
    /// The steps from the document to the key.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path of a key of an entry of a list.
    pub(super) fn of_entry(key: &'static Key, index: usize) -> Self {
        let path = key.pattern.replace("[]", &format!("[{index}]"));
        Self {
            steps: steps(&path).unwrap_or_default(),
            key,
        }
    }

    /// The path of a key that stands in no list.
    pub(super) fn of(key: &'static Key) -> Self {
        Self {
            steps: steps(key.pattern).unwrap_or_default(),
            key,
        }
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(&self.steps))
    }
}

/// A path as it is written.
pub(super) fn written(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Name(name) => schema::join(&path, name),
        Step::Index(index) => format!("{path}[{index}]"),
    })
}

impl FromStr for KeyPath {
    type Err = ConfigError;

    /// # Errors
    /// [`ConfigErrorKind::UnknownKey`] where the schema has no such key, with what it has there.
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let Some(steps) = steps(text) else {
            return Err(unknown(text, ""));
        };
        let mut pattern = String::new();
        for step in &steps {
            let next = match step {
                Step::Name(name) => schema::join(&pattern, name),
                Step::Index(_) => format!("{pattern}[]"),
            };
            if schema::node(&next).is_none() {
                return Err(unknown(text, &pattern));
            }
            pattern = next;
        }
        match schema::node(&pattern) {
            Some(Node::Leaf(key)) => Ok(Self { steps, key }),
            _ => Err(unknown(text, &pattern)),
        }
    }
}

/// `a.b[0].c` in steps; none where it is not written like that.
fn steps(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(']')?.parse().ok()?)),
            None => (part, None),
        };
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Name(name.to_owned()));
        steps.extend(index.map(Step::Index));
    }
    Some(steps)
}

/// The schema has no key `text`; `deepest` is the pattern of the last table on its way.
fn unknown(text: &str, deepest: &str) -> ConfigError {
    let inside = match schema::node(deepest) {
        Some(Node::List) => format!("{deepest}[]"),
        Some(Node::Leaf(key)) => key.split().0.to_owned(),
        _ => deepest.to_owned(),
    };
    // As the user would write it: the first entry stands for the others.
    let full: Vec<String> = schema::names_in(&inside)
        .into_iter()
        .map(|name| schema::join(&inside, name).replace("[]", "[0]"))
        .collect();
    let full: Vec<&str> = full.iter().map(String::as_str).collect();
    let meant = schema::did_you_mean(text, &full);
    let message: Text = match meant {
        Some(meant) => texts::unknown_key_meant(text, meant),
        None => texts::unknown_key(text),
    };
    ConfigError::new(
        ConfigErrorKind::UnknownKey,
        Said::new(message).hint(texts::allowed_keys(listed(&full))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::Lang;

    #[test]
    fn paths_of_the_schema_are_read_and_written_back() {
        for text in [
            "store",
            "oplux.on_hold.action",
            "payment_methods[0].name",
            "ad_urls[12].thanks_offer",
            "import.orders.columns.number",
        ] {
            let path: KeyPath = text.parse().unwrap();
            assert_eq!(path.to_string(), text);
        }
        let first = KeyPath::of_entry(schema::find("payment_methods[].id").unwrap(), 3);
        assert_eq!(first.to_string(), "payment_methods[3].id");
    }

    #[test]
    fn other_paths_are_refused_with_what_is_there() {
        let cases = [
            ("oplux.shopid", "oplux.shop_id"),
            ("oplux", "`oplux.enabled`"),
            ("payment_methods.name", "`payment_methods[0].name`"),
            ("payment_methods[0]", "`payment_methods[0].name`"),
            ("payment_methods[x].name", "`payment_methods`"),
            ("payment_methods[0][1].name", "`payment_methods`"),
            ("", "`store`"),
            ("oplux..enabled", "`oplux`"),
            ("store.x", "`store`"),
            ("oplux[0].enabled", "`oplux.enabled`"),
        ];
        for (text, hint) in cases {
            let error = text.parse::<KeyPath>().unwrap_err();
            assert_eq!(error.kind, ConfigErrorKind::UnknownKey);
            let said = format!(
                "{} {}",
                error.said.message.get(Lang::En),
                error.said.hint.unwrap().get(Lang::En)
            );
            assert!(said.contains(hint), "{text}: {said}");
        }
    }
}
