//! Indexes of a table that is loaded for the first time: they are made when all rows are there, by
//! sorting, instead of being searched for the place of each row. Done within the transaction of the
//! load: whoever reads meanwhile has the empty table with its indexes.

use rusqlite::Connection;

use super::before::Table;

/// The statements that make the indexes again; none where they were left in place.
#[derive(Debug)]
pub(super) struct Indexes(Vec<String>);

impl Indexes {
    /// Takes the indexes of a table that is empty away, except those that its keys need.
    pub(super) fn drop_of_empty(table: &Table, conn: &Connection) -> rusqlite::Result<Self> {
        let name = table.name;
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {name})");
        if conn.query_row(&sql, [], |row| row.get(0))? {
            return Ok(Self(Vec::new()));
        }
        let mut statement = conn.prepare(
            "SELECT name, sql FROM sqlite_schema
             WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL ORDER BY name",
        )?;
        let found = statement.query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
        for (index, _) in &found {
            let index = index.replace('"', "\"\"");
            conn.execute_batch(&format!("DROP INDEX \"{index}\""))?;
        }
        Ok(Self(found.into_iter().map(|(_, sql)| sql).collect()))
    }

    /// Makes them again, as they were.
    pub(super) fn make(&self, conn: &Connection) -> rusqlite::Result<()> {
        self.0.iter().try_for_each(|sql| conn.execute_batch(sql))
    }
}
