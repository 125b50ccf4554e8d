//! What a reconciliation adds up to.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::reconcile::ReconcileRow;
use crate::domain::{
    matching::{Counts, Drift, MainCause, Status},
    order::OrderNumber,
};

/// Counts over rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// All orders.
    pub counts: Counts,
    /// Orders without an event by their main cause; `None` where the facts do not say why.
    pub causes: BTreeMap<Option<MainCause>, u64>,
    /// Orders bought through a thanks offer that have neither an event nor a payment history.
    pub lacking_first_payment: u64,
    /// The first of these.
    pub first_lacking: Option<OrderNumber>,
    /// Orders by drift.
    pub drifts: BTreeMap<Drift, u64>,
    /// Orders by day in Tokyo.
    pub days: BTreeMap<Date, Counts>,
    /// Orders without a time, which are in no day.
    pub undated: u64,
}

impl Summary {
    /// Counts a row.
    pub fn count(&mut self, row: &ReconcileRow) {
        self.counts.count(row.status, row.drift.is_some());
        if !matches!(row.status, Status::Direct | Status::ViaPaymentHistory) {
            *self.causes.entry(row.cause).or_default() += 1;
        }
        if row.lacks_first_payment {
            self.lacking_first_payment += 1;
            self.first_lacking.get_or_insert_with(|| row.number.clone());
        }
        if let Some(drift) = row.drift {
            *self.drifts.entry(drift).or_default() += 1;
        }
        match row.created_at {
            None => self.undated += 1,
            Some(at) => {
                let day = self.days.entry(at.civil().date()).or_default();
                day.count(row.status, row.drift.is_some());
            }
        }
    }

    /// The main causes with how many orders each, the most frequent first.
    pub fn causes_by_count(&self) -> Vec<(Option<MainCause>, u64)> {
        let mut causes: Vec<_> = self.causes.iter().map(|(c, count)| (*c, *count)).collect();
        causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        causes
    }
}
