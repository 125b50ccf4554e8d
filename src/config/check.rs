//! A document held against the schema: all mistakes at once, and the values that are meant.

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Map, Value as Json};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{
    error::Problem,
    schema::{self, KEYS, Node, join, listed},
    secret::CREDENTIALS,
    value::type_name,
};
use crate::{
    domain::text::{folded, trim},
    locales::{Text, config as texts},
};

/// Reads TOML.
///
/// # Errors
/// Every place where the text is not TOML, in its order. The parser's messages name what was
/// expected and never what stands there.
pub(super) fn parse(text: &str) -> Result<DeValue<'_>, Vec<Problem>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(DeValue::Table(document.into_inner()));
    }
    // An error without a place is one of the end.
    let place = |span: Option<Range<usize>>| span.map_or(text.len(), |span| span.start);
    let mut found: Vec<_> = errors
        .iter()
        .map(|error| (place(error.span()), error.message()))
        .collect();
    found.sort_unstable();
    found.dedup_by_key(|(at, _)| *at);
    let problem = |(at, message): (usize, &str)| Problem {
        column: Some(column_at(text, at)),
        ..Problem::new("", Some(line_at(text, at)), texts::syntax(message.trim()))
    };
    Err(found.into_iter().map(problem).collect())
}

/// The line of a place in the text, counted from 1.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The column of a place in its line in characters, counted from 1.
fn column_at(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.trim_start_matches('\u{feff}').chars().count() + 1
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
pub(super) fn check(text: &str, document: &DeValue<'_>) -> Checked {
    let mut checker = Checker {
        text,
        problems: Vec::new(),
    };
    let values = match document {
        DeValue::Table(table) => checker.table(table, &Place::default()),
        _ => Json::Null,
    };
    checker.secrets(document);
    let mut problems = std::mem::take(&mut checker.problems);
    problems.sort_by_key(|problem| problem.line);
    checker.redirects(document);
    Checked {
        values,
        problems,
        unset_redirects: checker.problems,
    }
}

/// The keys of a table that name or hold its secret, which comes last.
fn secret_keys<'v>(
    document: &'v DeValue<'_>,
    secret: &'static str,
) -> impl Iterator<Item = (&'static str, String, &'v Spanned<DeString<'v>>)> {
    let (table, name) = secret.split_once('.').unwrap_or(("", secret));
    let inside = document
        .get(table)
        .and_then(|inside| inside.get_ref().as_table());
    let names = ["_file", "_command", ""].map(|end| format!("{name}{end}"));
    names.into_iter().filter_map(move |name| {
        let (key, _) = inside?.get_key_value(name.as_str())?;
        Some((table, name, key))
    })
}

/// What is wrong with a file that others can read or write. Who reads it sees a secret that stands
/// in it; who writes it decides which program is run for a secret, and what is sent.
pub(super) fn open_to_others(
    text: &str,
    document: &DeValue<'_>,
    readable: bool,
    writable: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for credential in CREDENTIALS {
        for (table, name, key) in secret_keys(document, credential.key) {
            let path = join(table, &name);
            let what = match (writable, readable && path == credential.key) {
                (true, _) => texts::writable(),
                (false, true) => texts::exposed(),
                (false, false) => continue,
            };
            let line = line_at(text, key.span().start);
            problems.push(Problem::new(path, Some(line), what));
        }
    }
    problems
}

/// Where the checker is: the path, its pattern in the schema, and where it begins in the text.
#[derive(Default)]
struct Place {
    path: String,
    pattern: String,
    at: usize,
}

impl Place {
    fn key(&self, name: &str, at: usize) -> Self {
        // A key that is not bare is shown in quotes, with its control characters escaped.
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let shown = match !name.is_empty() && name.chars().all(is_bare) {
            true => name.to_owned(),
            false => Json::from(name).to_string(),
        };
        Self {
            path: join(&self.path, &shown),
            pattern: join(&self.pattern, name),
            at,
        }
    }
}

struct Checker<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn add(&mut self, path: impl Into<String>, at: usize, what: Text) {
        let line = Some(line_at(self.text, at));
        self.problems.push(Problem::new(path, line, what));
    }

    fn table(&mut self, table: &DeTable<'_>, place: &Place) -> Json {
        let mut values = defaults(&place.pattern);
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            let inner = place.key(name, key.span().start);
            // A key such as `a.b` in quotes is no path.
            let is_plain = !name.contains(['.', '[', ']']);
            let node = schema::node(&inner.pattern).filter(|_| is_plain);
            let wrong_type = |allowed| Err(texts::wrong_type(type_name(value.get_ref()), allowed));
            let meant = match (node, value.get_ref()) {
                (None, _) => Err(unknown_key(&place.pattern, name)),
                (Some(Node::Leaf(key)), value) => key.kind.meant(value),
                (Some(Node::Table), DeValue::Table(table)) => Ok(self.table(table, &inner)),
                (Some(Node::Table), _) => wrong_type(texts::allowed_table(&inner.path)),
                (Some(Node::List), list) => match entries(list) {
                    Some(entries) => Ok(self.list(&entries, &inner)),
                    None => wrong_type(texts::allowed_list(&inner.path)),
                },
            };
            match meant {
                Ok(value) => drop(values.insert(name.to_owned(), value)),
                Err(what) => self.add(inner.path, inner.at, what),
            }
        }
        Json::Object(values)
    }

    /// The entries of a list. One without its ID or name means nothing, and each may stand once.
    fn list(&mut self, entries: &[(&DeTable<'_>, usize)], list: &Place) -> Json {
        let pattern = format!("{}[]", list.pattern);
        let names = schema::names_in(&pattern).into_iter();
        let names = names.filter(|name| matches!(*name, "id" | "name"));
        let mut firsts: BTreeMap<String, String> = BTreeMap::new();
        let mut values = Vec::new();
        for (index, (table, at)) in entries.iter().enumerate() {
            let place = Place {
                path: format!("{}[{index}]", list.path),
                pattern: pattern.clone(),
                at: *at,
            };
            let value = self.table(table, &place);
            for name in names.clone() {
                let key = table.get_key_value(name).map(|(key, _)| key.span().start);
                let path = join(&place.path, name);
                let Some(at) = key else {
                    self.add(path, place.at, texts::missing());
                    continue;
                };
                // One of the wrong type is told already.
                let Some(value) = value.get(name) else {
                    continue;
                };
                // Names meet however they are typed.
                let key = format!(
                    "{name} {}",
                    match value.as_str() {
                        Some(text) => folded(trim(text)),
                        None => value.to_string(),
                    }
                );
                match firsts.get(&key) {
                    Some(first) => self.add(path, at, texts::duplicate(first)),
                    None => drop(firsts.insert(key, path)),
                }
            }
            values.push(value);
        }
        Json::Array(values)
    }

    fn secrets(&mut self, document: &DeValue<'_>) {
        for credential in CREDENTIALS {
            let standing: Vec<_> = secret_keys(document, credential.key).collect();
            let names: Vec<&str> = standing.iter().map(|(_, name, _)| &**name).collect();
            for (table, second, key) in standing.iter().skip(1) {
                let what = texts::two_secrets(listed(&names));
                self.add(join(table, second), key.span().start, what);
            }
        }
    }

    /// R6: the URL is required where the behaviour is redirect.
    fn redirects(&mut self, document: &DeValue<'_>) {
        let oplux = document
            .get("oplux")
            .and_then(|oplux| oplux.get_ref().as_table());
        for name in ["on_hold", "on_review", "on_ng"] {
            let Some((key, behaviour)) = oplux.and_then(|oplux| oplux.get_key_value(name)) else {
                continue;
            };
            let action = behaviour.get_ref().get("action");
            let is_redirect =
                action.and_then(|action| action.get_ref().as_str()) == Some("redirect");
            if is_redirect && behaviour.get_ref().get("redirect_url").is_none() {
                let path = format!("oplux.{name}.redirect_url");
                self.add(path, key.span().start, texts::redirect_unset());
            }
        }
    }
}

/// The entries of a list, each with where it begins: `[[list]]`, or an array of inline tables; none
/// where it is neither.
fn entries<'v, 't>(list: &'v DeValue<'t>) -> Option<Vec<(&'v DeTable<'t>, usize)>> {
    let entries = list.as_array()?.iter();
    entries
        .map(|entry| Some((entry.get_ref().as_table()?, entry.span().start)))
        .collect()
}

fn unknown_key(table: &str, name: &str) -> Text {
    let names = schema::names_in(table);
    let allowed = texts::allowed_one_of(listed(&names));
    match schema::did_you_mean(name, &names) {
        Some(meant) => texts::unknown_here_meant(meant, allowed),
        None => texts::unknown_here(allowed),
    }
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
