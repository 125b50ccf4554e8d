//! `oplux pull methods`: ecforce's payment methods and their switches (R4) beside those of the
//! configuration.

use std::sync::Arc;

use anyhow::Result;
use serde::Serialize;

use crate::{
    commands::context::{Context, clock},
    config::Document,
    domain::{settings::PaymentMethod, text::folded},
    ecforce::{EcforceClient, Pages, Resource},
    engine::calls::Calls,
    exit::Exit,
    http::Halt,
    locales::{Said, at_oplux, config, services as words},
    output::{
        list::{self, Column, Row},
        paint::Tone,
        table::Field,
        unless_reader_gone,
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
    /// None where neither side says.
    name: Option<String>,
    ecforce_oplux: Option<bool>,
    config_oplux: Option<bool>,
    ecforce_realtime: Option<bool>,
    config_realtime: Option<bool>,
    difference: Option<Difference>,
    /// Where it is another than ecforce's.
    #[serde(skip)]
    config_name: Option<String>,
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
        while !pages.is_over()
            && let Some(page) = calls.make(pages.next(&client, &halt)).await
        {
            all.extend(page?);
        }
        anyhow::Ok(all)
    })?;
    let mut pairs = Vec::new();
    for resource in &resources {
        let pair = MethodPair::of(resource, &config.payment_methods);
        if pair.is_none() {
            let name = resource.text("name").unwrap_or_default();
            out.warn(&Said::new(words::method_unreadable(name)));
        }
        pairs.extend(pair);
    }
    // The methods that only the configuration has can be told where all of ecforce's came.
    let are_all = !pairs.is_empty() && pairs.len() == resources.len() && pages.missing() == 0;
    let unnamed: Vec<_> = pairs.iter().filter(|pair| pair.name.is_none()).collect();
    for pair in &unnamed {
        let hint = words::method_unnamed_hint(pair.id);
        out.warn(&Said::new(words::method_unnamed(pair.id)).hint(hint));
    }
    let unnamed = unnamed.len();
    // R1
    let is_any_on = pairs.iter().any(|pair| pair.ecforce_oplux == Some(true));
    // Those that only the configuration has come last.
    let rest = config.payment_methods.iter();
    let rest = rest.filter(|own| pairs.iter().all(|pair| pair.id != own.id));
    let rest: Vec<_> = rest.map(MethodPair::configured).collect();
    pairs.extend(rest);
    // What only the configuration has is not ecforce's to write.
    let is_own = |pair: &&MethodPair| pair.difference == Some(Difference::OnlyInConfiguration);
    let own = pairs.iter().filter(is_own).map(|pair| pair.id.to_string());
    let own: Vec<_> = own.collect();
    let differing = pairs.iter().filter(|pair| pair.difference.is_some());
    let (differing, of) = (differing.count(), pairs.len());
    if args.apply {
        let (applied, is_any_new) = apply(context, &pairs)?;
        out.note(&words::methods_applied(applied));
        if is_any_new {
            out.note(&words::settle_hint());
        }
        write(context, pairs)?;
        return Ok(Exit::Done);
    }
    let status = match args.check && differing > 0 {
        true => Exit::Findings,
        false => Exit::Done,
    };
    // Nothing is said for cron where nothing is to be done.
    if (!out.quiet || differing > 0) && !unless_reader_gone(write(context, pairs))? {
        return Ok(status);
    }
    out.note(&words::methods_compared(differing, of));
    if differing > own.len() + unnamed {
        out.note(&words::methods_differ_hint());
    }
    if !own.is_empty() && are_all {
        out.note(&words::only_configured_hint(own.join(" ")));
    }
    if resources.is_empty() {
        out.warn(&Said::new(words::none_came()).hint(words::none_came_hint()));
    } else if !is_any_on {
        out.warn(&Said::new(words::none_on()).hint(words::none_on_hint()));
    }
    Ok(status)
}

fn write(context: &Context, pairs: Vec<MethodPair>) -> Result<()> {
    list::write(&context.out, pairs, &words::no_methods())
}

impl MethodPair {
    /// A method of the configuration alone.
    fn configured(own: &PaymentMethod) -> Self {
        Self {
            id: own.id,
            name: Some(own.name.clone()),
            ecforce_oplux: None,
            config_oplux: Some(own.oplux),
            ecforce_realtime: None,
            config_realtime: Some(own.realtime_thanks_offer),
            difference: Some(Difference::OnlyInConfiguration),
            config_name: None,
        }
    }

    /// A method of ecforce beside that of the configuration with its ID. What ecforce does not say
    /// is not compared, its name neither.
    fn of(resource: &Resource, configured: &[PaymentMethod]) -> Option<Self> {
        let (id, name) = (resource.text("id")?.parse().ok()?, resource.text("name"));
        let (oplux, realtime) = (
            resource.flag("use_o_plux"),
            resource.flag("cv_offer_realtime_payment"),
        );
        let own = configured.iter().find(|own| own.id == id);
        let config_name = own.map(|own| own.name.clone());
        let is_other = |name: &String, own: &str| folded(own) != folded(name);
        let config_name =
            config_name.filter(|own| name.as_ref().is_some_and(|name| is_other(name, own)));
        let difference = match own {
            None => Some(Difference::OnlyInEcforce),
            Some(own) => {
                let differs = config_name.is_some()
                    || oplux.is_some_and(|on| on != own.oplux)
                    || realtime.is_some_and(|on| on != own.realtime_thanks_offer);
                differs.then_some(Difference::Differs)
            }
        };
        Some(Self {
            id,
            name: name.or_else(|| own.map(|own| own.name.clone())),
            ecforce_oplux: oplux,
            config_oplux: own.map(|own| own.oplux),
            ecforce_realtime: realtime,
            config_realtime: own.map(|own| own.realtime_thanks_offer),
            difference,
            config_name,
        })
    }
}

/// Writes ecforce's side into the configuration, all or nothing. How many methods that were, and
/// whether any is new.
fn apply(context: &Context, pairs: &[MethodPair]) -> Result<(usize, bool)> {
    let mut document = Document::open_to_change(&context.config_path()?)?;
    let mut applied = Vec::new();
    let mut is_any_new = false;
    for pair in pairs {
        let flags = [
            ("oplux", pair.ecforce_oplux),
            ("realtime_thanks_offer", pair.ecforce_realtime),
        ];
        let flags = flags.into_iter();
        // Without a name none can be added.
        let Some(name) = &pair.name else { continue };
        let mut given = vec![("name", name.clone())];
        given.extend(flags.filter_map(|(key, flag)| Some((key, flag?.to_string()))));
        match pair.difference {
            None | Some(Difference::OnlyInConfiguration) => continue,
            Some(Difference::OnlyInEcforce) => {
                is_any_new = true;
                given.insert(0, ("id", pair.id.to_string()));
                document.add_method(&given)?;
            }
            Some(Difference::Differs) => {
                let own = document.config()?.payment_methods;
                let place = own.iter().position(|own| own.id == pair.id);
                let place = place.unwrap_or_default();
                for (key, value) in given {
                    let path = format!("payment_methods[{place}].{key}");
                    // What holds by default need not be written.
                    if document.get(&path)?.text().as_deref() != Some(&*value) {
                        document.set(&path, &value)?;
                    }
                }
            }
        }
        applied.push(pair.id.to_string());
    }
    if !applied.is_empty() {
        document.save()?;
        let config = document.config()?;
        let subject = format!("payment_methods {}", applied.join(", "));
        context.log(Some(&config), "pull methods", &subject, None);
    }
    Ok((applied.len(), is_any_new))
}

impl Row for MethodPair {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("id", config::title_id, |row: &Self, _| {
            Field::new(row.id.to_string()).right()
        })
        .whole(),
        Column::new("name", config::title_name, |row, view| {
            match (&row.name, &row.config_name) {
                (Some(name), Some(own)) => view.say(&words::name_configured(name, own)),
                (name, _) => Field::maybe(name.as_ref()),
            }
        }),
        Column::new("ecforce_oplux", words::title_ecforce_oplux, |row, view| {
            view.switch(row.ecforce_oplux)
        }),
        Column::new("config_oplux", words::title_config_oplux, |row, view| {
            view.switch(row.config_oplux)
        }),
        Column::new(
            "ecforce_realtime",
            words::title_ecforce_realtime,
            |row, view| view.switch(row.ecforce_realtime),
        ),
        Column::new(
            "config_realtime",
            words::title_config_realtime,
            |row, view| view.switch(row.config_realtime),
        ),
        Column::new("difference", at_oplux::title_drift, |row, view| {
            let said = row.difference.map(|difference| match difference {
                Difference::OnlyInEcforce => words::only_in_ecforce(),
                Difference::OnlyInConfiguration => words::only_in_configuration(),
                Difference::Differs => words::differs(),
            });
            view.maybe(said).toned(Tone::Warn)
        }),
    ];
}
