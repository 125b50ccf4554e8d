//! Indexes of a table that is loaded for the first time: they are made when all rows are there, by
//! sorting, instead of being searched for the place of each row. Done within the transaction of the
//! load: whoever reads meanwhile has the empty table with its indexes.

use rusqlite::Connection;

/// The statements that make the indexes again; none where they were left in place.
#[derive(Debug)]
pub(super) struct Indexes(Vec<String>);

impl Indexes {
    /// Takes the indexes of the tables that are empty away, except those that their keys need.
    pub(super) fn drop_of_empty(tables: &[&str], conn: &Connection) -> rusqlite::Result<Self> {
        let mut all = Vec::new();
        for table in tables {
            all.extend(drop_all(table, conn)?);
        }
        Ok(Self(all))
    }

    /// Makes them again, as they were.
    pub(super) fn make(&self, conn: &Connection) -> rusqlite::Result<()> {
        self.0.iter().try_for_each(|sql| conn.execute_batch(sql))
    }
}

/// The statements that make them again; none where the table has rows.
fn drop_all(table: &str, conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
    if conn.query_row(&sql, [], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare(
        "SELECT name, sql FROM sqlite_schema
             WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL ORDER BY name",
    )?;
    let found = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
    for (index, _) in &found {
        let index = index.replace('"', "\"\"");
        conn.execute_batch(&format!("DROP INDEX \"{index}\""))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}
