//! The outcomes of `screen`: shown as they come, and what they add up to.

use std::collections::VecDeque;

use anyhow::Result;
use tokio::sync::mpsc::Receiver;

use crate::{
    commands::{args::auto_result, context::Context},
    domain::{
        event::{AutoResult, Service},
        order::Order,
    },
    engine::{
        calls::BatchRows,
        outcome::{Outcome, Tally},
    },
    exit::{self, Exit},
    http::Halt,
    locales::{
        Text,
        call::{self, Refused},
        screening as words,
    },
    output::list::{self, RowStream},
};

/// What a caller asks to be told.
#[derive(Debug, clap::Args)]
pub(super) struct Told {
    /// Decide; send and store nothing. Of one order the request is shown, too
    #[arg(long)]
    pub(super) dry_run: bool,
    /// With --dry-run, show the requests of several orders under the table, too
    #[arg(long, requires = "dry_run")]
    show_request: bool,
    /// End with status 3 where any of these results came out: ok, ng, hold, review
    #[arg(
        long,
        value_name = "RESULTS",
        value_delimiter = ',',
        value_parser = told_of
    )]
    pub(super) fail_on: Vec<AutoResult>,
}

/// The results that a caller may ask to be told of.
fn told_of(text: &str) -> Result<AutoResult, Refused> {
    let result = auto_result(text).ok().flatten();
    result.ok_or_else(|| Refused(call::told_of()))
}

/// What is shown of the outcomes, and what is counted.
pub(super) struct Results<'c> {
    told: &'c Told,
    pub(super) context: &'c Context,
    rows: BatchRows<'c, Outcome>,
    tally: Tally,
    /// Outcomes that were known before, each shown before the order at its place.
    known: VecDeque<(usize, Outcome)>,
    /// How many orders were shown.
    orders: usize,
    /// 支払い方法ID of the first order.
    method: Option<u64>,
    service: Service,
    /// The call that goes on where the batch is cut off, if it is not the same one.
    pub(super) goes_on: Option<Text>,
}

impl<'c> Results<'c> {
    pub(super) fn new(
        told: &'c Told,
        context: &'c Context,
        orders: &[Order],
        known: VecDeque<(usize, Outcome)>,
        service: Service,
    ) -> Self {
        let (out, total) = (&context.out, orders.len() + known.len());
        // A dry run shows the requests under the table.
        let rows = match total == 1 || told.dry_run {
            true => RowStream::new(out, total == 1),
            false => RowStream::in_parts(out),
        };
        Self {
            told,
            context,
            rows: BatchRows::written_by(rows, out, total),
            tally: Tally::default(),
            known,
            orders: 0,
            method: orders.first().map(|order| order.facts.payment_method_id),
            service,
            goes_on: None,
        }
    }

    /// Shows what comes until there is no more, also where the batch is cut short: what is shown is
    /// one valid document. Where it cannot be written, no further order is begun, and those that
    /// are finished are counted.
    pub(super) fn write(mut self, mut outcomes: Receiver<Outcome>, stop: &Halt) -> Self {
        while let Some(outcome) = outcomes.blocking_recv() {
            if !self.push(outcome) {
                stop.set();
            }
        }
        self.show();
        self
    }

    pub(super) fn push(&mut self, outcome: Outcome) -> bool {
        let place = self.orders;
        let is_next = |known: &(usize, Outcome)| known.0 <= place;
        while self.known.front().is_some_and(is_next)
            && let Some((_, known)) = self.known.pop_front()
        {
            self.push_counted(known);
        }
        self.orders += 1;
        self.push_counted(outcome)
    }

    fn push_counted(&mut self, outcome: Outcome) -> bool {
        self.tally.count(&outcome);
        self.rows.push_with(outcome, &self.tally.results())
    }

    /// Tells how it went, and gives the status. `finished`: whether the store took all of it;
    /// `heard`: whether it was interrupted.
    pub(super) fn end(self, finished: Result<()>, heard: bool) -> Result<Exit> {
        let (out, mut ended) = (&self.context.out, self.rows.ended);
        ended.broken = finished.err().or(ended.broken);
        if ended.total != 1 && ended.broken.is_none() {
            out.note(&self.tally.summary(self.service));
        }
        Ok(match exit::of_batch(ended, heard, self.goes_on, out)? {
            Exit::Done if self.tally.has_any(&self.told.fail_on) => Exit::Findings,
            exit => exit,
        })
    }

    /// Ends the list; a table is shown now: one order as a card, several as rows.
    pub(super) fn show(&mut self) {
        while let Some((_, outcome)) = self.known.pop_front() {
            self.push_counted(outcome);
        }
        let rows = self.rows.end(false);
        if let Err(error) = self.show_held(&rows) {
            self.rows.ended.broken.get_or_insert(error);
        }
    }

    fn show_held(&self, rows: &[Outcome]) -> Result<()> {
        let (out, is_one) = (&self.context.out, self.rows.ended.total == 1);
        match rows {
            [] => {}
            [row] if is_one => out.card(&row.card(self.method, out))?,
            rows => out.grid(&list::grid(rows, out))?,
        }
        let shows = is_one || self.told.show_request;
        for row in rows.iter().filter(|row| shows && row.request.is_some()) {
            let title = words::dry_run_request(&row.number);
            out.line(&format!("\n{}", out.say(&title)))?;
            out.json(&row.request)?;
        }
        Ok(())
    }
}
