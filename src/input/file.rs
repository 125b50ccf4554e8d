//! A file of `import`, in any of its forms, into records and what is wrong with it.
//!
//! It is read whole; of a CSV file only the cells that are asked for are decoded.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read},
};

use super::{
    columns::{self, Kind, Layout, Mapping, Twice},
    csv::CsvRows,
    decode::Decoded,
    error::{InputError, InputErrorKind},
    excel::{self, BookRows},
    json_rows::{JsonRows, Met},
    mistakes::{Finding, Lengths, Mistake, Mistakes, RowPlace, Weight},
    records::{Body, Cells, event, order, payment},
    refused::{empty, listed, no_book, no_text, not_json, of_file, quote_open, unreadable},
    source::Source,
};
use crate::{
    domain::{order::OrderNumber, records::Records, text::quoted},
    locales::{Text, import as texts},
};

/// So many JSON objects are looked at to find out what they are.
const LOOKED_AT: usize = 100;
/// So many columns that are not known are remembered: JSON may have a new one in every object.
const UNKNOWN: usize = 200;

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

/// No rows of a kind.
fn none_of(kind: Kind) -> Records {
    match kind {
        Kind::Orders => Records::Orders(Vec::new()),
        Kind::Payments => Records::Payments(Vec::new()),
        Kind::Events => Records::Events(Vec::new()),
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
        let (mut records, mut places) = (none_of(self.kind), Vec::new());
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
            let mut rows = JsonRows::of(text.into_utf8());
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
                Source::File(path) => quoted(&path.display().to_string()),
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
