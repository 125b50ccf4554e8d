//! Reading the configuration, and what comes out of it.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use toml_edit::Document;
use url::Url;

use super::{
    build,
    check::{self, Findings},
    error::{ConfigError, ConfigErrorKind, Problem, ProblemKind},
    files,
    secret::SecretSource,
};
use crate::{
    domain::{
        event::{AutoResult, Service},
        settings::{AdUrl, Behaviour, Behaviours, HashMethod, PaymentMethod, Settings},
        time::JstTime,
    },
    locales::{Said, config as texts},
};

/// The configuration, checked, with its defaults filled in and its paths made from its folder.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that it was read from.
    pub path: PathBuf,
    /// Where the store is.
    pub store: Option<PathBuf>,
    /// When the integration began (R7).
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
    pub columns: ImportColumns,
    pub(super) unset_redirects: Vec<Problem>,
}

/// 設定 > 外部連携アカウント管理 > O-PLUX.
#[derive(Debug, Clone)]
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
    pub secret_key: SecretSource,
    /// 既存顧客でもO-PLUX審査を行う (R5).
    pub screen_existing_customers: bool,
    /// Where events are registered (version 3.0).
    pub register_url: Option<Url>,
    /// Where events are got and updated (version 1.0).
    pub event_url: Option<Url>,
    /// Where names are normalised.
    pub name_url: Option<Url>,
    /// What signatures are hashed with.
    pub hash_method: HashMethod,
    /// What one request may take, in seconds: 1 to 120.
    pub timeout_seconds: u64,
    /// What happens at HOLD, REVIEW and NG (R6).
    pub behaviours: Behaviours,
}

/// ecforce's admin API.
#[derive(Debug, Clone)]
pub struct EcforceConfig {
    /// The shop's address.
    pub base_url: Option<Url>,
}

/// The headers of columns that the configuration maps: field name to header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportColumns {
    /// Of `import orders`.
    pub orders: BTreeMap<String, String>,
    /// Of `import payments`.
    pub payments: BTreeMap<String, String>,
    /// Of `import events`.
    pub events: BTreeMap<String, String>,
}

/// Reads the configuration and checks it: all mistakes at once. What is missing is no mistake
/// here, but for what makes an entry meaningless; [`Config::account`] asks for the rest.
///
/// # Errors
/// [`ConfigErrorKind::NotFound`], [`ConfigErrorKind::Unreadable`], [`ConfigErrorKind::Invalid`],
/// and [`ConfigErrorKind::Exposed`] where others can read a file that holds a secret itself.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let source = read(path)?;
    source.refuse_writable(path)?;
    parse(path, &source.text, source.exposed)
}

/// Reads the configuration and checks the whole of it, for `config check` and `doctor`: what
/// [`load()`] finds, and redirects without a URL (R6), in one list by line.
///
/// # Errors
/// Those of [`load()`], and [`ConfigErrorKind::Invalid`] for such a redirect.
pub fn check_file(path: &Path) -> Result<Config, ConfigError> {
    let source = read(path)?;
    source.refuse_writable(path)?;
    whole(path, &source.text, source.exposed)
}

/// The text of a configuration, and whether group or others can read its file.
pub(super) struct Source {
    pub(super) text: String,
    pub(super) exposed: bool,
    writable: bool,
}

impl Source {
    /// Refuses a text that others can change where it holds a secret, or names its file or a
    /// command: whoever writes it decides what is run and what is sent.
    pub(super) fn refuse_writable(&self, path: &Path) -> Result<(), ConfigError> {
        if !self.writable {
            return Ok(());
        }
        let found = check::writable(&self.text, &document(path, &self.text)?);
        match found.is_empty() {
            true => Ok(()),
            false => Err(ConfigError::problems(path, found)),
        }
    }
}

pub(super) fn read(path: &Path) -> Result<Source, ConfigError> {
    let file = files::read(path).map_err(|error| unreadable(path, &error))?;
    match String::from_utf8(file.bytes) {
        Ok(text) => Ok(Source {
            text,
            exposed: file.exposed,
            writable: file.writable,
        }),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..good];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let problem = Problem {
                kind: ProblemKind::Syntax,
                path: String::new(),
                line: Some(line),
                column: None,
                what: texts::not_utf8(),
            };
            Err(ConfigError::problems(path, vec![problem]))
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    if error.kind() == io::ErrorKind::NotFound {
        let said = Said::new(texts::not_found(path.display()));
        return ConfigError::new(ConfigErrorKind::NotFound, said.hint(texts::hint_init()));
    }
    let message = texts::unreadable(path.display(), error.to_string());
    ConfigError::new(
        ConfigErrorKind::Unreadable,
        Said::new(message).hint(texts::hint_unreadable()),
    )
}

/// The configuration of a text. `exposed`: whether group or others can read its file.
pub(super) fn parse(path: &Path, text: &str, exposed: bool) -> Result<Config, ConfigError> {
    let document = document(path, text)?;
    let Findings {
        problems,
        unset_redirects,
    } = findings(text, &document, exposed);
    if !problems.is_empty() {
        return Err(ConfigError::problems(path, problems));
    }
    let mut config = build::config(path, &document);
    config.unset_redirects = unset_redirects;
    Ok(config)
}

/// The same, where a redirect without a URL is a mistake too.
fn whole(path: &Path, text: &str, exposed: bool) -> Result<Config, ConfigError> {
    let document = document(path, text)?;
    let findings = findings(text, &document, exposed);
    let mut problems = findings.problems;
    problems.extend(findings.unset_redirects);
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() {
        Ok(build::config(path, &document))
    } else {
        Err(ConfigError::problems(path, problems))
    }
}

fn document<'t>(path: &Path, text: &'t str) -> Result<Document<&'t str>, ConfigError> {
    check::parse(text).map_err(|problems| ConfigError::problems(path, problems))
}

fn findings(text: &str, document: &Document<&str>, exposed: bool) -> Findings {
    let mut findings = check::check(text, document);
    if exposed {
        findings.problems.extend(check::exposed(text, document));
        findings.problems.sort_by_key(|problem| problem.line);
    }
    findings
}

impl Config {
    /// A configuration that says nothing, as of an empty file at `path`: for commands that work
    /// without one.
    pub fn empty(path: &Path) -> Self {
        build::config(path, &Document::new())
    }

    /// The `[oplux]` table.
    ///
    /// # Errors
    /// [`ConfigErrorKind::NoOplux`] where there is none.
    pub fn oplux(&self) -> Result<&OpluxConfig, ConfigError> {
        self.oplux.as_ref().ok_or_else(|| {
            let said = Said::new(texts::no_oplux(self.path.display())).hint(texts::hint_init());
            ConfigError::new(ConfigErrorKind::NoOplux, said)
        })
    }

    /// What the rules ask for. Without an `[oplux]` table everything has its default, and nothing
    /// is screened: ask [`Config::oplux`] where that makes a difference.
    pub fn settings(&self) -> Settings {
        let create = || Behaviours {
            on_hold: Behaviour::Create,
            on_review: Behaviour::Create,
            on_ng: Behaviour::Create,
        };
        let oplux = self.oplux.as_ref();
        Settings {
            enabled: oplux.and_then(|oplux| oplux.enabled),
            service: oplux.map(|oplux| oplux.service).unwrap_or_default(),
            screen_existing_customers: oplux.is_none_or(|oplux| oplux.screen_existing_customers),
            behaviours: oplux.map_or_else(create, |oplux| oplux.behaviours.clone()),
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
        if self.unset_redirects.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::problems(
                &self.path,
                self.unset_redirects.clone(),
            ))
        }
    }

    /// The keys of the redirects without a URL (R6).
    pub fn unset_redirects(&self) -> impl Iterator<Item = &str> {
        self.unset_redirects
            .iter()
            .map(|problem| problem.path.as_str())
    }

    /// The error for a redirect at `result` that is needed and has no URL (R6).
    pub fn redirect_unset(&self, result: AutoResult) -> ConfigError {
        let name = match result {
            AutoResult::Review => "on_review",
            AutoResult::Ng => "on_ng",
            AutoResult::Hold | AutoResult::Ok => "on_hold",
        };
        let path = format!("oplux.{name}.redirect_url");
        let found = self
            .unset_redirects
            .iter()
            .find(|problem| problem.path == path);
        let problem = found.cloned().unwrap_or_else(|| {
            Problem::new(ProblemKind::RedirectUnset, path, texts::redirect_unset())
        });
        ConfigError::problems(&self.path, vec![problem])
    }
}

#[cfg(test)]
mod tests;
