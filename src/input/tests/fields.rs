//! Every field: its forms, and what is refused.

use serde_json::{Value, json};

use super::*;
use crate::domain::order::{Order, Sex};

#[test]
fn the_example_of_the_contract_is_read() {
    let mut orders = read_orders(&[fixture("one.json")], &mut std::io::empty()).unwrap();
    assert_eq!(orders.len(), 1);
    let Order { facts, purchase } = orders.remove(0);
    assert_eq!(facts.number.as_str(), "a905125d2a");
    assert_eq!(facts.channel.name(), "lp");
    assert_eq!(facts.created_at.unwrap().wire(), "2026/11/20 10:15:00");
    assert_eq!((facts.payment_method_id, facts.total.0), (1, 3980));
    assert_eq!(facts.customer_id.as_deref(), Some("30962"));
    assert_eq!((facts.registered, facts.purchase_number), (true, 1));
    let ad_url = facts.ad_url.unwrap();
    assert_eq!((ad_url.id, ad_url.thanks_offer), (Some(12), Some(true)));
    assert_eq!(facts.history.0[0].thanks_offer, Some(false));
    assert_eq!(purchase.email.reveal(), "hanako.suzuki@example.com");
    assert_eq!(purchase.ip.unwrap().reveal(), "203.0.113.7");
    assert_eq!(purchase.device_info, None);
    assert_eq!(purchase.sex, Some(Sex::Female));
    assert_eq!(purchase.birth.unwrap().0.to_string(), "1990-01-02");
    assert_eq!(purchase.billing.family_name.reveal(), "鈴木");
    assert_eq!(purchase.billing.zip.reveal(), "1530064");
    assert_eq!(purchase.billing.rest.reveal(), "目黒区下目黒2-23-18");
    assert_eq!(purchase.billing.tel.reveal(), "0357596380");
    assert!(purchase.billing.company_name.is_empty());
    assert_eq!(purchase.shipping, None);
    assert_eq!(purchase.items[0].price.0, 3980);
    assert_eq!(purchase.card_bin.unwrap().reveal(), "411111");
}

/// What has to be there; all else may be left out.
const REQUIRED: &[&str] = &[
    "/number",
    "/channel",
    "/payment_method_id",
    "/total",
    "/email",
    "/customer",
    "/customer/registered",
    "/customer/purchase_number",
    "/billing_address",
    "/billing_address/name01",
    "/billing_address/name02",
    "/billing_address/prefecture_name",
    "/billing_address/zip01",
    "/billing_address/zip02",
    "/billing_address/tel01",
    "/billing_address/tel02",
    "/billing_address/tel03",
    "/shipping_address/name01",
    "/shipping_address/name02",
    "/shipping_address/prefecture_name",
    // Of digits in one field the first of the split fields is named.
    "/shipping_address/zip",
    "/shipping_address/tel",
    "/items/0",
    "/items/0/price",
    "/payments/0",
    "/payments/0/number",
];

#[test]
fn required_fields_are_named_where_they_are_missing_and_all_others_may_be() {
    let mut all = Vec::new();
    pointers(&full(), "", &mut all);
    for pointer in all {
        for nothing in [Value::Null, json!(""), json!(" \u{3000}")] {
            match (
                with(&pointer, nothing),
                REQUIRED.contains(&pointer.as_str()),
            ) {
                (Ok(_), is_required) => assert!(!is_required, "{pointer}"),
                (Err(error), is_required) => {
                    assert!(is_required, "{pointer}: {error}");
                    assert!(error.to_string().contains("missing; expected"), "{error}");
                    let path = path_of(&pointer);
                    let is_joined = ["/shipping_address/zip", "/shipping_address/tel"]
                        .contains(&pointer.as_str());
                    let split = if is_joined { "01" } else { "" };
                    assert_eq!(paths(&error), [format!("{path}{split}")]);
                }
            }
        }
    }
    let blank = json!({"name01": null, "zip": "", "tel03": " ", "other": 1});
    let order = with("/shipping_address", blank).unwrap();
    assert_eq!(order.purchase.shipping, None);
    let unknown = with("/unknown", json!({"x": 1})).unwrap();
    assert_eq!(unknown, with("/unknown", json!(2)).unwrap());
}

/// The value that was read of a field, as text.
fn read(order: &Order, pointer: &str) -> String {
    let (facts, purchase) = (&order.facts, &order.purchase);
    match pointer {
        "/total" => facts.total.0.to_string(),
        "/number" => facts.number.to_string(),
        "/payment_method_id" => facts.payment_method_id.to_string(),
        "/customer/registered" => facts.registered.to_string(),
        "/customer/id" => facts.customer_id.clone().unwrap(),
        "/items/0/price" => purchase.items[0].price.0.to_string(),
        "/customer/birth" => purchase.birth.as_ref().unwrap().0.to_string(),
        "/customer/sex" => format!("{:?}", purchase.sex.unwrap()),
        "/card/bin" => purchase.card_bin.as_ref().unwrap().reveal().to_owned(),
        "/ip" => purchase.ip.as_ref().unwrap().reveal().to_owned(),
        "/billing_address/name01" => purchase.billing.family_name.reveal().to_owned(),
        "/email" => purchase.email.reveal().to_owned(),
        "/billing_address/zip01" => purchase.billing.zip.reveal().to_owned(),
        "/shipping_address/tel" => order.lacks_leading_zero().to_string(),
        _ => panic!("{pointer}"),
    }
}

#[test]
fn values_are_read_liberally() {
    // What any cell may hold is tested with the cells.
    let birth = r#""1990-01-02", "1990/01/02 00:00:00", "1990年1月2日""#;
    let email = r#""\u202da\u200b@b.exa\u00admple\u3000""#;
    for (pointer, values, expected) in [
        ("/total", r#"3980, "3980", 3980.0, " 3,980.00 ""#, "3980"),
        ("/total", "0", "0"),
        ("/number", r#"12345, "12345""#, "12345"),
        ("/number", r#""A_-9", "\ufeff A_-9\u200b\n""#, "A_-9"),
        ("/payment_method_id", r#"1, "1", "01", 1.0"#, "1"),
        ("/customer/registered", r#"true, "true", "1", 1"#, "true"),
        ("/customer/registered", r#"false, "False", 0"#, "false"),
        ("/items/0/price", r#"19.99, "19.99", "19""#, "19"),
        ("/items/0/price", "0.5", "0"),
        ("/customer/birth", birth, "1990-01-02"),
        ("/customer/sex", r#""Male", 1, "男""#, "Male"),
        ("/customer/sex", r#""2", "女性""#, "Female"),
        ("/customer/sex", r#""unknown", 3, 0, "9""#, "NotSaid"),
        ("/customer/id", r#""30962", 30962, 30962.0"#, "30962"),
        ("/card/bin", r#""411111", 411111"#, "411111"),
        ("/ip", r#""2001:db8::1""#, "2001:db8::1"),
        // What a person entered stays as entered, but for what nobody sees around it.
        ("/billing_address/name01", r#"" 鈴 木　""#, "鈴 木"),
        ("/email", email, "a@b.example"),
        // Whole numbers stand in one of the split fields, too.
        ("/billing_address/zip01", r#"860, "８６０-""#, "8600601"),
        ("/shipping_address/tel", r#""+81 90-1234-5678""#, "false"),
        ("/shipping_address/tel", r#""9012345678""#, "true"),
    ] {
        for value in list(values) {
            let order = with(pointer, value.clone());
            let order = order.unwrap_or_else(|error| panic!("{value}: {error}"));
            assert_eq!(read(&order, pointer), expected, "{pointer}: {value}");
        }
    }
}

#[test]
fn values_that_a_field_cannot_have_are_refused_by_name() {
    let long = format!("\"{}\"", "x".repeat(65));
    let cases = [
        ("/number", long.as_str()),
        ("/number", r#""a b", "a\u200bb", "a\u202eb", "注文""#),
        ("/number", "-5, 1.5, [1]"),
        ("/channel", r#""web", 1, {}"#),
        ("/created_at", r#""yesterday", 7, {}"#),
        ("/payment_method_id", r#""card", -1, 1.5"#),
        ("/total", r#"-1, "-1", 39.8, "39.80""#),
        ("/total", "1e300, []"),
        (
            "/email",
            r#""hanako", "@example.com", "hanako@", "a@b@c", 7"#,
        ),
        ("/email", r#""<a@b.example>", "Hanako <a@b.example>""#),
        ("/email", r#""a b@c.example", "a@ b.example", "a@b　c.d""#),
        ("/ip", r#""203.0.113", "localhost", 7"#),
        ("/device_info", "7, true, {}"),
        ("/ad_url", "12, []"),
        ("/ad_url/id", r#""twelve", 1.5"#),
        ("/ad_url/thanks_offer", r#""maybe", 2"#),
        ("/customer", "7, []"),
        ("/customer/id", r#"{}, -5, "1.23457E+14""#),
        ("/customer/registered", r#""yes?", 2"#),
        ("/customer/purchase_number", r#"0, "0", 1.5, 5000000000"#),
        ("/customer/birth", r#""2000-13-01", "1990""#),
        ("/customer/sex", r#""x", 4, []"#),
        ("/billing_address", r#""東京都", []"#),
        ("/billing_address/name01", "7, []"),
        ("/billing_address/zip01", r#""15", "abc", 1.5, []"#),
        ("/billing_address/zip02", r#""64", "abcd""#),
        ("/billing_address/tel01", r#""abc", 860, "1234567890123""#),
        ("/shipping_address", r#""同じ", []"#),
        ("/shipping_address/zip", r#""153-006", 15300"#),
        ("/shipping_address/tel", r#""5759-6380", 9087098709"#),
        ("/items", r#""美容液", {}"#),
        ("/items/0", r#""美容液", null"#),
        ("/items/0/price", r#"-1, -0.5, "-1", "free""#),
        ("/items/0/quantity", "0, 1.5, -1"),
        ("/card", r#""411111", []"#),
        ("/card/bin", r#""41111", "4111-11", "41111x", "411111111""#),
        ("/payments", r#""p1", {}"#),
        ("/payments/0", r#""p1""#),
        ("/payments/0/number", r#""a b", 1.23e18"#),
        ("/payments/0/at", r#""soon""#),
        ("/payments/0/amount", "-1"),
        ("/payments/0/thanks_offer", r#""maybe""#),
    ];
    for (pointer, values) in cases {
        for value in list(values) {
            let error = with(pointer, value.clone()).expect_err(&format!("{pointer} {value}"));
            assert_eq!(paths(&error), [path_of(pointer)], "{value}: {error}");
            assert!(error.to_string().contains("expected"), "{error}");
        }
    }
}

#[test]
fn what_a_spreadsheet_and_a_card_number_are_is_said() {
    for (pointer, values) in [
        ("/number", r#""1.23E+18", 1.23e18, "1.23456789e+9""#),
        ("/billing_address/tel01", r#""03.0""#),
        ("/billing_address/tel03", "6380.5"),
        ("/shipping_address/tel", r#""9012345678.0""#),
        ("/shipping_address/zip", r#""600064.0""#),
    ] {
        for value in list(values) {
            let error = with(pointer, value).unwrap_err();
            assert_eq!(paths(&error), [path_of(pointer)]);
            assert!(said(&error).contains("spreadsheet") && said(&error).contains("表計算ソフト"));
        }
    }
    for value in list(r#""4111111111111111", 4111111111111111, "4111 1111 1111 1111""#) {
        let error = with("/card/bin", value).unwrap_err();
        assert!(said(&error).contains("may be a card number"), "{error}");
        assert!(!said(&error).contains("4111"), "{error}");
    }
}
