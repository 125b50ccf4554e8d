//! Lists in the four forms: a table for people; JSON, JSON Lines and CSV for programs. A row says
//! of each of its columns what both are shown.

use std::borrow::Cow;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::{
    Format, Output,
    paint::Tone,
    table::{Card, Field, Grid, Layout},
    terminal::Sheet,
};
use crate::locales::{Lang, Text, config};

/// One row of a list. `Serialize` gives its JSON object.
pub trait Row: Serialize + Sized + 'static {
    /// The columns, in order.
    const COLUMNS: &'static [Column<Self>];

    /// The cells of CSV: what stands in the row's JSON. A list of very many rows says the same in a
    /// quicker way.
    ///
    /// # Errors
    /// Where the row cannot be serialised.
    fn csv(&self) -> Result<Vec<Cow<'_, str>>> {
        let json = serde_json::to_value(self)?;
        let cell = |field| json.get(field).map(csv_cell).unwrap_or_default();
        Ok(fields::<Self>().map(|field| cell(field).into()).collect())
    }
}

/// A column: what programs read under the name of a field, what people read under a title, or both.
pub struct Column<R> {
    pub(super) field: Option<&'static str>,
    /// Further fields, before that one.
    fields: &'static [&'static str],
    shown: Option<TitleAndCell<R>>,
    is_in_tables: bool,
    is_in_cards: bool,
    is_whole: bool,
}

type TitleAndCell<R> = (fn() -> Text, fn(&R, View) -> Field);

/// For whom a cell is made, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The language of its reader.
    pub lang: Lang,
    /// In a card, where a cell may have several lines; else in a table.
    pub is_card: bool,
}

impl View {
    /// A sentence as a cell.
    pub fn say(self, text: &Text) -> Field {
        Field::new(text.get(self.lang))
    }

    /// A switch as a cell, or an empty one where it is not known.
    pub fn switch(self, on: Option<bool>) -> Field {
        match on {
            Some(true) => self.say(&config::on()).toned(Tone::Good),
            Some(false) => self.say(&config::off()).toned(Tone::Faint),
            None => Field::none(),
        }
    }

    /// A sentence as a cell, or an empty one.
    pub fn maybe(self, text: Option<Text>) -> Field {
        text.map_or_else(Field::none, |text| self.say(&text))
    }
}

impl<R> Column<R> {
    /// A column of tables and cards, and of JSON and CSV under the name of its field.
    pub const fn new(
        field: &'static str,
        title: fn() -> Text,
        cell: fn(&R, View) -> Field,
    ) -> Self {
        Self {
            field: Some(field),
            ..Self::shown(title, cell)
        }
    }

    /// One of tables and cards alone.
    pub const fn shown(title: fn() -> Text, cell: fn(&R, View) -> Field) -> Self {
        Self {
            shown: Some((title, cell)),
            ..Self::fields(&[])
        }
    }

    /// One of JSON and CSV alone.
    pub const fn field(field: &'static str) -> Self {
        Self {
            field: Some(field),
            ..Self::fields(&[])
        }
    }

    /// Several of JSON and CSV alone.
    pub const fn fields(fields: &'static [&'static str]) -> Self {
        Self {
            field: None,
            fields,
            shown: None,
            is_in_tables: true,
            is_in_cards: true,
            is_whole: false,
        }
    }

    /// What people read over it.
    pub fn title(&self) -> Option<Text> {
        self.shown.map(|(title, _)| title())
    }

    /// The same, never wrapped in a table: numbers, times and results, which people copy.
    pub const fn whole(mut self) -> Self {
        self.is_whole = true;
        self
    }

    /// The same, in tables alone.
    pub const fn in_tables(mut self) -> Self {
        self.is_in_cards = false;
        self
    }

    /// The same, in cards alone.
    pub const fn in_cards(mut self) -> Self {
        self.is_in_tables = false;
        self
    }
}

/// Writes a list in the form that was asked for; `empty` is said where there is nothing to list.
pub fn write<R: Row>(out: &Output, rows: Vec<R>, empty: &Text) -> Result<()> {
    if rows.is_empty() {
        out.note(empty);
    }
    let mut stream = RowStream::in_parts(out).buffered();
    stream.begin()?;
    rows.into_iter().try_for_each(|row| stream.push(row))?;
    stream.end()?;
    Ok(())
}

/// The table of these rows.
pub fn grid<R: Row>(rows: &[R], out: &Output) -> Grid {
    let columns = R::COLUMNS.iter();
    table(columns.filter(|column| column.is_in_tables), rows, out.lang)
}

/// The table of these rows with just these columns.
pub fn table<'c, R: 'c>(
    columns: impl IntoIterator<Item = &'c Column<R>>,
    rows: &[R],
    lang: Lang,
) -> Grid {
    let shown = columns.into_iter().filter_map(|column| {
        let (title, cell) = column.shown?;
        Some((title().get(lang).to_owned(), cell, column.is_whole))
    });
    let shown: Vec<_> = shown.collect();
    let whole = shown.iter().enumerate().filter(|(_, shown)| shown.2);
    let whole: Vec<_> = whole.map(|(place, _)| place).collect();
    let mut grid = Grid::new(shown.iter().map(|(title, ..)| title)).unwrapped(whole);
    let view = View {
        lang,
        is_card: false,
    };
    for row in rows {
        grid.push(shown.iter().map(|(_, cell, _)| cell(row, view)).collect());
    }
    grid
}

/// The card of a row: a line a column.
pub fn card<R: Row>(row: &R, lang: Lang) -> Card {
    let columns = R::COLUMNS.iter();
    card_of(row, columns.filter(|column| column.is_in_cards), lang)
}

/// The card of what a table shows of a row.
pub fn brief<R: Row>(row: &R, lang: Lang) -> Card {
    let columns = R::COLUMNS.iter();
    card_of(row, columns.filter(|column| column.is_in_tables), lang)
}

fn card_of<R: Row>(row: &R, columns: impl Iterator<Item = &'static Column<R>>, lang: Lang) -> Card {
    let view = View {
        lang,
        is_card: true,
    };
    let mut card = Card::default();
    for (title, cell) in columns.filter_map(|column| column.shown) {
        card.push(title().get(lang), cell(row, view));
    }
    card
}

/// A list that is written row by row: JSON as one valid document, JSON Lines and CSV line by line.
pub struct RowStream<'o, R: Row> {
    out: &'o Output,
    single: bool,
    written: usize,
    held: Vec<R>,
    /// Whether a table is written part by part, so that a long one is not held.
    is_chunked: bool,
    /// How a table is laid out, once its first part is written.
    layout: Option<Layout>,
    /// Where its parts go.
    sheet: Sheet,
    /// What is not written yet.
    buffer: String,
    /// So many bytes are written at once.
    at_once: usize,
}

/// So many rows of a table are written at once.
const CHUNK: usize = 200;

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
            layout: None,
            sheet: Sheet::Plain,
            buffer: String::new(),
            at_once: 0,
        }
    }

    /// A list whose table is written part by part.
    pub fn in_parts(out: &'o Output) -> Self {
        Self {
            is_chunked: true,
            ..Self::new(out, false)
        }
    }

    /// The same, where nobody waits for a single row: a long table is paged.
    pub fn buffered(self) -> Self {
        Self {
            at_once: 64 << 10,
            sheet: Sheet::of(self.out),
            ..self
        }
    }

    /// Begins the document.
    pub fn begin(&mut self) -> Result<()> {
        match self.out.format {
            Format::Json if !self.single => self.data("["),
            Format::Csv => {
                if self.out.has_bom {
                    self.buffer.push('\u{feff}');
                }
                self.csv(fields::<R>().map(Cow::from))
            }
            _ => Ok(()),
        }
    }

    /// Writes a row.
    pub fn push(&mut self, row: R) -> Result<()> {
        match self.out.format {
            Format::Json if self.single => self.out.json(&row)?,
            Format::Json => {
                let separator = if self.written == 0 { "" } else { "," };
                let element = serde_json::to_string_pretty(&row)?.replace('\n', "\n  ");
                self.data(&format!("{separator}\n  {element}"))?;
            }
            Format::Jsonl => self.data(&(serde_json::to_string(&row)? + "\n"))?,
            Format::Csv => self.csv(row.csv()?.into_iter())?,
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
        self.buffer.push_str(text);
        self.write_long()
    }

    fn csv<'c>(&mut self, cells: impl Iterator<Item = Cow<'c, str>>) -> Result<()> {
        push_csv(&mut self.buffer, cells);
        self.write_long()
    }

    /// Writes what is not written yet, where it is enough: to a terminal whole lines, since a bar
    /// that is drawn behind half of one takes it away with itself.
    fn write_long(&mut self) -> Result<()> {
        if self.buffer.len() < self.at_once {
            return Ok(());
        }
        let rest = match self.out.is_terminal() {
            true => self.buffer.rfind('\n').map_or(0, |at| at + 1),
            false => self.buffer.len(),
        };
        let rest = self.buffer.split_off(rest);
        self.out.data(&std::mem::replace(&mut self.buffer, rest))
    }

    /// Writes the rows that are held as the next part of the table.
    fn table_part(&mut self) -> Result<()> {
        let grid = grid(&std::mem::take(&mut self.held), self.out);
        let text = self.out.grid_part(&grid, &mut self.layout);
        self.sheet.write(&text, self.out)
    }

    /// Ends the document. Gives the rows that were held for the caller to show.
    pub fn end(&mut self) -> Result<Vec<R>> {
        if self.is_chunked && !self.held.is_empty() {
            self.table_part()?;
        }
        self.sheet.end(self.out)?;
        if !self.buffer.is_empty() {
            self.out.data(&std::mem::take(&mut self.buffer))?;
        }
        if self.out.format == Format::Json && !self.single {
            self.out
                .raw(if self.written == 0 { "]\n" } else { "\n]\n" })?;
        }
        Ok(std::mem::take(&mut self.held))
    }
}

/// The names of the fields: the header row of CSV.
pub fn fields<R: Row>() -> impl Iterator<Item = &'static str> {
    let fields = R::COLUMNS.iter();
    fields.flat_map(|column| column.fields.iter().copied().chain(column.field))
}

/// Adds a record to a text of CSV (RFC 4180). By hand: a writer of the library's own is made for a
/// file, and takes longer to make than a record of a million to write.
fn push_csv<'c>(text: &mut String, cells: impl Iterator<Item = Cow<'c, str>>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        let cell = inert(&cell);
        let is_plain = |byte| !matches!(byte, b',' | b'"' | b'\r' | b'\n');
        match cell.bytes().all(is_plain) {
            true => text.push_str(&cell),
            false => text.extend(["\"", &cell.replace('"', "\"\""), "\""]),
        }
    }
    text.push_str("\r\n");
}

/// A JSON value as the text of a cell. Reasons stand as `code description`, separated by `／`, as
/// in `import events`; other objects as JSON.
fn csv_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(csv_cell).collect::<Vec<_>>().join("／"),
        Value::Object(fields) if fields.contains_key("code") => {
            let texts = fields
                .values()
                .map(csv_cell)
                .filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// A cell that a spreadsheet would run as a formula is prefixed with `'`.
fn inert(cell: &str) -> Cow<'_, str> {
    // Nearly every cell, and of a list of a million rows there are many.
    if cell.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return cell.into();
    }
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let is_number = || cell.parse::<f64>().is_ok_and(f64::is_finite);
    if runs && !is_number() {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Sample {
        number: &'static str,
        result: Option<&'static str>,
        reasons: Vec<crate::domain::event::Reason>,
    }

    impl Row for Sample {
        const COLUMNS: &'static [Column<Self>] =
            &[Column::fields(&["number", "result", "reasons"])];
    }

    #[test]
    fn an_object_that_is_no_reason_is_json_in_csv() {
        let reason = serde_json::json!([{"code": "A1", "description": "x"}]);
        assert_eq!(csv_cell(&reason), "A1 x");
        let request = serde_json::json!({"version": "3.0", "signature": null});
        assert_eq!(csv_cell(&request), r#"{"version":"3.0","signature":null}"#);
    }

    #[test]
    fn csv_quotes_and_defuses_cells() {
        let reason = |code: &str, text: &str| crate::domain::event::Reason {
            code: Some(code.into()),
            description: Some(text.into()),
        };
        let row = Sample {
            number: "=cmd()",
            result: None,
            reasons: vec![reason("R1", "未払い, \"多数\""), reason("R2", "b")],
        };
        let mut text = String::new();
        push_csv(&mut text, row.csv().unwrap().into_iter());
        assert_eq!(text, "'=cmd(),,\"R1 未払い, \"\"多数\"\"／R2 b\"\r\n");
        for (cell, expected) in [
            ("-5", "-5"),
            ("-a", "'-a"),
            ("@x", "'@x"),
            ("+81", "+81"),
            ("a=b", "a=b"),
            ("\tx", "'\tx"),
        ] {
            assert_eq!(inert(cell), expected);
        }
    }
}
