//! What `config` says and asks.

use super::texts;

texts! {
    title_key() { en: "Key", ja: "設定項目" }
    title_value() { en: "Value", ja: "設定値" }
    title_source() { en: "From", ja: "設定元" }
    by_default() { en: "default", ja: "既定値" }
    by_file() { en: "file", ja: "設定ファイル" }
    default_value(value) { en: "{value} (default)", ja: "{value}(既定値)" }
    /// A change: what was, and what is now.
    changed(key, was, now) { en: "{key} was {was}, is now {now}", ja: "{key} を「{was}」から「{now}」に変更しました。" }
    /// `config check` found nothing.
    sound(path) { en: "{path} is sound", ja: "{path} に問題はありません。" }
    /// `config check`, where screening needs more.
    not_enough(missing) { en: "to screen, these are missing: {missing}", ja: "審査するには、次の項目の設定が必要です: {missing}" }
    /// `config path`, where there is no file.
    not_there() { en: "there is no file yet: `oplux config init`", ja: "ファイルはまだありません。次のコマンドで作成してください: `oplux config init`" }
    /// `config init`, where there is a file.
    exists(path) { en: "{path} is there already; it is left as it is", ja: "{path} はすでにあります。何も変更していません。" }
    exists_hint() {
        en: "name another file with --config or --profile, or change this one with `oplux config set KEY VALUE`",
        ja: "別のファイルを作成する場合は `--config` または `--profile` を指定してください。変更する場合は、次のコマンドを使用してください: `oplux config set KEY VALUE`"
    }
    created(path) { en: "created {path}", ja: "{path} を作成しました。" }
    created_next() {
        en: "next: `oplux methods add ID NAME`, `oplux doctor`",
        ja: "続けて、次の順に実行してください: `oplux methods add ID NAME`、`oplux doctor`"
    }
    created_next_with_secret() {
        en: "next: `oplux config secret`, `oplux methods add ID NAME`, `oplux doctor`",
        ja: "続けて、次の順に実行してください: `oplux config secret`、`oplux methods add ID NAME`、`oplux doctor`"
    }
    secret_stored(path) { en: "the secret is stored in {path}", ja: "{path} に保存しました。" }

    init_intro() {
        en: "The values are in ecforce's 設定 > 外部連携アカウント管理 > O-PLUX; the addresses came with your contract. Enter alone leaves one out.",
        ja: "設定値は、ecforce管理画面の「設定 > 外部連携アカウント管理 > O-PLUX」でご確認ください。APIのURLは、ご契約時に案内されたものを入力してください。省略する場合はEnterのみ押してください。"
    }
    ask_shop_id() { en: "Shop ID (加盟店ID)", ja: "加盟店ID" }
    ask_connection_id() { en: "Connection ID (接続元ID)", ja: "接続元ID" }
    ask_model_id() { en: "Model ID (審査モデルID), such as CRD_01", ja: "審査モデルID(例: CRD_01)" }
    ask_register_url() { en: "Address of the register call, version 3.0", ja: "イベント登録APIのURL(バージョン3.0)" }
    ask_event_url() { en: "Address of the event calls, version 1.0", ja: "イベント取得・更新APIのURL(バージョン1.0)" }
    ask_name_url() { en: "Address of the name API", ja: "氏名正規化APIのURL" }
    ask_existing_customers() { en: "Screen existing customers too (既存顧客でもO-PLUX審査を行う)?", ja: "既存顧客でもO-PLUX審査を行いますか?" }
    ask_enabled() { en: "Switch O-PLUX on (O-PLUXを使用する)?", ja: "O-PLUXを使用しますか?" }
    ask_secret_key() { en: "Secret key (シークレットキー), not shown", ja: "シークレットキー(画面には表示されません)" }
    ask_ecforce_token() { en: "ecforce API token, not shown", ja: "ecforceのAPIトークン(画面には表示されません)" }
}
