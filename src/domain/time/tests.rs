//! What is written and read of times, as tables.

use proptest::prelude::*;

use super::*;

fn time(text: &str) -> Option<JstTime> {
    text.parse().ok()
}

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

#[test]
fn every_form_of_a_time_is_read() {
    let forms = "2026/11/20 10:15|2026.11.20 10:15|2026.11.20 10:15:00.5|2026-11-20T10:15:00|\
         2026-11-20T01:15:00Z|2026-11-20T01:15:00.250Z|2026-11-19T20:15:00-05:00| 2026/11/20  10:15:00 |\
         2026-11-20 10:15:00 +0900|2026-11-20 10:15:00 +9|2026-11-20 01:15:00 UTC|\
         2026-11-20 01:15:00 (UTC)|2026-11-20 01:15:00 (+00:00)|2026-11-20 10:15:00 UTC+9|\
         2026-11-19T20:15-05:00|2026-11-19 20:15 (-05:00)|2026-11-19 20:15:00 -05:00|\
         2026/11/20 01:15Z+00:00|2026/11/19 20:15 -05:00|2026/11/19 20:15-0500|\
         2026-11-20 10:15:00 JST|2026-11-20 10:15:00（日本時間）|2026-11-20 10:15:00 +09:00 (JST)|\
         2026年11月20日 10時15分00秒|2026年11月20日10時15分|2026年11月20日 10:15|\
         2026年11月20日(金) 10:15|2026年11月20日 金曜日 10:15|2026/11/20（金） 10:15:00|\
         2026/11/20(金)10:15:00|2026/11/20 Fri 10:15 AM|2026/11/20 午前10:15|\
         2026/11/20 午前 10時15分|2026/11/20 10:15 (午前)|\
         ２０２６／１１／２０　１０：１５：００|2026年 11月 20日 10時 15分|\
         202611201015|20261120101500|20261120 101500|20261120T101500";
    for text in forms.split('|') {
        let at = time(text).map(JstTime::wire);
        assert_eq!(at.as_deref(), Some("2026/11/20 10:15:00"), "{text}");
    }
    for (text, expected) in [
        ("2026/1/2 3:04:05", "2026/01/02 03:04:05"),
        ("2026年1月2日 3時4分5秒", "2026/01/02 03:04:05"),
        ("2026/1/2", "2026/01/02 00:00:00"),
        ("2026年1月2日", "2026/01/02 00:00:00"),
        ("2026年1月2日(金)", "2026/01/02 00:00:00"),
        ("2026.1.2", "2026/01/02 00:00:00"),
        ("20260102", "2026/01/02 00:00:00"),
        ("2026/1/2 3時", "2026/01/02 03:00:00"),
        ("2026/11/20 24:00", "2026/11/21 00:00:00"),
        ("2026/12/31 24:00:00", "2027/01/01 00:00:00"),
        ("2026/11/20 03:04 (午後)", "2026/11/20 15:04:00"),
        ("2026/11/20 3:04 p.m.", "2026/11/20 15:04:00"),
        ("2026/11/20 0:03 PM", "2026/11/20 12:03:00"),
        ("2026/11/20 12:03 PM", "2026/11/20 12:03:00"),
        ("2026/11/20 12:03 AM", "2026/11/20 00:03:00"),
        ("2026/11/20 午後15:04", "2026/11/20 15:04:00"),
    ] {
        let at = time(text).map(JstTime::wire);
        assert_eq!(at.as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_not_wholly_understood_is_no_time() {
    let others = "|-|today|2026|2026/11|2026/02/29 10:15:00|2026/11/31 10:15:00|2026-11/20 10:15:00|26-11-20|\
         2026-11-20x10:15|2026-11-20 10:15:00.|0000-00-00 00:00:00|2026/11/20 24:01|2026/11/20 25:00|\
         2026/11/20 10:60:00|2026/11/20 10:15:60|2026/11/20 10|2026/11/20 10:15:00 x|\
         2026/11/20(金 10:15:00|2026/11/20 10:15:00 (EST)|2026/11/20 10:15:00 (予定)|\
         2026/11/20 (UTC)|2026/11/20 午後|2026/11/20 午前13:00|2026/11/20 10:15 午前 PM|\
         2026/11/20 10:15:00 UTC JST|2026/11/20 10:15 10:16|2026/11/20 10:10-10:20|\
         2026/11/20 10:10-10:30|2026/11/20 10:10-10:10|2026/11/20 03:15 -05:00|\
         2026/11/20 10:10-5:00|2026/11/20 10:10-05:00 PM|2026/11/20 3:10 PM-05:00|\
         2026/11/20 10:15Z+09:00|2026/11/20 10:15:00Z-05:00|2026/11/20 10:15Z+9|2026/11/20 10:10 -10:30|2026/11/20 10:10〜10:20|\
         2026/11/20 10:15:00+14:15|2026/11/20 10:15:00-12:15|2026/11/20 10:15:00+09:20|\
         2026/11/20 10:15:00 UTC+15|午後 2026/11/20 3:10|20261131|2026112010|46346.4|11/20/2026|\
         9999-12-31T23:59:59-12:00|2026年";
    for text in others.split('|') {
        assert_eq!(time(text), None, "{text}");
    }
}

#[test]
fn a_bare_date_ends_a_range_with_its_last_second() {
    for (text, expected) in [
        ("2026-11-20", "2026/11/20 23:59:59"),
        ("2026年11月20日", "2026/11/20 23:59:59"),
        ("2026/11/20 10:15", "2026/11/20 10:15:00"),
    ] {
        assert_eq!(JstTime::end_of_range(text).unwrap().wire(), expected);
    }
    assert_eq!(JstTime::end_of_range("2026-11"), Err(NotATime));
}

#[test]
fn excels_days_are_days_and_their_fraction() {
    let read = |days| excel_days(days).map(JstTime::wire);
    assert_eq!(read(46_346.0).as_deref(), Some("2026/11/20 00:00:00"));
    assert_eq!(
        read(46_346.427_083_333_3).as_deref(),
        Some("2026/11/20 10:15:00")
    );
    for days in [0.0, 60.0, -1.0, 3_980_000.0, f64::NAN] {
        assert_eq!(excel_days(days), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(seconds in -62_135_596_800_i64..253_402_207_200) {
        let at = JstTime::from_unix(seconds);
        if at.civil().year() > 0 {
            for text in [at.wire(), at.to_string(), at.rfc3339()] {
                prop_assert_eq!(time(&text), Some(at));
            }
        }
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,30}|[0-9/:年月日時分() +\\-apmutcz午後金]{0,30}") {
        let _ = time(&text);
    }
}
