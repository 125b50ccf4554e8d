//! Tables that look right with Japanese text: ASCII lines only, since box-drawing characters are
//! ambiguous in width, cells wrapped to the terminal, and whole lines in a pipe.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Table,
    TableStyle, Width, presets::NOTHING,
};

use super::{
    hint,
    paint::{self, Tone},
};
use crate::locales::wrap::columns;

/// One rule under the header, and none between rows or columns.
const RULED: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-'));
/// With the blank that stands for the line between columns, two between them; none before the first.
const PADDING: (u16, u16) = (0, 1);
/// No cell is wider than this, in a pipe neither: comfy-table counts in 16 bits, and ends the
/// program where all columns together take more.
const WIDEST: usize = 8_000;
/// No column is made narrower than this.
const NARROWEST_COLUMN: usize = 8;
/// Two blanks behind the titles of a card.
const CARD_PADDING: (u16, u16) = (0, 2);
/// In a pipe the rule is no longer than this.
const RULE: usize = 80;
/// Below this a table of several columns is unreadable, and rows are shown as cards instead; so they
/// are where the columns that are never wrapped take too much.
const NARROWEST: usize = 60;

/// One cell: its text and how it is shown.
#[derive(Debug, Clone)]
pub struct Field {
    text: String,
    tone: Tone,
    right: bool,
}

impl Field {
    /// A cell of plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone: Tone::Plain,
            right: false,
        }
    }

    /// An empty cell, where there is no value.
    pub fn none() -> Self {
        Self::new("-").toned(Tone::Faint)
    }

    /// The text of a value, or an empty cell.
    pub fn maybe<T: ToString>(value: Option<T>) -> Self {
        value.map_or_else(Self::none, |value| Self::new(value.to_string()))
    }

    /// The same in a tone.
    pub fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// The same, aligned to the right, as numbers are.
    pub fn right(mut self) -> Self {
        self.right = true;
        self
    }
}

/// A table: a header and rows of as many cells.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    header: Vec<String>,
    rows: Vec<Vec<Field>>,
    fixed: Vec<usize>,
}

impl Grid {
    /// A table with these column titles.
    pub fn new<T: Into<String>>(header: impl IntoIterator<Item = T>) -> Self {
        Self {
            header: header.into_iter().map(Into::into).collect(),
            rows: vec![],
            fixed: vec![],
        }
    }

    /// The columns that are never wrapped: numbers, times and results, which people copy.
    pub fn unwrapped(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        self.fixed = columns.into_iter().collect();
        self
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<Field>) {
        debug_assert_eq!(row.len(), self.header.len());
        self.rows.push(row);
    }

    /// The table as text: `width` is the terminal's, `None` in a pipe, where lines are not cut.
    pub fn render(&self, width: Option<usize>, colour: bool) -> String {
        self.render_part(&self.widths(width), true, width, colour)
    }

    /// A part of a longer table: with the widths of its first part, and under its header.
    pub fn render_part(
        &self,
        widths: &[usize],
        is_first: bool,
        width: Option<usize>,
        colour: bool,
    ) -> String {
        match width {
            Some(width) if self.header.len() > 2 && is_too_narrow(width, widths) => {
                self.cards(width, colour)
            }
            _ => self.table(widths, is_first, width, colour),
        }
    }

    fn table(
        &self,
        widths: &[usize],
        has_header: bool,
        width: Option<usize>,
        colour: bool,
    ) -> String {
        let mut table = plain_table(RULED, colour);
        if has_header {
            let titles = self.header.iter().zip(widths);
            table.set_header(titles.map(|(title, width)| {
                Cell::new(wrapped(title, *width)).add_attribute(Attribute::Bold)
            }));
        }
        for row in &self.rows {
            table.add_row(
                row.iter()
                    .zip(widths)
                    .map(|(field, width)| cell(field, *width)),
            );
        }
        pad(&mut table, PADDING);
        for (column, width) in table.column_iter_mut().zip(widths) {
            let whole = u16::try_from(width + 1).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(whole)));
        }
        trimmed(&table, width.unwrap_or(RULE))
    }

    /// The width of each column. Where they are too wide together, the widest that may be wrapped
    /// give way. Where that is not enough, rows are cards.
    pub fn widths(&self, width: Option<usize>) -> Vec<usize> {
        let texts = |column: usize| {
            let cells = self.rows.iter().map(move |row| row[column].text.as_str());
            cells.chain([self.header[column].as_str()])
        };
        let longest = |text: &str| text.lines().map(columns).max().unwrap_or(0);
        let natural = |column| texts(column).map(longest).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.header.len()).map(natural).collect();
        for width in &mut widths {
            *width = (*width).min(WIDEST);
        }
        let Some(width) = width else { return widths };
        let room = width.saturating_sub(2 * widths.len().saturating_sub(1));
        let may_wrap = |column: &usize| !self.fixed.contains(column);
        let flexible: Vec<usize> = (0..widths.len()).filter(may_wrap).collect();
        let mut sum = widths.iter().sum::<usize>();
        while sum > room {
            let widest = flexible
                .iter()
                .copied()
                .max_by_key(|column| widths[*column]);
            match widest.filter(|column| widths[*column] > NARROWEST_COLUMN) {
                Some(column) => widths[column] -= 1,
                None => break,
            }
            sum -= 1;
        }
        widths
    }

    /// Rows one under the other, a line a cell.
    fn cards(&self, width: usize, colour: bool) -> String {
        let card = |row: &Vec<Field>| {
            let mut card = Card::default();
            for (title, field) in self.header.iter().zip(row) {
                // In a card, numbers stand under everything else.
                let mut field = field.clone();
                field.right = false;
                card.push(title.clone(), field);
            }
            card.render(Some(width), colour)
        };
        self.rows.iter().map(card).collect::<Vec<_>>().join("\n")
    }
}

/// Whether a terminal of this width has no room for a table with these columns.
fn is_too_narrow(width: usize, columns: &[usize]) -> bool {
    let between = 2 * columns.len().saturating_sub(1);
    width < NARROWEST || columns.iter().sum::<usize>() + between > width
}

/// One thing: a title and a value a line.
#[derive(Debug, Clone, Default)]
pub struct Card {
    rows: Vec<(String, Field)>,
}

impl Card {
    /// Adds a line.
    pub fn push(&mut self, title: impl Into<String>, field: Field) {
        self.rows.push((title.into(), field));
    }

    /// The card as text.
    pub fn render(&self, width: Option<usize>, colour: bool) -> String {
        let mut table = plain_table(NOTHING, colour);
        let longest = self
            .rows
            .iter()
            .map(|(title, _)| columns(title))
            .max()
            .unwrap_or(0);
        let titles = width.map_or(longest, |width| longest.min(width / 3));
        let texts = width.map_or(usize::MAX, |width| width.saturating_sub(titles + 2).max(1));
        for (title, field) in &self.rows {
            let title = Cell::new(wrapped(title, titles)).add_attribute(Attribute::Bold);
            table.add_row([title, cell(field, texts)]);
        }
        pad(&mut table, CARD_PADDING);
        trimmed(&table, RULE)
    }
}

/// A table without borders. Cells come wrapped: comfy-table would break Japanese anywhere.
fn plain_table(style: TableStyle, colour: bool) -> Table {
    let mut table = Table::new();
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Disabled);
    if colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn pad(table: &mut Table, padding: (u16, u16)) {
    for column in table.column_iter_mut() {
        column.set_padding(padding);
    }
}

fn wrapped(text: &str, width: usize) -> String {
    hint::wrapped(&paint::lines(text), width.min(WIDEST)).join("\n")
}

fn cell(field: &Field, width: usize) -> Cell {
    let cell = Cell::new(wrapped(&field.text, width));
    let cell = match field.tone {
        Tone::Plain => cell,
        Tone::Good => cell.fg(Color::Green),
        Tone::Bad => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Tone::Warn => cell.fg(Color::Yellow),
        Tone::Notable => cell.fg(Color::Cyan),
        Tone::Faint => cell.add_attribute(Attribute::Dim),
    };
    if field.right {
        cell.set_alignment(CellAlignment::Right)
    } else {
        cell
    }
}

/// Without the blanks at the ends of lines, which would wrap in a terminal and bother `grep`, and
/// with a rule that is no longer than it has to be.
fn trimmed(table: &Table, rule: usize) -> String {
    let mut text = String::new();
    for line in table.lines() {
        let line = &without_end_blanks(&line);
        let is_rule = line.len() > rule && line.bytes().all(|b| b == b'-');
        text.push_str(if is_rule { &line[..rule] } else { line });
        text.push('\n');
    }
    text
}

/// A line without the blanks at its end. Those of a coloured cell stand before the escapes that end
/// its colour, which stay.
fn without_end_blanks(line: &str) -> String {
    let (mut text, mut escapes) = (line.trim_end(), String::new());
    while let Some(at) = end_escape(text) {
        escapes.insert_str(0, &text[at..]);
        text = text[..at].trim_end();
    }
    format!("{text}{escapes}")
}

/// Where the escape begins that the text ends with: one that sets a colour or ends it.
fn end_escape(text: &str) -> Option<usize> {
    let at = text.rfind("\x1b[")?;
    let code = text[at..].strip_prefix("\x1b[")?.strip_suffix('m')?;
    let is_code = code.bytes().all(|b| b.is_ascii_digit() || b == b';');
    is_code.then_some(at)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new(["受注番号", "与信結果", "判定理由"]).unwrapped([0, 1]);
        grid.push(vec![
            Field::new("a905125d2a"),
            Field::new("REVIEW").toned(Tone::Warn),
            Field::new("同一デバイスから短時間に複数の注文があります。過去に未払いのあった配送先と一致しています。ﾊﾅｺ"),
        ]);
        grid.push(vec![
            Field::new("b1c2d3e4f5"),
            Field::none(),
            Field::new("\x1b[2Jsafe"),
        ]);
        grid
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_numbers_stay_whole() {
        // A narrow terminal gets cards.
        for width in [40, 60, 80, 120, 200] {
            let text = grid().render(Some(width), false);
            let is_narrow = |line: &str| line.width() <= width;
            assert!(text.lines().all(is_narrow), "{width}:\n{text}");
            for whole in ["a905125d2a", "b1c2d3e4f5", "REVIEW", "[2Jsafe"] {
                assert!(text.contains(whole), "{text}");
            }
            assert!(!text.contains('\x1b'));
        }
        // A pipe gets one line a row.
        assert_eq!(grid().render(None, false).lines().count(), 4);
    }

    #[test]
    fn a_terminal_without_room_gets_cards_with_their_numbers_whole() {
        assert!(grid().render(Some(12), false).contains("a905125d2a"));
        // The columns that are never wrapped are too wide, in a later part too.
        let mut wide = Grid::new(["ID", "b", "c"]).unwrapped([0]);
        wide.push(vec![
            Field::new("x".repeat(76)),
            Field::none(),
            Field::none(),
        ]);
        let widths = wide.widths(Some(80));
        let text = wide.render_part(&widths, false, Some(80), false);
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn colour_makes_no_line_wider() {
        let mut last_in_colour = grid();
        use Tone::{Bad, Faint, Good, Notable, Warn};
        for tone in [Good, Bad, Warn, Notable, Faint] {
            last_in_colour.push(vec![
                Field::new("b1c2d3e4f5"),
                Field::none(),
                Field::new("短い理由").toned(tone),
            ]);
        }
        for width in [Some(40), Some(60), Some(80), None] {
            let coloured = last_in_colour.render(width, true);
            assert!(coloured.contains('\x1b'));
            let plain = anstream::adapter::strip_str(&coloured).to_string();
            assert_eq!(plain, last_in_colour.render(width, false));
        }
    }

    #[test]
    fn the_parts_of_a_long_table_stand_under_each_other() {
        let (mut first, mut second) = (Grid::new(["a", "b"]), Grid::new(["a", "b"]));
        first.push(vec![Field::new("受注番号12"), Field::new("x")]);
        second.push(vec![Field::new("n"), Field::new("y")]);
        let widths = first.widths(None);
        assert!(
            first
                .render_part(&widths, true, None, false)
                .ends_with("受注番号12  x\n")
        );
        assert_eq!(
            second.render_part(&widths, false, None, false),
            "n           y\n"
        );
    }

    #[test]
    fn a_cell_may_be_longer_than_any_terminal_is_wide() {
        let mut long = Grid::new(["a", "b"]);
        long.push(vec![Field::new("理由".repeat(20_000)), Field::new("x")]);
        let text = long.render(None, false);
        assert_eq!(text.matches('理').count(), 20_000);
        assert!(text.lines().nth(2).unwrap().ends_with("  x"));
        let mut card = Card::default();
        card.push("a", Field::new("理由".repeat(20_000)));
        assert_eq!(card.render(None, false).matches('由').count(), 20_000);
    }
}
