//! What the sandbox asks of a registration before it decides.

use serde_json::Value;

use super::{CONNECTION_ID, MODEL_IDS, SECRET_KEY, SHOP_ID, TOLERANCE_SECONDS};
use crate::{
    domain::{order::OrderNumber, private::Secret, time::JstTime},
    locales::{Text, sandbox as texts},
    oplux::{
        signature::{HashMethod, sign},
        wire::{LONGEST_DEVICE_INFO, RegisterRequest, VERSION},
    },
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

/// The form of a field.
#[derive(Clone, Copy)]
enum Form {
    /// A text that is not empty.
    Text,
    /// Exactly this text.
    Exactly(&'static str),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// So many digits.
    Digits(usize, usize),
    /// The same, or empty.
    DigitsOrEmpty(usize, usize),
    /// SHA-256 in upper-case hex.
    Hash,
    /// The same, or empty.
    HashOrEmpty,
    /// `YYYY/MM/DD HH:MM:SS`.
    DateTime,
    /// `YYYY/MM/DD`, or empty.
    DateOrEmpty,
    /// A whole number, 0 or more.
    Number,
    /// 1, 2 or 3.
    Sex,
    /// An IP address.
    Ip,
    /// An order number.
    OrderNumber,
    /// A text of so many UTF-16 units at most.
    AtMost(usize),
    /// A text, empty or not.
    Any,
    /// An object.
    Object,
}

/// Whether a field has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}
use Need::{Optional, Required};

/// The settle methods of WIRE.md.
const SETTLE_METHODS: [&str; 11] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99",
];

const INFO: [(&str, Need, Form); 5] = [
    ("version", Required, Form::Exactly(VERSION)),
    ("shop_id", Required, Form::Text),
    ("signature", Required, Form::Text),
    ("hash_method", Required, Form::OneOf(&["SHA256", "SHA1"])),
    ("request_datetime", Required, Form::DateTime),
];

const EVENT: [(&str, Need, Form); 13] = [
    ("model_id", Required, Form::Text),
    ("event_id_for_shop", Required, Form::OrderNumber),
    ("event_type", Required, Form::Exactly("EC")),
    ("ip_address_only", Optional, Form::Ip),
    ("device_info", Optional, Form::AtMost(LONGEST_DEVICE_INFO)),
    ("ec/media_code", Required, Form::Text),
    ("ec/settle/limit_price", Required, Form::Number),
    ("ec/settle/status", Required, Form::Exactly("00")),
    ("ec/settle/datetime", Required, Form::DateTime),
    ("ec/settle/amount", Required, Form::Number),
    ("ec/settle/method", Required, Form::OneOf(&SETTLE_METHODS)),
    ("ec/settle/credit_card", Required, Form::Object),
    (
        "ec/settle/credit_card/bincode",
        Optional,
        Form::Digits(6, 8),
    ),
];

const PARTY: [(&str, Need, Form); 19] = [
    ("hashed_name/first_name_sha2", Required, Form::HashOrEmpty),
    ("hashed_name/last_name_sha2", Required, Form::HashOrEmpty),
    (
        "hashed_name/normalized_first_name_sha2",
        Required,
        Form::HashOrEmpty,
    ),
    (
        "hashed_name/normalized_last_name_sha2",
        Required,
        Form::HashOrEmpty,
    ),
    ("hashed_name/validName", Required, Form::OneOf(&["0", "1"])),
    (
        "hashed_name/correctReading",
        Required,
        Form::OneOf(&["0", "1"]),
    ),
    (
        "hashed_name/correctReadingMatchCount",
        Required,
        Form::Number,
    ),
    ("address/country", Required, Form::Exactly("JP")),
    ("address/countryName", Required, Form::Exactly("JAPAN")),
    ("address/zipcode", Required, Form::Digits(7, 7)),
    ("address/addressA", Required, Form::Text),
    ("address/addressC", Required, Form::AtMost(1000)),
    ("tel/fixed_number", Required, Form::Digits(9, 15)),
    ("tel/mobile_number", Optional, Form::DigitsOrEmpty(9, 15)),
    ("company/name", Optional, Form::Text),
    ("company/post", Optional, Form::Text),
    ("ID", Optional, Form::Any),
    ("birth_day", Optional, Form::DateOrEmpty),
    ("sex", Optional, Form::Sex),
];

/// What a buyer has besides.
const BUYER: [(&str, Need, Form); 3] = [
    ("email/pc/hashed_account_sha2", Required, Form::Hash),
    ("email/pc/domain", Required, Form::Text),
    ("tel/mobile_number", Required, Form::DigitsOrEmpty(9, 15)),
];

/// What goes of a registered member, all of it or nothing.
const MEMBER: [(&str, Need, Form); 3] = [
    ("ID", Required, Form::Any),
    ("birth_day", Required, Form::DateOrEmpty),
    ("sex", Required, Form::Sex),
];

const ITEM: [(&str, Need, Form); 5] = [
    ("shop_item_id", Optional, Form::Text),
    ("item_price", Required, Form::Number),
    ("item_quantity", Required, Form::Number),
    ("item_name", Optional, Form::Text),
    ("item_category", Required, Form::AtMost(20)),
];

/// Checks a registration: its form, who asks, and its model.
pub(super) fn check(body: &Value, now: JstTime) -> Result<RegisterRequest, Refusal> {
    check_form(body)?;
    let request: RegisterRequest = serde_json::from_value(body.clone())
        .map_err(|_| Refusal::new(400, "InvalidData.Format", texts::not_json()))?;
    check_sender(&request, now)?;
    let known = MODEL_IDS.contains(&request.telegram.event.model_id.as_str());
    if !known {
        let code = "InvalidData.AuthoriModelNone";
        return Err(Refusal::new(400, code, texts::no_model()));
    }
    Ok(request)
}

fn check_form(body: &Value) -> Result<(), Refusal> {
    fields(body, "/info", &INFO)?;
    let event = "/telegram/event";
    fields(body, event, &EVENT)?;
    let customers = format!("{event}/ec/customers");
    let buyer = format!("{customers}/buyer");
    let deliveries = format!("{customers}/deliveries");
    fields(body, &buyer, &PARTY)?;
    fields(body, &buyer, &BUYER)?;
    each(body, &deliveries, 1, &PARTY)?;
    whole(body, &buyer)?;
    let count = body.pointer(&deliveries).and_then(Value::as_array);
    (0..count.map_or(0, Vec::len))
        .try_for_each(|place| whole(body, &format!("{deliveries}/{place}")))?;
    each(body, &format!("{event}/ec/items"), 0, &ITEM)
}

/// Of a registered member ID, birthday and sex go together; and a delivery has them only where it
/// is the buyer, with all that a buyer has.
fn whole(body: &Value, party: &str) -> Result<(), Refusal> {
    let has = |name: &str| body.pointer(&format!("{party}/{name}")).is_some();
    if !MEMBER.iter().any(|(name, ..)| has(name)) {
        return Ok(());
    }
    fields(body, party, &MEMBER)?;
    fields(body, party, &BUYER)
}

/// The fields of each entry of an array that has to have so many of them.
fn each(
    body: &Value,
    path: &str,
    least: usize,
    table: &[(&str, Need, Form)],
) -> Result<(), Refusal> {
    let entries = body.pointer(path).and_then(Value::as_array);
    let count = entries.map(Vec::len).filter(|count| *count >= least);
    let count = count.ok_or_else(|| missing(path))?;
    (0..count).try_for_each(|place| fields(body, &format!("{path}/{place}"), table))
}

fn fields(body: &Value, at: &str, table: &[(&str, Need, Form)]) -> Result<(), Refusal> {
    for (name, need, form) in table {
        let path = format!("{at}/{name}");
        match body.pointer(&path) {
            None | Some(Value::Null) if *need == Optional => {}
            None | Some(Value::Null) => return Err(missing(&path)),
            Some(value) if form.fits(value) => {}
            Some(_) => {
                let message = texts::malformed(dotted(&path), form.expected());
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

impl Form {
    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Number, value) => value.is_u64(),
            (Self::Object, value) => value.is_object(),
            (Self::Sex, value) => value.as_u64().is_some_and(|sex| (1..=3).contains(&sex)),
            (form, Value::String(text)) => form.fits_text(text),
            _ => false,
        }
    }

    fn fits_text(self, text: &str) -> bool {
        match self {
            Self::Text => !text.is_empty(),
            Self::Any => true,
            Self::Exactly(expected) => text == expected,
            Self::OneOf(expected) => expected.contains(&text),
            Self::DigitsOrEmpty(..) if text.is_empty() => true,
            Self::Digits(least, most) | Self::DigitsOrEmpty(least, most) => {
                (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
            }
            Self::Hash => is_hash(text),
            Self::HashOrEmpty => text.is_empty() || is_hash(text),
            Self::DateTime => text.parse::<JstTime>().is_ok_and(|at| at.wire() == text),
            Self::DateOrEmpty => {
                let date = text.parse::<JstTime>();
                text.is_empty() || date.is_ok_and(|at| at.wire()[..10] == *text)
            }
            Self::Ip => text.parse::<std::net::IpAddr>().is_ok(),
            Self::OrderNumber => text.parse::<OrderNumber>().is_ok(),
            Self::AtMost(most) => text.encode_utf16().count() <= most,
            Self::Number | Self::Sex | Self::Object => false,
        }
    }

    /// The form in a word, for the refusal: a notation, the same in both languages.
    fn expected(self) -> String {
        match self {
            Self::Text | Self::AtMost(_) | Self::Any => "string".to_owned(),
            Self::Object => "object".to_owned(),
            Self::Exactly(expected) => format!("\"{expected}\""),
            Self::OneOf(expected) => expected.join("|"),
            Self::Digits(least, most) | Self::DigitsOrEmpty(least, most) => {
                format!("[0-9]{{{least},{most}}}")
            }
            Self::Hash | Self::HashOrEmpty => "[0-9A-F]{64}".to_owned(),
            Self::DateTime => "YYYY/MM/DD HH:MM:SS".to_owned(),
            Self::DateOrEmpty => "YYYY/MM/DD".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Sex => "1|2|3".to_owned(),
            Self::Ip => "IPv4|IPv6".to_owned(),
            Self::OrderNumber => "[0-9A-Za-z_-]{1,64}".to_owned(),
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
}

/// Whether the sandbox's own merchant asks, and asks now.
fn check_sender(request: &RegisterRequest, now: JstTime) -> Result<(), Refusal> {
    let info = &request.info;
    if info.shop_id != SHOP_ID {
        let message = texts::wrong_shop();
        return Err(Refusal::new(401, "Authentication.ShopId", message));
    }
    let at: Option<JstTime> = info.request_datetime.parse().ok();
    let expected = HashMethod::from_name(&info.hash_method)
        .zip(at)
        .map(|(method, at)| {
            let secret = Secret::new(SECRET_KEY);
            sign(method, CONNECTION_ID, SHOP_ID, at, &secret)
        });
    if info.signature != expected {
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
