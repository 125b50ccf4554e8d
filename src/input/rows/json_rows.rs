//! The objects of a JSON array, of JSON Lines, or of pretty-printed JSON one after the other: rows
//! whose keys are their headers.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashSet},
    io::Read,
    sync::Arc,
};

use super::{
    Row,
    cells::of_json,
    error::{BadRow, RowError, of_file, unreadable},
    header::{Clash, Layout, Names},
    record::{Cell, Cells, MOST_FIELDS, Shape},
};
use crate::{
    input::{
        bytes::{Fault, LONGEST_ORDER},
        error::InputErrorKind,
        json::Json,
        source::{Place, Source},
        values::{Broken, Met, Values, Why},
    },
    locales::{Text, input, rows as texts},
};

/// How many keys that are not known are remembered: a file may have a new one in every object.
const UNKNOWN_TOLD: usize = 100;

pub(super) struct JsonRows<T> {
    source: Arc<Source>,
    values: Values<T>,
    keys: RefCell<Keys>,
    unknown: Vec<String>,
}

/// The keys of the objects. Nearly always those of one are those of the one before.
struct Keys {
    names: Names,
    last: Vec<String>,
    layout: Result<Layout, Clash>,
    unknown: BTreeSet<String>,
}

/// What is wrong with an object: its key, and what was expected.
type Wrong = (Option<String>, Text);

impl<T: Read> JsonRows<T> {
    pub(super) fn new(source: Arc<Source>, text: T, names: Names) -> Self {
        let keys = Keys {
            layout: names.layout::<&str>(&[]),
            names,
            last: Vec::new(),
            unknown: BTreeSet::new(),
        };
        Self {
            source,
            values: Values::new(text),
            keys: RefCell::new(keys),
            unknown: Vec::new(),
        }
    }

    /// The keys that are passed over; complete at the end.
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    pub(super) fn next<R: Shape>(&mut self) -> Option<Result<Row<R>, RowError>> {
        let keys = &self.keys;
        let read = |json: &Json<'_>, _: &[u8]| keys.borrow_mut().read::<R>(json);
        loop {
            match self.values.next(&read) {
                Some(Met::Array) => {}
                Some(Met::Value { line, index, value }) => {
                    return Some(self.row(line, index, value));
                }
                Some(Met::Broken(what)) => return Some(Err(self.broken(what))),
                None => {
                    self.unknown = self.keys.get_mut().unknown.iter().cloned().collect();
                    return None;
                }
            }
        }
    }

    fn row<R>(
        &self,
        line: usize,
        index: Option<usize>,
        value: Result<R, Wrong>,
    ) -> Result<Row<R>, RowError> {
        match value {
            Ok(value) => Ok(Row {
                line: line as u64,
                index,
                value,
            }),
            Err((column, what)) => {
                let place = self.place(line, index);
                Err(RowError::Bad(BadRow::new(place, column, what)))
            }
        }
    }

    fn place(&self, line: usize, index: Option<usize>) -> Place {
        Place {
            source: Arc::clone(&self.source),
            line,
            index,
        }
    }

    /// An object that is broken is a bad row where the next one can be found; otherwise the rest
    /// of the file is lost.
    fn broken(&self, what: Broken) -> RowError {
        let at = what.at;
        let why = match what.why {
            Why::NoOrder => texts::no_object(),
            Why::CutOff => texts::cut_off(),
            Why::Syntax(words) => input::syntax(words),
            Why::Fault(Fault::NotUtf8) => input::not_utf8(),
            Why::Fault(Fault::TooLong) => texts::object_too_long(LONGEST_ORDER / (1024 * 1024)),
            Why::Fault(Fault::Io(error)) => {
                let error = unreadable(&self.source, at.line as u64, &error);
                return RowError::Fatal(error);
            }
        };
        let name = self.source.name();
        let text = match at.line == what.line {
            true => texts::broken(name, at.line, at.column, why),
            false => texts::broken_inside(name, at.line, at.column, why, what.line),
        };
        if what.is_lost {
            let hint = texts::hint_not_json();
            return RowError::Fatal(of_file(InputErrorKind::NotJson, text, hint));
        }
        RowError::Bad(BadRow {
            place: self.place(what.line, what.index),
            column: None,
            text,
        })
    }
}

impl Keys {
    fn read<R: Shape>(&mut self, json: &Json<'_>) -> Result<R, Wrong> {
        let Json::Object(fields) = json else {
            return Err((None, input::wrong(input::object())));
        };
        let is_as_before = self.last.len() == fields.len()
            && self
                .last
                .iter()
                .zip(fields)
                .all(|(last, (key, _))| last == key);
        if !is_as_before {
            self.note(
                fields
                    .iter()
                    .map(|(key, _)| key.as_ref().to_owned())
                    .collect(),
            );
        }
        let layout = match &self.layout {
            Ok(layout) => layout,
            Err(clash) => {
                let field = R::FIELDS[clash.field].name;
                let (first, second) = (&self.last[clash.columns.0], &self.last[clash.columns.1]);
                return Err((None, texts::two_keys(field, first, second)));
            }
        };
        let mut cells = [const { Cell::Empty }; MOST_FIELDS];
        for (cell, column) in cells.iter_mut().zip(&layout.column_of) {
            if let Some(column) = column {
                *cell = of_json(&fields[*column].1);
            }
        }
        R::read(&mut Cells::new(&cells)).map_err(|wrong| {
            let column = layout.column_of[wrong.field].map(|column| self.last[column].as_str());
            let column = column.unwrap_or(R::FIELDS[wrong.field].name);
            (Some(column.to_owned()), wrong.text)
        })
    }

    /// Finds out which keys are which fields. Of a key that stands twice the last is meant, as
    /// elsewhere in JSON.
    fn note(&mut self, keys: Vec<String>) {
        let mut met = HashSet::new();
        let mut headers: Vec<&str> = keys
            .iter()
            .rev()
            .map(|key| {
                if met.insert(key.as_str()) {
                    key.as_str()
                } else {
                    ""
                }
            })
            .collect();
        headers.reverse();
        self.layout = self.names.layout(&headers);
        if let Ok(layout) = &self.layout {
            for column in &layout.unknown {
                if self.unknown.len() < UNKNOWN_TOLD {
                    self.unknown.insert(headers[*column].to_owned());
                }
            }
        }
        self.last = keys;
    }
}
