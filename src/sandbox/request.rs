//! What all of the sandbox's calls share: requests, answers, refusals, who may ask; and what it asks of
//! a registration before it decides.

use std::{fmt, net::IpAddr};

use serde_json::Value;

use crate::{
    domain::{
        order::OrderNumber, private::Secret, review::SETTLE_METHOD_CODES, settings::HashMethod,
        time::JstTime,
    },
    locales::{self, sandbox as texts},
    oplux::register::{LONGEST_DEVICE_INFO, VERSION, sign},
};

/// 加盟店ID.
pub const SHOP_ID: &str = "SP00EXAMPLE";
/// 接続元ID.
pub const CONNECTION_ID: &str = "0123456789ABCDEF0123456789ABCDEF";
/// シークレットキー. It opens nothing but this sandbox.
pub const SECRET_KEY: &str = "sandbox-secret-key";
/// The token of its ecforce's admin API. It opens nothing but this sandbox.
pub const TOKEN: &str = "sandbox-token";
/// 審査モデルID: for cards, and for deferred payment.
pub(super) const MODEL_IDS: [&str; 2] = ["CRD_01", "ATB_01"];
/// How far a request's datetime may be from now, in seconds. WIRE.md does not say how far O-PLUX
/// lets it be; a quarter of an hour passes a clock that is badly set and stops a replay.
const TOLERANCE_SECONDS: u64 = 15 * 60;

/// A request. It has no `Debug`: it may hold personal data.
#[derive(Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// The path, without the query.
    pub(super) path: String,
    pub(super) query: Fields,
    pub(super) content_type: String,
    pub(super) authorization: String,
    pub(super) body: Vec<u8>,
}

/// The fields of a query or a form.
#[derive(Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    pub(super) fn of(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// A field; none where it is not there.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The content type.
    pub(super) form: &'static str,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn new(status: u16, form: &'static str, text: String) -> Self {
        Self { status, form, text }
    }

    pub(super) fn json(status: u16, document: &Value) -> Self {
        Self::new(status, "application/json", document.to_string())
    }
}

/// Why a request is refused.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: locales::Text,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: locales::Text) -> Self {
        Self {
            status,
            code,
            message,
        }
    }

    /// A field that is not there.
    pub(super) fn missing(status: u16, path: &str) -> Self {
        Self::new(status, "InvalidData.Required", texts::missing(path))
    }

    /// A field of another form than is `expected`.
    pub(super) fn malformed(status: u16, path: &str, expected: impl ToString) -> Self {
        let message = texts::malformed(path, expected.to_string());
        Self::new(status, "InvalidData.Format", message)
    }
}

/// Whether the sandbox's own merchant asks, and asks now. `field` gives what the request says
/// under `shop_id`, `hash_method` and `request_datetime`.
pub(super) fn check_sender<'f>(
    field: impl Fn(&str) -> &'f str,
    signature: &str,
    now: JstTime,
) -> Result<(), Refusal> {
    let at: Option<JstTime> = field("request_datetime").parse().ok();
    let method = HashMethod::from_name(field("hash_method"));
    let secret = Secret::new(SECRET_KEY);
    let expected = method.zip(at);
    let expected = expected.map(|(method, at)| sign(method, CONNECTION_ID, SHOP_ID, at, &secret));
    let is_now = |at: JstTime| at.unix().abs_diff(now.unix()) <= TOLERANCE_SECONDS;
    let (code, message) = if field("shop_id") != SHOP_ID {
        ("Authentication.ShopId", texts::wrong_shop())
    } else if expected.is_none_or(|expected| signature != expected) {
        ("Authentication.Signature", texts::wrong_signature())
    } else if !at.is_some_and(is_now) {
        ("Authentication.RequestDatetime", texts::wrong_time())
    } else {
        return Ok(());
    };
    Err(Refusal::new(403, code, message))
}

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
type Table = &'static [(&'static str, Form)];

const ANY_TEXT: Form = Text(1, usize::MAX);
const ANY_NUMBER: Form = Number(0, u64::MAX);
const FLAG: Form = One(&["0", "1"]);
const DATE_TIME: Form = Time("YYYY/MM/DD HH:MM:SS");
const DATE: Form = Time("YYYY/MM/DD");
const SEX: Form = Number(1, 3);
const SETTLE_METHOD: Form = One(&SETTLE_METHOD_CODES);

const INFO: Table = &[
    ("version", One(&[VERSION])),
    ("shop_id", ANY_TEXT),
    ("signature", ANY_TEXT),
    ("hash_method", One(&["SHA256", "SHA1"])),
    ("request_datetime", DATE_TIME),
];

const EVENT: Table = &[
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

const PARTY: Table = &[
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
const BUYER: Table = &[
    ("email/pc/hashed_account_sha2", Hash),
    ("email/pc/domain", ANY_TEXT),
    ("tel/mobile_number=", Digits(9, 15)),
];

/// What goes of a registered member, all of it or nothing.
const MEMBER: Table = &[("ID=", ANY_TEXT), ("birth_day=", DATE), ("sex", SEX)];

const ITEM: Table = &[
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

fn fields(body: &Value, at: &str, table: Table) -> Result<(), Refusal> {
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
