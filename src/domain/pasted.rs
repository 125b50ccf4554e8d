//! Order numbers as people paste them: with blanks, full-width characters or upper case, and in the
//! middle of what was copied off the 決済履歴 screen.

use std::collections::HashMap;

use super::{
    order::{NotAnOrderNumber, OrderNumber, Yen},
    payment::{History, Payment},
    time::{JstTime, parse_date},
};

/// ecforce's order numbers have so many characters (DOMAIN.md).
const LENGTH: usize = 10;

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
    let text = folded(typed);
    let is_framing = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let pieces: Vec<&str> = text
        .split_whitespace()
        .map(|piece| piece.trim_matches(is_framing))
        .filter(|piece| !piece.is_empty())
        .collect();
    if pieces.len() > 1 && pieces.iter().all(|piece| is_token(piece)) {
        return pieces.iter().map(|piece| one(piece, piece)).collect();
    }
    Ok(vec![one(typed, &pieces.concat())?])
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

/// The payment history in a text that was copied off the screen: its order numbers in the order of
/// the text, in lower case. A number that stands alone in its line takes the time and the amount
/// of the line.
pub fn history(text: &str) -> History {
    let mut entries: Vec<Payment> = Vec::new();
    let mut places = HashMap::new();
    for line in text.lines() {
        let line = folded(line);
        let numbers = numbers_in(&line);
        let is_alone = numbers.len() == 1;
        for number in numbers {
            let place = *places.entry(number.clone()).or_insert(entries.len());
            if place == entries.len() {
                entries.push(Payment {
                    number,
                    at: None,
                    amount: None,
                    thanks_offer: None,
                });
            }
            // A number may stand in a heading before it stands in its row.
            if let (true, Some(entry)) = (is_alone, entries.get_mut(place)) {
                entry.at = entry.at.or_else(|| time_in(&line));
                entry.amount = entry.amount.or_else(|| amount_in(&line));
            }
        }
    }
    History(entries)
}

/// Whether an entry of a pasted history is more than ten letters or ten digits: both are mixed, or
/// its line gives a time.
pub fn is_surely_a_payment(entry: &Payment) -> bool {
    let number = entry.number.as_str();
    let has_digit = number.bytes().any(|b| b.is_ascii_digit());
    let has_letter = number.bytes().any(|b| b.is_ascii_alphabetic());
    has_digit && has_letter || entry.at.is_some()
}

/// The tokens of ten letters and digits that are neither a date nor an amount.
fn numbers_in(line: &str) -> Vec<OrderNumber> {
    tokens(line)
        .filter(|(start, token)| {
            is_token(token)
                && !is_word(token)
                && !is_date(token)
                && !is_amount(&line[..*start], token, &line[start + token.len()..])
                && !is_telephone(&line[..*start], token)
        })
        .filter_map(|(_, token)| token.to_ascii_lowercase().parse().ok())
        .collect()
}

/// Runs of ASCII letters and digits, with where they begin.
fn tokens(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(move |token| (token.as_ptr() as usize - line.as_ptr() as usize, token))
}

fn is_token(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A word such as `MasterCard`: letters alone, and not as ecforce writes numbers.
fn is_word(token: &str) -> bool {
    let has_capital = token.bytes().any(|b| b.is_ascii_uppercase());
    has_capital && token.bytes().all(|b| b.is_ascii_alphabetic())
}

/// A date with its hour, such as `2026112010`.
fn is_date(token: &str) -> bool {
    if !token.bytes().all(|b| b.is_ascii_digit()) || !token.starts_with(['1', '2']) {
        return false;
    }
    let (year, month, day, hour) = (&token[..4], &token[4..6], &token[6..8], &token[8..]);
    let is_plausible = ("1900".."2100").contains(&year) && hour < "24";
    is_plausible && parse_date(&format!("{year}-{month}-{day}")).is_ok()
}

/// Digits with a currency, or with a fraction.
fn is_amount(before: &str, token: &str, after: &str) -> bool {
    let has_fraction = after
        .strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    token.bytes().all(|b| b.is_ascii_digit())
        && (before.trim_end().ends_with(['¥', '\\'])
            || after.trim_start().starts_with('円')
            || has_fraction)
}

/// A telephone number that is said to be one: it is personal data, and no order number.
fn is_telephone(before: &str, token: &str) -> bool {
    let label = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '.'));
    let label = label.to_ascii_lowercase();
    token.bytes().all(|b| b.is_ascii_digit())
        && [
            "tel",
            "fax",
            "phone",
            "電話",
            "電話番号",
            "携帯",
            "携帯番号",
        ]
        .iter()
        .any(|name| label.ends_with(name))
}

/// The first date with a time of day in the line; none where what stands around the clock is not
/// wholly understood, for it may move the time by hours.
fn time_in(line: &str) -> Option<JstTime> {
    let line = line.replace(['年', '月'], "/").replace('日', " ");
    let line = line.replace(['時', '分'], ":").replace('秒', " ");
    let starts = line.char_indices().filter(|(at, c)| {
        let follows_a_digit = line[..*at].ends_with(|c: char| c.is_ascii_digit());
        c.is_ascii_digit() && !follows_a_digit
    });
    for (at, _) in starts {
        let rest = &line[at..];
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '-')));
        let (date, rest) = rest.split_at(end.unwrap_or(rest.len()));
        if parse_date(date).is_err() {
            continue;
        }
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('T') {
            Some(clock) => clock,
            None => without_weekday(rest),
        };
        let (before, rest) = half_of_day(rest);
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')));
        let (clock, rest) = rest.split_at(end.unwrap_or(rest.len()));
        if !clock.contains(':') {
            // A date alone, and perhaps another one with a time further on.
            continue;
        }
        let (after, rest) = half_of_day(rest);
        return on_clock(date, clock.trim_end_matches(':'), before.or(after), rest);
    }
    None
}

fn without_weekday(text: &str) -> &str {
    let mut chars = text.chars();
    let (open, day, close) = (chars.next(), chars.next(), chars.next());
    let is_day = day.is_some_and(|day| "月火水木金土日 ".contains(day));
    match (open, close) {
        (Some('('), Some(')')) if is_day => chars.as_str().trim_start(),
        _ => text,
    }
}

/// Whether the text begins with the morning (0) or the afternoon (12), and what follows.
fn half_of_day(text: &str) -> (Option<u8>, &str) {
    let trimmed = text.trim_start();
    let bare = trimmed.strip_prefix('(').unwrap_or(trimmed);
    let halves = [
        ("午前", 0),
        ("午後", 12),
        ("AM", 0),
        ("PM", 12),
        ("am", 0),
        ("pm", 12),
    ];
    let found = halves
        .into_iter()
        .find_map(|(name, hours)| Some((hours, bare.strip_prefix(name)?)));
    match found {
        Some((hours, rest)) if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let rest = rest.trim_start();
            (Some(hours), rest.strip_prefix(')').unwrap_or(rest))
        }
        _ => (None, text),
    }
}

/// The time of a clock with the half of the day that was said, and the zone behind it.
fn on_clock(date: &str, clock: &str, half: Option<u8>, rest: &str) -> Option<JstTime> {
    let (hour, minutes) = clock.split_once(':')?;
    let mut hour: u8 = hour.parse().ok()?;
    if let Some(half) = half {
        // 12 is the hour 0 of its half, and 13:00 PM is said too.
        hour = match hour {
            12 => half,
            0..12 => hour + half,
            _ if half == 12 => hour,
            _ => return None,
        };
    }
    let is_near = !rest.starts_with(|c: char| c.is_whitespace());
    let word = rest.trim_start().trim_start_matches('(');
    let end =
        word.find(|c: char| c.is_whitespace() || matches!(c, ')' | ',' | '"' | '|' | '、' | '。'));
    let word = &word[..end.unwrap_or(word.len())];
    let is_name = |c: char| c.is_ascii_uppercase();
    let offset = match word {
        "Z" | "UTC" | "GMT" => "Z",
        "JST" | "" => "",
        // An offset stands beside the clock; further on, a `-` or `+` is another column's.
        _ if word.starts_with(['+', '-']) && word.len() > 1 => word,
        // EST, PDT and the like, and whatever is glued to the clock or stands in brackets.
        _ if word.ends_with('T') && word.chars().all(is_name) => return None,
        _ if rest.trim_start().starts_with('(') => return None,
        _ if is_near && word.starts_with(|c: char| c.is_alphanumeric()) => return None,
        _ => "",
    };
    format!("{date} {hour}:{minutes}{offset}").parse().ok()
}

/// The first amount with a currency in the line.
fn amount_in(line: &str) -> Option<Yen> {
    let is_of_an_amount = |c: char| c.is_ascii_digit() || c == ',';
    let digits = |text: &str| text.replace(',', "").parse().ok().map(Yen);
    let before_yen = line.find('円').and_then(|at| {
        let before = line[..at].trim_end();
        let start = before.trim_end_matches(is_of_an_amount).len();
        digits(&before[start..])
    });
    before_yen.or_else(|| {
        let (_, after) = line.split_once(['¥', '\\'])?;
        let after = after.trim_start();
        let end = after.find(|c| !is_of_an_amount(c)).unwrap_or(after.len());
        digits(&after[..end])
    })
}

/// Full-width ASCII as ASCII, every kind of blank as a blank, and nothing that cannot be seen.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{2060}'))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '￥' => '¥',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        for typed in ["", "  ", "注文", "a/b", &"x".repeat(65)] {
            assert_eq!(asked(typed), Err(NotAnOrderNumber), "{typed:?}");
        }
    }

    fn picked(text: &str) -> Vec<String> {
        let history = history(text);
        history
            .0
            .iter()
            .map(|entry| entry.number.to_string())
            .collect()
    }

    #[test]
    fn numbers_are_picked_from_whatever_stands_around_them() {
        let cases = [
            (
                "決済履歴\na905125d2a 2026/11/20 10:15:00 3,980円\nb1c2d3e4f5\t2026/11/20 10:18:00\t¥1,980",
                vec!["a905125d2a", "b1c2d3e4f5"],
            ),
            (
                "受注番号a905125d2a決済済み、受注番号：Ｂ１Ｃ２Ｄ３Ｅ４Ｆ５",
                vec!["a905125d2a", "b1c2d3e4f5"],
            ),
            (
                "a905125d2a,2026112010,3980\r\nA905125D2A",
                vec!["a905125d2a"],
            ),
            ("¥1234567890 1234567890円 1234567890.00 2026112023", vec![]),
            (
                "1234567890 0312345678 2026112024",
                vec!["1234567890", "0312345678", "2026112024"],
            ),
            (
                "MasterCard a905125d2 a905125d2aa 2026-11-20T10:15:00",
                vec![],
            ),
            (
                "https://shop.example.com/admin/orders/a905125d2a/edit",
                vec!["a905125d2a"],
            ),
            ("", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(picked(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_alone_in_its_line_takes_its_time_and_amount() {
        let time = |text: &str| Some(text.parse().unwrap());
        let cases = [
            (
                "a905125d2a 2026/11/20 10:15:00 3,980円",
                time("2026-11-20 10:15:00"),
                Some(Yen(3980)),
            ),
            (
                "1 a905125d2a 決済日時:2026年11月20日 10時15分 ￥3,980",
                time("2026-11-20 10:15:00"),
                Some(Yen(3980)),
            ),
            (
                "2026-11-20T10:15 a905125d2a",
                time("2026-11-20 10:15:00"),
                None,
            ),
            (
                "a905125d2a 2026-11-20T02:58:00Z",
                time("2026-11-20 11:58:00"),
                None,
            ),
            (
                "a905125d2a 2026-11-20 01:15:00 (UTC)",
                time("2026-11-20 10:15:00"),
                None,
            ),
            (
                "a905125d2a 2026-11-20T10:15:00+00:00",
                time("2026-11-20 19:15:00"),
                None,
            ),
            (
                "a905125d2a 2026/11/20 0:03 PM",
                time("2026-11-20 12:03:00"),
                None,
            ),
            (
                "a905125d2a 2026/11/20 12:03 AM",
                time("2026-11-20 00:03:00"),
                None,
            ),
            (
                "a905125d2a 2026/11/20 午後3時04分",
                time("2026-11-20 15:04:00"),
                None,
            ),
            (
                "a905125d2a 2026/11/20 03:04 (午後)",
                time("2026-11-20 15:04:00"),
                None,
            ),
            (
                "a905125d2a 2026/11/20(金) 10:15 カード",
                time("2026-11-20 10:15:00"),
                None,
            ),
            ("a905125d2a 2026/11/20(金 10:15:00", None, None),
            ("a905125d2a 2026/11/20 10:15:00 EST", None, None),
            (
                "a905125d2a\na905125d2a 2026/11/20 10:15",
                time("2026-11-20 10:15:00"),
                None,
            ),
            ("a905125d2a 2026/11/20", None, None),
            (
                "a905125d2a b1c2d3e4f5 2026/11/20 10:15:00 100円",
                None,
                None,
            ),
        ];
        for (text, at, amount) in cases {
            let first = history(text).0.remove(0);
            assert_eq!((first.at, first.amount), (at, amount), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_can_be_pasted(text in "[a-fA-F0-9０-９ 　,/:¥円年月日T.\\-_\n]{0,60}|\\PC{0,60}") {
            let _ = asked(&text);
            for entry in history(&text).0 {
                prop_assert!(is_token(entry.number.as_str()));
            }
        }

        #[test]
        fn every_number_of_a_pasted_table_is_picked(
            numbers in prop::collection::hash_set("[a-f][0-9a-f]{9}", 0..6),
            frame in "[ \t|、。受注番号:]{1,5}",
        ) {
            let rows: Vec<String> = numbers.iter().map(|n| format!("{frame}{n}{frame}2026/11/20 10:15:00{frame}3,980円")).collect();
            let found = picked(&rows.join("\n"));
            prop_assert_eq!(found, numbers.into_iter().collect::<Vec<_>>());
        }
    }
}
