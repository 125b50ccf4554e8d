//! A file of `import`, in any of its forms, into records and what is wrong with it.
//!
//! It is read whole; of a CSV file only the cells that are asked for are decoded.

use std::{collections::BTreeSet, io::Read};

use serde_json::{Map, Value};

use super::{
    cells::{Cell, content},
    columns::{self, Kind, Layout, Mapping},
    error::{InputError, unreadable},
    headers, ids,
    mistakes::{Finding, Lengths, Mistake, Mistakes, RowPlace, Weight},
    records::{Cells, Reading, event, order, payment},
    rows::{Next, Rows},
    source::Source,
};
use crate::{
    domain::{order::OrderNumber, records::Records, text::quoted},
    locales::import as texts,
};

/// So many columns that are not known are remembered: JSON may have a new one in every object.
const UNKNOWN: usize = 200;

/// A file that is being read.
pub struct ImportFile<'r> {
    source: Source,
    kind: Kind,
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
        let bytes = source
            .read(stdin)
            .map_err(|error| unreadable(source.name(), &error, texts::hint_unreadable()))?;
        let mapping = &reading.mapping;
        let known = |headers: &[String]| columns::known_of_any(headers, mapping);
        let (rows, mut headers) = Rows::open(source, bytes, reading.sheet.as_deref(), known)?;
        let kind = kind(source, &headers, reading)?;
        let mut layout = Layout::default();
        match rows.keys().is_some() {
            // Each object has keys of its own.
            true => headers.clear(),
            false => layout = layout_of(source, kind, &headers, mapping)?,
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

    /// What its rows are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The next rows that are good, `most` at most, with their places; none at the end.
    ///
    /// # Errors
    /// Where the rest of the file cannot be read.
    pub fn next_rows(&mut self, most: usize) -> Result<(Records, Vec<RowPlace>), InputError> {
        let mut records = match self.kind {
            Kind::Orders => Records::Orders(Vec::new()),
            Kind::Payments => Records::Payments(Vec::new()),
            Kind::Events => Records::Events(Vec::new()),
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
                    self.mistakes.note(finding, None, place, number);
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
        column.map_or(field, |column| headers::shown(&self.headers[*column]))
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
                    .insert(headers::told(&self.headers[*column], *column));
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
        let number = ids::number(&content(text)?).ok()?;
        let has = |is_one: fn(&u8) -> bool| number.as_str().as_bytes().iter().any(is_one);
        let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        (column == 0 || is_mixed).then_some(number)
    }

    /// Reads the row that is at hand. False where it is bad.
    fn read_row(&mut self, place: RowPlace, records: &mut Records) -> bool {
        let mut cells = Cells {
            rows: &self.rows,
            kind: self.kind,
            layout: &self.layout,
            reading: self.reading,
            next: 0,
            number: None,
            findings: Vec::new(),
        };
        // A row is given up at its end, so that all of its mistakes are told.
        match records {
            Records::Orders(rows) => {
                let order = order(&mut cells);
                rows.extend(order.filter(|_| cells.is_sound()));
            }
            Records::Payments(rows) => {
                let payment = payment(&mut cells);
                if let Some(payment) = &payment
                    && payment.payment.number != payment.order_number
                {
                    self.lengths.note(payment.payment.number.as_str(), place);
                }
                rows.extend(payment.filter(|_| cells.is_sound()));
            }
            Records::Events(rows) => {
                let event = event(&mut cells);
                rows.extend(event.filter(|_| cells.is_sound()));
            }
        }
        let is_sound = cells.is_sound();
        self.bad += u64::from(!is_sound);
        let number = cells.number.as_ref().map(OrderNumber::as_str);
        if let Some(number) = number {
            self.lengths.note(number, place);
        }
        // Of a row that is not loaded it is told why, and not what it would be loaded without.
        let told = cells.findings.into_iter();
        for finding in told.filter(|finding| is_sound || finding.weight == Weight::Bad) {
            let header = finding
                .column
                .map(|column| headers::shown(&self.headers[column]));
            self.mistakes.note(finding, header, place, number);
        }
        is_sound
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
            let message = texts::no_kind(name, columns::listed(headers, &reading.mapping));
            Err(InputError::new(message, texts::hint_no_kind()))
        }
        (Some(kind), Some(told)) if columns::is_no_kind(kind, told, headers, &reading.mapping) => {
            let message =
                texts::other_kind(name, texts::kind(told.name()), texts::kind(kind.name()));
            let hint = texts::hint_other_kind(told.name(), quoted(&source.argument()));
            Err(InputError::new(message, hint))
        }
        (Some(kind), _) => Ok(kind),
    }
}

fn layout_of(
    source: &Source,
    kind: Kind,
    headers: &[String],
    mapping: &Mapping,
) -> Result<Layout, InputError> {
    let name = source.name();
    let layout = Layout::of(kind, headers, mapping);
    if let Some((first, second)) = layout.twice {
        let header = headers::shown(&headers[first]);
        let message = texts::two_columns(name, header, first + 1, second + 1);
        return Err(InputError::new(message, texts::hint_two_columns()));
    }
    let Some(field) = layout.missing(kind) else {
        return Ok(layout);
    };
    let names = columns::headers_of(kind, field, mapping);
    let is_header = layout.columns_of.iter().any(|columns| !columns.is_empty());
    let message = match is_header {
        true => texts::column_missing(name, field.name, names, columns::listed(headers, mapping)),
        false => texts::no_header(name, field.name, names),
    };
    let hint = texts::hint_column(kind.name(), field.name);
    Err(InputError::new(message, hint))
}
