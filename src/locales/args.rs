//! What the values of arguments are expected to be.

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
}
