//! `oplux config`: create, show, change and check the configuration, and store the secrets.

use anyhow::Result;
use serde_json::json;

use super::context::Context;
use crate::{
    config::{Change, Config, Document, KeyValue, check_file, worded},
    exit::Exit,
    locales::{Lang, Text, config as words},
    output::{
        Format,
        list::{self, Column, Row},
        table::Field,
    },
};

mod edit;
mod init;
mod profiles;
mod secret;

/// Create, show, change and check the configuration
///
/// The file has the settings of ecforce's 設定 > 外部連携アカウント管理 > O-PLUX and 設定 > 支払い方法管理.
/// Comments and the order of keys survive every change.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Init(Box<init::Args>),
    /// Show every key that is set or has a default; secrets are masked
    Show,
    /// Show the value of a key; a secret is masked
    Get {
        /// Key, such as oplux.on_ng.action
        key: String,
    },
    /// Set a key
    Set {
        /// Key, such as oplux.on_ng.action
        key: String,
        /// Value, of the type of the key
        value: String,
    },
    /// Take a key away, so that its default holds
    Unset {
        /// Key, such as oplux.on_ng.redirect_url
        key: String,
    },
    /// Open the configuration in $VISUAL or $EDITOR; it is checked before it is kept
    Edit,
    /// List the profiles that there are, with their configurations and stores
    Profiles,
    /// Check the whole configuration
    Check,
    /// Show where the configuration is
    Path,
    /// Store the secret key, from a prompt without echo or from standard input
    Secret {
        /// Store ecforce's API token instead
        #[arg(long)]
        ecforce: bool,
    },
}

impl Row for KeyValue {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("key", words::title_key, |row: &Self, _| {
            Field::new(&row.key)
        }),
        Column::new("value", words::title_value, |row: &Self, _| {
            Field::maybe(row.text())
        }),
        Column::new("is_default", words::title_source, |row: &Self, view| {
            view.say(&match row.is_default {
                true => words::by_default(),
                false => words::by_file(),
            })
        }),
    ];
}

/// Runs the command.
///
/// # Errors
/// Where the configuration cannot be read or written, or a value is not allowed.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let out = &context.out;
    if !matches!(args.action, Action::Show | Action::Profiles) {
        context.no_list_format()?;
    }
    match &args.action {
        Action::Init(args) => init::run(args, context)?,
        Action::Show => {
            let document = Document::open(&context.config_path()?)?;
            list::write(out, document.show()?, &words::title_key())?;
        }
        Action::Get { key } => {
            let shown = Document::open(&context.config_path()?)?.get(key)?;
            match out.format {
                Format::Json => out.json(&shown)?,
                _ => shown.text().map_or(Ok(()), |text| out.line(&text))?,
            }
        }
        Action::Set { key, value } => change(context, |document| Ok(document.set(key, value)?))?,
        Action::Unset { key } => change(context, |document| Ok(document.unset(key)?))?,
        Action::Edit => {
            if let Some(config) = edit::run(context)? {
                note_missing(&config, context);
            }
        }
        Action::Profiles => {
            list::write(out, profiles::profiles(context)?, &words::no_profile_yet())?;
        }
        Action::Check => {
            let path = context.config_path()?;
            let config = check_file(&path)?;
            let json = json!({"path": path.to_string_lossy(), "problems": []});
            context.tell(&words::sound(path.display()), &json)?;
            note_missing(&config, context);
        }
        Action::Path => {
            let path = context.config_path()?;
            let json = json!({"path": path.to_string_lossy(), "exists": path.exists()});
            context.tell(&Text::same(path.display()), &json)?;
            if !path.exists() {
                out.note(&words::not_there());
            }
        }
        Action::Secret { ecforce } => secret::run(*ecforce, context)?,
    }
    Ok(Exit::Done)
}

/// Makes a change, writes it, and says what was and what is now.
fn change(context: &Context, edit: impl Fn(&mut Document) -> Result<Change>) -> Result<()> {
    let mut document = Document::open_to_change(&context.config_path()?)?;
    let Change { was, now } = edit(&mut document)?;
    document.save()?;
    let text = words::changed(&now.key, worded(Some(&was)), worded(Some(&now)));
    // What is masked may have changed all the same.
    if was != now || now.key.ends_with("_command") {
        // One that is being mended says where the store is, too.
        let detail = Some(text.get(Lang::En));
        context.log(Some(&document.config_to_log()), "config", &now.key, detail);
    }
    let json = json!({"key": now.key, "was": was.value, "now": now.value});
    context.tell(&text, &json)?;
    // Other mistakes of the file are for `config check` to tell.
    if let Ok(config) = document.config() {
        note_missing(&config, context);
    }
    Ok(())
}

/// Notes what screening still needs, and the redirects without a URL.
fn note_missing(config: &Config, context: &Context) {
    let missing = config.missing_to_screen(context.secret_key().is_some());
    if !missing.is_empty() {
        let missing = Text::listed(&missing);
        context.out.note(&words::not_enough(missing));
    }
}
