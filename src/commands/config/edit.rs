//! `oplux config edit`: the configuration in the user's editor, checked before it is kept.

use std::{
    collections::BTreeMap, os::unix::process::ExitStatusExt, path::Path, process::Command,
    sync::mpsc, time::Duration,
};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::signal::unix::SignalKind;

use crate::{
    commands::context::Context,
    config::{Config, Document, KeyValue, edited_text, parent, text_to_edit, worded, write_atomic},
    exit::Failure,
    locales::{Lang, Said, Text, config as words},
    output::{
        Format,
        terminal::{Interrupted, Interruptions, can_ask},
    },
};

/// What an editor has to end in, once it was told to.
const EDITOR_ENDS: Duration = Duration::from_secs(1);

/// Opens a copy in the user's editor, and keeps it where it has no mistake. On a terminal it can be
/// mended there and then. Gives the new configuration; none where nothing was changed.
pub fn run(context: &Context) -> Result<Option<Config>> {
    let path = context.config_path()?;
    let before = text_to_edit(&path)?;
    let mut editors = ["VISUAL", "EDITOR"].into_iter();
    let Some(editor) = editors.find_map(|name| context.env.get(name)) else {
        let said = Said::new(words::no_editor()).hint(words::hint_editor());
        return Err(Failure::usage(said).into());
    };
    // Beside the configuration, in a folder that only its owner can read: a secret may stand in it,
    // and what the editor leaves beside it (`~`, `.swp`) goes with it.
    let place = parent(&path);
    let folder = tempfile::Builder::new()
        .prefix(".oplux-")
        .tempdir_in(place)
        .with_context(|| place.display().to_string())?;
    let copy = folder.path().join(path.file_name().unwrap_or_default());
    write_atomic(&copy, before.as_bytes())?;
    let mut interruptions = Interruptions::listen()?;
    let mut document = loop {
        open_editor(editor, &copy, &mut interruptions)?;
        let edited = edited_text(&path, &copy)?;
        if edited == before {
            let json = json!({"path": path.to_string_lossy(), "changed": false, "changes": []});
            context.tell(&words::not_edited(path.display()), &json)?;
            return Ok(None);
        }
        let document = Document::of_text(&path, &edited);
        let checked = document.and_then(|document| document.config().map(|_| document));
        let mut error = match checked {
            Ok(document) => break document,
            Err(error) => error,
        };
        error.said = Said::new(error.said.message).hint(words::hint_unchanged());
        if !can_ask() {
            return Err(error.into());
        }
        context.out.warn(&Said::new(error.said.message));
        if !context.out.confirm(&words::edit_again(), true)? {
            let said = Said::new(words::not_edited(path.display()));
            return Err(Failure::usage(said).into());
        }
    };
    if !document.save_unless_changed(&before)? {
        // Neither change is lost.
        let kept = folder.keep().join(copy.file_name().unwrap_or_default());
        let message = words::edited_meanwhile(path.display(), kept.display());
        let said = Said::new(message).hint(words::hint_edited_meanwhile());
        return Err(Failure::usage(said).into());
    }
    let was = Document::of_text(&path, &before).and_then(|before| before.show());
    let changes = changes(was.unwrap_or_default(), document.show()?);
    let texts: Vec<Text> = changes
        .iter()
        .map(|(key, was, now)| words::changed(key, worded(was.as_ref()), worded(now.as_ref())))
        .collect();
    let config = document.config()?;
    let (subject, detail) = (path.display().to_string(), Text::clauses(&texts));
    let detail = Some(detail.get(Lang::En)).filter(|detail| !detail.is_empty());
    context.log(Some(&config), "config edit", &subject, detail);
    let rows = changes.iter().map(|(key, was, now)| {
        let value = |shown: &Option<KeyValue>| shown.as_ref().map(|shown| shown.value.clone());
        json!({"key": key, "was": value(was), "now": value(now)})
    });
    let json = json!({"path": path.to_string_lossy(), "changed": true,
        "changes": rows.collect::<Vec<_>>()});
    context.tell(&words::edited(path.display()), &json)?;
    if context.out.format == Format::Table {
        for text in &texts {
            context.out.line(&context.out.told(text))?;
        }
    }
    Ok(Some(config))
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

/// Waits for the editor. It may come with arguments (`code --wait`) and variables, so a shell reads
/// it, and makes room for it: signals are to reach the editor. Ctrl-C goes to both, and is the
/// editor's; SIGTERM and SIGHUP end both.
fn open_editor(editor: &str, file: &Path, interruptions: &mut Interruptions) -> Result<()> {
    let mut shell = Command::new("sh");
    let call = shell
        .args(["-c", &format!("exec env {editor} \"$@\""), editor])
        .arg(file);
    let cause = match call.spawn() {
        Ok(mut child) => {
            let process = Pid::from_child(&child);
            let (ended, end) = mpsc::channel();
            let waiting = move || {
                let status = child.wait();
                let _ = ended.send(());
                status
            };
            let ends_both = |kind| kind != SignalKind::interrupt();
            let Some(status) = interruptions.unless(ends_both, waiting) else {
                let _ = kill_process(process, Signal::TERM);
                if end.recv_timeout(EDITOR_ENDS).is_err() {
                    let _ = kill_process(process, Signal::KILL);
                }
                return Err(Interrupted.into());
            };
            match status {
                Ok(ended) if ended.success() => return Ok(()),
                Ok(ended) if ended.signal() == Some(Signal::INT.as_raw()) => {
                    return Err(Interrupted.into());
                }
                Ok(ended) => ended.to_string(),
                Err(error) => error.to_string(),
            }
        }
        Err(error) => error.to_string(),
    };
    let said = Said::new(words::editor_failed(editor, cause)).hint(words::hint_editor());
    Err(Failure::usage(said).into())
}
