//! Tables that look right with Japanese text: ASCII lines only, since box-drawing characters are
//! ambiguous in width, cells wrapped to the terminal, and whole lines in a pipe.

use super::{
    hint,
    paint::{self, Tone},
};
use crate::locales::wrap::{columns, widest_part};

/// The blanks between two columns.
const BETWEEN: usize = 2;
/// No column is made narrower than the first, nor than its widest word up to the second.
const NARROWEST_COLUMN: (usize, usize) = (8, 20);
/// A text that is twice as long as its column and gets less than this is hard to read.
const ROOM: usize = 24;
/// What stands where there is no value.
const NONE: &str = "-";
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
        Self::new(NONE).toned(Tone::Faint)
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

    /// A title of a column or a line.
    fn title(text: &str) -> Self {
        Self::new(text).toned(Tone::Title)
    }
}

/// A table: a header and rows of as many cells.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    header: Vec<String>,
    rows: Vec<Vec<Field>>,
    fixed: Vec<usize>,
}

/// How the rows of a table are laid out: the first part of a long one decides for all.
#[derive(Debug, Clone)]
pub enum Layout {
    /// Columns of these widths.
    Columns(Vec<usize>),
    /// The same, and the last cell of each row on lines of its own below it.
    LastBelow(Vec<usize>),
    /// Rows one under the other, a line a cell.
    Cards,
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
        self.render_part(&self.layout(width), true, width, colour)
    }

    /// A part of a longer table: laid out as its first part, and under its header.
    pub fn render_part(
        &self,
        layout: &Layout,
        is_first: bool,
        width: Option<usize>,
        colour: bool,
    ) -> String {
        let most = width.unwrap_or(RULE);
        let (widths, below) = match layout {
            Layout::Columns(widths) => (widths, None),
            Layout::LastBelow(widths) => (widths, Some(most.saturating_sub(BETWEEN))),
            Layout::Cards => {
                let cards = self.rows.iter().map(|row| self.card(row));
                let cards = cards.map(|card| card.render(width, colour));
                let gap = if is_first { "" } else { "\n" };
                return gap.to_owned() + &cards.collect::<Vec<_>>().join("\n");
            }
        };
        let lines = |row: &[Field]| {
            let below = below.zip(row.last()).filter(|(_, last)| last.text != NONE);
            let below = below
                .map(|(width, last)| laid(&[Field::new(""), last.clone()], &[0, width], colour));
            laid(row, widths, colour) + &below.unwrap_or_default()
        };
        let mut text = String::new();
        if is_first {
            let titles = self.header.iter().map(|title| Field::title(title));
            text += &lines(&titles.collect::<Vec<_>>());
            let rule = below.map_or(total(widths), |_| most).min(most);
            text += &format!("{}\n", "-".repeat(rule));
        }
        self.rows.iter().for_each(|row| text += &lines(row));
        text
    }

    /// How the table is laid out on a terminal of this width. Where the columns are too wide
    /// together, the widest that may be wrapped give way; where that leaves one of them too little,
    /// the last stands below, if that helps.
    pub fn layout(&self, width: Option<usize>) -> Layout {
        let longest = |text: &str| text.lines().map(columns).max().unwrap_or(0);
        let natural = |(column, title): (usize, &String)| {
            let cells = self.rows.iter().map(|row| longest(&row[column].text));
            cells.max().unwrap_or(0).max(longest(title))
        };
        let natural: Vec<usize> = self.header.iter().enumerate().map(natural).collect();
        let (Some(width), true) = (width, natural.len() > 2) else {
            return Layout::Columns(match width {
                Some(width) => self.fitted(&natural, width),
                None => natural,
            });
        };
        let fits = |widths: &[usize]| width >= NARROWEST && total(widths) <= width;
        let is_squeezed = |widths: &[usize]| {
            let mut pairs = widths.iter().zip(&natural);
            pairs.any(|(width, natural)| *width < ROOM && *natural > 2 * width)
        };
        let all = self.fitted(&natural, width);
        let others = self.fitted(&natural[..natural.len() - 1], width);
        match (fits(&all), fits(&others)) {
            (true, true) if is_squeezed(&all) && !is_squeezed(&others) => Layout::LastBelow(others),
            (false, true) => Layout::LastBelow(others),
            (true, _) => Layout::Columns(all),
            (false, false) => Layout::Cards,
        }
    }

    /// The widths of columns, after the widest that may be wrapped have given way.
    fn fitted(&self, natural: &[usize], width: usize) -> Vec<usize> {
        let (least, most) = NARROWEST_COLUMN;
        let widest = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].text.as_str());
            // A title is broken at its blanks alone.
            let title = self.header[column].split(' ').map(columns);
            let widest = cells.map(widest_part).chain(title).max();
            widest.unwrap_or(0).clamp(least, most)
        };
        let least = (0..natural.len()).map(|column| match self.fixed.contains(&column) {
            true => natural[column],
            false => widest(column),
        });
        let least: Vec<usize> = least.collect();
        let mut widths = natural.to_vec();
        for _ in width..total(natural) {
            let wide = (0..widths.len()).filter(|column| widths[*column] > least[*column]);
            match wide.max_by_key(|column| widths[*column]) {
                Some(column) => widths[column] -= 1,
                None => break,
            }
        }
        widths
    }

    fn card(&self, row: &[Field]) -> Card {
        let mut card = Card::default();
        for (title, field) in self.header.iter().zip(row) {
            // In a card, numbers stand under everything else.
            let mut field = field.clone();
            field.right = false;
            card.push(title, field);
        }
        card
    }
}

/// The width of a table with these columns.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + BETWEEN * widths.len().saturating_sub(1)
}

/// One thing: a title and a value a line.
#[derive(Debug, Clone, Default)]
pub struct Card {
    rows: Vec<(Field, Field)>,
}

impl Card {
    /// Adds a line.
    pub fn push(&mut self, title: &str, field: Field) {
        self.rows.push((Field::title(title), field));
    }

    /// The card as text.
    pub fn render(&self, width: Option<usize>, colour: bool) -> String {
        let titles = self.rows.iter().map(|(title, _)| columns(&title.text));
        let longest = titles.max().unwrap_or(0);
        let titles = width.map_or(longest, |width| longest.min(width * 2 / 5));
        let texts = width.map_or(usize::MAX, |width| {
            width.saturating_sub(titles + BETWEEN).max(1)
        });
        let rows = self
            .rows
            .iter()
            .map(|(title, field)| laid(&[title.clone(), field.clone()], &[titles, texts], colour));
        rows.collect()
    }
}

/// The lines of a row whose cells are wrapped to these widths, without blanks at their ends, which
/// would wrap in a terminal and bother `grep`.
fn laid(row: &[Field], widths: &[usize], colour: bool) -> String {
    let wrapped =
        |(field, width): (&Field, &usize)| hint::wrapped(&paint::lines(&field.text), *width);
    let cells: Vec<_> = row.iter().zip(widths).map(wrapped).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for line in 0..height {
        // The blanks before the next text of the line.
        let mut gap = 0_usize;
        for ((field, cell), width) in row.iter().zip(&cells).zip(widths) {
            let part = cell.get(line).map_or("", String::as_str);
            let free = width.saturating_sub(columns(part));
            let (before, after) = if field.right { (free, 0) } else { (0, free) };
            if part.is_empty() {
                gap = gap.saturating_add(*width).saturating_add(BETWEEN);
            } else {
                text += &" ".repeat(gap + before);
                text += &field.tone.paint(part, colour);
                gap = after.saturating_add(BETWEEN);
            }
        }
        text.push('\n');
    }
    text
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
            Field::new("x".repeat(80)),
            Field::none(),
            Field::none(),
        ]);
        let layout = wide.layout(Some(80));
        let text = wide.render_part(&layout, false, Some(80), false);
        // A blank line parts it from the part before, and the wide cell takes two.
        assert_eq!(text.lines().count(), 5, "{text}");
    }

    #[test]
    fn a_long_text_without_room_stands_below_its_row() {
        let mut orders =
            Grid::new(["受注番号", "受注日時", "支払い方法", "判定理由"]).unwrapped([0, 1]);
        for (method, reason) in [
            (
                "クレジットカード一括",
                "過去に未払いのあった配送先／短時間の再注文",
            ),
            ("代金引換", "-"),
        ] {
            orders.push(vec![
                Field::new("a905125d2a"),
                Field::new("2026-11-20 10:15:00"),
                Field::new(method),
                Field::new(reason),
            ]);
        }
        let expected = "\
受注番号    受注日時             支払い方法
  判定理由
--------------------------------------------------------------
a905125d2a  2026-11-20 10:15:00  クレジットカード一括
  過去に未払いのあった配送先／短時間の再注文
a905125d2a  2026-11-20 10:15:00  代金引換
";
        assert_eq!(orders.render(Some(62), false), expected);
        // Where there is room, all stands in columns.
        assert_eq!(orders.render(Some(99), false).lines().count(), 4);
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
        let layout = first.layout(None);
        assert!(
            first
                .render_part(&layout, true, None, false)
                .ends_with("受注番号12  x\n")
        );
        assert_eq!(
            second.render_part(&layout, false, None, false),
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
