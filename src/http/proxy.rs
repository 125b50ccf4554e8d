//! The surroundings of a client: the proxy and the certificate authorities that the environment
//! names. Checked before anything is sent: reqwest would pass over what it cannot read.

use std::{env, ffi::OsStr};

use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::Url;

/// The variables that name a proxy, those for https first.
const PROXIES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// What names a proxy of https addresses.
const FOR_HTTPS: usize = 4;

/// Scheme, host and port of the proxy of https addresses, where one is set: neither its user name
/// nor its password.
///
/// # Errors
/// The variable that cannot be read.
pub fn proxy() -> Result<Option<String>, &'static str> {
    let mut first = None;
    for (place, name) in PROXIES.into_iter().enumerate() {
        let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) else {
            continue;
        };
        let origin = origin(&value).ok_or(name)?;
        if place < FOR_HTTPS {
            first.get_or_insert(origin);
        }
    }
    Ok(first)
}

/// The origin of a proxy address; without a scheme it is http. SOCKS is not spoken.
fn origin(value: &OsStr) -> Option<String> {
    let text = value.to_str()?;
    let url = match text.contains("://") {
        true => Url::parse(text),
        false => Url::parse(&format!("http://{text}")),
    };
    let url = url.ok()?;
    let is_usable = matches!(url.scheme(), "http" | "https") && !text.contains(char::is_whitespace);
    is_usable.then(|| url.origin().ascii_serialization())
}

/// The certificates of `SSL_CERT_FILE`; none where it is not set.
///
/// # Errors
/// Where the file cannot be read, or holds no certificate.
pub fn authorities() -> Result<Vec<CertificateDer<'static>>, ()> {
    let Some(path) = env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) else {
        return Ok(Vec::new());
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
        .map_err(|_| ())?
        .collect();
    found.ok().filter(|found| !found.is_empty()).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_without_its_password() {
        let cases = [
            ("proxy.example:8080", Some("http://proxy.example:8080")),
            (
                "http://u:geheim@proxy.example:8080/x",
                Some("http://proxy.example:8080"),
            ),
            ("u:geheim@proxy.example:81", Some("http://proxy.example:81")),
            ("https://proxy.example", Some("https://proxy.example")),
            ("socks5://proxy.example:1080", None),
            ("http://", None),
            ("http://proxy.example:port", None),
            ("http:// proxy.example", None),
        ];
        for (value, expected) in cases {
            assert_eq!(origin(OsStr::new(value)).as_deref(), expected, "{value}");
        }
    }
}
