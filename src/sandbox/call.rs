//! What all of the sandbox's calls share: requests, answers, refusals, and who may ask.

use serde_json::Value;

use super::{CONNECTION_ID, SECRET_KEY, SHOP_ID, TOLERANCE_SECONDS};
use crate::{
    domain::{private::Secret, settings::HashMethod, time::JstTime},
    locales::{Text, sandbox as texts},
    oplux::register::sign,
};

/// A request. It has no `Debug`: it may hold personal data.
#[derive(Default)]
pub(super) struct Request {
    /// The HTTP method.
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
    /// The HTTP status.
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
