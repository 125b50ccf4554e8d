//! The rows of `reconcile`: which are selected, and their text in each form. They become text on
//! the threads that make them, and are written by the one that waits for them in order.

use std::borrow::Cow;

use anyhow::Result;

use crate::{
    domain::{event::AutoResult, matching::Status, order::OrderNumber},
    locales::{Lang, Text, matching, reconcile as words},
    lookup::{reconcile::ReconcileRow, summary::Summary},
    output::{
        Format,
        list::{self, Row},
        paint::Tone,
        stream::RowStream,
        table::Field,
    },
};

/// Which rows are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selection<'a> {
    /// These statuses; all where there is none.
    pub(super) statuses: &'a [Status],
    /// Only rows that drift.
    pub(super) drift_only: bool,
}

impl Selection<'_> {
    fn takes(&self, row: &ReconcileRow) -> bool {
        (self.statuses.is_empty() || self.statuses.contains(&row.status))
            && (!self.drift_only || row.drift.is_some())
    }
}

/// What becomes of the rows of a stretch.
#[derive(Debug)]
pub(super) struct Made {
    /// The selected rows as text; empty where they are to be a table.
    text: String,
    /// The rows of a table.
    rows: Vec<ReconcileRow>,
    /// All rows, selected or not, added up.
    pub(super) summary: Summary,
    /// How many are selected.
    pub(super) selected: usize,
    /// How many of these are missing or drift.
    pub(super) findings: usize,
    /// Rows of all that a report tells one by one.
    pub(super) told: Vec<ReconcileRow>,
}

impl Made {
    /// Writes the selected rows.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub(super) fn write(&mut self, stream: &mut RowStream<'_, ReconcileRow>) -> Result<()> {
        if self.text.is_empty() {
            return std::mem::take(&mut self.rows)
                .into_iter()
                .try_for_each(|row| stream.push(row));
        }
        stream.push_worded(&self.text, self.selected)
    }

    /// Selects, counts and words the rows.
    pub(super) fn of(
        rows: Vec<ReconcileRow>,
        selection: &Selection<'_>,
        form: Format,
        keeps_told: bool,
    ) -> Result<Self> {
        let summary = Summary::of(&rows);
        let is_finding = |row: &ReconcileRow| row.status == Status::Missing || row.drift.is_some();
        let told = match keeps_told {
            true => rows.iter().filter(|row| is_finding(row)).cloned().collect(),
            false => vec![],
        };
        let mut rows = rows;
        rows.retain(|row| selection.takes(row));
        let findings = rows.iter().filter(|row| is_finding(row)).count();
        let selected = rows.len();
        let text = match form {
            Format::Table => String::new(),
            Format::Csv => list::csv_rows(rows.iter().map(cells))?,
            Format::Jsonl => {
                let lines: Result<Vec<_>> = rows.iter().map(list::json_line).collect();
                lines?.concat()
            }
            Format::Json => list::json_elements(&rows)?,
        };
        if form != Format::Table {
            rows = vec![];
        }
        Ok(Self {
            text,
            rows,
            summary,
            selected,
            findings,
            told,
        })
    }
}

/// The cells of CSV, as `list::csv_line` would make them of the row's JSON, without making it.
fn cells(row: &ReconcileRow) -> [Cow<'_, str>; ReconcileRow::FIELDS.len()] {
    fn number(number: &Option<OrderNumber>) -> Cow<'_, str> {
        number.as_ref().map_or("", OrderNumber::as_str).into()
    }
    let name = |result: Option<AutoResult>| Cow::from(result.map_or("", AutoResult::name));
    [
        row.number.as_str().into(),
        row.created_at
            .map_or_else(String::new, |at| at.rfc3339())
            .into(),
        row.payment_method_id
            .map_or_else(String::new, |id| id.to_string())
            .into(),
        name(row.ecforce_result),
        row.status.name().into(),
        number(&row.matched_number),
        row.event_id.as_ref().map_or("", |id| id.0.as_str()).into(),
        row.auto_result.as_deref().unwrap_or_default().into(),
        name(row.manual_result),
        row.drift.map_or("", |drift| drift.name()).into(),
        row.cause.map_or("", |cause| cause.name()).into(),
        number(&row.search_for),
        number(&row.suggested_number),
    ]
}

impl Row for ReconcileRow {
    const FIELDS: &'static [&'static str] = &[
        "number",
        "created_at",
        "payment_method_id",
        "ecforce_result",
        "status",
        "matched_number",
        "event_id",
        "auto_result",
        "manual_result",
        "drift",
        "cause",
        "search_for",
        "suggested_number",
    ];
    const UNWRAPPED: &'static [usize] = &[0, 1, 2, 3, 4];

    fn titles() -> Vec<Text> {
        vec![
            words::title_number(),
            words::title_created_at(),
            words::title_status(),
            words::title_ecforce(),
            words::title_oplux(),
            words::title_note(),
        ]
    }

    fn cells(&self, lang: Lang) -> Vec<Field> {
        vec![
            Field::new(self.number.as_str()),
            Field::maybe(self.created_at),
            Field::new(matching::status(self.status).get(lang)).toned(tone(self.status)),
            Field::maybe(self.ecforce_result),
            Field::maybe(oplux_result(self)),
            note(self, lang),
        ]
    }
}

/// 自動審査結果, and 目視審査結果 where a person has set one.
fn oplux_result(row: &ReconcileRow) -> Option<String> {
    let auto = row.auto_result.as_deref();
    match (auto, row.manual_result) {
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
fn note(row: &ReconcileRow, lang: Lang) -> Field {
    let drift = row.drift.map(matching::drift);
    let drift = drift.as_ref().map(|drift| drift.get(lang));
    let other = row.matched_number.as_ref();
    let other = other.filter(|_| row.status == Status::ViaPaymentHistory);
    let notes: Vec<&str> = other
        .map(|other| other.as_str())
        .into_iter()
        .chain(drift)
        .collect();
    let has_event = matches!(row.status, Status::Direct | Status::ViaPaymentHistory);
    match has_event {
        false => Field::new(matching::cause(row.cause).get(lang)),
        true if notes.is_empty() => Field::none(),
        true if drift.is_some() => Field::new(notes.join("\n")).toned(Tone::Warn),
        true => Field::new(notes.join("\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        event::EventId,
        matching::{Drift, MainCause},
        time::JstTime,
    };

    fn row(number: &str) -> ReconcileRow {
        ReconcileRow {
            number: number.parse().unwrap(),
            created_at: Some(JstTime::from_unix(1_763_600_000)),
            payment_method_id: Some(1),
            ecforce_result: Some(AutoResult::Hold),
            status: Status::ViaPaymentHistory,
            matched_number: Some("a905125d2a".parse().unwrap()),
            event_id: Some(EventId("=e,1".to_owned())),
            auto_result: Some("HOLD".to_owned()),
            manual_result: Some(AutoResult::Ok),
            drift: Some(Drift::ManualChanged),
            cause: None,
            search_for: Some("a905125d2a".parse().unwrap()),
            suggested_number: None,
            searched: vec![],
            standing: None,
        }
    }

    #[test]
    fn the_quick_csv_is_the_csv_of_every_list() {
        let missing = ReconcileRow {
            created_at: None,
            payment_method_id: None,
            ecforce_result: None,
            status: Status::Missing,
            matched_number: None,
            event_id: None,
            auto_result: None,
            manual_result: None,
            drift: None,
            cause: Some(MainCause::EventExpected),
            search_for: None,
            suggested_number: Some("c1".parse().unwrap()),
            ..row("-b")
        };
        let rows = [row("b1c2d3e4f5"), missing];
        let quick = list::csv_rows(rows.iter().map(cells)).unwrap();
        let slow: String = rows
            .iter()
            .map(|row| list::csv_line(row).unwrap())
            .collect();
        assert_eq!(quick, slow);
        assert!(
            quick.contains("'-b,") && quick.contains("\"'=e,1\""),
            "{quick}"
        );
    }

    #[test]
    fn only_what_was_asked_for_is_selected_and_all_is_summed_up() {
        let direct = ReconcileRow {
            status: Status::Direct,
            drift: None,
            ..row("c")
        };
        let made = |statuses: &[Status], drift_only| {
            let selection = Selection {
                statuses,
                drift_only,
            };
            let rows = vec![row("b"), direct.clone()];
            let made = Made::of(rows, &selection, Format::Jsonl, true).unwrap();
            assert_eq!((made.summary.orders(), made.told.len()), (2, 1));
            (made.selected, made.findings, made.text.lines().count())
        };
        assert_eq!(made(&[], false), (2, 1, 2));
        assert_eq!(made(&[Status::Direct], false), (1, 0, 1));
        assert_eq!(made(&[], true), (1, 1, 1));
        assert_eq!(made(&[Status::Direct, Status::Missing], true), (0, 0, 0));
    }
}
