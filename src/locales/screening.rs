//! What `screen` and `demo` say of an order, and the services' names.

use super::{Text, texts};
use crate::domain::{eligibility::Cause, event::Service, text::quoted};

texts! {
    /// Column: 自動審査結果 (ecforce shows it as O-PLUX 与信結果).
    title_result() { en: "Result", ja: "自動審査結果" }
    /// Column: 挙動.
    title_disposition() { en: "Order is", ja: "挙動" }
    /// Column: reasons, cause or error.
    title_why() { en: "Why", ja: "理由" }
    /// Line: the service that screened.
    title_service() { en: "Screened by", ja: "審査サービス" }
    /// Line: where the buyer is sent.
    title_redirect_url() { en: "Redirect to", ja: "リダイレクトURL" }
    /// Line: why it was not screened.
    title_cause() { en: "Cause", ja: "審査対象外の理由" }
    /// Line: the number under which O-PLUX has the event.
    title_screened_as() { en: "Screened as", ja: "審査時の受注番号" }
    /// Line: something to know.
    title_note() { en: "Note", ja: "補足" }

    /// Result of an order that is not screened.
    not_screened() { en: "not screened", ja: "審査対象外" }
    /// Result of an order that failed.
    failed() { en: "failed", ja: "失敗" }
    /// Result in a dry run.
    would_be_sent() { en: "would be sent", ja: "送信予定" }
    /// Disposition: the buyer is redirected.
    redirect() { en: "redirected", ja: "リダイレクト" }
    /// Disposition: the order is created.
    creation() { en: "created", ja: "受注を作成" }
    /// Disposition: R10.
    forced_creation() { en: "force-created", ja: "強制的に作成" }
    /// A stored outcome that is given back, in a row.
    reused() { en: "(stored result)", ja: "(保存済みの結果)" }
    /// A stored outcome that is given back, in full.
    reused_note() {
        en: "This is the stored result; nothing was sent. To screen again: --rescreen",
        ja: "保存済みの審査結果です。今回は送信していません。再審査する場合は `--rescreen` を指定してください。"
    }
    /// R10, in full.
    forced_note() {
        en: "Created by force: the ad URL has its thanks offer on and the payment method has realtime thanks offer off, so the redirect was not carried out.",
        ja: "広告URLの「サンクスオファー」が有効で、支払い方法の「サンクスオファー即時決済」が無効のため、リダイレクトされず強制的に受注が作成されます。"
    }
    /// A thanks-offer payment, in a row.
    screened_as(first) {
        en: "thanks-offer payment; screened as {first}",
        ja: "サンクスオファーの決済({first} で審査)"
    }

    cause_oplux_disabled() { en: "O-PLUX is switched off", ja: "「O-PLUXを使用する」がOFF" }
    cause_subscription_order() { en: "generated from a subscription", ja: "既存定期受注からの受注作成" }
    cause_admin_order() { en: "made in the admin screen", ja: "「受注管理 > 受注作成」での受注作成" }
    cause_csv_order() { en: "registered by CSV", ja: "CSV登録による受注作成" }
    cause_thanks_offer_payment() { en: "thanks-offer payment", ja: "サンクスオファーの決済" }
    cause_method_unknown() { en: "payment method is not in the configuration", ja: "支払い方法が設定ファイルに未登録" }
    cause_method_disabled() { en: "payment method has O-PLUX off", ja: "支払い方法の「O-PLUXの利用」が無効" }
    cause_existing_customer() { en: "existing customer's later purchase", ja: "既存顧客の2回目以降の購入" }

    explain_oplux_disabled() {
        en: "O-PLUX is switched off (O-PLUXを使用する: OFF). Next: `oplux config set oplux.enabled true`",
        ja: "「O-PLUXを使用する」がOFFのため、審査していません。審査する場合は、次のコマンドを実行してください: `oplux config set oplux.enabled true`"
    }
    explain_subscription_order() {
        en: "Orders generated from an existing subscription are never screened.",
        ja: "既存定期受注から作成された受注(自動・手動)は審査対象外です。"
    }
    explain_admin_order() {
        en: "Orders made in 受注管理 > 受注作成 are never screened.",
        ja: "「受注管理 > 受注作成」で作成された受注は審査対象外です。"
    }
    explain_csv_order() {
        en: "Orders registered by CSV are never screened.",
        ja: "CSV登録で作成された受注は審査対象外です。"
    }
    explain_thanks_offer_payment() {
        en: "This number is the payment of a thanks offer. Only the first payment is screened, and its screening stands. Next: search O-PLUX for the first payment's number.",
        ja: "サンクスオファーの決済は再審査されません。最初の決済(通常オファー)の審査結果が有効です。O-PLUX管理画面の「イベント一覧」では、最初の決済の受注番号で検索してください。"
    }
    explain_method_unknown(id, name) {
        en: "The payment method is not in the configuration. Next: `oplux methods list`, then `oplux methods add {id} {name}`",
        ja: "支払い方法が設定ファイルに登録されていません。次のコマンドで確認し、登録してください: `oplux methods list`、`oplux methods add {id} {name}`"
    }
    explain_method_disabled(id) {
        en: "The payment method has O-PLUX off (O-PLUXの利用). Next: `oplux methods enable {id}`",
        ja: "支払い方法の「O-PLUXの利用」が無効です。審査する場合は、次のコマンドを実行してください: `oplux methods enable {id}`"
    }
    explain_existing_customer() {
        en: "A registered customer's second or later purchase, and 既存顧客でもO-PLUX審査を行う is OFF. Next: `oplux config set oplux.screen_existing_customers true`",
        ja: "会員登録済みの顧客の2回目以降の購入で、「既存顧客でもO-PLUX審査を行う」がOFFです。審査する場合は、次のコマンドを実行してください: `oplux config set oplux.screen_existing_customers true`"
    }

    /// After a 401 or 403 nothing more is sent.
    not_sent() {
        en: "not sent: the credentials were rejected for an order before this one",
        ja: "送信していません。先に送信した受注で、認証情報が拒否されたためです。"
    }
    /// After five orders in a row that could not be reached nothing more is sent.
    not_sent_out_of_reach() {
        en: "not sent: five orders before this one in a row could not be reached; the same call sends it",
        ja: "送信していません。先の受注が5件続けて接続できなかったためです。同じコマンドをもう一度実行すると送信されます。"
    }
    /// Rejected credentials in a row of a table.
    rejected_short() { en: "credentials rejected", ja: "認証情報の拒否" }
    /// A good answer with a result that nobody knows.
    unexpected_answer(number, result) {
        en: "order {number}: O-PLUX answered the result {result}, which is none of OK, NG, HOLD and REVIEW; the event is kept",
        ja: "受注番号 {number}: 自動審査結果が「{result}」でした。OK・NG・HOLD・REVIEWのいずれでもありません。イベントは保存しました。"
    }
    unexpected_answer_hint() {
        en: "look the event up in O-PLUX's admin screen (イベント一覧) and decide there",
        ja: "O-PLUX管理画面の「イベント一覧」で該当のイベントをご確認ください。"
    }
    /// The outcome of an earlier try is not known.
    outcome_unknown(number, began_at) {
        en: "order {number}: the outcome of the screening begun at {began_at} is unknown, so it is not sent again",
        ja: "受注番号 {number}: {began_at} に開始した審査の結果が不明です。二重登録を防ぐため、再送していません。"
    }
    /// The outcome of this try is not known.
    outcome_unknown_because(number, began_at, why) {
        en: "order {number}: the outcome of the screening begun at {began_at} is unknown: {why}",
        ja: "受注番号 {number}: {began_at} に開始した審査の結果が不明です。{why}"
    }
    /// The answer's event ID is one that the store has under another number.
    event_of_another(number) {
        en: "O-PLUX answered with the event of order {number}",
        ja: "O-PLUXから、受注番号 {number} のイベントが返されました。"
    }
    /// How to settle it.
    outcome_unknown_hint(number) {
        en: "search O-PLUX's イベント一覧 for 加盟店管理ID {number}: where the event is not there, screen again with --rescreen; where it is, export it and load it with `oplux import events FILE`",
        ja: "O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに {number} を指定して検索してください。イベントがない場合は `--rescreen` を付けて再審査してください。ある場合は、「イベント一覧」からエクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`"
    }

    /// A dry run does not run a program for the secret.
    secret_not_asked() {
        en: "secret_key_command is not run in a dry run, so the signature is null",
        ja: "`--dry-run` では `secret_key_command` を実行しないため、署名は `null` です。"
    }
    /// Behind the progress bar.
    results_so_far(ok, ng, hold, review, failed) {
        en: "OK {ok} NG {ng} HOLD {hold} REVIEW {review} failed {failed}",
        ja: "OK {ok} NG {ng} HOLD {hold} REVIEW {review} 失敗 {failed}"
    }
    /// Standard input is a terminal.
    reading_stdin() {
        en: "reading orders from standard input; Ctrl-D ends the input",
        ja: "標準入力から受注を読み込みます。入力を終えるには Ctrl-D を押してください。"
    }
    /// The first interruption.
    finishing() {
        en: "interrupted: finishing the requests in flight; once more ends at once and leaves their outcomes unknown",
        ja: "中断します。送信中のリクエストの完了を待っています。もう一度中断するとすぐに終了しますが、送信中の審査の結果が不明になります。"
    }
    /// Telephone numbers whose leading 0 is lost, or of another country.
    no_leading_zero(n) {
        en: "the telephone number of {n} order(s) to be screened does not begin with 0, and the request to O-PLUX has it as it is. If a spreadsheet dropped the 0, export the column as text",
        ja: "審査の対象となる受注のうち{n}件は、電話番号が0から始まっていません。O-PLUXへの審査リクエストでは、この番号をそのまま使用します。表計算ソフトで先頭の0が消えた場合は、列を文字列としてエクスポートし直してください。"
    }
    nameless(n) {
        en: "the name API did not answer for {n} order(s): they were screened without it",
        ja: "{n}件の受注で氏名正規化APIから応答がありませんでした。氏名の正規化なしで審査しました。"
    }
    /// Texts of the server were withheld.
    withheld(n) {
        en: "{n} answer(s) held texts that repeat data of the order, or cannot be checked for it: they are neither shown nor stored; the codes of the rules are",
        ja: "{n}件の応答に、受注の個人情報を含む(または確認できない)文章がありました。個人情報保護のため、文章は表示も保存もせず、ルールコードのみ残しました。"
    }
    /// The closing summary: the four results.
    summary(service, total, ok, ng, hold, review) {
        en: "{service}, {total} order(s): OK {ok}, NG {ng}, HOLD {hold}, REVIEW {review}",
        ja: "{service} {total}件: OK {ok}、NG {ng}、HOLD {hold}、REVIEW {review}"
    }
    summary_not_screened(n) { en: "not screened {n}", ja: "審査対象外 {n}" }
    summary_reused(n) { en: "of these stored before {n}", ja: "うち保存済み {n}" }
    summary_planned(n) { en: "would be sent {n}", ja: "送信予定 {n}" }
    summary_failed(n) { en: "failed {n}", ja: "失敗 {n}" }
    /// With what a batch of --rescreen goes on where it is cut off.
    rescreen_goes_on(call) {
        en: "where this is cut off, this call goes on, and sends nothing a second time:\n{call}",
        ja: "途中で中断した場合は、次のコマンドで、再審査が済んでいない受注から再開できます。\n{call}"
    }
    /// The title of the request in a dry run.
    dry_run_request(number) {
        en: "The request for {number} (not sent):",
        ja: "{number} のリクエスト(未送信):"
    }
    /// Where O-PLUX's names would come from.
    dry_run_note() {
        en: "dry run: nothing was sent or stored; names are shown as entered, without the name API",
        ja: "`--dry-run` のため、送信も保存もしていません。氏名は、氏名正規化APIを使用せず、入力された表記のままです。"
    }

    // Services.
    /// The service's own name.
    oplux() { en: "O-PLUX", ja: "O-PLUX" }
    /// The sister's own name (R15).
    fraud_checker() { en: "Fraud Checker (不正利用チェッカー)", ja: "不正利用チェッカー" }
}

/// A cause in a row.
pub fn cause(cause: Cause) -> Text {
    match cause {
        Cause::OpluxDisabled => cause_oplux_disabled(),
        Cause::SubscriptionOrder => cause_subscription_order(),
        Cause::AdminOrder => cause_admin_order(),
        Cause::CsvOrder => cause_csv_order(),
        Cause::ThanksOfferPayment => cause_thanks_offer_payment(),
        Cause::MethodUnknown => cause_method_unknown(),
        Cause::MethodDisabled => cause_method_disabled(),
        Cause::ExistingCustomer => cause_existing_customer(),
    }
}

/// A cause in full: what it means, and what to do next. `id` and `name` are the payment method's,
/// as far as they are known.
pub fn explanation(cause: Cause, id: Option<u64>, name: Option<&str>) -> Text {
    let id = id.map_or_else(|| "ID".to_owned(), |id| id.to_string());
    // A backtick would end the command.
    let name = name.filter(|name| !name.contains(['`', '\n']));
    let name = name.map_or_else(|| "NAME".to_owned(), quoted);
    match cause {
        Cause::OpluxDisabled => explain_oplux_disabled(),
        Cause::SubscriptionOrder => explain_subscription_order(),
        Cause::AdminOrder => explain_admin_order(),
        Cause::CsvOrder => explain_csv_order(),
        Cause::ThanksOfferPayment => explain_thanks_offer_payment(),
        Cause::MethodUnknown => explain_method_unknown(id, name),
        Cause::MethodDisabled => explain_method_disabled(id),
        Cause::ExistingCustomer => explain_existing_customer(),
    }
}

/// A service by its own name (R15).
pub fn service(service: Service) -> Text {
    match service {
        Service::OPlux => oplux(),
        Service::FraudChecker => fraud_checker(),
    }
}
