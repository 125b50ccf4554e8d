//! What became of one order, and what a batch of them adds up to.

use std::collections::BTreeMap;

use crate::{
    domain::{
        disposition::Disposition,
        eligibility::Cause,
        event::{AutoResult, Event, Service},
        order::OrderNumber,
        time::JstTime,
    },
    locales::{Said, Text, screening as words},
    oplux::{CallError, CallErrorKind},
};

/// What became of one order.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The rules say that it is not screened.
    NotScreened {
        /// Why.
        cause: Cause,
        /// The first payment's number, for a thanks-offer payment (R9).
        screened_as: Option<OrderNumber>,
        /// The first payment's event, where the store has it.
        event: Option<Event>,
    },
    /// It was screened, now or before.
    Screened {
        /// The event.
        event: Event,
        /// What happens to the purchase; none where the event has no result.
        disposition: Option<Disposition>,
        /// Whether this is a stored outcome that is given back.
        reused: bool,
    },
    /// It is to be screened, and was not sent: a dry run.
    Planned {
        /// The service that it would be sent to.
        service: Service,
        /// The request, as it would be sent.
        request: serde_json::Value,
    },
    /// It is to be screened, and that failed.
    Failed {
        /// The service that was asked.
        service: Service,
        /// How.
        trouble: Trouble,
    },
}

/// How the screening of one order failed.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// What scripts branch on.
    pub kind: TroubleKind,
    /// What people read.
    pub said: Said,
}

/// The kinds of failure of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// HTTP 401 or 403.
    CredentialsRejected,
    /// O-PLUX refused the order. It is known, and the same call sends it again.
    Refused,
    /// The connection never opened, after all retries.
    Unreachable,
    /// The connection never opened, and another try would end alike.
    Barred,
    /// 429 or 503, after all retries.
    Busy,
    /// Whether it arrived is not known. It is never sent again by itself.
    OutcomeUnknown,
    /// A good answer with a result that nobody knows. The event is kept.
    UnexpectedAnswer,
    /// Not sent, since the credentials were rejected for an order before, or five in a row could
    /// not be reached.
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
            Self::CredentialsRejected => "credentials-rejected",
            Self::Refused => "refused",
            Self::Unreachable | Self::Barred => "unreachable",
            Self::Busy => "busy",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::UnexpectedAnswer => "unexpected-answer",
            Self::NotSent => "not-sent",
            Self::NotFound | Self::NoEvent => "not-found",
        }
    }

    /// Whether O-PLUX was not reached: after five of these in a row nothing more is sent.
    pub fn is_out_of_reach(self) -> bool {
        matches!(self, Self::Unreachable | Self::Barred | Self::Busy)
    }

    /// The kind of a failed call.
    pub fn of_call(error: &CallError) -> Self {
        match error.kind {
            CallErrorKind::Rejected => Self::CredentialsRejected,
            CallErrorKind::Refused { .. } => Self::Refused,
            CallErrorKind::Unreachable => Self::Unreachable,
            CallErrorKind::Barred => Self::Barred,
            CallErrorKind::Busy => Self::Busy,
            CallErrorKind::Halted => Self::NotSent,
            CallErrorKind::Unknown => Self::OutcomeUnknown,
            CallErrorKind::NotFound => Self::NotFound,
            CallErrorKind::Unusable => Self::UnexpectedAnswer,
            // Nothing can be sent there, so nothing was.
            CallErrorKind::Address => Self::Barred,
        }
    }
}

impl Trouble {
    /// What ended the sending was a failure of this kind.
    pub(super) fn not_sent(because: TroubleKind) -> Self {
        let message = match because {
            TroubleKind::CredentialsRejected => words::not_sent(),
            _ => words::not_sent_out_of_reach(),
        };
        Self {
            kind: TroubleKind::NotSent,
            said: Said::new(message),
        }
    }

    pub(super) fn unexpected_answer(event: &Event) -> Self {
        let result = &event.screening.result;
        let message = words::unexpected_answer(&event.merchant_management_id, result);
        let said = Said::new(message).hint(words::unexpected_answer_hint());
        Self {
            kind: TroubleKind::UnexpectedAnswer,
            said,
        }
    }

    /// The outcome of a try that began at `began_at` is not known.
    pub fn outcome_unknown(number: &OrderNumber, began_at: JstTime, why: Option<Text>) -> Self {
        let message = match why {
            Some(why) => words::outcome_unknown_because(number, began_at, why),
            None => words::outcome_unknown(number, began_at),
        };
        let said = Said::new(message).hint(words::outcome_unknown_hint(number));
        Self {
            kind: TroubleKind::OutcomeUnknown,
            said,
        }
    }
}

/// How many orders came out how.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    results: BTreeMap<AutoResult, usize>,
    not_screened: usize,
    planned: usize,
    failed: Vec<TroubleKind>,
    reused: usize,
    total: usize,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, outcome: &Outcome) {
        self.total += 1;
        match outcome {
            Outcome::NotScreened { .. } => self.not_screened += 1,
            Outcome::Planned { .. } => self.planned += 1,
            Outcome::Failed { trouble, .. } => self.failed.push(trouble.kind),
            Outcome::Screened { event, reused, .. } => {
                self.reused += usize::from(*reused);
                if let Some(result) = event.auto_result() {
                    *self.results.entry(result).or_default() += 1;
                }
            }
        }
    }

    /// How many were counted.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The failures.
    pub fn failures(&self) -> &[TroubleKind] {
        &self.failed
    }

    /// Whether any order was screened with one of these results, now or before.
    pub fn has_any(&self, results: &[AutoResult]) -> bool {
        results.iter().any(|result| self.with(*result) > 0)
    }

    fn with(&self, result: AutoResult) -> usize {
        self.results.get(&result).copied().unwrap_or_default()
    }

    /// The four results and the failures so far, for a progress bar.
    pub fn results(&self) -> Text {
        words::results_so_far(
            self.with(AutoResult::Ok),
            self.with(AutoResult::Ng),
            self.with(AutoResult::Hold),
            self.with(AutoResult::Review),
            self.failed.len(),
        )
    }

    /// The closing summary.
    pub fn summary(&self, service: Service) -> Text {
        let mut parts = vec![words::summary(
            words::service(service),
            self.total,
            self.with(AutoResult::Ok),
            self.with(AutoResult::Ng),
            self.with(AutoResult::Hold),
            self.with(AutoResult::Review),
        )];
        type Say = fn(usize) -> Text;
        let more: [(usize, Say); 4] = [
            (self.not_screened, words::summary_not_screened),
            (self.reused, words::summary_reused),
            (self.planned, words::summary_planned),
            (self.failed.len(), words::summary_failed),
        ];
        let told = more.into_iter().filter(|(count, _)| *count > 0);
        parts.extend(told.map(|(count, say)| say(count)));
        Text::joined(&parts, ", ")
    }
}
