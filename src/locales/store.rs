//! What the store says where it cannot be used.

use super::texts;

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
    full(path) {
        en: "the disk is full: the store {path} cannot take more",
        ja: "ディスクの空き容量がないため、データファイル {path} に保存できません。",
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
}
