//! Events at O-PLUX, one call after the other: what `pull events` and `events review`, `settle`,
//! `blacklist`, `delete`, `restore` share.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{
    outcome::{Ended, Reach, RowError},
    trace::trace,
};
use crate::{
    domain::{
        event::{EventId, TroubleKind},
        matching::{Drift, Rules},
        number::Asked,
        order::OrderNumber,
    },
    http::Halt,
    locales::{Said, Trouble, at_oplux as words},
    output::{
        Output, ReaderGone,
        list::{Row, RowStream},
        paint::Tone,
        table::Field,
        terminal::Progress,
    },
    store::{Store, StoreError},
};

/// What was named: an event ID, or an order number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Meant {
    /// This event, and its 加盟店管理ID where the store knows it.
    Event(EventId, Option<OrderNumber>),
    /// A number that the store knows, and no event.
    NoEvent(OrderNumber),
    /// Nothing in the store bears it: it is a number, or the ID of an event that the store lacks.
    Unknown(OrderNumber),
}

/// What `text` names. A number stands for the match of `trace`; `number` says which one is meant.
/// None where it is neither an ID nor a number.
///
/// # Errors
/// Where the store cannot be read, and those of `number`.
pub fn meant(
    text: &str,
    asked: Option<&Asked>,
    store: Option<&Store>,
    rules: &Rules,
    number: impl FnOnce(&Asked) -> Result<OrderNumber>,
) -> Result<Option<Meant>> {
    let id = EventId(text.trim().to_owned());
    if let Some(event) = store.map(|store| store.event(&id)).transpose()?.flatten() {
        let number = Some(event.record.merchant_management_id);
        return Ok(Some(Meant::Event(id, number)));
    }
    if id.is_of_time_and_hex() {
        return Ok(Some(Meant::Event(id, None)));
    }
    let Some(asked) = asked else {
        return Ok(None);
    };
    let number = number(asked)?;
    let Some(look) = store.map(Store::look).transpose()? else {
        return Ok(Some(Meant::Unknown(number)));
    };
    if !look.knows(&number)? {
        return Ok(Some(Meant::Unknown(number)));
    }
    let traced = trace(&look, rules, &number, None)?;
    Ok(Some(match traced.found() {
        Some(event) => Meant::Event(
            event.event_id.clone(),
            Some(event.merchant_management_id.clone()),
        ),
        None => Meant::NoEvent(number),
    }))
}

/// How the orders to which this event belongs differ from it (R14): the event of a purchase with
/// several numbers is the match of another number's order.
///
/// # Errors
/// Where the store cannot be read.
pub fn drift_of(
    store: &Store,
    rules: &Rules,
    id: &EventId,
    number: &OrderNumber,
) -> Result<Option<Drift>, StoreError> {
    let look = store.look()?;
    for number in look.group_of(number)?.searched(number) {
        let traced = trace(&look, rules, &number, None)?;
        let is_match = traced.found().is_some_and(|event| event.event_id == *id);
        if is_match && traced.drift.is_some() {
            return Ok(traced.drift);
        }
    }
    Ok(None)
}

/// Calls one after the other, so many a second, until something ends them.
pub struct Calls {
    ticks: Interval,
    stop: Halt,
    reach: Reach,
}

impl Calls {
    /// `stop` is set by an interruption. Needs a runtime.
    pub fn new(per_second: f64, stop: &Halt) -> Self {
        let mut ticks = interval(Duration::from_secs_f64(1.0 / per_second));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            ticks,
            stop: stop.clone(),
            reach: Reach::default(),
        }
    }

    /// Makes a call when its turn has come, and notes what follows for the next ones. None where it
    /// was stopped before it arrived.
    pub async fn make<T>(
        &mut self,
        call: impl Future<Output = Result<T, Trouble>>,
    ) -> Option<Result<T, Trouble>> {
        if let Some(kind) = self.reach.ended_by() {
            let message = match kind {
                TroubleKind::CredentialsRejected => words::not_sent_rejected(),
                _ => words::not_sent_out_of_reach(),
            };
            return Some(Err(Trouble::new(TroubleKind::NotSent, Said::new(message))));
        }
        tokio::select! {
            biased;
            () = self.stop.wait() => return None,
            _ = self.ticks.tick() => {}
        }
        let answer = call.await;
        let kind = answer.as_ref().err().map(|trouble| trouble.kind);
        self.reach.note(kind);
        (kind != Some(TroubleKind::NotSent)).then_some(answer)
    }
}

/// Nothing is asked of a number under which the store has no event.
pub fn no_event(number: &OrderNumber) -> Trouble {
    let (message, hint) = (words::no_event_of(number), words::no_event_of_hint(number));
    Trouble::hinted(TroubleKind::NoEvent, message, hint)
}

/// The cell that names an event: by its number, else by its ID.
pub fn name_of(number: Option<&OrderNumber>, id: Option<&EventId>) -> Field {
    let id = id.map(|id| id.0.as_str());
    Field::maybe(number.map(OrderNumber::as_str).or(id))
}

/// The cell of a row's error.
pub fn error_of(error: Option<&RowError>) -> Field {
    match error {
        Some(error) => Field::new(&error.message).toned(Tone::Bad),
        None => Field::none(),
    }
}

/// The rows of such a batch, told as they come.
pub struct EventRows<'o, R: Row> {
    rows: RowStream<'o, R>,
    progress: Progress,
    is_begun: bool,
    ended: Ended,
}

impl<'o, R: Row> EventRows<'o, R> {
    /// Rows of `total` events.
    pub fn new(out: &'o Output, total: usize) -> Self {
        Self {
            rows: RowStream::in_parts(out),
            progress: out.progress(total as u64),
            is_begun: false,
            ended: Ended::new(total),
        }
    }

    /// So many are there, as is known only when some have come.
    pub fn expect(&mut self, total: u64, out: &Output) {
        if self.ended.total == 0 {
            self.ended.total = usize::try_from(total).unwrap_or_default();
            self.progress = out.progress(total);
        }
    }

    /// One more is done; its row is told unless it `is_silent`. Whether there is somebody to tell.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn push(&mut self, row: R, trouble: Option<Trouble>, is_silent: bool) -> Result<bool> {
        self.ended.count(trouble);
        let failed = self.ended.failures.len();
        self.progress.step(&words::failed_so_far(failed));
        if is_silent {
            return Ok(true);
        }
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let begun = match is_first {
            true => self.rows.begin(),
            false => Ok(()),
        };
        let written = begun.and_then(|()| self.rows.push(row));
        self.is_read(written)
    }

    /// Ends the rows. With `is_silent`, a list of none is no list at all.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn end(mut self, is_silent: bool) -> Result<Ended> {
        self.progress.end();
        if !self.ended.reader_gone && (self.is_begun || !is_silent) {
            let begun = if self.is_begun {
                Ok(())
            } else {
                self.rows.begin()
            };
            let written = begun.and_then(|()| self.rows.end());
            self.is_read(written.map(drop))?;
        }
        Ok(self.ended)
    }

    fn is_read(&mut self, written: Result<()>) -> Result<bool> {
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.is::<ReaderGone>() => {
                self.ended.reader_gone = true;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
