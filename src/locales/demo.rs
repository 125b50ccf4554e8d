//! What `demo` tells of its sample orders.

use super::{Text, texts};

texts! {
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
        ja: "次は、受注を確認する場合の例です。ecforceの「受注管理」と「決済履歴」、O-PLUXの「イベント一覧」のデータを、同じストアに取り込みました。お手元のファイルをフォルダごと取り込むには: `oplux import FOLDER`"
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
