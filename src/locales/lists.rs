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

/// The Japanese of the help of `orders` and `events`, by the keys that `help` explains.
pub const HELP: &[(&str, &str)] = &[
    (
        "orders",
        "取り込んだ受注を検索・表示します。\n\n取り込んだ受注と、このツールで審査した受注が対象です。ecforceでは検索できないO-PLUX 判定理由でも検索できます。",
    ),
    ("orders list", "受注を新しい順に一覧表示します。"),
    (
        "orders list.--result",
        "O-PLUX 与信結果(OK、NG、HOLD、REVIEW、結果なしはnone。カンマ区切りで複数指定可)",
    ),
    ("orders list.--reason", "O-PLUX 判定理由に含まれる文字列"),
    (
        "orders list.--from",
        "受注日時の開始(日付、今日、昨日、7dなど)",
    ),
    (
        "orders list.--to",
        "受注日時の終了。日付、今日、昨日、7dなどの場合は、その日の終わりまでを含みます。",
    ),
    ("orders list.--method", "支払い方法ID、または正確な名前"),
    ("orders list.--customer", "顧客ID"),
    (
        "orders list.--needs-review",
        "目視審査待ちの受注(イベントがHOLDまたはREVIEWで、目視審査結果がないもの)",
    ),
    (
        "orders list.--failed",
        "このツールでの審査に失敗した受注、または審査の結果が不明な受注",
    ),
    ("orders list.--limit", "表示する件数の上限(新しい順)"),
    (
        "orders show",
        "受注を、決済履歴・審査の記録・イベントとともに表示します。\n\n決済履歴から同じ購入と分かる、すべての受注番号が対象です。",
    ),
    ("orders show.number", "受注番号"),
    (
        "events",
        "取り込んだイベントを検索・表示します。\n\n取り込んだイベントと、このツールで審査した受注のイベントが対象です。",
    ),
    ("events list", "イベントを新しい順に一覧表示します。"),
    ("events list.--merchant-id", "加盟店管理ID(受注番号)"),
    (
        "events list.--result",
        "自動審査結果(OK、NG、HOLD、REVIEW、結果なしはnone。カンマ区切りで複数指定可)",
    ),
    (
        "events list.--manual",
        "目視審査結果(OK、NG、HOLD、結果なしはnone。カンマ区切りで複数指定可)",
    ),
    ("events list.--rule", "ルールコード"),
    ("events list.--reason", "判定理由に含まれる文字列"),
    ("events list.--rule-group", "ルールグループ"),
    ("events list.--memo", "目視審査メモに含まれる文字列"),
    (
        "events list.--blacklisted",
        "このツールで購入者または配送先をブラックリストに登録したイベント",
    ),
    (
        "events list.--from",
        "審査申請日時の開始(日付、今日、昨日、7dなど)",
    ),
    (
        "events list.--to",
        "審査申請日時の終了。日付、今日、昨日、7dなどの場合は、その日の終わりまでを含みます。",
    ),
    ("events list.--limit", "表示する件数の上限(新しい順)"),
    ("events.events", "イベントIDまたは受注番号"),
    (
        "events.--from-file",
        "対象のファイル(import と同じ形式)。列は event_id または number と、result・memo・settle_status です。",
    ),
    (
        "events.--dry-run",
        "リクエストの内容を表示します。送信も保存も行いません。",
    ),
    (
        "events.--yes",
        "確認せずに送信します。端末以外では指定が必要です。",
    ),
    ("events.--rate", "1秒あたりの送信数の上限"),
    (
        "events review",
        "O-PLUXのイベントに、目視審査結果とメモを登録します。\n\necforceの審査結果は変わりません。ecforceの「受注管理」でも対応してください。",
    ),
    ("events review.--result", "目視審査結果(ok、ng、hold)"),
    ("events review.--memo", "目視審査メモ(500文字以内)"),
    (
        "events settle",
        "O-PLUXのイベントの決済ステータスを更新します。",
    ),
    (
        "events settle.--status",
        "決済ステータス(コードまたは名称): 00 請求前、10 請求中、20 入金済み、30 延滞、40 債権回収、50 貸倒れ、60 チャージバック、99 キャンセル、100 発送後キャンセル",
    ),
    (
        "events blacklist",
        "イベントの購入者や配送先を、O-PLUXのブラックリストに登録・解除します。",
    ),
    (
        "events blacklist.--add",
        "ブラックリストに登録します。--payment の指定が必要です。",
    ),
    ("events blacklist.--lift", "ブラックリストから解除します。"),
    (
        "events blacklist.--payment",
        "登録理由(決済): 01 後払い未払い、02 カード不正利用、03 代引き受取拒否、04 転売、05 ポイント交換",
    ),
    (
        "events blacklist.--other",
        "登録理由(その他): 10 総合判断、20 お試し品の不正購入、30 悪質クレーム、40 チケット不正、50 業者、60 携帯端末、70 その他、80 レンタル",
    ),
    (
        "events blacklist.--who",
        "対象: buyer(購入者)、delivery(配送先)、both(両方)",
    ),
    (
        "events delete",
        "イベントをO-PLUXの照合対象から除外します。",
    ),
    (
        "events restore",
        "除外したイベントをO-PLUXの照合対象に戻します。",
    ),
    ("events show", "イベントの詳細を表示します。"),
    (
        "events show.id",
        "イベントID。受注番号を指定した場合は、最新のイベントを表示します。",
    ),
];
