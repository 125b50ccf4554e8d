//! Amounts and other whole numbers, as people and spreadsheets write them.

use std::borrow::Cow;

use super::words::half_width;
use crate::{
    domain::order::Yen,
    locales::{Text, rows},
};

/// An amount: `3,980`, `¥3,980`, `3980円`, `3980.0`, in full width too.
pub(super) fn yen(text: &str) -> Result<Yen, Text> {
    if let Some(amount) = plain(text.as_bytes()) {
        return Ok(Yen(amount));
    }
    let text = narrow(text);
    let text = text.trim();
    // Shift_JIS has the yen sign where ASCII has the backslash.
    let amount = text.strip_prefix(['¥', '￥', '\\']).unwrap_or(text);
    let amount = amount.strip_suffix('円').unwrap_or(amount);
    grouped(amount.trim()).map(Yen).ok_or_else(rows::amount)
}

/// A whole number, 0 or more.
pub(super) fn whole(text: &str) -> Option<u64> {
    plain(text.as_bytes()).or_else(|| grouped(narrow(text).trim()))
}

/// Full-width digits and signs in half width.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().map(half_width).collect()),
    }
}

/// Digits alone. More than SQLite's integers hold is no amount and no ID.
fn plain(digits: &[u8]) -> Option<u64> {
    let mut number = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number
            .checked_mul(10)?
            .checked_add(i64::from(digit - b'0'))?;
    }
    (!digits.is_empty()).then_some(number.unsigned_abs())
}

/// Digits in groups of three, and a fraction of nothing but zeros.
fn grouped(text: &str) -> Option<u64> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let Some((first, rest)) = text.split_once(',') else {
        return plain(text.as_bytes());
    };
    let is_grouped =
        (1..=3).contains(&first.len()) && rest.split(',').all(|group| group.len() == 3);
    is_grouped
        .then(|| plain(text.replace(',', "").as_bytes()))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_every_form() {
        for text in [
            "3980",
            "3,980",
            "¥3,980",
            "￥3,980",
            "\\3,980",
            "3980円",
            "3,980 円",
            "¥ 3980",
            "3980.0",
            "3980.00",
            "３，９８０",
            "￥３９８０",
            "３９８０円",
            "03980",
        ] {
            assert_eq!(yen(text), Ok(Yen(3980)), "{text}");
        }
        assert_eq!(yen("1,234,567"), Ok(Yen(1_234_567)));
        assert_eq!(yen("0"), Ok(Yen(0)));
        assert_eq!(yen("9223372036854775807"), Ok(Yen(i64::MAX as u64)));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "-",
            "―",
            "-1",
            "-3,980",
            "△100",
            "3980.5",
            "3980.",
            ".0",
            "3,98",
            "39,80",
            "3,9800",
            ",980",
            "3,,980",
            "1e3",
            "円",
            "¥",
            "1 000",
            "x",
            "9223372036854775808",
            "99999999999999999999",
        ] {
            assert_eq!(yen(text), Err(rows::amount()), "{text}");
        }
    }
}
