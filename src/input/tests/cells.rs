//! What stands in one cell: every form, and what is none; which column of a file is which field, and
//! which kind of rows it has.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{
    super::{cells::*, columns::*, excel::time_of_days},
    *,
};
use crate::{
    domain::{
        event::{AutoResult, EventId},
        order::{Mapping, OrderNumber, Yen},
        private::Personal,
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
    let read = |later, text| time_of_days(text, later).ok().map(JstTime::wire);
    let at = Some("2026/11/20 10:15:00".to_owned());
    assert_eq!(read(0.0, "46346.4270833333"), at);
    assert_eq!(read(0.0, "2026/11/20 10:15"), at);
    assert_eq!(read(1462.0, "44884.4270833333"), at);
    assert_eq!(read(1462.0, "2026/11/20 10:15"), at);
    for text in "0|0.5|-1|3980|10:15:00|1900/01/01|1999/12/31 23:59".split('|') {
        assert_eq!(read(0.0, text), None, "{text}");
        assert_eq!(read(1462.0, text), None, "{text}");
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

#[test]
fn postcodes_are_7_digits_however_they_are_entered() {
    let good = "1530064|153-0064|〒153-0064|１５３－００６４|153ー0064| 153 0064 |153−0064|\
         \u{202d}153\u{200b}-00\u{ad}64\u{202c}";
    for entered in good.split('|') {
        assert_eq!(postcode(entered), Ok(Personal::new("1530064")), "{entered}");
    }
    let bad = "|153|153-006|153-00641|153-006A|+153006|東京|1530064.0";
    for entered in bad.split('|') {
        assert!(postcode(entered).is_err(), "{entered}");
    }
}

#[test]
fn telephone_numbers_are_digits_however_they_are_entered() {
    for (entered, digits) in [
        ("03-5759-6380", "0357596380"),
        ("０３（５７５９）６３８０", "0357596380"),
        ("090ー1234ー5678", "09012345678"),
        ("090 1234 5678", "09012345678"),
        ("+81 3-5759-6380", "0357596380"),
        ("+81 (0)3-5759-6380", "0357596380"),
        ("＋81-90-1234-5678", "09012345678"),
        ("\u{202d}090\u{200b}1234\u{ad}5678\u{202c}", "09012345678"),
        ("03.5759.6380", "0357596380"),
        ("9012345678", "9012345678"),
        ("+1 415 555 0123", "14155550123"),
    ] {
        assert_eq!(telephone(entered), Ok(Personal::new(digits)), "{entered}");
    }
    let bad = "|-|5759-6380|9012345678.0|９０１２３４５６７８．０|9012345678.\u{200b}00|\
         090-1234-|03-5759-6380 内線1|1234567890123456|03+57596380";
    for entered in bad.split('|') {
        assert!(telephone(entered).is_err(), "{entered}");
    }
}

fn mapping(columns: &[(&str, &str)]) -> Mapping {
    let columns = columns.iter().map(|(a, b)| (a.to_string(), b.to_string()));
    Mapping {
        orders: columns.collect(),
        ..Mapping::default()
    }
}

/// Fields with their headers, and headers that are passed over.
type Found<'h> = (Vec<(&'static str, Vec<&'h str>)>, Vec<&'h str>);

/// The fields of orders with their headers, and the headers that are passed over.
fn found<'h>(columns: &[(&str, &str)], headers: &[&'h str]) -> Found<'h> {
    let layout = Layout::of(FileKind::Orders, headers, &mapping(columns));
    let fields = ORDERS.iter().zip(&layout.columns_of);
    let fields = fields.filter(|(_, columns)| !columns.is_empty());
    let named = |columns: &Vec<usize>| columns.iter().map(|c| headers[*c]).collect();
    let fields = fields.map(|(field, columns)| (field.name, named(columns)));
    let unknown = layout.unknown.iter().map(|column| headers[*column]);
    (fields.collect(), unknown.collect())
}

#[test]
fn every_name_and_title_is_that_of_one_field() {
    for kind in FileKind::ALL {
        let mut met = HashSet::new();
        for (place, field) in kind.fields().iter().enumerate() {
            for name in std::iter::once(&field.name).chain(field.titles) {
                assert!(met.insert(header_key(name)), "{name}");
                let layout = Layout::of(kind, &[*name], &Mapping::default());
                assert_eq!(layout.columns_of[place], [0], "{name}");
            }
        }
    }
}

#[test]
fn headers_are_known_in_every_spelling() {
    for (header, field) in [
        ("Number", "number"),
        (" 受注番号　", "number"),
        ("\"受注番号\"", "number"),
        ("受注番号\u{feff}", "number"),
        ("ｎｕｍｂｅｒ", "number"),
        ("購入オフ\u{30a1}ー", "offer"),
        ("購入ｵﾌｧｰ", "offer"),
        ("サンクスオファー", ""),
        ("O-PLUX与信結果", "result"),
        ("Ｏ－ＰＬＵＸ　与信結果", "result"),
        ("o−plux 与信結果", "result"),
        ("o‐plux 与信結果", "result"),
        ("広告ＵＲＬＩＤ", "ad_url_id"),
        ("定期内受注(N番目)", "定期内受注（N番目）"),
        ("顧客購入回数", ""),
        ("顧客番号", ""),
    ] {
        let expected = match field {
            "" => (vec![], vec![header]),
            field => (vec![(field, vec![header])], vec![]),
        };
        assert_eq!(found(&[], &[header]), expected);
    }
    // From a Mac: が as か and its mark.
    assert_eq!(header_key("ハ\u{309a}ス"), header_key("パス"));
}

#[test]
fn of_several_columns_the_first_named_counts_first() {
    let (fields, unknown) = found(&[], &["受注日時", "作成日", "合計", "支払い合計", ""]);
    assert_eq!(
        fields,
        [
            ("created_at", vec!["作成日", "受注日時"]),
            ("total", vec!["支払い合計", "合計"])
        ]
    );
    assert_eq!(unknown, Vec::<&str>::new());
    // Of what nobody knows there may be two.
    let layout = Layout::of(
        FileKind::Orders,
        &["受注番号", "メモ", "メモ"],
        &mapping(&[]),
    );
    assert_eq!(layout.twice, None);
}

#[test]
fn the_configured_header_counts_first_and_the_names_after_it() {
    let columns = &[("number", "注文番号")][..];
    let of = |headers| found(columns, headers);
    assert_eq!(
        of(&["受注番号", "注文番号"]),
        (vec![("number", vec!["注文番号", "受注番号"])], vec![])
    );
    assert_eq!(
        of(&["受注番号"]),
        (vec![("number", vec!["受注番号"])], vec![])
    );
    // It means that field even where it is another one's name, and may serve two.
    assert_eq!(
        found(
            &[("number", "受注ID"), ("customer_id", "受注ID")],
            &["受注ID"]
        ),
        (
            vec![("number", vec!["受注ID"]), ("customer_id", vec!["受注ID"])],
            vec![]
        )
    );
}

#[test]
fn the_headers_tell_the_kind() {
    for (headers, kind) in [
        (&["受注番号"][..], Some(FileKind::Orders)),
        (
            &["受注番号", "購入オファー", "合計"],
            Some(FileKind::Orders),
        ),
        (&["受注番号", "決済受注番号"], Some(FileKind::Payments)),
        (
            &["order_number", "payment_number"],
            Some(FileKind::Payments),
        ),
        (
            &["加盟店管理ID", "イベントID", "受注番号"],
            Some(FileKind::Events),
        ),
        (
            &["受注番号", "決済受注番号", "合計", "受注日"],
            Some(FileKind::Payments),
        ),
        (&["イベントID", "受注番号", "合計"], Some(FileKind::Events)),
        (&["加盟店管理ID"], None),
        (&["氏名"], None),
        (&[], None),
    ] {
        assert_eq!(kind_of(headers, &Mapping::default()), kind, "{headers:?}");
    }
    assert_eq!(
        kind_of(&["注文"], &mapping(&[("number", "注文")])),
        Some(FileKind::Orders)
    );
    let as_orders = |headers: &[&str]| {
        !is_no_kind(
            FileKind::Orders,
            FileKind::Payments,
            headers,
            &Mapping::default(),
        )
    };
    assert!(!as_orders(&["受注番号", "決済受注番号", "決済日時"]));
    assert!(as_orders(&["受注番号", "決済受注番号", "合計"]));
    assert!(!as_orders(&["決済受注番号", "合計"]));
}

#[test]
fn headers_are_told_and_the_row_of_a_person_is_not() {
    let of = |headers: &[&str]| {
        let headers: Vec<_> = headers.iter().map(|header| header.to_string()).collect();
        let listed = listed(&headers, &Mapping::default());
        listed.get(Lang::En).to_owned()
    };
    let person = ["鈴木花子", "x@example.com", "03-5759-6380"];
    for row in [
        &person[..],
        &["Date", "Hirano", "David"],
        &["日本電話株式会社", "1番号"],
    ] {
        let count = format!("{} column(s), of which nothing", row.len());
        assert!(of(row).starts_with(&count), "{row:?}");
    }
    for (headers, expected) in [
        (
            &["注文番号", "お客様氏名", "", "区分"][..],
            "`注文番号`, `お客様氏名`, `#4`",
        ),
        (
            &["Order ID", "shipping_name", "x"],
            "`Order ID`, `shipping_name`, `#3`",
        ),
        // A word that titles end with does not make a title of what stands beside it.
        (&["下目黒2-23-18", "番号"], "`#1`, `番号`"),
    ] {
        assert_eq!(of(headers), expected);
    }
    let headers = [
        &["受注番号", "棚番", "2026"][..],
        &person[1..],
        &["０９０１２３４５６７８"],
    ];
    assert_eq!(
        of(&headers.concat()),
        "`受注番号`, `棚番`, `2026`, `#4`, `#5`, `#6`"
    );
}

#[test]
fn columns_of_personal_data_are_never_told() {
    let mapping = mapping(&[("total", "請求先電話番号")]);
    let layout = Layout::of(FileKind::Orders, &["受注番号", "請求先電話番号"], &mapping);
    assert_eq!(layout.is_told, [true, false]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_cell_is_too_strange(text in "\\PC{0,20}|[=\"'0-9eE.+,-]{0,20}") {
        let _ = (yen(&text), time_of_days(&text, 0.0));
        let _ = content(text.as_str().into());
    }

    #[test]
    fn amounts_are_read_as_they_are_written(amount in 0..i64::MAX as u64) {
        prop_assert_eq!(yen(&amount.to_string()), Ok(Yen(amount)));
    }
}
