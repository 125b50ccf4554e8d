//! The exit status, and the only place where an error becomes one.

use std::process::ExitCode;

use crate::{
    config::{ConfigError, ConfigErrorKind},
    domain::event::TroubleKind,
    engine::calls::Ended,
    input::InputError,
    locales::{Said, Text, Trouble, call},
    output::{Output, ReaderGone, WriteError, terminal::Interrupted},
    sandbox::StartError,
    store::{StoreError, StoreErrorKind},
};

/// What the program ends with: `oplux help exit-status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// It failed in a way that no other status names.
    Failed = 1,
    /// The call, the configuration or the input is not usable, or what was asked first was not
    /// confirmed; nothing was sent or stored.
    Unusable = 2,
    /// Done, and the answer is the one that the caller asked to be told of.
    Findings = 3,
    /// Credentials are missing, or were rejected.
    Credentials = 4,
    /// O-PLUX refused the request, or answered what cannot be used.
    Refused = 5,
    /// Network or time-out after all retries, or an outcome that is unknown.
    Unavailable = 6,
    /// The store cannot be used.
    Store = 7,
    /// Part of a batch failed; the rest is done.
    Partial = 8,
    /// Interrupted; what was finished before is kept.
    Interrupted = 130,
}

impl Exit {
    /// The status of one failed order.
    pub fn of_trouble(kind: TroubleKind) -> Self {
        match kind {
            TroubleKind::CredentialsRejected | TroubleKind::NotSent => Self::Credentials,
            TroubleKind::Refused | TroubleKind::UnexpectedAnswer | TroubleKind::NotFound => {
                Self::Refused
            }
            TroubleKind::Address => Self::Unusable,
            TroubleKind::NoEvent => Self::Findings,
            TroubleKind::Unreachable
            | TroubleKind::Barred
            | TroubleKind::NoAnswer
            | TroubleKind::Busy
            | TroubleKind::OutcomeUnknown => Self::Unavailable,
        }
    }

    /// The status of a batch with these failures; none where there is none. What
    /// stopped the whole batch comes first; any other failure is a part of it.
    fn of_failures(failures: &[TroubleKind]) -> Option<Self> {
        if failures.contains(&TroubleKind::CredentialsRejected) {
            return Some(Self::Credentials);
        }
        let mut kinds = failures.iter();
        if failures.contains(&TroubleKind::NotSent) && kinds.any(|kind| kind.is_out_of_reach()) {
            return Some(Self::Unavailable);
        }
        (!failures.is_empty()).then_some(Self::Partial)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error as the user is told of it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{said}")]
pub struct Failure {
    /// What the program ends with.
    pub exit: Exit,
    /// The name for programs, as in `{"error": {"code": …}}`.
    pub code: &'static str,
    /// Message and hint.
    pub said: Said,
    /// Whether the same call may succeed later.
    pub retryable: bool,
}

impl Failure {
    fn new(exit: Exit, code: &'static str, said: Said) -> Self {
        Self {
            exit,
            code,
            said,
            retryable: false,
        }
    }

    fn retryable(self, retryable: bool) -> Self {
        Self { retryable, ..self }
    }

    /// A call that is not usable.
    pub fn usage(said: Said) -> Self {
        Self::new(Exit::Unusable, "usage", said)
    }

    /// What was asked for is not in the store: the answer, like a number that is not found.
    pub fn not_found(said: Said) -> Self {
        Self::new(Exit::Findings, "not-found", said)
    }

    /// What an error means. What no module names is status 1, with its chain of causes.
    pub fn of(error: &anyhow::Error) -> Self {
        None.or_else(|| error.downcast_ref::<Failure>().cloned())
            .or_else(|| error.downcast_ref().map(Self::of_config))
            .or_else(|| error.downcast_ref().map(Self::of_input))
            .or_else(|| error.downcast_ref().map(Self::of_store))
            .or_else(|| error.downcast_ref().map(Self::of_trouble))
            .or_else(|| error.downcast_ref().map(Self::of_sandbox))
            .or_else(|| error.downcast_ref().map(Self::of_write))
            .unwrap_or_else(|| {
                let chain = error
                    .chain()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(": ");
                Self::new(Exit::Failed, "failed", Said::new(Text::same(chain)))
            })
    }

    fn of_config(error: &ConfigError) -> Self {
        let (exit, code) = match error.kind {
            ConfigErrorKind::Missing => (Exit::Unusable, "config-missing"),
            ConfigErrorKind::CredentialsMissing => (Exit::Credentials, "credentials-missing"),
            ConfigErrorKind::Unwritable => (Exit::Failed, "config-unwritable"),
            ConfigErrorKind::Invalid => (Exit::Unusable, "config-invalid"),
        };
        Self::new(exit, code, error.said.clone())
    }

    fn of_input(error: &InputError) -> Self {
        Self::new(Exit::Unusable, "input-invalid", error.said.clone())
    }

    fn of_store(error: &StoreError) -> Self {
        let (exit, code) = match error.kind {
            StoreErrorKind::Locked => (Exit::Store, "store-locked"),
            StoreErrorKind::Damaged => (Exit::Store, "store-damaged"),
            StoreErrorKind::Newer => (Exit::Store, "store-newer"),
            StoreErrorKind::Unwritable => (Exit::Store, "store-unwritable"),
            StoreErrorKind::Missing => (Exit::Store, "store-missing"),
            StoreErrorKind::Empty => (Exit::Store, "store-empty"),
            StoreErrorKind::Full => (Exit::Store, "store-full"),
            _ => (Exit::Failed, "store-failed"),
        };
        Self::new(exit, code, error.said.clone()).retryable(error.kind == StoreErrorKind::Locked)
    }

    /// The failure of one order, which is told like any other where it is the only one.
    pub fn of_trouble(trouble: &Trouble) -> Self {
        let kind = trouble.kind;
        // What never opened, or was put off, may succeed later. What is unknown must be settled.
        let retryable = matches!(
            kind,
            TroubleKind::Unreachable | TroubleKind::NoAnswer | TroubleKind::Busy
        );
        Self::new(Exit::of_trouble(kind), kind.code(), (*trouble.said).clone()).retryable(retryable)
    }

    fn of_sandbox(error: &StartError) -> Self {
        Self::new(Exit::Unusable, "sandbox", (*error.said).clone())
    }

    fn of_write(error: &WriteError) -> Self {
        Self::new(Exit::Failed, "output", error.said.clone())
    }
}

/// Tells how a batch ended, and gives the status to end with. `goes_on` is the call that goes on with
/// the rest, where it is not the same one.
///
/// # Errors
/// What broke it off. A reader that closed the rows is such a failure where any order was left.
pub fn of_batch(
    ended: Ended,
    interrupted: bool,
    goes_on: Option<Text>,
    out: &Output,
) -> anyhow::Result<Exit> {
    let (done, reader_gone) = (ended.done(), ended.reader_gone());
    let is_another_call = goes_on.is_some();
    let goes_on = goes_on.unwrap_or_else(call::same_call_goes_on);
    if let Some(error) = ended.broken.filter(|_| !reader_gone) {
        // Nobody is left to think that all of it has to be done again.
        if done > 0 {
            out.note(&call::finished(done, ended.total));
            out.note(&goes_on);
        }
        return Err(error);
    }
    if let Some(trouble) = &ended.alone {
        // One alone gives its failure's status, and is told on standard error too.
        let failure = Failure::of_trouble(trouble);
        out.error(failure.code, &failure.said, failure.retryable);
        return Ok(failure.exit);
    }
    // Once, and not on each row.
    let has = |kind| ended.failures.contains(&kind);
    if let Some(trouble) = &ended.ended_by
        && (has(TroubleKind::NotSent) || has(TroubleKind::CredentialsRejected))
    {
        out.warn(&trouble.said);
    }
    if ended.left > 0 && reader_gone && !interrupted {
        let said = Said::new(call::cut_off(ended.left)).hint(goes_on);
        let failure = Failure::new(Exit::Partial, "cut-off", said);
        return Err(failure.retryable(true).into());
    }
    if ended.left > 0 {
        out.note(&call::interrupted(call::finished(done, ended.total)));
        // Also with --quiet: the same call would do again what is done.
        match is_another_call {
            true => out.complain(&goes_on),
            false => out.note(&goes_on),
        }
        return Ok(Exit::Interrupted);
    }
    Ok(Exit::of_failures(&ended.failures).unwrap_or(Exit::Done))
}

/// Tells the user of an error, and gives the status to end with. A reader that has closed the
/// pipe ends the program silently, and so does a person who ends a question.
pub fn report(error: &anyhow::Error, out: &Output) -> Exit {
    if error.is::<ReaderGone>() {
        return Exit::Done;
    }
    if error.is::<Interrupted>() {
        return Exit::Interrupted;
    }
    let failure = Failure::of(error);
    out.error(failure.code, &failure.said, failure.retryable);
    failure.exit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::help::Topic;

    /// Names such as `store-full` that stand between quotes in a source.
    fn codes(source: &str) -> Vec<&str> {
        let is_code = |text: &&str| {
            text.len() > 1 && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        };
        let code = source.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().map(|line| line.split("//").next().unwrap());
        lines
            .flat_map(|line| line.split('"').skip(1).step_by(2))
            .filter(is_code)
            .collect()
    }

    #[test]
    fn what_never_opened_may_be_tried_later_and_what_is_unknown_must_be_settled() {
        for (kind, retryable) in [
            (TroubleKind::Unreachable, true),
            (TroubleKind::Barred, false),
            (TroubleKind::OutcomeUnknown, false),
        ] {
            let said = Said::new(Text::same("why"));
            let failure = Failure::of_trouble(&Trouble::new(kind, said));
            let expected = (Exit::Unavailable as u8, retryable);
            assert_eq!((failure.exit as u8, failure.retryable), expected);
        }
    }

    #[test]
    fn every_status_and_every_code_has_its_line_in_the_help() {
        let errors = Topic::named("errors").unwrap();
        let (_, troubles) = include_str!("domain/event.rs")
            .split_once("impl TroubleKind")
            .unwrap();
        let met = [codes(include_str!("exit.rs")), codes(troubles)].concat();
        assert!(met.contains(&"store-full") && met.contains(&"not-sent"));
        for code in met {
            assert!(errors.tells_of(code), "{code}");
        }
        let statuses = Topic::named("exit-status").unwrap();
        for status in (0..=8).chain([130]) {
            assert!(statuses.tells_of(&status.to_string()), "{status}");
        }
    }
}
