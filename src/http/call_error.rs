//! Why a call of an API failed, and what is said of it: what all clients share.

use crate::{
    domain::{settings::BadAddress, trouble::TroubleKind},
    locales::{Text, Trouble, oplux as texts},
};

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

impl NotOpened {
    /// What the program does about it.
    pub fn kind(self) -> TroubleKind {
        match self {
            Self::Tls(_) | Self::ProxyLogin => TroubleKind::Barred,
            _ => TroubleKind::Unreachable,
        }
    }
}

/// Why a connection never opened. `proxy` is the one that the environment names.
pub fn reason(why: NotOpened, proxy: &str) -> Text {
    match why {
        NotOpened::Refused => texts::connection_refused(),
        NotOpened::UnknownHost => texts::unknown_host(),
        NotOpened::TimedOut => texts::no_connection_in_time(),
        NotOpened::Other => texts::no_connection(),
        NotOpened::Proxy => texts::no_proxy(proxy),
        NotOpened::ProxyLogin => texts::proxy_login(proxy),
        NotOpened::Tls(why) => tls(why),
    }
}

fn tls(why: Tls) -> Text {
    match why {
        Tls::Untrusted => texts::tls_untrusted(),
        Tls::Expired => texts::tls_expired(),
        Tls::WrongHost => texts::tls_wrong_host(),
        Tls::NoCommonVersion => texts::tls_no_common_version(),
        Tls::NotSpoken => texts::tls_not_spoken(),
        Tls::Other => texts::tls_other(),
    }
}

/// No client can be made for the address under the configuration's `key`.
pub fn not_ready(key: &str, why: NotReady) -> Trouble {
    let (message, hint) = match why {
        NotReady::Address(why) => {
            let why = match why {
                BadAddress::Scheme => texts::not_https(),
                BadAddress::UserInformation => texts::user_information(),
                BadAddress::Unreadable => texts::address_unusable(),
            };
            (texts::bad_address(key, why), texts::bad_address_hint(key))
        }
        NotReady::Proxy(name) => (texts::bad_proxy(name), texts::bad_proxy_hint(name)),
        NotReady::Authorities => (texts::bad_authorities(), texts::bad_authorities_hint()),
    };
    Trouble::hinted(TroubleKind::Address, message, hint)
}
