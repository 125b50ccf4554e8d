//! All orders by status, each status with what it means.

use super::{
    ReportData,
    figures::count,
    html::{El, el},
    parts,
};
use crate::locales::{Lang, Text, report as texts};

/// One status: the class of its colour, its name, what it means, how many.
type Status = (&'static str, Text, Text, u64);

/// The section.
pub(super) fn section(data: &ReportData, lang: Lang) -> El {
    let all = statuses(data);
    let caption = texts::overview();
    let section = parts::section("statuses", &caption, lang)
        .child(bar(&all))
        .child(table(&all, data.statuses.orders(), lang));
    if data.orphans == 0 {
        return section;
    }
    let name = el("strong").say(&texts::orphans(count(data.orphans)), lang);
    let means = el("span").say(&texts::orphans_means(), lang);
    section.child(el("p").class("aside").child(name).text(" ").child(means))
}

fn statuses(data: &ReportData) -> [Status; 5] {
    let counts = data.statuses;
    [
        (
            "direct",
            texts::direct(),
            texts::direct_means(),
            counts.direct,
        ),
        (
            "via",
            texts::via_history(),
            texts::via_history_means(),
            counts.via_history,
        ),
        (
            "other",
            texts::not_screened(),
            texts::not_screened_means(),
            counts.not_screened,
        ),
        (
            "missing",
            texts::missing(),
            texts::missing_means(),
            counts.missing,
        ),
        (
            "unknown",
            texts::unknown(),
            texts::unknown_means(),
            counts.unknown,
        ),
    ]
}

/// One bar with all orders. The table says the same.
fn bar(all: &[Status]) -> El {
    let parts = all.iter().filter(|status| status.3 > 0);
    el("div")
        .class("bar")
        .attr("aria-hidden", "true")
        .children(parts.map(|(class, _, _, count)| {
            let part = el("span").class(class);
            part.attr("style", format!("flex-grow:{count}"))
        }))
}

fn table(all: &[Status], orders: u64, lang: Lang) -> El {
    let header = vec![
        parts::column(&texts::status(), lang),
        parts::number_column(&texts::orders(), lang),
        parts::number_column(&texts::share(), lang),
    ];
    let row = |(class, name, means, count): &Status| {
        let swatch = el("span")
            .class(&format!("swatch {class}"))
            .attr("aria-hidden", "true");
        let title = el("th").attr("scope", "row").child(swatch).say(name, lang);
        let numbers = el("tr")
            .child(title)
            .child(parts::number(*count))
            .child(parts::share_cell(*count, orders));
        let means = el("span").say(means, lang);
        // Below the numbers, where it has room on a telephone too.
        let means = el("td").attr("colspan", 3).child(means);
        [numbers, el("tr").class("means").child(means)]
    };
    let mut rows: Vec<_> = all.iter().flat_map(row).collect();
    let total = el("th").attr("scope", "row").say(&texts::total(), lang);
    rows.push(
        el("tr")
            .class("total")
            .child(total)
            .child(parts::number(orders))
            .child(parts::share_cell(orders, orders)),
    );
    parts::table("status-table", &texts::overview(), header, lang, rows)
}
