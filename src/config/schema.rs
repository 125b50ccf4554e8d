//! Every key of the configuration: its type, what is allowed, and its default. Checking, `set`,
//! `unset`, `get` and `show` work from this one table; sample-config.toml explains it.

use std::{fmt, str::FromStr};

use super::ConfigError;
use crate::{
    domain::review::SETTLE_METHOD_CODES,
    locales::{Said, Text, config as texts},
};

/// What a key's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string that is not empty.
    Text,
    /// What signs a request or goes with it: a string with nothing unseen within. What nobody
    /// sees around it is dropped.
    Credential,
    /// The path of a file; a relative one starts from the configuration's folder.
    File,
    /// True or false.
    Flag,
    /// A whole number.
    Whole {
        /// The least that is allowed.
        min: i64,
        /// The most that is allowed.
        max: i64,
    },
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// An address: https, or http on loopback, without user information.
    Address,
    /// A date, or a date and time.
    Time,
    /// A program and its arguments, run without a shell.
    Command,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its path; `[]` stands for the entries of a list: `payment_methods[].id`.
    pub pattern: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What holds where it is not set, as `config set` would be given it.
    pub default: Option<&'static str>,
}

impl Key {
    const fn new(pattern: &'static str, kind: Kind) -> Self {
        Self {
            pattern,
            kind,
            default: None,
        }
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// The list that it stands in an entry of.
    pub fn list(&self) -> Option<&'static str> {
        Some(self.pattern.split_once("[]")?.0)
    }
}

/// The keys that stand once in the file, by name.
pub fn single_keys() -> impl Iterator<Item = &'static str> {
    let single = KEYS.iter().filter(|key| key.list().is_none());
    single.map(|key| key.pattern)
}

/// An ID of ecforce: any whole number that is not negative.
const ID: Kind = Kind::Whole {
    min: 0,
    max: i64::MAX,
};
const SECONDS: Kind = Kind::Whole { min: 1, max: 120 };
const SERVICE: Kind = Kind::OneOf(&["o-plux", "fraud-checker"]);
const HASH: Kind = Kind::OneOf(&["SHA256", "SHA1"]);
const ACTION: Kind = Kind::OneOf(&["create", "redirect"]);
const SETTLE_METHOD: Kind = Kind::OneOf(&SETTLE_METHOD_CODES);

/// The table: keys, and by kind of file the fields that a header of its own can be named for.
macro_rules! keys {
    ($($key:expr,)+ ; $($kind:literal: $($name:literal)+;)+) => {
        &[$($key,)+ $($(
            Key::new(concat!("import.", $kind, ".columns.", $name), Kind::Text),
        )+)+]
    };
}

/// Every key, in the order of sample-config.toml, which explains them.
pub const KEYS: &[Key] = keys! {
    Key::new("store", Kind::File),
    Key::new("integrated_at", Kind::Time),
    Key::new("oplux.enabled", Kind::Flag).default("false"),
    Key::new("oplux.service", SERVICE).default("o-plux"),
    Key::new("oplux.shop_id", Kind::Credential),
    Key::new("oplux.connection_id", Kind::Credential),
    Key::new("oplux.model_id", Kind::Credential),
    Key::new("oplux.secret_key_file", Kind::File),
    Key::new("oplux.secret_key_command", Kind::Command),
    Key::new("oplux.secret_key", Kind::Credential),
    Key::new("oplux.screen_existing_customers", Kind::Flag).default("true"),
    Key::new("oplux.register_url", Kind::Address),
    Key::new("oplux.event_url", Kind::Address),
    Key::new("oplux.name_url", Kind::Address),
    Key::new("oplux.hash_method", HASH).default("SHA256"),
    Key::new("oplux.timeout_seconds", SECONDS).default("10"),
    Key::new("oplux.on_hold.action", ACTION).default("create"),
    Key::new("oplux.on_hold.redirect_url", Kind::Address),
    Key::new("oplux.on_review.action", ACTION).default("create"),
    Key::new("oplux.on_review.redirect_url", Kind::Address),
    Key::new("oplux.on_ng.action", ACTION).default("create"),
    Key::new("oplux.on_ng.redirect_url", Kind::Address),
    Key::new("payment_methods[].id", ID),
    Key::new("payment_methods[].name", Kind::Text),
    Key::new("payment_methods[].oplux", Kind::Flag).default("false"),
    Key::new("payment_methods[].realtime_thanks_offer", Kind::Flag).default("false"),
    Key::new("payment_methods[].settle_method", SETTLE_METHOD).default("99"),
    Key::new("payment_methods[].model_id", Kind::Credential),
    Key::new("ad_urls[].id", ID),
    Key::new("ad_urls[].thanks_offer", Kind::Flag).default("false"),
    Key::new("ecforce.base_url", Kind::Address),
    Key::new("ecforce.token_file", Kind::File),
    Key::new("ecforce.token_command", Kind::Command),
    Key::new("ecforce.token", Kind::Credential),
    ;
    "orders": "number" "ecforce_id" "created_at" "channel" "offer" "payment_method_id"
        "payment_method" "total" "customer_id" "registered" "purchase_number" "ad_url_id"
        "state" "payment_state" "result" "reason";
    "payments": "order_number" "payment_number" "at" "amount" "thanks_offer";
    "events": "merchant_management_id" "event_id" "requested_at" "model_id" "auto_result"
        "manual_result" "memo" "rule_group" "rules" "reasons" "settle_status";
};

/// What stands at a path of the table.
#[derive(Debug, Clone, Copy)]
pub enum Node {
    /// A key with a value.
    Leaf(&'static Key),
    /// A table with further keys.
    Table,
    /// A list of tables.
    List,
}

/// What the table knows at `pattern` (`""` is the document itself).
pub fn node(pattern: &str) -> Option<Node> {
    if let Some(key) = find(pattern) {
        return Some(Node::Leaf(key));
    }
    if !names_in(pattern).is_empty() {
        return Some(Node::Table);
    }
    (!names_in(&format!("{pattern}[]")).is_empty()).then_some(Node::List)
}

/// The key of that pattern.
pub fn find(pattern: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.pattern == pattern)
}

/// The names that are allowed in the table at `pattern`, in the order of [`KEYS`].
pub fn names_in(pattern: &str) -> Vec<&'static str> {
    let inside = KEYS.iter().filter_map(|key| {
        let rest = key.pattern.strip_prefix(pattern)?;
        match pattern {
            "" => Some(rest),
            _ => rest.strip_prefix('.'),
        }
    });
    let mut names: Vec<&str> = inside
        .filter_map(|rest| rest.split(['.', '[']).next())
        .collect();
    names.dedup();
    names
}

/// A path inside the table at `pattern`: with a dot, except in the document itself.
pub fn join(pattern: &str, name: &str) -> String {
    match pattern {
        "" => name.to_owned(),
        _ => format!("{pattern}.{name}"),
    }
}

/// The one of `names` that was probably meant.
pub fn did_you_mean<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let score = |candidate: &str| strsim::jaro_winkler(&name.to_lowercase(), candidate);
    names
        .iter()
        .map(|candidate| (score(candidate), *candidate))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The list of what is allowed, as people read it.
pub fn listed(names: &[&str]) -> Text {
    Text::listed(names.iter().map(|name| format!("`{name}`")))
}

/// The path of a key, as users and messages write it: `payment_methods[0].name`.
#[derive(Debug, Clone, Copy)]
pub struct KeyPath {
    /// What the table says of it.
    pub key: &'static Key,
    /// Which entry it is in, where it stands in a list. No list stands in another.
    pub index: usize,
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = format!("[{}]", self.index);
        f.write_str(&self.key.pattern.replace("[]", &index))
    }
}

impl FromStr for KeyPath {
    type Err = ConfigError;

    /// # Errors
    /// Where the table has no such key, with what it has there.
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let entry = text.split_once('[').and_then(|(list, rest)| {
            let (index, rest) = rest.split_once(']')?;
            Some((format!("{list}[]{rest}"), index.parse().ok()?))
        });
        let (pattern, index) = match entry {
            Some(entry) => entry,
            None => (text.replace("[]", ""), 0),
        };
        let key = find(&pattern).ok_or_else(|| unknown(text, &pattern))?;
        Ok(Self { key, index })
    }
}

/// There is no key `text`: what is allowed in the innermost table on its way.
fn unknown(text: &str, pattern: &str) -> ConfigError {
    let mut inside = pattern;
    let names = loop {
        match node(inside) {
            Some(Node::Table) => break names_in(inside),
            Some(Node::List) => break names_in(&format!("{inside}[]")),
            _ => inside = inside.rfind(['.', '[']).map_or("", |at| &inside[..at]),
        }
    };
    let place = match node(inside) {
        // As the user would write it: the first entry stands for the others.
        Some(Node::List) => format!("{inside}[0]"),
        _ => inside.replace("[]", "[0]"),
    };
    let paths: Vec<String> = names.iter().map(|name| join(&place, name)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    // Another table would be refused in the same words.
    let with_value: Vec<&str> = paths
        .iter()
        .copied()
        .filter(|path| find(&path.replace("[0]", "[]")).is_some())
        .collect();
    let message = match did_you_mean(text, &with_value) {
        Some(meant) => texts::unknown_key_meant(text, meant),
        None => texts::unknown_key(text),
    };
    let said = Said::new(message).hint(texts::allowed_keys(listed(&paths)));
    ConfigError::invalid(said)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::locales::Lang;

    impl Kind {
        /// What `config set` may be given.
        pub(in crate::config) fn example(self) -> &'static str {
            match self {
                Self::Text | Self::Credential => "#1 クレジットカード一括",
                Self::File => "oplux.db",
                Self::Flag => "true",
                Self::Whole { .. } => "12",
                Self::OneOf(names) => names[0],
                Self::Address => "https://shop.example.com/held#now",
                Self::Time => "2026-01-15",
                Self::Command => r#"["pass", "show", "oplux"]"#,
            }
        }
    }

    #[test]
    fn examples_and_defaults_are_allowed_and_no_key_stands_twice() {
        let mut seen = BTreeSet::new();
        for key in KEYS {
            assert!(seen.insert(key.pattern), "{} stands twice", key.pattern);
            let texts = [Some(key.kind.example()), key.default].into_iter();
            for text in texts.flatten() {
                assert!(key.kind.typed(text).is_ok(), "{}: {text}", key.pattern);
            }
        }
    }

    #[test]
    fn paths_are_read_and_written_back_and_others_refused_with_what_is_there() {
        for text in ["store", "ad_urls[12].thanks_offer", "oplux.on_ng.action"] {
            assert_eq!(text.parse::<KeyPath>().unwrap().to_string(), text);
        }
        let cases = [
            ("oplux.shopid", "mean `oplux.shop_id`"),
            ("oplux", "`oplux.enabled`"),
            ("payment_methods.name", "`payment_methods[0].name`"),
            ("payment_methods[].name", "`payment_methods[0].name`"),
            ("payment_methods[0]", "`payment_methods[0].name`"),
            ("payment_methods[x].name", "`payment_methods[0].name`"),
            ("payment_methods[0][1].name", "`payment_methods[0].name`"),
            ("", "`store`"),
            ("store.x", "`store`"),
            ("oplux[0].enabled", "`oplux.enabled`"),
        ];
        for (text, hint) in cases {
            let said = text.parse::<KeyPath>().unwrap_err().said;
            let allowed = said.hint.unwrap();
            let said = format!("{} {}", said.message.get(Lang::En), allowed.get(Lang::En));
            assert!(said.contains(hint), "{text}: {said}");
            // A table has no value either.
            assert!(!said.contains("did you mean `oplux.on_"), "{text}: {said}");
        }
    }
}
