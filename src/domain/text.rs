//! How texts are compared (CONTRACT.md, "Comparing texts"), and what nobody sees of them.

use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// Whether a character takes no room of its own: zero-width, a mark of direction, a soft hyphen,
/// a byte-order mark. Copied text carries them along.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// The text without blanks of any kind and invisible characters around it.
pub fn trim(text: &str) -> &str {
    let is_plain = |byte: &u8| (0x21..0x7f).contains(byte);
    let bytes = text.as_bytes();
    // Most texts have nothing to be taken off.
    if bytes.first().is_none_or(is_plain) && bytes.last().is_none_or(is_plain) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Whether an invisible character, a control character or a line end stands within it.
pub fn is_broken(text: &str) -> bool {
    let is_unseen =
        |c: char| c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}');
    trim(text).chars().any(is_unseen)
}

/// Yes or no, in every word of CONTRACT.md for it, and y/n.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match folded(trim(text)).as_str() {
        "1" | "true" | "on" | "yes" | "y" | "はい" | "有" | "有り" | "あり" | "有効" | "○"
        | "〇" | "◯" => Some(true),
        "0" | "false" | "off" | "no" | "n" | "いいえ" | "無" | "無し" | "なし" | "無効" | "×"
        | "✕" => Some(false),
        _ => None,
    }
}

/// What an error of a file says, without the temporary name that nobody gave it.
pub fn cause(error: &impl ToString) -> String {
    let said = error.to_string();
    match said.split_once(" at path \"") {
        Some((cause, _)) => cause.to_owned(),
        None => said,
    }
}

/// A word as it is typed into a POSIX shell.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+,=".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// The name of a file as it is typed there: one that begins with a hyphen is no flag.
pub fn quoted_file(file: &str) -> String {
    match file.starts_with('-') && file != "-" {
        true => quoted(&format!("./{file}")),
        false => quoted(file),
    }
}

/// What is compared of a text: NFKC, without invisible characters, 〜 like ～, − like －, in lower
/// case. The selectors that choose between writings of one kanji are dropped, too.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let is_selector = |c| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let seen = text
        .nfkc()
        .filter(|c| !is_invisible(*c) && !is_selector(*c));
    let alike = seen.map(|c| match c {
        '\u{301c}' => '~',
        '\u{2212}' => '-',
        _ => c,
    });
    let lower: String = alike.flat_map(char::to_lowercase).collect();
    // Lower case can undo the normal form (İ), which then is made once more.
    match is_nfkc(&lower) {
        true => lower,
        false => lower.nfkc().collect(),
    }
}

/// Words as they are compared, each with what it means.
pub type Words<T> = &'static [(&'static str, T)];

/// What a word means, however it is typed, and whatever blanks are in it.
pub fn meaning<T: Copy>(words: Words<T>, text: &str) -> Option<T> {
    let meaning = |is_it: &dyn Fn(&str) -> bool| {
        let word = words.iter().find(|(word, _)| is_it(word));
        word.map(|(_, meaning)| *meaning)
    };
    // Most are written just so; a million of them need not be copied.
    meaning(&|word| word.eq_ignore_ascii_case(text)).or_else(|| {
        let folded = as_word(text);
        meaning(&|word| word == folded)
    })
}

/// A word as it is compared: folded, without blanks.
pub fn as_word(text: &str) -> String {
    let mut folded = folded(text);
    folded.retain(|c| !c.is_whitespace());
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_meet_however_they_are_typed() {
        for (one, other) in [
            ("ｽｽﾞｷ", "スズキ"),
            ("カ\u{3099}", "ガ"),
            ("ＩＰ", "ip"),
            ("10〜20", "10～20"),
            ("1−2", "1－2"),
            ("\u{202d}03\u{200b}57\u{ad}", "0357"),
            ("辻\u{e0100}", "辻"),
            ("İ", "i\u{307}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn blanks_and_invisible_characters_around_a_text_are_dropped() {
        for around in [
            " ", "\u{a0}", "\u{3000}", "\u{200b}", "\u{202d}", "\u{2069}", "\u{200e}", "\u{ad}",
            "\u{feff}", "\r\n",
        ] {
            let text = format!("{around}a b{around}{around}");
            assert_eq!(trim(&text), "a b", "{}", around.escape_unicode());
            assert!(!is_broken(&text));
        }
        assert!(is_broken("K\u{200b}Y") && is_broken("K\nY") && is_broken("K\u{7}Y"));
    }

    #[test]
    fn a_word_can_be_copied_whatever_it_is() {
        for (word, expected) in [
            ("orders/day-1.jsonl", "orders/day-1.jsonl"),
            ("受注.json", "受注.json"),
            ("day 1.json", "'day 1.json'"),
            ("it's", r"'it'\''s'"),
            ("$HOME;x", "'$HOME;x'"),
            ("", "''"),
            ("-o.csv", "./-o.csv"),
            ("-o 1.csv", "'./-o 1.csv'"),
            ("-", "-"),
        ] {
            assert_eq!(quoted_file(word), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_folded_text_is_folded(text in any::<String>()) {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }
    }
}
