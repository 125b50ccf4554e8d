//! A JSON value into an order (CONTRACT.md, `screen`). Fields that are not known are ignored.

use super::{
    address::{address, is_blank},
    field::{At, Mistake, Mistakes},
    json::Json,
    kind,
};
use crate::domain::{
    order::{Birthday, Item, Order, OrderAdUrl, OrderFacts, OrderNumber, Purchase, Sex},
    payment::{History, Payment},
};

/// What was read of a value.
pub(super) struct Parsed {
    /// The order, or all that is wrong with it.
    pub order: Result<Order, Vec<Mistake>>,
    /// The number of an order with which something is wrong, where it can be read.
    pub number: Option<OrderNumber>,
}

/// The order that the value holds, and its number where it holds none that is sound.
pub(super) fn parse(value: &Json<'_>) -> Parsed {
    let order = order(value);
    let number = match &order {
        Ok(_) => None,
        Err(_) => value
            .get("number")
            .and_then(|number| kind::order_number(number).ok()),
    };
    Parsed { order, number }
}

/// The order that the value holds, or all that is wrong with it.
pub(super) fn order(value: &Json<'_>) -> Result<Order, Vec<Mistake>> {
    let mistakes = Mistakes::default();
    let order = read(&At::root(value, &mistakes));
    match (order, mistakes.into_inner()) {
        (Some(order), mistakes) if mistakes.is_empty() => Ok(order),
        (_, mistakes) => Err(mistakes),
    }
}

fn read(at: &At<'_>) -> Option<Order> {
    if !at.is_object() {
        return None;
    }
    let number = at.required("number", kind::order_number);
    let channel = at.required("channel", kind::channel);
    let created_at = at.optional("created_at", kind::time);
    let payment_method_id = at.required("payment_method_id", kind::id);
    let total = at.required("total", kind::yen);
    let email = at.required("email", kind::email);
    let ip = at.optional("ip", kind::ip);
    let device_info = at.optional("device_info", kind::personal);
    let ad_url = ad_url(&at.get("ad_url"));
    let customer = customer(&at.get("customer"));
    let billing = address(&at.get("billing_address"));
    let shipping = shipping(&at.get("shipping_address"));
    let items = at.get("items").each(item);
    let card_bin = card_bin(&at.get("card"));
    let history = History(at.get("payments").each(payment));
    let customer = customer?;
    Some(Order {
        facts: OrderFacts {
            number: number?,
            channel: channel?,
            created_at,
            payment_method_id: payment_method_id?,
            total: total?,
            customer_id: customer.id,
            registered: customer.registered,
            purchase_number: customer.purchase_number,
            ad_url,
            history,
        },
        purchase: Purchase {
            email: email?,
            ip,
            device_info,
            birth: customer.birth,
            sex: customer.sex,
            billing: billing?,
            shipping,
            items,
            card_bin,
        },
    })
}

struct Customer {
    id: Option<String>,
    registered: bool,
    purchase_number: u32,
    birth: Option<Birthday>,
    sex: Option<Sex>,
}

fn customer(at: &At<'_>) -> Option<Customer> {
    if !at.is_object() {
        return None;
    }
    let id = at.optional("id", kind::code);
    let registered = at.required("registered", kind::yes_or_no);
    let purchase_number = at.required("purchase_number", kind::count);
    let birth = at.optional("birth", kind::birthday);
    let sex = at.optional("sex", kind::sex);
    Some(Customer {
        id,
        registered: registered?,
        purchase_number: purchase_number?,
        birth,
        sex,
    })
}

/// An ad URL of which nothing is known is none.
fn ad_url(at: &At<'_>) -> Option<OrderAdUrl> {
    if at.is_absent() || !at.is_object() {
        return None;
    }
    let id = at.optional("id", kind::id);
    let thanks_offer = at.optional("thanks_offer", kind::yes_or_no);
    (id.is_some() || thanks_offer.is_some()).then_some(OrderAdUrl { id, thanks_offer })
}

/// O-PLUX is sent the same of a delivery as of the buyer, so the same is required where there is
/// one.
fn shipping(at: &At<'_>) -> Option<crate::domain::order::Address> {
    if at.is_absent() || is_blank(at) {
        None
    } else {
        address(at)
    }
}

/// O-PLUX is sent what one item costs, so the price is required; an item alone is one.
fn item(at: &At<'_>) -> Option<Item> {
    if !at.is_object() {
        return None;
    }
    let product_number = at.optional("product_number", kind::code);
    let product_name = at.optional("product_name", kind::text);
    let category = at.optional("category", kind::text);
    let price = at.required("price", kind::price);
    let quantity = at.optional("quantity", kind::count).unwrap_or(1);
    Some(Item {
        product_number,
        product_name,
        category,
        price: price?,
        quantity,
    })
}

fn card_bin(at: &At<'_>) -> Option<crate::domain::private::Personal> {
    if at.is_absent() || !at.is_object() {
        return None;
    }
    at.optional("bin", kind::bin)
}

/// An entry of the payment history. `thanks_offer` of null, left out or blank is no flag
/// (DOMAIN.md).
fn payment(at: &At<'_>) -> Option<Payment> {
    if !at.is_object() {
        return None;
    }
    let number = at.required("number", kind::order_number);
    let time = at.optional("at", kind::time);
    let amount = at.optional("amount", kind::yen);
    let thanks_offer = at.optional("thanks_offer", kind::yes_or_no);
    Some(Payment {
        number: number?,
        at: time,
        amount,
        thanks_offer,
    })
}
