//! Points in time. ecforce and O-PLUX live in Asia/Tokyo, which has been UTC+9 without daylight
//! saving since 1952, so a fixed offset is exact and needs no time-zone database.

use std::{fmt, str::FromStr};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};
use serde::{Serialize, Serializer};

/// Asia/Tokyo.
const TOKYO: Offset = Offset::constant(9);
/// The seconds that Asia/Tokyo is ahead of UTC.
const TOKYO_SECONDS: i64 = 9 * 60 * 60;
/// 1970-01-01 00:00:00.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A point in time with a resolution of one second, read and written in Asia/Tokyo.
///
/// `Display` gives the form for people (`2026-11-20 10:15:00`), serde the one for programs
/// (RFC 3339 with `+09:00`), [`JstTime::wire`] the one of O-PLUX's and ecforce's APIs.
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
    pub fn from_civil(civil: DateTime) -> Result<Self, NotATime> {
        let since = civil.duration_since(EPOCH).as_secs();
        Ok(Self(since - TOKYO_SECONDS))
    }

    /// The first second of a day in Tokyo.
    pub fn start_of(day: Date) -> Result<Self, NotATime> {
        Self::from_civil(day.to_datetime(jiff::civil::Time::midnight()))
    }

    /// The last second of a range that ends at `text`: a bare date means that whole day.
    ///
    /// # Errors
    /// Where the text is no date and no time.
    pub fn end_of_range(text: &str) -> Result<Self, NotATime> {
        match parse_date(text) {
            Ok(day) => Ok(Self::start_of(day)?.plus_seconds(86_399)),
            Err(NotATime) => text.parse(),
        }
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

    /// `2026/11/20 10:15:00`, as O-PLUX and ecforce write it (WIRE.md).
    pub fn wire(self) -> String {
        self.civil().strftime("%Y/%m/%d %H:%M:%S").to_string()
    }

    /// `2026-11-20T10:15:00+09:00`.
    pub fn rfc3339(self) -> String {
        // By hand: a list of a million rows has a million of them, and a pattern is read each time.
        let civil = self.civil();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+09:00",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second()
        )
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

/// Reads a date, or a date and time: `-` or `/` between the parts of the date, with or without
/// leading zeros, `T` or blanks before the time, seconds and their fraction optional. Without an
/// offset it is Asia/Tokyo.
impl FromStr for JstTime {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let (date, rest) = split_date(text.trim())?;
        let is_joined = rest.starts_with(['T', 't']);
        let rest = rest.trim_start_matches(['T', 't', ' ', '\u{3000}']);
        if rest.is_empty() {
            return Self::start_of(date);
        }
        let (clock, offset) = split_offset(rest)?;
        let has_seconds = clock.matches(':').count() > 1;
        if !is_joined && !has_seconds && rest[clock.len()..].contains("-") {
            // `10:10-10:30` is a span.
            return Err(NotATime);
        }
        let civil = date.to_datetime(parse_clock(clock)?);
        let local = Self::from_civil(civil)?;
        Ok(local.plus_seconds(TOKYO_SECONDS - offset))
    }
}

/// Reads a date alone, in the forms of [`JstTime`].
pub fn parse_date(text: &str) -> Result<Date, NotATime> {
    match split_date(text.trim())? {
        (date, "") => Ok(date),
        _ => Err(NotATime),
    }
}

/// The date at the start of `text`, and what follows it.
fn split_date(text: &str) -> Result<(Date, &str), NotATime> {
    let (year, rest) = digits(text, 4..=4)?;
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '/'))
        .ok_or(NotATime)?;
    let (month, rest) = digits(&rest[1..], 1..=2)?;
    let (day, rest) = digits(rest.strip_prefix(separator).ok_or(NotATime)?, 1..=2)?;
    let date = Date::new(year as i16, month as i8, day as i8).map_err(|_| NotATime)?;
    Ok((date, rest))
}

/// The clock of `text`, and its offset from UTC in seconds (Tokyo's where none is given).
fn split_offset(text: &str) -> Result<(&str, i64), NotATime> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock, 0));
    }
    let Some(at) = text.find(['+', '-']) else {
        return Ok((text, TOKYO_SECONDS));
    };
    let (clock, offset) = text.split_at(at);
    let (hours, rest) = digits(&offset[1..], 2..=2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2..=2)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let seconds = offset_seconds(sign, hours.into(), minutes.into()).ok_or(NotATime)?;
    match rest.is_empty() {
        true => Ok((clock.trim_end(), seconds)),
        false => Err(NotATime),
    }
}

/// An offset from UTC in seconds, where there is one of so many hours and minutes: from -12:00 to
/// +14:00, in quarters of an hour.
pub(super) fn offset_seconds(sign: i64, hours: i64, minutes: i64) -> Option<i64> {
    let seconds = sign * (hours * 3600 + minutes * 60);
    let is_one = (-12 * 3600..=14 * 3600).contains(&seconds) && matches!(minutes, 0 | 15 | 30 | 45);
    is_one.then_some(seconds)
}

fn parse_clock(text: &str) -> Result<jiff::civil::Time, NotATime> {
    let (hour, rest) = digits(text, 1..=2)?;
    let (minute, rest) = digits(rest.strip_prefix(':').ok_or(NotATime)?, 1..=2)?;
    let second = match rest.strip_prefix(':') {
        None if rest.is_empty() => 0,
        None => return Err(NotATime),
        Some(rest) => {
            let (second, rest) = digits(rest, 1..=2)?;
            let fraction = rest.strip_prefix('.').unwrap_or(rest);
            let fraction_is_sound = rest.is_empty()
                || (rest.starts_with('.')
                    && !fraction.is_empty()
                    && fraction.bytes().all(|b| b.is_ascii_digit()));
            if !fraction_is_sound {
                return Err(NotATime);
            }
            second
        }
    };
    jiff::civil::Time::new(hour as i8, minute as i8, second as i8, 0).map_err(|_| NotATime)
}

/// A number of so many ASCII digits at the start of `text`, and what follows it.
fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Result<(u32, &str), NotATime> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    if !lengths.contains(&end) {
        return Err(NotATime);
    }
    let (number, rest) = text.split_at(end);
    Ok((number.parse().map_err(|_| NotATime)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_time_is_read_as_tokyo_time() {
        for text in [
            "2026/11/20 10:15:00",
            "2026-11-20 10:15:00",
            "2026-11-20T10:15",
            "2026/11/20 10:15",
            "2026-11-20T10:15:00+09:00",
            "2026-11-20T01:15:00Z",
            "2026-11-20T01:15:00.999Z",
            "2026-11-19T20:15:00-05:00",
            "2026-11-19 20:15:00-05:00",
            "2026-11-19T20:15-05:00",
            " 2026/11/20  10:15:00 ",
        ] {
            let at: JstTime = text.parse().unwrap();
            assert_eq!(at.wire(), "2026/11/20 10:15:00", "{text}");
            assert_eq!(at.to_string(), "2026-11-20 10:15:00");
            assert_eq!(at.rfc3339(), "2026-11-20T10:15:00+09:00");
        }
        assert_eq!(
            "2026/1/2 3:04".parse::<JstTime>().unwrap().wire(),
            "2026/01/02 03:04:00"
        );
        assert_eq!(
            "2026-11-20".parse::<JstTime>().unwrap().wire(),
            "2026/11/20 00:00:00"
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "today",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-02-29",
            "2026-11/20",
            "26-11-20",
            "2026-11-20 25:00",
            "2026-11-20 10:60",
            "2026-11-20 10",
            "2026-11-20 10:15:00 JST",
            "2026-11-20 10:15:00.",
            "2026-11-20 10:15:00+9",
            "2026-11-20T10:15:00+14:15",
            "2026-11-20T10:15:00-12:15",
            "2026-11-20T10:15:00+09:20",
            "2026-11-20 10:10-10:30",
            "20261120",
            "2026-11-20x10:15",
        ] {
            assert_eq!(text.parse::<JstTime>(), Err(NotATime), "{text:?}");
        }
    }

    #[test]
    fn a_bare_date_ends_a_range_with_its_last_second() {
        let end = |text| JstTime::end_of_range(text).unwrap().wire();
        assert_eq!(end("2026-11-20"), "2026/11/20 23:59:59");
        assert_eq!(end("2026/11/20 10:15"), "2026/11/20 10:15:00");
    }

    #[test]
    fn the_last_time_of_a_clock_can_be_written_and_counted_on_from() {
        let week = 7 * 86_400;
        assert_eq!(JstTime::LAST.wire(), "9999/12/01 09:00:00");
        assert_eq!(
            JstTime::LAST.plus_seconds(week).wire(),
            "9999/12/08 09:00:00"
        );
        for text in ["9999-12-31 23:59:59", "9999-12-31 09:00:00"] {
            let last: JstTime = text.parse().unwrap();
            assert_eq!(last.to_string(), text);
            assert_eq!(last.rfc3339(), text.replace(' ', "T") + "+09:00");
        }
        for time in [JstTime::NEVER, JstTime::from_unix(i64::MIN)] {
            // What has no form is written as another, and nothing panics.
            let _ = (
                time.day(),
                time.wire(),
                time.rfc3339(),
                time.plus_seconds(-1),
            );
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_tokyo() {
        let last: JstTime = "2026-11-19T14:59:59Z".parse().unwrap();
        let first: JstTime = "2026-11-19T15:00:00Z".parse().unwrap();
        assert_eq!(last.day() + 1, first.day());
        assert_eq!(JstTime::bounds_of_day(last.day()).1, last);
        assert_eq!(JstTime::bounds_of_day(first.day()).0, first);
        assert_eq!(first.wire(), "2026/11/20 00:00:00");
    }
}
