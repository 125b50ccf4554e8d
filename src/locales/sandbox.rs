//! What the sandbox says: its refusals and its reasons. On the wire it speaks Japanese, as O-PLUX
//! does.

use super::texts;

texts! {
    /// The sandbox listens on loopback only.
    not_loopback(address) {
        en: "the sandbox listens on loopback only, not on {address}",
        ja: "サンドボックスはループバックでのみ起動できます。{address} は指定できません。"
    }
    /// What to do about it.
    not_loopback_hint() {
        en: "use an address such as 127.0.0.1:8080",
        ja: "127.0.0.1:8080のようなアドレスを指定してください。"
    }
    /// The address cannot be listened on.
    cannot_listen(address) {
        en: "the sandbox cannot listen on {address}",
        ja: "サンドボックスを {address} で起動できません。"
    }
    /// What to do about it.
    cannot_listen_hint() {
        en: "another program may use it; port 0 takes a free one",
        ja: "ほかのプログラムが使用している可能性があります。ポート0を指定すると空きポートを使用します。"
    }
    /// No such route.
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
    /// The signature is wrong.
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
    /// TEST_OKTEL.
    test_oktel() {
        en: "test telephone number: forced OK",
        ja: "テスト用電話番号のため強制OK"
    }
    /// Several orders from one device.
    same_device() {
        en: "several orders from the same device within a short time",
        ja: "同一デバイスから短時間に複数の注文"
    }
    /// The delivery address has an unpaid order.
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
}
