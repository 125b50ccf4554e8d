//! `oplux config`: create, show, change and check the configuration, and store the secrets.

use std::{io::Read, path::Path};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::context::Context;
use crate::{
    commands::args::yes_or_no,
    config::{
        Change, Config, Document, KeyValue, Places, check_file, load, locate, locate_store, secret,
        store_secret, template, worded,
    },
    domain::private::Secret,
    exit::{Exit, Failure},
    locales::{Lang, Said, Text, config as words, input},
    output::{
        Format,
        list::{self, Column, Row},
        table::Field,
        terminal::can_ask,
    },
};

mod edit;

/// The longest secret that is read from standard input, in bytes.
const LONGEST_SECRET: u64 = 64 * 1024;

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
    Init(Box<Init>),
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

/// Create a configuration; asks on a terminal, takes flags elsewhere
#[derive(Debug, clap::Args)]
struct Init {
    /// o-plux, or fraud-checker (不正利用チェッカー)
    #[arg(long, value_name = "SERVICE", value_parser = ["o-plux", "fraud-checker"])]
    service: Option<String>,
    /// Shop ID (加盟店ID)
    #[arg(long, value_name = "ID")]
    shop_id: Option<String>,
    /// Connection ID (接続元ID)
    #[arg(long, value_name = "ID")]
    connection_id: Option<String>,
    /// Model ID (審査モデルID)
    #[arg(long, value_name = "ID")]
    model_id: Option<String>,
    /// File with the secret key (シークレットキー)
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<String>,
    /// Address of O-PLUX's register call, version 3.0
    #[arg(long, value_name = "URL")]
    register_url: Option<String>,
    /// Address of O-PLUX's event calls, version 1.0
    #[arg(long, value_name = "URL")]
    event_url: Option<String>,
    /// Address of the name API
    #[arg(long, value_name = "URL")]
    name_url: Option<String>,
    /// Whether O-PLUX is used (O-PLUXを使用する)
    #[arg(long, value_name = "BOOL", value_parser = yes_or_no)]
    enabled: Option<bool>,
    /// Whether existing customers are screened (既存顧客でもO-PLUX審査を行う)
    #[arg(long, value_name = "BOOL", value_parser = yes_or_no)]
    screen_existing_customers: Option<bool>,
}

impl Row for KeyValue {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("key", words::title_key, |row, _| Field::new(&row.key)),
        Column::new("value", words::title_value, |row, _| {
            Field::maybe(row.text())
        }),
        Column::new("is_default", words::title_source, |row, view| {
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
        Action::Init(args) => init(args, context)?,
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
            list::write(out, profiles(context)?, &words::no_profile_yet())?;
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
        Action::Secret { ecforce } => set_secret(*ecforce, context)?,
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

/// How a person is asked for a value.
enum Ask {
    Nothing,
    Text(fn() -> Text),
    /// Yes or no, and which of the two Enter alone means.
    YesOrNo(fn() -> Text, bool),
}

impl Init {
    /// Each key of `[oplux]` that is set here: what its flag says, and how a person is asked.
    fn questions(&self) -> [(&'static str, Option<String>, Ask); 10] {
        use Ask::{Nothing, Text, YesOrNo};
        let text = Option::<String>::clone;
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        let connection = text(&self.connection_id);
        let existing = flag(self.screen_existing_customers);
        let ask_existing = YesOrNo(words::ask_existing_customers, true);
        [
            ("service", text(&self.service), Nothing),
            ("shop_id", text(&self.shop_id), Text(words::ask_shop_id)),
            ("connection_id", connection, Text(words::ask_connection_id)),
            ("model_id", text(&self.model_id), Text(words::ask_model_id)),
            (
                "register_url",
                text(&self.register_url),
                Text(words::ask_register_url),
            ),
            (
                "event_url",
                text(&self.event_url),
                Text(words::ask_event_url),
            ),
            ("name_url", text(&self.name_url), Text(words::ask_name_url)),
            ("screen_existing_customers", existing, ask_existing),
            (
                "enabled",
                flag(self.enabled),
                YesOrNo(words::ask_enabled, false),
            ),
            ("secret_key_file", text(&self.secret_key_file), Nothing),
        ]
    }
}

/// Makes a first configuration, from flags and from what a person answers.
fn init(args: &Init, context: &Context) -> Result<()> {
    let path = context.config_path()?;
    if path.symlink_metadata().is_ok() {
        let hint = match path.exists() {
            true => words::exists_hint(),
            false => words::hint_link(),
        };
        let said = Said::new(words::exists(path.display())).hint(hint);
        return Err(Failure::usage(said).into());
    }
    let can_ask = can_ask();
    if can_ask {
        context.out.note(&words::init_intro());
    }
    let mut answers = Vec::new();
    for (name, given, question) in args.questions() {
        let key = format!("oplux.{name}");
        let answer = match given {
            None if can_ask => ask(&key, &question, context)?,
            given => given,
        };
        answers.extend(answer.map(|answer| (key, answer)));
    }
    let given = match can_ask && args.secret_key_file.is_none() {
        true => ask_secret(&words::ask_secret_key(), context)?,
        false => None,
    };
    // A wrong answer is told before anything is written.
    template(&path, &answers, context.out.lang)?.save()?;
    if let Some(key) = &given {
        store_secret(&path, secret::SECRET_KEY, key)?;
    }
    let config = load(&path)?;
    let subject = path.to_string_lossy();
    context.log(Some(&config), "config init", &subject, None);
    context.tell(&words::created(path.display()), &json!({"path": subject}))?;
    let source = config
        .oplux
        .as_ref()
        .and_then(|oplux| oplux.secret_key.as_ref());
    let has_secret = matches!(source, Some(secret::SecretSource::File(file)) if file.exists());
    context.out.note(&match has_secret {
        true => words::created_next(),
        false => words::created_next_with_secret(),
    });
    Ok(())
}

/// Asks for the value of a key until it is one that is allowed, or left out.
fn ask(key: &str, question: &Ask, context: &Context) -> Result<Option<String>> {
    let text = match question {
        Ask::Nothing => return Ok(None),
        Ask::YesOrNo(text, default) => {
            let answer = context.out.confirm(&text(), *default)?;
            return Ok(Some(answer.to_string()));
        }
        Ask::Text(text) => text,
    };
    let mut scratch = Document::of_text(&context.config_path()?, "")?;
    while let Some(answer) = context.out.ask(&text())? {
        match scratch.set(key, &answer) {
            Ok(_) => return Ok(Some(answer)),
            Err(error) => context.out.warn(&Said::new(error.said.message)),
        }
    }
    Ok(None)
}

/// Stores O-PLUX's secret key, or ecforce's token, from a prompt without echo or from standard input.
fn set_secret(ecforce: bool, context: &Context) -> Result<()> {
    let path = context.config_path()?;
    // A missing configuration is told before the secret is asked for.
    Document::open_to_change(&path)?;
    let (credential, question) = match ecforce {
        true => (secret::TOKEN, words::ask_ecforce_token()),
        false => (secret::SECRET_KEY, words::ask_secret_key()),
    };
    let given = if can_ask() {
        ask_secret(&question, context)?
    } else {
        let mut bytes = Vec::new();
        let stdin = std::io::stdin().lock();
        stdin
            .take(LONGEST_SECRET)
            .read_to_end(&mut bytes)
            .with_context(|| context.out.say(&input::stdin()).to_owned())?;
        secret::of_bytes(input::stdin(), &bytes)?
    };
    // Input that is not usable, not a credential that is missing: nothing was to be sent.
    let given = given.ok_or_else(|| {
        let said = Said::new(words::secret_empty()).hint(words::hint_secret_empty());
        Failure::usage(said)
    })?;
    let file = store_secret(&path, credential, &given)?;
    // Other mistakes of the file are for `config check` to tell.
    let config = Document::open(&path)?.config_to_log();
    context.log(Some(&config), "config secret", credential.key, None);
    let key = format!("{}_file", credential.key);
    let json = json!({"key": key, "path": file.to_string_lossy()});
    context.tell(&words::secret_stored(file.display()), &json)
}

/// Asks for a secret, which is taken as from anywhere else.
fn ask_secret(question: &Text, context: &Context) -> Result<Option<Secret>> {
    let typed = context.out.ask_secret(question)?;
    let typed =
        typed.map(|secret| secret::of_bytes(words::secret_typed(), secret.reveal().as_bytes()));
    Ok(typed.transpose()?.flatten())
}

/// A profile, or a configuration without a name.
#[derive(Debug, serde::Serialize)]
struct ProfileRow {
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
        Column::new("configuration", words::title_configuration, |row, _| {
            Field::new(&row.configuration)
        }),
        Column::new("store", words::title_store, |row, _| {
            Field::maybe(row.store.as_ref())
        }),
        Column::new("in_use", words::title_in_use, |row, view| {
            match row.in_use {
                true => view.say(&words::in_use()),
                false => Field::maybe(None::<String>),
            }
        }),
    ];
}

/// The configuration without a name, the profiles, and where that is none of them, the one that
/// this call would use; as far as they are there.
fn profiles(context: &Context) -> Result<Vec<ProfileRow>> {
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
