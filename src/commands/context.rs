//! What a command works with: the global flags, the environment, the output, the clock, and how it
//! hears Ctrl-C. Configuration, store and runtime are made when they are asked for.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::{OsStr, OsString},
    os::unix::fs::MetadataExt as _,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::Result;

use super::args::Global;
use crate::{
    config::{Config, Places, load, locate, locate_store, profiles},
    domain::{
        matching::Rules,
        number::{Asked, is_like_a_telephone},
        order::OrderNumber,
        time::JstTime,
    },
    exit::{Exit, Failure},
    http::Halt,
    locales::{Lang, Said, Text, call, trace},
    output::{
        Format, Output,
        hint::Call,
        terminal::{Interruptions, pager},
    },
    store::{Look, Store, StoreError},
};

/// What the program still has after a second interruption to end its output, where nobody pauses.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long the first interruption waits until it is told of, so that what is said of the end comes
/// after it.
const FIRST_WORDS: Duration = Duration::from_millis(100);

/// The environment variables, read once: as they are, and as text.
#[derive(Debug, Clone, Default)]
pub struct Env(BTreeMap<String, (OsString, String)>);

impl Env {
    /// Those of this process.
    pub fn of_process() -> Self {
        let pair = |(name, value): (OsString, OsString)| {
            let text = value.to_string_lossy().into_owned();
            Some((name.into_string().ok()?, (value, text)))
        };
        Self(std::env::vars_os().filter_map(pair).collect())
    }

    /// A variable; one that is empty counts as not set. What is not UTF-8 in it is U+FFFD, which
    /// no value that is asked for may hold.
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name).map(|(_, text)| text.as_str());
        text.filter(|text| !text.is_empty())
    }

    /// The same as it is, for paths.
    fn path(&self, name: &str) -> Option<&OsStr> {
        let value = self.0.get(name).map(|(value, _)| value.as_os_str());
        value.filter(|value| !value.is_empty())
    }
}

/// What a command works with: where things are, the output and the clock. Configuration and store
/// are opened when they are first asked for.
#[derive(Debug, Clone)]
pub struct Context {
    /// The global flags.
    pub global: Global,
    /// The environment.
    pub env: Env,
    /// Where results and messages go.
    pub out: Output,
    /// Ends the program at once, whatever it waits for.
    ends: Sender<ExitCode>,
    /// Whether the command hears interruptions itself.
    hears: Arc<AtomicBool>,
}

impl Context {
    /// The context of this process. What is sent to `ends` ends it.
    pub fn new(global: &Global, env: Env, ends: Sender<ExitCode>) -> Self {
        let lang = language(global.lang.as_deref(), &env);
        let mut out = Output::of_process(
            global.format,
            lang,
            global.color,
            global.quiet,
            global.verbose > 0,
        );
        let mut global = global.clone();
        // A flag wins over the environment, also where it is the other one of the two.
        if global.config.is_none() && global.profile.is_none() {
            global.profile = env.get("OPLUX_PROFILE").map(str::to_owned);
        }
        let program = env.0.get("PAGER").map(|(_, program)| program.as_str());
        out.pager = pager(global.no_pager, program, env.get("TERM"));
        out.has_bom = global.bom;
        out.call = Call::new(
            global.config.as_deref(),
            global.profile.as_deref(),
            global.store.as_deref(),
        );
        Self {
            global,
            env,
            out,
            ends,
            hears: Arc::default(),
        }
    }

    /// The secret key of the environment, which wins over the keys of the configuration.
    pub fn secret_key(&self) -> Option<&str> {
        self.env.get("OPLUX_SECRET_KEY")
    }

    /// The token of the environment, which wins over the keys of the configuration.
    pub fn ecforce_token(&self) -> Option<&str> {
        self.env.get("ECFORCE_API_TOKEN")
    }

    /// Who runs the program, for the log: the account's name; where the environment has none, as
    /// under cron and systemd, the number of the account, which Linux tells.
    pub fn actor(&self) -> String {
        let mut names = ["USER", "LOGNAME", "USERNAME"].into_iter();
        let name = names.find_map(|name| self.env.get(name)).map(str::to_owned);
        let number = || {
            let own = std::fs::metadata("/proc/self").ok()?;
            Some(format!("uid {}", own.uid()))
        };
        name.or_else(number).unwrap_or("unknown".to_owned())
    }

    /// Where the configuration is.
    ///
    /// # Errors
    /// Where the profile's name is none, or there is no home folder.
    pub fn config_path(&self) -> Result<PathBuf> {
        Ok(locate(&self.places())?)
    }

    /// The names of the user's profiles.
    pub fn profiles(&self) -> Vec<String> {
        profiles(&self.places())
    }

    /// What says where things are.
    pub fn places(&self) -> Places<'_> {
        let env = |name| self.env.path(name);
        Places {
            config_flag: self.global.config.as_deref(),
            profile: self.global.profile.as_deref(),
            store_flag: self.global.store.as_deref(),
            env_config: env("OPLUX_CONFIG"),
            env_store: env("OPLUX_STORE"),
            home: env("HOME"),
            xdg_config_home: env("XDG_CONFIG_HOME"),
            xdg_data_home: env("XDG_DATA_HOME"),
        }
    }

    /// The configuration, for commands that need one with an `[oplux]` table.
    ///
    /// # Errors
    /// Where there is none, or it is not usable.
    pub fn config(&self) -> Result<Config> {
        let path = self.config_path()?;
        self.out.detail(&call::using_config(path.display()));
        let config = load(&path)?;
        config.oplux()?;
        Ok(config)
    }

    /// The configuration, for commands that also work with one that has no `[oplux]` table.
    ///
    /// # Errors
    /// Where there is none, or it is not usable.
    pub fn any_config(&self) -> Result<Config> {
        Ok(load(&self.config_path()?)?)
    }

    /// The configuration, where there is one.
    ///
    /// # Errors
    /// Where it is not usable, or `--config` or `$OPLUX_CONFIG` names a file that is not there.
    pub fn config_if_any(&self) -> Result<Option<Config>> {
        let Global {
            config, profile, ..
        } = &self.global;
        let by_env = profile.is_none() && self.env.get("OPLUX_CONFIG").is_some();
        let named = config.is_some() || by_env;
        let path = match self.config_path() {
            // Nothing says where it would be, so that there is none: the store may be named.
            Err(_) if profile.is_none() => return Ok(None),
            path => path?,
        };
        if !named && !path.exists() {
            return Ok(None);
        }
        Ok(Some(load(&path)?))
    }

    /// Where the store is.
    ///
    /// # Errors
    /// As [`Context::config_path`].
    pub fn store_path(&self, config: Option<&Config>) -> Result<PathBuf> {
        let configured = config.and_then(|config| config.store.as_deref());
        Ok(locate_store(&self.places(), configured)?)
    }

    /// The store, made where it is not there.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn store(&self, config: Option<&Config>) -> Result<Store> {
        let path = self.store_path(config)?;
        self.out.detail(&call::using_store(path.display()));
        Ok(Store::open(&path)?.with_methods(method_ids(config))?)
    }

    /// The store where there is one, for commands that only read.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn store_if_any(&self, config: Option<&Config>) -> Result<Option<Store>> {
        let path = self.store_path(config)?;
        self.out.detail(&call::using_store(path.display()));
        let store = Store::open_existing(&path)?;
        let known = store.map(|store| store.with_methods(method_ids(config)));
        Ok(known.transpose()?)
    }

    /// The same for commands whose answer comes from the store alone. Where the store was named and
    /// is not there, the name is probably a slip, and nothing of what it holds would be told.
    ///
    /// # Errors
    /// Where it cannot be used, or was named and is not there.
    pub fn store_to_ask(&self, config: Option<&Config>) -> Result<Option<Store>> {
        let store = self.store_if_any(config)?;
        let is_named = self.global.profile.is_some()
            || self.global.store.is_some()
            || self.env.get("OPLUX_STORE").is_some()
            || config.is_some_and(|config| config.store.is_some());
        match store {
            None if is_named => Err(StoreError::missing(&self.store_path(config)?).into()),
            store => Ok(store),
        }
    }

    /// The same for commands that have nothing to do without a store.
    ///
    /// # Errors
    /// Where it cannot be used, or is not there.
    pub fn store_there(&self, config: Option<&Config>) -> Result<Store> {
        match self.store_if_any(config)? {
            Some(store) => Ok(store),
            None => Err(StoreError::missing(&self.store_path(config)?).into()),
        }
    }

    /// Notes in the log who changed what. A change that is made is not undone where the log
    /// cannot be written; that is a warning.
    pub fn log(&self, config: Option<&Config>, action: &str, subject: &str, detail: Option<&str>) {
        let noted = self.store(config).and_then(|mut store| {
            Ok(store.log(clock(), &self.actor(), action, Some(subject), detail)?)
        });
        if let Err(error) = noted {
            let said = Failure::of(&error).said;
            self.out.warn(&Said {
                message: call::not_logged(said.message),
                hint: said.hint,
            });
        }
    }

    /// Tells of something that is done: a line, or its JSON.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn tell(&self, text: &Text, json: &serde_json::Value) -> Result<()> {
        match self.out.format {
            Format::Json => self.out.json(json),
            _ => self.out.line(&self.out.told(text)),
        }
    }

    /// Refuses forms that the command has not: `jsonl` and `csv` are for commands that list.
    ///
    /// # Errors
    /// Where the form is one of lists.
    pub fn no_list_format(&self) -> Result<()> {
        match self.out.format {
            Format::Table | Format::Json => Ok(()),
            Format::Jsonl | Format::Csv => {
                let message = call::not_a_list(self.out.format.name());
                Err(Failure::usage(Said::new(message).hint(call::not_a_list_hint())).into())
            }
        }
    }

    /// The number that was meant; where it is another than was typed, that is said, without what
    /// was typed: a name may have been pasted with it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn number_meant(&self, asked: &Asked, look: Option<&Look<'_>>) -> Result<OrderNumber> {
        let is_known = |number: &OrderNumber| match look {
            Some(look) => look.knows(number),
            None => Ok(false),
        };
        let number = asked.meant(is_known)?;
        if let Some(order) = look
            .map(|look| look.order_of_id(number))
            .transpose()?
            .flatten()
        {
            self.out.note(&trace::meant_by_id(&order));
            return Ok(order);
        }
        if is_like_a_telephone(number) && !is_known(number)? {
            self.out.note(&trace::like_a_telephone());
        }
        if asked.typed != number.as_str() {
            self.out.note(&trace::read_as(number));
        }
        Ok(number.clone())
    }

    /// Warns that today's settings were not asked for a cause, since there are none.
    pub fn warn_of_no_rules(&self, config: Option<&Config>) {
        let hint = match config {
            None => trace::no_rules_hint(),
            // `config init` leaves a file as it is.
            Some(_) => trace::no_oplux_hint(),
        };
        let said = Said::new(trace::no_rules()).hint(hint);
        self.out.warn(&said);
    }

    /// A runtime for commands that speak to a network.
    ///
    /// # Errors
    /// Where the system refuses threads.
    pub fn runtime(&self) -> Result<tokio::runtime::Runtime> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        Ok(builder.worker_threads(2).enable_all().build()?)
    }
}

impl Context {
    /// Sets `stop` at the first interruption (Ctrl-C, SIGTERM or SIGHUP) and says so; comes back at
    /// the second, which a moment later ends the program, whatever it waits for by then. It
    /// listens from this call on, on a thread of its own.
    pub fn interrupted_twice<S: FnOnce() + Send + 'static>(
        &self,
        stop: &Halt,
        say: S,
    ) -> impl Future<Output = ()> + use<S> {
        let (stop, ends) = (stop.clone(), self.ends.clone());
        let twice = Halt::new();
        let heard = twice.clone();
        // Without it nobody listens, and the system ends the program by itself.
        if let Ok(mut interruptions) = Interruptions::listen() {
            self.hears.store(true, Ordering::SeqCst);
            thread::spawn(move || {
                interruptions.wait();
                // Standard error may have the reader that pauses.
                let (told, is_told) = mpsc::channel();
                thread::spawn(move || {
                    say();
                    let _ = told.send(());
                });
                let _ = is_told.recv_timeout(FIRST_WORDS);
                stop.set();
                interruptions.wait();
                heard.set();
                thread::sleep(LAST_WORDS);
                let _ = ends.send(Exit::Interrupted.into());
            });
        }
        async move { twice.wait().await }
    }

    /// What the first interruption sets, once that is `said`; it listens from this call on, so that
    /// what is made after it is tidied up. The second ends the program by itself.
    pub fn interrupted_once(&self, said: Option<Text>) -> Halt {
        let (stop, out) = (Halt::new(), self.out.clone());
        let say = move || said.iter().for_each(|said| out.note(said));
        drop(self.interrupted_twice(&stop, say));
        stop
    }

    /// Has the next interruption end the program with the status for it, unless the command itself
    /// listens by then: while it reads and lists, and after a question to a person, as what listened
    /// to that took this from the system.
    pub fn end_when_interrupted(&self) {
        let (ends, hears) = (self.ends.clone(), self.hears.clone());
        if let Ok(mut interruptions) = Interruptions::listen() {
            thread::spawn(move || {
                interruptions.wait();
                if !hears.load(Ordering::SeqCst) {
                    let _ = ends.send(Exit::Interrupted.into());
                }
            });
        }
    }
}

/// The IDs of the configured payment methods, by name.
fn method_ids(config: Option<&Config>) -> HashMap<String, Option<u64>> {
    config.map(Config::method_ids).unwrap_or_default()
}

/// What a look at the store goes by: today's settings and when the integration began, as far as
/// there is a configuration.
pub fn rules_of(config: Option<&Config>) -> Rules {
    Rules {
        settings: config.and_then(|config| config.oplux().is_ok().then(|| config.settings())),
        integrated_at: config.and_then(|config| config.integrated_at),
    }
}

/// `--lang`, else `$OPLUX_LANG`, else the locale.
pub fn language(flag: Option<&str>, env: &Env) -> Lang {
    let named = |name: &str| match name {
        "ja" => Some(Lang::Ja),
        "en" => Some(Lang::En),
        _ => None,
    };
    flag.and_then(named)
        .or_else(|| env.get("OPLUX_LANG").map(Lang::of_locale))
        .unwrap_or_else(|| {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| env.get(name));
            locale.map(Lang::of_locale).unwrap_or_default()
        })
}

/// How long something takes is measured from here.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that is passed in"
)]
pub fn moment() -> Instant {
    Instant::now()
}

/// The time. Only here is the system's clock read; everything else is given it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that is passed in"
)]
pub fn clock() -> JstTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    // A clock that is years off is no reason to fail: the last time that can be written.
    JstTime::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX)).min(JstTime::LAST)
}
