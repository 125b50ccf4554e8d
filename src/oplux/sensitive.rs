//! Which texts of a server may be shown and kept: none that holds anything of the order, or what a
//! request was signed with.

use serde_json::Value;

use super::{
    answer::Objection,
    register::{Names, RegisterRequest, split_email},
};
use crate::domain::{
    event::{AutoResult, EventId, Reason, Screening},
    order::{Address, Order},
    private::Personal,
    settings::Account,
    text::{folded, is_invisible},
};

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

    /// Adds the secret, and what is made of it: how the tries of a call were signed.
    pub(super) fn add_signed(&mut self, account: &Account, signatures: &[String]) {
        self.add(signatures.iter().map(|signature| &signature[..8]));
        self.add([account.secret_key.reveal()]);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::event::Similar,
        oplux::tests::{member_gift, member_self, personal, request},
    };

    fn hidden(values: &[&str]) -> Sensitive {
        let mut hidden = Sensitive::default();
        hidden.add(values.iter().copied());
        hidden
    }

    /// What becomes of a text where these values are hidden.
    fn pass(values: &[&str], text: &str) -> Option<String> {
        hidden(values).pass(text)
    }

    #[test]
    fn a_text_with_a_value_in_it_is_withheld_however_it_is_written_there() {
        let cases = [
            ("鈴木", "鈴木様のご注文です。"),
            ("鈴木花子", "鈴木 花子"),
            ("鈴木", "鈴\u{200b}木"),
            ("スズキ", "ｽｽﾞｷ"),
            ("hanako.suzuki", "Hanako.SUZUKI@example.com"),
            ("0357596380", "０３−５７５９−６３８０"),
            ("357596380", "+81 3 (5759) 6380"),
            ("1530064", "〒153-0064"),
            ("411111", "4111 11"),
            ("19900102", "1990-01-02"),
            ("1990/1/2", "born 1990.1.2"),
            ("203.0.113.7", "IP 203.0.113.7 is foreign"),
            ("10.0.0.1", "10.0.0.1"),
            ("sandbox-secret-key", "key sandbox-secret-key"),
            ("Li", "dear li,"),
            ("Li", "Li様"),
            ("森", "buyer: 森"),
            ("森", "森様"),
            ("エリ", "名前=エリ"),
            ("株式会社例", "㈱例 株式会社　例"),
            // Cut short by the server.
            (&"あいうえおか".repeat(20), &"あいうえおか".repeat(6)),
            // What cannot be compared.
            ("x", "\\u9234\\u6728"),
            ("x", "name=%E9%88%B4"),
            ("x", "&#37428;"),
        ];
        for (value, text) in cases {
            assert_eq!(pass(&[value], text), None, "{value} in {text}");
        }
    }

    #[test]
    fn a_short_value_withholds_no_text_that_only_has_its_letters() {
        let cases = [
            ("Li", "limit reached"),
            ("test", "TEST_OKTEL"),
            ("森", "青森県への配送"),
            ("エリ", "配送エリアが対象外です。"),
            ("a", "a rule fired"),
            ("a@b", "not found"),
            ("", "審査モデルIDが存在しません。"),
            ("12", "rule 2012, 50% 以上"),
            ("---", "a---b"),
        ];
        for (value, text) in cases {
            assert_eq!(pass(&[value], text).as_deref(), Some(text), "{value}");
        }
    }

    #[test]
    fn what_passes_has_no_control_characters_and_500_characters_at_most() {
        let shown = pass(&[], " a\u{1b}[31m\nb\u{202e}c\u{7} ");
        assert_eq!(shown.as_deref(), Some("a[31m bc"));
        let long = pass(&[], &"x".repeat(2 * LONGEST_TEXT)).unwrap();
        assert_eq!(long.len(), LONGEST_TEXT);
    }

    #[test]
    fn everything_personal_of_an_order_and_its_request_is_withheld() {
        let mut order = member_gift();
        order.purchase.ip = Some(personal("2001:db8::abcd"));
        order.purchase.device_info = member_self().purchase.device_info;
        order.purchase.card_bin = Some(personal("41111199"));
        let (request, sensitive) = request(&order);
        let sent = request.document;
        let buyer = &sent["telegram"]["event"]["ec"]["customers"]["buyer"];
        let hashes = [
            &buyer["hashed_name"]["last_name_sha2"],
            &buyer["hashed_name"]["normalized_first_name_sha2"],
            &buyer["email"]["pc"]["hashed_account_sha2"],
        ];
        let written = "鈴木 花子 高橋 一郎 スズキ ハナコ 例株式会社 目黒区下目黒 大阪市北区梅田 東京都 \
                       大阪府 example.com hanako.suzuki 1530064 5300001 0357596380 06-6123-4567 \
                       2001:db8::abcd Mozilla/5.0 390x844 41111199 1990/01/02";
        let values = written.split(' ').map(str::to_owned);
        let hashes = hashes.map(|hash| hash.as_str().unwrap()[..8].to_owned());
        for value in values.chain(hashes) {
            assert_eq!(sensitive.pass(&format!("【{value}】")), None, "{value}");
        }
        // The order's number may be shown.
        assert!(sensitive.pass("c0ffee0001").is_some());
    }

    fn answer(event_id: &str) -> Screening {
        Screening {
            event_id: EventId(event_id.to_owned()),
            result: "OK".to_owned(),
            rule_group: None,
            reasons: Vec::new(),
            similars: Vec::new(),
        }
    }

    #[test]
    fn an_event_id_made_of_personal_data_is_none() {
        let hash = "3F8B3EB4A9ACE1BC441E065AACAB341CCD9DCDD378020AE5C9CDF39D45FFA9FF";
        let hidden = hidden(&["0357596380", "hanako@example.com", "1010150", &hash[..8]]);
        let cases = [
            ("e1", true),
            ("0357596380", false),
            ("e-03-5759-6380", false),
            ("hanako@example.com", false),
            ("%E9%88%B4%E6%9C%A8", false),
            (hash, false),
            // A part of the time is somebody's postcode, by chance.
            ("2611010150001230123456789abcdef0123456789abcdef", true),
        ];
        for (id, sound) in cases {
            assert_eq!(hidden.screening(answer(id)).is_some(), sound, "{id}");
        }
    }

    #[test]
    fn a_text_is_withheld_whole_and_its_code_is_told() {
        let text = |text: &str| Some(text.to_owned());
        let reason = |code, description| Reason { code, description };
        let similar = |id: &str, number: &str| Similar {
            event_id: EventId(id.to_owned()),
            merchant_management_id: text(number),
        };
        let said = Screening {
            result: "鈴木".to_owned(),
            rule_group: text("group"),
            reasons: vec![
                reason(text("R1"), text("鈴木様の住所")),
                reason(text("R2"), text("住所")),
                reason(text("鈴木"), None),
            ],
            similars: vec![similar("e2", "a905125d2a"), similar("e3", "0357596380")],
            ..answer("e1")
        };
        let kept = Screening {
            result: "***".to_owned(),
            rule_group: text("group"),
            reasons: vec![reason(text("R1"), None), reason(text("R2"), text("住所"))],
            similars: vec![similar("e2", "a905125d2a")],
            ..answer("e1")
        };
        let hidden = hidden(&["鈴木", "0357596380"]);
        assert_eq!(hidden.screening(said), Some((kept, true)));
        let said = |code: Option<String>, message: Option<String>| Objection {
            code,
            message,
            withheld: false,
        };
        let refused = hidden.objection(said(text("C"), text("鈴木")));
        let kept = Objection {
            withheld: true,
            ..said(text("C"), None)
        };
        assert_eq!(refused, kept);
    }
}
