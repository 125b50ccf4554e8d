//! Updates that are sent to O-PLUX one after the other, and their rows.

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{super::context::clock, update::Plan};
use crate::{
    domain::{
        event::EventId, order::OrderNumber, review::Update, settings::HashMethod,
        trouble::TroubleKind,
    },
    engine::{
        event_calls::{Calls, Ended, EventRows, Meant, Turn},
        outcome::RowError,
    },
    http::Halt,
    locales::{Said, Trouble, at_oplux as words, lists},
    oplux::{EventClient, v1},
    output::{
        Format, Output,
        list::{Column, Row},
        paint::Tone,
        table::Field,
    },
    store::Store,
};

/// One event, as it was updated.
#[derive(Debug, Serialize)]
struct UpdateRow {
    event_id: Option<EventId>,
    merchant_management_id: Option<OrderNumber>,
    action: &'static str,
    sent: bool,
    /// The fields of the request without the signature; of two requests both.
    request: Option<Value>,
    error: Option<RowError>,
}

/// Who asks, and who is told.
pub(super) struct Draft<'s> {
    pub(super) shop_id: String,
    pub(super) hash_method: HashMethod,
    pub(super) out: &'s Output,
}

impl Draft<'_> {
    /// Shows what would be sent.
    pub(super) fn show(&self, plans: Vec<Plan>) -> Result<Ended> {
        let mut rows = EventRows::new(self.out, plans.len());
        let mut requests = Vec::new();
        for plan in plans {
            let (mut row, trouble) = self.row(&plan);
            if let Some(id) = &row.event_id {
                row.request = self.request(id, &plan.updates);
            }
            requests.extend(row.request.clone());
            if !rows.push(row, trouble, false)? {
                break;
            }
        }
        let ended = rows.end(false)?;
        if self.out.format == Format::Table {
            for request in requests {
                self.out.line("")?;
                self.out.json(&request)?;
            }
        }
        Ok(ended)
    }

    /// The fields of the requests as they would be sent now, without the signature.
    fn request(&self, id: &EventId, updates: &[Update]) -> Option<Value> {
        let fields = |update: &Update| {
            let mut fields = v1::unsigned(&self.shop_id, self.hash_method, clock());
            fields.extend(v1::request(id, update));
            let fields = fields.into_iter().map(|(name, value)| (name, value.into()));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        match updates {
            [] => None,
            [update] => Some(fields(update)),
            updates => Some(updates.iter().map(fields).collect()),
        }
    }

    /// The row of an event before anything is sent, and why nothing can be.
    fn row(&self, plan: &Plan) -> (UpdateRow, Option<Trouble>) {
        let (event_id, number, trouble) = match &plan.meant {
            Meant::Event(id, number) => (Some(id.clone()), number.clone(), None),
            Meant::NoEvent(number) | Meant::Unknown(number) => {
                let (message, hint) = (words::no_event_of(number), words::no_event_of_hint(number));
                let trouble = Trouble::hinted(TroubleKind::NoEvent, message, hint);
                (None, Some(number.clone()), Some(trouble))
            }
        };
        let row = UpdateRow {
            event_id,
            merchant_management_id: number,
            action: plan.action,
            sent: false,
            request: None,
            error: trouble
                .as_ref()
                .map(|trouble| RowError::of(trouble, self.out)),
        };
        (row, trouble)
    }
}

/// Sends updates, and tells of each event.
pub(super) struct Sender<'s> {
    pub(super) draft: Draft<'s>,
    pub(super) store: &'s mut Store,
    /// None where nothing is to be sent.
    pub(super) client: Option<EventClient>,
    pub(super) actor: String,
}

impl Sender<'_> {
    /// Sends until all is done or it is stopped; gives how many events were changed, too.
    pub(super) async fn send(
        mut self,
        plans: Vec<Plan>,
        mut calls: Calls,
        stop: &Halt,
    ) -> Result<(Ended, usize)> {
        let mut rows = EventRows::new(self.draft.out, plans.len());
        let mut sent = 0;
        for plan in plans {
            let (mut row, mut trouble) = self.draft.row(&plan);
            if let (Some(id), false) = (row.event_id.clone(), plan.updates.is_empty()) {
                row.request = self.draft.request(&id, &plan.updates);
                match self.update(&id, &plan.updates, &mut calls, stop).await? {
                    Done::All => {
                        sent += 1;
                        row.sent = true;
                    }
                    Done::Failed(done, why) => {
                        row.sent = done > 0;
                        let why = partly(&plan.updates, done, why);
                        row.error = Some(RowError::of(&why, self.draft.out));
                        trouble = Some(why);
                    }
                    Done::Stopped(0) => break,
                    Done::Stopped(done) => {
                        row.sent = true;
                        let said = Said::new(words::stopped());
                        let why = Trouble::new(TroubleKind::NotSent, said);
                        let why = partly(&plan.updates, done, why);
                        row.error = Some(RowError::of(&why, self.draft.out));
                        trouble = Some(why);
                    }
                }
            }
            if !rows.push(row, trouble, false)? {
                break;
            }
        }
        Ok((rows.end(false)?, sent))
    }

    /// Makes the calls of one event. What O-PLUX has taken is kept at once.
    async fn update(
        &mut self,
        id: &EventId,
        updates: &[Update],
        calls: &mut Calls,
        stop: &Halt,
    ) -> Result<Done> {
        for (done, update) in updates.iter().enumerate() {
            let answer = match (calls.turn().await, &self.client) {
                (Turn::Go, Some(client)) => calls.outcome(client.update(id, update, stop).await),
                (Turn::Ended(trouble), _) => Some(Err(trouble)),
                (Turn::Stopped, _) | (_, None) => None,
            };
            match answer {
                Some(Ok(())) => self.store.keep_update(id, update, clock(), &self.actor)?,
                Some(Err(trouble)) => return Ok(Done::Failed(done, trouble)),
                None => return Ok(Done::Stopped(done)),
            }
        }
        Ok(Done::All)
    }
}

/// How far the calls of one event came.
enum Done {
    All,
    /// So many are done, and the next failed.
    Failed(usize, Trouble),
    /// So many are done, and it was interrupted.
    Stopped(usize),
}

/// A failure of the second of two calls says what holds now.
fn partly(updates: &[Update], done: usize, why: Trouble) -> Trouble {
    let [
        Update::Blacklist {
            who: first,
            reasons,
        },
        Update::Blacklist { who: second, .. },
    ] = updates
    else {
        return why;
    };
    if done == 0 {
        return why;
    }
    let (first, second) = (words::who(first.name()), words::who(second.name()));
    let why_text = why.said.message;
    let message = match reasons {
        Some(_) => words::only_one_added(first, second, why_text),
        None => words::only_one_lifted(first, second, why_text),
    };
    Trouble::hinted(why.kind, message, words::same_call_again())
}

impl Row for UpdateRow {
    const COLUMNS: &'static [Column<Self>] = &[
        // By its number, else by its ID.
        Column::shown(lists::merchant_management_id, |row: &Self, _| {
            let number = row.merchant_management_id.as_ref();
            let id = row.event_id.as_ref();
            Field::maybe(
                number
                    .map(OrderNumber::as_str)
                    .or(id.map(|id| id.0.as_str())),
            )
        })
        .whole(),
        Column::field("event_id"),
        Column::field("merchant_management_id"),
        Column::new("action", words::title_action, |row: &Self, view| {
            view.say(&words::action(row.action))
        }),
        Column::new("sent", words::title_sent, |row: &Self, view| {
            view.say(&match (row.sent, &row.error, &row.request) {
                (true, _, _) => words::sent_yes(),
                (false, None, None) => words::sent_not_needed(),
                (false, _, _) => words::sent_no(),
            })
        }),
        Column::field("request"),
        Column::new("error", words::title_error, |row: &Self, _| {
            let error = row.error.as_ref().map(|error| error.message.as_str());
            Field::maybe(error).toned(Tone::Bad)
        }),
    ];
}
