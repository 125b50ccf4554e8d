//! The words that stand for a channel, a result, yes or no, in English and Japanese.

use super::ids;
use crate::{
    domain::{
        event::AutoResult,
        order::Channel,
        text::{self, Words, folded, meaning},
    },
    locales::{Text, import},
};

/// Yes or no.
pub(super) fn yes_or_no(text: &str) -> Result<bool, Text> {
    yes(text).ok_or_else(import::yes_or_no)
}

/// Yes or no; `1.0` and `0.0` too, which a spreadsheet has made of 1 and 0.
fn yes(text: &str) -> Option<bool> {
    text::yes_or_no(text).or_else(|| text::yes_or_no(ids::without_fraction(&folded(text))))
}

/// Yes or no, or 会員, 非会員 and ゲスト.
pub(super) fn member(text: &str) -> Result<bool, Text> {
    let member = yes(text).or_else(|| meaning(MEMBER, text));
    member.ok_or_else(import::member)
}

/// A channel.
pub(super) fn channel(text: &str) -> Result<Channel, Text> {
    meaning(CHANNELS, text).ok_or_else(import::channel)
}

/// A result.
pub(super) fn result(text: &str) -> Result<AutoResult, Text> {
    AutoResult::from_word(text).ok_or_else(import::result)
}

/// A result that a person sets: never REVIEW.
///
/// # Errors
/// What was expected.
pub fn manual_result(text: &str) -> Result<AutoResult, Text> {
    let result = AutoResult::from_word(text).filter(|result| *result != AutoResult::Review);
    result.ok_or_else(import::manual_result)
}

/// Whether a customer is a member: a guest is not (R5).
const MEMBER: Words<bool> = &[
    ("会員", true),
    ("非会員", false),
    ("ゲスト", false),
    ("guest", false),
    ("member", true),
];

/// The channels by their names in JSON, and as ecforce's screens, exports and help pages call
/// them. What they say for LP, shop and subscriptions was never seen.
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
    ("受注作成csvインポート", Channel::Csv),
    ("csv登録", Channel::Csv),
    ("csv受注", Channel::Csv),
    ("csv受注登録", Channel::Csv),
    ("csv一括登録", Channel::Csv),
    ("csvインポート", Channel::Csv),
    ("csv取り込み", Channel::Csv),
    ("csv取込", Channel::Csv),
    ("csv取込み", Channel::Csv),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::as_word;

    #[test]
    fn every_word_is_written_as_it_is_compared_and_stands_once() {
        fn check<T: Copy>(words: Words<T>) {
            for (place, (word, _)) in words.iter().enumerate() {
                assert_eq!(as_word(word), *word);
                assert_eq!(
                    words.iter().position(|(other, _)| other == word),
                    Some(place)
                );
            }
        }
        check(CHANNELS);
        check(AutoResult::WORDS);
        check(MEMBER);
    }

    #[test]
    fn words_are_known_in_both_languages_however_they_are_typed() {
        for one in Channel::ALL {
            assert_eq!(channel(&one.name().to_uppercase()), Ok(one));
        }
        for one in AutoResult::ALL {
            assert_eq!(result(&one.name().to_lowercase()), Ok(one));
        }
        for (text, expected) in [
            ("ＬＰ", Channel::Lp),
            ("定期受注", Channel::Subscription),
            ("CSV 登録", Channel::Csv),
            ("受注作成CSVインポート", Channel::Csv),
            ("受注作成ＣＳＶｲﾝﾎﾟｰﾄ", Channel::Csv),
            (
                "シヨツプ".replace("シヨツプ", "ショッフ\u{309a}").as_str(),
                Channel::Shop,
            ),
        ] {
            assert_eq!(channel(text), Ok(expected), "{text}");
        }
        assert_eq!(channel("移行"), Err(import::channel()));
        assert_eq!(result("ＯＫ"), Ok(AutoResult::Ok));
        assert_eq!(result("保留"), Ok(AutoResult::Hold));
        assert_eq!(manual_result("REVIEW"), Err(import::manual_result()));
        assert_eq!((yes_or_no("○"), yes_or_no("×")), (Ok(true), Ok(false)));
        assert_eq!((member("非会員"), member("ON")), (Ok(false), Ok(true)));
        assert_eq!(
            (yes_or_no("1.0"), member("０．００")),
            (Ok(true), Ok(false))
        );
        assert!(yes_or_no("1.5").is_err() && yes_or_no("2.0").is_err());
    }
}
