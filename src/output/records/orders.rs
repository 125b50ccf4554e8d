//! An order as a row and as a card.

use serde::Serialize;

use super::result_field;
use crate::{
    domain::{
        event::AutoResult,
        order::{Channel, OrderNumber, OrderRecord, Yen},
        time::JstTime,
    },
    locales::{Lang, Text, lists as words},
    output::{
        list::Row,
        table::{Card, Field},
    },
};

/// An order, by the fields of `import orders`.
#[derive(Debug, Clone, Serialize)]
pub struct OrderRow {
    number: OrderNumber,
    ecforce_id: Option<String>,
    created_at: Option<JstTime>,
    channel: Option<Channel>,
    offer: Option<String>,
    payment_method_id: Option<u64>,
    payment_method: Option<String>,
    total: Option<Yen>,
    customer_id: Option<String>,
    registered: Option<bool>,
    purchase_number: Option<u32>,
    ad_url_id: Option<u64>,
    state: Option<String>,
    payment_state: Option<String>,
    result: Option<AutoResult>,
    reason: Option<String>,
    /// What the configuration calls the payment method: shown to people where the order does not
    /// name it.
    #[serde(skip)]
    configured_method: Option<String>,
}

impl OrderRow {
    /// The row of an order; `configured_method` is what the configuration calls its method.
    pub fn new(order: OrderRecord, configured_method: Option<String>) -> Self {
        Self {
            number: order.number,
            ecforce_id: order.ecforce_id,
            created_at: order.created_at,
            channel: order.channel,
            offer: order.offer,
            payment_method_id: order.payment_method_id,
            payment_method: order.payment_method,
            total: order.total,
            customer_id: order.customer_id,
            registered: order.registered,
            purchase_number: order.purchase_number,
            ad_url_id: order.ad_url_id,
            state: order.state,
            payment_state: order.payment_state,
            result: order.result,
            reason: order.reason,
            configured_method,
        }
    }

    /// The order alone, a line a field.
    pub fn card(&self, lang: Lang) -> Card {
        let mut card = Card::default();
        let mut push = |title: Text, field: Field| card.push(title.get(lang), field);
        push(words::order_number(), Field::new(self.number.as_str()));
        push(words::ecforce_id(), Field::maybe(self.ecforce_id.as_ref()));
        push(words::created_at(), Field::maybe(self.created_at));
        push(words::channel(), self.channel_field(lang));
        push(words::offer(), Field::maybe(self.offer.as_ref()));
        push(words::payment_method(), self.method_field());
        let total = self.total.map(|total| words::yen(total.0));
        push(
            words::total(),
            Field::maybe(total.map(|t| t.get(lang).to_owned())),
        );
        push(
            words::customer_id(),
            Field::maybe(self.customer_id.as_ref()),
        );
        let registered = self.registered.map(words::yes_or_no);
        let registered = registered.map(|is| is.get(lang).to_owned());
        push(words::registered(), Field::maybe(registered));
        push(words::purchase_number(), Field::maybe(self.purchase_number));
        push(words::ad_url_id(), Field::maybe(self.ad_url_id));
        push(words::state(), Field::maybe(self.state.as_ref()));
        push(
            words::payment_state(),
            Field::maybe(self.payment_state.as_ref()),
        );
        push(words::result(), self.result_field());
        push(words::reason(), Field::maybe(self.reason.as_ref()));
        card
    }

    fn channel_field(&self, lang: Lang) -> Field {
        let name = self.channel.map(words::channel_name);
        Field::maybe(name.map(|name| name.get(lang).to_owned()))
    }

    /// The method by its name, else by its ID.
    fn method_field(&self) -> Field {
        let name = self
            .payment_method
            .as_ref()
            .or(self.configured_method.as_ref());
        match name {
            Some(name) => Field::new(name),
            None => Field::maybe(self.payment_method_id),
        }
    }

    fn result_field(&self) -> Field {
        result_field(self.result.map(AutoResult::name))
    }
}

impl Row for OrderRow {
    const FIELDS: &'static [&'static str] = &[
        "number",
        "ecforce_id",
        "created_at",
        "channel",
        "offer",
        "payment_method_id",
        "payment_method",
        "total",
        "customer_id",
        "registered",
        "purchase_number",
        "ad_url_id",
        "state",
        "payment_state",
        "result",
        "reason",
    ];

    // A time may stand on two lines: its date stays whole.
    const UNWRAPPED: &'static [usize] = &[0, 4];

    fn titles() -> Vec<Text> {
        vec![
            words::order_number(),
            words::created_at(),
            words::channel(),
            words::payment_method(),
            words::total(),
            words::result(),
            words::reason(),
        ]
    }

    fn cells(&self, lang: Lang) -> Vec<Field> {
        vec![
            Field::new(self.number.as_str()),
            Field::maybe(self.created_at),
            self.channel_field(lang),
            self.method_field(),
            Field::maybe(self.total.map(|total| total.0)).right(),
            self.result_field(),
            Field::maybe(self.reason.as_ref()),
        ]
    }
}
