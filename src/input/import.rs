//! A file of `import`, in any of its forms, into records and what is wrong with it: the rows one after
//! the other, and of each row its cells, field by field.

use std::{collections::BTreeSet, io::Read};

use serde_json::{Map, Value};

use super::{
    cells::{self, Cell, MethodIds, Reader, content},
    columns::{self, FileKind, Layout},
    mistakes::{Finding, Lengths, Mistake, Mistakes, Weight},
    rows::{Next, Rows},
    source::{InputError, RowPlace, Source},
};
use crate::{
    domain::{
        event::{AutoResult, EventRecord, Reason},
        order::{Channel, Mapping, OrderNumber, OrderRecord, Records},
        payment::{Payment, PaymentRecord},
        text::trim,
        time::JstTime,
    },
    locales::{Text, input as texts},
};

/// So many columns that are not known are remembered: JSON may have a new one in every object.
const UNKNOWN: usize = 200;

/// How files are read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What the caller says that they are; where it is left out, the headers tell.
    pub kind: Option<FileKind>,
    /// The configured headers.
    pub mapping: Mapping,
    /// The sheet of Excel books.
    pub sheet: Option<String>,
    /// A cell that cannot be read makes its row bad.
    pub strict: bool,
    /// The configured payment methods.
    pub methods: MethodIds,
}

/// What is known at the end of a file.
#[derive(Debug, Default)]
pub struct FileEnd {
    /// What its rows are, where that could be found out.
    pub kind: Option<FileKind>,
    /// What is wrong with its rows, equal mistakes together.
    pub mistakes: Vec<Mistake>,
    /// How many rows are bad.
    pub bad: u64,
    /// The columns that are passed over.
    pub unknown: Vec<String>,
    /// What the file calls the column of event IDs.
    pub event_id: String,
    /// Why it, or the rest of it, cannot be read.
    pub broken: Option<InputError>,
}

/// A file that is being read.
pub struct ImportFile<'r> {
    source: Source,
    kind: FileKind,
    reading: &'r Reading,
    headers: Vec<String>,
    layout: Layout,
    rows: Rows,
    unknown: BTreeSet<String>,
    mistakes: Mistakes,
    bad: u64,
    lengths: Lengths,
}

impl<'r> ImportFile<'r> {
    /// Reads a file and finds out what it is; `stdin` is read where the source is standard input.
    ///
    /// # Errors
    /// A file that cannot be read, is empty, is of an encoding that is not read, is of another kind
    /// than the caller says, or lacks a column that has to be there.
    pub fn open(
        source: &Source,
        stdin: &mut dyn Read,
        reading: &'r Reading,
    ) -> Result<Self, InputError> {
        let mapping = &reading.mapping;
        let known = |headers: &[String]| columns::known_of_any(headers, mapping);
        let (rows, mut headers) = Rows::open(source, stdin, reading.sheet.as_deref(), known)?;
        let are_keys = rows.keys().is_some();
        let kind = columns::kind(source, reading.kind, &headers, are_keys, mapping)?;
        let mut layout = Layout::default();
        match are_keys {
            // Each object has keys of its own.
            true => headers.clear(),
            false => layout = Layout::of_file(source, kind, &headers, mapping)?,
        }
        let mut file = Self {
            source: source.clone(),
            kind,
            reading,
            headers,
            layout,
            rows,
            unknown: BTreeSet::new(),
            mistakes: Mistakes::default(),
            bad: 0,
            lengths: Lengths::default(),
        };
        file.note_unknown();
        Ok(file)
    }

    /// The rows of a JSON array that is no file: what another service gave, under the headers of
    /// its exports.
    ///
    /// # Errors
    /// None for an array of objects with the columns that have to be there.
    pub fn of_rows(rows: &[Map<String, Value>], reading: &'r Reading) -> Result<Self, InputError> {
        let text = serde_json::to_vec(rows).unwrap_or_default();
        Self::open(&Source::Stdin, &mut text.as_slice(), reading)
    }

    /// The next rows that are good, `most` at most, with their places; none at the end.
    ///
    /// # Errors
    /// Where the rest of the file cannot be read.
    pub fn next_rows(&mut self, most: usize) -> Result<(Records, Vec<RowPlace>), InputError> {
        let mut records = match self.kind {
            FileKind::Orders => Records::Orders(Vec::new()),
            FileKind::Payments => Records::Payments(Vec::new()),
            FileKind::Events => Records::Events(Vec::new()),
        };
        let mut places = Vec::new();
        while places.len() < most
            && let Some(next) = self.rows.next(&self.source, self.headers.len())?
        {
            match next {
                Next::Blank => {}
                Next::Bad(place, what) => {
                    self.bad += 1;
                    let finding = Finding::of_row(Weight::Bad, what);
                    let number = self.number_of_bad();
                    let number = number.as_ref().map(OrderNumber::as_str);
                    self.mistakes.note(finding, place, number);
                }
                Next::Row(place) => {
                    self.note_keys();
                    if self.read_row(place, &mut records) {
                        places.push(place);
                    }
                }
            }
        }
        Ok((records, places))
    }

    /// What is known at the end of the file.
    pub fn end(&mut self) -> FileEnd {
        self.lengths.tell(&mut self.mistakes);
        // Of events the second field is their ID.
        let column = self.layout.columns_of.get(1).and_then(|of| of.first());
        let event_id = column.map_or("event_id", |column| columns::shown(&self.headers[*column]));
        FileEnd {
            kind: Some(self.kind),
            mistakes: self.mistakes.take(),
            bad: self.bad,
            unknown: self.unknown.iter().cloned().collect(),
            event_id: event_id.to_owned(),
            broken: None,
        }
    }

    /// How much has been read, of how much.
    pub fn progress(&self) -> (usize, usize) {
        self.rows.progress()
    }

    /// Finds out which keys of a JSON object are which fields.
    fn note_keys(&mut self) {
        let Some(keys) = self.rows.keys() else { return };
        if keys.clone().eq(self.headers.iter()) {
            return;
        }
        self.headers = keys.cloned().collect();
        // Of two keys that are alike but for their spelling the first counts.
        self.layout = Layout::of(self.kind, &self.headers, &self.reading.mapping);
        self.note_unknown();
    }

    fn note_unknown(&mut self) {
        for column in &self.layout.unknown {
            if self.unknown.len() < UNKNOWN {
                self.unknown
                    .insert(columns::told(&self.headers[*column], *column));
            }
        }
    }

    /// The order's number of a row that is too short or too long, as far as that can be said. Its
    /// cells may be shifted: what may be a name or a telephone number in its place is none.
    fn number_of_bad(&self) -> Option<OrderNumber> {
        let column = *self.layout.columns_of.first()?.first()?;
        let cell = match self.rows.keys() {
            None => self.rows.cell(column),
            // What is bad of JSON is no object.
            Some(_) => return None,
        };
        let Cell::Text(text) = cell else { return None };
        let number = cells::number(&content(text)?).ok()?;
        let has = |is_one: fn(&u8) -> bool| number.as_str().as_bytes().iter().any(is_one);
        let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        (column == 0 || is_mixed).then_some(number)
    }

    /// Reads the row that is at hand. False where it is bad.
    fn read_row(&mut self, place: RowPlace, records: &mut Records) -> bool {
        let mut cells = Cells {
            file: self,
            next: 0,
            number: None,
            payment_number: None,
            findings: Vec::new(),
        };
        // A row is given up at its end, so that all of its mistakes are told.
        match records {
            Records::Orders(rows) => rows.extend(cells.whole(order)),
            Records::Payments(rows) => rows.extend(cells.whole(payment)),
            Records::Events(rows) => rows.extend(cells.whole(event)),
        }
        let is_sound = cells.is_sound();
        let (number, other, findings) = (cells.number, cells.payment_number, cells.findings);
        self.bad += u64::from(!is_sound);
        for number in number.iter().chain(&other) {
            self.lengths.note(number.as_str(), place);
        }
        let number = number.as_ref().map(OrderNumber::as_str);
        // Of a row that is not loaded it is told why, and not what it would be loaded without.
        let told = findings.into_iter();
        for finding in told.filter(|finding| is_sound || finding.weight == Weight::Bad) {
            self.mistakes.note(finding, place, number);
        }
        is_sound
    }
}

/// The cells of a row, taken one field after the other.
struct Cells<'f> {
    file: &'f ImportFile<'f>,
    /// The place of the next field.
    next: usize,
    /// The row's order number, where it could be read.
    number: Option<OrderNumber>,
    /// The number of a payment, where it is another one.
    payment_number: Option<OrderNumber>,
    findings: Vec<Finding>,
}

impl<'f> Cells<'f> {
    /// What is read of the row, where it can be loaded.
    fn whole<T>(&mut self, read: fn(&mut Self) -> Option<T>) -> Option<T> {
        read(self).filter(|_| self.is_sound())
    }

    /// Whether the row can be loaded.
    fn is_sound(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.all(|finding| finding.weight != Weight::Bad)
    }

    /// The columns of the next field.
    fn columns(&self) -> &'f [usize] {
        let columns = self.file.layout.columns_of.get(self.next);
        columns.map_or(&[], Vec::as_slice)
    }

    /// The next field's cell: the first of its columns that is filled.
    fn take(&mut self) -> Option<(usize, Cell<'f>)> {
        let columns = self.columns();
        self.next += 1;
        self.file.rows.filled(columns)
    }

    fn find(&mut self, weight: Weight, column: Option<usize>, what: Text, value: Option<String>) {
        let field = &self.file.kind.fields()[self.next - 1];
        let is_told = |column| self.file.layout.is_told.get(column) == Some(&true);
        let value = value.filter(|_| field.is_told && column.is_some_and(is_told));
        // Where there is no column of it, as in JSON, it goes by its own name.
        let headers = &self.file.headers;
        let header = column.map_or(field.name, |column| columns::shown(&headers[column]));
        self.findings.push(Finding {
            weight,
            column: Some(header.to_owned()),
            what,
            value,
        });
    }

    /// The next field, which has to be there.
    fn required<T>(&mut self, reader: Reader<T>) -> Option<T> {
        let first = self.columns().first().copied();
        let (column, what) = match self.take() {
            Some((column, Cell::Text(text))) => match reader(&text) {
                Ok(value) => return Some(value),
                Err(what) => (Some(column), texts::wrong(what)),
            },
            Some((column, cell)) => (Some(column), texts::wrong(cell.expected())),
            // What it should have been: a reader says so of a text that it never takes.
            None => {
                let what = reader("").err().unwrap_or_else(texts::text);
                (first, texts::missing(what))
            }
        };
        self.find(Weight::Bad, column, what, None);
        None
    }

    /// The next field, where there is anything in its cell that can be read.
    fn optional<T>(&mut self, reader: Reader<T>) -> Option<T> {
        let (weight, say) = self.unread();
        self.read(reader, weight, say).ok()?
    }

    /// How a cell that cannot be read is treated, and what is said of it.
    fn unread(&self) -> (Weight, fn(Text) -> Text) {
        match self.file.reading.strict {
            true => (Weight::Bad, texts::wrong),
            false => (Weight::Told, texts::unread),
        }
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
        elements(cell).unwrap_or_else(|| {
            let (weight, say) = self.unread();
            self.find(weight, Some(column), say(texts::several()), None);
            Vec::new()
        })
    }

    /// The next field, a time.
    fn time(&mut self) -> Option<JstTime> {
        let columns = self.columns();
        let reader = match &self.file.rows {
            // An empty cell is read by nobody.
            Rows::Book(book) => {
                let filled = self.file.rows.filled(columns);
                book.time(filled.map_or(0, |(column, _)| column))
            }
            _ => cells::time,
        };
        self.optional(reader)
    }
}

fn order(cells: &mut Cells<'_>) -> Option<OrderRecord> {
    cells.number = cells.required(cells::number);
    let mut order = OrderRecord {
        ecforce_id: cells.optional(cells::ecforce_id),
        created_at: cells.time(),
        channel: channel(cells),
        offer: cells.optional(cells::text),
        payment_method_id: cells.optional(cells::id),
        payment_method: cells.optional(cells::text),
        total: cells.optional(cells::yen),
        customer_id: cells.optional(cells::id_text),
        registered: cells.optional(cells::member),
        purchase_number: cells.optional(cells::count),
        ad_url_id: cells.optional(cells::id),
        state: cells.optional(cells::text),
        payment_state: cells.optional(cells::text),
        result: cells
            .read(cells::result, Weight::Told, texts::result_unknown)
            .ok()
            .flatten(),
        reason: cells.optional(cells::text),
        ..OrderRecord::of(cells.number.clone()?)
    };
    if let (None, Some(name)) = (order.payment_method_id, &order.payment_method) {
        order.payment_method_id = cells::method_id(&cells.file.reading.methods, name);
    }
    Some(order)
}

/// 受注経路; where it does not tell, the second order of a subscription and later ones are
/// generated from it (R8).
fn channel(cells: &mut Cells<'_>) -> Option<Channel> {
    let is_of_subscription = cells.take().is_some();
    let nth = cells.optional(cells::count);
    let is_generated = cells::is_generated(is_of_subscription, nth);
    let say = match is_generated {
        true => texts::channel_of_subscription,
        false => texts::channel_unknown,
    };
    let channel = cells.read(cells::channel, Weight::Told, say).ok().flatten();
    channel.or(is_generated.then_some(Channel::Subscription))
}

fn payment(cells: &mut Cells<'_>) -> Option<PaymentRecord> {
    cells.number = cells.required(cells::number);
    let own = cells.required(cells::number);
    cells.payment_number = own.clone().filter(|own| cells.number.as_ref() != Some(own));
    let (at, amount) = (cells.time(), cells.optional(cells::yen));
    let thanks_offer = cells.optional(cells::yes_or_no);
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

fn event(cells: &mut Cells<'_>) -> Option<EventRecord> {
    cells.number = cells.required(cells::number);
    let event_id = cells.required(cells::event_id);
    Some(EventRecord {
        requested_at: cells.time(),
        model_id: cells.optional(cells::text),
        auto_result: cells.result(cells::result),
        manual_result: cells.result(cells::manual_result),
        memo: cells.optional(cells::text),
        rule_group: cells.optional(cells::text),
        reasons: {
            let rules = cells.several();
            paired(&rules, &cells.several())
        },
        settle_status: cells.optional(cells::text),
        // Evaluated last, so that all mistakes of the row are told.
        ..EventRecord::of(cells.number.clone()?, event_id?)
    })
}

/// The texts of a cell of rules or reasons. What is empty of them is kept for the position of the
/// others. None where the cell holds something else than texts.
pub(super) fn elements(cell: Cell<'_>) -> Option<Vec<Option<String>>> {
    let kept = |element: &str| Some(trim(element).to_owned()).filter(|text| !text.is_empty());
    match cell {
        Cell::Text(text) => {
            let text = text.replace("\r\n", "\n");
            Some(text.split(['／', '\n', '\r']).map(kept).collect())
        }
        Cell::List(elements) => {
            let texts = elements.iter().map(|element| match Cell::of_json(element) {
                Cell::Text(text) => Some(kept(&text)),
                _ => None,
            });
            texts.collect()
        }
        Cell::Object | Cell::Formula => None,
    }
}

/// Pairs rules and reasons by position. Without a partner the other is None; a pair of two Nones
/// says nothing.
pub(super) fn paired(rules: &[Option<String>], descriptions: &[Option<String>]) -> Vec<Reason> {
    let at = |texts: &[Option<String>], place: usize| texts.get(place).cloned().flatten();
    let pairs = (0..rules.len().max(descriptions.len())).map(|place| Reason {
        code: at(rules, place),
        description: at(descriptions, place),
    });
    pairs
        .filter(|pair| pair.code.is_some() || pair.description.is_some())
        .collect()
}
