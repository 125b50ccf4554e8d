//! What is picked from pasted texts, as tables.

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
