//! `oplux demo`: the main job on an embedded sandbox, with sample orders and a temporary
//! configuration and store. It leaves nothing behind.
//!
//! ```text
//! mod.rs         the sample orders are screened
//! afternoon.rs   what the admin screens show of them is loaded, and three numbers are traced
//! ```

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use tokio::sync::mpsc;

use super::context::{Context, clock};
use crate::{
    config::{self, Config},
    domain::{
        order::{Order, OrderNumber},
        settings::Settings,
        time::JstTime,
    },
    engine::{
        decide::{Decider, Outcome},
        outcome::{ScreenRow, Tally},
        screen::{Batch, Engine, How, QUEUE},
    },
    exit::Exit,
    http::Halt,
    input::{self, ApiOrders, Source},
    locales::{Text, sandbox as words},
    output::{Format, list, list::RowStream},
    sandbox::{Running, Sandbox},
};

mod afternoon;

/// The sample orders, as an operator would put them in.
const ORDERS: &str = include_str!("orders.jsonl");
/// The order that is put in once more with the master switch off (R3).
const SWITCHED_OFF: &str = include_str!("switched-off.json");
/// Only this process's own sandbox is spoken to.
const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Show the whole tool on an embedded sandbox, with sample orders
///
/// Screens sample orders of a fictional shop: every result, every cause why an order is not
/// screened, a redirect, a forced creation, and a thanks-offer purchase with two order numbers.
/// Then loads what ecforce and O-PLUX show of them, and traces three numbers: the thanks offer's,
/// one whose result was changed by hand, and one that O-PLUX does not have. With --format json,
/// jsonl or csv it gives the rows of the screening alone. Needs no configuration, speaks to
/// nothing outside this machine, and leaves nothing behind.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// Where the sandbox or the temporary folder cannot be made.
pub fn run(_: &Args, context: &Context) -> Result<Exit> {
    context.runtime()?.block_on(async {
        // Listened to before there is anything to leave behind.
        let interrupted = context.interrupted();
        let folder = tempfile::Builder::new().prefix("oplux-demo-").tempdir()?;
        let sandbox =
            Sandbox::start(ANY_PORT, Duration::ZERO, None, false, Arc::new(clock)).await?;
        let shown = tokio::select! {
            shown = show(context, folder.path(), &sandbox) => shown,
            () = interrupted => Ok(Exit::Interrupted),
        };
        sandbox.shutdown().await;
        shown
    })
}

async fn show(context: &Context, folder: &Path, sandbox: &Running) -> Result<Exit> {
    let config = configuration(folder, sandbox)?;
    let out = &context.out;
    let mut shop = Shop {
        folder,
        config: &config,
        outcomes: vec![],
    };
    let now = clock();
    let orders = read(&as_of(ORDERS, now)?)?;
    shop.screen(&config.settings(), orders).await?;
    // R3: the same shop with the master switch off.
    let off = Settings {
        enabled: Some(false),
        ..config.settings()
    };
    let orders = read(&as_of(SWITCHED_OFF, now)?)?;
    shop.screen(&off, orders).await?;

    let rows = shop
        .outcomes
        .iter()
        .map(|(number, outcome)| ScreenRow::new(number, outcome, out));
    // The rest is told, not listed: programs are given the rows of the screening alone.
    if out.format != Format::Table {
        let mut stream = RowStream::new(out, false);
        stream.begin()?;
        rows.into_iter().try_for_each(|row| stream.push(row))?;
        stream.end()?;
        return Ok(Exit::Done);
    }
    let say = |text: Text| out.paragraph(&out.told(&text));
    say(words::intro(sandbox.addr.to_string()))?;
    out.line("")?;
    out.grid(&list::grid(&rows.collect::<Vec<_>>(), out))?;
    out.line("")?;
    let mut tally = Tally::default();
    shop.outcomes
        .iter()
        .for_each(|(_, outcome)| tally.count(outcome));
    say(tally.summary(config.settings().service))?;
    out.line("")?;
    words::story().into_iter().try_for_each(say)?;
    afternoon::show(out, &shop.store(), &config).await?;
    out.line("")?;
    say(words::next())?;
    Ok(Exit::Done)
}

/// A configuration as `config init` writes it, for the sandbox, loaded as any other.
fn configuration(folder: &Path, sandbox: &Running) -> Result<Config> {
    let path = folder.join("config.toml");
    let text = sandbox.config_lines() + include_str!("shop.toml");
    config::write_atomic(&path, text.as_bytes())?;
    Ok(config::load(&path)?)
}

/// Sample orders, read as standard input would be.
fn read(text: &str) -> Result<Vec<Order>> {
    let api = ApiOrders::default();
    let orders = input::read_orders(&[Source::Stdin], &mut text.as_bytes(), &api)?;
    Ok(orders)
}

/// The fictional shop: its configuration and store, and what became of its orders.
struct Shop<'c> {
    folder: &'c Path,
    config: &'c Config,
    outcomes: Vec<(OrderNumber, Outcome)>,
}

impl Shop<'_> {
    fn store(&self) -> PathBuf {
        self.folder.join("demo.db")
    }

    async fn screen(&mut self, settings: &Settings, orders: Vec<Order>) -> Result<()> {
        let decider = Decider::new(settings, None, &orders);
        let account = self.config.account(None)?;
        let how = How {
            jobs: 4,
            per_second: None,
            clock,
            actor: "demo".to_owned(),
            stop: Halt::new(),
        };
        let engine = Engine::new(decider, &self.store(), Some(account), how)?;
        let (shown, mut finished) = mpsc::channel(QUEUE);
        let batch = Batch::new(&engine, &orders).run(shown);
        let keep = async {
            while let Some(outcome) = finished.recv().await {
                self.outcomes.push(outcome);
            }
        };
        tokio::join!(batch, keep).0
    }
}

/// When the sample data was written, by its own times.
const WRITTEN: &str = "2026/11/20 14:00:00";
/// The day of it, as all its times begin.
const DAY: &str = "2026/11/20 ";
/// How long the rest of a time is.
const CLOCK: usize = "14:00:00".len();

/// The sample data with its times moved so that it was written at `now`: what is screened in the
/// demo is screened now, and the order was placed shortly before.
///
/// # Errors
/// Where a time of the sample data is none.
fn as_of(text: &str, now: JstTime) -> Result<String> {
    let later = now.unix() - WRITTEN.parse::<JstTime>()?.unix();
    let mut parts = text.split(DAY);
    let mut moved = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (clock, rest) = part.split_at_checked(CLOCK).unwrap_or((part, ""));
        let at: JstTime = format!("{DAY}{clock}").parse()?;
        moved += &at.plus_seconds(later).wire();
        moved += rest;
    }
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::Lang;

    #[test]
    fn the_sample_orders_are_sound() {
        let orders = read(ORDERS).unwrap();
        let told: Vec<String> = words::story()
            .iter()
            .map(|text| text.get(Lang::En).to_owned())
            .collect();
        let told = told.join("\n");
        // Every order that the story names is among them.
        for number in [
            "7be2c35f90",
            "91d0a7e34c",
            "c58f2b61aa",
            "2ad9e0417b",
            "b1c2d3e4f5",
            "17e5f3b8c2",
        ] {
            assert!(told.contains(number), "{number}");
        }
        let switched_off = read(SWITCHED_OFF).unwrap();
        assert_eq!((orders.len(), switched_off.len()), (13, 1));
    }

    #[test]
    fn every_time_is_moved_by_as_much() {
        let now = "2027-01-01 00:00:30".parse().unwrap();
        for (text, expected) in [
            ("none", "none"),
            ("2026/11/20 14:00:00", "2027/01/01 00:00:30"),
            (
                "a,2026/11/20 13:59:40,\n2026/11/20 13:00:00",
                "a,2027/01/01 00:00:10,\n2026/12/31 23:00:30",
            ),
        ] {
            assert_eq!(as_of(text, now).unwrap(), expected);
        }
        assert!(as_of("2026/11/20 14", now).is_err());
    }
}
