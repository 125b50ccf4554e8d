//! The rows of a CSV file.

use std::{
    collections::HashSet,
    io::{self, Read},
    sync::Arc,
};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::{
    Row,
    cells::{of_csv, trim},
    error::{BadRow, RowError, empty, of_file, quote_open, row_too_long, unreadable},
    header::{Clash, Layout, Names, shown},
    lines::{AHEAD, END, Lined, RowTooLong},
    record::{Cell, Cells, MOST_FIELDS, Shape},
};
use crate::{
    input::{
        error::{InputError, InputErrorKind},
        source::{Place, Source},
    },
    locales::{Text, rows as texts},
};

/// How many columns a message names.
const COLUMNS_TOLD: usize = 50;

pub(super) struct CsvRows<T> {
    source: Arc<Source>,
    reader: Reader<Lined<T>>,
    /// The row that was read last; used again for the next.
    record: StringRecord,
    /// The headers as the file writes them.
    headers: Vec<String>,
    layout: Layout,
    unknown: Vec<String>,
}

/// The first and the last line of a row.
type Lines = (u64, u64);

impl<T: Read> CsvRows<T> {
    /// Reads the header.
    pub(super) fn open<R: Shape>(
        source: Arc<Source>,
        text: T,
        names: &Names,
    ) -> Result<Self, InputError> {
        let mut reader = ReaderBuilder::new();
        reader.has_headers(false).flexible(true);
        let mut rows = Self {
            source,
            reader: reader.buffer_capacity(AHEAD).from_reader(Lined::new(text)),
            record: StringRecord::new(),
            headers: Vec::new(),
            layout: Layout::default(),
            unknown: Vec::new(),
        };
        if rows.advance()?.is_none() {
            return Err(empty(&rows.source));
        }
        rows.headers = rows.record.iter().map(|h| shown(h).to_owned()).collect();
        let layout = names.layout(&rows.headers);
        rows.layout = layout.map_err(|clash| rows.two_columns::<R>(&clash))?;
        for (field, shape) in R::FIELDS.iter().enumerate() {
            if shape.is_required && rows.layout.column_of[field].is_none() {
                return Err(rows.column_missing::<R>(field, names));
            }
        }
        let mut met = HashSet::new();
        let unknown = rows
            .layout
            .unknown
            .iter()
            .map(|at| rows.headers[*at].clone());
        rows.unknown = unknown.filter(|name| met.insert(name.clone())).collect();
        Ok(rows)
    }

    /// The columns that are passed over.
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// What the file calls the column of a field.
    pub(super) fn column_of(&self, field: usize) -> Option<&str> {
        let column = self.layout.column_of.get(field).copied().flatten()?;
        Some(&self.headers[column])
    }

    pub(super) fn next<R: Shape>(&mut self) -> Option<Result<Row<R>, RowError>> {
        let lines = match self.advance() {
            Ok(lines) => lines?,
            Err(error) => return Some(Err(RowError::Fatal(error))),
        };
        Some(self.row(lines))
    }

    fn row<R: Shape>(&self, lines: Lines) -> Result<Row<R>, RowError> {
        let (line, last) = lines;
        let (expected, found) = (self.headers.len(), self.record.len());
        if expected != found {
            let what = match line == last {
                true => texts::cells(expected, found),
                false => texts::cells_of_lines(expected, found, last),
            };
            return Err(self.bad(line, None, what));
        }
        let mut cells = [const { Cell::Empty }; MOST_FIELDS];
        for (cell, column) in cells.iter_mut().zip(&self.layout.column_of) {
            if let Some(text) = column.and_then(|column| self.record.get(column)) {
                *cell = of_csv(text);
            }
        }
        match R::read(&mut Cells::new(&cells)) {
            Ok(value) => Ok(Row {
                line,
                index: None,
                value,
            }),
            Err(wrong) => {
                let column = self.column_of(wrong.field);
                let column = column.unwrap_or(R::FIELDS[wrong.field].name).to_owned();
                Err(self.bad(line, Some(column), wrong.text))
            }
        }
    }

    fn bad(&self, line: u64, column: Option<String>, what: Text) -> RowError {
        let place = Place {
            source: Arc::clone(&self.source),
            line: usize::try_from(line).unwrap_or(usize::MAX),
            index: None,
        };
        RowError::Bad(BadRow::new(place, column, what))
    }

    /// Reads the next row that is not blank; none at the end.
    fn advance(&mut self) -> Result<Option<Lines>, InputError> {
        loop {
            let begin = self.reader.position().byte();
            self.reader.get_mut().begin_row(begin);
            let is_there = self.reader.read_record(&mut self.record);
            let end = self.reader.position().byte();
            let lines = self.reader.get_ref().lines_of_row(end);
            if !is_there.map_err(|error| self.broken(lines.0, error))? {
                return Ok(None);
            }
            let last = self.record.iter().next_back().unwrap_or_default();
            if last.ends_with(END) {
                return match self.record.len() == 1 && last == END {
                    true => Ok(None),
                    false => Err(quote_open(&self.source, lines.0)),
                };
            }
            let is_blank = self.record.len() == 1 && trim(last).is_empty();
            if !is_blank {
                return Ok(Some(lines));
            }
        }
    }

    /// The reading failed in the row that begins on this line.
    fn broken(&self, line: u64, error: csv::Error) -> InputError {
        let error = match error.into_kind() {
            ErrorKind::Io(error) => error,
            // Not met: every length is taken, and the text is UTF-8.
            _ => io::Error::from(io::ErrorKind::InvalidData),
        };
        if error
            .get_ref()
            .is_some_and(|cause| cause.is::<RowTooLong>())
        {
            return row_too_long(&self.source, line);
        }
        unreadable(&self.source, self.reader.get_ref().line(), &error)
    }

    fn two_columns<R: Shape>(&self, clash: &Clash) -> InputError {
        let field = R::FIELDS[clash.field].name;
        let (first, second) = clash.columns;
        let (first, second) = (&self.headers[first], &self.headers[second]);
        of_file(
            InputErrorKind::Invalid,
            texts::two_columns(self.source.name(), field, first, second),
            texts::hint_two_columns(R::TABLE, field),
        )
    }

    /// Whether the first line is one cell that another separator parts into headers.
    fn is_separated_by(&self, separator: char, names: &Names) -> bool {
        let [line] = self.headers.as_slice() else {
            return false;
        };
        let parts: Vec<&str> = line.split(separator).collect();
        parts.len() > 1 && names.layout(&parts).is_ok_and(|layout| layout.known > 0)
    }

    /// A required column is not there. The columns that are there are named, but not where the
    /// file seems to have no header: its first line is a row then, with a person's data perhaps.
    fn column_missing<R: Shape>(&self, field: usize, names: &Names) -> InputError {
        let headers = names.of_field(field);
        let field = R::FIELDS[field].name;
        if ['\t', ';'].iter().any(|c| self.is_separated_by(*c, names)) {
            let message = texts::other_separator(self.source.name());
            return of_file(InputErrorKind::Invalid, message, texts::hint_separator());
        }
        let message = if self.layout.known == 0 {
            texts::no_header(self.source.name(), field, headers)
        } else {
            let told = self.headers.iter().take(COLUMNS_TOLD);
            let told: Vec<_> = told.map(|header| format!("`{header}`")).collect();
            let cut = if self.headers.len() > COLUMNS_TOLD {
                ", …"
            } else {
                ""
            };
            let found = format!("{}{cut}", told.join(", "));
            texts::column_missing(self.source.name(), field, headers, found)
        };
        let hint = texts::hint_column(R::TABLE, field);
        of_file(InputErrorKind::Invalid, message, hint)
    }
}
