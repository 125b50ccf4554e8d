//! A document held against the schema: all mistakes at once, and the values that are meant.

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Map, Value as Json};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{
    Problem,
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use crate::{
        config::{
            ConfigError, ConfigErrorKind, Problem,
            load::{Config, Source, of_source},
        },
        locales::Lang,
    };

    const FILE: &str = "/shop/config.toml";

    fn parse(text: &str, whole: bool) -> Result<Config, ConfigError> {
        of_source(Path::new(FILE), &Source::of_text(text), whole)
    }

    fn bad(text: &str) -> ConfigError {
        parse(text, false).unwrap_err()
    }

    /// Path and line of every problem.
    fn found(error: &ConfigError) -> Vec<(&str, usize)> {
        let problems = error.problems.iter();
        problems
            .map(|problem| (problem.path.as_str(), problem.line.unwrap()))
            .collect()
    }

    #[test]
    fn all_problems_are_told_at_once_with_path_and_line() {
        // The keys that are wrong stand behind their line.
        let text = r#"stor = "x" # stor
integrated_at = "2026-02-30" # integrated_at
ecforce = 3 # ecforce
[oplux]
enabled = "ja" # oplux.enabled
shop_id = "" # oplux.shop_id
timeout_seconds = 0 # oplux.timeout_seconds
service = "oplux" # oplux.service
secret_key = 5 # oplux.secret_key oplux.secret_key
secret_key_file = "k"
register_url = "http://oplux.example/" # oplux.register_url
"quoted.key" = 1 # oplux."quoted.key"
[oplux.on_hold]
action = "redirct" # oplux.on_hold.action
redirect = "https://x.example" # oplux.on_hold.redirect
[[payment_methods]]
id = "1" # payment_methods[0].id
name = "a"
settle_method = "12" # payment_methods[0].settle_method
[[payment_methods]] # payment_methods[1].id
name = "a" # payment_methods[1].name
[[payment_methods]]
id = -1 # payment_methods[2].id
name = "b"
[[payment_methods]]
id = 7
name = "c"
[[payment_methods]]
id = 7 # payment_methods[4].id
name = "d"
[[ad_urls]] # ad_urls[0].id
thanks_offer = 1 # ad_urls[0].thanks_offer
[import.orders.columns]
nummer = "注文番号" # import.orders.columns.nummer
total = 3 # import.orders.columns.total
"#;
        let wrong = |(at, line): (usize, &'static str)| {
            let keys = line.split_once(" # ").map_or("", |(_, keys)| keys);
            keys.split_whitespace().map(move |key| (key, at + 1))
        };
        let expected: Vec<_> = text.lines().enumerate().flat_map(wrong).collect();
        let error = bad(text);
        assert_eq!(found(&error), expected);
        assert_eq!(error.kind, ConfigErrorKind::Invalid);
        let message = error.said.message.get(Lang::En);
        assert_eq!(message.lines().count(), expected.len());
        for part in [
            "/shop/config.toml:1: stor: unknown key, did you mean `store`?",
            "/shop/config.toml:7: oplux.timeout_seconds: this value is not allowed; allowed: a whole number from 1 to 120",
            "`o-plux`, `fraud-checker`",
            "did you mean `redirect`?",
            "did you mean `number`?",
            "`payment_methods[3].id` has the same value",
            "oplux.on_hold.redirect: unknown key, did you mean `redirect_url`?",
            "payment_methods[1].id: it is missing",
            "oplux.secret_key: it is a whole number; allowed: text",
            "`secret_key_file`, `secret_key` are set together",
        ] {
            assert!(message.contains(part), "{part}\n{message}");
        }
    }

    #[test]
    fn names_of_payment_methods_meet_however_they_are_typed() {
        let method = |id, name| format!("[[payment_methods]]\nid = {id}\nname = \"{name}\"\n");
        for (one, other) in [
            ("クレジット", "ｸﾚｼﾞｯﾄ"),
            ("Card A", "card　ａ"),
            ("a", " a "),
        ] {
            let error = bad(&(method(1, one) + &method(2, other)));
            assert_eq!(found(&error), [("payment_methods[1].name", 6)], "{other}");
        }
    }

    #[test]
    fn no_value_is_repeated_in_a_message() {
        let error = bad(concat!(
            "secret = \"hunter2\"\n[oplux]\nsecret_key = [\"hunter2\"]\nsecretkey = \"hunter2\"\n",
            "model_id = \" \"\nservice = \"hunter2\"\nregister_url = \"https://u:hunter2@x.example/\"\n",
            "timeout_seconds = \"hunter2\"\n[ecforce]\ntoken = 4711\ntoken_file = \"hunter2\"\n",
        ));
        assert!(error.problems.len() >= 7, "{error}");
        let syntax = bad("[oplux]\nsecret_key = \"hunter2\n");
        let said = format!("{error} {error:?} {syntax} {syntax:?}");
        for value in ["hunter2", "4711"] {
            assert!(!said.contains(value), "{said}");
        }
    }

    #[test]
    fn every_place_that_is_not_toml_is_told_in_the_order_of_the_text() {
        for (text, expected) in [
            ("store = \"x\"\nこれ = 1\n", &[(2, 1)][..]),
            ("[oplux]\n[oplux]\n", &[(2, 2)]),
            ("a = 1\na = 2\n", &[(2, 1)]),
            ("\u{feff}store = \n", &[(1, 9)]),
            // Values without quotes: the parser tells of them after the others.
            (
                "[oplux]\nenabled = yes\nshop_id = SP00\nregister_url = https://x.example/a?b=c\n",
                &[(2, 11), (3, 11), (4, 16), (4, 37)],
            ),
            (
                "[oplux]\nenabled = tru\nshop_id = \"a\nmodel_id = \"b\"\nmodel_id = \"c\"\n[ecforce\n[oplux]\n",
                &[(2, 11), (3, 13), (5, 1), (6, 9), (7, 2)],
            ),
        ] {
            let error = bad(text);
            let place = |problem: &Problem| (problem.line.unwrap(), problem.column.unwrap());
            let places: Vec<_> = error.problems.iter().map(place).collect();
            assert_eq!(places, expected, "{text}");
            let (line, column) = expected[0];
            let first = format!("{FILE}:{line}:{column}: ");
            assert!(error.to_string().starts_with(&first), "{error}");
        }
    }

    #[test]
    fn a_table_in_the_place_of_a_value_and_the_other_way_round_is_a_wrong_type() {
        let seconds = "oplux.timeout_seconds";
        for (text, path) in [
            ("[store]\n", "store"),
            ("[[store]]\n", "store"),
            ("oplux = []\n", "oplux"),
            ("[[oplux]]\n", "oplux"),
            ("payment_methods = 1\n", "payment_methods"),
            ("[payment_methods]\n", "payment_methods"),
            ("payment_methods = [1]\n", "payment_methods"),
            ("[oplux]\non_ng = \"create\"\n", "oplux.on_ng"),
            (
                "oplux.secret_key_command = [1]\n",
                "oplux.secret_key_command",
            ),
            ("oplux.timeout_seconds = 10.0\n", seconds),
            ("oplux.timeout_seconds = 99999999999999999999\n", seconds),
        ] {
            let problems = bad(text).problems;
            assert_eq!(problems.len(), 1, "{text}");
            assert_eq!(problems[0].path, path);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_like_toml_makes_it_panic(
            lines in prop::collection::vec(
                prop_oneof![
                    Just("[oplux]"), Just("[[payment_methods]]"), Just("[oplux.on_hold]"), Just("id = 1"),
                    Just("name = \"a\""), Just("oplux = {}"), Just("oplux.enabled = true"), Just("store = \"\"\"x"),
                    Just("\"\"\""), Just("payment_methods = [{id = 1}, 3]"), Just("action = \"redirect\""),
                    Just("import.orders.columns = { number = 1, x.y = 2 }"), Just("integrated_at = 2026-01-15"),
                    Just("# comment"), Just("ecforce = 1979-05-27"), Just("[import.orders]"), Just("\u{feff}"),
                    Just("secret_key = ["), Just("]"), Just("\"\" = nan"), Just("ad_urls = []"),
                ],
                0..12,
            ),
            end in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            // What the check lets pass, serde reads.
            if let Err(error) = parse(&lines.join(end), true) {
                prop_assert!(!error.problems.is_empty(), "{}", error);
            }
        }
    }
}
