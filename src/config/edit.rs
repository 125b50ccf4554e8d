//! Changes to the configuration. Comments and the order of keys stay as they are.
//!
//! `splice` makes the change in the text. Every change is measured afterwards: the new text must
//! say what the old one said but for the change, have every comment, and have no mistake that the
//! old one had not. Where that fails, nothing is written, and the message names the line to change
//! by hand.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::{Map, Value as Json, json};
use toml::de::DeValue;

use super::{
    ConfigError, Problem, check, files,
    load::{self, Config, Source},
    schema::{KEYS, KeyPath},
    secret::{CREDENTIALS, Credential},
    splice,
    value::{self, KeyValue, written},
};
use crate::{
    domain::private::Secret,
    locales::{Lang, Said, config as texts},
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
    mark: String,
    line_end: &'static str,
    /// Held from before it is read until it is written: changes that run at once all stay.
    lock: Option<Arc<File>>,
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

impl Document {
    /// Opens a configuration. It may have mistakes, to be mended, but it must be TOML.
    ///
    /// # Errors
    /// Those of [`load::load()`], but for mistakes of keys and values.
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        let source = load::read(path)?;
        source.refuse(path, &source.document(path)?, vec![])?;
        Self::of_text(path, &source.text)
    }

    /// The same, where it is to be written: what is no regular file is refused before it is read,
    /// and others who want to write it wait until this is written or dropped.
    ///
    /// # Errors
    /// Those of [`Document::open`], and for a pipe or a device.
    pub fn open_to_change(path: &Path) -> Result<Self, ConfigError> {
        files::refuse_irregular(path)?;
        let lock = files::lock(path).map(Arc::new);
        Ok(Self {
            lock,
            ..Self::open(path)?
        })
    }

    /// A configuration of that text, to be written to `path`.
    ///
    /// # Errors
    /// Where the text is not TOML.
    pub fn of_text(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let bare = text.trim_start_matches('\u{feff}');
        let windows = bare.matches("\r\n").count();
        let line_end = match windows > 0 && windows == bare.matches('\n').count() {
            true => "\r\n",
            // Also where both are mixed: those that stand stay.
            false => "\n",
        };
        let document = Self {
            path: path.to_owned(),
            text: bare.replace(line_end, "\n"),
            mark: text[..text.len() - bare.len()].to_owned(),
            line_end,
            lock: None,
        };
        document.parsed()?;
        Ok(document)
    }

    /// The text as a checked configuration.
    ///
    /// # Errors
    /// All mistakes.
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
    pub fn whole_text(&self) -> String {
        let text = self.text.replace('\n', self.line_end);
        format!("{}{text}", self.mark)
    }

    /// Writes the text with mode 0600.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(&mut self) -> Result<(), ConfigError> {
        let saved = files::write_atomic(&self.path, self.whole_text().as_bytes());
        self.lock = None;
        saved
    }

    /// Writes the text, unless the file no longer says what it said `before`; whether it did.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub fn save_unless_changed(&mut self, before: &str) -> Result<bool, ConfigError> {
        self.lock = files::lock(&self.path).map(Arc::new);
        let is_as_before = text_to_edit(&self.path)? == before;
        match is_as_before {
            true => self.save()?,
            false => self.lock = None,
        }
        Ok(is_as_before)
    }

    /// What stands at a key, or its default; a secret is masked.
    ///
    /// # Errors
    /// Where there is no such key.
    pub fn get(&self, key: &str) -> Result<KeyValue, ConfigError> {
        let path = key.parse()?;
        Ok(KeyValue::of(&self.parsed()?, path))
    }

    /// Every key that is set or has a default, in the order of the schema; secrets are masked.
    ///
    /// # Errors
    /// None for a document that was opened.
    pub fn show(&self) -> Result<Vec<KeyValue>, ConfigError> {
        Ok(KeyValue::all(&self.parsed()?))
    }

    /// Sets a key to what the user typed, which is read by the type of the key. What says the same
    /// already stays as it is written.
    ///
    /// # Errors
    /// For a key that does not exist, a secret, and a value that is
    /// not allowed or would make a mistake.
    pub fn set(&mut self, key: &str, value: &str) -> Result<Change, ConfigError> {
        let path: KeyPath = key.parse()?;
        if let Some(credential) = CREDENTIALS
            .iter()
            .find(|secret| secret.key == path.key.pattern)
        {
            let said = Said::new(texts::secret_argument(key)).hint((credential.hint)());
            return Err(ConfigError::invalid(said));
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
    /// For a key that does not exist, and where an entry would mean
    /// nothing without it.
    pub fn unset(&mut self, key: &str) -> Result<Change, ConfigError> {
        self.change(key.parse()?, None)
    }

    fn change(&mut self, path: KeyPath, value: Option<Json>) -> Result<Change, ConfigError> {
        let old = self.parsed()?;
        if let Some(list) = path.key.list() {
            has_entry(&old, list, path.index)?;
        }
        let was = KeyValue::of(&old, path);
        let place = path.to_string();
        let meant = value::at(&old, &place).map(|found| path.key.kind.meant(found.get_ref()));
        if meant != value.clone().map(Ok) {
            let text = match &value {
                None => splice::unset(&self.text, &old, &place),
                Some(value) => splice::set(&self.text, &old, &place, &written(value)),
            };
            self.text = self.accepted(text, &place, Some(value.unwrap_or_default()))?;
        }
        let now = self.get(&place)?;
        Ok(Change { was, now })
    }

    /// Adds a payment method after the last one: each of its keys with what `config set` would be
    /// given for it.
    ///
    /// # Errors
    /// Where its ID or name is taken, or a value is not allowed.
    pub fn add_method(&mut self, given: &[(&str, String)]) -> Result<(), ConfigError> {
        let old = self.parsed()?;
        let (mut entry, mut lines, mut problems) = (Map::new(), String::new(), Vec::new());
        for key in KEYS.iter().filter(|key| key.list() == Some(METHODS)) {
            let (_, name) = key.pattern.rsplit_once('.').unwrap_or_default();
            let Some((_, typed)) = given.iter().find(|(given, _)| *given == name) else {
                continue;
            };
            match key.kind.typed(typed) {
                Ok(value) => {
                    lines += &format!("{name} = {}\n", written(&value));
                    entry.insert(name.to_owned(), value);
                }
                Err(what) => problems.push(Problem::new(name, None, what)),
            }
        }
        if !problems.is_empty() {
            return Err(ConfigError::refused(problems));
        }
        let text = splice::add_entry(&self.text, &old, METHODS, &lines);
        let place = format!("{METHODS}[{}]", value::count(&old, METHODS));
        self.text = self.accepted(Some(text), &place, Some(entry.into()))?;
        Ok(())
    }

    /// Removes the payment method at `index`. Comments in it that have a line of their own stay;
    /// those behind its header and its values go with them.
    ///
    /// # Errors
    /// Where there is no such entry.
    pub fn remove_method(&mut self, index: usize) -> Result<(), ConfigError> {
        let old = self.parsed()?;
        has_entry(&old, METHODS, index)?;
        let place = format!("{METHODS}[{index}]");
        let text = splice::remove_entry(&self.text, &old, &place);
        self.text = self.accepted(text, &place, None)?;
        Ok(())
    }

    /// The text after a change, where that changes nothing but what stands at `path`: there the
    /// new text must say `now`; none where an entry of a list is removed, of which only those
    /// comments stay that have a line of their own.
    fn accepted(
        &self,
        text: Option<String>,
        path: &str,
        now: Option<Json>,
    ) -> Result<String, ConfigError> {
        let is_removed = now.is_none();
        let is_sound = |new: &String| {
            let (mut before, mut after) = (says(&self.text), says(new));
            take(&mut before, path);
            let is_there = now.is_none_or(|now| take(&mut after, path) == now);
            prune(&mut before);
            prune(&mut after);
            let mut there = splice::comments(new, false).into_iter();
            let mut comments = splice::comments(&self.text, is_removed).into_iter();
            let is_kept = comments.all(|comment| there.any(|other| other == comment));
            is_there && is_kept && before == after
        };
        let old = self.parsed()?;
        let Some(text) = text.filter(is_sound) else {
            return Err(self.by_hand(&old, path));
        };
        let new = check::parse(&text).map_err(ConfigError::refused)?;
        let before = check::check(&self.text, &old).problems;
        let mut made = check::check(&text, &new).problems;
        // What moves up in a list has its mistakes at another place.
        let can_make = !is_removed && made.len() >= before.len();
        // A line of a text that is not written would lead nowhere.
        made.iter_mut().for_each(|problem| problem.line = None);
        made.retain(|new| {
            let is_same = |old: &Problem| old.path == new.path && old.what == new.what;
            !before.iter().any(is_same)
        });
        match can_make && !made.is_empty() {
            true => Err(ConfigError::refused(made)),
            false => Ok(text),
        }
    }

    /// Names the line of the deepest part that is there on the way to what cannot be changed here.
    fn by_hand(&self, document: &DeValue<'_>, path: &str) -> ConfigError {
        let above = |path: &str| path.rfind(['.', '[']).unwrap_or(0);
        let (mut there, mut found) = (path, value::at(document, path));
        while found.is_none() && !there.is_empty() {
            there = &there[..above(there)];
            found = value::at(document, there);
        }
        let start = found.map_or(0, |found| found.span().start);
        let line = check::line_at(&self.text, start);
        let place = format!("{}:{line}", self.path.display());
        // An entry that would be added has no name yet.
        let named = match path.ends_with(']') {
            true if there != path => &path[..above(path)],
            _ => path,
        };
        let said = Said::new(texts::cannot_edit(place, named)).hint(texts::hint_by_hand());
        ConfigError::invalid(said)
    }

    fn parsed(&self) -> Result<DeValue<'_>, ConfigError> {
        check::parse(&self.text).map_err(|problems| ConfigError::problems(&self.path, problems))
    }
}

/// What `config init` begins with.
const SAMPLE: &str = include_str!("../../sample-config.toml");

/// A configuration with these answers: each key with what `config set` would be given for it. It
/// is not written yet.
///
/// # Errors
/// `Invalid` with every answer that is not allowed.
pub fn template(
    path: &Path,
    answers: &[(String, String)],
    lang: Lang,
) -> Result<Document, ConfigError> {
    let mut document = Document::of_text(path, &unanswered(lang))?;
    let mut problems = Vec::new();
    for (key, answer) in answers {
        match document.set(key, answer) {
            Ok(_) => {}
            Err(error) if error.problems.is_empty() => return Err(error),
            Err(error) => problems.extend(error.problems),
        }
    }
    match problems.is_empty() {
        true => Ok(document),
        false => Err(ConfigError::refused(problems)),
    }
}

/// The sample below its own head. The tables of O-PLUX stay in force: what is set later goes there.
fn unanswered(lang: Lang) -> String {
    let head = texts::template_head();
    let mut text: String = head
        .get(lang)
        .lines()
        .map(|line| format!("# {line}\n"))
        .collect();
    let (_, body) = SAMPLE.split_once("\n\n").unwrap_or(("", SAMPLE));
    text.push('\n');
    for line in body.lines() {
        let is_kept = line.is_empty() || line.starts_with('#') || line.starts_with("[oplux");
        text.push_str(if is_kept { "" } else { "# " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The text of a configuration for an editor, whatever mistakes it has.
///
/// # Errors
/// Where it is not there, no regular file, not to be read, or not UTF-8.
pub fn text_to_edit(path: &Path) -> Result<String, ConfigError> {
    files::refuse_irregular(path)?;
    Ok(load::read(path)?.text)
}

/// What an editor left of the copy of a configuration. Messages name the configuration.
///
/// # Errors
/// Where it left no file, or one that is not UTF-8.
pub fn edited_text(path: &Path, copy: &Path) -> Result<String, ConfigError> {
    let bytes = Some(copy).filter(|copy| copy.is_file()).map(fs::read);
    match bytes {
        Some(Ok(bytes)) => load::text_of(path, bytes),
        _ => Err(ConfigError::invalid(Said::new(texts::edited_away(
            path.display(),
        )))),
    }
}

/// Puts a secret into the file that the configuration names for it, or where none is named into
/// one beside the configuration, which then names it; either has mode 0600. A key that held the
/// secret itself or named a program goes, so that exactly one stands. Gives the file's path.
///
/// # Errors
/// Those of [`Document::open_to_change`], of its changes and of writing.
pub fn store_secret(
    config: &Path,
    credential: Credential,
    secret: &Secret,
) -> Result<PathBuf, ConfigError> {
    let key = credential.key;
    let mut document = Document::open_to_change(config)?;
    document.unset(key)?;
    document.unset(&format!("{key}_command"))?;
    let file_key = format!("{key}_file");
    let name = match document.get(&file_key)?.value.as_str() {
        Some(name) => name.to_owned(),
        None => {
            let stem = config.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{stem}.{}", credential.extension);
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

fn has_entry(document: &DeValue<'_>, list: &str, index: usize) -> Result<(), ConfigError> {
    let count = value::count(document, list);
    if index < count {
        return Ok(());
    }
    let said = Said::new(texts::no_such_entry(format!("{list}[{index}]"), count));
    Err(ConfigError::invalid(said))
}

/// What a text says, of unknown keys too.
fn says(text: &str) -> Json {
    toml::from_str(text).unwrap_or_default()
}

/// Takes away what is null, and the tables and lists in which nothing is left; whether anything is.
fn prune(says: &mut Json) -> bool {
    match says {
        Json::Object(all) => all.retain(|_, json| prune(json)),
        Json::Array(all) => all.retain_mut(prune),
        other => return !other.is_null(),
    }
    *says != json!({}) && *says != json!([])
}

/// Takes away what stands at a path; null where nothing does.
fn take(says: &mut Json, path: &str) -> Json {
    let pointer = format!(
        "/{}",
        path.replace('[', ".").replace(']', "").replace('.', "/")
    );
    says.pointer_mut(&pointer)
        .map(Json::take)
        .unwrap_or_default()
}
