//! What an answer of version 1.0 means (WIRE.md, get and update an event).

use serde_json::Number;

use super::xml::{self, Element};
use crate::{
    domain::{
        event::{AutoResult, EventId, PulledEvent, Rule, Score, SimilarEvent},
        review::manual_code,
    },
    oplux::answer::Objection,
};

/// The most similar events and rules that are kept of one event; those seen were 20.
const MOST: usize = 200;
/// The longest text of a server that is repeated.
const LONGEST: usize = 500;

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer<T> {
    /// It was done.
    Good(T),
    /// 401 or 403: the credentials are not accepted.
    Rejected(Objection),
    /// O-PLUX has no event of that ID.
    NoSuchEvent,
    /// Any other 4xx, and `result` 20.
    Refused(Objection),
    /// 429 or 5xx: try again later.
    NotNow,
    /// Anything else says nothing that can be used.
    Unusable,
}

/// Reads the answer to a get of this event. `body` is none where it did not come through.
pub(crate) fn event(status: u16, body: Option<&[u8]>, asked: &EventId) -> Answer<PulledEvent> {
    read(status, body, |response| {
        let events = response.child("events")?.children.iter();
        let mut events = events.filter(|element| element.name == "event");
        match events.clone().count() {
            0 => return Some(Answer::NoSuchEvent),
            // One that does not repeat its ID is the one that was asked for.
            1 => {}
            _ => {
                let is_asked = |event: &&Element| event.text_at("id") == Some(&asked.0);
                return events.find(is_asked).map(|event| good(event, asked));
            }
        }
        let event = events.next()?;
        let is_asked = event.text_at("id").is_none_or(|id| id == asked.0);
        is_asked.then(|| good(event, asked))
    })
}

fn good(event: &Element, id: &EventId) -> Answer<PulledEvent> {
    Answer::Good(pulled(event, id))
}

/// Reads the answer to an update.
pub(crate) fn update(status: u16, body: Option<&[u8]>) -> Answer<()> {
    read(status, body, |_| Some(Answer::Good(())))
}

fn read<T>(
    status: u16,
    body: Option<&[u8]>,
    done: impl FnOnce(&Element) -> Option<Answer<T>>,
) -> Answer<T> {
    let response = body.and_then(|body| xml::read(body).ok());
    let response = response.filter(|root| root.name == "response");
    let result = response
        .as_ref()
        .and_then(|response| response.text_at("result"));
    let objection = || response.as_ref().map(objection).unwrap_or_default();
    match (status, result) {
        (401 | 403, _) => Answer::Rejected(objection()),
        // The status that comes with it is not known.
        (_, Some("20")) if says_no_such_event(&objection()) => Answer::NoSuchEvent,
        (429 | 500.., _) => Answer::NotNow,
        (_, Some("20")) | (400..=499, _) => Answer::Refused(objection()),
        (200..=299, Some("10")) => {
            let read = response.as_ref().and_then(done);
            read.unwrap_or(Answer::Unusable)
        }
        _ => Answer::Unusable,
    }
}

/// `イベントIDが存在しません。` comes with the code `error.serverError`, which says nothing of its own.
fn says_no_such_event(said: &Objection) -> bool {
    let message = said.message.as_deref().unwrap_or_default();
    message.contains("イベントID") && message.contains("存在しません")
}

fn objection(response: &Element) -> Objection {
    let error = response.at("errors/error");
    let text = |name| {
        let text = error?.text_at(name)?;
        Some(text.chars().take(LONGEST).collect())
    };
    Objection {
        code: text("code"),
        message: text("message"),
        withheld: false,
    }
}

fn pulled(event: &Element, id: &EventId) -> PulledEvent {
    let manual = event.child("maresult");
    // A text that is there and empty says that there is none.
    let manual_text = |name| {
        let element = manual?.child(name)?;
        Some(Some(element.text.clone()).filter(|text| !text.is_empty()))
    };
    let time = |name| event.text_at(name).and_then(|text| text.parse().ok());
    PulledEvent {
        merchant_management_id: event
            .text_at("event_id_for_shop")
            .and_then(|number| number.parse().ok()),
        requested_at: time("request_datetime"),
        deadline: time("authori_deadline_datetime"),
        auto_result: event.text_at("aaresult/result").map(str::to_owned),
        manual_result: manual_text("result").map(|result| result.map(manual_result)),
        memo: manual_text("memo"),
        manual_reason: manual_text("reason"),
        score: event.child("score").map(score),
        rules: event.child("rules").map(|rules| {
            let rules = rules.children.iter().filter(|child| child.name == "rule");
            rules.take(MOST).map(rule).collect()
        }),
        similars: event.child("similars").map(similars),
        ..PulledEvent::of(id.clone())
    }
}

/// A result that comes by its number, as updates send it, has its name.
fn manual_result(text: String) -> String {
    let named = AutoResult::ALL
        .into_iter()
        .find(|result| manual_code(*result) == Some(&text));
    named.map_or(text, |result| result.name().to_owned())
}

fn score(element: &Element) -> Score {
    let number = |name| element.text_at(name)?.parse::<Number>().ok();
    Score {
        ok: number("ok"),
        ng: number("ng"),
        hold: number("hold"),
    }
}

fn rule(element: &Element) -> Rule {
    let fired = element.text_at("fired");
    Rule {
        code: element.text_at("code").map(str::to_owned),
        description: element.child("description").and_then(impersonal),
        fired: fired.is_none_or(|fired| fired == "1" || fired.eq_ignore_ascii_case("true")),
        score: score(element),
        touchpoint: element.child("touchpoint").and_then(impersonal),
    }
}

/// The fields of the similar events come one after the other, with or without an element around
/// those of each: an `event_id` begins the next.
fn similars(element: &Element) -> Vec<SimilarEvent> {
    fn collect(element: &Element, found: &mut Vec<SimilarEvent>) {
        for child in &element.children {
            match child.name.as_str() {
                "event_id" if !child.text.is_empty() => found.push(SimilarEvent {
                    event_id: EventId(child.text.clone()),
                    rule_code: None,
                    touchpoints: None,
                }),
                "rule_code" => {
                    let code = Some(child.text.clone()).filter(|text| !text.is_empty());
                    if let Some(last) = found.last_mut() {
                        last.rule_code = code;
                    }
                }
                "touchpoints" | "touchpoint" => {
                    if let Some(last) = found.last_mut() {
                        last.touchpoints = impersonal(child);
                    }
                }
                _ => collect(child, found),
            }
        }
    }
    let mut found = Vec::new();
    collect(element, &mut found);
    found.truncate(MOST);
    found
}

/// What an element says, those within it too. A touch point is the name of a place, such as the
/// buyer's telephone number, and a description is a rule's. One that holds what may be an address or
/// a telephone number itself is not taken: the store has no personal data.
fn impersonal(element: &Element) -> Option<String> {
    let text = element.whole_text();
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    (!text.is_empty() && !text.contains(['@', '＠']) && digits < 9).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &[u8] = include_bytes!("../../../tests/fixtures/wire/v1-event-review.xml");
    const BARE: &[u8] = include_bytes!("../../../tests/fixtures/wire/v1-event-bare.xml");
    const NO_EVENT: &[u8] = include_bytes!("../../../tests/fixtures/wire/v1-no-event.xml");
    const REFUSED: &[u8] = include_bytes!("../../../tests/fixtures/wire/v1-refused.xml");
    const UPDATED: &[u8] = include_bytes!("../../../tests/fixtures/wire/v1-updated.xml");

    fn id() -> EventId {
        EventId("261120101500123FEDCBA9876543210FEDCBA9876543210".to_owned())
    }

    fn number(text: &str) -> Option<Number> {
        text.parse().ok()
    }

    #[test]
    fn an_event_is_read_with_all_that_it_holds() {
        let Answer::Good(event) = event(200, Some(EVENT), &id()) else {
            panic!("not read");
        };
        assert_eq!(event.requested_at.unwrap().wire(), "2026/11/20 10:15:00");
        assert_eq!(event.deadline.unwrap().wire(), "2026/11/20 12:15:00");
        assert_eq!(event.auto_result.as_deref(), Some("REVIEW"));
        assert_eq!(event.manual_result, Some(Some("OK".to_owned())));
        assert_eq!(event.memo, Some(Some("電話で確認済み & OK".to_owned())));
        assert_eq!(event.manual_reason, Some(None));
        let score = event.score.clone().unwrap();
        assert_eq!((score.ok, score.ng), (number("10"), number("30")));
        assert_eq!(score.hold, number("12.5"));
        let rules = event.rules.clone().unwrap();
        let fired = rules.iter().map(|rule| rule.fired).collect::<Vec<_>>();
        assert_eq!(fired, [true, true, false, true]);
        assert_eq!(rules[0].touchpoint.as_deref(), Some("購入者.IPアドレス"));
        // What may be a telephone number is not taken.
        assert_eq!(rules[1].touchpoint, None);
        assert_eq!(rules[3].description, None);
        let reasons = event.reasons();
        assert_eq!(reasons.len(), 3);
        assert_eq!(
            reasons[0].description.as_deref(),
            Some("海外のIPアドレスからの注文")
        );
        let similars = event.similars.unwrap();
        assert_eq!(similars.len(), 2);
        assert_eq!(similars[0].rule_code.as_deref(), Some("DEV01"));
        assert_eq!(similars[0].touchpoints.as_deref(), Some("端末"));
        assert_eq!(similars[1].rule_code, None);
    }

    #[test]
    fn what_an_answer_leaves_out_is_not_known() {
        let Answer::Good(event) = event(200, Some(BARE), &id()) else {
            panic!("not read");
        };
        let bare = PulledEvent {
            auto_result: Some("HOLD".to_owned()),
            manual_result: Some(None),
            similars: Some(vec![]),
            ..PulledEvent::of(id())
        };
        assert_eq!(event, bare);
        assert_eq!(event.reasons(), []);
    }

    #[test]
    fn an_answer_is_good_or_says_why_not() {
        let said = |code: &str, message: &str| Objection {
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
            withheld: false,
        };
        let refused = said("InvalidData.Memo", "メモが長すぎます。");
        let cases: [(u16, &[u8], Answer<()>); 12] = [
            (200, UPDATED, Answer::Good(())),
            (200, NO_EVENT, Answer::NoSuchEvent),
            (400, NO_EVENT, Answer::NoSuchEvent),
            (500, NO_EVENT, Answer::NoSuchEvent),
            (200, REFUSED, Answer::Refused(refused.clone())),
            (400, REFUSED, Answer::Refused(refused.clone())),
            (404, b"<html></html>", Answer::Refused(Objection::default())),
            (403, REFUSED, Answer::Rejected(refused)),
            (401, b"no", Answer::Rejected(Objection::default())),
            (502, b"<html></html>", Answer::NotNow),
            (200, b"<html></html>", Answer::Unusable),
            (302, UPDATED, Answer::Unusable),
        ];
        for (status, body, expected) in cases {
            assert_eq!(update(status, Some(body)), expected, "{status}");
        }
        assert_eq!(update(200, None), Answer::Unusable);
        // Another event, and none at all.
        let other = EventId("another".to_owned());
        assert_eq!(event(200, Some(EVENT), &other), Answer::Unusable);
        let empty = b"<response><result>10</result><errors/><events/></response>";
        assert_eq!(event(200, Some(empty), &id()), Answer::NoSuchEvent);
    }
}
