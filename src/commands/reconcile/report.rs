//! The page of `reconcile --report`: what was counted, and the rows that it tells one by one.

use std::path::Path;

use crate::{
    cli::range::TimeRange,
    commands::context::clock,
    config::Config,
    domain::{matching::Status, payment::Standing, time::JstTime},
    engine::{reconcile::ReconcileRow, summary::Summary},
    locales::{Lang, Text, matching, steps},
    output::report::{Day, Listed, ReportData, Row, Statuses, render},
};

/// So many rows of each kind are told; of the others how many there are.
const TOLD: usize = 1_000;

/// Gathers the rows that are told.
pub(super) struct Report {
    /// 支払い方法, by ID.
    methods: Vec<(u64, String)>,
    drifts: Listed,
    missing: Listed,
}

impl Report {
    pub(super) fn new(config: Option<&Config>) -> Self {
        let methods = config.map(|config| &config.payment_methods);
        let methods = methods.into_iter().flatten();
        Self {
            methods: methods
                .map(|method| (method.id, method.name.clone()))
                .collect(),
            drifts: Listed::default(),
            missing: Listed::default(),
        }
    }

    /// Takes a row that is missing or drifts.
    pub(super) fn take(&mut self, row: &ReconcileRow) {
        let told = self.row(row);
        let listed = match row.drift {
            Some(_) => &mut self.drifts,
            None => &mut self.missing,
        };
        match listed.rows.len() < TOLD {
            true => listed.rows.push(told),
            false => listed.more += 1,
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
        let causes = summary.causes_by_count().into_iter();
        let data = ReportData {
            made_at: clock(),
            from: range.from,
            to: range.to,
            store: store.display().to_string(),
            statuses: statuses(|status| summary.with(status)),
            causes: causes
                .map(|(cause, count)| (matching::cause(cause), count))
                .collect(),
            drifts: (summary.drifts.iter())
                .map(|(drift, count)| (matching::drift(*drift), *count))
                .collect(),
            orphans,
            days: days(summary),
            undated: summary.undated,
            drift_rows: self.drifts,
            missing_rows: self.missing,
        };
        render(&data, lang)
    }

    fn row(&self, row: &ReconcileRow) -> Row {
        let (kind, next_step) = match row.drift {
            Some(drift) => (matching::drift(drift), matching::drift_in_general(drift)),
            None => (matching::cause(row.cause), missing_step(row)),
        };
        Row {
            number: row.number.to_string(),
            created_at: row.created_at,
            payment_method: self.method(row),
            ecforce_result: row.ecforce_result.map(|result| result.name().to_owned()),
            matched_number: row.matched_number.as_ref().map(ToString::to_string),
            event_id: row.event_id.as_ref().map(ToString::to_string),
            auto_result: row.auto_result.clone(),
            manual_result: row.manual_result.clone(),
            kind,
            next_step,
        }
    }

    /// The method by its name in the configuration, else by its ID.
    fn method(&self, row: &ReconcileRow) -> Option<String> {
        let id = row.payment_method_id?;
        let named = self.methods.iter().find(|(known, _)| *known == id);
        Some(named.map_or_else(|| id.to_string(), |(_, name)| name.clone()))
    }
}

/// What to do about an order that is missing.
fn missing_step(row: &ReconcileRow) -> Text {
    let standing = row.standing.clone().unwrap_or(Standing::NotLater);
    let mut searched = vec![row.number.clone()];
    searched.extend(row.searched.iter().cloned());
    let step = |cause| steps::cause_step(cause, &row.number, &searched, row.created_at, &standing);
    row.cause.map_or_else(matching::step_no_cause, step)
}

fn statuses(with: impl Fn(Status) -> u64) -> Statuses {
    Statuses {
        direct: with(Status::Direct),
        via_history: with(Status::ViaPaymentHistory),
        not_screened: with(Status::NotScreened),
        missing: with(Status::Missing),
        unknown: with(Status::Unknown),
    }
}

fn days(summary: &Summary) -> Vec<Day> {
    let days = summary.days.iter();
    days.map(|(at, day)| Day {
        day: JstTime::bounds_of_day(*at).0.civil().date(),
        statuses: statuses(|status| day.statuses.get(&status).copied().unwrap_or(0)),
        drift: day.drift,
    })
    .collect()
}
