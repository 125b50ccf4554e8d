//! The routes, as a pure function of request, state and time.

use serde_json::{Value, json};

use super::{
    check::{Refusal, check, text},
    names,
    state::State,
};
use crate::{
    domain::time::JstTime,
    locales::{Lang, sandbox as texts},
};

/// The path of the register call.
pub(super) const REGISTER_PATH: &str = "/v3/event";
/// The path of the name API.
pub(super) const NAMES_PATH: &str = "/names";

/// A request. It has no `Debug`: it may hold personal data.
pub(super) struct Request {
    /// The HTTP method.
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// The content type, where one is given.
    pub(super) content_type: Option<String>,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// An answer: always a JSON document.
#[derive(Debug)]
pub(super) struct Response {
    /// The HTTP status.
    pub(super) status: u16,
    /// The document.
    pub(super) body: Value,
}

/// Answers a request.
pub(super) fn respond(state: &mut State, request: &Request, now: JstTime) -> Response {
    let path = request.target.split('?').next().unwrap_or_default();
    let answer = match (path, request.method.as_str()) {
        (REGISTER_PATH, "POST") => register(state, request, now),
        (NAMES_PATH, "GET") => name(request),
        (REGISTER_PATH, _) => Err(wrong_method("POST")),
        (NAMES_PATH, _) => Err(wrong_method("GET")),
        _ => Err(Refusal::new(404, "NotFound", texts::no_route())),
    };
    match answer {
        Ok(body) => Response { status: 200, body },
        Err(refusal) => refused(&refusal),
    }
}

fn wrong_method(expected: &str) -> Refusal {
    Refusal::new(405, "MethodNotAllowed", texts::wrong_method(expected))
}

fn register(state: &mut State, request: &Request, now: JstTime) -> Result<Value, Refusal> {
    let content_type = request.content_type.as_deref().unwrap_or_default();
    let mime = content_type.split(';').next().unwrap_or_default().trim();
    if !mime.eq_ignore_ascii_case("application/json") {
        let message = texts::wrong_content_type();
        return Err(Refusal::new(415, "InvalidData.ContentType", message));
    }
    let not_json = |_| Refusal::new(400, "InvalidData.Json", texts::not_json());
    let body: Value = serde_json::from_slice(&request.body).map_err(not_json)?;
    check(&body, now)?;
    let number = text(&body, "/telegram/event/event_id_for_shop");
    let tel = "/telegram/event/ec/customers/buyer/tel/fixed_number";
    let event = state.register(number, text(&body, tel), now);
    Ok(json!({"time": 1, "result": "10", "telegram": {"event": event}}))
}

fn name(request: &Request) -> Result<Value, Refusal> {
    let base = reqwest::Url::parse("http://127.0.0.1");
    let url = base.and_then(|base| base.join(&request.target)).ok();
    let value = |key: &str| {
        let mut pairs = url.as_ref()?.query_pairs();
        pairs
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.into_owned())
    };
    let name = value("name").filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| Refusal::new(400, "InvalidData.Required", texts::no_name()))?;
    Ok(names::answer(
        &name,
        &value("lastFurigana").unwrap_or_default(),
    ))
}

fn refused(refusal: &Refusal) -> Response {
    // O-PLUX speaks Japanese on the wire.
    let error = json!({"code": refusal.code, "message": refusal.message.get(Lang::Ja)});
    Response {
        status: refusal.status,
        body: json!({"time": 1, "result": 20, "errors": [error]}),
    }
}

#[cfg(test)]
mod tests;
