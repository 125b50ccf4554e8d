//! ecforce's admin API, version 2: lists are read, page after page (WIRE.md).
//!
//! The facts are those of WIRE.md, read from public integrations. They were not checked against
//! ecforce's own servers.
//!
//! `document` reads the JSON:API documents of the answers; here are the calls and what is said
//! where one fails.

use std::{collections::HashSet, time::Duration};

use serde_json::Value;

use crate::{
    domain::{event::TroubleKind, order::OrderNumber, settings::EcforceAccount},
    http::{self, AUTHORIZATION, CallError, Clock, Halt, HeaderValue, Reply, Retry, Url},
    locales::{Text, Trouble, at_oplux, services as words},
};

use document::Page;

pub use document::Resource;

pub(crate) mod document;

/// So many are asked for at once: the most that ecforce gives.
pub const PER_PAGE: u64 = 100;
/// No list is read further: a million orders, or a list that never ends.
const MOST_PAGES: u64 = 10_000;
/// Where the API stands below the shop's address.
const API: &str = "/api/v2/admin";
/// What belongs to an order and is screened with it.
const INCLUDED: &str = "customer,billing_address,shipping_address,order_items";
/// So much of a text of the server is repeated, in characters.
const LONGEST_TEXT: usize = 200;

/// A client of the admin API. It only reads.
pub struct EcforceClient {
    account: EcforceAccount,
    http: http::Client,
    token: HeaderValue,
}

impl EcforceClient {
    /// A client with the contract's retries.
    ///
    /// # Errors
    /// [`TroubleKind::Address`].
    pub fn new(account: EcforceAccount, clock: Clock) -> Result<Self, Trouble> {
        let timeout = Duration::from_secs(account.timeout_seconds);
        let http = http::Client::new("ecforce.base_url", &account.base_url, timeout, clock)?;
        // Not Bearer.
        let token = format!("Token token=\"{}\"", account.token.reveal());
        let mut token = HeaderValue::from_bytes(token.as_bytes()).map_err(|_| {
            let hint = words::token_hint();
            Trouble::hinted(TroubleKind::Address, words::token_unusable(), hint)
        })?;
        token.set_sensitive(true);
        Ok(Self {
            account,
            http,
            token,
        })
    }

    /// Scheme, host and port of the shop.
    pub fn origin(&self) -> &str {
        self.http.origin()
    }

    /// One page of a list.
    ///
    /// # Errors
    /// Every kind but [`TroubleKind::OutcomeUnknown`].
    async fn page(
        &self,
        list: &str,
        query: &[(&str, String)],
        page: u64,
        halt: &Halt,
    ) -> Result<Page, Trouble> {
        let document = self.get(&self.url(list, query, page), halt).await?;
        document::page(document).ok_or_else(|| self.no_list())
    }

    /// The answer about the order of that number, with what screening needs; none where there is no
    /// such order.
    ///
    /// # Errors
    /// Every kind but [`TroubleKind::OutcomeUnknown`].
    pub async fn order(&self, number: &OrderNumber, halt: &Halt) -> Result<Option<Value>, Trouble> {
        let query = [
            ("q[number_eq]", number.to_string()),
            ("include", INCLUDED.to_owned()),
        ];
        let url = self.url("orders", &query, 1);
        let mut document = self.get(&url, halt).await?;
        let Some(data) = document["data"].as_array_mut() else {
            return Err(self.no_list());
        };
        // A server that does not know the condition gives others, too.
        let is_it = |order: &Value| order["attributes"]["number"].as_str() == Some(number.as_str());
        data.retain(is_it);
        data.truncate(1);
        let is_there = !data.is_empty();
        Ok(is_there.then_some(document))
    }

    async fn get(&self, url: &Url, halt: &Halt) -> Result<Value, Trouble> {
        let request = || {
            let token = self.token.clone();
            self.http.get(url.clone()).header(AUTHORIZATION, token)
        };
        let sent = self.http.send(Retry::Read, halt, request).await;
        self.document(sent.map_err(|failure| self.failure(failure))?)
    }

    fn no_list(&self) -> Trouble {
        let (message, hint) = (words::no_list(self.origin()), words::unusable_hint());
        Trouble::hinted(TroubleKind::UnexpectedAnswer, message, hint)
    }

    fn url(&self, list: &str, query: &[(&str, String)], page: u64) -> Url {
        let mut url = self.account.base_url.clone();
        // The shop's address, or that of the API itself.
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(API).unwrap_or(path);
        let path = format!("{path}{API}/{list}.json");
        url.set_path(&path);
        url.query_pairs_mut()
            .clear()
            .extend_pairs(query)
            .append_pair("page", &page.to_string())
            .append_pair("per", &PER_PAGE.to_string());
        url
    }

    /// The JSON document of a good answer.
    fn document(&self, reply: Reply) -> Result<Value, Trouble> {
        let Reply { status, body } = reply;
        let text = body.as_deref().unwrap_or_default();
        let json: Option<Value> = serde_json::from_slice(text).ok();
        let objection = json.as_ref().and_then(document::objection);
        let (kind, message, hint) = match status {
            401 | 403 => (
                TroubleKind::CredentialsRejected,
                words::token_rejected(self.origin(), status),
                words::token_hint(),
            ),
            429 | 500.. => (
                TroubleKind::Busy,
                at_oplux::not_now(self.name(), status),
                words::later_hint(),
            ),
            200..300 if json.as_ref().is_some_and(|json| json.get("data").is_some()) => {
                return json.ok_or_else(|| self.no_list());
            }
            200..500 if status >= 400 || status < 300 && objection.is_some() => (
                TroubleKind::Refused,
                at_oplux::refused(self.name(), status),
                words::unusable_hint(),
            ),
            _ => match body {
                Err(failure) if status < 300 => return Err(self.failure(failure)),
                _ => (
                    TroubleKind::UnexpectedAnswer,
                    words::unusable(self.origin(), status),
                    words::unusable_hint(),
                ),
            },
        };
        let said = objection.or_else(|| document::title(text).map(words::page_titled_text));
        let message = match said.as_deref().and_then(|said| self.tellable(said)) {
            Some(said) => words::with_detail(message, said),
            None => message,
        };
        Err(Trouble::hinted(kind, message, hint))
    }

    /// Which ecforce is meant.
    fn name(&self) -> Text {
        let origin = self.origin();
        Text::new(format!("ecforce at {origin}"), format!("ecforce({origin})"))
    }

    /// What may be repeated of a text of the server: not the token, and not all of a long one.
    fn tellable(&self, said: &str) -> Option<String> {
        let is_secret = said.contains(self.account.token.reveal());
        (!is_secret).then(|| said.chars().take(LONGEST_TEXT).collect())
    }

    fn failure(&self, failure: CallError) -> Trouble {
        let hint = words::unusable_hint();
        self.http.trouble(failure, &Text::same("ecforce"), hint)
    }
}

/// ecforce does not know the order.
pub fn no_such_order(number: &OrderNumber) -> Trouble {
    let (message, hint) = (
        words::no_such_order(number),
        words::no_such_order_hint(number),
    );
    Trouble::hinted(TroubleKind::NotFound, message, hint)
}

/// A list that is read page after page. It changes while it is read: a resource may come twice.
pub struct Pages<'q> {
    list: &'static str,
    query: &'q [(&'q str, String)],
    done: u64,
    is_over: bool,
    seen: HashSet<String>,
    /// How many there are, as the last page has it.
    total: Option<u64>,
}

impl<'q> Pages<'q> {
    /// The list of that name: `orders`, `payment_methods`.
    pub fn new(list: &'static str, query: &'q [(&'q str, String)]) -> Self {
        Self {
            list,
            query,
            done: 0,
            is_over: false,
            seen: HashSet::new(),
            total: None,
        }
    }

    /// Whether there is no further page.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// How many resources there are in all, as far as ecforce says so.
    pub fn total(&self) -> u64 {
        self.total.unwrap_or_default()
    }

    /// How many that ecforce counts did not come.
    pub fn missing(&self) -> u64 {
        self.total().saturating_sub(self.seen.len() as u64)
    }

    /// The resources of the next page that did not come before.
    ///
    /// # Errors
    /// Every kind but [`TroubleKind::OutcomeUnknown`].
    pub async fn next(
        &mut self,
        client: &EcforceClient,
        halt: &Halt,
    ) -> Result<Vec<Resource>, Trouble> {
        let page = client.page(self.list, self.query, self.done + 1, halt);
        let Page {
            mut resources,
            total,
            pages,
            per,
        } = page.await?;
        self.done += 1;
        self.total = total.or(self.total);
        let count = resources.len() as u64;
        resources.retain(|resource| self.seen.insert(resource.key()));
        // `total_pages` alone is not believed: one that is too low would lose orders, one that is
        // too high would never end. A page that is not full is the last, and so is one that brings
        // nothing.
        let full = per.map_or(PER_PAGE, |per| per.clamp(1, PER_PAGE));
        let is_last = pages.is_some_and(|pages| pages <= self.done);
        let are_all = total.is_some_and(|total| total <= self.seen.len() as u64);
        self.is_over =
            is_last && are_all || count < full || resources.is_empty() || self.done == MOST_PAGES;
        Ok(resources)
    }
}
