//! What the store says where it cannot be used; what is said of copies of it, of what is too old in
//! it, and of completions and manual pages; and what `log` says of its entries.

use serde_json::Value;

use super::{Lang, Text, at_oplux, config, lists, texts};

texts! {
    /// Another process held the store for longer than is waited.
    locked(path) {
        en: "the store {path} is in use by another process, and stayed so for too long",
        ja: "データファイル {path} は、ほかの処理が使用中のため開けませんでした。",
    }
    /// What to do where the store is locked.
    locked_hint() {
        en: "wait until the other command has ended, then run this one again",
        ja: "ほかのコマンドの終了を待って、もう一度実行してください。",
    }
    untold_run(lock) {
        en: "another run has this order in flight, and its file {lock} cannot be read, so nobody can tell whether it is still working",
        ja: "この受注は別の処理が審査中ですが、その処理が続いているかを確認できません。ファイル {lock} を読み込めないためです。",
    }
    untold_run_hint() {
        en: "run it as the user to whom the file belongs; where no run of theirs is left, they can remove the file",
        ja: "ファイルの所有者のユーザーで実行してください。そのユーザーのopluxがすでに終了している場合は、所有者がファイルを削除してください。",
    }
    /// The file is a store, but cannot be read as one.
    damaged(path) {
        en: "the store {path} is damaged",
        ja: "データファイル {path} が破損しています。",
    }
    /// The file is no store of this program.
    not_a_store(path) {
        en: "{path} is not a store of oplux",
        ja: "{path} はopluxのデータファイルではありません。",
    }
    /// What to do where the store is damaged.
    damaged_hint() {
        en: "put back a copy with `oplux restore FILE`, or move it aside together with its -wal and -shm and import again; check it with `oplux doctor`",
        ja: "バックアップがある場合は、次のコマンドで復元してください: `oplux restore FILE`。ない場合は、ファイルを -wal、-shm とともに別の場所へ移してから、データを取り込み直してください。データファイルの状態は、次のコマンドでご確認ください: `oplux doctor`",
    }
    /// What to do where the file belongs to something else.
    not_a_store_hint() {
        en: "name another file with `--store`, `$OPLUX_STORE` or `store` in the configuration",
        ja: "`--store`、`$OPLUX_STORE`、または設定ファイルの `store` で別のファイルを指定してください。",
    }
    /// A newer version of the program made the store.
    newer(path, found, known) {
        en: "the store {path} was made by a newer version of oplux (its schema is {found}, this version knows {known})",
        ja: "データファイル {path} は、新しいバージョンのopluxで作成されています(スキーマ{found}。このバージョンは{known}まで対応)。",
    }
    /// What to do where the store is newer.
    newer_hint() {
        en: "update oplux, or name another file with `--store`",
        ja: "opluxを更新するか、`--store` で別のファイルを指定してください。",
    }
    /// Nothing is at the path, or the path is a link to nothing.
    missing(path) {
        en: "there is no store at {path}",
        ja: "{path} にデータファイルがありません。",
    }
    missing_hint() {
        en: "check the name of the store or profile, or load an export with `oplux import orders FILE`",
        ja: "データファイルまたはプロファイルの名前をご確認のうえ、次のコマンドで取り込んでください: `oplux import orders FILE`",
    }
    link_hint() {
        en: "it is a link to nothing: put the store back where the link leads, or remove the link first and then load an export with `oplux import orders FILE`",
        ja: "リンク先のファイルがありません。リンク先にデータファイルを戻すか、先にリンクを削除してから、次のコマンドで取り込んでください: `oplux import orders FILE`",
    }
    no_orders(path) {
        en: "the store {path} has no orders, so there is nothing to judge",
        ja: "データファイル {path} に受注が取り込まれていないため、確認できません。",
    }
    no_orders_hint() {
        en: "load an export with `oplux import orders FILE`",
        ja: "エクスポートしたファイルを、次のコマンドで取り込んでください: `oplux import orders FILE`",
    }
    /// The store, its folder or a file beside it cannot be opened or written.
    unwritable(path, cause) {
        en: "the store {path} cannot be opened or written: {cause}",
        ja: "データファイル {path} を開けないか、書き込めません({cause})。",
    }
    /// What to do where the store is not writable.
    unwritable_hint() {
        en: "check the permissions of the file and its folder, or name another file with `--store`",
        ja: "ファイルとフォルダの権限を確認するか、`--store` で別のファイルを指定してください。",
    }
    /// The file may only be read.
    read_only() {
        en: "it may only be read",
        ja: "読み取り専用",
    }
    /// It has to be migrated, and may only be read.
    older() {
        en: "an older version of oplux wrote it, and it has to be brought up to date first",
        ja: "以前のバージョンのopluxのデータファイルのため、更新が必要です",
    }
    /// What to do where it may only be read.
    older_hint() {
        en: "it can be read as before once somebody who may write the file has run `oplux doctor`",
        ja: "このファイルに書き込めるユーザーが次のコマンドを1回実行すると、これまでどおり参照できます: `oplux doctor`",
    }
    full(path) {
        en: "the disk is full: the store {path} cannot take more",
        ja: "ディスクの空き容量がないため、データファイル {path} に保存できません。",
    }
    /// The folder of a copy.
    no_room(folder) {
        en: "the disk is full: the copy does not fit into the folder {folder}",
        ja: "ディスクの空き容量がないため、フォルダ {folder} にコピーを保存できません。",
    }
    /// What to do where the disk is full.
    full_hint() {
        en: "make room on the disk, then run the command again; what was finished before is kept",
        ja: "空き容量を確保してから、もう一度実行してください。完了した分は保存されています。",
    }
    /// Anything else.
    other(path, cause) {
        en: "the store {path} failed: {cause}",
        ja: "データファイル {path} でエラーが発生しました({cause})。",
    }
    /// The thread that writes for many orders is not there.
    no_writer() {
        en: "its writer cannot be started or has ended",
        ja: "書き込み処理を開始できない、または処理が終了",
    }
    outcome_lost(number, cause) {
        en: "order {number} was sent, but its outcome could not be kept: {cause}",
        ja: "受注番号 {number} は送信されましたが、結果を保存できませんでした。{cause}",
    }
    outcome_lost_hint(number) {
        en: "its outcome counts as unknown: search O-PLUX's イベント一覧 for 加盟店管理ID {number}; where the event is not there, screen again with --rescreen; where it is, export it and load it with `oplux import events FILE`",
        ja: "この受注の結果は不明として扱われます。O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに {number} を指定して検索してください。イベントがない場合は `--rescreen` を付けて再審査してください。ある場合は、「イベント一覧」からエクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`",
    }
    /// The same after what to do about the store.
    hints(first, then) {
        en: "{first}. Then: {then}",
        ja: "{first}その後、{then}",
    }

    // Which file is meant.
    no_stream() { en: "a store is a file: `-` cannot be one", ja: "データファイルに `-` は指定できません。" }
    file_is_there(path) { en: "there is a file {path} already", ja: "{path} はすでに存在します。" }
    file_is_there_hint() { en: "name another file, or replace that one with --force", ja: "別のファイルを指定するか、`--force` を付けて置き換えてください。" }
    file_is_the_store(path) { en: "{path} is the store itself, or belongs to it", ja: "{path} は使用中のデータファイルです。" }
    no_backup_hint() { en: "name a file that was written by `oplux backup FILE`", ja: "次のコマンドで作成したファイルを指定してください: `oplux backup FILE`" }
    is_a_folder(path) { en: "{path} is a folder, not a file", ja: "{path} はフォルダです。ファイルを指定してください。" }
    no_regular_file(path) { en: "{path} is a device or a pipe, not a regular file", ja: "{path} は通常のファイルではありません(デバイスまたはパイプ)。" }
    no_file(path) { en: "there is no file {path}", ja: "ファイル {path} がありません。" }

    // Backup.
    backed_up(store, file, contents) { en: "backed up {store} to {file} ({contents})", ja: "{store} を {file} にバックアップしました({contents})。" }
    contents(orders, payments, events, attempts) {
        en: "orders: {orders}, payments: {payments}, events: {events}, screenings: {attempts}",
        ja: "受注{orders}件、決済{payments}件、イベント{events}件、審査{attempts}回"
    }

    // Restore.
    about_to_restore(file, new, store, old) {
        en: "{file} ({new}) takes the place of all that is in {store} ({old})",
        ja: "{store} の内容({old})を、{file} の内容({new})に置き換えます。"
    }
    forgotten(n) {
        en: "{n} screening(s) that the copy does not know are forgotten: the same call would send those orders again",
        ja: "バックアップにない審査の記録{n}回分が失われます。該当する受注は、同じコマンドで再度送信されます。"
    }
    contents_unknown() { en: "which cannot be read", ja: "読み込み不可" }
    restore_now() { en: "Restore it now?", ja: "復元しますか?" }
    restored(file, store) { en: "restored {store} from {file}", ja: "{file} から {store} を復元しました。" }
    kept(path) { en: "what was there before is kept in {path}", ja: "復元前の内容は {path} に保存しました。" }
    move_aside() {
        en: "the file that is there is no store, or too badly damaged to be kept: move it to another place together with its -wal and -shm, then run this again",
        ja: "データファイルではないか、破損が大きいため、復元前の内容を保存できません。ファイルを -wal、-shm とともに別の場所へ移してから、もう一度実行してください。"
    }

    // Prune.
    about_to_prune(store, before, rows) {
        en: "what is older than {before} goes from {store} ({rows}); the log stays",
        ja: "{store} から、{before}より前のデータを削除します({rows})。操作ログは残ります。"
    }
    unsettled_stay(n) {
        en: "{n} order(s) whose outcome is unknown stay until they are settled",
        ja: "審査結果が不明の受注{n}件は、結果が確定するまで残ります。"
    }
    back_up_first() { en: "what is removed comes back from a backup only; to make one first: `oplux backup FILE`", ja: "削除したデータは元に戻せません。事前のバックアップには、次のコマンドを使用してください: `oplux backup FILE`" }
    prune_now() { en: "Remove it now?", ja: "削除しますか?" }
    would_prune() { en: "dry run: nothing was removed", ja: "`--dry-run` のため、削除していません。" }
    nothing_to_prune(before) { en: "nothing is older than {before}", ja: "{before}より前のデータはありません。" }
    pruned(rows) { en: "removed ({rows})", ja: "削除しました({rows})。" }
    not_shrunk(cause) { en: "the rows were removed, but their room on the disk was not freed: {cause}", ja: "データは削除しましたが、ディスクの空き容量は増えていません。{cause}" }
    in_future(before) { en: "--before {before} is later than now: everything would go", ja: "`--before` に未来の日時({before})は指定できません。すべてのデータが対象になります。" }

    // Asking.
    needs_yes() { en: "without a terminal nobody can be asked, so nothing was done", ja: "端末以外では、確認なしに実行できません。" }
    needs_yes_hint() { en: "to do it without being asked, add --yes", ja: "実行するには `--yes` を付けてください。" }
    not_confirmed() { en: "nothing was changed", ja: "何も変更していません。" }

    // Manual pages.
    unknown_page(name) { en: "there is no command `{name}`", ja: "`{name}` というコマンドはありません。" }
    no_directory(path, cause) { en: "{path} cannot be written: {cause}", ja: "{path} に書き込めません({cause})。" }
    pages_written(n, path) { en: "{n} manual pages are in {path}", ja: "{path} にマニュアルを{n}ページ作成しました。" }
}

/// What was done, by its name in the store. The page of reference `log` explains them. Entries of
/// the log stand in the store in English, as programs read them; here are their words in Japanese.
pub const ACTIONS: &[(&str, &str)] = &[
    ("config", "設定を変更"),
    ("config edit", "設定ファイルを編集"),
    ("config init", "設定ファイルを作成"),
    ("config secret", "認証情報を登録"),
    ("event.blacklist", "ブラックリストを変更"),
    ("event.delete", "照合対象から除外"),
    ("event.failed", "O-PLUXの更新に失敗"),
    ("event.pulled", "O-PLUXの審査情報を反映"),
    ("event.restore", "照合対象に復帰"),
    ("event.review", "目視審査結果を登録"),
    ("event.sent", "O-PLUXの更新を送信"),
    ("event.settle", "決済ステータスを登録"),
    ("event.unknown", "O-PLUXの更新結果が不明"),
    ("import events", "イベントを取り込み"),
    ("import orders", "受注を取り込み"),
    ("import payments", "決済履歴を取り込み"),
    ("methods", "支払い方法を変更"),
    ("order.pulled", "ecforceの与信結果を反映"),
    ("prune", "古いデータを削除"),
    ("pull methods", "ecforceの支払い方法を反映"),
    ("pull orders", "ecforceから受注を取得"),
    ("restore", "バックアップから復元"),
    ("screen.failed", "審査に失敗"),
    ("screen.screened", "審査結果を受信"),
    ("screen.sent", "審査を送信"),
    ("screen.unknown", "審査結果が不明"),
    ("trace --save", "決済履歴を保存"),
];

/// What stands in a detail before a value, or as one.
const WORDS: &[(&str, &str)] = &[
    ("attempt", "審査番号"),
    ("attempts", "審査"),
    ("bad", "エラー"),
    ("changed", "変更"),
    ("deadline", "判定期限"),
    ("error", "エラー"),
    ("event_id", "イベントID"),
    ("events", "イベント"),
    ("manual_reason", "目視審査の理由"),
    ("new", "新規"),
    ("orders", "受注"),
    ("payments", "決済履歴"),
    ("rescreen", "再審査"),
    ("result", "O-PLUX 与信結果"),
    ("rules", "判定理由"),
    ("score", "スコア"),
    ("similars", "類似イベント"),
    ("unchanged", "変更なし"),
    ("unknown", "不明"),
    ("unsettled", "結果不明"),
];

fn japanese(words: &[(&str, &str)], english: &str) -> Option<String> {
    let known = words.iter().find(|(en, _)| *en == english);
    known.map(|(_, ja)| (*ja).to_owned())
}

/// What was done.
pub fn action(name: &str) -> Text {
    Text::new(name, japanese(ACTIONS, name).unwrap_or(name.to_owned()))
}

/// Who did it; it need not be known.
pub fn actor(name: &str) -> Text {
    match name {
        "unknown" => word(name),
        name => Text::same(name),
    }
}

/// On what it was done: a payment method, a number, a file, a key.
pub fn subject(subject: &str) -> Text {
    let methods = subject.strip_prefix("payment_methods ");
    methods.map_or_else(
        || Text::same(subject),
        |ids| {
            let ids = ids.replace(", ", "、");
            Text::new(subject, format!("支払い方法 {ids}"))
        },
    )
}

/// More about it: the fields of an object that have a value, or a text.
pub fn detail(detail: &Value) -> Text {
    let parts: Vec<Text> = match detail {
        Value::String(text) => return sentence(text),
        Value::Object(fields) => {
            let set = fields.iter().filter(|(_, value)| !value.is_null());
            let field = |(name, value): (&String, &Value)| {
                let update = value.as_str();
                let update = update.and_then(|value| at_oplux::update_field(name, value));
                if let Some((title, value)) = update {
                    return Text::joined(&[title, value], " ");
                }
                let value = match value {
                    // Names of fields.
                    Value::String(text) if name == "changed" => {
                        Text::listed(text.split(", ").map(word))
                    }
                    Value::String(text) => quantity(text),
                    Value::Bool(is_so) => {
                        Text::new(is_so.to_string(), lists::yes_or_no(*is_so).get(Lang::Ja))
                    }
                    other => Text::same(other),
                };
                Text::joined(&[word(name), value], " ")
            };
            set.map(field).collect()
        }
        other => return Text::same(other),
    };
    Text::listed(parts)
}

/// What `config`, `methods` and `import` note.
fn sentence(text: &str) -> Text {
    let changes: Option<Vec<Text>> = text.split("; ").map(change).collect();
    if let Some(changes) = changes {
        return config::method_changed(Text::clauses(&changes));
    }
    let count = |part: &str| {
        let (name, count) = part.split_once(' ')?;
        count.parse::<u64>().ok()?;
        Some(Text::joined(&[word(name), Text::same(count)], " "))
    };
    let counts: Option<Vec<Text>> = text.split(", ").map(count).collect();
    counts.map_or_else(|| word(text), Text::listed)
}

/// What was and what is now: as `config::was_and_is` says it in English.
fn change(text: &str) -> Option<Text> {
    let (title, values) = text.split_once(" was ")?;
    let (was, now) = values.rsplit_once(", is now ")?;
    let value = |text: &str| match text.strip_suffix(" (default)") {
        Some(text) => config::default_value(word(text)),
        None => word(text),
    };
    Some(config::was_and_is(word(title), value(was), value(now)))
}

/// What a result was and is, or a word.
fn quantity(text: &str) -> Text {
    let Some((was, now)) = text.split_once(" -> ") else {
        return word(text);
    };
    let result = |text: &str| match text {
        "-" => at_oplux::no_value(),
        text => Text::same(text),
    };
    let (was, now) = (result(was), result(now));
    let side = |lang, between| format!("{}{between}{}", was.get(lang), now.get(lang));
    Text::new(side(Lang::En, " -> "), side(Lang::Ja, "から"))
}

/// A word, as the other lists say it in Japanese.
fn word(english: &str) -> Text {
    let elsewhere = || {
        let texts = [
            config::title_name(),
            config::title_oplux(),
            config::title_realtime(),
            config::title_settle_method(),
            config::title_model(),
            config::on(),
            config::off(),
            config::none(),
            config::was_added(),
            config::was_removed(),
        ];
        texts.into_iter().find(|text| text.get(Lang::En) == english)
    };
    let field = || match english {
        "auto_result" => Some(lists::auto_result()),
        "manual_result" => Some(lists::manual_result()),
        "memo" => Some(lists::memo()),
        "requested_at" => Some(lists::requested_at()),
        "service" => Some(lists::service()),
        _ => None,
    };
    let known = japanese(WORDS, english);
    let known = known.or_else(|| Some(elsewhere().or_else(field)?.get(Lang::Ja).to_owned()));
    Text::new(english, known.unwrap_or(english.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_store_notes_is_said_in_japanese_and_stays_in_english() {
        for (noted, en, ja) in [
            (
                json!("new 2, changed 0, unchanged 1, bad 0"),
                "new 2, changed 0, unchanged 1, bad 0",
                "新規 2、変更 0、変更なし 1、エラー 0",
            ),
            (json!("added"), "added", "登録しました。"),
            (
                json!("oplux.enabled was false (default), is now true"),
                "oplux.enabled was false (default), is now true",
                "oplux.enabledを「false(既定値)」から「true」に変更しました。",
            ),
            (
                json!("Name was A, is now B, C; O-PLUX was on, is now off"),
                "Name was A, is now B, C; O-PLUX was on, is now off",
                "支払い方法を「A」から「B, C」、O-PLUXの利用を「有効」から「無効」に変更しました。",
            ),
            (
                json!({"attempt": 3, "error": null, "rescreen": false}),
                "attempt 3, rescreen false",
                "審査番号 3、再審査 いいえ",
            ),
            (
                json!({"changed": "memo, score", "auto_result": "HOLD -> NG"}),
                "changed memo, score, auto_result HOLD -> NG",
                "変更 目視審査メモ、スコア、自動審査結果 HOLDからNG",
            ),
            (
                json!({"memo": "(12 characters)"}),
                "memo (12 characters)",
                "目視審査メモ (12文字)",
            ),
            (
                json!({"manual_result": "- -> NG"}),
                "manual_result none -> NG",
                "目視審査結果 なしからNG",
            ),
            (
                json!({"maResult": "20", "settle_status": "100"}),
                "manual result NG, settle status 100 cancelled-after-sending",
                "目視審査結果 NG、決済ステータス 100 発送後キャンセル",
            ),
            (
                json!({"blacked": "1", "black_customer_type": "20", "black_settle_category": "02"}),
                "blacklist add, whom delivery address, category 02 fraudulent-card",
                "ブラックリスト 登録、対象 配送先、区分 02 カード不正利用",
            ),
            (
                json!({"deleted": "0"}),
                "matching take back",
                "照合対象 復帰",
            ),
            (
                json!("as it was typed"),
                "as it was typed",
                "as it was typed",
            ),
        ] {
            let said = detail(&noted);
            assert_eq!((said.get(Lang::En), said.get(Lang::Ja)), (en, ja));
        }
        let on = subject("payment_methods 1, 2");
        let said = (on.get(Lang::En), on.get(Lang::Ja));
        assert_eq!(said, ("payment_methods 1, 2", "支払い方法 1、2"));
    }
}
