//! What is said of ecforce's admin API, and of what is pulled from it.

use super::texts;

texts! {
    token_unusable() {
        en: "the API token of ecforce holds characters that cannot be sent",
        ja: "ecforceのAPIトークンに、送信できない文字が含まれています。"
    }
    /// 401, 403, or a token that cannot be sent.
    token_hint() {
        en: "check `ecforce.base_url`, and the token and its rights in ecforce's admin screen; store it anew with `oplux config secret --ecforce`",
        ja: "`ecforce.base_url` と、ecforce管理画面のAPIトークンおよびその権限をご確認ください。APIトークンを保存し直すには: `oplux config secret --ecforce`"
    }
    rejected(origin, status) {
        en: "ecforce at {origin} rejected the API token (HTTP {status})",
        ja: "ecforce({origin})にAPIトークンが拒否されました(HTTP {status})。"
    }
    later_hint() {
        en: "try again later: the same call goes on; a lower `--rate` of `pull` may help",
        ja: "しばらくしてから、同じコマンドをもう一度実行してください。`pull` では、`--rate` の値を下げると改善する場合があります。"
    }
    /// No JSON of the known form.
    unusable(origin, status) {
        en: "the answer of ecforce at {origin} (HTTP {status}) is not one that can be read: no JSON of the admin API",
        ja: "ecforce({origin})の応答(HTTP {status})を読み取れません。管理APIのJSONではありません。"
    }
    no_list(origin) {
        en: "the answer of ecforce at {origin} is not the list that was asked for",
        ja: "ecforce({origin})の応答が、要求した一覧ではありません。"
    }
    unusable_hint() {
        en: "check that `ecforce.base_url` is the shop's own address, with which the admin API is reached",
        ja: "`ecforce.base_url` が、管理APIを利用するショップのURLであることをご確認ください。"
    }

    /// Neither a range, nor numbers, nor `--since-last`.
    which_orders() {
        en: "which orders? name a range, numbers, or --since-last",
        ja: "取得する受注が指定されていません。期間、受注番号、`--since-last` のいずれかを指定してください。"
    }
    which_orders_hint() {
        en: "the first time: `oplux pull orders --since-last --from 2026-01-01`, then without --from: `oplux pull orders --since-last`",
        ja: "初回は次のように指定してください: `oplux pull orders --since-last --from 2026-01-01`。2回目以降: `oplux pull orders --since-last`"
    }
    /// `--since-last` for the first time.
    never_pulled(origin) {
        en: "nothing has been pulled with --since-last from {origin} yet: say from when on with --from",
        ja: "{origin}からの `--since-last` による取得は初回です。取得開始日を `--from` で指定してください。"
    }
    never_pulled_hint() {
        en: "for example: `oplux pull orders --since-last --from 2026-01-01`",
        ja: "例: `oplux pull orders --since-last --from 2026-01-01`"
    }
    /// A number that ecforce does not know.
    no_such_order(number) {
        en: "ecforce has no order {number}",
        ja: "ecforceに受注 {number} はありません。"
    }
    no_such_order_hint(number) {
        en: "a number of 決済履歴 has no order of its own: see what belongs to it with `oplux trace {number}`",
        ja: "決済履歴の番号には、対応する受注がない場合があります。関連する受注は次のコマンドで確認できます: `oplux trace {number}`"
    }
    /// An order that cannot be kept, or a cell of it.
    from_ecforce() { en: "ecforce", ja: "ecforce" }
    /// IDs of records that cannot be used.
    with_ids(text, ids) { en: "{text} (ID in ecforce: {ids})", ja: "{text}(ecforceの受注ID: {ids})" }
    interrupted() {
        en: "interrupted: what is finished is kept, and the same call goes on",
        ja: "中断しました。完了した分は保存されています。同じコマンドをもう一度実行すると再開します。"
    }
    /// The last page was not full, and yet more are counted.
    missing(more, total) {
        en: "ecforce counts {total} orders, and {more} of them did not come: pull them again later, in smaller ranges",
        ja: "ecforceの件数は{total}件ですが、そのうち{more}件を取得できませんでした。しばらくしてから、期間を短く分けて取得し直してください。"
    }
    no_methods() {
        en: "neither ecforce nor the configuration has a payment method",
        ja: "ecforceにも設定ファイルにも支払い方法がありません。"
    }
    methods_compared(differing, of) {
        en: "{differing} of {of} payment methods differ",
        ja: "支払い方法{of}件のうち、相違があるのは{differing}件です。"
    }
    methods_differ_hint() {
        en: "write ecforce's side into the configuration with `oplux pull methods --apply`",
        ja: "ecforceの内容を設定ファイルに書き込むには: `oplux pull methods --apply`"
    }
    /// IDs.
    only_configured_hint(ids) {
        en: "take what ecforce does not have out of the configuration with `oplux methods remove {ids}`",
        ja: "ecforceにない支払い方法を設定ファイルから削除するには: `oplux methods remove {ids}`"
    }
    /// What was written into the configuration.
    methods_applied(count) {
        en: "{count} payment method(s) written into the configuration",
        ja: "支払い方法{count}件を設定ファイルに書き込みました。"
    }
    /// New methods have no settle method yet.
    settle_hint() {
        en: "a new one has settle method 99 (other): set it with `oplux methods set ID --settle-method CODE`",
        ja: "追加した支払い方法の決済方法は 99(その他)です。変更するには: `oplux methods set ID --settle-method CODE`"
    }
    /// R1, at ecforce.
    none_on() {
        en: "ecforce has no payment method with O-PLUX on (O-PLUXの利用): nothing is screened there",
        ja: "ecforceに「O-PLUXの利用」が有効な支払い方法がないため、ecforceでの審査は行われません。"
    }
    none_on_hint() {
        en: "switch it on in ecforce: 設定 > 支払い方法管理",
        ja: "ecforceの「設定 > 支払い方法管理」で有効にしてください。"
    }
    method_unreadable(name) {
        en: "ecforce's payment method \"{name}\" has no ID that can be read; it is passed over",
        ja: "ecforceの支払い方法「{name}」のIDを読み取れないため、対象外としました。"
    }
    title_ecforce_oplux() { en: "O-PLUX in ecforce", ja: "O-PLUXの利用(ecforce)" }
    title_config_oplux() { en: "O-PLUX configured", ja: "設定ファイル" }
    title_ecforce_realtime() { en: "Realtime in ecforce", ja: "即時決済(ecforce)" }
    title_config_realtime() { en: "Realtime configured", ja: "設定ファイル" }
    only_in_ecforce() { en: "only in ecforce", ja: "ecforceのみ" }
    only_in_configuration() { en: "only in the configuration", ja: "設定ファイルのみ" }
    differs() { en: "differs", ja: "相違あり" }
    name_configured(name, configured) {
        en: "{name} (configured: {configured})",
        ja: "{name}(設定ファイル: {configured})"
    }

    // `doctor --online`.
    online_ecforce(origin, count) {
        en: "ecforce at {origin} answers and takes the token; it has {count} payment methods",
        ja: "ecforce({origin})への接続とAPIトークンを確認しました。支払い方法は{count}件です。"
    }
    not_configured() {
        en: "`[ecforce]` has no base_url: ecforce was not asked",
        ja: "`[ecforce]` に `base_url` がないため、確認していません。"
    }
    not_configured_next() {
        en: "to pull orders from ecforce, set it: `oplux config set ecforce.base_url https://SHOP`",
        ja: "ecforceから受注を取得する場合は、設定してください: `oplux config set ecforce.base_url https://SHOP`"
    }
    online_oplux(service) {
        en: "{service} answers and takes the credentials (version 1.0)",
        ja: "{service}への接続と認証情報を確認しました(バージョン1.0)。"
    }
    no_event_url() {
        en: "`oplux.event_url` is not set, and any other call would register an event: O-PLUX was not asked",
        ja: "`oplux.event_url` がなく、イベントを登録せずに問い合わせることができないため、確認していません。"
    }
    no_event_url_next() {
        en: "set it where you have its address: `oplux config set oplux.event_url https://…`",
        ja: "URLが案内されている場合は、設定してください: `oplux config set oplux.event_url https://…`"
    }
    title_change() { en: "Store", ja: "取り込み" }
    change_new() { en: "new", ja: "新規" }
    change_changed() { en: "changed", ja: "変更" }
    change_unchanged() { en: "unchanged", ja: "変更なし" }
}

/// The words for an HTML page that came in the place of an answer.
pub fn page_titled_text(title: impl AsRef<str>) -> String {
    match title.as_ref() {
        "" => "HTML".to_owned(),
        title => format!("HTML \"{title}\""),
    }
}
