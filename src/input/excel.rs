//! The rows of one sheet of an Excel book (`.xlsx`, `.xls`).

use std::{borrow::Cow, io::Cursor};

use calamine::{Data, Range, Reader, Xls, Xlsx, XlsxError};

use super::cells::{self, Cell, Reader as CellReader};
use crate::{
    domain::{
        text::{folded, trim},
        time::{JstTime, excel_days},
    },
    locales::{Text, input as texts},
};

/// What stands for a formula whose value the book does not hold, as in one that a program wrote and
/// Excel never opened: no text of a book has this character.
const FORMULA: &str = "\0";
/// What a ZIP archive begins with.
const ZIP: &[u8] = b"PK\x03\x04";
/// A number of more digits than these is not kept whole in a book.
const WHOLE: f64 = 1e15;

/// The most cells from the first to the last, empty ones too: all that an `.xls` can have.
const MOST_CELLS: u64 = 65_536 * 256;

/// A sheet and the row that was read last.
pub(super) struct BookRows {
    sheet: Range<Data>,
    /// Whether its days are counted from 1904, as old Macs did.
    is_since_1904: bool,
    /// The number of the sheet's first row that is used, from 1.
    first: u64,
    next: usize,
}

/// Why a book cannot be read.
pub(super) enum NoBook {
    /// It is damaged, has a password, or is no book at all.
    Unreadable,
    /// Something stands so far from all else that what is between takes more memory than there is.
    TooFar,
    /// There is no sheet of the name that was given; these there are.
    NoSheet(Vec<String>),
}

/// Whether bytes are a book: a ZIP archive, or Microsoft's older container.
pub(super) fn is_book(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

impl BookRows {
    /// Reads a sheet, the first where none is named, and its header.
    pub(super) fn open(bytes: Vec<u8>, sheet: Option<&str>) -> Result<(Self, Vec<String>), NoBook> {
        let is_zip = bytes.starts_with(ZIP);
        let bytes = Cursor::new(bytes);
        let (sheet, is_since_1904) = match is_zip {
            true => {
                let mut book = Xlsx::new(bytes).map_err(|_| NoBook::Unreadable)?;
                let name = named(book.sheet_names(), sheet)?;
                (sheet_of_zip(&mut book, &name)?, book.has_1904_epoch())
            }
            false => {
                let mut book = Xls::new(bytes).map_err(|_| NoBook::Unreadable)?;
                let name = named(book.sheet_names(), sheet)?;
                (sheet_of_old(&mut book, &name)?, book.has_1904_epoch())
            }
        };
        let first = sheet.start().map_or(1, |(row, _)| u64::from(row) + 1);
        let mut rows = Self {
            sheet,
            is_since_1904,
            first,
            next: 0,
        };
        let mut headers: Vec<String> = Vec::new();
        while headers.is_empty() && rows.next().is_some() {
            let cells = (0..rows.len()).map(|cell| match rows.cell(cell) {
                Cell::Text(text) => text.into_owned(),
                _ => String::new(),
            });
            headers = cells.collect();
        }
        Ok((rows, headers))
    }

    /// What reads the time in a cell of the row: it may also be a number of days. A text is read as
    /// that of any other file first.
    pub(super) fn time(&self, column: usize) -> CellReader<JstTime> {
        let cell = self.sheet.get((self.next.saturating_sub(1), column));
        match (matches!(cell, Some(Data::String(_))), self.is_since_1904) {
            (false, false) => |text| time_of_days(text, 0.0),
            (false, true) => |text| time_of_days(text, 1462.0),
            (true, false) => |text| cells::time(text).or_else(|_| time_of_days(text, 0.0)),
            (true, true) => |text| cells::time(text).or_else(|_| time_of_days(text, 1462.0)),
        }
    }

    /// Reads the next row, and gives its number.
    pub(super) fn next(&mut self) -> Option<u64> {
        let is_there = self.next < self.sheet.height();
        self.next += usize::from(is_there);
        is_there.then(|| self.first + self.next as u64 - 1)
    }

    /// How many cells the row has, up to the last in which anything stands.
    pub(super) fn len(&self) -> usize {
        let is_filled = |column: &usize| !trim(&self.text(*column)).is_empty();
        let last = (0..self.sheet.width()).rev().find(is_filled);
        last.map_or(0, |last| last + 1)
    }

    /// A cell of the row.
    pub(super) fn cell(&self, column: usize) -> Cell<'_> {
        match self.text(column) {
            text if text == FORMULA => Cell::Formula,
            text => Cell::Text(text),
        }
    }

    /// A cell of the row, as it would be written.
    fn text(&self, column: usize) -> Cow<'_, str> {
        match self.sheet.get((self.next.saturating_sub(1), column)) {
            None | Some(Data::Empty) => Cow::Borrowed(""),
            Some(Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text)) => {
                Cow::Borrowed(text)
            }
            Some(Data::Bool(value)) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Some(Data::Int(number)) => written(*number as f64),
            Some(Data::Float(number)) => written(*number),
            Some(Data::DateTime(at)) => {
                let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
                // A time without a day.
                if at.as_f64() < 1.0 {
                    return Cow::Owned(format!("{hour}:{minute:02}:{second:02}"));
                }
                let text =
                    format!("{year:04}/{month:02}/{day:02} {hour:02}:{minute:02}:{second:02}");
                // 10:15 is no fraction of a day that can be kept whole.
                let at = text.parse::<JstTime>();
                let rounded = at.map(|at| at.plus_seconds(i64::from(milli >= 500)).wire());
                Cow::Owned(rounded.unwrap_or(text))
            }
            Some(Data::Error(error)) => Cow::Owned(error.to_string()),
        }
    }
}

/// A time of a book whose calendar begins so many days after Excel's own.
pub(super) fn time_of_days(text: &str, later: f64) -> Result<JstTime, Text> {
    let days = || excel_days(text.parse::<f64>().ok()? + later);
    let at = text.parse().ok().or_else(days);
    // No shop is as old: it is a small number or a bare time that the book shows as a date.
    let at = at.filter(|at| at.civil().year() >= 2000);
    at.ok_or_else(texts::time)
}

/// The name of the sheet that is asked for.
fn named(names: Vec<String>, asked: Option<&str>) -> Result<String, NoBook> {
    let is_it = |name: &&String| match asked {
        Some(asked) => folded(trim(name)) == folded(trim(asked)),
        None => true,
    };
    let found = names.iter().find(is_it).cloned();
    found.ok_or(NoBook::NoSheet(names))
}

type Bytes = Cursor<Vec<u8>>;

/// The cells of a sheet of an `.xlsx`, with what stands for a formula without a value.
fn sheet_of_zip(book: &mut Xlsx<Bytes>, name: &str) -> Result<Range<Data>, NoBook> {
    let mut cells = Vec::new();
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A sheet that is one chart.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Range::default()),
        Err(_) => return Err(NoBook::Unreadable),
    };
    while let Some(cell) = reader
        .next_cell_with_formula_metadata()
        .map_err(|_| NoBook::Unreadable)?
    {
        let value = Data::from(cell.value);
        let is_nothing = matches!(value, Data::Empty) || value == "";
        match cell.formula {
            Some(_) if is_nothing => {
                let value = Data::String(FORMULA.to_owned());
                cells.push(calamine::Cell::new(cell.pos, value));
            }
            _ if value == Data::Empty => {}
            _ => cells.push(calamine::Cell::new(cell.pos, value)),
        }
    }
    match area(cells.iter().map(calamine::Cell::get_position)) > MOST_CELLS {
        true => Err(NoBook::TooFar),
        false => Ok(Range::from_sparse(cells)),
    }
}

/// The same of an `.xls`.
fn sheet_of_old(book: &mut Xls<Bytes>, name: &str) -> Result<Range<Data>, NoBook> {
    let mut sheet = book.worksheet_range(name).map_err(|_| NoBook::Unreadable)?;
    let formulas = book.worksheet_formula(name).unwrap_or_default();
    let (first, left) = formulas.start().unwrap_or_default();
    for (row, column, _) in formulas.used_cells().filter(|cell| !cell.2.is_empty()) {
        let place = (first + row as u32, left + column as u32);
        let value = sheet.get_value(place);
        if value.is_some_and(|value| matches!(value, Data::Empty) || *value == "") {
            sheet.set_value(place, Data::String(FORMULA.to_owned()));
        }
    }
    Ok(sheet)
}

/// How many cells there are from the first place to the last.
fn area(places: impl Iterator<Item = (u32, u32)>) -> u64 {
    let (mut rows, mut columns) = ((u32::MAX, 0), (u32::MAX, 0));
    for (row, column) in places {
        rows = (rows.0.min(row), rows.1.max(row));
        columns = (columns.0.min(column), columns.1.max(column));
    }
    let length = |(first, last): (u32, u32)| u64::from(last.saturating_sub(first)) + 1;
    length(rows) * length(columns)
}

/// A number as it is typed; one that has lost digits as Excel shows it.
fn written(number: f64) -> Cow<'static, str> {
    Cow::Owned(match number.abs() >= WHOLE {
        true => format!("{number:.2e}").replacen('e', "E+", 1),
        false => number.to_string(),
    })
}
