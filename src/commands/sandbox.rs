//! `oplux sandbox`: an O-PLUX to rehearse with, on loopback, until interrupted.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Result;

use super::context::{Context, clock};
use crate::{
    exit::Exit,
    locales::{
        call::{self, Refused},
        sandbox as words,
    },
    output::Format,
    sandbox::Sandbox,
};

/// Run an O-PLUX to rehearse with, on this machine
///
/// It checks what the real one would check, and decides by the last digit of the buyer's
/// telephone number: 0 OK (rule TEST_OKTEL), 1 NG, 2 HOLD, 3 REVIEW, any other OK.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address on this machine to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8903")]
    listen: SocketAddr,
    /// How long every answer takes, such as 50ms or 2s
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = duration)]
    latency: Duration,
    /// Answer nothing but this HTTP status, such as 500
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(400..=599))]
    fail: Option<u16>,
    /// Play the shop's ecforce, too: 300 orders of the last 30 days, with the events that fit
    #[arg(long)]
    ecforce: bool,
}

/// `50ms`, `2s`, `1.5s`.
fn duration(text: &str) -> Result<Duration, Refused> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let seconds = number
        .trim()
        .parse::<f64>()
        .map(|number| number * unit)
        .ok();
    let seconds = seconds.filter(|seconds| (0.0..=3600.0).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| Refused(call::duration()))
}

/// Runs the command.
///
/// # Errors
/// Where it cannot listen there.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    context.runtime()?.block_on(async {
        let interrupted = context.interrupted();
        let running = {
            let Args {
                listen,
                latency,
                fail,
                ecforce,
            } = *args;
            Sandbox::start(listen, latency, fail, ecforce, Arc::new(clock)).await?
        };
        let out = &context.out;
        if out.format == Format::Json {
            out.json(&serde_json::json!({
                "register_url": running.register_url(),
                "event_url": running.event_url(),
                "name_url": running.name_url(),
                "ecforce_url": running.ecforce_url(),
                "events_csv_url": running.events_csv_url(),
            }))?;
        } else {
            out.note(&words::listening(running.addr.to_string()));
            out.line(running.config_lines().trim_end())?;
            out.note(&words::how_to_use());
            if let Some(url) = running.events_csv_url() {
                out.note(&words::how_to_get_events(url));
            }
        }
        interrupted.await;
        running.shutdown().await;
        Ok(Exit::Interrupted)
    })
}
