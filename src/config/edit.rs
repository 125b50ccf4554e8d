//! Changes to the configuration. Comments and the order of keys stay as they are.
//!
//! `toml_edit` reads the document and says where its parts stand; `splice` makes the change there.
//! Every change is measured afterwards: the new text must say what the old one said but for the
//! change, have every comment, and have no mistake that the old one had not. Where that fails,
//! nothing is written, and the message names the line to change by hand.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::Value as Json;
use toml_edit::{TableLike, Value};

use super::{
    check::{self, rows},
    error::{self, ConfigError, ConfigErrorKind, Problem},
    files,
    key::{KeyPath, Step, written},
    load::{self, Config},
    schema,
    tree::{self, Shown},
};
use crate::{
    domain::{settings::PaymentMethod, text::folded},
    locales::{Said, Text, config as texts},
};

mod splice;
#[cfg(test)]
mod tests;

/// The text of a configuration that is being changed. Nothing is written before
/// [`Document::save`].
#[derive(Debug, Clone)]
pub struct Document {
    path: PathBuf,
    text: String,
}

/// What was at a key, and what is now. Secrets are masked.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What was, by default where it was not set.
    pub was: Shown,
    /// What is now, by default where it is not set any more.
    pub now: Shown,
}

/// One change.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    Set(KeyPath, Value),
    Unset(KeyPath),
    AddEntry(&'static str, Vec<(&'static str, Value)>),
    RemoveEntry(&'static str, usize),
}

const METHODS: &str = "payment_methods";

impl Document {
    /// Opens a configuration to change it. It may have mistakes, to be mended, but it must be
    /// TOML.
    ///
    /// # Errors
    /// Those of [`load::load`], but for mistakes of keys and values.
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        let source = load::read(path)?;
        source.refuse_writable(path)?;
        let document = Self::of_text(path, source.text)?;
        if source.exposed {
            let parsed = document.parsed()?;
            let exposed = check::exposed(&document.text, &parsed);
            if !exposed.is_empty() {
                return Err(ConfigError::problems(path, exposed));
            }
        }
        Ok(document)
    }

    /// A configuration of that text, to be written to `path`.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where the text is not TOML.
    pub fn of_text(path: &Path, text: String) -> Result<Self, ConfigError> {
        let document = Self {
            path: path.to_owned(),
            text,
        };
        document.parsed()?;
        Ok(document)
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text as a checked configuration.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] with all mistakes.
    pub fn config(&self) -> Result<Config, ConfigError> {
        load::parse(&self.path, &self.text, false)
    }

    /// Writes the text with mode 0600.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Unwritable`].
    pub fn save(&self) -> Result<(), ConfigError> {
        files::write_atomic(&self.path, self.text.as_bytes())
    }

    /// What stands at a key, or its default; a secret is masked.
    ///
    /// # Errors
    /// [`ConfigErrorKind::UnknownKey`].
    pub fn get(&self, key: &str) -> Result<Shown, ConfigError> {
        Ok(tree::shown(&self.tree()?, &key.parse()?))
    }

    /// Every key that is set or has a default, in the order of the schema; secrets are masked.
    ///
    /// # Errors
    /// None for a document that was opened.
    pub fn show(&self) -> Result<Vec<Shown>, ConfigError> {
        Ok(tree::all_shown(&self.tree()?))
    }

    /// Sets a key to what the user typed, which is read by the type of the key. What says the same
    /// already stays as it is written.
    ///
    /// # Errors
    /// [`ConfigErrorKind::UnknownKey`], [`ConfigErrorKind::SecretArgument`] for a secret, and
    /// [`ConfigErrorKind::Invalid`] for a value that is not allowed or would make a mistake.
    pub fn set(&mut self, key: &str, value: &str) -> Result<Change, ConfigError> {
        let path: KeyPath = key.parse()?;
        if path.key.secret {
            let said = Said::new(texts::secret_argument(path.to_string()));
            let said = said.hint(texts::hint_secret());
            return Err(ConfigError::new(ConfigErrorKind::SecretArgument, said));
        }
        let value = path.key.kind.read(value).map_err(|wrong| {
            let problem = Problem::new(wrong.kind, path.to_string(), wrong.what);
            refused(vec![problem])
        })?;
        self.change(&path.clone(), Edit::Set(path, value))
    }

    /// Takes a key away; nothing changes where it is not set.
    ///
    /// # Errors
    /// [`ConfigErrorKind::UnknownKey`], and [`ConfigErrorKind::Invalid`] where an entry would mean
    /// nothing without it.
    pub fn unset(&mut self, key: &str) -> Result<Change, ConfigError> {
        let path: KeyPath = key.parse()?;
        self.change(&path.clone(), Edit::Unset(path))
    }

    fn change(&mut self, path: &KeyPath, edit: Edit) -> Result<Change, ConfigError> {
        let before = self.tree()?;
        let was = tree::shown(&before, path);
        has_entry(&before, path.steps())?;
        self.apply(vec![edit])?;
        let now = tree::shown(&self.tree()?, path);
        Ok(Change { was, now })
    }

    /// The place in the list of the payment method with that ID or that name, however it is typed;
    /// one that is written just so comes first.
    ///
    /// # Errors
    /// [`ConfigErrorKind::MethodUnknown`], with those that there are.
    pub fn find_method(&self, id_or_name: &str) -> Result<usize, ConfigError> {
        let document = self.parsed()?;
        let rows = document.get(METHODS).and_then(rows).unwrap_or_default();
        let id = |row: &dyn TableLike| row.get("id").and_then(|id| id.as_integer());
        let name = |row: &dyn TableLike| {
            row.get("name")
                .and_then(|name| name.as_str().map(str::to_owned))
        };
        let folded_name = folded(id_or_name);
        let wanted: Option<i64> = folded_name.parse().ok();
        let by_id = rows
            .iter()
            .position(|(row, _)| wanted.is_some() && id(*row) == wanted);
        let named = |is_it: &dyn Fn(&str) -> bool| {
            rows.iter()
                .position(|(row, _)| name(*row).is_some_and(|name| is_it(&name)))
        };
        let by_name = named(&|name| name == id_or_name);
        let by_folded_name = || named(&|name| folded(name) == folded_name);
        by_id.or(by_name).or_else(by_folded_name).ok_or_else(|| {
            let known: Vec<String> = rows
                .iter()
                .filter_map(|(row, _)| Some(format!("{} {}", id(*row)?, name(*row)?)))
                .collect();
            let said = Said::new(texts::method_unknown(id_or_name));
            let said = match known.is_empty() {
                true => said.hint(texts::hint_add_method()),
                false => said.hint(texts::hint_known_methods(known.join(", "))),
            };
            ConfigError::new(ConfigErrorKind::MethodUnknown, said)
        })
    }

    /// Adds a payment method after the last one.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where its ID or name is taken, or a value is not allowed.
    pub fn add_method(&mut self, method: &PaymentMethod) -> Result<(), ConfigError> {
        let fields = fields(method)?;
        let set = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        self.apply(vec![Edit::AddEntry(METHODS, set.collect())])
    }

    /// Makes the payment method at `index` another one; what does not differ stays as it is
    /// written.
    ///
    /// # Errors
    /// As [`Document::add_method`].
    pub fn replace_method(
        &mut self,
        index: usize,
        method: &PaymentMethod,
    ) -> Result<(), ConfigError> {
        let tree = self.tree()?;
        has_entry(&tree, &[Step::Name(METHODS.to_owned()), Step::Index(index)])?;
        let mut edits = Vec::new();
        for (name, value) in fields(method)? {
            let Some(key) = schema::find(&format!("{METHODS}[].{name}")) else {
                continue;
            };
            let path = KeyPath::of_entry(key, index);
            let standing = tree::shown(&tree, &path).value;
            match value {
                Some(value) if tree::of_value(&value) != standing => {
                    edits.push(Edit::Set(path, value))
                }
                Some(_) => {}
                None => edits.push(Edit::Unset(path)),
            }
        }
        self.apply(edits)
    }

    /// Removes the payment method at `index`. Comments in it that have a line of their own stay;
    /// those behind its header and its values go with them.
    ///
    /// # Errors
    /// [`ConfigErrorKind::UnknownKey`] where there is no such entry.
    pub fn remove_method(&mut self, index: usize) -> Result<(), ConfigError> {
        let steps = [Step::Name(METHODS.to_owned()), Step::Index(index)];
        has_entry(&self.tree()?, &steps)?;
        self.apply(vec![Edit::RemoveEntry(METHODS, index)])
    }

    /// The string at a key, where it is one.
    pub(super) fn text_at(&self, path: &KeyPath) -> Option<String> {
        let tree = self.tree().ok()?;
        Some(tree::get(&tree, path.steps())?.as_str()?.to_owned())
    }

    /// Makes all of the changes, or none.
    pub(super) fn apply(&mut self, edits: Vec<Edit>) -> Result<(), ConfigError> {
        let before = self.problems()?;
        let mut next = self.clone();
        for edit in &edits {
            next.text = next.edited(edit)?;
        }
        let edited: Vec<String> = edits.iter().filter_map(Edit::path).collect();
        let made = made(&before, next.problems()?, &edited);
        if !made.is_empty() {
            return Err(refused(made));
        }
        *self = next;
        Ok(())
    }

    /// The text after one change.
    fn edited(&self, edit: &Edit) -> Result<String, ConfigError> {
        let mut expected = self.tree()?;
        let text = match edit {
            Edit::Set(path, value) => {
                if self.has(path, value)? {
                    return Ok(self.text.clone());
                }
                tree::set(&mut expected, path.steps(), tree::of_value(value));
                splice::set(&self.text, path.steps(), value)
            }
            Edit::Unset(path) => {
                if tree::get(&expected, path.steps()).is_none() {
                    return Ok(self.text.clone());
                }
                tree::remove(&mut expected, path.steps());
                splice::unset(&self.text, path.steps())
            }
            Edit::AddEntry(list, fields) => {
                let step = Step::Name((*list).to_owned());
                let entry: serde_json::Map<_, _> = fields
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), tree::of_value(value)))
                    .collect();
                let mut entries = match tree::get(&expected, std::slice::from_ref(&step)) {
                    Some(Json::Array(entries)) => entries.clone(),
                    _ => Vec::new(),
                };
                entries.push(Json::Object(entry));
                tree::set(&mut expected, &[step], Json::Array(entries));
                splice::add_entry(&self.text, list, fields)
            }
            Edit::RemoveEntry(list, index) => {
                let steps = [Step::Name((*list).to_owned()), Step::Index(*index)];
                tree::remove(&mut expected, &steps);
                splice::remove_entry(&self.text, list, *index)
            }
        };
        let is_entry = matches!(edit, Edit::RemoveEntry(..));
        text.filter(|text| self.is_kept(text, &expected, is_entry))
            .ok_or_else(|| self.by_hand(edit))
    }

    /// Whether a text says what is expected and has every comment of this one. Of an entry that is
    /// removed only those count that have a line of their own.
    fn is_kept(&self, text: &str, expected: &Json, is_entry: bool) -> bool {
        let (Ok(old), Ok(new)) = (self.parsed(), check::parse(text)) else {
            return false;
        };
        let mut there = splice::comments_of(text, &new, false).into_iter();
        let mut comments = splice::comments_of(&self.text, &old, is_entry).into_iter();
        tree::pruned(&tree::of_table(new.as_table())) == tree::pruned(expected)
            && comments.all(|comment| there.any(|other| other == comment))
    }

    /// The error of an edit that the way in which the file is written does not allow.
    fn by_hand(&self, edit: &Edit) -> ConfigError {
        let steps = match edit {
            Edit::Set(path, _) | Edit::Unset(path) => path.steps().to_vec(),
            Edit::AddEntry(list, _) => vec![Step::Name((*list).to_owned())],
            Edit::RemoveEntry(list, index) => {
                vec![Step::Name((*list).to_owned()), Step::Index(*index)]
            }
        };
        let document = self.parsed();
        let place = document
            .ok()
            .and_then(|document| splice::place(&document, &steps));
        let line = place.map_or(1, |place| error::line_at(&self.text, place));
        let place = format!("{}:{line}", self.path.display());
        let said = Said::new(texts::cannot_edit(place, written(&steps)));
        ConfigError::new(ConfigErrorKind::Invalid, said.hint(texts::hint_by_hand()))
    }

    /// Whether exactly that value, which is allowed there, stands at a key.
    fn has(&self, path: &KeyPath, value: &Value) -> Result<bool, ConfigError> {
        let document = self.parsed()?;
        let Some(standing) = splice::value_at(&document, path.steps()) else {
            return Ok(false);
        };
        let is_allowed = path.key.kind.check(standing).is_ok();
        Ok(is_allowed && tree::of_value(standing) == tree::of_value(value))
    }

    fn parsed(&self) -> Result<toml_edit::Document<&str>, ConfigError> {
        check::parse(&self.text).map_err(|problems| ConfigError::problems(&self.path, problems))
    }

    fn tree(&self) -> Result<Json, ConfigError> {
        Ok(tree::of_table(self.parsed()?.as_table()))
    }

    fn problems(&self) -> Result<Vec<Problem>, ConfigError> {
        Ok(check::check(&self.text, &self.parsed()?).problems)
    }
}

impl Edit {
    fn path(&self) -> Option<String> {
        match self {
            Self::Set(path, _) => Some(path.to_string()),
            _ => None,
        }
    }
}

/// The fields of an entry in the order in which they are written, checked.
fn fields(method: &PaymentMethod) -> Result<Vec<(&'static str, Option<Value>)>, ConfigError> {
    let given = [
        ("id", Some(method.id.to_string())),
        ("name", Some(method.name.clone())),
        ("oplux", Some(method.oplux.to_string())),
        (
            "realtime_thanks_offer",
            Some(method.realtime_thanks_offer.to_string()),
        ),
        ("settle_method", Some(method.settle_method.clone())),
        ("model_id", method.model_id.clone()),
    ];
    let mut fields = Vec::new();
    let mut problems = Vec::new();
    for (name, text) in given {
        let Some(key) = schema::find(&format!("{METHODS}[].{name}")) else {
            continue;
        };
        match text.map(|text| key.kind.read(&text)).transpose() {
            Ok(value) => fields.push((name, value)),
            Err(wrong) => problems.push(Problem::new(wrong.kind, name, wrong.what)),
        }
    }
    if problems.is_empty() {
        Ok(fields)
    } else {
        Err(refused(problems))
    }
}

/// Whether the list on the way of the steps, if there is one, has the entry.
fn has_entry(tree: &Json, steps: &[Step]) -> Result<(), ConfigError> {
    let index = steps.iter().position(|step| matches!(step, Step::Index(_)));
    let Some(at) = index.filter(|at| tree::get(tree, &steps[..=*at]).is_none()) else {
        return Ok(());
    };
    let list = tree::get(tree, &steps[..at]).and_then(Json::as_array);
    let count = list.map_or(0, Vec::len);
    let said = Said::new(texts::no_such_entry(written(&steps[..=at]), count));
    Err(ConfigError::new(ConfigErrorKind::UnknownKey, said))
}

/// The problems that were not there before: by kind and key, whatever the entry's place in its
/// list, and every one of a key that was set.
fn made(before: &[Problem], after: Vec<Problem>, edited: &[String]) -> Vec<Problem> {
    let of = |problem: &Problem| {
        let parts = problem
            .path
            .split('[')
            .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
        (parts.collect::<Vec<_>>().join("["), problem.kind)
    };
    let mut counts: BTreeMap<_, i64> = BTreeMap::new();
    for problem in &after {
        *counts.entry(of(problem)).or_default() += 1;
    }
    for problem in before {
        *counts.entry(of(problem)).or_default() -= 1;
    }
    let is_new = |problem: &Problem| {
        counts.get(&of(problem)).is_some_and(|more| *more > 0) || edited.contains(&problem.path)
    };
    // A line of a text that is not written would lead nowhere.
    let without_line = |problem| Problem {
        line: None,
        ..problem
    };
    after.into_iter().filter(is_new).map(without_line).collect()
}

/// An edit that is not made.
pub(super) fn refused(problems: Vec<Problem>) -> ConfigError {
    let line =
        |problem: &Problem| Text::joined(&[Text::same(&problem.path), problem.what.clone()], ": ");
    let lines: Vec<Text> = problems.iter().map(line).collect();
    ConfigError {
        kind: ConfigErrorKind::Invalid,
        said: Said::new(Text::joined(&lines, "\n")).hint(texts::hint_unchanged()),
        problems: problems.into(),
    }
}
