//! The table itself.

use super::{Key, Kind};

/// An ID of ecforce: any whole number that is not negative.
const ID: Kind = Kind::Whole {
    min: 0,
    max: i64::MAX,
};
const SECONDS: Kind = Kind::Whole { min: 1, max: 120 };
const SERVICE: Kind = Kind::OneOf(&["o-plux", "fraud-checker"]);
const HASH: Kind = Kind::OneOf(&["SHA256", "SHA1"]);
const ACTION: Kind = Kind::OneOf(&["create", "redirect"]);
/// O-PLUX's codes (WIRE.md, Codes).
const SETTLE_METHOD: Kind = Kind::OneOf(&[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99",
]);

/// Every key, in the order of sample-config.toml, which explains them.
pub const KEYS: &[Key] = &[
    Key::new("store", Kind::File),
    Key::new("integrated_at", Kind::Time),
    Key::new("oplux.enabled", Kind::Flag).default("false"),
    Key::new("oplux.service", SERVICE).default("o-plux"),
    Key::new("oplux.shop_id", Kind::Text),
    Key::new("oplux.connection_id", Kind::Text),
    Key::new("oplux.model_id", Kind::Text),
    Key::new("oplux.secret_key_file", Kind::File),
    Key::new("oplux.secret_key_command", Kind::Command),
    Key::new("oplux.secret_key", Kind::Text).secret(),
    Key::new("oplux.screen_existing_customers", Kind::Flag).default("true"),
    Key::new("oplux.register_url", Kind::Address),
    Key::new("oplux.event_url", Kind::Address),
    Key::new("oplux.name_url", Kind::Address),
    Key::new("oplux.hash_method", HASH).default("SHA256"),
    Key::new("oplux.timeout_seconds", SECONDS).default("10"),
    Key::new("oplux.on_hold.action", ACTION).default("create"),
    Key::new("oplux.on_hold.redirect_url", Kind::Address),
    Key::new("oplux.on_review.action", ACTION).default("create"),
    Key::new("oplux.on_review.redirect_url", Kind::Address),
    Key::new("oplux.on_ng.action", ACTION).default("create"),
    Key::new("oplux.on_ng.redirect_url", Kind::Address),
    Key::new("payment_methods[].id", ID),
    Key::new("payment_methods[].name", Kind::Text),
    Key::new("payment_methods[].oplux", Kind::Flag).default("false"),
    Key::new("payment_methods[].realtime_thanks_offer", Kind::Flag).default("false"),
    Key::new("payment_methods[].settle_method", SETTLE_METHOD).default("99"),
    Key::new("payment_methods[].model_id", Kind::Text),
    Key::new("ad_urls[].id", ID),
    Key::new("ad_urls[].thanks_offer", Kind::Flag).default("false"),
    Key::new("ecforce.base_url", Kind::Address),
    Key::new("ecforce.token_file", Kind::File),
    Key::new("ecforce.token_command", Kind::Command),
    Key::new("ecforce.token", Kind::Text).secret(),
    Key::new("import.orders.columns.number", Kind::Text),
    Key::new("import.orders.columns.ecforce_id", Kind::Text),
    Key::new("import.orders.columns.created_at", Kind::Text),
    Key::new("import.orders.columns.channel", Kind::Text),
    Key::new("import.orders.columns.offer", Kind::Text),
    Key::new("import.orders.columns.payment_method_id", Kind::Text),
    Key::new("import.orders.columns.payment_method", Kind::Text),
    Key::new("import.orders.columns.total", Kind::Text),
    Key::new("import.orders.columns.customer_id", Kind::Text),
    Key::new("import.orders.columns.registered", Kind::Text),
    Key::new("import.orders.columns.purchase_number", Kind::Text),
    Key::new("import.orders.columns.ad_url_id", Kind::Text),
    Key::new("import.orders.columns.state", Kind::Text),
    Key::new("import.orders.columns.payment_state", Kind::Text),
    Key::new("import.orders.columns.result", Kind::Text),
    Key::new("import.orders.columns.reason", Kind::Text),
    Key::new("import.payments.columns.order_number", Kind::Text),
    Key::new("import.payments.columns.payment_number", Kind::Text),
    Key::new("import.payments.columns.at", Kind::Text),
    Key::new("import.payments.columns.amount", Kind::Text),
    Key::new("import.payments.columns.thanks_offer", Kind::Text),
    Key::new("import.events.columns.merchant_management_id", Kind::Text),
    Key::new("import.events.columns.event_id", Kind::Text),
    Key::new("import.events.columns.requested_at", Kind::Text),
    Key::new("import.events.columns.model_id", Kind::Text),
    Key::new("import.events.columns.auto_result", Kind::Text),
    Key::new("import.events.columns.manual_result", Kind::Text),
    Key::new("import.events.columns.memo", Kind::Text),
    Key::new("import.events.columns.rule_group", Kind::Text),
    Key::new("import.events.columns.rules", Kind::Text),
    Key::new("import.events.columns.reasons", Kind::Text),
    Key::new("import.events.columns.settle_status", Kind::Text),
];
