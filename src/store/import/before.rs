//! What rows were before a load changed them, in temporary tables: in the end it is known which of
//! them are again what they were.

use rusqlite::{Connection, ToSql, params_from_iter};

/// A table that is loaded into.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub(super) name: &'static str,
    /// The columns that tell its rows apart for the store.
    pub(super) row: &'static [&'static str],
    /// The columns that a load may change.
    pub(super) columns: &'static [&'static str],
}

impl Table {
    fn all(&self) -> String {
        [self.row, self.columns].concat().join(", ")
    }

    /// Makes the temporary tables of a load. They go with its transaction.
    pub(super) fn remember(&self, conn: &Connection) -> rusqlite::Result<()> {
        let (all, row, name) = (self.all(), self.row.join(", "), self.name);
        conn.execute_batch(&format!(
            "CREATE TEMP TABLE {name}_before ({all}, PRIMARY KEY ({row})) WITHOUT ROWID;
             CREATE TEMP TABLE {name}_changes ({row}, file INTEGER, rows INTEGER,
                                        PRIMARY KEY ({row}, file)) WITHOUT ROWID;
             CREATE TEMP TABLE {name}_listed (order_number TEXT PRIMARY KEY, numbers TEXT) WITHOUT ROWID;"
        ))
    }

    /// Takes the temporary tables away.
    pub(super) fn forget(&self, conn: &Connection) -> rusqlite::Result<()> {
        let name = self.name;
        conn.execute_batch(&format!(
            "DROP TABLE temp.{name}_before; DROP TABLE temp.{name}_changes;
             DROP TABLE temp.{name}_listed;"
        ))
    }

    /// The id that the next row gets, where rows have one.
    pub(super) fn next_id(&self, conn: &Connection) -> rusqlite::Result<i64> {
        if self.row != ["id"] {
            return Ok(0);
        }
        let sql = format!("SELECT coalesce(max(id), 0) + 1 FROM {}", self.name);
        conn.query_row(&sql, [], |row| row.get(0))
    }

    /// Notes a row as it is now, unless it is noted already, and that `rows` rows of `file` change
    /// it.
    pub(super) fn note(
        &self,
        conn: &Connection,
        row: &[&dyn ToSql],
        file: usize,
        rows: u64,
    ) -> rusqlite::Result<()> {
        let (all, name) = (self.all(), self.name);
        let here: Vec<_> = self
            .row
            .iter()
            .map(|column| format!("{column} = ?"))
            .collect();
        let here = here.join(" AND ");
        conn.prepare_cached(&format!(
            "INSERT OR IGNORE INTO temp.{name}_before SELECT {all} FROM main.{name} WHERE {here}"
        ))?
        .execute(row)?;
        if rows == 0 {
            return Ok(());
        }
        let marks = "?, ".repeat(row.len());
        let mut values: Vec<&dyn ToSql> = row.to_vec();
        let (file, rows) = (file as i64, rows as i64);
        values.extend([&file as &dyn ToSql, &rows]);
        conn.prepare_cached(&format!(
            "INSERT INTO temp.{name}_changes VALUES ({marks}?, ?)
             ON CONFLICT DO UPDATE SET rows = rows + excluded.rows"
        ))?
        .execute(params_from_iter(values))
        .map(|_| ())
    }

    /// Of each file, how many rows changed what is now again as it was.
    pub(super) fn restored(&self, conn: &Connection) -> rusqlite::Result<Vec<(usize, u64)>> {
        let (row, name) = (self.row.join(", "), self.name);
        let same: Vec<_> = self
            .columns
            .iter()
            .map(|column| format!("before.{column} IS now.{column}"))
            .collect();
        let same = same.join(" AND ");
        conn.prepare(&format!(
            "SELECT file, sum(rows) FROM temp.{name}_before AS before
             JOIN temp.{name}_changes USING ({row}) JOIN main.{name} AS now USING ({row})
             WHERE {same} GROUP BY file"
        ))?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
    }
}
