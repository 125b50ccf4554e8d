//! `oplux reconcile`: `trace` for every order of the store.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::context::{Context, clock, rules_of};
use crate::{
    commands::args::{Newest, TimeRange},
    config::Config,
    domain::{
        event::AutoResult,
        matching::{Drift, MainCause, Status},
        order::OrderNumber,
        payment::Standing,
        text::{folded, trim},
        time::JstTime,
    },
    engine::reconcile::{ReconcileRow, Summary, reconcile},
    exit::{Exit, Failure},
    locales::{Said, Text, call::Refused, matching as words, report as texts, trace},
    output::{
        Output,
        file::{self, OutputFile},
        list::{Column, Row, RowStream, View},
        paint::Tone,
        report::{self, Listed, ReportData},
        table::Field,
        unless_reader_gone,
    },
    store::StoreError,
};

/// So many orders of each kind are told one by one on the page.
const TOLD: usize = 1_000;

/// Trace every order of the store, and say what is missing or drifts
///
/// One row an order, and a summary on standard error. An order is `missing` where it should have
/// an event and the events of that day are in the store, and `unknown` where they are not.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    range: TimeRange,
    /// Only orders of these statuses: direct, via-payment-history, not-screened, missing, unknown
    #[arg(long, value_name = "STATUSES", value_delimiter = ',', value_parser = status)]
    status: Vec<Status>,
    /// Only orders whose results in ecforce and O-PLUX differ
    #[arg(long)]
    drift_only: bool,
    /// End with 3 where a selected order is missing or drifts
    #[arg(long)]
    check: bool,
    /// List at most so many of the orders; all are judged and counted
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Write a page for a browser: totals, a chart by day, what to do; `-` is standard output
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Open the page in the browser, once it is written
    #[arg(long, requires = "report")]
    open: bool,
}

fn status(text: &str) -> Result<Status, Refused> {
    let name = folded(trim(text));
    let found = Status::ALL.into_iter().find(|status| status.name() == name);
    found.ok_or_else(|| {
        let allowed = Status::ALL.map(Status::name);
        Refused(words::not_a_status(Text::listed(allowed)))
    })
}

/// Runs the command.
///
/// # Errors
/// Where the configuration or the store cannot be used, or the report cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let out = &context.out;
    let (from, to) = args.range.ends(clock())?;
    let config = context.config_if_any()?;
    let path = context.store_path(config.as_ref())?;
    // `-`: the page takes the place of the rows.
    let to_stdout = args.report.as_deref() == Some(Path::new("-"));
    if to_stdout && args.open {
        let said = Said::new(texts::nothing_to_open()).hint(texts::nothing_to_open_hint());
        return Err(Failure::usage(said).into());
    }
    // Whether it can be written is known before the long work.
    let named = args.report.as_deref().filter(|_| !to_stdout);
    let page = named.map(OutputFile::begin).transpose()?;
    // Nothing imported is never an all-clear.
    let store = context.store_there(config.as_ref())?;
    if !store.has_orders()? {
        return Err(StoreError::no_orders(&path).into());
    }
    let rules = rules_of(config.as_ref());
    let newest = Newest { limit: args.limit };
    let most = newest.rows(out).unwrap_or(u64::MAX);
    let mut found = Found::default();
    let mut rows = (!to_stdout).then(|| RowStream::in_parts(out).buffered());
    rows.iter_mut().try_for_each(RowStream::begin)?;
    // A reader that goes ends the rows and what is said, but neither the judging nor the page.
    let mut is_heard = true;
    let goes_on = args.check || args.report.is_some();
    let is_read = |written| match goes_on {
        true => unless_reader_gone(written),
        false => written.map(|()| true),
    };
    let orphans = reconcile(&store.look()?, &rules, from, to, |row| {
        let is_selected = found.take(&row, args, config.as_ref());
        if let Some(stream) = &mut rows
            && is_selected
            && found.selected <= most
            && is_heard
        {
            is_heard = is_read(stream.push(row))?;
        }
        anyhow::Ok(())
    })?;
    if let Some(rows) = rows.as_mut().filter(|_| is_heard) {
        is_heard = is_read(rows.end().map(drop))?;
    }
    if is_heard {
        if rows.is_some() {
            newest.tell_of_more(out, found.selected.min(most), || Ok(found.selected))?;
        }
        tell(out, &found.summary, found.selected, orphans);
        if args.check && found.summary.counts.orders() == 0 {
            // Nothing judged is no all-clear either.
            out.warn(&Said::new(words::nothing_judged()));
        }
        // The settings come last of what is asked: they might have given the cause.
        if rules.settings.is_none() && found.summary.causes.contains_key(&None) {
            context.warn_of_no_rules(config.as_ref());
        }
    }
    let findings = found.findings;
    if args.report.is_some() {
        let data = found.into_page((from, to), path.display().to_string(), orphans);
        write(&report::render(&data, out.lang), page, args, out)?;
    }
    Ok(match args.check && findings > 0 {
        true => Exit::Findings,
        false => Exit::Done,
    })
}

/// What comes of the orders, besides their rows.
#[derive(Default)]
struct Found {
    summary: Summary,
    /// How many were selected.
    selected: u64,
    /// How many of these are missing or drift.
    findings: u64,
    /// Of all orders, for the page.
    drifts: Listed,
    missing: Listed,
}

impl Found {
    /// Counts an order, and says whether it is selected.
    fn take(&mut self, row: &ReconcileRow, args: &Args, config: Option<&Config>) -> bool {
        self.summary.count(row);
        let listed = match (row.drift, row.status) {
            (Some(_), _) => Some(&mut self.drifts),
            (None, Status::Missing) => Some(&mut self.missing),
            (None, _) => None,
        };
        let is_finding = listed.is_some();
        if let Some(listed) = listed.filter(|_| args.report.is_some()) {
            listed.push(TOLD, || told(row, config));
        }
        let is_selected = args.selects(row);
        self.selected += u64::from(is_selected);
        self.findings += u64::from(is_selected && is_finding);
        is_selected
    }

    fn into_page(
        self,
        (from, to): (Option<JstTime>, Option<JstTime>),
        store: String,
        orphans: u64,
    ) -> ReportData {
        let causes = self.summary.causes_by_count().into_iter();
        let drifts = self.summary.drifts.into_iter();
        let days = self.summary.days.into_iter();
        let date = |day| JstTime::bounds_of_day(day).0.civil().date();
        ReportData {
            made_at: clock(),
            from,
            to,
            store,
            counts: self.summary.counts,
            causes: causes.map(|(cause, n)| (words::cause(cause), n)).collect(),
            drifts: drifts.map(|(drift, n)| (words::drift(drift), n)).collect(),
            orphans,
            days: days.map(|(day, counts)| (date(day), counts)).collect(),
            undated: self.summary.undated,
            drift_rows: self.drifts,
            missing_rows: self.missing,
        }
    }
}

/// Writes the page, and opens it; where no file was begun for it, it goes to standard output.
fn write(text: &str, page: Option<OutputFile>, args: &Args, out: &Output) -> Result<()> {
    let (Some(page), Some(path)) = (page, &args.report) else {
        return out.data(text);
    };
    page.finish(text)?;
    out.note(&words::wrote(path.display()));
    if let (true, Err(error)) = (args.open, file::open(path)) {
        let said = Said::new(texts::cannot_open(path.display(), error.to_string()));
        out.warn(&said.hint(texts::cannot_open_hint()));
    }
    Ok(())
}

impl Args {
    fn selects(&self, row: &ReconcileRow) -> bool {
        (self.status.is_empty() || self.status.contains(&row.status))
            && (!self.drift_only || row.drift.is_some())
    }
}

/// An order that is missing or drifts, on the page.
fn told(row: &ReconcileRow, config: Option<&Config>) -> report::Finding {
    let (kind, next_step) = match row.drift {
        Some(drift) => (words::drift(drift), words::drift_in_general(drift)),
        None => (words::cause(row.cause), missing_step(row)),
    };
    let methods = config.map_or(&[][..], |config| &config.payment_methods);
    let method = row.payment_method_id.map(|id| {
        let named = methods.iter().find(|method| method.id == id);
        named.map_or_else(|| id.to_string(), |method| method.name.clone())
    });
    report::Finding {
        number: row.number.to_string(),
        created_at: row.created_at,
        payment_method: method,
        ecforce_result: row.ecforce_result.map(|result| result.name().to_owned()),
        matched_number: row.matched_number.as_ref().map(ToString::to_string),
        event_id: row.event_id.as_ref().map(ToString::to_string),
        auto_result: row.auto_result.clone(),
        manual_result: row.manual_result.clone(),
        kind,
        next_step,
    }
}

/// What to do about an order that is missing.
fn missing_step(row: &ReconcileRow) -> Text {
    let standing = row.standing.clone().unwrap_or(Standing::NotLater);
    let mut searched = vec![row.number.clone()];
    searched.extend(row.searched.iter().cloned());
    let step = |cause| trace::cause_step(cause, &row.number, &searched, row.created_at, &standing);
    row.cause.map_or_else(words::step_no_cause, step)
}

impl Row for ReconcileRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("number", words::title_number, |row: &Self, _| {
            Field::new(row.number.as_str())
        })
        .whole(),
        Column::new("created_at", words::title_created_at, |row: &Self, _| {
            Field::maybe(row.created_at)
        })
        .whole(),
        Column::fields(&["payment_method_id", "ecforce_result"]),
        Column::new("status", words::title_status, |row: &Self, view| {
            view.say(&words::status(row.status)).toned(tone(row.status))
        })
        .whole(),
        Column::shown(words::title_ecforce, |row: &Self, _| {
            Field::maybe(row.ecforce_result)
        })
        .whole(),
        Column::shown(words::title_oplux, |row: &Self, _| {
            Field::maybe(oplux_result(row))
        })
        .whole(),
        Column::shown(words::title_note, note),
        Column::fields(&[
            "matched_number",
            "event_id",
            "auto_result",
            "manual_result",
            "drift",
            "cause",
            "search_for",
            "suggested_number",
        ]),
    ];

    /// Cell by cell: of a million rows, their JSON would take longer than all else together.
    fn csv(&self) -> Result<Vec<Cow<'_, str>>> {
        let text = |text: Option<String>| Cow::from(text.unwrap_or_default());
        Ok(vec![
            self.number.as_str().into(),
            text(self.created_at.map(JstTime::rfc3339)),
            text(self.payment_method_id.map(|id| id.to_string())),
            self.ecforce_result.map_or("", AutoResult::name).into(),
            self.status.name().into(),
            number(&self.matched_number),
            self.event_id.as_ref().map_or("", |id| &id.0).into(),
            self.auto_result.as_deref().unwrap_or_default().into(),
            self.manual_result.as_deref().unwrap_or_default().into(),
            self.drift.map_or("", Drift::name).into(),
            self.cause.map_or("", MainCause::name).into(),
            number(&self.search_for),
            number(&self.suggested_number),
        ])
    }
}

fn number(number: &Option<OrderNumber>) -> Cow<'_, str> {
    number.as_ref().map_or("", OrderNumber::as_str).into()
}

/// 自動審査結果, and 目視審査結果 where a person has set one.
fn oplux_result(row: &ReconcileRow) -> Option<String> {
    let auto = row.auto_result.as_deref();
    match (auto, row.manual_result.as_deref()) {
        (auto, Some(manual)) => Some(format!("{} / {manual}", auto.unwrap_or("-"))),
        (auto, None) => auto.map(str::to_owned),
    }
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Direct => Tone::Plain,
        Status::ViaPaymentHistory => Tone::Notable,
        Status::NotScreened => Tone::Faint,
        Status::Missing => Tone::Bad,
        Status::Unknown => Tone::Warn,
    }
}

/// What is to be known besides: the other number that the event stands under, a drift, the cause.
fn note(row: &ReconcileRow, view: View) -> Field {
    let drift = row.drift.map(words::drift);
    let drift = drift.as_ref().map(|drift| drift.get(view.lang));
    let other = row.matched_number.as_ref();
    let other = other.filter(|_| row.status == Status::ViaPaymentHistory);
    let notes: Vec<&str> = other
        .map(|other| other.as_str())
        .into_iter()
        .chain(drift)
        .collect();
    let has_event = matches!(row.status, Status::Direct | Status::ViaPaymentHistory);
    match has_event {
        false => view.say(&words::cause(row.cause)),
        true if notes.is_empty() => Field::none(),
        true if drift.is_some() => Field::new(notes.join("\n")).toned(Tone::Warn),
        true => Field::new(notes.join("\n")),
    }
}

/// Tells counts and shares by status, by cause and by drift, and the orphans.
fn tell(out: &Output, summary: &Summary, selected: u64, orphans: u64) {
    let orders = summary.counts.orders();
    if orders == 0 {
        out.note(&words::empty());
    } else {
        lines(summary, orders)
            .iter()
            .for_each(|line| out.note(line));
        if selected != orders {
            out.note(&match selected {
                0 => words::none_selected(),
                rows => words::selected(rows),
            });
        }
    }
    if let Some(number) = &summary.first_lacking {
        out.note(&words::lacking_first_payment(summary.lacking_first_payment));
        out.note(&words::lacking_first_payment_hint(number));
    }
    if orphans > 0 {
        out.note(&words::orphans(orphans));
    }
}

fn lines(summary: &Summary, orders: u64) -> Vec<Text> {
    let share = |count| share(count, orders);
    let mut lines = vec![words::summary(orders)];
    for status in Status::ALL {
        let count = summary.counts.of(status);
        if count > 0 {
            lines.push(words::line(words::status(status), count, share(count)));
        }
    }
    let without: u64 = summary.causes.values().sum();
    if without > 0 {
        lines.push(words::line(words::no_event(), without, share(without)));
        for (cause, count) in summary.causes_by_count() {
            lines.push(words::part(words::cause(cause), count, share(count)));
        }
    }
    if summary.counts.drift > 0 {
        let drifting = summary.counts.drift;
        lines.push(words::line(words::differences(), drifting, share(drifting)));
        for (drift, count) in &summary.drifts {
            lines.push(words::part(words::drift(*drift), *count, share(*count)));
        }
    }
    lines
}

/// A share with one decimal; rounded, but never to all or nothing where it is not.
fn share(count: u64, of: u64) -> String {
    let exact = count as f64 * 100.0 / of as f64;
    let shown = match count {
        0 => 0.0,
        count if count == of => 100.0,
        _ => exact.clamp(0.1, 99.9),
    };
    format!("{shown:.1}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_away() {
        let cases = [
            ((0, 5), "0.0%"),
            ((1, 3), "33.3%"),
            ((1, 1_000_000), "0.1%"),
            ((999_999, 1_000_000), "99.9%"),
            ((5, 5), "100.0%"),
        ];
        for ((count, of), expected) in cases {
            assert_eq!(share(count, of), expected);
        }
    }
}
