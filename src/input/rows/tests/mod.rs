//! The reading of rows as a whole.

mod files;
mod forms;
mod round;

use std::io::Cursor;

use super::*;
use crate::locales::{Lang, Said};

/// The columns that a configuration maps.
fn columns(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(field, header): &(&str, &str)| ((*field).to_owned(), (*header).to_owned());
    pairs.iter().map(owned).collect()
}

fn opened<R: Record>(bytes: &[u8], mapped: &[(&str, &str)]) -> Result<Rows<R>, InputError> {
    let bytes = bytes.to_vec();
    let stdin = move || Box::new(Cursor::new(bytes)) as Box<dyn Read + Send>;
    rows(&Source::Stdin, stdin, &columns(mapped))
}

fn all<R: Record>(bytes: &[u8]) -> Vec<Result<Row<R>, RowError>> {
    match opened(bytes, &[]) {
        Ok(rows) => rows.collect(),
        Err(error) => vec![Err(RowError::Fatal(error))],
    }
}

/// The records of a file without any bad row.
fn values<R: Record>(bytes: &[u8]) -> Vec<R> {
    let value = |row: Result<Row<R>, RowError>| match row {
        Ok(row) => row.value,
        Err(error) => panic!("{}", said(&error)),
    };
    all(bytes).into_iter().map(value).collect()
}

/// What a file gives, row by row: the line of a good one, `line column` of a bad one, and the
/// message of what makes it unreadable.
fn outline<R: Record>(bytes: &[u8]) -> Vec<String> {
    let row = |row: Result<Row<R>, RowError>| match row {
        Ok(row) => row.line.to_string(),
        Err(RowError::Bad(bad)) => match bad.column {
            Some(column) => format!("{} {column}", bad.place.line),
            None => format!("{} row", bad.place.line),
        },
        Err(RowError::Fatal(error)) => {
            format!("{:?}: {}", error.kind, error.said.message.get(Lang::En))
        }
    };
    all::<R>(bytes).into_iter().map(row).collect()
}

/// All that an error says, in both languages and to developers.
fn said(error: &RowError) -> String {
    let both = |said: &Said| {
        let side = |lang| {
            let hint = said.hint.as_ref().map_or("", |hint| hint.get(lang));
            format!("{}\n{hint}\n", said.message.get(lang))
        };
        format!("{}{}", side(Lang::En), side(Lang::Ja))
    };
    match error {
        RowError::Bad(bad) => format!("{}{bad:?}", both(&Said::new(bad.text.clone()))),
        RowError::Fatal(fatal) => format!("{}{fatal:?}", both(&fatal.said)),
    }
}
