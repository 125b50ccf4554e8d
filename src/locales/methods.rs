//! What `methods` says.

use super::{Text, texts};

texts! {
    title_id() { en: "ID", ja: "ID" }
    title_name() { en: "Name", ja: "支払い方法" }
    title_oplux() { en: "O-PLUX", ja: "O-PLUXの利用" }
    title_realtime() { en: "Realtime thanks offer", ja: "サンクスオファー即時決済" }
    title_settle_method() { en: "Settle method", ja: "決済方法コード" }
    title_model() { en: "Model", ja: "審査モデルID" }
    on() { en: "on", ja: "有効" }
    off() { en: "off", ja: "無効" }
    none() { en: "the account's", ja: "共通の審査モデルID" }
    /// There is none.
    empty() { en: "no payment method is in the configuration: `oplux methods add ID NAME`", ja: "支払い方法が登録されていません。次のコマンドで登録してください: `oplux methods add ID NAME`" }
    nothing_to_set() { en: "there is nothing to set", ja: "変更する項目が指定されていません。" }
    nothing_to_set_hint() {
        en: "name what is to change: --id, --name, --oplux, --realtime-thanks-offer, --settle-method or --model-id",
        ja: "`--id`、`--name`、`--oplux`、`--realtime-thanks-offer`、`--settle-method`、`--model-id` で変更する項目を指定してください。"
    }
    was_added() { en: "added", ja: "登録しました。" }
    was_removed() { en: "removed", ja: "削除しました。" }
    unchanged() { en: "was like this before", ja: "変更はありません。" }
    was_and_is(title, was, now) { en: "{title} was {was}, is now {now}", ja: "{title}を「{was}」から「{now}」" }
    /// One difference or several.
    changed(differences) { en: "{differences}", ja: "{differences}に変更しました。" }

    settle_01() { en: "01 deferred payment", ja: "01 後払い" }
    settle_02() { en: "02 credit card", ja: "02 クレジットカード" }
    settle_03() { en: "03 cash on delivery", ja: "03 代金引換" }
    settle_04() { en: "04 prepayment", ja: "04 前払い" }
    settle_05() { en: "05 e-money", ja: "05 電子マネー" }
    settle_06() { en: "06 points", ja: "06 ポイント" }
    settle_07() { en: "07 direct debit", ja: "07 口座振替" }
    settle_08() { en: "08 instalments", ja: "08 分割払い" }
    settle_09() { en: "09 Pay-easy", ja: "09 ペイジー" }
    settle_10() { en: "10 PayPal", ja: "10 PayPal(ペイパル)" }
    settle_99() { en: "99 other", ja: "99 その他" }
}

/// O-PLUX's settle method by its code (WIRE.md, Codes).
pub fn settle_method(code: &str) -> Text {
    match code {
        "01" => settle_01(),
        "02" => settle_02(),
        "03" => settle_03(),
        "04" => settle_04(),
        "05" => settle_05(),
        "06" => settle_06(),
        "07" => settle_07(),
        "08" => settle_08(),
        "09" => settle_09(),
        "10" => settle_10(),
        "99" => settle_99(),
        other => Text::same(other),
    }
}
