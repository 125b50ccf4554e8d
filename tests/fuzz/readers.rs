//! What fuzzers give the program: one function a kind of input. Each asserts what is promised of
//! that input, beyond that nothing panics. The targets beside it call them with what a fuzzer thinks of,
//! the test below with the fixtures and with the inputs that once found a fault.

use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{Arc, LazyLock},
};

use serde_json::Value;

use crate::{
    domain::{
        event::{EventId, Service},
        order::{Channel, Order, OrderNumber, Records},
        pasted,
        private::Secret,
        settings::{Account, HashMethod, PaymentMethod},
        text::folded,
        time::JstTime,
    },
    ecforce::{self, Page, Resource},
    http::{CallError, Reply},
    input::{
        ApiOrders, FileEnd, FileKind, ImportFile, InputError, Reading, Source, read_orders,
        read_text, read_updates,
    },
    locales::{Lang, Said},
    oplux::{Client, Names, Sensitive, client::read_name, register, v1::answer},
};

pub use configuration::configuration;

mod configuration;

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
/// where it is strict, and the same again from what was read of it.
pub fn import(input: &[u8]) {
    let kinds = [FileKind::Orders, FileKind::Payments, FileKind::Events].map(Some);
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
        // Of a formula the text is taken, which may be one again.
        if kind == Some(FileKind::Orders) && !input.contains(&b'=') {
            again(input, &lenient);
        }
    }
    let _ = read_updates(&Source::Stdin, &mut &*input, &["result"]);
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
    for kind in [None, Some(FileKind::Orders), Some(FileKind::Events)] {
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
    let _ = ecforce::title(input);
    let value: Option<Value> = serde_json::from_slice(input).ok();
    if let Some(value) = value {
        let _ = ecforce::objection(&value);
        ecforce::page_of(value).into_iter().for_each(page);
    }
    let given = ApiOrders {
        channel: Some(Channel::Lp),
        registered: Some(true),
        purchase_number: Some(1),
        methods: [("カード".to_owned(), Some(1))].into(),
    };
    orders_as(input, &given);
}

fn page(page: Page) {
    let rows: Vec<_> = page.resources.iter().map(Resource::order_row).collect();
    if rows.is_empty() {
        return;
    }
    let reading = Reading {
        kind: Some(FileKind::Orders),
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

/// The statuses of answers that differ in what they mean.
const STATUSES: [u16; 13] = [
    200, 201, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504,
];

/// An order, a client that screens it, and what must not come back of it.
static ASKED: LazyLock<(Client, Sensitive)> = LazyLock::new(|| {
    let one = include_bytes!("../fixtures/orders/one.json");
    let order = read_orders(&[Source::Stdin], &mut &one[..], &ApiOrders::default()).unwrap();
    let account = Account {
        service: Service::OPlux,
        shop_id: "SP00EXAMPLE".to_owned(),
        connection_id: "0123".to_owned(),
        secret_key: Secret::new("a-secret-of-the-shop"),
        model_id: "CRD_01".to_owned(),
        url: "http://127.0.0.1:9/register".parse().unwrap(),
        name_url: None,
        hash_method: HashMethod::Sha256,
        timeout_seconds: 1,
    };
    let method = PaymentMethod {
        id: 1,
        name: "クレジットカード一括".to_owned(),
        oplux: true,
        realtime_thanks_offer: false,
        settle_method: "02".to_owned(),
        model_id: None,
    };
    let now: JstTime = "2026/11/20 10:15:00".parse().unwrap();
    let client = Client::new(account, Arc::new(move || now)).unwrap();
    let names = Names::default();
    let request = register::build(&order[0], &method, client.asker(), &names, now);
    let mut sensitive = Sensitive::of(&order[0], &names, &request);
    sensitive.add(["a-secret-of-the-shop"]);
    (client, sensitive)
});

/// An answer to a registration (version 3.0): nothing good but of a good status, an event ID that
/// is one word, and nothing of the order or of the secret in what is kept and told.
pub fn registration(input: &[u8]) {
    let (client, sensitive) = &*ASKED;
    let read = |status, body| client.outcome(Reply { status, body }, sensitive);
    for status in STATUSES {
        let answer = read(status, Ok(input.to_vec()));
        let marked = [b"\xef\xbb\xbf", input].concat();
        if !input.starts_with(b"\xef\xbb\xbf") {
            assert_eq!(answer, read(status, Ok(marked)), "behind a byte order mark");
        }
        assert!(read(status, Err(CallError::Broken)).is_err());
        match answer {
            Ok((screening, _)) => {
                assert!((200..300).contains(&status), "good at {status}");
                let id = &screening.event_id.0;
                assert!(!id.is_empty() && id.bytes().all(|b| b.is_ascii_graphic()));
                assert!(!screening.result.is_empty() && screening.similars.len() <= 100);
                nothing_of_the_order(&format!("{screening:?}"));
            }
            Err(trouble) => {
                let has_code = |codes: &[&str]| codes.contains(&trouble.kind.code());
                assert!(match status {
                    401 | 403 => has_code(&["credentials-rejected"]),
                    429 | 503 => has_code(&["busy"]),
                    400..500 => has_code(&["refused"]),
                    _ => has_code(&["refused", "outcome-unknown"]),
                });
                for lang in [Lang::En, Lang::Ja] {
                    nothing_of_the_order(trouble.said.message.get(lang));
                }
            }
        }
    }
    let _ = read_name(input);
}

fn nothing_of_the_order(text: &str) {
    let own = [
        "a-secret-of-the-shop",
        "hanako.suzuki",
        "203.0.113.7",
        "花子",
        "目黒区下目黒",
    ];
    own.iter()
        .for_each(|own| assert!(!text.contains(own), "{own} came back"));
}

/// An answer about an event (version 1.0): nothing good but of a good status, the event that was
/// asked for, and no address in it.
pub fn event(input: &[u8]) {
    let asked = EventId("261120101500123FEDCBA9876543210FEDCBA9876543210".to_owned());
    for status in STATUSES {
        if let answer::Answer::Good(event) = answer::event(status, Some(input), &asked) {
            assert!((200..300).contains(&status), "good at {status}");
            assert_eq!(event.event_id, asked);
            for rule in event.rules.iter().flatten() {
                let texts = [&rule.description, &rule.touchpoint].into_iter().flatten();
                assert!(texts.into_iter().all(|text| !text.contains(['@', '＠'])));
            }
        }
        let updated = answer::update(status, Some(input), &asked);
        let is_good = updated == answer::Answer::Good(());
        assert!(!is_good || (200..300).contains(&status), "good at {status}");
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
