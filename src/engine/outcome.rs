//! What became of one order, and how it is shown: the JSON object of CONTRACT.md, a row of a table,
//! a card; and what a batch adds up to.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calls::{BatchRow, RowError};
use crate::{
    domain::{
        disposition::{Disposition, DispositionFields},
        eligibility::Cause,
        event::{AutoResult, Event, EventId, Reason, Service},
        order::OrderNumber,
    },
    locales::{Lang, Text, at_oplux, lists, screening as words},
    output::{
        Output,
        list::{self, Column},
        paint::Tone,
        records::{self, reason},
        table::{Card, Field},
    },
};

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
        let rest = match outcome {
            Outcome { cause: Some(_), .. } => Some(&mut self.not_screened),
            Outcome {
                request: Some(_), ..
            } => Some(&mut self.planned),
            Outcome { error: Some(_), .. } => Some(&mut self.failed),
            _ => None,
        };
        match rest {
            Some(count) => *count += 1,
            None => {
                self.reused += usize::from(outcome.reused);
                let result = outcome.result.as_deref();
                if let Some(result) = result.and_then(AutoResult::from_name) {
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
        Text::listed(&parts)
    }
}

/// What became of one order, field by field as CONTRACT.md names them.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The order's number.
    pub number: OrderNumber,
    screened: bool,
    /// Why it is not screened.
    pub cause: Option<Cause>,
    /// The number under which O-PLUX has the event: of a thanks-offer payment the first payment's
    /// (R9).
    pub screened_as: Option<OrderNumber>,
    event_id: Option<EventId>,
    /// As O-PLUX writes it: of a first payment it may be one that nobody knows.
    result: Option<String>,
    reasons: Vec<Reason>,
    rule_group: Option<String>,
    #[serde(flatten)]
    disposition: DispositionFields,
    /// Whether this is a stored outcome that is given back.
    pub(super) reused: bool,
    error: Option<RowError>,
    service: Option<Service>,
    /// With `--dry-run` the request, where it would be sent.
    pub request: Option<serde_json::Value>,
}

impl Outcome {
    /// It is to be screened, and that failed.
    pub fn failed(number: &OrderNumber, service: Service, error: RowError) -> Self {
        Self {
            error: Some(error),
            ..Self::of(number, service)
        }
    }

    /// It would be sent so.
    pub fn planned(number: &OrderNumber, service: Service, request: serde_json::Value) -> Self {
        Self {
            request: Some(request),
            ..Self::of(number, service)
        }
    }

    /// It was screened, now or before (`reused`). The disposition is none where the event has no
    /// result.
    pub fn screened(event: Event, disposition: Option<Disposition>, reused: bool) -> Self {
        let outcome = Self::of(&event.record.merchant_management_id, event.service);
        Self {
            disposition: disposition.into(),
            reused,
            ..outcome.with(event)
        }
    }

    /// The rules say that it is not screened. A thanks-offer payment has the number of its first
    /// payment, and that one's event where the store has it.
    pub fn not_screened(
        number: &OrderNumber,
        cause: Cause,
        first: Option<OrderNumber>,
        event: Option<Event>,
    ) -> Self {
        let outcome = Self {
            screened: false,
            cause: Some(cause),
            screened_as: first,
            disposition: Some(Disposition::Create { forced: false }).into(),
            service: None,
            ..Self::of(number, Service::default())
        };
        match event {
            Some(event) => outcome.with(event),
            None => outcome,
        }
    }

    fn of(number: &OrderNumber, service: Service) -> Self {
        Self {
            number: number.clone(),
            screened: true,
            cause: None,
            screened_as: Some(number.clone()),
            event_id: None,
            result: None,
            reasons: vec![],
            rule_group: None,
            disposition: DispositionFields::default(),
            reused: false,
            error: None,
            service: Some(service),
            request: None,
        }
    }

    fn with(self, event: Event) -> Self {
        Self {
            result: event.record.auto_result.filter(|result| !result.is_empty()),
            event_id: Some(event.record.event_id),
            reasons: event.record.reasons,
            rule_group: event.record.rule_group,
            service: Some(event.service),
            ..self
        }
    }

    fn result_field(&self, lang: Lang) -> Field {
        match &self.result {
            known @ Some(_) => records::result(known.as_deref()),
            None if self.error.is_some() => Field::new(words::failed().get(lang)).toned(Tone::Bad),
            None if self.request.is_some() => {
                Field::new(words::would_be_sent().get(lang)).toned(Tone::Notable)
            }
            None if self.screened => Field::none(),
            None => Field::new(words::not_screened().get(lang)).toned(Tone::Faint),
        }
    }

    fn disposition_field(&self, lang: Lang) -> Field {
        match self.disposition.disposition {
            None => Field::none(),
            Some("redirect") => Field::new(words::redirect().get(lang)).toned(Tone::Warn),
            Some(_) if self.disposition.forced => {
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
                "not-sent" => at_oplux::sent_no().get(lang).to_owned(),
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
        // As reasons are separated elsewhere.
        parts.join(match lang {
            Lang::En => "; ",
            Lang::Ja => "／",
        })
    }

    /// One order in full, for a person. `method` is its 支払い方法ID.
    pub fn card(&self, method: Option<u64>, out: &Output) -> Card {
        let lang = out.lang;
        let mut card = Card::default();
        let mut push = |title: Text, field: Field| card.push(title.get(lang), field);
        push(lists::order_number(), Field::new(self.number.as_str()));
        if let Some(service) = self.service {
            push(
                words::title_service(),
                Field::new(words::service(service).get(lang)),
            );
        }
        push(words::title_result(), self.result_field(lang));
        push(words::title_disposition(), self.disposition_field(lang));
        if let Some(url) = &self.disposition.redirect_url {
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
            push(lists::reasons(), Field::new(reasons.join("\n")));
        }
        if let Some(group) = &self.rule_group {
            push(lists::rule_group(), Field::new(group));
        }
        if let Some(event) = &self.event_id {
            push(lists::event_id(), Field::new(&event.0));
        }
        let notes = [
            (self.reused, words::reused_note()),
            (self.disposition.forced, words::forced_note()),
        ];
        for (_, note) in notes.iter().filter(|(holds, _)| *holds) {
            push(words::title_note(), Field::new(note.get(lang)));
        }
        if let Some(error) = &self.error {
            let message = Field::new(&error.message).toned(Tone::Bad);
            push(at_oplux::title_error(), message);
        }
        card
    }
}

/// A reason in a row: what the rule says.
fn short_reason(reason: &Reason) -> String {
    let text = reason.description.as_ref().or(reason.code.as_ref());
    text.cloned().unwrap_or_default()
}

impl BatchRow for Outcome {
    fn error(&self) -> Option<&RowError> {
        self.error.as_ref()
    }
}

impl list::Row for Outcome {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("number", lists::order_number, |row: &Self, _| {
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
