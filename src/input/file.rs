//! A file of `import`, in any of its forms, into records and what is wrong with it.
//!
//! It is read whole; of a CSV file only the cells that are asked for are decoded.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read},
};

use super::{
    cells::{self, Cell, Reader, content},
    columns::{self, Kind, Layout, Mapping, Twice},
    csv::CsvRows,
    decode::{Decoded, NoText},
    error::{InputError, InputErrorKind, io_error},
    excel::{self, BookRows, NoBook},
    mistakes::{Finding, Mistake, Mistakes, RowPlace, Weight},
    objects::{Met, ObjectRows},
    source::Source,
};
use crate::{
    domain::{
        event::{EventRecord, Reason},
        order::{Channel, OrderNumber, OrderRecord},
        payment::{Payment, PaymentRecord},
    },
    locales::{Said, Text, input as words, rows as texts},
};

/// So many JSON objects are looked at to find out what they are.
const LOOKED_AT: usize = 100;
/// So many columns that are not known are remembered: JSON may have a new one in every object.
const UNKNOWN: usize = 200;
/// The longest order number.
const LONGEST_NUMBER: usize = 64;

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
}

/// Some rows of one file.
#[derive(Debug, Clone)]
pub enum Records {
    /// Of a file of orders.
    Orders(Vec<OrderRecord>),
    /// Of a file of payments.
    Payments(Vec<PaymentRecord>),
    /// Of a file of events.
    Events(Vec<EventRecord>),
}

impl Records {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Orders => Self::Orders(Vec::new()),
            Kind::Payments => Self::Payments(Vec::new()),
            Kind::Events => Self::Events(Vec::new()),
        }
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        match self {
            Self::Orders(rows) => rows.len(),
            Self::Payments(rows) => rows.len(),
            Self::Events(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A file that is being read.
pub struct ImportFile {
    source: Source,
    kind: Kind,
    strict: bool,
    mapping: Mapping,
    headers: Vec<String>,
    layout: Layout,
    body: Body,
    unknown: BTreeSet<String>,
    mistakes: Mistakes,
    bad: u64,
    lengths: Lengths,
}

enum Body {
    Csv(CsvRows),
    Book(BookRows),
    Json(ObjectRows),
}

impl Body {
    fn cell(&self, column: usize) -> Cell<'_> {
        match self {
            Self::Csv(rows) => Cell::Text(rows.cell(column)),
            Self::Book(rows) => Cell::Text(rows.cell(column)),
            Self::Json(rows) => match rows.object().values().nth(column) {
                Some(value) => cells::of_json(value),
                None => Cell::Text("".into()),
            },
        }
    }
}

impl ImportFile {
    /// Reads a file and finds out what it is; `stdin` is asked for where the source is standard
    /// input.
    ///
    /// # Errors
    /// A file that cannot be read, is empty, is of an encoding that is not read, is of another kind
    /// than the caller says, or lacks a column that has to be there.
    pub fn open(
        source: &Source,
        stdin: impl FnOnce() -> Box<dyn Read>,
        reading: &Reading,
    ) -> Result<Self, InputError> {
        let bytes = read(source, stdin).map_err(|error| unreadable(source, &error))?;
        let (body, headers) = body(source, bytes, reading)?;
        let kind = kind(source, &headers, reading)?;
        let layout = match &body {
            // Each object has keys of its own.
            Body::Json(_) => Layout::default(),
            _ => layout(source, kind, &headers, &reading.mapping)?,
        };
        let mut file = Self {
            source: source.clone(),
            kind,
            strict: reading.strict,
            mapping: reading.mapping.clone(),
            headers: Vec::new(),
            layout,
            body,
            unknown: BTreeSet::new(),
            mistakes: Mistakes::default(),
            bad: 0,
            lengths: Lengths::default(),
        };
        if !matches!(file.body, Body::Json(_)) {
            file.headers = headers;
            file.note_unknown();
        }
        Ok(file)
    }

    /// What its rows are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The next rows that are good, `most` at most, with their places; none at the end.
    ///
    /// # Errors
    /// Where the rest of the file cannot be read.
    pub fn next_rows(&mut self, most: usize) -> Result<(Records, Vec<RowPlace>), InputError> {
        let (mut records, mut places) = (Records::new(self.kind), Vec::new());
        while places.len() < most
            && let Some(place) = self.next_place()?
        {
            let Some(place) = place else { continue };
            if self.read_row(place, &mut records) {
                places.push(place);
            }
        }
        Ok((records, places))
    }

    /// What is wrong with the rows that were read, equal mistakes together, and how many rows are
    /// bad. Complete at the end.
    pub fn mistakes(&mut self) -> (Vec<Mistake>, u64) {
        self.lengths.tell(&mut self.mistakes);
        (self.mistakes.take(), self.bad)
    }

    /// The columns that are passed over. Of JSON they are complete at the end.
    pub fn unknown_columns(&self) -> impl Iterator<Item = &String> {
        self.unknown.iter()
    }

    /// What the file calls the column of a field; in JSON, and where there is none, the field's
    /// own name.
    pub fn column_of(&self, field: &'static str) -> &str {
        let place = self
            .kind
            .fields()
            .iter()
            .position(|known| known.name == field);
        let column = place.and_then(|place| self.layout.columns_of.get(place)?.first());
        column.map_or(field, |column| columns::shown(&self.headers[*column]))
    }

    /// How much has been read, of how much.
    pub fn progress(&self) -> (usize, usize) {
        match &self.body {
            Body::Csv(rows) => rows.progress(),
            Body::Json(rows) => rows.progress(),
            Body::Book(_) => (0, 0),
        }
    }

    /// Goes to the next row: its place; none of one that is blank or bad as a whole.
    fn next_place(&mut self) -> Result<Option<Option<RowPlace>>, InputError> {
        match &mut self.body {
            Body::Csv(rows) => {
                let next = rows
                    .next()
                    .map_err(|open| quote_open(&self.source, open.line))?;
                let Some((place, last)) = next else {
                    return Ok(None);
                };
                if rows.is_blank() {
                    return Ok(Some(None));
                }
                let (expected, found) = (self.headers.len(), rows.len());
                if expected == found {
                    return Ok(Some(Some(place)));
                }
                let what = match last == place.line {
                    true => texts::cells(expected, found),
                    false => texts::cells_of_lines(expected, found, last),
                };
                self.bad_row(place, what);
                Ok(Some(None))
            }
            Body::Book(rows) => {
                let place = rows.next();
                Ok(place.map(|place| (!rows.is_blank()).then_some(place)))
            }
            Body::Json(rows) => match rows.next() {
                None => Ok(None),
                Some(Met::Object(place)) => {
                    let is_known = self.note_keys();
                    Ok(Some(is_known.then_some(place)))
                }
                Some(Met::Broken(place)) => {
                    self.bad_row(place, texts::no_object());
                    Ok(Some(None))
                }
                Some(Met::Lost { line, is_cut_off }) => {
                    Err(not_json(&self.source, line, is_cut_off))
                }
            },
        }
    }

    fn bad_row(&mut self, place: RowPlace, what: Text) {
        self.bad += 1;
        let finding = Finding {
            weight: Weight::Bad,
            column: None,
            what,
            value: None,
        };
        self.mistakes.note(finding, None, place, None);
    }

    /// Finds out which keys of the object are which fields. False where it has none.
    fn note_keys(&mut self) -> bool {
        let Body::Json(rows) = &self.body else {
            return true;
        };
        let keys = rows.object().keys();
        if !keys.clone().eq(self.headers.iter()) {
            self.headers = keys.cloned().collect();
            // Two keys that are alike but for their spelling: the first counts.
            let mut headers = self.headers.clone();
            while let Err(Twice(_, second)) = Layout::of(self.kind, &headers, &self.mapping) {
                headers[second].clear();
            }
            self.layout = Layout::of(self.kind, &headers, &self.mapping).unwrap_or_default();
            self.note_unknown();
        }
        !self.headers.is_empty()
    }

    fn note_unknown(&mut self) {
        for column in &self.layout.unknown {
            if self.unknown.len() < UNKNOWN {
                self.unknown
                    .insert(columns::shown(&self.headers[*column]).to_owned());
            }
        }
    }

    /// Reads the row that is at hand. False where it is bad.
    fn read_row(&mut self, place: RowPlace, records: &mut Records) -> bool {
        let mut cells = Cells {
            body: &self.body,
            kind: self.kind,
            layout: &self.layout,
            strict: self.strict,
            next: 0,
            findings: Vec::new(),
        };
        let mut number = None;
        // A row is given up at its end, so that all of its mistakes are told.
        match records {
            Records::Orders(rows) => {
                let order = order(&mut cells, &mut number);
                rows.extend(order.filter(|_| cells.is_sound()));
            }
            Records::Payments(rows) => {
                let payment = payment(&mut cells, &mut number);
                rows.extend(payment.filter(|_| cells.is_sound()));
            }
            Records::Events(rows) => {
                let event = event(&mut cells, &mut number);
                rows.extend(event.filter(|_| cells.is_sound()));
            }
        }
        let is_sound = cells.is_sound();
        self.bad += u64::from(!is_sound);
        let number = number.as_ref().map(OrderNumber::as_str);
        if let Some(number) = number {
            self.lengths.note(number, place);
        }
        for finding in cells.findings {
            let header = finding
                .column
                .map(|column| columns::shown(&self.headers[column]));
            self.mistakes.note(finding, header, place, number);
        }
        is_sound
    }
}

/// The cells of a row, taken one field after the other.
struct Cells<'f> {
    body: &'f Body,
    kind: Kind,
    layout: &'f Layout,
    strict: bool,
    next: usize,
    findings: Vec<Finding>,
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
            .find_map(|column| match self.body.cell(*column) {
                Cell::Text(text) => Some((*column, Cell::Text(content(text)?))),
                other => Some((*column, other)),
            })
    }

    /// Whether the row can be loaded.
    fn is_sound(&self) -> bool {
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
            Some((column, _)) => {
                let what = words::wrong(texts::one_value());
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
        let weight = if self.strict {
            Weight::Bad
        } else {
            Weight::Unread
        };
        let unread: fn(Text) -> Text = match self.strict {
            true => |what| words::wrong(what),
            false => |what| texts::unread(what),
        };
        self.read(reader, weight, unread).ok()?
    }

    /// The same of a list of words, of which there may be more than are known.
    fn known<T>(
        &mut self,
        reader: Reader<T>,
        unknown: fn(Text) -> Text,
    ) -> Result<Option<T>, String> {
        self.read(reader, Weight::Told, unknown)
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
            Some((column, _)) => {
                self.find(weight, Some(column), say(texts::one_value()), None);
                Ok(None)
            }
        }
    }

    /// The next field, which holds several texts.
    fn several(&mut self, of: fn(Option<String>) -> Reason) -> Vec<Reason> {
        let Some((column, cell)) = self.take() else {
            return Vec::new();
        };
        cells::elements(cell, of).unwrap_or_else(|| {
            let weight = if self.strict {
                Weight::Bad
            } else {
                Weight::Unread
            };
            self.find(weight, Some(column), texts::unread(texts::several()), None);
            Vec::new()
        })
    }

    fn time(&self) -> Reader<crate::domain::time::JstTime> {
        match self.body {
            Body::Book(_) => cells::time_of_book,
            _ => cells::time,
        }
    }
}

fn order(cells: &mut Cells<'_>, number: &mut Option<OrderNumber>) -> Option<OrderRecord> {
    *number = cells.required(cells::number);
    let time = cells.time();
    let mut order = OrderRecord {
        ecforce_id: cells.optional(cells::ecforce_id),
        created_at: cells.optional(time),
        channel: cells
            .known(cells::channel, |what| texts::channel_unknown(what))
            .ok()
            .flatten(),
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
            .known(cells::result, |what| texts::result_unknown(what))
            .ok()
            .flatten(),
        reason: cells.optional(cells::text),
        ..OrderRecord::of(number.clone().or_else(|| "-".parse().ok())?)
    };
    // R8: the second order of a subscription and later ones are generated from it.
    let is_of_subscription = cells.take().is_some();
    let nth = cells.optional(cells::count);
    let is_generated = is_of_subscription && nth.is_some_and(|nth| nth >= 2);
    order.channel = order
        .channel
        .or(is_generated.then_some(Channel::Subscription));
    Some(order)
}

fn payment(cells: &mut Cells<'_>, number: &mut Option<OrderNumber>) -> Option<PaymentRecord> {
    *number = cells.required(cells::number);
    let time = cells.time();
    let own = cells.required(cells::number);
    let (at, amount) = (cells.optional(time), cells.optional(cells::yen));
    let thanks_offer = cells.optional(cells::yes_or_no);
    Some(PaymentRecord {
        order_number: number.clone()?,
        payment: Payment {
            number: own?,
            at,
            amount,
            thanks_offer,
        },
    })
}

fn event(cells: &mut Cells<'_>, number: &mut Option<OrderNumber>) -> Option<EventRecord> {
    *number = cells.required(cells::number);
    let time = cells.time();
    let event_id = cells.required(cells::event_id);
    let event = EventRecord {
        requested_at: cells.optional(time),
        model_id: cells.optional(cells::text),
        // One that nobody knows is kept as it is written.
        auto_result: match cells.known(cells::result, |what| texts::result_kept(what)) {
            Ok(result) => result.map(|result| result.name().to_owned()),
            Err(written) => Some(written),
        },
        manual_result: cells
            .known(cells::manual_result, |what| texts::result_unknown(what))
            .ok()
            .flatten(),
        memo: cells.optional(cells::text),
        rule_group: cells.optional(cells::text),
        reasons: {
            let rules = cells.several(|code| Reason {
                code,
                description: None,
            });
            let reasons = cells.several(|description| Reason {
                code: None,
                description,
            });
            cells::paired(rules, reasons)
        },
        settle_status: cells.optional(cells::text),
        ..EventRecord::of(number.clone().or_else(|| "-".parse().ok())?, event_id?)
    };
    Some(event)
}

/// How long a file's numbers are: one of digits alone that is shorter than the others may have
/// lost its zeros.
#[derive(Default)]
struct Lengths {
    counts: BTreeMap<usize, u64>,
    of_digits: Vec<(String, RowPlace)>,
}

impl Lengths {
    fn note(&mut self, number: &str, place: RowPlace) {
        *self.counts.entry(number.len()).or_default() += 1;
        if number.len() < LONGEST_NUMBER && number.bytes().all(|byte| byte.is_ascii_digit()) {
            self.of_digits.push((number.to_owned(), place));
        }
    }

    /// Tells the short ones, where half of all numbers or more have one length.
    fn tell(&mut self, mistakes: &mut Mistakes) {
        let counts = std::mem::take(&mut self.counts);
        let all: u64 = counts.values().sum();
        let usual = counts
            .iter()
            .max_by_key(|(length, count)| (**count, **length));
        let Some((usual, _)) = usual.filter(|(_, count)| **count * 2 >= all) else {
            return;
        };
        for (number, place) in std::mem::take(&mut self.of_digits) {
            if number.len() < *usual {
                let finding = Finding {
                    weight: Weight::Told,
                    column: None,
                    what: texts::short_number(*usual),
                    value: None,
                };
                mistakes.note(finding, None, place, Some(&number));
            }
        }
    }
}

fn read(source: &Source, stdin: impl FnOnce() -> Box<dyn Read>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match source {
        Source::Stdin => stdin().read_to_end(&mut bytes)?,
        Source::File(path) => {
            let mut file = File::open(path)?;
            let length = file.metadata().map_or(0, |found| found.len());
            bytes.reserve_exact(usize::try_from(length).unwrap_or(0));
            file.read_to_end(&mut bytes)?
        }
    };
    Ok(bytes)
}

/// The rows of a file, and its headers: of JSON the keys of its first objects.
fn body(
    source: &Source,
    bytes: Vec<u8>,
    reading: &Reading,
) -> Result<(Body, Vec<String>), InputError> {
    let name = || source.name();
    if excel::is_book(&bytes) {
        let (rows, headers) = BookRows::open(bytes, reading.sheet.as_deref())
            .map_err(|error| no_book(source, error))?;
        if headers.is_empty() {
            return Err(empty(source));
        }
        return Ok((Body::Book(rows), headers));
    }
    let text = Decoded::of(bytes).map_err(|error| no_text(source, error))?;
    let blank = |byte: &u8| byte.is_ascii_whitespace();
    match text.bytes().iter().find(|byte| !blank(byte)) {
        None => Err(empty(source)),
        Some(b'[' | b'{') => {
            let mut rows = ObjectRows::of(text.into_utf8());
            let mut headers: Vec<String> = Vec::new();
            for _ in 0..LOOKED_AT {
                let Some(met) = rows.next() else { break };
                if let Met::Object(_) = met {
                    for key in rows.object().keys() {
                        if !headers.contains(key) {
                            headers.push(key.clone());
                        }
                    }
                }
            }
            Ok((Body::Json(rows.again()), headers))
        }
        Some(byte) if *byte < b' ' => {
            let text = texts::no_text(name());
            Err(of_file(InputErrorKind::NotUtf8, text, texts::hint_form()))
        }
        Some(_) => {
            let known = |headers: &[String]| columns::known_of_any(headers, &reading.mapping);
            let (rows, headers) =
                CsvRows::open(text, known).map_err(|open| quote_open(source, open.line))?;
            Ok((Body::Csv(rows), headers))
        }
    }
}

/// What the rows are: as the caller says, unless the headers are those of another kind.
fn kind(source: &Source, headers: &[String], reading: &Reading) -> Result<Kind, InputError> {
    let told = columns::kind_of(headers, &reading.mapping);
    let name = source.name();
    match (reading.kind, told) {
        (None, Some(kind)) => Ok(kind),
        // An empty array of JSON has no keys, and nothing to load.
        (None, None) if headers.is_empty() => Ok(Kind::Orders),
        (None, None) => {
            let message = texts::no_kind(name, listed(headers));
            Err(of_file(
                InputErrorKind::Invalid,
                message,
                texts::hint_no_kind(),
            ))
        }
        (Some(kind), Some(told)) if kind != told => {
            let message =
                texts::other_kind(name, texts::kind(told.name()), texts::kind(kind.name()));
            let file = match source {
                Source::Stdin => "-".to_owned(),
                Source::File(path) => path.display().to_string(),
            };
            let hint = texts::hint_other_kind(told.name(), file);
            Err(of_file(InputErrorKind::Invalid, message, hint))
        }
        (Some(kind), _) => Ok(kind),
    }
}

fn layout(
    source: &Source,
    kind: Kind,
    headers: &[String],
    mapping: &Mapping,
) -> Result<Layout, InputError> {
    let name = source.name();
    let layout = Layout::of(kind, headers, mapping).map_err(|Twice(first, second)| {
        let header = columns::shown(&headers[first]);
        let message = texts::two_columns(source.name(), header, first + 1, second + 1);
        of_file(InputErrorKind::Invalid, message, texts::hint_two_columns())
    })?;
    let Some(field) = layout.missing(kind) else {
        return Ok(layout);
    };
    let names = columns::headers_of(kind, field, mapping);
    let is_header = layout.columns_of.iter().any(|columns| !columns.is_empty());
    let message = match is_header {
        true => texts::column_missing(name, field.name, names, listed(headers)),
        false => texts::no_header(name, field.name, names),
    };
    let hint = texts::hint_column(kind.name(), field.name);
    Err(of_file(InputErrorKind::Invalid, message, hint))
}

/// Headers for a message: one that has digits or an `@` may be a row of a file without a header.
fn listed(headers: &[String]) -> String {
    let harmless =
        |header: &&str| !header.contains('@') && !header.bytes().any(|b| b.is_ascii_digit());
    let names = headers
        .iter()
        .map(|header| columns::shown(header))
        .filter(harmless);
    let names: Vec<_> = names.take(20).map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    }
}

fn of_file(kind: InputErrorKind, message: Text, hint: Text) -> InputError {
    InputError::alone(kind, Said::new(message).hint(hint))
}

fn empty(source: &Source) -> InputError {
    of_file(
        InputErrorKind::Empty,
        texts::empty(source.name()),
        texts::hint_empty(),
    )
}

fn unreadable(source: &Source, error: &io::Error) -> InputError {
    let message = words::unreadable(source.name(), io_error(error));
    of_file(
        InputErrorKind::Unreadable,
        message,
        texts::hint_unreadable(),
    )
}

fn no_text(source: &Source, error: NoText) -> InputError {
    let message = match error {
        NoText::Undecodable { line } => texts::undecodable(source.name(), line),
        NoText::Mixed { line } => texts::mixed(source.name(), line),
    };
    let hint = match error {
        NoText::Undecodable { .. } => texts::hint_form(),
        NoText::Mixed { .. } => texts::hint_mixed(),
    };
    of_file(InputErrorKind::NotUtf8, message, hint)
}

fn no_book(source: &Source, error: NoBook) -> InputError {
    match error {
        NoBook::Unreadable => {
            let message = texts::no_book(source.name());
            of_file(InputErrorKind::Unreadable, message, texts::hint_book())
        }
        NoBook::NoSheet(names) => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            let message = texts::no_sheet(source.name(), names.join(", "));
            of_file(InputErrorKind::Invalid, message, texts::hint_sheet())
        }
    }
}

fn quote_open(source: &Source, line: u64) -> InputError {
    let message = texts::quote_open(source.name(), line);
    of_file(InputErrorKind::Invalid, message, texts::hint_quote())
}

fn not_json(source: &Source, line: u64, is_cut_off: bool) -> InputError {
    let what = if is_cut_off {
        texts::cut_off()
    } else {
        texts::not_json()
    };
    let message = texts::broken(source.name(), line, what);
    of_file(InputErrorKind::NotJson, message, texts::hint_form())
}
