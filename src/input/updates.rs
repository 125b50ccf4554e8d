//! A file of `events review --from-file` and the like, in any of the forms of `import`: which events
//! are to be updated, and to what.

use std::{collections::BTreeMap, io::Read};

use super::{
    cells::Cell,
    columns::{Layout, UPDATES},
    rows::{Next, Rows},
    source::{InputError, RowPlace, Source},
};
use crate::locales::{Text, at_oplux as words, input as texts};

/// An event that is to be updated, and what its row says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateRow {
    /// The file and the line; none of an event that the call itself names.
    pub place: Option<Text>,
    /// An event ID, or an order number.
    pub name: String,
    /// 目視審査結果, where the file has the column and the cell is filled.
    pub result: Option<String>,
    /// 目視審査メモ, likewise.
    pub memo: Option<String>,
    /// 決済ステータス, likewise.
    pub settle_status: Option<String>,
}

/// Reads the file; `stdin` is read where the source is standard input.
///
/// # Errors
/// Where it cannot be read, has no column that names events, or has rows that cannot be used: all
/// of them at once.
pub fn read_updates(source: &Source, stdin: &mut dyn Read) -> Result<Vec<UpdateRow>, InputError> {
    let layout_of = |headers: &[String]| Layout::of_fields(UPDATES, headers, &BTreeMap::default());
    let known = |headers: &[String]| layout_of(headers).known();
    let (mut rows, mut headers) = Rows::open(source, stdin, None, known)?;
    let mut layout = layout_of(&headers);
    layout.each_once(source, &headers)?;
    if layout.columns_of[..2].concat().is_empty() {
        let message = at(source.name(), words::file_without_events());
        return Err(InputError::new(message, words::file_hint()));
    }
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    while let Some(next) = rows.next(source, headers.len())? {
        let place = match next {
            Next::Blank => continue,
            Next::Bad(place, what) => {
                wrong.push(at(told(source, place), what));
                continue;
            }
            Next::Row(place) => told(source, place),
        };
        // Each object of JSON has keys of its own.
        if let Some(keys) = rows.keys() {
            headers = keys.cloned().collect();
            layout = layout_of(&headers);
        }
        let cell = |field: usize| match rows.filled(&layout.columns_of[field])? {
            (_, Cell::Text(text)) => Some(text.into_owned()),
            _ => None,
        };
        match cell(0).or_else(|| cell(1)) {
            Some(name) => found.push(UpdateRow {
                place: Some(place),
                name,
                result: cell(2),
                memo: cell(3),
                settle_status: cell(4),
            }),
            None => wrong.push(at(place, words::no_event_named())),
        }
    }
    InputError::of_lines(wrong, words::file_hint()).map_or(Ok(found), Err)
}

/// What is wrong at a place.
fn at(place: Text, why: Text) -> Text {
    Text::joined(&[place, why], ": ")
}

fn told(source: &Source, place: RowPlace) -> Text {
    let row = match place {
        RowPlace { line: 0, row, .. } => texts::row(row),
        RowPlace { line, .. } => texts::line(line),
    };
    at(source.name(), row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<UpdateRow>, InputError> {
        read_updates(&Source::Stdin, &mut &bytes[..])
    }

    fn row(line: u64, name: &str) -> UpdateRow {
        UpdateRow {
            place: Some(told(
                &Source::Stdin,
                RowPlace {
                    line,
                    row: line,
                    index: None,
                },
            )),
            name: name.to_owned(),
            ..UpdateRow::default()
        }
    }

    #[test]
    fn csv_and_json_are_read() {
        let decided = |row: UpdateRow, result: &str, memo: &str| UpdateRow {
            result: Some(result.to_owned()),
            memo: Some(memo.to_owned()).filter(|memo| !memo.is_empty()),
            ..row
        };
        let csv = "sep=;\n加盟店管理ID;イベントID;目視審査結果;目視審査メモ\n\
             a1;;OK;\"two\nlines\"\n;;;\n=\"a2\";E-2;-;NULL\n";
        let expected = vec![
            decided(row(3, "a1"), "OK", "two\nlines"),
            // The event's ID says it better than a number.
            row(6, "E-2"),
        ];
        assert_eq!(read(csv.as_bytes()), Ok(expected));
        let json =
            r#"[{"number": "a1", "result": "ok"}, {"event_id": "E-2", "settle_status": 20}]"#;
        let settled = UpdateRow {
            settle_status: Some("20".to_owned()),
            ..row(1, "E-2")
        };
        let expected = vec![decided(row(1, "a1"), "ok", ""), settled];
        assert_eq!(read(json.as_bytes()), Ok(expected));
        assert_eq!(read(b"number,result\n"), Ok(vec![]));
    }

    #[test]
    fn all_rows_that_cannot_be_used_are_told_at_once() {
        let error = |text: &str| read(text.as_bytes()).unwrap_err().to_string();
        let told = error("number,result\n,OK\na1,OK\na2\n");
        assert!(
            told.contains("line 2: ") && told.contains("line 4: "),
            "{told}"
        );
        assert!(!told.contains("line 3"), "{told}");
        assert!(error("number,result,Number\na1,ok,a2\n").contains("columns 1 and 3"));
        assert!(error("result\nOK\n").contains("event_id"));
        assert!(error("").contains("nothing in it"));
    }
}
