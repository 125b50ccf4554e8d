//! The small types that everybody uses: order numbers, event IDs, yen, kinds of things whose states
//! have names; and order numbers as people type and paste them: with blanks, full-width characters or
//! upper case, one or a list.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{text::is_invisible, time::JstTime};

/// An enum with the names of its states, in the order in which they are told: the same ones in JSON,
/// in the store, in the configuration and on the command line.
macro_rules! named {
    ($(#[$meta:meta])* pub enum $kind:ident { $($(#[$doc:meta])* $state:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        pub enum $kind { $($(#[$doc])* $state,)+ }

        #[allow(dead_code, reason = "not every kind is listed, or looked for by its name")]
        impl $kind {
            /// Every state, in order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$state),+];

            /// The name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$state => $name,)+ }
            }

            /// The state of exactly that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|state| state.name() == name)
            }
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

pub(crate) use named;

/// An order number (受注番号): 1 to 64 ASCII letters, digits, `-` or `_`.
///
/// ecforce issues one for every payment, usually 10 characters such as `a905125d2a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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

/// An amount of whole yen, 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Yen(pub u64);

/// O-PLUX's own ID of an event (イベントID).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// ecforce's order numbers have so many characters (DOMAIN.md).
const TOKEN_LENGTH: usize = 10;

/// A number as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// As it was typed or pasted.
    pub typed: String,
    /// What it says, without blanks and in ASCII.
    pub number: OrderNumber,
    /// The same as ecforce writes numbers, where that is another: in lower case.
    pub lower: Option<OrderNumber>,
}

impl Asked {
    /// The number that is meant. `is_known` says whether the store knows a number: one that it
    /// knows as it was typed is meant so. Otherwise it is the one in lower case, where the store
    /// knows that, or where it has the length of ecforce's numbers.
    ///
    /// # Errors
    /// Those of `is_known`.
    pub fn meant<E>(
        &self,
        mut is_known: impl FnMut(&OrderNumber) -> Result<bool, E>,
    ) -> Result<&OrderNumber, E> {
        let Some(lower) = &self.lower else {
            return Ok(&self.number);
        };
        if is_known(&self.number)? {
            return Ok(&self.number);
        }
        let is_ecforces = is_token(self.number.as_str());
        Ok(match is_ecforces || is_known(lower)? {
            true => lower,
            false => &self.number,
        })
    }
}

/// The numbers of an argument: one, or several that were pasted together with blanks in between.
///
/// # Errors
/// Where it is no order number.
pub fn asked(typed: &str) -> Result<Vec<Asked>, NotAnOrderNumber> {
    let text = in_ascii(typed);
    let pieces = pieces(&text, char::is_whitespace);
    if pieces.len() > 1 && pieces.iter().all(|piece| is_token(piece)) {
        return pieces.iter().map(|piece| one(piece, piece)).collect();
    }
    let joined = pieces.concat();
    let asked = one(typed, &joined)?;
    // A blank may stand within a number of ecforce's; other texts, such as a name beside a number, a
    // full name or a telephone number, are not made one.
    let has_digit = joined.bytes().any(|b| b.is_ascii_digit());
    let is_ecforces = is_token(&joined) && has_digit && !is_like_a_telephone(&asked.number);
    match pieces.len() > 1 && !is_ecforces {
        true => Err(NotAnOrderNumber),
        false => Ok(vec![asked]),
    }
}

/// The numbers of a text that is a list: separated by blanks, commas or line ends.
///
/// # Errors
/// The line (from 1) in which something is no order number.
pub fn listed(text: &str) -> Result<Vec<Asked>, usize> {
    let mut numbers = Vec::new();
    for (line, text) in (1usize..).zip(text.lines()) {
        let text = in_ascii(text);
        let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | '、');
        for piece in pieces(&text, is_between) {
            numbers.push(one(piece, piece).map_err(|_| line)?);
        }
    }
    Ok(numbers)
}

/// Whether it may be a telephone number that was typed for an order number: so many digits, with 0
/// or 81 before them.
pub fn is_like_a_telephone(number: &OrderNumber) -> bool {
    let digits = number.as_str().replace('-', "");
    let subscriber = digits.strip_prefix('0').or(digits.strip_prefix("81"));
    subscriber.is_some_and(|rest| {
        matches!(rest.len(), 9 | 10) && rest.bytes().all(|b| b.is_ascii_digit())
    })
}

/// What stands between the separators, without quotes, brackets and the like around it.
fn pieces(text: &str, is_between: impl Fn(char) -> bool) -> Vec<&str> {
    // A plus begins a telephone number.
    let is_framing = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+'));
    text.split(is_between)
        .map(|piece| piece.trim_matches(is_framing))
        .filter(|piece| !piece.is_empty())
        .collect()
}

fn one(typed: &str, text: &str) -> Result<Asked, NotAnOrderNumber> {
    let number: OrderNumber = text.parse()?;
    let lower = text.to_ascii_lowercase();
    let lower = (lower != text).then(|| lower.parse()).transpose()?;
    Ok(Asked {
        typed: typed.to_owned(),
        number,
        lower,
    })
}

/// Whether it has the shape of ecforce's numbers.
pub fn is_token(text: &str) -> bool {
    text.len() == TOKEN_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Full-width ASCII as ASCII, every kind of blank as a blank, and nothing that cannot be seen; upper
/// case stays.
pub fn in_ascii(text: &str) -> String {
    let seen = text.nfkc().filter(|c| !is_invisible(*c));
    seen.map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect()
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

    fn read(typed: &str) -> Vec<String> {
        let is_known = |number: &OrderNumber| Ok::<_, ()>(number.as_str().starts_with("Known"));
        let asked = asked(typed).unwrap();
        let meant = asked.iter().map(|asked| asked.meant(is_known).unwrap());
        meant.map(ToString::to_string).collect()
    }

    #[test]
    fn a_number_is_read_however_it_was_pasted() {
        for typed in [
            "a905125d2a",
            " a905125d2a\n",
            "\u{3000}a905125d2a\u{a0}",
            "A905125D2A",
            "ａ９０５１２５ｄ２ａ",
            "a905 125d2a",
            "「a905125d2a」",
            "\u{feff}a905125d2a\u{200b}",
            "a905125d2a、",
        ] {
            assert_eq!(read(typed), ["a905125d2a"], "{typed:?}");
        }
        assert_eq!(read("A905125D2A b1c2d3e4f5"), ["a905125d2a", "b1c2d3e4f5"]);
        // Of another shape, and known as it was typed.
        assert_eq!(read("ORD-001"), ["ORD-001"]);
        assert_eq!(read("Known_Ab12"), ["Known_Ab12"]);
        assert_eq!(read("KNOWNABC12"), ["knownabc12"]);
        for typed in [
            "",
            "  ",
            "注文",
            "a/b",
            "Suzuki a905125d2a",
            "Hanako Mori",
            "03 12345678",
            "+819012345678",
            &"x".repeat(65),
        ] {
            assert_eq!(asked(typed), Err(NotAnOrderNumber), "{typed:?}");
        }
    }

    #[test]
    fn a_list_is_separated_by_blanks_commas_or_line_ends() {
        let listed = |text| {
            let listed = listed(text)?;
            Ok::<_, usize>(
                listed
                    .iter()
                    .map(|asked| asked.number.to_string())
                    .collect::<Vec<_>>(),
            )
        };
        let text = "受注番号\r\na905125d2a, b1c2d3e4f5\u{3000}\"ORD-1\"、２\n\n\u{feff}3\t4,";
        let expected = ["a905125d2a", "b1c2d3e4f5", "ORD-1", "2", "3", "4"];
        assert_eq!(listed(text).unwrap(), expected);
        assert_eq!(listed(" \n,\n"), Ok(vec![]));
        assert_eq!(listed("1\n2 3\n4 taro@example.com"), Err(3));
    }

    #[test]
    fn telephone_numbers_are_told_from_numbers() {
        for (text, expected) in [
            ("09012345678", true),
            ("090-1234-5678", true),
            ("0312345678", true),
            ("819012345678", true),
            ("a905125d2a", false),
            ("1234567890", false),
            ("012345678", false),
            ("ORD-001", false),
        ] {
            assert_eq!(
                is_like_a_telephone(&text.parse().unwrap()),
                expected,
                "{text}"
            );
        }
    }
}
