//! What may be logged of a request: never a body, a header or the query of an address, as that of
//! the name API is a name.

use tracing::{Span, field::Empty};

use super::{CallError, NotOpened, Reply, is_busy};

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

impl CallError {
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
