//! What is said of events at O-PLUX: calls of version 1.0, `pull events`, and the updates.

use serde_json::Value;

use super::{Text, Trouble, lists, texts};
use crate::domain::{
    event::AutoResult,
    review::{
        Code, OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_METHODS, SETTLE_STATUSES, Update, Who,
        manual_code,
    },
};

texts! {
    /// The connection never opened.
    unreachable(service, origin, why) {
        en: "{service} at {origin} cannot be reached: {why}",
        ja: "{service}({origin})に接続できません。{why}"
    }
    /// The connection opened, and no whole answer came.
    no_answer(service, origin, why) { en: "{service} at {origin}: {why}", ja: "{service}({origin})から完全な応答を受信できませんでした。{why}" }
    /// 429 or 5xx after all retries.
    not_now(service, status) {
        en: "{service} does not answer at the moment (HTTP {status})",
        ja: "{service}が現在応答していません(HTTP {status})。"
    }
    /// What to do about it.
    later_hint() {
        en: "try again later: the same call goes on",
        ja: "しばらくしてから、同じコマンドをもう一度実行してください。"
    }
    /// Sending was halted.
    halted() {
        en: "sending was stopped",
        ja: "送信を中止しました。"
    }
    /// Any other 4xx, or result 20, to a question.
    refused(service, status) {
        en: "{service} refused the request (HTTP {status})",
        ja: "{service}がリクエストを拒否しました(HTTP {status})。"
    }
    /// The same to an update.
    refused_update(service, status) {
        en: "{service} refused the request (HTTP {status}); nothing was changed there",
        ja: "{service}がリクエストを拒否しました(HTTP {status})。{service}側の変更はありません。"
    }
    /// What to do about it.
    refused_hint() {
        en: "correct what it names, then make the same call again",
        ja: "示された内容を修正し、同じコマンドをもう一度実行してください。"
    }
    /// No XML of the known form.
    unusable(service, status) {
        en: "the answer of {service} (HTTP {status}) is not one that can be read: no XML of version 1.0 about that event",
        ja: "{service}の応答(HTTP {status})を読み取れません。バージョン1.0のXMLではありません。"
    }
    /// More than is read.
    too_large(service) {
        en: "the answer of {service} is larger than 4 MiB",
        ja: "{service}の応答が4 MiBを超えています。"
    }
    /// What to do about either.
    unusable_hint() {
        en: "check that `oplux.event_url` is the address for getting and updating events (version 1.0)",
        ja: "`oplux.event_url` がイベント取得・更新API(バージョン1.0)のURLであることをご確認ください。"
    }
    /// O-PLUX does not know the event.
    no_such_event(service, id) {
        en: "{service} has no event {id}",
        ja: "{service}にイベント {id} はありません。"
    }
    /// What to do about it.
    no_such_event_hint() {
        en: "check the ID in イベント一覧 of O-PLUX's admin screen, and that shop ID and `oplux.event_url` are those of that shop",
        ja: "O-PLUX管理画面の「イベント一覧」でイベントIDを、設定ファイルで加盟店IDと `oplux.event_url` をご確認ください。"
    }

    /// Nothing waits for a person.
    none_waits() {
        en: "no event waits for a review in that time: nothing was asked",
        ja: "該当する期間に目視審査待ちのイベントはありません。O-PLUXへの問い合わせは行っていません。"
    }
    /// What a pull adds up to.
    pulled(new, changed, unchanged, failed) {
        en: "pulled: {new} new, {changed} changed, {unchanged} unchanged; {failed} failed",
        ja: "取得結果: 新規{new}件、変更{changed}件、変更なし{unchanged}件、失敗{failed}件"
    }
    /// Behind the bar of progress.
    failed_so_far(n) { en: "{n} failed", ja: "失敗{n}件" }
    /// The first interruption.
    finishing() {
        en: "interrupted: waiting for the call in flight; once more ends at once",
        ja: "中断します。送信中のリクエストの完了を待っています。もう一度中断するとすぐに終了します。"
    }
    /// After rejected credentials.
    not_sent_rejected() {
        en: "not sent: the credentials were rejected for an event before this one",
        ja: "送信していません。先のイベントで、認証情報が拒否されたためです。"
    }
    /// After five in a row that could not be reached.
    not_sent_out_of_reach() {
        en: "not sent: five events before this one in a row could not be reached; the same call sends it",
        ja: "送信していません。先のイベントが5件続けて接続できなかったためです。同じコマンドをもう一度実行すると送信されます。"
    }
    /// A number under which the store has no event.
    no_event_of(number) {
        en: "the store has no event for the number {number}; nothing was sent",
        ja: "受注番号 {number} のイベントが取り込まれていないため、送信していません。"
    }
    no_event_of_hint(number) {
        en: "see why, and under which number it may stand, with `oplux trace {number}`",
        ja: "理由と、対応する可能性のある受注番号は、次のコマンドで確認できます: `oplux trace {number}`"
    }
    /// Nobody says under which number the event stands.
    number_unknown(id) {
        en: "neither the store nor O-PLUX's answer says under which merchant management ID event {id} stands; it was not kept",
        ja: "イベント {id} の加盟店管理IDが、取り込んだデータにもO-PLUXの応答にもないため、保存していません。"
    }
    number_unknown_hint(id) {
        en: "O-PLUX's admin screen shows it: name it with `oplux pull events {id} --merchant-id NUMBER`",
        ja: "O-PLUX管理画面で加盟店管理IDを確認し、次のように指定してください: `oplux pull events {id} --merchant-id 受注番号`"
    }
    merchant_id_of_one() {
        en: "--merchant-id is for one event",
        ja: "`--merchant-id` は、イベントを1件だけ指定したときに使用できます。"
    }
    known_by_another_number(id, number) {
        en: "the store has event {id} under the number {number}, not under that of --merchant-id",
        ja: "イベント {id} は、取り込んだデータでは加盟店管理ID {number} のイベントです。`--merchant-id` の番号と一致しません。"
    }
    title_changes() { en: "Changes", ja: "変更内容" }
    title_drift() { en: "Difference", ja: "相違" }
    title_error() { en: "Error", ja: "エラー" }
    deadline() { en: "Deadline", ja: "判定期限" }
    manual_reason() { en: "Manual reason", ja: "目視審査の理由" }
    score() { en: "Score", ja: "スコア" }
    /// A deadline and how much of it is left.
    deadline_at(at, left) { en: "{at} ({left})", ja: "{at}まで({left})" }
    left(age) { en: "{age} left", ja: "残り{age}" }
    deadline_passed() { en: "passed", ja: "期限切れ" }
    fired() { en: "Rules that fired", ja: "該当ルール" }
    deleted() { en: "Out of matching", ja: "照合対象外" }
    blacklisted() { en: "Blacklist", ja: "ブラックリスト" }
    pulled_at() { en: "Pulled", ja: "取得日時" }
    buyer() { en: "buyer", ja: "購入者" }
    delivery() { en: "delivery address", ja: "配送先" }
    expected_result() { en: "expected one of ok, ng, hold", ja: "ok・ng・holdのいずれかを指定してください。" }
    memo_too_long(most) { en: "a memo has at most {most} characters", ja: "メモは{most}文字以内で指定してください。" }
    expected_code(codes) { en: "expected one of: {codes}", ja: "次のいずれかを指定してください: {codes}" }
    expected_who() { en: "expected one of buyer, delivery, both", ja: "buyer・delivery・bothのいずれかを指定してください。" }
    nothing_to_review() {
        en: "nothing to change: give --result, --memo or both",
        ja: "変更内容がありません。`--result`、`--memo` の一方または両方を指定してください。"
    }
    no_status() { en: "no settle status is given: --status CODE|NAME", ja: "決済ステータスが指定されていません。`--status` で指定してください。" }
    file_hint() {
        en: "give a file in any form that import reads, with the columns event_id or number, and result, memo or settle_status; nothing was sent",
        ja: "`import` と同じ形式のファイルを指定してください。列は `event_id` または `number` と、`result`・`memo`・`settle_status` です。何も送信していません。"
    }
    /// Columns of a file that the command does not use.
    columns_passed_over(names) { en: "columns passed over: {names}", ja: "この操作では使用しない列: {names}" }
    /// The event of a row is that of another number than the row's.
    other_number(event, number, given) {
        en: "event {event} is that of number {number}, not of {given}; correct one of the two, or leave one empty",
        ja: "イベント {event} の受注番号は {number} で、{given} ではありません。どちらかを修正するか、空にしてください。"
    }
    in_column(column, why) { en: "column `{column}`: {why}", ja: "列「{column}」: {why}" }
    file_without_events() { en: "it has no column event_id or number", ja: "`event_id` 列も `number` 列もありません。" }
    no_event_named() { en: "no event ID and no number", ja: "イベントIDも受注番号もありません。" }
    named_twice() { en: "the event of this row is named before", ja: "同じイベントが先の行にもあります。" }
    dry_run() { en: "dry run: nothing is sent, nothing is stored", ja: "`--dry-run` のため、送信も保存もしていません。" }
    /// Before it is sent: what, and to which shop.
    what_is_sent(action, events, calls, shop, host, fields) {
        en: "{action}: {events} event(s) in {calls} call(s), at O-PLUX for shop {shop} ({host}): {fields}",
        ja: "{action}: イベント{events}件(送信{calls}回)。送信先は加盟店ID {shop} のO-PLUX({host})です。送信項目: {fields}"
    }
    update_result() { en: "manual result", ja: "目視審査結果" }
    update_memo() { en: "memo", ja: "目視審査メモ" }
    update_settle_status() { en: "settle status", ja: "決済ステータス" }
    update_blacklist() { en: "blacklist", ja: "ブラックリスト" }
    update_whom() { en: "whom", ja: "対象" }
    update_category() { en: "category", ja: "区分" }
    update_other_category() { en: "other category", ja: "その他の区分" }
    update_matching() { en: "matching", ja: "照合対象" }
    listed() { en: "add", ja: "登録" }
    lifted() { en: "take off", ja: "解除" }
    taken_out() { en: "take out", ja: "除外" }
    taken_back() { en: "take back", ja: "復帰" }
    characters(n) { en: "({n} characters)", ja: "({n}文字)" }
    with_memo() { en: "yes", ja: "あり" }
    send_now() { en: "Send it now?", ja: "送信しますか?" }
    needs_yes() { en: "without a terminal nobody can be asked, so nothing was sent", ja: "端末以外では、確認なしに送信できません。" }
    needs_yes_hint() { en: "--yes sends it; --dry-run shows what would be sent", ja: "送信するには `--yes` を付けてください。送信内容は `--dry-run` で確認できます。" }
    not_confirmed() { en: "nothing was sent", ja: "送信していません。" }
    /// What the updates add up to.
    updated(sent, failed) { en: "{sent} event(s) changed at O-PLUX, {failed} failed", ja: "O-PLUXで{sent}件のイベントを変更しました(失敗{failed}件)。" }
    /// The second of two calls failed.
    only_one_added(first, second, why) {
        en: "the {first} is on the blacklist now, the {second} is not: {why}",
        ja: "{first}はブラックリストに登録しましたが、{second}は登録できていません。{why}"
    }
    only_one_lifted(first, second, why) {
        en: "the {first} is off the blacklist now, the {second} is not: {why}",
        ja: "{first}はブラックリストから解除しましたが、{second}は解除できていません。{why}"
    }
    other_not_known(first, second, why) {
        en: "the {first} is as it was asked for; whether the {second} is, is not known: {why}",
        ja: "{first}は変更しましたが、{second}が変更されたかは不明です。{why}"
    }
    same_call_again() { en: "the same call sends what is left", ja: "同じコマンドをもう一度実行すると、残りを送信します。" }
    title_action() { en: "Action", ja: "操作" }
    title_sent() { en: "Sent", ja: "送信" }
    sent_yes() { en: "sent", ja: "送信済み" }
    sent_no() { en: "not sent", ja: "未送信" }
    sent_not_needed() { en: "already so", ja: "変更不要" }
    action_review() { en: "review", ja: "目視審査" }
    action_settle() { en: "settle", ja: "決済ステータス" }
    action_blacklist() { en: "blacklist", ja: "ブラックリスト" }
    action_delete() { en: "delete", ja: "照合対象から除外" }
    action_restore() { en: "restore", ja: "照合対象に復帰" }
    /// No order waits for a person.
    none_to_review() { en: "no order waits for a review", ja: "目視審査待ちの受注はありません。" }
    /// What to do with the work list.
    how_to_review() {
        en: "decide them in ecforce (受注管理) and in O-PLUX; ok, ng or hold: `oplux events review NUMBER --result ok`",
        ja: "ecforceの「受注管理」とO-PLUXの両方で対応してください。O-PLUXの目視審査結果(ok、ng、hold)を登録するには: `oplux events review 受注番号 --result ok`"
    }
    age() { en: "Age", ja: "経過時間" }
    shown_by_ecforce() { en: "ecforce", ja: "O-PLUX 与信結果" }
    age_minutes(minutes) { en: "{minutes} min", ja: "{minutes}分" }
    age_hours(hours, minutes) { en: "{hours} h {minutes} min", ja: "{hours}時間{minutes}分" }
    age_days(days, hours) { en: "{days} d {hours} h", ja: "{days}日{hours}時間" }
    /// An event that waits for a person.
    step_review(number) {
        en: "It waits for a review: decide it in O-PLUX, and in ecforce (受注管理), too, which does not take over O-PLUX's result; ok, ng or hold: `oplux events review {number} --result ok`",
        ja: "目視審査待ちです。O-PLUXで登録した結果はecforceに反映されないため、ecforceの「受注管理」でも対応してください。O-PLUXの目視審査結果(ok、ng、hold)を登録するには: `oplux events review {number} --result ok`"
    }
    no_value() { en: "none", ja: "なし" }
    /// Was and now.
    was_now(field, was, now) { en: "{field}: {was} -> {now}", ja: "{field}: {was}から{now}に変更" }
}

/// A change of an event or an order in a table: what it was and what it is now, of all but results
/// and memos the name alone.
pub fn change(field: &str, was: &Value, now: &Value) -> Text {
    let name = match field {
        "requested_at" => lists::requested_at(),
        "deadline" => deadline(),
        "auto_result" => lists::auto_result(),
        "manual_result" => lists::manual_result(),
        "memo" => lists::memo(),
        "manual_reason" => manual_reason(),
        "score" => score(),
        "rules" => lists::reasons(),
        "similars" => lists::similars(),
        "result" => lists::result(),
        "ecforce_id" => lists::ecforce_id(),
        "created_at" => lists::created_at(),
        "channel" => lists::channel(),
        "offer" => lists::offer(),
        "payment_method_id" | "payment_method" => lists::payment_method(),
        "total" => lists::total(),
        "customer_id" => lists::customer_id(),
        "ad_url_id" => lists::ad_url_id(),
        "state" => lists::state(),
        "payment_state" => lists::payment_state(),
        "reason" => lists::reason(),
        // One that has no title here is still told apart by its name.
        name => Text::same(name),
    };
    let word = |value: &Value| value.as_str().map_or_else(no_value, Text::same);
    match field {
        "auto_result" | "manual_result" | "memo" | "result" => was_now(name, word(was), word(now)),
        _ => name,
    }
}

/// Whom a blacklist names, by the name in JSON.
pub fn who(name: &str) -> Text {
    match name {
        "buyer" => buyer(),
        _ => delivery(),
    }
}

/// An update, by the name in JSON.
pub fn action(name: &str) -> Text {
    match name {
        "review" => action_review(),
        "settle" => action_settle(),
        "blacklist" => action_blacklist(),
        "delete" => action_delete(),
        _ => action_restore(),
    }
}

/// A field of an update as it is on the wire (of a memo its length, as `Update::noted` gives it),
/// in the words of O-PLUX's screens: what it is called, and its value.
pub fn update_field(name: &str, value: &str) -> Option<(Text, Text)> {
    let is_on = value == "1";
    let said = match name {
        "maResult" => {
            let mut results = AutoResult::ALL.into_iter();
            let result = results.find(|result| manual_code(*result) == Some(value));
            (
                update_result(),
                result.map_or(Text::same(value), Text::same),
            )
        }
        "memo" => {
            let length = value.strip_prefix('(');
            let length = length.and_then(|text| text.strip_suffix(" characters)"));
            (update_memo(), length.map_or(Text::same(value), characters))
        }
        "settle_status" => (update_settle_status(), code(&SETTLE_STATUSES, value)),
        "blacked" => (update_blacklist(), if is_on { listed() } else { lifted() }),
        "black_customer_type" => {
            let mut whom = Who::ALL.into_iter();
            let whom = whom.find(|who| who.code() == value);
            let whom = whom.map_or(Text::same(value), |whom| who(whom.name()));
            (update_whom(), whom)
        }
        "black_settle_category" => (update_category(), code(&PAYMENT_CATEGORIES, value)),
        "black_other_category" => (update_other_category(), code(&OTHER_CATEGORIES, value)),
        "deleted" => {
            let matching = if is_on { taken_out() } else { taken_back() };
            (update_matching(), matching)
        }
        _ => return None,
    };
    Some(said)
}

/// An update as it is confirmed before it is sent. With `any_memo` the memos of several events,
/// which differ in length, are told alike.
pub fn update(update: &Update, any_memo: bool) -> Text {
    let said = update.noted().into_iter().filter_map(|(name, value)| {
        let (title, value) = update_field(name, &value)?;
        let value = match name {
            "memo" if any_memo => with_memo(),
            _ => value,
        };
        Some(Text::joined(&[title, value], ": "))
    });
    let mut said: Vec<Text> = said.collect();
    match update {
        Update::Blacklist { .. } => {
            let more = Text::listed(said.split_off(1));
            let more = Text::new(format!("({})", more.en), format!("({})", more.ja));
            said.push(more);
            Text::joined(&said, " ")
        }
        _ => Text::listed(&said),
    }
}

/// 決済ステータス as the store has it: a code with its name; a word of an export as it came.
pub fn settle_status(text: &str) -> Text {
    let is_code = text.bytes().all(|byte| byte.is_ascii_digit());
    match is_code {
        true => code(&SETTLE_STATUSES, text),
        false => Text::same(text),
    }
}

/// O-PLUX's settle method (決済方法): a code with its name.
pub fn settle_method(number: &str) -> Text {
    code(&SETTLE_METHODS, number)
}

/// A code of O-PLUX with its name.
fn code(table: &'static [Code], value: &str) -> Text {
    let Some(Code { number, name, ja }) = Code::find(table, value) else {
        return Text::same(value);
    };
    Text::new(format!("{number} {name}"), format!("{number} {ja}"))
}

/// So many minutes, in the two largest units.
pub fn age_of(minutes: i64) -> Text {
    match minutes {
        ..120 => age_minutes(minutes),
        120..2880 => age_hours(minutes / 60, minutes % 60),
        _ => age_days(minutes / 1440, minutes % 1440 / 60),
    }
}

/// A failure of the second of two calls says what holds now.
pub fn partly(updates: &[Update], why: Trouble) -> Trouble {
    let [
        Update::Blacklist {
            who: first,
            reasons,
        },
        Update::Blacklist { who: second, .. },
    ] = updates
    else {
        return why;
    };
    let (first, second) = (who(first.name()), who(second.name()));
    let why_text = why.said.message;
    let message = match reasons {
        _ if why.kind.may_be_done() => other_not_known(first, second, why_text),
        Some(_) => only_one_added(first, second, why_text),
        None => only_one_lifted(first, second, why_text),
    };
    Trouble::hinted(why.kind, message, same_call_again())
}
