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
    /// Whether a table is written part by part, so that a long one is not held.
    is_chunked: bool,
    /// The widths of the columns, once the first part is written.
    widths: Option<Vec<usize>>,
    /// What is not written yet; none where each row is written at once.
    buffer: Option<String>,
}

/// So many rows of a table are written at once.
const CHUNK: usize = 200;
/// So many bytes of a buffered list are written at once.
const BUFFER: usize = 64 << 10;

impl<'o, R: Row> RowStream<'o, R> {
    /// A list. `single`: the whole list is one thing, so JSON is one object, not an array. The
    /// rows of a table are held for the caller.
    pub fn new(out: &'o Output, single: bool) -> Self {
        Self {
            out,
            single,
            written: 0,
            held: vec![],
            is_chunked: false,
            widths: None,
            buffer: None,
        }
    }

    /// A list whose table is written part by part.
    pub fn in_parts(out: &'o Output) -> Self {
        Self {
            is_chunked: true,
            ..Self::new(out, false)
        }
    }

    /// The same, where nobody waits for a single row.
    pub fn buffered(self) -> Self {
        let buffer = Some(String::new());
        Self { buffer, ..self }
    }

    /// Begins the document.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn begin(&mut self) -> Result<()> {
        match self.out.format {
            Format::Json if !self.single => self.out.raw("["),
            Format::Csv => self.data(&list::csv_header::<R>()?),
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
                self.data(&format!("{separator}{}", list::json_element(&row)?))?;
            }
            Format::Jsonl => self.data(&list::json_line(&row)?)?,
            Format::Csv => self.data(&list::csv_line(&row)?)?,
            Format::Table => {
                self.held.push(row);
                if self.is_chunked && self.held.len() == CHUNK {
                    self.table_part()?;
                }
            }
        }
        self.written += 1;
        Ok(())
    }

    fn data(&mut self, text: &str) -> Result<()> {
        let Some(buffer) = &mut self.buffer else {
            return self.out.data(text);
        };
        buffer.push_str(text);
        match buffer.len() < BUFFER {
            true => Ok(()),
            false => self.flush(),
        }
    }

    /// Writes what is buffered.
    fn flush(&mut self) -> Result<()> {
        match self.buffer.as_mut().map(std::mem::take) {
            Some(text) if !text.is_empty() => self.out.data(&text),
            _ => Ok(()),
        }
    }

    /// Writes the rows that are held as the next part of the table.
    fn table_part(&mut self) -> Result<()> {
        let grid = list::grid(&std::mem::take(&mut self.held), self.out.lang);
        let is_first = self.widths.is_none();
        let widths = self.widths.get_or_insert_with(|| self.out.widths(&grid));
        self.out.grid_part(&grid, widths, is_first)
    }

    /// Ends the document. Gives the rows that were held for the caller to show.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn end(&mut self) -> Result<Vec<R>> {
        if self.is_chunked && !self.held.is_empty() {
            self.table_part()?;
        }
        self.flush()?;
        if self.out.format == Format::Json && !self.single {
            self.out
                .raw(if self.written == 0 { "]\n" } else { "\n]\n" })?;
        }
        Ok(std::mem::take(&mut self.held))
    }
}
