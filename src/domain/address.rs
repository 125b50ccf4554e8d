//! Which addresses are allowed: https, or http on loopback, without user information
//! (CONTRACT.md, Network).

use url::{Host, Url};

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It is no address at all.
    #[error("not an address")]
    Unreadable,
    /// Neither https, nor http on loopback.
    #[error("neither https nor http on loopback")]
    Scheme,
    /// It carries a user name or a password.
    #[error("with user information")]
    UserInformation,
}

/// Reads an address.
///
/// # Errors
/// Where it is not allowed. The address itself is not in the error: it may hold a password.
pub fn parse(text: &str) -> Result<Url, BadAddress> {
    // The parser passes over blanks and line breaks; in a configuration they are slips.
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(BadAddress::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| BadAddress::Unreadable)?;
    check(&url)?;
    Ok(url)
}

/// Whether an address is allowed.
///
/// # Errors
/// Which of the two rules it breaks.
pub fn check(url: &Url) -> Result<(), BadAddress> {
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if is_loopback(url) => {}
        _ => return Err(BadAddress::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadAddress::UserInformation);
    }
    Ok(())
}

/// Whether the host is loopback: 127.0.0.0/8, `::1` or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_http_on_loopback_are_allowed_and_nothing_else() {
        for good in [
            "https://oplux.example/register",
            "https://oplux.example:8443/a?b=c",
            "http://127.0.0.1:8080/",
            "http://127.9.9.9",
            "http://[::1]:9/x",
            "http://localhost:1234",
            "http://LOCALHOST",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", BadAddress::Unreadable),
            ("oplux.example", BadAddress::Unreadable),
            ("https://", BadAddress::Unreadable),
            ("https://oplux.example/a b", BadAddress::Unreadable),
            ("https://oplux.example\n", BadAddress::Unreadable),
            ("http://oplux.example/", BadAddress::Scheme),
            ("http://128.0.0.1/", BadAddress::Scheme),
            ("http://0.0.0.0/", BadAddress::Scheme),
            ("http://[::2]/", BadAddress::Scheme),
            ("http://localhost.example.com/", BadAddress::Scheme),
            ("http://127.0.0.1.example.com/", BadAddress::Scheme),
            ("ftp://localhost/", BadAddress::Scheme),
            ("file:///etc/passwd", BadAddress::Scheme),
            ("javascript:alert(1)", BadAddress::Scheme),
            ("https://user@oplux.example/", BadAddress::UserInformation),
            (
                "https://user:pass@oplux.example/",
                BadAddress::UserInformation,
            ),
            ("http://:pass@localhost/", BadAddress::UserInformation),
        ] {
            assert_eq!(parse(bad), Err(why), "{bad}");
        }
    }
}
