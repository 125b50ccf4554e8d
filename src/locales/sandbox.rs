//! What the sandbox says: its refusals and its reasons (on the wire it speaks Japanese, as O-PLUX
//! does), what `oplux sandbox` says to the person who runs it, and what `demo` tells of its sample
//! orders.

use super::{Text, texts};

texts! {
    not_loopback(address) {
        en: "the sandbox listens on loopback only, not on {address}",
        ja: "サンドボックスはループバックでのみ起動できます。{address} は指定できません。"
    }
    not_loopback_hint() {
        en: "use an address such as 127.0.0.1:8080",
        ja: "127.0.0.1:8080のようなアドレスを指定してください。"
    }
    cannot_listen(address) {
        en: "the sandbox cannot listen on {address}",
        ja: "サンドボックスを {address} で起動できません。"
    }
    cannot_listen_hint() {
        en: "another program may use it; port 0 takes a free one",
        ja: "ほかのプログラムが使用している可能性があります。ポート0を指定すると空きポートを使用します。"
    }
    no_route() {
        en: "there is no such API here",
        ja: "指定されたAPIは存在しません。"
    }
    /// Another HTTP method.
    wrong_method(expected) {
        en: "this API is called with {expected}",
        ja: "このAPIは {expected} で呼び出してください。"
    }
    /// The body is not JSON.
    not_json() {
        en: "the request is not JSON",
        ja: "リクエストがJSON形式ではありません。"
    }
    /// The content type is another.
    wrong_content_type() {
        en: "the content type has to be application/json",
        ja: "Content-Typeにはapplication/jsonを指定してください。"
    }
    /// A required field is missing.
    missing(path) {
        en: "{path} is required",
        ja: "{path} は必須項目です。"
    }
    /// A field of another form.
    malformed(path) {
        en: "{path} is not valid",
        ja: "{path} の形式が正しくありません。"
    }
    /// The shop ID is not the sandbox's.
    wrong_shop() {
        en: "the shop ID is not known",
        ja: "加盟店IDが存在しません。"
    }
    wrong_signature() {
        en: "the signature is not valid",
        ja: "署名が正しくありません。"
    }
    /// The request's time is too far from now.
    wrong_time() {
        en: "the request datetime is too far from the present time",
        ja: "リクエスト日時が現在時刻から離れすぎています。"
    }
    /// The model ID is not known.
    no_model() {
        en: "the model ID does not exist",
        ja: "審査モデルIDが存在しません。"
    }
    /// No name was asked for.
    no_name() {
        en: "the name is required",
        ja: "氏名は必須項目です。"
    }
    /// The body is no form.
    wrong_form() {
        en: "the content type has to be application/x-www-form-urlencoded",
        ja: "Content-Typeにはapplication/x-www-form-urlencodedを指定してください。"
    }
    /// No event of that ID, as O-PLUX words it.
    no_event() {
        en: "the event ID does not exist",
        ja: "イベントIDが存在しません。"
    }
    /// A memo of too many characters.
    memo_too_long(most) {
        en: "a memo has at most {most} characters",
        ja: "メモは{most}文字以内で入力してください。"
    }
    /// A rule that does not fire.
    known_device() {
        en: "a device that is known from good orders",
        ja: "利用実績のある端末からの注文"
    }
    test_oktel() {
        en: "test telephone number: forced OK",
        ja: "テスト用電話番号のため強制OK"
    }
    /// Several orders from one device.
    same_device() {
        en: "several orders from the same device within a short time",
        ja: "同一デバイスから短時間に複数の注文"
    }
    unpaid_address() {
        en: "delivery address of an order that was never paid",
        ja: "過去に未払いのあった配送先"
    }
    /// The buyer is on the list of fraud.
    reported_buyer() {
        en: "buyer was reported by another merchant",
        ja: "他加盟店でネガティブ登録された購入者"
    }
    /// The address is not whole.
    incomplete_address() {
        en: "the address seems incomplete: no house number",
        ja: "住所の番地が不足している可能性"
    }
    /// The IP address and the delivery address do not agree.
    foreign_ip() {
        en: "order from an IP address abroad",
        ja: "海外のIPアドレスからの注文"
    }
    /// The first purchase is a large one.
    large_first_order() {
        en: "large first order of goods that are easily resold",
        ja: "転売されやすい商品の高額な初回注文"
    }
    /// The name looks invented.
    invented_name() {
        en: "the name may be invented",
        ja: "氏名が架空の可能性"
    }

    // `oplux sandbox` to the person who runs it.
    /// It is ready.
    listening(address) {
        en: "the sandbox listens on {address}, until Ctrl-C. Lines for a configuration:",
        ja: "サンドボックスを {address} で起動しました。終了するにはCtrl-Cを押してください。設定ファイルに貼り付ける内容は次のとおりです。"
    }
    /// What to do with the lines.
    how_to_use() {
        en: "Paste them into a configuration of its own, for example the one named by `oplux --profile sandbox config path`",
        ja: "本番用とは別の設定ファイルに貼り付けてください。例えば、次のコマンドで表示されるファイルです: `oplux --profile sandbox config path`"
    }

    /// Its events are not in the store yet.
    how_to_get_events(url) {
        en: "Its イベント一覧 is the file at {url}. With it and the other two the store has the whole shop: `oplux import events events.csv`, `oplux pull methods --apply`, `oplux pull orders --since-last --from 2020-01-01`",
        ja: "イベント一覧のファイルは {url} から取得できます。イベント、支払い方法、受注を取り込むには: `oplux import events events.csv`、`oplux pull methods --apply`、`oplux pull orders --since-last --from 2020-01-01`"
    }

    // What `demo` tells.
    intro(address) {
        en: "A fictional shop on ecforce, and a sandbox that plays O-PLUX on {address}.\nThe sandbox decides by the last digit of the buyer's telephone number.",
        ja: "架空のecforceショップの受注を審査します。審査には、このマシンで起動した\nサンドボックス(O-PLUXの代わり、{address})を使用します。\nサンドボックスは、購入者の電話番号の末尾の数字で審査結果を決めます。"
    }
    heading() { en: "What happened to the interesting ones:", ja: "主な受注の結果" }
    ng_redirected() {
        en: "- 7be2c35f90 is NG, and the behaviour at NG is redirect: the buyer is sent to the shop's page, and ecforce creates no order.",
        ja: "- 7be2c35f90: 「NG」です。自動審査結果[NG]の時の挙動が「URLへリダイレクトする」のため、購入者はショップのページへリダイレクトされ、受注は作成されません。"
    }
    hold_redirected() {
        en: "- 91d0a7e34c is HOLD, which has a redirect and a URL of its own.",
        ja: "- 91d0a7e34c: 「HOLD」です。「HOLDの時のリダイレクトURL」へリダイレクトされ、受注は作成されません。"
    }
    review_created() {
        en: "- c58f2b61aa is REVIEW, and the behaviour at REVIEW is create: the order is there, and a person decides in O-PLUX's admin screen.",
        ja: "- c58f2b61aa: 「REVIEW」です。自動審査結果[REVIEW]の時の挙動が「受注を作成する」のため、受注が作成されます。審査の判断はO-PLUX管理画面で行います。"
    }
    forced() {
        en: "- 2ad9e0417b is NG too, but its ad URL has the thanks offer on and the payment method has realtime thanks offer off: the redirect is not carried out, and the order is created by force.",
        ja: "- 2ad9e0417b: 「NG」ですが、強制的に受注が作成されます。広告URLの「サンクスオファー」が有効で、支払い方法の「サンクスオファー即時決済」が無効のため、リダイレクトされません。"
    }
    thanks_offer() {
        en: "- b1c2d3e4f5 is the payment of a thanks offer: it is not screened again, the screening of the first payment a905125d2a stands.",
        ja: "- b1c2d3e4f5: サンクスオファーの決済です。再審査は行われず、最初の決済 a905125d2a の審査結果が有効です。"
    }
    never_screened() {
        en: "- 58e7d1f0c3, 66b0c94e2f and 83fa27d5b0 come from a subscription, the admin screen and a CSV file: such orders are never screened.",
        ja: "- 58e7d1f0c3、66b0c94e2f、83fa27d5b0: 順に、既存定期受注からの受注作成、「受注管理 > 受注作成」、CSV登録による受注作成のため、審査対象外です。"
    }
    by_settings() {
        en: "- d94c6e8a17, f02b7c5d68 and 0c7d9ae351 are not screened because of settings: a payment method that is not configured, one with O-PLUX off, and an existing customer's later purchase.",
        ja: "- d94c6e8a17、f02b7c5d68、0c7d9ae351: 設定により審査対象外です。順に、未登録の支払い方法、「O-PLUXの利用」が無効の支払い方法、既存顧客の2回目以降の購入です。"
    }
    switched_off() {
        en: "- 17e5f3b8c2 came in while O-PLUX was switched off (O-PLUXを使用する: OFF).",
        ja: "- 17e5f3b8c2: 「O-PLUXを使用する」がOFFの時の注文のため、審査していません。"
    }
    /// Over what comes after the screening.
    loaded() {
        en: "In the afternoon, support has questions. What ecforce's 受注管理 and 決済履歴 and O-PLUX's イベント一覧 show by now has been loaded into the same store. For your own exports, all in one folder: `oplux import FOLDER`",
        ja: "次は、受注を確認する場合の例です。ecforceの「受注管理」と「決済履歴」、O-PLUXの「イベント一覧」のデータを取り込みました。お手元のファイルをフォルダごと取り込むには: `oplux import FOLDER`"
    }
    asks_thanks_offer(number) {
        en: "ecforce shows REVIEW for {number}, and O-PLUX does not find it. Where is it?",
        ja: "{number}: ecforceには審査結果が表示されていますが、O-PLUXではヒットしません。"
    }
    asks_drift(number) {
        en: "Somebody approved {number} in O-PLUX. Does ecforce know?",
        ja: "{number}: O-PLUX管理画面で、「REVIEW」を「OK」に変更しました。"
    }
    asks_missing(number) {
        en: "ecforce shows OK for {number}. Why is there no event in O-PLUX?",
        ja: "{number}: ecforceには「OK」と表示されていますが、O-PLUXのイベントが見つかりません。"
    }
    next() {
        en: "Nothing was sent outside this machine, and nothing is left behind.\nNext: `oplux config init`\nFor your own exports: `oplux import FOLDER`, `oplux trace NUMBER`",
        ja: "このマシンの外部への送信は行っていません。データも残していません。\n設定を始めるには: `oplux config init`\nお手元のデータを取り込み、検索するには: `oplux import FOLDER`、`oplux trace NUMBER`"
    }
}

/// What happened to the interesting ones, paragraph by paragraph.
pub fn story() -> Vec<Text> {
    vec![
        heading(),
        ng_redirected(),
        hold_redirected(),
        review_created(),
        forced(),
        thanks_offer(),
        never_screened(),
        by_settings(),
        switched_off(),
    ]
}
