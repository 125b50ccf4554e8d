//! What the sandbox asks of a registration before it decides.

use std::{fmt, net::IpAddr};

use serde_json::Value;

use super::{
    MODEL_IDS,
    call::{Refusal, check_sender},
};
use crate::{
    domain::{order::OrderNumber, review::SETTLE_METHOD_CODES, time::JstTime},
    locales::sandbox as texts,
    oplux::register::{LONGEST_DEVICE_INFO, VERSION},
};

/// What a field holds. `Display` says it in a refusal.
#[derive(Clone, Copy)]
enum Form {
    /// One of these texts.
    One(&'static [&'static str]),
    /// From so many to so many UTF-16 units.
    Text(usize, usize),
    /// From so many to so many digits.
    Digits(usize, usize),
    /// A whole number, from and to.
    Number(u64, u64),
    /// SHA-256 in upper-case hex.
    Hash,
    /// `YYYY/MM/DD HH:MM:SS`, or so much of its beginning.
    Time(&'static str),
    OrderNumber,
    IpAddress,
    Object,
}

use Form::{Digits, Hash, IpAddress, Number, Object, One, Text, Time};

/// Fields by their path. One with `?` may be left out, one with `=` may be an empty text.
type Fields = &'static [(&'static str, Form)];

const ANY_TEXT: Form = Text(1, usize::MAX);
const ANY_NUMBER: Form = Number(0, u64::MAX);
const FLAG: Form = One(&["0", "1"]);
const DATE_TIME: Form = Time("YYYY/MM/DD HH:MM:SS");
const DATE: Form = Time("YYYY/MM/DD");
const SEX: Form = Number(1, 3);
const SETTLE_METHOD: Form = One(&SETTLE_METHOD_CODES);

const INFO: Fields = &[
    ("version", One(&[VERSION])),
    ("shop_id", ANY_TEXT),
    ("signature", ANY_TEXT),
    ("hash_method", One(&["SHA256", "SHA1"])),
    ("request_datetime", DATE_TIME),
];

const EVENT: Fields = &[
    ("model_id", ANY_TEXT),
    ("event_id_for_shop", Form::OrderNumber),
    ("event_type", One(&["EC"])),
    ("ip_address_only?", IpAddress),
    ("device_info?", Text(0, LONGEST_DEVICE_INFO)),
    ("ec/media_code", ANY_TEXT),
    ("ec/settle/limit_price", ANY_NUMBER),
    ("ec/settle/status", One(&["00"])),
    ("ec/settle/datetime", DATE_TIME),
    ("ec/settle/amount", ANY_NUMBER),
    ("ec/settle/method", SETTLE_METHOD),
    ("ec/settle/credit_card", Object),
    ("ec/settle/credit_card/bincode?", Digits(6, 8)),
];

const PARTY: Fields = &[
    ("hashed_name/first_name_sha2=", Hash),
    ("hashed_name/last_name_sha2=", Hash),
    ("hashed_name/normalized_first_name_sha2=", Hash),
    ("hashed_name/normalized_last_name_sha2=", Hash),
    ("hashed_name/validName", FLAG),
    ("hashed_name/correctReading", FLAG),
    ("hashed_name/correctReadingMatchCount", ANY_NUMBER),
    ("address/country", One(&["JP"])),
    ("address/countryName", One(&["JAPAN"])),
    ("address/zipcode", Digits(7, 7)),
    ("address/addressA", ANY_TEXT),
    ("address/addressC", Text(0, 1000)),
    ("tel/fixed_number", Digits(9, 15)),
    ("tel/mobile_number=?", Digits(9, 15)),
    ("company/name?", ANY_TEXT),
    ("company/post?", ANY_TEXT),
    ("ID=?", ANY_TEXT),
    ("birth_day=?", DATE),
    ("sex?", SEX),
];

/// What a buyer has besides.
const BUYER: Fields = &[
    ("email/pc/hashed_account_sha2", Hash),
    ("email/pc/domain", ANY_TEXT),
    ("tel/mobile_number=", Digits(9, 15)),
];

/// What goes of a registered member, all of it or nothing.
const MEMBER: Fields = &[("ID=", ANY_TEXT), ("birth_day=", DATE), ("sex", SEX)];

const ITEM: Fields = &[
    ("shop_item_id?", ANY_TEXT),
    ("item_price", ANY_NUMBER),
    ("item_quantity", ANY_NUMBER),
    ("item_name?", ANY_TEXT),
    ("item_category", Text(0, 20)),
];

impl Form {
    fn is_met(self, value: &Value) -> bool {
        if let Number(least, most) = self {
            return value.as_u64().is_some_and(|n| (least..=most).contains(&n));
        }
        let Some(text) = value.as_str() else {
            return matches!(self, Object) && value.is_object();
        };
        let all = |test: fn(u8) -> bool| text.bytes().all(test);
        match self {
            One(texts) => texts.contains(&text),
            Text(least, most) => (least..=most).contains(&text.encode_utf16().count()),
            Digits(least, most) => {
                (least..=most).contains(&text.len()) && all(|b| b.is_ascii_digit())
            }
            Hash => text.len() == 64 && all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')),
            Time(form) => {
                let at = text.parse::<JstTime>();
                at.is_ok_and(|at| at.wire()[..form.len()] == *text)
            }
            Form::OrderNumber => text.parse::<OrderNumber>().is_ok(),
            IpAddress => text.parse::<IpAddr>().is_ok(),
            Number(..) | Object => false,
        }
    }
}

/// The expected form, the same in both languages.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            One(texts) => f.write_str(&texts.join("|")),
            Text(least, usize::MAX) => write!(f, "string({least}-)"),
            Text(least, most) => write!(f, "string({least}-{most})"),
            Digits(least, most) => write!(f, "[0-9]{{{least},{most}}}"),
            Number(least, u64::MAX) => write!(f, "integer({least}-)"),
            Number(least, most) => write!(f, "integer({least}-{most})"),
            Hash => f.write_str("[0-9A-F]{64}"),
            Time(form) => f.write_str(form),
            Form::OrderNumber => f.write_str("[0-9A-Za-z_-]{1,64}"),
            IpAddress => f.write_str("IPv4|IPv6"),
            Object => f.write_str("object"),
        }
    }
}

/// Checks a registration: its form, who asks, and its model.
pub(super) fn check(body: &Value, now: JstTime) -> Result<(), Refusal> {
    check_form(body)?;
    let field = |name: &str| text(body, &format!("/info/{name}"));
    check_sender(field, field("signature"), now)?;
    match MODEL_IDS.contains(&text(body, "/telegram/event/model_id")) {
        true => Ok(()),
        false => {
            let code = "InvalidData.AuthoriModelNone";
            Err(Refusal::new(400, code, texts::no_model()))
        }
    }
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
    fields(body, &buyer, PARTY)?;
    fields(body, &buyer, BUYER)?;
    let deliveries = entries(body, &format!("{customers}/deliveries"), 1)?;
    for party in &deliveries {
        fields(body, party, PARTY)?;
    }
    for party in deliveries.iter().chain([&buyer]) {
        // Of a registered member ID, birthday and sex go together; and a delivery has them only
        // where it is the buyer, with all that a buyer has.
        let has = |name: &str| body.pointer(&format!("{party}/{name}")).is_some();
        if ["ID", "birth_day", "sex"].into_iter().any(has) {
            fields(body, party, MEMBER)?;
            fields(body, party, BUYER)?;
        }
    }
    let items = entries(body, &format!("{event}/ec/items"), 0)?;
    items.iter().try_for_each(|item| fields(body, item, ITEM))
}

/// The paths of an array that has to have at least so many entries.
fn entries(body: &Value, path: &str, least: usize) -> Result<Vec<String>, Refusal> {
    let array = body.pointer(path).and_then(Value::as_array);
    let count = array.map(Vec::len).filter(|count| *count >= least);
    let count = count.ok_or_else(|| Refusal::missing(400, &dotted(path)))?;
    Ok((0..count).map(|place| format!("{path}/{place}")).collect())
}

fn fields(body: &Value, at: &str, table: Fields) -> Result<(), Refusal> {
    for (name, form) in table {
        let path = format!("{at}/{}", name.trim_end_matches(['?', '=']));
        match body.pointer(&path) {
            None | Some(Value::Null) if name.ends_with('?') => {}
            None | Some(Value::Null) => return Err(Refusal::missing(400, &dotted(&path))),
            Some(Value::String(text)) if text.is_empty() && name.contains('=') => {}
            Some(value) if form.is_met(value) => {}
            Some(_) => return Err(Refusal::malformed(400, &dotted(&path), form)),
        }
    }
    Ok(())
}

/// `telegram.event.ec`, as the provider's documents write paths.
fn dotted(path: &str) -> String {
    path.trim_start_matches('/').replace('/', ".")
}
