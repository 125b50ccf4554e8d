//! Where secrets come from, and where `config secret` puts them. A secret is resolved only when
//! something is to be sent (CONTRACT.md, Secrets).

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    edit::{Document, Edit},
    error::{ConfigError, ConfigErrorKind, hint_to_close},
    files,
    key::KeyPath,
    schema,
};
use crate::{
    domain::{private::Secret, text},
    locales::{Said, Text, config as texts},
};

mod program;

/// The two secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// O-PLUX's シークレットキー: `$OPLUX_SECRET_KEY`.
    OpluxSecretKey,
    /// The token of ecforce's admin API: `$ECFORCE_API_TOKEN`.
    EcforceToken,
}

impl Credential {
    /// The key that holds the secret itself; `_file` and `_command` name the other two.
    pub fn key(self) -> &'static str {
        match self {
            Self::OpluxSecretKey => "oplux.secret_key",
            Self::EcforceToken => "ecforce.token",
        }
    }

    /// The variable that wins over the keys.
    pub fn variable(self) -> &'static str {
        match self {
            Self::OpluxSecretKey => "OPLUX_SECRET_KEY",
            Self::EcforceToken => "ECFORCE_API_TOKEN",
        }
    }

    /// Its name, with the term of the admin screen.
    pub fn name(self) -> Text {
        match self {
            Self::OpluxSecretKey => texts::name_secret_key(),
            Self::EcforceToken => texts::name_token(),
        }
    }

    /// What to do where it is missing.
    pub fn hint(self) -> Text {
        match self {
            Self::OpluxSecretKey => texts::hint_secret(),
            Self::EcforceToken => texts::hint_token(),
        }
    }

    /// The end of the name of the file that it is put into where none is named.
    fn extension(self) -> &'static str {
        match self {
            Self::OpluxSecretKey => "secret-key",
            Self::EcforceToken => "ecforce-token",
        }
    }
}

/// Where the configuration says that a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// It says nothing.
    None,
    /// In this file.
    File(PathBuf),
    /// It is what this program writes on its standard output; run without a shell.
    Command(Vec<String>),
    /// In the configuration itself.
    Inline(Secret),
}

impl SecretSource {
    /// The secret: that of the environment, else of the configuration. None where neither says
    /// anything.
    ///
    /// # Errors
    /// [`ConfigErrorKind::CredentialsMissing`] where the file gives none or the program gives none
    /// within 30 seconds, [`ConfigErrorKind::Exposed`] where group or others can read the file.
    pub fn resolve(
        &self,
        credential: Credential,
        env: Option<&str>,
    ) -> Result<Option<Secret>, ConfigError> {
        if let Some(secret) = env.and_then(clean) {
            return sound(&format!("${}", credential.variable()), secret).map(Some);
        }
        match self {
            Self::None => Ok(None),
            Self::File(path) => from_file(credential, path).map(Some),
            Self::Command(command) => from_command(credential, command, program::LIMIT).map(Some),
            Self::Inline(secret) => Ok(Some(secret.clone())),
        }
    }

    /// The secret without running a program for it, for dry runs: none where nothing says where
    /// it is, and where [`SecretSource::asks_program`] says that it was not asked for.
    ///
    /// # Errors
    /// Those of [`SecretSource::resolve`]: what a run refuses is not hidden.
    pub fn at_hand(
        &self,
        credential: Credential,
        env: Option<&str>,
    ) -> Result<Option<Secret>, ConfigError> {
        match self.asks_program(env) {
            true => Ok(None),
            false => self.resolve(credential, env),
        }
    }

    /// Whether a program would be run for the secret: the configuration names one, and the
    /// environment does not win over it.
    pub fn asks_program(&self, env: Option<&str>) -> bool {
        matches!(self, Self::Command(_)) && env.and_then(clean).is_none()
    }
}

/// Without what nobody sees around it; none where nothing is left.
fn clean(text: &str) -> Option<Secret> {
    let text = text::trim(text);
    (!text.is_empty()).then(|| Secret::new(text))
}

/// Refuses a secret with something unseen within, or with what stands for bytes that are not UTF-8
/// (in a variable): every request would be rejected.
fn sound(from: &str, secret: Secret) -> Result<Secret, ConfigError> {
    if secret.reveal().contains(char::REPLACEMENT_CHARACTER) {
        return Err(invalid(texts::secret_not_text(from)));
    }
    match text::is_broken(secret.reveal()) {
        true => Err(invalid(texts::secret_broken(from))),
        false => Ok(secret),
    }
}

/// The secret in what was read from `from`; none where nothing is in it.
///
/// # Errors
/// [`ConfigErrorKind::Invalid`] where it is not UTF-8, or something unseen stands within.
pub fn of_bytes(from: &str, bytes: &[u8]) -> Result<Option<Secret>, ConfigError> {
    let text = std::str::from_utf8(bytes).map_err(|_| invalid(texts::secret_not_text(from)))?;
    clean(text).map(|secret| sound(from, secret)).transpose()
}

fn invalid(message: Text) -> ConfigError {
    let said = Said::new(message).hint(texts::hint_secret_text());
    ConfigError::new(ConfigErrorKind::Invalid, said)
}

fn missing(credential: Credential, message: Text) -> ConfigError {
    let said = Said::new(message).hint(credential.hint());
    ConfigError::new(ConfigErrorKind::CredentialsMissing, said)
}

fn from_file(credential: Credential, path: &Path) -> Result<Secret, ConfigError> {
    let key = format!("{}_file", credential.key());
    let unreadable = |error: io::Error| {
        let message = texts::secret_file_unreadable(&key, path.display(), error.to_string());
        missing(credential, message)
    };
    let file = files::read(path).map_err(unreadable)?;
    if file.exposed || file.writable {
        let message = match file.exposed {
            true => texts::secret_file_exposed(key, path.display()),
            false => texts::secret_file_writable(key, path.display()),
        };
        let said = Said::new(message);
        let said = said.hint(hint_to_close(path));
        return Err(ConfigError::new(ConfigErrorKind::Exposed, said));
    }
    let secret = of_bytes(&key, &file.bytes)?;
    secret.ok_or_else(|| missing(credential, texts::secret_file_empty(key, path.display())))
}

/// The program's own name is told where it gives none, and nothing else of it.
fn from_command(
    credential: Credential,
    command: &[String],
    limit: Duration,
) -> Result<Secret, ConfigError> {
    let key = format!("{}_command", credential.key());
    let Some((name, arguments)) = command.split_first() else {
        return Err(missing(credential, texts::secret_command_empty(key, "")));
    };
    let ended = program::run(name, arguments, limit).map_err(|error| {
        let message = texts::secret_command_not_run(&key, name, error.to_string());
        missing(credential, message)
    })?;
    let (status, written) = match ended {
        program::Ended::Itself(status, written) => (status, written),
        program::Ended::Stopped => {
            let message = texts::secret_command_slow(key, name, limit.as_secs());
            let said = Said::new(message).hint(texts::hint_secret_slow(name));
            return Err(ConfigError::new(ConfigErrorKind::CredentialsMissing, said));
        }
    };
    if !status.success() {
        let message = texts::secret_command_failed(key, name, status.to_string());
        return Err(missing(credential, message));
    }
    let is_short = written.len() <= program::LONGEST;
    let secret = match is_short {
        true => of_bytes(&key, &written)?,
        false => None,
    };
    secret.ok_or_else(|| missing(credential, texts::secret_command_empty(key, name)))
}

/// Puts a secret into the file that the configuration names for it, or where none is named into
/// one beside the configuration, which then names it; either has mode 0600. A key that held the
/// secret itself or named a program goes, so that exactly one stands. Gives the file's path.
///
/// # Errors
/// [`ConfigErrorKind::Invalid`] where the secret is empty, and those of [`Document::open`] and of
/// writing.
pub fn store(
    config: &Path,
    credential: Credential,
    secret: &Secret,
) -> Result<PathBuf, ConfigError> {
    let Some(secret) = clean(secret.reveal()) else {
        let said = Said::new(texts::secret_empty()).hint(texts::hint_secret_empty());
        return Err(ConfigError::new(ConfigErrorKind::Invalid, said));
    };
    let secret = sound(credential.key(), secret)?;
    files::refuse_irregular(config)?;
    let mut document = Document::open(config)?;
    let file_key = key_path(credential, "_file");
    let named = document.text_at(&file_key);
    let name = named.clone().unwrap_or_else(|| {
        let stem = config.file_stem().unwrap_or_default().to_string_lossy();
        format!("{stem}.{}", credential.extension())
    });
    // The new key first, so that it stands where the old one stood.
    let name_it = match named {
        Some(_) => None,
        None => Some(Edit::Set(file_key, name.as_str().into())),
    };
    let others = ["_command", ""].map(|end| Edit::Unset(key_path(credential, end)));
    let edits = name_it.into_iter().chain(others).collect();
    document.apply(edits)?;
    let target = config.parent().unwrap_or(Path::new("")).join(name);
    // The secret first: a configuration never names a file that is not there.
    files::write_atomic(&target, format!("{}\n", secret.reveal()).as_bytes())?;
    document.save()?;
    Ok(target)
}

fn key_path(credential: Credential, end: &str) -> KeyPath {
    let pattern = format!("{}{end}", credential.key());
    // Every key of a secret is in the schema, which a test checks.
    KeyPath::of(schema::find(&pattern).unwrap_or(&schema::KEYS[0]))
}

#[cfg(all(test, unix))]
mod tests;
