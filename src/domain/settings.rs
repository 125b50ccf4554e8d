//! What the two admin screens set (R1 to R6): the O-PLUX account and the payment methods, and which
//! addresses are allowed: https, or http on loopback, without user information (CONTRACT.md, Network).

use serde::{Deserialize, Serialize};

use url::{Host, Url};

use super::{
    event::{AutoResult, Service},
    named,
    private::Secret,
    text::{folded, trim},
};

/// The settings that the rules ask for. Credentials and addresses are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// O-PLUXを使用する (R3), where the configuration says it: to a screening it is off otherwise, and
    /// whoever asks why an order was not screened does not know it.
    pub enabled: Option<bool>,
    /// O-PLUX or 不正利用チェッカー (R15).
    pub service: Service,
    /// 既存顧客でもO-PLUX審査を行う (R5).
    pub screen_existing_customers: bool,
    /// What happens at HOLD, REVIEW and NG (R6).
    pub behaviours: Behaviours,
    /// 支払い方法管理 (R4).
    pub methods: Vec<PaymentMethod>,
    /// 広告URL管理, for orders that name only the ad URL's ID.
    pub ad_urls: Vec<AdUrl>,
}

impl Settings {
    /// The payment method with that ID.
    pub fn method(&self, id: u64) -> Option<&PaymentMethod> {
        self.methods.iter().find(|method| method.id == id)
    }

    /// Whether any payment method has that name, however it is typed.
    pub fn names_method(&self, name: &str) -> bool {
        let name = folded(trim(name));
        let mut names = self.methods.iter().map(|method| &method.name);
        names.any(|known| folded(trim(known)) == name)
    }

    /// Whether the ad URL with that ID has its thanks offer on, where it is known.
    pub fn ad_url_thanks_offer(&self, id: u64) -> Option<bool> {
        self.ad_urls
            .iter()
            .find(|url| url.id == id)
            .map(|url| url.thanks_offer)
    }
}

/// A payment method (支払い方法).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMethod {
    /// Its ID in ecforce.
    pub id: u64,
    /// Its name in ecforce.
    pub name: String,
    /// O-PLUXの利用 (R4).
    pub oplux: bool,
    /// サンクスオファー即時決済 (R10).
    pub realtime_thanks_offer: bool,
    /// O-PLUX's settle method (WIRE.md, Codes), such as `02` for credit cards.
    pub settle_method: String,
    /// 審査モデルID, instead of the account's.
    pub model_id: Option<String>,
}

/// An ad URL (広告URL) of which the configuration knows whether its thanks offer is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct AdUrl {
    /// Its ID in ecforce.
    pub id: u64,
    /// サンクスオファー.
    pub thanks_offer: bool,
}

/// What happens to a purchase at a result (自動審査結果の時の挙動, R6).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "Written")]
pub enum Behaviour {
    /// 受注を作成する.
    #[default]
    Create,
    /// URLへリダイレクトする: to this URL.
    Redirect(String),
    /// URLへリダイレクトする, but the URL is not set. That is a mistake where it is needed.
    RedirectUnset,
}

/// A behaviour as it is written.
#[derive(Deserialize)]
struct Written {
    action: String,
    redirect_url: Option<String>,
}

impl From<Written> for Behaviour {
    /// R6: a URL that stands beside `create` is unused.
    fn from(written: Written) -> Self {
        match (written.action.as_str(), written.redirect_url) {
            ("redirect", Some(url)) => Self::Redirect(url),
            ("redirect", None) => Self::RedirectUnset,
            _ => Self::Create,
        }
    }
}

/// The behaviours of the three results that have one. OK always creates (R6).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Behaviours {
    /// 自動審査結果`[HOLD]`の時の挙動.
    pub on_hold: Behaviour,
    /// 自動審査結果`[REVIEW]`の時の挙動.
    pub on_review: Behaviour,
    /// 自動審査結果`[NG]`の時の挙動.
    pub on_ng: Behaviour,
}

impl Behaviours {
    /// The behaviour at `result`.
    pub fn at(&self, result: AutoResult) -> &Behaviour {
        match result {
            AutoResult::Ok => &Behaviour::Create,
            AutoResult::Ng => &self.on_ng,
            AutoResult::Hold => &self.on_hold,
            AutoResult::Review => &self.on_review,
        }
    }
}

/// What reading from ecforce's admin API needs.
#[derive(Debug, Clone)]
pub struct EcforceAccount {
    /// The shop's address.
    pub base_url: Url,
    /// The token of the admin API.
    pub token: Secret,
    /// The time-out of one request, in seconds, retries not counted.
    pub timeout_seconds: u64,
}

/// As whom O-PLUX is called (R2), and where.
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
    /// What is called: the register call (version 3.0), or events are got and updated there
    /// (version 1.0).
    pub url: Url,
    /// Where names are normalised, where the merchant has that.
    pub name_url: Option<Url>,
    /// How requests are signed.
    pub hash_method: HashMethod,
    /// What one request may take, in seconds, retries not counted.
    pub timeout_seconds: u64,
}

named! {
    /// How a request is signed (WIRE.md, Signature), by its name on the wire and in the configuration.
    /// Names are always hashed with SHA-256.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    pub enum HashMethod {
        /// SHA-256.
        #[default]
        Sha256 = "SHA256",
        /// SHA-1: for the signature only.
        Sha1 = "SHA1",
    }
}

#[cfg(test)]
impl Settings {
    /// Settings for tests: all on, every behaviour a creation.
    pub fn with_methods(methods: Vec<PaymentMethod>) -> Self {
        Self {
            enabled: Some(true),
            service: Service::OPlux,
            screen_existing_customers: true,
            behaviours: Behaviours::default(),
            methods,
            ad_urls: vec![],
        }
    }
}

#[cfg(test)]
impl PaymentMethod {
    /// A payment method for tests, with its switch of O-PLUX.
    pub fn with_oplux(id: u64, oplux: bool) -> Self {
        Self {
            id,
            name: "クレジットカード一括".into(),
            oplux,
            realtime_thanks_offer: false,
            settle_method: "02".into(),
            model_id: None,
        }
    }
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It is no address at all.
    #[error("not an address")]
    Unreadable,
    /// Neither https, nor http on loopback.
    #[error("neither https nor http on loopback")]
    Scheme,
    /// It carries a user name or a password.
    #[error("with user information")]
    UserInformation,
}

/// Reads an address.
///
/// # Errors
/// Where it is not allowed. The address itself is not in the error: it may hold a password.
pub fn parse_address(text: &str) -> Result<Url, BadAddress> {
    // The parser passes over blanks and line breaks; in a configuration they are slips.
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(BadAddress::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| BadAddress::Unreadable)?;
    check_address(&url)?;
    Ok(url)
}

/// Whether an address is allowed.
///
/// # Errors
/// Which of the two rules it breaks.
pub fn check_address(url: &Url) -> Result<(), BadAddress> {
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if is_loopback(url) => {}
        _ => return Err(BadAddress::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadAddress::UserInformation);
    }
    Ok(())
}

/// Whether the host is loopback: 127.0.0.0/8, `::1` or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_http_on_loopback_are_allowed_and_nothing_else() {
        for good in [
            "https://oplux.example/register",
            "https://oplux.example:8443/a?b=c",
            "http://127.0.0.1:8080/",
            "http://127.9.9.9",
            "http://[::1]:9/x",
            "http://localhost:1234",
            "http://LOCALHOST",
        ] {
            assert!(parse_address(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", BadAddress::Unreadable),
            ("oplux.example", BadAddress::Unreadable),
            ("https://", BadAddress::Unreadable),
            ("https://oplux.example/a b", BadAddress::Unreadable),
            ("https://oplux.example\n", BadAddress::Unreadable),
            ("http://oplux.example/", BadAddress::Scheme),
            ("http://128.0.0.1/", BadAddress::Scheme),
            ("http://0.0.0.0/", BadAddress::Scheme),
            ("http://[::2]/", BadAddress::Scheme),
            ("http://localhost.example.com/", BadAddress::Scheme),
            ("http://127.0.0.1.example.com/", BadAddress::Scheme),
            ("ftp://localhost/", BadAddress::Scheme),
            ("file:///etc/passwd", BadAddress::Scheme),
            ("javascript:alert(1)", BadAddress::Scheme),
            ("https://user@oplux.example/", BadAddress::UserInformation),
            (
                "https://user:pass@oplux.example/",
                BadAddress::UserInformation,
            ),
            ("http://:pass@localhost/", BadAddress::UserInformation),
        ] {
            assert_eq!(parse_address(bad), Err(why), "{bad}");
        }
    }
}
