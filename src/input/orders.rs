//! Several sources into orders (CONTRACT.md, `screen`), with every mistake of all of them. Fields that
//! are not known are ignored.

use std::{cell::RefCell, collections::HashMap, io::Read, slice, string::FromUtf8Error};

use serde_json::Value;

use super::{
    api_order::{self, ApiOrders},
    cells::{self, Reader},
    json::{Broken, FieldMistake, Fields, Objects, Why, scalar},
    source::{InputError, Source},
};
use crate::{
    domain::{
        order::{
            Address, Birthday, Item, Order, OrderAdUrl, OrderFacts, OrderNumber, Purchase, Sex,
        },
        payment::{History, Payment},
        private::Personal,
    },
    locales::{Text, input as texts},
};

/// Reads all orders of all sources, each number once.
///
/// An order may also be as ecforce's API gives it, one or a list; `api` says what that does not.
///
/// A source without anything in it is a mistake; an empty array is a list of no orders, as a
/// script gives it on a day without any.
///
/// # Errors
/// All that is wrong in all sources.
pub fn read_orders(
    sources: &[Source],
    stdin: &mut dyn Read,
    api: &ApiOrders,
) -> Result<Vec<Order>, InputError> {
    let mut input = Input::default();
    for source in sources {
        match source.read(stdin) {
            Ok(bytes) => input.add(source, bytes, api),
            Err(message) => input.note(message, texts::hint_order_unreadable),
        }
    }
    let hint = input.hint.unwrap_or(texts::hint_invalid);
    match InputError::of_lines(input.mistakes, hint()) {
        Some(error) => Err(error),
        None => Ok(input.orders),
    }
}

/// Where an order begins.
#[derive(Clone, Copy)]
struct Place<'s> {
    source: &'s Source,
    line: usize,
    /// Its place in the JSON array, from 0, where it stands in one.
    index: Option<usize>,
}

impl Place<'_> {
    fn text(self) -> Text {
        match self.index {
            None => texts::at_line(self.source.name(), self.line),
            Some(index) => texts::order_at_index(self.source.name(), index, self.line),
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Input<'s> {
    orders: Vec<Order>,
    /// Each number with its first place, those of orders with mistakes too.
    numbers: HashMap<OrderNumber, Place<'s>>,
    mistakes: Vec<Text>,
    /// What to do about the first mistake.
    hint: Option<fn() -> Text>,
}

impl<'s> Input<'s> {
    fn note(&mut self, mistake: Text, hint: fn() -> Text) {
        self.mistakes.push(mistake);
        self.hint.get_or_insert(hint);
    }

    fn add(&mut self, source: &'s Source, bytes: Vec<u8>, api: &ApiOrders) {
        let mut text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.note(not_utf8(source, &error), texts::hint_not_utf8),
        };
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        let objects = Objects::new(text);
        if objects.is_empty() {
            self.note(texts::no_order(source.name()), texts::hint_no_order);
        }
        for met in objects {
            let place = Place {
                source,
                line: met.line,
                index: met.index,
            };
            match met.value {
                Ok(value) => match resources(&value) {
                    None => self.add_order(place, &value, texts::hint_invalid),
                    Some((resources, included)) => {
                        for resource in resources {
                            let order = api_order::order(resource, included, api);
                            self.add_order(place, &order, texts::hint_api_order);
                        }
                    }
                },
                Err(what) => self.note(broken(place, what), texts::hint_not_json),
            }
        }
    }

    /// `hint`: what to do where something is wrong with it.
    fn add_order(&mut self, place: Place<'s>, value: &Value, hint: fn() -> Text) {
        let number = value.get("number").and_then(scalar);
        let number = number.and_then(|number| cells::number(&number).ok());
        let told = |FieldMistake { path, text }| {
            let at = match &number {
                Some(number) => texts::of_order(place.text(), number),
                None => place.text(),
            };
            let path = (!path.is_empty()).then(|| Text::same(path));
            let parts = [Some(at), path, Some(text)];
            Text::joined(&parts.into_iter().flatten().collect::<Vec<_>>(), ": ")
        };
        // One number twice in one input is a mistake, across its sources too.
        let first = number.as_ref().and_then(|number| self.numbers.get(number));
        if let Some(first) = first.copied() {
            let path = "number".to_owned();
            let text = texts::twice(first.text());
            self.note(told(FieldMistake { path, text }), texts::hint_duplicate);
        }
        match order(value) {
            Ok(order) => self.orders.push(order),
            Err(mistakes) => {
                for mistake in mistakes {
                    self.note(told(mistake), hint);
                }
            }
        }
        if let Some(number) = number {
            self.numbers.entry(number).or_insert(place);
        }
    }
}

/// The orders of an answer of ecforce's API, and what it includes besides; none where the value is an
/// order of the form of `screen`.
fn resources(value: &Value) -> Option<(&[Value], &[Value])> {
    let is_resource = |value: &Value| value.get("attributes").is_some_and(Value::is_object);
    if is_resource(value) {
        return Some((slice::from_ref(value), &[]));
    }
    let data = match value.get("data")? {
        Value::Array(data) => data.as_slice(),
        one => slice::from_ref(one),
    };
    let included = value.get("included").and_then(Value::as_array);
    let included = included.map_or(&[][..], Vec::as_slice);
    data.iter().all(is_resource).then_some((data, included))
}

fn not_utf8(source: &Source, error: &FromUtf8Error) -> Text {
    let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let sound = String::from_utf8_lossy(sound);
    let line = 1 + sound.matches('\n').count();
    let column = 1 + sound.chars().rev().take_while(|c| *c != '\n').count();
    texts::order_broken(source.name(), line, column, texts::not_utf8())
}

fn broken(place: Place<'_>, Broken { line, column, why }: Broken) -> Text {
    let what = match why {
        Why::NoOrder => texts::no_order_here(),
        Why::CutOff => texts::order_cut_off(),
        Why::Syntax(words) => texts::syntax(words),
    };
    let name = place.source.name();
    let begins = match place.index {
        None if place.line == line => return texts::order_broken(name, line, column, what),
        None => texts::begins_on_line(place.line),
        Some(index) => texts::begins_at_index(index, place.line),
    };
    texts::broken_in_order(name, line, column, what, begins)
}

/// The order that the value holds, or all that is wrong with it.
fn order(value: &Value) -> Result<Order, Vec<FieldMistake>> {
    let mistakes = RefCell::default();
    let order = Fields::of(value, String::new(), &mistakes).and_then(read);
    match (order, mistakes.into_inner()) {
        (Some(order), mistakes) if mistakes.is_empty() => Ok(order),
        (_, mistakes) => Err(mistakes),
    }
}

/// All fields are read before one that is missing ends it: each has its own mistake.
fn read(order: Fields<'_>) -> Option<Order> {
    let number = order.required("number", cells::number);
    let channel = order.required("channel", cells::channel);
    let created_at = order.optional("created_at", cells::time);
    let payment_method_id = order.required("payment_method_id", cells::id);
    let total = order.required("total", cells::yen);
    let email = order.required("email", cells::email);
    let ip = order.optional("ip", cells::ip);
    let device_info = order.optional_text("device_info", cells::personal);
    let ad_url = order.optional_object("ad_url").and_then(ad_url);
    let customer = order.object("customer").and_then(customer);
    let billing = order.object("billing_address").and_then(address);
    // O-PLUX is sent the same of a delivery as of the buyer, so the same is required where there
    // is one.
    let shipping = order.optional_object("shipping_address");
    let shipping = shipping.filter(|it| !is_blank(it)).and_then(address);
    let items = order.each("items", item);
    let card = order.optional_object("card");
    let card_bin = card.and_then(|card| card.optional("bin", cells::bin));
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
    let id = customer.optional("id", cells::id_text);
    let registered = customer.required("registered", cells::yes_or_no);
    let purchase_number = customer.required("purchase_number", cells::count);
    let birth = customer.optional("birth", cells::birthday);
    let sex = customer.optional("sex", cells::sex);
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
    let thanks_offer = ad_url.optional("thanks_offer", cells::yes_or_no);
    (id.is_some() || thanks_offer.is_some()).then_some(OrderAdUrl { id, thanks_offer })
}

/// O-PLUX is sent what one item costs, so the price is required; an item alone is one.
fn item(item: Fields<'_>) -> Option<Item> {
    let product_number = item.optional("product_number", cells::text);
    let product_name = item.optional("product_name", cells::text);
    let category = item.optional("category", cells::text);
    let price = item.required("price", cells::price);
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
    let number = payment.required("number", cells::number);
    let at = payment.optional("at", cells::time);
    let amount = payment.optional("amount", cells::yen);
    let thanks_offer = payment.optional("thanks_offer", cells::yes_or_no);
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
    let family_name = fields.required_text("name01", cells::personal);
    let given_name = fields.required_text("name02", cells::personal);
    let optional = |key| {
        fields
            .optional_text(key, cells::personal)
            .unwrap_or_default()
    };
    let (family_kana, given_kana) = (optional("kana01"), optional("kana02"));
    let company_name = optional("company_name");
    let zip = ZIP.read(&fields);
    let prefecture = fields.required_text("prefecture_name", cells::personal);
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
    part: |text| cells::digits_of(text, texts::postcode),
    whole: cells::postcode,
    suspect: |parts| usize::from(parts[0].len() == 3),
};

const TEL: Parts = Parts {
    joined: "tel",
    split: &["tel01", "tel02", "tel03"],
    is_text: true,
    part: |text| cells::digits_of(text, texts::telephone),
    whole: cells::telephone,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_of_the_api_is_told_from_an_order_of_its_own() {
        let one = json!({"attributes": {"number": "a1"}});
        for answer in [one.clone(), json!({"data": one}), json!({"data": [one]})] {
            assert_eq!(resources(&answer).unwrap().0, slice::from_ref(&one));
        }
        for none in [json!({"number": "a1"}), json!({"data": "x"}), json!([])] {
            assert!(resources(&none).is_none(), "{none}");
        }
    }
}
