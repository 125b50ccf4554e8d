//! Failures that no module of its own names, and details of where things are.

use super::texts;

texts! {
    /// The change was made, and the log could not be written.
    not_logged(reason) {
        en: "the change was made, but it could not be noted in the log: {reason}",
        ja: "変更は保存しましたが、操作ログに記録できませんでした。{reason}"
    }
    /// `jsonl` or `csv` with a command that does not list.
    not_a_list(format) {
        en: "this command has no `--format {format}`: that is for commands that list",
        ja: "このコマンドでは `--format {format}` を指定できません。一覧を表示するコマンドでのみ指定できます。"
    }
    /// What to use instead.
    not_a_list_hint() {
        en: "use `--format json` or `--format table`",
        ja: "`--format json` または `--format table` を指定してください。"
    }
    /// With `--verbose`: the configuration in use.
    using_config(path) { en: "configuration: {path}", ja: "設定ファイル: {path}" }
    /// With `--verbose`: the store in use.
    using_store(path) { en: "store: {path}", ja: "ストア: {path}" }
}
