use std::cell::LazyCell;

use super::*;
use crate::oplux::tests::orders::{member_gift, member_self, personal, request};

/// What a guard of these values makes of a text.
fn pass(values: &[&str], text: &str) -> Option<String> {
    Sensitive::default()
        .guard(values.iter().copied())
        .pass(text)
}

#[test]
fn a_text_with_a_value_in_it_is_withheld_however_it_is_written_there() {
    let cases = [
        ("鈴木", "鈴木様のご注文です。"),
        ("鈴木花子", "鈴木 花子"),
        ("鈴木", "鈴\u{200b}木"),
        ("スズキ", "ｽｽﾞｷ"),
        ("hanako.suzuki", "Hanako.SUZUKI@example.com"),
        ("0357596380", "０３−５７５９−６３８０"),
        ("357596380", "+81 3 (5759) 6380"),
        ("1530064", "〒153-0064"),
        ("411111", "4111 11"),
        ("19900102", "1990-01-02"),
        ("1990/1/2", "born 1990.1.2"),
        ("203.0.113.7", "IP 203.0.113.7 is foreign"),
        ("10.0.0.1", "10.0.0.1"),
        ("sandbox-secret-key", "key sandbox-secret-key"),
        ("Li", "dear li,"),
        ("Li", "Li様"),
        ("森", "buyer: 森"),
        ("森", "森様"),
        ("エリ", "名前=エリ"),
        ("株式会社例", "㈱例 株式会社　例"),
        // Cut short by the server.
        (&"あいうえおか".repeat(20), &"あいうえおか".repeat(6)),
        // What cannot be compared.
        ("x", "\\u9234\\u6728"),
        ("x", "name=%E9%88%B4"),
        ("x", "&#37428;"),
        ("x", &"あ".repeat(LOOKED_AT + 1)),
    ];
    for (value, text) in cases {
        assert_eq!(pass(&[value], text), None, "{value} in {text}");
    }
}

#[test]
fn a_short_value_withholds_no_text_that_only_has_its_letters() {
    let cases = [
        ("Li", "limit reached"),
        ("test", "TEST_OKTEL"),
        ("森", "青森県への配送"),
        ("エリ", "配送エリアが対象外です。"),
        ("a", "a rule fired"),
        ("a@b", "not found"),
        ("", "審査モデルIDが存在しません。"),
        ("12", "rule 2012, 50% 以上"),
        ("---", "a---b"),
    ];
    for (value, text) in cases {
        assert_eq!(pass(&[value], text).as_deref(), Some(text), "{value}");
    }
}

#[test]
fn what_passes_has_no_control_characters_and_500_characters_at_most() {
    let shown = pass(&[], " a\u{1b}[31m\nb\u{202e}c\u{7} ");
    assert_eq!(shown.as_deref(), Some("a[31m bc"));
    let long = pass(&[], &"x".repeat(LOOKED_AT)).unwrap();
    assert_eq!(long.len(), LONGEST);
}

#[test]
fn everything_personal_of_an_order_and_its_request_is_withheld() {
    let mut order = member_gift();
    order.purchase.ip = Some(personal("2001:db8::abcd"));
    order.purchase.device_info = member_self().purchase.device_info;
    order.purchase.card_bin = Some(personal("41111199"));
    let (request, sensitive) = request(&order);
    let guard = sensitive.guard([]);
    let sent = request.document;
    let buyer = &sent["telegram"]["event"]["ec"]["customers"]["buyer"];
    let hashes = [
        &buyer["hashed_name"]["last_name_sha2"],
        &buyer["hashed_name"]["normalized_first_name_sha2"],
        &buyer["email"]["pc"]["hashed_account_sha2"],
    ];
    let written = "鈴木 花子 高橋 一郎 スズキ ハナコ 例株式会社 目黒区下目黒 大阪市北区梅田 東京都 \
                   大阪府 example.com hanako.suzuki 1530064 5300001 0357596380 06-6123-4567 \
                   2001:db8::abcd Mozilla/5.0 390x844 41111199 1990/01/02";
    let values = written.split(' ').map(str::to_owned);
    let hashes = hashes.map(|hash| hash.as_str().unwrap()[..8].to_owned());
    for value in values.chain(hashes) {
        assert_eq!(guard.pass(&format!("【{value}】")), None, "{value}");
    }
    // The order's number may be shown.
    assert!(guard.pass("c0ffee0001").is_some());
}

fn answer(event_id: &str) -> Screening {
    Screening {
        event_id: EventId(event_id.to_owned()),
        result: "OK".to_owned(),
        rule_group: None,
        reasons: Vec::new(),
        similars: Vec::new(),
    }
}

fn guard(values: &[&str]) -> Guard {
    Sensitive::default().guard(values.iter().copied())
}

#[test]
fn for_a_good_answer_without_texts_nothing_is_worked_out() {
    let hidden: LazyCell<Guard> = LazyCell::new(|| panic!("worked out"));
    let good = answer("2611201015001230123456789abcdef0123456789abcdef");
    assert_eq!(screening(good.clone(), &hidden), Some((good, false)));
    let silent = objection(Objection::default(), &hidden);
    assert_eq!(silent, Objection::default());
}

#[test]
fn an_event_id_made_of_personal_data_is_none() {
    let hash = "3F8B3EB4A9ACE1BC441E065AACAB341CCD9DCDD378020AE5C9CDF39D45FFA9FF";
    let hidden = guard(&["0357596380", "hanako@example.com", "1010150", &hash[..8]]);
    let cases = [
        ("e1", true),
        ("0357596380", false),
        ("e-03-5759-6380", false),
        ("hanako@example.com", false),
        ("%E9%88%B4%E6%9C%A8", false),
        (hash, false),
        // A part of the time is somebody's postcode, by chance.
        ("2611010150001230123456789abcdef0123456789abcdef", true),
    ];
    for (id, sound) in cases {
        assert_eq!(screening(answer(id), &&hidden).is_some(), sound, "{id}");
    }
}

#[test]
fn a_text_is_withheld_whole_and_its_code_is_told() {
    let text = |text: &str| Some(text.to_owned());
    let reason = |code, description| Reason { code, description };
    let similar = |id: &str, number: &str| Similar {
        event_id: EventId(id.to_owned()),
        merchant_management_id: text(number),
    };
    let said = Screening {
        result: "鈴木".to_owned(),
        rule_group: text("group"),
        reasons: vec![
            reason(text("R1"), text("鈴木様の住所")),
            reason(text("R2"), text("住所")),
            reason(text("鈴木"), None),
        ],
        similars: vec![similar("e2", "a905125d2a"), similar("e3", "0357596380")],
        ..answer("e1")
    };
    let kept = Screening {
        result: "***".to_owned(),
        rule_group: text("group"),
        reasons: vec![reason(text("R1"), None), reason(text("R2"), text("住所"))],
        similars: vec![similar("e2", "a905125d2a")],
        ..answer("e1")
    };
    let hidden = guard(&["鈴木", "0357596380"]);
    assert_eq!(screening(said, &&hidden), Some((kept, true)));
    let said = |code: Option<String>, message: Option<String>| Objection {
        code,
        message,
        withheld: false,
    };
    let refused = objection(said(text("C"), text("鈴木")), &&hidden);
    let kept = Objection {
        withheld: true,
        ..said(text("C"), None)
    };
    assert_eq!(refused, kept);
}
