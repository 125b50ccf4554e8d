use serde_json::{Value, json};

use super::*;
use crate::{
    domain::{payment::Payment, private::Personal},
    oplux::tests::{guest, member_self, method, request_with},
};

fn built(order: &Order, method: &PaymentMethod) -> RegisterRequest {
    request_with(order, method, &Names::default(), HashMethod::Sha256).0
}

fn event(order: &Order, method: &PaymentMethod) -> Value {
    built(order, method).document["telegram"]["event"].take()
}

#[test]
fn the_card_goes_only_where_it_may_be_one() {
    for (code, sent) in [
        ("02", true),
        ("99", true),
        ("08", true),
        ("01", false),
        ("03", false),
    ] {
        let event = event(&guest(), &method(code, None));
        let card = event.pointer("/ec/settle/credit_card/bincode");
        assert_eq!(card, sent.then_some(&json!("411111")), "{code}");
        assert_eq!(event["ec"]["settle"]["method"], code);
    }
}

#[test]
fn the_settle_datetime_is_the_payments_else_the_orders_else_the_requests() {
    let later = "2026/11/20 10:16:40".parse().unwrap();
    let settle = |order: &Order| {
        let sent = built(order, &method("02", None)).signed(later, "");
        let at = &sent["telegram"]["event"]["ec"]["settle"]["datetime"];
        at.as_str().unwrap().to_owned()
    };
    let mut order = guest();
    order.facts.created_at = None;
    assert_eq!(settle(&order), later.wire());
    order.facts.created_at = Some("2026/11/19 09:00:00".parse().unwrap());
    assert_eq!(settle(&order), "2026/11/19 09:00:00");
    let payment = |number: &str, at: &str| Payment {
        number: number.parse().unwrap(),
        at: Some(at.parse().unwrap()),
        amount: None,
        thanks_offer: None,
    };
    order.facts.history.0 = vec![
        payment("other", "2026/11/18 00:00:00"),
        payment("a905125d2a", "2026/11/19 09:00:05"),
    ];
    assert_eq!(settle(&order), "2026/11/19 09:00:05");
}

#[test]
fn a_delivery_is_the_buyer_only_of_a_member_and_only_where_all_is_equal() {
    type Change = fn(&mut Address);
    let changes: [(&str, bool, Change); 9] = [
        ("nothing", true, |_| {}),
        ("kana", true, |to| to.family_kana = Personal::new("サトウ")),
        ("company", true, |to| to.company_name = Personal::new("例")),
        ("family name", false, |to| {
            to.family_name = Personal::new("佐藤")
        }),
        ("given name", false, |to| {
            to.given_name = Personal::new("太郎")
        }),
        ("telephone", false, |to| {
            to.tel = Personal::new("0357596381")
        }),
        ("postcode", false, |to| to.zip = Personal::new("1530065")),
        ("prefecture", false, |to| {
            to.prefecture = Personal::new("大阪府")
        }),
        ("rest", false, |to| {
            to.rest = Personal::new("目黒区下目黒2-23-19")
        }),
    ];
    for (what, is_buyer, change) in changes {
        for registered in [true, false] {
            let mut order = member_self();
            order.facts.registered = registered;
            order.purchase.shipping.iter_mut().for_each(change);
            let event = event(&order, &method("02", None));
            let delivery = &event["ec"]["customers"]["deliveries"][0];
            for key in ["/email", "/ID", "/birth_day", "/sex", "/tel/mobile_number"] {
                let sent = delivery.pointer(key).is_some();
                assert_eq!(sent, is_buyer && registered, "{what}, {registered}: {key}");
            }
        }
    }
}

#[test]
fn a_category_is_cut_to_20_utf_16_units_and_empty_where_there_is_none() {
    let cases = [
        (Some("あ".repeat(21)), "あ".repeat(20)),
        // Each of these takes two.
        (Some("𠮷".repeat(11)), "𠮷".repeat(10)),
        (
            Some(format!("a{}", "𠮷".repeat(10))),
            format!("a{}", "𠮷".repeat(9)),
        ),
        (None, String::new()),
    ];
    for (category, sent) in cases {
        let mut order = guest();
        order.purchase.items[0].category = category;
        let event = event(&order, &method("02", None));
        assert_eq!(event["ec"]["items"][0]["item_category"], sent);
    }
}

#[test]
fn device_info_of_more_than_2000_characters_is_left_out() {
    for (length, sent) in [(0, false), (1, true), (2000, true), (2001, false)] {
        let mut order = guest();
        order.purchase.device_info = Some(Personal::new("あ".repeat(length)));
        let event = event(&order, &method("02", None));
        assert_eq!(event.get("device_info").is_some(), sent, "{length}");
    }
}

#[test]
fn nothing_personal_is_printed_by_debug() {
    let request = built(&member_self(), &method("02", None));
    assert_eq!(format!("{request:?}"), "RegisterRequest(********)");
}

#[test]
fn the_test_vector_of_wire_md() {
    let cases = [
        (
            HashMethod::Sha256,
            "9718D52A184504B230EDA4B84C9D85FF812331F203F71752731BBDD60841793F",
        ),
        (HashMethod::Sha1, "2EF74B75A4F3E56170B4E8A90F9168F5A1979D14"),
    ];
    for (method, expected) in cases {
        let signature = sign(
            method,
            "0123456789ABCDEF0123456789ABCDEF",
            "SP00EXAMPLE",
            "2026/11/20 10:15:00".parse().unwrap(),
            &Secret::new("sandbox-secret-key"),
        );
        assert_eq!(signature, expected);
        assert_eq!(HashMethod::from_name(method.name()), Some(method));
    }
    assert_eq!(HashMethod::from_name("MD5"), None);
}
#[test]
fn a_name_without_a_normalised_writing_is_hashed_as_entered() {
    let answer = r#"{"response": {"result": "success", "firstName": {"writing": ""},
        "lastName": {"writing": "高橋 "}}}"#;
    let info = crate::oplux::client::read_name(answer.as_bytes());
    let name = hashed_name(&member_self().purchase.billing, info.as_ref());
    let normalised = ["normalized_first_name_sha2", "normalized_last_name_sha2"];
    assert_eq!(
        normalised.map(|key| &name[key]),
        [&*sha256("花子"), &sha256("高橋 ")]
    );
    assert_eq!(name["first_name_sha2"], sha256("花子"));
}

#[test]
fn an_email_address_is_split_at_its_last_at_sign() {
    let sent = email(&Personal::new("\"a@b\"@example.com"));
    assert_eq!(sent["pc"]["domain"], "example.com");
    assert_eq!(sent["pc"]["hashed_account_sha2"], sha256("\"a@b\""));
}
