//! The top of the page: of what it is, and the answer first.

use super::{
    ReportData,
    figures::{begin, count, end, share},
    html::{El, el},
    parts::{all_well, command_line, moment},
};
use crate::locales::{Lang, Text, report as texts};

/// The title, of what the page is, the verdict and the totals.
pub(super) fn of(data: &ReportData, lang: Lang) -> El {
    let title = el("div")
        .class("title")
        .child(el("p").class("eyebrow").text("oplux reconcile"))
        .child(el("h1").say(&texts::title(), lang))
        .child(el("p").class("lead").say(&texts::lead(), lang));
    let header = el("header").child(title).child(facts(data, lang));
    if data.statuses.orders() == 0 {
        return header;
    }
    header
        .children(verdict(data, lang))
        .child(tiles(data, lang))
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

/// The period, when the page was made, and from which store.
fn facts(data: &ReportData, lang: Lang) -> El {
    let fact = |name: &Text, value: El| {
        let name = el("dt").say(name, lang);
        el("div").child(name).child(value)
    };
    let period = el("dd").say(&period(data), lang);
    let store = el("dd").class("path").text(&data.store);
    el("dl")
        .class("facts")
        .child(fact(&texts::period(), period))
        .child(fact(
            &texts::made_at(),
            el("dd").child(moment(data.made_at)),
        ))
        .child(fact(&texts::store(), store))
}

/// What there is to do, in a sentence or two.
fn verdict(data: &ReportData, lang: Lang) -> Vec<El> {
    let (missing, drift) = (data.statuses.missing, data.drifting());
    let mut lines = Vec::new();
    if missing + drift > 0 {
        let mark = el("span").class("mark").attr("aria-hidden", "true");
        let text = texts::verdict_look(count(missing), count(drift));
        let line = el("p").class("look").child(mark.text("!"));
        lines.push(line.child(el("span").say(&text, lang)));
    } else if data.statuses.unknown == 0 {
        lines.push(all_well(&texts::verdict_clear(), lang));
    }
    if data.statuses.unknown > 0 {
        let mark = el("span").class("mark").attr("aria-hidden", "true");
        let text = texts::verdict_unknown(count(data.statuses.unknown));
        let line = el("p").class("unsure").child(mark.text("?"));
        lines.push(line.child(el("span").say(&text, lang)));
        lines.push(command_line("oplux import events FILE"));
    }
    lines
}

/// The four totals, each a link to its section.
fn tiles(data: &ReportData, lang: Lang) -> El {
    let orders = data.statuses.orders();
    let tile = |target: &str, name: &Text, value: u64, tone: &str, below: Text| {
        let link = el("a").attr("href", format!("#{target}"));
        let link = link
            .child(el("span").class("name").say(name, lang))
            .child(el("span").class("value").text(&count(value)))
            .child(el("span").class("below").say(&below, lang));
        el("li").class(tone).child(link)
    };
    let part = |value: u64| texts::of_all(share(value, orders));
    let (screened, missing) = (data.statuses.screened(), data.statuses.missing);
    let drift = data.drifting();
    let tone = |value: u64, tone: &'static str| if value > 0 { tone } else { "calm" };
    el("ul")
        .class("tiles")
        .attr("aria-label", texts::contents().get(lang))
        .child(tile("days", &texts::orders(), orders, "calm", period(data)))
        .child(tile(
            "statuses",
            &texts::screened(),
            screened,
            "calm",
            part(screened),
        ))
        .child(tile(
            "missing",
            &texts::missing(),
            missing,
            tone(missing, "bad"),
            part(missing),
        ))
        .child(tile(
            "drift",
            &texts::drift(),
            drift,
            tone(drift, "warn"),
            part(drift),
        ))
}

/// What stands in place of everything else where there is no order.
pub(super) fn no_orders(lang: Lang) -> Vec<El> {
    let section = el("section")
        .class("empty")
        .child(el("h2").say(&texts::no_orders(), lang))
        .child(el("p").say(&texts::no_orders_hint(), lang))
        .child(command_line("oplux import orders FILE"));
    vec![section]
}
