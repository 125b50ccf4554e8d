//! The sandbox's version 1.0: gets and updates an event. Like the register call, as a pure function
//! of request, state and time; its answers are XML.

use super::{
    request::{Answer, Fields, Refusal, Request, check_sender},
    state::{KeptEvent, QUIET, Rule, State},
};
use crate::{
    domain::{
        event::AutoResult,
        review::{
            Code, LONGEST_MEMO, OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES, Who,
            manual_code,
        },
        time::JstTime,
    },
    locales::{Lang, sandbox as texts},
    oplux::v1::VERSION,
};

/// The path of both calls.
pub(super) const EVENT_PATH: &str = "/v1/event";
/// How long O-PLUX waits for a decision, in the maker's samples.
const DEADLINE_SECONDS: i64 = 2 * 60 * 60;

/// Answers a request of [`EVENT_PATH`].
pub(super) fn respond(state: &mut State, request: &Request, now: JstTime) -> Answer {
    let answer = match request.method.as_str() {
        "GET" => get(state, &request.query, now),
        "PUT" => update(state, request, now),
        _ => Err(Refusal::new(
            405,
            "MethodNotAllowed",
            texts::wrong_method("GET, PUT"),
        )),
    };
    let (status, result, errors, body) = match answer {
        Ok(body) => (200, 10, "<errors/>".to_owned(), body),
        Err(refusal) => {
            // O-PLUX speaks Japanese on the wire.
            let (code, message) = (refusal.code, refusal.message.get(Lang::Ja));
            let error = element("code", code) + &element("message", message);
            let errors = format!("<errors><error>{error}</error></errors>");
            (refusal.status, 20, errors, String::new())
        }
    };
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <response><time>1</time><result>{result}</result>{errors}{body}</response>"
    );
    Answer::new(status, "application/xml", document)
}

fn element(name: &str, text: &str) -> String {
    let text = quick_xml::escape::escape(text);
    format!("<{name}>{text}</{name}>")
}

/// A field below `request.`.
fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(&format!("request.{name}"))
}

fn missing(name: &str) -> Refusal {
    Refusal::missing(200, &format!("request.{name}"))
}

fn malformed(name: &str, expected: &str) -> Refusal {
    Refusal::malformed(200, &format!("request.{name}"), expected)
}

/// The place of the event that the sandbox's own merchant asks for.
fn place(state: &State, fields: &Fields, now: JstTime) -> Result<usize, Refusal> {
    let text = |name: &str| field(fields, name).unwrap_or_default();
    if text("version") != VERSION {
        return Err(malformed("version", VERSION));
    }
    check_sender(text, text("signiture"), now)?;
    let id = text("condition.event_id");
    if id.is_empty() {
        return Err(missing("condition.event_id"));
    }
    let place = state.events.iter().position(|event| event.id == id);
    place.ok_or_else(|| Refusal::new(200, "error.serverError", texts::no_event()))
}

fn get(state: &State, query: &Fields, now: JstTime) -> Result<String, Refusal> {
    let event = &state.events[place(state, query, now)?];
    let deadline = event.requested_at.plus_seconds(DEADLINE_SECONDS);
    let mut xml = element("id", &event.id)
        + &element("request_datetime", &event.requested_at.wire())
        + &element("event_type", "EC")
        + &element("authori_deadline_datetime", &deadline.wire());
    let asked = field(query, "fields").unwrap_or_default();
    // In the order of the maker's samples.
    for name in ["aaresult", "maresult", "score", "rules", "similars"] {
        if !asked.split(',').any(|asked| asked == name) {
            continue;
        }
        let part = match name {
            "aaresult" => element("skipped", "false") + &element("result", event.result.name()),
            "maresult" => {
                let manual = event.manual.map_or("", AutoResult::name);
                element("result", manual) + &element("memo", &event.memo) + &element("reason", "")
            }
            "score" => score(event.result, event.rules.len() as u64 * 10),
            "rules" => rules(event),
            _ => similars(state, event),
        };
        xml += &format!("<{name}>{part}</{name}>");
    }
    Ok(format!("<events><event>{xml}</event></events>"))
}

/// What the rules give: all of it to the result that came out.
fn score(result: AutoResult, points: u64) -> String {
    let (ok, ng, hold) = match result {
        AutoResult::Ok => (points, 0, 0),
        AutoResult::Ng => (0, points, 0),
        AutoResult::Hold | AutoResult::Review => (0, 0, points),
    };
    let number = |name, points: u64| element(name, &points.to_string());
    number("ok", ok) + &number("ng", ng) + &number("hold", hold)
}

/// The rules that fired, and one that did not.
fn rules(event: &KeptEvent) -> String {
    let told = |rule: &Rule, points, fired: &str| {
        let parts = element("code", rule.code)
            + &score(event.result, points)
            + &element("touchpoint", rule.touchpoint)
            + &element("description", &rule.says())
            + &element("fired", fired);
        format!("<rule>{parts}</rule>")
    };
    let fired = event.rules.iter().map(|rule| told(rule, 10, "true"));
    fired.chain([told(&QUIET, 0, "false")]).collect()
}

fn similars(state: &State, event: &KeptEvent) -> String {
    let fields = state.similars(event).map(|(other, rule)| {
        element("event_id", &other.id)
            + &element("rule_code", rule.code)
            + &element("touchpoints", rule.touchpoint)
    });
    fields.collect()
}

/// The fields of an update that there are.
const UPDATES: [&str; 8] = [
    "settle_status",
    "maResult",
    "memo",
    "deleted",
    "blacked",
    "black_customer_type",
    "black_settle_category",
    "black_other_category",
];

fn update(state: &mut State, request: &Request, now: JstTime) -> Result<String, Refusal> {
    const FORM: &str = "application/x-www-form-urlencoded";
    if !request.content_type.starts_with(FORM) {
        let message = texts::wrong_content_type(FORM);
        return Err(Refusal::new(415, "InvalidData.ContentType", message));
    }
    let fields = Fields::of(&request.body);
    let place = place(state, &fields, now)?;
    let named = fields.0.iter();
    let named = named.filter_map(|(name, _)| name.strip_prefix("request.update."));
    if let Some(unknown) = named.clone().find(|name| !UPDATES.contains(name)) {
        return Err(malformed(&format!("update.{unknown}"), &UPDATES.join("|")));
    }
    if named.count() == 0 {
        return Err(missing("update"));
    }
    let event = changed(state.events[place].clone(), &fields)?;
    let id = element("id", &event.id);
    state.events[place] = event;
    Ok(id)
}

/// The event with what the update says. Nothing is kept of an update that is refused.
fn changed(mut event: KeptEvent, fields: &Fields) -> Result<KeptEvent, Refusal> {
    /// One of these, by its number.
    fn one_of<'f>(
        fields: &'f Fields,
        name: &str,
        allowed: &[&str],
    ) -> Result<Option<&'f str>, Refusal> {
        let name = format!("update.{name}");
        match field(fields, &name) {
            Some(value) if !allowed.contains(&value) => Err(malformed(&name, &allowed.join("|"))),
            value => Ok(value),
        }
    }
    let of_table = |name: &str, table: &[Code]| {
        let numbers: Vec<_> = table.iter().map(|code| code.number).collect();
        let value = one_of(fields, name, &numbers)?;
        Ok::<_, Refusal>(value.map(str::to_owned))
    };
    let flag = |name: &str| {
        let value = one_of(fields, name, &["1", "0"])?;
        Ok::<_, Refusal>(value.map(|value| value == "1"))
    };
    if let Some(status) = of_table("settle_status", &SETTLE_STATUSES)? {
        event.settle_status = status;
    }
    let codes: Vec<_> = AutoResult::ALL
        .into_iter()
        .filter_map(manual_code)
        .collect();
    if let Some(code) = one_of(fields, "maResult", &codes)? {
        let is_it = |result: &AutoResult| manual_code(*result) == Some(code);
        event.manual = AutoResult::ALL.into_iter().find(is_it);
    }
    if let Some(memo) = field(fields, "update.memo") {
        if memo.chars().count() > LONGEST_MEMO {
            let message = texts::memo_too_long(LONGEST_MEMO);
            return Err(Refusal::new(200, "InvalidData.Memo", message));
        }
        event.memo = memo.to_owned();
    }
    event.deleted = flag("deleted")?.unwrap_or(event.deleted);
    if let Some(blacked) = flag("blacked")? {
        let codes = Who::ALL.map(Who::code);
        let code = one_of(fields, "black_customer_type", &codes)?;
        let who = Who::ALL.iter().position(|who| Some(who.code()) == code);
        let who = who.ok_or_else(|| missing("update.black_customer_type"))?;
        let payment = of_table("black_settle_category", &PAYMENT_CATEGORIES)?;
        let other = of_table("black_other_category", &OTHER_CATEGORIES)?;
        event.blacklisted[who] = match (blacked, payment) {
            (false, _) => None,
            (true, None) => return Err(missing("update.black_settle_category")),
            (true, Some(payment)) => Some((payment, other)),
        };
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = include_str!("../../tests/fixtures/wire/v1-request-get.txt");
    const REVIEW: &str = include_str!("../../tests/fixtures/wire/v1-request-review.txt");
    const BLACKLIST: &str = include_str!("../../tests/fixtures/wire/v1-request-blacklist.txt");

    fn now() -> JstTime {
        "2026/11/20 10:20:00".parse().unwrap()
    }

    /// A state with the event of the documents, and two more to which it may be similar.
    fn state() -> State {
        let mut state = State::new(0);
        let at = "2026/11/20 10:15:00".parse().unwrap();
        for number in ["0312345673", "0312345673", "0312345674"] {
            state.register("a905125d2a", number, at);
        }
        state.events[0].id = "261120101500123FEDCBA9876543210FEDCBA9876543210".to_owned();
        state
    }

    fn encoded(document: &str) -> String {
        let pairs = document.lines().filter_map(|line| line.split_once('='));
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }

    fn get_of(document: &str) -> Request {
        Request {
            method: "GET".to_owned(),
            query: Fields::of(encoded(document).as_bytes()),
            ..Request::default()
        }
    }

    fn put_of(document: &str) -> Request {
        Request {
            method: "PUT".to_owned(),
            content_type: "application/x-www-form-urlencoded".to_owned(),
            body: encoded(document).into_bytes(),
            ..Request::default()
        }
    }

    #[test]
    fn the_requests_of_the_documents_are_answered_and_updates_are_kept() {
        let mut state = state();
        let fresh = respond(&mut state, &get_of(GET), now());
        assert_eq!(fresh.status, 200);
        for part in [
            "<result>10</result>",
            "<authori_deadline_datetime>2026/11/20 12:15:00</authori_deadline_datetime>",
            "<aaresult><skipped>false</skipped><result>REVIEW</result></aaresult>",
            "<maresult><result></result><memo></memo><reason></reason></maresult>",
            "<score><ok>0</ok><ng>0</ng><hold>30</hold></score>",
            "<code>SB_KNOWN_DEVICE</code>",
            "<touchpoints>購入者.IPアドレス</touchpoints></similars>",
        ] {
            assert!(fresh.text.contains(part), "no {part} in {}", fresh.text);
        }
        for document in [REVIEW, BLACKLIST] {
            let updated = respond(&mut state, &put_of(document), now());
            assert!(
                updated.text.contains("<result>10</result>"),
                "{}",
                updated.text
            );
        }
        let event = &state.events[0];
        let black = ("02".to_owned(), Some("70".to_owned()));
        assert_eq!(event.blacklisted, [None, Some(black)]);
        let reviewed = respond(&mut state, &get_of(GET), now()).text;
        let memo = "<result>OK</result><memo>電話で確認済み &amp; OK</memo>";
        assert!(reviewed.contains(memo), "{reviewed}");
        // Only what was asked for.
        let few = respond(
            &mut state,
            &get_of(&GET.replace("rules,score,similars,", "")),
            now(),
        );
        assert!(!few.text.contains("<rules>") && few.text.contains("<maresult>"));
    }

    #[test]
    fn it_refuses_what_o_plux_would() {
        let get = |from: &str, to: &str| get_of(&GET.replace(from, to));
        let review = |from: &str, to: &str| put_of(&REVIEW.replace(from, to));
        let black = |from: &str, to: &str| put_of(&BLACKLIST.replace(from, to));
        let memo = "x".repeat(LONGEST_MEMO + 1);
        let payment = "request.update.black_settle_category=02\n";
        let who = "request.update.black_customer_type=20\n";
        let (format, required) = ("InvalidData.Format", "InvalidData.Required");
        let cases = [
            (get("FEDCBA", "ABCDEF"), 200, "error.serverError"),
            (get("=9718", "=0718"), 403, "Authentication.Signature"),
            (
                get("SP00EXAMPLE", "SP00OTHER"),
                403,
                "Authentication.ShopId",
            ),
            (get("version=1.0", "version=3.0"), 200, format),
            (review("maResult=10", "maResult=40"), 200, format),
            (review("電話で", &memo), 200, "InvalidData.Memo"),
            (review("maResult", "unheard_of"), 200, format),
            (black(payment, ""), 200, required),
            (black(who, ""), 200, required),
            (black("category=70", "category=77"), 200, format),
            (put_of(&GET.replace("fields", "field")), 200, required),
        ];
        let mut state = state();
        for (request, status, code) in cases {
            let answer = respond(&mut state, &request, now());
            let said = format!("<result>20</result><errors><error><code>{code}</code>");
            assert_eq!(answer.status, status, "{code}: {}", answer.text);
            assert!(answer.text.contains(&said), "{code}: {}", answer.text);
        }
        // Nothing of a refused update is kept.
        assert_eq!(state.events[0].manual, None);
        // A request that is too old.
        let late = now().plus_seconds(3600);
        assert_eq!(respond(&mut state, &get_of(GET), late).status, 403);
    }
}
