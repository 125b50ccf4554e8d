//! Numbers and IDs in a cell or a field, and what spreadsheets make of them.

use super::cells::{self, narrow, plain, whole};
use crate::{
    domain::{event::EventId, order::OrderNumber},
    locales::{Text, import, input as texts},
};

/// An order number.
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
    let are_digits = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_digit() || byte == b',')
    };
    let fraction = without_fraction(text).split_once('.');
    let is_fraction = fraction.is_some_and(|(whole, rest)| are_digits(whole) && are_digits(rest));
    let is_failed = text.starts_with('#') && text.ends_with(['!', '?']);
    is_spoilt(text) || is_fraction || is_failed || text.starts_with('=') || is_truth(text)
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
pub(super) fn without_fraction(text: &str) -> &str {
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
        text if is_no_id(text) => Err(import::event_id_spoilt()),
        text => Ok(EventId(without_fraction(text).to_owned())),
    }
}

/// An ID that is a text, often of digits alone.
pub(super) fn id_text(text: &str) -> Result<String, Text> {
    let id = narrow(text);
    if whole(&id).is_some() {
        return Ok(without_fraction(&id).replace(',', ""));
    }
    match is_no_id(&id) {
        true => Err(import::id_spoilt()),
        false => cells::text(text),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            ("true", None),
            ("FALSE", None),
            ("true1", Some("true1")),
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
            ("C.5", Some("C.5")),
            ("1.23457E+14", None),
            ("30962.5", None),
            ("30,962.5", None),
            ("３０９６２．５", None),
            ("=30962", None),
            ("＝A1", None),
            ("#SPILL!", None),
            ("#1", Some("#1")),
            ("TRUE", None),
        ] {
            assert_eq!(id_text(text).ok().as_deref(), expected, "{text}");
        }
        assert_eq!(ecforce_id("123-45").as_deref(), Ok("123"));
        assert_eq!(ecforce_id("A-45").as_deref(), Ok("A-45"));
        assert_eq!(event_id("77.0"), Ok(EventId("77".to_owned())));
        for spoilt in ["1.2E+20", "77.5", "=77", "true"] {
            assert_eq!(event_id(spoilt), Err(import::event_id_spoilt()), "{spoilt}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_id_is_too_strange(text in "\\PC{0,20}|[=\"'0-9eE.+,-]{0,20}") {
            let _ = (number(&text), event_id(&text), ecforce_id(&text));
        }
    }
}
