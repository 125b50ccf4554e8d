//! What fuzzers give the program: one function a kind of input. Each asserts what is promised of
//! that input, beyond that nothing panics. `tests/fuzz` calls them with what it thinks of, the tests
//! below with the fixtures and with the inputs that once found a fault.

use std::{collections::HashSet, convert::Infallible};

use serde_json::Value;

use crate::{
    domain::{
        order::{Channel, Order, OrderNumber},
        pasted,
        records::Records,
        text::folded,
    },
    ecforce::document,
    input::{
        ApiOrders, FileEnd, ImportFile, InputError, Kind, Reading, Source, read_orders, read_text,
        read_updates,
    },
    locales::{Lang, Said},
};

mod answers;
mod configuration;

pub use answers::{event, registration};
pub use configuration::configuration;

/// Names and addresses of the fixtures: where they are a buyer's, no message may repeat them.
const PERSONAL: [&str; 2] = ["花子", "下目黒"];
/// Orders for `screen`: no number twice, no personal data in a message, and the same orders
/// whether they stand in an array or each alone.
pub fn orders(input: &[u8]) {
    orders_as(input, &ApiOrders::default());
}

fn orders_as(input: &[u8], api: &ApiOrders) {
    let read = |input: &[u8]| read_orders(&[Source::Stdin], &mut &*input, api);
    let orders = match read(input) {
        Ok(orders) => orders,
        Err(InputError { said }) => return no_personal_data(&said),
    };
    let mut numbers = HashSet::new();
    let mut is_first = |order: &Order| numbers.insert(order.facts.number.clone());
    assert!(orders.iter().all(&mut is_first), "a number twice");
    let json = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let values = serde_json::Deserializer::from_slice(json).into_iter();
    let Ok(values) = values.collect::<Result<Vec<Value>, _>>() else {
        return;
    };
    let each = values.into_iter().flat_map(|value| match value {
        Value::Array(values) => values,
        one => vec![one],
    });
    let lines: Vec<_> = each.map(|value| value.to_string()).collect();
    if !lines.is_empty() {
        assert_eq!(read(lines.join("\n").as_bytes()), Ok(orders));
    }
}

/// A file of `import`, as each kind: the same however many rows are read at once, nothing more
/// where it is strict, the same in UTF-16, and the same again from what was read of it.
pub fn import(input: &[u8]) {
    let kinds = [Kind::Orders, Kind::Payments, Kind::Events].map(Some);
    for kind in kinds.into_iter().chain([None]) {
        let reading = |strict| Reading {
            kind,
            strict,
            ..Reading::default()
        };
        let (lenient, strict) = (reading(false), reading(true));
        let read = rows(input, &lenient, usize::MAX);
        assert_eq!(read, rows(input, &lenient, 1), "one row at a time");
        let Ok(Read { good, bad, .. }) = &read else {
            continue;
        };
        // A strict reader may give up where a lenient one does not, and only there.
        if let Ok(strictly) = rows(input, &strict, usize::MAX) {
            assert_eq!(good.len() + bad, strictly.good.len() + strictly.bad);
            let is_known = |row: &String| good.contains(row);
            assert!(
                strictly.good.iter().all(is_known),
                "more where it is strict"
            );
        }
        if let Some(text) = plain_csv(input) {
            let units = text.encode_utf16().chain([0x0a]);
            let utf16: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
            let marked = [b"\xff\xfe", utf16.as_slice()].concat();
            let utf8 = rows(format!("{text}\n").as_bytes(), &lenient, usize::MAX);
            assert_eq!(utf8, rows(&marked, &lenient, usize::MAX), "in UTF-16");
        }
        // Of a formula the text is taken, which may be one again.
        if kind == Some(Kind::Orders) && !input.contains(&b'=') {
            again(input, &lenient);
        }
    }
    let _ = read_updates(&Source::Stdin, &mut &*input);
}

/// What is no JSON, and has no byte that is none of a text.
fn plain_csv(input: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(input).ok()?;
    let is_json = text.trim_start().starts_with(['[', '{']);
    (!is_json && !text.contains(['\0', '\u{feff}'])).then_some(text)
}

/// What came of a file: its rows as they are told to developers, for comparing.
#[derive(Debug, PartialEq)]
struct Read {
    good: Vec<String>,
    bad: usize,
    told: Vec<[String; 2]>,
}

fn rows(input: &[u8], reading: &Reading, at_once: usize) -> Result<Read, InputError> {
    let mut file = ImportFile::open(&Source::Stdin, &mut &*input, reading)?;
    let (mut good, mut last) = (Vec::new(), 0);
    loop {
        let (records, places) = file.next_rows(at_once)?;
        assert_eq!(records.len(), places.len());
        let Some(place) = places.last() else { break };
        assert!(place.row > last, "the rows are out of order");
        last = place.row;
        match records {
            Records::Orders(rows) => good.extend(rows.iter().map(|row| format!("{row:?}"))),
            Records::Payments(rows) => good.extend(rows.iter().map(|row| format!("{row:?}"))),
            Records::Events(rows) => good.extend(rows.iter().map(|row| format!("{row:?}"))),
        }
    }
    let FileEnd { mistakes, bad, .. } = file.end();
    let told = mistakes.iter().map(|mistake| {
        let text = mistake.text(Source::Stdin.name());
        [Lang::En, Lang::Ja].map(|lang| text.get(lang).to_owned())
    });
    Ok(Read {
        good,
        bad: bad as usize,
        told: told.collect(),
    })
}

/// The lists have the field names of `import`.
fn again(input: &[u8], reading: &Reading) {
    let open = |input: &[u8]| {
        ImportFile::open(&Source::Stdin, &mut &*input, reading)?.next_rows(usize::MAX)
    };
    let Ok((records, _)) = open(input) else {
        return;
    };
    if let Records::Orders(rows) = &records
        && !rows.is_empty()
    {
        let json = serde_json::to_vec(rows).unwrap();
        let (same, _) = open(&json).unwrap();
        assert_eq!(format!("{records:?}"), format!("{same:?}"), "read again");
    }
}

/// An Excel book as each kind, and its sheets by name.
pub fn book(input: &[u8]) {
    for kind in [None, Some(Kind::Orders), Some(Kind::Events)] {
        for sheet in [None, Some("Sheet1".to_owned())] {
            let reading = Reading {
                kind,
                sheet,
                ..Reading::default()
            };
            let read = rows(input, &reading, usize::MAX);
            assert_eq!(read, rows(input, &reading, 1), "one row at a time");
        }
    }
}

/// An answer of ecforce: every order of a page is read or told, and as orders for `screen`.
pub fn ecforce(input: &[u8]) {
    let _ = document::title(input);
    let value: Option<Value> = serde_json::from_slice(input).ok();
    if let Some(value) = value {
        let _ = document::objection(&value);
        page(value);
    }
    let given = ApiOrders {
        channel: Some(Channel::Lp),
        registered: Some(true),
        purchase_number: Some(1),
        methods: [("カード".to_owned(), Some(1))].into(),
    };
    orders_as(input, &given);
}

fn page(value: Value) {
    let Some(page) = document::page(value) else {
        return;
    };
    let rows: Vec<_> = page
        .resources
        .iter()
        .map(document::Resource::order_row)
        .collect();
    if rows.is_empty() {
        return;
    }
    let reading = Reading {
        kind: Some(Kind::Orders),
        ..Reading::default()
    };
    let mut file = ImportFile::of_rows(&rows, &reading).unwrap();
    let (records, _) = file.next_rows(usize::MAX).unwrap();
    let FileEnd { mistakes, bad, .. } = file.end();
    assert_eq!(records.len() + bad as usize, rows.len(), "an order is lost");
    for mistake in mistakes {
        let _ = mistake.told(Source::Ecforce.name());
    }
}

/// A text that was pasted: each number once, as it stands in the text; the same with other line
/// ends; and what stands below changes nothing above.
pub fn pasted(input: &[u8]) {
    let text = read_text(&Source::Stdin, &mut &*input).unwrap();
    let asked: OrderNumber = "A905125d2a".parse().unwrap();
    let history = |text: &str| {
        let is_known = |number: &OrderNumber| Ok(number.as_str().starts_with("known"));
        match pasted::history::<Infallible>(text, &asked, is_known) {
            Ok(history) => history.0,
            Err(never) => match never {},
        }
    };
    let entries = history(&text);
    let mut numbers = HashSet::new();
    let whole = folded(&text);
    for entry in &entries {
        let number = entry.number.as_str();
        assert!(numbers.insert(number), "{number} twice");
        assert!(
            whole.contains(&number.to_ascii_lowercase()),
            "{number} is not there"
        );
        let is_written = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
        assert!(entry.number == asked || number.len() == 10 && number.bytes().all(is_written));
    }
    let unix = text.replace("\r\n", "\n");
    assert_eq!(history(&unix.replace('\n', "\r\n")), history(&unix));
    let below = "q000000001";
    if !whole.contains(below) {
        let more = history(&format!("{text}\n{below}\t2026/11/20 10:15\t3,980円"));
        assert_eq!(more[..entries.len()], entries);
        assert_eq!(more.len(), entries.len() + 1);
    }
}

fn no_personal_data(said: &Said) {
    for text in [Some(&said.message), said.hint.as_ref()]
        .into_iter()
        .flatten()
    {
        for lang in [Lang::En, Lang::Ja] {
            let has_it = |own: &&&str| text.get(lang).contains(**own);
            assert_eq!(PERSONAL.iter().find(has_it), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    /// The inputs of a target that stand in the repository: those that once found a fault, seeds
    /// and fixtures.
    fn inputs(target: &str, fixtures: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let fixtures = fixtures
            .iter()
            .map(|name| tests.join("fixtures").join(name));
        let own = ["kept", "seeds"].map(|name| tests.join("fuzz").join(name).join(target));
        let mut files = Vec::new();
        for place in fixtures.chain(own) {
            let Ok(folder) = fs::read_dir(&place) else {
                files.extend(Some(place).filter(|file| file.is_file()));
                continue;
            };
            let entries = folder.map(|entry| entry.unwrap().path());
            files.extend(entries.filter(|path| path.is_file()));
        }
        let read = |path: PathBuf| (fs::read(&path).map(|bytes| (path, bytes))).unwrap();
        files.into_iter().map(read).collect()
    }

    #[test]
    fn what_fuzzers_found_is_read_as_promised() {
        type Target = (&'static str, fn(&[u8]), &'static [&'static str]);
        let targets: [Target; 8] = [
            ("orders", orders, &["orders"]),
            (
                "import",
                import,
                &["exports", "exports/demo", "exports/shop"],
            ),
            ("book", book, &["exports/orders.xlsx"]),
            ("registration", registration, &["wire"]),
            ("event", event, &["wire"]),
            ("ecforce", ecforce, &["orders"]),
            (
                "configuration",
                configuration,
                &["../../sample-config.toml"],
            ),
            ("pasted", pasted, &["exports/history.txt"]),
        ];
        for (name, target, fixtures) in targets {
            let inputs = inputs(name, fixtures);
            assert!(!inputs.is_empty(), "{name} has no inputs");
            for (path, input) in inputs {
                let held = std::panic::catch_unwind(|| target(&input));
                assert!(held.is_ok(), "{}", path.display());
            }
        }
    }
}
