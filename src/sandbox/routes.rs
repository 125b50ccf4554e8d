//! The routes, as a pure function of request, state and time; the register call and the name API.

use serde_json::{Value, json};

use super::{
    call::{Answer, Refusal, Request},
    check::{check, text},
    ecforce::{self, Shop},
    state::State,
    v1,
};
use crate::{
    domain::time::JstTime,
    locales::{Lang, sandbox as texts},
};

/// The path of the register call.
pub(super) const REGISTER_PATH: &str = "/v3/event";
/// The path of the name API.
pub(super) const NAMES_PATH: &str = "/names";

/// Answers a request. With a shop it plays that one's ecforce, too.
pub(super) fn respond(
    state: &mut State,
    shop: Option<&Shop>,
    request: &Request,
    now: JstTime,
) -> Answer {
    let answer = match (request.path.as_str(), request.method.as_str(), shop) {
        (ecforce::EVENTS_PATH, _, Some(_)) => {
            return Answer::new(200, "text/csv", ecforce::events_csv(state));
        }
        (path, _, Some(shop)) if path.starts_with(ecforce::API) => return shop.respond(request),
        (v1::EVENT_PATH, ..) => return v1::respond(state, request, now),
        (REGISTER_PATH, "POST", _) => register(state, request, now),
        (NAMES_PATH, "GET", _) => name(request),
        (REGISTER_PATH, ..) => Err(wrong_method("POST")),
        (NAMES_PATH, ..) => Err(wrong_method("GET")),
        _ => Err(Refusal::new(404, "NotFound", texts::no_route())),
    };
    match answer {
        Ok(body) => Answer::json(200, &body),
        Err(refusal) => {
            // O-PLUX speaks Japanese on the wire.
            let error = json!({"code": refusal.code, "message": refusal.message.get(Lang::Ja)});
            let body = json!({"time": 1, "result": 20, "errors": [error]});
            Answer::json(refusal.status, &body)
        }
    }
}

fn wrong_method(expected: &str) -> Refusal {
    Refusal::new(405, "MethodNotAllowed", texts::wrong_method(expected))
}

fn register(state: &mut State, request: &Request, now: JstTime) -> Result<Value, Refusal> {
    let mime = request.content_type.split(';').next().unwrap_or_default();
    if !mime.trim().eq_ignore_ascii_case("application/json") {
        let message = texts::wrong_content_type("application/json");
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
    let name = request.query.get("name").unwrap_or_default();
    match name.trim() {
        "" => Err(Refusal::missing(400, "name")),
        _ => {
            let furigana = request.query.get("lastFurigana").unwrap_or_default();
            Ok(name_info(name, furigana))
        }
    }
}

/// Family names, each with its readings.
const FAMILY: &str = "\
    佐藤 サトウ,鈴木 スズキ,高橋 タカハシ,田中 タナカ,伊藤 イトウ,渡辺 ワタナベ ワタベ,\
    山本 ヤマモト,中村 ナカムラ,小林 コバヤシ,加藤 カトウ,吉田 ヨシダ,山田 ヤマダ,\
    佐々木 ササキ,山口 ヤマグチ,松本 マツモト,井上 イノウエ,木村 キムラ,斎藤 サイトウ,\
    清水 シミズ,山崎 ヤマザキ ヤマサキ,森 モリ,池田 イケダ,橋本 ハシモト,浜田 ハマダ";

/// The answer for `name` (family name, blank, given name) and the family name's reading.
fn name_info(name: &str, furigana: &str) -> Value {
    let (family, given) = name.split_once([' ', '\u{3000}']).unwrap_or((name, ""));
    let mut known = FAMILY.split(',').map(|entry| entry.split(' '));
    let known = known.find_map(|mut entry| (entry.next()? == family).then_some(entry));
    let readings: Vec<_> = known.into_iter().flatten().collect();
    let matches = readings.iter().filter(|reading| **reading == furigana);
    let matches = matches.count();
    json!({"response": {
        "result": "success",
        "firstName": {"writing": given},
        "lastName": {
            "writing": family,
            "reading": readings.first(),
            "existed": !readings.is_empty(),
            "correctReading": matches > 0,
            "correctReadingMatchCount": matches,
        },
        "letterCount": {"nameLength": name.chars().filter(|c| !c.is_whitespace()).count()},
        "time": 1,
    }})
}

#[cfg(test)]
mod tests;
