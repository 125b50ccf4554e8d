//! What is sent and read: documents written by hand from WIRE.md, which stand for the provider's, the
//! orders of those documents, and what of an order goes into a request. The sandbox's side of them is in
//! `src/sandbox/tests.rs`. What is tried again and when is in `http` and `tests/it`.

use serde_json::{Value, json};

use super::{
    Names, Sensitive,
    answer::{self, Answer, Objection},
    client::read_name,
    register::{Asker, RegisterRequest, build, email, hashed_name, sha256, sign, sign_for},
};
use crate::{
    domain::{
        event::{Reason, Screening, Service},
        order::{Address, Birthday, Channel, Item, Order, OrderFacts, Purchase, Sex, Yen},
        payment::{History, Payment},
        private::{Personal, Secret},
        settings::{Account, HashMethod, PaymentMethod},
        time::JstTime,
    },
    http::Url,
};

const GUEST: &str = include_str!("../../tests/fixtures/wire/request-guest-card.json");
const SELF: &str = include_str!("../../tests/fixtures/wire/request-member-self.json");
const GIFT: &str = include_str!("../../tests/fixtures/wire/request-member-gift.json");
const SILENT: &str = include_str!("../../tests/fixtures/wire/request-member-silent.json");
const OK: &str = include_str!("../../tests/fixtures/wire/answer-ok.json");
const REVIEW: &str = include_str!("../../tests/fixtures/wire/answer-review.json");
const NUMBER: &str = include_str!("../../tests/fixtures/wire/answer-number.json");
const REFUSAL: &str = include_str!("../../tests/fixtures/wire/answer-refusal.json");
const TAKAHASHI: &str = include_str!("../../tests/fixtures/wire/names-takahashi.json");

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn an_order_is_sent_as_the_document_of_its_kind() {
    let info = read_name(TAKAHASHI.as_bytes());
    let normalised = Names {
        buyer: info.clone(),
        delivery: info,
        failed: false,
    };
    let (card, deferred) = (method("02", None), method("01", Some("ATB_01")));
    let (none, sha256) = (Names::default(), HashMethod::Sha256);
    for (order, method, names, hash_method, document) in [
        (guest(), &card, &none, sha256, GUEST),
        (member_self(), &card, &normalised, sha256, SELF),
        (member_silent(), &card, &none, sha256, SILENT),
        (member_gift(), &deferred, &none, HashMethod::Sha1, GIFT),
    ] {
        let mut account = account();
        account.hash_method = hash_method;
        let (request, _) = request_with(&order, method, names, hash_method);
        let signature = sign_for(&account, now());
        assert_eq!(request.signed(now(), &signature), read(document));
    }
    // Unsigned, as a dry run may show it.
    let (request, _) = request(&guest());
    let mut expected = read(GUEST);
    expected["info"]["signature"] = Value::Null;
    assert_eq!(request.document, expected);
}

#[test]
fn the_documents_of_answers_are_read() {
    let good = |text: &str| match answer::read(200, Some(text.as_bytes())) {
        Answer::Good(screening) => screening,
        other => panic!("{other:?}"),
    };
    let ok = good(OK);
    assert_eq!(
        ok.event_id.0,
        "2611201015001230123456789abcdef0123456789abcdef"
    );
    assert_eq!(ok.result, "OK");
    assert_eq!((ok.rule_group, ok.reasons), (None, vec![]));
    assert_eq!(good(NUMBER).result, "HOLD");
    let Screening {
        result,
        rule_group,
        reasons,
        ..
    } = good(REVIEW);
    assert_eq!(
        (&*result, rule_group.as_deref()),
        ("REVIEW", Some("GROUP_A"))
    );
    let reason = |code: &str, description: Option<&str>| Reason {
        code: Some(code.to_owned()),
        description: description.map(str::to_owned),
    };
    let expected = [
        reason("RULE_001", Some("同一デバイスから短時間に複数の注文")),
        reason("RULE_002", Some("過去に未払いのあった配送先")),
        reason("RULE_003", None),
    ];
    assert_eq!(reasons, expected);
    let said = Objection {
        code: Some("InvalidData.AuthoriModelNone".to_owned()),
        message: Some("審査モデルIDが存在しません。".to_owned()),
        withheld: false,
    };
    let refused = answer::read(400, Some(REFUSAL.as_bytes()));
    assert_eq!(refused, Answer::Refused(said));
}

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
    let info = read_name(answer.as_bytes());
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

pub(super) fn now() -> JstTime {
    "2026/11/20 10:15:00".parse().unwrap()
}

pub(super) fn personal(text: &str) -> Personal {
    Personal::new(text)
}

pub(super) fn billing(family_name: &str) -> Address {
    Address {
        family_name: personal(family_name),
        given_name: personal("花子"),
        family_kana: personal("スズキ"),
        given_kana: personal("ハナコ"),
        company_name: personal(""),
        zip: personal("1530064"),
        prefecture: personal("東京都"),
        rest: personal("目黒区下目黒2-23-18"),
        tel: personal("0357596380"),
    }
}

/// The order of `request-guest-card.json`.
pub(super) fn guest() -> Order {
    Order {
        facts: OrderFacts {
            number: "a905125d2a".parse().unwrap(),
            channel: Channel::Lp,
            created_at: Some("2026/11/20 10:14:30".parse().unwrap()),
            payment_method_id: 1,
            total: Yen(3980),
            customer_id: Some("30962".to_owned()),
            registered: false,
            purchase_number: 1,
            ad_url: None,
            history: History::default(),
        },
        purchase: Purchase {
            email: personal("hanako.suzuki@example.com"),
            ip: Some(personal("203.0.113.7")),
            device_info: None,
            birth: Some(Birthday("1990-01-02".parse().unwrap())),
            sex: Some(Sex::Female),
            billing: billing("鈴木"),
            shipping: None,
            items: vec![Item {
                product_number: Some("EA00".to_owned()),
                product_name: Some("美容液".to_owned()),
                category: Some("スキンケア".to_owned()),
                price: Yen(3980),
                quantity: 1,
            }],
            card_bin: Some(personal("411111")),
        },
    }
}

/// The order of `request-member-self.json`: the delivery is the buyer, and is given.
pub(super) fn member_self() -> Order {
    let mut order = guest();
    order.facts.number = "b1c2d3e4f5".parse().unwrap();
    order.facts.registered = true;
    order.facts.created_at = None;
    order.purchase.device_info = Some(personal(r#"{"ua":"Mozilla/5.0","screen":"390x844"}"#));
    order.purchase.billing = billing("髙橋");
    order.purchase.shipping = Some(billing("髙橋"));
    order
}

/// The order of `request-member-silent.json`: of the member only the ID is known.
pub(super) fn member_silent() -> Order {
    let mut order = guest();
    order.facts.number = "d4d4d4d4d4".parse().unwrap();
    order.facts.registered = true;
    order.purchase.birth = None;
    order.purchase.sex = None;
    order.purchase.card_bin = None;
    order.purchase.items[0].category = None;
    order
}

/// The order of `request-member-gift.json`: a present for somebody else.
pub(super) fn member_gift() -> Order {
    let mut order = guest();
    order.facts.number = "c0ffee0001".parse().unwrap();
    order.facts.registered = true;
    order.facts.total = Yen(0);
    let purchase = &mut order.purchase;
    purchase.ip = None;
    purchase.sex = Some(Sex::Male);
    purchase.card_bin = None;
    purchase.shipping = Some(Address {
        family_name: personal("高橋"),
        given_name: personal("一郎"),
        company_name: personal("例株式会社"),
        zip: personal("5300001"),
        prefecture: personal("大阪府"),
        rest: personal("大阪市北区梅田1-1-1"),
        tel: personal("0661234567"),
        ..Address::default()
    });
    purchase.items = vec![Item {
        product_number: None,
        product_name: None,
        category: None,
        price: Yen(0),
        quantity: 2,
    }];
    order
}

pub(super) fn method(settle_method: &str, model_id: Option<&str>) -> PaymentMethod {
    PaymentMethod {
        id: 1,
        name: "支払い方法".to_owned(),
        oplux: true,
        realtime_thanks_offer: false,
        settle_method: settle_method.to_owned(),
        model_id: model_id.map(str::to_owned),
    }
}

pub(super) fn account() -> Account {
    Account {
        service: Service::OPlux,
        url: Url::parse("http://127.0.0.1:1/").unwrap(),
        name_url: None,
        shop_id: "SP00EXAMPLE".to_owned(),
        model_id: "CRD_01".to_owned(),
        connection_id: "0123456789ABCDEF0123456789ABCDEF".to_owned(),
        secret_key: Secret::new("sandbox-secret-key"),
        hash_method: HashMethod::Sha256,
        timeout_seconds: 10,
    }
}

/// The request of an order that is paid by card, and what must not come back of it.
pub(super) fn request(order: &Order) -> (RegisterRequest, Sensitive) {
    request_with(
        order,
        &method("02", None),
        &Names::default(),
        HashMethod::Sha256,
    )
}

pub(super) fn request_with(
    order: &Order,
    method: &PaymentMethod,
    names: &Names,
    hash_method: HashMethod,
) -> (RegisterRequest, Sensitive) {
    let asker = Asker {
        shop_id: "SP00EXAMPLE",
        model_id: "CRD_01",
        hash_method,
    };
    let request = build(order, method, asker, names, now());
    let sensitive = Sensitive::of(order, names, &request);
    (request, sensitive)
}
