//! What stands in one cell of a table or one field of an object: what is taken off around it, and
//! numbers, IDs, amounts, times, the words that stand for a channel, a result, yes or no, and what
//! buyers enter. That is read liberally: digits are sent to O-PLUX alone (WIRE.md), and Japanese data
//! has them in full width and with many kinds of hyphens.

use std::{borrow::Cow, collections::HashMap, net::IpAddr};

use serde_json::Value;

use crate::{
    domain::{
        event::{AutoResult, EventId},
        order::{Birthday, Channel, OrderNumber, Sex, Yen},
        private::Personal,
        text::{self as compared, Words, folded, is_invisible, meaning, trim},
        time::JstTime,
    },
    locales::{Text, input as texts},
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

impl<'a> Cell<'a> {
    /// A JSON value as a cell.
    pub(super) fn of_json(json: &'a Value) -> Self {
        match json {
            Value::Null => Self::Text("".into()),
            Value::Bool(value) => Self::Text(if *value { "true" } else { "false" }.into()),
            Value::Number(value) => Self::Text(value.to_string().into()),
            Value::String(text) => Self::Text(text.into()),
            Value::Array(elements) => Self::List(elements),
            Value::Object(_) => Self::Object,
        }
    }

    /// What was expected in place of a cell that is no text.
    pub(super) fn expected(&self) -> Text {
        match self {
            Self::Formula => texts::value_of_formula(),
            _ => texts::one_value(),
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
    whole(amount.trim()).map(Yen).ok_or_else(texts::amount)
}

/// A whole number, 0 or more.
pub(super) fn whole(text: &str) -> Option<u64> {
    plain(text).or_else(|| grouped(narrow(text).trim()))
}

/// Full-width digits and signs in half width.
fn narrow(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(folded(text)),
    }
}

/// Digits alone. More than SQLite's integers hold is no amount and no ID.
fn plain(digits: &str) -> Option<u64> {
    let number = digits.parse::<i64>().ok().filter(|_| are_digits(digits));
    number.map(i64::unsigned_abs)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits in groups of three, and a fraction of nothing but zeros.
fn grouped(text: &str) -> Option<u64> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let Some((first, rest)) = text.split_once(',') else {
        return plain(text).filter(|_| is_nothing(fraction));
    };
    let mut groups = rest.split(',');
    let is_grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    (is_grouped && is_nothing(fraction)).then(|| plain(&text.replace(',', "")))?
}

/// A date, or a date and time.
pub(super) fn time(text: &str) -> Result<JstTime, Text> {
    text.parse().map_err(|_| texts::time())
}

pub(super) fn number(text: &str) -> Result<OrderNumber, Text> {
    // No number begins with the `'` that makes a spreadsheet keep it as text.
    let number = text.strip_prefix('\'').unwrap_or(text);
    let number = without_fraction(number);
    // A number with an exponent of this form has been one of digits alone.
    match is_spoilt(number) {
        true => Err(texts::order_number_spoilt()),
        false if is_truth(number) => Err(texts::order_number()),
        false => number.parse().map_err(|_| texts::order_number()),
    }
}

/// Whether it is true or false, as of a JSON value or a book's cell: no number and no ID.
fn is_truth(text: &str) -> bool {
    ["true", "false"]
        .iter()
        .any(|truth| truth.eq_ignore_ascii_case(text))
}

/// Whether a spreadsheet has made something else of an ID: `1.23E+18`, a fraction, a formula, or
/// `#SPILL!`.
fn is_no_id(text: &str) -> bool {
    let are_grouped = |text: &str| are_digits(&text.replace(',', ""));
    let fraction = without_fraction(text).split_once('.');
    let is_fraction = fraction.is_some_and(|(whole, rest)| are_grouped(whole) && are_grouped(rest));
    let is_failed = text.starts_with('#') && text.ends_with(['!', '?']);
    is_spoilt(text) || is_fraction || is_failed || text.starts_with('=') || is_truth(text)
}

/// Whether a spreadsheet has made `1.23E+18` of a long number.
fn is_spoilt(text: &str) -> bool {
    text.split_once(['e', 'E'])
        .is_some_and(|(mantissa, exponent)| {
            are_digits(exponent.strip_prefix('+').unwrap_or(exponent))
                && (mantissa.contains('.') || exponent.starts_with('+'))
                && are_digits(&mantissa.replacen('.', "", 1))
        })
}

/// `30962` of `30962.0`, which a spreadsheet has made a fraction; any other text as it is.
fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, fraction)) if are_digits(whole) && is_nothing(fraction) => whole,
        _ => text,
    }
}

/// A fraction that is none.
fn is_nothing(fraction: &str) -> bool {
    !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0')
}

/// An event ID: any text.
pub(super) fn event_id(text: &str) -> Result<EventId, Text> {
    match text {
        "" => Err(texts::text()),
        text if is_no_id(text) => Err(texts::event_id_spoilt()),
        text => Ok(EventId(without_fraction(text).to_owned())),
    }
}

/// An ID that is a text, often of digits alone.
pub(super) fn id_text(text: &str) -> Result<String, Text> {
    let id = narrow(text);
    if whole(&id).is_some() {
        return Ok(without_fraction(&id.replace(',', "")).to_owned());
    }
    match is_no_id(&id) {
        true => Err(texts::id_spoilt()),
        false => self::text(text),
    }
}

/// 受注ID. Of an order with several destinations it is `ID-お届け先ID`: the order's own is the first.
pub(super) fn ecforce_id(text: &str) -> Result<String, Text> {
    let id = id_text(text)?;
    match id.split_once('-') {
        Some((order, place)) if are_digits(order) && are_digits(place) => Ok(order.to_owned()),
        _ => Ok(id),
    }
}

/// Yes or no.
pub(super) fn yes_or_no(text: &str) -> Result<bool, Text> {
    yes(text).ok_or_else(texts::yes_or_no)
}

/// Yes or no; `1.0` and `0.0` too, which a spreadsheet has made of 1 and 0.
fn yes(text: &str) -> Option<bool> {
    compared::yes_or_no(text).or_else(|| compared::yes_or_no(without_fraction(&folded(text))))
}

/// Yes or no, or 会員, 非会員 and ゲスト.
pub(super) fn member(text: &str) -> Result<bool, Text> {
    let member = yes(text).or_else(|| meaning(MEMBER, text));
    member.ok_or_else(texts::member)
}

/// Whether an order is generated from a subscription (R8): it is of one, and not the first.
pub(super) fn is_generated(is_of_subscription: bool, nth: Option<u32>) -> bool {
    is_of_subscription && nth.is_some_and(|nth| nth >= 2)
}

/// The IDs of the configured payment methods by name, as it is compared; none of a name that two
/// have.
pub type MethodIds = HashMap<String, Option<u64>>;

/// The ID of the method whose name equals exactly one configured name.
pub(super) fn method_id(methods: &MethodIds, name: &str) -> Option<u64> {
    // Most calls have none, and a million names need not be folded for that.
    (!methods.is_empty()).then(|| methods.get(&folded(name)).copied().flatten())?
}

pub(super) fn channel(text: &str) -> Result<Channel, Text> {
    meaning(CHANNELS, text).ok_or_else(texts::channel)
}

pub(super) fn result(text: &str) -> Result<AutoResult, Text> {
    AutoResult::from_word(text).ok_or_else(texts::result)
}

/// A result that a person sets: never REVIEW.
///
/// # Errors
/// What was expected.
pub fn manual_result(text: &str) -> Result<AutoResult, Text> {
    let result = AutoResult::from_word(text).filter(|result| *result != AutoResult::Review);
    result.ok_or_else(texts::manual_result)
}

/// Text with something in it, as entered.
pub(super) fn personal(text: &str) -> Result<Personal, Text> {
    self::text(text).map(Personal::new)
}

/// What one item costs, rounded down (WIRE.md: after discounts, which give fractions).
pub(super) fn price(text: &str) -> Result<Yen, Text> {
    let (yen, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let yen = whole(yen).filter(|_| are_digits(fraction));
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
    match digits(text).map_or(0, |digits| digits.len()) {
        6..=8 if are_digits(text) => Ok(Personal::new(text)),
        9.. => Err(texts::card_number()),
        _ => Err(texts::bin()),
    }
}

/// A Japanese postcode: 7 digits.
pub(super) fn postcode(text: &str) -> Result<Personal, Text> {
    let digits = digits_of(text, texts::postcode)?;
    match digits.len() == 7 && !digits.starts_with('+') {
        true => Ok(Personal::new(digits)),
        false => Err(texts::postcode()),
    }
}

/// A telephone number: 9 to 15 digits, which is what Japanese numbers (10 or 11) and those of
/// other countries have. `+81` is the `0` that a Japanese number begins with at home.
pub(super) fn telephone(text: &str) -> Result<Personal, Text> {
    let entered = digits_of(text, texts::telephone)?;
    let digits = match entered.strip_prefix("+81") {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => entered.strip_prefix('+').unwrap_or(&entered).to_owned(),
    };
    match (9..=15).contains(&digits.len()) {
        true => Ok(Personal::new(digits)),
        false => Err(texts::telephone()),
    }
}

/// The digits of what was entered, or what was expected in their place; where a spreadsheet has made
/// a number of them, it says so.
pub(super) fn digits_of(text: &str, expected: fn() -> Text) -> Result<String, Text> {
    digits(text).ok_or_else(|| match is_fraction(text) || text.parse::<f64>().is_ok() {
        true => texts::digits_spoilt(),
        false => expected(),
    })
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
        are_digits(whole) && fraction.trim().bytes().all(|byte| byte == b'0')
    })
}

/// Whether a customer is a member: a guest is not (R5).
pub(super) const MEMBER: Words<bool> = &[
    ("会員", true),
    ("非会員", false),
    ("ゲスト", false),
    ("guest", false),
    ("member", true),
];

/// The channels by their names in JSON, and as ecforce's screens, exports and help pages call
/// them. What they say for LP, shop and subscriptions was never seen.
pub(super) const CHANNELS: Words<Channel> = &[
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
