//! The small types that everybody uses: order numbers, event IDs, yen.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, Serializer};

use super::time::JstTime;

/// An order number (受注番号): 1 to 64 ASCII letters, digits, `-` or `_`.
///
/// ecforce issues one for every payment, usually 10 characters such as `a905125d2a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber(String);

/// The text breaks the grammar of an order number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an order number")]
pub struct NotAnOrderNumber;

impl OrderNumber {
    /// A number from a text that has been one: what is held of very many as text alone.
    pub fn known(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrderNumber {
    type Err = NotAnOrderNumber;

    fn from_str(text: &str) -> Result<Self, NotAnOrderNumber> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnOrderNumber)
        }
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for OrderNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// An amount of whole yen, 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Yen(pub u64);

/// O-PLUX's own ID of an event (イベントID).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub String);

impl EventId {
    /// The time with which it begins: 15 digits of local time to the millisecond,
    /// `YYMMDDhhmmssSSS` (WIRE.md; not checked against the provider's own servers). None where it
    /// does not begin with such a time.
    pub fn time(&self) -> Option<JstTime> {
        let digits = self.0.get(..15)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = |from: usize| &digits[from..from + 2];
        let [year, month, day, hour, minute, second] = [0, 2, 4, 6, 8, 10].map(part);
        format!("20{year}-{month}-{day} {hour}:{minute}:{second}")
            .parse()
            .ok()
    }

    /// Whether it is made like those seen (WIRE.md): that time, then 32 hex digits. No order number
    /// looks so, and it says nothing of an order, even where a part of it happens to be somebody's
    /// postcode.
    pub fn is_of_time_and_hex(&self) -> bool {
        let is_hex = self.0.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.0.len() == 47 && is_hex && self.time().is_some()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_like_those_seen_are_known() {
        let hex = "0123456789abcdefABCDEF0123456789";
        let cases = [
            ("261120101500123", hex, true),
            ("261320101500123", hex, false),
            ("261100101500123", hex, false),
            ("261120241500123", hex, false),
            ("261120106000123", hex, false),
            ("261120101560123", hex, false),
            // Somebody's telephone number.
            ("035759638000000", hex, false),
            ("26112010150012x", hex, false),
            ("261120101500123", &hex[1..], false),
            ("261120101500123", "g123456789abcdefABCDEF0123456789", false),
            ("26112010150012", "", false),
        ];
        for (time, rest, expected) in cases {
            let id = EventId(format!("{time}{rest}"));
            assert_eq!(id.is_of_time_and_hex(), expected, "{id}");
        }
    }

    #[test]
    fn an_order_number_is_1_to_64_letters_digits_hyphens_or_underscores() {
        for good in ["a", "a905125d2a", "A-B_9", &"x".repeat(64)] {
            assert_eq!(good.parse::<OrderNumber>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            " a",
            "a b",
            "a905125d2a\n",
            "ａ９０５",
            "注文1",
            "a/b",
            &"x".repeat(65),
        ] {
            assert_eq!(bad.parse::<OrderNumber>(), Err(NotAnOrderNumber), "{bad:?}");
        }
    }
}
