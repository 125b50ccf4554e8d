//! The pieces of an address and of an e-mail account that tell as much as the whole.

use super::{letters::width, scrubber::is_separator};

/// Where the parts of an address end: 目黒区下目黒 is 目黒 and 下目黒.
const DIVISIONS: [char; 9] = ['都', '道', '府', '県', '市', '区', '町', '村', '郡'];
/// Those of them that names hardly hold: 町田市 is 町田, not 田.
const SURE_DIVISIONS: [char; 3] = ['市', '区', '郡'];
/// What stands in every other address, and in the reasons that speak of addresses.
const GENERAL: [&str; 9] = [
    "丁目",
    "番地",
    "番地の",
    "番館",
    "号室",
    "号棟",
    "大字",
    "ビル",
    "マンション",
];

/// The pieces of an address: its words, the runs of digits and of anything else within them (three
/// characters and more), and of the latter what its divisions part (two characters and more).
pub(super) fn of_address(rest: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for word in rest.split_whitespace() {
        let word: String = word.chars().map(width).collect();
        let runs = runs(&word);
        for (numeric, run) in &runs {
            if !numeric {
                let divided = run.split(DIVISIONS).chain(run.split(SURE_DIVISIONS));
                // 北 is no piece, 北区 is one.
                let divided = divided.chain(run.split_inclusive(DIVISIONS));
                let telling = divided.filter(|part| longer_than(1, part));
                pieces.extend(telling.map(str::to_owned));
            }
        }
        let whole = runs.into_iter().map(|(_, run)| run);
        pieces.extend(whole.chain([word]).filter(|piece| longer_than(2, piece)));
    }
    pieces.retain(|piece| !GENERAL.contains(&piece.as_str()));
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// The runs of digits and their separators (true), and of anything else.
fn runs(word: &str) -> Vec<(bool, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    for char in word.chars() {
        let after_digits = runs.last().is_some_and(|(numeric, _)| *numeric);
        let numeric = match char {
            // A long vowel in タワー, a hyphen in ２ー３.
            'ー' | 'ｰ' => after_digits,
            _ => char.is_ascii_digit() || is_separator(char),
        };
        match runs.last_mut() {
            Some((same, run)) if *same == numeric => run.push(char),
            _ => runs.push((numeric, char.to_string())),
        }
    }
    runs
}

/// The parts of an e-mail account, of three characters and more.
pub(super) fn of_account(account: &str) -> impl Iterator<Item = &str> {
    let parts = account.split(['.', '_', '-', '+']);
    parts.filter(|part| longer_than(2, part))
}

fn longer_than(count: usize, text: &str) -> bool {
    text.chars().nth(count).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_parted_at_its_divisions_and_numbers() {
        let cases: [(&str, &[&str]); 6] = [
            (
                "目黒区下目黒2-23-18",
                &[
                    "2-23-18",
                    "下目黒",
                    "目黒",
                    "目黒区",
                    "目黒区下目黒",
                    "目黒区下目黒2-23-18",
                ],
            ),
            (
                "町田市原町田４丁目",
                &[
                    "原町",
                    "原町田",
                    "田市",
                    "町田",
                    "町田市原町田",
                    "町田市原町田4丁目",
                ],
            ),
            ("北区1", &["北区", "北区1"]),
            ("南２ー３", &["2ー3", "南2ー3"]),
            (
                "港区サンタワー5",
                &["サンタワー", "港区", "港区サンタワー", "港区サンタワー5"],
            ),
            ("東1丁目2番地3号室 ビル マンション", &["東1丁目2番地3号室"]),
        ];
        for (rest, expected) in cases {
            let mut expected: Vec<_> = expected.iter().map(|p| p.to_string()).collect();
            expected.sort_unstable();
            assert_eq!(of_address(rest), expected, "{rest}");
        }
    }

    #[test]
    fn an_account_is_parted_at_its_signs() {
        let parts: Vec<_> = of_account("hanako.suzuki_ab-1990+x.shop").collect();
        assert_eq!(parts, ["hanako", "suzuki", "1990", "shop"]);
    }
}
