//! The requests, as they are told with `-v` and logged with `--log-file`: a line for each, with
//! method, address, status, duration, sizes and attempt. `http` makes a span of each; nothing
//! else is listened to, as what libraries tell of themselves holds addresses and headers.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use serde::Serialize;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use crate::{domain::time::JstTime, locales::call as texts, output::Output};

/// Where the spans of the requests come from.
const HTTP: &str = "oplux::http";

/// Opens a log to be written behind what it holds; a new one has mode 0600. `-` is standard output.
///
/// # Errors
/// Where it cannot be written.
pub fn open(path: &Path) -> io::Result<Mutex<File>> {
    let path = match path.as_os_str() == "-" {
        true => Path::new("/dev/stdout"),
        false => path,
    };
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    options.open(path).map(Mutex::new)
}

/// Who is told of the requests, and how.
pub struct Log {
    /// Each is a line of JSON here.
    pub file: Option<Mutex<File>>,
    /// From 1 on each is told, from 2 on also that it leaves and what is waited for.
    pub verbose: u8,
    /// Where it is told.
    pub out: Output,
    /// The time.
    pub clock: fn() -> JstTime,
    /// What durations are measured by.
    pub moment: fn() -> Instant,
}

/// One try of a request: a line of the log.
#[derive(Debug, Default, Serialize)]
struct Line {
    /// When it left.
    time: Option<JstTime>,
    method: String,
    /// Without its query.
    address: String,
    attempt: u64,
    /// None where no answer came.
    status: Option<u64>,
    duration_ms: u64,
    request_bytes: u64,
    /// None where the body was not read, or not to its end.
    response_bytes: Option<u64>,
    /// What went wrong on the way; a status of whatever kind is an answer.
    failure: Option<String>,
    #[serde(skip)]
    wait_ms: u64,
}

impl Visit for Line {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "attempt" => self.attempt = value,
            "status" => self.status = Some(value),
            "request_bytes" => self.request_bytes = value,
            "response_bytes" => self.response_bytes = Some(value),
            "wait_ms" => self.wait_ms = value,
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "method" => value.clone_into(&mut self.method),
            "address" => value.clone_into(&mut self.address),
            "failure" => self.failure = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// A try that is on its way.
struct OnItsWay(Line, Instant);

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Log {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == HTTP
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut line = Line {
            time: Some((self.clock)()),
            ..Line::default()
        };
        attributes.record(&mut line);
        if self.verbose > 1 {
            let (method, address) = (line.method.as_str(), line.address.as_str());
            let text = texts::request_leaves(method, address, line.attempt, line.request_bytes);
            self.out.detail(&text);
        }
        let mut kept = span.extensions_mut();
        kept.insert(OnItsWay(line, (self.moment)()));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(OnItsWay(line, _)) = span.extensions_mut().get_mut() {
            values.record(line);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if self.verbose > 1 {
            let mut line = Line::default();
            event.record(&mut line);
            self.out.detail(&texts::waits(line.wait_ms));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id);
        let sent = span.and_then(|span| span.extensions_mut().remove());
        let Some(OnItsWay(mut line, since)) = sent else {
            return;
        };
        let took: Duration = (self.moment)().saturating_duration_since(since);
        line.duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        // Nobody waits for it any more, as after an interruption.
        if line.status.is_none() {
            line.failure.get_or_insert_with(|| "given-up".to_owned());
        }
        self.tell(&line);
        if let Some(file) = &self.file
            && let (Ok(mut file), Ok(text)) = (file.lock(), serde_json::to_string(&line))
        {
            // A log that cannot be written is no reason to stop what it is about. One call for
            // the whole line: another process may write to the file.
            let _ = file.write_all(format!("{text}\n").as_bytes());
        }
    }
}

impl Log {
    /// From now on all requests of this process are logged.
    pub fn start(self) {
        // There is one command in a process, and nobody else who would listen.
        let _ = tracing::subscriber::set_global_default(Registry::default().with(self));
    }

    fn tell(&self, line: &Line) {
        let (method, address) = (line.method.as_str(), line.address.as_str());
        let (attempt, took) = (line.attempt, line.duration_ms);
        self.out.detail(&match (line.status, &line.failure) {
            (Some(status), None) => texts::answered(method, address, attempt, status, took),
            (_, failure) => {
                let failure = failure.as_deref().unwrap_or_default();
                texts::not_answered(method, address, attempt, failure, took)
            }
        });
    }
}
