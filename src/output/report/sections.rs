//! The parts of the page, from its top to its end.

use maud::{Markup, html};

use super::{Day, Finding, Listed, ReportData, begin, chart, count, end, share};
use crate::{
    domain::{
        event::AutoResult,
        matching::{Counts, Status},
        time::JstTime,
    },
    locales::{Lang, Text, report as texts},
};

/// The title, of what the page is, and the answer first: what there is to do, and the totals.
pub(super) fn header(data: &ReportData, period: &Text, lang: Lang) -> Markup {
    html! {
        header {
            div.title {
                p.eyebrow { "oplux reconcile" }
                h1 { (texts::title().get(lang)) }
                p.lead { (texts::lead().get(lang)) }
            }
            dl.facts {
                div { dt { (texts::period().get(lang)) } dd { (period.get(lang)) } }
                div { dt { (texts::made_at().get(lang)) } dd { (moment(data.made_at)) } }
                div { dt { (texts::store().get(lang)) } dd.path { (data.store) } }
            }
            @if data.counts.orders() > 0 {
                (verdict(data, lang))
                (tiles(data, period, lang))
            }
        }
    }
}

/// The period of the page, in words.
pub(super) fn period(data: &ReportData) -> Text {
    match (data.from.map(begin), data.to.map(end)) {
        (Some(from), Some(to)) => texts::period_between(from, to),
        (Some(from), None) => texts::period_since(from),
        (None, Some(to)) => texts::period_until(to),
        (None, None) => texts::period_all(),
    }
}

fn verdict(data: &ReportData, lang: Lang) -> Markup {
    let (missing, drift) = (data.counts.of(Status::Missing), data.counts.drift);
    let unknown = data.counts.of(Status::Unknown);
    html! {
        @if missing + drift > 0 {
            (remark("look", "!", &texts::verdict_look(count(missing), count(drift)), lang))
        } @else if unknown == 0 {
            (remark("well", "✓", &texts::verdict_clear(), lang))
        }
        @if unknown > 0 {
            (remark("unsure", "?", &texts::verdict_unknown(count(unknown)), lang))
            (command("oplux import events FILE"))
        }
    }
}

/// The four totals, each a link to its section.
fn tiles(data: &ReportData, period: &Text, lang: Lang) -> Markup {
    let all = data.counts;
    let of_all = |value| texts::of_all(share(value, all.orders()));
    let tone = |value: u64, tone| if value > 0 { tone } else { "calm" };
    let screened = all.of(Status::Direct) + all.of(Status::ViaPaymentHistory);
    let (missing, drift) = (all.of(Status::Missing), all.drift);
    html! {
        ul.tiles aria-label=(texts::contents().get(lang)) {
            @for (target, tone, name, value, below) in [
                ("days", "calm", texts::orders(), all.orders(), period.clone()),
                ("statuses", "calm", texts::screened(), screened, of_all(screened)),
                ("missing", tone(missing, "bad"), texts::missing(), missing, of_all(missing)),
                ("drift", tone(drift, "warn"), texts::drift(), drift, of_all(drift)),
            ] {
                li class=(tone) {
                    a href={ "#" (target) } {
                        span.name { (name.get(lang)) }
                        span.value { (count(value)) }
                        span.below { (below.get(lang)) }
                    }
                }
            }
        }
    }
}

/// What stands in place of everything else where there is no order.
pub(super) fn no_orders(lang: Lang) -> Markup {
    html! {
        section.empty {
            h2 { (texts::no_orders().get(lang)) }
            p { (texts::no_orders_hint().get(lang)) }
            (command("oplux import orders FILE"))
        }
    }
}

/// The class and the name of a status, and what it means.
pub(super) fn words_of(status: Status) -> (&'static str, Text, Text) {
    match status {
        Status::Direct => ("direct", texts::direct(), texts::direct_means()),
        Status::ViaPaymentHistory => ("via", texts::via_history(), texts::via_history_means()),
        Status::NotScreened => ("other", texts::not_screened(), texts::not_screened_means()),
        Status::Missing => ("missing", texts::missing(), texts::missing_means()),
        Status::Unknown => ("unknown", texts::unknown(), texts::unknown_means()),
    }
}

/// All orders by status, each status with what it means.
pub(super) fn statuses(data: &ReportData, lang: Lang) -> Markup {
    let all = data.counts;
    let columns = ([texts::status()], [texts::orders(), texts::share()]);
    let each = Status::ALL.map(|status| (words_of(status), all.of(status)));
    let content = html! {
        // The table says the same.
        div.bar aria-hidden="true" {
            @for ((class, ..), orders) in &each {
                @if *orders > 0 { span class=(class) style={ "flex-grow:" (orders) } {} }
            }
        }
        (table("status-table", &texts::overview(), (&columns.0, &columns.1), &html! {
            @for ((class, name, means), orders) in &each {
                tr {
                    th scope="row" { (swatch(class)) (name.get(lang)) }
                    (shares(*orders, all.orders()))
                }
                // Below the numbers, where it has room on a telephone too.
                tr.means { td colspan="3" { span { (means.get(lang)) } } }
            }
            tr.total {
                th scope="row" { (texts::total().get(lang)) }
                (shares(all.orders(), all.orders()))
            }
        }, lang))
        @if data.orphans > 0 {
            p.aside {
                strong { (texts::orphans(count(data.orphans)).get(lang)) } " "
                span { (texts::orphans_means().get(lang)) }
            }
        }
    };
    section("statuses", &texts::overview(), &content, lang)
}

/// The orders day by day: the chart, and its numbers as a table.
pub(super) fn days(data: &ReportData, lang: Lang) -> Markup {
    let content = html! {
        @if let (Some(first), Some(last)) = (data.days.first(), data.days.last()) {
            @let sums = sums(&data.days);
            @let caption = texts::by_day_of(first.0.to_string(), last.0.to_string());
            figure {
                figcaption { (caption.get(lang)) }
                ul.legend {
                    @for status in chart::STACKED {
                        @let (class, name, _) = words_of(status);
                        li { (swatch(class)) (name.get(lang)) " " b { (count(sums.of(status))) } }
                    }
                    li { (swatch("drift")) (texts::drift().get(lang)) " " b { (count(sums.drift)) } }
                }
                (chart::of(&data.days, &sums, &caption, lang))
            }
            p.note { (texts::by_day_note().get(lang)) }
            details {
                summary { (texts::numbers_table().get(lang)) }
                (numbers(&data.days, &sums, &caption, lang))
            }
        } @else {
            p { (texts::no_days().get(lang)) }
        }
        @if data.undated > 0 {
            p.note { (texts::undated(count(data.undated)).get(lang)) }
        }
    };
    section("days", &texts::by_day(), &content, lang)
}

/// All orders of these days.
pub(super) fn sums(days: &[Day]) -> Counts {
    days.iter().fold(Counts::default(), |mut sums, (_, day)| {
        sums.add(day);
        sums
    })
}

/// The chart's numbers, day by day.
fn numbers(days: &[Day], sums: &Counts, caption: &Text, lang: Lang) -> Markup {
    let cells = |day: &Counts| {
        let [direct, via, not_screened, missing, unknown] = day.statuses;
        let other = not_screened + unknown;
        let numbers = [direct, via, missing, other, day.orders(), day.drift];
        html! { @for number in numbers { td.num { (count(number)) } } }
    };
    let rows = html! {
        @for (date, day) in days {
            tr { th.when scope="row" { (date) } (cells(day)) }
        }
        tr.total { th.when scope="row" { (texts::total().get(lang)) } (cells(sums)) }
    };
    let (direct, via, missing) = (texts::direct(), texts::via_history(), texts::missing());
    let (other, orders, drift) = (texts::other(), texts::all_of_day(), texts::drift());
    let columns = ([texts::day()], [direct, via, missing, other, orders, drift]);
    let columns: (&[_], &[_]) = (&columns.0, &columns.1);
    table("day-table", caption, columns, &rows, lang)
}

/// Orders that should have a screening and have none.
pub(super) fn missing(data: &ReportData, lang: Lang) -> Markup {
    let content = html! {
        @if data.counts.of(Status::Missing) == 0 {
            (remark("well", "✓", &texts::no_missing(), lang))
        } @else {
            p.intro { (texts::missing_means().get(lang)) }
            (list("missing-table", &texts::missing_rows(), &data.missing_rows, lang))
            (whole_list("--status missing", data, &data.missing_rows, lang))
        }
    };
    section("missing", &texts::missing(), &content, lang)
}

/// Orders whose results differ (R14): reported, never overwritten.
pub(super) fn drift(data: &ReportData, lang: Lang) -> Markup {
    let kinds = ("drift-kinds", &texts::drift_kinds(), texts::kind());
    let content = html! {
        @if data.counts.drift == 0 {
            (remark("well", "✓", &texts::no_drift(), lang))
        } @else {
            p.intro { (texts::drift_means().get(lang)) }
            (kinds_table(kinds, &data.drifts, data.counts.orders(), lang))
            (list("drift-table", &texts::drift_rows(), &data.drift_rows, lang))
            (whole_list("--drift-only", data, &data.drift_rows, lang))
        }
    };
    section("drift", &texts::drift(), &content, lang)
}

/// Why orders have no screening.
pub(super) fn causes(data: &ReportData, lang: Lang) -> Markup {
    let kinds = ("cause-table", &texts::causes(), texts::cause());
    let content = html! {
        @if data.causes.is_empty() {
            (remark("well", "✓", &texts::no_causes(), lang))
        } @else {
            (kinds_table(kinds, &data.causes, data.counts.orders(), lang))
        }
    };
    section("causes", &texts::causes(), &content, lang)
}

/// A section with its heading. Links lead to `id`.
fn section(id: &str, heading: &Text, content: &Markup, lang: Lang) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-heading" } {
            h2 id={ (id) "-heading" } { (heading.get(lang)) }
            (content)
        }
    }
}

/// A sentence with a mark before it.
fn remark(class: &str, mark: &str, text: &Text, lang: Lang) -> Markup {
    html! {
        p class=(class) {
            span.mark aria-hidden="true" { (mark) }
            span { (text.get(lang)) }
        }
    }
}

/// A command to copy.
fn command(command: &str) -> Markup {
    html! { p.command { code { (command) } } }
}

/// A patch of a colour, beside its name.
fn swatch(class: &str) -> Markup {
    html! { span class={ "swatch " (class) } aria-hidden="true" {} }
}

/// A box that scrolls sideways where the window is narrow, with the keyboard too.
pub(super) fn scroller(what: &Text, content: &Markup, lang: Lang) -> Markup {
    let name = texts::scrolls(what);
    html! {
        div.scroll role="region" tabindex="0" aria-label=(name.get(lang)) { (content) }
    }
}

/// A table with columns of texts, then of numbers.
fn table(
    id: &str,
    caption: &Text,
    (texts, numbers): (&[Text], &[Text]),
    rows: &Markup,
    lang: Lang,
) -> Markup {
    let table = html! {
        table id=(id) {
            caption { (caption.get(lang)) }
            thead {
                tr {
                    @for title in texts { th scope="col" { (title.get(lang)) } }
                    @for title in numbers { th.num scope="col" { (title.get(lang)) } }
                }
            }
            tbody { (rows) }
        }
    };
    scroller(caption, &table, lang)
}

/// The cells of a count and its share.
fn shares(part: u64, whole: u64) -> Markup {
    html! { td.num { (count(part)) } td.num { (share(part, whole)) } }
}

/// A table of kinds with counts and shares.
fn kinds_table(
    (id, caption, title): (&str, &Text, Text),
    kinds: &[(Text, u64)],
    orders: u64,
    lang: Lang,
) -> Markup {
    let rows = html! {
        @for (kind, count) in kinds {
            tr { th scope="row" { (kind.get(lang)) } (shares(*count, orders)) }
        }
    };
    let numbers = [texts::orders(), texts::share()];
    table(id, caption, (&[title], &numbers), &rows, lang)
}

/// Orders one by one. What to do is said above them where all rows of a kind say the same, else in
/// each row. Only drifts have an event.
fn list(id: &str, caption: &Text, listed: &Listed, lang: Lang) -> Markup {
    let mut steps: Vec<(&Text, Option<&Text>)> = Vec::new();
    for row in &listed.rows {
        match steps.iter_mut().find(|(kind, _)| *kind == &row.kind) {
            None => steps.push((&row.kind, Some(&row.next_step))),
            Some((_, shared)) if *shared == Some(&row.next_step) => {}
            Some((_, shared)) => *shared = None,
        }
    }
    steps.retain(|(_, shared)| shared.is_some());
    let is_drift = id == "drift-table";
    let mut columns = vec![
        texts::number(),
        texts::created_at(),
        texts::payment_method(),
    ];
    columns.push(texts::ecforce_result());
    if is_drift {
        columns.extend([texts::auto_result(), texts::manual_result(), texts::kind()]);
        columns.push(texts::merchant_id());
    } else {
        columns.push(texts::cause());
    }
    let rows = html! {
        @for row in &listed.rows {
            tr {
                th.code scope="row" { (row.number) }
                td.when { (maybe(row.created_at.map(moment), lang)) }
                td { (maybe(row.payment_method.as_ref().map(|name| html! { (name) }), lang)) }
                (result(row.ecforce_result.as_deref(), lang))
                @if is_drift {
                    (result(row.auto_result.as_deref(), lang))
                    (result(row.manual_result.as_deref(), lang))
                }
                td.kind {
                    span { (row.kind.get(lang)) }
                    @if !steps.iter().any(|(kind, _)| *kind == &row.kind) {
                        span.step { (row.next_step.get(lang)) }
                    }
                }
                @if is_drift { (event(row, lang)) }
            }
        }
    };
    html! {
        @if !steps.is_empty() {
            div.guide {
                h3 { (texts::what_to_do().get(lang)) }
                dl {
                    @for (kind, step) in steps {
                        div { dt { (kind.get(lang)) } dd { (step.map_or("", |step| step.get(lang))) } }
                    }
                }
            }
        }
        (table(id, caption, (&columns, &[]), &rows, lang))
    }
}

/// How to get the whole list: `filter` is the flag of `reconcile` that selects it.
fn whole_list(filter: &str, data: &ReportData, listed: &Listed, lang: Lang) -> Markup {
    let mut line = format!("oplux reconcile {filter}");
    for (flag, time) in [("--from", data.from.map(begin)), ("--to", data.to.map(end))] {
        if let Some(time) = time {
            let quote = if time.contains(' ') { "\"" } else { "" };
            line.push_str(&format!(" {flag} {quote}{time}{quote}"));
        }
    }
    line.push_str(" --format csv");
    let shown = listed.rows.len() as u64;
    let text = match listed.more {
        0 => texts::as_csv(),
        more => texts::more(count(shown), count(shown + more)),
    };
    html! { div.whole { p { (text.get(lang)) } (command(&line)) } }
}

/// A time, readable by programs too.
fn moment(at: JstTime) -> Markup {
    html! { time datetime=(at.rfc3339()) { (at) } }
}

/// A value, or that there is none: a dash for the eye, a word for the ear.
fn maybe(value: Option<Markup>, lang: Lang) -> Markup {
    let none = texts::no_value();
    value.unwrap_or_else(|| html! { span.none role="img" aria-label=(none.get(lang)) { "–" } })
}

/// A cell with a screening result.
fn result(value: Option<&str>, lang: Lang) -> Markup {
    let pill = value.map(|name| {
        let tone = match AutoResult::from_name(name) {
            Some(AutoResult::Ok) => "pill ok",
            Some(AutoResult::Ng) => "pill ng",
            Some(AutoResult::Hold) => "pill hold",
            Some(AutoResult::Review) => "pill review",
            None => "pill",
        };
        html! { span class=(tone) { (name) } }
    });
    html! { td.result { (maybe(pill, lang)) } }
}

/// A cell with that by which O-PLUX's admin screen finds the event (R12), and its ID.
fn event(row: &Finding, lang: Lang) -> Markup {
    let lines = html! {
        @if let Some(number) = &row.matched_number { span.line.code { (number) } }
        @if let Some(id) = &row.event_id {
            span.line { span.key { (texts::event_id().get(lang)) } " " span.code { (id) } }
        }
    };
    let is_known = row.matched_number.is_some() || row.event_id.is_some();
    html! { td.event { (maybe(is_known.then_some(lines), lang)) } }
}
