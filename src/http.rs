//! One HTTP client for both APIs: time-outs, retries, limits, and what may be known of a failure
//! (CONTRACT.md, "Network").
//!
//! No failure carries the address or a text of the server: an address of the name API holds a
//! name. The API clients word what is told to people.

use std::{
    env,
    ffi::OsStr,
    hash::{BuildHasher, RandomState},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

pub use reqwest::{
    RequestBuilder, Url,
    header::{AUTHORIZATION, HeaderValue},
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio::sync::watch;

use crate::{
    domain::{
        event::TroubleKind,
        settings::{BadAddress, check_address, is_loopback},
        time::JstTime,
    },
    locales::{Text, Trouble, at_oplux, services as texts},
};

mod call_error;

pub use call_error::{CallError, NotOpened, Reply, halted, is_busy};
use call_error::{Logged, bad_address, bad_authorities, bad_proxy, tls};

/// What "now" is. Time is passed in: signatures and HTTP dates ask it.
pub type Clock = Arc<dyn Fn() -> JstTime + Send + Sync>;

/// Opening a connection may take this long, TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// The most that a `Retry-After` is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The most that is read of an answer, in bytes.
pub const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// A word to every call that holds a clone, after Ctrl-C or rejected credentials: no further try. It
/// cannot be taken back. A try that is on its way is not cut off, as nobody would know whether it
/// arrived.
#[derive(Debug, Clone, Default)]
pub struct Halt(watch::Sender<bool>);

impl Halt {
    /// Not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, no further try leaves, and waits between tries end.
    pub fn set(&self) {
        self.0.send_replace(true);
    }

    /// Is set once `other` is. Needs a runtime.
    pub fn follow(&self, other: &Self) {
        let (own, other) = (self.clone(), other.clone());
        tokio::spawn(async move {
            other.wait().await;
            own.set();
        });
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

/// Which failures a request survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// One try.
    Never,
    /// A registration: only what certainly did not arrive, and 429 and 503, whatever the body.
    NotArrived,
    /// A read: a failed connection, a time-out, 429 and 5xx.
    Read,
    /// As a read. A try that may have arrived is what is told of, whatever prevents a further one.
    Update,
}

impl Retry {
    fn wants(self, outcome: &Result<Reply, CallError>) -> bool {
        match (self, outcome) {
            (Self::Never, _) => false,
            (_, Err(CallError::NotOpened(NotOpened::Tls(_) | NotOpened::ProxyLogin))) => false,
            (_, Err(CallError::NotOpened(_))) => true,
            (_, Ok(reply)) if is_busy(reply.status) => true,
            (Self::NotArrived, _) => false,
            (_, Ok(reply)) if reply.status >= 500 => true,
            (_, Ok(reply)) => matches!(reply.body, Err(failure) if failure.may_pass()),
            (_, Err(failure)) => failure.may_pass(),
        }
    }
}

/// How many seconds to wait before each retry.
const WAITS: [u64; 3] = [1, 2, 4];

/// Up to a fifth more, so that callers that failed together do not come back together.
fn with_jitter(wait: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) as f64 / u64::MAX as f64;
    wait.mul_f64(1.0 + random / 5.0)
}

/// A client for one address: its time-outs, its retries and its proxy rules.
#[derive(Clone)]
pub struct Client {
    inner: reqwest::Client,
    /// Where the configuration has the address.
    key: &'static str,
    /// Scheme, host and port: path and query are nobody's business.
    origin: String,
    timeout: Duration,
    /// As many retries as there are waits before them.
    waits: Vec<Duration>,
    clock: Clock,
    /// Scheme, host and port of the proxy that the environment names.
    proxy: Option<String>,
}

impl Client {
    /// A client for the host of the `address` that the configuration has under `key`. `timeout` is
    /// that of one request, its retries not counted.
    ///
    /// # Errors
    /// [`TroubleKind::Address`](crate::domain::event::TroubleKind), also where what the environment
    /// says of proxies and authorities cannot be read.
    pub fn new(
        key: &'static str,
        address: &Url,
        timeout: Duration,
        clock: Clock,
    ) -> Result<Self, Trouble> {
        check_address(address).map_err(|why| bad_address(key, why))?;
        // What cannot be read is told whatever the address is: who rehearses on loopback learns of
        // it there.
        let proxy = proxy(!is_loopback(address)).map_err(bad_proxy)?;
        let authorities = authorities().ok_or_else(bad_authorities)?;
        let is_https = address.scheme() == "https";
        let proxy = proxy.filter(|_| is_https);
        let inner = build(address, timeout, &authorities);
        Ok(Self {
            inner: inner.ok_or_else(|| bad_address(key, BadAddress::Unreadable))?,
            key,
            origin: address.origin().ascii_serialization(),
            timeout,
            waits: WAITS.map(Duration::from_secs).to_vec(),
            clock,
            proxy,
        })
    }

    /// Scheme, host and port of the address.
    pub fn origin(&self) -> &str {
        &self.origin
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
    /// The failure of the last try, or [`CallError::Halted`] instead of a further one.
    pub async fn send(
        &self,
        retry: Retry,
        halt: &Halt,
        mut request: impl FnMut() -> RequestBuilder,
    ) -> Result<Reply, CallError> {
        let mut waits = self.waits.iter();
        let mut attempt = 0_u64;
        let mut may_have_arrived = None;
        loop {
            attempt += 1;
            if halt.is_set() {
                return may_have_arrived.unwrap_or(Err(CallError::Halted));
            }
            let (mut outcome, asked) = self.once(request(), attempt).await;
            if retry == Retry::Update && matches!(outcome, Err(CallError::NotOpened(_))) {
                outcome = may_have_arrived.take().unwrap_or(outcome);
            }
            match waits.next() {
                Some(wait) if retry.wants(&outcome) => {
                    let wait = asked.unwrap_or_else(|| with_jitter(*wait));
                    tracing::debug!(wait_ms = wait.as_millis() as u64);
                    // Whichever comes first: a halt ends the wait.
                    let _ = tokio::time::timeout(wait, halt.wait()).await;
                    let is_open = !matches!(outcome, Err(CallError::NotOpened(_)));
                    if retry == Retry::Update && is_open {
                        may_have_arrived = Some(outcome);
                    }
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
    ) -> (Result<Reply, CallError>, Option<Duration>) {
        let Ok(request) = request.build() else {
            return (Err(CallError::Broken), None);
        };
        let logged = Logged::of(&request, attempt);
        let mut response = match self.inner.execute(request).await {
            Ok(response) => response,
            Err(error) => return (logged.with(Err(call_error::failure(&error))), None),
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

    /// How a call failed that may be made again. `unusable_hint` says what to do about an answer that
    /// is none.
    pub fn trouble(&self, failure: CallError, service: &Text, unusable_hint: Text) -> Trouble {
        let no_answer = |why| {
            let message = at_oplux::no_answer(service, &self.origin, why);
            Trouble::hinted(TroubleKind::NoAnswer, message, at_oplux::later_hint())
        };
        match failure {
            CallError::NotOpened(why) => {
                self.not_opened(why, |why| at_oplux::unreachable(service, &self.origin, why))
            }
            CallError::TimedOut => no_answer(texts::timed_out(self.timeout.as_secs())),
            CallError::Broken => no_answer(texts::broken()),
            CallError::TooLarge => {
                let message = at_oplux::too_large(service);
                Trouble::hinted(TroubleKind::UnexpectedAnswer, message, unusable_hint)
            }
            CallError::Halted => halted(),
        }
    }

    /// Why the connection never opened, in the sentence that `say` makes of it, and what to do.
    pub fn not_opened(&self, why: NotOpened, say: impl FnOnce(Text) -> Text) -> Trouble {
        let proxy = self.proxy.as_deref().unwrap_or_default();
        let (key, away) = (self.key, TroubleKind::Unreachable);
        let (kind, reason, hint) = match why {
            NotOpened::Refused => (away, texts::connection_refused(), None),
            NotOpened::UnknownHost => (away, texts::unknown_host(), None),
            NotOpened::TimedOut => (away, texts::no_connection_in_time(), None),
            NotOpened::Other => (away, texts::no_connection(), None),
            NotOpened::Proxy => (away, texts::no_proxy(proxy), Some(texts::proxy_hint())),
            NotOpened::ProxyLogin => {
                let reason = texts::proxy_login(proxy);
                (TroubleKind::Barred, reason, Some(texts::proxy_hint()))
            }
            NotOpened::Tls(why) => (TroubleKind::Barred, tls(why), Some(texts::tls_hint(key))),
        };
        let hint = hint.unwrap_or_else(|| texts::unreachable_hint(key));
        Trouble::hinted(kind, say(reason), hint)
    }
}

async fn read(response: &mut reqwest::Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| call_error::failure(&error))?
    {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(CallError::TooLarge);
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

fn build(
    address: &Url,
    timeout: Duration,
    authorities: &[CertificateDer<'_>],
) -> Option<reqwest::Client> {
    // Another client may have installed it already; that one serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if address.scheme() == "https" {
        // The trusted roots are those of the system. Where it has none, the connection is what
        // fails, and says so.
        // Only on Linux does the system's own look-up read SSL_CERT_FILE.
        let named = authorities
            .iter()
            .map(|authority| reqwest::Certificate::from_der(authority))
            .collect::<Result<Vec<_>, _>>()
            .ok()?;
        let settings = settings(address, timeout).tls_certs_merge(named);
        if let Ok(client) = settings.build() {
            return Some(client);
        }
    }
    // No address on loopback needs a certificate, and a machine need not have any.
    let settings = settings(address, timeout).tls_certs_only([]);
    settings.build().ok()
}

fn settings(address: &Url, timeout: Duration) -> reqwest::ClientBuilder {
    let loopback = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ];
    let settings = reqwest::Client::builder()
        .tls_backend_rustls()
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

/// The variables that name a proxy, those for https first.
const PROXIES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// What names a proxy of https addresses.
const FOR_HTTPS: usize = 4;

/// Scheme, host and port of the proxy of https addresses, where one is set: neither its user name
/// nor its password. A SOCKS proxy, which is not spoken, matters only where one `is_used`.
///
/// # Errors
/// The variable that cannot be read.
fn proxy(is_used: bool) -> Result<Option<String>, &'static str> {
    let mut first = None;
    for (place, name) in PROXIES.into_iter().enumerate() {
        let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) else {
            continue;
        };
        let is_socks = value.to_str().is_some_and(|text| text.starts_with("socks"));
        if is_socks && !is_used {
            continue;
        }
        let origin = origin(&value).ok_or(name)?;
        if place < FOR_HTTPS {
            first.get_or_insert(origin);
        }
    }
    Ok(first)
}

/// The origin of a proxy address; without a scheme it is http.
fn origin(value: &OsStr) -> Option<String> {
    let text = value.to_str()?;
    let url = match text.contains("://") {
        true => Url::parse(text),
        false => Url::parse(&format!("http://{text}")),
    };
    let url = url.ok()?;
    let is_usable = matches!(url.scheme(), "http" | "https") && !text.contains(char::is_whitespace);
    is_usable.then(|| url.origin().ascii_serialization())
}

/// The certificates of `SSL_CERT_FILE`, or of none where that is not set; none where the file cannot
/// be read, or holds no certificate.
fn authorities() -> Option<Vec<CertificateDer<'static>>> {
    let Some(path) = env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) else {
        return Some(Vec::new());
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).ok()?.collect();
    found.ok().filter(|found| !found.is_empty())
}

#[cfg(test)]
mod tests;
