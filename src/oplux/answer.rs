//! What an answer to a registration means (WIRE.md, and CONTRACT.md, "Network"), which of its texts
//! may be shown and kept.

use serde_json::Value;

use super::register::{Names, RegisterRequest, split_email};
use crate::{
    domain::{
        event::{AutoResult, EventId, Reason, Screening, Similar},
        order::{Address, Order},
        private::Personal,
        text::{folded, is_invisible},
    },
    locales::{Text, services as texts},
};

/// The longest event ID that is taken for one; those seen have 47 characters.
const LONGEST_ID: usize = 128;
/// The most similar events that are kept; those seen were 20.
const SIMILARS: usize = 100;
/// A code that begins so does not say that nothing was registered (WIRE.md).
const SERVER_ERROR: &str = "ServerError.";

/// The most characters of a text that is shown and kept.
const LONGEST_TEXT: usize = 500;
/// So many letters of a value that must not be shown are looked for: a server may cut it short.
const OF_VALUE: usize = 32;
/// Likewise of a hash.
const OF_HASH: usize = 8;
/// Strings within device information that are shorter say nothing of the device.
const OF_DEVICE: usize = 4;
/// Stands for a result that is withheld: an event has one.
const MASK: &str = "***";

/// What an answer means. Its texts are as the server wrote them: what must not be shown of
/// them is withheld before they leave this folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The event was registered.
    Good(Screening),
    /// 401 or 403: the credentials are not accepted.
    Rejected(Objection),
    /// Any other 4xx, and `result` 20 but for a server error: nothing was registered, and that is
    /// known.
    Refused(Objection),
    /// Whether the event was registered is not known.
    Unknown(Doubt),
}

/// What a refusal says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Objection {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    /// Whether any of it is withheld.
    pub(super) withheld: bool,
}

/// Why an answer does not say whether the event was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The status says nothing certain.
    Status,
    /// `result` 20, and the server's own error is the cause.
    ServerError(Objection),
    /// No JSON of the known form, or none that came through.
    Unreadable,
    /// A good answer without an event ID that can be used.
    NoEventId,
    /// A good answer without a result.
    NoResult,
}

/// Reads an answer of any status but 429 and 503. `body` is none where it did not come through.
pub(super) fn read(status: u16, body: Option<&[u8]>) -> Answer {
    let body = body.and_then(json).unwrap_or(Value::Null);
    let result = code(body.get("result"));
    match status {
        401 | 403 => Answer::Rejected(objection(&body)),
        400..=499 => Answer::Refused(objection(&body)),
        _ if result == Some(20) && is_server_error(&body) => {
            Answer::Unknown(Doubt::ServerError(objection(&body)))
        }
        _ if result == Some(20) => Answer::Refused(objection(&body)),
        200..=299 if result == Some(10) => registered(&body),
        200..=299 => Answer::Unknown(Doubt::Unreadable),
        _ => Answer::Unknown(Doubt::Status),
    }
}

fn json(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).ok()
}

/// `result` comes as a number or as a string: 10 done, 20 error.
fn code(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64().or_else(|| {
            let whole = number.as_f64().filter(|n| n.fract() == 0.0 && *n >= 0.0);
            whole.map(|number| number as u64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn is_server_error(body: &Value) -> bool {
    let mut errors = list(body.get("errors")).iter();
    errors.any(|error| text(error.get("code")).is_some_and(|code| code.starts_with(SERVER_ERROR)))
}

fn registered(body: &Value) -> Answer {
    let event = body.pointer("/telegram/event").unwrap_or(&Value::Null);
    let Some(event_id) = text(event.get("id")).filter(|id| is_sound(id)) else {
        return Answer::Unknown(Doubt::NoEventId);
    };
    let Some(result) = text(event.pointer("/aaresult/result")) else {
        return Answer::Unknown(Doubt::NoResult);
    };
    Answer::Good(Screening {
        event_id: EventId(event_id),
        result,
        rule_group: text(event.get("rule_group")),
        reasons: list(event.get("rules")).iter().filter_map(reason).collect(),
        similars: similars(event),
    })
}

fn similars(event: &Value) -> Vec<Similar> {
    let similars = list(event.get("similars")).iter();
    let similars = similars.filter_map(|similar| {
        let id = |name: &str| text(similar.get(name)).filter(|id| is_sound(id));
        Some(Similar {
            event_id: EventId(id("event_id")?),
            merchant_management_id: id("event_id_for_shop"),
        })
    });
    similars.take(SIMILARS).collect()
}

/// An event ID is shown and searched for, so it has to be one plain word.
fn is_sound(id: &str) -> bool {
    id.len() <= LONGEST_ID && id.bytes().all(|b| b.is_ascii_graphic())
}

fn reason(rule: &Value) -> Option<Reason> {
    let (code, description) = (text(rule.get("code")), text(rule.get("description")));
    (code.is_some() || description.is_some()).then_some(Reason { code, description })
}

/// The first error's code, and what all of them say.
fn objection(body: &Value) -> Objection {
    let errors = list(body.get("errors"));
    let messages: Vec<_> = errors
        .iter()
        .filter_map(|error| text(error.get("message")))
        .collect();
    Objection {
        code: errors.iter().find_map(|error| text(error.get("code"))),
        message: (!messages.is_empty()).then(|| messages.join(" / ")),
        withheld: false,
    }
}

/// A list; one object alone is a list of one, and what is missing an empty one.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// A text that is not empty. Numbers are texts, too: IDs and codes may come as such.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What must not be shown of an order, as it was entered and sent: a text of the server is shown and
/// kept only where it holds none of the order's own values, nor a hash of them, nor a credential.
/// Otherwise the whole text is withheld. It has no `Debug`: it is personal data.
#[derive(Clone, Default)]
pub struct Sensitive(Vec<LookedFor>);

/// A value by how it is looked for. A short one stands in many words by chance, and would withhold
/// every other text: `Li` is in `limit`, 森 in 青森, エリ in エリア.
#[derive(Clone)]
enum LookedFor {
    /// Anywhere, whatever stands between its letters: ASCII from 8 letters on, numbers from 6
    /// digits, kana from 3, and any other writing from 2.
    Anywhere(String),
    /// As words of their own, one behind the other: what is shorter.
    Words(String),
}

impl Sensitive {
    /// Everything of an order and of its request that must not be shown.
    pub fn of(order: &Order, names: &Names, request: &RegisterRequest) -> Self {
        let (purchase, event) = (&order.purchase, &request.document["telegram"]["event"]);
        let mut own = Self::default();
        own.address(&purchase.billing);
        purchase.shipping.iter().for_each(|to| own.address(to));
        for info in [&names.buyer, &names.delivery].into_iter().flatten() {
            own.name(&info.last_writing, &info.first_writing);
        }
        let (account, domain) = split_email(&purchase.email);
        own.add([purchase.email.reveal(), account, domain]);
        let others = [&purchase.ip, &purchase.card_bin].into_iter().flatten();
        own.add(others.map(Personal::reveal));
        if let Some(birth) = purchase.birth {
            for form in ["%Y%m%d", "%Y/%-m/%-d", "%Y年%m月%d日", "%Y年%-m月%-d日"] {
                own.add([&*birth.0.strftime(form).to_string()]);
            }
        }
        // Only what is sent of it can come back.
        if let Some(device) = event["device_info"].as_str() {
            own.add([device]);
            let facts = serde_json::from_str(device).unwrap_or(Value::Null);
            strings(&facts, &mut |text| {
                own.add((text.chars().count() >= OF_DEVICE).then_some(text));
            });
        }
        strings(&event["ec"]["customers"], &mut |text| {
            let is_hash = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
            own.add(is_hash.then(|| &text[..OF_HASH]));
        });
        own
    }

    fn address(&mut self, address: &Address) {
        self.name(&address.family_name, &address.given_name);
        self.name(&address.family_kana, &address.given_kana);
        let (rest, tel) = (address.rest.reveal(), address.tel.reveal());
        let others = [&address.company_name, &address.zip, &address.prefecture];
        self.add(others.map(Personal::reveal));
        // +81 3 5759 6380: the same number, written for calls from abroad.
        self.add([rest, tel.strip_prefix('0').unwrap_or(tel)]);
        // 目黒区下目黒 without the house number.
        self.add(rest.split(|c: char| c.is_ascii_digit()).take(1));
    }

    fn name(&mut self, family: &Personal, given: &Personal) {
        let (family, given) = (family.reveal(), given.reveal());
        let both = [format!("{family}{given}"), format!("{given}{family}")];
        self.add([family, given, &both[0], &both[1]]);
    }

    /// Adds values; one Latin letter or digit is none.
    pub(crate) fn add<'t>(&mut self, values: impl IntoIterator<Item = &'t str>) {
        for value in values {
            let value = folded(value);
            let letters = letters(&value);
            let length = letters.chars().count();
            let enough = match () {
                () if letters.bytes().all(|b| b.is_ascii_digit()) => 6,
                () if letters.is_ascii() => 8,
                () if letters.chars().all(is_kana) => 3,
                () => 2,
            };
            if length >= enough {
                // The beginning is enough: a server may cut a value short.
                let beginning = letters.chars().take(OF_VALUE).collect();
                self.0.push(LookedFor::Anywhere(beginning));
            } else if length > 1 || !letters.is_ascii() {
                self.0.push(LookedFor::Words(words(&value)));
            }
        }
    }

    /// The text, fit to be shown and kept: without control characters, [`LONGEST_TEXT`] characters at
    /// most. None where it is withheld.
    pub(super) fn pass(&self, text: &str) -> Option<String> {
        if is_escaped(text) {
            return None;
        }
        let shown: String = text.chars().filter_map(shown).collect();
        let folded = folded(&shown);
        let (letters, words) = (letters(&folded), words(&folded));
        let is_in = |value: &LookedFor| match value {
            LookedFor::Anywhere(value) => letters.contains(value.as_str()),
            LookedFor::Words(value) => words.contains(value.as_str()),
        };
        let kept = || shown.trim().chars().take(LONGEST_TEXT).collect();
        (!self.0.iter().any(is_in)).then(kept)
    }

    /// A good answer, fit to be shown and kept, and whether any text of it was withheld. None where
    /// its event ID is made of what must not be shown: then there is no ID to keep it under.
    pub(super) fn screening(&self, said: Screening) -> Option<(Screening, bool)> {
        let is_plain = |id: &EventId| id.is_of_time_and_hex() || self.pass(&id.0).is_some();
        if !is_plain(&said.event_id) {
            return None;
        }
        let mut withheld = false;
        let mut pass = |text: Option<String>| {
            let shown = text.as_deref().and_then(|text| self.pass(text));
            withheld |= shown.is_none() && text.is_some();
            shown
        };
        let result = match AutoResult::from_name(&said.result) {
            Some(_) => said.result,
            None => pass(Some(said.result)).unwrap_or_else(|| MASK.to_owned()),
        };
        let rule_group = pass(said.rule_group);
        let reasons = said.reasons.into_iter().filter_map(|reason| {
            let (code, description) = (pass(reason.code), pass(reason.description));
            let is_something = code.is_some() || description.is_some();
            is_something.then_some(Reason { code, description })
        });
        let reasons = reasons.collect();
        let mut similars = said.similars;
        similars.retain(|similar| {
            let number = similar.merchant_management_id.as_deref();
            is_plain(&similar.event_id) && number.is_none_or(|number| self.pass(number).is_some())
        });
        let screening = Screening {
            event_id: said.event_id,
            result,
            rule_group,
            reasons,
            similars,
        };
        Some((screening, withheld))
    }

    /// An objection, fit to be shown.
    pub(super) fn objection(&self, said: Objection) -> Objection {
        let pass = |text: &Option<String>| text.as_deref().and_then(|text| self.pass(text));
        let (code, message) = (pass(&said.code), pass(&said.message));
        Objection {
            withheld: code.is_none() && said.code.is_some()
                || message.is_none() && said.message.is_some(),
            code,
            message,
        }
    }
}

/// Whether a text holds `\u9234`, `%E9` or `&#x9234;`: what stands behind them cannot be compared,
/// and people are not told anything so.
fn is_escaped(text: &str) -> bool {
    let hex = |at: usize, digits: usize| {
        let escape = text.as_bytes().get(at..at + digits);
        escape.is_some_and(|escape| escape.iter().all(u8::is_ascii_hexdigit))
    };
    let unicode = text.match_indices("\\u").any(|(at, _)| hex(at + 2, 4));
    let percent = text.match_indices('%').any(|(at, _)| hex(at + 1, 2));
    unicode || percent || text.contains("&#")
}

/// What a reader may be shown of a character: a line end is a blank, and other control characters
/// are dropped, as are marks that turn the direction of writing.
fn shown(char: char) -> Option<char> {
    match char {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ if char.is_control() || is_invisible(char) => None,
        _ => Some(char),
    }
}

/// Letters and digits alone: 03-5759-6380 is 0357596380. ー also stands for a hyphen.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric() && *c != 'ー');
    letters.collect()
}

/// The words of a text with a blank around each: runs of letters, digits and `_`, which end where
/// ASCII ends, and before 様. `TEST_OKTEL` is one word.
fn words(text: &str) -> String {
    let mut text = text.replace('ー', "");
    for title in ["様", "さん", "殿", "氏"] {
        text = text.replace(title, " ");
    }
    let (mut words, mut was_ascii) = (" ".to_owned(), true);
    for char in text.chars() {
        let in_word = char.is_alphanumeric() || char == '_';
        let ends = !in_word || char.is_ascii() != was_ascii;
        if ends && !words.ends_with(' ') {
            words.push(' ');
        }
        words.extend(in_word.then_some(char));
        was_ascii = char.is_ascii();
    }
    words.push(' ');
    words
}

fn is_kana(char: char) -> bool {
    matches!(char, '\u{3041}'..='\u{30ff}')
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

/// A message with what the server said besides.
pub(super) fn with_objection(message: Text, said: &Objection) -> Text {
    let parts = [&said.code, &said.message];
    let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    let message = match parts.is_empty() {
        true => message,
        false => texts::with_detail(message, parts.join(": ")),
    };
    match said.withheld {
        true => texts::with_withheld(message),
        false => message,
    }
}

#[cfg(test)]
mod tests;
