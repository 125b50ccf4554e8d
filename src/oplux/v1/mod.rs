//! Version 1.0 of O-PLUX's API: one event is got or updated (WIRE.md). Dotted names in query and
//! form, `signiture` as it is spelt there, answers in XML.
//!
//! Both calls are retried like reads: an update says how things are to be, and changes nothing the
//! second time. Of an update, a try that may have arrived is never forgotten.

use std::time::Duration;

use super::{
    answer::{Objection, Sensitive, with_objection},
    client::encode,
    register::sign_for,
};
use crate::{
    domain::{
        event::{EventId, PulledEvent, TroubleKind},
        review::Update,
        settings::{Account, HashMethod},
        time::JstTime,
    },
    http::{self, Backoff, CallError, Clock, Halt, Reply, Retry, not_ready, opening_hint, reason},
    locales::{Text, Trouble, at_oplux as texts, oplux as calls, screening::service},
};

use answer::Answer;

pub(crate) mod answer;
pub(crate) mod xml;

/// The version of both calls.
pub const VERSION: &str = "1.0";
/// What is asked of an event.
pub const FIELDS: &str = "rules,score,similars,aaresult,maresult";

/// A client of version 1.0.
#[derive(Clone)]
pub struct EventClient {
    account: Account,
    http: http::Client,
    clock: Clock,
}

impl EventClient {
    /// A client with the contract's retries. `clock` says when a request is signed.
    ///
    /// # Errors
    /// [`TroubleKind::Address`].
    pub fn new(account: Account, clock: Clock) -> Result<Self, Trouble> {
        let timeout = Duration::from_secs(account.timeout_seconds);
        let http = http::Client::new(&account.url, timeout, Backoff::default(), clock.clone())
            .map_err(|why| not_ready("oplux.event_url", why))?;
        Ok(Self {
            account,
            http,
            clock,
        })
    }

    /// What O-PLUX says of this event now.
    ///
    /// # Errors
    /// Every kind but [`TroubleKind::Address`] and [`TroubleKind::OutcomeUnknown`].
    pub async fn get(&self, id: &EventId, halt: &Halt) -> Result<PulledEvent, Trouble> {
        let mut signatures = Vec::new();
        let sent = self.http.send(Retry::Read, halt, || {
            let mut fields = self.signed(&mut signatures);
            fields.push(("request.fields".to_owned(), FIELDS.to_owned()));
            fields.push(("request.condition.event_id".to_owned(), id.0.clone()));
            let mut url = self.account.url.clone();
            let own = url.query().filter(|query| !query.is_empty());
            let query = [own.map(str::to_owned), Some(form(&fields))];
            let query: Vec<_> = query.into_iter().flatten().collect();
            url.set_query(Some(&query.join("&")));
            self.http.get(url)
        });
        let Reply { status, body } = sent.await.map_err(|failure| self.failure(failure))?;
        let answer = answer::event(status, body.as_deref().ok(), id);
        let refused = texts::refused;
        self.outcome(status, answer, body.err(), id, &signatures, refused)
    }

    /// Changes this event at O-PLUX.
    ///
    /// # Errors
    /// As [`EventClient::get`]. Where it was not reached or did not answer, the same call may be
    /// made again.
    pub async fn update(&self, id: &EventId, update: &Update, halt: &Halt) -> Result<(), Trouble> {
        let mut signatures = Vec::new();
        let sent = self.http.send(Retry::Update, halt, || {
            let mut fields = self.signed(&mut signatures);
            fields.extend(request(id, update));
            self.http.put_form(self.account.url.clone(), form(&fields))
        });
        let Reply { status, body } = sent.await.map_err(|failure| self.failure(failure))?;
        let answer = answer::update(status, body.as_deref().ok());
        let refused = texts::refused_update;
        self.outcome(status, answer, body.err(), id, &signatures, refused)
    }

    /// Who asks, signed now.
    fn signed(&self, signatures: &mut Vec<String>) -> Vec<(String, String)> {
        let (account, now) = (&self.account, (self.clock)());
        let signature = sign_for(account, now);
        signatures.push(signature.clone());
        let mut fields = unsigned(&account.shop_id, account.hash_method, now);
        fields.insert(2, ("request.signiture".to_owned(), signature));
        fields
    }

    fn outcome<T>(
        &self,
        status: u16,
        answer: Answer<T>,
        failure: Option<CallError>,
        id: &EventId,
        signatures: &[String],
        refused: fn(Text, u16) -> Text,
    ) -> Result<T, Trouble> {
        let service = service(self.account.service);
        let (kind, message, hint) = match answer {
            Answer::Good(done) => return Ok(done),
            Answer::Rejected(said) => {
                let message = calls::rejected(service, status);
                let message = with_objection(message, &self.shown(said, signatures));
                let hint = calls::rejected_hint();
                (TroubleKind::CredentialsRejected, message, hint)
            }
            Answer::NoSuchEvent => (
                TroubleKind::NotFound,
                texts::no_such_event(service, id),
                texts::no_such_event_hint(),
            ),
            Answer::Refused(said) => {
                let said = self.shown(said, signatures);
                let message = with_objection(refused(service, status), &said);
                (TroubleKind::Refused, message, texts::refused_hint())
            }
            Answer::NotNow => (
                TroubleKind::Busy,
                texts::not_now(service, status),
                texts::later_hint(),
            ),
            Answer::Unusable => match failure {
                Some(failure) => return Err(self.failure(failure)),
                None => (
                    TroubleKind::UnexpectedAnswer,
                    texts::unusable(service, status),
                    texts::unusable_hint(),
                ),
            },
        };
        Err(Trouble::hinted(kind, message, hint))
    }

    /// What may be repeated of an objection: nothing that holds the secret or what is made of it.
    fn shown(&self, said: Objection, signatures: &[String]) -> Objection {
        let mut hidden = Sensitive::default();
        hidden.add(signatures.iter().map(|signature| &signature[..8]));
        hidden.add([self.account.secret_key.reveal()]);
        hidden.objection(said)
    }

    fn failure(&self, failure: CallError) -> Trouble {
        let service = service(self.account.service);
        let origin = self.account.url.origin().ascii_serialization();
        let no_answer = |why: Text| {
            let message = texts::no_answer(service.clone(), origin.as_str(), why);
            Trouble::hinted(TroubleKind::NoAnswer, message, texts::later_hint())
        };
        match failure {
            CallError::NotOpened(why) => {
                let proxy = self.http.proxy().unwrap_or_default();
                let message = texts::unreachable(service, origin, reason(why, proxy));
                Trouble::hinted(why.kind(), message, opening_hint(why, "oplux.event_url"))
            }
            CallError::TimedOut => no_answer(calls::timed_out(self.account.timeout_seconds)),
            CallError::Broken => no_answer(calls::broken()),
            CallError::TooLarge => Trouble::hinted(
                TroubleKind::UnexpectedAnswer,
                texts::too_large(service),
                texts::unusable_hint(),
            ),
            CallError::Halted => {
                Trouble::hinted(TroubleKind::NotSent, texts::halted(), calls::halted_hint())
            }
        }
    }
}

/// What is sent for an update, but for who asks: what a dry run shows.
pub fn request(id: &EventId, update: &Update) -> Vec<(String, String)> {
    let condition = ("request.condition.event_id".to_owned(), id.0.clone());
    let fields = update.fields().into_iter();
    let fields = fields.map(|(name, value)| (format!("request.update.{name}"), value));
    std::iter::once(condition).chain(fields).collect()
}

/// Who asks, without the signature.
pub fn unsigned(shop_id: &str, hash_method: HashMethod, now: JstTime) -> Vec<(String, String)> {
    [
        ("version", VERSION.to_owned()),
        ("shop_id", shop_id.to_owned()),
        ("hash_method", hash_method.name().to_owned()),
        ("request_datetime", now.wire()),
    ]
    .map(|(name, value)| (format!("request.{name}"), value))
    .to_vec()
}

/// Fields as a form or a query. A blank is `%20`, which everybody reads alike.
fn form(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", encode(name), encode(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// The client over a real socket: what it sends is held against the documents of tests/fixtures,
/// from which the sandbox is checked, too.
#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        domain::{
            event::AutoResult,
            review::{Code, OTHER_CATEGORIES, PAYMENT_CATEGORIES, Who},
        },
        oplux::tests::{
            Server, Step, body,
            orders::{account, clock},
            write,
        },
    };

    const EVENT: &str = include_str!("../../../tests/fixtures/wire/v1-event-review.xml");
    const UPDATED: &str = include_str!("../../../tests/fixtures/wire/v1-updated.xml");
    const REFUSED: &str = include_str!("../../../tests/fixtures/wire/v1-refused.xml");
    const NO_EVENT: &str = include_str!("../../../tests/fixtures/wire/v1-no-event.xml");
    const GET: &str = include_str!("../../../tests/fixtures/wire/v1-request-get.txt");
    const REVIEW: &str = include_str!("../../../tests/fixtures/wire/v1-request-review.txt");
    const BLACKLIST: &str = include_str!("../../../tests/fixtures/wire/v1-request-blacklist.txt");

    fn id() -> EventId {
        EventId("261120101500123FEDCBA9876543210FEDCBA9876543210".to_owned())
    }

    fn client(server: &Server) -> EventClient {
        let mut account = account(&server.url("/v1?key=a"));
        account.timeout_seconds = 2;
        EventClient::new(account, clock()).unwrap()
    }

    /// The fields of a document, whose lines are pairs.
    fn document(text: &str) -> BTreeMap<String, String> {
        let pairs = text.lines().map(|line| line.split_once('=').unwrap());
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        pairs.collect()
    }

    fn fields(text: &str) -> BTreeMap<String, String> {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        pairs.into_owned().collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_requests_are_those_of_the_documents() {
        let steps = [EVENT, UPDATED, UPDATED].map(|text| write("200 OK", text));
        let server = Server::start(steps);
        let client = client(&server);
        let halt = Halt::new();
        let event = client.get(&id(), &halt).await.unwrap();
        assert_eq!(event.auto_result.as_deref(), Some("REVIEW"));
        let review = Update::Review {
            result: Some(AutoResult::Ok),
            memo: Some("電話で確認済み & OK".to_owned()),
        };
        let fraud = Code::find(&PAYMENT_CATEGORIES, "fraudulent-card").unwrap();
        let blacklist = Update::Blacklist {
            who: Who::Delivery,
            reasons: Some((fraud, Code::find(&OTHER_CATEGORIES, "70"))),
        };
        for update in [review, blacklist] {
            client.update(&id(), &update, &halt).await.unwrap();
        }
        let [get, review, blacklist] = <[String; 3]>::try_from(server.finish()).unwrap();
        let target = get.split(' ').nth(1).unwrap();
        // The query that the address has is kept.
        let query = target.strip_prefix("/v1?key=a&").unwrap();
        assert!(get.starts_with("GET ") && !query.contains('+'), "{get}");
        assert_eq!(fields(query), document(GET));
        for (request, expected) in [(review, REVIEW), (blacklist, BLACKLIST)] {
            assert!(request.starts_with("PUT /v1?key=a "), "{request}");
            let form = "content-type: application/x-www-form-urlencoded";
            assert!(request.to_lowercase().contains(form));
            assert_eq!(fields(body(&request)), document(expected));
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_failure_is_told_for_what_it_is() {
        let echoed = REFUSED.replace("メモが", "sandbox-secret-key が");
        let told = "InvalidData.Memo: メモが長すぎます。";
        let rejected = TroubleKind::CredentialsRejected;
        let unexpected = TroubleKind::UnexpectedAnswer;
        let cases = [
            ("200 OK", NO_EVENT, TroubleKind::NotFound, ""),
            ("400 Bad Request", REFUSED, TroubleKind::Refused, told),
            ("400 Bad Request", &echoed, TroubleKind::Refused, ""),
            ("403 Forbidden", "<html></html>", rejected, ""),
            ("200 OK", "<html></html>", unexpected, ""),
            ("302 Found", "", unexpected, ""),
        ];
        let steps: Vec<_> = cases.iter().map(|case| write(case.0, case.1)).collect();
        let server = Server::start(steps);
        let client = client(&server);
        for (status, _, kind, told) in cases {
            let error = client.get(&id(), &Halt::new()).await.unwrap_err();
            assert_eq!(error.kind, kind, "{status}");
            let text = error.to_string();
            assert!(text.contains(told), "{text}");
            assert!(!text.contains("sandbox-secret-key"), "{text}");
            assert_eq!(text.contains("長すぎます"), !told.is_empty(), "{text}");
        }
        server.finish();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn reads_and_updates_are_tried_again() {
        let steps = [
            Step::CloseRead,
            write("200 OK", EVENT),
            write("500 Internal Server Error", ""),
            write("200 OK", UPDATED),
        ];
        let server = Server::start(steps);
        let client = client(&server);
        let halt = Halt::new();
        let (deleted, id) = (Update::Deleted(true), id());
        let (got, updated) = (
            client.get(&id, &halt).await,
            client.update(&id, &deleted, &halt).await,
        );
        assert!(got.is_ok() && updated.is_ok(), "{got:?} {updated:?}");
        server.finish();
        // Once it is halted, nothing leaves.
        halt.set();
        let error = client.get(&id, &halt).await.unwrap_err();
        assert_eq!(error.kind, TroubleKind::NotSent);
    }
}
