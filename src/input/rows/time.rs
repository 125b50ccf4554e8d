//! Times in every form in which exports and spreadsheets write them.

use super::money::narrow;
use crate::{
    domain::time::JstTime,
    locales::{Text, rows},
};

/// The seconds that Asia/Tokyo is ahead of UTC.
const TOKYO_SECONDS: i64 = 9 * 60 * 60;

/// A date, or a date and time.
pub(super) fn time(text: &str) -> Result<JstTime, Text> {
    let at = common(text.as_bytes()).or_else(|| any_form(text));
    at.ok_or_else(rows::time)
}

/// `2026/11/20 10:15:00` and `2026-11-20 10:15:00`, which nearly all cells are: a million of them
/// have to be read in a fraction of a second.
fn common(text: &[u8]) -> Option<JstTime> {
    let &[
        y0,
        y1,
        y2,
        y3,
        s,
        m0,
        m1,
        t,
        d0,
        d1,
        b' ',
        h0,
        h1,
        b':',
        i0,
        i1,
        b':',
        c0,
        c1,
    ] = text
    else {
        return None;
    };
    let two = |tens: u8, ones: u8| {
        let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
        is_number.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let is_separated = s == t && matches!(s, b'/' | b'-');
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let (month, day) = (two(m0, m1)?, two(d0, d1)?);
    let (hour, minute, second) = (two(h0, h1)?, two(i0, i1)?, two(c0, c1)?);
    let is_sound = is_separated
        && year > 0
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds = hour * 3600 + minute * 60 + second - TOKYO_SECONDS;
    is_sound.then(|| JstTime::from_unix(day_number(year, month, day) * 86_400 + seconds))
}

fn days_of(year: i64, month: i64) -> i64 {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days from 1970-01-01 to a day of the years 1 to 9999 (Hinnant's `days_from_civil`: years
/// that begin in March, so that the leap day comes last).
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Every other form, made one that [`JstTime`] reads.
fn any_form(text: &str) -> Option<JstTime> {
    let text = in_ascii(text);
    let text = text.trim();
    let (date, clock) = match text.find([' ', 'T', 't']) {
        Some(end) => (&text[..end], text[end + 1..].trim()),
        None => (text, ""),
    };
    let whole = match (spread(date), clock) {
        ((date, ""), "") => date,
        ((date, clock), "") | ((date, ""), clock) => format!("{date} {}", plain_clock(clock)),
        _ => return None,
    };
    let at: JstTime = whole.parse().ok()?;
    // An offset may lead out of the years that can be written.
    let years = day_number(1, 1, 1)..=day_number(9999, 12, 31);
    years.contains(&at.day()).then_some(at)
}

/// `2026年11月20日(金) 10時15分` as `2026/11/20 10:15:`.
fn in_ascii(text: &str) -> String {
    let narrow = narrow(text);
    let mut ascii = String::with_capacity(narrow.len());
    let mut rest = narrow.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '年' | '月' => ascii.push('/'),
            '日' => ascii.push(' '),
            '時' | '分' => ascii.push(':'),
            '秒' => {}
            // The day of the week says nothing new.
            '(' => {
                rest.by_ref().find(|c| *c == ')');
                ascii.push(' ');
            }
            c if c.is_whitespace() => {
                let follows_a_date = !ascii.ends_with(['/', ':', '.']);
                if follows_a_date {
                    ascii.push(' ');
                }
            }
            c => ascii.push(c),
        }
    }
    ascii
}

/// A date with `/` between its parts, and the time of one that is digits alone: `20261120101500`.
fn spread(date: &str) -> (String, &str) {
    let is_digits = date.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits && matches!(date.len(), 8 | 14) {
        let (year, rest) = date.split_at(4);
        let (month, rest) = rest.split_at(2);
        let (day, clock) = rest.split_at(2);
        return (format!("{year}/{month}/{day}"), clock);
    }
    (date.replace('.', "/"), "")
}

/// A clock with `:` between its parts, and an offset as [`JstTime`] reads it.
fn plain_clock(clock: &str) -> String {
    let is_digits = clock.len() == 6 && clock.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits {
        return format!("{}:{}:{}", &clock[..2], &clock[2..4], &clock[4..]);
    }
    let (clock, zone) = match (clock.strip_suffix("UTC"), clock.len().checked_sub(4)) {
        (Some(clock), _) => (clock, "Z".to_owned()),
        (None, Some(at)) if has_offset_without_colon(clock) => {
            let offset = format!("{}:{}", &clock[at - 1..at + 2], &clock[at + 2..]);
            (&clock[..at - 1], offset)
        }
        _ => (clock.strip_suffix("JST").unwrap_or(clock), String::new()),
    };
    let clock = clock.trim_end();
    let plain = match clock.strip_suffix(':') {
        Some(hour) if !hour.contains(':') => format!("{hour}:00"),
        Some(clock) => clock.to_owned(),
        None => clock.to_owned(),
    };
    plain + &zone
}

/// Whether a clock ends as Ruby writes times: `+0900`.
fn has_offset_without_colon(clock: &str) -> bool {
    let ending = clock.as_bytes().last_chunk::<5>();
    ending.is_some_and(|[sign, digits @ ..]| {
        matches!(sign, b'+' | b'-') && digits.iter().all(u8::is_ascii_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_time_is_read() {
        for text in [
            "2026/11/20 10:15:00",
            "2026-11-20 10:15:00",
            "2026/11/20 10:15",
            "2026.11.20 10:15",
            "2026.11.20 10:15:00.5",
            "2026-11-20T10:15:00",
            "2026-11-20T10:15:00+09:00",
            "2026-11-20T01:15:00Z",
            "2026-11-20T01:15:00.250Z",
            "2026-11-20 10:15:00 +0900",
            "2026-11-20 01:15:00 UTC",
            "2026-11-20 10:15:00 JST",
            "2026年11月20日 10時15分00秒",
            "2026年11月20日10時15分",
            "2026年11月20日 10:15",
            "2026年11月20日(金) 10:15",
            "2026/11/20（金） 10:15:00",
            "2026/11/20(金)10:15:00",
            "２０２６／１１／２０　１０：１５：００",
            "2026年 11月 20日 10時 15分",
            "20261120101500",
            "20261120 101500",
            "20261120T101500",
        ] {
            let at = time(text).map(JstTime::wire);
            assert_eq!(at.as_deref(), Ok("2026/11/20 10:15:00"), "{text}");
        }
        for text in [
            "2026/1/2 3:04:05",
            "2026-01-02 03:04:05",
            "2026年1月2日 3時4分5秒",
        ] {
            assert_eq!(time(text).unwrap().wire(), "2026/01/02 03:04:05", "{text}");
        }
        for text in [
            "2026/1/2",
            "2026-01-02",
            "2026年1月2日",
            "2026.1.2",
            "20260102",
        ] {
            assert_eq!(time(text).unwrap().wire(), "2026/01/02 00:00:00", "{text}");
        }
        assert_eq!(time("2026/1/2 3時").unwrap().wire(), "2026/01/02 03:00:00");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "-",
            "today",
            "2026",
            "2026/11",
            "2026/02/29",
            "2026/02/29 10:15:00",
            "2026/11/31 10:15:00",
            "2026/13/01 10:15:00",
            "2026/00/01 10:15:00",
            "2026-11/20 10:15:00",
            "0000-00-00 00:00:00",
            "0000-01-01 00:00:00",
            "2026/11/20 24:00:00",
            "2026/11/20 10:60:00",
            "2026/11/20 10:15:60",
            "2026/11/20 10",
            "2026/11/20 10:15:00 x",
            "20261131",
            "2026112010",
            "46346.4",
            "11/20/2026",
            "9999-12-31T23:59:59-12:00",
            "2026年",
        ] {
            assert_eq!(time(text), Err(rows::time()), "{text}");
        }
    }

    #[test]
    fn the_common_form_is_read_as_the_others_are() {
        let days = (1_i16..=9999).step_by(7).flat_map(|year| {
            let days = [(1, 1), (2, 28), (2, 29), (3, 1), (4, 31), (12, 31)];
            days.map(|(month, day)| (year, month, day))
        });
        for (year, month, day) in days {
            let text = format!("{year:04}-{month:02}-{day:02} 23:59:58");
            assert_eq!(common(text.as_bytes()), text.parse().ok(), "{text}");
        }
    }
}
