//! Tables that look right with Japanese text: ASCII lines only, since box-drawing characters are
//! ambiguous in width, cells wrapped to the terminal, and whole lines in a pipe.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint::LowerBoundary, ContentLineStyle, Table, TableStyle,
    Width::Fixed,
};

use super::{
    hint,
    paint::{self, Tone},
};
use crate::locales::wrap::{columns, widest_part};

/// What stands between two columns.
const BETWEEN: &str = "  ";
/// What comfy-table writes there. No text has it, so that the cells can be told apart and coloured.
const LINE: char = '\t';
const STYLE: TableStyle = TableStyle::new().content_lines(ContentLineStyle::none().junction(LINE));
/// comfy-table counts in 16 bits: a cell that is wider has several lines in a pipe, too.
const WIDEST: u16 = u16::MAX;
/// No column is made narrower than the first, nor than its widest word up to the second, nor than a
/// command.
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
    alignment: CellAlignment,
}

impl Field {
    /// A cell of plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone: Tone::Plain,
            alignment: CellAlignment::Left,
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
        self.alignment = CellAlignment::Right;
        self
    }

    /// A title of a column or a line.
    fn title(text: impl Into<String>) -> Self {
        Self::new(text).toned(Tone::Title)
    }
}

/// A table: a header and rows of as many cells.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    header: Vec<Field>,
    rows: Vec<Vec<Field>>,
    fixed: Vec<usize>,
}

/// How the rows of a table are laid out: the first part of a long one decides for all.
#[derive(Debug, Clone)]
pub enum Layout {
    /// Columns of these widths. A last one without a width stands on lines of its own below each row.
    Columns(Vec<usize>),
    /// Rows one under the other, a line a cell.
    Cards,
}

impl Grid {
    /// A table with these column titles.
    pub fn new<T: Into<String>>(header: impl IntoIterator<Item = T>) -> Self {
        Self {
            header: header.into_iter().map(Field::title).collect(),
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
        let Layout::Columns(widths) = layout else {
            let cards = self.rows.iter().map(|row| self.card(row));
            let cards = cards.map(|card| card.render(width, colour));
            let gap = if is_first { "" } else { "\n" };
            return gap.to_owned() + &cards.collect::<Vec<_>>().join("\n");
        };
        let most = width.unwrap_or(RULE);
        let lines = |row: &Vec<Field>| {
            let (cells, last) = row.split_at(widths.len());
            let is_empty = |text: &str| text.is_empty() || text == NONE;
            let last = last.chunks(1).filter(|last| !is_empty(&last[0].text));
            let below = last.map(|last| laid(BETWEEN, last, &[most - BETWEEN.len()], colour));
            laid("", cells, widths, colour) + &below.collect::<String>()
        };
        let rows = self.rows.iter().map(lines).collect();
        if !is_first {
            return rows;
        }
        let rule = match widths.len() < self.header.len() {
            true => most,
            false => most.min(total(widths)),
        };
        format!("{}{}\n{rows}", lines(&self.header), "-".repeat(rule))
    }

    /// How the table is laid out on a terminal of this width. Where the columns are too wide
    /// together, the widest that may be wrapped give way; where that leaves one of them too little,
    /// the last stands below, if that helps.
    pub fn layout(&self, width: Option<usize>) -> Layout {
        let natural = |column| {
            let rows = self.rows.iter().chain([&self.header]);
            longest(rows.map(|row| &row[column]))
        };
        let natural: Vec<usize> = (0..self.header.len()).map(natural).collect();
        let Some(width) = width else {
            return Layout::Columns(natural);
        };
        let fits = |widths: &[usize]| width >= NARROWEST && total(widths) <= width;
        let is_squeezed = |widths: &[usize]| {
            let mut pairs = widths.iter().zip(&natural);
            pairs.any(|(width, natural)| *width < ROOM && *natural > 2 * width)
        };
        let all = self.fitted(&natural, width);
        let others = self.fitted(&natural[..natural.len().saturating_sub(1)], width);
        match (fits(&all), fits(&others)) {
            // Of two columns the one needs the other beside it.
            _ if natural.len() <= 2 && total(&all) <= width => Layout::Columns(all),
            _ if natural.len() <= 2 => Layout::Cards,
            (true, true) if is_squeezed(&all) && !is_squeezed(&others) => Layout::Columns(others),
            (false, true) => Layout::Columns(others),
            (true, _) => Layout::Columns(all),
            (false, false) => Layout::Cards,
        }
    }

    /// The widths of columns, after the widest that may be wrapped have given way.
    fn fitted(&self, natural: &[usize], width: usize) -> Vec<usize> {
        let (least, most) = NARROWEST_COLUMN;
        let least = |column: usize| {
            if self.fixed.contains(&column) {
                return natural[column];
            }
            let cells = self.rows.iter().map(|row| &row[column].text);
            let cells = cells.map(|text| widest_part(text, most));
            // A title is broken at its blanks alone.
            let title = self.header[column].text.split(' ');
            let title = title.map(|word| columns(word).min(most));
            cells.chain(title).fold(least, usize::max)
        };
        let least: Vec<usize> = (0..natural.len()).map(least).collect();
        let mut widths = natural.to_vec();
        for _ in width..total(natural) {
            let wide = (0..widths.len()).filter(|column| widths[*column] > least[*column]);
            if let Some(column) = wide.max_by_key(|column| widths[*column]) {
                widths[column] -= 1;
            }
        }
        widths
    }

    fn card(&self, row: &[Field]) -> Card {
        let mut card = Card::default();
        for (title, field) in self.header.iter().zip(row) {
            card.push(&title.text, field.clone());
        }
        card
    }
}

/// The width of a table with these columns.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + BETWEEN.len() * widths.len().saturating_sub(1)
}

/// The width of the longest line of these cells.
fn longest<'f>(cells: impl Iterator<Item = &'f Field>) -> usize {
    let lines = cells.flat_map(|cell| cell.text.lines());
    lines.map(columns).max().unwrap_or(0)
}

/// One thing: a title and a value a line.
#[derive(Debug, Clone, Default)]
pub struct Card {
    rows: Vec<[Field; 2]>,
}

impl Card {
    /// Adds a line. In a card, numbers stand under everything else.
    pub fn push(&mut self, title: &str, mut field: Field) {
        field.alignment = CellAlignment::Left;
        self.rows.push([Field::title(title), field]);
    }

    /// The card as text.
    pub fn render(&self, width: Option<usize>, colour: bool) -> String {
        let [mut titles, mut texts] =
            [0, 1].map(|column| longest(self.rows.iter().map(|row| &row[column])));
        if let Some(width) = width {
            titles = titles.min(width * 2 / 5);
            texts = texts.min(width.saturating_sub(titles + BETWEEN.len()).max(1));
        }
        let lines = |row: &[Field; 2]| laid("", row, &[titles, texts], colour);
        self.rows.iter().map(lines).collect()
    }
}

/// The lines of a row without blanks at their ends, which would wrap in a terminal and bother
/// `grep`. comfy-table gets cells that are wrapped, since it knows blanks alone to break a line at,
/// and uncoloured, since it counts escapes as columns.
fn laid(indent: &str, row: &[Field], widths: &[usize], colour: bool) -> String {
    let cells = row.iter().zip(widths).map(|(field, width)| {
        let lines = hint::wrapped(&paint::lines(&field.text), (*width).min(WIDEST.into()));
        Cell::new(lines.join("\n")).set_alignment(field.alignment)
    });
    let mut table = Table::new();
    table.load_style(STYLE).add_row(cells);
    for (column, width) in table.column_iter_mut().zip(widths) {
        // A command, which stays whole, may take more.
        let least = LowerBoundary(Fixed(u16::try_from(*width).unwrap_or(WIDEST)));
        column.set_padding((0, 0)).set_constraint(least);
    }
    let lines = table.lines().map(|line| {
        let cells = line.trim_end().split(LINE).zip(row);
        let cells = cells.map(|(text, field)| field.tone.paint(text, colour));
        format!("{indent}{}\n", cells.collect::<Vec<_>>().join(BETWEEN))
    });
    lines.collect()
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
            ("後払い", ""),
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
a905125d2a  2026-11-20 10:15:00  後払い
";
        assert_eq!(orders.render(Some(62), false), expected);
        // Where there is room, all stands in columns.
        assert_eq!(orders.render(Some(99), false).lines().count(), 5);
    }

    #[test]
    fn a_number_is_whole_and_no_line_is_too_wide_for_it() {
        let mut keys = Grid::new(["設定項目", "設定値", "設定元"]);
        for (key, value) in [
            ("oplux.connection_id", "0123456789ABCDEF0123456789ABCDEF"),
            ("payment_methods[0].realtime_thanks_offer", "false"),
        ] {
            let cells = [key, value, "設定ファイル"];
            keys.push(cells.map(Field::new).into());
        }
        let text = keys.render(Some(80), false);
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
        for part in [
            "  0123456789ABCDEF0123456789ABCDEF  設定",
            "\npayment_methods[0].  ",
            "\nrealtime_thanks_offer\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn a_command_has_a_line_of_its_own_rather_than_be_broken() {
        let mut causes = Grid::new(["cause", "means", "do"]).unwrapped([0]);
        causes.push(vec![
            Field::new("existing-customer"),
            Field::new("not the first purchase of a member"),
            Field::new("`oplux config set oplux.screen_existing_customers true`"),
        ]);
        for (width, command) in [
            (
                60,
                "\n  `oplux config set oplux.screen_existing_customers true`",
            ),
            (
                40,
                "do     `oplux config set\n       oplux.screen_existing_customers\n",
            ),
        ] {
            let text = causes.render(Some(width), false);
            assert!(text.contains(command), "{text}");
        }
        // Two columns that are too wide together stand one under the other.
        let mut two = Grid::new(["word", "means"]).unwrapped([0]);
        two.push(vec![
            Field::new("`yesterday`"),
            Field::new("`one long command`"),
        ]);
        let expected = "word   `yesterday`\nmeans  `one long command`\n";
        assert_eq!(two.render(Some(28), false), expected);
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
        card.push("n", Field::none().right());
        let text = card.render(None, false);
        assert_eq!(text.matches('由').count(), 20_000);
        assert!(text.ends_with("n  -\n"));
    }
}
