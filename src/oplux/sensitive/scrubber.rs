//! Takes values out of a text, however they are written there.

use std::collections::{HashMap, HashSet};

use super::letters::{Letter, letters, lower, shown, width};

mod alone;

use alone::{is_ordinary, stands_alone};

/// What stands in the place of a personal value.
pub(super) const MASK: &str = "***";
/// The most characters that are kept of a text.
pub(super) const LONGEST: usize = 500;
/// The most characters that are looked at.
pub(super) const LOOKED_AT: usize = 64 * 1024;
/// ASCII values shorter than this are masked as whole words only, in their own case: the family
/// name `Li` must not eat `limit`, nor the account `test` the rule `TEST_OKTEL`.
const SHORT: usize = 8;
/// So many characters from the beginning of a longer value are enough: a server may cut it short.
const PREFIX: usize = 32;
/// Runs of digits from this length on are masked with separators between them, too.
const NUMBER: usize = 6;
/// So many hex digits of a hash tell which it is.
const OF_HASH: usize = 8;

/// The values that must not be shown.
#[derive(Default)]
pub(in super::super) struct Scrubber {
    /// By their first character, in lower case.
    values: HashMap<char, Vec<Hidden>>,
    /// Every [`OF_HASH`] digits that stand together in a hash.
    hashes: HashSet<u32>,
}

#[derive(PartialEq, Eq)]
struct Hidden {
    chars: Vec<char>,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Wherever it stands, in any case.
    Anywhere,
    /// As a word of its own, in this case.
    Word,
    /// As a word of its own, in any case.
    WordOfAnyCase,
    /// Wherever its digits stand, with separators or without.
    Digits,
    /// Where it stands as a name. `true`: it is an ordinary word as well.
    Name(bool),
}

impl Scrubber {
    /// A text of the server, fit to be shown and kept: without control characters, the values
    /// replaced by `***`, 500 characters at most.
    pub(in super::super) fn scrub(&self, text: &str) -> String {
        // Before the search: a control character within a name must not hide it.
        let mut chars = text.chars().filter_map(shown);
        let looked_at: Vec<char> = chars.by_ref().take(LOOKED_AT).collect();
        let cut = chars.next().is_some();
        let letters = letters(&looked_at);
        let mut out = String::new();
        let (mut place, mut masked_to) = (0, 0);
        while let Some(letter) = letters.get(place) {
            if let Some(end) = self.longest(&letters, place, masked_to) {
                out.push_str(MASK);
                (place, masked_to) = (end, end);
            } else {
                out.extend(&looked_at[letter.start..letter.end]);
                place += 1;
            }
        }
        // Of a value that was cut through, a piece may be left.
        if cut && out.chars().count() <= LONGEST {
            return MASK.to_owned();
        }
        out.trim().chars().take(LONGEST).collect()
    }

    /// Where the longest of the values ends that begin at `place`. What stands before `masked_to`
    /// has been masked.
    fn longest(&self, text: &[Letter], place: usize, masked_to: usize) -> Option<usize> {
        let certain = self.certain(text, place);
        let names = self.beginning_at(text, place).filter_map(|value| {
            let How::Name(ordinary) = value.how else {
                return None;
            };
            let end = value.at(text, place)?;
            let before = masked_to == place && place > 0;
            let after = || self.certain(text, end).is_some();
            stands_alone(text, place..end, ordinary, before, after).then_some(end)
        });
        certain.into_iter().chain(names).max()
    }

    /// The same, but for names that depend on what stands beside them.
    fn certain(&self, text: &[Letter], place: usize) -> Option<usize> {
        let values = self.beginning_at(text, place);
        let certain = values.filter(|value| !matches!(value.how, How::Name(_)));
        let ends = certain.filter_map(|value| value.at(text, place));
        ends.chain(self.hash_at(text, place)).max()
    }

    fn beginning_at(&self, text: &[Letter], place: usize) -> impl Iterator<Item = &Hidden> {
        let first = text.get(place).map(|letter| lower(letter.char));
        first
            .and_then(|first| self.values.get(&first))
            .into_iter()
            .flatten()
    }

    /// Where a piece of a hash ends, if one begins at `place`.
    fn hash_at(&self, text: &[Letter], place: usize) -> Option<usize> {
        let known = |start: usize| {
            let digits = text.get(start..start + OF_HASH)?;
            let digits = digits.iter().map(|letter| letter.char.to_digit(16));
            self.hashes.contains(&number(digits)?).then_some(())
        };
        known(place)?;
        let more = (place + 1..).take_while(|start| known(*start).is_some());
        Some(place + OF_HASH + more.count())
    }

    /// A value that tells by itself whose it is.
    pub(in super::super) fn value(&mut self, value: &str) {
        self.each_writing(value, |chars| match chars {
            _ if is_number(chars) => How::Digits,
            _ if is_ascii(chars) && chars.len() < SHORT => How::Word,
            _ => How::Anywhere,
        });
    }

    /// The same, in any case where it is short, too.
    pub(super) fn word(&mut self, value: &str) {
        self.each_writing(value, |chars| match chars {
            _ if is_ascii(chars) && chars.len() < SHORT => How::WordOfAnyCase,
            _ => How::Anywhere,
        });
    }

    /// A value that is masked as a word of its own only, in any case. (Words of Japanese are not
    /// parted.)
    pub(super) fn whole_word(&mut self, value: &str) {
        self.each_writing(value, |chars| match chars {
            _ if is_number(chars) => How::Digits,
            _ if is_ascii(chars) => How::WordOfAnyCase,
            _ => How::Anywhere,
        });
    }

    /// A part of a name.
    pub(super) fn name(&mut self, part: &str) {
        if is_one_character(part) {
            self.each_writing(part, |_| How::Name(false));
        } else {
            self.value(part);
        }
    }

    /// Two parts of a name, written as one.
    pub(super) fn full_name(&mut self, first: &str, second: &str) {
        let joined = format!("{first}{second}");
        if is_one_character(first) && is_one_character(second) {
            // 東 一 must not eat 関東一円.
            self.each_writing(&joined, |_| How::Name(is_ordinary(&joined)));
        } else {
            self.value(&joined);
            self.value(&format!("{first} {second}"));
        }
    }

    /// A hash in hex: any [`OF_HASH`] digits of it.
    pub(in super::super) fn hash(&mut self, hex: &str) {
        let digits: Vec<_> = hex.chars().map(|c| c.to_digit(16)).collect();
        let windows = digits.windows(OF_HASH);
        self.hashes
            .extend(windows.filter_map(|window| number(window.iter().copied())));
    }

    fn each_writing(&mut self, value: &str, how: impl Fn(&[char]) -> How) {
        let entered: Vec<char> = value.trim().chars().filter_map(shown).collect();
        // Texts are searched with their escapes read; a value may look like one itself.
        let read: Vec<char> = letters(&entered).iter().map(|letter| letter.char).collect();
        let raw: Vec<char> = entered.into_iter().map(width).collect();
        self.keep(&read, how(&read));
        if raw != read {
            self.keep(&raw, how(&raw));
        }
    }

    fn keep(&mut self, chars: &[char], how: How) {
        // A single character is no personal value, and stands everywhere; but for a name.
        if chars.is_empty() || chars.len() == 1 && !matches!(how, How::Name(_)) {
            return;
        }
        let hidden = Hidden {
            chars: match how {
                How::Word | How::Digits => chars.to_vec(),
                _ => chars.iter().copied().map(lower).collect(),
            },
            how,
        };
        let same_start = self.values.entry(lower(chars[0])).or_default();
        if !same_start.contains(&hidden) {
            same_start.push(hidden);
        }
    }
}

impl Hidden {
    /// Where this value ends in the text if it begins at `place`.
    fn at(&self, text: &[Letter], place: usize) -> Option<usize> {
        let mut end = place;
        for (count, wanted) in self.chars.iter().enumerate() {
            if self.how == How::Digits && count > 0 {
                let rest = text[end..].iter().take(3);
                let separators = rest.take_while(|l| is_separator(l.char)).count();
                end += if separators <= 2 { separators } else { 0 };
            }
            let found = text.get(end).map(|letter| match self.how {
                How::Word | How::Digits => letter.char,
                _ => lower(letter.char),
            });
            if found != Some(*wanted) {
                return (count >= PREFIX).then_some(end);
            }
            end += 1;
        }
        let word = matches!(self.how, How::Word | How::WordOfAnyCase);
        (!word || is_word(text, place, end)).then_some(end)
    }
}

fn is_number(chars: &[char]) -> bool {
    chars.len() >= NUMBER && chars.iter().all(char::is_ascii_digit)
}

fn is_ascii(chars: &[char]) -> bool {
    chars.iter().all(char::is_ascii)
}

fn is_one_character(text: &str) -> bool {
    let mut chars = text.chars();
    matches!((chars.next(), chars.next()), (Some(one), None) if !one.is_ascii())
}

/// The number of so many hex digits.
fn number(mut digits: impl Iterator<Item = Option<u32>>) -> Option<u32> {
    digits.try_fold(0_u32, |number, digit| Some(number << 4 | digit?))
}

/// What may stand between the digits of a number.
pub(super) fn is_separator(char: char) -> bool {
    matches!(char, '-' | ' ' | '(' | ')' | '.' | '/')
        || matches!(char, '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' | 'ｰ')
}

fn is_word(text: &[Letter], start: usize, end: usize) -> bool {
    let in_word = |at: Option<usize>| {
        let char = at.and_then(|at| text.get(at)).map(|letter| letter.char);
        char.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let joined = |outside: Option<usize>, inside: usize| in_word(outside) && in_word(Some(inside));
    !joined(start.checked_sub(1), start) && !joined(Some(end), end - 1)
}
