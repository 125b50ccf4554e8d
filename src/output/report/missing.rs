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
    let own = [texts::cause()];
    let header = parts::order_columns().into_iter().chain(own);
    let header = header.map(|title| parts::column(&title, lang));
    let rows = rows.iter().map(|row| {
        let (method, shown) = (&row.payment_method, &row.ecforce_result);
        let (method, shown) = (method.as_deref(), shown.as_deref());
        parts::order_row(&row.number, row.created_at, method, shown, lang).child(guide.cell(
            &row.cause,
            &row.next_step,
            lang,
        ))
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
