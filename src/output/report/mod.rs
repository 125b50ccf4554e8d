//! The page of `reconcile --report`: one self-contained file that a shop's manager can open.
//!
//! A pure function: data in, text out. No script, nothing from elsewhere (the page's own policy
//! forbids both), and every text from outside is escaped by `maud`, the only way into the page.

use jiff::civil::Date;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::paint;
use crate::{
    domain::{
        event::AutoResult,
        matching::{Counts, Status},
        time::JstTime,
    },
    locales::{Lang, Text, report as texts},
};

mod chart;
mod sections;
#[cfg(test)]
mod tests;

/// Everything the page shows.
#[derive(Debug, Clone)]
pub struct ReportData {
    /// When the page was made.
    pub made_at: JstTime,
    /// The first second of the period; none: from the first order on.
    pub from: Option<JstTime>,
    /// The last second of the period; none: up to the last order.
    pub to: Option<JstTime>,
    /// The store's path, as it is shown to people.
    pub store: String,
    /// All orders.
    pub counts: Counts,
    /// Why orders have no event, most frequent first, and how many each. They need not add up to
    /// the orders without an event: some have no known cause.
    pub causes: Vec<(Text, u64)>,
    /// The kinds of drift (R14) and how many orders each, those without an order left out.
    pub drifts: Vec<(Text, u64)>,
    /// How many events have a number that is in no order and in no payment history.
    pub orphans: u64,
    /// The days in Tokyo with orders, ascending; days without orders are absent.
    pub days: Vec<Day>,
    /// How many orders have no time, and are in no day.
    pub undated: u64,
    /// Orders whose results differ.
    pub drift_rows: Listed,
    /// Orders that are `missing`.
    pub missing_rows: Listed,
}

/// The orders of a day, or of the days from this one on.
pub type Day = (Date, Counts);

/// Orders, told one by one.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// As many as the page shall list.
    pub rows: Vec<Finding>,
    /// How many more there are.
    pub more: u64,
}

impl Listed {
    /// Takes an order: the first `most` are listed.
    pub fn push(&mut self, most: usize, row: impl FnOnce() -> Finding) {
        match self.rows.len() < most {
            true => self.rows.push(row()),
            false => self.more += 1,
        }
    }
}

/// An order that needs a look.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The order number.
    pub number: String,
    /// 受注日時.
    pub created_at: Option<JstTime>,
    /// The payment method's name, or its ID where the name is not known.
    pub payment_method: Option<String>,
    /// What ecforce shows (O-PLUX 与信結果).
    pub ecforce_result: Option<String>,
    /// The number under which O-PLUX has the event (加盟店管理ID).
    pub matched_number: Option<String>,
    /// イベントID.
    pub event_id: Option<String>,
    /// 自動審査結果.
    pub auto_result: Option<String>,
    /// 目視審査結果.
    pub manual_result: Option<String>,
    /// Which drift or cause, in the words of [`ReportData::drifts`] or [`ReportData::causes`].
    pub kind: Text,
    /// What to do. Said once where all rows of a kind say the same.
    pub next_step: Text,
}

/// What a browser may do with the page: nothing but show it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page as HTML.
pub fn render(data: &ReportData, lang: Lang) -> String {
    let page = Page { data, lang };
    let page = html! {
        (DOCTYPE)
        html lang=(if lang == Lang::Ja { "ja" } else { "en" }) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (page.say(&texts::title())) " - " (page.say(&page.period())) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                main {
                    (page.header())
                    @if data.counts.orders() == 0 {
                        (page.no_orders())
                    } @else {
                        (page.statuses())
                        (page.days())
                        (page.findings())
                    }
                    footer { p { (page.say(&texts::footer())) } }
                }
            }
        }
    };
    // Markup has no control characters, so those that go came from outside.
    paint::lines(&page.into_string()) + "\n"
}

/// The page, as it is made.
struct Page<'d> {
    data: &'d ReportData,
    lang: Lang,
}

impl Page<'_> {
    /// The wording of a sentence.
    fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.lang)
    }

    /// The period of the page, in words.
    fn period(&self) -> Text {
        match (self.data.from.map(begin), self.data.to.map(end)) {
            (Some(from), Some(to)) => texts::period_between(from, to),
            (Some(from), None) => texts::period_since(from),
            (None, Some(to)) => texts::period_until(to),
            (None, None) => texts::period_all(),
        }
    }

    /// A section with its heading. Links lead to `id`.
    fn section(&self, id: &str, heading: &Text, content: &Markup) -> Markup {
        html! {
            section id=(id) aria-labelledby={ (id) "-heading" } {
                h2 id={ (id) "-heading" } { (self.say(heading)) }
                (content)
            }
        }
    }

    /// A sentence with a mark before it.
    fn remark(&self, class: &str, mark: &str, text: &Text) -> Markup {
        html! {
            p class=(class) { span.mark aria-hidden="true" { (mark) } span { (self.say(text)) } }
        }
    }

    /// That there is nothing to do.
    fn well(&self, text: &Text) -> Markup {
        self.remark("well", "✓", text)
    }

    /// A box that scrolls sideways where the window is narrow, with the keyboard too.
    fn scroller(&self, what: &Text, content: &Markup) -> Markup {
        let name = texts::scrolls(what);
        html! {
            div.scroll role="region" tabindex="0" aria-label=(self.say(&name)) { (content) }
        }
    }

    /// A table with columns of texts, then of numbers.
    fn table(
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
    fn shares(&self, part: u64) -> Markup {
        html! { td.num { (count(part)) } td.num { (share(part, self.data.counts.orders())) } }
    }

    /// A value, or that there is none: a dash for the eye, a word for the ear.
    fn maybe(&self, value: Option<Markup>) -> Markup {
        let none = texts::no_value();
        value.unwrap_or_else(|| {
            html! { span.none role="img" aria-label=(self.say(&none)) { "–" } }
        })
    }

    /// A cell with a screening result.
    fn result(&self, value: Option<&str>) -> Markup {
        let tone = value
            .and_then(AutoResult::from_name)
            .map(|result| result.name());
        let tone = tone.unwrap_or_default().to_lowercase();
        let pill = value.map(|name| html! { span class={ "pill " (tone) } { (name) } });
        html! { td.result { (self.maybe(pill)) } }
    }
}

/// The class and the name of a status, and what it means.
fn words_of(status: Status) -> (&'static str, Text, Text) {
    match status {
        Status::Direct => ("direct", texts::direct(), texts::direct_means()),
        Status::ViaPaymentHistory => ("via", texts::via_history(), texts::via_history_means()),
        Status::NotScreened => ("other", texts::not_screened(), texts::not_screened_means()),
        Status::Missing => ("missing", texts::missing(), texts::missing_means()),
        Status::Unknown => ("unknown", texts::unknown(), texts::unknown_means()),
    }
}

/// All orders of these days.
fn sums(days: &[Day]) -> Counts {
    days.iter().fold(Counts::default(), |mut sums, (_, day)| {
        sums.add(day);
        sums
    })
}

/// A command to copy.
fn command(command: &str) -> Markup {
    html! { p.command { code { (command) } } }
}

/// A patch of a colour, beside its name.
fn swatch(class: &str) -> Markup {
    html! { span class={ "swatch " (class) } aria-hidden="true" {} }
}

/// A time, readable by programs too.
fn moment(at: JstTime) -> Markup {
    html! { time datetime=(at.rfc3339()) { (at) } }
}

/// `12,345`.
fn count(number: u64) -> String {
    match number / 1000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", count(thousands), number % 1000),
    }
}

/// The share of `part` in `whole` with one decimal, rounded: `12.3 %`. Of nothing it is `0.0 %`.
fn share(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let thousandths = (part * 2000 + whole).checked_div(whole * 2).unwrap_or(0);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// The time that a period begins at: without the clock where it begins with a day.
fn begin(at: JstTime) -> String {
    short(at, "00:00:00")
}

/// The time that a period ends at: without the clock where it ends with a day.
fn end(at: JstTime) -> String {
    short(at, "23:59:59")
}

fn short(at: JstTime, bare: &str) -> String {
    let text = at.to_string();
    let day = text.strip_suffix(bare).map(str::trim_end);
    day.unwrap_or(&text).to_owned()
}
