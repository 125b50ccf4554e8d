//! The words that stand for a channel, a result, yes or no, in English and Japanese.

use crate::{
    domain::{event::AutoResult, order::Channel},
    locales::{Text, rows},
};

/// Words as [`fold`] leaves them, each with what it means.
pub(super) type Words<T> = &'static [(&'static str, T)];

/// Yes and no, as CONTRACT.md lists them, and あり/なし and y/n.
pub(super) const YES_OR_NO: Words<bool> = &[
    ("1", true),
    ("0", false),
    ("true", true),
    ("false", false),
    ("はい", true),
    ("いいえ", false),
    ("有", true),
    ("無", false),
    ("あり", true),
    ("なし", false),
    ("on", true),
    ("off", false),
    ("有効", true),
    ("無効", false),
    ("yes", true),
    ("no", false),
    ("y", true),
    ("n", false),
];

/// Whether a customer is a member: a guest is not (R5).
pub(super) const MEMBER: Words<bool> = &[
    ("会員", true),
    ("非会員", false),
    ("ゲスト", false),
    ("guest", false),
    ("member", true),
];

/// The channels by their names in JSON, and as ecforce's screens and the help page (seed.txt) call
/// them.
const CHANNELS: Words<Channel> = &[
    ("lp", Channel::Lp),
    ("shop", Channel::Shop),
    ("subscription", Channel::Subscription),
    ("admin", Channel::Admin),
    ("csv", Channel::Csv),
    ("lp購入", Channel::Lp),
    ("lp受注", Channel::Lp),
    ("ランディングページ", Channel::Lp),
    ("ランディングページ購入", Channel::Lp),
    ("広告lp", Channel::Lp),
    ("ショップ", Channel::Shop),
    ("ショップ購入", Channel::Shop),
    ("ショップ受注", Channel::Shop),
    ("shop購入", Channel::Shop),
    ("定期", Channel::Subscription),
    ("定期受注", Channel::Subscription),
    ("定期購入", Channel::Subscription),
    ("既存定期", Channel::Subscription),
    ("既存定期受注", Channel::Subscription),
    ("管理画面", Channel::Admin),
    ("管理画面受注", Channel::Admin),
    ("受注作成", Channel::Admin),
    ("管理", Channel::Admin),
    ("csv登録", Channel::Csv),
    ("csv受注", Channel::Csv),
    ("csv受注登録", Channel::Csv),
    ("csv一括登録", Channel::Csv),
    ("csvインポート", Channel::Csv),
    ("csv取り込み", Channel::Csv),
    ("csv取込", Channel::Csv),
    ("csv取込み", Channel::Csv),
];

/// The results by their names, and by the Japanese words for them that leave no doubt. HOLD is a
/// person's 保留; REVIEW asks for a look.
const RESULTS: Words<AutoResult> = &[
    ("ok", AutoResult::Ok),
    ("ng", AutoResult::Ng),
    ("hold", AutoResult::Hold),
    ("review", AutoResult::Review),
    ("可", AutoResult::Ok),
    ("承認", AutoResult::Ok),
    ("不可", AutoResult::Ng),
    ("否認", AutoResult::Ng),
    ("非承認", AutoResult::Ng),
    ("保留", AutoResult::Hold),
    ("ホールド", AutoResult::Hold),
    ("要確認", AutoResult::Review),
    ("要審査", AutoResult::Review),
    ("要目視", AutoResult::Review),
    ("要レビュー", AutoResult::Review),
    ("レビュー", AutoResult::Review),
];

/// A channel.
pub(super) fn channel(text: &str) -> Result<Channel, Text> {
    find(CHANNELS, text).ok_or_else(rows::channel)
}

/// A result.
pub(super) fn result(text: &str) -> Result<AutoResult, Text> {
    find(RESULTS, text).ok_or_else(rows::result)
}

/// A result that a person sets: never REVIEW.
pub(super) fn manual_result(text: &str) -> Result<AutoResult, Text> {
    let result = find(RESULTS, text).filter(|result| *result != AutoResult::Review);
    result.ok_or_else(rows::manual_result)
}

/// What a word means, in any case and width.
pub(super) fn find<T: Copy>(words: Words<T>, text: &str) -> Option<T> {
    let meaning = |is_it: &dyn Fn(&str) -> bool| {
        let word = words.iter().find(|(word, _)| is_it(word));
        word.map(|(_, meaning)| *meaning)
    };
    // Most are written just so; a million of them need not be copied.
    meaning(&|word| word.eq_ignore_ascii_case(text)).or_else(|| {
        let folded = fold(text);
        meaning(&|word| word == folded)
    })
}

/// A text as words are compared: in lower case, in half width, without blanks.
fn fold(text: &str) -> String {
    let folded = text.chars().filter(|c| !c.is_whitespace()).map(half_width);
    folded.map(|c| c.to_ascii_lowercase()).collect()
}

/// A character of full-width ASCII in half width.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + 0x21).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_written_as_it_is_compared_and_stands_once() {
        fn check<T: Copy>(words: Words<T>) {
            for (place, (word, _)) in words.iter().enumerate() {
                assert_eq!(fold(word), *word);
                assert_eq!(
                    words.iter().position(|(other, _)| other == word),
                    Some(place)
                );
            }
        }
        check(CHANNELS);
        check(RESULTS);
        check(&[YES_OR_NO, MEMBER].concat().leak()[..]);
    }

    #[test]
    fn channels_are_known_in_both_languages_and_any_case() {
        for one in Channel::ALL {
            assert_eq!(channel(one.name()), Ok(one));
            assert_eq!(channel(&one.name().to_uppercase()), Ok(one));
        }
        for (text, expected) in [
            ("ＬＰ", Channel::Lp),
            ("Shop", Channel::Shop),
            ("定期受注", Channel::Subscription),
            ("受注作成", Channel::Admin),
            ("CSV 登録", Channel::Csv),
            ("ＣＳＶインポート", Channel::Csv),
        ] {
            assert_eq!(channel(text), Ok(expected), "{text}");
        }
        assert_eq!(channel("電話"), Err(rows::channel()));
    }

    #[test]
    fn results_are_known_in_both_languages_and_any_case() {
        for one in AutoResult::ALL {
            assert_eq!(result(one.name()), Ok(one));
            assert_eq!(result(&one.name().to_lowercase()), Ok(one));
        }
        for (text, expected) in [
            ("ＯＫ", AutoResult::Ok),
            ("Review", AutoResult::Review),
            ("否認", AutoResult::Ng),
            ("保留", AutoResult::Hold),
        ] {
            assert_eq!(result(text), Ok(expected), "{text}");
        }
        assert_eq!(result("GOOD"), Err(rows::result()));
        assert_eq!(manual_result("hold"), Ok(AutoResult::Hold));
        assert_eq!(manual_result("REVIEW"), Err(rows::manual_result()));
    }
}
