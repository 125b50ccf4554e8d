//! Orders and events: rows with a key that people know, and an id of their own.

use rusqlite::{
    Row, Statement, ToSql, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use super::{Batch, Import, Importable, OtherNumber, Table};
use crate::{
    domain::{
        event::{EventRecord, Service},
        order::{OrderNumber, OrderRecord},
        time::JstTime,
    },
    store::{events::Origin, reasons},
};

/// A value of a row that is loaded: borrowed, so that a row is compared and bound without a copy.
#[derive(Clone, Copy)]
struct Cell<'a>(ValueRef<'a>);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}

const EMPTY: Cell<'_> = Cell(ValueRef::Null);

/// Empty text is no value.
fn text(text: Option<&str>) -> Cell<'_> {
    let filled = text.filter(|text| !text.is_empty());
    filled.map_or(EMPTY, |text| Cell(ValueRef::Text(text.as_bytes())))
}

fn number<'a, N: TryInto<i64>>(number: Option<N>) -> rusqlite::Result<Cell<'a>> {
    let Some(number) = number else {
        return Ok(EMPTY);
    };
    let too_large = |_| rusqlite::Error::ToSqlConversionFailure("too large a number".into());
    let number = number.try_into().map_err(too_large)?;
    Ok(Cell(ValueRef::Integer(number)))
}

fn time<'a>(time: Option<JstTime>) -> Cell<'a> {
    time.map_or(EMPTY, |time| Cell(ValueRef::Integer(time.unix())))
}

const ORDERS: Table = Table {
    name: "orders",
    row: &["id"],
    columns: &[
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
    ],
};

impl Importable for OrderRecord {
    const TABLE: Table = ORDERS;

    fn key(&self) -> &str {
        self.number.as_str()
    }

    fn rules(&self) -> Option<String> {
        let reason = self.reason.as_deref().filter(|reason| !reason.is_empty())?;
        reasons::rules(&[reasons::of_text(reason)]).ok()
    }

    fn put(import: &mut Import<'_, Self>, batch: &Batch<Self>) -> rusqlite::Result<()> {
        let insert = insert(&ORDERS, &[]);
        let find = find(&ORDERS, "number", &[]);
        let (mut insert, mut find) = (import.tx.prepare(&insert)?, import.tx.prepare(&find)?);
        for row in &batch.rows {
            let (place, order) = (row.place, &row.record);
            let set = import.set_of(row);
            let cells = [
                text(Some(order.number.as_str())),
                text(order.ecforce_id.as_deref()),
                time(order.created_at),
                text(order.channel.map(|channel| channel.name())),
                text(order.offer.as_deref()),
                number(order.payment_method_id)?,
                text(order.payment_method.as_deref()),
                number(order.total.map(|yen| yen.0))?,
                text(order.customer_id.as_deref()),
                number(order.registered.map(i64::from))?,
                number(order.purchase_number)?,
                number(order.ad_url_id)?,
                text(order.state.as_deref()),
                text(order.payment_state.as_deref()),
                text(order.result.map(|result| result.name())),
                number(set)?,
            ];
            if import.insert(&mut insert, batch.file, place, &cells)? {
                continue;
            }
            let mut rows = find.query([&cells[0]])?;
            let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            import.compare(row, batch.file, &cells)?;
        }
        Ok(())
    }
}

const EVENTS: Table = Table {
    name: "events",
    row: &["id"],
    columns: &[
        "event_id",
        "merchant_management_id",
        "service",
        "requested_at",
        "model_id",
        "auto_result",
        "manual_result",
        "memo",
        "rule_group",
        "settle_status",
        "reason_set",
    ],
};
/// The place of `service` in it.
const SERVICE: usize = 2;

impl Importable for EventRecord {
    const TABLE: Table = EVENTS;

    fn key(&self) -> &str {
        &self.event_id.0
    }

    fn rules(&self) -> Option<String> {
        let any = !self.reasons.is_empty();
        any.then(|| reasons::rules(&self.reasons).ok()).flatten()
    }

    fn put(import: &mut Import<'_, Self>, batch: &Batch<Self>) -> rusqlite::Result<()> {
        let insert = insert(&EVENTS, &["origin", "stored_at"]);
        let find = find(&EVENTS, "event_id", &["origin"]);
        let (mut insert, mut find) = (import.tx.prepare(&insert)?, import.tx.prepare(&find)?);
        let service = import.loading.service;
        for row in &batch.rows {
            let (place, event) = (row.place, &row.record);
            import.meet(&event.merchant_management_id);
            let set = import.set_of(row);
            let mut cells = [
                text(Some(&event.event_id.0)),
                text(Some(event.merchant_management_id.as_str())),
                text(Some(service.unwrap_or_default().name())),
                time(event.requested_at),
                text(event.model_id.as_deref()),
                text(event.auto_result.as_deref()),
                text(event.manual_result.map(|result| result.name())),
                text(event.memo.as_deref()),
                text(event.rule_group.as_deref()),
                text(event.settle_status.as_deref()),
                number(set)?,
                text(Some(Origin::Import.name())),
                time(Some(import.loading.at)),
            ];
            if import.insert(&mut insert, batch.file, place, &cells)? {
                continue;
            }
            let mut rows = find.query([&cells[0]])?;
            let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            let under: OrderNumber = row.get("merchant_management_id")?;
            if under != event.merchant_management_id {
                import.other_numbers.push(OtherNumber {
                    place,
                    number: event.merchant_management_id.clone(),
                });
                continue;
            }
            cells[SERVICE] = text(known_service(row, service)?);
            import.compare(row, batch.file, &cells[..EVENTS.columns.len()])?;
        }
        Ok(())
    }
}

/// The service that a stored event gets. A file does not name one. What was screened from here or
/// pulled is of the service that answered; what came by import is of the one that is configured.
fn known_service(
    row: &Row<'_>,
    configured: Option<Service>,
) -> rusqlite::Result<Option<&'static str>> {
    let origin: Origin = row.get("origin")?;
    let imported = origin == Origin::Import;
    Ok(configured.filter(|_| imported).map(Service::name))
}

/// With the id first, then the table's columns, then `more`. A key that is there stays as it is.
fn insert(table: &Table, more: &[&str]) -> String {
    let columns = [&["id"], table.columns, more].concat();
    let marks = vec!["?"; columns.len()].join(", ");
    let (name, columns) = (table.name, columns.join(", "));
    format!("INSERT INTO {name} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING")
}

/// The row of a key: id, the table's columns, then `more`.
fn find(table: &Table, key: &str, more: &[&str]) -> String {
    let columns = [&["id"], table.columns, more].concat().join(", ");
    format!("SELECT {columns} FROM {} WHERE {key} = ?", table.name)
}

impl<R: Importable> Import<'_, R> {
    /// Inserts a row where its key is new.
    fn insert(
        &mut self,
        statement: &mut Statement<'_>,
        file: usize,
        place: usize,
        cells: &[Cell<'_>],
    ) -> rusqlite::Result<bool> {
        let id = self.next_id + place as i64;
        let cells = cells.iter().copied();
        let id = Cell(ValueRef::Integer(id));
        let is_new = statement.execute(params_from_iter([id].into_iter().chain(cells)))? == 1;
        self.counts[file].new += u64::from(is_new);
        Ok(is_new)
    }

    /// Writes what a row says and the stored one does not.
    fn compare(
        &mut self,
        stored: &Row<'_>,
        file: usize,
        cells: &[Cell<'_>],
    ) -> rusqlite::Result<()> {
        let table = R::TABLE;
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for (at, (column, cell)) in table.columns.iter().zip(cells).enumerate() {
            let said = cell.0 != ValueRef::Null;
            if said && cell.0 != stored.get_ref(at + 1)? {
                columns.push(format!("{column} = ?"));
                values.push(*cell);
            }
        }
        if columns.is_empty() {
            self.counts[file].unchanged += 1;
            return Ok(());
        }
        let id: i64 = stored.get(0)?;
        // What this load has put in was nothing before.
        if id < self.first_id {
            table.note(self.tx, &[&id], file, 1)?;
        }
        values.push(Cell(ValueRef::Integer(id)));
        let (name, columns) = (table.name, columns.join(", "));
        self.tx
            .prepare_cached(&format!("UPDATE {name} SET {columns} WHERE id = ?"))?
            .execute(params_from_iter(values))?;
        self.counts[file].changed += 1;
        Ok(())
    }
}
