use serde_json::{Value, json};

use super::*;
use crate::domain::{
    order::{Birthday, Channel, OrderFacts, Purchase, Yen},
    payment::{History, Payment},
    private::Personal,
};

fn address() -> Address {
    Address {
        family_name: Personal::new("鈴木"),
        given_name: Personal::new("花子"),
        zip: Personal::new("1530064"),
        prefecture: Personal::new("東京都"),
        rest: Personal::new("目黒区下目黒2-23-18"),
        tel: Personal::new("0357596380"),
        ..Address::default()
    }
}

fn order(registered: bool) -> Order {
    Order {
        facts: OrderFacts {
            number: "a905125d2a".parse().unwrap(),
            channel: Channel::Lp,
            created_at: None,
            payment_method_id: 1,
            total: Yen(0),
            customer_id: Some("30962".to_owned()),
            registered,
            purchase_number: 1,
            ad_url: None,
            history: History::default(),
        },
        purchase: Purchase {
            email: Personal::new("hanako@example.com"),
            ip: None,
            device_info: None,
            birth: Some(Birthday("1990-01-02".parse().unwrap())),
            sex: Some(Sex::NotSaid),
            billing: address(),
            shipping: None,
            items: Vec::new(),
            card_bin: Some(Personal::new("411111")),
        },
    }
}

fn method(settle_method: &str, model_id: Option<&str>) -> PaymentMethod {
    PaymentMethod {
        id: 1,
        name: "クレジットカード".to_owned(),
        oplux: true,
        realtime_thanks_offer: false,
        settle_method: settle_method.to_owned(),
        model_id: model_id.map(str::to_owned),
    }
}

fn at() -> JstTime {
    "2026/11/20 10:15:00".parse().unwrap()
}

fn built(order: &Order, method: &PaymentMethod) -> RegisterRequest {
    let account = Account {
        shop_id: "SP00EXAMPLE",
        model_id: "CRD_01",
        hash_method: HashMethod::Sha256,
    };
    build(order, method, account, &Names::default(), at())
}

fn event(order: &Order, method: &PaymentMethod) -> Value {
    serde_json::to_value(built(order, method)).unwrap()["telegram"]["event"].take()
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
        let event = event(&order(false), &method(code, None));
        let card = event.pointer("/ec/settle/credit_card/bincode");
        assert_eq!(card, sent.then_some(&json!("411111")), "{code}");
        assert_eq!(event["ec"]["settle"]["method"], code);
    }
    let mut cash = order(false);
    cash.purchase.card_bin = None;
    let event = event(&cash, &method("02", None));
    assert_eq!(event["ec"]["settle"]["credit_card"], json!({}));
}

#[test]
fn a_methods_own_model_goes_before_the_accounts() {
    let model = |model| event(&order(false), &method("01", model))["model_id"].take();
    assert_eq!(model(None), "CRD_01");
    assert_eq!(model(Some("ATB_01")), "ATB_01");
}

#[test]
fn the_settle_datetime_is_the_payments_else_the_orders_else_the_requests() {
    let later = "2026/11/20 10:16:40".parse().unwrap();
    let settle = |order: &Order| {
        let sent = built(order, &method("02", None)).signed(later, String::new());
        assert_eq!(sent.info.request_datetime, later.wire());
        sent.telegram.event.ec.settle.datetime
    };
    let mut order = order(false);
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
        ("kana", true, |to| to.family_kana = Personal::new("スズキ")),
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
            let mut order = order(registered);
            let mut to = address();
            change(&mut to);
            order.purchase.shipping = Some(to);
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
fn only_of_a_member_are_id_birthday_and_sex_sent() {
    let buyer = |registered| {
        event(&order(registered), &method("02", None))["ec"]["customers"]["buyer"].take()
    };
    let member = buyer(true);
    assert_eq!(member["ID"], "30962");
    assert_eq!(member["birth_day"], "1990/01/02");
    assert_eq!(member["sex"], 3);
    assert_eq!(member["tel"]["mobile_number"], "");
    let mut silent = order(true);
    silent.facts.customer_id = None;
    silent.purchase.birth = None;
    silent.purchase.sex = None;
    let silent = event(&silent, &method("02", None));
    let silent = &silent["ec"]["customers"]["buyer"];
    let three = [&silent["ID"], &silent["birth_day"], &silent["sex"]];
    assert_eq!(three, [&json!(""), &json!(""), &json!(3)]);
    let guest = buyer(false);
    assert_eq!(guest["tel"], member["tel"]);
    assert!(guest.get("ID").is_none() && guest.get("birth_day").is_none());
    assert!(guest.get("sex").is_none());
    assert_eq!(guest["email"], member["email"]);
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
        let mut order = order(false);
        order.purchase.items = vec![Item {
            product_number: None,
            product_name: Some("美容液".to_owned()),
            category,
            price: Yen(3980),
            quantity: 2,
        }];
        let items = event(&order, &method("02", None))["ec"]["items"].take();
        let expected = json!([{"item_price": 3980, "item_quantity": 2, "item_name": "美容液",
            "item_category": sent}]);
        assert_eq!(items, expected);
    }
}

#[test]
fn device_info_of_more_than_2000_characters_is_left_out() {
    for (length, sent) in [(0, false), (1, true), (2000, true), (2001, false)] {
        let mut order = order(false);
        order.purchase.device_info = Some(Personal::new("あ".repeat(length)));
        let event = event(&order, &method("02", None));
        assert_eq!(event.get("device_info").is_some(), sent, "{length}");
    }
}

#[test]
fn nothing_personal_is_printed_by_debug() {
    let request = built(&order(true), &method("02", None));
    assert_eq!(format!("{request:?}"), "RegisterRequest(********)");
    let hidden = crate::oplux::Sensitive::of(&order(true), &Names::default(), &request);
    let shown = format!("{hidden:?}");
    assert!(
        !shown.contains("鈴木") && shown.contains("********"),
        "{shown}"
    );
}
