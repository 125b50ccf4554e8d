//! What stands in one cell: what is taken off around it, and amounts, times and lists.

use std::{borrow::Cow, iter::repeat};

use serde_json::Value;

use crate::{
    domain::{
        event::Reason,
        order::Yen,
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
    /// A formula whose value a book does not hold.
    Formula,
}

impl Cell<'_> {
    /// What was expected in place of a cell that is no text.
    pub(super) fn expected(&self) -> Text {
        match self {
            Self::Formula => import::value_of_formula(),
            _ => import::one_value(),
        }
    }
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
    // A formula that failed says so in the same way to everybody: as an ID it would make strangers
    // one customer.
    const PLACEHOLDERS: [&str; 12] = [
        "null", "\\n", "nan", "#n/a", "-", "n/a", "#value!", "#ref!", "#name?", "#div/0!", "#num!",
        "#null!",
    ];
    let is_one = |text: &str| {
        PLACEHOLDERS
            .iter()
            .any(|word| word.eq_ignore_ascii_case(text))
    };
    // The longest of them in full width.
    text.is_empty()
        || (text.len() <= 21 && (is_one(text) || (!text.is_ascii() && is_one(&folded(text)))))
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

/// Any text that is not empty, kept as it is.
pub(super) fn text(text: &str) -> Result<String, Text> {
    match text {
        "" => Err(texts::text()),
        text => Ok(text.to_owned()),
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
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(folded(text)),
    }
}

/// Digits alone. More than SQLite's integers hold is no amount and no ID.
pub(super) fn plain(digits: &[u8]) -> Option<u64> {
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
    time_of_days(text, 0.0)
}

/// The same in a book whose calendar begins in 1904.
pub(super) fn time_since_1904(text: &str) -> Result<JstTime, Text> {
    time_of_days(text, 1462.0)
}

/// `before` is how many days Excel's own calendar is ahead.
fn time_of_days(text: &str, before: f64) -> Result<JstTime, Text> {
    let days = || written_time::excel_days(text.parse::<f64>().ok()? + before);
    let at = written_time::time(text).or_else(days);
    // No shop is as old: it is a small number or a bare time that the book shows as a date.
    let at = at.filter(|at| at.civil().year() >= 2000);
    at.ok_or_else(import::time)
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
        Cell::Object | Cell::Formula => None,
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
            "N/A",
            "#VALUE!",
            "#REF!",
            "#name?",
            "#DIV/0!",
            "＃ＤＩＶ／０！",
            "#NUM!",
            "#NULL!",
        ] {
            assert_eq!(content(cell.into()), None, "{cell}");
        }
    }

    #[test]
    fn whole_numbers_are_read() {
        assert_eq!(id("1,000"), Ok(1000));
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
    fn what_a_book_shows_as_a_day_of_long_ago_is_no_time() {
        let read = |reader: Reader<JstTime>, text| reader(text).ok().map(JstTime::wire);
        let at = Some("2026/11/20 10:15:00".to_owned());
        assert_eq!(read(time_of_book, "46346.4270833333"), at);
        assert_eq!(read(time_of_book, "2026/11/20 10:15"), at);
        assert_eq!(read(time_since_1904, "44884.4270833333"), at);
        assert_eq!(read(time_since_1904, "2026/11/20 10:15"), at);
        for text in [
            "0",
            "0.5",
            "-1",
            "3980",
            "10:15:00",
            "1900/01/01",
            "1999/12/31 23:59",
        ] {
            assert_eq!(read(time_of_book, text), None, "{text}");
            assert_eq!(read(time_since_1904, text), None, "{text}");
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
            let _ = (yen(&text), time_of_book(&text));
            let _ = content(text.as_str().into());
        }

        #[test]
        fn amounts_are_read_as_they_are_written(amount in 0..i64::MAX as u64) {
            prop_assert_eq!(yen(&amount.to_string()), Ok(Yen(amount)));
        }
    }
}
