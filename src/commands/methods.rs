//! `oplux methods`: the payment methods and their O-PLUX switches (R4).

use anyhow::Result;
use serde::Serialize;

use super::context::Context;
use crate::{
    commands::args::yes_or_no,
    config::{ConfigError, Document},
    domain::{
        settings::PaymentMethod,
        text::{folded, trim},
    },
    exit::{Exit, Failure},
    locales::{Lang, Said, Text, at_oplux::settle_method, config as words},
    output::{
        Format,
        list::{self, Column, Row},
        table::Field,
    },
};

/// List and change the payment methods, and switch O-PLUX for each
///
/// The methods are those of ecforce's 設定 > 支払い方法管理. A change says what was and what is now.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the payment methods
    List,
    /// Add a payment method
    Add(Add),
    /// Change a payment method
    Set(Set),
    /// Remove payment methods
    Remove(Which),
    /// Switch O-PLUX on for payment methods
    Enable(Which),
    /// Switch O-PLUX off for payment methods
    Disable(Which),
}

/// The methods that a change is about.
#[derive(Debug, clap::Args)]
struct Which {
    /// IDs or exact names
    #[arg(value_name = "ID", required = true)]
    methods: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Add {
    /// ID in ecforce
    #[arg(value_name = "ID")]
    id: u64,
    /// Name in ecforce
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, clap::Args)]
struct Set {
    /// ID or exact name
    #[arg(value_name = "ID")]
    method: String,
    /// New ID in ecforce
    #[arg(long, value_name = "ID")]
    id: Option<u64>,
    /// New name in ecforce
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

/// What a payment method has beside its ID and name.
#[derive(Debug, clap::Args)]
struct Fields {
    /// Whether its orders are screened (O-PLUXの利用)
    #[arg(long, value_name = "BOOL", value_parser = yes_or_no)]
    oplux: Option<bool>,
    /// Whether the thanks offer is paid at once (サンクスオファー即時決済)
    #[arg(long, value_name = "BOOL", value_parser = yes_or_no)]
    realtime_thanks_offer: Option<bool>,
    /// O-PLUX's settle method: 01 deferred, 02 card, 03 cash on delivery, ..., 99 other
    #[arg(long, value_name = "CODE")]
    settle_method: Option<String>,
    /// Model ID (審査モデルID) instead of the account's; an empty text takes it away
    #[arg(long, value_name = "MODEL")]
    model_id: Option<String>,
}

impl Fields {
    /// The keys that are given, with what `config set` would be given for them.
    fn given(&self) -> Vec<(&'static str, String)> {
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        let all = [
            ("oplux", flag(self.oplux)),
            ("realtime_thanks_offer", flag(self.realtime_thanks_offer)),
            ("settle_method", self.settle_method.clone()),
            ("model_id", self.model_id.clone()),
        ];
        let given = |(key, value)| Some((key, value?));
        all.into_iter().filter_map(given).collect()
    }
}

impl Row for PaymentMethod {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("id", words::title_id, |row: &Self, _| {
            Field::new(row.id.to_string()).right()
        })
        .whole(),
        Column::new("name", words::title_name, |row, _| Field::new(&row.name)),
        Column::new("oplux", words::title_oplux, |row, view| {
            view.switch(Some(row.oplux))
        }),
        Column::new(
            "realtime_thanks_offer",
            words::title_realtime,
            |row, view| view.switch(Some(row.realtime_thanks_offer)),
        ),
        Column::new("settle_method", words::title_settle_method, |row, view| {
            view.say(&settle_method(&row.settle_method))
        }),
        Column::new("model_id", words::title_model, |row, _| {
            Field::maybe(row.model_id.as_ref())
        }),
    ];
}

/// What was, and what is now.
#[derive(Debug, Serialize)]
struct Change {
    was: Option<PaymentMethod>,
    now: Option<PaymentMethod>,
}

/// Runs the command.
///
/// # Errors
/// Where there is no configuration, a method is not known, or a value is not allowed.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.action {
        Action::List => {
            let config = context.any_config()?;
            list::write(
                &context.out,
                config.payment_methods.clone(),
                &words::no_method_yet(),
            )?;
            Ok(Exit::Done)
        }
        Action::Add(add) => change(context, |document| Ok(vec![added(document, add)?])),
        Action::Set(set) => {
            let id = set.id.map(|id| ("id", id.to_string()));
            let name = set.name.clone().map(|name| ("name", name));
            let mut given: Vec<_> = id.into_iter().chain(name).collect();
            given.extend(set.fields.given());
            change(context, |document| {
                if given.is_empty() {
                    let said = Said::new(words::nothing_to_set());
                    return Err(Failure::usage(said.hint(words::nothing_to_set_hint())).into());
                }
                Ok(vec![changed(document, &set.method, &given)?])
            })
        }
        Action::Remove(which) => change(context, |document| each(document, which, removed)),
        Action::Enable(which) => change(context, |document| switched(document, which, true)),
        Action::Disable(which) => change(context, |document| switched(document, which, false)),
    }
}

/// Makes changes, all or none, and tells of them.
fn change(
    context: &Context,
    edit: impl FnOnce(&mut Document) -> Result<Vec<Change>>,
) -> Result<Exit> {
    context.no_list_format()?;
    let mut document = Document::open_to_change(&context.config_path()?)?;
    let changes = edit(&mut document)?;
    document.save()?;
    tell(context, &document, &changes)?;
    Ok(Exit::Done)
}

fn added(document: &mut Document, add: &Add) -> Result<Change> {
    let mut given = vec![("id", add.id.to_string()), ("name", add.name.clone())];
    given.extend(add.fields.given());
    given.retain(|(key, value)| !(*key == "model_id" && value.is_empty()));
    refuse_taken(document, None, &given)?;
    document.add_method(&given)?;
    let now = document.config()?.payment_methods.pop();
    Ok(Change { was: None, now })
}

fn switched(document: &mut Document, which: &Which, on: bool) -> Result<Vec<Change>> {
    let given = [("oplux", on.to_string())];
    each(document, which, |document, method| {
        changed(document, method, &given)
    })
}

fn each(
    document: &mut Document,
    which: &Which,
    edit: impl Fn(&mut Document, &str) -> Result<Change>,
) -> Result<Vec<Change>> {
    let methods = which.methods.iter();
    methods.map(|method| edit(document, method)).collect()
}

fn changed(document: &mut Document, method: &str, given: &[(&str, String)]) -> Result<Change> {
    let (place, was) = found(document, method)?;
    refuse_taken(document, Some(place), given)?;
    for (key, value) in given {
        let path = format!("payment_methods[{place}].{key}");
        match (*key, value.as_str()) {
            ("model_id", "") => drop(document.unset(&path)?),
            // What holds by default need not be written.
            (_, value) if document.get(&path)?.text().as_deref() == Some(value) => {}
            (_, value) => drop(document.set(&path, value)?),
        }
    }
    let now = document.config()?.payment_methods.swap_remove(place);
    Ok(Change {
        was: Some(was),
        now: Some(now),
    })
}

/// Refuses an ID or a name that another method than the one at `place` has, and says which.
fn refuse_taken(document: &Document, place: Option<usize>, given: &[(&str, String)]) -> Result<()> {
    let methods = document.config()?.payment_methods.into_iter().enumerate();
    for (_, PaymentMethod { id, name, .. }) in methods.filter(|(at, _)| Some(*at) != place) {
        let meant = |text: &str| folded(trim(text));
        let is_given = |key, own: &str| {
            let mut given = given.iter();
            given.any(|(given, value)| *given == key && meant(value) == meant(own))
        };
        let taken = match (is_given("id", &id.to_string()), is_given("name", &name)) {
            (true, _) => words::id_taken(id, name),
            (false, true) => words::name_taken(id, name),
            (false, false) => continue,
        };
        return Err(Failure::usage(Said::new(taken).hint(words::hint_taken())).into());
    }
    Ok(())
}

fn removed(document: &mut Document, method: &str) -> Result<Change> {
    let (place, was) = found(document, method)?;
    document.remove_method(place)?;
    Ok(Change {
        was: Some(was),
        now: None,
    })
}

/// The payment method with that ID or that name, however it is typed, and its place in the list. A
/// name that is written just so comes first.
fn found(document: &Document, id_or_name: &str) -> Result<(usize, PaymentMethod)> {
    let mut methods = document.config()?.payment_methods;
    let typed = folded(id_or_name);
    let id: Option<u64> = typed.parse().ok();
    let by_id = methods.iter().position(|method| Some(method.id) == id);
    let named = |is_it: &dyn Fn(&str) -> bool| methods.iter().position(|m| is_it(&m.name));
    let by_name = named(&|name| name == id_or_name);
    let place = by_id.or(by_name);
    if let Some(place) = place.or_else(|| named(&|name| folded(name) == typed)) {
        return Ok((place, methods.swap_remove(place)));
    }
    let known = methods.iter();
    let known = known.map(|method| format!("{} {}", method.id, method.name));
    let hint = match methods.is_empty() {
        true => words::hint_add_method(),
        false => words::hint_known_methods(Text::listed(known)),
    };
    let said = Said::new(words::method_unknown(id_or_name)).hint(hint);
    Err(ConfigError::invalid(said).into())
}

/// Says what was and what is now, and notes it in the log.
fn tell(context: &Context, document: &Document, changes: &[Change]) -> Result<()> {
    let config = document.config()?;
    if context.out.format == Format::Json {
        context.out.json(&changes)?;
    }
    for Change { was, now } in changes {
        let Some(method) = now.as_ref().or(was.as_ref()) else {
            continue;
        };
        let what = difference(was.as_ref(), now.as_ref());
        if context.out.format == Format::Table {
            let what = context.out.say(&what);
            context
                .out
                .line(&format!("{} {}: {what}", method.id, method.name))?;
        }
        if was != now {
            let subject = format!("payment_methods {}", method.id);
            context.log(Some(&config), "methods", &subject, Some(what.get(Lang::En)));
        }
    }
    Ok(())
}

/// What a change is, in words.
fn difference(was: Option<&PaymentMethod>, now: Option<&PaymentMethod>) -> Text {
    let (was, now) = match (was, now) {
        (Some(was), Some(now)) => (was, now),
        (None, _) => return words::was_added(),
        (_, None) => return words::was_removed(),
    };
    let switch = |on: bool| if on { words::on() } else { words::off() };
    // In the order of the titles.
    let values = |method: &PaymentMethod| {
        [
            Text::same(method.id),
            Text::same(&method.name),
            switch(method.oplux),
            switch(method.realtime_thanks_offer),
            Text::same(&method.settle_method),
            (method.model_id.as_ref()).map_or_else(words::none, Text::same),
        ]
    };
    let values = values(was).into_iter().zip(values(now));
    let differing: Vec<_> = PaymentMethod::COLUMNS
        .iter()
        .filter_map(Column::title)
        .zip(values)
        .filter(|(_, (was, now))| was != now)
        .map(|(title, (was, now))| words::was_and_is(title, was, now))
        .collect();
    match differing.is_empty() {
        true => words::unchanged(),
        false => words::method_changed(Text::clauses(&differing)),
    }
}
