//! The afternoon after the screening: what ecforce and O-PLUX show of the sample orders is loaded
//! as `import` would load it, and the questions that support asks are answered as by `trace`.

use std::{path::Path, sync::Arc};

use anyhow::Result;

use super::{
    super::context::{clock, rules_of},
    as_of,
};
use crate::{
    config::Config,
    domain::{
        event::{AutoResult, EventId},
        review::Update,
        time::JstTime,
    },
    engine::trace::trace,
    http::Halt,
    input::{ImportFile, Reading, Source},
    locales::{Text, sandbox as words, steps::next_steps},
    oplux::EventClient,
    output::{Output, paint::Tone, traced},
    store::{Loading, Pull, Store},
};

/// The orders, as 受注管理 exports them. Those that were redirected are not among them (R6); of
/// the thanks-offer purchase it is the number of the last payment (R13).
const ORDERS: &str = include_str!("orders.csv");
/// The payment history of the thanks-offer purchase.
const PAYMENTS: &str = include_str!("payments.csv");
/// An event that was not screened from here, as O-PLUX's イベント一覧 exports it: that of the first
/// payment before a thanks offer whose payment history nobody has loaded.
const EVENTS: &str = include_str!("events.csv");

/// The order whose result a person changes in O-PLUX (R14).
const CHANGED: &str = "c58f2b61aa";
/// Who reviews it, for the log of the demo.
const ACTOR: &str = "demo";
/// The payment of the thanks offer.
const LATER: &str = "b1c2d3e4f5";
/// The order that ecforce shows a result for, and that has no event.
const MISSING: &str = "e6a40d71f8";

/// Loads and asks, in the store of the demo.
///
/// # Errors
/// Where the store or the sandbox cannot be used, or standard output cannot be written.
pub(super) async fn show(out: &Output, path: &Path, config: &Config) -> Result<()> {
    let mut store = Store::open(path)?;
    let events = store.look()?.events_under(&[CHANGED.parse()?])?;
    // Where its screening failed, the table of the orders has said so.
    let Some(event) = events.into_iter().next() else {
        return Ok(());
    };
    let Some(at) = event.requested_at else {
        return Ok(());
    };
    load(&mut store, as_of(ORDERS, at)?, at)?;
    load(&mut store, as_of(PAYMENTS, at)?, at)?;
    load(&mut store, as_of(EVENTS, at)?, at)?;
    let say = |text: Text| out.paragraph(&out.told(&text));
    out.line("")?;
    say(words::loaded())?;
    for (number, question) in [
        (LATER, words::asks_thanks_offer(LATER)),
        (CHANGED, words::asks_drift(CHANGED)),
        (MISSING, words::asks_missing(MISSING)),
    ] {
        out.line("")?;
        say(question)?;
        if number == CHANGED {
            review(out, &mut store, config, &event.event_id).await?;
        }
        let call = format!("$ oplux trace {number}");
        out.painted(Tone::Notable, &call)?;
        let found = trace(
            Some(&store.look()?),
            &rules_of(Some(config)),
            &number.parse()?,
            None,
        )?;
        traced::answer(out, &found)?;
        traced::history(out, &found)?;
        traced::next(out, next_steps(&found))?;
    }
    Ok(())
}

/// Sets the manual result of an event at the sandbox, and pulls the event again.
async fn review(out: &Output, store: &mut Store, config: &Config, id: &EventId) -> Result<()> {
    let client = EventClient::new(config.event_account(None)?, Arc::new(clock))?;
    let halt = Halt::new();
    let update = Update::Review {
        result: Some(AutoResult::Ok),
        memo: None,
    };
    let call = format!("$ oplux events review {CHANGED} --result ok");
    out.painted(Tone::Notable, &call)?;
    client.update(id, &update, &halt).await?;
    store.keep_update(id, &update, clock(), ACTOR)?;
    let call = format!("$ oplux pull events {CHANGED}");
    out.painted(Tone::Notable, &call)?;
    let event = client.get(id, &halt).await?;
    let pull = Pull {
        service: config.oplux()?.service,
        at: clock(),
        actor: ACTOR,
    };
    store.keep_pulled(&event, None, pull)?;
    Ok(())
}

/// Loads the rows of a file, as `import` does.
fn load(store: &mut Store, text: String, at: JstTime) -> Result<()> {
    let reading = Reading::default();
    let mut rows = ImportFile::open(&Source::Stdin, &mut text.as_bytes(), &reading)?;
    let loading = Loading { at, service: None };
    let (records, _) = rows.next_rows(usize::MAX)?;
    store.load(loading, |load| {
        load.put(0, records)?;
        anyhow::Ok(Some(()))
    })?;
    Ok(())
}
