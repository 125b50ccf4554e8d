//! A server on a real socket that is not the sandbox: it keeps what it was sent, and answers what
//! the test says. It is written from WIRE.md alone and shares no code with the program.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The order number that is asked about.
    pub fn number(&self) -> String {
        self.json()["telegram"]["event"]["event_id_for_shop"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let is_it = |(header, _): &&(String, String)| header.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(is_it)
            .map(|(_, value)| value.as_str())
    }
}

/// What to do with a request.
#[derive(Clone)]
pub enum Answer {
    /// Status, content type and body.
    Http(u16, &'static str, String),
    /// The same, with further header lines.
    With(u16, Vec<String>, String),
    /// These bytes, whatever they are.
    Raw(&'static str),
    /// Close the connection without a word.
    Close,
    /// The status line and a part of the announced body, then close.
    Half(String),
    /// Answer nothing until the server is dropped.
    Hang,
    /// Answer after a while.
    Later(Duration, Box<Answer>),
}

type Handler = dyn Fn(&Request, usize) -> Answer + Send + Sync;

/// A listening server. It ends when it is dropped.
pub struct Server {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
    ended: Arc<AtomicBool>,
    listener: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Answers each request by `handler`, which is given the request and how many came before.
    pub fn new(handler: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let ended = Arc::new(AtomicBool::new(false));
        let (kept, is_ended) = (requests.clone(), ended.clone());
        let handler: Arc<Handler> = Arc::new(handler);
        let count = Arc::new(AtomicUsize::new(0));
        let listener = thread::spawn(move || {
            for stream in socket.incoming() {
                if is_ended.load(Ordering::SeqCst) {
                    break;
                }
                let (kept, handler, count) = (kept.clone(), handler.clone(), count.clone());
                let is_ended = is_ended.clone();
                thread::spawn(move || serve(stream.unwrap(), &kept, &*handler, &count, &is_ended));
            }
        });
        Self {
            address,
            requests,
            ended,
            listener: Some(listener),
        }
    }

    /// Answers every registration with this result.
    pub fn always(result: &'static str) -> Self {
        Self::new(move |request, place| {
            Answer::Http(200, "application/json", ok(request, place, result))
        })
    }

    /// Answers every request with this status and body.
    pub fn status(status: u16, body: &'static str) -> Self {
        Self::new(move |_, _| Answer::Http(status, "application/json", body.to_owned()))
    }

    pub fn url(&self) -> String {
        format!("http://{}/v3/register", self.address)
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    /// The numbers of the orders that were sent, in the order in which they came.
    pub fn numbers(&self) -> Vec<String> {
        self.requests().iter().map(Request::number).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        let _ = TcpStream::connect(&self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

/// A good answer, by hand from WIRE.md.
pub fn ok(request: &Request, place: usize, result: &str) -> String {
    let rules = match result {
        "OK" => json!([]),
        _ => json!([{"code": "R0101", "description": "同一配送先で過去に未払いがあります"}]),
    };
    let id = format!("261120101500{place:03}{:032X}", place + request.body.len());
    json!({"time": 21, "result": "10", "telegram": {"event": {
        "id": id, "aaresult": {"result": result}, "rule_group": "標準", "rules": rules
    }}})
    .to_string()
}

fn serve(
    stream: TcpStream,
    kept: &Mutex<Vec<Request>>,
    handler: &Handler,
    count: &AtomicUsize,
    is_ended: &AtomicBool,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some(request) = read_request(&mut reader) else {
        return;
    };
    let place = count.fetch_add(1, Ordering::SeqCst);
    kept.lock().unwrap().push(request.clone());
    answer(stream, handler(&request, place), is_ended);
}

fn answer(mut stream: TcpStream, answer: Answer, is_ended: &AtomicBool) {
    let text = match answer {
        Answer::Http(status, kind, body) => {
            response(status, &[format!("Content-Type: {kind}")], &body)
        }
        Answer::With(status, headers, body) => response(status, &headers, &body),
        Answer::Raw(bytes) => bytes.to_owned(),
        Answer::Close => return,
        Answer::Half(body) => {
            let whole = response(200, &["Content-Type: application/json".into()], &body);
            whole[..whole.len() - body.len() / 2].to_owned()
        }
        Answer::Hang => {
            while !is_ended.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(20));
            }
            return;
        }
        Answer::Later(wait, then) => {
            thread::sleep(wait);
            return self::answer(stream, *then, is_ended);
        }
    };
    let _ = stream.write_all(text.as_bytes());
}

fn response(status: u16, headers: &[String], body: &str) -> String {
    let headers: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            None => break,
        }
    }
    let length = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        line: line.trim_end().to_owned(),
        headers,
        body: String::from_utf8(body).ok()?,
    })
}
