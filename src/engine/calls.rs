//! What a batch of calls goes by, of orders or of events: which events are meant, when nothing more is
//! sent, how it ended, and its rows as they come.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Error, Result};
use serde::Serialize;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::trace::trace;
use crate::{
    domain::{
        event::{EventId, TroubleKind},
        matching::{Drift, Rules},
        number::{self, Asked, OrderNumber},
    },
    http::Halt,
    locales::{Said, Text, Trouble, at_oplux as words, lists},
    output::{
        Output, ReaderGone,
        list::{Column, Row, RowStream},
        paint::Tone,
        table::Field,
        terminal::Progress,
    },
    store::{Store, StoreError},
};

/// After so many orders or events in a row that could not be reached nothing more is sent
/// (CONTRACT.md, Network).
const OUT_OF_REACH: usize = 5;

/// Whether O-PLUX is reached at all, by the answers of a batch.
#[derive(Default)]
pub(super) struct Reach(Mutex<Reached>);

#[derive(Default)]
struct Reached {
    missed_in_a_row: usize,
    /// Why nothing more is sent.
    ended_by: Option<TroubleKind>,
}

impl Reach {
    /// Takes how a call failed; none: it was answered.
    pub(super) fn note(&self, failed: Option<TroubleKind>) {
        let mut reached = self.reached();
        match failed {
            // It was not tried to its end.
            Some(TroubleKind::NotSent) => {}
            Some(kind @ TroubleKind::CredentialsRejected) => {
                reached.ended_by.get_or_insert(kind);
            }
            Some(kind) if kind.is_out_of_reach() => {
                reached.missed_in_a_row += 1;
                if reached.missed_in_a_row >= OUT_OF_REACH {
                    reached.ended_by.get_or_insert(kind);
                }
            }
            _ => reached.missed_in_a_row = 0,
        }
    }

    /// Why nothing more is sent.
    pub(super) fn ended_by(&self) -> Option<TroubleKind> {
        self.reached().ended_by
    }

    /// A count is whole even where a thread panicked with it.
    fn reached(&self) -> MutexGuard<'_, Reached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turns of so many calls a second. Those that were missed are not made up for.
pub(super) fn turns(per_second: f64) -> Interval {
    let mut turns = interval(Duration::from_secs_f64(1.0 / per_second));
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    turns
}

/// Calls one after the other, so many a second, until something ends them.
pub struct Calls {
    turns: Interval,
    stop: Halt,
    reach: Reach,
}

impl Calls {
    /// `stop` is set by an interruption. Needs a runtime.
    pub fn new(per_second: f64, stop: &Halt) -> Self {
        Self {
            turns: turns(per_second),
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
            _ = self.turns.tick() => {}
        }
        let answer = call.await;
        let kind = answer.as_ref().err().map(|trouble| trouble.kind);
        self.reach.note(kind);
        (kind != Some(TroubleKind::NotSent)).then_some(answer)
    }
}

/// The error of a row.
#[derive(Debug, Clone, Serialize)]
pub struct RowError {
    /// What scripts branch on.
    pub code: &'static str,
    /// What people read.
    pub message: String,
    #[serde(skip)]
    trouble: Trouble,
}

impl RowError {
    /// The error of a failure, told as in messages.
    pub fn of(trouble: Trouble, out: &Output) -> Self {
        Self {
            code: trouble.kind.code(),
            message: out.told(&trouble.said.message),
            trouble,
        }
    }
}

/// The column of a row's error.
pub const fn error_column<R: BatchRow>() -> Column<R> {
    Column::new("error", words::title_error, |row, _| match row.error() {
        Some(error) => Field::new(&error.message).toned(Tone::Bad),
        None => Field::none(),
    })
}

/// How a batch ended, or how far it is.
#[derive(Debug, Default)]
pub struct Ended {
    /// How many are to be done.
    pub total: usize,
    /// How many were not begun.
    pub left: usize,
    /// The failures in it.
    pub failures: Vec<TroubleKind>,
    /// The failure, where it was of a single order or event.
    pub alone: Option<Trouble>,
    /// What may have ended the sending: rejected credentials, else the last that was not reached.
    pub ended_by: Option<Trouble>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// What broke it off: the reader of its rows has gone, or the output or the store failed.
    pub broken: Option<Error>,
}

impl Ended {
    fn count(&mut self, trouble: Option<&Trouble>) {
        // Of a list, more may come than it said.
        self.left = self.left.saturating_sub(1);
        let Some(trouble) = trouble else { return };
        self.failures.push(trouble.kind);
        let is_rejected = |trouble: &Trouble| trouble.kind == TroubleKind::CredentialsRejected;
        let may_end = is_rejected(trouble) || trouble.kind.is_out_of_reach();
        if may_end && !self.ended_by.as_ref().is_some_and(is_rejected) {
            self.ended_by = Some(trouble.clone());
        }
        self.alone = (self.total == 1).then(|| trouble.clone());
    }

    /// How many are done.
    pub fn done(&self) -> usize {
        self.total - self.left
    }

    /// Whether the reader of the rows has gone.
    pub fn reader_gone(&self) -> bool {
        self.broken
            .as_ref()
            .is_some_and(|why| why.is::<ReaderGone>())
    }
}

/// A row of a batch.
pub trait BatchRow: Row {
    /// How it failed.
    fn error(&self) -> Option<&RowError>;
}

/// The rows of a batch, told as they come and counted.
pub struct BatchRows<'o, R: BatchRow> {
    rows: RowStream<'o, R>,
    progress: Progress,
    is_begun: bool,
    /// How it ends.
    pub ended: Ended,
}

impl<'o, R: BatchRow> BatchRows<'o, R> {
    /// Rows of `total` orders or events.
    pub fn new(out: &'o Output, total: usize) -> Self {
        Self::written_by(RowStream::in_parts(out), out, total)
    }

    /// The same, written in another way.
    pub fn written_by(rows: RowStream<'o, R>, out: &'o Output, total: usize) -> Self {
        Self {
            rows,
            progress: out.progress(total as u64),
            is_begun: false,
            ended: Ended {
                total,
                left: total,
                ..Ended::default()
            },
        }
    }

    /// So many are there, as is known only when some have come.
    pub fn expect(&mut self, total: u64, out: &Output) {
        if self.ended.total == 0 {
            self.ended.total = usize::try_from(total).unwrap_or_default();
            self.ended.left = self.ended.total;
            self.progress = out.progress(total);
        }
    }

    /// One more is done; its row is told unless it `is_silent`. Whether there is somebody to tell.
    pub fn push(&mut self, row: R, is_silent: bool) -> bool {
        self.ended.count(row.error().map(|error| &error.trouble));
        let failed = self.ended.failures.len();
        self.progress.step(&words::failed_so_far(failed));
        is_silent || self.write(row)
    }

    /// The same where `so_far` is what stands behind the bar of progress. Rows that nobody can be
    /// told of are counted.
    pub fn push_with(&mut self, row: R, so_far: &Text) -> bool {
        self.ended.count(row.error().map(|error| &error.trouble));
        self.progress.step(so_far);
        self.write(row)
    }

    fn write(&mut self, row: R) -> bool {
        self.unless_broken(|rows| rows.push(row)).is_some()
    }

    /// Ends the rows; gives those that are held for the caller to show. With `is_silent`, a list of
    /// none is no list at all.
    pub fn end(&mut self, is_silent: bool) -> Vec<R> {
        self.progress.end();
        match self.is_begun || !is_silent {
            true => self.unless_broken(RowStream::end).unwrap_or_default(),
            false => Vec::new(),
        }
    }

    /// Ends the rows, and gives how the batch ended: where it `failed`, by that.
    pub fn finish(mut self, is_silent: bool, failed: Result<()>) -> Ended {
        self.end(is_silent);
        let mut ended = self.ended;
        ended.broken = failed.err().or(ended.broken);
        ended
    }

    /// Writes, once the list is begun. What broke is kept, and nothing is written after it.
    fn unless_broken<T>(
        &mut self,
        write: impl FnOnce(&mut RowStream<'o, R>) -> Result<T>,
    ) -> Option<T> {
        if self.ended.broken.is_some() {
            return None;
        }
        let begun = match std::mem::replace(&mut self.is_begun, true) {
            true => Ok(()),
            false => self.rows.begin(),
        };
        match begun.and_then(|()| write(&mut self.rows)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.ended.broken = Some(error);
                None
            }
        }
    }
}

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

impl Meant {
    /// 加盟店管理ID, or the number that was asked for.
    pub fn number(&self) -> Option<&OrderNumber> {
        match self {
            Self::Event(_, number) => number.as_ref(),
            Self::NoEvent(number) | Self::Unknown(number) => Some(number),
        }
    }
}

/// What `text` names. A number stands for the match of `trace`; `number_meant` says which.
/// None where it is neither an ID nor a number.
///
/// # Errors
/// Where the store cannot be read, and those of `number_meant`.
pub fn meant(
    text: &str,
    store: Option<&Store>,
    rules: &Rules,
    number_meant: impl FnOnce(&Asked) -> Result<OrderNumber>,
) -> Result<Option<Meant>> {
    let id = EventId(text.trim().to_owned());
    if let Some(event) = store.map(|store| store.event(&id)).transpose()?.flatten() {
        let number = Some(event.record.merchant_management_id);
        return Ok(Some(Meant::Event(id, number)));
    }
    if id.is_of_time_and_hex() {
        return Ok(Some(Meant::Event(id, None)));
    }
    let asked = number::asked(text).unwrap_or_default();
    let [asked] = asked.as_slice() else {
        return Ok(None);
    };
    let number = number_meant(asked)?;
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

/// The same where a number stands `beside` it. That of an event's ID has to be the event's own, or
/// one of which it is the match: else one of the two is a slip, and nobody knows which.
///
/// # Errors
/// Those of [`meant`]. What is wrong with the two is given within.
pub fn meant_by(
    text: &str,
    beside: Option<&str>,
    store: Option<&Store>,
    rules: &Rules,
    number_meant: impl Fn(&Asked) -> Result<OrderNumber>,
) -> Result<Result<Meant, Text>> {
    let named = |name: &str| meant(name, store, rules, &number_meant);
    let own = named(text)?;
    if let (Some(Meant::Event(id, Some(number))), Some(given)) = (&own, beside) {
        let other = named(given)?;
        let is_it = other.as_ref().is_some_and(|other| match other {
            Meant::Event(other, _) if other == id => true,
            other => other.number() == Some(number),
        });
        if !is_it {
            return Ok(Err(words::other_number(id, number, given)));
        }
    }
    Ok(own.ok_or_else(lists::not_an_event))
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
