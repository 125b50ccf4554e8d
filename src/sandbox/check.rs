//! What the sandbox asks of a registration before it decides.

use std::{net::IpAddr, str::FromStr};

use serde_json::Value;

use super::{CONNECTION_ID, MODEL_IDS, SECRET_KEY, SHOP_ID, TOLERANCE_SECONDS};
use crate::{
    domain::{order::OrderNumber, private::Secret, settings::HashMethod, time::JstTime},
    locales::{Text, sandbox as texts},
    oplux::register::{LONGEST_DEVICE_INFO, VERSION, sign},
};

/// Why a request is refused.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: Text,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: Text) -> Self {
        Self {
            status,
            code,
            message,
        }
    }
}

/// Whether a value is of the form of its field.
type Form = fn(&Value) -> bool;

/// Fields by their path, with a question mark where they need not be there.
type Fields = &'static [(&'static str, Form)];

/// The settle methods of WIRE.md.
const SETTLE_METHODS: [&str; 11] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99",
];

const INFO: Fields = &[
    ("version", |value| *value == VERSION),
    ("shop_id", is_text),
    ("signature", is_text),
    ("hash_method", |value| is_one_of(value, &["SHA256", "SHA1"])),
    ("request_datetime", is_date_time),
];

const EVENT: Fields = &[
    ("model_id", is_text),
    ("event_id_for_shop", |value| parses::<OrderNumber>(value)),
    ("event_type", |value| *value == "EC"),
    ("ip_address_only?", |value| parses::<IpAddr>(value)),
    ("device_info?", is_at_most::<LONGEST_DEVICE_INFO>),
    ("ec/media_code", is_text),
    ("ec/settle/limit_price", Value::is_u64),
    ("ec/settle/status", |value| *value == "00"),
    ("ec/settle/datetime", is_date_time),
    ("ec/settle/amount", Value::is_u64),
    ("ec/settle/method", |value| {
        is_one_of(value, &SETTLE_METHODS)
    }),
    ("ec/settle/credit_card", Value::is_object),
    ("ec/settle/credit_card/bincode?", is_digits::<6, 8>),
];

const PARTY: Fields = &[
    ("hashed_name/first_name_sha2", is_hash_or_empty),
    ("hashed_name/last_name_sha2", is_hash_or_empty),
    ("hashed_name/normalized_first_name_sha2", is_hash_or_empty),
    ("hashed_name/normalized_last_name_sha2", is_hash_or_empty),
    ("hashed_name/validName", is_flag),
    ("hashed_name/correctReading", is_flag),
    ("hashed_name/correctReadingMatchCount", Value::is_u64),
    ("address/country", |value| *value == "JP"),
    ("address/countryName", |value| *value == "JAPAN"),
    ("address/zipcode", is_digits::<7, 7>),
    ("address/addressA", is_text),
    ("address/addressC", is_at_most::<1000>),
    ("tel/fixed_number", is_digits::<9, 15>),
    ("tel/mobile_number?", is_mobile),
    ("company/name?", is_text),
    ("company/post?", is_text),
    ("ID?", Value::is_string),
    ("birth_day?", is_birthday),
    ("sex?", is_sex),
];

/// What a buyer has besides.
const BUYER: Fields = &[
    ("email/pc/hashed_account_sha2", is_hash),
    ("email/pc/domain", is_text),
    ("tel/mobile_number", is_mobile),
];

/// What goes of a registered member, all of it or nothing.
const MEMBER: Fields = &[
    ("ID", Value::is_string),
    ("birth_day", is_birthday),
    ("sex", is_sex),
];

const ITEM: Fields = &[
    ("shop_item_id?", is_text),
    ("item_price", Value::is_u64),
    ("item_quantity", Value::is_u64),
    ("item_name?", is_text),
    ("item_category", is_at_most::<20>),
];

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn is_one_of(value: &Value, texts: &[&str]) -> bool {
    texts.iter().any(|text| value == text)
}

fn is_flag(value: &Value) -> bool {
    is_one_of(value, &["0", "1"])
}

fn is_sex(value: &Value) -> bool {
    value.as_u64().is_some_and(|sex| (1..=3).contains(&sex))
}

fn is_digits<const LEAST: usize, const MOST: usize>(value: &Value) -> bool {
    let is_so_long = |text: &&str| (LEAST..=MOST).contains(&text.len());
    let text = value.as_str().filter(is_so_long);
    text.is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()))
}

fn is_mobile(value: &Value) -> bool {
    *value == "" || is_digits::<9, 15>(value)
}

/// SHA-256 in upper-case hex.
fn is_hash(value: &Value) -> bool {
    let text = value.as_str().filter(|text| text.len() == 64);
    text.is_some_and(|text| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')))
}

fn is_hash_or_empty(value: &Value) -> bool {
    *value == "" || is_hash(value)
}

/// So many UTF-16 units at most.
fn is_at_most<const MOST: usize>(value: &Value) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| text.encode_utf16().count() <= MOST)
}

fn parses<T: FromStr>(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<T>().is_ok())
}

/// A time whose first `length` characters on the wire are this text.
fn is_time(value: &Value, length: usize) -> bool {
    let text = value.as_str().unwrap_or_default();
    let at = text.parse::<JstTime>();
    at.is_ok_and(|at| at.wire()[..length] == *text)
}

/// `YYYY/MM/DD HH:MM:SS`.
fn is_date_time(value: &Value) -> bool {
    is_time(value, 19)
}

/// `YYYY/MM/DD`, or empty.
fn is_birthday(value: &Value) -> bool {
    *value == "" || is_time(value, 10)
}

/// Checks a registration: its form, who asks, and its model.
pub(super) fn check(body: &Value, now: JstTime) -> Result<(), Refusal> {
    check_form(body)?;
    check_sender(body, now)?;
    if !MODEL_IDS.contains(&text(body, "/telegram/event/model_id")) {
        let code = "InvalidData.AuthoriModelNone";
        return Err(Refusal::new(400, code, texts::no_model()));
    }
    Ok(())
}

/// A text of a request whose form was checked.
pub(super) fn text<'b>(body: &'b Value, path: &str) -> &'b str {
    let value = body.pointer(path).and_then(Value::as_str);
    value.unwrap_or_default()
}

fn check_form(body: &Value) -> Result<(), Refusal> {
    fields(body, "/info", INFO)?;
    let event = "/telegram/event";
    fields(body, event, EVENT)?;
    let customers = format!("{event}/ec/customers");
    let buyer = format!("{customers}/buyer");
    let deliveries = format!("{customers}/deliveries");
    fields(body, &buyer, PARTY)?;
    fields(body, &buyer, BUYER)?;
    each(body, &deliveries, 1, PARTY)?;
    whole(body, &buyer)?;
    let count = body.pointer(&deliveries).and_then(Value::as_array);
    (0..count.map_or(0, Vec::len))
        .try_for_each(|place| whole(body, &format!("{deliveries}/{place}")))?;
    each(body, &format!("{event}/ec/items"), 0, ITEM)
}

/// Of a registered member ID, birthday and sex go together; and a delivery has them only where it
/// is the buyer, with all that a buyer has.
fn whole(body: &Value, party: &str) -> Result<(), Refusal> {
    let has = |name: &str| body.pointer(&format!("{party}/{name}")).is_some();
    if !MEMBER.iter().any(|(name, _)| has(name)) {
        return Ok(());
    }
    fields(body, party, MEMBER)?;
    fields(body, party, BUYER)
}

/// The fields of each entry of an array that has to have so many of them.
fn each(body: &Value, path: &str, least: usize, table: Fields) -> Result<(), Refusal> {
    let entries = body.pointer(path).and_then(Value::as_array);
    let count = entries.map(Vec::len).filter(|count| *count >= least);
    let count = count.ok_or_else(|| missing(path))?;
    (0..count).try_for_each(|place| fields(body, &format!("{path}/{place}"), table))
}

fn fields(body: &Value, at: &str, table: Fields) -> Result<(), Refusal> {
    for (name, form) in table {
        let path = format!("{at}/{}", name.trim_end_matches('?'));
        match body.pointer(&path) {
            None | Some(Value::Null) if name.ends_with('?') => {}
            None | Some(Value::Null) => return Err(missing(&path)),
            Some(value) if form(value) => {}
            Some(_) => {
                let message = texts::malformed(dotted(&path));
                return Err(Refusal::new(400, "InvalidData.Format", message));
            }
        }
    }
    Ok(())
}

fn missing(path: &str) -> Refusal {
    Refusal::new(400, "InvalidData.Required", texts::missing(dotted(path)))
}

/// `telegram.event.ec`, as the provider's documents write paths.
fn dotted(path: &str) -> String {
    path.trim_start_matches('/').replace('/', ".")
}

/// Whether the sandbox's own merchant asks, and asks now.
fn check_sender(body: &Value, now: JstTime) -> Result<(), Refusal> {
    if text(body, "/info/shop_id") != SHOP_ID {
        let message = texts::wrong_shop();
        return Err(Refusal::new(401, "Authentication.ShopId", message));
    }
    let at: Option<JstTime> = text(body, "/info/request_datetime").parse().ok();
    let expected = HashMethod::from_name(text(body, "/info/hash_method"))
        .zip(at)
        .map(|(method, at)| {
            let secret = Secret::new(SECRET_KEY);
            sign(method, CONNECTION_ID, SHOP_ID, at, &secret)
        });
    if expected.is_none_or(|expected| text(body, "/info/signature") != expected) {
        let message = texts::wrong_signature();
        return Err(Refusal::new(401, "Authentication.Signature", message));
    }
    let is_now = |at: JstTime| at.unix().abs_diff(now.unix()) <= TOLERANCE_SECONDS;
    if !at.is_some_and(is_now) {
        let message = texts::wrong_time();
        return Err(Refusal::new(401, "Authentication.RequestDatetime", message));
    }
    Ok(())
}
