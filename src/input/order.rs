//! A JSON value into an order (CONTRACT.md, `screen`). Fields that are not known are ignored.

use std::cell::RefCell;

use serde_json::Value;

use super::{
    cells::{self, Reader},
    entered,
    fields::{Fields, Mistake},
    ids, words,
};
use crate::domain::{
    order::{Address, Birthday, Item, Order, OrderAdUrl, OrderFacts, Purchase, Sex},
    payment::{History, Payment},
    private::Personal,
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
    let number = order.required("number", ids::number);
    let channel = order.required("channel", words::channel);
    let created_at = order.optional("created_at", cells::time);
    let payment_method_id = order.required("payment_method_id", cells::id);
    let total = order.required("total", cells::yen);
    let email = order.required("email", entered::email);
    let ip = order.optional("ip", entered::ip);
    let device_info = order.optional_text("device_info", entered::personal);
    let ad_url = order.optional_object("ad_url").and_then(ad_url);
    let customer = order.object("customer").and_then(customer);
    let billing = order.object("billing_address").and_then(address);
    // O-PLUX is sent the same of a delivery as of the buyer, so the same is required where there
    // is one.
    let shipping = order.optional_object("shipping_address");
    let shipping = shipping.filter(|it| !is_blank(it)).and_then(address);
    let items = order.each("items", item);
    let card = order.optional_object("card");
    let card_bin = card.and_then(|card| card.optional("bin", entered::bin));
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
    let id = customer.optional("id", ids::id_text);
    let registered = customer.required("registered", words::yes_or_no);
    let purchase_number = customer.required("purchase_number", cells::count);
    let birth = customer.optional("birth", entered::birthday);
    let sex = customer.optional("sex", entered::sex);
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
    let id = ad_url.optional("id", cells::id);
    let thanks_offer = ad_url.optional("thanks_offer", words::yes_or_no);
    (id.is_some() || thanks_offer.is_some()).then_some(OrderAdUrl { id, thanks_offer })
}

/// O-PLUX is sent what one item costs, so the price is required; an item alone is one.
fn item(item: Fields<'_>) -> Option<Item> {
    let product_number = item.optional("product_number", cells::text);
    let product_name = item.optional("product_name", cells::text);
    let category = item.optional("category", cells::text);
    let price = item.required("price", entered::price);
    let quantity = item.optional("quantity", cells::count).unwrap_or(1);
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
    let number = payment.required("number", ids::number);
    let at = payment.optional("at", cells::time);
    let amount = payment.optional("amount", cells::yen);
    let thanks_offer = payment.optional("thanks_offer", words::yes_or_no);
    Some(Payment {
        number: number?,
        at,
        amount,
        thanks_offer,
    })
}

/// The address that the fields hold; None where it has mistakes, which are noted.
///
/// Names stay as they were entered, for O-PLUX is sent their hashes; postcode and telephone
/// number become digits.
fn address(fields: Fields<'_>) -> Option<Address> {
    let family_name = fields.required_text("name01", entered::personal);
    let given_name = fields.required_text("name02", entered::personal);
    let optional = |key| {
        fields
            .optional_text(key, entered::personal)
            .unwrap_or_default()
    };
    let (family_kana, given_kana) = (optional("kana01"), optional("kana02"));
    let company_name = optional("company_name");
    let zip = ZIP.read(&fields);
    let prefecture = fields.required_text("prefecture_name", entered::personal);
    // WIRE.md: addressC is the rest, joined.
    let rest = ["addr01", "addr02", "addr03"].map(|key| fields.optional_text(key, cells::text));
    let tel = TEL.read(&fields);
    Some(Address {
        family_name: family_name?,
        given_name: given_name?,
        family_kana,
        given_kana,
        company_name,
        zip: zip?,
        prefecture: prefecture?,
        rest: Personal::new(rest.map(Option::unwrap_or_default).concat()),
        tel: tel?,
    })
}

/// Whether nothing of an address is given, as in a form of which the delivery's part was left
/// empty: then the billing address serves.
fn is_blank(fields: &Fields<'_>) -> bool {
    const OTHERS: [&str; 9] = [
        "name01",
        "name02",
        "kana01",
        "kana02",
        "company_name",
        "prefecture_name",
        "addr01",
        "addr02",
        "addr03",
    ];
    OTHERS.iter().all(|key| fields.is_absent(key)) && ZIP.is_absent(fields) && TEL.is_absent(fields)
}

const ZIP: Parts = Parts {
    joined: "zip",
    split: &["zip01", "zip02"],
    is_text: false,
    part: entered::postcode_part,
    whole: entered::postcode,
    suspect: |parts| usize::from(parts[0].len() == 3),
};

const TEL: Parts = Parts {
    joined: "tel",
    split: &["tel01", "tel02", "tel03"],
    is_text: true,
    part: entered::telephone_part,
    whole: entered::telephone,
    suspect: |_| 0,
};

/// Digits that stand in one field, or split over several.
struct Parts {
    joined: &'static str,
    split: &'static [&'static str],
    /// A number of JSON has lost the zero that a telephone number begins with.
    is_text: bool,
    part: Reader<String>,
    whole: Reader<Personal>,
    /// Of parts that are all there and do not add up, the one that is probably wrong.
    suspect: fn(&[String]) -> usize,
}

impl Parts {
    fn is_absent(&self, fields: &Fields<'_>) -> bool {
        fields.is_absent(self.joined) && self.split.iter().all(|key| fields.is_absent(key))
    }

    fn required<T>(&self, fields: &Fields<'_>, key: &str, reader: Reader<T>) -> Option<T> {
        match self.is_text {
            true => fields.required_text(key, reader),
            false => fields.required(key, reader),
        }
    }

    /// The split fields win. Where they are there but do not add up, the mistake is that of the
    /// first one that is missing, else of the one that is suspect.
    fn read(&self, fields: &Fields<'_>) -> Option<Personal> {
        let (absent, given): (Vec<&str>, Vec<&str>) =
            self.split.iter().partition(|key| fields.is_absent(key));
        if given.is_empty() && !fields.is_absent(self.joined) {
            return self.required(fields, self.joined, self.whole);
        }
        // All are read before one ends it: each has its own mistake.
        let parts = given
            .iter()
            .map(|key| self.required(fields, key, self.part));
        let parts: Vec<Option<String>> = parts.collect();
        let parts: Vec<String> = parts.into_iter().collect::<Option<_>>()?;
        let whole = (self.whole)(&parts.concat());
        let expected = |what| {
            let missing = absent.first().copied();
            let culprit = missing.unwrap_or_else(|| self.split[(self.suspect)(&parts)]);
            fields.expected(culprit, what);
        };
        whole.map_err(expected).ok()
    }
}
