//! Times as exports, spreadsheets and people write them: `2026/1/2 3:04`, `2026年1月2日(金) 午前3時4分`,
//! `2026-01-01 18:04:00 (UTC)`. A time that is not wholly understood is none: a part that is
//! passed over may have been the one that says twelve hours later.

use std::str::FromStr;

use jiff::civil::{Date, DateTime};

use super::{
    text::{folded, trim},
    time::{JstTime, NotATime, TOKYO_SECONDS},
};

#[cfg(test)]
mod tests;

impl FromStr for JstTime {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        time(text).ok_or(NotATime)
    }
}

impl JstTime {
    /// The last second of a range that ends at `text`: a bare date means that whole day.
    ///
    /// # Errors
    /// Where the text is no date and no time.
    pub fn end_of_range(text: &str) -> Result<Self, NotATime> {
        match day(text) {
            Some(day) => Ok(Self::start_of(day).plus_seconds(86_399)),
            None => text.parse(),
        }
    }
}

/// A date, or a date and time; without a zone it is Asia/Tokyo.
pub fn time(text: &str) -> Option<JstTime> {
    common(text.as_bytes()).or_else(|| any_form(text))
}

/// A date alone.
pub fn day(text: &str) -> Option<Date> {
    let text = folded(text);
    let (day, rest) = date(trim(&text))?;
    rest.is_empty().then_some(day)
}

/// A day of Excel's calendar with its fraction, as a book keeps times.
pub fn excel_days(days: f64) -> Option<JstTime> {
    // From 1900-03-01 to 9999-12-31: before it Excel counts a day that never was.
    let is_sound = (61.0..2_958_466.0).contains(&days);
    let seconds = ((days - 25_569.0) * 86_400.0).round();
    is_sound.then(|| JstTime::from_unix(seconds as i64 - TOKYO_SECONDS))
}

/// `2026/11/20 10:15:00` and `2026-11-20 10:15`, which nearly all cells are: a million of them have
/// to be read in a fraction of a second.
fn common(text: &[u8]) -> Option<JstTime> {
    let (text, second) = match text.len() {
        16 => (text, 0),
        19 if text[16] == b':' => (&text[..16], two(&text[17..])?),
        _ => return None,
    };
    let separator = text[4];
    let is_shaped = matches!(separator, b'/' | b'-')
        && text[7] == separator
        && text[10] == b' '
        && text[13] == b':';
    if !is_shaped {
        return None;
    }
    let year = i16::from(two(text)?) * 100 + i16::from(two(&text[2..])?);
    let (month, day) = (two(&text[5..])?, two(&text[8..])?);
    let (hour, minute) = (two(&text[11..])?, two(&text[14..])?);
    let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    (year > 0).then(|| JstTime::from_civil(civil))
}

fn two(text: &[u8]) -> Option<i8> {
    let &[tens, ones, ..] = text else { return None };
    let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
    is_number.then(|| ((tens - b'0') * 10 + (ones - b'0')) as i8)
}

/// What stands behind a date; each of it once.
#[derive(Default)]
struct BehindDate {
    /// Seconds since midnight.
    clock: Option<i64>,
    is_afternoon: Option<bool>,
    /// Seconds ahead of UTC.
    zone: Option<i64>,
    has_weekday: bool,
    /// As RFC 3339 joins date and clock.
    is_joined: bool,
    /// `10:10` alone: what follows with a minus sign is where a span ends, as in `10:10-10:30`.
    may_begin_span: bool,
}

fn any_form(text: &str) -> Option<JstTime> {
    let text = folded(text);
    let (date, rest) = date(trim(&text))?;
    let mut parts = BehindDate::default();
    let mut rest = rest.trim_start();
    if let Some(clock) = rest.strip_prefix('t') {
        rest = clock;
        parts.is_joined = true;
    }
    while !rest.is_empty() {
        rest = parts.take(rest)?.trim_start();
    }
    let midnight = JstTime::start_of(date).plus_seconds(TOKYO_SECONDS);
    let at = midnight.plus_seconds(parts.seconds()?);
    // An offset may lead out of the years that can be written.
    let civil = at.civil();
    let is_writable = JstTime::from_civil(civil) == at && civil.year() > 0;
    is_writable.then_some(at)
}

/// A date at the beginning, and what follows it.
fn date(text: &str) -> Option<(Date, &str)> {
    let (first, rest) = digits(text);
    let (year, month, day, rest) = match (first.len(), rest.chars().next()) {
        // 20261120, 202611201015 and 20261120101500.
        (8 | 12 | 14, _) => (&text[..4], &text[4..6], &text[6..8], &text[8..]),
        (4, Some(separator @ ('/' | '-' | '.' | '年'))) => {
            let second = if separator == '年' { '月' } else { separator };
            let (month, rest) = digits(rest.strip_prefix(separator)?.trim_start());
            let (day, rest) = digits(rest.strip_prefix(second)?.trim_start());
            let rest = match separator {
                '年' => rest.strip_prefix('日')?,
                _ => rest,
            };
            let is_short = |part: &str| (1..=2).contains(&part.len());
            if !is_short(month) || !is_short(day) {
                return None;
            }
            (first, month, day, rest)
        }
        _ => return None,
    };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.ok()
        .filter(|date| date.year() > 0)
        .map(|date| (date, rest))
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

/// A number of one or two digits that is less than `below`.
fn small(text: &str, below: i64) -> Option<(i64, &str)> {
    let (number, rest) = digits(text);
    let is_short = (1..=2).contains(&number.len());
    let number = number
        .parse()
        .ok()
        .filter(|number| is_short && *number < below)?;
    Some((number, rest))
}

impl BehindDate {
    /// Takes one part; gives what follows it. None where it is not understood, or stands twice.
    fn take<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some(inside) = text.strip_prefix('(') {
            let (inside, rest) = inside.split_once(')')?;
            self.may_begin_span = false;
            let left = self.take_word(inside.trim())?;
            return left.is_empty().then_some(rest);
        }
        match text.starts_with(|c: char| c.is_ascii_digit()) {
            true => self.take_clock(text),
            false => self.take_word(text),
        }
    }

    fn take_word<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some((is_afternoon, rest)) = word(text, MERIDIEMS) {
            return self
                .is_afternoon
                .replace(is_afternoon)
                .is_none()
                .then_some(rest);
        }
        // `utc+9` is one zone.
        let (zone, rest) = match word(text, ZONES) {
            Some((0, rest)) => offset(rest).unwrap_or((0, rest)),
            Some(zone) => zone,
            None => match offset(text) {
                Some(_) if self.may_begin_span && text.starts_with('-') => return None,
                Some(zone) => zone,
                None => return self.take_weekday(text),
            },
        };
        // Said twice, as in `+09:00 (JST)`, it has to be the same.
        let before = self.zone.replace(zone);
        before.is_none_or(|before| before == zone).then_some(rest)
    }

    /// The day of the week says nothing new: `fri`, `Friday`, `金`, `金曜日`.
    fn take_weekday<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let end = text.find(|c: char| !c.is_ascii_alphabetic());
        let (latin, rest) = text.split_at(end.unwrap_or(text.len()));
        let is_latin = latin.len() >= 3 && WEEKDAYS.iter().any(|day| day.starts_with(latin));
        let rest = if is_latin {
            rest
        } else {
            let rest = text.strip_prefix(['日', '月', '火', '水', '木', '金', '土'])?;
            let rest = rest.strip_prefix('曜').unwrap_or(rest);
            rest.strip_prefix('日').unwrap_or(rest)
        };
        let is_first = !std::mem::replace(&mut self.has_weekday, true);
        is_first.then_some(rest)
    }

    fn take_clock<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let (number, rest) = digits(text);
        let (hour, minute, second, rest) = if let (4 | 6, None | Some(false)) = (
            number.len(),
            rest.chars().next().map(|c| matches!(c, ':' | '時')),
        ) {
            let second = number.get(4..).filter(|second| !second.is_empty());
            let in_range = |text: &str, below| text.parse().ok().filter(|n: &i64| *n < below);
            let second = second.map_or(Some(0), |second| in_range(second, 60))?;
            (
                in_range(&number[..2], 25)?,
                in_range(&number[2..4], 60)?,
                second,
                rest,
            )
        } else {
            clock_of_parts(text)?
        };
        if hour == 24 && (minute, second) != (0, 0) {
            return None;
        }
        let written = &text[..text.len() - rest.len()];
        self.may_begin_span = !self.is_joined && written.matches(':').count() == 1;
        let clock = hour * 3600 + minute * 60 + second;
        self.clock.replace(clock).is_none().then_some(rest)
    }

    /// The seconds from midnight UTC of the date to the time.
    fn seconds(&self) -> Option<i64> {
        let Some(clock) = self.clock else {
            // A zone or an afternoon without a clock says something that is not understood.
            let is_bare = self.zone.is_none() && self.is_afternoon.is_none();
            return is_bare.then_some(-TOKYO_SECONDS);
        };
        let noon = 12 * 3600;
        let clock = match self.is_afternoon {
            None => clock,
            // 12:03 AM is 0:03, and 12:03 PM is 12:03.
            Some(false) if clock >= noon + 3600 => return None,
            Some(false) => clock % noon,
            Some(true) if clock >= 2 * noon => return None,
            Some(true) if clock >= noon => clock,
            Some(true) => clock + noon,
        };
        Some(clock - self.zone.unwrap_or(TOKYO_SECONDS))
    }
}

/// `10:15:00.5`, `10時15分0秒`, `3時`.
fn clock_of_parts(text: &str) -> Option<(i64, i64, i64, &str)> {
    let (hour, rest) = small(text, 25)?;
    if let Some(rest) = rest.strip_prefix('時') {
        let rest = rest.trim_start();
        let (minute, rest) = match small(rest, 60) {
            Some((minute, rest)) => (minute, rest.strip_prefix('分')?.trim_start()),
            None => (0, rest),
        };
        let (second, rest) = match small(rest, 60) {
            Some((second, rest)) => (second, rest.strip_prefix('秒')?),
            None => (0, rest),
        };
        return Some((hour, minute, second, rest));
    }
    let (minute, rest) = small(rest.strip_prefix(':')?, 60)?;
    let Some(second) = rest.strip_prefix(':') else {
        return Some((hour, minute, 0, rest));
    };
    let (second, rest) = small(second, 60)?;
    let rest = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let (fraction, rest) = digits(fraction);
            (!fraction.is_empty()).then_some(rest)?
        }
    };
    Some((hour, minute, second, rest))
}

const MERIDIEMS: &[(&str, bool)] = &[
    ("午前", false),
    ("午後", true),
    ("am", false),
    ("pm", true),
    ("a.m.", false),
    ("p.m.", true),
];
const ZONES: &[(&str, i64)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("jst", TOKYO_SECONDS),
    ("asia/tokyo", TOKYO_SECONDS),
    ("日本時間", TOKYO_SECONDS),
    ("日本標準時", TOKYO_SECONDS),
];
const WEEKDAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

/// Whether a text ends with a word that moves a clock: a half of the day, or a zone.
pub fn ends_with_a_shift(text: &str) -> bool {
    let text = folded(text);
    let is_last = |word: &&str| {
        let before = text.trim_end_matches([' ', ':', ')']).strip_suffix(*word);
        let goes_on =
            |before: &str| word.is_ascii() && before.ends_with(|c: char| c.is_ascii_alphanumeric());
        before.is_some_and(|before| !goes_on(before))
    };
    let halves = MERIDIEMS.iter().map(|(word, _)| word);
    let zones = ZONES.iter().map(|(word, _)| word);
    halves.chain(zones).any(is_last)
}

/// The word of a list with which a text begins. A Latin one ends there.
fn word<'t, T: Copy>(text: &'t str, words: &[(&str, T)]) -> Option<(T, &'t str)> {
    words.iter().find_map(|(word, meaning)| {
        let rest = text.strip_prefix(word)?;
        let goes_on = word.is_ascii() && rest.starts_with(|c: char| c.is_ascii_alphabetic());
        (!goes_on).then_some((*meaning, rest))
    })
}

/// `+09:00`, `+0900`, `+09` or `+9`, in seconds: from -12:00 to +14:00, in quarters of an hour.
fn offset(text: &str) -> Option<(i64, &str)> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (number, rest) = digits(&text[1..]);
    let (hours, minutes, rest) = match (number.len(), rest.strip_prefix(':')) {
        (1 | 2, Some(rest)) => {
            let (minutes, rest) = digits(rest);
            (number, (minutes.len() == 2).then_some(minutes)?, rest)
        }
        (1 | 2, None) => (number, "0", rest),
        (4, None) => (&number[..2], &number[2..], rest),
        _ => return None,
    };
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = sign * (hours * 3600 + minutes * 60);
    let is_one = (-12 * 3600..=14 * 3600).contains(&seconds) && matches!(minutes, 0 | 15 | 30 | 45);
    is_one.then_some((seconds, rest))
}
