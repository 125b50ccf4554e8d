//! Orders that should have a screening and have none.

use super::{
    MissingRow, ReportData,
    html::{El, el},
    parts::{self, Guide},
};
use crate::locales::{Lang, report as texts};

/// The section.
pub(super) fn section(data: &ReportData, lang: Lang) -> El {
    let section = parts::section("missing", &texts::missing(), lang);
    if data.statuses.missing == 0 {
        return section.child(parts::all_well(&texts::no_missing(), lang));
    }
    let rows = &data.missing_rows;
    let guide = Guide::of(rows.iter().map(|row| (&row.cause, &row.next_step)));
    let (period, shown) = ((data.from, data.to), (rows.len(), data.more_missing));
    section
        .child(el("p").class("intro").say(&texts::missing_means(), lang))
        .children(guide.list(lang))
        .child(table(rows, &guide, lang))
        .child(parts::whole_list("--status missing", period, shown, lang))
}

fn table(rows: &[MissingRow], guide: &Guide<'_>, lang: Lang) -> El {
    let header = [
        texts::number(),
        texts::created_at(),
        texts::payment_method(),
        texts::ecforce_result(),
        texts::cause(),
    ];
    let header = header.iter().map(|title| parts::column(title, lang));
    let rows = rows.iter().map(|row| {
        let number = el("th").attr("scope", "row").class("code");
        el("tr")
            .child(number.text(&row.number))
            .child(parts::time(row.created_at, lang))
            .child(parts::maybe(row.payment_method.as_deref(), lang))
            .child(parts::result(row.ecforce_result.as_deref(), lang))
            .child(guide.cell(&row.cause, &row.next_step, lang))
    });
    let caption = texts::missing_rows();
    parts::table(
        "missing-table",
        &caption,
        header.collect(),
        lang,
        rows.collect(),
    )
}
