//! The client: asks for names, registers events.

use std::{cell::LazyCell, time::Duration};

use super::{
    CallError,
    answer::{self, Answer, Doubt},
    call_error::Wording,
    names::{self, NameInfo, Names},
    register,
    sensitive::Sensitive,
    signature::{HashMethod, sign},
    wire::RegisterRequest,
    withheld,
};
use crate::{
    domain::{
        event::{Screening, Service},
        order::{Address, Order},
        private::Secret,
        time::JstTime,
    },
    http::{self, Backoff, Clock, Halt, Reply, Retry, Url},
};

/// The name API's one try may take this long.
const NAMES: Duration = Duration::from_secs(2);

/// Where the API is, and as whom it is called.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// O-PLUX or 不正利用チェッカー (R15).
    pub service: Service,
    /// The register call, version 3.0.
    pub register_url: Url,
    /// The name API, where the merchant has it.
    pub name_url: Option<Url>,
    /// 加盟店ID.
    pub shop_id: String,
    /// 接続元ID.
    pub connection_id: String,
    /// シークレットキー.
    pub secret_key: Secret,
    /// How requests are signed.
    pub hash_method: HashMethod,
    /// The time-out of one request, in seconds, retries not counted.
    pub timeout_seconds: u64,
}

/// A good answer to a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// What O-PLUX says.
    pub screening: Screening,
    /// When the try that was answered was made: the one in its `info.request_datetime`.
    pub requested_at: JstTime,
    /// Whether a text of the answer was withheld, as it holds data of the order.
    pub withheld: bool,
}

/// A client of O-PLUX's API. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    endpoint: Endpoint,
    register: http::Client,
    names: Option<http::Client>,
    clock: Clock,
    wording: Wording,
}

impl Client {
    /// A client with the contract's retries. `clock` says when a request is signed.
    ///
    /// # Errors
    /// [`CallErrorKind::Address`](super::CallErrorKind::Address).
    pub fn new(endpoint: Endpoint, clock: Clock) -> Result<Self, CallError> {
        Self::with_backoff(endpoint, clock, Backoff::default())
    }

    /// The same with other waits before its retries.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_backoff(
        endpoint: Endpoint,
        clock: Clock,
        backoff: Backoff,
    ) -> Result<Self, CallError> {
        let timeout = Duration::from_secs(endpoint.timeout_seconds);
        let client = |key: &str, url: &Url, timeout: Duration| {
            http::Client::new(url, timeout, backoff.clone(), clock.clone())
                .map_err(|why| http::not_ready(key, why))
        };
        let register = client("oplux.register_url", &endpoint.register_url, timeout)?;
        let names = endpoint.name_url.as_ref();
        let names = names
            .map(|url| client("oplux.name_url", url, NAMES))
            .transpose()?;
        let wording = Wording::new(
            endpoint.service,
            &endpoint.register_url,
            endpoint.timeout_seconds,
            register.proxy(),
        );
        Ok(Self {
            endpoint,
            register,
            names,
            clock,
            wording,
        })
    }

    /// What the name API says of the buyer's and of the delivery's name; asked once where they are
    /// the same. It never fails: screening goes on without it. Once `halt` is set it ends at once,
    /// with nothing: what it is asked for is not going to be sent.
    pub async fn normalise(&self, order: &Order, halt: &Halt) -> Names {
        tokio::select! {
            biased;
            () = halt.wait() => Names::default(),
            names = self.names(order, halt) => names,
        }
    }

    async fn names(&self, order: &Order, halt: &Halt) -> Names {
        let (billing, delivery) = (&order.purchase.billing, names::delivery(order));
        if names::same_name(billing, delivery) {
            let (info, failed) = self.ask(billing, halt).await;
            return Names {
                buyer: info.clone(),
                delivery: info,
                failed,
            };
        }
        let (buyer, delivery) = tokio::join!(self.ask(billing, halt), self.ask(delivery, halt));
        Names {
            buyer: buyer.0,
            delivery: delivery.0,
            failed: buyer.1 || delivery.1,
        }
    }

    /// What the name API says of one name, and whether it was asked and failed.
    async fn ask(&self, address: &Address, halt: &Halt) -> (Option<NameInfo>, bool) {
        let (Some(client), Some(url)) = (&self.names, &self.endpoint.name_url) else {
            return (None, false);
        };
        let Some(url) = names::query(url, address) else {
            return (None, false);
        };
        // What went wrong is not told: the address holds the name.
        let request = || client.get(url.clone());
        let reply = client.send(Retry::Never, halt, request).await;
        let info = match reply {
            Ok(Reply {
                status: 200,
                body: Ok(body),
            }) => names::read(&body),
            _ => None,
        };
        let failed = info.is_none();
        (info, failed)
    }

    /// The account as [`register::build`] asks for it.
    pub fn account<'a>(&'a self, model_id: &'a str) -> register::Account<'a> {
        register::Account {
            shop_id: &self.endpoint.shop_id,
            model_id,
            hash_method: self.endpoint.hash_method,
        }
    }

    /// Registers an event: screens an order. Each try is signed anew. It is tried again only where
    /// it certainly did not arrive, and never once `halt` is set: that also ends the wait between
    /// tries, but not a try that is on its way. A result that nobody knows is no error here.
    ///
    /// # Errors
    /// Every kind but [`CallErrorKind::Address`](super::CallErrorKind::Address).
    pub async fn register(
        &self,
        request: &RegisterRequest,
        sensitive: &Sensitive,
        halt: &Halt,
    ) -> Result<Registered, CallError> {
        let mut signatures = Vec::new();
        let mut requested_at = None;
        let outcome = self.register.send(Retry::NotArrived, halt, || {
            let now = (self.clock)();
            let signed = self.signed(request, now);
            requested_at = Some(now);
            signatures.extend(signed.info.signature.clone());
            // A request is made of texts and numbers, which always can be written.
            let body = serde_json::to_vec(&signed).unwrap_or_default();
            self.register
                .post_json(self.endpoint.register_url.clone(), body)
        });
        let reply = outcome
            .await
            .map_err(|failure| self.wording.failure(failure))?;
        let (screening, withheld) = self.read(reply, sensitive, &signatures)?;
        Ok(Registered {
            screening,
            withheld,
            // There is no reply without a try.
            requested_at: requested_at.unwrap_or_else(|| (self.clock)()),
        })
    }

    /// The request as it leaves at this time.
    pub(super) fn signed(&self, request: &RegisterRequest, now: JstTime) -> RegisterRequest {
        let Endpoint {
            shop_id,
            connection_id,
            secret_key,
            hash_method,
            ..
        } = &self.endpoint;
        let signature = sign(*hash_method, connection_id, shop_id, now, secret_key);
        request.signed(now, signature)
    }

    fn read(
        &self,
        reply: Reply,
        sensitive: &Sensitive,
        signatures: &[String],
    ) -> Result<(Screening, bool), CallError> {
        let Reply { status, body } = reply;
        if http::is_busy(status) {
            return Err(self.wording.busy(status));
        }
        // Only where the server sent a text: most answers hold none.
        let hidden = LazyCell::new(|| {
            // A signature is made of the secret: it must not come back either.
            let signatures = signatures.iter().map(|hash| &hash[..hash.len().min(8)]);
            sensitive.guard(signatures.chain([self.endpoint.secret_key.reveal()]))
        });
        match (answer::read(status, body.as_deref().ok()), body) {
            (Answer::Good(screening), _) => withheld::screening(screening, &hidden)
                .ok_or_else(|| self.wording.doubtful(status, Doubt::NoEventId)),
            (Answer::Rejected(said), _) => Err(self
                .wording
                .rejected(status, &withheld::objection(said, &hidden))),
            (Answer::Refused(said), _) => Err(self
                .wording
                .refused(status, withheld::objection(said, &hidden))),
            (Answer::Unknown(_), Err(failure)) => Err(self.wording.failure(failure)),
            (Answer::Unknown(Doubt::ServerError(said)), Ok(_)) => {
                let doubt = Doubt::ServerError(withheld::objection(said, &hidden));
                Err(self.wording.doubtful(status, doubt))
            }
            (Answer::Unknown(doubt), Ok(_)) => Err(self.wording.doubtful(status, doubt)),
        }
    }
}
