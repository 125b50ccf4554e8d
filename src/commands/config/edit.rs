//! `oplux config edit`: the configuration in the user's editor, checked before it is kept.

use std::{io::Write, path::Path, process::Command};

use anyhow::{Context as _, Result};

use super::{super::context::Context, note_missing, told};
use crate::{
    config::{Document, text_to_edit},
    exit::Failure,
    locales::{Said, config as words},
    output::terminal,
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
            let json = serde_json::json!({"path": path.to_string_lossy(), "changed": false});
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
    let config = document.config()?;
    let subject = path.display().to_string();
    context.log(Some(&config), "config edit", &subject, None);
    let json = serde_json::json!({"path": path.to_string_lossy(), "changed": true});
    told(context, &words::edited(path.display()), json)?;
    note_missing(&config, context);
    Ok(())
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
