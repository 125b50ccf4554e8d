//! How the rows of `reconcile` look.

use std::borrow::Cow;

use anyhow::Result;

use crate::{
    domain::{
        event::AutoResult,
        matching::{Drift, MainCause, Status},
        order::OrderNumber,
        time::JstTime,
    },
    engine::reconcile::ReconcileRow,
    locales::{Lang, matching as words},
    output::{
        list::{Column, Row},
        paint::Tone,
        table::Field,
    },
};

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
        Column::field("payment_method_id"),
        Column::field("ecforce_result"),
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
        Column::shown(words::title_note, |row: &Self, view| note(row, view.lang)),
        Column::field("matched_number"),
        Column::field("event_id"),
        Column::field("auto_result"),
        Column::field("manual_result"),
        Column::field("drift"),
        Column::field("cause"),
        Column::field("search_for"),
        Column::field("suggested_number"),
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
fn note(row: &ReconcileRow, lang: Lang) -> Field {
    let drift = row.drift.map(words::drift);
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
        false => Field::new(words::cause(row.cause).get(lang)),
        true if notes.is_empty() => Field::none(),
        true if drift.is_some() => Field::new(notes.join("\n")).toned(Tone::Warn),
        true => Field::new(notes.join("\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::event::EventId, output::list};

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
            manual_result: Some("OK".to_owned()),
            drift: Some(Drift::ManualChanged),
            cause: None,
            search_for: Some("a905125d2a".parse().unwrap()),
            suggested_number: None,
            searched: vec![],
            lacks_first_payment: false,
            standing: None,
        }
    }

    #[test]
    fn the_quick_csv_is_that_of_every_list() {
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
        for row in [row("b1c2d3e4f5"), missing] {
            assert_eq!(row.csv().unwrap(), list::csv_of_json(&row).unwrap());
        }
    }
}
