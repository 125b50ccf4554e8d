//! What lists ask: rows newest first, by any of the filters, one by one.
//!
//! The walk goes down the index by time and asks of each row whether it belongs, so that the newest
//! fifty of a million are found without sorting a million. Reasons are searched for among their
//! sets, of which there are few, and rows are then asked for their set.

use std::ops::ControlFlow;

use rusqlite::{Row, params_from_iter, types::Value};

use super::{Store, StoreError};
use crate::domain::{event::AutoResult, text::folded, time::JstTime};

/// Which rows of a table are asked for, and what each of them is.
pub trait Filter {
    /// What a row is.
    type Item;

    /// The list that it is.
    fn list(&self) -> List;

    /// What stands in a row of the list.
    ///
    /// # Errors
    /// Where it cannot be read.
    fn item(row: &Row<'_>) -> rusqlite::Result<Self::Item>;
}

/// A list: fixed texts, and the values that are bound to them. What users give is in the values
/// alone.
#[derive(Debug)]
pub struct List {
    /// What is read, without conditions.
    select: String,
    table: &'static str,
    order: &'static str,
    conditions: Vec<String>,
    values: Vec<Value>,
    limit: Option<u64>,
}

impl List {
    /// What `select` reads of a table, in an order, and so much of it at most.
    pub(super) fn of(
        table: &'static str,
        select: String,
        order: &'static str,
        limit: Option<u64>,
    ) -> Self {
        Self {
            select,
            table,
            order,
            conditions: Vec::new(),
            values: Vec::new(),
            limit,
        }
    }

    /// Adds a condition and what its parameters are.
    pub(super) fn and(&mut self, text: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.conditions.push(text.into());
        self.values.extend(values);
    }

    /// From and to, both included. What has no time falls out.
    pub(super) fn between(&mut self, column: &str, from: Option<JstTime>, to: Option<JstTime>) {
        for (sign, bound) in [(">=", from), ("<=", to)] {
            if let Some(bound) = bound {
                self.and(format!("{column} {sign} ?"), [bound.unix().into()]);
            }
        }
    }

    /// One of these results; `None` is that there is none. Nothing given: any.
    pub(super) fn result(&mut self, column: &str, results: &[Option<AutoResult>]) {
        if results.is_empty() {
            return;
        }
        let named = results.iter().flatten();
        let named: Vec<Value> = named
            .map(|result| result.name().to_owned().into())
            .collect();
        let marks = vec!["?"; named.len()].join(", ");
        let or_none = match results.contains(&None) {
            true => format!(" OR {column} IS NULL"),
            false => String::new(),
        };
        self.and(format!("({column} IN ({marks}){or_none})"), named);
    }

    /// A part of one of the reasons, compared as `domain/text` says.
    pub(super) fn reason(&mut self, part: &str) {
        let part = folded(part);
        // In `said` the reasons are one a line: a part with a line break is looked for in each.
        let is_said = match part.contains('\n') {
            false => "instr(said, ?) > 0",
            true => {
                "EXISTS (SELECT 1 FROM json_each(rules)
                         WHERE instr(folded(json_extract(value, '$[1]')), ?) > 0)"
            }
        };
        let text = format!("reason_set IN (SELECT id FROM reason_sets WHERE {is_said})");
        self.and(text, [part.into()]);
    }

    /// One of the rules that fired has this code, however it is typed.
    pub(super) fn rule(&mut self, code: &str) {
        let text = "reason_set IN (SELECT id FROM reason_sets WHERE EXISTS (
                        SELECT 1 FROM json_each(rules)
                        WHERE folded(json_extract(value, '$[0]')) = ?))";
        self.and(text, [folded(code).into()]);
    }

    fn clause(&self) -> String {
        match self.conditions.as_slice() {
            [] => String::new(),
            conditions => format!(" WHERE {}", conditions.join(" AND ")),
        }
    }

    /// The statement that lists. Its last parameter is the limit.
    pub(super) fn statement(&self) -> String {
        let (select, order) = (&self.select, self.order);
        format!("{select}{} ORDER BY {order} LIMIT ?", self.clause())
    }
}

impl Store {
    /// What is asked for, newest first, for as long as `each` goes on; what it broke off with.
    pub fn each<F: Filter, B>(
        &self,
        filter: &F,
        mut each: impl FnMut(F::Item) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, StoreError> {
        let list = filter.list();
        self.read(|conn| {
            let mut statement = conn.prepare(&list.statement())?;
            // SQLite: a negative limit is none.
            let limit = list
                .limit
                .map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
            let limit = Value::Integer(limit.unwrap_or(-1));
            let mut rows = statement.query(params_from_iter(list.values.iter().chain([&limit])))?;
            while let Some(row) = rows.next()? {
                if let broken @ ControlFlow::Break(_) = each(F::item(row)?) {
                    return Ok(broken);
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// How many that are, whatever the filter's limit.
    pub fn count<F: Filter>(&self, filter: &F) -> Result<u64, StoreError> {
        let list = filter.list();
        let sql = format!("SELECT count(*) FROM {}{}", list.table, list.clause());
        self.read(|conn| conn.query_row(&sql, params_from_iter(&list.values), |row| row.get(0)))
    }
}
