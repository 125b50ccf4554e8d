//! What a reconciliation adds up to.

use std::collections::BTreeMap;

use super::reconcile::ReconcileRow;
use crate::domain::{
    matching::{Drift, MainCause, Status},
    order::OrderNumber,
};

/// Counts over rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Orders by status.
    pub statuses: BTreeMap<Status, u64>,
    /// Orders without an event by their main cause; `None` where the facts do not say why.
    pub causes: BTreeMap<Option<MainCause>, u64>,
    /// Orders bought through a thanks offer that have neither an event nor a payment history.
    pub lacking_first_payment: u64,
    /// The first of these.
    pub first_lacking: Option<OrderNumber>,
    /// Orders by drift.
    pub drifts: BTreeMap<Drift, u64>,
    /// Orders by day ([`crate::domain::time::JstTime::day`]).
    pub days: BTreeMap<i64, Day>,
    /// Orders without a time, which are in no day.
    pub undated: u64,
}

/// The orders of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Day {
    /// By status.
    pub statuses: BTreeMap<Status, u64>,
    /// Those that drift.
    pub drift: u64,
}

impl Summary {
    /// Counts a row.
    pub fn count(&mut self, row: &ReconcileRow) {
        *self.statuses.entry(row.status).or_default() += 1;
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
                let day = self.days.entry(at.day()).or_default();
                *day.statuses.entry(row.status).or_default() += 1;
                day.drift += u64::from(row.drift.is_some());
            }
        }
    }

    /// How many orders there are.
    pub fn orders(&self) -> u64 {
        self.statuses.values().sum()
    }

    /// How many orders have this status.
    pub fn with(&self, status: Status) -> u64 {
        self.statuses.get(&status).copied().unwrap_or(0)
    }

    /// The main causes with how many orders each, the most frequent first.
    pub fn causes_by_count(&self) -> Vec<(Option<MainCause>, u64)> {
        let mut causes: Vec<_> = self.causes.iter().map(|(c, count)| (*c, *count)).collect();
        causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        causes
    }

    /// How many orders drift.
    pub fn drifting(&self) -> u64 {
        self.drifts.values().sum()
    }
}
