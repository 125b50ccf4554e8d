//! What is said of calls of O-PLUX's API and of ecforce's admin API, and of what is pulled from it.

use super::texts;

texts! {
    /// An address of the configuration that cannot be used.
    bad_address(key, why) {
        en: "the address in `{key}` cannot be used: {why}",
        ja: "`{key}` のURLは使用できません。{why}"
    }
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
    unreachable_hint(key) {
        en: "check the network and `{key}`, then make the same call again",
        ja: "ネットワークと `{key}` をご確認のうえ、同じコマンドをもう一度実行してください。"
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
    /// TLS: the certificate's authority is not known.
    tls_untrusted() {
        en: "TLS failed: its certificate is not of an authority that this machine trusts",
        ja: "TLS接続に失敗しました。サーバー証明書の認証局が、このマシンで信頼されていません。"
    }
    /// TLS: out of date.
    tls_expired() {
        en: "TLS failed: its certificate has expired, or is not valid yet",
        ja: "TLS接続に失敗しました。サーバー証明書の有効期間外です。"
    }
    tls_wrong_host() {
        en: "TLS failed: its certificate is for another host",
        ja: "TLS接続に失敗しました。サーバー証明書のホスト名が一致しません。"
    }
    /// TLS: nothing in common.
    tls_no_common_version() {
        en: "TLS failed: there is no common version; TLS 1.2 or 1.3 is needed",
        ja: "TLS接続に失敗しました。共通のバージョンがありません。TLS 1.2または1.3が必要です。"
    }
    tls_not_spoken() {
        en: "TLS failed: the other side does not speak it, but plain HTTP perhaps",
        ja: "TLS接続に失敗しました。接続先がTLSに対応していません(暗号化なしのHTTPの可能性があります)。"
    }
    /// TLS: anything else.
    tls_other() {
        en: "TLS failed: the handshake was broken off",
        ja: "TLS接続に失敗しました。ハンドシェイクが中断されました。"
    }
    tls_hint(key) {
        en: "check `{key}` and this machine's clock; where your company's network has a certificate authority of its own, name its PEM file in the environment variable SSL_CERT_FILE",
        ja: "`{key}` とマシンの時刻をご確認ください。社内ネットワークに独自の認証局がある場合は、そのPEMファイルを環境変数 SSL_CERT_FILE に指定してください。"
    }
    /// The proxy does not let it through.
    no_proxy(proxy) {
        en: "the proxy {proxy} is not there, or did not open the connection",
        ja: "プロキシ {proxy} に接続できないか、プロキシが接続を中継しませんでした。"
    }
    /// 407.
    proxy_login(proxy) {
        en: "the proxy {proxy} asks for a user name and a password, or did not accept those it was given (HTTP 407)",
        ja: "プロキシ {proxy} の認証に失敗しました(HTTP 407)。"
    }
    proxy_hint() {
        en: "check the proxy in HTTPS_PROXY or ALL_PROXY (http://USER:PASSWORD@HOST:PORT); NO_PROXY names hosts that need none",
        ja: "HTTPS_PROXY または ALL_PROXY のプロキシの指定(http://USER:PASSWORD@HOST:PORT)をご確認ください。プロキシが不要なホストは NO_PROXY に指定できます。"
    }
    bad_proxy(name) {
        en: "the proxy address in the environment variable {name} cannot be read; nothing was sent",
        ja: "環境変数 {name} のプロキシのURLを読み取れないため、送信していません。"
    }
    bad_proxy_hint(name) {
        en: "set {name} to http://HOST:PORT or https://HOST:PORT, or unset it",
        ja: "{name} に http://HOST:PORT または https://HOST:PORT を指定するか、{name} の指定を解除してください。"
    }
    /// `SSL_CERT_FILE` is of no use.
    bad_authorities() {
        en: "the file in SSL_CERT_FILE cannot be read, or holds no certificate; nothing was sent",
        ja: "SSL_CERT_FILE のファイルを読み取れないか、証明書が含まれていないため、送信していません。"
    }
    bad_authorities_hint() {
        en: "set SSL_CERT_FILE to a PEM file with the authority's certificate, or unset it",
        ja: "SSL_CERT_FILE に認証局の証明書のPEMファイルを指定するか、指定を解除してください。"
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
    busy_hint() {
        en: "try again later, with fewer `--jobs` or a lower `--rate`",
        ja: "しばらくしてから、`--jobs` や `--rate` の値を下げて、もう一度実行してください。"
    }
    /// 401 or 403.
    rejected(service, status) {
        en: "{service} rejected the credentials (HTTP {status})",
        ja: "{service}に認証情報が拒否されました(HTTP {status})。"
    }
    rejected_hint() {
        en: "check shop ID (加盟店ID), connection ID (接続元ID) and secret key: `oplux doctor`, `oplux config show`, `oplux config secret`",
        ja: "加盟店ID、接続元ID、シークレットキーを、次のコマンドでご確認ください: `oplux doctor`、`oplux config show`。シークレットキーを保存し直すには: `oplux config secret`"
    }
    /// Any other 4xx, or result 20.
    refused(service, status) {
        en: "{service} refused the request (HTTP {status}); nothing was registered",
        ja: "{service}がリクエストを拒否しました(HTTP {status})。登録は行われていません。"
    }
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
    unknown_outcome(service, why) {
        en: "whether {service} registered the event is not known: {why}",
        ja: "{service}にイベントが登録されたかを確認できません。{why}"
    }
    unknown_hint() {
        en: "search O-PLUX's admin screen for the order number under merchant management ID; where the event is not there, screen again with --rescreen; where it is, export it from イベント一覧 and load it with `oplux import events FILE`",
        ja: "O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに受注番号を指定して検索してください。イベントがない場合は `--rescreen` を付けて再審査してください。ある場合は、「イベント一覧」からエクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`"
    }
    /// No answer in time.
    timed_out(seconds) {
        en: "no whole answer came within {seconds} s",
        ja: "{seconds}秒以内に応答が完了しませんでした。"
    }
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

    // ecforce.
    token_unusable() {
        en: "the API token of ecforce holds characters that cannot be sent",
        ja: "ecforceのAPIトークンに、送信できない文字が含まれています。"
    }
    /// 401, 403, or a token that cannot be sent.
    token_hint() {
        en: "check `ecforce.base_url`, and the token and its rights in ecforce's admin screen; store it anew with `oplux config secret --ecforce`",
        ja: "`ecforce.base_url` と、ecforce管理画面のAPIトークンおよびその権限をご確認ください。APIトークンを保存し直すには: `oplux config secret --ecforce`"
    }
    token_rejected(origin, status) {
        en: "ecforce at {origin} rejected the API token (HTTP {status})",
        ja: "ecforce({origin})にAPIトークンが拒否されました(HTTP {status})。"
    }
    later_hint() {
        en: "try again later: the same call goes on; a lower `--rate` of `pull` may help",
        ja: "しばらくしてから、同じコマンドをもう一度実行してください。`pull` では、`--rate` の値を下げると改善する場合があります。"
    }
    /// No JSON of the known form.
    unusable(origin, status) {
        en: "the answer of ecforce at {origin} (HTTP {status}) is not one that can be read: no JSON of the admin API",
        ja: "ecforce({origin})の応答(HTTP {status})を読み取れません。管理APIのJSONではありません。"
    }
    no_list(origin) {
        en: "the answer of ecforce at {origin} is not the list that was asked for",
        ja: "ecforce({origin})の応答が、要求した一覧ではありません。"
    }
    unusable_hint() {
        en: "check that `ecforce.base_url` is the shop's own address, with which the admin API is reached",
        ja: "`ecforce.base_url` が、管理APIを利用するショップのURLであることをご確認ください。"
    }

    /// Neither a range, nor numbers, nor `--since-last`.
    which_orders() {
        en: "which orders? name a range, numbers, or --since-last",
        ja: "取得する受注が指定されていません。期間、受注番号、`--since-last` のいずれかを指定してください。"
    }
    which_orders_hint() {
        en: "the first time: `oplux pull orders --since-last --from 2026-01-01`, then without --from: `oplux pull orders --since-last`",
        ja: "初回は次のように指定してください: `oplux pull orders --since-last --from 2026-01-01`。2回目以降: `oplux pull orders --since-last`"
    }
    /// `--since-last` for the first time.
    never_pulled(origin) {
        en: "nothing has been pulled with --since-last from {origin} yet: say from when on with --from",
        ja: "{origin}からの `--since-last` による取得は初回です。取得開始日を `--from` で指定してください。"
    }
    never_pulled_hint() {
        en: "for example: `oplux pull orders --since-last --from 2026-01-01`",
        ja: "例: `oplux pull orders --since-last --from 2026-01-01`"
    }
    /// A number that ecforce does not know.
    no_such_order(number) {
        en: "ecforce has no order {number}",
        ja: "ecforceに受注 {number} はありません。"
    }
    no_such_order_hint(number) {
        en: "a number of 決済履歴 has no order of its own: see what belongs to it with `oplux trace {number}`",
        ja: "決済履歴の番号には、対応する受注がない場合があります。関連する受注は次のコマンドで確認できます: `oplux trace {number}`"
    }
    /// An order that cannot be kept, or a cell of it.
    from_ecforce() { en: "ecforce", ja: "ecforce" }
    /// IDs of records that cannot be used.
    with_ids(text, ids) { en: "{text} (ID in ecforce: {ids})", ja: "{text}(ecforceの受注ID: {ids})" }
    interrupted() {
        en: "interrupted: what is finished is kept, and the same call goes on",
        ja: "中断しました。完了した分は保存されています。同じコマンドをもう一度実行すると再開します。"
    }
    /// The last page was not full, and yet more are counted.
    missing(more, total) {
        en: "ecforce counts {total} orders, and {more} of them did not come: pull them again later, in smaller ranges",
        ja: "ecforceの件数は{total}件ですが、そのうち{more}件を取得できませんでした。しばらくしてから、期間を短く分けて取得し直してください。"
    }
    no_methods() {
        en: "neither ecforce nor the configuration has a payment method",
        ja: "ecforceにも設定ファイルにも支払い方法がありません。"
    }
    methods_compared(differing, of) {
        en: "{differing} of {of} payment methods differ",
        ja: "支払い方法{of}件のうち、相違があるのは{differing}件です。"
    }
    methods_differ_hint() {
        en: "write ecforce's side into the configuration with `oplux pull methods --apply`",
        ja: "ecforceの内容を設定ファイルに書き込むには: `oplux pull methods --apply`"
    }
    /// IDs.
    only_configured_hint(ids) {
        en: "take what ecforce does not have out of the configuration with `oplux methods remove {ids}`",
        ja: "ecforceにない支払い方法を設定ファイルから削除するには: `oplux methods remove {ids}`"
    }
    /// What was written into the configuration.
    methods_applied(count) {
        en: "{count} payment method(s) written into the configuration",
        ja: "支払い方法{count}件を設定ファイルに書き込みました。"
    }
    /// New methods have no settle method yet.
    settle_hint() {
        en: "a new one has settle method 99 (other): set it with `oplux methods set ID --settle-method CODE`",
        ja: "追加した支払い方法の決済方法は 99(その他)です。変更するには: `oplux methods set ID --settle-method CODE`"
    }
    /// R1, at ecforce.
    none_on() {
        en: "ecforce has no payment method with O-PLUX on (O-PLUXの利用): nothing is screened there",
        ja: "ecforceに「O-PLUXの利用」が有効な支払い方法がないため、ecforceでの審査は行われません。"
    }
    none_on_hint() {
        en: "switch it on in ecforce: 設定 > 支払い方法管理",
        ja: "ecforceの「設定 > 支払い方法管理」で有効にしてください。"
    }
    /// The list is empty.
    none_came() {
        en: "ecforce gave no payment method at all: there is nothing to compare with",
        ja: "ecforceから支払い方法を1件も取得できなかったため、比較できません。"
    }
    none_came_hint() {
        en: "check that `ecforce.base_url` is the shop, and that the token may read its payment methods",
        ja: "`ecforce.base_url` のショップと、APIトークンに支払い方法の参照権限があるかをご確認ください。"
    }
    method_unnamed(id) {
        en: "ecforce gives its payment method {id} without a name, so `--apply` does not write it",
        ja: "ecforceの支払い方法 {id} の名称を取得できないため、`--apply` では書き込みません。"
    }
    method_unnamed_hint(id) {
        en: "write it into the configuration with its name: `oplux methods add {id} NAME`",
        ja: "名称を指定して設定ファイルに登録してください: `oplux methods add {id} NAME`"
    }
    method_unreadable(name) {
        en: "ecforce's payment method \"{name}\" has no ID that can be read; it is passed over",
        ja: "ecforceの支払い方法「{name}」のIDを読み取れないため、対象外としました。"
    }
    title_ecforce_oplux() { en: "O-PLUX in ecforce", ja: "O-PLUXの利用(ecforce)" }
    title_config_oplux() { en: "O-PLUX configured", ja: "設定ファイル" }
    title_ecforce_realtime() { en: "Realtime in ecforce", ja: "即時決済(ecforce)" }
    title_config_realtime() { en: "Realtime configured", ja: "設定ファイル" }
    only_in_ecforce() { en: "only in ecforce", ja: "ecforceのみ" }
    only_in_configuration() { en: "only in the configuration", ja: "設定ファイルのみ" }
    differs() { en: "differs", ja: "相違あり" }
    name_configured(name, configured) {
        en: "{name} (configured: {configured})",
        ja: "{name}(設定ファイル: {configured})"
    }

    // `doctor --online`.
    online_ecforce(origin, count) {
        en: "ecforce at {origin} answers and takes the token; it has {count} payment methods",
        ja: "ecforce({origin})への接続とAPIトークンを確認しました。支払い方法は{count}件です。"
    }
    not_configured() {
        en: "`[ecforce]` has no base_url: ecforce was not asked",
        ja: "`[ecforce]` に `base_url` がないため、確認していません。"
    }
    not_configured_next() {
        en: "to pull orders from ecforce, set it: `oplux config set ecforce.base_url https://SHOP`",
        ja: "ecforceから受注を取得する場合は、設定してください: `oplux config set ecforce.base_url https://SHOP`"
    }
    online_oplux(service) {
        en: "{service} answers and takes the credentials (version 1.0)",
        ja: "{service}への接続と認証情報を確認しました(バージョン1.0)。"
    }
    no_event_url() {
        en: "`oplux.event_url` is not set, and any other call would register an event: O-PLUX was not asked",
        ja: "`oplux.event_url` がなく、イベントを登録せずに問い合わせることができないため、確認していません。"
    }
    no_event_url_next() {
        en: "set it where you have its address: `oplux config set oplux.event_url https://…`",
        ja: "URLが案内されている場合は、設定してください: `oplux config set oplux.event_url https://…`"
    }
    title_change() { en: "Store", ja: "取り込み" }
    change_new() { en: "new", ja: "新規" }
    change_changed() { en: "changed", ja: "変更" }
    change_unchanged() { en: "unchanged", ja: "変更なし" }
}

/// The words for an HTML page that came in the place of an answer.
pub fn page_titled_text(title: impl AsRef<str>) -> String {
    match title.as_ref() {
        "" => "HTML".to_owned(),
        title => format!("HTML \"{title}\""),
    }
}
