//! The kinds of values that an order's fields have. Each reads a value, liberally (WIRE.md:
//! numbers and booleans may come as strings), or says what was expected, never what it found.

use std::net::IpAddr;

use serde_json::Value;

use super::digits;
use crate::{
    domain::{
        order::{Birthday, Channel, OrderNumber, Sex, Yen},
        private::Personal,
        text::{is_invisible, trim},
        time::JstTime,
    },
    locales::{Text, input as texts},
};

/// The greatest whole number that JSON carries exactly everywhere: 2^53 - 1.
const GREATEST: u64 = 9_007_199_254_740_991;

/// The text of a value, without what nobody sees around it; nothing where it is no text.
fn trimmed(value: &Value) -> &str {
    trim(value.as_str().unwrap_or_default())
}

/// Text with something in it, as entered but for what nobody sees around it.
pub(super) fn text(value: &Value) -> Result<String, Text> {
    match trimmed(value) {
        "" => Err(texts::text()),
        text => Ok(text.to_owned()),
    }
}

/// The same for personal data.
pub(super) fn personal(value: &Value) -> Result<Personal, Text> {
    text(value).map(Personal::new)
}

/// An order number. A spreadsheet makes `1.23E+18` of one that looks like a number; JSON then has
/// a number with a fraction or an exponent.
pub(super) fn order_number(value: &Value) -> Result<OrderNumber, Text> {
    let (text, is_spoilt) = match value {
        Value::String(text) => (trim(text).to_owned(), is_scientific(text)),
        Value::Number(number) if number.is_u64() => (number.to_string(), false),
        Value::Number(number) => (String::new(), number.is_f64()),
        _ => (String::new(), false),
    };
    text.parse().map_err(|_| match is_spoilt {
        true => texts::order_number_spoilt(),
        false => texts::order_number(),
    })
}

/// `1.23E+18`, as a spreadsheet writes a large number.
fn is_scientific(text: &str) -> bool {
    let text = trim(text);
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains(['e', 'E'])
        && text.parse::<f64>().is_ok()
}

/// A channel, by its name.
pub(super) fn channel(value: &Value) -> Result<Channel, Text> {
    let name = trimmed(value).to_ascii_lowercase();
    Channel::from_name(&name).ok_or_else(texts::channel)
}

/// A whole number, 0 or more, also as a string, and also where it is written `3980.0`.
fn whole(value: &Value) -> Option<u64> {
    let whole = match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
            floor(float)
        }),
        Value::String(text) => {
            let (whole, fraction) = decimal(text)?;
            fraction.bytes().all(|b| b == b'0').then_some(whole)?
        }
        _ => None,
    };
    whole.filter(|whole| *whole <= GREATEST)
}

/// A number that is rounded down.
fn rounded_down(value: &Value) -> Option<u64> {
    let whole = match value {
        Value::Number(number) => number.as_u64().or_else(|| floor(number.as_f64()?)),
        Value::String(text) => decimal(text)?.0,
        _ => None,
    };
    whole.filter(|whole| *whole <= GREATEST)
}

fn floor(float: f64) -> Option<u64> {
    (0.0..=GREATEST as f64)
        .contains(&float)
        .then_some(float as u64)
}

/// What stands before and behind the decimal point of plain digits; the number before it is None
/// where it is too large.
fn decimal(text: &str) -> Option<(Option<u64>, &str)> {
    let text = trim(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (are_digits(whole) && are_digits(fraction)).then(|| (whole.parse().ok(), fraction))
}

/// An amount in yen.
pub(super) fn yen(value: &Value) -> Result<Yen, Text> {
    whole(value).map(Yen).ok_or_else(texts::yen)
}

/// What one item costs, rounded down (WIRE.md: after discounts, which give fractions).
pub(super) fn price(value: &Value) -> Result<Yen, Text> {
    rounded_down(value).map(Yen).ok_or_else(texts::price)
}

/// A number of 1 or more: how many, or the how-manieth.
pub(super) fn count(value: &Value) -> Result<u32, Text> {
    let count = whole(value).and_then(|whole| u32::try_from(whole).ok());
    count.filter(|count| *count > 0).ok_or_else(texts::count)
}

/// An ID that ecforce counts up.
pub(super) fn id(value: &Value) -> Result<u64, Text> {
    whole(value).ok_or_else(texts::id)
}

/// An ID or a code as text, which may come as a number.
pub(super) fn code(value: &Value) -> Result<String, Text> {
    match value {
        Value::Number(number) if number.is_u64() => Ok(number.to_string()),
        Value::String(text) if !trim(text).is_empty() => Ok(trim(text).to_owned()),
        _ => Err(texts::code()),
    }
}

/// Yes or no, also as a string or as 1 and 0.
pub(super) fn yes_or_no(value: &Value) -> Result<bool, Text> {
    let text = trimmed(value).to_ascii_lowercase();
    match (value, text.as_str()) {
        (Value::Bool(answer), _) => Ok(*answer),
        (_, "true") => Ok(true),
        (_, "false") => Ok(false),
        _ => match whole(value) {
            Some(1) => Ok(true),
            Some(0) => Ok(false),
            _ => Err(texts::yes_or_no()),
        },
    }
}

/// A date and time, or a date.
pub(super) fn time(value: &Value) -> Result<JstTime, Text> {
    let text = trimmed(value);
    text.parse().map_err(|_| texts::time())
}

/// A birthday: a date, or the date of a time.
pub(super) fn birthday(value: &Value) -> Result<Birthday, Text> {
    let text = trimmed(value);
    let at = text.parse::<JstTime>().map_err(|_| texts::date())?;
    Ok(Birthday(at.civil().date()))
}

/// A sex in ecforce's and O-PLUX's forms (WIRE.md: 1 male, 2 female, 3 not said) and in that of
/// ISO 5218 (0 not known, 9 not applicable).
pub(super) fn sex(value: &Value) -> Result<Sex, Text> {
    let number = whole(value).map(|whole| whole.to_string());
    let text = trimmed(value).to_lowercase();
    match number.as_deref().unwrap_or(&text) {
        "1" | "male" | "男" | "男性" => Ok(Sex::Male),
        "2" | "female" | "女" | "女性" => Ok(Sex::Female),
        "0" | "3" | "9" | "other" | "unknown" | "不明" | "その他" => Ok(Sex::NotSaid),
        _ => Err(texts::sex()),
    }
}

/// An e-mail address: one `@` with something on both sides. O-PLUX is sent a hash of the one side
/// and the other, so invisible characters are dropped, and the brackets and blanks of
/// `Hanako <a@b.example>` are a mistake.
pub(super) fn email(value: &Value) -> Result<Personal, Text> {
    let entered = trimmed(value);
    let text: String = entered.chars().filter(|c| !is_invisible(*c)).collect();
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
pub(super) fn ip(value: &Value) -> Result<Personal, Text> {
    let text = trimmed(value);
    match text.parse::<IpAddr>() {
        Ok(_) => Ok(Personal::new(text)),
        Err(_) => Err(texts::ip()),
    }
}

/// The first digits of a card. More may be a card number, which must not be here at all.
pub(super) fn bin(value: &Value) -> Result<Personal, Text> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        _ => trimmed(value).to_owned(),
    };
    let are_digits = text.bytes().all(|b| b.is_ascii_digit());
    let count = digits::clean(&text).map_or(0, |digits| digits.len());
    match count {
        6..=8 if are_digits => Ok(Personal::new(text)),
        9.. => Err(texts::card_number()),
        _ => Err(texts::bin()),
    }
}

/// A postcode in one field.
pub(super) fn postcode(value: &Value) -> Result<Personal, Text> {
    let entered = number_or_text(value);
    let digits = entered.and_then(|entered| digits::postcode(&entered));
    digits
        .map(Personal::new)
        .ok_or_else(|| spoilt_or(value, texts::postcode))
}

/// A part of a postcode: its digits.
pub(super) fn postcode_part(value: &Value) -> Result<String, Text> {
    let entered = number_or_text(value);
    let digits = entered.and_then(|entered| digits::clean(&entered));
    digits.ok_or_else(|| spoilt_or(value, texts::postcode))
}

fn number_or_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        Value::String(text) => Some(trim(text).to_owned()),
        _ => None,
    }
}

/// A telephone number in one field. A number of JSON has lost its leading zero, so only text is
/// read.
pub(super) fn telephone(value: &Value) -> Result<Personal, Text> {
    let digits = digits::telephone(trimmed(value));
    digits
        .map(Personal::new)
        .ok_or_else(|| spoilt_or(value, texts::telephone))
}

/// A part of a telephone number.
pub(super) fn telephone_part(value: &Value) -> Result<String, Text> {
    let digits = value.as_str().and_then(digits::clean);
    digits.ok_or_else(|| spoilt_or(value, texts::telephone))
}

/// What was expected in place of digits; where a spreadsheet has made a number of them, it says
/// so.
fn spoilt_or(value: &Value, expected: fn() -> Text) -> Text {
    let is_spoilt = match value {
        Value::Number(number) => number.is_f64(),
        _ => value
            .as_str()
            .is_some_and(|text| digits::is_spoilt(text) || is_scientific(text)),
    };
    match is_spoilt {
        true => texts::digits_spoilt(),
        false => expected(),
    }
}
