//! The table itself.

use super::{Key, Kind};
use crate::locales::config as texts;

/// An ID of ecforce: any whole number that is not negative.
const ID: Kind = Kind::Whole {
    min: 0,
    max: i64::MAX,
};
const ACTION: Kind = Kind::OneOf(&["create", "redirect"]);
/// O-PLUX's codes (WIRE.md, Codes).
const SETTLE_METHOD: Kind = Kind::OneOf(&[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99",
]);
const HELD: &str = "https://shop.example.com/held";

/// Every key, in the order in which the template writes them.
pub const KEYS: &[Key] = &[
    Key::new("store", Kind::File, "oplux.db", texts::about_store),
    Key::new(
        "integrated_at",
        Kind::Time,
        "2026-01-15",
        texts::about_integrated_at,
    ),
    Key::new("oplux.enabled", Kind::Flag, "true", texts::about_enabled).default("false"),
    Key::new(
        "oplux.service",
        Kind::OneOf(&["o-plux", "fraud-checker"]),
        "o-plux",
        texts::about_service,
    )
    .default("o-plux"),
    Key::new(
        "oplux.shop_id",
        Kind::Text,
        "SP00EXAMPLE",
        texts::about_shop_id,
    ),
    Key::new(
        "oplux.connection_id",
        Kind::Text,
        "0123456789ABCDEF0123456789ABCDEF",
        texts::about_connection_id,
    ),
    Key::new(
        "oplux.model_id",
        Kind::Text,
        "CRD_01",
        texts::about_model_id,
    ),
    Key::new(
        "oplux.secret_key_file",
        Kind::File,
        "config.secret-key",
        texts::about_secret_key_file,
    ),
    Key::new(
        "oplux.secret_key_command",
        Kind::Command,
        r#"["pass", "show", "oplux"]"#,
        texts::about_secret_key_command,
    ),
    Key::new("oplux.secret_key", Kind::Text, "…", texts::about_secret_key).secret(),
    Key::new(
        "oplux.screen_existing_customers",
        Kind::Flag,
        "true",
        texts::about_screen_existing_customers,
    )
    .default("true"),
    Key::new(
        "oplux.register_url",
        Kind::Address,
        "https://oplux.example/register",
        texts::about_register_url,
    ),
    Key::new(
        "oplux.event_url",
        Kind::Address,
        "https://oplux.example/event",
        texts::about_event_url,
    ),
    Key::new(
        "oplux.name_url",
        Kind::Address,
        "https://oplux.example/name",
        texts::about_name_url,
    ),
    Key::new(
        "oplux.hash_method",
        Kind::OneOf(&["SHA256", "SHA1"]),
        "SHA256",
        texts::about_hash_method,
    )
    .default("SHA256"),
    Key::new(
        "oplux.timeout_seconds",
        Kind::Whole { min: 1, max: 120 },
        "10",
        texts::about_timeout_seconds,
    )
    .default("10"),
    Key::new(
        "oplux.on_hold.action",
        ACTION,
        "create",
        texts::about_on_hold,
    )
    .default("create"),
    Key::new(
        "oplux.on_hold.redirect_url",
        Kind::Address,
        HELD,
        texts::about_on_hold_url,
    ),
    Key::new(
        "oplux.on_review.action",
        ACTION,
        "create",
        texts::about_on_review,
    )
    .default("create"),
    Key::new(
        "oplux.on_review.redirect_url",
        Kind::Address,
        HELD,
        texts::about_on_review_url,
    ),
    Key::new("oplux.on_ng.action", ACTION, "create", texts::about_on_ng).default("create"),
    Key::new(
        "oplux.on_ng.redirect_url",
        Kind::Address,
        HELD,
        texts::about_on_ng_url,
    ),
    Key::new("payment_methods[].id", ID, "1", texts::about_method_id).required(),
    Key::new(
        "payment_methods[].name",
        Kind::Text,
        "クレジットカード一括",
        texts::about_method_name,
    )
    .required(),
    Key::new(
        "payment_methods[].oplux",
        Kind::Flag,
        "true",
        texts::about_method_oplux,
    )
    .default("false"),
    Key::new(
        "payment_methods[].realtime_thanks_offer",
        Kind::Flag,
        "false",
        texts::about_realtime_thanks_offer,
    )
    .default("false"),
    Key::new(
        "payment_methods[].settle_method",
        SETTLE_METHOD,
        "02",
        texts::about_settle_method,
    )
    .default("99"),
    Key::new(
        "payment_methods[].model_id",
        Kind::Text,
        "CRD_01",
        texts::about_method_model_id,
    ),
    Key::new("ad_urls[].id", ID, "12", texts::about_ad_url_id).required(),
    Key::new(
        "ad_urls[].thanks_offer",
        Kind::Flag,
        "true",
        texts::about_ad_url_thanks_offer,
    )
    .default("false"),
    Key::new(
        "ecforce.base_url",
        Kind::Address,
        "https://shop.example.com",
        texts::about_base_url,
    ),
    Key::new(
        "ecforce.token_file",
        Kind::File,
        "config.ecforce-token",
        texts::about_token_file,
    ),
    Key::new(
        "ecforce.token_command",
        Kind::Command,
        r#"["pass", "show", "ecforce"]"#,
        texts::about_token_command,
    ),
    Key::new("ecforce.token", Kind::Text, "…", texts::about_token).secret(),
    Key::column("import.orders.columns.number", "受注番号"),
    Key::column("import.orders.columns.ecforce_id", "受注ID"),
    Key::column("import.orders.columns.created_at", "受注日時"),
    Key::column("import.orders.columns.channel", "受注経路"),
    Key::column("import.orders.columns.offer", "購入オファー"),
    Key::column("import.orders.columns.payment_method_id", "支払い方法ID"),
    Key::column("import.orders.columns.payment_method", "支払い方法"),
    Key::column("import.orders.columns.total", "合計金額"),
    Key::column("import.orders.columns.customer_id", "顧客ID"),
    Key::column("import.orders.columns.registered", "会員"),
    Key::column("import.orders.columns.purchase_number", "購入回数"),
    Key::column("import.orders.columns.ad_url_id", "広告URL ID"),
    Key::column("import.orders.columns.state", "対応状況"),
    Key::column("import.orders.columns.payment_state", "決済状況"),
    Key::column("import.orders.columns.result", "O-PLUX 与信結果"),
    Key::column("import.orders.columns.reason", "O-PLUX 判定理由"),
    Key::column("import.payments.columns.order_number", "受注番号"),
    Key::column("import.payments.columns.payment_number", "決済受注番号"),
    Key::column("import.payments.columns.at", "決済日時"),
    Key::column("import.payments.columns.amount", "決済金額"),
    Key::column("import.payments.columns.thanks_offer", "サンクスオファー"),
    Key::column(
        "import.events.columns.merchant_management_id",
        "加盟店管理ID",
    ),
    Key::column("import.events.columns.event_id", "イベントID"),
    Key::column("import.events.columns.requested_at", "審査申請日時"),
    Key::column("import.events.columns.model_id", "審査モデルID"),
    Key::column("import.events.columns.auto_result", "自動審査結果"),
    Key::column("import.events.columns.manual_result", "目視審査結果"),
    Key::column("import.events.columns.memo", "目視審査メモ"),
    Key::column("import.events.columns.rule_group", "ルールグループ"),
    Key::column("import.events.columns.rules", "ルールコード"),
    Key::column("import.events.columns.reasons", "判定理由"),
    Key::column("import.events.columns.settle_status", "決済ステータス"),
];
