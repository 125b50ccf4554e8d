//! The sandbox: an O-PLUX on loopback, to rehearse with.
//!
//! It speaks the register call, version 3.0, gets and updates events, version 1.0, and the name API,
//! checks what it is sent, and decides by the last digit of the buyer's `fixed_number`:
//!
//! | digit | result |
//! | --- | --- |
//! | 0 | OK by the rule `TEST_OKTEL`, as in O-PLUX's own test environment |
//! | 1 | NG |
//! | 2 | HOLD |
//! | 3 | REVIEW |
//! | any other | OK, without a rule |
//!
//! Where it is asked to, it plays the shop's ecforce too (`ecforce`). Here are the server, which listens
//! on loopback until it is shut down, and the routes.
//!
//! Model IDs, result codes and answers are those of WIRE.md; the codes of its rules, and of its
//! refusals but `InvalidData.AuthoriModelNone`, are its own.

use std::{
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State as Shared,
    http::{StatusCode, header},
    response::IntoResponse,
    serve::ListenerExt,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    domain::time::JstTime,
    locales::{Lang, Said, sandbox as texts},
};
use ecforce::Shop;
use request::{Answer, Fields, MODEL_IDS, Refusal, Request, check, text};
use state::State;

pub use ecforce::{SPAN_SECONDS, methods_toml};
pub use request::{CONNECTION_ID, SECRET_KEY, SHOP_ID, TOKEN};

mod ecforce;
mod request;
mod state;
#[cfg(test)]
mod tests;
mod v1;

/// What "now" is.
type Clock = Arc<dyn Fn() -> JstTime + Send + Sync>;

/// The largest request that is read, in bytes.
const LARGEST_REQUEST: usize = 4 * 1024 * 1024;
/// So long may the answers that are on their way take when the sandbox is shut down.
const SHUTDOWN: Duration = Duration::from_secs(2);

/// The sandbox could not be started.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub struct StartError {
    /// What people are told.
    pub said: Box<Said>,
}

/// A sandbox that is running. Dropping it stops it at once.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    has_shop: bool,
    state: Arc<Mutex<State>>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Running {
    /// Starts a sandbox that waits for `latency` before each answer, and answers nothing but the
    /// status `fail` where there is one. Port 0 takes a free one. `has_shop`: it plays an ecforce,
    /// too, with orders that it has screened.
    ///
    /// # Errors
    /// Where `listen` is not on loopback, or cannot be listened on.
    pub async fn start(
        listen: SocketAddr,
        latency: Duration,
        fail: Option<u16>,
        has_shop: bool,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let error = |message, hint| StartError {
            said: Box::new(Said::new(message).hint(hint)),
        };
        if !listen.ip().is_loopback() {
            let message = texts::not_loopback(listen.to_string());
            return Err(error(message, texts::not_loopback_hint()));
        }
        let cannot_listen = |_| {
            let message = texts::cannot_listen(listen.to_string());
            error(message, texts::cannot_listen_hint())
        };
        let listener = TcpListener::bind(listen).await.map_err(cannot_listen)?;
        let addr = listener.local_addr().map_err(cannot_listen)?;
        let mut state = State::new(RandomState::new().hash_one(0));
        let shop = has_shop.then(|| Arc::new(Shop::new(&mut state, clock())));
        let state = Arc::new(Mutex::new(state));
        let desk = Desk {
            state: state.clone(),
            shop,
            latency,
            fail,
            clock,
        };
        let router = Router::new().fallback(answer).with_state(desk);
        let listener = listener.tap_io(|connection| {
            // Without it the sandbox is slower, nothing else.
            let _ = connection.set_nodelay(true);
        });
        let (stop, stopped) = oneshot::channel();
        let server = axum::serve(listener, router).with_graceful_shutdown(async move {
            // A sender that is dropped stops the sandbox as well.
            let _ = stopped.await;
        });
        let server = tokio::spawn(async move {
            // Serving ends by the signal alone; it gives no error.
            let _ = server.await;
        });
        Ok(Self {
            addr,
            has_shop,
            state,
            stop: Some(stop),
            server,
        })
    }

    /// The address of the register call.
    pub fn register_url(&self) -> String {
        format!("http://{}{REGISTER_PATH}", self.addr)
    }

    /// The address of the name API.
    pub fn name_url(&self) -> String {
        format!("http://{}{NAMES_PATH}", self.addr)
    }

    /// The address of the event calls.
    pub fn event_url(&self) -> String {
        format!("http://{}{}", self.addr, v1::EVENT_PATH)
    }

    /// The address of its ecforce, where it plays one.
    pub fn ecforce_url(&self) -> Option<String> {
        self.has_shop.then(|| format!("http://{}", self.addr))
    }

    /// The address of イベント一覧 as a CSV file, where it has events of its own.
    pub fn events_csv_url(&self) -> Option<String> {
        let path = ecforce::EVENTS_PATH;
        self.has_shop.then(|| format!("http://{}{path}", self.addr))
    }

    /// イベント一覧 as a CSV file.
    pub fn events_csv(&self) -> String {
        ecforce::events_csv(&lock(&self.state))
    }

    /// What to paste into a configuration: the `[oplux]` table of this sandbox, behind that of its
    /// ecforce.
    pub fn config_lines(&self) -> String {
        let shop = self
            .ecforce_url()
            .map(|url| format!("[ecforce]\nbase_url = \"{url}\"\ntoken = \"{TOKEN}\"\n\n"));
        let [model_id, ..] = MODEL_IDS;
        format!(
            "{}[oplux]\nenabled = true\nshop_id = \"{SHOP_ID}\"\n\
             connection_id = \"{CONNECTION_ID}\"\nmodel_id = \"{model_id}\"\n\
             secret_key = \"{SECRET_KEY}\"\nregister_url = \"{}\"\nevent_url = \"{}\"\n\
             name_url = \"{}\"\n",
            shop.unwrap_or_default(),
            self.register_url(),
            self.event_url(),
            self.name_url(),
        )
    }

    /// Takes no more requests, finishes the answers that are on their way, and ends.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // Where nobody hears it, the server has ended already.
            let _ = stop.send(());
        }
        // What takes longer is stopped by `drop`.
        let _ = tokio::time::timeout(SHUTDOWN, &mut self.server).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What each request needs.
#[derive(Clone)]
struct Desk {
    state: Arc<Mutex<State>>,
    shop: Option<Arc<Shop>>,
    latency: Duration,
    fail: Option<u16>,
    clock: Clock,
}

async fn answer(
    Shared(desk): Shared<Desk>,
    request: axum::http::Request<Body>,
) -> impl IntoResponse {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let header = |name| {
        let value = head.headers.get(name);
        let text = value.and_then(|value| value.to_str().ok());
        text.unwrap_or_default().to_owned()
    };
    let request = Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: Fields::of(head.uri.query().unwrap_or_default().as_bytes()),
        content_type: header(header::CONTENT_TYPE),
        authorization: header(header::AUTHORIZATION),
        body: body.to_vec(),
    };
    let Answer { status, form, text } = match desk.fail {
        Some(status) => Answer::new(status, "text/plain", String::new()),
        None => {
            let now = (desk.clock)();
            respond(&mut lock(&desk.state), desk.shop.as_deref(), &request, now)
        }
    };
    // The event is registered before the wait: a caller that gives up does not undo it.
    if !desk.latency.is_zero() {
        // Even a wait of nothing takes the timer a millisecond.
        tokio::time::sleep(desk.latency).await;
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let form = [(header::CONTENT_TYPE, format!("{form}; charset=utf-8"))];
    (status, form, text).into_response()
}

/// A state is whole after each request, even one whose answer panicked.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The path of the register call.
const REGISTER_PATH: &str = "/v3/event";
/// The path of the name API.
const NAMES_PATH: &str = "/names";

/// Answers a request. With a shop it plays that one's ecforce, too.
fn respond(state: &mut State, shop: Option<&Shop>, request: &Request, now: JstTime) -> Answer {
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
