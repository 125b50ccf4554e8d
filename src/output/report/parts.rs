//! What several sections are made of: tables, results, guides, commands.

use super::{
    Share,
    figures::{begin, count, end, share},
    html::{El, el},
};
use crate::{
    domain::{event::AutoResult, time::JstTime},
    locales::{Lang, Text, report as texts},
};

/// A section with its heading. Links lead to `id`.
pub(super) fn section(id: &str, heading: &Text, lang: Lang) -> El {
    let heading_id = format!("{id}-heading");
    el("section")
        .attr("id", id)
        .attr("aria-labelledby", &heading_id)
        .child(el("h2").attr("id", &heading_id).say(heading, lang))
}

/// A column's title.
pub(super) fn column(title: &Text, lang: Lang) -> El {
    el("th").attr("scope", "col").say(title, lang)
}

/// The title of a column of numbers.
pub(super) fn number_column(title: &Text, lang: Lang) -> El {
    column(title, lang).class("num")
}

/// A cell with a count.
pub(super) fn number(value: u64) -> El {
    el("td").class("num").text(&count(value))
}

/// A cell with a share.
pub(super) fn share_cell(part: u64, whole: u64) -> El {
    el("td").class("num").text(&share(part, whole))
}

/// A cell with a value, or the sign that there is none.
pub(super) fn maybe(value: Option<&str>, lang: Lang) -> El {
    match value {
        Some(value) => el("td").text(value),
        None => el("td").child(none(lang)),
    }
}

/// The titles of what [`order_row`] begins a row with.
pub(super) fn order_columns() -> [Text; 4] {
    [
        texts::number(),
        texts::created_at(),
        texts::payment_method(),
        texts::ecforce_result(),
    ]
}

/// The beginning of a row on an order.
pub(super) fn order_row(
    number: &str,
    created_at: Option<JstTime>,
    payment_method: Option<&str>,
    ecforce_result: Option<&str>,
    lang: Lang,
) -> El {
    let number = el("th").attr("scope", "row").class("code").text(number);
    el("tr")
        .child(number)
        .child(time(created_at, lang))
        .child(maybe(payment_method, lang))
        .child(result(ecforce_result, lang))
}

/// A cell with a time.
pub(super) fn time(at: Option<JstTime>, lang: Lang) -> El {
    match at {
        None => maybe(None, lang).class("when"),
        Some(at) => el("td").class("when").child(moment(at)),
    }
}

/// A time, readable by programs too.
pub(super) fn moment(at: JstTime) -> El {
    let element = el("time").attr("datetime", at.rfc3339());
    element.text(&at.to_string())
}

/// A cell with a screening result.
pub(super) fn result(value: Option<&str>, lang: Lang) -> El {
    let Some(name) = value else {
        return maybe(None, lang);
    };
    let tone = match AutoResult::from_name(name) {
        Some(AutoResult::Ok) => "pill ok",
        Some(AutoResult::Ng) => "pill ng",
        Some(AutoResult::Hold) => "pill hold",
        Some(AutoResult::Review) => "pill review",
        None => "pill",
    };
    el("td")
        .class("result")
        .child(el("span").class(tone).text(name))
}

/// A dash for the eye, a word for the ear.
fn none(lang: Lang) -> El {
    el("span")
        .class("none")
        .attr("role", "img")
        .attr("aria-label", texts::no_value().get(lang))
        .text("–")
}

/// A table in a box of its own that scrolls sideways where the window is narrow.
pub(super) fn table(id: &str, caption: &Text, header: Vec<El>, lang: Lang, rows: Vec<El>) -> El {
    let caption_id = format!("{id}-caption");
    let head = el("thead").child(el("tr").children(header));
    let table = el("table")
        .attr("id", id)
        .child(el("caption").attr("id", &caption_id).say(caption, lang))
        .child(head)
        .child(el("tbody").children(rows));
    scroller(&texts::scrolls(caption), lang).child(table)
}

/// A box that scrolls sideways, with the keyboard too.
pub(super) fn scroller(what: &Text, lang: Lang) -> El {
    el("div")
        .class("scroll")
        .attr("role", "region")
        .attr("tabindex", 0)
        .attr("aria-label", what.get(lang))
}

/// A table of names with counts and shares in `whole`.
pub(super) fn shares(
    (id, caption, title): (&str, &Text, &Text),
    shares: &[Share],
    whole: u64,
    lang: Lang,
) -> El {
    let header = vec![
        column(title, lang),
        number_column(&texts::orders(), lang),
        number_column(&texts::share(), lang),
    ];
    let row = |entry: &Share| {
        el("tr")
            .child(el("th").attr("scope", "row").say(&entry.label, lang))
            .child(number(entry.count))
            .child(share_cell(entry.count, whole))
    };
    let rows = shares.iter().map(row).collect();
    table(id, caption, header, lang, rows)
}

/// That there is nothing to do.
pub(super) fn all_well(text: &Text, lang: Lang) -> El {
    let mark = el("span").class("mark").attr("aria-hidden", "true");
    el("p")
        .class("well")
        .child(mark.text("✓"))
        .child(el("span").say(text, lang))
}

/// How to get the whole list: `filter` is the flag of `reconcile` that selects it.
pub(super) fn whole_list(
    filter: &str,
    (from, to): (Option<JstTime>, Option<JstTime>),
    (shown, more): (usize, u64),
    lang: Lang,
) -> El {
    let mut command = format!("oplux reconcile {filter}");
    for (flag, time) in [("--from", from.map(begin)), ("--to", to.map(end))] {
        if let Some(time) = time {
            let quote = if time.contains(' ') { "\"" } else { "" };
            command.push_str(&format!(" {flag} {quote}{time}{quote}"));
        }
    }
    command.push_str(" --format csv");
    let shown = shown as u64;
    let text = match more {
        0 => texts::as_csv(),
        more => texts::more(count(shown), count(shown + more)),
    };
    el("div")
        .class("whole")
        .child(el("p").say(&text, lang))
        .child(command_line(&command))
}

/// A command to copy.
pub(super) fn command_line(command: &str) -> El {
    el("p").class("command").child(el("code").text(command))
}

/// What to do for each kind of row: once above the list where all rows of a kind say the same, in
/// the row where they do not.
pub(super) struct Guide<'a> {
    /// Each kind in the order of its first row; its step where all its rows share it.
    kinds: Vec<(&'a Text, Option<&'a Text>)>,
}

impl<'a> Guide<'a> {
    /// Of the kinds and steps of all rows.
    pub(super) fn of(rows: impl Iterator<Item = (&'a Text, &'a Text)>) -> Self {
        let mut kinds: Vec<(&Text, Option<&Text>)> = Vec::new();
        for (kind, step) in rows {
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                None => kinds.push((kind, Some(step))),
                Some((_, shared)) if *shared == Some(step) => {}
                Some((_, shared)) => *shared = None,
            }
        }
        Self { kinds }
    }

    /// The list above the rows; none where every step stands in its row.
    pub(super) fn list(&self, lang: Lang) -> Option<El> {
        let items: Vec<_> = self
            .kinds
            .iter()
            .filter_map(|(kind, step)| {
                let step = (*step)?;
                let name = el("dt").say(kind, lang);
                Some(el("div").child(name).child(el("dd").say(step, lang)))
            })
            .collect();
        if items.is_empty() {
            return None;
        }
        let heading = el("h3").say(&texts::what_to_do(), lang);
        let list = el("dl").children(items);
        Some(el("div").class("guide").child(heading).child(list))
    }

    /// The cell of one row: its kind, and its step where that is its own.
    pub(super) fn cell(&self, kind: &Text, step: &Text, lang: Lang) -> El {
        let cell = el("td").class("kind").child(el("span").say(kind, lang));
        let is_shared = self
            .kinds
            .iter()
            .any(|(known, shared)| *known == kind && shared.is_some());
        if is_shared {
            cell
        } else {
            cell.child(el("span").class("step").say(step, lang))
        }
    }
}
