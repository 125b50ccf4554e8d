//! A table that is loaded into: a row is looked up by its key, and inserted or compared.

use std::sync::LazyLock;

use rusqlite::{
    Connection, OptionalExtension, ToSql, params_from_iter,
    types::{ToSqlOutput, Value},
};

/// A table, and its statements on a whole row.
pub(super) struct Table {
    name: &'static str,
    /// The columns of the key, then those that a load may change.
    columns: &'static [&'static str],
    /// How many are of the key.
    keys: usize,
    key: String,
    find: String,
    insert: String,
}

pub(super) static ORDERS: LazyLock<Table> = LazyLock::new(|| {
    let columns = &[
        "number",
        "ecforce_id",
        "created_at",
        "channel",
        "offer",
        "payment_method_id",
        "payment_method",
        "total",
        "customer_id",
        "registered",
        "purchase_number",
        "ad_url_id",
        "state",
        "payment_state",
        "result",
        "reason_set",
    ];
    Table::new("orders", 1, columns)
});

pub(super) static EVENTS: LazyLock<Table> = LazyLock::new(|| {
    let columns = &[
        "event_id",
        "merchant_management_id",
        "service",
        "origin",
        "stored_at",
        "requested_at",
        "model_id",
        "auto_result",
        "manual_result",
        "memo",
        "rule_group",
        "settle_status",
        "reason_set",
    ];
    Table::new("events", 1, columns)
});

pub(super) static PAYMENTS: LazyLock<Table> = LazyLock::new(|| {
    let columns = &[
        "order_number",
        "payment_number",
        "position",
        "at",
        "amount",
        "thanks_offer",
    ];
    Table::new("payments", 2, columns)
});

/// What became of a row.
pub(super) enum Put {
    New,
    /// What it was before and what it is now.
    Changed([Vec<Value>; 2]),
    Unchanged,
}

impl Table {
    pub(super) fn new(name: &'static str, keys: usize, columns: &'static [&'static str]) -> Self {
        let key: Vec<_> = columns.iter().take(keys).collect();
        let key = key.iter().map(|column| format!("{column} = ?"));
        let key = key.collect::<Vec<_>>().join(" AND ");
        let marks = vec!["?"; columns.len()].join(", ");
        let all = columns.join(", ");
        Self {
            name,
            columns,
            keys,
            find: format!("SELECT {all} FROM {name} WHERE {key}"),
            insert: format!("INSERT INTO {name} ({all}) VALUES ({marks})"),
            key,
        }
    }

    /// The key of a row.
    pub(super) fn key<'r>(&self, row: &'r [Value]) -> &'r [Value] {
        &row[..self.keys]
    }

    /// The row that the store has under the key of this one.
    pub(super) fn find(
        &self,
        conn: &Connection,
        row: &[Value],
    ) -> rusqlite::Result<Option<Vec<Value>>> {
        conn.prepare_cached(&self.find)?
            .query_row(params_from_iter(self.key(row)), |stored| {
                (0..self.columns.len()).map(|at| stored.get(at)).collect()
            })
            .optional()
    }

    /// Writes what a row says and the stored one does not.
    pub(super) fn put(
        &self,
        conn: &Connection,
        row: Vec<Value>,
        stored: Option<Vec<Value>>,
    ) -> rusqlite::Result<Put> {
        let Some(before) = stored else {
            conn.prepare_cached(&self.insert)?
                .execute(params_from_iter(row))?;
            return Ok(Put::New);
        };
        let now: Vec<Value> = row
            .into_iter()
            .zip(&before)
            .map(|(says, before)| match says {
                Value::Null => before.clone(),
                says => says,
            })
            .collect();
        // Only these are written, so that only their indexes are.
        let differs = |at: &usize| now[*at] != before[*at];
        let changed: Vec<usize> = (0..now.len()).filter(differs).collect();
        if changed.is_empty() {
            return Ok(Put::Unchanged);
        }
        let set: Vec<_> = changed
            .iter()
            .map(|at| format!("{} = ?", self.columns[*at]))
            .collect();
        let (name, set, key) = (self.name, set.join(", "), &self.key);
        let values = changed.iter().map(|at| &now[*at]);
        conn.prepare_cached(&format!("UPDATE {name} SET {set} WHERE {key}"))?
            .execute(params_from_iter(values.chain(self.key(&now))))?;
        Ok(Put::Changed([before, now]))
    }
}

/// A row as SQLite has it. Empty text is no value.
pub(super) fn row(says: &[&dyn ToSql]) -> rusqlite::Result<Vec<Value>> {
    let failed = |error| rusqlite::Error::ToSqlConversionFailure(error);
    let value = |says: &&dyn ToSql| match says.to_sql()? {
        ToSqlOutput::Borrowed(value) => Value::try_from(value).map_err(|e| failed(e.into())),
        ToSqlOutput::Owned(value) => Ok(value),
        _ => Err(failed("no plain value".into())),
    };
    let filled = |value| match value {
        Value::Text(text) if text.is_empty() => Value::Null,
        value => value,
    };
    says.iter().map(|says| value(says).map(filled)).collect()
}
