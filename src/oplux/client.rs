//! The client: asks for names, registers events.

use std::{cell::LazyCell, time::Duration};

use super::{
    answer::{self, Answer, Doubt, Wording},
    hash::sign_for,
    names::{self, NameInfo, Names},
    register::{self, RegisterRequest},
    sensitive::{self, Sensitive},
};
use crate::{
    domain::{
        event::Screening,
        order::{Address, Order},
        settings::Account,
        time::JstTime,
    },
    http::{self, Backoff, Clock, Halt, Reply, Retry, Url},
    locales::Trouble,
};

/// The name API's one try may take this long.
const NAMES: Duration = Duration::from_secs(2);

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
    account: Account,
    register: http::Client,
    names: Option<http::Client>,
    clock: Clock,
    wording: Wording,
}

impl Client {
    /// A client with the contract's retries. `clock` says when a request is signed.
    ///
    /// # Errors
    /// `TroubleKind::Address`.
    pub fn new(account: Account, clock: Clock) -> Result<Self, Trouble> {
        Self::with_backoff(account, clock, Backoff::default())
    }

    /// The same with other waits before its retries.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_backoff(account: Account, clock: Clock, backoff: Backoff) -> Result<Self, Trouble> {
        let timeout = Duration::from_secs(account.timeout_seconds);
        let client = |key: &str, url: &Url, timeout: Duration| {
            http::Client::new(url, timeout, backoff.clone(), clock.clone())
                .map_err(|why| http::not_ready(key, why))
        };
        let register = client("oplux.register_url", &account.url, timeout)?;
        let names = account.name_url.as_ref();
        let names = names
            .map(|url| client("oplux.name_url", url, NAMES))
            .transpose()?;
        let wording = Wording::new(
            account.service,
            &account.url,
            account.timeout_seconds,
            register.proxy(),
        );
        Ok(Self {
            account,
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
        let (Some(client), Some(url)) = (&self.names, &self.account.name_url) else {
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

    /// Who asks, as [`register::build`] takes it.
    pub fn asker(&self) -> register::Asker<'_> {
        register::Asker {
            shop_id: &self.account.shop_id,
            model_id: &self.account.model_id,
            hash_method: self.account.hash_method,
        }
    }

    /// Registers an event: screens an order. Each try is signed anew. It is tried again only where
    /// it certainly did not arrive, and never once `halt` is set: that also ends the wait between
    /// tries, but not a try that is on its way. A result that nobody knows is no error here.
    ///
    /// # Errors
    /// Every kind but `TroubleKind::Address`.
    pub async fn register(
        &self,
        request: &RegisterRequest,
        sensitive: &Sensitive,
        halt: &Halt,
    ) -> Result<Registered, Trouble> {
        let mut signatures = Vec::new();
        let mut requested_at = None;
        let outcome = self.register.send(Retry::NotArrived, halt, || {
            let now = (self.clock)();
            let signature = sign_for(&self.account, now);
            let body = request.signed(now, &signature).to_string();
            requested_at = Some(now);
            signatures.push(signature);
            self.register
                .post_json(self.account.url.clone(), body.into_bytes())
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

    /// What a reply to a registration means, and whether a text of it is withheld.
    pub(crate) fn read(
        &self,
        reply: Reply,
        sensitive: &Sensitive,
        signatures: &[String],
    ) -> Result<(Screening, bool), Trouble> {
        let Reply { status, body } = reply;
        if http::is_busy(status) {
            return Err(self.wording.busy(status));
        }
        // Only where the server sent a text: most answers hold none.
        let hidden = LazyCell::new(|| {
            // A signature is made of the secret: it must not come back either.
            let signatures = signatures.iter().map(|hash| &hash[..hash.len().min(8)]);
            sensitive.guard(signatures.chain([self.account.secret_key.reveal()]))
        });
        match (answer::read(status, body.as_deref().ok()), body) {
            (Answer::Good(screening), _) => sensitive::screening(screening, &hidden)
                .ok_or_else(|| self.wording.doubtful(status, Doubt::NoEventId)),
            (Answer::Rejected(said), _) => Err(self
                .wording
                .rejected(status, &sensitive::objection(said, &hidden))),
            (Answer::Refused(said), _) => Err(self
                .wording
                .refused(status, &sensitive::objection(said, &hidden))),
            (Answer::Unknown(_), Err(failure)) => Err(self.wording.failure(failure)),
            (Answer::Unknown(Doubt::ServerError(said)), Ok(_)) => {
                let doubt = Doubt::ServerError(sensitive::objection(said, &hidden));
                Err(self.wording.doubtful(status, doubt))
            }
            (Answer::Unknown(doubt), Ok(_)) => Err(self.wording.doubtful(status, doubt)),
        }
    }
}
