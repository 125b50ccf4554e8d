//! What is said of calls of O-PLUX's API.

use super::texts;

texts! {
    /// An address of the configuration that cannot be used.
    bad_address(key, why) {
        en: "the address in `{key}` cannot be used: {why}",
        ja: "`{key}` のURLは使用できません。{why}"
    }
    /// What to do about it.
    bad_address_hint(key) {
        en: "set `{key}` to the https address that was issued with the credentials",
        ja: "`{key}` に、認証情報とともに案内されたhttpsのURLを設定してください。"
    }
    /// The scheme is not one that is allowed.
    not_https() {
        en: "it has to be https, or http on loopback (127.0.0.0/8, ::1, localhost)",
        ja: "https、またはループバック(127.0.0.0/8、::1、localhost)のhttpを指定してください。"
    }
    /// The address holds a user name or a password.
    user_information() {
        en: "it must not hold a user name or a password",
        ja: "ユーザー名やパスワードを含めることはできません。"
    }
    /// No client can be made for the address.
    address_unusable() {
        en: "no connection can be set up for it",
        ja: "このURLへの接続を準備できません。"
    }
    /// The connection never opened.
    unreachable(service, origin, why) {
        en: "{service} at {origin} cannot be reached, so nothing was sent: {why}",
        ja: "{service}({origin})に接続できないため、送信していません。{why}"
    }
    /// What to do about it.
    unreachable_hint() {
        en: "check the network and `oplux.register_url`; the same call sends it again",
        ja: "ネットワークと `oplux.register_url` をご確認のうえ、同じコマンドをもう一度実行してください。"
    }
    /// Nobody listens there.
    connection_refused() {
        en: "the connection was refused",
        ja: "接続が拒否されました。"
    }
    /// The name of the host is not known.
    unknown_host() {
        en: "the host's name could not be resolved",
        ja: "ホスト名を解決できません。"
    }
    /// No TLS connection came about.
    no_tls() {
        en: "no secure connection came about; the certificate may not be trusted, or the system's CA certificates are missing",
        ja: "安全な接続を確立できません。証明書を信頼できないか、システムのCA証明書がない可能性があります。"
    }
    /// It took too long to connect.
    no_connection_in_time() {
        en: "the connection did not open in time",
        ja: "時間内に接続できませんでした。"
    }
    /// Anything else.
    no_connection() {
        en: "the connection did not open",
        ja: "接続できませんでした。"
    }
    /// 429 or 503.
    busy(service, status) {
        en: "{service} takes no requests at the moment (HTTP {status}); nothing was registered",
        ja: "{service}は現在リクエストを受け付けていません(HTTP {status})。登録は行われていません。"
    }
    /// What to do about it.
    busy_hint() {
        en: "try again later, with fewer `--jobs` or a lower `--rate`",
        ja: "しばらくしてから、`--jobs` や `--rate` の値を下げて、もう一度実行してください。"
    }
    /// Sending was halted before it arrived.
    halted(service) {
        en: "sending was stopped; nothing was registered with {service}",
        ja: "送信を中止しました。{service}への登録は行われていません。"
    }
    /// What to do about it.
    halted_hint() {
        en: "the same call sends it again",
        ja: "同じ操作をもう一度行うと送信されます。"
    }
    /// 401 or 403.
    rejected(service, status) {
        en: "{service} rejected the credentials (HTTP {status})",
        ja: "{service}に認証情報が拒否されました(HTTP {status})。"
    }
    /// What to do about it.
    rejected_hint() {
        en: "check shop ID, connection ID and secret key: `oplux config show`, `oplux config secret`",
        ja: "加盟店ID、接続元ID、シークレットキーをご確認ください。確認は `oplux config show`、シークレットキーの再保存は `oplux config secret` で行えます。"
    }
    /// Any other 4xx, or result 20.
    refused(service, status) {
        en: "{service} refused the request (HTTP {status}); nothing was registered",
        ja: "{service}がリクエストを拒否しました(HTTP {status})。登録は行われていません。"
    }
    /// What to do about it.
    refused_hint() {
        en: "correct what it names, then make the same call again; `--dry-run` shows the request",
        ja: "示された内容を修正し、同じコマンドをもう一度実行してください。送信内容は `--dry-run` で確認できます。"
    }
    /// A message with what the server says of it.
    with_detail(message, detail) {
        en: "{message}: {detail}",
        ja: "{message}詳細: {detail}"
    }
    /// A message of which a text of the server is withheld.
    with_withheld(message) {
        en: "{message} (what it says besides repeats data of the order and is withheld)",
        ja: "{message}(応答の文章は、受注の個人情報が含まれるため表示していません。)"
    }
    /// `result` 20 with a code of the server's own failure.
    server_error(status) {
        en: "it answered with an error of its own (HTTP {status})",
        ja: "サーバー側のエラーが返されました(HTTP {status})。"
    }
    /// The outcome is unknown.
    unknown_outcome(service, why) {
        en: "whether {service} registered the event is not known: {why}",
        ja: "{service}にイベントが登録されたかを確認できません。{why}"
    }
    /// What to do about it.
    unknown_hint() {
        en: "search O-PLUX's admin screen for the order number under merchant management ID; where the event is there, export it from イベント一覧 and load it with `oplux import events FILE`; where it is not, screen again with --rescreen",
        ja: "O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに受注番号を指定して検索してください。イベントがある場合は、「イベント一覧」からエクスポートし、`oplux import events FILE` で取り込んでください。ない場合は `--rescreen` を付けて再審査してください。"
    }
    /// No answer in time.
    timed_out(seconds) {
        en: "no whole answer came within {seconds} s",
        ja: "{seconds}秒以内に応答が完了しませんでした。"
    }
    /// The connection broke.
    broken() {
        en: "the connection broke before the answer was complete",
        ja: "応答が完了する前に接続が切れました。"
    }
    /// More than is read.
    too_large() {
        en: "the answer is larger than 4 MiB",
        ja: "応答が4 MiBを超えています。"
    }
    /// A status that says nothing certain.
    status_says_nothing(status) {
        en: "it answered with HTTP {status}",
        ja: "HTTP {status} が返されました。"
    }
    /// No JSON of the known form.
    unreadable(status) {
        en: "its answer (HTTP {status}) is not one that can be read",
        ja: "応答(HTTP {status})を読み取れません。"
    }
    /// A good answer without an event ID.
    no_event_id() {
        en: "its answer holds no event ID that can be used",
        ja: "応答に有効なイベントIDがありません。"
    }
    /// A good answer without a result.
    no_result() {
        en: "its answer holds no result",
        ja: "応答に自動審査結果がありません。"
    }
}
