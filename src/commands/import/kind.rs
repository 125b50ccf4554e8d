//! What differs between orders, payments and events.

use std::collections::BTreeMap;

use crate::{
    config::{Config, ImportColumns},
    domain::{event::EventRecord, order::OrderRecord, payment::PaymentRecord},
    input::Record,
    store::Importable,
};

/// The IDs of the configured payment methods, by name.
pub(super) type Methods = BTreeMap<String, u64>;

/// The methods of the configuration.
pub(super) fn methods(config: Option<&Config>) -> Methods {
    let methods = config
        .into_iter()
        .flat_map(|config| &config.payment_methods);
    methods
        .map(|method| (method.name.clone(), method.id))
        .collect()
}

/// A kind of record that is loaded.
pub(super) trait Kind: Record + Importable {
    /// Its name on the command line.
    const NAME: &'static str;
    /// Whether the store can refuse a row that is good by itself.
    const MAY_COLLIDE: bool = false;

    /// The configured headers of its files.
    fn columns(columns: &ImportColumns) -> &BTreeMap<String, String>;

    /// Fills in what the configuration knows.
    fn complete(&mut self, _methods: &Methods) {}
}

impl Kind for OrderRecord {
    const NAME: &'static str = "orders";

    fn columns(columns: &ImportColumns) -> &BTreeMap<String, String> {
        &columns.orders
    }

    /// A name that equals a configured one stands for its ID.
    fn complete(&mut self, methods: &Methods) {
        if let (None, Some(name)) = (self.payment_method_id, &self.payment_method) {
            self.payment_method_id = methods.get(name).copied();
        }
    }
}

impl Kind for PaymentRecord {
    const NAME: &'static str = "payments";

    fn columns(columns: &ImportColumns) -> &BTreeMap<String, String> {
        &columns.payments
    }
}

impl Kind for EventRecord {
    const NAME: &'static str = "events";
    const MAY_COLLIDE: bool = true;

    fn columns(columns: &ImportColumns) -> &BTreeMap<String, String> {
        &columns.events
    }
}
