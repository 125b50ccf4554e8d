//! The orders day by day: the chart, and its numbers as a table.

use super::{
    Day, ReportData, chart,
    figures::count,
    html::{El, el},
    parts,
};
use crate::locales::{Lang, Text, report as texts};

/// The sums of all days.
pub(super) fn sums(days: &[Day]) -> Day {
    let zero = Day {
        day: days.first().map_or(jiff::civil::Date::ZERO, |day| day.day),
        direct: 0,
        via_history: 0,
        missing: 0,
        other: 0,
        drift: 0,
    };
    days.iter().fold(zero, |sum, day| Day {
        day: sum.day,
        direct: sum.direct + day.direct,
        via_history: sum.via_history + day.via_history,
        missing: sum.missing + day.missing,
        other: sum.other + day.other,
        drift: sum.drift + day.drift,
    })
}

/// The section.
pub(super) fn section(data: &ReportData, lang: Lang) -> El {
    let section = parts::section("days", &texts::by_day(), lang);
    let undated = (data.undated > 0).then(|| {
        let text = texts::undated(count(data.undated));
        el("p").class("note").say(&text, lang)
    });
    let (Some(first), Some(last)) = (data.days.first(), data.days.last()) else {
        let no_days = el("p").say(&texts::no_days(), lang);
        return section.child(no_days).children(undated);
    };
    let caption = texts::by_day_of(first.day.to_string(), last.day.to_string());
    let sums = sums(&data.days);
    let figure = el("figure")
        .child(el("figcaption").say(&caption, lang))
        .child(legend(&sums, lang))
        .child(chart::of(&data.days, &sums, &caption, lang));
    section
        .child(figure)
        .child(el("p").class("note").say(&texts::by_day_note(), lang))
        .children(undated)
        .child(numbers(&data.days, &sums, &caption, lang))
}

/// The colours by name, with the sums.
fn legend(sums: &Day, lang: Lang) -> El {
    let entries = [
        ("direct", texts::direct(), sums.direct),
        ("via", texts::via_history(), sums.via_history),
        ("missing", texts::missing(), sums.missing),
        ("drift", texts::drift(), sums.drift),
    ];
    let entry = |(class, name, number): (&str, Text, u64)| {
        let swatch = el("span").class(&format!("swatch {class}"));
        let number = el("b").text(&count(number));
        el("li")
            .child(swatch.attr("aria-hidden", "true"))
            .say(&name, lang)
            .text(" ")
            .child(number)
    };
    el("ul")
        .class("legend")
        .children(entries.into_iter().map(entry))
}

/// The chart's numbers.
fn numbers(days: &[Day], sums: &Day, caption: &Text, lang: Lang) -> El {
    let header = vec![
        parts::column(&texts::day(), lang),
        parts::number_column(&texts::direct(), lang),
        parts::number_column(&texts::via_history(), lang),
        parts::number_column(&texts::missing(), lang),
        parts::number_column(&texts::other(), lang),
        parts::number_column(&texts::all_of_day(), lang),
        parts::number_column(&texts::drift(), lang),
    ];
    let row = |title: &str, day: &Day| {
        el("tr")
            .child(el("th").attr("scope", "row").class("when").text(title))
            .child(parts::number(day.direct))
            .child(parts::number(day.via_history))
            .child(parts::number(day.missing))
            .child(parts::number(day.other))
            .child(parts::number(day.orders()))
            .child(parts::number(day.drift))
    };
    let mut rows: Vec<_> = days
        .iter()
        .map(|day| row(&day.day.to_string(), day))
        .collect();
    rows.push(row(texts::total().get(lang), sums).class("total"));
    el("details")
        .child(el("summary").say(&texts::numbers_table(), lang))
        .child(parts::table("day-table", caption, header, lang, rows))
}
