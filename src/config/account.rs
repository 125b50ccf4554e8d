//! What a request to O-PLUX needs of the configuration: the four credentials (R2) and the address.

use url::Url;

use super::{
    error::{ConfigError, ConfigErrorKind, Problem, ProblemKind},
    load::{Config, OpluxConfig},
    secret::{Credential, SecretSource},
};
use crate::{
    domain::{event::Service, private::Secret, settings::HashMethod},
    locales::{Said, Text, config as texts},
};

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

/// What getting and updating events needs.
#[derive(Debug, Clone)]
pub struct EventAccount {
    /// O-PLUX or 不正利用チェッカー (R15).
    pub service: Service,
    /// 加盟店ID.
    pub shop_id: String,
    /// 接続元ID.
    pub connection_id: String,
    /// シークレットキー.
    pub secret_key: Secret,
    /// Where events are got and updated (version 1.0).
    pub event_url: Url,
    /// What signatures are hashed with.
    pub hash_method: HashMethod,
    /// What one request may take, in seconds.
    pub timeout_seconds: u64,
}

/// What a dry run shows of the account: what is there.
#[derive(Debug, Clone)]
pub struct Draft {
    /// O-PLUX or 不正利用チェッカー (R15).
    pub service: Service,
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
    /// [`ConfigErrorKind::NoOplux`]; [`ConfigErrorKind::CredentialsMissing`] with every one that
    /// is missing; [`ConfigErrorKind::Invalid`] without a `register_url`; and those of the secret.
    pub fn account(&self, env_secret: Option<&str>) -> Result<Account, ConfigError> {
        let oplux = self.oplux()?;
        self.require(oplux, env_secret)?;
        let register_url = self.address("oplux.register_url", oplux.register_url.as_ref())?;
        Ok(Account {
            service: oplux.service,
            shop_id: oplux.shop_id.clone().unwrap_or_default(),
            connection_id: oplux.connection_id.clone().unwrap_or_default(),
            secret_key: self.secret_key(oplux, env_secret)?,
            model_id: oplux.model_id.clone().unwrap_or_default(),
            register_url,
            name_url: oplux.name_url.clone(),
            hash_method: oplux.hash_method,
            timeout_seconds: oplux.timeout_seconds,
        })
    }

    /// What getting and updating events needs; `env_secret` as in [`Config::account`].
    ///
    /// # Errors
    /// Those of [`Config::account`], for `event_url`.
    pub fn event_account(&self, env_secret: Option<&str>) -> Result<EventAccount, ConfigError> {
        let oplux = self.oplux()?;
        self.require(oplux, env_secret)?;
        let event_url = self.address("oplux.event_url", oplux.event_url.as_ref())?;
        Ok(EventAccount {
            service: oplux.service,
            shop_id: oplux.shop_id.clone().unwrap_or_default(),
            connection_id: oplux.connection_id.clone().unwrap_or_default(),
            secret_key: self.secret_key(oplux, env_secret)?,
            event_url,
            hash_method: oplux.hash_method,
            timeout_seconds: oplux.timeout_seconds,
        })
    }

    /// What a dry run shows: what is there. No program is run for the secret, and nothing that the
    /// configuration does not name is an error.
    ///
    /// # Errors
    /// [`ConfigErrorKind::NoOplux`], and for the file of the secret what a run would refuse:
    /// [`ConfigErrorKind::CredentialsMissing`] where it is not there, cannot be read or is empty,
    /// [`ConfigErrorKind::Exposed`] where group or others can read it.
    pub fn draft(&self, env_secret: Option<&str>) -> Result<Draft, ConfigError> {
        let oplux = self.oplux()?;
        let at_hand = oplux
            .secret_key
            .at_hand(Credential::OpluxSecretKey, env_secret);
        let (secret_key, secret_trouble) = match at_hand {
            Ok(secret) => (secret, None),
            Err(error) if error.kind == ConfigErrorKind::CredentialsMissing => {
                (None, Some(error.said))
            }
            Err(error) => return Err(error),
        };
        Ok(Draft {
            service: oplux.service,
            shop_id: oplux.shop_id.clone(),
            connection_id: oplux.connection_id.clone(),
            secret_key,
            secret_trouble,
            secret_not_asked: oplux.secret_key.asks_program(env_secret),
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
        self.secret_key(oplux, env_secret)
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
        let ids = [
            (texts::name_shop_id(), of(|oplux| oplux.shop_id.as_ref())),
            (
                texts::name_connection_id(),
                of(|oplux| oplux.connection_id.as_ref()),
            ),
            (texts::name_secret_key(), Some(secret.reveal())),
            (texts::name_model_id(), of(|oplux| oplux.model_id.as_ref())),
        ];
        let has_blank = |text: &str| text.contains(char::is_whitespace);
        let found = ids.into_iter().chain(models);
        let found = found.filter(|(_, value)| value.is_some_and(has_blank));
        found.map(|(name, _)| name).collect()
    }

    /// The addresses that are set: the path of each key, and the address's host.
    ///
    /// # Errors
    /// [`ConfigErrorKind::NoOplux`], and [`ConfigErrorKind::Invalid`] without the one that
    /// screening needs, `register_url`.
    pub fn addresses(&self) -> Result<Vec<(&'static str, String)>, ConfigError> {
        let oplux = self.oplux()?;
        self.address("oplux.register_url", oplux.register_url.as_ref())?;
        let base_url = self.ecforce.as_ref().and_then(|ec| ec.base_url.as_ref());
        let all = [
            ("oplux.register_url", oplux.register_url.as_ref()),
            ("oplux.event_url", oplux.event_url.as_ref()),
            ("oplux.name_url", oplux.name_url.as_ref()),
            ("ecforce.base_url", base_url),
        ];
        let host = |(key, url): (_, Option<&Url>)| Some((key, url?.host_str()?.to_owned()));
        Ok(all.into_iter().filter_map(host).collect())
    }

    /// What is not there and screening needs: the names of credentials, and of `register_url`.
    /// `env_secret_is_set`: whether `$OPLUX_SECRET_KEY` gives the secret. The secret is not asked
    /// for: it counts as there where the configuration says where it is.
    pub fn missing_to_screen(&self, env_secret_is_set: bool) -> Vec<Text> {
        let oplux = self.oplux.as_ref();
        let credentials = missing(oplux, env_secret_is_set).into_iter();
        let register_url = oplux.and_then(|oplux| oplux.register_url.as_ref());
        let address = register_url.is_none().then(texts::name_register_url);
        credentials.map(|(name, _)| name).chain(address).collect()
    }

    /// Names every credential that is missing.
    fn require(&self, oplux: &OpluxConfig, env_secret: Option<&str>) -> Result<(), ConfigError> {
        let in_env = env_secret.is_some_and(|secret| !secret.trim().is_empty());
        let missing = missing(Some(oplux), in_env);
        if missing.is_empty() {
            return Ok(());
        }
        let (names, hints): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
        Err(self.credentials_missing(&names, &hints))
    }

    fn credentials_missing(&self, names: &[Text], hints: &[Text]) -> ConfigError {
        let message = texts::credentials_missing(self.path.display(), Text::joined(names, ", "));
        let said = Said::new(message).hint(Text::joined(hints, "\n"));
        ConfigError::new(ConfigErrorKind::CredentialsMissing, said)
    }

    fn secret_key(&self, oplux: &OpluxConfig, env: Option<&str>) -> Result<Secret, ConfigError> {
        let credential = Credential::OpluxSecretKey;
        oplux
            .secret_key
            .resolve(credential, env)?
            .ok_or_else(|| self.credentials_missing(&[credential.name()], &[credential.hint()]))
    }

    /// An address that has to be there.
    fn address(&self, path: &str, url: Option<&Url>) -> Result<Url, ConfigError> {
        url.cloned().ok_or_else(|| {
            let what = texts::missing_address(super::schema::Kind::Address.allowed());
            let problem = Problem::new(ProblemKind::Missing, path, what);
            let mut error = ConfigError::problems(&self.path, vec![problem]);
            error.said.hint = Some(texts::hint_set(path));
            error
        })
    }
}

/// The name of every credential that is missing, and what to do about it. `in_env`: whether the
/// environment has the secret.
fn missing(oplux: Option<&OpluxConfig>, in_env: bool) -> Vec<(Text, Text)> {
    let is_set = |of: fn(&OpluxConfig) -> bool| oplux.is_some_and(of);
    let set = |key: &str| texts::hint_set(key);
    let secret = Credential::OpluxSecretKey;
    let has_secret = is_set(|oplux| oplux.secret_key != SecretSource::None);
    let all = [
        (
            is_set(|oplux| oplux.shop_id.is_some()),
            (texts::name_shop_id(), set("oplux.shop_id")),
        ),
        (
            is_set(|oplux| oplux.connection_id.is_some()),
            (texts::name_connection_id(), set("oplux.connection_id")),
        ),
        (in_env || has_secret, (secret.name(), secret.hint())),
        (
            is_set(|oplux| oplux.model_id.is_some()),
            (texts::name_model_id(), set("oplux.model_id")),
        ),
    ];
    all.into_iter()
        .filter(|(is_there, _)| !is_there)
        .map(|(_, said)| said)
        .collect()
}
