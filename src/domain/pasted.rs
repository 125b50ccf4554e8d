//! The payment history in a text that was copied off the 決済履歴 screen, whatever stands around it.

use std::collections::HashMap;

use super::{
    number::{in_ascii, is_token},
    order::{OrderNumber, Yen},
    payment::{History, Payment},
    time::{self, JstTime},
};

/// No time is written in more bytes.
const LONGEST_TIME: usize = 80;

/// The payment history in a text that was copied off the screen: its order numbers in the order of
/// the text. One in capitals is in lower case, as ecforce issues them, unless it is `asked`, the
/// number that was asked for, or `is_known`: the store has it so. A number that stands alone in its
/// line takes the time and the amount of the line. A token that may be a word or a telephone number
/// has to be known.
///
/// # Errors
/// Those of `is_known`.
pub fn history<E>(
    text: &str,
    asked: &OrderNumber,
    is_known: impl Fn(&OrderNumber) -> Result<bool, E>,
) -> Result<History, E> {
    let mut entries: Vec<Payment> = Vec::new();
    let mut places = HashMap::new();
    for line in text.lines() {
        let mut numbers = Vec::new();
        for pasted in numbers_in(line, asked) {
            let lower = pasted.as_str().to_ascii_lowercase();
            let stays = lower == pasted.as_str() || pasted == *asked || is_known(&pasted)?;
            let number = match stays {
                true => pasted,
                false => lower.parse().unwrap_or(pasted),
            };
            if number == *asked || !is_doubtful(&number) || is_known(&number)? {
                numbers.push(number);
            }
        }
        // Tabs stay: they part the cells of a table.
        let cells: Vec<_> = line.split('\t').map(in_ascii).collect();
        let line = cells.join("\t");
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
                // Of several lines the earliest time counts, as of several histories.
                entry.at = entry.at.into_iter().chain(time_in(&line)).min();
                entry.amount = entry.amount.or_else(|| amount_in(&line));
            }
        }
    }
    Ok(History(entries))
}

/// Whether an entry of a pasted history is more than ten digits: letters stand among them, or its
/// line gives a time.
pub fn is_surely_a_payment(entry: &Payment) -> bool {
    let has_letter = |number: &str| number.bytes().any(|b| b.is_ascii_alphabetic());
    has_letter(entry.number.as_str()) || entry.at.is_some()
}

/// Whether it may be a word such as `MasterCard`, or a telephone number.
fn is_doubtful(number: &OrderNumber) -> bool {
    let number = number.as_str();
    let has_letters_alone = number.bytes().all(|b| b.is_ascii_alphabetic());
    has_letters_alone || number.starts_with('0') && is_digits(number)
}

/// The tokens of ten letters and digits that are neither a date nor an amount.
fn numbers_in(line: &str, asked: &OrderNumber) -> Vec<OrderNumber> {
    // In full width these part a label or a list. In ASCII they stand within addresses.
    let line = in_ascii(&line.replace(['：', '／'], " "));
    let is_number = |(start, token): &(usize, &str)| {
        is_token(token)
            && !is_date(token)
            && !is_amount(&line[..*start], token, &line[start + token.len()..])
            && !is_telephone(&line[..*start], token)
    };
    let numbers = tokens(&line).filter(is_number).filter_map(|(_, token)| {
        match token.eq_ignore_ascii_case(asked.as_str()) {
            true => Some(asked.clone()),
            false => token.parse().ok(),
        }
    });
    numbers.collect()
}

/// What stands between blanks, brackets, commas, Japanese punctuation and letters of other
/// scripts, with where it begins. No part of an e-mail address, a URL, a path or a telephone number
/// with hyphens is a token of its own.
fn tokens(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_within = |c: char| {
        c.is_ascii_alphanumeric()
            || "@./:+-_=&?%#\u{2010}\u{2011}\u{2012}\u{2013}\u{2212}".contains(c)
            // Latin letters with accents.
            || ('\u{c0}'..='\u{24f}').contains(&c)
    };
    line.split(move |c: char| !is_within(c))
        // Behind a label, and at the end of a sentence.
        .map(|token| token.trim_start_matches([':', '=', '#']))
        .map(|token| token.trim_end_matches(['.', ':', '?']))
        .filter(|token| !token.is_empty())
        .map(move |token| (token.as_ptr() as usize - line.as_ptr() as usize, token))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// A date with its hour, such as `2026112010`.
fn is_date(token: &str) -> bool {
    if !is_digits(token) || !token.starts_with(['1', '2']) {
        return false;
    }
    let (year, month, day, hour) = (&token[..4], &token[4..6], &token[6..8], &token[8..]);
    let is_plausible = ("1900".."2100").contains(&year) && hour < "24";
    is_plausible && time::date(&format!("{year}-{month}-{day}")).is_some()
}

/// Digits with a currency, or with a fraction.
fn is_amount(before: &str, token: &str, after: &str) -> bool {
    let has_fraction = after
        .strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    is_digits(token)
        && (before.trim_end().ends_with(['¥', '\\'])
            || after.trim_start().starts_with('円')
            || has_fraction)
}

/// A telephone number that is said to be one: it is personal data, and no order number.
fn is_telephone(before: &str, token: &str) -> bool {
    let label = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '.'));
    let label = label.to_ascii_lowercase();
    let names = ["tel", "fax", "phone", "電話", "携帯"];
    is_digits(token)
        && names
            .iter()
            .any(|name| label.trim_end_matches("番号").ends_with(name))
}

/// The first date with a time of day in the line, read as in `import`; none where what stands
/// before or behind it in its cell is not understood and may move it by hours.
fn time_in(line: &str) -> Option<JstTime> {
    let starts = line.char_indices().filter(|(at, c)| {
        let follows_a_digit = line[..*at].ends_with(|c: char| c.is_ascii_digit());
        c.is_ascii_digit() && !follows_a_digit
    });
    let (at, (time, behind)) = starts
        .filter_map(|(at, _)| Some((at, time_at_beginning(&line[at..])?)))
        .next()?;
    let before = line[..at].rsplit('\t').next().unwrap_or_default();
    let before = before.trim_end();
    let word_before = before.rsplit(ends_a_word).next().unwrap_or_default();
    let behind = behind.trim_start_matches(' ');
    let in_brackets = behind
        .strip_prefix('(')
        .and_then(|text| text.split_once(')'));
    let word_behind = behind.split(ends_a_word).next().unwrap_or_default();
    let ends_a_span = behind
        .trim_start_matches(['-', ' '])
        .split_once(':')
        .is_some_and(|(hour, _)| {
            behind.starts_with('-') && (1..=2).contains(&hour.len()) && is_digits(hour)
        });
    let is_doubtful = ends_a_span
        || time::ends_with_a_shift(before)
        || is_zone(word_before)
        || is_zone(word_behind)
        || behind.starts_with(['午', '~', '〜'])
        || behind.starts_with('(') && !in_brackets.is_some_and(|(text, _)| is_a_state(text));
    (!is_doubtful).then_some(time)
}

/// EST, PDT and the like.
fn is_zone(word: &str) -> bool {
    word.ends_with('T') && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a remark in brackets says how a payment stands, and nothing of its time.
fn is_a_state(remark: &str) -> bool {
    const STATES: [&str; 13] = [
        "完了",
        "成功",
        "失敗",
        "エラー",
        "売上",
        "取消",
        "審査",
        "保留",
        "入金",
        "決済",
        "返金",
        "承認",
        "確定",
    ];
    STATES.iter().any(|state| remark.contains(state)) && !remark.contains("予定")
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
        if let (true, Ok(time)) = (words.contains([':', '時']), words.parse()) {
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

/// The first amount with a currency in the line; none where that is less than nothing.
fn amount_in(line: &str) -> Option<Yen> {
    let is_of_an_amount = |c: char| c.is_ascii_digit() || c == ',';
    let digits = |text: &str| text.replace(',', "").parse().ok().map(Yen);
    let before_yen = line.find('円').map(|at| {
        let before = line[..at].trim_end();
        let start = before.trim_end_matches(is_of_an_amount).len();
        (&before[..start], &before[start..])
    });
    let (before, amount) = match before_yen.filter(|(_, amount)| !amount.is_empty()) {
        Some(found) => found,
        None => {
            let (before, after) = line.split_once(['¥', '\\'])?;
            let after = after.trim_start();
            let end = after.find(|c| !is_of_an_amount(c)).unwrap_or(after.len());
            (before, &after[..end])
        }
    };
    let before = before.strip_suffix(['¥', '\\']).unwrap_or(before);
    let is_negative = before.ends_with(['-', '\u{2212}', '▲', '△']);
    (!is_negative).then(|| digits(amount)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of b905125d2a, where the store knows what begins with `known` and 0120.
    fn history_of(text: &str) -> Vec<Payment> {
        let is_known = |number: &OrderNumber| {
            let number = number.as_str();
            Ok::<_, ()>(number.starts_with("known") || number.starts_with("0120"))
        };
        history(text, &"b905125d2a".parse().unwrap(), is_known)
            .unwrap()
            .0
    }

    fn picked(text: &str) -> Vec<String> {
        let entries = history_of(text).into_iter();
        entries.map(|entry| entry.number.to_string()).collect()
    }

    #[test]
    fn numbers_are_picked_from_whatever_stands_around_them() {
        for case in [
            "決済履歴\na905125d2a 2026/11/20 10:15:00 3,980円\nb1c2d3e4f5\t2026/11/20 10:18:00\t¥1,980 => a905125d2a b1c2d3e4f5",
            "受注番号a905125d2a決済済み、受注番号：Ｂ１Ｃ２Ｄ３Ｅ４Ｆ５ => a905125d2a b1c2d3e4f5",
            "a905125d2a,2026112010,3980\r\nA905125D2A => a905125d2a",
            "¥1234567890 1234567890円 1234567890.00 2026112023 =>",
            "1234567890 0312345678 2026112024 => 1234567890 2026112024",
            // Words and telephone numbers count where the store knows them.
            "0120456789 known0word KnownWords successful 0456789012 => 0120456789 known0word knownwords",
            "hanako1234@example.com hanako.b905125d2b c905125d2a-1 03-1234567890 +1234567890 =>",
            "shop.example.com/a905125d2a?id=c905125d2a&n=d905125d2a =>",
            "No：a905125d2a／c905125d2a :d905125d2a. 「e905125d2a」[f905125d2a]#a105125d2a => a905125d2a c905125d2a d905125d2a e905125d2a f905125d2a a105125d2a",
            "ｈａｎａｋｏ１２３４＠ｅｘａｍｐｌｅ．ｃｏｍ josé9051250 =>",
            "MasterCard a905125d2 a905125d2aa 2026-11-20T10:15:00 =>",
            "https://shop.example.com/admin/orders/a905125d2a/edit =>",
            // ecforce issues them in lower case; what the store has in capitals stays so.
            "A905125D2A KNOWN1234X knownABCD1 => a905125d2a known1234x knownABCD1",
            " =>",
        ] {
            let (text, expected) = case.split_once(" =>").unwrap();
            assert_eq!(picked(text).join(" "), expected.trim_start(), "{text}");
        }
    }

    #[test]
    fn a_number_alone_in_its_line_takes_its_time_and_amount() {
        for case in [
            "a905125d2a 2026/11/20 10:15:00 3,980円 => 2026-11-20 10:15:00 3980",
            "1 a905125d2a 決済日時:2026年11月20日 10時15分 ￥3,980 => 2026-11-20 10:15:00 3980",
            "2026-11-20T10:15 a905125d2a => 2026-11-20 10:15:00",
            "a905125d2a 2026-11-20T02:58:00Z => 2026-11-20 11:58:00",
            "a905125d2a 2026-11-20 01:15:00 (UTC) => 2026-11-20 10:15:00",
            "a905125d2a 2026-11-20T10:15:00+00:00 => 2026-11-20 19:15:00",
            "a905125d2a 2026/11/20 0:03 PM => 2026-11-20 12:03:00",
            "a905125d2a 2026/11/20 12:03 AM => 2026-11-20 00:03:00",
            "a905125d2a 2026/11/20 午後3時04分 => 2026-11-20 15:04:00",
            "a905125d2a 2026/11/20 03:04 (午後) => 2026-11-20 15:04:00",
            "a905125d2a 2026/11/20(金) 10:15 カード => 2026-11-20 10:15:00",
            "a905125d2a 2026/11/20(金 10:15:00 =>",
            "a905125d2a 2026/1/2 3:04:05,980 => 2026-01-02 03:04:05",
            "a905125d2a,2026/11/20 24:00,3980 => 2026-11-21 00:00:00",
            "a905125d2a 2026-11-20 01:15:00 +0000 5,480円 => 2026-11-20 10:15:00 5480",
            "a905125d2a 2026/11/20 10:15:00 -5,480円 => 2026-11-20 10:15:00",
            "a905125d2a 2026/11/20 10:15 -￥3,980 カード => 2026-11-20 10:15:00",
            "a905125d2a 2026/11/20 10:15 (仮売上完了) -\t3,980円 => 2026-11-20 10:15:00 3980",
            "a905125d2a 2026/11/20 10:15 - 仮売上 => 2026-11-20 10:15:00",
            "a905125d2a 2026/11/20 10:15 p.m. => 2026-11-20 22:15:00",
            "a905125d2a 2026/11/20 24:00 カード => 2026-11-21 00:00:00",
            "a905125d2a\t2026/11/20 10:15:00\t-1130 => 2026-11-20 10:15:00",
            "a905125d2a\t2026/11/20\t10:15 => 2026-11-20 10:15:00",
            "2026/11/01 a905125d2a 2026/11/20 3時 => 2026-11-20 03:00:00",
            "a905125d2a 2026/11/20 1230 =>",
            "a905125d2a 2026/11/20 10:15 (予定) =>",
            "a905125d2a 2026/11/20 10:15 (売上予定) =>",
            "a905125d2a 2026/11/20 10:15 (完了 =>",
            "a905125d2a 午後 2026/11/20 3:10 =>",
            "a905125d2a (PM): 2026/11/20 3:10 =>",
            "a905125d2a p.m. 2026/11/20 3:10 =>",
            "a905125d2a UTC 2026/11/20 10:15 =>",
            "a905125d2a EST 2026/11/20 10:15 =>",
            "a905125d2a 2026/11/20 10:10〜10:20 =>",
            "a905125d2a 2026/11/20 10:10 ～ 10:20 =>",
            "a905125d2a 2026/11/20 10:10-10:20 =>",
            "a905125d2a 2026/11/20 10:10 - 10:30 =>",
            "a905125d2a 2026/11/20 10:15:00 EST =>",
            "a905125d2a\na905125d2a 2026/11/20 10:15 => 2026-11-20 10:15:00",
            "a905125d2a 2026/11/20 10:18 500円\na905125d2a 2026/11/20 10:15 => 2026-11-20 10:15:00 500",
            "a905125d2a 2026/11/20 =>",
            "a905125d2a b1c2d3e4f5 2026/11/20 10:15:00 100円 =>",
        ] {
            let (text, read) = case.split_once(" =>").unwrap();
            let first = history_of(text).remove(0);
            let at = first.at.map(|at| at.to_string());
            let amount = first.amount.map(|yen| yen.0.to_string());
            let found: Vec<_> = at.into_iter().chain(amount).collect();
            assert_eq!(found.join(" "), read.trim_start(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_can_be_pasted(text in "[a-fA-F0-9０-９ 　,/:¥円年月日T.\\-_\n]{0,60}|\\PC{0,60}") {
            let _ = crate::domain::number::listed(&text);
            for entry in history_of(&text) {
                prop_assert!(is_token(entry.number.as_str()));
            }
        }

        #[test]
        fn every_number_of_a_pasted_table_is_picked(
            numbers in prop::collection::hash_set("[a-f][0-9a-f]{8}[0-9]", 0..6),
            frame in "[ \t|、。受注番号]{1,5}",
        ) {
            let rows: Vec<String> = numbers.iter().map(|n| format!("{frame}{n}{frame}2026/11/20 10:15:00{frame}3,980円")).collect();
            let found = picked(&rows.join("\n"));
            prop_assert_eq!(found, numbers.into_iter().collect::<Vec<_>>());
        }
    }
}
