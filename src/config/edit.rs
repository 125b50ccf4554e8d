//! Changes to the configuration. Comments and the order of keys stay as they are.
//!
//! `splice` makes the change in the text. Every change is measured afterwards: the new text must
//! say what the old one said but for the change, have every comment, and have no mistake that the
//! old one had not. Where that fails, nothing is written, and the message names the line to change
//! by hand.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::Value as Json;
use toml_edit::{Item, TableLike};

use super::{
    check::{self, entries},
    error::{self, ConfigError, ConfigErrorKind, Problem},
    files,
    load::{self, Config, Source},
    schema::{KEYS, KeyPath, Step, join},
    secret::{self, Credential},
    shown::{self, KeyValue},
    splice,
    value::{plain, written},
};
use crate::{
    domain::{private::Secret, text::folded},
    locales::{Said, config as texts},
};

#[cfg(test)]
mod tests;

/// The text of a configuration that is being changed. Nothing is written before
/// [`Document::save`].
#[derive(Debug, Clone)]
pub struct Document {
    path: PathBuf,
    /// Without a byte order mark, and with plain line ends.
    text: String,
    /// What is put back when it is written.
    has_mark: bool,
    has_windows_ends: bool,
}

/// What was at a key, and what is now. Secrets are masked.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What was, by default where it was not set.
    pub was: KeyValue,
    /// What is now, by default where it is not set any more.
    pub now: KeyValue,
}

const METHODS: &str = "payment_methods";

/// The values of a document by their paths, of unknown keys too.
type Leaves = BTreeMap<String, Json>;

impl Document {
    /// Opens a configuration. It may have mistakes, to be mended, but it must be TOML.
    ///
    /// # Errors
    /// Those of [`load::load`], but for mistakes of keys and values.
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        let source = load::read(path)?;
        let document = Self::of_text(path, &source.text)?;
        source.refuse(path, &document.parsed()?, vec![])?;
        Ok(document)
    }

    /// The same, where it is to be written: what is no regular file is refused before it is read.
    ///
    /// # Errors
    /// Those of [`Document::open`], and [`ConfigErrorKind::Invalid`] for a pipe or a device.
    pub fn open_to_change(path: &Path) -> Result<Self, ConfigError> {
        files::refuse_irregular(path)?;
        Self::open(path)
    }

    /// A configuration of that text, to be written to `path`.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where the text is not TOML.
    pub fn of_text(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        let windows = bare.matches("\r\n").count();
        let has_windows_ends = windows > 0 && windows == bare.matches('\n').count();
        let document = Self {
            path: path.to_owned(),
            text: match has_windows_ends {
                true => bare.replace("\r\n", "\n"),
                false => bare.to_owned(),
            },
            has_mark: bare.len() < text.len(),
            has_windows_ends,
        };
        document.parsed()?;
        Ok(document)
    }

    /// The text as a checked configuration.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] with all mistakes.
    pub fn config(&self) -> Result<Config, ConfigError> {
        load::of_source(&self.path, &Source::of_text(&self.text), false)
    }

    /// What says which store a change is logged in, also of a file that still has mistakes.
    pub fn config_to_log(&self) -> Config {
        self.config().unwrap_or_else(|_| {
            let store = self.get("store").ok();
            let store = store.and_then(|store| store.value.as_str().map(str::to_owned));
            let folder = self.path.parent().unwrap_or(Path::new(""));
            Config {
                store: store.map(|store| folder.join(store)),
                ..Config::default()
            }
        })
    }

    /// The text as it is written.
    pub(super) fn whole_text(&self) -> String {
        let mark = if self.has_mark { "\u{feff}" } else { "" };
        match self.has_windows_ends {
            true => format!("{mark}{}", self.text.replace('\n', "\r\n")),
            false => format!("{mark}{}", self.text),
        }
    }

    /// Writes the text with mode 0600.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Unwritable`].
    pub fn save(&self) -> Result<(), ConfigError> {
        files::write_atomic(&self.path, self.whole_text().as_bytes())
    }

    /// What stands at a key, or its default; a secret is masked.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where there is no such key.
    pub fn get(&self, key: &str) -> Result<KeyValue, ConfigError> {
        let path = key.parse()?;
        Ok(KeyValue::of(self.parsed()?.as_item(), path))
    }

    /// Every key that is set or has a default, in the order of the schema; secrets are masked.
    ///
    /// # Errors
    /// None for a document that was opened.
    pub fn show(&self) -> Result<Vec<KeyValue>, ConfigError> {
        Ok(KeyValue::all(self.parsed()?.as_item()))
    }

    /// Sets a key to what the user typed, which is read by the type of the key. What says the same
    /// already stays as it is written.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] for a key that does not exist, a secret, and a value that is
    /// not allowed or would make a mistake.
    pub fn set(&mut self, key: &str, value: &str) -> Result<Change, ConfigError> {
        let path: KeyPath = key.parse()?;
        if path.key.secret {
            let said = Said::new(texts::secret_argument(key)).hint(texts::hint_secret());
            return Err(ConfigError::new(ConfigErrorKind::Invalid, said));
        }
        let value = path.key.kind.typed(value).map_err(|what| {
            let problem = Problem::new(path.to_string(), None, what);
            ConfigError::refused(vec![problem])
        })?;
        self.change(path, Some(value))
    }

    /// Takes a key away; nothing changes where it is not set.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] for a key that does not exist, and where an entry would mean
    /// nothing without it.
    pub fn unset(&mut self, key: &str) -> Result<Change, ConfigError> {
        self.change(key.parse()?, None)
    }

    fn change(&mut self, path: KeyPath, value: Option<Json>) -> Result<Change, ConfigError> {
        let document = self.parsed()?;
        let root = document.as_item();
        if let Some(list) = path.key.list() {
            has_entry(root, list, path.index)?;
        }
        let was = KeyValue::of(root, path);
        let steps = path.steps();
        let standing = steps.iter().copied().try_fold(root, shown::step);
        let meant = standing
            .and_then(Item::as_value)
            .and_then(|value| path.key.kind.meant(value).ok());
        let mut expected = leaves(&document);
        let text = match value {
            // As it is already.
            None if standing.is_none() => Some(self.text.clone()),
            Some(value) if meant.as_ref() == Some(&value) => Some(self.text.clone()),
            None => {
                expected.remove(&path.to_string());
                splice::unset(&self.text, &document, &steps)
            }
            Some(value) => {
                let written = written(&value);
                expected.insert(path.to_string(), value);
                splice::set(&self.text, &document, &steps, written)
            }
        };
        let next = self.measured(&steps, text, &expected, false)?;
        drop(document);
        *self = next;
        let now = self.get(&path.to_string())?;
        Ok(Change { was, now })
    }

    /// The place in the list of the payment method with that ID or that name, however it is typed;
    /// one that is written just so comes first.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where there is none, with those that there are.
    pub fn find_method(&self, id_or_name: &str) -> Result<usize, ConfigError> {
        let document = self.parsed()?;
        let methods = document.get(METHODS).and_then(entries).unwrap_or_default();
        let id = |method: &dyn TableLike| method.get("id").and_then(Item::as_integer);
        let name = |method: &dyn TableLike| Some(method.get("name")?.as_str()?.to_owned());
        let folded_name = folded(id_or_name);
        let wanted = folded_name.parse().ok();
        let by_id = methods
            .iter()
            .position(|(method, _)| wanted.is_some() && id(*method) == wanted);
        let named = |is_it: &dyn Fn(&str) -> bool| {
            methods
                .iter()
                .position(|(method, _)| name(*method).is_some_and(|name| is_it(&name)))
        };
        let by_name = named(&|name| name == id_or_name);
        let by_folded_name = || named(&|name| folded(name) == folded_name);
        by_id.or(by_name).or_else(by_folded_name).ok_or_else(|| {
            let all = methods.iter();
            let known: Vec<String> = all
                .filter_map(|(method, _)| Some(format!("{} {}", id(*method)?, name(*method)?)))
                .collect();
            let hint = match known.is_empty() {
                true => texts::hint_add_method(),
                false => texts::hint_known_methods(known.join(", ")),
            };
            let said = Said::new(texts::method_unknown(id_or_name)).hint(hint);
            ConfigError::new(ConfigErrorKind::Invalid, said)
        })
    }

    /// Adds a payment method after the last one: each of its keys with what `config set` would be
    /// given for it.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where its ID or name is taken, or a value is not allowed.
    pub fn add_method(&mut self, given: &[(&str, String)]) -> Result<(), ConfigError> {
        let document = self.parsed()?;
        let index = shown::count(document.as_item(), METHODS);
        let mut expected = leaves(&document);
        let mut fields = Vec::new();
        let mut problems = Vec::new();
        let keys = KEYS.iter().filter(|key| key.list() == Some(METHODS));
        for path in keys.map(|key| KeyPath { key, index }) {
            let (_, name) = path.key.pattern.rsplit_once('.').unwrap_or_default();
            let Some((_, typed)) = given.iter().find(|(key, _)| *key == name) else {
                continue;
            };
            match path.key.kind.typed(typed) {
                Ok(value) => {
                    fields.push((name, written(&value)));
                    expected.insert(path.to_string(), value);
                }
                Err(what) => problems.push(Problem::new(name, None, what)),
            }
        }
        if !problems.is_empty() {
            return Err(ConfigError::refused(problems));
        }
        let text = splice::add_entry(&self.text, &document, METHODS, &fields);
        let next = self.measured(&[Step::Name(METHODS)], text, &expected, false)?;
        drop(document);
        *self = next;
        Ok(())
    }

    /// Removes the payment method at `index`. Comments in it that have a line of their own stay;
    /// those behind its header and its values go with them.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where there is no such entry.
    pub fn remove_method(&mut self, index: usize) -> Result<(), ConfigError> {
        let document = self.parsed()?;
        has_entry(document.as_item(), METHODS, index)?;
        let steps = [Step::Name(METHODS), Step::Index(index)];
        let text = splice::remove_entry(&self.text, &document, &steps, index);
        let expected = without_entry(leaves(&document), METHODS, index);
        let next = self.measured(&steps, text, &expected, true)?;
        drop(document);
        *self = next;
        Ok(())
    }

    /// The document of a text that a change has made, where that is all that has changed.
    /// `removed`: of an entry that is removed only those comments stay that have a line of their
    /// own.
    fn measured(
        &self,
        steps: &[Step],
        text: Option<String>,
        expected: &Leaves,
        removed: bool,
    ) -> Result<Self, ConfigError> {
        let document = self.parsed()?;
        let says_it = |text: &String| {
            let Ok(new) = check::parse(text) else {
                return false;
            };
            let mut there = splice::comments(text, &new, false).into_iter();
            let mut comments = splice::comments(&self.text, &document, removed).into_iter();
            leaves(&new) == *expected && comments.all(|comment| there.any(|other| other == comment))
        };
        let Some(text) = text.filter(says_it) else {
            let line = error::line_at(&self.text, splice::place(&document, steps));
            let place = format!("{}:{line}", self.path.display());
            let key = steps.iter().fold(String::new(), |path, step| match step {
                Step::Name(name) => join(&path, name),
                Step::Index(index) => format!("{path}[{index}]"),
            });
            let said = Said::new(texts::cannot_edit(place, key)).hint(texts::hint_by_hand());
            return Err(ConfigError::new(ConfigErrorKind::Invalid, said));
        };
        let next = Self {
            text,
            ..self.clone()
        };
        let (before, mut made) = (self.problems()?, next.problems()?);
        let is_more = made.len() >= before.len();
        // A line of a text that is not written would lead nowhere.
        made.iter_mut().for_each(|problem| problem.line = None);
        made.retain(|new| {
            let is_same = |old: &Problem| old.path == new.path && old.what == new.what;
            !before.iter().any(is_same)
        });
        // What moves up in a list has its mistakes at another place.
        match is_more && !removed && !made.is_empty() {
            true => Err(ConfigError::refused(made)),
            false => Ok(next),
        }
    }

    fn parsed(&self) -> Result<toml_edit::Document<&str>, ConfigError> {
        check::parse(&self.text).map_err(|problems| ConfigError::problems(&self.path, problems))
    }

    fn problems(&self) -> Result<Vec<Problem>, ConfigError> {
        Ok(check::check(&self.text, &self.parsed()?).problems)
    }
}

/// Puts a secret into the file that the configuration names for it, or where none is named into
/// one beside the configuration, which then names it; either has mode 0600. A key that held the
/// secret itself or named a program goes, so that exactly one stands. Gives the file's path.
///
/// # Errors
/// [`ConfigErrorKind::Invalid`] where the secret is not sound, and those of
/// [`Document::open_to_change`] and of writing.
pub fn store_secret(
    config: &Path,
    credential: Credential,
    secret: &Secret,
) -> Result<PathBuf, ConfigError> {
    let key = credential.key();
    let Some(secret) = secret::of_bytes(key, secret.reveal().as_bytes())? else {
        let said = Said::new(texts::secret_empty()).hint(texts::hint_secret_empty());
        return Err(ConfigError::new(ConfigErrorKind::Invalid, said));
    };
    let mut document = Document::open_to_change(config)?;
    document.unset(key)?;
    document.unset(&format!("{key}_command"))?;
    let file_key = format!("{key}_file");
    let name = match document.get(&file_key)?.value.as_str() {
        Some(name) => name.to_owned(),
        None => {
            let stem = config.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{stem}.{}", credential.extension());
            document.set(&file_key, &name)?;
            name
        }
    };
    let target = config.parent().unwrap_or(Path::new("")).join(name);
    // The secret first: a configuration never names a file that is not there.
    files::write_atomic(&target, format!("{}\n", secret.reveal()).as_bytes())?;
    document.save()?;
    Ok(target)
}

fn has_entry(document: &Item, list: &str, index: usize) -> Result<(), ConfigError> {
    let count = shown::count(document, list);
    match index < count {
        true => Ok(()),
        false => {
            let said = Said::new(texts::no_such_entry(format!("{list}[{index}]"), count));
            Err(ConfigError::new(ConfigErrorKind::Invalid, said))
        }
    }
}

fn leaves(document: &toml_edit::Document<&str>) -> Leaves {
    fn walk(item: &Item, path: &str, leaves: &mut Leaves) {
        if let Some(table) = item.as_table_like() {
            for (name, item) in table.iter() {
                walk(item, &join(path, name), leaves);
            }
        } else if let Some(entries) = entries(item) {
            for index in 0..entries.len() {
                if let Some(entry) = item.get(index) {
                    walk(entry, &format!("{path}[{index}]"), leaves);
                }
            }
        } else if let Some(value) = item.as_value() {
            leaves.insert(path.to_owned(), plain(value));
        }
    }
    let mut leaves = Leaves::new();
    walk(document.as_item(), "", &mut leaves);
    leaves
}

/// What is left without an entry of a list: those that follow move up.
fn without_entry(leaves: Leaves, list: &str, index: usize) -> Leaves {
    let moved = |path: &str| {
        let (at, rest) = path
            .strip_prefix(list)?
            .strip_prefix('[')?
            .split_once(']')?;
        let at: usize = at.parse().ok()?;
        (at > index).then(|| format!("{list}[{}]{rest}", at - 1))
    };
    let gone = format!("{list}[{index}]");
    leaves
        .into_iter()
        .filter(|(path, _)| !path.starts_with(&gone))
        .map(|(path, value)| (moved(&path).unwrap_or(path), value))
        .collect()
}
