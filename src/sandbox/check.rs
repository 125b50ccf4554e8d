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
    /// SHA-256 in upper-case hex.
    Hash,
    /// `YYYY/MM/DD HH:MM:SS`.
    DateTime,
    /// `YYYY/MM/DD`.
    Date,
    /// Empty, or of this form.
    OrEmpty(&'static Form),
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

/// The settle methods of WIRE.md.
const SETTLE_METHODS: [&str; 11] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99",
];

const NAME: Form = Form::OrEmpty(&Form::Hash);
const MOBILE: Form = Form::OrEmpty(&Form::Digits(9, 15));
const BIRTHDAY: Form = Form::OrEmpty(&Form::Date);

/// Fields by their path, with a question mark where they need not be there.
type Fields = &'static [(&'static str, Form)];

const INFO: Fields = &[
    ("version", Form::Exactly(VERSION)),
    ("shop_id", Form::Text),
    ("signature", Form::Text),
    ("hash_method", Form::OneOf(&["SHA256", "SHA1"])),
    ("request_datetime", Form::DateTime),
];

const EVENT: Fields = &[
    ("model_id", Form::Text),
    ("event_id_for_shop", Form::OrderNumber),
    ("event_type", Form::Exactly("EC")),
    ("ip_address_only?", Form::Ip),
    ("device_info?", Form::AtMost(LONGEST_DEVICE_INFO)),
    ("ec/media_code", Form::Text),
    ("ec/settle/limit_price", Form::Number),
    ("ec/settle/status", Form::Exactly("00")),
    ("ec/settle/datetime", Form::DateTime),
    ("ec/settle/amount", Form::Number),
    ("ec/settle/method", Form::OneOf(&SETTLE_METHODS)),
    ("ec/settle/credit_card", Form::Object),
    ("ec/settle/credit_card/bincode?", Form::Digits(6, 8)),
];

const PARTY: Fields = &[
    ("hashed_name/first_name_sha2", NAME),
    ("hashed_name/last_name_sha2", NAME),
    ("hashed_name/normalized_first_name_sha2", NAME),
    ("hashed_name/normalized_last_name_sha2", NAME),
    ("hashed_name/validName", Form::OneOf(&["0", "1"])),
    ("hashed_name/correctReading", Form::OneOf(&["0", "1"])),
    ("hashed_name/correctReadingMatchCount", Form::Number),
    ("address/country", Form::Exactly("JP")),
    ("address/countryName", Form::Exactly("JAPAN")),
    ("address/zipcode", Form::Digits(7, 7)),
    ("address/addressA", Form::Text),
    ("address/addressC", Form::AtMost(1000)),
    ("tel/fixed_number", Form::Digits(9, 15)),
    ("tel/mobile_number?", MOBILE),
    ("company/name?", Form::Text),
    ("company/post?", Form::Text),
    ("ID?", Form::Any),
    ("birth_day?", BIRTHDAY),
    ("sex?", Form::Sex),
];

/// What a buyer has besides.
const BUYER: Fields = &[
    ("email/pc/hashed_account_sha2", Form::Hash),
    ("email/pc/domain", Form::Text),
    ("tel/mobile_number", MOBILE),
];

/// What goes of a registered member, all of it or nothing.
const MEMBER: Fields = &[
    ("ID", Form::Any),
    ("birth_day", BIRTHDAY),
    ("sex", Form::Sex),
];

const ITEM: Fields = &[
    ("shop_item_id?", Form::Text),
    ("item_price", Form::Number),
    ("item_quantity", Form::Number),
    ("item_name?", Form::Text),
    ("item_category", Form::AtMost(20)),
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
            Some(value) if form.fits(value) => {}
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
            Self::Digits(least, most) => {
                (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
            }
            Self::Hash => {
                text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
            }
            Self::OrEmpty(form) => text.is_empty() || form.fits_text(text),
            Self::DateTime => text.parse::<JstTime>().is_ok_and(|at| at.wire() == text),
            Self::Date => text
                .parse::<JstTime>()
                .is_ok_and(|at| at.wire()[..10] == *text),
            Self::Ip => text.parse::<std::net::IpAddr>().is_ok(),
            Self::OrderNumber => text.parse::<OrderNumber>().is_ok(),
            Self::AtMost(most) => text.encode_utf16().count() <= most,
            Self::Number | Self::Sex | Self::Object => false,
        }
    }
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
