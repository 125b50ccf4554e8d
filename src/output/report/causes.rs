//! Why orders have no screening.

use super::{ReportData, html::El, parts};
use crate::locales::{Lang, report as texts};

/// The section.
pub(super) fn section(data: &ReportData, lang: Lang) -> El {
    let heading = texts::causes();
    let section = parts::section("causes", &heading, lang);
    if data.causes.is_empty() {
        return section.child(parts::all_well(&texts::no_causes(), lang));
    }
    let table = ("cause-table", &heading, &texts::cause());
    section.child(parts::shares(
        table,
        &data.causes,
        data.statuses.orders(),
        lang,
    ))
}
