//! Version 1.0 of O-PLUX's API: one event is got or updated (WIRE.md). Dotted names in query and
//! form, `signiture` as it is spelt there, answers in XML.
//!
//! Both calls are retried like reads: an update says how things are to be, and changes nothing the
//! second time. Of an update, a try that may have arrived is never forgotten.

use std::time::Duration;

use super::{
    answer::{Objection, with_objection},
    client::encode,
    register::sign_for,
    sensitive::Sensitive,
};
use crate::{
    domain::{
        event::{EventId, PulledEvent, TroubleKind},
        review::Update,
        settings::{Account, HashMethod},
        time::JstTime,
    },
    http::{self, CallError, Clock, Halt, Reply, Retry},
    locales::{Text, Trouble, at_oplux as texts, screening::service, services as calls},
};

use answer::Answer;

pub(crate) mod answer;

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
        let key = "oplux.event_url";
        Ok(Self {
            http: http::Client::new(key, &account.url, timeout, clock.clone())?,
            account,
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
        let answer = answer::update(status, body.as_deref().ok(), id);
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
        hidden.add_signed(&self.account, signatures);
        hidden.objection(said)
    }

    fn failure(&self, failure: CallError) -> Trouble {
        let service = service(self.account.service);
        self.http.trouble(failure, &service, texts::unusable_hint())
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
