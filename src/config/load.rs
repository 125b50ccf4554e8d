//! Reading the configuration, and what comes out of it.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, de::Error as _};
use toml::de::DeValue;
use url::Url;

use super::{
    check::{self, Checked, line_at},
    error::{ConfigError, ConfigErrorKind, Problem},
    files,
    secret::SecretSource,
};
use crate::{
    domain::{
        event::{AutoResult, Service},
        order::Mapping,
        settings::{AdUrl, Behaviours, HashMethod, PaymentMethod, Settings},
        text::folded,
        time::JstTime,
    },
    locales::{Said, config as texts},
};

/// The configuration, checked, with its defaults filled in and its paths made from its folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    /// The file that it was read from.
    #[serde(skip)]
    pub path: PathBuf,
    /// Where the store is.
    pub store: Option<PathBuf>,
    /// When the integration began (R7).
    #[serde(deserialize_with = "parsed")]
    pub integrated_at: Option<JstTime>,
    /// The `[oplux]` table, where there is one.
    pub oplux: Option<OpluxConfig>,
    /// 設定 > 支払い方法管理 (R4).
    pub payment_methods: Vec<PaymentMethod>,
    /// 広告URL管理, for orders that name only the ad URL's ID.
    pub ad_urls: Vec<AdUrl>,
    /// The `[ecforce]` table, where there is one.
    pub ecforce: Option<EcforceConfig>,
    /// `[import.*.columns]`.
    #[serde(rename = "import")]
    pub columns: Mapping,
    #[serde(skip)]
    pub(super) unset_redirects: Vec<Problem>,
}

impl Config {
    /// The IDs of the payment methods, by name as it is compared; none of a name that two have.
    pub fn method_ids(&self) -> HashMap<String, Option<u64>> {
        let mut methods = HashMap::new();
        for method in &self.payment_methods {
            let id = methods.entry(folded(&method.name));
            id.and_modify(|id| *id = None).or_insert(Some(method.id));
        }
        methods
    }
}

/// 設定 > 外部連携アカウント管理 > O-PLUX.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OpluxConfig {
    /// O-PLUXを使用する (R3).
    pub enabled: Option<bool>,
    /// O-PLUX or 不正利用チェッカー (R15).
    pub service: Service,
    /// 加盟店ID.
    pub shop_id: Option<String>,
    /// 接続元ID.
    pub connection_id: Option<String>,
    /// 審査モデルID.
    pub model_id: Option<String>,
    /// Where シークレットキー comes from.
    #[serde(flatten)]
    pub secret_key: Option<SecretSource>,
    /// 既存顧客でもO-PLUX審査を行う (R5).
    pub screen_existing_customers: bool,
    /// Where events are registered (version 3.0).
    #[serde(deserialize_with = "parsed")]
    pub register_url: Option<Url>,
    /// Where events are got and updated (version 1.0).
    #[serde(deserialize_with = "parsed")]
    pub event_url: Option<Url>,
    /// Where names are normalised.
    #[serde(deserialize_with = "parsed")]
    pub name_url: Option<Url>,
    /// What signatures are hashed with.
    pub hash_method: HashMethod,
    /// What one request may take, in seconds: 1 to 120.
    pub timeout_seconds: u64,
    /// What happens at HOLD, REVIEW and NG (R6).
    #[serde(flatten)]
    behaviours: Behaviours,
}

/// ecforce's admin API.
#[derive(Debug, Clone, Deserialize)]
pub struct EcforceConfig {
    /// The shop's address.
    #[serde(default, deserialize_with = "parsed")]
    pub base_url: Option<Url>,
    /// Where the token comes from.
    #[serde(flatten)]
    pub token: Option<SecretSource>,
}

fn parsed<'d, D: Deserializer<'d>, T: FromStr>(of: D) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(of)?;
    // The check has read it already; its own error would repeat the value.
    let value = text.parse().map_err(|_| D::Error::custom("unreadable"))?;
    Ok(Some(value))
}

/// Reads the configuration and checks it: all mistakes at once. What is missing is no mistake
/// here, but for what makes an entry meaningless; [`Config::account`] asks for the rest.
///
/// # Errors
/// [`ConfigErrorKind::Missing`] where there is none, and [`ConfigErrorKind::Invalid`], also where
/// others can read a file that holds a secret itself, or write one that says where it comes from.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    of_source(path, &read(path)?, false)
}

/// Reads the configuration and checks the whole of it, for `config check`: what [`load()`] finds,
/// and redirects without a URL (R6), in one list by line.
///
/// # Errors
/// Those of [`load()`], and [`ConfigErrorKind::Invalid`] for such a redirect.
pub fn check_file(path: &Path) -> Result<Config, ConfigError> {
    of_source(path, &read(path)?, true)
}

/// The text of a configuration, and who else can read and write its file.
#[derive(Default)]
pub(super) struct Source {
    pub(super) text: String,
    readable: bool,
    writable: bool,
}

impl Source {
    /// A text of which no file is open to others.
    pub(super) fn of_text(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn document(&self, path: &Path) -> Result<DeValue<'_>, ConfigError> {
        check::parse(&self.text).map_err(|problems| ConfigError::problems(path, problems))
    }

    /// Refuses what has these mistakes, or is open to others where that matters.
    pub(super) fn refuse(
        &self,
        path: &Path,
        document: &DeValue<'_>,
        mut problems: Vec<Problem>,
    ) -> Result<(), ConfigError> {
        let open = check::open_to_others(&self.text, document, self.readable, self.writable);
        let hint = (!open.is_empty()).then(|| files::hint_to_close(path));
        problems.extend(open);
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by_key(|problem| problem.line);
        let mut error = ConfigError::problems(path, problems);
        error.said.hint = hint.or(error.said.hint);
        Err(error)
    }
}

pub(super) fn read(path: &Path) -> Result<Source, ConfigError> {
    let file = files::read(path).map_err(|error| unreadable(path, &error))?;
    Ok(Source {
        text: text_of(path, file.bytes)?,
        readable: file.readable,
        writable: file.writable,
    })
}

/// The text of a configuration's bytes.
pub(super) fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String, ConfigError> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = String::from_utf8_lossy(&error.as_bytes()[..good]);
        let line = line_at(&line, good);
        let problem = Problem::new("", Some(line), texts::not_utf8());
        ConfigError::problems(path, vec![problem])
    })
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    if error.kind() == io::ErrorKind::NotFound {
        let said = Said::new(texts::not_found(path.display())).hint(texts::hint_init());
        return ConfigError::new(ConfigErrorKind::Missing, said);
    }
    let said = Said::new(texts::unreadable(path.display(), error.to_string()));
    ConfigError::invalid(said.hint(texts::hint_unreadable()))
}

/// `whole`: whether a redirect without a URL is a mistake too.
pub(super) fn of_source(path: &Path, source: &Source, whole: bool) -> Result<Config, ConfigError> {
    let document = source.document(path)?;
    let Checked {
        values,
        mut problems,
        unset_redirects,
    } = check::check(&source.text, &document);
    if whole {
        problems.extend_from_slice(&unset_redirects);
    }
    source.refuse(path, &document, problems)?;
    // What the check lets pass fits; an error of serde would repeat the value.
    let mut config: Config = serde_json::from_value(values).map_err(|error| {
        let cause = format!("{:?}", error.classify());
        ConfigError::invalid(Said::new(texts::unreadable(path.display(), cause)))
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    config.store = config.store.map(|store| folder.join(store));
    if let Some(oplux) = &mut config.oplux {
        oplux.secret_key = oplux.secret_key.take().map(|source| source.from(folder));
    }
    if let Some(ecforce) = &mut config.ecforce {
        ecforce.token = ecforce.token.take().map(|source| source.from(folder));
    }
    Ok(Config {
        path: path.to_owned(),
        unset_redirects,
        ..config
    })
}

impl Config {
    /// The `[oplux]` table.
    ///
    /// # Errors
    /// [`ConfigErrorKind::Missing`] where there is none.
    pub fn oplux(&self) -> Result<&OpluxConfig, ConfigError> {
        self.oplux.as_ref().ok_or_else(|| {
            let said = Said::new(texts::no_oplux(self.path.display())).hint(texts::hint_no_oplux());
            ConfigError::new(ConfigErrorKind::Missing, said)
        })
    }

    /// What the rules ask for. Without an `[oplux]` table everything has its default, and nothing
    /// is screened: ask [`Config::oplux`] where that makes a difference.
    pub fn settings(&self) -> Settings {
        let oplux = self.oplux.clone().unwrap_or(OpluxConfig {
            screen_existing_customers: true,
            ..OpluxConfig::default()
        });
        Settings {
            enabled: oplux.enabled,
            service: oplux.service,
            screen_existing_customers: oplux.screen_existing_customers,
            behaviours: oplux.behaviours,
            methods: self.payment_methods.clone(),
            ad_urls: self.ad_urls.clone(),
        }
    }

    /// What `config check` and `doctor` find in a configuration that can be loaded: redirects
    /// without a URL (R6).
    ///
    /// # Errors
    /// [`ConfigErrorKind::Invalid`] where there are any.
    pub fn check(&self) -> Result<(), ConfigError> {
        match self.unset_redirects.is_empty() {
            true => Ok(()),
            false => Err(ConfigError::problems(
                &self.path,
                self.unset_redirects.clone(),
            )),
        }
    }

    /// The error for a redirect at `result` that is needed and has no URL (R6).
    pub fn redirect_unset(&self, result: AutoResult) -> ConfigError {
        let name = match result {
            AutoResult::Review => "on_review",
            AutoResult::Ng => "on_ng",
            AutoResult::Hold | AutoResult::Ok => "on_hold",
        };
        let mut unset = self.unset_redirects.clone();
        unset.retain(|problem| problem.path == format!("oplux.{name}.redirect_url"));
        ConfigError::problems(&self.path, unset)
    }
}

#[cfg(test)]
mod tests;
