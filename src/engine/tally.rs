//! Counts of outcomes, for the closing summary and the exit status.

use std::collections::BTreeMap;

use crate::{
    domain::event::{AutoResult, Service},
    locales::{Text, screening as words},
};

use super::outcome::{Outcome, TroubleKind};

/// How many orders came out how.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    results: BTreeMap<AutoResult, usize>,
    not_screened: usize,
    planned: usize,
    failed: Vec<TroubleKind>,
    reused: usize,
    total: usize,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, outcome: &Outcome) {
        self.total += 1;
        match outcome {
            Outcome::NotScreened { .. } => self.not_screened += 1,
            Outcome::Planned { .. } => self.planned += 1,
            Outcome::Failed { trouble, .. } => self.failed.push(trouble.kind),
            Outcome::Screened { event, reused, .. } => {
                self.reused += usize::from(*reused);
                if let Some(result) = event.auto_result() {
                    *self.results.entry(result).or_default() += 1;
                }
            }
        }
    }

    /// How many were counted.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The failures.
    pub fn failures(&self) -> &[TroubleKind] {
        &self.failed
    }

    /// Whether any order was screened with one of these results, now or before.
    pub fn has_any(&self, results: &[AutoResult]) -> bool {
        results
            .iter()
            .any(|result| self.results.contains_key(result))
    }

    /// The four results and the failures so far, for a progress bar.
    pub fn results(&self) -> Text {
        let count = |result| self.results.get(&result).copied().unwrap_or_default();
        words::results_so_far(
            count(AutoResult::Ok),
            count(AutoResult::Ng),
            count(AutoResult::Hold),
            count(AutoResult::Review),
            self.failed.len(),
        )
    }

    /// The closing summary.
    pub fn summary(&self, service: Service) -> Text {
        let count = |result| self.results.get(&result).copied().unwrap_or_default();
        let mut parts = vec![words::summary(
            words::service(service),
            self.total,
            count(AutoResult::Ok),
            count(AutoResult::Ng),
            count(AutoResult::Hold),
            count(AutoResult::Review),
        )];
        let failed = self.failed.len();
        let more = [
            (
                self.not_screened,
                words::summary_not_screened(self.not_screened),
            ),
            (self.reused, words::summary_reused(self.reused)),
            (self.planned, words::summary_planned(self.planned)),
            (failed, words::summary_failed(failed)),
        ];
        parts.extend(
            more.into_iter()
                .filter(|(n, _)| *n > 0)
                .map(|(_, text)| text),
        );
        Text::joined(&parts, ", ")
    }
}
