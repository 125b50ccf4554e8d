//! All mistakes of a document at once.

use std::collections::BTreeMap;

use toml_edit::{Document, Item, Key, TableLike, Value};

use super::{
    error::{self, Problem, ProblemKind},
    schema::{self, Node},
    value::{listed, type_name},
};
use crate::{
    domain::text,
    locales::{Text, config as texts},
};

/// The keys of one secret, of which one may stand.
pub(super) const SECRETS: [(&str, [&str; 3]); 2] = [
    (
        "oplux",
        ["secret_key_file", "secret_key_command", "secret_key"],
    ),
    ("ecforce", ["token_file", "token_command", "token"]),
];
/// The tables of R6.
pub(super) const BEHAVIOURS: [&str; 3] = ["on_hold", "on_review", "on_ng"];

/// Reads TOML.
///
/// # Errors
/// Every place where the text is not TOML.
pub(super) fn parse(text: &str) -> Result<Document<&str>, Vec<Problem>> {
    Document::parse(text).map_err(|error| error::syntax(text, &error))
}

/// What [`check`] found.
pub(super) struct Findings {
    /// What makes the file unusable, by line.
    pub(super) problems: Vec<Problem>,
    /// Redirects without a URL (R6): mistakes where they are needed, and for `config check`.
    pub(super) unset_redirects: Vec<Problem>,
}

/// Every mistake of a document.
pub(super) fn check(text: &str, document: &Document<&str>) -> Findings {
    let mut checker = Checker::of(text);
    let root = document.as_table();
    checker.table(root, &Place::root());
    checker.entries(root, "payment_methods", &["id", "name"]);
    checker.entries(root, "ad_urls", &["id"]);
    checker.secrets(root);
    let mut problems = std::mem::take(&mut checker.problems);
    problems.sort_by_key(|problem| problem.line);
    checker.redirects(root);
    Findings {
        problems,
        unset_redirects: checker.problems,
    }
}

/// The secrets that stand in the document itself, as mistakes of a file that others can read.
pub(super) fn exposed(text: &str, document: &Document<&str>) -> Vec<Problem> {
    open_to_others(text, document, |name| !is_named(name), texts::exposed)
}

/// The secrets, and the names of their files and commands, as mistakes of a file that others can
/// write.
pub(super) fn writable(text: &str, document: &Document<&str>) -> Vec<Problem> {
    open_to_others(text, document, |_| true, texts::writable)
}

/// Whether the key names where the secret is, and does not hold it.
fn is_named(key: &str) -> bool {
    key.ends_with("_file") || key.ends_with("_command")
}

fn open_to_others(
    text: &str,
    document: &Document<&str>,
    counts: impl Fn(&str) -> bool,
    what: fn() -> Text,
) -> Vec<Problem> {
    let checker = Checker::of(text);
    let all = SECRETS.iter();
    let all = all.flat_map(|(table, keys)| keys.iter().map(move |name| (table, *name)));
    let standing = all
        .filter(|(_, name)| counts(name))
        .filter_map(|(table, name)| {
            let inside = document.as_table().get(table)?.as_table_like()?;
            inside.get(name)?;
            Some(Problem {
                kind: ProblemKind::Exposed,
                path: schema::join(table, name),
                line: checker.line_of_key(inside, name),
                column: None,
                what: what(),
            })
        });
    standing.collect()
}

/// Whether the key holds what signs a request: nothing in it may be unseen.
fn is_credential(pattern: &str) -> bool {
    let names = [
        "shop_id",
        "connection_id",
        "model_id",
        "secret_key",
        "token",
    ];
    names.contains(&pattern.rsplit('.').next().unwrap_or(pattern))
}

/// Where the checker is.
struct Place {
    path: String,
    pattern: String,
    line: Option<usize>,
}

impl Place {
    fn root() -> Self {
        Self {
            path: String::new(),
            pattern: String::new(),
            line: None,
        }
    }

    fn key(&self, name: &str, line: Option<usize>) -> Self {
        // A key that is not bare is shown in quotes, with its control characters escaped.
        let shown = Key::new(name).to_string();
        Self {
            path: schema::join(&self.path, &shown),
            pattern: schema::join(&self.pattern, name),
            line,
        }
    }

    fn entry(&self, index: usize, line: Option<usize>) -> Self {
        Self {
            path: format!("{}[{index}]", self.path),
            pattern: format!("{}[]", self.pattern),
            line: line.or(self.line),
        }
    }
}

struct Checker {
    /// Where the lines end: every key asks for its line, of thousands of ad URLs too.
    line_ends: Vec<usize>,
    problems: Vec<Problem>,
}

impl Checker {
    fn of(text: &str) -> Self {
        Self {
            line_ends: text.match_indices('\n').map(|(at, _)| at).collect(),
            problems: Vec::new(),
        }
    }

    fn add(&mut self, kind: ProblemKind, place: &Place, what: Text) {
        self.problems.push(Problem {
            kind,
            path: place.path.clone(),
            line: place.line,
            column: None,
            what,
        });
    }

    fn line(&self, span: Option<std::ops::Range<usize>>) -> Option<usize> {
        span.map(|span| self.line_ends.partition_point(|end| *end < span.start) + 1)
    }

    /// The line of a key: that of its name, or of its table's header.
    fn line_of_key(&self, table: &dyn TableLike, name: &str) -> Option<usize> {
        let header = match table.get(name) {
            Some(Item::Table(table)) => table.span(),
            Some(Item::ArrayOfTables(tables)) => tables.span(),
            _ => None,
        };
        self.line(header.or_else(|| table.key(name).and_then(Key::span)))
    }

    fn table(&mut self, table: &dyn TableLike, place: &Place) {
        for (name, item) in table.iter() {
            let inner = place.key(name, self.line_of_key(table, name));
            // A key such as `a.b` in quotes is no path.
            let is_plain = !name.contains(['.', '[', ']']);
            match schema::node(&inner.pattern).filter(|_| is_plain) {
                None => self.unknown(place, name, &inner),
                Some(Node::Leaf(key)) => match item {
                    Item::Value(value) => {
                        if let Err(wrong) = key.kind.check(value) {
                            self.add(wrong.kind, &inner, wrong.what);
                        } else if is_credential(key.pattern)
                            && value.as_str().is_some_and(text::is_broken)
                        {
                            self.add(ProblemKind::NotAllowed, &inner, texts::credential_broken());
                        }
                    }
                    other => self.wrong(&inner, other, key.kind.allowed()),
                },
                Some(Node::Table) => match item.as_table_like() {
                    Some(table) => self.table(table, &inner),
                    None => self.wrong(&inner, item, texts::allowed_table(inner.path.clone())),
                },
                Some(Node::List) => self.list(item, &inner),
            }
        }
    }

    fn list(&mut self, item: &Item, place: &Place) {
        match rows(item) {
            Some(rows) => {
                for (index, (table, span)) in rows.into_iter().enumerate() {
                    let line = self.line(span);
                    self.table(table, &place.entry(index, line));
                }
            }
            None => self.wrong(place, item, texts::allowed_list(place.path.clone())),
        }
    }

    fn wrong(&mut self, place: &Place, item: &Item, allowed: Text) {
        let found = match item {
            Item::Value(value) => type_name(value),
            Item::ArrayOfTables(_) => texts::an_array(),
            _ => texts::a_table(),
        };
        self.add(
            ProblemKind::WrongType,
            place,
            texts::wrong_type(found, allowed),
        );
    }

    fn unknown(&mut self, table: &Place, name: &str, place: &Place) {
        let names = schema::names_in(&table.pattern);
        let allowed = texts::allowed_one_of(listed(&names));
        let what = match schema::did_you_mean(name, &names) {
            Some(meant) => texts::unknown_here_meant(meant, allowed),
            None => texts::unknown_here(allowed),
        };
        self.add(ProblemKind::UnknownKey, place, what);
    }

    /// What makes entries of a list meaningless: `unique` keys that are missing or stand twice.
    fn entries(&mut self, root: &dyn TableLike, list: &str, unique: &[&str]) {
        let Some(rows) = root.get(list).and_then(rows) else {
            return;
        };
        let place = Place::root().key(list, self.line_of_key(root, list));
        for name in unique {
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            for (index, (table, span)) in rows.iter().enumerate() {
                let entry = place.entry(index, self.line(span.clone()));
                let Some(item) = table.get(name) else {
                    let inner = entry.key(name, entry.line);
                    self.add(ProblemKind::Missing, &inner, texts::missing());
                    continue;
                };
                let value = match (item.as_integer(), item.as_str()) {
                    (Some(number), _) => number.to_string(),
                    (_, Some(text)) => text.to_owned(),
                    // Of the wrong type, which is said already.
                    _ => continue,
                };
                if let Some(first) = seen.get(&value) {
                    let line = self.line_of_key(*table, name).or(entry.line);
                    let other = schema::join(&format!("{list}[{first}]"), name);
                    let what = texts::duplicate(other);
                    self.add(ProblemKind::Duplicate, &entry.key(name, line), what);
                } else {
                    seen.insert(value, index);
                }
            }
        }
    }

    fn secrets(&mut self, root: &dyn TableLike) {
        for (name, keys) in SECRETS {
            let Some(table) = root.get(name).and_then(Item::as_table_like) else {
                continue;
            };
            let set: Vec<&str> = keys
                .into_iter()
                .filter(|key| table.contains_key(key))
                .collect();
            for second in set.iter().skip(1) {
                let line = self.line_of_key(table, second);
                let place = Place::root().key(name, None).key(second, line);
                self.add(
                    ProblemKind::TwoSecrets,
                    &place,
                    texts::two_secrets(listed(&set)),
                );
            }
        }
    }

    /// R6: the URL is required where the behaviour is redirect.
    fn redirects(&mut self, root: &dyn TableLike) {
        let Some(oplux) = root.get("oplux").and_then(Item::as_table_like) else {
            return;
        };
        for name in BEHAVIOURS {
            let Some(table) = oplux.get(name).and_then(Item::as_table_like) else {
                continue;
            };
            let redirects = table.get("action").and_then(Item::as_str) == Some("redirect");
            if redirects && !table.contains_key("redirect_url") {
                let header = match oplux.get(name) {
                    Some(Item::Table(table)) => self.line(table.span()),
                    _ => None,
                };
                let line = header.or_else(|| self.line_of_key(table, "action"));
                let inside = Place::root().key("oplux", None).key(name, None);
                let place = inside.key("redirect_url", line);
                self.add(ProblemKind::RedirectUnset, &place, texts::redirect_unset());
            }
        }
    }
}

/// The tables of a list, each with where it begins: `[[list]]` or an array of inline tables.
pub(super) type Rows<'a> = Vec<(&'a dyn TableLike, Option<std::ops::Range<usize>>)>;

/// The entries of a list of tables, however it is written; none where it is something else.
pub(super) fn rows(item: &Item) -> Option<Rows<'_>> {
    match item {
        Item::ArrayOfTables(tables) => Some(
            tables
                .iter()
                .map(|table| (table as &dyn TableLike, table.span()))
                .collect(),
        ),
        Item::Value(Value::Array(array)) => array
            .iter()
            .map(|value| match value {
                Value::InlineTable(table) => Some((table as &dyn TableLike, table.span())),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}
