//! ecforce's admin API, version 2: lists are read, page after page (WIRE.md): the calls, the JSON:API
//! documents of their answers, and what is said where one fails. Documents are read leniently: numbers
//! and booleans may be strings, fields may be null or left out, names are written with `-` or `_`.
//!
//! The facts are those of WIRE.md, read from public integrations. They were not checked against
//! ecforce's own servers.

use std::{collections::HashSet, time::Duration};

use serde_json::{Map, Value};

use crate::{
    domain::{event::TroubleKind, order::OrderNumber, settings::EcforceAccount, text::yes_or_no},
    http::{self, AUTHORIZATION, CallError, Clock, Halt, HeaderValue, Reply, Retry, Url},
    locales::{Text, Trouble, at_oplux, services as words},
};

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
        page_of(document).ok_or_else(|| self.no_list())
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
        let objection = json.as_ref().and_then(objection);
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
        let said = objection.or_else(|| title(text).map(words::page_titled_text));
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

/// One page of a list.
pub struct Page {
    /// What is on it.
    pub resources: Vec<Resource>,
    /// How many there are on all pages, as far as it says so.
    pub total: Option<u64>,
    /// How many pages there are, as far as it says so.
    pub pages: Option<u64>,
    /// How many a full page has, as far as it says so.
    pub per: Option<u64>,
}

/// One resource. It has no `Debug`: an order's attributes are personal data.
pub struct Resource {
    attributes: Map<String, Value>,
}

impl Resource {
    fn of(value: Value) -> Option<Self> {
        let Value::Object(mut object) = value else {
            return None;
        };
        let id = object.remove("id");
        let attributes = match object.remove("attributes") {
            Some(Value::Object(attributes)) => attributes,
            // Some answers are flat.
            _ => object,
        };
        let named = attributes.into_iter();
        let mut attributes: Map<_, _> = named
            .map(|(name, value)| (name.replace('-', "_"), value))
            .collect();
        if let (Some(id), None | Some(Value::Null)) = (id, attributes.get("id")) {
            attributes.insert("id".to_owned(), id);
        }
        Some(Self { attributes })
    }

    /// An attribute; one that is left out is null.
    pub fn get(&self, name: &str) -> &Value {
        self.attributes.get(name).unwrap_or(&Value::Null)
    }

    /// An attribute as it is written; none where it is null, or no single value.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name) {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// An attribute that is yes or no, however it is written; none where it does not say.
    pub fn flag(&self, name: &str) -> Option<bool> {
        yes_or_no(&self.text(name)?)
    }

    /// By what it is known when it comes again.
    fn key(&self) -> String {
        let known = self.text("id").or_else(|| self.text("number"));
        known.unwrap_or_else(|| Value::Object(self.attributes.clone()).to_string())
    }

    /// An order under the headers that ecforce's own exports have: so `import` reads it, and there
    /// is one place that decides channel, offer, time, total and result.
    pub fn order_row(&self) -> Map<String, Value> {
        let cell = |(header, name): &(&str, &str)| ((*header).to_owned(), self.get(name).clone());
        ORDER.iter().map(cell).collect()
    }
}

/// The attributes of an order that are kept: no personal data. Where two stand for one field, the
/// header tells which counts first.
const ORDER: &[(&str, &str)] = &[
    ("受注番号", "number"),
    ("受注ID", "id"),
    ("作成日", "created_at"),
    ("受注日", "completed_at"),
    ("受注経路", "cv_route"),
    ("定期受注番号", "subs_order_id"),
    ("定期内受注（N番目）", "nth"),
    ("購入オファー", "human_offer_name"),
    ("支払い方法", "payment_method_name"),
    ("支払い合計", "payment_total"),
    ("合計", "total"),
    ("顧客ID", "customer_id"),
    ("広告URL ID", "url_id"),
    ("対応状況", "human_state"),
    ("決済状況", "payment_human_state"),
    ("O-PLUX 与信結果", "o_plux_result"),
    ("O-PLUX 判定理由", "o_plux_description"),
];

/// The page of a list; none where the document is none.
pub(crate) fn page_of(document: Value) -> Option<Page> {
    let Value::Object(mut document) = document else {
        return None;
    };
    let Some(Value::Array(data)) = document.remove("data") else {
        return None;
    };
    let meta = document.remove("meta").unwrap_or_default();
    let number = |name: &str| {
        let value = meta
            .get(name)
            .or_else(|| meta.get(name.replace('_', "-")))?;
        value
            .as_u64()
            .or_else(|| value.as_str()?.trim().parse().ok())
    };
    // What is no resource at all is not passed over: it would be an order that is missing.
    let resources: Option<Vec<_>> = data.into_iter().map(Resource::of).collect();
    Some(Page {
        resources: resources?,
        total: number("total_count"),
        pages: number("total_pages"),
        per: number("per"),
    })
}

/// What the `errors` of a document say.
pub(crate) fn objection(document: &Value) -> Option<String> {
    let errors = document.get("errors")?.as_array()?;
    let text = |error: &Value| {
        let named = ["code", "message", "title", "detail"];
        let parts = named.iter().filter_map(|name| error.get(name));
        let parts = [error].into_iter().chain(parts);
        let parts = parts.filter_map(|part| match part {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        parts.collect::<Vec<_>>().join(": ")
    };
    let texts: Vec<_> = errors
        .iter()
        .map(text)
        .filter(|text| !text.is_empty())
        .collect();
    (!errors.is_empty()).then(|| texts.join(", "))
}

/// The title of an HTML page: what stands before the API answers for it (a proxy, a page of
/// maintenance). A page without one has an empty title.
pub(crate) fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    if !lower
        .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
        .starts_with('<')
    {
        return None;
    }
    let title = || {
        let from = lower.find("<title")?;
        let from = from + lower[from..].find('>')? + 1;
        let to = from + lower[from..].find("</title")?;
        Some(
            text.get(from..to)?
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    Some(title().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_are_found_however_they_are_written() {
        let page = page_of(json!({
            "data": [
                {"id": "7", "type": "order", "attributes": {"number": "a1", "payment-total": "3980"}},
                {"id": 8, "number": "a2", "payment_total": 0},
            ],
            "meta": {"total_count": "2", "per": 100},
        }));
        let page = page.unwrap();
        assert_eq!((page.total, page.per), (Some(2), Some(100)));
        let [first, second] = &page.resources[..] else {
            panic!("two were expected");
        };
        assert_eq!(first.text("payment_total").as_deref(), Some("3980"));
        assert_eq!(
            (first.key(), second.key()),
            ("7".to_owned(), "8".to_owned())
        );
        assert_eq!(second.order_row()["支払い合計"], 0);
        assert_eq!(second.order_row()["受注経路"], Value::Null);
        for bad in [json!([]), json!({"data": {}}), json!({"data": ["x"]})] {
            assert!(page_of(bad).is_none());
        }
    }

    #[test]
    fn what_refuses_or_stands_in_the_way_is_told_by_its_own_words() {
        let errors = json!({"errors": [{"code": 42, "message": "だめ"}, "x"]});
        assert_eq!(objection(&errors).as_deref(), Some("42: だめ, x"));
        assert_eq!(objection(&json!({"errors": []})), None);
        let title = |text: &str| title(text.as_bytes());
        assert_eq!(
            title(" <html><head><TITLE lang=ja>\n メンテナンス  中</title>").as_deref(),
            Some("メンテナンス 中")
        );
        assert_eq!(title("<html>").as_deref(), Some(""));
        assert_eq!(title("{}"), None);
    }
}
