//! What `trace` and `reconcile` say: where the event stands, how the two sides differ, why there is
//! no event, and what to do next, by its place in the admin screens.

use super::{Text, at_oplux, screening, texts};
use crate::domain::{
    event::EventRecord,
    matching::{Drift, MainCause, Status, Traced, Verdict},
    order::OrderNumber,
    payment::Standing,
};

texts! {
    /// The event stands under the number itself.
    direct(number, result) {
        en: "{number} is in O-PLUX under its own number: {result}.",
        ja: "{number} は、O-PLUXでも同じ番号で審査されています。審査結果は{result}です。"
    }
    /// The event stands under the first payment's number (R9, R13).
    via_first_payment(number, first, result) {
        en: "{number} is the thanks-offer payment of {first}; search O-PLUX for {first}: {result}.",
        ja: "{number} は {first} のサンクスオファーの決済です。O-PLUXでは {first} で検索してください。審査結果は{result}です。"
    }
    /// The event stands under another number of the payment history.
    via_history(number, other, result) {
        en: "{number} and {other} are payments of one purchase; search O-PLUX for {other}: {result}.",
        ja: "{number} は、決済履歴によると {other} と同じ購入の受注番号です。O-PLUXでは {other} で検索してください。審査結果は{result}です。"
    }
    /// No event anywhere.
    not_found(number, why) {
        en: "{number} has no event in the store ({why}).",
        ja: "{number} のイベントは取り込んだデータにありません({why})。"
    }
    /// No event, and a history that says under which number it stands (R9).
    not_found_later(number, first, why) {
        en: "{number} is the thanks-offer payment of {first}; search O-PLUX for {first}. The store has no event of either ({why}).",
        ja: "{number} は {first} のサンクスオファーの決済です。O-PLUXでは {first} で検索してください。どちらのイベントも取り込んだデータにありません({why})。"
    }
    /// No event, and a thanks offer whose first payment no history names.
    not_found_thanks(number, why) {
        en: "{number} was bought through a thanks offer, so its event stands under the first payment's number, which 決済履歴 shows. The store has no event of {number} ({why}).",
        ja: "{number} はサンクスオファーの受注のため、イベントは最初の決済の受注番号にあります(「決済履歴」で確認できます)。{number} のイベントは取り込んだデータにありません({why})。"
    }
    /// The same with the nearest suggestion.
    not_found_thanks_likely(number, likely, why) {
        en: "{number} was bought through a thanks offer, so its event stands under the first payment's number, likely {likely}; 決済履歴 shows it for certain. The store has no event of {number} ({why}).",
        ja: "{number} はサンクスオファーの受注のため、イベントは最初の決済の受注番号にあります。{likely} の可能性が高いため、「決済履歴」でご確認ください。{number} のイベントは取り込んだデータにありません({why})。"
    }
    /// A result that a person has changed.
    changed_by_hand(auto, manual) { en: "{auto}, changed to {manual} by hand", ja: "{auto}(目視審査で{manual}に変更)" }
    /// A result that a person has confirmed.
    confirmed_by_hand(auto) { en: "{auto}, confirmed by hand", ja: "{auto}(目視審査でも{auto})" }
    /// A manual result without an automatic one.
    only_by_hand(manual) { en: "{manual}, set by hand", ja: "{manual}(目視審査結果)" }
    /// A result with when it was asked for.
    result_at(result, at) { en: "{result} (requested {at})", ja: "{result}、審査申請日時は{at}" }
    /// No result is known.
    no_result() { en: "result unknown", ja: "不明" }

    /// Short causes, for the answer and for tables.
    cause_order_unknown() { en: "no order with this number", ja: "この番号の受注が未取り込み" }
    cause_event_expected() { en: "event expected", ja: "審査されたはずの受注" }
    cause_events_not_loaded() { en: "events of that day not loaded", ja: "該当日のイベントが未取り込み" }
    cause_before_integration() { en: "created before the integration", ja: "連携開始前の受注" }
    cause_screening_failed() { en: "screening failed or outcome unknown", ja: "審査に失敗、または結果が不明" }
    /// The facts do not say why.
    cause_none() { en: "cause unknown", ja: "理由は不明" }

    step_search(number) {
        en: "Search O-PLUX's イベント一覧 for 加盟店管理ID {number}.",
        ja: "O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに {number} を指定して検索してください。"
    }
    step_search_other(number, first) {
        en: "Search O-PLUX's イベント一覧 for 加盟店管理ID {first}, not {number}: each payment is issued its own order number, and only the first payment is screened.",
        ja: "O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに {number} ではなく {first} を指定して検索してください。受注番号は決済を行う度に発番され、審査されるのは最初の決済のみです。"
    }
    drift_auto(shown, auto) {
        en: "ecforce shows {shown}, but the event's 自動審査結果 is {auto}. Compare 受注管理 > 詳細 > 基本設定 (O-PLUX 与信結果) with O-PLUX's event; if either is out of date here, export it and import it again.",
        ja: "ecforceの「O-PLUX 与信結果」は{shown}、イベントの自動審査結果は{auto}です。「受注管理 > 詳細」の「基本設定」(O-PLUX 与信結果)とO-PLUXのイベントを見比べてください。取り込んだデータが古い場合は、エクスポートして取り込み直してください。"
    }
    drift_manual(shown, manual) {
        en: "Somebody set 目視審査結果 to {manual} in O-PLUX; ecforce goes on showing {shown}, as such a change never reaches it. Decide in 受注管理 what happens to the order.",
        ja: "O-PLUX管理画面で目視審査結果が{manual}に変更されています。ecforceの「O-PLUX 与信結果」は{shown}のまま変更されません。受注の対応は「受注管理」でご判断ください。"
    }
    /// The same for a list of orders.
    drift_auto_in_general() {
        en: "Compare 受注管理 > 詳細 > 基本設定 (O-PLUX 与信結果) with O-PLUX's event; if either is out of date here, export it and import it again.",
        ja: "「受注管理 > 詳細」の「基本設定」(O-PLUX 与信結果)とO-PLUXのイベントを見比べてください。取り込んだデータが古い場合は、エクスポートして取り込み直してください。"
    }
    drift_manual_in_general() {
        en: "Somebody changed the result in O-PLUX; ecforce goes on showing the first one, as such a change never reaches it. Decide in 受注管理 what happens to the order.",
        ja: "O-PLUX管理画面で審査結果が変更されています。ecforceの「O-PLUX 与信結果」は変更されません。受注の対応は「受注管理」でご判断ください。"
    }
    step_order_unknown(number) {
        en: "No order in the store has the number {number}. Check the number for typing errors; then export the order from 受注管理 and load it with `oplux import orders FILE`",
        ja: "受注番号 {number} の受注が取り込まれていません。番号に誤りがないかご確認のうえ、「受注管理」から受注をエクスポートし、次のコマンドで取り込んでください: `oplux import orders FILE`"
    }
    step_thanks_unknown(number) {
        en: "Look in 受注管理 > 詳細 > 決済履歴 of {number} for the first payment's order number, and search O-PLUX's イベント一覧 for that number: the order was bought through a thanks offer, and its event stands under the first payment's number.",
        ja: "{number} の「受注管理 > 詳細 > 決済履歴」で最初の決済の受注番号を確認し、その番号をO-PLUX管理画面の「イベント一覧」で検索してください。サンクスオファーの受注のため、イベントは最初の決済の受注番号にあります。"
    }
    step_thanks_likely(number, likely) {
        en: "Look in 受注管理 > 詳細 > 決済履歴 of {number} for the first payment's order number, likely {likely}, and search O-PLUX's イベント一覧 for that number: the order was bought through a thanks offer, and its event stands under the first payment's number.",
        ja: "{number} の「受注管理 > 詳細 > 決済履歴」で最初の決済の受注番号({likely} の可能性が高い)を確認し、その番号をO-PLUX管理画面の「イベント一覧」で検索してください。サンクスオファーの受注のため、イベントは最初の決済の受注番号にあります。"
    }
    step_event_expected(searched) {
        en: "Searched the store for {searched}: there are events of that day, but none of this purchase. Look in 受注管理 > 詳細 > 決済履歴 for another order number, and search O-PLUX's イベント一覧 for that number.",
        ja: "該当日のイベントは取り込まれていますが、{searched} のイベントは見つかりません。「受注管理 > 詳細 > 決済履歴」で別の受注番号を確認し、その番号をO-PLUX管理画面の「イベント一覧」で検索してください。"
    }
    /// The same where the number that was screened is known.
    step_event_expected_later(searched) {
        en: "Searched the store for {searched}: there are events of that day, but none of this purchase. If O-PLUX has the event, export it and load it with `oplux import events FILE`",
        ja: "該当日のイベントは取り込まれていますが、{searched} のイベントは見つかりません。O-PLUXにイベントがある場合は、エクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`"
    }
    step_events_not_loaded(day) {
        en: "The store has no events of {day}. Export them from O-PLUX's イベント一覧 and load them with `oplux import events FILE`",
        ja: "{day}のイベントが取り込まれていません。O-PLUX管理画面の「イベント一覧」からエクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`"
    }
    /// The order's day is not known.
    that_day() { en: "the order's day", ja: "受注日" }
    step_before_integration(created) {
        en: "The order is of {created}, before the integration began (`integrated_at`), so it was not screened. Nothing needs to be done.",
        ja: "受注日時({created})が連携開始日時(`integrated_at`)より前のため、審査されていません。対応は不要です。"
    }
    /// The same of several orders.
    step_before_integration_of_several() {
        en: "Created before the integration began (`integrated_at`), so not screened. Nothing needs to be done.",
        ja: "受注日時が連携開始日時(`integrated_at`)より前のため、審査されていません。対応は不要です。"
    }
    /// With the number whose attempts can be shown.
    step_screening_failed(numbers, number) {
        en: "The last screening of {numbers} from here failed, or its outcome is unknown. Search O-PLUX's イベント一覧 for {numbers}. If the event is there, export it and load it with `oplux import events FILE`; if not, screen again (add --rescreen if the outcome is unknown) with `oplux screen FILE`; the attempts so far are listed by `oplux orders show {number}`",
        ja: "このツールでの最後の審査が失敗したか、結果が不明です。O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに {numbers} を指定して検索してください。イベントがある場合は、エクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`。ない場合は、次のコマンドで再審査してください(結果が不明の場合は `--rescreen` を付けてください): `oplux screen FILE`。これまでの審査の記録を確認するには: `oplux orders show {number}`"
    }
    step_thanks_offer(first) {
        en: "Search O-PLUX's イベント一覧 for 加盟店管理ID {first}: according to the payment history this is the payment of a thanks offer, and the screening of the first payment {first} applies. Its event is not in the store.",
        ja: "O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに {first} を指定して検索してください。決済履歴によるとサンクスオファーの決済で、最初の決済 {first} の審査結果が有効です。そのイベントは取り込んだデータにありません。"
    }
    step_no_cause() {
        en: "Neither ecforce nor O-PLUX shows a screening, and the store does not know enough of the order to tell why. Import the order with 受注経路, 支払い方法, 会員 and 購入回数, and check the configuration with `oplux doctor`",
        ja: "ecforceにもO-PLUXにも審査の記録がなく、取り込んだデータだけでは理由を判断できません。受注経路・支払い方法・会員・購入回数を含む受注データを取り込み、次のコマンドで設定をご確認ください: `oplux doctor`"
    }
    step_history_unknown(number) {
        en: "The store has no payment history of {number}. Open 受注管理 > 詳細 > 決済履歴: if it lists two or more order numbers, paste it into `oplux trace {number} --history -`, or load an export with `oplux import payments FILE`",
        ja: "{number} の決済履歴が取り込まれていません。「受注管理 > 詳細 > 決済履歴」を開き、受注番号が2つ以上ある場合は、内容をコピーし、次のコマンドを実行して貼り付けてください: `oplux trace {number} --history -`。エクスポートしたファイルは、次のコマンドで取り込んでください: `oplux import payments FILE`"
    }
    /// The same of several numbers, the first of which can be copied.
    step_histories_unknown(numbers, first) {
        en: "The store has no payment history of {numbers}. Open 受注管理 > 詳細 > 決済履歴 of each: where it lists two or more order numbers, load an export with `oplux import payments FILE`, or paste it into trace, each with its own number, as in `oplux trace {first} --history -`",
        ja: "{numbers} の決済履歴が取り込まれていません。それぞれの「受注管理 > 詳細 > 決済履歴」を開き、受注番号が2つ以上ある場合は、エクスポートしたファイルを次のコマンドで取り込んでください: `oplux import payments FILE`。1件ずつの場合は、内容をコピーし、次のように該当の受注番号を指定して貼り付けてください: `oplux trace {first} --history -`"
    }

    /// A list that is cut short.
    and_more(list, more) { en: "{list} and {more} more", ja: "{list} ほか{more}件" }
    verdict_not_found() { en: "not found", ja: "見つかりません" }
    status_direct() { en: "own number", ja: "受注番号で一致" }
    status_via() { en: "via history", ja: "決済履歴で一致" }
    status_not_screened() { en: "not screened", ja: "審査なし" }
    status_missing() { en: "missing", ja: "審査漏れ" }
    status_unknown() { en: "not judged yet", ja: "未判定" }
    drift_name_auto() { en: "auto result differs", ja: "自動審査結果の相違" }
    drift_name_manual() { en: "changed by hand", ja: "目視審査で変更" }

    // What `reconcile` says around its rows.
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
    differences() { en: "ecforce and O-PLUX differ", ja: "結果の相違" }
    no_event() { en: "without an event, by cause", ja: "イベントのない受注(理由別)" }
    orphans(count) {
        en: "events whose number is in no order and no payment history: {count}",
        ja: "受注にも決済履歴にもない番号のイベント: {count}件"
    }
    lacking_first_payment(count) {
        en: "bought through a thanks offer (購入オファー), without an event and with no payment history known: {count}; the event stands under the first payment's number",
        ja: "サンクスオファーの受注(購入オファー)のうち、イベントも決済履歴も取り込まれていないもの: {count}件。イベントは最初の決済の受注番号にあります。"
    }
    /// `number` is one of them.
    lacking_first_payment_hint(number) {
        en: "export their 決済履歴 and load it with `oplux import payments FILE`, or paste that of one order (受注管理 > 詳細 > 決済履歴), such as {number}, into `oplux trace {number} --history - --save`",
        ja: "決済履歴をエクスポートし、次のコマンドで取り込んでください: `oplux import payments FILE`。1件ずつの場合は、「受注管理 > 詳細 > 決済履歴」の内容をコピーし、次のように受注番号({number} など)を指定して貼り付けてください: `oplux trace {number} --history - --save`"
    }
    /// Fewer rows than orders.
    selected(rows) { en: "rows selected: {rows}", ja: "表示した受注: {rows}件" }
    empty() { en: "the store has no orders in that period", ja: "指定した期間の受注がありません。" }
    /// `--check` without a row.
    nothing_judged() { en: "--check judged nothing: no order is there to be judged", ja: "判定する受注がないため、`--check` では何も確認していません。" }
    none_selected() { en: "no order matches", ja: "該当する受注はありません。" }
    wrote(path) { en: "saved the report to {path}", ja: "レポートを {path} に保存しました。" }
    not_a_status(allowed) { en: "expected one of {allowed}", ja: "次のいずれかを指定してください: {allowed}" }
}

/// A verdict in a table.
pub fn verdict(verdict: Verdict) -> Text {
    match verdict {
        Verdict::Direct => status_direct(),
        Verdict::ViaPaymentHistory => status_via(),
        Verdict::NotFound => verdict_not_found(),
    }
}

/// A status in a table.
pub fn status(status: Status) -> Text {
    match status {
        Status::Direct => status_direct(),
        Status::ViaPaymentHistory => status_via(),
        Status::NotScreened => status_not_screened(),
        Status::Missing => status_missing(),
        Status::Unknown => status_unknown(),
    }
}

/// A drift in a table.
pub fn drift(drift: Drift) -> Text {
    match drift {
        Drift::AutoMismatch => drift_name_auto(),
        Drift::ManualChanged => drift_name_manual(),
    }
}

/// What to do about a drift, for a list of orders.
pub fn drift_in_general(drift: Drift) -> Text {
    match drift {
        Drift::AutoMismatch => drift_auto_in_general(),
        Drift::ManualChanged => drift_manual_in_general(),
    }
}

/// A main cause in a table and in the answer.
pub fn cause(cause: Option<MainCause>) -> Text {
    match cause {
        Some(MainCause::OrderUnknown) => cause_order_unknown(),
        Some(MainCause::EventExpected) => cause_event_expected(),
        Some(MainCause::EventsNotLoaded) => cause_events_not_loaded(),
        Some(MainCause::BeforeIntegration) => cause_before_integration(),
        Some(MainCause::ScreeningFailed) => cause_screening_failed(),
        Some(MainCause::NotScreened(cause)) => screening::cause(cause),
        None => cause_none(),
    }
}

/// The result of an event with what a person made of it, and when it was requested.
pub fn result(event: &EventRecord) -> Text {
    match event.requested_at {
        Some(at) => result_at(short_result(event), at),
        None => short_result(event),
    }
}

/// The result of an event with what a person made of it.
pub fn short_result(event: &EventRecord) -> Text {
    let auto = event.auto_result.as_deref().filter(|auto| !auto.is_empty());
    match (auto, event.manual_result.as_deref()) {
        (Some(auto), Some(manual)) if manual == auto => confirmed_by_hand(auto),
        (Some(auto), Some(manual)) => changed_by_hand(auto, manual),
        (Some(auto), None) => Text::same(auto),
        (None, Some(manual)) => only_by_hand(manual),
        (None, None) => no_result(),
    }
}

/// The answer in a sentence, to be passed on to a colleague.
pub fn answer(traced: &Traced) -> Text {
    let number = &traced.number;
    let Some(event) = traced.found() else {
        let why = cause(traced.cause);
        return match traced.search_for() {
            Some(first) => not_found_later(number, first, why),
            None if traced.lacks_first_payment() => match likely(traced) {
                Some(likely) => not_found_thanks_likely(number, likely, why),
                None => not_found_thanks(number, why),
            },
            None => not_found(number, why),
        };
    };
    let other = &event.merchant_management_id;
    match (traced.verdict, &traced.standing) {
        (Verdict::Direct, _) => direct(number, result(event)),
        (_, Standing::Later { first: Some(first) }) if first == other => {
            via_first_payment(number, other, result(event))
        }
        _ => via_history(number, other, result(event)),
    }
}

/// What decides an event that waits for a person (R14).
pub fn review_step(number: &OrderNumber, event: &EventRecord) -> Option<Text> {
    event
        .waits_for_a_person()
        .then(|| at_oplux::step_review(number))
}

/// The number that the nearest suggestion stands under.
fn likely(traced: &Traced) -> Option<&OrderNumber> {
    let nearest = traced.suggestions.first()?;
    Some(&nearest.event.merchant_management_id)
}

/// Numbers, as many as can be read.
pub fn listed<N: std::borrow::Borrow<OrderNumber>>(numbers: &[N]) -> Text {
    const MOST: usize = 20;
    let shown = Text::listed(numbers.iter().map(N::borrow).take(MOST));
    match numbers.len().saturating_sub(MOST) {
        0 => shown,
        more => and_more(shown, more),
    }
}
