//! What `doctor` says.

use super::{Text, texts};

texts! {
    title_status() { en: "State", ja: "状態" }
    title_check() { en: "Check", ja: "確認項目" }
    title_message() { en: "Finding", ja: "確認結果" }
    ok() { en: "ok", ja: "正常" }
    problem() { en: "to do", ja: "要対応" }
    note() { en: "note", ja: "補足" }

    check_configuration() { en: "configuration", ja: "設定ファイル" }
    check_account() { en: "account", ja: "外部連携アカウント" }
    check_enabled() { en: "switch", ja: "O-PLUXを使用する" }
    check_credentials() { en: "credentials", ja: "認証情報" }
    check_addresses() { en: "addresses", ja: "接続先" }
    check_menu() { en: "ecforce menu", ja: "ecforceのメニュー" }
    check_methods() { en: "payment methods", ja: "支払い方法" }
    check_behaviours() { en: "behaviours", ja: "自動審査結果の挙動" }
    check_store() { en: "store", ja: "ストア" }
    check_last_answer() { en: "last answer", ja: "最後の応答" }
    check_outcomes() { en: "outcomes", ja: "結果が不明な審査" }

    /// All is well.
    ready() { en: "the integration is ready", ja: "連携の準備ができています。" }
    /// Something is to be done.
    to_do(n) { en: "to do before the integration is ready: {n}", ja: "対応が必要な項目が{n}件あります。" }
    configuration(path) { en: "{path} is usable", ja: "{path} を使用できます。" }
    no_account() { en: "the configuration has no [oplux] table", ja: "設定ファイルに [oplux] がありません。" }
    no_account_next() { en: "add the table by hand (see sample-config.toml), or make another file: `oplux --config FILE config init`", ja: "[oplux] を追記するか(`sample-config.toml` を参照)、次のコマンドで別の設定ファイルを作成してください: `oplux --config FILE config init`" }
    enabled(service) { en: "{service} is switched on", ja: "「O-PLUXを使用する」はONです(審査サービス: {service})。" }
    disabled(service) { en: "{service} is switched off: nothing is screened", ja: "「O-PLUXを使用する」がOFFのため、審査は行われません(審査サービス: {service})。" }
    disabled_next() { en: "`oplux config set oplux.enabled true`", ja: "次のコマンドでONにしてください: `oplux config set oplux.enabled true`" }
    credentials(service) { en: "the four credentials of {service} are there", ja: "{service}の認証情報4項目が設定されています。" }
    blanks(names) { en: "a blank stands within: {names}", ja: "途中に空白が含まれています: {names}" }
    blanks_next() { en: "where that is a slip, type it anew without the blank: the secret key with `oplux config secret`, the others with `oplux config set KEY VALUE`", ja: "誤りの場合は、空白を除いて入力し直してください。シークレットキー: `oplux config secret`、そのほか: `oplux config set KEY VALUE`" }
    rejected(service, number, at) { en: "the last answer of {service} rejected the credentials (HTTP 401 or 403; order {number}, {at})", ja: "{service}の最後の応答で、認証情報が拒否されました(HTTP 401または403、受注番号: {number}、{at})。" }
    rejected_next() { en: "compare the four credentials and the address with 設定 > 外部連携アカウント管理 > O-PLUX and with your contract, then screen an order again; the secret key is stored anew with `oplux config secret`", ja: "4つの認証情報とURLを「設定 > 外部連携アカウント管理 > O-PLUX」およびご契約時の案内と照合し、修正後に受注を再度審査してください。シークレットキーを保存し直すには: `oplux config secret`" }
    addresses(hosts) { en: "the addresses are sound: {hosts}", ja: "接続先URLは正常です({hosts})。" }
    menu() {
        en: "only you can see whether ecforce's admin screen shows O-PLUX in 設定 > 外部連携アカウント管理",
        ja: "ecforce管理画面の「設定 > 外部連携アカウント管理」に「O-PLUX」が表示されているかご確認ください。"
    }
    menu_next() {
        en: "if it does not, install the app from アプリ管理; the contract is with O-PLUX's provider (かっこ株式会社)",
        ja: "表示されていない場合は「アプリ管理」からインストールしてください。ご契約は提供元のかっこ株式会社様にお問い合わせください。"
    }
    no_methods() { en: "no payment method is in the configuration: nothing is screened", ja: "支払い方法が登録されていないため、審査は行われません。" }
    no_methods_next() { en: "`oplux methods add ID NAME`", ja: "次のコマンドで登録してください: `oplux methods add ID NAME`" }
    methods_off() { en: "no payment method has O-PLUX on: nothing is screened", ja: "「O-PLUXの利用」が有効な支払い方法がないため、審査は行われません。" }
    methods_off_next() { en: "`oplux methods enable ID`", ja: "次のコマンドで有効にしてください: `oplux methods enable ID`" }
    methods(all, on) { en: "{on} of {all} payment methods have O-PLUX on", ja: "支払い方法{all}件中{on}件で「O-PLUXの利用」が有効です。" }
    behaviours() { en: "every redirect has its URL", ja: "リダイレクトURLはすべて設定されています。" }
    no_store(path) { en: "{path} is made at the first screening or import", ja: "{path} は最初の審査または取り込みの時に作成されます。" }
    store(path, orders, events) { en: "{path} is sound (orders: {orders}, events: {events})", ja: "{path} は正常です(受注{orders}件、イベント{events}件)。" }
    store_unwritable(path) { en: "{path} cannot be made: the folder cannot be written", ja: "{path} を作成できません。フォルダに書き込めません。" }
    store_folder_next() { en: "check the permissions of the folder, or name another store with --store or $OPLUX_STORE", ja: "フォルダの権限をご確認いただくか、`--store` または `$OPLUX_STORE` で別のストアを指定してください。" }
    store_damaged(path) { en: "{path} is damaged", ja: "{path} が破損しています。" }
    store_damaged_next() { en: "put it aside and restore a backup; keep the damaged file", ja: "破損したファイルを別の場所に保管し、バックアップから復元してください。" }
    store_exposed(path) { en: "{path} can be read by other users of this machine", ja: "{path} をほかのユーザーが読み取れる状態です。" }
    store_exposed_next(path) { en: "chmod 600 {path}*", ja: "次のコマンドで権限を変更してください: chmod 600 {path}*" }
    outcomes() { en: "no outcome is unknown", ja: "結果が不明な審査はありません。" }
    outcomes_unknown(n, numbers) { en: "screenings with an unknown outcome ({n}): {numbers}", ja: "結果が不明な審査が{n}件あります(受注番号: {numbers})。" }
    outcomes_unknown_next() {
        en: "search O-PLUX's イベント一覧 for these numbers; screen those that are not there with --rescreen; export the events of the others and load them with `oplux import events FILE`",
        ja: "O-PLUX管理画面の「イベント一覧」で、加盟店管理IDに受注番号を指定して検索してください。イベントがない場合は `--rescreen` を付けて再審査してください。ある場合は、「イベント一覧」からエクスポートし、次のコマンドで取り込んでください: `oplux import events FILE`"
    }
}

/// The title of a check, by its name in JSON.
pub fn title_of(check: &str) -> Text {
    match check {
        "configuration" => check_configuration(),
        "account" => check_account(),
        "enabled" => check_enabled(),
        "credentials" => check_credentials(),
        "addresses" => check_addresses(),
        "menu" => check_menu(),
        "methods" => check_methods(),
        "behaviours" => check_behaviours(),
        "store" => check_store(),
        "last_answer" => check_last_answer(),
        _ => check_outcomes(),
    }
}
