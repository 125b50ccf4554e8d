//! `oplux config`: create, show, change and check the configuration, and store the secrets.

use std::io::Read;

use anyhow::{Context as _, Result};

use super::context::Context;
use crate::{
    cli::values::yes_or_no,
    config::{
        Change, Config, Document, KeyValue, check_file, load,
        secret::{self, SecretSource},
        store_secret, template,
    },
    domain::private::Secret,
    exit::{Exit, Failure},
    locales::{Lang, Said, Text, config as words, input},
    output::{
        Format,
        list::{self, Column, Row},
        table::Field,
        terminal,
    },
};

mod edit;
mod profiles;

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
    /// Create a configuration; asks on a terminal, takes flags elsewhere
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

#[derive(Debug, clap::Args)]
struct Init {
    /// o-plux, or fraud-checker (不正利用チェッカー)
    #[arg(long, value_name = "SERVICE")]
    service: Option<ServiceArg>,
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

/// A service on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ServiceArg {
    /// O-PLUX
    OPlux,
    /// Fraud Checker (不正利用チェッカー)
    FraudChecker,
}

/// A key of `[oplux]` that `init` sets: by its flag, or else by what a person answers.
struct Question {
    key: &'static str,
    answer: Option<String>,
    ask: Ask,
}

/// How a person is asked.
enum Ask {
    Nothing,
    Text(Text),
    /// Yes or no, and which of the two Enter alone means.
    YesOrNo(Text, bool),
}

impl Init {
    fn questions(&self) -> Vec<Question> {
        let question = |key, answer, ask| Question { key, answer, ask };
        let text = |key, flag: &Option<String>, ask| question(key, flag.clone(), Ask::Text(ask));
        let yes_or_no = |key, flag: Option<bool>, ask, default| {
            let answer = flag.map(|flag| flag.to_string());
            question(key, answer, Ask::YesOrNo(ask, default))
        };
        let service = self.service.map(|service| match service {
            ServiceArg::OPlux => "o-plux".to_owned(),
            ServiceArg::FraudChecker => "fraud-checker".to_owned(),
        });
        let (file, existing) = (self.secret_key_file.clone(), self.screen_existing_customers);
        let customers = words::ask_existing_customers();
        let connection = words::ask_connection_id();
        vec![
            question("service", service, Ask::Nothing),
            text("shop_id", &self.shop_id, words::ask_shop_id()),
            text("connection_id", &self.connection_id, connection),
            text("model_id", &self.model_id, words::ask_model_id()),
            text(
                "register_url",
                &self.register_url,
                words::ask_register_url(),
            ),
            text("event_url", &self.event_url, words::ask_event_url()),
            text("name_url", &self.name_url, words::ask_name_url()),
            yes_or_no("screen_existing_customers", existing, customers, true),
            yes_or_no("enabled", self.enabled, words::ask_enabled(), false),
            question("secret_key_file", file, Ask::Nothing),
        ]
    }
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
    if !matches!(args.action, Action::Show | Action::Profiles) {
        context.no_list_format()?;
    }
    match &args.action {
        Action::Init(init) => self::init(init, context)?,
        Action::Show => {
            let document = Document::open(&context.config_path()?)?;
            list::write(&context.out, document.show()?, &words::title_key())?;
        }
        Action::Get { key } => get(key, context)?,
        Action::Set { key, value } => change(context, |document| Ok(document.set(key, value)?))?,
        Action::Unset { key } => change(context, |document| Ok(document.unset(key)?))?,
        Action::Edit => edit::run(context)?,
        Action::Profiles => {
            list::write(
                &context.out,
                profiles::profiles(context)?,
                &words::no_profile_yet(),
            )?;
        }
        Action::Check => check(context)?,
        Action::Path => path(context)?,
        Action::Secret { ecforce } => take_secret(*ecforce, context)?,
    }
    Ok(Exit::Done)
}

fn init(init: &Init, context: &Context) -> Result<()> {
    let path = context.config_path()?;
    if path.symlink_metadata().is_ok() {
        let said = Said::new(words::exists(path.display())).hint(words::exists_hint());
        return Err(Failure::usage(said).into());
    }
    let mut questions = init.questions();
    let mut secret = None;
    if terminal::can_ask() {
        context.out.note(&words::init_intro());
        for question in &mut questions {
            if question.answer.is_none() {
                question.answer = ask(question, context)?;
            }
        }
        if init.secret_key_file.is_none() {
            secret = ask_secret(&words::ask_secret_key(), context)?;
        }
    }
    let answers = questions.into_iter();
    let answers: Vec<_> = answers
        .filter_map(|question| Some((format!("oplux.{}", question.key), question.answer?)))
        .collect();
    // A wrong answer is told before anything is written.
    template(&path, &answers, context.out.lang)?.save()?;
    if let Some(secret) = secret {
        store_secret(&path, secret::SECRET_KEY, &secret)?;
    }
    let config = load(&path)?;
    context.log(
        Some(&config),
        "config init",
        &path.display().to_string(),
        None,
    );
    told(
        context,
        &words::created(path.display()),
        serde_json::json!({"path": path.to_string_lossy()}),
    )?;
    let source = config
        .oplux
        .as_ref()
        .and_then(|oplux| oplux.secret_key.as_ref());
    let has_secret = matches!(source, Some(SecretSource::File(file)) if file.exists());
    context.out.note(&match has_secret {
        true => words::created_next(),
        false => words::created_next_with_secret(),
    });
    Ok(())
}

/// Asks for the value of a key until it is one that is allowed, or left out.
fn ask(question: &Question, context: &Context) -> Result<Option<String>> {
    let text = match &question.ask {
        Ask::Nothing => return Ok(None),
        Ask::YesOrNo(text, default) => {
            let answer = context.out.confirm(text, *default)?;
            return Ok(Some(answer.to_string()));
        }
        Ask::Text(text) => text,
    };
    let mut scratch = Document::of_text(&context.config_path()?, "")?;
    while let Some(answer) = context.out.ask(text)? {
        match scratch.set(&format!("oplux.{}", question.key), &answer) {
            Ok(_) => return Ok(Some(answer)),
            Err(error) => context.out.warn(&Said::new(error.said.message)),
        }
    }
    Ok(None)
}

/// Asks for a secret, which is taken as from anywhere else.
fn ask_secret(question: &Text, context: &Context) -> Result<Option<Secret>> {
    let typed = context.out.ask_secret(question)?;
    let typed =
        typed.map(|secret| secret::of_bytes(words::secret_typed(), secret.reveal().as_bytes()));
    Ok(typed.transpose()?.flatten())
}

fn get(key: &str, context: &Context) -> Result<()> {
    let shown = Document::open(&context.config_path()?)?.get(key)?;
    match context.out.format {
        Format::Json => context.out.json(&shown),
        _ => shown.text().map_or(Ok(()), |text| context.out.line(&text)),
    }
}

/// Makes a change, writes it, and says what was and what is now.
fn change(context: &Context, edit: impl Fn(&mut Document) -> Result<Change>) -> Result<()> {
    let mut document = Document::open_to_change(&context.config_path()?)?;
    let Change { was, now } = edit(&mut document)?;
    document.save()?;
    let text = words::changed(&now.key, value(Some(&was)), value(Some(&now)));
    // What is masked may have changed all the same.
    if was != now || now.key.ends_with("_command") {
        // One that is being mended says where the store is, too.
        let detail = Some(text.get(Lang::En));
        context.log(Some(&document.config_to_log()), "config", &now.key, detail);
    }
    told(
        context,
        &text,
        serde_json::json!({"key": now.key, "was": was.value, "now": now.value}),
    )?;
    // Other mistakes of the file are for `config check` to tell.
    if let Ok(config) = document.config() {
        note_missing(&config, context);
    }
    Ok(())
}

/// A value as a change tells it.
fn value(shown: Option<&KeyValue>) -> Text {
    match shown.and_then(|shown| Some((shown.text()?, shown.is_default))) {
        None => Text::same("-"),
        Some((text, true)) => words::default_value(Text::same(text)),
        Some((text, false)) => Text::same(text),
    }
}

/// Notes what screening still needs, and the redirects without a URL.
fn note_missing(config: &Config, context: &Context) {
    let missing = config.missing_to_screen(context.secret_key().is_some());
    if !missing.is_empty() {
        let missing = Text::joined(&missing, ", ");
        context.out.note(&words::not_enough(missing));
    }
}

/// Tells of something that is done: a line, or its JSON.
fn told(context: &Context, text: &Text, json: serde_json::Value) -> Result<()> {
    match context.out.format {
        Format::Json => context.out.json(&json),
        _ => context.out.line(&context.out.told(text)),
    }
}

fn check(context: &Context) -> Result<()> {
    let path = context.config_path()?;
    let config = check_file(&path)?;
    told(
        context,
        &words::sound(path.display()),
        serde_json::json!({"path": path.to_string_lossy(), "problems": []}),
    )?;
    note_missing(&config, context);
    Ok(())
}

fn path(context: &Context) -> Result<()> {
    let path = context.config_path()?;
    let exists = path.exists();
    let json = serde_json::json!({"path": path.to_string_lossy(), "exists": exists});
    told(context, &Text::same(path.display()), json)?;
    if !exists {
        context.out.note(&words::not_there());
    }
    Ok(())
}

/// The longest secret that is read from standard input, in bytes.
const LONGEST_SECRET: u64 = 64 * 1024;

fn take_secret(ecforce: bool, context: &Context) -> Result<()> {
    let path = context.config_path()?;
    // A missing configuration is told before the secret is asked for.
    Document::open_to_change(&path)?;
    let (credential, question) = match ecforce {
        true => (secret::TOKEN, words::ask_ecforce_token()),
        false => (secret::SECRET_KEY, words::ask_secret_key()),
    };
    let given = if terminal::can_ask() {
        ask_secret(&question, context)?
    } else {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
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
    let config = load(&path)?;
    context.log(Some(&config), "config secret", credential.key, None);
    let json = serde_json::json!({"key": format!("{}_file", credential.key), "path": file.to_string_lossy()});
    told(context, &words::secret_stored(file.display()), json)
}
