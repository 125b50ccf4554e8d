//! What a batch adds up to and how it ended, and how an outcome is shown: the JSON object of
//! CONTRACT.md, a row of a table, a card.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;

use super::decide::Outcome;
use crate::{
    domain::{
        disposition::Disposition,
        eligibility::Cause,
        event::{AutoResult, Event, EventId, Reason, Service, TroubleKind},
        order::OrderNumber,
    },
    locales::{Lang, Text, Trouble, screening as words},
    output::{
        Output,
        list::{self, Column},
        paint::Tone,
        records::reason,
        table::{Card, Field},
    },
};

/// After so many orders or events in a row that could not be reached nothing more is sent
/// (CONTRACT.md, Network).
const OUT_OF_REACH: usize = 5;

/// Whether O-PLUX is reached at all, by the answers of a batch.
#[derive(Default)]
pub(super) struct Reach(Mutex<Reached>);

#[derive(Default)]
struct Reached {
    missed_in_a_row: usize,
    /// Why nothing more is sent.
    ended_by: Option<TroubleKind>,
}

impl Reach {
    /// Takes how a call failed; none: it was answered.
    pub(super) fn note(&self, failed: Option<TroubleKind>) {
        let mut reached = self.reached();
        match failed {
            // It was not tried to its end.
            Some(TroubleKind::NotSent) => {}
            Some(kind @ TroubleKind::CredentialsRejected) => {
                reached.ended_by.get_or_insert(kind);
            }
            Some(kind) if kind.is_out_of_reach() => {
                reached.missed_in_a_row += 1;
                if reached.missed_in_a_row >= OUT_OF_REACH {
                    reached.ended_by.get_or_insert(kind);
                }
            }
            _ => reached.missed_in_a_row = 0,
        }
    }

    /// Why nothing more is sent.
    pub(super) fn ended_by(&self) -> Option<TroubleKind> {
        self.reached().ended_by
    }

    /// A count is whole even where a thread panicked with it.
    fn reached(&self) -> MutexGuard<'_, Reached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a batch of orders or events ended, or how far it is.
#[derive(Debug, Default)]
pub struct Ended {
    /// How many are to be done.
    pub total: usize,
    /// How many were not begun.
    pub left: usize,
    /// The failures in it.
    pub failures: Vec<TroubleKind>,
    /// The failure, where it was of a single order or event.
    pub alone: Option<Trouble>,
    /// What may have ended the sending: rejected credentials, else the last that was not reached.
    pub ended_by: Option<Trouble>,
    /// Whether the reader of the rows has gone.
    pub reader_gone: bool,
}

impl Ended {
    /// So many are to be done.
    pub fn new(total: usize) -> Self {
        let left = total;
        Self {
            total,
            left,
            ..Self::default()
        }
    }

    /// One more is done, or has failed.
    pub fn count(&mut self, trouble: Option<Trouble>) {
        // Of a list, more may come than it said.
        self.left = self.left.saturating_sub(1);
        let Some(trouble) = trouble else { return };
        self.failures.push(trouble.kind);
        let is_rejected = |trouble: &Trouble| trouble.kind == TroubleKind::CredentialsRejected;
        let may_end = is_rejected(&trouble) || trouble.kind.is_out_of_reach();
        if may_end && !self.ended_by.as_ref().is_some_and(is_rejected) {
            self.ended_by = Some(trouble.clone());
        }
        self.alone = (self.total == 1).then_some(trouble);
    }

    /// How many are done.
    pub fn done(&self) -> usize {
        self.total - self.left
    }
}

/// How many orders came out how.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    results: BTreeMap<AutoResult, usize>,
    not_screened: usize,
    planned: usize,
    failed: usize,
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
            Outcome::Failed { .. } => self.failed += 1,
            Outcome::Screened { event, reused, .. } => {
                self.reused += usize::from(*reused);
                if let Some(result) = event.auto_result() {
                    *self.results.entry(result).or_default() += 1;
                }
            }
        }
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
            self.failed,
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
            (self.failed, words::summary_failed),
        ];
        let told = more.into_iter().filter(|(count, _)| *count > 0);
        parts.extend(told.map(|(count, say)| say(count)));
        Text::joined(&parts, ", ")
    }
}

/// One order's outcome, field by field as CONTRACT.md names them.
#[derive(Debug, Clone, Serialize)]
pub struct ScreenRow {
    /// The order's number.
    pub number: OrderNumber,
    screened: bool,
    cause: Option<Cause>,
    screened_as: Option<OrderNumber>,
    event_id: Option<EventId>,
    result: Option<AutoResult>,
    reasons: Vec<Reason>,
    rule_group: Option<String>,
    disposition: Option<&'static str>,
    redirect_url: Option<String>,
    forced: bool,
    reused: bool,
    error: Option<RowError>,
    service: Option<Service>,
    /// With `--dry-run` the request, where it would be sent.
    pub request: Option<serde_json::Value>,
}

/// The error of a row.
#[derive(Debug, Clone, Serialize)]
pub struct RowError {
    /// What scripts branch on.
    pub code: &'static str,
    /// What people read.
    pub message: String,
}

impl RowError {
    /// The error of a failure, told as in messages.
    pub fn of(trouble: &Trouble, out: &Output) -> Self {
        Self {
            code: trouble.kind.code(),
            message: out.told(&trouble.said.message),
        }
    }
}

impl ScreenRow {
    /// The row of an outcome, whose error is told as in messages.
    pub fn new(number: &OrderNumber, outcome: &Outcome, out: &Output) -> Self {
        let mut row = Self {
            number: number.clone(),
            screened: true,
            cause: None,
            screened_as: Some(number.clone()),
            event_id: None,
            result: None,
            reasons: vec![],
            rule_group: None,
            disposition: None,
            redirect_url: None,
            forced: false,
            reused: false,
            error: None,
            service: None,
            request: None,
        };
        match outcome {
            Outcome::NotScreened {
                cause,
                screened_as,
                event,
            } => {
                row.screened = false;
                row.cause = Some(*cause);
                row.screened_as = screened_as.clone();
                row.disposition = Some("create");
                if let Some(event) = event {
                    row.take_event(event);
                }
            }
            Outcome::Screened {
                event,
                disposition,
                reused,
            } => {
                row.screened_as = Some(event.merchant_management_id.clone());
                row.reused = *reused;
                row.take_event(event);
                match disposition {
                    Some(Disposition::Create { forced }) => {
                        row.disposition = Some("create");
                        row.forced = *forced;
                    }
                    Some(Disposition::Redirect { url }) => {
                        row.disposition = Some("redirect");
                        row.redirect_url = Some(url.clone());
                    }
                    None => {}
                }
            }
            Outcome::Planned { service, request } => {
                row.service = Some(*service);
                row.request = Some(request.clone());
            }
            Outcome::Failed { service, trouble } => {
                row.service = Some(*service);
                row.error = Some(RowError::of(trouble, out));
            }
        }
        row
    }

    fn take_event(&mut self, event: &Event) {
        self.event_id = Some(event.screening.event_id.clone());
        self.result = event.auto_result();
        self.reasons = event.screening.reasons.clone();
        self.rule_group = event.screening.rule_group.clone();
        self.service = Some(event.service);
    }

    fn result_field(&self, lang: Lang) -> Field {
        match self.result {
            Some(result) => Field::new(result.name()).toned(Tone::of_result(result)),
            None if self.error.is_some() => Field::new(words::failed().get(lang)).toned(Tone::Bad),
            None if self.request.is_some() => {
                Field::new(words::would_be_sent().get(lang)).toned(Tone::Notable)
            }
            None if self.screened => Field::none(),
            None => Field::new(words::not_screened().get(lang)).toned(Tone::Faint),
        }
    }

    fn disposition_field(&self, lang: Lang) -> Field {
        match self.disposition {
            None => Field::none(),
            Some("redirect") => Field::new(words::redirect().get(lang)).toned(Tone::Warn),
            Some(_) if self.forced => {
                Field::new(words::forced_creation().get(lang)).toned(Tone::Notable)
            }
            Some(_) => Field::new(words::creation().get(lang)),
        }
    }

    /// Why: the reasons, the cause or the error.
    fn why(&self, lang: Lang) -> String {
        if let Some(error) = &self.error {
            // Told once under the table, with what to do.
            return match error.code {
                "not-sent" => words::not_sent_short().get(lang).to_owned(),
                "credentials-rejected" => words::rejected_short().get(lang).to_owned(),
                _ => error.message.clone(),
            };
        }
        let mut parts = Vec::new();
        if let Some(cause) = self.cause {
            parts.push(match &self.screened_as {
                Some(first) => words::screened_as(first).get(lang).to_owned(),
                None => words::cause(cause).get(lang).to_owned(),
            });
        }
        parts.extend(self.reasons.iter().map(short_reason));
        if self.reused {
            parts.push(words::reused().get(lang).to_owned());
        }
        parts.join("; ")
    }

    /// One order in full, for a person. `method` is its 支払い方法ID.
    pub fn card(&self, method: Option<u64>, out: &Output) -> Card {
        let lang = out.lang;
        let mut card = Card::default();
        let mut push = |title: Text, field: Field| card.push(title.get(lang), field);
        push(words::title_number(), Field::new(self.number.as_str()));
        if let Some(service) = self.service {
            push(
                words::title_service(),
                Field::new(words::service(service).get(lang)),
            );
        }
        push(words::title_result(), self.result_field(lang));
        push(words::title_disposition(), self.disposition_field(lang));
        if let Some(url) = &self.redirect_url {
            push(words::title_redirect_url(), Field::new(url));
        }
        if let Some(cause) = self.cause {
            let why = out.told(&words::explanation(cause, method, None));
            push(words::title_cause(), Field::new(why));
        }
        if let Some(first) = self.screened_as.as_ref().filter(|n| **n != self.number) {
            push(words::title_screened_as(), Field::new(first.as_str()));
        }
        if !self.reasons.is_empty() {
            let reasons: Vec<_> = self.reasons.iter().map(reason).collect();
            push(words::title_reasons(), Field::new(reasons.join("\n")));
        }
        if let Some(group) = &self.rule_group {
            push(words::title_rule_group(), Field::new(group));
        }
        if let Some(event) = &self.event_id {
            push(words::title_event_id(), Field::new(&event.0));
        }
        let notes = [
            (self.reused, words::reused_note()),
            (self.forced, words::forced_note()),
        ];
        for (_, note) in notes.iter().filter(|(holds, _)| *holds) {
            push(words::title_note(), Field::new(note.get(lang)));
        }
        if let Some(error) = &self.error {
            let message = Field::new(&error.message).toned(Tone::Bad);
            push(words::title_error(), message);
        }
        card
    }
}

/// A reason in a row: what the rule says.
fn short_reason(reason: &Reason) -> String {
    let text = reason.description.as_ref().or(reason.code.as_ref());
    text.cloned().unwrap_or_default()
}

impl list::Row for ScreenRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("number", words::title_number, |row: &Self, _| {
            Field::new(row.number.as_str())
        })
        .whole(),
        Column::field("screened"),
        Column::field("cause"),
        Column::field("screened_as"),
        Column::field("event_id"),
        Column::new("result", words::title_result, |row: &Self, view| {
            row.result_field(view.lang)
        })
        .whole(),
        Column::field("reasons"),
        Column::field("rule_group"),
        Column::new(
            "disposition",
            words::title_disposition,
            |row: &Self, view| row.disposition_field(view.lang),
        )
        .whole(),
        Column::field("redirect_url"),
        Column::field("forced"),
        Column::field("reused"),
        Column::field("error"),
        Column::field("service"),
        Column::field("request"),
        Column::shown(words::title_why, |row: &Self, view| {
            Field::new(row.why(view.lang))
        }),
    ];
}
