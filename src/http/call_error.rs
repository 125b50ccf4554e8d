//! Why a call of O-PLUX or ecforce failed, and what is said of it: what both clients share.

use super::{NotOpened, NotReady, Tls};
use crate::{
    domain::address::BadAddress,
    locales::{Said, Text, oplux as texts},
};

/// A call of either service failed.
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
    pub fn not_opened(why: NotOpened) -> Self {
        match why {
            NotOpened::Tls(_) | NotOpened::ProxyLogin => Self::Barred,
            _ => Self::Unreachable,
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
pub fn not_ready(key: &str, why: NotReady) -> CallError {
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
