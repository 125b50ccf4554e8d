//! The chart: stacked bars by day, and a row of its own for the drifts, whose orders are counted
//! in the bars already. Widths are in per cent and heights in pixels, so that it fits its box
//! without a script; it scrolls where days would become too narrow.

use super::{
    Day,
    axis::{Axis, Cut, Grain},
    figures::{count, ticks},
    html::{El, el},
    parts,
};
use crate::locales::{Lang, Text, report as texts};

/// Where the bars begin and end, in pixels from above.
const BARS: Panel = Panel {
    top: 10.0,
    base: 220.0,
};
/// The names of the days, below the bars.
const NAMES: f64 = 240.0;
/// Where the row of the drifts begins and ends.
const DRIFTS: Panel = Panel {
    top: 268.0,
    base: 306.0,
};
/// A day with one order among thousands is still to be seen.
const LEAST: f64 = 2.5;

/// A part of the chart with a scale of its own.
struct Panel {
    top: f64,
    base: f64,
}

impl Panel {
    /// The height of `value` on a scale up to `highest`.
    fn height(&self, value: u64, highest: u64) -> f64 {
        if value == 0 {
            return 0.0;
        }
        let full = self.base - self.top;
        (value as f64 / highest.max(1) as f64 * full).max(LEAST)
    }
}

/// The scales of both panels.
struct Scales {
    ticks: Vec<u64>,
    highest_drift: u64,
}

impl Scales {
    fn of(days: &[Day]) -> Self {
        let bar = |day: &Day| day.direct + day.via_history + day.missing;
        let drift = |day: &Day| day.drift;
        Self {
            ticks: ticks(days.iter().map(bar).max().unwrap_or(0)),
            highest_drift: days.iter().map(drift).max().unwrap_or(0),
        }
    }

    fn highest(&self) -> u64 {
        self.ticks.last().copied().unwrap_or(1)
    }

    /// The height of the whole, in pixels: without the lower row where no result differs.
    fn height(&self) -> f64 {
        match self.highest_drift {
            0 => NAMES + 12.0,
            _ => DRIFTS.base + 8.0,
        }
    }
}

/// The chart of these days, ascending.
pub(super) fn of(days: &[Day], sums: &Day, caption: &Text, lang: Lang) -> El {
    let scales = Scales::of(days);
    let axis = Axis::of(days);
    let scroller = parts::scroller(&texts::scrolls(caption), lang);
    el("div")
        .class("plot")
        .child(scale(&scales, lang))
        .child(scroller.child(bars(days, (&axis, &scales), (sums, caption), lang)))
}

/// The scale on the left, which stays where it is while the days scroll.
fn scale(scales: &Scales, lang: Lang) -> El {
    let label = |y: f64, class: &str, text: &str| {
        el("text")
            .attr("x", "100%")
            .attr("y", number(y))
            .attr("dx", -8)
            .attr("dy", "0.32em")
            .attr("text-anchor", "end")
            .class(class)
            .text(text)
    };
    let widest = scales.ticks.iter().map(|tick| count(*tick).len()).max();
    let width = (widest.unwrap_or(1) * 7 + 14).max(52);
    let labels = scales
        .ticks
        .iter()
        .map(|tick| label(y_of(*tick, scales), "tick", &count(*tick)));
    let svg = el("svg")
        .class("scale")
        .attr("width", width)
        .attr("height", scales.height())
        .attr("aria-hidden", "true")
        .children(labels);
    if scales.highest_drift == 0 {
        return svg;
    }
    svg.child(label(DRIFTS.top, "tick", &count(scales.highest_drift)))
        .child(label(
            DRIFTS.base - 6.0,
            "tick row",
            texts::drift_short().get(lang),
        ))
}

fn y_of(tick: u64, scales: &Scales) -> f64 {
    let part = tick as f64 / scales.highest().max(1) as f64;
    BARS.base - part * (BARS.base - BARS.top)
}

/// What scrolls: lines, bars and the names of days.
fn bars(
    days: &[Day],
    (axis, scales): (&Axis, &Scales),
    (sums, caption): (&Day, &Text),
    lang: Lang,
) -> El {
    let description = texts::by_day_description(
        count(sums.direct),
        count(sums.via_history),
        count(sums.missing),
        count(sums.drift),
    );
    let lines = scales.ticks.iter().map(|tick| {
        let class = if *tick == 0 { "base" } else { "grid" };
        line(y_of(*tick, scales), class)
    });
    let drift_line = (scales.highest_drift > 0).then(|| line(DRIFTS.base, "base"));
    let columns = days
        .iter()
        .zip(&axis.places)
        .map(|(day, place)| column(day, *place, (axis, scales), lang));
    el("svg")
        .class("bars")
        .attr("role", "img")
        .attr("aria-labelledby", "chart-title chart-description")
        .attr("height", scales.height())
        .attr("style", format!("min-width:{}px", axis.least_width()))
        .child(el("title").attr("id", "chart-title").say(caption, lang))
        .child(
            el("desc")
                .attr("id", "chart-description")
                .say(&description, lang),
        )
        .children(lines)
        .children(drift_line)
        .children(axis.cuts.iter().map(|cut| gap(cut, axis, lang)))
        .children(columns)
        .children(axis.names.iter().map(|name| day_name(*name, axis, lang)))
}

fn line(y: f64, class: &str) -> El {
    el("line")
        .class(class)
        .attr("x1", "0%")
        .attr("x2", "100%")
        .attr("y1", number(y))
        .attr("y2", number(y))
}

/// The bars of one day, and a field around them to point at.
fn column(day: &Day, place: usize, (axis, scales): (&Axis, &Scales), lang: Lang) -> El {
    let title = texts::day_title(
        day.day.to_string(),
        count(day.direct),
        count(day.via_history),
        count(day.missing),
        count(day.drift),
    );
    let slot = 100.0 / axis.slots as f64;
    let rect = |class: &str, width: f64, y: f64, height: f64| {
        el("rect")
            .class(class)
            .attr("x", percent(axis.middle(place) - width / 2.0))
            .attr("width", percent(width))
            .attr("y", number(y))
            .attr("height", number(height))
    };
    let width = slot * axis.grain.bar();
    let mut group = el("g")
        .class("day")
        .child(el("title").say(&title, lang))
        .child(rect("field", slot, 0.0, scales.height()));
    let mut y = BARS.base;
    let stack = [
        ("direct", day.direct),
        ("via", day.via_history),
        ("missing", day.missing),
    ];
    for (class, value) in stack.into_iter().filter(|(_, value)| *value > 0) {
        let height = BARS.height(value, scales.highest());
        y -= height;
        group = group.child(rect(class, width, y, height));
    }
    if day.drift > 0 {
        let height = DRIFTS.height(day.drift, scales.highest_drift);
        group = group.child(rect("drift", width, DRIFTS.base - height, height));
    }
    group
}

/// The mark of a gap that is not drawn to its length.
fn gap(cut: &Cut, axis: &Axis, lang: Lang) -> El {
    let title = texts::cut_title(cut.first.to_string(), cut.last.to_string());
    let text = el("text")
        .class("cut")
        .attr("x", percent(axis.middle(cut.slot)))
        .attr("y", number(BARS.base - 8.0))
        .attr("text-anchor", "middle");
    el("g")
        .child(el("title").say(&title, lang))
        .child(text.text("⋯"))
}

fn day_name((place, date): (usize, jiff::civil::Date), axis: &Axis, lang: Lang) -> El {
    let form = match (axis.grain, lang) {
        (Grain::Month, Lang::En) => "%b %Y",
        (Grain::Month, Lang::Ja) => "%Y/%-m",
        (_, Lang::En) => "%b %-d",
        (_, Lang::Ja) => "%-m/%-d",
    };
    // Paper does not scroll: of several years it names the years alone.
    let is_minor = axis.names.len() > 14 && date.month() != 1;
    el("text")
        .class(if is_minor { "tick minor" } else { "tick" })
        .attr("x", percent(axis.middle(place)))
        .attr("y", number(NAMES))
        .attr("text-anchor", "middle")
        .text(&date.strftime(form).to_string())
}

/// A length in pixels.
fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A length in per cent of the width, fine enough for a chart of ten years.
fn percent(value: f64) -> String {
    format!("{value:.4}%")
}
