//! Every field: its forms, and what is refused.

use serde_json::{Value, json};

use super::*;
use crate::domain::order::{Order, Sex};

#[test]
fn the_example_of_the_contract_is_read() {
    let orders = read_orders(&[fixture("one.json")], &mut std::io::empty()).unwrap();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders.orders[0].place.line, 1);
    let Order { facts, purchase } = &orders.orders[0].value;
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
    assert_eq!(purchase.ip.as_ref().unwrap().reveal(), "203.0.113.7");
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
    assert_eq!(purchase.card_bin.as_ref().unwrap().reveal(), "411111");
}

#[test]
fn a_required_field_that_is_missing_is_named() {
    for pointer in [
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
        "/shipping_address/prefecture_name",
        "/items/0/price",
        "/payments/0/number",
    ] {
        for nothing in [Value::Null, json!("")] {
            if nothing == json!("") && ["/customer", "/billing_address"].contains(&pointer) {
                continue;
            }
            let error = with(pointer, nothing).unwrap_err();
            let paths: Vec<_> = error
                .problems
                .iter()
                .map(|p| p.path.clone().unwrap())
                .collect();
            assert_eq!(paths, [path_of(pointer)], "{error}");
            assert!(error.to_string().contains("missing; expected"), "{error}");
        }
    }
    // Neither split nor joined: the first of the split fields stands for both.
    for (joined, path) in [("zip", "zip01"), ("tel", "tel01")] {
        let error = with(&format!("/shipping_address/{joined}"), Value::Null).unwrap_err();
        let expected = format!("shipping_address.{path}");
        assert_eq!(error.problems[0].path, Some(expected));
    }
}

#[test]
fn optional_fields_may_be_left_out_null_or_blank() {
    for pointer in [
        "/created_at",
        "/ip",
        "/device_info",
        "/ad_url",
        "/ad_url/id",
        "/ad_url/thanks_offer",
        "/customer/id",
        "/customer/birth",
        "/customer/sex",
        "/billing_address/kana01",
        "/billing_address/kana02",
        "/billing_address/company_name",
        "/billing_address/addr01",
        "/billing_address/addr02",
        "/billing_address/addr03",
        "/shipping_address",
        "/items",
        "/items/0/product_number",
        "/items/0/product_name",
        "/items/0/category",
        "/items/0/quantity",
        "/card",
        "/card/bin",
        "/payments",
        "/payments/0/at",
        "/payments/0/amount",
        "/payments/0/thanks_offer",
    ] {
        for nothing in [Value::Null, json!(""), json!(" \u{3000}")] {
            with(pointer, nothing).unwrap_or_else(|error| panic!("{pointer}: {error}"));
        }
    }
    let blank = json!({"name01": null, "zip": "", "other": 1});
    assert_eq!(
        with("/shipping_address", blank).unwrap().purchase.shipping,
        None
    );
    assert_eq!(
        with("/unknown", json!({"x": 1})).unwrap(),
        with("/unknown", json!(2)).unwrap()
    );
}

#[test]
fn values_are_read_liberally() {
    let int = |order: &Order| order.facts.total.0;
    for value in [
        json!(3980),
        json!("3980"),
        json!(3980.0),
        json!("3980.0"),
        json!(" 3980.00 "),
    ] {
        assert_eq!(
            int(&with("/total", value.clone()).unwrap()),
            3980,
            "{value}"
        );
    }
    assert_eq!(int(&with("/total", json!(0)).unwrap()), 0);
    for (value, number) in [(json!(12345), "12345"), (json!("A_-9"), "A_-9")] {
        let order = with("/number", value).unwrap();
        assert_eq!(order.facts.number.as_str(), number);
    }
    for value in [json!(1), json!("1"), json!("01"), json!(1.0)] {
        assert_eq!(
            with("/payment_method_id", value)
                .unwrap()
                .facts
                .payment_method_id,
            1
        );
    }
    for (value, answer) in [
        (json!(true), true),
        (json!("true"), true),
        (json!("1"), true),
        (json!(1), true),
        (json!(false), false),
        (json!("False"), false),
        (json!("0"), false),
        (json!(0), false),
    ] {
        assert_eq!(
            with("/customer/registered", value)
                .unwrap()
                .facts
                .registered,
            answer
        );
    }
    for (value, yen) in [
        (json!(19.99), 19),
        (json!("19.99"), 19),
        (json!("20"), 20),
        (json!(0.5), 0),
        (json!(7), 7),
    ] {
        assert_eq!(
            with("/items/0/price", value).unwrap().purchase.items[0]
                .price
                .0,
            yen
        );
    }
    for value in [
        json!("2026-11-20"),
        json!("2026/11/20 0:00"),
        json!("2026-11-19T15:00:00Z"),
    ] {
        let order = with("/created_at", value).unwrap();
        assert_eq!(
            order.facts.created_at.unwrap().wire(),
            "2026/11/20 00:00:00"
        );
    }
    for value in [
        json!("1990-01-02"),
        json!("1990/1/2"),
        json!("1990/01/02 00:00:00"),
    ] {
        let birth = with("/customer/birth", value).unwrap().purchase.birth;
        assert_eq!(birth.unwrap().0.to_string(), "1990-01-02");
    }
    for (value, sex) in [
        (json!("Male"), Sex::Male),
        (json!(1), Sex::Male),
        (json!("2"), Sex::Female),
        (json!("女性"), Sex::Female),
        (json!("unknown"), Sex::NotSaid),
        (json!(3), Sex::NotSaid),
    ] {
        assert_eq!(
            with("/customer/sex", value).unwrap().purchase.sex,
            Some(sex)
        );
    }
    for value in [json!("30962"), json!(30962)] {
        let id = with("/customer/id", value).unwrap().facts.customer_id;
        assert_eq!(id.as_deref(), Some("30962"));
    }
    for (value, bin) in [(json!("411111"), "411111"), (json!(41111111), "41111111")] {
        assert_eq!(
            with("/card/bin", value)
                .unwrap()
                .purchase
                .card_bin
                .unwrap()
                .reveal(),
            bin
        );
    }
    assert!(with("/channel", json!("SHOP")).is_ok());
    assert!(with("/ip", json!("2001:db8::1")).is_ok());
    // What a person entered stays as entered, but for what nobody sees around it.
    let name = with("/billing_address/name01", json!(" 鈴 木　")).unwrap();
    assert_eq!(name.purchase.billing.family_name.reveal(), "鈴 木");
    for (value, leads) in [
        ("+81 (0)90-1234-5678", true),
        ("\u{202d}090-1234\u{200b}-5678\u{202c}", true),
        ("9012345678", false),
        ("+1 415 555 0123", false),
    ] {
        let order = with("/shipping_address/tel", json!(value)).unwrap();
        assert_eq!(order.lacks_leading_zero(), !leads, "{value}");
    }
    let number = with("/number", json!("\u{feff} n-1\u{200b}\n")).unwrap();
    assert_eq!(number.facts.number.to_string(), "n-1");
    let email = with("/email", json!("\u{202d}a\u{200b}@b.exa\u{ad}mple\u{3000}")).unwrap();
    assert_eq!(email.purchase.email.reveal(), "a@b.example");
    // Whole numbers stand in one of the split fields, too.
    let zip = with("/billing_address/zip01", json!(153)).unwrap();
    assert_eq!(zip.purchase.billing.zip.reveal(), "1530601");
}

#[test]
fn values_that_a_field_cannot_have_are_refused_by_name() {
    let long = "x".repeat(65);
    let card = "4111111111111111";
    let cases: &[(&str, &[Value])] = &[
        (
            "/number",
            &[
                json!("a b"),
                json!("a\u{200b}b"),
                json!("a\u{202e}b"),
                json!(long),
                json!("注文"),
                json!(-5),
                json!(1.5),
                json!(true),
                json!([1]),
            ],
        ),
        ("/channel", &[json!("web"), json!(1), json!({})]),
        (
            "/created_at",
            &[json!("yesterday"), json!(20261120), json!("2026-02-30")],
        ),
        (
            "/payment_method_id",
            &[json!("card"), json!(-1), json!(1.5)],
        ),
        (
            "/total",
            &[
                json!(-1),
                json!("-1"),
                json!(39.8),
                json!("39.80"),
                json!("3,980"),
                json!("¥3980"),
                json!(1e300),
                json!("99999999999999999999"),
                json!("３９８０"),
                json!([]),
            ],
        ),
        (
            "/email",
            &[
                json!("hanako"),
                json!("@example.com"),
                json!("hanako@"),
                json!("a@b@c"),
                json!(7),
            ],
        ),
        ("/ip", &[json!("203.0.113"), json!("localhost"), json!(7)]),
        ("/device_info", &[json!(7), json!({})]),
        ("/ad_url", &[json!(12), json!([])]),
        ("/ad_url/id", &[json!("twelve"), json!(1.5)]),
        ("/ad_url/thanks_offer", &[json!("maybe"), json!(2)]),
        ("/customer", &[json!(7), json!([])]),
        ("/customer/id", &[json!({}), json!(1.5)]),
        ("/customer/registered", &[json!("yes?"), json!(2)]),
        (
            "/customer/purchase_number",
            &[json!(0), json!("0"), json!(1.5), json!(5_000_000_000_u64)],
        ),
        ("/customer/birth", &[json!("2000-13-01"), json!(19900102)]),
        ("/customer/sex", &[json!("x"), json!(4), json!([])]),
        ("/billing_address", &[json!("東京都"), json!([])]),
        ("/billing_address/name01", &[json!(7), json!([])]),
        (
            "/billing_address/zip01",
            &[json!("15"), json!("abc"), json!(1.5), json!([])],
        ),
        ("/billing_address/zip02", &[json!("64"), json!("abcd")]),
        (
            "/billing_address/tel01",
            &[json!("abc"), json!(860), json!("1234567890123")],
        ),
        ("/shipping_address", &[json!("同じ"), json!([])]),
        ("/shipping_address/zip", &[json!("153-006"), json!(15300)]),
        (
            "/shipping_address/tel",
            &[json!("5759-6380"), json!(9087098709_u64)],
        ),
        ("/items", &[json!("美容液"), json!({})]),
        ("/items/0", &[json!("美容液"), json!(null)]),
        (
            "/items/0/price",
            &[json!(-1), json!(-0.5), json!("-1"), json!("free")],
        ),
        ("/items/0/quantity", &[json!(0), json!(1.5), json!(-1)]),
        ("/card", &[json!("411111"), json!([])]),
        (
            "/card/bin",
            &[
                json!("41111"),
                json!("4111-11"),
                json!("41111x"),
                json!(card),
                json!(4111111111111111_u64),
                json!("411111111"),
            ],
        ),
        ("/payments", &[json!("p1"), json!({})]),
        ("/payments/0", &[json!("p1")]),
        ("/payments/0/number", &[json!("a b"), json!(1.23e18)]),
        ("/payments/0/at", &[json!("soon"), json!(7)]),
        ("/payments/0/amount", &[json!(-1), json!("39.8")]),
        ("/payments/0/thanks_offer", &[json!("maybe")]),
    ];
    for (pointer, values) in cases {
        for value in *values {
            let error = with(pointer, value.clone()).expect_err(&format!("{pointer} {value}"));
            let paths: Vec<_> = error
                .problems
                .iter()
                .map(|p| p.path.clone().unwrap())
                .collect();
            assert_eq!(paths, [path_of(pointer)], "{value}: {error}");
            assert_eq!(error.kind, InputErrorKind::Invalid);
            assert!(error.to_string().contains("expected"), "{error}");
        }
    }
}

#[test]
fn digits_that_a_spreadsheet_made_a_number_of_are_a_mistake_at_each_field() {
    let mut order = full();
    for (key, value) in [
        ("tel01", json!("03.0")),
        ("tel02", json!("5759.0")),
        ("tel03", json!(6380.5)),
    ] {
        set(&mut order, &format!("/billing_address/{key}"), value);
    }
    set(&mut order, "/shipping_address/tel", json!("9012345678.0"));
    set(&mut order, "/shipping_address/zip", json!("600064.0"));
    let error = of_stdin(order.to_string().as_bytes()).unwrap_err();
    let paths: Vec<_> = error
        .problems
        .iter()
        .filter_map(|p| p.path.as_deref())
        .collect();
    let expected = [
        "billing_address.tel01",
        "billing_address.tel02",
        "billing_address.tel03",
        "shipping_address.zip",
        "shipping_address.tel",
    ];
    assert_eq!(paths, expected);
    assert_eq!(
        error.to_string().matches("spreadsheet").count(),
        5,
        "{error}"
    );
    for value in [
        "<a@b.example>",
        "Hanako <a@b.example>",
        "a b@c.example",
        "a@ b.example",
        "a@b\u{3000}c.example",
    ] {
        assert!(with("/email", json!(value)).is_err(), "{value}");
    }
}

#[test]
fn what_a_spreadsheet_and_a_card_number_are_is_said() {
    for value in [json!("1.23E+18"), json!(1.23e18), json!("1.23456789e+9")] {
        let error = with("/number", value).unwrap_err();
        assert!(said(&error).contains("spreadsheet") && said(&error).contains("表計算ソフト"));
    }
    for value in [
        json!("4111111111111111"),
        json!(4111111111111111_u64),
        json!("4111 1111 1111 1111"),
    ] {
        let error = with("/card/bin", value).unwrap_err();
        assert!(said(&error).contains("may be a card number"), "{error}");
        assert!(!said(&error).contains("4111"), "{error}");
    }
}
