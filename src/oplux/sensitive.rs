//! What must not come back: the personal data of an order, its hashes and the secret key are taken
//! out of every text of the server before it leaves this folder.

mod letters;

use serde_json::Value;

pub(super) use letters::shown;
use letters::{Letter, letters, lower, width};

use super::{hash::split_email, names::Names, wire::RegisterRequest};
use crate::domain::{
    order::{Address, Birthday, Order},
    private::Personal,
};

/// What stands in the place of a personal value.
const MASK: &str = "***";
/// The most characters that are kept of a text.
const LONGEST: usize = 500;
/// The most characters that are looked at.
const LOOKED_AT: usize = 64 * 1024;
/// ASCII values shorter than this are masked as whole words only, in their own case: the family
/// name `Li` must not eat `limit`, nor the account `test` the rule `TEST_OKTEL`.
const SHORT: usize = 8;
/// So many characters from the beginning of a longer value are enough: a server may cut it short.
const PREFIX: usize = 32;
/// Runs of digits from this length on are masked with separators between them, too.
const NUMBER: usize = 6;

/// The values of one order that must not be shown. Its `Debug` says nothing.
#[derive(Clone, Default)]
pub struct Sensitive(Vec<Hidden>);

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sensitive(********)")
    }
}

#[derive(Clone)]
struct Hidden {
    chars: Vec<char>,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Wherever it stands, in any case.
    Anywhere,
    /// As a word of its own, in this case.
    Word,
    /// Wherever its digits stand, with separators or without.
    Digits,
}

impl Sensitive {
    /// Everything of an order and of its request that must not be shown.
    pub fn of(order: &Order, names: &Names, request: &RegisterRequest) -> Self {
        let mut hidden = Self::default();
        let purchase = &order.purchase;
        hidden.address(&purchase.billing);
        if let Some(shipping) = &purchase.shipping {
            hidden.address(shipping);
        }
        for info in [&names.buyer, &names.delivery].into_iter().flatten() {
            hidden.name(&info.last_writing, &info.first_writing);
        }
        hidden.value(purchase.email.reveal());
        hidden.value(split_email(&purchase.email).0);
        let others = [&purchase.ip, &purchase.device_info, &purchase.card_bin];
        for other in others.into_iter().flatten() {
            hidden.value(other.reveal());
        }
        if let Some(device) = &purchase.device_info
            && let Ok(facts) = serde_json::from_str(device.reveal())
        {
            hidden.strings(&facts, &|text| text.chars().count() >= 4);
        }
        if let Some(birth) = purchase.birth {
            hidden.birthday(birth);
        }
        if let Ok(sent) = serde_json::to_value(request) {
            hidden.strings(&sent, &is_hash);
        }
        hidden
    }

    /// The same and one more value: a secret, a signature.
    pub fn and(&self, value: &str) -> Self {
        let mut more = self.clone();
        more.value(value);
        more
    }

    /// A text of the server, fit to be shown and kept: without control characters, the values of
    /// this order replaced by `***`, 500 characters at most.
    pub fn scrub(&self, text: &str) -> String {
        // Before the search: a control character within a name must not hide it.
        let mut chars = text.chars().filter_map(shown);
        let looked_at: Vec<char> = chars.by_ref().take(LOOKED_AT).collect();
        let cut = chars.next().is_some();
        let letters = letters(&looked_at);
        let mut out = String::new();
        let mut place = 0;
        while let Some(letter) = letters.get(place) {
            let longest = self
                .0
                .iter()
                .filter_map(|value| value.at(&letters, place))
                .max();
            if let Some(end) = longest {
                out.push_str(MASK);
                place = end;
            } else {
                out.extend(&looked_at[letter.start..letter.end]);
                place += 1;
            }
        }
        // Of a value that was cut through, a piece may be left.
        if cut && out.chars().count() <= LONGEST {
            return MASK.to_owned();
        }
        out.trim().chars().take(LONGEST).collect()
    }

    fn address(&mut self, address: &Address) {
        self.name(&address.family_name, &address.given_name);
        self.name(&address.family_kana, &address.given_kana);
        self.value(address.company_name.reveal());
        self.value(address.zip.reveal());
        let tel = address.tel.reveal();
        self.value(tel);
        // +81 3 5759 6380: the same number, written for calls from abroad.
        if let Some(rest) = tel.strip_prefix('0') {
            self.value(rest);
        }
        self.value(address.rest.reveal());
        for piece in pieces(address.rest.reveal()) {
            self.value(&piece);
        }
    }

    fn name(&mut self, family: &Personal, given: &Personal) {
        let (family, given) = (family.reveal(), given.reveal());
        for part in [family, given] {
            self.value(part);
            // The name API is asked in upper case.
            self.value(&part.to_uppercase());
            self.value(&part.to_lowercase());
        }
        if !family.is_empty() && !given.is_empty() {
            for (a, b) in [(family, given), (given, family)] {
                for between in ["", " "] {
                    self.value(&[a, b].join(between));
                }
            }
        }
    }

    fn birthday(&mut self, birth: Birthday) {
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
            self.value(&birth.0.strftime(form).to_string());
        }
    }

    /// Every string within a document that is `wanted`.
    fn strings(&mut self, within: &Value, wanted: &impl Fn(&str) -> bool) {
        match within {
            Value::String(text) if wanted(text) => self.value(text),
            Value::Array(values) => values.iter().for_each(|value| self.strings(value, wanted)),
            Value::Object(fields) => fields
                .values()
                .for_each(|value| self.strings(value, wanted)),
            _ => {}
        }
    }

    fn value(&mut self, value: &str) {
        let entered: Vec<char> = value.trim().chars().filter_map(shown).collect();
        // Texts are searched with their escapes read; a value may look like one itself.
        let read: Vec<char> = letters(&entered).iter().map(|letter| letter.char).collect();
        let raw: Vec<char> = entered.into_iter().map(width).collect();
        if raw != read {
            self.chars(raw);
        }
        self.chars(read);
    }

    fn chars(&mut self, chars: Vec<char>) {
        // A single character is no personal value, and stands everywhere.
        if chars.len() < 2 {
            return;
        }
        let how = if chars.iter().all(char::is_ascii_digit) && chars.len() >= NUMBER {
            How::Digits
        } else if chars.iter().all(char::is_ascii) && chars.len() < SHORT {
            How::Word
        } else {
            How::Anywhere
        };
        let chars = match how {
            How::Anywhere => chars.into_iter().map(lower).collect(),
            How::Word | How::Digits => chars,
        };
        self.0.push(Hidden { chars, how });
    }
}

impl Hidden {
    /// Where this value ends in the text if it begins at `place`.
    fn at(&self, text: &[Letter], place: usize) -> Option<usize> {
        let mut end = place;
        for (count, wanted) in self.chars.iter().enumerate() {
            if self.how == How::Digits && count > 0 {
                let separators = text[end..]
                    .iter()
                    .take_while(|l| is_separator(l.char))
                    .count();
                end += if separators <= 2 { separators } else { 0 };
            }
            let found = text.get(end).map(|letter| match self.how {
                How::Anywhere => lower(letter.char),
                How::Word | How::Digits => letter.char,
            });
            if found != Some(*wanted) {
                return (count >= PREFIX).then_some(end);
            }
            end += 1;
        }
        (self.how != How::Word || is_word(text, place, end)).then_some(end)
    }
}

/// SHA-1 or SHA-256 in hex.
fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_separator(char: char) -> bool {
    matches!(char, '-' | ' ' | '(' | ')' | '.' | '/')
        || matches!(char, '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' | 'ｰ')
}

fn is_word(text: &[Letter], start: usize, end: usize) -> bool {
    let in_word = |at: Option<usize>| {
        let char = at.and_then(|at| text.get(at)).map(|letter| letter.char);
        char.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let joined = |outside: Option<usize>, inside: usize| in_word(outside) && in_word(Some(inside));
    !joined(start.checked_sub(1), start) && !joined(Some(end), end - 1)
}

/// The pieces of an address of three characters and more: its words, and the runs of digits and of
/// anything else within them.
fn pieces(rest: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for word in rest.split_whitespace() {
        pieces.push(word.to_owned());
        let mut runs: Vec<(bool, String)> = Vec::new();
        for char in word.chars() {
            let numeric = width(char).is_ascii_digit() || is_separator(width(char));
            match runs.last_mut() {
                Some((same, run)) if *same == numeric => run.push(char),
                _ => runs.push((numeric, char.to_string())),
            }
        }
        pieces.extend(runs.into_iter().map(|(_, run)| run));
    }
    pieces.retain(|piece| piece.chars().count() >= 3);
    pieces
}

#[cfg(test)]
mod tests;
