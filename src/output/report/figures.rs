//! Numbers and times as the page shows them.

use jiff::civil::Time;

use crate::domain::time::JstTime;

/// `12,345`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The share of `part` in `whole` with one decimal, rounded: `12.3 %`. Of nothing it is `0.0 %`.
pub(super) fn share(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let thousandths = (part * 2000 + whole).checked_div(whole * 2).unwrap_or(0);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// The time that a period begins at: without the clock where it begins with a day.
pub(super) fn begin(at: JstTime) -> String {
    short(at, Time::midnight())
}

/// The time that a period ends at: without the clock where it ends with a day.
pub(super) fn end(at: JstTime) -> String {
    short(at, Time::constant(23, 59, 59, 0))
}

fn short(at: JstTime, bare: Time) -> String {
    if at.civil().time() == bare {
        at.civil().date().to_string()
    } else {
        at.to_string()
    }
}

/// The step between the lines of a chart: 1, 2 or 5 times a power of ten, five of them or fewer up
/// to `highest`.
pub(super) fn step(highest: u64) -> u64 {
    let least = highest.div_ceil(5).max(1);
    let power = 10_u64.pow(least.ilog10());
    let steps = [1, 2, 5, 10].map(|factor| power.saturating_mul(factor));
    steps
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or(least)
}
