//! Updates that are sent to O-PLUX one after the other, and their rows.

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    commands::context::clock,
    domain::{
        event::{EventId, TroubleKind},
        order::OrderNumber,
        review::Update,
        settings::HashMethod,
    },
    engine::calls::{
        BatchRow, BatchRows, Calls, Ended, Meant, RowError, error_column, name_of, no_event,
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

/// What is to be done to one event.
pub(super) struct Plan {
    pub(super) meant: Meant,
    pub(super) action: &'static str,
    /// What the store does not know to be so already.
    pub(super) updates: Vec<Update>,
}

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
    /// How many events were changed.
    pub(super) changed: usize,
}

impl Sender<'_> {
    /// Sends until all is done or it is stopped. What O-PLUX has taken is kept at once, and what it
    /// has not is noted in the log. A dry run shows under its table what would be sent.
    pub(super) async fn send(
        &mut self,
        plans: &[Plan],
        mut calls: Calls,
        stop: &Halt,
    ) -> Result<Ended> {
        let mut rows = BatchRows::new(self.out, plans.len());
        let mut failed = Ok(());
        for plan in plans {
            match self.row(plan, &mut calls, stop).await {
                Ok(Some(row)) => {
                    if !rows.push(row, false) {
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    failed = Err(error);
                    break;
                }
            }
        }
        let ended = rows.finish(false, failed);
        if self.wire.is_none() && self.out.format == Format::Table {
            for request in plans.iter().filter_map(|plan| self.request(plan)) {
                self.out.line("")?;
                self.out.json(&request)?;
            }
        }
        Ok(ended)
    }

    /// Sends what is to be done to one event; none where it was stopped before.
    async fn row(
        &mut self,
        plan: &Plan,
        calls: &mut Calls,
        stop: &Halt,
    ) -> Result<Option<SentRow>> {
        let mut row = SentRow {
            event_id: None,
            merchant_management_id: plan.meant.number().cloned(),
            action: plan.action,
            sent: false,
            request: self.request(plan),
            error: None,
        };
        let Meant::Event(id, _) = &plan.meant else {
            let error = plan.meant.number().map(no_event);
            row.error = error.map(|trouble| RowError::of(trouble, self.out));
            return Ok(Some(row));
        };
        row.event_id = Some(id.clone());
        let Some((client, store)) = &mut self.wire else {
            return Ok(Some(row));
        };
        for (done, update) in plan.updates.iter().enumerate() {
            let why = match calls.make(client.update(id, update, stop)).await {
                Some(Ok(())) => {
                    store.keep_update(id, update, clock(), &self.actor)?;
                    row.sent = true;
                    continue;
                }
                Some(Err(why)) => why,
                None if done == 0 => return Ok(None),
                None => Trouble::new(TroubleKind::NotSent, Said::new(words::stopped())),
            };
            if why.kind.has_left() {
                row.sent = true;
                store.note_failed_update(id, update, why.kind, clock(), &self.actor)?;
            }
            let why = partly(&plan.updates, done, why);
            row.error = Some(RowError::of(why, self.out));
            break;
        }
        self.changed += usize::from(row.sent && row.error.is_none());
        Ok(Some(row))
    }

    /// The fields of the requests as they would be sent now, without the signature.
    fn request(&self, plan: &Plan) -> Option<Value> {
        let Meant::Event(id, _) = &plan.meant else {
            return None;
        };
        let fields = |update: &Update| {
            let mut fields = v1::unsigned(&self.shop_id, self.hash_method, clock());
            fields.extend(v1::request(id, update));
            let fields = fields.into_iter().map(|(name, value)| (name, value.into()));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        match &*plan.updates {
            [] => None,
            [update] => Some(fields(update)),
            updates => Some(updates.iter().map(fields).collect()),
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
        _ if why.kind.has_left() && !why.kind.is_refusal() => {
            words::other_not_known(first, second, why_text)
        }
        Some(_) => words::only_one_added(first, second, why_text),
        None => words::only_one_lifted(first, second, why_text),
    };
    Trouble::hinted(why.kind, message, words::same_call_again())
}

impl BatchRow for SentRow {
    fn error(&self) -> Option<&RowError> {
        self.error.as_ref()
    }
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
        error_column(),
    ];
}
