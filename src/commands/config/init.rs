//! `oplux config init`: a first configuration, from flags or from what a person answers.

use anyhow::Result;
use serde_json::json;

use super::secret::ask_secret;
use crate::{
    commands::{args::yes_or_no, context::Context},
    config::{
        Document, load,
        secret::{SECRET_KEY, SecretSource},
        store_secret, template,
    },
    exit::Failure,
    locales::{Said, Text, config as words},
    output::terminal,
};

/// Create a configuration; asks on a terminal, takes flags elsewhere
#[derive(Debug, clap::Args)]
pub struct Args {
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

/// How a person is asked for a value.
enum Ask {
    Nothing,
    Text(Text),
    /// Yes or no, and which of the two Enter alone means.
    YesOrNo(Text, bool),
}

impl Args {
    /// Each key of `[oplux]` that is set here: what its flag says, and how a person is asked.
    fn questions(&self) -> [(&'static str, Option<String>, Ask); 10] {
        use Ask::{Nothing, Text, YesOrNo};
        let service = self.service.clone();
        let (shop, connection) = (self.shop_id.clone(), self.connection_id.clone());
        let (model, file) = (self.model_id.clone(), self.secret_key_file.clone());
        let (register, event) = (self.register_url.clone(), self.event_url.clone());
        let name = self.name_url.clone();
        let existing = self.screen_existing_customers.map(|flag| flag.to_string());
        let enabled = self.enabled.map(|flag| flag.to_string());
        let ask_existing = YesOrNo(words::ask_existing_customers(), true);
        let ask_enabled = YesOrNo(words::ask_enabled(), false);
        [
            ("service", service, Nothing),
            ("shop_id", shop, Text(words::ask_shop_id())),
            (
                "connection_id",
                connection,
                Text(words::ask_connection_id()),
            ),
            ("model_id", model, Text(words::ask_model_id())),
            ("register_url", register, Text(words::ask_register_url())),
            ("event_url", event, Text(words::ask_event_url())),
            ("name_url", name, Text(words::ask_name_url())),
            ("screen_existing_customers", existing, ask_existing),
            ("enabled", enabled, ask_enabled),
            ("secret_key_file", file, Nothing),
        ]
    }
}

/// Runs the command.
///
/// # Errors
/// Where there is a configuration already, or a value is not allowed.
pub fn run(args: &Args, context: &Context) -> Result<()> {
    let path = context.config_path()?;
    if path.symlink_metadata().is_ok() {
        let said = Said::new(words::exists(path.display())).hint(words::exists_hint());
        return Err(Failure::usage(said).into());
    }
    let can_ask = terminal::can_ask();
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
    let secret = match can_ask && args.secret_key_file.is_none() {
        true => ask_secret(&words::ask_secret_key(), context)?,
        false => None,
    };
    // A wrong answer is told before anything is written.
    template(&path, &answers, context.out.lang)?.save()?;
    if let Some(secret) = &secret {
        store_secret(&path, SECRET_KEY, secret)?;
    }
    let config = load(&path)?;
    let subject = path.to_string_lossy();
    context.log(Some(&config), "config init", &subject, None);
    context.tell(&words::created(path.display()), &json!({"path": subject}))?;
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
fn ask(key: &str, question: &Ask, context: &Context) -> Result<Option<String>> {
    let text = match question {
        Ask::Nothing => return Ok(None),
        Ask::YesOrNo(text, default) => {
            let answer = context.out.confirm(text, *default)?;
            return Ok(Some(answer.to_string()));
        }
        Ask::Text(text) => text,
    };
    let mut scratch = Document::of_text(&context.config_path()?, "")?;
    while let Some(answer) = context.out.ask(text)? {
        match scratch.set(key, &answer) {
            Ok(_) => return Ok(Some(answer)),
            Err(error) => context.out.warn(&Said::new(error.said.message)),
        }
    }
    Ok(None)
}
