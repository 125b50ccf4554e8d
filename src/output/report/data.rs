//! What the page shows.

use jiff::civil::Date;

use crate::{
    domain::{matching::Counts, time::JstTime},
    locales::Text,
};

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
