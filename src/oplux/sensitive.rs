//! What must not come back: the personal data of an order, its hashes and the secret key are taken
//! out of every text of the server before it leaves this folder.

mod letters;
mod pieces;
mod scrubber;

use serde_json::Value;

pub(super) use scrubber::Scrubber;

use super::{
    hash::split_email,
    names::Names,
    wire::{Customers, RegisterRequest},
};
use crate::domain::{
    order::{Address, Birthday, Order, Purchase},
    private::Personal,
};

/// What must not be shown of one order. Its `Debug` says nothing. Making one is cheap: what texts
/// are searched for is worked out only where the server has sent a text.
#[derive(Clone)]
pub struct Sensitive {
    purchase: Purchase,
    names: Names,
    /// What was sent of the customers: the hashes.
    sent: Customers,
}

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sensitive(********)")
    }
}

impl Sensitive {
    /// Everything of an order and of its request that must not be shown.
    pub fn of(order: &Order, names: &Names, request: &RegisterRequest) -> Self {
        Self {
            purchase: order.purchase.clone(),
            names: names.clone(),
            sent: request.telegram.event.ec.customers.clone(),
        }
    }

    /// What takes it out of a text.
    pub(super) fn scrubber(&self) -> Scrubber {
        let mut hidden = Scrubber::default();
        let purchase = &self.purchase;
        address(&mut hidden, &purchase.billing);
        if let Some(shipping) = &purchase.shipping {
            address(&mut hidden, shipping);
        }
        for info in [&self.names.buyer, &self.names.delivery]
            .into_iter()
            .flatten()
        {
            name(&mut hidden, &info.last_writing, &info.first_writing);
        }
        email(&mut hidden, &purchase.email);
        let others = [&purchase.ip, &purchase.device_info, &purchase.card_bin];
        for other in others.into_iter().flatten() {
            hidden.value(other.reveal());
        }
        if let Some(device) = &purchase.device_info
            && let Ok(facts) = serde_json::from_str(device.reveal())
        {
            strings(&facts, &mut |text| {
                if text.chars().count() >= 4 {
                    hidden.value(text);
                }
            });
        }
        if let Some(birth) = purchase.birth {
            birthday(&mut hidden, birth);
        }
        if let Ok(sent) = serde_json::to_value(&self.sent) {
            strings(&sent, &mut |text| {
                if is_hash(text) {
                    hidden.hash(text);
                }
            });
        }
        hidden
    }
}

fn address(hidden: &mut Scrubber, address: &Address) {
    name(hidden, &address.family_name, &address.given_name);
    name(hidden, &address.family_kana, &address.given_kana);
    hidden.value(address.company_name.reveal());
    hidden.value(address.zip.reveal());
    let tel = address.tel.reveal();
    hidden.value(tel);
    // +81 3 5759 6380: the same number, written for calls from abroad.
    if let Some(rest) = tel.strip_prefix('0') {
        hidden.value(rest);
    }
    let prefecture = address.prefecture.reveal().trim();
    hidden.word(prefecture);
    // 東京 is as telling as 東京都. 北海道 is never without its last character.
    if let Some(stem) = prefecture.strip_suffix(['都', '府', '県']) {
        hidden.word(stem);
    }
    hidden.value(address.rest.reveal());
    for piece in pieces::of_address(address.rest.reveal()) {
        hidden.value(&piece);
    }
}

fn name(hidden: &mut Scrubber, family: &Personal, given: &Personal) {
    let (family, given) = (family.reveal().trim(), given.reveal().trim());
    for part in [family, given] {
        // The name API is asked in upper case.
        for writing in [part, &part.to_uppercase(), &part.to_lowercase()] {
            hidden.name(writing);
        }
    }
    if !family.is_empty() && !given.is_empty() {
        for (a, b) in [(family, given), (given, family)] {
            hidden.full_name(a, b);
        }
    }
}

fn email(hidden: &mut Scrubber, address: &Personal) {
    hidden.value(address.reveal());
    let (account, domain) = split_email(address);
    hidden.value(account);
    for piece in pieces::of_account(account) {
        hidden.whole_word(piece);
    }
    hidden.word(domain);
}

fn birthday(hidden: &mut Scrubber, birth: Birthday) {
    let forms = [
        "%Y/%m/%d",
        "%Y-%m-%d",
        "%Y.%m.%d",
        "%Y%m%d",
        "%Y年%m月%d日",
        "%Y/%-m/%-d",
        "%Y-%-m-%-d",
        "%Y.%-m.%-d",
        "%Y年%-m月%-d日",
    ];
    for form in forms {
        hidden.value(&birth.0.strftime(form).to_string());
    }
}

/// Every string within a document.
fn strings(within: &Value, each: &mut impl FnMut(&str)) {
    match within {
        Value::String(text) => each(text),
        Value::Array(values) => values.iter().for_each(|value| strings(value, each)),
        Value::Object(fields) => fields.values().for_each(|value| strings(value, each)),
        _ => {}
    }
}

/// SHA-1 or SHA-256 in hex.
fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
