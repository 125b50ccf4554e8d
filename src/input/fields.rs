//! The fields of a JSON object, and what is wrong with them: the path and what was expected, never
//! the value. And what buyers and shops enter there: telephone numbers, postcodes, e-mail addresses
//! and the like. Each is read liberally; digits are sent to O-PLUX alone (WIRE.md), and Japanese
//! data has them in full width and with many kinds of hyphens.

use std::{borrow::Cow, cell::RefCell, net::IpAddr};

use serde_json::{Map, Value};

use super::cells::{self, Reader, whole};
use crate::{
    domain::{
        order::{Birthday, Sex, Yen},
        private::Personal,
        text::{folded, is_invisible, trim},
        time::JstTime,
    },
    locales::{Text, input as texts},
};

/// What stands where a field is left out.
static ABSENT: Value = Value::Null;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldMistake {
    /// Its path, such as `items[0].price`; empty for the order itself. It holds only names that
    /// this program knows, so it can be repeated in a message.
    pub path: String,
    pub text: Text,
}

/// The fields of one object of an order. Every mistake of the order is noted in one place.
pub(super) struct Fields<'a> {
    fields: &'a Map<String, Value>,
    path: String,
    mistakes: &'a RefCell<Vec<FieldMistake>>,
}

impl<'a> Fields<'a> {
    /// The fields of the value at `path`; a mistake where it is no object.
    pub(super) fn of(
        value: &'a Value,
        path: String,
        mistakes: &'a RefCell<Vec<FieldMistake>>,
    ) -> Option<Self> {
        let Value::Object(fields) = value else {
            note(mistakes, path, value, texts::object());
            return None;
        };
        Some(Self {
            fields,
            path,
            mistakes,
        })
    }

    fn get(&self, key: &str) -> &'a Value {
        self.fields.get(key).unwrap_or(&ABSENT)
    }

    fn path(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    /// Left out, null, or text without anything in it.
    pub(super) fn is_absent(&self, key: &str) -> bool {
        is_absent(self.get(key))
    }

    /// Notes that something else was expected of a field.
    pub(super) fn expected(&self, key: &str, what: Text) {
        note(self.mistakes, self.path(key), self.get(key), what);
    }

    /// A field that has to be there: a text, a number, true or false. None is a mistake that is
    /// noted.
    pub(super) fn required<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        self.read(key, scalar, reader)
    }

    /// The same of a text: as a number it would have lost its leading zeros, or is something else.
    pub(super) fn required_text<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        self.read(key, text, reader)
    }

    /// A field that may be left out. A mistake is noted and also gives None.
    pub(super) fn optional<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        (!self.is_absent(key)).then(|| self.required(key, reader))?
    }

    /// The same of a text.
    pub(super) fn optional_text<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        (!self.is_absent(key)).then(|| self.required_text(key, reader))?
    }

    fn read<T>(&self, key: &str, as_text: AsText, reader: Reader<T>) -> Option<T> {
        // What a reader says of an empty text is what it expects: it takes none.
        let text = as_text(self.get(key)).unwrap_or_default();
        reader(&text).map_err(|what| self.expected(key, what)).ok()
    }

    /// An object that has to be there.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        Self::of(self.get(key), self.path(key), self.mistakes)
    }

    /// An object that may be left out.
    pub(super) fn optional_object(&self, key: &str) -> Option<Self> {
        match self.is_absent(key) {
            true => None,
            false => self.object(key),
        }
    }

    /// What `read` makes of each object in an array; nothing where it is left out. An object of
    /// which it makes nothing has noted its mistake.
    pub(super) fn each<T>(&self, key: &str, read: fn(Self) -> Option<T>) -> Vec<T> {
        let Value::Array(elements) = self.get(key) else {
            if !self.is_absent(key) {
                self.expected(key, texts::list());
            }
            return Vec::new();
        };
        let element = |(index, value)| {
            let path = format!("{}[{index}]", self.path(key));
            read(Self::of(value, path, self.mistakes)?)
        };
        elements.iter().enumerate().filter_map(element).collect()
    }
}

type AsText = fn(&Value) -> Option<Cow<'_, str>>;

/// A single value as it is written, without what nobody sees around it.
pub(super) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(trim(text).into()),
        // No field has one below zero, and as a text `-5` might be a code.
        Value::Number(number) if number.as_f64() < Some(0.0) => None,
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// A text; and a fraction, in the form in which it is told that a spreadsheet has made it.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(trim(text).into()),
        Value::Number(number) if number.is_f64() => Some("0.0".into()),
        _ => None,
    }
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => trim(text).is_empty(),
        _ => false,
    }
}

fn note(mistakes: &RefCell<Vec<FieldMistake>>, path: String, value: &Value, what: Text) {
    let text = match is_absent(value) {
        true => texts::missing(what),
        false => texts::wrong(what),
    };
    mistakes.borrow_mut().push(FieldMistake { path, text });
}

/// Text with something in it, as entered.
pub(super) fn personal(text: &str) -> Result<Personal, Text> {
    cells::text(text).map(Personal::new)
}

/// What one item costs, rounded down (WIRE.md: after discounts, which give fractions).
pub(super) fn price(text: &str) -> Result<Yen, Text> {
    let (yen, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let yen = whole(yen).filter(|_| is_fraction);
    yen.map(Yen).ok_or_else(texts::price)
}

/// A birthday: a date, or the date of a time.
pub(super) fn birthday(text: &str) -> Result<Birthday, Text> {
    let time: JstTime = text.parse().map_err(|_| texts::date())?;
    Ok(Birthday(time.civil().date()))
}

/// A sex in ecforce's and O-PLUX's forms (WIRE.md: 1 male, 2 female, 3 not said) and in that of
/// ISO 5218 (0 not known, 9 not applicable).
pub(super) fn sex(text: &str) -> Result<Sex, Text> {
    match folded(text).as_str() {
        "1" | "male" | "男" | "男性" => Ok(Sex::Male),
        "2" | "female" | "女" | "女性" => Ok(Sex::Female),
        "0" | "3" | "9" | "other" | "unknown" | "不明" | "その他" => Ok(Sex::NotSaid),
        _ => Err(texts::sex()),
    }
}

/// An e-mail address: one `@` with something on both sides. O-PLUX is sent a hash of the one side
/// and the other, so invisible characters are dropped, and the brackets and blanks of
/// `Hanako <a@b.example>` are a mistake.
pub(super) fn email(text: &str) -> Result<Personal, Text> {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let text = trim(&text);
    let is_foreign =
        |c: char| c.is_whitespace() || "<>()[]{}＜＞（）［］｛｝「」【】〈〉".contains(c);
    match text.split_once('@') {
        Some((account, domain))
            if !account.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !text.contains(is_foreign) =>
        {
            Ok(Personal::new(text))
        }
        _ => Err(texts::email()),
    }
}

/// An IP address, of version 4 or 6.
pub(super) fn ip(text: &str) -> Result<Personal, Text> {
    let address = text.parse::<IpAddr>();
    address
        .map(|_| Personal::new(text))
        .map_err(|_| texts::ip())
}

/// The first digits of a card. More may be a card number, which must not be here at all.
pub(super) fn bin(text: &str) -> Result<Personal, Text> {
    let are_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match digits(text).map_or(0, |digits| digits.len()) {
        6..=8 if are_digits => Ok(Personal::new(text)),
        9.. => Err(texts::card_number()),
        _ => Err(texts::bin()),
    }
}

/// A Japanese postcode: 7 digits.
pub(super) fn postcode(text: &str) -> Result<Personal, Text> {
    let digits = postcode_part(text)?;
    match digits.len() == 7 && !digits.starts_with('+') {
        true => Ok(Personal::new(digits)),
        false => Err(texts::postcode()),
    }
}

/// A part of a postcode: its digits.
pub(super) fn postcode_part(text: &str) -> Result<String, Text> {
    digits(text).ok_or_else(|| spoilt_or(text, texts::postcode))
}

/// A telephone number: 9 to 15 digits, which is what Japanese numbers (10 or 11) and those of
/// other countries have. `+81` is the `0` that a Japanese number begins with at home.
pub(super) fn telephone(text: &str) -> Result<Personal, Text> {
    let entered = telephone_part(text)?;
    let digits = match entered.strip_prefix("+81") {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => entered.strip_prefix('+').unwrap_or(&entered).to_owned(),
    };
    match (9..=15).contains(&digits.len()) {
        true => Ok(Personal::new(digits)),
        false => Err(texts::telephone()),
    }
}

/// A part of a telephone number.
pub(super) fn telephone_part(text: &str) -> Result<String, Text> {
    digits(text).ok_or_else(|| spoilt_or(text, texts::telephone))
}

/// The digits of what was entered, and a `+` in front of them; none where it holds anything but
/// digits, hyphens, blanks, invisible characters, brackets, full stops and a postal mark, or a
/// spreadsheet has made a number of it.
fn digits(text: &str) -> Option<String> {
    if text.is_empty() || is_fraction(text) {
        return None;
    }
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            '+' | '＋' if digits.is_empty() => digits.push('+'),
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '－' | 'ー' | 'ｰ' => {}
            '(' | ')' | '（' | '）' | '.' | '．' | '〒' => {}
            c if c.is_whitespace() || is_invisible(c) => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// Whether a spreadsheet has made a number of digits: `9012345678.0`. Its leading zero may be lost,
/// and the zero behind the point is none of its digits.
fn is_fraction(text: &str) -> bool {
    let text = folded(text);
    text.split_once('.').is_some_and(|(whole, fraction)| {
        let whole = whole.trim().trim_start_matches(['+', '-']);
        !whole.is_empty()
            && whole.bytes().all(|byte| byte.is_ascii_digit())
            && fraction.trim().bytes().all(|byte| byte == b'0')
    })
}

/// What was expected in place of digits; where a spreadsheet has made a number of them, it says
/// so.
fn spoilt_or(text: &str, expected: fn() -> Text) -> Text {
    match is_fraction(text) || text.parse::<f64>().is_ok() {
        true => texts::digits_spoilt(),
        false => expected(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_are_7_digits_however_they_are_entered() {
        let good = "1530064|153-0064|〒153-0064|１５３－００６４|153ー0064| 153 0064 |153−0064|\
             \u{202d}153\u{200b}-00\u{ad}64\u{202c}";
        for entered in good.split('|') {
            assert_eq!(postcode(entered), Ok(Personal::new("1530064")), "{entered}");
        }
        let bad = "|153|153-006|153-00641|153-006A|+153006|東京|1530064.0";
        for entered in bad.split('|') {
            assert!(postcode(entered).is_err(), "{entered}");
        }
    }

    #[test]
    fn telephone_numbers_are_digits_however_they_are_entered() {
        for (entered, digits) in [
            ("03-5759-6380", "0357596380"),
            ("０３（５７５９）６３８０", "0357596380"),
            ("090ー1234ー5678", "09012345678"),
            ("090 1234 5678", "09012345678"),
            ("+81 3-5759-6380", "0357596380"),
            ("+81 (0)3-5759-6380", "0357596380"),
            ("＋81-90-1234-5678", "09012345678"),
            ("\u{202d}090\u{200b}1234\u{ad}5678\u{202c}", "09012345678"),
            ("03.5759.6380", "0357596380"),
            ("9012345678", "9012345678"),
            ("+1 415 555 0123", "14155550123"),
        ] {
            assert_eq!(telephone(entered), Ok(Personal::new(digits)), "{entered}");
        }
        let bad = "|-|5759-6380|9012345678.0|９０１２３４５６７８．０|9012345678.\u{200b}00|\
             090-1234-|03-5759-6380 内線1|1234567890123456|03+57596380";
        for entered in bad.split('|') {
            assert!(telephone(entered).is_err(), "{entered}");
        }
    }
}
