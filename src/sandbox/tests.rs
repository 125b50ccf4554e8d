//! The routes of its O-PLUX, held against the documents that were written by hand from WIRE.md.

use serde_json::{Value, json};

use super::*;

const GUEST: &str = include_str!("../../tests/fixtures/wire/request-guest-card.json");
const SELF: &str = include_str!("../../tests/fixtures/wire/request-member-self.json");
const GIFT: &str = include_str!("../../tests/fixtures/wire/request-member-gift.json");
const SILENT: &str = include_str!("../../tests/fixtures/wire/request-member-silent.json");

fn now() -> JstTime {
    "2026/11/20 10:20:00".parse().unwrap()
}

fn request(method: &str, target: &str, content_type: &str, body: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: Fields::of(query.as_bytes()),
        content_type: content_type.to_owned(),
        body: body.into(),
        ..Request::default()
    }
}

/// The status and the document.
fn respond(state: &mut State, request: &Request, now: JstTime) -> (u16, Value) {
    let answer = super::respond(state, None, request, now);
    (answer.status, serde_json::from_str(&answer.text).unwrap())
}

fn post(body: &str) -> Request {
    request(
        "POST",
        REGISTER_PATH,
        "application/json; charset=utf-8",
        body,
    )
}

fn answered(body: &Value) -> (u16, Value) {
    respond(&mut State::new(0), &post(&body.to_string()), now())
}

/// What the refusal of a registration says: status, code and message.
#[track_caller]
fn refused(path: &str, value: Value) -> (u16, String, String) {
    let mut body: Value = serde_json::from_str(SELF).unwrap();
    *body.pointer_mut(path).unwrap() = value;
    let (status, document) = answered(&body);
    assert_eq!(document["result"], 20, "{path}: {document}");
    let text = |name| document["errors"][0][name].as_str().unwrap().to_owned();
    (status, text("code"), text("message"))
}

#[test]
fn hand_written_requests_are_accepted() {
    let mut state = State::new(0);
    for body in [GUEST, SELF, GIFT, SILENT] {
        let (status, document) = respond(&mut state, &post(body), now());
        assert_eq!(status, 200, "{document}");
        assert_eq!(document["result"], "10");
        let event = &document["telegram"]["event"];
        // All the telephone numbers end in 0.
        assert_eq!(event["aaresult"]["result"], "OK");
        assert_eq!(event["rules"][0]["code"], "TEST_OKTEL");
    }
    assert_eq!(
        state.numbers(),
        ["a905125d2a", "b1c2d3e4f5", "c0ffee0001", "d4d4d4d4d4"]
    );
}

#[test]
fn a_required_field_that_is_missing_is_named() {
    let event = "/telegram/event";
    let event_paths = "model_id event_id_for_shop ec/settle/amount ec/settle/credit_card ec/items \
                       ec/customers/buyer/hashed_name/validName ec/customers/buyer/email/pc/domain \
                       ec/customers/buyer/tel/mobile_number ec/customers/buyer/ID \
                       ec/customers/buyer/birth_day ec/customers/deliveries \
                       ec/customers/deliveries/0/tel/fixed_number ec/customers/deliveries/0/sex \
                       ec/customers/deliveries/0/email/pc/domain ec/items/0/item_price \
                       ec/items/0/item_category";
    let paths = event_paths.split(' ').map(|path| format!("{event}/{path}"));
    let of_info = ["/info/version", "/info/signature"].map(str::to_owned);
    for path in paths.chain(of_info) {
        let (status, code, message) = refused(&path, Value::Null);
        assert_eq!((status, &*code), (400, "InvalidData.Required"), "{path}");
        assert!(message.contains(&path[1..].replace('/', ".")), "{message}");
    }
}

#[test]
fn a_field_of_another_form_is_refused_with_the_form_that_is_expected() {
    let event = "/telegram/event";
    for (path, value, expected) in [
        ("event_id_for_shop", json!("a b"), "[0-9A-Za-z_-]{1,64}"),
        ("ip_address_only", json!("localhost"), "IPv4|IPv6"),
        ("device_info", json!("x".repeat(2001)), "string(0-2000)"),
        ("ec/settle/amount", json!("3980"), "integer(0-)"),
        ("ec/settle/method", json!("11"), "09|10|99"),
        ("ec/settle/status", json!("10"), "00"),
        (
            "ec/settle/datetime",
            json!("2026-11-20 10:15:00"),
            "YYYY/MM/DD HH:MM:SS",
        ),
        ("ec/settle/credit_card", json!("411111"), "object"),
        (
            "ec/settle/credit_card/bincode",
            json!("411111111"),
            "[0-9]{6,8}",
        ),
        ("ec/customers/buyer/sex", json!(4), "integer(1-3)"),
        (
            "ec/customers/buyer/birth_day",
            json!("1990-01-02"),
            "YYYY/MM/DD",
        ),
        (
            "ec/customers/buyer/tel/mobile_number",
            json!(9),
            "[0-9]{9,15}",
        ),
        (
            "ec/customers/buyer/address/zipcode",
            json!("153-0064"),
            "[0-9]{7,7}",
        ),
        (
            "ec/customers/buyer/hashed_name/last_name_sha2",
            json!("鈴木"),
            "[0-9A-F]{64}",
        ),
        (
            "ec/items/0/item_category",
            json!("𠮷".repeat(11)),
            "string(0-20)",
        ),
    ] {
        let path = format!("{event}/{path}");
        let (status, code, message) = refused(&path, value);
        assert_eq!((status, &*code), (400, "InvalidData.Format"), "{path}");
        assert!(message.contains(&format!("{expected})。")), "{message}");
    }
}

#[test]
fn credentials_time_and_model_are_checked() {
    for (path, value, status, expected) in [
        ("/info/version", "1.0", 400, "InvalidData.Format"),
        ("/info/hash_method", "MD5", 400, "InvalidData.Format"),
        ("/info/shop_id", "SP00OTHER", 403, "Authentication.ShopId"),
        ("/info/signature", "00", 403, "Authentication.Signature"),
        (
            "/telegram/event/model_id",
            "XYZ_01",
            400,
            "InvalidData.AuthoriModelNone",
        ),
    ] {
        let (refused, code, _) = refused(path, json!(value));
        assert_eq!((refused, &*code), (status, expected), "{path}");
    }
    let mut state = State::new(0);
    for (at, status) in [
        ("2026/11/20 10:30:00", 200),
        ("2026/11/20 10:00:00", 200),
        ("2026/11/20 10:30:01", 403),
        ("2026/11/20 09:59:59", 403),
    ] {
        let (answered, _) = respond(&mut state, &post(SELF), at.parse().unwrap());
        assert_eq!(answered, status, "{at}");
    }
    assert_eq!(state.numbers().len(), 2, "what is refused is not filed");
}

#[test]
fn other_calls_are_refused() {
    let json = "application/json";
    let cases = [
        (request("GET", REGISTER_PATH, "", ""), 405),
        (request("POST", NAMES_PATH, json, ""), 405),
        (request("POST", "/v2/event", json, SELF), 404),
        (request("POST", REGISTER_PATH, "text/plain", SELF), 415),
        (request("POST", REGISTER_PATH, "", SELF), 415),
        (request("POST", REGISTER_PATH, json, "{"), 400),
        (request("POST", REGISTER_PATH, json, "[]"), 400),
        (request("GET", NAMES_PATH, "", ""), 400),
        (request("GET", "/names?name=%20", "", ""), 400),
        // It has no shop.
        (request("GET", ecforce::EVENTS_PATH, "", ""), 404),
    ];
    for (request, expected) in cases {
        let (status, document) = respond(&mut State::new(0), &request, now());
        assert_eq!(status, expected, "{} {}", request.method, request.path);
        assert_eq!(document["result"], 20);
    }
}

#[test]
fn a_name_is_looked_up_with_its_readings() {
    let last = |name: &str, kana: &str| {
        let mut query = url::form_urlencoded::Serializer::new(format!("{NAMES_PATH}?"));
        query
            .append_pair("name", name)
            .append_pair("lastFurigana", kana);
        let request = request("GET", &query.finish(), "", "");
        let (status, mut document) = respond(&mut State::new(0), &request, now());
        assert_eq!(status, 200);
        document["response"]["lastName"].take()
    };
    for (name, kana, existed, matches) in [
        ("鈴木 X", "スズキ", true, 1),
        ("渡辺\u{3000}花子", "ワタベ", true, 1),
        ("鈴木 花子", "サトウ", true, 0),
        ("XX YY", "", false, 0),
    ] {
        let found = last(name, kana);
        assert_eq!(found["existed"], existed, "{name}");
        assert_eq!(found["correctReading"], matches > 0, "{name}");
        assert_eq!(found["correctReadingMatchCount"], matches, "{name}");
    }
}
