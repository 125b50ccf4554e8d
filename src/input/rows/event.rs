//! A row of `import events`, and the pairs of rules and reasons in it.

use super::{
    cells::{event_id, number, scalar, text, trim},
    record::{Cell, Cells, Field, Shape, Wrong},
    time::time,
    words::{manual_result, result},
};
use crate::{
    domain::event::{EventRecord, Reason},
    input::json::Json,
};

/// What stands between two rules and between two reasons, as on O-PLUX's screens.
const SEPARATOR: char = '／';

impl Shape for EventRecord {
    const TABLE: &'static str = "events";

    const FIELDS: &'static [Field] = &[
        Field::new("merchant_management_id", &["加盟店管理ID"]).required(),
        Field::new("event_id", &["イベントID"]).required(),
        Field::new("requested_at", &["審査申請日時"]),
        Field::new("model_id", &["審査モデルID"]),
        Field::new("auto_result", &["自動審査結果"]),
        Field::new("manual_result", &["目視審査結果"]),
        Field::new("memo", &["目視審査メモ"]),
        Field::new("rule_group", &["ルールグループ"]),
        Field::new("rules", &["ルールコード"]),
        Field::new("reasons", &["判定理由"]),
        Field::new("settle_status", &["決済ステータス"]),
    ];

    fn read(cells: &mut Cells<'_>) -> Result<Self, Wrong> {
        Ok(Self {
            merchant_management_id: cells.required(number)?,
            event_id: cells.required(event_id)?,
            requested_at: cells.optional(time)?,
            model_id: cells.optional(text)?,
            auto_result: cells.optional(result)?.map(|one| one.name().to_owned()),
            manual_result: cells.optional(manual_result)?,
            memo: cells.optional(text)?,
            rule_group: cells.optional(text)?,
            reasons: {
                let rules = cells.several(|cell| elements(cell, &rule))?;
                paired(rules, cells.several(|cell| elements(cell, &reason))?)
            },
            settle_status: cells.optional(text)?,
        })
    }
}

/// Pairs rules and reasons by position. Without a partner the other is None; a pair of two Nones
/// says nothing.
fn paired(rules: Vec<Reason>, reasons: Vec<Reason>) -> Vec<Reason> {
    let length = rules.len().max(reasons.len());
    let mut rules = rules.into_iter();
    let mut reasons = reasons.into_iter();
    let pairs = (0..length).map(|_| {
        let (rule, reason) = (rules.next(), reasons.next());
        let (code, description) = reason.map_or((None, None), |r| (r.code, r.description));
        Reason {
            code: rule.and_then(|rule| rule.code).or(code),
            description,
        }
    });
    pairs
        .filter(|pair| pair.code.is_some() || pair.description.is_some())
        .collect()
}

fn rule(code: Option<String>) -> Reason {
    Reason {
        code,
        description: None,
    }
}

fn reason(description: Option<String>) -> Reason {
    Reason {
        code: None,
        description,
    }
}

/// The elements of a cell, what is empty of them kept for the position of the others. None where
/// the cell holds something else than texts.
fn elements(cell: &Cell<'_>, of: &impl Fn(Option<String>) -> Reason) -> Option<Vec<Reason>> {
    match cell {
        Cell::Empty => Some(Vec::new()),
        Cell::Text(text) => Some(text.split(SEPARATOR).map(|one| of(kept(one))).collect()),
        Cell::List(all) => all.iter().map(|one| element(one, of)).collect(),
        Cell::Object => None,
    }
}

/// An element of a JSON array: a text, or a reason as `screen` gives it.
fn element(json: &Json<'_>, of: &impl Fn(Option<String>) -> Reason) -> Option<Reason> {
    let text = |json: &Json<'_>| scalar(json).map(|text| text.as_deref().and_then(kept));
    if !json.is_object() {
        return Some(of(text(json)?));
    }
    let field = |name| json.get(name).map_or(Some(None), text);
    Some(Reason {
        code: field("code")?,
        description: field("description")?,
    })
}

fn kept(element: &str) -> Option<String> {
    let element = trim(element);
    (!element.is_empty()).then(|| element.to_owned())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn of_text(text: &str) -> Cell<'_> {
        match text {
            "" => Cell::Empty,
            text => Cell::Text(Cow::Borrowed(text)),
        }
    }

    #[test]
    fn rules_and_reasons_are_paired_by_position() {
        type Pairs = &'static [(&'static str, &'static str)];
        let cases: &[(&str, &str, Pairs)] = &[
            ("", "", &[]),
            ("R1", "", &[("R1", "")]),
            ("", "未払い多数", &[("", "未払い多数")]),
            ("R1／R2", "a／b", &[("R1", "a"), ("R2", "b")]),
            ("R1／R2", "a", &[("R1", "a"), ("R2", "")]),
            ("R1", "a／b", &[("R1", "a"), ("", "b")]),
            ("R1／／R3", "a／／c", &[("R1", "a"), ("R3", "c")]),
            ("／R2", "a／ b　", &[("", "a"), ("R2", "b")]),
            ("／", "／", &[]),
            ("a/b", "c/d", &[("a/b", "c/d")]),
        ];
        for (rules, reasons, expected) in cases {
            let rules = elements(&of_text(rules), &rule).unwrap();
            let pairs = paired(rules, elements(&of_text(reasons), &reason).unwrap());
            let pairs: Vec<_> = pairs
                .iter()
                .map(|one| {
                    let side = |side: &Option<String>| side.clone().unwrap_or_default();
                    (side(&one.code), side(&one.description))
                })
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(code, text)| ((*code).to_owned(), (*text).to_owned()))
                .collect();
            assert_eq!(pairs, expected);
        }
    }
}
