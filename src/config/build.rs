//! From a checked document to a [`Config`]: values, or their defaults from the schema.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use toml_edit::{Document, Item, TableLike, Value};
use url::Url;

use super::{
    check::rows,
    load::{Config, EcforceConfig, ImportColumns, OpluxConfig},
    schema,
    secret::SecretSource,
};
use crate::domain::{
    address,
    event::Service,
    private::Secret,
    settings::{AdUrl, Behaviour, Behaviours, HashMethod, PaymentMethod},
    text,
    time::JstTime,
};

/// The configuration of a document without problems.
pub(super) fn config<S>(path: &Path, document: &Document<S>) -> Config {
    let root = Reader {
        table: document.as_table(),
        pattern: String::new(),
        folder: path.parent().unwrap_or(Path::new("")),
    };
    Config {
        path: path.to_owned(),
        store: root.file("store"),
        integrated_at: root.time("integrated_at"),
        oplux: root.inner("oplux").map(|oplux| oplux_of(&oplux)),
        payment_methods: root
            .entries("payment_methods")
            .filter_map(|row| method(&row))
            .collect(),
        ad_urls: root
            .entries("ad_urls")
            .filter_map(|row| ad_url(&row))
            .collect(),
        ecforce: root.inner("ecforce").map(|ecforce| EcforceConfig {
            base_url: ecforce.address("base_url"),
        }),
        columns: columns(&root),
        unset_redirects: Vec::new(),
    }
}

fn oplux_of(oplux: &Reader<'_>) -> OpluxConfig {
    let hash_method = oplux
        .text("hash_method")
        .and_then(|name| HashMethod::from_name(&name));
    let service = oplux
        .text("service")
        .and_then(|name| Service::from_name(&name));
    OpluxConfig {
        enabled: (oplux.table.contains_key("enabled")).then(|| oplux.flag("enabled")),
        service: service.unwrap_or_default(),
        shop_id: oplux.credential("shop_id"),
        connection_id: oplux.credential("connection_id"),
        model_id: oplux.credential("model_id"),
        secret_key: oplux.secret("secret_key"),
        screen_existing_customers: oplux.flag("screen_existing_customers"),
        register_url: oplux.address("register_url"),
        event_url: oplux.address("event_url"),
        name_url: oplux.address("name_url"),
        hash_method: hash_method.unwrap_or_default(),
        timeout_seconds: oplux.whole("timeout_seconds").unwrap_or_default(),
        behaviours: Behaviours {
            on_hold: behaviour(oplux, "on_hold"),
            on_review: behaviour(oplux, "on_review"),
            on_ng: behaviour(oplux, "on_ng"),
        },
    }
}

/// R6: a URL that stands beside `create` is unused.
fn behaviour(oplux: &Reader<'_>, name: &str) -> Behaviour {
    let Some(table) = oplux.inner(name) else {
        return Behaviour::Create;
    };
    match (table.text("action").as_deref(), table.text("redirect_url")) {
        (Some("redirect"), Some(url)) => Behaviour::Redirect(url),
        (Some("redirect"), None) => Behaviour::RedirectUnset,
        _ => Behaviour::Create,
    }
}

fn method(row: &Reader<'_>) -> Option<PaymentMethod> {
    Some(PaymentMethod {
        id: row.whole("id")?,
        name: row.text("name")?,
        oplux: row.flag("oplux"),
        realtime_thanks_offer: row.flag("realtime_thanks_offer"),
        settle_method: row.text("settle_method")?,
        model_id: row.credential("model_id"),
    })
}

fn ad_url(row: &Reader<'_>) -> Option<AdUrl> {
    Some(AdUrl {
        id: row.whole("id")?,
        thanks_offer: row.flag("thanks_offer"),
    })
}

fn columns(root: &Reader<'_>) -> ImportColumns {
    let of = |name: &str| -> BTreeMap<String, String> {
        let columns = root
            .inner("import")
            .and_then(|import| import.inner(name))
            .and_then(|kind| kind.inner("columns"));
        let headers = columns.iter().flat_map(|columns| columns.table.iter());
        headers
            .filter_map(|(field, item)| Some((field.to_owned(), item.as_str()?.to_owned())))
            .collect()
    };
    ImportColumns {
        orders: of("orders"),
        payments: of("payments"),
        events: of("events"),
    }
}

/// A table, and where it is in the schema.
struct Reader<'a> {
    table: &'a dyn TableLike,
    pattern: String,
    folder: &'a Path,
}

impl<'a> Reader<'a> {
    fn inner(&self, name: &str) -> Option<Reader<'a>> {
        Some(Reader {
            table: self.table.get(name)?.as_table_like()?,
            pattern: schema::join(&self.pattern, name),
            folder: self.folder,
        })
    }

    fn entries(&self, name: &str) -> impl Iterator<Item = Reader<'a>> {
        let rows = self.table.get(name).and_then(rows).unwrap_or_default();
        let pattern = format!("{}[]", schema::join(&self.pattern, name));
        let folder = self.folder;
        rows.into_iter().map(move |(table, _)| Reader {
            table,
            pattern: pattern.clone(),
            folder,
        })
    }

    /// The value of a key, or its default.
    fn value(&self, name: &str) -> Option<Value> {
        let key = schema::find(&schema::join(&self.pattern, name))?;
        if let Some(value) = self.table.get(name).and_then(Item::as_value) {
            return Some(key.kind.meant(value).unwrap_or_else(|| value.clone()));
        }
        key.default.and_then(|text| key.kind.read(text).ok())
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.value(name)?.as_str()?.to_owned())
    }

    /// Without what nobody sees around it.
    fn credential(&self, name: &str) -> Option<String> {
        Some(text::trim(&self.text(name)?).to_owned())
    }

    fn flag(&self, name: &str) -> bool {
        self.value(name)
            .and_then(|value| value.as_bool())
            .unwrap_or_default()
    }

    fn whole(&self, name: &str) -> Option<u64> {
        self.value(name)?.as_integer()?.try_into().ok()
    }

    fn address(&self, name: &str) -> Option<Url> {
        address::parse(&self.text(name)?).ok()
    }

    fn time(&self, name: &str) -> Option<JstTime> {
        match self.value(name)? {
            Value::Datetime(at) => at.value().to_string().parse().ok(),
            other => other.as_str()?.parse().ok(),
        }
    }

    /// Relative paths start from the configuration's folder.
    fn file(&self, name: &str) -> Option<PathBuf> {
        Some(self.folder.join(self.text(name)?))
    }

    /// The one of `NAME_file`, `NAME_command` and `NAME` that is set.
    fn secret(&self, name: &str) -> SecretSource {
        if let Some(path) = self.file(&format!("{name}_file")) {
            return SecretSource::File(path);
        }
        if let Some(value) = self.value(&format!("{name}_command")) {
            let parts = value.as_array().into_iter().flatten();
            let mut parts: Vec<String> = parts
                .filter_map(|part| Some(part.as_str()?.to_owned()))
                .collect();
            // A bare name is looked up in PATH; a relative path starts from the folder.
            if let Some(program) = parts.first_mut() {
                let path = Path::new(program.as_str());
                if path.components().count() > 1 && path.is_relative() {
                    *program = self.folder.join(path).to_string_lossy().into_owned();
                }
            }
            return SecretSource::Command(parts);
        }
        match self.credential(name) {
            Some(secret) => SecretSource::Inline(Secret::new(secret)),
            None => SecretSource::None,
        }
    }
}
