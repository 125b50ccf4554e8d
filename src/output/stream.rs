//! Rows written as they are finished, in the four forms: JSON as one valid document, JSON Lines
//! and CSV line by line, a table at the end.

use anyhow::Result;

use super::{Format, Output, list, list::Row};

/// A list that is written row by row.
pub struct RowStream<'o, R: Row> {
    out: &'o Output,
    single: bool,
    written: usize,
    held: Vec<R>,
}

impl<'o, R: Row> RowStream<'o, R> {
    /// A list. `single`: the whole list is one thing, so JSON is one object, not an array.
    pub fn new(out: &'o Output, single: bool) -> Self {
        Self {
            out,
            single,
            written: 0,
            held: vec![],
        }
    }

    /// Begins the document.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn begin(&mut self) -> Result<()> {
        match self.out.format {
            Format::Json if !self.single => self.out.raw("["),
            Format::Csv => self.out.raw(&list::csv_header::<R>()?),
            _ => Ok(()),
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn push(&mut self, row: R) -> Result<()> {
        match self.out.format {
            Format::Json if self.single => self.out.json(&row)?,
            Format::Json => {
                let separator = if self.written == 0 { "\n" } else { ",\n" };
                let text = serde_json::to_string_pretty(&row)?.replace('\n', "\n  ");
                self.out.raw(&format!("{separator}  {text}"))?;
            }
            Format::Jsonl => self.out.raw(&list::json_line(&row)?)?,
            Format::Csv => self.out.raw(&list::csv_line(&row)?)?,
            Format::Table => self.held.push(row),
        }
        self.written += 1;
        Ok(())
    }

    /// Ends the document. Gives the rows of a table, which are the caller's to show.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn end(&mut self) -> Result<Vec<R>> {
        if self.out.format == Format::Json && !self.single {
            self.out
                .raw(if self.written == 0 { "]\n" } else { "\n]\n" })?;
        }
        Ok(std::mem::take(&mut self.held))
    }
}
