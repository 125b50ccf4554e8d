//! The table `reason_sets`: what fired for an event, or what ecforce shows of an order. A shop's
//! reasons come in a few hundred combinations, so a row names its set, and searches look through
//! the sets alone.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, types::ValueRef};

use super::table::{of_json, to_json};
use crate::domain::{event::Reason, text::folded};

/// The reasons of a row's `rules`; none where it has no set.
pub(super) fn reasons(rules: ValueRef<'_>) -> rusqlite::Result<Vec<Reason>> {
    let pairs: Vec<(Option<String>, Option<String>)> = of_json(rules.as_str_or_null()?)?;
    let reason = |(code, description)| Reason { code, description };
    Ok(pairs.into_iter().map(reason).collect())
}

/// The reasons of an event that comes again. Codes and descriptions are a field each: where only
/// one of the two comes, the other stays, and they are paired by position where they are as many.
pub(super) fn replaced(kept: Vec<Reason>, new: &[Reason]) -> Vec<Reason> {
    type Texts = Vec<Option<String>>;
    let codes = |of: &[Reason]| -> Texts {
        let codes = of.iter().map(|reason| reason.code.clone());
        codes.filter(Option::is_some).collect()
    };
    let descriptions = |of: &[Reason]| -> Texts {
        let descriptions = of.iter().map(|reason| reason.description.clone());
        descriptions.filter(Option::is_some).collect()
    };
    let is_one_sided = codes(new).is_empty() || descriptions(new).is_empty();
    if !is_one_sided {
        return new.to_vec();
    }
    let or_kept = |new: Texts, kept: Texts| if new.is_empty() { kept } else { new };
    let rules = or_kept(codes(new), codes(&kept));
    let said = or_kept(descriptions(new), descriptions(&kept));
    if (&rules, &said) == (&codes(&kept), &descriptions(&kept)) {
        return kept;
    }
    let pair = |(code, description)| Reason { code, description };
    match rules.len() == said.len() {
        true => rules.into_iter().zip(said).map(pair).collect(),
        false => {
            let rules = rules.into_iter().map(|code| (code, None));
            let said = said.into_iter().map(|description| (None, description));
            rules.chain(said).map(pair).collect()
        }
    }
}

/// The sets of reasons that were met. A shop's reasons come in a few hundred combinations: each is
/// looked for once.
#[derive(Debug, Default)]
pub(super) struct ReasonSets(HashMap<Vec<Reason>, i64>);

impl ReasonSets {
    /// The set of these reasons, made where it is not there; none of none.
    pub(super) fn of(
        &mut self,
        conn: &Connection,
        reasons: &[Reason],
    ) -> rusqlite::Result<Option<i64>> {
        if reasons.is_empty() {
            return Ok(None);
        }
        if let Some(set) = self.0.get(reasons) {
            return Ok(Some(*set));
        }
        let set = reason_set(conn, reasons)?;
        self.0.insert(reasons.to_vec(), set);
        Ok(Some(set))
    }
}

fn reason_set(conn: &Connection, reasons: &[Reason]) -> rusqlite::Result<i64> {
    let pairs = reasons.iter().map(|r| (&r.code, &r.description));
    let rules = to_json(&pairs.collect::<Vec<_>>())?;
    let known = conn
        .prepare_cached("SELECT id FROM reason_sets WHERE rules = ?1")?
        .query_row([&rules], |row| row.get(0))
        .optional()?;
    if let Some(set) = known {
        return Ok(set);
    }
    let said = reasons.iter().map(|reason| reason.description.as_deref());
    let said: Vec<_> = said.map(|text| folded(text.unwrap_or_default())).collect();
    conn.query_row(
        "INSERT INTO reason_sets (rules, said) VALUES (?1, ?2) RETURNING id",
        [&rules, &said.join("\n")],
        |row| row.get(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_reasons_that_come_alone_leave_the_others() {
        let of = |pairs: &str| -> Vec<Reason> {
            let side = |text: &str| Some(text.to_owned()).filter(|text| text != "-");
            let pair = |pair: &str| {
                let (code, description) = pair.split_once(':').unwrap();
                let (code, description) = (side(code), side(description));
                Reason { code, description }
            };
            pairs.split_whitespace().map(pair).collect()
        };
        for (kept, new, expected) in [
            ("R1:a", "", "R1:a"),
            ("", "R1:-", "R1:-"),
            ("R1:a R2:b", "R9:x", "R9:x"),
            // As many: paired by position.
            ("R1:a R2:b", "R8:- R9:-", "R8:a R9:b"),
            ("R1:a R2:b", "-:x -:y", "R1:x R2:y"),
            ("-:a", "R1:-", "R1:a"),
            ("R1:- -:a -:b", "R8:- R9:-", "R8:a R9:b"),
            // Not as many: none is lost, and none is given a partner.
            ("R1:a R2:b", "R9:-", "R9:- -:a -:b"),
            ("R1:a R2:b", "-:x", "R1:- R2:- -:x"),
            // The same again changes nothing, whatever its pairs.
            ("-:a R2:b", "R2:-", "-:a R2:b"),
            ("R1:a R2:-", "-:a", "R1:a R2:-"),
        ] {
            let (kept, new) = (of(kept), of(new));
            let after = replaced(kept.clone(), &new);
            assert_eq!(after, of(expected), "{kept:?} {new:?}");
            assert_eq!(replaced(after.clone(), &new), after);
        }
    }
}
