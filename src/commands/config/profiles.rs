//! `oplux config profiles`: which configurations there are, and which one a call uses.

use std::path::Path;

use anyhow::Result;

use crate::{
    commands::context::Context,
    config::{Document, Places, locate, locate_store},
    locales::config as words,
    output::{
        list::{Column, Row},
        table::Field,
    },
};

/// A profile, or a configuration without a name.
#[derive(Debug, serde::Serialize)]
pub struct ProfileRow {
    name: Option<String>,
    configuration: String,
    /// None where the configuration cannot be read.
    store: Option<String>,
    in_use: bool,
}

impl Row for ProfileRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "name",
            words::title_profile,
            |row: &Self, view| match &row.name {
                Some(name) => Field::new(name),
                None => view.say(&words::no_name()),
            },
        )
        .whole(),
        Column::new(
            "configuration",
            words::title_configuration,
            |row: &Self, _| Field::new(&row.configuration),
        ),
        Column::new("store", words::title_store, |row: &Self, _| {
            Field::maybe(row.store.as_ref())
        }),
        Column::new(
            "in_use",
            words::title_in_use,
            |row: &Self, view| match row.in_use {
                true => view.say(&words::in_use()),
                false => Field::maybe(None::<String>),
            },
        ),
    ];
}

/// The configuration without a name, the profiles, and where that is none of them, the one that
/// this call would use; as far as they are there.
pub fn profiles(context: &Context) -> Result<Vec<ProfileRow>> {
    let in_use = context.config_path()?;
    let row = |places: &Places<'_>| -> Result<ProfileRow> {
        let configuration = locate(places)?;
        let document = Document::open(&configuration).ok();
        let store = document.map(|document| {
            let configured = document.config_to_log().store;
            locate_store(places, configured.as_deref())
        });
        let store = store.transpose()?;
        Ok(ProfileRow {
            name: places.profile.map(str::to_owned),
            store: store.map(|store| store.to_string_lossy().into_owned()),
            in_use: configuration == in_use,
            configuration: configuration.to_string_lossy().into_owned(),
        })
    };
    let names = context.profiles();
    let names = std::iter::once(None).chain(names.iter().map(|name| Some(name.as_str())));
    let named = |profile| Places {
        config_flag: None,
        env_config: None,
        profile,
        ..context.places()
    };
    let mut rows: Vec<_> = names.map(|name| row(&named(name))).collect::<Result<_>>()?;
    if !rows.iter().any(|row| row.in_use) {
        rows.push(row(&context.places())?);
    }
    rows.retain(|row| Path::new(&row.configuration).exists());
    Ok(rows)
}
