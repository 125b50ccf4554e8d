//! Why a call of an API failed, and what is said of it: what all clients share.

use super::{NotOpened, NotReady, Tls};
use crate::{
    domain::{address::BadAddress, trouble::TroubleKind},
    locales::{Text, Trouble, oplux as texts},
};

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

/// What to do about it; the address stands under the configuration's `key`.
pub fn opening_hint(why: NotOpened, key: &str) -> Text {
    match why {
        NotOpened::Proxy | NotOpened::ProxyLogin => texts::proxy_hint(),
        NotOpened::Tls(_) => texts::tls_hint(key),
        _ => texts::unreachable_hint(key),
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
