//! `oplux config secret`: a secret from a prompt without echo or from standard input.

use std::io::Read;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::{
    commands::context::Context,
    config::{Document, secret, store_secret},
    domain::private::Secret,
    exit::Failure,
    locales::{Said, Text, config as words, input},
    output::terminal,
};

/// The longest secret that is read from standard input, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Stores O-PLUX's secret key, or ecforce's token.
///
/// # Errors
/// Where there is no configuration, or no secret that can be used.
pub fn run(ecforce: bool, context: &Context) -> Result<()> {
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
        let stdin = std::io::stdin().lock();
        stdin
            .take(LONGEST)
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
///
/// # Errors
/// Where the terminal cannot be read, or the secret not be used.
pub fn ask_secret(question: &Text, context: &Context) -> Result<Option<Secret>> {
    let typed = context.out.ask_secret(question)?;
    let typed =
        typed.map(|secret| secret::of_bytes(words::secret_typed(), secret.reveal().as_bytes()));
    Ok(typed.transpose()?.flatten())
}
