//! From an order and the settings to the register call's request. Pure; the client signs it when
//! it is sent.

use super::{
    hash::{email, hashed_name},
    names::{NameInfo, Names, delivery},
    wire::{
        AddressBody, Company, CreditCard, Customers, Ec, EventBody, Info, ItemBody,
        LONGEST_DEVICE_INFO, Party, RegisterRequest, Settle, Tel, Telegram, VERSION,
    },
};
use crate::domain::{
    order::{Address, Item, Order, Sex},
    settings::{HashMethod, PaymentMethod},
    time::JstTime,
};

/// What O-PLUX is sent where a shop sets no limit, in yen. There is no key for a limit.
const NO_LIMIT: u64 = 999_999;
/// The most UTF-16 units of a category.
const CATEGORY: usize = 20;
/// The settle methods that are certainly no card. Card digits are not sent with them, even where
/// an order gives some.
const NO_CARD: [&str; 8] = ["01", "03", "04", "05", "06", "07", "09", "10"];

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
    RegisterRequest {
        info: Info {
            version: VERSION.to_owned(),
            shop_id: asker.shop_id.to_owned(),
            signature: None,
            hash_method: asker.hash_method.name().to_owned(),
            request_datetime: at.wire(),
        },
        telegram: Telegram {
            event: EventBody {
                model_id: model_id(method, asker).to_owned(),
                // R12
                event_id_for_shop: order.facts.number.to_string(),
                event_type: "EC".to_owned(),
                ip_address_only: text(order.purchase.ip.as_ref().map(|ip| ip.reveal())),
                device_info: device_info(order),
                ec: Ec {
                    media_code: "Web購入".to_owned(),
                    settle: settle(order, method, settled.unwrap_or(at)),
                    customers: customers(order, names),
                    items: order.purchase.items.iter().map(item).collect(),
                },
            },
        },
        settled_now: settled.is_none(),
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

fn settle(order: &Order, method: &PaymentMethod, at: JstTime) -> Settle {
    let may_be_card = !NO_CARD.contains(&method.settle_method.as_str());
    let bin = order.purchase.card_bin.as_ref().filter(|_| may_be_card);
    Settle {
        limit_price: NO_LIMIT,
        status: "00".to_owned(),
        datetime: at.wire(),
        amount: order.facts.total.0,
        method: method.settle_method.clone(),
        credit_card: CreditCard {
            bincode: text(bin.map(|bin| bin.reveal())),
        },
    }
}

fn customers(order: &Order, names: &Names) -> Customers {
    let (billing, to) = (&order.purchase.billing, delivery(order));
    let bare = party(to, names.delivery.as_ref());
    let delivery = if is_buyer(order, to) {
        as_buyer(bare, order)
    } else {
        bare
    };
    Customers {
        buyer: as_buyer(party(billing, names.buyer.as_ref()), order),
        deliveries: vec![delivery],
    }
}

/// WIRE.md: a registered member, and name, telephone number, postcode, prefecture and whole
/// address equal.
fn is_buyer(order: &Order, to: &Address) -> bool {
    let known = |address: &Address| {
        let Address {
            family_name,
            given_name,
            tel,
            zip,
            prefecture,
            rest,
            ..
        } = address.clone();
        (family_name, given_name, tel, zip, prefecture, rest)
    };
    order.facts.registered && known(to) == known(&order.purchase.billing)
}

fn party(address: &Address, info: Option<&NameInfo>) -> Party {
    Party {
        hashed_name: hashed_name(address, info),
        address: AddressBody {
            country: "JP".to_owned(),
            country_name: "JAPAN".to_owned(),
            zipcode: address.zip.reveal().to_owned(),
            prefecture: address.prefecture.reveal().to_owned(),
            rest: address.rest.reveal().to_owned(),
        },
        tel: Tel {
            fixed_number: address.tel.reveal().to_owned(),
            mobile_number: None,
        },
        email: None,
        company: text(Some(address.company_name.reveal())).map(|name| Company { name, post: None }),
        id: None,
        birth_day: None,
        sex: None,
    }
}

/// Adds what only the buyer has: the e-mail address, the mobile number, and of a registered member
/// ID, birthday and sex, all three of them whether they are known or not.
fn as_buyer(mut party: Party, order: &Order) -> Party {
    let purchase = &order.purchase;
    party.email = Some(email(&purchase.email));
    party.tel.mobile_number = Some(String::new());
    if order.facts.registered {
        let birth = purchase.birth.map(|birth| birth.0.strftime("%Y/%m/%d"));
        party.id = Some(order.facts.customer_id.clone().unwrap_or_default());
        party.birth_day = Some(birth.map_or_else(String::new, |birth| birth.to_string()));
        party.sex = Some(match purchase.sex {
            Some(Sex::Male) => 1,
            Some(Sex::Female) => 2,
            Some(Sex::NotSaid) | None => 3,
        });
    }
    party
}

fn item(item: &Item) -> ItemBody {
    ItemBody {
        shop_item_id: item.product_number.clone(),
        item_price: item.price.0,
        item_quantity: item.quantity,
        item_name: item.product_name.clone(),
        item_category: cut(item.category.as_deref().unwrap_or_default(), CATEGORY),
    }
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

#[cfg(test)]
mod tests;
