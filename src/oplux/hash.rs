//! The signature of a request, and the hashes of names and e-mail addresses in it (WIRE.md,
//! "Signature", `hashed_name`, `email`).

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::Digest;

use super::names::NameInfo;
use crate::domain::{
    order::Address,
    private::{Personal, Secret},
    settings::{Account, HashMethod},
    time::JstTime,
};

/// The signature of a request that is sent at `at`: the hash, in upper-case hex, of connection ID,
/// shop ID, request datetime and secret key without separators.
pub fn sign(
    method: HashMethod,
    connection_id: &str,
    shop_id: &str,
    at: JstTime,
    secret: &Secret,
) -> String {
    let text = format!("{connection_id}{shop_id}{}{}", at.wire(), secret.reveal());
    match method {
        HashMethod::Sha256 => sha256(&text),
        HashMethod::Sha1 => upper_hex(&sha1::Sha1::digest(text.as_bytes())),
    }
}

/// The signature of a request of an account that is sent at `at`.
pub fn sign_for(account: &Account, at: JstTime) -> String {
    let Account {
        shop_id,
        connection_id,
        secret_key,
        hash_method,
        ..
    } = account;
    sign(*hash_method, connection_id, shop_id, at, secret_key)
}

/// The SHA-256 of a text, in upper-case hex.
pub fn sha256(text: &str) -> String {
    upper_hex(&sha2::Sha256::digest(text.as_bytes()))
}

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02X}");
        hex
    })
}

/// A name, hashed as entered and in its normalised writing. Without an answer of the name API, the
/// normalised writing is the name as entered, and nothing is known of it.
pub fn hashed_name(address: &Address, info: Option<&NameInfo>) -> Value {
    let normalised = |writing: Option<&Personal>, entered: &Personal| {
        hash(writing.filter(|text| !text.is_empty()).unwrap_or(entered))
    };
    let (given, family) = (&address.given_name, &address.family_name);
    let mut name = json!({
        "first_name_sha2": hash(given),
        "last_name_sha2": hash(family),
        "normalized_first_name_sha2": normalised(info.map(|info| &info.first_writing), given),
        "normalized_last_name_sha2": normalised(info.map(|info| &info.last_writing), family),
        "validName": flag(info.is_some_and(|info| info.existed)),
        "correctReading": flag(info.is_some_and(|info| info.correct_reading)),
        "correctReadingMatchCount": info.map_or(0, |info| info.match_count),
    });
    for (count, value) in info.iter().flat_map(|info| &info.counts) {
        name[count] = value.clone();
    }
    name
}

/// An e-mail address: its account hashed, its domain as it is.
pub fn email(address: &Personal) -> Value {
    let (account, domain) = split_email(address);
    let account = hash(&Personal::new(account));
    json!({"pc": {"hashed_account_sha2": account, "domain": domain}})
}

/// What stands before the last @, and what stands after it.
pub fn split_email(address: &Personal) -> (&str, &str) {
    let text = address.reveal();
    text.rsplit_once('@').unwrap_or((text, ""))
}

/// An empty name gives an empty string.
fn hash(text: &Personal) -> String {
    if text.is_empty() {
        String::new()
    } else {
        sha256(text.reveal())
    }
}

fn flag(yes: bool) -> &'static str {
    if yes { "1" } else { "0" }
}

#[cfg(test)]
mod tests {
    use super::{super::names, *};

    // Computed with `printf '%s' 鈴木 | sha256sum`; 高橋 with a blank behind it.
    const SUZUKI: &str = "3F8B3EB4A9ACE1BC441E065AACAB341CCD9DCDD378020AE5C9CDF39D45FFA9FF";
    const TAKAHASHI: &str = "F17AD84B1DD181205C3753789FF1864D0DE9C96FCCDBFF40E7311B81A4374C0F";
    const TAKAHASHI_AS_ENTERED: &str =
        "AC2640253C0BD37B3B00F70C3907F4633AC36E51F9D6DF0C8B79E9D8D5EE02AD";

    fn family(name: &str) -> Address {
        Address {
            family_name: Personal::new(name),
            ..Address::default()
        }
    }

    #[test]
    fn the_test_vector_of_wire_md() {
        let cases = [
            (
                HashMethod::Sha256,
                "9718D52A184504B230EDA4B84C9D85FF812331F203F71752731BBDD60841793F",
            ),
            (HashMethod::Sha1, "2EF74B75A4F3E56170B4E8A90F9168F5A1979D14"),
        ];
        for (method, expected) in cases {
            let signature = sign(
                method,
                "0123456789ABCDEF0123456789ABCDEF",
                "SP00EXAMPLE",
                "2026/11/20 10:15:00".parse().unwrap(),
                &Secret::new("sandbox-secret-key"),
            );
            assert_eq!(signature, expected);
            assert_eq!(HashMethod::from_name(method.name()), Some(method));
        }
        assert_eq!(HashMethod::from_name("MD5"), None);
    }
    #[test]
    fn without_the_name_api_the_name_as_entered_is_hashed() {
        let name = hashed_name(&family("鈴木"), None);
        assert_eq!(name["last_name_sha2"], SUZUKI);
        assert_eq!(name["normalized_last_name_sha2"], SUZUKI);
        assert_eq!(name["first_name_sha2"], "");
        assert_eq!(name["normalized_first_name_sha2"], "");
        assert_eq!(
            (&name["validName"], &name["correctReading"]),
            (&json!("0"), &json!("0"))
        );
        assert_eq!(name["correctReadingMatchCount"], 0);
        assert_eq!(name.as_object().unwrap().len(), 7, "no counts");
    }

    #[test]
    fn the_normalised_writing_is_hashed_where_there_is_one() {
        let info = names::read(
            r#"{"response": {"result": "success", "firstName": {"writing": ""},
            "lastName": {"writing": "高橋 ", "existed": true, "correctReading": "1",
            "correctReadingMatchCount": 1}, "letterCount": {"nameLength": 2}}}"#
                .as_bytes(),
        );
        let name = hashed_name(&family("髙橋"), info.as_ref());
        assert_eq!(name["last_name_sha2"], TAKAHASHI_AS_ENTERED);
        assert_eq!(name["normalized_last_name_sha2"], TAKAHASHI);
        assert_eq!(name["normalized_first_name_sha2"], "");
        assert_eq!(
            (&name["validName"], &name["correctReading"]),
            (&json!("1"), &json!("1"))
        );
        assert_eq!(name["correctReadingMatchCount"], 1);
        assert_eq!(name["nameLength"], 2);
    }

    #[test]
    fn an_email_address_is_split_at_its_last_at_sign() {
        let sent = email(&Personal::new("\"a@b\"@example.com"));
        assert_eq!(sent["pc"]["domain"], "example.com");
        assert_eq!(sent["pc"]["hashed_account_sha2"], sha256("\"a@b\""));
    }
}
