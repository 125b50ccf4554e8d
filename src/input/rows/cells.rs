//! What stands in one cell: what is taken off around it, and numbers, IDs, texts, yes and no.

use std::borrow::Cow;

use super::{money::whole, record::Cell, words};
use crate::{
    domain::{event::EventId, order::OrderNumber},
    input::json::Json,
    locales::{Text, input as texts, rows},
};

/// Reads a text that is not empty, or says what was expected.
pub(super) type Kind<T> = fn(&str) -> Result<T, Text>;

/// A text without the blanks around it, full-width and invisible ones included.
pub(super) fn trim(text: &str) -> &str {
    let is_plain = |byte: &u8| (0x21..0x7f).contains(byte);
    let bytes = text.as_bytes();
    // Most cells have nothing to be taken off.
    if bytes.first().is_none_or(is_plain) && bytes.last().is_none_or(is_plain) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// A cell of a CSV file.
pub(super) fn of_csv(cell: &str) -> Cell<'_> {
    let cell = trim(cell);
    match cell.as_bytes() {
        [] => Cell::Empty,
        [b'\'' | b'=', ..] => match undefused(cell) {
            text if text.is_empty() => Cell::Empty,
            text => Cell::Text(text),
        },
        _ => Cell::Text(Cow::Borrowed(cell)),
    }
}

/// Takes off what keeps a spreadsheet from running a cell, or from making a number of it:
/// the `'` that this program's own CSV has, and `="…"`.
fn undefused(cell: &str) -> Cow<'_, str> {
    if let Some(rest) = cell.strip_prefix('\'') {
        // The same condition as in output/list.rs, which writes the `'`.
        let runs = rest.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
        let is_number = rest.parse::<f64>().is_ok_and(f64::is_finite);
        return Cow::Borrowed(if runs && !is_number { rest } else { cell });
    }
    let quoted = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    match quoted.map(trim) {
        Some(text) if text.contains("\"\"") => Cow::Owned(text.replace("\"\"", "\"")),
        Some(text) => Cow::Borrowed(text),
        None => Cow::Borrowed(cell),
    }
}

/// A value of a JSON object.
pub(super) fn of_json<'a>(json: &'a Json<'a>) -> Cell<'a> {
    match json {
        Json::Array(elements) => Cell::List(elements),
        Json::Object(_) => Cell::Object,
        _ => scalar(json).flatten().map_or(Cell::Empty, Cell::Text),
    }
}

/// The text of a single JSON value; none for null and blanks. None where it is an array or an
/// object.
pub(super) fn scalar<'a>(json: &'a Json<'a>) -> Option<Option<Cow<'a, str>>> {
    let text = match json {
        Json::Null => return Some(None),
        Json::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        Json::Number(value) => Cow::Owned(value.to_string()),
        Json::String(text) => Cow::Borrowed(trim(text)),
        Json::Array(_) | Json::Object(_) => return None,
    };
    Some((!text.is_empty()).then_some(text))
}

/// An order number.
pub(super) fn number(text: &str) -> Result<OrderNumber, Text> {
    // No number begins with the `'` that makes a spreadsheet keep it as text.
    let number = text.strip_prefix('\'').unwrap_or(text);
    number.parse().map_err(|_| match is_spoilt(number) {
        true => texts::order_number_spoilt(),
        false => texts::order_number(),
    })
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

/// An event ID: any text.
pub(super) fn event_id(text: &str) -> Result<EventId, Text> {
    match text {
        "" => Err(texts::text()),
        text if is_spoilt(text) => Err(rows::event_id_spoilt()),
        text => Ok(EventId(text.to_owned())),
    }
}

/// Any text, kept as it is.
#[expect(clippy::unnecessary_wraps, reason = "a Kind like the others")]
pub(super) fn text(text: &str) -> Result<String, Text> {
    Ok(text.to_owned())
}

/// An ID of ecforce that is a whole number.
pub(super) fn id(text: &str) -> Result<u64, Text> {
    whole(text).ok_or_else(texts::id)
}

/// 購入回数: 1 or more.
pub(super) fn count(text: &str) -> Result<u32, Text> {
    let count = whole(text.strip_suffix('回').unwrap_or(text));
    let count = count.and_then(|count| u32::try_from(count).ok());
    count.filter(|count| *count > 0).ok_or_else(texts::count)
}

/// Yes or no.
pub(super) fn yes_or_no(text: &str) -> Result<bool, Text> {
    words::find(words::YES_OR_NO, text).ok_or_else(rows::yes_or_no)
}

/// Yes or no, or 会員, 非会員 and ゲスト.
pub(super) fn member(text: &str) -> Result<bool, Text> {
    let member = words::find(words::YES_OR_NO, text);
    member
        .or_else(|| words::find(words::MEMBER, text))
        .ok_or_else(rows::member)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(cell: &str) -> Option<String> {
        match of_csv(cell) {
            Cell::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

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
            ("'\tx", "\tx"),
            ("'=\"x\"", "=\"x\""),
            // What the program's own output leaves alone.
            ("-5", "-5"),
            ("'-5", "'-5"),
            ("'quoted'", "'quoted'"),
        ] {
            assert_eq!(csv(cell).as_deref(), Some(expected), "{cell:?}");
        }
        for cell in ["", " ", "\u{3000}", "=\"\"", "\u{feff}"] {
            assert_eq!(csv(cell), None, "{cell:?}");
        }
    }

    #[test]
    fn numbers_follow_the_grammar_and_spoilt_ones_get_a_hint() {
        for good in ["a905125d2a", "1", "A-B_9", "'007", "12E5"] {
            assert!(number(good).is_ok(), "{good}");
        }
        let spoilt = texts::order_number_spoilt();
        for bad in ["1.23E+18", "1E+18", "1.23457e18", "9.00E+05"] {
            assert_eq!(number(bad), Err(spoilt.clone()), "{bad}");
            assert_eq!(event_id(bad), Err(rows::event_id_spoilt()), "{bad}");
        }
        for bad in [
            "",
            "ａ９０５",
            "a b",
            "注文1",
            "1.5",
            "E+1",
            &"x".repeat(65),
        ] {
            assert_eq!(number(bad), Err(texts::order_number()), "{bad}");
        }
        assert_eq!(event_id("{a}/9").unwrap().0, "{a}/9");
    }

    #[test]
    fn counts_and_ids_are_whole_numbers() {
        for (text, expected) in [("1", 1), ("１２", 12), ("3回", 3), ("2.0", 2)] {
            assert_eq!(count(text), Ok(expected), "{text}");
        }
        for bad in ["0", "-1", "1.5", "x", "4294967296", "回"] {
            assert_eq!(count(bad), Err(texts::count()), "{bad}");
        }
        assert_eq!(id("0"), Ok(0));
        assert_eq!(id("12"), Ok(12));
        assert_eq!(id("A1"), Err(texts::id()));
    }

    #[test]
    fn yes_and_no_are_written_in_many_ways() {
        for (yes, no) in [
            ("1", "0"),
            ("true", "FALSE"),
            ("Yes", "no"),
            ("はい", "いいえ"),
            ("有", "無"),
            ("あり", "なし"),
            ("ON", "off"),
            ("ＯＮ", "ＯＦＦ"),
            ("有効", "無効"),
            ("１", "０"),
        ] {
            for kind in [yes_or_no, member] {
                assert_eq!((kind(yes), kind(no)), (Ok(true), Ok(false)), "{yes} {no}");
            }
        }
        for (text, expected) in [("会員", true), ("非会員", false), ("ゲスト", false)] {
            assert_eq!(member(text), Ok(expected));
            assert_eq!(yes_or_no(text), Err(rows::yes_or_no()));
        }
        assert_eq!(member("2"), Err(rows::member()));
    }
}
