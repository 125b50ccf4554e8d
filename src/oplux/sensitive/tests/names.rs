//! Names of one character: masked where they are names, left where they are parts of words.

use super::*;

fn named(family: &str, given: &str) -> Scrubber {
    let mut hidden = Scrubber::default();
    name(&mut hidden, &Personal::new(family), &Personal::new(given));
    hidden
}

#[test]
fn reasons_are_left_as_they_are() {
    let reasons = [
        "同一デバイスから短時間に複数の注文",
        "過去に未払いのあった配送先",
        "同一氏名・別住所での注文",
        "同氏名で複数の注文、同氏による注文",
        "同様の手口、一様な入力、同一様式の氏名",
        "過去の注文と電話番号が一致",
        "電話番号 一致、住所 同一",
        "森林組合の住所、原則として保留",
        "東京都以外からのアクセス(東日本)",
        "関東一円・東北地方の配送先",
        "同じIPアドレスから一日に三件以上の注文",
        "会員名一致、本人同意なし",
        "電話番号0357596380一致",
        "TEST_OKTEL: 一部一致 [RULE_001]",
    ];
    let names = ["林", "森", "原", "一", "同", "東"];
    for (family, given) in names.iter().flat_map(|a| names.map(|b| (*a, b))) {
        let mut hidden = named(family, given);
        hidden.value("0357596380");
        for reason in reasons {
            let expected = reason.replace("0357596380", MASK);
            assert_eq!(hidden.scrub(reason), expected, "{family} {given}");
        }
    }
}

#[test]
fn a_name_of_one_character_is_masked_where_it_is_a_name() {
    let texts = [
        ("林", "***"),
        ("氏名: 林 花子", "氏名: ***"),
        (
            "林花子、花子林、花子 林、林・花子",
            "***、***、***、***・***",
        ),
        (
            "[林]「林」(林)（林）【林】林,林、林/",
            "[***]「***」(***)（***）【***】***,***、***/",
        ),
        ("林様 林さん 林氏 林殿", "***様 ***さん ***氏 ***殿"),
        (
            "ご注文の林様から、氏名林様、購入者林",
            "ご注文の***様から、氏名***様、購入者***",
        ),
        ("林の注文、林は", "***の注文、***は"),
        ("林\u{3000}様 name=林&", "***\u{3000}様 name=***&"),
        (r#"{"name": "\u6797"} %E6%9E%97"#, r#"{"name": "***"} ***"#),
        ("林\u{200b}\u{0}様", "***様"),
        ("森林、林檎、大林組", "森林、林檎、大林組"),
    ];
    for (text, expected) in texts {
        assert_eq!(named("林", "花子").scrub(text), expected);
        assert_eq!(named("花子", "林").scrub(text), expected);
    }
    assert_eq!(
        named("", "リ").scrub("リさん リスク リ"),
        "***さん リスク ***"
    );
}

#[test]
fn two_names_of_one_character_are_masked_together() {
    let cases = [
        ("林", "一", "林一 / 一林 / 林　一", "*** / *** / ***　***"),
        (
            "林",
            "一",
            "氏名林一様、林一の、購入者林一",
            "氏名***様、***の、購入者***",
        ),
        ("同", "一", "同一様 / 同 一", "***様 / *** ***"),
        ("東", "一", "関東一円の東一", "関東一円の東一"),
        ("東", "一", "関東一円(東一)", "関東一円(***)"),
    ];
    for (family, given, text, expected) in cases {
        assert_eq!(named(family, given).scrub(text), expected);
    }
}
