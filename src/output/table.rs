//! Tables that look right with Japanese text: ASCII lines only, since box-drawing characters are
//! ambiguous in width, cells wrapped to the terminal, and whole lines in a pipe.

use super::{clean, hint, paint::Tone};
use crate::locales::wrap::columns;

/// What stands between two columns.
const GAP: usize = 2;
/// No column is made narrower than this.
const NARROWEST_COLUMN: usize = 8;
/// In a pipe the rule is no longer than this.
const RULE: usize = 80;
/// Below this a table of several columns is unreadable, and rows are shown as cards instead.
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

    fn title(text: &str) -> Self {
        Self::new(text).toned(Tone::Title)
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
            Some(width) if width < NARROWEST && self.header.len() > 2 => self.cards(width, colour),
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
        let titles = self.header.iter().map(|title| Field::title(title));
        let header = has_header.then(|| titles.collect::<Vec<_>>());
        let rows = header.iter().chain(&self.rows);
        let rows: Vec<Vec<Cell>> = rows.map(|row| cells(row, widths)).collect();
        let widths = in_use(&rows, widths);
        let mut text = String::new();
        for (place, row) in rows.iter().enumerate() {
            push_row(&mut text, row, &widths, colour);
            if has_header && place == 0 {
                let whole = widths.iter().sum::<usize>() + GAP * widths.len() - 1;
                text.push_str(&"-".repeat(whole.min(width.unwrap_or(RULE))));
                text.push('\n');
            }
        }
        text
    }

    /// The width of each column. Where they are too wide together, the widest that may be wrapped
    /// give way; an order number is never split, be the line longer than the terminal's.
    pub fn widths(&self, width: Option<usize>) -> Vec<usize> {
        let texts = |column: usize| {
            let cells = self.rows.iter().map(move |row| row[column].text.as_str());
            cells.chain([self.header[column].as_str()])
        };
        let longest = |text: &str| text.lines().map(columns).max().unwrap_or(0);
        let natural = |column| texts(column).map(longest).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.header.len()).map(natural).collect();
        let Some(width) = width else { return widths };
        let room = width.saturating_sub(GAP * widths.len().saturating_sub(1));
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
                let right = false;
                card.push(
                    title.clone(),
                    Field {
                        right,
                        ..field.clone()
                    },
                );
            }
            card.render(Some(width), colour)
        };
        self.rows.iter().map(card).collect::<Vec<_>>().join("\n")
    }
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
        let titles = self.rows.iter().map(|(title, _)| columns(title));
        let longest = titles.max().unwrap_or(0);
        let titles = width.map_or(longest, |width| longest.min(width / 3));
        let texts = width.map_or(usize::MAX, |width| {
            width.saturating_sub(titles + GAP).max(1)
        });
        let rows = self.rows.iter();
        let rows: Vec<Vec<Cell>> = rows
            .map(|(title, field)| {
                vec![
                    Cell::new(&Field::title(title), titles),
                    Cell::new(field, texts),
                ]
            })
            .collect();
        let widths = in_use(&rows, &[titles, 0]);
        let mut text = String::new();
        for row in &rows {
            push_row(&mut text, row, &widths, colour);
        }
        text
    }
}

/// A field in lines that are as wide as its column.
struct Cell {
    lines: Vec<String>,
    tone: Tone,
    right: bool,
}

impl Cell {
    fn new(field: &Field, width: usize) -> Self {
        Self {
            lines: hint::wrapped(&clean::lines(&field.text), width),
            tone: field.tone,
            right: field.right,
        }
    }
}

fn cells(fields: &[Field], widths: &[usize]) -> Vec<Cell> {
    let cells = fields.iter().zip(widths);
    cells
        .map(|(field, width)| Cell::new(field, *width))
        .collect()
}

/// The widths that the columns take: those given, or more where something is not wrapped.
fn in_use(rows: &[Vec<Cell>], widths: &[usize]) -> Vec<usize> {
    let mut widths = widths.to_vec();
    for row in rows {
        for (cell, width) in row.iter().zip(&mut widths) {
            let lines = cell.lines.iter().map(|line| columns(line));
            *width = lines.max().unwrap_or(0).max(*width);
        }
    }
    widths
}

/// Adds the lines of a row, without blanks at their ends, which would wrap in a terminal and bother
/// `grep`.
fn push_row(text: &mut String, row: &[Cell], widths: &[usize], colour: bool) {
    let height = row.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    for place in 0..height.max(1) {
        // The blanks before a cell are written when something follows them.
        let mut blanks = 0;
        for (cell, width) in row.iter().zip(widths) {
            let line = cell.lines.get(place).map_or("", |line| line.trim_end());
            let rest = width.saturating_sub(columns(line));
            if line.is_empty() {
                blanks += rest + GAP;
                continue;
            }
            let (before, after) = match cell.right {
                true => (rest, 0),
                false => (0, rest),
            };
            text.push_str(&" ".repeat(blanks + before));
            text.push_str(&cell.tone.paint(line, colour));
            blanks = after + GAP;
        }
        text.push('\n');
    }
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
        for width in [60, 80, 120, 200] {
            let text = grid().render(Some(width), false);
            assert!(
                text.lines().all(|line| line.width() <= width),
                "{width}:\n{text}"
            );
            assert!(
                text.contains("a905125d2a") && text.contains("REVIEW"),
                "{text}"
            );
            assert!(!text.contains('\x1b'));
        }
    }

    #[test]
    fn colour_makes_no_line_wider() {
        let plain = |text: &str| {
            let escape = |piece: &str| {
                piece
                    .split_once('m')
                    .map_or("", |(_, text)| text)
                    .to_owned()
            };
            let mut pieces = text.split("\x1b[");
            let first = pieces.next().unwrap().to_owned();
            first + &pieces.map(escape).collect::<String>()
        };
        let mut last_in_colour = grid();
        for tone in [
            Tone::Good,
            Tone::Bad,
            Tone::Warn,
            Tone::Notable,
            Tone::Faint,
        ] {
            last_in_colour.push(vec![
                Field::new("b1c2d3e4f5"),
                Field::none(),
                Field::new("短い理由").toned(tone),
            ]);
        }
        for width in [Some(40), Some(60), Some(80), None] {
            let coloured = last_in_colour.render(width, true);
            assert_eq!(plain(&coloured), last_in_colour.render(width, false));
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
        assert!(text.ends_with("理由  x\n"));
        assert_eq!(text.lines().nth(1).unwrap().len(), RULE);
    }

    #[test]
    fn a_narrow_terminal_gets_cards() {
        let text = grid().render(Some(40), false);
        assert!(text.lines().all(|line| line.width() <= 40), "{text}");
        assert!(
            text.lines().next().unwrap().contains("a905125d2a"),
            "{text}"
        );
    }

    #[test]
    fn a_pipe_gets_one_line_a_row() {
        let text = grid().render(None, false);
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.is_ascii() || !text.contains(['│', '─', '…']), "{text}");
    }

    #[test]
    fn colour_is_only_there_when_it_is_asked_for() {
        assert!(grid().render(None, true).contains('\x1b'));
        assert!(!grid().render(None, false).contains('\x1b'));
    }
}
