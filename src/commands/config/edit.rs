//! `oplux config edit`, the configuration in the user's editor, checked before it is kept; and
//! `oplux config profiles`.

use std::{collections::BTreeMap, io::Write, path::Path, process::Command};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{super::context::Context, note_missing, told, value};
use crate::{
    config::{Document, KeyValue, Places, locate, locate_store, text_to_edit},
    exit::Failure,
    locales::{Lang, Said, Text, config as words},
    output::{
        Format,
        list::{Column, Row},
        table::Field,
        terminal,
    },
};

/// Opens a copy in the user's editor, and keeps it where it has no mistake. On a terminal it can be
/// mended there and then.
pub fn run(context: &Context) -> Result<()> {
    let path = context.config_path()?;
    let before = text_to_edit(&path)?;
    let editor = ["VISUAL", "EDITOR"].into_iter();
    let Some(editor) = editor.filter_map(|name| context.env.get(name)).next() else {
        let said = Said::new(words::no_editor()).hint(words::hint_editor());
        return Err(Failure::usage(said).into());
    };
    // Beside the configuration, with mode 0600, since a secret may stand in it.
    let mut copy = tempfile::Builder::new();
    let copy = copy.prefix(".oplux-").suffix(".toml");
    let folder = path.parent().unwrap_or(Path::new(""));
    let copy = copy.tempfile_in(match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    });
    let copy = copy
        .and_then(|mut copy| {
            copy.write_all(before.as_bytes())
                .map(|()| copy.into_temp_path())
        })
        .with_context(|| folder.display().to_string())?;
    // Ctrl-C is the editor's: this program stays until the copy is gone.
    drop(context.interrupted());
    let document = loop {
        open_editor(editor, &copy)?;
        let edited = text_to_edit(&copy)?;
        if edited == before {
            let json = json!({"path": path.to_string_lossy(), "changed": false, "changes": []});
            return told(context, &words::not_edited(path.display()), json);
        }
        let document = Document::of_text(&path, &edited);
        let checked = document.and_then(|document| document.config().map(|_| document));
        let mut error = match checked {
            Ok(document) => break document,
            Err(error) => error,
        };
        error.said = Said::new(error.said.message).hint(words::hint_unchanged());
        if !terminal::can_ask() {
            return Err(error.into());
        }
        context.out.warn(&Said::new(error.said.message));
        if !context.out.confirm(&words::edit_again(), true)? {
            let said = Said::new(words::not_edited(path.display()));
            return Err(Failure::usage(said).into());
        }
    };
    document.save()?;
    let was = Document::of_text(&path, &before).and_then(|before| before.show());
    let changes = changes(was.unwrap_or_default(), document.show()?);
    let texts: Vec<Text> = changes
        .iter()
        .map(|(key, was, now)| words::changed(key, value(was.as_ref()), value(now.as_ref())))
        .collect();
    let config = document.config()?;
    let (subject, detail) = (path.display().to_string(), Text::joined(&texts, "; "));
    let detail = Some(detail.get(Lang::En)).filter(|detail| !detail.is_empty());
    context.log(Some(&config), "config edit", &subject, detail);
    let rows = changes.iter().map(|(key, was, now)| {
        let value = |shown: &Option<KeyValue>| shown.as_ref().map(|shown| shown.value.clone());
        json!({"key": key, "was": value(was), "now": value(now)})
    });
    let json = json!({"path": path.to_string_lossy(), "changed": true,
        "changes": rows.collect::<Vec<_>>()});
    told(context, &words::edited(path.display()), json)?;
    if context.out.format == Format::Table {
        for text in &texts {
            context.out.line(&context.out.told(text))?;
        }
    }
    note_missing(&config, context);
    Ok(())
}

/// A key, what held for it, and what holds now.
type Changed = (String, Option<KeyValue>, Option<KeyValue>);

/// What an edit changes, by key. (Of secrets nobody sees it.)
fn changes(was: Vec<KeyValue>, now: Vec<KeyValue>) -> Vec<Changed> {
    let mut keys: BTreeMap<String, [Option<KeyValue>; 2]> = BTreeMap::new();
    for (at, all) in [was, now].into_iter().enumerate() {
        for shown in all {
            let key = shown.key.clone();
            keys.entry(key).or_default()[at] = Some(shown);
        }
    }
    let all = keys.into_iter().map(|(key, [was, now])| (key, was, now));
    all.filter(|(_, was, now)| was != now).collect()
}

/// Waits for the editor. It may come with arguments (`code --wait`), so a shell reads it, as for
/// git.
fn open_editor(editor: &str, file: &Path) -> Result<()> {
    let mut shell = Command::new("sh");
    let call = shell
        .args(["-c", &format!("{editor} \"$@\""), editor])
        .arg(file);
    let cause = match call.status() {
        Ok(ended) if ended.success() => return Ok(()),
        Ok(ended) => ended.to_string(),
        Err(error) => error.to_string(),
    };
    let said = Said::new(words::editor_failed(editor, cause)).hint(words::hint_editor());
    Err(Failure::usage(said).into())
}

/// A profile, or a configuration without a name.
#[derive(Debug, serde::Serialize)]
pub struct ProfileRow {
    name: Option<String>,
    configuration: String,
    /// None where the configuration cannot be read.
    store: Option<String>,
    in_use: bool,
}

impl Row for ProfileRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "name",
            words::title_profile,
            |row: &Self, view| match &row.name {
                Some(name) => Field::new(name),
                None => view.say(&words::no_name()),
            },
        )
        .whole(),
        Column::new(
            "configuration",
            words::check_configuration,
            |row: &Self, _| Field::new(&row.configuration),
        ),
        Column::new("store", words::check_store, |row: &Self, _| {
            Field::maybe(row.store.as_ref())
        }),
        Column::new(
            "in_use",
            words::title_in_use,
            |row: &Self, view| match row.in_use {
                true => view.say(&words::in_use()),
                false => Field::maybe(None::<String>),
            },
        ),
    ];
}

/// The configuration without a name, the profiles, and where that is none of them, the one that
/// this call would use; as far as they are there.
pub fn profiles(context: &Context) -> Result<Vec<ProfileRow>> {
    let in_use = context.config_path()?;
    let row = |places: &Places<'_>| -> Result<ProfileRow> {
        let configuration = locate(places)?;
        let document = Document::open(&configuration).ok();
        let store = document.map(|document| {
            let configured = document.config_to_log().store;
            locate_store(places, configured.as_deref())
        });
        let store = store.transpose()?;
        Ok(ProfileRow {
            name: places.profile.map(str::to_owned),
            store: store.map(|store| store.to_string_lossy().into_owned()),
            in_use: configuration == in_use,
            configuration: configuration.to_string_lossy().into_owned(),
        })
    };
    let names = context.profiles();
    let names = std::iter::once(None).chain(names.iter().map(|name| Some(name.as_str())));
    let named = |profile| Places {
        config_flag: None,
        env_config: None,
        profile,
        ..context.places()
    };
    let mut rows: Vec<_> = names.map(|name| row(&named(name))).collect::<Result<_>>()?;
    if !rows.iter().any(|row| row.in_use) {
        rows.push(row(&context.places())?);
    }
    rows.retain(|row| Path::new(&row.configuration).exists());
    Ok(rows)
}
