use super::*;
use crate::oplux::tests::{member_gift, member_self, personal, request};

fn good(event: &str) -> Answer {
    let body = format!(r#"{{"result": 10, "telegram": {{"event": {event}}}}}"#);
    read(200, Some(body.as_bytes()))
}

#[test]
fn the_status_and_the_result_decide() {
    let good =
        r#"{"result": "10", "telegram": {"event": {"id": "e", "aaresult": {"result": "OK"}}}}"#;
    let refusal = r#"{"result": 20, "errors": [{"code": "C", "message": "M"}]}"#;
    let said = || Objection {
        code: Some("C".into()),
        message: Some("M".into()),
        withheld: false,
    };
    let silent = Objection::default;
    let timeout = r#"{"result": 20, "errors": [{"code": "ServerError.Timeout"}]}"#;
    let timed_out = || Objection {
        code: Some("ServerError.Timeout".into()),
        ..silent()
    };
    let unknown = Answer::Unknown;
    let cases = [
        (400, refusal, Answer::Refused(said())),
        (404, "<html>", Answer::Refused(silent())),
        (409, good, Answer::Refused(silent())),
        (200, refusal, Answer::Refused(said())),
        (500, refusal, Answer::Refused(said())),
        (302, refusal, Answer::Refused(said())),
        (200, timeout, unknown(Doubt::ServerError(timed_out()))),
        (500, timeout, unknown(Doubt::ServerError(timed_out()))),
        // Whatever it says of itself, a 4xx is known.
        (400, timeout, Answer::Refused(timed_out())),
        (401, refusal, Answer::Rejected(said())),
        (403, "", Answer::Rejected(silent())),
        (500, good, unknown(Doubt::Status)),
        (502, "<html>", unknown(Doubt::Status)),
        (504, "", unknown(Doubt::Status)),
        (302, "", unknown(Doubt::Status)),
        (200, "", unknown(Doubt::Unreadable)),
        (200, "<html>", unknown(Doubt::Unreadable)),
        (200, "[]", unknown(Doubt::Unreadable)),
        (200, "{\"result\": 30}", unknown(Doubt::Unreadable)),
        (200, "{\"result\": true}", unknown(Doubt::Unreadable)),
        (200, "{\"result\": 10}", unknown(Doubt::NoEventId)),
    ];
    for (status, body, expected) in cases {
        assert_eq!(
            read(status, Some(body.as_bytes())),
            expected,
            "{status} {body}"
        );
    }
    assert_eq!(read(400, None), Answer::Refused(silent()));
    assert_eq!(read(200, None), Answer::Unknown(Doubt::Unreadable));
}

#[test]
fn the_result_comes_as_a_number_or_as_a_string() {
    for (result, expected) in [("20", true), ("\"20\"", true), ("20.0", true), ("2", false)] {
        let answer = read(200, Some(format!(r#"{{"result": {result}}}"#).as_bytes()));
        assert_eq!(matches!(answer, Answer::Refused(_)), expected, "{result}");
    }
}

#[test]
fn a_good_answer_needs_an_event_id_of_one_word_and_a_result() {
    let long = format!("\"{}\"", "x".repeat(129));
    for id in [
        "null",
        r#""""#,
        r#""a b""#,
        r#""a\u001bb""#,
        r#""a\u202eb""#,
        r#""鈴木""#,
        r#""e1２""#,
        &long,
    ] {
        let event = format!(r#"{{"id": {id}, "aaresult": {{"result": "OK"}}}}"#);
        assert_eq!(good(&event), Answer::Unknown(Doubt::NoEventId), "{id}");
    }
    let without = good(r#"{"aaresult": {"result": "OK"}}"#);
    assert_eq!(without, Answer::Unknown(Doubt::NoEventId));
    for event in [
        r#"{"id": "e"}"#,
        r#"{"id": "e", "aaresult": {"result": null}}"#,
        r#"{"id": "e", "aaresult": "OK"}"#,
    ] {
        assert_eq!(good(event), Answer::Unknown(Doubt::NoResult), "{event}");
    }
}

#[test]
fn what_is_missing_of_the_rules_is_null_and_an_unknown_result_is_kept() {
    let answer = good(
        r#"{"id": 7, "aaresult": {"result": "PENDING"}, "rule_group": 3,
        "rules": [{"code": 12, "description": null}, {"description": "理由"}, {}, "x"],
        "similars": [{"event_id": "e1", "event_id_for_shop": "a905125d2a"},
            {"event_id": 2, "event_id_for_shop": 7}, {"event_id": "e3"},
            {"event_id": "a b"}, {"event_id_for_shop": "x"}, "x"]}"#,
    );
    let reason = |code: Option<&str>, description: Option<&str>| Reason {
        code: code.map(str::to_owned),
        description: description.map(str::to_owned),
    };
    let similar = |id: &str, number: Option<&str>| Similar {
        event_id: EventId(id.to_owned()),
        merchant_management_id: number.map(str::to_owned),
    };
    let expected = Screening {
        event_id: EventId("7".into()),
        result: "PENDING".into(),
        rule_group: Some("3".into()),
        reasons: vec![reason(Some("12"), None), reason(None, Some("理由"))],
        similars: vec![
            similar("e1", Some("a905125d2a")),
            similar("2", Some("7")),
            similar("e3", None),
        ],
    };
    assert_eq!(answer, Answer::Good(expected));
    for rules in ["null", "[]", "\"\"", "7"] {
        let event = format!(r#"{{"id": "e", "aaresult": {{"result": "OK"}}, "rules": {rules}}}"#);
        assert!(
            matches!(good(&event), Answer::Good(screening) if screening.reasons.is_empty()),
            "{rules}"
        );
    }
}

fn hidden(values: &[&str]) -> Sensitive {
    let mut hidden = Sensitive::default();
    hidden.add(values.iter().copied());
    hidden
}

/// What becomes of a text where these values are hidden.
fn pass(values: &[&str], text: &str) -> Option<String> {
    hidden(values).pass(text)
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
    let long = pass(&[], &"x".repeat(2 * LONGEST_TEXT)).unwrap();
    assert_eq!(long.len(), LONGEST_TEXT);
}

#[test]
fn everything_personal_of_an_order_and_its_request_is_withheld() {
    let mut order = member_gift();
    order.purchase.ip = Some(personal("2001:db8::abcd"));
    order.purchase.device_info = member_self().purchase.device_info;
    order.purchase.card_bin = Some(personal("41111199"));
    let (request, sensitive) = request(&order);
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
        assert_eq!(sensitive.pass(&format!("【{value}】")), None, "{value}");
    }
    // The order's number may be shown.
    assert!(sensitive.pass("c0ffee0001").is_some());
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

#[test]
fn an_event_id_made_of_personal_data_is_none() {
    let hash = "3F8B3EB4A9ACE1BC441E065AACAB341CCD9DCDD378020AE5C9CDF39D45FFA9FF";
    let hidden = hidden(&["0357596380", "hanako@example.com", "1010150", &hash[..8]]);
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
        assert_eq!(hidden.screening(answer(id)).is_some(), sound, "{id}");
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
    let hidden = hidden(&["鈴木", "0357596380"]);
    assert_eq!(hidden.screening(said), Some((kept, true)));
    let said = |code: Option<String>, message: Option<String>| Objection {
        code,
        message,
        withheld: false,
    };
    let refused = hidden.objection(said(text("C"), text("鈴木")));
    let kept = Objection {
        withheld: true,
        ..said(text("C"), None)
    };
    assert_eq!(refused, kept);
}
