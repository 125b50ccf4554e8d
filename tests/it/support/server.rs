//! A server on a real socket that is not the sandbox: it keeps what it was sent, and answers what
//! the test says. It is written from WIRE.md alone and shares no code with the program. Beside it a
//! running `oplux sandbox`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::{Home, METHODS};

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

    /// The value of a field in the query.
    pub fn asked(&self, name: &str) -> Option<String> {
        let target = self.line.split(' ').nth(1).unwrap();
        let query = target.split_once('?').unwrap().1;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
        let found = pairs.find(|(field, _)| field == name);
        found.map(|(_, value)| value)
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

impl Answer {
    pub fn json(status: u16, body: impl ToString) -> Self {
        Self::Http(status, "application/json", body.to_string())
    }

    /// Certainly not taken, and to be asked for again at once.
    pub fn busy(status: u16) -> Self {
        Self::With(status, vec!["Retry-After: 0".into()], String::new())
    }
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
        Self::new(move |request, place| good(request, place, result))
    }

    /// Answers every request with this status and body.
    pub fn status(status: u16, body: &'static str) -> Self {
        Self::new(move |_, _| Answer::json(status, body))
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

/// A good answer with this result.
pub fn good(request: &Request, place: usize, result: &str) -> Answer {
    Answer::json(200, ok(request, place, result))
}

/// The body of a good answer, by hand from WIRE.md.
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

/// A running `oplux sandbox`. It does not outlive the test, however that ends.
pub struct Running {
    child: Child,
    /// What it printed to paste into a configuration.
    pub lines: String,
}

impl Running {
    /// Starts `oplux sandbox` on a free port, and waits until it has printed its lines.
    pub fn start(home: &Home, more: &[&str]) -> Self {
        let args = [&["sandbox", "--listen", "127.0.0.1:0"], more].concat();
        Self::of(home.command(&args))
    }

    /// The same of a command that is made ready.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        let mut lines = String::new();
        while !lines.contains("name_url") {
            let read = printed.read_line(&mut lines).unwrap();
            assert!(read > 0, "the sandbox ended: {lines}");
        }
        // What it may print besides goes nowhere, and does not block it.
        std::thread::spawn(move || printed.read_to_end(&mut Vec::new()));
        Self { child, lines }
    }

    /// The lines as the configuration of `home`, with the payment methods of every test.
    pub fn configure(&self, home: &Home) {
        home.write(
            ".config/oplux/config.toml",
            &format!("{}{METHODS}", self.lines),
        );
    }

    /// Sends it this signal, and gives the status that it ends with.
    pub fn end(&mut self, signal: &str) -> Option<i32> {
        super::signal(&self.child, signal);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
