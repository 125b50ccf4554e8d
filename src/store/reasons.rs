//! The tables `reason_sets` and `reason_search`: what was given as reasons, each combination once.

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use crate::domain::{event::Reason, text::folded};

/// The set of these reasons, made where it is not there; none of none.
pub(super) fn set_of(conn: &Connection, reasons: &[Reason]) -> rusqlite::Result<Option<i64>> {
    if reasons.is_empty() {
        return Ok(None);
    }
    set_of_rules(conn, &rules(reasons)?).map(Some)
}

/// The set of reasons as `reason_sets.rules` holds them.
pub(super) fn set_of_rules(conn: &Connection, rules: &str) -> rusqlite::Result<i64> {
    let known: Option<i64> = find(conn)?
        .query_row([rules], |row| row.get(0))
        .optional()?;
    match known {
        Some(set) => Ok(set),
        None => add(conn, rules, &said(&parse(rules)?)),
    }
}

/// What `reason_sets.rules` holds of these reasons.
pub(super) fn rules(reasons: &[Reason]) -> rusqlite::Result<String> {
    let pairs = reasons.iter().map(|r| (&r.code, &r.description));
    serde_json::to_string(&pairs.collect::<Vec<_>>())
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// The text that ecforce shows as an order's O-PLUX 判定理由.
pub(super) fn of_text(text: &str) -> Reason {
    Reason {
        code: None,
        description: Some(text.to_owned()),
    }
}

/// Joined to orders or events, it gives them their `rules`.
pub(super) const JOINED: &str = "LEFT JOIN reason_sets ON reason_sets.id = reason_set";

/// The reasons of a row's `rules`; none where it has no set.
pub(super) fn of_rules(rules: Option<String>) -> rusqlite::Result<Vec<Reason>> {
    rules.map_or(Ok(vec![]), |rules| parse(&rules))
}

/// The reasons that `reason_sets.rules` holds.
fn parse(rules: &str) -> rusqlite::Result<Vec<Reason>> {
    let pairs: Vec<(Option<String>, Option<String>)> =
        serde_json::from_str(rules).map_err(|error| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(0, kind, error.into())
        })?;
    let reason = |(code, description)| Reason { code, description };
    Ok(pairs.into_iter().map(reason).collect())
}

fn said(reasons: &[Reason]) -> String {
    let texts = reasons.iter().map(|reason| reason.description.as_deref());
    let texts: Vec<_> = texts.map(|text| folded(text.unwrap_or_default())).collect();
    texts.join("\n")
}

fn find(conn: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    conn.prepare_cached("SELECT id FROM reason_sets WHERE rules = ?1")
}

fn add(conn: &Connection, rules: &str, said: &str) -> rusqlite::Result<i64> {
    let set: i64 = conn
        .prepare_cached("INSERT INTO reason_sets (rules, said) VALUES (?1, ?2) RETURNING id")?
        .query_row([rules, said], |row| row.get(0))?;
    conn.prepare_cached("INSERT INTO reason_search (rowid, said) VALUES (?1, ?2)")?
        .execute(rusqlite::params![set, said])?;
    Ok(set)
}
