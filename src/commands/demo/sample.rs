//! The sample data's times: it is written as of one afternoon, and shown as of now.

use anyhow::Result;

use crate::domain::time::JstTime;

/// When the sample data was written, by its own times.
const WRITTEN: &str = "2026/11/20 14:00:00";
/// The day of it, as all its times begin.
const DAY: &str = "2026/11/20 ";
/// How long the rest of a time is.
const CLOCK: usize = "14:00:00".len();

/// The sample data with its times moved so that it was written at `now`: what is screened in the
/// demo is screened now, and the order was placed shortly before.
///
/// # Errors
/// Where a time of the sample data is none.
pub(super) fn as_of(text: &str, now: JstTime) -> Result<String> {
    let later = now.unix() - WRITTEN.parse::<JstTime>()?.unix();
    let mut parts = text.split(DAY);
    let mut moved = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (clock, rest) = part.split_at_checked(CLOCK).unwrap_or((part, ""));
        let at: JstTime = format!("{DAY}{clock}").parse()?;
        moved += &at.plus_seconds(later).wire();
        moved += rest;
    }
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_moved_by_as_much() {
        let now = "2027-01-01 00:00:30".parse().unwrap();
        for (text, expected) in [
            ("none", "none"),
            ("2026/11/20 14:00:00", "2027/01/01 00:00:30"),
            (
                "a,2026/11/20 13:59:40,\n2026/11/20 13:00:00",
                "a,2027/01/01 00:00:10,\n2026/12/31 23:00:30",
            ),
        ] {
            assert_eq!(as_of(text, now).unwrap(), expected);
        }
        assert!(as_of("2026/11/20 14", now).is_err());
    }
}
