//! The chart: stacked bars, and a row of its own for the drifts, whose orders are counted in the
//! bars already. Widths are in per cent and heights in pixels, so that it fits its box without a
//! script; it scrolls where the window is too narrow for the names below.

use std::iter::successors;

use jiff::{ToSpan as _, civil::Date};
use maud::{Markup, html};

use super::{Day, Page, count, swatch, words_of};
use crate::{
    domain::matching::{Counts, Status},
    locales::{Lang, Text, report as texts},
};

/// What a bar is made of, from its base to its top.
const STACKED: [Status; 3] = [Status::Direct, Status::ViaPaymentHistory, Status::Missing];

/// The bars, from their top to their base, in pixels from above.
const BARS: (f64, f64) = (10.0, 220.0);
/// The names below the bars.
const NAMES: f64 = 240.0;
/// The row of the drifts.
const DRIFTS: (f64, f64) = (268.0, 306.0);
/// So many bars are enough: of more days, a bar is a week or a month.
const MOST: usize = 100;
/// A longer gap takes one place: an order with a mistyped year would otherwise make the chart miles
/// wide.
const LONGEST_GAP: usize = 31;
/// The width of a name, in pixels, and how many there are at most.
const NAME: usize = 48;
const MOST_NAMES: usize = 12;

/// What a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    Day,
    Week,
    Month,
}

impl Grain {
    /// The first day of the bar that `day` belongs to.
    fn start(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => {
                let past = day.weekday().to_monday_zero_offset();
                day.checked_sub(past.days()).unwrap_or(day)
            }
            Self::Month => day.first_of_month(),
        }
    }

    /// The first day of the next bar.
    fn next(self, start: Date) -> Option<Date> {
        let next = match self {
            Self::Day => start.tomorrow(),
            Self::Week => start.checked_add(1.week()),
            Self::Month => start.checked_add(1.month()),
        };
        next.ok()
    }

    /// The bars of these days from left to right, empty ones where no order is, and one [`None`]
    /// for a long gap.
    fn bars(self, days: &[Day]) -> Vec<Option<Day>> {
        let mut bars: Vec<Option<Day>> = Vec::new();
        for (day, counts) in days {
            let start = self.start(*day);
            if let Some(Some((last, sums))) = bars.last_mut() {
                if *last == start {
                    sums.add(counts);
                    continue;
                }
                let empty = successors(self.next(*last), |date| self.next(*date));
                let empty = empty.take_while(|date| *date < start).take(LONGEST_GAP + 1);
                let empty: Vec<_> = empty.collect();
                match empty.len() > LONGEST_GAP {
                    true => bars.push(None),
                    false => bars.extend(empty.iter().map(|day| Some((*day, Counts::default())))),
                }
            }
            bars.push(Some((start, *counts)));
        }
        bars
    }

    /// How a bar is named.
    fn name(self, start: Date, lang: Lang) -> String {
        let form = match (self, lang) {
            (Self::Month, Lang::En) => "%b %Y",
            (Self::Month, Lang::Ja) => "%Y/%-m",
            (_, Lang::En) => "%b %-d",
            (_, Lang::Ja) => "%-m/%-d",
        };
        start.strftime(form).to_string()
    }
}

/// The bars of these days, in the finest grain that has room.
pub(super) fn bars_of(days: &[Day]) -> (Grain, Vec<Option<Day>>) {
    let fine = [Grain::Day, Grain::Week].map(|grain| (grain, grain.bars(days)));
    let found = fine.into_iter().find(|(_, bars)| bars.len() <= MOST);
    found.unwrap_or_else(|| (Grain::Month, Grain::Month.bars(days)))
}

impl Page<'_> {
    /// The chart of the days, `sums` in all, under what its colours mean.
    pub(super) fn chart(&self, sums: &Counts, caption: &Text) -> Markup {
        let (grain, bars) = bars_of(&self.data.days);
        let all: fn(&Day) -> u64 = |(_, day)| STACKED.map(|status| day.of(status)).iter().sum();
        let most = |count: fn(&Day) -> u64| bars.iter().flatten().map(count).max().unwrap_or(0);
        let (highest, drift) = (most(all).max(1), most(|(_, day)| day.drift));
        let step = step(highest);
        let ticks: Vec<_> = (0..=highest.div_ceil(step)).map(|n| n * step).collect();
        let top = ticks[ticks.len() - 1];
        let y = |tick: u64| BARS.1 - height(tick, top, BARS);
        // Without the lower row where no result differs.
        let depth = if drift > 0 { DRIFTS.1 } else { NAMES } + 10.0;
        // A bar of a chart of few days is no wider than a seventh of it, and they stand in the
        // middle.
        let slot = 100.0 / bars.len().max(7) as f64;
        let middle = |place: usize| 50.0 + (place as f64 + 0.5 - bars.len() as f64 / 2.0) * slot;
        let every = bars.len().div_ceil(MOST_NAMES);
        let [direct, via, missing] = STACKED.map(|status| count(sums.of(status)));
        let description = texts::by_day_description(direct, via, missing, count(sums.drift));
        let chart = html! {
            svg.bars role="img" aria-labelledby="chart-title chart-description" height=(depth)
                style={ "min-width:" (bars.len().div_ceil(every) * NAME) "px" } {
                title id="chart-title" { (self.say(caption)) }
                desc id="chart-description" { (self.say(&description)) }
                @for tick in &ticks { (line(y(*tick), if *tick == 0 { "base" } else { "grid" })) }
                @if drift > 0 { (line(DRIFTS.1, "base")) }
                @for (place, bar) in bars.iter().enumerate() {
                    @if let Some(day) = bar {
                        (self.bar(day, grain, (middle(place), slot, depth), (top, drift)))
                        @if place % every == 0 {
                            (text("tick", middle(place), NAMES, &grain.name(day.0, self.lang)))
                        }
                    } @else {
                        (text("cut", middle(place), BARS.1 - 8.0, "⋯"))
                    }
                }
            }
        };
        let width = (count(top).len() * 7 + 14).max(52);
        let names = STACKED.map(|status| (words_of(status), sums.of(status)));
        let names = names.map(|((class, name, _), orders)| (class, name, orders));
        let drifts = ("drift", texts::drift(), sums.drift);
        let plot = html! {
            div.plot {
                // The scale stays where it is while the bars scroll.
                svg.scale width=(width) height=(depth) aria-hidden="true" {
                    @for tick in &ticks { (label("tick", y(*tick), &count(*tick))) }
                    @if drift > 0 {
                        (label("tick", DRIFTS.0, &count(drift)))
                        (label("tick row", DRIFTS.1 - 6.0, self.say(&texts::drift_short())))
                    }
                }
                (self.scroller(caption, &chart))
            }
        };
        html! {
            figure {
                figcaption { (self.say(caption)) }
                ul.legend {
                    @for (class, name, orders) in names.into_iter().chain([drifts]) {
                        li { (swatch(class)) (self.say(&name)) " " b { (count(orders)) } }
                    }
                }
                (plot)
            }
        }
    }

    /// One bar, and a field around it to point at.
    fn bar(
        &self,
        (first, day): &Day,
        grain: Grain,
        (middle, slot, depth): (f64, f64, f64),
        (top, drift): (u64, u64),
    ) -> Markup {
        let last = grain.next(*first).and_then(|next| next.yesterday().ok());
        let name = match last.filter(|last| last != first) {
            Some(last) => texts::period_between(first.to_string(), last.to_string()),
            None => Text::same(first),
        };
        let [direct, via, missing] = STACKED.map(|status| count(day.of(status)));
        let title = texts::day_title(name, direct, via, missing, count(day.drift));
        let rect = |class: &str, width: f64, y: f64, height: f64| {
            html! {
                @if height > 0.0 {
                    rect class=(class) x={ (number(middle - width / 2.0)) "%" }
                        width={ (number(width)) "%" } y=(number(y)) height=(number(height)) {}
                }
            }
        };
        let mut y = BARS.1;
        let stack = STACKED.map(|status| {
            let height = height(day.of(status), top, BARS);
            y -= height;
            rect(words_of(status).0, slot * 0.7, y, height)
        });
        let drift = height(day.drift, drift, DRIFTS);
        html! {
            g.day {
                title { (self.say(&title)) }
                (rect("field", slot, 0.0, depth))
                @for part in stack { (part) }
                (rect("drift", slot * 0.7, DRIFTS.1 - drift, drift))
            }
        }
    }
}

/// The height of `value` on a scale up to `highest`. One order among thousands is still to be seen.
fn height(value: u64, highest: u64, (top, base): (f64, f64)) -> f64 {
    match value {
        0 => 0.0,
        _ => (value as f64 / highest as f64 * (base - top)).max(2.5),
    }
}

fn line(y: f64, class: &str) -> Markup {
    html! { line class=(class) x1="0%" x2="100%" y1=(number(y)) y2=(number(y)) {} }
}

fn text(class: &str, x: f64, y: f64, text: &str) -> Markup {
    html! { text class=(class) x={ (number(x)) "%" } y=(y) text-anchor="middle" { (text) } }
}

/// A word of the scale.
fn label(class: &str, y: f64, text: &str) -> Markup {
    html! {
        text class=(class) x="100%" y=(number(y)) dx="-8" dy="0.32em" text-anchor="end" { (text) }
    }
}

/// A length, fine enough for a chart of many years.
fn number(value: f64) -> String {
    format!("{value:.3}")
}

/// The step between the lines of a chart: 1, 2 or 5 times a power of ten, five of them or fewer up
/// to `highest`.
pub(super) fn step(highest: u64) -> u64 {
    let least = highest.div_ceil(5).max(1);
    let power = 10_u64.pow(least.ilog10());
    let mut steps = [1, 2, 5, 10]
        .map(|factor| power.saturating_mul(factor))
        .into_iter();
    steps.find(|step| *step >= least).unwrap_or(least)
}
