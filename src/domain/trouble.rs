//! How a call of O-PLUX fails: what scripts branch on, and what the program does about it.

/// The kinds of failure of one order or event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// A configured address breaks the rules: nothing can be sent.
    Address,
    /// HTTP 401 or 403: the credentials are not accepted.
    CredentialsRejected,
    /// Any other 4xx, or `result` 20: nothing was registered. It is known, and the same call sends
    /// it again.
    Refused,
    /// The connection never opened, after all retries: nothing arrived.
    Unreachable,
    /// The connection never opened, and another try would end alike: TLS, or a proxy that asks for
    /// another login.
    Barred,
    /// The connection opened, and no whole answer came, of a call that may be made again.
    NoAnswer,
    /// 429 or 503, after all retries: nothing was registered.
    Busy,
    /// Whether it arrived is not known. It is never sent again by itself.
    OutcomeUnknown,
    /// An answer that cannot be used: a result that nobody knows, whose event is kept, or no answer
    /// about an event.
    UnexpectedAnswer,
    /// Not sent, since the sending was ended: by an interruption, by credentials that were rejected
    /// for an order before, or after five in a row that could not be reached. It certainly did not
    /// arrive, and the same call sends it again.
    NotSent,
    /// O-PLUX has no such event.
    NotFound,
    /// The store has no event of that number: nothing was asked.
    NoEvent,
}

impl TroubleKind {
    /// The name in JSON (`error.code`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Address => "config-invalid",
            Self::CredentialsRejected => "credentials-rejected",
            Self::Refused => "refused",
            Self::Unreachable | Self::Barred | Self::NoAnswer => "unreachable",
            Self::Busy => "busy",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::UnexpectedAnswer => "unexpected-answer",
            Self::NotSent => "not-sent",
            Self::NotFound | Self::NoEvent => "not-found",
        }
    }

    /// Whether O-PLUX was not reached: after five of these in a row nothing more is sent.
    pub fn is_out_of_reach(self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::Barred | Self::NoAnswer | Self::Busy
        )
    }

    /// Whether the service has said that it did not do what it was asked to.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::CredentialsRejected | Self::NotFound
        )
    }

    /// Whether a request left, and may have arrived.
    pub fn has_left(self) -> bool {
        !matches!(
            self,
            Self::Address | Self::Unreachable | Self::Barred | Self::NotSent | Self::NoEvent
        )
    }
}
