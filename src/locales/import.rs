//! What `import` says of a load as a whole; of single rows `rows` speaks.

use super::{Text, texts};

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
    /// Nothing was stored, as asked.
    dry_run() { en: "dry run: nothing was stored", ja: "確認のみ行いました。データは取り込まれていません。" }
    /// No file was named.
    no_file() { en: "no file to load; expected files or folders, or `-` for standard input", ja: "取り込むファイルを指定してください(フォルダーも指定できます。標準入力は `-`)。" }
    /// A folder that cannot be read.
    folder_unreadable(folder, error) { en: "{folder}: the folder cannot be read: {error}", ja: "{folder}: フォルダーを読み込めません: {error}" }
    /// A folder without files.
    folder_empty(folder) { en: "{folder}: no file in this folder (hidden files and its own folders are left out)", ja: "{folder}: フォルダーにファイルがありません(隠しファイルと下位のフォルダーは対象外です)。" }
    folder_hint() { en: "Check the path. Nothing was stored.", ja: "パスをご確認ください。何も取り込んでいません。" }
    /// It was interrupted.
    interrupted() { en: "interrupted: nothing of it was stored; run the same call again", ja: "中断しました。データは取り込まれていません。もう一度実行してください。" }
}
