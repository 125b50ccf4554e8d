//! What `reconcile` says around its rows.

use super::texts;

texts! {
    title_number() { en: "Order", ja: "受注番号" }
    title_created_at() { en: "Created at", ja: "受注日時" }
    title_ecforce() { en: "ecforce", ja: "ecforce" }
    title_status() { en: "Status", ja: "状態" }
    /// Automatic result, and the one set by a person.
    title_oplux() { en: "O-PLUX", ja: "O-PLUX" }
    title_note() { en: "Number or note", ja: "番号・備考" }
    /// The first line of the summary.
    summary(orders) { en: "orders: {orders}", ja: "受注 {orders}件" }
    /// A line of the summary.
    line(label, count, share) { en: "{label}: {count} ({share})", ja: "{label}: {count}件({share})" }
    /// Under a line, by cause or kind.
    part(label, count, share) { en: "  {label}: {count} ({share})", ja: "  {label}: {count}件({share})" }
    drift() { en: "ecforce and O-PLUX differ", ja: "結果の相違" }
    no_event() { en: "without an event, by cause", ja: "イベントのない受注(理由別)" }
    orphans(count) {
        en: "events whose number is in no order and no payment history: {count}",
        ja: "受注にも決済履歴にもない番号のイベント: {count}件"
    }
    /// Bought through a thanks offer, without an event and a payment history.
    lacking_first_payment(count) {
        en: "bought through a thanks offer (購入オファー), without an event and with no payment history known: {count}; the event stands under the first payment's number",
        ja: "サンクスオファーの受注(購入オファー)のうち、イベントも決済履歴もストアにないもの: {count}件。イベントは最初の決済の受注番号にあります。"
    }
    lacking_first_payment_hint() {
        en: "export their 決済履歴 and load it with `oplux import payments FILE`, or paste that of one order (受注管理 > 詳細 > 決済履歴) into `oplux trace NUMBER --history - --save`",
        ja: "決済履歴をエクスポートし、次のコマンドで取り込んでください: `oplux import payments FILE`。1件ずつの場合は、「受注管理 > 詳細 > 決済履歴」の内容をコピーし、次のコマンドを実行して貼り付けてください: `oplux trace NUMBER --history - --save`"
    }
    /// Fewer rows than orders.
    selected(rows) { en: "rows selected: {rows}", ja: "表示した受注: {rows}件" }
    empty() { en: "the store has no orders, or none in that period", ja: "ストアに受注がないか、指定した期間の受注がありません。" }
    empty_hint() { en: "load an export with `oplux import orders FILE`", ja: "エクスポートしたファイルを、次のコマンドで取り込んでください: `oplux import orders FILE`" }
    none_selected() { en: "no order matches", ja: "該当する受注はありません。" }
    wrote(path) { en: "saved the report to {path}", ja: "レポートを {path} に保存しました。" }
    not_a_status(allowed) { en: "expected one of {allowed}", ja: "次のいずれかを指定してください: {allowed}" }
}
