//! `orders show`: the tries to screen an order from here.

use crate::{
    domain::{event::EventId, order::OrderNumber, time::JstTime},
    store::{Look, OUTCOME_UNKNOWN, StoreError},
};

/// A try to screen an order from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRecord {
    /// 受注番号.
    pub order_number: OrderNumber,
    /// When it was written down, just before it was sent.
    pub began_at: JstTime,
    /// When it ended; none where it still runs or was cut off.
    pub ended_at: Option<JstTime>,
    /// How it ended.
    pub state: AttemptState,
    /// Whether it was asked for with `--rescreen`.
    pub rescreen: bool,
    /// The event that came of it.
    pub event_id: Option<EventId>,
    /// The error's code, as in `screen`.
    pub error_code: Option<String>,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    /// It runs.
    InFlight,
    /// There is an event.
    Screened,
    /// It is known that there is none.
    Failed,
    /// There may be one.
    Unknown,
}

impl AttemptState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::InFlight, Self::Screened, Self::Failed, Self::Unknown];

    /// The name in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::InFlight => "in-flight",
            Self::Screened => "screened",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Look<'_> {
    /// The numbers of which any try to screen them did not end with an event.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn numbers_that_failed(&self) -> Result<Vec<OrderNumber>, StoreError> {
        let sql = "SELECT DISTINCT order_number FROM attempts WHERE state <> 'screened'";
        self.ask(|conn| {
            conn.prepare(sql)?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// Every try to screen one of these numbers, in the order in which they began. One that a kill
    /// cut off is unknown.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn attempts_under(
        &self,
        numbers: &[OrderNumber],
    ) -> Result<Vec<AttemptRecord>, StoreError> {
        let mut found = self.ask(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT id, run, order_number, began_at, ended_at, state, rescreen, event_id,
                        error_code
                 FROM attempts WHERE order_number = ?1",
            )?;
            let mut found: Vec<(i64, AttemptRecord)> = Vec::new();
            for number in numbers {
                let mut rows = statement.query([number])?;
                while let Some(row) = rows.next()? {
                    let attempt = AttemptRecord {
                        order_number: row.get("order_number")?,
                        began_at: row.get("began_at")?,
                        ended_at: row.get("ended_at")?,
                        state: row.get("state")?,
                        rescreen: row.get("rescreen")?,
                        event_id: row.get("event_id")?,
                        error_code: row.get("error_code")?,
                    };
                    let was_cut_off = attempt.state == AttemptState::InFlight
                        && self.is_dead(row.get_ref("run")?.as_str()?);
                    let attempt = match was_cut_off {
                        true => cut_off(attempt),
                        false => attempt,
                    };
                    found.push((row.get("id")?, attempt));
                }
            }
            Ok(found)
        })?;
        found.sort_by_key(|(id, attempt)| (attempt.began_at, *id));
        Ok(found.into_iter().map(|(_, attempt)| attempt).collect())
    }
}

fn cut_off(attempt: AttemptRecord) -> AttemptRecord {
    AttemptRecord {
        state: AttemptState::Unknown,
        error_code: Some(OUTCOME_UNKNOWN.to_owned()),
        ..attempt
    }
}
