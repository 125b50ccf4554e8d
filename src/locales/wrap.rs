//! Wrapping of Japanese and English text to a number of columns. Help, tables and paragraphs need
//! it: clap and comfy-table break lines at blanks, and Japanese has none.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What does not stand at the start of a line.
const NOT_FIRST: &str =
    "、。，．・：；？！／）」』】］〉》〕ー～…々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.;:!?)]";
/// What does not stand at the end of a line.
const NOT_LAST: &str = "（「『【［〈《〔([";

/// The columns that a text takes on a terminal.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The columns of the widest part of a text that stays on one line where words that are wider than
/// `most` are broken: also a number, and what stands between backticks.
pub fn widest_part(text: &str, most: usize) -> usize {
    let parts = text.lines().flat_map(pieces);
    let parts = parts.flat_map(|part| match part.contains('`') {
        true => vec![part],
        false => shorter(part, most),
    });
    parts
        .map(|part| columns(part.trim_end()))
        .max()
        .unwrap_or(0)
}

/// The lines of `text`, each at most `width` columns wide: broken at blanks and between the
/// characters of Japanese. Only where it is wider than a line, what stands between backticks is
/// broken at its blanks, and a word within.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines()
        .flat_map(|line| wrap_line(line, width))
        .collect()
}

fn wrap_line(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    // Counted along: measuring the line again for each piece grows with its square.
    let mut taken = 0;
    for piece in pieces(text)
        .into_iter()
        .flat_map(|piece| words(piece, width))
        .flat_map(|piece| shorter(piece, width))
    {
        let needed = columns(piece.trim_end());
        while needed > width.saturating_sub(taken) && !line.is_empty() {
            let rest = mark_near_the_end(&line, width).map(|at| line.split_off(at));
            lines.push(line.trim_end().to_owned());
            line = rest.unwrap_or_default();
            taken = columns(&line);
        }
        line.push_str(piece);
        taken += columns(piece);
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Where a full line is better broken than at its end: behind a mark between two reasons or clauses
/// that stands near it.
fn mark_near_the_end(line: &str, width: usize) -> Option<usize> {
    let (at, mark) = line.rmatch_indices(['／', '、']).next()?;
    let at = at + mark.len();
    let is_near = columns(&line[..at]) + (width / 3).min(12) >= width;
    let next = line[at..].chars().next()?;
    (is_near && !NOT_FIRST.contains(next)).then_some(at)
}

/// A command that is wider than a whole line, by its words.
fn words(piece: &str, width: usize) -> Vec<&str> {
    match columns(piece.trim_end()) > width {
        true => piece.split_inclusive(' ').collect(),
        false => vec![piece],
    }
}

/// A word that is wider than a whole line in parts that are not: broken behind the last mark of a
/// path or a key, else where the line ends. A number stays whole: people copy it.
fn shorter(piece: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut columns) = (0, 0);
    for (at, c) in piece.char_indices() {
        let wide = c.width().unwrap_or(0);
        if columns + wide > width && at > start && c != ' ' {
            let line = &piece[start..at];
            let mark = line.rfind('/').or_else(|| line.rfind('.'));
            let mark = mark.map(|mark| start + mark + 1);
            let end = number_around(piece, at).or(mark).unwrap_or(at);
            if end > start {
                parts.push(&piece[start..end]);
                (start, columns) = (end, self::columns(&piece[end..at]));
            }
        }
        columns += wide;
    }
    parts.push(&piece[start..]);
    parts
}

/// Where the order number or the event ID begins that `at` stands within.
fn number_around(text: &str, at: usize) -> Option<usize> {
    const LONGEST: usize = 64;
    let is_outside = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let begins = text[..at].rfind(is_outside);
    let begins = begins.map_or(0, |place| {
        place + text[place..].chars().next().map_or(0, char::len_utf8)
    });
    let ends = text[at..]
        .find(is_outside)
        .map_or(text.len(), |place| at + place);
    let run = &text[begins..ends];
    let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
    let is_within = begins < at && ends > at;
    (is_within && has_digit && run.len() <= LONGEST).then_some(begins)
}

/// The parts of a line between which it can be broken; blanks belong to the part before them. A
/// command or a key between backticks is one.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut whole_until) = (0, 0);
    let mut before = None;
    for (at, c) in text.char_indices() {
        let is_within = at < whole_until;
        if !is_within && before.is_some_and(|before| can_break(before, c)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        if !is_within && c == '`' {
            let inner = text[at + 1..].find('`');
            whole_until = inner.map_or(0, |inner| at + inner + 2);
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

fn can_break(before: char, after: char) -> bool {
    let is_wide = |c: char| c.width() == Some(2);
    if after == ' ' {
        return false;
    }
    before == ' '
        || ((is_wide(before) || is_wide(after))
            && !NOT_LAST.contains(before)
            && !NOT_FIRST.contains(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks_and_between_japanese_characters() {
        let cases: &[(&str, usize, &[&str])] = &[
            ("", 10, &[]),
            ("one two three", 7, &["one two", "three"]),
            ("受注を審査します。", 8, &["受注を審", "査しま", "す。"]),
            ("（受注）を審査", 6, &["（受", "注）を", "審査"]),
            // Behind a mark between two reasons, where it stands near the end of a full line.
            (
                "住所の不一致／短時間の再注文",
                18,
                &["住所の不一致／", "短時間の再注文"],
            ),
            ("海外、短時間の再注文", 14, &["海外、短時間の", "再注文"]),
            ("O-PLUXで審査", 8, &["O-PLUXで", "審査"]),
            (
                "ファイル `oplux screen` を読む",
                14,
                &["ファイル", "`oplux screen`", "を読む"],
            ),
            // Whole where it fits on a line of its own, else broken at its blanks.
            (
                "by `oplux set a.long_key on`",
                25,
                &["by", "`oplux set a.long_key on`"],
            ),
            (
                "by `oplux set a.long_key on`",
                14,
                &["by `oplux set", "a.long_key on`"],
            ),
            ("it`s one", 5, &["it`s", "one"]),
            ("a\n\nb", 5, &["a", "", "b"]),
            ("unbreakable", 4, &["unbr", "eaka", "ble"]),
            ("in shop/orders.csv", 12, &["in shop/", "orders.csv"]),
            (
                "検索a905125d2a unbreakable",
                8,
                &["検索", "a905125d2a", "unbreaka", "ble"],
            ),
            ("=a905125d2a", 4, &["=", "a905125d2a"]),
        ];
        for (text, width, expected) in cases {
            assert_eq!(wrap(text, *width), *expected, "{text} {width}");
        }
    }
}
