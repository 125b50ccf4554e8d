//! Where secrets come from, and where `config secret` puts them. A secret is resolved only when
//! something is to be sent (CONTRACT.md, Secrets).

use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    edit::{Document, Edit},
    error::{ConfigError, ConfigErrorKind},
    files,
    key::KeyPath,
    schema,
};
use crate::{
    domain::private::Secret,
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
    /// [`ConfigErrorKind::CredentialsMissing`] where the file or the program gives none,
    /// [`ConfigErrorKind::Exposed`] where group or others can read the file.
    pub fn resolve(
        &self,
        credential: Credential,
        env: Option<&str>,
    ) -> Result<Option<Secret>, ConfigError> {
        if let Some(secret) = env.and_then(clean) {
            return Ok(Some(secret));
        }
        match self {
            Self::None => Ok(None),
            Self::File(path) => from_file(credential, path).map(Some),
            Self::Command(command) => from_command(credential, command).map(Some),
            Self::Inline(secret) => Ok(Some(secret.clone())),
        }
    }

    /// The secret as far as it can be had without asking for it: no program is run, and nothing
    /// fails. For dry runs.
    pub fn at_hand(&self, credential: Credential, env: Option<&str>) -> Option<Secret> {
        let asked = match self {
            Self::Command(_) => &Self::None,
            other => other,
        };
        asked.resolve(credential, env).ok().flatten()
    }
}

/// Without its trailing line break; none where nothing is left.
fn clean(text: &str) -> Option<Secret> {
    let text = text.trim_end_matches(['\n', '\r']);
    (!text.trim().is_empty()).then(|| Secret::new(text))
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
    if file.exposed {
        let said = Said::new(texts::secret_file_exposed(key, path.display()));
        let said = said.hint(texts::hint_chmod(path.display()));
        return Err(ConfigError::new(ConfigErrorKind::Exposed, said));
    }
    let secret = std::str::from_utf8(&file.bytes).ok().and_then(clean);
    secret.ok_or_else(|| missing(credential, texts::secret_file_empty(key, path.display())))
}

/// Runs the program without a shell. Neither what it writes nor its arguments are ever shown:
/// either may hold the secret.
fn from_command(credential: Credential, command: &[String]) -> Result<Secret, ConfigError> {
    let key = format!("{}_command", credential.key());
    let Some((program, arguments)) = command.split_first() else {
        return Err(missing(credential, texts::secret_command_empty(key, "")));
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| {
            let message = texts::secret_command_not_run(&key, program, error.to_string());
            missing(credential, message)
        })?;
    if !output.status.success() {
        let status = output.status.to_string();
        let message = texts::secret_command_failed(key, program, status);
        return Err(missing(credential, message));
    }
    let secret = std::str::from_utf8(&output.stdout).ok().and_then(clean);
    secret.ok_or_else(|| missing(credential, texts::secret_command_empty(key, program)))
}

/// Puts a secret into the file that the configuration names for it, or where none is named into
/// one beside the configuration, which then names it; either has mode 0600. A key that held the
/// secret itself or named a program goes, so that exactly one stands. Gives the file's path.
///
/// # Errors
/// Where the secret is empty, and those of [`Document::open`] and of writing.
pub fn store(
    config: &Path,
    credential: Credential,
    secret: &Secret,
) -> Result<PathBuf, ConfigError> {
    let Some(secret) = clean(secret.reveal()) else {
        let said = Said::new(texts::secret_empty()).hint(credential.hint());
        return Err(ConfigError::new(ConfigErrorKind::CredentialsMissing, said));
    };
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
