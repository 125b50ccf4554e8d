//! What stands in one cell: every form, and what is none.

use proptest::prelude::*;

use super::{super::cells::*, *};
use crate::{
    domain::{
        event::{AutoResult, EventId},
        order::{OrderNumber, Yen},
        text::{Words, as_word},
        time::JstTime,
    },
    locales::input as texts,
};

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
    let empty = "| \u{feff}|=\"\"|NULL|null|\\N|NaN|#N/A|-|－|ＮＵＬＬ|=\"-\"|N/A|#VALUE!|#REF!|#name?|#DIV/0!|\
                 ＃ＤＩＶ／０！|#NUM!|#NULL!";
    for cell in empty.split('|') {
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
    let amounts = "3980|3,980|¥3,980|￥3,980|￥3,980円|\\3,980|3980円|3,980 円|¥ 3980|3980.0|3980.00|\
                   ３，９８０|￥３９８０|３９８０円|03980";
    for text in amounts.split('|') {
        assert_eq!(yen(text), Ok(Yen(3980)), "{text}");
    }
    assert_eq!(yen("9223372036854775807"), Ok(Yen(i64::MAX as u64)));
    let others = "|―|-1|-3,980|△100|3980.5|3980.|.0|3,98|39,80|3,9800|,980|3,,980|1e3|円|¥|1 000|x|\
                  9223372036854775808";
    for text in others.split('|') {
        assert_eq!(yen(text), Err(texts::amount()), "{text}");
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
        ("30,962.0", Some("30962")),
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
        assert_eq!(event_id(spoilt), Err(texts::event_id_spoilt()), "{spoilt}");
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
    check(AutoResult::WORDS);
    check(MEMBER);
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
    assert_eq!(channel("移行"), Err(texts::channel()));
    assert_eq!(result("ＯＫ"), Ok(AutoResult::Ok));
    assert_eq!(result("保留"), Ok(AutoResult::Hold));
    assert_eq!(manual_result("REVIEW"), Err(texts::manual_result()));
    assert_eq!((yes_or_no("○"), yes_or_no("×")), (Ok(true), Ok(false)));
    assert_eq!((member("非会員"), member("ON")), (Ok(false), Ok(true)));
    assert_eq!(
        (yes_or_no("1.0"), member("０．００")),
        (Ok(true), Ok(false))
    );
    assert!(yes_or_no("1.5").is_err() && yes_or_no("2.0").is_err());
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
