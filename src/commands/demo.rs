//! `oplux demo`: the main job as one story. Each step is this program itself, called as its user
//! would call it, in a temporary folder and against a sandbox that plays a shop's ecforce and its
//! O-PLUX. It leaves nothing behind.

use std::{
    env,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::Result;

use super::context::{Context, clock};
use crate::{
    config,
    domain::time::JstTime,
    exit::Exit,
    http::Halt,
    locales::{Lang, Text, sandbox as words},
    output::{self, Format},
    sandbox::{Running, SPAN_SECONDS},
};

/// What an operator would screen by hand: purchases that ecforce has no order of yet.
const ORDERS: &str = include_str!("demo/orders.jsonl");
/// What the shop has set besides the sandbox's own lines, in the table `[oplux]` that these end
/// with: R5, R6.
const SETTINGS: &str = r#"screen_existing_customers = false

[oplux.on_hold]
action = "redirect"
redirect_url = "https://shop.example.com/pages/hold"

[oplux.on_ng]
action = "redirect"
redirect_url = "https://shop.example.com/pages/sorry"
"#;

/// An order of the sandbox's shop that was bought through a thanks offer (R13).
const OFFER: &str = "1deb9b8760";
/// The number of its first payment, under which its event stands.
const FIRST: &str = "6b740a21dd";
/// An order whose event is REVIEW and that nobody has decided on yet (R14).
const WAITING: &str = "7296dcbbeb";

/// Only this process's own sandbox is spoken to.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// What a step keeps of the user's environment: who they are, where temporary files go, and what
/// their terminal can do.
const KEPT: [&str; 7] = [
    "USER",
    "TMPDIR",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
];

/// Show the whole tool on an embedded sandbox, as one story
///
/// The sandbox plays a fictional shop's ecforce and its O-PLUX. The demo pulls the shop's orders,
/// reconciles them with the events, traces a thanks offer whose event stands under another number,
/// settles an event that waits for a person, and screens purchases by the rules of the integration.
/// Each command is shown as you would type it. With --format json, jsonl or csv it gives the rows
/// of the screening alone. Needs no configuration, speaks to nothing outside this machine, and
/// leaves nothing behind.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// Where the sandbox or the temporary folder cannot be made, or standard output not be written.
pub fn run(_: &Args, context: &Context) -> Result<Exit> {
    // Listened to before there is anything to leave behind.
    let stop = context.interrupted_once(None);
    let runtime = context.runtime()?;
    let folder = tempfile::Builder::new().prefix("oplux-demo-").tempdir()?;
    let start = Running::start(ANY_PORT, Duration::ZERO, None, true, Arc::new(clock));
    let sandbox = runtime.block_on(start)?;
    let stage = Stage {
        context,
        folder: folder.path(),
        stop: &stop,
    };
    let ended = stage.play(&sandbox);
    runtime.block_on(sandbox.shutdown());
    ended
}

/// Where the story is played: a folder with the shop's configuration, store and files.
struct Stage<'s> {
    context: &'s Context,
    folder: &'s Path,
    stop: &'s Halt,
}

impl Stage<'_> {
    fn play(&self, sandbox: &Running) -> Result<Exit> {
        let out = &self.context.out;
        let settings = sandbox.config_lines() + SETTINGS;
        config::write_atomic(&self.folder.join("config.toml"), settings.as_bytes())?;
        let events = sandbox.events_csv();
        fs::write(self.folder.join("決済履歴.txt"), history(&events))?;
        fs::write(self.folder.join("イベント一覧.csv"), events)?;
        fs::write(self.folder.join("orders.jsonl"), ORDERS)?;
        let methods = "-q pull methods --apply > methods.txt";
        let screen = "screen orders.jsonl";
        if out.format != Format::Table {
            // Programs are given the rows of the screening alone.
            let rows = format!("-q --format {} {screen}", out.format.name());
            for line in [methods, &rows] {
                if let Some(exit) = self.call(line, Stdio::inherit())? {
                    return Ok(exit);
                }
            }
            return Ok(Exit::Done);
        }
        let began_at = clock().plus_seconds(-SPAN_SECONDS).to_string();
        let (since, _) = began_at.split_once(' ').unwrap_or((&began_at, ""));
        let orders = format!("pull orders --since-last --from {since} > orders.txt");
        let trace = format!("trace {OFFER} --history 決済履歴.txt");
        let review = format!("events review {WAITING} --result ok --yes");
        let pull = format!("pull events {WAITING}");
        let story: [(Text, &[&str]); 5] = [
            (
                words::demo_pull(),
                &[methods, &orders, "import イベント一覧.csv"],
            ),
            (words::demo_reconcile(), &["reconcile > reconcile.txt"]),
            (words::demo_trace(OFFER), &[&trace]),
            (words::demo_review(WAITING), &[&review, &pull]),
            (words::demo_screen(), &[screen]),
        ];
        let say = |text: Text| out.paragraph(&out.told(&text));
        say(words::demo(sandbox.addr.to_string()))?;
        for (told, lines) in story {
            out.line("")?;
            say(told)?;
            for line in lines {
                out.command(&format!("oplux {line}"))?;
                if let Some(exit) = self.call(line, output::as_stdio()?)? {
                    return Ok(exit);
                }
            }
        }
        out.line("")?;
        say(words::demo_next())?;
        Ok(Exit::Done)
    }

    /// Calls this program with a line as its user would type it. `notes` is where its standard
    /// error goes. Gives what the demo ends with where it does not go on.
    fn call(&self, line: &str, notes: Stdio) -> Result<Option<Exit>> {
        let (words, file) = match line.split_once(" > ") {
            Some((words, file)) => (words, Some(file)),
            None => (line, None),
        };
        let file = file.map(|name| File::create(self.folder.join(name)));
        let rows = file.transpose()?.map_or_else(Stdio::inherit, Stdio::from);
        let mut command = Command::new(env::current_exe()?);
        command.args(words.split(' ')).stdout(rows).stderr(notes);
        if words.starts_with("pull orders") {
            // The sandbox need not be spared, as a shop's ecforce has to be.
            command.args(["--rate", "1000/s"]);
        }
        let lang = match self.context.out.lang {
            Lang::En => "en",
            Lang::Ja => "ja",
        };
        let color = self.context.global.color.to_string();
        command.args(["--no-pager", "--lang", lang, "--color", &color]);
        let kept = KEPT.iter().copied();
        let kept = kept.filter_map(|name| Some((name, self.context.env.get(name)?)));
        // Nothing of the user's own shop: neither its secrets nor where its files are.
        command.current_dir(self.folder).env_clear().envs(kept);
        command.env("OPLUX_CONFIG", self.folder.join("config.toml"));
        command.env("OPLUX_STORE", self.folder.join("demo.db"));
        let is_good = command.stdin(Stdio::null()).status()?.success();
        Ok(match (self.stop.is_set(), is_good) {
            (true, _) => Some(Exit::Interrupted),
            // It has said why.
            (false, false) => Some(Exit::Failed),
            (false, true) => None,
        })
    }
}

/// What an operator copies off 受注管理 > 詳細 > 決済履歴 of the thanks offer.
fn history(events: &str) -> String {
    let of_first = |line: &str| line.strip_prefix(FIRST)?.split(',').nth(2)?.parse().ok();
    let first: Option<JstTime> = events.lines().find_map(of_first);
    let line = |(number, after): (&str, i64)| {
        let at = first.map(|first| first.plus_seconds(after).wire());
        format!("{number}\t{}\t与信\n", at.unwrap_or_default())
    };
    [(FIRST, 0), (OFFER, 240)].map(line).concat()
}
