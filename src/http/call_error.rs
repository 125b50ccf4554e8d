//! What becomes of a call of an API, for all clients: why it failed, what is said of it, and what may
//! be logged of it: never a body, a header or the query of an address, as that of the name API is a
//! name.

use tracing::{Span, field::Empty};

use crate::{
    domain::{event::TroubleKind, settings::BadAddress},
    locales::{Said, Text, Trouble, at_oplux, services as texts},
};

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

/// What went wrong on the way to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The connection never opened: the request certainly did not arrive.
    #[error("the connection never opened")]
    NotOpened(NotOpened),
    /// No whole answer within the time-out, after the connection opened.
    #[error("timed out")]
    TimedOut,
    /// The connection broke after it opened.
    #[error("the connection broke")]
    Broken,
    /// The answer is larger than [`super::LARGEST_ANSWER`].
    #[error("the answer is too large")]
    TooLarge,
    /// A [`super::Halt`] was set before the first try, or after one that would have been made again: no
    /// further one was made.
    #[error("halted")]
    Halted,
}

impl CallError {
    /// Whether a read may end better when it is tried again.
    pub(super) fn may_pass(self) -> bool {
        !matches!(self, Self::TooLarge | Self::Halted)
    }

    /// Its name in the log of requests.
    fn name(self) -> &'static str {
        match self {
            Self::NotOpened(NotOpened::Refused) => "connection-refused",
            Self::NotOpened(NotOpened::UnknownHost) => "unknown-host",
            Self::NotOpened(NotOpened::Tls(_)) => "tls",
            Self::NotOpened(NotOpened::Proxy | NotOpened::ProxyLogin) => "proxy",
            Self::NotOpened(NotOpened::TimedOut) => "connecting-timed-out",
            Self::NotOpened(NotOpened::Other) => "not-connected",
            Self::TimedOut => "timed-out",
            Self::Broken => "connection-broken",
            Self::TooLarge => "too-large",
            Self::Halted => "halted",
        }
    }
}

/// What an error of reqwest means for a call.
pub(super) fn failure(error: &reqwest::Error) -> CallError {
    // First of all: a connection that timed out while opening is a time-out, too.
    if error.is_connect() {
        return CallError::NotOpened(not_opened(error));
    }
    if error.is_timeout() {
        CallError::TimedOut
    } else {
        CallError::Broken
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

/// Sending was halted before it arrived. Nobody is told: what halted it is.
pub fn halted() -> Trouble {
    Trouble::new(TroubleKind::NotSent, Said::new(at_oplux::halted()))
}

/// What is said of a TLS connection that did not come about.
pub(super) fn tls(why: Tls) -> Text {
    match why {
        Tls::Untrusted => texts::tls_untrusted(),
        Tls::Expired => texts::tls_expired(),
        Tls::WrongHost => texts::tls_wrong_host(),
        Tls::NoCommonVersion => texts::tls_no_common_version(),
        Tls::NotSpoken => texts::tls_not_spoken(),
        Tls::Other => texts::tls_other(),
    }
}

/// The address under the configuration's `key` cannot be used.
pub(super) fn bad_address(key: &str, why: BadAddress) -> Trouble {
    let why = match why {
        BadAddress::Scheme => texts::not_https(),
        BadAddress::UserInformation => texts::user_information(),
        BadAddress::Unreadable => texts::address_unusable(),
    };
    not_ready(texts::bad_address(key, why), texts::bad_address_hint(key))
}

/// The variable of this name holds a proxy address that cannot be read.
pub(super) fn bad_proxy(name: &str) -> Trouble {
    not_ready(texts::bad_proxy(name), texts::bad_proxy_hint(name))
}

/// `SSL_CERT_FILE` cannot be read, or holds no certificate.
pub(super) fn bad_authorities() -> Trouble {
    not_ready(texts::bad_authorities(), texts::bad_authorities_hint())
}

fn not_ready(message: Text, hint: Text) -> Trouble {
    Trouble::hinted(TroubleKind::Address, message, hint)
}

/// An answer. Its status is known even where its body did not come through.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body. Of a 429 or 503 it is not read, and empty.
    pub body: Result<Vec<u8>, CallError>,
}

/// Whether the status says "not now": 429 and 503, whatever the body.
pub fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// One try. `logging` makes a line of it when it is dropped.
pub(super) struct Logged(Span);

impl Logged {
    /// A try that leaves now.
    pub(super) fn of(request: &reqwest::Request, attempt: u64) -> Self {
        let mut address = request.url().clone();
        address.set_query(None);
        let body = request.body().and_then(reqwest::Body::as_bytes);
        Self(tracing::info_span!(
            target: "oplux::http",
            "request",
            method = request.method().as_str(),
            address = address.as_str(),
            attempt,
            request_bytes = body.map_or(0, <[u8]>::len),
            status = Empty,
            response_bytes = Empty,
            failure = Empty,
        ))
    }

    /// The same outcome, which is logged.
    pub(super) fn with(&self, outcome: Result<Reply, CallError>) -> Result<Reply, CallError> {
        let failure = match &outcome {
            Ok(reply) => {
                self.0.record("status", reply.status);
                // Of such an answer the body is not read.
                if let (Ok(body), false) = (&reply.body, is_busy(reply.status)) {
                    self.0.record("response_bytes", body.len());
                }
                reply.body.as_ref().err()
            }
            Err(failure) => Some(failure),
        };
        if let Some(failure) = failure {
            self.0.record("failure", failure.name());
        }
        outcome
    }
}
