//! What a kind of record is read from: its fields, and the cells of one row in their order.

use std::borrow::Cow;

use super::cells::Kind;
use crate::{
    input::json::Json,
    locales::{Text, input as texts, rows},
};

/// The most fields that a kind of record has.
pub(super) const MOST_FIELDS: usize = 16;

/// A field of a record, and the headers that its column may have.
#[derive(Debug)]
pub struct Field {
    /// Its name in English: in JSON, in the configuration, and as a header.
    pub(super) name: &'static str,
    /// Its headers as the admin screens call it.
    pub(super) titles: &'static [&'static str],
    pub(super) is_required: bool,
    /// Whether several columns of its may stand in a file: the first of its names counts.
    pub(super) may_repeat: bool,
}

impl Field {
    pub(super) const fn new(name: &'static str, titles: &'static [&'static str]) -> Self {
        Self {
            name,
            titles,
            is_required: false,
            may_repeat: false,
        }
    }

    pub(super) const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    pub(super) const fn may_repeat(self) -> Self {
        Self {
            may_repeat: true,
            ..self
        }
    }
}

/// How a record is read.
pub trait Shape: Sized + Send {
    /// The name of its table of columns in the configuration: `[import.<table>.columns]`.
    const TABLE: &'static str;
    /// Its fields, in the order in which [`Shape::read`] takes their cells.
    const FIELDS: &'static [Field];

    /// Makes the record of a row's cells.
    ///
    /// # Errors
    /// The first cell that cannot be read.
    fn read(cells: &mut Cells<'_>) -> Result<Self, Wrong>;
}

/// What stands in a row for one field. It has no `Debug`: it may be personal data.
pub enum Cell<'a> {
    /// Nothing, null, or no such column.
    Empty,
    /// A text, trimmed.
    Text(Cow<'a, str>),
    /// A JSON array.
    List(&'a [Json<'a>]),
    /// A JSON object.
    Object,
}

/// A cell that cannot be read.
#[derive(Debug)]
pub struct Wrong {
    /// The place of its field in [`Shape::FIELDS`].
    pub(super) field: usize,
    /// What was expected.
    pub(super) text: Text,
}

/// The cells of a row, taken one field after the other.
pub struct Cells<'a> {
    cells: &'a [Cell<'a>],
    next: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn new(cells: &'a [Cell<'a>]) -> Self {
        Self { cells, next: 0 }
    }

    /// The next field's cell.
    fn take(&mut self) -> &'a Cell<'a> {
        let cell = self.cells.get(self.next).unwrap_or(&Cell::Empty);
        self.next += 1;
        cell
    }

    /// What is wrong with the cell that was taken last.
    fn wrong(&self, text: Text) -> Wrong {
        let field = self.next - 1;
        Wrong { field, text }
    }

    /// The next field, which has to be there.
    pub(super) fn required<T>(&mut self, kind: Kind<T>) -> Result<T, Wrong> {
        match self.optional(kind)? {
            Some(value) => Ok(value),
            None => {
                // What it should have been: the kind says so of a text that it never takes.
                let what = kind("").err().unwrap_or_else(texts::text);
                Err(self.wrong(texts::missing(what)))
            }
        }
    }

    /// The next field, where there is anything in its cell.
    pub(super) fn optional<T>(&mut self, kind: Kind<T>) -> Result<Option<T>, Wrong> {
        match self.take() {
            Cell::Empty => Ok(None),
            Cell::Text(text) => match kind(text) {
                Ok(value) => Ok(Some(value)),
                Err(what) => Err(self.wrong(texts::wrong(what))),
            },
            Cell::List(_) | Cell::Object => Err(self.wrong(texts::wrong(rows::one_value()))),
        }
    }

    /// The next field, which holds several values: what `read` makes of its cell.
    pub(super) fn several<T>(
        &mut self,
        read: impl Fn(&Cell<'_>) -> Option<Vec<T>>,
    ) -> Result<Vec<T>, Wrong> {
        let cell = self.take();
        read(cell).ok_or_else(|| self.wrong(texts::wrong(rows::several())))
    }
}
