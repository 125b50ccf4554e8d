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
    ConfigError, ConfigErrorKind, Problem,
    check::{self, Checked, line_at},
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
        // `config init` leaves a link as it is.
        let hint = match path.is_symlink() {
            true => texts::hint_link(),
            false => texts::hint_init(),
        };
        let said = Said::new(texts::not_found(path.display())).hint(hint);
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
mod tests {
    use std::fs;

    use super::*;
    use crate::{config::schema::KEYS, domain::settings::Behaviour};

    fn parse(text: &str, whole: bool) -> Result<Config, ConfigError> {
        of_source(
            Path::new("/shop/config.toml"),
            &Source::of_text(text),
            whole,
        )
    }

    fn good(text: &str) -> Config {
        parse(text, false).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn what_is_set_is_read_and_paths_start_from_the_folder() {
        let config = good(
            r#"
store = "data/oplux.db"
[oplux]
service = "fraud-checker"
secret_key_command = ["./key.sh", "x"]
screen_existing_customers = false
event_url = "http://127.0.0.1:8080/e"
hash_method = "SHA1"
timeout_seconds = 120
on_review = { action = "create", redirect_url = "https://shop.example.com/unused" }
"#,
        );
        assert_eq!(
            config.store.as_deref(),
            Some("/shop/data/oplux.db".as_ref())
        );
        let oplux = config.oplux().unwrap();
        assert_eq!(
            (oplux.hash_method, oplux.timeout_seconds, oplux.service),
            (HashMethod::Sha1, 120, Service::FraudChecker)
        );
        assert_eq!(oplux.event_url.as_ref().unwrap().port(), Some(8080));
        let settings = config.settings();
        assert!(!settings.screen_existing_customers);
        assert_eq!(settings.behaviours.on_review, Behaviour::Create);
        let command = vec!["/shop/./key.sh".to_owned(), "x".to_owned()];
        assert_eq!(oplux.secret_key, Some(SecretSource::Command(command)));
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let config = good("[oplux]\n[[payment_methods]]\nid = 1\nname = \"a\"\n");
        let oplux = config.oplux().unwrap();
        assert!(oplux.enabled.is_none() && oplux.screen_existing_customers);
        assert_eq!(
            (oplux.hash_method, oplux.timeout_seconds, oplux.service),
            (HashMethod::Sha256, 10, Service::OPlux)
        );
        assert!(oplux.secret_key.is_none());
        let method = &config.payment_methods[0];
        assert!(!method.oplux && !method.realtime_thanks_offer && method.model_id.is_none());
        assert_eq!(method.settle_method, "99");
        assert_eq!(config.settings().behaviours.on_ng, Behaviour::Create);
        let empty = good("");
        assert_eq!(empty.oplux().unwrap_err().kind, ConfigErrorKind::Missing);
        assert!(empty.settings().enabled.is_none() && empty.settings().screen_existing_customers);
        assert!(empty.store.is_none() && empty.ecforce.is_none());
    }

    #[test]
    fn every_way_of_writing_a_table_says_the_same() {
        let written = [
            "[oplux]\nenabled = true\n[oplux.on_ng]\naction = \"redirect\"\nredirect_url = \"https://x.example\"\n[[payment_methods]]\nid = 1\nname = \"a\"\n",
            "oplux.enabled = true\noplux.on_ng.action = \"redirect\"\noplux.on_ng.redirect_url = \"https://x.example\"\npayment_methods = [{ id = 1, name = \"a\" }]\n",
            "oplux = { enabled = true, on_ng = { action = \"redirect\", redirect_url = \"https://x.example\" } }\n[[payment_methods]]\nid = 1\nname = \"a\"\n",
            "\u{feff}[oplux.on_ng]\r\naction = \"redirect\"\r\nredirect_url = \"https://x.example\"\r\n[[payment_methods]]\r\nid = 1\r\nname = \"a\"\r\n[oplux]\r\nenabled = true\r\n",
        ];
        let first = good(written[0]).settings();
        assert!(first.enabled == Some(true) && first.methods.len() == 1);
        for text in written {
            assert_eq!(good(text).settings(), first, "{text}");
        }
    }

    #[test]
    fn a_date_may_be_written_as_a_string_or_as_a_date() {
        for (text, expected) in [
            ("\"2026/1/15\"", "2026-01-15 00:00:00"),
            ("\"2026-01-15 10:00\"", "2026-01-15 10:00:00"),
            ("2026-01-15", "2026-01-15 00:00:00"),
            ("2026-01-15T10:00:00", "2026-01-15 10:00:00"),
            ("2026-01-15T10:00:00Z", "2026-01-15 19:00:00"),
        ] {
            let config = good(&format!("integrated_at = {text}\n"));
            assert_eq!(config.integrated_at.unwrap().to_string(), expected);
        }
        assert!(parse("integrated_at = 10:00:00\n", false).is_err());
    }

    /// R6: a mistake when it is needed and for `config check`, not when the file is read.
    #[test]
    fn a_redirect_without_a_url_is_told_when_it_is_asked_for() {
        let text = "[oplux]\non_ng.action = \"redirect\"\n\n[oplux.on_hold]\naction = \"redirect\"\n[oplux.on_review]\naction = \"create\"\n";
        let config = good(text);
        assert_eq!(
            config.settings().behaviours.on_hold,
            Behaviour::RedirectUnset
        );
        let mut told = config.check().unwrap_err().problems;
        told.sort_by_key(|problem| problem.line);
        assert_eq!(*told, *parse(text, true).unwrap_err().problems);
        let needed = config.redirect_unset(AutoResult::Ng);
        assert_eq!(needed.problems[0].path, "oplux.on_ng.redirect_url");
        assert_eq!(
            (needed.problems.len(), needed.problems[0].line),
            (1, Some(2))
        );
        // Among all other mistakes, by line.
        let error = parse(&text.replace("[oplux]", "[oplux]\nstor = 1"), true).unwrap_err();
        let lines: Vec<_> = error.problems.iter().map(|it| it.line).collect();
        assert_eq!(lines, [2, 3, 5].map(Some));
        assert!(parse("[oplux]\n", true).is_ok());
    }

    #[test]
    fn a_secret_that_others_can_read_is_told_among_the_other_mistakes() {
        let source = Source {
            readable: true,
            ..Source::of_text("foo = 1\necforce.token = \"hunter2\"\n")
        };
        let error = of_source(Path::new("/shop/config.toml"), &source, false).unwrap_err();
        let problems = error.problems.iter();
        let told: Vec<_> = problems.map(|it| (it.path.as_str(), it.line)).collect();
        assert_eq!(told, [("foo", Some(1)), ("ecforce.token", Some(2))]);
        assert!(!error.to_string().contains("hunter2"));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let missing = load(&path).unwrap_err();
        assert_eq!(missing.kind, ConfigErrorKind::Missing);
        let of_folder = load(folder.path()).unwrap_err();
        assert_eq!(of_folder.kind, ConfigErrorKind::Invalid);
        fs::write(&path, b"store = \"a\"\n# \x83\x65\n").unwrap();
        let error = load(&path).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::Invalid);
        assert_eq!(error.problems[0].line, Some(2));
    }

    #[test]
    fn the_sample_loads_as_it_is_and_shows_every_key() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-config.toml");
        let config = load(&path).unwrap_or_else(|error| panic!("{error}"));
        assert!(config.unset_redirects.is_empty());
        let file = SecretSource::File(path.with_file_name("config.secret-key"));
        assert_eq!(config.oplux().unwrap().secret_key, Some(file));
        let settings = config.settings();
        let held = Behaviour::Redirect("https://shop.example.com/held".into());
        assert_eq!(
            (settings.enabled, settings.behaviours.on_hold),
            (Some(true), held)
        );
        assert_eq!(config.integrated_at.unwrap().wire(), "2026/01/15 00:00:00");
        let second = &config.payment_methods[1];
        assert_eq!((second.id, second.oplux), (2, true));
        assert_eq!(second.model_id.as_deref(), Some("ATB_01"));
        assert!(config.ad_urls[0].id == 12 && config.ad_urls[0].thanks_offer);
        assert_eq!(config.columns.orders["number"], "注文番号");
        let text = fs::read_to_string(&path).unwrap();
        // The keys of each table, set or commented out.
        let mut table = String::new();
        let mut shown = Vec::new();
        for line in text.lines() {
            let line = line.trim_start_matches(['#', ' ']);
            if let Some((header, _)) = line.strip_prefix('[').and_then(|it| it.split_once(']')) {
                table = match header.strip_prefix('[') {
                    Some(list) => format!("{list}[]."),
                    None => format!("{header}."),
                };
            } else if let Some((name, _)) = line.split_once(" = ") {
                shown.push(format!("{table}{name}"));
            }
        }
        for key in KEYS {
            let is_shown = shown.iter().any(|shown| shown == key.pattern);
            assert!(is_shown, "{} is not in the sample", key.pattern);
        }
    }
}
