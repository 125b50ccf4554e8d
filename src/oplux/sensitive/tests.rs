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
    let sent = serde_json::to_value(&request).unwrap();
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
