//! The signature of a request, and the hashes in it (WIRE.md, "Signature").

use std::fmt::Write;

use sha2::Digest;

pub use crate::domain::settings::HashMethod;
use crate::domain::{private::Secret, time::JstTime};

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
