//! Points in time. ecforce and O-PLUX live in Asia/Tokyo, which has been UTC+9 without daylight
//! saving since 1952, so a fixed offset is exact and needs no time-zone database.

use std::fmt;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};
use serde::{Serialize, Serializer};

/// Asia/Tokyo.
const TOKYO: Offset = Offset::constant(9);
/// The seconds that Asia/Tokyo is ahead of UTC.
pub(super) const TOKYO_SECONDS: i64 = 9 * 60 * 60;
/// 1970-01-01 00:00:00.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A point in time with a resolution of one second, read and written in Asia/Tokyo.
///
/// `Display` gives the form for people (`2026-11-20 10:15:00`), serde the one for programs
/// (RFC 3339 with `+09:00`), [`JstTime::wire`] the one of O-PLUX's and ecforce's APIs. What is read
/// is in `written_time`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_for_people_for_programs_and_for_the_wire() {
        let at = JstTime::from_unix(1_795_137_300);
        assert_eq!(at.to_string(), "2026-11-20 10:15:00");
        assert_eq!(at.rfc3339(), "2026-11-20T10:15:00+09:00");
        assert_eq!(at.wire(), "2026/11/20 10:15:00");
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
        let first = JstTime::from_unix(1_795_100_400);
        let last = first.plus_seconds(-1);
        assert_eq!(last.day() + 1, first.day());
        assert_eq!(JstTime::bounds_of_day(last.day()).1, last);
        assert_eq!(JstTime::bounds_of_day(first.day()).0, first);
        assert_eq!(first.wire(), "2026/11/20 00:00:00");
    }
}
