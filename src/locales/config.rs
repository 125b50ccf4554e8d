//! The configuration: mistakes, what to do about them, what its keys are called, and what `config`,
//! `methods` and `doctor` say.

use super::{Text, texts};

texts! {
    // The file.
    not_found(file) { en: "there is no configuration at {file}", ja: "設定ファイル {file} がありません。" }
    unreadable(file, cause) { en: "the configuration {file} cannot be read: {cause}", ja: "設定ファイル {file} を読み込めません。{cause}" }
    unwritable(file, cause) { en: "{file} cannot be written: {cause}", ja: "{file} に書き込めません。{cause}" }
    no_oplux(file) { en: "{file} has no [oplux] table, and this command needs one", ja: "{file} に [oplux] がありません。このコマンドの実行に必要です。" }
    no_home() { en: "HOME is not set, so it is not known where the configuration and the store are", ja: "環境変数 `$HOME` が設定されていないため、設定ファイルとデータファイルの場所を特定できません。" }
    profile_not_plain() { en: "a profile (--profile, $OPLUX_PROFILE) is a plain name, not a path", ja: "`--profile` と `$OPLUX_PROFILE` には、パスではなく名前を指定してください。" }

    // Mistakes: what was wrong; what is allowed.
    syntax(cause) { en: "this is not TOML: {cause}", ja: "TOMLの書式に誤りがあります({cause})。" }
    not_utf8() { en: "this is not UTF-8 text; save the file as UTF-8", ja: "文字コードがUTF-8ではありません。UTF-8で保存してください。" }
    wrong_type(found, allowed) { en: "it is {found}; allowed: {allowed}", ja: "{found}が指定されています。指定できる値: {allowed}" }
    not_allowed(allowed) { en: "this value is not allowed; allowed: {allowed}", ja: "この値は指定できません。指定できる値: {allowed}" }
    did_you_mean(meant, allowed) { en: "this value is not allowed, did you mean `{meant}`? allowed: {allowed}", ja: "この値は指定できません。`{meant}` ではありませんか。指定できる値: {allowed}" }
    empty(allowed) { en: "it is empty; allowed: {allowed}", ja: "値が空です。指定できる値: {allowed}" }
    address_unreadable(allowed) { en: "this is not an address; allowed: {allowed}", ja: "URLとして読み取れません。指定できる値: {allowed}" }
    address_scheme(allowed) { en: "this address is not safe; allowed: {allowed}", ja: "httpsのURLではないため、使用できません。指定できる値: {allowed}" }
    address_user(allowed) { en: "the address holds a user name or password; allowed: {allowed}", ja: "URLにユーザー名またはパスワードが含まれています。指定できる値: {allowed}" }
    unknown_here(allowed) { en: "unknown key; allowed here: {allowed}", ja: "この設定項目はありません。指定できる設定項目: {allowed}" }
    unknown_here_meant(meant, allowed) { en: "unknown key, did you mean `{meant}`? allowed here: {allowed}", ja: "この設定項目はありません。`{meant}` ではありませんか。指定できる設定項目: {allowed}" }
    missing() { en: "it is missing; every entry needs one", ja: "必須項目です。値を指定してください。" }
    duplicate(other) { en: "`{other}` has the same value; each may stand once", ja: "`{other}` と同じ値です。重複しない値を指定してください。" }
    two_secrets(keys) { en: "{keys} are set together; allowed: one of them", ja: "{keys} が同時に設定されています。いずれか1つのみ指定してください。" }
    redirect_unset() { en: "the action is `redirect` and there is no URL to redirect to; set it, or set the action to `create`", ja: "挙動が「URLへリダイレクトする」ですが、リダイレクトURLがありません。URLを指定するか、挙動を `create`(受注を作成する)にしてください。" }
    exposed() { en: "the secret stands in a file that others can read", ja: "シークレットキーまたはAPIトークンが書かれたファイルを、ほかのユーザーが読み取れる状態です。" }
    missing_address(allowed) { en: "it is not set, and this command needs it; allowed: {allowed}", ja: "設定されていません。このコマンドの実行に必要です。指定できる値: {allowed}" }

    // Types that were found.
    a_string() { en: "a string", ja: "文字列" }
    an_integer() { en: "a whole number", ja: "整数" }
    a_float() { en: "a number with a fraction", ja: "小数" }
    a_boolean() { en: "true or false", ja: "真偽値" }
    a_datetime() { en: "a date", ja: "日時" }
    an_array() { en: "a list", ja: "配列" }
    a_table() { en: "a table", ja: "テーブル" }

    more_mistakes(count) { en: "and {count} more mistakes", ja: "ほか{count}件の誤りがあります。" }
    writable() { en: "others can change this file, which holds a secret or says where it comes from", ja: "シークレットキーまたはAPIトークンの値や取得元が書かれたファイルを、ほかのユーザーが変更できる状態です。" }
    credential_broken() { en: "an invisible character, a control character or a line end stands within it; type it anew", ja: "見えない文字、制御文字または改行が途中に含まれています。入力し直してください。" }
    not_a_file(file) { en: "{file} is no regular file; nothing was written", ja: "{file} は通常のファイルではありません。何も書き込んでいません。" }
    hint_not_a_file() { en: "name a regular file", ja: "通常のファイルを指定してください。" }
    secret_not_text(from) { en: "{from}: the secret is not UTF-8 text", ja: "{from}: 値がUTF-8のテキストではありません。" }
    secret_broken(from) { en: "{from}: an invisible character, a control character or a line end stands within the secret", ja: "{from}: 値の途中に、見えない文字、制御文字または改行が含まれています。" }
    hint_secret_text() { en: "save it as UTF-8, in one line, without anything else", ja: "UTF-8で、値のみを1行で保存してください。" }
    secret_file_writable(key, file) { en: "{key}: others can change {file}", ja: "{key}: {file} はほかのユーザーが変更できる状態です。" }

    // What is allowed.
    allowed_text() { en: "text in quotes, on one line and not empty", ja: "引用符で囲んだ1行の文字列(空は不可)" }
    allowed_file() { en: "the path of a file, in quotes", ja: "引用符で囲んだファイルのパス" }
    allowed_flag() { en: "`true` or `false` (also on and off, yes and no, 有効 and 無効)", ja: "`true` または `false`(on/off、yes/no、有効/無効も可)" }
    allowed_whole_from(min) { en: "a whole number of {min} or more", ja: "{min}以上の整数" }
    allowed_whole(min, max) { en: "a whole number from {min} to {max}", ja: "{min}から{max}までの整数" }
    allowed_one_of(names) { en: "{names}", ja: "{names}" }
    allowed_address() { en: "an https address, or http on loopback, without user name or password", ja: "httpsのURL(ループバックの場合はhttpも可、ユーザー名とパスワードは不可)" }
    allowed_time() { en: "a date or a date and time, such as `2026-01-15` or `2026-01-15 10:00:00`", ja: "日付または日時(例: `2026-01-15`、`2026-01-15 10:00:00`)" }
    allowed_command() { en: "a list of strings that begins with a program, such as `[\"pass\", \"show\", \"oplux\"]`", ja: "プログラム名から始まる文字列の配列(例: `[\"pass\", \"show\", \"oplux\"]`)" }
    allowed_table(name) { en: "a table, `[{name}]`", ja: "テーブル `[{name}]`" }
    allowed_list(name) { en: "a list of tables, `[[{name}]]`", ja: "テーブルの配列 `[[{name}]]`" }

    // Keys that were asked for.
    unknown_key(key) { en: "there is no key `{key}` with a value", ja: "`{key}` という設定項目はありません。" }
    unknown_key_meant(key, meant) { en: "there is no key `{key}` with a value, did you mean `{meant}`?", ja: "`{key}` という設定項目はありません。`{meant}` ではありませんか。" }
    allowed_keys(keys) { en: "allowed there: {keys}", ja: "指定できる設定項目: {keys}" }
    no_such_entry(entry, count) { en: "there is no `{entry}`; the list has {count} entries, counted from 0", ja: "`{entry}` はありません。登録されているのは{count}件で、番号は0から始まります。" }
    secret_argument(key) { en: "`{key}` is a secret, and a secret is never given as an argument", ja: "`{key}` は機密情報のため、コマンドの引数では指定できません。" }
    cannot_edit(place, key) { en: "{place}: `{key}` is written in a way that cannot be changed here without changing something else; nothing was changed", ja: "{place}: `{key}` は、ほかの内容を変えずに変更できない書き方になっています。何も変更していません。" }
    method_unknown(name) { en: "there is no payment method with the ID or name `{name}`", ja: "IDまたは名前が `{name}` の支払い方法は登録されていません。" }

    // Secrets.
    credentials_missing(file, names) { en: "credentials are missing in {file}: {names}", ja: "{file} に次の認証情報が設定されていません: {names}" }
    secret_file_unreadable(key, file, cause) { en: "{key}: {file} cannot be read: {cause}", ja: "{key}: {file} を読み込めません。{cause}" }
    secret_file_exposed(key, file) { en: "{key}: others can read {file}", ja: "{key}: {file} はほかのユーザーが読み取れる状態です。" }
    secret_file_empty(key, file) { en: "{key}: {file} holds no secret; it is empty or not text", ja: "{key}: {file} に値がありません(空のファイル、またはテキスト以外)。" }
    secret_command_not_run(key, program, cause) { en: "{key}: `{program}` cannot be run: {cause}", ja: "{key}: `{program}` を実行できません。{cause}" }
    secret_command_failed(key, program, status) { en: "{key}: `{program}` failed ({status})", ja: "{key}: `{program}` がエラーで終了しました({status})。" }
    secret_command_slow(key, program, seconds) { en: "{key}: `{program}` did not end within {seconds} seconds and was stopped", ja: "{key}: `{program}` が {seconds}秒以内に終了しなかったため、停止しました。" }
    secret_command_empty(key, program) { en: "{key}: `{program}` gave no secret", ja: "{key}: `{program}` から値が出力されませんでした。" }
    secret_typed() { en: "what was typed", ja: "入力された値" }
    secret_empty() { en: "the secret is empty", ja: "シークレットキーまたはAPIトークンの値が入力されていません。" }
    name_shop_id() { en: "shop ID (加盟店ID) shop_id", ja: "加盟店ID(shop_id)" }
    name_connection_id() { en: "connection ID (接続元ID) connection_id", ja: "接続元ID(connection_id)" }
    name_secret_key() { en: "secret key (シークレットキー) secret_key", ja: "シークレットキー(secret_key)" }
    name_model_id() { en: "model ID (審査モデルID) model_id", ja: "審査モデルID(model_id)" }
    name_register_url() { en: "address of the register call (イベント登録API) register_url", ja: "イベント登録APIのURL(register_url)" }
    name_token() { en: "ecforce's API token (APIトークン) token", ja: "ecforceのAPIトークン(token)" }

    // Hints.
    hint_init() { en: "make one with `oplux config init`", ja: "次のコマンドで作成してください: `oplux config init`" }
    hint_link() { en: "it is a link to nothing: put the file back where the link leads, or remove the link first and then make a new file with `oplux config init`", ja: "リンク先のファイルがありません。リンク先にファイルを戻すか、先にリンクを削除してから、次のコマンドで作成してください: `oplux config init`" }
    /// There is a file, which `config init` leaves as it is.
    hint_no_oplux() { en: "begin the table, then see what is missing: `oplux config set oplux.enabled true`, `oplux doctor`", ja: "次のコマンドで設定を開始し、不足している設定をご確認ください: `oplux config set oplux.enabled true`、`oplux doctor`" }
    hint_unreadable() { en: "give another file with --config, or make this one readable for you", ja: "`--config` で別のファイルを指定するか、読み取り権限をご確認ください。" }
    hint_unwritable() { en: "check the permissions and the free space of the folder", ja: "フォルダの権限と空き容量をご確認ください。" }
    hint_no_home() { en: "name the files with --config and --store", ja: "`--config` と `--store` でファイルを指定してください。" }
    hint_profile() { en: "allowed: letters, digits, `-`, `_` and `.`, not at the beginning; a file is named with --config", ja: "使用できる文字は半角英数字と `-`、`_`、`.` です(先頭の `.` は不可)。ファイルは `--config` で指定してください。" }
    hint_check() { en: "correct it with `oplux config edit`; then check it with `oplux config check`; every key is explained by `oplux help settings`", ja: "次のコマンドで修正してください: `oplux config edit`。修正後、次のコマンドでご確認ください: `oplux config check`。各項目の説明は、次のコマンドで確認できます: `oplux help settings`" }
    hint_chmod(file) { en: "chmod 600 {file}", ja: "`chmod 600 {file}` を実行してください。" }
    hint_open_folder() { en: "everybody can put another file in its folder; move it into a folder that only you can write", ja: "フォルダがほかのユーザーにも書き込める状態です。本人のみ書き込めるフォルダに移動してください。" }
    hint_foreign_file() { en: "the file belongs to another user; make one of your own, with mode 0600, and name that", ja: "ファイルの所有者がほかのユーザーです。ご自身が所有するファイル(権限0600)を作成し、指定してください。" }
    planted(file) { en: "{file} is a link of another user in a folder that all can write; nothing was written", ja: "{file} は、全員が書き込めるフォルダに、ほかのユーザーが作成したリンクです。何も書き込んでいません。" }
    hint_by_hand() { en: "change it by hand at this line, or add it there: `oplux config edit`; then run `oplux config check`", ja: "この行を直接変更するか、ここに追記してください: `oplux config edit`。その後、次のコマンドでご確認ください: `oplux config check`" }
    hint_unchanged() { en: "nothing was changed; correct the value and try again", ja: "何も変更していません。値を修正して、もう一度実行してください。" }
    hint_set(key) { en: "set it with `oplux config set {key} VALUE`", ja: "次のコマンドで設定してください: `oplux config set {key} VALUE`" }
    hint_secret() { en: "store it with: `oplux config secret`", ja: "次のコマンドで保存してください: `oplux config secret`" }
    hint_token() { en: "put it into $ECFORCE_API_TOKEN, or store it with `oplux config secret --ecforce`", ja: "環境変数 `$ECFORCE_API_TOKEN` で指定するか、次のコマンドで保存してください: `oplux config secret --ecforce`" }
    hint_secret_empty() { en: "put the key on standard input, or type it when you are asked on a terminal", ja: "標準入力から渡すか、端末で尋ねられたときに入力してください。" }
    hint_secret_slow(program) { en: "run `{program}` in a terminal to see what it waits for; it must end by itself, without input", ja: "端末で `{program}` を実行し、何を待っているかご確認ください。入力なしで終了する必要があります。" }
    hint_add_method() { en: "none is there yet; add one with `oplux methods add ID NAME`", ja: "支払い方法が登録されていません。次のコマンドで登録してください: `oplux methods add ID NAME`" }
    hint_known_methods(methods) { en: "there are: {methods}", ja: "登録されている支払い方法: {methods}" }

    // The file that `config init` writes.
    template_head() { en: "The configuration of oplux. A line that begins with # is not in force: take the # away to set it.\nChange it here or with `oplux config set`; check it with `oplux config check`.", ja: "opluxの設定ファイルです。# で始まる行は無効です。設定する場合は # を外してください。\nこのファイルを編集するか `oplux config set` で変更し、`oplux config check` でご確認ください。" }

    // What `config` says and asks.
    title_key() { en: "Key", ja: "設定項目" }
    title_value() { en: "Value", ja: "設定値" }
    title_source() { en: "From", ja: "設定元" }
    by_default() { en: "default", ja: "既定値" }
    by_file() { en: "file", ja: "設定ファイル" }
    default_value(value) { en: "{value} (default)", ja: "{value}(既定値)" }
    changed(key, was, now) { en: "{key} was {was}, is now {now}", ja: "{key} を「{was}」から「{now}」に変更しました。" }
    sound(path) { en: "{path} is sound", ja: "{path} に問題はありません。" }
    not_enough(missing) { en: "to screen, these are missing: {missing}", ja: "審査するには、次の項目の設定が必要です: {missing}" }
    not_there() { en: "there is no file yet: `oplux config init`", ja: "ファイルはまだありません。次のコマンドで作成してください: `oplux config init`" }
    // Editing.
    no_editor() { en: "neither $VISUAL nor $EDITOR names an editor", ja: "環境変数 `$VISUAL` と `$EDITOR` のどちらにも、エディタが設定されていません。" }
    hint_editor() { en: "set $EDITOR to one that waits until the file is closed (`export EDITOR=nano`), then: `oplux config edit`", ja: "`export EDITOR=nano` のように、ファイルを閉じるまで待つエディタを設定し、もう一度実行してください: `oplux config edit`" }
    editor_failed(editor, cause) { en: "the editor `{editor}` failed ({cause}); nothing was changed", ja: "エディタ `{editor}` がエラーで終了しました({cause})。何も変更していません。" }
    edited_away(path) { en: "the editor left no file; {path} was not changed", ja: "エディタの終了後に編集用ファイルがありませんでした。{path} は変更していません。" }
    edited_meanwhile(path, copy) { en: "{path} was changed by another call while the editor was open, and stays so; your text is kept in {copy}", ja: "編集中に、別の操作で {path} が変更されたため、上書きしませんでした。編集した内容は {copy} に保存しています。" }
    hint_edited_meanwhile() { en: "take your changes over from that copy, and delete it afterwards; edit again: `oplux config edit`", ja: "保存された内容を参照して、もう一度編集してください(不要になったら削除してください): `oplux config edit`" }
    edit_again() { en: "Edit it again?", ja: "もう一度編集しますか?" }
    edited(path) { en: "changed {path}", ja: "{path} を変更しました。" }
    not_edited(path) { en: "{path} was not changed", ja: "{path} は変更していません。" }
    // Profiles.
    title_profile() { en: "Profile", ja: "プロファイル" }
    title_configuration() { en: "Configuration", ja: "設定ファイル" }
    title_store() { en: "Store", ja: "データファイル" }
    title_in_use() { en: "In use", ja: "使用中" }
    in_use() { en: "in use", ja: "使用中" }
    no_name() { en: "(none)", ja: "(なし)" }
    no_profile_yet() { en: "there is no configuration yet: `oplux --profile NAME config init`", ja: "設定ファイルはまだありません。次のコマンドで作成してください: `oplux --profile NAME config init`" }
    exists(path) { en: "{path} is there already; it is left as it is", ja: "{path} はすでにあります。何も変更していません。" }
    exists_hint() {
        en: "name another file with --config or --profile, or change this one with `oplux config set KEY VALUE`",
        ja: "別のファイルを作成する場合は `--config` または `--profile` を指定してください。変更する場合は、次のコマンドを使用してください: `oplux config set KEY VALUE`"
    }
    created(path) { en: "created {path}", ja: "{path} を作成しました。" }
    created_next() {
        en: "next: add each payment method with `oplux methods add ID NAME`; then `oplux doctor`",
        ja: "続けて、支払い方法を1件ずつ登録してください: `oplux methods add ID NAME`。最後に、次のコマンドを実行してください: `oplux doctor`"
    }
    created_next_with_secret() {
        en: "next: `oplux config secret`; add each payment method with `oplux methods add ID NAME`; then `oplux doctor`",
        ja: "続けて、次のコマンドを実行してください: `oplux config secret`。次に、支払い方法を1件ずつ登録してください: `oplux methods add ID NAME`。最後に、次のコマンドを実行してください: `oplux doctor`"
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

    // What `methods` says.
    title_id() { en: "ID", ja: "ID" }
    title_name() { en: "Name", ja: "支払い方法" }
    title_oplux() { en: "O-PLUX", ja: "O-PLUXの利用" }
    title_realtime() { en: "Realtime thanks offer", ja: "サンクスオファー即時決済" }
    title_settle_method() { en: "Settle method", ja: "決済方法コード" }
    title_model() { en: "Model", ja: "審査モデルID" }
    on() { en: "on", ja: "有効" }
    off() { en: "off", ja: "無効" }
    none() { en: "the account's", ja: "共通の審査モデルID" }
    no_method_yet() { en: "no payment method is in the configuration: `oplux methods add ID NAME`", ja: "支払い方法が登録されていません。次のコマンドで登録してください: `oplux methods add ID NAME`" }
    nothing_to_set() { en: "there is nothing to set", ja: "変更する項目が指定されていません。" }
    nothing_to_set_hint() {
        en: "name what is to change: --id, --name, --oplux, --realtime-thanks-offer, --settle-method or --model-id",
        ja: "`--id`、`--name`、`--oplux`、`--realtime-thanks-offer`、`--settle-method`、`--model-id` で変更する項目を指定してください。"
    }
    id_taken(id, name) { en: "the ID {id} is taken by the payment method {name}", ja: "支払い方法ID {id} は、「{name}」で使用されています。" }
    name_taken(id, name) { en: "the name {name} is taken by the payment method with the ID {id}", ja: "「{name}」という名前は、支払い方法ID {id} で使用されています。" }
    hint_taken() { en: "nothing was changed; to see the methods that there are: `oplux methods list`", ja: "何も変更していません。登録されている支払い方法は、次のコマンドで確認できます: `oplux methods list`" }
    was_added() { en: "added", ja: "登録しました。" }
    was_removed() { en: "removed", ja: "削除しました。" }
    unchanged() { en: "was like this before", ja: "変更はありません。" }
    was_and_is(title, was, now) { en: "{title} was {was}, is now {now}", ja: "{title}を「{was}」から「{now}」" }
    method_changed(differences) { en: "{differences}", ja: "{differences}に変更しました。" }

    // What `doctor` says.
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
    check_store() { en: "store", ja: "データファイル" }
    check_last_answer() { en: "last answer", ja: "最後の応答" }
    check_online_oplux() { en: "O-PLUX answers", ja: "O-PLUXへの接続" }
    check_online_ecforce() { en: "ecforce answers", ja: "ecforceへの接続" }
    check_outcomes() { en: "outcomes", ja: "結果が不明な審査" }

    with_next(message, next) { en: "{message} => {next}", ja: "{message} 対応方法: {next}" }
    ready() { en: "the integration is ready", ja: "連携の準備ができています。" }
    to_do(n) { en: "to do before the integration is ready: {n}", ja: "対応が必要な項目が{n}件あります。" }
    configuration(path) { en: "{path} is usable", ja: "{path} を使用できます。" }
    no_account() { en: "the configuration has no [oplux] table", ja: "設定ファイルに [oplux] がありません。" }
    no_account_next() { en: "begin the table (`sample-config.toml` explains its keys): `oplux config set oplux.enabled true`", ja: "次のコマンドで設定を開始してください(項目の説明は `sample-config.toml` を参照): `oplux config set oplux.enabled true`" }
    enabled(service) { en: "{service} is switched on", ja: "「O-PLUXを使用する」はONです(審査サービス: {service})。" }
    disabled(service) { en: "{service} is switched off: nothing is screened", ja: "「O-PLUXを使用する」がOFFのため、審査は行われません(審査サービス: {service})。" }
    disabled_next() { en: "`oplux config set oplux.enabled true`", ja: "次のコマンドでONにしてください: `oplux config set oplux.enabled true`" }
    check_ecforce() { en: "ecforce", ja: "ecforceの管理API" }
    ecforce_account() { en: "address and API token are there", ja: "URLとAPIトークンが設定されています。" }
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
    no_methods_next() { en: "add one with `oplux methods add ID NAME`", ja: "次のコマンドで登録してください: `oplux methods add ID NAME`" }
    methods_off() { en: "no payment method has O-PLUX on: nothing is screened", ja: "「O-PLUXの利用」が有効な支払い方法がないため、審査は行われません。" }
    methods_off_next() { en: "switch it on with `oplux methods enable ID`", ja: "次のコマンドで有効にしてください: `oplux methods enable ID`" }
    methods(all, on) { en: "{on} of {all} payment methods have O-PLUX on", ja: "支払い方法{all}件中{on}件で「O-PLUXの利用」が有効です。" }
    behaviours() { en: "every redirect has its URL", ja: "リダイレクトURLはすべて設定されています。" }
    no_store(path) { en: "{path} is made at the first screening or import", ja: "{path} は最初の審査または取り込みの時に作成されます。" }
    store(path, orders, events) { en: "{path} is sound (orders: {orders}, events: {events})", ja: "{path} は正常です(受注{orders}件、イベント{events}件)。" }
    store_unwritable(path) { en: "{path} cannot be made: the folder cannot be written", ja: "{path} を作成できません。フォルダに書き込めません。" }
    store_folder_next() { en: "check the permissions of the folder, or name another store with --store or $OPLUX_STORE", ja: "フォルダの権限をご確認いただくか、`--store` または `$OPLUX_STORE` で別のデータファイルを指定してください。" }
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
        "ecforce" => check_ecforce(),
        "addresses" => check_addresses(),
        "menu" => check_menu(),
        "methods" => check_methods(),
        "behaviours" => check_behaviours(),
        "store" => check_store(),
        "last_answer" => check_last_answer(),
        "online_oplux" => check_online_oplux(),
        "online_ecforce" => check_online_ecforce(),
        _ => check_outcomes(),
    }
}
