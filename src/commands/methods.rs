//! `oplux methods`: the payment methods and their O-PLUX switches (R4).

use anyhow::Result;
use serde::Serialize;

use super::context::Context;
use crate::{
    cli::values::yes_or_no,
    config::{Document, refuse_irregular},
    domain::settings::PaymentMethod,
    exit::{Exit, Failure},
    locales::{Lang, Said, Text, config as words},
    output::{
        Format,
        list::{self, Column, Row, View},
        paint::Tone,
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
    fn is_empty(&self) -> bool {
        self.oplux.is_none()
            && self.realtime_thanks_offer.is_none()
            && self.settle_method.is_none()
            && self.model_id.is_none()
    }

    fn of(&self, method: PaymentMethod) -> PaymentMethod {
        let model_id = match self.model_id.as_deref() {
            None => method.model_id,
            Some("") => None,
            Some(model) => Some(model.to_owned()),
        };
        PaymentMethod {
            oplux: self.oplux.unwrap_or(method.oplux),
            realtime_thanks_offer: self
                .realtime_thanks_offer
                .unwrap_or(method.realtime_thanks_offer),
            settle_method: self.settle_method.clone().unwrap_or(method.settle_method),
            model_id,
            ..method
        }
    }
}

/// A payment method as it is shown.
#[derive(Debug, Serialize)]
struct MethodRow {
    id: u64,
    name: String,
    oplux: bool,
    realtime_thanks_offer: bool,
    settle_method: String,
    model_id: Option<String>,
}

impl From<&PaymentMethod> for MethodRow {
    fn from(method: &PaymentMethod) -> Self {
        let PaymentMethod {
            id,
            name,
            oplux,
            realtime_thanks_offer,
            settle_method,
            model_id,
        } = method.clone();
        Self {
            id,
            name,
            oplux,
            realtime_thanks_offer,
            settle_method,
            model_id,
        }
    }
}

impl Row for MethodRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("id", words::title_id, |row: &Self, _| {
            Field::new(row.id.to_string()).right()
        })
        .whole(),
        Column::new("name", words::title_name, |row: &Self, _| {
            Field::new(&row.name)
        }),
        Column::new("oplux", words::title_oplux, |row: &Self, view| {
            switch(row.oplux, view)
        }),
        Column::new(
            "realtime_thanks_offer",
            words::title_realtime,
            |row: &Self, view| switch(row.realtime_thanks_offer, view),
        ),
        Column::new(
            "settle_method",
            words::title_settle_method,
            |row: &Self, view| view.say(&words::settle_method(&row.settle_method)),
        ),
        Column::new("model_id", words::title_model, |row: &Self, _| {
            Field::maybe(row.model_id.as_ref())
        }),
    ];
}

fn switch(on: bool, view: View) -> Field {
    match on {
        true => view.say(&words::on()).toned(Tone::Good),
        false => view.say(&words::off()).toned(Tone::Faint),
    }
}

/// A change as it is shown: what was, and what is now.
#[derive(Debug, Serialize)]
struct ChangeRow {
    was: Option<MethodRow>,
    now: Option<MethodRow>,
}

/// Runs the command.
///
/// # Errors
/// Where there is no configuration, a method is not known, or a value is not allowed.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let action = match &args.action {
        Action::List => return show(context),
        action => action,
    };
    context.no_list_format()?;
    if let Action::Set(set) = action
        && set.id.is_none()
        && set.name.is_none()
        && set.fields.is_empty()
    {
        let said = Said::new(words::nothing_to_set()).hint(words::nothing_to_set_hint());
        return Err(Failure::usage(said).into());
    }
    let path = context.config_path()?;
    if !matches!(action, Action::List) {
        refuse_irregular(&path)?;
    }
    let mut document = Document::open(&path)?;
    let changes = match action {
        Action::List => vec![],
        Action::Add(add) => vec![added(&mut document, add)?],
        Action::Set(set) => {
            let change = |method: PaymentMethod| {
                let renamed = PaymentMethod {
                    id: set.id.unwrap_or(method.id),
                    name: set.name.clone().unwrap_or_else(|| method.name.clone()),
                    ..method
                };
                set.fields.of(renamed)
            };
            vec![changed(&mut document, &set.method, change)?]
        }
        Action::Enable(which) => each(&mut document, which, |document, method| {
            changed(document, method, |method| PaymentMethod {
                oplux: true,
                ..method
            })
        })?,
        Action::Disable(which) => each(&mut document, which, |document, method| {
            changed(document, method, |method| PaymentMethod {
                oplux: false,
                ..method
            })
        })?,
        Action::Remove(which) => each(&mut document, which, removed)?,
    };
    // All of the changes, or none.
    document.save()?;
    tell(context, &document, &changes)?;
    Ok(Exit::Done)
}

/// What was, and what is now.
type Change = (Option<PaymentMethod>, Option<PaymentMethod>);

fn show(context: &Context) -> Result<Exit> {
    let config = context.any_config()?;
    let rows: Vec<_> = config.payment_methods.iter().map(MethodRow::from).collect();
    list::write(&context.out, rows, &words::no_method_yet())?;
    Ok(Exit::Done)
}

fn each(
    document: &mut Document,
    which: &Which,
    change: impl Fn(&mut Document, &str) -> Result<Change>,
) -> Result<Vec<Change>> {
    which
        .methods
        .iter()
        .map(|method| change(document, method))
        .collect()
}

fn added(document: &mut Document, add: &Add) -> Result<Change> {
    let plain = PaymentMethod {
        id: add.id,
        name: add.name.clone(),
        oplux: false,
        realtime_thanks_offer: false,
        settle_method: "99".to_owned(),
        model_id: None,
    };
    let method = add.fields.of(plain);
    document.add_method(&method)?;
    // As it is read: 2 was meant for 02.
    Ok((None, document.config()?.payment_methods.pop()))
}

fn changed(
    document: &mut Document,
    method: &str,
    change: impl Fn(PaymentMethod) -> PaymentMethod,
) -> Result<Change> {
    let (place, was) = found(document, method)?;
    document.replace_method(place, &change(was.clone()))?;
    let now = document.config()?.payment_methods.swap_remove(place);
    Ok((Some(was), Some(now)))
}

fn removed(document: &mut Document, method: &str) -> Result<Change> {
    let (place, was) = found(document, method)?;
    document.remove_method(place)?;
    Ok((Some(was), None))
}

fn found(document: &Document, method: &str) -> Result<(usize, PaymentMethod)> {
    let place = document.find_method(method)?;
    let method = document.config()?.payment_methods.swap_remove(place);
    Ok((place, method))
}

/// Says what was and what is now, and notes it in the log.
fn tell(context: &Context, document: &Document, changes: &[Change]) -> Result<()> {
    let config = document.config()?;
    let row = |method: &Option<PaymentMethod>| method.as_ref().map(MethodRow::from);
    if context.out.format == Format::Json {
        let rows: Vec<_> = changes
            .iter()
            .map(|(was, now)| ChangeRow {
                was: row(was),
                now: row(now),
            })
            .collect();
        context.out.json(&rows)?;
    }
    for (was, now) in changes {
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
    let model = |model: &Option<String>| model.as_ref().map_or_else(words::none, Text::same);
    let fields = [
        (words::title_id(), Text::same(was.id), Text::same(now.id)),
        (
            words::title_name(),
            Text::same(&was.name),
            Text::same(&now.name),
        ),
        (words::title_oplux(), switch(was.oplux), switch(now.oplux)),
        (
            words::title_realtime(),
            switch(was.realtime_thanks_offer),
            switch(now.realtime_thanks_offer),
        ),
        (
            words::title_settle_method(),
            Text::same(&was.settle_method),
            Text::same(&now.settle_method),
        ),
        (
            words::title_model(),
            model(&was.model_id),
            model(&now.model_id),
        ),
    ];
    let differing: Vec<_> = fields
        .into_iter()
        .filter(|(_, was, now)| was != now)
        .map(|(title, was, now)| words::was_and_is(title, was, now))
        .collect();
    if differing.is_empty() {
        words::unchanged()
    } else {
        words::method_changed(Text::joined(&differing, "; "))
    }
}
