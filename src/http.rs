//! One HTTP client for both APIs: time-outs, retries, limits, and what may be known of a failure
//! (CONTRACT.md, "Network").
//!
//! No failure carries the address or a text of the server: an address of the name API holds a
//! name. The API clients word what is told to people.

use std::{
    hash::{BuildHasher, RandomState},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

pub use reqwest::{
    RequestBuilder, Url,
    header::{AUTHORIZATION, HeaderValue},
};
use rustls::pki_types::CertificateDer;
use tokio::sync::watch;

use crate::domain::{
    address::{self, BadAddress, is_loopback},
    time::JstTime,
};

mod call_error;
mod logged;
mod proxy;

pub use call_error::{not_ready, opening_hint, reason};
use logged::Logged;

/// What "now" is. Time is passed in: signatures and HTTP dates ask it.
pub type Clock = Arc<dyn Fn() -> JstTime + Send + Sync>;

/// Opening a connection may take this long, TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// The most that a `Retry-After` is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The most that is read of an answer, in bytes.
pub const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Why no client can be made. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// The address cannot be used.
    #[error("{0}")]
    Address(#[from] BadAddress),
    /// This variable holds a proxy address that cannot be read.
    #[error("{0} cannot be read")]
    Proxy(&'static str),
    /// `SSL_CERT_FILE` cannot be read, or holds no certificate.
    #[error("SSL_CERT_FILE cannot be read")]
    Authorities,
}

/// Why a connection never opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// Nobody listens there.
    Refused,
    /// The host's name could not be resolved.
    UnknownHost,
    /// No TLS connection came about. Another try would end alike.
    Tls(Tls),
    /// The proxy is not there, or does not let the connection through.
    Proxy,
    /// The proxy asks for a user name and a password, or for others (407).
    ProxyLogin,
    /// It took longer than 5 s.
    TimedOut,
    /// Anything else.
    Other,
}

/// Why no TLS connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// The certificate is of an authority that the system does not know, or of none.
    Untrusted,
    /// The certificate is no longer valid, or not yet.
    Expired,
    /// The certificate is that of another host.
    WrongHost,
    /// Both sides speak TLS, but no common version or cipher.
    NoCommonVersion,
    /// The other side does not speak TLS: plain HTTP, say.
    NotSpoken,
    /// The other side ended the handshake, or broke its rules.
    Other,
}

/// A word to every call that holds a clone, after Ctrl-C or rejected credentials: no further try. It cannot be taken back. A try that is
/// on its way is not cut off, as nobody would know whether it arrived.
#[derive(Debug, Clone)]
pub struct Halt(watch::Sender<bool>);

impl Halt {
    /// Not set.
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// From now on, no further try leaves, and waits between tries end.
    pub fn set(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has been set.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when it is set: at once where it has been.
    pub async fn wait(&self) {
        // The one error is that there is no sender left; `self` is one.
        let _ = self.0.subscribe().wait_for(|set| *set).await;
    }
}

impl Default for Halt {
    fn default() -> Self {
        Self::new()
    }
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
    /// A [`Halt`] was set before the first try, or after one that would have been made again: no
    /// further one was made.
    #[error("halted")]
    Halted,
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
            (_, Err(Failure::NotOpened(NotOpened::Tls(_) | NotOpened::ProxyLogin))) => false,
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
        !matches!(self, Self::TooLarge | Self::Halted)
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
    proxy: Option<String>,
}

impl Client {
    /// A client for the host of `address`. `timeout` is that of one request, its retries not
    /// counted.
    ///
    /// # Errors
    /// Where the address breaks the rule of [`address::check`], or what the environment says of
    /// proxies and authorities cannot be read.
    pub fn new(
        address: &Url,
        timeout: Duration,
        backoff: Backoff,
        clock: Clock,
    ) -> Result<Self, NotReady> {
        address::check(address)?;
        // Plain http is on loopback only: neither a proxy nor a certificate is asked for there.
        let (proxy, authorities) = match address.scheme() {
            "https" => (
                proxy::proxy().map_err(NotReady::Proxy)?,
                proxy::authorities().map_err(|()| NotReady::Authorities)?,
            ),
            _ => (None, Vec::new()),
        };
        let inner = build(address, timeout, &authorities)?;
        Ok(Self {
            inner,
            backoff,
            clock,
            proxy,
        })
    }

    /// Scheme, host and port of the proxy that the environment names.
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
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

    /// A PUT request of a form, to be given to [`Client::send`].
    pub fn put_form(&self, url: Url, body: String) -> RequestBuilder {
        let form = (
            reqwest::header::CONTENT_TYPE,
            "application/x-www-form-urlencoded",
        );
        self.inner.put(url).header(form.0, form.1).body(body)
    }

    /// Sends what `request` makes, anew for each try: a signature holds the time. Once `halt` is
    /// set no further try leaves; one that is on its way is finished.
    ///
    /// # Errors
    /// The failure of the last try, or [`Failure::Halted`] instead of a further one.
    pub async fn send(
        &self,
        retry: Retry,
        halt: &Halt,
        mut request: impl FnMut() -> RequestBuilder,
    ) -> Result<Reply, Failure> {
        let mut waits = self.backoff.0.iter();
        let mut attempt = 0_u64;
        loop {
            attempt += 1;
            if halt.is_set() {
                return Err(Failure::Halted);
            }
            let (outcome, asked) = self.once(request(), attempt).await;
            match waits.next() {
                Some(wait) if retry.wants(&outcome) => {
                    let wait = asked.unwrap_or_else(|| with_jitter(*wait));
                    tracing::debug!(wait_ms = wait.as_millis() as u64);
                    // Whichever comes first: a halt ends the wait.
                    let _ = tokio::time::timeout(wait, halt.wait()).await;
                }
                _ => return outcome,
            }
        }
    }

    /// One try, and how long its answer asks to wait (`Retry-After`).
    async fn once(
        &self,
        request: RequestBuilder,
        attempt: u64,
    ) -> (Result<Reply, Failure>, Option<Duration>) {
        let Ok(request) = request.build() else {
            return (Err(Failure::Broken), None);
        };
        let logged = Logged::of(&request, attempt);
        let mut response = match self.inner.execute(request).await {
            Ok(response) => response,
            Err(error) => return (logged.with(Err(failure(&error))), None),
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
        (logged.with(Ok(Reply { status, body })), asked)
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
    let (mut refused, mut proxy) = (false, None);
    let mut tls = None;
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            tls = Some(kind_of(error));
        }
        // The type of a proxy's failure is not public; its text is all there is.
        let text = cause.to_string();
        if proxy.is_none() && text.starts_with("tunnel error") {
            proxy = Some(match text.contains("proxy authorization required") {
                true => NotOpened::ProxyLogin,
                false => NotOpened::Proxy,
            });
        }
        source = cause.source();
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            refused |= io.kind() == std::io::ErrorKind::ConnectionRefused;
            // An I/O error hides what it wraps from `source`; they stand within each other.
            if let Some(inner) = io.get_ref() {
                source = Some(inner);
            }
        }
    }
    // The TLS of a proxy is the proxy's failure, and whether its host is known, too.
    match (proxy, tls) {
        (Some(proxy), _) => proxy,
        (None, Some(tls)) => NotOpened::Tls(tls),
        (None, None) if error.is_dns() => NotOpened::UnknownHost,
        (None, None) if error.is_timeout() => NotOpened::TimedOut,
        (None, None) if refused => NotOpened::Refused,
        (None, None) => NotOpened::Other,
    }
}

fn kind_of(error: &rustls::Error) -> Tls {
    use rustls::{AlertDescription as Alert, CertificateError as Certificate, Error};
    match error {
        Error::InvalidCertificate(why) => match why {
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. } => Tls::Expired,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                Tls::WrongHost
            }
            _ => Tls::Untrusted,
        },
        Error::PeerIncompatible(_)
        | Error::AlertReceived(Alert::ProtocolVersion | Alert::HandshakeFailure) => {
            Tls::NoCommonVersion
        }
        Error::InvalidMessage(_) => Tls::NotSpoken,
        _ => Tls::Other,
    }
}

fn build(
    address: &Url,
    timeout: Duration,
    authorities: &[CertificateDer<'_>],
) -> Result<reqwest::Client, BadAddress> {
    if address.scheme() == "https" {
        // Another client may have installed it already; that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The trusted roots are those of the system. Where it has none, the connection is what
        // fails, and says so.
        // Only on Linux does the system's own look-up read SSL_CERT_FILE.
        let named = authorities
            .iter()
            .map(|authority| reqwest::Certificate::from_der(authority))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| BadAddress::Unreadable)?;
        let settings = settings(address, timeout).tls_certs_merge(named);
        if let Ok(client) = settings.tls_backend_rustls().build() {
            return Ok(client);
        }
    }
    // No address on loopback needs a certificate, and a machine need not have any.
    settings(address, timeout)
        .tls_backend_preconfigured(trusting_nobody()?)
        .build()
        .map_err(|_| BadAddress::Unreadable)
}

fn trusting_nobody() -> Result<rustls::ClientConfig, BadAddress> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| BadAddress::Unreadable)?;
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
