//! `oplux pull methods`: ecforce's payment methods and their switches (R4) beside those of the
//! configuration.

use std::sync::Arc;

use anyhow::Result;
use serde::Serialize;

use super::super::context::{Context, clock};
use crate::{
    config::Document,
    domain::{settings::PaymentMethod, text::folded},
    ecforce::{EcforceClient, Pages, Resource},
    engine::event_calls::{Calls, Turn},
    exit::Exit,
    http::Halt,
    locales::{Said, config, ecforce as words},
    output::{
        list::{self, Column, Row, View},
        paint::Tone,
        table::Field,
    },
};

/// Compare ecforce's payment methods with the configuration
///
/// By ID: the name, O-PLUXの利用 and サンクスオファー即時決済.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write ecforce's side into the configuration; comments, and methods that only it has, stay
    #[arg(long)]
    apply: bool,
    /// End with status 3 where they differ
    #[arg(long, conflicts_with = "apply")]
    check: bool,
}

/// How the two sides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Difference {
    OnlyInEcforce,
    OnlyInConfiguration,
    Differs,
}

/// A payment method on both sides.
#[derive(Debug, Serialize)]
struct MethodPair {
    id: u64,
    name: String,
    ecforce_oplux: Option<bool>,
    config_oplux: Option<bool>,
    ecforce_realtime: Option<bool>,
    config_realtime: Option<bool>,
    difference: Option<Difference>,
    /// Where it is another than ecforce's.
    #[serde(skip)]
    config_name: Option<String>,
}

/// A payment method as ecforce has it. What it does not say is not compared.
struct EcforceMethod {
    id: u64,
    name: String,
    oplux: Option<bool>,
    realtime: Option<bool>,
}

/// Runs the command.
///
/// # Errors
/// Where the configuration is not usable, or ecforce cannot be asked.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let config = context.any_config()?;
    let out = &context.out;
    let account = config.ecforce_account(context.ecforce_token())?;
    let client = EcforceClient::new(account, Arc::new(clock))?;
    let halt = Halt::new();
    let mut pages = Pages::new("payment_methods", &[]);
    let resources = context.runtime()?.block_on(async {
        let mut calls = Calls::new(1.0, &halt);
        let mut all = Vec::new();
        while !pages.is_over() && matches!(calls.turn().await, Turn::Go) {
            all.extend(pages.next(&client, &halt).await?);
        }
        anyhow::Ok(all)
    })?;
    let mut methods = Vec::new();
    for resource in &resources {
        match EcforceMethod::of(resource) {
            Some(method) => methods.push(method),
            None => {
                let name = resource.text("name").unwrap_or_default();
                out.warn(&Said::new(words::method_unreadable(name)));
            }
        }
    }
    let pairs = pairs(&methods, &config.payment_methods);
    let differing = pairs
        .iter()
        .filter(|pair| pair.difference.is_some())
        .count();
    let of = pairs.len();
    if args.apply {
        let (applied, is_any_new) = apply(context, &pairs, &methods)?;
        write(context, pairs)?;
        out.note(&words::methods_applied(applied));
        if is_any_new {
            out.note(&words::settle_hint());
        }
        return Ok(Exit::Done);
    }
    // Nothing is said for cron where nothing is to be done.
    if !out.quiet || differing > 0 {
        write(context, pairs)?;
    }
    out.note(&words::methods_compared(differing, of));
    if differing > 0 {
        out.note(&words::methods_differ_hint());
    }
    if !methods.iter().any(|method| method.oplux == Some(true)) {
        // R1
        out.warn(&Said::new(words::none_on()).hint(words::none_on_hint()));
    }
    Ok(match args.check && differing > 0 {
        true => Exit::Findings,
        false => Exit::Done,
    })
}

fn write(context: &Context, pairs: Vec<MethodPair>) -> Result<()> {
    list::write(&context.out, pairs, &words::no_methods())
}

impl EcforceMethod {
    fn of(resource: &Resource) -> Option<Self> {
        Some(Self {
            id: resource.text("id")?.parse().ok()?,
            name: resource.text("name")?,
            oplux: resource.flag("use_o_plux"),
            realtime: resource.flag("cv_offer_realtime_payment"),
        })
    }
}

/// Both sides, by ID; those that only the configuration has come last.
fn pairs(ecforce: &[EcforceMethod], configured: &[PaymentMethod]) -> Vec<MethodPair> {
    let pair = |method: &EcforceMethod| {
        let own = configured.iter().find(|own| own.id == method.id);
        let differs = |own: &PaymentMethod| {
            folded(&own.name) != folded(&method.name)
                || method.oplux.is_some_and(|on| on != own.oplux)
                || method
                    .realtime
                    .is_some_and(|on| on != own.realtime_thanks_offer)
        };
        let difference = match own {
            None => Some(Difference::OnlyInEcforce),
            Some(own) => differs(own).then_some(Difference::Differs),
        };
        let config_name = own.map(|own| own.name.clone());
        MethodPair {
            id: method.id,
            name: method.name.clone(),
            ecforce_oplux: method.oplux,
            config_oplux: own.map(|own| own.oplux),
            ecforce_realtime: method.realtime,
            config_realtime: own.map(|own| own.realtime_thanks_offer),
            difference,
            config_name: config_name.filter(|name| folded(name) != folded(&method.name)),
        }
    };
    let is_there = |own: &&PaymentMethod| ecforce.iter().any(|method| method.id == own.id);
    let rest = configured.iter().filter(|own| !is_there(own));
    let rest = rest.map(|own| MethodPair {
        id: own.id,
        name: own.name.clone(),
        ecforce_oplux: None,
        config_oplux: Some(own.oplux),
        ecforce_realtime: None,
        config_realtime: Some(own.realtime_thanks_offer),
        difference: Some(Difference::OnlyInConfiguration),
        config_name: None,
    });
    ecforce.iter().map(pair).chain(rest).collect()
}

/// Writes ecforce's side into the configuration, all or nothing. How many methods that were, and
/// whether any is new.
fn apply(
    context: &Context,
    pairs: &[MethodPair],
    methods: &[EcforceMethod],
) -> Result<(usize, bool)> {
    let mut document = Document::open_to_change(&context.config_path()?)?;
    let mut applied = Vec::new();
    let mut is_any_new = false;
    for method in methods {
        let pair = pairs.iter().find(|pair| pair.id == method.id);
        let Some(difference) = pair.and_then(|pair| pair.difference) else {
            continue;
        };
        let flags = [
            ("oplux", method.oplux),
            ("realtime_thanks_offer", method.realtime),
        ];
        let flags = flags
            .into_iter()
            .filter_map(|(key, flag)| Some((key, flag?.to_string())));
        let mut given = vec![("name", method.name.clone())];
        given.extend(flags);
        if difference == Difference::OnlyInEcforce {
            is_any_new = true;
            given.insert(0, ("id", method.id.to_string()));
            document.add_method(&given)?;
        } else {
            let own = document.config()?.payment_methods;
            let place = own.iter().position(|own| own.id == method.id);
            let place = place.unwrap_or_default();
            for (key, value) in given {
                let path = format!("payment_methods[{place}].{key}");
                // What holds by default need not be written.
                if document.get(&path)?.text().as_deref() != Some(&*value) {
                    document.set(&path, &value)?;
                }
            }
        }
        applied.push(method.id.to_string());
    }
    if !applied.is_empty() {
        document.save()?;
        let config = document.config()?;
        let subject = format!("payment_methods {}", applied.join(", "));
        context.log(Some(&config), "pull methods", &subject, None);
    }
    Ok((applied.len(), is_any_new))
}

fn switch(on: Option<bool>, view: View) -> Field {
    match on {
        Some(true) => view.say(&config::on()).toned(Tone::Good),
        Some(false) => view.say(&config::off()).toned(Tone::Faint),
        None => Field::none(),
    }
}

impl Row for MethodPair {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("id", config::title_id, |row: &Self, _| {
            Field::new(row.id.to_string()).right()
        })
        .whole(),
        Column::new("name", config::title_name, |row: &Self, view| {
            match &row.config_name {
                Some(configured) => view.say(&words::name_configured(&row.name, configured)),
                None => Field::new(&row.name),
            }
        }),
        Column::new(
            "ecforce_oplux",
            words::title_ecforce_oplux,
            |row: &Self, view| switch(row.ecforce_oplux, view),
        ),
        Column::new(
            "config_oplux",
            words::title_config_oplux,
            |row: &Self, view| switch(row.config_oplux, view),
        ),
        Column::new(
            "ecforce_realtime",
            words::title_ecforce_realtime,
            |row: &Self, view| switch(row.ecforce_realtime, view),
        ),
        Column::new(
            "config_realtime",
            words::title_config_realtime,
            |row: &Self, view| switch(row.config_realtime, view),
        ),
        Column::new("difference", words::title_difference, |row: &Self, view| {
            let said = row.difference.map(|difference| match difference {
                Difference::OnlyInEcforce => words::only_in_ecforce(),
                Difference::OnlyInConfiguration => words::only_in_configuration(),
                Difference::Differs => words::differs(),
            });
            view.maybe(said).toned(Tone::Warn)
        }),
    ];
}
