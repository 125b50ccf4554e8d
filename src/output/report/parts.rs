//! What the parts of the page are made of: sentences, figures, tables, marks.

use maud::{Markup, html};

use super::data::{Day, ReportData};
use crate::{
    domain::{
        event::AutoResult,
        matching::{Counts, Status},
        time::JstTime,
    },
    locales::{Lang, Text, report as texts},
};

/// The page, as it is made.
pub struct Page<'d> {
    pub data: &'d ReportData,
    pub lang: Lang,
}

impl Page<'_> {
    /// The wording of a sentence.
    pub fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.lang)
    }

    /// The period of the page, in words.
    pub fn period(&self) -> Text {
        match (self.data.from.map(begin), self.data.to.map(end)) {
            (Some(from), Some(to)) => texts::period_between(from, to),
            (Some(from), None) => texts::period_since(from),
            (None, Some(to)) => texts::period_until(to),
            (None, None) => texts::period_all(),
        }
    }

    /// A section with its heading. Links lead to `id`.
    pub fn section(&self, id: &str, heading: &Text, content: &Markup) -> Markup {
        html! {
            section id=(id) aria-labelledby={ (id) "-heading" } {
                h2 id={ (id) "-heading" } { (self.say(heading)) }
                (content)
            }
        }
    }

    /// A sentence with a mark before it.
    pub fn remark(&self, class: &str, mark: &str, text: &Text) -> Markup {
        html! {
            p class=(class) { span.mark aria-hidden="true" { (mark) } span { (self.say(text)) } }
        }
    }

    /// That there is nothing to do.
    pub fn well(&self, text: &Text) -> Markup {
        self.remark("well", "✓", text)
    }

    /// A box that scrolls sideways where the window is narrow, with the keyboard too.
    pub fn scroller(&self, what: &Text, content: &Markup) -> Markup {
        let name = texts::scrolls(what);
        html! {
            div.scroll role="region" tabindex="0" aria-label=(self.say(&name)) { (content) }
        }
    }

    /// A table with columns of texts, then of numbers.
    pub fn table(
        &self,
        id: &str,
        caption: &Text,
        (texts, numbers): (&[Text], &[Text]),
        rows: &Markup,
    ) -> Markup {
        let table = html! {
            table id=(id) {
                caption { (self.say(caption)) }
                thead {
                    tr {
                        @for title in texts { th scope="col" { (self.say(title)) } }
                        @for title in numbers { th.num scope="col" { (self.say(title)) } }
                    }
                }
                tbody { (rows) }
            }
        };
        self.scroller(caption, &table)
    }

    /// The cells of a count of orders and its share in all.
    pub fn shares(&self, part: u64) -> Markup {
        html! { td.num { (count(part)) } td.num { (share(part, self.data.counts.orders())) } }
    }

    /// A value, or that there is none: a dash for the eye, a word for the ear.
    pub fn maybe(&self, value: Option<Markup>) -> Markup {
        let none = texts::no_value();
        value.unwrap_or_else(|| {
            html! { span.none role="img" aria-label=(self.say(&none)) { "–" } }
        })
    }

    /// A cell with a screening result.
    pub fn result(&self, value: Option<&str>) -> Markup {
        let tone = value
            .and_then(AutoResult::from_name)
            .map(|result| result.name());
        let tone = tone.unwrap_or_default().to_lowercase();
        let pill = value.map(|name| html! { span class={ "pill " (tone) } { (name) } });
        html! { td.result { (self.maybe(pill)) } }
    }
}

/// The class and the name of a status, and what it means.
pub fn words_of(status: Status) -> (&'static str, Text, Text) {
    match status {
        Status::Direct => ("direct", texts::direct(), texts::direct_means()),
        Status::ViaPaymentHistory => ("via", texts::via_history(), texts::via_history_means()),
        Status::NotScreened => ("other", texts::not_screened(), texts::not_screened_means()),
        Status::Missing => ("missing", texts::missing(), texts::missing_means()),
        Status::Unknown => ("unknown", texts::unknown(), texts::unknown_means()),
    }
}

/// All orders of these days.
pub fn sums(days: &[Day]) -> Counts {
    days.iter().fold(Counts::default(), |mut sums, (_, day)| {
        sums.add(day);
        sums
    })
}

/// A command to copy.
pub fn command(command: &str) -> Markup {
    html! { p.command { code { (command) } } }
}

/// A patch of a colour, beside its name.
pub fn swatch(class: &str) -> Markup {
    html! { span class={ "swatch " (class) } aria-hidden="true" {} }
}

/// A time, readable by programs too.
pub fn moment(at: JstTime) -> Markup {
    html! { time datetime=(at.rfc3339()) { (at) } }
}

/// `12,345`.
pub fn count(number: u64) -> String {
    match number / 1000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", count(thousands), number % 1000),
    }
}

/// The share of `part` in `whole` with one decimal, rounded: `12.3 %`. Of nothing it is `0.0 %`.
pub fn share(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let thousandths = (part * 2000 + whole).checked_div(whole * 2).unwrap_or(0);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// The time that a period begins at: without the clock where it begins with a day.
pub fn begin(at: JstTime) -> String {
    short(at, "00:00:00")
}

/// The time that a period ends at: without the clock where it ends with a day.
pub fn end(at: JstTime) -> String {
    short(at, "23:59:59")
}

fn short(at: JstTime, bare: &str) -> String {
    let text = at.to_string();
    let day = text.strip_suffix(bare).map(str::trim_end);
    day.unwrap_or(&text).to_owned()
}
