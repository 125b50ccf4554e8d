//! A row of a file into an order, a payment or an event, and what is wrong with its cells.

use std::collections::HashMap;

use super::{
    cells::{self, Cell, Reader, content},
    columns::{Kind, Layout, Mapping},
    ids,
    mistakes::{Finding, Weight},
    rows::Rows,
    words as known,
};
use crate::{
    domain::{
        event::{AutoResult, EventRecord},
        order::{Channel, OrderNumber, OrderRecord},
        payment::{Payment, PaymentRecord},
        text::folded,
        time::JstTime,
    },
    locales::{Text, import as texts, input as words},
};

/// How files are read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What the caller says that they are; where it is left out, the headers tell.
    pub kind: Option<Kind>,
    /// The configured headers.
    pub mapping: Mapping,
    /// The sheet of Excel books.
    pub sheet: Option<String>,
    /// A cell that cannot be read makes its row bad.
    pub strict: bool,
    /// The IDs of the configured payment methods by name, as it is compared; none of a name that
    /// two have.
    pub methods: HashMap<String, Option<u64>>,
}

/// The cells of a row, taken one field after the other.
pub(super) struct Cells<'f> {
    pub(super) rows: &'f Rows,
    pub(super) kind: Kind,
    pub(super) layout: &'f Layout,
    pub(super) reading: &'f Reading,
    /// The place of the next field.
    pub(super) next: usize,
    /// The row's order number, where it could be read.
    pub(super) number: Option<OrderNumber>,
    pub(super) findings: Vec<Finding>,
}

impl<'f> Cells<'f> {
    /// The next field's cell: the first of its columns that is filled.
    fn take(&mut self) -> Option<(usize, Cell<'f>)> {
        let columns = self
            .layout
            .columns_of
            .get(self.next)
            .map_or(&[][..], Vec::as_slice);
        self.next += 1;
        columns
            .iter()
            .find_map(|column| match self.rows.cell(*column) {
                Cell::Text(text) => Some((*column, Cell::Text(content(text)?))),
                other => Some((*column, other)),
            })
    }

    /// Whether the row can be loaded.
    pub(super) fn is_sound(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.weight != Weight::Bad)
    }

    fn find(&mut self, weight: Weight, column: Option<usize>, what: Text, value: Option<String>) {
        let field = &self.kind.fields()[self.next - 1];
        let is_told = |column| self.layout.is_told.get(column) == Some(&true);
        let value = value.filter(|_| field.is_told && column.is_some_and(is_told));
        self.findings.push(Finding {
            weight,
            column,
            what,
            value,
        });
    }

    /// The next field, which has to be there.
    fn required<T>(&mut self, reader: Reader<T>) -> Option<T> {
        let field = self.next;
        match self.take() {
            Some((column, Cell::Text(text))) => match reader(&text) {
                Ok(value) => return Some(value),
                Err(what) => self.find(Weight::Bad, Some(column), words::wrong(what), None),
            },
            Some((column, cell)) => {
                let what = words::wrong(cell.expected());
                self.find(Weight::Bad, Some(column), what, None);
            }
            None => {
                // What it should have been: a reader says so of a text that it never takes.
                let what = reader("").err().unwrap_or_else(words::text);
                let columns = self.layout.columns_of.get(field);
                let column = columns.and_then(|columns| columns.first()).copied();
                self.find(Weight::Bad, column, words::missing(what), None);
            }
        }
        None
    }

    /// The next field, where there is anything in its cell that can be read.
    fn optional<T>(&mut self, reader: Reader<T>) -> Option<T> {
        match self.reading.strict {
            true => self.read(reader, Weight::Bad, words::wrong),
            false => self.read(reader, Weight::Told, texts::unread),
        }
        .ok()?
    }

    /// The next field of an event, a result: one that nobody knows is kept as it is written.
    fn result(&mut self, reader: Reader<AutoResult>) -> Option<String> {
        match self.read(reader, Weight::Told, texts::result_kept) {
            Ok(result) => result.map(|result| result.name().to_owned()),
            Err(written) => Some(written),
        }
    }

    /// The next field; the error is the text that cannot be read.
    fn read<T>(
        &mut self,
        reader: Reader<T>,
        weight: Weight,
        say: fn(Text) -> Text,
    ) -> Result<Option<T>, String> {
        match self.take() {
            None => Ok(None),
            Some((column, Cell::Text(text))) => reader(&text).map(Some).map_err(|what| {
                let text = text.into_owned();
                self.find(weight, Some(column), say(what), Some(text.clone()));
                text
            }),
            Some((column, cell)) => {
                self.find(weight, Some(column), say(cell.expected()), None);
                Ok(None)
            }
        }
    }

    /// The next field, which holds several texts.
    fn several(&mut self) -> Vec<Option<String>> {
        let Some((column, cell)) = self.take() else {
            return Vec::new();
        };
        cells::elements(cell).unwrap_or_else(|| {
            let (weight, what) = match self.reading.strict {
                true => (Weight::Bad, words::wrong(texts::several())),
                false => (Weight::Told, texts::unread(texts::several())),
            };
            self.find(weight, Some(column), what, None);
            Vec::new()
        })
    }

    fn time(&self) -> Reader<JstTime> {
        match self.rows {
            Rows::Book(book) if book.is_since_1904 => cells::time_since_1904,
            Rows::Book(_) => cells::time_of_book,
            _ => cells::time,
        }
    }
}

pub(super) fn order(cells: &mut Cells<'_>) -> Option<OrderRecord> {
    cells.number = cells.required(ids::number);
    let time = cells.time();
    let mut order = OrderRecord {
        ecforce_id: cells.optional(ids::ecforce_id),
        created_at: cells.optional(time),
        channel: channel(cells),
        offer: cells.optional(cells::text),
        payment_method_id: cells.optional(cells::id),
        payment_method: cells.optional(cells::text),
        total: cells.optional(cells::yen),
        customer_id: cells.optional(ids::id_text),
        registered: cells.optional(known::member),
        purchase_number: cells.optional(cells::count),
        ad_url_id: cells.optional(cells::id),
        state: cells.optional(cells::text),
        payment_state: cells.optional(cells::text),
        result: cells
            .read(known::result, Weight::Told, texts::result_unknown)
            .ok()
            .flatten(),
        reason: cells.optional(cells::text),
        ..OrderRecord::of(cells.number.clone()?)
    };
    // A method's name that equals exactly one configured name stands for its ID.
    let methods = &cells.reading.methods;
    if let (None, Some(name), false) = (
        order.payment_method_id,
        &order.payment_method,
        methods.is_empty(),
    ) {
        order.payment_method_id = methods.get(&folded(name)).copied().flatten();
    }
    Some(order)
}

/// 受注経路; where it does not tell, the second order of a subscription and later ones are
/// generated from it (R8).
fn channel(cells: &mut Cells<'_>) -> Option<Channel> {
    let is_of_subscription = cells.take().is_some();
    let nth = cells.optional(cells::count);
    let is_generated = is_of_subscription && nth.is_some_and(|nth| nth >= 2);
    let say = match is_generated {
        true => texts::channel_of_subscription,
        false => texts::channel_unknown,
    };
    let channel = cells.read(known::channel, Weight::Told, say).ok().flatten();
    channel.or(is_generated.then_some(Channel::Subscription))
}

pub(super) fn payment(cells: &mut Cells<'_>) -> Option<PaymentRecord> {
    cells.number = cells.required(ids::number);
    let time = cells.time();
    let own = cells.required(ids::number);
    let (at, amount) = (cells.optional(time), cells.optional(cells::yen));
    let thanks_offer = cells.optional(known::yes_or_no);
    Some(PaymentRecord {
        order_number: cells.number.clone()?,
        payment: Payment {
            number: own?,
            at,
            amount,
            thanks_offer,
        },
    })
}

pub(super) fn event(cells: &mut Cells<'_>) -> Option<EventRecord> {
    cells.number = cells.required(ids::number);
    let time = cells.time();
    let event_id = cells.required(ids::event_id);
    Some(EventRecord {
        requested_at: cells.optional(time),
        model_id: cells.optional(cells::text),
        auto_result: cells.result(known::result),
        manual_result: cells.result(known::manual_result),
        memo: cells.optional(cells::text),
        rule_group: cells.optional(cells::text),
        reasons: {
            let rules = cells.several();
            cells::paired(rules, cells.several())
        },
        settle_status: cells.optional(cells::text),
        // Evaluated last, so that all mistakes of the row are told.
        ..EventRecord::of(cells.number.clone()?, event_id?)
    })
}
