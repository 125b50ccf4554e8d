//! Lists in the four forms: a table for people; JSON, JSON Lines and CSV for programs.

use std::borrow::Cow;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Format, Output, table::Field, table::Grid};
use crate::locales::{Lang, Text};

/// One row of a list. `Serialize` gives its JSON object, whose field names are the header of CSV.
pub trait Row: Serialize {
    /// The field names, in order: the header row of CSV.
    const FIELDS: &'static [&'static str];

    /// The titles of the table's columns.
    fn titles() -> Vec<Text>;

    /// The columns of the table that are never wrapped.
    const UNWRAPPED: &'static [usize] = &[0];

    /// The cells of the table.
    fn cells(&self, lang: Lang) -> Vec<Field>;

    /// The cells of CSV: what stands in the row's JSON. A list of very many rows says the same in a
    /// quicker way.
    ///
    /// # Errors
    /// Where the row cannot be serialised.
    fn csv(&self) -> Result<Vec<Cow<'_, str>>>
    where
        Self: Sized,
    {
        csv_of_json(self)
    }
}

/// Writes a list in the form that was asked for; `empty` is said where there is nothing to list.
///
/// # Errors
/// Where standard output cannot be written.
pub fn write<R: Row>(out: &Output, rows: &[R], empty: &Text) -> Result<()> {
    if rows.is_empty() {
        out.note(empty);
    }
    match out.format {
        Format::Json => out.json(&rows),
        Format::Jsonl => rows.iter().try_for_each(|row| out.data(&json_line(row)?)),
        Format::Csv => {
            out.data(&csv_header::<R>()?)?;
            rows.iter().try_for_each(|row| out.data(&csv_line(row)?))
        }
        Format::Table if rows.is_empty() => Ok(()),
        Format::Table => out.grid(&grid(rows, out.lang)),
    }
}

/// The table of these rows.
pub fn grid<R: Row>(rows: &[R], lang: Lang) -> Grid {
    let titles = R::titles();
    let mut grid = Grid::new(titles.iter().map(|title| title.get(lang)))
        .unwrapped(R::UNWRAPPED.iter().copied());
    for row in rows {
        grid.push(row.cells(lang));
    }
    grid
}

/// A row as a line of JSON.
///
/// # Errors
/// Where the row cannot be serialised.
pub fn json_line<R: Row>(row: &R) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string(row)?))
}

/// The header row of CSV.
///
/// # Errors
/// Where the row cannot be written.
pub fn csv_header<R: Row>() -> Result<String> {
    csv_record(R::FIELDS.iter().map(|field| Cow::from(*field)))
}

/// A row of CSV.
///
/// # Errors
/// Where the row cannot be serialised.
pub fn csv_line<R: Row>(row: &R) -> Result<String> {
    csv_record(row.csv()?.into_iter())
}

/// The cells of a row under the header, by the names of the JSON fields.
///
/// # Errors
/// Where the row cannot be serialised.
pub fn csv_of_json<R: Row>(row: &R) -> Result<Vec<Cow<'static, str>>> {
    let fields = match serde_json::to_value(row)? {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let cell = |field: &&str| fields.get(*field).map(csv_cell).unwrap_or_default();
    Ok(R::FIELDS.iter().map(|field| cell(field).into()).collect())
}

/// A row as an element of a JSON array, indented.
///
/// # Errors
/// Where the row cannot be serialised.
pub fn json_element<R: Row>(row: &R) -> Result<String> {
    let text = serde_json::to_string_pretty(row)?.replace('\n', "\n  ");
    Ok(format!("  {text}"))
}

fn csv_record<'c>(cells: impl Iterator<Item = Cow<'c, str>>) -> Result<String> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(512)
        .from_writer(vec![]);
    for cell in cells {
        writer.write_field(inert(&cell).as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)?;
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A JSON value as the text of a cell. Reasons stand as `code description`, separated by `／`, as
/// in `import events`; other objects as JSON.
fn csv_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(csv_cell).collect::<Vec<_>>().join("／"),
        Value::Object(fields) => {
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
        const FIELDS: &'static [&'static str] = &["number", "result", "reasons"];

        fn titles() -> Vec<Text> {
            vec![
                Text::same("number"),
                Text::same("result"),
                Text::same("reasons"),
            ]
        }

        fn cells(&self, _: Lang) -> Vec<Field> {
            vec![
                Field::new(self.number),
                Field::maybe(self.result),
                Field::none(),
            ]
        }
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
        assert_eq!(
            csv_line(&row).unwrap(),
            "'=cmd(),,\"R1 未払い, \"\"多数\"\"／R2 b\"\r\n"
        );
        assert_eq!(csv_header::<Sample>().unwrap(), "number,result,reasons\r\n");
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
