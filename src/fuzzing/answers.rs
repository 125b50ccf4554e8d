//! Answers of O-PLUX, of both versions.

use std::sync::{Arc, LazyLock};

use crate::{
    domain::{
        event::{EventId, Service},
        private::Secret,
        settings::{Account, HashMethod, PaymentMethod},
        time::JstTime,
    },
    http::{CallError, Reply},
    input::{ApiOrders, Source, read_orders},
    locales::Lang,
    oplux::{
        Client, Names, Sensitive,
        client::read_name,
        register,
        v1::{answer, xml},
    },
};

/// The statuses of answers that differ in what they mean.
const STATUSES: [u16; 13] = [
    200, 201, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504,
];

/// An order, a client that screens it, and what must not come back of it.
static ASKED: LazyLock<(Client, Sensitive)> = LazyLock::new(|| {
    let one = include_bytes!("../../tests/fixtures/orders/one.json");
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
        "下目黒",
    ];
    own.iter()
        .for_each(|own| assert!(!text.contains(own), "{own} came back"));
}

/// An answer about an event (version 1.0): nothing good but of a good status, the event that was
/// asked for, no address in it; and a tree that is the same when it is written and read again.
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
        let updated = answer::update(status, Some(input));
        let is_good = updated == answer::Answer::Good(());
        assert!(!is_good || (200..300).contains(&status), "good at {status}");
    }
    if let Ok(tree) = xml::read(input)
        && let Some(text) = written(&tree)
    {
        assert_eq!(xml::read(text.as_bytes()), Ok(tree), "{text}");
    }
}

/// A tree as XML; none where a name in it would be another one there.
fn written(element: &xml::Element) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name = |name: &str| !name.is_empty() && name.chars().all(is_plain);
    let name = Some(&element.name).filter(|name| is_name(name))?;
    let character = |c| format!("&#{};", u32::from(c));
    // A zero byte cannot be written as a reference, and is read all the same.
    let text = Some(&element.text).filter(|text| !text.contains('\0'))?;
    let text: String = text.chars().map(character).collect();
    let within: Option<String> = element.children.iter().map(written).collect();
    Some(format!("<{name}>{text}{}</{name}>", within?))
}
