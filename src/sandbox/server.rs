//! The sandbox's server: listens on loopback, until it is shut down.

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
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{
    CONNECTION_ID, MODEL_IDS, SECRET_KEY, SHOP_ID, TOKEN,
    call::{Answer, Fields, Request},
    ecforce::{self, Shop},
    routes::{NAMES_PATH, REGISTER_PATH, respond},
    state::State,
    v1::EVENT_PATH,
};
use crate::{
    domain::time::JstTime,
    locales::{Said, sandbox as texts},
};

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
        format!("http://{}{EVENT_PATH}", self.addr)
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
