//! Where one character is a name, and where it is a part of an ordinary word: 林 様, not 森林.

use std::ops::Range;

use super::super::letters::Letter;

/// What follows a name, and what must not follow that: 一様 is a name with 様, 同一様式 is not.
const HONORIFICS: [(&str, &str); 4] = [
    ("様", "式々子相態"),
    ("さん", ""),
    // 氏名 is what a name is called.
    ("氏", "名"),
    ("殿", ""),
];
/// Ordinary words that end like a name with 様, 氏 or 殿.
const NO_NAMES: [&str; 15] = [
    "同様", "一様", "多様", "異様", "模様", "仕様", "各様", "有様", "客様", "皆様", "同氏", "両氏",
    "各氏", "神殿", "宮殿",
];
/// Ordinary words that two names of one character can make.
const ORDINARY: [&str; 3] = ["同一", "一同", "森林"];
/// A label ends so: 氏名, 購入者, 名義人.
const LABELS: [char; 3] = ['名', '者', '人'];
/// What may follow a name that begins a clause.
const PARTICLES: [char; 4] = ['は', 'が', 'の', 'を'];

/// Whether two parts of a name make an ordinary word.
pub(super) fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(&word)
}

/// Whether what stands at `at` is a name there. `before`: a value has been masked right before it;
/// `after`: one begins right after it.
pub(super) fn stands_alone(
    text: &[Letter],
    at: Range<usize>,
    ordinary: bool,
    before: bool,
    after: impl Fn() -> bool,
) -> bool {
    if is_honoured(text, &at) {
        return true;
    }
    if ordinary {
        return false;
    }
    let outside = |place: Option<usize>| place.and_then(|place| text.get(place)).map(|l| l.char);
    let (left, right) = (outside(at.start.checked_sub(1)), outside(Some(at.end)));
    let ends = |char: Option<char>| char.is_none_or(|char| !char.is_alphanumeric());
    let begins = before || ends(left);
    let labelled = left.is_some_and(|char| LABELS.contains(&char));
    let particle = begins && right.is_some_and(|char| PARTICLES.contains(&char));
    (begins || labelled) && (ends(right) || after()) || particle
}

fn is_honoured(text: &[Letter], at: &Range<usize>) -> bool {
    let word = |range: Range<usize>| -> Option<String> {
        Some(text.get(range)?.iter().map(|letter| letter.char).collect())
    };
    HONORIFICS.iter().any(|(honorific, not_before)| {
        let end = at.end + honorific.chars().count();
        let is_one = word(at.end..end).is_some_and(|follows| follows == *honorific);
        let goes_on = text.get(end).is_some_and(|l| not_before.contains(l.char));
        // Only a single character makes such a word.
        let no_name = word(at.start..end).is_some_and(|word| NO_NAMES.contains(&word.as_str()));
        is_one && !goes_on && !no_name
    })
}
