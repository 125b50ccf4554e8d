//! Every order of the store traced: one row each, in the order of time, on several threads that
//! see the same moment.
//!
//! Nine orders in ten have an event under their own number: for those one statement over a stretch
//! of orders is all. Only the others are traced by their groups.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use serde::Serialize;

use super::trace::{Rules, suggestions};
use crate::{
    domain::{
        eligibility::screened_as,
        event::{AutoResult, EventId, EventRecord},
        matching::{
            Drift, Group, Known, MainCause, Status, Verdict, candidates, drift, main_cause,
            newest_first, standing_of, verdict,
        },
        order::{OrderNumber, OrderRecord},
        payment::{History, Standing},
        time::JstTime,
    },
    store::{Look, Store, StoreError, Stretch},
};

/// So many orders are one piece of work.
const STRETCH: usize = 2_000;
/// So many numbers that were looked for are told of an order.
const TOLD: usize = 10;
/// A group of so many numbers is remembered for its next order.
const LARGE: usize = 16;
/// So many pieces are ahead of the one that is next, for each thread.
const AHEAD: usize = 4;

/// An order with what was found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReconcileRow {
    /// 受注番号.
    pub number: OrderNumber,
    /// 受注日時.
    pub created_at: Option<JstTime>,
    /// 支払い方法ID.
    pub payment_method_id: Option<u64>,
    /// O-PLUX 与信結果, as ecforce shows it.
    pub ecforce_result: Option<AutoResult>,
    /// What was found.
    pub status: Status,
    /// The number that the match stands under.
    pub matched_number: Option<OrderNumber>,
    /// The match.
    pub event_id: Option<EventId>,
    /// 自動審査結果 of the match.
    pub auto_result: Option<String>,
    /// 目視審査結果 of the match.
    pub manual_result: Option<AutoResult>,
    /// How the two sides differ.
    pub drift: Option<Drift>,
    /// Why there is no event.
    pub cause: Option<MainCause>,
    /// The number to type into O-PLUX's search.
    pub search_for: Option<OrderNumber>,
    /// The number of the nearest suggestion of `trace`, where the event is missing.
    pub suggested_number: Option<OrderNumber>,
    /// The first numbers that were looked for besides the order's own; not in the row that is shown.
    #[serde(skip)]
    pub searched: Vec<OrderNumber>,
    /// What the histories say of the number (R9); not in the row that is shown.
    #[serde(skip)]
    pub standing: Option<Standing>,
}

/// Which orders, and by which rules.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// Orders created from this time on.
    pub from: Option<JstTime>,
    /// Orders created until this time.
    pub to: Option<JstTime>,
    /// How many threads share the work, 1 or more.
    pub threads: usize,
}

/// Goes through all orders. `work` makes something of the rows of a stretch, on several threads at
/// once; `each` is given that in the order of the rows, and ends the run by an error. The answer is
/// how many events stand under a number that is in no order and in no payment history (those
/// requested in the same time).
///
/// # Errors
/// Where the store cannot be read, and those of `each`.
pub fn reconcile<T: Send, E: From<StoreError>>(
    store: &Store,
    asked: &Asked<'_>,
    work: impl Fn(Vec<ReconcileRow>) -> T + Sync,
    each: impl FnMut(T) -> Result<(), E>,
) -> Result<u64, E> {
    // One more, which cuts the work into pieces.
    let stores = (0..=asked.threads.max(1)).map(|_| store.another());
    match stores.collect::<Result<Vec<_>, _>>() {
        Ok(stores) => together(store, stores, asked, &work, each),
        // A store that can only be read cannot be opened again like this.
        Err(_) => alone(&store.look()?, asked, work, each),
    }
}

/// A piece of the work, with where its result goes.
enum Piece<T> {
    Rows(Stretch, SyncSender<Result<T, StoreError>>),
    Orphans(SyncSender<Result<u64, StoreError>>),
}

/// A result that is awaited, in the order of the pieces.
enum Awaited<T> {
    Rows(Receiver<Result<T, StoreError>>),
    Orphans(Receiver<Result<u64, StoreError>>),
    /// All is cut, or could not be.
    End(Result<(), StoreError>),
}

fn together<T: Send, E: From<StoreError>>(
    store: &Store,
    mut stores: Vec<Store>,
    asked: &Asked<'_>,
    work: &(impl Fn(Vec<ReconcileRow>) -> T + Sync),
    mut each: impl FnMut(T) -> Result<(), E>,
) -> Result<u64, E> {
    let ahead = stores.len() * AHEAD;
    let (pieces, waiting) = sync_channel::<Piece<T>>(ahead);
    let (promises, awaited) = sync_channel::<Awaited<T>>(ahead);
    let waiting = Mutex::new(waiting);
    let waiting = &waiting;
    thread::scope(|scope| {
        // Dropped where `each` fails, so that nobody goes on working for it.
        let awaited = awaited;
        let begun = store.while_nobody_writes(|| {
            let threads = stores.len();
            let (ready, all_ready) = sync_channel(threads);
            if let Some(cutter) = stores.pop() {
                let ready = ready.clone();
                scope.spawn(move || {
                    with_look(&cutter, &ready, |look| cut(look, asked, &pieces, &promises));
                });
            }
            for store in stores {
                let ready = ready.clone();
                scope.spawn(move || {
                    with_look(&store, &ready, |look| labour(look, asked, waiting, work));
                });
            }
            // A thread that is gone without a word has panicked, which the scope tells.
            (0..threads).try_for_each(|_| all_ready.recv().unwrap_or(Ok(())))
        })?;
        let Some(begun) = begun else {
            // Somebody writes for long, and one look has no moment to share.
            return alone(&store.look()?, asked, work, each);
        };
        begun?;
        let mut orphans = 0;
        for awaited in &awaited {
            match awaited {
                // A sender that is gone has panicked, which the scope tells.
                Awaited::Rows(result) => {
                    if let Ok(made) = result.recv() {
                        each(made?)?;
                    }
                }
                Awaited::Orphans(result) => orphans += result.recv().unwrap_or(Ok(0))?,
                Awaited::End(ended) => ended?,
            }
        }
        Ok(orphans)
    })
}

/// Begins a look, says that it has begun, and works with it.
fn with_look(
    store: &Store,
    ready: &SyncSender<Result<(), StoreError>>,
    work: impl FnOnce(&Look<'_>),
) {
    match store.look() {
        Ok(look) => {
            let _ = ready.send(Ok(()));
            work(&look);
        }
        Err(error) => {
            let _ = ready.send(Err(error));
        }
    }
}

/// Does pieces until there are no more. Where nobody waits for a result any more, it goes nowhere.
fn labour<T>(
    look: &Look<'_>,
    asked: &Asked<'_>,
    waiting: &Mutex<Receiver<Piece<T>>>,
    work: &impl Fn(Vec<ReconcileRow>) -> T,
) {
    let mut worker = Worker::new(look, asked);
    let next = || {
        let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.recv()
    };
    while let Ok(piece) = next() {
        match piece {
            Piece::Rows(stretch, to) => {
                let _ = to.send(worker.rows(&stretch).map(work));
            }
            Piece::Orphans(to) => {
                let _ = to.send(look.orphans(asked.from, asked.to));
            }
        }
    }
}

/// Cuts the work into pieces, until it is done or nobody takes them any more.
fn cut<T>(
    look: &Look<'_>,
    asked: &Asked<'_>,
    pieces: &SyncSender<Piece<T>>,
    promises: &SyncSender<Awaited<T>>,
) {
    // One thread counts the orphans while the others begin with the rows.
    let (to, orphans) = sync_channel(1);
    let mut goes_on = pieces.send(Piece::Orphans(to)).is_ok();
    let cut = look.stretches(asked.from, asked.to, STRETCH, |stretch| {
        let (to, from) = sync_channel(1);
        goes_on = goes_on
            && promises.send(Awaited::Rows(from)).is_ok()
            && pieces.send(Piece::Rows(stretch, to)).is_ok();
        goes_on
    });
    let _ = promises.send(Awaited::Orphans(orphans));
    let _ = promises.send(Awaited::End(cut));
}

/// The same with one look alone.
fn alone<T, E: From<StoreError>>(
    look: &Look<'_>,
    asked: &Asked<'_>,
    work: impl Fn(Vec<ReconcileRow>) -> T,
    mut each: impl FnMut(T) -> Result<(), E>,
) -> Result<u64, E> {
    let mut stretches = Vec::new();
    look.stretches(asked.from, asked.to, STRETCH, |stretch| {
        stretches.push(stretch);
        true
    })?;
    let mut worker = Worker::new(look, asked);
    for stretch in stretches {
        each(work(worker.rows(&stretch)?))?;
    }
    Ok(look.orphans(asked.from, asked.to)?)
}

/// One thread's work.
struct Worker<'w> {
    look: &'w Look<'w>,
    rules: &'w Rules,
    /// Whether the store has an event of a day.
    days: HashMap<i64, bool>,
    /// The last large group.
    large: Option<Rc<Found>>,
}

/// A group with its first candidate.
struct Found {
    numbers: Vec<OrderNumber>,
    /// The same, where the group is large.
    members: HashSet<OrderNumber>,
    histories: Vec<(OrderNumber, History)>,
    first: Option<EventRecord>,
}

impl<'w> Worker<'w> {
    fn new(look: &'w Look<'w>, asked: &Asked<'w>) -> Self {
        Self {
            look,
            rules: asked.rules,
            days: HashMap::new(),
            large: None,
        }
    }

    fn rows(&mut self, stretch: &Stretch) -> Result<Vec<ReconcileRow>, StoreError> {
        let mut walked: Vec<(OrderRecord, Option<EventRecord>)> = Vec::with_capacity(STRETCH);
        self.look
            .walk(stretch, |order, event| match walked.last_mut() {
                Some((last, newest)) if last.number == order.number => {
                    let events = newest.take().into_iter().chain(event);
                    *newest = events.min_by(newest_first);
                }
                _ => walked.push((order, event)),
            })?;
        walked
            .into_iter()
            .map(|(order, event)| match event {
                Some(event) => Ok(matched(order, &event)),
                None => self.traced(order),
            })
            .collect()
    }

    /// An order without an event under its own number.
    fn traced(&mut self, order: OrderRecord) -> Result<ReconcileRow, StoreError> {
        let number = order.number.clone();
        let group = self.group_of(&number)?;
        if let Some(event) = &group.first {
            return Ok(matched(order, event));
        }
        let known = Known {
            number: &number,
            order: Some(&order),
            histories: &group.histories,
            // Asked for only where it counts: what ecforce shows comes first.
            screening_failed: order.result.is_none() && self.look.screening_failed(&number)?,
            integrated_at: self.rules.integrated_at,
            settings: self.rules.settings.as_ref(),
        };
        let cause = main_cause(&known, |days| self.has_event_on(days))?;
        let others = group.numbers.iter().filter(|other| **other != number);
        let status = Status::of(Verdict::NotFound, cause);
        let nearest = match status {
            Status::Missing => suggestions(self.look, Some(&order))?.into_iter().next(),
            _ => None,
        };
        let standing = standing_of(&number, &group.histories);
        Ok(ReconcileRow {
            status,
            cause,
            search_for: screened_as(&standing).cloned(),
            suggested_number: nearest.map(|near| near.event.merchant_management_id),
            searched: others.take(TOLD).cloned().collect(),
            standing: Some(standing),
            ..row(order)
        })
    }

    /// The group of a number that has no event itself, so that all such numbers of a group have
    /// the same first candidate. A large one is remembered: where a shop's histories share one
    /// number by mistake, all of its orders are one group.
    fn group_of(&mut self, number: &OrderNumber) -> Result<Rc<Found>, StoreError> {
        let is_of_last = |last: &&Rc<Found>| last.members.contains(number);
        if let Some(last) = self.large.as_ref().filter(is_of_last) {
            return Ok(Rc::clone(last));
        }
        let histories = self.look.histories_of_group(number, &[])?;
        let numbers = Group::of(number, &histories).numbers;
        // The walk has seen that there is none under the number itself; another number of a large
        // group may have one of its own.
        let is_large = numbers.len() >= LARGE;
        let others = numbers.iter().filter(|other| is_large || *other != number);
        let events = self
            .look
            .results_under(&others.cloned().collect::<Vec<_>>())?;
        let found = Rc::new(Found {
            first: candidates(&numbers, events).into_iter().next(),
            members: match is_large {
                true => numbers.iter().cloned().collect(),
                false => HashSet::new(),
            },
            numbers,
            histories,
        });
        if is_large {
            self.large = Some(Rc::clone(&found));
        }
        Ok(found)
    }

    fn has_event_on(&mut self, days: &[i64]) -> Result<bool, StoreError> {
        for day in days {
            let known = self.days.get(day).copied();
            let has_event = match known {
                Some(has_event) => has_event,
                None => self.look.has_event_on(&[*day])?,
            };
            self.days.insert(*day, has_event);
            if has_event {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// An order with its match.
fn matched(order: OrderRecord, event: &EventRecord) -> ReconcileRow {
    let under = &event.merchant_management_id;
    ReconcileRow {
        status: Status::of(verdict(&order.number, Some(under)), None),
        drift: drift(
            order.result,
            event.auto_result.as_deref(),
            event.manual_result,
        ),
        matched_number: Some(under.clone()),
        search_for: Some(under.clone()),
        event_id: Some(event.event_id.clone()),
        auto_result: event.auto_result.clone(),
        manual_result: event.manual_result,
        ..row(order)
    }
}

/// A row with what the order alone says.
fn row(order: OrderRecord) -> ReconcileRow {
    ReconcileRow {
        number: order.number,
        created_at: order.created_at,
        payment_method_id: order.payment_method_id,
        ecforce_result: order.result,
        status: Status::NotScreened,
        matched_number: None,
        event_id: None,
        auto_result: None,
        manual_result: None,
        drift: None,
        cause: None,
        search_for: None,
        suggested_number: None,
        searched: vec![],
        standing: None,
    }
}
