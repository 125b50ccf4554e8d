//! Whether both found the same: a comparison of two times is fair only then.

use std::{fs::File, path::Path};

use super::shop::Found;

/// What was found, and where the two differ.
pub struct Agreement {
    pub oplux: Found,
    pub sqlite: Option<Found>,
    /// Orders with another match or drift, and the place of the first; none where only one answered.
    pub differ: Option<(u64, Option<u64>)>,
}

/// Number, status, event and drift of an order; equal on both sides.
#[derive(PartialEq)]
struct Row {
    number: String,
    status: Status,
    event_id: String,
    drift: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Status {
    Direct,
    Via,
    None,
}

/// Compares the two files row by row; both are ordered by time, then number.
pub fn between(oplux: &Path, sqlite: Option<&Path>) -> Agreement {
    let (mut left, mut right) = (Found::default(), Found::default());
    let (mut differ, mut first) = (0, None);
    let mut other = sqlite.map(rows);
    let mut place = 0;
    let mut ours = rows(oplux);
    loop {
        let pair = (ours.next(), other.as_mut().and_then(Iterator::next));
        count(&mut left, pair.0.as_ref());
        count(&mut right, pair.1.as_ref());
        if pair.0.is_none() && pair.1.is_none() {
            break;
        }
        place += 1;
        if pair.0 != pair.1 {
            differ += 1;
            first = first.or(Some(place));
        }
    }
    Agreement {
        oplux: left,
        sqlite: sqlite.map(|_| right),
        differ: sqlite.map(|_| (differ, first)),
    }
}

fn count(found: &mut Found, row: Option<&Row>) {
    match row.map(|row| row.status) {
        Some(Status::Direct) => found.direct += 1,
        Some(Status::Via) => found.via += 1,
        Some(Status::None) => found.none += 1,
        None => {}
    }
}

fn rows(path: &Path) -> impl Iterator<Item = Row> + use<> {
    let mut reader = csv::Reader::from_reader(File::open(path).expect("the rows"));
    let headers = reader.headers().expect("a header").clone();
    let column = |name: &str| {
        let at = headers.iter().position(|header| header == name);
        at.unwrap_or_else(|| panic!("no column {name}"))
    };
    let places = ["number", "status", "event_id", "drift"].map(column);
    reader.into_records().map(move |record| {
        let record = record.expect("a row");
        let [number, status, event_id, drift] = places.map(|at| record[at].to_owned());
        let status = match status.as_str() {
            "direct" => Status::Direct,
            "via-payment-history" => Status::Via,
            _ => Status::None,
        };
        Row {
            number,
            status,
            event_id,
            drift,
        }
    })
}
