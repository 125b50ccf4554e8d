//! What the page of `reconcile --report` says: for a shop's manager, who has never seen this tool.

use super::texts;

texts! {
    cannot_write(path, cause) { en: "{path} cannot be written: {cause}", ja: "{path} に書き込めません({cause})。" }
    cannot_write_hint() { en: "check the folder and its permissions, or name another file", ja: "フォルダと権限を確認するか、別のファイルを指定してください。" }
    nothing_to_open() { en: "--open opens a file, and `-` is standard output", ja: "`--open` は、`--report -`(標準出力)と一緒に指定できません。" }
    nothing_to_open_hint() { en: "name a file: --report report.html --open", ja: "ファイルを指定してください(例: `--report report.html --open`)。" }
    cannot_open(path, cause) { en: "{path} was written, and cannot be opened here: {cause}", ja: "{path} を作成しましたが、ブラウザで開けませんでした({cause})。" }
    cannot_open_hint() { en: "open the file in a browser yourself", ja: "ブラウザでファイルを直接開いてください。" }
    /// The page's title.
    title() { en: "Orders and their O-PLUX screenings", ja: "受注とO-PLUX審査の照合レポート" }
    /// What the page is for.
    lead() {
        en: "Every order of the shop, compared with the screenings in O-PLUX.",
        ja: "ショップの受注とO-PLUXの審査結果を照合した結果です。"
    }
    period() { en: "Period", ja: "対象期間" }
    /// A period with both ends.
    period_between(from, to) { en: "{from} to {to}", ja: "{from} から {to}" }
    /// A period without an end.
    period_since(from) { en: "since {from}", ja: "{from} 以降" }
    /// A period without a beginning.
    period_until(to) { en: "until {to}", ja: "{to} まで" }
    /// No period was given.
    period_all() { en: "all orders", ja: "すべての受注" }
    made_at() { en: "Made at (Tokyo time)", ja: "作成日時(日本時間)" }
    store() { en: "Store", ja: "データファイル" }
    /// The label of the links to the sections.
    contents() { en: "On this page", ja: "目次" }

    /// No order is missing and none drifts.
    verdict_clear() {
        en: "Nothing to do: no order is missing, and no result differs.",
        ja: "対応が必要な受注はありません。審査漏れも、結果の相違もありませんでした。"
    }
    /// Some orders need a person.
    verdict_look(missing, drift) {
        en: "Needs a look: missing {missing}, results that differ {drift}.",
        ja: "確認が必要な受注があります。審査漏れ{missing}件、結果の相違{drift}件。"
    }
    /// Some orders could not be judged.
    verdict_unknown(unknown) {
        en: "Not judged yet: {unknown}. Load O-PLUX's events of the period with the command below, then make this page again.",
        ja: "未判定の受注が{unknown}件あります。次のコマンドで対象期間のイベントを取り込んでから、レポートを作り直してください。"
    }
    /// No order fits.
    no_orders() { en: "No orders in this period", ja: "この期間の受注はありません" }
    /// What to do where there is no order.
    no_orders_hint() {
        en: "Choose a longer period, or load the orders that ecforce exports as CSV:",
        ja: "期間を広げるか、ecforceからエクスポートした受注のCSVを次のコマンドで取り込んでください。"
    }

    orders() { en: "Orders", ja: "受注" }
    screened() { en: "Screened", ja: "審査済み" }
    of_all(share) { en: "{share} of all orders", ja: "全受注の {share}" }
    share() { en: "Share", ja: "割合" }
    status() { en: "Status", ja: "状態" }
    total() { en: "Total", ja: "合計" }

    overview() { en: "All orders by status", ja: "状態別の件数" }
    direct() { en: "Own number", ja: "受注番号で一致" }
    direct_means() {
        en: "O-PLUX has a screening under the order's own number.",
        ja: "O-PLUXに、受注番号と同じ加盟店管理IDのイベントがあります。"
    }
    via_history() { en: "Via payment history", ja: "決済履歴で一致" }
    via_history_means() {
        en: "O-PLUX has the screening under another number from the order's payment history: each payment gets its own order number, and the payment of a thanks offer is not screened again. This is normal.",
        ja: "決済履歴にある別の受注番号で、O-PLUXのイベントが見つかりました。受注番号は決済を行う度に発番され、サンクスオファーの決済では再審査を行わないためです。正常な状態です。"
    }
    not_screened() { en: "Not screened", ja: "審査なし" }
    not_screened_means() {
        en: "The order is exempt from screening by its kind or by the settings, or there is not enough data to tell whether it should have been screened. The causes are listed below.",
        ja: "受注の種類や設定により審査の対象外か、審査の要否を判断できる情報がない受注です。理由は下の表をご確認ください。"
    }
    missing() { en: "Missing", ja: "審査漏れ" }
    missing_means() {
        en: "A screening is expected in O-PLUX and was not found, or the attempt to screen failed. Look into each of them.",
        ja: "O-PLUXにあるはずのイベントが見つからないか、審査に失敗した受注です。1件ずつご確認ください。"
    }
    unknown() { en: "Not judged yet", ja: "未判定" }
    unknown_means() {
        en: "O-PLUX's events of that day have not been loaded, so it cannot be told whether a screening is missing.",
        ja: "該当日のO-PLUXのイベントを取り込んでいないため、審査の有無を判定できません。"
    }
    /// Events whose number is in no order.
    orphans(count) { en: "Events without an order: {count}", ja: "受注のないイベント: {count}件" }
    orphans_means() {
        en: "O-PLUX has these screenings under numbers that are in no order and in no payment history of the store. Some belong to purchases that O-PLUX turned away; one may belong to a missing order.",
        ja: "取り込んだどの受注にも決済履歴にもない受注番号で、O-PLUXに登録されているイベントです。審査の結果、受注が作成されなかった購入のほか、審査漏れの受注のイベントの可能性もあります。"
    }

    by_day() { en: "Day by day", ja: "日別の推移" }
    /// Which days the chart shows.
    by_day_of(first, last) { en: "Orders from {first} to {last}", ja: "受注件数({first} 〜 {last})" }
    by_day_description(direct, via_history, missing, drift) {
        en: "Stacked bars, one for each day or, where there are many, each week or month: orders found under their own number {direct}, via the payment history {via_history}, missing {missing}. The row below counts the orders whose results differ: {drift}. The same numbers are in the table below.",
        ja: "1日ごと(日数が多い場合は週または月ごと)の積み上げ棒グラフです。受注番号で一致{direct}件、決済履歴で一致{via_history}件、審査漏れ{missing}件。下の段は結果の相違{drift}件です。同じ数値を下の表に示しています。"
    }
    by_day_note() {
        en: "Point at a bar for its numbers. Orders that were not screened or not judged yet are in the table only.",
        ja: "棒にカーソルを合わせると件数が表示されます。審査なし・未判定の受注は、表にのみ表示しています。"
    }
    /// The numbers of one bar: a day, a week or a month.
    day_title(day, direct, via_history, missing, drift) {
        en: "{day}: own number {direct}, via payment history {via_history}, missing {missing}, differing {drift}",
        ja: "{day}: 受注番号で一致 {direct}、決済履歴で一致 {via_history}、審査漏れ {missing}、結果の相違 {drift}"
    }
    undated(count) {
        en: "Orders without a time, on no day of the chart: {count}",
        ja: "受注日時が不明のため、グラフに含まれない受注: {count}件"
    }
    no_days() { en: "No order has a time, so there is no chart.", ja: "受注日時のわかる受注がないため、グラフはありません。" }
    numbers_table() { en: "The numbers as a table", ja: "数値を表で見る" }
    day() { en: "Day", ja: "日付" }
    other() { en: "Other", ja: "その他" }
    all_of_day() { en: "All orders", ja: "受注合計" }
    /// What can be scrolled sideways.
    scrolls(what) { en: "{what} (scrolls sideways)", ja: "{what}(横にスクロールできます)" }

    causes() { en: "Why orders have no screening", ja: "審査がない理由" }
    cause() { en: "Cause", ja: "理由" }
    no_causes() { en: "Every order has its screening.", ja: "すべての受注に審査結果があります。" }

    drift() { en: "Results that differ", ja: "結果の相違" }
    /// The name of the drift's row, beside the chart: as short as can be.
    drift_short() { en: "Differ", ja: "相違" }
    drift_means() {
        en: "ecforce shows another result than O-PLUX. A change from HOLD or REVIEW to OK or NG that a person makes in O-PLUX never reaches ecforce, so a difference is no fault in itself: check that the order was handled as O-PLUX says now.",
        ja: "ecforceの「O-PLUX 与信結果」とO-PLUXの結果が異なる受注です。O-PLUX管理画面でHOLDやREVIEWをOKやNGに変更しても、ecforceの値は変更されない仕様です。現在のO-PLUXの結果に沿って受注を処理したか、ご確認ください。"
    }
    no_drift() { en: "Nothing to do: no result differs.", ja: "結果の相違はありません。対応は不要です。" }
    kind() { en: "Difference", ja: "相違の種類" }
    drift_kinds() { en: "Differences by kind", ja: "相違の種類別の件数" }
    drift_rows() { en: "Orders whose results differ", ja: "結果に相違がある受注" }
    missing_rows() { en: "Orders without their screening", ja: "審査が見つからない受注" }
    no_missing() { en: "Nothing to do: no screening is missing.", ja: "審査漏れはありません。対応は不要です。" }
    what_to_do() { en: "What to do", ja: "次の操作" }

    number() { en: "Order number", ja: "受注番号" }
    created_at() { en: "Ordered at", ja: "受注日時" }
    payment_method() { en: "Payment method", ja: "支払い方法" }
    ecforce_result() { en: "ecforce shows", ja: "O-PLUX 与信結果" }
    auto_result() { en: "O-PLUX, automatic", ja: "自動審査結果" }
    manual_result() { en: "O-PLUX, by hand", ja: "目視審査結果" }
    /// By what O-PLUX finds the event.
    merchant_id() { en: "In O-PLUX under", ja: "加盟店管理ID" }
    event_id() { en: "Event ID", ja: "イベントID" }
    /// For whom a dash is read aloud.
    no_value() { en: "none", ja: "なし" }

    /// More rows than the page shows.
    more(shown, all) {
        en: "{shown} of {all} are shown. This command gives all of them, for a spreadsheet:",
        ja: "全{all}件のうち{shown}件を表示しています。すべての受注は、次のコマンドでCSVに出力できます。"
    }
    /// All rows are shown.
    as_csv() {
        en: "The same list for a spreadsheet:",
        ja: "この一覧は、次のコマンドでCSVに出力できます。"
    }
    footer() {
        en: "Made by oplux from its store alone. Nothing was changed in ecforce or O-PLUX. This page holds no names, addresses or other personal data, loads nothing, and can be passed on as it is.",
        ja: "このレポートはopluxに取り込んだデータから作成されました。ecforceとO-PLUXのデータは変更していません。氏名や住所などの個人情報は含まれません。外部の読み込みもないため、このまま共有できます。"
    }
}
