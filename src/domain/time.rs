//! Points in time, as they are written, and as exports, spreadsheets and people write them. ecforce
//! and O-PLUX live in Asia/Tokyo, which has been UTC+9 without daylight saving since 1952, so a
//! fixed offset is exact and needs no time-zone database.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};
use serde::{Serialize, Serializer};

use super::text::{Words, folded, trim};

#[cfg(test)]
mod tests;

/// Asia/Tokyo.
const TOKYO: Offset = Offset::constant(9);
/// The seconds that Asia/Tokyo is ahead of UTC.
const TOKYO_SECONDS: i64 = 9 * 60 * 60;
/// 1970-01-01 00:00:00.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// From 0001-01-01 00:00:00 to 9999-12-31 23:59:59 in Asia/Tokyo.
const WRITABLE: RangeInclusive<i64> = -62_135_629_200..=253_402_268_399;

/// A point in time with a resolution of one second, read and written in Asia/Tokyo.
///
/// `Display` gives the form for people (`2026-11-20 10:15:00`), serde the one for programs
/// (RFC 3339 with `+09:00`), [`JstTime::wire`] the one of O-PLUX's and ecforce's APIs. Parsing reads
/// every form: `2026/1/2 3:04`, `2026年1月2日(金) 午前3時4分`, `2026-01-01 18:04:00 (UTC)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JstTime(i64);

/// The text is no date, and no date and time, in any form that is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time")]
pub struct NotATime;

impl JstTime {
    /// 9999-12-01 09:00:00, the latest that a clock is believed: it can be written in every form, and
    /// counted on from by a few weeks.
    pub const LAST: Self = Self(253_399_622_400);
    /// Later than every time that can be written.
    pub const NEVER: Self = Self(i64::MAX);

    /// From seconds since 1970-01-01 00:00:00 UTC. Values outside the years 1 to 9999 have no
    /// form that can be written.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// The clock and calendar of Tokyo at this time.
    pub fn civil(self) -> DateTime {
        match Timestamp::from_second(self.0) {
            Ok(stamp) => TOKYO.to_datetime(stamp),
            // A stamp ends a day before the year 9999 does.
            Err(_) => EPOCH
                .checked_add(SignedDuration::from_secs(
                    self.plus_seconds(TOKYO_SECONDS).0,
                ))
                .unwrap_or(EPOCH),
        }
    }

    /// The time at which Tokyo's clock and calendar show `civil`; fractions of a second are cut off.
    pub fn from_civil(civil: DateTime) -> Self {
        Self(civil.duration_since(EPOCH).as_secs() - TOKYO_SECONDS)
    }

    /// The first second of a day in Tokyo.
    pub fn start_of(day: Date) -> Self {
        Self::from_civil(day.to_datetime(jiff::civil::Time::midnight()))
    }

    /// This time, so many seconds later (earlier where negative).
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The number of the day in Tokyo, counted from 1970-01-01.
    pub fn day(self) -> i64 {
        self.0.saturating_add(TOKYO_SECONDS).div_euclid(86_400)
    }

    /// The first and the last second of a day of [`JstTime::day`].
    pub fn bounds_of_day(day: i64) -> (Self, Self) {
        let first = day.saturating_mul(86_400).saturating_sub(TOKYO_SECONDS);
        (Self(first), Self(first).plus_seconds(86_399))
    }

    /// The last second of a range that ends at `text`: a bare date means that whole day.
    ///
    /// # Errors
    /// Where the text is no date and no time.
    pub fn end_of_range(text: &str) -> Result<Self, NotATime> {
        match date(text) {
            Some(day) => Ok(Self::start_of(day).plus_seconds(86_399)),
            None => text.parse(),
        }
    }

    /// `2026/11/20 10:15:00`, as O-PLUX and ecforce write it (WIRE.md).
    pub fn wire(self) -> String {
        self.civil().strftime("%Y/%m/%d %H:%M:%S").to_string()
    }

    /// `2026-11-20T10:15:00+09:00`.
    pub fn rfc3339(self) -> String {
        // By hand: a list of a million rows has a million of them, and a pattern is read each time.
        let civil = self.civil();
        let mut text = *b"0000-00-00T00:00:00+09:00";
        for (places, mut value) in [
            (0..4, civil.year().unsigned_abs()),
            (5..7, civil.month().unsigned_abs().into()),
            (8..10, civil.day().unsigned_abs().into()),
            (11..13, civil.hour().unsigned_abs().into()),
            (14..16, civil.minute().unsigned_abs().into()),
            (17..19, civil.second().unsigned_abs().into()),
        ] {
            for place in places.rev() {
                text[place] = b'0' + (value % 10) as u8;
                value /= 10;
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl fmt::Display for JstTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil().strftime("%Y-%m-%d %H:%M:%S"))
    }
}

impl Serialize for JstTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl FromStr for JstTime {
    type Err = NotATime;

    /// A date, or a date and time; without a zone it is Asia/Tokyo. A time that is not wholly
    /// understood is none: a part that is passed over may have been the one that says twelve hours
    /// later.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let any_form = || Written::new(&folded(text)).time();
        common(text).or_else(any_form).ok_or(NotATime)
    }
}

/// `2026/11/20 10:15:00`, which nearly all cells are: a million of them have to be read in a fraction
/// of a second.
fn common(text: &str) -> Option<JstTime> {
    let text: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let marks = [4, 7, 10, 13, 16].map(|place| text[place]);
    let digits = text.iter().filter(|byte| byte.is_ascii_digit());
    if !matches!(&marks, b"// ::" | b"-- ::") || digits.count() != 14 {
        return None;
    }
    let two = |place| ((text[place] - b'0') * 10 + text[place + 1] - b'0') as i8;
    let year = i16::from(two(0)) * 100 + i16::from(two(2));
    let civil = DateTime::new(year, two(5), two(8), two(11), two(14), two(17), 0);
    civil.ok().filter(|_| year > 0).map(JstTime::from_civil)
}

/// A date alone.
pub fn date(text: &str) -> Option<Date> {
    let text = folded(text);
    let mut written = Written::new(&text);
    let date = written.date()?;
    written.rest.is_empty().then_some(date)
}

/// A day of Excel's calendar with its fraction, as a book keeps times.
pub fn excel_days(days: f64) -> Option<JstTime> {
    // From 1900-03-01 to 9999-12-31: before it Excel counts a day that never was.
    let is_sound = (61.0..2_958_466.0).contains(&days);
    let seconds = ((days - 25_569.0) * 86_400.0).round();
    is_sound.then(|| JstTime(seconds as i64 - TOKYO_SECONDS))
}

/// Whether a text ends with a word that moves a clock: a half of the day, or a zone.
pub fn ends_with_a_shift(text: &str) -> bool {
    let text = folded(text);
    let text = text.trim_end_matches([' ', ':', ')']);
    let is_last = |word: &&str| {
        let goes_on =
            |before: &str| word.is_ascii() && before.ends_with(|c: char| c.is_ascii_alphanumeric());
        text.strip_suffix(*word)
            .is_some_and(|before| !goes_on(before))
    };
    let halves = HALVES.iter().map(|(word, _)| word);
    let zones = ZONES.iter().map(|(word, _)| word);
    halves.chain(zones).any(is_last)
}

/// Whether it is after noon.
const HALVES: Words<bool> = &[
    ("午前", false),
    ("午後", true),
    ("am", false),
    ("pm", true),
    ("a.m.", false),
    ("p.m.", true),
];
const ZONES: Words<i64> = &[
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
/// What stands behind the parts of a date.
const SEPARATORS: [[&str; 3]; 4] = [
    ["/", "/", ""],
    ["-", "-", ""],
    [".", ".", ""],
    ["年", "月", "日"],
];

/// A time as it is read, part by part. What stands behind the date may stand there once.
#[derive(Default)]
struct Written<'t> {
    /// What is left to read.
    rest: &'t str,
    /// Seconds since midnight.
    clock: Option<i64>,
    is_afternoon: Option<bool>,
    /// Seconds ahead of UTC.
    zone: Option<i64>,
    has_weekday: bool,
    /// As RFC 3339 joins date and clock.
    is_joined: bool,
    /// `10:10` alone: what follows with a minus sign may be where a span ends, as in `10:10-10:30`.
    may_begin_span: bool,
}

impl<'t> Written<'t> {
    fn new(folded: &'t str) -> Self {
        Self {
            rest: trim(folded),
            ..Self::default()
        }
    }

    fn time(mut self) -> Option<JstTime> {
        let date = self.date()?;
        self.skip_blanks();
        self.is_joined = self.takes("t");
        while !self.rest.is_empty() {
            self.take_part()?;
            self.skip_blanks();
        }
        let at = JstTime::start_of(date).plus_seconds(self.seconds()?);
        // An offset may lead out of the years that can be written.
        WRITABLE.contains(&at.0).then_some(at)
    }

    /// The seconds from midnight in Tokyo to the time.
    fn seconds(&self) -> Option<i64> {
        let Some(clock) = self.clock else {
            // A zone or an afternoon without a clock says something that is not understood.
            let is_bare = self.zone.is_none() && self.is_afternoon.is_none();
            return is_bare.then_some(0);
        };
        let hour = 3600;
        let clock = match self.is_afternoon {
            None => clock,
            // 12:03 AM is 0:03, and 12:03 PM is 12:03.
            Some(false) if clock < 13 * hour => clock % (12 * hour),
            Some(true) if clock < 24 * hour => clock % (12 * hour) + 12 * hour,
            Some(_) => return None,
        };
        Some(clock + TOKYO_SECONDS - self.zone.unwrap_or(TOKYO_SECONDS))
    }

    fn date(&mut self) -> Option<Date> {
        let text = self.rest;
        let first = self.digits();
        let [year, month, day] = match first.len() {
            // 20261120, 202611201015 and 20261120101500.
            8 | 12 | 14 => {
                self.rest = &text[8..];
                [&text[..4], &text[4..6], &text[6..8]]
            }
            4 => {
                let mut separators = SEPARATORS.into_iter();
                let [_, second, last] = separators.find(|[year, ..]| self.takes(year))?;
                [
                    first,
                    self.digits_before(second)?,
                    self.digits_before(last)?,
                ]
            }
            _ => return None,
        };
        let date = Date::new(year.parse().ok()?, small(month)?, small(day)?);
        date.ok().filter(|date| date.year() > 0)
    }

    /// Takes one part behind the date. None where it is not understood, or stands twice.
    fn take_part(&mut self) -> Option<()> {
        if let Some(inside) = self.rest.strip_prefix('(') {
            let (inside, behind) = inside.split_once(')')?;
            self.may_begin_span = false;
            self.rest = inside.trim();
            self.take_word()?;
            let left = std::mem::replace(&mut self.rest, behind);
            return left.is_empty().then_some(());
        }
        match self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            true => self.take_clock(),
            false => self.take_word(),
        }
    }

    /// `10:15:00.5`, `10時15分0秒`, `3時`, `101500`.
    fn take_clock(&mut self) -> Option<()> {
        let first = self.digits();
        let [hour, minute, second] = match first.len() {
            1 | 2 if self.takes(":") => {
                let minute = self.digits();
                let has_second = self.takes(":");
                let second = if has_second { self.digits() } else { "0" };
                if has_second && self.takes(".") && self.digits().is_empty() {
                    return None;
                }
                self.may_begin_span = !self.is_joined && !has_second;
                [first, minute, second]
            }
            1 | 2 if self.takes("時") => {
                [first, self.digits_before("分")?, self.digits_before("秒")?]
            }
            4 | 6 => [0, 2, 4].map(|at| first.get(at..at + 2).unwrap_or("0")),
            _ => return None,
        };
        let (hour, minute, second) = (small(hour)?, small(minute)?, small(second)?);
        let is_one = (hour, minute, second) <= (24, 0, 0) && minute < 60 && second < 60;
        let clock = [hour, minute, second].map(i64::from);
        let clock = clock[0] * 3600 + clock[1] * 60 + clock[2];
        (is_one && self.clock.replace(clock).is_none()).then_some(())
    }

    fn take_word(&mut self) -> Option<()> {
        if let Some(is_afternoon) = self.one_of(HALVES) {
            let before = self.is_afternoon.replace(is_afternoon);
            return before.is_none().then_some(());
        }
        // `utc+9` is one zone, `z+9` is two.
        let may_go_on = !self.rest.starts_with('z');
        let zone = match self.one_of(ZONES) {
            None if self.may_end_a_span() => return None,
            None | Some(0) if may_go_on && self.rest.starts_with(['+', '-']) => self.offset()?,
            Some(zone) => zone,
            None => return self.take_weekday(),
        };
        // Said twice, as in `+09:00 (JST)`, it has to be the same.
        let before = self.zone.replace(zone);
        before.is_none_or(|before| before == zone).then_some(())
    }

    /// Whether what follows may be where a span ends: `-10:30` behind `10:10`. A clock with its two
    /// digits that ends the text and would end a span before it began is an offset: `10:15-05:00`.
    fn may_end_a_span(&self) -> bool {
        let Some(end) = self.rest.strip_prefix('-') else {
            return false;
        };
        let digits = end.replace(':', "");
        let part = |at| digits.get(at..at + 2).and_then(small).map(i64::from);
        let end = part(0).zip(part(2)).filter(|_| digits.len() == 4);
        let begins = self.clock.filter(|_| self.is_afternoon.is_none());
        let is_before = |((hour, minute), begins)| hour * 3600 + minute * 60 < begins;
        self.may_begin_span && !end.zip(begins).is_some_and(is_before)
    }

    /// `+09:00`, `+0900`, `+09` or `+9`, in seconds: from -12:00 to +14:00, in quarters of an hour.
    fn offset(&mut self) -> Option<i64> {
        let (sign, rest) = self.rest.split_at(1);
        self.rest = rest;
        let first = self.digits();
        let (hours, minutes) = match first.len() {
            1 | 2 if self.takes(":") => (first, self.digits()),
            1 | 2 => (first, "00"),
            4 => first.split_at(2),
            _ => return None,
        };
        let is_quarter = matches!(minutes, "00" | "15" | "30" | "45");
        let ahead = i64::from(small(hours)?) * 3600 + i64::from(small(minutes)?) * 60;
        let seconds = if sign == "-" { -ahead } else { ahead };
        (is_quarter && (-12 * 3600..=14 * 3600).contains(&seconds)).then_some(seconds)
    }

    /// The day of the week says nothing new: `fri`, `Friday`, `金`, `金曜日`.
    fn take_weekday(&mut self) -> Option<()> {
        let mut words = self.rest.split(|c: char| !c.is_ascii_alphabetic());
        let latin = words.next().unwrap_or_default();
        if latin.len() >= 3 && WEEKDAYS.iter().any(|day| day.starts_with(latin)) {
            self.takes(latin);
        } else {
            let days = ['日', '月', '火', '水', '木', '金', '土'];
            self.rest = self.rest.strip_prefix(days)?;
            self.takes("曜");
            self.takes("日");
        }
        let is_second = std::mem::replace(&mut self.has_weekday, true);
        (!is_second).then_some(())
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes this, where it comes next, and says whether it did.
    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn digits(&mut self) -> &'t str {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    /// Digits with their unit behind them; 0 where there are none.
    fn digits_before(&mut self, unit: &str) -> Option<&'t str> {
        self.skip_blanks();
        match self.digits() {
            "" => Some("0"),
            digits => self.takes(unit).then_some(digits),
        }
    }

    /// What the word means that comes next, where it is one of these. A Latin one ends there.
    fn one_of<T: Copy>(&mut self, words: Words<T>) -> Option<T> {
        let is_next = |word: &str| {
            let rest = self.rest.strip_prefix(word);
            let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
            rest.is_some_and(|rest| !word.is_ascii() || !goes_on(rest))
        };
        let (word, meaning) = words.iter().find(|(word, _)| is_next(word))?;
        self.takes(word);
        Some(*meaning)
    }
}

/// A number of one or two digits.
fn small(digits: &str) -> Option<i8> {
    digits.parse().ok().filter(|_| digits.len() <= 2)
}
