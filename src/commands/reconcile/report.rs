//! The page of `reconcile --report`: what was counted, and the rows that it tells one by one.

use std::path::Path;

use crate::{
    cli::range::TimeRange,
    commands::context::clock,
    config::Config,
    domain::{
        event::AutoResult,
        matching::{Drift, Status},
        payment::Standing,
        time::JstTime,
    },
    locales::{Lang, Text, matching},
    lookup::{reconcile::ReconcileRow, summary::Summary},
    output::report::{Day, DriftRow, MissingRow, ReportData, Share, Statuses, render},
};

/// So many rows of each kind are told; of the others how many there are.
const TOLD: usize = 1_000;

/// Gathers the rows that are told.
pub(super) struct Report {
    /// 支払い方法, by ID.
    methods: Vec<(u64, String)>,
    drifts: Vec<DriftRow>,
    more_drift: u64,
    missing: Vec<MissingRow>,
    more_missing: u64,
}

impl Report {
    pub(super) fn new(config: Option<&Config>) -> Self {
        let methods = config.map(|config| &config.payment_methods);
        let named =
            |method: &crate::domain::settings::PaymentMethod| (method.id, method.name.clone());
        Self {
            methods: methods.into_iter().flatten().map(named).collect(),
            drifts: vec![],
            more_drift: 0,
            missing: vec![],
            more_missing: 0,
        }
    }

    /// Takes a row that is missing or drifts.
    pub(super) fn take(&mut self, row: &ReconcileRow) {
        match row.drift {
            Some(_) if self.drifts.len() >= TOLD => self.more_drift += 1,
            Some(drift) => self.drifts.push(self.drift_row(row, drift)),
            None if self.missing.len() >= TOLD => self.more_missing += 1,
            None => self.missing.push(self.missing_row(row)),
        }
    }

    /// The page as text.
    pub(super) fn page(
        self,
        range: TimeRange,
        store: &Path,
        summary: &Summary,
        orphans: u64,
        lang: Lang,
    ) -> String {
        let data = ReportData {
            made_at: clock(),
            from: range.from,
            to: range.to,
            store: store.display().to_string(),
            statuses: Statuses {
                direct: summary.with(Status::Direct),
                via_history: summary.with(Status::ViaPaymentHistory),
                not_screened: summary.with(Status::NotScreened),
                missing: summary.with(Status::Missing),
                unknown: summary.with(Status::Unknown),
            },
            causes: causes(summary),
            drifts: drifts(summary),
            orphans,
            days: days(summary),
            undated: summary.undated,
            drift_rows: self.drifts,
            more_drift: self.more_drift,
            missing_rows: self.missing,
            more_missing: self.more_missing,
        };
        render(&data, lang)
    }

    fn drift_row(&self, row: &ReconcileRow, drift: Drift) -> DriftRow {
        DriftRow {
            number: row.number.to_string(),
            created_at: row.created_at,
            payment_method: self.method(row),
            ecforce_result: name(row.ecforce_result),
            matched_number: row.matched_number.as_ref().map(ToString::to_string),
            event_id: row.event_id.as_ref().map(ToString::to_string),
            auto_result: row.auto_result.clone(),
            manual_result: name(row.manual_result),
            kind: matching::drift(drift),
            next_step: matching::drift_in_general(drift),
        }
    }

    fn missing_row(&self, row: &ReconcileRow) -> MissingRow {
        let standing = row.standing.clone().unwrap_or(Standing::NotLater);
        let mut searched = vec![row.number.clone()];
        searched.extend(row.searched.iter().cloned());
        let step =
            |cause| matching::cause_step(cause, &row.number, &searched, row.created_at, &standing);
        MissingRow {
            number: row.number.to_string(),
            created_at: row.created_at,
            payment_method: self.method(row),
            ecforce_result: name(row.ecforce_result),
            cause: matching::cause(row.cause),
            next_step: row.cause.map_or_else(matching::step_no_cause, step),
        }
    }

    /// The method by its name in the configuration, else by its ID.
    fn method(&self, row: &ReconcileRow) -> Option<String> {
        let id = row.payment_method_id?;
        let named = self.methods.iter().find(|(known, _)| *known == id);
        Some(named.map_or_else(|| id.to_string(), |(_, name)| name.clone()))
    }
}

fn name(result: Option<AutoResult>) -> Option<String> {
    result.map(|result| result.name().to_owned())
}

fn causes(summary: &Summary) -> Vec<Share> {
    let causes = summary.causes_by_count().into_iter();
    causes
        .map(|(cause, count)| share(matching::cause(cause), count))
        .collect()
}

fn drifts(summary: &Summary) -> Vec<Share> {
    let drifts = summary.drifts.iter();
    drifts
        .map(|(drift, count)| share(matching::drift(*drift), *count))
        .collect()
}

fn share(label: Text, count: u64) -> Share {
    Share { label, count }
}

fn days(summary: &Summary) -> Vec<Day> {
    let days = summary.days.iter();
    days.map(|(at, day)| {
        let with = |status| day.statuses.get(&status).copied().unwrap_or(0);
        let (first, _) = JstTime::bounds_of_day(*at);
        Day {
            day: first.civil().date(),
            direct: with(Status::Direct),
            via_history: with(Status::ViaPaymentHistory),
            missing: with(Status::Missing),
            other: with(Status::NotScreened) + with(Status::Unknown),
            drift: day.drift,
        }
    })
    .collect()
}
