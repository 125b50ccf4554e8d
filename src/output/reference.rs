//! Pages of reference, which are written in Markdown, as people read them on a terminal.

use super::{
    hint,
    paint::Tone,
    table::{Field, Grid},
};
use crate::locales::wrap::wrap;

/// A page as text, `width` columns wide: headings in their tone, tables laid out, the rest wrapped.
/// What stands in blocks of code stays as it is.
pub fn rendered(page: &str, width: usize, colour: bool) -> String {
    let mut text = String::new();
    let mut lines = page.lines().peekable();
    let mut is_code = false;
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            text += &format!("    {line}\n");
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            text += &table(&rows, width, colour);
        } else if line.starts_with('#') {
            let heading = line.trim_start_matches(['#', ' ']);
            for line in wrap(heading, width) {
                text += &format!("{}\n", Tone::Notable.paint(&line, colour));
            }
        } else if line.is_empty() {
            text.push('\n');
        } else {
            text += &hint::paragraph(line, width);
        }
    }
    text
}

/// A row of a table in Markdown.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

fn table(rows: &[Vec<&str>], width: usize, colour: bool) -> String {
    // The names of the first column are copied. The second row is Markdown's rule.
    let mut grid = Grid::new(rows[0].iter().copied()).unwrapped([0]);
    for row in rows.iter().skip(2) {
        grid.push(row.iter().map(|cell| Field::new(*cell)).collect());
    }
    grid.render(Some(width), colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_laid_out_for_its_width() {
        let page = "# Title of the page\n\nOne two three four.\n- an item that is long\n\n| name | means |\n\
                    | --- | --- |\n| `a-b` | one two three |\n\n```toml\nkey = \"a long value\"\n```\n";
        let expected = "Title of the\npage\n\nOne two three\nfour.\n- an item that\n  is long\n\n\
                        name   means\n---------------\n`a-b`  one two\n       three\n\n    \
                        key = \"a long value\"\n";
        assert_eq!(rendered(page, 15, false), expected);
    }
}
