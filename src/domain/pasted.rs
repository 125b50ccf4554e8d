//! The payment history in a text that was copied off the 決済履歴 screen, whatever stands around it.

use std::collections::HashMap;

use super::{
    asked::{folded, is_token},
    order::{OrderNumber, Yen},
    payment::{History, Payment},
    time::JstTime,
    written_time,
};

/// No time is written in more bytes.
const LONGEST_TIME: usize = 80;

/// The payment history in a text that was copied off the screen: its order numbers in the order of
/// the text, in lower case. A number that stands alone in its line takes the time and the amount
/// of the line.
pub fn history(text: &str) -> History {
    let mut entries: Vec<Payment> = Vec::new();
    let mut places = HashMap::new();
    for line in text.lines() {
        // Tabs stay: they part the cells of a table.
        let cells: Vec<_> = line.split('\t').map(folded).collect();
        let line = cells.join("\t");
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
    is_plausible && written_time::day(&format!("{year}-{month}-{day}")).is_some()
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
    let names = ["tel", "fax", "phone", "電話", "携帯"];
    token.bytes().all(|b| b.is_ascii_digit())
        && names
            .iter()
            .any(|name| label.trim_end_matches("番号").ends_with(name))
}

/// The first date with a time of day in the line, read as in `import`; none where what stands
/// behind it in its cell is not understood and may move it by hours.
fn time_in(line: &str) -> Option<JstTime> {
    let starts = line.char_indices().filter(|(at, c)| {
        let follows_a_digit = line[..*at].ends_with(|c: char| c.is_ascii_digit());
        c.is_ascii_digit() && !follows_a_digit
    });
    let (time, behind) = starts
        .map(|(at, _)| &line[at..])
        .find_map(time_at_beginning)?;
    let word = behind.trim_start_matches(' ');
    let end = word.find(ends_a_word).unwrap_or(word.len());
    let word = &word[..end];
    // `(予定)`, a half of the day, EST, PDT and the like.
    let is_zone = word.ends_with('T') && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_doubtful = is_zone || word.starts_with(['(', '午']);
    (!is_doubtful).then_some(time)
}

/// The time of day with which a text begins, in as many words as belong to it, and what follows.
fn time_at_beginning(text: &str) -> Option<(JstTime, &str)> {
    let mut found: Option<(JstTime, &str)> = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if at > LONGEST_TIME {
            break;
        }
        // The comma of `-5,480` ends no word.
        let is_grouped = c == ',' && text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        if !ends_a_word(c) || (is_grouped && found.is_some()) {
            continue;
        }
        let words = &text[..at];
        if let (true, Some(time)) = (words.contains([':', '時']), written_time::time(words)) {
            found = Some((time, &text[at..]));
        }
        // What stands in another cell belongs to something else.
        if found.is_some() && c != ' ' {
            break;
        }
    }
    found
}

fn ends_a_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '|' | '"' | '、' | '。')
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            (
                "a905125d2a 2026/1/2 3:04:05,980",
                time("2026-01-02 03:04:05"),
                None,
            ),
            (
                "a905125d2a,2026/11/20 24:00,3980",
                time("2026-11-21 00:00:00"),
                None,
            ),
            (
                "a905125d2a 2026-11-20 01:15:00 +0000 -5,480円",
                time("2026-11-20 10:15:00"),
                Some(Yen(5480)),
            ),
            (
                "a905125d2a 2026/11/20 10:15:00 -5,480円",
                time("2026-11-20 10:15:00"),
                Some(Yen(5480)),
            ),
            (
                "a905125d2a\t2026/11/20 10:15:00\t-1130",
                time("2026-11-20 10:15:00"),
                None,
            ),
            (
                "a905125d2a\t2026/11/20\t10:15",
                time("2026-11-20 10:15:00"),
                None,
            ),
            (
                "2026/11/01 a905125d2a 2026/11/20 3時",
                time("2026-11-20 03:00:00"),
                None,
            ),
            ("a905125d2a 2026/11/20 1230", None, None),
            ("a905125d2a 2026/11/20 10:15 (予定)", None, None),
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
            let _ = super::super::asked::listed(&text);
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
