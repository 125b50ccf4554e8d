//! The page of `reconcile --report`: one self-contained file that a shop's manager can open.
//!
//! A pure function: data in, text out. No script, nothing from elsewhere (the page's own policy
//! forbids both), and every text from outside is escaped by `maud`, the only way into the page.

use jiff::civil::Date;
use maud::{DOCTYPE, PreEscaped, html};

use crate::{
    domain::{matching::Counts, time::JstTime},
    locales::{Lang, Text, report as texts},
    output::paint,
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

/// The page, as it is made.
struct Page<'d> {
    data: &'d ReportData,
    lang: Lang,
}

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
