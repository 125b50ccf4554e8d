//! Where secrets come from, and where `config secret` puts them. A secret is resolved only when
//! something is to be sent (CONTRACT.md, Secrets).

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde::{Deserialize, Deserializer};

use super::{ConfigError, ConfigErrorKind, files};
use crate::{
    domain::{private::Secret, text},
    locales::{Said, Text, Wording, config as texts},
};

/// A secret of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Credential {
    /// The key that holds the secret itself; `_file` and `_command` name the other two.
    pub key: &'static str,
    /// The variable that wins over the keys.
    variable: &'static str,
    /// The end of the name of the file that it is put into where none is named.
    pub extension: &'static str,
    /// Its name, with the term of the admin screen.
    pub(super) name: fn() -> Text,
    /// What to do where it is missing.
    pub(super) hint: fn() -> Text,
}

/// O-PLUX's シークレットキー.
pub const SECRET_KEY: Credential = Credential {
    key: "oplux.secret_key",
    variable: "OPLUX_SECRET_KEY",
    extension: "secret-key",
    name: texts::name_secret_key,
    hint: texts::hint_secret,
};

/// The token of ecforce's admin API.
pub const TOKEN: Credential = Credential {
    key: "ecforce.token",
    variable: "ECFORCE_API_TOKEN",
    extension: "ecforce-token",
    name: texts::name_token,
    hint: texts::hint_token,
};

/// Both. Of the three keys of each, one may stand.
pub(super) const CREDENTIALS: [Credential; 2] = [SECRET_KEY, TOKEN];

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
        let variable = format!("${}", self.variable);
        if let Some(secret) = of_text(&variable, env.unwrap_or_default())? {
            return Ok(Some(secret));
        }
        Ok(match source {
            None => None,
            Some(SecretSource::File(path)) => Some(from_file(self, path)?),
            Some(SecretSource::Command(command)) => Some(from_command(self, command)?),
            Some(SecretSource::Inline(secret)) => Some(secret.clone()),
        })
    }
}

/// Whether a variable gives a secret.
pub(super) fn is_given(env: Option<&str>) -> bool {
    env.is_some_and(|text| !text::trim(text).is_empty())
}

/// The secret in what was read from `from`, without what nobody sees around it; none where nothing
/// is left.
///
/// # Errors
/// [`ConfigErrorKind::Invalid`] where it is not UTF-8, or something unseen stands within: every
/// request would be rejected.
pub fn of_bytes(from: impl Wording, bytes: &[u8]) -> Result<Option<Secret>, ConfigError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => of_text(from, text),
        Err(_) => Err(invalid(texts::secret_not_text(from))),
    }
}

fn of_text(from: impl Wording, text: &str) -> Result<Option<Secret>, ConfigError> {
    let text = text::trim(text);
    // What stands in a variable for bytes that are not UTF-8.
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(invalid(texts::secret_not_text(from)));
    }
    match text::is_broken(text) {
        true => Err(invalid(texts::secret_broken(from))),
        false => Ok((!text.is_empty()).then(|| Secret::new(text))),
    }
}

fn invalid(message: Text) -> ConfigError {
    let said = Said::new(message).hint(texts::hint_secret_text());
    ConfigError::invalid(said)
}

fn missing(credential: Credential, message: Text) -> ConfigError {
    let said = Said::new(message).hint((credential.hint)());
    ConfigError::new(ConfigErrorKind::CredentialsMissing, said)
}

fn from_file(credential: Credential, path: &Path) -> Result<Secret, ConfigError> {
    let key = format!("{}_file", credential.key);
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
        return Err(ConfigError::invalid(said));
    }
    let secret = of_bytes(&key, &file.bytes)?;
    secret.ok_or_else(|| missing(credential, texts::secret_file_empty(key, path.display())))
}

/// The program's own name is told where it gives none, and nothing else of it.
fn from_command(credential: Credential, command: &[String]) -> Result<Secret, ConfigError> {
    let key = format!("{}_command", credential.key);
    let Some((name, arguments)) = command.split_first() else {
        return Err(missing(credential, texts::secret_command_empty(key, "")));
    };
    let (status, written) = match run(name, arguments, LONGEST_RUN) {
        Ok(Some(ended)) => ended,
        Ok(None) => {
            let seconds = LONGEST_RUN.as_secs();
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
    let secret = match written.len() <= LONGEST {
        true => of_bytes(&key, &written)?,
        false => None,
    };
    secret.ok_or_else(|| missing(credential, texts::secret_command_empty(key, name)))
}

/// How long it may take.
const LONGEST_RUN: Duration = Duration::from_secs(30);

/// How often it is asked whether it has ended: often enough that nobody waits for the answer.
const TICK: Duration = Duration::from_millis(10);

/// More than any secret has, in bytes; a program that writes more gives none.
const LONGEST: usize = 64 * 1024;

/// Runs a program, and gives how it ended and what it wrote on its standard output; none where it
/// took longer than `limit` and was stopped. It has no standard input: nothing would answer it.
///
/// # Errors
/// Where it cannot be run or waited for.
fn run(
    program: &str,
    arguments: &[String],
    limit: Duration,
) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (written, output) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        // Apart, because reading ends only when the program, and all that it started, has closed
        // its output. Where that does not happen in time, this process ends before the thread.
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let whole = stdout.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
            // Nobody listens any more where the program was stopped.
            let _ = written.send(whole.map(|_| bytes));
        });
    }
    let mut read = None;
    // Time is counted and not read: DESIGN.md leaves the clock to the Context.
    for _ in 0..=limit.as_millis() / TICK.as_millis() {
        match read {
            None => read = output.recv_timeout(TICK).ok(),
            Some(_) => thread::sleep(TICK),
        }
        if read.is_some()
            && let Some(status) = child.try_wait()?
        {
            return Ok(Some((status, read.transpose()?.unwrap_or_default())));
        }
    }
    // It may have ended in this moment. What is not waited for stays as a zombie.
    let _ = child.kill();
    child.wait()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn command(parts: &[&str]) -> SecretSource {
        SecretSource::Command(parts.iter().map(|part| (*part).to_owned()).collect())
    }

    fn resolved(source: &SecretSource, env: Option<&str>) -> Result<String, ConfigError> {
        let secret = SECRET_KEY.resolve(Some(source), env)?;
        Ok(secret.unwrap().reveal().to_owned())
    }

    #[test]
    fn the_environment_wins_and_an_empty_one_counts_as_not_set() {
        let inline = SecretSource::Inline(Secret::new("inline"));
        for (env, expected) in [
            (Some("env\n"), "env"),
            (Some(""), "inline"),
            (Some("\n"), "inline"),
            (None, "inline"),
        ] {
            assert_eq!(resolved(&inline, env).unwrap(), expected);
        }
        // It wins before the file is looked at.
        let nowhere = SecretSource::File("/nowhere".into());
        assert!(resolved(&nowhere, Some("env")).is_ok());
        assert!(SECRET_KEY.resolve(None, None).unwrap().is_none());
    }

    #[test]
    fn a_file_gives_its_secret_to_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let source = SecretSource::File(path.clone());
        let write = |text: &str, mode| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        };
        write(" hunter 2\r\n", 0o600);
        assert_eq!(resolved(&source, None).unwrap(), "hunter 2");
        for (text, mode, kind) in [
            (" \n", 0o600, ConfigErrorKind::CredentialsMissing),
            ("hunter2", 0o640, ConfigErrorKind::Invalid),
            ("hunter2", 0o604, ConfigErrorKind::Invalid),
            ("hunter2", 0o622, ConfigErrorKind::Invalid),
            ("hun\u{200b}ter2", 0o600, ConfigErrorKind::Invalid),
        ] {
            write(text, mode);
            let error = resolved(&source, None).unwrap_err();
            assert_eq!(error.kind, kind, "{text:?} {mode:o}");
            assert!(!error.to_string().contains("hunter2"));
        }
        fs::remove_file(&path).unwrap();
        let error = resolved(&source, None).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
        assert!(error.to_string().contains("oplux.secret_key_file"));
    }

    #[test]
    fn a_program_gives_its_secret_and_only_its_name_is_told_where_it_fails() {
        // Without a shell: the arguments are passed as they stand.
        let secret = resolved(&command(&["printf", "%s\n", "$HOME;x"]), None);
        assert_eq!(secret.unwrap(), "$HOME;x");
        let too_long = format!("printf '%{}d' 0", LONGEST + 1);
        for (command, part) in [
            (
                command(&["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 3"]),
                "`sh` failed (exit status: 3)",
            ),
            (command(&["true", "hunter2"]), "`true` gave no secret"),
            (command(&["sh", "-c", &too_long]), "`sh` gave no secret"),
            (
                command(&["/nowhere/program", "hunter2"]),
                "`/nowhere/program` cannot be run",
            ),
        ] {
            let error = resolved(&command, None).unwrap_err();
            assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
            let said = format!("{error} {error:?}");
            assert!(said.contains(part) && !said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn a_program_that_does_not_end_is_stopped_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("process").display().to_string();
        for script in [
            "exec sleep 60",
            // With its output closed.
            "exec sleep 60 >/dev/null",
            // It wants to go on.
            "trap '' TERM INT; echo hunter2; while :; do :; done",
        ] {
            let script = format!("echo $$ > '{mark}'; {script}");
            let arguments = ["-c".to_owned(), script.clone()];
            let ended = run("sh", &arguments, Duration::from_millis(300)).unwrap();
            assert!(ended.is_none(), "{script}: {ended:?}");
            // A zombie is there too.
            let process = std::fs::read_to_string(&mark).unwrap();
            let asked = Command::new("kill")
                .args(["-0", process.trim()])
                .stderr(Stdio::null())
                .status();
            assert!(!asked.unwrap().success(), "{script}");
        }
    }

    #[test]
    fn a_program_that_writes_without_end_is_not_read_without_end() {
        let (status, bytes) = run("yes", &[], LONGEST_RUN).unwrap().unwrap();
        assert!(!status.success() && bytes.len() == LONGEST + 1);
    }
}
