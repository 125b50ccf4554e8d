//! Orders and clients for the tests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    domain::{
        event::Service,
        order::{Address, Birthday, Channel, Item, Order, OrderFacts, Purchase, Sex, Yen},
        payment::History,
        private::{Personal, Secret},
        settings::{Account, HashMethod, PaymentMethod},
        time::JstTime,
    },
    http::{Clock, Url},
    oplux::{
        Names, Sensitive,
        register::{Asker, RegisterRequest, build},
    },
};

pub fn now() -> JstTime {
    "2026/11/20 10:15:00".parse().unwrap()
}

pub fn clock() -> Clock {
    Arc::new(now)
}

/// A clock that counts how often it is asked: once for each try, which is signed anew.
pub fn counting_clock() -> (Clock, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let clock = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        now()
    };
    (Arc::new(clock), count)
}

pub fn personal(text: &str) -> Personal {
    Personal::new(text)
}

pub fn billing(family_name: &str) -> Address {
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
pub fn guest() -> Order {
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
pub fn member_self() -> Order {
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
pub fn member_silent() -> Order {
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
pub fn member_gift() -> Order {
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

pub fn method(settle_method: &str, model_id: Option<&str>) -> PaymentMethod {
    PaymentMethod {
        id: 1,
        name: "支払い方法".to_owned(),
        oplux: true,
        realtime_thanks_offer: false,
        settle_method: settle_method.to_owned(),
        model_id: model_id.map(str::to_owned),
    }
}

pub fn account(url: &str) -> Account {
    Account {
        service: Service::OPlux,
        url: Url::parse(url).unwrap(),
        name_url: None,
        shop_id: "SP00EXAMPLE".to_owned(),
        model_id: "CRD_01".to_owned(),
        connection_id: "0123456789ABCDEF0123456789ABCDEF".to_owned(),
        secret_key: Secret::new("sandbox-secret-key"),
        hash_method: HashMethod::Sha256,
        timeout_seconds: 10,
    }
}

/// Three retries, like the contract's, but soon.
pub const SOON: [Duration; 3] = [Duration::from_millis(5); 3];

/// The request of an order that is paid by card, and what must not come back of it.
pub fn request(order: &Order) -> (RegisterRequest, Sensitive) {
    request_with(
        order,
        &method("02", None),
        &Names::default(),
        HashMethod::Sha256,
    )
}

pub fn request_with(
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
