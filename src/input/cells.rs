//! What stands in one cell: what is taken off around it, and words, amounts, IDs, times, yes and
//! no.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    domain::{
        event::{AutoResult, EventId, Reason},
        order::{Channel, OrderNumber, Yen},
        text::{folded, trim},
        time::JstTime,
        written_time,
    },
    locales::{Text, input as texts, rows},
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

/// Reads a text that is not empty, or says what was expected.
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
        text if is_spoilt(text) => Err(rows::event_id_spoilt()),
        text => Ok(EventId(without_fraction(text).to_owned())),
    }
}

/// Any text, kept as it is.
#[expect(clippy::unnecessary_wraps, reason = "a Reader like the others")]
pub(super) fn text(text: &str) -> Result<String, Text> {
    Ok(text.to_owned())
}

/// An ID that is a text, often of digits alone.
pub(super) fn id_text(text: &str) -> Result<String, Text> {
    let id = narrow(text);
    match is_spoilt(&id) {
        true => Err(rows::id_spoilt()),
        false if whole(&id).is_some() => Ok(without_fraction(&id).replace(',', "")),
        false => Ok(text.to_owned()),
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
    if let Some(amount) = plain(text.as_bytes()) {
        return Ok(Yen(amount));
    }
    let text = narrow(text);
    let text = text.trim();
    // Shift_JIS has the yen sign where ASCII has the backslash.
    let amount = text.strip_prefix(['¥', '\\']).unwrap_or(text);
    let amount = amount.strip_suffix('円').unwrap_or(amount);
    grouped(amount.trim()).map(Yen).ok_or_else(rows::amount)
}

/// A whole number, 0 or more.
fn whole(text: &str) -> Option<u64> {
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
    written_time::time(text).ok_or_else(rows::time)
}

/// The same in an Excel book, where it may also be a number of days.
pub(super) fn time_of_book(text: &str) -> Result<JstTime, Text> {
    let days = || text.parse().ok().and_then(written_time::excel_days);
    written_time::time(text)
        .or_else(days)
        .ok_or_else(rows::time)
}

/// Yes or no.
pub(super) fn yes_or_no(text: &str) -> Result<bool, Text> {
    meaning(YES_OR_NO, text).ok_or_else(rows::yes_or_no)
}

/// Yes or no, or 会員, 非会員 and ゲスト.
pub(super) fn member(text: &str) -> Result<bool, Text> {
    let member = meaning(YES_OR_NO, text).or_else(|| meaning(MEMBER, text));
    member.ok_or_else(rows::member)
}

/// A channel.
pub(super) fn channel(text: &str) -> Result<Channel, Text> {
    meaning(CHANNELS, text).ok_or_else(rows::channel)
}

/// A result.
pub(super) fn result(text: &str) -> Result<AutoResult, Text> {
    meaning(RESULTS, text).ok_or_else(rows::result)
}

/// A result that a person sets: never REVIEW.
pub(super) fn manual_result(text: &str) -> Result<AutoResult, Text> {
    let result = meaning(RESULTS, text).filter(|result| *result != AutoResult::Review);
    result.ok_or_else(rows::manual_result)
}

/// Words as they are compared, each with what it means.
type Words<T> = &'static [(&'static str, T)];

/// Yes and no, as CONTRACT.md lists them, and y/n.
const YES_OR_NO: Words<bool> = &[
    ("1", true),
    ("0", false),
    ("true", true),
    ("false", false),
    ("はい", true),
    ("いいえ", false),
    ("有", true),
    ("無", false),
    ("有り", true),
    ("無し", false),
    ("あり", true),
    ("なし", false),
    ("on", true),
    ("off", false),
    ("有効", true),
    ("無効", false),
    ("○", true),
    ("〇", true),
    ("◯", true),
    ("×", false),
    ("✕", false),
    ("yes", true),
    ("no", false),
    ("y", true),
    ("n", false),
];

/// Whether a customer is a member: a guest is not (R5).
const MEMBER: Words<bool> = &[
    ("会員", true),
    ("非会員", false),
    ("ゲスト", false),
    ("guest", false),
    ("member", true),
];

/// The channels by their names in JSON, and as ecforce's screens, exports and help pages call
/// them. What they say for LP, shop and subscriptions was never seen.
const CHANNELS: Words<Channel> = &[
    ("lp", Channel::Lp),
    ("shop", Channel::Shop),
    ("subscription", Channel::Subscription),
    ("admin", Channel::Admin),
    ("csv", Channel::Csv),
    ("lp購入", Channel::Lp),
    ("lp受注", Channel::Lp),
    ("ランディングページ", Channel::Lp),
    ("ランディングページ購入", Channel::Lp),
    ("広告lp", Channel::Lp),
    ("ショップ", Channel::Shop),
    ("ショップ購入", Channel::Shop),
    ("ショップ受注", Channel::Shop),
    ("shop購入", Channel::Shop),
    ("定期", Channel::Subscription),
    ("定期受注", Channel::Subscription),
    ("定期購入", Channel::Subscription),
    ("既存定期", Channel::Subscription),
    ("既存定期受注", Channel::Subscription),
    ("管理画面", Channel::Admin),
    ("管理画面受注", Channel::Admin),
    ("受注作成", Channel::Admin),
    ("管理", Channel::Admin),
    ("受注作成csvインポート", Channel::Csv),
    ("csv登録", Channel::Csv),
    ("csv受注", Channel::Csv),
    ("csv受注登録", Channel::Csv),
    ("csv一括登録", Channel::Csv),
    ("csvインポート", Channel::Csv),
    ("csv取り込み", Channel::Csv),
    ("csv取込", Channel::Csv),
    ("csv取込み", Channel::Csv),
];

/// The results by their names, and by the Japanese words for them that leave no doubt.
const RESULTS: Words<AutoResult> = &[
    ("ok", AutoResult::Ok),
    ("ng", AutoResult::Ng),
    ("hold", AutoResult::Hold),
    ("review", AutoResult::Review),
    ("可", AutoResult::Ok),
    ("承認", AutoResult::Ok),
    ("不可", AutoResult::Ng),
    ("否認", AutoResult::Ng),
    ("非承認", AutoResult::Ng),
    ("保留", AutoResult::Hold),
    ("ホールド", AutoResult::Hold),
    ("要確認", AutoResult::Review),
    ("要審査", AutoResult::Review),
    ("要目視", AutoResult::Review),
    ("要レビュー", AutoResult::Review),
    ("レビュー", AutoResult::Review),
];

/// What a word means, however it is typed, and whatever blanks are in it.
fn meaning<T: Copy>(words: Words<T>, text: &str) -> Option<T> {
    let meaning = |is_it: &dyn Fn(&str) -> bool| {
        let word = words.iter().find(|(word, _)| is_it(word));
        word.map(|(_, meaning)| *meaning)
    };
    // Most are written just so; a million of them need not be copied.
    meaning(&|word| word.eq_ignore_ascii_case(text)).or_else(|| {
        let folded = as_word(text);
        meaning(&|word| word == folded)
    })
}

fn as_word(text: &str) -> String {
    let mut folded = folded(text);
    folded.retain(|c| !c.is_whitespace());
    folded
}

/// The elements of a cell of rules or reasons, each with `of` made a reason. What is empty of them
/// is kept for the position of the others. None where the cell holds something else than texts.
pub(super) fn elements(
    cell: Cell<'_>,
    of: impl Fn(Option<String>) -> Reason,
) -> Option<Vec<Reason>> {
    match cell {
        Cell::Text(text) => {
            let text = text.replace("\r\n", "\n");
            let parts = text.split(['／', '\n', '\r']);
            Some(parts.map(|part| of(kept(part))).collect())
        }
        Cell::List(all) => all.iter().map(|one| element(one, &of)).collect(),
        Cell::Object => None,
    }
}

/// An element of a JSON array: a text, or a reason as `screen` gives it.
fn element(json: &Value, of: &impl Fn(Option<String>) -> Reason) -> Option<Reason> {
    let text = |json: &Value| match of_json(json) {
        Cell::Text(text) => Some(kept(&text)),
        _ => None,
    };
    if !json.is_object() {
        return Some(of(text(json)?));
    }
    let field = |name| json.get(name).map_or(Some(None), text);
    Some(Reason {
        code: field("code")?,
        description: field("description")?,
    })
}

fn kept(element: &str) -> Option<String> {
    let element = trim(element);
    (!element.is_empty()).then(|| element.to_owned())
}

/// Pairs rules and reasons by position. Without a partner the other is None; a pair of two Nones
/// says nothing.
pub(super) fn paired(rules: Vec<Reason>, reasons: Vec<Reason>) -> Vec<Reason> {
    let length = rules.len().max(reasons.len());
    let mut rules = rules.into_iter();
    let mut reasons = reasons.into_iter();
    let pairs = (0..length).map(|_| {
        let (rule, reason) = (rules.next(), reasons.next());
        let (code, description) = reason.map_or((None, None), |r| (r.code, r.description));
        Reason {
            code: rule.and_then(|rule| rule.code).or(code),
            description,
        }
    });
    pairs
        .filter(|pair| pair.code.is_some() || pair.description.is_some())
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
        assert_eq!(event_id("1.2E+20"), Err(rows::event_id_spoilt()));
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
            assert_eq!(yen(text), Err(rows::amount()), "{text}");
        }
    }

    #[test]
    fn every_word_is_written_as_it_is_compared_and_stands_once() {
        fn check<T: Copy>(words: Words<T>) {
            for (place, (word, _)) in words.iter().enumerate() {
                assert_eq!(as_word(word), *word);
                assert_eq!(
                    words.iter().position(|(other, _)| other == word),
                    Some(place)
                );
            }
        }
        check(CHANNELS);
        check(RESULTS);
        check(&[YES_OR_NO, MEMBER].concat().leak()[..]);
    }

    #[test]
    fn words_are_known_in_both_languages_however_they_are_typed() {
        for one in Channel::ALL {
            assert_eq!(channel(&one.name().to_uppercase()), Ok(one));
        }
        for one in AutoResult::ALL {
            assert_eq!(result(&one.name().to_lowercase()), Ok(one));
        }
        for (text, expected) in [
            ("ＬＰ", Channel::Lp),
            ("定期受注", Channel::Subscription),
            ("CSV 登録", Channel::Csv),
            ("受注作成CSVインポート", Channel::Csv),
            ("受注作成ＣＳＶｲﾝﾎﾟｰﾄ", Channel::Csv),
            (
                "シヨツプ".replace("シヨツプ", "ショッフ\u{309a}").as_str(),
                Channel::Shop,
            ),
        ] {
            assert_eq!(channel(text), Ok(expected), "{text}");
        }
        assert_eq!(channel("移行"), Err(rows::channel()));
        assert_eq!(result("ＯＫ"), Ok(AutoResult::Ok));
        assert_eq!(result("保留"), Ok(AutoResult::Hold));
        assert_eq!(manual_result("REVIEW"), Err(rows::manual_result()));
        assert_eq!((yes_or_no("○"), yes_or_no("×")), (Ok(true), Ok(false)));
        assert_eq!((member("非会員"), member("ON")), (Ok(false), Ok(true)));
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
            let of = |text: &'static str, of: fn(Option<String>) -> Reason| {
                elements(Cell::Text(text.into()), of).unwrap()
            };
            let rules = of(rules, |code| Reason {
                code,
                description: None,
            });
            let reasons = of(reasons, |description| Reason {
                code: None,
                description,
            });
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
            let _ = (channel(&text), member(&text), content(text.as_str().into()));
        }

        #[test]
        fn amounts_are_read_as_they_are_written(amount in 0..i64::MAX as u64) {
            prop_assert_eq!(yen(&amount.to_string()), Ok(Yen(amount)));
        }
    }
}
