//! What buyers and shops enter: telephone numbers, postcodes, e-mail addresses and the like. Each
//! is read liberally, or it is said what was expected, never what was found. Digits are sent to
//! O-PLUX alone (WIRE.md); Japanese data has them in full width and with many kinds of hyphens.

use std::net::IpAddr;

use super::cells::{self, whole};
use crate::{
    domain::{
        order::{Birthday, Sex, Yen},
        private::Personal,
        text::{folded, is_invisible, trim},
        written_time,
    },
    locales::{Text, input as texts},
};

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
    let time = written_time::time(text).ok_or_else(texts::date)?;
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
        for entered in [
            "1530064",
            "153-0064",
            "〒153-0064",
            "１５３－００６４",
            "153ー0064",
            " 153 0064 ",
            "153−0064",
            "\u{202d}153\u{200b}-00\u{ad}64\u{202c}",
        ] {
            assert_eq!(postcode(entered), Ok(Personal::new("1530064")), "{entered}");
        }
        for entered in [
            "",
            "153",
            "153-006",
            "153-00641",
            "153-006A",
            "+153006",
            "東京",
            "1530064.0",
        ] {
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
        for entered in [
            "",
            "-",
            "5759-6380",
            "9012345678.0",
            "９０１２３４５６７８．０",
            "9012345678.\u{200b}00",
            "090-1234-",
            "03-5759-6380 内線1",
            "1234567890123456",
            "03+57596380",
        ] {
            assert!(telephone(entered).is_err(), "{entered}");
        }
    }
}
