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
    let paths = [
        "/info/version".to_owned(),
        "/info/signature".to_owned(),
        format!("{event}/model_id"),
        format!("{event}/event_id_for_shop"),
        format!("{event}/ec/settle/amount"),
        format!("{event}/ec/customers/buyer/hashed_name/validName"),
        format!("{event}/ec/customers/buyer/email/pc/domain"),
        format!("{event}/ec/customers/deliveries/0/tel/fixed_number"),
        format!("{event}/ec/customers/deliveries"),
        format!("{event}/ec/items"),
        format!("{event}/ec/items/0/item_price"),
        format!("{event}/ec/items/0/item_category"),
        format!("{event}/ec/settle/credit_card"),
        format!("{event}/ec/customers/buyer/tel/mobile_number"),
        format!("{event}/ec/customers/buyer/ID"),
        format!("{event}/ec/customers/buyer/birth_day"),
        format!("{event}/ec/customers/deliveries/0/sex"),
        format!("{event}/ec/customers/deliveries/0/email/pc/domain"),
    ];
    for path in paths {
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
    let cases = [
        ("/info/version".to_owned(), json!("1.0")),
        (
            "/info/request_datetime".to_owned(),
            json!("2026-11-20 10:15:00"),
        ),
        ("/info/hash_method".to_owned(), json!("MD5")),
        (format!("{event}/event_id_for_shop"), json!("a b")),
        (format!("{event}/ip_address_only"), json!("localhost")),
        (format!("{event}/ec/settle/amount"), json!("3980")),
        (format!("{event}/ec/settle/method"), json!("11")),
        (format!("{event}/ec/settle/status"), json!("10")),
        (
            format!("{event}/ec/settle/credit_card/bincode"),
            json!("411111111"),
        ),
        (format!("{event}/ec/customers/buyer/sex"), json!(4)),
        (
            format!("{event}/ec/customers/buyer/birth_day"),
            json!("1990-01-02"),
        ),
        (
            format!("{event}/ec/customers/buyer/address/zipcode"),
            json!("153-0064"),
        ),
        (
            format!("{event}/ec/customers/buyer/hashed_name/last_name_sha2"),
            json!("鈴木"),
        ),
        (format!("{event}/ec/settle/credit_card"), json!("411111")),
        (format!("{event}/device_info"), json!("x".repeat(2001))),
        (
            format!("{event}/ec/items/0/item_category"),
            json!("𠮷".repeat(11)),
        ),
    ];
    for (path, value) in cases {
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
    let cases = [
        (
            "/info/shop_id",
            json!("SP00OTHER"),
            401,
            "Authentication.ShopId",
        ),
        (
            "/info/signature",
            json!("00"),
            401,
            "Authentication.Signature",
        ),
        (
            "/telegram/event/model_id",
            json!("XYZ_01"),
            400,
            "InvalidData.AuthoriModelNone",
        ),
    ];
    for (path, value, status, expected) in cases {
        let mut body: Value = serde_json::from_str(SELF).unwrap();
        *body.pointer_mut(path).unwrap() = value;
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
