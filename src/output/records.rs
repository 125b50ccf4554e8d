//! Orders and events of the store as rows and cards. The field names are those that `import`
//! reads, and so are the values: what a list writes can be loaded again.

use serde::Serialize;

use super::{
    list::{Column, Row, View},
    paint::Tone,
    table::Field,
};
use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord, Reason},
        order::{OrderNumber, OrderRecord},
        settings::PaymentMethod,
        time::JstTime,
    },
    locales::{at_oplux, lists as words},
};

/// What separates rules and reasons in one text.
const SEPARATOR: &str = "／";

/// An order, by the fields of `import orders`.
#[derive(Debug, Clone, Serialize)]
pub struct OrderRow {
    #[serde(flatten)]
    order: OrderRecord,
    /// What the configuration calls the payment method: shown to people where the order does not
    /// name it.
    #[serde(skip)]
    configured_method: Option<String>,
}

impl OrderRow {
    /// The row of an order; the configuration tells what it calls the order's method.
    pub fn new(order: OrderRecord, methods: &[PaymentMethod]) -> Self {
        let method = methods
            .iter()
            .find(|method| order.payment_method_id == Some(method.id));
        Self {
            configured_method: method.map(|method| method.name.clone()),
            order,
        }
    }
}

/// A column of a value that is shown as it is.
macro_rules! value {
    ($field:literal, $title:path, $row:ident => $value:expr) => {
        Column::new($field, $title, |$row: &Self, _| Field::maybe($value))
    };
}

impl Row for OrderRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("number", words::order_number, |row: &Self, _| {
            Field::new(row.order.number.as_str())
        })
        .whole(),
        value!("ecforce_id", words::ecforce_id, row => row.order.ecforce_id.as_ref()).in_cards(),
        value!("created_at", words::created_at, row => row.order.created_at).whole(),
        Column::new("channel", words::channel, |row, view| {
            view.maybe(row.order.channel.map(words::channel_name))
        }),
        value!("offer", words::offer, row => row.order.offer.as_ref()).in_cards(),
        Column::field("payment_method_id"),
        // By its name, else by its ID.
        Column::new("payment_method", words::payment_method, |row, _| {
            let name = row.order.payment_method.as_ref();
            match name.or(row.configured_method.as_ref()) {
                Some(name) => Field::new(name),
                None => Field::maybe(row.order.payment_method_id),
            }
        }),
        Column::new("total", words::total, |row: &Self, view| {
            match row.order.total {
                Some(total) if view.is_card => view.say(&words::yen(total.0)),
                total => Field::maybe(total.map(|total| total.0)).right(),
            }
        })
        .whole(),
        value!("customer_id", words::customer_id, row => row.order.customer_id.as_ref()).in_cards(),
        Column::new("registered", words::registered, |row: &Self, view| {
            view.maybe(row.order.registered.map(words::yes_or_no))
        })
        .in_cards(),
        value!("purchase_number", words::purchase_number, row => row.order.purchase_number)
            .in_cards(),
        value!("ad_url_id", words::ad_url_id, row => row.order.ad_url_id).in_cards(),
        value!("state", words::state, row => row.order.state.as_ref()).in_cards(),
        value!("payment_state", words::payment_state, row => row.order.payment_state.as_ref())
            .in_cards(),
        Column::new("result", words::result, |row, _| {
            result(row.order.result.map(AutoResult::name))
        }),
        value!("reason", words::reason, row => row.order.reason.as_ref()),
    ];
}

/// The fields of an order in JSON and CSV, for rows that have more than an order.
pub const ORDER_FIELDS: &[&str] = &{
    let mut fields = [""; OrderRow::COLUMNS.len()];
    let mut place = 0;
    while place < fields.len() {
        if let Some(field) = OrderRow::COLUMNS[place].field {
            fields[place] = field;
        }
        place += 1;
    }
    fields
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
    /// Each reason as people read it: its code first, so that rows of one rule look alike.
    #[serde(skip)]
    worded: Vec<String>,
}

impl From<EventRecord> for EventRow {
    fn from(event: EventRecord) -> Self {
        let worded = event.reasons.iter().map(|reason| {
            let sides = [&reason.code, &reason.description].into_iter().flatten();
            sides.map(String::as_str).collect::<Vec<_>>().join(" ")
        });
        Self {
            rules: joined(&event.reasons, |reason| reason.code.as_ref()),
            reasons: joined(&event.reasons, |reason| reason.description.as_ref()),
            worded: worded.collect(),
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

impl EventRow {
    /// Its ID.
    pub fn id(&self) -> &EventId {
        &self.event_id
    }

    fn reasons(&self, view: View) -> Field {
        let separator = if view.is_card { "\n" } else { SEPARATOR };
        Field::maybe((!self.worded.is_empty()).then(|| self.worded.join(separator)))
    }
}

impl Row for EventRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "merchant_management_id",
            words::merchant_management_id,
            |event: &Self, _| Field::new(event.merchant_management_id.as_str()),
        )
        .whole(),
        Column::field("event_id"),
        Column::shown(words::event_id, event_id).in_cards(),
        value!("requested_at", words::requested_at, event => event.requested_at).whole(),
        value!("model_id", words::model_id, event => event.model_id.as_ref()).in_cards(),
        Column::new("auto_result", words::auto_result, |event, _| {
            result(event.auto_result.as_deref())
        }),
        Column::new("manual_result", words::manual_result, |event, _| {
            result(event.manual_result.as_deref())
        }),
        value!("memo", words::memo, event => event.memo.as_ref()).in_cards(),
        value!("rule_group", words::rule_group, event => event.rule_group.as_ref()).in_cards(),
        Column::field("rules"),
        Column::new("reasons", words::reasons, Self::reasons),
        Column::new(
            "settle_status",
            words::settle_status,
            |event: &Self, view| {
                view.maybe(event.settle_status.as_deref().map(at_oplux::settle_status))
            },
        )
        .in_cards(),
        // It has some 47 characters: last, so that it stands below where a terminal has no room.
        Column::shown(words::event_id, event_id).whole().in_tables(),
    ];
}

fn event_id(event: &EventRow, _: View) -> Field {
    Field::new(&event.event_id.0)
}

/// One side of the reasons as one text. What has no partner is an empty part, so that the sides
/// stay paired by position; none at all is no text.
fn joined(reasons: &[Reason], side: impl Fn(&Reason) -> Option<&String>) -> Option<String> {
    let parts: Vec<Option<&String>> = reasons.iter().map(side).collect();
    parts.iter().any(Option::is_some).then(|| {
        let parts = parts
            .into_iter()
            .map(|part| part.map_or("", String::as_str));
        parts.collect::<Vec<_>>().join(SEPARATOR)
    })
}

/// A reason of one event as people read it: what the rule says, and its code.
pub fn reason(reason: &Reason) -> String {
    match (&reason.description, &reason.code) {
        (Some(description), Some(code)) => format!("{description} [{code}]"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    }
}

/// A result, in its colour where it is one that is known.
pub fn result(result: Option<&str>) -> Field {
    let tone = result.and_then(AutoResult::from_name).map(Tone::of_result);
    let field = Field::maybe(result);
    tone.map_or(field.clone(), |tone| field.toned(tone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sides_of_reasons_stay_paired() {
        let cases = [
            // code and text of each, rules, reasons
            (vec![], None, None),
            (
                vec![("R1", "住所"), ("R2", "b")],
                Some("R1／R2"),
                Some("住所／b"),
            ),
            (vec![("R1", ""), ("", "b")], Some("R1／"), Some("／b")),
            (vec![("", "a"), ("", "b")], None, Some("a／b")),
            (vec![("R1", "")], Some("R1"), None),
        ];
        for (pairs, rules, reasons) in cases {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let pair = |(code, text): &(&str, &str)| Reason {
                code: some(code),
                description: some(text),
            };
            let number = "a905125d2a".parse().unwrap();
            let event = EventRecord {
                reasons: pairs.iter().map(pair).collect(),
                ..EventRecord::of(number, EventId("e".to_owned()))
            };
            let row = EventRow::from(event);
            let sides = (row.rules.as_deref(), row.reasons.as_deref());
            assert_eq!(sides, (rules, reasons), "{pairs:?}");
        }
    }

    #[test]
    fn every_field_of_a_record_is_a_column() {
        fn check<R: Row>(row: &R) {
            let json = serde_json::to_value(row).unwrap();
            let fields: Vec<_> = json.as_object().unwrap().keys().collect();
            assert_eq!(
                crate::output::list::fields::<R>().collect::<Vec<_>>(),
                fields
            );
        }
        let number: OrderNumber = "a905125d2a".parse().unwrap();
        check(&OrderRow::new(OrderRecord::of(number.clone()), &[]));
        check(&EventRow::from(EventRecord::of(
            number,
            EventId(String::new()),
        )));
    }
}
