//! Why a call of O-PLUX failed, and what is said of it.

use super::answer::{Doubt, Objection};
use crate::{
    domain::{address::BadAddress, event::Service},
    http::{Failure, NotOpened, NotReady, Tls, Url},
    locales::{Said, Text, oplux as texts, screening},
};

/// A call of O-PLUX failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct CallError {
    /// What the program does about it.
    pub kind: CallErrorKind,
    /// What people are told.
    pub said: Box<Said>,
}

/// What the program does about a failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallErrorKind {
    /// A configured address breaks the rules: nothing can be sent.
    Address,
    /// The connection never opened, after all retries: nothing arrived.
    Unreachable,
    /// The connection never opened, and another try would end alike: TLS, or a proxy that asks for
    /// another login.
    Barred,
    /// 429 or 503 after all retries: nothing was registered.
    Busy,
    /// 401 or 403: the credentials are not accepted.
    Rejected,
    /// Any other 4xx, or `result` 20: nothing was registered, and the same call sends it again.
    Refused {
        /// The server's code, such as `InvalidData.AuthoriModelNone`, unless it is withheld.
        code: Option<String>,
        /// What the server says, unless it is withheld.
        message: Option<String>,
    },
    /// Sending was halted: nothing was sent, or the last try never opened or was put off (429,
    /// 503). It certainly did not arrive, and the same call sends it again.
    Halted,
    /// Whether the event was registered is not known. It must not be sent again by itself.
    Unknown,
    /// O-PLUX has no event of that ID.
    NotFound,
    /// An answer about an event that cannot be used.
    Unusable,
}

impl CallErrorKind {
    /// The kind of a connection that never opened.
    pub(super) fn not_opened(why: NotOpened) -> Self {
        match why {
            NotOpened::Tls(_) | NotOpened::ProxyLogin => Self::Barred,
            _ => Self::Unreachable,
        }
    }
}

/// Words the errors of one client.
#[derive(Clone)]
pub(super) struct Wording {
    service: Service,
    /// Scheme, host and port of the register call. Its path and query are nobody's business.
    origin: String,
    timeout_seconds: u64,
    /// The proxy that the environment names, without its password.
    proxy: String,
}

impl Wording {
    pub(super) fn new(
        service: Service,
        register_url: &Url,
        timeout_seconds: u64,
        proxy: Option<&str>,
    ) -> Self {
        Self {
            service,
            origin: register_url.origin().ascii_serialization(),
            timeout_seconds,
            proxy: proxy.unwrap_or_default().to_owned(),
        }
    }

    fn service(&self) -> Text {
        screening::service(self.service)
    }

    pub(super) fn failure(&self, failure: Failure) -> CallError {
        let doubt = match failure {
            Failure::NotOpened(why) => return self.unreachable(why),
            Failure::TimedOut => texts::timed_out(self.timeout_seconds),
            Failure::Broken => texts::broken(),
            Failure::TooLarge => texts::too_large(),
            Failure::Halted => return self.halted(),
        };
        self.unknown(doubt)
    }

    fn unreachable(&self, why: NotOpened) -> CallError {
        let hint = match why {
            NotOpened::Proxy | NotOpened::ProxyLogin => texts::proxy_hint(),
            NotOpened::Tls(_) => texts::tls_hint(),
            _ => texts::unreachable_hint(),
        };
        let text = reason(why, &self.proxy);
        let message = texts::unreachable(self.service(), &*self.origin, text);
        error(CallErrorKind::not_opened(why), message, hint)
    }

    fn halted(&self) -> CallError {
        let message = texts::halted(self.service());
        error(CallErrorKind::Halted, message, texts::halted_hint())
    }

    pub(super) fn busy(&self, status: u16) -> CallError {
        let message = texts::busy(self.service(), status);
        error(CallErrorKind::Busy, message, texts::busy_hint())
    }

    pub(super) fn rejected(&self, status: u16, said: &Objection) -> CallError {
        let message = with_objection(texts::rejected(self.service(), status), said);
        error(CallErrorKind::Rejected, message, texts::rejected_hint())
    }

    pub(super) fn refused(&self, status: u16, said: Objection) -> CallError {
        let message = with_objection(texts::refused(self.service(), status), &said);
        let Objection {
            code, message: of, ..
        } = said;
        let kind = CallErrorKind::Refused { code, message: of };
        error(kind, message, texts::refused_hint())
    }

    pub(super) fn doubtful(&self, status: u16, doubt: Doubt) -> CallError {
        self.unknown(match doubt {
            Doubt::ServerError(said) => with_objection(texts::server_error(status), &said),
            Doubt::Status => texts::status_says_nothing(status),
            Doubt::Unreadable => texts::unreadable(status),
            Doubt::NoEventId => texts::no_event_id(),
            Doubt::NoResult => texts::no_result(),
        })
    }

    fn unknown(&self, doubt: Text) -> CallError {
        let message = texts::unknown_outcome(self.service(), doubt);
        error(CallErrorKind::Unknown, message, texts::unknown_hint())
    }
}

/// Why a connection never opened. `proxy` is the one that the environment names.
pub(super) fn reason(why: NotOpened, proxy: &str) -> Text {
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
pub(super) fn not_ready(key: &str, why: NotReady) -> CallError {
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
    error(CallErrorKind::Address, message, hint)
}

fn error(kind: CallErrorKind, message: Text, hint: Text) -> CallError {
    let said = Box::new(Said::new(message).hint(hint));
    CallError { kind, said }
}

pub(super) fn with_objection(message: Text, said: &Objection) -> Text {
    let parts = [&said.code, &said.message];
    let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    let message = match parts.is_empty() {
        true => message,
        false => texts::with_detail(message, parts.join(": ")),
    };
    match said.withheld {
        true => texts::with_withheld(message),
        false => message,
    }
}
