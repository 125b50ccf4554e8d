//! What a request to O-PLUX needs of the configuration: the four credentials (R2) and the address.

use url::Url;

use super::{
    error::{ConfigError, ConfigErrorKind, Problem},
    load::{Config, OpluxConfig},
    schema::Kind,
    secret::{self, Credential},
};
use crate::{
    domain::{event::Service, private::Secret, settings::HashMethod},
    locales::{Said, Text, config as texts},
};

const SECRET: Credential = Credential::OpluxSecretKey;

/// What screening needs.
#[derive(Debug, Clone)]
pub struct Account {
    /// O-PLUX or 不正利用チェッカー (R15).
    pub service: Service,
    /// 加盟店ID.
    pub shop_id: String,
    /// 接続元ID.
    pub connection_id: String,
    /// シークレットキー.
    pub secret_key: Secret,
    /// 審査モデルID.
    pub model_id: String,
    /// Where events are registered (version 3.0).
    pub register_url: Url,
    /// Where names are normalised.
    pub name_url: Option<Url>,
    /// What signatures are hashed with.
    pub hash_method: HashMethod,
    /// What one request may take, in seconds.
    pub timeout_seconds: u64,
}

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
        let oplux = self.oplux()?;
        self.require(oplux, env_secret)?;
        let register_url = self.register_url(oplux)?.clone();
        Ok(Account {
            service: oplux.service,
            shop_id: oplux.shop_id.clone().unwrap_or_default(),
            connection_id: oplux.connection_id.clone().unwrap_or_default(),
            secret_key: self.credentials(env_secret)?,
            model_id: oplux.model_id.clone().unwrap_or_default(),
            register_url,
            name_url: oplux.name_url.clone(),
            hash_method: oplux.hash_method,
            timeout_seconds: oplux.timeout_seconds,
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
        let secret_not_asked = secret::asks_program(source, env_secret);
        let mut secret_trouble = None;
        let secret_key = match secret_not_asked {
            true => None,
            false => SECRET.resolve(source, env_secret).or_else(|error| {
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
        let oplux = self.oplux()?;
        self.require(oplux, env_secret)?;
        let secret = SECRET.resolve(oplux.secret_key.as_ref(), env_secret)?;
        secret.ok_or_else(|| self.credentials_missing(vec![(SECRET.name(), SECRET.hint())]))
    }

    /// Names every credential that is missing.
    fn require(&self, oplux: &OpluxConfig, env_secret: Option<&str>) -> Result<(), ConfigError> {
        let has_env = env_secret.is_some_and(|secret| !secret.trim().is_empty());
        match missing(Some(oplux), has_env) {
            none if none.is_empty() => Ok(()),
            missing => Err(self.credentials_missing(missing)),
        }
    }

    fn credentials_missing(&self, missing: Vec<(Text, Text)>) -> ConfigError {
        let (names, hints): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
        let names = Text::joined(&names, ", ");
        let said = Said::new(texts::credentials_missing(self.path.display(), names));
        let said = said.hint(Text::joined(&hints, "\n"));
        ConfigError::new(ConfigErrorKind::CredentialsMissing, said)
    }

    /// The names of the credentials with a blank within: it is kept, and is probably a slip.
    pub fn blanks(&self, secret: &Secret) -> Vec<Text> {
        let of = |id: fn(&OpluxConfig) -> Option<&String>| {
            self.oplux.as_ref().and_then(id).map(String::as_str)
        };
        let models = self.payment_methods.iter().enumerate();
        let models = models.map(|(at, method)| {
            let name = Text::same(format!("payment_methods[{at}].model_id"));
            (name, method.model_id.as_deref())
        });
        let shop_id = of(|oplux| oplux.shop_id.as_ref());
        let connection_id = of(|oplux| oplux.connection_id.as_ref());
        let model_id = of(|oplux| oplux.model_id.as_ref());
        let ids = [
            (texts::name_shop_id(), shop_id),
            (texts::name_connection_id(), connection_id),
            (texts::name_secret_key(), Some(secret.reveal())),
            (texts::name_model_id(), model_id),
        ];
        let has_blank = |text: &str| text.contains(char::is_whitespace);
        let found = ids.into_iter().chain(models);
        let found = found.filter(|(_, value)| value.is_some_and(has_blank));
        found.map(|(name, _)| name).collect()
    }

    /// The addresses that are set: the path of each key, and the address's host.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Missing`] without an `[oplux]` table, and [`ConfigErrorKind::Invalid`]
    /// without the address that screening needs, `register_url`.
    pub fn addresses(&self) -> Result<Vec<(&'static str, String)>, ConfigError> {
        let oplux = self.oplux()?;
        let register_url = self.register_url(oplux)?;
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
        let oplux = self.oplux.as_ref();
        let credentials = missing(oplux, has_env).into_iter().map(|(name, _)| name);
        let has_address = oplux.is_some_and(|oplux| oplux.register_url.is_some());
        let address = (!has_address).then(texts::name_register_url);
        let redirects = self.unset_redirects.iter();
        let redirects = redirects.map(|problem| Text::same(&problem.path));
        credentials.chain(address).chain(redirects).collect()
    }

    fn register_url<'c>(&self, oplux: &'c OpluxConfig) -> Result<&'c Url, ConfigError> {
        oplux.register_url.as_ref().ok_or_else(|| {
            let path = "oplux.register_url";
            let what = texts::missing_address(Kind::Address.allowed());
            let problem = Problem::new(path, None, what);
            let mut error = ConfigError::problems(&self.path, vec![problem]);
            error.said.hint = Some(texts::hint_set(path));
            error
        })
    }
}

/// The name of every credential that is missing, and what to do about it. `has_env`: whether the
/// environment has the secret.
fn missing(oplux: Option<&OpluxConfig>, has_env: bool) -> Vec<(Text, Text)> {
    let is_set = |of: fn(&OpluxConfig) -> bool| oplux.is_some_and(of);
    let id = |key: &str, name: Text| (name, texts::hint_set(key));
    let all = [
        (
            is_set(|oplux| oplux.shop_id.is_some()),
            id("oplux.shop_id", texts::name_shop_id()),
        ),
        (
            is_set(|oplux| oplux.connection_id.is_some()),
            id("oplux.connection_id", texts::name_connection_id()),
        ),
        (
            has_env || is_set(|oplux| oplux.secret_key.is_some()),
            (SECRET.name(), SECRET.hint()),
        ),
        (
            is_set(|oplux| oplux.model_id.is_some()),
            id("oplux.model_id", texts::name_model_id()),
        ),
    ];
    let missing = all.into_iter().filter(|(is_there, _)| !is_there);
    missing.map(|(_, said)| said).collect()
}
