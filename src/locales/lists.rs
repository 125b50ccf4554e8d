//! What `orders`, `events` and `log` say: fields as the admin screens name them.

use super::{Text, texts};
use crate::domain::{disposition::Disposition, order::Channel};

texts! {
    // Orders and events.
    order_number() { en: "Order", ja: "受注番号" }
    ecforce_id() { en: "ecforce ID", ja: "受注ID" }
    created_at() { en: "Created", ja: "受注日時" }
    channel() { en: "Channel", ja: "受注経路" }
    offer() { en: "Offer", ja: "購入オファー" }
    payment_method() { en: "Method", ja: "支払い方法" }
    total() { en: "Total", ja: "合計金額" }
    customer_id() { en: "Customer", ja: "顧客ID" }
    registered() { en: "Member", ja: "会員" }
    purchase_number() { en: "Purchase no.", ja: "購入回数" }
    ad_url_id() { en: "Ad URL ID", ja: "広告URL ID" }
    state() { en: "State", ja: "対応状況" }
    payment_state() { en: "Payment", ja: "決済状況" }
    result() { en: "Result", ja: "O-PLUX 与信結果" }
    reason() { en: "Reason", ja: "O-PLUX 判定理由" }

    merchant_management_id() { en: "Merchant ID", ja: "加盟店管理ID" }
    event_id() { en: "Event ID", ja: "イベントID" }
    requested_at() { en: "Requested", ja: "審査申請日時" }
    service() { en: "Service", ja: "審査サービス" }
    model_id() { en: "Model", ja: "審査モデルID" }
    auto_result() { en: "Auto", ja: "自動審査結果" }
    manual_result() { en: "Manual", ja: "目視審査結果" }
    memo() { en: "Memo", ja: "目視審査メモ" }
    rule_group() { en: "Rule group", ja: "ルールグループ" }
    reasons() { en: "Reasons", ja: "判定理由" }
    settle_status() { en: "Settlement", ja: "決済ステータス" }
    disposition() { en: "Disposition", ja: "挙動" }
    origin() { en: "Source", ja: "取得元" }

    channel_lp() { en: "LP", ja: "LP" }
    channel_shop() { en: "shop", ja: "ショップ" }
    channel_subscription() { en: "subscription", ja: "定期受注" }
    channel_admin() { en: "admin", ja: "受注作成" }
    channel_csv() { en: "CSV", ja: "CSV登録" }
    yes() { en: "yes", ja: "はい" }
    no() { en: "no", ja: "いいえ" }
    yen(amount) { en: "{amount} yen", ja: "{amount}円" }
    redirect_to(url) { en: "redirect to {url}", ja: "リダイレクト({url})" }
    created() { en: "order created", ja: "受注を作成" }
    forced() { en: "order created by force", ja: "受注を強制的に作成" }
    came_by_screen() { en: "screened from here", ja: "このツールで審査" }
    came_by_import() { en: "imported", ja: "取り込み" }
    came_by_pull() { en: "pulled from O-PLUX", ja: "O-PLUXのAPIから取得" }

    began_at() { en: "Began", ja: "開始日時" }
    outcome() { en: "Outcome", ja: "結果" }
    error_code() { en: "Error", ja: "エラー" }
    attempt_in_flight() { en: "running", ja: "審査中" }
    attempt_screened() { en: "screened", ja: "審査済み" }
    attempt_failed() { en: "failed", ja: "失敗" }
    attempt_unknown() { en: "unknown", ja: "結果不明" }
    rescreened(outcome) { en: "{outcome} (rescreen)", ja: "{outcome}(再審査)" }
    similars() { en: "Similar events", ja: "類似イベント" }
    payment_history() { en: "Payment history", ja: "決済履歴" }
    attempts() { en: "Screenings from here", ja: "このツールでの審査" }
    events() { en: "Events", ja: "イベント" }
    other_events() { en: "Other events", ja: "ほかのイベント" }
    other_orders() { en: "Orders with these numbers", ja: "同じ購入の受注" }
    /// A section without anything in it.
    none_of(title) { en: "{title}: none", ja: "{title}: なし" }
    /// The numbers of the group.
    belong_together(numbers) {
        en: "Order numbers of this purchase: {numbers}",
        ja: "同じ購入の受注番号: {numbers}"
    }
    /// Payments or events bear the number, and no order.
    not_an_order(number) {
        en: "No order in the store has the number {number}. Its payment history and events are shown instead.",
        ja: "受注番号 {number} の受注は取り込んだデータにありません。この番号の決済履歴とイベントを表示します。"
    }
    /// `orders show` of a number that nothing bears.
    no_such_order(number) {
        en: "nothing in the store has the number {number}: no order, payment or event",
        ja: "受注番号 {number} の受注・決済履歴・イベントは、いずれも取り込んだデータにありません。"
    }
    no_such_order_hint() {
        en: "check the number for typing errors; load orders with `oplux import orders FILE`, payment histories with `oplux import payments FILE`",
        ja: "受注番号に誤りがないかご確認ください。受注の取り込み: `oplux import orders FILE`、決済履歴の取り込み: `oplux import payments FILE`"
    }

    /// No order is listed.
    no_orders() { en: "no matching orders", ja: "該当する受注はありません。" }
    /// No event is listed.
    no_events() { en: "no matching events", ja: "該当するイベントはありません。" }
    /// `events show` of an event ID or number that the store has not.
    not_an_event() {
        en: "what was typed is the ID of no event in the store, and no order number",
        ja: "入力された値は、取り込んだイベントのイベントIDでも、受注番号でもありません。"
    }
    no_such_event(id) { en: "no event {id} is in the store", ja: "イベント {id} は取り込んだデータにありません。" }
    no_such_event_hint() {
        en: "what is there is listed by `oplux events list`; export other events from O-PLUX's イベント一覧 and load them with `oplux import events FILE`",
        ja: "取り込んだイベントは、次のコマンドでご確認ください: `oplux events list`。ない場合は、O-PLUX管理画面の「イベント一覧」からエクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`"
    }
    /// `events show` of a number that several events stand under.
    latest_of(number, n) {
        en: "{number} has {n} events, and this is the latest; all are listed by `oplux events list --merchant-id {number}`",
        ja: "加盟店管理ID {number} のイベントは{n}件あり、最新のものを表示しています。すべて表示するには: `oplux events list --merchant-id {number}`"
    }

    // The log.
    title_logged_at() { en: "At", ja: "日時" }
    title_actor() { en: "Who", ja: "操作者" }
    title_action() { en: "What", ja: "操作" }
    title_subject() { en: "On", ja: "対象" }
    title_detail() { en: "Detail", ja: "内容" }
    /// Nothing is in the log.
    log_is_empty() { en: "the log has no entries", ja: "操作ログはありません。" }
    /// None of that time is.
    no_entries() { en: "no matching entries in the log", ja: "該当する操作ログはありません。" }
}

/// A channel (受注経路).
pub fn channel_name(channel: Channel) -> Text {
    match channel {
        Channel::Lp => channel_lp(),
        Channel::Shop => channel_shop(),
        Channel::Subscription => channel_subscription(),
        Channel::Admin => channel_admin(),
        Channel::Csv => channel_csv(),
    }
}

/// What happened to a purchase.
pub fn disposition_of(disposition: &Disposition) -> Text {
    match disposition {
        Disposition::Redirect { url } => redirect_to(url),
        Disposition::Create { forced: true } => forced(),
        Disposition::Create { forced: false } => created(),
    }
}

/// Yes or no.
pub fn yes_or_no(is: bool) -> Text {
    if is { yes() } else { no() }
}
