//! The words around a command: what the values of its arguments are expected to be, labels of
//! messages, and failures that no other module names.

use super::texts;

texts! {
    time() {
        en: "expected a date, or a date and time, such as 2026-11-20 or 2026/11/20 10:15:00",
        ja: "日付または日時を指定してください(例: 2026-11-20、2026/11/20 10:15:00)。"
    }
    count() { en: "expected a whole number of 0 or more", ja: "0以上の整数を指定してください。" }
    listen_address() { en: "expected an IP address and a port, such as 127.0.0.1:8903", ja: "IPアドレスとポートを指定してください(例: 127.0.0.1:8903)。" }
    rate() { en: "expected a number of orders a second, such as 5/s or 0.5/s", ja: "1秒あたりの件数を指定してください(例: 5/s、0.5/s)。" }
    duration() { en: "expected a time such as 50ms or 2s", ja: "時間を指定してください(例: 50ms、2s)。" }
    auto_result() { en: "expected one of OK, NG, HOLD, REVIEW and none", ja: "OK・NG・HOLD・REVIEW・none(結果なし)のいずれかを指定してください。" }
    manual_result() { en: "expected one of OK, NG, HOLD and none", ja: "OK・NG・HOLD・none(結果なし)のいずれかを指定してください。" }
    order_number() { en: "expected an order number: 1 to 64 letters, digits, hyphens or underscores", ja: "受注番号を指定してください(1〜64文字の半角英数字、ハイフン、アンダースコア)。" }
    yes_or_no() { en: "expected true or false, on or off, yes or no, 有効 or 無効", ja: "true・false、on・off、yes・no、有効・無効のいずれかを指定してください。" }
    /// A list that ends at its limit.
    more(n) {
        en: "{n} more; --limit N shows more, --from and --to narrow it",
        ja: "ほかに{n}件あります。表示件数は `--limit N`、期間は `--from` と `--to` で指定できます。"
    }

    // Failures.
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

    // Labels, and failures to write.
    /// The label of an error.
    error() { en: "error", ja: "エラー" }
    /// The label of a warning.
    warning() { en: "warning", ja: "注意" }
    /// The label of what to do next.
    hint() { en: "hint", ja: "ヒント" }
    /// Standard output cannot be written.
    cannot_write(reason) {
        en: "the output could not be written: {reason}",
        ja: "結果を書き込めませんでした。{reason}"
    }
}
