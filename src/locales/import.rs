//! What `import` says of a load as a whole; of single rows `rows` speaks.

use super::{Said, Text, texts};
use crate::domain::{event::EventId, order::OrderNumber, time::JstTime};

/// Names, one after the other, each in its quotes.
pub fn listed(names: &[String]) -> Text {
    let quoted = |(open, close): (&str, &str), between| {
        let names: Vec<_> = names
            .iter()
            .map(|name| format!("{open}{name}{close}"))
            .collect();
        names.join(between)
    };
    Text::new(quoted(("`", "`"), ", "), quoted(("「", "」"), ""))
}

texts! {
    /// Column: the file.
    title_file() { en: "File", ja: "ファイル" }
    /// Column: what a file holds.
    title_kind() { en: "Kind", ja: "種類" }
    /// Column: rows that the store did not know.
    title_new() { en: "New", ja: "新規" }
    /// Column: rows that changed something.
    title_changed() { en: "Changed", ja: "変更" }
    /// Column: rows that changed nothing.
    title_unchanged() { en: "Unchanged", ja: "変更なし" }
    /// Column: rows that cannot be loaded.
    title_bad() { en: "Bad", ja: "エラー" }
    /// Row: all files.
    total() { en: "Total", ja: "合計" }
    /// Columns that the program does not know.
    unknown_columns(names) { en: "columns passed over: {names}", ja: "取り込みの対象外の列: {names}" }
    /// Bad rows that were passed over.
    skipped(count) { en: "bad rows not loaded: {count}; correct them and load the file again", ja: "エラーのある{count}行は取り込まれていません。修正して、ファイルをもう一度取り込んでください。" }
    /// An event that does not settle an unknown outcome: it was requested too early.
    event_too_early(number, began_at, event, requested_at) {
        en: "order {number}: the outcome of the screening begun at {began_at} stays unknown: event {event} was requested at {requested_at}, more than five minutes before it, so it is another screening's",
        ja: "受注番号 {number}: {began_at} に開始した審査の結果は不明のままです。イベント {event} の審査申請日時({requested_at})はその5分以上前で、別の審査のイベントと判断したためです。"
    }
    /// One that was known before.
    event_known_before(number, began_at, event) {
        en: "order {number}: the outcome of the screening begun at {began_at} stays unknown: event {event} was in the store before it, so it is another screening's",
        ja: "受注番号 {number}: {began_at} に開始した審査の結果は不明のままです。イベント {event} はその審査より前からストアにあり、別の審査のイベントと判断したためです。"
    }
    /// What to do then.
    still_unknown_hint() {
        en: "look in O-PLUX's イベント一覧 for a later event of this number: where it is there, export and load it, with its 審査申請日時; where it is not, screen again with --rescreen",
        ja: "O-PLUX管理画面の「イベント一覧」で、同じ番号のより新しいイベントを確認してください。ある場合は、審査申請日時とともにエクスポートして取り込んでください。ない場合は `--rescreen` を付けて再審査してください。"
    }
    /// Nothing was stored, as asked.
    dry_run() { en: "dry run: nothing was stored", ja: "確認のみ行いました。データは取り込まれていません。" }
    /// No file was named.
    no_file() { en: "no file to load; expected files or folders, or `-` for standard input", ja: "取り込むファイルを指定してください(フォルダも指定できます。標準入力は `-`)。" }
    /// A folder that cannot be read.
    folder_unreadable(folder, error) { en: "{folder}: the folder cannot be read: {error}", ja: "{folder}: フォルダを読み込めません: {error}" }
    /// A folder without files.
    folder_empty(folder) { en: "{folder}: no file in this folder (hidden files and its own folders are left out)", ja: "{folder}: フォルダにファイルがありません(隠しファイルと下位のフォルダは対象外です)。" }
    folder_hint() { en: "Check the path. Nothing was stored.", ja: "パスをご確認ください。何も取り込んでいません。" }
    /// It was interrupted.
    interrupted() { en: "interrupted: nothing of it was stored; run the same call again", ja: "中断しました。データは取り込まれていません。もう一度実行してください。" }
}

/// An event came, and does not settle an unknown outcome of its number: why, and what to do.
pub fn still_unknown(
    number: OrderNumber,
    began_at: JstTime,
    event: EventId,
    too_early: Option<JstTime>,
) -> Said {
    let message = match too_early {
        Some(at) => event_too_early(number, began_at, event, at),
        None => event_known_before(number, began_at, event),
    };
    Said::new(message).hint(still_unknown_hint())
}
