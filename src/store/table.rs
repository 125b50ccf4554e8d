//! How a row is written, whoever brings it: a later value replaces an earlier one, an empty one
//! does not. A row whose key is new takes one statement, as most rows of an import are; a row that
//! changes nothing writes nothing. And how the domain's things stand in its columns.
//!
//! Of reasons a row names its set in the table `reason_sets`: what fired for an event, or what
//! ecforce shows of an order. A shop's reasons come in a few hundred combinations, and searches look
//! through the sets alone.

use std::collections::HashMap;

use rusqlite::{
    Connection, OptionalExtension, Row, ToSql, params_from_iter,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Type, Value, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::domain::{
    event::{AutoResult, EventId, Reason, Service},
    order::{Channel, OrderNumber, Yen},
    text::folded,
    time::JstTime,
};

/// A table's statements on a whole row.
pub(super) struct Table {
    columns: usize,
    insert: String,
    /// Finds the row that has the key of this one and differs from what it says.
    find: String,
    update: String,
}

/// The columns that have the names of a record's fields: in this order they are written and read.
/// The key comes first.
macro_rules! columns {
    ($record:ident { $($field:ident),+ $(,)? }) => {
        pub(super) const COLUMNS: &[&str] = &[$(stringify!($field)),+];

        fn values(record: &$record) -> Vec<&dyn ToSql> {
            vec![$(&record.$field),+]
        }

        /// Takes the fields from the first columns of a row.
        fn fill(record: &mut $record, row: &Row<'_>) -> rusqlite::Result<()> {
            let mut place = 0;
            let mut next = || {
                place += 1;
                place - 1
            };
            $(record.$field = row.get(next())?;)+
            Ok(())
        }
    };
}

pub(super) use columns;

/// The statement that reads records and their reasons, without conditions. `also` is what stands
/// behind them.
pub(super) fn select(columns: &[&str], also: &str, from: &str) -> String {
    let columns = columns.join(", ");
    let rules = "LEFT JOIN reason_sets ON reason_sets.id = reason_set";
    format!("SELECT {columns}, rules{also} FROM {from} {rules}")
}

/// What became of a row.
#[derive(Debug, PartialEq)]
pub(super) enum Put {
    /// Its key was not in the table.
    New,
    /// What it was before and what it is now.
    Changed([Vec<Value>; 2]),
    /// The table has all that it says.
    Unchanged,
}

impl Table {
    /// The first `keys` of the columns are the key. `kept` is of some columns what stays of them
    /// where a row says nothing; `?{column}` in it is what the row says of a column. Of all others
    /// it is what they are.
    pub(super) fn new(name: &str, keys: usize, columns: &[&str], kept: &[(&str, &str)]) -> Self {
        let each = |columns: &[&str], from: usize, say: &dyn Fn(usize, &str) -> String, by| {
            let said = columns.iter().zip(from..).map(|(column, n)| say(n, column));
            said.collect::<Vec<_>>().join(by)
        };
        let (key, rest) = columns.split_at(keys);
        let marks = each(columns, 1, &|n, _| format!("?{n}"), ", ");
        let is_key = each(key, 1, &|n, column| format!("{column} = ?{n}"), " AND ");
        let stays = |column: &str| {
            let kept = kept.iter().find(|(of, _)| *of == column);
            let mut sql = kept.map_or(column, |(_, sql)| sql).to_owned();
            for (n, column) in columns.iter().enumerate() {
                sql = sql.replace(&format!("?{{{column}}}"), &format!("?{}", n + 1));
            }
            sql
        };
        let now = |n, column: &str| format!("coalesce(?{n}, {})", stays(column));
        let is_new = |n, column: &str| format!("{} IS NOT {column}", now(n, column));
        let set = |n, column: &str| format!("{column} = {}", now(n, column));
        let differs = each(rest, keys + 1, &is_new, " OR ");
        let set = each(rest, keys + 1, &set, ", ");
        let (all, key) = (columns.join(", "), key.join(", "));
        Self {
            columns: columns.len(),
            insert: format!(
                "INSERT INTO {name} ({all}) VALUES ({marks}) ON CONFLICT ({key}) DO NOTHING"
            ),
            find: format!("SELECT {all} FROM {name} WHERE {is_key} AND ({differs})"),
            update: format!("UPDATE {name} SET {set} WHERE {is_key} RETURNING {all}"),
        }
    }

    /// Writes a row.
    pub(super) fn put(&self, conn: &Connection, row: &[&dyn ToSql]) -> rusqlite::Result<Put> {
        match self.insert(conn, row)? {
            true => Ok(Put::New),
            false => self.update(conn, row),
        }
    }

    /// Writes a row where its key is new; whether it is.
    pub(super) fn insert(&self, conn: &Connection, row: &[&dyn ToSql]) -> rusqlite::Result<bool> {
        let mut statement = conn.prepare_cached(&self.insert)?;
        Ok(statement.execute(params_from_iter(filled(row)))? == 1)
    }

    /// Writes what a row says and the one that has its key does not.
    pub(super) fn update(&self, conn: &Connection, row: &[&dyn ToSql]) -> rusqlite::Result<Put> {
        let ask = |sql| {
            let values = |row: &Row<'_>| (0..self.columns).map(|at| row.get(at)).collect();
            conn.prepare_cached(sql)?
                .query_row(params_from_iter(filled(row)), values)
                .optional()
        };
        let Some(before) = ask(&self.find)? else {
            return Ok(Put::Unchanged);
        };
        let now = ask(&self.update)?.unwrap_or_default();
        Ok(Put::Changed([before, now]))
    }
}

/// A value of a row. Empty text is none.
struct Filled<'r>(&'r dyn ToSql);

fn filled<'r>(row: &'r [&'r dyn ToSql]) -> impl Iterator<Item = Filled<'r>> {
    row.iter().map(|value| Filled(*value))
}

impl ToSql for Filled<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0.to_sql()? {
            ToSqlOutput::Borrowed(ValueRef::Text([])) => ToSqlOutput::Borrowed(ValueRef::Null),
            value => value,
        })
    }
}

/// How a kind of thing stands in a column, and how it is made of what stands there.
macro_rules! in_columns {
    ($($kind:ty: $of:expr, $to:expr;)*) => {$(
        impl ToSql for $kind {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                let to: fn(&Self) -> rusqlite::Result<ToSqlOutput<'_>> = $to;
                to(self)
            }
        }

        impl FromSql for $kind {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let of: fn(ValueRef<'_>) -> _ = $of;
                of(value)
            }
        }
    )*};
}

in_columns! {
    JstTime: |value| value.as_i64().map(Self::from_unix), |it| Ok(it.unix().into());
    Yen: |value| u64::column_result(value).map(Self), |it| it.0.to_sql();
    EventId: |value| String::column_result(value).map(Self), |it| it.0.to_sql();
    OrderNumber: |value| value.as_str()?.parse().map_err(|_| FromSqlError::InvalidType), |it| Ok(it.as_str().into());
}

/// The same of kinds whose states have names.
macro_rules! by_name {
    ($($kind:ty),+) => {$(
        impl rusqlite::ToSql for $kind {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.name().into())
            }
        }

        impl rusqlite::types::FromSql for $kind {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                let found = Self::from_name(value.as_str()?);
                found.ok_or(rusqlite::types::FromSqlError::InvalidType)
            }
        }
    )+};
}

pub(super) use by_name;

by_name!(Service, Channel, AutoResult);

/// What is kept as JSON, in a column of its own.
pub(super) fn to_json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// What [`to_json`] wrote; nothing of NULL.
pub(super) fn of_json<T: DeserializeOwned + Default>(value: ValueRef<'_>) -> rusqlite::Result<T> {
    let failed = |error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
    };
    match value.as_str_or_null()? {
        Some(text) => serde_json::from_str(text).map_err(failed),
        None => Ok(T::default()),
    }
}

/// The number that a statement counts.
pub(super) fn count(conn: &Connection, sql: &str) -> rusqlite::Result<u64> {
    conn.query_row(sql, [], |row| row.get(0))
}

/// The reasons of a row's `rules`; none where it has no set.
pub(super) fn reasons(rules: ValueRef<'_>) -> rusqlite::Result<Vec<Reason>> {
    let pairs: Vec<(Option<String>, Option<String>)> = of_json(rules)?;
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

/// The sets of reasons that were met: each is looked for once.
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
