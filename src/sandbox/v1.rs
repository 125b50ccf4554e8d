//! The sandbox's version 1.0: gets and updates an event. Like the register call, as a pure function
//! of request, state and time; its answers are XML.

use std::fmt::Write;

use super::{
    CONNECTION_ID, SECRET_KEY, SHOP_ID, TOLERANCE_SECONDS,
    check::Refusal,
    routes::Request,
    state::{KeptEvent, State},
};
use crate::{
    domain::{
        event::AutoResult,
        private::Secret,
        review::{
            Code, LONGEST_MEMO, OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES, Who,
            manual_code,
        },
        settings::HashMethod,
        time::JstTime,
    },
    locales::{Lang, sandbox as texts},
    oplux::{register::sign, v1::VERSION},
};

/// The path of both calls.
pub(super) const EVENT_PATH: &str = "/v1/event";
/// How long O-PLUX waits for a decision, in the maker's samples.
const DEADLINE_SECONDS: i64 = 2 * 60 * 60;

/// An answer: a status and an XML document.
pub(super) struct Document {
    pub(super) status: u16,
    pub(super) xml: String,
}

/// Answers a request of [`EVENT_PATH`].
pub(super) fn respond(state: &mut State, request: &Request, now: JstTime) -> Document {
    let answer = match request.method.as_str() {
        "GET" => get(state, request, now),
        "PUT" => update(state, request, now),
        _ => Err(Refusal::new(
            405,
            "MethodNotAllowed",
            texts::wrong_method("GET, PUT"),
        )),
    };
    match answer {
        Ok(body) => Document {
            status: 200,
            xml: document(10, "<errors/>", &body),
        },
        Err(refusal) => {
            // O-PLUX speaks Japanese on the wire.
            let (code, message) = (refusal.code, refusal.message.get(Lang::Ja));
            let error = element("code", code) + &element("message", message);
            let errors = format!("<errors><error>{error}</error></errors>");
            Document {
                status: refusal.status,
                xml: document(20, &errors, ""),
            }
        }
    }
}

fn document(result: u8, errors: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <response><time>1</time><result>{result}</result>{errors}{body}</response>"
    )
}

fn element(name: &str, text: &str) -> String {
    let text = quick_xml::escape::escape(text);
    format!("<{name}>{text}</{name}>")
}

/// The fields of a query or a form.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn of(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    /// A field below `request.`; none where it is not there.
    fn get(&self, name: &str) -> Option<&str> {
        let is_it = |field: &str| field.strip_prefix("request.") == Some(name);
        let found = self.0.iter().find(|(field, _)| is_it(field));
        found.map(|(_, value)| value.as_str())
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> Refusal {
    let path = format!("request.{name}");
    Refusal::new(200, "InvalidData.Required", texts::missing(path))
}

fn malformed(name: &str) -> Refusal {
    let path = format!("request.{name}");
    Refusal::new(200, "InvalidData.Format", texts::malformed(path))
}

/// Whether the sandbox's own merchant asks, and asks now.
fn check_sender(fields: &Fields, now: JstTime) -> Result<(), Refusal> {
    if fields.required("version")? != VERSION {
        return Err(malformed("version"));
    }
    let rejected = || Refusal::new(403, "Authentication", texts::wrong_signature());
    let method = HashMethod::from_name(fields.required("hash_method")?);
    let at = fields.required("request_datetime")?.parse::<JstTime>();
    let (Some(method), Ok(at)) = (method, at) else {
        return Err(malformed("hash_method"));
    };
    let expected = sign(method, CONNECTION_ID, SHOP_ID, at, &Secret::new(SECRET_KEY));
    let is_ours = fields.required("shop_id")? == SHOP_ID;
    if !is_ours || fields.required("signiture")? != expected {
        return Err(rejected());
    }
    match at.unix().abs_diff(now.unix()) <= TOLERANCE_SECONDS {
        true => Ok(()),
        false => Err(Refusal::new(
            403,
            "Authentication.RequestDatetime",
            texts::wrong_time(),
        )),
    }
}

/// The place of the event that is asked for.
fn place(state: &State, fields: &Fields) -> Result<usize, Refusal> {
    let id = fields.required("condition.event_id")?;
    let place = state.events.iter().position(|event| event.id == id);
    place.ok_or_else(|| Refusal::new(200, "error.serverError", texts::no_event()))
}

fn get(state: &State, request: &Request, now: JstTime) -> Result<String, Refusal> {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let fields = Fields::of(query.as_bytes());
    check_sender(&fields, now)?;
    let event = &state.events[place(state, &fields)?];
    let asked: Vec<_> = fields
        .get("fields")
        .unwrap_or_default()
        .split(',')
        .collect();
    let mut xml = element("id", &event.id)
        + &element("request_datetime", &event.requested_at.wire())
        + &element("event_type", "EC")
        + &element(
            "authori_deadline_datetime",
            &event.requested_at.plus_seconds(DEADLINE_SECONDS).wire(),
        );
    if asked.contains(&"aaresult") {
        let result = element("skipped", "false") + &element("result", event.result.name());
        let _ = write!(xml, "<aaresult>{result}</aaresult>");
    }
    if asked.contains(&"maresult") {
        let manual = event.manual.map_or("", AutoResult::name);
        let manual =
            element("result", manual) + &element("memo", &event.memo) + &element("reason", "");
        let _ = write!(xml, "<maresult>{manual}</maresult>");
    }
    if asked.contains(&"score") {
        let count = event.rules.len() as u64 * 10;
        let _ = write!(xml, "<score>{}</score>", score(event.result, count));
    }
    if asked.contains(&"rules") {
        let _ = write!(xml, "<rules>{}</rules>", rules(event));
    }
    if asked.contains(&"similars") {
        let _ = write!(xml, "<similars>{}</similars>", similars(state, event));
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
    let rule = |code: &str, points, touchpoint: &str, description: &str, fired: bool| {
        let rule = element("code", code)
            + &score(event.result, points)
            + &element("touchpoint", touchpoint)
            + &element("description", description)
            + &element("fired", if fired { "true" } else { "false" });
        format!("<rule>{rule}</rule>")
    };
    let fired = event.rules.iter();
    let fired = fired.map(|(code, says)| rule(code, 10, touchpoint(code), says, true));
    let known = texts::known_device();
    let quiet = rule("SB_KNOWN_DEVICE", 0, "端末", known.get(Lang::Ja), false);
    fired.chain([quiet]).collect()
}

/// What a rule of the sandbox looks at.
fn touchpoint(code: &str) -> &'static str {
    match code {
        "SB_DEVICE_VELOCITY" => "端末",
        "SB_UNPAID_ADDRESS" => "配送先.住所",
        "SB_ADDRESS_INCOMPLETE" => "購入者.住所",
        "SB_FOREIGN_IP" => "購入者.IPアドレス",
        "SB_LARGE_FIRST_ORDER" => "商品",
        "SB_INVENTED_NAME" => "購入者.氏名",
        "TEST_OKTEL" => "購入者.電話番号",
        _ => "購入者",
    }
}

fn similars(state: &State, event: &KeptEvent) -> String {
    let fields = state.similars(event).map(|(other, code)| {
        element("event_id", &other.id)
            + &element("rule_code", code)
            + &element("touchpoints", touchpoint(code))
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
    let content_type = request.content_type.as_deref().unwrap_or_default();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        let message = texts::wrong_form();
        return Err(Refusal::new(415, "InvalidData.ContentType", message));
    }
    let fields = Fields::of(&request.body);
    check_sender(&fields, now)?;
    let place = place(state, &fields)?;
    let named = fields.0.iter();
    let named = named.filter_map(|(name, _)| name.strip_prefix("request.update."));
    if let Some(unknown) = named.clone().find(|name| !UPDATES.contains(name)) {
        return Err(malformed(&format!("update.{unknown}")));
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
    let field = |name: &str| fields.get(&format!("update.{name}"));
    let of_table = |name: &str, table: &[Code]| {
        let Some(value) = field(name) else {
            return Ok(None);
        };
        match table.iter().any(|code| code.number == value) {
            true => Ok(Some(value.to_owned())),
            false => Err(malformed(&format!("update.{name}"))),
        }
    };
    let flag = |name: &str| match field(name) {
        None => Ok(None),
        Some("1") => Ok(Some(true)),
        Some("0") => Ok(Some(false)),
        Some(_) => Err(malformed(&format!("update.{name}"))),
    };
    if let Some(status) = of_table("settle_status", &SETTLE_STATUSES)? {
        event.settle_status = status;
    }
    if let Some(code) = field("maResult") {
        let of_code = |result: &AutoResult| manual_code(*result) == Some(code);
        let result = AutoResult::ALL.into_iter().find(of_code);
        event.manual = Some(result.ok_or_else(|| malformed("update.maResult"))?);
    }
    if let Some(memo) = field("memo") {
        if memo.chars().count() > LONGEST_MEMO {
            let message = texts::memo_too_long(LONGEST_MEMO);
            return Err(Refusal::new(200, "InvalidData.Memo", message));
        }
        event.memo = memo.to_owned();
    }
    event.deleted = flag("deleted")?.unwrap_or(event.deleted);
    if let Some(blacked) = flag("blacked")? {
        let code = field("black_customer_type").ok_or_else(|| missing("black_customer_type"))?;
        let who = Who::ALL.iter().position(|who| who.code() == code);
        let who = who.ok_or_else(|| malformed("update.black_customer_type"))?;
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
mod tests;
