//! Every key of the configuration: its type, what is allowed, and its default. Checking, `set`,
//! `unset`, `get` and `show` work from this one table; sample-config.toml explains it.

/// What a key's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string that is not empty.
    Text,
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
    /// Whether the value is a secret itself: never shown, never given as an argument.
    pub secret: bool,
}

impl Key {
    const fn new(pattern: &'static str, kind: Kind) -> Self {
        Self {
            pattern,
            kind,
            default: None,
            secret: false,
        }
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The table that it stands in, and its name there.
    pub fn split(&self) -> (&'static str, &'static str) {
        self.pattern.rsplit_once('.').unwrap_or(("", self.pattern))
    }
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
/// O-PLUX's codes (WIRE.md, Codes).
const SETTLE_METHOD: Kind = Kind::OneOf(&[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99",
]);

/// Every key, in the order of sample-config.toml, which explains them.
pub const KEYS: &[Key] = &[
    Key::new("store", Kind::File),
    Key::new("integrated_at", Kind::Time),
    Key::new("oplux.enabled", Kind::Flag).default("false"),
    Key::new("oplux.service", SERVICE).default("o-plux"),
    Key::new("oplux.shop_id", Kind::Text),
    Key::new("oplux.connection_id", Kind::Text),
    Key::new("oplux.model_id", Kind::Text),
    Key::new("oplux.secret_key_file", Kind::File),
    Key::new("oplux.secret_key_command", Kind::Command),
    Key::new("oplux.secret_key", Kind::Text).secret(),
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
    Key::new("payment_methods[].model_id", Kind::Text),
    Key::new("ad_urls[].id", ID),
    Key::new("ad_urls[].thanks_offer", Kind::Flag).default("false"),
    Key::new("ecforce.base_url", Kind::Address),
    Key::new("ecforce.token_file", Kind::File),
    Key::new("ecforce.token_command", Kind::Command),
    Key::new("ecforce.token", Kind::Text).secret(),
    Key::new("import.orders.columns.number", Kind::Text),
    Key::new("import.orders.columns.ecforce_id", Kind::Text),
    Key::new("import.orders.columns.created_at", Kind::Text),
    Key::new("import.orders.columns.channel", Kind::Text),
    Key::new("import.orders.columns.offer", Kind::Text),
    Key::new("import.orders.columns.payment_method_id", Kind::Text),
    Key::new("import.orders.columns.payment_method", Kind::Text),
    Key::new("import.orders.columns.total", Kind::Text),
    Key::new("import.orders.columns.customer_id", Kind::Text),
    Key::new("import.orders.columns.registered", Kind::Text),
    Key::new("import.orders.columns.purchase_number", Kind::Text),
    Key::new("import.orders.columns.ad_url_id", Kind::Text),
    Key::new("import.orders.columns.state", Kind::Text),
    Key::new("import.orders.columns.payment_state", Kind::Text),
    Key::new("import.orders.columns.result", Kind::Text),
    Key::new("import.orders.columns.reason", Kind::Text),
    Key::new("import.payments.columns.order_number", Kind::Text),
    Key::new("import.payments.columns.payment_number", Kind::Text),
    Key::new("import.payments.columns.at", Kind::Text),
    Key::new("import.payments.columns.amount", Kind::Text),
    Key::new("import.payments.columns.thanks_offer", Kind::Text),
    Key::new("import.events.columns.merchant_management_id", Kind::Text),
    Key::new("import.events.columns.event_id", Kind::Text),
    Key::new("import.events.columns.requested_at", Kind::Text),
    Key::new("import.events.columns.model_id", Kind::Text),
    Key::new("import.events.columns.auto_result", Kind::Text),
    Key::new("import.events.columns.manual_result", Kind::Text),
    Key::new("import.events.columns.memo", Kind::Text),
    Key::new("import.events.columns.rule_group", Kind::Text),
    Key::new("import.events.columns.rules", Kind::Text),
    Key::new("import.events.columns.reasons", Kind::Text),
    Key::new("import.events.columns.settle_status", Kind::Text),
];

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
    if let Some(key) = KEYS.iter().find(|key| key.pattern == pattern) {
        return Some(Node::Leaf(key));
    }
    let below = |key: &&Key| pattern.is_empty() || key.pattern.starts_with(pattern);
    KEYS.iter().filter(below).find_map(|key| {
        let rest = key.pattern.get(pattern.len()..)?;
        if pattern.is_empty() || rest.starts_with('.') {
            Some(Node::Table)
        } else {
            rest.starts_with("[]").then_some(Node::List)
        }
    })
}

/// The key of that pattern.
pub fn find(pattern: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.pattern == pattern)
}

/// The names that are allowed in the table at `pattern`, in the order of [`KEYS`].
pub fn names_in(pattern: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in KEYS {
        let rest = match key.pattern.strip_prefix(pattern) {
            Some(rest) if pattern.is_empty() => rest,
            Some(rest) => match rest.strip_prefix('.') {
                Some(rest) => rest,
                None => continue,
            },
            None => continue,
        };
        let name = rest.split(['.', '[']).next().unwrap_or(rest);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A path inside the table at `pattern`: with a dot, except in the document itself.
pub fn join(pattern: &str, name: &str) -> String {
    if pattern.is_empty() {
        name.to_owned()
    } else {
        format!("{pattern}.{name}")
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    impl Kind {
        /// What `config set` may be given.
        pub(in crate::config) fn example(self) -> &'static str {
            match self {
                Self::Text => "#1 クレジットカード一括",
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
            for text in [Some(key.kind.example()), key.default]
                .into_iter()
                .flatten()
            {
                assert!(key.kind.read(text).is_ok(), "{}: {text}", key.pattern);
            }
        }
    }

    #[test]
    fn the_tree_is_known_from_the_patterns() {
        assert!(matches!(node(""), Some(Node::Table)));
        assert!(matches!(node("oplux"), Some(Node::Table)));
        assert!(matches!(node("payment_methods"), Some(Node::List)));
        assert!(matches!(node("payment_methods[]"), Some(Node::Table)));
        assert!(matches!(node("payment_methods[].id"), Some(Node::Leaf(_))));
        assert!(matches!(node("import.events"), Some(Node::Table)));
        for unknown in [
            "opl",
            "oplux.on_",
            "oplux.shop",
            "payment_methods.id",
            "store.x",
        ] {
            assert!(node(unknown).is_none(), "{unknown}");
        }
        assert_eq!(
            names_in(""),
            [
                "store",
                "integrated_at",
                "oplux",
                "payment_methods",
                "ad_urls",
                "ecforce",
                "import"
            ]
        );
        assert_eq!(names_in("oplux.on_ng"), ["action", "redirect_url"]);
        assert_eq!(names_in("ad_urls[]"), ["id", "thanks_offer"]);
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        let names = names_in("oplux");
        assert_eq!(did_you_mean("shopid", &names), Some("shop_id"));
        assert_eq!(
            did_you_mean("Time_out_seconds", &names),
            Some("timeout_seconds")
        );
        assert_eq!(did_you_mean("xyz", &names), None);
    }
}
