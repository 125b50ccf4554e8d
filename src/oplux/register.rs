//! The register call, version 3.0: from an order, the settings and the names as the name API gave
//! them to the request as it is on the wire, with its hashes and its signature (WIRE.md, "Register an
//! event", "Signature"). Pure; the client signs it when it is sent.

use std::fmt::{self, Write};

use serde_json::{Map, Value, json};
use sha2::Digest;

use crate::domain::{
    order::{Address, Item, Order, Sex},
    private::{Personal, Secret},
    settings::{Account, HashMethod, PaymentMethod},
    time::JstTime,
};

/// The version of the register call.
pub const VERSION: &str = "3.0";
/// The most characters of `device_info`: a longer one is not sent.
pub const LONGEST_DEVICE_INFO: usize = 2000;
/// What O-PLUX is sent where a shop sets no limit, in yen. There is no key for a limit.
const NO_LIMIT: u64 = 999_999;
/// The most UTF-16 units of a category.
const CATEGORY: usize = 20;
/// The settle methods that are certainly no card. Card digits are not sent with them, even where
/// an order gives some.
const NO_CARD: [&str; 8] = ["01", "03", "04", "05", "06", "07", "09", "10"];

/// A registration: the request of one screening. Its `Debug` says nothing: it holds personal data.
#[derive(Clone)]
pub struct RegisterRequest {
    /// As it is sent, but for the signature.
    pub document: Value,
    /// Whether `settle.datetime` is the request's own time, as no other is known.
    settled_now: bool,
}

impl RegisterRequest {
    /// What is sent at `at`, signed for that time.
    pub fn signed(&self, at: JstTime, signature: &str) -> Value {
        let mut document = self.document.clone();
        document["info"]["request_datetime"] = at.wire().into();
        document["info"]["signature"] = signature.into();
        if self.settled_now {
            document["telegram"]["event"]["ec"]["settle"]["datetime"] = at.wire().into();
        }
        document
    }
}

impl fmt::Debug for RegisterRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegisterRequest(********)")
    }
}

/// Who asks: the part of the account that a request names.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// 加盟店ID.
    pub shop_id: &'a str,
    /// 審査モデルID; a payment method's own goes before it.
    pub model_id: &'a str,
    /// How the request will be signed.
    pub hash_method: HashMethod,
}

/// The request for an order that is paid with `method`, unsigned. `at` is its time until it is
/// signed.
pub fn build(
    order: &Order,
    method: &PaymentMethod,
    asker: Asker<'_>,
    names: &Names,
    at: JstTime,
) -> RegisterRequest {
    let settled = settled_at(order);
    let purchase = &order.purchase;
    let mut event = json!({
        "model_id": model_id(method, asker),
        // R12
        "event_id_for_shop": order.facts.number,
        "event_type": "EC",
        // WIRE.md does not say what stands for an unknown one.
        "ip_address_only": text(purchase.ip.as_ref().map(|ip| ip.reveal())),
        "device_info": device_info(order),
        "ec": {
            "media_code": "Web購入",
            "settle": settle(order, method, settled.unwrap_or(at)),
            "customers": customers(order, names),
            "items": purchase.items.iter().map(item).collect::<Vec<_>>(),
        },
    });
    leave_out_nulls(&mut event);
    RegisterRequest {
        document: json!({
            "info": {
                "version": VERSION,
                "shop_id": asker.shop_id,
                "signature": null,
                "hash_method": asker.hash_method.name(),
                "request_datetime": at.wire(),
            },
            "telegram": {"event": event},
        }),
        settled_now: settled.is_none(),
    }
}

/// What is not known, or has no place in a request, is not sent.
fn leave_out_nulls(within: &mut Value) {
    match within {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(leave_out_nulls);
        }
        Value::Array(values) => values.iter_mut().for_each(leave_out_nulls),
        _ => {}
    }
}

/// 審査モデルID: the payment method's own, else the account's.
pub fn model_id<'a>(method: &'a PaymentMethod, asker: Asker<'a>) -> &'a str {
    method.model_id.as_deref().unwrap_or(asker.model_id)
}

/// What O-PLUX's browser script gave, unless it is too long to be its own.
fn device_info(order: &Order) -> Option<String> {
    let info = text(order.purchase.device_info.as_ref().map(|i| i.reveal()))?;
    (info.chars().count() <= LONGEST_DEVICE_INFO).then_some(info)
}

/// When the order was paid: 決済日時 of its own payment, else 受注日時.
fn settled_at(order: &Order) -> Option<JstTime> {
    let facts = &order.facts;
    let own = facts
        .history
        .0
        .iter()
        .filter(|entry| entry.number == facts.number);
    own.filter_map(|entry| entry.at).min().or(facts.created_at)
}

fn settle(order: &Order, method: &PaymentMethod, at: JstTime) -> Value {
    let may_be_card = !NO_CARD.contains(&method.settle_method.as_str());
    let bin = order.purchase.card_bin.as_ref().filter(|_| may_be_card);
    json!({
        "limit_price": NO_LIMIT,
        "status": "00",
        "datetime": at.wire(),
        "amount": order.facts.total.0,
        "method": method.settle_method,
        // An empty object where it is no card, or none is known.
        "credit_card": {"bincode": text(bin.map(|bin| bin.reveal()))},
    })
}

fn customers(order: &Order, names: &Names) -> Value {
    let (billing, to) = (&order.purchase.billing, delivery(order));
    let as_buyer = is_buyer(order, to).then_some(order);
    json!({
        "buyer": party(billing, names.buyer.as_ref(), Some(order)),
        "deliveries": [party(to, names.delivery.as_ref(), as_buyer)],
    })
}

/// WIRE.md: a registered member, and name, telephone number, postcode, prefecture and whole
/// address equal.
fn is_buyer(order: &Order, to: &Address) -> bool {
    fn known(of: &Address) -> [&Personal; 6] {
        let (family, given) = (&of.family_name, &of.given_name);
        [family, given, &of.tel, &of.zip, &of.prefecture, &of.rest]
    }
    order.facts.registered && known(to) == known(&order.purchase.billing)
}

/// Who buys, or where it goes. Of the order of a buyer also the e-mail address, the mobile number,
/// and of a registered member ID, birthday and sex, all three of them whether they are known or not.
fn party(address: &Address, info: Option<&NameInfo>, buyer: Option<&Order>) -> Value {
    let member = buyer.filter(|order| order.facts.registered);
    let birth_day = |order: &Order| {
        let birth = order.purchase.birth;
        birth.map_or_else(String::new, |birth| {
            birth.0.strftime("%Y/%m/%d").to_string()
        })
    };
    json!({
        "hashed_name": hashed_name(address, info),
        "address": {
            "country": "JP",
            "countryName": "JAPAN",
            "zipcode": address.zip.reveal(),
            "addressA": address.prefecture.reveal(),
            "addressC": address.rest.reveal(),
        },
        "tel": {
            // The order's telephone number, mobile or not. It gives no other one besides.
            "fixed_number": address.tel.reveal(),
            "mobile_number": buyer.map(|_| ""),
        },
        "email": buyer.map(|order| email(&order.purchase.email)),
        "company": text(Some(address.company_name.reveal())).map(|name| json!({"name": name})),
        "ID": member.map(|order| order.facts.customer_id.as_deref().unwrap_or_default()),
        "birth_day": member.map(birth_day),
        "sex": member.map(|order| match order.purchase.sex {
            Some(Sex::Male) => 1,
            Some(Sex::Female) => 2,
            Some(Sex::NotSaid) | None => 3,
        }),
    })
}

fn item(item: &Item) -> Value {
    json!({
        "shop_item_id": item.product_number,
        // What one costs after discounts.
        "item_price": item.price.0,
        "item_quantity": item.quantity,
        "item_name": item.product_name,
        "item_category": cut(item.category.as_deref().unwrap_or_default(), CATEGORY),
    })
}

/// The beginning of a text, so many UTF-16 units at most. No character is cut through.
fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    let fits = |char: &char| {
        units += char.len_utf16();
        units <= most
    };
    text.chars().take_while(fits).collect()
}

/// What is empty is left out.
fn text(value: Option<&str>) -> Option<String> {
    value.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What the name API says of one name. It has no `Debug`: a name is personal data.
#[derive(Clone)]
pub struct NameInfo {
    /// The given name in its normalised writing; empty where there is none.
    pub first_writing: Personal,
    /// The family name in its normalised writing; empty where there is none.
    pub last_writing: Personal,
    /// Whether the family name exists.
    pub existed: bool,
    /// Whether the family name's reading is right.
    pub correct_reading: bool,
    /// `correctReadingMatchCount`, 0 where unknown.
    pub match_count: i64,
    /// The counts of letters as the name API gave them.
    pub counts: Map<String, Value>,
}

/// What the name API says of an order's two names.
#[derive(Clone, Default)]
pub struct Names {
    /// Of the buyer's, where it answered.
    pub buyer: Option<NameInfo>,
    /// Of the delivery's, where it answered; where that is the buyer's name, the same.
    pub delivery: Option<NameInfo>,
    /// Whether the name API was asked and failed: screening went on without it.
    pub failed: bool,
}

/// The delivery address of an order: the billing address where none is given.
pub(super) fn delivery(order: &Order) -> &Address {
    let purchase = &order.purchase;
    purchase.shipping.as_ref().unwrap_or(&purchase.billing)
}

/// The signature of a request that is sent at `at`: the hash, in upper-case hex, of connection ID,
/// shop ID, request datetime and secret key without separators.
pub fn sign(
    method: HashMethod,
    connection_id: &str,
    shop_id: &str,
    at: JstTime,
    secret: &Secret,
) -> String {
    let text = format!("{connection_id}{shop_id}{}{}", at.wire(), secret.reveal());
    match method {
        HashMethod::Sha256 => sha256(&text),
        HashMethod::Sha1 => upper_hex(&sha1::Sha1::digest(text.as_bytes())),
    }
}

/// The signature of a request of an account that is sent at `at`.
pub fn sign_for(account: &Account, at: JstTime) -> String {
    let Account {
        shop_id,
        connection_id,
        secret_key,
        hash_method,
        ..
    } = account;
    sign(*hash_method, connection_id, shop_id, at, secret_key)
}

/// The SHA-256 of a text, in upper-case hex.
pub fn sha256(text: &str) -> String {
    upper_hex(&sha2::Sha256::digest(text.as_bytes()))
}

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02X}");
        hex
    })
}

/// A name, hashed as entered and in its normalised writing. Without an answer of the name API, the
/// normalised writing is the name as entered, and nothing is known of it.
pub(super) fn hashed_name(address: &Address, info: Option<&NameInfo>) -> Value {
    let normalised = |writing: Option<&Personal>, entered: &Personal| {
        hash(writing.filter(|text| !text.is_empty()).unwrap_or(entered))
    };
    let (given, family) = (&address.given_name, &address.family_name);
    let mut name = json!({
        "first_name_sha2": hash(given),
        "last_name_sha2": hash(family),
        "normalized_first_name_sha2": normalised(info.map(|info| &info.first_writing), given),
        "normalized_last_name_sha2": normalised(info.map(|info| &info.last_writing), family),
        "validName": flag(info.is_some_and(|info| info.existed)),
        "correctReading": flag(info.is_some_and(|info| info.correct_reading)),
        "correctReadingMatchCount": info.map_or(0, |info| info.match_count),
    });
    for (count, value) in info.iter().flat_map(|info| &info.counts) {
        name[count] = value.clone();
    }
    name
}

/// An e-mail address: its account hashed, its domain as it is.
pub(super) fn email(address: &Personal) -> Value {
    let (account, domain) = split_email(address);
    let account = hash(&Personal::new(account));
    json!({"pc": {"hashed_account_sha2": account, "domain": domain}})
}

/// What stands before the last @, and what stands after it.
pub(super) fn split_email(address: &Personal) -> (&str, &str) {
    let text = address.reveal();
    text.rsplit_once('@').unwrap_or((text, ""))
}

/// An empty name gives an empty string.
fn hash(text: &Personal) -> String {
    if text.is_empty() {
        String::new()
    } else {
        sha256(text.reveal())
    }
}

fn flag(yes: bool) -> &'static str {
    if yes { "1" } else { "0" }
}
