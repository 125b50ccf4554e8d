use super::{
    scrubber::{LONGEST, LOOKED_AT, MASK},
    *,
};

mod names;

fn hiding(values: &[&str]) -> Scrubber {
    let mut hidden = Scrubber::default();
    values.iter().for_each(|value| hidden.value(value));
    hidden
}

#[test]
fn values_are_masked_however_they_are_written() {
    let cases = [
        // hidden, text, expected
        ("鈴木", "氏名: 鈴木 様", "氏名: *** 様"),
        ("鈴木", r"\u9234\u6728 is bad", "*** is bad"),
        ("鈴木", "name=%E9%88%B4%E6%9C%A8&x", "name=***&x"),
        ("鈴木", "鈴\u{0}木\u{200b}!", "***!"),
        ("鈴木 花子", "鈴木　花子", "***"),
        ("\u{1f600}\u{1f601}", r"\ud83d\ude00\ud83d\ude01.", "***."),
        ("0357596380", "tel 03-5759-6380.", "tel ***."),
        ("0357596380", "(03) 5759 6380", "(***"),
        ("0357596380", "０３ー５７５９ー６３８０", "***"),
        ("1530064", "〒153-0064", "〒***"),
        ("411111", "card 4111-11xx", "card ***xx"),
        ("hanako@example.com", "<HANAKO@Example.com>", "<***>"),
        ("203.0.113.7", "from 203.0.113.7", "from ***"),
        ("AB12CD34EF", "hash ab12cd34ef", "hash ***"),
        (
            r#"{"ua":"x y z"}"#,
            r#"got {\"ua\":\"x y z\"}!"#,
            "got ***!",
        ),
        (r#"{"ua":"x y z"}"#, r#"got {"ua":"x y z"}!"#, "got ***!"),
        (r"C:\\dir\name", r"at C:\\dir\name", "at ***"),
        // Short words of Latin letters are masked as words only, in their own case.
        (
            "test",
            "TEST_OKTEL: Test, test_1, latest, test.",
            "TEST_OKTEL: Test, test_1, latest, ***.",
        ),
        ("Li", "limit Li Limit", "limit *** Limit"),
        // A single character that is no name stands everywhere.
        ("森", "森林", "森林"),
        ("nothing here", "unchanged", "unchanged"),
    ];
    for (hidden, text, expected) in cases {
        assert_eq!(hiding(&[hidden]).scrub(text), expected, "{hidden}: {text}");
    }
}

#[test]
fn the_longest_value_at_a_place_is_masked() {
    assert_eq!(
        hiding(&["鈴木", "鈴木花子"]).scrub("鈴木花子鈴木"),
        "******"
    );
}

#[test]
fn control_characters_are_dropped_and_500_characters_kept() {
    let none = Scrubber::default();
    assert_eq!(none.scrub("a\u{1b}[31mb\r\nc\u{202e}d\u{9b}"), "a[31mb  cd");
    assert_eq!(none.scrub(&"長".repeat(9000)).chars().count(), 500);
    // Scrubbed before it is cut: the cut must not leave half a value.
    let text = format!("{}鈴木花子", "x".repeat(498));
    assert!(!hiding(&["鈴木花子"]).scrub(&text).contains('鈴'));
}

#[test]
fn a_value_that_is_cut_short_is_masked() {
    let device = "0123456789abcdefghijklmnopqrstuvwxyz";
    let hidden = hiding(&[device]);
    assert_eq!(hidden.scrub(&format!("{} …", &device[..33])), "*** …");
}

#[test]
fn a_value_that_is_cut_through_leaves_nothing() {
    let device = "d0".repeat(50_000);
    assert_eq!(hiding(&[&device]).scrub(&device), MASK);
    let mut longer = "y".repeat(LOOKED_AT - 10);
    longer.push_str("0357596380 0357596380");
    let scrubbed = hiding(&["0357596380", &"y".repeat(LOOKED_AT - 10)]).scrub(&longer);
    assert_eq!(scrubbed, MASK);
}

#[test]
fn an_address_is_masked_as_a_whole_and_in_pieces() {
    let mut hidden = Scrubber::default();
    let billing = Address {
        family_name: Personal::new("森"),
        given_name: Personal::new("茜"),
        company_name: Personal::new("例株式会社"),
        prefecture: Personal::new("東京都"),
        rest: Personal::new("目黒区下目黒2-23-18 目黒ビル"),
        tel: Personal::new("0357596380"),
        ..Address::default()
    };
    address(&mut hidden, &billing);
    let cases = [
        ("東京都目黒区下目黒2-23-18 目黒ビル", "******"),
        ("目黒区下目黒 / 2-23-18 / 目黒ビル", "*** / *** / ***"),
        (
            "森茜 / 森 茜 / 茜　森 / 森",
            "*** / *** *** / ***　*** / ***",
        ),
        ("例株式会社 / +81-3-5759-6380", "*** / +81-***"),
        // The prefecture, and the parts of the rest.
        (
            "東京都からの注文、東京 / 下目黒、目黒",
            "***からの注文、*** / ***、***",
        ),
        ("丁目・番地・号室のない住所", "丁目・番地・号室のない住所"),
    ];
    for (text, expected) in cases {
        assert_eq!(hidden.scrub(text), expected);
    }
}

#[test]
fn a_prefecture_is_masked_with_and_without_its_last_character() {
    let cases = [
        ("大阪府", "大阪府、大阪", "***、***"),
        ("北海道", "北海道、北海", "***、北海"),
        ("Tokyo", "TOKYO Tokyo's", "*** ***'s"),
        ("", "unchanged", "unchanged"),
    ];
    for (prefecture, text, expected) in cases {
        let mut hidden = Scrubber::default();
        let prefecture = Personal::new(prefecture);
        address(
            &mut hidden,
            &Address {
                prefecture,
                ..Address::default()
            },
        );
        assert_eq!(hidden.scrub(text), expected);
    }
}

#[test]
fn an_email_address_is_masked_as_a_whole_and_in_pieces() {
    let mut hidden = Scrubber::default();
    email(
        &mut hidden,
        &Personal::new("Hanako.suzuki_ab-test+1990@qq.com"),
    );
    let cases = [
        ("hanako.SUZUKI_ab-test+1990@QQ.com", MASK),
        ("account hanako.suzuki_ab-test+1990", "account ***"),
        ("at qq.com, QQ.COM; qq.commerce", "at ***, ***; qq.commerce"),
        ("HANAKO, Suzuki. (1990)", "***, ***. (***)"),
        // Whole words only.
        (
            "hanakos ab TEST_OKTEL latest 19901",
            "hanakos ab TEST_OKTEL latest 19901",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(hidden.scrub(text), expected);
    }
    let mut hidden = Scrubber::default();
    email(&mut hidden, &Personal::new("hanako@mail.example.co.jp"));
    assert_eq!(hidden.scrub("xHanako@Mail.Example.co.jp"), "x***");
    assert_eq!(hidden.scrub("MAIL.example.co.jp"), MASK);
}

#[test]
fn a_piece_of_a_hash_is_masked_down_to_8_digits() {
    let hash = "3F8B3EB4A9ACE1BC441E065AACAB341CCD9DCDD378020AE5C9CDF39D45FFA9FF";
    let mut hidden = Scrubber::default();
    hidden.hash(hash);
    for length in [8, 9, 31, 63, 64] {
        for piece in [&hash[..length], &hash[64 - length..]] {
            let text = format!("sha2={}…", piece.to_lowercase());
            assert_eq!(hidden.scrub(&text), "sha2=***…", "{piece}");
        }
    }
    assert_eq!(hidden.scrub("x 3F8B3EB, 3F8B3EB5"), "x 3F8B3EB, 3F8B3EB5");
}

#[test]
fn a_birthday_is_masked_in_its_written_forms() {
    let mut hidden = Scrubber::default();
    birthday(&mut hidden, Birthday("1990-01-02".parse().unwrap()));
    for text in [
        "1990/01/02",
        "1990-01-02",
        "1990/1/2",
        "19900102",
        "1990年1月2日",
        "1990年01月02日",
    ] {
        assert_eq!(hidden.scrub(text), MASK, "{text}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..Default::default()
    })]
    #[test]
    fn no_text_brings_a_value_or_a_control_character_back(text in "\\PC*|[鈴木0-9%u\\\\\\x00-\\x1f-]*") {
        let scrubbed = hiding(&["鈴木", "0357596380"]).scrub(&text);
        assert!(!scrubbed.contains("鈴木") && !scrubbed.contains("0357596380"));
        assert!(!scrubbed.chars().any(char::is_control));
        assert!(scrubbed.chars().count() <= LONGEST);
    }
}
