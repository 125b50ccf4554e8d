//! What must not come back: a text of the server is shown and kept only where it holds none of the
//! order's own values, nor a hash of them, nor a credential. Otherwise the whole text is withheld.

use std::{collections::HashSet, ops::Deref};

use serde_json::Value;

use super::{answer::Objection, hash::split_email, names::Names, register::RegisterRequest};
use crate::domain::{
    event::{AutoResult, EventId, Reason, Screening, Similar},
    order::{Address, Order},
    private::Personal,
    text::{folded, is_invisible},
};

/// The most characters of a text that is shown and kept.
pub(super) const LONGEST: usize = 500;
/// A text of more characters is no message to people, and withheld unread.
const LOOKED_AT: usize = 10_000;
/// So much of the beginning of a longer value is enough: a server may cut it short.
const PREFIX: usize = 32;
/// Likewise of a hash.
const OF_HASH: usize = 8;
/// Strings within device information that are shorter say nothing of the device.
const OF_DEVICE: usize = 4;

/// Stands for a result that is withheld: an event has one.
const MASK: &str = "***";

/// What must not be shown of one order, as it was entered and sent.
#[derive(Clone, Debug, Default)]
pub struct Sensitive(Vec<Personal>);

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
            own.add(is_hash(text).then(|| &text[..OF_HASH]));
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

    fn add<'t>(&mut self, values: impl IntoIterator<Item = &'t str>) {
        self.0.extend(values.into_iter().map(Personal::new));
    }

    /// What texts are compared with: these values and the credentials of the call.
    pub(super) fn guard<'t>(&'t self, credentials: impl IntoIterator<Item = &'t str>) -> Guard {
        let own = self.0.iter().map(Personal::reveal);
        Guard(own.chain(credentials).filter_map(Looked::of).collect())
    }
}

/// Compares texts with the values that must not be shown.
pub(super) struct Guard(Vec<Looked>);

/// A value, folded, by how it is looked for. A short one stands in many words by chance, and would
/// withhold every other text: `Li` is in `limit`, 森 in 青森, エリ in エリア.
enum Looked {
    /// Anywhere, whatever stands between its letters: ASCII from 8 letters on, numbers from 6
    /// digits, kana from 3, and any other writing from 2.
    Anywhere(String),
    /// With its punctuation: what is shorter and has some, from 4 characters on.
    Written(String),
    /// As a word of its own: what is shorter still. One Latin letter or digit is no value.
    Word(String),
}

impl Looked {
    fn of(value: &str) -> Option<Self> {
        let written = without_blanks(&folded(value));
        let mut letters = letters(&written);
        let length = letters.chars().count();
        let enough = match () {
            () if letters.bytes().all(|b| b.is_ascii_digit()) => 6,
            () if letters.is_ascii() => 8,
            () if letters.chars().all(is_kana) => 3,
            () => 2,
        };
        let has_marks = written.chars().any(|c| !c.is_alphanumeric());
        if length >= enough {
            let end = letters.char_indices().nth(PREFIX).map(|(at, _)| at);
            letters.truncate(end.unwrap_or(letters.len()));
            Some(Self::Anywhere(letters))
        } else if has_marks && written.chars().count() >= 4 {
            Some(Self::Written(written))
        } else if has_marks || length < 2 && letters.is_ascii() {
            None
        } else {
            Some(Self::Word(letters))
        }
    }
}

impl Guard {
    /// The text, fit to be shown and kept: without control characters, [`LONGEST`] characters at
    /// most. None where it is withheld.
    pub(super) fn pass(&self, text: &str) -> Option<String> {
        if text.chars().nth(LOOKED_AT).is_some() || is_escaped(text) {
            return None;
        }
        let shown: String = text.chars().filter_map(shown).collect();
        let folded = folded(&shown);
        let written = without_blanks(&folded);
        let (letters, words) = (letters(&written), words(&folded));
        let is_in = |value: &Looked| match value {
            Looked::Anywhere(value) => letters.contains(value.as_str()),
            Looked::Written(value) => written.contains(value.as_str()),
            Looked::Word(value) => words.contains(value.as_str()),
        };
        let kept = || shown.trim().chars().take(LONGEST).collect();
        (!self.0.iter().any(is_in)).then(kept)
    }
}

/// A good answer, fit to be shown and kept, and whether any text of it was withheld. None where its
/// event ID is made of what must not be shown: then there is no ID to keep it under. What is
/// `hidden` may be worked out when the first text is looked at: most answers hold none.
pub(super) fn screening(
    screening: Screening,
    hidden: &impl Deref<Target = Guard>,
) -> Option<(Screening, bool)> {
    let is_plain = |id: &EventId| id.is_of_time_and_hex() || hidden.pass(&id.0).is_some();
    if !is_plain(&screening.event_id) {
        return None;
    }
    let mut withheld = false;
    let mut pass = |text: Option<String>| {
        let shown = text.as_deref().and_then(|text| hidden.pass(text));
        withheld |= shown.is_none() && text.is_some();
        shown
    };
    let result = match AutoResult::from_name(&screening.result) {
        Some(_) => screening.result,
        None => pass(Some(screening.result)).unwrap_or_else(|| MASK.to_owned()),
    };
    let rule_group = pass(screening.rule_group);
    let reasons = screening.reasons.into_iter().filter_map(|reason| {
        let (code, description) = (pass(reason.code), pass(reason.description));
        let is_something = code.is_some() || description.is_some();
        is_something.then_some(Reason { code, description })
    });
    let reasons = reasons.collect();
    let similars = screening.similars.into_iter().filter(|similar| {
        let Similar {
            event_id,
            merchant_management_id,
        } = similar;
        let number = merchant_management_id.as_deref();
        is_plain(event_id) && number.is_none_or(|number| hidden.pass(number).is_some())
    });
    let screening = Screening {
        event_id: screening.event_id,
        result,
        rule_group,
        reasons,
        similars: similars.collect(),
    };
    Some((screening, withheld))
}

/// An objection, fit to be shown.
pub(super) fn objection(said: Objection, hidden: &impl Deref<Target = Guard>) -> Objection {
    let pass = |text: &Option<String>| text.as_deref().and_then(|text| hidden.pass(text));
    let (code, message) = (pass(&said.code), pass(&said.message));
    Objection {
        withheld: code.is_none() && said.code.is_some()
            || message.is_none() && said.message.is_some(),
        code,
        message,
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

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Letters and digits alone: 03-5759-6380 is 0357596380. ー also stands for a hyphen.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric() && *c != 'ー');
    letters.collect()
}

/// The words of a text: runs of letters, digits and `_`, those of ASCII within them, and a name
/// before 様. `TEST_OKTEL` is one word.
fn words(text: &str) -> HashSet<String> {
    let text = text.replace('ー', "");
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let runs = text.split(|c| !in_word(c));
    let ascii = text.split(|c: char| !(c.is_ascii() && in_word(c)));
    let named = runs.clone().filter_map(|run| {
        let titles = ["様", "さん", "殿", "氏"];
        titles
            .iter()
            .find_map(|title| Some(run.split_once(title)?.0))
    });
    runs.chain(ascii).chain(named).map(str::to_owned).collect()
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

/// SHA-256 in hex.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
