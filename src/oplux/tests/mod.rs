//! O-PLUX's API against real sockets: a small server written by hand, which does as it is told, one
//! step a connection, and knows nothing of the crate; and documents written by hand from WIRE.md,
//! which stand for the provider's. The sandbox's side of them is in `src/sandbox/routes/tests.rs`.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use serde_json::Value;

use self::orders::{
    account, guest, member_gift, member_self, member_silent, method, now, request, request_with,
};
use crate::{
    domain::{
        event::{Reason, Screening},
        settings::HashMethod,
    },
    oplux::{
        Names,
        answer::{self, Answer, Objection},
        client::read_name,
        register::sign_for,
    },
};

mod calls;
pub(crate) mod orders;

const GUEST: &str = include_str!("../../../tests/fixtures/wire/request-guest-card.json");
const SELF: &str = include_str!("../../../tests/fixtures/wire/request-member-self.json");
const GIFT: &str = include_str!("../../../tests/fixtures/wire/request-member-gift.json");
const SILENT: &str = include_str!("../../../tests/fixtures/wire/request-member-silent.json");
const OK: &str = include_str!("../../../tests/fixtures/wire/answer-ok.json");
const REVIEW: &str = include_str!("../../../tests/fixtures/wire/answer-review.json");
const NUMBER: &str = include_str!("../../../tests/fixtures/wire/answer-number.json");
const REFUSAL: &str = include_str!("../../../tests/fixtures/wire/answer-refusal.json");
const TAKAHASHI: &str = include_str!("../../../tests/fixtures/wire/names-takahashi.json");

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn an_order_is_sent_as_the_document_of_its_kind() {
    let info = read_name(TAKAHASHI.as_bytes());
    let normalised = Names {
        buyer: info.clone(),
        delivery: info,
        failed: false,
    };
    let (card, deferred) = (method("02", None), method("01", Some("ATB_01")));
    let (none, sha256) = (Names::default(), HashMethod::Sha256);
    for (order, method, names, hash_method, document) in [
        (guest(), &card, &none, sha256, GUEST),
        (member_self(), &card, &normalised, sha256, SELF),
        (member_silent(), &card, &none, sha256, SILENT),
        (member_gift(), &deferred, &none, HashMethod::Sha1, GIFT),
    ] {
        let mut account = account("http://127.0.0.1:1/");
        account.hash_method = hash_method;
        let (request, _) = request_with(&order, method, names, hash_method);
        let signature = sign_for(&account, now());
        assert_eq!(request.signed(now(), &signature), read(document));
    }
    // Unsigned, as a dry run may show it.
    let (request, _) = request(&guest());
    let mut expected = read(GUEST);
    expected["info"]["signature"] = Value::Null;
    assert_eq!(request.document, expected);
}

#[test]
fn the_documents_of_answers_are_read() {
    let good = |text: &str| match answer::read(200, Some(text.as_bytes())) {
        Answer::Good(screening) => screening,
        other => panic!("{other:?}"),
    };
    let ok = good(OK);
    assert_eq!(
        ok.event_id.0,
        "2611201015001230123456789abcdef0123456789abcdef"
    );
    assert_eq!(ok.result, "OK");
    assert_eq!((ok.rule_group, ok.reasons), (None, vec![]));
    assert_eq!(good(NUMBER).result, "HOLD");
    let Screening {
        result,
        rule_group,
        reasons,
        ..
    } = good(REVIEW);
    assert_eq!(
        (&*result, rule_group.as_deref()),
        ("REVIEW", Some("GROUP_A"))
    );
    let reason = |code: &str, description: Option<&str>| Reason {
        code: Some(code.to_owned()),
        description: description.map(str::to_owned),
    };
    let expected = [
        reason("RULE_001", Some("同一デバイスから短時間に複数の注文")),
        reason("RULE_002", Some("過去に未払いのあった配送先")),
        reason("RULE_003", None),
    ];
    assert_eq!(reasons, expected);
    let said = Objection {
        code: Some("InvalidData.AuthoriModelNone".to_owned()),
        message: Some("審査モデルIDが存在しません。".to_owned()),
        withheld: false,
    };
    let refused = answer::read(400, Some(REFUSAL.as_bytes()));
    assert_eq!(refused, Answer::Refused(said));
}

/// What the server does with one connection.
pub enum Step {
    /// Reads the request and writes these bytes.
    Write(Vec<u8>),
    /// Closes without having read anything.
    CloseUnread,
    /// Reads the request, and closes.
    CloseRead,
    /// Reads the request, and says nothing until the client goes.
    Hang,
    /// Reads the request, writes these bytes, and says nothing more until the client goes.
    WriteAndHang(Vec<u8>),
}

/// An answer with a status, headers and a body.
pub fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

/// The step that answers so.
pub fn write(status: &str, body: &str) -> Step {
    Step::Write(answer(status, "", body))
}

/// A running server. What it has received is given back by [`Server::finish`].
pub struct Server {
    pub port: u16,
    stop: Arc<AtomicBool>,
    log: Arc<Mutex<Log>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Log {
    requests: Vec<String>,
    steps_left: usize,
    unexpected: usize,
}

impl Server {
    /// Serves these steps on a free port, one after the other.
    pub fn start(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::serve(TcpListener::bind("127.0.0.1:0").unwrap(), steps)
    }

    pub fn serve(listener: TcpListener, steps: impl IntoIterator<Item = Step>) -> Self {
        let port = listener.local_addr().unwrap().port();
        let mut steps: VecDeque<_> = steps.into_iter().collect();
        let stop = Arc::new(AtomicBool::new(false));
        let log = Arc::new(Mutex::new(Log {
            steps_left: steps.len(),
            ..Log::default()
        }));
        let (stopped, shared) = (stop.clone(), log.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let step = steps.pop_front();
                let mut log = shared.lock().unwrap();
                log.steps_left = steps.len();
                match (stream, step) {
                    (Ok(stream), Some(step)) => {
                        drop(log);
                        let request = play(stream, step);
                        shared.lock().unwrap().requests.extend(request);
                    }
                    _ => log.unexpected += 1,
                }
            }
        });
        Self {
            port,
            stop,
            log,
            thread: Some(thread),
        }
    }

    /// The address of `path` here.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Stops; every step has to have been used, and no connection come besides.
    pub fn finish(mut self) -> Vec<String> {
        self.stop();
        let log = self.log.lock().unwrap();
        assert_eq!(log.steps_left, 0, "steps that were not used");
        assert_eq!(log.unexpected, 0, "connections that were not expected");
        log.requests.clone()
    }

    fn stop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.stop.store(true, Ordering::SeqCst);
            let _ = TcpStream::connect(("127.0.0.1", self.port));
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Plays one step; gives the request as it came, where it was read.
fn play(mut stream: TcpStream, step: Step) -> Option<String> {
    if let Step::CloseUnread = step {
        return None;
    }
    let request = read_request(&mut stream)?;
    // A client that has gone does not hear the answer.
    match step {
        Step::Write(bytes) => drop(stream.write_all(&bytes)),
        Step::WriteAndHang(bytes) => {
            let _ = stream.write_all(&bytes);
            wait_for_end(&mut stream);
        }
        Step::Hang => wait_for_end(&mut stream),
        Step::CloseUnread | Step::CloseRead => {}
    }
    Some(request)
}

/// The body of a request as it came.
pub fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

fn wait_for_end(stream: &mut TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]);
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.trim().parse().ok())?
            });
            // In bytes: a chunk may end within a character.
            if bytes.len() - end - 4 >= length.unwrap_or(0_usize) {
                return Some(String::from_utf8(bytes).unwrap());
            }
        }
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => return None,
        }
    }
}
