//! How a header is compared, and how it is told.

use crate::domain::text::{folded, trim};

/// A header as the file writes it, without what stands around it.
pub(super) fn shown(header: &str) -> &str {
    trim(header).trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”'))
}

/// A header as it is compared: without blanks, and with one hyphen for those that are typed for
/// that of O-PLUX.
pub(super) fn header_key(header: &str) -> String {
    let folded = folded(shown(header));
    let seen = folded.chars().filter(|c| !c.is_whitespace());
    seen.map(|c| match c {
        '\u{2010}'..='\u{2015}' => '-',
        c => c,
    })
    .collect()
}

/// Headers of personal data: what stands in such a column is told by no message, whatever field
/// the configuration maps it to.
const PERSONAL: &[&str] = &[
    "名前",
    "氏名",
    "カナ",
    "住所",
    "郵便",
    "電話",
    "tel",
    "phone",
    "メール",
    "mail",
    "生年月日",
    "birth",
    "ipアドレス",
    "デバイス",
    "カード番号",
    "請求先",
    "お届け先",
    "配送先",
    "address",
];

/// Whether a header, as it is compared, is one of personal data.
pub(super) fn is_personal(key: &str) -> bool {
    PERSONAL.iter().any(|word| key.contains(word))
}

/// A header for a message; its place where it may be an e-mail address or a telephone number.
pub(super) fn told(header: &str, column: usize) -> String {
    let name = folded(shown(header));
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let is_of_telephone = |c: char| c.is_ascii_digit() || " +-().".contains(c);
    let is_telephone = digits >= 9 && name.chars().all(is_of_telephone);
    match is_telephone || name.contains('@') {
        true => format!("#{}", column + 1),
        false => shown(header).to_owned(),
    }
}
