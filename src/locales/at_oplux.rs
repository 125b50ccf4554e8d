//! What is said of events at O-PLUX: calls of version 1.0, `pull events`, and the updates.

use super::texts;

texts! {
    /// The connection never opened, or no whole answer came.
    unreachable(service, origin, why) {
        en: "{service} at {origin} cannot be reached: {why}",
        ja: "{service}({origin})に接続できません。{why}"
    }
    /// What to do about it.
    unreachable_hint() {
        en: "check the network and `oplux.event_url`; the same call goes on",
        ja: "ネットワークと `oplux.event_url` をご確認のうえ、同じコマンドをもう一度実行してください。"
    }
    /// What to do about TLS.
    tls_hint() {
        en: "check `oplux.event_url` and this machine's clock; where your company's network has a certificate authority of its own, name its PEM file in the environment variable SSL_CERT_FILE",
        ja: "`oplux.event_url` と端末の時刻をご確認ください。社内ネットワークに独自の認証局がある場合は、そのPEMファイルを環境変数 SSL_CERT_FILE に指定してください。"
    }
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
    /// Any other 4xx, or result 20.
    refused(service, status) {
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
}
