use super::*;

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
    let timed_out = || {
        Answer::Unknown(Doubt::ServerError(Objection {
            code: Some("ServerError.Timeout".into()),
            ..silent()
        }))
    };
    let cases = [
        (400, refusal, Answer::Refused(said())),
        (404, "<html>", Answer::Refused(silent())),
        (409, good, Answer::Refused(silent())),
        (200, refusal, Answer::Refused(said())),
        (500, refusal, Answer::Refused(said())),
        (302, refusal, Answer::Refused(said())),
        (200, timeout, timed_out()),
        (500, timeout, timed_out()),
        // Whatever it says of itself, a 4xx is known.
        (
            400,
            timeout,
            Answer::Refused(Objection {
                code: Some("ServerError.Timeout".into()),
                ..silent()
            }),
        ),
        (401, refusal, Answer::Rejected(said())),
        (403, "", Answer::Rejected(silent())),
        (500, good, Answer::Unknown(Doubt::Status)),
        (502, "<html>", Answer::Unknown(Doubt::Status)),
        (504, "", Answer::Unknown(Doubt::Status)),
        (302, "", Answer::Unknown(Doubt::Status)),
        (200, "", Answer::Unknown(Doubt::Unreadable)),
        (200, "<html>", Answer::Unknown(Doubt::Unreadable)),
        (200, "[]", Answer::Unknown(Doubt::Unreadable)),
        (200, "{\"result\": 30}", Answer::Unknown(Doubt::Unreadable)),
        (
            200,
            "{\"result\": true}",
            Answer::Unknown(Doubt::Unreadable),
        ),
        (200, "{\"result\": 10}", Answer::Unknown(Doubt::NoEventId)),
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
    let cases = [
        (r#"{"aaresult": {"result": "OK"}}"#, Doubt::NoEventId),
        (
            r#"{"id": null, "aaresult": {"result": "OK"}}"#,
            Doubt::NoEventId,
        ),
        (
            r#"{"id": "", "aaresult": {"result": "OK"}}"#,
            Doubt::NoEventId,
        ),
        (
            r#"{"id": "a b", "aaresult": {"result": "OK"}}"#,
            Doubt::NoEventId,
        ),
        (
            r#"{"id": "a\u001bb", "aaresult": {"result": "OK"}}"#,
            Doubt::NoEventId,
        ),
        (
            r#"{"id": "a\u202eb", "aaresult": {"result": "OK"}}"#,
            Doubt::NoEventId,
        ),
        (
            r#"{"id": "鈴木", "aaresult": {"result": "OK"}}"#,
            Doubt::NoEventId,
        ),
        (
            r#"{"id": "e1２", "aaresult": {"result": "OK"}}"#,
            Doubt::NoEventId,
        ),
        (r#"{"id": "e"}"#, Doubt::NoResult),
        (
            r#"{"id": "e", "aaresult": {"result": null}}"#,
            Doubt::NoResult,
        ),
        (r#"{"id": "e", "aaresult": "OK"}"#, Doubt::NoResult),
    ];
    for (event, doubt) in cases {
        assert_eq!(good(event), Answer::Unknown(doubt), "{event}");
    }
    let long = format!(
        r#"{{"id": "{}", "aaresult": {{"result": "OK"}}}}"#,
        "x".repeat(129)
    );
    assert_eq!(good(&long), Answer::Unknown(Doubt::NoEventId));
}

#[test]
fn ids_like_those_seen_are_known() {
    let hex = "0123456789abcdefABCDEF0123456789";
    let cases = [
        ("261120101500123", hex, true),
        ("261320101500123", hex, false),
        ("261100101500123", hex, false),
        ("261120241500123", hex, false),
        ("261120106000123", hex, false),
        ("261120101560123", hex, false),
        // Somebody's telephone number.
        ("035759638000000", hex, false),
        ("26112010150012x", hex, false),
        ("261120101500123", &hex[1..], false),
        ("261120101500123", "g123456789abcdefABCDEF0123456789", false),
        ("26112010150012", "", false),
    ];
    for (time, rest, expected) in cases {
        let id = EventId(format!("{time}{rest}"));
        assert_eq!(is_made_of_time_and_hex(&id), expected, "{id}");
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
