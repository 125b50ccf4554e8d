//! The rows of one sheet of an Excel book (`.xlsx`, `.xls`).

use std::{borrow::Cow, io::Cursor};

use calamine::{Data, Range, Reader, Sheets, open_workbook_auto_from_rs};

use super::mistakes::RowPlace;
use crate::domain::{
    text::{folded, trim},
    time::JstTime,
};

/// A number of more digits than these is not kept whole in a book.
const WHOLE: f64 = 1e15;

/// A sheet and the row that was read last.
pub(super) struct BookRows {
    sheet: Range<Data>,
    /// The formulas at the same places.
    formulas: Range<String>,
    /// Whether its days are counted from 1904, as old Macs did.
    pub(super) is_since_1904: bool,
    /// The number of the sheet's first row that is used, from 1.
    first: u64,
    next: usize,
}

/// Why a book cannot be read.
pub(super) enum NoBook {
    /// It is damaged, has a password, or is no book at all.
    Unreadable,
    /// There is no sheet of the name that was given; these there are.
    NoSheet(Vec<String>),
}

/// Whether bytes are a book: a ZIP archive, or Microsoft's older container.
pub(super) fn is_book(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

impl BookRows {
    /// Reads a sheet, the first where none is named, and its header.
    pub(super) fn open(bytes: Vec<u8>, sheet: Option<&str>) -> Result<(Self, Vec<String>), NoBook> {
        let mut book =
            open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| NoBook::Unreadable)?;
        let names = book.sheet_names();
        let is_it = |name: &&String| match sheet {
            Some(asked) => folded(trim(name)) == folded(trim(asked)),
            None => true,
        };
        let Some(name) = names.iter().find(is_it) else {
            return Err(NoBook::NoSheet(names));
        };
        let sheet = book.worksheet_range(name).map_err(|_| NoBook::Unreadable)?;
        let is_since_1904 = match &book {
            Sheets::Xls(book) => book.has_1904_epoch(),
            Sheets::Xlsx(book) => book.has_1904_epoch(),
            Sheets::Xlsb(book) => book.has_1904_epoch(),
            Sheets::Ods(_) => false,
        };
        let first = sheet.start().map_or(1, |(row, _)| u64::from(row) + 1);
        let mut rows = Self {
            sheet,
            formulas: book.worksheet_formula(name).unwrap_or_default(),
            is_since_1904,
            first,
            next: 0,
        };
        let mut headers: Vec<String> = Vec::new();
        while headers.is_empty() && rows.next().is_some() {
            let cells = (0..rows.len()).map(|cell| rows.cell(cell).into_owned());
            headers = cells.collect();
        }
        Ok((rows, headers))
    }

    /// Reads the next row.
    pub(super) fn next(&mut self) -> Option<RowPlace> {
        let is_there = self.next < self.sheet.height();
        self.next += usize::from(is_there);
        let row = self.first + self.next as u64 - 1;
        is_there.then(|| RowPlace::of_row(0, row))
    }

    /// How many cells the row has, up to the last in which anything stands.
    pub(super) fn len(&self) -> usize {
        let is_filled =
            |column: &usize| self.lacks_value(*column) || !trim(&self.cell(*column)).is_empty();
        let last = (0..self.sheet.width()).rev().find(is_filled);
        last.map_or(0, |last| last + 1)
    }

    /// Whether a cell of the row is a formula whose value the book does not hold, as of one that a
    /// program wrote and Excel never opened.
    pub(super) fn lacks_value(&self, column: usize) -> bool {
        let row = self.next.saturating_sub(1);
        let is_empty = match self.sheet.get((row, column)) {
            None | Some(Data::Empty) => true,
            Some(Data::String(text)) => text.is_empty(),
            Some(_) => false,
        };
        let is_formula = |(first, left): (u32, u32)| {
            let place = (first + row as u32, left + column as u32);
            let formula = self.formulas.get_value(place);
            formula.is_some_and(|formula| !formula.is_empty())
        };
        is_empty && self.sheet.start().is_some_and(is_formula)
    }

    /// A cell of the row, as it would be written.
    pub(super) fn cell(&self, column: usize) -> Cow<'_, str> {
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

/// A number as it is typed; one that has lost digits as Excel shows it.
fn written(number: f64) -> Cow<'static, str> {
    Cow::Owned(match number.abs() >= WHOLE {
        true => format!("{number:.2e}").replacen('e', "E+", 1),
        false => number.to_string(),
    })
}
