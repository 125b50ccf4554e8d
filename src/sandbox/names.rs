//! The sandbox's name API: a small table of common names.

use serde_json::{Value, json};

/// Family names, each with its readings.
const FAMILY: &str = "\
    佐藤 サトウ,鈴木 スズキ,高橋 タカハシ,田中 タナカ,伊藤 イトウ,渡辺 ワタナベ ワタベ,\
    山本 ヤマモト,中村 ナカムラ,小林 コバヤシ,加藤 カトウ,吉田 ヨシダ,山田 ヤマダ,\
    佐々木 ササキ,山口 ヤマグチ,松本 マツモト,井上 イノウエ,木村 キムラ,斎藤 サイトウ,\
    清水 シミズ,山崎 ヤマザキ ヤマサキ,森 モリ,池田 イケダ,橋本 ハシモト,浜田 ハマダ";

/// Writings that stand for the usual one, each before it.
const VARIANTS: &str = "髙高 﨑崎 嵜崎 邊辺 邉辺 齋斎 齊斎 斉斎 濱浜 澤沢 櫻桜 廣広";

/// The answer for `name` (family name, blank, given name) and the family name's reading.
pub(super) fn answer(name: &str, furigana: &str) -> Value {
    let (family, given) = name.split_once([' ', '\u{3000}']).unwrap_or((name, ""));
    let writing = usual(family);
    let mut known = FAMILY.split(',').map(|entry| entry.split(' '));
    let known = known.find_map(|mut entry| (entry.next()? == writing).then_some(entry));
    let reading = known.clone().and_then(|mut readings| readings.next());
    let matches = known
        .into_iter()
        .flatten()
        .filter(|known| *known == furigana);
    let matches = matches.count();
    json!({"response": {
        "result": "success",
        "firstName": {"writing": usual(given)},
        "lastName": {
            "writing": writing,
            "reading": reading,
            "existed": reading.is_some(),
            "correctReading": matches > 0,
            "correctReadingMatchCount": matches,
        },
        "letterCount": letters(&format!("{family}{given}")),
        "time": 1,
    }})
}

fn usual(name: &str) -> String {
    let usual = |c| {
        let mut pairs = VARIANTS.split(' ').map(|pair| pair.chars());
        let pair = pairs.find(|pair| pair.clone().next() == Some(c));
        pair.and_then(|mut pair| pair.nth(1)).unwrap_or(c)
    };
    name.trim().chars().map(usual).collect()
}

/// The letters of a name, counted by kind.
fn letters(name: &str) -> Value {
    let (mut kanji, mut hiragana, mut katakana) = (0, 0, 0);
    let (mut alphabet, mut other) = (0, 0);
    let letters = name.chars().filter(|c| !c.is_whitespace());
    for letter in letters.clone() {
        match letter {
            '々' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => kanji += 1,
            '\u{3041}'..='\u{309f}' => hiragana += 1,
            '\u{30a1}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => katakana += 1,
            'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ' => alphabet += 1,
            _ => other += 1,
        }
    }
    json!({
        "nameLength": letters.count(),
        "kanjiCountInName": kanji,
        "hiraganaCountInName": hiragana,
        "katakanaCountInName": katakana,
        "alphabetCountInName": alphabet,
        "otherCountInName": other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_exist_in_every_writing() {
        let last = |name: &str, kana: &str| answer(name, kana)["response"]["lastName"].take();
        assert_eq!(last("髙橋 花子", "タカハシ")["writing"], "高橋");
        assert_eq!(last("髙橋 花子", "タカハシ")["correctReading"], true);
        assert_eq!(last("渡邉 花子", "ワタベ")["correctReadingMatchCount"], 1);
        assert_eq!(last("鈴木 花子", "サトウ")["correctReading"], false);
        assert_eq!(last("鈴木 花子", "")["existed"], true);
        let invented = last("XX YY", "");
        assert_eq!(invented["existed"], false);
        assert_eq!(invented["correctReadingMatchCount"], 0);
    }

    #[test]
    fn letters_are_counted_by_kind() {
        let counts = answer("佐々木 はなコX1", "")["response"]["letterCount"].take();
        let expected = json!({"nameLength": 8, "kanjiCountInName": 3, "hiraganaCountInName": 2,
            "katakanaCountInName": 1, "alphabetCountInName": 1, "otherCountInName": 1});
        assert_eq!(counts, expected);
    }
}
