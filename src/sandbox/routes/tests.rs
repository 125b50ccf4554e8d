use serde_json::{Value, json};

use super::*;

const GUEST: &str = include_str!("../../../tests/fixtures/wire/request-guest-card.json");
const SELF: &str = include_str!("../../../tests/fixtures/wire/request-member-self.json");
const GIFT: &str = include_str!("../../../tests/fixtures/wire/request-member-gift.json");
const SILENT: &str = include_str!("../../../tests/fixtures/wire/request-member-silent.json");

fn now() -> JstTime {
    "2026/11/20 10:20:00".parse().unwrap()
}

fn post(body: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        target: REGISTER_PATH.to_owned(),
        content_type: Some("application/json; charset=utf-8".to_owned()),
        body: body.into(),
    }
}

fn answered(body: &Value) -> Response {
    respond(&mut State::new(0), &post(&body.to_string()), now())
}

fn code(response: &Response) -> String {
    assert_eq!(response.body["result"], 20, "{response:?}");
    response.body["errors"][0]["code"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn hand_written_requests_are_accepted() {
    let mut state = State::new(0);
    for body in [GUEST, SELF, GIFT, SILENT] {
        let response = respond(&mut state, &post(body), now());
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(response.body["result"], "10");
        let event = &response.body["telegram"]["event"];
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
        let mut body: Value = serde_json::from_str(SELF).unwrap();
        *body.pointer_mut(&path).unwrap() = Value::Null;
        let response = answered(&body);
        assert_eq!(
            (response.status, &*code(&response)),
            (400, "InvalidData.Required"),
            "{path}"
        );
        let message = response.body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(&path[1..].replace('/', ".")), "{message}");
    }
}

#[test]
fn a_field_of_another_form_is_refused() {
    let event = "/telegram/event";
    for (path, value) in [
        ("event_id_for_shop", json!("a b")),
        ("ip_address_only", json!("localhost")),
        ("device_info", json!("x".repeat(2001))),
        ("ec/settle/amount", json!("3980")),
        ("ec/settle/method", json!("11")),
        ("ec/settle/status", json!("10")),
        ("ec/settle/datetime", json!("2026-11-20 10:15:00")),
        ("ec/settle/credit_card", json!("411111")),
        ("ec/settle/credit_card/bincode", json!("411111111")),
        ("ec/customers/buyer/sex", json!(4)),
        ("ec/customers/buyer/birth_day", json!("1990-01-02")),
        ("ec/customers/buyer/tel/mobile_number", json!(9)),
        ("ec/customers/buyer/address/zipcode", json!("153-0064")),
        (
            "ec/customers/buyer/hashed_name/last_name_sha2",
            json!("鈴木"),
        ),
        ("ec/items/0/item_category", json!("𠮷".repeat(11))),
    ] {
        let path = format!("{event}/{path}");
        let mut body: Value = serde_json::from_str(SELF).unwrap();
        *body.pointer_mut(&path).unwrap() = value;
        let response = answered(&body);
        assert_eq!(
            (response.status, &*code(&response)),
            (400, "InvalidData.Format"),
            "{path}"
        );
    }
}

#[test]
fn credentials_time_and_model_are_checked() {
    for (path, value, status, expected) in [
        ("/info/version", "1.0", 400, "InvalidData.Format"),
        ("/info/hash_method", "MD5", 400, "InvalidData.Format"),
        ("/info/shop_id", "SP00OTHER", 401, "Authentication.ShopId"),
        ("/info/signature", "00", 401, "Authentication.Signature"),
        (
            "/telegram/event/model_id",
            "XYZ_01",
            400,
            "InvalidData.AuthoriModelNone",
        ),
    ] {
        let mut body: Value = serde_json::from_str(SELF).unwrap();
        *body.pointer_mut(path).unwrap() = json!(value);
        let response = answered(&body);
        assert_eq!(
            (response.status, &*code(&response)),
            (status, expected),
            "{path}"
        );
    }
    let mut state = State::new(0);
    for (at, status) in [
        ("2026/11/20 10:30:00", 200),
        ("2026/11/20 10:00:00", 200),
        ("2026/11/20 10:30:01", 401),
        ("2026/11/20 09:59:59", 401),
    ] {
        let response = respond(&mut state, &post(SELF), at.parse().unwrap());
        assert_eq!(response.status, status, "{at}");
    }
    assert_eq!(state.numbers().len(), 2, "what is refused is not filed");
}

#[test]
fn other_calls_are_refused() {
    let request = |method: &str, target: &str, content_type: Option<&str>, body: &str| Request {
        method: method.to_owned(),
        target: target.to_owned(),
        content_type: content_type.map(str::to_owned),
        body: body.into(),
    };
    let json = Some("application/json");
    let cases = [
        (request("GET", REGISTER_PATH, None, ""), 405),
        (request("POST", NAMES_PATH, json, ""), 405),
        (request("POST", "/v2/event", json, SELF), 404),
        (
            request("POST", REGISTER_PATH, Some("text/plain"), SELF),
            415,
        ),
        (request("POST", REGISTER_PATH, None, SELF), 415),
        (request("POST", REGISTER_PATH, json, "{"), 400),
        (request("POST", REGISTER_PATH, json, "[]"), 400),
        (request("GET", NAMES_PATH, None, ""), 400),
        (request("GET", "/names?name=%20", None, ""), 400),
    ];
    for (request, status) in cases {
        let response = respond(&mut State::new(0), &request, now());
        assert_eq!(
            response.status, status,
            "{} {}",
            request.method, request.target
        );
        code(&response);
    }
}

#[test]
fn a_name_is_looked_up() {
    let request = Request {
        method: "GET".to_owned(),
        target: "/names?name=%E9%88%B4%E6%9C%A8%20X&lastFurigana=%E3%82%B9%E3%82%BA%E3%82%AD"
            .into(),
        content_type: None,
        body: Vec::new(),
    };
    let response = respond(&mut State::new(0), &request, now());
    assert_eq!(response.status, 200);
    assert_eq!(
        response.body["response"]["lastName"]["correctReading"],
        true
    );
    assert_eq!(response.body["response"]["letterCount"]["nameLength"], 3);
}
