//! What stands in one cell: what is taken off around it, and amounts, IDs and times.

use std::{borrow::Cow, iter::repeat};

use serde_json::Value;

use crate::{
    domain::{
        event::{EventId, Reason},
        order::{OrderNumber, Yen},
        text::{folded, trim},
        time::JstTime,
        written_time,
    },
    locales::{Text, import, input as texts},
};

/// A cell of a row. It has no `Debug`: it may be personal data.
pub(super) enum Cell<'a> {
    /// Text, or a number as it is written.
    Text(Cow<'a, str>),
    /// A JSON array.
    List(&'a [Value]),
    /// A JSON object.
    Object,
}

/// Reads a text, or says what was expected. It takes no empty one: so it says what should have
/// stood there.
pub(super) type Reader<T> = fn(&str) -> Result<T, Text>;

/// What a cell says; none where it says nothing.
pub(super) fn content(cell: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let trimmed = match trim(&cell) {
        text if text.len() == cell.len() => cell,
        text => Cow::Owned(text.to_owned()),
    };
    let text = match trimmed.as_bytes() {
        [b'\'' | b'=', ..] => Cow::Owned(undefused(&trimmed)),
        _ => trimmed,
    };
    (!is_empty(&text)).then_some(text)
}

/// Nothing, or what databases and spreadsheets write for it.
fn is_empty(text: &str) -> bool {
    const PLACEHOLDERS: [&str; 5] = ["null", "\\n", "nan", "#n/a", "-"];
    let is_one = |text: &str| {
        PLACEHOLDERS
            .iter()
            .any(|word| word.eq_ignore_ascii_case(text))
    };
    // The longest of them in full width.
    text.is_empty()
        || (text.len() <= 12 && (is_one(text) || (!text.is_ascii() && is_one(&folded(text)))))
}

/// Takes off what keeps a spreadsheet from running a cell, or from making a number of it:
/// the `'` that this program's own CSV has, and `="…"`.
fn undefused(cell: &str) -> String {
    if let Some(rest) = cell.strip_prefix('\'') {
        // The same condition as in output/list.rs, which writes the `'`.
        let runs = rest.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
        let is_number = rest.parse::<f64>().is_ok_and(f64::is_finite);
        return if runs && !is_number { rest } else { cell }.to_owned();
    }
    let quoted = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    quoted.map_or_else(|| cell.to_owned(), |text| trim(text).replace("\"\"", "\""))
}

/// A single JSON value as a cell.
pub(super) fn of_json(json: &Value) -> Cell<'_> {
    match json {
        Value::Null => Cell::Text(Cow::Borrowed("")),
        Value::Bool(value) => Cell::Text(Cow::Borrowed(if *value { "true" } else { "false" })),
        Value::Number(value) => Cell::Text(Cow::Owned(value.to_string())),
        Value::String(text) => Cell::Text(Cow::Borrowed(text)),
        Value::Array(elements) => Cell::List(elements),
        Value::Object(_) => Cell::Object,
    }
}

/// An order number.
pub(super) fn number(text: &str) -> Result<OrderNumber, Text> {
    // No number begins with the `'` that makes a spreadsheet keep it as text.
    let number = text.strip_prefix('\'').unwrap_or(text);
    let number = without_fraction(number);
    // A number with an exponent of this form has been one of digits alone.
    match is_spoilt(number) {
        true => Err(texts::order_number_spoilt()),
        false => number.parse().map_err(|_| texts::order_number()),
    }
}

/// Whether a spreadsheet has made `1.23E+18` of a long number.
fn is_spoilt(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let digits = exponent.strip_prefix('+').unwrap_or(exponent);
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    are_digits(digits)
        && (mantissa.contains('.') || exponent.starts_with('+'))
        && are_digits(&mantissa.replacen('.', "", 1))
}

/// `30962` of `30962.0`, which a spreadsheet has made a fraction; any other text as it is.
fn without_fraction(text: &str) -> &str {
    let Some((whole, fraction)) = text.split_once('.') else {
        return text;
    };
    let is_whole = !whole.is_empty()
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte == b'0');
    if is_whole { whole } else { text }
}

/// An event ID: any text.
pub(super) fn event_id(text: &str) -> Result<EventId, Text> {
    match text {
        "" => Err(texts::text()),
        text if is_spoilt(text) => Err(import::event_id_spoilt()),
        text => Ok(EventId(without_fraction(text).to_owned())),
    }
}

/// Any text that is not empty, kept as it is.
pub(super) fn text(text: &str) -> Result<String, Text> {
    match text {
        "" => Err(texts::text()),
        text => Ok(text.to_owned()),
    }
}

/// An ID that is a text, often of digits alone.
pub(super) fn id_text(text: &str) -> Result<String, Text> {
    let id = narrow(text);
    match is_spoilt(&id) {
        true => Err(import::id_spoilt()),
        false if whole(&id).is_some() => Ok(without_fraction(&id).replace(',', "")),
        false => self::text(text),
    }
}

/// 受注ID. Of an order with several destinations it is `ID-お届け先ID`: the order's own is the first.
pub(super) fn ecforce_id(text: &str) -> Result<String, Text> {
    let id = id_text(text)?;
    match id.split_once('-') {
        Some((order, place))
            if plain(order.as_bytes())
                .and(plain(place.as_bytes()))
                .is_some() =>
        {
            Ok(order.to_owned())
        }
        _ => Ok(id),
    }
}

/// An ID of ecforce that is a whole number.
pub(super) fn id(text: &str) -> Result<u64, Text> {
    whole(text).ok_or_else(texts::id)
}

/// 購入回数: 1 or more.
pub(super) fn count(text: &str) -> Result<u32, Text> {
    let count = whole(text.trim_end_matches(['回', '番', '目']));
    let count = count.and_then(|count| u32::try_from(count).ok());
    count.filter(|count| *count > 0).ok_or_else(texts::count)
}

/// An amount: `3,980`, `¥3,980`, `3980円`, `3980.0`, in full width too.
pub(super) fn yen(text: &str) -> Result<Yen, Text> {
    let text = narrow(text);
    let text = text.trim();
    // Shift_JIS has the yen sign where ASCII has the backslash.
    let amount = text.strip_prefix(['¥', '\\']).unwrap_or(text);
    let amount = amount.strip_suffix('円').unwrap_or(amount);
    whole(amount.trim()).map(Yen).ok_or_else(import::amount)
}

/// A whole number, 0 or more.
pub(super) fn whole(text: &str) -> Option<u64> {
    plain(text.as_bytes()).or_else(|| grouped(narrow(text).trim()))
}

/// Full-width digits and signs in half width.
fn narrow(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(folded(text)),
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
    let digits = is_grouped.then(|| text.replace(',', ""))?;
    plain(digits.as_bytes())
}

/// A date, or a date and time.
pub(super) fn time(text: &str) -> Result<JstTime, Text> {
    written_time::time(text).ok_or_else(import::time)
}

/// The same in an Excel book, where it may also be a number of days.
pub(super) fn time_of_book(text: &str) -> Result<JstTime, Text> {
    let days = || text.parse().ok().and_then(written_time::excel_days);
    written_time::time(text)
        .or_else(days)
        .ok_or_else(import::time)
}

/// The texts of a cell of rules or reasons. What is empty of them is kept for the position of the
/// others. None where the cell holds something else than texts.
pub(super) fn elements(cell: Cell<'_>) -> Option<Vec<Option<String>>> {
    let kept = |element: &str| Some(trim(element).to_owned()).filter(|text| !text.is_empty());
    match cell {
        Cell::Text(text) => {
            let text = text.replace("\r\n", "\n");
            Some(text.split(['／', '\n', '\r']).map(kept).collect())
        }
        Cell::List(elements) => {
            let texts = elements.iter().map(|element| match of_json(element) {
                Cell::Text(text) => Some(kept(&text)),
                _ => None,
            });
            texts.collect()
        }
        Cell::Object => None,
    }
}

/// Pairs rules and reasons by position. Without a partner the other is None; a pair of two Nones
/// says nothing.
pub(super) fn paired(rules: Vec<Option<String>>, descriptions: Vec<Option<String>>) -> Vec<Reason> {
    let length = rules.len().max(descriptions.len());
    let rules = rules.into_iter().chain(repeat(None));
    let descriptions = descriptions.into_iter().chain(repeat(None));
    rules
        .zip(descriptions)
        .take(length)
        .filter(|(rule, description)| rule.is_some() || description.is_some())
        .map(|(code, description)| Reason { code, description })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_stands_around_a_cell_is_taken_off() {
        for (cell, expected) in [
            ("a905125d2a", "a905125d2a"),
            (" a　b\u{3000}\t", "a　b"),
            ("\u{a0}鈴木\u{200b}", "鈴木"),
            ("line 1\r\nline 2\n", "line 1\r\nline 2"),
            ("=\"a905125d2a\"", "a905125d2a"),
            ("=\" 007 \"", "007"),
            ("=\"a \"\"b\"\"\"", "a \"b\""),
            ("=a", "=a"),
            ("'=cmd()", "=cmd()"),
            ("'-a", "-a"),
            ("'＝a", "＝a"),
            ("'=\"x\"", "=\"x\""),
            ("'007", "'007"),
            ("nullable", "nullable"),
        ] {
            assert_eq!(content(cell.into()).as_deref(), Some(expected), "{cell}");
        }
        for cell in [
            "",
            " \u{feff}",
            "=\"\"",
            "NULL",
            "null",
            "\\N",
            "NaN",
            "#N/A",
            "-",
            "－",
            "ＮＵＬＬ",
            "=\"-\"",
        ] {
            assert_eq!(content(cell.into()), None, "{cell}");
        }
    }

    #[test]
    fn numbers_and_ids_are_told_from_what_a_spreadsheet_made_of_them() {
        for (text, expected) in [
            ("a905125d2a", Some("a905125d2a")),
            ("'0012345678", Some("0012345678")),
            ("1234567890.0", Some("1234567890")),
            ("1.23E+16", None),
            ("12E+16", None),
            ("12e16", Some("12e16")),
            ("a.0", None),
            ("注文", None),
        ] {
            assert_eq!(
                number(text).ok().as_ref().map(OrderNumber::as_str),
                expected,
                "{text}"
            );
        }
        for (text, expected) in [
            ("30962", Some("30962")),
            ("30962.0", Some("30962")),
            ("30,962", Some("30962")),
            ("３０９６２", Some("30962")),
            ("0030962", Some("0030962")),
            ("C-1.5", Some("C-1.5")),
            ("1.23457E+14", None),
        ] {
            assert_eq!(id_text(text).ok().as_deref(), expected, "{text}");
        }
        assert_eq!(ecforce_id("123-45").as_deref(), Ok("123"));
        assert_eq!(ecforce_id("A-45").as_deref(), Ok("A-45"));
        assert_eq!(id("1,000"), Ok(1000));
        assert_eq!(event_id("77.0"), Ok(EventId("77".to_owned())));
        assert_eq!(event_id("1.2E+20"), Err(import::event_id_spoilt()));
        assert_eq!((count("3回"), count("３")), (Ok(3), Ok(3)));
        assert_eq!(count("0"), Err(texts::count()));
    }

    #[test]
    fn amounts_are_read_in_every_form() {
        for text in [
            "3980",
            "3,980",
            "¥3,980",
            "￥3,980",
            "￥3,980円",
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
        assert_eq!(yen("9223372036854775807"), Ok(Yen(i64::MAX as u64)));
        for text in [
            "",
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
        ] {
            assert_eq!(yen(text), Err(import::amount()), "{text}");
        }
    }

    #[test]
    fn rules_and_reasons_are_paired_by_position() {
        type Pairs = &'static [(&'static str, &'static str)];
        let cases: &[(&str, &str, Pairs)] = &[
            ("", "", &[]),
            ("R1", "", &[("R1", "")]),
            ("", "未払い多数", &[("", "未払い多数")]),
            ("R1／R2", "a／b", &[("R1", "a"), ("R2", "b")]),
            ("R1\nR2", "a\r\nb", &[("R1", "a"), ("R2", "b")]),
            ("R1／R2", "a", &[("R1", "a"), ("R2", "")]),
            ("R1", "a／b", &[("R1", "a"), ("", "b")]),
            ("R1／／R3", "a／／c", &[("R1", "a"), ("R3", "c")]),
            ("／R2", "a／ b　", &[("", "a"), ("R2", "b")]),
            ("／", "／", &[]),
            ("a/b", "c、d,e", &[("a/b", "c、d,e")]),
        ];
        let side = |side: &Option<String>| side.clone().unwrap_or_default();
        for (rules, reasons, expected) in cases {
            let of = |text: &'static str| elements(Cell::Text(text.into())).unwrap();
            let (rules, reasons) = (of(rules), of(reasons));
            let pairs: Vec<_> = paired(rules, reasons)
                .iter()
                .map(|one| (side(&one.code), side(&one.description)))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(a, b)| (a.to_string(), b.to_string()))
                .collect();
            assert_eq!(pairs, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_cell_is_too_strange(text in "\\PC{0,20}|[=\"'0-9eE.+,-]{0,20}") {
            let _ = (number(&text), id_text(&text), yen(&text), time_of_book(&text));
            let _ = content(text.as_str().into());
        }

        #[test]
        fn amounts_are_read_as_they_are_written(amount in 0..i64::MAX as u64) {
            prop_assert_eq!(yen(&amount.to_string()), Ok(Yen(amount)));
        }
    }
}
