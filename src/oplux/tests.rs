//! Documents written by hand from WIRE.md, which stand for the provider's, held against what is sent
//! and read; and the orders of those documents. The sandbox's side of them is in
//! `src/sandbox/routes/tests.rs`. What is tried again and when is in `http` and `tests/it`.

use serde_json::Value;

use super::{
    Names, Sensitive,
    answer::{self, Answer, Objection},
    client::read_name,
    register::{Asker, RegisterRequest, build, sign_for},
};
use crate::{
    domain::{
        event::{Reason, Screening, Service},
        order::{Address, Birthday, Channel, Item, Order, OrderFacts, Purchase, Sex, Yen},
        payment::History,
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
