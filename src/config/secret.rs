//! Where secrets come from, and where `config secret` puts them. A secret is resolved only when
//! something is to be sent (CONTRACT.md, Secrets).

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer};

use super::{
    error::{ConfigError, ConfigErrorKind},
    files, program,
};
use crate::{
    domain::{private::Secret, text},
    locales::{Said, Text, config as texts},
};

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
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::OpluxSecretKey => "secret-key",
            Self::EcforceToken => "ecforce-token",
        }
    }
}

/// Where the configuration says that a secret is, by the key that stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub enum SecretSource {
    /// In this file.
    #[serde(rename = "secret_key_file", alias = "token_file")]
    File(PathBuf),
    /// It is what this program writes on its standard output; run without a shell.
    #[serde(rename = "secret_key_command", alias = "token_command")]
    Command(Vec<String>),
    /// In the configuration itself.
    #[serde(rename = "secret_key", alias = "token", deserialize_with = "inline")]
    Inline(Secret),
}

fn inline<'d, D: Deserializer<'d>>(of: D) -> Result<Secret, D::Error> {
    Ok(Secret::new(String::deserialize(of)?))
}

impl SecretSource {
    /// The same, where relative paths start from `folder`. A bare name is a program in PATH.
    pub(super) fn from(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            Self::Command(mut command) => {
                if let Some(program) = command.first_mut()
                    && Path::new(program).components().count() > 1
                {
                    *program = folder.join(&*program).to_string_lossy().into_owned();
                }
                Self::Command(command)
            }
            inline => inline,
        }
    }
}

impl Credential {
    /// The secret: that of the environment (`env`), else of the configuration. None where neither
    /// says anything.
    ///
    /// # Errors
    /// [`ConfigErrorKind::CredentialsMissing`] where the file or the program gives none,
    /// [`ConfigErrorKind::Invalid`] where others can read or write the file, or the secret is not
    /// sound.
    pub fn resolve(
        self,
        source: Option<&SecretSource>,
        env: Option<&str>,
    ) -> Result<Option<Secret>, ConfigError> {
        if let Some(secret) = env.and_then(clean) {
            return sound(&format!("${}", self.variable()), secret).map(Some);
        }
        match source {
            None => Ok(None),
            Some(SecretSource::File(path)) => from_file(self, path).map(Some),
            Some(SecretSource::Command(command)) => from_command(self, command).map(Some),
            Some(SecretSource::Inline(secret)) => Ok(Some(secret.clone())),
        }
    }
}

/// Whether a program would be run for the secret: the configuration names one, and the environment
/// does not win over it.
pub fn asks_program(source: Option<&SecretSource>, env: Option<&str>) -> bool {
    matches!(source, Some(SecretSource::Command(_))) && env.and_then(clean).is_none()
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
    if file.readable || file.writable {
        let message = match file.readable {
            true => texts::secret_file_exposed(key, path.display()),
            false => texts::secret_file_writable(key, path.display()),
        };
        let said = Said::new(message).hint(files::hint_to_close(path));
        return Err(ConfigError::new(ConfigErrorKind::Invalid, said));
    }
    let secret = of_bytes(&key, &file.bytes)?;
    secret.ok_or_else(|| missing(credential, texts::secret_file_empty(key, path.display())))
}

/// The program's own name is told where it gives none, and nothing else of it.
fn from_command(credential: Credential, command: &[String]) -> Result<Secret, ConfigError> {
    let key = format!("{}_command", credential.key());
    let Some((name, arguments)) = command.split_first() else {
        return Err(missing(credential, texts::secret_command_empty(key, "")));
    };
    let (status, written) = match program::run(name, arguments, program::LIMIT) {
        Ok(Some(ended)) => ended,
        Ok(None) => {
            let seconds = program::LIMIT.as_secs();
            let said = Said::new(texts::secret_command_slow(key, name, seconds));
            let said = said.hint(texts::hint_secret_slow(name));
            return Err(ConfigError::new(ConfigErrorKind::CredentialsMissing, said));
        }
        Err(error) => {
            let message = texts::secret_command_not_run(key, name, error.to_string());
            return Err(missing(credential, message));
        }
    };
    if !status.success() {
        let message = texts::secret_command_failed(key, name, status.to_string());
        return Err(missing(credential, message));
    }
    let secret = match written.len() <= program::LONGEST {
        true => of_bytes(&key, &written)?,
        false => None,
    };
    secret.ok_or_else(|| missing(credential, texts::secret_command_empty(key, name)))
}

#[cfg(all(test, unix))]
mod tests;
