//! `--from-file`: which events are to be updated, and to what.

use std::{io, path::Path};

use anyhow::Result;

use crate::{
    domain::text::{folded, trim},
    exit::Failure,
    input::{self, Source},
    locales::{Said, Text, at_oplux as words},
};

/// A row of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FileRow {
    /// Its line in the file.
    pub(super) line: usize,
    /// An event ID, or an order number.
    pub(super) name: String,
    /// 目視審査結果, where the file has the column and the cell is filled.
    pub(super) result: Option<String>,
    /// 目視審査メモ, likewise.
    pub(super) memo: Option<String>,
    /// 決済ステータス, likewise.
    pub(super) settle_status: Option<String>,
}

/// What a column is called: in English, and in O-PLUX's イベント一覧.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("event_id", &["event_id", "イベントid"]),
    (
        "number",
        &[
            "number",
            "merchant_management_id",
            "加盟店管理id",
            "受注番号",
        ],
    ),
    (
        "result",
        &["result", "manual_result", "目視審査結果", "目視審査"],
    ),
    ("memo", &["memo", "目視審査メモ"]),
    ("settle_status", &["settle_status", "決済ステータス"]),
];

/// Reads the file: a header and rows, separated by commas, tabs or semicolons.
///
/// # Errors
/// Where it cannot be read, has no column that names events, or a row names none: all such rows at
/// once.
pub(super) fn read(path: &Path) -> Result<Vec<FileRow>> {
    let source = Source::of_arguments(std::slice::from_ref(&path.to_owned()))?.remove(0);
    let text = input::read_text(&source, &mut io::stdin().lock())?;
    rows(&text).map_err(|why| {
        let message = words::file_unusable(path.display(), why);
        Failure::usage(Said::new(message).hint(words::file_hint())).into()
    })
}

fn rows(text: &str) -> Result<Vec<FileRow>, Text> {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let delimiters = [b',', b'\t', b';'];
    let often = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = delimiters
        .into_iter()
        .rev()
        .max_by_key(often)
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|_| words::file_unreadable())?
        .clone();
    let place = |name: &str| {
        let (_, titles) = COLUMNS.iter().find(|(column, _)| *column == name)?;
        headers
            .iter()
            .position(|header| titles.contains(&folded(trim(header)).as_str()))
    };
    let [event_id, number] = ["event_id", "number"].map(place);
    if event_id.is_none() && number.is_none() {
        return Err(words::file_without_events());
    }
    let [result, memo, settle_status] = ["result", "memo", "settle_status"].map(place);
    let (mut rows, mut nameless) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|_| words::file_unreadable())?;
        let line = record.position().map_or(0, csv::Position::line) as usize;
        let cell = |place: Option<usize>| {
            let cell = record.get(place?).map(trim)?;
            (!cell.is_empty()).then(|| cell.to_owned())
        };
        if record.iter().all(|cell| trim(cell).is_empty()) {
            continue;
        }
        match cell(event_id).or_else(|| cell(number)) {
            Some(name) => rows.push(FileRow {
                line,
                name,
                result: cell(result),
                memo: cell(memo),
                settle_status: cell(settle_status),
            }),
            None => nameless.push(line.to_string()),
        }
    }
    match nameless.is_empty() {
        true => Ok(rows),
        false => Err(words::rows_without_event(nameless.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_in_both_languages_and_cells_may_be_empty() {
        let row = |line, name: &str| FileRow {
            line,
            name: name.to_owned(),
            ..FileRow::default()
        };
        let text = "\u{feff}加盟店管理ID;イベントID;目視審査結果;目視審査メモ\n\
             a1;;OK;\"two\nlines\"\n;;;\na2;E-2;;\n";
        let first = FileRow {
            result: Some("OK".to_owned()),
            memo: Some("two\nlines".to_owned()),
            ..row(2, "a1")
        };
        assert_eq!(rows(text), Ok(vec![first, row(5, "E-2")]));
        let paid = FileRow {
            settle_status: Some("paid".to_owned()),
            ..row(2, "a1")
        };
        assert_eq!(rows("number,settle_status\na1,paid\n"), Ok(vec![paid]));
        assert_eq!(rows("result\nOK\n"), Err(words::file_without_events()));
        assert_eq!(
            rows("number,result\n,OK\na1,OK\n,NG\n"),
            Err(words::rows_without_event("2, 4"))
        );
    }
}
