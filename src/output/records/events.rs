//! An event as a row and as a card.

use serde::Serialize;

use super::{joined, result_field, worded};
use crate::{
    domain::{
        event::{EventId, EventRecord, Reason},
        order::OrderNumber,
        time::JstTime,
    },
    locales::{Lang, Text, lists as words},
    output::{
        list::Row,
        table::{Card, Field},
    },
};

/// An event, by the fields of `import events`.
#[derive(Debug, Clone, Serialize)]
pub struct EventRow {
    merchant_management_id: OrderNumber,
    event_id: EventId,
    requested_at: Option<JstTime>,
    model_id: Option<String>,
    auto_result: Option<String>,
    manual_result: Option<String>,
    memo: Option<String>,
    rule_group: Option<String>,
    /// The codes of the rules, separated by `／`.
    rules: Option<String>,
    /// What the rules say, likewise, paired by position.
    reasons: Option<String>,
    settle_status: Option<String>,
    /// Each reason as people read it.
    #[serde(skip)]
    worded: Vec<String>,
}

/// A reason with its two sides, as in `screen`.
#[derive(Debug, Clone, Serialize)]
pub struct ReasonPair {
    code: Option<String>,
    description: Option<String>,
}

impl From<EventRecord> for EventRow {
    fn from(event: EventRecord) -> Self {
        Self {
            rules: joined(&event.reasons, |reason| reason.code.as_ref()),
            reasons: joined(&event.reasons, |reason| reason.description.as_ref()),
            worded: event.reasons.iter().map(worded).collect(),
            merchant_management_id: event.merchant_management_id,
            event_id: event.event_id,
            requested_at: event.requested_at,
            model_id: event.model_id,
            auto_result: event.auto_result,
            manual_result: event.manual_result,
            memo: event.memo,
            rule_group: event.rule_group,
            settle_status: event.settle_status,
        }
    }
}

impl From<Reason> for ReasonPair {
    fn from(reason: Reason) -> Self {
        let Reason { code, description } = reason;
        Self { code, description }
    }
}

impl EventRow {
    /// Its ID.
    pub fn id(&self) -> &EventId {
        &self.event_id
    }

    /// The event alone, a line a field and a reason.
    pub fn card(&self, lang: Lang) -> Card {
        let mut card = Card::default();
        let mut push = |title: Text, field: Field| card.push(title.get(lang), field);
        let number = self.merchant_management_id.as_str();
        push(words::merchant_management_id(), Field::new(number));
        push(words::event_id(), Field::new(&self.event_id.0));
        push(words::requested_at(), Field::maybe(self.requested_at));
        push(
            words::auto_result(),
            result_field(self.auto_result.as_deref()),
        );
        push(
            words::manual_result(),
            result_field(self.manual_result.as_deref()),
        );
        push(words::memo(), Field::maybe(self.memo.as_ref()));
        push(words::rule_group(), Field::maybe(self.rule_group.as_ref()));
        push(words::reasons(), self.reasons_field("\n"));
        push(words::model_id(), Field::maybe(self.model_id.as_ref()));
        push(
            words::settle_status(),
            Field::maybe(self.settle_status.as_ref()),
        );
        card
    }

    /// What matters of it beside its order, a line a field and a reason.
    pub fn brief(&self, lang: Lang) -> Card {
        let mut card = Card::default();
        let mut push = |title: Text, field: Field| card.push(title.get(lang), field);
        let number = self.merchant_management_id.as_str();
        push(words::merchant_management_id(), Field::new(number));
        push(words::event_id(), Field::new(&self.event_id.0));
        push(words::requested_at(), Field::maybe(self.requested_at));
        push(
            words::auto_result(),
            result_field(self.auto_result.as_deref()),
        );
        push(
            words::manual_result(),
            result_field(self.manual_result.as_deref()),
        );
        push(words::reasons(), self.reasons_field("\n"));
        card
    }

    fn reasons_field(&self, separator: &str) -> Field {
        Field::maybe((!self.worded.is_empty()).then(|| self.worded.join(separator)))
    }
}

impl Row for EventRow {
    const FIELDS: &'static [&'static str] = &[
        "merchant_management_id",
        "event_id",
        "requested_at",
        "model_id",
        "auto_result",
        "manual_result",
        "memo",
        "rule_group",
        "rules",
        "reasons",
        "settle_status",
    ];

    // A time may stand on two lines: its date stays whole.
    const UNWRAPPED: &'static [usize] = &[0, 2];

    fn titles() -> Vec<Text> {
        vec![
            words::merchant_management_id(),
            words::requested_at(),
            words::event_id(),
            words::auto_result(),
            words::manual_result(),
            words::reasons(),
        ]
    }

    fn cells(&self, _: Lang) -> Vec<Field> {
        vec![
            Field::new(self.merchant_management_id.as_str()),
            Field::maybe(self.requested_at),
            Field::new(&self.event_id.0),
            result_field(self.auto_result.as_deref()),
            result_field(self.manual_result.as_deref()),
            self.reasons_field(super::SEPARATOR),
        ]
    }
}
