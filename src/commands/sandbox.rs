//! `oplux sandbox`: an O-PLUX to rehearse with, on loopback, until interrupted.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use url::Url;

use super::context::{Context, clock};
use crate::{
    config::{load, secret, store_secret, write_atomic},
    domain::private::Secret,
    exit::{Exit, Failure},
    locales::{
        Said,
        call::{self, Refused},
        sandbox as words,
    },
    output::Format,
    sandbox::{CONNECTION_ID, Running, SECRET_KEY, SHOP_ID, SPAN_SECONDS, TOKEN, methods_toml},
};

/// Where it listens, where nobody says where.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8903);

/// Run an O-PLUX to rehearse with, on this machine
///
/// It checks what the real one would check, and decides by the last digit of the buyer's
/// telephone number: 0 OK (rule TEST_OKTEL), 1 NG, 2 HOLD, 3 REVIEW, any other OK.
///
/// With --profile NAME it writes that configuration, where there is none, and serves it: then every
/// command with the same --profile is a rehearsal. One that is there is never overwritten.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address on this machine to listen on (default: that of the profile, else 127.0.0.1:8903);
    /// port 0 picks a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
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
    let number = number.trim().parse::<f64>();
    let seconds = number.map(|number| number * unit).ok();
    let seconds = seconds.filter(|seconds| (0.0..=3600.0).contains(seconds));
    let duration = seconds.map(Duration::from_secs_f64);
    duration.ok_or_else(|| Refused(call::duration()))
}

/// Runs the command.
///
/// # Errors
/// Where it cannot listen there, or the profile is another's or cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let profile = context.global.profile.as_deref();
    let path = profile.map(|_| context.config_path()).transpose()?;
    let kept = path.as_deref().map(|path| kept(path, args)).transpose()?;
    let kept = kept.flatten();
    let (listen, has_shop) = kept.unwrap_or((args.listen.unwrap_or(LISTEN), args.ecforce));
    context.runtime()?.block_on(async {
        let stop = context.interrupted_once(None);
        let (latency, clock) = (args.latency, Arc::new(clock));
        let running = Running::start(listen, latency, args.fail, has_shop, clock).await?;
        let out = &context.out;
        if let (Some(path), None) = (&path, kept) {
            // Where it listens is known by now.
            write(path, &running)?;
            out.note(&words::wrote_profile(path.display()));
        }
        if out.format == Format::Json {
            out.json(&serde_json::json!({
                "register_url": running.register_url(),
                "event_url": running.event_url(),
                "name_url": running.name_url(),
                "ecforce_url": running.ecforce_url(),
                "events_csv_url": running.events_csv_url(),
                "config": path,
            }))?;
        } else if let Some(profile) = profile {
            out.note(&words::serving(running.addr.to_string(), profile));
            out.paragraph(&out.told(&match has_shop {
                true => words::try_pull(since()),
                false => words::try_online(),
            }))?;
        } else {
            out.note(&words::listening(running.addr.to_string()));
            out.line(running.config_lines().trim_end())?;
            out.note(&words::how_to_use());
            if let Some(url) = running.events_csv_url() {
                out.note(&words::how_to_get_events(url));
            }
        }
        stop.wait().await;
        running.shutdown().await;
        Ok(Exit::Interrupted)
    })
}

/// The day on which the shop's first order came.
fn since() -> String {
    let first = clock().plus_seconds(-SPAN_SECONDS).to_string();
    first.chars().take("2026-11-20".len()).collect()
}

/// Where the sandbox of a profile listens that is there already, and whether it plays the shop's
/// ecforce; none where the profile is to be written.
///
/// # Errors
/// Where it is not a sandbox's, or not of the one that is asked for.
fn kept(path: &Path, args: &Args) -> Result<Option<(SocketAddr, bool)>> {
    let refused = |message| Failure::usage(Said::new(message).hint(words::other_profile_hint()));
    if !path.exists() {
        // The files that its secrets would stand in: they may hold those of a real shop.
        let files = [secret::SECRET_KEY, secret::TOKEN].map(|of| path.with_extension(of.extension));
        return match files.iter().find(|file| file.exists()) {
            Some(file) => Err(refused(words::no_sandbox(file.display())).into()),
            None => Ok(None),
        };
    }
    let config = load(path)?;
    let ours = config.oplux.as_ref().filter(|oplux| {
        let id = |id: &Option<String>, ours: &str| id.as_deref() == Some(ours);
        id(&oplux.shop_id, SHOP_ID) && id(&oplux.connection_id, CONNECTION_ID)
    });
    let address = ours.and_then(|oplux| on_loopback(oplux.register_url.as_ref()?));
    let address = address.ok_or_else(|| refused(words::no_sandbox(path.display())))?;
    let shop = config.ecforce.as_ref();
    let shop = shop.and_then(|ecforce| on_loopback(ecforce.base_url.as_ref()?));
    let has_shop = shop == Some(address);
    let is_there = args.listen.is_none_or(|listen| listen == address);
    match is_there && (has_shop || !args.ecforce) {
        true => Ok(Some((address, has_shop))),
        false => Err(refused(words::other_sandbox(path.display(), address.to_string())).into()),
    }
}

/// The address on this machine that a URL is served from, without TLS.
fn on_loopback(url: &Url) -> Option<SocketAddr> {
    let host = url.host_str()?.trim_matches(['[', ']']);
    let ip = match host {
        "localhost" => LISTEN.ip(),
        _ => host.parse().ok()?,
    };
    let is_it = url.scheme() == "http" && ip.is_loopback();
    is_it.then_some(SocketAddr::new(ip, url.port_or_known_default()?))
}

/// Writes the profile of a sandbox, and its secrets into files of their own.
fn write(path: &Path, running: &Running) -> Result<()> {
    let lines = running.config_lines() + &methods_toml();
    write_atomic(path, lines.as_bytes())?;
    store_secret(path, secret::SECRET_KEY, &Secret::new(SECRET_KEY))?;
    if running.ecforce_url().is_some() {
        store_secret(path, secret::TOKEN, &Secret::new(TOKEN))?;
    }
    Ok(())
}
