//! How an outcome is shown: the JSON object of CONTRACT.md, a row of a table, a card.

use serde::Serialize;

use crate::{
    domain::{
        disposition::Disposition,
        eligibility::Cause,
        event::{AutoResult, Event, EventId, Reason, Service},
        order::OrderNumber,
    },
    locales::{Lang, Text, screening as words},
    output::{
        Output, list,
        paint::Tone,
        records::reason,
        table::{Card, Field},
    },
};

use super::outcome::{Outcome, Trouble};

/// One order's outcome, field by field as CONTRACT.md names them.
#[derive(Debug, Clone, Serialize)]
pub struct ScreenRow {
    number: OrderNumber,
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
    request: Option<serde_json::Value>,
    #[serde(skip)]
    planned: bool,
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
        let row = Self::empty(number);
        match outcome {
            Outcome::NotScreened {
                cause,
                screened_as,
                event,
            } => {
                let row = Self {
                    cause: Some(*cause),
                    screened_as: screened_as.clone(),
                    disposition: Some("create"),
                    ..row
                };
                match event {
                    Some(event) => row.with_event(event),
                    None => row,
                }
            }
            Outcome::Screened {
                event,
                disposition,
                reused,
            } => {
                let screened_as = Some(event.merchant_management_id.clone());
                let row = Self {
                    screened: true,
                    screened_as,
                    reused: *reused,
                    ..row
                };
                row.with_event(event).with_disposition(disposition.as_ref())
            }
            Outcome::Planned { service, request } => Self {
                screened: true,
                screened_as: Some(number.clone()),
                service: Some(*service),
                request: Some(request.clone()),
                planned: true,
                ..row
            },
            Outcome::Failed { service, trouble } => Self {
                screened: true,
                screened_as: Some(number.clone()),
                service: Some(*service),
                error: Some(RowError::of(trouble, out)),
                ..row
            },
        }
    }

    /// The request that would be sent, in a dry run.
    pub fn request(&self) -> Option<&serde_json::Value> {
        self.request.as_ref()
    }

    /// The order's number.
    pub fn number(&self) -> &OrderNumber {
        &self.number
    }

    fn empty(number: &OrderNumber) -> Self {
        Self {
            number: number.clone(),
            screened: false,
            cause: None,
            screened_as: None,
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
            planned: false,
        }
    }

    fn with_event(self, event: &Event) -> Self {
        Self {
            event_id: Some(event.screening.event_id.clone()),
            result: event.auto_result(),
            reasons: event.screening.reasons.clone(),
            rule_group: event.screening.rule_group.clone(),
            service: Some(event.service),
            ..self
        }
    }

    fn with_disposition(self, disposition: Option<&Disposition>) -> Self {
        match disposition {
            Some(Disposition::Create { forced }) => Self {
                disposition: Some("create"),
                forced: *forced,
                ..self
            },
            Some(Disposition::Redirect { url }) => Self {
                disposition: Some("redirect"),
                redirect_url: Some(url.clone()),
                ..self
            },
            None => self,
        }
    }

    fn result_field(&self, lang: Lang) -> Field {
        match (self.result, &self.error, self.planned) {
            (_, Some(_), _) => Field::new(words::failed().get(lang)).toned(Tone::Bad),
            (_, _, true) => Field::new(words::would_be_sent().get(lang)).toned(Tone::Notable),
            (Some(result), ..) => Field::new(result.name()).toned(Tone::of_result(result)),
            (None, ..) if self.screened => Field::none(),
            (None, ..) => Field::new(words::not_screened().get(lang)).toned(Tone::Faint),
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
    fn why(&self, lang: Lang, separator: &str) -> String {
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
        parts.join(separator)
    }

    /// One order in full, for a person.
    pub fn card(&self, out: &Output) -> Card {
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
            push(
                words::title_cause(),
                Field::new(out.told(&words::explanation(cause))),
            );
        }
        if let Some(first) = self
            .screened_as
            .as_ref()
            .filter(|first| **first != self.number)
        {
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
        if self.reused {
            push(
                words::title_note(),
                Field::new(words::reused_note().get(lang)),
            );
        }
        if self.forced {
            push(
                words::title_note(),
                Field::new(words::forced_note().get(lang)),
            );
        }
        if let Some(error) = &self.error {
            push(
                words::title_error(),
                Field::new(&error.message).toned(Tone::Bad),
            );
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
    const FIELDS: &'static [&'static str] = &[
        "number",
        "screened",
        "cause",
        "screened_as",
        "event_id",
        "result",
        "reasons",
        "rule_group",
        "disposition",
        "redirect_url",
        "forced",
        "reused",
        "error",
        "service",
        "request",
    ];

    const UNWRAPPED: &'static [usize] = &[0, 1, 2];

    fn titles() -> Vec<Text> {
        vec![
            words::title_number(),
            words::title_result(),
            words::title_disposition(),
            words::title_why(),
        ]
    }

    fn cells(&self, lang: Lang) -> Vec<Field> {
        vec![
            Field::new(self.number.as_str()),
            self.result_field(lang),
            self.disposition_field(lang),
            Field::new(self.why(lang, "; ")),
        ]
    }
}
