//! A document held against the schema: all mistakes at once, and the values that are meant.

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Map, Value as Json};
use toml_edit::{Document, Item, Key, TableLike};

use super::{
    error::{self, Problem},
    schema::{self, KEYS, Node, join, listed},
    value::{Entries, entries, type_name},
};
use crate::locales::{Text, config as texts};

/// The keys of one secret, of which one may stand; the last one holds it.
const SECRETS: [(&str, [&str; 3]); 2] = [
    (
        "oplux",
        ["secret_key_file", "secret_key_command", "secret_key"],
    ),
    ("ecforce", ["token_file", "token_command", "token"]),
];

/// Reads TOML.
///
/// # Errors
/// Every place where the text is not TOML.
pub(super) fn parse(text: &str) -> Result<Document<&str>, Vec<Problem>> {
    Document::parse(text).map_err(|error| error::syntax(text, &error))
}

/// What [`check`] found.
pub(super) struct Checked {
    /// The values as they are meant, with their defaults.
    pub(super) values: Json,
    /// What makes the file unusable, by line.
    pub(super) problems: Vec<Problem>,
    /// Redirects without a URL (R6): mistakes where they are needed, and for `config check`.
    pub(super) unset_redirects: Vec<Problem>,
}

/// Every mistake of a document, and its values.
pub(super) fn check(text: &str, document: &Document<&str>) -> Checked {
    let mut checker = Checker::of(text);
    let root = document.as_table();
    let values = checker.table(root, &Place::default());
    checker.secrets(root);
    let mut problems = std::mem::take(&mut checker.problems);
    problems.sort_by_key(|problem| problem.line);
    checker.redirects(root);
    Checked {
        values,
        problems,
        unset_redirects: checker.problems,
    }
}

/// What is wrong with a file that others can read or write. Who reads it sees a secret that stands
/// in it; who writes it decides which program is run for a secret, and what is sent.
pub(super) fn open_to_others(
    text: &str,
    document: &Document<&str>,
    readable: bool,
    writable: bool,
) -> Vec<Problem> {
    let lines = Checker::of(text);
    let mut problems = Vec::new();
    for (table, keys) in SECRETS {
        let Some(inside) = document.get(table).and_then(Item::as_table_like) else {
            continue;
        };
        for name in keys.into_iter().filter(|name| inside.contains_key(name)) {
            let what = match (writable, readable && name == keys[2]) {
                (true, _) => texts::writable(),
                (false, true) => texts::exposed(),
                (false, false) => continue,
            };
            let line = lines.line_of_key(inside, name);
            problems.push(Problem::new(join(table, name), line, what));
        }
    }
    problems
}

/// Where the checker is.
#[derive(Default)]
struct Place {
    path: String,
    pattern: String,
    line: Option<usize>,
}

impl Place {
    fn key(&self, name: &str, line: Option<usize>) -> Self {
        // A key that is not bare is shown in quotes, with its control characters escaped.
        let shown = Key::new(name).to_string();
        Self {
            path: join(&self.path, &shown),
            pattern: join(&self.pattern, name),
            line,
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

    fn add(&mut self, place: &Place, what: Text) {
        let problem = Problem::new(&place.path, place.line, what);
        self.problems.push(problem);
    }

    fn line(&self, span: Option<Range<usize>>) -> Option<usize> {
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

    fn table(&mut self, table: &dyn TableLike, place: &Place) -> Json {
        let mut values = defaults(&place.pattern);
        for (name, item) in table.iter() {
            let inner = place.key(name, self.line_of_key(table, name));
            // A key such as `a.b` in quotes is no path.
            let is_plain = !name.contains(['.', '[', ']']);
            let value = match schema::node(&inner.pattern).filter(|_| is_plain) {
                None => Err(unknown_key(&place.pattern, name)),
                Some(Node::Leaf(key)) => match item {
                    Item::Value(value) => key.kind.meant(value),
                    other => Err(wrong_type(other, key.kind.allowed())),
                },
                Some(Node::Table) => match item.as_table_like() {
                    Some(table) => Ok(self.table(table, &inner)),
                    None => Err(wrong_type(item, texts::allowed_table(&inner.path))),
                },
                Some(Node::List) => match entries(item) {
                    Some(entries) => Ok(self.list(entries, &inner)),
                    None => Err(wrong_type(item, texts::allowed_list(&inner.path))),
                },
            };
            match value {
                Ok(value) => {
                    values.insert(name.to_owned(), value);
                }
                Err(what) => self.add(&inner, what),
            }
        }
        Json::Object(values)
    }

    /// The entries of a list. One without its ID or name means nothing, and each may stand once.
    fn list(&mut self, entries: Entries<'_>, list: &Place) -> Json {
        let pattern = format!("{}[]", list.pattern);
        let names = schema::names_in(&pattern).into_iter();
        let names = names.filter(|name| matches!(*name, "id" | "name"));
        let mut firsts: BTreeMap<String, String> = BTreeMap::new();
        let mut values = Vec::new();
        for (index, (table, span)) in entries.into_iter().enumerate() {
            let place = Place {
                path: format!("{}[{index}]", list.path),
                pattern: pattern.clone(),
                line: self.line(span).or(list.line),
            };
            let value = self.table(table, &place);
            for name in names.clone() {
                let line = self.line_of_key(table, name).or(place.line);
                let key = place.key(name, line);
                match value.get(name) {
                    None if !table.contains_key(name) => self.add(&key, texts::missing()),
                    // Of the wrong type, which is said already.
                    None => {}
                    Some(value) => match firsts.get(&format!("{name} {value}")) {
                        Some(first) => self.add(&key, texts::duplicate(first)),
                        None => {
                            firsts.insert(format!("{name} {value}"), key.path);
                        }
                    },
                }
            }
            values.push(value);
        }
        Json::Array(values)
    }

    fn secrets(&mut self, root: &dyn TableLike) {
        for (name, keys) in SECRETS {
            let Some(table) = root.get(name).and_then(Item::as_table_like) else {
                continue;
            };
            let standing: Vec<&str> = keys
                .into_iter()
                .filter(|key| table.contains_key(key))
                .collect();
            for second in standing.iter().skip(1) {
                let line = self.line_of_key(table, second);
                let what = texts::two_secrets(listed(&standing));
                self.problems
                    .push(Problem::new(join(name, second), line, what));
            }
        }
    }

    /// R6: the URL is required where the behaviour is redirect.
    fn redirects(&mut self, root: &dyn TableLike) {
        let Some(oplux) = root.get("oplux").and_then(Item::as_table_like) else {
            return;
        };
        for name in ["on_hold", "on_review", "on_ng"] {
            let Some(item) = oplux.get(name) else {
                continue;
            };
            let is = |key: &str| item.get(key).and_then(Item::as_str);
            if is("action") != Some("redirect") || item.get("redirect_url").is_some() {
                continue;
            }
            let line = match item {
                Item::Table(table) if !table.is_dotted() => self.line(table.span()),
                _ => item
                    .as_table_like()
                    .and_then(|table| self.line_of_key(table, "action")),
            };
            let path = format!("oplux.{name}.redirect_url");
            self.problems
                .push(Problem::new(path, line, texts::redirect_unset()));
        }
    }
}

fn unknown_key(table: &str, name: &str) -> Text {
    let names = schema::names_in(table);
    let allowed = texts::allowed_one_of(listed(&names));
    match schema::did_you_mean(name, &names) {
        Some(meant) => texts::unknown_here_meant(meant, allowed),
        None => texts::unknown_here(allowed),
    }
}

fn wrong_type(item: &Item, allowed: Text) -> Text {
    let found = match item {
        Item::Value(value) => type_name(value),
        Item::ArrayOfTables(_) => texts::an_array(),
        _ => texts::a_table(),
    };
    texts::wrong_type(found, allowed)
}

/// The defaults of the keys of a table.
fn defaults(pattern: &str) -> Map<String, Json> {
    let of = |key: &schema::Key| {
        let (table, name) = key.pattern.rsplit_once('.').unwrap_or(("", key.pattern));
        // What the file does not set is unknown to `trace` and `reconcile`.
        let is_here = table == pattern && key.pattern != "oplux.enabled";
        let value = is_here.then_some(key.default)??;
        Some((name.to_owned(), key.kind.typed(value).ok()?))
    };
    KEYS.iter().filter_map(of).collect()
}
