//! Events at O-PLUX, one call after the other: what `pull events` and `events review`, `settle`,
//! `blacklist`, `delete`, `restore` share.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{
    outcome::{Reach, keep_what_ends},
    trace::{Rules, trace},
};
use crate::{
    domain::{
        asked::Asked, event::EventId, matching::Drift, order::OrderNumber, trouble::TroubleKind,
    },
    http::Halt,
    locales::{Said, Trouble, at_oplux as words},
    output::{
        Output, ReaderGone,
        list::{self, Row, RowStream},
        terminal::Progress,
    },
    store::{Store, StoreError},
};

/// What was named: an event ID, or an order number.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    if is_shaped_like_an_id(&id) {
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
    let traced = trace(Some(&look), rules, &number, None)?;
    Ok(Some(match traced.found() {
        Some(event) => Meant::Event(
            event.event_id.clone(),
            Some(event.merchant_management_id.clone()),
        ),
        None => Meant::NoEvent(number),
    }))
}

/// Those seen are 15 digits of a time and 32 hex digits (WIRE.md): no order number looks so.
fn is_shaped_like_an_id(id: &EventId) -> bool {
    id.0.len() == 47 && id.time().is_some() && id.0.bytes().all(|byte| byte.is_ascii_hexdigit())
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
        let traced = trace(Some(&look), rules, &number, None)?;
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

/// Whether the next call may be made.
pub enum Turn {
    /// It may.
    Go,
    /// Nothing more is sent, for this reason.
    Ended(Trouble),
    /// It was interrupted.
    Stopped,
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

    /// Waits for the next turn.
    pub async fn turn(&mut self) -> Turn {
        if let Some(kind) = self.reach.ended_by {
            let message = match kind {
                TroubleKind::CredentialsRejected => words::not_sent_rejected(),
                _ => words::not_sent_out_of_reach(),
            };
            return Turn::Ended(Trouble::new(TroubleKind::NotSent, Said::new(message)));
        }
        tokio::select! {
            biased;
            () = self.stop.wait() => Turn::Stopped,
            _ = self.ticks.tick() => Turn::Go,
        }
    }

    /// What came of a call, with what follows for the next ones. None where it was stopped before
    /// it arrived.
    pub fn outcome<T>(&mut self, answer: Result<T, Trouble>) -> Option<Result<T, Trouble>> {
        self.reach
            .note(answer.as_ref().err().map(|trouble| trouble.kind));
        match answer {
            Err(trouble) if trouble.kind == TroubleKind::NotSent => None,
            answer => Some(answer),
        }
    }
}

/// The rows of such a batch, told as they come.
pub struct EventRows<'o, R: Row> {
    out: &'o Output,
    rows: RowStream<'o, R>,
    progress: Progress,
    is_begun: bool,
    total: usize,
    done: usize,
    failed: usize,
    ended: Ended,
}

/// How a batch ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// The failures in it.
    pub failures: Vec<TroubleKind>,
    /// The failure, where it was of a single event.
    pub alone: Option<Trouble>,
    /// What may have ended the sending: rejected credentials, else the last that was not reached.
    pub ended_by: Option<Trouble>,
    /// How many were not begun.
    pub left: usize,
    /// Whether the reader of the rows has gone.
    pub reader_gone: bool,
}

impl<'o, R: Row> EventRows<'o, R> {
    /// Rows of `total` events.
    pub fn new(out: &'o Output, total: usize) -> Self {
        Self {
            out,
            rows: RowStream::new(out, false),
            progress: out.progress(total as u64),
            is_begun: false,
            total,
            done: 0,
            failed: 0,
            ended: Ended::default(),
        }
    }

    /// So many are there, as is known only when some have come.
    pub fn expect(&mut self, total: u64) {
        if self.total == 0 {
            self.total = usize::try_from(total).unwrap_or_default();
            self.progress = self.out.progress(total);
        }
    }

    /// One more is done; its row is told unless it `is_silent`. Whether there is somebody to tell.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn push(&mut self, row: R, trouble: Option<Trouble>, is_silent: bool) -> Result<bool> {
        self.done += 1;
        if let Some(trouble) = trouble {
            self.failed += 1;
            self.ended.failures.push(trouble.kind);
            keep_what_ends(&mut self.ended.ended_by, &trouble);
            if self.total == 1 {
                self.ended.alone = Some(trouble);
            }
        }
        self.progress.step(&words::failed_so_far(self.failed));
        if is_silent {
            return Ok(true);
        }
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let Self { progress, rows, .. } = self;
        let written = progress.suspended(|| {
            if is_first {
                rows.begin()?;
            }
            rows.push(row)
        });
        self.is_read(written)
    }

    /// Ends the rows. With `is_silent`, a list of none is no list at all.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn end(mut self, is_silent: bool) -> Result<Ended> {
        self.progress.end();
        let written = match (self.is_begun, is_silent) {
            (false, true) => Ok(()),
            (is_begun, _) => self.write_end(is_begun),
        };
        if !self.ended.reader_gone {
            self.is_read(written)?;
        }
        self.ended.left = self.total.saturating_sub(self.done);
        Ok(self.ended)
    }

    fn write_end(&mut self, is_begun: bool) -> Result<()> {
        if !is_begun {
            self.rows.begin()?;
        }
        let rows = self.rows.end()?;
        match rows.is_empty() {
            true => Ok(()),
            false => self.out.grid(&list::grid(&rows, self.out)),
        }
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
