//! What an answer to a registration means (WIRE.md, and CONTRACT.md, "Network").

use serde_json::Value;

use crate::{
    domain::event::{EventId, Reason, Screening, Similar},
    locales::{Text, services as texts},
};

/// The longest event ID that is taken for one; those seen have 47 characters.
const LONGEST_ID: usize = 128;
/// The most similar events that are kept; those seen were 20.
const SIMILARS: usize = 100;
/// A code that begins so does not say that nothing was registered (WIRE.md).
const SERVER_ERROR: &str = "ServerError.";

/// What an answer means. Its texts are as the server wrote them: what must not be shown of
/// them is withheld before they leave this folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The event was registered.
    Good(Screening),
    /// 401 or 403: the credentials are not accepted.
    Rejected(Objection),
    /// Any other 4xx, and `result` 20 but for a server error: nothing was registered, and that is
    /// known.
    Refused(Objection),
    /// Whether the event was registered is not known.
    Unknown(Doubt),
}

/// What a refusal says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Objection {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    /// Whether any of it is withheld.
    pub(super) withheld: bool,
}

/// Why an answer does not say whether the event was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The status says nothing certain.
    Status,
    /// `result` 20, and the server's own error is the cause.
    ServerError(Objection),
    /// No JSON of the known form, or none that came through.
    Unreadable,
    /// A good answer without an event ID that can be used.
    NoEventId,
    /// A good answer without a result.
    NoResult,
}

/// Reads an answer of any status but 429 and 503. `body` is none where it did not come through.
pub(super) fn read(status: u16, body: Option<&[u8]>) -> Answer {
    let body = body.and_then(json).unwrap_or(Value::Null);
    let result = code(body.get("result"));
    match status {
        401 | 403 => Answer::Rejected(objection(&body)),
        400..=499 => Answer::Refused(objection(&body)),
        _ if result == Some(20) => match server_error(&body) {
            // Of several errors it is told which one decides.
            code @ Some(_) => Answer::Unknown(Doubt::ServerError(Objection {
                code,
                ..objection(&body)
            })),
            None => Answer::Refused(objection(&body)),
        },
        200..=299 if result == Some(10) => registered(&body),
        200..=299 => Answer::Unknown(Doubt::Unreadable),
        _ => Answer::Unknown(Doubt::Status),
    }
}

fn json(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).ok()
}

/// `result` comes as a number or as a string: 10 done, 20 error.
fn code(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64().or_else(|| {
            let whole = number.as_f64().filter(|n| n.fract() == 0.0 && *n >= 0.0);
            whole.map(|number| number as u64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The first code of a server error.
fn server_error(body: &Value) -> Option<String> {
    let mut codes = codes(body);
    codes.find(|code| code.starts_with(SERVER_ERROR))
}

fn codes(body: &Value) -> impl Iterator<Item = String> {
    let errors = list(body.get("errors")).iter();
    errors.filter_map(|error| text(error.get("code")))
}

fn registered(body: &Value) -> Answer {
    let event = body.pointer("/telegram/event").unwrap_or(&Value::Null);
    let Some(event_id) = text(event.get("id")).filter(|id| is_sound(id)) else {
        return Answer::Unknown(Doubt::NoEventId);
    };
    let Some(result) = text(event.pointer("/aaresult/result")) else {
        return Answer::Unknown(Doubt::NoResult);
    };
    Answer::Good(Screening {
        event_id: EventId(event_id),
        result,
        rule_group: text(event.get("rule_group")),
        reasons: list(event.get("rules")).iter().filter_map(reason).collect(),
        similars: similars(event),
    })
}

fn similars(event: &Value) -> Vec<Similar> {
    let similars = list(event.get("similars")).iter();
    let similars = similars.filter_map(|similar| {
        let id = |name: &str| text(similar.get(name)).filter(|id| is_sound(id));
        Some(Similar {
            event_id: EventId(id("event_id")?),
            merchant_management_id: id("event_id_for_shop"),
        })
    });
    similars.take(SIMILARS).collect()
}

/// An event ID is shown and searched for, so it has to be one plain word.
fn is_sound(id: &str) -> bool {
    id.len() <= LONGEST_ID && id.bytes().all(|b| b.is_ascii_graphic())
}

fn reason(rule: &Value) -> Option<Reason> {
    let (code, description) = (text(rule.get("code")), text(rule.get("description")));
    (code.is_some() || description.is_some()).then_some(Reason { code, description })
}

/// The first error's code, and what all of them say.
fn objection(body: &Value) -> Objection {
    let errors = list(body.get("errors"));
    let messages: Vec<_> = errors
        .iter()
        .filter_map(|error| text(error.get("message")))
        .collect();
    Objection {
        code: codes(body).next(),
        message: (!messages.is_empty()).then(|| messages.join(" / ")),
        withheld: false,
    }
}

/// A list; one object alone is a list of one, and what is missing an empty one.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// A text that is not empty. Numbers are texts, too: IDs and codes may come as such.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A message with what the server said besides.
pub(super) fn with_objection(message: Text, said: &Objection) -> Text {
    let parts = [&said.code, &said.message];
    let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    let message = match parts.is_empty() {
        true => message,
        false => texts::with_detail(message, parts.join(": ")),
    };
    match said.withheld {
        true => texts::with_withheld(message),
        false => message,
    }
}

#[cfg(test)]
mod tests {
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
        let timed_out = || Objection {
            code: Some("ServerError.Timeout".into()),
            ..silent()
        };
        let mixed = r#"{"result": 20, "errors": [{"code": "InvalidData.A"}, {"code": "ServerError.Timeout"}]}"#;
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
            (200, mixed, unknown(Doubt::ServerError(timed_out()))),
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
            let event =
                format!(r#"{{"id": "e", "aaresult": {{"result": "OK"}}, "rules": {rules}}}"#);
            assert!(
                matches!(good(&event), Answer::Good(screening) if screening.reasons.is_empty()),
                "{rules}"
            );
        }
    }
}
