//! `oplux doctor`: is the integration ready (R1, R16), and are secret, addresses, store and
//! permissions sound; one line a check, with what to do.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use anyhow::Result;
use serde::Serialize;

use super::context::{Context, clock};
use crate::{
    config::{Config, load, secret::SecretSource},
    domain::{
        event::{EventId, TroubleKind},
        text::quoted_file,
        time::JstTime,
    },
    ecforce::{EcforceClient, Pages, Resource},
    exit::{Exit, Failure},
    http::Halt,
    locales::{Said, Text, config as words, screening, services as at_ecforce},
    oplux::EventClient,
    output::{
        Format, Output,
        list::{self, Column, Row},
        paint::Tone,
        table::Field,
        unless_reader_gone,
    },
    store::Store,
};

/// Check whether the integration is ready
///
/// Looks at the configuration, the credentials, the addresses, the payment methods, the store and
/// the permissions. Sends nothing, but with --online. Ends with status 3 where something is to be
/// done.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ask O-PLUX and ecforce for one small thing each, and tell what they say
    #[arg(long)]
    online: bool,
}

/// More unknown outcomes than these are not counted.
const UNKNOWN_COUNTED: usize = 10_000;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Problem,
    Note,
}

/// One check, as it is shown.
#[derive(Debug, Serialize)]
struct CheckRow {
    check: &'static str,
    status: Status,
    message: String,
    next_step: Option<String>,
    #[serde(skip)]
    title: String,
}

impl Row for CheckRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::field("check"),
        Column::new("status", words::title_status, |row: &Self, view| {
            let (status, tone) = match row.status {
                Status::Ok => (words::ok(), Tone::Good),
                Status::Problem => (words::problem(), Tone::Bad),
                Status::Note => (words::note(), Tone::Notable),
            };
            view.say(&status).toned(tone)
        })
        .whole(),
        Column::shown(words::title_check, |row, _| Field::new(&row.title)),
        Column::new("message", words::title_message, |row, view| {
            match &row.next_step {
                Some(next) => view.say(&words::with_next(&row.message, next)),
                None => Field::new(&row.message),
            }
        }),
        Column::field("next_step"),
    ];
}

/// The checks as they are made.
struct Checks<'c> {
    out: &'c Output,
    rows: Vec<CheckRow>,
}

impl Checks<'_> {
    fn add(&mut self, check: &'static str, status: Status, said: &Said) {
        let told = |text: &Text| self.out.call.at_the_end(self.out.say(text));
        self.rows.push(CheckRow {
            check,
            status,
            message: told(&said.message),
            next_step: said.hint.as_ref().map(told),
            title: self.out.say(&words::title_of(check)).to_owned(),
        });
    }

    fn good(&mut self, check: &'static str, message: Text) {
        self.add(check, Status::Ok, &Said::new(message));
    }

    fn bad(&mut self, check: &'static str, message: Text, next: Text) {
        self.add(check, Status::Problem, &Said::new(message).hint(next));
    }

    /// What a check says where it came out well, or why it did not.
    fn told<E: Into<anyhow::Error>>(&mut self, check: &'static str, result: Result<Text, E>) {
        match result {
            Ok(message) => self.good(check, message),
            Err(error) => {
                let said = Failure::of(&error.into()).said;
                self.add(check, Status::Problem, &said);
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Where the result cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let mut checks = Checks {
        out: &context.out,
        rows: vec![],
    };
    // Is there a configuration, and is all of it usable?
    let path = context.config_path()?;
    let loaded = load(&path);
    let usable = loaded.as_ref().map_err(Clone::clone);
    let usable = usable.map(|_| words::configuration(path.display()));
    checks.told("configuration", usable);
    let config = loaded.ok();
    if let Some(config) = &config {
        account(&mut checks, context, config);
        methods(&mut checks, config);
        // R6: every redirect has its URL.
        checks.told("behaviours", config.check().map(|()| words::behaviours()));
    }
    if let Some(config) = config.as_ref().filter(|config| config.ecforce.is_some()) {
        let account = config.ecforce_account(context.ecforce_token());
        checks.told("ecforce", account.map(|_| words::ecforce_account()));
    }
    if let Err(error) = store(&mut checks, context, config.as_ref()) {
        checks.told("store", Err(error));
    }
    if let Some(config) = config.as_ref().filter(|_| args.online) {
        online(&mut checks, context, config)?;
    }
    let is_problem = |row: &&CheckRow| row.status == Status::Problem;
    let problems = checks.rows.iter().filter(is_problem).count();
    let written = list::write(&context.out, checks.rows, &words::title_check());
    if unless_reader_gone(written)? && context.out.format == Format::Table {
        context.out.note(&match problems {
            0 => words::ready(),
            n => words::to_do(n),
        });
    }
    Ok(match problems {
        0 => Exit::Done,
        _ => Exit::Findings,
    })
}

/// R1 to R3: the master switch, the credentials and the addresses.
fn account(checks: &mut Checks<'_>, context: &Context, config: &Config) {
    let Some(oplux) = &config.oplux else {
        checks.bad("account", words::no_account(), words::no_account_next());
        return;
    };
    let service = screening::service(oplux.service);
    if oplux.enabled == Some(true) {
        checks.good("enabled", words::enabled(&service));
    } else {
        checks.bad("enabled", words::disabled(&service), words::disabled_next());
    }
    let secret = config.credentials(context.secret_key());
    match secret.map(|secret| config.blanks(&secret)) {
        Ok(blanks) if !blanks.is_empty() => {
            let said = Said::new(words::blanks(Text::listed(&blanks)));
            let said = said.hint(words::blanks_next());
            checks.add("credentials", Status::Note, &said);
        }
        secret => checks.told("credentials", secret.map(|_| words::credentials(&service))),
    }
    let addresses = config.addresses().map(|addresses| {
        let hosts = addresses.iter();
        let hosts = hosts.map(|(key, host)| format!("{key} {host}"));
        words::addresses(Text::listed(hosts))
    });
    checks.told("addresses", addresses);
    // R16: what only a person can see.
    let menu = Said::new(words::menu()).hint(words::menu_next());
    checks.add("menu", Status::Note, &menu);
}

/// R1 and R4: at least one payment method with O-PLUX on.
fn methods(checks: &mut Checks<'_>, config: &Config) {
    let all = &config.payment_methods;
    match (all.len(), all.iter().filter(|method| method.oplux).count()) {
        (0, _) => checks.bad("methods", words::no_methods(), words::no_methods_next()),
        (_, 0) => checks.bad("methods", words::methods_off(), words::methods_off_next()),
        (all, on) => checks.good("methods", words::methods(all, on)),
    }
}

/// Do both services answer, and take the credentials?
fn online(checks: &mut Checks<'_>, context: &Context, config: &Config) -> Result<()> {
    let halt = Halt::new();
    let runtime = context.runtime()?;
    if let Some(oplux) = &config.oplux {
        match oplux.event_url {
            Some(_) => {
                let asked = oplux_answer(context, config, &halt, &runtime);
                checks.told("online_oplux", asked);
            }
            None => {
                let said = Said::new(at_ecforce::no_event_url());
                let said = said.hint(at_ecforce::no_event_url_next());
                checks.add("online_oplux", Status::Note, &said);
            }
        }
    }
    let base_url = config.ecforce.as_ref().and_then(|ec| ec.base_url.as_ref());
    if base_url.is_none() {
        let said = Said::new(at_ecforce::not_configured());
        let said = said.hint(at_ecforce::not_configured_next());
        checks.add("online_ecforce", Status::Note, &said);
        return Ok(());
    }
    let methods = || -> Result<_> {
        let account = config.ecforce_account(context.ecforce_token())?;
        let client = EcforceClient::new(account, Arc::new(clock))?;
        let mut pages = Pages::new("payment_methods", &[]);
        let methods = runtime.block_on(pages.next(&client, &halt))?;
        Ok((client.origin().to_owned(), methods))
    };
    // R1, R4: what ecforce itself screens.
    let is_on = |method: &Resource| method.flag("use_o_plux") == Some(true);
    match methods() {
        Err(error) => checks.told("online_ecforce", Err(error)),
        Ok((origin, methods)) if methods.iter().any(is_on) => {
            let message = at_ecforce::online_ecforce(origin, methods.len());
            checks.good("online_ecforce", message);
        }
        Ok(_) => {
            let (message, next) = (at_ecforce::none_on(), at_ecforce::none_on_hint());
            checks.bad("online_ecforce", message, next);
        }
    }
    Ok(())
}

/// Asks O-PLUX for an event that is not there: whoever may ask is told so.
fn oplux_answer(
    context: &Context,
    config: &Config,
    halt: &Halt,
    runtime: &tokio::runtime::Runtime,
) -> Result<Text> {
    let account = config.event_account(context.secret_key())?;
    let service = screening::service(account.service);
    let client = EventClient::new(account, Arc::new(clock))?;
    let nobody = EventId("0".repeat(47));
    match runtime.block_on(client.get(&nobody, halt)) {
        Err(error) if error.kind != TroubleKind::NotFound => Err(error.into()),
        _ => Ok(at_ecforce::online_oplux(service)),
    }
}

/// Is the store sound, and is any outcome unknown?
fn store(checks: &mut Checks<'_>, context: &Context, config: Option<&Config>) -> Result<()> {
    let path = context.store_path(config)?;
    match context.store_if_any(config)? {
        Some(store) => store_contents(checks, &path, &store, config)?,
        None if can_be_made(&path) => checks.good("store", words::no_store(path.display())),
        None => {
            let message = words::store_unwritable(path.display());
            checks.bad("store", message, words::store_folder_next());
        }
    }
    Ok(())
}

/// Whether a file can be made there: in the nearest folder above it that is there.
fn can_be_made(path: &Path) -> bool {
    let folder = path.ancestors().skip(1).find(|folder| folder.exists());
    let folder = folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    tempfile::tempfile_in(folder).is_ok()
}

fn store_contents(
    checks: &mut Checks<'_>,
    path: &Path,
    store: &Store,
    config: Option<&Config>,
) -> Result<()> {
    // Reading a store that cannot be written is no use to `screen`.
    Store::open(path)?;
    let health = store.check_health()?;
    let place = path.display();
    match health.contents {
        None => {
            let next = words::store_damaged_next();
            checks.bad("store", words::store_damaged(place), next);
        }
        Some(_) if !health.is_private => {
            let next = words::store_exposed_next(quoted_file(&path.to_string_lossy()));
            checks.bad("store", words::store_exposed(place), next);
        }
        Some(held) => checks.good("store", words::store(place, held.orders, held.events)),
    }
    // Credentials that were changed since have not been tried.
    let changed_at = config.and_then(credentials_changed_at);
    let rejected = health.rejected;
    if let Some((service, number, at)) = rejected.filter(|(.., at)| changed_at <= Some(*at)) {
        let message = words::rejected(screening::service(service), number, at);
        checks.bad("last_answer", message, words::rejected_next());
    }
    let unknown = store.unsettled(UNKNOWN_COUNTED)?;
    if unknown.is_empty() {
        checks.good("outcomes", words::outcomes());
    } else {
        let numbers = unknown.iter().take(5);
        let numbers = Text::listed(numbers.map(|attempt| &attempt.order_number));
        let message = words::outcomes_unknown(unknown.len(), numbers);
        checks.bad("outcomes", message, words::outcomes_unknown_next());
    }
    Ok(())
}

/// When the configuration or the file of its secret key was last changed.
fn credentials_changed_at(config: &Config) -> Option<JstTime> {
    let oplux = config.oplux.as_ref();
    let secret = match oplux.and_then(|oplux| oplux.secret_key.as_ref()) {
        Some(SecretSource::File(path)) => Some(path),
        _ => None,
    };
    let changed_at = |path: &PathBuf| {
        let at = fs::metadata(path).ok()?.modified().ok()?;
        let since = at.duration_since(UNIX_EPOCH).ok()?.as_secs();
        Some(JstTime::from_unix(i64::try_from(since).ok()?))
    };
    let files = [Some(&config.path), secret].into_iter().flatten();
    files.filter_map(changed_at).max()
}
