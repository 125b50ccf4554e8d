//! One HTTP client for both APIs: time-outs, retries, limits, and what may be known of a failure
//! (CONTRACT.md, "Network").
//!
//! No failure carries the address or a text of the server: an address of the name API holds a
//! name. The API clients word what is told to people.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

pub use reqwest::{RequestBuilder, Url};

use crate::domain::time::JstTime;

/// What "now" is. Time is passed in: signatures and HTTP dates ask it.
pub type Clock = Arc<dyn Fn() -> JstTime + Send + Sync>;

/// Opening a connection may take this long, TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// The most that a `Retry-After` is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The most that is read of an answer, in bytes.
pub const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is neither https nor http on loopback.
    #[error("neither https nor http on loopback")]
    NotHttps,
    /// It carries a user name or a password.
    #[error("with user information")]
    UserInformation,
    /// The client could not be made for it.
    #[error("not usable")]
    Unusable,
}

/// Whether the host is loopback: 127.0.0.0/8, `::1` or `localhost`.
pub fn is_loopback(address: &Url) -> bool {
    let Some(host) = address.host_str() else {
        return false;
    };
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// Addresses are https, or http on loopback, without user information.
///
/// # Errors
/// Which of the two rules the address breaks.
pub fn check_address(address: &Url) -> Result<(), AddressError> {
    if !address.username().is_empty() || address.password().is_some() {
        return Err(AddressError::UserInformation);
    }
    match address.scheme() {
        "https" if address.has_host() => Ok(()),
        "http" if is_loopback(address) => Ok(()),
        _ => Err(AddressError::NotHttps),
    }
}

/// Why a connection never opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// Nobody listens there.
    Refused,
    /// The host's name could not be resolved.
    UnknownHost,
    /// No TLS connection came about: the certificate is not trusted, say.
    Tls,
    /// It took longer than 5 s.
    TimedOut,
    /// Anything else, a proxy's objection among them.
    Other,
}

/// What went wrong on the way to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The connection never opened: the request certainly did not arrive.
    #[error("the connection never opened")]
    NotOpened(NotOpened),
    /// No whole answer within the time-out, after the connection opened.
    #[error("timed out")]
    TimedOut,
    /// The connection broke after it opened.
    #[error("the connection broke")]
    Broken,
    /// The answer is larger than [`LARGEST_ANSWER`].
    #[error("the answer is too large")]
    TooLarge,
}

/// An answer. Its status is known even where its body did not come through.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body. Of a 429 or 503 it is not read, and empty.
    pub body: Result<Vec<u8>, Failure>,
}

/// Which failures a request survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// One try.
    Never,
    /// A registration: only what certainly did not arrive, and 429 and 503, whatever the body.
    NotArrived,
    /// A read: a failed connection, a time-out, 429 and 5xx.
    Read,
}

impl Retry {
    fn wants(self, outcome: &Result<Reply, Failure>) -> bool {
        match (self, outcome) {
            (Self::Never, _) => false,
            (_, Err(Failure::NotOpened(_))) => true,
            (_, Ok(reply)) if is_busy(reply.status) => true,
            (Self::NotArrived, _) => false,
            (Self::Read, Ok(reply)) if reply.status >= 500 => true,
            (Self::Read, Ok(reply)) => matches!(reply.body, Err(failure) if failure.may_pass()),
            (Self::Read, Err(failure)) => failure.may_pass(),
        }
    }
}

impl Failure {
    fn may_pass(self) -> bool {
        !matches!(self, Self::TooLarge)
    }
}

/// Whether the status says "not now": 429 and 503, whatever the body.
pub fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// How long to wait before each retry; as many retries as entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff(pub Vec<Duration>);

/// The contract's: three retries, after 1, 2 and 4 s.
impl Default for Backoff {
    fn default() -> Self {
        Self([1, 2, 4].map(Duration::from_secs).to_vec())
    }
}

/// Up to a fifth more, so that callers that failed together do not come back together.
fn with_jitter(wait: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) as f64 / u64::MAX as f64;
    wait.mul_f64(1.0 + random / 5.0)
}

/// A client for one address: its time-outs, its retries and its proxy rules.
#[derive(Clone)]
pub struct Client {
    inner: reqwest::Client,
    backoff: Backoff,
    clock: Clock,
}

impl Client {
    /// A client for the host of `address`. `timeout` is that of one request, its retries not
    /// counted.
    ///
    /// # Errors
    /// Where the address breaks the rule of [`check_address`].
    pub fn new(
        address: &Url,
        timeout: Duration,
        backoff: Backoff,
        clock: Clock,
    ) -> Result<Self, AddressError> {
        check_address(address)?;
        let inner = build(address, timeout)?;
        Ok(Self {
            inner,
            backoff,
            clock,
        })
    }

    /// A GET request, to be given to [`Client::send`].
    pub fn get(&self, url: Url) -> RequestBuilder {
        self.inner.get(url)
    }

    /// A POST request of a JSON document, to be given to [`Client::send`].
    pub fn post_json(&self, url: Url, body: Vec<u8>) -> RequestBuilder {
        let json = (reqwest::header::CONTENT_TYPE, "application/json");
        self.inner.post(url).header(json.0, json.1).body(body)
    }

    /// Sends what `request` makes, anew for each try: a signature holds the time.
    ///
    /// # Errors
    /// The failure of the last try.
    pub async fn send(
        &self,
        retry: Retry,
        mut request: impl FnMut() -> RequestBuilder,
    ) -> Result<Reply, Failure> {
        let mut waits = self.backoff.0.iter();
        loop {
            let (outcome, asked) = self.once(request()).await;
            match waits.next() {
                Some(wait) if retry.wants(&outcome) => {
                    tokio::time::sleep(asked.unwrap_or_else(|| with_jitter(*wait))).await;
                }
                _ => return outcome,
            }
        }
    }

    /// One try, and how long its answer asks to wait (`Retry-After`).
    async fn once(&self, request: RequestBuilder) -> (Result<Reply, Failure>, Option<Duration>) {
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return (Err(failure(&error)), None),
        };
        let status = response.status().as_u16();
        let asked = response
            .headers()
            .get(reqwest::header::RETRY_AFTER)
            .and_then(|value| retry_after(value.to_str().ok()?, (self.clock)()));
        let body = if is_busy(status) {
            Ok(Vec::new())
        } else {
            read(&mut response).await
        };
        (Ok(Reply { status, body }), asked)
    }
}

async fn read(response: &mut reqwest::Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The wait that a `Retry-After` names, in seconds or as an HTTP date; 60 s at most.
fn retry_after(value: &str, now: JstTime) -> Option<Duration> {
    let value = value.trim();
    let seconds = match value.parse::<u64>() {
        Ok(seconds) => seconds,
        // More digits than a number holds is long all the same.
        Err(_) if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => u64::MAX,
        Err(_) => {
            let date = httpdate::parse_http_date(value).ok()?;
            let unix = date.duration_since(UNIX_EPOCH).ok()?.as_secs();
            unix.saturating_sub(u64::try_from(now.unix()).unwrap_or(0))
        }
    };
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

fn failure(error: &reqwest::Error) -> Failure {
    // First of all: a connection that timed out while opening is a time-out, too.
    if error.is_connect() {
        return Failure::NotOpened(not_opened(error));
    }
    if error.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::Broken
    }
}

fn not_opened(error: &reqwest::Error) -> NotOpened {
    if error.is_dns() {
        return NotOpened::UnknownHost;
    }
    if error.is_timeout() {
        return NotOpened::TimedOut;
    }
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.is::<rustls::Error>() {
            return NotOpened::Tls;
        }
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            if io.kind() == std::io::ErrorKind::ConnectionRefused {
                return NotOpened::Refused;
            }
            // An I/O error hides what it wraps from `source`.
            if io
                .get_ref()
                .is_some_and(|inner| inner.is::<rustls::Error>())
            {
                return NotOpened::Tls;
            }
        }
        source = cause.source();
    }
    NotOpened::Other
}

fn build(address: &Url, timeout: Duration) -> Result<reqwest::Client, AddressError> {
    if address.scheme() == "https" {
        // Another client may have installed it already; that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The trusted roots are those of the system. Where it has none, the connection is what
        // fails, and says so.
        if let Ok(client) = settings(address, timeout).tls_backend_rustls().build() {
            return Ok(client);
        }
    }
    // No address on loopback needs a certificate, and a machine need not have any.
    settings(address, timeout)
        .tls_backend_preconfigured(trusting_nobody()?)
        .build()
        .map_err(|_| AddressError::Unusable)
}

fn trusting_nobody() -> Result<rustls::ClientConfig, AddressError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| AddressError::Unusable)?;
    Ok(config
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth())
}

fn settings(address: &Url, timeout: Duration) -> reqwest::ClientBuilder {
    let loopback = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ];
    let settings = reqwest::Client::builder()
        .user_agent(concat!("oplux/", env!("CARGO_PKG_VERSION")))
        .timeout(timeout)
        // Less than the whole, so that a connection that never opens is known as such.
        .connect_timeout(CONNECT.min(timeout.mul_f64(0.9)))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .tcp_nodelay(true)
        // A connection for each request: one that is kept may be closing on the other side just
        // when a registration is sent on it, and then nobody knows whether that arrived.
        .pool_max_idle_per_host(0)
        // Whatever the machine's resolver says of that name.
        .resolve_to_addrs("localhost", &loopback);
    if is_loopback(address) {
        settings.no_proxy()
    } else {
        settings
    }
}

#[cfg(test)]
mod tests;
