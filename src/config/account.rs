//! What a request to O-PLUX needs of the configuration: the four credentials (R2) and the address.

use url::Url;

use super::{
    ConfigError, ConfigErrorKind, Problem,
    load::{Config, OpluxConfig},
    schema::Kind,
    secret::{self, Credential, SECRET_KEY, SecretSource, TOKEN},
};
use crate::{
    domain::{
        private::Secret,
        settings::{Account, EcforceAccount, HashMethod},
    },
    locales::{Said, Text, config as texts},
};

/// `timeout_seconds` where there is no `[oplux]` table to say it.
const TIMEOUT_SECONDS: u64 = 10;

/// What a dry run shows of the account: what is there.
#[derive(Debug, Clone)]
pub struct Draft {
    /// 加盟店ID.
    pub shop_id: Option<String>,
    /// 接続元ID.
    pub connection_id: Option<String>,
    /// シークレットキー, where it is at hand.
    pub secret_key: Option<Secret>,
    /// Why the secret that is named cannot be had, for a warning.
    pub secret_trouble: Option<Said>,
    /// Whether `secret_key` is none because `secret_key_command` names a program, which a dry run
    /// does not run.
    pub secret_not_asked: bool,
    /// 審査モデルID.
    pub model_id: Option<String>,
    /// What signatures are hashed with.
    pub hash_method: HashMethod,
}

impl Config {
    /// What screening needs. `env_secret` is `$OPLUX_SECRET_KEY`, which wins over the keys; an
    /// empty one counts as not set. The secret is asked for only where all else is there.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Missing`] without an `[oplux]` table;
    /// [`ConfigErrorKind::CredentialsMissing`] with every one that is missing;
    /// [`ConfigErrorKind::Invalid`] without a `register_url`; and those of the secret.
    pub fn account(&self, env_secret: Option<&str>) -> Result<Account, ConfigError> {
        self.account_at(env_secret, "oplux.register_url", |oplux| {
            &oplux.register_url
        })
    }

    /// What getting and updating events needs; `env_secret` as in [`Config::account`].
    ///
    /// # Errors
    /// Those of [`Config::account`], for `event_url`.
    pub fn event_account(&self, env_secret: Option<&str>) -> Result<Account, ConfigError> {
        self.account_at(env_secret, "oplux.event_url", |oplux| &oplux.event_url)
    }

    fn account_at(
        &self,
        env_secret: Option<&str>,
        key: &str,
        url: impl Fn(&OpluxConfig) -> &Option<Url>,
    ) -> Result<Account, ConfigError> {
        let oplux = self.with_credentials(env_secret)?;
        let url = self.address(key, url(oplux).as_ref())?.clone();
        Ok(Account {
            service: oplux.service,
            shop_id: oplux.shop_id.clone().unwrap_or_default(),
            connection_id: oplux.connection_id.clone().unwrap_or_default(),
            secret_key: self.credentials(env_secret)?,
            model_id: oplux.model_id.clone().unwrap_or_default(),
            url,
            name_url: oplux.name_url.clone(),
            hash_method: oplux.hash_method,
            timeout_seconds: oplux.timeout_seconds,
        })
    }

    /// What reading from ecforce needs; `env_token` is `$ECFORCE_API_TOKEN`, which wins over the
    /// keys. No `[oplux]` table is needed.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] without a `base_url`, [`ConfigErrorKind::CredentialsMissing`]
    /// without a token; and those of the secret.
    pub fn ecforce_account(&self, env_token: Option<&str>) -> Result<EcforceAccount, ConfigError> {
        let ecforce = self.ecforce.as_ref();
        let base_url = ecforce.and_then(|ecforce| ecforce.base_url.as_ref());
        let base_url = self.address("ecforce.base_url", base_url)?.clone();
        let source = ecforce.and_then(|ecforce| ecforce.token.as_ref());
        let token = TOKEN.resolve(source, env_token)?;
        let token = token.ok_or_else(|| self.credentials_missing(vec![of(TOKEN)]))?;
        let oplux = self.oplux.as_ref();
        Ok(EcforceAccount {
            base_url,
            token,
            timeout_seconds: oplux.map_or(TIMEOUT_SECONDS, |oplux| oplux.timeout_seconds),
        })
    }

    /// What a dry run shows: what is there. No program is run for the secret, and nothing that the
    /// configuration does not name is an error.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Missing`] without an `[oplux]` table, and what a run would refuse of the
    /// file of the secret; that it gives none is told in the draft.
    pub fn draft(&self, env_secret: Option<&str>) -> Result<Draft, ConfigError> {
        let oplux = self.oplux()?;
        let source = oplux.secret_key.as_ref();
        let names_program = matches!(source, Some(SecretSource::Command(_)));
        let secret_not_asked = names_program && !secret::is_given(env_secret);
        let mut secret_trouble = None;
        let secret_key = match secret_not_asked {
            true => None,
            false => SECRET_KEY.resolve(source, env_secret).or_else(|error| {
                if error.kind != ConfigErrorKind::CredentialsMissing {
                    return Err(error);
                }
                secret_trouble = Some(error.said);
                Ok(None)
            })?,
        };
        Ok(Draft {
            shop_id: oplux.shop_id.clone(),
            connection_id: oplux.connection_id.clone(),
            secret_key,
            secret_trouble,
            secret_not_asked,
            model_id: oplux.model_id.clone(),
            hash_method: oplux.hash_method,
        })
    }

    /// The secret, where the four credentials of screening (R2) are there. `env_secret` as in
    /// [`Config::account`]; the secret is asked for where the others are there.
    ///
    /// # Errors
    /// Those of [`Config::account`] but for the address.
    pub fn credentials(&self, env_secret: Option<&str>) -> Result<Secret, ConfigError> {
        let source = self.with_credentials(env_secret)?.secret_key.as_ref();
        let secret = SECRET_KEY.resolve(source, env_secret)?;
        secret.ok_or_else(|| self.credentials_missing(vec![of(SECRET_KEY)]))
    }

    /// The `[oplux]` table, where it names all four credentials.
    fn with_credentials(&self, env_secret: Option<&str>) -> Result<&OpluxConfig, ConfigError> {
        let oplux = self.oplux()?;
        match missing(oplux, secret::is_given(env_secret)) {
            none if none.is_empty() => Ok(oplux),
            missing => Err(self.credentials_missing(missing)),
        }
    }

    fn credentials_missing(&self, missing: Vec<(Text, Text)>) -> ConfigError {
        let (names, hints): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
        let names = Text::listed(&names);
        let said = Said::new(texts::credentials_missing(self.path.display(), names));
        let said = said.hint(Text::joined(&hints, "\n"));
        ConfigError::new(ConfigErrorKind::CredentialsMissing, said)
    }

    /// The names of the credentials with a blank within: it is kept, and is probably a slip.
    pub fn blanks(&self, secret: &Secret) -> Vec<Text> {
        let ids = self.oplux.iter().flat_map(ids);
        let ids = ids.filter_map(|(_, name, id)| Some((name, id?)));
        let methods = self.payment_methods.iter().enumerate();
        let models = methods.filter_map(|(at, method)| {
            let name = Text::same(format!("payment_methods[{at}].model_id"));
            Some((name, method.model_id.as_deref()?))
        });
        let secret = ((SECRET_KEY.name)(), secret.reveal());
        let all = ids.chain([secret]).chain(models);
        all.filter(|(_, value)| value.contains(char::is_whitespace))
            .map(|(name, _)| name)
            .collect()
    }

    /// The addresses that are set: the path of each key, and the address's host.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Missing`] without an `[oplux]` table, and [`ConfigErrorKind::Invalid`]
    /// without the address that screening needs, `register_url`.
    pub fn addresses(&self) -> Result<Vec<(&'static str, String)>, ConfigError> {
        let oplux = self.oplux()?;
        let register_url = self.address("oplux.register_url", oplux.register_url.as_ref())?;
        let base_url = self.ecforce.as_ref().and_then(|ec| ec.base_url.as_ref());
        let all = [
            ("oplux.register_url", Some(register_url)),
            ("oplux.event_url", oplux.event_url.as_ref()),
            ("oplux.name_url", oplux.name_url.as_ref()),
            ("ecforce.base_url", base_url),
        ];
        let host = |(key, url): (_, Option<&Url>)| Some((key, url?.host_str()?.to_owned()));
        Ok(all.into_iter().filter_map(host).collect())
    }

    /// What is not there and screening needs: the names of credentials, of `register_url`, and the
    /// keys of redirects without a URL. `has_env`: whether `$OPLUX_SECRET_KEY` gives the secret.
    /// The secret is not asked for: it counts as there where the configuration says where it is.
    pub fn missing_to_screen(&self, has_env: bool) -> Vec<Text> {
        let empty = OpluxConfig::default();
        let oplux = self.oplux.as_ref().unwrap_or(&empty);
        let credentials = missing(oplux, has_env).into_iter().map(|(name, _)| name);
        let address = oplux.register_url.is_none();
        let address = address.then(texts::name_register_url);
        let redirects = self.unset_redirects.iter();
        let redirects = redirects.map(|problem| Text::same(&problem.path));
        credentials.chain(address).chain(redirects).collect()
    }

    /// An address that has to be there.
    fn address<'c>(&self, path: &str, url: Option<&'c Url>) -> Result<&'c Url, ConfigError> {
        url.ok_or_else(|| {
            let what = texts::missing_address(Kind::Address.allowed());
            let problem = Problem::new(path, None, what);
            let mut error = ConfigError::problems(&self.path, vec![problem]);
            error.said.hint = Some(texts::hint_set(path));
            error
        })
    }
}

/// The IDs among the credentials: their keys, their names, and what they are.
fn ids(oplux: &OpluxConfig) -> [(&'static str, Text, Option<&str>); 3] {
    let (shop, connection) = (texts::name_shop_id(), texts::name_connection_id());
    let model = texts::name_model_id();
    [
        ("oplux.shop_id", shop, oplux.shop_id.as_deref()),
        (
            "oplux.connection_id",
            connection,
            oplux.connection_id.as_deref(),
        ),
        ("oplux.model_id", model, oplux.model_id.as_deref()),
    ]
}

/// The name of every credential that is missing, and what to do about it. `has_env`: whether the
/// environment has the secret.
fn missing(oplux: &OpluxConfig, has_env: bool) -> Vec<(Text, Text)> {
    let ids = ids(oplux).into_iter();
    let missing = ids.filter(|(_, _, id)| id.is_none());
    let mut missing: Vec<_> = missing
        .map(|(key, name, _)| (name, texts::hint_set(key)))
        .collect();
    if !has_env && oplux.secret_key.is_none() {
        missing.push(of(SECRET_KEY));
    }
    missing
}

/// The name of a credential, and what to do where it is missing.
fn of(credential: Credential) -> (Text, Text) {
    ((credential.name)(), (credential.hint)())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use super::*;
    use crate::{
        config::{
            files::write_atomic,
            load::{Source, load, of_source},
        },
        locales::Lang,
    };

    const ACCOUNT: &str = "shop_id = \"S\"\nconnection_id = \"C\"\nmodel_id = \"M\"\nregister_url = \"https://oplux.example/\"\n";

    fn config(text: &str) -> Config {
        let path = Path::new("/shop/config.toml");
        of_source(path, &Source::of_text(text), false).unwrap()
    }

    /// What `screen` refuses, `screen --dry-run` refuses too; but no program is run.
    #[test]
    fn a_dry_run_refuses_a_bad_file_and_says_where_a_program_was_not_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let draft = |text: &str, env| {
            let text = format!("[oplux]\n{ACCOUNT}{text}");
            write_atomic(&path, text.as_bytes()).unwrap();
            load(&path).unwrap().draft(env)
        };
        let file = "secret_key_file = \"key\"\n";
        let key = folder.path().join("key");
        let missing = draft(file, None).unwrap();
        assert!(missing.secret_key.is_none());
        let trouble = missing.secret_trouble.unwrap().to_string();
        assert!(trouble.contains("secret_key_file"), "{trouble}");
        write_atomic(&key, b"hunter2\n").unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(draft(file, None).is_err());
        let program = "secret_key_command = [\"/nowhere/program\"]\n";
        write_atomic(&key, b"hunter2\n").unwrap();
        for (text, env, secret, not_asked) in [
            (file, None, Some("hunter2"), false),
            (file, Some("env"), Some("env"), false),
            (program, None, None, true),
            (program, Some(""), None, true),
            (program, Some("env"), Some("env"), false),
            ("", None, None, false),
        ] {
            let draft = draft(text, env).unwrap();
            let found = draft.secret_key.as_ref().map(Secret::reveal);
            assert_eq!((found, draft.secret_not_asked), (secret, not_asked));
        }
    }

    #[test]
    fn what_screening_lacks_is_one_list() {
        let names = |text: &str, env| -> Vec<String> {
            let missing = config(text).missing_to_screen(env).into_iter();
            let last = |text: &Text| text.get(Lang::En).rsplit(' ').next().map(str::to_owned);
            missing.filter_map(|text| last(&text)).collect()
        };
        let full = format!("[oplux]\n{ACCOUNT}");
        let nowhere = format!("{full}secret_key_file = \"/nowhere\"\n");
        let redirect = format!("{nowhere}on_ng.action = \"redirect\"\n");
        let all = "shop_id connection_id model_id secret_key register_url";
        for (text, env, expected) in [
            ("", false, all),
            ("[oplux]\n", false, all),
            (&full, false, "secret_key"),
            (&full, true, ""),
            // Whether the file is there is asked only when the secret is needed.
            (&nowhere, false, ""),
            (&redirect, false, "oplux.on_ng.redirect_url"),
        ] {
            assert_eq!(names(text, env).join(" "), expected, "{text} {env}");
        }
        let kind = |text: &str| config(text).credentials(None).unwrap_err().kind;
        assert_eq!(kind(&full), ConfigErrorKind::CredentialsMissing);
        assert_eq!(kind(&nowhere), ConfigErrorKind::CredentialsMissing);
        assert_eq!(kind(""), ConfigErrorKind::Missing);
        let hosts = config(&format!(
            "[oplux]\n{ACCOUNT}event_url = \"http://127.0.0.1:8080/e\"\n[ecforce]\nbase_url = \"https://shop.example.com/\"\n"
        ));
        let expected = [
            ("oplux.register_url", "oplux.example"),
            ("oplux.event_url", "127.0.0.1"),
            ("ecforce.base_url", "shop.example.com"),
        ];
        let expected = expected.map(|(key, host)| (key, host.to_owned()));
        assert_eq!(hosts.addresses().unwrap(), expected);
    }

    #[test]
    fn every_credential_that_is_missing_is_named_with_its_term() {
        let error = config("[oplux]\n").account(None).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
        let hint = error.said.hint.clone().unwrap();
        for lang in [Lang::En, Lang::Ja] {
            let message = error.said.message.get(lang);
            let terms = "加盟店ID 接続元ID シークレットキー 審査モデルID \
                         shop_id connection_id secret_key model_id";
            for term in terms.split(' ') {
                assert!(message.contains(term), "{term}: {message}");
            }
            assert!(hint.get(lang).contains("oplux config set oplux.shop_id"));
            assert!(hint.get(lang).contains("oplux config secret"));
        }
        // With all four, the address is asked for, and only then the secret.
        let account = ACCOUNT.lines().take(3).collect::<Vec<_>>().join("\n");
        let text = format!("[oplux]\n{account}\nsecret_key_file = \"/nowhere\"\n");
        let error = config(&text).account(None).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::Invalid);
        assert_eq!(error.problems[0].path, "oplux.register_url");
        let whole = config(&format!("[oplux]\n{ACCOUNT}secret_key = \"inline\"\n"));
        let account = whole.account(Some("")).unwrap();
        assert_eq!(account.secret_key.reveal(), "inline");
        assert!(!format!("{account:?} {whole:?}").contains("inline"));
    }
}
