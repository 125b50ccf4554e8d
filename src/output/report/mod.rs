//! The page of `reconcile --report`: one self-contained file that a shop's manager can open.
//!
//! A pure function: data in, text out. No script, nothing from elsewhere (the page's own policy
//! forbids both), and every text from outside is escaped by `html.rs`, the only way into the page.

use jiff::civil::Date;

use crate::{
    domain::time::JstTime,
    locales::{Lang, Text, report as texts},
};

mod axis;
mod causes;
mod chart;
mod days;
mod drift;
mod figures;
mod header;
mod html;
mod missing;
mod parts;
mod statuses;
#[cfg(test)]
mod tests;

use html::{El, el};

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
    /// How many orders have which status.
    pub statuses: Statuses,
    /// Why orders have no event, most frequent first, and how many each. They need not add up to
    /// the orders without an event: some have no known cause.
    pub causes: Vec<Share>,
    /// The kinds of drift (R14) and how many orders each, those without an order left out.
    pub drifts: Vec<Share>,
    /// How many events have a number that is in no order and in no payment history.
    pub orphans: u64,
    /// The days with orders, ascending; days without orders are absent.
    pub days: Vec<Day>,
    /// How many orders have no time, and are in no day.
    pub undated: u64,
    /// Orders whose results differ, as many as the page shall list.
    pub drift_rows: Vec<DriftRow>,
    /// How many more there are than `drift_rows` holds.
    pub more_drift: u64,
    /// Orders that are `missing`, as many as the page shall list.
    pub missing_rows: Vec<MissingRow>,
    /// How many more there are than `missing_rows` holds.
    pub more_missing: u64,
}

impl ReportData {
    /// How many orders drift.
    pub fn drifting(&self) -> u64 {
        self.drifts.iter().map(|share| share.count).sum()
    }
}

/// How many orders have which status of `reconcile`. Every order has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statuses {
    /// `direct`: an event stands under the order's own number.
    pub direct: u64,
    /// `via-payment-history`: an event stands under another number that belongs to it (R13).
    pub via_history: u64,
    /// `not-screened`.
    pub not_screened: u64,
    /// `missing`: there should be an event.
    pub missing: u64,
    /// `unknown`: the events of that day are not in the store.
    pub unknown: u64,
}

impl Statuses {
    /// All orders.
    pub fn orders(&self) -> u64 {
        self.direct + self.via_history + self.not_screened + self.missing + self.unknown
    }

    /// The orders with an event.
    pub fn screened(&self) -> u64 {
        self.direct + self.via_history
    }
}

/// A name and how many orders bear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// What people read, in a few words.
    pub label: Text,
    /// How many orders.
    pub count: u64,
}

/// The orders of one day in Tokyo, each counted once but for `drift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day in Tokyo.
    pub day: Date,
    /// Orders that are `direct`.
    pub direct: u64,
    /// Orders that are `via-payment-history`.
    pub via_history: u64,
    /// Orders that are `missing`.
    pub missing: u64,
    /// Orders of any other status: not screened, unknown.
    pub other: u64,
    /// Those of the orders above whose results differ.
    pub drift: u64,
}

impl Day {
    /// All orders of the day.
    pub fn orders(&self) -> u64 {
        self.direct + self.via_history + self.missing + self.other
    }
}

/// An order whose results differ (R14).
#[derive(Debug, Clone)]
pub struct DriftRow {
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
    /// Which drift, in the words of [`ReportData::drifts`].
    pub kind: Text,
    /// What to do. Said once where all rows of a kind say the same.
    pub next_step: Text,
}

/// An order that should have an event and has none.
#[derive(Debug, Clone)]
pub struct MissingRow {
    /// The order number.
    pub number: String,
    /// 受注日時.
    pub created_at: Option<JstTime>,
    /// The payment method's name, or its ID where the name is not known.
    pub payment_method: Option<String>,
    /// What ecforce shows (O-PLUX 与信結果).
    pub ecforce_result: Option<String>,
    /// Why it is missing, in the words of [`ReportData::causes`].
    pub cause: Text,
    /// What to do. Said once where all rows of a cause say the same.
    pub next_step: Text,
}

/// What a browser may do with the page: nothing but show it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page, as HTML that is well-formed XML too.
pub fn render(data: &ReportData, lang: Lang) -> String {
    let main = el("main").child(header::of(data, lang));
    let main = if data.statuses.orders() == 0 {
        main.children(header::no_orders(lang))
    } else {
        main.child(statuses::section(data, lang))
            .child(days::section(data, lang))
            .child(missing::section(data, lang))
            .child(drift::section(data, lang))
            .child(causes::section(data, lang))
    };
    let footer = el("footer").child(el("p").say(&texts::footer(), lang));
    let page = el("html")
        .attr("lang", if lang == Lang::Ja { "ja" } else { "en" })
        .child(head(data, lang))
        .child(el("body").child(main.child(footer)));
    let mut text = String::from("<!DOCTYPE html>\n");
    page.write(&mut text);
    text.push('\n');
    text
}

fn head(data: &ReportData, lang: Lang) -> El {
    let meta = |name: &str, content: &str| {
        let meta = el("meta").attr("name", name);
        meta.attr("content", content)
    };
    let policy = el("meta").attr("http-equiv", "Content-Security-Policy");
    let title = Text::joined(&[texts::title(), header::period(data)], " - ");
    el("head")
        .child(el("meta").attr("charset", "utf-8"))
        .child(policy.attr("content", POLICY))
        .child(meta("viewport", "width=device-width, initial-scale=1"))
        .child(meta("color-scheme", "light dark"))
        .child(meta("referrer", "no-referrer"))
        .child(meta("robots", "noindex"))
        .child(el("title").say(&title, lang))
        .child(El::style_sheet(include_str!("style.css")))
}
