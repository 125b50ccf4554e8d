//! Why a call of O-PLUX failed, and what is said of it.

use super::answer::{Doubt, Objection};
use crate::{
    domain::event::Service,
    http::{CallError, CallErrorKind, Failure, NotOpened, Url, reason},
    locales::{Said, Text, oplux as texts, screening},
};

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
