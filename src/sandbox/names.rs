//! The sandbox's name API: a small table of common names.

use serde_json::{Value, json};

/// Family names and their readings.
const FAMILY: [(&str, &[&str]); 24] = [
    ("佐藤", &["サトウ"]),
    ("鈴木", &["スズキ"]),
    ("高橋", &["タカハシ"]),
    ("田中", &["タナカ"]),
    ("伊藤", &["イトウ"]),
    ("渡辺", &["ワタナベ", "ワタベ"]),
    ("山本", &["ヤマモト"]),
    ("中村", &["ナカムラ"]),
    ("小林", &["コバヤシ"]),
    ("加藤", &["カトウ"]),
    ("吉田", &["ヨシダ"]),
    ("山田", &["ヤマダ"]),
    ("佐々木", &["ササキ"]),
    ("山口", &["ヤマグチ"]),
    ("松本", &["マツモト"]),
    ("井上", &["イノウエ"]),
    ("木村", &["キムラ"]),
    ("斎藤", &["サイトウ"]),
    ("清水", &["シミズ"]),
    ("山崎", &["ヤマザキ", "ヤマサキ"]),
    ("森", &["モリ"]),
    ("池田", &["イケダ"]),
    ("橋本", &["ハシモト"]),
    ("浜田", &["ハマダ"]),
];

/// Writings that stand for the usual one.
const VARIANTS: [(char, char); 12] = [
    ('髙', '高'),
    ('﨑', '崎'),
    ('嵜', '崎'),
    ('邊', '辺'),
    ('邉', '辺'),
    ('齋', '斎'),
    ('齊', '斎'),
    ('斉', '斎'),
    ('濱', '浜'),
    ('澤', '沢'),
    ('櫻', '桜'),
    ('廣', '広'),
];

/// The answer for `name` (family name, blank, given name) and the family name's reading.
pub(super) fn answer(name: &str, furigana: &str) -> Value {
    let (family, given) = name.split_once([' ', '\u{3000}']).unwrap_or((name, ""));
    let writing = usual(family);
    let readings = FAMILY
        .iter()
        .find(|(name, _)| *name == writing)
        .map(|(_, readings)| *readings);
    let matches = readings
        .unwrap_or_default()
        .iter()
        .filter(|r| **r == furigana)
        .count();
    json!({"response": {
        "result": "success",
        "firstName": {"writing": usual(given)},
        "lastName": {
            "writing": writing,
            "reading": readings.and_then(<[_]>::first),
            "existed": readings.is_some(),
            "correctReading": matches > 0,
            "correctReadingMatchCount": matches,
        },
        "letterCount": letters(&format!("{family}{given}")),
        "time": 1,
    }})
}

fn usual(name: &str) -> String {
    let usual = |c| {
        VARIANTS
            .iter()
            .find(|(variant, _)| *variant == c)
            .map_or(c, |(_, usual)| *usual)
    };
    name.trim().chars().map(usual).collect()
}

/// The letters of a name, counted by kind.
fn letters(name: &str) -> Value {
    let [
        mut kanji,
        mut hiragana,
        mut katakana,
        mut alphabet,
        mut other,
    ] = [0; 5];
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
