//! The client: asks the name API (WIRE.md, "Normalise a name"), without which screening goes on where
//! it fails in any way, and registers events.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    answer::{self, Answer, Doubt, with_objection},
    register::{self, NameInfo, Names, RegisterRequest, delivery, sign_for},
    sensitive::Sensitive,
};
use crate::{
    domain::{
        event::{Screening, TroubleKind},
        order::{Address, Order},
        private::Personal,
        settings::Account,
        time::JstTime,
    },
    http::{self, CallError, Clock, Halt, Reply, Retry, Url},
    locales::{Text, Trouble, screening::service, services as texts},
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
}

impl Client {
    /// A client with the contract's retries. `clock` says when a request is signed.
    ///
    /// # Errors
    /// `TroubleKind::Address`.
    pub fn new(account: Account, clock: Clock) -> Result<Self, Trouble> {
        let timeout = Duration::from_secs(account.timeout_seconds);
        let client = |key, url, timeout| http::Client::new(key, url, timeout, clock.clone());
        let register = client("oplux.register_url", &account.url, timeout)?;
        let names = account.name_url.as_ref();
        let names = names.map(|url| client("oplux.name_url", url, NAMES));
        Ok(Self {
            names: names.transpose()?,
            account,
            register,
            clock,
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
        let (billing, delivery) = (&order.purchase.billing, delivery(order));
        if same_name(billing, delivery) {
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
        let Some(url) = query(url, address) else {
            return (None, false);
        };
        // What went wrong is not told: the address holds the name.
        let request = || client.get(url.clone());
        let reply = client.send(Retry::Never, halt, request).await;
        let info = match reply {
            Ok(Reply {
                status: 200,
                body: Ok(body),
            }) => read_name(&body),
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
    /// tries, but not a try that is on its way. A result that nobody knows is no error here. What is
    /// `hidden` is not in what is given back.
    ///
    /// # Errors
    /// Every kind but `TroubleKind::Address`.
    pub async fn register(
        &self,
        request: &RegisterRequest,
        mut hidden: Sensitive,
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
        let reply = outcome.await.map_err(|failure| self.failure(failure))?;
        hidden.add_signed(&self.account, &signatures);
        let (screening, withheld) = self.outcome(reply, &hidden)?;
        Ok(Registered {
            screening,
            withheld,
            // There is no reply without a try.
            requested_at: requested_at.unwrap_or_else(|| (self.clock)()),
        })
    }

    /// What a reply comes to, without what is `hidden`: the screening and whether a text of it was
    /// withheld.
    pub(crate) fn outcome(
        &self,
        reply: Reply,
        hidden: &Sensitive,
    ) -> Result<(Screening, bool), Trouble> {
        let Reply { status, body } = reply;
        let service = service(self.account.service);
        if http::is_busy(status) {
            let message = texts::busy(service, status);
            return Err(Trouble::hinted(
                TroubleKind::Busy,
                message,
                texts::busy_hint(),
            ));
        }
        let told = |message, said| with_objection(message, &hidden.objection(said));
        let doubt = match (answer::read(status, body.as_deref().ok()), body) {
            (Answer::Good(said), _) => match hidden.screening(said) {
                Some(shown) => return Ok(shown),
                None => texts::no_event_id(),
            },
            (Answer::Rejected(said), _) => {
                let message = told(texts::rejected(service, status), said);
                let (kind, hint) = (TroubleKind::CredentialsRejected, texts::rejected_hint());
                return Err(Trouble::hinted(kind, message, hint));
            }
            (Answer::Refused(said), _) => {
                let message = told(texts::refused(service, status), said);
                let (kind, hint) = (TroubleKind::Refused, texts::refused_hint());
                return Err(Trouble::hinted(kind, message, hint));
            }
            (Answer::Unknown(_), Err(failure)) => return Err(self.failure(failure)),
            (Answer::Unknown(Doubt::ServerError(said)), Ok(_)) => {
                told(texts::server_error(status), said)
            }
            (Answer::Unknown(Doubt::Status), Ok(_)) => texts::status_says_nothing(status),
            (Answer::Unknown(Doubt::Unreadable), Ok(_)) => texts::unreadable(status),
            (Answer::Unknown(Doubt::NoEventId), Ok(_)) => texts::no_event_id(),
            (Answer::Unknown(Doubt::NoResult), Ok(_)) => texts::no_result(),
        };
        Err(self.unknown(doubt))
    }

    /// What went wrong on the way to an answer.
    fn failure(&self, failure: CallError) -> Trouble {
        self.unknown(match failure {
            CallError::NotOpened(why) => {
                let (service, origin) = (service(self.account.service), self.register.origin());
                let say = |why| texts::unreachable(service, origin, why);
                return self.register.not_opened(why, say);
            }
            CallError::Halted => return http::halted(),
            CallError::TimedOut => texts::timed_out(self.account.timeout_seconds),
            CallError::Broken => texts::broken(),
            CallError::TooLarge => texts::too_large(),
        })
    }

    fn unknown(&self, doubt: Text) -> Trouble {
        let message = texts::unknown_outcome(service(self.account.service), doubt);
        Trouble::hinted(TroubleKind::OutcomeUnknown, message, texts::unknown_hint())
    }
}

/// Whether two addresses bear the same name and kana, and need be asked for only once.
fn same_name(a: &Address, b: &Address) -> bool {
    fn name(of: &Address) -> [&Personal; 4] {
        [
            &of.family_name,
            &of.given_name,
            &of.family_kana,
            &of.given_kana,
        ]
    }
    name(a) == name(b)
}

/// The address that asks for a name. It holds the name, and must never be logged. None where there
/// is no name. A query that the configured address has already is kept.
pub(super) fn query(configured: &Url, address: &Address) -> Option<Url> {
    let parts = [&address.family_name, &address.given_name].map(|part| part.reveal().trim());
    let name = parts.join(" ").trim().to_uppercase();
    if name.is_empty() {
        return None;
    }
    let mut query = configured.query().map(str::to_owned).unwrap_or_default();
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str("name=");
    query.push_str(&encode(&name));
    query.push_str("&fields=firstName,lastName,correctReadingMatchCount");
    if !address.family_kana.is_empty() {
        query.push_str("&lastFurigana=");
        query.push_str(&encode(address.family_kana.reveal()));
    }
    let mut url = configured.clone();
    url.set_query(Some(&query));
    Some(url)
}

/// Percent-encodes a text for a query or a form: a blank as `%20`, which servers read alike whether or
/// not they take the query for a form.
pub(super) fn encode(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// Reads an answer of the name API; none where it is not a success or cannot be read.
pub(crate) fn read_name(body: &[u8]) -> Option<NameInfo> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let response = body.get("response")?;
    if !response
        .get("result")?
        .as_str()?
        .eq_ignore_ascii_case("success")
    {
        return None;
    }
    let last = response.get("lastName").unwrap_or(&Value::Null);
    let first = response.get("firstName").unwrap_or(&Value::Null);
    Some(NameInfo {
        first_writing: writing(first),
        last_writing: writing(last),
        existed: is_true(last.get("existed")),
        correct_reading: is_true(last.get("correctReading")),
        match_count: number(last.get("correctReadingMatchCount")),
        counts: counts(response.get("letterCount")),
    })
}

fn writing(name: &Value) -> Personal {
    let text = name.get("writing").and_then(Value::as_str);
    // As it came, blanks included: O-PLUX hashes it so (WIRE.md, `hashed_name`).
    Personal::new(text.unwrap_or_default())
}

/// Flags are read liberally: true, "true", 1 and "1".
fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64() == Some(1.0),
        Some(Value::String(text)) => text == "1" || text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

fn number(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::Number(number)) => number.as_i64().unwrap_or(0),
        Some(Value::String(text)) => text.trim().parse().unwrap_or(0),
        _ => 0,
    }
}

/// The counts of letters that are handed on.
const COUNTS: [&str; 6] = [
    "nameLength",
    "kanjiCountInName",
    "hiraganaCountInName",
    "katakanaCountInName",
    "alphabetCountInName",
    "otherCountInName",
];

fn counts(given: Option<&Value>) -> Map<String, Value> {
    // A count is a number, or a number as a string; anything else is not one.
    let count = |name: &str| {
        let value = given?.get(name)?;
        let is_count = value.is_number() || value.is_string();
        is_count.then(|| (name.to_owned(), value.clone()))
    };
    COUNTS.into_iter().filter_map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(family: &str, given: &str, kana: &str) -> Address {
        Address {
            family_name: Personal::new(family),
            given_name: Personal::new(given),
            family_kana: Personal::new(kana),
            ..Address::default()
        }
    }

    #[test]
    fn a_name_is_asked_for_in_upper_case_and_the_configured_query_is_kept() {
        let url = |text: &str| Url::parse(text).unwrap();
        let fields = "fields=firstName,lastName,correctReadingMatchCount";
        let asked = query(
            &url("https://names.example.com/v1?key=a%20b"),
            &named("Suzuki", "花子", "スズキ"),
        );
        assert_eq!(
            asked.unwrap().as_str(),
            format!(
                "https://names.example.com/v1?key=a%20b&name=SUZUKI%20%E8%8A%B1%E5%AD%90&{fields}\
             &lastFurigana=%E3%82%B9%E3%82%BA%E3%82%AD"
            )
        );
        let asked = query(&url("https://names.example.com/"), &named("A&b=+", "", ""));
        assert_eq!(
            asked.unwrap().query(),
            Some(format!("name=A%26B%3D%2B&{fields}").as_str())
        );
        assert_eq!(
            query(&url("https://names.example.com/"), &named("", " ", "ス")),
            None
        );
    }

    #[test]
    fn flags_and_numbers_are_read_liberally_and_counts_are_kept_as_they_came() {
        for (existed, expected) in [
            ("true", true),
            ("\"true\"", true),
            ("1", true),
            ("\"1\"", true),
            ("false", false),
            ("0", false),
            ("\"0\"", false),
            ("null", false),
            ("{}", false),
        ] {
            let body = format!(
                r#"{{"response": {{"result": "success", "firstName": {{"writing": "花子"}},
            "lastName": {{"writing": "鈴木", "existed": {existed}, "correctReading": {existed},
            "correctReadingMatchCount": "3"}},
            "letterCount": {{"nameLength": "4", "kanjiCountInName": 4, "otherCountInName": null}}}}}}"#
            );
            let info = read_name(body.as_bytes()).unwrap();
            assert_eq!(info.existed, expected, "{existed}");
            assert_eq!(info.correct_reading, expected, "{existed}");
            assert_eq!(info.match_count, 3);
            assert_eq!(info.last_writing.reveal(), "鈴木");
            assert_eq!(
                Value::Object(info.counts),
                serde_json::json!({"nameLength": "4", "kanjiCountInName": 4})
            );
        }
    }

    #[test]
    fn what_is_no_success_is_no_answer() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"response": null}"#,
            r#"{"response": {"lastName": {"existed": true}}}"#,
            r#"{"response": {"result": "error"}}"#,
        ] {
            assert!(read_name(body.as_bytes()).is_none(), "{body}");
        }
        let bare = read_name(br#"{"response": {"result": "success"}}"#).unwrap();
        assert!(!bare.existed && bare.last_writing.is_empty() && bare.match_count == 0);
    }
}
