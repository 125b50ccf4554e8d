//! Updates that are sent to O-PLUX one after the other, and their rows.

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{super::context::clock, update::Plan};
use crate::{
    domain::{
        event::{EventId, TroubleKind},
        order::OrderNumber,
        review::Update,
        settings::HashMethod,
    },
    engine::{
        event_calls::{Calls, EventRows, Meant, error_of, name_of, no_event},
        outcome::{Ended, RowError},
    },
    http::Halt,
    locales::{Said, Trouble, at_oplux as words, lists},
    oplux::{EventClient, v1},
    output::{
        Format, Output,
        list::{Column, Row},
    },
    store::Store,
};

/// One event, as it was updated.
#[derive(Debug, Serialize)]
struct SentRow {
    event_id: Option<EventId>,
    merchant_management_id: Option<OrderNumber>,
    action: &'static str,
    sent: bool,
    /// The fields of the request without the signature; of two requests both.
    request: Option<Value>,
    error: Option<RowError>,
}

/// Sends updates, and tells of each event.
pub(super) struct Sender<'s> {
    pub(super) shop_id: String,
    pub(super) hash_method: HashMethod,
    pub(super) out: &'s Output,
    pub(super) actor: String,
    /// None where nothing is to be sent.
    pub(super) wire: Option<(EventClient, Store)>,
}

impl Sender<'_> {
    /// Sends until all is done or it is stopped; gives how many events were changed, too. What
    /// O-PLUX has taken is kept at once. A dry run shows under its table what would be sent.
    pub(super) async fn send(
        mut self,
        plans: Vec<Plan>,
        mut calls: Calls,
        stop: &Halt,
    ) -> Result<(Ended, usize)> {
        let mut rows = EventRows::new(self.out, plans.len());
        let (mut sent, mut requests) = (0, Vec::new());
        'plans: for plan in plans {
            let (mut row, mut trouble) = self.row(&plan);
            if self.wire.is_none() && self.out.format == Format::Table {
                requests.extend(row.request.clone());
            }
            if let (Meant::Event(id, _), Some((client, store))) = (&plan.meant, &mut self.wire) {
                let (mut done, mut failed) = (0, None);
                for update in &plan.updates {
                    match calls.make(client.update(id, update, stop)).await {
                        Some(Ok(())) => store.keep_update(id, update, clock(), &self.actor)?,
                        Some(Err(why)) => failed = Some(why),
                        None if done == 0 => break 'plans,
                        None => {
                            let said = Said::new(words::stopped());
                            failed = Some(Trouble::new(TroubleKind::NotSent, said));
                        }
                    }
                    if failed.is_some() {
                        break;
                    }
                    done += 1;
                }
                row.sent = done > 0;
                sent += usize::from(row.sent && failed.is_none());
                trouble = failed.map(|why| partly(&plan.updates, done, why));
                row.error = trouble.as_ref().map(|why| RowError::of(why, self.out));
            }
            if !rows.push(row, trouble, false)? {
                break;
            }
        }
        let ended = rows.end(false)?;
        for request in requests {
            self.out.line("")?;
            self.out.json(&request)?;
        }
        Ok((ended, sent))
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
    fn row(&self, plan: &Plan) -> (SentRow, Option<Trouble>) {
        let mut row = SentRow {
            event_id: None,
            merchant_management_id: None,
            action: plan.action,
            sent: false,
            request: None,
            error: None,
        };
        match &plan.meant {
            Meant::Event(id, number) => {
                row.event_id = Some(id.clone());
                row.merchant_management_id.clone_from(number);
                row.request = self.request(id, &plan.updates);
                (row, None)
            }
            Meant::NoEvent(number) | Meant::Unknown(number) => {
                let trouble = no_event(number);
                row.merchant_management_id = Some(number.clone());
                row.error = Some(RowError::of(&trouble, self.out));
                (row, Some(trouble))
            }
        }
    }
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

impl Row for SentRow {
    const COLUMNS: &'static [Column<Self>] = &[
        // By its number, else by its ID.
        Column::shown(lists::merchant_management_id, |row: &Self, _| {
            name_of(row.merchant_management_id.as_ref(), row.event_id.as_ref())
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
            error_of(row.error.as_ref())
        }),
    ];
}
