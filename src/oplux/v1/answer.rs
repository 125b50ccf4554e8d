//! What an answer of version 1.0 means (WIRE.md, get and update an event), and its XML.

use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};
use serde_json::Number;

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
            1 => {}
            _ => {
                let is_asked = |event: &&Element| event.text_at("id") == Some(&asked.0);
                return Some(Answer::Good(pulled(events.find(is_asked)?, asked)));
            }
        }
        let event = events.next()?;
        is_of(event, asked).then(|| Answer::Good(pulled(event, asked)))
    })
}

/// Reads the answer to an update of this event.
pub(crate) fn update(status: u16, body: Option<&[u8]>, asked: &EventId) -> Answer<()> {
    read(status, body, |response| {
        is_of(response, asked).then_some(Answer::Good(()))
    })
}

/// Whether it is about this event. One that does not repeat the ID is about the one that was asked
/// for.
fn is_of(element: &Element, asked: &EventId) -> bool {
    element.text_at("id").is_none_or(|id| id == asked.0)
}

fn read<T>(
    status: u16,
    body: Option<&[u8]>,
    done: impl FnOnce(&Element) -> Option<Answer<T>>,
) -> Answer<T> {
    let response = body.and_then(|body| tree(body).ok());
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
        auto_result: event.text_at("aaresult/result").map(|text| {
            let known = AutoResult::from_word(text);
            known.map_or(text, |result| result.name()).to_owned()
        }),
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

/// A result that comes by its number, as updates send it, has its name, as one that comes by a word
/// does: results meet as in `import`.
fn manual_result(text: String) -> String {
    let mut results = AutoResult::ALL.into_iter();
    let by_number = results.find(|result| manual_code(*result) == Some(&text));
    let by_word = || AutoResult::from_word(&text).filter(|it| manual_code(*it).is_some());
    let named = by_number.or_else(by_word);
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

/// The deepest XML that is read; WIRE.md's answers are seven deep.
const DEEPEST: usize = 24;
/// The most elements. Twenty similar events and a few hundred rules are a few thousand.
const MOST_ELEMENTS: usize = 50_000;

/// The answer is no XML document, or one that is not worth reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NotXml;

/// An element of the answer's XML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Element {
    /// Its name without a prefix.
    name: String,
    /// Its own, without blanks around it.
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// The first element of that name in this one.
    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at the end of a path such as `maresult/memo`.
    fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |at, name| at.child(name))
    }

    /// The text at the end of a path; none where it is empty or not there.
    fn text_at(&self, path: &str) -> Option<&str> {
        let text = self.at(path).map(|element| element.text.as_str());
        text.filter(|text| !text.is_empty())
    }

    /// All text in it, that of elements within it too.
    fn whole_text(&self) -> String {
        let own = (!self.text.is_empty()).then(|| self.text.clone());
        let within = self.children.iter().map(Self::whole_text);
        let texts = own
            .into_iter()
            .chain(within.filter(|text| !text.is_empty()));
        texts.collect::<Vec<_>>().join(", ")
    }
}

/// Reads a document in UTF-8 as a tree, with mistrust: it is none where it is not well-formed, has a
/// document type or an entity but XML's own five, or is deeper or larger than an answer has use for.
fn tree(document: &[u8]) -> Result<Element, NotXml> {
    let text = std::str::from_utf8(document).map_err(|_| NotXml)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    // `<a/>` is `<a></a>`.
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut root): (Vec<Element>, Option<Element>) = (Vec::new(), None);
    let mut count = 0;
    loop {
        match reader.read_event().map_err(|_| NotXml)? {
            Event::Start(tag) => {
                count += 1;
                if count > MOST_ELEMENTS || open.len() == DEEPEST || root.is_some() {
                    return Err(NotXml);
                }
                open.push(Element {
                    name: tag.local_name().as_ref().to_owned(),
                    ..Element::default()
                });
            }
            Event::End(_) => {
                let mut element = open.pop().ok_or(NotXml)?;
                element.text = element.text.trim().to_owned();
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => root = Some(element),
                }
            }
            Event::Text(text) => say(&text.xml10_content(), &mut open)?,
            Event::CData(text) => say(&text.xml10_content(), &mut open)?,
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|_| NotXml)?;
                match character {
                    Some(character) => say(character.encode_utf8(&mut [0; 4]), &mut open)?,
                    None => {
                        let known = resolve_predefined_entity(&reference.xml10_content());
                        say(known.ok_or(NotXml)?, &mut open)?;
                    }
                }
            }
            Event::DocType(_) => return Err(NotXml),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
            Event::Eof => break,
        }
    }
    match open.is_empty() {
        true => root.ok_or(NotXml),
        false => Err(NotXml),
    }
}

/// Text belongs to the innermost element; outside of all there are only blanks.
fn say(text: &str, open: &mut [Element]) -> Result<(), NotXml> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(NotXml),
    }
    Ok(())
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
            assert_eq!(update(status, Some(body), &id()), expected, "{status}");
        }
        assert_eq!(update(200, None, &id()), Answer::Unusable);
        // Another event, and none at all.
        let other = EventId("another".to_owned());
        assert_eq!(event(200, Some(EVENT), &other), Answer::Unusable);
        assert_eq!(update(200, Some(UPDATED), &other), Answer::Unusable);
        let unnamed = b"<response><result>10</result><errors/><id/></response>";
        assert_eq!(update(200, Some(unnamed), &other), Answer::Good(()));
        let empty = b"<response><result>10</result><errors/><events/></response>";
        assert_eq!(event(200, Some(empty), &id()), Answer::NoSuchEvent);
    }

    #[test]
    fn a_document_is_read_as_a_tree() {
        let document = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n\
             <r:response xmlns:r='x'><a id=\"1\"> x &amp; &#x3042;<![CDATA[<b>]]> </a>\n\
             <b/><a>second</a><c><d>1</d><d>2</d></c></r:response>\n";
        let root = tree(document.as_bytes()).unwrap();
        assert_eq!(root.name, "response");
        assert_eq!(root.text_at("a"), Some("x & あ<b>"));
        assert_eq!(root.child("b").unwrap().text, "");
        assert_eq!(root.text_at("b"), None);
        assert_eq!(root.text_at("c/d"), Some("1"));
        assert_eq!(root.child("c").unwrap().whole_text(), "1, 2");
        assert_eq!(root.at("c/e"), None);
    }

    #[test]
    fn what_is_no_answer_is_not_read() {
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><r>&b;</r>";
        let deep = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
        let wide = format!("<a>{}</a>", "<b/>".repeat(MOST_ELEMENTS));
        for document in [
            "",
            "text",
            "{\"result\": 10}",
            "<r>",
            "<r><a></r></a>",
            "<r/><r/>",
            "<r></r>x",
            "<r>&b;</r>",
            "<r>&b</r>",
            "<r>&#xD800;</r>",
            "<html><body><p>Bad gateway<br></body></html>",
            bomb,
            deep.as_str(),
            wide.as_str(),
        ] {
            let start: String = document.chars().take(40).collect();
            assert_eq!(tree(document.as_bytes()), Err(NotXml), "{start}");
        }
        assert_eq!(tree(b"<r>\x83\x65</r>"), Err(NotXml));
    }
}
