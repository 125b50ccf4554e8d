//! What the sandbox says: its refusals and its reasons (on the wire it speaks Japanese, as O-PLUX
//! does), what `oplux sandbox` says to the person who runs it, and what `demo` tells between its steps.

use super::texts;

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
    wrong_method(expected) {
        en: "this API is called with {expected}",
        ja: "このAPIは {expected} で呼び出してください。"
    }
    not_json() {
        en: "the request is not JSON",
        ja: "リクエストがJSON形式ではありません。"
    }
    wrong_content_type(expected) {
        en: "the content type has to be {expected}",
        ja: "Content-Typeには{expected}を指定してください。"
    }
    missing(path) {
        en: "{path} is required",
        ja: "{path} は必須項目です。"
    }
    malformed(path, expected) {
        en: "{path} is not valid; expected: {expected}",
        ja: "{path} の形式が正しくありません({expected})。"
    }
    wrong_shop() {
        en: "the shop ID is not known",
        ja: "加盟店IDが存在しません。"
    }
    wrong_signature() {
        en: "the signature is not valid",
        ja: "署名が正しくありません。"
    }
    wrong_time() {
        en: "the request datetime is too far from the present time",
        ja: "リクエスト日時が現在時刻から離れすぎています。"
    }
    no_model() {
        en: "the model ID does not exist",
        ja: "審査モデルIDが存在しません。"
    }
    no_event() {
        en: "the event ID does not exist",
        ja: "イベントIDが存在しません。"
    }
    memo_too_long(most) {
        en: "a memo has at most {most} characters",
        ja: "メモは{most}文字以内で入力してください。"
    }
    known_device() {
        en: "a device that is known from good orders",
        ja: "利用実績のある端末からの注文"
    }
    test_oktel() {
        en: "test telephone number: forced OK",
        ja: "テスト用電話番号のため強制OK"
    }
    same_device() {
        en: "several orders from the same device within a short time",
        ja: "同一デバイスから短時間に複数の注文"
    }
    unpaid_address() {
        en: "delivery address of an order that was never paid",
        ja: "過去に未払いのあった配送先"
    }
    reported_buyer() {
        en: "buyer was reported by another merchant",
        ja: "他加盟店でネガティブ登録された購入者"
    }
    incomplete_address() {
        en: "the address seems incomplete: no house number",
        ja: "住所の番地が不足している可能性"
    }
    foreign_ip() {
        en: "order from an IP address abroad",
        ja: "海外のIPアドレスからの注文"
    }
    large_first_order() {
        en: "large first order of goods that are easily resold",
        ja: "転売されやすい商品の高額な初回注文"
    }
    invented_name() {
        en: "the name may be invented",
        ja: "氏名が架空の可能性"
    }

    // `oplux sandbox` to the person who runs it.
    listening(address) {
        en: "the sandbox listens on {address}, until Ctrl-C. Lines for a configuration:",
        ja: "サンドボックスを {address} で起動しました。終了するにはCtrl-Cを押してください。設定ファイルに貼り付ける内容は次のとおりです。"
    }
    how_to_use() {
        en: "Paste them into a configuration of its own, for example the one named by `oplux --profile sandbox config path`",
        ja: "本番用とは別の設定ファイルに貼り付けてください。例えば、次のコマンドで表示されるファイルです: `oplux --profile sandbox config path`"
    }

    how_to_get_events(url) {
        en: "Its イベント一覧 is the file at {url}. With it and the other two the store has the whole shop: `oplux import events events.csv`, `oplux pull methods --apply`, `oplux pull orders --since-last --from 2020-01-01`",
        ja: "イベント一覧のファイルは {url} から取得できます。イベント、支払い方法、受注を取り込むには: `oplux import events events.csv`、`oplux pull methods --apply`、`oplux pull orders --since-last --from 2020-01-01`"
    }

    // `oplux sandbox --profile NAME`.
    serving(address, profile) {
        en: "the sandbox of the profile {profile} listens on {address}, until Ctrl-C",
        ja: "プロファイル {profile} のサンドボックスを {address} で起動しました。終了するにはCtrl-Cを押してください。"
    }
    wrote_profile(path) {
        en: "wrote {path}; its secrets stand in files of their own beside it",
        ja: "{path} を作成しました。シークレットキーなどは、同じフォルダの別のファイルに保存しています。"
    }
    try_online() {
        en: "Try it from another terminal: `oplux doctor --online`",
        ja: "別の端末から、次のコマンドをお試しください: `oplux doctor --online`"
    }
    try_pull(since) {
        en: "Try it from another terminal: `oplux pull orders --since-last --from {since}`",
        ja: "別の端末から、次のコマンドをお試しください: `oplux pull orders --since-last --from {since}`"
    }
    no_sandbox(path) {
        en: "{path} is there already, and not for a sandbox on this machine; it was left as it is",
        ja: "{path} はすでに存在し、このマシンのサンドボックス用ではありません。変更していません。"
    }
    other_sandbox(path, address) {
        en: "{path} is there already, for a sandbox on {address} that differs from this call; it was left as it is",
        ja: "{path} はすでに存在し、指定と異なるサンドボックス({address})用です。変更していません。"
    }
    other_profile_hint() {
        en: "choose another name for the profile; one of a sandbox needs neither --listen nor --ecforce",
        ja: "別のプロファイル名を指定してください。サンドボックス用に作成済みのプロファイルの場合は、`--listen` と `--ecforce` を付けずに実行してください。"
    }

    // What `demo` tells.
    demo(address) {
        en: "A fictional shop on ecforce whose orders O-PLUX screens, both played by a sandbox on {address}. What stands behind a $ is what you would type.",
        ja: "O-PLUXと連携した架空のecforceショップの例です。ecforceとO-PLUXの代わりに、このマシンのサンドボックス({address})を使用します。「$」の行は、実際に入力するコマンドです。"
    }
    demo_pull() {
        en: "1. Get what both have: the payment methods and orders of ecforce by its API, the events of O-PLUX from its イベント一覧.",
        ja: "1. データを取り込みます。支払い方法と受注はecforceの管理APIから、イベントはO-PLUXの「イベント一覧」のファイルから取得します。"
    }
    demo_reconcile() {
        en: "2. Which orders are right, which differ, and which have no event?",
        ja: "2. 審査結果が一致しない受注と、イベントが見つからない受注を確認します。"
    }
    demo_trace(number) {
        en: "3. ecforce shows a result for {number}, and O-PLUX does not find it. Its payment history, copied off 受注管理 > 詳細 > 決済履歴, has the answer.",
        ja: "3. {number} は、ecforceに審査結果が表示されていますが、O-PLUXではヒットしません。「受注管理 > 詳細 > 決済履歴」からコピーした内容を使用して検索します。"
    }
    demo_review(number) {
        en: "4. {number} waits for a person. The buyer was called, so it is set to OK at O-PLUX; ecforce does not take that over.",
        ja: "4. {number} は目視審査待ちです。電話で確認できたため、目視審査結果をOKにします。この結果はecforceに反映されません。"
    }
    demo_screen() {
        en: "5. New purchases are screened by the rules of the integration: here HOLD and NG redirect the buyer, unless a thanks offer forces the order.",
        ja: "5. 新しい購入を、連携と同じルールで審査します。この例では、HOLDとNGの場合はリダイレクトします。ただし、サンクスオファーの設定により、強制的に受注を作成する場合があります。"
    }
    demo_next() {
        en: "Nothing was sent outside this machine, and nothing is left behind.\nNext: `oplux config init`\nFor your own exports: `oplux import FOLDER`, `oplux trace NUMBER`",
        ja: "このマシンの外部への送信は行っていません。データも残していません。\n設定を始めるには: `oplux config init`\nお手元のデータを取り込み、検索するには: `oplux import FOLDER`、`oplux trace NUMBER`"
    }
}
