//! Orders and events of the store as rows and cards. The field names are those that `import`
//! reads, and so are the values: what a list writes can be loaded again.

mod events;
mod orders;

pub use events::{EventRow, ReasonPair};
pub use orders::OrderRow;

use crate::domain::event::{AutoResult, Reason};

use super::{paint::Tone, table::Field};

/// What separates rules and reasons in one text.
const SEPARATOR: &str = "／";

/// One side of the reasons as one text. What has no partner is an empty part, so that the sides
/// stay paired by position; none at all is no text.
fn joined(reasons: &[Reason], side: impl Fn(&Reason) -> Option<&String>) -> Option<String> {
    let parts: Vec<Option<&String>> = reasons.iter().map(side).collect();
    parts.iter().any(Option::is_some).then(|| {
        let parts = parts
            .into_iter()
            .map(|part| part.map_or("", String::as_str));
        parts.collect::<Vec<_>>().join(SEPARATOR)
    })
}

/// A reason of one event as people read it: what the rule says, and its code.
pub fn reason(reason: &Reason) -> String {
    match (&reason.description, &reason.code) {
        (Some(description), Some(code)) => format!("{description} [{code}]"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    }
}

/// A reason in a list: its code first, so that rows of one rule look alike.
fn worded(reason: &Reason) -> String {
    let sides = [&reason.code, &reason.description].into_iter().flatten();
    sides.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// A result, in its colour where it is one that is known.
fn result_field(result: Option<&str>) -> Field {
    let Some(result) = result else {
        return Field::none();
    };
    let tone = AutoResult::from_name(result).map_or(Tone::Plain, Tone::of_result);
    Field::new(result).toned(tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sides_of_reasons_stay_paired() {
        let reason = |code: &str, text: &str| Reason {
            code: (!code.is_empty()).then(|| code.to_owned()),
            description: (!text.is_empty()).then(|| text.to_owned()),
        };
        let cases = [
            // code and text of each, rules, reasons
            (vec![], None, None),
            (
                vec![("R1", "住所"), ("R2", "b")],
                Some("R1／R2"),
                Some("住所／b"),
            ),
            (vec![("R1", ""), ("", "b")], Some("R1／"), Some("／b")),
            (vec![("", "a"), ("", "b")], None, Some("a／b")),
            (vec![("R1", "")], Some("R1"), None),
        ];
        for (pairs, rules, texts) in cases {
            let reasons: Vec<_> = pairs
                .iter()
                .map(|(code, text)| reason(code, text))
                .collect();
            let side = |side: fn(&Reason) -> Option<&String>| joined(&reasons, side);
            assert_eq!(side(|r| r.code.as_ref()).as_deref(), rules, "{pairs:?}");
            assert_eq!(
                side(|r| r.description.as_ref()).as_deref(),
                texts,
                "{pairs:?}"
            );
        }
    }
}
