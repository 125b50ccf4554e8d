//! A JSON value into an order (CONTRACT.md, `screen`). Fields that are not known are ignored.

use std::cell::RefCell;

use serde_json::Value;

use super::{
    address::{address, is_blank},
    field::{Fields, Mistake},
    kind,
};
use crate::domain::{
    order::{Birthday, Item, Order, OrderAdUrl, OrderFacts, Purchase, Sex},
    payment::{History, Payment},
};

/// The order that the value holds, or all that is wrong with it.
pub(super) fn order(value: &Value) -> Result<Order, Vec<Mistake>> {
    let mistakes = RefCell::default();
    let order = Fields::of(value, String::new(), &mistakes).and_then(read);
    match (order, mistakes.into_inner()) {
        (Some(order), mistakes) if mistakes.is_empty() => Ok(order),
        (_, mistakes) => Err(mistakes),
    }
}

/// All fields are read before one that is missing ends it: each has its own mistake.
fn read(order: Fields<'_>) -> Option<Order> {
    let number = order.required("number", kind::order_number);
    let channel = order.required("channel", kind::channel);
    let created_at = order.optional("created_at", kind::time);
    let payment_method_id = order.required("payment_method_id", kind::id);
    let total = order.required("total", kind::yen);
    let email = order.required("email", kind::email);
    let ip = order.optional("ip", kind::ip);
    let device_info = order.optional("device_info", kind::personal);
    let ad_url = order.optional_object("ad_url").and_then(ad_url);
    let customer = order.object("customer").and_then(customer);
    let billing = order.object("billing_address").and_then(address);
    // O-PLUX is sent the same of a delivery as of the buyer, so the same is required where there
    // is one.
    let shipping = order.optional_object("shipping_address");
    let shipping = shipping.filter(|it| !is_blank(it)).and_then(address);
    let items = order.each("items", item);
    let card = order.optional_object("card");
    let card_bin = card.and_then(|card| card.optional("bin", kind::bin));
    let history = History(order.each("payments", payment));
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

fn customer(customer: Fields<'_>) -> Option<Customer> {
    let id = customer.optional("id", kind::code);
    let registered = customer.required("registered", kind::yes_or_no);
    let purchase_number = customer.required("purchase_number", kind::count);
    let birth = customer.optional("birth", kind::birthday);
    let sex = customer.optional("sex", kind::sex);
    Some(Customer {
        id,
        registered: registered?,
        purchase_number: purchase_number?,
        birth,
        sex,
    })
}

/// An ad URL of which nothing is known is none.
fn ad_url(ad_url: Fields<'_>) -> Option<OrderAdUrl> {
    let id = ad_url.optional("id", kind::id);
    let thanks_offer = ad_url.optional("thanks_offer", kind::yes_or_no);
    (id.is_some() || thanks_offer.is_some()).then_some(OrderAdUrl { id, thanks_offer })
}

/// O-PLUX is sent what one item costs, so the price is required; an item alone is one.
fn item(item: Fields<'_>) -> Option<Item> {
    let product_number = item.optional("product_number", kind::code);
    let product_name = item.optional("product_name", kind::text);
    let category = item.optional("category", kind::text);
    let price = item.required("price", kind::price);
    let quantity = item.optional("quantity", kind::count).unwrap_or(1);
    Some(Item {
        product_number,
        product_name,
        category,
        price: price?,
        quantity,
    })
}

/// An entry of the payment history. `thanks_offer` of null, left out or blank is no flag
/// (DOMAIN.md).
fn payment(payment: Fields<'_>) -> Option<Payment> {
    let number = payment.required("number", kind::order_number);
    let at = payment.optional("at", kind::time);
    let amount = payment.optional("amount", kind::yen);
    let thanks_offer = payment.optional("thanks_offer", kind::yes_or_no);
    Some(Payment {
        number: number?,
        at,
        amount,
        thanks_offer,
    })
}
