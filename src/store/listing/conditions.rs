//! The conditions of a list: fixed texts, and the values that are bound to them.

use rusqlite::types::Value;

use crate::domain::{event::AutoResult, text::folded, time::JstTime};

/// The trigram index finds a part of this many characters or more.
const TRIGRAM: usize = 3;

/// Conditions that hold together. What users give is in `values` alone.
#[derive(Debug, Default)]
pub(in crate::store) struct Conditions {
    texts: Vec<String>,
    /// What is bound, in the order of the parameters.
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// Adds a condition and what its parameters are.
    pub(super) fn and(&mut self, text: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.texts.push(text.into());
        self.values.extend(values);
    }

    /// As it stands in a statement; nothing where there is none.
    pub(super) fn clause(&self) -> String {
        match self.texts.as_slice() {
            [] => String::new(),
            texts => format!(" WHERE {}", texts.join(" AND ")),
        }
    }

    /// From and to, both included. What has no time falls out.
    pub(super) fn between(
        &mut self,
        column: &'static str,
        from: Option<JstTime>,
        to: Option<JstTime>,
    ) {
        if let Some(from) = from {
            self.and(format!("{column} >= ?"), [from.unix().into()]);
        }
        if let Some(to) = to {
            self.and(format!("{column} <= ?"), [to.unix().into()]);
        }
    }

    /// One of these results; `None` is that there is none. Nothing given: any.
    pub(super) fn result(&mut self, column: &'static str, results: &[Option<AutoResult>]) {
        if results.is_empty() {
            return;
        }
        let named: Vec<Value> = results
            .iter()
            .flatten()
            .map(|result| result.name().to_owned().into())
            .collect();
        let mut ways = Vec::new();
        if !named.is_empty() {
            let places = vec!["?"; named.len()].join(", ");
            ways.push(format!("{column} IN ({places})"));
        }
        if results.contains(&None) {
            ways.push(format!("{column} IS NULL"));
        }
        self.and(format!("({})", ways.join(" OR ")), named);
    }

    /// A part of one of the reasons, compared as `domain/text` says.
    pub(super) fn reason(&mut self, part: &str) {
        let part = folded(part);
        let sets = |condition: &str| {
            format!("reason_set IN (SELECT id FROM reason_sets WHERE {condition})")
        };
        // In `said` the reasons are one a line: a part with a line break is looked for in each.
        let is_said = match part.contains('\n') {
            false => "instr(said, ?) > 0",
            true => {
                "EXISTS (SELECT 1 FROM json_each(rules)
                         WHERE instr(folded(json_extract(value, '$[1]')), ?) > 0)"
            }
        };
        // FTS5 reads its query to the first NUL.
        let is_indexed = part.chars().count() >= TRIGRAM && !part.contains('\0');
        if is_indexed {
            let phrase = format!("\"{}\"", part.replace('"', "\"\""));
            let candidates = "id IN (SELECT rowid FROM reason_search WHERE reason_search MATCH ?)";
            let both = sets(&format!("{candidates} AND {is_said}"));
            self.and(both, [phrase.into(), part.into()]);
        } else {
            self.and(sets(is_said), [part.into()]);
        }
    }

    /// One of the rules that fired has this code, however it is typed.
    pub(super) fn rule(&mut self, code: &str) {
        let text = "reason_set IN (SELECT id FROM reason_sets WHERE EXISTS (
                        SELECT 1 FROM json_each(rules)
                        WHERE folded(json_extract(value, '$[0]')) = ?))";
        self.and(text, [folded(code).into()]);
    }
}
