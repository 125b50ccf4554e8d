//! The name API: what is asked of it, and what it says (WIRE.md, "Normalise a name").
//!
//! Screening goes on without it where it fails in any way.

use serde_json::{Map, Value};

use crate::{
    domain::{
        order::{Address, Order},
        private::Personal,
    },
    http::Url,
};

/// What the name API says of one name. It has no `Debug`: a name is personal data.
#[derive(Clone)]
pub struct NameInfo {
    /// The given name in its normalised writing; empty where there is none.
    pub first_writing: Personal,
    /// The family name in its normalised writing; empty where there is none.
    pub last_writing: Personal,
    /// Whether the family name exists.
    pub existed: bool,
    /// Whether the family name's reading is right.
    pub correct_reading: bool,
    /// `correctReadingMatchCount`, 0 where unknown.
    pub match_count: i64,
    /// The counts of letters as the name API gave them.
    pub counts: Map<String, Value>,
}

/// What the name API says of an order's two names.
#[derive(Clone, Default)]
pub struct Names {
    /// Of the buyer's, where it answered.
    pub buyer: Option<NameInfo>,
    /// Of the delivery's, where it answered; where that is the buyer's name, the same.
    pub delivery: Option<NameInfo>,
    /// Whether the name API was asked and failed: screening went on without it.
    pub failed: bool,
}

/// The delivery address of an order: the billing address where none is given.
pub fn delivery(order: &Order) -> &Address {
    let purchase = &order.purchase;
    purchase.shipping.as_ref().unwrap_or(&purchase.billing)
}

/// Whether two addresses bear the same name and kana, and need be asked for only once.
pub fn same_name(a: &Address, b: &Address) -> bool {
    let name = |address: &Address| {
        let Address {
            family_name,
            given_name,
            family_kana,
            given_kana,
            ..
        } = address.clone();
        (family_name, given_name, family_kana, given_kana)
    };
    name(a) == name(b)
}

/// The address that asks for a name. It holds the name, and must never be logged. None where there
/// is no name. A query that the configured address has already is kept.
pub fn query(configured: &Url, address: &Address) -> Option<Url> {
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

/// Percent-encodes all but RFC 3986's unreserved characters: a blank as `%20`, which servers read
/// alike whether or not they take the query for a form.
pub(super) fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

/// Reads an answer of the name API; none where it is not a success or cannot be read.
pub fn read(body: &[u8]) -> Option<NameInfo> {
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
            let info = read(body.as_bytes()).unwrap();
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
            assert!(read(body.as_bytes()).is_none(), "{body}");
        }
        let bare = read(br#"{"response": {"result": "success"}}"#).unwrap();
        assert!(!bare.existed && bare.last_writing.is_empty() && bare.match_count == 0);
    }
}
