//! Orders whose results differ (R14): reported, never overwritten.

use super::{
    DriftRow, ReportData,
    html::{El, el},
    parts::{self, Guide},
};
use crate::locales::{Lang, report as texts};

/// The section.
pub(super) fn section(data: &ReportData, lang: Lang) -> El {
    let section = parts::section("drift", &texts::drift(), lang);
    if data.drifting() == 0 {
        return section.child(parts::all_well(&texts::no_drift(), lang));
    }
    let kinds = ("drift-kinds", &texts::drift_kinds(), &texts::kind());
    let section = section
        .child(el("p").class("intro").say(&texts::drift_means(), lang))
        .child(parts::shares(
            kinds,
            &data.drifts,
            data.statuses.orders(),
            lang,
        ));
    let rows = &data.drift_rows;
    let guide = Guide::of(rows.iter().map(|row| (&row.kind, &row.next_step)));
    let (period, shown) = ((data.from, data.to), (rows.len(), data.more_drift));
    section
        .children(guide.list(lang))
        .child(table(rows, &guide, lang))
        .child(parts::whole_list("--drift-only", period, shown, lang))
}

fn table(rows: &[DriftRow], guide: &Guide<'_>, lang: Lang) -> El {
    let own = [
        texts::auto_result(),
        texts::manual_result(),
        texts::kind(),
        texts::merchant_id(),
    ];
    let header = parts::order_columns().into_iter().chain(own);
    let header = header.map(|title| parts::column(&title, lang));
    let rows = rows.iter().map(|row| {
        let (method, shown) = (&row.payment_method, &row.ecforce_result);
        let (method, shown) = (method.as_deref(), shown.as_deref());
        parts::order_row(&row.number, row.created_at, method, shown, lang)
            .child(parts::result(row.auto_result.as_deref(), lang))
            .child(parts::result(row.manual_result.as_deref(), lang))
            .child(guide.cell(&row.kind, &row.next_step, lang))
            .child(event(row, lang))
    });
    let caption = texts::drift_rows();
    parts::table(
        "drift-table",
        &caption,
        header.collect(),
        lang,
        rows.collect(),
    )
}

/// By what O-PLUX's admin screen finds the event (R12), and its ID.
fn event(row: &DriftRow, lang: Lang) -> El {
    let number = row.matched_number.as_ref();
    let number = number.map(|number| el("span").class("line code").text(number));
    let id = row.event_id.as_ref().map(|id| {
        let name = el("span").class("key").say(&texts::event_id(), lang);
        let line = el("span").class("line").child(name).text(" ");
        line.child(el("span").class("code").text(id))
    });
    if number.is_none() && id.is_none() {
        return parts::maybe(None, lang);
    }
    el("td").class("event").children(number).children(id)
}
