//! Where each day stands in the chart, and which days are named below it.

use jiff::civil::{Date, Weekday};

use super::Day;

/// A longer gap between two days with orders is cut short: one order with a mistyped year would
/// otherwise make the chart miles wide.
const LONGEST_GAP: usize = 62;
/// The slots that a cut gap takes.
const CUT: usize = 9;
/// Names of days are at least this far from each other, in pixels.
const APART: f64 = 40.0;
/// The fewest slots: a bar is never wider than a part of this.
const FEWEST: usize = 7;

/// What the names below the axis are: every day, or the starts of weeks, half-months or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// Every day.
    Day,
    /// Mondays.
    Week,
    /// The first and the fifteenth.
    HalfMonth,
    /// The first of each month.
    Month,
}

impl Grain {
    /// For so many days.
    fn of(days: usize) -> Self {
        match days {
            0..=7 => Self::Day,
            8..=45 => Self::Week,
            46..=130 => Self::HalfMonth,
            _ => Self::Month,
        }
    }

    /// The least width of a day in pixels: below it the chart scrolls.
    fn slot(self) -> f64 {
        match self {
            Self::Day => 40.0,
            Self::Week => 7.0,
            Self::HalfMonth => 4.5,
            Self::Month => 2.75,
        }
    }

    /// The part of a slot that the bar takes.
    pub(super) fn bar(self) -> f64 {
        match self {
            Self::Day => 0.5,
            Self::Week => 0.72,
            Self::HalfMonth | Self::Month => 0.8,
        }
    }

    fn names(self, date: Date) -> bool {
        match self {
            Self::Day => true,
            Self::Week => date.weekday() == Weekday::Monday,
            Self::HalfMonth => matches!(date.day(), 1 | 15),
            Self::Month => date.day() == 1,
        }
    }
}

/// A gap that was cut short: its middle slot, its first and its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) slot: usize,
    pub(super) first: Date,
    pub(super) last: Date,
}

/// The days of the chart, from left to right.
#[derive(Debug)]
pub(super) struct Axis {
    /// What the names below it are.
    pub(super) grain: Grain,
    /// All slots, with those that stay free at both ends of a chart of few days.
    pub(super) slots: usize,
    /// The slot of each day that was given, in that order.
    pub(super) places: Vec<usize>,
    /// The gaps that were cut short.
    pub(super) cuts: Vec<Cut>,
    /// The days that are named.
    pub(super) names: Vec<(usize, Date)>,
}

impl Axis {
    /// The axis of these days, ascending.
    pub(super) fn of(days: &[Day]) -> Self {
        let mut line = Line::default();
        for day in days {
            line.push(day.day);
        }
        let grain = Grain::of(line.slots.len());
        let free = FEWEST.saturating_sub(line.slots.len()) / 2;
        let names = names(&line.slots, grain);
        Self {
            grain,
            slots: line.slots.len() + 2 * free,
            places: line.places.iter().map(|place| place + free).collect(),
            cuts: line
                .cuts
                .into_iter()
                .map(|cut| Cut {
                    slot: cut.slot + free,
                    ..cut
                })
                .collect(),
            names: names
                .into_iter()
                .map(|(place, date)| (place + free, date))
                .collect(),
        }
    }

    /// The least width of the chart in pixels.
    pub(super) fn least_width(&self) -> f64 {
        (self.slots as f64 * self.grain.slot()).ceil()
    }

    /// The middle of a slot, in per cent of the width.
    pub(super) fn middle(&self, slot: usize) -> f64 {
        (slot as f64 + 0.5) / self.slots as f64 * 100.0
    }
}

/// The slots while they are laid out.
#[derive(Default)]
struct Line {
    /// The day of each slot; none in a gap that was cut.
    slots: Vec<Option<Date>>,
    places: Vec<usize>,
    cuts: Vec<Cut>,
}

impl Line {
    fn push(&mut self, day: Date) {
        if let Some(Some(before)) = self.slots.last().copied() {
            self.gap(before, day);
        }
        self.places.push(self.slots.len());
        self.slots.push(Some(day));
    }

    /// The days after `before` and before `day`.
    fn gap(&mut self, before: Date, day: Date) {
        let next = |date: &Date| date.tomorrow().ok();
        let between: Vec<_> = std::iter::successors(next(&before), next)
            .take_while(|date| *date < day)
            .take(LONGEST_GAP + 1)
            .collect();
        if between.len() <= LONGEST_GAP {
            self.slots.extend(between.into_iter().map(Some));
        } else {
            self.cuts.push(Cut {
                slot: self.slots.len() + CUT / 2,
                first: between[0],
                last: day.yesterday().unwrap_or(day),
            });
            self.slots.extend([None; CUT]);
        }
    }
}

/// The slots that are named: those of the grain, and the first of all and after each cut where
/// there is room.
fn names(slots: &[Option<Date>], grain: Grain) -> Vec<(usize, Date)> {
    let is_near = |a: usize, b: usize| (b - a) as f64 * grain.slot() < APART;
    let mut named: Vec<(usize, Date, bool)> = Vec::new();
    let mut after_gap = true;
    for (place, date) in slots.iter().enumerate() {
        let Some(date) = *date else {
            after_gap = true;
            continue;
        };
        let is_regular = grain.names(date);
        if is_regular || after_gap {
            match named.last().copied() {
                Some((last, _, true)) if is_near(last, place) => {}
                Some((last, _, false)) if is_near(last, place) => {
                    named.pop();
                    named.push((place, date, is_regular));
                }
                _ => named.push((place, date, is_regular)),
            }
        }
        after_gap = false;
    }
    named
        .into_iter()
        .map(|(place, date, _)| (place, date))
        .collect()
}
