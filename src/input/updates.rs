//! A file of `events review --from-file` and the like, in any of the forms of `import`: which events
//! are to be updated, and to what.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use super::{
    cells::Cell,
    columns::{self, Layout, UPDATES},
    rows::{Next, Rows},
    source::{InputError, RowPlace, Source},
};
use crate::locales::{Text, at_oplux as words, input as texts};

/// An event that is to be updated, and what its row says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateRow {
    /// The file and the line; none of an event that the call itself names.
    pub place: Option<Text>,
    /// An event ID, or an order number; else why the row names none.
    pub name: Result<String, Text>,
    /// An order number beside the event ID.
    pub number: Option<String>,
    /// 目視審査結果, where the file has the column and the cell is filled.
    pub result: Option<String>,
    /// 目視審査メモ, likewise.
    pub memo: Option<String>,
    /// 決済ステータス, likewise.
    pub settle_status: Option<String>,
}

impl UpdateRow {
    /// What says nothing but which event.
    pub fn of(name: Result<String, Text>) -> Self {
        Self {
            place: None,
            name,
            number: None,
            result: None,
            memo: None,
            settle_status: None,
        }
    }

    /// Whether it says what is updated.
    pub fn says_anything(&self) -> bool {
        self.result.is_some() || self.memo.is_some() || self.settle_status.is_some()
    }
}

/// Reads the file, and gives its rows and the columns that are passed over: all but those that
/// name events, and those that the caller `uses`. `stdin` is read where the source is standard input.
///
/// # Errors
/// Where it cannot be read, or has no column that names events.
pub fn read_updates(
    source: &Source,
    stdin: &mut dyn Read,
    uses: &[&str],
) -> Result<(Vec<UpdateRow>, Vec<String>), InputError> {
    // The other hints are those of `import`, which stores.
    read(source, stdin, uses)
        .map_err(|error| InputError::new(error.said.message, words::file_hint()))
}

fn read(
    source: &Source,
    stdin: &mut dyn Read,
    uses: &[&str],
) -> Result<(Vec<UpdateRow>, Vec<String>), InputError> {
    let layout_of = |headers: &[String]| Layout::of_fields(UPDATES, headers, &BTreeMap::default());
    let known = |headers: &[String]| layout_of(headers).known();
    let (mut rows, mut headers) = Rows::open(source, stdin, None, known)?;
    let mut layout = layout_of(&headers);
    layout.each_once(source, &headers)?;
    if layout.columns_of[..2].concat().is_empty() {
        let message = at(source.name(), words::file_without_events());
        return Err(InputError::new(message, words::file_hint()));
    }
    let unused = |layout: &Layout, headers: &[String]| {
        let fields = UPDATES.iter().zip(&layout.columns_of).skip(2);
        let others = fields.filter(|(field, _)| !uses.contains(&field.name));
        let columns = others.flat_map(|(_, columns)| columns);
        let columns = columns.chain(&layout.unknown);
        let named = columns.map(|column| columns::told(&headers[*column], *column));
        named.collect::<Vec<_>>()
    };
    let mut passed_over = BTreeSet::new();
    if rows.keys().is_none() {
        passed_over.extend(unused(&layout, &headers));
    }
    let mut found = Vec::new();
    while let Some(next) = rows.next(source, headers.len())? {
        let place = match next {
            Next::Blank => continue,
            Next::Bad(place, what) => {
                found.push(UpdateRow {
                    place: Some(told(source, place)),
                    ..UpdateRow::of(Err(what))
                });
                continue;
            }
            Next::Row(place) => told(source, place),
        };
        // Each object of JSON has keys of its own.
        if let Some(keys) = rows.keys() {
            headers = keys.cloned().collect();
            layout = layout_of(&headers);
            passed_over.extend(unused(&layout, &headers));
        }
        let cell = |field: usize| match rows.filled(&layout.columns_of[field])? {
            (_, Cell::Text(text)) => Some(text.into_owned()),
            _ => None,
        };
        let (event, number) = (cell(0), cell(1));
        let name = event.clone().or_else(|| number.clone());
        found.push(UpdateRow {
            place: Some(place),
            name: name.ok_or_else(words::no_event_named),
            number: number.filter(|_| event.is_some()),
            result: cell(2),
            memo: cell(3),
            settle_status: cell(4),
        });
    }
    Ok((found, passed_over.into_iter().collect()))
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

    /// The rows, of a command that uses result and memo.
    fn read(bytes: &[u8]) -> Result<Vec<UpdateRow>, InputError> {
        read_updates(&Source::Stdin, &mut &bytes[..], &["result", "memo"]).map(|read| read.0)
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
            ..UpdateRow::of(Ok(name.to_owned()))
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
            // The event's ID says it better than a number, which is kept to be compared.
            UpdateRow {
                number: Some("a2".to_owned()),
                ..row(6, "E-2")
            },
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
    fn a_row_that_names_no_event_stays_among_the_others() {
        let rows = read("number,result\n,OK\na1,OK\na2\n".as_bytes()).unwrap();
        let are_sound: Vec<_> = rows.iter().map(|row| row.name.is_ok()).collect();
        assert_eq!(are_sound, [false, true, false]);
        let lines = "{\"number\": \"a1\"}\nnull\n{\"result\": \"OK\"}\n";
        let names = read(lines.as_bytes()).unwrap();
        assert!(names[0].name.is_ok() && names[1].name.is_err() && names[2].name.is_err());
    }

    #[test]
    fn what_the_command_does_not_use_is_passed_over_and_named_once() {
        let passed_over = |text: &str, uses: &[&str]| {
            let read = read_updates(&Source::Stdin, &mut text.as_bytes(), uses);
            read.unwrap().1
        };
        let csv = "event_id,number,result,settle_status,foo\nE-1,a1,ok,20,x\n";
        assert_eq!(
            passed_over(csv, &["result", "memo"]),
            ["foo", "settle_status"]
        );
        assert_eq!(passed_over(csv, &["settle_status"]), ["foo", "result"]);
        let json = r#"[{"event_id": "E-1", "foo": 1}, {"foo": 1, "memo": "", "event_id": "E-2"}]"#;
        assert_eq!(passed_over(json, &[]), ["foo", "memo"]);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_told_as_one_of_which_nothing_was_sent() {
        let error = |text: &str| {
            let said = read(text.as_bytes()).unwrap_err().said;
            let hint = said.hint.unwrap().get(crate::locales::Lang::En).to_owned();
            assert!(hint.contains("nothing was sent"), "{hint}");
            said.message.get(crate::locales::Lang::En).to_owned()
        };
        assert!(error("number,result,Number\na1,ok,a2\n").contains("columns 1 and 3"));
        assert!(error("result\nOK\n").contains("event_id"));
        assert!(error("").contains("nothing in it"));
    }
}
